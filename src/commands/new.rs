//! `taktlab new KIND`: a scenario to begin with, in which every field is told of; or a lesson.

use std::path::PathBuf;

use serde_json::json;

use super::output::{self, Failure, Format};
use super::schema::list_kinds;
use super::{not_written, writable};
use crate::environments::AnyEnvironment;
use crate::scenario::documentation::kinds;
use crate::scenario::starting::starting_file;
use crate::scenario::{choices, lesson, save, suggestion};

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub struct NewArguments {
    /// The kind of environment: Line, Grid, Table …; or Lesson. Without it all kinds are listed.
    kind: Option<String>,
    /// The file to write, which must not be there yet; printed where it is left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// The seed of the scenario.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// What is no kind of environment, and can be begun with all the same.
const LESSON: &str = "Lesson";

/// Runs the command.
pub(super) fn run(arguments: &NewArguments) -> Result<(), Failure> {
    let Some(wanted) = &arguments.kind else {
        return list_kinds(arguments.format, "new", Some(AnyEnvironment::KINDS));
    };
    let mut known = AnyEnvironment::KINDS.iter().chain(&[LESSON]);
    let kind = known.find(|kind| kind.eq_ignore_ascii_case(wanted));
    let text = kind.and_then(|&kind| match kind {
        LESSON => Some(lesson::library::START.to_owned()),
        kind => starting_file(kind, arguments.seed),
    });
    let (Some(&kind), Some(text)) = (kind, text) else {
        return Err(Failure::Usage(unknown(wanted)));
    };
    if let Some(path) = &arguments.output {
        if path.exists() {
            let told = "is there already, and is left as it is. Name a file that is not.";
            return Err(Failure::input(format!("{} {told}", path.display())));
        }
        writable(Some(path))?;
        save::write_whole(path, text.as_bytes()).map_err(|error| not_written(path, &error))?;
    }
    let file = arguments.output.as_ref().map(|path| path.display().to_string());
    match (arguments.format, file) {
        (Format::Json, file) => {
            output::print_json(&json!({ "kind": kind, "file": file, "text": text }))
        }
        (Format::Text, None) => output::print(&text),
        (Format::Text, Some(file)) if kind == LESSON => output::print(&format!(
            "The lesson is in {file}: change it, check it with `taktlab check {file}`, go through it \
             with `taktlab lesson {file}`\n"
        )),
        (Format::Text, Some(file)) => output::print(&format!(
            "The scenario is in {file}: change it, check it with `taktlab check {file}`, open it \
             with `taktlab {file}`\n"
        )),
    }
}

/// What to say of a kind that there is none of.
fn unknown(kind: &str) -> String {
    let environments = AnyEnvironment::KINDS;
    let apart = ["Scenario", "Experiment", LESSON];
    let agent = kinds().into_iter().find(|known| {
        known.eq_ignore_ascii_case(kind) && !environments.contains(known) && !apart.contains(known)
    });
    if let Some(agent) = agent {
        return format!(
            "error: `{agent}` is an agent, which acts in a scenario of some kind: begin with \
             `taktlab new Line`, and write `agent: {agent}(…)` there; `taktlab schema {agent}` \
             tells its fields"
        );
    }
    match suggestion(kind, environments.iter().copied()) {
        Some(meant) => format!("error: there is no kind `{kind}`: did you mean `{meant}`?"),
        None => {
            let known = choices(kind, environments.iter().copied(), "and", "`taktlab new`");
            format!("error: there is no kind `{kind}`: there are {known}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::judging::worth;
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::experiment::report::{Simulation, SimulationOptions, simulate_scenario};
    use crate::experiment::rules;
    use crate::mdp::{Policy, Progress};
    use crate::scenario::{AgentSpec, Scenario};

    /// What a file to begin with earns, by its own agent or by another.
    fn played(kind: &str, agent: Option<AgentSpec>, beats: u64) -> Simulation {
        let scenario = Scenario::parse("new.ron", &starting_file(kind, None).unwrap()).unwrap();
        let options = SimulationOptions {
            agent,
            beats: Some(beats),
            replications: Some(2),
            ..SimulationOptions::default()
        };
        simulate_scenario(&scenario, &options, &Progress::new()).unwrap()
    }

    #[test]
    fn a_scenario_of_every_kind_runs_a_hundred_beats() {
        for kind in AnyEnvironment::KINDS {
            let earned = played(kind, None, 100).summary.returns.mean;
            assert!(earned.is_finite(), "{kind}: {earned}");
        }
    }

    /// Where who always does the usual never gets anywhere, another agent shows what is to be seen.
    #[test]
    fn in_each_something_happens_by_itself() {
        for kind in ["ShopFloor", "Grid"] {
            let [own, usual] = [None, Some(AgentSpec::AlwaysRun)]
                .map(|agent| played(kind, agent, 400).summary.returns.mean);
            assert!(own > 0.0 && usual < 0.0, "{kind}: {own} and {usual}");
        }
    }

    /// There is something to be decided in each: whoever always does the same, whatever that is, earns
    /// clearly less than the best policy, or loses more. And it is worth the while: the best policy earns
    /// something, but where all money is cost.
    #[test]
    fn a_scenario_of_every_kind_makes_sense_to_begin_with() {
        let (mut senseless, mut costly) = (Vec::new(), Vec::new());
        for kind in AnyEnvironment::KINDS {
            let scenario = Scenario::parse("new.ron", &starting_file(kind, None).unwrap()).unwrap();
            let criterion = scenario.contents.criterion;
            let options = SolveOptions::to(Some(1e-4));
            let found = optimum::find(&scenario, &options, &Progress::new()).unwrap();
            let (model, known) = (found.model(), &found.enumeration);
            let of = |policy: &Policy| {
                worth(known, policy, criterion).map_or(f64::NEG_INFINITY, |worth| worth.value)
            };
            // What is not allowed everywhere cannot be done always; who never interferes is one more.
            let always = |action: usize| {
                let may = |state| model.is_terminal(state) || model.allowed(state, action);
                let policy = Policy::Deterministic(vec![action as u32; model.states()]);
                (0..model.states()).all(may).then(|| of(&policy))
            };
            let usual = rules::always_run(&scenario.environment, known, criterion);
            let same =
                (0..model.actions()).filter_map(always).chain(usual.map(|usual| usual.value));
            let same = same.fold(f64::NEG_INFINITY, f64::max);
            // Who does not see the state is no better than who does, and better by a rule than by none.
            let best = if scenario.environment.erased().observes_state() {
                found.bounds().0.unwrap()
            } else {
                let rule = AgentSpec::PeriodicInspection(Default::default());
                let rule = rules::best(&rule, &scenario, Some(known), &Progress::new());
                let rule = rule.unwrap().unwrap();
                match rule.basis {
                    rules::Basis::Model(found) => found.gain,
                    rules::Basis::Simulation(found) => found.value.low.unwrap(),
                }
            };
            println!("{kind}: {best} at best, {same} by always the same");
            if best < same + 0.02 * best.abs() {
                senseless.push(*kind);
            }
            if best <= 0.0 {
                costly.push(*kind);
            }
        }
        // On the chain the way is to be found, and then there is nothing to weigh.
        assert_eq!(senseless, ["Chain"]);
        assert_eq!(costly, ["Chain", "SupplyChain", "Plants"]);
    }

    #[test]
    fn what_is_no_kind_is_told_what_it_is() {
        for (kind, told) in [
            ("Lnie", "did you mean `Line`?"),
            ("qlearning", "`QLearning` is an agent"),
            ("Experiment", "others, which `taktlab new` lists"),
        ] {
            assert!(unknown(kind).contains(told), "{}", unknown(kind));
        }
    }
}
