//! States and actions are short vectors of named, bounded integers; a [`Space`] indexes them.

use std::fmt;

/// The value of one variable: an integer between its bounds.
pub type Level = i32;

/// Copies levels, as many as both have room for. Few are copied one by one, since a call for a
/// handful of numbers a beat would cost more than they do.
#[inline(always)]
pub fn copy_levels(to: &mut [Level], from: &[Level]) {
    #[inline(always)]
    fn few<const N: usize>(to: &mut [Level], from: &[Level]) {
        if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
            *to = *from;
        }
    }
    match to.len().min(from.len()) {
        1 => few::<1>(to, from),
        2 => few::<2>(to, from),
        3 => few::<3>(to, from),
        4 => few::<4>(to, from),
        many => {
            if let (Some(to), Some(from)) = (to.get_mut(..many), from.get(..many)) {
                to.copy_from_slice(from);
            }
        }
    }
}

/// A named, bounded integer: `buffer 1: 0..=10`, `lathe: {down, up}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// What people call it, unique in its space.
    pub name: String,
    /// The lowest level, inclusive.
    pub low: Level,
    /// The highest level, inclusive.
    pub high: Level,
    /// Names of the levels from `low` upwards, or empty where the number says it all.
    pub labels: Vec<String>,
    /// The unit of a level, as shown on an axis ("parts"), or empty.
    pub unit: String,
}

impl Variable {
    /// A count between two bounds, inclusive, with the unit of one level.
    pub fn count(
        name: impl Into<String>,
        low: Level,
        high: Level,
        unit: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), low, high, labels: Vec::new(), unit: unit.into() }
    }

    /// A choice among named levels, numbered from 0.
    pub fn choice(name: impl Into<String>, labels: &[&str]) -> Self {
        Self {
            name: name.into(),
            low: 0,
            high: labels.len() as Level - 1,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            unit: String::new(),
        }
    }

    /// How many levels the variable has; 0 if its bounds are crossed.
    pub fn size(&self) -> u64 {
        (i64::from(self.high) - i64::from(self.low) + 1).max(0) as u64
    }

    /// The level as people read it: its label, else its number.
    pub fn label(&self, level: Level) -> String {
        let place = i64::from(level) - i64::from(self.low);
        match usize::try_from(place).ok().and_then(|place| self.labels.get(place)) {
            Some(label) => label.clone(),
            None => level.to_string().replace('-', "\u{2212}"),
        }
    }
}

/// Why a space cannot be indexed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// The product of the variables' sizes does not fit 64 bits.
    #[error(
        "the {variables} variables have {count} combinations: too many to number, as planners and \
         learners must. Make the model smaller, or choose a rule of thumb"
    )]
    TooLarge {
        /// How many variables the space has.
        variables: usize,
        /// About how many combinations they have.
        count: String,
    },
    /// A variable has no level at all.
    #[error(
        "variable `{name}` has no level: its lower bound {low} lies above its upper bound {high}"
    )]
    Empty {
        /// The variable's name.
        name: String,
        /// Its lower bound.
        low: Level,
        /// Its upper bound.
        high: Level,
    },
}

/// An ordered list of variables, numbered in mixed radix: the **last** variable counts fastest.
///
/// The index of levels x₁ … xₙ is (((x₁−l₁)·k₂ + x₂−l₂)·k₃ + …), kᵢ the size of variable i.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    variables: Vec<Variable>,
    strides: Vec<u64>,
    count: Option<u64>,
}

impl Space {
    /// Builds the space. A space too large to number is allowed, an empty variable is not.
    pub fn new(variables: Vec<Variable>) -> Result<Self, SpaceError> {
        for variable in &variables {
            if variable.size() == 0 {
                return Err(SpaceError::Empty {
                    name: variable.name.clone(),
                    low: variable.low,
                    high: variable.high,
                });
            }
        }
        let mut strides = vec![1_u64; variables.len()];
        let mut count = Some(1_u64);
        for (stride, variable) in strides.iter_mut().zip(&variables).rev() {
            *stride = count.unwrap_or(0);
            count = count.and_then(|count| count.checked_mul(variable.size()));
        }
        Ok(Self { variables, strides, count })
    }

    /// The variables in order.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.variables.len()
    }

    /// Whether there is no variable (such a space has one point).
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// How many combinations of levels there are, or a refusal where 64 bits do not hold them.
    pub fn count(&self) -> Result<u64, SpaceError> {
        self.count.ok_or_else(|| SpaceError::TooLarge {
            variables: self.variables.len(),
            count: self.count_in_words(),
        })
    }

    /// The number of combinations as a real number, finite even where [`Space::count`] refuses.
    pub fn count_estimate(&self) -> f64 {
        self.variables.iter().map(|variable| variable.size() as f64).product()
    }

    /// The number of combinations in words: `7744`, `about 1.4 · 10²⁴`.
    pub fn count_in_words(&self) -> String {
        match self.count {
            Some(count) => count.to_string(),
            None => format!("about {}", self.power_of_ten()),
        }
    }

    /// The variables of most levels, three at most, in words: what to make smaller in a space that is
    /// too large. `a` (21 levels), `b` (3)
    pub fn largest_in_words(&self) -> String {
        let mut largest: Vec<&Variable> = self.variables.iter().collect();
        largest.sort_by_key(|variable| std::cmp::Reverse(variable.size()));
        let each = largest.iter().take(3).enumerate().map(|(place, variable)| {
            let levels = if place == 0 { " levels" } else { "" };
            format!("`{}` ({}{levels})", variable.name, variable.size())
        });
        each.collect::<Vec<_>>().join(", ")
    }

    /// The number of combinations to two digits, however many they are: `1.4 · 10²⁴`.
    fn power_of_ten(&self) -> String {
        let logarithm: f64 = self.variables.iter().map(|v| (v.size() as f64).log10()).sum();
        let exponent = (logarithm + 1e-9).floor();
        let digits = 10f64.powf(logarithm - exponent);
        format!("{digits:.1} · {}", ten_to_the(exponent as i64))
    }

    /// The index of the levels. The space must be countable and the levels within bounds
    /// (checked in debug builds; see [`Space::contains`]).
    #[inline]
    pub fn index(&self, levels: &[Level]) -> u64 {
        debug_assert!(self.count.is_some() && self.contains(levels), "{levels:?}");
        let mut index = 0;
        for ((level, variable), stride) in levels.iter().zip(&self.variables).zip(&self.strides) {
            index += (i64::from(*level) - i64::from(variable.low)) as u64 * stride;
        }
        index
    }

    /// Writes the levels of an index below [`Space::count`].
    #[inline]
    pub fn levels(&self, index: u64, levels: &mut [Level]) {
        let mut rest = index;
        for ((level, variable), stride) in levels.iter_mut().zip(&self.variables).zip(&self.strides)
        {
            *level = (i64::from(variable.low) + (rest / stride) as i64) as Level;
            rest %= stride;
        }
    }

    /// How much the index grows when the variable at `place` rises by one; 0 where uncountable.
    pub fn stride(&self, place: usize) -> u64 {
        self.strides.get(place).copied().unwrap_or(0)
    }

    /// Whether there are as many levels as variables, each within its bounds.
    pub fn contains(&self, levels: &[Level]) -> bool {
        levels.len() == self.variables.len()
            && levels
                .iter()
                .zip(&self.variables)
                .all(|(level, variable)| (variable.low..=variable.high).contains(level))
    }

    /// The place of the variable of this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    /// The levels in words: `buffer 1 = 8, lathe = up`.
    pub fn describe<'a>(&'a self, levels: &'a [Level]) -> impl fmt::Display + 'a {
        Description { space: self, levels }
    }
}

struct Description<'a> {
    space: &'a Space,
    levels: &'a [Level],
}

impl fmt::Display for Description<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (variable, level)) in self.space.variables.iter().zip(self.levels).enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            write!(out, "{separator}{} = {}", variable.name, variable.label(*level))?;
        }
        Ok(())
    }
}

/// A power of ten as people write it: `10²⁴`, `10⁻⁷`.
pub fn ten_to_the(exponent: i64) -> String {
    let raised = exponent.to_string();
    let raised = raised.chars().map(|digit| match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁻',
    });
    format!("10{}", raised.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn index_is_a_bijection(bounds in prop::collection::vec((-5_i32..5, 0_i32..6), 0..5)) {
            let variables = bounds
                .iter()
                .enumerate()
                .map(|(i, (low, more))| Variable::count(format!("v{i}"), *low, low + more, ""))
                .collect();
            let space = Space::new(variables).unwrap();
            let mut levels = vec![0; space.len()];
            for index in 0..space.count().unwrap() {
                space.levels(index, &mut levels);
                prop_assert!(space.contains(&levels));
                prop_assert_eq!(space.index(&levels), index);
            }
        }
    }

    #[test]
    fn too_many_combinations_are_refused_in_words() {
        let wide = |n| (0..n).map(|i| Variable::count(format!("v{i}"), 0, 9, "")).collect();
        assert_eq!(Space::new(wide(19)).unwrap().count(), Ok(10_u64.pow(19)));
        let refused = Space::new(wide(20)).unwrap();
        let error = refused.count().unwrap_err();
        assert_eq!(error, SpaceError::TooLarge { variables: 20, count: refused.count_in_words() });
        assert!(error.to_string().contains("about "), "{error}");
        assert!((refused.count_estimate() / 1e20 - 1.0).abs() < 1e-12);
        assert_eq!(refused.count_in_words(), "about 1.0 · 10²⁰");
    }

    #[test]
    fn widest_bounds_do_not_overflow() {
        let space = Space::new(vec![Variable::count("x", i32::MIN, i32::MAX, "")]).unwrap();
        let mut levels = [0];
        for level in [i32::MIN, -1, 0, i32::MAX] {
            space.levels(space.index(&[level]), &mut levels);
            assert_eq!(levels, [level]);
        }
    }

    #[test]
    fn crossed_bounds_are_refused() {
        let refused = Space::new(vec![Variable::count("x", 1, 0, "")]);
        assert!(matches!(refused, Err(SpaceError::Empty { .. })));
    }
}
