//! Why a value cannot be read as the type that is wanted: serde's errors, with a place.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::suggestion::{listed, remedy_for};
use super::tree::{Kind, Node, shortened};

/// Why a value cannot be read as the type that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    reason: Reason,
    /// Where; set by the innermost value that was being read.
    span: Option<Span>,
    remedy: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    /// Another kind of value was expected; what was found is described by the value itself.
    Mismatch { expected: String, found: Option<String> },
    /// A field is not there. It is named here as it adds to the path.
    Missing { field: String },
    /// A field is given more than once.
    Duplicate { field: String },
    /// Said in full.
    Said(String),
}

impl Refusal {
    fn new(reason: Reason) -> Self {
        Self { reason, span: None, remedy: String::new() }
    }

    /// Another kind of value was expected.
    pub(super) fn expected(expected: impl fmt::Display) -> Self {
        Self::new(Reason::Mismatch { expected: expected.to_string(), found: None })
    }

    /// A reason in full, as a message says it.
    pub(super) fn said(message: impl fmt::Display) -> Self {
        Self::new(Reason::Said(message.to_string()))
    }

    /// The same with what to do.
    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same at a value, if it has no place yet; `text` is the file's.
    pub(super) fn at(mut self, node: &Node, text: &str) -> Self {
        if self.span.is_none() {
            self.span = Some(node.span);
            match (&mut self.reason, &node.kind) {
                (Reason::Mismatch { found, .. }, _) => *found = Some(node.described(text)),
                (Reason::Missing { .. }, _) => self.span = Some(node.head()),
                (Reason::Duplicate { field }, Kind::Struct(_, fields)) => {
                    let mut same = fields.iter().filter(|other| other.name.text == *field);
                    self.span = same.nth(1).map(|again| again.name.span).or(self.span);
                }
                _ => {}
            }
        }
        self
    }

    /// The same at a name, if it has no place yet.
    pub(super) fn at_span(mut self, span: Span) -> Self {
        self.span = self.span.or(Some(span));
        self
    }

    /// The refusal as a finding, below the value `root` of the whole file.
    pub(super) fn diagnostic(self, root: &Node) -> Diagnostic {
        let span = self.span.unwrap_or(root.span);
        let mut path = root.path_of(span);
        if let Reason::Missing { field } = &self.reason {
            path = joined(&path, field);
        }
        let message = self.to_string();
        Diagnostic::error(span, message).path(path).remedy(self.remedy)
    }
}

/// The path of a field of the value at `path`.
pub(super) fn joined(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Mismatch { expected, found: Some(found) } => {
                write!(formatter, "{expected} is expected here, found {found}")
            }
            Reason::Mismatch { expected, found: None } => {
                write!(formatter, "{expected} is expected here")
            }
            Reason::Missing { field } => write!(formatter, "the field `{field}` is missing"),
            Reason::Duplicate { field } => write!(formatter, "the field `{field}` is given twice"),
            Reason::Said(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::said(message)
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_length: usize, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let known = known.iter().copied();
        let message = format!(
            "{} is expected here, found `{}`",
            listed(known.clone(), "or"),
            shortened(variant)
        );
        let refusal = Self::said(message);
        match super::suggestion::suggestion(variant, known) {
            Some(name) => refusal.remedy(format!("Did you mean `{name}`?")),
            None => refusal,
        }
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let message = format!("there is no field `{}` here", shortened(field));
        Self::said(message).remedy(remedy_for(field, known.iter().copied(), "fields"))
    }

    fn missing_field(field: &'static str) -> Self {
        let remedy = format!("Write `{field}: …`.");
        Self::new(Reason::Missing { field: field.to_owned() }).remedy(remedy)
    }

    fn duplicate_field(field: &'static str) -> Self {
        let reason = Reason::Duplicate { field: field.to_owned() };
        Self::new(reason).remedy("Delete one of the two.")
    }
}
