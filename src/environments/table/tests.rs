//! The table: what it does, and all that is refused.

use super::*;
use crate::environments::exact::{branches, optimal_values};
use crate::mdp::Variable;

fn row(state: &str, action: &str, next: &str, probability: f64, reward: f64) -> Row {
    let [state, action, next] = [state, action, next].map(str::to_owned);
    Row { state, action, next, probability, reward }
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The recycling robot with α = 0.9, β = 0.4 and rewards 2, 1 and −3.
fn robot() -> TableSettings {
    TableSettings {
        rows: vec![
            row("high", "search", "high", 0.9, 2.0),
            row("high", "search", "low", 0.1, 2.0),
            row("high", "wait", "high", 1.0, 1.0),
            row("low", "search", "low", 0.4, 2.0),
            row("low", "search", "high", 0.6, -3.0),
            row("low", "wait", "low", 1.0, 1.0),
            row("low", "recharge", "high", 1.0, 0.0),
        ],
        start: texts(&["high"]),
        ..Default::default()
    }
}

/// Two counts as variables, random rewards, two starts, an end.
fn counted() -> TableSettings {
    TableSettings {
        variables: texts(&["left", "right"]),
        action_name: "side".to_owned(),
        rows: vec![
            row("1,1", "2", "0, 1", 0.25, 4.0),
            row("1, 1", "2", "0 ,1", 0.25, -4.0),
            row("1, 1", "2", "1, 0", 0.5, 0.0),
            row("1, 1", "3", "1, 1", 1.0, -1.0),
            row("0, 1", "3", "0, 0", 1.0, 1.0),
            row("1, 0", "2", "0, 0", 0.5, 1.0),
            row("1, 0", "2", "1, 1", 0.5, 0.0),
        ],
        terminal: texts(&["0,0"]),
        start: texts(&["1, 1", "0, 1"]),
        start_probabilities: vec![0.75, 0.25],
    }
}

/// Settings that between them use every part of the step.
pub(in crate::environments) fn examples() -> Vec<TableSettings> {
    vec![robot(), counted()]
}

#[test]
fn rows_become_outcomes() {
    let table = Table::new(robot()).unwrap();
    assert_eq!(table.state_space().variables(), [Variable::choice("state", &["high", "low"])]);
    let actions = [Variable::choice("action", &["search", "wait", "recharge"])];
    assert_eq!(table.action_space().variables(), actions);
    assert!(table.restricts_actions() && !table.allows(&[0], &[2]) && table.allows(&[1], &[2]));
    let found = branches(&table, &[1], &[0]);
    let found: Vec<_> = found.iter().map(|b| (b.probability, b.next[0], b.reward)).collect();
    assert_eq!(found, [(0.4, 1, 2.0), (0.6, 0, -3.0)]);
    // Searching while high: V = 2 + 0.9 (0.9 V + 0.1 L); recharging while low: L = 0.9 V.
    let high = 2.0 / (1.0 - 0.81 - 0.09 * 0.9);
    let values = optimal_values(&table, 0.9);
    // The solver stops at a change of 1e-13 of the largest value times (1 − γ)/γ, before rounding.
    assert!((values[0] - high).abs() < 1e-10 && (values[1] - 0.9 * high).abs() < 1e-10);
}

#[test]
fn names_of_several_parts_are_several_variables() {
    let table = Table::new(counted()).unwrap();
    let counts = ["left", "right"].map(|name| Variable::count(name, 0, 1, ""));
    assert_eq!(table.state_space().variables(), counts);
    assert_eq!(table.action_space().variables(), [Variable::count("side", 2, 3, "")]);
    assert!(table.ends() && table.is_terminal(&[0, 0]) && !table.is_terminal(&[1, 0]));
    let found = branches(&table, &[1, 1], &[2]);
    let found: Vec<_> = found.iter().map(|b| (b.probability, b.next.clone(), b.reward)).collect();
    let expected = [(0.25, vec![0, 1], 4.0), (0.25, vec![0, 1], -4.0), (0.5, vec![1, 0], 0.0)];
    assert_eq!(found, expected);
    let starts = crate::mdp::start_distribution(&table).unwrap();
    assert_eq!(starts, [(vec![1, 1], 0.75), (vec![0, 1], 0.25)]);
}

#[test]
fn probabilities_that_sum_to_one_but_for_rounding_are_scaled() {
    let mut settings = robot();
    settings.rows[0].probability = 0.9 + 5e-10;
    let table = Table::new(settings).unwrap();
    let found = branches(&table, &[0], &[0]);
    assert_eq!(found[0].probability, (0.9 + 5e-10) / (1.0 + 5e-10));
}

/// The paths of all that is wrong with the robot once it was changed, and the messages.
fn faults(change: impl FnOnce(&mut TableSettings)) -> Vec<(String, String)> {
    let mut settings = robot();
    change(&mut settings);
    let faults = Table::new(settings).map(|_| ()).unwrap_err();
    faults.into_iter().map(|f| (f.path, format!("{}; {}", f.message, f.remedy))).collect()
}

#[test]
fn every_mistake_is_told_with_its_place_and_remedy() {
    type Change = fn(&mut TableSettings);
    let changes: [(Change, &str, &str); 18] = [
        (|t| t.rows[0].probability = 0.8, "rows[0].probability", "`search` in `high` sum to 0.9"),
        (|t| t.rows[2].probability = 1.5, "rows[2].probability", "1.5 is no probability"),
        (|t| t.rows[2].reward = f64::NAN, "rows[2].reward", "no usable amount"),
        (|t| t.rows[2].next = "hihg".into(), "rows[2].next", "did you mean `high`?"),
        (|t| t.rows[2].next = "charging".into(), "rows[2].next", "or add it to `terminal`"),
        (|t| t.rows[2].action = " ".into(), "rows[2].action", "the name is empty"),
        (|t| t.rows[2].state = "\n".into(), "rows[2].state", "the name is empty"),
        (|t| t.rows.push(t.rows[3].clone()), "rows[7]", "the same as row 4"),
        (|t| t.rows.clear(), "rows", "there are no rows"),
        (|t| t.start.clear(), "start", "there is no start"),
        (|t| t.start = texts(&["lowe"]), "start[0]", "did you mean `low`?"),
        (|t| t.start = texts(&["low", "low"]), "start[1]", "given twice"),
        (|t| t.terminal = texts(&["low"]), "terminal[0]", "has rows of its own"),
        (|t| t.terminal = texts(&["broken"]), "terminal[0]", "no row leads to `broken`"),
        (|t| t.start_probabilities = vec![0.5, 0.5], "start_probabilities", "do not fit 1 start"),
        (|t| t.start_probabilities = vec![0.5], "start_probabilities", "sum to 0.5"),
        (|t| t.variables = texts(&["a", "a"]), "variables[1]", "used twice"),
        (|t| t.variables = texts(&["a", "b"]), "rows[0].state", "names 1 of the 2 variables"),
    ];
    for (change, path, said) in changes {
        let found = faults(change);
        let told = found.iter().any(|(at, message)| at == path && message.contains(said));
        assert!(told, "{path} {said}: {found:#?}");
    }
}

#[test]
fn a_start_that_has_ended_is_refused() {
    let mut settings = counted();
    settings.start = texts(&["0, 0"]);
    settings.start_probabilities.clear();
    let found = Table::new(settings).map(|_| ()).unwrap_err();
    assert_eq!((found.len(), found[0].path.as_str()), (1, "start[0]"));
}

#[test]
fn a_combination_without_rows_is_named() {
    let mut settings = counted();
    settings.rows.retain(|row| row.state != "1, 0" && !row.next.starts_with("1, 0"));
    settings.rows[1].probability = 0.75;
    let found = Table::new(settings).map(|_| ()).unwrap_err();
    assert!(found[0].message.contains("3 of the 4 combinations"), "{}", found[0]);
    assert!(found[0].message.contains("`1, 0` is not among them"), "{}", found[0]);
}

#[test]
fn tables_too_large_are_refused_before_memory_is_taken() {
    let rows = |count: usize, name: fn(usize) -> (String, String)| TableSettings {
        rows: (0..count)
            .map(|i| {
                let (state, action) = name(i);
                row(&state, &action, &state, 1.0, 0.0)
            })
            .collect(),
        start: vec![name(0).0],
        ..Default::default()
    };
    let same: fn(usize) -> (String, String) = |i| (i.to_string(), "stay".to_owned());
    assert!(Table::new(rows(MOST_ROWS, same)).is_ok());
    let too_many_rows = Table::new(rows(MOST_ROWS + 1, same)).map(|_| ()).unwrap_err();
    assert!(too_many_rows[0].message.contains("20001 rows"));
    let own = Table::new(rows(2_000, |i| (i.to_string(), format!("a{i}")))).map(|_| ());
    assert!(own.unwrap_err()[0].message.contains("2000 states with 2000 actions"));
    let actions = Table::new(rows(5_000, |i| ("one".to_owned(), format!("a{i}")))).map(|_| ());
    assert!(actions.unwrap_err()[0].message.contains("5000 different actions"));
}
