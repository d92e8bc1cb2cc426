//! What learners keep of themselves, read back with care: a file may say anything.
//!
//! Every array is asked for by name, kind and length before a number of it is looked at, and nothing
//! is made as long as a file says: lengths follow from the learner's own spaces.

use crate::mdp::{Kept, KeptError, Learned};

/// More beats than any agent can have had: at 10⁹ a second they take 146 years.
pub(super) const MOST_BEATS: u64 = 1 << 62;

/// The array of this name.
fn find<'l>(learned: &'l Learned, name: &'static str) -> Result<&'l Kept, KeptError> {
    let found = learned.iter().find(|(known, _)| known == name);
    found.map(|(_, kept)| kept).ok_or(KeptError::Missing(name))
}

/// Fails where an array has another length.
pub(super) fn of_length(name: &'static str, found: usize, wanted: usize) -> Result<(), KeptError> {
    if found == wanted { Ok(()) } else { Err(KeptError::Length { name, found, wanted }) }
}

/// Fails where what an array holds cannot be.
pub(super) fn possible(
    name: &'static str,
    fine: bool,
    what: &'static str,
) -> Result<(), KeptError> {
    if fine { Ok(()) } else { Err(KeptError::Impossible { name, what }) }
}

/// Real numbers, however many, all finite.
pub(super) fn some_reals<'l>(
    learned: &'l Learned,
    name: &'static str,
) -> Result<&'l [f64], KeptError> {
    match find(learned, name)? {
        Kept::Reals(values) if values.iter().all(|value| value.is_finite()) => Ok(values),
        Kept::Reals(_) => Err(KeptError::NotFinite(name)),
        _ => Err(KeptError::Kind(name)),
    }
}

/// So many real numbers, all finite.
pub(super) fn reals<'l>(
    learned: &'l Learned,
    name: &'static str,
    length: usize,
) -> Result<&'l [f64], KeptError> {
    let values = some_reals(learned, name)?;
    of_length(name, values.len(), length)?;
    Ok(values)
}

/// Counts, however many.
pub(super) fn some_counts<'l>(
    learned: &'l Learned,
    name: &'static str,
) -> Result<&'l [u32], KeptError> {
    match find(learned, name)? {
        Kept::Counts(values) => Ok(values),
        _ => Err(KeptError::Kind(name)),
    }
}

/// So many counts.
pub(super) fn counts<'l>(
    learned: &'l Learned,
    name: &'static str,
    length: usize,
) -> Result<&'l [u32], KeptError> {
    let values = some_counts(learned, name)?;
    of_length(name, values.len(), length)?;
    Ok(values)
}

/// Whole numbers, however many.
pub(super) fn some_wholes<'l>(
    learned: &'l Learned,
    name: &'static str,
) -> Result<&'l [u64], KeptError> {
    match find(learned, name)? {
        Kept::Wholes(values) => Ok(values),
        _ => Err(KeptError::Kind(name)),
    }
}

/// As many whole numbers as there is room for.
pub(super) fn wholes<const N: usize>(
    learned: &Learned,
    name: &'static str,
) -> Result<[u64; N], KeptError> {
    let values = some_wholes(learned, name)?;
    let length = KeptError::Length { name, found: values.len(), wanted: N };
    values.try_into().map_err(|_| length)
}

/// As many counts of beats or decisions as there is room for: far from the end of counting.
pub(super) fn clocks<const N: usize>(
    learned: &Learned,
    name: &'static str,
) -> Result<[u64; N], KeptError> {
    let clocks = wholes(learned, name)?;
    possible(name, clocks.iter().all(|clock| *clock < MOST_BEATS), "nothing ran so long")?;
    Ok(clocks)
}

/// Numbers of pairs or states, each below a limit and there once.
pub(super) fn distinct<'l>(
    learned: &'l Learned,
    name: &'static str,
    limit: usize,
) -> Result<&'l [u32], KeptError> {
    let numbers = some_counts(learned, name)?;
    let mut there = vec![false; limit];
    let fresh = |number: &u32| match there.get_mut(*number as usize) {
        Some(there) => !std::mem::replace(there, true),
        None => false,
    };
    possible(name, numbers.iter().all(fresh), "a number is too high, or there twice")?;
    Ok(numbers)
}

/// An array under its name.
pub(super) fn named(name: &str, kept: Kept) -> (String, Kept) {
    (name.to_owned(), kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_refused_by_name_kind_length_and_content() {
        let learned = vec![
            named("values", Kept::Reals(vec![1.0, 2.0])),
            named("holes", Kept::Reals(vec![1.0, f64::NAN])),
            named("visits", Kept::Counts(vec![3, 0, 3])),
            named("moves", Kept::Wholes(vec![7])),
            named("beats", Kept::Wholes(vec![u64::MAX])),
        ];
        assert_eq!(reals(&learned, "values", 2), Ok(&[1.0, 2.0][..]));
        assert_eq!(counts(&learned, "visits", 3), Ok(&[3, 0, 3][..]));
        assert_eq!(wholes(&learned, "moves"), Ok([7]));
        let words = |error: KeptError| error.to_string();
        assert_eq!(
            words(reals(&learned, "values", 3).unwrap_err()),
            "`values` has 2 entries where 3 are needed"
        );
        assert_eq!(
            words(reals(&learned, "holes", 2).unwrap_err()),
            "`holes` holds what is no number"
        );
        assert_eq!(words(counts(&learned, "weights", 3).unwrap_err()), "there is no `weights`");
        assert_eq!(
            words(counts(&learned, "moves", 1).unwrap_err()),
            "`moves` holds another kind of numbers"
        );
        assert!(wholes::<2>(&learned, "moves").is_err());
        assert_eq!(
            (clocks(&learned, "moves"), wholes(&learned, "beats")),
            (Ok([7]), Ok([u64::MAX]))
        );
        assert!(clocks::<1>(&learned, "beats").is_err());
        // 3 is there twice, and is too high where only 0 to 2 may be.
        assert!(distinct(&learned, "visits", 4).is_err());
        let once = vec![named("places", Kept::Counts(vec![3, 0]))];
        assert_eq!(distinct(&once, "places", 4), Ok(&[3, 0][..]));
        assert!(distinct(&once, "places", 3).is_err());
    }
}
