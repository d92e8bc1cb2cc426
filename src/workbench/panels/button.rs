//! Buttons, menus and switches, each with an accessible name and a tooltip.

use super::icon::{self, Icon};
use super::row::{ROW, Row};
use super::theme_of;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, Mode, RADIUS, STEP, Theme, Weight};
use egui::{
    Align2, Color32, Id, Popup, PopupCloseBehavior, Rect, Response, Sense, Ui, WidgetInfo,
    WidgetType, vec2,
};

/// How a button looks while nobody touches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// On the ground of its panel, raised only under the pointer.
    Bare,
    /// Raised.
    Raised,
    /// In the colour of what is on.
    Accent,
}

/// A button: its face is an icon, words, or both.
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    /// The accessible name, by which scripts click it.
    pub name: &'a str,
    /// What the tooltip says, with its key.
    pub tooltip: &'a str,
    /// The icon.
    pub icon: Option<Icon>,
    /// The words; empty for an icon alone.
    pub words: &'a str,
    /// The weight of the words.
    pub weight: Weight,
    /// How it looks.
    pub look: Look,
    /// Whether the icon stands behind the words.
    pub icon_last: bool,
    /// Whether it can be pressed.
    pub enabled: bool,
    /// Whether the words are quiet.
    pub quiet: bool,
}

impl<'a> Button<'a> {
    /// An icon alone.
    pub const fn icon(name: &'a str, tooltip: &'a str, icon: Icon) -> Self {
        Self {
            name,
            tooltip,
            icon: Some(icon),
            words: "",
            weight: Weight::Regular,
            look: Look::Bare,
            icon_last: false,
            enabled: true,
            quiet: false,
        }
    }

    /// Words alone.
    pub const fn words(name: &'a str, tooltip: &'a str, words: &'a str) -> Self {
        Self { icon: None, words, ..Self::icon(name, tooltip, Icon::Down) }
    }

    /// Quiet words with a mark that says that a menu opens below.
    pub const fn menu(name: &'a str, tooltip: &'a str, words: &'a str) -> Self {
        Self { words, icon_last: true, quiet: true, ..Self::icon(name, tooltip, Icon::Down) }
    }

    /// The same with another look.
    pub const fn looking(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// The same, pressable or not.
    pub const fn enabled(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    /// How wide it wants to be.
    pub fn width(&self, ui: &Ui) -> f32 {
        let icon = if self.icon.is_some() { self.icon_room() } else { 0.0 };
        if self.words.is_empty() {
            return ROW;
        }
        let words =
            Face::small(Color32::WHITE).weighing(self.weight).width(ui.painter(), self.words);
        let gap = if self.icon.is_some() { HALF } else { 0.0 };
        (icon + gap + words).ceil() + if self.look == Look::Bare { 0.0 } else { 2.0 * STEP }
    }

    /// The mark of a menu is smaller than other icons.
    fn icon_room(&self) -> f32 {
        if self.icon == Some(Icon::Down) { 10.0 } else { 16.0 }
    }

    /// Shows the button in a rectangle.
    pub fn show(&self, ui: &Ui, rect: Rect, id: Id) -> Response {
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, id, sense);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, self.enabled, self.name));
        let theme = theme_of(ui);
        let (ground, ink) = self.colours(&theme, &response);
        // Bare words line up with what stands above them; their ground reaches a little further.
        let bare = self.look == Look::Bare && !self.words.is_empty();
        let plane = if bare { rect.expand2(vec2(HALF, 0.0)) } else { rect };
        if let Some(ground) = ground {
            ui.painter().rect_filled(plane, RADIUS, ground);
        }
        if response.has_focus() {
            icon::focus_ring(ui.painter(), plane, theme.accent);
        }
        self.paint_face(ui, rect, ink);
        if self.tooltip.is_empty() { response } else { response.tip(self.tooltip) }
    }

    fn colours(&self, theme: &Theme, response: &Response) -> (Option<Color32>, Color32) {
        let on_accent = crate::workbench::colour::hex(0x0E1114);
        let ink = match (self.enabled, self.look, self.quiet) {
            (true, Look::Accent, _) => on_accent,
            (true, _, false) => theme.text,
            (true, _, true) if response.hovered() => theme.text,
            _ => theme.quiet,
        };
        let ground = match self.look {
            Look::Accent => Some(theme.accent),
            _ if self.enabled && response.hovered() => Some(theme.hovered),
            Look::Raised => Some(theme.raised),
            Look::Bare => None,
        };
        (ground, ink)
    }

    fn paint_face(&self, ui: &Ui, rect: Rect, ink: Color32) {
        let painter = ui.painter();
        if self.words.is_empty() {
            if let Some(icon) = self.icon {
                icon.paint(painter, rect, ink);
            }
            return;
        }
        let inset = if self.look == Look::Bare { 0.0 } else { STEP };
        let mut row = Row::over(rect.shrink2(vec2(inset, 0.0)), Id::NULL);
        let face = Face::small(ink).weighing(self.weight);
        if let Some(icon) = self.icon {
            let square = self.icon_room();
            let square = if self.icon_last { row.right(square) } else { row.left(square) };
            icon.paint(painter, square, ink);
            let _gap = if self.icon_last { row.right(HALF) } else { row.left(HALF) };
        }
        let galley = face.layout(painter, self.words, row.rest.width() + 0.5);
        let anchor = if self.icon.is_some() { Align2::LEFT_CENTER } else { Align2::CENTER_CENTER };
        let at = anchor.align_size_within_rect(galley.size(), row.rest);
        painter.galley(at.min, galley, ink);
    }
}

/// Shows a button that opens a menu, `width` points wide, below it.
pub fn menu(ui: &Ui, response: &Response, width: f32, content: impl FnOnce(&mut Ui)) {
    let theme = theme_of(ui);
    Popup::menu(response).gap(HALF).width(width).frame(popup_frame(&theme)).show(|ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        content(ui);
    });
}

/// Shows a button that opens a panel below it; clicks inside do not close it.
pub fn popover(ui: &Ui, response: &Response, width: f32, content: impl FnOnce(&mut Ui)) {
    let theme = theme_of(ui);
    Popup::from_toggle_button_response(response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .gap(HALF)
        .width(width)
        .frame(popup_frame(&theme))
        .show(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = HALF;
            content(ui);
        });
}

/// The frame of what floats above the panels.
pub fn popup_frame(theme: &Theme) -> egui::Frame {
    egui::Frame::new()
        .fill(theme.panel)
        .stroke(theme.line())
        .corner_radius(RADIUS)
        .inner_margin(STEP)
        .shadow(egui::Shadow {
            offset: [0, 4],
            blur: 16,
            spread: 0,
            color: Color32::from_black_alpha(if theme.mode == Mode::Dark { 96 } else { 32 }),
        })
}

/// One line of a menu. Returns whether it was clicked. `note` stands below in a quieter tone over
/// as many lines as it needs.
pub struct Item<'a> {
    /// The words, and the accessible name.
    pub name: &'a str,
    /// What stands below, or empty.
    pub note: &'a str,
    /// What stands at the right: its key.
    pub key: &'a str,
    /// Whether it is the one in use.
    pub selected: bool,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// Whether the keyboard would choose it.
    pub lit: bool,
}

impl<'a> Item<'a> {
    /// A line that can be chosen.
    pub const fn new(name: &'a str) -> Self {
        Self { name, note: "", key: "", selected: false, enabled: true, lit: false }
    }

    /// Shows the line and returns whether it was clicked.
    pub fn show(&self, ui: &mut Ui) -> bool {
        let theme = theme_of(ui);
        let room = ui.available_width();
        let note = (!self.note.is_empty())
            .then(|| Face::small(theme.quiet).wrap(ui.painter(), self.note, room - 24.0 - STEP));
        let height = ROW + note.as_ref().map_or(0.0, |note| note.size().y + HALF);
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(vec2(room, height), sense);
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::Button, self.enabled, self.selected, self.name)
        });
        if self.enabled && (self.lit || response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, RADIUS, theme.hovered);
        }
        let mut row = Row::over(rect.with_max_y(rect.top() + ROW), response.id);
        let mark = row.left(24.0);
        row.right(STEP);
        if self.selected {
            Icon::Check.paint(ui.painter(), mark, theme.text);
        }
        let ink = if self.enabled { theme.text } else { theme.quiet };
        let at = row.rest.right_center();
        let key = Face::small(theme.quiet).paint(ui.painter(), Align2::RIGHT_CENTER, at, self.key);
        let room = key.left() - row.rest.left() - HALF;
        let at = row.rest.left_center();
        Face::small(ink).paint_within(ui.painter(), Align2::LEFT_CENTER, at, self.name, room);
        if let Some(note) = note {
            let at = rect.left_top() + vec2(24.0, ROW - 2.0);
            ui.painter().galley(at, note, theme.quiet);
        }
        response.clicked()
    }
}

/// Shows one side of a switch between a few words; the row of them stands on one raised ground.
/// `options` are (name, words, tooltip). Returns the place that was clicked.
pub fn switch(
    ui: &Ui,
    rect: Rect,
    id: Id,
    options: &[(&str, &str, &str)],
    on: usize,
) -> Option<usize> {
    let theme = theme_of(ui);
    ui.painter().rect_filled(rect, RADIUS, theme.raised);
    let width = rect.width() / options.len().max(1) as f32;
    let mut clicked = None;
    for (place, (name, words, tooltip)) in options.iter().enumerate() {
        let left = rect.left() + width * place as f32;
        let cell = rect.with_min_x(left).with_max_x(left + width);
        let response = ui.interact(cell, id.with(place), Sense::click());
        let selected = place == on;
        response
            .widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, selected, name));
        if selected {
            let inner = cell.shrink(2.0);
            ui.painter().rect_filled(inner, RADIUS - 2, theme.panel);
        }
        if response.has_focus() {
            icon::focus_ring(ui.painter(), cell, theme.accent);
        }
        let ink = if selected || response.hovered() { theme.text } else { theme.quiet };
        Face::small(ink).paint(ui.painter(), Align2::CENTER_CENTER, cell.center(), words);
        if response.tip(*tooltip).clicked() && !selected {
            clicked = Some(place);
        }
    }
    clicked
}

/// How wide a switch between these words wants to be.
pub fn switch_width(ui: &Ui, options: &[(&str, &str, &str)]) -> f32 {
    let face = Face::small(Color32::WHITE);
    let widest = options.iter().map(|(_, words, _)| face.width(ui.painter(), words));
    (widest.fold(0.0, f32::max).ceil() + 2.0 * STEP) * options.len() as f32
}
