//! "Did you mean …?": the known name nearest to a misspelt one.

#![expect(clippy::indexing_slicing, reason = "rows of the table are one longer than the words")]

/// The name of `known` that `written` was probably meant to be: the one at the smallest edit
/// distance, if that is at most a third of the word's length (and at least 1). Of equals the first.
pub fn suggestion<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    /// No name of ours is longer; a longer word is not worth the work.
    const LONGEST: usize = 64;
    let written = folded(written);
    if written.len() > LONGEST {
        return None;
    }
    let most = (written.len() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&written, &folded(name)), name))
        .filter(|&(distance, _)| distance <= most && distance < written.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// The names that are nearest to a word, at most so many, the nearest first and of equals the first.
pub fn nearest<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
    most: usize,
) -> Vec<&'k str> {
    // What is longer than any name is as far from all of them.
    let written: Vec<char> = folded(written).into_iter().take(64).collect();
    let far = |name: &&str| distance(&written, &folded(name));
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by_cached_key(far);
    known.truncate(most);
    known
}

/// The word's letters in lower case and with hyphens as underscores: neither is worth a penalty.
fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect()
}

/// The edit distance in which an insertion, a deletion, a substitution and an exchange of two
/// neighbours cost 1 each and no part is edited twice (optimal string alignment; Damerau, 1964).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn distances_are_those_of_the_literature() {
        // Wagner & Fischer's kitten and sitting: 3; Damerau's exchange of neighbours: 1.
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("saturday", "sunday"), 3);
        assert_eq!(between("ab", "ba"), 1);
        // Without editing a part twice, CA to ABC takes 3.
        assert_eq!(between("ca", "abc"), 3);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("abc", ""), 3);
    }

    #[test]
    fn the_nearest_come_first() {
        let known = ["capacity", "repair", "failure", "pair"];
        assert_eq!(nearest("repar", known, 2), ["repair", "pair"]);
        assert_eq!(nearest("repar", known, 9).len(), 4);
        assert_eq!(nearest(&"x".repeat(100_000), known, 1).len(), 1);
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["failure", "repair", "capacity"];
        assert_eq!(suggestion("failrue", known), Some("failure"));
        assert_eq!(suggestion("Failure", known), Some("failure"));
        assert_eq!(suggestion("repairs", known), Some("repair"));
        assert_eq!(suggestion("colour", known), None);
        assert_eq!(suggestion("x", ["y"]), None);
        assert_eq!(suggestion(&"failure".repeat(1000), known), None);
    }
}
