//! What on-policy learners share: the next action is chosen while learning from the step before it,
//! and the next beat stands by the choice.

use super::tabular::Tabular;
use crate::mdp::{Dice, Experience, Situation};

/// An action that was chosen for the beat to come.
#[derive(Debug, Clone, Copy)]
struct Promised {
    beat: u64,
    row: usize,
    column: usize,
}

/// The next action, once it is chosen.
#[derive(Debug, Clone, Default)]
pub(super) struct Promise(Option<Promised>);

impl Promise {
    /// An action in this column, promised for this beat and row.
    #[cfg(test)]
    pub fn of(beat: u64, row: usize, column: usize) -> Self {
        Self(Some(Promised { beat, row, column }))
    }

    /// Whether an action is promised.
    #[cfg(test)]
    pub fn is_made(&self) -> bool {
        self.0.is_some()
    }

    /// Chooses for the beat to come and returns row and column.
    #[inline(always)]
    pub fn make(
        &mut self,
        tabular: &mut Tabular,
        after: &Situation<'_>,
        dice: &mut Dice,
    ) -> (usize, usize) {
        let row = tabular.row_of(after);
        let column = tabular.choose(row, after, dice);
        self.0 = Some(Promised { beat: after.beat, row, column });
        (row, column)
    }

    /// Chooses for the beat to come and returns what that is worth; 0 after the end.
    #[inline(always)]
    pub fn value_after(
        &mut self,
        tabular: &mut Tabular,
        experience: &Experience<'_>,
        dice: &mut Dice,
    ) -> f64 {
        if experience.terminal {
            self.drop();
            return 0.0;
        }
        let (row, column) = self.make(tabular, &experience.after, dice);
        tabular.value(row, column)
    }

    /// Nothing is promised: the episode is over.
    #[inline(always)]
    pub fn drop(&mut self) {
        self.0 = None;
    }

    /// What was chosen holds for that beat and what was seen then. In a first beat, after another
    /// agent's turn or a change from outside, there is nothing to stand by.
    #[inline(always)]
    fn kept(&self, row: usize, situation: &Situation<'_>) -> Option<usize> {
        let next = self.0?;
        let stands =
            next.beat == situation.beat && next.row == row && situation.allows(next.column);
        stands.then_some(next.column)
    }

    /// The action for this beat: the one promised, else one chosen now.
    #[inline(always)]
    pub fn decide(
        &mut self,
        tabular: &mut Tabular,
        situation: &Situation<'_>,
        dice: &mut Dice,
    ) -> usize {
        let row = tabular.row_of(situation);
        let kept = self.kept(row, situation);
        self.0 = None;
        match kept {
            Some(column) => column,
            None => tabular.choose(row, situation, dice),
        }
    }

    /// The action that [`Promise::decide`] would return.
    #[inline(always)]
    pub fn foresee(&self, tabular: &Tabular, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        let row = tabular.row_of(situation);
        let kept = self.kept(row, situation);
        kept.unwrap_or_else(|| tabular.foresee(row, situation, dice))
    }
}

/// How an agent with the fields `tabular` and `promise` chooses.
macro_rules! stands_by_its_choice {
    () => {
        #[inline]
        fn decide(
            &mut self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> Decision {
            let column = self.promise.decide(&mut self.tabular, situation, dice);
            self.tabular.write(column, action);
            Decision::Made
        }

        #[inline]
        fn foresee(
            &self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> bool {
            let column = self.promise.foresee(&self.tabular, situation, dice);
            self.tabular.write(column, action);
            true
        }
    };
}

pub(super) use stands_by_its_choice;
