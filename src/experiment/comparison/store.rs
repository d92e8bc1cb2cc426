//! Finished cells on disk: one file each, written whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use crate::scenario::save::write_whole;

use super::cell::{Cell, Key, VERSION};

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

    /// The cell of this key; `None` where it is not there or cannot be read (it is then played
    /// again).
    pub fn get(&self, key: Key) -> Option<Cell> {
        let text = std::fs::read_to_string(self.path(key)).ok()?;
        let cell: Cell = ron::from_str(&text).ok()?;
        (cell.version == VERSION && cell.key == key.to_string()).then_some(cell)
    }

    /// Writes a cell.
    ///
    /// # Errors
    /// Those of the file system; what was there before is then unchanged.
    pub fn put(&self, key: Key, cell: &Cell) -> io::Result<()> {
        let text = ron::to_string(cell).map_err(io::Error::other)?;
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
        assert!(store.get(key).is_none());
        let point = Point { beats: 9, earned: 0.1 + 0.2, value: Some(-1.0 / 3.0) };
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
        assert_eq!(store.get(key), Some(cell.clone()));
        assert_eq!(Store::existing(folder.path()).unwrap().get(key), Some(cell));
        let path = store.path(key);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 9]).unwrap();
        assert!(store.get(key).is_none());
        let other = Stem::of(&scenario, &spec).key(4, &contents);
        std::fs::write(store.path(other), &text).unwrap();
        assert!(store.get(other).is_none(), "it says that it is another");
    }
}
