//! What an import says of what it knows, what it assumes and how far it rounds.

use super::super::*;
use super::imported;
use crate::interchange::estimates::FigureKind;
use clap::CommandFactory;

pub(super) fn arguments() -> ImportArguments {
    ImportArguments {
        files: Vec::new(),
        condition: Vec::new(),
        output: None,
        beat: None,
        parts: None,
        draws: 20,
        seed: 1,
        format: Format::Text,
    }
}

pub(super) fn stations(text: &str) -> Plant {
    stations::read(Table::read("s.csv", text).unwrap())
        .unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The file and what is told beside it, the lines of comments as one.
pub(super) fn both(plant: &Plant) -> (String, String) {
    let beat = plant.usual_beat();
    let text = plant.scenario(beat, true);
    Scenario::parse("s.ron", &text).unwrap_or_else(|reports| panic!("{text}\n{reports}"));
    let words = text.split_whitespace().filter(|word| *word != "//").collect::<Vec<_>>();
    let found = found(plant, beat, &arguments()).unwrap();
    (words.join(" "), told(plant, beat, &found))
}

/// Shifts of a saw that takes a minute for a part, give or take a few seconds a shift.
fn sawed() -> String {
    let mut text = String::from("time (s),machine,condition,parts\n0,Saw,working,0\n");
    let mut at = 0.0;
    for shift in 0..40 {
        at += 60.0 * 50.0 + 20.0 * f64::from(shift % 5 - 2);
        text += &format!("{at},Saw,down,50\n");
        at += 600.0;
        text += &format!("{at},Saw,working,0\n");
    }
    text
}

#[test]
fn a_cycle_from_counted_parts_has_its_interval() {
    let plant = imported(&sawed());
    let cycle = plant.stations[0].cycle.unwrap();
    assert_eq!((cycle.kind, cycle.events), (FigureKind::Ratio, 2_000));
    assert!(cycle.low < 60.0 && 60.0 < cycle.high && cycle.high - cycle.low < 0.6, "{cycle:?}");
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        assert!(
            said.contains("(95 %: 59.") && said.contains("; 2000 parts in 33.33 h of work)"),
            "{said}"
        );
    }
    // Nor is it drawn, for whole beats are not.
    assert!(!cycle.is_drawn() && !text.contains("].cycle"), "{text}");
    // In a table parts are counted, but it does not say how far their times differ.
    let plant = stations("station,cycle (s),parts,mtbf (h),mttr (min)\nSaw,61,900,8,20\n");
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        assert!(said.contains("61 s (900 parts were counted, but not how far"), "{said}");
    }
}

#[test]
fn what_is_not_recorded_is_said_to_be_assumed() {
    let log = "time (min),machine,condition\n0,Mill,up\n0,Saw,up\n50,Saw,down\n62.4,Saw,up\n\
               90,Mill,down\n120,Mill,up\n200,Saw,up\n";
    let plant = imported(log);
    assert!((plant.usual_beat() - 744.0).abs() < 1e-9, "{}", plant.usual_beat());
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        for words in [
            "in the order in which the record first names them: Mill, Saw",
            "the cycle of Mill, Saw, which is not recorded, is one beat of 12.4 min; the throughput hangs",
            "there are 10 places behind Mill, of which it is not recorded how many",
        ] {
            assert!(said.contains(words), "{words} is not in {said}");
        }
    }
    assert!(
        told.contains("certified for the cycle that is assumed, of which nothing is known"),
        "{told}"
    );
    assert!(text.contains("cycle: not recorded; one beat is assumed."), "{text}");
    assert!(
        text.contains(
            "A capacity counts the part in the next machine too. Behind Mill: how many \
                       places there are is not recorded; assumed 10. (capacity: 11),"
        ),
        "{text}"
    );
    // A table tells the order, the cycles and the places, and then nothing is assumed.
    let plant = stations("station,cycle (s),buffer\nMill,60,4\nSaw,60,\n");
    let (text, told) = both(&plant);
    assert!(!text.contains("ssumed") && !told.contains("ssumed"), "{text}\n{told}");
    assert!(text.contains("Behind Mill: 4 places. (capacity: 5),"), "{text}");
    assert!(told.contains("parts a beat, certified\n"), "{told}");
}

#[test]
fn that_nothing_is_known_of_events_is_said_once() {
    let rows = "station,cycle (s),mtbf (h),mttr (min)\nA,60,8,20\nB,60,6,30\nC,60,9,25\n";
    let (text, told) = both(&stations(rows));
    for said in [&text, &told] {
        assert_eq!(said.matches("nothing is known of how many events").count(), 1, "{said}");
    }
    let counted = "station,mtbf (h),mttr (min),failures\nA,8,20,5\n";
    let (text, told) = both(&stations(counted));
    assert!(!text.contains("nothing is known of how") && !told.contains("nothing is known of how"));
}

/// The beat is one of which all cycles are whole numbers, if there is such; how far each is rounded by
/// it stands beside it.
#[test]
fn the_beat_suits_all_cycles_or_it_is_said_how_far_not() {
    let of = |cycles: [&str; 3]| {
        let rows: String = cycles
            .iter()
            .enumerate()
            .map(|(at, cycle)| format!("M{at},{cycle},8,20,2\n"))
            .collect();
        let plant = stations(&format!("station,cycle (s),mtbf (h),mttr (min),buffer\n{rows}"));
        let (text, told) = both(&plant);
        (plant.usual_beat(), text, told)
    };
    let (beat, text, told) = of(["60", "75", "60"]);
    assert_eq!(beat, 15.0);
    assert!(text.contains("in the model 5 beats, exactly. cycle: 5,"), "{text}");
    assert!(told.contains("in the model 4 beats, exactly"), "{told}");
    let (beat, text, told) = of(["60", "90.3", "120"]);
    assert_eq!(beat, 30.0);
    for said in [&text, &told] {
        assert!(said.contains("in the model 3 beats, rounded by -0.33 %"), "{said}");
    }
    // Of these no beat is a common part that is worth it.
    let (beat, text, told) = of(["60", "64.1", "99.7"]);
    assert_eq!(beat, 60.0);
    assert!(
        text.contains("completion: 0.936037,") && text.contains("completion: 0.601805,"),
        "{text}"
    );
    for said in [&text, &told] {
        assert!(said.contains("whole ones would round it by -6.4 %"), "{said}");
        assert!(said.contains("keeps its mean alone"), "{said}");
    }
    // It is no longer than a repair.
    let plant = stations("station,cycle (s),mtbf (h),mttr (s)\nA,60,8,50\n");
    assert_eq!(plant.usual_beat(), 30.0);
    assert!(plant.fits(30.0).is_ok() && plant.fits(60.0).is_err());
}

#[test]
fn figures_are_written_as_finely_as_they_are_known() {
    let log = "time (s),machine,condition\n0,Saw,working\n1234.567891,Saw,down\n\
               1246.913569901,Saw,working\n4000.123456,Saw,down\n4017.98765432,Saw,working\n";
    let plant = imported(log);
    let beat = plant.usual_beat();
    let text = plant.scenario(beat, true);
    assert!(text.contains("beat: \"15.1 s\"") && text.contains("mttr: \"15.1 s\""), "{text}");
    assert!(text.contains("mtbf: \"1990 s\""), "{text}");
}

#[test]
fn too_little_that_is_recorded_tells_nothing() {
    let share = |mean: f64, half: f64, of: f64| Beside {
        what: String::new(),
        recorded: Estimate::around(mean, Some(half)),
        simulated: Estimate::around(of, Some(0.001)),
        is_share: true,
        lines: None,
    };
    for (beside, verdict) in [
        (share(0.5, 0.03, 0.51), Verdict::Agree),
        (share(0.5, 0.08, 0.51), Verdict::TooLittle),
        (share(0.5, 0.08, 0.7), Verdict::Differ),
        // Of the whole time a hundredth is little.
        (share(0.02, 0.008, 0.021), Verdict::Agree),
        (share(0.02, 0.018, 0.021), Verdict::TooLittle),
        (Beside { is_share: false, ..share(0.02, 0.008, 0.021) }, Verdict::TooLittle),
        (
            Beside { recorded: Estimate::around(0.5, None), ..share(0.5, 0.0, 0.5) },
            Verdict::TooLittle,
        ),
    ] {
        assert_eq!(beside.verdict(), verdict, "{beside:?}");
    }
    // Three hours say little of a saw that fails now and then.
    let rows = "0,Saw,working,0\n50,Saw,down,50\n70,Saw,working,0\n150,Saw,working,80\n";
    let (_, told) = both(&imported(&format!("time (min),machine,condition,parts\n{rows}")));
    assert!(told.contains(": too little is recorded to tell\n"), "{told}");
    assert!(told.contains("wider than a tenth of the figure on either side"), "{told}");
    assert!(!told.contains("The model agrees with the record"), "{told}");
}

#[test]
fn the_help_names_every_column() {
    let help = crate::commands::Arguments::command()
        .find_subcommand_mut("import")
        .unwrap()
        .render_long_help()
        .to_string();
    for column in stations::COLUMNS.iter().chain(&log::COLUMNS) {
        let named = help.split(|c: char| !c.is_alphanumeric()).any(|word| word == *column);
        assert!(named, "{column} is not in {help}");
    }
}
