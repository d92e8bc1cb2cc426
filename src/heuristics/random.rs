//! Random: every allowed action with the same probability.
//!
//! The yardstick below which nothing has been learned, and on a chain the random walk.

use std::sync::Arc;

use crate::mdp::{Agent, Decision, Dice, Level, Situation, Space};

const SOURCES: [&str; 1] = ["random action"];

/// The agent that draws its actions uniformly. Where all are allowed, or there are more than can be
/// numbered, it draws each variable's level; of so many, one that is not allowed gives way to the
/// nearest that the run finds, so that these are not all equally likely.
#[derive(Debug, Clone)]
pub struct Random {
    actions: Arc<Space>,
}

impl Random {
    /// Draws from these actions.
    pub fn new(actions: &Space) -> Self {
        Self { actions: Arc::new(actions.clone()) }
    }
}

impl Agent for Random {
    fn name(&self) -> &str {
        "Random"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        match situation.allowed {
            None => {
                for (level, variable) in action.iter_mut().zip(self.actions.variables()) {
                    let above = dice.below(0, variable.size() as usize);
                    *level = (i64::from(variable.low) + above as i64) as Level;
                }
            }
            Some(allowed) => {
                let count = allowed.iter().filter(|allowed| **allowed).count();
                let chosen = dice.below(0, count);
                let mut permitted =
                    (0..allowed.len()).filter(|flat| allowed.get(*flat) == Some(&true));
                self.actions.levels(permitted.nth(chosen).unwrap_or(0) as u64, action);
            }
        }
        Decision::Made
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let count = (0..probabilities.len()).filter(|flat| situation.allows(*flat)).count();
        for (flat, probability) in probabilities.iter_mut().enumerate() {
            *probability = if situation.allows(flat) { 1.0 / count as f64 } else { 0.0 };
        }
        self.actions.count() == Ok(probabilities.len() as u64)
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::seeing;
    use super::*;
    use crate::mdp::{Luck, Variable};

    fn actions() -> Space {
        Space::new(vec![Variable::count("a", -1, 1, ""), Variable::choice("b", &["off", "on"])])
            .unwrap()
    }

    /// How often each flat action is drawn in 60,000 beats.
    fn frequencies(allowed: Option<&[bool]>) -> [f64; 6] {
        let (mut agent, space) = (Random::new(&actions()), actions());
        let mut dice = Dice::new(Luck::new(4), agent.sources());
        let (mut counts, mut action) = ([0.0; 6], [0; 2]);
        for beat in 0..60_000 {
            dice.turn_to(beat);
            agent.decide(&seeing(&[], allowed), &mut dice, &mut action);
            counts[space.index(&action) as usize] += 1.0;
        }
        counts
    }

    fn chi_square(counts: &[f64], probabilities: &[f64]) -> f64 {
        let cells = counts.iter().zip(probabilities).filter(|(_, p)| **p > 0.0);
        cells.map(|(n, p)| (n - 60_000.0 * p).powi(2) / (60_000.0 * p)).sum()
    }

    #[test]
    fn draws_as_its_probabilities_say() {
        let agent = Random::new(&actions());
        for allowed in [None, Some([false, true, true, false, true, false])] {
            let allowed = allowed.as_ref().map(|allowed| allowed.as_slice());
            let mut probabilities = [0.0; 6];
            assert!(agent.target_policy(&seeing(&[], allowed), &mut probabilities));
            let counts = frequencies(allowed);
            for (flat, n) in counts.iter().enumerate() {
                assert_eq!(*n > 0.0, allowed.is_none_or(|allowed| allowed[flat]));
            }
            // At most 5 degrees of freedom: exceeded by chance once in 100,000 such tests.
            assert!(chi_square(&counts, &probabilities) < 30.9, "{counts:?}");
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        }
    }
}
