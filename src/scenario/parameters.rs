//! What can be changed with a slider: the numbers of a scenario, with label, unit and range.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::contents::Contents;
use super::fields::{Bounds, Field, Holds, Kind, Record, Slide};
use super::load::{Scenario, number_at};
use super::quantity::{Conversion, Measure, Quantity, Units, in_words, number_text};
use super::schema::whole::SCENARIO;
use crate::environments::SettingError;

/// A number of a scenario that can be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its path, as the file writes it: `environment.machines[0].mtbf`.
    pub path: String,
    /// What it is of, `Lathe`; empty for the scenario as a whole.
    pub owner: String,
    /// What it is called, in short: `time to failure`.
    pub label: String,
    /// The unit of its number; empty where it has none.
    pub unit: String,
    /// The number.
    pub value: f64,
    /// Where a slider begins and ends, in the same unit.
    pub range: (f64, f64),
    /// The least and the most that may be typed; infinite where there is no bound.
    pub bounds: (f64, f64),
    /// Whether it is a whole number.
    pub whole: bool,
    /// Whether equal ways of the slider are equal factors.
    pub logarithmic: bool,
    /// The number when the scenario was opened.
    pub default: f64,
    /// What it means.
    pub about: &'static str,
    /// What it becomes where that is not what was written: a time that is no whole number of beats.
    pub becomes: Option<String>,
}

/// A parameter and what is needed to change it.
struct Found {
    parameter: Parameter,
    setting: String,
    measure: Option<Measure>,
    /// The amount given, where the number is one with a unit.
    given: Option<Quantity>,
}

impl Scenario {
    /// The numbers that can be changed with a slider, in the order of the file.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.found().into_iter().map(|found| found.parameter).collect()
    }

    /// One of these numbers, by its path.
    pub fn parameter(&self, path: &str) -> Option<Parameter> {
        self.parameters().into_iter().find(|parameter| parameter.path == path)
    }

    /// The scenario with another number for one of its [parameters](Self::parameters), by its
    /// path and in its unit.
    ///
    /// # Errors
    /// An unknown path, or all that would be wrong with the scenario.
    pub fn with_parameter(&self, path: &str, number: f64) -> Result<Self, Vec<SettingError>> {
        let refuse = |message: String, remedy: String| {
            Err(vec![SettingError { path: path.to_owned(), message, remedy }])
        };
        let Some(found) = self.found().into_iter().find(|found| found.parameter.path == path)
        else {
            return refuse(
                format!("there is no parameter `{path}`"),
                "choose one of the list".into(),
            );
        };
        let number = if found.parameter.whole { number.round() } else { number };
        if number == found.parameter.value {
            return Ok(self.clone());
        }
        let (low, high) = found.parameter.bounds;
        if !number.is_finite() || number < low || number > high {
            return refuse(
                format!("{} cannot be {number}", found.parameter.label),
                match (low.is_finite(), high.is_finite()) {
                    (true, false) => format!("give a number of at least {low}"),
                    (false, true) => format!("give a number of at most {high}"),
                    _ => format!("give a number from {low} to {high}"),
                },
            );
        }
        let units = self.contents.units();
        let (value, given, error) = match (&found.given, found.measure) {
            (Some(quantity), Some(measure)) => {
                let quantity = quantity.with_number(number);
                let converted = match measure {
                    Measure::Time => {
                        units.whole_beats(&quantity).map(|(beats, error)| (beats as f64, error))
                    }
                    Measure::MeanTime if quantity.unit.is_empty() => {
                        super::quantity::chance_of_mean(number).map(|chance| (chance, 0.0))
                    }
                    _ => units.convert(&quantity, measure).map(|value| (value, 0.0)),
                };
                match converted {
                    Ok((value, error)) => (value, Some(quantity.to_string()), error),
                    Err(error) => return refuse(error.message, error.remedy),
                }
            }
            _ => (number, None, 0.0),
        };
        let mut values = Self::values(&self.contents);
        let whole = found.parameter.whole || found.measure == Some(Measure::Time);
        let number = match whole {
            true => Json::from(value as i64),
            false => Json::from(value),
        };
        let mut changed = self.clone();
        if found.measure == Some(Measure::EnergyPrice) {
            let units = Units { energy_price: Some(value), ..units.clone() };
            for conversion in &mut changed.conversions {
                let Some((value, becomes)) = at_price(conversion, &units) else { continue };
                place(&mut values, &conversion.setting, Json::from(value));
                *conversion = Conversion { value, becomes, ..conversion.clone() };
            }
        }
        let placed = place(&mut values, &found.setting, number);
        let contents = placed.then(|| serde_json::from_value::<Contents>(values).ok()).flatten();
        let Some(contents) = contents else {
            return refuse(format!("{value} does not fit here"), "give another number".into());
        };
        if let (Some(given), Some(measure)) = (given, found.measure) {
            let becomes = in_words(value, measure, &units.currency);
            let known = |known: &&mut Conversion| known.setting == found.setting;
            if let Some(conversion) = changed.conversions.iter_mut().find(known) {
                *conversion = Conversion { given, becomes, value, error, ..conversion.clone() };
            }
        }
        changed.with_contents(contents)
    }

    fn found(&self) -> Vec<Found> {
        let (values, opened) = (Self::values(&self.contents), Self::values(&self.opened));
        let mut walk = Walk { scenario: self, opened, found: Vec::new() };
        if let Json::Object(values) = &values {
            walk.fields(&SCENARIO, values, ("", ""), "");
        }
        tell_apart(&mut walk.found);
        walk.found
    }

    /// The same scenario, from which on parameters count as unchanged.
    #[must_use]
    pub fn as_opened(mut self) -> Self {
        self.opened = Arc::new(self.contents.clone());
        self
    }
}

struct Walk<'s> {
    scenario: &'s Scenario,
    opened: Json,
    found: Vec<Found>,
}

impl Walk<'_> {
    /// By what factor the price of energy is another than when the scenario was opened.
    fn price_risen(&self) -> f64 {
        let price = |contents: &Contents| contents.energy_price.filter(|price| *price > 0.0);
        let (now, then) = (price(&self.scenario.contents), price(&self.scenario.opened));
        now.zip(then).map_or(1.0, |(now, then)| now / then)
    }

    /// Visits the fields of a struct; `at` are its paths in the file and among the settings.
    fn fields(
        &mut self,
        record: &Record,
        values: &Map<String, Json>,
        at: (&str, &str),
        owner: &str,
    ) {
        for field in record.fields {
            let Some(value) = values.get(field.setting) else { continue };
            let value = match field.wrapped {
                "" => value,
                wrapped => match value.get(wrapped) {
                    Some(value) => value,
                    None => continue,
                },
            };
            let (path, setting) = (joined(at.0, field.name), joined(at.1, field.setting));
            self.value(field, field.kind, value, (&path, &setting), owner);
        }
    }

    fn value(&mut self, field: &Field, kind: Kind, value: &Json, at: (&str, &str), owner: &str) {
        match (kind, value) {
            (Kind::Fields(record), Json::Object(values)) => {
                let own = named(record, values, &field.words(), owner);
                self.fields(record, values, at, &own);
            }
            (Kind::List(record), Json::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let Json::Object(values) = item else { continue };
                    let number = format!("{} {}", record.noun, index + 1);
                    // The steps of two routes are told apart by whose they are.
                    let otherwise = match owner {
                        "" => number,
                        owner => format!("{owner} · {number}"),
                    };
                    let own = named(record, values, &otherwise, owner);
                    let at = (format!("{}[{index}]", at.0), format!("{}[{index}]", at.1));
                    self.fields(record, values, (&at.0, &at.1), &own);
                }
            }
            (Kind::Choice(variants), Json::Object(chosen)) => {
                let Some((name, inner)) = chosen.iter().next() else { return };
                let variant = variants.iter().find(|variant| variant.name == *name);
                match (variant.map(|variant| &variant.holds), inner) {
                    (Some(Holds::Fields(record)), Json::Object(values)) => {
                        self.fields(record, values, at, owner);
                    }
                    (Some(Holds::Value(inner_field)), inner) => {
                        self.value(inner_field, inner_field.kind, inner, at, owner);
                    }
                    _ => {}
                }
            }
            // One figure for all states can be changed; of many there is none to be seen.
            (Kind::Reals(measure, bounds), Json::Array(items)) => {
                if let [only] = items.as_slice() {
                    let setting = format!("{}[0]", at.1);
                    self.number(field, Kind::Real(measure, bounds), only, (at.0, &setting), owner);
                }
            }
            _ => self.number(field, kind, value, at, owner),
        }
    }

    fn number(&mut self, field: &Field, kind: Kind, value: &Json, at: (&str, &str), owner: &str) {
        let (Some(slide), Some(value)) = (field.slide, value.as_f64()) else { return };
        let (path, setting) = at;
        let given = self.scenario.conversions.iter().find(|given| given.setting == setting);
        let given = given.filter(|given| given.value == value);
        let (measure, bounds) = match kind {
            Kind::Real(measure, bounds) => (measure, bounds),
            Kind::Beats(low, high) => (Measure::Time, Bounds::new(low as f64, high as f64)),
            Kind::Whole(low, high, unit) => {
                (Measure::Plain(unit), Bounds::new(low as f64, high as f64))
            }
            _ => return,
        };
        let whole = matches!(kind, Kind::Beats(..) | Kind::Whole(..));
        let (low, high) = (bounds.low, bounds.high);
        let mut parameter = Parameter {
            path: path.to_owned(),
            owner: owner.to_owned(),
            label: if field.label.is_empty() { field.words() } else { field.label.to_owned() },
            unit: measure.unit().replace("currency", &self.scenario.contents.currency),
            value,
            range: (slide.low, slide.high),
            bounds: (low, high),
            whole,
            logarithmic: slide.logarithmic,
            default: number_at(&self.opened, setting).unwrap_or(value),
            about: field.about,
            becomes: None,
        };
        let mut quantity = None;
        match given {
            // Where this field was not the one given, the other speaks for the setting.
            Some(given) if given.path != path => return,
            Some(given) => {
                let amount = amount(given, &self.scenario.contents.currency);
                let Some(amount) = amount else { return };
                if amount.is_energy() {
                    parameter.default *= self.price_risen();
                }
                in_unit(&mut parameter, &amount, slide, measure);
                if given.error != 0.0 {
                    let percent = 100.0 * given.error;
                    let rounded = format!("{}, {percent:+.1} %", given.becomes);
                    parameter.becomes = Some(rounded.replace('-', "\u{2212}"));
                }
                if amount.is_energy() && value == 0.0 {
                    // Where energy is free nothing tells what the number was.
                    parameter.default = parameter.value;
                }
                quantity = Some(amount);
            }
            None if measure == Measure::MeanTime => return,
            None => {}
        }
        parameter.range.0 = parameter.range.0.min(parameter.value);
        parameter.range.1 = parameter.range.1.max(parameter.value);
        let setting = setting.to_owned();
        self.found.push(Found { parameter, setting, measure: Some(measure), given: quantity });
    }
}

/// The amount that was given: with a unit, or a bare number of beats.
fn amount(given: &Conversion, currency: &str) -> Option<Quantity> {
    Quantity::parse(&given.given, currency).ok()
}

/// What a power or an energy becomes at another price of energy, as a number and in words; `None`
/// for what is neither.
fn at_price(given: &Conversion, units: &Units) -> Option<(f64, String)> {
    let amount = amount(given, &units.currency).filter(Quantity::is_energy)?;
    let measures = [Measure::Money, Measure::MoneyPerPart, Measure::MoneyPerBeat];
    measures.into_iter().find_map(|measure| {
        let value = units.convert(&amount, measure).ok()?;
        Some((value, in_words(value, measure, &units.currency)))
    })
}

/// Puts a parameter into the unit that it was given in.
fn in_unit(parameter: &mut Parameter, amount: &Quantity, slide: Slide, measure: Measure) {
    // What the slider's ends, the bounds and the number at the opening are counted in.
    let counted = |value: f64| if measure == Measure::MeanTime { 1.0 / value } else { value };
    let now = counted(parameter.value);
    let per_unit = match amount.number / now {
        ratio if ratio.is_finite() && ratio > 0.0 => ratio,
        _ => 1.0,
    };
    let default = counted(parameter.default) * per_unit;
    parameter.default = default.parse_again();
    parameter.value = amount.number;
    parameter.unit = match amount.unit.as_str() {
        "" => "beats".to_owned(),
        unit => unit.to_owned(),
    };
    parameter.whole = false;
    parameter.bounds = match measure {
        // A mean time is at least one beat.
        Measure::MeanTime => (per_unit.parse_again(), f64::INFINITY),
        _ => {
            let (low, high) = parameter.bounds;
            ((low * per_unit).parse_again(), (high * per_unit).parse_again())
        }
    };
    // About what the author gave: the table cannot know whether that is watts or megawatts.
    let (low, high) = match default.abs() {
        0.0 => (slide.low * per_unit, slide.high * per_unit),
        size if slide.logarithmic => (size / 20.0, size * 20.0),
        size if default < 0.0 => (-3.0 * size, 0.0),
        size => (0.0, 3.0 * size),
    };
    let (least, most) = parameter.bounds;
    parameter.range = (even(low).clamp(least, most), even(high).clamp(least, most));
}

/// The nearest even end for a scale: 1, 2 or 5 times a power of ten, or 0.
fn even(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let power = 10.0_f64.powf(value.abs().log10().floor());
    let lead = value.abs() / power;
    let even = [1.0, 2.0, 5.0, 10.0].into_iter().min_by(|a, b| {
        let distance = |even: f64| (even / lead).ln().abs();
        distance(*a).total_cmp(&distance(*b))
    });
    (even.unwrap_or(1.0) * power).copysign(value)
}

/// Rounding of what was divided and multiplied again, so that a default shows as it was written.
trait ParseAgain {
    fn parse_again(self) -> f64;
}

impl ParseAgain for f64 {
    fn parse_again(self) -> f64 {
        number_text(self).parse::<f64>().map_or(self, |value| {
            let short: f64 = format!("{value:.12e}").parse().unwrap_or(value);
            if (short - value).abs() <= 4.0 * f64::EPSILON * value.abs() { short } else { value }
        })
    }
}

/// Puts a number at a setting's path; whether there was one.
fn place(values: &mut Json, setting: &str, number: Json) -> bool {
    let mut value = values;
    for step in setting.split(['.', '[']) {
        let key = step.trim_end_matches(']');
        while !has(value, key) {
            match inner(value) {
                Some(inner) => value = inner,
                None => return false,
            }
        }
        let next = match value {
            Json::Array(items) => key.parse().ok().and_then(|index: usize| items.get_mut(index)),
            Json::Object(fields) => fields.get_mut(key),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    while value.is_object() {
        match inner(value) {
            Some(inner) => value = inner,
            None => return false,
        }
    }
    *value = number;
    true
}

fn has(value: &Json, key: &str) -> bool {
    match value {
        Json::Array(items) => key.parse().is_ok_and(|index: usize| index < items.len()),
        Json::Object(fields) => fields.contains_key(key),
        _ => true,
    }
}

/// What a variant holds.
fn inner(value: &mut Json) -> Option<&mut Json> {
    match value {
        Json::Object(fields) if fields.len() == 1 => {
            fields.iter_mut().next().map(|(_, value)| value)
        }
        _ => None,
    }
}

/// The name of what a struct describes.
fn named(record: &Record, values: &Map<String, Json>, otherwise: &str, owner: &str) -> String {
    match values.get("name").and_then(Json::as_str) {
        _ if record.noun.is_empty() => owner.to_owned(),
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => otherwise.to_owned(),
    }
}

/// Two figures of one owner that are called the same say of what each is: `requests, mean`.
fn tell_apart(found: &mut [Found]) {
    let same = |a: &Parameter, b: &Parameter| a.owner == b.owner && a.label == b.label;
    let twice = |one: &Found| {
        found.iter().filter(|other| same(&one.parameter, &other.parameter)).count() > 1
    };
    let twice: Vec<bool> = found.iter().map(twice).collect();
    for (found, _) in found.iter_mut().zip(twice).filter(|(_, twice)| *twice) {
        let mut steps = found.parameter.path.rsplit('.').skip(1);
        if let Some(of) = steps.next().filter(|step| !step.ends_with(']')) {
            // Both together have little room.
            let label = found.parameter.label.replace("probability", "prob.");
            found.parameter.label = format!("{}, {label}", of.replace('_', " "));
        }
    }
}

fn joined(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}
