//! The true program in its window, as people use it.
//!
//! Most tests drive it by scripts through its own input events, off-screen; [`display`] runs it
//! under a virtual display with real keys and a real pointer. Tests wait for conditions, never for
//! times; a step that waits in vain fails with a log and a last picture.
//!
//! Where no Vulkan driver or no virtual display is there the tests are skipped with a message,
//! unless `TAKTLAB_WINDOW_TESTS=required` says that they may not be.
#![cfg(feature = "window")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

mod agents;
mod display;
mod drawn;
mod files;
mod fork;
mod headless;
mod look;
mod map;
mod panes;
mod past;
mod person;
mod picture;
mod plans;
mod program;
mod same;
mod soak;
