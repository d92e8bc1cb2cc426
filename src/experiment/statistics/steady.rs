//! Where a run's warm-up ends: MSER-5.
//!
//! A run begins in a state of its own choice, an empty line, say, and what is measured before that
//! is forgotten is none of the steady state. MSER-5 (White 1997; White, Cobb & Spratt 2000; Law
//! 2015, sec. 9.5.1) takes the means of batches of 5 beats and cuts where the standard error of the
//! mean of what remains is least: the d that minimises Σ_{j>d} (Z_j − Z̄_d)² / (k − d)². A cut in
//! the second half of the run says that the run is too short to tell, and is refused.

/// How many beats a batch has.
pub const BATCH: u64 = 5;

/// How many of the first batches are to be left out; `None` where the least lies beyond the first
/// half, so that the run is too short, or there are too few batches to say.
pub fn mser(batches: &[f64]) -> Option<usize> {
    let count = batches.len();
    if count < 10 {
        return None;
    }
    // From the end on: mean and sum of squares of what remains (Welford 1962).
    let (mut mean, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (0, f64::INFINITY);
    for (kept, &value) in batches.iter().rev().enumerate() {
        let kept = kept + 1;
        let apart = value - mean;
        mean += apart / kept as f64;
        squares += apart * (value - mean);
        let cut = count - kept;
        // With few batches left the measure says nothing: at least five remain (White et al.).
        let measure = squares / (kept as f64).powi(2);
        if kept >= 5 && measure <= least {
            (best, least) = (cut, measure);
        }
    }
    (best <= count / 2).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Luck;

    /// The definition, without any shortcut.
    fn by_definition(batches: &[f64]) -> usize {
        let measure = |cut: usize| {
            let kept = &batches[cut..];
            let mean = kept.iter().sum::<f64>() / kept.len() as f64;
            kept.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / (kept.len() as f64).powi(2)
        };
        (0..=batches.len() - 5).min_by(|a, b| measure(*a).total_cmp(&measure(*b))).unwrap()
    }

    #[test]
    fn it_is_what_the_definition_says() {
        let key = Luck::new(2).key("noise");
        for (run, start) in [(0, 0.0), (1, 3.0), (2, 20.0)] {
            let batches: Vec<f64> = (0..400)
                .map(|j: u16| start * (-f64::from(j) / 20.0).exp() + key.uniform(run, j))
                .collect();
            let expected = by_definition(&batches);
            assert_eq!(mser(&batches), Some(expected));
            assert!(start == 0.0 || expected > 30, "{start}: {expected}");
        }
    }

    #[test]
    fn a_run_that_still_rises_is_too_short() {
        let rising: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(mser(&rising), None);
        assert_eq!(mser(&[1.0; 9]), None);
        assert_eq!(mser(&[1.0; 20]), Some(0));
    }
}
