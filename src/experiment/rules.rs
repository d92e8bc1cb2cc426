//! Rules of thumb at their best: what learning must beat.
//!
//! A rule whose settings are left open is given the best: on the model, where there is one and the
//! rule acts by the state alone, by exact values; else by simulation ([`super::tuning`]).

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use crate::environments::line::MachineVariables;
use crate::environments::{AnyEnvironment, Line};
use crate::heuristics::{
    AgeBasedSettings, AlwaysRun, BaseStockSettings, ConditionBasedSettings, ConwipSettings,
    DispatchSettings, ForecastSettings, Found, HysteresisSettings, NearestJobSettings, NextProduct,
    PeriodicInspectionSettings, Priority, ProduceUpToSettings, ReorderPointSettings,
    ServingSettings, age_based, base_stock, best_levels, condition_based, conwip, dispatch,
    forecast, hysteresis, nearest_job, periodic_inspection, produce_up_to, reorder_point, serving,
};
use crate::mdp::{
    Criterion, Enumeration, EnumerationOptions, Environment, Level, Policy, Progress,
};
use crate::scenario::{AgentSpec, KanbanSettings, Scenario};

use super::agents::{AgentError, build};
use super::judging::{Worth, judge, worth};
use super::run::AnyAgent;
use super::session::run_settings;
use super::simulate::{Length, ReturnKind, samples};
use super::tuning::{Effort, Simulated, best_by_simulation, eighths};

/// Up to so many settings are all tried on the model.
const ALL_TRIED: u64 = 20_000;
/// Where settings to try times states are more than this, the model takes too long (some minutes).
const MOST_WORK: u64 = 1_000_000_000;
/// Beats of a replication that count, for the average reward, while settings are compared.
const COMPARED_BEATS: u64 = 10_000;
/// A future whose rewards weigh less than this is not played, for the discounted reward.
const NEGLIGIBLE: f64 = 1e-3;
/// How many beats, times stations or stocks, may be played while settings are compared: a minute or
/// less on two cores.
const MOST_PLAYED: u64 = 1_000_000_000;
/// The first replication of a search: no simulation that is reported has so many, so that what it
/// reports has not been chosen by its own luck.
const SEARCHED: u64 = 1 << 40;

/// What always running is worth; `None` where the criterion says nothing of it.
pub fn always_run(
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
) -> Option<Worth> {
    judge(&AlwaysRun::new(environment.erased()), environment, enumeration, criterion).ok().flatten()
}

/// On what settings were found to be the best.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// Exact values on the model.
    Model(Found),
    /// Simulation.
    Simulation(Simulated),
}

/// A rule at its best.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// The rule with the settings found; a rollout or a prediction with those of its base.
    pub spec: AgentSpec,
    /// On what they were found.
    pub basis: Basis,
}

/// Whether a rule leaves settings open that are to be found before it can act.
pub fn leaves_open(spec: &AgentSpec) -> bool {
    match spec {
        AgentSpec::Threshold(settings) => settings.is_open(),
        AgentSpec::Kanban(settings) => settings.levels.is_empty(),
        AgentSpec::Conwip(settings) => settings.cap.is_none(),
        AgentSpec::BaseStock(settings) => settings.levels.is_empty(),
        AgentSpec::Hysteresis(settings) => settings.start.is_empty() && settings.stop.is_empty(),
        AgentSpec::ReorderPoint(settings) => {
            settings.reorder.is_empty() && settings.up_to.is_empty()
        }
        AgentSpec::Forecast(settings) => settings.safety.is_none(),
        AgentSpec::AgeBased(settings) => settings.age.is_none(),
        AgentSpec::ConditionBased(settings) => settings.control_limit.is_none(),
        AgentSpec::LongestQueue(settings) | AgentSpec::CMu(settings) => settings.cap.is_none(),
        AgentSpec::NearestJob(settings) => settings.home.is_none(),
        AgentSpec::ProduceUpTo(settings) => settings.levels.is_empty(),
        AgentSpec::PeriodicInspection(settings) => {
            settings.every.is_none() || settings.treat_from.is_none()
        }
        AgentSpec::Dispatch(settings) => settings.limits.is_empty(),
        other => other.base().is_some_and(leaves_open),
    }
}

/// Finds the best settings of a rule that leaves them open. `Ok(None)` where it was cancelled, or
/// none was worth a number. Where the scenario's states are `known` already they are not enumerated
/// again.
///
/// # Errors
/// Where the rule cannot act here, or there is nothing to be found.
pub fn best(
    spec: &AgentSpec,
    scenario: &Scenario,
    known: Option<&Enumeration>,
    progress: &Progress,
) -> Result<Option<Best>, AgentError> {
    if let Some(base) = spec.base() {
        let found = best(base, scenario, known, progress)?;
        return Ok(found.map(|best| Best { spec: spec.with_base(best.spec), basis: best.basis }));
    }
    let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
    let ranges = ranges(spec, environment)?;
    if let Some(enumeration) = model_for(spec, environment, &ranges, known, progress) {
        let found = best_on_model(spec, environment, &enumeration, criterion, progress)?;
        return Ok(found.and_then(|found| {
            let spec = with_levels(spec, environment, &found.levels)?;
            Some(Best { spec, basis: Basis::Model(found) })
        }));
    }
    if progress.is_cancelled() {
        return Ok(None);
    }
    let found = best_simulated(spec, scenario, progress)?;
    Ok(found.and_then(|found| {
        let spec = with_levels(spec, environment, &found.levels)?;
        Some(Best { spec, basis: Basis::Simulation(found) })
    }))
}

/// The model to find a rule's settings on; `None` where there is none, the rule does not act by the
/// state alone, or it would take too long.
fn model_for<'k>(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
    ranges: &[RangeInclusive<Level>],
    known: Option<&'k Enumeration>,
    progress: &Progress,
) -> Option<Cow<'k, Enumeration>> {
    if remembers(spec, environment) {
        return None;
    }
    let sizes = ranges.iter().map(|range| u64::from(range.end().abs_diff(*range.start())) + 1);
    let settings = sizes.reduce(u64::saturating_mul)?.min(ALL_TRIED);
    let enumeration = match known {
        Some(known) => Cow::Borrowed(known),
        None => {
            let found = environment.erased().enumerate(EnumerationOptions::default(), progress);
            Cow::Owned(found.ok()?)
        }
    };
    let work = settings.saturating_mul(enumeration.states.len() as u64);
    (work <= MOST_WORK).then_some(enumeration)
}

/// Whether a rule acts by what it remembers beside the state.
pub(super) fn remembers(spec: &AgentSpec, environment: &AnyEnvironment) -> bool {
    match (spec, environment) {
        (AgentSpec::Forecast(_), _) => true,
        (AgentSpec::Hysteresis(_), AnyEnvironment::Line(line)) => hysteresis::must_remember(line),
        (AgentSpec::AgeBased(_), AnyEnvironment::Replacement(machine)) => {
            age_based::must_count(machine)
        }
        (AgentSpec::PeriodicInspection(_), _) => true,
        _ => false,
    }
}

/// Finds the best settings by exact values on the model: all of them where they are few, else by
/// coordinate ascent. `Ok(None)` where it was cancelled or none was worth a number.
///
/// # Errors
/// Where the rule cannot act here, or there is nothing to be found.
pub fn best_on_model(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
    progress: &Progress,
) -> Result<Option<Found>, AgentError> {
    let ranges = ranges(spec, environment)?;
    let value = |levels: &[Level]| -> Result<f64, AgentError> {
        let Some(spec) = with_levels(spec, environment, levels) else { return Ok(f64::NAN) };
        let agent = build(&spec, environment, criterion, None)?;
        let policy = Policy::of_agent(agent.agent(), environment.erased(), enumeration);
        let judged = policy.map(|policy| worth(enumeration, &policy, criterion));
        Ok(judged.and_then(Result::ok).map_or(f64::NAN, |worth| worth.value))
    };
    let found = best_levels(&ranges, ALL_TRIED, 1e-9, value, progress)?;
    Ok(found.filter(|found| found.finished))
}

/// Finds the kanban levels of highest value: one for each buffer, from 0 (which always holds back)
/// to one above its capacity (which never does). A buffer that no controlled machine feeds keeps the level
/// that never holds back, since none there would do anything. `Ok(None)` where no buffer is fed by
/// a controlled machine, or it was cancelled.
///
/// # Errors
/// Where the environment is no line.
pub fn best_kanban(
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
    progress: &Progress,
) -> Result<Option<Found>, AgentError> {
    let kanban = AgentSpec::Kanban(KanbanSettings::default());
    match best_on_model(&kanban, environment, enumeration, criterion, progress) {
        Err(AgentError::NothingToHold(_)) => Ok(None),
        found => found,
    }
}

/// Finds the best settings by simulation, all on the same luck.
///
/// # Errors
/// Where the rule cannot act here, or there is nothing to be found.
pub fn best_simulated(
    spec: &AgentSpec,
    scenario: &Scenario,
    progress: &Progress,
) -> Result<Option<Simulated>, AgentError> {
    let ranges = &ranges(spec, &scenario.environment)?;
    let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
    let (length, returns, beats) = compared_by(scenario);
    let budget = affordable(environment, beats);
    let effort = Effort { budget, ..Effort::default() };
    progress.set_done(0);
    progress.set_total(budget.saturating_mul(beats));
    let settings = run_settings(scenario);
    let sample = |levels: &[Level], replications: Range<u64>| {
        let Some(spec) = with_levels(spec, environment, levels) else {
            return Ok(Some(Vec::new()));
        };
        // Built once here, so that what is wrong is told; then building cannot fail.
        let probe = build(&spec, environment, criterion, None)?;
        let agent = || AnyAgent::Other(probe.agent().boxed_clone());
        let replications = SEARCHED + replications.start..SEARCHED + replications.end;
        Ok(samples(environment, &agent, settings, length, returns, replications, progress))
    };
    let is_setting = |levels: &[Level]| with_levels(spec, environment, levels).is_some();
    let beginnings = match spec {
        AgentSpec::Threshold(_) => thresholds::beginnings(environment),
        spec => beginnings(spec, ranges),
    };
    best_by_simulation(ranges, &beginnings, is_setting, effort, sample, progress)
}

/// How many replications of so many beats a search may play: a beat takes the longer the more stations
/// there are, or stocks and orders under way.
fn affordable(environment: &AnyEnvironment, beats: u64) -> u64 {
    let places = environment.places();
    let work = places.stations.len().max(places.buffers.len()).max(1) as u64;
    MOST_PLAYED / beats.saturating_mul(work).max(1)
}

/// How long the replications are by which settings are compared, what their return is, and how many
/// beats that takes.
fn compared_by(scenario: &Scenario) -> (Length, ReturnKind, u64) {
    let contents = &scenario.contents;
    match contents.criterion {
        Criterion::Average => {
            let counted = contents.beats.clamp(1, COMPARED_BEATS);
            let warm_up = counted / 5;
            (Length::Beats { counted, warm_up }, ReturnKind::Beat, counted + warm_up)
        }
        criterion => {
            let beats = criterion.beats_that_count(NEGLIGIBLE).unwrap_or(contents.beats);
            let counted = beats.clamp(1, 2 * COMPARED_BEATS);
            (Length::Beats { counted, warm_up: 0 }, ReturnKind::Episode, counted)
        }
    }
}

/// The levels that are to be found, with what each may be.
///
/// - *Kanban, base stock*: a level for each buffer.
/// - *Condition*: the limit, and that of who is treated along.
/// - *CONWIP, age, longest queue, c·μ*: a single one.
/// - *Nearest job first*: where a robot without a job waits, and the reserve of charge.
/// - *Periodic inspection*: the interval, then the finding from which on it is treated.
/// - *Base stock*, of stocks that are ordered for: a level for each.
/// - *Reorder point*: for each stock S, then for each S − s.
/// - *Forecast*: the safety stock.
/// - *Threshold*: the variable, the level and the actions, as [`thresholds`] numbers them.
/// - *Produce up to*: which product is next, where that is left open, then for each product its level,
///   then its lot.
/// - *Dispatching*: the priority, where that is left open, and the limit of each type.
/// - *Hysteresis*: for each buffer S, then for each S − s, so that moving S keeps the distance.
///
/// # Errors
/// Where the rule cannot act here, or there is nothing to be found.
pub fn ranges(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
) -> Result<Vec<RangeInclusive<Level>>, AgentError> {
    super::agents::check(spec, environment)?;
    let level = |level: u32| Level::try_from(level).unwrap_or(Level::MAX);
    let found = match (spec, environment) {
        (AgentSpec::Kanban(_), AnyEnvironment::Line(line)) => {
            of_buffers(line, 0, |_, capacity| level(capacity.saturating_add(1)))
        }
        (AgentSpec::BaseStock(_), AnyEnvironment::Line(line)) => {
            let most = base_stock::loosest_levels(line);
            of_buffers(line, 0, |buffer, _| most.get(buffer).map_or(0, |most| level(*most)))
        }
        (AgentSpec::BaseStock(_), _) => {
            let points = reorder_point::stocking_points(environment);
            points.iter().map(|point| 0..=point.most_together).collect()
        }
        (AgentSpec::ReorderPoint(_), _) => {
            let points = reorder_point::stocking_points(environment);
            let up_to = points.iter().map(|point| point.least.max(-1) + 1..=point.most);
            let widths = points.iter().map(|point| 1..=point.most - point.least);
            up_to.chain(widths).collect()
        }
        (AgentSpec::Forecast(_), _) => vec![0..=forecast::most_safety(environment)],
        (AgentSpec::Hysteresis(_), AnyEnvironment::Line(line)) => {
            let most = |_, capacity: u32| level(capacity.saturating_add(1));
            let widths = of_buffers(line, 1, most).into_iter().map(|range| {
                // Of who never stops only one distance is a setting.
                if range.start() == range.end() { 1..=1 } else { range }
            });
            let stops = of_buffers(line, 1, most);
            stops.into_iter().chain(widths).collect()
        }
        (AgentSpec::Threshold(_), _) => thresholds::ranges(environment),
        (AgentSpec::Conwip(_), AnyEnvironment::Line(line)) => {
            conwip::loosest_cap(line).map(|most| 0..=level(most)).into_iter().collect()
        }
        (AgentSpec::AgeBased(_), AnyEnvironment::Replacement(machine)) => {
            vec![1..=level(age_based::loosest_age(machine))]
        }
        (AgentSpec::ConditionBased(_), AnyEnvironment::Replacement(machine)) => {
            let most = level(condition_based::loosest_limit(machine));
            // A single unit has no other to be treated along with.
            let joint = if machine.settings().units > 1 { 0..=most } else { most..=most };
            vec![0..=most, joint]
        }
        (AgentSpec::LongestQueue(_) | AgentSpec::CMu(_), environment) => {
            let caps = serving::caps(environment).into_iter();
            // Where nobody can be turned away the order alone is the rule.
            return Ok(caps.map(|caps| level(*caps.start())..=level(*caps.end())).collect());
        }
        (AgentSpec::NearestJob(_), AnyEnvironment::ShopFloor(floor)) => {
            let (home, reserve) = nearest_job::most(floor);
            vec![0..=level(home), 0..=level(reserve)]
        }
        (AgentSpec::ProduceUpTo(settings), AnyEnvironment::Setups(machine)) => {
            let most = produce_up_to::most(machine);
            let next = NextProduct::ALL.iter().position(|next| Some(*next) == settings.next);
            let next = next.map_or(0..=1, |next| next as Level..=next as Level);
            // A single product needs no change over.
            let lots = if most.len() > 1 { Level::MAX } else { 1 };
            let levels = most.iter().map(|(units, _)| 0..=level(*units));
            let lots = most.iter().map(|(_, lot)| 1..=level(*lot).min(lots));
            std::iter::once(next).chain(levels).chain(lots).collect()
        }
        (AgentSpec::PeriodicInspection(_), AnyEnvironment::Inspection(machine)) => {
            vec![
                1..=level(periodic_inspection::loosest_interval()),
                0..=level(periodic_inspection::loosest_limit(machine)),
            ]
        }
        (AgentSpec::Dispatch(settings), AnyEnvironment::Orders(shop)) => {
            let of_shop = shop.settings();
            let place = Priority::ALL.iter().position(|one| Some(*one) == settings.priority);
            let last = Priority::ALL.len() - 1;
            let priorities = match place {
                Some(place) => place as Level..=place as Level,
                // A single type leaves no choice.
                None if of_shop.types.len() == 1 => 0..=0,
                None => 0..=last as Level,
            };
            let most = level(dispatch::loosest_limit(shop));
            let limits = if of_shop.offers { 0..=most } else { most..=most };
            std::iter::once(priorities).chain(vec![limits; of_shop.types.len()]).collect()
        }
        _ => Vec::new(),
    };
    if found.iter().all(|range| range.start() == range.end()) {
        return Err(AgentError::NothingToHold(spec.name()));
    }
    Ok(found)
}

/// For each buffer the levels from the least to the most, only the most where no controlled machine
/// feeds it.
fn of_buffers(
    line: &Line,
    least: Level,
    most: impl Fn(usize, u32) -> Level,
) -> Vec<RangeInclusive<Level>> {
    let fed = |variable: usize| {
        let feeds = |machine: &MachineVariables| {
            machine.action.is_some() && machine.downstream == Some(variable)
        };
        line.machine_variables().iter().any(feeds)
    };
    let buffers = line.places().buffers.iter().enumerate();
    let range = |(place, buffer): (usize, &crate::mdp::BufferPlace)| {
        let most = most(place, buffer.capacity);
        if fed(buffer.variable) { least..=most } else { most..=most }
    };
    buffers.map(range).collect()
}

/// The second limit of condition-based maintenance, where there are several units; `None` where it lies
/// above the first, which would be no other rule.
fn joint_limit(environment: &AnyEnvironment, levels: &[Level]) -> Option<Option<u32>> {
    let &[limit, joint] = levels else { return None };
    match environment {
        AnyEnvironment::Replacement(machine) if machine.settings().units > 1 => {
            if joint > limit {
                None
            } else {
                Some(u32::try_from(joint).ok())
            }
        }
        _ => Some(None),
    }
}

/// The rule with these levels in the order of [`ranges`]; `None` where they are no setting of it.
pub fn with_levels(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
    levels: &[Level],
) -> Option<AgentSpec> {
    let whole = |level: &Level| u32::try_from(*level).ok();
    let all = || levels.iter().map(whole).collect::<Option<Vec<u32>>>();
    let one = || levels.first().and_then(whole);
    Some(match spec {
        AgentSpec::Threshold(_) => AgentSpec::Threshold(thresholds::settings(environment, levels)?),
        AgentSpec::Kanban(_) => AgentSpec::Kanban(KanbanSettings { levels: all()? }),
        AgentSpec::BaseStock(_) => AgentSpec::BaseStock(BaseStockSettings { levels: all()? }),
        AgentSpec::Forecast(settings) => AgentSpec::Forecast(ForecastSettings {
            safety: levels.first().copied(),
            ..settings.clone()
        }),
        AgentSpec::ReorderPoint(_) => {
            let (up_to, widths) = levels.split_at_checked(levels.len() / 2)?;
            let points = reorder_point::stocking_points(environment);
            let reorder = up_to.iter().zip(widths).zip(&points).map(|((up_to, width), point)| {
                // At less than the least position nothing is ever ordered.
                up_to.checked_sub(*width).filter(|reorder| *reorder >= point.least)
            });
            let reorder = reorder.collect::<Option<Vec<Level>>>()?;
            AgentSpec::ReorderPoint(ReorderPointSettings { reorder, up_to: up_to.to_vec() })
        }
        AgentSpec::Conwip(_) => AgentSpec::Conwip(ConwipSettings { cap: Some(one()?) }),
        AgentSpec::AgeBased(_) => AgentSpec::AgeBased(AgeBasedSettings { age: Some(one()?) }),
        AgentSpec::LongestQueue(_) => {
            AgentSpec::LongestQueue(ServingSettings { cap: Some(one()?) })
        }
        AgentSpec::CMu(_) => AgentSpec::CMu(ServingSettings { cap: Some(one()?) }),
        AgentSpec::ConditionBased(settings) => AgentSpec::ConditionBased(ConditionBasedSettings {
            control_limit: Some(one()?),
            joint_limit: joint_limit(environment, levels)?,
            ..settings.clone()
        }),
        AgentSpec::NearestJob(_) => {
            let [home, reserve] = *all()?.as_slice() else { return None };
            let (home, reserve) = (Some(home), Some(reserve));
            AgentSpec::NearestJob(NearestJobSettings { home, reserve })
        }
        AgentSpec::Dispatch(_) => {
            let (priority, limits) = levels.split_first()?;
            let limits = limits.iter().map(whole).collect::<Option<Vec<u32>>>()?;
            let priority = Priority::ALL.get(usize::try_from(*priority).ok()?).copied()?;
            if let (Priority::FirstCome, AnyEnvironment::Orders(shop)) = (priority, environment)
                && !dispatch::knows_who_came_first(shop)
            {
                return None;
            }
            AgentSpec::Dispatch(DispatchSettings { priority: Some(priority), limits })
        }
        AgentSpec::ProduceUpTo(_) => {
            let (next, units) = levels.split_first()?;
            let units = units.iter().map(whole).collect::<Option<Vec<u32>>>()?;
            let (levels, lots) = units.split_at_checked(units.len() / 2)?;
            let next = usize::try_from(*next).ok().and_then(|next| NextProduct::ALL.get(next))?;
            let (levels, lots) = (levels.to_vec(), lots.to_vec());
            AgentSpec::ProduceUpTo(ProduceUpToSettings { levels, lots, next: Some(*next) })
        }
        AgentSpec::PeriodicInspection(_) => {
            let [every, treat_from] = all()?.try_into().ok()?;
            AgentSpec::PeriodicInspection(PeriodicInspectionSettings {
                every: Some(every),
                treat_from: Some(treat_from),
            })
        }
        AgentSpec::Hysteresis(_) => {
            let all = all()?;
            let (stop, widths) = all.split_at_checked(all.len() / 2)?;
            let start = stop.iter().zip(widths).map(|(stop, width)| stop.checked_sub(*width));
            let start = start.collect::<Option<Vec<u32>>>()?;
            AgentSpec::Hysteresis(HysteresisSettings { start, stop: stop.to_vec() })
        }
        _ => return None,
    })
}

/// Settings to begin a search by simulation with: all levels at the same eighths of their ranges;
/// of hysteresis and reorder points S there, with s next to it, half way down and at 0.
fn beginnings(spec: &AgentSpec, ranges: &[RangeInclusive<Level>]) -> Vec<Vec<Level>> {
    let (AgentSpec::Hysteresis(_) | AgentSpec::ReorderPoint(_)) = spec else {
        return eighths(ranges);
    };
    let (stops, _) = ranges.split_at(ranges.len() / 2);
    let of_stops = eighths(stops);
    let with_widths = |stops: &Vec<Level>| {
        let widths: [fn(Level) -> Level; 3] = [|_| 1, |stop| (stop / 2).max(1), |stop| stop.max(1)];
        widths.map(|width| stops.iter().copied().chain(stops.iter().map(|s| width(*s))).collect())
    };
    of_stops.iter().flat_map(with_widths).collect()
}

mod thresholds;

#[cfg(test)]
mod robots;
#[cfg(test)]
mod tests;
