//! The report's figures, as vectors: curves with bands, and bars with a dot for each seed.

use std::fmt::Write;

use crate::experiment::statistics::Estimate;

use super::report::escaped;
use super::words::number;

/// Colours that stay apart for those who see red and green alike (Okabe & Ito 2008), without black
/// and yellow, which one of the two grounds would swallow.
const COLOURS: [&str; 6] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
/// Dashes tell further agents apart.
const DASHES: [&str; 3] = ["", "6 3", "2 3"];

const WIDTH: f64 = 860.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;

/// A curve of means with intervals.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name, in the key.
    pub name: String,
    /// Which colour it has.
    pub colour: usize,
    /// Points from left to right.
    pub points: Vec<(f64, Estimate)>,
}

/// A bar: a mean with its interval, and the samples that it is of.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// Which colour it has.
    pub colour: usize,
    /// The figure.
    pub middle: Estimate,
    /// What it is of.
    pub samples: Vec<f64>,
}

fn colour(number: usize) -> &'static str {
    COLOURS.get(number % COLOURS.len()).copied().unwrap_or("#0072b2")
}

fn dash(number: usize) -> &'static str {
    DASHES.get(number / COLOURS.len() % DASHES.len()).copied().unwrap_or("")
}

/// Round steps that part a range in about so many.
fn ticks(low: f64, high: f64, about: f64) -> Vec<f64> {
    let rough = (high - low) / about;
    if !(rough > 0.0 && rough.is_finite()) {
        return vec![low];
    }
    let size = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|k| k * size >= rough).unwrap_or(10.0) * size;
    // A mark at the very end of the range is not lost to rounding.
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// A tick's number: as many decimals as the step between them has.
fn tick_text(value: f64, all: &[f64]) -> String {
    let step = match all {
        [one, two, ..] => (two - one).abs(),
        _ => value.abs(),
    };
    let decimals = if step > 0.0 { (-step.log10().floor()).clamp(0.0, 9.0) as usize } else { 2 };
    format!("{:.decimals$}", value + 0.0)
}

/// The range of all finite values, a little wider.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return (0.0, 1.0);
    }
    let room = if high > low { 0.05 * (high - low) } else { 0.5 * high.abs().max(1e-6) };
    (low - room, high + room)
}

/// Curves over beats on a logarithmic axis, with levels as dashed lines.
pub fn curves(title: &str, across: &str, lines: &[Line], levels: &[(String, f64)]) -> String {
    let (height, top, bottom) = (320.0, 30.0, 46.0);
    let ends = |estimate: &Estimate| [Some(estimate.mean), estimate.low, estimate.high];
    let all = lines.iter().flat_map(|line| &line.points);
    let values = all.clone().flat_map(|(_, e)| ends(e)).flatten();
    let (low, high) = range(values.chain(levels.iter().map(|level| level.1)));
    let xs = || all.clone().map(|(x, _)| x.max(1.0).log10());
    let (first, last) = (xs().fold(f64::INFINITY, f64::min), xs().fold(0.0, f64::max));
    let wide = if last > first { last - first } else { 1.0 };
    let x = |beats: f64| LEFT + (beats.max(1.0).log10() - first) / wide * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| top + (high - value) / (high - low) * (height - top - bottom);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{0}\"><text x=\"{LEFT}\" y=\"16\">{0}</text>",
        escaped(title)
    );
    let marks = ticks(low, high, 5.0);
    for &value in &marks {
        let _ = write!(
            out,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{1:.1}\" y2=\"{1:.1}\"/><text \
             class=\"quiet\" x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{4}</text>",
            WIDTH - RIGHT,
            y(value),
            LEFT - 8.0,
            y(value) + 4.0,
            tick_text(value, &marks)
        );
    }
    for decade in (first.ceil() as i32)..=(last.floor() as i32) {
        let _ = write!(
            out,
            "<text class=\"quiet\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">10<tspan dy=\"-5\" \
             font-size=\"9\">{decade}</tspan></text>",
            x(10_f64.powi(decade)),
            height - bottom + 18.0
        );
    }
    let _ = write!(
        out,
        "<text class=\"quiet\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        height - 8.0,
        escaped(across)
    );
    let mut names: Vec<(f64, String, &str)> = Vec::new();
    for (name, value) in levels.iter().filter(|level| level.1.is_finite()) {
        let _ = write!(
            out,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{1:.1}\" y2=\"{1:.1}\" stroke=\"currentColor\" \
             stroke-dasharray=\"3 3\" opacity=\"0.6\"/>",
            WIDTH - RIGHT,
            y(*value)
        );
        names.push((y(*value), name.clone(), "currentColor"));
    }
    for line in lines {
        let colour = colour(line.colour);
        let banded: Vec<(f64, f64, f64)> =
            line.points.iter().filter_map(|(beats, e)| Some((*beats, e.low?, e.high?))).collect();
        if banded.len() > 1 {
            let mut path = String::new();
            for (beats, _, high) in &banded {
                let _ = write!(path, "{:.1},{:.1} ", x(*beats), y(*high));
            }
            for (beats, low, _) in banded.iter().rev() {
                let _ = write!(path, "{:.1},{:.1} ", x(*beats), y(*low));
            }
            let path = path.trim_end();
            let _ = write!(out, "<polygon points=\"{path}\" fill=\"{colour}\" opacity=\"0.18\"/>");
        }
        let mut path = String::new();
        for (beats, e) in line.points.iter().filter(|(_, e)| e.mean.is_finite()) {
            let _ = write!(path, "{:.1},{:.1} ", x(*beats), y(e.mean));
        }
        let _ = write!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
             stroke-dasharray=\"{}\"/>",
            path.trim_end(),
            dash(line.colour)
        );
        if let Some((_, end)) = line.points.last().filter(|(_, e)| e.mean.is_finite()) {
            names.push((y(end.mean), line.name.clone(), colour));
        }
    }
    key(&mut out, &mut names, top, height - bottom);
    out.push_str("</svg>");
    out
}

/// Names at the right, each as near to its line as there is room.
fn key(out: &mut String, names: &mut [(f64, String, &str)], top: f64, bottom: f64) {
    const APART: f64 = 15.0;
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<f64> = Vec::with_capacity(names.len());
    for (wanted, ..) in names.iter() {
        let least = places.last().map_or(top, |last| last + APART);
        places.push(wanted.max(least));
    }
    // What ran out at the bottom moves up again.
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - APART;
    }
    for ((at, name, colour), place) in names.iter().zip(places) {
        let from = WIDTH - RIGHT;
        let _ = write!(
            out,
            "<line x1=\"{:.1}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{place:.1}\" stroke=\"{colour}\" \
             opacity=\"0.6\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            from,
            from + 14.0,
            from + 18.0,
            place + 4.0,
            escaped(name)
        );
    }
}

/// Bars from left to right along one axis: an interval, its mean, and a dot a seed.
pub fn bars(title: &str, bars: &[Bar], best: Option<f64>) -> String {
    let (row, top) = (26.0, 30.0);
    let left = 190.0;
    let height = top + row * bars.len() as f64 + 34.0;
    let samples = bars.iter().flat_map(|bar| bar.samples.iter().copied());
    let (low, high) = range(samples.chain(best));
    let x = |value: f64| left + (value - low) / (high - low) * (WIDTH - left - 40.0);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{0}\"><text x=\"{left}\" y=\"16\">{0}</text>",
        escaped(title)
    );
    let marks = ticks(low, high, 6.0);
    for &value in &marks {
        let _ = write!(
            out,
            "<line class=\"axis\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top}\" y2=\"{1:.1}\"/><text \
             class=\"quiet\" x=\"{0:.1}\" y=\"{2:.1}\" text-anchor=\"middle\">{3}</text>",
            x(value),
            height - 30.0,
            height - 12.0,
            tick_text(value, &marks)
        );
    }
    if let Some(best) = best {
        let _ = write!(
            out,
            "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top}\" y2=\"{1:.1}\" stroke=\"currentColor\" \
             stroke-dasharray=\"3 3\"/><text x=\"{0:.1}\" y=\"{2:.1}\" text-anchor=\"end\" dx=\"-4\">\
             optimum {3}</text>",
            x(best),
            height - 30.0,
            top - 3.0,
            number(best)
        );
    }
    for (place, bar) in bars.iter().enumerate() {
        let y = top + row * (place as f64 + 0.5);
        let colour = colour(bar.colour);
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 10.0,
            y + 4.0,
            escaped(&bar.name)
        );
        for &sample in bar.samples.iter().filter(|sample| sample.is_finite()) {
            let _ = write!(
                out,
                "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\" opacity=\"0.35\"/>",
                x(sample)
            );
        }
        if let (Some(low), Some(high)) = (bar.middle.low, bar.middle.high) {
            let _ = write!(
                out,
                "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" \
                 stroke-width=\"3\"/>",
                x(low),
                x(high)
            );
        }
        if bar.middle.mean.is_finite() {
            let _ = write!(
                out,
                "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1:.1}\" y2=\"{2:.1}\" stroke=\"{colour}\" \
                 stroke-width=\"3\"/>",
                x(bar.middle.mean),
                y - 7.0,
                y + 7.0
            );
        }
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 10.0, 5.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        let fine = ticks(0.197, 0.204, 5.0);
        assert_eq!(fine.len(), 4);
        assert_eq!(tick_text(fine[0], &fine), "0.198");
        assert_eq!(ticks(3.0, 3.0, 5.0), [3.0]);
    }

    #[test]
    fn figures_are_well_formed_whatever_they_are_given() {
        let estimate = |mean, half: Option<f64>| Estimate {
            mean,
            low: half.map(|half| mean - half),
            high: half.map(|half| mean + half),
        };
        let line = |points| Line { name: "a<b".into(), colour: 7, points };
        let lines = [
            line(vec![(1e3, estimate(1.0, Some(0.1))), (1e5, estimate(2.0, Some(0.2)))]),
            line(vec![(1e3, estimate(f64::NAN, None))]),
            line(Vec::new()),
        ];
        let curves = curves("t & u", "beats", &lines, &[("best".into(), f64::NAN)]);
        let bar = |samples| Bar {
            name: "x".into(),
            colour: 1,
            middle: estimate(f64::NAN, None),
            samples,
        };
        let bars = bars("w", &[bar(vec![f64::NAN]), bar(Vec::new())], None);
        for svg in [curves, bars] {
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("a<b"), "{svg}");
        }
    }
}
