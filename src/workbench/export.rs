//! A chart as a file: a table of its points (CSV), or a picture of lines (SVG).

use std::fmt::Write as _;
use std::path::Path;

use super::charts::axis::Axis;
use super::theme::Theme;
use super::view::{CurveView, GanttView};
use crate::experiment::comparison::report::escaped;
use crate::scenario::save;

/// The picture's size and its margins: left, top, right, bottom (points).
const SIZE: (f64, f64) = (720.0, 420.0);
const MARGINS: [f64; 4] = [72.0, 24.0, 150.0, 52.0];
/// An axis has about so many ticks.
const TICKS: usize = 6;

/// Writes the chart in the way that the file's ending says.
///
/// # Errors
/// In words, where the ending is another or the file cannot be written.
pub fn write(path: &Path, chart: &CurveView, title: &str) -> Result<(), String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let text = match (ending.to_lowercase().as_str(), &chart.gantt) {
        ("csv", Some(latest)) => conditions_csv(latest)?,
        ("csv", None) => csv(chart)?,
        ("svg", None) => svg(chart, title),
        ("svg", Some(_)) => {
            return Err("The latest beats are written as a table: end the name in .csv.".to_owned());
        }
        _ => return Err("End the name in .csv for a table or in .svg for a picture.".to_owned()),
    };
    save::write_whole(path, text.as_bytes())
        .map_err(|error| format!("{} was not written: {error}", path.display()))
}

/// Rows as a table of commas, with quotation marks where they must be.
fn table(rows: impl Iterator<Item = Vec<String>>) -> Result<String, String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table.write_record(row).map_err(|error| error.to_string())?;
    }
    let bytes = table.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// One row a point: which line, x, y, and the ends of its band, empty where there is none.
fn csv(chart: &CurveView) -> Result<String, String> {
    let header =
        ["line", &chart.x_title, &chart.y_title, "low", "high"].map(str::to_owned).to_vec();
    let points = chart.lines.iter().chain(&chart.marks).flat_map(|line| {
        line.points.iter().enumerate().map(|(place, (x, y))| {
            let band = line.band.as_ref().and_then(|band| band.get(place));
            let [low, high] = band.map_or_else(Default::default, |(below, above)| {
                [(y - below).to_string(), (y + above).to_string()]
            });
            vec![line.name.clone(), x.to_string(), y.to_string(), low, high]
        })
    });
    let levels = chart.references.iter().map(|(name, y)| {
        vec![name.clone(), String::new(), y.to_string(), String::new(), String::new()]
    });
    table(std::iter::once(header).chain(points).chain(levels))
}

/// One row a beat, one column a station.
fn conditions_csv(latest: &GanttView) -> Result<String, String> {
    let header = std::iter::once("beat".to_owned()).chain(latest.stations.iter().cloned());
    let beats = latest.conditions.first().map_or(0, Vec::len);
    let rows = (0..beats).map(|beat| {
        let each = latest.conditions.iter();
        let each = each.map(|row| row.get(beat).map_or("", |condition| condition.name()));
        std::iter::once((latest.first + beat as u64).to_string())
            .chain(each.map(str::to_owned))
            .collect()
    });
    table(std::iter::once(header.collect()).chain(rows))
}

/// The chart as a picture of its own: axes with units, lines with their names.
fn svg(chart: &CurveView, title: &str) -> String {
    let [left, top, right, bottom] = MARGINS;
    let (wide, high) = SIZE;
    let points = || chart.lines.iter().chain(&chart.marks).flat_map(|line| line.points.iter());
    let levels = chart.references.iter().map(|(_, y)| *y);
    let axis = |log: bool| if log { Axis::log("") } else { Axis::linear("") };
    let across = axis(chart.log.0).fit(points().map(|(x, _)| *x));
    let upwards = Axis { floor: chart.floor, ..axis(chart.log.1) };
    let upwards = upwards.fit(points().map(|(_, y)| *y).chain(levels));
    // Where a share of an axis stands.
    let at_x = |share: f64| left + share * (wide - right - left);
    let at_y = |share: f64| high - bottom - share * (high - bottom - top);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" \
         font-family=\"Inter, sans-serif\" font-size=\"12\">\n<title>{}</title>\n\
         <rect width=\"{wide}\" height=\"{high}\" fill=\"#FFFFFF\"/>\n",
        escaped(title)
    );
    if let (Some(across), Some(upwards)) = (across, upwards) {
        let x = |value: f64| across.share(value).map(at_x);
        let y = |value: f64| upwards.share(value).map(at_y);
        for tick in upwards.ticks(TICKS) {
            let at = at_y(tick.share);
            let _ = write!(
                text,
                "<path d=\"M{left} {at:.1}H{:.1}\" stroke=\"#D9DDE1\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                wide - right,
                left - 6.0,
                at + 4.0,
                tick.label
            );
        }
        for tick in across.ticks(TICKS) {
            let (at, foot) = (at_x(tick.share), high - bottom + 18.0);
            let _ = writeln!(
                text,
                "<text x=\"{at:.1}\" y=\"{foot:.1}\" text-anchor=\"middle\">{}</text>",
                tick.label
            );
        }
        for (place, line) in chart.lines.iter().enumerate() {
            let [red, green, blue, _] = Theme::LIGHT.series(place).to_array();
            let colour = format!("#{red:02X}{green:02X}{blue:02X}");
            let placed: Vec<(f64, f64)> =
                line.points.iter().filter_map(|(px, py)| Some((x(*px)?, y(*py)?))).collect();
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
            let Some(at) = y(*level) else { continue };
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
    let half_way = (top + high - bottom) / 2.0;
    let _ = write!(
        text,
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n\
         <text transform=\"translate(16 {half_way:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n</svg>\n",
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
        let written = csv(&chart()).unwrap();
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
        assert_eq!(conditions_csv(&latest).unwrap(), "beat,Mill\n7,working\n8,down\n");
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
