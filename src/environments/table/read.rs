//! From the rows of a table to the table, or to all that is wrong with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::Names;
use super::{MOST_ROWS, Row, Table, TableSettings};
use crate::environments::setting::{Faults, SettingError};
use crate::environments::suggestion;
use crate::mdp::beat::scaled;
use crate::mdp::enumerate::ACTION_LIMIT;
use crate::mdp::{Level, Places, Space};

/// The most pairs of a state and an action of any state that there may be.
const MOST_PAIRS: usize = 1_000_000;
/// The most variables that a state may have.
const MOST_VARIABLES: usize = 16;
/// The longest name, in characters.
const LONGEST: usize = 64;
/// How far probabilities may miss the sum 1 by rounding in a file; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;
/// For how many unknown names a known one is searched.
const MOST_SUGGESTIONS: usize = 20;

/// A row in numbers: flat state and action, flat next state.
type Numbered = (usize, usize, u32);

/// Builds the table.
pub(super) fn read(mut settings: TableSettings) -> Result<Table, Vec<SettingError>> {
    let mut faults = Faults::default();
    let variables = variables(&settings, &mut faults);
    check_size(&settings, &mut faults);
    check_names(&settings, variables.len(), &mut faults);
    faults.finish()?;
    // One way of writing each name, so that equal names are equal texts.
    settings.rows.iter_mut().for_each(|row| {
        for name in [&mut row.state, &mut row.next] {
            *name = canonical(name, variables.len());
        }
        row.action = row.action.trim().to_owned();
    });
    for name in settings.terminal.iter_mut().chain(&mut settings.start) {
        *name = canonical(name, variables.len());
    }

    let mut faults = Faults::default();
    check_states(&settings, &mut faults);
    check_rows(&settings, &mut faults);
    check_start(&settings, &mut faults);
    faults.finish()?;

    let states = states_of(&settings, &variables)?;
    let action_name = match settings.action_name.trim() {
        "" => "action",
        name => name,
    };
    let actions = Names::new(action_name, settings.rows.iter().map(|row| row.action.as_str()));
    let action_space = space(vec![actions.variable.clone()])?;
    let numbered = settings.rows.iter().map(|row| {
        let action = action_space.index(&[actions.level(&row.action)?]) as usize;
        Some((states.index(&row.state)?, action, u32::try_from(states.index(&row.next)?).ok()?))
    });
    let numbered: Option<Vec<Numbered>> = numbered.collect();
    let number = |names: &[String]| -> Option<Vec<usize>> {
        names.iter().map(|name| states.index(name)).collect()
    };
    let (Some(numbered), Some(terminal), Some(start)) =
        (numbered, number(&settings.terminal), number(&settings.start))
    else {
        return Err(vec![fault("rows", "the names do not fit together", "check the names")]);
    };
    let state_space = states.space;
    build(settings, state_space, action_space, &numbered, &terminal, &start)
}

/// Puts the numbered rows in the order of their pairs.
fn build(
    settings: TableSettings,
    state_space: Space,
    action_space: Space,
    numbered: &[Numbered],
    terminal: &[usize],
    start: &[usize],
) -> Result<Table, Vec<SettingError>> {
    let count = |space: &Space| space.count().map_or(usize::MAX, |count| count as usize);
    let (states, actions) = (count(&state_space), count(&action_space));
    if actions as u64 > ACTION_LIMIT {
        let message = format!("there are {actions} different actions");
        let remedy =
            format!("give the same name to actions of one meaning: at most {ACTION_LIMIT}");
        return Err(vec![fault("rows", message, remedy)]);
    }
    if states.saturating_mul(actions) > MOST_PAIRS {
        let message = format!("{states} states with {actions} actions each are too many");
        let remedy = format!("make the table smaller: at most {MOST_PAIRS} pairs");
        return Err(vec![fault("rows", message, remedy)]);
    }
    let mut by_pair: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, (state, action, _)) in numbered.iter().enumerate() {
        by_pair.entry(state * actions + action).or_default().push(row);
    }
    let mut table = Table {
        state_space,
        action_space,
        sources: ["outcome", "start"].map(str::to_owned),
        items: ["reward".to_owned()],
        places: Places::default(),
        terminal: vec![false; states],
        restricts: by_pair.len() != (states - terminal.len()) * actions,
        pairs: vec![(0, 0); states * actions],
        probabilities: Vec::with_capacity(numbered.len()),
        rewards: Vec::with_capacity(numbered.len()),
        next: Vec::with_capacity(numbered.len()),
        start: start.iter().map(|state| *state as u32).collect(),
        start_probabilities: match settings.start_probabilities.as_slice() {
            [] => scaled(vec![1.0 / start.len() as f64; start.len()]),
            given => scaled(given.to_vec()),
        },
        settings,
    };
    for &state in terminal {
        if let Some(terminal) = table.terminal.get_mut(state) {
            *terminal = true;
        }
    }
    for (pair, rows) in by_pair {
        let from = table.next.len() as u32;
        let of = |row: &usize| Some((table.settings.rows.get(*row)?, numbered.get(*row)?));
        let found: Vec<(&Row, &Numbered)> = rows.iter().filter_map(of).collect();
        let given = found.iter().map(|(row, _)| row.probability).collect();
        table.probabilities.extend(scaled(given));
        table.rewards.extend(found.iter().map(|(row, _)| row.reward));
        table.next.extend(found.iter().map(|(_, (.., next))| *next));
        if let Some(place) = table.pairs.get_mut(pair) {
            *place = (from, table.next.len() as u32);
        }
    }
    Ok(table)
}

fn fault(path: &str, message: impl Into<String>, remedy: impl Into<String>) -> SettingError {
    SettingError { path: path.to_owned(), message: message.into(), remedy: remedy.into() }
}

fn space(variables: Vec<crate::mdp::Variable>) -> Result<Space, Vec<SettingError>> {
    Space::new(variables)
        .map_err(|error| vec![fault("rows", error.to_string(), "give at least one row")])
}

/// The names of the state's variables.
fn variables(settings: &TableSettings, faults: &mut Faults) -> Vec<String> {
    let names: Vec<String> = settings.variables.iter().map(|name| name.trim().to_owned()).collect();
    if names.is_empty() {
        return vec!["state".to_owned()];
    }
    if names.len() > MOST_VARIABLES {
        let remedy = format!("give at most {MOST_VARIABLES}");
        faults.add("variables", format!("there are {} variables", names.len()), remedy);
    }
    for (place, name) in names.iter().enumerate() {
        check_name(&format!("variables[{place}]"), name, faults);
        if names.iter().take(place).any(|other| other == name) {
            faults.add(
                format!("variables[{place}]"),
                format!("the name `{name}` is used twice"),
                "give every variable a name of its own",
            );
        }
    }
    names
}

fn check_size(settings: &TableSettings, faults: &mut Faults) {
    match settings.rows.len() {
        0 => faults.add("rows", "there are no rows", "give one for each way a beat can go"),
        rows if rows > MOST_ROWS => {
            let remedy = format!("make the table smaller: at most {MOST_ROWS} rows");
            faults.add("rows", format!("there are {rows} rows"), remedy);
        }
        _ => {}
    }
}

/// Every name can be shown, and has as many parts as there are variables; every number is one.
fn check_names(settings: &TableSettings, variables: usize, faults: &mut Faults) {
    let state = |path: String, name: &str, faults: &mut Faults| {
        check_name(&path, name, faults);
        let parts = name.split(',').count();
        if variables > 1 && parts != variables {
            faults.add(
                path,
                format!("`{name}` names {parts} of the {variables} variables"),
                "write a level of each variable, with commas between them",
            );
        }
    };
    for (place, row) in settings.rows.iter().enumerate().take(MOST_ROWS) {
        state(format!("rows[{place}].state"), &row.state, faults);
        state(format!("rows[{place}].next"), &row.next, faults);
        check_name(&format!("rows[{place}].action"), &row.action, faults);
        faults.probability(format!("rows[{place}].probability"), row.probability);
        faults.amount(format!("rows[{place}].reward"), row.reward);
    }
    for (place, &p) in settings.start_probabilities.iter().enumerate() {
        faults.probability(format!("start_probabilities[{place}]"), p);
    }
    for (place, name) in settings.terminal.iter().enumerate() {
        state(format!("terminal[{place}]"), name, faults);
    }
    for (place, name) in settings.start.iter().enumerate() {
        state(format!("start[{place}]"), name, faults);
    }
    if !settings.action_name.is_empty() {
        check_name("action_name", &settings.action_name, faults);
    }
}

fn check_name(path: &str, name: &str, faults: &mut Faults) {
    let (length, printed) = (name.chars().count(), !name.chars().any(char::is_control));
    let message = match name.trim() {
        "" => "the name is empty",
        _ if length > LONGEST || !printed => "the name is too long or holds control characters",
        _ => return,
    };
    faults.add(path, message, format!("give a name of 1 to {LONGEST} printed characters"));
}

/// A name with one space behind each comma between its parts, and none around it.
fn canonical(name: &str, variables: usize) -> String {
    if variables == 1 {
        return name.trim().to_owned();
    }
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    parts.join(", ")
}

/// Finds unknown names and suggests known ones.
struct Known<'t> {
    states: HashSet<&'t str>,
    /// In the order of their first use, so that the same is suggested every time.
    in_order: Vec<&'t str>,
    suggested: usize,
}

impl<'t> Known<'t> {
    fn new(settings: &'t TableSettings) -> Self {
        let mut known = Self { states: HashSet::new(), in_order: Vec::new(), suggested: 0 };
        let names = settings.rows.iter().map(|row| row.state.as_str());
        for name in names.chain(settings.terminal.iter().map(String::as_str)) {
            if known.states.insert(name) {
                known.in_order.push(name);
            }
        }
        known
    }

    fn check(&mut self, path: String, name: &str, faults: &mut Faults) {
        if self.states.contains(name) {
            return;
        }
        self.suggested += 1;
        let near = match self.suggested <= MOST_SUGGESTIONS {
            true => suggestion(name, self.in_order.iter().copied()),
            false => None,
        };
        let remedy = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "give it rows of its own, or add it to `terminal`".to_owned(),
        };
        faults.add(path, format!("`{name}` has no rows and is not terminal"), remedy);
    }
}

/// Every state that is named has actions or is terminal, and something leads to what is terminal.
fn check_states(settings: &TableSettings, faults: &mut Faults) {
    let acting: HashSet<&str> = settings.rows.iter().map(|row| row.state.as_str()).collect();
    let possible = |row: &&Row| row.probability > 0.0;
    let reached: HashSet<&str> =
        settings.rows.iter().filter(possible).map(|row| row.next.as_str()).collect();
    let mut seen = HashSet::new();
    for (place, name) in settings.terminal.iter().enumerate() {
        let path = format!("terminal[{place}]");
        if !seen.insert(name) {
            faults.add(path, format!("`{name}` is given twice"), "delete one of the two");
        } else if acting.contains(name.as_str()) {
            let message = format!("`{name}` is terminal and has rows of its own");
            faults.add(path, message, "delete its rows, or take it from `terminal`");
        } else if !reached.contains(name.as_str()) {
            let message = format!("no row leads to `{name}`");
            faults.add(path, message, "check how it is written, or take it from `terminal`");
        }
    }
    let mut known = Known::new(settings);
    for (place, row) in settings.rows.iter().enumerate() {
        known.check(format!("rows[{place}].next"), &row.next, faults);
    }
}

/// No row is given twice, and the probabilities of each pair sum to 1.
fn check_rows(settings: &TableSettings, faults: &mut Faults) {
    let mut seen = HashMap::new();
    let mut sums: HashMap<(&str, &str), f64> = HashMap::new();
    let mut firsts = Vec::new();
    for (place, row) in settings.rows.iter().enumerate() {
        let (state, action) = (row.state.as_str(), row.action.as_str());
        // Zero with either sign is the same reward.
        let reward = (row.reward + 0.0).to_bits();
        match seen.insert((state, action, row.next.as_str(), reward), place) {
            Some(before) => faults.add(
                format!("rows[{place}]"),
                format!("it says the same as row {}", before + 1),
                "delete one of the two, or put their probabilities together",
            ),
            None => {
                sums.entry((state, action))
                    .and_modify(|sum| *sum += row.probability)
                    .or_insert_with(|| {
                        firsts.push((place, state, action));
                        row.probability
                    });
            }
        }
    }
    for (place, state, action) in firsts {
        let sum = sums.get(&(state, action)).copied().unwrap_or(1.0);
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            faults.add(
                format!("rows[{place}].probability"),
                format!("the probabilities of `{action}` in `{state}` sum to {sum}, not to 1"),
                "give probabilities that sum to 1",
            );
        }
    }
}

fn check_start(settings: &TableSettings, faults: &mut Faults) {
    let TableSettings { start, start_probabilities: given, terminal, .. } = settings;
    if start.is_empty() {
        let remedy = "name the state in which an episode starts, or several";
        faults.add("start", "there is no start", remedy);
        return;
    }
    let mut known = Known::new(settings);
    let mut seen = HashSet::new();
    for (place, name) in start.iter().enumerate() {
        let path = format!("start[{place}]");
        if !seen.insert(name) {
            faults.add(path, format!("`{name}` is given twice"), "delete one of the two");
        } else if terminal.contains(name) {
            let message =
                format!("`{name}` is terminal, so an episode would end before its first step");
            faults.add(path, message, "start in another state");
        } else {
            known.check(path, name, faults);
        }
    }
    if given.is_empty() {
        return;
    }
    let sum: f64 = given.iter().sum();
    if given.len() != start.len() {
        let message = format!("{} probabilities do not fit {} starts", given.len(), start.len());
        let remedy = "give one for each start, or none where they are equally likely";
        faults.add("start_probabilities", message, remedy);
    } else if (sum - 1.0).abs() > SUM_TOLERANCE {
        faults.add(
            "start_probabilities",
            format!("the probabilities sum to {sum}, not to 1"),
            "give probabilities that sum to 1",
        );
    }
}

/// The states by name.
struct States<'t> {
    space: Space,
    names: Vec<Names<'t>>,
}

impl States<'_> {
    fn index(&self, name: &str) -> Option<usize> {
        let levels: Option<Vec<Level>> = match self.names.as_slice() {
            [one] => one.level(name).map(|level| vec![level]),
            several => {
                name.split(", ").zip(several).map(|(part, names)| names.level(part)).collect()
            }
        };
        Some(self.space.index(&levels?) as usize)
    }
}

/// The state's variables, from the names of all states.
fn states_of<'t>(
    settings: &'t TableSettings,
    variables: &[String],
) -> Result<States<'t>, Vec<SettingError>> {
    let all = || {
        let acting = settings.rows.iter().map(|row| row.state.as_str());
        acting.chain(settings.terminal.iter().map(String::as_str))
    };
    let names: Vec<Names<'t>> = match variables {
        [one] => vec![Names::new(one, all())],
        several => several
            .iter()
            .enumerate()
            .map(|(place, name)| {
                Names::new(name, all().filter_map(|state| state.split(", ").nth(place)))
            })
            .collect(),
    };
    let space = space(names.iter().map(|names| names.variable.clone()).collect())?;
    let given: HashSet<&str> = all().collect();
    if space.count() != Ok(given.len() as u64) {
        let missing = missing(&names, &given);
        let combinations = space.count_in_words();
        let message = format!(
            "{} of the {combinations} combinations of the variables have rows or are terminal; \
             `{missing}` is not among them",
            given.len()
        );
        let remedy = "give rows for every combination, or name the states by one variable";
        return Err(vec![fault("rows", message, remedy)]);
    }
    Ok(States { space, names })
}

/// The first combination that is not among the states given.
fn missing(names: &[Names<'_>], given: &HashSet<&str>) -> String {
    let mut levels: Vec<Level> = names.iter().map(|names| names.variable.low).collect();
    // There are more combinations than names given, so that one of the first is not.
    for _ in 0..=given.len() {
        let labels: Vec<String> = names
            .iter()
            .zip(&levels)
            .map(|(names, level)| match names.variable.labels.is_empty() {
                // As it is written, not as it is shown: with a hyphen for a minus.
                true => level.to_string(),
                false => names.variable.label(*level),
            })
            .collect();
        let name = labels.join(", ");
        if !given.contains(name.as_str()) {
            return name;
        }
        for (names, level) in names.iter().zip(&mut levels).rev() {
            *level += 1;
            if *level <= names.variable.high {
                break;
            }
            *level = names.variable.low;
        }
    }
    String::new()
}
