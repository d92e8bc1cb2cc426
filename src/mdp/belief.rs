//! What is to be believed of a state that is not seen: the exact Bayes filter of any enumerable
//! environment.
//!
//! A belief b gives each state its probability by all that was done and seen so far. After action a
//! and observation o it is b′(s′) ∝ O(o|s′) Σ T(s′|s,a) b(s): transitions T come from the enumerated
//! step, observations O from the enumerated `observe`. Source: Åström (1965), "Optimal control of
//! Markov processes with incomplete state information"; Kaelbling, Littman & Cassandra (1998),
//! sec. 3.3.

#![expect(
    clippy::indexing_slicing,
    reason = "states and observations are numbered by the model and the list made here"
)]

use hashbrown::HashMap;

use super::enumerate::{Enumeration, EnumerationError};
use super::erased::Erased;
use super::observation::Observation;
use super::variable::Level;

/// How probable each state is: states in ascending order with probabilities above 0 that sum to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Belief(Vec<(u32, f64)>);

impl Belief {
    /// The belief of these weights, scaled to sum to 1; `None` where all are 0.
    fn scaled(mut weights: Vec<(u32, f64)>) -> Option<(f64, Self)> {
        weights.sort_unstable_by_key(|&(state, _)| state);
        weights.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        weights.retain(|&(_, weight)| weight > 0.0);
        let sum: f64 = weights.iter().map(|&(_, weight)| weight).sum();
        if sum <= 0.0 {
            return None;
        }
        weights.iter_mut().for_each(|(_, weight)| *weight /= sum);
        Some((sum, Self(weights)))
    }

    /// The states that are possible, ascending, with their probabilities.
    pub fn states(&self) -> &[(u32, f64)] {
        &self.0
    }

    /// The probability of a state.
    pub fn probability(&self, state: usize) -> f64 {
        let place = self.0.binary_search_by_key(&(state as u64), |&(known, _)| u64::from(known));
        place.map_or(0.0, |place| self.0[place].1)
    }

    /// The mean of a figure of the state.
    pub fn mean(&self, figure: impl Fn(usize) -> f64) -> f64 {
        self.0.iter().map(|&(state, p)| p * figure(state as usize)).sum()
    }
}

/// Levels and bits of reals.
type Key = (Vec<Level>, Vec<u64>);

/// An enumerated environment with what can be seen of each of its states: the model of a decision
/// process whose state is not seen.
#[derive(Debug, Clone)]
pub struct Hidden {
    enumeration: Enumeration,
    observations: Vec<Observation>,
    numbers: HashMap<Key, u32>,
    /// For each state the numbers of what can be seen of it, ascending, with their probabilities.
    seen: Vec<Vec<(u32, f64)>>,
}

impl Hidden {
    /// Enumerates what can be seen of each state of a model.
    ///
    /// # Errors
    /// Where what is seen cannot be enumerated.
    pub fn new(
        environment: &dyn Erased,
        enumeration: Enumeration,
    ) -> Result<Self, EnumerationError> {
        let mut hidden = Self {
            observations: Vec::new(),
            numbers: HashMap::new(),
            seen: Vec::with_capacity(enumeration.states.len()),
            enumeration,
        };
        let space = environment.state_space();
        let mut levels = vec![0; space.len()];
        for state in 0..hidden.enumeration.states.len() {
            space.levels(hidden.enumeration.states.index(state), &mut levels);
            let all = environment.observations(&levels)?;
            let mut seen: Vec<(u32, f64)> =
                all.into_iter().map(|(what, p)| (hidden.meet(what), p)).collect();
            seen.sort_unstable_by_key(|&(number, _)| number);
            hidden.seen.push(seen);
        }
        Ok(hidden)
    }

    /// The number of an observation, which is numbered now if it was not.
    fn meet(&mut self, what: Observation) -> u32 {
        let next = self.observations.len() as u32;
        let number =
            *self.numbers.entry(Observation::key(&what.levels, &what.reals)).or_insert(next);
        if number == next {
            self.observations.push(what);
        }
        number
    }

    /// The enumerated environment.
    pub fn enumeration(&self) -> &Enumeration {
        &self.enumeration
    }

    /// All that can ever be seen.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// What can be seen of a state: numbers of observations, ascending, with their probabilities.
    pub fn seen_of(&self, state: usize) -> &[(u32, f64)] {
        &self.seen[state]
    }

    /// The number of what is seen; `None` where it can never be.
    pub fn number(&self, levels: &[Level], reals: &[f64]) -> Option<u32> {
        self.numbers.get(&Observation::key(levels, reals)).copied()
    }

    /// The belief at the start of an episode, before anything is seen.
    pub fn start(&self) -> Belief {
        Belief::scaled(self.enumeration.model.start().to_vec()).unwrap_or_default().1
    }

    /// The belief of who sees this and knows nothing else: each state weighs as much as it is likely
    /// to be seen so.
    pub fn by_sight(&self, observation: u32) -> Belief {
        let weights = self.seen.iter().enumerate().filter_map(|(state, seen)| {
            let place = seen.binary_search_by_key(&observation, |&(number, _)| number).ok()?;
            Some((state as u32, seen[place].1))
        });
        Belief::scaled(weights.collect()).unwrap_or_default().1
    }

    /// The belief after an action, before anything is seen: Σ T(s′|s,a) b(s). States that do not
    /// allow the action are ruled out by its having been taken; `None` where that leaves none.
    pub fn after_action(&self, belief: &Belief, action: usize) -> Option<Belief> {
        let mut weights = Vec::new();
        for &(state, weight) in belief.states() {
            let Some((successors, probabilities)) =
                self.enumeration.model.row(state as usize, action)
            else {
                continue;
            };
            weights.extend(successors.iter().zip(probabilities).map(|(&s, p)| (s, weight * p)));
        }
        Belief::scaled(weights).map(|(_, belief)| belief)
    }

    /// The belief once this is seen, with the probability of seeing it; `None` where that is 0.
    pub fn after_sight(&self, belief: &Belief, observation: u32) -> Option<(f64, Belief)> {
        let weights = belief.states().iter().filter_map(|&(state, weight)| {
            let seen = &self.seen[state as usize];
            let place = seen.binary_search_by_key(&observation, |&(number, _)| number).ok()?;
            Some((state, weight * seen[place].1))
        });
        Belief::scaled(weights.collect())
    }

    /// One step of the filter: b′(s′) ∝ O(o|s′) Σ T(s′|s,a) b(s). `None` where what is seen cannot
    /// be after this action.
    pub fn update(&self, belief: &Belief, action: usize, observation: u32) -> Option<Belief> {
        let ahead = self.after_action(belief, action)?;
        self.after_sight(&ahead, observation).map(|(_, belief)| belief)
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden;
    use crate::mdp::{
        Beat, Enumerable, EnumerationOptions, Environment, Level, Luck, Places, Progress, Sampling,
        Silent, Space, Variable, enumerate,
    };

    /// A switch that is off or on and flips with probability `flip`; a lamp shows which, and is
    /// wrong with probability `wrong`. Under action 1 it is reset to off.
    struct Switch {
        states: Space,
        actions: Space,
        seen: Space,
        places: Places,
        sources: [String; 2],
        flip: f64,
        wrong: f64,
    }

    impl Switch {
        fn new(flip: f64, wrong: f64) -> Self {
            let space = |name, labels| Space::new(vec![Variable::choice(name, labels)]).unwrap();
            Self {
                states: space("switch", &["off", "on"]),
                actions: space("action", &["wait", "reset"]),
                seen: space("lamp", &["dark", "bright"]),
                places: Places::default(),
                sources: ["flip", "lamp"].map(str::to_owned),
                flip,
                wrong,
            }
        }

        fn hidden(&self) -> Hidden {
            let found = enumerate(self, EnumerationOptions::default(), &Progress::new()).unwrap();
            Hidden::new(self, found).unwrap()
        }
    }

    impl Environment for Switch {
        fn kind(&self) -> &'static str {
            "Switch"
        }
        fn state_space(&self) -> &Space {
            &self.states
        }
        fn action_space(&self) -> &Space {
            &self.actions
        }
        fn sources(&self) -> &[String] {
            &self.sources
        }
        fn reward_items(&self) -> &[String] {
            &[]
        }
        fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
            state[0] = Level::from(beat.bernoulli(0, 0.5));
        }
        fn step<B: Beat + ?Sized>(
            &self,
            state: &[Level],
            action: &[Level],
            next: &mut [Level],
            beat: &mut B,
        ) {
            let flips = beat.bernoulli(0, self.flip);
            next[0] = if action[0] == 1 { 0 } else { state[0] ^ Level::from(flips) };
        }
        fn observation_space(&self) -> &Space {
            &self.seen
        }
        fn observes_state(&self) -> bool {
            false
        }
        fn observe<B: Beat + ?Sized>(
            &self,
            state: &[Level],
            levels: &mut [Level],
            _reals: &mut [f64],
            beat: &mut B,
        ) {
            levels[0] = state[0] ^ Level::from(beat.bernoulli(1, self.wrong));
        }
        fn places(&self) -> &Places {
            &self.places
        }
    }

    impl Enumerable for Switch {}

    const DARK: u32 = 0;
    const BRIGHT: u32 = 1;

    #[test]
    fn what_can_be_seen_of_a_state_is_enumerated() {
        let hidden = Switch::new(0.1, 0.2).hidden();
        assert_eq!(hidden.observations().len(), 2);
        // Dark is drawn first of state 0 as its lamp is wrong first: numbers follow the draws.
        let (dark, bright) = (hidden.number(&[0], &[]).unwrap(), hidden.number(&[1], &[]).unwrap());
        let of = |state, what| hidden.seen_of(state).iter().find(|seen| seen.0 == what).unwrap().1;
        assert_eq!((of(0, dark), of(0, bright)), (0.8, 0.2));
        assert_eq!((of(1, dark), of(1, bright)), (0.2, 0.8));
        assert_eq!(hidden.number(&[2], &[]), None);
    }

    /// By hand: from ½ on, flip 0.1, wrong 0.2. Bright makes it 0.8; a beat later 0.8·0.9 + 0.2·0.1
    /// = 0.74 before the lamp; dark again makes it 0.74·0.2 / (0.74·0.2 + 0.26·0.8) = 37/89.
    #[test]
    fn the_filter_is_that_by_hand() {
        let hidden = Switch::new(0.1, 0.2).hidden();
        let number = |lamp| hidden.number(&[lamp as Level], &[]).unwrap();
        let start = hidden.start();
        assert_eq!(start.states(), [(0, 0.5), (1, 0.5)]);
        let (p, bright) = hidden.after_sight(&start, number(BRIGHT)).unwrap();
        assert!((p - 0.5).abs() < 1e-15 && (bright.probability(1) - 0.8).abs() < 1e-15);
        let ahead = hidden.after_action(&bright, 0).unwrap();
        assert!((ahead.probability(1) - 0.74).abs() < 1e-15);
        let dark = hidden.update(&bright, 0, number(DARK)).unwrap();
        assert!((dark.probability(1) - 37.0 / 89.0).abs() < 1e-15);
        assert!((dark.mean(|state| state as f64) - 37.0 / 89.0).abs() < 1e-15);
        let reset = hidden.update(&dark, 1, number(BRIGHT)).unwrap();
        assert_eq!(reset.states(), [(0, 1.0)]);
        let sight = hidden.by_sight(number(BRIGHT));
        assert!((sight.probability(1) - 0.8).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_seen_is_no_belief() {
        let hidden = Switch::new(0.1, 0.0).hidden();
        let number = |lamp| hidden.number(&[lamp as Level], &[]).unwrap();
        assert_eq!(hidden.update(&hidden.start(), 1, number(BRIGHT)), None);
        let seen = hidden.update(&hidden.start(), 0, number(BRIGHT)).unwrap();
        assert_eq!(seen.states(), [(1, 1.0)]);
    }

    /// With a symmetric lamp and flips the log-odds l of on follow a recursion of their own (as the
    /// Kalman filter has one for its mean): l′ = ln((1−f)eˡ + f) − ln(1−f + f·eˡ) ± ln((1−w)/w).
    #[test]
    fn log_odds_follow_their_closed_recursion_along_a_sampled_path() {
        let (flip, wrong) = (0.05_f64, 0.3_f64);
        let switch = Switch::new(flip, wrong);
        let hidden = switch.hidden();
        let mut beat = Sampling::new(Luck::new(5), switch.sources(), 0, Silent);
        let (mut state, mut next, mut lamp) = ([0], [0], [0]);
        beat.open(0);
        switch.start(&mut state, &mut beat);
        let mut belief = hidden.start();
        let mut odds = 0.0_f64;
        let (mut right, mut surely) = (0.0, 0.0);
        for t in 1..=2_000 {
            beat.open(t);
            switch.step(&state, &[0], &mut next, &mut beat);
            switch.observe(&next, &mut lamp, &mut [], &mut beat);
            state = next;
            belief = hidden.update(&belief, 0, hidden.number(&lamp, &[]).unwrap()).unwrap();
            let e = odds.exp();
            odds = ((1.0 - flip) * e + flip).ln() - (1.0 - flip + flip * e).ln();
            let told = ((1.0 - wrong) / wrong).ln();
            odds += if lamp[0] == 1 { told } else { -told };
            let on = 1.0 / (1.0 + (-odds).exp());
            assert!((belief.probability(1) - on).abs() < 1e-12, "beat {t}");
            right += belief.probability(state[0] as usize);
            surely += belief.states().iter().map(|(_, p)| p * p).sum::<f64>();
        }
        // A belief is calibrated: what it gives to the truth is on average what it gives itself.
        assert!((right - surely).abs() / 2_000.0 < 0.02, "{right} {surely}");
    }
}
