//! From a table to columns of numbers: a chain of stages, each fitted on the training part alone.
//!
//! A [`Pipeline`] is what is asked for, a value in RON; [`Fitted`] is what it became on a training part:
//! means, categories, limits. The same `Fitted` is applied to the other parts and to new data, so
//! that nothing of these is used before they come. Stages go in their order over the whole table, in
//! the order of its rows; what is learned in them is learned from rows of the training part.
//!
//! Rows go where a value is missing that nothing fills. What is left out of the training part only
//! (outliers) stays in the others, since a model in use meets it. How many go, and why, is told.

mod clean;
mod scale;
pub mod split;
mod transform;

use serde::{Deserialize, Serialize};

use super::table::{Column, MOST_CELLS, MOST_COLUMNS, Table, Values};
use super::{Refusal, named, shortened};

pub use clean::{Filling, Limit, Outlier};
pub use scale::Scaling;
pub use transform::Window;

/// A chain of stages, as it is asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// The stages, in their order.
    pub stages: Vec<Stage>,
}

/// A stage. Where `columns` is empty it is for all features that it can be for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Stage {
    /// Rows that are equal to an earlier one in every column, the target among them, go. In use none does.
    RemoveDuplicates,
    /// What is missing is filled, or its row goes.
    Missing {
        /// Which columns; empty for all features.
        #[serde(default)]
        columns: Vec<String>,
        /// By what.
        by: Filling,
    },
    /// Outliers are set to the limit, or their rows leave the training part.
    Outliers {
        /// Which columns; empty for all features of numbers.
        #[serde(default)]
        columns: Vec<String>,
        /// What is an outlier.
        beyond: Limit,
        /// What becomes of it.
        treatment: Outlier,
    },
    /// A column of 0 and 1 for each word but the first, in the order of the alphabet.
    OneHot {
        /// Which columns; empty for all features of words.
        #[serde(default)]
        columns: Vec<String>,
        /// Whether the first word has a column too: only for models with a ridge.
        #[serde(default)]
        every_word: bool,
    },
    /// The natural logarithm of x + shift. Where that is not above 0 the value is missing.
    Logarithm {
        /// Which columns.
        columns: Vec<String>,
        /// What is added before.
        #[serde(default)]
        shift: f64,
    },
    /// Powers up to a degree, beside the columns.
    Polynomial {
        /// Which columns; empty for all features of numbers.
        #[serde(default)]
        columns: Vec<String>,
        /// The highest power, 2 to 9.
        degree: u32,
        /// Whether products of two columns come too.
        #[serde(default)]
        products: bool,
    },
    /// The values of so many rows before, beside the columns: of the target too where it is named.
    Lags {
        /// Which columns; empty for all features of numbers.
        #[serde(default)]
        columns: Vec<String>,
        /// How many rows before, each from 1.
        lags: Vec<u32>,
    },
    /// Figures of the last rows, this one among them, beside the columns.
    Windows {
        /// Which columns; empty for all features of numbers.
        #[serde(default)]
        columns: Vec<String>,
        /// How many rows.
        length: u32,
        /// Which figures.
        take: Vec<Window>,
    },
    /// The same scale for all columns.
    Scale {
        /// Which columns; empty for all features of numbers.
        #[serde(default)]
        columns: Vec<String>,
        /// Which scale.
        by: Scaling,
    },
}

impl Stage {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RemoveDuplicates => "RemoveDuplicates",
            Self::Missing { .. } => "Missing",
            Self::Outliers { .. } => "Outliers",
            Self::OneHot { .. } => "OneHot",
            Self::Logarithm { .. } => "Logarithm",
            Self::Polynomial { .. } => "Polynomial",
            Self::Lags { .. } => "Lags",
            Self::Windows { .. } => "Windows",
            Self::Scale { .. } => "Scale",
        }
    }
}

impl Pipeline {
    /// What is usual: missing numbers by the median, missing words by the commonest, words as columns
    /// of 0 and 1; scaled where a ridge makes the scale matter.
    pub fn usual(scaled: bool) -> Self {
        let mut stages = vec![
            Stage::Missing { columns: Vec::new(), by: Filling::Usual },
            Stage::OneHot { columns: Vec::new(), every_word: false },
        ];
        if scaled {
            stages.push(Stage::Scale { columns: Vec::new(), by: Scaling::Standard });
        }
        Self { stages }
    }
}

/// A stage as it became on a training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) enum FittedStage {
    RemoveDuplicates,
    Missing(clean::FittedFilling),
    Outliers(clean::FittedLimits),
    OneHot(transform::FittedOneHot),
    Logarithm(transform::FittedLogarithm),
    Polynomial(transform::FittedPolynomial),
    Lags(transform::FittedLags),
    Windows(transform::FittedWindows),
    Scale(scale::FittedScale),
}

/// A column that is needed, and of what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Whether its values are words.
    pub words: bool,
}

/// A pipeline as it became on a training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// The features as they come in.
    pub inputs: Vec<Input>,
    /// The target's name, which some stages look back at.
    pub target: String,
    /// Whether rows before this one are looked at, their targets among them.
    pub needs_target: bool,
    stages: Vec<FittedStage>,
    /// The names of what comes out, in order.
    pub outputs: Vec<String>,
}

/// Columns of numbers, none missing, row by row: what models are fitted to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// The columns' names.
    pub names: Vec<String>,
    /// How many rows there are.
    pub rows: usize,
    /// The values, row after row.
    pub values: Vec<f64>,
}

impl Features {
    /// The values of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        let width = self.names.len();
        self.values.get(row * width..(row + 1) * width).unwrap_or_default()
    }

    /// The values of a column.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(column).step_by(self.names.len().max(1)).copied()
    }

    /// These rows, in this order.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        Self {
            names: self.names.clone(),
            rows: rows.len(),
            values: rows.iter().flat_map(|row| self.row(*row)).copied().collect(),
        }
    }
}

/// Rows that went, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Why, in words: `Missing in x1`.
    pub why: String,
    /// How many.
    pub rows: usize,
}

/// What a table becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The features, row by row.
    pub features: Features,
    /// Of which row of the table each is.
    pub origin: Vec<usize>,
    /// The rows that went.
    pub dropped: Vec<Dropped>,
}

/// A table on its way through the stages.
pub(super) struct Frame {
    table: Table,
    /// Of which row of the table at the start each row is.
    origin: Vec<usize>,
    /// Whether each row is of the training part.
    training: Vec<bool>,
    /// Whether each column is a feature.
    feature: Vec<bool>,
    target: String,
    dropped: Vec<Dropped>,
    /// Whether a model is being fitted, not used.
    fitting: bool,
}

impl Frame {
    fn rows(&self) -> usize {
        self.origin.len()
    }

    fn column(&self, name: &str) -> Result<&Column, Refusal> {
        self.table.column(name).ok_or_else(|| {
            let there = named(&self.table.names());
            Refusal::new(
                format!("There is no column `{}`.", shortened(name)),
                format!("There are {there}."),
            )
        })
    }

    fn numbers(&self, name: &str) -> Result<&[f64], Refusal> {
        self.column(name)?.values.numbers().ok_or_else(|| {
            Refusal::new(
                format!("Column `{}` holds words where numbers are needed.", shortened(name)),
                "Make numbers of them by the stage OneHot, or leave the column out.",
            )
        })
    }

    /// The numbers of the training part that are not missing.
    fn learned_from(&self, name: &str) -> Result<Vec<f64>, Refusal> {
        let numbers = self.numbers(name)?.iter().zip(&self.training);
        let known: Vec<f64> = numbers
            .filter(|(number, training)| **training && !number.is_nan())
            .map(|(number, _)| *number)
            .collect();
        if known.is_empty() {
            return Err(Refusal::new(
                format!("Column `{}` has no value at all in the training part.", shortened(name)),
                "Leave the column out.",
            ));
        }
        Ok(known)
    }

    /// The columns that a stage is for: those named, which must be there and no target, or all
    /// features that it can be for.
    fn chosen(
        &self,
        stage: &str,
        columns: &[String],
        target_too: bool,
        fits: impl Fn(&Values) -> bool,
    ) -> Result<Vec<String>, Refusal> {
        if columns.is_empty() {
            let all = self.table.columns().iter().zip(&self.feature);
            let all = all.filter(|(column, feature)| **feature && fits(&column.values));
            return Ok(all.map(|(column, _)| column.name.clone()).collect());
        }
        for name in columns {
            let column = self.column(name)?;
            if *name == self.target && !target_too {
                return Err(Refusal::new(
                    format!("The stage {stage} names the target `{}`.", shortened(name)),
                    "Stages are for features; only Lags and Windows look back at the target.",
                ));
            }
            if !fits(&column.values) {
                let of = if column.values.words().is_some() { "words" } else { "numbers" };
                return Err(Refusal::new(
                    format!(
                        "The stage {stage} is not for `{}`, a column of {of}.",
                        shortened(name)
                    ),
                    "Name other columns in this stage.",
                ));
            }
        }
        Ok(columns.to_vec())
    }

    /// Adds columns that are features, and takes some away.
    fn change(&mut self, away: &[String], new: Vec<Column>) -> Result<(), Refusal> {
        let before = std::mem::take(&mut self.table).into_columns().into_iter().zip(&self.feature);
        let kept = before.filter(|(column, _)| !away.contains(&column.name));
        let (mut columns, mut feature): (Vec<Column>, Vec<bool>) = kept.unzip();
        feature.resize(columns.len() + new.len(), true);
        columns.extend(new);
        self.table = table_of(columns)?;
        self.feature = feature;
        Ok(())
    }

    /// Whether so many columns more could be had.
    fn has_room(&self, new: usize) -> Result<(), Refusal> {
        let columns = self.table.columns().len().saturating_add(new);
        if columns > MOST_COLUMNS || columns.saturating_mul(self.rows()) > MOST_CELLS {
            return Err(Refusal::new(
                format!("The table would have {columns} columns of {} rows.", self.rows()),
                format!(
                    "At most {MOST_COLUMNS} columns and {MOST_CELLS} values can be: name fewer \
                     columns."
                ),
            ));
        }
        Ok(())
    }

    /// Keeps the rows of which this is true, and tells why others go.
    fn keep(&mut self, why: &str, kept: &[bool]) {
        let gone = kept.iter().filter(|kept| !**kept).count();
        if gone > 0 {
            self.dropped.push(Dropped { why: why.to_owned(), rows: gone });
        }
        self.retain(kept);
    }

    /// Keeps the rows of which this is true.
    fn retain(&mut self, kept: &[bool]) {
        let rows: Vec<usize> =
            (0..self.rows()).filter(|row| kept.get(*row) == Some(&true)).collect();
        if rows.len() == self.rows() {
            return;
        }
        self.table = self.table.of_rows(&rows);
        let of = |row: &usize| {
            (
                self.origin.get(*row).copied().unwrap_or_default(),
                self.training.get(*row).copied().unwrap_or_default(),
            )
        };
        (self.origin, self.training) = rows.iter().map(of).unzip();
    }

    /// Keeps the rows in which none of these columns misses a value.
    fn keep_known(&mut self, names: &[String]) -> Result<(), Refusal> {
        let mut kept = vec![true; self.rows()];
        for name in names {
            let values = &self.column(name)?.values;
            let mut gone = 0;
            for (row, kept) in kept.iter_mut().enumerate() {
                if *kept && values.is_missing(row) {
                    *kept = false;
                    gone += 1;
                }
            }
            if gone > 0 {
                let why = format!("no value in {}", shortened(name));
                self.dropped.push(Dropped { why, rows: gone });
            }
        }
        self.retain(&kept);
        Ok(())
    }

    /// The features without missing values.
    fn features(mut self) -> Result<Prepared, Refusal> {
        let columns = self.table.columns().iter().zip(&self.feature);
        let words = columns.filter(|(c, feature)| **feature && c.values.words().is_some());
        let words: Vec<&str> = words.map(|(column, _)| column.name.as_str()).collect();
        if !words.is_empty() {
            return Err(Refusal::new(
                format!("{} still hold words at the end of the pipeline.", named(&words)),
                "Make numbers of them by the stage OneHot, or leave these columns out.",
            ));
        }
        let names: Vec<String> = self.outputs();
        self.keep_known(&names)?;
        let mut values: Vec<f64> = Vec::with_capacity(self.rows() * names.len());
        let columns: Vec<&[f64]> =
            names.iter().map(|name| self.numbers(name)).collect::<Result<_, _>>()?;
        for row in 0..self.rows() {
            values.extend(columns.iter().filter_map(|column| column.get(row)));
        }
        if let Some(wrong) = values.iter().position(|value| !value.is_finite()) {
            let name = names.get(wrong % names.len().max(1)).cloned().unwrap_or_default();
            return Err(Refusal::new(
                format!("Column `{}` grows beyond all numbers.", shortened(&name)),
                "Scale the columns before powers are taken, or take lower ones.",
            ));
        }
        let features = Features { names, rows: self.rows(), values };
        Ok(Prepared { features, origin: self.origin, dropped: self.dropped })
    }

    /// The names of all features.
    fn outputs(&self) -> Vec<String> {
        let columns = self.table.columns().iter().zip(&self.feature);
        columns.filter(|(_, feature)| **feature).map(|(column, _)| column.name.clone()).collect()
    }
}

fn table_of(columns: Vec<Column>) -> Result<Table, Refusal> {
    Table::new(columns)
        .map_err(|message| Refusal::new(message, "Name fewer columns, or other ones."))
}

impl Pipeline {
    /// Fits the stages on the rows of the training part, in which `training` is true, and prepares
    /// the whole table.
    ///
    /// # Errors
    /// Where a stage names what is not there, or cannot do what it is asked for.
    pub fn fit(
        &self,
        table: &Table,
        features: &[String],
        target: &str,
        training: &[bool],
    ) -> Result<(Fitted, Prepared), Refusal> {
        let mut frame = frame(table, features, target, training.to_vec(), true)?;
        let inputs = features.iter().filter_map(|name| table.column(name));
        let input = |c: &Column| Input { name: c.name.clone(), words: c.values.words().is_some() };
        let inputs = inputs.map(input).collect();
        let (mut stages, mut needs_target) = (Vec::new(), false);
        for stage in &self.stages {
            let fitted = stage.fit(&frame)?;
            needs_target |= fitted.looks_at(target);
            fitted.apply(&mut frame)?;
            stages.push(fitted);
        }
        let outputs = frame.outputs();
        let prepared = frame.features()?;
        let fitted = Fitted { inputs, target: target.to_owned(), needs_target, stages, outputs };
        Ok((fitted, prepared))
    }
}

/// A table at the start of the stages: the features in their order, and the target where it is there.
fn frame(
    table: &Table,
    features: &[String],
    target: &str,
    training: Vec<bool>,
    fitting: bool,
) -> Result<Frame, Refusal> {
    let mut columns = Vec::new();
    for name in features {
        let column = table.column(name).ok_or_else(|| {
            Refusal::new(
                format!("There is no column `{}`.", shortened(name)),
                format!("There are {}.", named(&table.names())),
            )
        })?;
        columns.push(column.clone());
    }
    let mut feature = vec![true; columns.len()];
    if let Some(column) = table.column(target) {
        columns.push(column.clone());
        feature.push(false);
    }
    Ok(Frame {
        table: table_of(columns)?,
        origin: (0..table.rows()).collect(),
        training,
        feature,
        target: target.to_owned(),
        dropped: Vec::new(),
        fitting,
    })
}

impl Fitted {
    /// Prepares a table of new data as the training part was.
    ///
    /// # Errors
    /// Where a column is not there, or is not of what it was.
    pub fn apply(&self, table: &Table) -> Result<Prepared, Refusal> {
        for input in &self.inputs {
            let column = table.column(&input.name).ok_or_else(|| {
                Refusal::new(
                    format!(
                        "There is no column `{}`, which the model needs.",
                        shortened(&input.name)
                    ),
                    format!("There are {}.", named(&table.names())),
                )
            })?;
            let words = column.values.words().is_some();
            let known = (0..table.rows()).any(|row| !column.values.is_missing(row));
            if words != input.words && known {
                let (is, was) = if words { ("words", "numbers") } else { ("numbers", "words") };
                return Err(Refusal::new(
                    format!(
                        "Column `{}` holds {is}, and held {was} when the model was fitted.",
                        shortened(&input.name)
                    ),
                    "Give the same sort of values; a column of codes can be named as one of words.",
                ));
            }
        }
        if self.needs_target && table.column(&self.target).is_none() {
            return Err(Refusal::new(
                format!(
                    "There is no column `{}`: the model looks back at its own target.",
                    shortened(&self.target)
                ),
                "Give the values of the rows before; where they are not known yet, leave them empty.",
            ));
        }
        let features: Vec<String> = self.inputs.iter().map(|input| input.name.clone()).collect();
        let mut frame = frame(table, &features, &self.target, vec![false; table.rows()], false)?;
        for stage in &self.stages {
            stage.apply(&mut frame)?;
        }
        let prepared = frame.features()?;
        if prepared.features.names != self.outputs {
            return Err(Refusal::new(
                "The pipeline gives other columns than the model was fitted to.",
                "Fit the model anew.",
            ));
        }
        Ok(prepared)
    }

    /// How many rows before a row are looked at.
    pub fn looks_back(&self) -> usize {
        let back = |stage: &FittedStage| match stage {
            FittedStage::Lags(lags) => lags.lags.iter().copied().max().unwrap_or(0) as usize,
            FittedStage::Windows(windows) => windows.length.saturating_sub(1) as usize,
            _ => 0,
        };
        self.stages.iter().map(back).sum()
    }
}

impl Stage {
    fn fit(&self, frame: &Frame) -> Result<FittedStage, Refusal> {
        let name = self.name();
        let numbers = |values: &Values| values.numbers().is_some();
        Ok(match self {
            Self::RemoveDuplicates => FittedStage::RemoveDuplicates,
            Self::Missing { columns, by } => {
                let chosen = frame.chosen(name, columns, false, |_| true)?;
                FittedStage::Missing(clean::FittedFilling::fit(frame, chosen, by)?)
            }
            Self::Outliers { columns, beyond, treatment } => {
                let chosen = frame.chosen(name, columns, false, numbers)?;
                FittedStage::Outliers(clean::FittedLimits::fit(frame, chosen, *beyond, *treatment)?)
            }
            Self::OneHot { columns, every_word } => {
                let chosen = frame.chosen(name, columns, false, |v| v.words().is_some())?;
                FittedStage::OneHot(transform::FittedOneHot::fit(frame, chosen, *every_word)?)
            }
            Self::Logarithm { columns, shift } => {
                if columns.is_empty() {
                    return Err(Refusal::new(
                        "The stage Logarithm names no columns.",
                        "Name those whose logarithm is to be taken.",
                    ));
                }
                let chosen = frame.chosen(name, columns, false, numbers)?;
                FittedStage::Logarithm(transform::FittedLogarithm::fit(frame, chosen, *shift)?)
            }
            Self::Polynomial { columns, degree, products } => {
                let chosen = frame.chosen(name, columns, false, numbers)?;
                FittedStage::Polynomial(transform::FittedPolynomial::fit(
                    chosen, *degree, *products,
                )?)
            }
            Self::Lags { columns, lags } => {
                let chosen = frame.chosen(name, columns, true, numbers)?;
                FittedStage::Lags(transform::FittedLags::fit(frame, chosen, lags)?)
            }
            Self::Windows { columns, length, take } => {
                let chosen = frame.chosen(name, columns, true, numbers)?;
                FittedStage::Windows(transform::FittedWindows::fit(frame, chosen, *length, take)?)
            }
            Self::Scale { columns, by } => {
                let chosen = frame.chosen(name, columns, false, numbers)?;
                FittedStage::Scale(scale::FittedScale::fit(frame, chosen, *by)?)
            }
        })
    }
}

impl FittedStage {
    fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        match self {
            Self::RemoveDuplicates => clean::remove_duplicates(frame),
            Self::Missing(filling) => filling.apply(frame),
            Self::Outliers(limits) => limits.apply(frame),
            Self::OneHot(words) => words.apply(frame),
            Self::Logarithm(logarithm) => logarithm.apply(frame),
            Self::Polynomial(powers) => powers.apply(frame),
            Self::Lags(lags) => lags.apply(frame),
            Self::Windows(windows) => windows.apply(frame),
            Self::Scale(scale) => scale.apply(frame),
        }
    }

    /// Whether it needs the values of the target.
    fn looks_at(&self, target: &str) -> bool {
        let named = |columns: &[String]| columns.iter().any(|name| name == target);
        match self {
            Self::Lags(lags) => named(&lags.columns),
            Self::Windows(windows) => named(&windows.columns),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
