//! Reading a file whole, within bounds: no folder, no device, and never more of it than the limit.
//!
//! A length that the file system tells is no bound: of a device it is 0, though reading it never
//! ends, and a file may grow while it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum PlainFileError {
    /// The path is that of a folder.
    #[error("it is a folder")]
    Folder,
    /// The path is that of a device, a pipe or the like.
    #[error("it is no plain file")]
    NotPlain,
    /// There is more in it than may be.
    #[error("the file is longer than {}", in_words(*.0))]
    TooLong(u64),
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Disk(#[from] io::Error),
}

fn in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..0x10_0000 => format!("{} KiB", bytes >> 10),
        0x10_0000..0x4000_0000 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

/// Whether a path has this extension, in whichever case.
pub fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
}

/// Opens a file that can be read to an end.
///
/// # Errors
/// Where it is none, or cannot be opened.
fn open(path: &Path) -> Result<File, PlainFileError> {
    // Asked of the path, since opening a pipe waits for whoever writes to it.
    let found = std::fs::metadata(path)?;
    match (found.is_file(), found.is_dir()) {
        (true, _) => Ok(File::open(path)?),
        (false, true) => Err(PlainFileError::Folder),
        (false, false) => Err(PlainFileError::NotPlain),
    }
}

/// The bytes of a file, of which never more than `longest` are taken into memory.
///
/// # Errors
/// Any [`PlainFileError`].
pub fn read(path: &Path, longest: u64) -> Result<Vec<u8>, PlainFileError> {
    let bytes = beginning(path, longest.saturating_add(1))?;
    match bytes.len() as u64 > longest {
        true => Err(PlainFileError::TooLong(longest)),
        false => Ok(bytes),
    }
}

/// The first bytes of a file, at most `most`.
///
/// # Errors
/// Any [`PlainFileError`] but that it is too long.
pub fn beginning(path: &Path, most: u64) -> Result<Vec<u8>, PlainFileError> {
    let mut bytes = Vec::new();
    open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit_and_not_beyond() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert_eq!(beginning(&path, 2).unwrap(), b"12");
        let refused = |path: &Path, longest| read(path, longest).unwrap_err().to_string();
        assert_eq!(refused(&path, 4), "the file is longer than 4 bytes");
        assert_eq!(PlainFileError::TooLong(8 << 30).to_string(), "the file is longer than 8 GiB");
        assert_eq!(refused(folder.path(), 4), "it is a folder");
        assert!(refused(&folder.path().join("none"), 4).starts_with("the file cannot be read: "));
    }

    /// A link to a device says that its length is 0.
    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for path in [Path::new("/dev/zero"), &link] {
            assert!(matches!(read(path, 1 << 20), Err(PlainFileError::NotPlain)));
        }
    }
}
