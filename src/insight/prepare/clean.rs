//! Cleaning: what is missing, what lies far out, what is there twice.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::Frame;
use crate::insight::metrics::quantile;
use crate::insight::table::{Values, Words};
use crate::insight::{Refusal, shortened};

/// What takes the place of a missing value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Filling {
    /// The median of numbers, the commonest of words.
    Usual,
    /// The mean of numbers.
    Mean,
    /// The median of numbers.
    Median,
    /// The commonest value; of several the lowest.
    Commonest,
    /// This number.
    Number(f64),
    /// This word.
    Word(String),
    /// Nothing: the row goes.
    Drop,
}

/// What takes the place of what is missing in a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
enum Filler {
    Number(f64),
    Word(String),
    Drop,
}

/// Fillings as they became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedFilling {
    fillers: Vec<(String, Filler)>,
}

impl FittedFilling {
    pub(super) fn fit(frame: &Frame, columns: Vec<String>, by: &Filling) -> Result<Self, Refusal> {
        let mut fillers = Vec::new();
        for name in columns {
            let filler = filler(frame, &name, by)?;
            fillers.push((name, filler));
        }
        Ok(Self { fillers })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        let dropping = self.fillers.iter().filter(|(_, filler)| *filler == Filler::Drop);
        let dropping: Vec<String> = dropping.map(|(name, _)| name.clone()).collect();
        frame.keep_known(&dropping)?;
        for (name, filler) in &self.fillers {
            let values = &frame.column(name)?.values;
            if (0..values.len()).all(|row| !values.is_missing(row)) {
                continue;
            }
            match (filler, values) {
                (Filler::Drop, _) => {}
                (Filler::Number(filler), Values::Numbers(numbers)) => {
                    let fill = |x: &f64| if x.is_nan() { *filler } else { *x };
                    let filled = numbers.iter().map(fill).collect();
                    frame.table.replace(name, Values::Numbers(filled));
                }
                (Filler::Word(filler), Values::Words(words)) => {
                    let filled = words.iter().map(|word| Some(word.unwrap_or(filler)));
                    let filled = Values::Words(Words::of(filled));
                    frame.table.replace(name, filled);
                }
                // A column of words in which every value is missing is read as one of numbers.
                (Filler::Word(filler), Values::Numbers(numbers)) => {
                    let filled = numbers.iter().map(|_| Some(filler.as_str()));
                    let filled = Values::Words(Words::of(filled));
                    frame.table.replace(name, filled);
                }
                (Filler::Number(_), Values::Words(_)) => {
                    return Err(Refusal::new(
                        format!(
                            "Column `{}` holds words where numbers are needed.",
                            shortened(name)
                        ),
                        "Give numbers.",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What fills a column, learned from the training part.
fn filler(frame: &Frame, name: &str, by: &Filling) -> Result<Filler, Refusal> {
    let words = frame.column(name)?.values.words();
    let wrong = |what: &str| {
        let of = if words.is_some() { "words" } else { "numbers" };
        Err(Refusal::new(
            format!("Column `{}` holds {of}, which have no {what}.", shortened(name)),
            "Fill it by Usual, or name other columns.",
        ))
    };
    Ok(match (by, words) {
        (Filling::Drop, _) => Filler::Drop,
        (Filling::Mean, None) => {
            let known = frame.learned_from(name)?;
            Filler::Number(known.iter().sum::<f64>() / known.len() as f64)
        }
        (Filling::Usual | Filling::Median, None) => {
            let mut known = frame.learned_from(name)?;
            known.sort_by(f64::total_cmp);
            Filler::Number(quantile(&known, 0.5))
        }
        (Filling::Commonest, None) => {
            let mut known = frame.learned_from(name)?;
            known.sort_by(f64::total_cmp);
            let mut best = (0, f64::NAN);
            for same in known.chunk_by(|a, b| a == b) {
                if let Some(value) = same.first().filter(|_| same.len() > best.0) {
                    best = (same.len(), *value);
                }
            }
            Filler::Number(best.1)
        }
        (Filling::Usual | Filling::Commonest, Some(words)) => {
            let mut counts = std::collections::BTreeMap::new();
            for (word, _) in words.iter().zip(&frame.training).filter(|(_, training)| **training) {
                *counts.entry(word.unwrap_or_default()).or_insert(0_usize) += 1;
            }
            counts.remove("");
            let most = counts.values().copied().max();
            let commonest = counts.iter().find(|(_, count)| Some(**count) == most);
            match commonest {
                Some((word, _)) => Filler::Word((*word).to_owned()),
                None => {
                    return Err(Refusal::new(
                        format!(
                            "Column `{}` has no value at all in the training part.",
                            shortened(name)
                        ),
                        "Leave the column out.",
                    ));
                }
            }
        }
        (Filling::Number(number), None) if number.is_finite() => Filler::Number(*number),
        (Filling::Word(word), Some(_)) if !word.is_empty() => Filler::Word(word.clone()),
        (Filling::Number(_), _) => return wrong("such number to be filled with"),
        (Filling::Word(_), _) => return wrong("such word to be filled with"),
        (Filling::Mean, Some(_)) => return wrong("mean"),
        (Filling::Median, Some(_)) => return wrong("median"),
    })
}

/// What is an outlier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Limit {
    /// Beyond the quartiles by so many times their distance (Tukey 1977: 1.5).
    Quartiles(f64),
    /// Beyond so many standard deviations from the mean.
    Deviations(f64),
    /// Below the first or above the second of these quantiles.
    Quantiles(f64, f64),
    /// Below the first or above the second of these values.
    Values(f64, f64),
}

/// What becomes of an outlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Outlier {
    /// It is set to the limit, in every part.
    Clip,
    /// Its row leaves the training part.
    Drop,
}

/// Limits as they became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedLimits {
    limits: Vec<(String, f64, f64)>,
    treatment: Outlier,
}

impl FittedLimits {
    pub(super) fn fit(
        frame: &Frame,
        columns: Vec<String>,
        beyond: Limit,
        treatment: Outlier,
    ) -> Result<Self, Refusal> {
        let fine = match beyond {
            Limit::Quartiles(times) | Limit::Deviations(times) => times.is_finite() && times > 0.0,
            Limit::Quantiles(low, high) => 0.0 <= low && low < high && high <= 1.0,
            Limit::Values(low, high) => low < high,
        };
        if !fine {
            return Err(Refusal::new(
                "The limits of the stage Outliers leave nothing between them.",
                "Give a factor above 0, or a lower limit below the upper one; quantiles lie between \
                 0 and 1.",
            ));
        }
        let mut limits = Vec::new();
        for name in columns {
            let mut known = frame.learned_from(&name)?;
            known.sort_by(f64::total_cmp);
            let (low, high) = match beyond {
                Limit::Quartiles(times) => {
                    let (low, high) = (quantile(&known, 0.25), quantile(&known, 0.75));
                    (low - times * (high - low), high + times * (high - low))
                }
                Limit::Deviations(times) => {
                    let mean = known.iter().sum::<f64>() / known.len() as f64;
                    let squares: f64 = known.iter().map(|x| (x - mean).powi(2)).sum();
                    let deviation = (squares / known.len() as f64).sqrt();
                    (mean - times * deviation, mean + times * deviation)
                }
                Limit::Quantiles(low, high) => (quantile(&known, low), quantile(&known, high)),
                Limit::Values(low, high) => (low, high),
            };
            limits.push((name, low, high));
        }
        Ok(Self { limits, treatment })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        for (name, low, high) in &self.limits {
            let numbers = frame.numbers(name)?;
            match self.treatment {
                Outlier::Clip => {
                    // A missing value stays missing.
                    let clip = |x: &f64| if x.is_nan() { *x } else { x.max(*low).min(*high) };
                    let clipped = numbers.iter().map(clip).collect();
                    frame.table.replace(name, Values::Numbers(clipped));
                }
                Outlier::Drop => {
                    let beside = numbers.iter().zip(&frame.training);
                    let kept: Vec<bool> = beside
                        .map(|(x, training)| !training || x.is_nan() || (low <= x && x <= high))
                        .collect();
                    frame.keep(&format!("an outlier in {}", shortened(name)), &kept);
                }
            }
        }
        Ok(())
    }
}

/// Takes away rows that are there already, in fitting only.
pub(super) fn remove_duplicates(frame: &mut Frame) -> Result<(), Refusal> {
    if !frame.fitting {
        return Ok(());
    }
    let mut seen = HashSet::new();
    let kept: Vec<bool> = (0..frame.rows())
        .map(|row| {
            let columns = frame.table.columns().iter();
            let cells = columns.map(|column| column.values.text(row));
            // With their lengths, so that no two rows read alike.
            let row: String = cells.map(|cell| format!("{}:{cell}", cell.len())).collect();
            seen.insert(blake3::hash(row.as_bytes()))
        })
        .collect();
    frame.keep("a duplicate", &kept);
    Ok(())
}
