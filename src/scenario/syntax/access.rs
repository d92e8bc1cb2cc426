//! How serde walks through lists, fields and variants of the tree.

use serde::de::{self, DeserializeSeed, Visitor};

use crate::scenario::diagnostic::Span;

use super::deserialise::{Reading, read};
use super::refusal::Refusal;
use super::tree::{Field, Kind, Name, Node};

/// The items of a list or tuple.
pub(super) struct Items<'t> {
    here: Reading<'t>,
    rest: std::slice::Iter<'t, Node>,
}

impl<'t> Items<'t> {
    pub fn new(here: Reading<'t>, items: &'t [Node]) -> Self {
        Self { here, rest: items.iter() }
    }
}

impl<'t> de::SeqAccess<'t> for Items<'t> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        self.rest.next().map(|item| read(seed, self.here.child(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The entries of a map, the fields of a struct, the ends of a range: keys with their values.
pub(super) struct MapEntries<'t, I> {
    here: Reading<'t>,
    rest: I,
    value: Option<&'t Node>,
}

impl<'t, K, I: Iterator<Item = (K, &'t Node)>> MapEntries<'t, I> {
    pub fn new(here: Reading<'t>, entries: I) -> Self {
        Self { here, rest: entries, value: None }
    }
}

impl<'t> MapEntries<'t, ()> {
    /// The fields of a struct.
    pub fn of_fields(
        here: Reading<'t>,
        fields: &'t [Field],
    ) -> MapEntries<'t, impl Iterator<Item = (NameRead<'t>, &'t Node)>> {
        MapEntries::new(here, fields.iter().map(|field| (NameRead::of(&field.name), &field.value)))
    }
}

impl<'t, K, I> de::MapAccess<'t> for MapEntries<'t, I>
where
    K: de::IntoDeserializer<'t, Refusal>,
    I: Iterator<Item = (K, &'t Node)>,
{
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        match self.value.take() {
            Some(value) => read(seed, self.here.child(value)),
            None => Err(Refusal::said("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.size_hint().1
    }
}

/// A name, read as the key of a field or as the name of a variant.
#[derive(Clone, Copy)]
pub(super) struct NameRead<'t> {
    text: &'t str,
    span: Option<Span>,
}

impl<'t> NameRead<'t> {
    /// A name of the file.
    pub fn of(name: &'t Name) -> Self {
        Self { text: &name.text, span: Some(name.span) }
    }

    /// A name that is not in the file.
    pub fn known(text: &'static str) -> Self {
        Self { text, span: None }
    }
}

impl<'t> de::IntoDeserializer<'t, Refusal> for NameRead<'t> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'t> de::Deserializer<'t> for NameRead<'t> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.text).map_err(|refusal: Refusal| match self.span {
            Some(span) => refusal.at_span(span),
            None => refusal,
        })
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// `Name(...)` for a type that does not say what it wants: a map of this one name.
pub(super) struct SingleEntry<'t> {
    name: Option<&'t Name>,
    here: Reading<'t>,
}

impl<'t> SingleEntry<'t> {
    pub fn new(name: &'t Name, here: Reading<'t>) -> Self {
        Self { name: Some(name), here }
    }
}

impl<'t> de::MapAccess<'t> for SingleEntry<'t> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        self.name.take().map(|name| seed.deserialize(NameRead::of(name))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        read(seed, self.here.payload().unwrap_or(self.here))
    }
}

/// A variant: its name, and the value that bears it.
pub(super) struct Variant<'t> {
    pub name: &'t Name,
    pub here: Reading<'t>,
}

impl<'t> de::EnumAccess<'t> for Variant<'t> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        Ok((seed.deserialize(NameRead::of(self.name))?, self))
    }
}

impl<'t> Variant<'t> {
    fn lacks(&self, what: &str) -> Refusal {
        Refusal::said(format!("`{}` needs {what}", self.name.text))
    }
}

impl<'t> de::VariantAccess<'t> for Variant<'t> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match &self.here.node.kind {
            Kind::Word(_) => Ok(()),
            _ => Err(Refusal::said(format!("`{}` takes no value", self.name.text))
                .remedy("Write the name alone, without parentheses.")),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<S::Value, Refusal> {
        match self.here.payload() {
            Some(inner) => read(seed, inner),
            None => Err(self.lacks("a value in parentheses")),
        }
    }

    fn tuple_variant<V: Visitor<'t>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        match &self.here.node.kind {
            Kind::Tuple(_, items) if items.len() == length => {
                visitor.visit_seq(Items::new(self.here, items))
            }
            _ => Err(self.lacks(&format!("{length} values in parentheses"))),
        }
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match &self.here.node.kind {
            Kind::Struct(_, fields) => visitor.visit_map(MapEntries::of_fields(self.here, fields)),
            Kind::Tuple(_, items) if items.is_empty() => {
                visitor.visit_map(MapEntries::of_fields(self.here, &[]))
            }
            _ => Err(self.lacks("its fields in parentheses")),
        }
    }
}
