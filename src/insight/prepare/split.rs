//! Parts of a table: one to learn from, one to choose by, one to judge by.

use serde::{Deserialize, Serialize};

use crate::insight::Refusal;
use crate::mdp::luck::{Key, Luck};

/// How rows are dealt to parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Rule {
    /// At random.
    #[default]
    Random,
    /// At random, each class in the same shares.
    Stratified,
    /// In the order of the rows: what is learned from comes first, what is judged by last.
    ByTime,
}

/// How a table is divided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// How rows are dealt.
    #[serde(default)]
    pub rule: Rule,
    /// The share to choose by (thresholds).
    #[serde(default = "fifth")]
    pub validation: f64,
    /// The share to judge by.
    #[serde(default = "fifth")]
    pub test: f64,
}

fn fifth() -> f64 {
    0.2
}

impl Default for Split {
    fn default() -> Self {
        Self { rule: Rule::Random, validation: fifth(), test: fifth() }
    }
}

/// The rows of each part, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// To learn from.
    pub training: Vec<usize>,
    /// To choose by.
    pub validation: Vec<usize>,
    /// To judge by.
    pub test: Vec<usize>,
}

impl Split {
    /// The parts of so many rows; `classes` are those of the rows, for a stratified split.
    ///
    /// # Errors
    /// Where the shares leave a part empty that is needed, or classes are needed and not there.
    pub fn parts(
        &self,
        rows: usize,
        classes: Option<&[usize]>,
        seed: u64,
    ) -> Result<Parts, Refusal> {
        let share = |share: f64| (0.0..1.0).contains(&share);
        if !share(self.validation) || !share(self.test) || self.validation + self.test > 0.95 {
            return Err(Refusal::new(
                format!(
                    "Shares of {} for validation and {} for test leave too little to learn from.",
                    self.validation, self.test
                ),
                "Give shares from 0 that are together at most 0.95.",
            ));
        }
        let mut parts = Parts::default();
        for stratum in self.strata(rows, classes)? {
            let order = match self.rule {
                Rule::ByTime => stratum,
                Rule::Random | Rule::Stratified => shuffled(stratum, key(seed)),
            };
            let of = |share: f64| (share * order.len() as f64).round() as usize;
            let (validation, test) = (of(self.validation), of(self.test));
            let training = order.len().saturating_sub(validation + test);
            let (first, rest) = order.split_at(training);
            let (second, third) = rest.split_at(rest.len().min(validation));
            parts.training.extend(first);
            parts.validation.extend(second);
            parts.test.extend(third);
        }
        for part in [&mut parts.training, &mut parts.validation, &mut parts.test] {
            part.sort_unstable();
        }
        let empty = |part: &Vec<usize>, share: f64| share > 0.0 && part.is_empty();
        if parts.training.is_empty()
            || empty(&parts.validation, self.validation)
            || empty(&parts.test, self.test)
        {
            return Err(Refusal::new(
                format!("{rows} rows are too few for three parts."),
                "Give more rows, or no share for validation.",
            ));
        }
        Ok(parts)
    }

    /// The rows that are dealt together.
    fn strata(&self, rows: usize, classes: Option<&[usize]>) -> Result<Vec<Vec<usize>>, Refusal> {
        match (self.rule, classes) {
            (Rule::Stratified, Some(classes)) => Ok(by_class(classes)),
            (Rule::Stratified, None) => Err(Refusal::new(
                "There are no classes to stratify by: the target is a number.",
                "Split at random or by time.",
            )),
            _ => Ok(vec![(0..rows).collect()]),
        }
    }
}

fn by_class(classes: &[usize]) -> Vec<Vec<usize>> {
    let most = classes.iter().copied().max().map_or(0, |most| most + 1);
    let mut strata = vec![Vec::new(); most];
    for (row, class) in classes.iter().enumerate() {
        if let Some(stratum) = strata.get_mut(*class) {
            stratum.push(row);
        }
    }
    strata
}

fn key(seed: u64) -> Key {
    Luck::new(seed).key("split")
}

/// The rows in another order: each has its own draw, so that a row's place does not hang on how many
/// there are.
fn shuffled(rows: Vec<usize>, key: Key) -> Vec<usize> {
    let mut drawn: Vec<(u64, usize)> =
        rows.into_iter().map(|row| (key.bits(row as u64, 0), row)).collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, row)| row).collect()
}

/// Rows to learn from, and rows to judge by.
pub type Fold = (Vec<usize>, Vec<usize>);

/// Parts for cross-validation: of every fold the rows to learn from, and those to judge by. By time
/// each fold is judged after all that it learned from, so that there is one part more than folds.
///
/// # Errors
/// Where there are fewer than two folds, or more than rows.
pub fn folds(
    rows: usize,
    count: usize,
    rule: Rule,
    classes: Option<&[usize]>,
    seed: u64,
) -> Result<Vec<Fold>, Refusal> {
    let parts = if rule == Rule::ByTime { count + 1 } else { count };
    if count < 2 || parts > rows {
        return Err(Refusal::new(
            format!("{count} folds of {rows} rows cannot be made."),
            format!("Give between 2 and {} folds, or 0 for none.", rows.saturating_sub(1)),
        ));
    }
    if rule == Rule::ByTime {
        let end = |part: usize| part * rows / parts;
        let fold = |part: usize| ((0..end(part)).collect(), (end(part)..end(part + 1)).collect());
        return Ok((1..parts).map(fold).collect());
    }
    let split = Split { rule, ..Split::default() };
    let mut of = vec![0; rows];
    // One count for all strata, so that small classes do not all begin with the first fold.
    let order = split.strata(rows, classes)?.into_iter().flat_map(|rows| shuffled(rows, key(seed)));
    for (place, row) in order.enumerate() {
        if let Some(of) = of.get_mut(row) {
            *of = place % count;
        }
    }
    let fold = |fold: usize| (0..rows).partition(|row| of.get(*row) != Some(&fold));
    Ok((0..count).map(fold).collect())
}
