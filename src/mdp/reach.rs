//! Finds the states that can be reached from the start, level by level, within a memory limit.

use hashbrown::HashSet;
use rayon::prelude::*;

use super::enumerate::{
    EnumerationError, EnumerationOptions, Replayed, RowBuilder, foresee, start_distribution,
};
use super::environment::Enumerable;
use super::progress::Progress;
use super::states::StateSet;
use super::variable::Level;

/// How many states of the frontier are expanded as one piece of parallel work.
const PIECE: usize = 512;
/// After so many states memory is looked at, and whether the search was cancelled: a level can
/// hold most of them.
const ROUND: usize = 64 * PIECE;

/// Breadth-first search over all actions from every possible start state.
///
/// The progress counts states expanded, its total the states found so far.
pub(super) fn reachable<E: Enumerable>(
    environment: &E,
    actions: &[Vec<Level>],
    options: EnumerationOptions,
    progress: &Progress,
) -> Result<StateSet, EnumerationError> {
    let space = environment.state_space();
    space.count()?;
    let mut frontier: Vec<u64> =
        start_distribution(environment)?.iter().map(|(levels, _)| space.index(levels)).collect();
    let mut found: HashSet<u64> = frontier.iter().copied().collect();
    let mut done = 0_u64;
    let mut replayed = Replayed::default();
    progress.set_done(0);
    progress.set_total(found.len() as u64);
    while !frontier.is_empty() {
        let mut next = Vec::new();
        let mut rest = frontier.as_slice();
        while !rest.is_empty() {
            let length = replayed.round(ROUND, actions.len()).min(rest.len());
            let (round, after) = rest.split_at(length);
            rest = after;
            // Each piece lists what it reaches; merging in order keeps the search deterministic.
            let size = PIECE.min(round.len().div_ceil(4 * rayon::current_num_threads()));
            let pieces: Vec<Result<(Vec<u64>, Replayed), EnumerationError>> =
                round.par_chunks(size).map(|piece| expand(environment, actions, piece)).collect();
            done += round.len() as u64;
            for piece in pieces {
                let (reached, more) = piece?;
                replayed.and(more);
                for index in reached {
                    if found.insert(index) {
                        next.push(index);
                    }
                }
            }
            let states = found.len() as u64;
            foresee(space, states, actions.len() as u64, done, options)?;
            replayed.foresee(states, done)?;
            // The set itself: 8 bytes a state and room to grow, and the frontier.
            if found.capacity() as u64 * 16 > options.memory_limit {
                let limit_mib = options.memory_limit >> 20;
                return Err(EnumerationError::Memory { limit_mib, states_done: done, states });
            }
            progress.advance(round.len() as u64);
            progress.set_total(states);
            if progress.is_cancelled() {
                return Err(EnumerationError::Cancelled { states_done: done, states });
            }
        }
        frontier = next;
    }
    Ok(StateSet::only(found.into_iter().collect()))
}

fn expand<E: Enumerable>(
    environment: &E,
    actions: &[Vec<Level>],
    piece: &[u64],
) -> Result<(Vec<u64>, Replayed), EnumerationError> {
    let space = environment.state_space();
    let mut row = RowBuilder::new(space.len());
    let mut state = vec![0; space.len()];
    let mut reached = Vec::new();
    let mut seen = HashSet::new();
    for &index in piece {
        space.levels(index, &mut state);
        if environment.is_terminal(&state) {
            continue;
        }
        for action in actions {
            if environment.restricts_actions() && !environment.allows(&state, action) {
                continue;
            }
            // Successors are numbered 0 here: only their indices matter.
            row.fill(environment, &state, action, |next| {
                if seen.insert(next) {
                    reached.push(next);
                }
                Some(0)
            })?;
        }
    }
    Ok((reached, row.replayed))
}
