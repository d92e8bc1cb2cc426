//! Who is served first: the class with the longest queue, or with the highest c·μ.
//!
//! - *Longest queue*: the class of which most jobs are there. It keeps queues even and knows nothing of
//!   what they cost.
//! - *c·μ*: of the classes that are there the one whose holding cost × rate of service is highest: the
//!   most cost taken off the system per unit of time. With one server, linear costs and no limit to the
//!   room no policy is better (Cox & Smith 1961; Baras, Ma & Makowski 1985); near a full room it
//!   need not be, nor with several servers.
//!
//! Of equals the first class in the order of the file. Where admission is decided, either rule admits
//! while fewer jobs of all classes than its cap are there; service is at the first speed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Heuristic, Rule};
use crate::environments::queue::{Queue, REJECT};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// What a rule of service goes by beside its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServingSettings {
    /// Below how many jobs in the system one is admitted, where that is decided; `None` where the best
    /// is to be found.
    pub cap: Option<u32>,
}

/// Which class goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// That of which most jobs are there.
    LongestQueue,
    /// That with the highest holding cost × rate of service.
    CMu,
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Self::LongestQueue => "Longest queue",
            Self::CMu => "c·μ",
        }
    }
}

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct ServedFirst {
    order: Order,
    /// Holding cost × rate of service, by class.
    index: Arc<[f64]>,
    cap: Level,
    /// The action of who admits all.
    usual: Arc<[Level]>,
    /// The action variables of admission, and that of the class served first.
    admissions: Arc<[usize]>,
    first: usize,
}

impl Rule for ServedFirst {
    fn name(&self) -> &str {
        self.order.name()
    }

    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        action.copy_from_slice(&self.usual);
        if seen.iter().sum::<Level>() >= self.cap {
            for place in &*self.admissions {
                if let Some(admit) = action.get_mut(*place) {
                    *admit = REJECT;
                }
            }
        }
        let mut best = (f64::NEG_INFINITY, 0);
        for ((class, jobs), index) in (0..).zip(seen).zip(&*self.index) {
            let worth = match self.order {
                Order::LongestQueue => f64::from(*jobs),
                Order::CMu => *index,
            };
            if *jobs > 0 && worth > best.0 {
                best = (worth, class);
            }
        }
        if let Some(first) = action.get_mut(self.first) {
            *first = best.1;
        }
    }
}

/// The agent that serves one class first.
pub type Serving = Heuristic<ServedFirst>;

impl Serving {
    /// The agent of these settings, whose cap must be given, or all that is wrong with them here.
    pub fn new(
        order: Order,
        settings: &ServingSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(order, settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let (queue, first) = queue_of(order, environment)?;
        let mut usual = vec![0; queue.action_space().len()];
        queue.usual_action(&mut usual);
        let classes = &queue.settings().classes;
        let admissions = (0..classes.len()).filter_map(|class| queue.admission_variable(class));
        let cap = settings.cap.unwrap_or(queue.settings().capacity);
        let rule = ServedFirst {
            order,
            index: classes.iter().map(|class| class.holding * class.service).collect(),
            cap: Level::try_from(cap).unwrap_or(Level::MAX),
            usual: usual.into(),
            admissions: admissions.collect(),
            first,
        };
        Ok(Self::following(rule, queue.action_space()))
    }
}

/// The queue of an environment and its variable of the class served first, or why a rule of service
/// has none here.
fn queue_of(
    order: Order,
    environment: &AnyEnvironment,
) -> Result<(&Queue, usize), Vec<SettingError>> {
    let refused = |message: String, remedy: &str| {
        Err(vec![SettingError { path: String::new(), message, remedy: remedy.to_owned() }])
    };
    match environment {
        AnyEnvironment::Queue(queue) => match queue.first_variable() {
            Some(first) => Ok((queue, first)),
            None => refused(
                "no class of jobs is served before another here".to_owned(),
                "choose another agent, such as `Threshold`",
            ),
        },
        _ => refused(
            format!("{} is for a queue of several classes, and this is none", order.name()),
            "choose another agent, such as `AlwaysRun`",
        ),
    }
}

/// The caps worth looking at: from 0, which admits nobody, to the capacity, which admits all; only
/// that where nothing is decided.
pub fn caps(environment: &AnyEnvironment) -> Option<std::ops::RangeInclusive<u32>> {
    let AnyEnvironment::Queue(queue) = environment else { return None };
    let settings = queue.settings();
    let decided = settings.classes.iter().any(|class| class.decided);
    Some(if decided { 0..=settings.capacity } else { settings.capacity..=settings.capacity })
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(
    order: Order,
    settings: &ServingSettings,
    environment: &AnyEnvironment,
) -> Vec<SettingError> {
    let queue = match queue_of(order, environment) {
        Ok((queue, _)) => queue,
        Err(faults) => return faults,
    };
    let most = queue.settings().capacity;
    let above = settings.cap.filter(|cap| *cap > most);
    let fault = |cap: u32| SettingError {
        path: "cap".to_owned(),
        message: format!("there are never {cap} jobs"),
        remedy: format!("give a cap from 0 to {most}, or none to have the best found"),
    };
    above.map(fault).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::queue::{JobClass, QueueSettings};
    use crate::environments::{AnySettings, GridSettings};
    use crate::mdp::Agent;

    /// c·μ: 2, 3, 2.4; the first is decided.
    fn three() -> AnyEnvironment {
        let class = |holding, service, decided| JobClass {
            holding,
            service,
            decided,
            ..Default::default()
        };
        let classes = vec![class(2.0, 1.0, true), class(1.0, 3.0, false), class(4.0, 0.6, false)];
        let settings = QueueSettings { classes, capacity: 8, ..Default::default() };
        AnySettings::Queue(settings).build().unwrap()
    }

    #[test]
    fn the_class_served_first_is_the_longest_or_the_dearest_there() {
        let environment = three();
        let settings = ServingSettings { cap: Some(5) };
        let mut by_length = Serving::new(Order::LongestQueue, &settings, &environment).unwrap();
        let mut by_cost = Serving::new(Order::CMu, &settings, &environment).unwrap();
        assert_eq!((by_length.name(), by_cost.name()), ("Longest queue", "c·μ"));
        for (state, admits, longest, dearest) in [
            ([0, 0, 0], 1, 0, 0),
            ([1, 1, 2], 1, 2, 1),
            ([2, 0, 2], 1, 0, 2),
            ([3, 0, 0], 1, 0, 0),
            ([3, 1, 1], 0, 0, 1),
            ([0, 0, 8], 0, 2, 2),
        ] {
            assert_eq!(decided(&mut by_length, &seeing(&state, None), 2), [admits, longest]);
            assert_eq!(decided(&mut by_cost, &seeing(&state, None), 2), [admits, dearest]);
        }
        assert_eq!(caps(&environment), Some(0..=8));
    }

    #[test]
    fn faults_are_named() {
        let told = |cap, environment: &AnyEnvironment| {
            let found = faults(Order::CMu, &ServingSettings { cap }, environment);
            found.into_iter().map(|fault| (fault.path, fault.message)).collect::<Vec<_>>()
        };
        assert_eq!(told(None, &three()), []);
        assert_eq!(told(Some(9), &three())[0].0, "cap");
        let single = AnySettings::Queue(QueueSettings::default()).build().unwrap();
        assert!(told(None, &single)[0].1.contains("no class"));
        let rows = vec!["S.".to_owned()];
        let grid = AnySettings::Grid(GridSettings { rows, ..Default::default() }).build().unwrap();
        assert!(told(None, &grid)[0].1.contains("c·μ is for a queue"));
        assert_eq!(caps(&grid), None);
    }
}
