//! Finished cells on disk: one file each, written whole or not at all, proof against accidents.
//!
//! A file is a cell in RON and then a line with the BLAKE3 hash of all before it. What was cut off or
//! altered has another hash, and what cannot be so is not believed whatever its hash; either is told
//! by name, and then played again.

use std::io;
use std::path::{Path, PathBuf};

use crate::scenario::plain_file::{self, PlainFileError};
use crate::scenario::save::write_whole;

use super::cell::{Cell, Key, VERSION};
use super::layout::{Arm, Layout};
use super::sound;

/// The longest file of a cell that is read \[bytes\]; ten thousand looks take one or two MiB.
const MOST_BYTES: u64 = 16 << 20;

/// What stands before the hash: the beginning of a comment in RON.
const HASH: &str = "\n// blake3 ";

/// A cell's file that is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} was cut off or altered: {why}", .path.display())]
pub struct Damaged {
    /// The file.
    pub path: PathBuf,
    /// Why not.
    pub why: String,
}

/// A folder with the cells of an experiment.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The cells below a folder of results, which is made where there is none.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn at(results: &Path) -> io::Result<Self> {
        let folder = results.join("cells");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// The cells below a folder that is there already.
    pub fn existing(results: &Path) -> Option<Self> {
        let folder = results.join("cells");
        folder.is_dir().then_some(Self { folder })
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.join(format!("{key}.ron"))
    }

    /// The cell of an arm with a seed; `None` where it is not there.
    ///
    /// # Errors
    /// Where it is there and cannot be believed: it is then to be played again.
    pub fn get(&self, layout: &Layout, arm: &Arm, seed: u64) -> Result<Option<Cell>, Damaged> {
        let key = layout.key(arm, seed);
        let Some(cell) = self.read(key)? else { return Ok(None) };
        match sound::fault(&cell, arm, seed, &layout.contents) {
            None => Ok(Some(cell)),
            Some(why) => Err(Damaged { path: self.path(key), why: why.to_owned() }),
        }
    }

    /// The cell of this key as it was written.
    fn read(&self, key: Key) -> Result<Option<Cell>, Damaged> {
        let path = self.path(key);
        let bytes = match plain_file::read(&path, MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(PlainFileError::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(Damaged { path, why: error.to_string() }),
        };
        let cell = String::from_utf8(bytes).map_err(|_| "it is no text").and_then(|text| {
            let (body, hash) = text.rsplit_once(HASH).ok_or("it has no checksum")?;
            if blake3::hash(body.as_bytes()).to_hex().as_str() != hash.trim_end() {
                return Err("its checksum does not fit");
            }
            ron::from_str::<Cell>(body).map_err(|_| "it is no run")
        });
        match cell {
            Ok(cell) if cell.version == VERSION && cell.key == key.to_string() => Ok(Some(cell)),
            Ok(_) => Err(Damaged { path, why: "it is of another run".to_owned() }),
            Err(why) => Err(Damaged { path, why: why.to_owned() }),
        }
    }

    /// Writes a cell.
    ///
    /// # Errors
    /// Those of the file system; what was there before is then unchanged.
    pub fn put(&self, key: Key, cell: &Cell) -> io::Result<()> {
        let body = ron::to_string(cell).map_err(io::Error::other)?;
        let hash = blake3::hash(body.as_bytes()).to_hex();
        let text = format!("{body}{HASH}{hash}\n");
        write_whole(&self.path(key), text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::{Learning, Measured, Point, Stem, Sums};
    use super::*;
    use crate::scenario::{AgentSpec, ExperimentContents, Scenario};

    #[test]
    fn cells_come_back_bit_for_bit_and_damaged_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Scenario::parse("c", "(version: 1, environment: Chain())").unwrap();
        let (spec, contents) = (AgentSpec::AlwaysRun, ExperimentContents::default());
        let key = Stem::of(&scenario, &spec).key(3, &contents);
        assert!(Store::existing(folder.path()).is_none());
        let store = Store::at(folder.path()).unwrap();
        assert_eq!(store.read(key), Ok(None));
        let point =
            Point { beats: 9, earned: 0.1 + 0.2, value: Some(-1.0 / 3.0), error: Some(0.7) };
        let items = vec![1e-300, f64::MAX];
        let cell = Cell {
            version: VERSION,
            key: key.to_string(),
            seed: u64::MAX,
            agent: spec.clone(),
            optimum: Some((-0.0, 5e-324)),
            learning: Learning { points: vec![point], begun: 1, returns: 0.1, ahead: None },
            value: None,
            endless: true,
            measured: Some(Measured {
                warm_up: None,
                half_width: Some(0.3),
                mean_return: None,
                from_start: Some(0.7),
                track: vec![Sums { beats: 1, items, ..Default::default() }],
            }),
        };
        store.put(key, &cell).unwrap();
        assert_eq!(store.read(key), Ok(Some(cell.clone())));
        assert_eq!(Store::existing(folder.path()).unwrap().read(key), Ok(Some(cell)));
        let path = store.path(key);
        let text = std::fs::read_to_string(&path).unwrap();
        let refused = |key: Key, bytes: &str| {
            std::fs::write(store.path(key), bytes).unwrap();
            store.read(key).unwrap_err().to_string()
        };
        for cut in 0..text.len() - 1 {
            let told = refused(key, &text[..cut]);
            assert!(told.starts_with(path.to_str().unwrap()), "{told}");
        }
        let altered = text.replace("parts:0", "parts:1");
        assert_ne!(altered, text);
        assert!(refused(key, &altered).contains("its checksum does not fit"));
        let (body, _) = text.split_once('\n').unwrap();
        assert!(refused(key, body).contains("no checksum"), "as older programs wrote them");
        let other = Stem::of(&scenario, &spec).key(4, &contents);
        assert!(refused(other, &text).contains("of another run"));
    }
}
