//! The Bevy application: plugins for the tick, the line view, the panels and the charts.
//!
//! What is drawn is drawn by egui: panels and charts are plain functions of `&mut egui::Ui` and a
//! view of what they show, so that they can be tested without a window.

pub mod action_marks;
pub mod action_words;
pub mod app;
pub mod apply;
pub mod autosave;
pub mod behind;
pub mod chain_view;
pub mod changes;
pub mod charts;
pub mod colour;
pub mod curve_view;
pub mod desk;
pub mod display;
pub mod docks;
pub mod draw;
mod editor;
mod export;
pub mod fill;
pub mod floor;
pub mod flow;
pub mod fonts;
pub mod forking;
mod frame_times;
pub mod glide;
pub mod glossary;
pub mod grid_view;
mod hand;
pub mod history;
pub mod inspect;
pub mod intent;
pub mod job;
pub mod judge;
mod language;
mod latest_beats;
mod lesson;
pub mod lettering;
pub mod line;
pub mod lucks;
pub mod map_view;
mod measured;
mod measured_view;
pub mod memo;
pub mod number;
pub mod opening;
pub mod panels;
pub mod plain_view;
pub mod preferences;
mod print;
pub mod putting;
mod recent;
mod reload;
pub mod replacement_view;
mod rivals;
mod scale;
pub mod script;
pub mod shop_floor_view;
pub mod stage;
pub mod steady;
pub mod strip;
mod telling;
pub mod theme;
pub mod tones;
pub mod unsaved;
pub mod view;
pub mod window;
mod yardstick;

#[cfg(test)]
mod gallery;
