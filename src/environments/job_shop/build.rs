//! From the settings of a job shop to what its step needs.

use super::settings::JobShopSettings;
use super::{
    DOWN_NAME, IDLE_NAME, JobShop, Operation, Product, Station, UP_NAME, check, left_name,
    setup_name,
};
use crate::environments::distribution::binomial;
use crate::environments::sequence::changes;
use crate::environments::setting::SettingError;
use crate::mdp::{BufferPlace, Level, Places, Space, Variable};

/// Builds the shop, or says all that is wrong with its settings.
pub(super) fn job_shop(settings: JobShopSettings) -> Result<JobShop, Vec<SettingError>> {
    let settings = check::named(settings);
    let arrivals = check::check(&settings)?;
    let (mut operations, mut products) = (Vec::new(), Vec::new());
    let mut variables = Vec::new();
    let mut buffers = Vec::new();
    for (number, (product, arrivals)) in settings.products.iter().zip(arrivals).enumerate() {
        let first = operations.len();
        products.push(Product {
            arrivals,
            first,
            price: product.price,
            lost_cost: product.lost_cost,
        });
        for (place, step) in product.route.iter().enumerate() {
            let station = settings.stations.iter().position(|s| s.name == step.station);
            let station = station.unwrap_or_default();
            let machines = settings.stations.get(station).map_or(1, |station| station.machines);
            let behind = product.route.get(place + 1);
            // Of a single part a toss decides.
            let completed = match machines {
                1 => Vec::new(),
                _ => (0..=machines).map(|parts| binomial(parts, step.completion)).collect(),
            };
            variables.push(Variable::count(&step.name, 0, step.capacity as Level, "jobs"));
            buffers.push(BufferPlace {
                name: step.name.clone(),
                capacity: step.capacity,
                variable: operations.len(),
            });
            operations.push(Operation {
                station,
                product: number,
                before: place,
                behind: product.route.len() - place - 1,
                next: behind.map(|_| operations.len() + 1),
                capacity: step.capacity as Level,
                room: behind.map_or(Level::MAX, |behind| behind.capacity as Level),
                completion: step.completion,
                completed,
                holding: step.holding,
                relief: step.holding - behind.map_or(0.0, |behind| behind.holding),
            });
        }
    }
    let (mut actions, mut places, mut stations) = (Vec::new(), Vec::new(), Vec::new());
    for (number, station) in settings.stations.iter().enumerate() {
        let own = |&operation: &usize| {
            operations.get(operation).is_some_and(|operation| operation.station == number)
        };
        let own: Vec<usize> = (0..operations.len()).filter(own).collect();
        let name_of = |operation: &usize| {
            buffers.get(*operation).map_or("", |buffer: &BufferPlace| buffer.name.as_str())
        };
        let action = (own.len() > 1 || station.controlled).then(|| {
            let choices: Vec<&str> = own.iter().map(name_of).chain([IDLE_NAME]).collect();
            actions.push(Variable::choice(&station.name, &choices));
            actions.len() - 1
        });
        let passes = |product: &usize| {
            own.iter().any(|&k| operations.get(k).is_some_and(|o| o.product == *product))
        };
        let passing: Vec<usize> = (0..products.len()).filter(passes).collect();
        let names: Vec<&str> = passing
            .iter()
            .filter_map(|&product| settings.products.get(product))
            .map(|product| product.name.as_str())
            .collect();
        let targets: Vec<_> =
            names.iter().map(|name| (*name, station.setup_time, station.setup_cost)).collect();
        let changes = changes(&targets, &station.sequence);
        let longest = changes.iter().map(|change| change.time).max().unwrap_or(0);
        let costs = changes.iter().any(|change| change.cost > 0.0);
        let mut add = |wanted: bool, variable: &dyn Fn() -> Variable| {
            wanted.then(|| {
                variables.push(variable());
                variables.len() - 1
            })
        };
        let setup =
            add(longest > 0 || costs, &|| Variable::choice(setup_name(&station.name), &names));
        let left = add(longest > 1, &|| {
            Variable::count(left_name(&station.name), 0, longest - 1, "beats")
        });
        let condition =
            add(station.failure > 0.0, &|| Variable::choice(&station.name, &[DOWN_NAME, UP_NAME]));
        let first_place = places.len();
        places.extend((1..=station.machines).map(|machine| match station.machines {
            1 => station.name.clone(),
            _ => format!("{} {machine}", station.name),
        }));
        stations.push(Station {
            operations: own,
            machines: station.machines as Level,
            first_place: first_place as u16,
            action,
            passing,
            changes,
            setup,
            left,
            condition,
            failure: station.failure,
            repair: station.repair,
            repair_cost: station.repair_cost,
        });
    }
    let space = |variables| {
        Space::new(variables).map_err(|error| {
            vec![SettingError {
                path: "products".to_owned(),
                message: error.to_string(),
                remedy: "give every buffer room for at least 1 part".to_owned(),
            }]
        })
    };
    let conditions = settings.stations.iter().map(|s| format!("condition of {}", s.name));
    let completions = buffers.iter().map(|buffer| format!("completion of {}", buffer.name));
    let comes = settings.products.iter().map(|p| format!("arrivals of {}", p.name));
    Ok(JobShop {
        state_space: space(variables)?,
        action_space: space(actions)?,
        sources: conditions.chain(completions).chain(comes).collect(),
        items: ["parts", "holding", "lost", "set-ups", "repair"].map(str::to_owned),
        places: Places { stations: places, buffers },
        operations,
        stations,
        products,
        settings,
    })
}
