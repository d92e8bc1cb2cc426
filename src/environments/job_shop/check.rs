//! All that can be wrong with the settings of a job shop.

use super::settings::{JobShopSettings, ProductSettings, StationSettings};
use super::{IDLE_NAME, left_name, setup_name};
use crate::environments::distribution::MOST_OUTCOMES;
use crate::environments::sequence;
use crate::environments::setting::{Faults, SettingError};

const MOST_STATIONS: usize = 6;
const MOST_PRODUCTS: usize = 6;
const MOST_STEPS: usize = 8;
const MOST_OPERATIONS: usize = 16;
const MOST_MACHINES: u64 = 8;
const MOST_PARTS: u64 = 1_000;

/// Gives every station, product and operation a name of its own.
pub(super) fn named(mut settings: JobShopSettings) -> JobShopSettings {
    if settings.stations.is_empty() && settings.products.is_empty() {
        settings = JobShopSettings::default();
    }
    for (number, station) in settings.stations.iter_mut().enumerate() {
        if station.name.is_empty() {
            station.name = format!("station {}", number + 1);
        }
    }
    let alone = settings.products.len() == 1;
    for (number, product) in settings.products.iter_mut().enumerate() {
        if product.name.is_empty() {
            product.name =
                if alone { "part".to_owned() } else { format!("product {}", number + 1) };
        }
        let single = product.route.len() == 1;
        for (number, step) in product.route.iter_mut().enumerate() {
            if step.name.is_empty() {
                step.name = match single {
                    true => product.name.clone(),
                    false => format!("{} {}", product.name, number + 1),
                };
            }
        }
    }
    settings
}

/// Finds all that is wrong with settings in which everything has a name; else the probabilities of
/// each product's arrivals.
pub(super) fn check(settings: &JobShopSettings) -> Result<Vec<Vec<f64>>, Vec<SettingError>> {
    let mut faults = Faults::default();
    let (stations, products) = (&settings.stations, &settings.products);
    for (list, found, most) in
        [("stations", stations.len(), MOST_STATIONS), ("products", products.len(), MOST_PRODUCTS)]
    {
        if !(1..=most).contains(&found) {
            faults.add(list, format!("there are {found} {list}"), format!("give 1 to {most}"));
        }
    }
    for (number, station) in stations.iter().enumerate().take(MOST_STATIONS) {
        check_station(settings, station, &format!("stations[{number}]"), &mut faults);
    }
    let arrivals = products.iter().enumerate().take(MOST_PRODUCTS).map(|(number, product)| {
        let path = format!("products[{number}]");
        check_product(stations, product, &path, &mut faults);
        product.arrivals.checked(&format!("{path}.arrivals"), &mut faults)
    });
    let arrivals: Vec<Vec<f64>> = arrivals.collect();
    let operations: usize = products.iter().map(|product| product.route.len()).sum();
    if operations > MOST_OPERATIONS {
        faults.add(
            "products",
            format!("there are {operations} operations on all routes"),
            format!("give {MOST_OPERATIONS} at most: shorter routes or fewer products"),
        );
    }
    check_names(settings, &mut faults);
    debug_assert!(arrivals.iter().all(|arrivals| arrivals.len() <= MOST_OUTCOMES));
    faults.finish().map(|()| arrivals)
}

/// The names of the products that pass a station, in their order.
fn passing<'s>(settings: &'s JobShopSettings, station: &str) -> Vec<&'s str> {
    let products = settings.products.iter().take(MOST_PRODUCTS);
    let passes = |product: &&ProductSettings| {
        product.route.iter().take(MOST_STEPS).any(|step| step.station == station)
    };
    products.filter(passes).map(|product| product.name.as_str()).collect()
}

fn check_station(
    settings: &JobShopSettings,
    station: &StationSettings,
    path: &str,
    faults: &mut Faults,
) {
    faults.count(format!("{path}.machines"), station.machines.into(), 1, MOST_MACHINES);
    faults.count(format!("{path}.setup_time"), station.setup_time.into(), 0, sequence::MOST_TIME);
    faults.cost(format!("{path}.setup_cost"), station.setup_cost);
    faults.probability(format!("{path}.failure"), station.failure);
    if station.failure > 0.0 {
        faults.chance(format!("{path}.repair"), station.repair, "it is never repaired");
    } else {
        faults.probability(format!("{path}.repair"), station.repair);
    }
    faults.cost(format!("{path}.repair_cost"), station.repair_cost);
    let passing = passing(settings, &station.name);
    if passing.is_empty() && !settings.products.is_empty() {
        faults.add(
            path,
            format!("no route leads to `{}`", station.name),
            "give a product a step there, or delete the station",
        );
    }
    let mut own = Faults::default();
    sequence::check(&passing, "product at this station", &station.sequence, &mut own);
    for fault in own.finish().err().unwrap_or_default() {
        faults.add(format!("{path}.{}", fault.path), fault.message, fault.remedy);
    }
}

fn check_product(
    stations: &[StationSettings],
    product: &ProductSettings,
    path: &str,
    faults: &mut Faults,
) {
    faults.amount(format!("{path}.price"), product.price);
    faults.cost(format!("{path}.lost_cost"), product.lost_cost);
    let steps = product.route.len();
    if !(1..=MOST_STEPS).contains(&steps) {
        faults.add(
            format!("{path}.route"),
            format!("the route has {steps} operations"),
            format!("give 1 to {MOST_STEPS}, each with its station"),
        );
    }
    for (number, step) in product.route.iter().enumerate().take(MOST_STEPS) {
        let path = format!("{path}.route[{number}]");
        if !stations.iter().any(|station| station.name == step.station) {
            let known = stations.iter().take(MOST_STATIONS).map(|s| format!("`{}`", s.name));
            let remedy = match stations.is_empty() {
                true => "name a station and list it in `stations`".to_owned(),
                false => format!("choose one of {}", known.collect::<Vec<_>>().join(", ")),
            };
            faults.add(
                format!("{path}.station"),
                format!("there is no station `{}`", step.station),
                remedy,
            );
        }
        faults.chance(
            format!("{path}.completion"),
            step.completion,
            "a beat of work never completes it",
        );
        faults.cost(format!("{path}.holding"), step.holding);
        faults.count(format!("{path}.capacity"), step.capacity.into(), 1, MOST_PARTS);
    }
}

/// Buffers, stations and their set-ups are variables side by side, buffers also levels of actions.
fn check_names(settings: &JobShopSettings, faults: &mut Faults) {
    let mut names = vec![(String::new(), IDLE_NAME.to_owned())];
    for (i, station) in settings.stations.iter().enumerate().take(MOST_STATIONS) {
        names.push((format!("stations[{i}].name"), station.name.clone()));
        // These follow from its name: only what clashes with them is told.
        names.push((format!("stations[{i}].name"), setup_name(&station.name)));
        names.push((format!("stations[{i}].name"), left_name(&station.name)));
    }
    for (i, product) in settings.products.iter().enumerate().take(MOST_PRODUCTS) {
        for (k, step) in product.route.iter().enumerate().take(MOST_STEPS) {
            names.push((format!("products[{i}].route[{k}].name"), step.name.clone()));
        }
    }
    faults.names(names);
    let products = settings.products.iter().enumerate().take(MOST_PRODUCTS);
    let of_products = products.map(|(i, p)| (format!("products[{i}].name"), p.name.clone()));
    faults.names(of_products.collect());
}
