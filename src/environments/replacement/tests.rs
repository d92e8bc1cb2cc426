//! The wearing machine against the given problems of replacement and forest management.

use serde_json::Value;

use super::*;
use crate::environments::exact::{Branch, LongRun, branches, optimal_values, reached_pairs};

const REPLACE: Level = 1;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// `replacement_10.json`.
fn howard() -> ReplacementSettings {
    ReplacementSettings {
        earnings: (0..10).map(|i| 100.0 - 2.0 * f64::from(i * i)).collect(),
        wear: vec![0.7, 0.2, 0.1],
        replace: Some(Replace { cost: vec![120.0], ..Default::default() }),
        ..Default::default()
    }
}

/// `forest_S3.json` and `forest_S10.json`: age is wear, fire is failure, cutting pays.
fn forest(ages: usize) -> ReplacementSettings {
    let mut earnings = vec![0.0; ages];
    earnings[ages - 1] = 4.0;
    let mut cut = vec![-1.0; ages];
    cut[0] = 0.0;
    cut[ages - 1] = -2.0;
    ReplacementSettings {
        name: "age".to_owned(),
        states: ages,
        earnings,
        failure: vec![0.1],
        wear: vec![0.0, 1.0],
        run_name: "wait".to_owned(),
        replace: Some(Replace { name: "cut".to_owned(), cost: cut, duration: 1 }),
        ..Default::default()
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<ReplacementSettings> {
    let maintained = ReplacementSettings {
        states: 5,
        initial: 1,
        failure: vec![0.0, 0.1, 0.2, 0.4, 1.0],
        failure_cost: 8.0,
        after_failure: AfterFailure::Down { repair: 0.4, down_cost: 2.0 },
        wear: vec![0.5, 0.3, 0.2],
        maintain: Some(Maintain {
            cost: vec![3.0],
            duration: 1,
            restores: 2,
            ..Default::default()
        }),
        ..Default::default()
    };
    let several = ReplacementSettings {
        states: 3,
        units: 2,
        setup: 5.0,
        maintain: Some(Maintain { cost: vec![1.0], ..Default::default() }),
        failure: vec![0.0, 0.1, 0.6],
        ..maintained.clone()
    };
    let opened = ReplacementSettings { down_opens: true, ..several.clone() };
    let patched = ReplacementSettings {
        units: 3,
        setup: 2.0,
        after_failure: AfterFailure::Minimal { cost: 3.0 },
        ..several.clone()
    };
    let single = [ReplacementSettings::default(), howard(), forest(3), forest(10), maintained];
    single.into_iter().chain([several, opened, patched]).collect()
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

/// The best action for each level of wear by what the values say; of equals the first.
fn best_actions(machine: &Replacement, discount: f64) -> Vec<Level> {
    let values = optimal_values(machine, discount);
    let worth = |wear: Level, action: Level| {
        let all = branches(machine, &[wear], &[action]);
        let of = |b: &Branch| b.probability * (b.reward + discount * values[b.next[0] as usize]);
        all.iter().map(of).sum::<f64>()
    };
    let best = |wear| Level::from(worth(wear, REPLACE) > worth(wear, RUN) + 1e-9) * REPLACE;
    (0..values.len() as Level).map(best).collect()
}

fn actions(value: &Value) -> Vec<Level> {
    numbers(value).into_iter().map(|action| action as Level).collect()
}

#[test]
fn replacement_has_the_given_optimal_values_and_policy() {
    let file = read(include_str!("../../../tests/published/replacement_10.json"));
    let machine = Replacement::new(howard()).unwrap();
    let values = optimal_values(&machine, 0.95);
    for (value, given) in values.into_iter().zip(numbers(&file["numbers"]["V_discounted"])) {
        near(value, given, file["tolerance"].as_f64().unwrap());
    }
    let policy = best_actions(&machine, 0.95);
    assert_eq!(policy, actions(&file["numbers"]["policy_discounted"]));
    let limit = policy.iter().position(|action| *action == REPLACE).unwrap();
    assert_eq!(Some(limit as u64), file["numbers"]["control_limit_discounted"].as_u64());
}

#[test]
fn replacement_has_the_given_best_gain_and_control_limit() {
    let file = read(include_str!("../../../tests/published/replacement_10.json"));
    let machine = Replacement::new(howard()).unwrap();
    let gain = |limit: Level| {
        LongRun::new(&machine, move |state| vec![Level::from(state[0] >= limit) * REPLACE]).gain()
    };
    let best = (1..=9).max_by(|&a, &b| gain(a).total_cmp(&gain(b))).unwrap();
    assert_eq!(i64::from(best), file["numbers"]["control_limit_average"].as_i64().unwrap());
    near(gain(best), file["numbers"]["gain_average"].as_f64().unwrap(), 1e-9);
}

#[test]
fn forests_have_the_given_optimal_values_and_policies() {
    for (ages, text) in [
        (3, include_str!("../../../tests/published/forest_S3.json")),
        (10, include_str!("../../../tests/published/forest_S10.json")),
    ] {
        let file = read(text);
        let forest = Replacement::new(forest(ages)).unwrap();
        let values = optimal_values(&forest, 0.9);
        for (value, given) in values.into_iter().zip(numbers(&file["numbers"]["V"])) {
            near(value, given, file["tolerance"].as_f64().unwrap());
        }
        assert_eq!(best_actions(&forest, 0.9), actions(&file["numbers"]["policy"]));
    }
}

/// Units that share nothing are worth what each is worth alone.
#[test]
fn units_without_a_common_cost_are_worth_their_sum() {
    let one = ReplacementSettings {
        states: 4,
        failure: vec![0.0, 0.1, 0.2, 0.5],
        failure_cost: 8.0,
        after_failure: AfterFailure::Down { repair: 0.4, down_cost: 2.0 },
        wear: vec![0.5, 0.3, 0.2],
        replace: Some(Replace { cost: vec![3.0], ..Default::default() }),
        ..Default::default()
    };
    for after_failure in
        [one.after_failure, AfterFailure::AsNew, AfterFailure::Minimal { cost: 1.0 }]
    {
        let one = ReplacementSettings { after_failure, ..one.clone() };
        let two = ReplacementSettings { units: 2, ..one.clone() };
        let (one, two) = (Replacement::new(one).unwrap(), Replacement::new(two).unwrap());
        let (alone, both) = (optimal_values(&one, 0.9), optimal_values(&two, 0.9));
        let states = alone.len();
        for (index, value) in both.into_iter().enumerate() {
            near(value, alone[index / states] + alone[index % states], 1e-9);
        }
    }
}

/// Two units whose replacement shares a set-up: `group_maintenance.ron`.
fn group(units: u32, setup: f64) -> ReplacementSettings {
    ReplacementSettings {
        units,
        setup,
        earnings: vec![10.0],
        failure: (0..10).map(|i| 0.005 * f64::from(i * i)).collect(),
        failure_cost: 100.0,
        wear: vec![0.3, 0.6, 0.1],
        replace: Some(Replace { cost: vec![20.0], ..Default::default() }),
        ..Default::default()
    }
}

#[test]
fn a_set_up_is_paid_once_a_beat_and_for_no_failure() {
    let pair = Replacement::new(group(2, 30.0)).unwrap();
    assert_eq!(pair.state_space().variables()[1].name, "wear 2");
    assert_eq!(pair.action_space().variables()[1].name, "machine 2");
    assert_eq!(
        pair.sources(),
        ["failure 1", "wear 1", "repair 1", "failure 2", "wear 2", "repair 2"]
    );
    assert_eq!(pair.places().stations, ["machine 1", "machine 2"]);
    for (action, setup, replacement) in
        [([0, 0], 0.0, 0.0), ([1, 0], -30.0, -20.0), ([0, 1], -30.0, -20.0), ([1, 1], -30.0, -40.0)]
    {
        let all = branches(&pair, &[9, 9], &action);
        assert!(all.iter().all(|branch| branch.items[4] == setup));
        assert!(all.iter().all(|branch| branch.items[2] == replacement));
    }
    // A failure tells on its own unit, and costs no set-up.
    let failed = branches(&pair, &[9, 0], &[0, 0]);
    let failed: Vec<_> = failed.iter().filter(|branch| branch.items[3] < 0.0).collect();
    near(failed.iter().map(|branch| branch.probability).sum(), 0.405, 1e-12);
    for branch in failed {
        assert!(branch.next[0] == 0 && branch.next[1] <= 2);
        assert!(branch.events.contains(&Event::Failed { station: 0 }));
        assert!(!branch.events.contains(&Event::Failed { station: 1 }));
    }
    // Without a set-up cost nothing is named so.
    assert_eq!(Replacement::new(group(2, 0.0)).unwrap().reward_items().len(), 4);
}

/// With a common set-up a unit is treated early along with one that is due, and one that is due waits
/// a little for one that nearly is. The pair is worth more than both at their own set-ups and less
/// than both at none.
#[test]
fn a_common_set_up_makes_units_wait_for_each_other() {
    let discount = 0.98;
    let machine = |units, setup| Replacement::new(group(units, setup)).unwrap();
    let pair = machine(2, 30.0);
    let values = optimal_values(&pair, discount);
    let (dear, free) =
        (optimal_values(&machine(1, 30.0), discount), optimal_values(&machine(1, 0.0), discount));
    for i in 0..10 {
        for j in 0..10 {
            let both = values[10 * i + j];
            assert!(both > dear[i] + dear[j] + 1.0 && both < free[i] + free[j] - 1.0);
            near(both, values[10 * j + i], 1e-9);
        }
    }
    let best = |state: [Level; 2]| {
        let worth = |action: [Level; 2]| -> f64 {
            let all = branches(&pair, &state, &action);
            let index = |b: &Branch| pair.state_space().index(&b.next) as usize;
            all.iter().map(|b| b.probability * (b.reward + discount * values[index(b)])).sum()
        };
        let all = [[0, 0], [1, 0], [0, 1], [1, 1]];
        all.into_iter().max_by(|a, b| worth(*a).total_cmp(&worth(*b))).unwrap()
    };
    assert_eq!(best([7, 0]), [1, 0], "next to a new one it is replaced alone");
    assert_eq!(best([6, 0]), [1, 0]);
    assert_eq!(best([6, 2]), [0, 0], "next to one that will be due soon it waits");
    assert_eq!(best([8, 4]), [1, 1], "and then both are replaced");
    assert_eq!(best([4, 4]), [0, 0]);
}

/// Where a repair has opened the machine another unit is replaced meanwhile, and younger than if nothing
/// had to be opened: opportunistic maintenance (Radner & Jorgenson 1963).
#[test]
fn a_neighbour_that_is_down_is_the_opportunity_to_treat_a_younger_unit() {
    let (discount, down) = (0.95, 6);
    let machine = |units, setup, down_opens| {
        let settings = ReplacementSettings {
            states: 6,
            units,
            setup,
            down_opens,
            earnings: vec![5.0],
            failure: (0..6).map(|i| 0.01 * f64::from(i * i)).collect(),
            failure_cost: 20.0,
            after_failure: AfterFailure::Down { repair: 0.5, down_cost: 2.0 },
            wear: vec![0.4, 0.6],
            replace: Some(Replace { cost: vec![8.0], ..Default::default() }),
            ..Default::default()
        };
        Replacement::new(settings).unwrap()
    };
    // From which wear on the second unit is replaced next to a first one of this wear.
    let limit = |setup, down_opens, first: Level| {
        let pair = machine(2, setup, down_opens);
        let values = optimal_values(&pair, discount);
        let worth = |state: &[Level], action: &[Level]| -> f64 {
            let all = branches(&pair, state, action);
            let index = |b: &Branch| pair.state_space().index(&b.next) as usize;
            all.iter().map(|b| b.probability * (b.reward + discount * values[index(b)])).sum()
        };
        (0..6).find(|&wear| {
            let all = [[0, 0], [0, 1], [1, 0], [1, 1]];
            let state = [first, wear];
            let allowed = all.into_iter().filter(|action| pair.allows(&state, action));
            let best = allowed.max_by(|a, b| worth(&state, a).total_cmp(&worth(&state, b)));
            best.unwrap()[1] == REPLACE
        })
    };
    // Without a set-up nobody looks at the other.
    for (down_opens, first) in [(false, 0), (false, down), (true, 0), (true, down)] {
        assert_eq!(limit(0.0, down_opens, first), Some(4));
    }
    assert_eq!(limit(10.0, true, 0), None, "a set-up for one alone is too dear");
    assert_eq!(limit(10.0, true, down), Some(3), "earlier than without any set-up");
    assert_eq!(limit(10.0, false, down), None, "a repair that opens nothing is no opportunity");
    // The set-up is paid for a unit next to one that works, not next to one that is down.
    for (first, paid) in [(0, -10.0), (down, 0.0)] {
        let all = branches(&machine(2, 10.0, true), &[first, 3], &[RUN, REPLACE]);
        assert!(all.iter().all(|branch| branch.items[4] == paid && branch.items[2] == -8.0));
    }
}

/// Repaired minimally a machine fails at its age as if it had never failed, so that a cycle of T beats
/// costs c_p + c_m·Σ p(a) and the best T is the first at which T·p(T) − Σ p(a) reaches c_p / c_m
/// (Barlow & Hunter 1960, policy II, in discrete time).
#[test]
fn minimal_repair_has_the_best_age_of_barlow_and_hunter() {
    let (repair, replace) = (30.0, 120.0);
    let failure: Vec<f64> = (0..40).map(|age| 0.01 + 0.0004 * f64::from(age * age)).collect();
    let machine = Replacement::new(ReplacementSettings {
        name: "age".to_owned(),
        states: 40,
        earnings: vec![10.0],
        failure: failure.clone(),
        after_failure: AfterFailure::Minimal { cost: repair },
        replace: Some(Replace { cost: vec![replace], ..Default::default() }),
        ..Default::default()
    })
    .unwrap();
    let sum = |age: usize| failure[..age].iter().sum::<f64>();
    let reached = |age: &usize| *age as f64 * failure[*age] - sum(*age) >= replace / repair;
    let best = (1..40).find(reached).unwrap();
    let gains: Vec<f64> = (1..40)
        .map(|age| {
            let limit = age as Level;
            let run = LongRun::new(&machine, move |s| vec![Level::from(s[0] >= limit) * REPLACE]);
            near(run.rate(Event::Failed { station: 0 }), sum(age) / age as f64, 1e-12);
            near(run.rate(Event::Replaced { station: 0 }), 1.0 / age as f64, 1e-12);
            near(run.gain(), 10.0 - (replace + repair * sum(age)) / age as f64, 1e-9);
            run.gain()
        })
        .collect();
    let highest = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert_eq!((best, gains[best - 1]), (25, highest));
    near(highest, 2.548, 1e-9);
}

/// What the text of `forest_ten_ages.ron` says.
#[test]
fn a_forest_is_cut_from_the_second_to_the_fourth_age_where_the_future_counts_less() {
    let cut = [0, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    assert_eq!(best_actions(&Replacement::new(forest(10)).unwrap(), 0.8), cut);
    let fire = ReplacementSettings { failure: vec![0.2], ..forest(10) };
    assert_eq!(best_actions(&Replacement::new(fire).unwrap(), 0.9), cut);
}

/// Next states with their probabilities, equal ones put together.
fn row(all: &[Branch]) -> Vec<(Level, f64)> {
    let mut row: Vec<(Level, f64)> = Vec::new();
    for branch in all {
        match row.iter_mut().find(|(next, _)| *next == branch.next[0]) {
            Some((_, p)) => *p += branch.probability,
            None => row.push((branch.next[0], branch.probability)),
        }
    }
    row.sort_by_key(|(next, _)| *next);
    row
}

#[test]
fn rows_are_those_of_the_given_problems() {
    let machine = Replacement::new(howard()).unwrap();
    for (wear, action, given) in [
        (7, RUN, vec![(7, 0.7), (8, 0.2), (9, 0.1)]),
        (8, RUN, vec![(8, 0.7), (9, 0.3)]),
        (9, RUN, vec![(9, 1.0)]),
        (9, REPLACE, vec![(0, 0.7), (1, 0.2), (2, 0.1)]),
    ] {
        let found = row(&branches(&machine, &[wear], &[action]));
        assert_eq!(found.len(), given.len());
        for ((next, p), (given_next, given_p)) in found.into_iter().zip(given) {
            assert_eq!(next, given_next);
            near(p, given_p, 1e-15);
        }
    }
    let forest = Replacement::new(forest(3)).unwrap();
    let all = branches(&forest, &[2], &[RUN]);
    assert_eq!(row(&all), [(0, 0.1), (2, 0.9)]);
    // The old forest earns whether or not it then burns.
    assert!(all.iter().all(|branch| branch.reward == 4.0));
    let cut = branches(&forest, &[2], &[REPLACE]);
    assert_eq!((cut.len(), cut[0].next[0], cut[0].reward), (1, 0, 2.0));
}

/// A machine that works with failure probability p, and is down for 1/r beats, is down for
/// p/(p + r) of all beats.
#[test]
fn a_failure_can_lead_to_a_repair() {
    let machine = Replacement::new(ReplacementSettings {
        states: 2,
        earnings: vec![10.0],
        failure: vec![0.05],
        failure_cost: 7.0,
        after_failure: AfterFailure::Down { repair: 0.2, down_cost: 3.0 },
        ..Default::default()
    })
    .unwrap();
    let run = LongRun::new(&machine, |_| vec![RUN]);
    near(run.spent(0, Condition::Down), 0.2, 1e-12);
    near(run.gain(), 0.8 * (10.0 - 0.05 * 7.0) - 0.2 * 3.0, 1e-12);
    let down = machine.state_space().variables()[0].high;
    assert_eq!(machine.state_space().variables()[0].label(down), "down");
    assert!(machine.allows(&[down], &[RUN]) && !machine.allows(&[down], &[REPLACE]));
    assert!(machine.restricts_actions() && machine.allows(&[0], &[REPLACE]));
    assert_eq!(machine.standing_condition(&[down], 0), Some(Condition::Down));
}

#[test]
fn maintenance_lowers_the_wear_now_or_after_a_lost_beat() {
    for (duration, next, reward) in [(0, 4, 100.0 - 18.0 - 5.0), (1, 3, -5.0)] {
        let maintain = Maintain { cost: vec![5.0], duration, restores: 2, ..Default::default() };
        let machine = Replacement::new(ReplacementSettings {
            wear: vec![0.0, 1.0],
            maintain: Some(maintain),
            ..howard()
        })
        .unwrap();
        let all = branches(&machine, &[5], &[1]);
        assert_eq!((all.len(), all[0].next[0]), (1, next));
        near(all[0].reward, reward, 1e-12);
        // Never better than new.
        assert_eq!(branches(&machine, &[1], &[1])[0].next[0], 1 - duration as Level);
    }
}

#[test]
fn treatments_that_are_absent_are_not_offered() {
    let actions = |settings| {
        let machine = Replacement::new(settings).unwrap();
        machine.action_space().variables()[0].labels.clone()
    };
    assert_eq!(actions(howard()), ["run", "replace"]);
    assert_eq!(actions(forest(3)), ["wait", "cut"]);
    assert_eq!(actions(ReplacementSettings { replace: None, ..howard() }), ["run"]);
    let both = ReplacementSettings { maintain: Some(Maintain::default()), ..howard() };
    assert_eq!(actions(both), ["run", "maintain", "replace"]);
}

#[test]
fn faults_are_found_at_once() {
    let faults = Replacement::new(ReplacementSettings {
        states: 1,
        units: 9,
        setup: -1.0,
        initial: 5,
        earnings: vec![1.0, 2.0, 3.0],
        failure: vec![1.5],
        failure_cost: f64::NAN,
        after_failure: AfterFailure::Down { repair: 0.0, down_cost: f64::INFINITY },
        wear: vec![0.5, 0.4],
        maintain: Some(Maintain { restores: 0, duration: 2, ..Default::default() }),
        replace: Some(Replace { name: "run".to_owned(), cost: vec![], duration: 9 }),
        ..Default::default()
    })
    .unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "states",
            "units",
            "setup",
            "initial",
            "earnings",
            "failure[0]",
            "failure_cost",
            "after_failure.repair",
            "after_failure.down_cost",
            "wear",
            "maintain.duration",
            "maintain.restores",
            "replace.cost",
            "replace.duration",
            "replace.name",
        ]
    );
    let huge = ReplacementSettings { states: usize::MAX, ..Default::default() };
    assert_eq!(Replacement::new(huge).unwrap_err()[0].path, "states");
}

/// What a file gives as 1/3 is scaled once, so that whoever samples and whoever plans mean the same
/// machine; and what is rare is not lost.
#[test]
fn probabilities_are_kept_as_they_are_meant() {
    let settings = |wear, failure| ReplacementSettings {
        states: 3,
        wear,
        failure: vec![failure],
        ..Default::default()
    };
    let thirds = Replacement::new(settings(vec![0.333_333_333, 0.666_666_667_5], 0.0)).unwrap();
    let all = branches(&thirds, &[0], &[RUN]);
    near(all.iter().map(|branch| branch.probability).sum(), 1.0, 1e-15);
    assert_eq!(thirds.settings().wear[0], 0.333_333_333, "settings are shown as they were given");
    for rare in [1e-12, 1e-17] {
        let machine = Replacement::new(settings(vec![1.0], rare)).unwrap();
        let all = branches(&machine, &[2], &[RUN]);
        assert_eq!(row(&all), [(0, rare), (2, 1.0 - rare)]);
        let model = crate::mdp::enumerate(&machine, Default::default(), &Default::default());
        let model = model.unwrap().model;
        let (next, p) = model.row(2, 0).unwrap();
        assert_eq!(p[next.iter().position(|&next| next == 0).unwrap()], rare);
    }
}

/// Of all reached states and all actions: money by its items from the prices, the wear found, the
/// actions and the failures told, worked out here; and the wear found after each beat is one that the
/// card allows.
#[test]
fn money_and_wear_follow_from_states_actions_and_failures() {
    let by_state =
        |list: &[f64], wear: Level| list[if list.len() == 1 { 0 } else { wear as usize }];
    let mut met = [0_u64; 5];
    for settings in examples() {
        let machine = Replacement::new(settings.clone()).unwrap();
        let (k, treats) = (settings.states as Level, usize::from(settings.maintain.is_some()));
        let pairs = reached_pairs(&machine, usize::MAX);
        assert!(pairs.len() >= machine.state_space().count().unwrap() as usize);
        for (state, action) in pairs {
            for branch in branches(&machine, &state, &action) {
                let [mut earnings, mut maintenance, mut replacement, mut failures] = [0.0; 4];
                let (mut down, mut treated) = (false, false);
                for (unit, (&found, &action)) in state.iter().zip(&action).enumerate() {
                    let station = unit as u16;
                    let told = |event: Event| branch.events.contains(&event);
                    let spent = |condition| told(Event::Spent { station, condition });
                    let (next, failed) = (branch.next[unit], told(Event::Failed { station }));
                    if found == k {
                        let AfterFailure::Down { down_cost, .. } = settings.after_failure else {
                            panic!("nothing is ever down")
                        };
                        down = true;
                        failures += down_cost;
                        assert!(spent(Condition::Down) && !failed && (next == k || next == 0));
                        continue;
                    }
                    let (mut from, mut works) = (found, true);
                    match action as usize {
                        0 => {}
                        1 if treats == 1 => {
                            let maintain = settings.maintain.as_ref().unwrap();
                            maintenance += by_state(&maintain.cost, found);
                            from = (found - maintain.restores as Level).max(0);
                            works = maintain.duration == 0;
                        }
                        order => {
                            assert_eq!(order, treats + 1);
                            let replace = settings.replace.as_ref().unwrap();
                            replacement += by_state(&replace.cost, found);
                            (from, works) = (0, replace.duration == 0);
                        }
                    }
                    treated |= action != 0;
                    if !works {
                        assert!(spent(Condition::SetUp) && !failed && next == from);
                        continue;
                    }
                    assert!(spent(Condition::Working));
                    earnings += by_state(&settings.earnings, from);
                    let chance = by_state(&settings.failure, from);
                    assert!(chance > 0.0 || !failed);
                    failures += if failed { settings.failure_cost } else { 0.0 };
                    match settings.after_failure {
                        AfterFailure::AsNew if failed => assert_eq!(next, 0),
                        AfterFailure::Down { .. } if failed => assert_eq!(next, k),
                        after => {
                            if let (AfterFailure::Minimal { cost }, true) = (after, failed) {
                                failures += cost;
                            }
                            let worn = |by: usize| (from + by as Level).min(k - 1);
                            let mut may = settings.wear.iter().enumerate();
                            assert!(may.any(|(by, p)| *p > 0.0 && next == worn(by)), "{branch:?}");
                        }
                    }
                }
                let opened = settings.down_opens && down;
                let setup = if treated && !opened { settings.setup } else { 0.0 };
                let items = [earnings, -maintenance, -replacement, -failures, -setup];
                for (item, &amount) in items.iter().enumerate() {
                    let earned = branch.items.get(item).copied().unwrap_or(0.0);
                    assert!(
                        (earned - amount).abs() < 1e-9,
                        "{item}: {state:?} {action:?} {branch:?}"
                    );
                    met[item] += u64::from(amount != 0.0);
                }
                near(branch.reward, items.iter().sum(), 1e-9);
            }
        }
    }
    assert!(met.iter().all(|times| *times > 20), "{met:?}");
}
