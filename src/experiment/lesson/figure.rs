//! Figures that were found out in a lesson: with unit, interval, and what each seed came to.

use std::collections::BTreeMap;

use crate::experiment::comparison::words;
use crate::experiment::statistics::Estimate;
use crate::experiment::statistics::paired::paired;
use crate::scenario::Text;

/// A figure that was measured under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name in the lesson.
    pub name: String,
    /// What it is called where it is shown; empty where it is not.
    pub label: Text,
    /// Its unit by language; empty for none.
    pub unit: Text,
    /// What it came to: where it is exact the interval is the figure itself, where one run does not
    /// say how well it is known there is none.
    pub estimate: Estimate,
    /// What each seed came to, in their order.
    pub samples: Vec<f64>,
}

impl Figure {
    /// Whether it is shown by itself.
    pub fn is_shown(&self) -> bool {
        !self.label.in_language("en").is_empty()
    }

    /// Whether nothing is uncertain of it.
    pub fn is_exact(&self) -> bool {
        self.estimate.low == Some(self.estimate.mean) && self.estimate.high == self.estimate.low
    }

    /// The figure in words, with interval and unit: `12.4 ± 0.3 €/h`.
    pub fn words(&self, language: &str) -> String {
        let number = match self.is_exact() {
            true => exact_words(self.estimate.mean),
            false => words::from_simulation(&self.estimate),
        };
        let number = number.replace('-', "\u{2212}");
        match self.unit.in_language(language) {
            "" => number,
            unit => format!("{number} {unit}"),
        }
    }

    /// By how much one is more than another, on the same luck where both have as many seeds.
    pub fn less(&self, other: &Self) -> Estimate {
        let (x, y) = (&self.samples, &other.samples);
        if x.len() > 1 && x.len() == y.len() {
            return paired(x, y).difference;
        }
        let halves = self.estimate.half_width().zip(other.estimate.half_width());
        // Independent of each other, so that variances add.
        let half = halves.map(|(one, other)| one.hypot(other));
        Estimate::around(self.estimate.mean - other.estimate.mean, half)
    }
}

/// A number that is known exactly: a whole one as it is, any other to four significant digits.
fn exact_words(value: f64) -> String {
    let whole = value.round();
    if (value - whole).abs() <= 1e-9 * whole.abs().max(1.0) && whole.abs() < 1e9 {
        // −0 + 0 is 0.
        return format!("{:.0}", whole + 0.0);
    }
    let decimals = (3.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.decimals$}")
}

/// A figure without a doubt.
pub(super) fn exactly(value: f64) -> Estimate {
    Estimate { mean: value, low: Some(value), high: Some(value) }
}

/// A unit in both languages.
pub(super) fn unit(en: impl Into<String>, zh: impl Into<String>) -> Text {
    let (en, zh) = (en.into(), zh.into());
    if en == zh {
        return Text::One(en);
    }
    Text::Translated(BTreeMap::from([("en".to_owned(), en), ("zh".to_owned(), zh)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_far_as_they_are_known() {
        let of = |estimate, unit: Text| {
            let (name, label) = (String::new(), Text::default());
            Figure { name, label, unit, estimate, samples: Vec::new() }.words("en")
        };
        let money = || Text::One("€".to_owned());
        for (value, words) in [
            (-13.0, "\u{2212}13 €"),
            (0.0, "0 €"),
            (-1e-12, "0 €"),
            (100.0, "100 €"),
            (16.513_76, "16.51 €"),
            (-0.047_612, "\u{2212}0.04761 €"),
            (1707.14966, "1707 €"),
        ] {
            assert_eq!(of(exactly(value), money()), words);
        }
        let about = Estimate { mean: 12.34, low: Some(12.0), high: Some(12.68) };
        assert_eq!(of(about, unit("parts/h", "件/h")), "12.34 ± 0.34 parts/h");
        assert_eq!(of(Estimate::around(2.114, None), Text::default()), "2.11 ± ?");
    }
}
