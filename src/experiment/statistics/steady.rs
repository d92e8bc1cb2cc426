//! Where a run's warm-up ends: MSER-5.
//!
//! A run begins in a state of its own choice, an empty line, say, and what is measured before that
//! is forgotten is none of the steady state. MSER-5 (White 1997; White, Cobb & Spratt 2000; Law
//! 2015, sec. 9.5.1) takes the means of batches of 5 beats and cuts where the standard error of the
//! mean of what remains is least: the d that minimises Σ_{j>d} (Z_j − Z̄_d)² / (k − d)² over the
//! first half, d ≤ k/2. With few batches left the measure says nothing: a line that happens to be
//! up throughout the last ones has no variance there at all. If the least lies at the end of the
//! first half, it would lie further on: the run is too short to tell, and is refused. As noise may
//! put it a little before that end, the end is the last twentieth of the first half here.

/// How many beats a batch has.
pub const BATCH: u64 = 5;
/// The most batches that the warm-up is judged by: longer runs have longer batches.
const MOST_BATCHES: u64 = 200_000;
/// Which part of the first half is its end.
const END: usize = 20;
/// With fewer batches there is nothing to tell.
const FEWEST: usize = 10;

/// How many beats a batch of so long a run has: [`BATCH`], or a multiple of it in a very long one.
pub fn batch_length(beats: u64) -> u64 {
    (beats / (MOST_BATCHES * BATCH)).max(1) * BATCH
}

/// How many of the first batches are to be left out; `None` where the least lies at the end of the
/// first half, so that the run is too short, or there are too few batches to say.
pub fn mser(batches: &[f64]) -> Option<usize> {
    let count = batches.len();
    let half = count / 2;
    if count < FEWEST {
        return None;
    }
    // From the end on: mean and sum of squares of what remains (Welford 1962).
    let (mut mean, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (half, f64::INFINITY);
    for (before, &value) in batches.iter().rev().enumerate() {
        let kept = before + 1;
        let apart = value - mean;
        mean += apart / kept as f64;
        squares += apart * (value - mean);
        let (cut, measure) = (count - kept, squares / (kept as f64).powi(2));
        // Of several that are equally good the earliest.
        if cut <= half && measure <= least {
            (best, least) = (cut, measure);
        }
    }
    (best < half - half / END).then_some(best)
}

/// Where several runs of one process are cut, each having found its own place by [`mser`]: the
/// median, so that a run whose luck looks like a warm-up, or that cannot tell, does not cut the
/// others short. `None` where the median run cannot tell. Of an even number of runs the later one in
/// the middle counts.
pub fn common_cut(cuts: impl IntoIterator<Item = Option<u64>>) -> Option<u64> {
    // Who cannot tell would cut later than all that can.
    let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.unwrap_or(u64::MAX)).collect();
    cuts.sort_unstable();
    cuts.get(cuts.len() / 2).copied().filter(|&cut| cut < u64::MAX)
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
        (0..=batches.len() / 2).min_by(|a, b| measure(*a).total_cmp(&measure(*b))).unwrap()
    }

    /// A start far away that fades within so many batches, and noise.
    fn fading(run: u64, start: f64, batches: f64) -> Vec<f64> {
        let key = Luck::new(2).key("noise");
        (0..400)
            .map(|j: u16| start * (-f64::from(j) / batches).exp() + key.uniform(run, j))
            .collect()
    }

    #[test]
    fn it_is_what_the_definition_says() {
        for (run, start) in [(0, 0.0), (1, 3.0), (2, 20.0)] {
            let batches = fading(run, start, 20.0);
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

    /// What starts at 20 and fades to 1/e within 30 of 400 batches is in the noise, of deviation
    /// 1/√12, after 127; within 70 it is still four deviations above it after half of them.
    #[test]
    fn a_long_warm_up_is_cut_within_the_first_half_and_refused_beyond() {
        let cut = mser(&fading(3, 20.0, 30.0)).unwrap();
        assert!((100..180).contains(&cut), "{cut}");
        assert_eq!(mser(&fading(4, 20.0, 70.0)), None);
    }

    /// Batches that happen to be alike at the end of the run say nothing of its start.
    #[test]
    fn a_quiet_end_is_no_steady_state() {
        let mut batches = fading(5, 0.0, 1.0);
        batches[395..].fill(0.5);
        assert_eq!(mser(&batches), Some(by_definition(&batches)));
    }

    /// Gershwin's two machines are up together for 25 beats and more in a row: such an end was taken
    /// for the steady state in 16 of 40 runs, which were refused. A start with all up is forgotten
    /// within some hundreds of beats, so that no run of 10⁵ is too short. Chance puts the least into
    /// the last twentieth of the first half in one run of 20, or in fewer.
    #[test]
    fn a_stationary_line_is_hardly_ever_refused() {
        use crate::experiment::{AnyAgent, RunSettings, open};
        use crate::heuristics::AlwaysRun;
        let scenario = crate::scenario::library::open("lines/gershwin_two_machine.ron").unwrap();
        let line = &scenario.environment;
        let cuts: Vec<Option<u64>> = (0..40)
            .map(|seed| {
                let agent = AnyAgent::AlwaysRun(AlwaysRun::new(line.erased()));
                let mut run = open(line, agent, RunSettings { seed, ..RunSettings::default() });
                let batches: Vec<f64> = (0..20_000)
                    .map(|_| {
                        let before = run.item_totals().iter().sum::<f64>();
                        run.advance(BATCH);
                        run.item_totals().iter().sum::<f64>() - before
                    })
                    .collect();
                mser(&batches).map(|cut| cut as u64 * BATCH)
            })
            .collect();
        let refused = cuts.iter().filter(|cut| cut.is_none()).count();
        assert!(refused <= 4, "{refused} of 40 are refused: {cuts:?}");
        // What all runs together are cut at is a small part of them.
        assert!(common_cut(cuts.iter().copied()).unwrap() < 10_000, "{cuts:?}");
    }

    #[test]
    fn one_run_that_cannot_tell_does_not_cut_the_others_short() {
        assert_eq!(common_cut([Some(10), None, Some(5), Some(20), Some(15)]), Some(15));
        assert_eq!(common_cut([Some(10), None]), None);
        assert_eq!(common_cut([Some(10), None, None]), None);
        assert_eq!((common_cut([Some(7)]), common_cut([])), (Some(7), None));
    }
}
