//! A learner's policy without the learning: what it would do if it stopped exploring now.

use std::sync::Arc;

use crate::mdp::{Agent, Decision, Dice, Level, Situation, Space};

/// An agent that acts by another's target policy and never changes.
#[derive(Clone)]
pub struct Frozen {
    inner: Box<dyn Agent>,
    actions: Arc<Space>,
    probabilities: Vec<f64>,
}

impl Frozen {
    /// Freezes an agent; `None` where its target policy is not known flat action by flat action.
    pub fn new(inner: Box<dyn Agent>, actions: &Space) -> Option<Self> {
        let count = usize::try_from(actions.count().ok()?).ok()?;
        let limit = crate::mdp::enumerate::ACTION_LIMIT as usize;
        (count <= limit).then(|| Self {
            inner,
            actions: Arc::new(actions.clone()),
            probabilities: vec![0.0; count],
        })
    }
}

const SOURCES: [&str; 1] = ["frozen policy"];

impl Agent for Frozen {
    fn name(&self) -> &str {
        self.inner.name()
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
        if !self.inner.target_policy(situation, &mut self.probabilities) {
            return Decision::NotYet;
        }
        let flat = crate::mdp::beat::invert(dice.uniform(0), &self.probabilities);
        self.actions.levels(flat as u64, action);
        Decision::Made
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        self.inner.target_policy(situation, probabilities)
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}
