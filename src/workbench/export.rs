//! A chart as a file: a table of its points (CSV), or a picture of lines (SVG).

use std::fmt::Write as _;
use std::path::Path;

use super::number;
use super::view::{CurveView, GanttView};
use crate::scenario::save;

/// The picture's size and its margins: left, top, right, bottom (points).
const SIZE: (f64, f64) = (720.0, 420.0);
const MARGINS: [f64; 4] = [72.0, 24.0, 150.0, 52.0];
/// Colours of the lines, after Okabe and Ito (2008).
const COLOURS: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

/// Writes the chart in the way that the file's ending says.
///
/// # Errors
/// In words, where the ending is another or the file cannot be written.
pub fn write(path: &Path, chart: &CurveView, title: &str) -> Result<(), String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let text = match (ending.to_lowercase().as_str(), &chart.gantt) {
        ("csv", Some(latest)) => conditions_csv(latest),
        ("csv", None) => csv(chart),
        ("svg", None) => svg(chart, title),
        ("svg", Some(_)) => {
            return Err("The latest beats are written as a table: end the name in .csv.".to_owned());
        }
        _ => return Err("End the name in .csv for a table or in .svg for a picture.".to_owned()),
    };
    save::write_whole(path, text.as_bytes())
        .map_err(|error| format!("{} was not written: {error}", path.display()))
}

/// A field of a table, in quotation marks where it must be.
fn field(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// One row a point: which line, x, y, and the ends of its band, empty where there is none.
fn csv(chart: &CurveView) -> String {
    let mut text = format!("line,{},{},low,high\n", field(&chart.x_title), field(&chart.y_title));
    for line in chart.lines.iter().chain(&chart.marks) {
        for (place, (x, y)) in line.points.iter().enumerate() {
            let band = line.band.as_ref().and_then(|band| band.get(place));
            let ends = band
                .map_or(",".to_owned(), |(below, above)| format!("{},{}", y - below, y + above));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{},{x},{y},{ends}", field(&line.name));
        }
    }
    for (name, y) in &chart.references {
        let _ = writeln!(text, "{},,{y},,", field(name));
    }
    text
}

/// One row a beat, one column a station.
fn conditions_csv(latest: &GanttView) -> String {
    let names: Vec<String> = latest.stations.iter().map(|name| field(name)).collect();
    let mut text = format!("beat,{}\n", names.join(","));
    let beats = latest.conditions.first().map_or(0, Vec::len);
    for beat in 0..beats {
        let each = latest.conditions.iter();
        let each = each.map(|row| row.get(beat).map_or("", |condition| condition.name()));
        let row: Vec<&str> = each.collect();
        let _ = writeln!(text, "{},{}", latest.first + beat as u64, row.join(","));
    }
    text
}

/// Where values stand on an axis.
struct Axis {
    low: f64,
    high: f64,
    log: bool,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, log: bool, (from, to): (f64, f64)) -> Option<Self> {
        let scaled = values.filter(|value| value.is_finite() && (!log || *value > 0.0));
        let scaled = scaled.map(|value| if log { value.log10() } else { value });
        let (low, high) = scaled
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let (low, high) = if low < high { (low, high) } else { (low - 0.5, high + 0.5) };
        (low.is_finite() && high.is_finite()).then_some(Self { low, high, log, from, to })
    }

    fn place(&self, value: f64) -> Option<f64> {
        let value = if self.log { value.log10() } else { value };
        let at = self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from);
        at.is_finite().then_some(at)
    }

    /// Five marks with their words.
    fn marks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        (0..=4).map(|step| {
            let value = self.low + (self.high - self.low) * f64::from(step) / 4.0;
            let at = self.from + (self.to - self.from) * f64::from(step) / 4.0;
            let value = if self.log { 10f64.powf(value) } else { value };
            (at, number::significant(value, 3))
        })
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The chart as a picture of its own: axes with units, lines with their names.
fn svg(chart: &CurveView, title: &str) -> String {
    let [left, top, right, bottom] = MARGINS;
    let (wide, high) = SIZE;
    let points = || chart.lines.iter().chain(&chart.marks).flat_map(|line| line.points.iter());
    let levels = chart.references.iter().map(|(_, y)| *y);
    let x = Axis::over(points().map(|(x, _)| *x), chart.log.0, (left, wide - right));
    let y = Axis::over(points().map(|(_, y)| *y).chain(levels), chart.log.1, (high - bottom, top));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" \
         font-family=\"Inter, sans-serif\" font-size=\"12\">\n<title>{}</title>\n\
         <rect width=\"{wide}\" height=\"{high}\" fill=\"#FFFFFF\"/>\n",
        escaped(title)
    );
    if let (Some(x), Some(y)) = (x, y) {
        for (at, words) in y.marks() {
            let _ = write!(
                text,
                "<path d=\"M{left} {at:.1}H{:.1}\" stroke=\"#D9DDE1\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{words}</text>\n",
                wide - right,
                left - 6.0,
                at + 4.0
            );
        }
        for (at, words) in x.marks() {
            let y = high - bottom + 18.0;
            let _ = writeln!(
                text,
                "<text x=\"{at:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{words}</text>"
            );
        }
        for (place, line) in chart.lines.iter().enumerate() {
            let colour = COLOURS.iter().cycle().nth(place).copied().unwrap_or("#14171A");
            let placed: Vec<(f64, f64)> = line
                .points
                .iter()
                .filter_map(|(px, py)| Some((x.place(*px)?, y.place(*py)?)))
                .collect();
            let path: Vec<String> =
                placed.iter().map(|(px, py)| format!("{px:.1},{py:.1}")).collect();
            let _ = writeln!(
                text,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
                path.join(" ")
            );
            if let Some((px, py)) = placed.last() {
                let _ = writeln!(
                    text,
                    "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
                    px + 6.0,
                    py + 4.0,
                    escaped(&line.name)
                );
            }
        }
        for (name, level) in &chart.references {
            let Some(at) = y.place(*level) else { continue };
            let _ = write!(
                text,
                "<path d=\"M{left} {at:.1}H{:.1}\" stroke=\"#5A646E\" stroke-dasharray=\"4 3\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#5A646E\">{}</text>\n",
                wide - right,
                left + 6.0,
                at - 4.0,
                escaped(name)
            );
        }
    }
    let middle = (left + wide - right) / 2.0;
    let across = (top + high - bottom) / 2.0;
    let _ = write!(
        text,
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n\
         <text transform=\"translate(16 {across:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n</svg>\n",
        high - 12.0,
        escaped(&chart.x_title),
        escaped(&chart.y_title)
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Condition;
    use crate::workbench::view::CurveLine;

    fn chart() -> CurveView {
        let line = |name: &str, band| CurveLine {
            name: name.to_owned(),
            points: vec![(1.0, 2.0), (2.0, 0.5)],
            band,
        };
        CurveView {
            x_title: "beats".into(),
            y_title: "ahead of A, €".into(),
            lines: vec![line("A < B", None), line("B", Some(vec![(0.5, 1.0), (0.0, 0.0)]))],
            references: vec![("optimum".into(), 0.0)],
            ..CurveView::nothing()
        }
    }

    #[test]
    fn a_table_has_a_row_for_each_point() {
        let written = csv(&chart());
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[0], "line,beats,\"ahead of A, €\",low,high");
        assert_eq!(lines[1], "A < B,1,2,,");
        assert_eq!(lines[3], "B,1,2,1.5,3");
        assert_eq!(lines[5], "optimum,,0,,");
        let latest = GanttView {
            stations: vec!["Mill".into()],
            first: 7,
            conditions: vec![vec![Condition::Working, Condition::Down]],
        };
        assert_eq!(conditions_csv(&latest), "beat,Mill\n7,working\n8,down\n");
    }

    #[test]
    fn a_picture_is_well_formed_and_has_every_line() {
        let drawn = svg(&chart(), "Three & more");
        assert_eq!(drawn.matches("<polyline").count(), 2);
        assert!(drawn.contains("A &lt; B") && drawn.contains("Three &amp; more"));
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        // Nothing to draw is a picture too.
        assert!(svg(&CurveView::nothing(), "").ends_with("</svg>\n"));
    }

    #[test]
    fn the_ending_says_how() {
        let folder = tempfile::tempdir().unwrap();
        for (name, right) in [("a.csv", true), ("a.SVG", true), ("a.png", false), ("a", false)] {
            let path = folder.path().join(name);
            assert_eq!(write(&path, &chart(), "t").is_ok(), right, "{name}");
            assert_eq!(path.exists(), right, "{name}");
        }
        assert!(write(&folder.path().join("no/such/a.csv"), &chart(), "t").is_err());
    }
}
