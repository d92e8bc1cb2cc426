//! From figures to the right option of a choice.

use super::figure::Figure;
use crate::scenario::lesson::By;

/// Exact figures that differ by no more than this share are the same, but for rounding.
const ROUNDING: f64 = 1e-8;

/// What decides a choice came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This option, from 0.
    Option(usize),
    /// It cannot be told, as intervals overlap or there is none.
    Open,
}

impl Verdict {
    /// The option that is right where there are so many: what cannot be told has the last one, where
    /// there is one for it.
    pub fn option(self, by: &By, options: usize) -> Option<usize> {
        match self {
            Self::Option(place) => Some(place),
            Self::Open => (options > by.options()).then(|| options - 1),
        }
    }
}

/// Decides a choice; `None` while a figure is not known.
pub(super) fn decide(by: &By, figures: &[Figure]) -> Option<Verdict> {
    let find = |name: &str| figures.iter().find(|figure| figure.name == name);
    Some(match by {
        By::Largest(names) => {
            let all: Option<Vec<_>> = names.iter().map(|name| find(name)).collect();
            largest(&all?, 1.0)
        }
        By::Smallest(names) => {
            let all: Option<Vec<_>> = names.iter().map(|name| find(name)).collect();
            largest(&all?, -1.0)
        }
        By::Less(pair) => match sign(find(&pair.first)?, find(&pair.second)?) {
            None => Verdict::Open,
            Some(sign) => Verdict::Option(usize::from(sign >= 0.0)),
        },
        By::Within { of, bounds } => {
            let value = find(of)?.estimate.mean;
            Verdict::Option(bounds.iter().filter(|&&bound| value >= bound).count())
        }
    })
}

/// Which figure is surely the largest, or the smallest where the sign is −1.
fn largest(figures: &[&Figure], way: f64) -> Verdict {
    let best = figures.iter().enumerate().max_by(|(_, one), (_, other)| {
        (way * one.estimate.mean).total_cmp(&(way * other.estimate.mean))
    });
    let Some((place, best)) = best else { return Verdict::Open };
    let mut others = figures.iter().enumerate().filter(|(other, _)| *other != place);
    let surely = |other: &Figure| sign(best, other).is_some_and(|sign| way * sign > 0.0);
    if others.all(|(_, other)| surely(other)) { Verdict::Option(place) } else { Verdict::Open }
}

/// Whether one figure is more (1) or less (−1) than another, or exactly as much (0); `None` where
/// that cannot be told.
fn sign(one: &Figure, other: &Figure) -> Option<f64> {
    let difference = one.less(other);
    let (low, high) = (difference.low?, difference.high?);
    if one.is_exact() && other.is_exact() {
        let size = one.estimate.mean.abs().max(other.estimate.mean.abs());
        let same = difference.mean.abs() <= ROUNDING * size;
        return Some(if same { 0.0 } else { difference.mean.signum() });
    }
    if low > 0.0 {
        Some(1.0)
    } else if high < 0.0 {
        Some(-1.0)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::exactly;
    use super::*;
    use crate::experiment::statistics::Estimate;
    use crate::scenario::Text;
    use crate::scenario::lesson::PairSpec;

    fn figure(name: &str, estimate: Estimate, samples: &[f64]) -> Figure {
        let (label, unit) = (Text::default(), Text::default());
        Figure { name: name.to_owned(), label, unit, estimate, samples: samples.to_vec() }
    }

    fn of(samples: &[f64], name: &str) -> Figure {
        figure(name, Estimate::of_samples(samples), samples)
    }

    fn less(figures: &[Figure]) -> Option<Verdict> {
        let pair = PairSpec { first: "a".to_owned(), second: "b".to_owned() };
        decide(&By::Less(pair), figures)
    }

    #[test]
    fn exact_figures_are_told_apart_however_near() {
        let of = |a, b| [figure("a", exactly(a), &[a]), figure("b", exactly(b), &[b])];
        assert_eq!(less(&of(1.0, 1.0 + 1e-6)), Some(Verdict::Option(0)));
        assert_eq!(less(&of(2.0, 1.0)), Some(Verdict::Option(1)));
        assert_eq!(less(&of(2.0, 2.0)), Some(Verdict::Option(1)));
        assert_eq!(less(&of(2.0, 2.0 + 1e-12)), Some(Verdict::Option(1)));
        assert_eq!(less(&of(2.0, 2.0)[..1]), None);
        // Two that are exactly as large: none is the largest.
        let names = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(decide(&By::Largest(names()), &of(2.0, 2.0)), Some(Verdict::Open));
        assert_eq!(decide(&By::Smallest(names()), &of(2.0, 1.0)), Some(Verdict::Option(1)));
    }

    /// One seed says nothing; many do, by their paired differences.
    #[test]
    fn figures_of_seeds_are_told_apart_by_their_interval_alone() {
        assert_eq!(less(&[of(&[1.0], "a"), of(&[9.0], "b")]), Some(Verdict::Open));
        let (a, b) = ([1.0, 5.0, 9.0, 13.0], [2.0, 6.1, 9.9, 14.0]);
        assert_eq!(less(&[of(&a, "a"), of(&b, "b")]), Some(Verdict::Option(0)));
        assert_eq!(less(&[of(&a, "b"), of(&b, "a")]), Some(Verdict::Option(1)));
        let far = [8.0, 1.0, 12.0, 3.0];
        let by = By::Largest(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(decide(&by, &[of(&a, "a"), of(&far, "b")]), Some(Verdict::Open));
        assert_eq!(Verdict::Open.option(&by, 3), Some(2));
        assert_eq!(Verdict::Open.option(&by, 2), None);
    }

    #[test]
    fn a_figure_lies_between_its_bounds() {
        let by = By::Within { of: "a".to_owned(), bounds: vec![1.0, 10.0] };
        for (value, option) in [(0.5, 0), (1.0, 1), (9.9, 1), (10.0, 2)] {
            let figures = [figure("a", exactly(value), &[value])];
            assert_eq!(decide(&by, &figures), Some(Verdict::Option(option)));
        }
    }
}
