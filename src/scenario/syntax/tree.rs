//! The tree that a file's text becomes: every value, field and name knows its place.

use std::sync::Arc;

use crate::scenario::diagnostic::Span;

/// A file's text and the value it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The whole text; every [`Span`] counts its bytes.
    pub text: Arc<str>,
    /// What `#![enable(...)]` asks for.
    pub extensions: Extensions,
    /// The value.
    pub root: Node,
}

/// What a file's `#![enable(...)]` lines ask for. `implicit_some` holds for every file whether it
/// is enabled or not, and so has no flag here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extensions {
    /// A struct of one unnamed field is written as this field, without parentheses.
    pub unwrap_newtypes: bool,
    /// A variant around a struct or tuple is written with the inner fields: `Variant(a: 1)`.
    pub unwrap_variant_newtypes: bool,
    /// Structs must be written with their names.
    pub explicit_struct_names: bool,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From its first to behind its last character.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is, as far as the text alone tells: whether `Mill` is an enum's variant or a
/// struct without fields depends on the type that reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `true`, `false`.
    Bool(bool),
    /// `12`, `-0x1F`, `1.5e3`, `inf`, `3u8`, `b'a'`.
    Number(Number),
    /// `'a'`.
    Char(char),
    /// `"text"`, `r"text"`, with the escapes resolved.
    Text(String),
    /// `b"bytes"`, `br"bytes"`.
    Bytes(Vec<u8>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{a: b}`.
    Map(Vec<(Node, Node)>),
    /// A bare name: a variant or a struct without fields, `None`.
    Word(Name),
    /// `(a, b)`, `Name(a, b)`, `Some(a)`; without items also the unit and the empty struct.
    Tuple(Option<Box<Name>>, Vec<Node>),
    /// `(field: a)`, `Name(field: a)`.
    Struct(Option<Box<Name>>, Vec<Field>),
    /// `0..10`, `0..=10`, `0..`, `..10`, `..`.
    Range(Box<Interval>),
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, without the `r#` of a raw one.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Node,
}

/// A number's value and the type its suffix names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The value.
    pub value: Magnitude,
    /// The type a suffix names, as in `3u8`.
    pub suffix: Option<Suffix>,
}

/// A number's value: whole where it is written so and fits 64 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Magnitude {
    /// A whole number from 0.
    Unsigned(u64),
    /// A whole number with a minus; `-0` is one too, as it is -0.0 where a float is wanted.
    Negative(i64),
    /// Any other, rounded to the nearest of 64 bits.
    Float(f64),
}

/// The type that a number's suffix names; its value was checked to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named like the type")]
pub enum Suffix {
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
}

/// The ends of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Where it starts, inclusive, if it has a start.
    pub start: Option<Node>,
    /// Where it ends, if it does.
    pub end: Option<Node>,
    /// Whether the end belongs to it.
    pub inclusive: bool,
}

impl Node {
    /// The value of a field of a struct; `None` where it has none of this name, or is no struct.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Kind::Struct(_, fields) = &self.kind else { return None };
        fields.iter().find(|field| field.name.text == name).map(|field| &field.value)
    }

    /// The value as a message names what was found: "the text "abc"", "a list of 3 items".
    /// `text` is the file's text.
    pub fn described(&self, text: &str) -> String {
        let named = |name: &Option<Box<Name>>, anonymous: String| match name {
            Some(name) => format!("`{}(…)`", shortened(&name.text)),
            None => anonymous,
        };
        let count = |count: usize, one: &str, many: &str| match count {
            0 => format!("no {many}"),
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        match &self.kind {
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(_) => format!("the number {}", shortened(self.span.of(text))),
            Kind::Char(_) => format!("the character {}", shortened(self.span.of(text))),
            Kind::Text(value) => format!("the text {:?}", shortened(value)),
            Kind::Bytes(_) => format!("the bytes {}", shortened(self.span.of(text))),
            Kind::List(items) => format!("a list of {}", count(items.len(), "item", "items")),
            Kind::Map(entries) => format!("a map of {}", count(entries.len(), "entry", "entries")),
            Kind::Word(name) => format!("the name `{}`", shortened(&name.text)),
            Kind::Tuple(None, items) if items.is_empty() => "`()`".to_owned(),
            Kind::Tuple(name, items) => {
                named(name, format!("a tuple of {}", count(items.len(), "value", "values")))
            }
            Kind::Struct(name, fields) => {
                named(name, format!("a struct with {}", count(fields.len(), "field", "fields")))
            }
            Kind::Range(_) => format!("the range {}", shortened(self.span.of(text))),
        }
    }

    /// The name written before the parentheses, or the bare name itself.
    pub fn name(&self) -> Option<&Name> {
        match &self.kind {
            Kind::Word(name) => Some(name),
            Kind::Tuple(name, _) | Kind::Struct(name, _) => name.as_deref(),
            _ => None,
        }
    }

    /// A short place to point at for the value as a whole: its name, or its first bracket.
    pub fn head(&self) -> Span {
        match (&self.kind, self.name()) {
            (_, Some(name)) => name.span,
            (Kind::List(_) | Kind::Map(_) | Kind::Tuple(..) | Kind::Struct(..), None) => {
                Span { end: self.span.start + 1, ..self.span }
            }
            _ => self.span,
        }
    }

    /// The path from this value to the innermost field or item that holds `span`:
    /// `environment.machines[2].failure`. Variants and newtypes add nothing to a path.
    pub fn path_of(&self, span: Span) -> String {
        let mut path = String::new();
        let mut node = self;
        while let Some((step, inner)) = node.step_to(span) {
            if path.is_empty() {
                path.push_str(step.strip_prefix('.').unwrap_or(&step));
            } else {
                path.push_str(&step);
            }
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        path
    }

    /// One step of a path, and the value to go on from unless the span was that of a name or key.
    fn step_to(&self, span: Span) -> Option<(String, Option<&Self>)> {
        match &self.kind {
            Kind::List(items) => {
                let index = holder(items, |item| item.span, span)?;
                Some((format!("[{index}]"), items.get(index)))
            }
            Kind::Tuple(_, items) => {
                let index = holder(items, |item| item.span, span)?;
                let step = if items.len() == 1 { String::new() } else { format!("[{index}]") };
                Some((step, items.get(index)))
            }
            Kind::Struct(_, fields) => {
                let index = holder(fields, |field| field.name.span.to(field.value.span), span)?;
                let Field { name, value } = fields.get(index)?;
                Some((format!(".{}", name.text), value.span.contains(span).then_some(value)))
            }
            Kind::Map(entries) => {
                let index = holder(entries, |(key, value)| key.span.to(value.span), span)?;
                let (key, value) = entries.get(index)?;
                Some((key.as_step(), value.span.contains(span).then_some(value)))
            }
            _ => None,
        }
    }

    /// A map's key as a step of a path.
    fn as_step(&self) -> String {
        match &self.kind {
            Kind::Text(text) => format!("[{:?}]", shortened(text)),
            Kind::Word(name) => format!("[{}]", shortened(&name.text)),
            Kind::Number(Number { value: Magnitude::Unsigned(key), .. }) => format!("[{key}]"),
            Kind::Number(Number { value: Magnitude::Negative(key), .. }) => format!("[{key}]"),
            _ => "[…]".to_owned(),
        }
    }
}

/// The index of the item that holds `span`; items stand in the order of the text.
fn holder<T>(items: &[T], span_of: impl Fn(&T) -> Span, span: Span) -> Option<usize> {
    let index = items.partition_point(|item| span_of(item).end < span.end);
    items.get(index).filter(|item| span_of(item).contains(span)).map(|_| index)
}

/// At most 40 characters, so that a message stays one line.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
