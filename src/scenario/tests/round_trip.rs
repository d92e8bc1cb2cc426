//! Any scenario reads back from its text as what it was.

use proptest::prelude::*;

use super::scenario;
use crate::environments::grid::{Cell, CellSettings, Errand, GridSettings, MoveSet};
use crate::environments::line::{
    BufferSettings, CalendarSettings, Charged, Conditions, Cycle, Demand, FailureMode,
    LineSettings, MachineSettings, MaintenanceSettings, Moves, PowerSettings, ReworkSettings,
    SpanSettings, SpeedSettings, Supply, Unmet, WearSettings,
};
use crate::environments::queue::{JobClass, QueueSettings, ServiceSpeed};
use crate::environments::replacement::AfterFailure;
use crate::environments::table::{Row, TableSettings};
use crate::environments::{AnySettings, ChainSettings, ReplacementSettings};
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
    prop_oneof![Just(1.0), 1e-9..1.0_f64, Just(1e-300), Just(0.1 + 0.2)]
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
    );
    (simple_machine(), grown).prop_map(|(machine, (wear, maintenance, speeds, bad, stages))| {
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
            rework: bad.2.map(|probability| ReworkSettings { probability, to: "buffer 1".into() }),
            ..machine
        }
    })
}

fn calendar() -> impl Strategy<Value = CalendarSettings> {
    (1..40_u32, cost(), any::<bool>()).prop_map(|(half, energy, works)| CalendarSettings {
        day: 2 * half,
        spans: vec![SpanSettings::default(), SpanSettings { from: half, energy, works }],
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
    let more = (prop::option::of(1..5_u32), prop::option::of(calendar()));
    (parts, supply, demand, -1e6..1e6_f64, any::<[bool; 2]>(), more).prop_map(
        |(parts, supply, demand, revenue, [old, last], (crews, calendar))| {
            let (mut machines, mut buffers): (Vec<MachineSettings>, Vec<_>) =
                parts.into_iter().unzip();
            buffers.pop();
            // There is no buffer before the first machine that is called so.
            if let Some(first) = machines.first_mut() {
                first.rework = None;
            }
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
            }
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
    prop_oneof![
        4 => line().prop_map(AnySettings::Line),
        1 => chain,
        1 => replacement,
        1 => table().prop_map(AnySettings::Table),
        1 => grid().prop_map(AnySettings::Grid),
        1 => queue().prop_map(AnySettings::Queue),
    ]
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
    let kanban = |levels: &[u32]| AgentSpec::Kanban(KanbanSettings { levels: levels.to_vec() });
    assert_ne!(kanban(&[1]), kanban(&[]));
}
