//! What the planner has: what the optimum would do, between which bounds, and how sure that is.

use super::button::{Button, Item, menu};
use super::icon::Icon;
use super::row::{ROW, Row, fact, heading, paragraph};
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::{HALF, STEP, Theme};
use crate::workbench::view::{AgentView, PlanView};
use egui::{Response, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// Shows the plan, or how far it has come, or why there is none.
/// Where the state is `hidden` from agents it is the bound of who sees all, and is called so.
pub fn optimum_ui(
    ui: &mut Ui,
    plan: &PlanView,
    hidden: bool,
    agent: &AgentView,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    let mut row = heading(ui, if hidden { "Optimum seeing all" } else { "Optimum" });
    if let PlanView::Ready { certified, .. } = plan {
        certified_ui(ui, &mut row, *certified, &theme);
    }
    let top = ui.cursor().top();
    match plan {
        PlanView::Working { what, done, of, bounds, paused, can_wait } => {
            let pace = Pace { paused: *paused, can_wait: *can_wait };
            working_ui(ui, what, (*done, *of), pace, intents);
            if let Some((lower, upper)) = bounds {
                fact(ui, "bounds so far", &interval(*lower, *upper, ""));
                apart(ui, upper - lower);
            }
        }
        PlanView::Ready { would_do, same, quantity, bounds, unit, sweeps, states, .. } => {
            let mut row = Row::new(ui, ROW);
            row.say_left(ui, Face::small(theme.quiet), "would do", 80.0);
            row.left(STEP);
            let face = Face::small(if *same { theme.good } else { theme.text });
            let wordings = would_do_wordings(would_do, *same);
            let room = row.rest.width();
            let words = face.longest_that_fits(ui.painter(), &wordings, room).unwrap_or(would_do);
            let response = row.say_right(ui, face, words, room);
            if words != would_do {
                response.tip(would_do);
            }
            let means = if quantity == "gain" { GAIN } else { VALUE };
            fact(ui, quantity, &interval(bounds.0, bounds.1, unit)).tip(means);
            apart(ui, bounds.1 - bounds.0);
            let size = format!("{} over {} states", number::count(*sweeps), number::count(*states));
            fact(ui, "sweeps", &size)
                .tip("A sweep goes through all states once, and improves their values");
        }
        PlanView::None { why } => {
            paragraph(ui, Face::small(theme.quiet), why);
            ui.add_space(HALF);
        }
    }
    if !matches!(plan, PlanView::None { .. }) {
        // As tall while it is made as when it is there: what stands below stays where it is.
        ui.add_space((4.0 * ROW - (ui.cursor().top() - top)).max(0.0));
    }
    method_ui(ui, agent, &theme, intents);
    if let Some(share) = agent.searching {
        searching_ui(ui, share, intents);
    }
}

const GAIN: &str = "What the best policy earns a beat, an hour or a day in the long run: it surely lies \
     between these bounds";
const VALUE: &str = "What the best policy earns from the start on, as the criterion counts it: it \
     surely lies between these bounds";

/// How far the bounds are apart.
fn apart(ui: &mut Ui, width: f64) {
    fact(ui, "bounds apart", &number::significant(width, 2)).tip(
        "The upper bound less the lower one: no policy is better than the plan by more than this",
    );
}

/// What the optimum would do, longest first. Where not even commas leave room for the action, that
/// it is the same is said: which one that is stands above.
fn would_do_wordings(action: &str, same: bool) -> Vec<String> {
    let actions = [action.to_owned(), action.replace(" and ", ", ")];
    if !same {
        return actions.to_vec();
    }
    let both = actions.map(|action| format!("{action} — the same"));
    both.into_iter().chain(["the same".to_owned()]).collect()
}

/// How the planner goes on.
#[derive(Debug, Clone, Copy)]
struct Pace {
    paused: bool,
    can_wait: bool,
}

/// The search for the best kanban levels, with a way to give it up.
fn searching_ui(ui: &mut Ui, share: f64, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let stop = Button::icon("Stop search", "Give up looking for the best kanban", Icon::Stop);
    let place = row.right(ROW);
    if stop.show(ui, place, ui.id().with("stop search")).clicked() {
        intents.push(Intent::StopSearch);
    }
    row.right(HALF);
    row.figure_right(ui, &number::percent(share, 0), 100.0);
    row.right(STEP);
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), "best kanban…", room);
    progress(ui, "best kanban", Some(share), &theme);
}

fn certified_ui(ui: &Ui, row: &mut Row, certified: bool, theme: &Theme) {
    let (words, ink, why) = if certified {
        ("certified", theme.good, "The bounds are proved and closer than the precision asked for")
    } else {
        ("not certified", theme.quiet, "The bounds hold, but have not closed to the precision")
    };
    let room = row.rest.width() - 16.0;
    row.say_right(ui, Face::small(ink), words, room).tip(why);
    if certified {
        Icon::Check.paint(ui.painter(), row.right(16.0), ink);
    }
}

/// What is under way, how far it is, and a way to stop it.
fn working_ui(
    ui: &mut Ui,
    what: &str,
    (done, of): (u64, u64),
    pace: Pace,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let (pause, intent) = match pace {
        Pace { can_wait: false, .. } => {
            (Button::icon("Stop planning", "Give up counting", Icon::Stop), Intent::PausePlanning)
        }
        Pace { paused: false, .. } => (
            Button::icon("Pause planning", "Wait after this sweep", Icon::Pause),
            Intent::PausePlanning,
        ),
        Pace { paused: true, .. } => {
            (Button::icon("Resume planning", "Go on planning", Icon::Play), Intent::ResumePlanning)
        }
    };
    let place = row.right(ROW);
    if pause.show(ui, place, ui.id().with("pause planning")).clicked() {
        intents.push(intent);
    }
    if pace.can_wait {
        let sweep = Button::icon("One sweep", "Make one sweep and wait", Icon::Step);
        let place = row.right(ROW);
        if sweep.show(ui, place, ui.id().with("one sweep")).clicked() {
            intents.push(Intent::OneSweep);
        }
    }
    row.right(HALF);
    let share = (of > 0).then(|| (done as f64 / of as f64).clamp(0.0, 1.0));
    let done = number::count(done);
    let (figure, tooltip) = match share {
        Some(share) => (number::percent(share, 0), format!("{done} of {}", number::count(of))),
        None if pace.can_wait => (format!("sweep {done}"), format!("{done} sweeps so far")),
        None => (done.clone(), format!("{done} so far; how many in all is not known yet")),
    };
    row.figure_right(ui, &figure, 100.0).tip(&tooltip);
    row.right(STEP);
    let room = row.rest.width();
    // The method stands below as well.
    let wordings = if pace.paused {
        [format!("{what}, paused"), "paused".to_owned()]
    } else {
        [format!("{what}…"), "planning…".to_owned()]
    };
    let face = Face::small(theme.quiet);
    let words = face.longest_that_fits(ui.painter(), &wordings, room).unwrap_or(what);
    row.say_left(ui, face, words, room).tip(&wordings[0]);
    progress(ui, what, share, &theme).tip(tooltip);
}

/// A bar that fills; where the whole is not known, a third of it stands in the middle.
fn progress(ui: &mut Ui, what: &str, share: Option<f64>, theme: &Theme) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), STEP), Sense::hover());
    response.widget_info(|| WidgetInfo {
        label: Some(what.to_owned()),
        value: share,
        ..WidgetInfo::new(WidgetType::ProgressIndicator)
    });
    let rail = rect.shrink2(vec2(0.0, 2.0));
    ui.painter().rect_filled(rail, 2.0, theme.raised);
    let filled = match share {
        Some(share) => rail.with_max_x(rail.left() + rail.width() * share as f32),
        None => rail.shrink2(vec2(rail.width() / 3.0, 0.0)),
    };
    ui.painter().rect_filled(filled, 2.0, theme.accent);
    response
}

/// Bounds that are both nearer to 0 than this are those of nothing, but for rounding.
const NOTHING: f64 = 1e-9;

/// Both bounds with as many digits as they need to be told apart, at most eight.
fn interval(lower: f64, upper: f64, unit: &str) -> String {
    let apart = (upper - lower).abs();
    let size = lower.abs().max(upper.abs());
    let digits = if apart > 0.0 && size > 0.0 {
        ((size / apart).log10().ceil() + 1.0).clamp(4.0, 7.0) as usize
    } else {
        5
    };
    let unit = if unit.is_empty() { String::new() } else { format!("{THIN}{unit}") };
    if size < NOTHING {
        return format!("0{unit}");
    }
    let (low, high) = (number::significant(lower, digits), number::significant(upper, digits));
    if low == high { format!("{low}{unit}") } else { format!("{low} … {high}{unit}") }
}

fn method_ui(ui: &mut Ui, agent: &AgentView, theme: &Theme, intents: &mut Vec<Intent>) {
    let Some(method) = agent.methods.get(agent.method) else { return };
    let mut row = Row::new(ui, ROW);
    row.say_left(ui, Face::small(theme.quiet), "method", 80.0);
    row.left(STEP);
    let choose = Button {
        quiet: false,
        ..Button::menu("Planning method", "Plan again with another method", method)
    };
    let again = Button {
        quiet: true,
        ..Button::icon(
            "Plan sweep by sweep",
            "Plan again from nothing, and wait before the first sweep: watch the values grow",
            Icon::Restore,
        )
    };
    let place = row.right(ROW);
    if again.show(ui, place, ui.id().with("plan sweep by sweep")).clicked() {
        intents.push(Intent::PlanAgain { paused: true });
    }
    row.right(HALF);
    let place = row.right(choose.width(ui));
    let response = choose.show(ui, place, ui.id().with("planning method"));
    menu(ui, &response, 240.0, |ui| {
        for (place, name) in agent.methods.iter().enumerate() {
            let selected = place == agent.method;
            // The method in use begins again too.
            if (Item { selected, ..Item::new(name) }).show(ui) {
                intents.push(Intent::ChooseMethod(place));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_digits_that_tell_them_apart() {
        let plain = |text: String| text.replace(THIN, " ");
        assert_eq!(plain(interval(4.8, 4.9, "€ / min")), "4.800 … 4.900 € / min");
        assert_eq!(plain(interval(4.850_31, 4.850_34, "")), "4.850310 … 4.850340");
        assert_eq!(plain(interval(4.850_312_345_6, 4.850_312_345_7, "€")), "4.850312 €");
        assert_eq!(plain(interval(2.0, 2.0, "")), "2.0000");
        assert_eq!(plain(interval(-1.1e-16, 2.2e-16, "€")), "0 €");
    }
}
