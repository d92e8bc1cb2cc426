//! Choosing a scenario file, drawn here because the desktop's own dialog needs services that a
//! bare display does not have.

use super::button::{Button, Look, popup_frame};
use super::icon::{self, Icon};
use super::row::{ROW, Row, heading, notice, paragraph};
use super::theme_of;
use crate::scenario::plain_file::ends_in;
use crate::workbench::intent::Intent;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Weight, font};
use crate::workbench::view::FileDialogView;
use egui::{Id, Key, Margin, Sense, TextEdit, Ui, WidgetInfo, WidgetType, vec2};
use std::path::{Path, PathBuf};

/// Shows the dialog over everything else while it is open.
pub fn file_dialog_ui(ui: &mut Ui, view: &FileDialogView, intents: &mut Vec<Intent>) {
    let state = Id::new("file dialog");
    if !view.shown {
        ui.data_mut(|data| data.remove::<State>(state));
        return;
    }
    let theme = theme_of(ui);
    let screen = ui.ctx().content_rect();
    let width = (screen.width() - 96.0).min(560.0);
    let list_height = (screen.height() - 260.0).clamp(120.0, 420.0);
    let mut now = ui.data(|data| data.get_temp::<State>(state)).unwrap_or_default();
    if now.folder != view.folder {
        now = State { folder: view.folder.clone(), ..State::at(&view.folder) };
    }
    let modal = egui::Modal::new(state).frame(popup_frame(&theme).inner_margin(2.0 * STEP));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = HALF;
        heading(ui, "Open a scenario");
        path_ui(ui, &mut now, intents);
        if let Some(error) = &view.error {
            notice(ui, Icon::Warning, theme.error, error);
        }
        let list = egui::ScrollArea::vertical().max_height(list_height).auto_shrink(false);
        list.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            list_ui(ui, view, &mut now, intents);
        });
        ui.add_space(STEP);
        buttons_ui(ui, &now, intents);
    });
    if shown.should_close() {
        intents.push(Intent::ShowFileDialog(false));
    }
    ui.data_mut(|data| data.insert_temp(state, now));
}

/// What was typed and picked since the folder was opened.
#[derive(Debug, Clone, Default)]
struct State {
    folder: PathBuf,
    typed: String,
    picked: Option<PathBuf>,
}

impl State {
    fn at(folder: &Path) -> Self {
        Self { typed: folder.display().to_string(), ..Self::default() }
    }
}

/// The path can be typed: a file is opened, a folder listed.
fn path_ui(ui: &mut Ui, now: &mut State, intents: &mut Vec<Intent>) {
    let edit = TextEdit::singleline(&mut now.typed)
        .id(ui.id().with("path"))
        .font(font(Size::Small, Weight::Regular))
        .margin(Margin::symmetric(8, 4))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).tip("Type a folder or a file, then Enter");
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Path"));
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        // A relative path is meant from the folder that is shown, if it leads anywhere from there.
        let typed = PathBuf::from(now.typed.trim());
        let from_here = now.folder.join(&typed);
        let path = if from_here.exists() { from_here } else { typed };
        intents.push(if is_scenario(&path) {
            Intent::OpenFile(path)
        } else {
            Intent::BrowseTo(path)
        });
    }
}

fn is_scenario(path: &Path) -> bool {
    ends_in(path, "ron")
}

fn list_ui(ui: &mut Ui, view: &FileDialogView, now: &mut State, intents: &mut Vec<Intent>) {
    if let Some(parent) = view.folder.parent()
        && entry_ui(ui, "Parent folder", "..", Icon::Up, false).clicked()
    {
        intents.push(Intent::BrowseTo(parent.to_owned()));
    }
    for folder in &view.folders {
        let name = name_of(folder);
        if entry_ui(ui, &name, &name, Icon::Folder, false).clicked() {
            intents.push(Intent::BrowseTo(folder.clone()));
        }
    }
    for file in &view.files {
        let name = name_of(file);
        let picked = now.picked.as_ref() == Some(file);
        let response = entry_ui(ui, &name, &name, Icon::List, picked);
        if response.double_clicked() {
            intents.push(Intent::OpenFile(file.clone()));
        } else if response.clicked() {
            now.picked = Some(file.clone());
            now.typed = file.display().to_string();
        }
    }
    if view.error.is_none() && view.folders.is_empty() && view.files.is_empty() {
        let theme = theme_of(ui);
        let words = "There is no folder and no scenario file (.ron) here.";
        paragraph(ui, Face::small(theme.quiet), words);
    }
}

fn entry_ui(ui: &mut Ui, name: &str, words: &str, icon: Icon, picked: bool) -> egui::Response {
    let theme = theme_of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let response = ui.interact(rect, ui.id().with(("entry", name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, picked, name));
    if picked || response.hovered() {
        let ground = if picked { theme.hovered } else { theme.raised };
        ui.painter().rect_filled(rect, RADIUS, ground);
    }
    if response.has_focus() {
        icon::focus_ring(ui.painter(), rect, theme.accent);
    }
    let mut row = Row::over(rect, response.id);
    icon.paint(ui.painter(), row.left(28.0), theme.quiet);
    row.right(STEP);
    let galley = Face::small(theme.text).layout(ui.painter(), words, row.rest.width());
    let elided = galley.elided;
    let at = egui::Align2::LEFT_CENTER.align_size_within_rect(galley.size(), row.rest);
    ui.painter().galley(at.min, galley, theme.text);
    if elided { response.tip(words) } else { response }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn buttons_ui(ui: &mut Ui, now: &State, intents: &mut Vec<Intent>) {
    let mut row = Row::new(ui, 28.0);
    let open = Button::words("Open", "Open the picked file (Enter)", "Open")
        .looking(if now.picked.is_some() { Look::Accent } else { Look::Raised })
        .enabled(now.picked.is_some());
    let place = row.right(80.0);
    if open.show(ui, place, ui.id().with("open")).clicked() {
        intents.extend(now.picked.clone().map(Intent::OpenFile));
    }
    let free = ui.memory(|memory| memory.focused().is_none());
    if free && ui.input(|input| input.key_pressed(Key::Enter)) {
        intents.extend(now.picked.clone().map(Intent::OpenFile));
    }
    row.right(STEP);
    let cancel =
        Button::words("Cancel", "Close without opening (Esc)", "Cancel").looking(Look::Raised);
    let place = row.right(80.0);
    if cancel.show(ui, place, ui.id().with("cancel")).clicked() {
        intents.push(Intent::ShowFileDialog(false));
    }
}
