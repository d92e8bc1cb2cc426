//! Transformations: words as numbers, logarithms, powers, and what was before.

use serde::{Deserialize, Serialize};

use super::{Dropped, Frame};
use crate::insight::table::{Column, MOST_COLUMNS, Values};
use crate::insight::{Refusal, shortened};

/// Words and their columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedOneHot {
    /// Column, its words in the order of the alphabet.
    words: Vec<(String, Vec<String>)>,
    every_word: bool,
}

impl FittedOneHot {
    pub(super) fn fit(
        frame: &Frame,
        columns: Vec<String>,
        every_word: bool,
    ) -> Result<Self, Refusal> {
        let mut all = Vec::new();
        let mut room = 0;
        for name in columns {
            let Some(words) = frame.column(&name)?.values.words() else { continue };
            let trained = words.iter().zip(&frame.training).filter(|(_, training)| **training);
            let mut known: Vec<String> =
                trained.filter_map(|(word, _)| word.map(str::to_owned)).collect();
            known.sort_unstable();
            known.dedup();
            if known.is_empty() || known.len() > MOST_COLUMNS {
                return Err(Refusal::new(
                    format!(
                        "Column `{}` has {} different words in the training part.",
                        shortened(&name),
                        known.len()
                    ),
                    format!(
                        "Between 1 and {MOST_COLUMNS} can become columns: leave it out, or join words."
                    ),
                ));
            }
            room += known.len();
            all.push((name, known));
        }
        frame.has_room(room)?;
        Ok(Self { words: all, every_word })
    }

    /// A word that was not met in training is no word that is known: its row has no value.
    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        for (name, known) in &self.words {
            let Some(words) = frame.column(name)?.values.words() else {
                // Nothing of it is known.
                let kept = vec![false; frame.rows()];
                frame.keep(&format!("no value in {}", shortened(name)), &kept);
                let columns = known.iter().skip(usize::from(!self.every_word));
                let columns = columns.map(|word| column(name, word, Vec::new())).collect();
                frame.change(std::slice::from_ref(name), columns)?;
                continue;
            };
            let stranger = |word: Option<&str>| {
                word.is_some_and(|word| known.binary_search_by(|k| k.as_str().cmp(word)).is_err())
            };
            let kept: Vec<bool> = words.iter().map(|word| !stranger(word)).collect();
            let skipped = usize::from(!self.every_word);
            let columns: Vec<Vec<f64>> = known
                .iter()
                .skip(skipped)
                .map(|known| {
                    let is = |word: Option<&str>| match word {
                        None => f64::NAN,
                        Some(word) => f64::from(u8::from(word == known)),
                    };
                    words.iter().map(is).collect()
                })
                .collect();
            let columns = known.iter().skip(skipped).zip(columns);
            let mut columns: Vec<Column> =
                columns.map(|(word, values)| column(name, word, values)).collect();
            // A word alone leaves no column, and what is missing in it no trace.
            if columns.is_empty() {
                let one = |word: Option<&str>| if word.is_none() { f64::NAN } else { 1.0 };
                let word = known.first().map_or("", String::as_str);
                columns.push(column(name, word, words.iter().map(one).collect()));
            }
            frame.change(std::slice::from_ref(name), columns)?;
            frame.keep(&format!("a word in {} that training did not meet", shortened(name)), &kept);
        }
        Ok(())
    }
}

fn column(name: &str, word: &str, values: Vec<f64>) -> Column {
    Column { name: format!("{name}={word}"), values: Values::Numbers(values) }
}

/// Logarithms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedLogarithm {
    columns: Vec<String>,
    shift: f64,
}

impl FittedLogarithm {
    pub(super) fn fit(frame: &Frame, columns: Vec<String>, shift: f64) -> Result<Self, Refusal> {
        for name in &columns {
            let least = frame.learned_from(name)?.into_iter().fold(f64::INFINITY, f64::min);
            // Not what is not above 0: an odd shift is no number at all.
            if (least + shift).is_nan() || least + shift <= 0.0 {
                return Err(Refusal::new(
                    format!(
                        "Column `{}` goes down to {least}, of which with a shift of {shift} there is \
                         no logarithm.",
                        shortened(name)
                    ),
                    format!("Give a shift above {}.", -least),
                ));
            }
        }
        Ok(Self { columns, shift })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        for name in &self.columns {
            let logarithm = |x: &f64| {
                let shifted = x + self.shift;
                if shifted > 0.0 { shifted.ln() } else { f64::NAN }
            };
            let logarithms = frame.numbers(name)?.iter().map(logarithm).collect();
            frame.table.replace(name, Values::Numbers(logarithms));
        }
        Ok(())
    }
}

/// The highest power.
const HIGHEST: u32 = 9;

/// Powers and products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedPolynomial {
    columns: Vec<String>,
    degree: u32,
    products: bool,
}

impl FittedPolynomial {
    pub(super) fn fit(columns: Vec<String>, degree: u32, products: bool) -> Result<Self, Refusal> {
        if !(1..=HIGHEST).contains(&degree) || degree == 1 && !products {
            return Err(Refusal::new(
                format!("The stage Polynomial has degree {degree}."),
                format!("Give one between 2 and {HIGHEST}, or 1 with products."),
            ));
        }
        Ok(Self { columns, degree, products })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        let count = self.columns.len();
        let powers = count.saturating_mul((self.degree.min(HIGHEST) as usize).saturating_sub(1));
        let products =
            if self.products { count.saturating_mul(count.saturating_sub(1)) / 2 } else { 0 };
        frame.has_room(powers.saturating_add(products))?;
        let mut new = Vec::new();
        for name in &self.columns {
            let numbers = frame.numbers(name)?;
            for power in 2..=self.degree.min(HIGHEST) {
                let values = numbers.iter().map(|x| x.powi(power as i32)).collect();
                new.push(Column {
                    name: format!("{name}^{power}"),
                    values: Values::Numbers(values),
                });
            }
        }
        if self.products {
            for (place, one) in self.columns.iter().enumerate() {
                for other in self.columns.iter().skip(place + 1) {
                    let pairs = frame.numbers(one)?.iter().zip(frame.numbers(other)?);
                    let values = Values::Numbers(pairs.map(|(x, y)| x * y).collect());
                    new.push(Column { name: format!("{one}*{other}"), values });
                }
            }
        }
        frame.change(&[], new)
    }
}

/// Values of rows before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedLags {
    pub(super) columns: Vec<String>,
    pub(super) lags: Vec<u32>,
}

impl FittedLags {
    pub(super) fn fit(frame: &Frame, columns: Vec<String>, lags: &[u32]) -> Result<Self, Refusal> {
        let rows = frame.rows();
        if lags.is_empty() || lags.iter().any(|lag| *lag == 0 || *lag as usize >= rows) {
            return Err(Refusal::new(
                "The stage Lags has none, or one that no row can look back by.",
                format!("Give how many rows before, each from 1 and below {rows}."),
            ));
        }
        frame.has_room(columns.len().saturating_mul(lags.len()))?;
        let mut lags = lags.to_vec();
        lags.sort_unstable();
        lags.dedup();
        Ok(Self { columns, lags })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        frame.has_room(self.columns.len().saturating_mul(self.lags.len()))?;
        let mut new = Vec::new();
        for name in &self.columns {
            let numbers = frame.numbers(name)?;
            for lag in &self.lags {
                let before = |row: usize| {
                    let at = row.checked_sub(*lag as usize);
                    at.and_then(|row| numbers.get(row)).copied().unwrap_or(f64::NAN)
                };
                let values = Values::Numbers((0..frame.rows()).map(before).collect());
                new.push(Column { name: format!("{name} lag {lag}"), values });
            }
        }
        let back = self.lags.iter().copied().max().unwrap_or(0) as usize;
        begin_after(frame, back, new)
    }
}

/// Adds columns, and takes away the first rows, which have too little before them.
fn begin_after(frame: &mut Frame, back: usize, new: Vec<Column>) -> Result<(), Refusal> {
    frame.change(&[], new)?;
    let kept: Vec<bool> = (0..frame.rows()).map(|row| row >= back).collect();
    frame.keep("too few rows before", &kept);
    Ok(())
}

/// A figure of the last rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Window {
    /// The mean.
    Mean,
    /// The standard deviation (of n − 1).
    Deviation,
    /// The least.
    Least,
    /// The most.
    Most,
    /// The slope a row, by least squares.
    Slope,
}

impl Window {
    fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Deviation => "deviation",
            Self::Least => "least",
            Self::Most => "most",
            Self::Slope => "slope",
        }
    }

    fn of(self, values: &[f64]) -> f64 {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        match self {
            // `min` and `max` pass over what is missing, a sum does not.
            _ if mean.is_nan() => f64::NAN,
            Self::Mean => mean,
            Self::Deviation => {
                let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
                (squares / (n - 1.0)).sqrt()
            }
            Self::Least => values.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Most => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Slope => {
                let middle = (n - 1.0) / 2.0;
                let (mut products, mut squares) = (0.0, 0.0);
                for (place, x) in values.iter().enumerate() {
                    products += (place as f64 - middle) * (x - mean);
                    squares += (place as f64 - middle).powi(2);
                }
                products / squares
            }
        }
    }
}

/// The longest window.
const LONGEST: u32 = 10_000;

/// Figures of the last rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedWindows {
    pub(super) columns: Vec<String>,
    pub(super) length: u32,
    take: Vec<Window>,
}

impl FittedWindows {
    pub(super) fn fit(
        frame: &Frame,
        columns: Vec<String>,
        length: u32,
        take: &[Window],
    ) -> Result<Self, Refusal> {
        let longest = LONGEST.min(u32::try_from(frame.rows()).unwrap_or(u32::MAX));
        if !(2..=longest).contains(&length) || take.is_empty() {
            return Err(Refusal::new(
                format!("The stage Windows takes {} figures of {length} rows.", take.len()),
                format!("Give at least one figure, and a length between 2 and {longest}."),
            ));
        }
        let mut kept = Vec::new();
        for window in take {
            if !kept.contains(window) {
                kept.push(*window);
            }
        }
        Ok(Self { columns, length, take: kept })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        frame.has_room(self.columns.len().saturating_mul(self.take.len()))?;
        let length = self.length.clamp(2, LONGEST) as usize;
        let mut new = Vec::new();
        for name in &self.columns {
            let numbers = frame.numbers(name)?;
            // The target of a row is not known when it is predicted: its window ends a row before.
            let shift = usize::from(*name == frame.target);
            for window in &self.take {
                let figure = |row: usize| {
                    let end = (row + 1).checked_sub(shift)?;
                    let values = numbers.get(end.checked_sub(length)?..end)?;
                    Some(window.of(values))
                };
                let values = (0..frame.rows()).map(|row| figure(row).unwrap_or(f64::NAN)).collect();
                let name = format!("{name} {} {length}", window.name());
                new.push(Column { name, values: Values::Numbers(values) });
            }
        }
        let shift = usize::from(self.columns.contains(&frame.target));
        begin_after(frame, length - 1 + shift, new)
    }
}

impl Dropped {
    /// In words: `3 rows: no value in x1`.
    pub fn told(&self) -> String {
        let rows = if self.rows == 1 { "row" } else { "rows" };
        format!("{} {rows}: {}", self.rows, self.why)
    }
}
