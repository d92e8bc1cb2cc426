//! The person who acts: what was chosen, what is waited for, and what it has cost so far.
//!
//! A click or a key takes an action for one beat. While beats play, what was chosen goes on each
//! beat until another is; where it cannot go on, play stops and the person is asked again.

use std::sync::Arc;

use bevy::prelude::*;

use super::action_words::{action_words, few_words};
use super::apply::{is_away, one_beat};
use super::desk::{Desk, Running};
use super::fill::optimum;
use super::inspect::{best_action, planned, state_words};
use super::intent::AgentChoice;
use super::number::{self, THIN};
use super::view::{FactView, HandView, OfferView};
use crate::experiment::decisions::{Cost, Pair, shortfall};
use crate::experiment::planning::{Planning, Stage};
use crate::experiment::session::{Command, Session};
use crate::mdp::{Criterion, Level};

/// So many actions of one variable are offered one by one: as many as there are digits.
const OFFERED: u64 = 10;
/// So many actions that are put together from several variables are.
const OFFERED_TOGETHER: u64 = 4;

/// What a person who acts has in hand.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    /// The action that was chosen last.
    chosen: Option<Vec<Level>>,
    /// Whether what the optimum would do is shown before the person has acted.
    pub hints: bool,
    /// Whether the action goes on each beat.
    goes_on: bool,
    /// Why the person is asked again, or what could not be done.
    note: Option<String>,
    /// Decisions taken.
    taken: u64,
    /// What they cost.
    cost: Cost,
    /// What the optimum would have done in place of the latest, and what that falls short of it.
    instead: Option<(Vec<Level>, f64)>,
    /// The planning whose optimum they were priced by.
    priced_by: Option<Arc<Planning>>,
}

impl Hand {
    /// Puts down what is in hand, for another run. Whether hints are wanted stays.
    pub fn put_down(&mut self) {
        *self = Self { hints: self.hints, ..Self::default() };
    }
}

/// Whether a person acts.
pub fn acts(session: &Session) -> bool {
    session.agent().kind() == AgentChoice::Person
}

/// Whether what the optimum would do may be shown: a person who acts is to find it out, unless
/// hints are wanted.
pub fn may_tell(desk: &Desk, session: &Session) -> bool {
    desk.hand.hints || !acts(session)
}

/// The action that is in hand: what was chosen last, else what was done last, else the usual.
fn chosen(desk: &Desk, session: &Session) -> Vec<Level> {
    let environment = &session.scenario().environment;
    let space = environment.action_space();
    let run = session.run();
    let mut usual = vec![0; space.len()];
    environment.erased().usual_action(&mut usual);
    let last = (run.beats() > 0).then(|| run.action().to_vec());
    let found = [desk.hand.chosen.clone(), last].into_iter().flatten();
    found.into_iter().find(|action| space.contains(action)).unwrap_or(usual)
}

/// Takes an action: now, or from the next beat on while beats play.
pub fn act(desk: &mut Desk, session: &mut Session, action: Vec<Level>) {
    if is_away(desk, "What you do") {
        return;
    }
    desk.hand.chosen = Some(action.clone());
    desk.hand.note = None;
    if desk.clock.playing {
        keep_on(desk, session);
        return;
    }
    desk.hand.goes_on = false;
    match session.apply(Command::Act(action.clone()), None) {
        Ok(()) => one_beat(desk, session),
        Err(_) => desk.hand.note = Some(refused(session, &action)),
    }
}

/// Takes what is in hand once more.
pub fn act_again(desk: &mut Desk, session: &mut Session) {
    let action = chosen(desk, session);
    act(desk, session, action);
}

/// Chooses an action without taking it; while beats play it goes on from the next beat on.
pub fn choose(desk: &mut Desk, session: &mut Session, action: Vec<Level>) {
    if !session.scenario().environment.action_space().contains(&action) {
        return;
    }
    desk.hand.chosen = Some(action);
    desk.hand.note = None;
    if desk.clock.playing {
        keep_on(desk, session);
    }
}

/// Lets what is in hand go on each beat; false where it cannot be done here.
pub fn keep_on(desk: &mut Desk, session: &mut Session) -> bool {
    let action = chosen(desk, session);
    let kept = session.person().is_some_and(|person| person.kept() == Some(&action));
    let done = kept || session.apply(Command::Keep(action.clone()), None).is_ok();
    desk.hand.note = (!done).then(|| refused(session, &action));
    desk.hand.goes_on |= done;
    done
}

/// Nothing was decided when a beat was due: play stops until something is.
pub fn ask(desk: &mut Desk, session: &Session) {
    desk.clock.playing = false;
    desk.clock.due = 0.0;
    if !std::mem::take(&mut desk.hand.goes_on) {
        return;
    }
    let run = session.run();
    let ended = run.beats() > 0 && run.episode_beats() == 0;
    desk.hand.note = Some(if ended {
        "The episode has ended, another begins".to_owned()
    } else {
        refused(session, &chosen(desk, session))
    });
}

fn refused(session: &Session, action: &[Level]) -> String {
    let space = session.scenario().environment.action_space();
    format!("“{}” cannot be done here", action_words(space, action))
}

/// Counts what a person's decisions cost, once a frame.
pub(super) fn reckon(mut runs: Query<&mut Running>, mut desk: ResMut<Desk>) {
    let desk = &mut *desk;
    let Some(mut running) = runs.iter_mut().next() else { return };
    let session = &mut running.session;
    if !acts(session) {
        desk.hand.put_down();
        return;
    }
    let planning = (desk.snapshot.stage == Stage::Ready).then(|| desk.planning.clone());
    let same = match (&planning, &desk.hand.priced_by) {
        (Some(now), Some(before)) => Arc::ptr_eq(now, before),
        (None, None) => true,
        _ => false,
    };
    let criterion = session.scenario().contents.criterion;
    let Some(person) = session.person() else { return };
    let decisions = person.decisions();
    let (taken, latest) = (decisions.taken(), decisions.latest());
    if same && taken == desk.hand.taken {
        return;
    }
    if !same {
        decisions.forget_prices();
    }
    let price = |pair: Pair| loss(desk, criterion, pair);
    let cost = if planning.is_some() { decisions.price(price) } else { Cost::default() };
    let latest = latest.filter(|_| planning.is_some());
    let instead = latest.and_then(|pair| look_back(desk, session, pair));
    desk.hand =
        Hand { taken, cost, instead, priced_by: planning, ..std::mem::take(&mut desk.hand) };
}

/// What an action falls short of the optimum's, which is known up to its bounds.
fn loss(desk: &Desk, criterion: Criterion, pair: Pair) -> Option<f64> {
    let found = desk.snapshot.enumeration.as_ref()?;
    let (lower, upper) = desk.snapshot.bounds?;
    let upper = upper?;
    let within = 2.0 * (upper - lower) + ROUNDING * upper.abs().max(1.0);
    shortfall(found, &desk.snapshot.values, criterion.gamma(), within, pair)
}

/// Values are sums of many terms: this share of them may be rounding.
const ROUNDING: f64 = 1e-9;

/// What the optimum would have done in the state of a decision, and what that falls short of it.
fn look_back(desk: &Desk, session: &Session, pair: Pair) -> Option<(Vec<Level>, f64)> {
    let environment = &session.scenario().environment;
    let (states, actions) = (environment.state_space(), environment.action_space());
    let mut before = vec![0; states.len()];
    states.levels(pair.0, &mut before);
    let loss = loss(desk, session.scenario().contents.criterion, pair)?;
    let mut best = vec![0; actions.len()];
    actions.levels(best_action(desk, session, &before)? as u64, &mut best);
    Some((best, loss))
}

/// What the person who acts sees in the present state; `None` where nobody acts by hand, or another
/// state is asked about.
pub fn view(desk: &Desk, session: &Session) -> Option<HandView> {
    let environment = &session.scenario().environment;
    let space = environment.action_space();
    if !acts(session) || desk.inspected.is_some() || space.is_empty() {
        return None;
    }
    let state = desk.present(session);
    let chosen = chosen(desk, session);
    let allows = |action: &[Level]| environment.erased().allows(state, action);
    let hints = desk.hand.hints;
    let values = planned(desk, session, state).filter(|_| hints).map(|(_, values)| values);
    let best = if hints { best_action(desk, session, state) } else { None };
    let value = |action: usize| values.as_ref()?.get(action).copied();
    // Ties are shown as ties.
    let optimal = |action: usize| {
        best == Some(action)
            || best
                .and_then(value)
                .zip(value(action))
                .is_some_and(|(best, value)| (best - value).abs() <= ROUNDING * best.abs().max(1.0))
    };
    let words = |action: usize| {
        let mut levels = vec![0; space.len()];
        space.levels(action as u64, &mut levels);
        (action_words(space, &levels), levels)
    };
    let most = if space.len() == 1 { OFFERED } else { OFFERED_TOGETHER };
    let offers =
        space.count().ok().filter(|count| *count <= most).map_or(0, |count| count as usize);
    let offers = (0..offers).map(|number| {
        let (name, action) = words(number);
        OfferView {
            allowed: allows(&action),
            chosen: action == chosen,
            value: value(number),
            optimal: optimal(number),
            name,
            action,
        }
    });
    let offers = offers.collect();
    let (state_now, longest_state) = state_words(session, state);
    let playing = desk.clock.playing;
    let now = match (&desk.hand.note, playing) {
        (Some(note), _) => note.clone(),
        (None, true) => "Goes on each beat".to_owned(),
        (None, false) => format!("Beat {} waits for you", number::count(session.run().beats() + 1)),
    };
    let help = if playing {
        "What you chose is done in every beat, until you choose another or pause"
    } else {
        "Nothing happens until you do something: a click or a key is one beat. Play, and what you \
         chose goes on each beat at the speed above"
    };
    Some(HandView {
        state: state_now,
        longest_state,
        now,
        help: help.to_owned(),
        playing,
        variables: space.variables().to_vec(),
        allowed: allows(&chosen),
        words: action_words(space, &chosen),
        chosen,
        offers,
        hints,
        proved: desk.snapshot.certified,
        facts: facts(desk, session),
    })
}

/// How the latest decision turned out, and what all of them cost.
fn facts(desk: &Desk, session: &Session) -> Vec<FactView> {
    let contents = &session.scenario().contents;
    let space = session.scenario().environment.action_space();
    let money = |value: f64| {
        let amount = if value == 0.0 { "0".to_owned() } else { number::significant(value, 3) };
        format!("{amount}{THIN}{}", contents.currency)
    };
    let unknown = || number::UNKNOWN.to_owned();
    let whose = if desk.snapshot.certified { "optimum" } else { "best so far" };
    let hand = &desk.hand;
    // In full, and in fewer words where there is no room.
    let wordings = |who: &str, action: &[Level]| {
        let words = action_words(space, action);
        let shorter = [words.replace(" and ", ", "), few_words(space, action)];
        let shorter = shorter.map(|words| format!("{who}: {words}")).to_vec();
        (format!("{who}: {words}"), shorter)
    };
    let nobody = |who: &str| (format!("{who}: {}", number::UNKNOWN), Vec::new());
    let best = hand.instead.as_ref();
    // Where decisions are not counted, the latest is still seen.
    let run = session.run();
    let beat = (run.records().rewards.count() > 0).then(|| (run.action(), run.reward()));
    let did = beat.map_or_else(|| nobody("you"), |(action, _)| wordings("you", action));
    let would = match best {
        Some((_, 0.0)) => (format!("{whose}: as good"), Vec::new()),
        Some((action, _)) => wordings(whose, action),
        None => nobody(whose),
    };
    let cost = &hand.cost;
    let mut facts = vec![
        FactView {
            label: did.0,
            shorter: did.1,
            value: beat.map_or_else(unknown, |(_, reward)| money(reward)),
            help: "What you did in the latest beat, and what that beat earned: your doing and luck"
                .to_owned(),
        },
        FactView {
            label: would.0,
            shorter: would.1,
            value: best.map_or_else(unknown, |(_, loss)| format!("lost {}", money(*loss))),
            help:
                "What the optimum would have done there, and what your action is worth less than \
                   its, if the optimum acts thereafter. Luck has no part in it"
                    .to_owned(),
        },
    ];
    if let Stage::Failed(_) = &desk.snapshot.stage {
        facts.truncate(1);
        return facts;
    }
    // A share of what could be earned, where that is so much a beat.
    let share = optimum(desk)
        .filter(|gain| contents.criterion == Criterion::Average && *gain != 0.0)
        .map(|gain| cost.lost / (cost.decisions as f64 * gain.abs()))
        .filter(|share| share.is_finite())
        .map(|share| format!(" · {}", number::percent(share, 1)));
    let counted = cost.decisions > 0;
    facts.push(FactView {
        label: "lost in all".to_owned(),
        shorter: Vec::new(),
        value: if counted {
            format!("{}{}", money(cost.lost), share.unwrap_or_default())
        } else {
            unknown()
        },
        help: "What your decisions cost together, and how much of what the optimum earns that is: \
               your distance to the optimum"
            .to_owned(),
    });
    facts.push(FactView {
        label: "as good as the optimum".to_owned(),
        shorter: Vec::new(),
        value: if counted {
            format!("{} of {}", number::count(cost.best), number::count(cost.decisions))
        } else {
            unknown()
        },
        help: match &desk.snapshot.stage {
            Stage::Ready => "How many of your decisions were as good as the optimum’s",
            _ => "Your decisions are measured once the optimum is found",
        }
        .to_owned(),
    });
    facts
}
