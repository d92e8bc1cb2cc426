//! The tables of fields against the structs they speak of: names, variants, defaults and ranges.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::scenario::Contents;
use crate::scenario::documentation::{documented, kinds};
use crate::scenario::fields::{Field, Holds, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;
use crate::scenario::reading::{stand_in, stand_in_fields};
use crate::scenario::schema::whole::SCENARIO;

/// A place in a scenario's values: the keys that lead there, `0` for the item of a list.
type Path = Vec<String>;

/// Visits every struct that a file can hold, with the whole scenario's values around the least
/// that such a struct needs, and the keys that lead to it.
fn visit(
    record: &'static Record,
    whole: &Json,
    path: &Path,
    see: &mut dyn FnMut(&'static Record, &Json, &Path),
) {
    see(record, whole, path);
    for field in record.fields {
        let mut inner = path.clone();
        inner.push(field.setting.to_owned());
        if !field.wrapped.is_empty() {
            inner.push(field.wrapped.to_owned());
        }
        match field.kind {
            Kind::Fields(fields) => {
                visit(fields, &with(whole, &inner, least(fields)), &inner, see);
            }
            Kind::List(fields) => {
                let whole = with(whole, &inner, Json::Array(vec![least(fields)]));
                inner.push("0".to_owned());
                visit(fields, &whole, &inner, see);
            }
            Kind::Choice(variants) => {
                for variant in variants {
                    if let Holds::Fields(fields) = variant.holds {
                        let chosen = Json::Object(Map::from_iter([(
                            variant.name.to_owned(),
                            least(fields),
                        )]));
                        let mut inner = inner.clone();
                        let whole = with(whole, &inner, chosen);
                        inner.push(variant.name.to_owned());
                        visit(fields, &whole, &inner, see);
                    }
                }
            }
            _ => {}
        }
    }
}

fn least(record: &Record) -> Json {
    Json::Object(stand_in_fields(record))
}

/// The least scenario of a line.
fn whole() -> Json {
    let mut whole = least(&SCENARIO);
    whole["criterion"] = json!("Average");
    whole
}

fn with(whole: &Json, path: &[String], value: Json) -> Json {
    let mut changed = whole.clone();
    let mut place = &mut changed;
    for key in path {
        place = match place {
            Json::Array(items) => &mut items[key.parse::<usize>().unwrap()],
            Json::Object(fields) => fields.entry(key.clone()).or_insert_with(|| json!({})),
            other => panic!("{key} leads nowhere in {other}"),
        };
    }
    *place = value;
    changed
}

fn at<'v>(values: &'v Json, path: &[String]) -> &'v Json {
    path.iter().fold(values, |values, key| match values {
        Json::Array(items) => &items[key.parse::<usize>().unwrap()],
        values => &values[key],
    })
}

fn contents(values: &Json) -> Result<Contents, String> {
    serde_json::from_value(values.clone()).map_err(|error| error.to_string())
}

/// All structs of files: the agents' more than once, as they may stand in several places.
fn structs() -> Vec<(&'static Record, Json, Path)> {
    let mut all = Vec::new();
    visit(&SCENARIO, &whole(), &Vec::new(), &mut |record, whole, path| {
        all.push((record, whole.clone(), path.clone()));
    });
    assert!(all.len() > 25);
    all
}

#[test]
fn the_tables_have_the_fields_of_the_structs_and_no_others() {
    for (_, whole, path) in &structs() {
        let record = structs().into_iter().find(|(_, _, other)| other == path).unwrap().0;
        let contents = contents(whole).unwrap_or_else(|error| panic!("{path:?}: {error}\n{whole}"));
        let full = serde_json::to_value(contents).unwrap();
        let Json::Object(fields) = at(&full, path) else { panic!("{path:?} is no struct") };
        let in_code: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        let in_table: BTreeSet<&str> = record.fields.iter().map(|field| field.setting).collect();
        let not_kept: BTreeSet<&str> = ["based_on"].into();
        let in_table: BTreeSet<&str> = in_table.difference(&not_kept).copied().collect();
        assert_eq!(in_table, in_code, "{path:?}");
    }
}

#[test]
fn every_default_is_that_of_the_struct() {
    for (record, whole, path) in structs() {
        let full = serde_json::to_value(contents(&whole).unwrap()).unwrap();
        for field in record.fields {
            let value = &at(&full, &path)[field.setting];
            let value = if field.wrapped.is_empty() { value } else { &value[field.wrapped] };
            let usual = match field.usual {
                Usual::Required | Usual::Other | Usual::Depends(_) => continue,
                Usual::Nothing => value.is_null(),
                Usual::Number(number) => value.as_f64() == Some(number),
                Usual::Flag(flag) => *value == json!(flag),
                Usual::Text(text) => *value == json!(text),
                Usual::Numbers(numbers) => *value == json!(numbers),
                Usual::Variant(name) => match value {
                    Json::String(chosen) => chosen == name,
                    Json::Object(chosen) => chosen.keys().eq([name]),
                    _ => false,
                },
                Usual::Fields => match value {
                    Json::Array(items) => items.is_empty(),
                    // Its own fields are compared where they are visited.
                    value => value.is_object(),
                },
            };
            assert!(usual, "{path:?}: {} is {value}, not {:?}", field.name, field.usual);
        }
    }
}

#[test]
fn the_tables_have_the_variants_of_the_enums_and_no_others() {
    for (record, whole, path) in structs() {
        for field in record.fields {
            let Kind::Choice(variants) = field.kind else { continue };
            let mut place = path.clone();
            place.push(field.setting.to_owned());
            let error = contents(&with(&whole, &place, json!("Zebra"))).unwrap_err();
            // "unknown variant `Zebra`, expected one of `A`, `B`"
            let in_code: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
            let in_table: BTreeSet<&str> = variants.iter().map(|variant| variant.name).collect();
            // Only some agents learn, and only some act for another.
            if ["learner", "base"].contains(&field.name)
                || place.ends_with(&["TdPrediction".to_owned(), "policy".to_owned()])
            {
                assert!(in_table.is_subset(&in_code));
                continue;
            }
            assert_eq!(in_table, in_code, "{path:?}: {}: {error}", field.name);
            for Variant { name, holds, .. } in variants {
                if let Holds::Nothing = holds {
                    contents(&with(&whole, &place, json!(name))).unwrap();
                }
            }
        }
    }
}

/// Whether the settings are refused at this place, or cannot even be read.
fn refused(values: &Json, place: &str) -> bool {
    let Ok(contents) = contents(values) else { return true };
    let within = |path: &str| path == place || path.starts_with(&format!("{place}["));
    let of_environment = contents.environment.clone().build().err().unwrap_or_default();
    let of_agent = contents.agent.own_faults();
    of_environment.iter().any(|error| within(&format!("environment.{}", error.path)))
        || of_agent.iter().any(|error| within(&format!("agent.{}", error.path)))
}

/// A setting's path as errors name it: without variants, items in brackets.
fn place(path: &[String]) -> String {
    let mut place = String::new();
    for key in path {
        if key == "0" {
            place += "[0]";
        } else if !crate::scenario::load::is_variant(key) {
            place += &format!("{}{key}", if place.is_empty() { "" } else { "." });
        }
    }
    place
}

/// Numbers that a field allows at its very ends, and the nearest that it does not.
fn edges(kind: Kind) -> (Vec<Json>, Vec<Json>) {
    const LARGE: f64 = 1e300;
    match kind {
        Kind::Real(_, bounds) | Kind::Reals(_, bounds) => {
            let (mut inside, mut outside) = (vec![], vec![]);
            for (end, open, out) in
                [(bounds.low, bounds.above, -1.0), (bounds.high, bounds.below, 1.0)]
            {
                if end.abs() > LARGE {
                    continue;
                }
                let beyond = end + out * end.abs().max(1.0) * 1e-9;
                let within = end - out * end.abs().max(1.0) * 1e-9;
                inside.push(json!(if open { within } else { end }));
                outside.push(json!(if open { end } else { beyond }));
            }
            (inside, outside)
        }
        Kind::Whole(low, high, _) | Kind::Beats(low, high) => {
            let number = |value: i128| json!(i64::try_from(value).unwrap_or(i64::MAX));
            if high > i128::from(i32::MAX) / 2 {
                return (vec![number(low)], vec![number(low - 1)]);
            }
            (vec![number(low), number(high)], vec![number(low - 1), number(high + 1)])
        }
        _ => (vec![], vec![]),
    }
}

#[test]
fn every_range_is_the_one_that_the_code_accepts() {
    let mut checked = 0;
    for (record, whole, path) in structs() {
        let part = path.first().map_or("", String::as_str);
        let names: Vec<_> = record.fields.iter().map(|field| field.name).collect();
        for field in record.fields {
            // Only the numbers that are checked again behind the tables, one field a setting; the
            // level at the start and places of a chain depend on other settings.
            let mean = matches!(field.kind, Kind::Real(Measure::MeanTime, _));
            let depends = [
                "initial",
                "low",
                "start",
                "goal",
                "levels",
                "cap",
                "age",
                "control_limit",
                "joint_limit",
                "home",
                "reserve",
                "every",
                "treat_from",
                "variance",
                "crowd",
                "resolution",
                // What is left of a small mean depends on where the distribution is cut off.
                "mean",
            ]
            .contains(&field.name);
            // A span begins within a day.
            let depends = depends || part == "environment" && field.name == "from";
            let agent = part == "agent" && !names.contains(&"levels") && !names.contains(&"method");
            if mean || depends || !(part == "environment" || agent) {
                continue;
            }
            let mut keys = path.clone();
            keys.push(field.setting.to_owned());
            let named = place(&keys);
            let (inside, outside) = edges(field.kind);
            for (number, expected) in
                inside.into_iter().map(|n| (n, false)).chain(outside.into_iter().map(|n| (n, true)))
            {
                let value = match field.kind {
                    Kind::Reals(..) => json!([number]),
                    _ if field.wrapped.is_empty() => number,
                    _ => json!({ field.wrapped: number }),
                };
                let mut values = with(&whole, &keys, value.clone());
                // What can fail must be able to come up again, and a count of one is a count.
                if field.name == "failure" && !matches!(field.kind, Kind::Reals(..)) {
                    keys.pop();
                    keys.push("repair".to_owned());
                    values = with(&values, &keys, json!(0.5));
                    keys.pop();
                    keys.push("failure".to_owned());
                }
                // A sum or a length may be wrong besides; the number itself is asked about.
                let of = match field.kind {
                    Kind::Reals(..) => format!("{named}[0]"),
                    _ => named.clone(),
                };
                assert_eq!(refused(&values, &of), expected, "{of} = {value}");
                checked += 1;
            }
        }
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn everything_is_documented() {
    assert_eq!(
        kinds(),
        [
            "Scenario",
            "Experiment",
            "Lesson",
            "Line",
            "ExponentialLine",
            "Assembly",
            "Chain",
            "Replacement",
            "Table",
            "Grid",
            "Queue",
            "ShopFloor",
            "Fleet",
            "Inspection",
            "Setups",
            "Stock",
            "SupplyChain",
            "Plants",
            "Orders",
            "JobShop",
            "Threshold",
            "Kanban",
            "Conwip",
            "BaseStock",
            "Hysteresis",
            "ReorderPoint",
            "Forecast",
            "AgeBased",
            "ConditionBased",
            "LongestQueue",
            "CMu",
            "NearestJob",
            "ProduceUpTo",
            "PeriodicInspection",
            "Dispatch",
            "Rollout",
            "Optimum",
            "Beliefs",
            "QLearning",
            "Sarsa",
            "ExpectedSarsa",
            "DoubleQ",
            "NStepSarsa",
            "SarsaLambda",
            "QLambda",
            "MonteCarlo",
            "DifferentialSarsa",
            "DynaQ",
            "PrioritisedSweeping",
            "CertaintyEquivalence",
            "PosteriorSampling",
            "TdPrediction",
            "ActorCritic",
            "Reinforce",
            "LinearQ",
            "LinearSarsa",
        ]
    );
    for kind in kinds() {
        let (about, rows) = documented(kind).unwrap();
        assert!(about.ends_with('.'));
        for row in rows {
            // A type is said in words: of what a list is, and what stands in parentheses.
            let of_type = row.of_type.as_str();
            let items = of_type.split_once("list of ").map_or("items", |(_, items)| items);
            assert!(
                items.len() > 3 && items.contains('s') && !of_type.contains("struct"),
                "{row:?}"
            );
            assert!(
                !of_type.starts_with("list of")
                    || row.default.as_deref() != Some("its fields' defaults")
            );
            assert!(row.description.len() > 8 && row.description.ends_with(['.', '}']), "{row:?}");
        }
    }
    assert_eq!(documented("Zebra"), None);
    let (_, rows) = documented("Line").unwrap();
    let row = |path: &str| rows.iter().find(|row| row.path == path).unwrap();
    let failure = row("machines[].failure");
    assert_eq!(failure.of_type, "number or amount with unit");
    assert_eq!((failure.unit.as_str(), failure.range.as_str()), ("a beat", "[0, 1]"));
    assert_eq!(failure.default.as_deref(), Some("0"));
    assert_eq!(row("machines").default, None);
    assert_eq!(row("machines[].mtbf").examples, ["8 h", "52 s"]);
    assert_eq!(row("demand").range, "Saturated, Customers");
    assert_eq!(row("demand.Customers.unmet.Backorder.limit").range, "[1, 1000000]");
    assert_eq!(row("revenue").range, "[-1e12, 1e12]");
    let of = |kind: &str, path: &str| {
        let (_, rows) = documented(kind).unwrap();
        rows.into_iter().find(|row| row.path == path).unwrap()
    };
    assert_eq!(of("Chain", "goal").range, "[-2147483648, 2147483647]");
    assert_eq!(of("Queue", "classes").of_type, "list of classes");
    assert_eq!(of("Orders", "sequence").of_type, "list of set-ups");
    assert_eq!(of("Orders", "sequence").default.as_deref(), Some("[]"));
    assert_eq!(row("machines[].power").of_type, "group of fields");
    assert_eq!(row("machines[].wear.probability").of_type, "list of numbers");
    assert_eq!(of("Scenario", "show.marks").of_type, "list of sets of marks");
    assert!(of("Scenario", "version").description.contains("based on another may leave it out"));
    assert_eq!(of("Scenario", "beats").range, "[1, ∞)");
}

/// A field's value as text that stands in for it, for every field of a table.
fn example(field: &Field) -> String {
    match (field.kind, stand_in(field)) {
        (Kind::Choice(variants), _) => match &variants[0] {
            Variant { name, holds: Holds::Fields(record), .. } => {
                let fields = record.fields.iter().filter(|field| field.usual == Usual::Required);
                let fields: Vec<_> =
                    fields.map(|field| format!("{}: {}", field.name, example(field))).collect();
                format!("{name}({})", fields.join(", "))
            }
            variant => variant.name.to_owned(),
        },
        (Kind::Fields(_), _) => "()".to_owned(),
        (Kind::List(_) | Kind::Reals(..) | Kind::Wholes(..), _) => "[]".to_owned(),
        (Kind::Levels, _) => "{}".to_owned(),
        (Kind::Real(Measure::MeanTime, _), _) => "2".to_owned(),
        (_, Json::String(text)) => format!("{text:?}"),
        (_, value) => value.to_string(),
    }
}

#[test]
fn every_documented_field_is_known_to_the_reader() {
    for (record, _, path) in structs() {
        for field in record.fields {
            // Inside out: the field in its struct, that in the structs around it.
            let mut text = format!("{}: {}", field.name, example(field));
            let mut bare = false;
            for key in path.iter().rev() {
                text = match key.as_str() {
                    "0" => {
                        bare = true;
                        format!("[({text})]")
                    }
                    key if crate::scenario::load::is_variant(key) => {
                        bare = true;
                        format!("{key}({text})")
                    }
                    // A setting's name is its field's name here, but for the wrapped ones.
                    key if bare => {
                        bare = false;
                        format!("{key}: {text}")
                    }
                    key => format!("{key}: ({text})"),
                };
            }
            let told = match crate::scenario::Scenario::parse("x.ron", &format!("({text})")) {
                Ok(_) => Vec::new(),
                Err(reports) => reports.entries(),
            };
            let unknown = told.iter().find(|entry| entry.message.contains("there is no field"));
            assert_eq!(unknown, None, "{text}");
        }
    }
}
