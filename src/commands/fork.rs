//! `taktlab fork FILE`: what each first action comes to from one state, on the same luck.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format, WorthUnit};
use super::progress_bar::with_bar;
use crate::experiment::Estimate;
use crate::experiment::agents::{self, follow};
use crate::experiment::comparison::words::{counted, figure, more};
use crate::experiment::fork::{Fork, ForkOptions, exact, fork, settled};
use crate::experiment::optimum::{self, SolveOptions};
use crate::experiment::report::prepared;
use crate::experiment::run::{RunSettings, open};
use crate::experiment::session::run_settings;
use crate::heuristics::threshold::LevelName;
use crate::mdp::enumerate::ACTION_LIMIT;
use crate::mdp::{Agent, Level, Progress, Space};
use crate::scenario::{Scenario, choices, suggestion};

/// Arguments of `fork`.
#[derive(Debug, clap::Args)]
pub struct ForkArguments {
    /// The scenario.
    file: PathBuf,
    /// The agent that plays up to the fork, and after it where `--then agent` is asked for.
    #[arg(long)]
    agent: Option<String>,
    /// How many beats it plays before the fork.
    #[arg(long, value_parser = super::any_count, allow_negative_numbers = true, default_value = "0")]
    at: u64,
    /// The state to fork in, in place of the one that was come to: "buffer 1=3,Lathe=up".
    #[arg(long, value_name = "LEVELS")]
    state: Option<String>,
    /// A first action, "Lathe=hold,Mill=run"; levels not named are those of the usual action. May
    /// be given several times; all allowed actions if not given. Others are set against the first.
    #[arg(long = "action", value_name = "LEVELS")]
    actions: Vec<String>,
    /// Who decides after the first action: optimum or agent.
    #[arg(long, value_enum, default_value_t)]
    then: Then,
    /// How many futures each action has.
    #[arg(long, value_parser = super::runs, allow_negative_numbers = true)]
    futures: Option<u64>,
    /// How many beats a future has.
    #[arg(long, value_parser = super::at_least_one, allow_negative_numbers = true)]
    beats: Option<u64>,
    /// The seed, instead of the scenario's.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Who decides after the first action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Then {
    /// The best policy.
    #[default]
    Optimum,
    /// The agent that played up to the fork, without learning or exploring.
    Agent,
}

/// So many actions are tried where none is named.
const MOST_ACTIONS: u64 = 64;

/// Runs the command.
pub(super) fn run(arguments: &ForkArguments) -> Result<(), Failure> {
    let scenario = super::load(&arguments.file)?;
    let criterion = scenario.contents.criterion;
    let environment = &scenario.environment;
    let spec = super::agent_named(arguments.agent.as_deref(), &scenario)?
        .unwrap_or_else(|| scenario.contents.agent.clone());
    let progress = Arc::new(Progress::new());
    let ready = prepared(&spec, &scenario, None, &progress).map_err(Failure::input)?;
    let agent = agents::build(&ready.spec, environment, criterion, ready.plan.as_ref())
        .map_err(Failure::input)?;
    let settings = run_settings(&scenario);
    let seed = arguments.seed.unwrap_or(settings.seed);
    let mut run = open(environment, agent, RunSettings { seed, ..settings });
    let played = with_bar("playing", &progress, || run.advance(arguments.at));
    if played < arguments.at {
        return Err(Failure::input("the agent does not decide by itself"));
    }
    if let Some(text) = &arguments.state {
        let state = levels(text, environment.state_space(), run.state().to_vec(), "state")?;
        run = run
            .with_state(&state)
            .ok_or_else(|| Failure::input("this is no state in which a run goes on"))?;
    }
    let actions = actions(arguments, &scenario, run.state())?;
    let solve = SolveOptions::to(None);
    let found =
        with_bar("finding the optimum", &progress, || optimum::find(&scenario, &solve, &progress));
    let then: Box<dyn Agent> = match (arguments.then, &found) {
        (Then::Agent, _) => settled(&*run),
        (Then::Optimum, _) if !environment.erased().observes_state() => {
            return Err(Failure::input(
                "the state is not seen here, so that the optimum of who sees it cannot go on; with \
                 --then agent the agent goes on",
            ));
        }
        (Then::Optimum, Ok(found)) => {
            Box::new(follow("Optimum", environment, &found.plan()).map_err(Failure::input)?)
        }
        (Then::Optimum, Err(why)) => {
            return Err(Failure::input(format!(
                "there is no optimum to go on with: {why}; with --then agent the agent goes on"
            )));
        }
    };
    let usual = ForkOptions::usual(criterion);
    let options = ForkOptions {
        futures: arguments.futures.unwrap_or(usual.futures),
        beats: arguments.beats.unwrap_or(usual.beats),
    };
    let forked = with_bar("playing futures", &progress, || {
        fork(&*run, &actions, &*then, options, &progress)
    })
    .ok_or_else(|| Failure::input("the agent that goes on does not decide by itself"))?;
    let exact = match (arguments.then, &found) {
        (Then::Optimum, Ok(found)) => exact(&scenario, found, run.state(), &actions),
        _ => None,
    };
    let told = Told {
        scenario: &scenario,
        state: run.state(),
        actions: &actions,
        options,
        forked: &forked,
        exact,
    };
    match arguments.format {
        Format::Json => output::print_json(&told.as_json(arguments, seed)),
        Format::Text => output::print(&told.as_text(then.name())),
    }
}

/// The first actions: those named, else all that are allowed.
fn actions(
    arguments: &ForkArguments,
    scenario: &Scenario,
    state: &[Level],
) -> Result<Vec<Vec<Level>>, Failure> {
    let erased = scenario.environment.erased();
    let space = erased.action_space();
    let mut usual = vec![0; space.len()];
    erased.usual_action(&mut usual);
    let named = arguments
        .actions
        .iter()
        .map(|text| levels(text, space, usual.clone(), "action"))
        .collect::<Result<Vec<_>, _>>()?;
    for (place, action) in named.iter().enumerate() {
        let before = named.get(..place).unwrap_or_default();
        if let Some(first) = before.iter().position(|other| other == action) {
            let written = |place: usize| arguments.actions.get(place).map_or("", String::as_str);
            return Err(Failure::Usage(format!(
                "error: --action `{}` is the same as --action `{}`, {}: give each action once",
                written(place),
                written(first),
                space.describe(action)
            )));
        }
    }
    if let Some(refused) = named.iter().find(|action| !erased.allows(state, action)) {
        let words = space.describe(refused);
        return Err(Failure::input(format!("{words} is not allowed in this state")));
    }
    if !named.is_empty() {
        return Ok(named);
    }
    let count = space.count().unwrap_or(u64::MAX);
    if count > MOST_ACTIONS.min(ACTION_LIMIT) {
        return Err(Failure::input(format!(
            "there are {count} actions, more than {MOST_ACTIONS}: name those that are to be tried \
             with --action"
        )));
    }
    let all = (0..count).map(|flat| {
        let mut action = vec![0; space.len()];
        space.levels(flat, &mut action);
        action
    });
    Ok(all.filter(|action| erased.allows(state, action)).collect())
}

/// Levels by name, `buffer 1=3,Lathe=up`, over those that hold where none is named.
fn levels(
    text: &str,
    space: &Space,
    mut levels: Vec<Level>,
    what: &str,
) -> Result<Vec<Level>, Failure> {
    let mut given = vec![false; space.len()];
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong = |why: String| Failure::Usage(format!("error: {what} `{part}`: {why}"));
        let Some((name, level)) = part.split_once('=') else {
            return Err(wrong("write NAME=LEVEL".to_owned()));
        };
        let (name, level) = (name.trim(), level.trim());
        let Some(place) = space.position(name) else {
            let names = || space.variables().iter().map(|variable| variable.name.as_str());
            let meant = suggestion(name, names());
            return Err(wrong(match meant {
                Some(meant) => format!("there is no `{name}`. Did you mean `{meant}`?"),
                None => {
                    let all = "a policy of `taktlab solve --policy FILE.csv`";
                    format!(
                        "there is no `{name}`: there are {}",
                        choices(name, names(), "and", all)
                    )
                }
            }));
        };
        if let Some(given) = given.get_mut(place)
            && std::mem::replace(given, true)
        {
            return Err(wrong(format!("`{name}` was given before; give it once")));
        }
        let named = match level.parse::<Level>() {
            Ok(number) => LevelName::Number(number),
            Err(_) => LevelName::Label(level.to_owned()),
        };
        let variable = space.variables().get(place);
        let found = variable.and_then(|variable| named.of(variable));
        match (levels.get_mut(place), found) {
            (Some(at), Some(found)) => *at = found,
            _ => {
                let range = variable.map_or(String::new(), |variable| {
                    format!("{} to {}", variable.label(variable.low), variable.label(variable.high))
                });
                return Err(wrong(format!("it has levels {range}")));
            }
        }
    }
    Ok(levels)
}

/// What is told of a fork.
struct Told<'a> {
    scenario: &'a Scenario,
    state: &'a [Level],
    actions: &'a [Vec<Level>],
    options: ForkOptions,
    forked: &'a Fork,
    exact: Option<Vec<f64>>,
}

impl Told<'_> {
    fn exact_against(&self, place: usize) -> Option<f64> {
        let exact = self.exact.as_ref()?;
        Some(exact.first()? - exact.get(place)?)
    }

    fn as_json(&self, arguments: &ForkArguments, seed: u64) -> serde_json::Value {
        let (states, actions) =
            (self.scenario.environment.state_space(), self.scenario.environment.action_space());
        let named = |space: &Space, levels: &[Level]| -> serde_json::Map<_, _> {
            let each = space.variables().iter().zip(levels);
            each.map(|(variable, level)| (variable.name.clone(), json!(variable.label(*level))))
                .collect()
        };
        let each: Vec<_> = self
            .actions
            .iter()
            .enumerate()
            .map(|(place, action)| {
                let pair = place.checked_sub(1).and_then(|before| self.forked.against.get(before));
                json!({
                    "action": named(actions, action),
                    "return": self.forked.means.get(place).map(output::estimate),
                    "exact": output::optional(self.exact.as_ref().and_then(|q| q.get(place).copied())),
                    "first_less_this": pair.map(|pair| output::estimate(&pair.difference)),
                    "unpaired": pair.map(|pair| output::estimate(&pair.unpaired)),
                    "exact_difference": output::optional(
                        pair.and_then(|_| self.exact_against(place))
                    ),
                })
            })
            .collect();
        json!({
            "scenario": arguments.file.display().to_string(),
            "seed": seed,
            "state": named(states, self.state),
            "futures": self.options.futures,
            "beats": self.options.beats,
            "actions": each,
        })
    }

    fn as_text(&self, then: &str) -> String {
        let contents = &self.scenario.contents;
        let (states, actions) =
            (self.scenario.environment.state_space(), self.scenario.environment.action_space());
        let unit = WorthUnit::of(contents);
        let currency = unit.unit.split(' ').next().unwrap_or_default();
        let mut text = format!(
            "{}\nin {}\n{} of {} beats for each first action, then {then} decides; returns in \
             {currency}\n\n",
            output::title(self.scenario),
            states.describe(self.state),
            counted(self.options.futures, "future", "futures"),
            self.options.beats,
        );
        for (place, (action, mean)) in self.actions.iter().zip(&self.forked.means).enumerate() {
            text.push_str(&format!("  {}\n    return {}", actions.describe(action), figure(mean)));
            if let Some(pair) = place.checked_sub(1).and_then(|at| self.forked.against.get(at)) {
                let words = more(&pair.difference);
                text.push_str(&format!("; the first earns {words} on the same luck"));
                if let Some(mean) = self.exact_against(place) {
                    let words = more(&Estimate { mean, low: None, high: None });
                    text.push_str(&format!(", {words} by the model"));
                }
                let halves = pair.difference.half_width().zip(pair.unpaired.half_width());
                // Futures that differ alike in every pair have no interval but that of rounding.
                let told = |(paired, unpaired): &(f64, f64)| *paired > 1e-9 * unpaired;
                if let Some((paired, unpaired)) = halves.filter(told) {
                    text.push_str(&format!(
                        "\n    the interval is {:.1} times narrower than on luck of their own",
                        unpaired / paired
                    ));
                }
            }
            text.push('\n');
        }
        text
    }
}
