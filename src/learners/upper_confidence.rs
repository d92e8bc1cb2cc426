//! Upper confidence bounds: Q(a) + c·√(ln t / N(a)), t one more than how often any action was tried and
//! N(a) how often this one was; infinite for one never tried. Source: Auer, Cesa-Bianchi & Fischer
//! (2002); Sutton & Barto (2018), sec. 2.7, eq. 2.10.

/// c·√ln t after so many tries of any action.
#[inline]
pub(super) fn spread(width: f64, tries: u64) -> f64 {
    width * ((tries + 1) as f64).ln().sqrt()
}

/// The bound of an action of this value that was tried so often. That of one never tried is the
/// largest number there is, so that bounds can be compared and taken off one another.
#[inline(always)]
pub(super) fn bound(value: f64, tries: u32, spread: f64) -> f64 {
    match tries {
        0 => f64::MAX,
        tries => value + spread / f64::from(tries).sqrt(),
    }
}
