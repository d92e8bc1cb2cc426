use super::*;
use crate::experiment::report::{Simulation, SimulationOptions, simulate_scenario};
use crate::experiment::simulate::Summary;
use crate::mdp::Progress;
use crate::scenario::AgentSpec;

/// What always run comes to in so many beats of one replication, or in several.
fn simulated(more: &str, environment: &str, beats: u64, replications: u64) -> Simulation {
    let text = format!("(version: 1, {more} environment: {environment})");
    let scenario = Scenario::parse("line.ron", &text).unwrap_or_else(|reports| panic!("{reports}"));
    let options = SimulationOptions {
        agent: Some(AgentSpec::AlwaysRun),
        beats: Some(beats),
        warm_up: Some(1_000),
        replications: Some(replications),
        ..SimulationOptions::default()
    };
    simulate_scenario(&scenario, &options, &Progress::new()).unwrap()
}

fn summary(environment: &str) -> Summary {
    simulated("", environment, 200_000, 1).summary
}

/// Within four standard errors or so, which the interval must tell and which are to be small.
fn close(found: &Estimate, expected: f64, what: &str) {
    let half = found.half_width().unwrap_or_else(|| panic!("{what} has no interval: {found:?}"));
    assert!(half < 0.02 * expected.abs().max(0.1), "{what} is hardly known: {found:?}");
    let apart = (found.mean - expected).abs();
    assert!(apart <= 2.0 * half + 1e-9, "{what} is {found:?}, not {expected}");
}

/// Up r / (p + r) of the time (Gershwin 1994, isolated machine) = MTBF / (MTBF + MTTR).
#[test]
fn a_machine_alone_is_available_mtbf_of_mtbf_and_mttr() {
    let (mtbf, mttr) = (50.0, 10.0);
    let found = summary("Line(machines: [(failure: 0.02, repair: 0.1, cycle: 3)], buffers: [])");
    let (_, oee) = &found.oee[0];
    close(&oee.availability, mtbf / (mtbf + mttr), "availability");
    assert!((oee.effectiveness.mean - 1.0).abs() < 1e-4, "{oee:?}");
    assert_eq!(oee.quality.mean, 1.0);
    close(&oee.index, mtbf / (mtbf + mttr), "OEE");
}

/// Of 1/p beats a part on average, 8 % of which are scrapped: one that neither fails nor waits.
#[test]
fn scrap_counts_against_quality_alone() {
    let found = summary("Line(machines: [(completion: 0.4, scrap: 0.08)], buffers: [])");
    let (_, oee) = &found.oee[0];
    close(&oee.quality, 0.92, "quality");
    close(&oee.effectiveness, 1.0, "effectiveness");
    close(&oee.index, 0.92, "OEE");
    assert_eq!(oee.availability.mean, 1.0);
}

/// One in eight goes back; of what has no room there nothing goes on either.
#[test]
fn rework_counts_against_quality() {
    let found = summary(
        "Line(machines: [(completion: 0.5), (completion: 0.9), (rework: (probability: 0.125, to: \
         \"buffer 1\"))], buffers: [(capacity: 9), (capacity: 9)])",
    );
    close(&found.oee[2].1.quality, 0.875, "quality");
    assert_eq!(found.oee[1].1.quality.mean, 1.0);
}

/// A slow speed, and machines of a station that stand while others work, count against effectiveness.
#[test]
fn slow_speeds_and_idle_machines_count_against_effectiveness() {
    // Who always runs takes the first speed.
    let speeds = "speeds: [(name: \"slow\", completion: 0.45), (name: \"fast\", completion: 0.9)]";
    let found = summary(&format!("Line(machines: [({speeds})], buffers: [])"));
    close(&found.oee[0].1.effectiveness, 0.5, "effectiveness of a slow speed");
    // One part a beat comes to two machines.
    let found = summary("Line(machines: [(), (count: 2)], buffers: [(capacity: 4)])");
    assert!((found.oee[1].1.effectiveness.mean - 0.5).abs() < 1e-4, "{:?}", found.oee);
    assert_eq!(found.oee[1].1.availability.mean, 1.0);
}

/// The second machine waits for the slow first one: that is no production time, but busy time. A break
/// is neither.
#[test]
fn waiting_counts_against_availability_and_breaks_do_not() {
    let line = "machines: [(completion: 0.5), ()], buffers: [(capacity: 4)]";
    let found = summary(&format!("Line({line})"));
    close(&found.oee[1].1.availability, 0.5, "availability");
    let calendar = "calendar: (day: 10, spans: [(from: 0), (from: 4, works: false)])";
    let with_breaks = summary(&format!("Line({line}, {calendar})"));
    let (of_time, oee) = (&with_breaks.time_by_cause[1].1, &with_breaks.oee[1].1);
    assert!((of_time[Condition::Planned as usize].mean - 0.6).abs() < 1e-4);
    close(&oee.availability, 0.5, "availability beside breaks");
}

/// Little (1961): throughput × mean of the histogram is what is in the line.
#[test]
fn the_histogram_has_the_mean_of_littles_law() {
    let line = "Line(machines: [(), (completion: 0.8), (failure: 0.05, repair: 0.3)], buffers: \
                [(capacity: 5), (capacity: 7)])";
    for replications in [1, 3] {
        let found = simulated("", line, 60_000, replications).summary;
        let times = found.lead_times.unwrap();
        let each = times.counts().iter().enumerate();
        let sum: u64 = each.map(|(bin, count)| bin as u64 * count).sum();
        let mean = sum as f64 / times.count() as f64;
        assert_eq!(times.width(), 1);
        assert!((mean / found.lead_time.unwrap().mean - 1.0).abs() < 1e-3, "{mean}");
        let stock = found.throughput.unwrap().mean * mean;
        assert!((stock / found.wip.unwrap().mean - 1.0).abs() < 2e-3, "{stock}");
        let long = found.long_lead_time.unwrap();
        let within = times.at_most(long.mean) / times.count() as f64;
        assert!(within > 0.94 && within < 0.99, "{within} within {long:?}");
        assert!(long.half_width().unwrap() < 2.0, "{long:?}");
    }
}

/// Geometric service of an M/M/1-like queue: P(T > t) = (1 − θ)^t for some θ, so that the 95 % quantile
/// lies where the mean says, ln 0.05 / ln(1 − 1/mean).
#[test]
fn long_lead_times_of_a_queue_are_those_of_its_geometric_times() {
    let line = "Line(machines: [(completion: 0.5)], buffers: [], supply: Arrivals(probability: 0.3, \
                queue: (capacity: 200)))";
    let found = simulated("", line, 1_000_000, 1).summary;
    let (mean, long) = (found.lead_time.unwrap(), found.long_lead_time.unwrap());
    let expected = 0.05_f64.ln() / (1.0 - 1.0 / mean.mean).ln();
    assert!((long.mean - expected).abs() <= 1.0, "{long:?}, not {expected}: mean {mean:?}");
    let (low, high) = (long.low.unwrap(), long.high.unwrap());
    assert!(low <= long.mean && long.mean <= high && high - low < 3.0, "{long:?}");
}

#[test]
fn the_items_of_a_part_sum_to_its_reward() {
    let line = "Line(machines: [(power: (working: 2, starved: 1)), (completion: 0.7, scrap: 0.1, \
                scrap_cost: 3)], buffers: [(capacity: 4, holding: 0.1)], revenue: 20)";
    for replications in [1, 4] {
        let found = simulated("", line, 40_000, replications).summary;
        let all = found.reward_a_part.unwrap();
        let sum: f64 = found.items_a_part.iter().map(|(_, item)| item.mean).sum();
        assert!((sum - all.mean).abs() < 1e-9, "{sum}, not {all:?}");
        let of = |name: &str| found.items_a_part.iter().find(|(item, _)| item == name).unwrap().1;
        assert!((of("finished parts").mean - 20.0).abs() < 1e-9);
        // One in nine of those delivered is scrapped besides.
        assert!((of("scrap").mean + 3.0 / 9.0).abs() < 0.03, "{:?}", of("scrap"));
        assert!(all.half_width().unwrap() > 0.0);
    }
}

/// 2 kW while it works, at any price; where energy is dearer at noon its cost does not tell.
#[test]
fn power_is_what_energy_costs_over_its_price() {
    let more = "beat: \"60 s\", energy_price: \"0.25 €/kWh\",";
    let machine = "machines: [(completion: 0.5, power: (working: \"2 kW\"))], buffers: []";
    let found = simulated(more, &format!("Line({machine})"), 20_000, 2);
    let power = found.power.unwrap();
    assert!((power.mean - 2.0).abs() < 1e-9, "{power:?}");
    assert!(power.low <= power.high);
    let tariff = "calendar: (day: 10, spans: [(from: 0), (from: 4, energy: 3)])";
    let dear = simulated(more, &format!("Line({machine}, {tariff})"), 2_000, 2);
    assert_eq!(dear.power, None);
    assert_eq!(simulated("", "Line(machines: [()], buffers: [])", 2_000, 2).power, None);
}

/// Measured while it runs, as the window does it, a run says the same of its figures as one that is
/// simulated alone.
#[test]
fn pieces_do_not_hang_on_how_a_run_is_advanced() {
    use crate::experiment::{AnyAgent, RunSettings, open};
    use crate::heuristics::AlwaysRun;
    let text = "(version: 1, environment: Line(machines: [(failure: 0.02, repair: 0.2), (completion: \
                0.9)], buffers: [(capacity: 4)], revenue: 1))";
    let environment = Scenario::parse("line.ron", text).unwrap().environment;
    let run = |each: u64| {
        let agent = AnyAgent::AlwaysRun(AlwaysRun::new(environment.erased()));
        let mut run = open(&environment, agent, RunSettings::default());
        run.measure(16);
        while run.beats() < 60_000 {
            run.advance(each);
        }
        run
    };
    let (one, other) = (run(60_000), run(7_500));
    let pieces = [&one, &other].map(|run| format!("{:?}", run.pieces().unwrap()));
    assert_eq!(pieces[0], pieces[1]);
    assert_eq!(one.pieces().unwrap().width(), 64);
    let known = figures(&*one);
    assert!(known.oee.iter().all(|oee| oee.index.half_width().is_some()), "{:?}", known.oee);
    assert!(known.long_lead_time.half_width().is_some(), "{:?}", known.long_lead_time);
    // Of what was counted before records were cleared nothing stays.
    let mut cleared = run(60_000);
    cleared.clear_records();
    assert_eq!(cleared.pieces().unwrap().each().count(), 0);
    assert_eq!(cleared.pieces().unwrap().width(), 16);
}
