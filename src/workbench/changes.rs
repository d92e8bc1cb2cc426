//! What a person changed, to be undone and done again.
//!
//! A change is two sights of the desk: the scenario's figures and the agent that is wanted, before and
//! after. To undo it, whatever differs is set again, by the same commands as if a person had done so,
//! so that it is logged and replayed like all else. What was played or learned meanwhile stays.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::intent::Intent;
use crate::experiment::session::Session;
use crate::scenario::{AgentSpec, Parameter, Scenario};

/// Changes of the same thing that follow each other within this are one: a slider is dragged.
const AT_ONCE: Duration = Duration::from_millis(700);
/// So many changes are remembered.
const MOST: usize = 200;

/// All that can be undone.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The scenario with its figures.
    pub scenario: Arc<Scenario>,
    /// The agent that is wanted.
    pub agent: AgentSpec,
}

impl Sight {
    /// The desk as it is now.
    pub fn of(desk: &Desk, session: &Session) -> Self {
        Self { scenario: session.scenario().clone(), agent: desk.wanted.clone() }
    }

    /// The figures of `other` that are others here: path and value here.
    pub fn figures_unlike(&self, other: &Scenario) -> Vec<(String, f64)> {
        let theirs = other.parameters();
        let value = |path: &str| theirs.iter().find(|one| one.path == path).map(|one| one.value);
        let ours = self.scenario.parameters().into_iter();
        ours.filter(|one| value(&one.path).is_some_and(|value| value != one.value))
            .map(|one| (one.path, one.value))
            .collect()
    }
}

#[derive(Debug, Clone)]
struct Change {
    before: Sight,
    after: Sight,
    /// What was changed: changes of one thing are one while a slider is dragged.
    what: What,
    when: Instant,
    /// What undoing it does, in words, and what doing it does.
    back: String,
    forth: String,
}

impl Change {
    fn new(what: What, before: Sight, after: Sight, when: Instant) -> Self {
        let (back, forth) = (words(&after, &before), words(&before, &after));
        Self { before, after, what, when, back, forth }
    }
}

impl PartialEq for Sight {
    /// Whether nothing was changed between the two.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.scenario, &other.scenario) && self.agent == other.agent
    }
}

/// What an intent changes.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The figure of this path.
    Figure(String),
    /// Several figures.
    Figures,
    /// Which agent acts.
    Agent,
    /// How it is set.
    Tuning,
}

impl What {
    /// What an intent would change; `None` for what changes nothing that can be undone.
    pub fn of(intent: &Intent) -> Option<Self> {
        match intent {
            Intent::SetParameter { path, .. } | Intent::ResetParameter(path) => {
                Some(Self::Figure(path.clone()))
            }
            Intent::ResetParameters => Some(Self::Figures),
            Intent::ChooseAgent(_) => Some(Self::Agent),
            Intent::TuneAgent(_) => Some(Self::Tuning),
            _ => None,
        }
    }
}

/// Changes that were made and changes that were undone, the latest last.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    made: Vec<Change>,
    undone: Vec<Change>,
}

impl Changes {
    /// Notes what was changed, unless nothing was.
    pub fn note(&mut self, what: What, before: Sight, after: Sight, now: Instant) {
        if before == after {
            return;
        }
        self.undone.clear();
        if let Some(latest) = self.made.last_mut()
            && latest.what == what
            && now.duration_since(latest.when) < AT_ONCE
        {
            *latest = Change::new(what, latest.before.clone(), after, now);
            return;
        }
        if self.made.len() == MOST {
            self.made.remove(0);
        }
        self.made.push(Change::new(what, before, after, now));
    }

    /// Takes back the latest change: what it was like before.
    pub fn undo(&mut self) -> Option<Sight> {
        let change = self.made.pop()?;
        let before = change.before.clone();
        self.undone.push(change);
        Some(before)
    }

    /// Makes the latest change again that was undone: what it was like after.
    pub fn redo(&mut self) -> Option<Sight> {
        let change = self.undone.pop()?;
        let after = change.after.clone();
        self.made.push(change);
        Some(after)
    }

    /// What would be undone, in words.
    pub fn to_undo(&self) -> Option<&str> {
        self.made.last().map(|change| &*change.back)
    }

    /// What would be done again, in words.
    pub fn to_redo(&self) -> Option<&str> {
        self.undone.last().map(|change| &*change.forth)
    }
}

/// What becomes of one sight in the other: `Lathe · time to repair: 12 → 4 min`.
fn words(from: &Sight, to: &Sight) -> String {
    let figures = to.figures_unlike(&from.scenario);
    if from.agent.kind() != to.agent.kind() {
        return format!("{} → {}", from.agent.name(), to.agent.name());
    }
    match figures.as_slice() {
        [] => format!("settings of {}", to.agent.name()),
        [(path, _)] => {
            let of = |sight: &Sight| {
                sight.scenario.parameters().into_iter().find(|one| one.path == *path)
            };
            let (Some(old), Some(new)) = (of(from), of(to)) else { return path.clone() };
            figure_words(&new, old.value)
        }
        several => format!("{} figures", several.len()),
    }
}

/// What became of a figure: `Lathe · time to repair: 12 → 4 min`.
pub fn figure_words(now: &Parameter, before: f64) -> String {
    let owner = if now.owner.is_empty() { String::new() } else { format!("{} · ", now.owner) };
    let unit = if now.unit.is_empty() { String::new() } else { format!(" {}", now.unit) };
    format!("{owner}{}: {before} → {}{unit}", now.label, now.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    fn sight(scenario: &Arc<Scenario>, agent: AgentSpec) -> Sight {
        Sight { scenario: scenario.clone(), agent }
    }

    fn with(scenario: &Arc<Scenario>, path: &str, value: f64) -> Arc<Scenario> {
        Arc::new(scenario.with_parameter(path, value).unwrap())
    }

    #[test]
    fn changes_go_back_and_forth_and_a_drag_is_one() {
        let opened = Arc::new(library::open("lines/three_machines.ron").unwrap());
        let all = opened.parameters();
        let repair = all.iter().find(|one| one.label == "time to repair").unwrap();
        let path = repair.path.clone();
        let what = || What::Figure(path.clone());
        let (rule, optimum) = (AgentSpec::AlwaysRun, AgentSpec::Optimum(Default::default()));
        let (now, mut changes) = (Instant::now(), Changes::default());
        let seven = with(&opened, &path, 7.0);
        let nine = with(&opened, &path, 9.0);
        changes.note(what(), sight(&opened, rule.clone()), sight(&opened, rule.clone()), now);
        assert_eq!(changes.to_undo(), None, "nothing was changed");
        let soon = now + AT_ONCE / 2;
        changes.note(what(), sight(&opened, rule.clone()), sight(&seven, rule.clone()), now);
        changes.note(what(), sight(&seven, rule.clone()), sight(&nine, rule.clone()), soon);
        let later = soon + AT_ONCE;
        changes.note(What::Agent, sight(&nine, rule.clone()), sight(&nine, optimum), later);
        assert_eq!(changes.to_undo().unwrap(), "Optimum → Always run");
        assert_eq!(changes.undo().unwrap().agent, rule);
        let told = format!("{} · time to repair: 9 → {} min", repair.owner, repair.value);
        assert_eq!(changes.to_undo().unwrap(), told);
        let before = changes.undo().unwrap();
        assert_eq!(before.figures_unlike(&nine), [(path.clone(), repair.value)]);
        assert!(changes.undo().is_none());
        assert_eq!(changes.redo().unwrap().figures_unlike(&opened), [(path.clone(), 9.0)]);
        // Another change leaves nothing to be done again.
        changes.note(what(), sight(&nine, rule.clone()), sight(&seven, rule), later + AT_ONCE);
        assert!(changes.redo().is_none() && changes.to_redo().is_none());
    }
}
