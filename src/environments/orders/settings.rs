//! What a shop that works to order is told to be, in the words of scenario files.

use serde::{Deserialize, Serialize};

use crate::environments::SequenceSettings;

/// One machine that works on customised orders, one at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrdersSettings {
    /// The types of orders, 1 to 6. A standard and a rush order where left out.
    pub types: Vec<OrderSettings>,
    /// How many orders wait at most, beside the one that is worked on: 1 to 8. 3 by default.
    pub slots: u32,
    /// Whether the agent accepts or declines each order that is offered (the default); else each is
    /// taken while there is a slot.
    pub offers: bool,
    /// In which order the waiting are kept.
    pub kept: Kept,
    /// Set-ups from one type to another that are not as the second's own `setup_time` and
    /// `setup_cost`; none by default.
    pub sequence: Vec<SequenceSettings>,
    /// The types of the orders that wait at the start, by name; none by default.
    pub initial: Vec<String>,
}

impl Default for OrdersSettings {
    fn default() -> Self {
        let standard = OrderSettings { name: "standard".to_owned(), ..Default::default() };
        let rush = OrderSettings {
            name: "rush".to_owned(),
            arrival: 0.1,
            reward: 20.0,
            due: Some(3),
            late_cost: 4.0,
            ..Default::default()
        };
        Self {
            types: vec![standard, rush],
            slots: 3,
            offers: true,
            kept: Kept::ByDue,
            sequence: Vec::new(),
            initial: Vec::new(),
        }
    }
}

impl OrdersSettings {
    /// Whether there are states in which it ends: where no order ever comes, all done.
    pub fn ends(&self) -> bool {
        self.types.iter().all(|of_type| of_type.arrival == 0.0)
    }
}

/// In which order waiting orders are kept in their slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Kept {
    /// The earliest due first, those without a due date last, equals in the order of the types: as
    /// many states as there are collections of orders.
    #[default]
    ByDue,
    /// As they came: more states, but who came first is known.
    ByArrival,
}

/// A type of orders. Amounts in currency, times in beats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderSettings {
    /// Its name; `type 1`, `type 2` … where empty.
    pub name: String,
    /// Probability that such an order is offered in a beat; those of all types sum to 1 at most. 0.3
    /// by default.
    pub arrival: f64,
    /// Earned when it is completed. 10 by default.
    pub reward: f64,
    /// Beats of work at least. 1 by default.
    pub work: u32,
    /// Probability that the beat in which so much work is done completes it, and each one after that.
    /// 0.5 by default; 1 for work that lasts exactly so long.
    pub completion: f64,
    /// Within how many beats it is due, counted from the one after it was accepted; not due at any time
    /// where left out.
    pub due: Option<u32>,
    /// Cost of each beat that it is late. 0 by default.
    pub late_cost: f64,
    /// Cost of being late at all. 0 by default.
    pub late_fee: f64,
    /// Cost of each beat that it is in the shop, waiting or worked on. 0 by default.
    pub waiting: f64,
    /// Cost of declining it, or of having no slot for it. 0 by default.
    pub declined: f64,
    /// Beats in which the machine is set up for it after another type. 0 by default.
    pub setup_time: u32,
    /// Cost of setting up for it. 0 by default.
    pub setup_cost: f64,
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            arrival: 0.3,
            reward: 10.0,
            work: 1,
            completion: 0.5,
            due: None,
            late_cost: 0.0,
            late_fee: 0.0,
            waiting: 0.0,
            declined: 0.0,
            setup_time: 0,
            setup_cost: 0.0,
        }
    }
}
