//! What a person changed in a scenario and has not saved: told apart from the scenario as its file
//! has it, and laid over it again. So it outlives a file that changes on disk, and the program.

use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::changes::{Sight, What, figure_words};
use super::desk::Desk;
use super::opening::{lay_out, unpack_with};
use super::stage::Opening;
use crate::experiment::session::Session;
use crate::scenario::{AgentSpec, Scenario};

/// A figure that is another than in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The parameter's path in the scenario.
    pub path: String,
    /// Its value, in the unit that it is shown in.
    pub value: f64,
    /// What became of it, in words: `Lathe · time to repair: 12 → 4 min`.
    pub words: String,
}

/// All that is other than in the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Unsaved {
    /// The figures.
    pub figures: Vec<Figure>,
    /// The agent, where it or its settings are others.
    pub agent: Option<AgentSpec>,
    /// Whether all of it is: its text was written in the window, and is in no file yet.
    #[serde(default)]
    pub written: bool,
}

/// A scenario with changes laid over it.
struct Laid {
    scenario: Scenario,
    agent: AgentSpec,
    /// Those that fit it no more, in words.
    refused: Vec<String>,
}

impl Unsaved {
    /// What is not saved of the open scenario; nothing while a lesson sets it up.
    pub fn of(desk: &Desk, session: &Session) -> Self {
        if desk.lesson.is_some() || desk.saved.as_ref() == Some(&Sight::of(desk, session)) {
            return Self::default();
        }
        let scenario = session.scenario();
        let changed = scenario.parameters().into_iter().filter(|one| one.value != one.default);
        let figures = changed.map(|one| Figure {
            words: figure_words(&one, one.default),
            path: one.path,
            value: one.value,
        });
        let figures = figures.collect();
        let agent = Some(&desk.wanted).filter(|agent| **agent != scenario.contents.agent);
        let written = desk.name.is_none() && scenario.file.is_none();
        Self { figures, agent: agent.cloned(), written }
    }

    /// How many changes there are.
    pub fn count(&self) -> usize {
        self.figures.len() + usize::from(self.agent.is_some()) + usize::from(self.written)
    }

    /// The changes, in words.
    pub fn words(&self) -> Vec<String> {
        let figures = self.figures.iter().map(|figure| figure.words.clone());
        let written = self.written.then(|| WRITTEN.to_owned());
        written.into_iter().chain(figures).chain(self.agent.iter().map(agent_words)).collect()
    }

    fn lay_over(&self, scenario: &Scenario) -> Laid {
        let mut laid = Laid {
            scenario: scenario.clone(),
            agent: scenario.contents.agent.clone(),
            refused: Vec::new(),
        };
        for figure in &self.figures {
            match laid.scenario.with_parameter(&figure.path, figure.value) {
                Ok(changed) => laid.scenario = changed,
                Err(_) => laid.refused.push(figure.words.clone()),
            }
        }
        match &self.agent {
            Some(agent) if agent.faults(&laid.scenario.environment).is_empty() => {
                laid.agent = agent.clone();
            }
            Some(agent) => laid.refused.push(agent_words(agent)),
            None => {}
        }
        laid
    }

    /// Opens a scenario with these changes, as one change that can be undone. Says which of them fit
    /// it no more.
    ///
    /// # Errors
    /// Where its agent cannot act; what was open stays.
    pub fn open_over(
        &self,
        (desk, session, opening): (&mut Desk, &mut Session, &mut Opening),
        scenario: Scenario,
        name: Option<String>,
        seed: u64,
    ) -> Result<Vec<String>, String> {
        let Laid { scenario: changed, agent, refused } = self.lay_over(&scenario);
        let as_read = scenario.contents.agent.clone();
        let before = Sight { scenario: Arc::new(scenario), agent: as_read };
        let (new, opened) = unpack_with(changed, name, Some(seed), agent)?;
        lay_out(desk, session, opening, new, opened);
        if self.count() > refused.len() {
            let after = Sight::of(desk, session);
            desk.changes.note(What::Figures, before, after, Instant::now());
        }
        Ok(refused)
    }
}

/// Says which changes fit a scenario no more.
pub fn told(refused: &[String]) -> String {
    format!("These of your changes fit it no more:\n{}", refused.join("\n"))
}

/// What is said of a text that is in no file.
const WRITTEN: &str = "the scenario’s text";

fn agent_words(agent: &AgentSpec) -> String {
    format!("agent: {}", agent.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;
    use crate::workbench::language::Language;
    use crate::workbench::opening::set_up;

    fn opened(path: &str) -> (Desk, Session, Opening) {
        let scenario = library::open(path).unwrap();
        let (desk, session) =
            set_up(scenario, Some(path.to_owned()), None, Language::English).unwrap();
        (desk, session, Opening(1))
    }

    fn path_of(session: &Session, label: &str) -> String {
        let all = session.scenario().parameters();
        all.into_iter().find(|one| one.label == label).unwrap().path
    }

    fn three_changes() -> Unsaved {
        let (desk, session, _) = opened("lines/three_machines.ron");
        assert_eq!(Unsaved::of(&desk, &session), Unsaved::default());
        let figure = |label: &str, value: f64| Figure {
            path: path_of(&session, label),
            value,
            words: label.to_owned(),
        };
        Unsaved {
            figures: vec![figure("time to repair", 7.0), figure("capacity", 3.0)],
            agent: Some(AgentSpec::Random),
            written: false,
        }
    }

    #[test]
    fn changes_are_laid_over_what_a_file_says_and_told_apart_from_it_again() {
        let changes = three_changes();
        let (mut desk, mut session, mut opening) = opened("basics/chain.ron");
        let file = library::open("lines/three_machines.ron").unwrap();
        let on = (&mut desk, &mut session, &mut opening);
        assert_eq!(changes.open_over(on, file.clone(), None, 5).unwrap(), [""; 0]);
        assert_eq!((session.run().settings().seed, opening.0), (5, 2));
        let found = Unsaved::of(&desk, &session);
        assert_eq!((found.count(), found.agent.clone()), (3, changes.agent.clone()));
        let paths =
            |all: &Unsaved| all.figures.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
        assert!(paths(&changes).iter().all(|path| paths(&found).contains(path)));
        assert!(found.words().iter().any(|words| words.ends_with("→ 7 min")), "{found:?}");
        // As one change that can be undone: the file's figures and its agent.
        let before = desk.changes.undo().unwrap();
        assert_eq!((&*before.scenario, &before.agent), (&file, &file.contents.agent));
        assert!(desk.changes.undo().is_none());
        // What is in a file of the person's is not unsaved.
        desk.saved = Some(Sight::of(&desk, &session));
        assert_eq!(Unsaved::of(&desk, &session).count(), 0);
        desk.wanted = AgentSpec::AlwaysRun;
        assert_eq!(Unsaved::of(&desk, &session).count(), 3, "another change");
    }

    #[test]
    fn changes_that_fit_no_more_are_told_and_the_others_made() {
        let mut changes = three_changes();
        changes.figures[1].path = "environment.buffers[7].capacity".to_owned();
        let levels = crate::scenario::KanbanSettings { levels: vec![1; 9] };
        changes.agent = Some(AgentSpec::Kanban(levels));
        let (mut desk, mut session, mut opening) = opened("basics/chain.ron");
        let file = library::open("lines/three_machines.ron").unwrap();
        let on = (&mut desk, &mut session, &mut opening);
        let refused = changes.open_over(on, file.clone(), None, 1).unwrap();
        assert_eq!(refused, ["capacity", "agent: Kanban"]);
        assert_eq!(Unsaved::of(&desk, &session).figures.len(), 1);
        assert_eq!(desk.wanted, file.contents.agent);
    }
}
