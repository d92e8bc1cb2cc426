//! Strongly connected components (Tarjan 1972): which states recur, and which are passed through.

use super::chain::Chain;

/// The components of a chain, numbered so that every way leads to lower numbers.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    /// The component of each state.
    of_state: Vec<u32>,
    /// Whether no way leads out of the component. A terminal state is such a component.
    closed: Vec<bool>,
    /// Whether the component can be reached from the start.
    reached: Vec<bool>,
}

const NOT_MET: u32 = u32::MAX;

impl Classes {
    /// Finds the components, without recursion: a long line must not exhaust the stack.
    pub(super) fn new(chain: &Chain, start: &[(u32, f64)]) -> Self {
        let states = chain.states();
        let mut of_state = vec![NOT_MET; states];
        let (mut met_at, mut lowest) = (vec![NOT_MET; states], vec![0_u32; states]);
        let mut clock = 0;
        let mut open: Vec<u32> = Vec::new();
        // A state and how many of its successors have been followed.
        let mut path: Vec<(u32, usize)> = Vec::new();
        let mut components = 0;
        for root in 0..states {
            if met_at[root] != NOT_MET {
                continue;
            }
            path.push((root as u32, 0));
            while let Some((state, followed)) = path.last_mut() {
                let here = *state as usize;
                if met_at[here] == NOT_MET {
                    met_at[here] = clock;
                    lowest[here] = clock;
                    clock += 1;
                    open.push(here as u32);
                }
                if let Some(&next) = chain.successors(here).get(*followed) {
                    *followed += 1;
                    let next = next as usize;
                    if met_at[next] == NOT_MET {
                        path.push((next as u32, 0));
                    } else if of_state[next] == NOT_MET {
                        lowest[here] = lowest[here].min(met_at[next]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(before, _)) = path.last() {
                    lowest[before as usize] = lowest[before as usize].min(lowest[here]);
                }
                if lowest[here] == met_at[here] {
                    while let Some(member) = open.pop() {
                        of_state[member as usize] = components;
                        if member as usize == here {
                            break;
                        }
                    }
                    components += 1;
                }
            }
        }
        let mut closed = vec![true; components as usize];
        for (state, &here) in of_state.iter().enumerate() {
            if chain.successors(state).iter().any(|&next| of_state[next as usize] != here) {
                closed[here as usize] = false;
            }
        }
        let reached = reached(chain, &of_state, components as usize, start);
        Self { of_state, closed, reached }
    }

    /// How many components there are.
    pub(super) fn len(&self) -> usize {
        self.closed.len()
    }

    pub(super) fn component(&self, state: usize) -> usize {
        self.of_state[state] as usize
    }

    pub(super) fn is_closed(&self, component: usize) -> bool {
        self.closed[component]
    }

    /// Whether the state lies in a closed component: once there, the chain comes back for ever.
    pub(super) fn recurs(&self, state: usize) -> bool {
        self.closed[self.component(state)]
    }

    pub(super) fn is_reached(&self, state: usize) -> bool {
        self.reached[self.component(state)]
    }

    /// The states in ascending order of their component: where each leads comes before it.
    pub(super) fn in_order(&self) -> Vec<u32> {
        by_component(&self.of_state)
    }
}

fn by_component(of_state: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..of_state.len() as u32).collect();
    order.sort_by_key(|&state| of_state[state as usize]);
    order
}

/// Ways lead to lower numbers only, so one pass over the states by falling component spreads
/// what is reached.
fn reached(chain: &Chain, of_state: &[u32], components: usize, start: &[(u32, f64)]) -> Vec<bool> {
    let mut reached = vec![false; components];
    for &(state, _) in start.iter().filter(|(_, p)| *p > 0.0) {
        reached[of_state[state as usize] as usize] = true;
    }
    for state in by_component(of_state).into_iter().rev() {
        if reached[of_state[state as usize] as usize] {
            for &next in chain.successors(state as usize) {
                reached[of_state[next as usize] as usize] = true;
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Policy;
    use crate::mdp::examples::model_from;

    /// 0 → {1, 3}, 1 ⇄ 2 closed, 3 → 4 terminal, 5 → 1 never reached.
    #[test]
    fn components_are_found_closed_and_reached() {
        let ways = [vec![1, 3], vec![2], vec![1], vec![4], vec![], vec![1]];
        let model = model_from(
            6,
            1,
            |state| state == 4,
            |state, _| {
                let share = 1.0 / ways[state].len() as f64;
                Some((0.0, ways[state].iter().map(|&next| (next, share)).collect()))
            },
        );
        let chain = Chain::new(&model, &Policy::Deterministic(vec![0; 6]));
        let classes = Classes::new(&chain, model.start());
        let recurs: Vec<bool> = (0..6).map(|state| classes.recurs(state)).collect();
        assert_eq!(recurs, [false, true, true, false, true, false]);
        let reached: Vec<bool> = (0..6).map(|state| classes.is_reached(state)).collect();
        assert_eq!(reached, [true, true, true, true, true, false]);
        assert_eq!(classes.component(1), classes.component(2));
        assert_ne!(classes.component(0), classes.component(3));
        for state in 0..6 {
            for &next in chain.successors(state) {
                assert!(classes.component(next as usize) <= classes.component(state));
            }
        }
    }

    #[test]
    fn a_long_way_does_not_exhaust_the_stack() {
        let n = 300_000;
        let model = model_from(n, 1, |_| false, |s, _| Some((0.0, vec![((s + 1) % n, 1.0)])));
        let chain = Chain::new(&model, &Policy::Deterministic(vec![0; n]));
        let classes = Classes::new(&chain, model.start());
        assert_eq!((classes.len(), classes.recurs(7)), (1, true));
    }
}
