//! The settings of agents that an experiment varies: by which path, and who has them.
//!
//! A path leads from an agent to a number, and names of variants are left out of it, as in a file:
//! `step_size.power`. What learners share stands in some of them among their own settings and in
//! others below their table, their model or their values: one path means it in all of them.

use serde_json::Value as Json;

use super::agents::AgentSpec;
use super::fields::{Holds, Kind, Record, Variant};
use super::schema::agents::AGENTS;
use super::syntax::{choices, listed, suggestion};
use crate::environments::SettingError;

/// Where a learner keeps what learners share, if not among its own settings.
const SHARED: [&str; 3] = ["table", "model", "values"];

/// An agent with another value for a setting, by its path below the agent; `None` where it has no
/// such setting.
///
/// # Errors
/// Where the value does not fit, or what would be wrong with the agent.
pub fn with_setting(
    spec: &AgentSpec,
    path: &str,
    number: f64,
) -> Option<Result<AgentSpec, SettingError>> {
    let refuse = |message: String, remedy: &str| {
        Some(Err(SettingError { path: path.to_owned(), message, remedy: remedy.to_owned() }))
    };
    let mut values = serde_json::to_value(spec).ok()?;
    let held = held(&mut values, path)?;
    let whole = number.fract() == 0.0 && number.abs() < 9e15;
    let tried = match within(&mut values, &held)? {
        Json::Number(now) if now.is_f64() => vec![Json::from(number)],
        Json::Number(_) if whole => vec![Json::from(number as i64)],
        Json::Number(_) => {
            return refuse(format!("{number} is no whole number"), "give a whole number");
        }
        // A setting that may be left out and is: it does not say of which kind its number is.
        Json::Null if whole => vec![Json::from(number), Json::from(number as i64)],
        Json::Null => vec![Json::from(number)],
        _ => return refuse("this is no number that could be varied".into(), "choose another path"),
    };
    let changed = tried.into_iter().find_map(|number| {
        let mut values = values.clone();
        *within(&mut values, &held)? = number;
        serde_json::from_value::<AgentSpec>(values).ok()
    });
    let Some(changed) = changed else {
        return refuse(format!("{number} does not fit here"), "give another number");
    };
    Some(match changed.own_faults().into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(changed),
    })
}

/// Whether a setting of an agent holds whole numbers alone; `false` where it has no such setting.
pub fn holds_whole(spec: &AgentSpec, path: &str) -> bool {
    let Ok(mut values) = serde_json::to_value(spec) else { return false };
    let Some(held) = held(&mut values, path) else { return false };
    match within(&mut values, &held) {
        Some(Json::Number(now)) => !now.is_f64(),
        // A setting that is left out: what fits it says of which kind its number is.
        Some(Json::Null) => {
            let fits = |number: Json| {
                let mut values = values.clone();
                within(&mut values, &held).is_some_and(|place| {
                    *place = number;
                    true
                }) && serde_json::from_value::<AgentSpec>(values).is_ok()
            };
            fits(Json::from(1)) && !fits(Json::from(1.5))
        }
        _ => false,
    }
}

/// The path at which an agent keeps a setting, names of variants left out: two paths that lead to
/// one are of one setting. `None` where it has none.
pub fn kept_at(spec: &AgentSpec, path: &str) -> Option<String> {
    let held = held(&mut serde_json::to_value(spec).ok()?, path)?;
    let steps = held.split('.').filter(|step| !step.starts_with(char::is_uppercase));
    Some(steps.collect::<Vec<_>>().join("."))
}

/// The paths that a setting may be meant by: as it is, and below what learners share. A path may
/// begin with the name of the one agent that is meant.
fn meant(path: &str) -> impl Iterator<Item = String> + '_ {
    let agent = path.split_once('.').filter(|(head, _)| head.starts_with(char::is_uppercase));
    let below = move |part: &&str| match agent {
        Some((agent, rest)) => format!("{agent}.{part}.{rest}"),
        None => format!("{part}.{path}"),
    };
    std::iter::once(path.to_owned()).chain(SHARED.iter().map(below))
}

/// The first of these at which something stands.
fn held(values: &mut Json, path: &str) -> Option<String> {
    meant(path).find(|path| within(values, path).is_some())
}

/// The first step of a path, and what comes behind it.
fn first_step(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)))
}

/// The value at a path, variants passed over.
fn within<'v>(value: &'v mut Json, path: &str) -> Option<&'v mut Json> {
    let (head, rest) = first_step(path);
    let (name, index) = match head.split_once('[') {
        Some((name, index)) => (name, Some(index.strip_suffix(']')?.parse::<usize>().ok()?)),
        None => (head, None),
    };
    let Json::Object(fields) = value else { return None };
    if !fields.contains_key(name) {
        // `{"QLearning": {…}}`: a variant holds its fields.
        let inner = fields.iter_mut().next().filter(|(key, _)| key.starts_with(char::is_uppercase));
        return within(inner?.1, path);
    }
    let mut found = fields.get_mut(name)?;
    if let Some(index) = index {
        found = found.get_mut(index)?;
    }
    match rest {
        Some(rest) => within(found, rest),
        None => Some(found),
    }
}

/// The paths of all settings of an agent that can vary, what learners share as all of them have it.
pub fn settings(spec: &AgentSpec) -> Vec<String> {
    let mut found = Vec::new();
    gather(&serde_json::to_value(spec).unwrap_or(Json::Null), "", &mut found);
    let varies = |(path, now): &(String, Option<f64>)| {
        let mut numbers = now.iter().copied().chain([1.0, 0.5]);
        numbers.any(|number| matches!(with_setting(spec, path, number), Some(Ok(_))))
    };
    found.into_iter().filter(varies).map(|(path, _)| short(&path).to_owned()).collect()
}

/// A path as it is for all learners, wherever this one keeps what they share.
fn short(path: &str) -> &str {
    let shared = |part: &&str| path.strip_prefix(*part)?.strip_prefix('.');
    SHARED.iter().find_map(shared).unwrap_or(path)
}

/// All places at which a number stands or could, with what stands there.
fn gather(value: &Json, at: &str, found: &mut Vec<(String, Option<f64>)>) {
    match value {
        Json::Number(_) | Json::Null => found.push((at.to_owned(), value.as_f64())),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                gather(item, &format!("{at}[{index}]"), found);
            }
        }
        Json::Object(fields) => {
            for (name, value) in fields {
                let is_variant = name.starts_with(char::is_uppercase);
                gather(value, &if is_variant { at.to_owned() } else { joined(at, name) }, found);
            }
        }
        _ => {}
    }
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

/// A setting that an agent does not have because of the variant that it has of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// The path of what has variants: `exploration`.
    pub choice: String,
    /// The variant that is set: `Visits`.
    pub set: String,
    /// The path of the setting below it: `epsilon`.
    pub setting: String,
    /// The variants that have it: `Constant`.
    pub variants: Vec<&'static str>,
}

impl Elsewhere {
    /// In words: its `exploration` is `Visits`, and `epsilon` is a setting of `Constant`.
    pub fn words(&self) -> String {
        let Self { choice, set, setting, variants } = self;
        let variants = listed(variants.iter().copied(), "and");
        format!("its `{choice}` is `{set}`, and `{setting}` is a setting of {variants}")
    }
}

/// Which other variant would have a setting that an agent lacks; `None` where none would.
pub fn elsewhere(spec: &AgentSpec, path: &str) -> Option<Elsewhere> {
    let values = serde_json::to_value(spec).ok()?;
    let (name, inner) = variant_in(&values)?;
    let record = fields_of(AGENTS, name)?;
    meant(path).find_map(|path| search(record, inner, &path, ""))
}

fn search(record: &Record, values: &Json, path: &str, above: &str) -> Option<Elsewhere> {
    let (head, rest) = path.split_once('.')?;
    let field = record.field(head)?;
    let (value, here) = (values.get(field.setting)?, joined(above, head));
    match field.kind {
        Kind::Fields(record) => search(record, value, rest, &here),
        Kind::Choice(variants) => {
            let (set, inner) = variant_in(value).unwrap_or(("None", &Json::Null));
            let deeper =
                fields_of(variants, set).and_then(|record| search(record, inner, rest, &here));
            deeper.or_else(|| {
                let others = variants.iter().filter(|variant| variant.name != set);
                let having: Vec<&'static str> =
                    others.filter(|one| has_in(one, rest)).map(|variant| variant.name).collect();
                let found = || Elsewhere {
                    choice: here,
                    set: set.to_owned(),
                    setting: rest.to_owned(),
                    variants: having.clone(),
                };
                (!having.is_empty()).then(found)
            })
        }
        _ => None,
    }
}

/// The name of the variant that a value is, and what it holds.
fn variant_in(value: &Json) -> Option<(&str, &Json)> {
    match value {
        Json::String(name) => Some((name, &Json::Null)),
        Json::Object(fields) => fields.iter().next().map(|(name, inner)| (name.as_str(), inner)),
        _ => None,
    }
}

fn fields_of(variants: &'static [Variant], name: &str) -> Option<&'static Record> {
    match variants.iter().find(|variant| variant.name == name)?.holds {
        Holds::Fields(record) => Some(record),
        _ => None,
    }
}

fn has_in(variant: &Variant, path: &str) -> bool {
    matches!(variant.holds, Holds::Fields(record) if has(record, path))
}

fn has(record: &Record, path: &str) -> bool {
    let (head, rest) = first_step(path);
    record.field(head).is_some_and(|field| match (rest, field.kind) {
        (None, _) => true,
        (Some(rest), Kind::Fields(record)) => has(record, rest),
        (Some(rest), Kind::Choice(variants)) => variants.iter().any(|one| has_in(one, rest)),
        _ => false,
    })
}

/// What to say of a setting that none of these agents has, and what to do about it. Each comes with
/// its name.
pub(super) fn unknown(path: &str, agents: &[(&str, &AgentSpec)]) -> (String, String) {
    let mut message = format!("no compared agent has a setting `{path}`");
    let mut known: Vec<String> = Vec::new();
    for (_, agent) in agents {
        for setting in settings(agent) {
            if !known.contains(&setting) {
                known.push(setting);
            }
        }
    }
    let whole = |setting: &String| format!("agent.{setting}");
    let with_variant =
        agents.iter().find_map(|(name, agent)| Some((name, elsewhere(agent, path)?)));
    if let Some((name, found)) = with_variant {
        message = format!("{message}. {name}: {}", found.words());
        let below = format!("{}.", short(&found.choice));
        let instead: Vec<String> =
            known.iter().filter(|setting| setting.starts_with(&below)).map(whole).collect();
        let last = found.choice.rsplit('.').next().unwrap_or_default();
        let each = found.variants.iter().map(|variant| format!("{last}: {variant}(…)"));
        let mut remedy = format!("write {} in the agent", listed(each, "or"));
        if !instead.is_empty() {
            remedy.push_str(&format!(", or vary {}", listed(instead, "or")));
        }
        return (message, remedy);
    }
    let in_full = SHARED.iter().flat_map(|part| known.iter().map(move |k| format!("{part}.{k}")));
    let in_full: Vec<String> = in_full
        .filter(|path| agents.iter().any(|(_, agent)| kept_at(agent, path).is_some()))
        .collect();
    let near = suggestion(path, known.iter().chain(&in_full).map(String::as_str));
    let last = |path: &str| path.rsplit('.').next().map(str::to_owned);
    let meant = near.map(str::to_owned).or_else(|| {
        let mut same = known.iter().filter(|setting| last(setting) == last(path));
        same.next().filter(|_| same.next().is_none()).cloned()
    });
    let remedy = match meant {
        Some(meant) => format!("did you mean `agent.{meant}`?"),
        None if known.is_empty() => {
            "compare an agent that has settings, such as `QLearning`".to_owned()
        }
        None => {
            let known: Vec<String> = known.iter().map(whole).collect();
            let known = known.iter().map(String::as_str);
            let path = format!("agent.{path}");
            format!("the agents have {}", choices(&path, known, "and", "`taktlab schema AGENT`"))
        }
    };
    (message, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Criterion;
    use crate::scenario::Scenario;

    fn agent(text: &str) -> AgentSpec {
        let text = format!(
            "(version: 1, environment: Line(machines: [(failure: 0.1, repair: 0.4), ()], buffers: \
             [(capacity: 3)]), agent: {text})"
        );
        let read = Scenario::parse("line.ron", &text).unwrap_or_else(|told| panic!("{told}"));
        read.contents.agent
    }

    /// Whoever learns with a discount learns with the one that is varied, wherever it stands.
    #[test]
    fn one_path_is_the_discount_of_every_learner_that_has_one() {
        let mut with = 0;
        for learner in AgentSpec::learners() {
            let varied = with_setting(&learner, "discount", 0.625);
            if learner.kind() == crate::scenario::AgentKind::DifferentialSarsa {
                assert_eq!(varied, None);
                continue;
            }
            let varied = varied.unwrap().unwrap();
            assert_eq!(varied.discount(Criterion::Average), Some(0.625), "{varied:?}");
            assert_ne!(varied, learner);
            with += 1;
        }
        assert_eq!(with, AgentSpec::learners().count() - 1);
        let traces = agent("SarsaLambda()");
        for path in ["step_size.power", "table.step_size.power", "SarsaLambda.step_size.power"] {
            let varied = with_setting(&traces, path, 0.75).unwrap().unwrap();
            assert!(format!("{varied:?}").contains("power: 0.75"), "{path}: {varied:?}");
            assert_eq!(kept_at(&traces, path).unwrap(), "table.step_size.power");
        }
        assert_eq!(with_setting(&agent("Sarsa()"), "SarsaLambda.step_size.power", 0.75), None);
        assert_eq!(with_setting(&AgentSpec::AlwaysRun, "discount", 0.9), None);
    }

    #[test]
    fn what_is_left_out_takes_whole_numbers_and_others() {
        let cap = with_setting(&agent("Conwip()"), "cap", 3.0).map(|set| set.unwrap());
        assert_eq!(cap, Some(agent("Conwip(cap: 3)")));
        assert!(with_setting(&agent("Conwip()"), "cap", 2.5).unwrap().is_err());
        let none = with_setting(&agent("QLearning()"), "discount", 0.0).map(|set| set.unwrap());
        assert_eq!(none, Some(agent("QLearning(discount: 0)")));
    }

    #[test]
    fn the_settings_that_can_vary_are_known() {
        let of = |text: &str| settings(&agent(text));
        assert_eq!(of("AlwaysRun"), Vec::<String>::new());
        assert_eq!(of("Conwip()"), ["cap"]);
        // The method may be left out as well, and is no number.
        assert_eq!(of("Optimum()"), ["precision"]);
        let dyna = of("DynaQ()");
        for known in ["planned", "bonus", "discount", "step_size.power", "exploration.floor"] {
            assert!(dyna.iter().any(|setting| setting == known), "{known}: {dyna:?}");
        }
        for learner in AgentSpec::learners() {
            for setting in settings(&learner) {
                assert!(kept_at(&learner, &setting).is_some(), "{setting} of {learner:?}");
            }
        }
    }

    #[test]
    fn what_nobody_has_is_said_with_what_was_meant() {
        let told = |path: &str, agents: &[&str]| {
            let agents: Vec<AgentSpec> = agents.iter().map(|text| agent(text)).collect();
            let named: Vec<_> = agents.iter().map(|one| (one.name(), one)).collect();
            let (message, remedy) = unknown(path, &named);
            assert!(message.starts_with(&format!("no compared agent has a setting `{path}`")));
            (message, remedy)
        };
        for (path, agents, meant) in [
            ("discuont", ["QLearning()", "AlwaysRun"], "agent.discount"),
            ("power", ["QLearning()", "AlwaysRun"], "agent.step_size.power"),
            ("table.discuont", ["AlwaysRun", "DynaQ()"], "agent.table.discount"),
            ("plannd", ["QLearning()", "DynaQ()"], "agent.planned"),
        ] {
            assert_eq!(told(path, &agents).1, format!("did you mean `{meant}`?"));
        }
        let (message, remedy) = told("exploration.epsilon", &["AlwaysRun", "SarsaLambda()"]);
        assert!(
            message.ends_with(
                "SARSA(λ): its `table.exploration` is `Visits`, and `epsilon` is a setting of \
                 `Constant`"
            ),
            "{message}"
        );
        let vary = "write `exploration: Constant(…)` in the agent, or vary \
                    `agent.exploration.from`, `agent.exploration.half` or `agent.exploration.floor`";
        assert_eq!(remedy, vary);
        let (message, remedy) = told("exploration.epsilon", &["QLearning()"]);
        assert!(message.contains("its `exploration` is `Visits`"), "{message}");
        assert_eq!(remedy, vary);
        let cooling = "QLearning(exploration: Boltzmann())";
        let (message, _) = told("exploration.cooling.floor", &[cooling]);
        let words = "its `exploration.cooling` is `Never`, and `floor` is a setting of `Visits`";
        assert!(message.ends_with(words), "{message}");
        assert!(told("nonsense", &["AlwaysRun"]).1.contains("such as `QLearning`"));
        let (_, remedy) = told("nonsense", &["Conwip()"]);
        assert_eq!(remedy, "the agents have `agent.cap`");
    }
}
