//! Whether a column of parts counts those since the line before, or is a counter that runs on.
//!
//! Parts since the line before go up and down; a counter rises, and falls only where it was reset. What
//! speaks for one are its rises, and twice as much that it stands where it stood, above 1, after a time in
//! which nothing could be made. It is taken for one where this comes to 4 ([`ENOUGH`]) for some
//! machine, and of all machines together to 5 ([`PER_FALL`]) for every fall. (Independent counts fall as
//! often as they rise: four rises and no fall come in one of 5! = 120 orders.)

/// How a column of parts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Parts since the line before.
    Each,
    /// All parts so far, since the counter was last reset.
    Running,
}

/// A counter that runs on, as it was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Running {
    /// How often it was reset: it fell to near 0.
    pub resets: u64,
    /// How often it fell to something else, of which nothing is counted.
    pub corrections: u64,
}

/// So much speaks for a counter before it is taken for one.
const ENOUGH: u64 = 4;
/// And so much for every fall.
const PER_FALL: u64 = 5;
/// Up to this share of what it was it is near 0.
const NEAR_NOTHING: f64 = 0.1;

/// A count of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// What stands in the cell.
    pub(super) parts: u64,
    /// Whether it could have made parts since its count before.
    pub(super) worked: bool,
}

/// Whether the counts of some machines, each in the order of time, are those of counters.
pub(super) fn runs(machines: &[Vec<Count>]) -> bool {
    let (mut speaks, mut falls, mut most) = (0, 0, 0);
    for counts in machines {
        let mut speaks_here = 0;
        for (before, after) in counts.iter().zip(counts.iter().skip(1)) {
            match after.parts.cmp(&before.parts) {
                std::cmp::Ordering::Greater => speaks_here += 1,
                std::cmp::Ordering::Less => falls += 1,
                std::cmp::Ordering::Equal if after.parts > 1 && !after.worked => speaks_here += 2,
                std::cmp::Ordering::Equal => {}
            }
        }
        speaks += speaks_here;
        most = most.max(speaks_here);
    }
    most >= ENOUGH && speaks >= PER_FALL * falls
}

impl Running {
    /// How many parts there were from one state of the counter to the next.
    pub(super) fn since(&mut self, before: u64, after: u64) -> u64 {
        if let Some(parts) = after.checked_sub(before) {
            return parts;
        }
        if after as f64 <= NEAR_NOTHING * before as f64 {
            self.resets += 1;
            return after;
        }
        self.corrections += 1;
        0
    }

    /// What was made of the column, in sentences.
    pub fn told(self) -> String {
        let times = |times: u64| match times {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        let mut text =
            "The column `parts` is read as a counter that runs on, and parts are what it \
                        rose by from line to line"
                .to_owned();
        if self.resets > 0 {
            text.push_str(&format!("; {} it was reset to near 0", times(self.resets)));
        }
        if self.corrections > 0 {
            let fell = times(self.corrections);
            text.push_str(&format!(
                "; {fell} it fell to something else, of which nothing is counted"
            ));
        }
        text.push_str(". If it counts parts since the line before, say --parts each.");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[u64]) -> Vec<Count> {
        of.iter().map(|&parts| Count { parts, worked: true }).collect()
    }

    #[test]
    fn counters_are_told_from_counts() {
        let stands = |of: &[u64]| {
            let each = of.iter().enumerate();
            each.map(|(place, &parts)| Count { parts, worked: place % 2 == 1 }).collect::<Vec<_>>()
        };
        for (machines, is_one) in [
            (vec![counts(&[0, 50, 90, 130, 180])], true),
            (vec![counts(&[0, 50, 90, 130, 180, 4, 60, 100])], true),
            // Two lines of each of many machines rise and tell nothing.
            (vec![counts(&[0, 50]); 8], false),
            (vec![counts(&[0, 50, 90, 40, 60, 70, 30])], false),
            (vec![counts(&[50; 20])], false),
            (vec![counts(&[0, 1, 0, 13, 1, 11, 1, 14, 0, 2, 0, 17])], false),
            // It stands while nothing is made.
            (vec![stands(&[0, 50, 50, 110, 110])], true),
            // A machine that tells little is judged with the others.
            (vec![counts(&[0, 50, 90, 130, 180]), counts(&[0, 7, 3]), counts(&[5, 9])], true),
        ] {
            assert_eq!(runs(&machines), is_one, "{machines:?}");
        }
    }

    #[test]
    fn a_counter_counts_what_it_rose_by() {
        let mut running = Running::default();
        let states = [10, 10, 60, 5, 40, 38, 50];
        let parts = states.iter().zip(states.iter().skip(1));
        let parts: u64 = parts.map(|(before, after)| running.since(*before, *after)).sum();
        // 50, reset to 5, 35, a correction, 12.
        assert_eq!((parts, running), (102, Running { resets: 1, corrections: 1 }));
        let told = running.told();
        assert!(told.contains("; once it was reset to near 0; once it fell"), "{told}");
    }
}
