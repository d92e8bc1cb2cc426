//! The built program from outside: every command with good and bad files, what it prints, where it
//! writes, and the status that it ends with.
//!
//! The tests are the same with and without the window; where they run the program without a
//! command they take display and graphics drivers from it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use taktlab::experiment::saved_run::SavedRun;
use taktlab::experiment::session::{Command as SessionCommand, Session};
use taktlab::scenario::{AgentSpec, Scenario};
use tempfile::TempDir;

/// What a run of the program came to.
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// Asserts that it ended well and said nothing beside its output.
    fn well(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Asserts that the input was wrong, and gives what was said.
    fn refused(self) -> String {
        assert_eq!((self.status, self.out.as_str()), (Some(1), ""), "{}", self.err);
        self.err
    }

    /// Asserts that the command was wrong, and gives what was said.
    fn misused(self) -> String {
        assert_eq!((self.status, self.out.as_str()), (Some(2), ""), "{}", self.err);
        self.err
    }

    fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }
}

/// A folder for a test, in which the program runs.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn with(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taktlab"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        // No display and no driver: what has a window must do without.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env("VK_DRIVER_FILES", "/none").env("VK_ICD_FILENAMES", "/none");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a command line as one would type it, files by their names in this folder.
    fn type_in(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// What all files below a folder say.
    fn texts_below(&self, folder: &str) -> Vec<String> {
        let (mut folders, mut texts) = (vec![self.path(folder)], Vec::new());
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => texts.push(std::fs::read_to_string(path).unwrap()),
                }
            }
        }
        texts
    }
}

fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(path)
}

const CHAIN: &str = "(version: 1, title: \"Steps\", environment: Chain(), episode_limit: 100)";

/// Walks to and fro between 4 and 5, and so never ends.
const TURNING: &str = "Threshold(variable: \"position\", level: 5, below: {\"walk\": \"right\"}, \
                       at_or_above: {\"walk\": \"left\"})";

/// A small line with everything on it, in minutes.
const LINE: &str = "(
    version: 1,
    title: \"Two\",
    beat: \"1 min\",
    environment: Line(
        machines: [(name: \"Saw\", mtbf: \"30 min\", mttr: \"4 min\"), (name: \"Drill\")],
        buffers: [(capacity: 3, holding: 0.1)],
        revenue: 2,
    ),
    beats: 2000,
    replications: 4,
)";

/// Three mistakes, at 4:28, 5:5 and 6:12.
const BAD: &str = "(
    version: 1,
    environment: Line(
        machines: [(failure: 1.5, repair: 1), ()], buffers: [(capacity: 3)]),
    colour: 3,
    seed: -1,
)";

/// A place with `chain.ron`, `line.ron` and `bad.ron`.
fn place() -> Place {
    let place = Place::new();
    for (name, text) in [("chain.ron", CHAIN), ("line.ron", LINE), ("bad.ron", BAD)] {
        place.with(name, text);
    }
    place
}

// ---- what is printed ----

/// Every path in a value, in the notation of `taktlab schema json`, with what stands there.
fn paths(value: &Value, known: &BTreeSet<String>, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) if !is_estimate(value) => {
            for (name, value) in fields {
                let here = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                // A name that is one of a machine, an item or a variable stands for all of them.
                let any = known.iter().find(|path| {
                    path.strip_prefix(&format!("{at}.{{"))
                        .is_some_and(|rest| rest.ends_with('}') && !rest.contains('.'))
                });
                let here = any.cloned().unwrap_or(here);
                found.push((here.clone(), value.clone()));
                paths(value, known, &here, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                paths(item, known, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

fn is_estimate(value: &Value) -> bool {
    let names: Option<Vec<&String>> = value.as_object().map(|fields| fields.keys().collect());
    names.is_some_and(|names| names == ["mean", "low", "high"])
}

fn is_of(value: &Value, of_type: &str) -> bool {
    match of_type {
        "text" => value.is_string(),
        "number" => value.is_number(),
        "whole number" => value.is_u64() || value.is_i64(),
        "truth" => value.is_boolean(),
        "list" => value.is_array(),
        "object" => value.is_object() && !is_estimate(value),
        "estimate" => is_estimate(value) && value["mean"].is_number(),
        other => panic!("no such type: {other}"),
    }
}

/// The documented names of a command's object: path, type, whether it may be null.
fn documented(command: &str) -> Vec<(String, String, bool)> {
    let all = Place::new().type_in("schema json --format json").json();
    let objects = all["objects"].as_array().unwrap();
    let object = objects.iter().find(|object| object["command"] == command).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = |name: &Value| {
        (text(&name["path"]), text(&name["type"]), name["nullable"].as_bool().unwrap())
    };
    object["names"].as_array().unwrap().iter().map(name).collect()
}

/// Every name of the objects is documented and of the type that is documented, and every name
/// documented is in one of them. `besides`: names that are documented elsewhere.
fn agree(command: &str, objects: &[Value], besides: &[&str]) {
    let documented = documented(command);
    let known: BTreeSet<String> = documented.iter().map(|(path, ..)| path.clone()).collect();
    let mut met = BTreeSet::new();
    for object in objects {
        let mut found = Vec::new();
        paths(object, &known, "", &mut found);
        for (path, value) in found {
            if besides.contains(&path.as_str()) {
                continue;
            }
            let of = documented.iter().find(|(known, ..)| *known == path);
            let (_, of_type, nullable) =
                of.unwrap_or_else(|| panic!("{command}: `{path}` is not documented"));
            let fits = is_of(&value, of_type) || (*nullable && value.is_null());
            assert!(fits, "{command}: `{path}` is no {of_type}: {value}");
            met.insert(path);
        }
    }
    let missing: Vec<_> = known.difference(&met).collect();
    assert!(missing.is_empty(), "{command}: nowhere to be found: {missing:?}");
}

/// The names that scripts rely on, as they were first promised.
fn has(object: &Value, names: &[&str]) {
    for name in names {
        assert!(object.get(name).is_some(), "`{name}` is missing");
    }
}

#[test]
fn solve_prints_the_object_that_is_documented() {
    let place = place();
    let line = place.type_in("solve line.ron --format json").json();
    has(
        &line,
        &[
            "scenario",
            "states",
            "transitions",
            "method",
            "criterion",
            "lower",
            "upper",
            "sweeps",
            "backups_per_second",
            "optimal",
        ],
    );
    assert_eq!((&line["scenario"], &line["criterion"]), (&"line.ron".into(), &"average".into()));
    let number = |name: &str| line[name].as_f64().unwrap();
    assert!(number("upper") - number("lower") <= 1e-6 && line["optimal"] == true);
    // Buffer 0 to 3 and one machine that fails: 8 states.
    assert_eq!(line["states"], 8);
    let chain = place.type_in("solve chain.ron --format json --method value-iteration").json();
    assert_eq!((&chain["discount"], &chain["method"]), (&0.99.into(), &"Value iteration".into()));
    assert!((chain["half_life"].as_f64().unwrap() - 68.967_563_9).abs() < 1e-6);
    assert_eq!((&line["full_information"], &line["beliefs"]), (&false.into(), &Value::Null));
    place.with("hidden.ron", "(version: 1, environment: Inspection(replace: (cost: 9)))");
    let hidden = place.type_in("solve hidden.ron --format json").json();
    assert_eq!(hidden["full_information"], true);
    let last = hidden["beliefs"].as_array().unwrap().last().unwrap();
    let of = |name: &str| last[name].as_f64().unwrap();
    assert!(of("lower") <= of("upper") && of("upper") <= hidden["upper"].as_f64().unwrap() + 1e-6);
    let text = place.type_in("solve hidden.ron").well();
    assert!(
        text.contains("a bound with full information") && text.contains("resolution"),
        "{text}"
    );
    // What is estimated is drawn anew, by the scenario's seed or another, as often as is asked.
    place.with(
        "estimated.ron",
        "(version: 1, environment: Line(machines: [(mtbf: 40, mttr: 8)], revenue: 1), estimates: [(of: \
         \"environment.machines[0].mtbf\", low: 25, high: 70, events: 15)])",
    );
    let estimated = place.type_in("solve estimated.ron --draws 50 --format json").json();
    let [low, high] = ["lower", "upper"].map(|end| estimated["uncertainty"][end].as_f64().unwrap());
    let best = estimated["lower"].as_f64().unwrap();
    assert!(low < best - 0.01 && best + 0.01 < high, "{estimated}");
    assert_eq!(estimated["uncertainty"]["draws"], 50);
    let other = place.type_in("solve estimated.ron --draws 50 --seed 7 --format json").json();
    assert_ne!(other["uncertainty"], estimated["uncertainty"]);
    let text = place.type_in("solve estimated.ron").well();
    assert!(text.contains("with the figures' uncertainty: from 0."), "{text}");
    assert!(text.contains("(95 % of 200 draws)"), "{text}");
    let text = place.type_in("solve estimated.ron --draws 0").well();
    assert!(text.contains("was not drawn"), "{text}");
    assert_eq!(line["uncertainty"], Value::Null);
    agree("solve", &[line, chain, hidden, estimated], &[]);
}

#[test]
fn simulate_prints_the_object_that_is_documented() {
    let place = place();
    let line = place.type_in("simulate line.ron --format json --agent optimum").json();
    has(&line, &["throughput", "wip", "utilisation", "return"]);
    for (name, value) in line["utilisation"].as_object().unwrap() {
        assert!(["Saw", "Drill"].contains(&name.as_str()));
        assert!(is_estimate(value) && value["low"].is_number());
    }
    assert_eq!((&line["beats"], &line["warm_up_by"]), (&2000.into(), &"mser-5".into()));
    assert!(line["warm_up"].as_u64().unwrap() <= 200, "{}", line["warm_up"]);
    assert_eq!(line["plan_optimal"], true);
    let text = "simulate chain.ron --format json --episodes 5 --replications 1";
    let chain = place.type_in(text).json();
    assert_eq!((&chain["throughput"], &chain["wip"]), (&Value::Null, &Value::Null));
    // Ten steps to the right: nine that cost 1 and one that earns it, discounted.
    assert!((chain["return"]["mean"].as_f64().unwrap() + 7.734_758_004_15).abs() < 1e-9);
    assert_eq!((&chain["return"]["low"], &chain["terminal"]), (&Value::Null, &5.into()));
    let kanban = place.type_in("simulate line.ron --format json --agent kanban").json();
    let level = kanban["agent_settings"]["levels"][0].as_u64().unwrap();
    assert_eq!(kanban["agent_settings"]["levels"].as_array().unwrap().len(), 1);
    assert_eq!(chain["agent_settings"], Value::Null);
    let text = place.type_in("simulate line.ron --agent kanban").well();
    let rule = match level {
        0..=3 => format!("agent: Kanban (buffer 1 at most {level}), seed 1"),
        _ => "agent: Kanban (buffer 1 not limited), seed 1".to_owned(),
    };
    assert!(text.contains(&rule), "`{rule}`: {text}");
    assert!(text.contains("settings: best of all 5 settings tried on the model: "), "{text}");
    let found = &kanban["settings_found"];
    assert_eq!((&found["by"], &found["settings_tried"]), (&"model".into(), &5.into()));
    assert_eq!((&chain["settings_found"], &found["undecided"]), (&Value::Null, &0.into()));
    let text = place.type_in("simulate line.ron --agent hysteresis").well();
    assert!(text.contains("agent: Hysteresis (buffer 1 "), "{text}");
    assert!(text.contains(" tried by simulation: ") && text.contains(" on luck of its own"));
    let text = place.type_in("simulate chain.ron --agent threshold --episodes 1").well();
    assert!(text.contains("agent: Threshold (always walk right), seed 1"), "{text}");
    assert!(text.contains("settings: best of all 44 settings tried on the model: "), "{text}");
    let cut_off = "environment: Chain(), episode_limit: 100";
    place.with("turning.ron", format!("(version: 1, {cut_off}, agent: {TURNING})"));
    let text = place.type_in("simulate turning.ron --episodes 1").well();
    let rule = "agent: Threshold (position below 5: walk right; from 5 on: walk left)";
    assert!(text.contains(rule), "{text}");
    // Its settings are those of `taktlab schema`.
    let settings = ["agent_settings.levels", "agent_settings.method", "agent_settings.precision"];
    agree("simulate", &[line, chain, kanban], &settings);
}

#[test]
fn train_prints_the_object_that_is_documented() {
    let place = place();
    let chain = place.type_in("train chain.ron --steps 3e4 --seeds 2 --format json").json();
    has(&chain, &["steps", "value", "optimum", "gap"]);
    assert_eq!((&chain["steps"], &chain["exact"]), (&30_000.into(), &true.into()));
    let number = |name: &str| chain[name].as_f64().unwrap();
    let gap = (number("optimum") - number("value")) / number("optimum").abs();
    assert!((number("gap") - gap).abs() < 1e-12);
    // Nine steps that cost 1 and a goal that is worth 9: the best is worth 0, and no share of it
    // can be had.
    let nothing = "(version: 1, environment: Chain(goal_reward: 9), criterion: Total, \
                   episode_limit: 99)";
    place.with("nothing.ron", nothing);
    let nothing = place.type_in("train nothing.ron --steps 100 --seeds 1 --format json").json();
    assert_eq!((&nothing["gap"], &nothing["gap_interval"]), (&Value::Null, &Value::Null));
    assert!(nothing["optimum"].as_f64().unwrap().abs() < 1e-6);
    let text = place.type_in("train nothing.ron --steps 3e4 --seeds 2").well();
    assert!(text.contains("below it by") && !text.contains('%'), "{text}");
    agree("train", &[chain, nothing], &[]);
}

#[test]
fn experiments_print_the_objects_that_are_documented_and_parts_join_byte_for_byte() {
    let place = place();
    let few = "--seeds 2 --beats 2000 --measured 1000 --format json";
    let line = format!("compare line.ron --agents always-run,optimum {few} --out line");
    let line = place.type_in(&line).json();
    assert_eq!(line["groups"][0]["judged"], "exactly");
    // The last has no step size, and is played once like the first.
    let agents = "--agents always-run,q-learning,certainty-equivalence";
    let vary = "--vary agent.step_size.power=0.6,0.8";
    let sweep = |more: &str| format!("sweep chain.ron {agents} {vary} {few} {more}");
    let whole = place.type_in(&sweep("--out whole")).json();
    agree("compare", &[line.clone(), whole.clone()], &[]);
    agree("sweep", &[line, whole.clone()], &[]);
    let part = place.type_in(&sweep("--shard 1/2 --out one")).json();
    assert_eq!((&part["part"], &part["of"], &part["runs"]), (&1.into(), &2.into(), &4.into()));
    agree("compare --shard", &[part], &[]);
    let missing = place.type_in("merge one --out joined").refused();
    assert!(missing.contains("4 of 8 runs are not there yet"), "{missing}");
    place.type_in(&sweep("--shard 2/2 --out two")).well();
    let joined = place.type_in("merge one two --out joined --format json").json();
    assert_eq!(joined["groups"], whole["groups"]);
    for file in ["runs", "curves", "agents", "pairs"] {
        for ending in ["csv", "arrow"] {
            let read = |folder: &str| {
                std::fs::read(place.path(folder).join(format!("{file}.{ending}"))).unwrap()
            };
            assert!(read("joined") == read("whole"), "{file}.{ending}");
        }
    }
    let runs = std::fs::read_to_string(place.path("whole/runs.csv")).unwrap();
    // What the file calls the scenario may hold commas: the figure is told by its neighbour.
    let of = |agent: &str| runs.lines().filter(|line| line.contains(agent)).count();
    assert_eq!((of(",,Certainty equivalence,"), of("Certainty equivalence")), (2, 2), "{runs}");
    assert_eq!((of(",0.6,Q-learning,"), of(",0.8,Q-learning,")), (2, 2), "{runs}");
    let lacks = |place: usize| whole["groups"][0]["agents"][place]["lacks"].clone();
    assert_eq!(lacks(2), serde_json::json!(["agent.step_size.power"]));
    assert_eq!(lacks(1), serde_json::json!([]));
    let page = |folder: &str| std::fs::read(place.path(folder).join("report.html")).unwrap();
    assert!(page("joined") == page("whole"));
    let fork = place.type_in("fork line.ron --at 50 --futures 20 --beats 100 --format json").json();
    for (wrong, words) in [
        (
            &["--state", "buffer 1=1,buffer 1=2"][..],
            "state `buffer 1=2`: `buffer 1` was given before",
        ),
        (&["--action", "Saw=run,Saw=hold"][..], "action `Saw=hold`: `Saw` was given before"),
        (
            &["--action", "Saw=hold", "--action", "Saw=hold"][..],
            "--action `Saw=hold` is the same as --action `Saw=hold`",
        ),
        // Levels that are not named are those of the usual action, which runs.
        (
            &["--action", "Saw=hold", "--action", "Saw=hold,Drill=run"][..],
            "is the same as --action",
        ),
    ] {
        let few = ["fork", "line.ron", "--futures", "2", "--beats", "5"];
        let ran = place.run(&[&few[..], wrong].concat());
        assert_eq!(ran.status, Some(2), "{wrong:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let named = ["actions[].action.Saw", "actions[].action.Drill"];
    let states = ["state.buffer 1", "state.Saw"];
    agree("fork", &[fork], &[named, states].concat());
}

#[test]
fn what_was_learned_and_decided_is_kept_and_played_again() {
    let place = place();
    let train = "train line.ron --steps 3000 --seeds 1 --save a.taktlab --policy a.ron";
    place.type_in(train).well();
    place.type_in("solve line.ron --policy best.ron").well();
    let trained = place.type_in("simulate line.ron --trained a.taktlab --format json").json();
    let policy = place.type_in("simulate line.ron --policy a.ron --format json").json();
    assert_eq!(trained["return"], policy["return"]);
    assert_eq!(trained["agent"], "Q-learning after 3000 beats");
    let best = place.type_in("simulate line.ron --policy best.ron --format json").json();
    let optimum = place.type_in("simulate line.ron --agent optimum --format json").json();
    assert_eq!(best["return"], optimum["return"]);
    let other = place.type_in("simulate chain.ron --trained a.taktlab").refused();
    assert!(other.contains("learned in another scenario"), "{other}");
    let bytes = std::fs::read(place.path("a.taktlab")).unwrap();
    place.with("cut.taktlab", &bytes[..bytes.len() / 2]);
    let cut = place.type_in("simulate line.ron --trained cut.taktlab").refused();
    assert!(cut.contains("cut off or altered"), "{cut}");
    let wrong = place.type_in("simulate chain.ron --policy best.ron").refused();
    assert!(wrong.contains("the policy is for other states"), "{wrong}");
}

/// A device tells that it has no length, and reading it never ends.
#[cfg(unix)]
#[test]
fn what_never_ends_is_not_read_into_memory() {
    let place = place();
    std::fs::create_dir(place.path("part")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place.path("part/experiment.ron")).unwrap();
    for line in [
        "simulate line.ron --trained /dev/zero",
        "simulate line.ron --policy /dev/zero",
        "merge part --out whole",
    ] {
        let told = place.type_in(line).refused();
        assert!(told.contains("it is no plain file"), "{line}: {told}");
    }
    let told = place.type_in("simulate line.ron --trained bad.ron").refused();
    assert!(told.contains("this is no saved agent"), "{told}");
}

#[test]
fn a_folder_whose_experiment_was_altered_is_refused() {
    let place = place();
    let few = "--agents always-run --seeds 1 --beats 1000 --measured 1000";
    place.type_in(&format!("compare chain.ron {few} --out part")).well();
    let path = place.path("part/experiment.ron");
    let text = std::fs::read_to_string(&path).unwrap();
    let list = text.find("agents: [").unwrap();
    let end = list + text[list..].find("\n        ],").unwrap();
    let empty = format!("{}agents: [{}", &text[..list], &text[end..]);
    assert!(text.contains("seeds: 1,"), "{text}");
    for (altered, words) in [
        (empty.replace("seeds: 1,", "seeds: 18446744073709551615,"), "nobody is compared"),
        (text.replace("seeds: 1,", "seeds: 0,"), "part/experiment.ron: Steps: seeds: 0 is out"),
    ] {
        std::fs::write(&path, altered).unwrap();
        let told = place.type_in("merge part --out whole").refused();
        assert!(told.contains(words) && !told.contains("panicked"), "{told}");
        assert!(!place.path("whole").exists());
    }
}

/// Dyna-Q keeps its discount below its table and certainty equivalence among its own settings: both
/// are played with the values that their rows name. Always run has none, and names none.
#[test]
fn a_best_setting_was_played() {
    let place = place();
    let few = "--seeds 1 --beats 1000 --measured 1000";
    let agents = "--agents dyna-q,certainty-equivalence,always-run";
    let told =
        place.type_in(&format!("sweep line.ron {agents} --vary agent.discount=0.5,0.25 {few}"));
    let told = told.well();
    let row = |agent: &str| {
        let mut rows = told.lines().filter(|line| line.trim_start().starts_with(agent));
        rows.find(|line| !line.contains("has no")).unwrap().trim_end().to_owned()
    };
    assert!(row("Dyna-Q").contains("agent.discount = 0."), "{told}");
    assert!(row("Certainty").contains("agent.discount = 0."), "{told}");
    assert!(row("Always run").ends_with('–') && !row("Always run").contains("agent."), "{told}");
    let remark = "Always run has no `agent.discount`: it is played once, as it is, and has no best";
    assert!(told.contains(remark), "{told}");
    let mut played = Vec::new();
    for text in place.texts_below("line.sweep.results/cells") {
        let of = |value: &str| text.contains(&format!("discount:Some({value})"));
        let agent = ["DynaQ", "CertaintyEquivalence", "AlwaysRun"].into_iter();
        let agent = agent.filter(|agent| text.contains(agent)).collect::<String>();
        played.push((agent, of("0.5"), of("0.25")));
    }
    played.sort();
    let expected = [
        ("AlwaysRun", false, false),
        ("CertaintyEquivalence", false, true),
        ("CertaintyEquivalence", true, false),
        ("DynaQ", false, true),
        ("DynaQ", true, false),
    ];
    let expected = expected.map(|(agent, half, quarter)| (agent.to_owned(), half, quarter));
    assert_eq!(played, expected);
}

#[test]
fn a_sweep_does_not_replace_a_comparison_without_a_word() {
    let place = place();
    let few = "--agents q-learning --seeds 1 --beats 1000 --measured 1000";
    let sweep = format!("sweep chain.ron {few} --vary agent.step_size.power=0.6,0.8");
    let told = place.type_in(&format!("compare chain.ron {few}")).well();
    assert!(told.contains("are in chain.results.\n"), "{told}");
    let told = place.type_in(&sweep).well();
    assert!(told.contains("are in chain.sweep.results.\n"), "{told}");
    let folders: Vec<String> =
        place.files().into_iter().filter(|name| name.ends_with("results")).collect();
    assert_eq!(folders, ["chain.results", "chain.sweep.results"]);
    // Whoever names one folder for both is told; more of the same is no other experiment.
    let ran = place.type_in(&format!("{sweep} --out chain.results"));
    assert_eq!(ran.status, Some(0));
    assert!(ran.err.contains("chain.results held the results of another exp"), "{}", ran.err);
    let more = sweep.replace("--seeds 1", "--seeds 2").replace("0.6,0.8", "0.6,0.8,0.9");
    let ran = place.type_in(&format!("{more} --out chain.results"));
    assert!(ran.status == Some(0) && !ran.err.contains("another"), "{}", ran.err);
}

/// A run that was altered by hand is named, and played again where it can be.
#[test]
fn altered_runs_are_named_and_played_anew() {
    let place = place();
    let compare = "compare line.ron --agents always-run --seeds 2 --beats 1000 --measured 1000";
    place.type_in(&format!("{compare} --out part")).well();
    let page = || std::fs::read(place.path("part/report.html")).unwrap();
    let before = page();
    let cell = std::fs::read_dir(place.path("part/cells")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read_to_string(&cell).unwrap();
    let last = whole.rfind("parts:").unwrap();
    let end = last + whole[last..].find(',').unwrap();
    let altered = format!("{}parts:1{}", &whole[..last], &whole[end..]);
    let name = Path::new("part/cells").join(cell.file_name().unwrap());
    let told = format!("{} was cut off or altered: its checksum does not fit", name.display());
    std::fs::write(&cell, &altered).unwrap();
    let merged = place.type_in("merge part --out joined").refused();
    assert!(merged.contains(&format!("{told}; it is left out.")), "{merged}");
    assert!(merged.contains("1 of 2 runs are not there yet"), "{merged}");
    let ran = place.type_in(&format!("{compare} --out part"));
    assert_eq!(ran.status, Some(0));
    assert!(ran.err.contains(&format!("{told}; it was played anew.")), "{}", ran.err);
    assert!(page() == before && std::fs::read_to_string(&cell).unwrap() == whole);
}

#[test]
fn check_list_and_schema_print_the_objects_that_are_documented() {
    let place = place();
    place.with("rounded.ron", LINE.replace("beats: 2000", "beats: \"33.4 min\""));
    let listed = place.type_in("list --format json").json();
    let paths: Vec<_> =
        listed["scenarios"].as_array().unwrap().iter().map(|s| &s["path"]).collect();
    assert!(paths.contains(&&Value::from("lines/three_machines.ron")), "{paths:?}");
    agree("list", &[listed], &[]);
    let ran = place.type_in("check line.ron bad.ron rounded.ron --format json");
    assert_eq!(ran.status, Some(1));
    let checked: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&checked["valid"], &checked["files"][0]["valid"]), (&false.into(), &true.into()));
    assert!(ran.err.contains("bad.ron is not valid"), "{}", ran.err);
    agree("check", &[checked], &[]);
    for command in ["schema", "new"] {
        let of_one = place.type_in(&format!("{command} Line --format json")).json();
        let of_all = place.type_in(&format!("{command} --format json")).json();
        agree(command, &[of_one, of_all], &[]);
    }
    let wrong: Vec<Value> =
        ["solve bad.ron", "simulate none.ron", "train chain.ron --steps 1e12 --curve no/c.csv"]
            .map(|line| {
                let ran = place.type_in(&format!("{line} --format json"));
                assert_eq!(ran.status, Some(1), "{line}: {}", ran.err);
                serde_json::from_str(&ran.out).unwrap()
            })
            .to_vec();
    assert_eq!(wrong[0]["findings"].as_array().unwrap().len(), 3);
    assert_eq!(wrong[0]["findings"][0]["line"], 4);
    assert!(wrong[2]["error"].as_str().unwrap().contains("there is no folder no"), "{}", wrong[2]);
    agree("error", &wrong, &[]);
    agree("schema json", &[place.type_in("schema json --format json").json()], &[]);
}

/// A lesson is told from a scenario, checked in place, listed, and gone through on the console.
#[test]
fn a_lesson_is_checked_and_gone_through() {
    let name = "2_the_threshold_that_never_arrives.ron";
    let place = place();
    assert!(place.type_in("list").well().contains(name));
    let gone = place.type_in(&format!("lesson {name} --answers")).well();
    for told in [
        "It breaks: A sensible rule comes to an end by itself.",
        "\n— 1 of 5 —\n",
        "? How many of the next 100 episodes reach the goal under this rule?",
        "Episodes that were cut off: 100 episodes",
        "→ 0 episodes\n",
        "→ It is worth less than what was recorded\n",
    ] {
        assert!(gone.contains(told), "{told}: {gone}");
    }
    let chinese = place.type_in(&format!("lesson {name} --answers --language zh")).well();
    assert!(chinese.contains("→ 0 回合"), "{chinese}");
    agree("lesson", &[place.type_in(&format!("lesson {name} --format json")).json()], &[]);
    let text = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons").join(name),
    );
    let text = text.unwrap();
    place.with("own.ron", &text);
    place.with("wrong.ron", text.replacen("of: \"arrived\"", "of: \"arived\"", 1));
    let checked = place.type_in("check own.ron").well();
    assert!(checked.contains("a lesson: 5 steps, 4 questions, about 5 minutes"), "{checked}");
    let told = place.type_in("lesson wrong.ron").refused();
    assert!(told.contains("no figure is called `arived`"), "{told}");
    let checked = place.type_in("check wrong.ron");
    assert_eq!(
        (checked.status, checked.out.as_str()),
        (Some(1), "wrong.ron: not a valid lesson\n")
    );
    assert!(checked.err.contains("no figure is called `arived`"), "{}", checked.err);
    place.type_in(&format!("check {}", name.trim_end_matches(".ron"))).well();
    assert!(place.type_in("lesson line.ron").refused().contains("this is no lesson"));
    assert_eq!(place.type_in("check own.ron --format json").json()["files"][0]["kind"], "Lesson");
}

/// What the README tells: begin with a file of the kind, check it, run it.
#[test]
fn a_new_scenario_of_every_kind_is_valid_and_runs() {
    let place = place();
    for kind in taktlab::environments::AnyEnvironment::KINDS {
        let file = format!("{kind}.ron");
        let said = place.type_in(&format!("new {kind} --output {file}")).well();
        assert!(said.contains(&format!("taktlab check {file}")), "{said}");
        place.type_in(&format!("check {file}")).well();
        let played = format!("simulate {file} --beats 100 --replications 2");
        place.type_in(&played).well();
        // A file that is there is never written over.
        let before = std::fs::read(place.path(&file)).unwrap();
        let told = place.type_in(&format!("new {kind} --output {file}")).refused();
        assert!(told.contains("is there already"), "{told}");
        assert_eq!(std::fs::read(place.path(&file)).unwrap(), before);
    }
    let printed = place.type_in("new grid --seed 9").well();
    assert!(printed.contains("\n    seed: 9,\n"), "{printed}");
    let told = place.type_in("new Lnie").misused();
    assert!(told.contains("did you mean `Line`?"), "{told}");
}

#[test]
fn what_a_plant_recorded_becomes_a_scenario() {
    let place = place();
    let plant = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plant");
    let (table, log) = (plant.join("stations.csv"), plant.join("log.csv"));
    let files = [table.to_str().unwrap(), log.to_str().unwrap()];
    let import = |more: &[&str]| {
        let words = [&["import", files[0], files[1], "--draws", "30"][..], more].concat();
        place.run(&words)
    };
    let said = import(&["--output", "plant.ron"]).well();
    for words in
        ["certified", "a certificate is for the model, not for the plant", "95 %", "they agree"]
    {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    place.type_in("check plant.ron").well();
    assert!(import(&["--output", "plant.ron"]).refused().contains("is there already"));
    place.with(
        "few.csv",
        "time;machine;condition\n2024-01-01 08:00;Saw;An\n2024-01-01 09:30;Saw;Aus\n",
    );
    let few = "import few.csv --condition An=up --condition Aus=idle --format json";
    let few = place.type_in(few).json();
    assert!(few["plant_low"].is_null(), "{few}");
    let told = few["unseen"][0]["what"].as_str().unwrap();
    assert!(told.contains("no failure was seen in 90 min"), "{told}");
    // A part a minute is more than a cycle of two minutes allows.
    place.with("slow.csv", "station,cycle (min)\nSaw,2\n");
    let minutes: String = (0..=60).map(|at| format!("{at},Saw,working,{at}\n")).collect();
    place.with("counted.csv", format!("time (min),machine,condition,parts\n{minutes}"));
    let slow = place.type_in("import slow.csv counted.csv --draws 0 --format json").json();
    let told = slow["impossible"][0]["what"].as_str().unwrap();
    assert!(told.contains("60 parts in 60 min of work are impossible with a cycle of 2 min"), "{told}");
    assert!(slow["parts_as"].as_str().unwrap().contains("a counter that runs on"), "{slow}");
    assert_eq!(slow["twice"][0]["used"], "table", "{slow}");
    agree("import", &[import(&["--format", "json"]).json(), few, slow], &[]);
    let told = place.type_in("import few.csv --condition An=sleeping").misused();
    assert!(told.contains("--condition is a word of the record"), "{told}");
    // The scenario alone goes to standard output, what is said of it does not.
    let printed = place.run(&["import", files[0], "--draws", "30"]);
    assert_eq!(printed.status, Some(0), "{}", printed.err);
    assert_eq!(Scenario::parse("x.ron", &printed.out).unwrap().contents.kind(), "Line");
    assert!(printed.err.contains("certified"), "{}", printed.err);
    place.with("bad.csv", "time (s),machine,condition\n5,A,up\n3,A,down\n");
    let told = place.type_in("import bad.csv").refused();
    for words in
        ["bad.csv:3:1", "the time is before that of the line above", "Sort the lines by time."]
    {
        assert!(told.to_lowercase().contains(&words.to_lowercase()), "{words} is not in {told}");
    }
    assert!(place.type_in("import none.csv").refused().contains("none.csv"));
    assert!(import(&["--beat", "soon"]).misused().contains("--beat is a time"));
}

/// A table of two columns, words and gaps, a number and classes to predict: 200 rows that hang together.
fn sensor_table() -> String {
    let mut text = "vibration,shift,wear,fails,rows\n".to_owned();
    for row in 0..200_u64 {
        let (a, b) = (row * 7_919 % 1_000, row * 104_729 % 997);
        let vibration = a as f64 / 100.0;
        let wear = 2.0 * vibration + 1.0 + b as f64 / 997.0;
        let fails = if wear + (row * 31 % 17) as f64 / 3.0 > 13.0 { "yes" } else { "no" };
        let shift = ["early", "late"][usize::from(b % 2 == 0)];
        let vibration = if row % 40 == 3 { String::new() } else { vibration.to_string() };
        text += &format!("{vibration},{shift},{wear},{fails},{row}\n");
    }
    text
}

#[test]
fn a_table_is_fitted_judged_and_predicted() {
    let place = Place::new();
    place.with("a.csv", sensor_table());
    let fit = "fit a.csv --draws 100 --features vibration,shift";
    let said = place.type_in(&format!("{fit} --target wear --output wear.model")).well();
    for words in [
        "linear regression of wear",
        "120 rows to learn from, 40 to choose by, 40 to judge by",
        "cross-validation: RMSE",
        "beside it the mean",
        "It predicts better than the baseline, beyond chance.",
        "taktlab predict wear.model",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    // What is missing is filled as a rule, and goes where the file says so.
    let stages = "(stages: [Missing(by: Drop), OneHot(), Scale(by: Robust)])";
    place.with("stages.ron", stages);
    let classes = format!("{fit} --target fails --pipeline stages.ron --miss 5 -o fails.model");
    let said = place.type_in(&classes).well();
    for words in
        ["`yes` against `no`", "no value in vibration", "AUC", "(a miss 5, a false alarm 1)"]
    {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let numbers = place.type_in(&format!("{fit} --target wear --format json")).json();
    let probabilities = place.type_in(&format!("{classes} --format json")).json();
    assert_eq!(numbers["test"]["verdict"], "learned");
    assert_eq!(probabilities["coefficients"][0]["name"], "(intercept)");
    agree("fit", &[numbers, probabilities], &[]);
    let evaluate = |model: &str| {
        place.type_in(&format!("evaluate {model} a.csv --draws 100 --format json")).json()
    };
    let judged = [evaluate("wear.model"), evaluate("fails.model")];
    assert_eq!(judged[1]["evaluation"]["rows"], 195);
    agree("evaluate", &judged, &[]);
    let said = place.type_in("evaluate fails.model a.csv --draws 100").well();
    assert!(said.contains("left out: 5 rows: no value in vibration"), "{said}");
    // New rows, of which one has a gap and one a word that is not known.
    place.with("new.csv", "shift,vibration\nearly,3\nnight,3\nlate,\n");
    let predicted = |model: &str| {
        place.type_in(&format!("predict {model} new.csv --format json -o out.csv")).json()
    };
    let both = [predicted("wear.model"), predicted("fails.model")];
    let wear = both[0]["predictions"].as_array().unwrap();
    assert!(
        (wear[0].as_f64().unwrap() - 7.5).abs() < 0.5 && wear[1].is_null() && wear[2].is_number()
    );
    assert_eq!(both[1]["classes"], serde_json::json!(["no", null, null]));
    agree("predict", &both, &[]);
    let written = std::fs::read_to_string(place.path("out.csv")).unwrap();
    assert!(
        written.starts_with("shift,vibration,probability of yes,predicted fails\n"),
        "{written}"
    );
    let printed = place.type_in("predict wear.model new.csv");
    assert!(printed.out.contains("shift,vibration,predicted wear\nearly,3,"), "{}", printed.out);
    assert!(printed.err.contains("2 of 3 rows are predicted"), "{}", printed.err);
}

#[test]
fn on_noise_it_is_said_that_nothing_can_be_learned() {
    let place = Place::new();
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published");
    let table = published.join("background_logistic.csv");
    let table = table.to_str().unwrap();
    let said =
        place.run(&["fit", table, "--target", "y", "--validation", "0", "--test", "0.5"]).well();
    assert!(said.contains("Nothing can be learned here"), "{said}");
    let table = published.join("background_linear.csv");
    let said = place.run(&["fit", table.to_str().unwrap(), "--target", "y"]).well();
    assert!(said.contains("It predicts better than the baseline"), "{said}");
}

/// Bad data: each is told with where and what to do, and nothing is written.
#[test]
fn bad_tables_stages_and_models_are_refused_in_words() {
    let place = Place::new();
    place.with("a.csv", sensor_table());
    place.with("empty.csv", "");
    place.with("text.csv", "x,y\n1,2\n2,3\nlow,4\n4,5\n");
    place.with("one.csv", "x,y\n1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n");
    place.with(
        "apart.csv",
        "x,y\n".to_owned()
            + &(0..40).map(|x| format!("{x},{}\n", u8::from(x > 19))).collect::<String>(),
    );
    place.with("latin.csv", b"x,y\n\xe9,1\n");
    place.with("stages.ron", "(stages: [\n  Scale(by: Robst),\n])");
    // All of it a hole: it takes no room on the disk.
    std::fs::File::create(place.path("huge.csv")).unwrap().set_len(10 << 30).unwrap();
    for (line, words) in [
        ("fit empty.csv --target y", "the file is empty"),
        ("fit text.csv --target y", "`low` is no number, though most of the column are"),
        ("fit text.csv --target y", "text.csv:4:1"),
        ("fit one.csv --target y", "has 1 class"),
        ("fit apart.csv --target y", "separation, by `x`"),
        ("fit latin.csv --target y", "no text in UTF-8"),
        ("fit none.csv --target y", "none.csv: the file cannot be read"),
        ("fit . --target y", "it is a folder"),
        ("fit huge.csv --target y", "the file is longer than 64 MiB"),
        ("fit a.csv --target waer", "Did you mean `wear`?"),
        ("fit a.csv --target wear --pipeline stages.ron", "stages.ron:2:"),
        ("fit a.csv --target wear --words speed", "There is no column `speed`"),
        ("fit a.csv --target wear --test 1", "leave too little to learn from"),
        ("fit a.csv --target wear --output no/wear.model", "there is no folder no"),
        ("evaluate a.csv a.csv", "this is no saved model"),
    ] {
        let told = place.type_in(line).refused();
        let told = told.replace('\n', " ");
        assert!(
            told.to_lowercase().contains(&words.to_lowercase()),
            "{line}: {words} is not in {told}"
        );
    }
    let told = place.type_in("fit a.csv --target wear --gradient-descent 10").misused();
    assert!(told.contains("not fitted by gradient descent"), "{told}");
    place.type_in("fit a.csv --target wear -o wear.model").well();
    let mut bytes = std::fs::read(place.path("wear.model")).unwrap();
    bytes[40] ^= 1;
    place.with("altered.model", &bytes);
    place.with("cut.model", &bytes[..60]);
    for model in ["altered.model", "cut.model"] {
        let told = place.type_in(&format!("predict {model} a.csv --output p.csv")).refused();
        assert!(told.contains("cut off or altered"), "{told}");
    }
    assert!(!place.path("p.csv").exists());
    let told = place.type_in("fit text.csv --target y --format json");
    assert_eq!(told.status, Some(1));
    let object: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(
        (&object["findings"][0]["line"], &object["findings"][0]["path"]),
        (&4.into(), &"x".into())
    );
}

#[test]
fn text_says_units_and_what_a_discount_means() {
    let place = place();
    let half = "discounted by 0.99 a beat (a reward is worth half after 69.0 beats)";
    for line in [
        "solve chain.ron",
        "simulate chain.ron --episodes 1",
        "train chain.ron --steps 1000 --seeds 1",
        "check chain.ron",
    ] {
        let text = place.type_in(line).well();
        assert!(text.contains(half), "{line}: {text}");
    }
    let text = place.type_in("train line.ron --steps 1000 --seeds 2").well();
    assert!(text.contains("€ a beat (") && text.contains("€ an hour)"), "{text}");
    let text = place.type_in("simulate line.ron").well();
    for words in ["parts a beat", "lead time", "beats\n", "an hour)", "working", "(MSER-5)"] {
        assert!(text.contains(words), "`{words}`: {text}");
    }
    let text = place.type_in("solve chain.ron --precision 1e-18").well();
    assert!(text.contains("limited by rounding"), "{text}");
    let text = place.type_in("solve line.ron --precision 1e-20").well();
    assert!(text.contains("limited by rounding") && !text.contains("never reach"), "{text}");
    place.with("nameless.ron", CHAIN.replace("title: \"Steps\", ", ""));
    for command in ["solve nameless.ron", "simulate nameless.ron --episodes 1"] {
        let text = place.type_in(command).well();
        assert!(text.starts_with("nameless\n"), "{text}");
    }
    let text = place.type_in("solve line.ron").well();
    assert!(text.contains("€ an hour") && text.contains("optimal: proved"), "{text}");
}

/// The README's experiment.
const EXPERIMENT: &str = "(
    version: 1,
    title: \"Does a higher discount pay?\",
    scenarios: [\"lines/three_machines.ron\", \"lines/line3.ron\"],
    experiment: (
        agents: [(agent: QLearning()), (name: \"SARSA, careful\", agent: Sarsa(discount: 0.98))],
        vary: [(parameter: \"agent.discount\", values: [0.95, 0.98])],
        seeds: 10, beats: 100000,
    ),
)";

#[test]
fn an_experiment_is_checked_whole() {
    let place = place();
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert!(std::fs::read_to_string(readme).unwrap().contains(EXPERIMENT), "it is the README's");
    place.with("exp.ron", EXPERIMENT);
    let text = place.type_in("check exp.ron").well();
    let words = "an experiment: 2 scenarios, 2 settings, 2 agents, 10 seeds: 80 runs of 100000 \
                 beats of learning, 100000 measured";
    assert!(text.starts_with("exp.ron: valid\n") && text.contains(words), "{text}");
    assert!(!text.contains("remark"), "{text}");
    place.with("two.ron", EXPERIMENT.replace("(agent: QLearning())", "(agent: AlwaysRun)"));
    let text = place.type_in("check two.ron").well();
    let words = "2 agents, 10 seeds: 60 runs of";
    let remark = "\n  remark: Always run has no `agent.discount`: it is played once, as it is, and";
    assert!(text.contains(words) && text.contains(remark), "{text}");
    let checked = place.type_in("check two.ron --format json").json();
    assert_eq!(checked["files"][0]["remarks"].as_array().unwrap().len(), 1);
    let checked = place.type_in("check exp.ron line.ron --format json").json();
    assert_eq!(
        (&checked["files"][0]["kind"], &checked["valid"]),
        (&"Experiment".into(), &true.into())
    );
    for (wrong, words) in [
        (EXPERIMENT.replace("lines/line3.ron", "lines/line4.ron"), "`lines/line4.ron` cannot be"),
        (EXPERIMENT.replace("agent.discount", "agent.discuont"), "exp.ron:7:"),
        (EXPERIMENT.replace("agent.discount", "agent.discuont"), "Did you mean `agent.discount`?"),
        (EXPERIMENT.replace("0.95, 0.98]", "0.95, 1.98]"), "`agent.discount` cannot be 1.98"),
        (EXPERIMENT.replace("0.95, 0.98]", "0.95, 1.98]"), "exp.ron:7:"),
        (EXPERIMENT.replace("scenarios:", "scenarois:"), "scenarois"),
    ] {
        place.with("exp.ron", wrong);
        let ran = place.type_in("check exp.ron");
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), "exp.ron: not a valid experiment\n"));
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    for line in ["solve exp.ron", "exp.ron", "replay exp.ron"] {
        let told = place.type_in(line).refused();
        let words = "this is an experiment, not a scenario. Play it with `taktlab compare exp.ron`";
        assert!(told.contains(words), "{line}: {told}");
    }
}

/// Its bytes are none that a terminal should see.
#[test]
fn a_trained_agent_is_known_where_something_else_is_to_be_opened() {
    let place = place();
    place.type_in("train line.ron --steps 1000 --seeds 1 --save t.ron").well();
    let words = "this is a trained agent (Q-learning after 1000 beats in `Two`), not a scenario. \
                 Play it with `taktlab simulate SCENARIO --trained t.ron`.";
    for line in ["t.ron", "solve t.ron", "replay t.ron", "compare t.ron", "simulate t.ron"] {
        let told = place.type_in(line).refused();
        assert!(
            told.contains(words) && told.chars().all(|c| c == '\n' || !c.is_control()),
            "{told}"
        );
    }
    assert!(place.type_in("check t.ron").err.contains(words));
    place.with("other.ron", b"(version: 1, \x1b[31m\x00\x94\x1b)");
    let told = place.type_in("solve other.ron").refused();
    assert!(told.contains("other.ron:1:20") && told.contains("0x94"), "{told}");
    assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{told:?}");
}

// ---- bad files ----

#[test]
fn all_errors_are_told_at_once_with_their_places() {
    let place = place();
    let ran = place.type_in("check bad.ron");
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), "bad.ron: not a valid scenario\n"));
    for words in ["bad.ron:4:30", "bad.ron:5:5", "bad.ron:6:11", "error: bad.ron is not valid\n"] {
        assert!(ran.err.contains(words), "`{words}`:\n{}", ran.err);
    }
    let ran = place.type_in("check bad.ron chain.ron --format json");
    let errors = serde_json::from_str::<Value>(&ran.out).unwrap()["files"][0]["errors"].clone();
    let places: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["line"].as_u64().unwrap(), error["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [(4, 30), (5, 5), (6, 11)]);
    // Every command that reads a scenario says the same.
    for line in ["solve bad.ron", "simulate bad.ron", "train bad.ron", "bad.ron", "replay bad.ron"]
    {
        let words = place.type_in(line).refused();
        for expected in ["bad.ron:4:30", "bad.ron:5:5", "bad.ron:6:11"] {
            assert!(words.contains(expected), "{line}: `{expected}`:\n{words}");
        }
    }
}

#[test]
fn what_is_no_scenario_is_refused_in_words() {
    let place = place();
    place.with("empty.ron", "");
    place.with("garbage.ron", (0..=255).cycle().take(5_000).collect::<Vec<u8>>());
    place.with("deep.ron", "(".repeat(100_000));
    place.with("huge.ron", "(version: 1, environment: Chain(goal: 99999999999999999999999))");
    place.with("version.ron", "(version: 99999999999999999999999999, environment: Chain())");
    place.with("wide.ron", "(version: 1, environment: Chain(low: -2000000000, goal: 2000000000))");
    place.with("count.ron", "(version: 1, environment: Chain(), beats: 1e400)");
    std::fs::create_dir(place.path("folder.ron")).unwrap();
    for name in [
        "none.ron",
        "folder.ron",
        "empty.ron",
        "garbage.ron",
        "deep.ron",
        "huge.ron",
        "version.ron",
        "wide.ron",
        "count.ron",
    ] {
        for command in ["check", "solve", "simulate", "train"] {
            let ran = place.run(&[command, name]);
            assert_eq!(ran.status, Some(1), "{command} {name}: {}", ran.err);
            assert!(ran.err.contains(name) && ran.err.contains("error"), "{name}: {}", ran.err);
            assert!(!ran.err.contains("panicked"), "{command} {name}: {}", ran.err);
        }
    }
}

/// A file goes by its name without the ending, as listed scenarios do; one that is not there is missed
/// once, with what may have been meant.
#[test]
fn files_go_by_their_names_and_are_missed_once() {
    let place = place();
    for line in [
        "check line",
        "check lines/line3",
        "solve chain",
        "simulate line --replications 2",
        "train chain --steps 500 --seeds 1",
    ] {
        place.type_in(line).well();
    }
    let missing = "there is no such file, and no scenario of this name is listed";
    for (name, meant) in [
        ("lien.ron", "Did you mean `line.ron`?"),
        ("lien", "Did you mean `line.ron`?"),
        ("three_machines", "Did you mean `lines/three_machines.ron`?"),
        ("lines/three_machins", "Did you mean `lines/three_machines.ron`?"),
        ("one_crew", "Did you mean `intelligence/one_crew.ron` or `networking/one_crew.ron`?"),
        ("some/zebra.ron", "`taktlab list` shows the scenarios"),
    ] {
        for command in ["check", "solve", "simulate", "compare", "fork"] {
            let told = place.type_in(&format!("{command} {name}")).refused();
            assert!(told.contains(meant) && told.contains(missing), "{command}: {told}");
            assert_eq!(told.matches(missing).count(), 1, "{command}: {told}");
            assert_eq!(told.trim_end().lines().count(), 1, "{command}: {told}");
        }
        assert!(place.type_in(name).refused().contains(meant), "{name}");
    }
}

#[test]
fn a_folder_is_checked_file_by_file() {
    let place = place();
    std::fs::create_dir_all(place.path("some/deep")).unwrap();
    place.with("some/deep/chain.ron", "(version: 1, environment: Chain())");
    place.with("some/line.ron", LINE);
    place.with("some/notes.txt", "no scenario");
    let good = place.type_in("check some").well();
    assert!(good.starts_with("some/deep/chain.ron: valid (Chain, 11 states)\n"), "{good}");
    assert!(good.contains("\nsome/line.ron: valid (Line, "), "{good}");
    assert!(good.ends_with("\nsome: 2 of 2 files valid\n"), "{good}");
    place.with("some/bad.ron", "(version: 1, environment: Chain(goal: -3))");
    let ran = place.type_in("check some");
    assert_eq!(ran.status, Some(1));
    assert!(ran.out.contains("some/bad.ron: not a valid scenario\n"), "{}", ran.out);
    assert!(ran.out.ends_with("\nsome: 2 of 3 files valid\n"), "{}", ran.out);
    assert!(ran.err.contains("some/bad.ron:1:"), "{}", ran.err);
    let ran = place.type_in("check some --format json");
    let checked: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(checked["files"].as_array().unwrap().len(), 3);
    std::fs::create_dir(place.path("none")).unwrap();
    assert!(place.type_in("check none").refused().contains("there is no file in RON below none"));
}

#[test]
fn kinds_are_listed_where_none_is_named() {
    let place = place();
    for command in ["new", "schema"] {
        let text = place.type_in(command).well();
        for kind in taktlab::environments::AnyEnvironment::KINDS {
            let line = text.lines().find(|line| line.split(' ').next() == Some(kind));
            assert!(line.is_some_and(|line| line.len() > kind.len() + 20), "{command}: {kind}");
        }
        assert!(text.contains(&format!("`taktlab {command} KIND`")), "{text}");
        assert_eq!(text.contains("\nQLearning "), command == "schema", "{text}");
    }
}

#[test]
fn a_command_that_is_wrong_ends_with_status_2() {
    let place = place();
    for line in [
        "solve",
        "simulate",
        "check",
        "nonsense extra",
        "solve chain.ron --method guess",
        "solve chain.ron --precision 0",
        "solve chain.ron --precision nan",
        "simulate chain.ron --beats 0",
        "simulate chain.ron --beats 1e30",
        "simulate chain.ron --beats 10 --episodes 3",
        "simulate chain.ron --replications 1e9",
        "simulate chain.ron --warm-up -1",
        "simulate chain.ron --seed 18446744073709551616",
        "simulate chain.ron --agent robot",
        "train chain.ron --seeds 1e12",
        "train chain.ron --learner kanban",
        "list --format yaml",
    ] {
        let words = place.type_in(line).misused();
        assert!(words.contains("error"), "{line}: {words}");
    }
    let words = place.type_in("simulate chain.ron --agent robot").misused();
    // The nearest alone, and where the others are.
    assert!(words.contains("others, which `taktlab schema` lists"), "{words}");
    assert_eq!(words.matches('`').count(), 2 * (1 + 5 + 1), "{words}");
    let words = place.type_in("simulate chain.ron --agent q-leraning").misused();
    assert!(words.contains("did you mean `q-learning`?"), "{words}");
    for name in ["c-mu", "CMu", "c·μ", "nearest-job", "NearestJob", "dispatch", "beliefs"] {
        let words = place.type_in(&format!("simulate chain.ron --agent {name}")).refused();
        assert!(!words.contains("there is no agent"), "{name}: {words}");
    }
    assert!(place.type_in("--help").well().contains("taktlab schema json"));
    assert!(place.type_in("--version").well().starts_with("taktlab "));
}

#[test]
fn large_numbers_within_bounds_do_no_harm() {
    let place = place();
    place.type_in("solve chain.ron --memory 18446744073709551615").well();
    let last = "simulate chain.ron --episodes 1 --replications 2 --seed 18446744073709551615";
    place.type_in(last).well();
    place.type_in("train chain.ron --steps 500 --seeds 3 --seed 18446744073709551615").well();
    let words = place.type_in("solve line.ron --memory 0").refused();
    assert!(words.contains("memory") || words.contains("MiB"), "{words}");
}

#[test]
fn what_would_never_end_is_refused() {
    let place = place();
    let words = place.type_in("simulate line.ron --episodes 3").refused();
    assert!(words.contains("this environment never ends"), "{words}");
    place.with("endless.ron", "(version: 1, environment: Chain(), episodes: 2, agent: Random)");
    place.type_in("simulate endless.ron --replications 2").well();
    let busy = format!("(version: 1, environment: Chain(), episodes: 1, agent: {TURNING})");
    place.with("busy.ron", busy);
    let words = place.type_in("simulate busy.ron --episodes 1").refused();
    assert!(words.contains("it is not certain that the agent Threshold reaches an end"), "{words}");
    place.with("line_of_episodes.ron", LINE.replace("beats: 2000", "episodes: 5"));
    let words = place.type_in("check line_of_episodes.ron");
    assert_eq!(words.status, Some(1));
    assert!(words.err.contains("episode_limit"), "{}", words.err);
}

#[test]
fn an_agent_that_cannot_act_here_says_why() {
    let place = place();
    let words = place.type_in("simulate chain.ron --agent kanban").refused();
    assert!(words.contains("kanban holds back the machines of a line"), "{words}");
    place.type_in("simulate line.ron --agent kanban --beats 500").well();
    let words = place.type_in("simulate line.ron --agent age-based").refused();
    assert!(words.contains("is for a machine that wears"), "{words}");
    let words = place.type_in("simulate line.ron --agent person").misused();
    assert!(words.contains("there is no agent `person`: there are `"), "{words}");
    for agent in ["conwip", "base-stock", "hysteresis", "rollout"] {
        place.type_in(&format!("simulate line.ron --agent {agent} --beats 300")).well();
    }
    for agent in ["always-run", "random", "threshold", "optimum", "q-learning", "sarsa"] {
        for (file, length) in [("chain.ron", "--episodes"), ("line.ron", "--beats")] {
            let line = format!("simulate {file} {length} 3 --replications 2 --agent {agent}");
            place.type_in(&line).well();
        }
    }
}

// ---- seeds ----

/// Output without what a clock says.
fn timeless(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        for name in ["backups_per_second", "enumeration_seconds", "planning_seconds"] {
            fields.remove(name);
        }
    }
    value
}

#[test]
fn every_command_takes_a_seed_and_gives_the_same_for_the_same() {
    let place = place();
    place.with("a.csv", sensor_table());
    for (line, drawn) in [
        ("list", false),
        ("check line.ron", false),
        ("solve line.ron", false),
        ("simulate line.ron --agent random --beats 300", true),
        ("simulate line.ron --agent q-learning --beats 300", true),
        ("train line.ron --steps 2000 --seeds 2", true),
        ("schema Line", false),
        ("schema json", false),
        ("fit a.csv --target wear --draws 20 --folds 0", true),
    ] {
        let with = |seed: u64| {
            timeless(place.type_in(&format!("{line} --format json --seed {seed}")).json())
        };
        let (one, again, other) = (with(7), with(7), with(8));
        assert_eq!(one, again, "{line}");
        assert_eq!(one != other, drawn, "{line}");
    }
}

// ---- files ----

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn the_policy_is_written_as_a_table() {
    let place = place();
    place.type_in("solve chain.ron --policy policy.csv").well();
    let table = rows(&place.path("policy.csv"));
    assert_eq!(table[0], ["position", "action walk", "value"]);
    assert_eq!(table.len(), 12);
    assert_eq!(&table[1][..2], ["0", "right"]);
    assert!((table[1][2].parse::<f64>().unwrap() + 7.734_758_004_15).abs() < 1e-6);
    assert_eq!(table[11], ["10", "", "0"]);
    // It replaces what was there, and nothing else is left beside it.
    place.type_in("solve line.ron --policy policy.csv").well();
    let header = ["buffer 1", "Saw", "action Saw", "action Drill", "value"];
    assert_eq!(rows(&place.path("policy.csv"))[0], header);
    assert_eq!(place.files(), ["bad.ron", "chain.ron", "line.ron", "policy.csv"]);
    // A learner that came to the same policy leaves the same table: its values are the policy's.
    let ran = "train chain.ron --steps 3e4 --seeds 1 --policy learned.csv --save learned.taktlab \
               --curve curve.csv";
    let told = place.type_in(ran).well();
    for words in [
        "The learning curves are in curve.csv\n",
        "play it with `taktlab simulate chain.ron --trained learned.taktlab`\n",
        "The policy is in learned.csv, as CSV\n",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let learned = rows(&place.path("learned.csv"));
    assert_eq!(learned[0], table[0]);
    for (one, other) in learned[1..].iter().zip(&table[1..]) {
        assert_eq!(one[..2], other[..2]);
        let value = |row: &[String]| row[2].parse::<f64>().unwrap();
        assert!((value(one) - value(other)).abs() < 1e-5, "{one:?} {other:?}");
    }
    let told = place.type_in("solve chain.ron --policy best.ron").well();
    let words = "The policy is in best.ron: play it with `taktlab simulate chain.ron --policy \
                 best.ron`\n";
    assert!(told.ends_with(words), "{told}");
    let told = place.type_in("simulate chain.ron --policy learned.csv").refused();
    assert!(told.contains("a policy in CSV cannot be played"), "{told}");
    let words = place.type_in("solve chain.ron --policy none/policy.csv").refused();
    assert!(words.contains("none/policy.csv"), "{words}");
}

#[test]
fn the_learning_curve_is_written_as_a_table() {
    let place = place();
    place.type_in("train chain.ron --steps 5000 --seeds 2 --seed 4 --curve curve.csv").well();
    let table = rows(&place.path("curve.csv"));
    assert_eq!(table[0], ["seed", "steps", "value", "gap", "error"]);
    let column =
        |place: usize| table[1..].iter().map(|row| row[place].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["4", "4", "4", "4", "5", "5", "5", "5"]);
    assert_eq!(column(1), ["1000", "1778", "3162", "5000", "1000", "1778", "3162", "5000"]);
    for row in &table[1..] {
        let (value, gap): (f64, f64) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        assert!((gap - (-7.734_758_004_15 - value) / 7.734_758_004_15).abs() < 1e-6, "{row:?}");
    }
}

/// Saves a random walk of so many beats as `run.ron`; gives where it ended.
fn saved_run(place: &Place, beats: u64) -> i32 {
    let scenario = Scenario::parse("chain.ron", CHAIN).unwrap();
    let mut session = Session::open(scenario.into(), AgentSpec::Random, 3, None).unwrap();
    session.run_mut().advance(beats);
    SavedRun::of(&session).save(&place.path("run.ron")).unwrap();
    session.run().state()[0]
}

#[test]
fn a_saved_run_is_played_again_and_told() {
    let place = place();
    let words = place.type_in("replay chain.ron").refused();
    assert!(words.contains("is a scenario, not a saved run"), "{words}");
    let words = place.type_in("replay lines/three_machines.ron").refused();
    assert!(words.contains("is a scenario, not a saved run"), "{words}");
    let position = saved_run(&place, 25);
    for command in ["solve", "simulate", "train"] {
        let words = place.run(&[command, "run.ron"]).refused();
        let expected = "run.ron: error: this is a saved run, not a scenario. Play it with `taktlab \
                        replay run.ron`.\n";
        assert_eq!(words, expected, "{command}");
    }
    let checked = place.type_in("check run.ron");
    assert!(checked.err.contains("this is a saved run, not a scenario"), "{}", checked.err);
    let told = place.type_in("replay run.ron --format json --trajectory beats.csv").json();
    assert_eq!((&told["beats"], &told["seed"]), (&25.into(), &3.into()));
    assert_eq!(told["state"]["position"], position);
    let table = rows(&place.path("beats.csv"));
    assert_eq!((table.len(), table[0].join(" ")), (26, "beat position action walk reward".into()));
    agree("replay", &[told], &[]);
    let text = place.type_in("replay run.ron").well();
    assert!(text.contains("25 beats with seed 3, 0 commands; Random acts"), "{text}");
    let scenario = Scenario::parse("chain.ron", CHAIN).unwrap();
    let mut session = Session::open(scenario.into(), AgentSpec::Random, 3, None).unwrap();
    session.run_mut().advance(1);
    let path = session.scenario().parameters()[0].path.clone();
    let value = session.scenario().parameters()[0].value;
    session.apply(SessionCommand::Parameter { path, value }, None).unwrap();
    SavedRun::of(&session).save(&place.path("run.ron")).unwrap();
    let text = place.type_in("replay run.ron").well();
    assert!(text.contains("1 beat with seed 3, 1 command; Random acts"), "{text}");
}

// ---- readers that go, and interruptions ----

/// Runs a command whose reader of one stream has gone before it begins.
fn without_reader(place: &Place, line: &str, error: bool) -> Option<i32> {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    if error {
        command.stdout(Stdio::null()).stderr(writer);
    } else {
        command.stderr(Stdio::null()).stdout(writer);
    }
    command.status().unwrap().code()
}

#[test]
fn a_reader_that_goes_is_no_error() {
    let place = place();
    for line in [
        "list",
        "check chain.ron",
        "solve chain.ron",
        "simulate chain.ron --episodes 1 --replications 1",
        "simulate chain.ron --episodes 1 --replications 1 --format json",
        "train chain.ron --steps 500 --seeds 1",
        "schema Line",
        "schema json",
        "--help",
        "chain.ron",
    ] {
        assert_eq!(without_reader(&place, line, false), Some(0), "{line}");
    }
    // Nobody listens to what is wrong: the status still tells.
    for (line, status) in [
        ("check bad.ron", 1),
        ("check bad.ron --format json", 1),
        ("solve bad.ron", 1),
        ("solve chain.ron --method guess", 2),
        ("simulate chain.ron --agent robot", 2),
        ("chain.ron", 0),
    ] {
        assert_eq!(without_reader(&place, line, true), Some(status), "{line}");
    }
}

/// The first line of a long output, then no reader.
#[test]
fn the_head_of_an_output_can_be_taken() {
    use std::io::{BufRead, BufReader};
    let place = place();
    let mut child = place
        .command(&["schema", "Line"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("Line: "), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_it_and_leaves_nothing_behind() {
    let place = place();
    saved_run(&place, 25);
    let run = std::fs::read_to_string(place.path("run.ron")).unwrap();
    place.with("run.ron", run.replace("beats: 25,", "beats: 4000000000,"));
    let before = place.files();
    for line in [
        "simulate line.ron --beats 1e12",
        "train line.ron --steps 1e12",
        "replay run.ron --trajectory beats.csv",
    ] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = place.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "{line}: it ended by itself");
        let interrupt = format!("kill -INT {}", child.id());
        assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
        let from = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(from.elapsed() < Duration::from_secs(30), "{line}: it goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!child.wait().unwrap().success());
        assert_eq!(place.files(), before, "{line}");
    }
}

/// What takes longer than half a second shows a bar to who watches, and to nobody else.
#[test]
fn no_bar_is_drawn_where_nobody_watches() {
    let place = place();
    let from = Instant::now();
    let line = format!(
        "solve {} --method value-iteration --precision 1e-9",
        shipped("lines/line3_large.ron").display()
    );
    place.type_in(&line).well();
    assert!(from.elapsed() > Duration::from_millis(500), "a bar would not have been drawn at all");
}

// ---- schema ----

/// Every default that a schema states is the one that holds: stated in the file, it changes nothing.
#[test]
fn stated_defaults_are_those_that_hold() {
    let place = Place::new();
    assert!(place.type_in("schema Nothing").misused().contains("which `taktlab schema` lists"));
    let listed = place.type_in("schema --format json").json();
    let kinds = listed["kinds"].as_array().unwrap().iter();
    let kinds: Vec<&str> = kinds.map(|kind| kind["kind"].as_str().unwrap()).collect();
    assert!(kinds.len() >= 60 && kinds.contains(&"AlwaysRun"), "{kinds:?}");
    let mut stated = 0;
    for kind in kinds {
        let schema = place.run(&["schema", kind, "--format", "json"]).json();
        let mut told = BTreeSet::new();
        for field in schema["fields"].as_array().unwrap() {
            let path = field["path"].as_str().unwrap();
            assert!(told.insert(path.to_owned()), "{kind}: {path} is told twice");
            let of_type = field["type"].as_str().unwrap();
            let default = field["default"].as_str().unwrap_or_default();
            // A part of the file that can stand by itself, and a default that can be written down.
            let writable = match of_type {
                "choice" => default.starts_with(char::is_uppercase) && !default.contains(' '),
                "truth" | "text" | "number" | "whole number" => {
                    !default.is_empty() && !default.contains(' ') && default != "none"
                }
                "number or amount with unit" => default.parse::<f64>().is_ok(),
                _ => false,
            };
            if path.contains(['.', '[']) || !writable || path == "version" {
                continue;
            }
            let Some((plain, with)) = files(kind, path, default) else { continue };
            place.with("plain.ron", &plain);
            place.with("with.ron", &with);
            let told = |name: &str| {
                let mut told =
                    place.run(&["simulate", name, "--beats", "60", "--format", "json"]).json();
                told["scenario"] = Value::Null;
                told
            };
            assert_eq!(told("plain.ron"), told("with.ron"), "{kind}: {path} is not {default}");
            stated += 1;
        }
    }
    assert!(stated > 25, "only {stated} defaults are stated");
}

/// A scenario of a kind, and the same with a field written out.
fn files(kind: &str, field: &str, value: &str) -> Option<(String, String)> {
    let given = format!("{field}: {value}");
    let environment = |inside: &str, field: &str| {
        let comma = if inside.is_empty() || field.is_empty() { "" } else { ", " };
        format!("(version: 1, environment: {kind}({inside}{comma}{field}), replications: 2)")
    };
    let agent = |inside: &str| {
        format!("(version: 1, environment: Chain(), agent: {kind}({inside}), replications: 2)")
    };
    Some(match kind {
        "Chain" | "Replacement" | "Queue" | "ShopFloor" | "Setups" | "Stock" | "Fleet"
        | "SupplyChain" | "Plants" | "Orders" | "JobShop" => {
            (environment("", ""), environment("", &given))
        }
        "Table" => {
            let rows = "rows: [(state: \"a\", action: \"b\", next: \"a\")], start: \"a\"";
            (environment(rows, ""), environment(rows, &given))
        }
        "Grid" => {
            let rows = "rows: [\"S..\", \".#G\"]";
            (environment(rows, ""), environment(rows, &given))
        }
        "Line" => {
            let parts = "machines: [(), (failure: 0.1, repair: 0.5)], buffers: [(capacity: 2)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "ExponentialLine" => {
            let parts = "machines: [(), (failure: 0.1, repair: 0.5)], buffers: [(places: 2)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "Assembly" => {
            let parts = "feeders: [(completion: 0.5), (failure: 0.1, repair: 0.5)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "QLearning" | "Sarsa" | "Optimum" => (agent(""), agent(&given)),
        "Scenario" => {
            let plain = "(version: 1, environment: Line(machines: [(completion: 0.5)], buffers: \
                         [])@)";
            (plain.replace('@', ""), plain.replace('@', &format!(", {given}")))
        }
        _ => return None,
    })
}

#[test]
fn a_kind_that_is_not_there_is_refused_with_those_that_are() {
    let place = Place::new();
    let words = place.type_in("schema Conveyor").misused();
    assert!(words.contains("Line") && words.contains("QLearning") && words.contains("json"));
    assert_eq!(place.type_in("schema line").well(), place.type_in("schema Line").well());
}

// ---- without a window ----

#[test]
fn without_a_window_the_scenario_is_run_and_the_results_are_written() {
    let place = place();
    let ran = place.type_in("line.ron --seed 3");
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(ran.err.trim().lines().count(), 1, "one clear sentence: {}", ran.err);
    assert!(ran.out.contains("throughput") && ran.out.contains("taktlab-results.json"));
    assert_eq!(place.files(), ["bad.ron", "chain.ron", "line.ron", "taktlab-results.json"]);
    let results = std::fs::read_to_string(place.path("taktlab-results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    assert_eq!((&results["seed"], &results["scenario"]), (&3.into(), &"line.ron".into()));
    let ran = place.type_in("line.ron --seed 3 --format json");
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), results);
    let simulated = place.type_in("simulate line.ron --seed 3 --format json").json();
    for (name, value) in simulated.as_object().unwrap() {
        assert_eq!(&results[name], value, "{name}");
    }
    assert!(Path::new(results["results"].as_str().unwrap()).is_absolute());
}

#[test]
fn without_an_argument_the_default_line_is_run() {
    let place = Place::new();
    let ran = place.type_in("");
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("Three machines\n"), "{}", ran.out);
    assert_eq!(place.files(), ["taktlab-results.json"]);
}

#[cfg(unix)]
#[test]
fn a_listed_scenario_is_opened_by_its_name_where_there_is_no_such_file() {
    let place = place();
    assert!(place.type_in("check lines/line3.ron").well().contains("lines/line3.ron: valid"));
    place.with("basics", "no folder");
    assert!(place.type_in("check basics/chain.ron").well().contains("valid"));
    place.type_in("check lines/none.ron");
    let told = place.type_in("solve lines/none.ron").refused();
    assert!(told.contains("lines/none.ron"), "{told}");
    place.with("own.ron", "(based_on: \"lines/line3.ron\", seed: 8)");
    assert!(place.type_in("check own.ron").well().contains("968 states"));
    let own = "(based_on: \"textbook/gambler.ron\", seed: 8)";
    place.with("own.ron", own);
    assert!(place.type_in("check own.ron").well().contains("Table"), "with its table beside it");
    // What is there goes first.
    std::fs::create_dir(place.path("lines")).unwrap();
    place.with("lines/line3.ron", "(version: 1, environment: Chain())");
    assert!(place.type_in("check lines/line3.ron").well().contains("Chain"));
}

#[test]
fn a_word_that_is_nearly_a_command_is_told() {
    let place = place();
    for line in ["solv chain.ron", "solv", "chek chain.ron bad.ron"] {
        let told = place.type_in(line).misused();
        assert!(told.contains("Did you mean `taktlab "), "{line}: {told}");
    }
    place.with("solv", CHAIN);
    assert!(place.type_in("check solv").well().contains("valid"));
    assert!(place.type_in("schema Random").well().contains("no settings"));
    assert!(place.type_in("schema Lin").misused().contains("did you mean `Line`"));
}

#[test]
fn results_that_cannot_be_written_are_an_error() {
    let place = place();
    std::fs::create_dir(place.path("taktlab-results.json")).unwrap();
    let ran = place.type_in("chain.ron");
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("taktlab-results.json could not be written"), "{}", ran.err);
    assert!(ran.out.contains("return"), "what was found is printed all the same: {}", ran.out);
}
