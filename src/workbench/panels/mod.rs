//! The panels around the line: plain functions of what they show and what people ask for.
//!
//! Each panel reads a part of [`super::view::View`] and pushes [`super::intent::Intent`]s; none
//! knows Bevy. A new panel is one file, one `mod` line, and its place in [`layout`]. Panels are
//! put together from [`row`], [`button`], [`slider`], [`field`] and [`icon`].
//!
//! # Names
//! Scripts and screen readers find a widget by its accessible name. Names do not change with the
//! language, nor with what a panel shows, save where a name is in the scenario:
//!
//! - bar: `Menu` (in it `Open file`, `Open recent`, `Glossary`, `Hide sides` or `Show sides`, `Show keys`), `Reset`, `Play`
//!   or `Pause`, `One beat`, `Speed`, `Speed value`, `Train ahead` (in it `10⁴ beats` … `10⁷
//!   beats`), `Training`, `Stop training`, `Replay`, `Stop replay`, `Seed`, `Per beat`, `Per hour` (or `Per day`), `Save run` (in it `Run
//!   file`, `Write run`), `Motion`, `Theme`, `Keys`
//! - scenarios: `Scenarios` (folded side only), `Open file…`, `Search scenarios`, each family and
//!   each scenario by its title
//! - parameters: `Parameters` (folded side only), `Reset parameters`, `Parameters of OWNER`; each takes a number by its
//!   label, be it a slider (its figure is `LABEL value`) or a count (`More LABEL`, `Less LABEL`)
//! - agent: `Change agent` (in it each agent by its name), `Step size`, `Kind of step size` (in it
//!   `Falling with visits`, `Constant`), `Exploration`, `Kind of exploration` (in it `Fading with
//!   visits`, `Fading with time`, `Constant`, `Boltzmann`, `Upper confidence bound`), `Discount`, `Initial value`, `Level BUFFER`, `Watched
//!   variable` (in it each variable by its name), `Threshold level`
//! - why: `Action NAME`, `More actions`, `Present state`, `Fork`
//! - change of the state: `Change state` (in it `Put VARIABLE to LEVEL`, `Put VARIABLE` and `Slide state
//!   VARIABLE`; the same for a station that is clicked); `Go on from here`
//! - your move: `Hints`, `Do it`; `Do ACTION` for each action, or where it is put together `Set
//!   VARIABLE to LEVEL`, `Set VARIABLE` and `Slide VARIABLE`
//! - optimum: `Planning method` (in it each method by its name), `Plan sweep by sweep`, `Pause
//!   planning`, `Resume planning`, `One sweep`, `Stop planning`, `Stop search`
//! - map: `Map across`, `Map upwards` (in them each variable by its name), `Map slices` (in it
//!   `Map of Value` and the like, `Repeat map`, `Colour by value`, `Colour by policy`, `Slice VARIABLE`, `Follow VARIABLE`), `Value map`
//! - curve: `Curve` (in it `Distance to the optimum`, `Reward`, `Compare`, `More lucks`, `Latest beats`, `OEE`,
//!   `Lead times`, `Cost a part`, `Power`, `Bounds`), `Rivals` (in it each agent by its name), `More lucks`,
//!   `Export chart` (in it `Chart file`, `Write chart`)
//! - file dialog: `Path`, `Parent folder`, each folder and file by its name, `Open`, `Cancel`
//! - notices: `Dismiss notice`, `Restore changes`, `Forget changes`; errors: `Dismiss errors`; hints: `Dismiss hint speed`, `Dismiss hint map`, `Dismiss hint why`
//! - above the picture: `Fold text`; in the menu of the title `Show text`, `Hide text`
//! - lesson: `Leave lesson`, each option by its words, `Prediction`, `Predict`, `Pass`, `Run lesson`, `Stop lesson`,
//!   `Play for me`, `Next step`, `End lesson`, `Step back`
//! - palette of commands (Ctrl+P): `Command`, each command found by its name
//! - scenario as text: `One more NOUN`, `One less NOUN`, `Scenario text`
//! - panes: `Arrange` (in it each arrangement and each pane by its name, `Restore the panes`); `Move PANE`
//!   is what a pane is dragged by; panes that stand one behind the other have their names as tabs. Names
//!   of the second chart end in 2: `Curve 2`
//! - glossary (F1): `Sought term`

pub mod about;
pub mod agent;
mod arrange;
mod asked_file;
pub mod button;
pub mod change;
pub mod curve;
mod editor;
pub mod errors;
pub mod field;
pub mod file_dialog;
mod fork;
pub mod glossary;
pub mod hand;
pub mod hints;
pub mod icon;
pub mod keyboard;
pub mod layout;
pub mod lesson;
mod level;
pub mod map;
mod map_repeats;
pub mod notice;
pub mod optimum;
pub mod palette;
pub mod parameters;
pub mod row;
pub mod scenarios;
pub mod slider;
pub mod time;
pub mod transport;
pub mod why;

#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

use super::theme::{Mode, Theme};

/// The palette in use, as the context's style has it.
pub fn theme_of(ui: &egui::Ui) -> Theme {
    Theme::new(if ui.visuals().dark_mode { Mode::Dark } else { Mode::Light })
}
