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
            Some(samples) => drawn(&contents.vary, samples),
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

/// So many settings drawn at random: the same ones whenever and wherever they are drawn.
fn drawn(vary: &[Variation], samples: u64) -> Vec<Setting> {
    let keys: Vec<_> = vary
        .iter()
        .map(|variation| Luck::new(0).key(&format!("{SOURCE} {}", variation.parameter)))
        .collect();
    let draw = |sample: u64| Setting {
        values: vary
            .iter()
            .zip(&keys)
            .map(|(variation, key)| {
                (variation.parameter.clone(), value_at(variation, key.uniform(sample, 0)))
            })
            .collect(),
    };
    (0..samples.min(MOST_CELLS + 1)).map(draw).collect()
}

/// A value from a uniform: by inversion.
fn value_at(variation: &Variation, uniform: f64) -> f64 {
    let values = &variation.values;
    let (Some(from), Some(to)) = (variation.from, variation.to) else {
        let place = (uniform * values.len() as f64) as usize;
        return values.get(place).copied().unwrap_or(f64::NAN);
    };
    let value = if variation.logarithmic {
        (from.ln() + (to.ln() - from.ln()) * uniform).exp()
    } else {
        from + (to - from) * uniform
    };
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
mod tests {
    use super::*;

    fn experiment(text: &str) -> Experiment {
        let text =
            format!("(version: 1, environment: Chain(), episode_limit: 50, experiment: ({text}))");
        let scenario = Scenario::parse("chain.ron", &text).unwrap_or_else(|r| panic!("{r}"));
        Experiment::of_scenario("chain.ron".into(), scenario)
    }

    #[test]
    fn a_grid_has_every_combination_and_agents_without_the_setting_stay() {
        let layout = Layout::of(&experiment(
            "agents: [(agent: AlwaysRun), (name: \"Q\", agent: QLearning())], seeds: 3, vary: \
             [(parameter: \"agent.step_size.power\", values: [0.6, 0.8]), (parameter: \
             \"criterion\", values: [0.9, 0.95, 0.99])]",
        ))
        .unwrap();
        assert_eq!((layout.settings.len(), layout.arms.len()), (6, 12));
        // Always run has the three discounts alone: it is played under 3 settings, and not under 6.
        assert_eq!(layout.cells(), (3 + 6) * 3);
        let alike: Vec<usize> = (0..6).map(|setting| layout.first_alike(0, setting)).collect();
        assert_eq!(alike, [0, 1, 2, 0, 1, 2]);
        assert!((0..6).all(|setting| !layout.repeats(1, setting)));
        assert_eq!(layout.setting_of(0, 4).words(), "criterion = 0.95");
        assert_eq!(layout.setting_of(1, 4).words(), layout.settings[4].words());
        assert_eq!(
            layout.remarks(),
            ["Always run has no `agent.step_size.power`: it is played once for all values of it"]
        );
        assert_eq!(layout.agents, ["Always run", "Q"]);
        assert_eq!(layout.seeds, [101, 102, 103]);
        let words: Vec<String> = layout.settings.iter().map(Setting::words).collect();
        assert_eq!(words[1], "agent.step_size.power = 0.6, criterion = 0.95");
        let arm = layout.arm(0, 4, 1).unwrap();
        assert_eq!(arm.with.contents.criterion.discount(), Some(0.95));
        assert!(format!("{:?}", arm.spec).contains("power: 0.8"), "{:?}", arm.spec);
        // Nothing varies for always run but the discount: settings 1 and 4 are one and the same.
        let always = |setting| layout.key(layout.arm(0, setting, 0).unwrap(), 101);
        assert_eq!(always(1), always(4));
        assert_ne!(always(1), always(0));
    }

    /// A figure is that of every learner that has one, wherever it keeps it; who has none is played
    /// once, however many values there are.
    #[test]
    fn a_figure_is_that_of_all_who_have_it_and_others_are_played_once() {
        let layout = Layout::of(&experiment(
            "agents: [(agent: QLearning()), (agent: DynaQ()), (agent: PrioritisedSweeping()), \
             (agent: AlwaysRun), (agent: SarsaLambda(table: (exploration: Constant())))], seeds: 2, \
             vary: [(parameter: \"agent.discount\", values: [0.9, 0.95, 0.99])]",
        ))
        .unwrap();
        assert_eq!(layout.cells(), (4 * 3 + 1) * 2);
        for (agent, contestant) in layout.contents.agents.iter().enumerate() {
            for (setting, value) in [0.9, 0.95, 0.99].into_iter().enumerate() {
                let arm = layout.arm(0, setting, agent).unwrap();
                let has = contestant.agent.learns();
                let discount = arm.spec.discount(crate::mdp::Criterion::Total);
                assert_eq!(discount, has.then_some(value), "{:?}", arm.spec);
                let of_agent = layout.setting_of(agent, setting);
                assert_eq!(of_agent.values.len(), usize::from(has));
                assert_eq!(layout.repeats(agent, setting), !has && setting > 0);
            }
        }
        let told = "Always run has no `agent.discount`: it is played once, as it is, and has no best \
                    setting";
        assert_eq!(layout.remarks(), [told]);
        let layout = Layout::of(&experiment(
            "agents: [(agent: SarsaLambda()), (agent: Sarsa(exploration: Constant()))], vary: \
             [(parameter: \"agent.exploration.epsilon\", values: [0.1, 0.2])]",
        ))
        .unwrap();
        let remarks = layout.remarks();
        assert_eq!(remarks.len(), 1);
        let words =
            "SARSA(λ) has no `agent.exploration.epsilon` (its `table.exploration` is `Visits`,";
        assert!(remarks[0].starts_with(words), "{remarks:?}");
    }

    #[test]
    fn random_settings_are_the_same_ones_wherever_they_are_drawn() {
        let drawn = || {
            let text = "agents: [(agent: QLearning())], samples: 40, vary: [(parameter: \
                        \"agent.step_size.power\", from: 0.5, to: 1), (parameter: \
                        \"agent.initial_value\", values: [0, 10])]";
            Layout::of(&experiment(text)).unwrap().settings
        };
        let settings = drawn();
        assert_eq!(settings, drawn());
        let values = |place: usize| settings.iter().map(move |s| s.values[place].1);
        assert!(values(0).all(|power| (0.5..=1.0).contains(&power)));
        assert!(values(0).any(|power| power < 0.6) && values(0).any(|power| power > 0.9));
        let high = values(1).filter(|value| *value == 10.0).count();
        assert!((10..=30).contains(&high) && values(1).all(|v| v == 0.0 || v == 10.0));
    }

    #[test]
    fn random_values_stay_in_their_range_and_fill_it() {
        let drawn = |from: f64, to: f64, logarithmic: bool| -> Vec<f64> {
            let (from, to) = (Some(from), Some(to));
            let vary = [Variation { from, to, logarithmic, ..Variation::default() }];
            drawn(&vary, 200).iter().map(|setting| setting.values[0].1).collect()
        };
        for (from, to) in [(0.9999, 0.99999), (1e4, 10_010.0), (-0.5, 0.5), (1.0, 1.0), (3e-9, 4.0)]
        {
            for logarithmic in [false, true].into_iter().take(if from > 0.0 { 2 } else { 1 }) {
                let mut values = drawn(from, to, logarithmic);
                assert!(values.iter().all(|value| (from..=to).contains(value)), "{from} to {to}");
                values.sort_by(f64::total_cmp);
                values.dedup();
                // 200 draws among some thousand values: few fall together.
                assert!(values.len() > 150 || from == to, "{from} to {to}: {}", values.len());
            }
        }
        // As few digits as before where four are enough.
        assert_eq!(readable(0.712_345_6, 0.5), 0.7123);
        assert_eq!(readable(0.940_471_2, 0.09), 0.9405);
        assert_eq!(readable(10_003.271_8, 10.0), 10_003.27);
        assert_eq!(readable(0.999_932_184_9, 0.000_09), 0.999_932_2);
    }

    /// What is read from a folder of results was written by anyone.
    #[test]
    fn an_experiment_is_looked_at_before_it_is_believed() {
        let sound = experiment("agents: [(agent: AlwaysRun)]");
        assert!(Layout::of(&sound).is_ok());
        let refused = |change: fn(&mut Experiment)| {
            let mut altered = sound.clone();
            change(&mut altered);
            Layout::of(&altered).map(|_| ()).unwrap_err().to_string()
        };
        let told = refused(|one| {
            one.contents.agents.clear();
            one.contents.seeds = u64::MAX;
        });
        assert!(told.contains("agents: nobody is compared"), "{told}");
        assert!(told.contains("seeds: 18446744073709551615 is out of range"), "{told}");
        assert!(refused(|one| one.contents.seeds = 0).contains("from 1 to 1000000"));
        assert!(refused(|one| one.contents.measured = 999).contains("measured"));
        assert!(refused(|one| one.contents.evaluate_every = Some(0)).contains("evaluate_every"));
        assert!(refused(|one| one.scenarios.clear()).contains("needs a scenario"));
        let told = refused(|one| {
            let parameter = "criterion".to_owned();
            let values = vec![0.9, f64::NAN];
            one.contents.vary.push(Variation { parameter, values, ..Default::default() });
        });
        assert!(told.contains("vary[0]: NaN is no value"), "{told}");
    }

    #[test]
    fn what_does_not_fit_is_said_in_the_file() {
        let refused = |text: &str| {
            let text = format!("(version: 1, environment: Chain(), experiment: ({text}))");
            Scenario::parse("chain.ron", &text).unwrap_err().plain()
        };
        let unknown = refused("vary: [(parameter: \"agent.power\", values: [1])]");
        assert!(unknown.contains("no compared agent has a setting `power`"), "{unknown}");
        let unknown = refused("vary: [(parameter: \"environment.wong\", values: [1])]");
        assert!(unknown.contains("chain.ron:1:"), "{unknown}");
        let twice = refused("agents: [(agent: AlwaysRun), (agent: AlwaysRun)]");
        assert!(twice.contains("two agents are called"), "{twice}");
        let none = refused("vary: [(parameter: \"criterion\")]");
        assert!(none.contains("it takes no values"), "{none}");
        let open = refused("samples: 3, vary: [(parameter: \"criterion\", from: 0.9)]");
        assert!(open.contains("between which"), "{open}");
        let twice = refused(
            "vary: [(parameter: \"criterion\", values: [0.9]), (parameter: \"criterion\", values: \
             [0.8])]",
        );
        assert!(twice.contains("`criterion` varies twice"), "{twice}");
        let one = refused(
            "agents: [(agent: DynaQ())], vary: [(parameter: \"agent.discount\", values: [0.9]), \
             (parameter: \"agent.table.discount\", values: [0.8])]",
        );
        let words = "`agent.discount` and `agent.table.discount` are one setting of Dyna-Q";
        assert!(one.contains(words), "{one}");
        let many = experiment(
            "vary: [(parameter: \"agent.step_size.power\", values: [0.6]), (parameter: \
             \"criterion\", values: [0.9])], seeds: 100000, samples: 100000",
        );
        assert!(matches!(Layout::of(&many), Err(LayoutError::TooLarge(_))));
    }
}
