//! Reading values one by one, so that everything wrong is told and not only the first thing.

use std::collections::BTreeMap;
use std::ops::{Deref, RangeInclusive};

use serde::{Deserialize, Serialize, Serializer};

use crate::scenario::diagnostic::{Diagnostic, Span};

use super::deserialise::{self, Reading};
use super::document::Document;
use super::fields::Fields;
use super::tree::{Kind, Node};
use super::variants::Variants;

/// A type that can be read from a scenario file.
pub trait Read: Sized {
    /// Reads the value. `None` says that it could not be read *and* that the reason was told:
    /// either by the reading of its parts or by [`Value::refuse`] and its like.
    fn read(value: Value<'_>) -> Option<Self>;
}

/// A value of a file, to be read.
#[derive(Debug, Clone, Copy)]
pub struct Value<'t> {
    document: &'t Document,
    node: &'t Node,
    /// Whether the name before its parentheses is that of the variant it belongs to.
    pub(super) inside: bool,
}

impl<'t> Value<'t> {
    pub(super) fn new(document: &'t Document, node: &'t Node) -> Self {
        Self { document, node, inside: false }
    }

    /// Another value of the same file.
    pub(super) fn other(self, node: &'t Node) -> Self {
        Self::new(self.document, node)
    }

    /// The value's tree.
    pub fn node(self) -> &'t Node {
        self.node
    }

    /// The file it belongs to.
    pub fn document(self) -> &'t Document {
        self.document
    }

    /// Its place.
    pub fn span(self) -> Span {
        self.node.span
    }

    /// Its path, `environment.machines[2].failure`.
    pub fn path(self) -> String {
        self.document.tree().root.path_of(self.node.span)
    }

    /// A short place to point at for the value as a whole: its name, or its first character.
    pub fn head(self) -> Span {
        self.node.head()
    }

    /// Adds a finding (see [`Document::push`]).
    pub fn push(self, diagnostic: Diagnostic) {
        self.document.push(diagnostic);
    }

    /// Tells that the value cannot be used, and what to do.
    pub fn refuse<T>(self, message: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        self.push(Diagnostic::error(self.node.span, message).remedy(remedy));
        None
    }

    /// Tells that another kind of value is expected: "`what` is expected here, found …".
    pub fn expected<T>(self, what: &str, remedy: impl Into<String>) -> Option<T> {
        let found = self.node.described(&self.document.tree().text);
        self.refuse(format!("{what} is expected here, found {found}"), remedy)
    }

    /// Reads the value as a type that knows how.
    pub fn read<T: Read>(self) -> Option<T> {
        T::read(self)
    }

    /// Reads the value as a type of serde's. Of what is wrong within it only the first is told.
    pub fn serde<T: Deserialize<'t>>(self) -> Option<T> {
        let reading =
            Reading { inside: self.inside, ..Reading::new(self.document.tree(), self.node) };
        match deserialise::read(std::marker::PhantomData, reading) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.push(refusal.diagnostic(&self.document.tree().root));
                None
            }
        }
    }

    /// Reads the fields of a struct, written `(…)` or `Name(…)`. In the closure, read **every**
    /// field before the first `?`: what is wrong with the others would stay untold, and they
    /// would be taken for unknown.
    pub fn fields<T>(
        self,
        name: &str,
        read: impl FnOnce(&mut Fields<'t>) -> Option<T>,
    ) -> Option<T> {
        let fields = match &self.node.kind {
            Kind::Struct(_, fields) => fields.as_slice(),
            Kind::Tuple(_, items) if items.is_empty() => &[],
            Kind::Map(_) => {
                let remedy = "Fields stand in parentheses, ( … ), not in braces.";
                return self.expected(&deserialise::expected_struct(name), remedy);
            }
            _ => return self.expected(&deserialise::expected_struct(name), ""),
        };
        if let Some(written) = self.node.name()
            && !self.inside
            && written.text != name
        {
            return self.expected(&deserialise::expected_struct(name), "");
        }
        let mut fields = Fields::new(self, fields);
        let value = read(&mut fields);
        fields.finish();
        value
    }

    /// Reads a choice, written as one of several names, each with or without a value:
    /// `Saturated`, `Arrivals(0.5)`, `Orders(probability: 0.5)`.
    pub fn variants<T>(self) -> Variants<'t, T> {
        Variants::new(self)
    }

    /// The items of a list.
    pub fn items(self) -> Option<Vec<Self>> {
        match &self.node.kind {
            Kind::List(items) => Some(items.iter().map(|item| self.other(item)).collect()),
            _ => self.expected("a list", "Lists stand in square brackets: [ … ]."),
        }
    }

    /// The entries of a map, in their order.
    pub fn entries(self) -> Option<Vec<(Self, Self)>> {
        match &self.node.kind {
            Kind::Map(entries) => {
                let both = |(key, value)| (self.other(key), self.other(value));
                Some(entries.iter().map(|(key, value)| both((key, value))).collect())
            }
            _ => self.expected("a map", "Maps stand in braces: { key: value }."),
        }
    }

    /// The values of a tuple of this length.
    fn tuple<const N: usize>(self) -> Option<[Self; N]> {
        if let Kind::Tuple(name, items) = &self.node.kind
            && (name.is_none() || self.inside)
            && let Ok(items) = <&[Node; N]>::try_from(items.as_slice())
        {
            return Some(items.each_ref().map(|item| self.other(item)));
        }
        let (what, remedy) = (format!("a tuple of {N} values"), "Write ( … , … ).");
        self.expected(&what, remedy)
    }

    /// The value within `Some(…)`, or the value itself; nothing where it is `None`.
    pub(super) fn unless_none(self) -> Option<Self> {
        match &self.node.kind {
            Kind::Word(name) if name.text == "None" => None,
            Kind::Tuple(Some(name), items) if name.text == "Some" && !self.inside => {
                match items.as_slice() {
                    [item] => Some(self.other(item)),
                    _ => Some(Self { inside: true, ..self }),
                }
            }
            Kind::Struct(Some(name), _) if name.text == "Some" => {
                Some(Self { inside: true, ..self })
            }
            _ => Some(self),
        }
    }

    /// What a variant holds, or nothing where it is a bare name.
    pub(super) fn payload(self) -> Option<Self> {
        let inner = Reading::new(self.document.tree(), self.node).payload()?;
        Some(Self { document: self.document, node: inner.node, inside: inner.inside })
    }
}

/// A value and its place, for checks that come after reading.
///
/// It stands for its value where it can: it is dereferenced to it, saved as it and equal by it.
#[derive(Debug, Clone, Copy)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place, or that of the struct that lacks it where the value is a default.
    pub span: Span,
}

impl<T> At<T> {
    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for At<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: Read> Read for At<T> {
    fn read(value: Value<'_>) -> Option<Self> {
        Some(At { value: value.read()?, span: value.span() })
    }
}

/// Types that serde reads as one value, so that nothing is lost if it stops at the first error.
macro_rules! read_by_serde {
    ($($type:ty)*) => {$(
        impl Read for $type {
            fn read(value: Value<'_>) -> Option<Self> {
                value.serde()
            }
        }
    )*};
}

read_by_serde! {
    bool char String f32 f64 i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 usize isize
    std::path::PathBuf
    RangeInclusive<i32> RangeInclusive<i64> RangeInclusive<u32> RangeInclusive<u64>
    RangeInclusive<usize> RangeInclusive<f64>
}

impl<T: Read> Read for Option<T> {
    fn read(value: Value<'_>) -> Option<Self> {
        match value.unless_none() {
            Some(inner) => inner.read().map(Some),
            None => Some(None),
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(value: Value<'_>) -> Option<Self> {
        value.read().map(Box::new)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value<'_>) -> Option<Self> {
        // Collected first so that what is wrong is told of every item, not up to the first.
        let items: Vec<Option<T>> = value.items()?.into_iter().map(Value::read).collect();
        items.into_iter().collect()
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    /// A map whose keys are texts or bare names, each once.
    fn read(value: Value<'_>) -> Option<Self> {
        let mut map = Self::new();
        let mut whole = true;
        for (key, value) in value.entries()? {
            let name = match &key.node.kind {
                Kind::Word(name) => Some(name.text.clone()),
                _ => key.read::<String>(),
            };
            let (Some(name), Some(value)) = (name, value.read()) else {
                whole = false;
                continue;
            };
            if map.insert(name, value).is_some() {
                let message = "this key is given twice";
                whole = key.refuse::<()>(message, "Delete one of the two.").is_some();
            }
        }
        whole.then_some(map)
    }
}

macro_rules! read_tuples {
    ($($length:literal: $($part:ident)*;)*) => {$(
        impl<$($part: Read),*> Read for ($($part,)*) {
            #[expect(non_snake_case, reason = "each part is named like its type")]
            fn read(value: Value<'_>) -> Option<Self> {
                let [$($part),*] = value.tuple::<$length>()?;
                $(let $part = $part.read();)*
                Some(($($part?,)*))
            }
        }
    )*};
}

read_tuples! {
    2: A B;
    3: A B C;
    4: A B C D;
}
