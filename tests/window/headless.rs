//! Where no window can be opened the program says why and runs without one.

use super::program::{folder, program};

#[test]
fn without_a_display_it_says_so_in_a_sentence_and_runs_headless() {
    let folder = folder("headless");
    let output = program(&folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let (told, shown) = (said.trim(), String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{said}");
    let about = ["no display is set", "no graphics adapter was found"];
    assert!(about.iter().any(|words| told.contains(words)), "{told}");
    assert!(told.contains("xvfb") || told.contains("mesa-vulkan-drivers"), "what to install");
    assert!(!told.contains("panicked") && told.lines().count() == 1, "one sentence: {told}");
    for words in ["Three machines", "return", "throughput", "The results are in"] {
        assert!(shown.contains(words), "{words} is not in:\n{shown}");
    }
    let results = std::fs::read_to_string(folder.join("taktlab-results.json")).unwrap();
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    assert!(results["return"]["mean"].is_f64());
}

#[test]
fn a_display_that_does_not_answer_is_named() {
    let folder = folder("silent");
    let output = program(&folder).env("DISPLAY", ":63999").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let about = ["\":63999\" does not answer", "no graphics adapter was found"];
    assert!(about.iter().any(|words| said.contains(words)), "{said}");
    assert!(folder.join("taktlab-results.json").is_file());
}
