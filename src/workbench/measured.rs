//! The line's figures with their intervals: found when they are shown, and anew now and then while beats
//! are played.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::intent::CurveKind;
use crate::experiment::Estimate;
use crate::experiment::figures::{self, Oee};
use crate::experiment::pieces::Ratio;
use crate::experiment::session::Session;
use crate::experiment::tally::Distribution;
use crate::mdp::beat::Item;

/// While beats are played the figures are found so often: sooner they could not be read.
const EVERY: Duration = Duration::from_millis(300);

/// What was found last for each chart, and when.
#[derive(Default)]
pub struct Measured(Mutex<Vec<Latest>>);

type Found = Option<Arc<Figures>>;

struct Latest {
    of: Counted,
    at: [u64; 4],
    when: Instant,
    found: Found,
}

/// What is shown, since which beat it is counted, and after how many commands.
type Counted = (CurveKind, u64, usize);

/// The figures of a chart. Rates are a beat, times beats.
#[derive(Debug)]
pub enum Figures {
    /// Parts out, and how well each station is used.
    Oee(Estimate, Vec<Oee<Estimate>>),
    /// How often which lead time came up, the mean, and what most do not exceed.
    LeadTimes(Distribution, [Estimate; 2]),
    /// Reward items a part, and all of them together.
    Costs(Vec<Estimate>, Estimate),
    /// Power by beats since figures are counted, kW, and the mean.
    Power(Vec<(f64, f64)>, Estimate),
}

impl Measured {
    /// The figures of this chart; `None` where it shows others, or there is nothing to be measured yet.
    /// While beats are played they may be a little older.
    pub fn of(&self, kind: CurveKind, session: &Session, playing: bool) -> Found {
        let run = session.run();
        let since = run.beats().saturating_sub(run.tally().beats());
        let of = (kind, since, session.log().len());
        // Another run may have come as far: what it has counted tells it apart.
        let earned =
            run.item_totals().iter().fold(0, |sum: u64, one| sum.rotate_left(7) ^ one.to_bits());
        let at = [run.beats(), run.tally().parts_out(), run.tally().stock_sum(), earned];
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(latest) = latest.iter().find(|latest| latest.of == of) {
            let recent = playing && latest.at[0] < at[0] && latest.when.elapsed() < EVERY;
            if recent || latest.at == at {
                return latest.found.clone();
            }
        }
        let found = found(kind, session).map(Arc::new);
        latest.retain(|latest| latest.of.0 != kind);
        latest.push(Latest { of, at, when: Instant::now(), found: found.clone() });
        found
    }
}

fn found(kind: CurveKind, session: &Session) -> Option<Figures> {
    let run = session.run();
    let tally = run.tally();
    let found = |ratio: &Ratio<'_>| figures::estimate(run, ratio);
    let parts = tally.parts_out() > 0;
    match kind {
        CurveKind::Oee if parts => {
            let out = found(&|c| (c.parts_out(), c.beats()));
            Some(Figures::Oee(out, figures::stations_used(run)))
        }
        CurveKind::LeadTimes if tally.lead_times().1 > 0 => {
            let mean = found(&|c| c.lead_times());
            let long = figures::long_lead_time(run, &mean);
            Some(Figures::LeadTimes(tally.lead_time_distribution().clone(), [mean, long]))
        }
        CurveKind::Costs if parts => {
            let items = 0..run.item_totals().len();
            let items = items.map(|item| found(&|c| (c.item(item), c.parts_out())));
            Some(Figures::Costs(items.collect(), found(&|c| (c.reward(), c.parts_out()))))
        }
        CurveKind::Power if tally.beats() > 0 => {
            let (item, factor) = figures::power(session.scenario())?;
            let mean = found(&|c| (c.item(item), c.beats())).times(factor);
            Some(Figures::Power(power(session, item, factor), mean))
        }
        _ => None,
    }
}

/// So many points make a readable line.
const POINTS: usize = 128;

/// Power by beats, each point the mean of a few pieces.
fn power(session: &Session, item: Item, factor: f64) -> Vec<(f64, f64)> {
    let Some(pieces) = session.run().pieces() else { return Vec::new() };
    let each: Vec<(f64, f64)> = pieces.each().map(|c| (c.item(item), c.beats())).collect();
    let mut at = 0.0;
    let points = each.chunks(each.len().div_ceil(POINTS).max(1)).map(|few| {
        let (amount, beats) =
            few.iter().fold((0.0, 0.0), |sum, piece| (sum.0 + piece.0, sum.1 + piece.1));
        at += beats;
        (at, factor * amount / beats)
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::session::Command;
    use crate::scenario::{AgentSpec, library};

    #[test]
    fn figures_are_those_of_now_where_nothing_is_played() {
        let scenario = Arc::new(library::open("lines/three_machines.ron").unwrap());
        let mut session = Session::open(scenario, AgentSpec::AlwaysRun, 3, None).unwrap();
        let measured = Measured::default();
        assert!(measured.of(CurveKind::Oee, &session, false).is_none());
        session.run_mut().advance(4_000);
        let out = |playing, session: &Session| match measured.of(CurveKind::Oee, session, playing) {
            Some(found) => match &*found {
                Figures::Oee(out, stations) => (out.mean, stations.len()),
                other => panic!("{other:?}"),
            },
            None => panic!("nothing is found"),
        };
        let (first, stations) = out(false, &session);
        assert_eq!((first, stations), (session.run().tally().throughput(), 3));
        session.run_mut().advance(1);
        // While it plays a figure stays for a while, but not a figure of what was before a change.
        assert_eq!(out(true, &session).0, first);
        assert_eq!(out(false, &session).0, session.run().tally().throughput());
        session.apply(Command::Agent(AgentSpec::Random), None).unwrap();
        assert!(measured.of(CurveKind::Oee, &session, true).is_none());
        session.run_mut().advance(3_000);
        let power = measured.of(CurveKind::Power, &session, false).unwrap();
        let Figures::Power(points, mean) = &*power else { panic!("{power:?}") };
        let sum: f64 = points.iter().map(|(_, power)| power).sum();
        assert!((sum / points.len() as f64 / mean.mean - 1.0).abs() < 0.05, "{points:?} {mean:?}");
        assert!(points.len() > 60 && points.len() <= POINTS);
        for kind in [CurveKind::LeadTimes, CurveKind::Costs] {
            assert!(measured.of(kind, &session, false).is_some(), "{kind:?}");
        }
    }
}
