//! One file a kind of environment, its step in one place.
//!
//! A kind is a type that implements [`Enumerable`], beside plain settings that it is built from and
//! that say whether it `ends`, before it is built.
//! To add one: write its file, with its card at the top, and add its line to the list below.
//! Code that serves any kind is written once, as a [`Visitor`], and compiled for each kind.

use std::sync::Arc;

use crate::mdp::{Enumerable, Environment, Erased, Places, Space};

/// What every kind tells of itself in the same words, from fields of the same names, under the name that
/// it has in scenario files.
macro_rules! tells_its_parts {
    ($kind:literal) => {
        fn kind(&self) -> &'static str {
            $kind
        }

        fn state_space(&self) -> &$crate::mdp::Space {
            &self.state_space
        }

        fn action_space(&self) -> &$crate::mdp::Space {
            &self.action_space
        }

        fn sources(&self) -> &[String] {
            &self.sources
        }

        fn reward_items(&self) -> &[String] {
            &self.items
        }

        fn places(&self) -> &$crate::mdp::Places {
            &self.places
        }
    };
}

pub mod assembly;
pub mod chain;
pub mod distribution;
pub mod exponential_line;
pub mod fleet;
pub mod grid;
pub mod inspection;
pub mod job_shop;
pub mod line;
pub mod orders;
pub mod plants;
pub mod queue;
pub mod replacement;
mod sequence;
mod setting;
pub mod setups;
pub mod shop_floor;
pub mod stock;
mod suggestion;
pub mod supply_chain;
pub mod table;
mod wear;

#[cfg(test)]
pub(crate) mod exact;

pub use assembly::{Assembly, AssemblySettings};
pub use chain::{Chain, ChainSettings};
pub use distribution::Distribution;
pub use exponential_line::{ExponentialLine, ExponentialLineSettings};
pub use fleet::{Fleet, FleetSettings};
pub use grid::{Grid, GridSettings};
pub use inspection::{Inspection, InspectionSettings};
pub use job_shop::{JobShop, JobShopSettings};
pub use line::{Line, LineSettings};
pub use orders::{Orders, OrdersSettings};
pub use plants::{Plants, PlantsSettings};
pub use queue::{Queue, QueueSettings};
pub use replacement::{Replacement, ReplacementSettings};
pub use sequence::SequenceSettings;
pub use setting::SettingError;
pub use setups::{Setups, SetupsSettings};
pub use shop_floor::{ShopFloor, ShopFloorSettings};
pub use stock::{Stock, StockSettings};
pub use suggestion::{nearest, suggestion};
pub use supply_chain::{SupplyChain, SupplyChainSettings};
pub use table::{Table, TableSettings};

/// Work that is done alike for every kind of environment, compiled once for each.
pub trait Visitor {
    /// What the work results in.
    type Output;

    /// Does the work for one environment.
    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Self::Output;
}

/// Declares the sum of all kinds and the sum of their settings from one list.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($module:ident: $settings:ident),)*) => {
        /// An environment of any kind.
        #[derive(Debug, Clone)]
        pub enum AnyEnvironment {
            $($(#[$doc])* $kind(Arc<$kind>),)*
        }

        /// The settings of an environment of any kind.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum AnySettings {
            $($(#[$doc])* $kind($settings),)*
        }

        impl AnyEnvironment {
            /// The names of all kinds.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($kind)),*];

            /// Has the visitor do its work.
            pub fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                match self {
                    $(Self::$kind(environment) => visitor.visit(environment),)*
                }
            }

            /// The environment with its type erased.
            pub fn erased(&self) -> &dyn Erased {
                match self {
                    $(Self::$kind(environment) => &**environment,)*
                }
            }

            /// The kind's name as in scenario files.
            pub fn kind(&self) -> &'static str {
                self.erased().kind()
            }

            /// The state's variables.
            pub fn state_space(&self) -> &Space {
                self.erased().state_space()
            }

            /// The action's variables.
            pub fn action_space(&self) -> &Space {
                self.erased().action_space()
            }

            /// Names of the random sources.
            pub fn sources(&self) -> &[String] {
                self.erased().sources()
            }

            /// Names of the reward items.
            pub fn reward_items(&self) -> &[String] {
                self.erased().reward_items()
            }

            /// The stations and buffers.
            pub fn places(&self) -> &Places {
                self.erased().places()
            }

            /// Whether there are states in which it ends.
            pub fn ends(&self) -> bool {
                match self {
                    $(Self::$kind(environment) => environment.ends(),)*
                }
            }

            /// Whether it tells when the goal of an episode is reached.
            pub fn tells_goals(&self) -> bool {
                match self {
                    $(Self::$kind(environment) => environment.tells_goals(),)*
                }
            }

            /// The settings it was built from.
            pub fn settings(&self) -> AnySettings {
                match self {
                    $(Self::$kind(environment) => {
                        AnySettings::$kind(environment.settings().clone())
                    })*
                }
            }
        }

        impl AnySettings {
            /// The kind's name as in scenario files.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => stringify!($kind),)*
                }
            }

            /// Whether there are states in which the environment ends, as its settings tell.
            pub fn ends(&self) -> bool {
                match self {
                    $(Self::$kind(settings) => settings.ends(),)*
                }
            }

            /// Builds the environment, or says all that is wrong with its settings.
            pub fn build(self) -> Result<AnyEnvironment, Vec<SettingError>> {
                match self {
                    $(Self::$kind(settings) => {
                        $kind::new(settings).map(|kind| AnyEnvironment::$kind(Arc::new(kind)))
                    })*
                }
            }
        }

        /// Settings of every kind that between them use every part of the kind's step.
        #[cfg(test)]
        pub(crate) fn examples() -> Vec<AnySettings> {
            let mut all = Vec::new();
            $(all.extend($module::examples().into_iter().map(AnySettings::$kind));)*
            all
        }
    };
}

kinds! {
    /// A walk to the right end of a row of places.
    Chain(chain: ChainSettings),
    /// A serial line of unreliable machines with finite buffers.
    Line(line: LineSettings),
    /// A serial line of stations with exponential times of work.
    ExponentialLine(exponential_line: ExponentialLineSettings),
    /// Feeders that each make a component, and a station that joins them.
    Assembly(assembly: AssemblySettings),
    /// One machine that wears and is maintained or replaced.
    Replacement(replacement: ReplacementSettings),
    /// A decision process written out row by row.
    Table(table: TableSettings),
    /// A grid world, drawn as text.
    Grid(grid: GridSettings),
    /// A queue: whom to admit, whom to serve first, how fast to serve.
    Queue(queue: QueueSettings),
    /// A shop floor on which robots carry jobs.
    ShopFloor(shop_floor: ShopFloorSettings),
    /// Places that share units, which are moved between them.
    Fleet(fleet: FleetSettings),
    /// A machine whose condition is hidden: look or not.
    Inspection(inspection: InspectionSettings),
    /// One machine, several products and set-ups between them.
    Setups(setups: SetupsSettings),
    /// A stock of one product: how much to order, and when.
    Stock(stock: StockSettings),
    /// Echelons that keep stock, order from each other, and serve customers.
    SupplyChain(supply_chain: SupplyChainSettings),
    /// Plants that share energy and crews.
    Plants(plants: PlantsSettings),
    /// Customised orders on one machine, accepted or declined and put in sequence.
    Orders(orders: OrdersSettings),
    /// Products with routes of their own through stations that choose what they work on.
    JobShop(job_shop: JobShopSettings),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::mdp::{EnumerationOptions, Progress, check};

    struct Check;

    impl Visitor for Check {
        type Output = Result<(), Vec<String>>;

        fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Self::Output {
            check(environment.as_ref())
        }
    }

    /// Settings of every kind that between them use every part of the kind's step.
    pub(crate) use super::examples;

    #[test]
    fn every_kind_is_a_decision_process() {
        for settings in examples() {
            let environment = settings.clone().build().unwrap();
            environment.visit(Check).unwrap_or_else(|faults| panic!("{settings:#?}: {faults:#?}"));
        }
    }

    #[test]
    fn settings_that_end_have_terminal_states_and_no_others_have() {
        for settings in examples() {
            let (environment, ends) = (settings.clone().build().unwrap(), settings.ends());
            let found = environment
                .erased()
                .enumerate(EnumerationOptions::default(), &Progress::new())
                .unwrap_or_else(|error| panic!("{settings:#?}: {error}"));
            assert_eq!((found.model.has_terminals(), environment.ends()), (ends, ends));
        }
    }

    #[test]
    fn every_kind_has_an_example_and_goes_by_its_name() {
        let mut named: Vec<_> = examples()
            .into_iter()
            .map(|settings| settings.build().unwrap().erased().kind())
            .collect();
        named.dedup();
        assert_eq!(named, AnyEnvironment::KINDS);
    }

    #[test]
    fn the_readme_tells_of_every_kind() {
        let readme = include_str!("../../README.md");
        for kind in AnyEnvironment::KINDS {
            assert!(readme.contains(&format!("| `{kind}` |")), "README.md has no row for {kind}");
        }
    }

    #[test]
    fn settings_go_through_text_and_back() {
        for settings in examples() {
            let text = ron::to_string(&settings).unwrap();
            assert_eq!(ron::from_str::<AnySettings>(&text).unwrap(), settings);
            let built = settings.build().unwrap().settings();
            assert_eq!(built.clone().build().unwrap().settings(), built);
        }
    }
}
