//! A file of one's own to begin with: `taktlab new KIND`.
//!
//! It follows from the tables of fields alone. What [`Variant::start`] gives of a kind stands in it
//! as it is; every other field stands behind `//` with its default, and all with what they mean.

use super::documentation::row;
use super::fields::{Field, Holds, Kind, Record, Usual, Variant};
use super::quantity::number_text;
use super::schema::whole::SCENARIO;
use super::schema::{self, KINDS};
use super::syntax::{Document, Kind as Found, Node};

/// The longest line, indentation included \[characters\].
const LINE: usize = 100;
/// What a level of brackets is indented by.
const STEP: &str = "    ";
/// What stands before what does not count.
const OFF: &str = "// ";

/// A scenario of this kind of environment to begin with; `None` where there is no such kind.
pub fn starting_file(kind: &str, seed: Option<u64>) -> Option<String> {
    let variant = KINDS.iter().find(|variant| variant.name == kind)?;
    let (called, start) = (in_words(variant.name), variant.start);
    let seed = seed.map_or(String::new(), |seed| format!("seed: {seed}, "));
    let given = format!(
        "(version: 1, title: \"My {called}\", text: \"What it shows.\", beat: \"1 min\", \
         {seed}environment: {kind}({start}))"
    );
    let document = Document::parse(kind, &given).ok()?;
    let mut sheet = Sheet { source: &given, text: String::new(), told: Vec::new() };
    sheet.comment("", variant.about);
    sheet.comment(
        "",
        "Every field stands here with what it means. What stands behind `//` is left out, and then \
         holds as it stands there: take the `//` away to change it. A number alone counts in beats \
         and in the scenario's currency; \"8 h\", \"12 €/h\" or \"5 %\" are converted.",
    );
    sheet.push("", "(");
    sheet.record(&SCENARIO, Some(&document.tree().root), STEP);
    sheet.push("", ")");
    Some(sheet.text)
}

/// `SupplyChain` as `supply chain`.
fn in_words(kind: &str) -> String {
    let mut words = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// The file as far as it is written.
struct Sheet<'s> {
    /// The text of what is given.
    source: &'s str,
    text: String,
    /// The structs whose fields were told.
    told: Vec<&'static Record>,
}

impl Sheet<'_> {
    fn push(&mut self, lead: &str, line: &str) {
        self.text.push_str(lead);
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Words in lines that are not too long.
    fn comment(&mut self, lead: &str, words: &str) {
        let mut line = String::from("//");
        for word in words.split_whitespace() {
            let long = lead.chars().count() + line.chars().count() + 1 + word.chars().count();
            if long > LINE && line.len() > 2 {
                self.push(lead, &line);
                line = String::from("//");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.push(lead, &line);
    }

    /// All fields of a struct: those given as they are, the others with their defaults.
    fn record(&mut self, record: &'static Record, given: Option<&Node>, lead: &str) {
        let told = self.told.iter().any(|told| std::ptr::eq(*told, record));
        if !told {
            self.told.push(record);
        }
        for field in record.fields {
            let value = given.and_then(|node| field_of(node, field.name));
            match (value, told) {
                (Some(value), false) => {
                    self.about(field, lead);
                    self.given(field, value, lead);
                    self.variants(field, value.name().map_or("", |name| &name.text), lead);
                }
                (Some(value), true) => self.given(field, value, lead),
                (None, false) => {
                    self.about(field, lead);
                    self.usual(field, lead);
                }
                (None, true) if field.usual == Usual::Required => {
                    self.push(lead, &format!("{}: {},", field.name, sample(field)));
                }
                (None, true) => {}
            }
        }
    }

    /// What a field means, what may stand in it, and what holds where it is left out.
    fn about(&mut self, field: &Field, lead: &str) {
        let row = row(field, field.name);
        let mut shape = row.of_type;
        if !row.unit.is_empty() && !matches!(field.kind, Kind::Beats(..)) {
            shape = format!("{shape}, {}", row.unit);
        }
        if !row.range.is_empty() && !matches!(field.kind, Kind::Choice(_)) {
            shape = format!("{shape}, {}", row.range);
        }
        if let Some(example) = row.examples.first() {
            shape = format!("{shape}, such as \"{example}\"");
        }
        let default = match row.default {
            Some(default) => format!("default: {default}"),
            None => "must be given".to_owned(),
        };
        let description = match field.kind {
            Kind::Choice(variants) if has_tables(variants) => {
                let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
                format!("{} `taktlab schema NAME` tells of: {}.", field.about, names.join(", "))
            }
            _ => row.description,
        };
        self.comment(lead, &format!("{description} ({shape}; {default})"));
    }

    /// A field that is given.
    fn given(&mut self, field: &Field, value: &Node, lead: &str) {
        let inner = format!("{lead}{STEP}");
        match (field.kind, &value.kind) {
            (Kind::Fields(record), Found::Struct(..)) => {
                self.push(lead, &format!("{}: (", field.name));
                self.record(record, Some(value), &inner);
                self.push(lead, "),");
            }
            (Kind::List(record), Found::List(items)) if items.iter().all(is_struct) => {
                self.push(lead, &format!("{}: [", field.name));
                for item in items {
                    let told = self.told.iter().any(|told| std::ptr::eq(*told, record));
                    let text = format!("{},", self.flat(item));
                    if told && inner.chars().count() + text.chars().count() <= LINE {
                        self.push(&inner, &text);
                        continue;
                    }
                    self.push(&inner, "(");
                    self.record(record, Some(item), &format!("{inner}{STEP}"));
                    self.push(&inner, "),");
                }
                self.push(lead, "],");
            }
            (
                Kind::Choice(variants),
                Found::Struct(Some(name), _) | Found::Tuple(Some(name), _),
            ) => {
                let variant = variants.iter().find(|variant| variant.name == name.text);
                match variant.map(|variant| &variant.holds) {
                    Some(Holds::Fields(record)) => {
                        self.push(lead, &format!("{}: {}(", field.name, name.text));
                        self.record(record, Some(value), &inner);
                        self.push(lead, "),");
                    }
                    _ => self.plain(field.name, value, lead),
                }
            }
            _ => self.plain(field.name, value, lead),
        }
    }

    /// A value as it is, a list too long for a line with its items one below the other.
    fn plain(&mut self, name: &str, value: &Node, lead: &str) {
        let line = format!("{name}: {},", self.flat(value));
        match &value.kind {
            // Rows of a drawing belong one below the other.
            Found::List(items) if items.len() > 1 => {
                self.push(lead, &format!("{name}: ["));
                for item in items {
                    let text = self.flat(item);
                    self.push(&format!("{lead}{STEP}"), &format!("{text},"));
                }
                self.push(lead, "],");
            }
            _ => self.push(lead, &line),
        }
    }

    /// A value on one line.
    fn flat(&self, value: &Node) -> String {
        let all = |items: &[Node]| {
            items.iter().map(|item| self.flat(item)).collect::<Vec<_>>().join(", ")
        };
        match &value.kind {
            Found::List(items) => format!("[{}]", all(items)),
            Found::Struct(name, fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|field| format!("{}: {}", field.name.text, self.flat(&field.value)))
                    .collect();
                let name = name.as_ref().map_or("", |name| &name.text);
                format!("{name}({})", fields.join(", "))
            }
            _ => value.span.of(self.source).to_owned(),
        }
    }

    /// A field that is left out, with what then holds.
    fn usual(&mut self, field: &Field, lead: &str) {
        let off = format!("{lead}{OFF}");
        match field.kind {
            // It has a table of its own.
            Kind::Fields(_) if field.name == "experiment" => {
                self.comment(lead, "`taktlab schema Experiment` tells of its fields.");
                self.push(&off, &format!("{}: (),", field.name));
            }
            Kind::Fields(record) => {
                self.push(&off, &format!("{}: (", field.name));
                self.record(record, None, &format!("{off}{STEP}"));
                self.push(&off, "),");
            }
            Kind::List(record) => {
                self.push(&off, &format!("{}: [", field.name));
                self.push(&format!("{off}{STEP}"), "(");
                self.record(record, None, &format!("{off}{STEP}{STEP}"));
                self.push(&format!("{off}{STEP}"), "),");
                self.push(&off, "],");
            }
            _ => {
                let counts = field.always || field.usual == Usual::Required;
                let lead = if counts { lead } else { &off };
                self.push(lead, &format!("{}: {},", field.name, sample(field)));
            }
        }
        self.variants(field, "", lead);
    }

    /// The variants of a choice that hold something, but the one that is given.
    fn variants(&mut self, field: &Field, given: &str, lead: &str) {
        let Kind::Choice(variants) = field.kind else { return };
        if has_tables(variants) {
            return;
        }
        let off = format!("{lead}{OFF}");
        for variant in variants.iter().filter(|variant| variant.name != given) {
            match &variant.holds {
                Holds::Nothing => {}
                Holds::Fields(record) => {
                    self.push(&off, &format!("{}: {}(", field.name, variant.name));
                    self.record(record, None, &format!("{off}{STEP}"));
                    self.push(&off, "),");
                }
                Holds::Value(inner) => {
                    let value = format!("{}({})", variant.name, sample(inner));
                    self.push(&off, &format!("{}: {value},", field.name));
                }
            }
        }
    }
}

/// Whether a choice is told of elsewhere: that of a kind of environment or of an agent.
fn has_tables(variants: &[Variant]) -> bool {
    variants.iter().any(schema::has_table)
}

fn field_of<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.kind {
        Found::Struct(_, fields) => {
            fields.iter().find(|field| field.name.text == name).map(|field| &field.value)
        }
        _ => None,
    }
}

fn is_struct(node: &Node) -> bool {
    matches!(node.kind, Found::Struct(..) | Found::Tuple(..))
}

/// A value that a field may have: its default where that is one.
fn sample(field: &Field) -> String {
    match field.usual {
        Usual::Number(number) => return number_text(number),
        Usual::Flag(flag) => return flag.to_string(),
        Usual::Text(text) => return format!("{text:?}"),
        Usual::Variant(name) => return name.to_owned(),
        Usual::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| number_text(*number)).collect();
            return format!("[{}]", numbers.join(", "));
        }
        Usual::Nothing if field.none => return "None".to_owned(),
        _ => {}
    }
    match field.kind {
        Kind::Text | Kind::Translated => "\"…\"".to_owned(),
        Kind::Clock => "\"1 min\"".to_owned(),
        Kind::Currency => "\"€\"".to_owned(),
        Kind::Flag => "false".to_owned(),
        Kind::Whole(low, high, _) | Kind::Beats(low, high) => 1.clamp(low, high).to_string(),
        Kind::Real(measure, bounds) => match (measure.examples().first(), bounds.holds(1.0)) {
            (Some(example), _) => format!("\"{example}\""),
            (None, true) => "1".to_owned(),
            (None, false) => number_text(0.9f64.clamp(bounds.low, bounds.high)),
        },
        Kind::Choice(variants) => variants.first().map_or("None", |first| first.name).to_owned(),
        Kind::Fields(_) => "()".to_owned(),
        Kind::List(_) | Kind::Reals(..) | Kind::Wholes(..) | Kind::Texts => "[]".to_owned(),
        Kind::Level => "0".to_owned(),
        Kind::Levels => "{}".to_owned(),
    }
}
