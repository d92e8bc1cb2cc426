//! Reading values of every kind that is not a number: texts, choices, structs, lists.

#![expect(clippy::indexing_slicing, reason = "an item is taken where there is exactly one")]

use serde_json::{Map, Value as Json};

use super::nodes::{fields_of, head, name_of};
use super::stand_in::{example, single};
use super::wording::{joined, of, quoted, shortened};
use super::{Here, Place, Reader, fitting};
use crate::scenario::contents::LANGUAGES;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fields::{Field, Holds, Kind, Record, Variant};
use crate::scenario::quantity::{self, Quantity};
use crate::scenario::schema::has_table;
use crate::scenario::syntax::{Kind as Tree, MOST_LISTED, Node, choices, suggestion};

impl Reader<'_> {
    /// Reads a value; nothing if that failed, which was told.
    pub(super) fn value(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        match field.kind {
            Kind::Text => self.text(field, node, here).map(Json::from),
            Kind::Translated => self.translated(field, node, here),
            Kind::Clock => self.clock(field, node, here),
            Kind::Currency => self.currency(field, node, here),
            Kind::Flag => match node.kind {
                Tree::Bool(flag) => Some(Json::Bool(flag)),
                _ => {
                    let what = "`true` or `false`";
                    self.expected(here, field, node, what, "Write `true` or `false`.");
                    None
                }
            },
            Kind::Whole(low, high, _) => self.whole(field, node, low, high, here),
            Kind::Beats(low, high) => self.beats(field, node, low, high, here),
            Kind::Real(measure, bounds) => self.real(field, node, measure, bounds, here),
            Kind::Choice(variants) => self.choice(field, variants, node, here),
            Kind::Fields(record) => {
                let owner = self.owner_of(record, node, field.words(), here);
                let here = Here { owner: &owner, ..here };
                self.own(here);
                Some(Json::Object(self.record(record, node, here)))
            }
            Kind::List(record) => self.list(field, record, node, here),
            Kind::Reals(measure, bounds) => {
                self.items(field, node, here, "numbers", |reader, item, here| {
                    reader.real(field, item, measure, bounds, here)
                })
            }
            Kind::Wholes(low, high, _) => {
                self.items(field, node, here, "numbers", |reader, item, here| {
                    reader.whole(field, item, low, high, here)
                })
            }
            Kind::Texts => self.items(field, node, here, "texts", |reader, item, here| {
                reader.text(field, item, here).map(Json::from)
            }),
            Kind::Level => self.level(field, node, here),
            Kind::Levels => self.levels(field, node, here),
        }
    }

    /// The name of what a struct describes: its own, else what the file calls it.
    pub(super) fn owner_of(
        &self,
        record: &Record,
        node: &Node,
        otherwise: String,
        here: Here<'_>,
    ) -> String {
        if record.noun.is_empty() {
            return here.owner.to_owned();
        }
        match name_of(node) {
            Some(name) => name.to_owned(),
            None => otherwise,
        }
    }

    /// Notes whose the parts of a struct are.
    pub(super) fn own(&mut self, here: Here<'_>) {
        if let Some(place) = self.places.get_mut(here.setting) {
            place.owner = here.owner.to_owned();
        }
    }

    pub(super) fn list(
        &mut self,
        field: &Field,
        record: &Record,
        node: &Node,
        here: Here<'_>,
    ) -> Option<Json> {
        let Tree::List(items) = &node.kind else {
            if self.incomplete && matches!(node.kind, Tree::Map(_)) {
                return None;
            }
            let found = shortened(node.span.of(self.text));
            let remedy = match (&node.kind, fitting(record, node)) {
                (Tree::Number(_) | Tree::Text(_), Some((first, true))) => {
                    format!(
                        "Give each in parentheses, within square brackets: [({}: {found})].",
                        first.name
                    )
                }
                (Tree::Struct(None, _), _) => "Put it in square brackets: [ ( … ) ].".to_owned(),
                _ => "Lists stand in square brackets: [ … ].".to_owned(),
            };
            self.expected(here, field, node, &format!("a list of {}", record.nouns()), &remedy);
            return None;
        };
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if self.is_full() {
                self.break_at(here.setting);
                break;
            }
            let (path, setting) =
                (format!("{}[{index}]", here.path), format!("{}[{index}]", here.setting));
            let otherwise = format!("{} {}", record.noun, index + 1);
            let owner = self.owner_of(record, item, otherwise, here);
            let here = Here { path: &path, setting: &setting, owner: &owner };
            let subject = owner.clone();
            let place =
                Place { span: head(item), path: path.clone(), subject, owner: owner.clone() };
            self.places.insert(setting.clone(), place);
            values.push(Json::Object(self.record(record, item, here)));
        }
        Some(Json::Array(values))
    }

    pub(super) fn choice(
        &mut self,
        field: &Field,
        variants: &[Variant],
        node: &Node,
        here: Here<'_>,
    ) -> Option<Json> {
        // A list stands for the one variant that holds a list.
        if let Tree::List(_) = node.kind
            && let Some((name, inner)) = listing(variants)
        {
            return self.value(inner, node, here).map(|value| single(name, value));
        }
        let names = || variants.iter().map(|variant| variant.name);
        let written = node.name().map(|name| name.text.as_str());
        let Some(variant) = variants.iter().find(|variant| Some(variant.name) == written) else {
            if self.incomplete && matches!(node.kind, Tree::Struct(None, _)) {
                return None;
            }
            let remedy = match (written, &node.kind) {
                (Some(written), _) => suggestion(written, names()),
                (None, Tree::Text(text)) if names().any(|name| name == text) => {
                    Some("the name without quotation marks")
                }
                _ => None,
            };
            let remedy = match remedy {
                Some(meant) if meant.contains(' ') => format!("Write {meant}."),
                Some(meant) => format!("Did you mean `{meant}`?"),
                None if variants.len() > MOST_LISTED => {
                    let written = written.unwrap_or_default();
                    let all = self.schema_of(variants.iter().any(has_table));
                    format!("Write {}.", choices(written, names(), "or one of", &all))
                }
                None => "Write one of these names, without quotation marks.".to_owned(),
            };
            let what = match variants.len() {
                many if many > MOST_LISTED => format!("one of {many} names"),
                _ => quoted(names(), "or"),
            };
            self.expected(here, field, node, &what, &remedy);
            return None;
        };
        match (&variant.holds, &node.kind) {
            (Holds::Nothing, Tree::Word(_)) => Some(Json::from(variant.name)),
            // Empty parentheses say no more than none.
            (Holds::Nothing, Tree::Tuple(_, items)) if items.is_empty() => {
                Some(Json::from(variant.name))
            }
            (Holds::Nothing, _) => {
                let message = format!("`{}` takes no value", variant.name);
                let remedy = "Write the name alone, without parentheses.";
                self.error(here, node.span, message, remedy);
                None
            }
            (Holds::Fields(record), _) => {
                let fields = match &node.kind {
                    Tree::Word(_) => Some(&[][..]),
                    Tree::Tuple(_, items) if items.len() == 1 => fields_of(&items[0]),
                    _ => fields_of(node),
                };
                let Some(fields) = fields else {
                    let message = format!("`{}` needs fields in parentheses", variant.name);
                    let remedy = format!("Write `{}(field: …)`.", variant.name);
                    self.error(here, node.span, message, remedy);
                    return None;
                };
                let has_table = has_table(variant);
                if has_table {
                    self.tables.push(variant.name);
                }
                let values = self.fields(record, fields, head(node), here);
                if has_table {
                    self.tables.pop();
                }
                Some(single(variant.name, Json::Object(values)))
            }
            (Holds::Value(inner), Tree::Tuple(_, items)) if items.len() == 1 => {
                self.value(inner, &items[0], here).map(|value| single(variant.name, value))
            }
            (Holds::Value(inner), _) => {
                let message = format!("`{}` needs a value in parentheses", variant.name);
                let example = example(inner);
                self.error(
                    here,
                    node.span,
                    message,
                    format!("Write `{}({example})`.", variant.name),
                );
                None
            }
        }
    }

    pub(super) fn text(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<String> {
        match &node.kind {
            Tree::Text(text) => Some(text.clone()),
            _ => {
                let remedy = "Texts stand in quotation marks: \"…\".";
                self.expected(here, field, node, "a text", remedy);
                None
            }
        }
    }

    pub(super) fn translated(
        &mut self,
        field: &Field,
        node: &Node,
        here: Here<'_>,
    ) -> Option<Json> {
        let Tree::Map(entries) = &node.kind else {
            return self.text(field, node, here).map(Json::from);
        };
        let mut texts = Map::new();
        for (key, value) in entries {
            let language = match &key.kind {
                Tree::Word(name) => Some(name.text.clone()),
                _ => self.text(field, key, here),
            };
            if let Some(language) = &language
                && !LANGUAGES.contains(&language.as_str())
            {
                let path = joined(here.path, &shortened(language));
                let told = format!("the language `{}` is not known", shortened(language));
                let known = quoted(LANGUAGES.into_iter(), "and");
                let remedy =
                    format!("Known are {known}: this text is shown where there is none in them.");
                self.push(Diagnostic::warning(key.span, told).path(path).remedy(remedy));
            }
            if let (Some(language), Some(text)) = (language, self.text(field, value, here))
                && texts.insert(language.clone(), text.into()).is_some()
            {
                let message = format!("the language `{}` is given twice", shortened(&language));
                self.error(here, key.span, message, "Delete one of the two.");
            }
        }
        Some(Json::Object(texts))
    }

    pub(super) fn clock(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        let Tree::Text(text) = &node.kind else {
            let remedy = "Write a time with its unit in quotation marks: \"1 min\".";
            self.expected(here, field, node, "a time", remedy);
            return None;
        };
        match Quantity::parse(text, &self.units.currency) {
            Err(error) => self.no_quantity(field, node, text, error, here),
            Ok(quantity) => match quantity.seconds() {
                Some(seconds) if seconds > 0.0 && seconds.is_finite() => {
                    Some(Json::from(text.as_str()))
                }
                _ => {
                    let what = "a time above 0 in ms, s, min, h or d";
                    self.expected(here, field, node, what, "Write a time such as \"1 min\".");
                    None
                }
            },
        }
    }

    pub(super) fn currency(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        let text = self.text(field, node, here)?;
        if quantity::is_currency(&text) {
            return Some(text.into());
        }
        let what = "a sign for money that is no other unit, of at most 8 characters,";
        self.expected(here, field, node, what, "Write a sign such as \"€\" or \"CHF\".");
        None
    }

    pub(super) fn level(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        match &node.kind {
            Tree::Text(text) => Some(Json::from(text.as_str())),
            Tree::Number(_) => self.whole(field, node, i32::MIN.into(), i32::MAX.into(), here),
            _ => {
                let what = "a level, as a number or as its label in quotation marks,";
                self.expected(here, field, node, what, "Write a level such as 3 or \"down\".");
                None
            }
        }
    }

    pub(super) fn levels(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        let Tree::Map(entries) = &node.kind else {
            let remedy = "Write { \"variable\": level }.";
            self.expected(here, field, node, "a map from variables to levels", remedy);
            return None;
        };
        let mut levels = Map::new();
        for (key, value) in entries {
            let name = match &key.kind {
                Tree::Word(name) => name.text.clone(),
                _ => self.text(field, key, here)?,
            };
            let (path, setting) = (joined(here.path, &name), joined(here.setting, &name));
            let place = Place {
                span: value.span,
                path: path.clone(),
                subject: of(&field.words(), here.owner),
                owner: here.owner.to_owned(),
            };
            self.places.insert(setting.clone(), place);
            let inner = Here { path: &path, setting: &setting, owner: here.owner };
            let level = self.level(field, value, inner)?;
            if levels.insert(name.clone(), level).is_some() {
                let message = format!("`{}` is given twice", shortened(&name));
                self.error(here, key.span, message, "Delete one of the two.");
            }
        }
        Some(Json::Object(levels))
    }
}

/// The variant that holds a list of numbers, by its name and that list, where there is one.
fn listing(variants: &[Variant]) -> Option<(&'static str, &Field)> {
    variants.iter().find_map(|variant| match &variant.holds {
        Holds::Value(inner) if matches!(inner.kind, Kind::Reals(..)) => Some((variant.name, inner)),
        _ => None,
    })
}
