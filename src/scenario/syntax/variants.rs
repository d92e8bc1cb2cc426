//! A choice among named variants, each read in its own way; an unknown name is told.

use super::fields::Fields;
use super::read::{Read, Value};
use super::suggestion::{listed, suggestion};
use super::tree::Kind;

/// A choice that is being read; handed out by [`Value::variants`]. Name each variant once, then
/// [`finish`](Self::finish).
#[derive(Debug)]
#[must_use = "the choice is read by `finish`"]
pub struct Variants<'t, T> {
    value: Value<'t>,
    /// The name written, if there is one.
    written: Option<&'t str>,
    known: Vec<&'static str>,
    /// Set once the variant was found: what was read, or `None` if that failed.
    read: Option<Option<T>>,
}

impl<'t, T> Variants<'t, T> {
    pub(super) fn new(value: Value<'t>) -> Self {
        let written = value.node().name().map(|name| name.text.as_str());
        let written = if value.inside { None } else { written };
        Self { value, written, known: Vec::new(), read: None }
    }

    /// Whether this is the variant written.
    fn is(&mut self, name: &'static str) -> bool {
        self.known.push(name);
        self.written == Some(name)
    }

    /// A variant without a value: `Name`.
    pub fn unit(mut self, name: &'static str, variant: T) -> Self {
        if self.is(name) {
            self.read = Some(match &self.value.node().kind {
                Kind::Word(_) => Some(variant),
                _ => self.value.refuse(
                    format!("`{name}` takes no value"),
                    "Write the name alone, without parentheses.",
                ),
            });
        }
        self
    }

    /// A variant around one value: `Name(value)`, or `Name(field: …)` where this is a struct.
    pub fn newtype<A: Read>(self, name: &'static str, variant: impl FnOnce(A) -> T) -> Self {
        self.with(name, |value| value.read().map(variant))
    }

    /// A variant around one value, read in a way of its own.
    pub fn with(mut self, name: &'static str, read: impl FnOnce(Value<'t>) -> Option<T>) -> Self {
        if self.is(name) {
            self.read = Some(match self.value.payload() {
                Some(value) => read(value),
                None => self.lacks(name, "value"),
            });
        }
        self
    }

    /// A variant with fields: `Name(field: …)`. As with [`Value::fields`], read every field
    /// before the first `?`.
    pub fn fields(
        mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'t>) -> Option<T>,
    ) -> Self {
        if self.is(name) {
            self.read = Some(match &self.value.node().kind {
                Kind::Word(_) => self.lacks(name, "field: …"),
                _ => match self.value.payload() {
                    Some(value) => value.fields(name, read),
                    None => self.lacks(name, "field: …"),
                },
            });
        }
        self
    }

    fn lacks(&self, name: &str, what: &str) -> Option<T> {
        self.value.refuse(
            format!("`{name}` needs a value in parentheses"),
            format!("Write `{name}({what})`."),
        )
    }

    /// What was read; a name that is none of those known, and anything but a name, is told.
    pub fn finish(self) -> Option<T> {
        if let Some(read) = self.read {
            return read;
        }
        let known = || self.known.iter().copied();
        let text = match &self.value.node().kind {
            Kind::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let remedy = match (self.written, text) {
            (Some(written), _) => {
                suggestion(written, known()).map(|name| format!("Did you mean `{name}`?"))
            }
            (None, Some(text)) if self.known.contains(&text) => {
                Some("Write the name without quotation marks.".to_owned())
            }
            _ => None,
        };
        self.value.expected(&listed(known(), "or"), remedy.unwrap_or_default())
    }
}
