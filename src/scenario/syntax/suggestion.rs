//! What to do about an unknown name.

use crate::environments::nearest;
pub use crate::environments::suggestion;

/// So many names are listed one by one.
pub(crate) const MOST_LISTED: usize = 12;
/// Of more so many, the nearest.
const NEAREST: usize = 5;

/// What there is to choose from where an unknown name was written: all names, with a `word` before the
/// last; of many the nearest, and where to see `all`.
pub(crate) fn choices<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
    word: &str,
    all: &str,
) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if known.len() <= MOST_LISTED {
        return listed(known, word);
    }
    let more = known.len() - NEAREST;
    let near = nearest(written, known, NEAREST).into_iter().map(|name| format!("`{name}`"));
    format!("{} {word} {more} others, which {all} lists", near.collect::<Vec<_>>().join(", "))
}

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
