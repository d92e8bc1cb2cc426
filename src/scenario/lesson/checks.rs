//! What a lesson names, looked up: scenarios, parameters, agents, variables, stations, figures.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::contents::{
    AnswerSpec, By, Change, HIGHLIGHTS, LessonContents, Measured, Per, RunSpec, StageSpec,
    StepSpec, Until,
};
use super::{Stage, Step};
use crate::environments::SettingError;
use crate::heuristics::threshold::NamedLevels;
use crate::mdp::{Criterion, Level, Space};
use crate::scenario::agents::AgentSpec;
use crate::scenario::experiment::open_named;
use crate::scenario::load::Scenario;
use crate::scenario::syntax::suggestion;

/// Steps with what they name, and all that is wrong with them.
pub(super) struct Checked {
    pub steps: Vec<Step>,
    pub faults: Vec<SettingError>,
}

/// Looks up what the steps of a lesson name.
pub(super) fn steps(contents: &LessonContents, file: Option<&Path>) -> Checked {
    let mut checks = Checks { file, opened: HashMap::new(), names: Vec::new(), faults: Vec::new() };
    let mut steps = Vec::new();
    if contents.steps.is_empty() {
        checks.add("steps".to_owned(), "a lesson needs a step", "write one or more");
    }
    let mut stage: Option<Arc<Stage>> = None;
    for (place, says) in contents.steps.iter().enumerate() {
        let at = format!("steps[{place}]");
        if let Some(spec) = &says.stage {
            stage = checks.stage(spec, stage.as_deref(), &format!("{at}.stage")).map(Arc::new);
        } else if stage.is_none() && place == 0 {
            let message = "the first step has no stage";
            checks.add(at.clone(), message, "write `stage: (scenario: \"basics/chain.ron\")`");
        }
        let Some(stage) = &stage else {
            // What it would have found is not missed as well.
            let remembered = says.runs.iter().flat_map(|run| &run.remember);
            checks.names.extend(remembered.map(|figure| figure.name.clone()));
            continue;
        };
        let scenarios = checks.runs(says, stage, &at);
        checks.ask(says, stage, &at);
        for (number, name) in says.show.iter().enumerate() {
            checks.name(name, format!("{at}.show[{number}]"));
        }
        let (says, sets) = (says.clone(), says.stage.is_some());
        steps.push(Step { says, stage: stage.clone(), sets, scenarios });
    }
    Checked { steps, faults: checks.faults }
}

struct Checks<'a> {
    file: Option<&'a Path>,
    opened: HashMap<String, Option<Arc<Scenario>>>,
    /// Figures that are remembered so far.
    names: Vec<String>,
    faults: Vec<SettingError>,
}

impl Checks<'_> {
    fn add(&mut self, path: String, message: impl Into<String>, remedy: impl Into<String>) {
        self.faults.push(SettingError { path, message: message.into(), remedy: remedy.into() });
    }

    /// The scenario of this name; each is opened once.
    fn scenario(&mut self, name: &str, path: String) -> Option<Arc<Scenario>> {
        if let Some(known) = self.opened.get(name) {
            return known.clone();
        }
        let lesson = self.file.unwrap_or(Path::new(""));
        let opened = open_named(lesson, name);
        let found = match opened {
            Ok(scenario) => Some(Arc::new(scenario)),
            Err(reports) => {
                let first = reports.entries().into_iter().next();
                let why = first.map_or(String::new(), |first| first.message);
                let remedy = "give a path relative to this file, or a name of `taktlab list`";
                self.add(path, format!("`{name}` cannot be opened: {why}"), remedy);
                None
            }
        };
        self.opened.insert(name.to_owned(), found.clone());
        found
    }

    fn changed(
        &mut self,
        scenario: &Arc<Scenario>,
        changes: &[Change],
        path: &str,
    ) -> Arc<Scenario> {
        let mut changed = scenario.clone();
        for (place, change) in changes.iter().enumerate() {
            let at = format!("{path}.change[{place}]");
            let parameters = changed.parameters();
            if parameters.iter().all(|known| known.path != change.parameter) {
                let names = parameters.iter().map(|known| known.path.as_str());
                let remedy = match suggestion(&change.parameter, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        let some = parameters.iter().take(6).map(|p| format!("`{}`", p.path));
                        let some: Vec<_> = some.collect();
                        format!("the scenario has {} and others", some.join(", "))
                    }
                };
                let message = format!("there is no parameter `{}`", change.parameter);
                self.add(format!("{at}.parameter"), message, remedy);
                continue;
            }
            match changed.with_parameter(&change.parameter, change.value) {
                Ok(other) => changed = Arc::new(other),
                Err(faults) => {
                    for fault in faults {
                        self.add(format!("{at}.value"), fault.message, fault.remedy);
                    }
                }
            }
        }
        changed
    }

    fn agent(&mut self, agent: &AgentSpec, scenario: &Scenario, path: &str) {
        if *agent == AgentSpec::Person {
            let remedy = "name who acts where nobody does, and write `by_hand: true` in the run";
            self.add(path.to_owned(), "a lesson can also be gone through without a window", remedy);
        }
        for fault in agent.faults(&scenario.environment) {
            let within = match fault.path.as_str() {
                "" => String::new(),
                path => format!(".{path}"),
            };
            self.add(format!("{path}{within}"), fault.message, fault.remedy);
        }
    }

    fn stage(&mut self, spec: &StageSpec, before: Option<&Stage>, path: &str) -> Option<Stage> {
        let mut stage = match (&spec.scenario, before) {
            (Some(name), _) => {
                let scenario = self.scenario(name, format!("{path}.scenario"))?;
                let contents = &scenario.contents;
                Stage {
                    name: name.clone(),
                    agent: contents.agent.clone(),
                    seed: contents.seed,
                    changes: Vec::new(),
                    state: Vec::new(),
                    speed: contents.show.speed,
                    x: contents.show.x.clone(),
                    y: contents.show.y.clone(),
                    curve: contents.show.curve,
                    highlight: Vec::new(),
                    scenario,
                }
            }
            (None, Some(before)) => {
                Stage { highlight: Vec::new(), state: Vec::new(), ..before.clone() }
            }
            (None, None) => {
                let remedy = "write `scenario: \"basics/chain.ron\"` or another";
                self.add(path.to_owned(), "the first stage has no scenario", remedy);
                return None;
            }
        };
        stage.scenario = self.changed(&stage.scenario, &spec.change, path);
        stage.changes.extend(spec.change.iter().cloned());
        if let Some(agent) = &spec.agent {
            self.agent(agent, &stage.scenario, &format!("{path}.agent"));
            stage.agent = agent.clone();
        } else if stage.agent == AgentSpec::Person {
            stage.agent = AgentSpec::AlwaysRun;
        }
        let space = stage.scenario.environment.state_space();
        stage.state = self.levels(&spec.state, space, &format!("{path}.state"));
        for (field, name) in [("x", &spec.x), ("y", &spec.y)] {
            let Some(name) = name else { continue };
            if space.position(name).is_none() {
                self.no_variable(name, space, format!("{path}.{field}"));
            }
        }
        stage.seed = spec.seed.unwrap_or(stage.seed);
        stage.speed = spec.speed.unwrap_or(stage.speed);
        stage.x = spec.x.clone().or(stage.x);
        stage.y = spec.y.clone().or(stage.y);
        stage.curve = spec.curve.or(stage.curve);
        for (place, part) in spec.highlight.iter().enumerate() {
            if !HIGHLIGHTS.contains(&part.as_str()) {
                let message = format!("the window has no part `{part}`");
                let remedy = format!("choose one of {}", HIGHLIGHTS.join(", "));
                self.add(format!("{path}.highlight[{place}]"), message, remedy);
            }
        }
        stage.highlight.clone_from(&spec.highlight);
        Some(stage)
    }

    fn no_variable(&mut self, name: &str, space: &Space, path: String) {
        let names = || space.variables().iter().map(|variable| variable.name.as_str());
        let remedy = match suggestion(name, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("choose one of {}", names().take(20).collect::<Vec<_>>().join(", ")),
        };
        self.add(path, format!("there is no variable `{name}`"), remedy);
    }

    /// Variables by name with their levels, as places and numbers.
    fn levels(&mut self, named: &NamedLevels, space: &Space, path: &str) -> Vec<(usize, Level)> {
        let mut levels = Vec::new();
        for (name, level) in named {
            let at = format!("{path}.{name}");
            let variable =
                space.position(name).and_then(|at| Some((at, space.variables().get(at)?)));
            let Some((place, variable)) = variable else {
                self.no_variable(name, space, at);
                continue;
            };
            match level.of(variable) {
                Some(level) => levels.push((place, level)),
                None => {
                    let (low, high) = (variable.label(variable.low), variable.label(variable.high));
                    let message = format!("`{name}` has no level {level}");
                    self.add(at, message, format!("give a level from {low} to {high}"));
                }
            }
        }
        levels
    }

    fn runs(&mut self, says: &StepSpec, stage: &Stage, at: &str) -> Vec<Arc<Scenario>> {
        let mut scenarios = Vec::new();
        for (place, run) in says.runs.iter().enumerate() {
            let path = format!("{at}.runs[{place}]");
            let scenario = self.changed(&stage.scenario, &run.change, &path);
            if let Some(agent) = &run.agent {
                self.agent(agent, &scenario, &format!("{path}.agent"));
            } else if !run.change.is_empty() {
                self.agent(&stage.agent, &scenario, &path);
            }
            self.length(run, place, &scenario, &path);
            for (number, remember) in run.remember.iter().enumerate() {
                let path = format!("{path}.remember[{number}]");
                self.measure(&remember.what, run, &scenario, &format!("{path}.what"));
                if remember.name.is_empty() || self.names.contains(&remember.name) {
                    let message = match remember.name.is_empty() {
                        true => "a figure needs a name".to_owned(),
                        false => format!("a figure is called `{}` already", remember.name),
                    };
                    self.add(format!("{path}.name"), message, "give it a name of its own");
                }
                self.names.push(remember.name.clone());
            }
            scenarios.push(scenario);
        }
        scenarios
    }

    fn length(&mut self, run: &RunSpec, place: usize, scenario: &Scenario, path: &str) {
        let contents = &scenario.contents;
        let endless = !contents.ends() && contents.episode_limit.is_none();
        if matches!(run.until, Until::Episodes(_)) && endless {
            let message = "this environment never ends, so that its first episode lasts for ever";
            let remedy = "give `Beats(…)`, or a scenario with an `episode_limit`";
            self.add(format!("{path}.until"), message, remedy);
        }
        if run.seeds > 1 && (run.by_hand || run.goes_on) {
            let message = "what is played by hand or goes on is played once";
            self.add(format!("{path}.seeds"), message, "leave `seeds` out");
        }
        if run.goes_on && place == 0 {
            let message = "there is no run before it in this step that it could go on from";
            self.add(format!("{path}.goes_on"), message, "leave `goes_on` out");
        }
        if run.by_hand && !matches!(run.until, Until::Beats(_)) {
            let message = "what is played by hand goes for so many beats";
            self.add(
                format!("{path}.until"),
                message,
                "write `until: Beats(60)` or another number",
            );
        }
    }

    fn measure(&mut self, what: &Measured, run: &RunSpec, scenario: &Scenario, path: &str) {
        let (environment, contents) = (&scenario.environment, &scenario.contents);
        let (states, actions) = (environment.state_space(), environment.action_space());
        let places = environment.places();
        match what {
            Measured::Reward(per) | Measured::Output(per) | Measured::DecisionCost(per)
                if *per == Per::Hour && contents.beat_seconds().is_none() =>
            {
                let message = "the scenario does not say how long a beat is";
                self.add(path.to_owned(), message, "write `Beat` in place of `Hour`");
            }
            Measured::Optimum(per) | Measured::Policy(per) if *per == Per::Hour => {
                let average = contents.criterion == Criterion::Average;
                if !average || contents.beat_seconds().is_none() {
                    let message =
                        "only a gain of a scenario with a length of a beat is had by the hour";
                    self.add(path.to_owned(), message, "write `Beat` in place of `Hour`");
                }
            }
            Measured::Share { station, .. } if !places.stations.contains(station) => {
                let names = || places.stations.iter().map(String::as_str);
                let remedy = match suggestion(station, names()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("choose one of {}", names().collect::<Vec<_>>().join(", ")),
                };
                self.add(
                    format!("{path}.station"),
                    format!("there is no station `{station}`"),
                    remedy,
                );
            }
            Measured::Output(_) | Measured::Stock | Measured::LeadTime
                if places.buffers.is_empty() =>
            {
                let message = "there are no buffers here, and no parts to be counted";
                self.add(path.to_owned(), message, "measure something else");
            }
            Measured::Return | Measured::Length | Measured::Ended | Measured::CutOff
                if !contents.ends() && contents.episode_limit.is_none() =>
            {
                let message = "this environment has no episodes";
                self.add(path.to_owned(), message, "measure `Reward(Beat)` or something else");
            }
            Measured::Level(name) if states.position(name).is_none() => {
                self.no_variable(name, states, path.to_owned());
            }
            Measured::ActionValue(action)
            | Measured::ActionReward(action)
            | Measured::ActionFuture(action) => {
                self.levels(action, actions, path);
            }
            Measured::Fork(fork) => {
                self.levels(&fork.first, actions, &format!("{path}.first"));
                self.levels(&fork.second, actions, &format!("{path}.second"));
            }
            Measured::SweepsToPolicy
            | Measured::SweepsToValues(_)
            | Measured::SweptValue(_)
            | Measured::SweptGap(_)
                if contents.criterion == Criterion::Average =>
            {
                let message = "under the average reward values have no level that sweeps come to";
                self.add(
                    path.to_owned(),
                    message,
                    "choose a scenario with a discount, or that ends",
                );
            }
            _ => {}
        }
        for (field, name) in what.uses() {
            self.name(name, format!("{path}.{field}"));
        }
        let played = matches!(
            what,
            Measured::Reward(_)
                | Measured::Output(_)
                | Measured::Stock
                | Measured::LeadTime
                | Measured::Share { .. }
                | Measured::Return
                | Measured::Length
                | Measured::Ended
                | Measured::CutOff
                | Measured::DecisionCost(_)
                | Measured::BestDecisions
        );
        if played && run.until == Until::Planned && !run.goes_on {
            let message = "nothing is played in a run that only plans";
            self.add(path.to_owned(), message, "give the run `until: Beats(…)`");
        }
    }

    /// A name of a figure that is remembered up to here.
    fn name(&mut self, name: &str, path: String) {
        if self.names.iter().any(|known| known == name) {
            return;
        }
        let remedy = match suggestion(name, self.names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if self.names.is_empty() => "remember a figure in a run first".to_owned(),
            None => format!("remembered so far are {}", self.names.join(", ")),
        };
        self.add(path, format!("no figure is called `{name}` up to here"), remedy);
    }

    fn ask(&mut self, says: &StepSpec, stage: &Stage, at: &str) {
        let Some(ask) = &says.ask else { return };
        let path = format!("{at}.ask.answer");
        match &ask.answer {
            AnswerSpec::Number { of, .. } => self.name(of, format!("{path}.of")),
            AnswerSpec::Choice { options, by } => {
                for (field, name) in by.names() {
                    self.name(name, format!("{path}.by{field}"));
                }
                let (least, open) = (by.options(), usize::from(by.may_be_open()));
                if !(least..=least + open).contains(&options.len()) || least < 2 {
                    let message = format!("{} options do not fit what decides", options.len());
                    let remedy = match (least, open) {
                        (0 | 1, _) => "compare two figures or more".to_owned(),
                        (_, 0) => format!("write {least} options"),
                        _ => format!(
                            "write {least} options, or {} with one for what cannot be told apart",
                            least + 1
                        ),
                    };
                    self.add(format!("{path}.options"), message, remedy);
                }
                if let By::Within { bounds, .. } = by
                    && bounds.windows(2).any(|pair| matches!(pair, [low, high] if low >= high))
                {
                    let message = "the bounds are not in order";
                    self.add(format!("{path}.by.bounds"), message, "give the least first");
                }
            }
            AnswerSpec::Action(_) => {
                let environment = &stage.scenario.environment;
                let count = environment.action_space().count().unwrap_or(u64::MAX);
                if count > 64 || !environment.erased().observes_state() {
                    let message = "here actions are too many, or the state is not seen";
                    self.add(path, message, "ask for a number or a choice");
                }
            }
        }
    }
}
