//! A file of one's own to begin with: `taktlab new KIND`.
//!
//! It follows from the tables of fields alone. What [`Variant::start`] gives of a kind stands in it
//! as it is; every other field stands behind `//` with its default, and all with what they mean. Each
//! such field can be taken in by itself: where its default would not do, [`Variant::shown`] says what
//! stands there, and where it takes the place of another field, that is said.

use super::documentation::row;
use super::fields::{Field, Holds, Kind, Record, Usual, Variant};
use super::quantity::number_text;
use super::schema::whole::SCENARIO;
use super::schema::{self, KINDS};
use super::syntax::{Document, Kind as Found, Node};
use super::{Parameter, Scenario};
use crate::mdp::Criterion;

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
    let scenario = Scenario::parse(kind, &given).ok()?;
    let mut shown: Vec<(String, String)> = variant
        .shown
        .iter()
        .chain(SHOWN)
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    shown.extend(of_scenario(&scenario));
    let mut sheet =
        Sheet { source: &given, text: String::new(), told: Vec::new(), path: Vec::new(), shown };
    sheet.comment("", variant.about);
    sheet.comment(
        "",
        "Every field stands here with what it means. What stands behind `//` is left out, and then \
         holds as it stands there, or is an example where nothing holds: take the `//` away to change \
         it. What is in place of another field says so; that one's line then goes. A number alone \
         counts in beats and in the scenario's currency; \"8 h\", \"12 €/h\" or \"5 %\" are converted.",
    );
    sheet.push("", "(");
    sheet.record(&SCENARIO, Some(&document.tree().root), STEP);
    sheet.push("", ")");
    Some(sheet.text)
}

/// What is shown in files of every kind ([`Variant::shown`]).
const SHOWN: &[(&str, &str)] =
    &[("marks.x", "[0]"), ("marks.y", "[0]"), ("estimates.events", "10")];

/// What else is shown, as the scenario itself says: what holds of it, and a figure of its own.
fn of_scenario(scenario: &Scenario) -> Vec<(String, String)> {
    let criterion = match scenario.contents.criterion {
        Criterion::Average => "Average".to_owned(),
        Criterion::Discounted(factor) => format!("Discounted({})", number_text(factor)),
        Criterion::Total => "Total".to_owned(),
    };
    let mut shown = vec![("criterion".to_owned(), criterion)];
    let parameters = scenario.parameters();
    // What is counted is not estimated.
    let within = |found: &&Parameter| found.path.starts_with("environment.");
    let of = parameters.iter().filter(within).find(|found| !found.whole);
    let of = of.or_else(|| parameters.iter().find(within));
    if let Some(Parameter { path, value, .. }) = of {
        let (low, high) = (0.9 * value, 1.1 * value);
        let ends = [("low", low.min(high)), ("high", low.max(high))].map(|(name, end)| {
            (format!("estimates.{name}"), number_text((end * 1e6).round() / 1e6))
        });
        shown.push(("estimates.of".to_owned(), format!("{path:?}")));
        shown.extend(ends);
    }
    shown
}

/// A name in one word as several: `SupplyChain` as `supply chain`.
pub fn in_words(kind: &str) -> String {
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
    /// The names of fields and variants around what is written.
    path: Vec<&'static str>,
    /// By the ends of paths, what stands there in place of a default.
    shown: Vec<(String, String)>,
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
            let value = given.and_then(|node| node.field(field.name));
            self.path.push(field.name);
            match (value, told) {
                (Some(value), false) => {
                    self.about(field, lead);
                    self.given(field, value, lead);
                    let name = value.name().map_or("", |name| &name.text).to_owned();
                    self.variants(field, &name, true, lead);
                }
                (Some(value), true) => self.given(field, value, lead),
                (None, false) => {
                    self.about(field, lead);
                    let rival = |other: &&Field| {
                        let counts = other.always || other.usual == Usual::Required;
                        let given = given.and_then(|node| node.field(other.name)).is_some();
                        other.setting == field.setting
                            && other.name != field.name
                            && (given || counts)
                    };
                    if let Some(rival) = record.fields.iter().find(rival) {
                        self.comment(lead, &format!("In place of `{}`:", rival.name));
                    }
                    self.usual(field, lead);
                }
                (None, true) if field.usual == Usual::Required => {
                    let sample = self.sample(field);
                    self.push(lead, &format!("{}: {sample},", field.name));
                }
                (None, true) => {}
            }
            self.path.pop();
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
                    Some(Holds::Fields(record))
                        if variant.is_some_and(|v| v.start.is_empty() || has_tables(variants)) =>
                    {
                        self.push(lead, &format!("{}: {}(", field.name, name.text));
                        self.path.extend(variant.map(|variant| variant.name));
                        self.record(record, Some(value), &inner);
                        self.path.pop();
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
        let live = self.shown().is_some_and(|shown| shown.starts_with('='));
        let counts = live || field.always || field.usual == Usual::Required;
        match field.kind {
            _ if live => {
                let sample = self.sample(field);
                self.push(lead, &format!("{}: {sample},", field.name));
            }
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
                let sample = self.sample(field);
                self.push(if counts { lead } else { &off }, &format!("{}: {sample},", field.name));
            }
        }
        let named = self.sample(field);
        let named = named.split('(').next().unwrap_or_default();
        // Fields that its name alone does not show are told of with the others.
        let hides = |variant: &Variant| {
            variant.name == named
                && variant.start.is_empty()
                && matches!(variant.holds, Holds::Fields(_))
        };
        let named = match field.kind {
            Kind::Choice(variants) if variants.iter().any(hides) => "",
            _ => named,
        };
        self.variants(field, named, counts, lead);
    }

    /// The variants of a choice that hold something, but the one that is there; `counts` is whether
    /// that stands without `//`.
    fn variants(&mut self, field: &Field, there: &str, counts: bool, lead: &str) {
        let Kind::Choice(variants) = field.kind else { return };
        if has_tables(variants) {
            return;
        }
        let off = format!("{lead}{OFF}");
        let others = variants
            .iter()
            .filter(|variant| variant.name != there && !matches!(variant.holds, Holds::Nothing));
        for (place, variant) in others.enumerate() {
            if counts && place == 0 {
                self.comment(lead, "In place of it:");
            }
            self.path.push(variant.name);
            match &variant.holds {
                Holds::Fields(record) if variant.start.is_empty() => {
                    self.push(&off, &format!("{}: {}(", field.name, variant.name));
                    self.record(record, None, &format!("{off}{STEP}"));
                    self.push(&off, "),");
                }
                _ => {
                    let value = self.variant(variant);
                    self.push(&off, &format!("{}: {value},", field.name));
                }
            }
            self.path.pop();
        }
    }

    /// What is shown of the field that is written, in place of its default.
    fn shown(&self) -> Option<&str> {
        let path = self.path.join(".");
        let ends = |end: &str| {
            path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.shown.iter().find(|(end, _)| ends(end)).map(|(_, value)| value.as_str())
    }

    /// A value that the field that is written may have: its default where that is one.
    fn sample(&self, field: &Field) -> String {
        if let Some(shown) = self.shown() {
            return shown.trim_start_matches('=').to_owned();
        }
        match (field.usual, field.kind) {
            (Usual::Nothing, _) if field.none => "None".to_owned(),
            (Usual::Variant(name), Kind::Choice(variants)) => {
                let usual = variants.iter().find(|variant| variant.name == name);
                usual.map_or_else(|| name.to_owned(), |variant| self.variant(variant))
            }
            (_, Kind::Choice(variants)) => {
                variants.first().map_or("None".to_owned(), |first| self.variant(first))
            }
            _ => sample(field),
        }
    }

    /// A variant with what it must hold.
    fn variant(&self, variant: &Variant) -> String {
        let name = variant.name;
        match &variant.holds {
            Holds::Nothing => name.to_owned(),
            _ if schema::has_table(variant) => name.to_owned(),
            _ if !variant.start.is_empty() => format!("{name}({})", variant.start),
            Holds::Value(inner) => format!("{name}({})", sample(inner)),
            Holds::Fields(record) => {
                let needed = record.fields.iter().filter(|field| field.usual == Usual::Required);
                let needed: Vec<String> =
                    needed.map(|field| format!("{}: {}", field.name, sample(field))).collect();
                match needed.as_slice() {
                    [] => name.to_owned(),
                    _ => format!("{name}({})", needed.join(", ")),
                }
            }
        }
    }
}

/// Whether a choice is told of elsewhere: that of a kind of environment or of an agent.
fn has_tables(variants: &[Variant]) -> bool {
    variants.iter().any(schema::has_table)
}

fn is_struct(node: &Node) -> bool {
    matches!(node.kind, Found::Struct(..) | Found::Tuple(..))
}

/// A value that a field may have of itself.
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
