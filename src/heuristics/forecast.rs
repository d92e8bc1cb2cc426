//! Order up to a forecast: every stock covers the demand that it expects until an order comes.
//!
//! Each stock takes the mean of what was asked for in its last p beats for the demand to come, and
//! orders up to L times that and a safety stock, where L is one beat more than its orders and goods
//! are under way. What was asked for it reads from how its inventory position fell; where customers
//! go without being served that is what was sold. It remembers, and so is no policy of the state alone. A
//! forecast that follows chance makes orders vary more than demand, the bullwhip: of independent
//! demand by the factor 1 + 2L/p + 2L²/p², and once more at every supplier above who does the same
//! (Chen, Drezner, Ryan & Simchi-Levi 2000, eq. 4; Lee, Padmanabhan & Whang 1997).

#![expect(clippy::indexing_slicing, reason = "a place in a ring, modulo its size; a hot loop")]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::reorder_point::{StockingPoint, stocking_points};
use super::settle;
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Agent, Decision, Dice, Level, Situation, Space};

/// What ordering up to a forecast goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForecastSettings {
    /// p: of how many beats the mean is taken, 1 or more. 5 by default.
    pub window: u32,
    /// Units that are kept above the expected demand; `None` where the best is to be found.
    pub safety: Option<Level>,
}

impl Default for ForecastSettings {
    fn default() -> Self {
        Self { window: 5, safety: None }
    }
}

const NAME: &str = "Forecast";
/// The most beats that a mean is taken of.
const LONGEST: u32 = 1_000;
/// The largest safety stock.
const MOST_SAFETY: Level = 1_000_000;

/// The agent that orders up to a forecast.
#[derive(Debug, Clone)]
pub struct Forecast {
    points: Arc<[StockingPoint]>,
    actions: Arc<Space>,
    safety: Level,
    /// What each stock has seen.
    seen: Vec<Seen>,
}

/// What was asked for at a stock in its last beats.
#[derive(Debug, Clone)]
struct Seen {
    /// A ring of them.
    asked: Box<[i64]>,
    /// How many were seen in all.
    count: usize,
    /// The position after the last order.
    after: Option<i64>,
}

impl Seen {
    /// Takes in what the position is now; the mean of what was asked for, once any was.
    fn take_in(&mut self, position: i64) -> Option<f64> {
        let size = self.asked.len();
        if let Some(after) = self.after {
            self.asked[self.count % size] = (after - position).max(0);
            self.count += 1;
        }
        let known = self.count.min(size);
        let sum: i64 = self.asked[..known].iter().sum();
        (known > 0).then(|| sum as f64 / known as f64)
    }
}

impl Forecast {
    /// The agent of these settings, or all that is wrong with them here.
    pub fn new(
        settings: &ForecastSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let points = stocking_points(environment);
        let asked = vec![0; settings.window as usize].into_boxed_slice();
        Ok(Self {
            seen: vec![Seen { asked, count: 0, after: None }; points.len()],
            points: points.into(),
            actions: Arc::new(environment.action_space().clone()),
            safety: settings.safety.unwrap_or(0),
        })
    }
}

impl Agent for Forecast {
    fn name(&self) -> &str {
        NAME
    }

    fn begin_episode(&mut self) {
        for seen in &mut self.seen {
            seen.count = 0;
            seen.after = None;
        }
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let mut positions = Vec::with_capacity(self.points.len());
        for ((level, point), seen) in action.iter_mut().zip(&*self.points).zip(&mut self.seen) {
            let position = point.own_position(situation.levels);
            positions.push(position);
            let wished = seen.take_in(position).map_or(0, |mean| {
                let expected = (mean * f64::from(point.cover)).round() as i64;
                expected + i64::from(self.safety) - position
            });
            *level = wished.clamp(0, i64::from(point.largest_order)) as Level;
        }
        if let Some(allowed) = situation.allowed {
            settle(&self.actions, allowed, action);
        }
        for (((seen, point), position), &ordered) in
            self.seen.iter_mut().zip(&*self.points).zip(positions).zip(&*action)
        {
            // An order is cut to what there may be.
            let room = (i64::from(point.most) - position).max(0);
            seen.after = Some(position + i64::from(ordered).min(room));
        }
        Decision::Made
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &ForecastSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let mut found = Vec::new();
    if stocking_points(environment).is_empty() {
        found.push(SettingError {
            path: String::new(),
            message: "a forecast is for a stock that orders are placed for, and there is none"
                .to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        });
    }
    found.extend(own_faults(settings));
    found
}

/// What is wrong with the settings wherever they are used; empty for nothing.
pub fn own_faults(settings: &ForecastSettings) -> Vec<SettingError> {
    let mut found = Vec::new();
    if !(1..=LONGEST).contains(&settings.window) {
        found.push(SettingError {
            path: "window".to_owned(),
            message: format!("a mean of {} beats cannot be taken", settings.window),
            remedy: format!("give a whole number from 1 to {LONGEST}"),
        });
    }
    let safety = settings.safety.unwrap_or(0);
    if !(-MOST_SAFETY..=MOST_SAFETY).contains(&safety) {
        found.push(SettingError {
            path: "safety".to_owned(),
            message: format!("{safety} is no usable safety stock"),
            remedy: format!("give a whole number from -{MOST_SAFETY} to {MOST_SAFETY}"),
        });
    }
    found
}

/// The most that is worth keeping above the expected demand.
pub fn most_safety(environment: &AnyEnvironment) -> Level {
    stocking_points(environment).iter().map(|point| point.most).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::stock::Unmet;
    use crate::environments::supply_chain::{CustomerSettings, EchelonSettings};
    use crate::environments::{
        AnySettings, Distribution, StockSettings, SupplyChain, SupplyChainSettings,
    };
    use crate::mdp::beat::Silent;
    use crate::mdp::{Environment, Luck, Sampling};

    #[test]
    fn it_covers_the_mean_of_what_it_saw_until_an_order_comes() {
        let stock = AnySettings::Stock(StockSettings {
            lead_time: 1,
            capacity: 50,
            max_order: 50,
            ..Default::default()
        });
        let environment = stock.build().unwrap();
        let settings = ForecastSettings { window: 2, safety: Some(3) };
        let mut agent = Forecast::new(&settings, &environment).unwrap();
        let mut order = |level: Level| decided(&mut agent, &seeing(&[level], None), 1)[0];
        // Nothing is known; then 4 were sold, so that 2 · 4 + 3 are wanted.
        assert_eq!(order(10), 0);
        assert_eq!(order(6), 5);
        // Another 2: 2 · 3 + 3, of which there are 9. Then 4, and the first is forgotten.
        assert_eq!(order(9), 0);
        assert_eq!(order(5), 4);
        agent.begin_episode();
        assert_eq!(decided(&mut agent, &seeing(&[5], None), 1), [0]);
        assert!(!agent.target_policy(&seeing(&[5], None), &mut [0.0; 51]));
    }

    /// Variances of the orders of each echelon over that of demand.
    fn bullwhip(echelons: usize, window: u32, lead_time: u32) -> Vec<f64> {
        let echelon = |i: usize| EchelonSettings {
            lead_time,
            max_order: 1_000,
            capacity: 4_000,
            initial: 100,
            customers: (i == 0).then(|| CustomerSettings {
                demand: Distribution::poisson(50.0),
                unmet: Unmet::Backlogged { cost: 1.0, limit: 2_000, lost_cost: 0.0 },
                price: 0.0,
            }),
            ..Default::default()
        };
        let settings = SupplyChainSettings { echelons: (0..echelons).map(echelon).collect() };
        let chain = SupplyChain::new(settings.clone()).unwrap();
        let environment = AnySettings::SupplyChain(settings).build().unwrap();
        let settings = ForecastSettings { window, safety: Some(0) };
        let mut agent = Forecast::new(&settings, &environment).unwrap();
        let luck = Luck::new(5);
        let items = chain.reward_items().len();
        let mut beat = Sampling::new(luck, chain.sources(), items, Silent);
        let mut dice = Dice::new(luck, agent.sources());
        let mut state = vec![0; chain.state_space().len()];
        let (mut next, mut action) = (state.clone(), vec![0; echelons]);
        chain.start(&mut state, &mut beat);
        let mut all = vec![Vec::new(); echelons + 1];
        for t in 0..40_000 {
            beat.open(t);
            agent.decide(&seeing(&state, None), &mut dice, &mut action);
            let before: i64 = agent.points[0].own_position(&state) + i64::from(action[0]);
            chain.step(&state, &action, &mut next, &mut beat);
            let asked = before - agent.points[0].own_position(&next);
            if t >= 100 {
                all[0].push(asked as f64);
                action.iter().zip(&mut all[1..]).for_each(|(o, all)| all.push(f64::from(*o)));
            }
            std::mem::swap(&mut state, &mut next);
        }
        let variance = |all: &Vec<f64>| {
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / all.len() as f64
        };
        let of_demand = variance(&all[0]);
        all[1..].iter().map(|all| variance(all) / of_demand).collect()
    }

    /// Chen et al. (2000), eq. 4, with equality for independent demand and no safety stock that
    /// moves: 1 + 2L/p + 2L²/p², L = lead time + 1.
    #[test]
    fn orders_vary_more_than_demand_by_the_bullwhip_formula() {
        for (window, lead_time) in [(5, 1), (5, 2), (10, 2), (20, 3)] {
            let found = bullwhip(1, window, lead_time)[0];
            let ratio = f64::from(lead_time + 1) / f64::from(window);
            let formula = 1.0 + 2.0 * ratio + 2.0 * ratio * ratio;
            assert!(
                (found / formula - 1.0).abs() < 0.04,
                "{window} {lead_time}: {found} {formula}"
            );
        }
    }

    #[test]
    fn the_bullwhip_grows_from_echelon_to_echelon() {
        let found = bullwhip(3, 10, 1);
        let formula = 1.0 + 2.0 * 0.2 + 2.0 * 0.04;
        let mut below = 1.0;
        for ratio in found {
            assert!(ratio > below * formula * 0.97, "{ratio} after {below}");
            below = ratio;
        }
    }

    #[test]
    fn faults_are_named() {
        let paths = |settings: &ForecastSettings, environment: AnySettings| {
            let found = faults(settings, &environment.build().unwrap());
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        let usual = ForecastSettings::default();
        let stock = || AnySettings::Stock(StockSettings::default());
        assert_eq!(paths(&usual, stock()), [""; 0]);
        assert_eq!(paths(&usual, AnySettings::Chain(Default::default())), [""]);
        let none = ForecastSettings { window: 0, safety: None };
        assert_eq!(paths(&none, stock()), ["window"]);
    }
}
