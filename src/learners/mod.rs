//! One file a method that learns from steps.
//!
//! A learner implements [`crate::mdp::Agent`]: `decide` acts, `learn` takes one step's experience.
//! To add one, write its file here with its update rule and source in the header, give it a
//! settings struct whose `Default` is documented and whose `validate` names every fault, say with
//! `learner!` that it can be built ([`settings`]), and add its `mod` line below and its line in the
//! list of agents ([`crate::scenario::agents`]). What has a table of action values takes it from
//! [`tabular`]; what has none takes from there how errors and discounts are told.

pub mod actor_critic;
#[cfg(test)]
mod agreement;
#[cfg(test)]
mod average_policies;
pub mod bandits;
pub mod certainty_equivalence;
#[cfg(test)]
mod convergence;
mod counted_model;
pub mod differential_sarsa;
pub mod double_q;
pub mod dyna_q;
pub mod expected_sarsa;
pub mod exploration;
pub mod features;
mod greedy;
mod kept;
pub mod linear;
mod masks;
pub mod monte_carlo;
pub mod n_step_sarsa;
mod on_policy;
#[cfg(test)]
mod policy_trials;
pub mod posterior_sampling;
pub mod prioritised_sweeping;
pub mod q_lambda;
pub mod q_learning;
pub mod reinforce;
pub mod sarsa;
pub mod sarsa_lambda;
mod scale;
pub mod settings;
mod softmax;
mod state_values;
pub mod step_size;
pub mod tabular;
pub mod td_prediction;
pub mod traces;
#[cfg(test)]
mod trials;
mod upper_confidence;

pub use actor_critic::{ActorCritic, ActorCriticSettings};
pub use bandits::{Bandit, BanditRule, TestBed};
pub use certainty_equivalence::CertaintyEquivalence;
pub use counted_model::ModelSettings;
pub use differential_sarsa::{DifferentialSarsa, DifferentialSettings};
pub use double_q::DoubleQ;
pub use dyna_q::{DynaQ, DynaSettings};
pub use expected_sarsa::ExpectedSarsa;
pub use exploration::{Cooling, Exploration};
pub use features::{FeatureMap, Features, Together};
pub use linear::{LinearQ, LinearSarsa, LinearSettings, semi_gradient_td};
pub use monte_carlo::{CountedVisits, LearnedPolicy, MonteCarlo, MonteCarloSettings};
pub use n_step_sarsa::{NStepSarsa, NStepSettings};
pub use posterior_sampling::{PosteriorSampling, PosteriorSettings};
pub use prioritised_sweeping::{PrioritisedSettings, PrioritisedSweeping};
pub use q_lambda::QLambda;
pub use q_learning::QLearning;
pub use reinforce::{Reinforce, ReinforceSettings};
pub use sarsa::Sarsa;
pub use sarsa_lambda::SarsaLambda;
pub use settings::{Figure, Learner, LearnerSettings, LearnerVisitor, Place};
pub use step_size::StepSize;
pub use tabular::{
    AVERAGE_REWARD_DISCOUNT, TableError, TabularSettings, fewer_actions, table_entries,
};
pub use td_prediction::{PredictionSettings, Target, TdPrediction};
pub use traces::{TraceKind, TraceSettings};
