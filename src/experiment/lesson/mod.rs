//! Going through a lesson: what is predicted, what then happens, and what that says.
//!
//! A [`Player`] is a plain state machine: it says what to show ([`Player::view`]), takes a
//! prediction, gives out the work that is to be done ([`Player::job`]) and takes what came of it.
//! It has no thread of its own: a [`Job`] can be worked off on any. Every answer is computed from
//! runs and plans, so that a lesson on a changed scenario has another answer.

mod decide;
mod figure;
mod job;
mod measure;
mod player;
mod sweeps;
#[cfg(test)]
mod tests;

pub use decide::Verdict;
pub use figure::Figure;
pub use job::{Done, Job, Known, LessonError};
pub use player::{Answer, Phase, Player, Prediction, Question, Refused, StepView, Wanted};
