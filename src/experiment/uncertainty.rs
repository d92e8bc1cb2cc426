//! How far a plant may be from its model, whose figures are only estimated.
//!
//! For each draw every estimated figure takes another value that it might as well have
//! ([`Figure::drawn`]), and the model is solved anew; 95 % of what is found is told. A certificate is
//! for the model, this is for the plant.

use rayon::prelude::*;

use super::optimum::{self, SolveOptions};
use crate::interchange::estimates::Figure;
use crate::mdp::Progress;
use crate::mdp::luck::Luck;
use crate::scenario::{Estimated, Scenario};

/// Models of at most so many states are solved anew for each draw.
pub const MOST_SOLVED: u64 = 20_000;
/// Fewer draws than this tell nothing of their ends.
const FEWEST: usize = 20;
/// To which share of its value the optimum is found for a draw.
const PRECISION: f64 = 1e-4;
/// After so many backups a draw is taken as it stands.
const BACKUPS: u64 = 1_000_000_000;

/// From where to where 95 % of the draws lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The 2.5 % quantile.
    pub low: f64,
    /// The 97.5 % quantile.
    pub high: f64,
    /// How many draws there are.
    pub draws: usize,
}

impl Spread {
    /// The spread of what was drawn; `None` of fewer than 20.
    pub fn of(mut drawn: Vec<f64>) -> Option<Self> {
        drawn.sort_by(f64::total_cmp);
        let last = drawn.len().saturating_sub(1) as f64;
        let at = |share: f64| drawn.get((last * share).round() as usize).copied();
        (drawn.len() >= FEWEST)
            .then(|| Some(Self { low: at(0.025)?, high: at(0.975)?, draws: drawn.len() }))?
    }
}

/// The uniform numbers of a draw.
pub fn uniforms(seed: u64, draw: u32) -> impl FnMut() -> f64 {
    let key = Luck::new(seed).key("estimates");
    let mut drawn: u16 = 0;
    move || {
        drawn = drawn.wrapping_add(1);
        key.uniform(u64::from(draw), drawn).clamp(1e-9, 1.0 - 1e-9)
    }
}

/// Whether the models of a scenario are small enough to be solved for each draw.
pub fn is_solved(scenario: &Scenario) -> bool {
    scenario.environment.state_space().count().is_ok_and(|states| states <= MOST_SOLVED)
}

/// The spread of the optimum of a scenario with estimated figures, which is `about` this as they stand.
/// `None` where it has none, where its model has more than [`MOST_SOLVED`] states, and of too few draws.
pub fn of_optimum(scenario: &Scenario, about: f64, draws: u32, seed: u64) -> Option<Spread> {
    if scenario.contents.estimates.is_empty() || !is_solved(scenario) {
        return None;
    }
    let precision = f64::max(PRECISION * about.abs(), 1e-9);
    let value = |scenario: &Scenario| {
        let options = SolveOptions { budget: BACKUPS, ..SolveOptions::to(Some(precision)) };
        let (lower, upper) = optimum::find(scenario, &options, &Progress::new()).ok()?.bounds();
        Some(f64::midpoint(lower?, upper?))
    };
    let drawn = (0..draws).into_par_iter();
    Spread::of(drawn.filter_map(|draw| value(&other(scenario, seed, draw)?)).collect())
}

/// The scenario with other values in the place of those that were estimated.
fn other(scenario: &Scenario, seed: u64, draw: u32) -> Option<Scenario> {
    let mut uniform = uniforms(seed, draw);
    let mut other = scenario.clone();
    for estimated in &scenario.contents.estimates {
        let parameters = other.parameters();
        let parameter = parameters.iter().find(|parameter| parameter.path == estimated.of)?;
        let (least, most) = parameter.bounds;
        let drawn = figure(estimated, parameter.value)?.drawn(uniform()).value;
        other = other.with_parameter(&estimated.of, drawn.clamp(least, most)).ok()?;
    }
    Some(other)
}

/// An estimated figure of this value.
fn figure(estimated: &Estimated, value: f64) -> Option<Figure> {
    match estimated.count {
        Some(count) => Figure::proportion(estimated.events, count),
        None => Figure::mean_time(estimated.events, value * estimated.events as f64, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(estimates: &str) -> String {
        format!(
            "(version: 1, beat: \"1 min\", environment: Line(machines: [(mtbf: \"60 min\", mttr: \"6 \
             min\"), (scrap: 0.05)], buffers: [(capacity: 3)], revenue: 1), criterion: Average, \
             estimates: [{estimates}])"
        )
    }

    fn read(estimates: &str) -> Scenario {
        let text = text(estimates);
        Scenario::parse("line.ron", &text).unwrap_or_else(|reports| panic!("{reports}"))
    }

    fn spread(estimates: &str, draws: u32, seed: u64) -> Option<Spread> {
        of_optimum(&read(estimates), 0.86, draws, seed)
    }

    const TIMES: &str = "(of: \"environment.machines[0].mtbf\", low: 41, high: 96, events: 20), (of: \
                         \"environment.machines[0].mttr\", low: 4.1, high: 9.6, events: 20)";
    const SCRAP: &str =
        "(of: \"environment.machines[1].scrap\", low: 0.0056, high: 0.17, events: 2, count: 40)";

    /// Of a machine before one that never fails all that it makes goes on: its availability, and F
    /// says how far that of 20 failures and 20 repairs is known.
    #[test]
    fn the_spread_of_a_machine_is_that_of_its_availability() {
        let known = spread(TIMES, 2_000, 1).unwrap();
        assert_eq!(known.draws, 2_000);
        // mttr/mtbf is 0.1 times an F of 40 and 40 degrees, whose 97.5 % is 1.875 (printed tables); one
        // part in twenty is scrapped.
        for (found, told) in [(known.low, 0.95 / 1.1875), (known.high, 0.95 / (1.0 + 0.1 / 1.875))]
        {
            assert!((found - told).abs() < 0.006, "{known:?}, but {told}");
        }
        assert!(spread(TIMES, 2_000, 2) != Some(known));
        assert_eq!(spread(TIMES, 2_000, 1), Some(known));
    }

    /// A share is drawn from its beta distribution; what is known of more is told of more.
    #[test]
    fn what_is_known_better_spreads_less() {
        let width = |estimates: &str| {
            let known = spread(estimates, 400, 1).unwrap();
            assert!(known.low < known.high);
            known.high - known.low
        };
        let scrap = width(SCRAP);
        // Jeffreys' 95 % of 2 of 40 is 1.1 to 15.1 %; the first machine works 60 beats of 66.
        assert!((scrap - 0.14 * 60.0 / 66.0).abs() < 0.02, "{scrap}");
        let better = width(&SCRAP.replace("events: 2, count: 40", "events: 200, count: 4000"));
        assert!(better < 0.2 * scrap, "{better} {scrap}");
        let both = width(&format!("{TIMES}, {SCRAP}"));
        assert!(both > width(TIMES) && both > scrap, "{both}");
    }

    #[test]
    fn without_estimates_or_draws_there_is_no_spread() {
        assert_eq!(spread("", 100, 1), None);
        assert_eq!(spread(TIMES, 19, 1), None);
        assert_eq!(spread(TIMES, 0, 1), None);
        assert_eq!(Spread::of((0..41).map(f64::from).collect()).unwrap().low, 1.0);
    }

    #[test]
    fn estimates_of_nothing_are_told() {
        let twice = format!("{TIMES}, {TIMES}");
        for (estimates, told) in [
            (twice.as_str(), "twice"),
            ("(of: \"environment.machines[7].mtbf\", low: 1, high: 2, events: 3)", "no figure"),
            ("(of: \"environment.machines[0].mtbf\", low: 2, high: 1, events: 3)", "nothing lies"),
            ("(of: \"environment.machines[0].mtbf\", low: 1, high: 2, events: 0)", "no event"),
            (
                "(of: \"environment.machines[1].scrap\", low: 0, high: 1, events: 3, count: 2)",
                "no share",
            ),
        ] {
            let refused = Scenario::parse("line.ron", &text(estimates)).unwrap_err().to_string();
            assert!(refused.contains(told), "{estimates}: {refused}");
        }
        // What is not at fault reads back as it was.
        let all = read(&format!("{TIMES}, {SCRAP}"));
        let again = Scenario::parse("line.ron", &all.to_ron()).unwrap();
        assert_eq!((again.contents.estimates.len(), &again.contents), (3, &all.contents));
    }
}
