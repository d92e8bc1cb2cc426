//! The picture of a grid world: its floor with what cells are worth and where to go, and who walks.

use super::colour::{ink_on, mix, viridis};
use super::lettering::Face;
use super::line::key::key_figures;
use super::number;
use super::theme::{HALF, STEP, Theme, Weight};
use super::view::FigureView;
use crate::environments::grid::{Ground, Look};
use crate::mdp::{Condition, Level};
use crate::workbench::language::Tip as _;
use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

/// A grid at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct GridScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// How many columns and rows there are.
    pub size: (usize, usize),
    /// The cells, row by row from the bottom.
    pub cells: Vec<GridCell>,
    /// How many cells the wind carries upwards, by column; empty where there is none.
    pub wind: Vec<Level>,
    /// The cells where a load is picked up and put down, with their names.
    pub sites: Vec<(String, (usize, usize))>,
    /// The load: its name, the site at which it waits (`None` where it is aboard) and that to which
    /// it goes.
    pub load: Option<(String, Option<usize>, usize)>,
    /// The walker's cell at the beat's start and end, and how much of the beat has gone by.
    pub walker: ((usize, usize), (usize, usize), f32),
    /// What colours and arrows mean, longest wording first.
    pub legend: Vec<String>,
    /// A sentence at the bottom.
    pub notice: Option<String>,
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCell {
    /// What it is.
    pub look: Look,
    /// What it is worth, if known.
    pub value: Option<f64>,
    /// The ways that the policy goes from here, to the right and up; (0, 0) to stay.
    pub ways: Vec<(Level, Level)>,
    /// The policy in words.
    pub does: String,
}

/// The largest a cell gets, and what is smaller has no figure (points).
const LARGEST: f32 = 104.0;
const WITH_FIGURE: f32 = 38.0;
/// Smaller cells do not show more than four ways that are equally good.
const WITH_ALL_WAYS: f32 = 48.0;

/// Where the cells are.
pub(super) struct Plan {
    pub left: f32,
    pub bottom: f32,
    pub edge: f32,
    pub gap: f32,
}

impl Plan {
    pub fn new((columns, rows): (usize, usize), room: Rect) -> Self {
        let (columns, rows) = (columns.max(1) as f32, rows.max(1) as f32);
        let edge = (room.width() / columns).min(room.height() / rows).clamp(2.0, LARGEST);
        let edge = if edge >= 8.0 { edge.floor() } else { edge };
        Self {
            left: (room.center().x - edge * columns / 2.0).round(),
            bottom: (room.center().y + edge * rows / 2.0).round(),
            edge,
            gap: if edge >= 16.0 { 2.0 } else { 0.5 },
        }
    }

    /// The cell of this column and row from the bottom.
    pub fn cell(&self, (x, y): (usize, usize)) -> Rect {
        let at = pos2(self.left + self.edge * x as f32, self.bottom - self.edge * (y as f32 + 1.0));
        Rect::from_min_size(at, vec2(self.edge, self.edge)).shrink(self.gap / 2.0)
    }
}

/// Draws the grid over all the room there is and says which cell was clicked: column and row.
pub fn grid(ui: &mut Ui, scene: &GridScene, theme: &Theme) -> Option<(usize, usize)> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let below = if scene.wind.is_empty() { 7.0 * STEP } else { 9.0 * STEP };
    let room = Rect::from_min_max(
        pos2(rect.left() + 3.0 * STEP, top + STEP),
        rect.right_bottom() - vec2(3.0 * STEP, below),
    );
    let plan = Plan::new(scene.size, room);
    let columns = scene.size.0.max(1);
    let known =
        || scene.cells.iter().filter(|cell| !ends(cell.look.ground)).filter_map(|c| c.value);
    let (low, high) = (known().fold(f64::MAX, f64::min), known().fold(f64::MIN, f64::max));
    let most = known().fold(0.0, |most: f64, v| most.max(v.abs()));
    let decimals = match most {
        0.0 => 2,
        most => (2.0 - most.max(1e-4).log10().floor()).clamp(0.0, 6.0) as usize,
    };
    let mut clicked = None;
    for (i, cell) in scene.cells.iter().enumerate() {
        let at = (i % columns, i / columns);
        let place = plan.cell(at);
        let share = cell.value.map(|v| if high > low { (v - low) / (high - low) } else { 0.5 });
        let figure = cell.value.map(|value| number::fixed(value, decimals));
        paint_cell(&painter, place, cell, share, figure.as_deref(), theme);
        let words = words_of(at, cell, figure.as_deref());
        let response = ui.interact(place, ui.id().with(("cell", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() && cell.look.ground != Ground::Wall {
            clicked = Some(at);
        }
        response.tip(words);
    }
    paint_walls(&painter, scene, &plan, theme);
    paint_sites(&painter, scene, &plan, theme);
    let wind_below = paint_wind(&painter, scene, &plan, theme);
    paint_walker(&painter, scene, &plan, theme);
    let quiet = Face::small(theme.quiet);
    let room = rect.width() - 4.0 * STEP;
    let words = quiet.longest_that_fits(&painter, &scene.legend, room).unwrap_or_default();
    let y = (plan.bottom + wind_below + STEP).min(rect.bottom() - 6.0 * STEP);
    quiet.paint_within(&painter, Align2::CENTER_TOP, pos2(rect.center().x, y), words, room);
    if let Some(notice) = &scene.notice {
        let at = rect.center_bottom() - vec2(0.0, 2.0 * STEP);
        let face = Face::small(theme.warning);
        face.paint_within(&painter, Align2::CENTER_CENTER, at, notice, room);
    }
    clicked
}

/// Whether an episode ends there.
fn ends(ground: Ground) -> bool {
    matches!(ground, Ground::Goal | Ground::Hole)
}

fn words_of((x, y): (usize, usize), cell: &GridCell, figure: Option<&str>) -> String {
    let what = match cell.look.ground {
        Ground::Floor if cell.look.start => ", start".to_owned(),
        Ground::Floor => String::new(),
        Ground::Wall => return format!("cell {x}, {y}: wall"),
        Ground::Goal => return format!("cell {x}, {y}: goal, the episode ends here"),
        Ground::Hole => return format!("cell {x}, {y}: hole, the episode ends here"),
        Ground::Cliff => return format!("cell {x}, {y}: cliff, back to the start"),
        Ground::Jump { to } => format!(", every move leads to {}, {}", to.0, to.1),
    };
    let does = if cell.does.is_empty() { String::new() } else { format!(", {}", cell.does) };
    format!("cell {x}, {y}{what}: {}{does}", figure.unwrap_or("value not known"))
}

fn paint_cell(
    painter: &Painter,
    place: Rect,
    cell: &GridCell,
    share: Option<f64>,
    figure: Option<&str>,
    theme: &Theme,
) {
    let edge = place.width();
    let radius = CornerRadius::same(if edge >= 16.0 { 4 } else { 0 });
    match cell.look.ground {
        Ground::Wall => {
            painter.rect_filled(place, radius, mix(theme.quiet, theme.ground, 0.55));
            return;
        }
        Ground::Goal => {
            painter.rect_filled(place, radius, theme.raised);
            flag(painter, place, theme.condition(Condition::Working));
            return;
        }
        Ground::Hole => {
            painter.rect_filled(place, radius, theme.raised);
            painter.circle_filled(place.center(), edge * 0.32, theme.ground);
            let ring = Stroke::new(1.5, theme.quiet);
            painter.circle_stroke(place.center(), edge * 0.32, ring);
            return;
        }
        Ground::Cliff => {
            painter.rect_filled(place, radius, theme.raised);
            hatch(painter, place.shrink(edge * 0.12), theme.condition(Condition::Down));
            return;
        }
        Ground::Floor | Ground::Jump { .. } => {}
    }
    let fill = share.map_or(theme.raised, viridis);
    painter.rect_filled(place, radius, fill);
    let ink = if share.is_some() { ink_on(fill) } else { theme.quiet };
    if cell.look.start {
        let inner = place.shrink(2.5);
        painter.rect_stroke(inner, radius, Stroke::new(1.5, ink), StrokeKind::Inside);
    }
    let figure = figure.filter(|_| edge >= WITH_FIGURE);
    // With a figure beneath it the arrow moves up.
    let raised = if figure.is_some() { edge * 0.12 } else { 0.0 };
    let centre = place.center() - vec2(0.0, raised);
    // Many arrows on a small cell are a knot that nobody can read: the map's sign for ties instead.
    if cell.ways.len() > 4 && edge < WITH_ALL_WAYS {
        Face::small(ink).paint(painter, Align2::CENTER_CENTER, centre, "=");
    } else {
        for way in &cell.ways {
            arrow(painter, centre, *way, edge, ink);
        }
    }
    if let Some(figure) = figure {
        let face = Face::small(ink);
        let at = place.center_bottom() - vec2(0.0, HALF * 0.5);
        if face.width(painter, figure) < edge - 2.0 {
            face.paint(painter, Align2::CENTER_BOTTOM, at, figure);
        }
    }
}

/// An arrow from a cell's centre; a ring for who stays.
pub(super) fn arrow(
    painter: &Painter,
    centre: Pos2,
    (right, up): (Level, Level),
    edge: f32,
    ink: Color32,
) {
    if edge < 9.0 {
        return;
    }
    let stroke = Stroke::new((edge * 0.035).clamp(1.0, 2.5), ink);
    if (right, up) == (0, 0) {
        painter.circle_stroke(centre, edge * 0.08, stroke);
        return;
    }
    let way = vec2(right as f32, -up as f32).normalized();
    let (side, tip) = (vec2(-way.y, way.x), centre + way * edge * 0.27);
    let head = edge * 0.1;
    painter.line_segment([centre + way * edge * 0.06, tip], stroke);
    let wings = vec![tip - (way + side) * head, tip, tip - (way - side) * head];
    painter.add(Shape::line(wings, stroke));
}

fn flag(painter: &Painter, place: Rect, colour: Color32) {
    let edge = place.width();
    let foot = place.center() + vec2(-edge * 0.14, edge * 0.28);
    let top = foot - vec2(0.0, edge * 0.56);
    painter.line_segment([foot, top], Stroke::new((edge * 0.04).clamp(1.0, 2.5), colour));
    let cloth = vec![top, top + vec2(edge * 0.36, edge * 0.14), top + vec2(0.0, edge * 0.28)];
    painter.add(Shape::convex_polygon(cloth, colour, Stroke::NONE));
}

/// Lines aslant.
pub(super) fn hatch(painter: &Painter, place: Rect, colour: Color32) {
    let stroke = Stroke::new((place.width() * 0.05).clamp(1.0, 2.0), colour);
    let (edge, lines) = (place.width(), 4);
    for line in 1..2 * lines {
        let reach = edge * line as f32 / lines as f32;
        let (from, to) = (reach.min(edge), (reach - edge).max(0.0));
        painter.line_segment(
            [place.left_top() + vec2(to, from), place.left_top() + vec2(from, to)],
            stroke,
        );
    }
}

/// Thin walls, and the ways of jumps.
fn paint_walls(painter: &Painter, scene: &GridScene, plan: &Plan, theme: &Theme) {
    let columns = scene.size.0.max(1);
    for (i, cell) in scene.cells.iter().enumerate() {
        let place = plan.cell((i % columns, i / columns));
        if cell.look.walled_right {
            let x = place.right() + plan.gap / 2.0;
            let ends = [pos2(x, place.top() - 1.0), pos2(x, place.bottom() + 1.0)];
            painter.line_segment(ends, Stroke::new((plan.edge * 0.08).max(2.0), theme.text));
        }
        if let Ground::Jump { to: (x, y) } = cell.look.ground {
            let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { continue };
            let (from, to) = (place.center(), plan.cell((x, y)).center());
            let stroke = Stroke::new(1.5, theme.text);
            // Along the right edges of cells, past arrows and figures.
            let aside = vec2(plan.edge * 0.4, 0.0);
            let (from, to) = (from + aside, to + aside);
            painter.extend(Shape::dashed_line(&[from, to], stroke, 5.0, 4.0));
            painter.circle_filled(from, 2.0, theme.text);
            let (way, head) = ((to - from).normalized(), plan.edge * 0.09);
            let side = vec2(-way.y, way.x);
            let wings = vec![to - (way + side) * head, to, to - (way - side) * head];
            painter.add(Shape::line(wings, stroke));
        }
    }
}

/// The names of the sites in their corners, the load at its own, a frame where it is to go.
fn paint_sites(painter: &Painter, scene: &GridScene, plan: &Plan, theme: &Theme) {
    for (site, (name, at)) in scene.sites.iter().enumerate() {
        let place = plan.cell(*at);
        let label = Face::small_on(theme.part).weighing(Weight::SemiBold);
        let chip = Rect::from_min_size(place.left_top() + vec2(2.0, 2.0), vec2(14.0, 15.0));
        painter.rect_filled(chip, 3.0, theme.part);
        label.paint(painter, Align2::CENTER_CENTER, chip.center(), name);
        if let Some((_, waits, goes)) = &scene.load {
            if *goes == site {
                let stroke = Stroke::new(2.5, theme.condition(Condition::Working));
                painter.rect_stroke(place.shrink(1.0), 4.0, stroke, StrokeKind::Inside);
            }
            if *waits == Some(site) {
                load(painter, place.right_top() + vec2(-9.0, 9.0), theme);
            }
        }
    }
}

fn load(painter: &Painter, at: Pos2, theme: &Theme) {
    let square = Rect::from_center_size(at, vec2(10.0, 10.0));
    painter.rect_filled(square, 2.0, theme.warning);
    painter.rect_stroke(square, 2.0, Stroke::new(1.5, theme.ground), StrokeKind::Outside);
}

/// The wind below the columns: an arrow and its strength. Returns the room that it took.
fn paint_wind(painter: &Painter, scene: &GridScene, plan: &Plan, theme: &Theme) -> f32 {
    if scene.wind.is_empty() {
        return 0.0;
    }
    let quiet = Face::small(theme.quiet);
    for (x, wind) in scene.wind.iter().enumerate() {
        let below = plan.cell((x, 0)).center_bottom() + vec2(0.0, HALF);
        let words = match wind {
            0 => "0".to_owned(),
            up if *up > 0 => format!("↑{up}"),
            down => format!("↓{}", -down),
        };
        if quiet.width(painter, &words) < plan.edge {
            quiet.paint(painter, Align2::CENTER_TOP, below, &words);
        }
    }
    let left = plan.cell((0, 0)).left_bottom() + vec2(-STEP, HALF);
    quiet.paint(painter, Align2::RIGHT_TOP, left, "wind");
    20.0
}

fn paint_walker(painter: &Painter, scene: &GridScene, plan: &Plan, theme: &Theme) {
    let (from, to, share) = scene.walker;
    let t = share.clamp(0.0, 1.0);
    let eased = t * t * (3.0 - 2.0 * t);
    let (from, to) = (plan.cell(from).center(), plan.cell(to).center());
    let at = from + (to - from) * eased;
    let radius = (plan.edge * 0.2).clamp(2.0, 13.0);
    painter.circle_filled(at, radius, theme.part);
    painter.circle_stroke(at, radius, Stroke::new(2.0, theme.ground));
    if let Some((_, None, _)) = scene.load {
        load(painter, at, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::gallery::{self, harness};
    use egui_kittest::kittest::Queryable;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Four columns, three rows; everything that a grid can have.
    fn sample() -> GridScene {
        let looks = [
            [Ground::Floor, Ground::Cliff, Ground::Cliff, Ground::Goal],
            [Ground::Floor, Ground::Wall, Ground::Jump { to: (0, 2) }, Ground::Floor],
            [Ground::Floor, Ground::Floor, Ground::Hole, Ground::Floor],
        ];
        let ways = [vec![(0, 1)], vec![(1, 0), (0, -1)], vec![(0, 0)], vec![(-1, 1)]];
        let cell = |(at, ground): (usize, Ground)| {
            let floor = matches!(ground, Ground::Floor | Ground::Jump { .. });
            GridCell {
                look: Look { ground, walled_right: at == 8, start: at == 0 },
                value: floor.then_some(at as f64 - 6.0),
                ways: if floor { ways[at % 4].clone() } else { Vec::new() },
                does: if floor { "up".to_owned() } else { String::new() },
            }
        };
        GridScene {
            figures: vec![FigureView {
                label: "latest return".into(),
                value: "−13".into(),
                below: "optimum −13".into(),
                help: String::new(),
            }],
            size: (4, 3),
            cells: looks.concat().into_iter().enumerate().map(cell).collect(),
            wind: vec![0, 1, 2, -1],
            sites: vec![("R".into(), (0, 1)), ("G".into(), (3, 2))],
            load: Some(("passenger".into(), Some(0), 1)),
            walker: ((0, 0), (0, 1), 0.5),
            legend: vec!["colour and figure: value under the optimum · arrow: Optimum".into()],
            notice: Some("cut off after 200 beats: this policy never reaches the goal".into()),
        }
    }

    #[test]
    fn a_grid_in_the_gallery() {
        let size = (789, 432);
        let draw = |ui: &mut Ui, theme: &Theme| {
            grid(ui, &sample(), theme);
        };
        let parts = gallery::named(size, draw);
        let cell = |words: &str| parts.get_by_label_contains(words).rect();
        let Some(drawn) = gallery::show("grid", size, draw) else { return };
        for pixels in drawn {
            let theme = pixels.theme;
            let seen = |words: &str, colour| pixels.count(cell(words), colour) as f32;
            assert!(seen("cell 3, 0: goal", theme.condition(Condition::Working)) > 60.0, "flag");
            assert!(seen("cell 1, 0: cliff", theme.condition(Condition::Down)) > 60.0, "hatched");
            assert!(seen("cell 2, 2: hole", theme.ground) > 200.0, "a hole is dark");
            let wall = cell("cell 1, 1: wall");
            let grey = mix(theme.quiet, theme.ground, 0.55);
            assert!(pixels.count(wall, grey) as f32 > 0.8 * wall.area(), "a wall is grey");
            // Worth least and most of all floor.
            assert!(seen("cell 0, 0, start", viridis(0.0)) > 200.0);
            assert!(seen("cell 3, 2: 5.00", viridis(1.0)) > 200.0);
            let way = cell("cell 0, 0, start").union(cell("cell 0, 1:"));
            assert!(pixels.count(way, theme.part) > 60, "the walker is between two cells");
            assert!(pixels.count(cell("cell 0, 1:"), theme.warning) > 40, "the load waits");
            let below = Rect::from_min_max(pos2(0.0, 392.0), pos2(789.0, 432.0));
            assert!(pixels.count(below, theme.warning) > 15, "the notice is seen");
        }
    }

    #[test]
    fn cells_say_what_they_are_and_can_be_clicked() {
        let clicked = Rc::new(RefCell::new(None));
        let heard = clicked.clone();
        let mut drawn = harness((789.0, 432.0), move |ui, theme| {
            if let Some(cell) = grid(ui, &sample(), theme) {
                *heard.borrow_mut() = Some(cell);
            }
        });
        drawn.get_by_label("cell 2, 1, every move leads to 0, 2: 0.00, up");
        drawn.get_by_label("cell 1, 1: wall").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), None, "nobody is ever in a wall");
        drawn.get_by_label("cell 3, 1: 1.00, up").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), Some((3, 1)));
    }
}
