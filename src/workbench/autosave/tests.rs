//! The file of unsaved changes: through a kill, between windows, and in the program.

use std::process::{Command, Stdio};

use super::*;
use crate::scenario::{AgentKind, AgentSpec, Parameter};
use crate::workbench::apply::{self, Intents};
use crate::workbench::intent::Intent;
use crate::workbench::language::Language;
use crate::workbench::opening::set_up;
use crate::workbench::theme::Theme;
use crate::workbench::unsaved::Figure;
use crate::workbench::window::Look;

/// The folder that the child writes to, in its environment.
const FOLDER: &str = "TAKTLAB_UNSAVED_FOLDER";

fn left(number: u64) -> Left {
    let scenario = library::open(library::DEFAULT).unwrap();
    let figure = |place: u64| Figure {
        path: format!("environment.machines[{place}].mttr"),
        value: 0.1 + number as f64,
        words: "Fräse · 修复时间: 12 → 4 min".to_owned(),
    };
    Left {
        title: scenario.contents.title.clone(),
        name: Some(library::DEFAULT.to_owned()),
        file: Some(PathBuf::from("/home/anna/lines/a \"b\".ron")),
        text: scenario.to_ron(),
        seed: number,
        // Longer with every number, so that a part of one is not a whole other.
        changes: Unsaved {
            figures: (0..number % 50).map(figure).collect(),
            agent: None,
            written: false,
        },
        open: true,
    }
}

#[test]
fn every_agent_comes_back_from_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (slot, found) = Slot::take(folder.path()).unwrap();
    assert_eq!(found, []);
    let each = AgentKind::ALL.iter().map(|kind| {
        let mut left = left(3);
        left.changes.agent = Some(kind.usual());
        left
    });
    for left in each {
        slot.write(std::slice::from_ref(&left)).unwrap();
        assert_eq!(read(&slot.file).unwrap(), [left]);
    }
    slot.write(&[]).unwrap();
    assert!(!slot.file.exists());
    slot.write(&[]).unwrap();
}

/// Writes without end where it is the child, which the parent kills.
#[test]
fn a_kill_leaves_the_file_whole() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let (slot, _) = Slot::take(Path::new(&folder)).unwrap();
        for number in 1.. {
            slot.write(&[left(number)]).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut latest = 0;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "workbench::autosave::tests::a_kill_leaves_the_file_whole"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Until it writes, and then a moment that is another in every round.
        let file = folder.path().join("unsaved-1.ron");
        let from = Instant::now();
        while read(&file).is_ok_and(|found| found.first().is_none_or(|one| one.seed == latest)) {
            assert!(from.elapsed() < Duration::from_secs(60), "nothing is written");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(1_700 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        // The lock went with it, and what it wrote last is whole.
        let (slot, found) = Slot::take(folder.path()).unwrap();
        assert_eq!(slot.file, file);
        latest = found[0].seed;
        assert_eq!(found, [left(latest)]);
    }
}

#[test]
fn each_window_has_a_file_of_its_own_and_what_is_left_is_gathered() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = Slot::take(folder.path()).unwrap();
    let (second, found) = Slot::take(folder.path()).unwrap();
    assert_ne!(first.file, second.file);
    assert_eq!(found, []);
    first.write(&[left(1)]).unwrap();
    second.write(&[left(2)]).unwrap();
    // What belongs to a window that is open is not offered elsewhere.
    let (third, found) = Slot::take(folder.path()).unwrap();
    assert_eq!(found, []);
    drop((first, second, third));
    let (one, found) = Slot::take(folder.path()).unwrap();
    assert_eq!(found, [left(1), left(2)]);
    assert_eq!(read(&one.file).unwrap(), found, "and lies in one file");
    assert!(!folder.path().join("unsaved-2.ron").exists());
    // What cannot be read is put aside, not lost.
    std::fs::write(&one.file, "[(seed: ").unwrap();
    let file = one.file.clone();
    drop(one);
    assert_eq!(Slot::take(folder.path()).unwrap().1, []);
    assert!(file.with_extension("old.ron").exists() && !file.exists());
}

/// The program without a window, with a slot in this folder.
fn program(folder: &Path) -> App {
    let scenario = library::open("basics/chain.ron").unwrap();
    let name = Some("basics/chain.ron".to_owned());
    let (mut desk, session) = set_up(scenario, name, None, Language::English).unwrap();
    let (slot, left) = Slot::take(folder).unwrap();
    desk.left = left.into_iter().map(Arc::new).collect();
    let mut app = App::new();
    app.insert_resource(desk).insert_resource(Look(Theme::DARK)).init_resource::<Opening>();
    app.add_plugins(apply::plugin);
    keep(&mut app, slot);
    app.world_mut().spawn(Running { session });
    app.update();
    app
}

fn ask(app: &mut App, intent: Intent) {
    app.world_mut().resource_mut::<Intents>().0.push(intent);
    app.update();
}

fn with_session<T>(app: &mut App, look: impl FnOnce(&Desk, &Session) -> T) -> T {
    let world = app.world_mut();
    let mut runs = world.query::<&Running>();
    look(world.resource::<Desk>(), &runs.single(world).unwrap().session)
}

#[test]
fn what_was_left_is_offered_restored_and_gone_once_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = program(folder.path());
    let (path, value) = with_session(&mut app, |_, session| {
        let scenario = session.scenario();
        let other = |one: &Parameter| {
            let (low, high) = one.range;
            let fits = |value: &f64| {
                *value != one.value && scenario.with_parameter(&one.path, *value).is_ok()
            };
            Some((one.path.clone(), [low, high].into_iter().find(fits)?))
        };
        scenario.parameters().iter().filter(|one| !one.whole).find_map(other).unwrap()
    });
    ask(&mut app, Intent::SetParameter { path: path.clone(), value });
    ask(&mut app, Intent::ChooseAgent(AgentKind::Random));
    // As the window closes: what came within the rest is written too.
    drop(app);
    let mut app = program(folder.path());
    let offered = with_session(&mut app, |desk, session| {
        assert_eq!(Unsaved::of(desk, session).count(), 0, "not made unasked");
        desk.left.last().unwrap().view("en")
    });
    assert_eq!(offered.changes.len(), 2, "{offered:?}");
    // What is offered stays, whatever is changed before it is asked for.
    ask(&mut app, Intent::ChooseAgent(AgentKind::Random));
    drop(app);
    let mut app = program(folder.path());
    assert_eq!(with_session(&mut app, |desk, _| desk.left.len()), 2);
    ask(&mut app, Intent::DeclineChanges(1));
    ask(&mut app, Intent::RestoreChanges(0));
    with_session(&mut app, |desk, session| {
        let all = session.scenario().parameters();
        assert_eq!(all.iter().find(|one| one.path == path).unwrap().value, value);
        assert_eq!((&desk.wanted, desk.left.len()), (&AgentSpec::Random, 0));
        assert!(desk.changes.to_undo().is_some());
    });
    // Not saved yet: it would be offered again.
    drop(app);
    let mut app = program(folder.path());
    ask(&mut app, Intent::RestoreChanges(0));
    ask(&mut app, Intent::SaveRun(folder.path().join("run.ron")));
    drop(app);
    let mut app = program(folder.path());
    assert_eq!(with_session(&mut app, |desk, _| desk.left.len()), 0);
    let mut names =
        std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name());
    assert!(names.all(|name| !name.to_string_lossy().starts_with("unsaved-1.ron")));
}

#[test]
fn what_was_open_before_something_else_can_be_had_again_and_is_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = program(folder.path());
    ask(&mut app, Intent::ChooseAgent(AgentKind::Random));
    ask(&mut app, Intent::OpenShipped(library::DEFAULT.to_owned()));
    let left = |app: &mut App| {
        with_session(app, |desk, _| {
            desk.left.iter().map(|left| (left.name.clone().unwrap(), left.open)).collect::<Vec<_>>()
        })
    };
    assert_eq!(left(&mut app), [("basics/chain.ron".to_owned(), false)]);
    drop(app);
    // At the next start it is still there.
    let mut app = program(folder.path());
    assert_eq!(left(&mut app), [("basics/chain.ron".to_owned(), false)]);
    ask(&mut app, Intent::OpenShipped(library::DEFAULT.to_owned()));
    ask(&mut app, Intent::ChooseAgent(AgentKind::Random));
    ask(&mut app, Intent::RestoreChanges(0));
    // The one comes, the other goes.
    assert_eq!(left(&mut app), [(library::DEFAULT.to_owned(), false)]);
    with_session(&mut app, |desk, _| assert_eq!(desk.name.as_deref(), Some("basics/chain.ron")));
}
