//! The curves: distance to the optimum, reward, or the planner's bounds.

use super::agent::colour_of;
use super::asked_file::AskedFile;
use super::button::{Button, Item, menu, popover};
use super::icon::Icon;
use super::row::{ROW, Row, figure, say};
use super::theme_of;
use crate::workbench::charts::amounts::{Amounts, amounts};
use crate::workbench::charts::axis::Axis;
use crate::workbench::charts::curves::{Bounds, Curves, Marks, Reference, Series, curves};
use crate::workbench::charts::gantt::{Gantt, gantt};
use crate::workbench::charts::histogram::{Histogram, histogram};
use crate::workbench::charts::oee::{Effectiveness, effectiveness};
use crate::workbench::intent::{Chart, CurveKind, Intent};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Theme, Weight};
use crate::workbench::view::{
    AgentOption, AmountsView, ChartView, CurveLine, CurveView, GanttView, HistogramView,
};
use egui::{Align2, Color32, Ui};

/// The kinds with their titles and what they say.
const KINDS: [(CurveKind, &str, &str); 12] = [
    (CurveKind::Gap, "Distance to the optimum", "How far the learner's policy is from the optimum"),
    (CurveKind::Reward, "Reward", "Mean reward against beats"),
    (CurveKind::Rivals, "Compare", "What others would have earned on the same luck, in step"),
    (CurveKind::Lucks, "More lucks", "The same on 200 other lucks: how often each is ahead"),
    (CurveKind::Gantt, "Latest beats", "What each station did in the latest 120 beats"),
    (CurveKind::Oee, "OEE", "How well each machine is used: availability, effectiveness, quality"),
    (CurveKind::LeadTimes, "Lead times", "How often which lead time comes up"),
    (CurveKind::Costs, "Cost a part", "What a good part earns and costs, by item"),
    (CurveKind::Power, "Power", "Power drawn against beats"),
    (CurveKind::Bounds, "Bounds", "Between which bounds the planner has the optimum"),
    (CurveKind::Steps, "Steps", "How long episodes take"),
    (CurveKind::Values, "Values", "What states are worth along the map’s first axis"),
];

/// The height of a line of the scoreboard (points).
const SCORE: f32 = 18.0;

/// What stands for the first where the agent predicts.
const ERROR: (&str, &str) =
    ("Error of the values", "How far what is predicted of states is from what they are worth");

/// What the chart that is shown is called.
pub fn title_of(view: &CurveView) -> &'static str {
    let of = KINDS.iter().find(|(kind, ..)| *kind == view.kind).map_or("", |(_, title, _)| title);
    if view.kind == CurveKind::Gap && view.predicts { ERROR.0 } else { of }
}

/// The kinds that can be shown but are not, with their titles.
pub fn offered(view: &CurveView) -> impl Iterator<Item = (CurveKind, &'static str)> {
    let titled = KINDS.map(|(kind, title, _)| match kind {
        CurveKind::Gap if view.predicts => (kind, ERROR.0),
        _ => (kind, title),
    });
    titled.into_iter().filter(|(kind, _)| *kind != view.kind && view.kinds.contains(kind))
}

/// The accessible name of a control of a chart: those of the second chart are numbered.
fn name_of(control: &str, chart: Chart) -> String {
    match chart {
        Chart::First => control.to_owned(),
        Chart::Second => format!("{control} 2"),
    }
}

/// Shows the curve with its chooser; `agents` give the lines their colours, by name.
pub fn curve_ui(ui: &mut Ui, view: &CurveView, agents: &[AgentOption], intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let kinds = KINDS.map(|(kind, title, note)| match kind {
        CurveKind::Gap if view.predicts => (kind, ERROR.0, ERROR.1),
        _ => (kind, title, note),
    });
    let title = title_of(view);
    let name = name_of("Curve", view.chart);
    let button = Button {
        weight: Weight::SemiBold,
        quiet: false,
        ..Button::menu(&name, "Show another curve", title)
    };
    let place = row.left(button.width(ui));
    let response = button.show(ui, place, ui.id().with("curve"));
    menu(ui, &response, 260.0, |ui| {
        for (kind, title, note) in kinds.into_iter().filter(|one| view.kinds.contains(&one.0)) {
            let selected = kind == view.kind;
            if (Item { selected, note, ..Item::new(title) }).show(ui) && !selected {
                intents.push(Intent::ShowCurve(view.chart, kind));
            }
        }
    });
    row.left(STEP);
    if matches!(view.kind, CurveKind::Rivals | CurveKind::Lucks) {
        rivals_ui(ui, &mut row, view, agents, intents);
        row.left(STEP);
        lucks_ui(ui, &mut row, view, intents);
    }
    let name = name_of("Export chart", view.chart);
    let export = Button {
        quiet: true,
        ..Button::icon(
            &name,
            "Write this chart to a file: a table (.csv) or a picture (.svg, .png)",
            Icon::Save,
        )
    };
    let place = row.right(ROW);
    let response = export.show(ui, place, ui.id().with("export"));
    popover(ui, &response, 280.0, |ui| export_ui(ui, view.chart, title, intents));
    row.right(HALF);
    let scale = if view.log.1 { format!("{} · log", view.y_title) } else { view.y_title.clone() };
    let room = row.rest.width();
    row.say_right(ui, Face::small(theme.quiet), &scale, room);
    ui.add_space(HALF);
    scores_ui(ui, view, agents);
    chart_ui(ui, view, title, agents, &theme);
}

/// The chart alone, over all the room there is.
pub fn chart_ui(ui: &mut Ui, view: &CurveView, name: &str, agents: &[AgentOption], theme: &Theme) {
    match &view.drawn {
        None => lines_ui(ui, view, name, agents, theme),
        Some(ChartView::Gantt(GanttView { stations, first, conditions })) => {
            gantt(ui, &Gantt { name, stations, first: *first, conditions }, theme);
        }
        Some(ChartView::Oee(machines)) => {
            effectiveness(ui, &Effectiveness { name, machines }, theme)
        }
        Some(ChartView::Histogram(HistogramView { counts, bins, unit, marks })) => {
            let marks: Vec<_> = marks.iter().map(|(name, known)| (name.as_str(), *known)).collect();
            let (x_title, y_title) = (view.x_title.as_str(), view.y_title.as_str());
            let chart =
                Histogram { name, x_title, y_title, unit, counts, bins: *bins, marks: &marks };
            histogram(ui, &chart, theme);
        }
        Some(ChartView::Amounts(AmountsView { rows, meaning, unit })) => {
            amounts(ui, &Amounts { name, meaning, title: &view.x_title, unit, rows }, theme);
        }
    }
}

/// Where the chart is to be written.
fn export_ui(ui: &mut Ui, chart: Chart, title: &str, intents: &mut Vec<Intent>) {
    let asked = AskedFile {
        id: egui::Id::new(("export chart", chart, title)),
        words: "The ending says how: .csv for a table of all points, .svg or .png for a picture.",
        field: "Chart file",
        button: "Write chart",
    };
    let usual = || format!("{}.csv", title.to_lowercase().replace(' ', "-"));
    intents.extend(asked.show(ui, usual).map(|path| Intent::ExportCurve(chart, path)));
}

/// A menu of whom to compare with the acting agent.
fn rivals_ui(
    ui: &Ui,
    row: &mut Row,
    view: &CurveView,
    agents: &[AgentOption],
    intents: &mut Vec<Intent>,
) {
    let tooltip = "Whom to compare with the agent that acts; three at most";
    let name = name_of("Rivals", view.chart);
    let button = Button::menu(&name, tooltip, "with");
    let place = row.left(button.width(ui));
    let response = button.show(ui, place, ui.id().with("rivals"));
    popover(ui, &response, 220.0, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            let can = |agent: &&AgentOption| {
                agent.unavailable.is_none() && view.can_race.contains(&agent.choice)
            };
            for agent in agents.iter().filter(can) {
                let selected = view.scores.iter().skip(1).any(|one| one.choice == agent.choice);
                if (Item { selected, ..Item::new(&agent.name) }).show(ui) {
                    intents.push(Intent::ToggleRival(agent.choice));
                }
            }
        });
    });
}

/// Offers to play the race on many lucks.
fn lucks_ui(ui: &Ui, row: &mut Row, view: &CurveView, intents: &mut Vec<Intent>) {
    if view.more_lucks == 0 {
        return;
    }
    let name = name_of("More lucks", view.chart);
    let words = format!("{} lucks", view.more_lucks);
    let tooltip =
        "Play the same race on 200 other lucks, off the frame: what one run says may be luck";
    let button = Button { quiet: true, ..Button::words(&name, tooltip, &words) };
    let place = row.left(button.width(ui));
    if button.show(ui, place, ui.id().with("lucks")).clicked() {
        intents.push(Intent::MoreLucks(view.chart));
    }
    row.left(STEP);
}

/// What each has earned, and how much that is more than the acting agent's.
fn scores_ui(ui: &mut Ui, view: &CurveView, agents: &[AgentOption]) {
    let theme = theme_of(ui);
    for (place, score) in view.scores.iter().enumerate() {
        let mut row = Row::new(ui, SCORE);
        let dot = row.left(SCORE).center();
        ui.painter().circle_filled(dot, 4.0, colour_by_name(&score.name, place, agents, &theme));
        let ahead = row.right((row.whole.width() * 0.42).min(200.0));
        let earned = row.right((row.whole.width() * 0.27).min(110.0));
        let room = row.rest.width();
        row.say_left(ui, Face::small(theme.text), &score.name, room);
        let id = row.next_id();
        figure(ui, earned, id, &score.earned).tip(score.means);
        let id = row.next_id();
        let (words, tooltip) = match &score.ahead {
            Some((words, _)) => (
                Face::small(theme.text)
                    .longest_that_fits(ui.painter(), words, ahead.width())
                    .unwrap_or_default(),
                "How much more than the acting agent, on the same luck; ± is half of a 95 % interval \
                 of the paired difference, which there is once the beats are many enough to judge it",
            ),
            None if place == 0 => ("acts", "The others are compared with it"),
            None => ("", ""),
        };
        let told = score.ahead.as_ref().is_some_and(|(_, told)| *told);
        let face = Face::small(if told { theme.text } else { theme.quiet });
        let response = say(ui, ahead, id, Align2::RIGHT_CENTER, face, words);
        if !tooltip.is_empty() {
            response.tip(tooltip);
        }
    }
}

fn lines_ui(ui: &mut Ui, view: &CurveView, name: &str, agents: &[AgentOption], theme: &Theme) {
    let axis = |title: &str, log: bool| if log { Axis::log(title) } else { Axis::linear(title) };
    let x = Axis { whole: true, ..axis(&view.x_title, view.log.0) };
    let y = Axis { floor: view.floor, ..axis(&view.y_title, view.log.1) };
    let interval = interval_of(view);
    let drawn: Vec<_> = if interval.is_some() {
        Vec::new()
    } else {
        view.lines.iter().map(|line| (line, points_of(line), band_of(line))).collect()
    };
    let colour = |name: &str, place: usize| colour_by_name(name, place, agents, theme);
    let series: Vec<_> = drawn
        .iter()
        .enumerate()
        .map(|(place, (line, points, band))| Series {
            name: &line.name,
            colour: colour(&line.name, place),
            points,
            band,
        })
        .collect();
    let bounds: Vec<_> = interval
        .iter()
        .map(|points| Bounds { name: "optimum", colour: theme.good, points })
        .collect();
    let references: Vec<_> = view
        .references
        .iter()
        .enumerate()
        .map(|(place, (name, value))| Reference {
            name,
            colour: colour(name, place + view.lines.len()),
            value: *value,
        })
        .collect();
    let faint: Vec<_> = view.marks.iter().map(|line| (line, points_of(line))).collect();
    let marks: Vec<_> =
        faint.iter().map(|(line, points)| Marks { name: &line.name, points }).collect();
    let chart = Curves {
        name,
        x: &x,
        y: &y,
        series: &series,
        bounds: &bounds,
        references: &references,
        marks: &marks,
        empty: &view.empty,
    };
    curves(ui, &chart, theme);
}

/// An agent's own colour where the name is an agent's, else the colour of this place.
fn colour_by_name(name: &str, place: usize, agents: &[AgentOption], theme: &Theme) -> Color32 {
    let said = name.to_lowercase();
    // Of several the longest: "expected SARSA" is not SARSA.
    let named = agents.iter().filter(|agent| said.contains(&agent.name.to_lowercase()));
    let known = named.max_by_key(|agent| agent.name.len());
    known.map_or_else(|| theme.series(place), |agent| colour_of(theme, agent.choice))
}

/// Two lines of the planner's bounds are one interval that closes: (x, lower, upper).
fn interval_of(view: &CurveView) -> Option<Vec<[f64; 3]>> {
    let (CurveKind::Bounds, [one, other]) = (view.kind, view.lines.as_slice()) else { return None };
    let pairs = one.points.iter().zip(&other.points);
    let points = pairs.map(|((x, a), (_, b))| [*x, a.min(*b), a.max(*b)]).collect();
    (one.points.len() == other.points.len()).then_some(points)
}

fn points_of(line: &CurveLine) -> Vec<[f64; 2]> {
    line.points.iter().map(|(x, y)| [*x, *y]).collect()
}

fn band_of(line: &CurveLine) -> Vec<[f64; 3]> {
    let Some(band) = &line.band else { return Vec::new() };
    let pairs = line.points.iter().zip(band);
    pairs.map(|((x, y), (below, above))| [*x, y - below, y + above]).collect()
}
