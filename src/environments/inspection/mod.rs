//! A machine whose condition is hidden: look or not, at a price, and with error.
//!
//! **State** The condition, 0 (best) to k − 1, which nobody sees; the *news*, what was last done or
//! found; with a memory, the beats *since* then; with a sensor, its latest *signal*.
//! **Action** Run; inspect, maintain and replace, where they are offered.
//! **Observation** All of the state but the condition.
//! **Start** A condition drawn with the given probabilities; no news, no signal.
//! **Reward** Earnings of a worked beat by condition, less inspections, maintenance, replacements,
//! failures. They are counted, and not seen by who decides.
//! **End** Never.
//!
//! One beat:
//! 1. *Treatment.* Maintaining costs by the condition and betters it; replacing costs likewise and
//!    puts in a machine whose condition is drawn anew. Inspecting costs the same always. Each may
//!    take the whole beat, or none of it.
//! 2. *Work*, unless the beat was taken: the machine earns by its condition. It may fail, which is
//!    seen by all, costs, and puts in a new machine; else it wears: its next condition is drawn.
//! 3. *Signal* of the sensor, after a worked beat without a failure: drawn by the condition that
//!    holds now. It costs nothing.
//! 4. *Finding* of the inspection, unless the machine failed: drawn by the condition that holds now.
//!
//! Without a memory the news are those of the latest beat alone. With a memory of n beats they are
//! kept until there are others, and the beats since then are counted up to n: who sees that knows
//! all that matters where findings are right and there is no sensor.
//!
//! Sources: Smallwood & Sondik (1973), the machine maintenance problem; Ross (1971), "Quality
//! control under Markovian deterioration"; Rosenfield (1976), "Markovian deterioration with
//! uncertain information"; Monahan (1982), a survey. The tiger problem (Kaelbling, Littman &
//! Cassandra 1998) is a setting too: two conditions that a worked beat draws anew.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the machine has; a hot loop"
)]

mod check;
mod settings;

pub use settings::{
    ConditionSettings, InspectSettings, InspectionSettings, Outcome, SensorSettings,
};

use super::setting::SettingError;
use crate::mdp::beat::scaled;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Odds, Places, Source, Space,
    Variable,
};

/// The action's level that runs the machine and does nothing else.
pub const RUN: Level = 0;

/// The label of no news and the level that it has.
const NOTHING: &str = "nothing";
const NO_NEWS: Level = 0;
/// The label of a sensor that has not told anything, at level 0.
const NO_SIGNAL: &str = "none";

/// What an action does.
#[derive(Debug, Clone)]
enum Act {
    Run,
    Inspect { cost: f64, takes_the_beat: bool },
    Treat(Treatment),
}

/// Maintaining or replacing.
#[derive(Debug, Clone)]
struct Treatment {
    /// By condition.
    cost: Vec<f64>,
    item: Item,
    /// By how many conditions it gets better; `None` where a new machine is put in.
    restores: Option<usize>,
    takes_the_beat: bool,
    /// The news that it makes.
    news: Level,
}

/// A condition, ready to be worked in.
#[derive(Debug, Clone)]
struct Stage {
    earnings: f64,
    fails: f64,
    /// Probabilities of the next condition.
    next: Vec<f64>,
    /// Probabilities of the sensor's readings.
    signals: Vec<f64>,
    /// Probabilities of the findings.
    findings: Vec<f64>,
}

/// A machine whose condition is hidden, ready to be run.
#[derive(Debug, Clone)]
pub struct Inspection {
    settings: InspectionSettings,
    state_space: Space,
    action_space: Space,
    observation_space: Space,
    sources: [String; 6],
    items: [String; 5],
    places: Places,
    acts: Vec<Act>,
    stages: Vec<Stage>,
    start: Vec<f64>,
    renewed: Vec<f64>,
    /// The news of a failure.
    failed: Level,
    /// The news of the first finding.
    first_finding: Level,
    /// Where the beats since the news stand in the state, and up to how many are counted.
    since: Option<(usize, Level)>,
    /// Where the signal stands in the state.
    signal: Option<usize>,
}

const START: Source = 0;
const FAILURE: Source = 1;
const WEAR: Source = 2;
const RENEWAL: Source = 3;
const FINDING: Source = 4;
const SIGNAL: Source = 5;

const EARNINGS: Item = 0;
const INSPECTION: Item = 1;
const MAINTENANCE: Item = 2;
const REPLACEMENT: Item = 3;
const FAILURES: Item = 4;

/// The places of state variables that are always there.
const CONDITION: usize = 0;
const NEWS: usize = 1;

impl Inspection {
    /// Builds the machine, or says all that is wrong with its settings.
    ///
    /// # Errors
    /// All that is wrong, with paths and remedies.
    pub fn new(settings: InspectionSettings) -> Result<Self, Vec<SettingError>> {
        check::check(&settings)?;
        let conditions = settings.conditions();
        let k = conditions.len();
        let by_condition = |list: &[f64]| match list {
            [one] => vec![*one; k],
            list => list.to_vec(),
        };
        let padded = |list: &[f64]| {
            let mut all = list.to_vec();
            all.resize(k, 0.0);
            scaled(all)
        };

        let mut news = vec![NOTHING.to_owned()];
        let mut tell = |label: &str| {
            news.push(label.to_owned());
            news.len() as Level - 1
        };
        let mut names = vec![settings.run_name.as_str()];
        let mut acts = vec![Act::Run];
        if let Some(inspect) = &settings.inspect {
            names.push(&inspect.name);
            acts.push(Act::Inspect { cost: inspect.cost, takes_the_beat: inspect.duration == 1 });
        }
        if let Some(maintain) = &settings.maintain {
            names.push(&maintain.name);
            acts.push(Act::Treat(Treatment {
                cost: by_condition(&maintain.cost),
                item: MAINTENANCE,
                restores: Some(maintain.restores),
                takes_the_beat: maintain.duration == 1,
                news: tell(check::MAINTAINED),
            }));
        }
        if let Some(replace) = &settings.replace {
            names.push(&replace.name);
            acts.push(Act::Treat(Treatment {
                cost: by_condition(&replace.cost),
                item: REPLACEMENT,
                restores: None,
                takes_the_beat: replace.duration == 1,
                news: tell(check::REPLACED),
            }));
        }
        let fails = conditions.iter().any(|condition| condition.fails > 0.0);
        let failed = if fails { tell(check::FAILED) } else { NO_NEWS };
        let findings = settings.findings();
        let first_finding = news.len() as Level;
        news.extend(findings.iter().map(|finding| finding.name.clone()));

        let readings = settings.sensor.as_ref().map_or(&[][..], |sensor| &sensor.readings);
        let at = |outcomes: &[Outcome], condition: usize| {
            let share = |outcome: &Outcome| match outcome.probability.as_slice() {
                [one] => *one,
                list => list[condition],
            };
            scaled(outcomes.iter().map(share).collect())
        };
        let stages = conditions.iter().enumerate().map(|(place, condition)| Stage {
            earnings: condition.earnings,
            fails: condition.fails,
            next: match condition.next.as_slice() {
                [] => (0..k).map(|other| if other == place { 1.0 } else { 0.0 }).collect(),
                list => padded(list),
            },
            signals: at(readings, place),
            findings: at(&findings, place),
        });
        let stages = stages.collect();

        let labels = |labels: Vec<String>, name: &str| Variable {
            high: labels.len() as Level - 1,
            labels,
            ..Variable::count(name, 0, 0, "")
        };
        let mut seen = vec![labels(news, "news")];
        let mut since = None;
        if settings.memory > 0 {
            let most = settings.memory as Level;
            since = Some((1 + seen.len(), most));
            seen.push(Variable::count("since", 0, most, "beats"));
        }
        let mut signal = None;
        if !readings.is_empty() {
            signal = Some(1 + seen.len());
            let told = readings.iter().map(|reading| reading.name.clone());
            seen.push(labels(
                std::iter::once(NO_SIGNAL.to_owned()).chain(told).collect(),
                "signal",
            ));
        }
        let hidden = labels(settings.condition_names(), &settings.name);
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "conditions".to_owned(),
                    message: error.to_string(),
                    remedy: "give at least 2 conditions".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(std::iter::once(hidden).chain(seen.iter().cloned()).collect())?,
            observation_space: space(seen)?,
            action_space: space(vec![Variable::choice("action", &names)])?,
            sources: ["start", "failure", "wear", "renewal", "finding", "signal"]
                .map(str::to_owned),
            items: ["earnings", "inspection", "maintenance", "replacement", "failures"]
                .map(str::to_owned),
            places: Places { stations: vec!["machine".to_owned()], buffers: Vec::new() },
            acts,
            stages,
            start: padded(&settings.start),
            renewed: padded(&settings.renewed),
            failed,
            first_finding,
            since,
            signal,
            settings,
        })
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &InspectionSettings {
        &self.settings
    }

    /// The level of the action that inspects, if that is offered.
    pub fn inspects(&self) -> Option<Level> {
        self.acts.iter().position(|act| matches!(act, Act::Inspect { .. })).map(|at| at as Level)
    }

    /// The level of the action that betters the condition: replaces, or where that is not offered
    /// maintains; `None` where neither is.
    pub fn treats(&self) -> Option<Level> {
        self.acts.iter().rposition(|act| matches!(act, Act::Treat(_))).map(|at| at as Level)
    }

    /// The news of a failure, where there can be one.
    pub fn failure(&self) -> Option<Level> {
        (self.failed != NO_NEWS).then_some(self.failed)
    }

    /// The news that is the finding of this number; those above are worse or other findings.
    pub fn finding(&self, number: usize) -> Level {
        self.first_finding + number as Level
    }

    /// Whether this news is a finding.
    pub fn is_finding(&self, news: Level) -> bool {
        news >= self.first_finding
    }
}

impl Environment for Inspection {
    tells_its_parts!("Inspection");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        state.fill(0);
        // What is certain is not drawn.
        let certain = self.start.iter().position(|&p| p == 1.0);
        state[CONDITION] = certain.unwrap_or_else(|| beat.pick(START, &self.start)) as Level;
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let mut condition = state[CONDITION] as usize;
        let (mut news, mut taken, mut looks) = (NO_NEWS, false, false);
        match &self.acts[action[0] as usize] {
            Act::Run => {}
            Act::Inspect { cost, takes_the_beat } => {
                beat.earn(INSPECTION, -cost);
                (taken, looks) = (*takes_the_beat, true);
            }
            Act::Treat(treatment) => {
                beat.earn(treatment.item, -treatment.cost[condition]);
                (taken, news) = (treatment.takes_the_beat, treatment.news);
                match treatment.restores {
                    Some(better) => condition = condition.saturating_sub(better),
                    None => {
                        beat.tell(Event::Replaced { station: 0 });
                        condition = beat.pick(RENEWAL, &self.renewed);
                    }
                }
            }
        }

        let mut signal = 0;
        if taken {
            beat.tell(Event::Spent { station: 0, condition: Condition::Planned });
        } else {
            let stage = &self.stages[condition];
            beat.earn(EARNINGS, stage.earnings);
            beat.tell(Event::Spent { station: 0, condition: Condition::Working });
            if stage.fails > 0.0 && !beat.toss(FAILURE, Odds::unless(stage.fails)) {
                beat.earn(FAILURES, -self.settings.failure_cost);
                beat.tell(Event::Failed { station: 0 });
                beat.tell(Event::Replaced { station: 0 });
                condition = beat.pick(RENEWAL, &self.renewed);
                (news, looks) = (self.failed, false);
            } else {
                condition = beat.pick(WEAR, &stage.next);
                if self.signal.is_some() {
                    signal = 1 + beat.pick(SIGNAL, &self.stages[condition].signals) as Level;
                }
            }
        }
        if looks {
            news = self.finding(beat.pick(FINDING, &self.stages[condition].findings));
        }

        next[CONDITION] = condition as Level;
        next[NEWS] = news;
        if let Some((since, most)) = self.since {
            next[since] = 0;
            if news == NO_NEWS {
                next[NEWS] = state[NEWS];
                next[since] = (state[since] + 1).min(most);
            }
        }
        if let Some(place) = self.signal {
            next[place] = signal;
        }
    }

    fn usual_action(&self, action: &mut [Level]) {
        action[0] = RUN;
    }

    fn observation_space(&self) -> &Space {
        &self.observation_space
    }

    fn observes_state(&self) -> bool {
        false
    }

    fn observe<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        levels: &mut [Level],
        _reals: &mut [f64],
        _beat: &mut B,
    ) {
        levels.copy_from_slice(&state[NEWS..]);
    }

    fn standing_condition(&self, _state: &[Level], _station: usize) -> Option<Condition> {
        Some(Condition::Working)
    }
}

impl Enumerable for Inspection {}

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
pub(super) use tests::examples;
