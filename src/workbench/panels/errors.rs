//! What is wrong with a file that could not be opened, each error with its place, the path of its
//! field and a remedy, as the command line tells it.

use super::button::{Button, popup_frame};
use super::icon::Icon;
use super::row::{Row, paragraph, rule};
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::number::counted;
use crate::workbench::theme::{HALF, STEP, Size, Weight};
use crate::workbench::view::{ErrorsView, FindingView};
use egui::{Align2, Id, Rect, Ui};

/// Shows the errors on a card over the stage, until they are put away.
pub fn errors_ui(ui: &mut Ui, stage: Rect, view: &ErrorsView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let width = (stage.width() - 6.0 * STEP).min(560.0);
    let height = (stage.height() - 96.0).max(64.0);
    let area = egui::Area::new(Id::new("errors"))
        .order(egui::Order::Foreground)
        .pivot(Align2::CENTER_TOP)
        .fixed_pos(stage.center_top() + egui::vec2(0.0, 2.0 * STEP));
    area.show(ui.ctx(), |ui| {
        popup_frame(&theme).inner_margin(2.0 * STEP).show(ui, |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = HALF;
            title_ui(ui, view, intents);
            let list = egui::ScrollArea::vertical().max_height(height);
            list.show(ui, |ui| {
                for (place, finding) in view.findings.iter().enumerate() {
                    if place > 0 {
                        rule(ui);
                    }
                    finding_ui(ui, finding);
                }
            });
            ui.add_space(STEP);
            let words = "The open scenario runs on.";
            paragraph(ui, Face::small(theme.quiet), words);
        });
    });
}

fn title_ui(ui: &mut Ui, view: &ErrorsView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, 28.0);
    let close = Button::icon("Dismiss errors", "Put this away (Esc)", Icon::Close);
    let place = row.right(28.0);
    if close.show(ui, place, ui.id().with("dismiss errors")).clicked() {
        intents.push(Intent::DismissErrors);
    }
    Icon::Warning.paint(ui.painter(), row.left(20.0), theme.error);
    let warnings = view.findings.iter().filter(|finding| finding.warning).count();
    let errors = counted((view.findings.len() - warnings) as u64, "error", "errors");
    let many = match warnings {
        0 => errors,
        _ => format!("{errors}, {}", counted(warnings as u64, "warning", "warnings")),
    };
    let face = Face { size: Size::Body, weight: Weight::SemiBold, colour: theme.text };
    let room = row.rest.width();
    row.say_left(ui, face, &format!("{} was not opened: {many}", view.file), room);
}

fn finding_ui(ui: &mut Ui, finding: &FindingView) {
    let theme = theme_of(ui);
    paragraph(ui, Face::small(theme.quiet), &finding.place);
    if !finding.path.is_empty() {
        paragraph(ui, Face::small(theme.quiet), &finding.path);
    }
    // Colour alone must not tell the two apart.
    if finding.warning {
        let words = format!("warning: {}", finding.message);
        paragraph(ui, Face::small(theme.warning), &words);
    } else {
        paragraph(ui, Face::small(theme.error), &finding.message);
    }
    if !finding.remedy.is_empty() {
        paragraph(ui, Face::small(theme.text), &finding.remedy);
    }
}
