//! Hidden defects and inspection.

use super::flow::conserves;
use super::*;

fn inspecting(finds: f64, false_alarms: f64, to: Option<&str>) -> InspectionSettings {
    InspectionSettings { finds, false_alarms, cost: 0.0, to: to.map(str::to_owned) }
}

/// Three machines; the first makes a part bad with probability `d`, the last may inspect.
fn three(d: f64, inspection: Option<InspectionSettings>, moves: Moves) -> LineSettings {
    let first = MachineSettings { defects: d, ..bernoulli(0.7) };
    let last = MachineSettings { inspection, scrap_cost: 0.5, ..bernoulli(0.6) };
    LineSettings { complaint: 10.0, ..running(vec![first, bernoulli(0.8), last], &[3, 2], moves) }
}

fn item(line: &Line, chain: &LongRun<'_, Line>, name: &str) -> f64 {
    let item = line.reward_items().iter().position(|item| item == name).unwrap();
    chain.mean(|_, branch| branch.items[item])
}

/// Whatever order parts are taken in, of those completed the share d·(1 − f) is sold bad, d·f found
/// and (1 − d)·a scrapped though good (f the share that is found, a that of false alarms); the line as
/// such moves as if all were good.
#[test]
fn the_yield_is_what_the_probabilities_say() {
    let (d, f, a) = (0.2, 0.75, 0.1);
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let line = Line::new(three(d, Some(inspecting(f, a, None)), moves)).unwrap();
        let chain = always(&line);
        let plain = Line::new(three(0.0, None, moves)).unwrap();
        let all = always(&plain).gain();
        let sold = chain.rate(Event::Moved { from: Place::Station(2), to: Place::Customer });
        let scrapped = chain.rate(Event::Scrapped { at: Place::Station(2) });
        near(sold + scrapped, all, 1e-11, "completed");
        near(scrapped, all * (d * f + (1.0 - d) * a), 1e-11, "scrapped");
        near(-item(&line, &chain, "complaints"), 10.0 * all * d * (1.0 - f), 1e-11, "complaints");
        near(-item(&line, &chain, "scrap"), 0.5 * scrapped, 1e-11, "cost of scrap");
        // In each buffer the share d of the parts is bad, as none has been found yet.
        for buffer in ["buffer 1", "buffer 2"] {
            let bad = chain.level(&format!("{buffer}: bad"));
            near(bad, d * chain.level(buffer), 1e-11, "bad parts");
        }
        let possible = |state: &[Level]| state[2] <= state[0] && state[3] <= state[1];
        assert!(chain.shares.iter().all(|(state, _)| possible(state)));
        conserves(&line, &chain);
    }
}

/// Bad parts are counted only where there may be some: not behind who finds all.
#[test]
fn behind_who_finds_all_there_are_none() {
    let making = |d| MachineSettings { defects: d, ..bernoulli(0.5) };
    let finding =
        |f| MachineSettings { inspection: Some(inspecting(f, 0.0, None)), ..bernoulli(0.5) };
    let names = |machines: Vec<MachineSettings>| -> Vec<String> {
        let capacities = vec![2; machines.len() - 1];
        let line = Line::new(running(machines, &capacities, Moves::default())).unwrap();
        let all = line.state_space().variables().iter().map(|variable| variable.name.clone());
        all.filter(|name| name.ends_with("bad")).collect()
    };
    let good = || bernoulli(0.5);
    assert_eq!(names(vec![making(0.1), good(), good()]), ["buffer 1: bad", "buffer 2: bad"]);
    assert_eq!(names(vec![making(0.1), finding(1.0), good()]), ["buffer 1: bad"]);
    assert_eq!(names(vec![making(0.1), finding(0.9), good()]), ["buffer 1: bad", "buffer 2: bad"]);
    assert_eq!(names(vec![good(), making(0.1), good()]), ["buffer 2: bad"]);
    assert!(names(vec![good(), finding(0.5), good()]).is_empty());
}

/// What is found goes back to be made good: without false alarms nothing is lost but where there is no
/// room, and with all found and one place to spare none is sold bad.
#[test]
fn what_is_found_goes_back_and_is_good() {
    let line =
        Line::new(three(0.3, Some(inspecting(1.0, 0.0, Some("buffer 2"))), Moves::DownstreamFirst))
            .unwrap();
    let chain = always(&line);
    near(item(&line, &chain, "complaints"), 0.0, 0.0, "complaints");
    let enters = chain.rate(Event::Moved { from: Place::Supply, to: Place::Station(0) });
    let sold = chain.rate(Event::Moved { from: Place::Station(2), to: Place::Customer });
    let back = chain.rate(Event::Moved { from: Place::Station(2), to: Place::Buffer(1) });
    let lost = chain.rate(Event::Scrapped { at: Place::Station(2) });
    near(enters, sold + lost, 1e-11, "parts");
    assert!(back > 0.01 && lost > 0.01, "{back} {lost}");
    // Each part is bad once at most: of those that come in the share 0.3 is found, once.
    near(back + lost, 0.3 * enters, 1e-11, "found");
    conserves(&line, &chain);
}

/// Customers take from the store whatever comes to hand, good or bad.
#[test]
fn customers_get_the_share_of_bad_parts() {
    let (d, demand) = (0.25, 0.4);
    let making = MachineSettings { defects: d, count: 2, ..bernoulli(0.3) };
    let unmet = Unmet::Backorder { cost: 0.1, limit: 3, lost_cost: 0.0, charged: Charged::Before };
    let store = BufferSettings { transit: 1, ..buffer(4) };
    let settings = LineSettings {
        demand: Demand::Customers { probability: demand, unmet, store },
        complaint: 4.0,
        ..running(vec![making], &[], Moves::DownstreamFirst)
    };
    let line = Line::new(settings).unwrap();
    let chain = always(&line);
    let sold = chain.rate(Event::Moved { from: Place::Buffer(0), to: Place::Customer });
    near(-item(&line, &chain, "complaints"), 4.0 * d * sold, 1e-11, "complaints");
    near(chain.level("store: bad"), d * chain.level("store"), 1e-11, "bad in store");
    conserves(&line, &chain);
}

/// Of a buffer with some bad parts each is as likely to be taken as any other.
#[test]
fn a_part_is_bad_with_the_share_of_bad_ones() {
    let line = Line::new(three(0.2, None, Moves::OldLevels)).unwrap();
    // Levels, then the bad ones in both buffers. The second machine takes one of three, two bad.
    let all = branches(&line, &[3, 0, 2, 0], &[]);
    let moves = |next: &[Level]| next[0] < 3;
    let chance = |bad: bool| -> f64 {
        let all = all.iter().filter(|b| moves(&b.next) && (b.next[3] == 1) == bad);
        all.map(|branch| branch.probability).sum()
    };
    near(chance(true), 0.8 * 2.0 / 3.0, 1e-12, "bad");
    near(chance(false), 0.8 / 3.0, 1e-12, "good");
}

/// It pays to inspect where complaints cost more than the parts that are scrapped for it.
#[test]
fn inspection_costs_each_time() {
    let mut settings = three(0.2, Some(inspecting(1.0, 0.0, None)), Moves::default());
    settings.machines[2].inspection.as_mut().unwrap().cost = 0.25;
    let line = Line::new(settings).unwrap();
    let chain = always(&line);
    let completed = chain.rate(Event::Moved { from: Place::Buffer(1), to: Place::Station(2) });
    near(-item(&line, &chain, "inspection"), 0.25 * completed, 1e-11, "inspections");
    let blind = Line::new(three(0.2, None, Moves::default())).unwrap();
    assert!(chain.gain() > always(&blind).gain());
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let faults = |change: &dyn Fn(&mut MachineSettings)| -> Vec<String> {
        let mut settings = three(0.1, Some(inspecting(0.9, 0.0, None)), Moves::default());
        change(&mut settings.machines[2]);
        Line::new(settings).unwrap_err().into_iter().map(|fault| fault.path).collect()
    };
    let to = |to: &str| Some(inspecting(0.9, 0.0, Some(to)));
    assert_eq!(faults(&|m| m.defects = 1.5), ["machines[2].defects"]);
    assert_eq!(
        faults(&|m| m.inspection = Some(inspecting(2.0, 0.0, None))),
        ["machines[2].inspection.finds"]
    );
    assert_eq!(
        faults(&|m| m.inspection = Some(inspecting(1.0, -0.5, None))),
        ["machines[2].inspection.false_alarms"]
    );
    assert_eq!(faults(&|m| m.inspection = to("store")), ["machines[2].inspection.to"]);
    assert_eq!(
        faults(&|m| {
            m.inspection = to("buffer 1");
            m.rework = Some(ReworkSettings { probability: 0.1, to: "buffer 1".into() });
        }),
        ["machines[2].inspection.to"]
    );
    assert_eq!(
        faults(&|m| {
            m.inspection = to("buffer 1");
            m.count = 2;
        }),
        ["machines[2].count"]
    );
}
