//! Who is served first: the class with the longest queue, with the highest c·μ, first or last of its
//! route.
//!
//! - *Longest queue*: the class of which most jobs are there. It keeps queues even and knows nothing of
//!   what they cost.
//! - *c·μ*: of the classes that are there the one whose holding cost × rate of service is highest: the
//!   most cost taken off the system per unit of time. With one server, linear costs and no limit to the
//!   room no policy is better (Cox & Smith 1961; Baras, Ma & Makowski 1985); near a full room it
//!   need not be, nor with several servers.
//!
//! - *First buffer*, *last buffer first* (a job shop alone): the operation with the fewest steps of its
//!   route before it, or behind it. On a re-entrant line either gets through whatever the stations have
//!   the capacity for (Lu & Kumar 1991; Dai & Weiss 1996); where routes cross, last buffer first can
//!   starve both stations in turn (Rybko & Stolyar 1992).
//!
//! Of equals the first class in the order of the file. Where admission is decided, a rule admits
//! while fewer jobs of all classes than its cap are there; service is at the first speed.
//!
//! In a job shop a class is an operation, chosen among those that have a part and room behind it, and
//! c is what a part costs less once it is completed: the cost of the next buffer is taken off (Klimov
//! 1974; Chen & Yao 1993). At a station with set-ups, operations that need none go first, so that a
//! product is left only when nothing of it can be worked on (Perkins & Kumar 1989).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Heuristic, Rule};
use crate::environments::job_shop::{JobShop, Station};
use crate::environments::queue::{Queue, REJECT};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// What a rule of service goes by beside its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServingSettings {
    /// Below how many jobs in the system one is admitted, where that is decided; `None` where the best
    /// is to be found, or nothing is decided.
    pub cap: Option<u32>,
}

/// Which class goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// That of which most jobs are there.
    LongestQueue,
    /// That with the highest holding cost × rate of service.
    CMu,
    /// That with the fewest steps before it.
    FirstBuffer,
    /// That with the fewest steps behind it.
    LastBuffer,
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Self::LongestQueue => "Longest queue",
            Self::CMu => "c·μ",
            Self::FirstBuffer => "First buffer first",
            Self::LastBuffer => "Last buffer first",
        }
    }

    /// Whether it is a rule for the classes of a queue.
    fn is_for_queues(self) -> bool {
        matches!(self, Self::LongestQueue | Self::CMu)
    }
}

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct ServedFirst {
    order: Order,
    of: Of,
}

/// Whose classes are served.
#[derive(Debug, Clone)]
enum Of {
    Queue(OfQueue),
    Shop(Arc<JobShop>),
}

/// What a queue is served by.
#[derive(Debug, Clone)]
struct OfQueue {
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
        match &self.of {
            Of::Queue(queue) => queue.apply(self.order, seen, action),
            Of::Shop(shop) => {
                for station in shop.stations() {
                    if let Some(level) = station.action.and_then(|place| action.get_mut(place)) {
                        *level = self.chosen(shop, station, seen);
                    }
                }
            }
        }
    }
}

impl ServedFirst {
    /// The level of a station's action: the operation that it works on, or to stay idle.
    fn chosen(&self, shop: &JobShop, station: &Station, seen: &[Level]) -> Level {
        let mut best: Option<((bool, f64), usize)> = None;
        for (level, &number) in station.operations.iter().enumerate() {
            let Some(operation) = shop.operations().get(number) else { continue };
            if !shop.can_work(seen, number) {
                continue;
            }
            let worth = match self.order {
                Order::LongestQueue => seen.get(number).map_or(0.0, |parts| f64::from(*parts)),
                Order::CMu => operation.relief * operation.completion,
                Order::FirstBuffer => -(operation.before as f64),
                Order::LastBuffer => -(operation.behind as f64),
            };
            let rank = (shop.is_set_up(seen, number), worth);
            if best.is_none_or(|(highest, _)| rank > highest) {
                best = Some((rank, level));
            }
        }
        best.map_or(station.operations.len(), |(_, level)| level) as Level
    }
}

impl OfQueue {
    fn apply(&self, order: Order, seen: &[Level], action: &mut [Level]) {
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
            let worth = match order {
                Order::LongestQueue => f64::from(*jobs),
                _ => *index,
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
        let (queue, first) = match classes_of(order, environment)? {
            Classes::Queue(queue, first) => (queue, first),
            Classes::Shop(shop) => {
                let rule = ServedFirst { order, of: Of::Shop(Arc::clone(shop)) };
                return Ok(Self::following(rule, shop.action_space()));
            }
        };
        let mut usual = vec![0; queue.action_space().len()];
        queue.usual_action(&mut usual);
        let classes = &queue.settings().classes;
        let admissions = (0..classes.len()).filter_map(|class| queue.admission_variable(class));
        let cap = settings.cap.unwrap_or(queue.settings().capacity);
        let of = OfQueue {
            index: classes.iter().map(|class| class.holding * class.service).collect(),
            cap: Level::try_from(cap).unwrap_or(Level::MAX),
            usual: usual.into(),
            admissions: admissions.collect(),
            first,
        };
        let rule = ServedFirst { order, of: Of::Queue(of) };
        Ok(Self::following(rule, queue.action_space()))
    }
}

/// Where classes are served one before another.
enum Classes<'e> {
    /// A queue, with its variable of the class served first.
    Queue(&'e Queue, usize),
    /// A shop with a station that chooses.
    Shop(&'e Arc<JobShop>),
}

/// The classes of an environment, or why a rule of service has none here.
fn classes_of(
    order: Order,
    environment: &AnyEnvironment,
) -> Result<Classes<'_>, Vec<SettingError>> {
    let refused = |message: String, remedy: &str| {
        Err(vec![SettingError { path: String::new(), message, remedy: remedy.to_owned() }])
    };
    match environment {
        AnyEnvironment::JobShop(shop) => match shop.action_space().is_empty() {
            false => Ok(Classes::Shop(shop)),
            true => refused(
                "no operation is done before another here".to_owned(),
                "choose another agent, such as `AlwaysRun`",
            ),
        },
        AnyEnvironment::Queue(queue) if order.is_for_queues() => match queue.first_variable() {
            Some(first) => Ok(Classes::Queue(queue, first)),
            None => refused(
                "no class of jobs is served before another here".to_owned(),
                "choose another agent, such as `Threshold`",
            ),
        },
        _ => refused(
            match order.is_for_queues() {
                true => format!(
                    "{} is for a queue of several classes or a job shop, and this is neither",
                    order.name()
                ),
                false => format!("{} is for a job shop, and this is none", order.name()),
            },
            "choose another agent, such as `AlwaysRun`",
        ),
    }
}

/// The caps worth looking at: from 0, which admits nobody, to the capacity, which admits all; only
/// that where nothing is decided.
pub fn caps(environment: &AnyEnvironment) -> Option<std::ops::RangeInclusive<u32>> {
    let queue = match environment {
        AnyEnvironment::Queue(queue) => queue,
        // Nobody is turned away but for want of room.
        AnyEnvironment::JobShop(shop) => {
            let capacities = shop.operations().iter().map(|operation| operation.capacity);
            let most = u32::try_from(capacities.sum::<Level>()).unwrap_or(u32::MAX);
            return Some(most..=most);
        }
        _ => return None,
    };
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
    if let Err(faults) = classes_of(order, environment) {
        return faults;
    }
    let fault = |message: String, remedy: String| {
        vec![SettingError { path: "cap".to_owned(), message, remedy }]
    };
    match (settings.cap, caps(environment)) {
        (Some(cap), Some(caps)) if cap > *caps.end() => fault(
            format!("there are never {cap} jobs"),
            match environment {
                AnyEnvironment::JobShop(_) => {
                    "leave it out: every part that finds room enters".into()
                }
                _ => format!("give a cap from 0 to {}, or none to have the best found", caps.end()),
            },
        ),
        (Some(cap), Some(caps))
            if cap < *caps.start() && matches!(environment, AnyEnvironment::JobShop(_)) =>
        {
            fault(
                "no part is turned away here while there is room for it".to_owned(),
                "leave it out".to_owned(),
            )
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::job_shop::{OperationSettings, ProductSettings, StationSettings};
    use crate::environments::queue::{JobClass, QueueSettings};
    use crate::environments::{AnySettings, GridSettings, JobShopSettings};
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

    /// Two products whose routes cross, the second with a set-up of its own at the first station.
    fn crossing(setup_time: u32) -> AnyEnvironment {
        let station = |name: &str, setup_time| StationSettings {
            name: name.to_owned(),
            setup_time,
            ..Default::default()
        };
        let step = |station: &str, completion, holding| OperationSettings {
            station: station.to_owned(),
            completion,
            holding,
            ..Default::default()
        };
        let product = |name: &str, route| ProductSettings {
            name: name.to_owned(),
            route,
            ..Default::default()
        };
        let settings = JobShopSettings {
            stations: vec![station("one", setup_time), station("two", 0)],
            products: vec![
                // What is taken off: 1 · 0.5, 2 · 0.2, 1 · 0.3 at last.
                product(
                    "a",
                    vec![step("one", 0.5, 4.0), step("two", 0.2, 3.0), step("one", 0.3, 1.0)],
                ),
                // 0 · 0.9 and 5 · 0.25.
                product("b", vec![step("two", 0.9, 5.0), step("one", 0.25, 5.0)]),
            ],
        };
        AnySettings::JobShop(settings).build().unwrap()
    }

    #[test]
    fn in_a_job_shop_every_station_has_its_first() {
        let shop = crossing(0);
        let act = |order, state: &[Level]| {
            let mut agent = Serving::new(order, &Default::default(), &shop).unwrap();
            decided(&mut agent, &seeing(state, None), 2)
        };
        // State: a 1, a 2, a 3, b 1, b 2. The first station does a 1, a 3, b 2, the second a 2, b 1.
        let orders = [Order::LongestQueue, Order::CMu, Order::FirstBuffer, Order::LastBuffer];
        for (state, told) in [
            ([1, 2, 2, 1, 1], [[1, 0], [2, 0], [0, 1], [1, 0]]),
            ([4, 0, 2, 1, 3], [[0, 1], [2, 1], [0, 1], [1, 1]]),
            // What has no room behind is not done: b 2 is full, and so is a 2.
            ([5, 6, 0, 2, 6], [[2, 0], [2, 0], [2, 0], [2, 0]]),
            ([0, 0, 0, 0, 0], [[3, 2], [3, 2], [3, 2], [3, 2]]),
        ] {
            for (order, told) in orders.into_iter().zip(told) {
                assert_eq!(act(order, &state), told, "{order:?} in {state:?}");
            }
        }
        // The capacities of all buffers: no other cap is one.
        assert_eq!(caps(&shop), Some(30..=30));
        let told = |cap| faults(Order::CMu, &ServingSettings { cap }, &shop).len();
        assert_eq!([None, Some(30), Some(29), Some(31)].map(told), [0, 0, 1, 1]);
    }

    #[test]
    fn what_a_station_is_set_up_for_is_done_before_it_changes_over() {
        let shop = crossing(2);
        let act = |order, state: &[Level]| {
            let mut agent = Serving::new(order, &Default::default(), &shop).unwrap();
            decided(&mut agent, &seeing(state, None), 2)[0]
        };
        // Behind the parts: what the first station is set up for, and the beats that are left.
        for order in [Order::LongestQueue, Order::CMu] {
            assert_eq!(act(order, &[1, 0, 0, 0, 5, 0, 0]), 0);
            assert_eq!(act(order, &[5, 0, 5, 0, 1, 1, 0]), 2);
            assert_eq!(act(order, &[0, 0, 0, 0, 5, 0, 0]), 2);
        }
        assert_eq!(act(Order::LongestQueue, &[1, 0, 2, 0, 5, 0, 0]), 1);
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
        // The order of a route is for routes.
        let found = faults(Order::LastBuffer, &ServingSettings::default(), &three());
        assert!(found[0].message.contains("for a job shop"));
        let single = "(stations: [(name: \"a\")], products: [(route: [(station: \"a\")])])";
        let single: JobShopSettings = ron::from_str(single).unwrap();
        assert!(
            told(None, &AnySettings::JobShop(single).build().unwrap())[0].1.contains("no oper")
        );
    }
}
