//! Figures in words: as many digits as they are known to.

use crate::experiment::statistics::Estimate;

/// A figure to so many significant digits as its interval bears: two of the half width's.
pub fn figure(estimate: &Estimate) -> String {
    if !estimate.mean.is_finite() {
        return "–".to_owned();
    }
    match estimate.half_width().filter(|half| half.is_finite()) {
        // Known exactly, but for rounding: there is nothing to be uncertain of.
        Some(half) if half <= EXACT * estimate.mean.abs() => number(estimate.mean),
        Some(half) => {
            let decimals = decimals(half);
            format!("{:.decimals$} ± {:.decimals$}", shown(estimate.mean), half)
        }
        None => number(estimate.mean),
    }
}

/// A figure from simulation: where one run does not say how well it is known, `2.11 ± ?`.
pub fn from_simulation(estimate: &Estimate) -> String {
    if estimate.half_width().is_some() || !estimate.mean.is_finite() {
        return figure(estimate);
    }
    let size = estimate.mean.abs().max(f64::MIN_POSITIVE).log10().floor();
    let decimals = (2.0 - size).clamp(0.0, 4.0) as usize;
    format!("{:.decimals$} ± ?", shown(estimate.mean))
}

/// What [`from_simulation`] means by its question mark.
pub const UNKNOWN: &str = "± ?: one seed, and too little was played to say how well a figure is \
                           known: take more seeds or a longer `--measured`";

/// By how much something is more, `1.06 ± 0.20 more`, or less.
pub fn more(difference: &Estimate) -> String {
    if difference.mean < 0.0 {
        let turned = |end: Option<f64>| end.map(|end| -end);
        let (low, high) = (turned(difference.high), turned(difference.low));
        let less = Estimate { mean: -difference.mean, low, high };
        return format!("{} less", figure(&less));
    }
    format!("{} more", figure(difference))
}

/// An interval that is no wider than this share of its middle is that of rounding.
const EXACT: f64 = 1e-9;

/// A figure with the two ends of an interval that need not lie about it evenly.
pub fn between(estimate: &Estimate) -> String {
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else {
        return number(estimate.mean);
    };
    if high - low <= EXACT * estimate.mean.abs() {
        return number(estimate.mean);
    }
    let decimals = decimals((high - low) / 2.0);
    let text = |value: f64| format!("{:.decimals$}", shown(value));
    format!("{} [{}, {}]", text(estimate.mean), text(low), text(high))
}

/// A distance to the optimum in per cent, where its interval ends at the optimum by the most that it
/// may be: `0.4 (at most 1.3)`.
pub fn gap_words(gap: &Estimate) -> String {
    let percent = gap.times(100.0);
    match (percent.low, percent.high) {
        (Some(0.0), Some(high)) if high > 0.0 => {
            let decimals = decimals(high - percent.mean);
            format!("{:.decimals$} (at most {high:.decimals$})", shown(percent.mean))
        }
        _ => figure(&percent),
    }
}

/// How many decimals show two significant digits of this.
pub(super) fn decimals(half: f64) -> usize {
    if half <= 0.0 || !half.is_finite() {
        return 4;
    }
    (1.0 - half.log10().floor()).clamp(0.0, 9.0) as usize
}

/// −0 + 0 is 0.
fn shown(value: f64) -> f64 {
    value + 0.0
}

/// A number to six significant digits.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (5.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{:.decimals$}", shown(value))
}

/// A count with thin spaces between thousands.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202F}');
        }
        out.push(digit);
    }
    out
}

/// How many there are of something: `1 replication`, `10 replications`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_does_not_reach_beyond_the_optimum() {
        let gap = |mean, half| gap_words(&Estimate::around(mean, Some(half)).not_below(0.0));
        assert_eq!(gap(0.004, 0.009), "0.40 (at most 1.30)");
        assert_eq!(gap(0.02, 0.009), "2.00 ± 0.90");
        assert_eq!(gap(0.0, 0.0), "0");
        // Simulated, and above the optimum by chance.
        assert_eq!(gap(-0.001, 0.003), "-0.10 (at most 0.20)");
    }

    #[test]
    fn figures_have_as_many_digits_as_they_are_known_to() {
        let estimate = |mean: f64, half: f64| Estimate {
            mean,
            low: Some(mean - half),
            high: Some(mean + half),
        };
        assert_eq!(figure(&estimate(0.123_456, 0.000_12)), "0.12346 ± 0.00012");
        assert_eq!(figure(&estimate(1234.5, 37.0)), "1234 ± 37");
        assert_eq!(figure(&estimate(-0.0, 0.0)), "0");
        assert_eq!(figure(&estimate(0.204_586, 1e-17)), "0.204586");
        assert_eq!(figure(&Estimate { mean: f64::NAN, low: None, high: None }), "–");
        assert_eq!(figure(&Estimate { mean: 2.5, low: None, high: None }), "2.50000");
        let uneven = Estimate { mean: 0.8, low: Some(0.5), high: Some(0.9) };
        assert_eq!(between(&uneven), "0.80 [0.50, 0.90]");
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "run", "runs")),
            ["0 runs", "1 run", "2 runs"]
        );
        assert_eq!(more(&estimate(1.06, 0.2)), "1.06 ± 0.20 more");
        assert_eq!(more(&estimate(-1.06, 0.2)), "1.06 ± 0.20 less");
        assert_eq!(more(&estimate(-0.0, 0.0)), "0 more");
        let uneven = Estimate { mean: -0.8, low: Some(-0.9), high: Some(-0.5) };
        assert_eq!(more(&uneven), "0.80 ± 0.20 less");
        assert_eq!(grouped(1_234_567), "1\u{202F}234\u{202F}567");
    }
}
