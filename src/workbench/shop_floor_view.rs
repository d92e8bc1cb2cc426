//! The picture of a shop floor: its ways, stations with the jobs that wait, and robots on the move.

use super::colour::mix;
use super::grid_view::{Plan, arrow, hatch};
use super::lettering::Face;
use super::line::key::{condition_key, key_figures};
use super::theme::{HALF, STEP, Theme, Weight};
use super::view::FigureView;
use crate::environments::shop_floor::Ground;
use crate::mdp::Condition;
use crate::workbench::language::Tip as _;
use egui::{
    Align2, CornerRadius, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

/// A shop floor at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopFloorScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// How many columns and rows there are.
    pub size: (usize, usize),
    /// What one stands on, row by row from the bottom.
    pub cells: Vec<Ground>,
    /// The stations.
    pub stations: Vec<StationView>,
    /// The robots.
    pub robots: Vec<RobotView>,
    /// How much of the beat has gone by, 0 to 1.
    pub share: f32,
    /// Conditions that can occur here, for the key.
    pub conditions: Vec<Condition>,
    /// A sentence at the bottom.
    pub notice: Option<String>,
}

/// A station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationView {
    /// Its name.
    pub name: String,
    /// Its cell.
    pub at: (usize, usize),
    /// How many jobs wait there and how many have room, where jobs arrive.
    pub queue: Option<(u32, u32)>,
    /// The variable of its queue, which a click puts across the map.
    pub variable: Option<usize>,
}

/// A robot.
#[derive(Debug, Clone, PartialEq)]
pub struct RobotView {
    /// Its cell at the beat's start.
    pub from: (usize, usize),
    /// Its cell at the beat's end.
    pub to: (usize, usize),
    /// The number of the station to which its load goes; `None` where it is empty.
    pub load: Option<usize>,
    /// The share of its charge that is left, where it has a battery.
    pub charge: Option<f32>,
    /// What it did with the beat.
    pub condition: Condition,
}

/// Draws the floor over all the room there is and says which variable was clicked.
pub fn shop_floor(ui: &mut Ui, scene: &ShopFloorScene, theme: &Theme) -> Option<usize> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let mut bottom = condition_key(&painter, rect, &scene.conditions, theme);
    if let Some(notice) = &scene.notice {
        let at = pos2(rect.center().x, bottom - HALF);
        let face = Face::small(theme.warning);
        face.paint_within(&painter, Align2::CENTER_BOTTOM, at, notice, rect.width() - 4.0 * STEP);
        bottom -= 22.0;
    }
    let room = Rect::from_min_max(
        pos2(rect.left() + 3.0 * STEP, top + STEP),
        pos2(rect.right() - 3.0 * STEP, bottom - STEP),
    );
    let plan = Plan::new(scene.size, room);
    let columns = scene.size.0.max(1);
    for (i, ground) in scene.cells.iter().enumerate() {
        paint_ground(&painter, plan.cell((i % columns, i / columns)), *ground, theme);
    }
    let mut clicked = None;
    for (number, station) in scene.stations.iter().enumerate() {
        let place = plan.cell(station.at);
        paint_station(&painter, place, station, number, theme);
        let words = match station.queue {
            Some((waiting, most)) => format!("{}: {waiting} of {most} wait", station.name),
            None => format!("{}: jobs go there", station.name),
        };
        let sense = if station.variable.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(place, ui.id().with(("station", number)), sense);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() {
            clicked = station.variable;
        }
        response.tip(words);
    }
    for (number, robot) in scene.robots.iter().enumerate() {
        let t = scene.share.clamp(0.0, 1.0);
        let t = t * t * (3.0 - 2.0 * t);
        let (from, to) = (plan.cell(robot.from).center(), plan.cell(robot.to).center());
        let centre = from + (to - from) * t;
        let square = paint_robot(&painter, centre, plan.edge, number, robot, theme);
        let load = robot.load.and_then(|station| scene.stations.get(station));
        let load = load.map_or("empty".to_owned(), |station| format!("load for {}", station.name));
        let words = format!("robot {}: {load}, {}", number + 1, robot.condition.name());
        let response = ui.interact(square, ui.id().with(("robot", number)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
        response.tip(words);
    }
    clicked
}

fn paint_ground(painter: &Painter, place: Rect, ground: Ground, theme: &Theme) {
    let edge = place.width();
    let radius = CornerRadius::same(if edge >= 16.0 { 4 } else { 0 });
    match ground {
        Ground::Wall => {
            painter.rect_filled(place, radius, mix(theme.quiet, theme.ground, 0.55));
            return;
        }
        _ => {
            painter.rect_filled(place, radius, theme.raised);
        }
    }
    match ground {
        Ground::Lane { way } => {
            arrow(painter, place.center(), way, edge, mix(theme.raised, theme.quiet, 0.6));
        }
        Ground::Slippery => hatch(painter, place.shrink(edge * 0.2), theme.hairline),
        Ground::Charger => bolt(painter, place, theme),
        Ground::Floor | Ground::Wall => {}
    }
}

/// A flash: who stands here is charged.
fn bolt(painter: &Painter, place: Rect, theme: &Theme) {
    let (c, edge) = (place.center(), place.width() * 0.2);
    let points = vec![
        c + vec2(edge * 0.3, -edge),
        c + vec2(-edge * 0.6, edge * 0.2),
        c + vec2(edge * 0.6, -edge * 0.2),
        c + vec2(-edge * 0.3, edge),
    ];
    painter.line(points, Stroke::new((edge * 0.2).max(1.5), theme.condition(Condition::SetUp)));
}

fn paint_station(
    painter: &Painter,
    place: Rect,
    station: &StationView,
    number: usize,
    theme: &Theme,
) {
    let colour = theme.series(number);
    let stroke = Stroke::new((place.width() * 0.05).clamp(1.5, 3.0), colour);
    painter.rect_stroke(place.shrink(1.0), 4.0, stroke, StrokeKind::Inside);
    let face = Face::small(theme.text).weighing(Weight::Medium);
    let room = place.width() - 8.0;
    if face.width(painter, &station.name) <= room {
        let at = place.center_top() + vec2(0.0, 3.0);
        face.paint(painter, Align2::CENTER_TOP, at, &station.name);
    } else if let Some(first) = station.name.get(..1) {
        face.paint(painter, Align2::LEFT_TOP, place.left_top() + vec2(4.0, 2.0), first);
    }
    let Some((waiting, most)) = station.queue else { return };
    let pitch = (room / most.max(1) as f32).min(11.0);
    let left = place.center().x - pitch * most as f32 / 2.0;
    for slot in 0..most {
        let at = pos2(left + (slot as f32 + 0.5) * pitch, place.bottom() - 9.0);
        let square = Rect::from_center_size(at, vec2((pitch - 2.0).max(1.0), 8.0));
        if slot < waiting {
            painter.rect_filled(square, 1.5, theme.part);
        } else {
            let edge = Stroke::new(1.0, theme.hairline);
            painter.rect_stroke(square, 1.5, edge, StrokeKind::Inside);
        }
    }
}

/// Paints a robot and returns where it stands.
fn paint_robot(
    painter: &Painter,
    centre: Pos2,
    edge: f32,
    number: usize,
    robot: &RobotView,
    theme: &Theme,
) -> Rect {
    let square = Rect::from_center_size(centre, vec2(edge, edge) * 0.5);
    let corner = CornerRadius::same((edge * 0.12).clamp(2.0, 10.0) as u8);
    painter.rect_filled(square, corner, theme.panel);
    let stroke = Stroke::new((edge * 0.05).clamp(1.5, 3.0), theme.condition(robot.condition));
    painter.rect_stroke(square, corner, stroke, StrokeKind::Inside);
    if let Some(station) = robot.load {
        let load = square.shrink(edge * 0.11);
        painter.rect_filled(load, 2.0, theme.series(station));
        let face = Face::small_on(theme.series(station)).weighing(Weight::SemiBold);
        face.paint_on_colour(painter, Align2::CENTER_CENTER, centre, &(number + 1).to_string());
    } else {
        let face = Face::small(theme.text).weighing(Weight::SemiBold);
        face.paint(painter, Align2::CENTER_CENTER, centre, &(number + 1).to_string());
    }
    if let Some(charge) = robot.charge {
        let bar =
            Rect::from_min_size(square.left_bottom() + vec2(0.0, 2.0), vec2(square.width(), 4.0));
        painter.rect_filled(bar, 2.0, theme.hovered);
        let full = bar.with_max_x(bar.left() + bar.width() * charge.clamp(0.0, 1.0));
        painter.rect_filled(full, 2.0, theme.condition(Condition::Working));
    }
    square
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::gallery;
    use egui_kittest::kittest::Queryable;

    fn sample() -> ShopFloorScene {
        let station =
            |name: &str, at, queue| StationView { name: name.into(), at, queue, variable: Some(0) };
        let robot = |from, to, load, charge| RobotView {
            from,
            to,
            load,
            charge,
            condition: Condition::Working,
        };
        let mut cells = vec![Ground::Floor; 20];
        cells[6] = Ground::Wall;
        cells[7] = Ground::Lane { way: (1, 0) };
        cells[8] = Ground::Slippery;
        cells[9] = Ground::Charger;
        ShopFloorScene {
            figures: Vec::new(),
            size: (5, 4),
            cells,
            stations: vec![station("saw", (0, 0), Some((2, 3))), station("out", (4, 3), None)],
            robots: vec![
                robot((1, 0), (2, 0), Some(1), Some(0.5)),
                robot((3, 3), (3, 2), None, Some(1.0)),
            ],
            share: 0.5,
            conditions: vec![Condition::Working, Condition::Blocked],
            notice: None,
        }
    }

    #[test]
    fn a_shop_floor_in_the_gallery() {
        let size = (789, 432);
        let draw = |ui: &mut Ui, theme: &Theme| {
            shop_floor(ui, &sample(), theme);
        };
        let parts = gallery::named(size, draw);
        let saw = parts.get_by_label("saw: 2 of 3 wait").rect();
        let loaded = parts.get_by_label("robot 1: load for out, working").rect();
        let empty = parts.get_by_label("robot 2: empty, working").rect();
        let Some(drawn) = gallery::show("shop_floor", size, draw) else { return };
        for pixels in drawn {
            let theme = pixels.theme;
            assert!(pixels.count(saw, theme.part) > 60, "two jobs wait");
            assert!(pixels.count(loaded, theme.series(1)) > 60, "the load has its goal's colour");
            assert_eq!(pixels.count(empty, theme.series(1)), 0);
        }
    }
}
