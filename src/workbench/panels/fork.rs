//! What pairs of futures from this state say of two actions.

use super::button::Button;
use super::icon::Icon;
use super::row::paragraph;
use super::theme_of;
use crate::experiment::Estimate;
use crate::workbench::intent::Intent;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP};
use crate::workbench::view::ForkView;
use egui::{Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};

/// The height of the intervals' picture (points).
const PICTURE: f32 = 34.0;

/// Offers to fork, in a corner.
pub fn offer_ui(ui: &Ui, corner: Rect, view: &ForkView, intents: &mut Vec<Intent>) {
    let Some((tried, other)) = &view.offer else { return };
    let tooltip = format!(
        "Fork into futures: hundreds of pairs from this state, each pair on the same luck, “{tried}” \
         first in one of them, “{other}” in the other. What they differ by closes on the difference of \
         the two values"
    );
    let button = Button::icon("Fork", &tooltip, Icon::Fork);
    if button.show(ui, corner, ui.id().with("fork")).clicked() {
        intents.push(Intent::Fork);
    }
}

/// Shows what a fork has found.
pub fn fork_ui(ui: &mut Ui, view: &ForkView) {
    if view.shown {
        ui.add_space(HALF);
        found_ui(ui, view);
    }
}

fn found_ui(ui: &mut Ui, view: &ForkView) {
    let theme = theme_of(ui);
    let quiet = Face::small(theme.quiet);
    let [tried, other] = &view.between;
    paragraph(ui, quiet, &format!("“{tried}” less “{other}”, then {}:", view.then.to_lowercase()));
    if let Some(why) = &view.failed {
        paragraph(ui, quiet, why);
        return;
    }
    let (Some(paired), Some(unpaired)) = (view.paired, view.unpaired) else {
        paragraph(ui, quiet, "futures are being played …");
        return;
    };
    picture(ui, view, paired, unpaired);
    let figure = |value: f64| number::significant(value, 3);
    let within = |estimate: Estimate| match estimate.half_width() {
        Some(half) => format!(" ± {}", figure(half)),
        None => String::new(),
    };
    let exact =
        view.exact.map_or(String::new(), |exact| format!("; by the values {}", figure(exact)));
    let words = format!(
        "{}{} {} over {} pairs{}{exact}",
        figure(paired.mean),
        within(paired),
        view.unit,
        view.pairs,
        if view.under_way { " so far" } else { "" }
    );
    paragraph(ui, Face::small(theme.text), &words);
    if let (Some(narrow), Some(wide)) = (paired.half_width(), unpaired.half_width())
        && narrow > 0.0
    {
        let words = format!(
            "without pairing ± {}: {} times as wide",
            figure(wide),
            number::significant(wide / narrow, 2)
        );
        paragraph(ui, quiet, &words);
    }
}

/// The unpaired interval in grey, the paired one upon it, nothing and the exact difference as ticks.
fn picture(ui: &mut Ui, view: &ForkView, paired: Estimate, unpaired: Estimate) {
    let theme = theme_of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), PICTURE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, "Intervals of the fork"));
    response.tip(
        "95 % intervals of the mean difference: wide and grey as if each future had luck of its own, \
         narrow and coloured as paired. The tick is what the values say, the line nothing",
    );
    let ends = |estimate: Estimate| {
        (estimate.low.unwrap_or(estimate.mean), estimate.high.unwrap_or(estimate.mean))
    };
    let (wide, narrow) = (ends(unpaired), ends(paired));
    let all = [wide.0, wide.1, narrow.0, narrow.1, 0.0, view.exact.unwrap_or(0.0)];
    let (low, high) = all
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let across = rect.shrink2(vec2(STEP, 0.0));
    let x = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        across.left() + across.width() * share as f32
    };
    let painter = ui.painter();
    let middle = rect.center().y;
    painter.vline(x(0.0), rect.top() + HALF..=rect.bottom() - HALF, theme.line());
    let bar = |(from, to): (f64, f64), half: f32| {
        let (from, to) = (x(from), x(to));
        Rect::from_min_max(pos2(from, middle - half), pos2(to.max(from + 2.0), middle + half))
    };
    painter.rect_filled(bar(wide, 3.0), 2.0, theme.hovered);
    painter.rect_filled(bar(narrow, 5.0), 2.0, theme.accent);
    if let Some(exact) = view.exact {
        let ink = Stroke::new(1.5, theme.text);
        painter.vline(x(exact), middle - 11.0..=middle + 11.0, ink);
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::Estimate;
    use crate::workbench::intent::Intent;
    use crate::workbench::panels::sample;
    use crate::workbench::panels::tests::{click, is_shown, usual};
    use crate::workbench::view::ForkView;

    #[test]
    fn a_fork_is_asked_for_and_told() {
        let mut view = sample::view();
        view.fork = ForkView {
            offer: Some(("run all".into(), "hold Lathe".into())),
            shown: true,
            between: ["run all".into(), "hold Lathe".into()],
            then: "Optimum".into(),
            pairs: 400,
            paired: Some(Estimate { mean: -0.11, low: Some(-0.115), high: Some(-0.105) }),
            unpaired: Some(Estimate { mean: -0.11, low: Some(-0.31), high: Some(0.09) }),
            exact: Some(-0.1087),
            unit: "€".into(),
            ..ForkView::default()
        };
        let mut harness = usual(view);
        assert!(is_shown(&harness, "−0.110 ± 0.00500 € over 400 pairs; by the values −0.109"));
        assert!(is_shown(&harness, "without pairing ± 0.200: 40 times as wide"));
        assert_eq!(click(&mut harness, "Fork"), [Intent::Fork]);
    }
}
