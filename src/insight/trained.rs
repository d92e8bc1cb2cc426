//! A trained model as a file: the stages, the weights, and what it is judged by.
//!
//! The file begins with a line of its own (`taktlab model 1`), then the length of a text in RON as 8
//! bytes, little-endian, the text, and a BLAKE3 hash of all that. A file that was cut off or altered has
//! another hash. What it says is looked at before it is believed, since a checksum says nothing about
//! who wrote it.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::bootstrap::Bootstrap;
use super::model::{Model, Task};
use super::prepare::{Dropped, Fitted};
use super::study::{Evaluation, Judge, Target, evaluate, in_order};
use super::table::{Column, Table, Values, Words};

/// The first bytes of a saved model: the kind of file and the version of its format.
const MAGIC: &[u8] = b"taktlab model 1\n";
/// What all versions begin with.
const ANY_VERSION: &[u8] = b"taktlab model ";
/// The hash's bytes.
const HASH: usize = 32;
/// The longest file that is read \[bytes\].
pub const LONGEST: u64 = 16 << 20;

/// A model with all that is needed to use it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// The column that it predicts.
    pub target: String,
    /// What that is.
    pub kind: Target,
    /// The column that tells the order of time; `None` where it is that of the rows.
    pub order: Option<String>,
    /// The stages as they became.
    pub pipeline: Fitted,
    /// The model.
    pub model: Model,
    /// What its predictions are held against.
    pub judge: Judge,
    /// Rows that it learned from.
    pub rows: usize,
    /// The seed of the split.
    pub seed: u64,
}

/// Why bytes are no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainedError {
    /// It is no saved model.
    #[error("this is no saved model. Save one with `taktlab fit … --output FILE`.")]
    OtherFile,
    /// It is of another version.
    #[error(
        "this model was saved in a format of another version. Open it with that version, or fit the \
         model anew."
    )]
    OtherVersion,
    /// It ends too soon or was altered.
    #[error("the file was cut off or altered: its checksum does not fit. Fit the model anew.")]
    Damaged,
    /// What it says does not fit together, though its checksum does.
    #[error("what the file says does not fit together: {0}. Fit the model anew.")]
    Nonsense(String),
}

/// What a model says of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// Of each row of the table the number, or the probability of the positive class; `None` where a
    /// value is missing that nothing fills.
    pub values: Vec<Option<f64>>,
    /// The rows without one, and why.
    pub dropped: Vec<Dropped>,
}

impl Trained {
    /// The bytes of its file.
    pub fn bytes(&self) -> Vec<u8> {
        // Plain data: serde cannot fail on it.
        let text = ron::to_string(self).unwrap_or_default();
        let mut bytes = MAGIC.to_vec();
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        bytes
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Any [`TrainedError`].
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, TrainedError> {
        if !bytes.starts_with(MAGIC) {
            let other = bytes.starts_with(ANY_VERSION);
            return Err(if other { TrainedError::OtherVersion } else { TrainedError::OtherFile });
        }
        let (body, hash) = bytes
            .split_at_checked(bytes.len().saturating_sub(HASH))
            .filter(|(body, _)| body.len() >= MAGIC.len() + 8)
            .ok_or(TrainedError::Damaged)?;
        if blake3::hash(body).as_bytes() != hash {
            return Err(TrainedError::Damaged);
        }
        let nonsense = |what: &str| TrainedError::Nonsense(what.to_owned());
        let rest = body.get(MAGIC.len()..).unwrap_or_default();
        let (length, text) = rest.split_first_chunk::<8>().ok_or_else(|| nonsense("no length"))?;
        if u64::from_le_bytes(*length) != text.len() as u64 {
            return Err(nonsense("it is longer or shorter than it says"));
        }
        let trained: Self =
            ron::de::from_bytes(text).map_err(|error| nonsense(&error.to_string()))?;
        trained.checked()
    }

    fn checked(self) -> Result<Self, TrainedError> {
        let nonsense = |what: &str| Err(TrainedError::Nonsense(what.to_owned()));
        if !self.model.fits(&self.pipeline.outputs) {
            return nonsense("its weights are not those of its columns");
        }
        if self.judge.task != self.model.task() {
            return nonsense("it is judged by another task than its own");
        }
        if (self.kind == Target::Number) != (self.model.task() == Task::Regression) {
            return nonsense("its target is of another task than its own");
        }
        let finite = [self.judge.mean, self.judge.threshold, self.judge.costs.miss];
        if !finite.iter().all(|value| value.is_finite()) {
            return nonsense("what it is judged by is no number");
        }
        Ok(self)
    }

    /// What it says of each row.
    ///
    /// # Errors
    /// Where a column is not there, or is not of what it was.
    pub fn predict(&self, table: &Table) -> Result<Predictions, Refusal> {
        // Stages that look back look at what was before in time, wherever it stands.
        let rows = in_order(table, self.order.as_deref())?;
        let prepared = match self.order {
            Some(_) => self.pipeline.apply(&table.of_rows(&rows))?,
            None => self.pipeline.apply(table)?,
        };
        let mut values = vec![None; table.rows()];
        for (place, value) in prepared.origin.iter().zip(self.model.predict(&prepared.features)) {
            let row = rows.get(*place).copied();
            if let Some(place) = row.and_then(|row| values.get_mut(row)) {
                *place = Some(value).filter(|value| value.is_finite());
            }
        }
        Ok(Predictions { values, dropped: prepared.dropped })
    }

    /// The class that a probability is called.
    pub fn class(&self, probability: f64) -> Option<&str> {
        match &self.kind {
            Target::Number => None,
            Target::Classes { negative, positive, .. } => {
                Some(if probability >= self.judge.threshold { positive } else { negative })
            }
        }
    }

    /// The table with what it says beside: of numbers `predicted TARGET`, of classes `probability of
    /// CLASS` too; empty where it says nothing.
    ///
    /// # Errors
    /// As [`Trained::predict`], and where columns of these names are there already.
    pub fn beside(&self, table: &Table) -> Result<(Table, Predictions), Refusal> {
        let predictions = self.predict(table)?;
        let numbers = predictions.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let called = format!("predicted {}", self.target);
        let mut columns = table.columns().to_vec();
        match &self.kind {
            Target::Number => {
                columns.push(Column { name: called, values: Values::Numbers(numbers) });
            }
            Target::Classes { positive, .. } => {
                let name = format!("probability of {positive}");
                columns.push(Column { name, values: Values::Numbers(numbers) });
                let classes = predictions.values.iter();
                let classes = Words::of(classes.map(|value| self.class((*value)?)));
                columns.push(Column { name: called, values: Values::Words(classes) });
            }
        }
        let table = Table::new(columns).map_err(|message| {
            Refusal::new(message, "Rename the columns that are there, or take a part of the table.")
        })?;
        Ok((table, predictions))
    }

    /// How good it is on a table in which the target is known; rows without it are left out.
    ///
    /// # Errors
    /// As [`Trained::predict`], and where no row has both a target and a prediction.
    pub fn evaluate(
        &self,
        table: &Table,
        draws: u32,
        seed: u64,
    ) -> Result<(Evaluation, Vec<Dropped>), Refusal> {
        let column = table.column(&self.target).ok_or_else(|| {
            Refusal::new(
                format!("There is no column `{}`, the target.", super::shortened(&self.target)),
                "Give the true values to judge by, or use `taktlab predict`.",
            )
        })?;
        let all = self.kind.values(&column.values, &self.target)?;
        let Predictions { values, mut dropped } = self.predict(table)?;
        let (mut truth, mut predicted, mut before) = (Vec::new(), Vec::new(), Vec::new());
        let (mut unknown, mut last) = (0, f64::NAN);
        for row in in_order(table, self.order.as_deref())? {
            let y = all.get(row).unwrap_or(&f64::NAN);
            let last = std::mem::replace(&mut last, *y);
            let Some(value) = values.get(row).copied().flatten() else { continue };
            if y.is_nan() {
                unknown += 1;
                continue;
            }
            truth.push(*y);
            predicted.push(value);
            before.push((!last.is_nan()).then_some(last));
        }
        if unknown > 0 {
            let why = format!("no value in the target {}", super::shortened(&self.target));
            dropped.push(Dropped { why, rows: unknown });
        }
        if truth.is_empty() {
            return Err(Refusal::new(
                "No row has both a target and a prediction.",
                "Give rows in which the columns that the model needs are there.",
            ));
        }
        // The first row has none before it: it is then left out of what is held against the last value.
        if self.judge.by_time && before.first() == Some(&None) && truth.len() > 1 {
            truth.remove(0);
            predicted.remove(0);
            before.remove(0);
        }
        let bootstrap = Bootstrap { draws, seed, in_blocks: self.judge.by_time };
        Ok((evaluate(&self.judge, &truth, &predicted, &before, &bootstrap), dropped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::model::Method;
    use crate::insight::prepare::Pipeline;
    use crate::insight::study::tests::{noisy_line, study};

    fn trained(target: &str) -> (Table, Trained) {
        let table = noisy_line(200);
        let method = match target {
            "y" => Method::Linear(Default::default()),
            _ => Method::Logistic(Default::default()),
        };
        let mut study = study(target, method);
        study.features = vec!["x".to_owned(), "colour".to_owned()];
        study.pipeline = Pipeline::usual(true);
        (table.clone(), study.run(&table).unwrap().trained)
    }

    #[test]
    fn what_is_saved_is_read_again_bit_by_bit() {
        for target in ["y", "fails"] {
            let (table, trained) = trained(target);
            let again = Trained::of_bytes(&trained.bytes()).unwrap();
            assert_eq!(again, trained);
            assert_eq!(again.predict(&table), trained.predict(&table));
        }
    }

    #[test]
    fn files_that_were_cut_off_or_altered_are_refused() {
        let (_, trained) = trained("y");
        let bytes = trained.bytes();
        for end in
            [0, 5, MAGIC.len(), MAGIC.len() + 4, MAGIC.len() + 9, bytes.len() / 2, bytes.len() - 1]
        {
            let error = Trained::of_bytes(&bytes[..end]).unwrap_err();
            let expected =
                if end < MAGIC.len() { TrainedError::OtherFile } else { TrainedError::Damaged };
            assert_eq!(error, expected, "{end}");
        }
        for place in MAGIC.len()..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            assert_eq!(Trained::of_bytes(&altered), Err(TrainedError::Damaged), "{place}");
        }
        let mut newer = bytes.clone();
        newer[MAGIC.len() - 2] = b'9';
        assert_eq!(Trained::of_bytes(&newer), Err(TrainedError::OtherVersion));
    }

    /// Rows that are not in the order of time are predicted as if they were.
    #[test]
    fn the_order_of_time_is_that_of_its_column() {
        let table = noisy_line(120);
        let lags = crate::insight::prepare::Stage::Lags {
            columns: vec!["x".to_owned(), "y".to_owned()],
            lags: vec![1, 2],
        };
        let mut study = study("y", Method::Linear(Default::default()));
        study.features = vec!["x".to_owned()];
        study.pipeline = Pipeline { stages: vec![lags] };
        study.order = Some("t".to_owned());
        study.split.rule = crate::insight::prepare::split::Rule::ByTime;
        let trained = study.run(&table).unwrap().trained;
        let rows: Vec<usize> = (0..120).map(|row| row * 77 % 120).collect();
        let mixed = table.of_rows(&rows);
        let (plain, other) = (trained.predict(&table).unwrap(), trained.predict(&mixed).unwrap());
        assert_eq!(plain.values.iter().filter(|value| value.is_none()).count(), 2);
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(other.values[place], plain.values[*row]);
        }
        let judged = |table| trained.evaluate(table, 20, 1).unwrap();
        assert_eq!(judged(&table), judged(&mixed));
        assert_eq!(judged(&table).0.baselines[1].name, "last value");
    }

    /// Whoever writes a checksum can write anything before it.
    #[test]
    fn nonsense_with_a_checksum_is_refused() {
        let (_, trained) = trained("y");
        let signed = |text: &str| {
            let mut bytes = MAGIC.to_vec();
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend(text.as_bytes());
            let hash = blake3::hash(&bytes);
            bytes.extend(hash.as_bytes());
            Trained::of_bytes(&bytes)
        };
        let text = ron::to_string(&trained).unwrap();
        assert!(signed(&text).is_ok());
        let mut other = trained.clone();
        other.pipeline.outputs.push("z".to_owned());
        let refused = |trained: &Trained| signed(&ron::to_string(trained).unwrap()).unwrap_err();
        assert!(refused(&other).to_string().contains("weights are not those"));
        let mut other = trained.clone();
        other.judge.task = Task::Classification;
        assert!(refused(&other).to_string().contains("another task"));
        for text in ["", "()", "(target:1)", &"[".repeat(100_000)] {
            assert!(matches!(signed(text), Err(TrainedError::Nonsense(_))));
        }
    }

    #[test]
    fn new_rows_are_predicted_where_they_can_be() {
        let (table, trained) = trained("fails");
        let rows = "x,colour\n0.1,red\n,blue\n0.9,green\n0.9,\n";
        let new = Table::read("new.csv", rows, &[]).unwrap();
        let (beside, predictions) = trained.beside(&new).unwrap();
        // Missing values are filled; a colour that was never met is none.
        let known: Vec<bool> = predictions.values.iter().map(Option::is_some).collect();
        assert_eq!(known, [true, true, false, true]);
        assert!(predictions.dropped[0].why.contains("colour that training did not meet"));
        assert_eq!(beside.names(), ["x", "colour", "probability of yes", "predicted fails"]);
        assert!(trained.beside(&beside).unwrap_err().message.contains("two columns"));
        let none = Table::read("new.csv", "z\n1\n", &[]).unwrap();
        assert!(trained.predict(&none).unwrap_err().message.contains("no column `x`"));
        let text = Table::read("new.csv", "x,colour\nlow,red\n", &[]).unwrap();
        assert!(trained.predict(&text).unwrap_err().message.contains("held numbers"));
        // Judged on rows with a target only.
        let (evaluation, _) = trained.evaluate(&table, 50, 1).unwrap();
        assert_eq!(evaluation.rows, 200);
        assert!(trained.evaluate(&new, 50, 1).unwrap_err().message.contains("the target"));
    }
}
