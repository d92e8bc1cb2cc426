//! What is known of a plant, and what is not and has to be assumed, in words.

use super::columns::Clock;
use super::counter::Running;
use super::estimates::{Figure, FigureKind, Shape, significant};
use super::joined::{Output, Twice};

/// What is known of a plant. Times are in seconds or beats, by its clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Plant {
    /// The files that it is from.
    pub sources: Vec<String>,
    /// What its times are counted in.
    pub clock: Clock,
    /// The stations in the order in which a part meets them.
    pub stations: Vec<Station>,
    /// Whether their order is that in which a record names them, which says nothing of how parts go.
    pub is_ordered_by_record: bool,
    /// What was recorded of it, if anything was.
    pub recorded: Option<Recorded>,
    /// How its parts were read, where they are those of a counter that runs on.
    pub running: Option<Running>,
}

/// A station.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Station {
    /// Its name.
    pub name: String,
    /// Time of work on a part.
    pub cycle: Option<Figure>,
    /// Mean time between failures, of the time in which it can fail.
    pub mtbf: Option<Figure>,
    /// Mean time to repair.
    pub mttr: Option<Figure>,
    /// Share of parts scrapped.
    pub scrap: Option<Figure>,
    /// Places for parts behind it.
    pub buffer: Option<u64>,
    /// In which of its time it is taken to fail.
    pub failing: Failing,
    /// In how long a time in which it could fail no failure was seen, if none was.
    pub unseen_failure: Option<f64>,
    /// In how long a time of repair no end of one was seen, if none was.
    pub unseen_repair: Option<f64>,
    /// Whether its times to failure look exponential.
    pub time_to_failure: Option<Shape>,
    /// Whether its times to repair do.
    pub time_to_repair: Option<Shape>,
    /// What it finished while it was recorded.
    pub output: Option<Output>,
    /// The figures of which a table and a record both say something.
    pub twice: Vec<Twice>,
}

impl Station {
    /// Whether the times of which a figure is the mean look exponential, where that was tested.
    pub fn shape(&self, figure: &str) -> Option<Shape> {
        match figure {
            "mtbf" => self.time_to_failure,
            "mttr" => self.time_to_repair,
            _ => None,
        }
    }
}

/// In which of its time a station is taken to fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Failing {
    /// At work alone, as most machines do.
    #[default]
    AtWork,
    /// At work or not: it was seen to fail while it did not work.
    SeenByTime,
    /// In all time that it is up, since its record does not tell work from waiting. Its mean time
    /// between failures counts all that time, and a model in which it failed at work alone would be
    /// down less than the record.
    WhileUp,
}

/// A share of time, or a rate, in spans of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// One figure a span.
    pub spans: Vec<f64>,
}

/// What was recorded of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// How long the record is.
    pub span: f64,
    /// Parts out of the last machine, by the plant's unit of time.
    pub throughput: Option<Share>,
    /// By station: shares of time working, starved, blocked and down; None where it is not told.
    pub shares: Vec<[Option<Share>; 4]>,
    /// By station: in how many lines of the record it is named.
    pub lines: Vec<u64>,
}

/// The places of a buffer of which nothing is known.
pub(super) const PLACES: u64 = 10;
/// What is said once of all figures without an interval.
pub const UNCOUNTED: &str =
    "Of figures without an interval nothing is known of how many events they are from.";

impl Plant {
    /// A plant of which nothing but its file is known.
    pub fn new(source: &str) -> Self {
        let sources = vec![source.to_owned()];
        Self {
            sources,
            clock: Clock::Beats,
            stations: Vec::new(),
            is_ordered_by_record: false,
            recorded: None,
            running: None,
        }
    }

    /// A time in words, in the unit that suits it.
    pub fn time(&self, value: f64) -> String {
        if self.clock == Clock::Beats {
            return format!("{} beats", rounded(value));
        }
        let (size, unit) = match value {
            _ if value >= 7200.0 => (3600.0, "h"),
            _ if value >= 120.0 => (60.0, "min"),
            _ => (1.0, "s"),
        };
        format!("{} {unit}", rounded(value / size))
    }

    /// Figures with their intervals, each with the name of its station and of what it is.
    pub fn figures(&self) -> impl Iterator<Item = (&Station, &'static str, Figure)> {
        self.stations.iter().flat_map(|station| {
            let all = [
                ("cycle", station.cycle),
                ("mtbf", station.mtbf),
                ("mttr", station.mttr),
                ("scrap", station.scrap),
            ];
            all.into_iter().filter_map(move |(name, figure)| Some((station, name, figure?)))
        })
    }

    /// What a record ought to say of its failures and does not, by station, in sentences: its model
    /// never fails, and nothing can be drawn in the place of what was not seen.
    pub fn unseen(&self) -> impl Iterator<Item = (&Station, String)> {
        let told = |station: &Station| {
            let least = |time: f64| self.time(Figure::least_mean_time(time));
            if let Some(time) = station.unseen_failure {
                let seen = match time > 0.0 {
                    true => format!(
                        "no failure was seen in {}, so that its mtbf is {} or more (95 %)",
                        self.time(time),
                        least(time)
                    ),
                    false => {
                        "it was never seen to work, so that nothing is known of its mtbf".to_owned()
                    }
                };
                return Some(format!("{seen}; in the model it never fails"));
            }
            if let (true, Some(mtbf)) = (station.is_mended_at_once(), station.mtbf) {
                let failed = match mtbf.events {
                    1 => "its failure was repaired".to_owned(),
                    failures => format!("its {failures} failures were repaired"),
                };
                return Some(format!(
                    "{failed} in no time by the record; in the model it never fails"
                ));
            }
            let time = station.unseen_repair.filter(|_| station.mtbf.is_some())?;
            let least = match time > 0.0 {
                true => format!(
                    " in {}, so that its mttr is {} or more (95 %)",
                    self.time(time),
                    least(time)
                ),
                false => String::new(),
            };
            Some(format!("no repair was seen to end{least}; in the model it never fails"))
        };
        self.stations.iter().filter_map(move |station| Some((station, told(station)?)))
    }

    /// The plant with other values in the place of those that were estimated: for each a uniform
    /// number says which ([`Figure::drawn`]).
    #[must_use]
    pub fn drawn(&self, mut uniform: impl FnMut() -> f64) -> Self {
        let mut drawn = self.clone();
        for station in &mut drawn.stations {
            for figure in [&mut station.mtbf, &mut station.mttr, &mut station.scrap] {
                *figure = figure.map(|figure| {
                    let drawn = figure.drawn(uniform()).value;
                    // Draws are about the figure as it is written.
                    let written = match figure.kind {
                        FigureKind::MeanTime => figure.rounded() / figure.value,
                        _ => 1.0,
                    };
                    Figure::given(drawn * written)
                });
            }
        }
        drawn
    }

    /// Whether nothing is known of how many events some figure is from.
    pub fn is_uncounted(&self) -> bool {
        self.figures().any(|(_, _, figure)| figure.kind == FigureKind::Given && figure.events == 0)
    }

    /// Whether the cycle of every station is known.
    pub fn has_cycles(&self) -> bool {
        self.stations.iter().all(|station| station.cycle.is_some())
    }

    /// What the model takes for granted of which nothing is recorded, in sentences without their stop.
    pub fn assumed(&self, beat: f64) -> Vec<String> {
        let names = |stations: &[Station], unknown: fn(&Station) -> bool| {
            let names = stations.iter().filter(|station| unknown(station));
            names.map(|station| station.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let mut assumed = Vec::new();
        if self.is_ordered_by_record && self.stations.len() > 1 {
            let order = names(&self.stations, |_| true);
            assumed.push(format!(
                "parts go through the stations in the order in which the record first names them: {order}"
            ));
        }
        let cycles = names(&self.stations, |station| station.cycle.is_none());
        if !cycles.is_empty() {
            let long = match self.clock {
                Clock::Beats => String::new(),
                Clock::Seconds => format!(" of {}", self.time(beat)),
            };
            assumed.push(format!(
                "the cycle of {cycles}, which is not recorded, is one beat{long}; the throughput \
                 hangs on it"
            ));
        }
        let before = self.stations.len().saturating_sub(1);
        let before = self.stations.get(..before).unwrap_or_default();
        let buffers = names(before, |station| station.buffer.is_none());
        if !buffers.is_empty() {
            assumed.push(format!(
                "there are {PLACES} places behind {buffers}, of which it is not recorded how many"
            ));
        }
        assumed
    }

    /// What a figure is, from what, and how well it is known, in a sentence.
    pub fn told(&self, name: &str, figure: &Figure) -> String {
        let share = |value: f64| format!("{} %", rounded(100.0 * value));
        let say = |value: f64| if name == "scrap" { share(value) } else { self.time(value) };
        let of = match (name, figure.kind) {
            (_, FigureKind::Given) if figure.events == 0 => return say(figure.value),
            (_, FigureKind::Given) => {
                let parts = figure.events;
                return format!(
                    "{} ({parts} parts were counted, but not how far their times differ, so that it \
                     has no interval)",
                    say(figure.value)
                );
            }
            ("cycle", _) => format!("{} parts in {} of work", figure.events, self.time(figure.of)),
            ("scrap", _) => format!("{} of {} parts", figure.events, figure.of),
            _ => format!("{} in {}", counted(figure.events, name), self.time(figure.of)),
        };
        format!("{} (95 %: {} to {}; {of})", say(figure.value), say(figure.low), say(figure.high))
    }
}

/// What a test of times says, in words.
pub fn in_words(shape: &Shape) -> String {
    let Shape { times, variation, statistic, refused } = shape;
    let (variation, statistic) = (rounded(*variation), rounded(*statistic));
    match refused {
        false => format!(
            "Its {times} times look exponential, as the model has them (variation {variation}, A² \
             {statistic}, at most 1.321)."
        ),
        true => format!(
            "Its {times} times do not look exponential, as the model has them (variation \
             {variation}, A² {statistic}, above 1.321): {}",
            if variation.parse::<f64>().is_ok_and(|v| v < 0.9) {
                "they vary less; stages of repair do so too."
            } else {
                "several causes may be mixed."
            }
        ),
    }
}

/// A share with its sign, to two digits: `+0.4 %`.
pub(super) fn percent(share: f64) -> String {
    let value = significant(100.0 * share, 2);
    if value.abs() < 1e-3 { "0 %".to_owned() } else { format!("{value:+} %") }
}

fn counted(events: u64, name: &str) -> String {
    let what = if name == "mttr" { "repair" } else { "failure" };
    if events == 1 { format!("1 {what}") } else { format!("{events} {what}s") }
}

/// Four digits that count.
pub(super) fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = (3 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
