//! The view of the drawing: three machines, learned by Q-learning. For tests and pictures.

use crate::learners::{Exploration, StepSize};
use crate::mdp::{Condition, Variable};
use crate::workbench::docks::Layout;
use crate::workbench::intent::{AgentChoice, Chart, CurveKind, Mapped, Rates, Speed};
use crate::workbench::view::*;

/// A whole view, with everything that a panel can show by default.
pub fn view() -> View {
    View {
        transport: transport(),
        library: library(),
        parameters: parameters(),
        agent: agent(),
        why: why(),
        fork: Default::default(),
        hand: None,
        plan: plan(),
        has_stations: true,
        time: time(),
        figures: Vec::new(),
        map: Some(map()),
        no_map: "The map appears once values are planned or learned.".into(),
        hidden: false,
        curve: curve(),
        rates: Rates::PerHour,
        has_hours: true,
        by_days: false,
        dialog: FileDialogView::default(),
        notice: None,
        left: Vec::new(),
        errors: None,
        sides: true,
        presenting: false,
        change: ChangeView {
            variables: [
                Variable::count("buffer 1", 0, 10, "parts"),
                Variable::choice("lathe", &["down", "up"]),
            ]
            .into(),
            state: vec![8, 1],
            refused: None,
        },
        layout: Layout::Explore,
        panes: [true, true, true, true, false, true, false],
        beside: None,
        editor: None,
        lesson: None,
        language: Default::default(),
        hints: false,
        shows_text: false,
        text: "A lathe, a mill and a press with two small buffers. Holding the lathe back when \
               the first buffer is full saves energy and loses hardly a part."
            .into(),
    }
}

fn transport() -> TransportView {
    TransportView {
        title: "Three machines".into(),
        playing: true,
        speed: Speed::PerSecond(20.0),
        reached: 20.0,
        beat: 2_412_806,
        episode: None,
        seed: 7,
        ahead: None,
        dark: true,
        bookmarks: Vec::new(),
        past: (0, 2_412_806),
        undo: Some("Mill · time to failure: 66 → 60 min".into()),
        redo: None,
        motion: true,
    }
}

fn library() -> LibraryView {
    let family = |name: &str, scenarios: &[(&str, &str)]| {
        let named = |(file, title): &(&str, &str)| (format!("{name}/{file}"), (*title).to_owned());
        (name.to_owned(), scenarios.iter().map(named).collect())
    };
    LibraryView {
        lessons: Vec::new(),
        recent: Vec::new(),
        families: vec![
            family("basics", &[("chain.ron", "Chain"), ("replacement.ron", "Replacement")]),
            family(
                "lines",
                &[
                    ("gershwin_two_machine.ron", "Two machines after Gershwin"),
                    ("bernoulli_two_machine.ron", "Bernoulli line"),
                    ("three_machines.ron", "Three machines"),
                    ("line3.ron", "Line of three with a discount of 0.99"),
                    ("line3_large.ron", "Large line"),
                ],
            ),
        ],
        open: Some("lines/three_machines.ron".into()),
    }
}

fn parameter(
    label: &str,
    value: f64,
    unit: &str,
    default: f64,
    range: (f64, f64),
) -> ParameterView {
    ParameterView {
        path: label.to_lowercase().replace(' ', "_"),
        owner: String::new(),
        label: label.into(),
        unit: unit.into(),
        value,
        default,
        range,
        whole: false,
        bounds: range,
        currency: "€".into(),
        becomes: None,
        logarithmic: false,
        help: String::new(),
    }
}

fn parameters() -> ParametersView {
    let of_mill = |parameter: ParameterView| ParameterView { owner: "Mill".into(), ..parameter };
    let buffer = |label: &str| ParameterView {
        whole: true,
        ..parameter(label, 10.0, "parts", 10.0, (1.0, 30.0))
    };
    ParametersView {
        parameters: [
            ParameterView {
                logarithmic: true,
                help: "Mean time that it works between two failures".into(),
                ..of_mill(parameter("time to failure", 66.0, "min", 60.0, (5.0, 1000.0)))
            },
            of_mill(parameter("time to repair", 8.3, "min", 10.0, (1.0, 30.0))),
            buffer("Buffer 1"),
            buffer("Buffer 2"),
            parameter("A part earns", 10.0, "€", 10.0, (0.0, 100.0)),
            parameter("Running costs", 1.0, "€ / min", 1.0, (0.0, 10.0)),
            parameter("Holding", 0.02, "€ / part min", 0.02, (0.0, 1.0)),
        ]
        .into(),
    }
}

fn agent() -> AgentView {
    let option = |choice: AgentChoice, name: &str, unavailable: Option<&str>| AgentOption {
        choice,
        name: name.into(),
        about: "what it does",
        family: choice.family(),
        unavailable: unavailable.map(str::to_owned),
    };
    AgentView {
        choice: AgentChoice::QLearning,
        name: "Q-learning".into(),
        doing: "learning".into(),
        options: vec![
            option(AgentChoice::AlwaysRun, "Always run", None),
            option(AgentChoice::Random, "Random", None),
            option(
                AgentChoice::Threshold,
                "Threshold",
                Some("This scenario names no threshold rule: add one to its agents."),
            ),
            option(AgentChoice::Kanban, "Best kanban", None),
            option(AgentChoice::Optimum, "Optimum", None),
            option(AgentChoice::QLearning, "Q-learning", None),
            option(AgentChoice::Sarsa, "SARSA", None),
        ],
        learner: Some(LearnerView {
            step: StepSize::default(),
            exploration: Exploration::Constant { epsilon: 0.1 },
            discount: 0.999,
            initial_value: 0.0,
        }),
        settings: Vec::new(),
        kanban: Vec::new(),
        threshold: None,
        prediction: None,
        searching: None,
        facts: Vec::new(),
        gap: Some(format!("4.3{}%", crate::workbench::number::THIN)),
        judging: None,
        notice: None,
        methods: ["Value iteration", "Policy iteration", "Relative value iteration"]
            .map(str::to_owned)
            .to_vec(),
        method: 0,
    }
}

fn why() -> WhyView {
    let action = |name: &str, planned: f64| ActionView {
        name: name.into(),
        short: name.into(),
        planned: Some(planned),
        proved: true,
        allowed: true,
        reward: Some(7.84),
        ..ActionView::default()
    };
    let branch = |words: &str, probability: f64, value: f64| BranchView {
        words: words.into(),
        leads_to: "buffer 1 = 7".into(),
        probability,
        reward: 7.84,
        value: Some(value),
    };
    let hold = ActionView {
        chosen: true,
        optimal: true,
        proved: true,
        branches: Some(vec![
            branch("all up", 0.957, 38.99),
            branch("mill fails", 0.014, 38.02),
            branch("lathe fails", 0.010, 38.71),
            branch("press fails", 0.019, 37.80),
        ]),
        ..action("hold 1", 42.17)
    };
    WhyView {
        state: "buffer 1 = 8 · buffer 2 = 3".into(),
        longest_state: "buffer 1 = 9 · buffer 2 = 9".into(),
        present: true,
        about_to: None,
        actions: vec![
            action("run all", 41.93),
            hold,
            action("hold 1 and 2", 36.80),
            action("hold all", 31.02),
        ],
        backup: Some(BackupView {
            action: 1,
            reward: 7.84,
            gain: Some(4.64),
            discount: None,
            future: 38.97,
            may_fall_short: false,
        }),
        scales: None,
        empty: None,
    }
}

fn plan() -> PlanView {
    PlanView::Ready {
        certified: true,
        would_do: "hold 1".into(),
        same: true,
        quantity: "gain".into(),
        bounds: (4.850_312_4, 4.850_313_2),
        unit: "€ / min".into(),
        sweeps: 412,
        states: 968,
    }
}

fn time() -> Vec<TimeView> {
    use Condition::{Blocked, Down, HeldBack, Starved, Working};
    let station = |name: &str, shares: &[(Condition, f64)]| TimeView {
        name: name.into(),
        shares: shares.to_vec(),
    };
    vec![
        station(
            "Lathe",
            &[(Working, 0.62), (Starved, 0.04), (Blocked, 0.08), (Down, 0.06), (HeldBack, 0.2)],
        ),
        station("Mill", &[(Working, 0.81), (Starved, 0.05), (Blocked, 0.02), (Down, 0.12)]),
        station("Press", &[(Working, 0.66), (Starved, 0.22), (Down, 0.12)]),
    ]
}

fn map() -> MapView {
    let machine = |name: &str| Variable::choice(name, &["down", "up"]);
    let buffer = |name: &str| Variable::count(name, 0, 10, "parts");
    let cell = |x: i32, y: i32| {
        let (dx, dy) = (f64::from(x - 5), f64::from(y - 6));
        let value = 45.0 - 0.12 * dx * dx - 0.08 * dy * dy - 0.1 * dx * dy;
        let actions = match (x, y) {
            (8.., 7..) => vec![2],
            (7, 5) => vec![0, 1],
            (7.., _) => vec![1],
            _ => vec![0],
        };
        (Some(value), actions)
    };
    let mark = |name: &str, mark: &str| (name.to_owned(), mark.to_owned());
    MapView {
        mapped: Mapped::Value,
        repeats: None,
        offers: Mapped::ALL.to_vec(),
        variables: vec![
            buffer("buffer 1"),
            buffer("buffer 2"),
            machine("lathe"),
            machine("mill"),
            machine("press"),
        ],
        axes: (0, 1),
        slice: vec![8, 3, 1, 1, 0],
        follows: vec![true, true, true, true, false],
        present: vec![8, 3, 1, 1, 0],
        source: "value under the optimum (value iteration, sweep 412)".into(),
        value_name: "optimal value".into(),
        whose: "the optimum".into(),
        unit: "€".into(),
        cells: (0..=10).flat_map(|y| (0..=10).map(move |x| cell(x, y))).collect(),
        actions: ActionsView {
            names: vec![
                mark("run all", ""),
                mark("hold 1", "1"),
                mark("hold 1 and 2", "‖"),
                mark("hold all", "×"),
            ],
            parts: Vec::new(),
        }
        .into(),
        inspected: None,
    }
}

fn curve() -> CurveView {
    let xs = (0..=80).map(|i| 10f64.powf(3.0 + f64::from(i) / 24.0));
    let points: Vec<_> = xs.map(|x| (x, 4.0 + 96.0 / (1.0 + (x / 2e4).powf(0.9)))).collect();
    let band = points.iter().map(|(_, y)| (0.3 * y, 0.4 * y)).collect();
    CurveView {
        chart: Chart::First,
        more_lucks: 0,
        kinds: vec![CurveKind::Gap, CurveKind::Reward, CurveKind::Bounds],
        kind: CurveKind::Gap,
        predicts: false,
        scores: Vec::new(),
        drawn: None,
        can_race: Vec::new(),
        y_title: "% of optimum".into(),
        x_title: "beats".into(),
        log: (true, true),
        lines: vec![CurveLine { name: "Q-learning".into(), points, band: Some(band) }],
        references: vec![("always run".into(), 13.5), ("best kanban".into(), 1.4)],
        marks: Vec::new(),
        floor: Some(0.01),
        empty: "The distance to the optimum appears here once a learner acts.".into(),
    }
}
