//! What an experiment compares, as plain data: part of a scenario, or a file that names several.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::agents::AgentSpec;
use super::contents::Text;
use super::diagnostic::Diagnostic;
use super::fields::Kind;
use super::files::Files;
use super::library;
use super::load::Scenario;
use super::reading::{ROOT, Reader};
use super::reports::Reports;
use super::schema::experiment::{EXPERIMENT, EXPERIMENT_FILE};
use super::syntax::Document;
use super::varied::{holds_whole, kept_at, unknown, with_setting};
use crate::environments::SettingError;

/// Agents, settings and seeds that are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExperimentContents {
    /// Who is compared. Where none is named: always run, the scenario's agent, its learner and the
    /// optimum.
    pub agents: Vec<Contestant>,
    /// Figures of scenario or agents that take several values.
    pub vary: Vec<Variation>,
    /// How many settings are drawn at random; `None` for all combinations of the values given.
    pub samples: Option<u64>,
    /// The first seed. 101 by default: settings are chosen on seeds 1 to 10, and reported on others.
    pub first_seed: u64,
    /// How many seeds, from the first on. 10 by default.
    pub seeds: u64,
    /// For how many beats learners learn, and what is earned meanwhile is counted. 100,000 by
    /// default.
    pub beats: u64,
    /// After how many beats each a learner's policy is looked at; by default four times a decade,
    /// from 1,000 on.
    pub evaluate_every: Option<u64>,
    /// For how many beats the policy at the end is then measured by simulation, without learning.
    /// 100,000 by default.
    pub measured: u64,
}

impl Default for ExperimentContents {
    fn default() -> Self {
        Self {
            agents: Vec::new(),
            vary: Vec::new(),
            samples: None,
            first_seed: 101,
            seeds: 10,
            beats: 100_000,
            evaluate_every: None,
            measured: 100_000,
        }
    }
}

/// An agent that is compared with others.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contestant {
    /// What it is called; its own name where empty.
    pub name: String,
    /// The agent with its settings.
    pub agent: AgentSpec,
}

impl Contestant {
    /// What it is called.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { self.agent.name() } else { &self.name }
    }
}

/// A figure that takes several values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Variation {
    /// Its path: a parameter of the scenario, `environment.machines[0].mtbf`, in the unit that it
    /// is written in; or a setting of the agents, `agent.step_size.power`.
    pub parameter: String,
    /// The values that it takes.
    pub values: Vec<f64>,
    /// Where random draws begin.
    pub from: Option<f64>,
    /// Where they end.
    pub to: Option<f64>,
    /// Whether equal factors are drawn equally often, instead of equal differences.
    pub logarithmic: bool,
}

impl Variation {
    /// The path within an agent, where this is a setting of agents.
    pub fn of_agents(&self) -> Option<&str> {
        self.parameter.strip_prefix("agent.")
    }

    /// Whether it takes whole numbers alone: a parameter of the scenario that does, or a setting that
    /// does with some agent.
    pub fn is_whole(&self, scenario: &Scenario, agents: &[Contestant]) -> bool {
        match self.of_agents() {
            Some(setting) => agents.iter().any(|one| holds_whole(&one.agent, setting)),
            None => scenario.parameter(&self.parameter).is_some_and(|known| known.whole),
        }
    }

    /// The values that it takes, or those between which it is drawn, each with where it stands.
    fn taken(&self, drawn: bool) -> Vec<(String, f64)> {
        if let (true, Some(from), Some(to)) = (drawn, self.from, self.to) {
            return vec![("from".to_owned(), from), ("to".to_owned(), to)];
        }
        let values = self.values.iter().enumerate();
        values.map(|(place, &value)| (format!("values[{place}]"), value)).collect()
    }
}

/// An experiment as a file of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentFile {
    /// The version of the format.
    pub version: u32,
    /// Its title.
    #[serde(default)]
    pub title: Text,
    /// What it asks, and what its results are to show.
    #[serde(default)]
    pub text: Text,
    /// The scenarios, by paths relative to the file, or by the names under which they are listed.
    pub scenarios: Vec<String>,
    /// What is compared.
    #[serde(default)]
    pub experiment: ExperimentContents,
}

/// An experiment, ready to be run.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its title.
    pub title: String,
    /// The scenarios, each with the name by which it is told apart.
    pub scenarios: Vec<(String, Scenario)>,
    /// What is compared.
    pub contents: ExperimentContents,
}

/// Whether a file is an experiment of its own: these name scenarios, and scenarios do not. One that
/// says what is compared and describes nothing that could be has forgotten to name them.
pub fn is_experiment(document: &Document) -> bool {
    let has = |name: &str| document.tree().root.field(name).is_some();
    has("scenarios") || has("experiment") && !has("environment") && !has("based_on")
}

impl Experiment {
    /// Reads an experiment of its own; `None` where the file is something else.
    ///
    /// # Errors
    /// All that is wrong with it, or with a scenario that it names.
    pub fn load(path: &Path) -> Option<Result<Self, Reports>> {
        Self::is_file(path).then(|| Self::of_file(path))
    }

    /// Whether a file is an experiment of its own.
    pub fn is_file(path: &Path) -> bool {
        Document::of_file(path).is_some_and(|document| is_experiment(&document))
    }

    /// The experiment of a scenario.
    pub fn of_scenario(name: String, scenario: Scenario) -> Self {
        let title = scenario.contents.title.or_file(scenario.file.as_deref());
        let mut contents = scenario.contents.experiment.clone();
        if contents.agents.is_empty() {
            contents.agents = usual_agents(&scenario);
        }
        Self { title, scenarios: vec![(name, scenario)], contents }
    }

    fn of_file(path: &Path) -> Result<Self, Reports> {
        let (files, tree) = Files::open(path)?;
        let starts = files.starts();
        let mut reader = Reader::new(&files.text, &starts);
        let values = reader.record(&EXPERIMENT_FILE, &tree, ROOT);
        let file = serde_json::from_value::<ExperimentFile>(Json::Object(values));
        let mut scenarios = Vec::new();
        let mut of_scenarios = Vec::new();
        let mut found = None;
        match file {
            Ok(file) if !reader.is_broken("scenarios") => {
                for (place, name) in file.scenarios.iter().enumerate() {
                    match open_named(path, name) {
                        Ok(scenario) => scenarios.push((name.clone(), scenario)),
                        Err(reports) => {
                            let first = reports.entries().into_iter().next();
                            let message = first.map_or(String::new(), |first| first.message);
                            reader.tell(
                                "",
                                &SettingError {
                                    path: format!("scenarios[{place}]"),
                                    message: format!("`{name}` cannot be opened: {message}"),
                                    remedy: "give a path relative to this file, or a name of \
                                         `taktlab list`"
                                        .to_owned(),
                                },
                            );
                            of_scenarios.push(reports);
                        }
                    }
                }
                if file.scenarios.is_empty() {
                    reader.tell(
                        "",
                        &SettingError {
                            path: "scenarios".to_owned(),
                            message: "an experiment needs a scenario".to_owned(),
                            remedy: "name one or more".to_owned(),
                        },
                    );
                }
                let read = !reader.is_broken("experiment");
                for (_, scenario) in scenarios.iter().filter(|_| read) {
                    for fault in faults(&file.experiment, scenario) {
                        reader.tell("experiment", &fault);
                    }
                }
                found = Some(file);
            }
            Err(error) if reader.findings.is_empty() => {
                let message = format!("the values do not fit together: {error}");
                let told = Diagnostic::of_file(message);
                reader.findings.push(told.remedy("Please report this as a fault of Taktlab."));
            }
            _ => {}
        }
        let findings = reader.findings;
        let mut reports = files.reports(findings);
        for more in of_scenarios {
            reports = reports.and(more);
        }
        match found {
            Some(file) if !reports.has_errors() => {
                let mut contents = file.experiment;
                if contents.agents.is_empty()
                    && let Some((_, first)) = scenarios.first()
                {
                    contents.agents = usual_agents(first);
                }
                Ok(Self { title: file.title.or_file(Some(path)), scenarios, contents })
            }
            _ => Err(reports),
        }
    }
}

/// A scenario by its path relative to the experiment's file, or by its name in the library.
pub(super) fn open_named(experiment: &Path, name: &str) -> Result<Scenario, Reports> {
    let beside = experiment.parent().map_or_else(|| PathBuf::from(name), |at| at.join(name));
    if !beside.exists() && library::has(name) {
        return library::open(name);
    }
    Scenario::load(&beside)
}

/// Who is compared where none is named: the rule that does nothing clever, the scenario's own
/// agent, its learner, and the optimum.
fn usual_agents(scenario: &Scenario) -> Vec<Contestant> {
    // Where the state is not seen, nobody can follow the best policy of who sees it.
    let optimum = match scenario.environment.erased().observes_state() {
        true => AgentSpec::Optimum(Default::default()),
        false => AgentSpec::Beliefs(Default::default()),
    };
    let all = [
        AgentSpec::AlwaysRun,
        scenario.contents.agent.clone(),
        scenario.contents.learner.clone(),
        optimum,
    ];
    let mut agents: Vec<Contestant> = Vec::new();
    for agent in all {
        if agents.iter().all(|known| known.agent != agent) {
            agents.push(Contestant { name: String::new(), agent });
        }
    }
    agents
}

/// What is wrong with an experiment that is to be played, on whatever scenario: what its file could
/// not say, and that nobody is compared. Paths are below the experiment.
pub fn own_faults(contents: &ExperimentContents) -> Vec<SettingError> {
    let mut faults = Vec::new();
    let mut add = |path: String, message: String, remedy: String| {
        faults.push(SettingError { path, message, remedy });
    };
    if contents.agents.is_empty() {
        add("agents".to_owned(), "nobody is compared".to_owned(), "name an agent or more".into());
    }
    // Plain data with texts as keys: serde cannot fail on it.
    let values = serde_json::to_value(contents).unwrap_or(Json::Null);
    // Seeds are mere names: any number is one, and the command line takes more than a file.
    for field in EXPERIMENT.fields.iter().filter(|field| field.name != "first_seed") {
        let Kind::Whole(low, high, _) = field.kind else { continue };
        let Some(value) = values.get(field.name).and_then(Json::as_u64) else { continue };
        if !(low..=high).contains(&i128::from(value)) {
            let remedy = format!("give a whole number from {low} to {high}");
            add(field.name.to_owned(), format!("{value} is out of range"), remedy);
        }
    }
    for (place, variation) in contents.vary.iter().enumerate() {
        let given = variation.values.iter().chain(&variation.from).chain(&variation.to);
        for value in given.filter(|value| !value.is_finite()) {
            let message = format!("{value} is no value that a figure could take");
            add(format!("vary[{place}]"), message, "give finite numbers".to_owned());
        }
    }
    faults
}

/// Why two variations are of one figure, of which an agent could take but one value; `None` where
/// they are not.
fn one_figure(one: &Variation, other: &Variation, agents: &[Contestant]) -> Option<String> {
    if one.parameter == other.parameter {
        return Some(format!("`{}` varies twice", one.parameter));
    }
    let (first, second) = one.of_agents().zip(other.of_agents())?;
    let same = |contestant: &&Contestant| {
        let kept = kept_at(&contestant.agent, first);
        kept.is_some() && kept == kept_at(&contestant.agent, second)
    };
    let of = agents.iter().find(same)?;
    let (one, other) = (&one.parameter, &other.parameter);
    Some(format!("`{one}` and `{other}` are one setting of {}", of.label()))
}

/// How many values of a figure are tried one by one when a file is read; further ones are when it is
/// played.
const MOST_TRIED: usize = 64;

/// Why a figure cannot take a value where all else is as it stands, and what to do; `None` where it
/// can, or nobody has it, which is told of its name.
fn cannot_be(
    variation: &Variation,
    value: f64,
    compared: &[Contestant],
    scenario: &Scenario,
) -> Option<(String, String)> {
    let parameter = &variation.parameter;
    let told = |fault: SettingError| {
        let at = match fault.path.as_str() {
            "" => String::new(),
            path if path == parameter || parameter.ends_with(&format!(".{path}")) => String::new(),
            path => format!("{path}: "),
        };
        (format!("`{parameter}` cannot be {value}: {at}{}", fault.message), fault.remedy)
    };
    if let Some(setting) = variation.of_agents() {
        let mut each = compared.iter().filter(|one| fits(one, scenario));
        return each.find_map(|one| match with_setting(&one.agent, setting, value)? {
            Err(fault) => Some(told(fault)),
            Ok(varied) => varied.faults(&scenario.environment).into_iter().next().map(told),
        });
    }
    // A slider goes to the whole number beside it; what is written is meant as it is.
    let whole = scenario.parameter(parameter).filter(|known| known.whole);
    if let Some(known) = whole.filter(|_| value.fract() != 0.0) {
        let (low, high) = known.bounds;
        let message = format!("`{parameter}` cannot be {value}: it takes whole numbers");
        return Some((message, format!("give a whole number from {low} to {high}")));
    }
    match scenario.with_parameter(parameter, value) {
        Err(faults) => faults.into_iter().next().map(told),
        Ok(changed) => {
            let mut each = compared.iter().filter(|one| fits(one, scenario));
            each.find_map(|one| {
                let fault = one.agent.faults(&changed.environment).into_iter().next()?;
                let (message, remedy) = told(fault);
                Some((format!("{message}, for {}", one.label()), remedy))
            })
        }
    }
}

/// Whether an agent can act in the scenario as it stands.
fn fits(one: &Contestant, scenario: &Scenario) -> bool {
    one.agent.faults(&scenario.environment).is_empty()
}

/// What is wrong with an experiment on a scenario, paths below the experiment.
pub fn faults(contents: &ExperimentContents, scenario: &Scenario) -> Vec<SettingError> {
    faults_on(contents, Some(scenario))
}

/// What is wrong with it on whatever scenario.
pub(super) fn faults_anywhere(contents: &ExperimentContents) -> Vec<SettingError> {
    faults_on(contents, None)
}

fn faults_on(contents: &ExperimentContents, scenario: Option<&Scenario>) -> Vec<SettingError> {
    let mut faults = Vec::new();
    let mut add = |path: String, message: String, remedy: &str| {
        faults.push(SettingError { path, message, remedy: remedy.to_owned() });
    };
    let usual = contents.agents.is_empty().then(|| scenario.map(usual_agents)).flatten();
    let compared = usual.as_ref().unwrap_or(&contents.agents);
    for (place, variation) in contents.vary.iter().enumerate() {
        let path = format!("vary[{place}]");
        let before = contents.vary.get(..place).unwrap_or_default();
        if let Some(message) =
            before.iter().find_map(|other| one_figure(other, variation, compared))
        {
            add(format!("{path}.parameter"), message, "leave one of them out");
        }
        let drawn = contents.samples.is_some();
        if drawn {
            let between = variation.from.zip(variation.to);
            if let Some((from, to)) = between.filter(|(from, to)| from > to) {
                let message = format!("nothing lies between {from} and {to}");
                add(format!("{path}.to"), message, "give the smaller number first");
            }
            if let Some((from, _)) =
                between.filter(|(from, _)| variation.logarithmic && *from <= 0.0)
            {
                let message = format!("{from} has no logarithm");
                add(format!("{path}.from"), message, "give a number above 0");
            }
            if between.is_none() && variation.values.is_empty() {
                add(
                    path.clone(),
                    "where values are drawn at random, it must be said between which".to_owned(),
                    "give `from` and `to`, or `values` to draw from",
                );
            }
        } else if variation.values.is_empty() {
            add(
                path.clone(),
                "it takes no values".to_owned(),
                "give `values`, or `samples` and `from` and `to` to draw them at random",
            );
        }
        let tried = variation.values.first().or(variation.from.as_ref()).copied().unwrap_or(1.0);
        let known = match variation.of_agents() {
            Some(setting) => {
                let mut each = compared.iter().map(|one| &one.agent);
                let known = each.any(|agent| with_setting(agent, setting, tried).is_some());
                if !known && !compared.is_empty() {
                    let named: Vec<_> =
                        compared.iter().map(|one| (one.label(), &one.agent)).collect();
                    let (message, remedy) = unknown(setting, &named);
                    add(format!("{path}.parameter"), message, &remedy);
                }
                known
            }
            None if scenario.is_none() => false,
            None => {
                let parameters = scenario.map(Scenario::parameters).unwrap_or_default();
                let known = parameters.iter().any(|one| one.path == variation.parameter);
                if !known {
                    let names = parameters.iter().map(|known| known.path.as_str());
                    let remedy = match super::syntax::suggestion(&variation.parameter, names) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => "`taktlab check` names the parameters; those of agents begin with \
                                 `agent.`"
                            .to_owned(),
                    };
                    add(
                        format!("{path}.parameter"),
                        format!("there is no parameter `{}`", variation.parameter),
                        &remedy,
                    );
                }
                known
            }
        };
        let Some(scenario) = scenario.filter(|_| known) else { continue };
        for (below, value) in variation.taken(drawn).into_iter().take(MOST_TRIED) {
            if let Some((message, remedy)) = cannot_be(variation, value, compared, scenario) {
                add(format!("{path}.{below}"), message, &remedy);
            }
        }
    }
    for (place, contestant) in contents.agents.iter().enumerate() {
        let of_agent = match scenario {
            Some(scenario) => contestant.agent.faults(&scenario.environment),
            None => contestant.agent.own_faults(),
        };
        for fault in of_agent {
            let within =
                if fault.path.is_empty() { String::new() } else { format!(".{}", fault.path) };
            add(format!("agents[{place}].agent{within}"), fault.message, &fault.remedy);
        }
        let same = |other: &&Contestant| other.label() == contestant.label();
        if contents.agents.iter().take(place).any(|other| same(&other)) {
            add(
                format!("agents[{place}]"),
                format!("two agents are called `{}`", contestant.label()),
                "give one of them a `name` of its own",
            );
        }
    }
    faults
}
