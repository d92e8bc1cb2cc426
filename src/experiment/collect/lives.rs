//! How long a machine still lives, seen from each beat.

use super::Deed;

/// The life of a machine, seen from a beat in which it is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It fails after so many beats.
    Fails(u64),
    /// It is known to last for so many beats more; then it was treated, or nobody looked on.
    Lasts(u64),
    /// In this beat it is not up.
    None,
}

impl Life {
    /// Beats until it fails, where that is known.
    pub(super) fn remaining(self) -> Option<f64> {
        match self {
            Self::Fails(beats) => Some(beats as f64),
            Self::Lasts(_) | Self::None => None,
        }
    }

    /// Whether it fails within so many beats, where that is known.
    pub(super) fn ends_within(self, beats: u64) -> Option<bool> {
        match self {
            Self::Fails(after) => Some(after <= beats),
            Self::Lasts(known) => (known >= beats).then_some(false),
            Self::None => None,
        }
    }
}

/// How a life ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Failure(usize),
    Unknown(usize),
}

/// The life seen from each beat.
pub(super) fn lives(deeds: &[Deed], episodes: &[u64]) -> Vec<Life> {
    let treated = treated(deeds, episodes);
    let mut all = vec![Life::None; deeds.len()];
    let mut end = End::Unknown(deeds.len().saturating_sub(1));
    for (beat, deed) in deeds.iter().enumerate().rev() {
        let of = |beat: usize| episodes.get(beat);
        let is_treated = treated.get(beat) == Some(&true) || deed.replaced;
        if deed.failed {
            end = End::Failure(beat);
        } else if is_treated || of(beat + 1).is_some_and(|next| of(beat) != Some(next)) {
            end = End::Unknown(beat);
        }
        if deed.is_up() && !is_treated {
            let left = |at: usize| at.saturating_sub(beat) as u64;
            let seen = match end {
                End::Failure(at) => Life::Fails(left(at)),
                End::Unknown(at) => Life::Lasts(left(at)),
            };
            if let Some(life) = all.get_mut(beat) {
                *life = seen;
            }
        }
    }
    all
}

/// In which beats it got better without having failed.
fn treated(deeds: &[Deed], episodes: &[u64]) -> Vec<bool> {
    let mut treated = vec![false; deeds.len()];
    let (mut worn, mut failed) = (None, false);
    for (beat, deed) in deeds.iter().enumerate() {
        let before = beat.checked_sub(1);
        if before.is_some_and(|before| episodes.get(before) != episodes.get(beat)) {
            (worn, failed) = (None, false);
        }
        if let Some(wear) = deed.wear {
            let better = worn.is_some_and(|worn| wear < worn);
            let place = before.and_then(|before| treated.get_mut(before));
            if let Some(place) = place.filter(|_| better && !failed) {
                *place = true;
            }
            (worn, failed) = (Some(wear), false);
        }
        failed |= deed.failed;
    }
    treated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Condition;

    fn up(wear: f64) -> Deed {
        Deed {
            condition: Condition::Working,
            wear: Some(wear),
            failed: false,
            replaced: false,
            passed_on: 0,
            scrapped: false,
        }
    }

    fn down() -> Deed {
        Deed { condition: Condition::Down, wear: None, ..up(0.0) }
    }

    #[test]
    fn lives_are_counted_back_from_failures() {
        let fails = Deed { failed: true, ..down() };
        let deeds = [up(0.0), up(0.5), fails, down(), up(0.0), up(0.0)];
        let seen = lives(&deeds, &[0; 6]);
        use Life::{Fails, Lasts, None as Down};
        assert_eq!(seen, [Fails(2), Fails(1), Down, Down, Lasts(1), Lasts(0)]);
        assert_eq!(seen[0].ends_within(1), Some(false));
        assert_eq!((seen[0].ends_within(2), seen[4].ends_within(2)), (Some(true), None));
        assert_eq!(seen[4].ends_within(1), Some(false));
    }

    /// A machine that is treated would have lived on: it is not known how long.
    #[test]
    fn a_treatment_and_the_end_of_an_episode_hide_how_long_it_would_have_lived() {
        use Life::{Fails, Lasts, None as Down};
        let maintained = Deed { condition: Condition::Planned, wear: None, ..up(0.0) };
        let fails = Deed { failed: true, ..up(0.0) };
        let deeds = [up(0.5), maintained, up(0.0), fails, up(0.5), up(0.5), up(0.0)];
        let seen = lives(&deeds, &[0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(seen, [Lasts(1), Down, Fails(1), Down, Lasts(0), Down, Lasts(0)]);
        let replaced = Deed { replaced: true, ..up(0.5) };
        assert_eq!(lives(&[up(0.5), replaced, up(0.5)], &[0; 3]), [Lasts(1), Down, Lasts(0)]);
    }
}
