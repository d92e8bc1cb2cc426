//! A trained agent as a file: what it has learned, for which scenario, proof against accidents.
//!
//! The file begins with a line of its own (`taktlab agent 1`), then the length of a header in RON as
//! 8 bytes, the header, the arrays one after the other, and a BLAKE3 hash of all that. Numbers are
//! little-endian. A file that was cut off or altered has another hash; one made for another scenario
//! says so by its fingerprint: the hash of the environment and the criterion. Every learner can be
//! saved with all that it needs to go on from the start of an episode: tables, models, preferences,
//! weights, and steps that wait to be learned from. Traces are not kept, since an episode's end drops
//! them anyway. What a learner is given is looked at before it is believed, since a checksum says
//! nothing about who wrote it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::mdp::{Agent, Kept, KeptError, Learned};
use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::plain_file::{self, PlainFileError};
use crate::scenario::save::write_whole;
use crate::scenario::{AgentSpec, Reports, Scenario};

use super::agents::{self, AgentError};
use super::run::AnyAgent;

/// The first bytes of a saved agent: the kind of file and the version of its format.
const MAGIC: &[u8] = b"taktlab agent 1\n";
/// What all versions begin with.
const ANY_VERSION: &[u8] = b"taktlab agent ";
/// The hash's bytes.
const HASH: usize = 32;
/// The most bytes of a header, which holds settings and a few names.
const MOST_HEADER: u64 = 1 << 20;
/// The largest file that is read: above the largest table's with its visits.
const MOST_BYTES: u64 = 8 << 30;

/// What a saved agent's file says before its arrays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    /// The fingerprint of the scenario.
    scenario: String,
    /// The scenario's title, for people.
    title: String,
    /// The agent with its settings.
    agent: AgentSpec,
    /// Beats that it learned for.
    beats: u64,
    /// The arrays: names, kinds and lengths.
    arrays: Vec<(String, ArrayKind, u64)>,
}

/// What an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum ArrayKind {
    Reals,
    Counts,
    Wholes,
}

/// A trained agent, read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedAgent {
    /// The agent with its settings.
    pub agent: AgentSpec,
    /// Beats that it learned for.
    pub beats: u64,
    /// What it has learned.
    pub learned: Learned,
}

/// Why a trained agent cannot be saved or read.
#[derive(Debug, thiserror::Error)]
pub enum SavedAgentError {
    /// The file cannot be written.
    #[error("{0}")]
    Disk(#[from] std::io::Error),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] PlainFileError),
    /// The agent cannot say what it has learned.
    #[error("{0} learns nothing that could be saved")]
    NotKept(String),
    /// It is no saved agent.
    #[error("this is no saved agent")]
    OtherFile,
    /// It is of another version.
    #[error("this agent was saved in a format of another version, by which it has to be opened")]
    OtherVersion,
    /// The file ends too soon or was altered.
    #[error("the file was cut off or altered: its checksum does not fit")]
    Damaged,
    /// What it says does not fit together, though its checksum does.
    #[error("what the file says does not fit together: {0}")]
    Nonsense(String),
    /// What it learned does not fit the agent.
    #[error("what was learned does not fit the agent: {0}")]
    Unfit(#[from] KeptError),
    /// It was made for another scenario.
    #[error(
        "this agent learned in another scenario, `{0}`: environment and criterion must be the same"
    )]
    OtherScenario(String),
    /// The agent cannot be built.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

/// What an agent's learning depends on: the environment and the criterion, in 128 bits.
pub fn fingerprint(scenario: &Scenario) -> String {
    let contents = &scenario.contents;
    // Plain data with texts as keys: serde cannot fail on it.
    let text = serde_json::to_string(&(&contents.environment, &contents.criterion));
    let hash = blake3::hash(text.unwrap_or_default().as_bytes());
    hash.to_hex().chars().take(32).collect()
}

/// Whether a file begins as a saved agent of some version does.
///
/// # Errors
/// Where it cannot be read.
pub fn is_saved_agent(path: &Path) -> Result<bool, PlainFileError> {
    Ok(plain_file::beginning(path, ANY_VERSION.len() as u64)? == ANY_VERSION)
}

/// What to say of a saved agent where something else is to be opened: what it is, and how it is
/// played; `None` where the file is none.
pub fn told(path: &Path) -> Option<Reports> {
    if !is_saved_agent(path).ok()? {
        return None;
    }
    let most = (MAGIC.len() + 8) as u64 + MOST_HEADER;
    let header = plain_file::beginning(path, most).ok().and_then(|bytes| {
        let (length, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let header = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        ron::de::from_bytes::<Header>(header).ok()
    });
    let of = header.map_or(String::new(), |header| {
        format!(" ({} after {} beats in `{}`)", header.agent.name(), header.beats, header.title)
    });
    let file = path.display().to_string();
    let told = Diagnostic::of_file(format!("this is a trained agent{of}, not a scenario"))
        .remedy(format!("Play it with `taktlab simulate SCENARIO --trained {file}`."));
    Some(Report::of_file(file, told).into())
}

impl SavedAgent {
    /// What a trained agent has learned.
    ///
    /// # Errors
    /// Where it cannot say it.
    pub fn of(spec: &AgentSpec, agent: &dyn Agent, beats: u64) -> Result<Self, SavedAgentError> {
        let learned =
            agent.keep().ok_or_else(|| SavedAgentError::NotKept(spec.name().to_owned()))?;
        Ok(Self { agent: spec.clone(), beats, learned })
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written; what was there before is then still there.
    pub fn save(&self, scenario: &Scenario, path: &Path) -> Result<(), SavedAgentError> {
        Ok(write_whole(path, &self.bytes(scenario)?)?)
    }

    fn bytes(&self, scenario: &Scenario) -> Result<Vec<u8>, SavedAgentError> {
        let shape = |(name, kept): &(String, Kept)| {
            let (kind, length) = match kept {
                Kept::Reals(values) => (ArrayKind::Reals, values.len()),
                Kept::Counts(values) => (ArrayKind::Counts, values.len()),
                Kept::Wholes(values) => (ArrayKind::Wholes, values.len()),
            };
            (name.clone(), kind, length as u64)
        };
        let header = Header {
            scenario: fingerprint(scenario),
            title: scenario.contents.title.or_file(scenario.file.as_deref()),
            agent: self.agent.clone(),
            beats: self.beats,
            arrays: self.learned.iter().map(shape).collect(),
        };
        let header = ron::to_string(&header).map_err(std::io::Error::other)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend((header.len() as u64).to_le_bytes());
        bytes.extend(header.as_bytes());
        for (_, kept) in &self.learned {
            match kept {
                Kept::Reals(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
                Kept::Counts(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
                Kept::Wholes(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            }
        }
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        Ok(bytes)
    }

    /// Reads one that was made for this scenario.
    ///
    /// # Errors
    /// Any [`SavedAgentError`].
    pub fn load(path: &Path, scenario: &Scenario) -> Result<Self, SavedAgentError> {
        // What is large and something else is not read to its end only to say so.
        if !is_saved_agent(path)? {
            return Err(SavedAgentError::OtherFile);
        }
        Self::of_bytes(&plain_file::read(path, MOST_BYTES)?, scenario)
    }

    fn of_bytes(bytes: &[u8], scenario: &Scenario) -> Result<Self, SavedAgentError> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            let other = bytes.starts_with(ANY_VERSION);
            return Err(if other {
                SavedAgentError::OtherVersion
            } else {
                SavedAgentError::OtherFile
            });
        };
        let (body, hash) = bytes
            .split_at_checked(bytes.len().saturating_sub(HASH))
            .ok_or(SavedAgentError::Damaged)?;
        if blake3::hash(body).as_bytes() != hash {
            return Err(SavedAgentError::Damaged);
        }
        let nonsense = |what: &str| SavedAgentError::Nonsense(what.to_owned());
        let rest = rest.get(..rest.len() - HASH).ok_or(SavedAgentError::Damaged)?;
        let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(|| nonsense("no header"))?;
        let length = u64::from_le_bytes(*length);
        let header =
            (length <= MOST_HEADER).then(|| rest.split_at_checked(length as usize)).flatten();
        let (header, mut arrays) = header.ok_or_else(|| nonsense("its header is too long"))?;
        let header: Header =
            ron::de::from_bytes(header).map_err(|error| nonsense(&error.to_string()))?;
        if header.scenario != fingerprint(scenario) {
            return Err(SavedAgentError::OtherScenario(header.title));
        }
        let mut learned = Vec::new();
        for (name, kind, length) in header.arrays {
            let size = if kind == ArrayKind::Counts { 4 } else { 8 };
            let taken = length.checked_mul(size).and_then(|bytes| usize::try_from(bytes).ok());
            let (array, after) = taken
                .and_then(|taken| arrays.split_at_checked(taken))
                .ok_or_else(|| nonsense("its arrays are shorter than it says"))?;
            arrays = after;
            let wide = || array.as_chunks::<8>().0.iter();
            let kept = match kind {
                ArrayKind::Reals => Kept::Reals(wide().map(|&b| f64::from_le_bytes(b)).collect()),
                ArrayKind::Wholes => Kept::Wholes(wide().map(|&b| u64::from_le_bytes(b)).collect()),
                ArrayKind::Counts => {
                    let each = array.as_chunks::<4>().0.iter();
                    Kept::Counts(each.map(|&b| u32::from_le_bytes(b)).collect())
                }
            };
            learned.push((name, kept));
        }
        if !arrays.is_empty() {
            return Err(nonsense("there is more in it than it says"));
        }
        Ok(Self { agent: header.agent, beats: header.beats, learned })
    }

    /// The agent, as it was when it was saved.
    ///
    /// # Errors
    /// Where it cannot act in this scenario, or what it has learned does not fit.
    pub fn build(&self, scenario: &Scenario) -> Result<AnyAgent, SavedAgentError> {
        let criterion = scenario.contents.criterion;
        agents::check(&self.agent, &scenario.environment)?;
        let mut agent = agents::build(&self.agent, &scenario.environment, criterion, None)?;
        agent.agent_mut().take_up(&self.learned)?;
        Ok(agent)
    }
}

#[cfg(test)]
mod tests;
