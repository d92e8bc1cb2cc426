//! Who acts, how it learns, and how far its policy is from the optimum.

use super::button::{Button, Item, menu, popover};
use super::field::Field;
use super::icon::{Icon, dot};
use super::row::{ROW, Row, fact, heading, notice, paragraph, rule, say};
use super::theme_of;
use crate::learners::{Cooling, Exploration, StepSize, Target};
use crate::mdp::Level;
use crate::scenario::Family;
use crate::workbench::colour::mix;
use crate::workbench::glossary::Explain as _;
use crate::workbench::intent::{AgentChoice, Intent, Tuning};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::{HALF, STEP, Size, Theme, Weight};
use crate::workbench::view::{
    AgentOption, AgentView, KanbanView, LearnerView, PredictionView, SettingView, ThresholdView,
};
use egui::{Align2, Color32, Sense, Ui, vec2};

/// Room for a figure that can be typed over (points).
const FIGURE: f32 = 64.0;

/// The colour that an agent has in every view. Kin have one hue, each a step nearer to the text's
/// colour than the one before it.
pub fn colour_of(theme: &Theme, choice: AgentChoice) -> Color32 {
    let hue = match choice {
        AgentChoice::AlwaysRun => return theme.quiet,
        AgentChoice::Kanban => return theme.series(1),
        AgentChoice::Random => return theme.series(4),
        AgentChoice::Threshold => return theme.series(5),
        _ => match choice.family() {
            Family::OffPolicy | Family::Models => theme.series(0),
            Family::Policies => theme.series(5),
            Family::Features => theme.series(3),
            Family::OnPolicy | Family::Prediction => theme.series(2),
            Family::Planned => theme.series(3),
            Family::Rules => theme.series(1),
            Family::Person => theme.series(5),
        },
    };
    let before = AgentChoice::ALL.iter().take_while(|other| **other != choice);
    let kin = before.filter(|other| other.family() == choice.family()).count();
    let shade = match choice.family() {
        Family::Models => 0.5,
        Family::Policies | Family::Features => 0.3,
        Family::Prediction => 0.75,
        Family::Rules => 0.2,
        Family::Person => 0.6,
        _ => 0.0,
    };
    // There are many rules, and few of any other family.
    let step = if choice.family() == Family::Rules { 0.035 } else { 0.08 };
    mix(hue, theme.text, (shade + step * kin as f32).min(0.95))
}

/// The colour that an agent's bars and marks are filled with: that of its lines, but as bright in
/// the light mode as in the dark one, since no text is written in it.
pub fn fill_of(choice: AgentChoice) -> Color32 {
    colour_of(&Theme::DARK, choice)
}

const GAP: &str = "How far the policy as it stands now, without exploring, falls short of the \
     optimum, computed on the model: in % of it, or in money where the optimum is a cost or next to \
     nothing. What was earned so far stands above the line";

const ERROR: &str = "How far what is predicted is from what the states are worth under the policy, \
     computed on the model: the root of the mean square, each state counted by how often the policy \
     meets it";

/// Shows the agent, its settings and its distance to the optimum.
pub fn agent_ui(ui: &mut Ui, view: &AgentView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = heading(ui, "Agent");
    // While a person acts the digits are actions.
    let keys = view.choice != AgentChoice::Person;
    let tooltip = if keys { "Let another agent act (1 to 7)" } else { "Let another agent act" };
    let change = Button::menu("Change agent", tooltip, "change");
    let place = row.right(change.width(ui));
    let response = change.show(ui, place, ui.id().with("change agent"));
    let most = (ui.ctx().viewport_rect().bottom() - response.rect.bottom() - 4.0 * STEP).max(120.0);
    menu(ui, &response, 340.0, |ui| {
        egui::ScrollArea::vertical().max_height(most).min_scrolled_height(most).show(ui, |ui| {
            let mut heading = None;
            for (under, option) in in_menu(&view.options) {
                if heading.replace(under) != Some(under) {
                    let mut row = Row::new(ui, ROW);
                    let room = row.rest.width();
                    row.say_left(ui, Face::small(theme.quiet), under, room);
                }
                let key = AgentChoice::KEYED.iter().position(|keyed| *keyed == option.choice);
                let key = key.map_or(String::new(), |place| (place + 1).to_string());
                let item = Item {
                    note: option.unavailable.as_deref().unwrap_or(option.about),
                    key: if keys && option.unavailable.is_none() { &key } else { "" },
                    selected: option.choice == view.choice,
                    enabled: option.unavailable.is_none(),
                    ..Item::new(&option.name)
                };
                if item.show(ui) && option.choice != view.choice {
                    intents.push(Intent::ChooseAgent(option.choice));
                }
            }
        });
    });
    name_ui(ui, view, &theme);
    if let Some(learner) = &view.learner {
        learner_ui(ui, learner, intents);
    }
    if let Some(prediction) = &view.prediction {
        prediction_ui(ui, prediction, intents);
    }
    for (place, figure) in view.settings.iter().enumerate() {
        if let Some(value) = setting_ui(ui, figure) {
            intents.push(Intent::TuneAgent(Tuning::Figure { place, value }));
        }
    }
    kanban_ui(ui, &view.kanban, intents);
    if let Some(threshold) = &view.threshold {
        threshold_ui(ui, threshold, intents);
    }
    for (label, value) in &view.facts {
        fact(ui, label, value);
    }
    if let Some(gap) = &view.gap {
        // Where judging takes long the gap is that of some beats ago.
        let label = match view.judging {
            Some(beats) if beats > 0 => format!("gap to optimum at {}", number::round(beats)),
            _ => "gap to optimum".to_owned(),
        };
        fact(ui, &label, gap).tip(GAP);
    }
    if let Some(words) = &view.notice {
        ui.add_space(HALF);
        notice(ui, Icon::Warning, theme.warning, words);
    }
}

/// The agents in the order of the menu, each with its heading: those with a key, then by family
/// those that can act here, then all others.
fn in_menu(options: &[AgentOption]) -> Vec<(&'static str, &AgentOption)> {
    let keyed = |option: &AgentOption| AgentChoice::KEYED.iter().position(|k| *k == option.choice);
    let mut all: Vec<_> = options
        .iter()
        .map(|option| match (keyed(option), &option.unavailable) {
            (Some(place), _) => ((0, place), "Often used", option),
            (None, None) => ((1, 0), option.family.name(), option),
            (None, Some(_)) => ((2, 0), "Not for this environment", option),
        })
        .collect();
    all.sort_by_key(|(place, ..)| *place);
    all.into_iter().map(|(_, heading, option)| (heading, option)).collect()
}

fn name_ui(ui: &mut Ui, view: &AgentView, theme: &Theme) {
    let mut row = Row::new(ui, 28.0);
    let mark = row.left(16.0);
    dot(ui.painter(), mark.left_center() + vec2(6.0, 0.0), fill_of(view.choice));
    let face = Face { size: Size::Body, weight: Weight::SemiBold, colour: theme.text };
    let quiet = Face::small(theme.quiet);
    let chip = quiet.width(ui.painter(), &view.doing).ceil() + 2.0 * STEP;
    let fits = row.rest.width() >= face.width(ui.painter(), &view.name) + STEP + chip;
    if fits && !view.doing.is_empty() {
        let chip = row.right(chip).shrink2(vec2(0.0, 4.0));
        ui.painter().rect_filled(chip, 4, theme.raised);
        let id = row.next_id();
        say(ui, chip.shrink2(vec2(STEP, 0.0)), id, Align2::CENTER_CENTER, quiet, &view.doing);
        row.right(STEP);
    }
    let room = row.rest.width();
    row.say_left(ui, face, &view.name, room).explain(view.choice.name());
    if !fits {
        // What the agent waits for takes a sentence: below its name.
        paragraph(ui, quiet, &view.doing);
    }
}

/// The settings of a learner. Numbers are typed over; the kind of step size is a menu.
fn learner_ui(ui: &mut Ui, learner: &LearnerView, intents: &mut Vec<Intent>) {
    let mut tune = |tuning| intents.push(Intent::TuneAgent(tuning));
    if let Some(tuning) = step_ui(ui, learner.step) {
        tune(tuning);
    }
    if let Some(tuning) = exploration_ui(ui, learner) {
        tune(tuning);
    }
    if let Some(value) = discount_ui(ui, learner.discount) {
        tune(Tuning::Discount(value));
    }
}

fn discount_ui(ui: &mut Ui, value: f64) -> Option<f64> {
    let discount = Number {
        label: "discount γ",
        name: "Discount",
        tooltip: "What a reward is worth one beat later, below 1: the learner's own. Nearer to 1 it \
                  comes nearer to the best in the long run, and learns more slowly. Click to type",
        value,
        range: (0.0, HIGHEST_DISCOUNT),
    };
    discount.show(ui)
}

/// Whose values are predicted, from how many rewards, and how far they are from the exact ones.
fn prediction_ui(ui: &mut Ui, view: &PredictionView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut tune = |tuning| intents.push(Intent::TuneAgent(tuning));
    let mut row = Row::new(ui, ROW);
    let policy = Button::menu("Predicted policy", "The rule of thumb that acts", &view.policy);
    let place = row.right(policy.width(ui));
    let response = policy.show(ui, place, ui.id().with("predicted policy"));
    menu(ui, &response, 220.0, |ui| {
        for (choice, name) in &view.policies {
            let selected = *choice == view.chosen;
            if (Item { selected, ..Item::new(name) }).show(ui) && !selected {
                tune(Tuning::Policy(*choice));
            }
        }
    });
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), "values of", room);
    let mut row = Row::new(ui, ROW);
    let words = if view.to_the_end { "Monte Carlo" } else { "TD" };
    let kind = Button::menu("Kind of return", "What a value moves towards", words);
    let place = row.right(kind.width(ui));
    let response = kind.show(ui, place, ui.id().with("kind of return"));
    menu(ui, &response, 280.0, |ui| {
        let some = Item {
            note: "towards n rewards and the value of the state behind them",
            selected: !view.to_the_end,
            ..Item::new("TD")
        };
        if some.show(ui) && view.to_the_end {
            tune(Tuning::Target(Target::default()));
        }
        let all = Item {
            note: "towards all that was had until the end of the episode",
            selected: view.to_the_end,
            ..Item::new("Monte Carlo")
        };
        if all.show(ui) && !view.to_the_end {
            tune(Tuning::Target(Target::episode(Default::default())));
        }
    });
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), "learned by", room);
    if let Some(tuning) = step_ui(ui, view.step) {
        tune(tuning);
    }
    if let Some(value) = discount_ui(ui, view.discount) {
        tune(Tuning::Discount(value));
    }
    if let Some(error) = &view.error {
        fact(ui, "error of the values", error).tip(ERROR);
    }
}

/// A figure of the learner that is typed over.
fn setting_ui(ui: &mut Ui, figure: &SettingView) -> Option<f64> {
    let tooltip = format!("{}. Click to type", figure.about);
    let number = Number {
        label: figure.name,
        name: figure.name,
        tooltip: &tooltip,
        value: figure.value,
        range: figure.range,
    };
    if figure.whole { number.show_whole(ui) } else { number.show(ui) }
}

/// How something else than the best is tried: by which rule, and the rule's figure: the ε it comes to
/// or stays at, the temperature at first, or the width of the bound.
fn exploration_ui(ui: &mut Ui, learner: &LearnerView) -> Option<Tuning> {
    let theme = theme_of(ui);
    let now = learner.exploration;
    let (mut asked, mut initial) = (None, None);
    let mut row = Row::new(ui, ROW);
    let place = row.right(FIGURE);
    let (said, words, value, most, tooltip) = match now {
        Exploration::Constant { epsilon } => (
            "exploration ε",
            "constant",
            epsilon,
            1.0,
            "The share of beats with a random action, 0 to 1. Click to type",
        ),
        Exploration::Time { to, .. } => (
            "lowest ε",
            "by time",
            to,
            1.0,
            "The share of beats with a random action that it comes down to, 0 to 1. Click to type",
        ),
        Exploration::Visits { floor, .. } => (
            "lowest ε",
            "by visits",
            floor,
            1.0,
            "The share of beats with a random action that it comes down to in a state often met, \
             0 to 1. Click to type",
        ),
        Exploration::Boltzmann { temperature, .. } => (
            "temperature τ",
            "Boltzmann",
            temperature,
            1e9,
            "By how much two actions must differ in value for one to be e times as likely as the \
             other, in the currency; at first, where it cools. 0 is greedy. Click to type",
        ),
        Exploration::Ucb { width } => (
            "bound width c",
            "upper bound",
            width,
            1e9,
            "How far an action’s bound lies above its value, in the currency: c·√(ln t/N) after N \
             updates of the action and t of its state. The highest is taken. Click to type",
        ),
    };
    let text = trimmed(value);
    let field = Field {
        name: "Exploration",
        tooltip,
        value,
        text: &text,
        range: (0.0, most),
        whole: false,
        left: false,
        measured: None,
    };
    if let (_, Some(typed)) = field.show(ui, place, ui.id().with("exploration")) {
        asked = Some(match now {
            Exploration::Constant { .. } => Exploration::Constant { epsilon: typed },
            Exploration::Time { from, decisions, .. } => {
                Exploration::Time { from: from.max(typed), to: typed, decisions }
            }
            Exploration::Visits { from, half, .. } => {
                Exploration::Visits { from: from.max(typed), half, floor: typed }
            }
            Exploration::Boltzmann { cooling, .. } => {
                Exploration::Boltzmann { temperature: typed, cooling }
            }
            Exploration::Ucb { .. } => Exploration::Ucb { width: typed },
        });
    }
    row.right(HALF);
    let label = Face::small(theme.quiet);
    let words = match label.width(ui.painter(), said) {
        wide if wide + 140.0 > row.rest.width() => words.trim_start_matches("fading "),
        _ => words,
    };
    let kind = Button::menu("Kind of exploration", "How exploration goes on", words);
    let place = row.right(kind.width(ui));
    let response = kind.show(ui, place, ui.id().with("kind of exploration"));
    popover(ui, &response, 264.0, |ui| {
        for (name, note, to, is_now) in [
            (
                "Fading with visits",
                "from 1 down to ε in each state, as it is met",
                Exploration::default(),
                matches!(now, Exploration::Visits { .. }),
            ),
            (
                "Fading with time",
                "from 1 down to ε over 100 000 beats",
                Exploration::by_time(),
                matches!(now, Exploration::Time { .. }),
            ),
            (
                "Constant",
                "the same ε in every beat",
                Exploration::Constant { epsilon: 0.1 },
                matches!(now, Exploration::Constant { .. }),
            ),
            (
                "Boltzmann",
                "the likelier the higher its value, by a temperature τ",
                Exploration::Boltzmann { temperature: 1.0, cooling: Cooling::Never },
                matches!(now, Exploration::Boltzmann { .. }),
            ),
            (
                "Upper confidence bound",
                "the less it was tried the sooner, by a width c",
                Exploration::Ucb { width: 2.0 },
                matches!(now, Exploration::Ucb { .. }),
            ),
        ] {
            if (Item { note, selected: is_now, ..Item::new(name) }).show(ui) {
                asked = (!is_now).then_some(to).or(asked);
                ui.close();
            }
        }
        rule(ui);
        initial = initial_ui(ui, learner.initial_value);
    });
    let room = row.rest.width();
    row.say_left(ui, label, said, room).cite(tooltip, said);
    asked.map(Tuning::Explore).or(initial)
}

/// Where all values begin: to hope for too much is a way to explore.
fn initial_ui(ui: &mut Ui, value: f64) -> Option<Tuning> {
    let initial = Number {
        label: "initial value",
        name: "Initial value",
        tooltip: "What an action is thought to be worth before it is met; what is more than can be \
                  had makes the learner try everything. It holds from the next reset on. Click to \
                  type",
        value,
        range: (-1e9, 1e9),
    };
    initial.show(ui).map(Tuning::InitialValue)
}

/// The level of each buffer: a machine runs while the buffer behind it holds fewer parts.
fn kanban_ui(ui: &mut Ui, levels: &[KanbanView], intents: &mut Vec<Intent>) {
    for (buffer, view) in levels.iter().enumerate() {
        let label = format!("level of {}", view.buffer);
        let number = Number {
            label: &label,
            name: &format!("Level {}", view.buffer),
            tooltip: "The machine before this buffer runs while it holds fewer parts than this; \
                      one above its capacity never holds back. Click to type",
            value: f64::from(view.level),
            range: (0.0, f64::from(view.capacity) + 1.0),
        };
        if let Some(level) = number.show_whole(ui) {
            let level = level as u32;
            intents.push(Intent::TuneAgent(Tuning::KanbanLevel { buffer, level }));
        }
    }
}

/// What a threshold rule watches, where it turns, and what it does on either side.
fn threshold_ui(ui: &mut Ui, view: &ThresholdView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let Some(watched) = view.variables.get(view.variable) else { return };
    let mut asked = None;
    let mut row = Row::new(ui, ROW);
    let button = Button {
        quiet: false,
        ..Button::menu("Watched variable", "The variable that the rule watches", &watched.name)
    };
    let place = row.right(button.width(ui).min(140.0));
    let response = button.show(ui, place, ui.id().with("watched variable"));
    menu(ui, &response, 220.0, |ui| {
        for (place, variable) in view.variables.iter().enumerate() {
            let selected = place == view.variable;
            if (Item { selected, ..Item::new(&variable.name) }).show(ui) && !selected {
                asked = Some((place, variable.low.midpoint(variable.high)));
            }
        }
    });
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), "watches", room);
    let number = Number {
        label: "turns from level",
        name: "Threshold level",
        tooltip: "From this level of the watched variable on the rule acts otherwise. Click to type",
        value: f64::from(view.level),
        range: (f64::from(watched.low), f64::from(watched.high)),
    };
    if let Some(level) = number.show_whole(ui) {
        asked = Some((view.variable, level as Level));
    }
    fact(ui, "below", &view.below);
    fact(ui, "from there on", &view.above);
    if let Some((variable, level)) = asked {
        intents.push(Intent::TuneAgent(Tuning::Threshold { variable, level }));
    }
}

/// A learner's discount must lie below 1, or its values would grow without end.
const HIGHEST_DISCOUNT: f64 = 0.999_999;

/// The step size: by which rule, and the rule's figure.
fn step_ui(ui: &mut Ui, now: StepSize) -> Option<Tuning> {
    let theme = theme_of(ui);
    let mut asked = None;
    let mut row = Row::new(ui, ROW);
    let place = row.right(FIGURE);
    let (words, value, range, tooltip) = match now {
        StepSize::Visits { power, .. } => (
            "1 / (1 + n^κ)",
            power,
            (0.51, 1.0),
            "κ of the step size 1 / (1 + n^κ), n the visits of a state and action. The larger, the \
             sooner what was learned stays as it is; above 0.5, at most 1. Click to type",
        ),
        StepSize::Constant { size } => (
            "constant α",
            size,
            (1e-6, 1.0),
            "The constant step size α, above 0, at most 1. Click to type",
        ),
        StepSize::Time { half, .. } => (
            "halved after",
            half,
            (1.0, 1e12),
            "After how many decisions the step size is half of what it is at first: α₀ / (1 + t/h). \
             Click to type",
        ),
    };
    let text = match now {
        StepSize::Time { half, .. } => number::round(half as u64),
        _ => trimmed(value),
    };
    let field = Field {
        name: "Step size",
        tooltip,
        value,
        text: &text,
        range,
        whole: matches!(now, StepSize::Time { .. }),
        left: false,
        measured: None,
    };
    if let (_, Some(typed)) = field.show(ui, place, ui.id().with("step size")) {
        asked = Some(match now {
            StepSize::Visits { scale, .. } => StepSize::Visits { scale, power: typed },
            StepSize::Constant { .. } => StepSize::Constant { size: typed },
            StepSize::Time { from, .. } => StepSize::Time { from, half: typed },
        });
    }
    row.right(HALF);
    let kind = Button::menu("Kind of step size", "How the step size goes on", words);
    let place = row.right(kind.width(ui));
    let response = kind.show(ui, place, ui.id().with("kind of step size"));
    menu(ui, &response, 240.0, |ui| {
        for (name, note, to, selected) in [
            (
                "Falling with visits",
                "1 / (1 + n^κ), n the visits: settles on the values",
                StepSize::default(),
                matches!(now, StepSize::Visits { .. }),
            ),
            (
                "Falling with time",
                "α₀ / (1 + t/h), t the decisions: large first, then small",
                StepSize::Time { from: 1.0, half: 10_000.0 },
                matches!(now, StepSize::Time { .. }),
            ),
            (
                "Constant",
                "α: follows changes, never settles",
                StepSize::Constant { size: 0.1 },
                matches!(now, StepSize::Constant { .. }),
            ),
        ] {
            if (Item { note, selected, ..Item::new(name) }).show(ui) && !selected {
                asked = Some(to);
            }
        }
    });
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), "step size", room).explain("step size");
    asked.map(Tuning::Step)
}

/// A labelled figure that can be typed over.
struct Number<'a> {
    label: &'a str,
    name: &'a str,
    tooltip: &'a str,
    value: f64,
    range: (f64, f64),
}

impl Number<'_> {
    fn show(&self, ui: &mut Ui) -> Option<f64> {
        self.show_as(ui, &trimmed(self.value), false)
    }

    fn show_whole(&self, ui: &mut Ui) -> Option<f64> {
        self.show_as(ui, &number::fixed(self.value, 0), true)
    }

    fn show_as(&self, ui: &mut Ui, text: &str, whole: bool) -> Option<f64> {
        let theme = theme_of(ui);
        let mut row = Row::new(ui, ROW);
        let place = row.right(FIGURE);
        let field = Field {
            name: self.name,
            tooltip: self.tooltip,
            value: self.value,
            text,
            range: self.range,
            whole,
            left: false,
            measured: None,
        };
        let typed = field.show(ui, place, ui.id().with(self.name)).1;
        let room = row.rest.width();
        let said = row.say_left(ui, Face::small(theme.quiet), self.label, room);
        said.interact(Sense::hover()).cite(self.tooltip, self.label);
        typed
    }
}

/// A setting as it was typed: two decimals at least, and no more than it has.
fn trimmed(value: f64) -> String {
    let decimals = (2..=6).find(|d| {
        let scale = 10f64.powi(*d);
        ((value * scale).round() / scale - value).abs() < 1e-9
    });
    match decimals {
        Some(decimals) => number::fixed(value, usize::try_from(decimals).unwrap_or(2)),
        None => number::significant(value, 3),
    }
    .replace(THIN, "\u{202F}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_keep_the_digits_that_they_have() {
        for (value, text) in [(0.6, "0.60"), (0.1, "0.10"), (0.999, "0.999"), (1e-6, "0.000001")] {
            assert_eq!(trimmed(value), text);
        }
    }

    #[test]
    fn agents_have_colours_of_their_own() {
        let all = AgentChoice::ALL;
        for theme in [Theme::DARK, Theme::LIGHT] {
            for (i, one) in all.iter().enumerate() {
                for other in &all[..i] {
                    assert_ne!(colour_of(&theme, *one), colour_of(&theme, *other));
                }
            }
        }
    }
}
