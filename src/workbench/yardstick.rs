//! How far below the optimum something is: a share of it where that means something, else money.

use super::desk::Desk;
use super::fill::{optimum, quantity};
use super::number::{self, THIN};
use crate::experiment::judging::gap;
use crate::experiment::session::Session;

/// An optimum smaller than this share of what policies differ by is no measure for distances: costs
/// and earnings nearly cancel in it.
const SMALL: f64 = 0.25;
/// The least distances that have a place of their own on an axis, %, and as a share of what policies
/// differ by.
const CLOSEST: (f64, f64) = (0.01, 1e-4);

/// What distances to the optimum are told in.
#[derive(Debug, Clone, PartialEq)]
pub struct Yardstick {
    best: f64,
    /// Whether shares are told, in %.
    shares: bool,
    factor: f64,
    unit: String,
    spread: f64,
}

impl Yardstick {
    /// That of the open scenario, once its optimum is known.
    pub fn of(desk: &Desk, session: &Session) -> Option<Self> {
        let best = optimum(desk)?;
        let (_, factor, unit) = quantity(desk, session);
        let usual = desk.rules.always_run.map(|worth| worth.value);
        Some(Self::new(best, usual, factor, unit))
    }

    /// That of an optimum beside what doing the usual is worth, where that is known.
    fn new(best: f64, usual: Option<f64>, factor: f64, unit: String) -> Self {
        let spread = usual.map_or(0.0, |usual| (best - usual).abs());
        let shares = best > SMALL * spread && gap(best, best).is_some();
        Self { best, shares, factor, unit, spread }
    }

    /// How far a value lies below the optimum: in % or in money; never less than nothing. Of a policy
    /// that never ends it is no number.
    pub fn distance(&self, value: f64) -> f64 {
        if !value.is_finite() {
            return f64::NAN;
        }
        let share = gap(self.best, value).filter(|_| self.shares);
        share.map_or(self.factor * (self.best - value), |share| 100.0 * share).max(0.0)
    }

    /// The same in words: "4.3 %", "0.42 € / h".
    pub fn words(&self, value: f64) -> String {
        let distance = self.distance(value);
        if distance.is_nan() {
            return number::UNKNOWN.to_owned();
        }
        if self.shares {
            return number::percent(distance / 100.0, 1);
        }
        let nothing = distance <= 1e-9 * self.factor * self.best.abs().max(self.spread);
        let amount = if nothing { "0".to_owned() } else { number::significant(distance, 3) };
        format!("{amount}{THIN}{}", self.unit)
    }

    /// The title of an axis of distances.
    pub fn title(&self) -> String {
        match self.shares {
            true => "% of optimum".to_owned(),
            false => format!("lacking, {}", self.unit),
        }
    }

    /// What is closer than this is drawn here, on a logarithmic axis.
    pub fn floor(&self) -> f64 {
        let size = self.factor * self.spread.max(self.best.abs()) * CLOSEST.1;
        match self.shares || !(size.is_finite() && size > 0.0) {
            true => CLOSEST.0,
            false => 10f64.powf(size.log10().floor()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(best: f64, usual: f64) -> Yardstick {
        Yardstick::new(best, Some(usual), 60.0, "€ / h".to_owned())
    }

    fn plain(words: &str) -> String {
        words.replace(THIN, " ")
    }

    #[test]
    fn a_gain_is_fallen_short_of_by_a_share() {
        let gain = of(4.0, 3.0);
        assert_eq!(plain(&gain.words(3.8)), "5.0 %");
        assert_eq!((gain.distance(3.0), gain.distance(4.1)), (25.0, 0.0));
        assert_eq!((gain.title().as_str(), gain.floor()), ("% of optimum", 0.01));
    }

    #[test]
    fn a_policy_that_never_ends_is_at_no_distance() {
        for value in [f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            for yardstick in [of(4.0, 3.0), of(-4.0, -6.0)] {
                assert_eq!(yardstick.words(value), number::UNKNOWN);
                assert!(yardstick.distance(value).is_nan());
            }
        }
    }

    #[test]
    fn of_costs_and_of_next_to_nothing_the_distance_is_money() {
        // 37 % of a cost, or 50 times an optimum that is nearly 0, would say nothing.
        for (best, usual, value) in [(-4.0, -6.0, -5.5), (0.1, -4.0, -1.4), (0.0, -1.0, -1.5)] {
            let yardstick = of(best, usual);
            assert_eq!(plain(&yardstick.words(value)), "90.0 € / h", "{best}");
            assert_eq!(yardstick.title(), "lacking, € / h");
            assert!(yardstick.floor() < 0.1 && yardstick.floor() > 0.0);
            assert_eq!(plain(&yardstick.words(best)), "0 € / h");
        }
    }
}
