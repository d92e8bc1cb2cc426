//! The beats of a run, played at once: by the environment at first, then by what is known of its
//! steps.

#[cfg(test)]
mod tests;

use super::super::known_steps::{KnownSteps, MEMORY};
use super::{AnyRun, Core, Ending, IntoAny, Run, Sight, look};
use crate::mdp::{Agent, Decision, Enumerable, Experience, Level, Numbers, Situation};

/// After so many beats that were advanced steps are noted: a short run would hardly meet them again.
pub(super) const FIRST_BEATS: u64 = 4096;
/// In place of a number of beats: steps are never noted.
const NEVER: u64 = u64::MAX;

impl<E: Enumerable, A: Agent + Clone + IntoAny + 'static> Run<E, A> {
    /// As [`AnyRun::advance`]: at first as the phases say it, then by what is known.
    #[inline(always)]
    pub(super) fn advance_by_parts(&mut self, beats: u64) -> u64 {
        // In one call, as there are who advance beat by beat.
        if beats <= self.core.unnoted {
            let played = self.advance_unnoted(beats);
            if self.core.unnoted != NEVER {
                self.core.unnoted -= played;
            }
            return played;
        }
        let mut played = 0;
        while played < beats {
            let part = match self.core.unnoted {
                0 => self.advance_known(beats - played),
                unnoted => self.advance((beats - played).min(unnoted)),
            };
            if part == 0 {
                break;
            }
            played += part;
        }
        played
    }

    #[inline(always)]
    fn advance_unnoted(&mut self, beats: u64) -> u64 {
        for played in 0..beats {
            if self.decide() == Decision::NotYet {
                return played;
            }
            self.step();
            self.learn();
            self.plan();
            self.record();
        }
        beats
    }

    /// The same phases, with the step looked up, for a while.
    fn advance_known(&mut self, beats: u64) -> u64 {
        let Some(mut known) = self.core.take_known() else {
            self.core.unnoted = NEVER;
            return self.advance(beats);
        };
        let tally = &self.core.sampling.listener;
        let piece = self.core.pieces.as_ref().map_or(u64::MAX, |pieces| pieces.left(tally));
        let beats = beats.min(known.window()).min(piece.max(1));
        let played = self.advance_with(&mut known, beats);
        self.core.end_piece();
        self.core.unnoted = known.weigh(played);
        self.core.known = Some(known);
        played
    }

    fn advance_with(&mut self, known: &mut KnownSteps, beats: u64) -> u64 {
        let core = &mut self.core;
        let mut here = known.meet(&*core.environment, &core.sampling.listener, &core.state);
        known.take_over(&core.sampling);
        // Where the state is what is seen, only the mask is in sight.
        let masked = core.sight.sees;
        let mut latest = None;
        let (mut played, mut stock_sum) = (0, 0);
        while played < beats {
            self.dice.turn_to(core.episode_beats);
            let before = seen(known.state(here), masked, &core.sight, core.episode_beats);
            let (decision, chosen) =
                self.agent.decide_by_number(here, &before, &mut self.dice, &mut core.action);
            if decision == Decision::NotYet {
                break;
            }
            let action = match chosen {
                Some(action) => action,
                None => core.environment.action_space().index(&core.action) as usize,
            };

            core.episode_beats += 1;
            core.sampling.listener.open_uncounted();
            stock_sum += known.stock(here);
            let (beat, pair) = (core.episode_beats, here * known.actions + action);
            let (leaf, reward) = match known.step(pair, beat, &mut core.sampling) {
                Some(found) => found,
                None => known.play(
                    &*core.environment,
                    (here, action),
                    beat,
                    &mut core.next,
                    &mut core.sampling,
                ),
            };
            let next = leaf.next();
            if masked {
                look(
                    &*core.environment,
                    &core.action_levels,
                    known.state(next),
                    &mut core.next_sight,
                    &mut core.sampling,
                );
            }
            let ended = if leaf.terminal() {
                Some(Ending::Terminal)
            } else if core.settings.episode_limit.is_some_and(|limit| beat >= limit) {
                Some(Ending::CutOff)
            } else {
                None
            };

            let experience = Experience {
                before: seen(known.state(here), masked, &core.sight, beat - 1),
                action: known.action(action),
                reward,
                after: seen(known.state(next), masked, &core.next_sight, beat),
                terminal: leaf.terminal(),
            };
            let numbers = Numbers { before: here, action, after: next };
            self.agent.learn_by_number(numbers, &experience, &mut self.dice);
            if core.settings.planning_budget > 0 {
                self.agent.plan(core.settings.planning_budget);
            }

            core.records.record(reward);
            latest = Some((here, action, reward));
            here = next;
            if masked {
                std::mem::swap(&mut core.sight, &mut core.next_sight);
            }
            if let Some(ending) = ended {
                core.last.copy_from_slice(known.state(here));
                known.settle(&mut core.sampling.listener);
                core.end_episode(ending);
                known.take_over(&core.sampling);
                self.dice.reseed(core.luck(), self.agent.sources());
                self.agent.begin_episode();
                here = known.meet(&*core.environment, &core.sampling.listener, &core.state);
            }
            played += 1;
        }
        known.settle(&mut core.sampling.listener);
        core.sampling.listener.count_stock(stock_sum);
        core.beats += played;
        if let Some((before, action, reward)) = latest {
            core.state.copy_from_slice(known.state(here));
            core.next.copy_from_slice(known.state(before));
            core.action.copy_from_slice(known.action(action));
            core.reward = reward;
        }
        played
    }
}

/// A state that is seen as it is, as [`situation`](super::situation) would say it.
#[inline(always)]
fn seen<'a>(state: &'a [Level], masked: bool, sight: &'a Sight, beat: u64) -> Situation<'a> {
    let allowed = if masked { Some(&*sight.allowed) } else { None };
    Situation { levels: state, reals: &[], allowed, beat }
}

impl<E: Enumerable> Core<E> {
    /// What is known, nothing yet at first; `None` where the environment is too large.
    fn take_known(&mut self) -> Option<Box<KnownSteps>> {
        let tally = &self.sampling.listener;
        // What agents may not do without knowing it must be found before it is looked up.
        if self.settles.is_some() {
            return None;
        }
        let known = self.known.take();
        known.or_else(|| KnownSteps::new(&*self.environment, tally, MEMORY).map(Box::new))
    }
}
