//! Files that change under an open scenario, in the program without its window.

use std::time::Instant;

use super::*;
use crate::scenario::AgentKind;
use crate::workbench::apply::{self, Intents};
use crate::workbench::intent::Intent;
use crate::workbench::language::Language;
use crate::workbench::opening::set_up;
use crate::workbench::theme::Theme;
use crate::workbench::window::Look;

const BASE: &str = r#"(
    version: 1,
    title: "Mine",
    beat: "1 min",
    environment: Line(
        machines: [(name: "Lathe", mtbf: "1 h", mttr: "6 min"), (name: "Mill", mtbf: "2 h", mttr: "8 min")],
        buffers: [(capacity: 4, holding: 0.5)],
        revenue: 2,
    ),
)"#;
const OWN: &str = r#"(version: 1, based_on: "base.ron", seed: 3)"#;

/// A folder with a scenario that is based on another, and the program with it open.
struct Bench {
    folder: tempfile::TempDir,
    app: App,
}

impl Bench {
    fn open(agent: AgentKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("base.ron"), BASE).unwrap();
        let file = folder.path().join("own.ron");
        std::fs::write(&file, OWN).unwrap();
        let scenario = Scenario::load(&file).unwrap();
        let (desk, session) = set_up(scenario, None, Some(7), Language::English).unwrap();
        let mut app = App::new();
        app.insert_resource(desk).insert_resource(Look(Theme::DARK)).init_resource::<Opening>();
        app.add_plugins((apply::plugin, plugin));
        app.world_mut().spawn(Running { session });
        app.update();
        let mut bench = Self { folder, app };
        bench.ask(Intent::ChooseAgent(agent));
        // The watcher has looked at the files as they are.
        std::thread::sleep(SETTLED);
        bench
    }

    fn ask(&mut self, intent: Intent) {
        self.app.world_mut().resource_mut::<Intents>().0.push(intent);
        self.app.update();
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn seen<T>(&mut self, look: impl FnOnce(&Desk, &Session) -> T) -> T {
        let world = self.app.world_mut();
        let mut runs = world.query::<&Running>();
        look(world.resource::<Desk>(), &runs.single(world).unwrap().session)
    }

    /// Waits until something is so, and how long that took.
    fn until(&mut self, what: &str, is_so: impl Fn(&Desk, &Session) -> bool) -> Duration {
        let from = Instant::now();
        while !self.seen(&is_so) {
            let notice = self.seen(|desk, _| desk.notice.clone());
            assert!(from.elapsed() < Duration::from_secs(30), "{what} never came: {notice:?}");
            std::thread::sleep(Duration::from_millis(5));
            self.app.update();
        }
        from.elapsed()
    }

    fn figure(&mut self, label: &str) -> (f64, String) {
        let all = self.seen(|_, session| session.scenario().parameters());
        let one = all.into_iter().find(|one| one.label == label).unwrap();
        (one.value, one.path)
    }
}

fn notice(desk: &Desk) -> &str {
    desk.notice.as_deref().unwrap_or_default()
}

#[test]
fn a_changed_file_is_opened_in_place_and_a_broken_one_is_told() {
    let mut bench = Bench::open(AgentKind::AlwaysRun);
    bench.ask(Intent::SetMapAxes { x: 2, y: 0 });
    let axes = bench.seen(|desk, _| desk.axes);
    bench.write("base.ron", &BASE.replace("mttr: \"6 min\"", "mttr: \"9 min\""));
    let took = bench.until("the new figure", |desk, _| notice(desk).contains("It was read again"));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(bench.figure("time to repair").0, 9.0);
    bench.seen(|desk, session| {
        assert_eq!((session.run().settings().seed, session.run().beats()), (7, 0));
        assert_eq!((desk.axes, Unsaved::of(desk, session).count()), (axes, 0));
        assert_eq!(notice(desk), "own.ron was changed on the disk. It was read again.");
    });
    // A broken one is told, and what was open stays.
    bench.write("own.ron", "(version: 1, based_on: \"base.ron\", sed: 3)");
    bench.until("the errors", |desk, _| desk.errors.is_some());
    bench.seen(|desk, _| {
        let errors = desk.errors.as_ref().unwrap();
        assert!(errors.file.ends_with("own.ron"), "{errors:?}");
        assert!(errors.findings[0].message.contains("`sed`"), "{errors:?}");
    });
    assert_eq!(bench.figure("time to repair").0, 9.0);
    // Mended as it was: there is nothing to be opened.
    bench.ask(Intent::DismissNotice);
    bench.write("own.ron", OWN);
    bench.until("no errors", |desk, _| desk.errors.is_none());
    bench.seen(|desk, _| assert_eq!(desk.notice, None));
    // A base that is new and broken, and then mended.
    bench.write("other.ron", &BASE.replace("mttr: \"6 min\"", "mttr: \"6 mon\""));
    bench.write("own.ron", "(version: 1, based_on: \"other.ron\", seed: 3)");
    bench.until("the errors", |desk, _| desk.errors.is_some());
    bench.write("other.ron", &BASE.replace("mttr: \"6 min\"", "mttr: \"5 min\""));
    bench.until("the mended one", |desk, _| desk.errors.is_none());
    assert_eq!(bench.figure("time to repair").0, 5.0);
}

#[test]
fn what_is_not_saved_is_kept_over_the_new_file() {
    let mut bench = Bench::open(AgentKind::Random);
    let (_, path) = bench.figure("capacity");
    bench.ask(Intent::SetParameter { path: path.clone(), value: 6.0 });
    bench.write("base.ron", &BASE.replace("mttr: \"6 min\"", "mttr: \"9 min\""));
    bench.until("the kept changes", |desk, _| notice(desk).contains("Your 2 changes are kept."));
    assert_eq!((bench.figure("time to repair").0, bench.figure("capacity").0), (9.0, 6.0));
    bench.seen(|desk, _| assert_eq!(desk.wanted.kind(), AgentKind::Random));
    // A file that has no such buffer any more keeps what fits.
    let (end, rest) = BASE.split_once("(name: \"Mill\"").unwrap();
    let one = format!("{end}],{}", rest.split_once("\n").unwrap().1);
    bench
        .write("base.ron", &one.replace("buffers: [(capacity: 4, holding: 0.5)],", "buffers: [],"));
    bench.until("the refusal", |desk, _| notice(desk).contains("fit it no more"));
    bench.seen(|desk, session| {
        let refused: Vec<&str> = notice(desk).lines().skip(1).collect();
        assert!(refused.len() == 1 && refused[0].contains("capacity: 4 → 6"), "{refused:?}");
        assert_eq!(Unsaved::of(desk, session).count(), 1, "the agent is kept");
    });
}

#[test]
fn nothing_is_looked_at_but_a_persons_own_file() {
    let mut bench = Bench::open(AgentKind::AlwaysRun);
    let watches = |bench: &Bench| bench.app.world().resource::<Watch>().watcher.is_some();
    assert!(watches(&bench));
    bench.ask(Intent::OpenShipped(library::DEFAULT.to_owned()));
    bench.app.update();
    assert!(!watches(&bench));
    bench.ask(Intent::OpenFile(bench.folder.path().join("own.ron")));
    bench.app.update();
    assert!(watches(&bench));
}
