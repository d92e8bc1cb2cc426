//! What can be measured at the end of a lesson's run, from what was played and from the model.

use super::figure::{Figure, exactly, unit};
use super::job::Played;
use super::sweeps;
use crate::environments::AnyEnvironment;
use crate::experiment::agents::follow;
use crate::experiment::decisions::{Cost, Pair, shortfall};
use crate::experiment::fork::{ForkOptions, exact, fork, settled};
use crate::experiment::judging::{gap, judge};
use crate::experiment::optimum::Optimum;
use crate::experiment::person::Person;
use crate::experiment::records::rate;
use crate::experiment::run::AnyRun;
use crate::experiment::series::Series;
use crate::experiment::statistics::Estimate;
use crate::heuristics::threshold::NamedLevels;
use crate::mdp::{Agent, Criterion, Level, Progress};
use crate::scenario::lesson::{ForkSpec, Measured, Per, Remember, Who};
use crate::scenario::{Scenario, Text};

/// What is known at the end of a run.
pub(super) struct Ending<'a> {
    pub scenario: &'a Scenario,
    /// Whether the agent learns, so that episodes of one run are not alike.
    pub learns: bool,
    pub optimum: Option<&'a Optimum>,
    pub progress: &'a Progress,
}

/// A decision that falls short of the best by no more than this is as good.
const AS_GOOD: f64 = 1e-6;

/// A figure that is made of earlier ones; `None` where it is measured.
pub(super) fn pair<'f>(
    one: &Remember,
    known: impl Iterator<Item = &'f Figure> + Clone,
) -> Option<Figure> {
    let find = |name: &str| known.clone().find(|figure| figure.name == name);
    let (estimate, samples, of) = match &one.what {
        Measured::Difference(names) => {
            let (first, second) = (find(&names.first)?, find(&names.second)?);
            let each = first.samples.iter().zip(&second.samples);
            let samples = each.map(|(first, second)| first - second).collect();
            let both = first.is_exact() && second.is_exact();
            let less = first.less(second);
            let estimate = if both { exactly(less.mean) } else { less };
            (estimate, samples, first.unit.clone())
        }
        Measured::Wins(names) => {
            let (first, second) = (find(&names.first)?, find(&names.second)?);
            let each = first.samples.iter().zip(&second.samples);
            let wins: Vec<f64> =
                each.map(|(first, second)| if first > second { 100.0 } else { 0.0 }).collect();
            let mean = wins.iter().sum::<f64>() / wins.len() as f64;
            (exactly(mean), wins, Text::One("%".to_owned()))
        }
        _ => return None,
    };
    Some(Figure { name: one.name.clone(), label: one.label.clone(), unit: of, estimate, samples })
}

/// Measures a figure at the end of a run on one or many seeds.
pub(super) fn measure(
    one: &Remember,
    ending: &Ending<'_>,
    all: &mut [Played],
) -> Result<Figure, String> {
    let alone = all.len() == 1;
    let mut samples = Vec::new();
    let mut estimate = None;
    for played in all.iter_mut() {
        let found = ending.of(&one.what, played)?;
        samples.push(found.mean);
        estimate = Some(found);
    }
    let of_the_model = is_of_the_model(&one.what);
    let estimate = match estimate {
        Some(estimate) if alone || of_the_model => estimate,
        _ => Estimate::of_samples(&samples),
    };
    if !estimate.mean.is_finite() {
        return Err("it is no number: nothing of the kind was met".to_owned());
    }
    Ok(Figure {
        name: one.name.clone(),
        label: one.label.clone(),
        unit: ending.unit(&one.what),
        estimate,
        samples: if of_the_model { vec![estimate.mean] } else { samples },
    })
}

/// Whether a figure is the same on every seed.
fn is_of_the_model(what: &Measured) -> bool {
    matches!(
        what,
        Measured::Optimum(_)
            | Measured::SweepsToPolicy
            | Measured::SweepsToValues(_)
            | Measured::SweptGap(_)
    )
}

impl Ending<'_> {
    /// The figure of one run, with its own interval.
    fn of(&self, what: &Measured, played: &mut Played) -> Result<Estimate, String> {
        let run = &*played.run;
        let (tally, records) = (run.tally(), run.records());
        let simulated = |mean: f64| Estimate::around(mean, None);
        Ok(match what {
            Measured::Reward(per) => records.reward_rate().times(self.per(*per)),
            Measured::Output(per) => simulated(tally.throughput() * self.per(*per)),
            Measured::Stock => simulated(tally.wip()),
            Measured::LeadTime => simulated(tally.lead_time()),
            Measured::Share { station, cause } => {
                let stations = &run.environment().places().stations;
                let place = stations.iter().position(|known| known == station);
                let place = place.ok_or_else(|| format!("there is no station `{station}`"))?;
                simulated(100.0 * tally.share(place, *cause))
            }
            Measured::Return => self.of_episodes(&records.returns),
            Measured::Length => self.of_episodes(&records.lengths),
            Measured::Ended => exactly(records.terminal as f64),
            Measured::CutOff => exactly(records.cut_off as f64),
            Measured::Level(name) => {
                let place = run.environment().state_space().position(name);
                let level = place.and_then(|place| run.state().get(place));
                exactly(f64::from(*level.ok_or("there is no such variable")?))
            }
            Measured::DecisionCost(per) => {
                let cost = self.cost(played)?;
                exactly(self.per(*per) * cost.lost / cost.decisions as f64)
            }
            Measured::BestDecisions => {
                let cost = self.cost(played)?;
                exactly(100.0 * cost.best as f64 / cost.decisions as f64)
            }
            Measured::Optimum(per) => exactly(self.best()? * self.per(*per)),
            Measured::Policy(per) => self.one_of_many(self.policy(run)? * self.per(*per)),
            Measured::Gap => {
                let share = gap(self.best()?, self.policy(run)?);
                self.one_of_many(
                    100.0 * share.ok_or("no share can be had of an optimum of nothing")?,
                )
            }
            Measured::Value => exactly(self.value(run)?),
            Measured::ActionValue(action) => exactly(self.action(run, action)?.1),
            Measured::ActionReward(action) => exactly(self.action(run, action)?.0),
            Measured::ActionFuture(action) => {
                let (reward, value) = self.action(run, action)?;
                exactly(value - reward)
            }
            Measured::Fork(spec) => self.fork(run, spec)?,
            Measured::SweepsToPolicy => {
                exactly(sweeps::to_policy(self.scenario, self.known()?, self.progress)? as f64)
            }
            Measured::SweepsToValues(percent) => {
                let (scenario, found) = (self.scenario, self.known()?);
                exactly(sweeps::to_values(scenario, found, *percent, self.progress)? as f64)
            }
            Measured::SweptValue(count) => {
                let values =
                    sweeps::after(self.scenario, self.known()?, *count, self.progress)?.values;
                let state = self.number(run)?;
                exactly(*values.get(state).ok_or("the model has not this state")?)
            }
            Measured::SweptGap(count) => {
                let worth =
                    sweeps::worth_after(self.scenario, self.known()?, *count, self.progress)?;
                let share = gap(self.best()?, worth);
                exactly(100.0 * share.ok_or("no share can be had of an optimum of nothing")?)
            }
            Measured::Difference(_) | Measured::Wins(_) => {
                return Err("what it is made of is not known".to_owned());
            }
        })
    }

    /// What a learner came to on one seed says nothing of others; a rule is what it is.
    fn one_of_many(&self, value: f64) -> Estimate {
        if self.learns { Estimate::around(value, None) } else { exactly(value) }
    }

    /// The mean over the episodes of one run: those of a learner are not alike.
    fn of_episodes(&self, series: &Series) -> Estimate {
        if self.learns {
            return Estimate::around(series.mean(), None);
        }
        let alike = series.width() == 1 && series.buckets().len() > 1;
        let each: Vec<f64> = series.buckets().iter().map(|bucket| bucket.sum).collect();
        if alike { Estimate::of_samples(&each) } else { rate(series) }
    }

    fn per(&self, per: Per) -> f64 {
        match per {
            Per::Beat => 1.0,
            Per::Hour => 3600.0 / self.scenario.contents.beat_seconds().unwrap_or(3600.0),
        }
    }

    fn known(&self) -> Result<&Optimum, String> {
        self.optimum.ok_or_else(|| "the best policy was not found".to_owned())
    }

    fn best(&self) -> Result<f64, String> {
        let value = self.known()?.value();
        value.ok_or_else(|| "the bounds of the best policy are too far apart".to_owned())
    }

    fn gamma(&self) -> f64 {
        self.scenario.contents.criterion.discount().unwrap_or(1.0)
    }

    fn cost(&self, played: &mut Played) -> Result<Cost, String> {
        let found = self.known()?;
        let (values, gamma) = (&found.solution.values, self.gamma());
        let loss = |pair: Pair| shortfall(&found.enumeration, values, gamma, AS_GOOD, pair);
        let cost = match &mut played.decisions {
            Some(decisions) => decisions.price(loss),
            None => match played.run.agent_any().and_then(|agent| agent.downcast_mut::<Person>()) {
                Some(person) => {
                    person.decisions().forget_prices();
                    person.decisions().price(loss)
                }
                None => return Err("no decisions were noted".to_owned()),
            },
        };
        if cost.decisions == 0 {
            return Err("no decision was taken".to_owned());
        }
        Ok(cost)
    }

    fn policy(&self, run: &dyn AnyRun) -> Result<f64, String> {
        let (enumeration, criterion) =
            (&self.known()?.enumeration, self.scenario.contents.criterion);
        let found = judge(run.agent(), &self.scenario.environment, enumeration, criterion);
        let worth = found.map_err(|error| error.to_string())?;
        Ok(worth.ok_or("the policy is not known in every state")?.value)
    }

    /// The number of the state now in the model.
    fn number(&self, run: &dyn AnyRun) -> Result<usize, String> {
        let index = run.environment().state_space().index(run.state());
        let number = self.known()?.enumeration.states.find(index);
        number.ok_or_else(|| "the model has not this state".to_owned())
    }

    fn value(&self, run: &dyn AnyRun) -> Result<f64, String> {
        let number = self.number(run)?;
        let value = self.known()?.solution.values.get(number).copied();
        value.ok_or_else(|| "the model has not this state".to_owned())
    }

    /// Expected reward and value of an action in the state now.
    fn action(&self, run: &dyn AnyRun, named: &NamedLevels) -> Result<(f64, f64), String> {
        let action = levels(run.environment(), named);
        let (environment, state) = (self.scenario.environment.erased(), run.state());
        if !environment.allows(state, &action) {
            return Err("the action is not allowed in this state".to_owned());
        }
        let branches = environment.branches(state, &action).map_err(|error| error.to_string())?;
        let reward = branches.iter().map(|branch| branch.probability * branch.reward).sum();
        let values = exact(self.scenario, self.known()?, state, &[action]);
        let value = values.and_then(|values| values.first().copied());
        Ok((reward, value.ok_or("the model has not this state")?))
    }

    fn fork(&self, run: &dyn AnyRun, spec: &ForkSpec) -> Result<Estimate, String> {
        let environment = run.environment();
        let actions = [levels(environment, &spec.first), levels(environment, &spec.second)];
        if let Some(action) = actions.iter().find(|a| !environment.erased().allows(run.state(), a))
        {
            let words = environment.action_space().describe(action);
            return Err(format!("{words} is not allowed in this state"));
        }
        let usual = ForkOptions::usual(self.scenario.contents.criterion);
        let beats = spec.beats.unwrap_or(usual.beats);
        let options = ForkOptions { futures: spec.futures, beats };
        let then: Box<dyn Agent> = match spec.then {
            Who::Agent => settled(run),
            Who::Optimum => {
                let plan = self.known()?.plan();
                Box::new(follow("Optimum", environment, &plan).map_err(|error| error.to_string())?)
            }
        };
        let forked = fork(run, &actions, &*then, options, self.progress);
        let forked = forked.ok_or("the agent that goes on does not decide by itself")?;
        let pair = forked.against.first().ok_or("there is nothing to compare")?;
        Ok(pair.difference)
    }

    /// The unit of a figure.
    fn unit(&self, what: &Measured) -> Text {
        let money = &self.scenario.contents.currency;
        let average = self.scenario.contents.criterion == Criterion::Average;
        let rate = |of: &str, zh: &str, per: Per| match per {
            Per::Beat => unit(format!("{of} a beat"), format!("{zh}/拍")),
            Per::Hour => unit(format!("{of}/h"), format!("{zh}/h")),
        };
        match what {
            Measured::Reward(per) | Measured::DecisionCost(per) => rate(money, money, *per),
            Measured::Optimum(per) | Measured::Policy(per) if average => rate(money, money, *per),
            Measured::Output(per) => rate("parts", "件", *per),
            Measured::Stock => unit("parts", "件"),
            Measured::LeadTime | Measured::Length => unit("beats", "拍"),
            Measured::Share { .. } | Measured::BestDecisions | Measured::Gap => {
                Text::One("%".into())
            }
            Measured::SweptGap(_) | Measured::Wins(_) => Text::One("%".into()),
            Measured::Ended | Measured::CutOff => unit("episodes", "回合"),
            Measured::SweepsToPolicy | Measured::SweepsToValues(_) => unit("sweeps", "遍"),
            Measured::Level(name) => {
                let space = self.scenario.environment.state_space();
                let place = space.position(name);
                let variable = place.and_then(|place| space.variables().get(place));
                Text::One(variable.map_or(String::new(), |variable| variable.unit.clone()))
            }
            Measured::Return
            | Measured::Optimum(_)
            | Measured::Policy(_)
            | Measured::Value
            | Measured::ActionValue(_)
            | Measured::ActionReward(_)
            | Measured::ActionFuture(_)
            | Measured::Fork(_)
            | Measured::SweptValue(_)
            | Measured::Difference(_) => Text::One(money.clone()),
        }
    }
}

/// An action by the names of its levels; those not named are those of the usual one.
fn levels(environment: &AnyEnvironment, named: &NamedLevels) -> Vec<Level> {
    let space = environment.action_space();
    let mut action = vec![0; space.len()];
    environment.erased().usual_action(&mut action);
    for (name, level) in named {
        let place = space.position(name);
        let found = place.and_then(|place| Some((place, level.of(space.variables().get(place)?)?)));
        if let Some((place, level)) = found
            && let Some(at) = action.get_mut(place)
        {
            *at = level;
        }
    }
    action
}

/// All actions of a state that may be taken, in the order of the space.
pub(super) fn allowed(environment: &AnyEnvironment, state: &[Level]) -> Vec<Vec<Level>> {
    let space = environment.action_space();
    let each = (0..space.count().unwrap_or(0)).map(|flat| {
        let mut action = vec![0; space.len()];
        space.levels(flat, &mut action);
        action
    });
    each.filter(|action| environment.erased().allows(state, action)).collect()
}

/// The actions that are the best in a state, all that are equally good.
pub(super) fn best_actions(
    scenario: &Scenario,
    found: &Optimum,
    state: &[Level],
) -> Option<Vec<Vec<Level>>> {
    let actions = allowed(&scenario.environment, state);
    let values = exact(scenario, found, state, &actions)?;
    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let each = actions.into_iter().zip(values);
    Some(each.filter(|(_, value)| *value >= best - AS_GOOD).map(|(action, _)| action).collect())
}
