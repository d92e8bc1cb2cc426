//! From an experiment to the arms and cells that are to be played.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::environments::SettingError;
use crate::mdp::Luck;
use crate::scenario::experiment::{faults, own_faults};
use crate::scenario::varied::{elsewhere, kept_at, with_setting};
use crate::scenario::{
    AgentSpec, Contestant, Experiment, ExperimentContents, Scenario, Variation, listed,
};

use super::cell::{Key, Stem};

/// The most cells that an experiment may have: each keeps its findings.
pub const MOST_CELLS: u64 = 1_000_000;
/// The source of randomly drawn settings.
const SOURCE: &str = "sweep";

/// The values of the figures that vary.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setting {
    /// Each figure's path and value.
    pub values: Vec<(String, f64)>,
}

impl Setting {
    /// In words: `agent.step_size.power 0.6, …`; empty where nothing varies.
    pub fn words(&self) -> String {
        let each = self.values.iter().map(|(path, value)| format!("{path} = {value}"));
        each.collect::<Vec<_>>().join(", ")
    }
}

/// An agent in a scenario under a setting: what is played with every seed.
#[derive(Debug, Clone)]
pub struct Arm {
    /// The scenario's place in the experiment.
    pub scenario: usize,
    /// The setting's place.
    pub setting: usize,
    /// The agent's place.
    pub agent: usize,
    /// The scenario with its setting.
    pub with: Arc<Scenario>,
    /// The agent with its setting.
    pub spec: AgentSpec,
    /// What the keys of its cells begin with.
    stem: Stem,
}

/// An experiment laid out.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its title.
    pub title: String,
    /// The scenarios' names.
    pub scenarios: Vec<String>,
    /// The scenarios as they are named, without any setting.
    pub plain: Vec<Arc<Scenario>>,
    /// The settings; one without values where nothing varies.
    pub settings: Vec<Setting>,
    /// The agents' names.
    pub agents: Vec<String>,
    /// Every arm, by scenario, setting and agent.
    pub arms: Vec<Arm>,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// What is compared, for how long.
    pub contents: ExperimentContents,
    /// By agent and figure that varies: whether the agent has it. All have those of the scenario.
    has: Vec<Vec<bool>>,
    /// By agent and setting: the first setting that is the same one for the agent.
    first: Vec<Vec<usize>>,
}

/// Why an experiment cannot be laid out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LayoutError {
    /// It would have too many cells.
    #[error(
        "the experiment would have {0} runs; the limit is {MOST_CELLS}. Vary fewer figures, or draw \
         settings at random with `samples`"
    )]
    TooLarge(u128),
    /// Something in the experiment is wrong.
    #[error("{scenario}: {}", describe(.faults))]
    Experiment {
        /// The scenario's name, or the experiment's title where it is wrong with any scenario.
        scenario: String,
        /// What is wrong.
        faults: Vec<SettingError>,
    },
    /// A setting does not fit.
    #[error("{scenario}, {setting}: {}", describe(.faults))]
    Setting {
        /// The scenario's name.
        scenario: String,
        /// The setting or the agent, in words.
        setting: String,
        /// What is wrong.
        faults: Vec<SettingError>,
    },
}

fn describe(faults: &[SettingError]) -> String {
    let each = faults.iter().map(|fault| {
        let path = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
        format!("{path}{}; {}", fault.message, fault.remedy)
    });
    each.collect::<Vec<_>>().join("\n")
}

impl Layout {
    /// Lays an experiment out, and says what does not fit before anything is played.
    ///
    /// # Errors
    /// Any [`LayoutError`].
    pub fn of(experiment: &Experiment) -> Result<Self, LayoutError> {
        let contents = &experiment.contents;
        let mut own = own_faults(contents);
        if experiment.scenarios.is_empty() {
            own.push(SettingError {
                path: "scenarios".to_owned(),
                message: "an experiment needs a scenario".to_owned(),
                remedy: "name one or more".to_owned(),
            });
        }
        if !own.is_empty() {
            let scenario = experiment.title.clone();
            return Err(LayoutError::Experiment { scenario, faults: own });
        }
        for (name, scenario) in &experiment.scenarios {
            let faults = faults(contents, scenario);
            if !faults.is_empty() {
                let scenario = name.clone();
                return Err(LayoutError::Experiment { scenario, faults });
            }
        }
        let settings = match contents.samples {
            Some(samples) => {
                let is_whole = |variation: &Variation| {
                    let mut of = experiment.scenarios.iter();
                    of.any(|(_, scenario)| variation.is_whole(scenario, &contents.agents))
                };
                let vary: Vec<_> = contents.vary.iter().map(|one| (one, is_whole(one))).collect();
                drawn(&vary, samples)
            }
            None => grid(&contents.vary, experiment)?,
        };
        let per_setting = contents.agents.len() as u128 * u128::from(contents.seeds);
        let cells = settings.len() as u128 * experiment.scenarios.len() as u128 * per_setting;
        if cells > u128::from(MOST_CELLS) {
            return Err(LayoutError::TooLarge(cells));
        }
        let has: Vec<Vec<bool>> = contents.agents.iter().map(|one| had(one, contents)).collect();
        let first = has.iter().map(|has| first_alike(has, &settings)).collect();
        let mut layout = Self {
            title: experiment.title.clone(),
            scenarios: experiment.scenarios.iter().map(|(name, _)| name.clone()).collect(),
            plain: experiment.scenarios.iter().map(|(_, one)| Arc::new(one.clone())).collect(),
            settings,
            agents: contents.agents.iter().map(|one| one.label().to_owned()).collect(),
            arms: Vec::new(),
            seeds: (0..contents.seeds).map(|k| contents.first_seed.wrapping_add(k)).collect(),
            contents: contents.clone(),
            has,
            first,
        };
        for scenario in 0..layout.plain.len() {
            for setting in 0..layout.settings.len() {
                layout.lay(scenario, setting)?;
            }
        }
        Ok(layout)
    }

    /// Lays out one scenario under one setting. Values that a figure cannot have exactly, as it is
    /// a whole number, are noted as what it became.
    fn lay(&mut self, scenario: usize, setting: usize) -> Result<(), LayoutError> {
        let (Some(plain), Some(asked)) = (self.plain.get(scenario), self.settings.get(setting))
        else {
            return Ok(());
        };
        let refused = |setting: String, faults: Vec<SettingError>| LayoutError::Setting {
            scenario: self.scenarios.get(scenario).cloned().unwrap_or_default(),
            setting,
            faults,
        };
        let mut changed = (**plain).clone();
        let (of_agents, of_scenario): (Vec<_>, Vec<_>) =
            asked.values.iter().partition(|(path, _)| path.starts_with("agent."));
        for (path, value) in of_scenario {
            changed = changed
                .with_parameter(path, *value)
                .map_err(|faults| refused(asked.words(), faults))?;
        }
        let with = Arc::new(changed);
        for (agent, contestant) in self.contents.agents.iter().enumerate() {
            let mut spec = contestant.agent.clone();
            for (path, value) in &of_agents {
                let below = path.strip_prefix("agent.").unwrap_or(path);
                // Agents without such a setting are played as they are, for comparison.
                let Some(varied) = with_setting(&spec, below, *value) else { continue };
                spec = varied.map_err(|fault| refused(asked.words(), vec![fault]))?;
            }
            let faults = spec.faults(&with.environment);
            if !faults.is_empty() {
                return Err(refused(contestant.label().to_owned(), faults));
            }
            let stem = Stem::of(&with, &spec);
            self.arms.push(Arm { scenario, setting, agent, with: with.clone(), spec, stem });
        }
        Ok(())
    }

    /// The arm of an agent in a scenario under a setting.
    pub fn arm(&self, scenario: usize, setting: usize, agent: usize) -> Option<&Arm> {
        let place = (scenario * self.settings.len() + setting) * self.agents.len() + agent;
        self.arms.get(place)
    }

    /// How many cells there are: one for each scenario, agent, seed and setting that is another one
    /// for the agent.
    pub fn cells(&self) -> usize {
        let own = |agent: usize| {
            (0..self.settings.len()).filter(|&setting| !self.repeats(agent, setting)).count()
        };
        let settings: usize = (0..self.agents.len()).map(own).sum();
        settings * self.scenarios.len() * self.seeds.len()
    }

    /// Whether an agent has the figure that varies as this one: all have those of the scenario.
    pub fn has(&self, agent: usize, figure: usize) -> bool {
        self.has.get(agent).and_then(|has| has.get(figure)).copied().unwrap_or(false)
    }

    /// Whether any figure varies for an agent. One for which none does is played once, and has no
    /// best setting.
    pub fn varies(&self, agent: usize) -> bool {
        self.has.get(agent).is_some_and(|has| has.contains(&true))
    }

    /// The first setting that is the same one for an agent: its place is this one's, or before.
    pub fn first_alike(&self, agent: usize, setting: usize) -> usize {
        self.first.get(agent).and_then(|first| first.get(setting)).copied().unwrap_or(setting)
    }

    /// Whether a setting is for an agent one that came before: it differs in nothing that the agent
    /// has.
    pub fn repeats(&self, agent: usize, setting: usize) -> bool {
        self.first_alike(agent, setting) != setting
    }

    /// What of a setting an agent has.
    pub fn setting_of(&self, agent: usize, setting: usize) -> Setting {
        let values = self.settings.get(setting).into_iter().flat_map(|setting| &setting.values);
        let had = values.enumerate().filter(|(figure, _)| self.has(agent, *figure));
        Setting { values: had.map(|(_, value)| value.clone()).collect() }
    }

    /// The figures that vary and that an agent does not have.
    pub fn lacks(&self, agent: usize) -> Vec<&str> {
        let vary = self.contents.vary.iter().enumerate();
        let lacking = vary.filter(|(figure, _)| !self.has(agent, *figure));
        lacking.map(|(_, variation)| variation.parameter.as_str()).collect()
    }

    /// What its reader should know though nothing is wrong: who has not all figures that vary.
    pub fn remarks(&self) -> Vec<String> {
        let of = |(agent, contestant): (usize, &Contestant)| {
            let lacking = self.lacks(agent);
            if lacking.is_empty() {
                return None;
            }
            let below = |path: &&str| path.strip_prefix("agent.").map(str::to_owned);
            let other = lacking.iter().filter_map(below);
            let other = other.filter_map(|path| elsewhere(&contestant.agent, &path)).next();
            let why = other.map_or(String::new(), |other| format!(" ({})", other.words()));
            let then = match self.varies(agent) {
                true => "it is played once for all values of it",
                false => "it is played once, as it is, and has no best setting",
            };
            let then =
                if lacking.len() > 1 { then.replace("of it", "of these") } else { then.into() };
            let lacking = listed(lacking, "or");
            Some(format!("{} has no {lacking}{why}: {then}", contestant.label()))
        };
        self.contents.agents.iter().enumerate().filter_map(of).collect()
    }

    /// The key of an arm's cell with a seed.
    pub fn key(&self, arm: &Arm, seed: u64) -> Key {
        arm.stem.key(seed, &self.contents)
    }
}

/// Which of the figures that vary an agent has.
fn had(contestant: &Contestant, contents: &ExperimentContents) -> Vec<bool> {
    let has = |variation: &Variation| match variation.of_agents() {
        Some(path) => kept_at(&contestant.agent, path).is_some(),
        None => true,
    };
    contents.vary.iter().map(has).collect()
}

/// For each setting the first that is the same in all that is had.
fn first_alike(has: &[bool], settings: &[Setting]) -> Vec<usize> {
    let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    let place = |(place, setting): (usize, &Setting)| {
        let had = setting.values.iter().zip(has).filter(|(_, has)| **has);
        *known.entry(had.map(|((_, value), _)| value.to_bits()).collect()).or_insert(place)
    };
    settings.iter().enumerate().map(place).collect()
}

/// All combinations of the values, the first figure's varying slowest.
fn grid(vary: &[Variation], experiment: &Experiment) -> Result<Vec<Setting>, LayoutError> {
    let each = experiment.scenarios.len().max(1) as u128;
    let many = vary.iter().map(|variation| variation.values.len() as u128);
    let many = many.fold(each, u128::saturating_mul);
    if many > u128::from(MOST_CELLS) {
        return Err(LayoutError::TooLarge(many));
    }
    let mut settings = vec![Setting::default()];
    for variation in vary {
        let with_each = |setting: &Setting| {
            let setting = setting.clone();
            variation.values.clone().into_iter().map(move |value| {
                let mut setting = setting.clone();
                setting.values.push((variation.parameter.clone(), value));
                setting
            })
        };
        settings = settings.iter().flat_map(with_each).collect();
    }
    Ok(settings)
}

/// So many settings drawn at random, for each figure with whether it is a whole number: the same ones
/// whenever and wherever they are drawn.
fn drawn(vary: &[(&Variation, bool)], samples: u64) -> Vec<Setting> {
    let key =
        |variation: &Variation| Luck::new(0).key(&format!("{SOURCE} {}", variation.parameter));
    let keys: Vec<_> = vary.iter().map(|(variation, _)| key(variation)).collect();
    let draw = |sample: u64| Setting {
        values: vary
            .iter()
            .zip(&keys)
            .map(|((variation, is_whole), key)| {
                let uniform = key.uniform(sample, 0);
                (variation.parameter.clone(), value_at(variation, *is_whole, uniform))
            })
            .collect(),
    };
    (0..samples.min(MOST_CELLS + 1)).map(draw).collect()
}

/// A value from a uniform: by inversion. Whole numbers have the range around them that is rounded to
/// them, so that both ends are drawn, and as often as the others.
fn value_at(variation: &Variation, is_whole: bool, uniform: f64) -> f64 {
    let values = &variation.values;
    let (Some(from), Some(to)) = (variation.from, variation.to) else {
        let place = (uniform * values.len() as f64) as usize;
        return values.get(place).copied().unwrap_or(f64::NAN);
    };
    let around = if is_whole { 0.5 } else { 0.0 };
    let (low, high) = (from - around, to + around);
    let value = if variation.logarithmic {
        (low.ln() + (high.ln() - low.ln()) * uniform).exp()
    } else {
        low + (high - low) * uniform
    };
    if is_whole {
        return value.round().clamp(from, to);
    }
    let width = if variation.logarithmic { value.abs() * (to / from).ln() } else { to - from };
    readable(value, width).clamp(from, to)
}

/// The least number of different values that a range is to have.
const FINENESS: f64 = 500.0;

/// A value to four significant digits, which can be read, and to more where the range is so small a
/// part of the value that these would tell fewer than [`FINENESS`] values apart.
fn readable(value: f64, width: f64) -> f64 {
    if value == 0.0 || width <= 0.0 {
        return value;
    }
    let more = value.abs().log10().floor() - 3.0 - (width / FINENESS).log10();
    let digits = 3 + more.ceil().clamp(0.0, 13.0) as usize;
    format!("{value:.digits$e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests;
