//! `taktlab lesson FILE`: goes through a lesson on the console.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::named;
use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use crate::experiment::lesson::{
    Answer, Figure, Phase, Player, Prediction, Question, StepView, Wanted,
};
use crate::mdp::Progress;
use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::lesson::library;
use crate::scenario::{Lesson, Reports, Text};

/// Arguments of `lesson`.
#[derive(Debug, clap::Args)]
pub struct LessonArguments {
    /// The lesson: a file, or a name of `taktlab list`.
    file: PathBuf,
    /// Ask for no predictions: print what is asked and what happens.
    #[arg(long)]
    answers: bool,
    /// In which language its texts are.
    #[arg(long, value_enum, default_value_t)]
    language: Language,
    /// For people or for programs; programs are not asked.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; a lesson names its seeds itself, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// The languages of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Language {
    fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// The lesson that a file or a name of `taktlab list` is; `None` where it is something else.
pub(super) fn lesson(path: &Path) -> Option<Result<Lesson, Reports>> {
    let path = &named::meant(path);
    if Lesson::is_file(path) {
        return Some(Lesson::load(path));
    }
    let name = path.to_str().filter(|name| !path.exists() && library::has(name))?;
    Some(library::open(name))
}

/// Runs the command.
pub(super) fn run(arguments: &LessonArguments) -> Result<(), Failure> {
    let Some(found) = lesson(&arguments.file) else {
        let file = arguments.file.display().to_string();
        if !arguments.file.exists() {
            super::read(&arguments.file).map_err(Failure::Refused)?;
        }
        let told = Diagnostic::of_file("this is no lesson: it has no `steps`")
            .remedy("`taktlab list` names the lessons, and `taktlab schema Lesson` their fields.");
        return Err(Failure::Refused(Report::of_file(file, told).into()));
    };
    let lesson = Arc::new(found.map_err(Failure::Refused)?);
    let language = arguments.language.code();
    let talks = arguments.format == Format::Text;
    let asks = talks && !arguments.answers;
    if talks {
        output::print(&heading(&lesson, language))?;
    }
    let mut player = Player::new(lesson.clone());
    let mut steps = Vec::new();
    loop {
        let view = step(&mut player, language, talks, asks)?;
        steps.push(as_json(&view, language));
        if !player.forward() {
            break;
        }
    }
    if talks {
        return Ok(());
    }
    let text = |text: &Text| text.in_language(language).to_owned();
    let contents = &lesson.contents;
    output::print_json(&json!({
        "lesson": arguments.file.display().to_string(),
        "title": text(&contents.title),
        "breaks": text(&contents.breaks),
        "minutes": contents.minutes,
        "steps": steps,
    }))
}

fn heading(lesson: &Lesson, language: &str) -> String {
    let contents = &lesson.contents;
    let mut text = format!("{}\n", contents.title.in_language(language));
    for (about, said) in [("", &contents.text), ("It breaks: ", &contents.breaks)] {
        let said = said.in_language(language);
        if !said.is_empty() {
            text.push_str(&format!("{about}{said}\n"));
        }
    }
    text
}

/// Goes through a step, and tells it where wanted.
fn step(player: &mut Player, language: &str, talks: bool, asks: bool) -> Result<StepView, Failure> {
    let print = |text: &str| if talks { output::print(text) } else { Ok(()) };
    let first = player.view();
    print(&format!("\n— {} of {} —\n", first.number, first.of))?;
    let tell = first.tell.in_language(language);
    if !tell.is_empty() {
        print(&format!("{tell}\n"))?;
    }
    if let Some(question) = &first.question {
        print(&asked(question, language))?;
    }
    let progress = Arc::new(Progress::new());
    loop {
        match player.phase() {
            Phase::Asking if asks => predict(player)?,
            Phase::Asking => player.pass(),
            Phase::ByHand { .. } => {
                if asks {
                    print("(Here one plays by hand in the window; the agent plays now.)\n")?;
                }
                player.play_for_me();
            }
            Phase::Ready => {
                let Some(job) = player.job() else { break };
                let done = with_bar("playing", &progress, || job.work(&progress));
                player.take(done);
            }
            Phase::Failed(why) => return Err(Failure::input(why)),
            Phase::Working | Phase::Known => break,
        }
    }
    let view = player.view();
    print(&found(&view, language))?;
    Ok(view)
}

fn asked(question: &Question, language: &str) -> String {
    let mut text = format!("? {}\n", question.text.in_language(language));
    let options: Vec<&str> = match &question.wanted {
        Wanted::Number => Vec::new(),
        Wanted::Options(options) => {
            options.iter().map(|option| option.in_language(language)).collect()
        }
        Wanted::Actions(actions) => actions.iter().map(|(_, words)| words.as_str()).collect(),
    };
    for (place, option) in options.iter().enumerate() {
        text.push_str(&format!("  {} {option}\n", place + 1));
    }
    text
}

/// Reads a prediction from standard input; an empty line passes, and so does its end.
fn predict(player: &mut Player) -> Result<(), Failure> {
    let wanted = player.view().question.map(|question| question.wanted);
    loop {
        if std::io::stdin().is_terminal() {
            output::print("> ")?;
        }
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line)?;
        let said = line.trim();
        if read == 0 || said.is_empty() {
            player.pass();
            return Ok(());
        }
        let prediction = match &wanted {
            Some(Wanted::Number) => {
                said.replace('\u{2212}', "-").parse().ok().map(Prediction::Number)
            }
            _ => said.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).map(Prediction::Option),
        };
        match prediction.map(|prediction| player.predict(prediction)) {
            Some(Ok(())) => return Ok(()),
            Some(Err(refused)) => output::note(&format!("{refused}\n")),
            None => output::note("give a number, or an empty line to go on without one\n"),
        }
    }
}

/// What was found out, in words.
fn found(view: &StepView, language: &str) -> String {
    let mut text = String::new();
    for figure in &view.figures {
        let label = figure.label.in_language(language);
        let label = if label.is_empty() { &figure.name } else { label };
        text.push_str(&format!("  {label}: {}\n", figure.words(language)));
    }
    if let Some(answer) = &view.answer {
        let verdict = match view.right {
            Some(true) => " You were right.",
            Some(false) => " You predicted otherwise.",
            None => "",
        };
        text.push_str(&format!("→ {}{verdict}\n", answer_words(view, answer, language)));
    }
    text
}

fn answer_words(view: &StepView, answer: &Answer, language: &str) -> String {
    match answer {
        Answer::Number(figure) => figure.words(language),
        Answer::Open => "cannot be told apart".to_owned(),
        Answer::Options(right) => {
            let wanted = view.question.as_ref().map(|question| &question.wanted);
            let words = |place: &usize| match wanted? {
                Wanted::Number => None,
                Wanted::Options(options) => Some(options.get(*place)?.in_language(language)),
                Wanted::Actions(actions) => Some(actions.get(*place)?.1.as_str()),
            };
            right.iter().filter_map(words).collect::<Vec<_>>().join(" / ")
        }
    }
}

fn as_json(view: &StepView, language: &str) -> Value {
    let text = |text: &Text| text.in_language(language).to_owned();
    let figure = |figure: &Figure| {
        json!({
            "name": figure.name,
            "label": text(&figure.label),
            "value": figure.estimate,
            "unit": text(&figure.unit),
            "samples": figure.samples,
        })
    };
    let answer = view.answer.as_ref().map(|answer| answer_words(view, answer, language));
    json!({
        "number": view.number,
        "tell": text(&view.tell),
        "question": view.question.as_ref().map(|question| text(&question.text)),
        "answer": answer,
        "figures": view.figures.iter().map(figure).collect::<Vec<_>>(),
    })
}
