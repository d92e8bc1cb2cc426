//! Charts drawn by hand on egui's painter, because the look asks for more than a plot library's
//! widget gives: cell figures, policy marks, closing bounds, direct labels.
//!
//! Every chart is a view struct of borrowed data and a function that draws it and says what was
//! hovered and clicked. A new chart is one file and one line here.

pub mod amounts;
pub mod axis;
pub mod bars;
pub mod curves;
pub mod gantt;
pub mod hatch;
pub mod heat_map;
pub mod histogram;
mod map_key;
pub mod oee;
pub mod regions;
pub mod thin;
pub mod words;

#[cfg(test)]
mod tests;
