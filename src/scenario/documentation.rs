//! The tables of fields for people and programs: what `taktlab schema KIND` shows.

use serde::Serialize;

use super::fields::{Field, Holds, Kind, Record, Usual};
use super::schema;

/// One field of a kind, with the fields of its structs below it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldRow {
    /// Its path below the kind: `machines[].mtbf`; behind a variant, `supply.Arrivals.every`.
    pub path: String,
    /// What may stand there: `number`, `whole number`, `text`, `choice` …
    #[serde(rename = "type")]
    pub of_type: String,
    /// The unit of a bare number; empty where it has none.
    pub unit: String,
    /// What holds where it is left out; `None` where it must be given.
    pub default: Option<String>,
    /// Which values are allowed: an interval, or the names of a choice; empty where all are.
    pub range: String,
    /// What it means.
    pub description: String,
    /// Texts with units that it may be written as.
    pub examples: Vec<String>,
}

/// The names that [`documented`] knows.
pub fn kinds() -> Vec<&'static str> {
    schema::tables().map(|(name, ..)| name).collect()
}

/// What a kind is, in a sentence, and all its fields; `None` where there is no such kind.
///
/// A kind is `Scenario`, that of an environment (`Line`), or an agent (`QLearning`).
pub fn documented(kind: &str) -> Option<(&'static str, Vec<FieldRow>)> {
    let (_, record, about) = schema::tables().find(|(name, ..)| *name == kind)?;
    let mut rows = Vec::new();
    describe(record, "", &mut rows);
    Some((about, rows))
}

fn describe(record: &Record, path: &str, rows: &mut Vec<FieldRow>) {
    for field in record.fields {
        let path = match path {
            "" => field.name.to_owned(),
            _ => format!("{path}.{}", field.name),
        };
        rows.push(row(field, &path));
        below(field.kind, &path, rows);
    }
}

fn below(kind: Kind, path: &str, rows: &mut Vec<FieldRow>) {
    match kind {
        Kind::Fields(record) => describe(record, path, rows),
        Kind::List(record) => describe(record, &format!("{path}[]"), rows),
        Kind::Choice(variants) => {
            // The kinds of environment and the agents have tables of their own.
            for variant in variants.iter().filter(|variant| !schema::has_table(variant)) {
                let path = format!("{path}.{}", variant.name);
                match &variant.holds {
                    Holds::Nothing => {}
                    Holds::Fields(record) => describe(record, &path, rows),
                    Holds::Value(field) => rows.push(row(field, &path)),
                }
            }
        }
        _ => {}
    }
}

pub(super) fn row(field: &Field, path: &str) -> FieldRow {
    let (of_type, unit, range) = shape(field.kind);
    let examples = match field.kind {
        Kind::Real(measure, _) | Kind::Reals(measure, _) => measure.examples(),
        Kind::Beats(..) => super::quantity::Measure::Time.examples(),
        Kind::Clock => &["1 min"],
        _ => &[],
    };
    let mut description = field.about.to_owned();
    if let Kind::Choice(variants) = field.kind {
        for variant in variants {
            description += &format!(" {}: {}", variant.name, variant.about);
        }
    }
    FieldRow {
        path: path.to_owned(),
        of_type,
        unit: unit.to_owned(),
        default: usual(field),
        range,
        description,
        examples: examples.iter().map(|&example| example.to_owned()).collect(),
    }
}

/// Type, unit and range.
fn shape(kind: Kind) -> (String, &'static str, String) {
    // What only a file's own numbers bound is as good as without end.
    let whole = |low: i128, high: i128| match high >= i128::from(i64::MAX) {
        true => format!("[{low}, ∞)"),
        false => format!("[{low}, {high}]"),
    };
    match kind {
        Kind::Text => ("text".into(), "", String::new()),
        Kind::Translated => ("text or map of texts by language".into(), "", String::new()),
        Kind::Clock => ("time with unit".into(), "", "(0, ∞)".into()),
        Kind::Currency => ("text".into(), "", "1 to 8 characters".into()),
        Kind::Flag => ("truth".into(), "", "true, false".into()),
        Kind::Whole(low, high, unit) => ("whole number".into(), unit, whole(low, high)),
        Kind::Beats(low, high) => {
            ("whole number or time with unit".into(), "beats", whole(low, high))
        }
        Kind::Real(measure, bounds) => {
            let of_type = match measure.examples() {
                [] => "number",
                _ => "number or amount with unit",
            };
            let range = match measure {
                // The bounds are those of the probability that it becomes.
                super::quantity::Measure::MeanTime => "[1, ∞)".to_owned(),
                _ => bounds.interval(),
            };
            (of_type.into(), measure.unit(), range)
        }
        Kind::Choice(variants) => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
            ("choice".into(), "", names.join(", "))
        }
        Kind::Fields(_) => ("group of fields".into(), "", String::new()),
        Kind::List(record) => (format!("list of {}", record.nouns()), "", String::new()),
        Kind::Reals(measure, bounds) => {
            ("list of numbers".into(), measure.unit(), bounds.interval())
        }
        Kind::Wholes(low, high, unit) => ("list of whole numbers".into(), unit, whole(low, high)),
        Kind::Texts => ("text or list of texts".into(), "", String::new()),
        Kind::Level => ("whole number or label".into(), "", String::new()),
        Kind::Levels => ("map from variables to levels".into(), "", String::new()),
    }
}

fn usual(field: &Field) -> Option<String> {
    Some(match field.usual {
        Usual::Required => return None,
        Usual::Nothing => "none".to_owned(),
        Usual::Other => "see the field it replaces".to_owned(),
        Usual::Number(number) => super::quantity::number_text(number),
        Usual::Flag(flag) => flag.to_string(),
        Usual::Text(text) => format!("\"{text}\""),
        Usual::Variant(name) => name.to_owned(),
        Usual::Fields if matches!(field.kind, Kind::List(_)) => "[]".to_owned(),
        Usual::Fields => "its fields' defaults".to_owned(),
        Usual::Numbers(numbers) => {
            let numbers: Vec<String> =
                numbers.iter().map(|number| super::quantity::number_text(*number)).collect();
            format!("[{}]", numbers.join(", "))
        }
        Usual::Depends(words) => words.to_owned(),
    })
}
