//! Experiments as a whole: the same whoever plays them, in whatever order and parts.

use std::collections::BTreeMap;
use std::path::Path;

use super::cell::Sums;
use super::results::{SavedExperiment, begin, write};
use super::run::{Part, run};
use super::score::Judged;
use super::summary::{Group, Summary};
use super::{Layout, Store};
use crate::mdp::Progress;
use crate::scenario::{Experiment, Scenario};

fn experiment(text: &str) -> Experiment {
    let scenario = Scenario::parse("test.ron", text).unwrap_or_else(|reports| panic!("{reports}"));
    Experiment::of_scenario("test.ron".into(), scenario)
}

/// A line of two machines with four agents, of which two learn, under two settings that one has.
fn small() -> Experiment {
    experiment(
        "(version: 1, environment: Line(machines: [(failure: 0.05, repair: 0.2), (failure: 0.1, \
         repair: 0.4)], buffers: [(capacity: 3, holding: 0.02)], revenue: 1), experiment: (agents: \
         [(agent: AlwaysRun), (agent: Kanban()), (agent: QLearning()), (agent: \
         CertaintyEquivalence())], seeds: 3, beats: 3000, measured: 2000, vary: [(parameter: \"agent.step_size.power\", values: [0.6, 0.8])]))",
    )
}

/// Plays in these parts, each in a folder of its own, and joins them in one.
fn played(experiment: &Experiment, parts: u64, threads: usize, folder: &Path) {
    let layout = Layout::of(experiment).unwrap();
    let saved = SavedExperiment::of(experiment);
    let whole = begin(folder, &saved).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    for number in 1..=parts {
        let part = Part { number, of: parts };
        pool.install(|| run(&layout, part, &whole, &Progress::new())).unwrap();
    }
    let (summary, cells) = Summary::of(&layout, &whole, BTreeMap::new()).unwrap();
    write(folder, &saved, &layout, &summary, &cells).unwrap();
}

/// All files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn parts_threads_and_order_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    played(&small(), 1, 1, &path("one"));
    played(&small(), 1, 4, &path("many"));
    played(&small(), 5, 2, &path("parts"));
    let one = files(&path("one"));
    // Nothing varies for three of the four agents: 3 + 3 + 2 · 3 + 3 runs.
    assert_eq!(one.keys().filter(|name| name.starts_with("cells")).count(), 15);
    assert_eq!(Layout::of(&small()).unwrap().cells(), 15);
    assert!(one.contains_key("report.html") && one.contains_key("agents.arrow"));
    for other in ["many", "parts"] {
        let other = files(&path(other));
        assert!(one.keys().eq(other.keys()));
        for (name, bytes) in &one {
            assert!(other[name] == *bytes, "{name}");
        }
    }
    // From the folder alone, without the file that it was read from, it is the same experiment.
    let saved = SavedExperiment::load(&path("one")).unwrap();
    let (again, first) = (Layout::of(&saved.opened().unwrap()), Layout::of(&small()));
    let keys = |layout: &Layout| -> Vec<_> {
        layout.arms.iter().map(|arm| layout.key(arm, 101)).collect()
    };
    assert_eq!(keys(&again.unwrap()), keys(&first.unwrap()));
}

/// Who has no figure that varies stands in each table once, under none of its values, and has no
/// best setting; whom it is compared with stands there under each.
#[test]
fn who_has_not_what_varies_is_told_once_and_under_no_value() {
    let folder = tempfile::tempdir().unwrap();
    played(&small(), 1, 2, folder.path());
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let rows = |name: &str| -> Vec<Vec<String>> {
        let text = text(name);
        let mut lines = text.lines();
        assert!(lines.next().unwrap().starts_with("scenario,agent.step_size.power,agent,"));
        let cells = |line: &str| line.split(',').take(4).map(str::to_owned).collect();
        lines.map(cells).collect()
    };
    let figures = |rows: &[Vec<String>], agent: &str| -> Vec<String> {
        rows.iter().filter(|row| row[2] == agent).map(|row| row[1].clone()).collect()
    };
    for (table, each) in [("runs.csv", 3), ("agents.csv", 1)] {
        let rows = rows(table);
        assert_eq!(figures(&rows, "Always run"), vec![""; each]);
        assert_eq!(figures(&rows, "Certainty equivalence"), vec![""; each]);
        let of_both = [vec!["0.6"; each], vec!["0.8"; each]].concat();
        assert_eq!(figures(&rows, "Q-learning"), of_both);
    }
    let curves = rows("curves.csv");
    assert!(figures(&curves, "Always run").iter().all(String::is_empty));
    let looks = figures(&curves, "Q-learning").len();
    assert_eq!(looks, 2 * figures(&curves, "Certainty equivalence").len());
    let pairs = rows("pairs.csv");
    let of_pair = |first: &str, second: &str| -> Vec<&str> {
        let of = pairs.iter().filter(|row| row[2] == first && row[3] == second);
        of.map(|row| row[1].as_str()).collect()
    };
    assert_eq!(of_pair("Always run", "Certainty equivalence"), [""]);
    assert_eq!(of_pair("Always run", "Q-learning"), ["0.6", "0.8"]);
    assert_eq!(of_pair("Q-learning", "Certainty equivalence"), ["0.6", "0.8"]);
    // Of the six pairs of agents, three are with the one that varies.
    assert_eq!(pairs.len(), 3 + 2 * 3);
    let page = text("report.html");
    let settings = page.split("<h2>Settings</h2>").nth(1).unwrap().split("<h2>").next().unwrap();
    assert!(settings.contains("<tr><th>Certainty equivalence</th><td>–</td>"), "{settings}");
    assert!(settings.contains("<tr><th>Q-learning</th><td>agent.step_size.power = 0."));
    assert!(
        settings.contains("Kanban has no `agent.step_size.power`: it is played once, as it is")
    );
    // The columns in Arrow are of the same values: empty ones are null.
    let arrow = std::fs::File::open(folder.path().join("agents.arrow")).unwrap();
    let batch = arrow_ipc::reader::FileReader::try_new(arrow, None).unwrap().next().unwrap();
    let column = batch.unwrap().column_by_name("agent.step_size.power").unwrap().clone();
    assert_eq!((column.len(), column.null_count()), (5, 3));
}

#[test]
fn what_was_finished_is_not_played_again_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::of(&small()).unwrap();
    let store = Store::at(folder.path()).unwrap();
    let first = run(&layout, Part { number: 2, of: 3 }, &store, &Progress::new()).unwrap();
    assert_eq!((first.found.len(), first.played), (0, 5));
    let missing = Summary::of(&layout, &store, BTreeMap::new()).map(|_| ()).unwrap_err();
    assert!(missing.to_string().contains("are not there yet"), "{missing}");
    let cancelled = Progress::new();
    cancelled.cancel();
    assert!(run(&layout, Part::WHOLE, &store, &cancelled).is_err());
    let rest = run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    assert_eq!((rest.found.len(), rest.played), (5, 10));
    let (_, cells) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    // What was read already is not read again, and says the same.
    let all = run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    assert_eq!((all.found.len(), all.played), (15, 0));
    std::fs::remove_dir_all(folder.path().join("cells")).unwrap();
    let (_, kept) = Summary::of(&layout, &store, all.found).unwrap();
    // NaN is no equal of itself.
    assert_eq!(format!("{kept:?}"), format!("{cells:?}"));
}

#[test]
fn rules_are_worth_what_the_model_says_and_earn_it_in_simulation() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(
        "(version: 1, environment: Line(machines: [(failure: 0.05, repair: 0.2), (failure: 0.1, \
         repair: 0.4)], buffers: [(capacity: 3, holding: 0.15)], revenue: 1), experiment: (agents: \
         [(agent: AlwaysRun), (agent: Optimum())], seeds: 6, beats: 20000, measured: 40000))",
    );
    let layout = Layout::of(&experiment).unwrap();
    let store = Store::at(folder.path()).unwrap();
    run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    let (summary, cells) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    let group = &summary.groups[0];
    assert_eq!(group.judged, Judged::Exactly);
    let best = group.best().unwrap();
    for arm in &group.arms {
        let steady = arm.steady.as_ref().unwrap();
        // Two intervals wide: twelve figures at 95 % would leave one out too often.
        let half = steady.reward.half_width().unwrap();
        assert!((steady.reward.mean - arm.score.mean).abs() < 2.0 * half, "{arm:?}");
        assert!((arm.earned.mean - arm.score.mean).abs() < 2.0 * arm.earned.half_width().unwrap());
        // Little's law holds for what is counted, but for parts that were in the line at its ends.
        let (wip, out) = (steady.wip.unwrap().mean, steady.throughput.unwrap().mean);
        assert!((wip / out / steady.lead_time.unwrap().mean - 1.0).abs() < 1e-3);
    }
    assert!((group.arms[1].score.mean - best).abs() < 1e-6 && group.leaders() == [1]);
    let pair = &group.pairs[0];
    let measured = pair.measured.unwrap();
    assert!(pair.score.difference.mean < 0.0);
    // Failures that depend on operation meet the same uniforms at different times of work: some of
    // the variance is saved, not all.
    assert!(measured.saved.unwrap() > 0.0, "{measured:?}");
    let apart = (measured.difference.mean - pair.score.difference.mean).abs();
    assert!(apart < 2.0 * measured.difference.half_width().unwrap());
    // The same luck for both, seed by seed: what the first machine suffers in time is the same.
    assert_eq!(cells[0][0].seed, cells[1][0].seed);
    assert!(cells.iter().flatten().all(|cell| {
        let track = &cell.measured.as_ref().unwrap().track;
        track.len() == 100 && track.windows(2).all(|pair: &[Sums]| pair[0].beats < pair[1].beats)
    }));
}

#[test]
fn without_a_model_policies_are_judged_by_simulation() {
    let folder = tempfile::tempdir().unwrap();
    let machines = "(failure: 0.05, repair: 0.2), ".repeat(8);
    let buffers = "(capacity: 50), ".repeat(7);
    let text = format!(
        "(version: 1, environment: Line(machines: [{machines}], buffers: [{buffers}], revenue: 1), \
         experiment: (agents: [(agent: AlwaysRun), (agent: Random)], seeds: 2, beats: 1000, measured: \
         5000))"
    );
    let layout = Layout::of(&experiment(&text)).unwrap();
    let store = Store::at(folder.path()).unwrap();
    run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    let (summary, _) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    let group = &summary.groups[0];
    assert_eq!((group.judged, group.optimum), (Judged::Simulated, None));
    assert_eq!(group.arms[0].values(), group.arms[0].steady.as_ref().unwrap().rewards);
    assert_eq!((group.arms[0].gap, group.arms[0].regret), (None, None));
    assert_eq!(group.leaders()[0], 0);
}

#[test]
fn episodes_are_judged_by_their_returns() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(
        "(version: 1, environment: Chain(), episode_limit: 50, experiment: (agents: [(agent: \
         AlwaysRun), (agent: QLearning())], seeds: 2, beats: 20000, measured: 1000))",
    );
    let layout = Layout::of(&experiment).unwrap();
    let store = Store::at(folder.path()).unwrap();
    run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    let (summary, _) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    let group = &summary.groups[0];
    let best = group.best().unwrap();
    for arm in &group.arms {
        // The chain draws nothing: what is simulated is what is exact.
        let steady = arm.steady.as_ref().unwrap();
        assert!((steady.returns.unwrap().mean - best).abs() < 1e-9, "{arm:?}");
        assert!((arm.score.mean - best).abs() < 1e-9);
    }
    assert!(group.arms[0].regret.unwrap().mean.abs() < 1e-6);
    assert!(group.arms[1].regret.unwrap().mean > 1.0, "learning costs something");
    assert!(group.pairs[0].measured.is_none());
}

/// What an experiment of one scenario says.
fn said(text: &str) -> Group {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::of(&experiment(text)).unwrap();
    let store = Store::at(folder.path()).unwrap();
    run(&layout, Part::WHOLE, &store, &Progress::new()).unwrap();
    Summary::of(&layout, &store, BTreeMap::new()).unwrap().0.groups.remove(0)
}

/// Walks to place 5 of the chain, and to and fro between 4 and 5 for ever.
const BUSY: &str = "Threshold(variable: \"position\", level: 5, below: {\"walk\": \"right\"}, \
                    at_or_above: {\"walk\": \"left\"})";

/// From place p of the chain the best earns p − 8 in all, so that at 0 it is −8 and at 4 it is −4.
/// Who is at 4 after 1000 beats that cost 1 each has fallen short by 1000 − 8 + 4, and who is taken
/// back from there every ten beats a hundred times by 10 − 8 + 4.
#[test]
fn who_never_ends_falls_short_with_every_beat() {
    let chain = |more: &str, criterion: &str| {
        said(&format!(
            "(version: 1, environment: Chain(), criterion: {criterion}{more}, experiment: (agents: \
             [(name: \"busy\", agent: {BUSY}), (agent: AlwaysRun)], seeds: 2, beats: 1000, measured: \
             1000))"
        ))
    };
    for (limit, expected) in [("", 996.0), (", episode_limit: 10", 600.0)] {
        let group = chain(limit, "Total");
        let [busy, right] = [0, 1].map(|agent| group.arms[agent].regret.unwrap().mean);
        assert!((busy - expected).abs() < 1e-3, "{busy}");
        assert!(right.abs() < 1e-3, "{right}");
    }
    // It has no end, and says so: no figure of it, and it is not the best.
    let group = chain("", "Total");
    assert_eq!(group.arms[0].lack().unwrap(), "2 of 2 seeds have no end");
    assert!(group.arms[0].score.mean.is_nan() && group.arms[0].gap.is_none());
    assert_eq!((group.leaders(), group.judged), (vec![1], Judged::Exactly));
    assert_eq!(group.pairs[0].improvement.mean, 0.0);
    // Discounted by 0.99 a beat that costs 1 for ever costs 100; all but a 20,000th of it is had.
    let busy = chain("", "Discounted(0.99)").arms[0].regret.unwrap().mean;
    assert!((busy - (100.0 - 7.734_758)).abs() < 0.01, "{busy}");
}

/// The middle of the 13 steps of the cliff, by the model; who never leaves the start falls short by
/// one a beat, and is not said to fall short by nothing.
#[test]
fn on_the_cliff_no_regret_is_no_false_nothing() {
    let text = "(version: 1, environment: Grid(rows: [\"....\", \"SCCG\"], legend: [(symbol: \"C\", \
                reward: -100)], step_reward: -1), criterion: Total, experiment: (agents: [(agent: \
                AlwaysRun), (agent: Optimum())], seeds: 1, beats: 500, measured: 1000))";
    let group = said(text);
    let [always, best] = [0, 1].map(|agent| group.arms[agent].regret.unwrap().mean);
    assert!(best.abs() < 1e-3, "{best}");
    assert!(always >= 500.0 - 5.0, "{always}");
}

/// `LINE3` is discounted and never ends: of what was earned while it was learned only the beginning
/// would count, so that nothing is said.
#[test]
fn a_discounted_process_without_an_end_has_no_regret() {
    let line = |more: &str| {
        let text = include_str!("../../../scenarios/lines/line3.ron");
        let (before, _) = text.rsplit_once(')').unwrap();
        said(&format!(
            "{before}{more}experiment: (agents: [(agent: AlwaysRun), (agent: Optimum())], seeds: \
             2, beats: 20000, measured: 1000))"
        ))
    };
    let group = line("");
    assert!(group.best().is_some() && group.arms.iter().all(|arm| arm.regret.is_none()));
    // Cut off every 100 beats it begins again and again, and each beginning counts.
    let group = line("episode_limit: 100, ");
    let [always, best] = [0, 1].map(|agent| group.arms[agent].regret.unwrap().mean);
    // Of 200 episodes in each of two runs, luck leaves some part of what always running loses.
    assert!(best.abs() < 0.5 * always, "{best} {always}");
}

/// One seed of a line without a model says by its batch means how well it is known.
#[test]
fn one_seed_has_the_interval_of_its_batch_means() {
    let machines = "(failure: 0.05, repair: 0.2), ".repeat(8);
    let buffers = "(capacity: 50), ".repeat(7);
    let line = |seeds: u64, measured: u64| {
        said(&format!(
            "(version: 1, environment: Line(machines: [{machines}], buffers: [{buffers}], revenue: \
             1), experiment: (agents: [(agent: AlwaysRun)], seeds: {seeds}, beats: 1000, measured: \
             {measured}))"
        ))
    };
    let (one, many) = (line(1, 40_000), line(8, 40_000));
    let (one, many) = (&one.arms[0], &many.arms[0]);
    assert_eq!(one.score, one.steady.as_ref().unwrap().reward);
    let half = one.score.half_width().unwrap();
    let apart = (one.score.mean - many.score.mean).abs();
    assert!(apart < 2.0 * (half + many.score.half_width().unwrap()), "{:?}", one.score);
    assert!(half < 0.05 * one.score.mean, "{half}");
    // Too few beats have none.
    assert_eq!(line(1, 1000).arms[0].score.half_width(), None);
}

/// Replacement by age is no policy in terms of wear alone, and is simulated; the others are
/// evaluated exactly, and only who is best bears the star.
#[test]
fn who_cannot_be_evaluated_exactly_is_simulated_and_blanks_nobody_else() {
    let text = include_str!("../../../scenarios/basics/replacement.ron");
    let (before, _) = text.rsplit_once(')').unwrap();
    let group = said(&format!(
        "{before}experiment: (agents: [(agent: RunToFailure()), (agent: AgeBased(age: 4)), (agent: \
         ConditionBased()), (agent: Optimum())], seeds: 3, beats: 1000, measured: 100000))"
    ));
    assert_eq!(group.judged, Judged::Partly);
    let judged: Vec<Judged> = group.arms.iter().map(|arm| arm.judged).collect();
    use Judged::{Exactly, Simulated};
    assert_eq!(judged, [Exactly, Simulated, Exactly, Exactly]);
    assert!(group.arms.iter().all(|arm| arm.gap.is_some() && arm.lack().is_none()));
    let mut leaders = group.leaders();
    leaders.sort_unstable();
    assert_eq!(leaders, [2, 3], "{:?}", group.arms);
    // What goes by age earns less than what goes by wear, and more than who never replaces.
    let [never, aged, _, best] = [0, 1, 2, 3].map(|agent| group.arms[agent].score);
    assert!(never.mean < aged.low.unwrap() && aged.high.unwrap() < best.mean, "{aged:?}");
}

/// Rollout draws its futures, so that no model tells what it is worth. Under a discount of 0.99
/// rewards count for ln 10⁻⁶ / ln 0.99 = 1374.6 beats: no play of that length fits into 1000.
#[test]
fn why_nothing_is_known_is_said_with_what_to_do() {
    let told = |measured: u64| {
        let text = format!(
            "(version: 1, environment: Chain(), criterion: Discounted(0.99), experiment: (agents: \
             [(agent: AlwaysRun), (agent: Rollout(futures: 1, beats: 2))], seeds: 2, beats: 1000, \
             measured: {measured}))"
        );
        let group = said(&text);
        let why = |agent: usize| group.arms[agent].why_unknown(group.criterion, measured);
        assert_eq!(why(0), None);
        (group.arms[1].lack(), why(1))
    };
    let (lack, why) = told(1374);
    assert_eq!(lack.unwrap(), "2 of 2 seeds have no value");
    let why = why.unwrap();
    assert!(why.contains("1375 beats, of which none fits into 1374 measured ones"), "{why}");
    assert!(why.ends_with("give --measured 13750 for ten a seed"), "{why}");
    assert_eq!(told(1375), (None, None));
}

/// Two policies on one seed over 10⁵ beats, side by side.
fn side_by_side(failures: &str, mut see: impl FnMut([&dyn crate::experiment::AnyRun; 2])) {
    use crate::experiment::agents::build;
    use crate::experiment::run::{RunSettings, open};
    use crate::scenario::AgentSpec;
    let machine = |failure: f64, repair: f64| {
        format!("(failure: {failure}, repair: {repair}, failure_mode: {failures})")
    };
    let text = format!(
        "(version: 1, environment: Line(machines: [{}, {}], buffers: [(capacity: 4)], revenue: 1))",
        machine(0.02, 0.1),
        machine(0.05, 0.3)
    );
    let scenario = Scenario::parse("test.ron", &text).unwrap_or_else(|reports| panic!("{reports}"));
    let environment = &scenario.environment;
    let settings = RunSettings { seed: 7, ..RunSettings::default() };
    let started = |spec| {
        let agent = build(&spec, environment, scenario.contents.criterion, None).unwrap();
        open(environment, agent, settings)
    };
    let mut runs = [started(AgentSpec::AlwaysRun), started(AgentSpec::Random)];
    for _ in 0..100_000 {
        runs.iter_mut().for_each(|run| {
            run.advance(1);
        });
        see([&*runs[0], &*runs[1]]);
    }
}

#[test]
fn failures_in_time_meet_every_policy_alike() {
    let mut buffers_apart = 0;
    side_by_side("Time", |[one, other]| {
        let space = one.environment().state_space();
        for (place, variable) in space.variables().iter().enumerate() {
            let same = one.state()[place] == other.state()[place];
            if variable.name.starts_with("machine") {
                assert!(same, "{} in beat {}", variable.name, one.beats());
            } else {
                buffers_apart += u32::from(!same);
            }
        }
    });
    assert!(buffers_apart > 10_000, "the two policies do different things: {buffers_apart}");
}

#[test]
fn failures_in_operation_meet_the_same_uniforms_where_both_work() {
    let mut both = 0;
    side_by_side("Operation", |[one, other]| {
        let space = one.environment().state_space();
        for (station, name) in one.environment().places().stations.iter().enumerate() {
            let place = space.position(name).unwrap();
            let worked = |run: &dyn crate::experiment::AnyRun| {
                run.tally().latest()[station] == crate::mdp::beat::Condition::Working
            };
            if worked(one) && worked(other) {
                both += 1;
                assert_eq!(one.state()[place], other.state()[place], "beat {}", one.beats());
            }
        }
    });
    assert!(both > 10_000, "{both}");
}

/// Who predicts is told by how far it is from the truth: five places of the random walk, each ½ at
/// first, are worth 1/6 to 5/6, so that it begins 1/√27 from it
/// ([`prediction_error`](crate::experiment::judging::prediction_error)).
#[test]
fn who_predicts_is_told_by_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = crate::scenario::library::open("textbook/random_walk.ron").unwrap();
    let text = "(version: 1, environment: Chain(), experiment: (agents: [(name: \"TD(0)\", agent: \
                TdPrediction(policy: Random, values: (initial_value: 0.5))), (agent: Random)], \
                seeds: 3, beats: 20000, measured: 1000))";
    scenario.contents.experiment = Scenario::parse("x.ron", text).unwrap().contents.experiment;
    let experiment = Experiment::of_scenario("walk.ron".into(), scenario);
    played(&experiment, 1, 2, folder.path());
    let layout = Layout::of(&experiment).unwrap();
    let store = begin(folder.path(), &SavedExperiment::of(&experiment)).unwrap();
    let (summary, cells) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    let [predictor, random] = &summary.groups[0].arms[..] else { panic!("two agents") };
    assert_eq!((random.error, random.curve[0].error), (None, None));
    let last = |cell: &super::cell::Cell| cell.learning.points.last().unwrap().error.unwrap();
    let errors: Vec<f64> = cells[0].iter().map(last).collect();
    let error = predictor.error.unwrap();
    assert!((error.mean - errors.iter().sum::<f64>() / 3.0).abs() < 1e-12);
    let curve: Vec<f64> = predictor.curve.iter().map(|look| look.error.unwrap().mean).collect();
    assert!(curve[0] > 2.0 * error.mean, "{curve:?}");
    assert!(error.mean < 0.25 / 27_f64.sqrt() && error.low.is_some(), "{error:?}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    for table in ["runs.csv", "curves.csv", "agents.csv"] {
        assert!(read(table).lines().next().unwrap().contains("prediction_error"), "{table}");
    }
    let page = read("report.html");
    assert!(
        page.contains("<th>error of predictions</th>") && page.contains("Error of predictions")
    );
}

/// Over several scenarios, too, who has not what varies stands under the first setting only.
#[test]
fn over_all_scenarios_nobody_stands_under_a_setting_that_it_has_not() {
    let folder = tempfile::tempdir().unwrap();
    let line = |failure: f64| {
        format!(
            "(version: 1, environment: Line(machines: [(failure: {failure}, repair: 0.2), (failure: \
             0.1, repair: 0.4)], buffers: [(capacity: 3)], revenue: 1), experiment: (agents: [(agent: \
             AlwaysRun), (agent: QLearning()), (agent: Random)], seeds: 2, beats: 1000, measured: 1000, \
             vary: [(parameter: \"agent.step_size.power\", values: [0.6, 0.8])]))"
        )
    };
    let mut both = experiment(&line(0.05));
    let [(_, other)] = experiment(&line(0.1)).scenarios.try_into().unwrap();
    both.scenarios.push(("another".to_owned(), other));
    played(&both, 1, 2, folder.path());
    let layout = Layout::of(&both).unwrap();
    let store = begin(folder.path(), &SavedExperiment::of(&both)).unwrap();
    let (summary, _) = Summary::of(&layout, &store, BTreeMap::new()).unwrap();
    let told: Vec<Vec<usize>> = summary
        .overall
        .iter()
        .map(|overall| overall.middle.iter().map(|(agent, _)| *agent).collect())
        .collect();
    assert_eq!(told, [vec![0, 1, 2], vec![1]]);
    let pairs = |at: usize| -> Vec<_> {
        summary.overall[at].improvement.iter().map(|(x, y, _)| (*x, *y)).collect()
    };
    assert_eq!(pairs(0), [(0, 1), (0, 2), (1, 2)]);
    assert_eq!(pairs(1), [], "nobody else is there");
}
