//! What `compare`, `sweep` and `merge` share: what of an experiment can be said on the command
//! line, and what is printed of its results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format, WorthUnit};
use super::progress_bar::with_bar;
use crate::experiment::Estimate;
use crate::experiment::comparison::results::{self, SavedExperiment};
use crate::experiment::comparison::score::Judged;
use crate::experiment::comparison::summary::{ArmSummary, BestSetting, Group};
use crate::experiment::comparison::words::{
    UNKNOWN, between, counted, figure, from_simulation, gap_words, number,
};
use crate::experiment::comparison::{Cell, Key, Layout, Part, Store, Summary, run};
use crate::experiment::optimum;
use crate::mdp::Progress;
use crate::scenario::{Contestant, Experiment};

/// What can be said of an experiment on the command line, in place of what its file says.
#[derive(Debug, clap::Args)]
pub struct ExperimentArguments {
    /// The experiment, or a scenario with one.
    file: PathBuf,
    /// Who is compared, in place of the file's: names such as always-run,q-learning,optimum.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    agents: Vec<String>,
    /// How many seeds.
    #[arg(long, value_parser = super::runs, allow_negative_numbers = true)]
    seeds: Option<u64>,
    /// The first seed; the others follow it.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// For how many beats learners learn.
    #[arg(long, value_parser = super::at_least_one, allow_negative_numbers = true)]
    beats: Option<u64>,
    /// For how many beats the policies at the end are measured.
    #[arg(long, value_parser = measured, allow_negative_numbers = true)]
    measured: Option<u64>,
    /// The folder for results. If not given, NAME.results of a comparison and NAME.sweep.results of
    /// a sweep.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Play only part I of N, for a batch system; `taktlab merge` joins the parts.
    #[arg(long, value_name = "I/N", value_parser = part)]
    shard: Option<Part>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

fn measured(text: &str) -> Result<u64, String> {
    let enough = |beats: &u64| *beats >= 1000;
    let needed = "a whole number from 1000 to 1e15 is needed, such as 1e5";
    super::at_least_one(text).ok().filter(enough).ok_or_else(|| needed.to_owned())
}

fn part(text: &str) -> Result<Part, String> {
    let numbers = text.split_once('/').and_then(|(number, of)| {
        Some(Part { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
    });
    let fits = |part: &Part| (1..=part.of).contains(&part.number) && part.of <= super::MOST_RUNS;
    numbers
        .filter(fits)
        .ok_or_else(|| "a part is needed, such as 1/4 for the first of four".to_owned())
}

impl ExperimentArguments {
    /// The experiment with what the command line says of it.
    pub(super) fn experiment(&self) -> Result<Experiment, Failure> {
        let mut experiment = super::read_experiment(&self.file).map_err(Failure::Refused)?;
        for (_, scenario) in &experiment.scenarios {
            if !scenario.warnings.is_empty() {
                output::note(&format!("{}\n", scenario.warnings.plain().trim_end()));
            }
        }
        if !self.agents.is_empty()
            && let Some((_, first)) = experiment.scenarios.first()
        {
            let named = |name: &String| {
                let of_file = experiment
                    .contents
                    .agents
                    .iter()
                    .find(|one| one.label().eq_ignore_ascii_case(name.trim()));
                if let Some(contestant) = of_file {
                    return Ok(contestant.clone());
                }
                let agent = super::agent_named(Some(name.trim()), first)?.unwrap_or_default();
                Ok(Contestant { name: String::new(), agent })
            };
            experiment.contents.agents =
                self.agents.iter().map(named).collect::<Result<_, Failure>>()?;
        }
        let contents = &mut experiment.contents;
        contents.seeds = self.seeds.unwrap_or(contents.seeds);
        contents.first_seed = self.seed.unwrap_or(contents.first_seed);
        contents.beats = self.beats.unwrap_or(contents.beats);
        contents.measured = self.measured.unwrap_or(contents.measured);
        Ok(experiment)
    }

    /// The folder for results: a comparison and a sweep of the same file do not share one.
    fn folder(&self, sweep: bool) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let stem =
                self.file.file_stem().map_or("experiment".into(), |stem| stem.to_string_lossy());
            PathBuf::from(format!("{stem}.{}results", if sweep { "sweep." } else { "" }))
        })
    }

    /// Plays what is missing and prints what was found.
    pub(super) fn play(&self, experiment: &Experiment, sweep: bool) -> Result<(), Failure> {
        let layout = Layout::of(experiment).map_err(Failure::input)?;
        let folder = self.folder(sweep);
        let saved = SavedExperiment::of(experiment);
        // What is no experiment is written over as well: there is nothing in it that could be lost.
        if SavedExperiment::load(&folder).is_ok_and(|before| saved.replaces(&before)) {
            output::note(&format!(
                "{} held the results of another experiment: its page and tables are replaced, its \
                 runs are kept. `--out FOLDER` keeps both.\n",
                folder.display()
            ));
        }
        let store = results::begin(&folder, &saved).map_err(|error| written(&folder, &error))?;
        let progress = Arc::new(Progress::new());
        let part = self.shard.unwrap_or(Part::WHOLE);
        let played = with_bar("playing", &progress, || run(&layout, part, &store, &progress))
            .map_err(Failure::input)?;
        for damaged in &played.damaged {
            output::note(&format!("{damaged}; it was played anew.\n"));
        }
        let found = played.found.len();
        if found > 0 {
            let runs = counted(found as u64, "run was", "runs were");
            output::note(&format!("{runs} there already, in {}.\n", folder.display()));
        }
        if self.shard.is_some_and(|part| part.of > 1) {
            return print_part(&folder, part, found + played.played, self.format);
        }
        conclude(&folder, &saved, &layout, (&store, played.found), sweep, self.format)
    }
}

fn print_part(folder: &Path, part: Part, runs: usize, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => output::print_json(&json!({
            "part": part.number,
            "of": part.of,
            "runs": runs,
            "folder": folder.display().to_string(),
        })),
        Format::Text => output::print(&format!(
            "Part {} of {} is played: {} in {}.\nJoin the parts with `taktlab merge FOLDERS --out \
             FOLDER`.\n",
            part.number,
            part.of,
            counted(runs as u64, "run", "runs"),
            folder.display()
        )),
    }
}

/// Writes tables and page, and prints the summary. Cells that were read already come with the store.
pub(super) fn conclude(
    folder: &Path,
    saved: &SavedExperiment,
    layout: &Layout,
    (store, read): (&Store, BTreeMap<Key, Cell>),
    sweep: bool,
    format: Format,
) -> Result<(), Failure> {
    let (summary, cells) = Summary::of(layout, store, read).map_err(Failure::input)?;
    results::write(folder, saved, layout, &summary, &cells)
        .map_err(|error| written(folder, &error))?;
    match format {
        Format::Json => output::print_json(&as_json(folder, layout, &summary)),
        Format::Text => output::print(&as_text(folder, layout, &summary, sweep)),
    }
}

pub(super) fn written(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("results could not be written to {}: {error}", folder.display()))
}

fn name(names: &[String], place: usize) -> &str {
    names.get(place).map_or("", String::as_str)
}

fn as_json(folder: &Path, layout: &Layout, summary: &Summary) -> serde_json::Value {
    let paired = |pair: &crate::experiment::statistics::paired::Paired| {
        json!({
            "difference": output::estimate(&pair.difference),
            "unpaired": output::estimate(&pair.unpaired),
            "saved": output::optional(pair.saved),
        })
    };
    let arm = |arm: &ArmSummary| {
        let optional = |estimate: Option<Estimate>| {
            estimate.map_or(serde_json::Value::Null, |estimate| output::estimate(&estimate))
        };
        let steady = arm.steady.as_ref();
        json!({
            "agent": name(&layout.agents, arm.agent),
            "lacks": layout.lacks(arm.agent),
            "judged": arm.judged.word(),
            "seeds_without_value": arm.without_value(),
            "worth": output::estimate(&arm.score),
            "worth_iqm": output::estimate(&arm.middle),
            "gap": optional(arm.gap),
            "earned": output::estimate(&arm.earned),
            "regret": optional(arm.regret),
            "prediction_error": optional(arm.error),
            "reward": optional(steady.map(|steady| steady.reward)),
            "return": optional(steady.and_then(|steady| steady.returns)),
            "throughput": optional(steady.and_then(|steady| steady.throughput)),
            "wip": optional(steady.and_then(|steady| steady.wip)),
            "lead_time": optional(steady.and_then(|steady| steady.lead_time)),
        })
    };
    let group = |group: &Group| {
        let (low, high) = group.optimum.unzip();
        let setting = layout.settings.get(group.setting);
        let values = setting.iter().flat_map(|setting| &setting.values);
        json!({
            "scenario": name(&layout.scenarios, group.scenario),
            "setting": values.map(|(path, value)| (path.clone(), json!(value)))
                .collect::<serde_json::Map<_, _>>(),
            "criterion": group.criterion.name(),
            "optimum": { "lower": output::optional(low), "upper": output::optional(high) },
            "judged": group.judged.word(),
            "warm_up": group.warm_up,
            "agents": group.arms.iter().map(arm).collect::<Vec<_>>(),
            "pairs": group.pairs.iter().map(|pair| json!({
                "agent": name(&layout.agents, pair.first),
                "against": name(&layout.agents, pair.second),
                "worth": paired(&pair.score),
                "reward": pair.measured.as_ref().map(paired),
                "improvement": output::estimate(&pair.improvement),
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "title": layout.title,
        "folder": folder.display().to_string(),
        "seeds": layout.seeds,
        "beats": layout.contents.beats,
        "measured": layout.contents.measured,
        "groups": summary.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

fn as_text(folder: &Path, layout: &Layout, summary: &Summary, sweep: bool) -> String {
    let mut text = format!("{}\n", layout.title);
    let (first, last) = (layout.seeds.first(), layout.seeds.last());
    if let (Some(first), Some(last)) = (first, last) {
        text.push_str(&format!(
            "{} from seed {first} to {last}, {} beats of learning, {} measured\n",
            counted(layout.seeds.len() as u64, "run each", "runs each"),
            layout.contents.beats,
            layout.contents.measured
        ));
    }
    if sweep || layout.settings.len() > MOST_SHOWN {
        settings_text(&mut text, layout, summary);
    } else {
        for group in &summary.groups {
            group_text(&mut text, layout, group);
        }
    }
    let remarks = layout.remarks();
    if !remarks.is_empty() {
        text.push_str(&format!("\n{}.\n", remarks.join(".\n")));
    }
    for overall in &summary.overall {
        let words = layout.settings.get(overall.setting).map(|one| one.words());
        text.push_str(&over_all(&words.unwrap_or_default()));
        for (agent, middle) in &overall.middle {
            let agent = name(&layout.agents, *agent);
            text.push_str(&format!("  {agent:<24} {}\n", between(middle)));
        }
    }
    text.push_str(&format!("\nTables and the page report.html are in {}.\n", folder.display()));
    text
}

/// Above what is said over all scenarios under a setting.
fn over_all(setting: &str) -> String {
    let with = if setting.is_empty() { String::new() } else { format!(" with {setting}") };
    format!("\nOver all scenarios{with}, interquartile mean of the share of the optimum:\n")
}

/// So many settings are printed one by one.
const MOST_SHOWN: usize = 4;

fn group_text(text: &mut String, layout: &Layout, group: &Group) {
    let Some(scenario) = layout.plain.get(group.scenario) else { return };
    let unit = WorthUnit::of(&scenario.contents).unit;
    text.push_str(&format!("\n{}", name(&layout.scenarios, group.scenario)));
    if let Some(setting) = layout.settings.get(group.setting).filter(|one| !one.values.is_empty()) {
        text.push_str(&format!(", {}", setting.words()));
    }
    text.push('\n');
    if let Some((low, high)) = group.optimum {
        let name = optimum::name(&scenario.environment);
        text.push_str(&format!("  {name} {} to {} {unit}\n", number(low), number(high)));
    }
    let judged = match group.judged {
        Judged::Exactly => "evaluated exactly",
        Judged::Simulated => "simulated",
        Judged::Partly => {
            "evaluated exactly where the model tells what they are, else simulated (~)"
        }
    };
    let leaders = group.leaders();
    let mut rows = vec![vec![
        "agent".to_owned(),
        format!("worth, {unit}"),
        "gap, %".to_owned(),
        "reward a beat, simulated".to_owned(),
    ]];
    let predicts = group.arms.iter().any(|arm| arm.error.is_some());
    if predicts && let Some(heads) = rows.first_mut() {
        heads.push(format!("error of predictions, {}", scenario.contents.currency));
    }
    for arm in &group.arms {
        let star = if leaders.contains(&arm.agent) { " *" } else { "" };
        let simulated = group.judged == Judged::Partly && arm.judged != Judged::Exactly;
        let mark = if simulated && arm.score.mean.is_finite() { "~" } else { "" };
        let mut row = vec![
            format!("{}{star}", name(&layout.agents, arm.agent)),
            format!("{mark}{}", arm.score_words()),
            arm.gap.map_or("–".to_owned(), |gap| gap_words(&gap)),
            arm.steady.as_ref().map_or("–".to_owned(), |steady| from_simulation(&steady.reward)),
        ];
        if predicts {
            row.push(arm.error.map_or("–".to_owned(), |error| figure(&error)));
        }
        rows.push(row);
    }
    table(text, &rows);
    text.push_str(&format!(
        "  policies {judged}; * the best, and those not told from it on these seeds\n"
    ));
    for arm in &group.arms {
        if let Some(lack) = arm.lack() {
            let others =
                if arm.score.mean.is_finite() { "; its figures are of the others" } else { "" };
            text.push_str(&format!("  {}: {lack}{others}\n", name(&layout.agents, arm.agent)));
            let why = arm.why_unknown(group.criterion, layout.contents.measured);
            if let Some(why) = why {
                text.push_str(&format!("    {why}\n"));
            }
        }
    }
    if group.judged == Judged::Simulated || group.arms.iter().any(|arm| arm.steady.is_some()) {
        text.push_str(&match group.warm_up {
            Some(0) => "  simulated without any warm-up (MSER-5 finds none)\n".to_owned(),
            Some(cut) => format!("  simulated without the first {cut} beats (warm-up by MSER-5)\n"),
            None => "  simulated without the first half: MSER-5 finds no end of the warm-up, so \
                     that `--measured` should be longer\n"
                .to_owned(),
        });
    }
    if group.is_uncertain() {
        text.push_str(&format!("  {UNKNOWN}\n"));
    }
    let saved: Vec<f64> =
        group.pairs.iter().filter_map(|pair| pair.measured.and_then(|m| m.saved)).collect();
    if let Some(words) = saved_words(&saved) {
        text.push_str(&format!("  the same luck for all {words} of the variance of differences\n"));
    }
}

/// What pairing saved of the variance over all pairs: `saved 10 to 34 %`. It costs some where what
/// is bad luck for one agent is good luck for the other.
fn saved_words(shares: &[f64]) -> Option<String> {
    let per_cent = || shares.iter().map(|share| (100.0 * share).round() as i64);
    let (least, most) = (per_cent().min()?, per_cent().max()?);
    let range = |from: i64, to: i64| match from == to {
        true => format!("{from} %"),
        false => format!("{from} to {to} %"),
    };
    Some(match (least, most) {
        (0, 0) => "saved nothing".to_owned(),
        (0.., _) => format!("saved {}", range(least, most)),
        (_, ..=0) => format!("cost {} more", range(-most, -least)),
        _ => format!("saved up to {most} %, or cost up to {} % more,", -least),
    })
}

fn settings_text(text: &mut String, layout: &Layout, summary: &Summary) {
    for (scenario, scenario_name) in layout.scenarios.iter().enumerate() {
        text.push_str(&format!(
            "\n{scenario_name}, {}\n",
            counted(layout.settings.len() as u64, "setting", "settings")
        ));
        let mut rows = vec![vec![
            "agent".to_owned(),
            "worth".to_owned(),
            "not told from it".to_owned(),
            "best setting".to_owned(),
        ]];
        for (agent, agent_name) in layout.agents.iter().enumerate() {
            let its_own = |setting| !layout.repeats(agent, setting);
            let best = BestSetting::of(summary, scenario, agent, its_own);
            let Some(best) = best else { continue };
            // One for which nothing varies is played once, under no setting that was chosen.
            let [tied, words] = match layout.varies(agent) {
                true => [
                    counted(best.tied.len() as u64, "setting", "settings"),
                    layout.setting_of(agent, best.setting).words(),
                ],
                false => ["–".to_owned(), "–".to_owned()],
            };
            rows.push(vec![agent_name.clone(), figure(&best.score), tied, words]);
        }
        table(text, &rows);
    }
    text.push_str(
        "  the best of many is overrated on the seeds that it was chosen on: report it on others\n",
    );
}

/// Rows with columns as wide as their widest entry.
fn table(text: &mut String, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(&format!("  {}\n", line.trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_over_all_scenarios_names_its_setting() {
        assert!(
            over_all("criterion = 0.9").starts_with("\nOver all scenarios with criterion = 0.9,")
        );
        assert!(over_all("").starts_with("\nOver all scenarios, interquartile"));
    }

    #[test]
    fn what_pairing_saved_or_cost_is_said_as_it_is() {
        let said = |shares: &[f64]| saved_words(shares).unwrap();
        assert_eq!(said(&[0.1, 0.337]), "saved 10 to 34 %");
        assert_eq!(said(&[0.336, 0.337]), "saved 34 %");
        assert_eq!(said(&[-0.21, -0.212]), "cost 21 % more");
        assert_eq!(said(&[-0.21, 0.001]), "cost 0 to 21 % more");
        assert_eq!(said(&[0.004, -0.004]), "saved nothing");
        assert_eq!(said(&[-0.05, 0.3]), "saved up to 30 %, or cost up to 5 % more,");
        assert_eq!(saved_words(&[]), None);
    }
}
