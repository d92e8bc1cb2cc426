//! Choosing among the values of a state's actions: the best, ties by a fair draw, and any of them.

#![expect(clippy::indexing_slicing, reason = "lengths are matched first; a hot loop")]

use wide::f64x4;

use crate::mdp::{Dice, Situation};

/// The probabilities of an ε-greedy choice among the allowed actions; exact ties share alike.
pub(super) fn epsilon_greedy(
    values: &[f64],
    situation: &Situation<'_>,
    epsilon: f64,
    probabilities: &mut [f64],
) {
    let allowed = |(action, value): (usize, &f64)| situation.allows(action).then_some(*value);
    let most = values.iter().enumerate().filter_map(allowed).fold(f64::NEG_INFINITY, f64::max);
    let count = values.iter().enumerate().filter_map(allowed).count() as f64;
    let ties = values.iter().enumerate().filter_map(allowed).filter(|v| *v == most).count() as f64;
    for (action, (probability, value)) in probabilities.iter_mut().zip(values).enumerate() {
        let best = if *value == most { (1.0 - epsilon) / ties } else { 0.0 };
        *probability = if situation.allows(action) { best + epsilon / count } else { 0.0 };
    }
}

/// The highest of a row that is not empty. For the usual numbers of actions it is written out.
#[inline(always)]
pub(super) fn highest(values: &[f64]) -> f64 {
    match values.len() {
        2 => highest_of(&values[..2]),
        4 => highest_of(&values[..4]),
        8 => highest_of(&values[..8]),
        _ => highest_of(values),
    }
}

/// Four lanes, since one chain of comparisons would wait for its own results.
#[inline(always)]
fn highest_of(values: &[f64]) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let lowest = f64x4::splat(f64::NEG_INFINITY);
    let lanes = fours.iter().fold(lowest, |most, four| f64x4::new(*four).fast_max(most));
    let [a, b, c, d] = lanes.to_array();
    rest.iter().fold(higher(higher(a, b), higher(c, d)), |most, value| higher(most, *value))
}

/// The action at this part (0 to 1) of the list of allowed actions.
#[inline]
pub(super) fn explore(part: f64, actions: usize, situation: &Situation<'_>) -> usize {
    let place = |count: usize| ((part * count as f64) as usize).min(count.saturating_sub(1));
    match situation.allowed {
        None => place(actions),
        Some(allowed) => {
            let count = allowed.iter().filter(|allowed| **allowed).count();
            let mut permitted = (0..actions).filter(|action| situation.allows(*action));
            permitted.nth(place(count)).unwrap_or(0)
        }
    }
}

/// The action of highest value; among several, one by a fair draw of this source. At most 64
/// actions, all allowed.
///
/// Which is best is hard to foresee, so that comparisons that jump cost more than the rest of the
/// decision: all that are equal to the highest are marked, and then the marks are looked at.
#[inline(always)]
pub(super) fn marked(values: &[f64], dice: &mut Dice, source: usize) -> usize {
    let (most, marks) = match values.len() {
        2 => highest_marked(&values[..2]),
        4 => highest_marked(&values[..4]),
        8 => highest_marked(&values[..8]),
        _ => highest_marked(values),
    };
    if marks & marks.wrapping_sub(1) == 0 {
        // Never 64, since one is the highest, unless no value is a number.
        marks.trailing_zeros() as usize % 64
    } else {
        let ties = marks.count_ones() as usize;
        let all = Situation { levels: &[], reals: &[], allowed: None, beat: 0 };
        break_tie(values, most, ties, &all, dice, source)
    }
}

#[inline(always)]
fn highest_marked(values: &[f64]) -> (f64, u64) {
    let most = highest_of(values);
    (most, marks_of(values, most))
}

/// A bit for every action that is worth as much as the best, in four lanes as the best was found.
/// What is not less is as much, and that is one question where equality is two.
#[inline(always)]
fn marks_of(values: &[f64], most: f64) -> u64 {
    let (fours, rest) = values.as_chunks::<4>();
    let marks = fours.iter().enumerate().fold(0, |marks, (place, four)| {
        let not_below = f64x4::new(*four).simd_ge(f64x4::splat(most));
        marks | u64::from(not_below.to_bitmask()) << (4 * place)
    });
    let mark = |value: f64, action: usize| if value >= most { 1_u64 << action } else { 0 };
    let rest = rest.iter().enumerate();
    rest.fold(marks, |marks, (place, value)| marks | mark(*value, 4 * fours.len() + place))
}

/// The higher of two.
#[inline(always)]
fn higher(first: f64, second: f64) -> f64 {
    if second > first { second } else { first }
}

/// The allowed action of highest value; among several, one by a fair draw of this source.
pub(super) fn greedy(
    values: &[f64],
    situation: &Situation<'_>,
    dice: &mut Dice,
    source: usize,
) -> usize {
    let (mut best, mut most, mut ties) = (0, f64::NEG_INFINITY, 0_usize);
    for (action, &value) in values.iter().enumerate() {
        if situation.allows(action) {
            if value > most {
                (best, most, ties) = (action, value, 1);
            } else if value == most {
                ties += 1;
            }
        }
    }
    if ties < 2 { best } else { break_tie(values, most, ties, situation, dice, source) }
}

/// One of the `ties` allowed actions of value `most`, by a fair draw.
#[cold]
#[inline(never)]
fn break_tie(
    values: &[f64],
    most: f64,
    ties: usize,
    situation: &Situation<'_>,
    dice: &mut Dice,
    source: usize,
) -> usize {
    let chosen = dice.below(source, ties);
    let equal = |(action, value): &(usize, &f64)| **value == most && situation.allows(*action);
    values.iter().enumerate().filter(equal).nth(chosen).map_or(0, |(action, _)| action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_are_highest_are_marked_in_any_lane() {
        for length in 1..12 {
            for places in 1..1_u64 << length {
                let worth = |place: usize| if places >> place & 1 == 1 { -0.0 } else { -1.0 };
                let values: Vec<f64> = (0..length).map(worth).collect();
                assert_eq!(marks_of(&values, 0.0), places);
            }
        }
        assert_eq!(marks_of(&[f64::NAN; 5], highest(&[f64::NAN; 5])), 0);
    }

    #[test]
    fn the_highest_of_a_row_is_found_in_any_lane() {
        for length in 1..12 {
            for place in 0..length {
                let mut values: Vec<f64> = (0..length).map(|i| -10.0 - i as f64).collect();
                values[place] = -1.5;
                assert_eq!(highest(&values), -1.5);
            }
        }
    }
}
