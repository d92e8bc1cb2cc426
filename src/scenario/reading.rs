//! From the tree of a file to plain values, by the tables of [`super::fields`].
//!
//! Nothing stops at an error: what cannot be read is told and stands in for itself with a value
//! that can, so that all that is wrong is told at once. Where every value came from is kept, for
//! what is found wrong later, when an environment is built.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use self::nodes::{fields_of, head};
use self::stand_in::{shapes, wrapped};
use self::wording::{joined, of, quoted, sentence, wholes};
use super::diagnostic::{Diagnostic, MOST_DIAGNOSTICS, Span};
use super::fields::{Field, Kind, Record, Usual};
use super::quantity::{Conversion, Units};
use super::syntax::{Field as Written, Kind as Tree, MOST_LISTED, Name, Node, choices, suggestion};
use crate::environments::SettingError;

mod kinds;
mod nodes;
mod numbers;
mod stand_in;
mod wording;

pub(super) use self::nodes::{name_of, without_some};
pub(super) use self::stand_in::{stand_in, stand_in_fields};
pub(super) use self::wording::shortened;

/// So many findings are kept until they are put into reports, which show far fewer.
const MOST_FINDINGS: usize = 5_000;
/// So many items of a list have a place of their own; later ones are told at the list's.
const MOST_PLACES: usize = 20_000;

/// Where a setting came from.
#[derive(Debug, Clone)]
struct Place {
    span: Span,
    /// Its path as the file writes it.
    path: String,
    /// What a message calls it: `failure probability of Mill`.
    subject: String,
    /// What its parts belong to: `Mill`.
    owner: String,
}

/// What is being read: its paths in the file and among the settings, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'a> {
    pub path: &'a str,
    pub setting: &'a str,
    pub owner: &'a str,
}

/// The whole file.
pub(super) const ROOT: Here<'static> = Here { path: "", setting: "", owner: "" };

/// Reads trees by tables, and collects what is wrong and what was converted.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    /// The text that all spans count in.
    text: &'t str,
    /// Where each file's text starts in it, that of the opened one first (see [`super::files`]).
    starts: &'t [u32],
    pub units: Units,
    pub findings: Vec<Diagnostic>,
    pub conversions: Vec<Conversion>,
    places: BTreeMap<String, Place>,
    /// Settings that could not be read: neither they nor what is in them is asked about again.
    refused: BTreeSet<String>,
    /// Settings of which an error was told after they were read: what is in them may have others.
    told: BTreeSet<String>,
    /// What is being read is within these: what they are called, and their fields.
    around: Vec<(&'static str, &'static [Field])>,
    /// And within these kinds of environment or agents, which have tables of their own.
    tables: Vec<&'static str>,
    /// The fields of the file within which something could not be read whose shape other parts depend
    /// on; an empty name where that is the file as a whole.
    breaks: BTreeSet<String>,
    /// Whether a file that this one is based on could not be read, which was told: what is not
    /// there, and what only changes what would be there, is no error then.
    pub incomplete: bool,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, starts: &'t [u32]) -> Self {
        Self {
            text,
            starts,
            units: Units::default(),
            findings: Vec::new(),
            conversions: Vec::new(),
            places: BTreeMap::new(),
            refused: BTreeSet::new(),
            told: BTreeSet::new(),
            around: Vec::new(),
            tables: Vec::new(),
            breaks: BTreeSet::new(),
            incomplete: false,
        }
    }

    /// Whether something could not be read, within this field of the file, whose shape other parts
    /// depend on.
    pub fn is_broken(&self, field: &str) -> bool {
        self.breaks.contains("") || self.breaks.contains(field)
    }

    /// Whether that is so within any field.
    pub fn is_broken_anywhere(&self) -> bool {
        !self.breaks.is_empty()
    }

    /// Notes that this setting could not be read and that others depend on its shape.
    fn break_at(&mut self, setting: &str) {
        let field = setting.split(['.', '[']).next().unwrap_or_default();
        self.breaks.insert(field.to_owned());
    }

    /// Tells what is wrong with a setting after it was read: at its place, or at that of the
    /// nearest struct around it. `within` is the path that the setting's own is below.
    pub fn tell(&mut self, within: &str, error: &SettingError) {
        let setting = joined(within, &error.path);
        let refused = wholes(&setting).any(|whole| self.refused.contains(whole));
        if refused || self.told.contains(&setting) {
            return;
        }
        let place = wholes(&setting).find_map(|whole| Some((whole, self.places.get(whole)?)));
        let remedy = sentence(&error.remedy);
        let Some((around, place)) = place else {
            let told = Diagnostic::of_file(error.message.clone()).path(setting).remedy(remedy);
            self.push(told);
            return;
        };
        let rest = setting[around.len()..].trim_start_matches('.');
        let subject = match rest.rsplit(['.', ']']).next() {
            Some(tail) if !rest.is_empty() => of(&tail.replace('_', " "), &place.owner),
            _ => place.subject.clone(),
        };
        let path = if rest.starts_with('[') {
            format!("{}{rest}", place.path)
        } else {
            joined(&place.path, rest)
        };
        let message = match subject.trim() {
            "" => error.message.clone(),
            subject => format!("{subject}: {}", error.message),
        };
        let span = self.override_of(error, place.span).unwrap_or(place.span);
        self.push(Diagnostic::error(span, message).path(path).remedy(remedy));
        self.told.insert(setting);
    }

    /// Where a file gives the name that another has already in what it is based on: the clash is its.
    fn override_of(&self, error: &SettingError, told: Span) -> Option<Span> {
        let name = error.name_used_twice()?;
        let file = self.file_of(told);
        let own = |(setting, place): (&String, &Place)| {
            let earlier = setting.ends_with(".name") && self.file_of(place.span) < file;
            let written = place.span.of(self.text).trim_matches('"');
            (earlier && written == name).then_some(place.span)
        };
        self.places.iter().find_map(own)
    }

    /// The number of the file that a place is in: the opened one's is the least.
    fn file_of(&self, span: Span) -> usize {
        self.starts.partition_point(|start| *start <= span.start)
    }

    /// Whether a setting is from a file that the opened one is based on.
    pub fn is_inherited(&self, setting: &str) -> bool {
        self.span_of(setting).is_some_and(|span| self.file_of(span) > 1)
    }

    /// Warns of a field, at the place of a setting.
    pub fn warn(&mut self, setting: &str, path: &str, message: String, remedy: String) {
        let span = self.span_of(setting).unwrap_or_default();
        self.push(Diagnostic::warning(span, message).path(path).remedy(remedy));
    }

    /// The place of a setting, for findings that word themselves.
    pub fn span_of(&self, setting: &str) -> Option<Span> {
        self.places.get(setting).map(|place| place.span)
    }

    /// Adds a finding; of very many the rest is not even counted, so that they take no memory.
    fn push(&mut self, told: Diagnostic) {
        if !self.is_full() {
            self.findings.push(told);
        }
    }

    /// Whether so much is wrong that nothing more is read.
    fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    fn error(&mut self, here: Here<'_>, span: Span, message: String, remedy: impl Into<String>) {
        if self.is_full() {
            return;
        }
        self.refused.insert(here.setting.to_owned());
        self.push(Diagnostic::error(span, message).path(here.path).remedy(remedy));
    }

    /// Tells that something else is expected here.
    fn expected(&mut self, here: Here<'_>, field: &Field, node: &Node, what: &str, remedy: &str) {
        let subject = of(&field.words(), here.owner);
        let found = node.described(self.text);
        let message = format!("{subject}: {what} is expected here, found {found}");
        self.error(here, node.span, message, remedy);
    }

    /// Reads a struct.
    pub fn record(&mut self, record: &Record, node: &Node, here: Here<'_>) -> Map<String, Json> {
        match fields_of(node) {
            Some(fields) => self.fields(record, fields, head(node), here),
            None => {
                let found = node.described(self.text);
                let noun = if record.noun.is_empty() { "group of fields" } else { record.noun };
                let message =
                    format!("a {noun}, ( field: value ), is expected here, found {found}");
                let remedy = match node.kind {
                    Tree::Map(_) => "Fields stand in parentheses, ( … ), not in braces.".to_owned(),
                    _ => match fitting(record, node) {
                        Some((field, true)) => {
                            let found = shortened(node.span.of(self.text));
                            format!("Write its fields in parentheses: `({}: {found})`.", field.name)
                        }
                        Some((field, false)) => {
                            format!("Write its fields in parentheses: `({}: …)`.", field.name)
                        }
                        None => "Write `()`.".to_owned(),
                    },
                };
                self.error(here, node.span, message, remedy);
                self.break_at(here.setting);
                stand_in_fields(record)
            }
        }
    }

    /// Reads some fields of a struct, without a word on the others.
    pub fn some_of(
        &mut self,
        record: &Record,
        node: &Node,
        names: &[&str],
        here: Here<'_>,
    ) -> Map<String, Json> {
        let written = fields_of(node).unwrap_or_default();
        let read = |field: &Field| {
            let node = self.given(record, field, written, here)?;
            Some((field.setting.to_owned(), self.field(field, node, here)?))
        };
        record.fields.iter().filter(|field| names.contains(&field.name)).filter_map(read).collect()
    }

    fn fields(
        &mut self,
        record: &Record,
        written: &[Written],
        head: Span,
        here: Here<'_>,
    ) -> Map<String, Json> {
        let mut unknown: Vec<&Written> = Vec::new();
        for (index, field) in written.iter().enumerate() {
            let name = field.name.text.as_str();
            if record.field(name).is_none() {
                unknown.push(field);
            } else if let Some(first) =
                written.iter().take(index).find(|first| first.name.text == name)
            {
                let path = joined(here.path, name);
                let message = format!("the field `{name}` is given twice");
                let told = Diagnostic::error(field.name.span, message).path(path);
                let told = told.remedy("Delete one of the two.");
                self.push(told.label(first.name.span, "given here first"));
            }
        }
        let mut values = Map::new();
        let mut missing: Vec<&'static str> = Vec::new();
        self.around.push((record.noun, record.fields));
        for field in record.fields {
            let given = self.given(record, field, written, here);
            match given {
                Some(node) => {
                    if let Some(value) = self.field(field, node, here) {
                        values.insert(field.setting.to_owned(), value);
                    }
                }
                None if field.usual == Usual::Required => {
                    let other = |other: &&Field| other.setting == field.setting;
                    let others = record.fields.iter().filter(other);
                    let mut names = others.map(|other| other.name);
                    let says =
                        |field: &Written, name| field.name.text == name && !is_none(&field.value);
                    if !names.any(|name| written.iter().any(|field| says(field, name))) {
                        missing.push(field.name);
                        values.insert(field.setting.to_owned(), wrapped(field, stand_in(field)));
                        if shapes(field.kind) {
                            self.break_at(&joined(here.setting, field.setting));
                        }
                    }
                }
                None => {}
            }
        }
        self.around.pop();
        for field in unknown {
            self.unknown(record, field, &mut missing, here);
        }
        if self.incomplete {
            missing.clear();
        }
        for name in missing {
            let message = match here.owner {
                "" => format!("the field `{name}` is missing"),
                owner => format!("the field `{name}` of {owner} is missing"),
            };
            let path = joined(here.path, name);
            self.refused.insert(joined(here.setting, name));
            let told = Diagnostic::error(head, message).path(path);
            self.push(told.remedy(format!("Write `{name}: …`.")));
        }
        values
    }

    /// The node that a field is given by, if it is the one that fills its setting.
    fn given<'n>(
        &mut self,
        record: &Record,
        field: &Field,
        written: &'n [Written],
        here: Here<'_>,
    ) -> Option<&'n Node> {
        let own = written.iter().find(|written| written.name.text == field.name)?;
        let rivals = record.fields.iter().filter(|other| other.setting == field.setting);
        for rival in rivals.filter(|rival| rival.name != field.name) {
            let Some(other) = written.iter().find(|written| written.name.text == rival.name) else {
                continue;
            };
            let file = |written: &Written| {
                self.starts.partition_point(|start| *start <= written.name.span.start)
            };
            match file(own).cmp(&file(other)) {
                // What a file says takes the place of what it is based on.
                Ordering::Less => {}
                Ordering::Greater => return None,
                Ordering::Equal if own.name.span.start > other.name.span.start => {
                    let message = format!("`{}` is given beside `{}`", field.name, other.name.text);
                    let path = joined(here.path, field.name);
                    let told = Diagnostic::error(own.name.span, message).path(path);
                    let told = told.remedy("They say the same thing: delete one of the two.");
                    self.push(told.label(other.name.span, "given here"));
                    return None;
                }
                Ordering::Equal => {}
            }
        }
        Some(&own.value)
    }

    /// Tells an unknown field; one that is nearly a missing one's name is told once, as misspelt.
    fn unknown(
        &mut self,
        record: &Record,
        field: &Written,
        missing: &mut Vec<&'static str>,
        here: Here<'_>,
    ) {
        let name = field.name.text.as_str();
        // What would only be counted is not worth a suggestion.
        let few = self.findings.len() < 2 * MOST_DIAGNOSTICS;
        let suggestion = |name: &str, known: &mut dyn Iterator<Item = &'static str>| {
            if few { suggestion(name, known) } else { None }
        };
        let meant = suggestion(name, &mut missing.iter().copied());
        missing.retain(|known| Some(*known) != meant);
        let all = || record.fields.iter().map(|field| field.name);
        // `base` is far from `based_on`, and yet the beginning of no other name.
        let begun = || {
            let mut begun = all().filter(|known| name.len() > 2 && known.starts_with(name));
            begun.next().filter(|_| begun.next().is_none())
        };
        // Nor is a slip in it a slip in `based_on`.
        let base = || {
            let field = record.field("based_on").filter(|_| few)?;
            crate::scenario::syntax::suggestion(name, ["base"]).map(|_| field.name)
        };
        let meant = meant.or_else(|| suggestion(name, &mut all())).or_else(begun).or_else(base);
        let remedy = match meant {
            Some(meant) => {
                // What it was meant to say is not there: no further errors about that, by this
                // name or by that of the setting that it would have filled.
                self.refused.insert(joined(here.setting, meant));
                let fills = record.fields.iter().find(|field| field.name == meant);
                if let Some(field) = fills {
                    self.refused.insert(joined(here.setting, field.setting));
                }
                format!("Did you mean `{meant}`?")
            }
            None => {
                let elsewhere = if few { self.elsewhere(name) } else { None };
                let known = match record.fields.len() {
                    many if many > MOST_LISTED && few => {
                        let all_of = self.schema_of(false);
                        format!("There are {}.", choices(name, all(), "and", &all_of))
                    }
                    many if many > MOST_LISTED => {
                        format!("{} lists what there is.", self.schema_of(false))
                    }
                    _ => format!("Known fields: {}.", quoted(all(), "and")),
                };
                elsewhere.map_or_else(|| known.clone(), |told| format!("{told} {known}"))
            }
        };
        let whose = match record.noun {
            "" => String::new(),
            noun => format!(" of a {noun}"),
        };
        let message = format!("there is no field `{}`{whose}", shortened(name));
        let path = joined(here.path, &shortened(name));
        self.push(Diagnostic::error(field.name.span, message).path(path).remedy(remedy));
    }

    /// The command that lists what there is where this is read: all kinds and agents, or the fields of
    /// the nearest that has a table of its own.
    fn schema_of(&self, kinds: bool) -> String {
        let whole = match self.around.first() {
            Some(("lesson", _)) => "Lesson",
            Some(("experiment", _)) => "Experiment",
            _ => "Scenario",
        };
        match kinds {
            true => "`taktlab schema`".to_owned(),
            false => format!("`taktlab schema {}`", self.tables.last().copied().unwrap_or(whole)),
        }
    }

    /// Where a field of about this name stands that was given in the wrong place: in what is around it, or
    /// in the structs of that.
    fn elsewhere(&self, name: &str) -> Option<String> {
        let of = |noun: &str, article: &str| match noun {
            "" => String::new(),
            noun => format!(" of {article} {noun}"),
        };
        self.around.iter().rev().find_map(|(noun, fields)| {
            let names = fields.iter().map(|field| field.name);
            // One of a list may be meant: `bufer` for one of `buffers`.
            let one = |field: &&Field| match field.kind {
                Kind::List(inner) => suggestion(name, [inner.noun]).is_some(),
                _ => false,
            };
            let of_list = || fields.iter().find(one).map(|field| field.name);
            if let Some(meant) = suggestion(name, names).or_else(of_list) {
                return Some(format!("`{meant}` is a field{} around it.", of(noun, "the")));
            }
            fields.iter().find_map(|field| match field.kind {
                Kind::List(inner) | Kind::Fields(inner) => {
                    let meant = inner.field(name)?;
                    let whose = match inner.noun {
                        "" => format!(" of `{}`", field.name),
                        noun => of(noun, "a"),
                    };
                    Some(format!("`{}` is a field{whose}.", meant.name))
                }
                _ => None,
            })
        })
    }

    /// Reads a field's value, wrapped as its setting wants it.
    fn field(&mut self, field: &Field, node: &Node, here: Here<'_>) -> Option<Json> {
        let node = without_some(node);
        let (path, setting) = (joined(here.path, field.name), joined(here.setting, field.setting));
        let subject = of(&field.words(), here.owner);
        let owner = here.owner.to_owned();
        let place = Place { span: head(node), path: path.clone(), subject, owner };
        self.places.insert(setting.clone(), place);
        let inner = Here { path: &path, setting: &setting, owner: here.owner };
        if is_none(node) {
            let absent = matches!(field.usual, Usual::Nothing | Usual::Other | Usual::Depends(_));
            if field.none || absent {
                return field.none.then_some(Json::Null);
            }
        }
        match self.value(field, node, inner) {
            Some(value) => Some(wrapped(field, value)),
            None => {
                if shapes(field.kind) {
                    self.break_at(&setting);
                }
                (field.usual == Usual::Required).then(|| wrapped(field, stand_in(field)))
            }
        }
    }
}

/// The field of a struct that a bare value in its place was probably meant for, and whether the value
/// may stand there: of those that may hold such a value one that is always written, or else the first;
/// where there is none, the first of all.
pub(super) fn fitting(record: &Record, node: &Node) -> Option<(&'static Field, bool)> {
    let may = |field: &&'static Field| {
        matches!(
            (&node.kind, field.kind),
            (Tree::Number(_), Kind::Whole(..) | Kind::Beats(..) | Kind::Real(..))
                | (Tree::Text(_), Kind::Text | Kind::Translated)
        )
    };
    let fields: &'static [Field] = record.fields;
    let always = fields.iter().filter(may).find(|field| field.always);
    let found = always.or_else(|| fields.iter().find(may));
    found.map(|field| (field, true)).or_else(|| fields.first().map(|field| (field, false)))
}

/// Whether `None` is written, for something that is not there.
fn is_none(node: &Node) -> bool {
    matches!(&without_some(node).kind, Tree::Word(Name { text, .. }) if text == "None")
}
