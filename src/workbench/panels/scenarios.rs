//! The list of scenarios, by family, with a search.

use super::button::Button;
use super::icon::{self, Icon};
use super::row::{ROW, Row, fold, heading};
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::language::{Tip as _, said};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Weight, font};
use crate::workbench::view::LibraryView;
use egui::{Id, Margin, Rect, Sense, TextEdit, Ui, WidgetInfo, WidgetType, vec2};

/// The heading of the lessons.
const LESSONS: &str = "lessons";

/// How far a scenario stands in under its family (points).
const INDENT: f32 = 22.0;

/// Shows the heading, the search field and the list. The list scrolls where it has no room.
pub fn scenarios_ui(ui: &mut Ui, view: &LibraryView, intents: &mut Vec<Intent>) {
    let mut row = heading(ui, "Scenarios");
    let open = Button {
        icon: Some(Icon::Folder),
        quiet: true,
        ..Button::words("Open file…", "Open a scenario file (Ctrl+O)", "Open file…")
    };
    let place = row.right(open.width(ui));
    if open.show(ui, place, ui.id().with("open file")).clicked() {
        intents.push(Intent::ShowFileDialog(true));
    }
    ui.add_space(HALF);
    let sought = search_ui(ui);
    ui.add_space(HALF);
    // Whole rows: half a title at the bottom can be neither read nor told from what lies below.
    let whole = ((ui.available_height() / ROW).floor() * ROW).max(ROW);
    egui::ScrollArea::vertical().id_salt("scenarios").max_height(whole).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        list_ui(ui, view, &sought, intents);
    });
}

/// How tall the panel is with all its rows, so that the parameters below can have the rest.
pub fn height(ui: &Ui, view: &LibraryView) -> f32 {
    let sought = sought(ui);
    let rows: usize = view
        .families
        .iter()
        .map(|(family, scenarios)| {
            let shown = scenarios.iter().filter(|(_, title)| matches(title, &sought)).count();
            match (sought.is_empty(), is_unfolded(ui, view, family)) {
                (true, true) => 1 + shown,
                (true, false) => 1,
                (false, _) if shown == 0 => 0,
                (false, _) => 1 + shown,
            }
        })
        .sum();
    let shown = view.lessons.iter().filter(|(_, title, _)| matches(title, &sought)).count();
    let lessons = match (sought.is_empty(), is_unfolded(ui, view, LESSONS)) {
        _ if shown == 0 => 0,
        (true, false) => 1,
        _ => 1 + shown,
    };
    let rows = rows + lessons;
    2.0 * ROW + 4.0 * HALF + rows.max(1) as f32 * ROW
}

fn search_ui(ui: &mut Ui) -> String {
    let theme = theme_of(ui);
    let mut text = sought(ui);
    let row = Row::new(ui, ROW);
    ui.painter().rect_filled(row.whole, RADIUS, theme.raised);
    let glass = Rect::from_min_size(row.whole.min, vec2(ROW, ROW));
    Icon::Search.paint(ui.painter(), glass, theme.quiet);
    let field = row.whole.with_min_x(glass.right() - HALF);
    let edit = TextEdit::singleline(&mut text)
        .id(ui.id().with("search"))
        .font(font(Size::Small, Weight::Regular))
        .frame(egui::Frame::NONE)
        .margin(Margin::symmetric(4, 4))
        .hint_text(said(ui.ctx(), "Search").into_owned())
        .vertical_align(egui::Align::Center)
        .min_size(field.size())
        .desired_width(field.width() - STEP);
    let response = ui.put(field, edit).tip("Show scenarios whose title has these words");
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Search scenarios"));
    if response.has_focus() {
        icon::focus_ring(ui.painter(), row.whole, theme.accent);
    }
    if response.changed() {
        ui.data_mut(|data| data.insert_temp(sought_id(), text.clone()));
    }
    text
}

fn list_ui(ui: &mut Ui, view: &LibraryView, sought: &str, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut any = lessons_ui(ui, view, sought, intents);
    for (family, scenarios) in &view.families {
        let found: Vec<_> = scenarios.iter().filter(|(_, title)| matches(title, sought)).collect();
        if !sought.is_empty() && found.is_empty() {
            continue;
        }
        any = true;
        let unfolded = !sought.is_empty() || is_unfolded(ui, view, family);
        if fold(ui, family, family, "", unfolded) {
            ui.data_mut(|data| data.insert_temp(unfolded_id(family), !unfolded));
        }
        for (name, title) in found.iter().filter(|_| unfolded) {
            let open = view.open.as_deref() == Some(name.as_str());
            if scenario_ui(ui, name, title, open) && !open {
                intents.push(Intent::OpenShipped(name.clone()));
            }
        }
    }
    if !any {
        let mut row = Row::new(ui, ROW);
        let words = if sought.is_empty() { "no scenarios came along" } else { "nothing found" };
        let room = row.rest.width();
        row.say_left(ui, Face::small(theme.quiet), words, room);
    }
}

/// The lessons, above the scenarios.
fn lessons_ui(ui: &mut Ui, view: &LibraryView, sought: &str, intents: &mut Vec<Intent>) -> bool {
    let found: Vec<_> =
        view.lessons.iter().filter(|(_, title, _)| matches(title, sought)).collect();
    if found.is_empty() {
        return false;
    }
    let unfolded = !sought.is_empty() || is_unfolded(ui, view, LESSONS);
    let done = view.lessons.iter().filter(|(.., finished)| *finished).count();
    let note = if done > 0 { format!("{done} of {}", view.lessons.len()) } else { String::new() };
    if fold(ui, LESSONS, LESSONS, &note, unfolded) {
        ui.data_mut(|data| data.insert_temp(unfolded_id(LESSONS), !unfolded));
    }
    for (name, title, finished) in found.iter().filter(|_| unfolded) {
        let words = if *finished { format!("{title} ✓") } else { title.clone() };
        if scenario_ui(ui, name, &words, false) {
            intents.push(Intent::BeginLesson(name.clone()));
        }
    }
    true
}

fn scenario_ui(ui: &mut Ui, name: &str, title: &str, open: bool) -> bool {
    let theme = theme_of(ui);
    let size = vec2(ui.available_width(), ROW);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    // What is scrolled out of sight lies under other panels: it is not there to be clicked.
    if !ui.clip_rect().shrink(1.0).intersects(rect) {
        return false;
    }
    let response = ui.interact(rect, ui.id().with(("scenario", name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, open, title));
    if open || response.hovered() {
        let ground = if open { theme.raised } else { theme.hovered };
        ui.painter().rect_filled(rect, RADIUS, ground);
    }
    if response.has_focus() {
        icon::focus_ring(ui.painter(), rect, theme.accent);
    }
    let mut row = Row::over(rect, response.id);
    row.left(INDENT);
    row.right(HALF);
    let ink = if open || response.hovered() { theme.text } else { theme.quiet };
    let elided = paint_title(ui, row.rest, title, ink);
    let tooltip = if elided { format!("{title}\n{name}") } else { name.to_owned() };
    response.tip(tooltip).clicked()
}

fn paint_title(ui: &Ui, rect: Rect, title: &str, ink: egui::Color32) -> bool {
    let galley = Face::small(ink).layout(ui.painter(), title, rect.width());
    let elided = galley.elided;
    let at = egui::Align2::LEFT_CENTER.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(at.min, galley, ink);
    elided
}

fn matches(title: &str, sought: &str) -> bool {
    let title = title.to_lowercase();
    sought.to_lowercase().split_whitespace().all(|word| title.contains(word))
}

/// A family is folded until it is clicked, save the one that the open scenario is in.
fn is_unfolded(ui: &Ui, view: &LibraryView, family: &str) -> bool {
    let clicked = ui.data(|data| data.get_temp::<bool>(unfolded_id(family)));
    clicked.unwrap_or_else(|| {
        view.open.as_deref().is_some_and(|open| {
            view.families
                .iter()
                .filter(|(name, _)| name == family)
                .any(|(_, scenarios)| scenarios.iter().any(|(name, _)| name == open))
        })
    })
}

fn unfolded_id(family: &str) -> Id {
    Id::new(("family unfolded", family))
}

fn sought_id() -> Id {
    Id::new("scenario sought")
}

fn sought(ui: &Ui) -> String {
    ui.data(|data| data.get_temp(sought_id())).unwrap_or_default()
}
