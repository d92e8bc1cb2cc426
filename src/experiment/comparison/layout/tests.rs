//! Settings of a grid and drawn ones, and what is refused before anything is played.

use super::*;

fn experiment(text: &str) -> Experiment {
    let text =
        format!("(version: 1, environment: Chain(), episode_limit: 50, experiment: ({text}))");
    let scenario = Scenario::parse("chain.ron", &text).unwrap_or_else(|r| panic!("{r}"));
    Experiment::of_scenario("chain.ron".into(), scenario)
}

#[test]
fn a_grid_has_every_combination_and_agents_without_the_setting_stay() {
    let layout = Layout::of(&experiment(
        "agents: [(agent: AlwaysRun), (name: \"Q\", agent: QLearning())], seeds: 3, vary: \
         [(parameter: \"agent.step_size.power\", values: [0.6, 0.8]), (parameter: \
         \"criterion\", values: [0.9, 0.95, 0.99])]",
    ))
    .unwrap();
    assert_eq!((layout.settings.len(), layout.arms.len()), (6, 12));
    // Always run has the three discounts alone: it is played under 3 settings, and not under 6.
    assert_eq!(layout.cells(), (3 + 6) * 3);
    let alike: Vec<usize> = (0..6).map(|setting| layout.first_alike(0, setting)).collect();
    assert_eq!(alike, [0, 1, 2, 0, 1, 2]);
    assert!((0..6).all(|setting| !layout.repeats(1, setting)));
    assert_eq!(layout.setting_of(0, 4).words(), "criterion = 0.95");
    assert_eq!(layout.setting_of(1, 4).words(), layout.settings[4].words());
    assert_eq!(
        layout.remarks(),
        ["Always run has no `agent.step_size.power`: it is played once for all values of it"]
    );
    assert_eq!(layout.agents, ["Always run", "Q"]);
    assert_eq!(layout.seeds, [101, 102, 103]);
    let words: Vec<String> = layout.settings.iter().map(Setting::words).collect();
    assert_eq!(words[1], "agent.step_size.power = 0.6, criterion = 0.95");
    let arm = layout.arm(0, 4, 1).unwrap();
    assert_eq!(arm.with.contents.criterion.discount(), Some(0.95));
    assert!(format!("{:?}", arm.spec).contains("power: 0.8"), "{:?}", arm.spec);
    // Nothing varies for always run but the discount: settings 1 and 4 are one and the same.
    let always = |setting| layout.key(layout.arm(0, setting, 0).unwrap(), 101);
    assert_eq!(always(1), always(4));
    assert_ne!(always(1), always(0));
}

/// A figure is that of every learner that has one, wherever it keeps it; who has none is played
/// once, however many values there are.
#[test]
fn a_figure_is_that_of_all_who_have_it_and_others_are_played_once() {
    let layout = Layout::of(&experiment(
        "agents: [(agent: QLearning()), (agent: DynaQ()), (agent: PrioritisedSweeping()), \
         (agent: AlwaysRun), (agent: SarsaLambda(table: (exploration: Constant())))], seeds: 2, \
         vary: [(parameter: \"agent.discount\", values: [0.9, 0.95, 0.99])]",
    ))
    .unwrap();
    assert_eq!(layout.cells(), (4 * 3 + 1) * 2);
    for (agent, contestant) in layout.contents.agents.iter().enumerate() {
        for (setting, value) in [0.9, 0.95, 0.99].into_iter().enumerate() {
            let arm = layout.arm(0, setting, agent).unwrap();
            let has = contestant.agent.learns();
            let discount = arm.spec.discount(crate::mdp::Criterion::Total);
            assert_eq!(discount, has.then_some(value), "{:?}", arm.spec);
            let of_agent = layout.setting_of(agent, setting);
            assert_eq!(of_agent.values.len(), usize::from(has));
            assert_eq!(layout.repeats(agent, setting), !has && setting > 0);
        }
    }
    let told = "Always run has no `agent.discount`: it is played once, as it is, and has no best \
                setting";
    assert_eq!(layout.remarks(), [told]);
    let layout = Layout::of(&experiment(
        "agents: [(agent: SarsaLambda()), (agent: Sarsa(exploration: Constant()))], vary: \
         [(parameter: \"agent.exploration.epsilon\", values: [0.1, 0.2])]",
    ))
    .unwrap();
    let remarks = layout.remarks();
    assert_eq!(remarks.len(), 1);
    let words = "SARSA(λ) has no `agent.exploration.epsilon` (its `table.exploration` is `Visits`,";
    assert!(remarks[0].starts_with(words), "{remarks:?}");
}

#[test]
fn random_settings_are_the_same_ones_wherever_they_are_drawn() {
    let drawn = || {
        let text = "agents: [(agent: QLearning())], samples: 40, vary: [(parameter: \
                    \"agent.step_size.power\", from: 0.5, to: 1), (parameter: \
                    \"agent.initial_value\", values: [0, 10])]";
        Layout::of(&experiment(text)).unwrap().settings
    };
    let settings = drawn();
    assert_eq!(settings, drawn());
    let values = |place: usize| settings.iter().map(move |s| s.values[place].1);
    assert!(values(0).all(|power| (0.5..=1.0).contains(&power)));
    assert!(values(0).any(|power| power < 0.6) && values(0).any(|power| power > 0.9));
    let high = values(1).filter(|value| *value == 10.0).count();
    assert!((10..=30).contains(&high) && values(1).all(|v| v == 0.0 || v == 10.0));
}

#[test]
fn random_values_stay_in_their_range_and_fill_it() {
    let drawn = |from: f64, to: f64, logarithmic: bool| -> Vec<f64> {
        let (from, to) = (Some(from), Some(to));
        let varied = Variation { from, to, logarithmic, ..Variation::default() };
        drawn(&[(&varied, false)], 200).iter().map(|setting| setting.values[0].1).collect()
    };
    for (from, to) in [(0.9999, 0.99999), (1e4, 10_010.0), (-0.5, 0.5), (1.0, 1.0), (3e-9, 4.0)] {
        for logarithmic in [false, true].into_iter().take(if from > 0.0 { 2 } else { 1 }) {
            let mut values = drawn(from, to, logarithmic);
            assert!(values.iter().all(|value| (from..=to).contains(value)), "{from} to {to}");
            values.sort_by(f64::total_cmp);
            values.dedup();
            // 200 draws among some thousand values: few fall together.
            assert!(values.len() > 150 || from == to, "{from} to {to}: {}", values.len());
        }
    }
    // As few digits as before where four are enough.
    assert_eq!(readable(0.712_345_6, 0.5), 0.7123);
    assert_eq!(readable(0.940_471_2, 0.09), 0.9405);
    assert_eq!(readable(10_003.271_8, 10.0), 10_003.27);
    assert_eq!(readable(0.999_932_184_9, 0.000_09), 0.999_932_2);
}

/// What is read from a folder of results was written by anyone.
#[test]
fn an_experiment_is_looked_at_before_it_is_believed() {
    let sound = experiment("agents: [(agent: AlwaysRun)]");
    assert!(Layout::of(&sound).is_ok());
    let refused = |change: fn(&mut Experiment)| {
        let mut altered = sound.clone();
        change(&mut altered);
        Layout::of(&altered).map(|_| ()).unwrap_err().to_string()
    };
    let told = refused(|one| {
        one.contents.agents.clear();
        one.contents.seeds = u64::MAX;
    });
    assert!(told.contains("agents: nobody is compared"), "{told}");
    assert!(told.contains("seeds: 18446744073709551615 is out of range"), "{told}");
    assert!(refused(|one| one.contents.seeds = 0).contains("from 1 to 1000000"));
    assert!(refused(|one| one.contents.measured = 999).contains("measured"));
    assert!(refused(|one| one.contents.evaluate_every = Some(0)).contains("evaluate_every"));
    assert!(refused(|one| one.scenarios.clear()).contains("needs a scenario"));
    let told = refused(|one| {
        let parameter = "criterion".to_owned();
        let values = vec![0.9, f64::NAN];
        one.contents.vary.push(Variation { parameter, values, ..Default::default() });
    });
    assert!(told.contains("vary[0]: NaN is no value"), "{told}");
}

#[test]
fn what_does_not_fit_is_said_in_the_file() {
    let refused = |text: &str| {
        let text = format!("(version: 1, environment: Chain(), experiment: ({text}))");
        Scenario::parse("chain.ron", &text).unwrap_err().plain()
    };
    let unknown = refused("vary: [(parameter: \"agent.power\", values: [1])]");
    assert!(unknown.contains("no compared agent has a setting `power`"), "{unknown}");
    let unknown = refused("vary: [(parameter: \"environment.wong\", values: [1])]");
    assert!(unknown.contains("chain.ron:1:"), "{unknown}");
    let twice = refused("agents: [(agent: AlwaysRun), (agent: AlwaysRun)]");
    assert!(twice.contains("two agents are called"), "{twice}");
    let none = refused("vary: [(parameter: \"criterion\")]");
    assert!(none.contains("it takes no values"), "{none}");
    let open = refused("samples: 3, vary: [(parameter: \"criterion\", from: 0.9)]");
    assert!(open.contains("between which"), "{open}");
    let twice = refused(
        "vary: [(parameter: \"criterion\", values: [0.9]), (parameter: \"criterion\", values: \
         [0.8])]",
    );
    assert!(twice.contains("`criterion` varies twice"), "{twice}");
    let one = refused(
        "agents: [(agent: DynaQ())], vary: [(parameter: \"agent.discount\", values: [0.9]), \
         (parameter: \"agent.table.discount\", values: [0.8])]",
    );
    let words = "`agent.discount` and `agent.table.discount` are one setting of Dyna-Q";
    assert!(one.contains(words), "{one}");
    let many = experiment(
        "vary: [(parameter: \"agent.step_size.power\", values: [0.6]), (parameter: \
         \"criterion\", values: [0.9])], seeds: 100000, samples: 100000",
    );
    assert!(matches!(Layout::of(&many), Err(LayoutError::TooLarge(_))));
}

/// Whole numbers are drawn where a figure takes no others, each as often, the ends as well.
#[test]
fn whole_numbers_are_drawn_where_the_field_holds_them() {
    let line = |vary: &str| {
        let text = format!(
            "(version: 1, environment: Line(machines: [(failure: 0.1, repair: 0.5), ()], buffers: [(capacity: 3)]), experiment: (samples: 400, agents: [(agent: \
             NStepSarsa()), (agent: AlwaysRun)], vary: [{vary}]))"
        );
        let scenario = Scenario::parse("line.ron", &text).map_err(|reports| reports.plain())?;
        Layout::of(&Experiment::of_scenario("line.ron".into(), scenario))
            .map(|layout| layout.settings)
            .map_err(|error| error.to_string())
    };
    let drawn = line(
        "(parameter: \"environment.buffers[0].capacity\", from: 2, to: 5), (parameter: \
         \"agent.steps\", from: 1, to: 64, logarithmic: true), (parameter: \
         \"environment.machines[0].failure\", from: 0.1, to: 0.2)",
    )
    .unwrap();
    let values = |place: usize| drawn.iter().map(move |setting| setting.values[place].1);
    for size in [2.0, 3.0, 4.0, 5.0] {
        let times = values(0).filter(|value| *value == size).count();
        // A quarter of 400, with a standard deviation of 8.7.
        assert!((65..=135).contains(&times), "{size}: {times}");
    }
    assert!(values(0).all(|value| (2.0..=5.0).contains(&value) && value.fract() == 0.0));
    assert!(values(1).all(|value| (1.0..=64.0).contains(&value) && value.fract() == 0.0));
    let low = values(1).filter(|value| *value <= 8.0).count();
    assert!((180..=280).contains(&low), "{low} of 400 lie in the lower half of the factors");
    // A figure that takes any number is drawn as before.
    assert!(values(2).any(|value| value.fract() != 0.0));
}

#[test]
fn a_fraction_is_refused_where_whole_numbers_are_taken() {
    for (vary, told) in [
        (
            "(parameter: \"environment.buffers[0].capacity\", values: [2, 2.5])",
            "`environment.buffers[0].capacity` cannot be 2.5: it takes whole numbers",
        ),
        ("(parameter: \"agent.steps\", values: [2.5])", "2.5 is no whole number"),
    ] {
        let text = format!(
            "(version: 1, environment: Line(machines: [(failure: 0.1, repair: 0.5), ()], buffers: [(capacity: 3)]), experiment: (agents: [(agent: NStepSarsa())], vary: \
             [{vary}]))"
        );
        let found = Scenario::parse("line.ron", &text).unwrap_err().plain();
        assert!(found.contains(told) && found.contains("Give a whole number"), "{found}");
        assert!(found.contains("line.ron:1:"), "{found}");
    }
}
