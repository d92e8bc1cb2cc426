//! The Bevy application: plugins for the tick, the line view, the panels and the charts.

pub mod intent;
pub mod view;
