//! What is optimised: discounted, average or total expected reward.

use serde::{Deserialize, Serialize};

/// The criterion by which policies are compared (Puterman 1994, chapters 6, 8 and 7).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Criterion {
    /// Σ γᵗ rₜ with this discount γ a beat, 0 ≤ γ < 1. What follows a terminal state is worth 0.
    Discounted(f64),
    /// The long-run reward a beat, the *gain*. Refused where states are terminal.
    Average,
    /// Σ rₜ until the environment ends. Refused where no policy surely ends.
    Total,
}

impl Criterion {
    /// The discount whose weight halves every so many beats: γ = 2^(−1/beats).
    pub fn from_half_life(beats: f64) -> Self {
        Self::Discounted((-std::f64::consts::LN_2 / beats).exp())
    }

    /// After how many beats a reward weighs half, or `None` where there is no discount.
    pub fn half_life(self) -> Option<f64> {
        match self {
            Self::Discounted(gamma) => Some(-std::f64::consts::LN_2 / gamma.ln()),
            Self::Average | Self::Total => None,
        }
    }

    /// The discount γ, where there is one.
    pub fn discount(self) -> Option<f64> {
        match self {
            Self::Discounted(gamma) => Some(gamma),
            Self::Average | Self::Total => None,
        }
    }

    /// After how many beats a reward counts for less than this share of one now, or `None` where there
    /// is no discount. It is below 1.
    pub fn beats_that_count(self, share: f64) -> Option<u64> {
        let beats = |gamma: f64| if gamma > 0.0 { (share.ln() / gamma.ln()).ceil() } else { 1.0 };
        self.discount().map(|gamma| beats(gamma) as u64)
    }

    /// The factor of the next beat's value in a backup: γ, or 1 where there is no discount.
    pub fn gamma(self) -> f64 {
        match self {
            Self::Discounted(gamma) => gamma,
            Self::Average | Self::Total => 1.0,
        }
    }

    /// Whether it adds rewards up as who discounts by `gamma` a beat does, so that values mean the
    /// same: never for the average reward, whose values are relative.
    pub fn weighs_as(self, gamma: f64) -> bool {
        match self {
            Self::Discounted(own) => own == gamma,
            Self::Average => false,
            Self::Total => gamma == 1.0,
        }
    }

    /// The name in reports: `discounted`, `average`, `total`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discounted(_) => "discounted",
            Self::Average => "average",
            Self::Total => "total",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_mean_the_same_only_where_rewards_weigh_the_same() {
        assert!(Criterion::Discounted(0.9).weighs_as(0.9));
        assert!(!Criterion::Discounted(0.9).weighs_as(1.0));
        assert!(Criterion::Total.weighs_as(1.0));
        assert!(!Criterion::Total.weighs_as(0.9));
        assert!(!Criterion::Average.weighs_as(0.95) && !Criterion::Average.weighs_as(1.0));
    }

    #[test]
    fn rewards_count_until_their_weight_is_below_a_share() {
        // 0.9⁶⁵ = 1.06e-3, 0.9⁶⁶ = 9.6e-4; without a weight only the first beat counts.
        let beats = |gamma| Criterion::Discounted(gamma).beats_that_count(1e-3);
        assert_eq!((beats(0.9), beats(0.5), beats(0.0)), (Some(66), Some(10), Some(1)));
        assert_eq!(Criterion::Total.beats_that_count(1e-3), None);
    }

    #[test]
    fn half_life_is_where_the_weight_is_half() {
        let criterion = Criterion::from_half_life(100.0);
        assert!((criterion.gamma().powi(100) - 0.5).abs() < 1e-12);
        assert!((criterion.half_life().unwrap() - 100.0).abs() < 1e-9);
        // A discount of 0.99 halves in ln 2 / 0.01005 = 68.97 beats.
        assert!((Criterion::Discounted(0.99).half_life().unwrap() - 68.967_563_9).abs() < 1e-6);
    }
}
