//! Axes: where a value stands, which ticks it gets, and how they are labelled.

use crate::workbench::number;

/// How values map to places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal steps for equal differences.
    #[default]
    Linear,
    /// Equal steps for equal ratios; values of 0 and less have no place.
    Log,
}

/// An axis: its title with unit, its scale, and its ends where they are given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// The title with its unit: "residual, €".
    pub title: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// The ends, or none to take them from the data.
    pub range: Option<(f64, f64)>,
    /// Values below this stand here, so that a logarithmic axis can show 0 as well.
    pub floor: Option<f64>,
    /// Whether ticks stand on whole numbers only, as of things that are counted.
    pub whole: bool,
}

impl Axis {
    /// A linear axis with ends from the data.
    pub fn linear(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A logarithmic axis with ends from the data.
    pub fn log(title: impl Into<String>) -> Self {
        Self { title: title.into(), scale: Scale::Log, ..Self::default() }
    }

    /// The same with given ends.
    pub fn between(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// The axis laid over these values. None where no value has a place on it.
    pub fn fit(&self, values: impl Iterator<Item = f64>) -> Option<Span> {
        let floor = self.floor.unwrap_or(f64::NEG_INFINITY);
        let span = self.laid_over(values.map(|value| value.max(floor)))?;
        Some(Span { floor: self.floor, whole: self.whole, ..span })
    }

    fn laid_over(&self, values: impl Iterator<Item = f64>) -> Option<Span> {
        if let Some((low, high)) = self.range {
            return Span::new(self.scale, low, high);
        }
        let placed = |v: &f64| v.is_finite() && (self.scale == Scale::Linear || *v > 0.0);
        let (low, high) = values
            .filter(placed)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return None;
        }
        let (low, high) = match self.scale {
            // What differs by rounding alone is one value.
            Scale::Linear if high - low <= 1e-12 * low.abs().max(high.abs()) => {
                let around = if low == 0.0 { 1.0 } else { low.abs() * 0.5 };
                (low - around, high + around)
            }
            Scale::Linear => {
                // Twentieths of air, but never across zero: money that was always earned should
                // not look as if it might have been lost.
                let air = (high - low) * 0.05;
                let keep = |end: f64, moved: f64| {
                    if end == 0.0 || (end > 0.0) != (moved > 0.0) { 0.0 } else { moved }
                };
                (keep(low, low - air), keep(high, high + air))
            }
            Scale::Log if low == high => (low / 10.0, high * 10.0),
            Scale::Log => {
                let air = (high / low).powf(0.05);
                (low / air, high * air)
            }
        };
        Span::new(self.scale, low, high)
    }
}

/// An axis with its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    scale: Scale,
    low: f64,
    high: f64,
    floor: Option<f64>,
    whole: bool,
}

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// How far along the axis, 0 to 1.
    pub share: f64,
    /// What it says.
    pub label: String,
}

impl Span {
    /// None unless `low < high`, both finite (and positive on a logarithmic scale).
    pub fn new(scale: Scale, low: f64, high: f64) -> Option<Self> {
        let fine = low.is_finite() && high.is_finite() && low < high;
        let placed = fine && (scale == Scale::Linear || low > 0.0);
        placed.then_some(Self { scale, low, high, floor: None, whole: false })
    }

    /// How far along the axis a value stands: 0 at the low end, 1 at the high one, beyond them
    /// outside. None where it has no place.
    pub fn share(&self, value: f64) -> Option<f64> {
        let value = value.max(self.floor.unwrap_or(f64::NEG_INFINITY));
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value > 0.0 => (value / self.low).ln() / (self.high / self.low).ln(),
            Scale::Log => return None,
        };
        share.is_finite().then_some(share)
    }

    /// The value at a share of the axis.
    pub fn value(&self, share: f64) -> f64 {
        match self.scale {
            Scale::Linear => self.low + (self.high - self.low) * share,
            Scale::Log => self.low * (self.high / self.low).powf(share),
        }
    }

    /// The low and the high end.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// At most `most` ticks (at least 2 are tried) on round values.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        let most = most.max(2);
        match self.scale {
            Scale::Linear => self.linear_ticks(most),
            Scale::Log => {
                // Within a few decades powers of ten alone would leave the axis bare.
                let finer = self.between_decades();
                if (3..=most + 1).contains(&finer.len()) {
                    return finer;
                }
                let decades = self.decades(most);
                if decades.len() < 2 { self.linear_ticks(most) } else { decades }
            }
        }
    }

    /// Ticks on 1, 2 and 5 times the powers of ten.
    fn between_decades(&self) -> Vec<Tick> {
        let first = (self.low.log10() - 1e-9).floor() as i32;
        let last = (self.high.log10() + 1e-9).floor() as i32;
        let each = (first..=last).flat_map(|exponent| [1, 2, 5].map(|times| (times, exponent)));
        let ticks = each.filter_map(|(times, exponent)| {
            let value = f64::from(times) * 10f64.powi(exponent);
            let share = self.share(value).filter(|share| (-1e-9..=1.0 + 1e-9).contains(share))?;
            let label = match times {
                1 => number::decade(exponent),
                _ if (-2..=2).contains(&exponent) => {
                    number::fixed(value, usize::try_from(-exponent).unwrap_or(0))
                }
                _ => number::scientific(value, 1),
            };
            Some(Tick { share: share.clamp(0.0, 1.0), label: self.marked(value, label) })
        });
        ticks.collect()
    }

    /// What stands at the floor may be less.
    fn marked(&self, value: f64, label: String) -> String {
        let at_floor = self.floor.is_some_and(|floor| value <= floor * (1.0 + 1e-9));
        if at_floor && self.scale == Scale::Log { format!("≤ {label}") } else { label }
    }

    fn linear_ticks(&self, most: usize) -> Vec<Tick> {
        let step = round_step((self.high - self.low) / most as f64);
        let step = if self.whole { step.max(1.0) } else { step };
        let decimals = decimals_of(step);
        let first = (self.low / step - 1e-9).ceil();
        let slack = 1e-9;
        (0..=most)
            .map(|i| (first + i as f64) * step)
            .take_while(|value| *value <= self.high + step * slack)
            .filter_map(|value| {
                let share = self.share(value)?;
                let far = value.abs().max(step) >= 1e6 || step < 1e-4;
                let label = if far && value != 0.0 {
                    let digits = (value.abs().log10().floor() - step.log10().floor()) as i32 + 1;
                    number::scientific(value, usize::try_from(digits).unwrap_or(1))
                } else {
                    number::fixed(value, decimals)
                };
                Some(Tick { share: share.clamp(0.0, 1.0), label })
            })
            .collect()
    }

    fn decades(&self, most: usize) -> Vec<Tick> {
        let first = (self.low.log10() - 1e-9).ceil() as i32;
        let last = (self.high.log10() + 1e-9).floor() as i32;
        if last < first {
            return Vec::new();
        }
        let count = usize::try_from(last - first + 1).unwrap_or(1);
        let every = i32::try_from(count.div_ceil(most)).unwrap_or(1).max(1);
        (first..=last)
            .filter(|exponent| exponent.rem_euclid(every) == 0)
            .filter_map(|exponent| {
                let share = self.share(10f64.powi(exponent))?;
                let label = self.marked(10f64.powi(exponent), number::decade(exponent));
                Some(Tick { share: share.clamp(0.0, 1.0), label })
            })
            .collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let mantissa = step / power;
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|m| *m >= mantissa - 1e-9);
    round.unwrap_or(10.0) * power
}

fn decimals_of(step: f64) -> usize {
    usize::try_from(-(step.log10() + 1e-9).floor() as i32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Span, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_stand_on_round_values() {
        let line = |low, high| Span::new(Scale::Linear, low, high).unwrap();
        assert_eq!(labels(&line(0.0, 10.0), 5), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(&line(-0.3, 0.32), 4), ["−0.2", "0.0", "0.2"]);
        assert_eq!(labels(&line(278.2, 291.4), 4), ["280", "285", "290"]);
        let log = |low, high| Span::new(Scale::Log, low, high).unwrap();
        assert_eq!(labels(&log(0.1, 100.0), 6), ["0.1", "1", "10", "100"]);
        assert_eq!(labels(&log(800.0, 2e7), 6), ["10³", "10⁴", "10⁵", "10⁶", "10⁷"]);
        assert_eq!(labels(&log(1e-9, 1.0), 4), ["10⁻⁹", "10⁻⁶", "10⁻³", "1"]);
        assert_eq!(labels(&log(22.0, 60.0), 4), ["30", "40", "50", "60"]);
        assert_eq!(labels(&log(0.15, 14.0), 6), ["0.2", "0.5", "1", "2", "5", "10"]);
        assert_eq!(
            labels(&log(1500.0, 60_000.0), 5),
            ["2 · 10³", "5 · 10³", "10⁴", "2 · 10⁴", "5 · 10⁴"]
        );
    }

    #[test]
    fn a_logarithmic_axis_with_a_floor_has_a_place_for_0() {
        let axis = Axis { floor: Some(0.01), ..Axis::log("distance, %") };
        let span = axis.fit([0.0, 3.0].into_iter()).unwrap();
        assert_eq!(span.share(0.0), span.share(0.01));
        assert!(span.share(0.0).unwrap() > 0.0);
        assert_eq!(labels(&span, 4), ["≤ 0.01", "0.1", "1"]);
        let far = axis.fit([0.5, 3.0].into_iter()).unwrap();
        assert_eq!(labels(&far, 4), ["0.5", "1", "2"]);
        assert!(axis.fit([0.0].into_iter()).is_some());
        let counted = Axis { whole: true, ..Axis::linear("sweeps") };
        let few = counted.fit([1.0, 3.0].into_iter()).unwrap();
        assert_eq!(labels(&few, 6), ["1", "2", "3"]);
    }

    #[test]
    fn an_axis_takes_its_ends_from_the_data() {
        let log = Axis::log("residual");
        assert_eq!(log.fit([0.0, -1.0, f64::NAN].into_iter()), None);
        let fitted = log.fit([0.0, 1e-3, 1e3].into_iter()).unwrap();
        assert!(fitted.share(1e-3).unwrap() > 0.0 && fitted.share(1e3).unwrap() < 1.0);
        let (low, _) = Axis::linear("earned").fit([0.1, 9.0].into_iter()).unwrap().ends();
        assert_eq!(low, 0.0);
        for nearly in [[3.0, 3.0], [3.0, 3.0 + 4.0 * f64::EPSILON]] {
            let one = Axis::linear("one").fit(nearly.into_iter()).unwrap();
            assert_eq!(labels(&one, 4), ["2", "3", "4"]);
        }
    }

    proptest! {
        #[test]
        fn shares_and_values_are_inverse_and_ticks_are_few(
            low in 1e-6f64..1e3, width in 1e-3f64..1e6, share in 0.0f64..1.0, most in 2usize..12,
        ) {
            for scale in [Scale::Linear, Scale::Log] {
                let axis = Span::new(scale, low, low + width).unwrap();
                let back = axis.share(axis.value(share)).unwrap();
                prop_assert!((back - share).abs() < 1e-6);
                let ticks = axis.ticks(most);
                prop_assert!(ticks.len() <= most + 1);
                prop_assert!(ticks.windows(2).all(|w| w[0].share < w[1].share));
                prop_assert!(ticks.windows(2).all(|w| w[0].label != w[1].label));
            }
        }
    }
}
