//! Mistakes in files: each is told at its place, with its path and a remedy.

use crate::scenario::Scenario;
use crate::scenario::diagnostic::{Entry, Severity};

/// A line of two machines, with a mistake in place of `@` in one of its parts.
fn line(parts: &str) -> String {
    format!("(\n    version: 1,\n{parts}\n)")
}

fn errors(text: &str) -> Vec<Entry> {
    match Scenario::parse("bad.ron", text) {
        Ok(scenario) => panic!("{text}\nwas read as {:?}", scenario.contents),
        Err(reports) => {
            assert!(reports.has_errors());
            reports.entries()
        }
    }
}

/// One mistake: its file, where it is (`at` is the text there), its path, and words of its message
/// and remedy.
struct Mistake {
    text: String,
    at: &'static str,
    path: &'static str,
    message: &'static str,
    remedy: &'static str,
}

/// A mistake in a machine of an otherwise good line.
fn machine(
    fields: &str,
    at: &'static str,
    path: &'static str,
    message: &'static str,
    remedy: &'static str,
) -> Mistake {
    let text = line(&format!(
        "    beat: \"1 min\",\n    environment: Line(\n        machines: [(name: \"Lathe\"), \
         (name: \"Mill\", {fields})],\n        buffers: [(capacity: 3)],\n    ),"
    ));
    Mistake { text, at, path, message, remedy }
}

/// A mistake in a field of the file as a whole.
fn whole(
    fields: &str,
    at: &'static str,
    path: &'static str,
    message: &'static str,
    remedy: &'static str,
) -> Mistake {
    let text = line(&format!(
        "    {fields}\n    environment: Line(machines: [(), ()], buffers: [(capacity: 3)]),"
    ));
    Mistake { text, at, path, message, remedy }
}

/// A mistake in the environment.
fn environment(
    environment: &str,
    at: &'static str,
    path: &'static str,
    message: &'static str,
    remedy: &'static str,
) -> Mistake {
    let text = line(&format!("    environment: {environment},"));
    Mistake { text, at, path, message, remedy }
}

fn mistakes() -> Vec<Mistake> {
    const MILL: &str = "environment.machines[1]";
    let mill = |field: &str| -> &'static str { format!("{MILL}.{field}").leak() };
    vec![
        machine(
            "failure: 1.2, repair: 0.5",
            "1.2",
            mill("failure"),
            "failure probability of Mill is 1.2: it must lie between 0 and 1",
            "Write a number between 0 and 1.",
        ),
        machine(
            "failure: -0.1, repair: 0.5",
            "-0.1",
            mill("failure"),
            "failure probability of Mill is -0.1",
            "between 0 and 1",
        ),
        machine(
            "failure: \"often\", repair: 0.5",
            "\"often\"",
            mill("failure"),
            "failure probability of Mill: `often` does not start with a number",
            "Write a number first",
        ),
        machine(
            "failure: true, repair: 0.5",
            "true",
            mill("failure"),
            "a number or an amount is expected here, found `true`",
            "Write a number, or \"5 %\".",
        ),
        machine(
            "failure: 0.1",
            "(name: \"Mill\"",
            mill("repair"),
            "repair of Mill: with probability 0 a failed machine never comes up again",
            "Give a number above 0 and up to 1.",
        ),
        machine(
            "mtbf: \"30 s\", repair: 0.5",
            "\"30 s\"",
            mill("mtbf"),
            "mean time between failures of Mill: `30 s` is 0.5 beats, shorter than one beat",
            "Choose a shorter beat",
        ),
        machine(
            "mtbf: -3, repair: 0.5",
            "-3",
            mill("mtbf"),
            "`-3` is -3 beats, and a mean time lies above 0",
            "Write a mean time of at least one beat; leave it out for what never happens.",
        ),
        machine(
            "scrap: \"3 h\"",
            "\"3 h\"",
            mill("scrap"),
            "which does not measure this",
            "Write a unit as in \"5 %\", or a number alone.",
        ),
        machine(
            "zebra: 3",
            "zebra",
            mill("zebra"),
            "there is no field `zebra` of a machine",
            "others, which `taktlab schema Line` lists.",
        ),
        whole(
            "agent: Zebra(),",
            "Zebra",
            "agent",
            "agent: one of 42 names is expected here, found",
            "or one of 37 others, which `taktlab schema` lists.",
        ),
        machine(
            "mtbf: \"8 €\", repair: 0.5",
            "\"8 €\"",
            mill("mtbf"),
            "is in `€`, which does not measure this",
            "\"8 h\"",
        ),
        machine(
            "mtbf: \"8 houres\", repair: 0.5",
            "\"8 houres\"",
            mill("mtbf"),
            "has the unknown unit `houres`",
            "Did you mean `hours`?",
        ),
        machine(
            "mtbf: \"1,5 h\", repair: 0.5",
            "\"1,5 h\"",
            mill("mtbf"),
            "has a comma in its number",
            "Write 1.5, with a point.",
        ),
        machine(
            "failure: 0.1, mtbf: \"8 h\", repair: 0.5",
            "mtbf",
            mill("mtbf"),
            "`mtbf` is given beside `failure`",
            "delete one of the two",
        ),
        machine(
            "completion: 0",
            "0)",
            mill("completion"),
            "completion probability of Mill is 0: it must lie above 0 and be at most 1",
            "above 0 and up to 1",
        ),
        machine(
            "cycle: 0",
            "0)",
            mill("cycle"),
            "cycle of Mill is 0: it must lie between 1 and 10000",
            "Write a whole number from 1 to 10000.",
        ),
        machine(
            "cycle: 1.5",
            "1.5",
            mill("cycle"),
            "cycle of Mill: a whole number is expected here, found the number 1.5",
            "",
        ),
        machine(
            "cycle: \"20 s\"",
            "\"20 s\"",
            mill("cycle"),
            "`20 s` is 0.3333 beats, which no whole number of beats comes near",
            "another length for the scenario's `beat`",
        ),
        machine(
            "failrue: 0.1",
            "failrue",
            mill("failrue"),
            "there is no field `failrue` of a machine",
            "Did you mean `failure`?",
        ),
        machine(
            "failure: 0.1, mtrr: 5",
            "mtrr",
            mill("mtrr"),
            "there is no field `mtrr` of a machine",
            "Did you mean `mttr`?",
        ),
        machine(
            "colour: 3",
            "colour",
            mill("colour"),
            "there is no field `colour` of a machine",
            "others, which `taktlab schema Line` lists.",
        ),
        machine(
            "controlled: 1",
            "1)",
            mill("controlled"),
            "`true` or `false` is expected here, found the number 1",
            "Write `true` or `false`.",
        ),
        machine(
            "failure_mode: Tine",
            "Tine",
            mill("failure_mode"),
            "failure mode of Mill: `Operation` or `Time` is expected here, found the name `Tine`",
            "Did you mean `Time`?",
        ),
        machine(
            "failure_mode: \"Time\"",
            "\"Time\"",
            mill("failure_mode"),
            "found the text \"Time\"",
            "Write the name without quotation marks.",
        ),
        machine(
            "power: 4",
            "4)",
            mill("power"),
            "a group of fields, ( field: value ), is expected here, found the number 4",
            "Write its fields in parentheses: `(working: 4)`.",
        ),
        machine(
            "bufer: 4",
            "bufer",
            mill("bufer"),
            "there is no field `bufer` of a machine",
            "`buffers` is a field of the line around it. There are `",
        ),
        machine(
            "capacity: 4",
            "capacity: 4)",
            mill("capacity"),
            "there is no field `capacity` of a machine",
            "`capacity` is a field of a buffer. There are `",
        ),
        machine(
            "scarp: 0.1",
            "scarp",
            mill("scarp"),
            "there is no field `scarp` of a machine",
            "Did you mean `scrap`?",
        ),
        environment(
            "Line(machines: [(), ()], buffers: [4])",
            "4]",
            "environment.buffers[0]",
            "a buffer, ( field: value ), is expected here, found the number 4",
            "Write its fields in parentheses: `(capacity: 4)`.",
        ),
        environment(
            "Line(machines: [(), ()], buffers: 4)",
            "4)",
            "environment.buffers",
            "a list of buffers is expected here, found the number 4",
            "Give each in parentheses, within square brackets: [(capacity: 4)].",
        ),
        environment(
            "Line(machines: [(), ()], buffers: (capacity: 4))",
            "(capacity: 4)",
            "environment.buffers",
            "a list of buffers is expected here",
            "Put it in square brackets",
        ),
        environment(
            "Line(machines: [\"A\", ()], buffers: [(capacity: 4)])",
            "\"A\"",
            "environment.machines[0]",
            "a machine, ( field: value ), is expected here, found the text \"A\"",
            "Write its fields in parentheses: `(name: \"A\")`.",
        ),
        machine(
            "power: (working: \"12 kW\")",
            "\"12 kW\"",
            mill("power.working"),
            "power while working of Mill: `12 kW` is energy, but the scenario does not say what \
             energy costs",
            "energy_price: \"0.20 €/kWh\"",
        ),
        machine(
            "repair_cost: -2",
            "-2",
            mill("repair_cost"),
            "repair cost of Mill is -2: it must be 0 or more",
            "costs are taken off the reward",
        ),
        machine(
            "failure: 0.1, failure: 0.2, repair: 1",
            "failure: 0.2",
            mill("failure"),
            "the field `failure` is given twice",
            "Delete one of the two.",
        ),
        machine(
            "failure: inf, repair: 1",
            "inf",
            mill("failure"),
            "failure probability of Mill is inf",
            "between 0 and 1",
        ),
        whole(
            "seed: -1,",
            "-1",
            "seed",
            "seed is -1: it must be 0 or more",
            "Write a whole number from 0.",
        ),
        whole(
            "beat: 60,",
            "60",
            "beat",
            "a time is expected here, found the number 60",
            "\"1 min\"",
        ),
        whole("beat: \"2 €\",", "\"2 €\"", "beat", "a time above 0 in", "such as \"1 min\""),
        whole("currency: \"h\",", "\"h\"", "currency", "a sign for money", "\"€\" or \"CHF\""),
        whole(
            "criterion: Discounted(1.0),",
            "1.0",
            "criterion",
            "discount factor is 1.0: it must lie above 0 and below 1",
            "Write a number above 0 and below 1.",
        ),
        whole(
            "criterion: Discounted,",
            "Discounted",
            "criterion",
            "`Discounted` needs a value in parentheses",
            "Write `Discounted(0.99)`.",
        ),
        whole(
            "criterion: Total,",
            "Total",
            "criterion",
            "this environment never ends",
            "Choose `Average` or `Discounted(0.99)`.",
        ),
        whole(
            "agent: Kanban(levels: [1, 2]),",
            "[1, 2]",
            "agent.levels",
            "2 levels do not fit 1 buffers",
            "Give 1 levels",
        ),
        whole(
            "agent: Threshold(variable: \"place\", level: 1, below: {}, at_or_above: {}),",
            "\"place\"",
            "agent.variable",
            "nothing named `place` is observed",
            "Choose one of `buffer 1`.",
        ),
        whole(
            "agent: QLearning(step_size: Constant(size: 0)),",
            "0))",
            "agent.step_size.size",
            "step size is 0",
            "above 0 and up to 1",
        ),
        whole(
            "learner: Sarsa(discount: 1),",
            "1)",
            "learner.discount",
            "values grow without bound at a discount of 1",
            "Give a number below 1, such as 0.95",
        ),
        whole(
            "episodes: 77,",
            "77",
            "episodes",
            "this environment never ends, so that its first episode would last for ever",
            "Say with `episode_limit` after how many beats one is cut off",
        ),
        whole(
            "agent: Sarsa(exploration: Boltzmann(temperature: -1)),",
            "-1",
            "agent.exploration.temperature",
            "temperature is -1: it must be 0 or more",
            "Write 0 or a number above it.",
        ),
        whole(
            "agent: Sarsa(exploration: Boltzmann(cooling: Visits(half: 0))),",
            "0",
            "agent.exploration.cooling.half",
            "half is 0: it must lie above 0",
            "Write a number above 0.",
        ),
        whole(
            "agent: LinearSarsa(exploration: Ucb(width: 3)),",
            "Ucb",
            "agent.exploration",
            "an upper confidence bound goes by the visits of each pair, which only a table counts",
            "Choose `Boltzmann` or `Visits`, or a learner with a table",
        ),
        whole(
            "agent: AlwaysRun(3),",
            "AlwaysRun(3)",
            "agent",
            "`AlwaysRun` takes no value",
            "without parentheses",
        ),
        machine(
            "power: (working: 1e308)",
            "1e308",
            mill("power.working"),
            "power while working of Mill is 1e308: it must be at most 1e12",
            "Write a smaller number.",
        ),
        machine(
            "repair_cost: \"1e308 €/h\"",
            "\"1e308 €/h\"",
            mill("repair_cost"),
            "it must be at most 1e12",
            "Write a smaller number.",
        ),
        environment(
            "Chain(goal: 1e3)",
            "1e3",
            "environment.goal",
            "goal: a whole number is expected here, found the number 1",
            "Write 1000.",
        ),
        environment(
            "Chain(start: 0.5)",
            "0.5",
            "environment.start",
            "start: a whole number is expected here, found the number 0.5",
            "Write a whole number such as 10.",
        ),
        environment(
            "Chain(goal: 3000000000)",
            "3000000000",
            "environment.goal",
            "goal is 3000000000: it must be at most 2147483647",
            "Write a whole number up to 2147483647.",
        ),
        environment(
            "Line(machines: [()]), agent: Threshold(variable: \"place\", level: 1, below: {}, \
             at_or_above: {})",
            "\"place\"",
            "agent.variable",
            "nothing named `place` is observed",
            "Choose another agent: there are no variables to watch here.",
        ),
        whole(
            "based_on: \"other.ron\",",
            "\"other.ron\"",
            "based_on",
            "cannot be based on another file",
            "Save it to a file first",
        ),
        whole("title: [1],", "[1]", "title", "a text is expected here", "quotation marks"),
        environment(
            "Line(machines: [(), ()], buffers: [])",
            "[])",
            "environment.buffers",
            "2 machines have 1 gap between them, not 0",
            "Give 1 buffer, between the two.",
        ),
        environment(
            "Line(machines: [()], buffers: [()])",
            "[()])",
            "environment.buffers",
            "1 machine has 0 gaps between them, not 1",
            "Give none: `buffers: []`.",
        ),
        environment(
            "Line(machines: (), buffers: [])",
            "(), b",
            "environment.machines",
            "a list of machines is expected here, found `()`",
            "square brackets",
        ),
        environment(
            "Line(buffers: [])",
            "Line",
            "environment.machines",
            "the field `machines` is missing",
            "Write `machines: …`.",
        ),
        environment(
            "Line(machines: [(), 3], buffers: [()])",
            "3]",
            "environment.machines[1]",
            "a machine, ( field: value ), is expected here, found the number 3",
            "",
        ),
        environment(
            "Line(machines: [(), {\"failure\": 1}], buffers: [()])",
            "{\"failure\": 1}",
            "environment.machines[1]",
            "found a map of 1 entry",
            "not in braces",
        ),
        environment(
            "Line(machines: [(name: \"A\"), (name: \"A\")], buffers: [()])",
            "\"A\")]",
            "environment.machines[1].name",
            "the name `A` is used twice",
            "name of its own",
        ),
        environment(
            "Line(machines: [(), ()], buffers: [(capacity: 3, initial: 4)])",
            "4)",
            "environment.buffers[0].initial",
            "level at the start of buffer 1: 4 parts do not fit a capacity of 3",
            "Start with fewer parts",
        ),
        environment(
            "Line(machines: [()], supply: Arrivals())",
            "Arrivals",
            "environment.supply.probability",
            "the field `probability` is missing",
            "Write `probability: …`.",
        ),
        environment(
            "Lines(machines: [()])",
            "Lines(machines: [()])",
            "environment",
            "is expected here, found `Lines(…)`",
            "Did you mean `Line`?",
        ),
        environment(
            "Chain(goal: 0)",
            "0)",
            "environment.goal",
            "goal: the goal 0 does not lie right of the lower end 0",
            "Give a goal above `low`.",
        ),
        environment(
            "Replacement(wear: [0.5, 0.4])",
            "[0.5, 0.4]",
            "environment.wear",
            "the probabilities sum to 0.9",
            "sum to 1",
        ),
        environment(
            "Replacement(failure: [0.5, 1.5])",
            "1.5",
            "environment.failure[1]",
            "failure probability is 1.5: it must lie between 0 and 1",
            "between 0 and 1",
        ),
        Mistake {
            text: "(\n    version: 7,\n    environment: Chain(),\n)".into(),
            at: "7",
            path: "version",
            message: "version of the format is 7: it must lie between 1 and 1",
            remedy: "This Taktlab reads version 1; a newer one may read more.",
        },
        Mistake {
            text: "(\n    environment: Chain(),\n)".into(),
            at: "(\n",
            path: "version",
            message: "the field `version` is missing",
            remedy: "Write `version: …`.",
        },
        Mistake {
            text: "(version: 1, environment: Chain(), criterion: Average)".into(),
            at: "Average",
            path: "criterion",
            message: "the average reward of an environment that ends",
            remedy: "Choose `Discounted(0.99)` or `Total`.",
        },
        Mistake {
            text: "[1, 2]".into(),
            at: "[1, 2]",
            path: "",
            message: "a scenario, ( field: value ), is expected here, found a list of 2 items",
            remedy: "",
        },
    ]
}

#[test]
fn each_mistake_is_told_once_at_its_place_with_path_and_remedy() {
    let mistakes = mistakes();
    assert!(mistakes.len() >= 50);
    for Mistake { text, at, path, message, remedy } in mistakes {
        let entries = errors(&text);
        let [entry] = entries.as_slice() else { panic!("{text}\n{entries:#?}") };
        let before = &text[..text.rfind(at).unwrap()];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let right = (entry.line, entry.column) == (Some(line), Some(column))
            && entry.path == path
            && entry.message.contains(message)
            && entry.remedy.contains(remedy)
            && (remedy.is_empty() || entry.remedy.ends_with(['.', '?']));
        assert!(right, "{text}\n{entry:#?}\nis not at {line}:{column} {path}: {message} {remedy}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = r#"(
    version: 1,
    beat: "1 mn",
    sed: 3,
    environment: Line(
        machines: [
            (failure: 1.2, repair: 0.5),
            (name: "Mill", mtbf: "8 h", mtr: "20 min", cycle: "52 x"),
        ],
        buffers: [(capacity: 0)],
        demand: Customers(store: (capacity: 5)),
    ),
    criterion: Discounted(2),
    agent: Kanbna(),
    replications: 0,
)"#;
    let expected = [
        (3, "beat"),
        (4, "sed"),
        (7, "environment.machines[0].failure"),
        (8, "environment.machines[1].mtr"),
        (8, "environment.machines[1].cycle"),
        (10, "environment.buffers[0].capacity"),
        (11, "environment.demand.probability"),
        (13, "criterion"),
        (14, "agent"),
        (15, "replications"),
    ];
    let found = errors(text);
    let found: Vec<(usize, &str)> =
        found.iter().map(|entry| (entry.line.unwrap_or(0), entry.path.as_str())).collect();
    assert_eq!(found, expected);
}

/// A value that cannot be read hides no other fault, nor does a wrong number of things.
#[test]
fn one_mistake_hides_no_other() {
    for (text, expected) in [
        (
            "(version: 1, environment: Replacement(states: 5, earnings: [1, 2], wear: [0.5], failure: 2, initial: 8, replace: (cost: [1, 2, 3])))",
            &[
                "environment.failure[0]",
                "environment.initial",
                "environment.earnings",
                "environment.wear",
                "environment.replace.cost",
            ][..],
        ),
        (
            "(version: 1, environment: Line(machines: [(), ()], buffers: [(capacity: 3, initial: 9), ()]))",
            &["environment.buffers", "environment.buffers[0].initial"],
        ),
        (
            "(version: 1, environment: Line(machines: [(failure_mode: Tine, failure: 0.1), (name: \"A\", repair: 2)], buffers: [(), ()]), agent: QLearning(discount: 1.5))",
            &[
                "environment.machines[0].failure_mode",
                "environment.machines[0].repair",
                "environment.machines[1].repair",
                "environment.buffers",
                "agent.discount",
            ],
        ),
        (
            "(version: 1, environment: Line(machines: [(name: \"A\"), (name: \"A\")], buffers: [()]), criterion: Total, show: (x: \"none\"))",
            &["environment.machines[1].name", "criterion"],
        ),
        // What cannot be read outside the environment hides nothing in it.
        (
            "(version: 1, environment: Line(machines: [(failure: 0.1)]), criterion: Discounted(1.5), agent: Zebra)",
            &["environment.machines[0].repair", "criterion", "agent"],
        ),
        // And what is wrong with the environment nothing that does not hang on it.
        (
            "(version: 1, environment: Line(machines: [(failure: 0.1)]), show: (marks: [(x: [1, 2], y: [3])]), estimates: [(of: \"environment.revenue\", low: 3, high: 2, events: 1)], experiment: (samples: 3, agents: [(agent: AlwaysRun), (agent: AlwaysRun)], vary: [(parameter: \"environment.revenue\", from: 3, to: 2)]))",
            &[
                "environment.machines[0].repair",
                "show.marks[0]",
                "estimates[0].high",
                "experiment.agents[1]",
                "experiment.vary[0].to",
            ],
        ),
    ] {
        let mut found: Vec<String> = errors(text).into_iter().map(|entry| entry.path).collect();
        let mut expected: Vec<String> = expected.iter().map(|path| (*path).to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn empty_parentheses_after_a_name_say_no_more_than_none() {
    let text = "(version: 1, environment: Chain(), agent: AlwaysRun())";
    assert_eq!(super::scenario(text).contents.agent, crate::scenario::AgentSpec::AlwaysRun);
}

#[test]
fn rounding_is_a_warning_and_no_error() {
    let text = "(version: 1, beat: \"1 min\", environment: Line(machines: [(cycle: \"52 s\")]))";
    let scenario = super::scenario(text);
    let warnings = scenario.warnings.entries();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].severity, Severity::Warning);
    assert_eq!(warnings[0].path, "environment.machines[0].cycle");
    assert_eq!(warnings[0].message, "52 s becomes 1 beat, which is 15 % longer");
}

/// A variable to show that is not there is told, and the file opens; where something else is wrong,
/// that alone is told.
#[test]
fn a_variable_to_show_that_is_not_there_is_a_warning() {
    for (rest, at, told) in [
        (
            "Line(machines: [(), ()], buffers: [(capacity: 1)]), show: (x: \"buffer 9\")",
            "\"buffer 9\"",
            "Choose one of `buffer 1`.",
        ),
        (
            "Line(machines: [()]), show: (y: \"place\")",
            "\"place\"",
            "this environment has no variables.",
        ),
    ] {
        let text = line(&format!("    environment: {rest},"));
        let scenario = Scenario::parse("warned.ron", &text).unwrap_or_else(|told| panic!("{told}"));
        let [warning] = &scenario.warnings.entries()[..] else { panic!("{}", scenario.warnings) };
        assert_eq!(warning.severity, Severity::Warning);
        assert!(warning.message.contains("the first variables are shown"), "{warning:?}");
        assert!(warning.remedy.contains(told) && warning.path.starts_with("show."), "{warning:?}");
        let row = text.lines().nth(warning.line.unwrap() - 1).unwrap();
        let place = row.chars().skip(warning.column.unwrap() - 1).collect::<String>();
        assert!(place.starts_with(at), "{place}");
        assert_eq!(
            Scenario::parse("again.ron", &scenario.to_ron()).unwrap().contents,
            scenario.contents
        );
    }
    let text = line(
        "    environment: Line(machines: [(), (failure: -0.01, repair: 0.1)], buffers: [()]),\n    \
         show: (x: \"machine 2\"),",
    );
    let [error] = &errors(&text)[..] else { panic!("{:?}", errors(&text)) };
    assert_eq!(error.path, "environment.machines[1].failure");
}

#[test]
fn a_language_that_is_not_known_is_told() {
    let text = "(version: 1, title: {\"en\": \"A\", \"klingon\": \"B\"}, environment: Chain())";
    let scenario = Scenario::parse("warned.ron", text).unwrap();
    let [warning] = &scenario.warnings.entries()[..] else { panic!("{}", scenario.warnings) };
    assert_eq!(
        (warning.line, warning.column, &*warning.path),
        (Some(1), Some(33), "title.klingon")
    );
    assert!(warning.remedy.contains("`en` and `zh`"), "{warning:?}");
    assert!(super::scenario(&text.replace("klingon", "zh")).warnings.is_empty());
}

/// Lines may end in carriage returns alone, also those of comments.
#[test]
fn old_ends_of_lines_are_read() {
    let text = "// What it shows.\r// And more.\r(version: 1,\r  environment: Chain(goal: 3))\r";
    let scenario = Scenario::parse("old.ron", text).unwrap_or_else(|told| panic!("{told}"));
    assert_eq!(scenario.contents.kind(), "Chain");
    let [error] = &errors(&text.replace("goal: 3", "goal: x"))[..] else { panic!("{text}") };
    assert_eq!((error.line, error.column), (Some(4), Some(28)));
}
