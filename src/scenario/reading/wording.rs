//! How the reader puts paths and findings into words.

/// `failure probability of Mill`.
pub(super) fn of(words: &str, owner: &str) -> String {
    if owner.is_empty() { words.to_owned() } else { format!("{words} of {owner}") }
}

pub(super) fn joined(path: &str, field: &str) -> String {
    match (path, field) {
        ("", _) => field.to_owned(),
        (_, "") => path.to_owned(),
        _ => format!("{path}.{field}"),
    }
}

/// The path and those of all that it is within, the innermost first; the last is the whole file.
pub(super) fn wholes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |inner| match inner.rfind(['.', '[']) {
        Some(end) => Some(&inner[..end]),
        None if inner.is_empty() => None,
        None => Some(""),
    })
}

/// The names as a message lists them: "`a`, `b` or `c`".
pub(super) fn quoted<'k>(names: impl Iterator<Item = &'k str>, word: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// A remedy as a sentence of its own.
pub(super) fn sentence(remedy: &str) -> String {
    let mut letters = remedy.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if remedy.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// At most 40 characters, so that a message stays one line.
pub(in crate::scenario) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
