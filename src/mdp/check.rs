//! One call that a new kind of environment makes in its test: is it a decision process at all,
//! and is what is sampled the same as what is enumerated?

#![expect(clippy::indexing_slicing, reason = "actions are counted here")]

use super::beat::Sampling;
use super::enumerate::{action_levels, branches, start_distribution};
use super::environment::{Enumerable, settle};
use super::luck::Luck;
use super::variable::Level;

/// How many beats of a random walk choose the states that are looked at.
const WALK: u64 = 2_000;
/// How many state–action pairs are sampled often and compared with their enumeration.
const SAMPLED_PAIRS: usize = 24;
/// How often each of them is sampled.
const SAMPLES: u64 = 4_000;
/// How many standard deviations a statistic may lie from its mean. The seeds are fixed, so a
/// test does not flicker; a right environment fails by chance once in about 10⁵.
const DEVIATIONS: f64 = 4.8;

/// Checks an environment: the start is not terminal; it and every state on a long random walk have
/// valid levels, an action unless terminal, outcomes within bounds whose probabilities sum to 1; sampled
/// frequencies agree with the enumerated ones (χ² by Wilson & Hilferty 1931) and mean rewards
/// with expected ones; and the same luck gives the same steps.
///
/// # Errors
/// Every complaint in words.
pub fn check<E: Enumerable>(environment: &E) -> Result<(), Vec<String>> {
    let mut complaints = Vec::new();
    for (what, names) in
        [("source", environment.sources()), ("reward item", environment.reward_items())]
    {
        let mut sorted = names.to_vec();
        sorted.sort();
        sorted.dedup();
        if sorted.len() != names.len() {
            complaints.push(format!("two {what}s have the same name: {names:?}"));
        }
    }
    for buffer in &environment.places().buffers {
        match environment.state_space().variables().get(buffer.variable) {
            Some(variable) if variable.high == buffer.capacity as Level => {}
            other => complaints.push(format!("buffer {} has the variable {other:?}", buffer.name)),
        }
    }
    match start_distribution(environment) {
        Ok(start) => {
            let sum: f64 = start.iter().map(|(_, p)| p).sum();
            if (sum - 1.0).abs() > 1e-9 {
                complaints.push(format!("the start's probabilities sum to {sum}"));
            }
            for (levels, _) in start.iter().filter(|(levels, _)| environment.is_terminal(levels)) {
                complaints.push(format!(
                    "an episode can start in {}, where it has already ended",
                    environment.state_space().describe(levels)
                ));
            }
        }
        Err(error) => complaints.push(error.to_string()),
    }
    let actions = match action_levels(environment) {
        Ok(actions) => actions,
        Err(error) => {
            complaints.push(error.to_string());
            return Err(complaints);
        }
    };
    let visited = walk(environment, &actions, &mut complaints);
    if walk(environment, &actions, &mut Vec::new()) != visited {
        complaints.push("the same luck gave another walk".to_owned());
    }
    for pair in visited.iter().step_by((visited.len() / 400).max(1)) {
        check_branches(environment, &pair.0, &actions, &mut complaints);
    }
    for (number, pair) in visited.iter().step_by((visited.len() / SAMPLED_PAIRS).max(1)).enumerate()
    {
        compare_with_samples(
            environment,
            &pair.0,
            &actions[pair.1],
            number as u64,
            &mut complaints,
        );
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

/// A walk of random allowed actions, starting anew after terminal states: (state, flat action).
fn walk<E: Enumerable>(
    environment: &E,
    actions: &[Vec<Level>],
    complaints: &mut Vec<String>,
) -> Vec<(Vec<Level>, usize)> {
    let space = environment.state_space();
    let luck = Luck::new(20_260_101);
    let items = environment.reward_items().len();
    let mut beat = Sampling::new(luck, environment.sources(), items, super::beat::Silent);
    let choice = luck.key("check: choice of action");
    let mut state = vec![0; space.len()];
    let mut next = state.clone();
    let mut visited = Vec::new();
    beat.open(0);
    environment.start(&mut state, &mut beat);
    for t in 1..=WALK {
        if !space.contains(&state) {
            complaints.push(format!("the walk reached {state:?}, outside the state space"));
            return visited;
        }
        beat.open(t);
        if environment.is_terminal(&state) {
            environment.start(&mut state, &mut beat);
            continue;
        }
        let allowed: Vec<usize> = (0..actions.len())
            .filter(|&action| environment.allows(&state, &actions[action]))
            .collect();
        if allowed.is_empty() {
            complaints.push(format!("no action is allowed in {}", space.describe(&state)));
            return visited;
        }
        complain_of_settled(environment, &state, actions, complaints);
        if allowed.len() < actions.len() && !environment.restricts_actions() {
            complaints.push("`allows` says no although `restricts_actions` is false".to_owned());
        }
        let action = allowed[(choice.uniform(t, 0) * allowed.len() as f64) as usize];
        visited.push((state.clone(), action));
        environment.step(&state, &actions[action], &mut next, &mut beat);
        if !beat.reward().is_finite() {
            complaints.push(format!("a reward in {} is not finite", space.describe(&state)));
        }
        std::mem::swap(&mut state, &mut next);
    }
    visited
}

/// Whatever is wished, what it is settled to is allowed, and stays what it was where that was.
fn complain_of_settled<E: Enumerable>(
    environment: &E,
    state: &[Level],
    actions: &[Vec<Level>],
    complaints: &mut Vec<String>,
) {
    let mut room = vec![0; environment.action_space().len()];
    let mut settled = room.clone();
    environment.allowed_action(state, &mut settled);
    let names_one = environment.allows(state, &settled);
    let wrong = actions.iter().find(|action| {
        settled.clone_from(action);
        settle(environment, state, &mut settled, &mut room);
        let inside = environment.action_space().contains(&settled);
        let kept = settled == **action || !environment.allows(state, action);
        !(inside && kept && environment.allows(state, &settled))
    });
    if wrong.is_some() || !names_one {
        complaints.push(format!(
            "in {} the action that is named as allowed, or what {wrong:?} is settled to, is not",
            environment.state_space().describe(state)
        ));
    }
}

fn check_branches<E: Enumerable>(
    environment: &E,
    state: &[Level],
    actions: &[Vec<Level>],
    complaints: &mut Vec<String>,
) {
    for action in actions.iter().filter(|action| environment.allows(state, action)) {
        match branches(environment, state, action) {
            Err(error) => complaints.push(error.to_string()),
            Ok(all) => {
                let sum: f64 = all.iter().map(|branch| branch.probability).sum();
                let inside =
                    all.iter().all(|branch| environment.state_space().contains(&branch.next));
                if (sum - 1.0).abs() > 1e-9 || !inside {
                    complaints.push(format!(
                        "in {} under {} the outcomes sum to {sum} (all inside: {inside})",
                        environment.state_space().describe(state),
                        environment.action_space().describe(action)
                    ));
                }
            }
        }
        if complaints.len() > 20 {
            return;
        }
    }
}

fn compare_with_samples<E: Enumerable>(
    environment: &E,
    state: &[Level],
    action: &[Level],
    number: u64,
    complaints: &mut Vec<String>,
) {
    let Ok(all) = branches(environment, state, action) else { return };
    // (state reached, probability, times seen)
    let mut cells: Vec<(Vec<Level>, f64, f64)> = Vec::new();
    let (mut mean, mut square) = (0.0, 0.0);
    for branch in &all {
        mean += branch.probability * branch.reward;
        square += branch.probability * branch.reward * branch.reward;
        match cells.iter_mut().find(|(next, _, _)| *next == branch.next) {
            Some((_, p, _)) => *p += branch.probability,
            None => cells.push((branch.next.clone(), branch.probability, 0.0)),
        }
    }
    let luck = Luck { seed: 77, replication: number, episode: 0 };
    let items = environment.reward_items().len();
    let mut beat = Sampling::new(luck, environment.sources(), items, super::beat::Silent);
    let mut next = vec![0; state.len()];
    let mut total = 0.0;
    let place = || {
        format!(
            "in {} under {}",
            environment.state_space().describe(state),
            environment.action_space().describe(action)
        )
    };
    for t in 0..SAMPLES {
        beat.open(t);
        environment.step(state, action, &mut next, &mut beat);
        total += beat.reward();
        match cells.iter_mut().find(|(cell, _, _)| *cell == next) {
            Some((_, _, seen)) => *seen += 1.0,
            None => {
                complaints.push(format!("{} a step led to {next:?}, never enumerated", place()));
                return;
            }
        }
    }
    let n = SAMPLES as f64;
    let deviation = ((square - mean * mean).max(0.0) / n).sqrt();
    let off = (total / n - mean).abs();
    if off > DEVIATIONS * deviation + 1e-9 * (1.0 + mean.abs()) {
        complaints.push(format!(
            "{} the mean reward of {SAMPLES} samples is {} and the enumerated one {mean}",
            place(),
            total / n
        ));
    }
    let z = chi_square_deviations(&cells, n);
    if z > DEVIATIONS {
        complaints.push(format!(
            "{} sampled and enumerated frequencies differ by {z:.1} standard deviations",
            place()
        ));
    }
}

/// χ² over cells of at least 5 expected (the rest pooled), as a normal deviate.
fn chi_square_deviations(cells: &[(Vec<Level>, f64, f64)], n: f64) -> f64 {
    let mut terms = Vec::new();
    let (mut rare_expected, mut rare_seen) = (0.0, 0.0);
    for (_, p, seen) in cells {
        if p * n >= 5.0 {
            terms.push((p * n, *seen));
        } else {
            rare_expected += p * n;
            rare_seen += seen;
        }
    }
    if rare_expected >= 5.0 {
        terms.push((rare_expected, rare_seen));
    } else if rare_seen > rare_expected + DEVIATIONS * rare_expected.sqrt() + 5.0 {
        return f64::INFINITY;
    }
    let freedom = terms.len() as f64 - 1.0;
    if freedom < 1.0 {
        return 0.0;
    }
    let chi2: f64 = terms.iter().map(|(e, seen)| (seen - e).powi(2) / e).sum();
    let spread = 2.0 / (9.0 * freedom);
    ((chi2 / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}
