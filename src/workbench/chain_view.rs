//! The picture of a chain: cells, the walker, the goal, what cells are worth and where to go.

use super::colour::{ink_on, viridis};
use super::lettering::Face;
use super::line::key::key_figures;
use super::number;
use super::strip::{Strip, widest};
use super::theme::{HALF, STEP, Theme, Weight};
use super::view::FigureView;
use crate::mdp::Condition;
use crate::workbench::language::Tip as _;
use egui::{
    Align2, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};

/// A chain at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// The cells, from the left.
    pub cells: Vec<ChainCell>,
    /// The cell where episodes start.
    pub start: Option<usize>,
    /// The cell where they end.
    pub goal: Option<usize>,
    /// The walker's cell at the beat's start and end, and how much of the beat has gone by.
    pub walker: (usize, usize, f32),
    /// What colours and arrows mean, longest wording first.
    pub legend: Vec<String>,
    /// A sentence below the cells: "cut off after 200 beats: this policy never reaches the goal".
    pub notice: Option<String>,
}

/// A cell of a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainCell {
    /// The state's number in words.
    pub label: String,
    /// What it is worth, if known.
    pub value: Option<f64>,
    /// Where the policy goes from here.
    pub step: Step,
}

/// Where a policy goes from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is known, or nothing is to be decided.
    None,
    /// To lower numbers.
    Left,
    /// To higher numbers.
    Right,
    /// Either way is equally good.
    Either,
}

impl Step {
    fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Left => ", go left",
            Self::Right => ", go right",
            Self::Either => ", go either way",
        }
    }
}

/// Draws the chain over all the room there is and says which cell was clicked.
pub fn chain(ui: &mut Ui, scene: &ChainScene, theme: &Theme) -> Option<usize> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let room = Rect::from_min_max(pos2(rect.left(), top), rect.right_bottom() - vec2(0.0, 40.0));
    let strip = Strip::new(scene.cells.len(), room, 36.0, 44.0);
    let known = || scene.cells.iter().filter_map(|c| c.value).filter(|v| v.is_finite());
    let (low, high) = (known().fold(f64::MAX, f64::min), known().fold(f64::MIN, f64::max));
    let quiet = Face::small(theme.quiet);
    // All with the same decimals, three digits for the largest.
    let most = known().fold(0.0, |most: f64, v| most.max(v.abs()));
    let decimals = (2.0 - most.max(1e-4).log10().floor()).clamp(0.0, 6.0) as usize;
    let figures: Vec<_> =
        scene.cells.iter().map(|c| c.value.map(|v| number::fixed(v, decimals))).collect();
    let labels = scene.cells.iter().map(|c| c.label.as_str());
    let label_every = strip.every(widest(&painter, quiet, labels) + STEP);
    let texts = figures.iter().flatten().map(String::as_str);
    let every = strip.every(widest(&painter, quiet, texts) + HALF);
    let mut clicked = None;
    for (i, (cell, place)) in scene.cells.iter().zip(&strip.cells).enumerate() {
        let share = cell.value.map(|v| if high > low { (v - low) / (high - low) } else { 0.5 });
        let fill = share.map_or(theme.raised, viridis);
        painter.rect_filled(*place, 4.0, fill);
        if scene.goal == Some(i) {
            let edge = Stroke::new(2.0, theme.condition(Condition::Working));
            painter.rect_stroke(place.expand(2.0), 6.0, edge, StrokeKind::Outside);
        }
        let ink = if share.is_some() { ink_on(fill) } else { theme.quiet };
        paint_step(&painter, *place, cell.step, ink);
        if i % label_every == 0 {
            let at = place.center_bottom() + vec2(0.0, HALF);
            let face = Face::small(theme.text).weighing(Weight::Medium);
            face.paint(&painter, Align2::CENTER_TOP, at, &cell.label);
        }
        if let Some(text) = figures.get(i).and_then(Option::as_ref).filter(|_| i % every == 0) {
            let at = place.center_bottom() + vec2(0.0, HALF + 16.0);
            quiet.paint(&painter, Align2::CENTER_TOP, at, text);
        }
        let worth = figures.get(i).and_then(Option::as_deref).unwrap_or("value not known");
        let words = format!("cell {}: {worth}{}", cell.label, cell.step.words());
        let response = ui.interact(*place, ui.id().with(("cell", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() {
            clicked = Some(i);
        }
        response.tip(words);
    }
    paint_ends(&painter, scene, &strip, theme);
    paint_walker(&painter, scene, &strip, theme);
    if let Some(last) = strip.cells.last() {
        let room = rect.width() - 4.0 * STEP;
        let words = quiet.longest_that_fits(&painter, &scene.legend, room).unwrap_or_default();
        // Where there is a notice, above it.
        let lowest = if scene.notice.is_some() { 7.0 } else { 5.0 };
        let y = (last.bottom() + 5.5 * STEP).min(rect.bottom() - lowest * STEP);
        let at = pos2(rect.center().x, y);
        quiet.paint_within(&painter, Align2::CENTER_TOP, at, words, room);
    }
    if let Some(notice) = &scene.notice {
        let at = rect.center_bottom() - vec2(0.0, 3.0 * STEP);
        let face = Face::small(theme.warning);
        let room = rect.width() - 4.0 * STEP;
        face.paint_within(&painter, Align2::CENTER_CENTER, at, notice, room);
    }
    clicked
}

fn paint_step(painter: &Painter, cell: Rect, step: Step, ink: egui::Color32) {
    let long = cell.width() * 0.22;
    if long < 2.0 {
        return;
    }
    let stroke = Stroke::new((cell.width() * 0.06).clamp(1.0, 2.5), ink);
    let head = |side: f32, out: f32| {
        let tip = cell.center() + vec2(side * out, 0.0);
        let wing = long * 0.8;
        let points = vec![tip + vec2(-side * wing, -wing), tip, tip + vec2(-side * wing, wing)];
        painter.add(Shape::line(points, stroke));
    };
    match step {
        Step::None => {}
        Step::Left => head(-1.0, long * 0.4),
        Step::Right => head(1.0, long * 0.4),
        Step::Either => {
            head(-1.0, long);
            head(1.0, long);
        }
    }
}

/// A flag over the goal and the word "start" over the start.
fn paint_ends(painter: &Painter, scene: &ChainScene, strip: &Strip, theme: &Theme) {
    if let Some(place) = scene.goal.and_then(|i| strip.cells.get(i)) {
        let colour = theme.condition(Condition::Working);
        let foot = place.right_top() + vec2(-2.0, -HALF);
        painter.line_segment([foot, foot - vec2(0.0, 20.0)], Stroke::new(2.0, colour));
        let top = foot - vec2(0.0, 20.0);
        let flag = vec![top, top + vec2(12.0, 5.0), top + vec2(0.0, 10.0)];
        painter.add(Shape::convex_polygon(flag, colour, Stroke::NONE));
    }
    if let Some(place) = scene.start.and_then(|i| strip.cells.get(i)) {
        let at = place.center_top() - vec2(0.0, 26.0);
        Face::small(theme.quiet).paint(painter, Align2::CENTER_CENTER, at, "start");
    }
}

fn paint_walker(painter: &Painter, scene: &ChainScene, strip: &Strip, theme: &Theme) {
    let (from, to, share) = scene.walker;
    let t = share.clamp(0.0, 1.0);
    let eased = t * t * (3.0 - 2.0 * t);
    let Some(centre) = strip.between(from, to, eased) else { return };
    let radius = (strip.edge * 0.2).clamp(2.5, 9.0);
    let at: Pos2 = centre - vec2(0.0, strip.edge / 2.0 + radius + 3.0);
    painter.circle_filled(at, radius, theme.part);
    painter.circle_stroke(at, radius, Stroke::new(1.5, theme.ground));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::gallery::{self, harness};
    use egui_kittest::kittest::Queryable;
    use std::cell::RefCell;
    use std::rc::Rc;

    fn sample(cells: usize) -> ChainScene {
        let goal = cells - 1;
        // Reward −1 a step and +1 on arrival, discount 0.99: from d steps away.
        let value = |d: i32| {
            (0..d).map(|i| 0.99f64.powi(i) * if i + 1 == d { 1.0 } else { -1.0 }).sum::<f64>()
        };
        ChainScene {
            figures: vec![FigureView {
                label: "return".into(),
                value: "−7.6".into(),
                below: "episode 12".into(),
                help: String::new(),
            }],
            cells: (0..cells)
                .map(|i| ChainCell {
                    label: i.to_string(),
                    value: (i < goal).then(|| value((goal - i) as i32)),
                    step: match i {
                        _ if i == goal => Step::None,
                        3 => Step::Either,
                        4 => Step::Left,
                        _ => Step::Right,
                    },
                })
                .collect(),
            start: Some(0),
            goal: Some(goal),
            walker: (4, 5, 0.4),
            legend: vec!["colour: value under the optimum · arrow: Optimum".into()],
            notice: Some("cut off after 200 beats: this policy never reaches the goal".into()),
        }
    }

    #[test]
    fn chains_in_the_gallery() {
        let size = (789, 432);
        for (name, cells) in [("chain", 11), ("chain_long", 101)] {
            let draw = move |ui: &mut Ui, theme: &Theme| {
                chain(ui, &sample(cells), theme);
            };
            let parts = gallery::named(size, draw);
            let cell = |i: usize| parts.get_by_label_contains(&format!("cell {i}:")).rect();
            let Some(drawn) = gallery::show(name, size, draw) else { return };
            for pixels in drawn {
                let theme = pixels.theme;
                let seen = |place: Rect, colour| pixels.count(place, colour) as f32 / place.area();
                let (first, last, goal) = (cell(0), cell(cells - 2), cell(cells - 1));
                assert!(seen(first, viridis(0.0)) > 0.5, "{name}: the first is worth least");
                assert!(seen(last, viridis(1.0)) > 0.5, "{name}: the last is worth most");
                assert!(seen(goal, theme.raised) > 0.5, "{name}: the goal is worth nothing");
                let edge = theme.condition(Condition::Working);
                assert!(pixels.count(goal.expand(4.0), edge) > 40, "{name}: the goal is framed");
                let walked = cell(4).union(cell(5));
                let above = walked.translate(vec2(0.0, -walked.height()));
                assert!(pixels.count(above, theme.part) > 15, "{name}: the walker is seen");
                let below = Rect::from_min_max(pos2(0.0, 392.0), pos2(789.0, 432.0));
                assert!(pixels.count(below, theme.warning) > 15, "{name}: the notice is seen");
            }
        }
    }

    #[test]
    fn cells_say_their_worth_and_can_be_clicked() {
        let clicked = Rc::new(RefCell::new(None));
        let heard = clicked.clone();
        let mut drawn = harness((789.0, 432.0), move |ui, theme| {
            if let Some(cell) = chain(ui, &sample(11), theme) {
                *heard.borrow_mut() = Some(cell);
            }
        });
        drawn.get_by_label("cell 10: value not known");
        drawn.get_by_label("cell 3: −4.91, go either way");
        drawn.get_by_label("cell 9: 1.00, go right").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), Some(9));
    }
}
