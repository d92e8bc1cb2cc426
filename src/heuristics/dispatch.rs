//! Dispatching: orders are accepted while few are in the shop, and the next one is taken by a priority.
//!
//! An order of type t is accepted only while fewer than n_t orders are in the shop, the one that is
//! worked on included. The free machine takes the waiting order of highest priority:
//!
//! - *earliest due date* (Jackson 1955), best for the largest lateness on one machine;
//! - *first come first served*, where the slots are kept in that order or there is one type alone;
//! - *shortest work*: the least mean time of set-up and work (Smith 1956);
//! - *dearest work*: the greatest weight a beat of it, Smith's ratio w/p, the c·μ rule; the weight is the
//!   cost of waiting, or, where no type has one, the reward;
//! - *same set-up*: what the machine is set up for, else the earliest due.
//!
//! Equals are taken in the order of the slots: the earliest due, or the first that came. It never waits
//! for a better order. Overview: Panwalkar & Iskander (1977); Pinedo (2016), ch. 14.

#![expect(
    clippy::indexing_slicing,
    reason = "the variables are those of the shop that is seen; a hot loop"
)]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Heuristic, Rule};
use crate::environments::orders::{ACCEPT, DECLINE, EMPTY, Kept, Orders};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// Which waiting order is taken next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// The one that is due first.
    EarliestDue,
    /// The one that came first.
    FirstCome,
    /// The one of least mean set-up and work.
    ShortestWork,
    /// The one of greatest weight a beat of set-up and work.
    DearestWork,
    /// One that the machine is set up for, else the one that is due first.
    SameSetUp,
}

impl Priority {
    /// All of them, in the order in which the best is looked for.
    pub const ALL: [Self; 5] = [
        Self::EarliestDue,
        Self::FirstCome,
        Self::ShortestWork,
        Self::DearestWork,
        Self::SameSetUp,
    ];
}

/// What dispatching goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DispatchSettings {
    /// Which order is taken next; `None` where the best is to be found, beside limits the earliest due.
    pub priority: Option<Priority>,
    /// For each type in the order of the list, below how many orders in the shop it is accepted; none
    /// where the best are to be found.
    pub limits: Vec<u32>,
}

const NAME: &str = "Dispatching";

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct Dispatching {
    priority: Priority,
    limits: Arc<[Level]>,
    /// What each type's weight is.
    weights: Arc<[f64]>,
    shop: Arc<Orders>,
}

impl Dispatching {
    /// How early a waiting order is taken, as a number that is least for the first.
    fn rank(&self, level: Level, of_type: usize, current: usize) -> f64 {
        let work = || self.shop.mean_work(current, of_type);
        match self.priority {
            // Levels rise with the due date.
            Priority::EarliestDue => f64::from(level),
            // The first slot is taken.
            Priority::FirstCome => 0.0,
            Priority::ShortestWork => work(),
            Priority::DearestWork => -self.weights[of_type] / work(),
            Priority::SameSetUp if of_type == current => f64::from(level) - 1e9,
            Priority::SameSetUp => f64::from(level),
        }
    }

    /// The type that is taken next, where an order waits.
    fn taken(&self, seen: &[Level]) -> Option<usize> {
        let at = self.shop.variables();
        let current = at.setup.map_or(0, |place| seen[place] as usize);
        let mut best: Option<(f64, usize)> = None;
        for &level in &seen[at.first_slot..at.machine] {
            let Some(of_type) = self.shop.type_of(level) else { continue };
            let rank = self.rank(level, of_type, current);
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, of_type));
            }
        }
        best.map(|(_, of_type)| of_type)
    }
}

impl Rule for Dispatching {
    fn name(&self) -> &str {
        NAME
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        let at = self.shop.variables();
        if let (Some(offered), Some(offer)) = (at.offered, at.offer) {
            let of_type = usize::try_from(seen[offered] - 1).ok();
            let limit = of_type.and_then(|of_type| self.limits.get(of_type));
            let accepts = limit.is_some_and(|limit| seen[0] < *limit);
            action[offer] = if accepts { ACCEPT } else { DECLINE };
        }
        if let Some(next) = at.next {
            let taken = if seen[at.machine] == EMPTY { self.taken(seen) } else { None };
            let wait = self.limits.len();
            action[next] = taken.unwrap_or(wait) as Level;
        }
    }
}

/// The agent that dispatches.
pub type Dispatch = Heuristic<Dispatching>;

impl Dispatch {
    /// The agent of these settings, or all that is wrong with them here. What they leave open is taken
    /// as the earliest due, and as no limit.
    pub fn new(
        settings: &DispatchSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let shop = shop_of(environment)?;
        let types = &shop.settings().types;
        let limits = match settings.limits.as_slice() {
            [] => vec![loosest_limit(shop); types.len()],
            limits => limits.to_vec(),
        };
        let dear = types.iter().any(|of_type| of_type.waiting > 0.0);
        let weight = types.iter().map(|t| if dear { t.waiting } else { t.reward });
        let rule = Dispatching {
            priority: settings.priority.unwrap_or(Priority::EarliestDue),
            limits: limits.iter().map(|&n| Level::try_from(n).unwrap_or(Level::MAX)).collect(),
            weights: weight.collect(),
            shop: Arc::new(shop.clone()),
        };
        Ok(Self::following(rule, shop.action_space()))
    }
}

/// The limit at which an order is never declined while there is a slot: what the shop holds, since a
/// slot may become free in the beat of the offer.
pub fn loosest_limit(shop: &Orders) -> u32 {
    shop.settings().slots + 1
}

/// Whether it is known which order came first.
pub fn knows_who_came_first(shop: &Orders) -> bool {
    shop.settings().kept == Kept::ByArrival || shop.settings().types.len() == 1
}

/// What is wrong with dispatching at all here, or the shop.
fn shop_of(environment: &AnyEnvironment) -> Result<&Orders, Vec<SettingError>> {
    match environment {
        AnyEnvironment::Orders(shop) => Ok(shop),
        _ => Err(vec![SettingError {
            path: String::new(),
            message: "dispatching is for a shop that works to order, and this is none".to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }]),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &DispatchSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let shop = match shop_of(environment) {
        Ok(shop) => shop,
        Err(faults) => return faults,
    };
    let mut found = Vec::new();
    if settings.priority == Some(Priority::FirstCome) && !knows_who_came_first(shop) {
        found.push(SettingError {
            path: "priority".to_owned(),
            message: "the slots are kept by due date, so that nobody knows who came first"
                .to_owned(),
            remedy: "write `kept: ByArrival` in the environment, or choose another priority"
                .to_owned(),
        });
    }
    let types = &shop.settings().types;
    let (limits, most) = (&settings.limits, loosest_limit(shop));
    if !limits.is_empty() && limits.len() != types.len() {
        found.push(SettingError {
            path: "limits".to_owned(),
            message: format!("{} limits do not fit {} types", limits.len(), types.len()),
            remedy: format!("give {}, or none to have the best found", types.len()),
        });
        return found;
    }
    for (place, (limit, of_type)) in limits.iter().zip(types).enumerate() {
        if *limit > most {
            found.push(SettingError {
                path: format!("limits[{place}]"),
                message: format!("`{}` never meets {limit} orders in the shop", of_type.name),
                remedy: format!("give a limit from 0 to {most}"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::orders::{OrderSettings, OrdersSettings};

    fn order(name: &str, due: Option<u32>, work: u32, waiting: f64) -> OrderSettings {
        OrderSettings {
            name: name.to_owned(),
            arrival: 0.2,
            completion: 1.0,
            due,
            work,
            waiting,
            setup_time: 1,
            ..Default::default()
        }
    }

    /// Levels: "b late" 1, "b 1" 2, "b 2" 3, then "a" 4 and "c" 5.
    fn shop(kept: Kept, offers: bool) -> AnyEnvironment {
        let types =
            vec![order("a", None, 3, 6.0), order("b", Some(2), 4, 1.0), order("c", None, 1, 3.0)];
        let settings = OrdersSettings { types, slots: 3, offers, kept, ..Default::default() };
        AnySettings::Orders(settings).build().unwrap()
    }

    fn agent(priority: Priority, limits: &[u32], shop: &AnyEnvironment) -> Dispatch {
        let settings = DispatchSettings { priority: Some(priority), limits: limits.to_vec() };
        Dispatch::new(&settings, shop).unwrap()
    }

    #[test]
    fn priorities_take_the_right_order() {
        let shop = shop(Kept::ByArrival, false);
        // Orders, three slots, machine, set-up, beats left. Waiting: c, then b due in 2, then a.
        let state = |setup| [3, 5, 3, 4, 0, setup, 0];
        let next = |priority, setup| {
            decided(&mut agent(priority, &[], &shop), &seeing(&state(setup), None), 1)[0]
        };
        for setup in 0..3 {
            assert_eq!(next(Priority::EarliestDue, setup), 1);
            assert_eq!(next(Priority::FirstCome, setup), 2);
            assert_eq!(next(Priority::SameSetUp, setup), setup);
        }
        // Set up for a, c takes 2 beats and a 3; the other way round 1 and 4.
        assert_eq!((next(Priority::ShortestWork, 0), next(Priority::ShortestWork, 1)), (2, 2));
        // Weights a beat: a 6/3 against c 3/2; set up for c, 6/4 against 3/1.
        assert_eq!((next(Priority::DearestWork, 0), next(Priority::DearestWork, 2)), (0, 2));
        let mut agent = agent(Priority::EarliestDue, &[], &shop);
        // A machine at work is let work, an empty shop waits.
        assert_eq!(decided(&mut agent, &seeing(&[2, 5, 0, 0, 4, 0, 1], None), 1), [3]);
        assert_eq!(decided(&mut agent, &seeing(&[0, 0, 0, 0, 0, 0, 0], None), 1), [3]);
    }

    #[test]
    fn orders_are_accepted_below_the_limit_of_their_type() {
        let shop = shop(Kept::ByDue, true);
        let mut agent = agent(Priority::EarliestDue, &[2, 0, 4], &shop);
        for (orders, offered, accepts) in
            [(1, 1, 1), (2, 1, 0), (0, 2, 0), (3, 3, 1), (4, 3, 0), (0, 0, 0)]
        {
            let state = [orders, 0, 0, 0, 4, 0, 0, offered];
            let action = decided(&mut agent, &seeing(&state, None), 2);
            assert_eq!(action, [accepts, 3], "{orders} {offered}");
        }
    }

    #[test]
    fn faults_are_named() {
        let by_due = shop(Kept::ByDue, true);
        let paths = |priority, limits: &[u32], environment: &AnyEnvironment| {
            let settings = DispatchSettings { priority, limits: limits.to_vec() };
            let found = faults(&settings, environment);
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(None, &[], &by_due), [""; 0]);
        assert_eq!(paths(Some(Priority::EarliestDue), &[4, 0, 4], &by_due), [""; 0]);
        assert_eq!(
            paths(Some(Priority::FirstCome), &[5, 0, 0], &by_due),
            ["priority", "limits[0]"]
        );
        assert_eq!(paths(None, &[1], &by_due), ["limits"]);
        let by_arrival = shop(Kept::ByArrival, true);
        assert_eq!(paths(Some(Priority::FirstCome), &[], &by_arrival), [""; 0]);
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert_eq!(paths(None, &[], &chain), [""]);
    }
}
