//! The scenario file: syntax, schema, validation, library and saving.
