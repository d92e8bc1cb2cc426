//! The charts of a line's figures: how well machines are used, lead times, what a part costs, power.

use super::charts::amounts::Amount;
use super::charts::words::with_interval;
use super::desk::Desk;
use super::fill::{measured_since, reading};
use super::inspect;
use super::intent::{CurveKind, Rates};
use super::measured::Figures;
use super::number;
use super::view::{AmountsView, ChartView, CurveLine, CurveView, HistogramView};
use crate::experiment::Estimate;
use crate::experiment::figures::{MOST_PARTS, Oee, power};
use crate::experiment::session::Session;
use crate::experiment::tally::Distribution;

/// The charts of this kind that there are for a scenario.
pub fn kinds(session: &Session) -> Vec<CurveKind> {
    let places = session.run().environment().places();
    let (stations, buffers) = (!places.stations.is_empty(), !places.buffers.is_empty());
    // Where nothing flows nothing is made: who has neither buffer nor line has no parts.
    let is_line = session.run().environment().erased().rated(0).run_time.is_some();
    let flows = buffers || stations && is_line;
    let all = [
        (CurveKind::Oee, stations && flows),
        (CurveKind::LeadTimes, buffers),
        (CurveKind::Costs, flows),
        (CurveKind::Power, power(session.scenario()).is_some()),
    ];
    all.into_iter().filter_map(|(kind, there)| there.then_some(kind)).collect()
}

/// The chart of this kind.
pub fn chart(kind: CurveKind, desk: &Desk, session: &Session) -> CurveView {
    let found = desk.measured.of(kind, session, desk.clock.playing || desk.ahead.is_some());
    let view = match found.as_deref() {
        None => CurveView::nothing(),
        Some(Figures::Oee(out, stations)) => oee(out, stations, desk, session),
        Some(Figures::LeadTimes(times, known)) => lead_times(times, known, desk, session),
        Some(Figures::Costs(items, all)) => costs(items, all, session),
        Some(Figures::Power(points, mean)) => powers(points, mean, session),
    };
    let empty = match kind {
        CurveKind::Oee => "How well each machine is used appears here once parts are finished.",
        CurveKind::LeadTimes => "How long parts take appears here once some have left.",
        CurveKind::Costs => "What a good part earns and costs appears here once some have left.",
        _ => "How much power is drawn appears here as beats are played.",
    };
    CurveView { kind, empty: empty.to_owned(), ..view }
}

fn oee(out: &Estimate, stations: &[Oee<Estimate>], desk: &Desk, session: &Session) -> CurveView {
    let run = session.run();
    let reading = reading(desk, session);
    let names = run.environment().places().stations.iter().cloned();
    let out = with_interval(&out.times(reading.factor), 3, "");
    CurveView {
        y_title: format!("good {} {out} / {}", inspect::units(run.environment()), reading.per),
        drawn: Some(ChartView::Oee(names.zip(stations.iter().copied()).collect())),
        ..CurveView::nothing()
    }
}

fn lead_times(
    times: &Distribution,
    known: &[Estimate; 2],
    desk: &Desk,
    session: &Session,
) -> CurveView {
    let units = inspect::units(session.run().environment());
    let (unit, factor) = match (desk.rates, session.scenario().contents.beat_seconds()) {
        (Rates::PerHour, Some(seconds)) => time_unit(seconds, times.quantile(MOST_PARTS)),
        _ => ("beats", 1.0),
    };
    let width = times.width() as f64 * factor;
    let [mean, long] = known.map(|known| known.times(factor));
    CurveView {
        x_title: format!("lead time, {unit}"),
        y_title: format!("% of {units}"),
        drawn: Some(ChartView::Histogram(HistogramView {
            counts: times.counts().to_vec(),
            // A time of n beats stands in the middle of its bin.
            bins: (-0.5 * factor, width),
            unit: unit.to_owned(),
            marks: vec![("mean".to_owned(), mean), ("95 % within".to_owned(), long)],
        })),
        ..CurveView::nothing()
    }
}

/// The unit in which times of about so many beats are read, and how much of it a beat is.
fn time_unit(beat_seconds: f64, beats: f64) -> (&'static str, f64) {
    match beat_seconds * beats {
        long if long < 180.0 => ("s", beat_seconds),
        long if long < 10_800.0 => ("min", beat_seconds / 60.0),
        long if long < 259_200.0 => ("h", beat_seconds / 3_600.0),
        _ => ("d", beat_seconds / 86_400.0),
    }
}

fn costs(items: &[Estimate], all: &Estimate, session: &Session) -> CurveView {
    let run = session.run();
    let units = inspect::units(run.environment());
    let what = units.trim_end_matches('s');
    let currency = &session.scenario().contents.currency;
    let row =
        |name: &str, amount: &Estimate, sum| Amount { name: name.into(), amount: *amount, sum };
    let names = run.environment().erased().reward_items().iter();
    let each = names.zip(items).filter(|(_, amount)| amount.mean != 0.0);
    let mut rows: Vec<Amount> = each.map(|(name, amount)| row(name, amount, false)).collect();
    rows.push(row("in all", all, true));
    CurveView {
        y_title: format!("{currency} / {what}"),
        x_title: format!("earned and spent for each good {what}, {currency}"),
        drawn: Some(ChartView::Amounts(AmountsView {
            rows,
            meaning: format!("Its amount in all beats over the {units} that left for the customer"),
            unit: format!("{currency}{0}/{0}{what}", number::THIN),
        })),
        ..CurveView::nothing()
    }
}

fn powers(points: &[(f64, f64)], mean: &Estimate, session: &Session) -> CurveView {
    let since = match measured_since(session.run()) {
        Some(beat) => format!("beats since beat {}", number::count(beat)),
        None => "beats".to_owned(),
    };
    let mean_words = with_interval(mean, 3, "kW");
    let line =
        CurveLine { name: format!("mean {mean_words}"), points: points.to_vec(), band: None };
    CurveView {
        y_title: "power, kW".to_owned(),
        x_title: since,
        lines: if points.is_empty() { Vec::new() } else { vec![line] },
        ..CurveView::nothing()
    }
}
