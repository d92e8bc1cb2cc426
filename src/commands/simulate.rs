//! `taktlab simulate FILE`: an agent over replications, with 95 % intervals.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use crate::environments::AnyEnvironment;
use crate::experiment::Estimate;
use crate::experiment::comparison::words::counted;
use crate::experiment::frozen::Frozen;
use crate::experiment::policy_table::PolicyTable;
use crate::experiment::report::{Given, Simulation, SimulationOptions, WarmUp, simulate_scenario};
use crate::experiment::rules::Basis;
use crate::experiment::saved_agent::SavedAgent;
use crate::experiment::simulate::Summary;
use crate::heuristics::threshold::{LevelName, NamedLevels};
use crate::heuristics::{
    DispatchSettings, HysteresisSettings, Priority, ProduceUpToSettings, ReorderPointSettings,
    ThresholdSettings, reorder_point,
};
use crate::mdp::{Condition, Criterion, Progress};
use crate::scenario::{AgentSpec, RolloutSettings, Scenario};

/// Arguments of `simulate`.
#[derive(Debug, clap::Args)]
pub struct SimulateArguments {
    /// The scenario.
    file: PathBuf,
    /// The agent by name: always-run, kanban, conwip, optimum, q-learning … (a wrong name shows
    /// all). A rule of thumb has its best settings found. The scenario's if not given.
    #[arg(long)]
    agent: Option<String>,
    /// A policy as a table, which `solve --policy` or `train --policy` wrote, in place of an agent.
    #[arg(long, value_name = "FILE", conflicts_with = "agent")]
    policy: Option<PathBuf>,
    /// An agent that `train --save` wrote, without learning or exploring, in place of one by name.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["agent", "policy"])]
    trained: Option<PathBuf>,
    /// Beats a replication; the scenario's if not given.
    #[arg(long, value_parser = super::at_least_one, allow_negative_numbers = true, conflicts_with = "episodes")]
    beats: Option<u64>,
    /// Whole episodes a replication, in place of beats.
    #[arg(long, value_parser = super::at_least_one, allow_negative_numbers = true)]
    episodes: Option<u64>,
    /// Beats before those that count; if not given, for the average reward as MSER-5 finds, at most
    /// a tenth of them.
    #[arg(long, value_parser = super::any_count, allow_negative_numbers = true)]
    warm_up: Option<u64>,
    /// Independent replications; the scenario's if not given.
    #[arg(long, value_parser = super::runs, allow_negative_numbers = true)]
    replications: Option<u64>,
    /// The seed, instead of the scenario's.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Runs the command.
pub(super) fn run(arguments: &SimulateArguments) -> Result<(), Failure> {
    let scenario = super::load(&arguments.file)?;
    let options = SimulationOptions {
        agent: super::agent_named(arguments.agent.as_deref(), &scenario)?,
        beats: arguments.beats,
        episodes: arguments.episodes,
        warm_up: arguments.warm_up,
        replications: arguments.replications,
        seed: arguments.seed,
        given: given(arguments, &scenario)?,
    };
    let progress = Arc::new(Progress::new());
    let simulation =
        with_bar("simulating", &progress, || simulate_scenario(&scenario, &options, &progress))
            .map_err(Failure::input)?;
    match arguments.format {
        Format::Json => {
            let file = arguments.file.display().to_string();
            output::print_json(&Value::Object(as_json(&file, &scenario, &simulation)))
        }
        Format::Text => output::print(&as_text(&scenario, &simulation)),
    }
}

/// The agent that is read from a file, if one is.
fn given(arguments: &SimulateArguments, scenario: &Scenario) -> Result<Option<Given>, Failure> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::input(format!("{}: {error}", path.display()))
    };
    let environment = &scenario.environment;
    if let Some(path) = &arguments.policy {
        let table = PolicyTable::load(path).map_err(|error| failed(path, &error))?;
        let agent = table.agent(environment).map_err(|error| failed(path, &error))?;
        return Ok(Some(Given { name: table.policy, agent: Box::new(agent) }));
    }
    let Some(path) = &arguments.trained else { return Ok(None) };
    let saved = SavedAgent::load(path, scenario).map_err(|error| failed(path, &error))?;
    let agent = saved.build(scenario).map_err(|error| failed(path, &error))?.into_boxed();
    let frozen = Frozen::new(agent, environment.action_space())
        .ok_or_else(|| failed(path, &"what it would do is not known"))?;
    let name = format!("{} after {} beats", saved.agent.name(), saved.beats);
    Ok(Some(Given { name, agent: Box::new(frozen) }))
}

/// The object of `simulate` (see [`super::objects`]). It is used where a scenario is run without a
/// window, too.
pub(super) fn as_json(
    file: &str,
    scenario: &Scenario,
    simulation: &Simulation,
) -> Map<String, Value> {
    let (contents, summary) = (&scenario.contents, &simulation.summary);
    let optional = |value: &Option<Estimate>| value.as_ref().map_or(Value::Null, output::estimate);
    let known = |value: &Estimate| match value.mean.is_finite() {
        true => output::estimate(value),
        false => Value::Null,
    };
    let by_name = |amounts: &[(String, Estimate)]| -> Value {
        let each = amounts.iter().map(|(name, amount)| (name.clone(), output::estimate(amount)));
        Value::Object(each.collect())
    };
    let oee: Map<String, Value> = summary
        .oee
        .iter()
        .map(|(station, oee)| {
            let each = oee.named().map(|(name, value)| (name.to_lowercase(), known(value)));
            (station.clone(), Value::Object(each.into_iter().collect()))
        })
        .collect();
    let lead_times = summary.lead_times.as_ref().map_or(Value::Null, |found| {
        let last = found.counts().iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        json!({ "width": found.width(), "counts": found.counts().get(..last) })
    });
    let by_cause: Map<String, Value> = summary
        .time_by_cause
        .iter()
        .map(|(station, causes)| {
            let causes: Map<String, Value> = Condition::ALL
                .iter()
                .zip(causes)
                .map(|(condition, share)| (condition.name().to_owned(), output::estimate(share)))
                .collect();
            (station.clone(), Value::Object(causes))
        })
        .collect();
    let utilisation: Map<String, Value> = summary
        .utilisation()
        .map(|(station, share)| (station.to_owned(), output::estimate(share)))
        .collect();
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("scenario", json!(file));
    put("title", json!(contents.title.in_language("en")));
    put("criterion", json!(contents.criterion.name()));
    put("half_life", json!(contents.criterion.half_life()));
    put("agent", json!(simulation.agent));
    put("agent_settings", simulation.spec.as_ref().map_or(Value::Null, settings_json));
    put("settings_found", simulation.found.as_ref().map_or(Value::Null, found_json));
    put("plan_optimal", json!(simulation.plan_optimal));
    put("seed", json!(simulation.seed));
    put("replications", json!(summary.replications));
    put("beats", json!(simulation.beats));
    put("warm_up", json!(simulation.warm_up));
    put("warm_up_by", json!(simulation.warm_up_by.map(WarmUp::word)));
    put("throughput", optional(&summary.throughput));
    put("scrapped", optional(&summary.scrapped));
    put("wip", optional(&summary.wip));
    put("lead_time", optional(&summary.lead_time));
    put("lead_time_95", optional(&summary.long_lead_time));
    put("lead_times", lead_times);
    put("scrapped_after", optional(&summary.scrapped_after));
    put("parts_each", json!(summary.parts_each));
    put("utilisation", Value::Object(utilisation));
    put("time_by_cause", Value::Object(by_cause));
    put("oee", Value::Object(oee));
    put("power", optional(&simulation.power));
    put("return", output::estimate(&summary.returns));
    put("items", by_name(&summary.items));
    put("items_a_part", by_name(&summary.items_a_part));
    put("reward_a_part", optional(&summary.reward_a_part));
    put("episodes", json!(summary.episodes));
    put("terminal", json!(summary.terminal));
    put("cut_off", json!(summary.cut_off));
    put("goals", json!(summary.goals));
    put("episode_length", optional(&summary.episode_length));
    put("never_ends", json!(simulation.never_ends));
    object
}

/// How the settings of a rule were found.
fn found_json(found: &Basis) -> Value {
    match found {
        Basis::Model(found) => json!({
            "by": "model",
            "value": output::estimate(&Estimate { mean: found.gain, low: None, high: None }),
            "settings_tried": found.evaluations,
            "all_tried": found.exhaustive,
            "settled": found.finished,
            "undecided": 0,
        }),
        Basis::Simulation(found) => json!({
            "by": "simulation",
            "value": output::estimate(&found.value),
            "settings_tried": found.evaluations,
            "all_tried": found.exhaustive,
            "settled": found.settled,
            "undecided": found.undecided,
        }),
    }
}

/// The same in a sentence.
fn found_text(found: &Basis) -> String {
    let settings = |count: u64| counted(count, "setting", "settings");
    match found {
        Basis::Model(found) => {
            let of = if found.exhaustive { "all " } else { "" };
            format!(
                "best of {of}{} tried on the model: {}",
                settings(found.evaluations),
                output::fixed(found.gain, 6)
            )
        }
        Basis::Simulation(found) => {
            let of = if found.exhaustive { "all " } else { "" };
            let mut text = format!(
                "best of {of}{} tried by simulation: {} on luck of its own",
                settings(found.evaluations),
                output::estimate_text(&found.value)
            );
            if found.undecided > 0 {
                text.push_str(&format!(
                    "; {} cannot be told from it",
                    counted(found.undecided, "other", "others")
                ));
            }
            if !found.settled {
                text.push_str("; the search was ended at its limit of work");
            }
            text
        }
    }
}

/// The agent's settings as an object, null for one that has none.
fn settings_json(spec: &AgentSpec) -> Value {
    // Plain data with texts as keys: serde cannot fail on it. A variant is an object of one entry.
    match serde_json::to_value(spec) {
        Ok(Value::Object(variant)) => variant.into_iter().next().map_or(Value::Null, |(_, of)| of),
        _ => Value::Null,
    }
}

/// The agent in words, a rule of thumb with what it goes by: `Kanban (buffer 1 at most 3)`.
fn agent_text(spec: &AgentSpec, environment: &AnyEnvironment) -> String {
    let rule = match spec {
        AgentSpec::Kanban(settings) => {
            let buffers = environment.places().buffers.iter().zip(&settings.levels);
            let each = buffers.map(|(buffer, level)| match *level > buffer.capacity {
                true => format!("{} not limited", buffer.name),
                false => format!("{} at most {level}", buffer.name),
            });
            each.collect::<Vec<_>>().join(", ")
        }
        AgentSpec::BaseStock(settings)
            if !reorder_point::stocking_points(environment).is_empty() =>
        {
            let points = reorder_point::stocking_points(environment);
            let each = points.iter().zip(&settings.levels);
            let each = each.map(|(point, level)| format!("{} up to {level}", point.name));
            each.collect::<Vec<_>>().join(", ")
        }
        AgentSpec::Forecast(settings) => {
            let safety = settings.safety.map(|safety| format!(", safety stock {safety}"));
            format!("mean of {} beats{}", settings.window, safety.unwrap_or_default())
        }
        AgentSpec::ReorderPoint(ReorderPointSettings { reorder, up_to }) => {
            let points = reorder_point::stocking_points(environment);
            let each = points
                .iter()
                .zip(reorder.iter().zip(up_to))
                .map(|(point, (s, up_to))| format!("{} at {s} up to {up_to}", point.name));
            each.collect::<Vec<_>>().join(", ").replace('-', "\u{2212}")
        }
        AgentSpec::BaseStock(settings) => {
            let buffers = environment.places().buffers.iter().zip(&settings.levels);
            let each = buffers.map(|(buffer, level)| format!("from {} on {level}", buffer.name));
            each.collect::<Vec<_>>().join(", ")
        }
        AgentSpec::Hysteresis(HysteresisSettings { start, stop }) => {
            let buffers = environment.places().buffers.iter().zip(start.iter().zip(stop));
            let each = buffers.map(|(buffer, (start, stop))| match *stop > buffer.capacity {
                true => format!("{} never stopped", buffer.name),
                false => format!("{} from {start} to {stop}", buffer.name),
            });
            each.collect::<Vec<_>>().join(", ")
        }
        AgentSpec::Conwip(settings) => {
            settings.cap.map_or_else(String::new, |cap| format!("below {cap} parts"))
        }
        AgentSpec::AgeBased(settings) => {
            settings.age.map_or_else(String::new, |age| format!("replaced at age {age}"))
        }
        AgentSpec::ConditionBased(settings) => {
            let along = settings
                .joint_limit
                .map_or_else(String::new, |wear| format!(", along from {wear}"));
            settings
                .control_limit
                .map_or_else(String::new, |wear| format!("from wear {wear} on{along}"))
        }
        // Nobody is turned away there.
        AgentSpec::LongestQueue(_) | AgentSpec::CMu(_)
            if matches!(environment, AnyEnvironment::JobShop(_)) =>
        {
            String::new()
        }
        AgentSpec::LongestQueue(settings) | AgentSpec::CMu(settings) => {
            settings.cap.map_or_else(String::new, |cap| format!("admits below {cap} jobs"))
        }
        AgentSpec::NearestJob(settings) => {
            let home = match environment {
                AnyEnvironment::ShopFloor(floor) => {
                    let sources = floor.stations().iter().filter(|station| station.queue.is_some());
                    let place = settings.home.and_then(|home| (home as usize).checked_sub(1));
                    place.and_then(|place| sources.clone().nth(place))
                }
                _ => None,
            };
            let home = home.map(|home| format!("waits at {}", home.name));
            let reserve = settings.reserve.filter(|reserve| *reserve > 0);
            let reserve = reserve.map(|reserve| format!("reserve {reserve}"));
            home.into_iter().chain(reserve).collect::<Vec<_>>().join(", ")
        }
        AgentSpec::Dispatch(DispatchSettings { priority, limits }) => {
            let priority = match priority.unwrap_or(Priority::EarliestDue) {
                Priority::EarliestDue => "earliest due first",
                Priority::FirstCome => "first come first",
                Priority::ShortestWork => "shortest work first",
                Priority::DearestWork => "dearest work first",
                Priority::SameSetUp => "same set-up first",
            };
            let AnyEnvironment::Orders(shop) = environment else { return priority.to_owned() };
            let types = shop.settings().types.iter().zip(limits);
            let each = types.map(|(of_type, limit)| format!(", {} below {limit}", of_type.name));
            let each = each.filter(|_| shop.settings().offers);
            format!("{priority}{}", each.collect::<String>())
        }
        AgentSpec::ProduceUpTo(ProduceUpToSettings { levels, lots, .. }) => {
            let buffers = environment.places().buffers.iter().zip(levels).enumerate();
            let each = buffers.map(|(place, (buffer, level))| match lots.get(place) {
                Some(lot) if *lot > 1 => format!("{} to {level} in lots of {lot}", buffer.name),
                _ => format!("{} to {level}", buffer.name),
            });
            each.collect::<Vec<_>>().join(", ")
        }
        AgentSpec::PeriodicInspection(settings) => match (settings.every, settings.treat_from) {
            (Some(every), Some(limit)) => {
                format!("every {every} beats, treated from finding {limit} on")
            }
            _ => String::new(),
        },
        AgentSpec::Beliefs(settings) => format!("resolution {}", settings.resolution),
        AgentSpec::Rollout(RolloutSettings { base, futures, beats }) => {
            format!("{futures} futures of {beats} beats by {}", agent_text(base, environment))
        }
        AgentSpec::Threshold(settings) if settings.below == settings.at_or_above => {
            format!("always {}", levels_text(&settings.below))
        }
        AgentSpec::Threshold(ThresholdSettings { variable, level, below, at_or_above }) => {
            let level = level.as_ref().map_or_else(String::new, level_text);
            let (below, above) = (levels_text(below), levels_text(at_or_above));
            format!("{variable} below {level}: {below}; from {level} on: {above}")
        }
        _ => String::new(),
    };
    match rule.as_str() {
        "" => spec.name().to_owned(),
        rule => format!("{} ({rule})", spec.name()),
    }
}

fn level_text(level: &LevelName) -> String {
    match level {
        LevelName::Number(level) => level.to_string(),
        LevelName::Label(label) => label.clone(),
    }
}

/// `Saw run, Drill hold`; what is not named is at its lowest level.
fn levels_text(levels: &NamedLevels) -> String {
    let each = levels.iter().map(|(name, level)| format!("{name} {}", level_text(level)));
    match each.collect::<Vec<_>>().as_slice() {
        [] => "all at their lowest level".to_owned(),
        each => each.join(", "),
    }
}

/// The same for people.
pub(super) fn as_text(scenario: &Scenario, simulation: &Simulation) -> String {
    let summary = &simulation.summary;
    let currency = &scenario.contents.currency;
    let mut text = format!(
        "{}\n  criterion: {}\n  agent: {}, seed {}, {} of {}\n",
        output::title(scenario),
        output::criterion_text(scenario.contents.criterion),
        simulation.spec.as_ref().map_or_else(
            || simulation.agent.clone(),
            |spec| agent_text(spec, &scenario.environment),
        ),
        simulation.seed,
        counted(summary.replications as u64, "replication", "replications"),
        simulation.length_in_words(),
    );
    if let Some(found) = &simulation.found {
        text.push_str(&format!("  settings: {}\n", found_text(found)));
    }
    let hours = scenario.contents.beat_seconds().map(|seconds| 3600.0 / seconds);
    let mut line = |name: &str, value: &Estimate, unit: &str, hourly: bool| {
        text.push_str(&format!("  {name:<14} {} {unit}", output::estimate_text(value)));
        if let (true, Some(hours)) = (hourly, hours) {
            text.push_str(&format!("  ({} an hour)", output::fixed(value.mean * hours, 4)));
        }
        text.push('\n');
    };
    let per_beat = simulation.return_is_per_beat();
    let unit = match scenario.contents.criterion {
        _ if per_beat => format!("{currency} a beat"),
        _ if summary.episodes > 0 => format!("{currency} an episode"),
        Criterion::Discounted(_) => format!("{currency} from the start on, discounted"),
        _ => format!("{currency} in all so far: no episode has ended"),
    };
    line("return", &summary.returns, &unit, per_beat);
    // Stock = (throughput × lead time + scrapped × time until then) × parts each: of what each figure is
    // must be said for that.
    let joined = match summary.parts_each {
        1 => None,
        each => Some(each),
    };
    if let Some(value) = &summary.throughput {
        let unit = joined.map(|each| format!("products a beat, each of {each} parts"));
        line("throughput", value, unit.as_deref().unwrap_or("parts a beat"), true);
    }
    // Where nothing ever is there is nothing to be told of it.
    let scraps = summary.scrapped.as_ref().filter(|value| value.mean > 0.0);
    if let Some(value) = scraps {
        line("scrapped", value, "parts a beat", true);
    }
    if let Some(value) = &summary.wip {
        let unit = joined.map(|each| format!("parts, a product as {each}"));
        line("WIP", value, unit.as_deref().unwrap_or("parts"), false);
    }
    if let Some(value) = &summary.lead_time {
        let of = match (joined, scraps) {
            (Some(_), _) => ", of each part to the customer",
            (None, Some(_)) => ", of the parts delivered",
            (None, None) => "",
        };
        line("lead time", value, &format!("beats{of}"), false);
    }
    if let Some(value) = &summary.long_lead_time {
        line("95 % within", value, "beats", false);
    }
    if let Some(value) = &summary.scrapped_after {
        line("scrapped after", value, "beats, of the parts scrapped", false);
    }
    if let Some(value) = &summary.episode_length {
        line("episode length", value, "beats", false);
    }
    for (item, amount) in &summary.items {
        line(item, amount, &format!("{currency} a beat"), true);
    }
    if let Some(value) = &simulation.power {
        line("power", value, "kW", false);
    }
    text.push_str(&a_part_text(summary, currency));
    text.push_str(&oee_text(summary));
    if !summary.time_by_cause.is_empty() {
        text.push_str("  time by cause, % of beats\n");
        let names: Vec<&str> = Condition::ALL.iter().map(|c| c.name()).collect();
        text.push_str(&format!("    {:<16}", ""));
        names.iter().for_each(|name| text.push_str(&format!("{name:>16}")));
        text.push('\n');
        for (station, causes) in &summary.time_by_cause {
            text.push_str(&format!("    {station:<16}"));
            causes.iter().for_each(|share| text.push_str(&share_text(share)));
            text.push('\n');
        }
    }
    if summary.episodes > 0 {
        text.push_str(&format!(
            "  {}: {} ended, {} cut off",
            counted(summary.episodes, "episode", "episodes"),
            summary.terminal,
            summary.cut_off
        ));
        if summary.goals > 0 || has_goal(scenario) {
            let times = counted(summary.goals, "time", "times");
            text.push_str(&format!(", the goal was reached {times}"));
        }
        text.push('\n');
    }
    if summary.replications == 1 && per_beat {
        let known = [Some(&summary.returns), summary.throughput.as_ref(), summary.wip.as_ref()];
        let known = known.into_iter().flatten().chain(summary.items.iter().map(|(_, item)| item));
        let missing = known.filter(|figure| figure.half_width().is_none()).count();
        text.push_str(if missing == 0 {
            "  one replication: the intervals are those of its batch means\n"
        } else {
            "  one replication: intervals are those of its batch means. Where there is none it is too \
             short to say how well a figure is known: play more beats, or `--replications 10`\n"
        });
    }
    if simulation.spec.as_ref().is_some_and(AgentSpec::learns) {
        text.push_str(
            "  It learns from scratch in each replication, and these are its figures while it \
             learns: `taktlab train` tells what it comes to.\n",
        );
    }
    if simulation.plan_optimal == Some(false) {
        text.push_str(
            "  The plan that it follows is not proved to be the best: see `taktlab solve`.\n",
        );
    }
    if simulation.never_ends == Some(true) {
        text.push_str(
            "  This policy never reaches the end from the start: no run of it ever would.\n",
        );
    }
    text
}

/// What a part that leaves earns and costs, by item; nothing where none leaves or nothing is earned.
fn a_part_text(summary: &Summary, currency: &str) -> String {
    let Some(all) = &summary.reward_a_part else { return String::new() };
    let what = if summary.parts_each == 1 { "good part" } else { "product" };
    let mut text = format!("  a {what}, {currency}\n");
    let each = summary.items_a_part.iter().map(|(item, amount)| (item.as_str(), amount));
    for (name, amount) in each.chain([("all", all)]) {
        text.push_str(&format!("    {name:<16} {}\n", output::estimate_text(amount)));
    }
    text
}

/// How well each station is used.
fn oee_text(summary: &Summary) -> String {
    let Some((_, first)) = summary.oee.first() else { return String::new() };
    let mut text = format!("  OEE by ISO 22400-2, %\n    {:<16}", "");
    first.named().iter().for_each(|(name, _)| text.push_str(&format!("{name:>16}")));
    text.push('\n');
    for (station, oee) in &summary.oee {
        text.push_str(&format!("    {station:<16}"));
        oee.named().iter().for_each(|(_, share)| text.push_str(&share_text(share)));
        text.push('\n');
    }
    text
}

/// A share in a table of per cents, 16 characters wide; one sample has no interval.
fn share_text(share: &Estimate) -> String {
    if !share.mean.is_finite() {
        return format!("{:>9} {:<6}", "–", "");
    }
    let half = share.half_width().map(|half| format!("± {:<4.2}", 100.0 * half));
    format!("{:>9.2} {:<6}", 100.0 * share.mean, half.unwrap_or_default())
}

/// Whether a goal is told when it is reached: elsewhere that it was never reached says nothing.
fn has_goal(scenario: &Scenario) -> bool {
    scenario.environment.tells_goals() && scenario.contents.ends()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    fn told(path: &str, more: impl FnOnce(&mut SimulationOptions)) -> String {
        let scenario = library::open(path).unwrap();
        let mut options = SimulationOptions {
            beats: Some(400),
            replications: Some(3),
            ..SimulationOptions::default()
        };
        more(&mut options);
        as_text(&scenario, &simulate_scenario(&scenario, &options, &Progress::new()).unwrap())
    }

    #[test]
    fn nothing_is_told_of_what_is_not_there() {
        let machine = told("basics/replacement.ron", |_| ());
        assert!(machine.contains("from the start on, discounted\n"), "{machine}");
        for word in ["an episode", "throughput", "goal", "learns"] {
            assert!(!machine.contains(word), "{word}: {machine}");
        }
        for path in ["textbook/gambler.ron", "textbook/random_walk.ron"] {
            let walk = told(path, |_| ());
            assert!(walk.contains(" ended, 0 cut off\n"), "{walk}");
        }
        let chain = told("basics/chain.ron", |_| ());
        assert!(chain.contains("the goal was reached "), "{chain}");
    }

    /// Of parts that vanish it is told, and of lines without scrap nothing.
    #[test]
    fn parts_scrapped_are_told_beside_those_made() {
        let always = |options: &mut SimulationOptions| {
            options.agent = Some(AgentSpec::AlwaysRun);
            options.beats = Some(20_000);
        };
        let rework = told("lines/rework.ron", always);
        assert!(rework.contains("\n  scrapped       0.11"), "{rework}");
        assert!(!told("lines/line3.ron", always).contains("scrapped"));
        let scenario = library::open("lines/rework.ron").unwrap();
        let mut options = SimulationOptions { beats: Some(400), ..Default::default() };
        options.agent = Some(AgentSpec::AlwaysRun);
        let found = simulate_scenario(&scenario, &options, &Progress::new()).unwrap();
        let object = as_json("rework.ron", &scenario, &found);
        assert!(object["scrapped"]["mean"].as_f64().unwrap() > 0.05, "{object:?}");
    }

    /// Little's law (1961) for all that is printed: stock is what leaves × how long it was there, of
    /// parts delivered and of parts scrapped, in an assembly of each part that products are joined of;
    /// and the words say so where it is not plain.
    #[test]
    fn stock_is_what_leaves_times_how_long_it_was_there() {
        for (path, delivered, joined) in [
            ("lines/exponential_line.ron", "beats\n", None),
            ("lines/line3.ron", "beats\n", None),
            ("intelligence/fixed_cost.ron", "beats\n", None),
            ("networking/beer_game_of_two.ron", "beats\n", None),
            ("networking/two_plants.ron", "beats\n", None),
            ("networking/three_robots.ron", "beats\n", None),
            ("networking/one_way_loop.ron", "beats\n", None),
            ("personalisation/promised_dates.ron", "beats\n", None),
            ("personalisation/two_colours.ron", "beats\n", None),
            ("lines/rework.ron", "beats, of the parts delivered\n", None),
            ("intelligence/milk.ron", "beats, of the parts delivered\n", None),
            ("lines/parts_that_must_meet.ron", "beats, of each part to the customer\n", Some(2)),
        ] {
            let scenario = library::open(path).unwrap();
            let agent = match path.contains("robots") || path.contains("loop") {
                true => "NearestJob(home: 0)",
                false => "AlwaysRun",
            };
            let agent = format!("(version: 1, environment: ShopFloor(), agent: {agent})");
            let agent = Scenario::parse("agent.ron", &agent).unwrap().contents.agent;
            let options = SimulationOptions {
                agent: Some(agent),
                beats: Some(20_000),
                warm_up: Some(1_000),
                replications: Some(2),
                ..SimulationOptions::default()
            };
            let simulation = simulate_scenario(&scenario, &options, &Progress::new()).unwrap();
            let text = as_text(&scenario, &simulation);
            let found = &simulation.summary;
            let [out, wip, lead_time] = [found.throughput, found.wip, found.lead_time]
                .map(|figure| figure.unwrap_or_else(|| panic!("{path}: {text}")).mean);
            assert_eq!(found.parts_each, joined.unwrap_or(1), "{path}");
            let of_scrapped = found.scrapped_after.map_or(0.0, |after| after.mean);
            let scrapped = found.scrapped.unwrap().mean * of_scrapped;
            let stock = f64::from(found.parts_each) * out * lead_time + scrapped;
            assert!((stock / wip - 1.0).abs() < 0.01, "{path}: {stock} in {text}");
            let line = |name: &str| {
                let line = text.lines().find(|line| line.trim_start().starts_with(name));
                line.map_or(String::new(), |line| format!("{line}\n"))
            };
            assert!(line("lead time").ends_with(delivered), "{path}: {text}");
            // Without those scrapped the law would not hold.
            assert_eq!(scrapped / wip > 0.01, delivered.contains("delivered"), "{path}: {text}");
            assert_eq!(line("scrapped after").is_empty(), scrapped == 0.0, "{path}: {text}");
            let products =
                joined.map_or(String::new(), |n| format!("products a beat, each of {n} parts"));
            assert!(line("throughput").contains(&products), "{path}: {text}");
            assert_eq!(line("WIP").ends_with("parts, a product as 2\n"), joined.is_some());
        }
    }

    #[test]
    fn a_learner_is_told_to_learn_from_scratch() {
        let learner = Some(AgentSpec::QLearning(Default::default()));
        let text = told("basics/chain.ron", |options| options.agent = learner);
        assert!(text.contains("It learns from scratch in each replication"), "{text}");
    }

    #[test]
    fn one_long_replication_says_what_its_interval_is_of() {
        let text = told("lines/gershwin_two_machine.ron", |options| {
            options.beats = Some(400_000);
            options.replications = Some(1);
        });
        assert!(text.contains("the intervals are those of its batch means"), "{text}");
        assert!(!text.contains("no interval"), "{text}");
        // A shift is too short, and that is said.
        let text = told("lines/gershwin_two_machine.ron", |options| {
            options.beats = Some(480);
            options.replications = Some(1);
        });
        assert!(text.contains("too short to say how well"), "{text}");
        assert!(text.contains("(no interval: one run alone, or too short)"), "{text}");
    }
}
