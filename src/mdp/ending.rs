//! Whether policies end, from the graph of a model alone: needed for the total reward.

#![expect(
    clippy::indexing_slicing,
    reason = "states, pairs, rows and lists are numbered by the model itself"
)]

use super::model::{Model, NO_ROW};
use super::model_builder::{Block, ModelBuilder, ModelError};

/// Who leads where, backwards: from successor to lists, from lists to state–action pairs.
#[derive(Debug, Clone)]
pub struct Backwards {
    lists_of_state: Grouped,
    pairs_of_list: Grouped,
}

#[derive(Debug, Clone)]
struct Grouped {
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Grouped {
    fn new(groups: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; groups + 1];
        for (group, _) in pairs.clone() {
            ends[group as usize + 1] += 1;
        }
        for group in 0..groups {
            ends[group + 1] += ends[group];
        }
        let mut next = ends.clone();
        let mut members = vec![0; ends[groups] as usize];
        for (group, member) in pairs {
            members[next[group as usize] as usize] = member;
            next[group as usize] += 1;
        }
        Self { ends, members }
    }

    fn of(&self, group: u32) -> &[u32] {
        &self.members[self.ends[group as usize] as usize..self.ends[group as usize + 1] as usize]
    }
}

impl Backwards {
    /// Turns the model's arrows round. Fails where there are more than 4.2e9 of them.
    pub fn new(model: &Model) -> Result<Self, ModelError> {
        let arrows: usize = model.lists.iter().map(<[u32]>::len).sum();
        if arrows >= NO_ROW as usize {
            return Err(ModelError::TooLarge { what: "successors in lists" });
        }
        let of_state = model
            .lists
            .iter()
            .enumerate()
            .flat_map(|(list, members)| members.iter().map(move |&state| (state, list as u32)));
        let of_list = model
            .row_of_pair
            .iter()
            .enumerate()
            .filter(|(_, row)| **row != NO_ROW)
            .map(|(pair, &row)| (model.list_of_row[row as usize], pair as u32));
        Ok(Self {
            lists_of_state: Grouped::new(model.states, of_state),
            pairs_of_list: Grouped::new(model.lists_len(), of_list),
        })
    }
}

fn admits(admitted: Option<&[bool]>, pair: usize) -> bool {
    admitted.is_none_or(|admitted| admitted[pair])
}

/// Which states allow, by admitted pairs alone, never to reach a terminal state, surely. None do
/// exactly if every policy of admitted pairs ends with probability 1 from everywhere (since then
/// each has a positive chance to end within as many beats as there are states).
pub fn can_avoid_the_end(
    model: &Model,
    backwards: &Backwards,
    admitted: Option<&[bool]>,
) -> Vec<bool> {
    let mut stays: Vec<bool> = model.terminal.iter().map(|terminal| !terminal).collect();
    let actions = model.actions;
    // How many admitted actions of each state still surely stay.
    let mut safe: Vec<u32> = (0..model.states)
        .map(|state| {
            let pairs = state * actions..(state + 1) * actions;
            let counts =
                |pair: &usize| model.row_of_pair[*pair] != NO_ROW && admits(admitted, *pair);
            pairs.filter(counts).count() as u32
        })
        .collect();
    let mut broken = vec![false; model.lists_len()];
    let mut open: Vec<u32> =
        (0..model.states as u32).filter(|&state| safe[state as usize] == 0).collect();
    open.iter().for_each(|&state| stays[state as usize] = false);
    while let Some(state) = open.pop() {
        for &list in backwards.lists_of_state.of(state) {
            if std::mem::replace(&mut broken[list as usize], true) {
                continue;
            }
            for &pair in backwards.pairs_of_list.of(list) {
                let before = pair as usize / actions;
                if stays[before] && admits(admitted, pair as usize) {
                    safe[before] -= 1;
                    if safe[before] == 0 {
                        stays[before] = false;
                        open.push(before as u32);
                    }
                }
            }
        }
    }
    stays
}

/// From which states some policy of admitted pairs ends with probability 1, and such a policy
/// (0 where there is none): the largest set that reaches the end without leaving itself.
pub fn surely_ending(
    model: &Model,
    backwards: &Backwards,
    admitted: Option<&[bool]>,
) -> (Vec<bool>, Vec<u32>) {
    let mut within = vec![true; model.states];
    loop {
        let inside: Vec<bool> =
            model.lists.iter().map(|list| list.iter().all(|&s| within[s as usize])).collect();
        let mut reached = model.terminal.clone();
        let mut policy = vec![0_u32; model.states];
        // First in, first out: the policy takes the fewest beats that could lead to the end.
        let mut order: Vec<u32> =
            (0..model.states as u32).filter(|&state| reached[state as usize]).collect();
        let mut seen = vec![false; model.lists_len()];
        let mut next = 0;
        while let Some(&state) = order.get(next) {
            next += 1;
            for &list in backwards.lists_of_state.of(state) {
                if !inside[list as usize] || std::mem::replace(&mut seen[list as usize], true) {
                    continue;
                }
                for &pair in backwards.pairs_of_list.of(list) {
                    let before = pair as usize / model.actions;
                    if !reached[before] && admits(admitted, pair as usize) {
                        reached[before] = true;
                        policy[before] = (pair as usize % model.actions) as u32;
                        order.push(before as u32);
                    }
                }
            }
        }
        if reached == within {
            return (within, policy);
        }
        within = reached;
    }
}

/// The model with only these states, in the same numbering: all others become terminal, and
/// pairs that could lead to them are no longer allowed.
pub fn restricted(model: &Model, within: &[bool]) -> Result<Model, ModelError> {
    let mut block = Block::new(model.actions);
    let mut row = Vec::new();
    for (state, &inside) in within.iter().enumerate() {
        let ends = model.is_terminal(state) || !inside;
        block.begin_state(ends);
        for action in (0..model.actions).filter(|_| !ends) {
            let Some((successors, probabilities)) = model.row(state, action) else { continue };
            if successors.iter().all(|&successor| within[successor as usize]) {
                row.clear();
                row.extend(successors.iter().copied().zip(probabilities.iter().copied()));
                block.pair(action, model.reward(state, action), &row);
            }
        }
    }
    let mut builder = ModelBuilder::new(model.actions);
    builder.append(&block)?;
    builder.finish(model.start.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::{model_from, random_model, surely_ends};

    fn never_avoided(model: &Model, admitted: Option<&[bool]>) -> bool {
        !can_avoid_the_end(model, &Backwards::new(model).unwrap(), admitted).contains(&true)
    }

    #[test]
    fn a_wall_lets_a_walker_stay() {
        // A corridor 0..=4 ending at 4; left at 0 stays there.
        let corridor = |left_at_wall: bool| {
            model_from(
                5,
                2,
                |s| s == 4,
                move |s, a| match a {
                    0 if s == 0 && !left_at_wall => None,
                    0 => Some((-1.0, vec![(s.saturating_sub(1), 1.0)])),
                    _ => Some((-1.0, vec![(s + 1, 1.0)])),
                },
            )
        };
        let model = corridor(true);
        assert!(!never_avoided(&model, None));
        let right: Vec<bool> = (0..10).map(|pair| pair % 2 == 1).collect();
        assert!(never_avoided(&model, Some(&right)));
        let (within, policy) = surely_ending(&model, &Backwards::new(&model).unwrap(), None);
        assert_eq!((within, policy), (vec![true; 5], vec![1, 1, 1, 1, 0]));
        // Without the wall one can still walk to and fro.
        assert!(!never_avoided(&corridor(false), None));
    }

    #[test]
    fn a_trap_is_left_out() {
        // 0 → trap 1 or 2; 2 → terminal 3 (a=0) or half 1, half 3 (a=1).
        let rows: [[&[(usize, f64)]; 2]; 3] = [
            [&[(1, 1.0)], &[(2, 1.0)]],
            [&[(1, 1.0)], &[(1, 1.0)]],
            [&[(3, 1.0)], &[(1, 0.5), (3, 0.5)]],
        ];
        let model = model_from(4, 2, |s| s == 3, |s, a| Some((1.0, rows[s][a].to_vec())));
        let (within, policy) = surely_ending(&model, &Backwards::new(&model).unwrap(), None);
        assert_eq!(within, [true, false, true, true]);
        assert_eq!((policy[0], policy[2]), (1, 0));
        let small = restricted(&model, &within).unwrap();
        let allowed: Vec<bool> = (0..8).map(|pair| small.allowed(pair / 2, pair % 2)).collect();
        assert_eq!(allowed, [false, true, false, false, true, false, false, false]);
    }

    #[test]
    fn agrees_with_trying_all_policies() {
        for seed in 0..40 {
            let model = random_model(2 * seed + 1, 5, 2);
            let mut all_end = true;
            let mut some_ends = [false; 5];
            for number in 0..16_u32 {
                let policy: Vec<u32> = (0..5).map(|s| number >> s & 1).collect();
                if let Some(ends) = surely_ends(&model, &policy) {
                    all_end &= !ends.contains(&false);
                    some_ends.iter_mut().zip(ends).for_each(|(some, ends)| *some |= ends);
                }
            }
            assert_eq!(never_avoided(&model, None), all_end, "seed {seed}");
            let (within, _) = surely_ending(&model, &Backwards::new(&model).unwrap(), None);
            assert_eq!(within, some_ends, "seed {seed}");
        }
    }
}
