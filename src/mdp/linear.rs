//! Exact evaluation of a chain by sparse elimination, and its stationary distribution.

use faer::linalg::solvers::Solve;
use faer::sparse::{SparseColMat, Triplet};

use super::chain::Chain;

/// Up to so many unknowns elimination is used; beyond, its fill could exhaust the memory.
pub const ELIMINATION_LIMIT: usize = 2_000;

/// Up to so many states the stationary distribution is found by state reduction.
pub const REDUCTION_LIMIT: usize = 1_000;

fn solve(entries: &[Triplet<usize, usize, f64>], right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    let matrix = SparseColMat::<usize, f64>::try_new_from_triplets(n, n, entries).ok()?;
    let factors = matrix.sp_lu().ok()?;
    let mut solution = faer::Col::<f64>::from_fn(n, |place| right[place]);
    factors.solve_in_place(solution.as_mut());
    let solution: Vec<f64> = solution.iter().copied().collect();
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

/// The place of each of these states among them, by state.
fn places(chain: &Chain, states: &[u32]) -> Vec<usize> {
    let mut places = vec![usize::MAX; chain.states()];
    for (place, &state) in states.iter().enumerate() {
        places[state as usize] = place;
    }
    places
}

/// Solves x = right + γPx over these states, all others being worth 0; `None` where there are
/// too many or the matrix is singular to working precision.
pub fn solve_values(
    chain: &Chain,
    gamma: f64,
    states: &[u32],
    right: impl Fn(usize) -> f64,
) -> Option<Vec<f64>> {
    if states.len() > ELIMINATION_LIMIT || states.is_empty() {
        return states.is_empty().then(Vec::new);
    }
    let places = places(chain, states);
    let mut entries = Vec::new();
    for (row, &state) in states.iter().enumerate() {
        entries.push(Triplet::new(row, row, 1.0));
        let (next, p) = chain.row(state as usize);
        for (&successor, &p) in next.iter().zip(p) {
            let column = places[successor as usize];
            if column != usize::MAX {
                entries.push(Triplet::new(row, column, -gamma * p));
            }
        }
    }
    let right: Vec<f64> = states.iter().map(|&state| right(state as usize)).collect();
    solve(&entries, &right)
}

/// Solves h + g = r + Ph with h = 0 in the first of these states (Puterman 1994, eq. 8.2.3),
/// which must be closed and hold one recurrent class. Returns g and h.
pub fn solve_gain(chain: &Chain, states: &[u32]) -> Option<(f64, Vec<f64>)> {
    if states.len() > ELIMINATION_LIMIT || states.is_empty() {
        return None;
    }
    let places = places(chain, states);
    let mut entries = Vec::new();
    for (row, &state) in states.iter().enumerate() {
        // The first state's value is 0, so its column is free for the gain.
        entries.push(Triplet::new(row, 0, 1.0));
        if row > 0 {
            entries.push(Triplet::new(row, row, 1.0));
        }
        let (next, p) = chain.row(state as usize);
        for (&successor, &p) in next.iter().zip(p) {
            match places[successor as usize] {
                usize::MAX => return None,
                0 => {}
                column => entries.push(Triplet::new(row, column, -p)),
            }
        }
    }
    let right: Vec<f64> = states.iter().map(|&state| chain.reward(state as usize)).collect();
    let mut solution = solve(&entries, &right)?;
    let gain = std::mem::take(solution.first_mut()?);
    Some((gain, solution))
}

/// The stationary distribution of a recurrent class by state reduction (Grassmann, Taksar &
/// Heyman 1985), which subtracts nothing and so keeps its accuracy however slowly the chain
/// mixes. `None` above [`REDUCTION_LIMIT`].
pub fn stationary(chain: &Chain, class: &[u32]) -> Option<Vec<f64>> {
    let n = class.len();
    if n > REDUCTION_LIMIT {
        return None;
    }
    let places = places(chain, class);
    let mut p = vec![0.0; n * n];
    for (row, &state) in class.iter().enumerate() {
        let (next, probabilities) = chain.row(state as usize);
        for (&successor, &q) in next.iter().zip(probabilities) {
            match places[successor as usize] {
                usize::MAX => return None,
                column => p[row * n + column] += q,
            }
        }
    }
    // Leaves out the last state again and again: the chain watched only while in the others.
    for last in (1..n).rev() {
        let (rest, row) = p.split_at_mut(last * n);
        let row = &row[..last];
        let out: f64 = row.iter().sum();
        for state in 0..last {
            let into = rest[state * n + last] / out;
            rest[state * n + last] = into;
            if into > 0.0 {
                for (p, q) in rest[state * n..state * n + last].iter_mut().zip(row) {
                    *p += into * q;
                }
            }
        }
    }
    let mut share = vec![0.0; n];
    share[0] = 1.0;
    for state in 1..n {
        share[state] = (0..state).map(|before| share[before] * p[before * n + state]).sum();
    }
    let sum: f64 = share.iter().sum();
    share.iter_mut().for_each(|share| *share /= sum);
    share.iter().all(|share| share.is_finite()).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Policy;
    use crate::mdp::examples::model_from;

    /// A queue of 0..=6 customers, up with 0.3, down with 0.5: geometric with ratio 0.6.
    fn queue() -> Chain {
        let model = model_from(
            7,
            1,
            |_| false,
            |s, _| {
                let (up, down) = ((s + 1).min(6), s.saturating_sub(1));
                Some((s as f64, vec![(up, 0.3), (down, 0.5), (s, 0.2)]))
            },
        );
        Chain::new(&model, &Policy::uniform(&model)).unwrap()
    }

    #[test]
    fn birth_and_death_chain_has_its_closed_form() {
        let chain = queue();
        let all: Vec<u32> = (0..7).collect();
        let norm: f64 = (0..7).map(|k| 0.6_f64.powi(k)).sum();
        let expected: Vec<f64> = (0..7).map(|k| 0.6_f64.powi(k) / norm).collect();
        let share = stationary(&chain, &all).unwrap();
        for (share, expected) in share.iter().zip(&expected) {
            assert!((share / expected - 1.0).abs() < 1e-13);
        }
        let mean: f64 = expected.iter().enumerate().map(|(k, p)| k as f64 * p).sum();
        let (gain, relative) = solve_gain(&chain, &all).unwrap();
        assert!((gain - mean).abs() < 1e-12);
        assert_eq!(relative[0], 0.0);
        for state in 0..7 {
            let value = chain.value(state, 1.0, &relative) - gain;
            assert!((value - relative[state]).abs() < 1e-11);
        }
    }

    #[test]
    fn values_solve_their_equation() {
        let chain = queue();
        let states = [1, 2, 3, 4, 5, 6];
        // Expected beats from k to 0, with the top state kept: m(k) − m(k−1) by recursion.
        let beats = solve_values(&chain, 1.0, &states, |_| 1.0).unwrap();
        let mut down = 1.0 / 0.5;
        let mut steps = vec![down];
        for _ in 1..6 {
            down = (1.0 + 0.3 * down) / 0.5;
            steps.insert(0, down);
        }
        let mut sum = 0.0;
        for (beats, step) in beats.iter().zip(&steps) {
            sum += step;
            assert!((beats - sum).abs() < 1e-10, "{beats} {sum}");
        }
    }
}
