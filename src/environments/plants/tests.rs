//! The plants against single stocks, and what sharing must and must not change.

use super::*;
use crate::environments::distribution::Distribution;
use crate::environments::exact::{LongRun, branches, optimal_values};
use crate::environments::stock::{Stock, StockSettings};

fn plant(demand: f64) -> PlantSettings {
    PlantSettings {
        demand: Distribution::bernoulli(demand),
        completion: 0.8,
        capacity: 3,
        ..Default::default()
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<PlantsSettings> {
    let waiting = PlantSettings {
        unmet: Unmet::Backlogged { cost: 4.0, limit: 2, lost_cost: 9.0 },
        price: 3.0,
        initial: 1,
        running: 0.5,
        ..plant(0.3)
    };
    let failing = PlantSettings { failure: 0.1, repair: 0.4, ..plant(0.4) };
    let two = vec![
        PlantSettings { demand: Distribution::Uniform { low: 0, high: 2 }, ..failing },
        PlantSettings { failure: 0.2, repair: 0.3, ..waiting.clone() },
    ];
    vec![
        PlantsSettings { plants: vec![plant(0.3), waiting], ..Default::default() },
        PlantsSettings { plants: two.clone(), energy: 1, crews: Some(1) },
        PlantsSettings { plants: two, energy: 2, crews: None },
    ]
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

/// A plant by itself, as a stock that is ordered for one by one.
fn alone(plant: &PlantSettings) -> Stock {
    Stock::new(StockSettings {
        demand: plant.demand.clone(),
        unmet: plant.unmet,
        price: plant.price,
        max_order: 1,
        unit_cost: plant.running,
        success: plant.completion,
        capacity: plant.capacity,
        holding: plant.holding,
        ..Default::default()
    })
    .unwrap()
}

/// With energy for both, two plants are worth what each is by itself; with energy for one, less.
#[test]
fn plants_with_enough_for_all_are_worth_what_each_is_alone() {
    let plants = vec![
        plant(0.3),
        PlantSettings {
            unmet: Unmet::Backlogged { cost: 4.0, limit: 2, lost_cost: 9.0 },
            running: 0.5,
            price: 3.0,
            ..plant(0.5)
        },
    ];
    let apart: Vec<Vec<f64>> =
        plants.iter().map(|plant| optimal_values(&alone(plant), 0.9)).collect();
    let values = |energy| {
        let settings = PlantsSettings { plants: plants.clone(), energy, crews: None };
        optimal_values(&Plants::new(settings).unwrap(), 0.9)
    };
    let (both, one) = (values(2), values(1));
    let second = apart[1].len();
    for (i, first_value) in apart[0].iter().enumerate() {
        for (j, second_value) in apart[1].iter().enumerate() {
            near(both[i * second + j], first_value + second_value, 1e-9);
            assert!(one[i * second + j] < both[i * second + j] - 1e-3);
        }
    }
}

/// A machine that is on when it is down, with crews for one: it is up again after 1/r beats of
/// repair, and one that waits for the crew stays down.
#[test]
fn a_crew_repairs_whom_it_is_sent_to() {
    let plants = Plants::new(examples()[1].clone()).unwrap();
    let names: Vec<&str> =
        plants.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["plant 1 stock", "plant 1 machine", "plant 2 stock", "plant 2 machine"]);
    let both_down = [0, DOWN, 0, DOWN];
    for (action, allowed) in [([0, 0], true), ([1, 0], true), ([0, 1], true), ([1, 1], false)] {
        assert_eq!(plants.allows(&both_down, &action), allowed, "{action:?}");
    }
    let up = |action: [Level; 2], variable: usize| -> f64 {
        let all = branches(&plants, &both_down, &action);
        all.iter().filter(|b| b.next[variable] == UP).map(|b| b.probability).sum()
    };
    near(up([1, 0], 1), 0.4, 1e-12);
    near(up([1, 0], 3), 0.0, 1e-12);
    near(up([0, 1], 3), 0.3, 1e-12);
    // One that is up may run while the other is repaired; a full store stops it.
    assert!(plants.allows(&[0, UP, 0, DOWN], &[1, 1]));
    assert!(!plants.allows(&[3, UP, 0, DOWN], &[1, 1]));
    assert!(!plants.allows(&[0, UP, 0, UP], &[1, 1]));
    // Where all are repaired anyway none is sent.
    let all = Plants::new(examples()[2].clone()).unwrap();
    assert!(!all.allows(&both_down, &[1, 0]));
    let repaired: f64 = branches(&all, &both_down, &[0, 0])
        .iter()
        .filter(|b| b.next[1] == UP && b.next[3] == UP)
        .map(|b| b.probability)
        .sum();
    near(repaired, 0.4 * 0.3, 1e-12);
}

/// A machine that always runs is down r⁻¹ beats after p⁻¹: a share p/(p + r) of all beats; what it
/// completes goes to customers, who take all of it.
#[test]
fn a_machine_that_always_runs_is_down_as_long_as_it_must_be() {
    let of = PlantSettings {
        failure: 0.1,
        repair: 0.4,
        completion: 0.7,
        demand: Distribution::Fixed(1),
        ..Default::default()
    };
    let plants = Plants::new(PlantsSettings { plants: vec![of], ..Default::default() }).unwrap();
    let run = LongRun::new(&plants, |state| vec![Level::from(state[1] == UP)]);
    near(run.spent(0, Condition::Down), 0.2, 1e-12);
    let made = 0.8 * 0.9 * 0.7;
    near(run.rate(Event::Moved { from: Place::Buffer(0), to: Place::Customer }), made, 1e-12);
    near(run.rate(Event::DemandLost), 1.0 - made, 1e-12);
    near(run.gain(), -10.0 * (1.0 - made), 1e-10);
}

/// In every state and way of a beat: each store changes by what moved, and money by what happened.
#[test]
fn units_and_money_are_conserved() {
    for settings in examples() {
        let plants = Plants::new(settings.clone()).unwrap();
        let (states, actions) = (plants.state_space(), plants.action_space());
        let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
        for number in 0..states.count().unwrap() {
            states.levels(number, &mut state);
            for order in 0..actions.count().unwrap() {
                actions.levels(order, &mut action);
                if !plants.allows(&state, &action) {
                    continue;
                }
                for branch in branches(&plants, &state, &action) {
                    let count = |is: &dyn Fn(Event) -> bool| {
                        branch.events.iter().filter(|event| is(**event)).count() as Level
                    };
                    let (mut sales, mut holding, mut waiting) = (0.0, 0.0, 0.0);
                    for (i, (plant, of)) in plants.plants.iter().zip(&settings.plants).enumerate() {
                        let store = Place::Buffer(i as u16);
                        let made =
                            count(&|event| matches!(event, Event::Moved { to, .. } if to == store));
                        let sold = count(
                            &|event| matches!(event, Event::Moved { from, .. } if from == store),
                        );
                        let level = branch.next[plant.stock];
                        assert_eq!(level.max(0) - state[plant.stock].max(0), made - sold);
                        sales += of.price * f64::from(sold);
                        holding += of.holding * f64::from(level.max(0));
                        waiting += plant.costs.0 * f64::from((-level).max(0));
                    }
                    near(branch.items[SALES], sales, 1e-12);
                    near(branch.items[HOLDING], -holding, 1e-12);
                    let lost = count(&|event| event == Event::DemandLost);
                    assert!(branch.items[SHORTAGE] <= -waiting - 9.0 * f64::from(lost) + 1e-9);
                    near(branch.items.iter().sum(), branch.reward, 1e-12);
                }
            }
        }
    }
}

#[test]
fn faults_are_found_at_once() {
    let wrong = PlantSettings {
        name: "plant 2".to_owned(),
        completion: 0.0,
        failure: 2.0,
        repair: 0.0,
        demand: Distribution::bernoulli(2.0),
        unmet: Unmet::Lost { cost: -1.0 },
        price: f64::NAN,
        capacity: 0,
        initial: 1,
        holding: f64::NAN,
        running: f64::NAN,
    };
    let found = Plants::new(PlantsSettings {
        plants: vec![wrong, PlantSettings::default()],
        energy: 0,
        crews: Some(0),
    });
    let paths: Vec<String> = found.unwrap_err().into_iter().map(|fault| fault.path).collect();
    let of_first = [
        "completion",
        "failure",
        "repair",
        "demand.probability",
        "unmet.cost",
        "price",
        "capacity",
        "initial",
        "holding",
        "running",
    ];
    let mut expected = vec!["energy".to_owned(), "crews".to_owned()];
    expected.extend(of_first.map(|field| format!("plants[0].{field}")));
    expected.push("plants[1].name".to_owned());
    assert_eq!(paths, expected);
    let many = PlantsSettings { plants: vec![PlantSettings::default(); 900], ..Default::default() };
    assert_eq!(Plants::new(many).unwrap_err().len(), 1);
}
