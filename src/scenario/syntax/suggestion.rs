//! What to do about an unknown name.

pub use crate::environments::suggestion;

/// The names as a message lists them: "`a`, `b` and `c`", with "and" or another `word`.
pub(crate) fn listed(names: impl IntoIterator<Item = impl AsRef<str>>, word: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// What to do about an unknown name: the one that was probably meant, else all that are known.
pub(super) fn remedy_for<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str> + Clone,
    kind: &str,
) -> String {
    match suggestion(written, known.clone()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!("Known {kind}: {}.", listed(known, "and")),
    }
}
