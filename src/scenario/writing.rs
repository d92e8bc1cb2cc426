//! A scenario as a file: all it says, by the tables of [`super::fields`], without its defaults.
//!
//! What was given with a unit is written so again, as long as it still means the same number.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::fields::{Field, Holds, Kind, Record, Usual, Variant};
use super::load::Scenario;
use super::quantity::{Conversion, number_text};
use super::schema::whole::SCENARIO;

/// The longest line that a struct is written on, indentation included \[characters\].
const LINE: usize = 96;

/// A value as it is written: whole on one line, or with its parts on lines of their own.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    Leaf(String),
    Struct(String, Vec<(String, Form)>),
    List(Vec<Form>),
    Map(Vec<(String, Form)>),
}

impl Scenario {
    /// The scenario as the text of a file, which reads back as an equal scenario. It stands alone:
    /// what it was based on is in it.
    pub fn to_ron(&self) -> String {
        self.text_of(&Self::values(&self.contents))
    }

    /// Contents like those of the scenario as the text of a file.
    pub(super) fn text_of(&self, values: &Json) -> String {
        let conversions =
            self.conversions.iter().map(|given| (given.setting.as_str(), given)).collect();
        let writer = Writer { conversions };
        let fields = match values {
            Json::Object(values) => writer.fields(&SCENARIO, values, ""),
            _ => Vec::new(),
        };
        let mut text = String::new();
        broken(&Form::Struct(String::new(), fields), 0, 0, &mut text);
        text.push('\n');
        text
    }
}

struct Writer<'a> {
    conversions: BTreeMap<&'a str, &'a Conversion>,
}

impl Writer<'_> {
    /// The fields of a struct that do not hold their defaults.
    fn fields(
        &self,
        record: &Record,
        values: &Map<String, Json>,
        path: &str,
    ) -> Vec<(String, Form)> {
        let mut fields = Vec::new();
        for field in record.fields {
            let Some(value) = values.get(field.setting) else { continue };
            let path = match path {
                "" => field.setting.to_owned(),
                _ => format!("{path}.{}", field.setting),
            };
            let Some(value) = unwrapped(field, value) else { continue };
            if let Some(given) = self.given(&path, value) {
                let name = given.path.rsplit('.').next().unwrap_or_default();
                if name == field.name {
                    fields.push((name.to_owned(), given_form(given)));
                }
                if record.field(name).is_some() {
                    continue;
                }
            }
            // Of several fields for one setting the first speaks where nothing was given.
            let same =
                |other: &&Field| other.setting == field.setting && other.wrapped == field.wrapped;
            if record.fields.iter().find(same).is_some_and(|first| first.name != field.name) {
                continue;
            }
            if value.is_null() {
                if field.none && field.usual == Usual::Fields {
                    fields.push((field.name.to_owned(), Form::Leaf("None".to_owned())));
                }
                continue;
            }
            let form = self.form(field.kind, value, &path);
            if field.always || !is_usual(field, &form) {
                fields.push((field.name.to_owned(), form));
            }
        }
        fields
    }

    /// What a setting was given as, if it still is that number.
    fn given(&self, path: &str, value: &Json) -> Option<&Conversion> {
        let given = self.conversions.get(path)?;
        (value.as_f64() == Some(given.value)).then_some(*given)
    }

    fn form(&self, kind: Kind, value: &Json, path: &str) -> Form {
        match (kind, value) {
            (Kind::Choice(variants), _) => self.choice(variants, value, path),
            (Kind::Fields(record), Json::Object(values)) => {
                Form::Struct(String::new(), self.fields(record, values, path))
            }
            (Kind::List(record), Json::Array(items)) => {
                let item = |(index, item): (usize, &Json)| match item {
                    Json::Object(values) => {
                        let path = format!("{path}[{index}]");
                        Form::Struct(String::new(), self.fields(record, values, &path))
                    }
                    other => leaf(other, false),
                };
                Form::List(items.iter().enumerate().map(item).collect())
            }
            (Kind::Reals(..) | Kind::Wholes(..) | Kind::Texts, Json::Array(items)) => {
                let real = matches!(kind, Kind::Reals(..));
                let item = |(index, item): (usize, &Json)| match self
                    .given(&format!("{path}[{index}]"), item)
                {
                    Some(given) => given_form(given),
                    None => leaf(item, real),
                };
                Form::List(items.iter().enumerate().map(item).collect())
            }
            (Kind::Translated | Kind::Levels, Json::Object(entries)) => Form::Map(
                entries.iter().map(|(key, value)| (quoted(key), leaf(value, false))).collect(),
            ),
            (Kind::Real(..), _) => leaf(value, true),
            _ => leaf(value, false),
        }
    }

    fn choice(&self, variants: &[Variant], value: &Json, path: &str) -> Form {
        let bare = |name: &str| Form::Leaf(name.to_owned());
        match value {
            Json::String(name) => bare(name),
            Json::Object(variant) => {
                let Some((name, inner)) = variant.iter().next() else { return bare("()") };
                let holds = variants.iter().find(|variant| variant.name == *name);
                match (holds.map(|variant| &variant.holds), inner) {
                    (Some(Holds::Fields(record)), Json::Object(values)) => {
                        match self.fields(record, values, path) {
                            fields if fields.is_empty() => bare(name),
                            fields => Form::Struct(name.clone(), fields),
                        }
                    }
                    (Some(Holds::Value(field)), inner) => {
                        let inner = flat(&self.form(field.kind, inner, path));
                        Form::Leaf(format!("{name}({inner})"))
                    }
                    _ => bare(name),
                }
            }
            other => leaf(other, false),
        }
    }
}

/// What a setting holds for this field, without the variant around it.
fn unwrapped<'v>(field: &Field, value: &'v Json) -> Option<&'v Json> {
    if field.wrapped.is_empty() { Some(value) } else { value.get(field.wrapped) }
}

/// Whether a form says no more than its default.
fn is_usual(field: &Field, form: &Form) -> bool {
    match (field.usual, form) {
        (Usual::Number(usual), Form::Leaf(text)) => text.parse() == Ok(usual),
        (Usual::Flag(usual), Form::Leaf(text)) => *text == usual.to_string(),
        (Usual::Text(usual), Form::Leaf(text)) => *text == quoted(usual),
        (Usual::Variant(usual), Form::Leaf(text)) => text == usual,
        (Usual::Fields, Form::Struct(_, fields)) => fields.is_empty(),
        (Usual::Fields, Form::List(items)) => items.is_empty(),
        (Usual::Numbers(usual), Form::List(items)) => {
            usual.len() == items.len()
                && items.iter().zip(usual).all(|(item, usual)| match item {
                    Form::Leaf(text) => text.parse() == Ok(*usual),
                    _ => false,
                })
        }
        (Usual::Nothing, Form::Struct(..)) => false,
        _ => false,
    }
}

/// What was given, as a number or as a text with its unit.
fn given_form(given: &Conversion) -> Form {
    Form::Leaf(match given.given.parse::<f64>() {
        Ok(_) => given.given.clone(),
        Err(_) => quoted(&given.given),
    })
}

fn leaf(value: &Json, real: bool) -> Form {
    Form::Leaf(match value {
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) if real => number.as_f64().map_or("0".to_owned(), number_text),
        Json::Number(number) => number.to_string(),
        Json::String(text) => quoted(text),
        _ => "()".to_owned(),
    })
}

/// A text in quotation marks; its lines stay lines.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push('\n'),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// The form on one line.
fn flat(form: &Form) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    let named = |fields: &[(String, Form)]| {
        joined(fields.iter().map(|(name, value)| format!("{name}: {}", flat(value))).collect())
    };
    match form {
        Form::Leaf(text) => text.clone(),
        Form::Struct(name, fields) => format!("{name}({})", named(fields)),
        Form::List(items) => format!("[{}]", joined(items.iter().map(flat).collect())),
        Form::Map(entries) => format!("{{ {} }}", named(entries)),
    }
}

/// Writes the form, on one line where it fits.
fn fitted(form: &Form, used: usize, indent: usize, text: &mut String) {
    let line = flat(form);
    // Two for the comma and what may follow it.
    if used + line.chars().count() + 2 <= LINE && !line.contains('\n') {
        text.push_str(&line);
    } else {
        broken(form, used, indent, text);
    }
}

/// A long text in lines of its own, each but the last with a `\` behind the space at its end: the
/// reader leaves out what stands between that and the next letter. Other leaves stay as they are.
fn in_lines(leaf: &str, used: usize, indent: usize) -> String {
    let Some(text) = leaf.strip_prefix('"') else { return leaf.to_owned() };
    let (mut lines, mut column) = (String::from("\""), used);
    for word in text.split_inclusive(' ') {
        let length = word.chars().count();
        // The first word stays behind the field's name; a space at a line's start would be lost.
        let starts = lines.ends_with(' ') && !word.starts_with(char::is_whitespace);
        if starts && column + length + 1 > LINE {
            lines.push_str("\\\n");
            lines.push_str(&" ".repeat(indent));
            column = indent;
        }
        lines.push_str(word);
        column = match word.rsplit_once('\n') {
            Some((_, behind)) => behind.chars().count(),
            None => column + length,
        };
    }
    lines
}

/// Writes the form with its parts on lines of their own.
fn broken(form: &Form, used: usize, indent: usize, text: &mut String) {
    let inner = indent + 4;
    let pad = " ".repeat(inner);
    let (open, close) = match form {
        Form::Leaf(leaf) => return text.push_str(&in_lines(leaf, used, inner)),
        Form::Struct(name, _) => (format!("{name}("), ")"),
        Form::List(_) => ("[".to_owned(), "]"),
        Form::Map(_) => ("{".to_owned(), "}"),
    };
    text.push_str(&open);
    text.push('\n');
    let mut part = |lead: String, value: &Form| {
        text.push_str(&pad);
        text.push_str(&lead);
        fitted(value, inner + lead.chars().count(), inner, text);
        text.push_str(",\n");
    };
    match form {
        Form::Leaf(_) => {}
        Form::Struct(_, fields) | Form::Map(fields) => {
            fields.iter().for_each(|(name, value)| part(format!("{name}: "), value));
        }
        Form::List(items) => items.iter().for_each(|item| part(String::new(), item)),
    }
    text.push_str(&" ".repeat(indent));
    text.push_str(close);
}
