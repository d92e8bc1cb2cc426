//! One synchronous Bellman backup of all states, v ↦ Tv: the hot loop of every planner.
//!
//! (Tv)(s) = max over a of r(s,a) + γ Σ p(s′|s,a) v(s′)   (Puterman 1994, eq. 6.2.2)
//!
//! It goes in two passes: the expected next value of each *row*, list by list, so that the values
//! of a list are gathered once for all its vectors; then the maximum over each state's actions.
//! Every number is computed in one fixed order whatever the number of threads, so results are
//! equal bit by bit.

#![expect(
    clippy::indexing_slicing,
    reason = "states, actions, rows and lists are numbered by the model itself; hot loops"
)]

use super::bounds::backup_rounding;
use super::model::{Model, NO_ROW};

/// Actions whose values differ by up to so many times what rounding can do to a backup
/// ([`backup_rounding`]) count as equal, and the policy takes the lowest of them.
///
/// Two that are equal can come out two roundings apart; the rest allows for the values backed up
/// being off by about as much. It must not be wider: what a policy loses by a tie it can lose in
/// every beat, and no bound on it comes closer than that.
pub const TIE_ROUNDINGS: f64 = 4.0;

/// Below so many multiplications a sweep stays on one thread: splitting would cost more.
const SPLIT_WORK: usize = 1 << 17;
const LISTS_A_PART: usize = 4096;
const STATES_A_PART: usize = 8192;

/// How a sweep changed the values: extremes over the states that count (all of them, where
/// nothing else is said) of (Tv − v)(s).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepStats {
    /// The smallest difference over the states that are not terminal; 0 if all are.
    pub min_diff: f64,
    /// The largest difference over the states that are not terminal; 0 if all are.
    pub max_diff: f64,
    /// The largest absolute value that was backed up (of v, not of Tv); NaN where one was.
    pub largest_value: f64,
    /// By how much the value of the chosen action falls short of the largest, at most: above 0
    /// only by ties, and only where a policy was wanted.
    pub loss: f64,
}

impl SweepStats {
    const NONE: Self = Self {
        min_diff: f64::INFINITY,
        max_diff: f64::NEG_INFINITY,
        largest_value: 0.0,
        loss: 0.0,
    };

    fn join(self, other: Self) -> Self {
        Self {
            min_diff: self.min_diff.min(other.min_diff),
            max_diff: self.max_diff.max(other.max_diff),
            largest_value: self.largest_value.max(other.largest_value),
            loss: self.loss.max(other.loss),
        }
    }

    /// The largest absolute difference, ‖Tv − v‖.
    pub fn residual(&self) -> f64 {
        self.max_diff.max(-self.min_diff)
    }

    /// The width of the differences, sp(Tv − v).
    pub fn span(&self) -> f64 {
        self.max_diff - self.min_diff
    }

    /// Whether all that was backed up, and all that came of it, are finite numbers.
    pub fn is_finite(&self) -> bool {
        self.largest_value.is_finite() && self.min_diff.is_finite() && self.max_diff.is_finite()
    }
}

/// The largest absolute value; NaN where one is: the order of the bits is that of the sizes, with
/// infinity and then NaN on top.
fn largest<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    f64::from_bits(values.fold(0, |most, value| most.max(value.abs().to_bits())))
}

/// Σ p v over a row, in the one order that all sums of this file use: four partial sums (which
/// the processor keeps side by side), then the rest.
#[inline(always)]
pub(crate) fn dot(successors: &[u32], probabilities: &[f64], values: &[f64]) -> f64 {
    let mut sums = [0.0_f64; 4];
    let (p4, p_rest) = probabilities.as_chunks::<4>();
    let (s4, s_rest) = successors.as_chunks::<4>();
    for (p, s) in p4.iter().zip(s4) {
        for lane in 0..4 {
            sums[lane] += p[lane] * values[s[lane] as usize];
        }
    }
    let mut sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    for (p, &s) in p_rest.iter().zip(s_rest) {
        sum += p * values[s as usize];
    }
    sum
}

/// The same sum, in the same order, of values already gathered.
#[inline(always)]
fn dot_gathered(probabilities: &[f64], gathered: &[f64]) -> f64 {
    let mut sums = [0.0_f64; 4];
    let (p4, p_rest) = probabilities.as_chunks::<4>();
    let (v4, v_rest) = gathered.as_chunks::<4>();
    for (p, v) in p4.iter().zip(v4) {
        for lane in 0..4 {
            sums[lane] += p[lane] * v[lane];
        }
    }
    let mut sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    for (p, v) in p_rest.iter().zip(v_rest) {
        sum += p * v;
    }
    sum
}

impl Model {
    /// Writes Σ p(s′) v(s′) of every row. `out_rows` has [`Model::rows_len`] places.
    pub fn expected_next(&self, values: &[f64], out_rows: &mut [f64]) {
        let work = self.rows_len().saturating_mul(self.longest);
        let part = if work < SPLIT_WORK { usize::MAX } else { LISTS_A_PART };
        self.expected_next_of(0..self.lists_len(), part, values, &mut out_rows[..self.rows_len()]);
    }

    fn expected_next_of(
        &self,
        lists: std::ops::Range<usize>,
        part: usize,
        values: &[f64],
        out: &mut [f64],
    ) {
        if lists.len() > part {
            let middle = lists.start + lists.len() / 2;
            let rows = self.rows_of_list[middle] - self.rows_of_list[lists.start];
            let (left, right) = out.split_at_mut(rows as usize);
            rayon::join(
                || self.expected_next_of(lists.start..middle, part, values, left),
                || self.expected_next_of(middle..lists.end, part, values, right),
            );
            return;
        }
        let mut gathered = vec![0.0; self.longest];
        let first = self.rows_of_list[lists.start] as usize;
        for list in lists {
            let successors = self.lists.get(list);
            let rows = self.rows_of_list[list] as usize..self.rows_of_list[list + 1] as usize;
            let out = &mut out[rows.start - first..rows.end - first];
            let vectors = &self.vector_of_row[rows];
            // The common short lengths are unrolled; the order of the sum is the same.
            match successors.len() {
                2 => self.list_of_length::<2>(successors, vectors, values, out),
                4 => self.list_of_length::<4>(successors, vectors, values, out),
                8 => self.list_of_length::<8>(successors, vectors, values, out),
                16 => self.list_of_length::<16>(successors, vectors, values, out),
                length => {
                    let gathered = &mut gathered[..length];
                    for (value, &successor) in gathered.iter_mut().zip(successors) {
                        *value = values[successor as usize];
                    }
                    for (out, &vector) in out.iter_mut().zip(vectors) {
                        *out = dot_gathered(self.vectors.get(vector as usize), gathered);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn list_of_length<const N: usize>(
        &self,
        successors: &[u32],
        vectors: &[u32],
        values: &[f64],
        out: &mut [f64],
    ) {
        let mut gathered = [0.0; N];
        for (value, &successor) in gathered.iter_mut().zip(successors) {
            *value = values[successor as usize];
        }
        for (out, &vector) in out.iter_mut().zip(vectors) {
            if let Some(probabilities) = self.vectors.get(vector as usize).first_chunk::<N>() {
                *out = dot_gathered(probabilities, &gathered);
            }
        }
    }

    /// One synchronous sweep: `out_values` = T `values`, and, where wanted, the greedy flat
    /// action of each state (the lowest among those equal within [`Model::tie_slack`]; 0 in a
    /// terminal state). Terminal states get the value 0. `rows` has [`Model::rows_len`] places
    /// and is overwritten.
    pub fn back_up(
        &self,
        values: &[f64],
        gamma: f64,
        rows: &mut [f64],
        out_values: &mut [f64],
        out_policy: Option<&mut [u32]>,
    ) -> SweepStats {
        self.back_up_counting(None, values, gamma, rows, out_values, out_policy)
    }

    /// The same, with statistics over some states only (all for `None`). Where no action leads
    /// from them to others, they are a model of their own, and these are its statistics.
    pub fn back_up_counting(
        &self,
        counted: Option<&[bool]>,
        values: &[f64],
        gamma: f64,
        rows: &mut [f64],
        out_values: &mut [f64],
        out_policy: Option<&mut [u32]>,
    ) -> SweepStats {
        self.expected_next(values, rows);
        let part = if self.row_of_pair.len() < SPLIT_WORK { usize::MAX } else { STATES_A_PART };
        let largest = match counted {
            None => largest(values.iter()),
            Some(counted) => {
                let counts = values.iter().zip(counted).filter(|(_, counts)| **counts);
                largest(counts.map(|(value, _)| value))
            }
        };
        let tie = self.tie_slack(gamma, largest);
        let sweep = Sweep { model: self, values, gamma, rows, tie, part, counted };
        let mut stats = sweep.maximise(0, &mut out_values[..self.states], out_policy);
        if stats.min_diff > stats.max_diff {
            stats = SweepStats { min_diff: 0.0, max_diff: 0.0, ..stats };
        }
        SweepStats { largest_value: largest, ..stats }
    }

    /// The slack within which [`Model::back_up`] counts actions as equal: see [`TIE_ROUNDINGS`].
    pub fn tie_slack(&self, gamma: f64, largest_value: f64) -> f64 {
        TIE_ROUNDINGS * backup_rounding(self, gamma, largest_value)
    }
}

struct Sweep<'a> {
    model: &'a Model,
    values: &'a [f64],
    gamma: f64,
    rows: &'a [f64],
    tie: f64,
    part: usize,
    counted: Option<&'a [bool]>,
}

impl Sweep<'_> {
    fn maximise(&self, first: usize, out: &mut [f64], policy: Option<&mut [u32]>) -> SweepStats {
        if out.len() > self.part {
            let middle = out.len() / 2;
            let (left, right) = out.split_at_mut(middle);
            let (left_policy, right_policy) = match policy {
                Some(policy) => {
                    let (left, right) = policy.split_at_mut(middle);
                    (Some(left), Some(right))
                }
                None => (None, None),
            };
            let (left, right) = rayon::join(
                || self.maximise(first, left, left_policy),
                || self.maximise(first + middle, right, right_policy),
            );
            return left.join(right);
        }
        match policy {
            None => self.maximise_values(first, out),
            Some(policy) => self.maximise_with_policy(first, out, policy),
        }
    }

    #[inline(always)]
    fn q(&self, reward: f64, row: u32) -> f64 {
        // A row that is not allowed has no place in `rows`.
        match self.rows.get(row as usize) {
            Some(next) => reward + self.gamma * next,
            None => f64::NEG_INFINITY,
        }
    }

    #[inline(always)]
    fn counts(&self, state: usize) -> bool {
        self.counted.is_none_or(|counted| counted[state])
    }

    fn maximise_values(&self, first: usize, out: &mut [f64]) -> SweepStats {
        let mut stats = SweepStats::NONE;
        let actions = self.model.actions;
        let rows = self.model.row_of_pair[first * actions..].chunks_exact(actions);
        let rewards = self.model.reward[first * actions..].chunks_exact(actions);
        for (place, ((out, rows), rewards)) in out.iter_mut().zip(rows).zip(rewards).enumerate() {
            let mut best = f64::NEG_INFINITY;
            for (&row, &reward) in rows.iter().zip(rewards) {
                let q = self.q(reward, row);
                best = if q > best { q } else { best };
            }
            self.note(&mut stats, out, best, first + place);
        }
        stats
    }

    fn maximise_with_policy(
        &self,
        first: usize,
        out: &mut [f64],
        policy: &mut [u32],
    ) -> SweepStats {
        let mut stats = SweepStats::NONE;
        for (place, (out, choice)) in out.iter_mut().zip(policy).enumerate() {
            let state = first + place;
            let rows = self.model.rows_of_state(state);
            let rewards = self.model.rewards_of_state(state);
            let mut best = f64::NEG_INFINITY;
            for (&row, &reward) in rows.iter().zip(rewards) {
                let q = self.q(reward, row);
                best = if q > best { q } else { best };
            }
            self.note(&mut stats, out, best, state);
            *choice = 0;
            for (action, (&row, &reward)) in rows.iter().zip(rewards).enumerate() {
                let q = self.q(reward, row);
                if row != NO_ROW && q >= best - self.tie {
                    *choice = action as u32;
                    if self.counts(state) {
                        stats.loss = stats.loss.max(best - q);
                    }
                    break;
                }
            }
        }
        stats
    }

    /// Keeps a state's new value and what it changed. A terminal state is worth 0.
    #[inline(always)]
    fn note(&self, stats: &mut SweepStats, out: &mut f64, best: f64, state: usize) {
        // Asked first: whoever has an action is not terminal, unless its value is past all
        // numbers.
        if best == f64::NEG_INFINITY && self.model.terminal[state] {
            *out = 0.0;
            return;
        }
        *out = best;
        if self.counts(state) {
            let diff = best - self.values[state];
            stats.min_diff = stats.min_diff.min(diff);
            stats.max_diff = stats.max_diff.max(diff);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::{line3, random_model};

    fn plain_sweep(model: &Model, values: &[f64], gamma: f64) -> Vec<f64> {
        (0..model.states())
            .map(|state| {
                let q =
                    (0..model.actions()).filter_map(|action| model.q(state, action, values, gamma));
                q.reduce(f64::max).unwrap_or(0.0)
            })
            .collect()
    }

    #[test]
    fn sweep_equals_the_plain_maximum_bit_by_bit() {
        for seed in 0..20 {
            let model = random_model(seed, 40, 4);
            let values: Vec<f64> = (0..40).map(|i| (f64::from(i) * 1.7).sin() * 9.0).collect();
            let (mut rows, mut out) = (vec![0.0; model.rows_len()], vec![0.0; 40]);
            let mut policy = vec![9; 40];
            let stats = model.back_up(&values, 0.9, &mut rows, &mut out, Some(&mut policy));
            assert_eq!(out, plain_sweep(&model, &values, 0.9));
            let alive = (0..40).filter(|s| !model.is_terminal(*s));
            let diffs: Vec<f64> = alive.clone().map(|s| out[s] - values[s]).collect();
            assert_eq!(stats.max_diff, diffs.iter().copied().fold(f64::MIN, f64::max));
            assert_eq!(stats.min_diff, diffs.iter().copied().fold(f64::MAX, f64::min));
            for state in alive {
                let q = model.q(state, policy[state] as usize, &values, 0.9).unwrap();
                assert!((q - out[state]).abs() <= model.tie_slack(0.9, 9.0));
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let model = line3(40);
        let sweep = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let n = model.states();
                let (mut values, mut out) = (vec![0.0; n], vec![0.0; n]);
                let (mut rows, mut policy) = (vec![0.0; model.rows_len()], vec![0; n]);
                let mut all = Vec::new();
                for _ in 0..5 {
                    let stats =
                        model.back_up(&values, 0.99, &mut rows, &mut out, Some(&mut policy));
                    all.push(format!("{stats:?}"));
                    std::mem::swap(&mut values, &mut out);
                }
                (values, policy, all)
            })
        };
        assert_eq!(sweep(1), sweep(4));
    }

    #[test]
    fn ties_go_to_the_lowest_action() {
        let mut block = crate::mdp::Block::new(3);
        block.begin_state(false);
        for (action, reward) in [(0, 1.0 - 1e-9), (1, 1.0 - 1e-15), (2, 1.0)] {
            block.pair(action, reward, &[(0, 1.0)]);
        }
        let mut builder = crate::mdp::ModelBuilder::new(3);
        builder.append(&block).unwrap();
        let model = builder.finish(vec![(0, 1.0)]).unwrap();
        let mut policy = [0];
        model.back_up(&[0.0], 0.5, &mut [0.0; 3], &mut [0.0], Some(&mut policy));
        assert_eq!(policy, [1]);
    }

    #[test]
    fn what_is_no_number_is_not_passed_over() {
        let model = crate::mdp::examples::model_from(
            3,
            1,
            |state| state == 2,
            |state, _| Some((-1e308, vec![(1 - state, 1.0)])),
        );
        let stats = |values: [f64; 3]| {
            model.back_up(&values, 1.0, &mut vec![0.0; model.rows_len()], &mut [0.0; 3], None)
        };
        assert!(stats([-1.0, 1.0, 0.0]).is_finite());
        // Past the smallest number, and what is no number from the beginning.
        assert!(!stats([-1.5e308, 0.0, 0.0]).is_finite());
        assert!(!stats([0.0, f64::NAN, 0.0]).is_finite());
        assert!(!stats([f64::INFINITY, 0.0, 0.0]).is_finite());
    }

    #[test]
    fn statistics_can_be_of_some_states_only() {
        let model = random_model(4, 6, 2);
        let values = [0.0, 1.0, -2.0, 3.0, 50.0, -70.0];
        let sweep = |counted: Option<&[bool]>| {
            let (mut rows, mut out) = (vec![0.0; model.rows_len()], [0.0; 6]);
            let stats = model.back_up_counting(
                counted,
                &values,
                0.9,
                &mut rows,
                &mut out,
                Some(&mut [0; 6]),
            );
            (stats, out)
        };
        let (stats, out) = sweep(Some(&[true, false, true, false, false, false]));
        assert_eq!(out, sweep(None).1, "all states are backed up all the same");
        let diffs = [out[0] - values[0], out[2] - values[2]];
        assert_eq!(
            (stats.min_diff, stats.max_diff),
            (diffs[0].min(diffs[1]), diffs[0].max(diffs[1]))
        );
        assert_eq!(stats.largest_value, 2.0);
    }
}
