//! The whole window drawn with sample data and used by name, as scripts and people do.

mod controls;
mod dialogs;
mod files;
mod hand;
mod keys;
mod places;
mod shipped;

use super::layout::{Areas, workbench_ui};
use crate::workbench::docks::{Docks, Layout, Pane};
use crate::workbench::fonts;
use crate::workbench::intent::Intent;
use crate::workbench::theme::Theme;
use crate::workbench::view::View;
use egui::accesskit::Role;
use egui::{Key, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// What a test shows, and what came back.
pub struct Shown {
    pub view: View,
    pub intents: Vec<Intent>,
    pub docks: Docks,
    pub areas: Option<Areas>,
    pub stage: Option<Rect>,
}

/// A window of this size with this view in it.
pub fn window(size: (f32, f32), theme: Theme, view: View) -> Harness<'static, Shown> {
    let mut ready = false;
    let shown =
        Shown { view, docks: Docks::default(), intents: Vec::new(), areas: None, stage: None };
    let mut harness = Harness::builder()
        .with_size(vec2(size.0, size.1))
        .with_max_steps(64)
        // Two clicks must come close enough to each other to be a double click.
        .with_step_dt(0.05)
        .build_ui_state(
            move |ui, shown: &mut Shown| {
                if !ready {
                    // Fonts that are set now are there from the next pass on.
                    fonts::install(ui.ctx());
                    theme.apply(ui.ctx());
                    ready = true;
                    ui.ctx().request_repaint();
                    return;
                }
                let whole = ui.ctx().content_rect();
                let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(whole));
                let Shown { view, docks, intents, areas, stage } = shown;
                *areas = Some(workbench_ui(&mut ui, view, docks, intents, &mut |ui| {
                    *stage = Some(ui.max_rect());
                }));
            },
            shown,
        );
    harness.run();
    harness
}

/// Presses a key and says what was asked for.
fn press(harness: &mut Harness<'static, Shown>, key: Key) -> Vec<Intent> {
    harness.state_mut().intents.clear();
    harness.key_press(key);
    harness.run();
    std::mem::take(&mut harness.state_mut().intents)
}

/// The usual window.
pub fn usual(view: View) -> Harness<'static, Shown> {
    window((1280.0, 800.0), Theme::DARK, view)
}

/// Clicks the widget of this name and returns what was asked for.
pub fn click(harness: &mut Harness<'static, Shown>, name: &str) -> Vec<Intent> {
    harness.state_mut().intents.clear();
    // A label beside its field has the same name, and is not meant.
    harness
        .get_by(|node| node.role() != Role::Label && node.label().as_deref() == Some(name))
        .click();
    harness.run();
    std::mem::take(&mut harness.state_mut().intents)
}

/// Clicks a figure, types over it and confirms.
pub fn type_over(harness: &mut Harness<'static, Shown>, name: &str, text: &str) -> Vec<Intent> {
    click(harness, name);
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    std::mem::take(&mut harness.state_mut().intents)
}

/// Clicks twice in quick succession.
pub fn double_click(harness: &mut Harness<'static, Shown>, at: Pos2) -> Vec<Intent> {
    // A click long enough ago is not the first of these two.
    harness.run_steps(10);
    harness.state_mut().intents.clear();
    for _ in 0..2 {
        harness.drag_at(at);
        harness.step();
        harness.drop_at(at);
        harness.step();
    }
    harness.run();
    std::mem::take(&mut harness.state_mut().intents)
}

/// Drags from one place to another.
pub fn drag(harness: &mut Harness<'static, Shown>, from: Pos2, to: Pos2) -> Vec<Intent> {
    harness.state_mut().intents.clear();
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for share in [0.5, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.step();
    }
    harness.drop_at(to);
    harness.run();
    std::mem::take(&mut harness.state_mut().intents)
}

/// Every widget and text that is shown: role, name or words, and place.
pub fn everything<State>(harness: &Harness<'static, State>) -> Vec<(Role, String, Rect)> {
    let root = harness.root();
    root.children_recursive()
        .filter_map(|node| {
            let inner = node.accesskit_node();
            let words = inner.label().or_else(|| inner.value())?;
            (!words.is_empty()).then(|| (inner.role(), words, node.rect()))
        })
        .collect()
}

/// Whether something of this name or these words is shown.
pub fn is_shown(harness: &Harness<'static, Shown>, words: &str) -> bool {
    everything(harness).iter().any(|(_, shown, _)| shown == words)
}
