//! Repair crews: fewer than machines that can fail, so that some wait.

#![expect(clippy::indexing_slicing, reason = "variables are laid out when the line is built")]

use crate::mdp::Level;

/// The crews, and the machines that they serve.
#[derive(Debug, Clone)]
pub(super) struct Crews {
    /// How many machines they repair at once.
    pub count: u32,
    /// The action variable that says who is served first, by the number among `machines` from 1 on.
    pub action: usize,
    /// The machines that can fail: number, variable of the condition, and the level below which it is
    /// down.
    pub machines: Vec<(usize, usize, Level)>,
}

impl Crews {
    /// Which machines are served where they are down, one bit each: the one that the agent names, then
    /// the others in the order of the line.
    #[inline]
    pub fn served(&self, state: &[Level], action: &[Level]) -> u64 {
        let down = |of: &(usize, usize, Level)| state[of.1] < of.2;
        let mut free = self.count;
        let mut served = 0;
        let first = self.machines.get(action[self.action] as usize - 1).filter(|of| down(of));
        for (number, ..) in first.into_iter().chain(self.machines.iter().filter(|of| down(of))) {
            if free > 0 && served >> number & 1 == 0 {
                served |= 1 << number;
                free -= 1;
            }
        }
        served
    }

    /// The first machine that may be named: see [`Crews::allows`].
    pub fn first_allowed(&self, state: &[Level]) -> Level {
        let all = 1..=self.machines.len() as Level;
        all.into_iter().find(|&named| self.allows(state, named)).unwrap_or(1)
    }

    /// Whether it may be decided that this machine, by its number among all that can fail from 1 on,
    /// is served first: it is down and so are more than there are crews. Where there is nothing to
    /// decide only the first may be named.
    pub fn allows(&self, state: &[Level], named: Level) -> bool {
        let down = |of: &(usize, usize, Level)| state[of.1] < of.2;
        let waits = self.machines.iter().filter(|of| down(of)).count() > self.count as usize;
        if waits { self.machines.get(named as usize - 1).is_some_and(down) } else { named == 1 }
    }
}
