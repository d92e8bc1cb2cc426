//! Saving a file so that a failure in between leaves the old one whole.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::load::Scenario;

impl Scenario {
    /// Saves the scenario as a file of its own.
    ///
    /// # Errors
    /// Those of the file system; a file that was there before is then unchanged.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        write_whole(path, self.to_ron().as_bytes())
    }
}

/// Writes a file in one step: into a new file beside it, which then takes its place.
///
/// # Errors
/// Those of the file system; a file that was there before is then unchanged.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    put_in_place(file, path)
}

/// Whether a file of this path could be begun: for what is written at the end of long work.
///
/// # Errors
/// Where there is no such folder, it takes no files, or the path is that of a folder.
pub fn could_be_written(path: &Path) -> io::Result<()> {
    beside(path).map(drop)
}

/// A new file beside the one of this path, which is to take its place. It is gone if it does not.
///
/// # Errors
/// Those of the file system, and where the path is that of a folder.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".taktlab-").tempfile_in(folder_of(path)?)
}

/// A new file without a name, on the disk of the one of this path: for what is long in the writing.
/// Nothing of it is left however the program ends.
///
/// # Errors
/// As [`beside`].
pub fn unnamed(path: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder_of(path)?)
}

/// Puts what was written to an [`unnamed`] file in the place of this path.
///
/// # Errors
/// Those of the file system; a file that was there before is then unchanged.
pub fn name_it(mut file: File, path: &Path) -> io::Result<()> {
    let mut named = beside(path)?;
    file.rewind()?;
    io::copy(&mut file, &mut named)?;
    put_in_place(named, path)
}

/// The folder that a file is in, or is to be in.
fn folder_of(path: &Path) -> io::Result<PathBuf> {
    let path = behind_links(path);
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "this is a folder"));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    if !folder.is_dir() {
        let told = format!("there is no folder {}", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, told));
    }
    Ok(folder)
}

/// A link is followed, so that the file it names is replaced and not the link.
fn behind_links(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Puts a file that was made [`beside`] this path in its place.
///
/// # Errors
/// Those of the file system; a file that was there before is then unchanged.
fn put_in_place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let path = behind_links(path);
    file.as_file().sync_all()?;
    match &std::fs::metadata(&path).ok() {
        Some(before) => file.as_file().set_permissions(before.permissions())?,
        None => open_to_read(file.as_file())?,
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file is readable by all, as others are: temporary ones are their owner's alone.
#[cfg(unix)]
fn open_to_read(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_read(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ron");
        write_whole(&path, b"old").unwrap();
        write_whole(&path, b"new and longer").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new and longer");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_long_in_the_writing_has_no_name_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write_whole(&path, b"old").unwrap();
        let mut file = unnamed(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        name_it(file, &path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert!(unnamed(folder.path()).is_err());
    }

    #[test]
    fn what_cannot_be_written_leaves_all_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_whole(folder.path(), b"x").is_err());
        assert!(write_whole(&folder.path().join("none/a.ron"), b"x").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
