//! Reorder point, (s, S): an order is placed once the inventory position has fallen to s or below,
//! and brings it up to S.
//!
//! The inventory position is what is on hand and on order, less the customers who wait. With a fixed
//! cost of an order, backlogged demand and costs that grow to either side, no policy is better
//! (Scarf 1960; with a lead time as well). Base stock is the case s = S − 1: every beat orders what
//! was sold, which is best without a fixed cost. Where demand is lost while orders are under way,
//! where goods perish or units fail neither is best, but both are what practice uses. Source: Arrow,
//! Harris & Marschak (1951); finding the best s and S by renewal: Zheng & Federgruen (1991).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::stock::as_level;
use super::{Heuristic, Rule};
use crate::environments::plants;
use crate::environments::supply_chain::{Position, Term};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// What a reorder point goes by: two levels for each stock, in units. None where the best are to
/// be found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReorderPointSettings {
    /// s: at this inventory position and below an order is placed. Negative where customers wait.
    pub reorder: Vec<Level>,
    /// S: the position that an order leads to.
    pub up_to: Vec<Level>,
}

const NAME: &str = "Reorder point";
const BASE_STOCK: &str = "Base stock";

/// A stock that orders are placed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockingPoint {
    /// What it is called.
    pub name: String,
    /// What its inventory position is made of.
    pub own: Vec<Term>,
    /// What its echelon inventory position is made of: with all that it supplies.
    pub together: Vec<Term>,
    /// The lowest position of its own that there is.
    pub least: Level,
    /// The highest position of its own that orders may lead to.
    pub most: Level,
    /// The highest echelon position.
    pub most_together: Level,
    /// The largest order.
    pub largest_order: Level,
    /// The demand of how many beats an order must meet: one more than it is under way.
    pub cover: u32,
}

impl StockingPoint {
    /// The inventory position: on hand and on order, less what is owed.
    #[inline]
    pub fn own_position(&self, seen: &[Level]) -> i64 {
        self.own.iter().map(|term| term.at(seen)).sum()
    }
}

/// The stocks that orders are placed for, one for each action variable; none where the environment
/// is of another kind. A plant is ordered for one by one.
pub fn stocking_points(environment: &AnyEnvironment) -> Vec<StockingPoint> {
    let variables = environment.state_space().variables();
    let low = |variable: usize| variables.get(variable).map_or(0, |variable| variable.low);
    match environment {
        AnyEnvironment::Stock(stock) => {
            let settings = stock.settings();
            let counted: Vec<Term> = (0..stock.positions()).map(Term::level).collect();
            vec![StockingPoint {
                name: settings.name.clone(),
                own: counted.clone(),
                together: counted,
                least: low(0),
                most: as_level(settings.capacity),
                most_together: as_level(settings.capacity),
                largest_order: as_level(settings.max_order),
                cover: settings.lead_time + 1,
            }]
        }
        AnyEnvironment::SupplyChain(chain) => {
            let echelons = &chain.settings().echelons;
            let capacity = |echelon: usize| {
                echelons.get(echelon).map_or(0, |echelon| as_level(echelon.capacity))
            };
            let point = |position: Position| {
                let own = echelons.get(position.echelon);
                let below = chain.with_all_below(position.echelon).into_iter();
                let delays = own.map_or(0, |own| own.lead_time + own.order_delay);
                StockingPoint {
                    least: position.least,
                    most_together: below.map(capacity).sum(),
                    cover: delays + 1,
                    name: position.name,
                    own: position.own,
                    together: position.together,
                    most: position.most,
                    largest_order: position.largest_order,
                }
            };
            chain.positions().into_iter().map(point).collect()
        }
        AnyEnvironment::Plants(plants) => {
            let each = plants.stocks().zip(&plants.settings().plants).enumerate();
            each.map(|(place, (stock, plant))| {
                let names = plants.action_space().variables();
                StockingPoint {
                    name: names.get(place).map_or_else(String::new, |plant| plant.name.clone()),
                    own: vec![Term::level(stock)],
                    together: vec![Term::level(stock)],
                    least: low(stock),
                    most: as_level(plant.capacity),
                    most_together: as_level(plant.capacity),
                    largest_order: plants::ON,
                    cover: 1,
                }
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

/// When a stock orders, and up to which position.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    position: Vec<Term>,
    largest_order: Level,
    reorder: Level,
    up_to: Level,
}

/// The rule, ready to be applied: an order for each action variable.
#[derive(Debug, Clone)]
pub struct OrdersUpTo {
    name: &'static str,
    orders: Arc<[Order]>,
}

impl Rule for OrdersUpTo {
    fn name(&self) -> &str {
        self.name
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        for (level, order) in action.iter_mut().zip(&*self.orders) {
            let position: i64 = order.position.iter().map(|term| term.at(seen)).sum();
            *level = if position <= i64::from(order.reorder) {
                let short = i64::from(order.up_to) - position;
                short.clamp(0, i64::from(order.largest_order)) as Level
            } else {
                0
            };
        }
    }
}

/// The agent that orders up to a level.
pub type ReorderPoint = Heuristic<OrdersUpTo>;

impl ReorderPoint {
    /// The agent of these settings, which must be given, or all that is wrong with them here.
    pub fn new(
        settings: &ReorderPointSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let levels = settings.reorder.iter().copied().zip(settings.up_to.iter().copied());
        Ok(Self::of(NAME, environment, levels, |point| point.own))
    }

    /// The agent that keeps the echelon inventory position of every stock at its level.
    ///
    /// # Errors
    /// What is wrong with the levels here.
    pub fn base_stock(
        environment: &AnyEnvironment,
        levels: &[u32],
    ) -> Result<Self, Vec<SettingError>> {
        let found = base_stock_faults(levels, &stocking_points(environment));
        if !found.is_empty() {
            return Err(found);
        }
        let levels = levels.iter().map(|&level| (as_level(level) - 1, as_level(level)));
        Ok(Self::of(BASE_STOCK, environment, levels, |point| point.together))
    }

    fn of(
        name: &'static str,
        environment: &AnyEnvironment,
        levels: impl Iterator<Item = (Level, Level)>,
        counted: fn(StockingPoint) -> Vec<Term>,
    ) -> Self {
        let points = stocking_points(environment).into_iter();
        let order = |(point, (reorder, up_to)): (StockingPoint, _)| {
            let largest_order = point.largest_order;
            Order { position: counted(point), largest_order, reorder, up_to }
        };
        let orders = points.zip(levels).map(order).collect();
        Self::following(OrdersUpTo { name, orders }, environment.action_space())
    }
}

/// All that is wrong with the levels of base stock here; empty for nothing.
pub(super) fn base_stock_faults(levels: &[u32], points: &[StockingPoint]) -> Vec<SettingError> {
    if levels.is_empty() {
        return Vec::new();
    }
    if levels.len() != points.len() {
        return vec![wrong_number("levels", levels.len(), points.len())];
    }
    let each = levels.iter().zip(points).enumerate();
    let above = each.filter(|(_, (level, point))| as_level(**level) > point.most_together);
    let fault = above.map(|(place, (level, point))| SettingError {
        path: format!("levels[{place}]"),
        message: format!("`{}` never holds {level} units", point.name),
        remedy: format!("give a level from 0 to {}", point.most_together),
    });
    fault.collect()
}

fn wrong_number(path: &str, given: usize, stocks: usize) -> SettingError {
    SettingError {
        path: path.to_owned(),
        message: format!("{given} levels do not fit {stocks} stocks"),
        remedy: format!("give {stocks} levels, or none to have the best found"),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &ReorderPointSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let points = stocking_points(environment);
    if points.is_empty() {
        return vec![SettingError {
            path: String::new(),
            message: "a reorder point is for a stock that orders are placed for, and there is none"
                .to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }];
    }
    let ReorderPointSettings { reorder, up_to } = settings;
    if reorder.is_empty() && up_to.is_empty() {
        return Vec::new();
    }
    for (path, levels) in [("reorder", reorder), ("up_to", up_to)] {
        if levels.len() != points.len() {
            return vec![wrong_number(path, levels.len(), points.len())];
        }
    }
    let mut found = Vec::new();
    for (place, ((&reorder, &up_to), point)) in reorder.iter().zip(up_to).zip(&points).enumerate() {
        if up_to > point.most || up_to <= point.least {
            found.push(SettingError {
                path: format!("up_to[{place}]"),
                message: format!("no order of `{}` leads to {up_to} units", point.name),
                remedy: format!("give a level from {} to {}", point.least + 1, point.most),
            });
        } else if reorder >= up_to {
            found.push(SettingError {
                path: format!("reorder[{place}]"),
                message: format!(
                    "`{}` would order at {reorder} and below, up to {up_to}",
                    point.name
                ),
                remedy: "give a level to order at that is below the one to order up to".to_owned(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::super::{BaseStockSettings, base_stock};
    use super::*;
    use crate::environments::stock::{StockSettings, Unmet};
    use crate::environments::{AnySettings, ChainSettings};
    use crate::mdp::Agent;

    /// 20 units, orders of up to 10, those of two beats ago under way.
    fn stock(lead_time: u32) -> AnyEnvironment {
        AnySettings::Stock(StockSettings {
            lead_time,
            unmet: Unmet::Backlogged { cost: 1.0, limit: 6, lost_cost: 0.0 },
            ..Default::default()
        })
        .build()
        .unwrap()
    }

    fn levels(reorder: &[Level], up_to: &[Level]) -> ReorderPointSettings {
        ReorderPointSettings { reorder: reorder.to_vec(), up_to: up_to.to_vec() }
    }

    #[test]
    fn an_order_brings_the_position_from_s_to_s_above() {
        let mut agent = ReorderPoint::new(&levels(&[3], &[8]), &stock(2)).unwrap();
        assert_eq!(agent.name(), "Reorder point");
        for (state, order) in
            [([0, 0], 8), ([3, 0], 5), ([2, 1], 5), ([4, 0], 0), ([2, 2], 0), ([-5, 2], 10)]
        {
            assert_eq!(decided(&mut agent, &seeing(&state, None), 1), [order], "{state:?}");
        }
        let mut late = ReorderPoint::new(&levels(&[-2], &[0]), &stock(1)).unwrap();
        for (state, order) in [(0, 0), (-1, 0), (-2, 2), (-6, 6)] {
            assert_eq!(decided(&mut late, &seeing(&[state], None), 1), [order], "{state}");
        }
    }

    #[test]
    fn base_stock_orders_what_is_missing_in_every_beat() {
        let mut agent = ReorderPoint::base_stock(&stock(2), &[8]).unwrap();
        assert_eq!(agent.name(), "Base stock");
        for (state, order) in [([8, 0], 0), ([7, 0], 1), ([5, 2], 1), ([-6, 0], 10), ([9, 5], 0)] {
            assert_eq!(decided(&mut agent, &seeing(&state, None), 1), [order], "{state:?}");
        }
        let mut to_order = ReorderPoint::base_stock(&stock(1), &[0]).unwrap();
        assert_eq!(decided(&mut to_order, &seeing(&[0], None), 1), [0]);
        assert_eq!(decided(&mut to_order, &seeing(&[-3], None), 1), [3]);
    }

    #[test]
    fn faults_are_named() {
        let paths = |settings: ReorderPointSettings| {
            let found = faults(&settings, &stock(1));
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(levels(&[], &[])), [""; 0]);
        assert_eq!(paths(levels(&[3], &[20])), [""; 0]);
        assert_eq!(paths(levels(&[3], &[21])), ["up_to[0]"]);
        assert_eq!(paths(levels(&[-9], &[-6])), ["up_to[0]"]);
        assert_eq!(paths(levels(&[4], &[4])), ["reorder[0]"]);
        assert_eq!(paths(levels(&[4], &[])), ["up_to"]);
        assert_eq!(paths(levels(&[1, 2], &[4, 4])), ["reorder"]);
        let chain = AnySettings::Chain(ChainSettings::default()).build().unwrap();
        assert!(faults(&levels(&[], &[]), &chain)[0].message.contains("there is none"));
        let base_stock = |levels: &[u32]| {
            let settings = BaseStockSettings { levels: levels.to_vec() };
            let found = base_stock::faults(&settings, &stock(1));
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(base_stock(&[]), [""; 0]);
        assert_eq!(base_stock(&[20]), [""; 0]);
        assert_eq!(base_stock(&[21]), ["levels[0]"]);
        assert_eq!(base_stock(&[1, 1]), ["levels"]);
    }
}
