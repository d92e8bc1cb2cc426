//! How numbers are written: a true minus, thin spaces in thousands, significant digits, units.

use std::fmt::Write as _;

pub use crate::mdp::variable::ten_to_the;

/// The minus sign, U+2212, as wide as a digit.
pub const MINUS: char = '\u{2212}';
/// The narrow space that does not break, U+202F: between thousands and before units.
pub const THIN: char = '\u{202F}';
/// What stands for a number that is not known.
pub const UNKNOWN: &str = "–";

/// A number with so many decimals: `−1 234.50`.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    let digits = format!("{:.decimals$}", value.abs());
    let zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0.0 && !zero {
        text.push(MINUS);
    }
    push_grouped(&mut text, whole);
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A whole number: `2 412 806`.
pub fn count(value: u64) -> String {
    let mut text = String::new();
    push_grouped(&mut text, &value.to_string());
    text
}

/// A number with so many significant digits (at least 1): `278.4`, `0.012 3` as `0.0123`; beyond
/// a million or below a ten-thousandth as `8.1 · 10⁻⁷`. Zeros at the end are kept, so that a
/// number that changes does not jump in width.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    match decimals(value, digits) {
        Some(decimals) => fixed(value, decimals),
        None => scientific(value, digits),
    }
}

/// A number beside others, the greatest of which is `most` in magnitude: with as many decimals as
/// give that one so many significant digits, so that all have the same.
pub fn beside(value: f64, most: f64, digits: usize) -> String {
    match decimals(most, digits) {
        Some(decimals) if value.is_finite() && most.is_finite() && most != 0.0 => {
            fixed(value, decimals)
        }
        _ => significant(value, digits),
    }
}

/// How many decimals give a number so many significant digits (at least 1); `None` where it is
/// rather written with a power of ten.
fn decimals(value: f64, digits: usize) -> Option<usize> {
    let digits = digits.max(1);
    let exponent = exponent_of(value, digits);
    let plain = (-4..6).contains(&exponent);
    plain.then(|| usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0))
}

/// A number as mantissa and power of ten with so many significant digits: `8.1 · 10⁻⁷`.
pub fn scientific(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = digits.max(1);
    let exponent = exponent_of(value, digits);
    let mantissa = value / 10f64.powi(exponent);
    format!("{} · {}", fixed(mantissa, digits - 1), ten_to_the(exponent.into()))
}

/// A power of ten for an axis: `0.01`, `0.1`, `1`, `10`, `100`, and `10³` or `10⁻³` beyond.
pub fn decade(exponent: i32) -> String {
    if (-2..=2).contains(&exponent) {
        fixed(10f64.powi(exponent), usize::try_from(-exponent).unwrap_or(0))
    } else {
        ten_to_the(exponent.into())
    }
}

/// About so many, in two digits: `840`, `12 000`, `1.2 · 10⁶`.
pub fn round(number: u64) -> String {
    let value = number as f64;
    if number < 100_000 { count(rounded(value, 2) as u64) } else { scientific(value, 2) }
}

/// A number to so many digits.
fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let scale = 10f64.powi(value.abs().log10().floor() as i32 + 1 - digits);
    (value / scale).round() * scale
}

/// How many there are of something: `1 beat`, `12 000 beats`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), plural(number, one, many))
}

/// A probability with three decimals and no leading zero, as tables of the field write it:
/// `.957`, `< .001`, `1`.
pub fn probability(p: f64) -> String {
    if !p.is_finite() {
        return UNKNOWN.to_owned();
    }
    if p > 0.0 && p < 0.0005 {
        return format!("<{THIN}.001");
    }
    if p < 1.0 && p > 0.9995 {
        return format!(">{THIN}.999");
    }
    if p == 0.0 || p == 1.0 {
        return fixed(p, 0);
    }
    fixed(p, 3).replacen("0.", ".", 1)
}

/// A share as a percentage: `62 %`; with decimals `4.3 %`.
pub fn percent(share: f64, decimals: usize) -> String {
    if !share.is_finite() {
        return UNKNOWN.to_owned();
    }
    format!("{}{THIN}%", fixed(share * 100.0, decimals))
}

/// Money with one decimal below 1 000 and none above: `278.4 €`.
pub fn money(value: f64, currency: &str) -> String {
    let decimals = usize::from(value.abs() < 1000.0);
    format!("{}{THIN}{currency}", fixed(value, decimals))
}

/// Money an hour: `278.4 € / h`.
pub fn money_per_hour(value: f64, currency: &str) -> String {
    format!("{}{THIN}/{THIN}h", money(value, currency))
}

/// The word for so many: `part` or `parts`.
pub fn plural<'w>(count: u64, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// Half the width of an interval: `± 1.9`.
pub fn plus_minus(half: f64, decimals: usize) -> String {
    format!("±{THIN}{}", fixed(half.abs(), decimals))
}

/// A time in the unit that suits it: `35 s`, `6.8 min`, `2.1 h`, `3.5 d`, `15.6 years`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return UNKNOWN.to_owned();
    }
    let (amount, unit) = match seconds.abs() {
        s if s < 59.5 => (seconds, "s"),
        s if s < 3_570.0 => (seconds / 60.0, "min"),
        s if s < 171_000.0 => (seconds / 3_600.0, "h"),
        s if s < 6.3e7 => (seconds / 86_400.0, "d"),
        _ => (seconds / 31_557_600.0, "years"),
    };
    let most = if unit == "years" { 99.95 } else { 9.95 };
    let decimals = usize::from(amount.abs() < most && amount.fract() != 0.0);
    format!("{}{THIN}{unit}", fixed(amount, decimals))
}

/// The power of ten of the first digit once the value is rounded to so many digits.
fn exponent_of(value: f64, digits: usize) -> i32 {
    // The standard library rounds to the digits asked for and so carries 9.99 to 1.0e1 for us.
    let text = format!("{:.*e}", digits.saturating_sub(1), value.abs());
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// A message of the program as a sentence: a capital first, thin spaces in thousands, a full stop.
pub fn sentence(message: &str) -> String {
    let mut text = String::with_capacity(message.len() + 8);
    let mut rest = message;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        text.push_str(before);
        // Digits behind a point and parts of names stay as they are.
        let alone = !before.ends_with(|c: char| c.is_alphanumeric() || ".,_-:".contains(c))
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if alone {
            push_grouped(&mut text, digits)
        } else {
            text.push_str(digits)
        }
        rest = after;
    }
    text.push_str(rest);
    let mut letters = text.chars();
    let mut text: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters.as_str().chars())
        .collect();
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

fn push_grouped(text: &mut String, whole: &str) {
    for (i, c) in whole.chars().enumerate() {
        // Four digits stay together: 1000 reads faster than 1 000, and years look like years.
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            text.push(THIN);
        }
        text.push(c);
    }
}

fn not_finite(value: f64) -> String {
    let mut text = String::new();
    if value.is_nan() {
        text.push_str(UNKNOWN);
    } else {
        let sign = if value < 0.0 { MINUS.to_string() } else { String::new() };
        // Writing to a string cannot fail.
        let _ = write!(text, "{sign}∞");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thin spaces as plain ones, so that the expectations can be read.
    fn plain(text: String) -> String {
        text.replace(THIN, " ")
    }

    #[test]
    fn messages_become_sentences() {
        let said =
            sentence("needs 2048 MiB: 0 of 21337344 states (12.345678, line3000000, a_100000)");
        let thin = format!(
            "Needs 2048 MiB: 0 of 21{THIN}337{THIN}344 states (12.345678, line3000000, a_100000)."
        );
        assert_eq!(said, thin);
        assert_eq!(sentence(""), "");
        assert_eq!(sentence("Already done."), "Already done.");
    }

    #[test]
    fn numbers_beside_one_another_have_the_same_decimals() {
        for (value, most, expected) in [
            (-0.0371, 2.92, "−0.04"),
            (2.92, 2.92, "2.92"),
            (3.2, 464.0, "3"),
            (-0.001, 0.0234, "−0.0010"),
            (5.0, 0.0, "5.00"),
            (0.0, 0.0, "0"),
            (4e-9, 5e-9, "4.00 · 10⁻⁹"),
        ] {
            assert_eq!(plain(beside(value, most, 3)), expected);
        }
    }

    #[test]
    fn numbers_have_a_true_minus_and_spaces_in_thousands() {
        for (value, decimals, expected) in [
            (0.0, 2, "0.00"),
            (-0.001, 2, "0.00"),
            (-12.345, 1, "−12.3"),
            (1234.5, 1, "1234.5"),
            (12_345.678, 2, "12 345.68"),
            (-2_412_806.0, 0, "−2 412 806"),
            (f64::NAN, 1, "–"),
            (f64::NEG_INFINITY, 1, "−∞"),
        ] {
            assert_eq!(plain(fixed(value, decimals)), expected);
        }
        assert_eq!(plain(count(2_412_806)), "2 412 806");
        assert_eq!(plain(count(u64::MAX)), "18 446 744 073 709 551 615");
    }

    #[test]
    fn significant_digits_are_kept_and_carried() {
        for (value, digits, expected) in [
            (278.44, 4, "278.4"),
            (46.1, 3, "46.1"),
            (46.0, 3, "46.0"),
            (0.012_345, 3, "0.0123"),
            (9.996, 3, "10.0"),
            (999_999.6, 6, "1.00000 · 10⁶"),
            (123_456.0, 3, "123 456"),
            (8.0e-7, 1, "8 · 10⁻⁷"),
            (-8.14e-7, 2, "−8.1 · 10⁻⁷"),
            (6.02e23, 3, "6.02 · 10²³"),
            (0.0, 3, "0"),
        ] {
            assert_eq!(plain(significant(value, digits)), expected);
        }
    }

    #[test]
    fn decades_are_plain_near_one_and_powers_beyond() {
        let labels: Vec<_> = (-4..=7).map(decade).collect();
        assert_eq!(
            labels,
            ["10⁻⁴", "10⁻³", "0.01", "0.1", "1", "10", "100", "10³", "10⁴", "10⁵", "10⁶", "10⁷"]
        );
    }

    #[test]
    fn units_stand_after_a_narrow_space() {
        assert_eq!(plain(money_per_hour(278.42, "€")), "278.4 € / h");
        assert_eq!(plain(money(-12_345.6, "€")), "−12 346 €");
        assert_eq!(plain(plus_minus(-1.94, 1)), "± 1.9");
        assert_eq!(plain(percent(0.6217, 0)), "62 %");
        assert_eq!(plain(percent(0.043, 1)), "4.3 %");
        assert_eq!(plain(duration(240.0)), "4 min");
        assert_eq!(plain(duration(408.0)), "6.8 min");
        assert_eq!(plain(duration(59.0)), "59 s");
        assert_eq!(plain(duration(7_560.0)), "2.1 h");
        assert_eq!(plain(duration(302_400.0)), "3.5 d");
        assert_eq!(plain(duration(5683.0 * 86_400.0)), "15.6 years");
    }

    #[test]
    fn probabilities_never_round_to_certainty() {
        for (p, expected) in [
            (0.957, ".957"),
            (0.0, "0"),
            (1.0, "1"),
            (0.0001, "< .001"),
            (0.999_99, "> .999"),
            (0.000_5, ".001"),
        ] {
            assert_eq!(plain(probability(p)), expected);
        }
    }
}
