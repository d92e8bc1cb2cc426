//! The tree as a serde data format, so that any `Deserialize` type can be read from it.
//!
//! It reads what `ron` 0.12 reads, and is more generous where the meaning is plain: an optional
//! value needs no `Some(…)`, a struct of one unnamed field no parentheses, and a variant around a
//! struct may be written with the struct's fields, `Line(machines: […])`.

#![expect(clippy::indexing_slicing, reason = "an item is taken where there is exactly one")]

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::access::{Items, MapEntries, NameRead, SingleEntry, Variant};
use super::refusal::Refusal;
use super::tree::{Interval, Kind, Magnitude, Name, Node, Number, Suffix, Tree};

/// How deep a type may go where the tree does not: `struct Chain(Option<Box<Chain>>)` would read
/// any value as itself without end. Beyond the deepest tree with a few layers of type each.
const DEEPEST: u16 = 512;

/// A value of the tree, to be read as the type that serde asks for.
#[derive(Clone, Copy)]
pub(super) struct Reading<'t> {
    pub(super) tree: &'t Tree,
    pub(super) node: &'t Node,
    /// Whether the parentheses of `node` belong to the variant (or `Some`) around the value, which
    /// therefore has none of its own: `Variant(a: 1)` for a variant that holds a struct.
    pub(super) inside: bool,
    /// How many layers of type are left.
    pub(super) fuel: u16,
}

impl<'t> Reading<'t> {
    /// The value `node` of `tree`.
    pub(super) fn new(tree: &'t Tree, node: &'t Node) -> Self {
        Self { tree, node, inside: false, fuel: DEEPEST }
    }

    /// A value within this one.
    pub(super) fn child(self, node: &'t Node) -> Self {
        Self { node, inside: false, ..self }
    }

    /// What the variant or `Some` of this value holds. `None` where it holds nothing.
    ///
    /// Its item, where it has just one and the parentheses are not said to be its own by
    /// `unwrap_variant_newtypes`; else its fields or items as a whole.
    pub(super) fn payload(self) -> Option<Self> {
        match &self.node.kind {
            Kind::Tuple(_, items) => match items.as_slice() {
                [item] if !self.tree.extensions.unwrap_variant_newtypes => Some(self.child(item)),
                _ => Some(Self { inside: true, ..self }),
            },
            Kind::Struct(..) => Some(Self { inside: true, ..self }),
            _ => None,
        }
    }

    /// The value as anything that is not written in parentheses: the one item where the
    /// parentheses belong to the variant around it.
    fn plain(self) -> Self {
        match &self.node.kind {
            Kind::Tuple(_, items) if self.inside && items.len() == 1 => self.child(&items[0]),
            _ => self,
        }
    }

    /// Whether the name before the parentheses, if any, is this one or the variant's own.
    fn name_fits(self, written: Option<&Name>, name: &str) -> bool {
        self.inside
            || match written {
                Some(written) => !name.is_empty() && written.text == name,
                None => !self.tree.extensions.explicit_struct_names || name.is_empty(),
            }
    }

    /// Runs a reading one layer of type further down, and places its error here.
    fn layer<T>(mut self, read: impl FnOnce(Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let Some(fuel) = self.fuel.checked_sub(1) else {
            return Err(Refusal::said("the type of this value nests without end").at(self.node, ""));
        };
        self.fuel = fuel;
        read(self).map_err(|refusal| refusal.at(self.node, &self.tree.text))
    }

    fn whole<T: TryFrom<i128>>(self, low: i128, high: i128) -> Result<T, Refusal> {
        let expected = || match (low, high) {
            (0, high) if high > u32::MAX.into() => "a whole number from 0".to_owned(),
            (_, high) if high > i32::MAX.into() => "a whole number".to_owned(),
            (low, high) => format!("a whole number between {low} and {high}"),
        };
        // An interval says already what to write.
        let refused = || match (low, high) {
            (0, high) if high > u32::MAX.into() => {
                Refusal::expected(expected()).remedy("Write a whole number from 0.")
            }
            _ => Refusal::expected(expected()),
        };
        let value = match self.node.kind {
            Kind::Number(Number { value: Magnitude::Unsigned(value), .. }) => i128::from(value),
            Kind::Number(Number { value: Magnitude::Negative(value), .. }) => i128::from(value),
            Kind::Number(Number { value: Magnitude::Float(value), .. }) => {
                let fits = value.fract() == 0.0 && value.abs() < 1e15 && value >= low as f64;
                return Err(if fits {
                    Refusal::expected(expected()).remedy(format!("Write {value}."))
                } else {
                    refused()
                });
            }
            Kind::Text(ref text) if text.trim().parse::<f64>().is_ok() => {
                return Err(Refusal::expected(expected())
                    .remedy("Numbers are written without quotation marks."));
            }
            _ => return Err(refused()),
        };
        let fits = low <= value && value <= high;
        fits.then(|| T::try_from(value).ok()).flatten().ok_or_else(refused)
    }

    /// The number's text without underscores and suffix, as the standard library parses it.
    fn number_text(self, number: Number) -> Option<String> {
        let mut written = self.node.span.of(&self.tree.text);
        if number.suffix.is_some() {
            written =
                written.strip_suffix(['2', '4'])?.strip_suffix(['3', '6'])?.strip_suffix('f')?;
        }
        Some(written.chars().filter(|&letter| letter != '_').collect())
    }

    fn real(self) -> Result<(f64, Number), Refusal> {
        match self.node.kind {
            Kind::Number(number) => Ok((
                match number.value {
                    Magnitude::Unsigned(value) => value as f64,
                    Magnitude::Negative(value) => -(value.unsigned_abs() as f64),
                    Magnitude::Float(value) => value,
                },
                number,
            )),
            Kind::Text(ref text) if text.trim().parse::<f64>().is_ok() => {
                Err(Refusal::expected("a number")
                    .remedy("Numbers are written without quotation marks."))
            }
            _ => Err(Refusal::expected("a number")),
        }
    }

    /// The single precision nearest to what is written: rounding twice could miss it.
    fn single(self) -> Result<f32, Refusal> {
        let (value, number) = self.real()?;
        let parsed = match number.value {
            Magnitude::Float(_) => self.number_text(number).and_then(|text| text.parse().ok()),
            _ => None,
        };
        Ok(parsed.unwrap_or(match number.value {
            Magnitude::Unsigned(whole) => whole as f32,
            Magnitude::Negative(whole) => -(whole.unsigned_abs() as f32),
            Magnitude::Float(_) => value as f32,
        }))
    }

    fn range<V: Visitor<'t>>(
        self,
        interval: &'t Interval,
        end: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let ends = [("start", &interval.start), (end, &interval.end)];
        let ends = ends
            .into_iter()
            .filter_map(|(name, node)| node.as_ref().map(|node| (NameRead::known(name), node)));
        visitor.visit_map(MapEntries::new(self, ends))
    }
}

/// Whether a struct that serde asks for is the standard library's range of this form, and how it
/// names the end (`last` in older versions).
fn range_end(name: &str, fields: &[&'static str], interval: &Interval) -> Option<&'static str> {
    let form = match (&interval.start, &interval.end, interval.inclusive) {
        (Some(_), Some(_), false) => "Range",
        (Some(_), Some(_), true) => "RangeInclusive",
        (Some(_), None, _) => "RangeFrom",
        (None, Some(_), false) => "RangeTo",
        (None, Some(_), true) => "RangeToInclusive",
        (None, None, _) => return None,
    };
    (form == name).then(|| fields.last().copied().unwrap_or("end"))
}

/// The methods for whole numbers: each checks the range and calls its `visit_…`.
macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident)*) => {$(
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
            let (low, high) = ($type::MIN.into(), i128::try_from($type::MAX).unwrap_or(i128::MAX));
            self.plain().layer(|here| visitor.$visit(here.whole::<$type>(low, high)?))
        }
    )*};
}

impl<'t> de::Deserializer<'t> for Reading<'t> {
    type Error = Refusal;

    whole_numbers! {
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
    }

    fn deserialize_u128<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| visitor.visit_u128(here.whole::<u128>(0, i128::MAX)?))
    }

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match &here.node.kind {
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Number(number) => match (number.value, number.suffix) {
                (Magnitude::Unsigned(value), None | Some(Suffix::U64 | Suffix::U128)) => {
                    visitor.visit_u64(value)
                }
                (_, Some(Suffix::F32)) => visitor.visit_f32(here.single()?),
                (_, Some(Suffix::F64)) => visitor.visit_f64(here.real()?.0),
                (Magnitude::Unsigned(value), _) => visitor.visit_u64(value),
                (Magnitude::Negative(value), _) => visitor.visit_i64(value),
                (Magnitude::Float(value), _) => visitor.visit_f64(value),
            },
            Kind::Char(value) => visitor.visit_char(*value),
            Kind::Text(value) => visitor.visit_borrowed_str(value),
            Kind::Bytes(value) => visitor.visit_borrowed_bytes(value),
            Kind::List(items) => visitor.visit_seq(Items::new(here, items)),
            Kind::Map(_) => here.deserialize_map(visitor),
            Kind::Word(name) if name.text == "None" => visitor.visit_none(),
            // As text it can become a variant without value; serde's own buffer knows no other way.
            Kind::Word(name) => visitor.visit_borrowed_str(&name.text),
            Kind::Tuple(Some(name), _) | Kind::Struct(Some(name), _) if !here.inside => {
                match here.payload() {
                    Some(inner) if name.text == "Some" => visitor.visit_some(inner),
                    _ => visitor.visit_map(SingleEntry::new(name, here)),
                }
            }
            Kind::Tuple(_, items) if items.is_empty() => visitor.visit_unit(),
            Kind::Tuple(_, items) => visitor.visit_seq(Items::new(here, items)),
            Kind::Struct(_, fields) => visitor.visit_map(MapEntries::of_fields(here, fields)),
            Kind::Range(interval) => match (&interval.start, &interval.end) {
                (None, None) => visitor.visit_unit(),
                _ => here.range(interval, "end", visitor),
            },
        })
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match here.node.kind {
            Kind::Bool(value) => visitor.visit_bool(value),
            _ => Err(Refusal::expected("`true` or `false`")),
        })
    }

    fn deserialize_f32<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| visitor.visit_f32(here.single()?))
    }

    fn deserialize_f64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| visitor.visit_f64(here.real()?.0))
    }

    fn deserialize_char<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match here.node.kind {
            Kind::Char(value) => visitor.visit_char(value),
            _ => Err(Refusal::expected("a character, as in 'a',")),
        })
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match &here.node.kind {
            Kind::Text(value) => visitor.visit_borrowed_str(value),
            Kind::Word(name) => Err(Refusal::expected("text")
                .remedy(format!("Write it between quotation marks: \"{}\".", name.text))),
            _ => Err(Refusal::expected("text")),
        })
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match &here.node.kind {
            Kind::Bytes(value) => visitor.visit_borrowed_bytes(value),
            Kind::List(_) => visitor.visit_byte_buf(Vec::deserialize(here)?),
            _ => Err(Refusal::expected("a string of bytes, as in b\"abc\",")),
        })
    }

    fn deserialize_byte_buf<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match &here.node.kind {
            Kind::Word(name) if name.text == "None" => visitor.visit_none(),
            Kind::Tuple(Some(name), _) | Kind::Struct(Some(name), _)
                if name.text == "Some" && !here.inside =>
            {
                match here.payload() {
                    Some(inner) => visitor.visit_some(inner),
                    None => Err(Refusal::expected("`Some(…)` or `None`")),
                }
            }
            _ => visitor.visit_some(here),
        })
    }

    fn deserialize_unit<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.layer(|here| match &here.node.kind {
            Kind::Tuple(name, items) if items.is_empty() && (here.inside || name.is_none()) => {
                visitor.visit_unit()
            }
            Kind::Tuple(_, items) if here.inside && items.len() == 1 => {
                here.child(&items[0]).deserialize_unit(visitor)
            }
            _ => Err(Refusal::expected("`()`")),
        })
    }

    fn deserialize_unit_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.layer(|here| match &here.plain().node.kind {
            Kind::Word(word) if word.text == name => visitor.visit_unit(),
            Kind::Range(interval)
                if name == "RangeFull" && interval.start.is_none() && interval.end.is_none() =>
            {
                visitor.visit_unit()
            }
            Kind::Tuple(None, items) if items.is_empty() => visitor.visit_unit(),
            Kind::Tuple(_, items) if items.is_empty() && here.inside => visitor.visit_unit(),
            _ => Err(Refusal::expected(format!("`{name}`"))),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.layer(|here| {
            let own = here.inside || here.tree.extensions.unwrap_newtypes;
            match &here.node.kind {
                Kind::Tuple(_, items) if here.inside && items.len() == 1 => {
                    visitor.visit_newtype_struct(here.child(&items[0]))
                }
                Kind::Tuple(written, items)
                    if !own && items.len() == 1 && here.name_fits(written.as_deref(), name) =>
                {
                    visitor.visit_newtype_struct(here.child(&items[0]))
                }
                Kind::Tuple(Some(written), _) | Kind::Struct(Some(written), _)
                    if !own && written.text == name =>
                {
                    visitor.visit_newtype_struct(Self { inside: true, ..here })
                }
                _ => visitor.visit_newtype_struct(here),
            }
        })
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match &here.node.kind {
            Kind::List(items) => visitor.visit_seq(Items::new(here, items)),
            Kind::Tuple(None, _) => {
                Err(Refusal::expected("a list").remedy("Lists stand in square brackets: [ … ]."))
            }
            _ => Err(Refusal::expected("a list, [ … ],")),
        })
    }

    fn deserialize_tuple<V: Visitor<'t>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_tuple_struct("", length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.layer(|here| {
            let values = if length == 1 { "value" } else { "values" };
            let expected = || Refusal::expected(format!("a tuple of {length} {values}"));
            match &here.node.kind {
                Kind::Tuple(written, items) if here.name_fits(written.as_deref(), name) => {
                    if items.len() == length {
                        visitor.visit_seq(Items::new(here, items))
                    } else if here.inside && items.len() == 1 {
                        here.child(&items[0]).deserialize_tuple_struct(name, length, visitor)
                    } else {
                        Err(expected())
                    }
                }
                Kind::List(_) => Err(expected().remedy("Write ( … ) instead of [ … ].")),
                _ => Err(expected()),
            }
        })
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| {
            // A struct with flattened fields asks for a map, and tells by what it expects.
            struct Expecting<'v, V>(&'v V);
            impl<'t, V: Visitor<'t>> std::fmt::Display for Expecting<'_, V> {
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.expecting(formatter)
                }
            }
            match &here.node.kind {
                Kind::Map(entries) => {
                    let entries = entries.iter().map(|(key, value)| (here.child(key), value));
                    visitor.visit_map(MapEntries::new(here, entries))
                }
                Kind::Struct(_, fields)
                    if Expecting(&visitor).to_string().starts_with("struct ") =>
                {
                    visitor.visit_map(MapEntries::of_fields(here, fields))
                }
                _ => Err(Refusal::expected("a map, { key: value },")),
            }
        })
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.layer(|here| match &here.node.kind {
            Kind::Struct(written, own) if here.name_fits(written.as_deref(), name) => {
                visitor.visit_map(MapEntries::of_fields(here, own))
            }
            Kind::Tuple(written, items)
                if items.is_empty() && here.name_fits(written.as_deref(), name) =>
            {
                visitor.visit_map(MapEntries::of_fields(here, &[]))
            }
            Kind::Tuple(_, items) if here.inside && items.len() == 1 => {
                here.child(&items[0]).deserialize_struct(name, fields, visitor)
            }
            Kind::Range(interval) => match range_end(name, fields, interval) {
                Some(end) => here.range(interval, end, visitor),
                None => Err(Refusal::expected(expected_struct(name))),
            },
            Kind::Map(_) => Err(Refusal::expected(expected_struct(name))
                .remedy("Fields stand in parentheses, ( … ), not in braces.")),
            _ => Err(Refusal::expected(expected_struct(name))),
        })
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.plain().layer(|here| match here.node.name() {
            Some(name) => visitor.visit_enum(Variant { name, here }),
            None => {
                let known = super::suggestion::listed(variants.iter().copied(), "or");
                Err(Refusal::expected(known))
            }
        })
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.layer(|here| match &here.node.kind {
            Kind::Word(name) => visitor.visit_borrowed_str(&name.text),
            _ => here.deserialize_any(visitor),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }
}

/// A struct as a message names it.
pub(super) fn expected_struct(name: &str) -> String {
    match name {
        "Range" => "a range, as in 0..10,".to_owned(),
        "RangeInclusive" => "a range, as in 0..=10,".to_owned(),
        "RangeFrom" => "a range, as in 0..,".to_owned(),
        "RangeTo" => "a range, as in ..10,".to_owned(),
        "RangeToInclusive" => "a range, as in ..=10,".to_owned(),
        "" => "a struct, ( field: value ),".to_owned(),
        _ => format!("`{name}( field: value )`"),
    }
}

impl<'t> IntoDeserializer<'t, Refusal> for Reading<'t> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads `seed` from a value, with all that is wrong with it placed.
pub(super) fn read<'t, S: DeserializeSeed<'t>>(
    seed: S,
    here: Reading<'t>,
) -> Result<S::Value, Refusal> {
    here.layer(|here| seed.deserialize(here))
}
