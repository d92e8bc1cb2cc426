//! The syntax of scenario files: RON, read so that all errors are told at once, each in its place.
//!
//! `ron` alone places only the first error that serde meets, and its `Value` keeps neither places
//! nor variants. So a text becomes a [`Tree`] whose every value and name knows its [`Span`]; a
//! [`Document`] holds the tree and collects what is found wrong. From there two ways lead on: any
//! serde type can be read ([`Value::serde`], [`Document::deserialise`]), which stops at the first
//! error; and types that implement [`Read`] are read field by field, which does not. Errors of
//! meaning, found later, are pushed with the place that [`At`] has kept.
//!
//! This folder knows nothing of scenarios, only of text. What `ron` 0.12 reads is read alike, which
//! tests hold, and a little more: optional values never need `Some(…)`, a struct of one unnamed
//! field needs no parentheses, and a variant around a struct may be written with its fields.
//! (`ron-edit` 0.2 would not have served: its recursion is unbounded, its errors are not placed,
//! escapes stay unresolved, and byte strings and ranges are missing.)
//!
//! ```
//! use taktlab::scenario::diagnostic::Diagnostic;
//! use taktlab::scenario::syntax::{At, Document, Read, Value};
//!
//! struct Machine { name: String, failure: At<f64>, supply: Supply, note: Option<String> }
//! enum Supply { Saturated, Arrivals(f64), Batches { size: u32, probability: f64 } }
//!
//! impl Read for Machine {
//!     fn read(value: Value<'_>) -> Option<Self> {
//!         value.fields("Machine", |fields| {
//!             let name = fields.required("name"); // every field before the first `?`
//!             let failure = fields.default("failure", fields.at(0.0));
//!             let supply = fields.default("supply", Supply::Saturated);
//!             let note = fields.optional("note");
//!             Some(Machine { name: name?, failure: failure?, supply: supply?, note: note? })
//!         })
//!     }
//! }
//! impl Read for Supply {
//!     fn read(value: Value<'_>) -> Option<Self> {
//!         value.variants()
//!             .unit("Saturated", Supply::Saturated)
//!             .newtype("Arrivals", Supply::Arrivals)
//!             .fields("Batches", |fields| {
//!                 let (size, probability) = (fields.required("size"), fields.required("probability"));
//!                 Some(Supply::Batches { size: size?, probability: probability? })
//!             })
//!             .finish()
//!     }
//! }
//!
//! let document = Document::parse("mill.ron", r#"(name: "mill", failure: 1.2, suply: None)"#).unwrap();
//! let machine: Option<Machine> = document.root().read();
//! if let Some(mill) = &machine && *mill.failure > 1.0 {
//!     let message = format!("failure probability of {} is {}", mill.name, *mill.failure);
//!     document.push(Diagnostic::error(mill.failure.span, message).remedy("At most 1 can be."));
//! }
//! let report = document.finish(machine).err().unwrap();
//! assert_eq!(report.to_string(), "\
//! mill.ron:1:25: error: failure probability of mill is 1.2 [failure] At most 1 can be.
//! mill.ron:1:30: error: there is no field `suply` here [suply] Did you mean `supply`?");
//! ```

mod access;
mod cursor;
mod deserialise;
mod document;
mod fields;
mod literal;
mod parser;
mod read;
mod refusal;
mod suggestion;
#[cfg(test)]
mod tests;
mod tree;
mod variants;

pub use self::document::Document;
pub use self::fields::Fields;
pub use self::parser::Limits;
pub use self::read::{At, Read, Value};
pub use self::suggestion::suggestion;
pub(crate) use self::suggestion::{MOST_LISTED, choices, listed};
pub use self::tree::{
    Extensions, Field, Interval, Kind, Magnitude, Name, Node, Number, Suffix, Tree,
};
pub use self::variants::Variants;
pub use super::diagnostic::Span;
