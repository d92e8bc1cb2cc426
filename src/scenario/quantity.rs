//! Amounts with units as people write them, `"8 h"`, `"12 €/h"`, `"0.6 €/part h"`, and what they
//! become a beat.
//!
//! A text is a number and a unit. A unit is a product of names, `/` puts all that follows it below
//! the line: `€/part h` is currency for each part and hour. Times come out in beats, money in the
//! scenario's currency; powers become money by the scenario's price of energy. A mean time T
//! between two happenings becomes the probability b/T in each beat of length b, so that the beats
//! between them are geometric with mean T/b: the mean is kept exactly.

use std::fmt;

use super::syntax::suggestion;

/// The longest text taken for an amount \[characters\].
const LONGEST: usize = 64;

/// How often money, time, beats, energy and parts occur in a unit: above the line positive, below
/// it negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Dimension {
    money: i8,
    time: i8,
    beats: i8,
    energy: i8,
    parts: i8,
}

impl Dimension {
    fn add(&mut self, other: Self, sign: i8) {
        self.money += sign * other.money;
        self.time += sign * other.time;
        self.beats += sign * other.beats;
        self.energy += sign * other.energy;
        self.parts += sign * other.parts;
    }

    /// Whether it is this power of money, time (in beats or seconds), energy and parts.
    fn is(self, money: i8, time: i8, energy: i8, parts: i8) -> bool {
        let Self { money: m, time: t, beats: b, energy: e, parts: p } = self;
        (m, t + b, e, p) == (money, time, energy, parts) && (t == 0 || b == 0)
    }
}

const NONE: Dimension = Dimension { money: 0, time: 0, beats: 0, energy: 0, parts: 0 };
const TIME: Dimension = Dimension { time: 1, ..NONE };
const ENERGY: Dimension = Dimension { energy: 1, ..NONE };
const POWER: Dimension = Dimension { energy: 1, time: -1, ..NONE };
const PARTS: Dimension = Dimension { parts: 1, ..NONE };
const BEATS: Dimension = Dimension { beats: 1, ..NONE };
const MONEY: Dimension = Dimension { money: 1, ..NONE };

/// The names of units, with their size in seconds, kilowatt hours and parts.
const NAMES: &[(&[&str], f64, Dimension)] = &[
    (&["ms", "millisecond", "milliseconds"], 1e-3, TIME),
    (&["s", "sec", "second", "seconds"], 1.0, TIME),
    (&["min", "minute", "minutes"], 60.0, TIME),
    (&["h", "hour", "hours"], 3600.0, TIME),
    (&["d", "day", "days"], 86_400.0, TIME),
    (&["week", "weeks"], 604_800.0, TIME),
    (&["beat", "beats"], 1.0, BEATS),
    (&["part", "parts", "piece", "pieces", "customer", "customers"], 1.0, PARTS),
    (&["J"], 1.0 / 3.6e6, ENERGY),
    (&["kJ"], 1.0 / 3.6e3, ENERGY),
    (&["MJ"], 1.0 / 3.6, ENERGY),
    (&["Wh"], 1e-3, ENERGY),
    (&["kWh"], 1.0, ENERGY),
    (&["MWh"], 1e3, ENERGY),
    (&["W"], 1e-3 / 3600.0, POWER),
    (&["kW"], 1.0 / 3600.0, POWER),
    (&["MW"], 1e3 / 3600.0, POWER),
    (&["%"], 1e-2, NONE),
];

/// Signs and codes that are surely money, if not the scenario's.
const OTHER_MONEY: &[&str] = &["€", "$", "£", "¥", "EUR", "USD", "GBP", "CNY", "JPY", "CHF", "RMB"];

/// A number with a unit, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number before the unit.
    pub number: f64,
    /// The unit as written, without the space before it; empty where there is none.
    pub unit: String,
    /// How much one of the unit is in seconds, kilowatt hours, parts and currency.
    scale: f64,
    dimension: Dimension,
}

/// What is wrong with an amount, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QuantityError {
    /// What is wrong: follows the text, as in "`8 hh` …".
    pub message: String,
    /// What to do, a full sentence.
    pub remedy: String,
}

fn refused<T>(message: impl Into<String>, remedy: impl Into<String>) -> Result<T, QuantityError> {
    Err(QuantityError { message: message.into(), remedy: remedy.into() })
}

impl Quantity {
    /// Whether it is a power or an energy, whose worth depends on the price of energy.
    pub fn is_energy(&self) -> bool {
        self.dimension.money == 0 && self.dimension.energy == 1
    }

    /// Reads a number with a unit; `currency` is the scenario's sign for money.
    ///
    /// # Errors
    /// Text without a number, a decimal comma, numbers that are not finite, unknown units, another
    /// currency.
    pub fn parse(text: &str, currency: &str) -> Result<Self, QuantityError> {
        let text = text.trim();
        if text.chars().count() > LONGEST {
            return refused(
                "is too long for an amount",
                "Write a number and a unit, as in \"8 h\".",
            );
        }
        let digits = text.find(|c| !is_of_number(c)).unwrap_or(text.len());
        let (head, rest) = text.split_at(digits);
        // An exponent only where a digit follows, so that a unit may start with e.
        let exponent = exponent_length(rest);
        let (exponent, unit) = rest.split_at(if head.is_empty() { 0 } else { exponent });
        let number: String = head
            .chars()
            .filter(|c| !matches!(c, '_' | '\u{2009}' | '\u{202f}'))
            .map(|c| if c == '\u{2212}' { '-' } else { c })
            .chain(exponent.chars())
            .collect();
        let number = match number.parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            // Digits alone come to no finite number only where they are too many.
            Ok(_) => return refused("has a number that is too large", "Write a smaller number."),
            _ if head.contains(',') => {
                let remedy = format!("Write {}, with a point.", head.replace(',', "."));
                return refused("has a comma in its number", remedy);
            }
            _ => return refused("does not start with a number", "Write a number first: \"8 h\"."),
        };
        let unit = unit.trim();
        let (scale, dimension) = unit_of(unit, currency)?;
        Ok(Self { number, unit: unit.to_owned(), scale, dimension })
    }

    /// The same unit with another number.
    #[must_use]
    pub fn with_number(&self, number: f64) -> Self {
        Self { number, ..self.clone() }
    }

    /// The length in seconds, if it is a time in units of the clock.
    pub fn seconds(&self) -> Option<f64> {
        (self.dimension == TIME).then_some(self.number * self.scale)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.unit.is_empty() { "" } else { " " };
        write!(out, "{}{space}{}", number_text(self.number), self.unit)
    }
}

fn is_of_number(letter: char) -> bool {
    letter.is_ascii_digit()
        || matches!(letter, '.' | ',' | '+' | '-' | '\u{2212}' | '_' | '\u{2009}' | '\u{202f}')
}

fn exponent_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let sign = usize::from(matches!(bytes.get(1), Some(b'-' | b'+')));
    if !matches!(bytes.first(), Some(b'e' | b'E'))
        || !bytes.get(1 + sign).is_some_and(u8::is_ascii_digit)
    {
        return 0;
    }
    let digits = bytes.iter().skip(1 + sign).take_while(|byte| byte.is_ascii_digit()).count();
    1 + sign + digits
}

/// Size and dimension of a unit.
fn unit_of(unit: &str, currency: &str) -> Result<(f64, Dimension), QuantityError> {
    let mut scale = 1.0;
    let mut dimension = NONE;
    for (place, side) in unit.split('/').enumerate() {
        let sign = if place == 0 { 1 } else { -1 };
        let names = side.split(|c: char| c.is_whitespace() || matches!(c, '·' | '*' | '(' | ')'));
        // `€/` or `/ /h`: something is missing. Before the first line nothing is `1`.
        if place > 0 && side.trim().is_empty() {
            return refused(
                "has nothing below the line",
                "Write the unit in full, as in \"12 €/h\".",
            );
        }
        for name in names.filter(|name| !name.is_empty() && *name != "1") {
            let (size, of) = named(name, currency)?;
            scale *= if sign > 0 { size } else { 1.0 / size };
            dimension.add(of, sign);
        }
    }
    Ok((scale, dimension))
}

fn named(name: &str, currency: &str) -> Result<(f64, Dimension), QuantityError> {
    if name == currency {
        return Ok((1.0, MONEY));
    }
    if let Some((_, size, dimension)) = NAMES.iter().find(|(names, ..)| names.contains(&name)) {
        return Ok((*size, *dimension));
    }
    if OTHER_MONEY.contains(&name) {
        return refused(
            format!("is in `{name}`, but this scenario counts in `{currency}`"),
            format!("Write the amount in {currency}, or `currency: \"{name}\"`."),
        );
    }
    let known = || NAMES.iter().flat_map(|(names, ..)| names.iter().copied());
    // A single letter is near to every pair that it is in, `h` to `hp`, and a pair to every pair
    // that it shares a letter with, `kJ` to `kg`: only `hh` is surely `h`, and `kw` `kW`.
    let near = |meant: &&str| {
        let mut letters = meant.chars();
        match (letters.next(), letters.next(), letters.next()) {
            (Some(letter), None, _) => name.chars().all(|c| c.eq_ignore_ascii_case(&letter)),
            (_, Some(_), None) => name.eq_ignore_ascii_case(meant) || name.chars().count() > 2,
            _ => true,
        }
    };
    let remedy = match suggestion(name, known().chain([currency]).filter(near)) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => {
            let known: Vec<&str> = known().collect();
            format!("Known units: {} and {currency}.", known.join(", "))
        }
    };
    refused(format!("has the unknown unit `{}`", name.escape_debug()), remedy)
}

/// The number of an amount in this unit, whichever unit of the same kind it was written in; a number
/// alone is in it already. In scenarios whose money has this sign.
///
/// # Errors
/// In words, where it is no amount, or one of another kind.
pub fn in_unit(text: &str, unit: &str, currency: &str) -> Result<f64, String> {
    let plain = text.trim().replace(',', ".");
    let same = |other: &str| {
        let bare = |unit: &str| unit.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        bare(other) == bare(unit)
    };
    let digits = plain.find(|c| !is_of_number(c)).unwrap_or(plain.len());
    let own = plain.get(digits..).is_some_and(same);
    let written = if own { plain.get(..digits).unwrap_or_default() } else { &plain };
    let amount = Quantity::parse(written, currency)
        .map_err(|error| format!("“{}” {}. {}", text.trim(), error.message, error.remedy))?;
    if amount.unit.is_empty() {
        return Ok(amount.number);
    }
    match Quantity::parse(&format!("1 {unit}"), currency) {
        Ok(one) if one.dimension == amount.dimension => {
            Ok(amount.number * amount.scale / one.scale)
        }
        _ => Err(format!("“{}” is no amount in {unit}. Give a number alone.", text.trim())),
    }
}

/// Whether `text` may be a scenario's sign for money: short, and no unit of its own.
pub fn is_currency(text: &str) -> bool {
    let fits = (1..=8).contains(&text.chars().count());
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !is_of_number(c));
    let clear = !text.contains(['/', '·', '*', '(', ')', '"', '\\']);
    fits && plain && clear && !NAMES.iter().any(|(names, ..)| names.contains(&text))
}

/// What an amount measures, and so which units it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A bare number, named by this unit in documentation; never a text.
    Plain(&'static str),
    /// A probability in each beat; as text a percentage.
    Probability,
    /// The mean time between two happenings: a probability in each beat. As a number in beats.
    MeanTime,
    /// A time. As a number in beats.
    Time,
    /// Money for one happening, or energy.
    Money,
    /// Money for each part.
    MoneyPerPart,
    /// Money for each beat, or a power.
    MoneyPerBeat,
    /// Money for each part and beat.
    MoneyPerPartBeat,
    /// Money for each kilowatt hour.
    EnergyPrice,
}

impl Measure {
    /// The unit of a bare number, as documentation names it.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Plain(unit) => unit,
            Self::Probability => "a beat",
            Self::MeanTime | Self::Time => "beats",
            Self::Money => "currency",
            Self::MoneyPerPart => "currency a part",
            Self::MoneyPerBeat => "currency a beat",
            Self::MoneyPerPartBeat => "currency a part and beat",
            Self::EnergyPrice => "currency a kWh",
        }
    }

    /// Texts that it may be written as, for documentation and remedies; none for a bare number.
    /// `€` stands for the scenario's currency.
    pub fn examples(self) -> &'static [&'static str] {
        match self {
            Self::Plain(_) => &[],
            Self::Probability => &["5 %"],
            Self::MeanTime | Self::Time => &["8 h", "52 s"],
            Self::Money => &["3 €", "2 kWh"],
            Self::MoneyPerPart => &["10 €/part"],
            Self::MoneyPerBeat => &["12 €/h", "15 kW"],
            Self::MoneyPerPartBeat => &["0.6 €/part h"],
            Self::EnergyPrice => &["0.20 €/kWh"],
        }
    }
}

/// What turns amounts into beats and money.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// The length of a beat in seconds, where the scenario names one.
    pub beat: Option<f64>,
    /// The scenario's sign for money.
    pub currency: String,
    /// Currency a kilowatt hour, where the scenario names one.
    pub energy_price: Option<f64>,
}

impl Default for Units {
    fn default() -> Self {
        Self { beat: None, currency: "€".to_owned(), energy_price: None }
    }
}

impl Units {
    /// What an amount with a unit is a beat: a probability, beats, or currency.
    ///
    /// # Errors
    /// A unit that does not measure this; a unit of the clock in a scenario whose beat has no
    /// length; energy without a price; a mean time shorter than a beat.
    pub fn convert(&self, quantity: &Quantity, measure: Measure) -> Result<f64, QuantityError> {
        let Dimension { money, time, energy, .. } = quantity.dimension;
        let is = |money, time, energy, parts| quantity.dimension.is(money, time, energy, parts);
        let of_energy = money == 0 && energy == 1;
        let fits = match measure {
            Measure::Plain(_) => false,
            Measure::Probability => is(0, 0, 0, 0) && !quantity.unit.is_empty(),
            Measure::MeanTime | Measure::Time => is(0, 1, 0, 0),
            Measure::Money => is(1, 0, 0, 0) || is(0, 0, 1, 0),
            Measure::MoneyPerPart => is(1, 0, 0, -1) || is(1, 0, 0, 0) || is(0, 0, 1, -1),
            Measure::MoneyPerBeat => is(1, -1, 0, 0) || is(0, -1, 1, 0),
            Measure::MoneyPerPartBeat => is(1, -1, 0, -1),
            Measure::EnergyPrice => is(1, 0, -1, 0),
        };
        if !fits {
            let examples: Vec<String> = measure
                .examples()
                .iter()
                .map(|example| format!("\"{}\"", example.replace('€', &self.currency)))
                .collect();
            let message = match (quantity.unit.as_str(), measure.examples()) {
                ("", _) => "has no unit".to_owned(),
                (unit, []) => format!("has the unit `{unit}`, but this is a bare number"),
                (unit, _) => format!("is in `{unit}`, which does not measure this"),
            };
            return refused(
                message,
                match examples.as_slice() {
                    [] => "Write the number alone, without quotation marks.".to_owned(),
                    _ => format!(
                        "Write a unit as in {}, or a number alone ({}).",
                        examples.join(" or "),
                        measure.unit().replace("currency", &self.currency)
                    ),
                },
            );
        }
        let mut value = quantity.number * quantity.scale;
        if time != 0 {
            let Some(beat) = self.beat else {
                let what = match (time, energy) {
                    (1, _) => "is a time of the clock",
                    (_, 1) => "is a power",
                    _ => "is an amount for a time of the clock",
                };
                let mut unknown = "how long a beat is".to_owned();
                let mut add = "`beat: \"1 min\"`".to_owned();
                if of_energy && self.energy_price.is_none() {
                    unknown += " and what energy costs";
                    add += &format!(" and `energy_price: \"0.20 {}/kWh\"`", self.currency);
                }
                return refused(
                    format!("{what}, but the scenario does not say {unknown}"),
                    format!("Add {add} to the scenario, or write it in beats."),
                );
            };
            value *= beat.powi(-i32::from(time));
        }
        if of_energy {
            let Some(price) = self.energy_price else {
                return refused(
                    "is energy, but the scenario does not say what energy costs",
                    format!("Add `energy_price: \"0.20 {}/kWh\"` to the scenario.", self.currency),
                );
            };
            value *= price;
        }
        if measure == Measure::MeanTime { chance_of_mean(value) } else { Ok(value) }
    }

    /// A time as a whole number of beats, and how far it is from the time given, relatively
    /// (positive: longer than given).
    ///
    /// # Errors
    /// As [`Units::convert`]; also times that round to less than one beat, unless they are 0.
    pub fn whole_beats(&self, quantity: &Quantity) -> Result<(u64, f64), QuantityError> {
        let beats = self.convert(quantity, Measure::Time)?;
        if beats == 0.0 {
            return Ok((0, 0.0));
        }
        if beats >= 1e15 {
            return refused("is more beats than are counted", "Write a shorter time.");
        }
        if beats < 0.0 {
            return refused(
                format!("is {} beats, and a time is not negative", rounded(beats)),
                "Write a time of 0 or more.",
            );
        }
        // Half a beat more or less is the most that rounding may do to a single beat.
        if beats.is_nan() || beats < 0.5 {
            return refused(
                format!("is {} beats, which no whole number of beats comes near", rounded(beats)),
                "Choose another length for the scenario's `beat`.",
            );
        }
        let whole = beats.round();
        Ok((whole as u64, whole / beats - 1.0))
    }
}

/// The probability in each beat of what happens once in `beats` beats on average.
///
/// # Errors
/// Less than one beat.
pub(super) fn chance_of_mean(beats: f64) -> Result<f64, QuantityError> {
    if beats >= 1.0 && beats.is_finite() {
        return Ok(1.0 / beats);
    }
    if beats == f64::INFINITY {
        return refused("is more beats than are counted", "Write a shorter time.");
    }
    refused(
        format!("is {} beats, shorter than one beat", rounded(beats)),
        "Choose a shorter beat, or a mean time of at least one beat.",
    )
}

/// How an amount given with a unit entered the scenario.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Conversion {
    /// The field in the file: `environment.machines[0].mtbf`.
    pub path: String,
    /// The setting that it became: `environment.machines[0].failure`.
    pub setting: String,
    /// What was written: `8 h`.
    pub given: String,
    /// What it became, in words: `0.002083 a beat (once in 480 beats on average)`.
    pub becomes: String,
    /// The number that the setting now holds: a probability, beats or currency, each a beat.
    pub value: f64,
    /// How far rounding to whole beats took it from what was given: 0.15 is 15 % longer.
    pub error: f64,
}

/// What `value` is, in words.
pub(super) fn in_words(value: f64, measure: Measure, currency: &str) -> String {
    let shown = rounded(value);
    match measure {
        Measure::Plain(_) => shown,
        Measure::Probability => format!("{shown} a beat"),
        Measure::MeanTime => {
            format!("{shown} a beat (once in {} beats on average)", rounded(1.0 / value))
        }
        Measure::Time => match shown.as_str() {
            "1" => "1 beat".to_owned(),
            _ => format!("{shown} beats"),
        },
        Measure::Money => format!("{shown} {currency}"),
        Measure::MoneyPerPart => format!("{shown} {currency} a part"),
        Measure::MoneyPerBeat => format!("{shown} {currency} a beat"),
        Measure::MoneyPerPartBeat => format!("{shown} {currency} a part and beat"),
        Measure::EnergyPrice => format!("{shown} {currency} a kWh"),
    }
}

/// A number in at most four significant figures (all those of whole numbers below a million).
pub(super) fn rounded(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e6 {
        return format!("{value}");
    }
    let size = value.abs();
    if !(1e-4..1e6).contains(&size) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - size.log10().floor() as i32).max(0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A fraction in per cent, for reading: `15 %`.
pub(super) fn in_per_cent(fraction: f64) -> String {
    let per_cent = fraction * 100.0;
    if per_cent < 10.0 { format!("{per_cent:.1} %") } else { format!("{per_cent:.0} %") }
}

/// A number as a file shows it: the shortest text that reads back as the same bits.
pub(super) fn number_text(value: f64) -> String {
    match value.abs() {
        // Read as a whole number, −0 would lose its sign.
        0.0 if value.is_sign_negative() => "-0.0".to_owned(),
        size if size != 0.0 && !(1e-5..1e16).contains(&size) => format!("{value:e}"),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        Units { beat: Some(60.0), currency: "€".into(), energy_price: Some(0.20) }
    }

    fn value(text: &str, measure: Measure) -> f64 {
        units().convert(&Quantity::parse(text, "€").unwrap(), measure).unwrap()
    }

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-14, "{found} is not {expected}");
    }

    #[test]
    fn amounts_become_what_a_calculation_by_hand_says() {
        // A beat is a minute: 8 h are 480 beats, 1.5 d are 2160.
        close(value("8 h", Measure::MeanTime), 1.0 / 480.0);
        close(value("1.5 d", Measure::MeanTime), 1.0 / 2160.0);
        close(value("20 min", Measure::Time), 20.0);
        close(value("30 s", Measure::Time), 0.5);
        close(value("7 beats", Measure::Time), 7.0);
        close(value("12 €/h", Measure::MoneyPerBeat), 0.2);
        close(value("0.6 €/part h", Measure::MoneyPerPartBeat), 0.01);
        close(value("0.6 €/(part·h)", Measure::MoneyPerPartBeat), 0.01);
        close(value("0.6 €/part/h", Measure::MoneyPerPartBeat), 0.01);
        close(value("0.25 €/part beat", Measure::MoneyPerPartBeat), 0.25);
        close(value("10 €/part", Measure::MoneyPerPart), 10.0);
        close(value("10 €", Measure::MoneyPerPart), 10.0);
        // 12 kW at 0.20 €/kWh are 2.40 €/h, 0.04 € a minute.
        close(value("12 kW", Measure::MoneyPerBeat), 0.04);
        close(value("12000 W", Measure::MoneyPerBeat), 0.04);
        close(value("0.5 kWh/beat", Measure::MoneyPerBeat), 0.1);
        close(value("2.5 kWh", Measure::Money), 0.5);
        close(value("3.6 MJ", Measure::Money), 0.2);
        close(value("0.20 €/kWh", Measure::EnergyPrice), 0.2);
        close(value("200 €/MWh", Measure::EnergyPrice), 0.2);
        close(value("5 %", Measure::Probability), 0.05);
        close(value("\u{2212}1\u{2009}200 €", Measure::Money), -1200.0);
        close(value("1e-3 €", Measure::Money), 0.001);
    }

    #[test]
    fn whole_beats_tell_their_rounding() {
        let beats = |text| units().whole_beats(&Quantity::parse(text, "€").unwrap());
        // 52 s are 0.867 beats; one beat is 60/52 − 1 = 2/13 longer.
        let (whole, error) = beats("52 s").unwrap();
        assert_eq!(whole, 1);
        close(error, 2.0 / 13.0);
        assert_eq!(beats("3 min").unwrap(), (3, 0.0));
        assert_eq!(beats("0 s").unwrap(), (0, 0.0));
        assert!(beats("29 s").unwrap_err().message.contains("0.4833 beats"));
    }

    #[test]
    fn what_cannot_be_measured_so_is_refused_with_a_remedy() {
        for (text, measure, message, remedy) in [
            ("8 €", Measure::Time, "does not measure this", "\"8 h\""),
            ("8", Measure::Time, "has no unit", "a number alone (beats)"),
            ("12 €", Measure::MoneyPerBeat, "does not measure this", "\"12 €/h\""),
            ("30 s", Measure::MeanTime, "0.5 beats, shorter than one", "shorter beat"),
            ("-8 h", Measure::MeanTime, "-480 beats, shorter than one", "shorter beat"),
            ("3 h", Measure::Plain("parts"), "a bare number", "without quotation marks"),
            ("8 h/beat", Measure::Time, "does not measure this", "\"8 h\""),
        ] {
            let quantity = Quantity::parse(text, "€").unwrap();
            let error = units().convert(&quantity, measure).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert!(error.remedy.contains(remedy), "{text}: {}", error.remedy);
        }
    }

    #[test]
    fn without_beat_or_price_the_remedy_says_what_to_add() {
        let bare = Units::default();
        let error = |text: &str, measure| {
            bare.convert(&Quantity::parse(text, "€").unwrap(), measure).unwrap_err().remedy
        };
        assert!(error("8 h", Measure::MeanTime).contains("beat: \"1 min\""));
        assert!(error("2 kWh", Measure::Money).contains("energy_price"));
        // A power lacks both, and is no time.
        let power = bare.convert(&Quantity::parse("10 kW", "€").unwrap(), Measure::MoneyPerBeat);
        let power = power.unwrap_err();
        assert_eq!(
            power.message,
            "is a power, but the scenario does not say how long a beat is and what energy costs"
        );
        assert!(power.remedy.contains("`beat: \"1 min\"` and `energy_price: "), "{}", power.remedy);
        let wage = bare.convert(&Quantity::parse("12 €/h", "€").unwrap(), Measure::MoneyPerBeat);
        let wage = wage.unwrap_err().message;
        assert!(wage.starts_with("is an amount for a time of the clock, but"), "{wage}");
        let beats = Quantity::parse("480 beats", "€").unwrap();
        close(bare.convert(&beats, Measure::MeanTime).unwrap(), 1.0 / 480.0);
    }

    #[test]
    fn amounts_are_read_in_the_unit_that_is_asked_for() {
        for (text, unit, number) in [
            ("8", "min", 8.0),
            (" 8,5 ", "min", 8.5),
            ("1 h", "min", 60.0),
            ("30s", "min", 0.5),
            ("90 min", "h", 1.5),
            ("300 €/MWh", "€/kWh", 0.3),
            ("0.2 €/kWh", "€/kWh", 0.2),
            ("3 €", "€", 3.0),
            ("0.3 a beat", "a beat", 0.3),
            ("2 kW", "W", 2000.0),
        ] {
            close(in_unit(text, unit, "€").unwrap(), number);
        }
        for (text, unit, words) in [
            ("30 ct/kWh", "€/kWh", "“30 ct/kWh” has the unknown unit"),
            ("2 kW", "min", "“2 kW” is no amount in min"),
            ("1:30", "min", "“1:30” has the unknown unit"),
            ("many", "min", "“many” does not start with a number"),
            ("3 h", "a beat", "“3 h” is no amount in a beat"),
        ] {
            let told = in_unit(text, unit, "€").unwrap_err();
            assert!(told.contains(words), "{text}: {told}");
        }
    }

    #[test]
    fn texts_that_are_no_amounts_are_refused() {
        for (text, message, remedy) in [
            ("", "does not start with a number", "number first"),
            ("h 8", "does not start with a number", "number first"),
            ("1,5 h", "comma", "Write 1.5, with a point."),
            ("8 hh", "unknown unit `hh`", "Did you mean"),
            ("8 mins", "unknown unit `mins`", "Did you mean `min`?"),
            ("8 parsec", "unknown unit `parsec`", "Known units"),
            ("12 $/h", "counts in `€`", "currency: \"$\""),
            ("12 €/", "nothing below the line", "in full"),
            ("8 hp", "unknown unit `hp`", "Known units: ms, "),
            ("8 x", "unknown unit `x`", "hours, "),
            ("8 x", "unknown unit `x`", "MJ, "),
            ("8 x", "unknown unit `x`", "% and €."),
            ("8 hh", "unknown unit `hh`", "Did you mean `h`?"),
            ("8 kw", "unknown unit `kw`", "Did you mean `kW`?"),
            ("8 kg", "unknown unit `kg`", "Known units"),
            ("1e999 h", "has a number that is too large", "smaller number"),
            ("--3 h", "does not start with a number", "number first"),
            (&"9".repeat(80), "too long", "a number and a unit"),
        ] {
            let error = Quantity::parse(text, "€").unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert!(error.remedy.contains(remedy), "{text}: {}", error.remedy);
        }
    }

    #[test]
    fn a_currency_is_no_unit_and_no_number() {
        assert!(["€", "$", "CHF", "kr", "元"].into_iter().all(is_currency));
        assert!(
            !["", "h", "part", "5", "a b", "€/h", "abcdefghi", "."].into_iter().any(is_currency)
        );
    }

    #[test]
    fn figures_are_rounded_for_reading_only() {
        assert_eq!(rounded(1.0 / 480.0), "0.002083");
        assert_eq!(rounded(480.0), "480");
        assert_eq!(rounded(12.5), "12.5");
        assert_eq!(rounded(123_456.7), "123457");
        assert_eq!(rounded(1e-7), "1.000e-7");
        assert_eq!(number_text(1.0 / 480.0).parse::<f64>().unwrap(), 1.0 / 480.0);
        assert_eq!(number_text(1e-300).parse::<f64>().unwrap(), 1e-300);
    }
}
