//! Any scenario reads back from its text as what it was.

use proptest::prelude::*;

use super::scenario;
use crate::environments::assembly::{
    AssemblerSettings, AssemblyDemand, AssemblySettings, FeederSettings,
};
use crate::environments::exponential_line::{
    Blocking, ExponentialLineSettings, ExponentialMachine, PlacesSettings,
};
use crate::environments::fleet::{FleetLink, FleetPlace, FleetSettings};
use crate::environments::grid::{Cell, CellSettings, Errand, GridSettings, MoveSet};
use crate::environments::inspection::{
    ConditionSettings, InspectSettings, InspectionSettings, Outcome, SensorSettings,
};
use crate::environments::job_shop::{self, JobShopSettings};
use crate::environments::line::{
    BufferSettings, CalendarSettings, Charged, Conditions, Cycle, Demand, FailureMode,
    InspectionSettings as InspectionStation, LineSettings, MachineSettings, MaintenanceSettings,
    Moves, PowerSettings, Release, ReworkSettings, SpanSettings, SpeedSettings, Supply, Unmet,
    WearSettings,
};
use crate::environments::orders::{Kept, OrderSettings, OrdersSettings};
use crate::environments::plants::{PlantSettings, PlantsSettings};
use crate::environments::queue::{JobClass, QueueSettings, ServiceSpeed};
use crate::environments::replacement::AfterFailure;
use crate::environments::setups::{self, ProductSettings, SetupsSettings};
use crate::environments::shop_floor::{BatterySettings, ShopFloorSettings, StationSettings};
use crate::environments::stock::{ShelfLife, Unmet as UnmetDemand};
use crate::environments::supply_chain::{CustomerSettings, EchelonSettings, SupplyChainSettings};
use crate::environments::table::{Row, TableSettings};
use crate::environments::{
    AnySettings, ChainSettings, Distribution, ReplacementSettings, SequenceSettings, StockSettings,
};
use crate::mdp::Criterion;
use crate::scenario::{AgentSpec, Contents, KanbanSettings, Text};

fn text() -> impl Strategy<Value = String> {
    // Quotes, escapes, line ends, Chinese, an emoji; a name may not be empty or twice.
    prop::collection::vec(
        prop::sample::select(vec![
            'a', 'Z', '"', '\\', '\n', '\r', '\t', '\u{7f}', '机', '😀', '{', ',', '\u{0}',
        ]),
        0..12,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

fn chance() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 1e-9..1.0_f64, Just(1e-12), Just(0.1 + 0.2)]
}

fn cost() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..1e12_f64, Just(1e-17), Just(12_345.678)]
}

fn simple_machine() -> impl Strategy<Value = MachineSettings> {
    let cycle =
        prop_oneof![(1..50_u32).prop_map(Cycle::Beats), chance().prop_map(Cycle::Completion),];
    let power = (cost(), cost(), cost(), cost(), cost(), cost());
    (chance(), chance(), any::<bool>(), cycle, power, 0..9_u32, cost(), cost(), any::<bool>())
        .prop_map(|(failure, repair, by_time, cycle, p, delay, restart, down, controlled)| {
            MachineSettings {
                name: String::new(),
                failure,
                repair,
                failure_mode: if by_time { FailureMode::Time } else { FailureMode::Operation },
                cycle,
                power: PowerSettings {
                    working: p.0,
                    starved: p.1,
                    blocked: p.2,
                    down: p.3,
                    starting: p.4,
                    held: p.5,
                },
                restart_delay: delay,
                restart_cost: restart,
                repair_cost: down,
                controlled,
                ..MachineSettings::default()
            }
        })
}

/// With wear, maintenance, speeds, scrap and rework, as far as they go together.
fn machine() -> impl Strategy<Value = MachineSettings> {
    let wear = (2..9_u32, chance(), chance(), any::<[bool; 2]>()).prop_map(
        |(stages, wears, fails, [each, own])| WearSettings {
            stages,
            probability: vec![wears; if each { stages as usize - 1 } else { 1 }],
            failure: if own { vec![fails; stages as usize] } else { Vec::new() },
        },
    );
    let maintenance =
        (chance(), cost()).prop_map(|(completion, cost)| MaintenanceSettings { completion, cost });
    let speed = (chance(), cost(), 0.0..1.0_f64).prop_map(|(completion, power, strain)| {
        SpeedSettings { name: String::new(), completion, power, strain }
    });
    let speeds = prop::collection::vec(speed, 0..4);
    let grown = (
        prop::option::of(wear),
        prop::option::of(maintenance),
        prop_oneof![Just(Vec::new()), speeds],
        (0.0..0.9_f64, cost(), prop::option::of(0.0..0.9_f64)),
        1..5_u32,
        (0.0..0.9_f64, prop::option::of((chance(), 0.0..0.5_f64, cost()))),
    );
    (simple_machine(), grown).prop_map(
        |(machine, (wear, maintenance, speeds, bad, stages, hidden))| {
            let inspection = hidden.1.map(|(finds, false_alarms, cost)| InspectionStation {
                finds,
                false_alarms,
                cost,
                to: (bad.2.is_none() && cost > 0.0).then(|| "buffer 1".to_owned()),
            });
            let decided = maintenance.is_some() || speeds.len() > 1;
            MachineSettings {
                controlled: machine.controlled || decided,
                cycle: if speeds.is_empty() { machine.cycle } else { Cycle::default() },
                repair_stages: if f64::from(stages) * machine.repair <= 1.0 { stages } else { 1 },
                wear,
                maintenance,
                speeds,
                scrap: bad.0,
                scrap_cost: bad.1,
                rework: bad
                    .2
                    .map(|probability| ReworkSettings { probability, to: "buffer 1".into() }),
                defects: hidden.0,
                inspection,
                ..machine
            }
        },
    )
}

fn calendar() -> impl Strategy<Value = CalendarSettings> {
    (1..40_u32, cost(), any::<bool>()).prop_map(|(half, energy, works)| CalendarSettings {
        day: 2 * half,
        spans: vec![
            SpanSettings::default(),
            SpanSettings { from: half, energy, carbon: energy / 2.0, works },
        ],
    })
}

fn buffer() -> impl Strategy<Value = BufferSettings> {
    (1..40_u32, cost(), any::<bool>(), 0..2_u32).prop_map(|(capacity, holding, after, initial)| {
        BufferSettings {
            name: String::new(),
            capacity,
            holding,
            charged: if after { Charged::After } else { Charged::Before },
            initial: initial.min(capacity),
            transit: 2 * initial,
        }
    })
}

fn line() -> impl Strategy<Value = LineSettings> {
    let supply = prop_oneof![
        Just(Supply::Saturated),
        (chance(), buffer())
            .prop_map(|(probability, queue)| Supply::Arrivals { probability, queue }),
    ];
    let unmet = prop_oneof![
        cost().prop_map(|cost| Unmet::Lost { cost }),
        (cost(), 1..9_u32, cost(), any::<bool>()).prop_map(|(cost, limit, lost_cost, after)| {
            let charged = if after { Charged::After } else { Charged::Before };
            Unmet::Backorder { cost, limit, lost_cost, charged }
        }),
    ];
    let demand = prop_oneof![
        Just(Demand::Saturated),
        (chance(), unmet, buffer()).prop_map(|(probability, unmet, store)| {
            Demand::Customers { probability, unmet, store }
        }),
    ];
    let parts = prop::collection::vec((machine(), buffer()), 1..4);
    let more = (
        prop::option::of(1..5_u32),
        prop::option::of(calendar()),
        (0..3_u32, 1..9_u32, cost(), cost()),
        any::<bool>(),
    );
    (parts, supply, demand, -1e6..1e6_f64, any::<[bool; 2]>(), more).prop_map(
        |(parts, supply, demand, revenue, [old, last], more)| {
            let (crews, calendar, (release, cards, complaint, carbon), several) = more;
            let (mut machines, mut buffers): (Vec<MachineSettings>, Vec<_>) =
                parts.into_iter().unzip();
            buffers.pop();
            // There is no buffer before the first machine that is called so.
            if let Some(first) = machines.first_mut() {
                first.rework = None;
                if let Some(inspection) = &mut first.inspection {
                    inspection.to = None;
                }
            }
            // Several machines at a station have nothing of what these may have.
            if several && crews.is_none() {
                machines.push(MachineSettings { count: cards, ..MachineSettings::default() });
                buffers.push(BufferSettings::default());
            }
            let store = match &demand {
                Demand::Customers { store, .. } => Some(store.capacity),
                Demand::Saturated => None,
            };
            let behind = buffers.iter().map(|buffer| buffer.capacity).chain(store);
            let release = match release {
                0 => Release::Free,
                1 => Release::Conwip { cap: cards },
                _ => Release::Kanban { levels: behind.map(|most| most.min(cards)).collect() },
            };
            let moves = if old { Moves::OldLevels } else { Moves::DownstreamFirst };
            let conditions = if last { Conditions::AfterMoves } else { Conditions::BeforeMoves };
            LineSettings {
                machines,
                buffers,
                supply,
                demand,
                revenue,
                moves,
                conditions,
                crews,
                calendar,
                release,
                complaint,
                carbon,
            }
        },
    )
}

fn exponential_line() -> impl Strategy<Value = ExponentialLineSettings> {
    let machine = (1..4_u32, 0.001..0.02_f64, any::<bool>(), cost(), cost(), any::<bool>());
    let machine = machine.prop_map(|(count, rate, fails, working, idle, controlled)| {
        let (failure, repair) = if fails { (rate / 2.0, rate * 1.5) } else { (0.0, 0.0) };
        ExponentialMachine {
            count,
            completion: rate,
            failure,
            repair,
            working_cost: working,
            idle_cost: idle,
            repair_cost: working,
            controlled,
            ..Default::default()
        }
    });
    let buffer = (0..30_u32, cost()).prop_map(|(places, holding)| PlacesSettings {
        places,
        holding,
        ..Default::default()
    });
    let parts = prop::collection::vec((machine, buffer), 1..4);
    (parts, any::<bool>(), prop::option::of(1..9_u32), -1e6..1e6_f64).prop_map(
        |(parts, before, cards, revenue)| {
            let (machines, mut buffers): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            buffers.pop();
            let blocking = if before { Blocking::BeforeService } else { Blocking::AfterService };
            ExponentialLineSettings { machines, buffers, blocking, cards, revenue }
        },
    )
}

fn assembly() -> impl Strategy<Value = AssemblySettings> {
    let feeder = (chance(), chance(), chance(), 1..30_u32, cost(), any::<[bool; 2]>());
    let feeder =
        feeder.prop_map(|(completion, failure, repair, capacity, cost, [fails, controlled])| {
            FeederSettings {
                completion,
                failure: if fails { failure } else { 0.0 },
                repair,
                capacity,
                holding: cost,
                working_cost: cost / 2.0,
                controlled,
                ..Default::default()
            }
        });
    let demand = (chance(), 1..9_u32, cost()).prop_map(|(probability, capacity, cost)| {
        AssemblyDemand { probability, capacity, holding: cost, lost_cost: 2.0 * cost.min(1e6) }
    });
    let feeders = prop::collection::vec(feeder, 1..4);
    (feeders, chance(), cost(), any::<bool>(), prop::option::of(demand)).prop_map(
        |(feeders, completion, revenue, controlled, demand)| AssemblySettings {
            feeders,
            station: AssemblerSettings { completion, controlled, ..Default::default() },
            demand,
            revenue,
        },
    )
}

fn environment() -> impl Strategy<Value = AnySettings> {
    let chain = (-9..0, 1..9, cost(), -1e9..0.0_f64).prop_map(|(low, goal, reward, step)| {
        AnySettings::Chain(ChainSettings {
            low,
            start: 0,
            goal,
            goal_reward: reward,
            step_reward: step,
        })
    });
    let replacement = (2..9_usize, chance(), any::<[bool; 2]>(), 1..4_u32, cost()).prop_map(
        |(states, p, [none, minimal], units, setup)| {
            let mut settings = ReplacementSettings {
                states,
                units,
                setup,
                after_failure: match minimal {
                    true => AfterFailure::Minimal { cost: setup },
                    false => AfterFailure::AsNew,
                },
                earnings: (0..states).map(|i| -(i as f64)).collect(),
                failure: vec![p],
                maintain: Some(crate::environments::replacement::Maintain::default()),
                ..ReplacementSettings::default()
            };
            if none {
                settings.replace = None;
                settings.maintain = None;
            }
            AnySettings::Replacement(settings)
        },
    );
    let outcomes = |k: usize, p: f64| {
        let named = |name: &str, p: f64| Outcome { name: name.to_owned(), probability: vec![p; k] };
        vec![named("\"机\" low", p), named("high", 1.0 - p)]
    };
    let inspection = (2..6_usize, 0.0..1.0_f64, cost(), any::<[bool; 4]>(), 0..9_u32).prop_map(
        move |(k, p, cost, [looks, senses, mends, own], memory)| {
            let condition = |place: usize| ConditionSettings {
                name: if own { format!("机 {place}") } else { String::new() },
                earnings: -cost,
                fails: p,
                next: if own { vec![p, 1.0 - p] } else { Vec::new() },
            };
            let findings = if own { outcomes(k, p) } else { Vec::new() };
            let accuracy = if own { 1.0 } else { p };
            AnySettings::Inspection(InspectionSettings {
                conditions: (0..k).map(condition).collect(),
                renewed: vec![p, 1.0 - p],
                inspect: looks.then(|| InspectSettings {
                    cost,
                    accuracy,
                    findings,
                    ..InspectSettings::default()
                }),
                sensor: senses.then(|| SensorSettings { readings: outcomes(1, p) }),
                maintain: mends.then(crate::environments::replacement::Maintain::default),
                memory,
                ..InspectionSettings::default()
            })
        },
    );
    prop_oneof![
        1 => inspection,
        1 => setups().prop_map(AnySettings::Setups),
        1 => orders().prop_map(AnySettings::Orders),
        1 => job_shop().prop_map(AnySettings::JobShop),
        4 => line().prop_map(AnySettings::Line),
        1 => assembly().prop_map(AnySettings::Assembly),
        2 => exponential_line().prop_map(AnySettings::ExponentialLine),
        1 => chain,
        1 => replacement,
        1 => table().prop_map(AnySettings::Table),
        1 => grid().prop_map(AnySettings::Grid),
        1 => queue().prop_map(AnySettings::Queue),
        1 => shop_floor().prop_map(AnySettings::ShopFloor),
        1 => fleet().prop_map(AnySettings::Fleet),
        1 => stock().prop_map(AnySettings::Stock),
        1 => supply_chain().prop_map(AnySettings::SupplyChain),
        1 => plants().prop_map(AnySettings::Plants),
    ]
}

fn distribution() -> impl Strategy<Value = Distribution> {
    prop_oneof![
        (0..9_u32).prop_map(Distribution::Fixed),
        (0..9_u32, 0..9_u32)
            .prop_map(|(low, more)| Distribution::Uniform { low, high: low + more }),
        (1..9_u32, chance())
            .prop_map(|(trials, probability)| Distribution::Binomial { trials, probability }),
        (0.1..9.0_f64, 1e-12..0.1_f64)
            .prop_map(|(mean, tail)| Distribution::Poisson { mean, tail }),
        (0.1..9.0_f64).prop_map(Distribution::geometric),
        (0.2..1.0_f64).prop_map(|p| Distribution::Geometric {
            mean: None,
            probability: Some(p),
            tail: 1e-9
        }),
        (0.1..9.0_f64, 0.1..9.0_f64)
            .prop_map(|(mean, more)| Distribution::negative_binomial(mean, mean + more)),
        (0.0..1.0_f64).prop_map(|p| Distribution::Empirical(vec![p, 0.0, 1.0 - p])),
    ]
}

fn setups() -> impl Strategy<Value = SetupsSettings> {
    let unmet = prop_oneof![
        cost().prop_map(|cost| setups::Unmet::Lost { cost }),
        (cost(), 1..9_u32, cost()).prop_map(|(cost, limit, lost_cost)| {
            setups::Unmet::Backorder { cost, limit, lost_cost }
        }),
    ];
    let product = (distribution(), chance(), cost(), 1..9_u32, unmet, -1e6..1e6_f64).prop_map(
        |(demand, completion, cost, capacity, unmet, revenue)| ProductSettings {
            demand,
            completion,
            production_cost: cost,
            capacity,
            initial: capacity / 2,
            holding: cost,
            revenue,
            unmet,
            setup_time: capacity % 4,
            setup_cost: cost,
            ..ProductSettings::default()
        },
    );
    let products = prop::collection::vec(product, 1..4);
    (products, any::<bool>(), 0..9_u32, cost()).prop_map(|(products, own, time, cost)| {
        let (from, to) = ("product 1".to_owned(), "product 2".to_owned());
        let sequence = match own && products.len() > 1 {
            true => vec![SequenceSettings { from, to, time, cost }],
            false => Vec::new(),
        };
        SetupsSettings { products, sequence }
    })
}

fn unmet() -> impl Strategy<Value = UnmetDemand> {
    prop_oneof![
        cost().prop_map(|cost| UnmetDemand::Lost { cost }),
        (cost(), 1..9_u32, cost()).prop_map(|(cost, limit, lost_cost)| {
            UnmetDemand::Backlogged { cost, limit, lost_cost }
        }),
    ]
}

fn stock() -> impl Strategy<Value = StockSettings> {
    let unmet = unmet();
    let orders = (1..9_u32, 0..4_u32, chance(), 1..30_u32, 0..3_u32);
    let money = (cost(), cost(), cost(), cost(), -1e6..1e6_f64);
    let more = (prop::option::of((2..6_u32, cost())), prop::option::of(1..9_u32), any::<bool>());
    (distribution(), unmet, orders, money, more).prop_map(
        |(demand, unmet, (max_order, lead_time, success, capacity, initial), money, more)| {
            let (life, horizon, uniformised) = more;
            let waits = matches!(unmet, UnmetDemand::Backlogged { .. });
            StockSettings {
                demand,
                unmet,
                price: money.0,
                max_order,
                order_names: if max_order == 1 {
                    vec!["\"".into(), "机".into()]
                } else {
                    Vec::new()
                },
                fixed_cost: money.1,
                unit_cost: money.2,
                lead_time,
                success,
                uniformised: uniformised && lead_time == 0,
                capacity,
                initial: initial.min(capacity).min(max_order),
                holding: money.3,
                shelf_life: life.filter(|_| !waits).map(|(beats, cost)| ShelfLife { beats, cost }),
                horizon,
                salvage: money.4,
                ..StockSettings::default()
            }
        },
    )
}

fn supply_chain() -> impl Strategy<Value = SupplyChainSettings> {
    let customers = (distribution(), unmet(), cost())
        .prop_map(|(demand, unmet, price)| CustomerSettings { demand, unmet, price })
        .boxed();
    let times = (1..4_u32, 0..3_u32, 1..9_u32, 1..9_u32, 0..2_u32);
    let money = (cost(), cost(), cost(), -1e6..1e6_f64, prop::option::of(0..9_u32));
    let echelon = (prop::option::of(customers.clone()), times, money).prop_map(
        |(customers, (lead_time, order_delay, max_order, capacity, initial), money)| {
            EchelonSettings {
                customers,
                lead_time,
                order_delay,
                max_order,
                capacity,
                initial: initial.min(capacity),
                holding: money.0,
                owing: money.1,
                fixed_cost: money.2,
                unit_cost: money.3,
                base_stock: money.4,
                ..EchelonSettings::default()
            }
        },
    );
    (prop::collection::vec(echelon, 1..4), customers, any::<bool>()).prop_map(
        |(mut echelons, customers, branches)| {
            if let Some(last) = echelons.last_mut() {
                last.name = "\"机\"".to_owned();
            }
            if branches && echelons.len() == 3 {
                // Both order from the last.
                echelons[0].supplier = "\"机\"".to_owned();
                echelons[1].customers = Some(customers.clone());
            }
            echelons[0].customers = Some(customers);
            SupplyChainSettings { echelons }
        },
    )
}

fn plants() -> impl Strategy<Value = PlantsSettings> {
    let machine = (chance(), chance(), chance(), any::<bool>());
    let plant = (machine, distribution(), unmet(), (cost(), cost(), cost()), 1..9_u32).prop_map(
        |((completion, failure, repair, fails), demand, unmet, money, capacity)| PlantSettings {
            name: String::new(),
            completion,
            failure: if fails { failure } else { 0.0 },
            repair,
            demand,
            unmet,
            price: money.0,
            capacity,
            initial: capacity / 2,
            holding: money.1,
            running: money.2,
        },
    );
    (prop::collection::vec(plant, 1..4), 1..4_u32, prop::option::of(1..3_u32))
        .prop_map(|(plants, energy, crews)| PlantsSettings { plants, energy, crews })
}

fn job_shop() -> impl Strategy<Value = JobShopSettings> {
    let station = (1..4_u32, any::<bool>(), 0..4_u32, cost(), 0.0..1.0_f64, chance());
    let step = (any::<bool>(), chance(), cost(), 1..9_u32);
    let product = (distribution(), -1e6..1e6_f64, cost(), prop::collection::vec(step, 1..4));
    let products = prop::collection::vec(product, 1..4);
    (station, products, any::<bool>()).prop_map(|(station, products, own)| {
        let (machines, controlled, setup_time, setup_cost, failure, repair) = station;
        let (from, to) = ("product 1".to_owned(), "product 2".to_owned());
        let change = SequenceSettings { from, to, time: setup_time, cost: setup_cost };
        let several = products.len() > 1;
        let first = job_shop::StationSettings {
            name: "\"車\"".to_owned(),
            machines,
            controlled,
            setup_time,
            setup_cost,
            sequence: if own && several { vec![change] } else { Vec::new() },
            failure,
            repair,
            repair_cost: setup_cost,
        };
        let second = job_shop::StationSettings { name: "b".to_owned(), ..Default::default() };
        let names = [first.name.clone(), second.name.clone()];
        let of = |(arrivals, price, lost_cost, steps): (_, _, _, Vec<_>)| {
            // Every product passes the first station, so that set-ups there can name it.
            let step = |(k, (there, completion, holding, capacity)): (usize, (bool, _, _, _))| {
                let station = names[usize::from(there && k > 0)].clone();
                let name = String::new();
                job_shop::OperationSettings { name, station, completion, holding, capacity }
            };
            let route: Vec<_> = steps.into_iter().enumerate().map(step).collect();
            let name = String::new();
            job_shop::ProductSettings { name, arrivals, price, lost_cost, route }
        };
        let products: Vec<_> = products.into_iter().map(of).collect();
        let mut stations = vec![first];
        if products.iter().any(|product| product.route.iter().any(|step| step.station == "b")) {
            stations.push(second);
        }
        JobShopSettings { stations, products }
    })
}

fn orders() -> impl Strategy<Value = OrdersSettings> {
    let of_type = (0.0..0.3_f64, chance(), cost(), 1..9_u32, any::<[bool; 2]>()).prop_map(
        |(arrival, completion, cost, beats, [due, sets_up])| OrderSettings {
            arrival,
            completion,
            reward: -cost,
            work: beats,
            due: due.then_some(beats),
            late_cost: cost,
            late_fee: cost,
            waiting: cost,
            declined: cost,
            setup_time: if sets_up { beats } else { 0 },
            setup_cost: cost,
            ..OrderSettings::default()
        },
    );
    let types = prop::collection::vec(of_type, 1..4);
    (types, 1..9_u32, any::<[bool; 3]>(), 0..9_u32, cost()).prop_map(
        |(types, slots, [offers, by_arrival, own], time, cost)| {
            let (from, to) = ("type 2".to_owned(), "type 1".to_owned());
            let sequence = match own && types.len() > 1 {
                true => vec![SequenceSettings { from, to, time, cost }],
                false => Vec::new(),
            };
            OrdersSettings {
                types,
                slots,
                offers,
                kept: if by_arrival { Kept::ByArrival } else { Kept::ByDue },
                sequence,
                initial: vec!["type 1".to_owned()],
            }
        },
    )
}

/// A ring of states, with rewards drawn by a coin and, sometimes, an end.
fn table() -> impl Strategy<Value = TableSettings> {
    (2..6_usize, 0.0..1.0_f64, cost(), any::<[bool; 3]>()).prop_map(
        |(states, p, reward, [ends, two, named])| {
            let name = |state: usize| format!("\"机\" {}", state % states);
            let row = |from, to, probability, reward| {
                let (action, state, next) = ("go \\".to_owned(), name(from), name(to));
                Row { state, action, next, probability, reward }
            };
            let acting = if ends { states - 1 } else { states };
            let each = |s| [row(s, s + 1, p, -reward), row(s, s + 1, 1.0 - p, reward + 1.0)];
            TableSettings {
                variables: if named { vec!["place".to_owned()] } else { Vec::new() },
                action_name: if named { "step".to_owned() } else { String::new() },
                rows: (0..acting).flat_map(each).collect(),
                terminal: if ends { vec![name(states - 1)] } else { Vec::new() },
                start: (0..=usize::from(two && acting > 1)).map(name).collect(),
                start_probabilities: if two && acting > 1 { vec![p, 1.0 - p] } else { Vec::new() },
            }
        },
    )
}

fn queue() -> impl Strategy<Value = QueueSettings> {
    let class = (chance(), chance(), -1e9..1e9_f64, cost(), cost(), any::<bool>()).prop_map(
        |(arrival, service, reward, holding, rejection, decided)| JobClass {
            name: String::new(),
            arrival,
            service,
            reward,
            holding,
            rejection,
            decided,
        },
    );
    let speed = (chance(), cost()).prop_map(|(factor, cost)| ServiceSpeed {
        name: String::new(),
        factor,
        cost,
    });
    let lists = (prop::collection::vec(class, 0..3), prop::collection::vec(speed, 0..3));
    (lists, 1..5_u32, 0..9_u32).prop_map(|((classes, speeds), servers, waiting)| QueueSettings {
        classes,
        capacity: servers + waiting,
        servers,
        speeds,
    })
}

fn grid() -> impl Strategy<Value = GridSettings> {
    let moves = prop::sample::select(vec![MoveSet::Four, MoveSet::King, MoveSet::KingOrStay]);
    let slip = prop_oneof![
        Just(vec![0.0, 1.0, 0.0]),
        (cost(), chance()).prop_map(|(left, along)| { vec![left.min(1e6), along, 0.25] })
    ];
    (moves, slip, -9..9_i32, cost(), any::<[bool; 5]>()).prop_map(
        |(moves, slip, wind, reward, [errand, thin, gusts, bump, blow])| {
            let rows = if thin { ["A|#:S", "a: :\""] } else { ["A #.S", "a.C#\""] };
            let entry = |symbol: &str, name: &str, kind, reward| {
                let (symbol, name) = (symbol.to_owned(), name.to_owned());
                CellSettings { symbol, name, kind, reward }
            };
            let columns = if thin { 3 } else { 5 };
            GridSettings {
                rows: rows.map(str::to_owned).to_vec(),
                legend: vec![
                    entry("A", "jump", Some(Cell::Jump { to: "a".to_owned() }), Some(-reward)),
                    entry("\"", "", if errand { None } else { Some(Cell::Goal) }, Some(reward)),
                ],
                thin_walls: thin,
                moves,
                step_reward: -reward,
                bump_reward: bump.then_some(reward),
                slip,
                wind: if blow { vec![wind; columns] } else { Vec::new() },
                gusts,
                errand: errand.then(|| Errand {
                    sites: vec!["a".to_owned(), "\"".to_owned()],
                    reward,
                    ..Errand::default()
                }),
            }
        },
    )
}

fn fleet() -> impl Strategy<Value = FleetSettings> {
    let numbers = (1..30_u32, 0..30_u32, prop::option::of(0..30_u32), [cost(), cost(), cost()]);
    let place = (distribution(), distribution(), numbers).prop_map(
        |(requests, returns, (capacity, initial, crowd, [revenue, missed_cost, crowd_cost]))| {
            FleetPlace {
                name: String::new(),
                capacity,
                initial: initial.min(capacity),
                requests,
                returns,
                revenue: -revenue,
                missed_cost,
                crowd: crowd.map(|crowd| crowd.min(capacity)),
                crowd_cost,
            }
        },
    );
    let link =
        (0..9_u32, cost(), 0..3_u32).prop_map(|(most, cost, free)| FleetLink { most, cost, free });
    prop::collection::vec((place, link), 2..4).prop_map(|parts| {
        let (places, mut links): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        links.pop();
        FleetSettings { places, links }
    })
}

fn shop_floor() -> impl Strategy<Value = ShopFloorSettings> {
    let battery = (1..100_u32, 0.0..1.0_f64, 1..100_u32, chance(), cost());
    let battery = battery.prop_map(|(levels, drain, charge, rescue, rescue_cost)| {
        BatterySettings { levels, drain, charge, rescue, rescue_cost }
    });
    let slip = (cost(), chance()).prop_map(|(left, along)| vec![left.min(1e6), along, 0.25]);
    let numbers = (chance(), 1..100_u32, 0..2_u32, [cost(), cost(), cost(), cost(), cost()]);
    (prop::option::of(battery), slip, numbers, any::<[bool; 3]>()).prop_map(
        |(battery, slip, (arrival, queue, handling, amounts), [two, named, shared])| {
            let station = |symbol: &str, to: &[&str]| StationSettings {
                symbol: symbol.to_owned(),
                name: if named { format!("机 {symbol}") } else { String::new() },
                arrival: if to.is_empty() { 0.0 } else { arrival },
                queue,
                to: to.iter().map(|to| (*to).to_owned()).collect(),
                shares: if shared { vec![1.0; to.len()] } else { Vec::new() },
            };
            let [revenue, waiting_cost, move_cost, bump_cost, lost_cost] = amounts;
            ShopFloorSettings {
                rows: [if two { "A>2\"" } else { "A>~\"" }, "^C1é"].map(str::to_owned).to_vec(),
                stations: vec![
                    station("A", &["\"", "é"]),
                    station("\"", &[]),
                    station("é", &["A"]),
                ],
                handling,
                slip,
                revenue: -revenue,
                waiting_cost,
                move_cost,
                bump_cost,
                lost_cost,
                battery,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_scenario_reads_back_as_it_was(
        environment in environment(),
        title in text(),
        about in prop::collection::btree_map(text(), text(), 0..3),
        discount in 1e-6..0.999999_f64,
        seed in any::<u64>(),
        limit in prop::option::of(1..u64::MAX / 4),
    ) {
        let plain = scenario("(version: 1, environment: Chain())");
        let contents = Contents {
            title: Text::One(title),
            text: Text::Translated(about),
            environment,
            criterion: Criterion::Discounted(discount),
            seed,
            episode_limit: limit,
            agent: AgentSpec::AlwaysRun,
            ..plain.contents.clone()
        };
        let original = plain.with_contents(contents).unwrap();
        let written = original.to_ron();
        let again = scenario(&written);
        prop_assert_eq!(&again.contents, &original.contents, "{}", written);
        prop_assert_eq!(again.to_ron(), written);
    }
}

#[test]
fn agents_read_back_as_they_were() {
    for agent in [
        "Random",
        "Kanban(levels: [3])",
        "Kanban",
        "Conwip(cap: 4)",
        "Conwip",
        "BaseStock(levels: [7])",
        "Hysteresis(start: [1], stop: [4])",
        "Hysteresis",
        "Rollout(base: Kanban(levels: [2]), futures: 3)",
        "Rollout(base: Conwip, beats: 9)",
        "Rollout",
        "TdPrediction",
        "TdPrediction(policy: Kanban(levels: [2]), values: (target: Rewards(steps: 4), discount: 0.9))",
        "TdPrediction(policy: Random, values: (target: Episode(visits: Every, longest: 7)))",
        "TdPrediction(values: (features: Tiles(tilings: 4), step_size: Constant(size: 0.2)))",
        "Person",
        "Optimum(method: GaussSeidel, precision: 0.001)",
        "QLearning(discount: 0.995, exploration: Visits(half: 50))",
        "Sarsa(step_size: Constant, initial_value: 3, exploration: Time(decisions: 7))",
        "DoubleQ(exploration: Boltzmann)",
        "Sarsa(exploration: Boltzmann(temperature: 5, cooling: Time(to: 0, decisions: 9)))",
        "LinearSarsa(exploration: Boltzmann(cooling: Visits(half: 20)))",
        "ExpectedSarsa(exploration: Ucb(width: 0.5))",
        "Threshold(variable: \"buffer 1\", level: 2, below: {\"machine 1\": \"run\"}, at_or_above: \
         {\"machine 1\": 0})",
    ] {
        let text = format!(
            "(version: 1, environment: Line(machines: [(), ()], buffers: [()]), agent: {agent})"
        );
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in [
        "RunToFailure",
        "AgeBased(age: 5)",
        "AgeBased",
        "ConditionBased(control_limit: 3, treatment: Replace)",
        "ConditionBased(control_limit: 3, joint_limit: 2)",
        "Rollout(base: ConditionBased(control_limit: 3))",
    ] {
        let text = format!("(version: 1, environment: Replacement(), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in ["CMu", "CMu(cap: 3)", "LongestQueue(cap: 7)", "Rollout(base: CMu(cap: 2))"] {
        let text = format!(
            "(version: 1, environment: Queue(classes: [(), ()], capacity: 9), agent: {agent})"
        );
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in ["NearestJob", "NearestJob(home: 1, reserve: 0)", "Rollout(base: NearestJob)"] {
        let text = format!("(version: 1, environment: ShopFloor(), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in [
        "Beliefs",
        "Beliefs(resolution: 7)",
        "PeriodicInspection",
        "PeriodicInspection(every: 4, treat_from: 1)",
        "QLearning",
    ] {
        let text = format!("(version: 1, environment: Inspection(memory: 3), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in [
        "ProduceUpTo",
        "ProduceUpTo(levels: [3, 0], lots: [2, 1], next: MostShort)",
        "Rollout(base: ProduceUpTo(next: InOrder))",
    ] {
        let text = format!("(version: 1, environment: Setups(), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in [
        "BaseStock(levels: [7])",
        "ReorderPoint(reorder: [-2], up_to: [9])",
        "ReorderPoint",
        "Rollout(base: ReorderPoint)",
        "Forecast(window: 3, safety: -2)",
        "Forecast",
    ] {
        let unmet = "Backlogged(limit: 5)";
        let text = format!("(version: 1, environment: Stock(unmet: {unmet}), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in [
        "Dispatch",
        "Dispatch(priority: DearestWork, limits: [3, 0])",
        "Rollout(base: Dispatch(priority: EarliestDue))",
    ] {
        let text = format!("(version: 1, environment: Orders(), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    for agent in ["FirstBuffer", "LastBuffer", "CMu", "LongestQueue", "Rollout(base: LastBuffer)"] {
        let text = format!("(version: 1, environment: JobShop(), agent: {agent})");
        let original = scenario(&text);
        let written = original.to_ron();
        assert_eq!(scenario(&written), original, "{written}");
    }
    let kanban = |levels: &[u32]| AgentSpec::Kanban(KanbanSettings { levels: levels.to_vec() });
    assert_ne!(kanban(&[1]), kanban(&[]));
}
