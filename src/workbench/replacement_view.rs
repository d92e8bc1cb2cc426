//! The picture of a wearing machine: its stages of wear, where it is, and when to replace it.

use super::colour::mix;
use super::lettering::Face;
use super::line::icons;
use super::line::key::{condition_key, key_figures};
use super::number;
use super::strip::{Strip, widest};
use super::theme::{HALF, RADIUS, STEP, Theme, Weight};
use super::view::FigureView;
use crate::mdp::Condition;
use crate::workbench::language::Tip as _;
use egui::{
    Align2, Color32, CornerRadius, Painter, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

/// A wearing machine at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplacementScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// The stages of wear, from new; a stage under repair, if there is one, is the last.
    pub stages: Vec<WearStage>,
    /// The machine's stage at the beat's start and end, and how much of the beat has gone by.
    pub machine: (usize, usize, f32),
    /// What the machine does with this beat.
    pub condition: Condition,
    /// Conditions that can occur here, for the key.
    pub conditions: Vec<Condition>,
    /// What wear is called: "wear", "age".
    pub wear: String,
    /// Whose actions are shown: "Optimum".
    pub agent: String,
}

/// A stage of wear.
#[derive(Debug, Clone, PartialEq)]
pub struct WearStage {
    /// Its name: "0", "1", "down".
    pub label: String,
    /// How worn the machine is, from 0 (new) to 1.
    pub wear: f32,
    /// The probability of failing in a beat, where it works at all.
    pub failure: Option<f64>,
    /// What the policy does here and the action's colour; none where nothing is decided.
    pub action: Option<(String, Color32)>,
    /// What it is worth, if known.
    pub value: Option<f64>,
}

/// Draws the stages over all the room there is and says which was clicked.
pub fn replacement(ui: &mut Ui, scene: &ReplacementScene, theme: &Theme) -> Option<usize> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let bottom = condition_key(&painter, rect, &scene.conditions, theme);
    let room = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom));
    let strip = Strip::new(scene.stages.len(), room, 64.0, 58.0);
    let quiet = Face::small(theme.quiet);
    let actions = scene.stages.iter().filter_map(|s| s.action.as_ref());
    let every = strip.every(widest(&painter, quiet, actions.map(|a| a.0.as_str())) + HALF);
    let mut clicked = None;
    for (i, (stage, place)) in scene.stages.iter().zip(&strip.cells).enumerate() {
        paint_stage(&painter, stage, *place, &strip, i, theme);
        paint_action(&painter, scene, i, *place, every, theme);
        let words = stage_words(stage);
        let response = ui.interact(*place, ui.id().with(("stage", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() {
            clicked = Some(i);
        }
        response.tip(words);
    }
    paint_machine(ui, &painter, scene, &strip, theme);
    paint_legend(&painter, scene, &strip, bottom, theme);
    clicked
}

/// "wear 3: fails with .125, replace, worth 41.20".
fn stage_words(stage: &WearStage) -> String {
    let mut words = format!("wear {}", stage.label);
    let mut join = ": ";
    let failure = stage.failure.map(|p| format!("fails with {}", number::probability(p)));
    let action = stage.action.as_ref().map(|(name, _)| name.clone());
    let value = stage.value.map(|v| format!("worth {}", number::significant(v, 4)));
    for part in [failure, action, value].into_iter().flatten() {
        words += join;
        words += &part;
        join = ", ";
    }
    words
}

fn paint_stage(
    painter: &Painter,
    stage: &WearStage,
    place: Rect,
    strip: &Strip,
    number_of_stage: usize,
    theme: &Theme,
) {
    let corner = CornerRadius::same(RADIUS);
    painter.rect_filled(place, corner, theme.raised);
    let worn = place.height() * stage.wear.clamp(0.0, 1.0);
    if worn >= 1.0 {
        // Wear rises like water; its colour says nothing that the height does not.
        let area = place.with_min_y(place.bottom() - worn);
        painter.rect_filled(area, corner, mix(theme.raised, theme.quiet, 0.45));
    }
    painter.rect_stroke(place, corner, theme.line(), StrokeKind::Inside);
    let face = Face::small(theme.text).weighing(Weight::Medium);
    if number_of_stage.is_multiple_of(strip.every(face.width(painter, &stage.label) + HALF)) {
        let at = place.center_bottom() + vec2(0.0, HALF);
        face.paint(painter, Align2::CENTER_TOP, at, &stage.label);
    }
    if let Some(p) = stage.failure.filter(|_| strip.edge >= 30.0) {
        let face = Face::small(theme.text);
        face.paint(painter, Align2::CENTER_CENTER, place.center(), &number::probability(p));
    }
}

/// What the figures and the fillings of the stages mean.
fn paint_legend(
    painter: &Painter,
    scene: &ReplacementScene,
    strip: &Strip,
    bottom: f32,
    theme: &Theme,
) {
    let Some((first, last)) = strip.cells.first().zip(strip.cells.last()) else { return };
    let mut words = vec![format!("height: {}", scene.wear)];
    if strip.edge >= 30.0 && scene.stages.iter().any(|stage| stage.failure.is_some()) {
        words.push("figure: probability of failing in a beat".to_owned());
    }
    if scene.stages.iter().any(|stage| stage.action.is_some()) {
        words.push(format!("line: what {} does", scene.agent));
    }
    // What the line says is said as long as there is room for anything.
    let wordings = [words.join(" · "), words.last().cloned().unwrap_or_default()];
    let at = pos2(first.left(), (last.bottom() + 6.0 * STEP).min(bottom));
    let room = painter.clip_rect().right() - at.x - STEP;
    let face = Face::small(theme.quiet);
    let words = face.longest_that_fits(painter, &wordings, room).unwrap_or_default();
    face.paint_within(painter, Align2::LEFT_TOP, at, words, room);
}

/// The action under its stage; neighbours with the same action share one word and one line.
fn paint_action(
    painter: &Painter,
    scene: &ReplacementScene,
    i: usize,
    place: Rect,
    every: usize,
    theme: &Theme,
) {
    let Some((name, colour)) = scene.stages.get(i).and_then(|s| s.action.as_ref()) else { return };
    let y = place.bottom() + HALF + 20.0;
    painter.hline(place.x_range(), y, Stroke::new(3.0, *colour));
    let before = i.checked_sub(1).and_then(|b| scene.stages.get(b)).and_then(|s| s.action.as_ref());
    let begins = before.is_none_or(|(other, _)| other != name);
    if begins || (every == 1 && before.is_none()) {
        let at = pos2(place.left(), y + HALF);
        let run = scene
            .stages
            .iter()
            .skip(i)
            .take_while(|s| s.action.as_ref().is_some_and(|(other, _)| other == name))
            .count();
        let room = run as f32 * (place.width() + HALF) - HALF;
        let face = Face::small(theme.text);
        let either = name.contains(" or ") && face.width(painter, name) > room;
        let name = if either { "either" } else { name };
        face.paint_within(painter, Align2::LEFT_TOP, at, name, room);
    }
}

fn paint_machine(
    ui: &Ui,
    painter: &Painter,
    scene: &ReplacementScene,
    strip: &Strip,
    theme: &Theme,
) {
    let (from, to, share) = scene.machine;
    let t = share.clamp(0.0, 1.0);
    let Some(centre) = strip.between(from, to, t * t * (3.0 - 2.0 * t)) else { return };
    let edge = strip.edge.clamp(16.0, 48.0);
    let at = centre - vec2(0.0, strip.edge / 2.0 + edge / 2.0 + STEP);
    let square = Rect::from_center_size(at, vec2(edge, edge));
    let colour = theme.condition(scene.condition);
    let corner = CornerRadius::same(RADIUS);
    painter.rect_filled(square, corner, theme.panel);
    let thick = (edge * 0.06).max(1.5);
    painter.rect_stroke(square, corner, Stroke::new(thick, colour), StrokeKind::Inside);
    icons::paint(painter, at, edge * 0.22, scene.condition, t, theme);
    let words = format!("machine: {}", scene.condition.name());
    ui.interact(square, ui.id().with("machine"), Sense::hover())
        .widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::gallery::{self, harness};
    use egui_kittest::kittest::Queryable;
    use std::cell::RefCell;
    use std::rc::Rc;

    fn sample(theme: &Theme) -> ReplacementScene {
        let stage = |i: u16| WearStage {
            label: i.to_string(),
            wear: f32::from(i) / 9.0,
            failure: Some(0.01 * f64::from(i * i)),
            action: Some(if i < 6 {
                ("run".into(), theme.series(1))
            } else {
                ("replace".into(), theme.series(2))
            }),
            value: Some(40.0 - f64::from(i)),
        };
        ReplacementScene {
            figures: vec![FigureView {
                label: "earned".into(),
                value: "6.21 € / beat".into(),
                below: "± 0.02".into(),
                help: String::new(),
            }],
            stages: (0..10).map(stage).collect(),
            machine: (4, 5, 0.6),
            condition: Condition::Working,
            conditions: vec![Condition::Working, Condition::Down, Condition::SetUp],
            wear: "wear".into(),
            agent: "Optimum".into(),
        }
    }

    #[test]
    fn a_wearing_machine_in_the_gallery() {
        let size = (789, 432);
        let draw = |ui: &mut Ui, theme: &Theme| {
            replacement(ui, &sample(theme), theme);
        };
        let parts = gallery::named(size, draw);
        let stage = |i: usize| parts.get_by_label_contains(&format!("wear {i}:")).rect();
        let machine = parts.get_by_label("machine: working").rect();
        let Some(drawn) = gallery::show("replacement", size, draw) else { return };
        for pixels in drawn {
            let theme = pixels.theme;
            assert!(pixels.count(machine, theme.condition(Condition::Working)) > 100);
            let worn = mix(theme.raised, theme.quiet, 0.45);
            let wears = [1, 4, 9].map(|i| pixels.count(stage(i), worn));
            assert!(wears[0] < wears[1] && wears[1] < wears[2], "{wears:?} pixels are worn");
            // The line under a stage has the colour of the action there.
            let under = |i: usize| stage(i).translate(vec2(0.0, 40.0));
            for (i, action, other) in [(2, 1, 2), (8, 2, 1)] {
                assert!(pixels.count(under(i), theme.series(action)) > 60, "stage {i}");
                assert_eq!(pixels.count(under(i), theme.series(other)), 0, "stage {i}");
            }
        }
    }

    #[test]
    fn stages_say_their_failure_and_action_and_can_be_clicked() {
        let clicked = Rc::new(RefCell::new(None));
        let heard = clicked.clone();
        let mut drawn = harness((789.0, 432.0), move |ui, theme| {
            if let Some(stage) = replacement(ui, &sample(theme), theme) {
                *heard.borrow_mut() = Some(stage);
            }
        });
        drawn.get_by_label("machine: working");
        drawn.get_by_label("wear 6: fails with .360, replace, worth 34.00").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), Some(6));
    }
}
