//! The curve's content: reward, distance to the optimum, error of predictions, or the planner's bounds.

use super::desk::Desk;
use super::fill::{measured_since, optimum, quantity, reading};
use super::inspect::{self, agent_name};
use super::intent::{AgentChoice, Chart, CurveKind};
use super::lucks::{self, LUCKS, ManyLucks};
use super::map_view;
use super::measured_view;
use super::number;
use super::rivals::can_race;
use super::view::{ChartView, CurveLine, CurveView, ScoreView};
use super::yardstick::Yardstick;
use crate::experiment::Estimate;
use crate::experiment::planning::Stage;
use crate::experiment::records::rate;
use crate::experiment::series::Series;
use crate::experiment::session::Session;
use crate::mdp::Criterion;
use crate::scenario::{Marks, ShownCurve};

/// The curve that is chosen for a chart.
pub fn curve(desk: &Desk, session: &Session, chart: Chart) -> CurveView {
    let kind = desk.charted(chart);
    let predicts = session.run().agent().predicts().is_some();
    let view = match kind {
        CurveKind::Bounds => bounds_curve(desk, session),
        CurveKind::Reward => reward_curve(desk, session),
        CurveKind::Gap if predicts => error_curve(desk, session),
        CurveKind::Gap => gap_curve(desk, session),
        CurveKind::Steps => steps_curve(session),
        CurveKind::Values => values_curve(desk, session),
        CurveKind::Rivals => rivals_curve(desk, session),
        CurveKind::Lucks => lucks_curve(desk, session),
        CurveKind::Gantt => gantt(desk),
        kind @ (CurveKind::Oee | CurveKind::LeadTimes | CurveKind::Costs | CurveKind::Power) => {
            measured_view::chart(kind, desk, session)
        }
    };
    let marks = marks(desk, session, kind);
    CurveView { chart, predicts, kinds: kinds(session), marks, ..view }
}

/// The curves that there are for a scenario.
fn kinds(session: &Session) -> Vec<CurveKind> {
    let contents = &session.scenario().contents;
    let mut kinds = vec![
        CurveKind::Gap,
        CurveKind::Reward,
        CurveKind::Rivals,
        CurveKind::Lucks,
        CurveKind::Bounds,
    ];
    if contents.ends() {
        kinds.push(CurveKind::Steps);
    }
    kinds.push(CurveKind::Values);
    if !session.run().environment().places().stations.is_empty() {
        kinds.push(CurveKind::Gantt);
    }
    kinds.extend(measured_view::kinds(session));
    kinds
}

/// What the scenario has to be drawn faintly on a curve.
fn marks(desk: &Desk, session: &Session, kind: CurveKind) -> Vec<CurveLine> {
    let contents = &session.scenario().contents;
    // Rates can be read by the hour; episodes and distances as they are.
    let factor = match kind {
        CurveKind::Reward if !contents.ends() => reading(desk, session).factor,
        _ => 1.0,
    };
    let shown = contents.show.marks.iter().filter(|marks| kind_of(marks.curve) == kind);
    let line = |marks: &Marks| CurveLine {
        name: marks.name.clone(),
        points: marks.x.iter().copied().zip(marks.y.iter().map(|y| y * factor)).collect(),
        band: None,
    };
    shown.map(line).collect()
}

/// The window's curve that a scenario names.
pub fn kind_of(curve: ShownCurve) -> CurveKind {
    match curve {
        ShownCurve::Reward => CurveKind::Reward,
        ShownCurve::Distance => CurveKind::Gap,
        ShownCurve::Bounds => CurveKind::Bounds,
        ShownCurve::Steps => CurveKind::Steps,
        ShownCurve::Values => CurveKind::Values,
        ShownCurve::Compare => CurveKind::Rivals,
        ShownCurve::Oee => CurveKind::Oee,
        ShownCurve::LeadTimes => CurveKind::LeadTimes,
        ShownCurve::Costs => CurveKind::Costs,
        ShownCurve::Power => CurveKind::Power,
    }
}

fn bounds_curve(desk: &Desk, session: &Session) -> CurveView {
    let (_, factor, unit) = quantity(desk, session);
    let history = &desk.snapshot.history;
    // The distance between the bounds, on a logarithmic axis: both close in on the optimum.
    let points = history
        .iter()
        .map(|record| (record.sweep as f64, factor * (record.upper - record.lower)))
        .filter(|(_, width)| width.is_finite())
        .collect();
    let width = CurveLine { name: "upper − lower".to_owned(), points, band: None };
    CurveView {
        kind: CurveKind::Bounds,
        y_title: format!("between the bounds, {unit}"),
        x_title: "sweeps".to_owned(),
        log: (false, true),
        lines: if history.is_empty() { Vec::new() } else { vec![width] },
        empty: match &desk.snapshot.stage {
            Stage::Failed(_) => "There is no plan here, and so there are no bounds.".to_owned(),
            _ => "The planner's bounds close in on the optimum here, sweep by sweep.".to_owned(),
        },
        ..CurveView::nothing()
    }
}

/// A series joined to `most` or up to twice as many parts: how many values had come by the end of each,
/// the sum of its own, and how many these are.
fn joined(series: &Series, most: usize) -> impl Iterator<Item = (u64, f64, u64)> {
    let mut at = 0;
    series.buckets().chunks(together(series, most)).map(move |chunk| {
        let (sum, count) =
            chunk.iter().fold((0.0, 0), |(sum, n), bucket| (sum + bucket.sum, n + bucket.count));
        at += count;
        (at, sum, count)
    })
}

/// How many buckets of a series are joined to one part.
fn together(series: &Series, most: usize) -> usize {
    (series.buckets().len() / most).max(1)
}

/// Parts of a curve of means, and of one of sums, which is less rough.
const MEANS: usize = 128;
const SUMS: usize = 256;

/// A series as points, each a mean of as many as make them readable, and its axis's title, which says
/// of how many.
fn points_of(series: &Series, factor: f64, x_title: &str) -> (Vec<(f64, f64)>, String) {
    let stands_for = series.width() * together(series, MEANS) as u64;
    let x_title = match stands_for {
        1 => x_title.to_owned(),
        many => format!("{x_title} · means of {} each", number::count(many)),
    };
    let points =
        joined(series, MEANS).map(|(at, sum, count)| (at as f64, factor * sum / count as f64));
    (points.collect(), x_title)
}

/// How far ahead of the acting agent others are, on the same luck.
fn rivals_curve(desk: &Desk, session: &Session) -> CurveView {
    let run = session.run();
    let contents = &session.scenario().contents;
    let reading = reading(desk, session);
    let unit = format!("{} / {}", contents.currency, reading.per);
    let acting = agent_name(run.environment(), session.agent());
    let own = &run.records().rewards;
    let money = |rate: f64| number::significant(rate * reading.factor, 3);
    let score = |choice, name: &str, series: &Series| ScoreView {
        choice,
        name: name.to_owned(),
        earned: match series.count() {
            0 => number::UNKNOWN.to_owned(),
            _ => format!("{} {unit}", money(series.mean())),
        },
        means: EARNED,
        ahead: None,
    };
    let mut scores = vec![score(session.agent().kind(), &acting, own)];
    let mut lines = Vec::new();
    for rival in desk.rivals.runs() {
        let other = &rival.session.run().records().rewards;
        let above = own.below(other);
        let estimate = rate(&above);
        let mut total = 0.0;
        let sums = joined(&above, SUMS).map(|(at, sum, _)| {
            total += sum;
            (at as f64, total)
        });
        let points: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(sums).collect();
        let mut told = score(rival.choice, &rival.name, other);
        told.ahead = (above.count() > 0).then(|| told_ahead(estimate.times(reading.factor), &unit));
        scores.push(told);
        if above.count() > 0 {
            lines.push(CurveLine { name: rival.name.clone(), points, band: None });
        }
    }
    let since = match measured_since(run) {
        Some(beat) => format!("beats since beat {}", number::count(beat)),
        None => "beats".to_owned(),
    };
    let empty = match desk.rivals.runs() {
        [] => "Choose whom to compare: others play here on the same luck, in step with the agent.",
        _ => {
            "How far others are ahead of the agent on the same luck appears here as beats are played."
        }
    };
    CurveView {
        kind: CurveKind::Rivals,
        y_title: format!("ahead of {}, {}", acting.to_lowercase(), contents.currency),
        x_title: since,
        references: if lines.is_empty() { Vec::new() } else { vec![(acting, 0.0)] },
        lines,
        scores,
        more_lucks: if desk.rivals.runs().is_empty() { 0 } else { LUCKS },
        can_race: AgentChoice::ALL
            .iter()
            .copied()
            .filter(|choice| can_race(desk, session, *choice))
            .collect(),
        empty: empty.to_owned(),
        ..CurveView::nothing()
    }
}

/// How far ahead someone is, with and without the unit, and whether an interval is known.
fn told_ahead(estimate: Estimate, unit: &str) -> ([String; 2], bool) {
    let sign = if estimate.mean > 0.0 { "+" } else { "" };
    let half = estimate.half_width();
    let around = half.map_or(String::new(), |half| format!(" ± {}", number::significant(half, 2)));
    let words = format!("{sign}{}{around}", number::significant(estimate.mean, 3));
    ([format!("{words} {unit}"), words], half.is_some())
}

/// What stands beside who is compared.
const EARNED: &str = "What it earned, on average";
const AHEAD: &str = "On how many of the lucks it was ahead of the acting agent at the end";

/// The same on many lucks: where nine tenths of the ways lie, and their middle.
fn lucks_curve(desk: &Desk, session: &Session) -> CurveView {
    let contents = &session.scenario().contents;
    let reading = reading(desk, session);
    let acting = agent_name(session.run().environment(), session.agent());
    let asked = lucks::of_now(desk, session);
    let found = asked.map(ManyLucks::found).unwrap_or_default();
    let count = found.count();
    let mut scores = Vec::new();
    let mut lines = Vec::new();
    for (place, (choice, name)) in asked.iter().flat_map(|asked| asked.rivals.iter().enumerate()) {
        if count == 0 {
            continue;
        }
        let middle = found.quantile(place, 0.5);
        let (low, high) = (found.quantile(place, 0.05), found.quantile(place, 0.95));
        let start = std::iter::once((0.0, 0.0));
        let band = low.iter().zip(&high).zip(&middle);
        let band = band.map(|((low, high), middle)| (middle - low, high - middle));
        let points = found.beats.iter().map(|beats| *beats as f64).zip(middle.iter().copied());
        lines.push(CurveLine {
            name: name.clone(),
            points: start.clone().chain(points).collect(),
            band: Some(start.chain(band).collect()),
        });
        let (won, even) = found.won(place);
        let unit = format!("{} / {}", contents.currency, reading.per);
        scores.push(ScoreView {
            choice: *choice,
            name: name.clone(),
            earned: match even == count {
                true => "always even".to_owned(),
                false => format!("{won} of {count}"),
            },
            means: AHEAD,
            ahead: Some(told_ahead(found.rate(place).times(reading.factor), &unit)),
        });
    }
    if !scores.is_empty() {
        scores.insert(
            0,
            ScoreView {
                choice: session.agent().kind(),
                name: acting.clone(),
                earned: "ahead on".to_owned(),
                means: AHEAD,
                ahead: None,
            },
        );
    }
    let empty = match asked.map(|asked| (asked.under_way(), &asked.failed)) {
        Some((_, Some(why))) => why.clone(),
        Some((true, None)) => "The race is played on the first lucks.".to_owned(),
        _ => "What one run says may be luck. Play the race on two hundred other lucks: nine tenths of \
              the ways lie in the band."
            .to_owned(),
    };
    let beats = asked.map_or(0, |asked| asked.beats);
    CurveView {
        kind: CurveKind::Lucks,
        y_title: format!("ahead of {}, {}", acting.to_lowercase(), contents.currency),
        x_title: match beats {
            0 => "beats".to_owned(),
            beats => format!("beats · {count} lucks of {} beats each", number::count(beats)),
        },
        references: if lines.is_empty() { Vec::new() } else { vec![(acting, 0.0)] },
        lines,
        scores,
        more_lucks: if desk.rivals.runs().is_empty() { 0 } else { LUCKS },
        empty,
        ..CurveView::nothing()
    }
}

/// What stations did in the latest beats.
fn gantt(desk: &Desk) -> CurveView {
    CurveView {
        kind: CurveKind::Gantt,
        drawn: desk.latest_beats.seen.clone().map(ChartView::Gantt),
        empty: "What each station does appears here as beats are played.".to_owned(),
        ..CurveView::nothing()
    }
}

/// How long episodes take.
fn steps_curve(session: &Session) -> CurveView {
    let lengths = &session.run().records().lengths;
    let (points, x_title) = points_of(lengths, 1.0, "episodes");
    let name = agent_name(&session.scenario().environment, session.agent());
    CurveView {
        kind: CurveKind::Steps,
        y_title: "beats of an episode".to_owned(),
        x_title,
        log: (false, true),
        lines: vec![CurveLine { name, points, band: None }],
        empty: "How long an episode takes appears here as episodes end.".to_owned(),
        ..CurveView::nothing()
    }
}

/// What states are worth along the map's first axis, the others as in the present state.
fn values_curve(desk: &Desk, session: &Session) -> CurveView {
    let contents = &session.scenario().contents;
    let space = session.scenario().environment.state_space();
    let along = space.variables().get(desk.axes.0);
    let known = map_view::values_along(desk, session);
    let line = |(name, points): (String, Vec<(f64, f64)>)| CurveLine { name, points, band: None };
    let named = |unit: &str, name: &str| match unit {
        "" => name.to_owned(),
        unit => format!("{name}, {unit}"),
    };
    CurveView {
        kind: CurveKind::Values,
        y_title: format!("value, {}", contents.currency),
        x_title: along.map_or(String::new(), |along| named(&along.unit, &along.name)),
        log: (false, false),
        lines: known.into_iter().flatten().map(line).collect(),
        empty: "What states are worth appears here once something is planned or learned."
            .to_owned(),
        ..CurveView::nothing()
    }
}

fn reward_curve(desk: &Desk, session: &Session) -> CurveView {
    let contents = &session.scenario().contents;
    let records = session.run().records();
    let (series, factor, y_title, x_title) = if contents.ends() {
        let title = format!("return of an episode, {}", contents.currency);
        (&records.returns, 1.0, title, "episodes")
    } else {
        let reading = reading(desk, session);
        let title = format!("earned, {} / {}", contents.currency, reading.per);
        (&records.rewards, reading.factor, title, "beats")
    };
    let (points, x_title) = points_of(series, factor, x_title);
    let average = contents.criterion == Criterion::Average;
    let references = optimum(desk)
        .filter(|_| average || contents.ends())
        .map(|best| ("optimum".to_owned(), factor * best));
    CurveView {
        kind: CurveKind::Reward,
        y_title,
        x_title,
        log: (false, false),
        lines: vec![CurveLine {
            name: agent_name(&session.scenario().environment, session.agent()),
            points,
            band: None,
        }],
        references: references.into_iter().collect(),
        empty: "What is earned appears here as beats are played.".to_owned(),
        ..CurveView::nothing()
    }
}

/// How far an agent's predictions are from what the states are worth, by beats.
fn error_curve(desk: &Desk, session: &Session) -> CurveView {
    let points = desk.judged.iter().filter_map(|judged| {
        let beats = judged.beats.saturating_sub(desk.since) as f64;
        judged.error.filter(|error| *error > 0.0).map(|error| (beats, error))
    });
    let empty = match &desk.snapshot.stage {
        Stage::Failed(_) => "The model is too large: what the states are worth is not known here.",
        _ => "How far the predicted values are from the exact ones appears here as it learns.",
    };
    CurveView {
        kind: CurveKind::Gap,
        y_title: format!("{}, root mean square", session.scenario().contents.currency),
        x_title: "beats learned".to_owned(),
        log: (true, true),
        lines: vec![CurveLine {
            name: agent_name(&session.scenario().environment, session.agent()),
            points: points.collect(),
            band: None,
        }],
        empty: empty.to_owned(),
        ..CurveView::nothing()
    }
}

fn gap_curve(desk: &Desk, session: &Session) -> CurveView {
    let yardstick = Yardstick::of(desk, session);
    let distance =
        |value: f64| Some(yardstick.as_ref()?.distance(value)).filter(|away| away.is_finite());
    let points: Vec<(f64, f64)> = desk
        .judged
        .iter()
        .filter_map(|judged| {
            let beats = judged.beats.saturating_sub(desk.since) as f64;
            Some((beats, distance(judged.worth?.value)?))
        })
        .collect();
    let learns = session.agent().learns();
    let mut references = Vec::new();
    if let Some(y) = desk.rules.always_run.and_then(|worth| distance(worth.value)) {
        let rule = inspect::usual_rule(&session.scenario().environment);
        references.push((rule.to_lowercase(), y));
    }
    if let Some(y) = desk.rules.kanban.as_ref().and_then(|found| distance(found.gain)) {
        references.push(("best kanban".to_owned(), y));
    }
    let name = agent_name(&session.scenario().environment, session.agent());
    let empty = match &desk.snapshot.stage {
        Stage::Failed(_) => {
            "There is no optimum to be measured against here: the model is too large."
        }
        _ if learns => "The learner's distance to the optimum appears here as it learns.",
        _ => "Choose Q-learning or SARSA: its distance to the optimum appears here as it learns.",
    };
    CurveView {
        kind: CurveKind::Gap,
        y_title: yardstick.as_ref().map_or("% of optimum".to_owned(), Yardstick::title),
        x_title: "beats learned".to_owned(),
        log: (true, true),
        lines: if learns { vec![CurveLine { name, points, band: None }] } else { Vec::new() },
        references: if learns { references } else { Vec::new() },
        floor: yardstick.as_ref().map(Yardstick::floor),
        empty: empty.to_owned(),
        ..CurveView::nothing()
    }
}
