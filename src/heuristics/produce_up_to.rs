//! Produce up to: a machine with set-ups refills each product's stock to a level of its own, and
//! changes over where enough is short.
//!
//! Product p is short of S_p − x_p units, S_p its level and x_p its stock less who waits. The
//! machine changes over to a product only where that is short of at least its lot q_p. Which one is
//! made next is one of
//!
//! - *in order*: what it is set up for until that is at its level, then the next product in the
//!   order of the list, and round, that is short of its lot;
//! - *most short*: in every beat the product that is short of most, among the others those short of
//!   their lot; what it is set up for keeps it on a tie.
//!
//! Where nothing is to be made it idles. With lots of 1 the first is the cyclic base-stock policy of
//! Federgruen & Katalan (1996), without idle times, and with levels of 0 exhaustive polling; the second
//! serves the longest queue, which is best for equal products without set-ups (Zheng & Zipkin 1990).

#![expect(
    clippy::indexing_slicing,
    reason = "levels and lots are as many as products, which are the first variables; a hot loop"
)]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Heuristic, Rule};
use crate::environments::setups::{IDLE, Setups};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// Which product is made next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NextProduct {
    /// What it is set up for up to its level, then the next in the order of the list.
    InOrder,
    /// The one that is short of most units.
    MostShort,
}

impl NextProduct {
    /// Both, in the order in which the best is looked for.
    pub const ALL: [Self; 2] = [Self::InOrder, Self::MostShort];
}

/// What producing up to levels goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProduceUpToSettings {
    /// The level S of each product in the order of the list, in units; none where the best are to be
    /// found.
    pub levels: Vec<u32>,
    /// The lot q of each product: of how many units it must be short for a change over to it; 1 each
    /// where empty beside levels.
    pub lots: Vec<u32>,
    /// Which product is made next; in order where left out beside levels.
    pub next: Option<NextProduct>,
}

const NAME: &str = "Produce up to";

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct UpTo {
    levels: Arc<[Level]>,
    lots: Arc<[Level]>,
    next: NextProduct,
    setup: Option<usize>,
}

impl UpTo {
    /// Which product is made, by what each is short of; `None` where none is.
    fn choose(&self, seen: &[Level]) -> Option<usize> {
        let count = self.levels.len();
        let current = self.setup.map_or(0, |place| seen[place] as usize);
        let short = |product: usize| self.levels[product] - seen[product];
        let own = (short(current) > 0).then_some(current);
        if own.is_some() && self.next == NextProduct::InOrder {
            return own;
        }
        let others = (1..count).map(|further| (current + further) % count);
        let mut due = others.filter(|&product| short(product) >= self.lots[product]);
        match self.next {
            NextProduct::InOrder => due.next(),
            NextProduct::MostShort => due.fold(own, |best, product| match best {
                Some(best) if short(best) >= short(product) => Some(best),
                _ => Some(product),
            }),
        }
    }
}

impl Rule for UpTo {
    fn name(&self) -> &str {
        NAME
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        action.fill(self.choose(seen).map_or(IDLE, |product| product as Level + 1));
    }
}

/// The agent that produces up to levels.
pub type ProduceUpTo = Heuristic<UpTo>;

impl ProduceUpTo {
    /// The agent of these settings, whose levels must be given, or all that is wrong with them here.
    pub fn new(
        settings: &ProduceUpToSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let machine = machine_of(environment)?;
        let level = |&units: &u32| Level::try_from(units).unwrap_or(Level::MAX);
        let most: Vec<Level> = machine.bounds().map(|(_, most)| most).collect();
        let levels = if settings.levels.is_empty() {
            most
        } else {
            settings.levels.iter().map(level).collect()
        };
        let lots = match settings.lots.as_slice() {
            [] => vec![1; levels.len()],
            lots => lots.iter().map(level).collect(),
        };
        let rule = UpTo {
            levels: levels.into(),
            lots: lots.into(),
            next: settings.next.unwrap_or(NextProduct::InOrder),
            setup: machine.setup_variable(),
        };
        Ok(Self::following(rule, machine.action_space()))
    }
}

/// The highest level of each product, and the largest lot.
pub fn most(machine: &Setups) -> Vec<(u32, u32)> {
    let units = |level: Level| u32::try_from(level).unwrap_or(0);
    machine.bounds().map(|(low, high)| (units(high), units(high - low).max(1))).collect()
}

fn machine_of(environment: &AnyEnvironment) -> Result<&Setups, Vec<SettingError>> {
    match environment {
        AnyEnvironment::Setups(machine) => Ok(machine),
        _ => Err(vec![SettingError {
            path: String::new(),
            message: "producing up to levels is for a machine with set-ups, and this is none"
                .to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }]),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &ProduceUpToSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let machine = match machine_of(environment) {
        Ok(machine) => machine,
        Err(faults) => return faults,
    };
    let most = most(machine);
    let mut found = Vec::new();
    let names = machine.settings().products.iter().map(|product| &product.name);
    let names: Vec<&String> = names.collect();
    let levels = most.iter().map(|(level, _)| (0, *level)).collect::<Vec<_>>();
    let lots = most.iter().map(|(_, lot)| (1, *lot)).collect::<Vec<_>>();
    let lists = [("levels", &settings.levels, levels), ("lots", &settings.lots, lots)];
    for (path, given, ranges) in lists {
        if !given.is_empty() && given.len() != ranges.len() {
            found.push(SettingError {
                path: path.to_owned(),
                message: format!("{} {path} do not fit {} products", given.len(), ranges.len()),
                remedy: format!("give {}, or none", ranges.len()),
            });
            continue;
        }
        for (place, (units, (low, high))) in given.iter().zip(ranges).enumerate() {
            if !(low..=high).contains(units) {
                found.push(SettingError {
                    path: format!("{path}[{place}]"),
                    message: format!("{units} units do not fit `{}`", names[place]),
                    remedy: format!("give a number from {low} to {high}"),
                });
            }
        }
    }
    if settings.levels.is_empty() && !settings.lots.is_empty() {
        found.push(SettingError {
            path: "levels".to_owned(),
            message: "lots are given without levels".to_owned(),
            remedy: "give both, or neither to have the best found".to_owned(),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::setups::{ProductSettings, SetupsSettings, Unmet};

    fn machine(products: usize) -> AnyEnvironment {
        let product = ProductSettings {
            capacity: 4,
            unmet: Unmet::Backorder { cost: 1.0, limit: 3, lost_cost: 0.0 },
            ..Default::default()
        };
        let products = vec![product; products];
        AnySettings::Setups(SetupsSettings { products, ..Default::default() }).build().unwrap()
    }

    fn actions(next: Option<NextProduct>, lots: &[u32], states: &[[Level; 5]]) -> Vec<Level> {
        let settings = ProduceUpToSettings { levels: vec![2, 3, 0], lots: lots.to_vec(), next };
        let mut agent = ProduceUpTo::new(&settings, &machine(3)).unwrap();
        states.iter().map(|state| decided(&mut agent, &seeing(state, None), 1)[0]).collect()
    }

    #[test]
    fn in_order_a_product_is_finished_before_the_next() {
        // Stocks, set-up, beats left.
        let states = [
            [1, -3, -3, 0, 0],
            [2, -3, -3, 0, 0],
            [2, 3, -1, 0, 0],
            [2, 3, 0, 0, 0],
            [1, 3, 0, 1, 0],
            [1, 3, -1, 1, 0],
            [2, 2, -1, 2, 0],
        ];
        assert_eq!(actions(None, &[], &states), [1, 2, 3, 0, 1, 3, 3]);
        // With lots of 2, 2 and 3 nobody changes over for one unit.
        assert_eq!(actions(None, &[2, 2, 3], &states), [1, 2, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn the_product_short_of_most_is_made() {
        let states = [[1, -3, -3, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0], [2, 3, 0, 2, 0]];
        let most = Some(NextProduct::MostShort);
        assert_eq!(actions(most, &[], &states), [2, 1, 2, 0]);
        assert_eq!(actions(most, &[1, 4, 1], &states), [2, 1, 1, 0]);
    }

    #[test]
    fn one_product_is_base_stock_and_a_setup_is_gone_on_with() {
        let settings = ProduceUpToSettings { levels: vec![2], ..Default::default() };
        let mut one = ProduceUpTo::new(&settings, &machine(1)).unwrap();
        let told: Vec<_> =
            (-3..=4).map(|stock| decided(&mut one, &seeing(&[stock], None), 1)[0]).collect();
        assert_eq!(told, [1, 1, 1, 1, 1, 0, 0, 0]);
        let settings = ProduceUpToSettings { levels: vec![4, 4], ..Default::default() };
        let mut two = ProduceUpTo::new(&settings, &machine(2)).unwrap();
        let only = [false, false, true];
        assert_eq!(decided(&mut two, &seeing(&[-3, 4, 1, 1], Some(&only)), 1), [2]);
    }

    #[test]
    fn faults_are_named() {
        let two = machine(2);
        let paths = |levels: &[u32], lots: &[u32], environment: &AnyEnvironment| {
            let (levels, lots) = (levels.to_vec(), lots.to_vec());
            let settings = ProduceUpToSettings { levels, lots, next: None };
            let found = faults(&settings, environment);
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(&[], &[], &two), [""; 0]);
        assert_eq!(paths(&[4, 0], &[7, 1], &two), [""; 0]);
        assert_eq!(paths(&[5, 0], &[8, 0], &two), ["levels[0]", "lots[0]", "lots[1]"]);
        assert_eq!(paths(&[1], &[], &two), ["levels"]);
        assert_eq!(paths(&[], &[1, 1], &two), ["levels"]);
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert_eq!(paths(&[], &[], &chain), [""]);
    }
}
