//! The variables that names make: counts where they are whole numbers in a row, labels else.

use std::collections::HashMap;

use crate::mdp::{Level, Variable};

/// A variable and the level of each of its names.
#[derive(Debug)]
pub(super) struct Names<'t> {
    pub variable: Variable,
    levels: HashMap<&'t str, Level>,
}

impl<'t> Names<'t> {
    /// The variable of these names: they may repeat, and the first comes first. Whole numbers come
    /// in their own order, and are counted if none between them is left out.
    pub fn new(name: &str, given: impl IntoIterator<Item = &'t str>) -> Self {
        let mut levels = HashMap::new();
        let mut labels: Vec<&str> = Vec::new();
        for given in given {
            levels.entry(given).or_insert_with(|| {
                labels.push(given);
                0
            });
        }
        // `007` is a name of its own, not the number 7.
        let number = |label: &&str| {
            label.parse::<Level>().ok().filter(|number| number.to_string() == **label)
        };
        let numbers: Option<Vec<Level>> = labels.iter().map(number).collect();
        let mut counted = None;
        if let Some(numbers) = numbers
            && let (Some(&low), Some(&high)) = (numbers.iter().min(), numbers.iter().max())
        {
            labels.sort_by_key(number);
            let gap = i64::from(high) - i64::from(low) + 1 - numbers.len() as i64;
            counted = (gap == 0).then(|| Variable::count(name, low, high, ""));
        }
        let variable = counted.unwrap_or_else(|| Variable::choice(name, &labels));
        for (level, label) in (variable.low..).zip(&labels) {
            levels.insert(label, level);
        }
        Self { variable, levels }
    }

    /// The level of a name.
    pub fn level(&self, name: &str) -> Option<Level> {
        self.levels.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_without_a_gap_are_counted() {
        let names = Names::new("stake", ["3", "1", "2", "1"]);
        assert_eq!(names.variable, Variable::count("stake", 1, 3, ""));
        assert_eq!((names.level("2"), names.level("4")), (Some(2), None));
    }

    #[test]
    fn other_names_are_labels_in_the_order_of_their_first_use() {
        let names = Names::new("priority", ["8", "1", "2", "4", "8"]);
        assert_eq!(names.variable, Variable::choice("priority", &["1", "2", "4", "8"]));
        assert_eq!(names.level("8"), Some(3));
        let names = Names::new("state", ["B", "A", "B", "07", "7"]);
        assert_eq!(names.variable, Variable::choice("state", &["B", "A", "07", "7"]));
        assert_eq!(names.level("7"), Some(3));
    }
}
