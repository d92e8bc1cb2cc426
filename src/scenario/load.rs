//! From a file to a scenario that can be run, or to all that is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::contents::{Contents, usual_criterion};
use super::diagnostic::{Diagnostic, Severity};
use super::files::{self, Files};
use super::quantity::{Conversion, Quantity, Units, in_per_cent};
use super::reading::{Here, ROOT, Reader, shortened};
use super::reports::Reports;
use super::schema::whole::SCENARIO;
use super::syntax::Node;
use super::{estimates, experiment};
use crate::environments::{AnyEnvironment, SettingError};

/// Rounding of a time to whole beats beyond this is worth a warning.
const MUCH_ROUNDING: f64 = 0.01;

/// A scenario, ready to be run.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The file it was read from; `None` if it was read from a text.
    pub file: Option<PathBuf>,
    /// The files that it was read from: its own, those it is based on, the table of its rows. None
    /// where it was read from a text.
    pub sources: Vec<PathBuf>,
    /// What it says.
    pub contents: Contents,
    /// The environment.
    pub environment: AnyEnvironment,
    /// The amounts that were given with units, and what they became.
    pub conversions: Vec<Conversion>,
    /// What its author should know although it can be run.
    pub warnings: Reports,
    /// What it said when it was opened, for the parameters' defaults.
    pub(super) opened: Arc<Contents>,
}

impl PartialEq for Scenario {
    /// Whether both say the same, wherever they were read from.
    fn eq(&self, other: &Self) -> bool {
        self.contents == other.contents && self.conversions == other.conversions
    }
}

impl Scenario {
    /// Reads a scenario from a file, and from those it is based on.
    ///
    /// # Errors
    /// All that is wrong with it, each finding in its file with line, column, path and remedy.
    pub fn load(path: &Path) -> Result<Self, Reports> {
        let (files, tree) = Files::open(path)?;
        Self::read(files, &tree, Some(path.to_owned()))
    }

    /// Reads a scenario from a text; `name` is its name in messages. It opens no file, so the text
    /// may not be based on one.
    ///
    /// # Errors
    /// As [`Scenario::load`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Reports> {
        let (files, tree) = Files::of_text(name, text)?;
        Self::read(files, &tree, None)
    }

    /// Reads the tree of a scenario's files.
    pub(super) fn read(files: Files, tree: &Node, file: Option<PathBuf>) -> Result<Self, Reports> {
        let starts = files.starts();
        let mut reader = Reader::new(&files.text, &starts);
        reader.units = units(&files.text, &starts, tree);
        let incomplete = files.incomplete
            || files::misspells_base(tree, SCENARIO.fields.iter().map(|field| field.name));
        reader.incomplete = incomplete;
        let mut values = reader.record(&SCENARIO, tree, ROOT);
        values.remove("based_on");
        let kind = match values.get("environment") {
            Some(Json::Object(of_kind)) => of_kind.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        };
        if !values.contains_key("criterion") {
            let usual = serde_json::to_value(usual_criterion(&kind)).unwrap_or(Json::Null);
            values.insert("criterion".to_owned(), usual);
        }
        let mut contents = match serde_json::from_value::<Contents>(Json::Object(values)) {
            Ok(contents) => Some(contents),
            Err(error) => {
                if reader.findings.is_empty() && !incomplete {
                    let remedy = "Please report this as a fault of Taktlab.";
                    let message = format!("the values do not fit together: {error}");
                    reader.findings.push(Diagnostic::of_file(message).remedy(remedy));
                }
                None
            }
        };
        let mut environment = None;
        if let Some(contents) = &mut contents
            && !reader.is_broken("environment")
        {
            for fault in contents.criterion_fault().into_iter().chain(contents.episodes_fault()) {
                reader.tell("", &fault);
            }
            match built(contents) {
                Ok(built) => {
                    for fault in faults_with(contents, &built) {
                        reader.tell("", &fault);
                    }
                    // What stands in for a mistake may have other variables.
                    let sound = |told: &Diagnostic| told.severity == Severity::Warning;
                    if reader.findings.iter().all(sound) && !incomplete {
                        forget_what_is_not_there(contents, &built, &mut reader);
                    }
                    environment = Some(built);
                }
                Err(errors) => errors.iter().for_each(|error| reader.tell("", error)),
            }
        }
        if let (Some(contents), None) = (&contents, &environment) {
            // Told at once, and not when the environment has been mended.
            for fault in faults_of_its_own(contents) {
                reader.tell("", &fault);
            }
            if !reader.is_broken("experiment") {
                for fault in experiment::faults_anywhere(&contents.experiment) {
                    reader.tell("experiment", &fault);
                }
            }
        }
        let sources = if file.is_some() { files.paths() } else { Vec::new() };
        let whole = contents.zip(environment).map(|(contents, environment)| Self {
            file,
            sources,
            opened: Arc::new(contents.clone()),
            contents,
            environment,
            conversions: reader.conversions.clone(),
            warnings: Reports::default(),
        });
        if let Some(whole) = &whole {
            if !reader.is_broken("experiment") {
                for fault in experiment::faults(&whole.contents.experiment, whole) {
                    reader.tell("experiment", &fault);
                }
            }
            let estimates = &whole.contents.estimates;
            let known = if estimates.is_empty() { Vec::new() } else { whole.parameters() };
            for fault in estimates::faults(estimates, Some(&known)) {
                reader.tell("", &fault);
            }
        }
        warn_of_rounding(&mut reader);
        let reports = files.reports(reader.findings);
        match whole {
            Some(whole) if !reports.has_errors() => Ok(Self { warnings: reports, ..whole }),
            _ => Err(reports),
        }
    }

    /// A scenario that says this. Amounts that no longer are what was given are kept as they are
    /// now, without a unit.
    ///
    /// # Errors
    /// All that is wrong with the settings, with paths from the scenario's root.
    pub fn with_contents(&self, contents: Contents) -> Result<Self, Vec<SettingError>> {
        let environment = built(&contents)?;
        let faults = faults(&contents, &environment);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut changed = Self { contents, environment, ..self.clone() };
        changed.prune();
        Ok(changed)
    }

    /// Whether both said the same when they were read, whatever was changed since.
    pub fn was_read_as(&self, other: &Self) -> bool {
        self.opened == other.opened
    }

    /// The contents as plain values, as [`super::fields`] names them.
    pub(super) fn values(contents: &Contents) -> Json {
        // Plain data with texts as keys: serde cannot fail on it.
        serde_json::to_value(contents).unwrap_or(Json::Null)
    }

    /// Forgets what was given for settings that are something else now.
    fn prune(&mut self) {
        let values = Self::values(&self.contents);
        self.conversions
            .retain(|conversion| number_at(&values, &conversion.setting) == Some(conversion.value));
    }
}

/// Builds the environment; paths of errors are from the scenario's root.
fn built(contents: &Contents) -> Result<AnyEnvironment, Vec<SettingError>> {
    contents
        .environment
        .clone()
        .build()
        .map_err(|errors| errors.into_iter().map(|error| below("environment", error)).collect())
}

/// What is wrong with a scenario whichever environment it has.
fn faults_of_its_own(contents: &Contents) -> Vec<SettingError> {
    let mut faults = Vec::new();
    for (field, agent) in [("agent", &contents.agent), ("learner", &contents.learner)] {
        faults.extend(agent.own_faults().into_iter().map(|error| below(field, error)));
    }
    faults.extend(marks_faults(contents));
    faults.extend(estimates::faults(&contents.estimates, None));
    faults
}

/// All that is wrong with a scenario whose environment could be built, but for its experiment and
/// estimates.
fn faults(contents: &Contents, environment: &AnyEnvironment) -> Vec<SettingError> {
    let of_kind = contents.criterion_fault().into_iter().chain(contents.episodes_fault());
    of_kind.chain(faults_with(contents, environment)).collect()
}

/// What is wrong with agents and marks in an environment.
fn faults_with(contents: &Contents, environment: &AnyEnvironment) -> Vec<SettingError> {
    let mut faults = Vec::new();
    for (field, agent) in [("agent", &contents.agent), ("learner", &contents.learner)] {
        faults.extend(agent.faults(environment).into_iter().map(|error| below(field, error)));
    }
    faults.extend(marks_faults(contents));
    faults
}

/// What is wrong with the marks that are shown.
fn marks_faults(contents: &Contents) -> Vec<SettingError> {
    let mut faults = Vec::new();
    for (number, marks) in contents.show.marks.iter().enumerate() {
        if marks.x.len() != marks.y.len() || marks.x.is_empty() {
            faults.push(SettingError {
                path: format!("show.marks[{number}]"),
                message: format!("{} by {} figures are no points", marks.x.len(), marks.y.len()),
                remedy: "give as many `y` as `x`, one at least".to_owned(),
            });
        }
    }
    faults
}

/// Variables that are to be shown and are not there: not worth refusing a file for, as a changed figure
/// may take one away. The window shows the first ones in their place. What a file says that this one
/// is based on is forgotten, so that it may be of another kind.
fn forget_what_is_not_there(
    contents: &mut Contents,
    environment: &AnyEnvironment,
    reader: &mut Reader<'_>,
) {
    let states = environment.state_space();
    let show = &mut contents.show;
    for (field, shown) in [("show.x", &mut show.x), ("show.y", &mut show.y)] {
        let Some(name) = shown.clone().filter(|name| states.position(name).is_none()) else {
            continue;
        };
        let name = shortened(&name);
        if reader.is_inherited(field) {
            let remedy = format!("Say with `{field}` what to show, or `None`.");
            let told = format!("there is no variable `{name}` here, which the base file shows");
            let told = format!("{told}: the first variables are shown");
            reader.warn("environment", field, told, remedy);
            *shown = None;
            continue;
        }
        let known = states.variables().iter().map(|variable| format!("`{}`", variable.name));
        let known: Vec<String> = known.take(20).collect();
        let remedy = match known.as_slice() {
            [] => "Leave it out: this environment has no variables.".to_owned(),
            known => format!("Choose one of {}.", known.join(", ")),
        };
        let told = format!("there is no variable `{name}`: the first variables are shown");
        reader.warn(field, field, told, remedy);
    }
}

fn below(field: &str, error: SettingError) -> SettingError {
    let path = match error.path.as_str() {
        "" => field.to_owned(),
        path if path.starts_with('[') => format!("{field}{path}"),
        path => format!("{field}.{path}"),
    };
    SettingError { path, ..error }
}

/// Beat, currency and price of energy, which all else is read with; what is wrong with them is told
/// when they are read in their turn.
fn units(text: &str, starts: &[u32], tree: &Node) -> Units {
    let mut units = Units::default();
    for _ in 0..2 {
        // Once for the currency, once for what is given in it.
        let mut reader = Reader::new(text, starts);
        reader.units = units.clone();
        let names = ["currency", "beat", "energy_price"];
        let read = reader.some_of(&SCENARIO, tree, &names, Here { ..ROOT });
        units = units_of(&read, &units);
        let told = |path: &str| reader.findings.iter().any(|told| told.path == path);
        // Any length or price will do where the one given cannot be read: that is told once.
        if told("beat") {
            units.beat = Some(60.0);
        }
        if told("energy_price") {
            units.energy_price = Some(0.0);
        }
    }
    units
}

fn units_of(read: &Map<String, Json>, before: &Units) -> Units {
    let text = |field: &str| read.get(field).and_then(Json::as_str);
    let currency = text("currency").unwrap_or(&before.currency).to_owned();
    let beat = text("beat").and_then(|beat| Quantity::parse(beat, &currency).ok()?.seconds());
    Units { beat, energy_price: read.get("energy_price").and_then(Json::as_f64), currency }
}

fn warn_of_rounding(reader: &mut Reader<'_>) {
    for conversion in reader.conversions.clone() {
        if conversion.error.abs() <= MUCH_ROUNDING {
            continue;
        }
        let Some(span) = reader.span_of(&conversion.setting) else { continue };
        let way = if conversion.error > 0.0 { "longer" } else { "shorter" };
        let message = format!(
            "{} becomes {}, which is {} {way}",
            conversion.given,
            conversion.becomes,
            in_per_cent(conversion.error.abs())
        );
        let remedy = "Choose a beat that divides the times, or give a mean time as a probability.";
        let told = Diagnostic::warning(span, message).path(&conversion.path).remedy(remedy);
        reader.findings.push(told);
    }
}

/// The number that a setting holds: at its path, behind the names of variants.
pub(super) fn number_at(values: &Json, setting: &str) -> Option<f64> {
    let mut value = values;
    for step in setting.split(['.', '[']) {
        let key = step.trim_end_matches(']');
        value = loop {
            let inner = match value {
                Json::Array(items) => items.get(key.parse::<usize>().ok()?),
                Json::Object(fields) => fields.get(key),
                _ => return None,
            };
            match (inner, only(value)) {
                (Some(inner), _) => break inner,
                (None, Some(inner)) => value = inner,
                (None, None) => return None,
            }
        };
    }
    while let Some(inner) = only(value) {
        value = inner;
    }
    value.as_f64()
}

/// What a variant holds.
fn only(value: &Json) -> Option<&Json> {
    match value {
        Json::Object(fields) if fields.len() == 1 => {
            fields.iter().next().filter(|(name, _)| is_variant(name)).map(|(_, value)| value)
        }
        _ => None,
    }
}

/// Whether a name is that of a variant: these begin with a capital, settings do not.
pub(super) fn is_variant(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
}
