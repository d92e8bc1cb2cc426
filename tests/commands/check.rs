//! `taktlab check` and `list`: files that are right and wrong, and how they are found.

use serde_json::Value;

use super::objects::agree;
use super::{LINE, place};

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
