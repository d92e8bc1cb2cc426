//! The line on stage: stations, buffers, belts and parts, as entities and as a picture.
//!
//! `scene` says what is drawn, `layout` where it stands, `view` paints it, and `stage` keeps the
//! entities that a run's events move, with `yard` to know which part is where.

pub mod icons;
pub mod key;
pub mod layout;
mod loops;
pub mod scene;
pub mod stage;
pub mod view;
pub mod yard;

#[cfg(test)]
pub(super) mod tests;
