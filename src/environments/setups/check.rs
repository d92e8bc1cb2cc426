//! All that can be wrong with the settings of a machine with set-ups.

use super::settings::{ProductSettings, SetupsSettings, Unmet};
use super::{IDLE_NAME, LEFT_NAME, SETUP_NAME};
use crate::environments::sequence;
use crate::environments::setting::{Faults, SettingError};

const MOST_PRODUCTS: usize = 6;
const MOST_UNITS: u64 = 1_000;

/// Gives every product a name of its own.
pub(super) fn named(mut settings: SetupsSettings) -> SetupsSettings {
    for (number, product) in settings.products.iter_mut().enumerate() {
        if product.name.is_empty() {
            product.name = format!("product {}", number + 1);
        }
    }
    settings
}

/// Finds all that is wrong with settings in which every product has a name; where nothing is, for
/// each product the probabilities that 0, 1, 2 … units are asked for.
pub(super) fn check(settings: &SetupsSettings) -> Result<Vec<Vec<f64>>, Vec<SettingError>> {
    let mut faults = Faults::default();
    let products = &settings.products;
    if products.is_empty() || products.len() > MOST_PRODUCTS {
        faults.add(
            "products",
            format!("there are {} products", products.len()),
            format!("give 1 to {MOST_PRODUCTS} products"),
        );
    }
    let mut demands = Vec::new();
    for (number, product) in products.iter().enumerate().take(MOST_PRODUCTS) {
        let path = format!("products[{number}]");
        demands.push(product.demand.checked(&format!("{path}.demand"), &mut faults));
        check_product(product, &path, &mut faults);
    }
    let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
    let few = names.get(..MOST_PRODUCTS).unwrap_or(&names);
    sequence::check(few, "product", &settings.sequence, &mut faults);
    let own = [SETUP_NAME, LEFT_NAME, IDLE_NAME].map(|name| (String::new(), name.to_owned()));
    let path = |number: usize| format!("products[{number}].name");
    let named = products.iter().enumerate().map(|(i, product)| (path(i), product.name.clone()));
    faults.names(own.into_iter().chain(named.take(MOST_PRODUCTS)).collect());
    faults.finish().map(|()| demands)
}

fn check_product(product: &ProductSettings, path: &str, faults: &mut Faults) {
    faults.chance(
        format!("{path}.completion"),
        product.completion,
        "a beat of production never completes a unit",
    );
    faults.cost(format!("{path}.production_cost"), product.production_cost);
    faults.count(format!("{path}.capacity"), product.capacity.into(), 0, MOST_UNITS);
    if product.initial > product.capacity {
        faults.add(
            format!("{path}.initial"),
            format!("{} units do not fit a capacity of {}", product.initial, product.capacity),
            "start with fewer units, or give a larger capacity",
        );
    }
    faults.cost(format!("{path}.holding"), product.holding);
    faults.amount(format!("{path}.revenue"), product.revenue);
    match product.unmet {
        Unmet::Lost { cost } => {
            faults.cost(format!("{path}.unmet.cost"), cost);
            if product.capacity == 0 {
                faults.add(
                    format!("{path}.unmet"),
                    "what has no stock is made to order, for customers who wait",
                    "write `Backorder(…)`, or give a capacity of 1 or more",
                );
            }
        }
        Unmet::Backorder { cost, limit, lost_cost } => {
            faults.cost(format!("{path}.unmet.cost"), cost);
            faults.count(format!("{path}.unmet.limit"), limit.into(), 1, MOST_UNITS);
            faults.cost(format!("{path}.unmet.lost_cost"), lost_cost);
        }
    }
    faults.count(format!("{path}.setup_time"), product.setup_time.into(), 0, sequence::MOST_TIME);
    faults.cost(format!("{path}.setup_cost"), product.setup_cost);
}
