//! Experiments: agents compared over scenarios, settings and seeds, on the same luck.
//!
//! An experiment is laid out into cells ([`layout`]), one for each scenario, setting, agent and
//! seed. A cell is played by itself ([`play`]) and says all that is later told of it ([`cell`]);
//! finished cells lie on disk, each under a name that follows from what it is ([`store`]), so that
//! an experiment that was cut off is taken up where it stopped, one that grew plays only what is
//! new, and parts of one may be played on different machines. [`run()`] plays what is missing.
//! Everything that is said of an experiment follows from its cells alone ([`summary`]), whoever
//! played them and in whatever order.

pub mod arrow;
pub mod cell;
pub mod layout;
pub mod play;
mod plot;
pub mod report;
pub mod results;
pub mod run;
pub mod score;
mod sound;
pub mod store;
pub mod summary;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod words;

pub use cell::{Cell, Key};
pub use layout::{Arm, Layout, LayoutError, Setting};
pub use run::{Part, RunError, run};
pub use store::{Damaged, Store};
pub use summary::Summary;
