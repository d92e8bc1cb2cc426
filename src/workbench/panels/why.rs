//! Why this action: what each is worth here, how the best value comes about, what may happen.

use super::agent::fill_of;
use super::button::Button;
use super::fork;
use super::icon::{self, Icon, chosen_mark};
use super::row::{ROW, Row, heading, heading_face, paragraph, say};
use super::theme_of;
use crate::workbench::colour::mix;
use crate::workbench::glossary::Explain as _;
use crate::workbench::intent::{AgentChoice, Intent};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP, Size, Theme, Weight};
use crate::workbench::view::{
    ActionView, BackupView, BranchView, ChangeView, ForkView, ScalesView, WhyView,
};
use egui::{Align2, Id, Rect, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// Room for a value, so that columns line up (points).
const VALUE: f32 = 56.0;
/// Room for a probability (points).
const PROBABILITY: f32 = 44.0;
/// The height of an action's bar (points).
const BAR: f32 = 20.0;
/// Room for the sign of the action that is chosen or optimal (points).
const SIGN: f32 = 18.0;
/// The fork's corner of the backup (points).
const CORNER: f32 = 22.0;
/// So many actions are listed before the rest is folded away.
const LISTED: usize = 10;
/// So many outcomes of an action are listed before the rest is summed up.
const BRANCHES: usize = 6;

/// Shows the actions in the inspected state; `agent` gives the bars their colour.
pub fn why_ui(
    ui: &mut Ui,
    view: &WhyView,
    (fork, change): (&ForkView, &ChangeView),
    agent: AgentChoice,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    heading_ui(ui, view, change, intents);
    ui.add_space(HALF);
    if let Some(empty) = &view.empty {
        paragraph(ui, Face::small(theme.quiet), empty);
        return;
    }
    let columns = Columns::of(&view.actions);
    columns.titles(ui, view.scales.as_ref(), &theme);
    let (listed, folded) = listed(ui, &view.actions);
    for place in &listed {
        let Some(action) = view.actions.get(*place) else { continue };
        if action_ui(ui, action, *place, &columns, fill_of(agent)) {
            intents.push(Intent::ToggleAction(*place));
        }
        if let Some(branches) = &action.branches {
            branches_ui(ui, action, branches, &columns, &theme);
        }
    }
    if view.actions.len() > LISTED {
        fold_ui(ui, view.actions.len() - listed.len(), folded);
    }
    if let Some(backup) = &view.backup
        && let Some(card) = backup_ui(ui, view, backup, columns.decimals.1, &theme)
    {
        let size = vec2(CORNER, CORNER);
        let corner = Rect::from_min_size(card.right_top() + vec2(-CORNER - HALF, HALF), size);
        fork::offer_ui(ui, corner, fork, intents);
    }
    fork::fork_ui(ui, fork);
}

fn heading_ui(ui: &mut Ui, view: &WhyView, change: &ChangeView, intents: &mut Vec<Intent>) {
    let chosen = view.actions.iter().find(|action| action.chosen);
    let said = |action: &ActionView, name: &str| match action {
        action if action.explores => format!("Exploring: “{name}”"),
        action if action.drawn => format!("By chance: “{name}”"),
        _ => format!("Why “{name}”?"),
    };
    let wordings = match (chosen, &view.about_to) {
        (Some(action), _) => [&action.name, &action.short].map(|name| said(action, name)).to_vec(),
        (None, Some(action)) => vec![format!("About to “{action}”")],
        (None, None) => vec!["Why?".to_owned()],
    };
    let face = heading_face(&theme_of(ui));
    let room = ui.available_width();
    let words = face.longest_that_fits(ui.painter(), &wordings, room).unwrap_or_default();
    let mut row = heading(ui, words);
    if !view.present {
        let back = Button {
            quiet: true,
            ..Button::words("Present state", "Ask about the present state again", "back to now")
        };
        let place = row.right(back.width(ui));
        if back.show(ui, place, ui.id().with("present state")).clicked() {
            intents.push(Intent::Inspect(None));
        }
        row.right(STEP);
        if change.refused.is_none() {
            let tooltip = "Let the line go on from this state; what is measured begins anew";
            let go = Button { quiet: true, ..Button::icon("Go on from here", tooltip, Icon::Play) };
            if go.show(ui, row.right(ROW), ui.id().with("go on")).clicked() {
                intents.push(Intent::Put(change.state.clone()));
            }
        }
    }
    state_beside(ui, row, &view.state, &view.longest_state);
}

/// The state in what is left of its heading's row, or below where that is too narrow.
pub(super) fn state_beside(ui: &mut Ui, mut row: Row, state: &str, longest_state: &str) {
    let face = Face::small(theme_of(ui).quiet);
    // One place for the longest words: what stands below stays where it is from beat to beat.
    let longest = face.width(ui.painter(), longest_state);
    if longest.max(face.width(ui.painter(), state)) <= row.rest.width() {
        let room = row.rest.width();
        row.say_right(ui, face, state, room);
    } else if !state.is_empty() {
        let top = ui.cursor().top();
        state_ui(ui, face, state);
        let most = face.wrap(ui.painter(), longest_state, ui.available_width()).size().y;
        let most = most.min(STATE_LINES as f32 * line_height(ui, face));
        ui.add_space((most - (ui.cursor().top() - top)).max(0.0) + HALF);
    }
}

fn line_height(ui: &Ui, face: Face) -> f32 {
    face.wrap(ui.painter(), "x", 100.0).size().y
}

/// A state has so many lines before the rest of it is folded into the tooltip.
const STATE_LINES: usize = 4;

/// The state over as many lines as it needs, up to a few.
fn state_ui(ui: &mut Ui, face: Face, state: &str) {
    let line = line_height(ui, face);
    let all = face.wrap(ui.painter(), state, ui.available_width());
    if all.size().y <= (STATE_LINES as f32 + 0.5) * line {
        paragraph(ui, face, state);
        return;
    }
    // Whole variables, as many as have room.
    let mut shown = String::new();
    for part in state.split(" · ") {
        let longer = if shown.is_empty() { part.to_owned() } else { format!("{shown} · {part}") };
        let wrapped = face.wrap(ui.painter(), &format!("{longer} · …"), ui.available_width());
        if wrapped.size().y > (STATE_LINES as f32 + 0.5) * line {
            break;
        }
        shown = longer;
    }
    paragraph(ui, face, &format!("{shown} · …")).tip(state);
}

/// Which columns of values there are, and what their bars run over.
struct Columns {
    believed: bool,
    likely: bool,
    planned: bool,
    /// What the column of planned values is called.
    planner: &'static str,
    low: f64,
    high: f64,
    /// How many decimals the believed and the planned values have.
    decimals: (usize, usize),
}

/// Decimals enough for four digits of the largest value and for two of the differences, but no
/// more than fit: the values of one column are read against each other.
pub(super) fn decimals(values: impl Iterator<Item = f64> + Clone) -> usize {
    let values = values.filter(|value| value.is_finite());
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
    let largest = values.fold(0.0, |most: f64, value| most.max(value.abs()));
    let exponent = |value: f64| if value > 0.0 { value.log10().floor() as i32 } else { 0 };
    let (size, apart) = (exponent(largest), exponent(high - low));
    let wanted = (3 - size).max(if high > low { 1 - apart } else { 0 });
    usize::try_from(wanted.clamp(0, 4 - size.clamp(0, 4))).unwrap_or(0)
}

impl Columns {
    fn of(actions: &[ActionView]) -> Self {
        let believed = actions.iter().any(|action| action.believed.is_some());
        let planned = actions.iter().any(|action| action.planned.is_some());
        let likely = actions.iter().any(|action| action.likely.is_some());
        let believed = believed && !likely;
        let allowed = actions.iter().filter(|action| action.allowed);
        let values = allowed
            .filter_map(|action| if believed { action.believed } else { action.planned })
            .filter(|value| value.is_finite());
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let of = |value: fn(&ActionView) -> Option<f64>| {
            decimals(actions.iter().filter(|action| action.allowed).filter_map(value))
        };
        let decimals = (of(|action| action.believed), of(|action| action.planned));
        let proved = actions.iter().any(|action| action.proved);
        let planner = if proved { "optimum" } else { "so far" };
        Self { believed, likely, planned, planner, low, high, decimals }
    }

    /// With two columns of values it must be said which is which, and what each means where they
    /// are not on one scale.
    fn titles(&self, ui: &mut Ui, scales: Option<&ScalesView>, theme: &Theme) {
        if !(self.believed || self.likely) || !self.planned {
            return;
        }
        let scales = scales.filter(|_| self.believed);
        let quiet = Face::small(theme.quiet);
        let means = |of: fn(&ScalesView) -> &String| scales.map(of);
        let mut row = Row::new(ui, 16.0);
        row.right(STEP);
        let own = if self.likely { "likely" } else { "believed" };
        for (title, means) in [(self.planner, means(|s| &s.planned)), (own, means(|s| &s.believed))]
        {
            let place = row.right(VALUE);
            let id = row.next_id();
            let said = say(ui, place, id, Align2::RIGHT_CENTER, quiet, title);
            match means {
                Some(means) => said.cite(means, title),
                None => said.explain(title),
            };
        }
        if let Some(scales) = scales {
            row.left(STEP);
            let room = row.rest.width();
            row.say_left(ui, quiet, "two scales", room)
                .tip(format!("{}\n\n{}", scales.planned, scales.believed));
        }
    }

    /// How long an action's bar is: the best nearly the whole row, the worst half of it. What
    /// matters is the difference; the figures say how much that is.
    fn share(&self, action: &ActionView) -> Option<f32> {
        if self.likely {
            // Probabilities are read from nothing to the whole.
            return action.likely.map(|likely| 0.97 * likely as f32);
        }
        let value = if self.believed { action.believed } else { action.planned };
        let value = value.filter(|value| value.is_finite() && action.allowed)?;
        let share =
            if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 1.0 };
        Some(0.5 + 0.47 * share as f32)
    }
}

fn action_ui(
    ui: &mut Ui,
    action: &ActionView,
    place: usize,
    columns: &Columns,
    colour: egui::Color32,
) -> bool {
    let theme = theme_of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BAR + HALF), Sense::hover());
    let rect = rect.with_max_y(rect.top() + BAR);
    let sense = if action.allowed { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, ui.id().with(("action", place)), sense);
    response.widget_info(|| WidgetInfo {
        label: Some(format!("Action {}", action.name)),
        current_text_value: Some(words(action)),
        selected: Some(action.chosen),
        enabled: action.allowed,
        ..WidgetInfo::new(WidgetType::Button)
    });
    let painter = ui.painter();
    let hovered = action.allowed && response.hovered();
    let ground = if hovered { theme.hovered } else { theme.raised };
    painter.rect_filled(rect, 3.0, ground);
    if let Some(share) = columns.share(action) {
        let bar = rect.with_max_x(rect.left() + rect.width() * share);
        let strength = if action.chosen { 0.55 } else { 0.25 };
        painter.rect_filled(bar, 3.0, mix(ground, colour, strength));
    }
    if response.has_focus() {
        icon::focus_ring(painter, rect, theme.accent);
    }
    let ink = if action.allowed { theme.text } else { theme.quiet };
    let weight = if action.chosen { Weight::SemiBold } else { Weight::Regular };
    let face = Face::small(ink).weighing(weight);
    let mut row = Row::over(rect.shrink2(vec2(STEP, 0.0)), response.id);
    if action.allowed {
        let (believed, planned) = columns.decimals;
        for (shown, value, decimals) in [
            (columns.planned, action.planned, planned),
            (columns.believed, action.believed, believed),
        ] {
            if shown {
                let at = row.right(VALUE).right_center();
                face.paint(painter, Align2::RIGHT_CENTER, at, &written(value, decimals));
            }
        }
        if let Some(likely) = action.likely {
            let at = row.right(VALUE).right_center();
            face.paint(painter, Align2::RIGHT_CENTER, at, &number::percent(likely, 1));
        }
    } else {
        let rest = row.right(80.0);
        face.paint(painter, Align2::RIGHT_CENTER, rest.right_center(), "not allowed");
    }
    row.right(HALF);
    let mark = mark_of(action);
    // Where there is no room for "and", a comma will do, and the sign for the word behind it.
    let names = [action.name.clone(), action.name.replace(" and ", ", "), action.short.clone()];
    let whole = names.get(..2).unwrap_or_default();
    let shortest = whole.iter().map(|name| face.width(painter, name)).fold(f32::MAX, f32::min);
    let word = mark.filter(|word| shortest + SIGN + face.width(painter, word) <= row.rest.width());
    let sign = if mark.is_some() { SIGN } else { 0.0 };
    let room = row.rest.width() - sign - word.map_or(0.0, |word| face.width(painter, word));
    let name = face.longest_that_fits(painter, &names, room).unwrap_or(&action.name);
    let galley = face.layout(painter, name, room);
    let elided = galley.elided || (name == action.short && name != action.name);
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), row.rest);
    painter.galley(at.min, galley, ink);
    if mark.is_some() {
        let at = at.right_center() + vec2(9.0, 0.0);
        if action.chosen {
            chosen_mark(painter, at, ink);
        } else {
            let ink = if action.proved { theme.good } else { theme.quiet };
            Icon::Check.paint(painter, Rect::from_center_size(at, vec2(8.0, 8.0)), ink);
        }
        if let Some(word) = word {
            face.paint(painter, Align2::LEFT_CENTER, at + vec2(7.0, 0.0), word);
        }
    }
    let tooltip =
        if elided { format!("{}\n{}", action.name, words(action)) } else { words(action) };
    response.tip(tooltip).clicked()
}

fn mark_of(action: &ActionView) -> Option<&'static str> {
    match (action.chosen, action.optimal) {
        (true, _) if action.explores => Some("explored"),
        (true, _) if action.drawn => Some("drawn"),
        (true, _) => Some("chosen"),
        (false, true) if action.proved => Some("optimal"),
        (false, true) => Some("best so far"),
        (false, false) => None,
    }
}

pub(super) fn written(value: Option<f64>, decimals: usize) -> String {
    match value {
        // Beyond six digits there is no room for all of them.
        Some(value) if value.abs() >= 1e6 => number::scientific(value, 3),
        Some(value) => number::fixed(value, decimals),
        None => number::UNKNOWN.to_owned(),
    }
}

/// An action in words, for the tooltip and for screen readers.
fn words(action: &ActionView) -> String {
    if !action.allowed {
        return "not allowed in this state".to_owned();
    }
    let mut parts = Vec::new();
    if let Some(likely) = action.likely {
        parts.push(format!("taken with probability {}", number::percent(likely, 2)));
    }
    if let Some(value) = action.believed {
        parts.push(format!("believed {}", number::significant(value, 6)));
    }
    if let Some(value) = action.planned {
        let then = if action.proved { "the optimum" } else { "the best so far" };
        parts.push(format!("worth {} if {then} acts thereafter", number::significant(value, 6)));
    }
    if let Some(reward) = action.reward {
        parts.push(format!("expected reward {} a beat", number::significant(reward, 4)));
    }
    if let Some(mark) = mark_of(action) {
        parts.push(mark.to_owned());
    }
    if action.chosen && action.optimal {
        parts.push(if action.proved { "optimal" } else { "best so far" }.to_owned());
    }
    parts.push(if action.branches.is_some() {
        "click to fold its outcomes".to_owned()
    } else {
        "click to see its outcomes".to_owned()
    });
    parts.push(match action.likely {
        Some(_) => "bars are probabilities".to_owned(),
        None => "bars run from the worst, at half, to the best".to_owned(),
    });
    parts.join(" · ")
}

/// The outcomes of an action; those beyond the first few are summed up in one row.
fn branches_ui(
    ui: &mut Ui,
    action: &ActionView,
    branches: &[BranchView],
    columns: &Columns,
    theme: &Theme,
) {
    let written = |value| written(value, columns.decimals.1);
    let mut head = Row::new(ui, 16.0);
    head.left(STEP);
    head.right(STEP);
    for (title, width) in [("value", VALUE), ("prob.", PROBABILITY)] {
        let place = head.right(width);
        let id = head.next_id();
        say(ui, place, id, Align2::RIGHT_CENTER, Face::small(theme.quiet), title).explain(title);
    }
    head.right(STEP);
    if let Some(reward) = action.reward {
        let words = format!("reward {}", number::significant(reward, 4));
        let room = head.rest.width();
        head.say_left(ui, Face::small(theme.text), &words, room)
            .cite("The expected reward of the beat under this action", "reward");
    }
    let listed = if branches.len() > BRANCHES + 1 { BRANCHES } else { branches.len() };
    for branch in branches.iter().take(listed) {
        let tooltip = format!(
            "{}: probability {}, reward {}\nleads to {}",
            branch.words,
            number::significant(branch.probability, 4),
            number::significant(branch.reward, 4),
            branch.leads_to
        );
        branch_ui(ui, &branch.words, branch.probability, &written(branch.value), &tooltip, theme);
    }
    let rest = branches.get(listed..).unwrap_or_default();
    if !rest.is_empty() {
        let probability: f64 = rest.iter().map(|branch| branch.probability).sum();
        let worth: Option<f64> =
            rest.iter().map(|b| b.value.map(|value| value * b.probability)).sum();
        let mean = worth.filter(|_| probability > 0.0).map(|worth| worth / probability);
        let words = format!("{} more", rest.len());
        let tooltip = format!("{words}, less probable: their mean value is shown");
        branch_ui(ui, &words, probability, &written(mean), &tooltip, theme);
    }
    ui.add_space(HALF);
}

fn branch_ui(
    ui: &mut Ui,
    words: &str,
    probability: f64,
    value: &str,
    tooltip: &str,
    theme: &Theme,
) {
    let (text, quiet) = (Face::small(theme.text), Face::small(theme.quiet));
    let room = ui.available_width() - 3.0 * STEP - VALUE - PROBABILITY;
    // Over two lines where one has no room for what happens.
    let galley = quiet.wrap_within(ui.painter(), words, room, 2);
    let mut row = Row::new(ui, (galley.size().y + 3.0).max(18.0));
    row.left(STEP);
    row.right(STEP);
    let place = row.right(VALUE);
    let id = row.next_id();
    say(ui, place, id, Align2::RIGHT_CENTER, text, value);
    let place = row.right(PROBABILITY);
    let id = row.next_id();
    say(ui, place, id, Align2::RIGHT_CENTER, quiet, &number::probability(probability));
    let place = row.rest;
    let response = ui.interact(place, row.next_id(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), place);
    ui.painter().galley(at.min, galley, quiet.colour);
    response.tip(tooltip);
}

/// Which actions are listed: all, or where there are many the chosen, the optimum's and the best,
/// in their own order; and whether the rest is folded away.
fn listed(ui: &Ui, actions: &[ActionView]) -> (Vec<usize>, bool) {
    let unfolded = ui.data(|data| data.get_temp::<bool>(unfolded_id())).unwrap_or(false);
    if actions.len() <= LISTED || unfolded {
        return ((0..actions.len()).collect(), false);
    }
    let worth = |place: &usize| {
        let Some(action) = actions.get(*place) else { return (false, f64::NEG_INFINITY) };
        let value = action.believed.or(action.planned).filter(|_| action.allowed);
        let first = action.chosen || action.branches.is_some();
        (first, value.unwrap_or(f64::NEG_INFINITY))
    };
    let mut places: Vec<_> = (0..actions.len()).collect();
    places.sort_by(|a, b| {
        let ((first_a, a), (first_b, b)) = (worth(a), worth(b));
        first_b.cmp(&first_a).then(b.total_cmp(&a))
    });
    places.truncate(LISTED - 1);
    places.sort_unstable();
    (places, true)
}

fn fold_ui(ui: &mut Ui, hidden: usize, folded: bool) {
    let mut row = Row::new(ui, ROW);
    let words = if folded { format!("{hidden} more actions") } else { "fewer actions".to_owned() };
    let button = Button {
        icon: Some(if folded { Icon::Right } else { Icon::Down }),
        quiet: true,
        ..Button::words("More actions", "The best are listed; show or hide the others", &words)
    };
    let place = row.left(button.width(ui));
    if button.show(ui, place, ui.id().with("more actions")).clicked() {
        ui.data_mut(|data| data.insert_temp(unfolded_id(), folded));
    }
}

fn unfolded_id() -> Id {
    Id::new("all actions unfolded")
}

/// The backup of the action taken, in words and in numbers, on one raised ground.
fn backup_ui(
    ui: &mut Ui,
    view: &WhyView,
    backup: &BackupView,
    decimals: usize,
    theme: &Theme,
) -> Option<Rect> {
    let action = view.actions.get(backup.action)?;
    let value = action.planned?;
    ui.add_space(HALF);
    let value = number::fixed(value, decimals);
    let (formula, numbers) = (formula(backup), terms(backup, action, decimals));
    let bold = Face { size: Size::Small, weight: Weight::Medium, colour: theme.text };
    let quiet = Face::small(theme.quiet);
    // The corner at the right is the fork's.
    let room = ui.available_width() - 2.0 * STEP - CORNER;
    let then = if action.proved { "then the optimum" } else { "then the best so far" };
    let titles = [&action.name, &action.short].map(|name| format!("{name} now, {then}"));
    // Of the action that is taken the heading tells the name.
    let title = (!action.chosen).then(|| {
        let title = quiet.longest_that_fits(ui.painter(), &titles, room).unwrap_or_default();
        quiet.wrap(ui.painter(), title, room)
    });
    let value_width = bold.width(ui.painter(), &value) + HALF;
    let words = quiet.wrap(ui.painter(), &format!("= {formula}"), room - value_width);
    let sum = bold.wrap(ui.painter(), &format!("= {numbers}"), room - value_width);
    // One line, in as many words as it has room for: what stands below stays where it is.
    let short = short_of(view, action, decimals).map(|wordings| {
        let words = quiet.longest_that_fits(ui.painter(), &wordings, room).unwrap_or_default();
        quiet.layout(ui.painter(), words, room)
    });
    let galleys = [title.as_ref(), Some(&words), Some(&sum), short.as_ref()];
    let heights = galleys.into_iter().flatten().map(|galley| galley.size().y + HALF);
    let height = heights.sum::<f32>() - HALF + 2.0 * STEP;
    let size = vec2(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let words_place = rect.with_max_x(rect.right() - CORNER - STEP);
    let response = ui.interact(words_place, ui.id().with("backup"), Sense::hover());
    let spoken = format!("{}: {value} = {formula} = {numbers}", titles[0]);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &spoken));
    response.tip(&titles[0]);
    let painter = ui.painter();
    painter.rect_filled(rect, 6.0, theme.raised);
    let mut at = rect.min + vec2(STEP, STEP);
    let mut line = |galley: std::sync::Arc<egui::Galley>, indent: f32, ink| {
        let height = galley.size().y;
        painter.galley(at + vec2(indent, 0.0), galley, ink);
        at.y += height + HALF;
        at.y - height - HALF
    };
    if let Some(title) = title {
        line(title, 0.0, theme.quiet);
    }
    let y = line(words, value_width, theme.quiet);
    bold.paint(painter, Align2::LEFT_TOP, egui::pos2(rect.left() + STEP, y), &value);
    line(sum, value_width, theme.text);
    if let Some(short) = short {
        line(short, 0.0, theme.quiet);
    } else if backup.may_fall_short {
        ui.add_space(line_height(ui, quiet) + HALF);
    }
    ui.add_space(HALF);
    Some(rect)
}

/// "reward − gain + Σ p · value".
fn formula(backup: &BackupView) -> String {
    let gain = if backup.gain.is_some() { " \u{2212} gain" } else { "" };
    let discount = backup.discount.map_or(String::new(), |discount| format!("{discount} · "));
    format!("reward{gain} + {discount}Σ p · value")
}

/// The formula's terms in numbers. Where nothing is multiplied they are rounded so that they add up
/// to the value as it is shown.
fn terms(backup: &BackupView, action: &ActionView, decimals: usize) -> String {
    let scale = 10f64.powi(i32::try_from(decimals).unwrap_or(0));
    let rounded = |x: f64| (x * scale).round() / scale;
    let future = match (backup.discount, action.planned) {
        (None, Some(value)) => {
            rounded(value) - rounded(backup.reward) + rounded(backup.gain.unwrap_or(0.0))
        }
        _ => backup.future,
    };
    let signed = |x: f64, by: &str| {
        let sign = if rounded(x) < 0.0 { "\u{2212}" } else { "+" };
        format!(" {sign} {by}{}", number::fixed(rounded(x).abs(), decimals))
    };
    // A gain of nothing is taken off like any other.
    let gain = backup.gain.map_or(String::new(), |gain| match rounded(gain) {
        0.0 => format!(" \u{2212} {}", number::fixed(0.0, decimals)),
        gain => signed(-gain, ""),
    });
    let discount = backup.discount.map_or(String::new(), |discount| format!("{discount} · "));
    let reward = number::fixed(rounded(backup.reward), decimals);
    format!("{reward}{gain}{}", signed(future, &discount))
}

/// By how much an action falls short of the best: "0.110 less than hold Press, the maximum", and in
/// fewer words.
fn short_of(view: &WhyView, action: &ActionView, decimals: usize) -> Option<[String; 2]> {
    let best = view.actions.iter().find(|action| action.optimal && action.planned.is_some())?;
    let less = best.planned? - action.planned?;
    let name = if best.name.chars().count() > 20 { &best.short } else { &best.name };
    let said = number::fixed(less, decimals);
    let seen = less > 0.0 && said.contains(|digit: char| ('1'..='9').contains(&digit));
    (!action.optimal && seen).then(|| {
        [format!("{said} less than {name}, the maximum"), format!("{said} less than the maximum")]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(planned: f64) -> ActionView {
        ActionView { planned: Some(planned), ..ActionView::default() }
    }

    #[test]
    fn terms_have_one_sign_each_and_add_up() {
        let backup = |gain, discount, reward, future| BackupView {
            action: 0,
            reward,
            gain,
            discount,
            future,
            may_fall_short: false,
        };
        let average = backup(Some(0.205), None, 0.417, 1.826);
        assert_eq!(terms(&average, &action(2.038), 2), "0.42 − 0.21 + 1.83");
        let lost = backup(Some(-0.2), None, -1.0, -3.0);
        assert_eq!(terms(&lost, &action(-3.8), 2), "−1.00 + 0.20 − 3.00");
        let discounted = backup(None, Some(0.99), -1.0, -2.98);
        assert_eq!(terms(&discounted, &action(-3.95), 2), "−1.00 − 0.99 · 2.98");
        assert_eq!(formula(&discounted), "reward + 0.99 · Σ p · value");
        assert_eq!(formula(&average), "reward − gain + Σ p · value");
        let total = backup(None, None, -1.0, 0.0);
        assert_eq!(terms(&total, &action(-1.0), 0), "−1 + 0");
    }

    #[test]
    fn it_is_said_by_how_much_an_action_falls_short_of_the_best() {
        let named = |name: &str, planned, optimal| ActionView {
            name: name.into(),
            optimal,
            ..action(planned)
        };
        let actions = vec![named("run all", 1.9, false), named("hold Press", 2.01, true)];
        let view = WhyView { actions, ..WhyView::default() };
        let said = |place: usize, decimals| {
            short_of(&view, &view.actions[place], decimals).map(|[in_full, _]| in_full)
        };
        assert_eq!(said(0, 2).unwrap(), "0.11 less than hold Press, the maximum");
        assert_eq!(said(0, 0), None, "less than can be shown");
        assert_eq!(said(1, 2), None);
    }
}
