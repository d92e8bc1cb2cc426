//! An environment with its type erased, for all that is not a hot loop: names, spaces, models.

use super::beat::{Beat, Condition, Item};
use super::enumerate::{
    Branch, Enumeration, EnumerationError, EnumerationOptions, branches, enumerate,
    start_distribution,
};
use super::environment::{Enumerable, Joining, Places, Rated};
use super::observation::{Observation, observations};
use super::progress::Progress;
use super::variable::{Level, Space};

/// What can be asked of any enumerable environment without knowing its type. Each method is the
/// one of the same name of [`super::Environment`] or of [`mod@super::enumerate`].
pub trait Erased: Send + Sync {
    /// The kind's name as in scenario files.
    fn kind(&self) -> &'static str;
    /// The state's variables.
    fn state_space(&self) -> &Space;
    /// The action's variables.
    fn action_space(&self) -> &Space;
    /// The observation's variables.
    fn observation_space(&self) -> &Space;
    /// Names of the random sources.
    fn sources(&self) -> &[String];
    /// Names of the reward items.
    fn reward_items(&self) -> &[String];
    /// Stations and buffers.
    fn places(&self) -> &Places;
    /// Whether the environment ends in a state.
    fn is_terminal(&self, state: &[Level]) -> bool;
    /// Whether an action may be taken in a state.
    fn allows(&self, state: &[Level], action: &[Level]) -> bool;
    /// Writes the action of who never interferes.
    fn usual_action(&self, action: &mut [Level]);
    /// Whether agents see the state itself.
    fn observes_state(&self) -> bool;
    /// The station that joins parts to products.
    fn joining(&self) -> Option<Joining>;
    /// By what the use of a station is measured.
    fn rated(&self, station: usize) -> Rated;
    /// The reward item that is what energy costs, at one price.
    fn energy_item(&self) -> Option<Item>;
    /// A station's condition as the state alone shows it.
    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition>;
    /// Draws a start state.
    fn start(&self, state: &mut [Level], beat: &mut dyn Beat);
    /// Plays one beat.
    fn step(&self, state: &[Level], action: &[Level], next: &mut [Level], beat: &mut dyn Beat);
    /// The exact decision process.
    ///
    /// # Errors
    /// See [`enumerate`].
    fn enumerate(
        &self,
        options: EnumerationOptions,
        progress: &Progress,
    ) -> Result<Enumeration, EnumerationError>;
    /// All outcomes of one pair.
    ///
    /// # Errors
    /// See [`branches`].
    fn branches(&self, state: &[Level], action: &[Level]) -> Result<Vec<Branch>, EnumerationError>;
    /// All possible start states with their probabilities.
    ///
    /// # Errors
    /// See [`start_distribution`].
    fn start_distribution(&self) -> Result<Vec<(Vec<Level>, f64)>, EnumerationError>;
    /// All that can be seen of a state with its probabilities.
    ///
    /// # Errors
    /// See [`observations`].
    fn observations(&self, state: &[Level]) -> Result<Vec<(Observation, f64)>, EnumerationError>;
}

impl<E: Enumerable> Erased for E {
    fn kind(&self) -> &'static str {
        E::kind(self)
    }
    fn state_space(&self) -> &Space {
        E::state_space(self)
    }
    fn action_space(&self) -> &Space {
        E::action_space(self)
    }
    fn observation_space(&self) -> &Space {
        E::observation_space(self)
    }
    fn sources(&self) -> &[String] {
        E::sources(self)
    }
    fn reward_items(&self) -> &[String] {
        E::reward_items(self)
    }
    fn places(&self) -> &Places {
        E::places(self)
    }
    fn is_terminal(&self, state: &[Level]) -> bool {
        E::is_terminal(self, state)
    }
    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        E::allows(self, state, action)
    }
    fn usual_action(&self, action: &mut [Level]) {
        E::usual_action(self, action);
    }
    fn observes_state(&self) -> bool {
        E::observes_state(self)
    }
    fn joining(&self) -> Option<Joining> {
        E::joining(self)
    }
    fn rated(&self, station: usize) -> Rated {
        E::rated(self, station)
    }
    fn energy_item(&self) -> Option<Item> {
        E::energy_item(self)
    }
    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        E::standing_condition(self, state, station)
    }
    fn start(&self, state: &mut [Level], beat: &mut dyn Beat) {
        E::start(self, state, beat);
    }
    fn step(&self, state: &[Level], action: &[Level], next: &mut [Level], beat: &mut dyn Beat) {
        E::step(self, state, action, next, beat);
    }
    fn enumerate(
        &self,
        options: EnumerationOptions,
        progress: &Progress,
    ) -> Result<Enumeration, EnumerationError> {
        enumerate(self, options, progress)
    }
    fn branches(&self, state: &[Level], action: &[Level]) -> Result<Vec<Branch>, EnumerationError> {
        branches(self, state, action)
    }
    fn start_distribution(&self) -> Result<Vec<(Vec<Level>, f64)>, EnumerationError> {
        start_distribution(self)
    }
    fn observations(&self, state: &[Level]) -> Result<Vec<(Observation, f64)>, EnumerationError> {
        observations(self, state)
    }
}
