//! What the picture of a line shows: plain data, collected from the entities each frame.

use crate::mdp::Condition;
use crate::workbench::view::FigureView;

/// A line at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// Stations and buffers in the order in which parts pass them.
    pub order: Vec<Element>,
    /// Ways back for parts that are reworked: from which station to which buffer.
    pub ways_back: Vec<(u16, u16)>,
    /// The stations, by number.
    pub stations: Vec<StationView>,
    /// The buffers, by number.
    pub buffers: Vec<BufferView>,
    /// The parts that are seen one by one.
    pub parts: Vec<PartView>,
    /// Conditions that can occur here, for the key.
    pub conditions: Vec<Condition>,
    /// Whether beats are seen one by one or as rates.
    pub pace: Pace,
    /// What holds for the whole line: the time of day.
    pub words: String,
}

/// A station or a buffer, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// A station.
    Station(u16),
    /// A buffer.
    Buffer(u16),
}

/// How time passes in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Beat by beat; so much of the present beat has gone by, 0 to 1.
    Beats(f32),
    /// Too fast to be seen: shares of time and mean levels stand still instead of flickering.
    Rates,
}

/// A station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationView {
    /// Its name.
    pub name: String,
    /// What it does with this beat.
    pub condition: Condition,
    /// What stands after the condition: "4 min".
    pub since: String,
    /// How much of its work on the part is done at the beat's start and end, 0 to 1.
    pub work: (f32, f32),
    /// Whether it failed in this beat: it shakes once.
    pub failed_now: bool,
    /// The share of time in each condition, in the order of [`Condition::ALL`]; none before
    /// anything is known.
    pub shares: Option<[f64; Condition::COUNT]>,
    /// Whether it limits the line.
    pub bottleneck: bool,
    /// Where it is several machines: how many of them are up, and how many there are.
    pub machines: Option<(u32, u32)>,
    /// How worn it is, in words; empty where it does not wear, or is not up.
    pub wear: String,
}

impl StationView {
    /// The share of time working.
    pub fn utilisation(&self) -> Option<f64> {
        self.shares.map(|shares| shares[0])
    }

    /// The condition of the larger share of time, and that share.
    pub fn mostly(&self) -> Option<(Condition, f64)> {
        let shares = self.shares?;
        Condition::ALL.into_iter().zip(shares).max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// A buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct BufferView {
    /// Its name.
    pub name: String,
    /// Its level at the beat's start (in [`Pace::Rates`] not used).
    pub before: f64,
    /// Its level at the beat's end, or its mean level in [`Pace::Rates`].
    pub level: f64,
    /// How many parts it holds.
    pub capacity: u32,
    /// How many of its parts are bad at the beat's end, where some may be.
    pub bad: Option<u32>,
    /// How many of its parts, those that came last, cannot be taken yet, where there is a way through
    /// it.
    pub under_way: Option<u32>,
}

/// A part on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartView {
    /// Where it is at the beat's start.
    pub from: Spot,
    /// The station that works on it in between.
    pub via: Option<u16>,
    /// Where it is at the beat's end.
    pub to: Spot,
}

/// A place on the line where a part can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Before the line, out of the picture.
    Supply,
    /// On a station.
    Station(u16),
    /// In a buffer.
    Slot {
        /// The buffer.
        buffer: u16,
        /// How many parts leave before it.
        place: u32,
    },
    /// Behind the line, out of the picture.
    Customer,
}
