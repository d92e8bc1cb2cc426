//! The whole window: which panel stands where, and the edges that can be dragged.

use super::button::{Button, Look, popup_frame};
use super::icon::Icon;
use super::row::rule;
use super::{
    about, agent, curve, errors, field, file_dialog, glossary, hand, hints, keyboard, lesson, map,
    notice, optimum, palette, parameters, scenarios, theme_of, time, transport, why,
};
use crate::workbench::intent::Intent;
use crate::workbench::theme::{HALF, STEP};
use crate::workbench::view::View;
use egui::{
    CursorIcon, Id, Popup, PopupCloseBehavior, Rect, RectAlign, Sense, Ui, UiBuilder, WidgetInfo,
    WidgetType, pos2, vec2,
};

/// The height of the bar at the top (points).
pub const BAR: f32 = 40.0;
/// Below this width the left side folds to icons (points).
pub const FOLDS_BELOW: f32 = 1100.0;
/// The width of the folded left side (points).
const STRIP: f32 = 40.0;
/// Space between a panel's edge and what it shows (points).
const INSET: f32 = 12.0;

/// A lesson is at least and at most so wide (points), in between this share of the window.
const LESSON: (f32, f32, f32) = (240.0, 400.0, 0.24);

/// Where the edges between the panels are; dragging moves them, a double click restores them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edges {
    /// The width of the left side (points).
    pub left: f32,
    /// The width of the right side (points).
    pub right: f32,
    /// The share of the height below the bar that map and curves take.
    pub lower: f32,
    /// The share of the lower part's width that the map takes.
    pub split: f32,
}

impl Default for Edges {
    fn default() -> Self {
        Self { left: 220.0, right: 272.0, lower: 0.43, split: 0.432 }
    }
}

/// Where everything is. The areas lie side by side and fill the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Areas {
    /// The whole window.
    pub whole: Rect,
    /// The bar at the top.
    pub top: Rect,
    /// Scenarios and parameters, where there is room.
    pub left: Option<Rect>,
    /// Their icons, where there is not.
    pub strip: Option<Rect>,
    /// Agent, why, optimum and time.
    pub right: Option<Rect>,
    /// Where the line is drawn.
    pub stage: Rect,
    /// Policy and value.
    pub map: Rect,
    /// The curves.
    pub curve: Rect,
}

impl Areas {
    /// Divides the window. The middle keeps 320 points of width and the stage 160 of height, as
    /// far as there are so many. Beside a lesson the left side is that, and never folded away.
    pub fn of(whole: Rect, edges: &Edges, sides: bool, lesson: bool) -> Self {
        let whole = Rect::from_min_max(whole.min.round(), whole.max.round());
        let top = whole.with_max_y((whole.top() + BAR).min(whole.bottom()));
        let below = whole.with_min_y(top.bottom());
        let folded = whole.width() < FOLDS_BELOW && !lesson;
        let spare = (below.width() - 320.0).max(0.0);
        let right_width = edges.right.clamp(240.0, 480.0).min((spare - STRIP).max(0.0));
        let left_width = edges.left.clamp(176.0, 420.0).min(spare - right_width);
        let left_width = match lesson {
            true => (whole.width() * LESSON.2).clamp(LESSON.0, LESSON.1),
            false => left_width,
        };
        let (mut left, mut strip, mut right) = (None, None, None);
        let mut middle = below;
        if lesson && !sides {
            let x = (below.left() + left_width).round();
            left = Some(below.with_max_x(x));
            middle = below.with_min_x(x);
        }
        if sides {
            let width = if folded { STRIP.min(spare - right_width) } else { left_width };
            let x = (below.left() + width).round();
            let side = Some(below.with_max_x(x));
            if folded {
                strip = side;
            } else {
                left = side;
            }
            let edge = (below.right() - right_width).round();
            right = Some(below.with_min_x(edge));
            middle = Rect::from_x_y_ranges(x..=edge, below.y_range());
        }
        let most = (middle.height() - 160.0).max(0.0);
        let lower = (middle.height() * edges.lower).clamp(120.0, 4000.0).min(most).round();
        let y = middle.bottom() - lower;
        let room = (middle.width() - 400.0).max(0.0) / 2.0;
        let split = (middle.width() * edges.split)
            .clamp(middle.width() / 2.0 - room, middle.width() / 2.0 + room)
            .round();
        let x = middle.left() + split;
        Self {
            whole,
            top,
            left,
            strip,
            right,
            stage: middle.with_max_y(y),
            map: Rect::from_min_max(pos2(middle.left(), y), pos2(x, middle.bottom())),
            curve: Rect::from_min_max(pos2(x, y), middle.max),
        }
    }
}

/// Draws the whole window. `stage` draws what is in the middle, in the room it is given.
pub fn workbench_ui(
    ui: &mut Ui,
    view: &View,
    intents: &mut Vec<Intent>,
    stage: &mut dyn FnMut(&mut Ui),
) -> Areas {
    keyboard::keyboard(ui, view, intents);
    let id = Id::new("edges of the panels");
    let mut edges = ui.data(|data| data.get_temp::<Edges>(id)).unwrap_or_default();
    let areas = Areas::of(ui.max_rect(), &edges, view.sides, view.lesson.is_some());

    // The window is cleared to the panels' colour before anything is drawn: to paint it over once
    // more would cost a renderer without a graphics card a third of the frame.
    let mut picture = areas.stage;
    if view.shows_text && !view.text.is_empty() {
        picture = about::about_ui(ui, areas.stage, &view.text, intents);
    }
    region(ui, picture, 0.0, "stage", stage);
    let title = areas.left.map_or(220.0, |left| left.width());
    let mut speed = areas.top;
    region(ui, areas.top, 0.0, "top", |ui| {
        speed = transport::transport_ui(ui, view, title, intents);
    });
    if let Some(left) = areas.left {
        region(ui, left, INSET, "left", |ui| match &view.lesson {
            Some(lesson) => lesson::lesson_ui(ui, lesson, intents),
            None => left_ui(ui, view, intents),
        });
    }
    if let Some(strip) = areas.strip {
        region(ui, strip, 0.0, "strip", |ui| strip_ui(ui, strip, view, intents));
    }
    if let Some(right) = areas.right {
        region(ui, right, 0.0, "right", |ui| right_ui(ui, view, intents));
    }
    region(ui, areas.map, INSET, "map", |ui| {
        map::map_ui(ui, view.map.as_ref(), &view.no_map, intents);
    });
    region(ui, areas.curve, INSET, "curve", |ui| {
        curve::curve_ui(ui, &view.curve, &view.agent.options, intents);
    });
    intents.extend(field::take_refusal(ui).map(Intent::Say));
    hairlines(ui, &areas);
    drag_edges(ui, &areas, &mut edges);
    ui.data_mut(|data| data.insert_temp(id, edges));

    if let Some(lesson) = &view.lesson {
        point_out(ui, &areas, &lesson.highlight);
    }
    if view.hints {
        hints::hints_ui(ui, &areas, speed, intents);
    }
    let mut above = areas.stage;
    if let Some(words) = &view.notice {
        above = notice::notice_ui(ui, areas.stage, words, intents);
    }
    notice::offer_ui(ui, above, &view.left, intents);
    if let Some(view) = &view.errors {
        errors::errors_ui(ui, areas.stage, view, intents);
    }
    file_dialog::file_dialog_ui(ui, &view.dialog, intents);
    keyboard::help_ui(ui);
    palette::palette_ui(ui, view, intents);
    glossary::glossary_ui(ui, view.language);
    areas
}

/// Frames the parts of the window that a lesson speaks of.
fn point_out(ui: &Ui, areas: &Areas, parts: &[String]) {
    let theme = theme_of(ui);
    for part in parts {
        let place = match part.as_str() {
            "map" => Some(areas.map),
            "curve" => Some(areas.curve),
            "picture" => Some(areas.stage),
            "figures" => Some(areas.stage.with_max_y(areas.stage.top() + 96.0)),
            section => {
                // Only what is there in this frame.
                let drawn = ui.data(|data| data.get_temp::<(u64, Rect)>(section_id(section)));
                let now = ui.ctx().cumulative_pass_nr();
                drawn.filter(|(pass, _)| *pass == now).map(|(_, place)| place)
            }
        };
        let within = areas.right.map_or(areas.whole, |right| match part.as_str() {
            "why" | "agent" | "optimum" | "time" => right,
            _ => areas.whole,
        });
        if let Some(place) = place.map(|place| place.intersect(within)).filter(|p| p.is_positive())
        {
            let frame = egui::Stroke::new(2.0, theme.accent);
            ui.painter().rect_stroke(place.shrink(3.0), 6.0, frame, egui::StrokeKind::Inside);
        }
    }
}

fn section_id(name: &str) -> Id {
    Id::new("section").with(name)
}

/// A part of the window with an inset; what is drawn in it is clipped to it.
fn region(ui: &mut Ui, rect: Rect, inset: f32, name: &str, draw: impl FnOnce(&mut Ui)) {
    let room = Rect::from_min_max(
        rect.min + vec2(inset, if inset > 0.0 { STEP } else { 0.0 }),
        rect.max - vec2(inset, if inset > 0.0 { HALF } else { 0.0 }),
    );
    let builder = UiBuilder::new().id_salt(name).max_rect(room);
    let mut child = ui.new_child(builder);
    child.shrink_clip_rect(rect);
    child.spacing_mut().item_spacing.y = 0.0;
    draw(&mut child);
}

/// Scenarios above, parameters below; each scrolls where both together have no room.
fn left_ui(ui: &mut Ui, view: &View, intents: &mut Vec<Intent>) {
    let room = ui.max_rect();
    let (upper, lower) =
        (scenarios::height(ui, &view.library), parameters::height(ui, &view.parameters));
    let gap = 2.0 * STEP + 1.0;
    let spare = room.height() - gap;
    // Whichever needs less than half gets what it needs, the other the rest.
    let upper = upper.min((spare - lower).max(spare / 2.0)).max(0.0).round();
    let above = room.with_max_y(room.top() + upper);
    region(ui, above, 0.0, "scenarios", |ui| {
        scenarios::scenarios_ui(ui, &view.library, intents);
    });
    let between = Rect::from_x_y_ranges(room.x_range(), above.bottom()..=above.bottom() + gap);
    region(ui, between, 0.0, "rule", rule);
    region(ui, room.with_min_y(between.bottom()), 0.0, "parameters", |ui| {
        parameters::parameters_ui(ui, &view.parameters, intents);
    });
}

/// The folded left side: an icon for each of its panels, which opens beside it.
fn strip_ui(ui: &mut Ui, strip: Rect, view: &View, intents: &mut Vec<Intent>) {
    let height = (strip.height() - 48.0).max(120.0);
    let square = |place: f32| {
        let corner = strip.left_top() + vec2(6.0, STEP + place * 36.0);
        Rect::from_min_size(corner, vec2(28.0, 28.0))
    };
    let list = Button::icon("Scenarios", "Scenarios", Icon::List);
    beside(ui, &list, square(0.0), |ui| {
        ui.set_height(scenarios::height(ui, &view.library).min(height));
        scenarios::scenarios_ui(ui, &view.library, intents);
    });
    let sliders = Button::icon("Parameters", "Parameters", Icon::Sliders);
    beside(ui, &sliders, square(1.0), |ui| {
        ui.set_height(parameters::height(ui, &view.parameters).min(height));
        parameters::parameters_ui(ui, &view.parameters, intents);
    });
}

fn beside(ui: &Ui, button: &Button<'_>, place: Rect, draw: impl FnOnce(&mut Ui)) {
    let theme = theme_of(ui);
    let id = ui.id().with(button.name);
    let open = Popup::is_id_open(ui.ctx(), id.with("popup"));
    let look = if open { Look::Raised } else { Look::Bare };
    let response = button.looking(look).show(ui, place, id);
    Popup::from_toggle_button_response(&response)
        .id(id.with("popup"))
        .align(RectAlign::RIGHT_START)
        .gap(STEP)
        .width(220.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .frame(popup_frame(&theme).inner_margin(INSET))
        .show(|ui| {
            ui.set_width(220.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            draw(ui);
        });
}

/// The agent, why, the optimum and the time, one below the other.
fn right_ui(ui: &mut Ui, view: &View, intents: &mut Vec<Intent>) {
    let width = ui.available_width();
    egui::ScrollArea::vertical().id_salt("right").auto_shrink(false).show(ui, |ui| {
        let room = Rect::from_min_size(
            ui.cursor().min + vec2(INSET, STEP),
            vec2(width - 2.0 * INSET, ui.available_height()),
        );
        let builder = UiBuilder::new().id_salt("sections").max_rect(room);
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            section(ui, "agent", |ui| agent::agent_ui(ui, &view.agent, intents));
            rule(ui);
            match &view.hand {
                Some(hand) => section(ui, "hand", |ui| {
                    hand::hand_ui(ui, hand, agent::fill_of(view.agent.choice), intents);
                }),
                None => section(ui, "why", |ui| {
                    why::why_ui(ui, &view.why, &view.fork, view.agent.choice, intents);
                }),
            }
            rule(ui);
            section(ui, "optimum", |ui| {
                optimum::optimum_ui(ui, &view.plan, view.hidden, &view.agent, intents);
            });
            if view.has_stations {
                rule(ui);
                section(ui, "time", |ui| time::time_ui(ui, &view.time));
            }
            ui.add_space(STEP);
        });
    });
}

/// A part of a column whose widgets keep their names whatever stands above.
fn section(ui: &mut Ui, name: &str, draw: impl FnOnce(&mut Ui)) {
    let place = ui.scope_builder(UiBuilder::new().id_salt(name), draw).response.rect;
    // A lesson may point at it.
    let drawn = (ui.ctx().cumulative_pass_nr(), place.expand2(vec2(STEP, HALF)));
    ui.data_mut(|data| data.insert_temp(section_id(name), drawn));
}

fn hairlines(ui: &Ui, areas: &Areas) {
    let line = theme_of(ui).line();
    let painter = ui.painter();
    painter.hline(areas.whole.x_range(), areas.top.bottom() - 0.5, line);
    for side in [areas.left, areas.strip].into_iter().flatten() {
        painter.vline(side.right() - 0.5, side.y_range(), line);
    }
    if let Some(right) = areas.right {
        painter.vline(right.left() + 0.5, right.y_range(), line);
    }
    let lower = areas.map.left()..=areas.curve.right();
    painter.hline(lower, areas.map.top() + 0.5, line);
    painter.vline(areas.map.right() + 0.5, areas.map.y_range(), line);
}

/// Lets the edges between the panels be dragged.
fn drag_edges(ui: &Ui, areas: &Areas, edges: &mut Edges) {
    let usual = Edges::default();
    let stands = |x: f32, area: Rect| Rect::from_x_y_ranges(x..=x, area.y_range());
    if let Some(left) = areas.left {
        match drag(ui, "Left edge", stands(left.right(), left)) {
            Some(Moved::By(by)) => edges.left = (left.width() + by.x).clamp(176.0, 420.0),
            Some(Moved::Back) => edges.left = usual.left,
            None => {}
        }
    }
    if let Some(right) = areas.right {
        match drag(ui, "Right edge", stands(right.left(), right)) {
            Some(Moved::By(by)) => edges.right = (right.width() - by.x).clamp(240.0, 480.0),
            Some(Moved::Back) => edges.right = usual.right,
            None => {}
        }
    }
    let height = areas.stage.height() + areas.map.height();
    let y = areas.stage.bottom();
    match drag(ui, "Lower edge", Rect::from_x_y_ranges(areas.stage.x_range(), y..=y)) {
        Some(Moved::By(by)) => {
            edges.lower = ((areas.map.height() - by.y) / height.max(1.0)).clamp(0.15, 0.75);
        }
        Some(Moved::Back) => edges.lower = usual.lower,
        None => {}
    }
    let width = areas.map.width() + areas.curve.width();
    match drag(ui, "Middle edge", stands(areas.map.right(), areas.map)) {
        Some(Moved::By(by)) => {
            edges.split = ((areas.map.width() + by.x) / width.max(1.0)).clamp(0.2, 0.8);
        }
        Some(Moved::Back) => edges.split = usual.split,
        None => {}
    }
}

/// How an edge was moved.
enum Moved {
    By(egui::Vec2),
    Back,
}

fn drag(ui: &Ui, name: &str, edge: Rect) -> Option<Moved> {
    let stands = edge.width() < edge.height();
    let reach = if stands { vec2(3.0, 0.0) } else { vec2(0.0, 3.0) };
    let response = ui.interact(edge.expand2(reach), Id::new(name), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ResizeHandle, true, name));
    let held = response.dragged();
    if held || response.hovered() {
        let cursor = if stands { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
        ui.ctx().set_cursor_icon(cursor);
        let theme = theme_of(ui);
        let line = egui::Stroke::new(2.0, if held { theme.accent } else { theme.hovered });
        ui.painter().line_segment([edge.min, edge.max], line);
    }
    if response.double_clicked() {
        return Some(Moved::Back);
    }
    held.then(|| Moved::By(response.drag_delta())).filter(|moved| match moved {
        Moved::By(by) => by.length() > 0.0,
        Moved::Back => true,
    })
}
