//! The Bevy application: plugins for the tick, the line view, the panels and the charts.
