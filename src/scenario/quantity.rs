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
    /// A probability each time that something happens, or a share; as text a percentage.
    Share,
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
            Self::Share => "",
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
            Self::Probability | Self::Share => &["5 %"],
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
            Measure::Probability | Measure::Share => is(0, 0, 0, 0) && !quantity.unit.is_empty(),
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
                    _ => {
                        let alone = match measure.unit() {
                            "" => String::new(),
                            unit => format!(" ({})", unit.replace("currency", &self.currency)),
                        };
                        format!(
                            "Write a unit as in {}, or a number alone{alone}.",
                            examples.join(" or ")
                        )
                    }
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
    /// As [`Units::convert`]; also times that a beat is more than half as long again as, unless they
    /// are 0.
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
        // Half of it more is the most that rounding may do to a time.
        if beats.is_nan() || beats < 2.0 / 3.0 {
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
    if beats <= 0.0 {
        return refused(
            format!("is {} beats, and a mean time lies above 0", rounded(beats)),
            "Write a mean time of at least one beat; leave it out for what never happens.",
        );
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
        Measure::Plain(_) | Measure::Share => shown,
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
mod tests;
