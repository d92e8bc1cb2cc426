//! A lesson being gone through, step by step.

use std::sync::Arc;

use super::decide::{Verdict, decide};
use super::figure::Figure;
use super::job::{Done, Job, Known, LessonError, Task, standing};
use super::measure::allowed;
use crate::experiment::agents;
use crate::experiment::run::{AnyRun, RunSettings, open};
use crate::experiment::session::run_settings;
use crate::mdp::Level;
use crate::scenario::lesson::{AnswerSpec, Ask, RunSpec, Stage, Step, Until};
use crate::scenario::{AgentSpec, Lesson, Text};

/// What is to be done next in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The learner is to predict ([`Player::predict`]) or to pass ([`Player::pass`]).
    Asking,
    /// The learner is to act for so many beats on the stage ([`Player::hand_in`]), or to let the
    /// agent do it ([`Player::play_for_me`]).
    ByHand {
        /// How many beats.
        beats: u64,
    },
    /// There is work ([`Player::job`]).
    Ready,
    /// A job is given out and has not come back ([`Player::take`]).
    Working,
    /// The work failed, and why; it can be given out again ([`Player::job`]).
    Failed(LessonError),
    /// All of this step is known; go on with [`Player::forward`].
    Known,
}

/// What the learner predicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prediction {
    /// A number in the question's unit.
    Number(f64),
    /// One of the options, from 0.
    Option(usize),
}

/// Why a prediction was not taken: what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}; {remedy}")]
pub struct Refused {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The question.
    pub text: Text,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What is wanted for an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A number.
    Number,
    /// One of these options.
    Options(Vec<Text>),
    /// One of these actions (levels in the order of the action space), with their words.
    Actions(Vec<(Vec<Level>, String)>),
}

/// What the right answer turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// This figure.
    Number(Figure),
    /// These options are right: one of a choice, all actions that are equally good.
    Options(Vec<usize>),
    /// It cannot be told apart by what was played, and no option stands for that.
    Open,
}

/// A step as it is to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct StepView {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What is told; empty for nothing.
    pub tell: Text,
    /// What is asked.
    pub question: Option<Question>,
    /// What was predicted.
    pub prediction: Option<Prediction>,
    /// What is to be done next.
    pub phase: Phase,
    /// How many of its jobs are done, and how many there are.
    pub jobs: (usize, usize),
    /// The figures that are known and shown.
    pub figures: Vec<Figure>,
    /// The answer, once it is known.
    pub answer: Option<Answer>,
    /// Whether the prediction was right, once that is known.
    pub right: Option<bool>,
}

/// A lesson being gone through.
pub struct Player {
    lesson: Arc<Lesson>,
    step: usize,
    /// What was predicted in this step, and whether the question is over.
    prediction: Option<Prediction>,
    asked: bool,
    /// What is to be done in this step, and how many of it are done.
    tasks: Vec<Task>,
    done: usize,
    /// The run that the present state is of, and that a run may go on from.
    run: Option<Box<dyn AnyRun>>,
    /// What was played by hand for the next run.
    played: Option<Box<dyn AnyRun>>,
    /// Whether the next run is left to the agent.
    left: bool,
    working: bool,
    failure: Option<LessonError>,
    figures: Vec<Figure>,
    /// How many figures were known when each step began.
    known_at: Vec<usize>,
    /// The actions that are right, and those to choose from.
    best: Option<Vec<Vec<Level>>>,
    actions: Vec<Vec<Level>>,
    known: Known,
}

impl Player {
    /// At the first step of a lesson.
    pub fn new(lesson: Arc<Lesson>) -> Self {
        let mut player = Self {
            lesson,
            step: 0,
            prediction: None,
            asked: false,
            tasks: Vec::new(),
            done: 0,
            run: None,
            played: None,
            left: false,
            working: false,
            failure: None,
            figures: Vec::new(),
            known_at: Vec::new(),
            best: None,
            actions: Vec::new(),
            known: Known::default(),
        };
        player.begin();
        player
    }

    /// The lesson.
    pub fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// The step, from 0.
    pub fn step(&self) -> usize {
        self.step
    }

    fn at(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// What this step sets up, and whether it does so anew; `None` in a lesson without steps.
    pub fn stage(&self) -> Option<(&Arc<Stage>, bool)> {
        self.at().map(|step| (&step.stage, step.sets))
    }

    /// The run that the latest job ended with, as it stands: for pictures and charts.
    pub fn run(&self) -> Option<&dyn AnyRun> {
        self.run.as_deref()
    }

    /// All figures that are known, those of earlier steps too.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Begins the step that is stood at.
    fn begin(&mut self) {
        self.known_at.truncate(self.step);
        self.known_at.push(self.figures.len());
        self.prediction = None;
        self.tasks.clear();
        self.done = 0;
        (self.played, self.left, self.working, self.failure) = (None, false, false, None);
        (self.best, self.actions) = (None, Vec::new());
        let Some(step) = self.lesson.steps.get(self.step).cloned() else { return };
        self.asked = step.says.ask.is_none();
        // A run of the step before stands on this stage only where it is the same.
        if step.sets {
            self.run = None;
        }
        if let Some(Ask { answer: AnswerSpec::Action(who), .. }) = &step.says.ask {
            self.tasks.push(Task::Action(*who));
            self.actions = match &self.run {
                Some(run) => allowed(run.environment(), run.state()),
                None => start(&step.stage)
                    .map_or_else(Vec::new, |run| allowed(run.environment(), run.state())),
            };
        }
        self.tasks.extend(step.says.runs.iter().cloned().map(|run| Task::Run(Box::new(run))));
    }

    /// What is to be done next.
    pub fn phase(&self) -> Phase {
        if !self.asked {
            return Phase::Asking;
        }
        if self.working {
            return Phase::Working;
        }
        if let Some(failure) = &self.failure {
            return Phase::Failed(failure.clone());
        }
        let Some(task) = self.tasks.get(self.done) else { return Phase::Known };
        if let Task::Run(run) = task
            && let RunSpec { by_hand: true, until: Until::Beats(beats), .. } = **run
            && self.played.is_none()
            && !self.left
        {
            return Phase::ByHand { beats };
        }
        Phase::Ready
    }

    /// Takes a prediction.
    ///
    /// # Errors
    /// Where nothing is asked, or it is no answer to the question.
    pub fn predict(&mut self, prediction: Prediction) -> Result<(), Refused> {
        let refuse =
            |message: &str, remedy: String| Err(Refused { message: message.to_owned(), remedy });
        let question = self.question().filter(|_| !self.asked);
        let options = match question.as_ref().map(|question| &question.wanted) {
            None => return refuse("nothing is asked now", "go on".to_owned()),
            Some(Wanted::Number) => None,
            Some(Wanted::Options(options)) => Some(options.len()),
            Some(Wanted::Actions(actions)) => Some(actions.len()),
        };
        match (prediction, options) {
            (Prediction::Number(number), None) if number.is_finite() => {}
            (Prediction::Option(option), Some(options)) if option < options => {}
            (_, None) => return refuse("a number is asked for", "give one".to_owned()),
            (_, Some(options)) => {
                return refuse("this is none of the options", format!("give 1 to {options}"));
            }
        }
        self.prediction = Some(prediction);
        self.asked = true;
        Ok(())
    }

    /// Goes on without a prediction.
    pub fn pass(&mut self) {
        self.asked = true;
    }

    /// Takes the run that the learner played by hand, on the stage of this step; false where none
    /// is wanted, or it is of another environment.
    pub fn hand_in(&mut self, run: &dyn AnyRun) -> bool {
        let Phase::ByHand { .. } = self.phase() else { return false };
        let wanted = self.at().and_then(|step| step.scenarios.get(self.number_of_run()));
        let same = wanted.is_some_and(|scenario| {
            let (one, other) = (&scenario.environment, run.environment());
            one.kind() == other.kind() && one.state_space() == other.state_space()
        });
        if same {
            self.played = Some(run.boxed_clone());
        }
        same
    }

    /// Lets the agent play what was to be played by hand.
    pub fn play_for_me(&mut self) {
        self.left = true;
    }

    /// Which of the step's runs is next.
    fn number_of_run(&self) -> usize {
        let before = self.tasks.iter().take(self.done);
        before.filter(|task| matches!(task, Task::Run(_))).count()
    }

    /// The next work of this step; `None` where there is none now. What comes of it is to be given
    /// to [`Player::take`].
    pub fn job(&mut self) -> Option<Job> {
        if !matches!(self.phase(), Phase::Ready | Phase::Failed(_)) {
            return None;
        }
        let task = self.tasks.get(self.done)?.clone();
        let step = self.lesson.steps.get(self.step)?;
        let stage = &step.stage;
        let (mut scenario, mut agent) = (stage.scenario.clone(), stage.agent.clone());
        let mut seed = stage.seed;
        let mut before = None;
        let mut played = false;
        match &task {
            Task::Action(_) => before = self.run.as_ref().map(|run| run.boxed_clone()),
            Task::Run(spec) => {
                scenario = step.scenarios.get(self.number_of_run())?.clone();
                agent = spec.agent.clone().unwrap_or(agent);
                seed = spec.seed.unwrap_or(seed);
                if let Some(hand) = &self.played {
                    (before, played) = (Some(hand.boxed_clone()), true);
                } else if spec.goes_on {
                    before = self.run.as_ref().map(|run| run.boxed_clone());
                }
            }
        }
        (self.working, self.failure) = (true, None);
        Some(Job {
            task,
            scenario,
            agent,
            seed,
            state: stage.state.clone(),
            before,
            played,
            figures: self.figures.clone(),
            known: self.known.clone(),
        })
    }

    /// Takes what came of a job.
    pub fn take(&mut self, result: Result<Done, LessonError>) {
        if !std::mem::take(&mut self.working) {
            return;
        }
        match result {
            Ok(done) => {
                self.figures.extend(done.figures);
                self.run = done.run.or_else(|| self.run.take());
                self.best = done.best.or_else(|| self.best.take());
                (self.played, self.left) = (None, false);
                self.done += 1;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// Goes to the next step; false where this one is not over or is the last.
    pub fn forward(&mut self) -> bool {
        let more = self.step + 1 < self.lesson.steps.len();
        if self.phase() != Phase::Known || !more {
            return false;
        }
        self.step += 1;
        self.begin();
        true
    }

    /// Goes back to an earlier step and begins it anew: what was found out from there on is
    /// forgotten. False where there is no such step.
    pub fn back_to(&mut self, step: usize) -> bool {
        if step > self.step {
            return false;
        }
        let Some(&known) = self.known_at.get(step) else { return false };
        self.figures.truncate(known);
        (self.step, self.run) = (step, None);
        self.begin();
        true
    }

    /// Whether the last step is over.
    pub fn is_over(&self) -> bool {
        self.step + 1 >= self.lesson.steps.len() && self.phase() == Phase::Known
    }

    fn question(&self) -> Option<Question> {
        let step = self.at()?;
        let ask = step.says.ask.as_ref()?;
        let wanted = match &ask.answer {
            AnswerSpec::Number { .. } => Wanted::Number,
            AnswerSpec::Choice { options, .. } => {
                Wanted::Options(options.iter().map(|option| option.says.clone()).collect())
            }
            AnswerSpec::Action(_) => {
                let space = step.stage.scenario.environment.action_space();
                let each = self.actions.iter();
                let words = |action: &Vec<Level>| space.describe(action).to_string();
                Wanted::Actions(each.map(|action| (action.clone(), words(action))).collect())
            }
        };
        Some(Question { text: ask.question.clone(), wanted })
    }

    fn answer(&self) -> Option<Answer> {
        let ask = self.at()?.says.ask.as_ref().filter(|_| self.asked)?;
        let find = |name: &str| self.figures.iter().find(|figure| figure.name == name);
        match &ask.answer {
            AnswerSpec::Number { of, .. } => find(of).cloned().map(Answer::Number),
            AnswerSpec::Choice { options, by } => {
                let verdict: Verdict = decide(by, &self.figures)?;
                Some(match verdict.option(by, options.len()) {
                    Some(option) => Answer::Options(vec![option]),
                    None => Answer::Open,
                })
            }
            AnswerSpec::Action(_) => {
                let best = self.best.as_ref()?;
                let each = self.actions.iter().enumerate();
                let right = each.filter(|(_, action)| best.contains(action));
                Some(Answer::Options(right.map(|(place, _)| place).collect()))
            }
        }
    }

    fn right(&self, answer: Option<&Answer>) -> Option<bool> {
        let ask = self.at()?.says.ask.as_ref()?;
        Some(match (self.prediction?, answer?, &ask.answer) {
            (
                Prediction::Number(number),
                Answer::Number(figure),
                AnswerSpec::Number { tolerance, .. },
            ) => (number - figure.estimate.mean).abs() <= tolerance + 1e-9,
            (Prediction::Option(option), Answer::Options(right), _) => right.contains(&option),
            _ => return None,
        })
    }

    /// The step as it is to be shown now.
    pub fn view(&self) -> StepView {
        let says = self.at().map(|step| &step.says);
        let begun = self.known_at.last().copied().unwrap_or(0);
        let shown = says.map_or(&[][..], |says| says.show.as_slice());
        let again = self.figures.iter().take(begun).filter(|figure| shown.contains(&figure.name));
        let own = self.figures.iter().skip(begun).filter(|figure| figure.is_shown());
        let answer = self.answer();
        StepView {
            number: self.step + 1,
            of: self.lesson.steps.len(),
            tell: says.map_or_else(Text::default, |says| says.tell.clone()),
            question: self.question(),
            prediction: self.prediction,
            phase: self.phase(),
            jobs: (self.done, self.tasks.len()),
            figures: again.chain(own).cloned().collect(),
            right: self.right(answer.as_ref()),
            answer,
        }
    }
}

/// The stage as it begins, with an agent that needs no plan: for what may be done there.
fn start(stage: &Stage) -> Option<Box<dyn AnyRun>> {
    let (scenario, always) = (&stage.scenario, AgentSpec::AlwaysRun);
    let criterion = scenario.contents.criterion;
    let agent = agents::build(&always, &scenario.environment, criterion, None).ok()?;
    let settings = RunSettings { seed: stage.seed, ..run_settings(scenario) };
    standing(open(&scenario.environment, agent, settings), &stage.state).ok()
}
