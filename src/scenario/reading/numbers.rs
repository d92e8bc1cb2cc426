//! Reading numbers, and amounts with units.

use serde_json::{Number as JsonNumber, Value as Json};

use super::nodes::without_some;
use super::wording::{of, shortened};
use super::{Here, MOST_PLACES, Place, Reader};
use crate::scenario::fields::{Bounds, Field};
use crate::scenario::quantity::{self, Conversion, Measure, Quantity, QuantityError};
use crate::scenario::syntax::{Kind as Tree, Magnitude, Node, Number};

impl Reader<'_> {
    pub(super) fn whole(
        &mut self,
        field: &Field,
        node: &Node,
        low: i128,
        high: i128,
        here: Here<'_>,
    ) -> Option<Json> {
        let value = match &node.kind {
            Tree::Number(number) => match number.value {
                Magnitude::Unsigned(value) => Some(i128::from(value)),
                Magnitude::Negative(value) => Some(i128::from(value)),
                Magnitude::Float(_) => None,
            },
            _ => None,
        };
        let Some(value) = value else {
            let remedy = match &node.kind {
                Tree::Text(text) if text.trim().parse::<f64>().is_ok() => {
                    "Numbers are written without quotation marks.".to_owned()
                }
                Tree::Number(Number { value: Magnitude::Float(value), .. })
                    if value.fract() == 0.0
                        && (low as f64..=high as f64).contains(value)
                        // Beyond that the number would be none that a file can hold.
                        && value.abs() < 1e15 =>
                {
                    format!("Write {}.", *value as i128)
                }
                _ => whole_remedy(low, high),
            };
            self.expected(here, field, node, "a whole number", &remedy);
            return None;
        };
        self.whole_within(field, node, value, low, high, here)
    }

    pub(super) fn whole_within(
        &mut self,
        field: &Field,
        node: &Node,
        value: i128,
        low: i128,
        high: i128,
        here: Here<'_>,
    ) -> Option<Json> {
        if !(low..=high).contains(&value) {
            let subject = of(&field.words(), here.owner);
            let rule = match high >= i128::from(i32::MAX) {
                true if value > high => format!("be at most {high}"),
                true => format!("be {low} or more"),
                false => format!("lie between {low} and {high}"),
            };
            let message = format!("{subject} is {value}: it must {rule}");
            let remedy = match field.name {
                "version" => {
                    format!("This Taktlab reads version {high}; a newer one may read more.")
                }
                _ if high >= i128::from(i32::MAX) && value > high => {
                    format!("Write a whole number up to {high}.")
                }
                _ => whole_remedy(low, high),
            };
            self.error(here, node.span, message, remedy);
            return None;
        }
        let number = match (u64::try_from(value), i64::try_from(value)) {
            (Ok(value), _) => JsonNumber::from(value),
            (_, Ok(value)) => JsonNumber::from(value),
            _ => return None,
        };
        Some(Json::Number(number))
    }

    pub(super) fn beats(
        &mut self,
        field: &Field,
        node: &Node,
        low: i128,
        high: i128,
        here: Here<'_>,
    ) -> Option<Json> {
        let Tree::Text(text) = &node.kind else {
            return self.whole(field, node, low, high, here);
        };
        let converted = Quantity::parse(text, &self.units.currency)
            .and_then(|quantity| self.units.whole_beats(&quantity));
        match converted {
            Ok((beats, error)) => {
                let value = self.whole_within(field, node, beats.into(), low, high, here)?;
                self.convert(here, text.trim().to_owned(), beats as f64, error, Measure::Time);
                Some(value)
            }
            Err(error) => self.no_quantity(field, node, text, error, here),
        }
    }

    pub(super) fn real(
        &mut self,
        field: &Field,
        node: &Node,
        measure: Measure,
        bounds: Bounds,
        here: Here<'_>,
    ) -> Option<Json> {
        let (value, given) = match &node.kind {
            Tree::Number(number) => {
                let bare = match number.value {
                    Magnitude::Unsigned(value) => value as f64,
                    Magnitude::Negative(value) => value as f64,
                    Magnitude::Float(value) => value,
                };
                match measure {
                    Measure::MeanTime => match quantity::chance_of_mean(bare) {
                        Ok(chance) => (chance, Some(quantity::number_text(bare))),
                        Err(error) => {
                            let text = node.span.of(self.text);
                            return self.no_quantity(field, node, text, error, here);
                        }
                    },
                    _ => (bare, None),
                }
            }
            Tree::Text(text) if !measure.examples().is_empty() => {
                let converted = Quantity::parse(text, &self.units.currency)
                    .and_then(|quantity| self.units.convert(&quantity, measure));
                match converted {
                    Ok(value) => (value, Some(text.trim().to_owned())),
                    Err(error) => return self.no_quantity(field, node, text, error, here),
                }
            }
            kind => {
                let (what, remedy) = match (kind, measure.examples()) {
                    (Tree::Text(_), _) => {
                        ("a number", "Numbers are written without quotation marks.".to_owned())
                    }
                    (_, [example, ..]) => {
                        let example = example.replace('€', &self.units.currency);
                        ("a number or an amount", format!("Write a number, or \"{example}\"."))
                    }
                    _ => ("a number", "Write a number such as 0.5.".to_owned()),
                };
                self.expected(here, field, node, what, &remedy);
                return None;
            }
        };
        if !bounds.holds(value) {
            let subject = of(&field.words(), here.owner);
            let shown = match &given {
                Some(given) => {
                    let words = quantity::in_words(value, measure, &self.units.currency);
                    format!("{given}, {words}")
                }
                None => shortened(node.span.of(self.text)),
            };
            let rule = bounds.rule(value);
            let remedy = bounds.remedy(value);
            self.error(here, node.span, format!("{subject} is {shown}: it must {rule}"), remedy);
            return None;
        }
        if let Some(given) = given {
            self.convert(here, given, value, 0.0, measure);
        }
        JsonNumber::from_f64(value).map(Json::Number)
    }

    pub(super) fn no_quantity(
        &mut self,
        field: &Field,
        node: &Node,
        text: &str,
        error: QuantityError,
        here: Here<'_>,
    ) -> Option<Json> {
        let subject = of(&field.words(), here.owner);
        let message = format!("{subject}: `{}` {}", shortened(text), error.message);
        self.error(here, node.span, message, error.remedy);
        None
    }

    pub(super) fn convert(
        &mut self,
        here: Here<'_>,
        given: String,
        value: f64,
        error: f64,
        measure: Measure,
    ) {
        self.conversions.push(Conversion {
            path: here.path.to_owned(),
            setting: here.setting.to_owned(),
            given,
            becomes: quantity::in_words(value, measure, &self.units.currency),
            value,
            error,
        });
    }

    /// Reads a list of `what`, or a single one for a list of one.
    pub(super) fn items(
        &mut self,
        field: &Field,
        node: &Node,
        here: Here<'_>,
        what: &str,
        mut read: impl FnMut(&mut Self, &Node, Here<'_>) -> Option<Json>,
    ) -> Option<Json> {
        let items = match &node.kind {
            Tree::List(items) => items.as_slice(),
            Tree::Number(_) | Tree::Text(_) => std::slice::from_ref(node),
            _ => {
                let remedy = "Lists stand in square brackets: [ … ].";
                self.expected(here, field, node, &format!("a list of {what}"), remedy);
                return None;
            }
        };
        let outer = here.setting;
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if self.is_full() {
                self.break_at(here.setting);
                break;
            }
            let (path, setting) =
                (format!("{}[{index}]", here.path), format!("{}[{index}]", here.setting));
            let subject = of(&format!("{} {}", field.words(), index + 1), here.owner);
            let owner = here.owner.to_owned();
            if index < MOST_PLACES {
                let place = Place { span: item.span, path: path.clone(), subject, owner };
                self.places.insert(setting.clone(), place);
            }
            let here = Here { path: &path, setting: &setting, owner: here.owner };
            match read(self, without_some(item), here) {
                Some(value) => values.push(value),
                None => {
                    // The list is as long as it was written; what else it says is not asked.
                    values.push(Json::from(0));
                    self.refused.insert(outer.to_owned());
                }
            }
        }
        Some(Json::Array(values))
    }
}

/// Which whole numbers to write; a bound that only the computer sets is not worth a word.
fn whole_remedy(low: i128, high: i128) -> String {
    match (low > i128::from(i32::MIN), high < i128::from(i32::MAX)) {
        (true, true) => format!("Write a whole number from {low} to {high}."),
        (true, false) => format!("Write a whole number from {low}."),
        (false, true) => format!("Write a whole number up to {high}."),
        (false, false) => "Write a whole number such as 10.".to_owned(),
    }
}
