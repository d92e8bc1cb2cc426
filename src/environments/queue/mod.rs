//! A queue: whom to admit, whom to serve first, how fast to serve.
//!
//! ```text
//! class 1 ─ admit? ─┐                 ┌─ server 1 ─┐
//! class 2 ─ admit? ─┴─ room of size K ┴─ server c ─┴─ out
//! ```
//!
//! Jobs of each class arrive as a Poisson process, service times are exponential: the M/M/1/K and
//! M/M/c/K queue (Kendall), with classes.
//!
//! - **State**: for each class how many of its jobs are in the system, waiting or in service, 0 to K;
//!   all together at most K.
//! - **Actions**: for each class that is decided, {reject, admit}: what is done with the next job, if
//!   it comes in this beat; the speed of service, where there are several; and the class served first,
//!   where there are several and fewer servers than places. All are allowed in every state.
//! - **Start**: empty.
//! - **Reward**: `admission` (the rewards of jobs admitted), less `rejection`, `holding` and `service`.
//! - **End**: never.
//!
//! # Time
//! Time is continuous and the process is played at the events of a Poisson process, whose rate is the
//! same in all states: Λ = Σλ + c · max μ · the highest factor of a speed (uniformisation; Lippman
//! 1975). A beat lasts 1/Λ units of time on average; [`Queue::events_per_time`] is Λ. An event that is
//! none in a state, such as the end of a service at an idle server, changes nothing.
//! - What is gained **per unit of time is the gain a beat times Λ**; so is a throughput. A time in
//!   beats, such as a lead time, is 1/Λ of that in units of time. Shares of beats are shares of time.
//! - A cost rate is charged as rate/Λ a beat, so that sums over beats are those over time on average.
//! - Money discounted at the rate α in continuous time is the criterion `Discounted(Λ/(Λ + α))`; the
//!   policy is the same, and its value in continuous time is Λ/(Λ + α) of that shown here.
//! - Λ changes with the rates, the servers and the speeds: compare gains per unit of time.
//!
//! # One beat
//! 1. *Servers* go to the class that is served first, as many as it has jobs, what is left to the
//!    others in the order of the file. Service is preemptive: it is resumed where it was interrupted,
//!    which for exponential times is the same as begun anew.
//! 2. *Costs* by the state found: `holding` of each job in the system, and the speed's cost of each
//!    server that has a job.
//! 3. *One event*, drawn by the rates:
//!    - An arrival of a class, λ/Λ. It is admitted if so decided and if there is room; else it is lost
//!      and costs `rejection`.
//!    - The end of a service at server j, max μ · the highest factor / Λ. If the server has a job it is
//!      done with the probability that the job's own rate, at the speed chosen, is of that rate.
//!
//! Which event it is does not hang on the action, so that on one seed all agents meet the same
//! arrivals. A job is told to move to its server and out when it is done, so that the stock of a
//! class counts those in service, and the first to come counts as the first to leave; where a class
//! has several servers this holds for the mean alone. A server with a job is working, or held back at
//! a speed of factor 0; one without is starved. Servers are numbered by who they serve now.
//!
//! Counts by class do not tell who came first, so *first come, first served* among classes cannot be
//! had here; the order within a class makes no difference to counts or costs.
//!
//! References: Naor (1969), admission; Miller (1969), trunk reservation; Cox & Smith (1961), the c·μ
//! rule; Lippman (1975) and Crabill (1972), speed; Kleinrock (1975), figures of single queues.

mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{JobClass, QueueSettings, ServiceSpeed};

use super::setting::SettingError;
use crate::mdp::beat::scaled;
use crate::mdp::{
    Beat, BufferPlace, Condition, Enumerable, Environment, Event, Item, Level, Odds, Place, Places,
    Source, Space, Variable,
};

/// The level of an action variable that turns the next job of a class away.
pub const REJECT: Level = 0;
/// The level of an action variable that admits the next job of a class.
pub const ADMIT: Level = 1;

const EVENT: Source = 0;
const COMPLETION: Source = 1;

const ADMISSION: Item = 0;
const REJECTION: Item = 1;
const HOLDING: Item = 2;
const SERVICE: Item = 3;

/// A queue, ready to be run.
#[derive(Debug, Clone)]
pub struct Queue {
    settings: QueueSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 2],
    items: [String; 4],
    places: Places,
    classes: Vec<Class>,
    servers: Level,
    capacity: Level,
    /// Λ, events per unit of time.
    rate: f64,
    /// Probabilities of an arrival of each class, then of an end of service at each server.
    events: Vec<f64>,
    /// Cost of a server with a job a beat, by speed, and whether it works at all.
    running: Vec<(f64, bool)>,
    /// The action variable of the speed, and of the class served first.
    speed: Option<usize>,
    first: Option<usize>,
}

/// What the step needs to know of a class.
#[derive(Debug, Clone)]
struct Class {
    /// Its action variable, where it is decided.
    admit: Option<usize>,
    reward: f64,
    rejection: f64,
    /// Cost of a job in the system a beat.
    holding: f64,
    /// The odds that an end of service at a server with its job is one, by speed.
    completion: Vec<Odds>,
}

impl Queue {
    /// Builds the queue, or says all that is wrong with its settings.
    pub fn new(settings: QueueSettings) -> Result<Self, Vec<SettingError>> {
        let settings = settings::filled_in(settings);
        settings::check(&settings)?;
        let QueueSettings { classes, capacity, servers, speeds } = &settings;
        let most = |rates: &mut dyn Iterator<Item = f64>| rates.fold(0.0, f64::max);
        let fastest = most(&mut classes.iter().map(|class| class.service))
            * most(&mut speeds.iter().map(|speed| speed.factor));
        let arrivals = classes.iter().map(|class| class.arrival);
        let rate = arrivals.clone().sum::<f64>() + f64::from(*servers) * fastest;
        let services = std::iter::repeat_n(fastest, *servers as usize);
        let events = scaled(arrivals.chain(services).map(|of_event| of_event / rate).collect());

        let mut actions = Vec::new();
        let decided = classes.iter().filter(|class| class.decided).count();
        let built = classes.iter().map(|class| {
            let name = match decided {
                1 => "admit".to_owned(),
                _ => class.name.clone(),
            };
            let admit = class.decided.then(|| {
                actions.push(Variable::choice(name, &["reject", "admit"]));
                actions.len() - 1
            });
            let odds = |speed: &ServiceSpeed| {
                let of_fastest = class.service * speed.factor / fastest;
                Odds::new(of_fastest, (fastest - class.service * speed.factor) / fastest)
            };
            Class {
                admit,
                reward: class.reward,
                rejection: class.rejection,
                holding: class.holding / rate,
                completion: speeds.iter().map(odds).collect(),
            }
        });
        let built: Vec<Class> = built.collect();
        let mut choice = |name: &str, labels: Vec<&str>, wanted: bool| {
            (wanted && labels.len() > 1).then(|| {
                actions.push(Variable::choice(name, &labels));
                actions.len() - 1
            })
        };
        let speed = choice("speed", speeds.iter().map(|speed| speed.name.as_str()).collect(), true);
        let names = classes.iter().map(|class| class.name.as_str()).collect();
        // With a server for every job it does not matter who comes first.
        let first = choice("first", names, servers < capacity);

        let high = Level::try_from(*capacity).unwrap_or(Level::MAX);
        let stocks = classes.iter().map(|class| Variable::count(&class.name, 0, high, "jobs"));
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "capacity".to_owned(),
                    message: error.to_string(),
                    remedy: "give at least 1 place".to_owned(),
                }]
            })
        };
        let server = |number: u32| match servers {
            1 => "server".to_owned(),
            _ => format!("server {number}"),
        };
        let buffer = |(variable, class): (usize, &JobClass)| BufferPlace {
            name: class.name.clone(),
            capacity: *capacity,
            variable,
        };
        Ok(Self {
            state_space: space(stocks.collect())?,
            action_space: space(actions)?,
            sources: ["event", "completion"].map(str::to_owned),
            items: ["admission", "rejection", "holding", "service"].map(str::to_owned),
            places: Places {
                stations: (1..=*servers).map(server).collect(),
                buffers: classes.iter().enumerate().map(buffer).collect(),
            },
            classes: built,
            servers: Level::try_from(*servers).unwrap_or(Level::MAX),
            capacity: high,
            rate,
            events,
            running: speeds.iter().map(|speed| (speed.cost / rate, speed.factor > 0.0)).collect(),
            speed,
            first,
            settings,
        })
    }

    /// The settings it was built from, all that was left out filled in.
    pub fn settings(&self) -> &QueueSettings {
        &self.settings
    }

    /// Λ: how many beats there are in a unit of time, on average.
    pub fn events_per_time(&self) -> f64 {
        self.rate
    }

    /// The action variable that admits a class, where that is decided.
    pub fn admission_variable(&self, class: usize) -> Option<usize> {
        self.classes.get(class)?.admit
    }

    /// The action variable of the speed of service, where there are several speeds.
    pub fn speed_variable(&self) -> Option<usize> {
        self.speed
    }

    /// The action variable of the class that is served first, where that is decided.
    pub fn first_variable(&self) -> Option<usize> {
        self.first
    }

    /// The classes with the number of servers each has, in the order in which they get them.
    #[inline]
    fn served<'s>(
        &self,
        state: &'s [Level],
        action: &[Level],
    ) -> impl Iterator<Item = (usize, Level)> + use<'s> {
        let named = self.first.and_then(|place| action.get(place)).copied().unwrap_or(0);
        let first = usize::try_from(named).unwrap_or(0);
        let order =
            std::iter::once(first).chain((0..state.len()).filter(move |&class| class != first));
        let mut free = self.servers;
        order.map(move |class| {
            let jobs = state.get(class).copied().unwrap_or(0).min(free);
            free -= jobs;
            (class, jobs)
        })
    }
}

impl Environment for Queue {
    tells_its_parts!("Queue");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        next.copy_from_slice(state);
        let speed = self.speed.and_then(|place| action.get(place)).copied().unwrap_or(0);
        let speed = usize::try_from(speed).unwrap_or(0);
        let jobs: Level = state.iter().sum();
        let busy = jobs.min(self.servers);

        let each = self.classes.iter().zip(state);
        let holding: f64 = each.map(|(class, &jobs)| class.holding * f64::from(jobs)).sum();
        beat.earn(HOLDING, -holding);
        let (running, works) = self.running.get(speed).copied().unwrap_or((0.0, true));
        beat.earn(SERVICE, -running * f64::from(busy));
        for server in 0..self.servers {
            let condition = match (server < busy, works) {
                (true, true) => Condition::Working,
                (true, false) => Condition::HeldBack,
                (false, _) => Condition::Starved,
            };
            beat.tell(Event::Spent { station: server as u16, condition });
        }

        let event = beat.pick(EVENT, &self.events);
        if let Some(class) = self.classes.get(event) {
            let wanted = class.admit.and_then(|place| action.get(place)) != Some(&REJECT);
            match next.get_mut(event) {
                Some(stock) if wanted && jobs < self.capacity => {
                    *stock += 1;
                    beat.earn(ADMISSION, class.reward);
                    let to = Place::Buffer(event as u16);
                    beat.tell(Event::Moved { from: Place::Supply, to });
                }
                _ => {
                    beat.earn(REJECTION, -class.rejection);
                    beat.tell(Event::DemandLost);
                }
            }
            return;
        }
        let server = (event - self.classes.len()) as Level;
        let mut before = 0;
        let at_server = self.served(state, action).find(|(_, jobs)| {
            before += jobs;
            server < before
        });
        let Some((class, _)) = at_server else { return };
        let Some(odds) = self.classes.get(class).and_then(|class| class.completion.get(speed))
        else {
            return;
        };
        if odds.no() <= 0.0 || odds.yes() > 0.0 && beat.toss(COMPLETION, *odds) {
            if let Some(stock) = next.get_mut(class) {
                *stock -= 1;
            }
            let station = Place::Station(server as u16);
            beat.tell(Event::Moved { from: Place::Buffer(class as u16), to: station });
            beat.tell(Event::Moved { from: station, to: Place::Customer });
        }
    }

    /// All are admitted, at the first speed, the first class before the others.
    fn usual_action(&self, action: &mut [Level]) {
        action.fill(0);
        for place in self.classes.iter().filter_map(|class| class.admit) {
            if let Some(admit) = action.get_mut(place) {
                *admit = ADMIT;
            }
        }
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let jobs: Level = state.iter().sum();
        let busy = usize::try_from(jobs.min(self.servers)).ok()?;
        Some(if station < busy { Condition::Working } else { Condition::Starved })
    }
}

impl Enumerable for Queue {}
