//! What instruments on a machine read, by how worn it is and what it does.
//!
//! What is there to be read moves towards a level: `standing` while the machine does not work, else
//! `working` + `worn` · wearᵉ, with wear from 0 (new) to 1 (the worst at which it works) and e the
//! `exponent`. It moves by the share 1/`lag` of what is missing in each beat, as a body warms up. An
//! instrument reads that, plus a drift (the sum of normal steps, one a beat), plus normal noise; at
//! times it reads an outlier, or nothing.
//!
//! The usual figures are those of a medium machine tool: 1.8 mm/s of vibration as new, 7 mm/s when worn
//! out (the zones of ISO 10816-1 for such machines end at 1.1, 2.8 and 7.1 mm/s).
//!
//! Luck is addressed by instrument and machine, with keys that no environment has: that a machine is
//! read changes nothing of what it does.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::insight::Refusal;
use crate::mdp::luck::{Key, Luck};

/// An instrument that every machine has one of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Instrument {
    /// What it reads; the column's name.
    pub name: String,
    /// The unit, for people.
    pub unit: String,
    /// What there is to be read of a machine that does not work. 0 by default.
    pub standing: f64,
    /// Of one that works and is as new. 0 by default.
    pub working: f64,
    /// How much more of one that is as worn as it can be. 0 by default.
    pub worn: f64,
    /// The power of wear; 1 by default, in proportion.
    pub exponent: f64,
    /// After how many beats 63 % of a change is there, from 1 on; 1, at once, by default.
    pub lag: f64,
    /// The standard deviation of the noise. 0 by default.
    pub noise: f64,
    /// The standard deviation of a beat's step of the drift. 0 by default.
    pub drift: f64,
    /// The probability that it reads nothing. 0 by default.
    pub missing: f64,
    /// The probability of an outlier. 0 by default.
    pub outliers: f64,
    /// By how much an outlier lies off, up or down. 0 by default.
    pub outlier: f64,
}

impl Default for Instrument {
    fn default() -> Self {
        Self {
            name: String::new(),
            unit: String::new(),
            standing: 0.0,
            working: 0.0,
            worn: 0.0,
            exponent: 1.0,
            lag: 1.0,
            noise: 0.0,
            drift: 0.0,
            missing: 0.0,
            outliers: 0.0,
            outlier: 0.0,
        }
    }
}

/// The instruments of all machines, as a file gives them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instruments {
    /// Each once.
    pub instruments: Vec<Instrument>,
}

impl Default for Instruments {
    /// Vibration, temperature and current.
    fn default() -> Self {
        let usual = |name: &str, unit: &str| Instrument {
            name: name.to_owned(),
            unit: unit.to_owned(),
            missing: 0.01,
            outliers: 0.005,
            ..Instrument::default()
        };
        let vibration = Instrument {
            standing: 0.3,
            working: 1.8,
            worn: 5.2,
            exponent: 2.0,
            noise: 0.4,
            drift: 0.002,
            outlier: 8.0,
            ..usual("vibration", "mm/s")
        };
        let temperature = Instrument {
            standing: 22.0,
            working: 48.0,
            worn: 22.0,
            lag: 12.0,
            noise: 0.8,
            drift: 0.005,
            outlier: 40.0,
            ..usual("temperature", "°C")
        };
        let current = Instrument {
            standing: 1.2,
            working: 8.0,
            worn: 2.5,
            exponent: 1.5,
            noise: 0.3,
            drift: 0.001,
            outlier: 6.0,
            ..usual("current", "A")
        };
        Self { instruments: vec![vibration, temperature, current] }
    }
}

/// So many instruments at most.
const MOST: usize = 50;

impl Instruments {
    /// Looks whether they can be read.
    ///
    /// # Errors
    /// Where a figure is none, or two have one name.
    pub fn checked(&self) -> Result<(), Refusal> {
        if self.instruments.is_empty() || self.instruments.len() > MOST {
            return Err(Refusal::new(
                format!("There are {} instruments.", self.instruments.len()),
                format!("Give between 1 and {MOST}."),
            ));
        }
        let probability = |p: f64| (0.0..=1.0).contains(&p);
        let size = |x: f64| x.is_finite() && x >= 0.0;
        for (place, one) in self.instruments.iter().enumerate() {
            let before = self.instruments.iter().take(place);
            let fault = if one.name.trim().is_empty() || one.name.chars().count() > 40 {
                Some(("has no name of 1 to 40 characters", "Name it."))
            } else if before.clone().any(|other| other.name == one.name) {
                Some(("is there twice", "Give each a name of its own."))
            } else if ![one.standing, one.working, one.worn].iter().all(|x| x.is_finite()) {
                Some(("has a level that is no number", "Give numbers."))
            } else if !probability(one.missing) || !probability(one.outliers) {
                Some((
                    "has a probability that is none",
                    "Give `missing` and `outliers` from 0 to 1.",
                ))
            } else if ![one.noise, one.drift, one.outlier].iter().all(|x| size(*x)) {
                Some((
                    "has a size below 0",
                    "Give `noise`, `drift` and `outlier` as numbers from 0 on.",
                ))
            } else if !(one.lag.is_finite() && one.lag >= 1.0 && size(one.exponent)) {
                Some((
                    "has a lag below 1 or an exponent below 0",
                    "Give a `lag` from 1 on and an `exponent` from 0 on.",
                ))
            } else {
                None
            };
            if let Some((wrong, remedy)) = fault {
                let (name, number) = (crate::insight::shortened(&one.name), place + 1);
                return Err(Refusal::new(
                    format!("Instrument {number} (`{name}`) {wrong}."),
                    remedy,
                ));
            }
        }
        Ok(())
    }
}

/// An instrument on a machine, as it is read beat after beat.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    of: Instrument,
    key: Key,
    /// What there is to be read.
    level: f64,
    drift: f64,
}

/// The draws of a reading, in their order.
const NOISE: u16 = 0;
const DRIFT: u16 = 1;
const MISSING: u16 = 2;
const OUTLIER: u16 = 3;

impl Reader {
    pub(super) fn new(of: &Instrument, machine: &str, seed: u64) -> Self {
        let key = Luck::new(seed).key(&format!("instrument {} on {machine}", of.name));
        Self { of: of.clone(), key, level: of.standing, drift: 0.0 }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &str {
        &self.of.name
    }

    /// What it reads in a beat: NaN for nothing. `wear` is that of a machine that works, `None` of one
    /// that does not.
    pub(super) fn read(&mut self, beat: u64, wear: Option<f64>) -> f64 {
        let of = &self.of;
        let uniform = |draw| self.key.uniform(beat, draw);
        let target = wear.map_or(of.standing, |wear| {
            of.working + of.worn * wear.clamp(0.0, 1.0).powf(of.exponent)
        });
        self.level += (target - self.level) / of.lag;
        self.drift += of.drift * normal(uniform(DRIFT));
        if uniform(MISSING) < of.missing {
            return f64::NAN;
        }
        let off = match uniform(OUTLIER) {
            // One uniform says both whether and in which direction.
            low if low < of.outliers / 2.0 => -of.outlier,
            low if low < of.outliers => of.outlier,
            _ => 0.0,
        };
        self.level + self.drift + of.noise * normal(uniform(NOISE)) + off
    }
}

/// The standard normal of a uniform, by inversion.
fn normal(uniform: f64) -> f64 {
    // A uniform is a multiple of 2⁻⁵³ from 0 on: half of one more is never 0 or 1.
    Normal::standard().inverse_cdf(uniform + f64::EPSILON / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_has_the_mean_and_deviation_that_its_settings_say() {
        let of = Instrument {
            name: "v".to_owned(),
            standing: 1.0,
            working: 2.0,
            worn: 8.0,
            exponent: 2.0,
            noise: 0.5,
            ..Default::default()
        };
        let mut reader = Reader::new(&of, "lathe", 3);
        let readings: Vec<f64> = (0..20_000).map(|beat| reader.read(beat, Some(0.5))).collect();
        let mean = readings.iter().sum::<f64>() / 20_000.0;
        let variance = readings.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 19_999.0;
        // 2 + 8 · 0.5² = 4, with a standard error of 0.0035; that of the deviation is 0.0025.
        assert!((mean - 4.0).abs() < 0.015, "{mean}");
        assert!((variance.sqrt() - 0.5).abs() < 0.01, "{variance}");
        let readings: Vec<f64> = (0..20_000).map(|beat| reader.read(beat, None)).collect();
        assert!((readings.iter().sum::<f64>() / 20_000.0 - 1.0).abs() < 0.015);
    }

    #[test]
    fn what_lags_comes_by_its_share_and_faults_as_often_as_said() {
        let of = Instrument { name: "t".to_owned(), working: 10.0, lag: 4.0, ..Default::default() };
        let mut reader = Reader::new(&of, "lathe", 3);
        let levels: Vec<f64> = (0..3).map(|beat| reader.read(beat, Some(0.0))).collect();
        assert_eq!(levels, [2.5, 4.375, 5.78125]);
        let of = Instrument { missing: 0.1, outliers: 0.2, outlier: 5.0, lag: 1.0, ..of };
        let mut reader = Reader::new(&of, "mill", 3);
        let all: Vec<f64> = (0..10_000).map(|beat| reader.read(beat, Some(1.0))).collect();
        let share = |is: &dyn Fn(f64) -> bool| all.iter().filter(|x| is(**x)).count() as f64 / 1e4;
        // Standard errors of 0.003 and 0.003.
        assert!((share(&|x| x.is_nan()) - 0.1).abs() < 0.012);
        assert!((share(&|x| x == 15.0) - 0.09).abs() < 0.012);
        assert!((share(&|x| x == 5.0) - 0.09).abs() < 0.012);
        assert!((share(&|x| x == 10.0) - 0.72).abs() < 0.02);
    }

    #[test]
    fn instruments_that_cannot_be_read_are_refused() {
        assert_eq!(Instruments::default().checked(), Ok(()));
        let named = |name: &str| Instrument { name: name.to_owned(), ..Default::default() };
        let said = |instruments: Vec<Instrument>| {
            Instruments { instruments }.checked().unwrap_err().to_string()
        };
        assert!(said(vec![]).contains("0 instruments"));
        assert!(said(vec![named("")]).contains("no name"));
        assert!(said(vec![named("v"), named("v")]).contains("twice"));
        assert!(said(vec![Instrument { missing: 1.5, ..named("v") }]).contains("probability"));
        assert!(said(vec![Instrument { lag: 0.5, ..named("v") }]).contains("lag"));
        assert!(said(vec![Instrument { noise: f64::NAN, ..named("v") }]).contains("size"));
        assert!(said(vec![Instrument { worn: f64::INFINITY, ..named("v") }]).contains("level"));
    }
}
