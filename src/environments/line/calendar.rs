//! The time of day: what energy costs then, and whether the line works.

use super::settings::CalendarSettings;
use crate::mdp::Level;

/// A day of so many beats, with what holds in each of them.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// The variable of the time of day.
    pub variable: usize,
    spans: Vec<Span>,
}

/// What holds in a beat of the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    /// By what the cost of energy is multiplied.
    pub energy: f64,
    /// By what the cost of its carbon is multiplied.
    pub carbon: f64,
    /// Whether the line works.
    pub works: bool,
}

impl Span {
    /// What holds where nothing is said.
    const PLAIN: Self = Self { energy: 1.0, carbon: 1.0, works: true };
}

impl Calendar {
    pub fn new(settings: &CalendarSettings, variable: usize) -> Self {
        let at = |time: u32| {
            let span = settings.spans.iter().rev().find(|span| span.from <= time);
            span.map_or(Span::PLAIN, |span| Span {
                energy: span.energy,
                carbon: span.carbon,
                works: span.works,
            })
        };
        Self { variable, spans: (0..settings.day).map(at).collect() }
    }

    /// Whether energy costs at all times what the machines say.
    pub fn has_one_price(&self) -> bool {
        self.spans.iter().all(|span| span.energy == 1.0)
    }

    /// What holds at this time of day.
    #[inline]
    pub fn span(&self, time: Level) -> Span {
        let span = self.spans.get(time as usize).copied();
        span.unwrap_or(Span::PLAIN)
    }

    /// The time of day one beat later.
    #[inline]
    pub fn next(&self, time: Level) -> Level {
        if time as usize + 1 < self.spans.len() { time + 1 } else { 0 }
    }
}
