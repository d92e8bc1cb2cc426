//! Figures with their intervals in words, as charts write them.

use crate::experiment::Estimate;
use crate::workbench::number;

/// What stands behind ± is this.
pub const HALF_WIDTH: &str = "± is half of a 95 % interval by batch means, which there is once the beats \
     are many enough to judge it";

/// "83.1 ± 0.4 %": the mean in so many digits, the interval with as many decimals, one digit of it at
/// least. Without an interval the mean stands alone; what is not known is a dash.
pub fn with_interval(known: &Estimate, digits: usize, unit: &str) -> String {
    if !known.mean.is_finite() {
        return number::UNKNOWN.to_owned();
    }
    let unit = if unit.is_empty() { String::new() } else { format!("{}{unit}", number::THIN) };
    let mean = number::significant(known.mean, digits);
    let Some(half) = known.half_width() else { return format!("{mean}{unit}") };
    let beside = number::beside(half, known.mean.abs().max(half), digits);
    let seen = half == 0.0 || beside.chars().any(|c| ('1'..='9').contains(&c));
    let half = if seen { beside } else { number::significant(half, 1) };
    format!("{mean} ± {half}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_has_the_decimals_of_its_mean_and_never_reads_as_none() {
        let told = |mean, half| with_interval(&Estimate::around(mean, half), 3, "kW");
        assert_eq!(told(2.5, Some(0.04)), "2.50 ± 0.04\u{202F}kW");
        assert_eq!(told(83.11, Some(0.001)), "83.1 ± 0.001\u{202F}kW");
        assert_eq!(told(-0.5, Some(1.25)), "−0.500 ± 1.25\u{202F}kW");
        assert_eq!(told(0.0, Some(0.0)), "0 ± 0\u{202F}kW");
        assert_eq!(told(7.0, None), "7.00\u{202F}kW");
        assert_eq!(told(f64::NAN, None), "–");
    }
}
