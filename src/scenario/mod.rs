//! The scenario file: syntax, schema, validation, library and saving.

pub mod diagnostic;
pub mod syntax;
