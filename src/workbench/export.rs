//! A chart as a file: a table of its points (CSV), or a picture as lines (SVG) or as pixels (PNG).

use std::path::Path;

use super::language::Language;
use super::lettering::Face;
use super::panels::curve::chart_ui;
use super::panels::row::Row;
use super::print::Sheet;
use super::theme::{HALF, STEP};
use super::view::{AgentOption, ChartView, CurveView, GanttView, HistogramView};
use crate::experiment::Estimate;
use crate::scenario::save;
use egui::vec2;

/// The picture's width, and its height where that is enough (points).
const SIZE: (f32, f32) = (720.0, 420.0);
/// The height of its heading, and of a row where there is one a machine (points).
const HEAD: f32 = 24.0;
const ROW: f32 = 30.0;

/// A chart that is to be written.
pub struct Print<'a> {
    /// What it shows.
    pub chart: &'a CurveView,
    /// Its heading.
    pub title: &'a str,
    /// Whose colours its lines have.
    pub agents: &'a [AgentOption],
    /// In what language it is written.
    pub language: Language,
}

/// Writes the chart in the way that the file's ending says.
///
/// # Errors
/// In words, where the ending is another or the file cannot be written.
pub fn write(path: &Path, print: &Print<'_>) -> Result<(), String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let chart = print.chart;
    let bytes = match (ending.to_lowercase().as_str(), &chart.drawn) {
        ("csv", None) => csv(chart)?.into_bytes(),
        ("csv", Some(other)) => chart_csv(other, (&chart.x_title, &chart.y_title))?.into_bytes(),
        ("svg", _) => sheet(print).svg(print.title).into_bytes(),
        ("png", _) => sheet(print).png().map_err(|error| error.to_string())?,
        _ => {
            return Err(
                "End the name in .csv for a table, in .svg or in .png for a picture.".to_owned()
            );
        }
    };
    save::write_whole(path, &bytes)
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

/// One row a figure: what it is, and the ends of its interval; of a histogram also its bins.
fn chart_csv(chart: &ChartView, titles: (&str, &str)) -> Result<String, String> {
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let number = |value: f64| if value.is_finite() { value.to_string() } else { String::new() };
    let known = |known: &Estimate| {
        [Some(known.mean), known.low, known.high].map(|end| end.map_or(String::new(), number))
    };
    let row = |first: String, figure: &Estimate| {
        std::iter::once(first).chain(known(figure)).collect::<Vec<_>>()
    };
    let (x_title, y_title) = titles;
    match chart {
        ChartView::Gantt(latest) => conditions_csv(latest),
        ChartView::Oee(machines) => {
            let header = text(&["machine", "factor", "mean", "low", "high"]);
            let rows = machines.iter().flat_map(|(name, oee)| {
                let each = oee.named().map(|(factor, share)| {
                    std::iter::once(name.clone()).chain(row(factor.to_owned(), share)).collect()
                });
                each.into_iter()
            });
            table(std::iter::once(header).chain(rows))
        }
        ChartView::Amounts(amounts) => {
            let rows = amounts.rows.iter().map(|one| row(one.name.clone(), &one.amount));
            table(std::iter::once(text(&["item", y_title, "low", "high"])).chain(rows))
        }
        ChartView::Histogram(HistogramView { counts, bins: (start, width), marks, .. }) => {
            let last = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
            let bins = counts.iter().take(last).enumerate().map(|(bin, count)| {
                let from = start + bin as f64 * width;
                let ends = [from, from + width].map(number);
                [count.to_string()].into_iter().chain(ends).collect::<Vec<_>>()
            });
            let bins = bins.map(|row| std::iter::once("count".to_owned()).chain(row).collect());
            let marks = marks.iter().map(|(name, known)| row(name.clone(), known));
            let header = text(&[x_title, "value", "from", "to"]);
            table(std::iter::once(header).chain(marks).chain(bins))
        }
    }
}

/// The chart on a sheet of its own, under its title and what it measures.
fn sheet(print: &Print<'_>) -> Sheet {
    let chart = print.chart;
    let rows = match &chart.drawn {
        Some(ChartView::Oee(machines)) => machines.len(),
        _ => 0,
    };
    let size = vec2(SIZE.0, SIZE.1.max(ROW * rows as f32 + 2.0 * ROW + HEAD + 4.0 * STEP));
    Sheet::draw(size, print.language, |ui, theme| {
        let mut row = Row::new(ui, HEAD);
        let right = Face::small(theme.quiet);
        let wide = row.rest.width();
        row.say_right(ui, right, &chart.y_title, wide / 2.0);
        let left = row.rest.width();
        row.say_left(ui, Face::name(theme.text), print.title, left);
        ui.add_space(HALF);
        chart_ui(ui, chart, print.title, print.agents, theme);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::figures::Oee;
    use crate::mdp::Condition;
    use crate::workbench::charts::amounts::Amount;
    use crate::workbench::theme::Theme;
    use crate::workbench::view::{AmountsView, CurveLine};

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

    fn print(chart: &CurveView) -> Print<'_> {
        Print { chart, title: "Three & more", agents: &[], language: Language::English }
    }

    #[test]
    fn a_picture_is_well_formed_and_has_every_line() {
        let drawn = sheet(&print(&chart())).svg("Three & more");
        assert!(drawn.contains(">A &lt; B</text>") && drawn.contains(">Three &amp; more</text>"));
        for colour in [0, 1].map(|place| Theme::LIGHT.series(place)) {
            let [red, green, blue, _] = colour.to_array();
            let stroke =
                format!("stroke=\"#{red:02X}{green:02X}{blue:02X}\" stroke-width=\"1.75\"");
            assert_eq!(drawn.matches(&stroke).count(), 1, "{stroke}: {drawn}");
        }
        for words in [">beats</text>", ">ahead of A, €</text>", ">optimum 0</text>"] {
            assert!(drawn.contains(words), "{words}: {drawn}");
        }
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        // Nothing to draw is a picture too.
        assert!(sheet(&print(&CurveView::nothing())).svg("").ends_with("</svg>\n"));
    }

    /// A chart of each kind is written in all three ways.
    #[test]
    fn the_ending_says_how() {
        let known = |mean| Estimate::around(mean, Some(0.01));
        let oee = Oee {
            availability: known(0.8),
            effectiveness: Estimate::around(f64::NAN, None),
            quality: known(0.9),
            index: known(0.72),
        };
        let latest = GanttView {
            stations: vec!["Mill".into()],
            first: 7,
            conditions: vec![vec![Condition::Working, Condition::Down]],
        };
        let amount = Amount { name: "energy".into(), amount: known(-0.25), sum: false };
        let charts = [
            (None, "line,"),
            (Some(ChartView::Gantt(latest)), "beat,Mill\n7,working"),
            (
                Some(ChartView::Oee(vec![("Mill".into(), oee)])),
                "machine,factor,mean,low,high\nMill,availability,0.8,0.79,0.81\nMill,effectiveness,,,\n",
            ),
            (
                Some(ChartView::Histogram(HistogramView {
                    counts: vec![0, 3, 1, 0],
                    bins: (-0.5, 1.0),
                    unit: "beats".into(),
                    marks: vec![("mean".into(), known(1.25))],
                })),
                "beats,value,from,to\nmean,1.25,1.24,1.26\ncount,0,-0.5,0.5\ncount,3,0.5,1.5\n",
            ),
            (
                Some(ChartView::Amounts(AmountsView {
                    rows: vec![amount],
                    meaning: String::new(),
                    unit: "€".into(),
                })),
                "item,\"ahead of A, €\",low,high\nenergy,-0.25,-0.26,-0.24\n",
            ),
        ];
        let folder = tempfile::tempdir().unwrap();
        for (other, table) in charts {
            let chart = CurveView { drawn: other, ..chart() };
            let print = print(&chart);
            for (name, right) in
                [("a.csv", true), ("a.SVG", true), ("a.png", true), ("a.pdf", false), ("a", false)]
            {
                let path = folder.path().join(name);
                assert_eq!(write(&path, &print).is_ok(), right, "{name}");
                assert_eq!(path.exists(), right, "{name}");
            }
            let written = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
            assert!(written.starts_with(table), "{written}");
            assert!(write(&folder.path().join("no/such/a.csv"), &print).is_err());
        }
    }
}
