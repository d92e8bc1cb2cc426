//! What an environment is: spaces, named sources and reward items, a start, and one step.

#![expect(clippy::indexing_slicing, reason = "actions are of the environment's space; a hot loop")]

use super::beat::{Beat, Condition, Item};
use super::variable::{Level, Space};

/// A decision process whose state is a vector of bounded integers.
///
/// The dynamics are written once, in [`Environment::step`], and both sampled and enumerated.
/// States and actions are given as slices of levels in the order of their spaces' variables.
pub trait Environment: Send + Sync + 'static {
    /// The kind's name as in scenario files: `Line`.
    fn kind(&self) -> &'static str;

    /// The state's variables.
    fn state_space(&self) -> &Space;

    /// The action's variables.
    fn action_space(&self) -> &Space;

    /// Names of the random sources that [`Environment::start`], [`Environment::step`] and
    /// [`Environment::observe`] draw from.
    fn sources(&self) -> &[String];

    /// Names of the reward items, in the scenario's currency a beat.
    fn reward_items(&self) -> &[String];

    /// Draws the first state of an episode.
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B);

    /// One beat: from `state` under `action` to `next`. Never called in a terminal state.
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    );

    /// Whether there are terminal states ([`Environment::is_terminal`]), so that an episode can end
    /// by itself. By default it goes on for ever.
    fn ends(&self) -> bool {
        false
    }

    /// Whether it tells when the goal of an episode is reached ([`super::Event::GoalReached`]): where it
    /// does not, that none was says nothing.
    fn tells_goals(&self) -> bool {
        false
    }

    /// Whether the environment ends in this state; the future is then worth 0.
    fn is_terminal(&self, _state: &[Level]) -> bool {
        false
    }

    /// Whether [`Environment::allows`] ever says no. False lets hot loops skip the question.
    fn restricts_actions(&self) -> bool {
        false
    }

    /// Whether an action may be taken in a state. At least one may, unless the state is terminal.
    fn allows(&self, _state: &[Level], _action: &[Level]) -> bool {
        true
    }

    /// Writes an action that is allowed in a state that is not terminal, for who cannot look through all
    /// of them: from it [`settle`] goes as far towards a wished one as is allowed. By default the
    /// usual action; another is written where that may be forbidden.
    fn allowed_action(&self, _state: &[Level], action: &mut [Level]) {
        self.usual_action(action);
    }

    /// Writes the action of who never interferes: every machine runs. By default every variable's
    /// highest level. Where it is not allowed, the nearest allowed action stands for it.
    fn usual_action(&self, action: &mut [Level]) {
        for (level, variable) in action.iter_mut().zip(self.action_space().variables()) {
            *level = variable.high;
        }
    }

    /// What an agent sees: the integers of an observation. By default the state's variables.
    fn observation_space(&self) -> &Space {
        self.state_space()
    }

    /// Names of the real numbers in an observation, beside the integers. By default none.
    fn real_observations(&self) -> &[String] {
        &[]
    }

    /// Whether the observation is the state itself (the default), so that it need not be drawn.
    fn observes_state(&self) -> bool {
        true
    }

    /// Draws what an agent sees of a state.
    fn observe<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        levels: &mut [Level],
        _reals: &mut [f64],
        _beat: &mut B,
    ) {
        levels.copy_from_slice(state);
    }

    /// The stations and buffers of which events speak, for statistics and pictures.
    fn places(&self) -> &Places;

    /// The station that joins parts to products, where one does. By default none.
    fn joining(&self) -> Option<Joining> {
        None
    }

    /// By what the use of a station is measured. By default nothing is known of it.
    fn rated(&self, _station: usize) -> Rated {
        Rated::default()
    }

    /// The reward item that is what energy costs, where a unit of it costs the same in every beat. By
    /// default there is none.
    fn energy_item(&self) -> Option<Item> {
        None
    }

    /// The condition of every station as the state alone shows it before the first beat is
    /// played, for pictures. `None` where the kind has no stations or the state does not tell.
    fn standing_condition(&self, _state: &[Level], _station: usize) -> Option<Condition> {
        None
    }
}

/// An environment whose draws are all finite, so that it can be enumerated exactly.
pub trait Enumerable: Environment {
    /// The most branches (joint outcomes of all draws) that one state–action pair may have; more is an
    /// error, not a wait. How many all pairs may have together is the same for every kind:
    /// [`super::enumerate::MOST_OUTCOMES`].
    fn branch_limit(&self) -> usize {
        1 << 16
    }
}

/// Replaces an action that is not allowed in a state by one that is, for who has no list of all
/// actions to find the nearest in. It begins with [`Environment::allowed_action`] and lets one
/// variable after the other go as far towards what was wished as the others then allow, found by
/// halving the way. `room` holds as many levels as an action; what is in it is overwritten.
pub fn settle<E: Environment>(
    environment: &E,
    state: &[Level],
    action: &mut [Level],
    room: &mut [Level],
) {
    if environment.allows(state, action) {
        return;
    }
    room.copy_from_slice(action);
    environment.allowed_action(state, action);
    for (place, wished) in room.iter().enumerate() {
        let allows = |action: &mut [Level], level: Level| {
            action[place] = level;
            environment.allows(state, action)
        };
        // What is allowed for sure, and what is not.
        let (mut near, mut far) = (action[place], *wished);
        if near == far || allows(action, far) {
            continue;
        }
        while near.abs_diff(far) > 1 {
            let middle = near.midpoint(far);
            if allows(action, middle) {
                near = middle;
            } else {
                far = middle;
            }
        }
        action[place] = near;
    }
}

/// The stations and buffers of which an environment's events speak.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Names of the stations, in the order of their numbers.
    pub stations: Vec<String>,
    /// The buffers, in the order of their numbers.
    pub buffers: Vec<BufferPlace>,
}

/// A station that joins parts to products: one part out of each buffer before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joining {
    /// The station's number.
    pub station: u16,
    /// Of how many parts a product is joined.
    pub parts: u16,
    /// The number of the first buffer that holds products; all behind it do as well.
    pub products: u16,
}

/// By what the use of a station is measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rated {
    /// The planned run time per item of ISO 22400-2, beats: how long it takes for a part at its highest
    /// speed, all its machines at work. `None` where that is not the same for all parts.
    pub run_time: Option<f64>,
    /// The buffer to which it sends back what must be done again, if it does.
    pub rework_to: Option<u16>,
}

/// A buffer between stations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BufferPlace {
    /// Its name.
    pub name: String,
    /// How many parts it holds at most.
    pub capacity: u32,
    /// Which state variable holds its level; below 0 the buffer is empty and customers wait.
    pub variable: usize,
}
