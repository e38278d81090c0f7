//! Recognises the files being read, so that no output replaces one.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that a run reads. Each is recognised under any path: other spellings, links, case or Unicode forms.
pub(super) struct InputFiles {
    protected_ids: HashSet<FileId>,
    /// Canonical paths of the same files, for file systems whose inode numbers are not stable.
    protected_paths: HashSet<PathBuf>,
}

/// Device and inode of an input file that no output may replace; hard links share them.
#[cfg(unix)]
type FileId = (u64, u64);

/// Other systems know a file by its path alone. Replacing a hard link by an output there leaves the input under its other names.
#[cfg(not(unix))]
type FileId = std::convert::Infallible;

impl InputFiles {
    /// The input files at `protected_paths`. Missing ones are ignored.
    pub(super) fn new(protected_paths: &[PathBuf]) -> Self {
        Self {
            protected_ids: protected_paths.iter().filter_map(|protected_path| file_id(protected_path)).collect(),
            protected_paths: protected_paths
                .iter()
                .filter_map(|protected_path| fs::canonicalize(protected_path).ok())
                .collect(),
        }
    }

    /// True if `output_path` exists and is one of the input files, which no output may replace.
    pub(super) fn contain(&self, output_path: &Path) -> bool {
        output_path.exists()
            && (file_id(output_path).is_some_and(|id| self.protected_ids.contains(&id))
                || fs::canonicalize(output_path).is_ok_and(|output_path| self.protected_paths.contains(&output_path)))
    }
}

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_id(_path: &Path) -> Option<FileId> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("tief")).unwrap();
        fs::write(path("tief/a.md"), "Eins.").unwrap();
        fs::write(path("b.md"), "Eins.").unwrap();
        let inputs = InputFiles::new(&[path("tief/a.md"), path("nowhere.md")]);
        for name in ["tief/a.md", "./tief/../tief/a.md", "tief//a.md"] {
            assert!(inputs.contain(&path(name)), "{name}");
        }
        for name in ["b.md", "nowhere.md", "tief"] {
            assert!(!inputs.contain(&path(name)), "{name}");
        }
        // Where case does not matter, these are the same file.
        for other_spelling in ["TIEF/A.MD", "Tief/a.md"] {
            assert_eq!(inputs.contain(&path(other_spelling)), path(other_spelling).exists());
        }
        fs::hard_link(path("tief/a.md"), path("hard.md")).unwrap();
        assert_eq!(inputs.contain(&path("hard.md")), cfg!(unix));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("tief"), path("link")).unwrap();
            std::os::unix::fs::symlink("link/a.md", path("soft.md")).unwrap();
            assert!(inputs.contain(&path("soft.md")) && inputs.contain(&path("link/a.md")));
        }
    }
}
