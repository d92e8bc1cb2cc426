//! The picture of what is no serial line: stocks, queues, belts and stations that things flow
//! between, in columns and rows.
//!
//! A kind says what is where in a file of its own below `kinds`; how it is laid out and drawn is
//! the same for all.

mod belief;
mod cards;
mod inks;
pub mod kinds;
mod layout;
pub mod scene;
pub mod view;
