//! Which agent a scenario names, with its settings: plain data, from which experiments build it.
//!
//! One line wires a learner. To add one: its file in [`crate::learners`], with `learner!` for the
//! trait [`Learner`]; its line in the list below; and its fields in
//! [`super::schema::agents`], by which files are read. Commands, runs and the window follow.

use serde::{Deserialize, Serialize};

use super::prediction::PredictionSpec;
use super::rollout::RolloutSettings;
use crate::environments::{AnyEnvironment, SettingError};
use crate::heuristics::{
    AgeBasedSettings, BaseStockSettings, ConditionBasedSettings, ConwipSettings, DispatchSettings,
    ForecastSettings, HysteresisSettings, NearestJobSettings, Order, PeriodicInspectionSettings,
    ProduceUpToSettings, ReorderPointSettings, RunToFailure, ServingSettings, Threshold,
    ThresholdSettings, age_based, base_stock, condition_based, conwip, dispatch, forecast,
    hysteresis, nearest_job, periodic_inspection, produce_up_to, reorder_point, serving, threshold,
};
use crate::learners::{
    self, ActorCriticSettings, DifferentialSettings, DynaSettings, Figure, Learner,
    LearnerSettings, LearnerVisitor, LinearSettings, ModelSettings, MonteCarloSettings,
    NStepSettings, PosteriorSettings, PrioritisedSettings, ReinforceSettings, TabularSettings,
    TraceSettings,
};
use crate::mdp::{BufferPlace, Criterion};
use crate::planners::Method;

/// Declares all agents from one list: the rules and the planner, then the learners with the types
/// that learn.
macro_rules! agents {
    (
        rules {
            $($(#[$doc:meta])* $rule:ident $(($rule_settings:ty))?: $family:ident, $rule_name:literal, $rule_about:literal;)*
        }
        learners {
            $($(#[$learner_doc:meta])* $learner:ident($settings:ty): $learner_family:ident, $name:literal, $about:literal;)*
        }
    ) => {
        /// An agent as a scenario names it.
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        pub enum AgentSpec {
            $($(#[$doc])* $rule $(($rule_settings))?,)*
            $($(#[$learner_doc])* $learner($settings),)*
        }

        /// Which agent it is, whatever its settings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
        pub enum AgentKind {
            $($(#[$doc])* $rule,)*
            $($(#[$learner_doc])* $learner,)*
        }

        impl AgentKind {
            /// All of them: rules, the planner, learners.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)* $(Self::$learner,)*];

            /// Those that a key of the window lets act, 1 to 7.
            pub const KEYED: [Self; 7] = [
                Self::AlwaysRun,
                Self::Random,
                Self::Threshold,
                Self::Kanban,
                Self::Optimum,
                Self::QLearning,
                Self::Sarsa,
            ];

            /// The name people know it by.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $rule_name,)*
                    $(Self::$learner => $name,)*
                }
            }

            /// What it does, in a few words.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$rule => $rule_about,)*
                    $(Self::$learner => $about,)*
                }
            }

            /// Whose kin it is.
            pub fn family(self) -> Family {
                match self {
                    $(Self::$rule => Family::$family,)*
                    $(Self::$learner => Family::$learner_family,)*
                }
            }

            /// The agent of this kind with the settings to begin with; those that
            /// can be found are left to be.
            pub fn usual(self) -> AgentSpec {
                let mut rules = AgentSpec::rules().into_iter();
                let rule = rules.find(|spec| spec.kind() == self);
                rule.or_else(|| self.learner()).unwrap_or(match self {
                    Self::Optimum => AgentSpec::Optimum(Default::default()),
                    _ => AgentSpec::Person,
                })
            }

            /// The learner of this kind with its usual settings, if it is one.
            pub fn learner(self) -> Option<AgentSpec> {
                match self {
                    $(Self::$rule => None,)*
                    $(Self::$learner => Some(AgentSpec::$learner(Default::default())),)*
                }
            }
        }

        impl AgentSpec {
            /// Which agent it is.
            pub fn kind(&self) -> AgentKind {
                match self {
                    $(Self::$rule { .. } => AgentKind::$rule,)*
                    $(Self::$learner(_) => AgentKind::$learner,)*
                }
            }

            /// The table's settings of a learner that has one.
            pub fn table(&self) -> Option<&TabularSettings> {
                match self {
                    $(Self::$rule { .. } => None,)*
                    $(Self::$learner(settings) => settings.table(),)*
                }
            }

            /// The same, to be changed.
            pub fn table_mut(&mut self) -> Option<&mut TabularSettings> {
                match self {
                    $(Self::$rule { .. } => None,)*
                    $(Self::$learner(settings) => settings.table_mut(),)*
                }
            }

            /// A learner's figures beside those of its table, to be read or changed.
            pub fn figures(&mut self) -> Vec<Figure<'_>> {
                match self {
                    $(Self::$rule { .. } => Vec::new(),)*
                    $(Self::$learner(settings) => settings.figures(),)*
                }
            }

            /// Has the visitor do its work for the learner; `None` where this is none.
            pub fn visit_learner<V: LearnerVisitor>(&self, visitor: V) -> Option<V::Output> {
                match self {
                    $(Self::$rule { .. } => None,)*
                    $(Self::$learner(settings) => {
                        Some(visitor.visit::<learners::$learner>(settings))
                    })*
                }
            }
        }
    };
}

agents! {
    rules {
        /// Every machine always runs; on the chain it always walks right.
        #[default]
        AlwaysRun: Rules, "Always run", "the same in every state";
        /// Every allowed action with the same probability.
        Random: Rules, "Random", "any allowed action, by chance";
        /// One action while a variable is below a level, another from it on.
        Threshold(ThresholdSettings): Rules, "Threshold", "one action below a level, another from it on";
        /// A machine runs while the buffer behind it is below its level.
        Kanban(KanbanSettings): Rules, "Kanban", "a machine runs while the buffer behind it is low";
        /// The first machine runs while the parts in the line are below a cap.
        Conwip(ConwipSettings): Rules, "CONWIP", "the first machine runs while the line holds few parts";
        /// A machine runs while the stock from it to the end of the line is below its level.
        BaseStock(BaseStockSettings): Rules, "Base stock", "a machine runs while there is little stock behind it";
        /// A machine starts when its buffer has run low and stops when it is full again.
        Hysteresis(HysteresisSettings): Rules, "Hysteresis", "starts at one level of a buffer, stops at another";
        /// A stock is ordered up to a level once it has fallen to another.
        ReorderPoint(ReorderPointSettings): Rules, "Reorder point", "orders up to a level once stock is low";
        /// A stock is ordered up to what is expected to be asked for until the order comes.
        Forecast(ForecastSettings): Rules, "Forecast", "orders up to the demand that it expects";
        /// A machine that wears is never treated before it fails.
        RunToFailure: Rules, "Run to failure", "nothing is done before it fails";
        /// A machine that wears is replaced at an age.
        AgeBased(AgeBasedSettings): Rules, "Age-based", "replaced at an age";
        /// A machine that wears is treated from a wear on.
        ConditionBased(ConditionBasedSettings): Rules, "Condition-based", "treated from a wear on";
        /// The class of jobs with the longest queue is served first.
        LongestQueue(ServingSettings): Rules, "Longest queue", "the longest queue is served first";
        /// The class of jobs with the highest c·μ is served first.
        CMu(ServingSettings): Rules, "c·μ", "who costs most per time of service is served first";
        /// The operation with the fewest steps of its route before it is done first.
        FirstBuffer: Rules, "First buffer first", "who is early on its route goes first";
        /// The operation with the fewest steps of its route behind it is done first.
        LastBuffer: Rules, "Last buffer first", "who is late on its route goes first";
        /// Each robot takes the job that is nearest.
        NearestJob(NearestJobSettings): Rules, "Nearest job first", "each robot takes the job that is nearest";
        /// A machine with set-ups refills each product's stock to a level of its own.
        ProduceUpTo(ProduceUpToSettings): Rules, "Produce up to", "refills stocks to levels, product by product";
        /// A machine with a hidden condition is looked at after so many beats.
        PeriodicInspection(PeriodicInspectionSettings): Rules, "Periodic inspection", "looked at after so many beats, treated if worn";
        /// Orders are accepted while few are in the shop, and taken by a priority.
        Dispatch(DispatchSettings): Rules, "Dispatching", "accepts while there are few, takes by a priority";
        /// A person, who gives every action.
        Person: Person, "Person", "you give every action";
        /// Tries every action in simulated futures in which a rule of thumb acts thereafter.
        Rollout(RolloutSettings): Planned, "Rollout", "tries every action in simulated futures";
        /// The best policy, once it has been computed.
        Optimum(OptimumSettings): Planned, "Optimum", "the best policy, computed on the model";
        /// The best by what is to be believed, where the state is not seen.
        Beliefs(BeliefSettings): Planned, "Plan over beliefs", "weighs what the hidden state may be, and plans with that";
    }
    learners {
        /// Q-learning.
        QLearning(TabularSettings): OffPolicy, "Q-learning", "learns the best policy’s values while exploring";
        /// Double Q-learning.
        DoubleQ(TabularSettings): OffPolicy, "Double Q-learning", "two tables, so that luck is not taken for worth";
        /// Q-learning with traces, after Watkins.
        QLambda(TraceSettings): OffPolicy, "Q(λ)", "the same for Q-learning, after Watkins";
        /// SARSA.
        Sarsa(TabularSettings): OnPolicy, "SARSA", "learns the values of the policy that it follows";
        /// Expected SARSA.
        ExpectedSarsa(TabularSettings): OnPolicy, "Expected SARSA", "as SARSA, without the luck of the next action";
        /// n-step SARSA.
        NStepSarsa(NStepSettings): OnPolicy, "n-step SARSA", "towards several rewards that were had";
        /// SARSA with traces.
        SarsaLambda(TraceSettings): OnPolicy, "SARSA(λ)", "each step teaches all that led to it";
        /// Monte Carlo control.
        MonteCarlo(MonteCarloSettings): OnPolicy, "Monte Carlo", "towards what was had until the end of the episode";
        /// SARSA for the average reward.
        DifferentialSarsa(DifferentialSettings): OnPolicy, "Differential SARSA", "the reward a beat, and what leads to more";
        /// Q-learning that goes over what it remembers.
        DynaQ(DynaSettings): Models, "Dyna-Q", "goes over what it remembers after each beat";
        /// Prioritised sweeping.
        PrioritisedSweeping(PrioritisedSettings): Models, "Prioritised sweeping", "counts outcomes, follows back what changes most";
        /// Certainty equivalence.
        CertaintyEquivalence(ModelSettings): Models, "Certainty equivalence", "counts outcomes and solves what it counted";
        /// Posterior sampling.
        PosteriorSampling(PosteriorSettings): Models, "Posterior sampling", "acts as is best in a model that may be true";
        /// Prediction of a policy that is given.
        TdPrediction(PredictionSpec): Prediction, "Prediction", "learns what a rule of thumb’s states are worth";
        /// Softmax preferences, judged by a critic.
        ActorCritic(ActorCriticSettings): Policies, "Actor–critic", "how likely each action is, judged by a critic";
        /// Softmax preferences from whole returns.
        Reinforce(ReinforceSettings): Policies, "REINFORCE", "how likely each action is, from whole returns";
        /// Q-learning with linear features.
        LinearQ(LinearSettings): Features, "Linear Q-learning", "for what is too large for a table";
        /// SARSA with linear features.
        LinearSarsa(LinearSettings): Features, "Linear SARSA", "the same for its own policy";
    }
}

/// Whose kin an agent is: agents of a family stand together and have colours of one hue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// A rule of thumb.
    Rules,
    /// It is a person.
    Person,
    /// It looks ahead on the model or in simulation.
    Planned,
    /// It learns the values of the best policy, whatever it does meanwhile.
    OffPolicy,
    /// It learns the values of the policy that it follows.
    OnPolicy,
    /// It learns the values of a policy that another agent follows.
    Prediction,
    /// It learns a model on the way.
    Models,
    /// It learns a policy directly.
    Policies,
    /// It learns values that are linear in features.
    Features,
}

impl Family {
    /// What agents of the family have in common, as a heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "Rules of thumb",
            Self::Person => "You",
            Self::Planned => "Looks ahead",
            Self::OffPolicy => "Learns what the best policy is worth",
            Self::OnPolicy => "Learns what its own policy is worth",
            Self::Prediction => "Learns what a given policy is worth",
            Self::Models => "Learns a model on the way",
            Self::Policies => "Learns a policy directly",
            Self::Features => "Learns from features",
        }
    }
}

/// Kanban levels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KanbanSettings {
    /// A level for each buffer in the order of the line; none where the best are to be found.
    pub levels: Vec<u32>,
}

/// How the best policy is computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimumSettings {
    /// By which method; the fastest for the criterion where none is named.
    pub method: Option<Method>,
    /// How near its value must surely be to the best, in currency: at the start, or a beat for the
    /// average reward. 1e-6 by default.
    pub precision: f64,
}

impl Default for OptimumSettings {
    fn default() -> Self {
        Self { method: None, precision: 1e-6 }
    }
}

/// How a plan over beliefs is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BeliefSettings {
    /// How fine the grid of beliefs is: their probabilities are multiples of 1 over this, 1 to
    /// 10,000. 20 by default.
    pub resolution: u32,
}

impl Default for BeliefSettings {
    fn default() -> Self {
        Self { resolution: 20 }
    }
}

impl BeliefSettings {
    /// All that is wrong here; empty for nothing.
    pub fn faults(&self, environment: &AnyEnvironment) -> Vec<SettingError> {
        let mut faults = Vec::new();
        if !(1..=10_000).contains(&self.resolution) {
            faults.push(SettingError {
                path: "resolution".to_owned(),
                message: format!("{} is no resolution of a grid", self.resolution),
                remedy: "give a whole number from 1 to 10000, such as 20".to_owned(),
            });
        }
        if environment.erased().observes_state() {
            faults.push(SettingError {
                path: String::new(),
                message: "the state is seen here, so that there is nothing to be believed"
                    .to_owned(),
                remedy: "choose `Optimum`".to_owned(),
            });
        }
        faults
    }
}

impl AgentSpec {
    /// The name people know it by.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Whether it learns.
    pub fn learns(&self) -> bool {
        self.kind().learner().is_some()
    }

    /// Every learner with its usual settings.
    pub fn learners() -> impl Iterator<Item = Self> {
        AgentKind::ALL.iter().filter_map(|kind| kind.learner())
    }

    /// Every rule of thumb with the settings to begin with; those that can be found are left
    /// to be.
    pub fn rules() -> Vec<Self> {
        vec![
            Self::AlwaysRun,
            Self::Random,
            Self::Threshold(Default::default()),
            Self::Kanban(Default::default()),
            Self::Conwip(Default::default()),
            Self::BaseStock(Default::default()),
            Self::Hysteresis(Default::default()),
            Self::ReorderPoint(Default::default()),
            Self::Forecast(Default::default()),
            Self::RunToFailure,
            Self::AgeBased(Default::default()),
            Self::ConditionBased(Default::default()),
            Self::LongestQueue(Default::default()),
            Self::CMu(Default::default()),
            Self::FirstBuffer,
            Self::LastBuffer,
            Self::NearestJob(Default::default()),
            Self::ProduceUpTo(Default::default()),
            Self::PeriodicInspection(Default::default()),
            Self::Dispatch(Default::default()),
            Self::Rollout(Default::default()),
            Self::Beliefs(Default::default()),
        ]
    }

    /// The rule of thumb that acts in its futures, or whose values it predicts.
    pub fn base(&self) -> Option<&Self> {
        match self {
            Self::Rollout(settings) => Some(&settings.base),
            Self::TdPrediction(settings) => Some(&settings.policy),
            _ => None,
        }
    }

    /// The same with another rule of thumb, where it has one.
    pub fn with_base(&self, base: Self) -> Self {
        let mut spec = self.clone();
        match &mut spec {
            Self::Rollout(settings) => *settings.base = base,
            Self::TdPrediction(settings) => *settings.policy = base,
            _ => {}
        }
        spec
    }

    /// Whether it is a learner that goes on, with what it has learned, when it is given the wanted
    /// settings: one of the same kind, whose values are those of the same policy where it predicts.
    pub fn goes_on_as(&self, wanted: &Self) -> bool {
        self.learns() && self.kind() == wanted.kind() && self.base() == wanted.base()
    }

    /// What is wrong with its settings whichever environment it acts in: with a learner's, a
    /// forecast's, and those of the rule that acts for it.
    pub fn own_faults(&self) -> Vec<SettingError> {
        let mut faults = match self {
            Self::Rollout(settings) => settings.validate(),
            Self::Forecast(settings) => forecast::own_faults(settings),
            learner => learner.learner_faults(),
        };
        if let Some(base) = self.base() {
            let path = if matches!(self, Self::Rollout(_)) { "base" } else { "policy" };
            faults.extend(
                base.own_faults()
                    .into_iter()
                    .map(|fault| SettingError { path: format!("{path}.{}", fault.path), ..fault }),
            );
        }
        faults
    }

    /// What is wrong with a learner's settings, without those of a rule that acts for it.
    fn learner_faults(&self) -> Vec<SettingError> {
        struct Faults;
        impl LearnerVisitor for Faults {
            type Output = Vec<SettingError>;
            fn visit<L: Learner>(self, settings: &L::Settings) -> Self::Output {
                settings.faults()
            }
        }
        self.visit_learner(Faults).unwrap_or_default()
    }

    /// The discount factor that a learner learns with under a criterion.
    pub fn discount(&self, criterion: Criterion) -> Option<f64> {
        struct Discount(Criterion);
        impl LearnerVisitor for Discount {
            type Output = f64;
            fn visit<L: Learner>(self, settings: &L::Settings) -> f64 {
                L::discount(settings, self.0)
            }
        }
        self.visit_learner(Discount(criterion))
    }

    /// Whether a learner tries everything for ever, with at least some probability.
    pub fn explores_for_ever(&self) -> bool {
        struct Explores;
        impl LearnerVisitor for Explores {
            type Output = bool;
            fn visit<L: Learner>(self, settings: &L::Settings) -> bool {
                settings.explores_for_ever()
            }
        }
        self.visit_learner(Explores).unwrap_or(false)
    }

    /// A learner's own discount factor: where it stands in its settings, and what it says.
    fn own_discount(&self) -> (&'static str, Option<f64>) {
        struct Own;
        impl LearnerVisitor for Own {
            type Output = (&'static str, Option<f64>);
            fn visit<L: Learner>(self, settings: &L::Settings) -> Self::Output {
                settings.own_discount()
            }
        }
        self.visit_learner(Own).unwrap_or(("", None))
    }

    /// All that is wrong with it in this environment, paths below the agent; empty for nothing.
    pub fn faults(&self, environment: &AnyEnvironment) -> Vec<SettingError> {
        match self {
            Self::AlwaysRun | Self::Random | Self::Person => Vec::new(),
            Self::Optimum(settings) => {
                let fine = settings.precision > 0.0 && settings.precision.is_finite();
                let fault = || SettingError {
                    path: "precision".to_owned(),
                    message: format!("{} is no precision to be reached", settings.precision),
                    remedy: "give a number above 0, such as 1e-6".to_owned(),
                };
                let mut faults = if fine { Vec::new() } else { vec![fault()] };
                if !environment.erased().observes_state() {
                    faults.push(SettingError {
                        path: String::new(),
                        message:
                            "the state is not seen here, so that the best policy of who sees it \
                                  cannot be followed; its value is a bound with full information"
                                .to_owned(),
                        remedy: "choose `Beliefs`".to_owned(),
                    });
                }
                faults
            }
            Self::Beliefs(settings) => settings.faults(environment),
            Self::Threshold(settings) if settings.is_open() => {
                threshold::faults_of_any(environment)
            }
            Self::Threshold(settings) => {
                let (seen, actions) =
                    (environment.erased().observation_space(), environment.action_space());
                Threshold::new(settings, seen, actions).err().unwrap_or_default()
            }
            Self::Kanban(settings) => kanban_faults(settings, environment),
            Self::Conwip(settings) => conwip::faults(settings, environment),
            Self::BaseStock(settings) => base_stock::faults(settings, environment),
            Self::Hysteresis(settings) => hysteresis::faults(settings, environment),
            Self::ReorderPoint(settings) => reorder_point::faults(settings, environment),
            Self::Forecast(settings) => forecast::faults(settings, environment),
            Self::RunToFailure => RunToFailure::new(environment).err().unwrap_or_default(),
            Self::AgeBased(settings) => age_based::faults(settings, environment),
            Self::ConditionBased(settings) => condition_based::faults(settings, environment),
            Self::LongestQueue(settings) => {
                serving::faults(Order::LongestQueue, settings, environment)
            }
            Self::CMu(settings) => serving::faults(Order::CMu, settings, environment),
            Self::FirstBuffer => {
                serving::faults(Order::FirstBuffer, &Default::default(), environment)
            }
            Self::LastBuffer => {
                serving::faults(Order::LastBuffer, &Default::default(), environment)
            }
            Self::NearestJob(settings) => nearest_job::faults(settings, environment),
            Self::ProduceUpTo(settings) => produce_up_to::faults(settings, environment),
            Self::PeriodicInspection(settings) => {
                periodic_inspection::faults(settings, environment)
            }
            Self::Dispatch(settings) => dispatch::faults(settings, environment),
            Self::Rollout(settings) => settings.faults(environment),
            learner => {
                let mut faults = learner.learner_faults();
                if let Self::TdPrediction(settings) = learner {
                    faults.extend(settings.policy.faults_as_base("policy", environment));
                }
                if let (path, Some(1.0)) = learner.own_discount()
                    && !environment.ends()
                {
                    faults.push(endless(path));
                }
                faults
            }
        }
    }
}

/// What is wrong with a discount of 1 where nothing ends: Q would grow without bound.
fn endless(path: &str) -> SettingError {
    SettingError {
        path: path.to_owned(),
        message: "this environment never ends, so that values grow without bound at a discount of \
                  1"
        .to_owned(),
        remedy: "give a number below 1, such as 0.95, or leave it out".to_owned(),
    }
}

fn kanban_faults(settings: &KanbanSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let buffers = &environment.places().buffers;
    if !matches!(environment, AnyEnvironment::Line(_)) {
        return vec![SettingError {
            path: String::new(),
            message: "kanban holds back the machines of a line, and this is none".to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }];
    }
    if buffers.is_empty() {
        return vec![SettingError {
            path: String::new(),
            message: "there are no buffers here whose levels could be held".to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }];
    }
    let levels = &settings.levels;
    if !levels.is_empty() && levels.len() != buffers.len() {
        return vec![SettingError {
            path: "levels".to_owned(),
            message: format!("{} levels do not fit {} buffers", levels.len(), buffers.len()),
            remedy: format!("give {} levels, or none to have the best found", buffers.len()),
        }];
    }
    let above = |(place, (level, buffer)): (usize, (&u32, &BufferPlace))| {
        // One above the capacity never holds a machine back.
        let most = buffer.capacity.saturating_add(1);
        (*level > most).then(|| SettingError {
            path: format!("levels[{place}]"),
            message: format!("`{}` never holds {level} parts", buffer.name),
            remedy: format!("give a level from 0 to {most}"),
        })
    };
    levels.iter().zip(buffers).enumerate().filter_map(above).collect()
}
