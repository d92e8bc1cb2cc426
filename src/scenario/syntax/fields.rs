//! The fields of a struct, read by name; what is missing, unknown or given twice is told.

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::read::{At, Read, Value};
use super::refusal::joined;
use super::suggestion::{remedy_for, suggestion};
use super::tree::Field;

/// The fields of a struct, to be read by name; handed out by [`Value::fields`].
///
/// Each of its methods returns `None` if the field could not be read, which was told or will be:
/// a missing field is told at the end, as it may turn out to be misspelt.
#[derive(Debug)]
pub struct Fields<'t> {
    value: Value<'t>,
    written: &'t [Field],
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(value: Value<'t>, written: &'t [Field]) -> Self {
        Self { value, written, known: Vec::new(), missing: Vec::new() }
    }

    /// The struct as a whole.
    pub fn value(&self) -> Value<'t> {
        self.value
    }

    /// A value that is not in the file, at the struct's place: for defaults of [`At`] fields.
    pub fn at<T>(&self, value: T) -> At<T> {
        At { value, span: self.value.head() }
    }

    /// The value of a field, if it is given; in any case the field is known from now on.
    pub fn get(&mut self, name: &'static str) -> Option<Value<'t>> {
        self.known.push(name);
        let mut found = self.written.iter().filter(|field| field.name.text == name);
        let first = found.next()?;
        for again in found {
            self.value.push(
                Diagnostic::error(again.name.span, format!("the field `{name}` is given twice"))
                    .remedy("Delete one of the two.")
                    .label(first.name.span, "given here first"),
            );
        }
        Some(self.value.other(&first.value))
    }

    /// A field that must be there.
    pub fn required<T: Read>(&mut self, name: &'static str) -> Option<T> {
        self.required_with(name, T::read)
    }

    /// A field that must be there, read in a way of its own.
    pub fn required_with<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value<'t>) -> Option<T>,
    ) -> Option<T> {
        match self.get(name) {
            Some(value) => read(value),
            None => {
                self.missing.push(name);
                None
            }
        }
    }

    /// A field that may be left out, or be `None`; its value may be written with `Some(…)`.
    pub fn optional<T: Read>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.optional_with(name, T::read)
    }

    /// A field that may be left out or be `None`, read in a way of its own.
    pub fn optional_with<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value<'t>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.get(name).and_then(Value::unless_none) {
            Some(value) => read(value).map(Some),
            None => Some(None),
        }
    }

    /// A field with a value where it is left out.
    pub fn default<T: Read>(&mut self, name: &'static str, default: T) -> Option<T> {
        self.default_with(name, default, T::read)
    }

    /// A field with a value where it is left out, read in a way of its own.
    pub fn default_with<T>(
        &mut self,
        name: &'static str,
        default: T,
        read: impl FnOnce(Value<'t>) -> Option<T>,
    ) -> Option<T> {
        match self.get(name) {
            Some(value) => read(value),
            None => Some(default),
        }
    }

    /// Tells what is unknown and what is missing. A field whose name is nearly that of a missing
    /// one is told once, as misspelt.
    pub(super) fn finish(mut self) {
        let unknown = self.written.iter().filter(|field| {
            let name = field.name.text.as_str();
            !self.known.contains(&name)
        });
        for field in unknown {
            if self.value.document().is_full() {
                self.value.push(unknown_field(field, String::new()));
                continue;
            }
            let name = field.name.text.as_str();
            let missing = suggestion(name, self.missing.iter().copied());
            self.missing.retain(|&known| Some(known) != missing);
            let remedy = match missing {
                Some(missing) => format!("Did you mean `{missing}`?"),
                None => remedy_for(name, self.known.iter().copied(), "fields"),
            };
            self.value.push(unknown_field(field, remedy));
        }
        let path = self.value.path();
        let head: Span = self.value.head();
        for name in self.missing {
            self.value.push(
                Diagnostic::error(head, format!("the field `{name}` is missing"))
                    .path(joined(&path, name))
                    .remedy(format!("Write `{name}: …`.")),
            );
        }
    }
}

fn unknown_field(field: &Field, remedy: String) -> Diagnostic {
    let name = super::tree::shortened(&field.name.text);
    Diagnostic::error(field.name.span, format!("there is no field `{name}` here")).remedy(remedy)
}
