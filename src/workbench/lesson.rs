//! A lesson that is gone through: its player, the work that it asks for, and its stage on the desk.

use std::sync::Arc;

use bevy::prelude::*;

use super::autosave::set_aside;
use super::changes::Sight;
use super::curve_view::kind_of;
use super::desk::{Desk, Running};
use super::intent::{AgentChoice, LessonStep};
use super::job::{Job, ended};
use super::language::Language;
use super::opening::{lay_out, show_errors, unpack};
use super::stage::Opening;
use super::view::{LessonPhase, LessonQuestion, LessonView};
use crate::experiment::lesson::{
    Answer, Done, LessonError, Phase, Player, Prediction, StepView, Wanted,
};
use crate::experiment::session::Session;
use crate::scenario::lesson::{laid_over, library};
use crate::scenario::{AgentSpec, Text};

/// A lesson under way.
pub struct LessonAtWork {
    /// Its name among those that came with the program, or its file.
    name: String,
    player: Player,
    job: Option<Job<Result<Done, LessonError>>>,
    /// What was done wrong last, in words.
    refused: Option<String>,
    /// The step as it is shown, made anew where something changed.
    shown: StepView,
}

impl LessonAtWork {
    fn new(name: String, player: Player) -> Self {
        let shown = player.view();
        Self { name, player, job: None, refused: None, shown }
    }

    /// Lets the work that is to be done begin, if there is any.
    fn work(&mut self) {
        if self.job.is_some() {
            return;
        }
        if let Some(work) = self.player.job() {
            self.job = Some(Job::start("lesson", move |progress| work.work(progress)));
        }
    }
}

/// The lessons to choose from: names and titles.
pub fn shelf(language: Language) -> Vec<(String, String)> {
    let listed = library::list(library::folder().as_deref());
    listed
        .into_iter()
        .map(|one| (one.name, one.title.in_language(language.code()).to_owned()))
        .collect()
}

/// Begins a lesson that came with the program.
pub fn begin(desk: &mut Desk, session: &mut Session, opening: &mut Opening, name: String) {
    match library::open(&name) {
        Ok(lesson) => {
            set_aside(desk, session);
            desk.lesson = Some(LessonAtWork::new(name, Player::new(Arc::new(lesson))));
            desk.hints = false;
            set_stage(desk, session, opening, true);
        }
        Err(reports) => show_errors(desk, &reports),
    }
}

/// Does what was asked for in the lesson.
pub fn go(desk: &mut Desk, session: &mut Session, opening: &mut Opening, step: LessonStep) {
    let Some(lesson) = &mut desk.lesson else { return };
    lesson.refused = None;
    match step {
        LessonStep::Predict(prediction) => {
            let predicted = lesson.player.predict(prediction);
            lesson.refused = predicted.err().map(|refused| refused.to_string());
        }
        LessonStep::Pass => lesson.player.pass(),
        LessonStep::PlayForMe => lesson.player.play_for_me(),
        LessonStep::Run => {}
        LessonStep::Stop => {
            if let Some(job) = &lesson.job {
                job.progress.cancel();
            }
            return;
        }
        LessonStep::Forward if !lesson.player.is_over() => {
            lesson.player.forward();
            set_stage(desk, session, opening, false);
            return;
        }
        LessonStep::Back => {
            lesson.job = None;
            let step = lesson.player.step().saturating_sub(1);
            lesson.player.back_to(step);
            set_stage(desk, session, opening, true);
            return;
        }
        LessonStep::Forward | LessonStep::Leave => {
            let left = desk.lesson.take();
            desk.finished
                .extend(left.filter(|_| step == LessonStep::Forward).map(|left| left.name));
            return;
        }
    }
    // What was waited for is there: it is worked out, or played by hand.
    lesson.work();
    lesson.shown = lesson.player.view();
    match lesson.shown.phase {
        Phase::ByHand { .. } if session.agent().kind() != AgentChoice::Person => {
            set_stage(desk, session, opening, true);
        }
        // What is worked out behind the scenes is seen as well, at the pace of the stage.
        Phase::Working if step != LessonStep::PlayForMe => desk.clock.playing = true,
        _ => {}
    }
}

/// Puts the lesson's stage on the desk where this step sets it up, or must.
fn set_stage(desk: &mut Desk, session: &mut Session, opening: &mut Opening, must: bool) {
    let Some(lesson) = &mut desk.lesson else { return };
    lesson.shown = lesson.player.view();
    let Some((stage, _)) = lesson.player.stage().filter(|(_, anew)| *anew || must) else { return };
    let stage = stage.clone();
    let by_hand = matches!(lesson.player.phase(), Phase::ByHand { .. });
    let mut scenario = (*stage.scenario).clone();
    scenario.contents.agent = if by_hand { AgentSpec::Person } else { stage.agent.clone() };
    scenario.contents.show.speed = stage.speed;
    match unpack(scenario, Some(stage.name.clone()), Some(stage.seed)) {
        Ok((new, opened)) => lay_out(desk, session, opening, new, opened),
        Err(why) => {
            desk.notice = Some(why);
            return;
        }
    }
    let space = session.scenario().environment.state_space();
    let place = |name: &Option<String>| name.as_deref().and_then(|name| space.position(name));
    if let (Some(x), Some(y)) = (place(&stage.x), place(&stage.y)) {
        (desk.axes, desk.axes_open) = ((x, y), false);
    }
    if let Some(curve) = stage.curve {
        desk.curve = kind_of(curve);
    }
    if !stage.state.is_empty() {
        desk.inspected = Some(laid_over(session.run().state(), &stage.state));
    }
    desk.text = false;
    desk.clock.playing = false;
    // What a lesson sets up is no change of the person's.
    desk.saved = Some(Sight::of(desk, session));
}

/// Takes in what was worked out for the lesson, and what was played by hand.
pub(super) fn attend(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    if desk.lesson.is_none() {
        return;
    }
    let desk = &mut *desk;
    let (Some(lesson), Some(running)) = (&mut desk.lesson, runs.iter().next()) else { return };
    match ended(&mut lesson.job) {
        Some(Ok(done)) => {
            lesson.player.take(done);
            // Several runs follow one another.
            if lesson.player.phase() == Phase::Ready {
                lesson.work();
            }
            lesson.shown = lesson.player.view();
        }
        Some(Err(error)) => desk.notice = Some(error.to_string()),
        None => {}
    }
    if let Phase::ByHand { beats } = lesson.shown.phase {
        let run = running.session.run();
        if run.beats() >= beats && lesson.player.hand_in(run) {
            lesson.work();
            lesson.shown = lesson.player.view();
            desk.clock.playing = false;
        }
    }
}

/// The lesson as it is shown.
pub fn view(desk: &Desk, session: &Session) -> Option<LessonView> {
    let lesson = desk.lesson.as_ref()?;
    let code = desk.language.code();
    let said = |text: &Text| text.in_language(code).to_owned();
    let shown = &lesson.shown;
    let contents = &lesson.player.lesson().contents;
    let option = |place: usize| -> Option<String> {
        match &shown.question.as_ref()?.wanted {
            Wanted::Number => None,
            Wanted::Options(options) => options.get(place).map(said),
            Wanted::Actions(actions) => actions.get(place).map(|(_, words)| words.clone()),
        }
    };
    let question = shown.question.as_ref().map(|question| LessonQuestion {
        text: said(&question.text),
        options: match &question.wanted {
            Wanted::Number => Vec::new(),
            Wanted::Options(options) => options.iter().map(said).collect(),
            Wanted::Actions(actions) => actions.iter().map(|(_, words)| words.clone()).collect(),
        },
        chosen: match &shown.prediction {
            Some(Prediction::Option(place)) => Some(*place),
            _ => None,
        },
        number: match &shown.prediction {
            Some(Prediction::Number(number)) => Some(*number),
            _ => None,
        },
        right: match &shown.answer {
            Some(Answer::Options(right)) => right.clone(),
            _ => Vec::new(),
        },
    });
    let answer = shown.answer.as_ref().map(|answer| match answer {
        Answer::Number(figure) => figure.words(code),
        Answer::Options(right) => {
            let words: Vec<String> = right.iter().filter_map(|place| option(*place)).collect();
            words.join(" / ")
        }
        Answer::Open => "it cannot be told apart".to_owned(),
    });
    let phase = match &shown.phase {
        Phase::Asking => LessonPhase::Asking,
        Phase::ByHand { beats } => {
            LessonPhase::ByHand { left: beats.saturating_sub(session.run().beats()) }
        }
        Phase::Ready => LessonPhase::Ready,
        Phase::Working => {
            let share = lesson.job.as_ref().and_then(|job| job.progress.share()).unwrap_or(0.0);
            let (done, all) = shown.jobs;
            LessonPhase::Working((done as f64 + share) / all.max(1) as f64)
        }
        Phase::Failed(why) => LessonPhase::Failed(why.to_string()),
        Phase::Known => LessonPhase::Known,
    };
    Some(LessonView {
        title: said(&contents.title),
        breaks: said(&contents.breaks),
        number: shown.number,
        of: shown.of,
        tell: said(&shown.tell),
        question,
        phase,
        figures: shown
            .figures
            .iter()
            .map(|figure| (said(&figure.label), figure.words(code)))
            .collect(),
        answer,
        right: shown.right,
        refused: lesson.refused.clone(),
        highlight: lesson
            .player
            .stage()
            .map_or_else(Vec::new, |(stage, _)| stage.highlight.clone()),
    })
}
