//! `taktlab compare`, `sweep` and `merge`: folders of results, and what is wrong with experiments.

use std::path::Path;

use super::objects::agree;
use super::place;

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
