//! Values that stand in for those that could not be read, so that reading goes on.

use serde_json::{Map, Number as JsonNumber, Value as Json};

use crate::scenario::fields::{Field, Holds, Kind, Record, Usual, Variant};

/// A value that can be read in place of one that could not.
pub(in crate::scenario) fn stand_in(field: &Field) -> Json {
    match field.kind {
        Kind::Text | Kind::Translated | Kind::Level => Json::from(""),
        Kind::Clock => Json::from("1 min"),
        Kind::Currency => Json::from("€"),
        Kind::Flag => Json::Bool(false),
        Kind::Whole(low, ..) | Kind::Beats(low, _) => {
            i64::try_from(low).map_or(Json::from(0), Json::from)
        }
        Kind::Real(_, bounds) => {
            let inside = [0.0, 0.5, 1.0].into_iter().find(|value| bounds.holds(*value));
            inside.and_then(JsonNumber::from_f64).map_or(Json::from(0), Json::Number)
        }
        Kind::Choice(variants) => match variants.first() {
            Some(Variant { name, holds: Holds::Nothing, .. }) => Json::from(*name),
            Some(Variant { name, holds: Holds::Fields(record), .. }) => {
                single(name, Json::Object(stand_in_fields(record)))
            }
            Some(Variant { name, holds: Holds::Value(inner), .. }) => single(name, stand_in(inner)),
            None => Json::Null,
        },
        Kind::Fields(record) => Json::Object(stand_in_fields(record)),
        Kind::List(_) | Kind::Reals(..) | Kind::Wholes(..) | Kind::Texts => Json::Array(Vec::new()),
        Kind::Levels => Json::Object(Map::new()),
    }
}

pub(in crate::scenario) fn stand_in_fields(record: &Record) -> Map<String, Json> {
    let required = record.fields.iter().filter(|field| field.usual == Usual::Required);
    required.map(|field| (field.setting.to_owned(), wrapped(field, stand_in(field)))).collect()
}

/// Whether other parts of a scenario depend on the shape of what this field holds.
pub(super) fn shapes(kind: Kind) -> bool {
    match kind {
        // Names alone shape nothing.
        Kind::Choice(variants) => variants.iter().any(|v| !matches!(v.holds, Holds::Nothing)),
        Kind::Fields(_) | Kind::List(_) | Kind::Reals(..) | Kind::Texts => true,
        _ => false,
    }
}

pub(super) fn wrapped(field: &Field, value: Json) -> Json {
    if field.wrapped.is_empty() { value } else { single(field.wrapped, value) }
}

/// A variant around a value, as serde writes it.
pub(super) fn single(name: &str, value: Json) -> Json {
    Json::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// How a value of this field may look.
pub(super) fn example(field: &Field) -> &'static str {
    match field.kind {
        Kind::Real(..) => "0.99",
        _ => "…",
    }
}
