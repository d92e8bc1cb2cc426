//! The results as tables: every column with its meaning and unit, written as CSV or as Arrow.

use std::collections::BTreeSet;
use std::io;

use crate::experiment::judging::gap;
use crate::experiment::statistics::Estimate;

use super::cell::Cell;
use super::layout::{Arm, Layout};
use super::summary::{ArmSummary, Group, Summary};

/// A table of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name of its file, without an ending.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns, all of one length.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it means, with its unit.
    pub about: String,
    /// Its values.
    pub values: Values,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Texts.
    Texts(Vec<String>),
    /// Whole numbers.
    Wholes(Vec<u64>),
    /// Real numbers; `None` where there is none.
    Reals(Vec<Option<f64>>),
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Texts(values) => values.len(),
            Self::Wholes(values) => values.len(),
            Self::Reals(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn text(&self, row: usize) -> String {
        match self {
            Self::Texts(values) => values.get(row).cloned().unwrap_or_default(),
            Self::Wholes(values) => values.get(row).map(u64::to_string).unwrap_or_default(),
            Self::Reals(values) => values
                .get(row)
                .copied()
                .flatten()
                .map(|value| value.to_string())
                .unwrap_or_default(),
        }
    }
}

impl Table {
    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The table as CSV, with a header. What is not known is empty.
    ///
    /// # Errors
    /// None that memory would not have either.
    pub fn csv(&self) -> io::Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(self.columns.iter().map(|column| column.name.as_str()))?;
        for row in 0..self.rows() {
            csv.write_record(self.columns.iter().map(|column| column.values.text(row)))?;
        }
        csv.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

/// Where in the experiment a row is, and of whom: of one agent twice, or of two.
#[derive(Debug, Clone, Copy)]
struct Place {
    scenario: usize,
    setting: usize,
    agents: [usize; 2],
}

/// Builds a table row by row.
struct Builder<R> {
    rows: Vec<R>,
    table: Table,
}

impl<R> Builder<R> {
    fn new(name: &'static str, about: &'static str, rows: Vec<R>) -> Self {
        Self { rows, table: Table { name, about, columns: Vec::new() } }
    }

    fn push(&mut self, name: impl Into<String>, about: impl Into<String>, values: Values) {
        self.table.columns.push(Column { name: name.into(), about: about.into(), values });
    }

    fn text(
        &mut self,
        name: impl Into<String>,
        about: impl Into<String>,
        of: impl Fn(&R) -> String,
    ) {
        let values = self.rows.iter().map(of).collect();
        self.push(name, about, Values::Texts(values));
    }

    fn whole(&mut self, name: impl Into<String>, about: impl Into<String>, of: impl Fn(&R) -> u64) {
        let values = self.rows.iter().map(of).collect();
        self.push(name, about, Values::Wholes(values));
    }

    fn real(
        &mut self,
        name: impl Into<String>,
        about: impl Into<String>,
        of: impl Fn(&R) -> Option<f64>,
    ) {
        let finite = |row: &R| of(row).filter(|value| value.is_finite());
        let values = self.rows.iter().map(finite).collect();
        self.push(name, about, Values::Reals(values));
    }

    /// Three columns: mean, lower and upper end of the 95 % interval.
    fn estimate(&mut self, name: &str, about: &str, of: impl Fn(&R) -> Option<Estimate>) {
        self.real(name, about, |row| of(row).map(|found| found.mean));
        let end = |which| format!("{which} end of its 95 % interval.");
        self.real(format!("{name}_low"), end("Lower"), |row| of(row).and_then(|found| found.low));
        self.real(format!("{name}_high"), end("Upper"), |row| of(row).and_then(|found| found.high));
    }

    /// The columns that say of which scenario and setting a row is. A figure that none of the row's
    /// agents has says nothing of it.
    fn place(&mut self, layout: &Layout, of: impl Fn(&R) -> Place + Copy) {
        let name = |places: &[String], place: usize| places.get(place).cloned().unwrap_or_default();
        self.text("scenario", "The scenario's name.", |row| {
            name(&layout.scenarios, of(row).scenario)
        });
        let figures = layout.settings.first().map_or(0, |first| first.values.len());
        for figure in 0..figures {
            let path = layout.settings.first().and_then(|first| first.values.get(figure));
            let path = path.map(|(path, _)| path.clone()).unwrap_or_default();
            self.real(path, FIGURE, |row| {
                let Place { setting, agents, .. } = of(row);
                let has = agents.into_iter().any(|agent| layout.has(agent, figure));
                Some(layout.settings.get(setting)?.values.get(figure)?.1).filter(|_| has)
            });
        }
    }
}

/// All tables of an experiment.
pub fn tables(layout: &Layout, summary: &Summary, cells: &[Vec<Cell>]) -> Vec<Table> {
    vec![
        runs(layout, summary, cells),
        curves(layout, cells),
        agents(layout, summary),
        pairs(layout, summary),
    ]
}

const FIGURE: &str = "A figure that varies, in its unit in the scenario; empty where the agents of \
                      the row have none: they are played once, whatever its values.";
const WORTH: &str = "What the policy at the end is worth, in currency: a beat under the average \
                     reward, else from the start on; empty where it never ends, or nothing is known.";
const PREDICTION: &str = "How far what it predicts of its policy is from the truth, currency: the \
                          root of the mean square over the states as the policy meets them; empty \
                          where it does not predict.";
const WORTH_OF_SEEDS: &str = "The mean of what the policies at the end are worth, in currency, over \
                              the seeds that have a value.";

fn runs(layout: &Layout, summary: &Summary, cells: &[Vec<Cell>]) -> Table {
    struct Row<'a> {
        arm: &'a Arm,
        cell: &'a Cell,
        group: &'a Group,
        found: &'a ArmSummary,
        place: usize,
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (number, (arm, cells)) in layout.arms.iter().zip(cells).enumerate() {
        let group = summary.groups.get(number / layout.agents.len().max(1));
        let found = group.and_then(|group| Some((group, group.arms.get(arm.agent)?)));
        let Some((group, found)) = found else { continue };
        if layout.repeats(arm.agent, arm.setting) {
            continue;
        }
        let each = cells.iter().enumerate();
        rows.extend(each.map(|(place, cell)| Row { arm, cell, group, found, place }));
    }
    let mut table = Builder::new("runs", "One run: an agent in a scenario with a seed.", rows);
    table.place(layout, |row| of_arm(row.arm));
    table.text("agent", "The agent's name.", |row| agent_name(layout, row.arm.agent));
    table.whole("seed", "The seed: agents of one seed meet the same luck.", |row| row.cell.seed);
    let score = |row: &Row<'_>| row.found.scores.get(row.place).copied();
    let value = |row: &Row<'_>| score(row)?.value;
    table.real("worth", WORTH, value);
    table.text("judged", "How that is known: exactly, or by simulation.", |row| {
        score(row).map_or(row.found.judged, |score| score.judged).word().to_owned()
    });
    table.real("optimum_low", "What the best policy is surely worth.", |row| {
        row.cell.optimum.map(|bounds| bounds.0)
    });
    table.real("optimum_high", "What no policy is worth more than.", |row| {
        row.cell.optimum.map(|bounds| bounds.1)
    });
    table.real("gap", "The distance to the optimum, a share of it.", |row| {
        gap(row.group.best()?, value(row)?)
    });
    let last = |row: &Row<'_>| row.cell.learning.points.last().copied();
    table.whole("beats", "For how many beats it learned.", |row| {
        last(row).map_or(0, |point| point.beats)
    });
    table.real("earned", "What it earned meanwhile, currency a beat.", |row| {
        last(row).map(|point| point.earned / point.beats.max(1) as f64)
    });
    table.real("prediction_error", PREDICTION, |row| last(row)?.error);
    table.real(
        "reward",
        "What its policy at the end earns in simulation after the warm-up, currency a beat.",
        |row| row.found.steady.as_ref()?.rewards.get(row.place).copied(),
    );
    table.real("return", "The mean return of an episode in that simulation, currency.", |row| {
        row.cell.measured.as_ref()?.mean_return
    });
    table.real(
        "warm_up",
        "Where MSER-5 cuts this run's warm-up, beats; empty where it is too short to tell.",
        |row| row.cell.measured.as_ref()?.warm_up.map(|cut| cut as f64),
    );
    table.table
}

fn curves(layout: &Layout, cells: &[Vec<Cell>]) -> Table {
    struct Row<'a> {
        arm: &'a Arm,
        seed: u64,
        point: super::cell::Point,
    }
    let mut rows = Vec::new();
    for (arm, cells) in layout.arms.iter().zip(cells) {
        if layout.repeats(arm.agent, arm.setting) {
            continue;
        }
        for cell in cells {
            let points = cell.learning.points.iter();
            rows.extend(points.map(|&point| Row { arm, seed: cell.seed, point }));
        }
    }
    let mut table = Builder::new("curves", "A run at one look while it learned.", rows);
    table.place(layout, |row| of_arm(row.arm));
    table.text("agent", "The agent's name.", |row| agent_name(layout, row.arm.agent));
    table.whole("seed", "The seed.", |row| row.seed);
    table.whole("beats", "Beats learned.", |row| row.point.beats);
    table.real(
        "worth",
        "What its policy was worth then, exactly; empty where that is not known.",
        |row| row.point.value,
    );
    table.real("earned", "What it had earned by then, currency in all.", |row| {
        Some(row.point.earned)
    });
    table.real("prediction_error", PREDICTION, |row| row.point.error);
    table.table
}

fn agents(layout: &Layout, summary: &Summary) -> Table {
    let rows: Vec<(&Group, &ArmSummary)> = summary
        .groups
        .iter()
        .flat_map(|group| group.arms.iter().map(move |arm| (group, arm)))
        .filter(|(group, arm)| !layout.repeats(arm.agent, group.setting))
        .collect();
    let mut table = Builder::new("agents", "An agent in a scenario over all seeds.", rows);
    table.place(layout, |(group, arm)| of_group(group, [arm.agent; 2]));
    table.text("agent", "The agent's name.", |(_, arm)| agent_name(layout, arm.agent));
    table.text("judged", "How that is known: exactly, simulated, or partly so.", |(_, arm)| {
        arm.judged.word().to_owned()
    });
    table.whole(
        "seeds_without_value",
        "Seeds whose policy never ends, so that it has no worth, or of which nothing is known.",
        |(_, arm)| arm.without_value() as u64,
    );
    table.estimate("worth", WORTH_OF_SEEDS, |(_, arm)| Some(arm.score));
    table.estimate(
        "worth_iqm",
        "The interquartile mean of the same, with a bootstrap interval; a seed without a value is the \
         worst.",
        |(_, arm)| Some(arm.middle),
    );
    let gap = "The distance to the optimum, a share of it; its interval ends at the optimum.";
    table.estimate("gap", gap, |(_, arm)| arm.gap);
    table.estimate("earned", "What it earned while it learned, currency a beat.", |(_, arm)| {
        Some(arm.earned)
    });
    table.estimate(
        "regret",
        "By how much that fell short of the optimum in all, currency; of episodes without an end what \
         the optimum could still make of them is not counted as lost.",
        |(_, arm)| arm.regret,
    );
    table.estimate("prediction_error", PREDICTION, |(_, arm)| arm.error);
    let steady = |arm: &ArmSummary, of: &dyn Fn(&super::summary::Steady) -> Option<Estimate>| {
        arm.steady.as_ref().and_then(of)
    };
    table.estimate(
        "reward",
        "What the policy at the end earns in simulation after the warm-up, currency a beat.",
        |(_, arm)| steady(arm, &|s| Some(s.reward)),
    );
    table.estimate(
        "return",
        "The mean return of an episode in simulation, currency.",
        |(_, arm)| steady(arm, &|s| s.returns),
    );
    table.estimate("throughput", "Parts out a beat.", |(_, arm)| steady(arm, &|s| s.throughput));
    table.estimate(
        "wip",
        "Parts in buffers, a product as the parts that it is joined of.",
        |(_, arm)| steady(arm, &|s| s.wip),
    );
    table.estimate(
        "lead_time",
        "Beats that a part that is delivered was in the line.",
        |(_, arm)| steady(arm, &|s| s.lead_time),
    );
    table.table
}

fn pairs(layout: &Layout, summary: &Summary) -> Table {
    let mut seen = BTreeSet::new();
    let rows: Vec<_> = summary
        .groups
        .iter()
        .flat_map(|group| group.pairs.iter().map(move |pair| (group, pair)))
        .filter(|(group, pair)| {
            // One that is new for neither of them may still be new for both together.
            let [first, second] =
                [pair.first, pair.second].map(|agent| layout.first_alike(agent, group.setting));
            seen.insert((group.scenario, pair.first, pair.second, first, second))
        })
        .collect();
    let mut table = Builder::new("pairs", "One agent against another, seed by seed.", rows);
    table.place(layout, |(group, pair)| of_group(group, [pair.first, pair.second]));
    table.text("agent", "The agent's name.", |(_, pair)| agent_name(layout, pair.first));
    table.text("against", "Whom it is compared with.", |(_, pair)| agent_name(layout, pair.second));
    table.estimate(
        "worth",
        "What its policy is worth more, on seeds on which both have a value, currency.",
        |(_, pair)| Some(pair.score.difference),
    );
    table.estimate(
        "reward",
        "What it earns more in simulation on the same luck, currency a beat.",
        |(_, pair)| pair.measured.map(|measured| measured.difference),
    );
    table.estimate("reward_unpaired", "The same, had each had luck of its own.", |(_, pair)| {
        pair.measured.map(|measured| measured.unpaired)
    });
    table.real("saved", "The share of the variance that the same luck saved.", |(_, pair)| {
        pair.measured.and_then(|measured| measured.saved)
    });
    table.estimate(
        "improvement",
        "The probability that a seed of it is better than one of the other.",
        |(_, pair)| Some(pair.improvement),
    );
    table.table
}

fn of_arm(arm: &Arm) -> Place {
    Place { scenario: arm.scenario, setting: arm.setting, agents: [arm.agent; 2] }
}

fn of_group(group: &Group, agents: [usize; 2]) -> Place {
    Place { scenario: group.scenario, setting: group.setting, agents }
}

fn agent_name(layout: &Layout, agent: usize) -> String {
    layout.agents.get(agent).cloned().unwrap_or_default()
}
