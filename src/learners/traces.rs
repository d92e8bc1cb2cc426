//! Eligibility traces: how far each pair that was met lately has a share in what is learned now.

use serde::{Deserialize, Serialize};

use super::settings::{Figure, LearnerSettings, Place, settings_with_a_table};
use super::tabular::{Tabular, TabularSettings};
use crate::environments::SettingError;
use crate::mdp::Experience;

/// What a pair's trace becomes when the pair is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TraceKind {
    /// 1: a pair met twice has no larger share (Singh & Sutton 1996).
    #[default]
    Replacing,
    /// 1 more than before.
    Accumulating,
}

/// Settings of the learners with traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TraceSettings {
    /// How long traces last: λ, from 0 (one step alone) to 1 (all the way back). 0.8 by default.
    pub lambda: f64,
    /// What a pair's trace becomes when the pair is met.
    pub traces: TraceKind,
    /// How values move and actions are chosen.
    pub table: TabularSettings,
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { lambda: 0.8, traces: TraceKind::default(), table: TabularSettings::default() }
    }
}

impl LearnerSettings for TraceSettings {
    settings_with_a_table!();

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![Figure {
            name: "traces λ",
            about: "How long traces last: 0, one step alone, to 1, all the way back",
            low: 0.0,
            high: 1.0,
            place: Place::Real(&mut self.lambda),
        }]
    }
}

impl TraceSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table.validate_as("table");
        if !(0.0..=1.0).contains(&self.lambda) {
            faults.push(SettingError {
                path: "lambda".to_owned(),
                message: format!("traces cannot fade by {}", self.lambda),
                remedy: "give a number from 0 to 1, such as 0.8".to_owned(),
            });
        }
        faults
    }
}

/// Traces that have faded below this share are let go: what they would still move is far below the
/// noise of any step.
const LEAST: f64 = 1e-4;
/// So many pairs are traced at most, the latest: with λ·γ = 1 none would ever fade.
const MOST: usize = 4096;

/// The traces of the pairs met lately, the latest last.
#[derive(Debug, Clone)]
pub(super) struct Traces {
    kind: TraceKind,
    lambda: f64,
    /// Places in the table, and their traces.
    entries: Vec<(usize, f64)>,
}

impl Traces {
    pub fn new(settings: &TraceSettings) -> Self {
        Self { kind: settings.traces, lambda: settings.lambda, entries: Vec::new() }
    }

    /// Goes on with other settings.
    pub fn retune(&mut self, settings: &TraceSettings) {
        self.kind = settings.traces;
        self.lambda = settings.lambda;
    }

    /// Nothing is traced any more: an episode is over, or the chain of best actions broken.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The step's pair is met, and every traced pair moves by its step size, the error of this
    /// target and its trace. Then all traces fade, or end with the episode.
    #[inline(always)]
    pub fn learn(&mut self, tabular: &mut Tabular, experience: &Experience<'_>, future: f64) {
        let (row, column) = tabular.pair_of(experience);
        let target = experience.reward + tabular.discount * future;
        let error = target - tabular.value(row, column);
        self.meet(tabular.visit(row, column));
        for &(place, trace) in &self.entries {
            let step = tabular.latest_step(place);
            tabular.shift(place, step * error * trace);
        }
        if experience.terminal {
            self.clear();
        } else {
            self.fade(tabular.discount * self.lambda);
        }
    }

    /// A pair is met.
    fn meet(&mut self, place: usize) {
        let known = self.entries.iter().position(|(other, _)| *other == place);
        let before = known.map_or(0.0, |at| self.entries.remove(at).1);
        let trace = match self.kind {
            TraceKind::Replacing => 1.0,
            TraceKind::Accumulating => before + 1.0,
        };
        if self.entries.len() >= MOST {
            self.entries.remove(0);
        }
        self.entries.push((place, trace));
    }

    /// All traces fade to this share.
    fn fade(&mut self, share: f64) {
        self.entries.retain_mut(|(_, trace)| {
            *trace *= share;
            *trace >= LEAST
        });
    }
}
