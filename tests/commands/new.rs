//! `taktlab new`.

use super::place;

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
