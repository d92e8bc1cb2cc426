//! What an import says: to people in sentences, to programs as an object.

use serde_json::{Value, json};

use super::{Beside, Found, Verdict, WIDE_SHARE, estimated};
use crate::commands::output;
use crate::experiment::uncertainty::Spread;
use crate::interchange::estimates::Figure;
use crate::interchange::joined::{Seen, Twice};
use crate::interchange::plant::{Plant, Station, UNCOUNTED, in_words};

/// What is said of an import, for people.
pub(super) fn told(plant: &Plant, beat: f64, found: &Found) -> String {
    let mut text =
        format!("From {}, a beat of {}\n", plant.sources.join(" and "), plant.time(beat));
    if let Some(running) = plant.running {
        text.push_str(&format!("{}\n", running.told()));
    }
    for (station, name, figure) in plant.figures() {
        text.push_str(&format!("  {} {name}: {}\n", station.name, plant.told(name, &figure)));
        if let Some(shape) = station.shape(name) {
            text.push_str(&format!("    {}\n", in_words(&shape)));
        }
        if name == "cycle" {
            text.push_str(&format!("    {}\n", Plant::cycle_in_beats(&figure, beat)));
        }
    }
    if plant.is_uncounted() {
        text.push_str(&format!("{UNCOUNTED}\n"));
    }
    let of_both = |station: &'_ Station| {
        let told = |told| format!("  {} {told}\n", station.name);
        plant.twice(station).map(told).collect::<String>()
    };
    let twice: String = plant.stations.iter().map(of_both).collect();
    if !twice.is_empty() {
        text.push_str("Both files tell of these:\n");
        text.push_str(&twice);
    }
    for (station, told) in plant.impossible() {
        text.push_str(&format!("Careful: {}: {told}\n", station.name));
    }
    let assumed = plant.assumed(beat);
    if !assumed.is_empty() {
        text.push_str("Assumed, as it is not recorded:\n");
        assumed.iter().for_each(|assumed| text.push_str(&format!("  {assumed}\n")));
    }
    for (station, told) in plant.unseen() {
        text.push_str(&format!("  {} failures: {told}\n", station.name));
    }
    match found.certified {
        Some((low, high)) => text.push_str(&format!(
            "The model, where all always run: {} to {} parts a beat, certified{}\n",
            output::fixed(low, 6),
            output::fixed(high, 6),
            match plant.has_cycles() {
                true => "",
                false => " for the cycle that is assumed, of which nothing is known",
            }
        )),
        None => text.push_str("The model is too large to be solved: nothing is certified\n"),
    }
    match found.drawn {
        Some(Spread { low, high, draws }) => text.push_str(&format!(
            "The plant: {} to {} parts a beat (95 % of {draws} draws of times to failure and to repair and \
             of scrap); a certificate is for the model, not for the plant\n",
            output::fixed(low, 4),
            output::fixed(high, 4)
        )),
        None => {
            let names: Vec<&str> = plant.unseen().map(|(station, _)| &*station.name).collect();
            let why = match (names.as_slice(), estimated(plant)) {
                ([], false) => "no figure comes with its events".to_owned(),
                ([], true) => "too few draws of the estimates were made".to_owned(),
                (names, _) => format!("too little was seen of failures of {}", names.join(", ")),
            };
            text.push_str(&format!("How far the plant may be from the model is not known: {why}\n"));
        }
    }
    if !found.beside.is_empty() {
        text.push_str("Recorded and simulated, with 95 % intervals:\n");
        for beside in &found.beside {
            text.push_str(&format!(
                "  {}: {} and {}: {}\n",
                beside.what,
                recorded(beside),
                output::estimate_text(&beside.simulated),
                match beside.verdict() {
                    Verdict::Agree => "they agree",
                    Verdict::Differ => "they differ",
                    Verdict::TooLittle => "too little is recorded to tell",
                }
            ));
        }
        text.push_str(&verdict(&found.beside));
    }
    text
}

/// What was recorded, in words.
fn recorded(beside: &Beside) -> String {
    let Beside { recorded, lines, .. } = beside;
    match lines {
        Some(1) if recorded.mean.is_nan() => "1 event: too little for an interval".to_owned(),
        Some(1) => {
            let mean = output::fixed(recorded.mean, 6);
            format!("{mean} (1 event: too little for an interval)")
        }
        _ => output::estimate_text(recorded),
    }
}

/// What all figures together say.
fn verdict(all: &[Beside]) -> String {
    let count = |verdict| all.iter().filter(|beside| beside.verdict() == verdict).count();
    let (differ, agree, little) =
        (count(Verdict::Differ), count(Verdict::Agree), count(Verdict::TooLittle));
    let figures = all.len();
    let mut text = match (differ, agree) {
        (0, 0) => String::new(),
        (0, _) if little == 0 => {
            "The model agrees with the record within these intervals\n".to_owned()
        }
        (0, _) => format!("{agree} of {figures} agree within these intervals, and none differs\n"),
        _ => format!(
            "{differ} of {figures} differ: one in twenty does by chance; else look at what the model \
             leaves out (the places of buffers, the shape of times) or assumes\n"
        ),
    };
    if little > 0 {
        text.push_str(&format!(
            "Of {little} of {figures} too little is recorded to tell: both intervals together are \
             wider than a tenth of the figure on either side, and of a share of time wider than {WIDE_SHARE}\n"
        ));
    }
    text
}

/// The same for programs.
pub(super) fn as_json(
    plant: &Plant,
    beat: f64,
    found: &Found,
    file: Option<String>,
    text: &str,
) -> Value {
    let figures: Vec<Value> = plant
        .figures()
        .map(|(station, name, figure)| {
            let known = figure.is_estimated();
            let in_beats = (name == "cycle").then(|| Plant::in_beats(&figure, beat));
            json!({
                "station": station.name,
                "figure": name,
                "value": output::number(figure.value),
                "low": known.then(|| output::number(figure.low)),
                "high": known.then(|| output::number(figure.high)),
                "events": (known || figure.events > 0).then_some(figure.events),
                "in_beats": in_beats.map(|found| output::number(found.beats)),
                "rounded_by": in_beats.map(|found| output::number(found.rounded_by())),
                "exponential": station.shape(name).map(|shape| !shape.refused),
            })
        })
        .collect();
    let unseen: Vec<Value> = plant
        .unseen()
        .map(|(station, told)| json!({ "station": station.name, "what": told }))
        .collect();
    let impossible: Vec<Value> = plant
        .impossible()
        .map(|(station, told)| json!({ "station": station.name, "what": told }))
        .collect();
    let twice = |station: &Station| -> Vec<Value> {
        let told = |twice: &Twice| {
            let record = match twice.record {
                Seen::Figure(figure) => Some(figure),
                Seen::NoFailure(_) | Seen::NoTime => None,
            };
            let known = record.filter(Figure::is_estimated);
            json!({
                "station": station.name,
                "figure": twice.name,
                "table": output::number(twice.table.value),
                "record": output::optional(record.map(|record| record.value)),
                "low": output::optional(known.map(|known| known.low)),
                "high": output::optional(known.map(|known| known.high)),
                "used": if twice.is_recorded { "record" } else { "table" },
            })
        };
        station.twice.iter().map(told).collect()
    };
    let twice: Vec<Value> = plant.stations.iter().flat_map(twice).collect();
    let assumed: Vec<Value> =
        plant.assumed(beat).into_iter().map(|assumed| json!({ "what": assumed })).collect();
    let beside: Vec<Value> = found
        .beside
        .iter()
        .map(|beside| {
            json!({
                "figure": beside.what,
                "recorded": beside.recorded.mean.is_finite().then(|| output::estimate(&beside.recorded)),
                "simulated": output::estimate(&beside.simulated),
                "agree": match beside.verdict() {
                    Verdict::Agree => Some(true),
                    Verdict::Differ => Some(false),
                    Verdict::TooLittle => None,
                },
            })
        })
        .collect();
    json!({
        "file": file,
        "text": text,
        "beat": output::number(beat),
        "parts_as": plant.running.map(|running| running.told()),
        "figures": figures,
        "twice": twice,
        "impossible": impossible,
        "unseen": unseen,
        "assumed": assumed,
        "certified_low": output::optional(found.certified.map(|(low, _)| low)),
        "certified_high": output::optional(found.certified.map(|(_, high)| high)),
        "plant_low": output::optional(found.drawn.map(|drawn| drawn.low)),
        "plant_high": output::optional(found.drawn.map(|drawn| drawn.high)),
        "draws": found.drawn.map_or(0, |drawn| drawn.draws),
        "compared": beside,
    })
}
