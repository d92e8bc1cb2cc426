//! The whole window: the bar at the top, and below it the panes, each drawn where it stands.

use super::button::{Button, Look, popup_frame};
use super::icon::Icon;
use super::row::rule;
use super::{
    about, agent, curve, editor, errors, field, file_dialog, glossary, hand, hints, keyboard,
    lesson, map, notice, optimum, palette, parameters, scenarios, theme_of, time, transport, why,
};
use crate::workbench::docks::{self, Docks, GAP, Pane, TITLES};
use crate::workbench::intent::Intent;
use crate::workbench::language::{Tip as _, said};
use crate::workbench::theme::{HALF, STEP, Size, Theme, Weight, font};
use crate::workbench::view::View;
use egui::{
    Color32, CursorIcon, Id, Popup, PopupCloseBehavior, Rect, RectAlign, RichText, Sense, Stroke,
    Style, Ui, UiBuilder, Visuals, WidgetInfo, WidgetText, WidgetType, pos2, vec2,
};
use egui_tiles::{
    Behavior, EditAction, ResizeState, SimplificationOptions, TabState, TileId, Tiles, UiResponse,
};

/// The height of the bar at the top (points).
pub const BAR: f32 = 40.0;
/// Below this width the scenarios fold to icons (points).
pub const FOLDS_BELOW: f32 = 1100.0;
/// The width of the folded scenarios (points).
const STRIP: f32 = 40.0;
/// Space between a panel's edge and what it shows (points).
const INSET: f32 = 12.0;
/// The width of the bar's title where no scenarios stand below it (points).
const TITLE: f32 = 220.0;

/// Where everything is. The areas lie side by side and fill the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Areas {
    /// The whole window.
    pub whole: Rect,
    /// The bar at the top.
    pub top: Rect,
    /// The icons of the scenarios, where there is no room for these.
    pub strip: Option<Rect>,
    /// The panes that are seen, in the order of [`Pane::ALL`].
    panes: [Option<Rect>; Pane::ALL.len()],
}

impl Areas {
    /// Divides a window between the bar, the folded scenarios, and the panes, which are yet to come.
    fn of(whole: Rect, folded: bool) -> Self {
        let whole = Rect::from_min_max(whole.min.round(), whole.max.round());
        let top = whole.with_max_y((whole.top() + BAR).min(whole.bottom()));
        let below = whole.with_min_y(top.bottom());
        let strip = folded.then(|| below.with_max_x((below.left() + STRIP).min(below.right())));
        Self { whole, top, strip, panes: [None; Pane::ALL.len()] }
    }

    /// The room of all panes.
    fn below(&self) -> Rect {
        let left = self.strip.map_or(self.whole.left(), |strip| strip.right());
        self.whole.with_min_y(self.top.bottom()).with_min_x(left)
    }

    /// Where a pane is, if it is seen.
    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes.get(pane as usize).copied().flatten()
    }

    /// Where the picture is, or the room of all panes where it is behind another.
    pub fn stage(&self) -> Rect {
        self.pane(Pane::Picture).unwrap_or(self.below())
    }
}

/// What the tree of panes is drawn with.
struct Panes<'a> {
    view: &'a View,
    intents: &'a mut Vec<Intent>,
    stage: &'a mut dyn FnMut(&mut Ui),
    areas: &'a mut Areas,
    theme: Theme,
    /// Whether something was clicked twice, and whether that was an edge.
    twice: bool,
    restore: bool,
    /// Whether panes were moved or sized.
    edited: bool,
}

impl Behavior<Pane> for Panes<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, pane: &mut Pane) -> UiResponse {
        let rect = Rect::from_min_max(ui.max_rect().min.round(), ui.max_rect().max.round());
        if let Some(area) = self.areas.panes.get_mut(*pane as usize) {
            *area = Some(rect);
        }
        let (view, intents) = (self.view, &mut *self.intents);
        match pane {
            Pane::Scenario => region(ui, rect, INSET, "left", |ui| match &view.lesson {
                Some(lesson) => lesson::lesson_ui(ui, lesson, intents),
                None => left_ui(ui, view, intents),
            }),
            Pane::Picture => {
                let mut picture = rect;
                if view.shows_text && !view.text.is_empty() {
                    picture = about::about_ui(ui, rect, &view.text, intents);
                }
                region(ui, picture, 0.0, "stage", |ui| (self.stage)(ui));
            }
            Pane::Map => region(ui, rect, INSET, "map", |ui| {
                map::map_ui(ui, view.map.as_ref(), &view.no_map, intents);
            }),
            Pane::Curve => region(ui, rect, INSET, "curve", |ui| {
                curve::curve_ui(ui, &view.curve, &view.agent.options, intents);
            }),
            Pane::Beside => region(ui, rect, INSET, "beside", |ui| {
                if let Some(beside) = &view.beside {
                    curve::curve_ui(ui, beside, &view.agent.options, intents);
                }
            }),
            Pane::Agent => region(ui, rect, 0.0, "right", |ui| right_ui(ui, view, intents)),
            Pane::Editor => region(ui, rect, INSET, "editor", |ui| {
                if let Some(editor) = &view.editor {
                    editor::editor_ui(ui, editor, intents);
                }
            }),
        }
        grip(ui, rect, *pane, &self.theme)
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        RichText::new(pane.title()).font(font(Size::Small, Weight::SemiBold)).into()
    }

    fn drag_ui(&mut self, tiles: &Tiles<Pane>, ui: &mut Ui, tile: TileId) {
        let title = tiles.get_pane(&tile).map_or("", |pane| pane.title());
        popup_frame(&self.theme).show(ui, |ui| {
            let words = said(ui.ctx(), title).into_owned();
            ui.label(RichText::new(words).font(font(Size::Small, Weight::SemiBold)));
        });
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<Pane>, tile: TileId) -> WidgetText {
        match tiles.get_pane(&tile) {
            Some(pane) => self.tab_title_for_pane(pane),
            None => RichText::new("Panes").font(font(Size::Small, Weight::SemiBold)).into(),
        }
    }

    fn gap_width(&self, _: &Style) -> f32 {
        GAP
    }

    fn min_size(&self) -> f32 {
        120.0
    }

    fn tab_bar_height(&self, _: &Style) -> f32 {
        TITLES
    }

    fn tab_title_spacing(&self, _: &Visuals) -> f32 {
        INSET
    }

    fn tab_bar_color(&self, _: &Visuals) -> Color32 {
        self.theme.ground
    }

    fn tab_bg_color(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, tab: &TabState) -> Color32 {
        if tab.active { self.theme.panel } else { Color32::TRANSPARENT }
    }

    fn tab_outline_stroke(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, _: &TabState) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, _: &Visuals) -> Stroke {
        self.theme.line()
    }

    fn tab_text_color(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, tab: &TabState) -> Color32 {
        if tab.active { self.theme.text } else { self.theme.quiet }
    }

    fn resize_stroke(&self, _: &Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => self.theme.line(),
            ResizeState::Hovering => Stroke::new(2.0, self.theme.hovered),
            ResizeState::Dragging => Stroke::new(2.0, self.theme.accent),
        }
    }

    fn drag_preview_color(&self, _: &Visuals) -> Color32 {
        self.theme.accent.gamma_multiply(0.25)
    }

    fn drag_preview_stroke(&self, _: &Visuals) -> Stroke {
        Stroke::new(1.0, self.theme.accent)
    }

    fn dragged_overlay_color(&self, _: &Visuals) -> Color32 {
        self.theme.ground.gamma_multiply(0.6)
    }

    fn on_edit(&mut self, edit: EditAction) {
        self.edited |= matches!(edit, EditAction::TileResized | EditAction::TileDropped);
        self.restore |= self.twice && edit == EditAction::TileResized;
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions::default()
    }
}

/// What a pane is moved by: it shows while the pointer is over the pane.
fn grip(ui: &Ui, pane: Rect, which: Pane, theme: &Theme) -> UiResponse {
    let place = Rect::from_center_size(pos2(pane.center().x, pane.top() + 4.0), vec2(36.0, 8.0));
    let response = ui.interact(place, ui.id().with("grip"), Sense::drag());
    let name = format!("Move {}", which.title());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &name));
    if response.hovered() || response.dragged() || ui.rect_contains_pointer(pane) {
        let lit = response.hovered() || response.dragged();
        let ink = if lit { theme.accent } else { theme.quiet };
        for dot in 0..5 {
            let x = place.left() + 6.0 + 6.0 * dot as f32;
            ui.painter().circle_filled(pos2(x, place.center().y), 1.2, ink);
        }
    }
    let started = response.drag_started();
    response
        .on_hover_cursor(CursorIcon::Grab)
        .tip("Drag this pane elsewhere: beside another, or onto it to stand behind it");
    if started { UiResponse::DragStarted } else { UiResponse::None }
}

/// Draws the whole window. `stage` draws what is in the middle, in the room it is given.
pub fn workbench_ui(
    ui: &mut Ui,
    view: &View,
    docks: &mut Docks,
    intents: &mut Vec<Intent>,
    stage: &mut dyn FnMut(&mut Ui),
) -> Areas {
    keyboard::keyboard(ui, view, intents);
    let whole = ui.max_rect();
    let layout = view.layout;
    let tree = docks.tree(layout);
    let scenarios = tree.tiles.find_pane(&Pane::Scenario);
    let folds = whole.width() < FOLDS_BELOW && view.lesson.is_none() && view.sides;
    let mut areas = Areas::of(whole, folds && scenarios.is_some());
    let below = areas.below();
    for (pane, shown) in [
        (Pane::Scenario, view.lesson.is_some() || (view.sides && areas.strip.is_none())),
        (Pane::Agent, view.sides),
    ] {
        if let Some(tile) = tree.tiles.find_pane(&pane) {
            tree.set_visible(tile, shown);
        }
    }
    let wanted = docks::wanted(&tree.tiles);
    if let Some(root) = tree.root() {
        docks::fit(&mut tree.tiles, root, below.size());
    }

    // The window is cleared to the panels' colour before anything is drawn: to paint it over once
    // more would cost a renderer without a graphics card a third of the frame.
    let beside = scenarios.and_then(|tile| tree.tiles.rect(tile));
    let beside = beside.filter(|left| areas.strip.is_none() && left.left() <= whole.left() + 1.0);
    let title = beside.map_or(TITLE, |left| left.width().min(TITLE));
    let mut speed = areas.top;
    region(ui, areas.top, 0.0, "top", |ui| {
        speed = transport::transport_ui(ui, view, title, intents);
    });
    if let Some(strip) = areas.strip {
        region(ui, strip, 0.0, "strip", |ui| strip_ui(ui, strip, view, intents));
    }
    let theme = theme_of(ui);
    let twice = ui.input(|i| i.pointer.button_double_clicked(egui::PointerButton::Primary));
    let mut panes = Panes {
        view,
        intents,
        stage,
        areas: &mut areas,
        theme,
        twice,
        restore: false,
        edited: false,
    };
    let mut room = ui.new_child(UiBuilder::new().id_salt("panes").max_rect(below));
    tree.ui(&mut panes, &mut room);
    let (restore, edited) = (panes.restore, panes.edited);
    if !edited {
        docks::put_back(&mut tree.tiles, &wanted);
    }
    if restore {
        docks.restore_sizes(layout);
    }
    intents.extend(field::take_refusal(ui).map(Intent::Say));
    hairlines(ui, &areas);

    if let Some(lesson) = &view.lesson {
        point_out(ui, &areas, &lesson.highlight);
    }
    if view.hints {
        hints::hints_ui(ui, &areas, speed, intents);
    }
    let mut above = areas.stage();
    if let Some(words) = &view.notice {
        above = notice::notice_ui(ui, areas.stage(), words, intents);
    }
    notice::offer_ui(ui, above, &view.left, intents);
    if let Some(view) = &view.errors {
        errors::errors_ui(ui, areas.stage(), view, intents);
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
            "map" => areas.pane(Pane::Map),
            "curve" => areas.pane(Pane::Curve),
            "picture" => areas.pane(Pane::Picture),
            "figures" => {
                areas.pane(Pane::Picture).map(|stage| stage.with_max_y(stage.top() + 96.0))
            }
            section => {
                // Only what is there in this frame.
                let drawn = ui.data(|data| data.get_temp::<(u64, Rect)>(section_id(section)));
                let now = ui.ctx().cumulative_pass_nr();
                drawn.filter(|(pass, _)| *pass == now).map(|(_, place)| place)
            }
        };
        let within = areas.pane(Pane::Agent).map_or(areas.whole, |right| match part.as_str() {
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
                    let beside = (&view.fork, &view.change);
                    why::why_ui(ui, &view.why, beside, view.agent.choice, intents);
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
    if let Some(strip) = areas.strip {
        painter.vline(strip.right() - 0.5, strip.y_range(), line);
    }
}
