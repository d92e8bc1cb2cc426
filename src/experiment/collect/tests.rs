use super::*;
use crate::experiment::session::Session;
use crate::insight::table::Values;
use crate::scenario::{Scenario, library};

fn options(beats: u64) -> CollectOptions {
    CollectOptions { beats, seed: 5, ahead: 10, machine: None, instruments: Instruments::default() }
}

fn line() -> Scenario {
    let text = r#"(
        version: 1,
        title: "Line that wears",
        environment: Line(
            machines: [
                (name: "Lathe", failure: 0.02, repair: 0.2, scrap: 0.1),
                (name: "Mill", repair: 0.3, wear: (stages: 4, probability: [0.05], failure: [0, 0.01, 0.05, 0.2])),
            ],
            buffers: [(capacity: 4)],
        ),
        criterion: Average,
    )"#;
    Scenario::parse("line.ron", text).unwrap()
}

fn collected(scenario: &Scenario, agent: &AgentSpec, options: &CollectOptions) -> Table {
    collect(scenario, agent, None, options, &Progress::new()).unwrap()
}

fn numbers<'t>(table: &'t Table, name: &str) -> &'t [f64] {
    table
        .column(name)
        .unwrap_or_else(|| panic!("{name}: {:?}", table.names()))
        .values
        .numbers()
        .unwrap()
}

fn words(table: &Table, name: &str) -> Vec<Option<String>> {
    let Values::Words(words) = &table.column(name).unwrap().values else { panic!("{name}") };
    words.iter().map(|word| word.map(str::to_owned)).collect()
}

#[test]
fn a_row_a_beat_and_machine_and_the_same_for_the_same_seed() {
    let scenario = line();
    let table = collected(&scenario, &AgentSpec::AlwaysRun, &options(500));
    assert_eq!(table.rows(), 1_000);
    assert_eq!(
        table.names(),
        [
            "beat",
            "episode",
            "machine",
            "vibration",
            "temperature",
            "current",
            "condition",
            "parts made",
            "cycle time",
            "true wear",
            "state buffer 1",
            "state Lathe",
            "state Mill",
            "action Lathe",
            "action Mill",
            "remaining life",
            "fails within 10",
            "defect",
            "parts next 10",
        ]
    );
    assert_eq!(collected(&scenario, &AgentSpec::AlwaysRun, &options(500)).to_csv(), table.to_csv());
    let other = CollectOptions { seed: 6, ..options(500) };
    assert_ne!(collected(&scenario, &AgentSpec::AlwaysRun, &other).to_csv(), table.to_csv());
    // One machine alone is read as it is among the others.
    let alone = CollectOptions { machine: Some("Mill".to_owned()), ..options(500) };
    let alone = collected(&scenario, &AgentSpec::AlwaysRun, &alone);
    let mill: Vec<usize> = (0..500).map(|beat| 2 * beat + 1).collect();
    assert_eq!(alone.to_csv(), table.of_rows(&mill).to_csv());
}

/// The states and actions are those of a run that nobody reads.
#[test]
fn who_is_read_does_what_it_would_do_unread() {
    let scenario = line();
    let table = collected(&scenario, &AgentSpec::Random, &options(300));
    let mut session = Session::open(scenario.into(), AgentSpec::Random, 5, None).unwrap();
    let columns = ["state buffer 1", "state Lathe", "state Mill", "action Lathe", "action Mill"];
    let columns = columns.map(|name| numbers(&table, name));
    for beat in 0..300 {
        session.run_mut().advance(1);
        let run = session.run();
        let levels: Vec<f64> =
            run.previous_state().iter().chain(run.action()).map(|x| f64::from(*x)).collect();
        assert_eq!(columns.map(|column| column[2 * beat]).to_vec(), levels, "{beat}");
    }
}

/// Targets are what then came, counted from the columns of the state.
#[test]
fn targets_are_what_then_came() {
    let scenario = line();
    let alone = CollectOptions { machine: Some("Mill".to_owned()), ..options(3_000) };
    let table = collected(&scenario, &AgentSpec::AlwaysRun, &alone);
    let (mill, life) = (numbers(&table, "state Mill"), numbers(&table, "remaining life"));
    let within = words(&table, "fails within 10");
    let mut known = 0;
    for beat in 0..2_900 {
        // Down at the start of beat t + n + 1 for the first time: it failed in beat t + n.
        let after = (1..).find(|n| beat + n + 1 >= 3_000 || mill[beat + n + 1] == 0.0).unwrap();
        if mill[beat] == 0.0 || mill[beat + 1] == 0.0 {
            continue;
        }
        if beat + after + 1 < 3_000 {
            assert_eq!(life[beat], after as f64, "{beat}");
            assert_eq!(within[beat].as_deref(), Some(if after <= 10 { "yes" } else { "no" }));
            known += 1;
        }
    }
    assert!(known > 1_500, "{known}");
    let (parts, next) = (numbers(&table, "parts made"), numbers(&table, "parts next 10"));
    for beat in 0..2_900 {
        assert_eq!(next[beat], parts[beat + 1..beat + 11].iter().sum::<f64>(), "{beat}");
    }
    assert!(next[2_990..].iter().all(|x| x.is_nan()));
}

#[test]
fn the_scrap_of_a_machine_is_its_share_of_defects() {
    let alone = CollectOptions { machine: Some("Lathe".to_owned()), ..options(20_000) };
    let table = collected(&line(), &AgentSpec::AlwaysRun, &alone);
    let defects = words(&table, "defect");
    let count = |word: &str| defects.iter().flatten().filter(|is| *is == word).count() as f64;
    let share = count("defect") / (count("defect") + count("good"));
    // 0.1 of some 15,000 parts: a standard error of 0.0025.
    assert!((share - 0.1).abs() < 0.01, "{share}");
}

/// What wears can be told from what is read: the worse, the more it shakes.
#[test]
fn readings_rise_with_wear_and_only_while_it_works() {
    let alone = CollectOptions { machine: Some("Mill".to_owned()), ..options(20_000) };
    let table = collected(&line(), &AgentSpec::AlwaysRun, &alone);
    let (shakes, wear) = (numbers(&table, "vibration"), numbers(&table, "true wear"));
    let condition = words(&table, "condition");
    let mean = |is: &dyn Fn(usize) -> bool| {
        let rows = (0..20_000).filter(|row| is(*row) && !shakes[*row].is_nan());
        let of: Vec<f64> = rows.map(|row| shakes[row]).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let works = |row: usize| condition[row].as_deref() == Some("working");
    for (stage, level) in [(0.0, 1.8), (1.0 / 3.0, 1.8 + 5.2 / 9.0), (1.0, 7.0)] {
        let found = mean(&|row| works(row) && (wear[row] - stage).abs() < 1e-9);
        // The drift is within 0.3 after so many beats.
        assert!((found - level).abs() < 0.8, "{found} at {stage}");
    }
    assert!(mean(&|row| !works(row)) < 1.0);
}

#[test]
fn what_cannot_be_collected_is_refused_in_words() {
    let said = |scenario: &Scenario, options: &CollectOptions| {
        collect(scenario, &AgentSpec::AlwaysRun, None, options, &Progress::new())
            .unwrap_err()
            .to_string()
    };
    let chain = library::open("basics/chain.ron").unwrap();
    assert!(said(&chain, &options(10)).contains("no machines"));
    assert!(said(&line(), &options(1_000_000_000_000)).contains("too long a table"));
    let other = CollectOptions { machine: Some("Saw".to_owned()), ..options(10) };
    assert!(said(&line(), &other).contains("no machine `Saw`"));
    assert!(said(&line(), &CollectOptions { ahead: 0, ..options(10) }).contains("0 beats ahead"));
    let mut twice = options(10);
    twice.instruments.instruments[0].name = "condition".to_owned();
    assert!(said(&line(), &twice).contains("two columns `condition`"));
    let progress = Progress::new();
    progress.cancel();
    let cancelled = collect(&line(), &AgentSpec::AlwaysRun, None, &options(10), &progress);
    assert_eq!(cancelled, Err(CollectError::Cancelled));
}
