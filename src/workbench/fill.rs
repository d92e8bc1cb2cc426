//! From runs and plans to what the panels show: plain data, made anew each frame.

use super::action_words::action_words;
use super::apply::methods;
use super::curve_view;
use super::desk::{AheadKind, Desk, ScenarioMark};
use super::docks::Pane;
use super::editor;
use super::floor::WATCHED;
use super::forking;
use super::hand;
use super::inspect::{self, agent_name};
use super::intent::{AgentChoice, Chart, Rates, Speed};
use super::lesson;
use super::map_view;
use super::number;
use super::putting;
use super::view::{
    AgentOption, AgentView, AheadView, FigureView, KanbanView, LearnerView, LibraryView,
    ParameterView, ParametersView, PlanView, PredictionView, SettingView, ThresholdView, TimeView,
    TransportView, View,
};
use super::yardstick::Yardstick;
use crate::environments::AnyEnvironment;
use crate::environments::line::Demand;
use crate::experiment::AnyRun;
use crate::experiment::optimum::known;
use crate::experiment::planning::Stage;
use crate::experiment::records::rate as rate_of;
use crate::experiment::rules;
use crate::experiment::session::Session;
use crate::heuristics::threshold::NamedLevels;
use crate::learners::Target;
use crate::mdp::{Condition, Criterion, Environment, Level};
use crate::scenario::AgentSpec;
use crate::scenario::starting::in_words;

/// In what figures a beat are read: by which factor and with which words behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Figures a beat times this are shown.
    pub factor: f64,
    /// "beat", "h" or "d".
    pub per: &'static str,
}

/// How rates are read now.
pub fn reading(desk: &Desk, session: &Session) -> Reading {
    match (desk.rates, session.scenario().contents.beat_seconds()) {
        (Rates::PerHour, Some(seconds)) if by_days(Some(seconds)) => {
            Reading { factor: 86_400.0 / seconds, per: "d" }
        }
        (Rates::PerHour, Some(seconds)) => Reading { factor: 3600.0 / seconds, per: "h" },
        _ => Reading { factor: 1.0, per: "beat" },
    }
}

/// Whether figures are read a day: where a beat is longer than two hours, an hour tells little.
fn by_days(beat_seconds: Option<f64>) -> bool {
    beat_seconds.is_some_and(|seconds| seconds > 7_200.0)
}

/// Everything the panels show.
pub fn view(desk: &Desk, session: &Session, dark: bool) -> View {
    let scenario = session.scenario();
    let run = session.run();
    let why = inspect::why(desk, session);
    View {
        transport: transport(desk, session, dark),
        library: library(desk),
        lesson: lesson::view(desk, session),
        change: putting::view(desk, session),
        editor: editor::view(desk, session),
        parameters: desk.parameters.of(ScenarioMark(scenario.clone()), || parameters(session)),
        agent: agent(desk, session),
        fork: forking::view(desk, session, &why),
        why,
        hand: hand::view(desk, session),
        plan: plan(desk, session),
        has_stations: !run.environment().places().stations.is_empty(),
        time: time(run),
        figures: figures(desk, session),
        map: map_view::map(desk, session),
        no_map: no_map(desk, session),
        hidden: !run.environment().erased().observes_state(),
        layout: desk.layout(),
        panes: Pane::ALL.map(|pane| desk.docks.has(desk.layout(), pane)),
        curve: curve_view::curve(desk, session, Chart::First),
        beside: desk
            .docks
            .has(desk.layout(), Pane::Beside)
            .then(|| curve_view::curve(desk, session, Chart::Second)),
        rates: desk.rates,
        has_hours: scenario.contents.beat_seconds().is_some(),
        by_days: by_days(scenario.contents.beat_seconds()),
        dialog: desk.dialog.clone(),
        notice: desk.notice.clone(),
        left: desk.left.iter().map(|left| left.view(desk.language.code())).collect(),
        errors: desk.errors.clone(),
        sides: desk.sides && !desk.presenting,
        presenting: desk.presenting,
        language: desk.language,
        hints: desk.hints,
        shows_text: desk.text && !desk.presenting,
        text: scenario.contents.text.in_language(desk.language.code()).to_owned(),
    }
}

fn library(desk: &Desk) -> LibraryView {
    let mut view = desk.library.clone();
    view.recent.clone_from(&desk.recent);
    for (name, _, finished) in &mut view.lessons {
        *finished = desk.finished.contains(name);
    }
    view
}

fn transport(desk: &Desk, session: &Session, dark: bool) -> TransportView {
    let run = session.run();
    let ends = run.settings().episode_limit.is_some() || run.records().terminal > 0;
    TransportView {
        title: session
            .scenario()
            .contents
            .title
            .or_file_in(desk.language.code(), session.scenario().file.as_deref()),
        playing: desk.clock.playing,
        speed: desk.clock.speed,
        reached: desk.clock.reached,
        beat: run.beats(),
        episode: ends.then(|| (run.episode() + 1, run.episode_beats())),
        seed: run.settings().seed,
        ahead: desk.ahead.as_ref().map(|ahead| AheadView {
            replay: ahead.kind == AheadKind::Replaying,
            done: ahead.job.progress.done(),
            of: ahead.beats,
        }),
        dark,
        past: desk.history.range(session),
        bookmarks: {
            let (first, last) = desk.history.range(session);
            desk.bookmarks.range(first..=last.max(first)).copied().collect()
        },
        undo: desk.changes.to_undo().map(str::to_owned),
        redo: desk.changes.to_redo().map(str::to_owned),
        motion: desk.motion,
    }
}

/// The scenario's figures as they can be changed.
fn parameters(session: &Session) -> ParametersView {
    let each = session.scenario().parameters().into_iter().map(|parameter| ParameterView {
        owner: parameter.owner,
        label: parameter.label,
        path: parameter.path,
        unit: parameter.unit,
        value: parameter.value,
        default: parameter.default,
        range: parameter.range,
        bounds: parameter.bounds,
        currency: session.scenario().contents.currency.clone(),
        becomes: parameter.becomes,
        whole: parameter.whole,
        logarithmic: parameter.logarithmic,
        help: parameter.about.to_owned(),
    });
    ParametersView { parameters: each.collect() }
}

fn agent(desk: &Desk, session: &Session) -> AgentView {
    let spec = session.agent();
    let run = session.run();
    let choice = spec.kind();
    let waiting = desk.awaited.then(|| desk.wanted.kind());
    let doing = match (waiting, choice) {
        (Some(AgentChoice::Optimum), AgentChoice::Optimum)
        | (Some(AgentChoice::Beliefs), AgentChoice::Beliefs) => "until the new plan is there",
        (Some(AgentChoice::Optimum | AgentChoice::Beliefs), _) => "until the plan is there",
        (Some(AgentChoice::Kanban), _) => "until the best levels are found",
        (Some(_), _) => "until the best settings are found",
        (None, AgentChoice::TdPrediction) => run.agent().name(),
        (None, _) if spec.learns() => "learning",
        (None, AgentChoice::Optimum) if desk.snapshot.certified => "optimal",
        (None, AgentChoice::Optimum) => "planned",
        (None, AgentChoice::Random) => "random",
        (None, AgentChoice::Person) if desk.clock.playing => "goes on",
        (None, AgentChoice::Person) => "waits for you",
        (None, AgentChoice::Rollout) => "looking ahead",
        (None, AgentChoice::Beliefs) => "planned",
        (None, _) => "fixed rule",
    };
    let yardstick = Yardstick::of(desk, session);
    let judged = desk.judged.last().and_then(|judged| judged.worth).map(|worth| worth.value);
    // Where there is no model no method would help.
    let failed = matches!(desk.snapshot.stage, Stage::Failed(_));
    let methods = if failed { Vec::new() } else { methods(session) };
    let in_use = |name: &str| methods.iter().position(|method| method.name() == name);
    AgentView {
        choice,
        name: agent_name(run.environment(), spec),
        doing: doing.to_owned(),
        options: options(desk, session),
        learner: learner(session),
        settings: settings(session),
        kanban: kanban(session),
        threshold: threshold(session),
        prediction: prediction(desk, session),
        searching: desk.searching.as_ref().map(|job| job.progress.share().unwrap_or(0.0)),
        facts: rule_facts(spec).into_iter().chain(facts(run)).collect(),
        gap: yardstick.zip(judged).map(|(yardstick, value)| yardstick.words(value)),
        judging: desk
            .judging
            .as_ref()
            .map(|_| desk.judged.last().map_or(0, |last| last.beats.saturating_sub(desk.since))),
        notice: notice(desk, session),
        method: in_use(&desk.snapshot.method).unwrap_or(0),
        methods: methods.iter().map(|method| method.name().to_owned()).collect(),
    }
}

/// The optimum's value or gain, the middle of its bounds.
pub fn optimum(desk: &Desk) -> Option<f64> {
    let (lower, upper) = desk.snapshot.bounds?;
    let ready = desk.snapshot.stage == Stage::Ready;
    ready.then_some(())?;
    known(lower, upper?)
}

/// What must be known of the agent: that it never arrives, or did not.
fn notice(desk: &Desk, session: &Session) -> Option<String> {
    let run = session.run();
    let records = run.records();
    if desk.never_ends == Some(true) {
        let cut = match run.settings().episode_limit {
            Some(limit) if records.cut_off > 0 => {
                format!(" Cut off after {} beats: the goal was not reached.", number::count(limit))
            }
            _ => String::new(),
        };
        return Some(format!("This policy never reaches the goal.{cut}"));
    }
    (records.latest == Some(crate::experiment::Ending::CutOff) && records.terminal == 0)
        .then(|| "The episode was cut off: the goal was not reached.".to_owned())
}

fn options(desk: &Desk, session: &Session) -> Vec<AgentOption> {
    let environment = &session.scenario().environment;
    let no_plan = match &desk.snapshot.stage {
        Stage::Failed(why) => Some(why.clone()),
        _ => None,
    };
    let no_actions =
        environment.action_space().is_empty().then(|| "nothing is controlled here".to_owned());
    let tables =
        crate::learners::table_entries(environment.state_space(), environment.action_space())
            .err()
            .map(|error| error.to_string());
    let has_buffers = !environment.places().buffers.is_empty();
    let kanban = match environment {
        // Without a model its levels are not found, but set by hand.
        AnyEnvironment::Line(_) if has_buffers => None,
        AnyEnvironment::Line(_) => Some("there are no buffers here".to_owned()),
        _ => Some("only for lines".to_owned()),
    };
    let always = inspect::usual_rule(environment);
    let each = AgentChoice::ALL.iter().map(|&choice| AgentOption {
        choice,
        name: if choice == AgentChoice::AlwaysRun { always.clone() } else { choice.name().into() },
        about: choice.about(),
        family: choice.family(),
        unavailable: match choice {
            AgentChoice::AlwaysRun => None,
            AgentChoice::Random | AgentChoice::Threshold | AgentChoice::Person => {
                no_actions.clone()
            }
            AgentChoice::Kanban => no_actions.clone().or_else(|| kanban.clone()),
            AgentChoice::Optimum => no_plan.clone(),
            other => no_actions.clone().or_else(|| {
                let spec = other.usual();
                let faults = spec.faults(environment).into_iter();
                let table = spec.table().and_then(|_| tables.clone());
                faults.map(|fault| fault.message).next().or(table)
            }),
        },
    });
    each.collect()
}

fn learner(session: &Session) -> Option<LearnerView> {
    let settings = session.agent().table()?;
    let step = settings.step_size;
    let exploration = settings.exploration;
    let discount = session.agent().discount(session.scenario().contents.criterion)?;
    let initial_value = settings.initial_value;
    Some(LearnerView { step, exploration, discount, initial_value })
}

/// The learner's figures beside those of its table.
fn settings(session: &Session) -> Vec<SettingView> {
    let mut spec = session.agent().clone();
    let figures = spec.figures();
    let each = figures.iter().map(|figure| SettingView {
        name: figure.name,
        about: figure.about,
        value: figure.value(),
        range: (figure.low, figure.high),
        whole: figure.is_whole(),
    });
    each.collect()
}

fn kanban(session: &Session) -> Vec<KanbanView> {
    let AgentSpec::Kanban(settings) = session.agent() else { return Vec::new() };
    let buffers = &session.scenario().environment.places().buffers;
    let each = buffers.iter().zip(&settings.levels).map(|(buffer, level)| KanbanView {
        buffer: buffer.name.clone(),
        level: *level,
        capacity: buffer.capacity,
    });
    each.collect()
}

fn threshold(session: &Session) -> Option<ThresholdView> {
    let AgentSpec::Threshold(settings) = session.agent() else { return None };
    let environment = &session.scenario().environment;
    let observed = environment.erased().observation_space();
    let actions = environment.action_space();
    let variable = observed.position(&settings.variable)?;
    let words = |named: &NamedLevels| {
        let levels: Vec<Level> = actions
            .variables()
            .iter()
            .map(|v| named.get(&v.name).and_then(|level| level.of(v)).unwrap_or(v.low))
            .collect();
        action_words(actions, &levels)
    };
    Some(ThresholdView {
        variable,
        level: settings.level.as_ref()?.of(observed.variables().get(variable)?)?,
        variables: observed.variables().to_vec(),
        below: words(&settings.below),
        above: words(&settings.at_or_above),
    })
}

fn prediction(desk: &Desk, session: &Session) -> Option<PredictionView> {
    let AgentSpec::TdPrediction(spec) = session.agent() else { return None };
    let environment = &session.scenario().environment;
    let settings = &spec.values;
    let rules = AgentSpec::rules().into_iter();
    // Those whose settings would have to be found first are left to a file.
    let ready = rules.filter(|rule| rule.is_base() && !rules::leaves_open(rule));
    let ready = ready.filter(|rule| rule.faults(environment).is_empty());
    let currency = &session.scenario().contents.currency;
    let error = desk.judged.last().and_then(|judged| judged.error);
    Some(PredictionView {
        policy: inspect::agent_name(environment, &spec.policy),
        policies: ready
            .map(|rule| (rule.kind(), inspect::agent_name(environment, &rule)))
            .collect(),
        chosen: spec.policy.kind(),
        to_the_end: matches!(settings.target, Target::Episode { .. }),
        step: settings.step_size,
        discount: settings.discount_for(session.scenario().contents.criterion),
        error: error.map(|error| format!("{} {currency}", number::significant(error, 3))),
    })
}

/// What a rule of thumb goes by, where no panel of its own says it: its settings as a file names
/// them.
fn rule_facts(spec: &AgentSpec) -> Vec<(String, String)> {
    let own =
        matches!(spec.kind(), AgentChoice::Kanban | AgentChoice::Threshold | AgentChoice::Optimum);
    if own || spec.learns() {
        return Vec::new();
    }
    let Ok(serde_json::Value::Object(variant)) = serde_json::to_value(spec) else {
        return Vec::new();
    };
    let fields = variant.into_iter().filter_map(|(_, settings)| match settings {
        serde_json::Value::Object(fields) => Some(fields),
        _ => None,
    });
    let words = |value: &serde_json::Value| match value {
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(apart(text)),
        serde_json::Value::Array(items) if !items.is_empty() => {
            let each = items.iter().map(serde_json::Value::to_string);
            Some(each.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    };
    fields
        .flatten()
        .filter_map(|(name, value)| Some((name.replace('_', " "), words(&value)?)))
        .collect()
}

/// The name of a variant as words: "EarliestDue" as "earliest due". What is no such name stays.
fn apart(name: &str) -> String {
    if !name.chars().all(char::is_alphanumeric) || !name.starts_with(char::is_uppercase) {
        return name.to_owned();
    }
    in_words(name)
}

fn facts(run: &dyn AnyRun) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let records = run.records();
    let ended = records.terminal + records.cut_off;
    if ended > 0 {
        facts.push(("episodes ended".to_owned(), number::count(records.terminal)));
        facts.push(("cut off".to_owned(), number::count(records.cut_off)));
    }
    facts
}

/// The criterion's quantity, the factor and unit in which it is read.
pub fn quantity(desk: &Desk, session: &Session) -> (&'static str, f64, String) {
    let contents = &session.scenario().contents;
    match contents.criterion {
        Criterion::Average => {
            let reading = reading(desk, session);
            ("gain", reading.factor, format!("{} / {}", contents.currency, reading.per))
        }
        _ => ("start value", 1.0, contents.currency.clone()),
    }
}

fn plan(desk: &Desk, session: &Session) -> PlanView {
    let snapshot = &desk.snapshot;
    let (what, factor, unit) = quantity(desk, session);
    let bounds = snapshot
        .bounds
        .map(|(lower, upper)| (factor * lower, factor * upper.unwrap_or(f64::INFINITY)));
    match &snapshot.stage {
        Stage::Counting => PlanView::Working {
            what: "counting outcomes".to_owned(),
            done: desk.planning.progress.done(),
            of: desk.planning.progress.total(),
            bounds: None,
            paused: false,
            can_wait: false,
        },
        Stage::Sweeping | Stage::Paused => PlanView::Working {
            what: snapshot.method.to_lowercase(),
            done: snapshot.sweeps,
            of: 0,
            bounds,
            paused: snapshot.stage == Stage::Paused,
            can_wait: true,
        },
        Stage::Failed(why) => PlanView::None { why: number::sentence(why) },
        Stage::Stopped if bounds.is_none() => {
            PlanView::None { why: "Planning was stopped.".to_owned() }
        }
        Stage::Ready | Stage::Stopped => {
            let (would_do, same) = if desk.inspected.is_some() || hand::may_tell(desk, session) {
                inspect::optimal_action(desk, session)
            } else {
                ("shown with hints".to_owned(), false)
            };
            PlanView::Ready {
                certified: snapshot.certified,
                would_do,
                same,
                quantity: what.to_owned(),
                bounds: bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY)),
                unit,
                sweeps: snapshot.sweeps,
                states: snapshot.enumeration.as_ref().map_or(0, |found| found.states.len() as u64),
            }
        }
    }
}

fn time(run: &dyn AnyRun) -> Vec<TimeView> {
    let tally = run.tally();
    if tally.beats() == 0 {
        return Vec::new();
    }
    let stations = run.environment().places().stations.iter().enumerate();
    stations
        .map(|(station, name)| TimeView {
            name: name.clone(),
            shares: Condition::ALL
                .into_iter()
                .map(|condition| (condition, tally.share(station, condition)))
                .filter(|(_, share)| *share > 0.0)
                .collect(),
        })
        .collect()
}

const EARNED: &str = "Mean reward over all beats since the agent or a figure was last changed, \
     with all that was tried on the way; ± is half of a 95 % interval, which \
     there is once the beats are many enough to judge it. The gap to the optimum is of the policy \
     as it stands now, so that the two may differ";
const OUTPUT: &str = "What was finished, as a rate over all beats since the agent or a figure was \
     last changed, and how many they are";
const IN_THE_LINE: &str = "What is in all buffers at the beats’ starts, on average (work in \
     process), and how long each takes by Little’s law: what is in the line over output";
const IN_ALL: &str = "All rewards since the agent or a figure was last changed, and how long that \
     is in the line’s own time";
const CUSTOMERS: &str = "Customers who wait for a part now, and those lost since the agent or a \
     figure was last changed";
const MEAN_RETURN: &str = "The rewards of an episode, discounted where the criterion is: the mean of \
     all whole episodes since the agent or a figure was last changed, with all that was tried on the \
     way; ± is half of a 95 % interval";
const ENDED: &str = "Episodes that came to an end, and those that were cut off before";
const GOALS: &str = "Episodes that reached the goal, and those that were cut off at the scenario’s \
     limit";
const LATEST_EPISODE: &str = "How many beats the latest episode took, and its rewards, discounted \
     where the criterion is";

/// The figures above the stage.
pub fn figures(desk: &Desk, session: &Session) -> Vec<FigureView> {
    let run = session.run();
    let contents = &session.scenario().contents;
    let reading = reading(desk, session);
    let figure = |label: &str, value: String, below: String, help: &str| FigureView {
        label: label.to_owned(),
        value,
        below,
        help: help.to_owned(),
    };
    // Three digits or so, and as many for all that is read side by side.
    let best = optimum(desk).filter(|_| contents.criterion == Criterion::Average);
    let size = best.unwrap_or_else(|| run.records().rewards.mean()).abs() * reading.factor;
    let decimals = match size {
        size if size >= 10.0 || size.is_nan() => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let parts_decimals = if reading.factor > 1.0 { 1 } else { 3 };
    let rate = |value: f64, decimals: usize| {
        if value.is_finite() {
            number::fixed(value * reading.factor, decimals)
        } else {
            "–".to_owned()
        }
    };
    let since = match measured_since(run) {
        Some(beat) => format!(", since beat {}", number::count(beat)),
        None => String::new(),
    };
    let units = inspect::units(run.environment());
    let mut figures = Vec::new();
    if contents.ends() {
        let records = run.records();
        let latest = records.latest_episode;
        let mean = rate_of(&records.returns);
        let known = records.returns.count() > 0;
        let value = if known { number::fixed(mean.mean, 2) } else { "–".to_owned() };
        let best = optimum(desk).map(|best| format!("optimum {}", number::fixed(best, 2)));
        let half = mean.half_width().filter(|_| known).map(|half| plus_minus(half, 2));
        let below: Vec<String> = half.into_iter().chain(best).collect();
        figures.push(figure("mean return", value, below.join(" · "), MEAN_RETURN));
        let cut = format!("{} cut off{since}", number::count(records.cut_off));
        figures.push(if run.environment().tells_goals() {
            figure("goal reached", number::count(run.tally().goals()), cut, GOALS)
        } else {
            figure("ended", number::count(records.terminal), cut, ENDED)
        });
        let value =
            latest.map_or("–".to_owned(), |(_, beats)| number::counted(beats, "beat", "beats"));
        let below = latest
            .map_or(String::new(), |(value, _)| format!("return {}", number::fixed(value, 2)));
        figures.push(figure("latest episode", value, below, LATEST_EPISODE));
        return figures;
    }
    let earned = run.records().reward_rate();
    let mut below: Vec<String> = Vec::new();
    match earned.half_width() {
        Some(half) => below.push(plus_minus(half * reading.factor, decimals)),
        // What it earned while it filled up says little of the long run.
        None if run.records().rewards.count() > 0 => below.push("± later".to_owned()),
        None => {}
    }
    if contents.criterion == Criterion::Average
        && let Some(best) = optimum(desk)
    {
        // What who sees all could earn is a bound where the state is hidden.
        let whose = match run.environment().erased().observes_state() {
            true => "optimum",
            false => "seeing all",
        };
        below.push(format!("{whose} {}", rate(best, decimals)));
    }
    let unit = format!("{} / {}", contents.currency, reading.per);
    let value = format!("{} {unit}", rate(earned.mean, decimals));
    // What was tried on the way counts: the gap to the optimum is of what has been learned by now.
    let label = if session.agent().learns() { "earned while learning" } else { "earned" };
    figures.push(figure(label, value, below.join(" · "), EARNED));
    let (places, tally) = (run.environment().places(), run.tally());
    if let AnyEnvironment::Line(line) = run.environment()
        && matches!(line.settings().demand, Demand::Customers { .. })
    {
        let backlog = line.state_space().position("backlog");
        let waiting = backlog.and_then(|place| desk.present(session).get(place));
        let lost = format!("{} lost", number::count(tally.lost()));
        figures.push(match waiting {
            Some(waiting) => figure("customers", format!("{waiting} waiting"), lost, CUSTOMERS),
            None => figure("customers", lost, String::new(), CUSTOMERS),
        });
    }
    let has_stations = !places.stations.is_empty();
    let is_line = matches!(run.environment(), AnyEnvironment::Line(_));
    if has_stations && (is_line || !places.buffers.is_empty()) {
        let value = format!("{} / {}", rate(tally.throughput(), parts_decimals), reading.per);
        let below = number::counted(tally.parts_out(), units.trim_end_matches('s'), &units);
        figures.push(figure("output", value, below, OUTPUT));
    }
    if has_stations && !places.buffers.is_empty() {
        let wip = tally.wip();
        let value = if wip.is_finite() { number::fixed(wip, 1) } else { "–".to_owned() };
        let lead = match (tally.lead_time(), contents.beat_seconds()) {
            (beats, _) if !beats.is_finite() => String::new(),
            (beats, Some(seconds)) => format!("lead time {}", number::duration(beats * seconds)),
            (beats, None) => format!("lead time {} beats", number::fixed(beats, 1)),
        };
        let label = if is_line { "mean in the line" } else { "mean in the system" };
        figures.push(figure(label, format!("{value} {units}"), lead, IN_THE_LINE));
    }
    let rewards = &run.records().rewards;
    let beats = rewards.count();
    let earned = if beats == 0 { 0.0 } else { rewards.mean() * beats as f64 };
    let time = match contents.beat_seconds() {
        Some(seconds) => number::duration(beats as f64 * seconds),
        None => number::counted(beats, "beat", "beats"),
    };
    let value = number::money(earned, &contents.currency);
    figures.push(figure("in all", value, format!("in {time}{since}"), IN_ALL));
    figures
}

/// "± 1.9", never a half width that reads as none.
fn plus_minus(half: f64, decimals: usize) -> String {
    let seen = half >= 0.5 * 10f64.powi(-(decimals as i32)) || half == 0.0;
    let words = if seen { number::fixed(half, decimals) } else { number::significant(half, 1) };
    format!("± {words}")
}

/// The beat since which figures are measured, where that is not the first: then the agent or a figure
/// of the scenario was changed.
pub fn measured_since(run: &dyn AnyRun) -> Option<u64> {
    let since = run.beats().saturating_sub(run.records().rewards.count());
    (since > 0).then_some(since)
}

fn no_map(desk: &Desk, session: &Session) -> String {
    match &desk.snapshot.stage {
        Stage::Counting => {
            "The value of every state appears here once outcomes are counted.".into()
        }
        Stage::Failed(why) => format!("There is no value map. {}", number::sentence(why)),
        _ => {
            let space = session.scenario().environment.state_space();
            let name = |place: usize| space.variables().get(place).map_or("", |v| v.name.as_str());
            format!(
                "{} and {} have too many levels to be shown cell by cell: choose others.",
                name(desk.axes.0),
                name(desk.axes.1)
            )
        }
    }
}

/// Whether beats are seen one by one.
pub fn is_watched(desk: &Desk) -> bool {
    matches!(desk.clock.speed, Speed::PerSecond(speed) if speed <= WATCHED)
}
