//! What every learner has in common from outside: settings that can be judged and changed, and how
//! it is built from them and goes on with others.

use std::any::Any;

use super::tabular::{TableError, TabularSettings};
use crate::environments::SettingError;
use crate::mdp::{Agent, Criterion, Space};

/// The settings of a learner, as a scenario gives them.
pub trait LearnerSettings: Default + Clone + PartialEq {
    /// All that is wrong with them whichever environment is learned; empty where nothing is.
    fn faults(&self) -> Vec<SettingError>;

    /// How a table's values move and its actions are chosen; `None` where it has no table.
    fn table(&self) -> Option<&TabularSettings> {
        None
    }

    /// The same, to be changed.
    fn table_mut(&mut self) -> Option<&mut TabularSettings> {
        None
    }

    /// The path of the learner's own discount factor and what it says, if there is one.
    fn own_discount(&self) -> (&'static str, Option<f64>);

    /// Whether it tries everything for ever, with at least some probability.
    fn explores_for_ever(&self) -> bool {
        self.table().is_some_and(|table| table.exploration.least() > 0.0)
    }

    /// The learner's other figures, to be read or changed one by one.
    fn figures(&mut self) -> Vec<Figure<'_>> {
        Vec::new()
    }
}

/// A figure of a learner beside those of its table.
#[derive(Debug, PartialEq)]
pub struct Figure<'a> {
    /// What it is called: "traces λ".
    pub name: &'static str,
    /// What it means, in a sentence.
    pub about: &'static str,
    /// The least that it may be.
    pub low: f64,
    /// The most that it may be.
    pub high: f64,
    /// Where it stands.
    pub place: Place<'a>,
}

/// Where a figure stands in its settings.
#[derive(Debug, PartialEq)]
pub enum Place<'a> {
    /// A real number.
    Real(&'a mut f64),
    /// A whole number.
    Whole(&'a mut u32),
}

impl Figure<'_> {
    /// What it is now.
    pub fn value(&self) -> f64 {
        match &self.place {
            Place::Real(value) => **value,
            Place::Whole(value) => f64::from(**value),
        }
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        matches!(self.place, Place::Whole(_))
    }

    /// Changes it, to the nearest that it may be.
    pub fn set(&mut self, wanted: f64) {
        let wanted = if wanted.is_nan() { self.low } else { wanted.clamp(self.low, self.high) };
        match &mut self.place {
            Place::Real(value) => **value = wanted,
            Place::Whole(value) => **value = wanted.round() as u32,
        }
    }
}

/// A learner that is built from settings and goes on with others.
pub trait Learner: Agent + Sized + 'static {
    /// Its settings.
    type Settings: LearnerSettings;

    /// A learner for these observations and actions that has met nothing yet. The settings are
    /// taken as they are: ask [`LearnerSettings::faults`] first.
    ///
    /// # Errors
    /// Where what it must keep cannot be had.
    fn build(
        settings: &Self::Settings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError>;

    /// Takes the agent that acts, where this one learns the values of a policy that is given; all
    /// others act by themselves.
    fn act_by(&mut self, _policy: Box<dyn Agent>) {}

    /// Goes on with other settings and keeps what was learned.
    fn go_on(&mut self, settings: &Self::Settings, criterion: Criterion);

    /// The discount factor that it learns with under a criterion.
    fn discount(settings: &Self::Settings, criterion: Criterion) -> f64 {
        let criterions = || criterion.discount().unwrap_or(1.0);
        settings.table().map_or_else(criterions, |table| table.discount_for(criterion))
    }

    /// This learner in an agent of any kind, if it is one.
    fn of(agent: &mut dyn Any) -> Option<&mut Self> {
        agent.downcast_mut()
    }
}

/// Work that is done alike for every learner, compiled once for each.
pub trait LearnerVisitor {
    /// What the work results in.
    type Output;

    /// Does the work for one learner with its settings.
    fn visit<L: Learner>(self, settings: &L::Settings) -> Self::Output;
}

impl LearnerSettings for TabularSettings {
    fn faults(&self) -> Vec<SettingError> {
        self.validate()
    }

    fn table(&self) -> Option<&TabularSettings> {
        Some(self)
    }

    fn table_mut(&mut self) -> Option<&mut TabularSettings> {
        Some(self)
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("discount", self.discount)
    }
}

/// Says of settings with a field `table` what holds for all of them.
macro_rules! settings_with_a_table {
    () => {
        fn faults(&self) -> Vec<$crate::environments::SettingError> {
            self.validate()
        }

        fn table(&self) -> Option<&$crate::learners::TabularSettings> {
            Some(&self.table)
        }

        fn table_mut(&mut self) -> Option<&mut $crate::learners::TabularSettings> {
            Some(&mut self.table)
        }

        fn own_discount(&self) -> (&'static str, Option<f64>) {
            ("table.discount", self.table.discount)
        }
    };
}

pub(super) use settings_with_a_table;

/// A learner with `new` and `retune` is one that is built from settings. After the settings may
/// stand how its discount is found where it is not [`TabularSettings::discount_for`].
macro_rules! learner {
    ($learner:ty, $settings:ty $(, $discount:expr)?) => {
        impl $crate::learners::settings::Learner for $learner {
            type Settings = $settings;

            fn build(
                settings: &$settings,
                observations: &$crate::mdp::Space,
                actions: &$crate::mdp::Space,
                criterion: $crate::mdp::Criterion,
            ) -> Result<Self, $crate::learners::TableError> {
                Self::new(settings, observations, actions, criterion)
            }

            fn go_on(&mut self, settings: &$settings, criterion: $crate::mdp::Criterion) {
                self.retune(settings, criterion);
            }

            $(fn discount(settings: &$settings, criterion: $crate::mdp::Criterion) -> f64 {
                $discount(settings, criterion)
            })?
        }
    };
}

pub(super) use learner;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_kept_within_their_range() {
        let (mut share, mut count) = (0.5, 4);
        let figure = |place| Figure { name: "n", about: "", low: 0.0, high: 10.0, place };
        let mut real = figure(Place::Real(&mut share));
        real.set(0.25);
        assert_eq!((real.value(), real.is_whole()), (0.25, false));
        let mut whole = figure(Place::Whole(&mut count));
        whole.set(6.6);
        assert_eq!((whole.value(), whole.is_whole()), (7.0, true));
        whole.set(f64::INFINITY);
        assert_eq!(whole.value(), 10.0);
        whole.set(f64::NAN);
        assert_eq!(whole.value(), 0.0);
    }
}
