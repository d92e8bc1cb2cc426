//! Where each station's time went.

use super::row::{Row, heading, paragraph};
use super::theme_of;
use crate::mdp::Condition;
use crate::workbench::charts::bars::{TimeByCause, time_by_cause};
use crate::workbench::glossary::Explain as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP};
use crate::workbench::view::TimeView;
use egui::{Rect, Ui, vec2};

/// The height of a line of the key (points).
const KEY: f32 = 18.0;
/// The edge of a square of the key (points).
const SQUARE: f32 = 10.0;

/// Shows one stacked bar a station, and below them which colour stands for what.
pub fn time_ui(ui: &mut Ui, stations: &[TimeView]) {
    let theme = theme_of(ui);
    heading(ui, "Time by cause");
    if stations.is_empty() {
        let words = "Shares of working, waiting and broken time appear once beats are played.";
        paragraph(ui, Face::small(theme.quiet), words);
        return;
    }
    let rows: Vec<_> = stations.iter().map(row_of).collect();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = HALF;
        time_by_cause(ui, &rows, &theme);
    });
    ui.add_space(HALF);
    key_ui(ui, stations);
}

fn row_of(station: &TimeView) -> TimeByCause {
    let mut shares = [0.0; Condition::ALL.len()];
    for (condition, share) in &station.shares {
        let place = Condition::ALL.iter().position(|known| known == condition);
        if let Some(slot) = place.and_then(|place| shares.get_mut(place)) {
            *slot += share;
        }
    }
    TimeByCause { name: station.name.clone(), shares }
}

/// The conditions that occur, over as many lines as they need.
fn key_ui(ui: &mut Ui, stations: &[TimeView]) {
    let theme = theme_of(ui);
    let face = Face::small(theme.quiet);
    let occurs = |condition: &Condition| {
        stations.iter().any(|s| s.shares.iter().any(|(c, share)| c == condition && *share > 0.0))
    };
    let mut row: Option<Row> = None;
    for condition in Condition::ALL.into_iter().filter(occurs) {
        let width = SQUARE + HALF + face.width(ui.painter(), condition.name()).ceil();
        let fits = row.is_some_and(|row| row.rest.width() >= width);
        let mut line = match row.filter(|_| fits) {
            Some(line) => line,
            None => Row::new(ui, KEY),
        };
        let at = line.left(SQUARE).center();
        let square = Rect::from_center_size(at, vec2(SQUARE, SQUARE));
        ui.painter().rect_filled(square, 2.0, theme.condition(condition));
        line.left(HALF);
        line.say_left(ui, face, condition.name(), width).explain(condition.name());
        line.left(1.5 * STEP);
        row = Some(line);
    }
}
