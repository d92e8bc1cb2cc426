//! A lesson, step by step: what is told, what is asked, what came of it.

use super::button::{Button, Item, Look};
use super::icon::Icon;
use super::row::{ROW, Row, heading, paragraph, rule};
use super::theme_of;
use crate::experiment::lesson::Prediction;
use crate::workbench::intent::{Intent, LessonStep};
use crate::workbench::language::said;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Weight, font};
use crate::workbench::view::{LessonPhase, LessonQuestion, LessonView};
use egui::{Id, Key, Margin, Rect, TextEdit, Ui, WidgetInfo, WidgetType, vec2};

/// Shows the lesson over all the room there is; it scrolls where that is too little.
pub fn lesson_ui(ui: &mut Ui, view: &LessonView, intents: &mut Vec<Intent>) {
    let mut asked = Vec::new();
    header_ui(ui, view, &mut asked);
    let foot = 44.0;
    let room = (ui.available_height() - foot).max(80.0);
    egui::ScrollArea::vertical()
        .id_salt(("lesson", view.number))
        .max_height(room)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            step_ui(ui, view, &mut asked);
        });
    foot_ui(ui, view, &mut asked);
    intents.extend(asked.into_iter().map(Intent::Lesson));
}

fn header_ui(ui: &mut Ui, view: &LessonView, asked: &mut Vec<LessonStep>) {
    let theme = theme_of(ui);
    let mut row = heading(ui, &view.title);
    let leave = Button {
        quiet: true,
        ..Button::icon("Leave lesson", "Leave the lesson; it can be begun again", Icon::Close)
    };
    let place = row.right(ROW);
    if leave.show(ui, place, ui.id().with("leave")).clicked() {
        asked.push(LessonStep::Leave);
    }
    // How far it has come: one mark a step.
    let row = Row::new(ui, 12.0);
    let gap = 3.0;
    let wide = (row.whole.width() + gap) / view.of.max(1) as f32 - gap;
    for step in 0..view.of {
        let left = row.whole.left() + step as f32 * (wide + gap);
        let mark = Rect::from_min_size(
            egui::pos2(left, row.whole.center().y - 1.5),
            vec2(wide.max(1.0), 3.0),
        );
        let ink = if step < view.number { theme.accent } else { theme.raised };
        ui.painter().rect_filled(mark, 1.0, ink);
    }
    ui.add_space(HALF);
}

fn step_ui(ui: &mut Ui, view: &LessonView, asked: &mut Vec<LessonStep>) {
    let theme = theme_of(ui);
    if view.number == 1 && !view.breaks.is_empty() {
        paragraph(ui, Face::small(theme.quiet), &format!("“{}”", view.breaks));
        ui.add_space(STEP);
    }
    let body = Face { size: Size::Body, weight: Weight::Regular, colour: theme.text };
    if !view.tell.is_empty() {
        paragraph(ui, body, &view.tell);
        ui.add_space(STEP);
    }
    if let Some(question) = &view.question {
        rule(ui);
        paragraph(ui, body.weighing(Weight::SemiBold), &question.text);
        ui.add_space(HALF);
        question_ui(ui, view, question, asked);
    }
    match &view.phase {
        LessonPhase::ByHand { left } => {
            ui.add_space(STEP);
            let words = format!("Your move: {} more.", number::counted(*left, "beat", "beats"));
            paragraph(ui, body, &words);
        }
        LessonPhase::Working(share) => {
            ui.add_space(STEP);
            working_ui(ui, *share);
        }
        LessonPhase::Failed(why) => {
            ui.add_space(STEP);
            paragraph(ui, Face { colour: theme.error, ..body }, why);
        }
        LessonPhase::Asking | LessonPhase::Ready | LessonPhase::Known => {}
    }
    if let Some(why) = &view.refused {
        paragraph(ui, Face { colour: theme.error, ..Face::small(theme.error) }, why);
    }
    if view.phase == LessonPhase::Known {
        known_ui(ui, view);
    }
}

fn question_ui(
    ui: &mut Ui,
    view: &LessonView,
    question: &LessonQuestion,
    asked: &mut Vec<LessonStep>,
) {
    let asking = view.phase == LessonPhase::Asking;
    if question.options.is_empty() {
        number_ui(ui, view, question, asking, asked);
        return;
    }
    let known = view.phase == LessonPhase::Known;
    for (place, option) in question.options.iter().enumerate() {
        let note = match known && question.right.contains(&place) {
            true => "this is what happened",
            false => "",
        };
        let item = Item {
            selected: question.chosen == Some(place),
            enabled: asking,
            lit: known && question.right.contains(&place),
            note,
            ..Item::new(option)
        };
        if item.show(ui) && asking {
            asked.push(LessonStep::Predict(Prediction::Option(place)));
        }
    }
}

fn number_ui(
    ui: &mut Ui,
    view: &LessonView,
    question: &LessonQuestion,
    asking: bool,
    asked: &mut Vec<LessonStep>,
) {
    let theme = theme_of(ui);
    if !asking {
        let words = match question.number {
            Some(number) => {
                let written = number.to_string().replace('-', &number::MINUS.to_string());
                format!("you predicted {written}")
            }
            None => "you made no prediction".to_owned(),
        };
        paragraph(ui, Face::small(theme.quiet), &words);
        return;
    }
    let id = Id::new(("prediction", view.number));
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    let edit = TextEdit::singleline(&mut text)
        .id(id.with("edit"))
        .font(font(Size::Body, Weight::Regular))
        .margin(Margin::symmetric(8, 4))
        .hint_text(said(ui.ctx(), "your prediction").into_owned())
        .desired_width(160.0);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Prediction"));
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let number = text.trim().replace(number::MINUS, "-").replace(',', ".").parse::<f64>().ok();
    ui.add_space(HALF);
    let mut row = Row::new(ui, 28.0);
    let predict = Button::words("Predict", "See what really happens", "Predict")
        .looking(Look::Accent)
        .enabled(number.is_some());
    let place = row.left(predict.width(ui).max(80.0));
    let clicked = predict.show(ui, place, ui.id().with("predict")).clicked();
    if let Some(number) = number.filter(|number| number.is_finite())
        && (clicked || entered)
    {
        asked.push(LessonStep::Predict(Prediction::Number(number)));
    }
    ui.data_mut(|data| data.insert_temp(id, text));
}

fn working_ui(ui: &mut Ui, share: f64) {
    let theme = theme_of(ui);
    let row = Row::new(ui, 8.0);
    let response = ui.interact(row.whole, ui.id().with("working"), egui::Sense::hover());
    response.widget_info(|| WidgetInfo {
        label: Some("Lesson at work".to_owned()),
        value: Some(share),
        ..WidgetInfo::new(WidgetType::ProgressIndicator)
    });
    ui.painter().rect_filled(row.whole, RADIUS, theme.raised);
    let wide = row.whole.width() * share.clamp(0.0, 1.0) as f32;
    ui.painter().rect_filled(row.whole.with_max_x(row.whole.left() + wide), RADIUS, theme.accent);
    let words = format!("it is played: {}", number::percent(share, 0));
    paragraph(ui, Face::small(theme.quiet), &words);
}

/// What came of it.
fn known_ui(ui: &mut Ui, view: &LessonView) {
    let theme = theme_of(ui);
    if let Some(answer) = &view.answer {
        ui.add_space(STEP);
        let (words, colour) = match view.right {
            Some(true) => ("as you predicted", theme.good),
            Some(false) => ("not what you predicted", theme.warning),
            None => ("what really happened", theme.text),
        };
        paragraph(ui, Face::name(colour), words);
        let body = Face { size: Size::Body, weight: Weight::Regular, colour: theme.text };
        paragraph(ui, body, answer);
    }
    if !view.figures.is_empty() {
        ui.add_space(STEP);
    }
    for (label, words) in &view.figures {
        let face = Face::small(theme.quiet);
        let mut row = Row::new(ui, ROW);
        let wide = face.width(ui.painter(), label) + face.width(ui.painter(), words) + STEP;
        if wide <= row.rest.width() {
            row.figure_right(ui, words, 240.0);
            let room = row.rest.width();
            row.say_left(ui, face, label, room);
        } else {
            // On two lines where one is too short.
            let room = row.rest.width();
            row.say_left(ui, face, label, room);
            let mut row = Row::new(ui, ROW);
            let room = row.rest.width();
            row.figure_right(ui, words, room);
        }
    }
}

/// What can be done now.
fn foot_ui(ui: &mut Ui, view: &LessonView, asked: &mut Vec<LessonStep>) {
    rule(ui);
    let mut row = Row::new(ui, 28.0);
    let (name, tooltip, words, step) = match &view.phase {
        LessonPhase::Asking => {
            ("Pass", "See it without a prediction", "I do not know", LessonStep::Pass)
        }
        LessonPhase::ByHand { .. } => {
            ("Play for me", "Let the agent play it", "Let the agent", LessonStep::PlayForMe)
        }
        LessonPhase::Ready => ("Run lesson", "Let it run", "Run", LessonStep::Run),
        LessonPhase::Working(_) => ("Stop lesson", "Break it off", "Stop", LessonStep::Stop),
        LessonPhase::Failed(_) => ("Run lesson", "Try it again", "Again", LessonStep::Run),
        LessonPhase::Known if view.number >= view.of => {
            ("End lesson", "Leave the lesson: it is marked as done", "Done", LessonStep::Forward)
        }
        LessonPhase::Known => ("Next step", "Go on", "Next", LessonStep::Forward),
    };
    let quiet = matches!(view.phase, LessonPhase::Asking | LessonPhase::Working(_));
    let look = if quiet { Look::Raised } else { Look::Accent };
    let button = Button::words(name, tooltip, words).looking(look);
    let place = row.right(button.width(ui).max(80.0));
    if button.show(ui, place, ui.id().with("forward")).clicked() {
        asked.push(step);
    }
    if view.number > 1 {
        let back =
            Button::words("Step back", "Begin the step before anew", "Back").looking(Look::Raised);
        let place = row.left(back.width(ui).max(64.0));
        if back.show(ui, place, ui.id().with("back")).clicked() {
            asked.push(LessonStep::Back);
        }
    }
    let theme = theme_of(ui);
    row.left(STEP);
    let words = format!("{} of {}", view.number, view.of);
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), &words, room);
}
