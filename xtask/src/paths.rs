//! Where things lie.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// Cargo's target directory, which also holds all that is fetched and built here.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A folder below the target directory, made if missing.
pub fn target_folder(name: &str) -> Outcome<PathBuf> {
    let folder = target().join(name);
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(folder)
}

pub fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

pub fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// The files directly in `folder` whose name ends in `.extension`, sorted.
pub fn files_in(folder: &Path, extension: &str) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| format!("cannot list {}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    Ok(files)
}

/// All files below `folder` whose name ends in `.extension`, sorted; symbolic links are not followed.
pub fn files_below(folder: &Path, extension: &str) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let entries = fs::read_dir(&folder).map_err(|e| format!("cannot list {}: {e}", folder.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|found| found == extension) => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a file and makes the folders above the copy.
pub fn copy_file(from: &Path, to: &Path) -> Outcome {
    let made = to.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::copy(from, to))
        .map(drop)
        .map_err(|e| format!("cannot copy {} to {}: {e}", from.display(), to.display()))
}

/// Copies files and folders but for byte-code caches. A link is followed, or copied when it leads nowhere, as links out of
/// an unpacked tree do.
pub fn copy_tree(from: &Path, to: &Path) -> Outcome {
    let mut pending = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = pending.pop() {
        let fail = |e: std::io::Error| format!("cannot copy {}: {e}", from.display());
        fs::create_dir_all(&to).map_err(fail)?;
        for entry in fs::read_dir(&from).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            if path.is_dir() {
                if entry.file_name() != "__pycache__" {
                    pending.push((path, target));
                }
                continue;
            }
            let _ = fs::remove_file(&target);
            if path.exists() {
                copy_with_times(&path, &target).map_err(fail)?;
            } else {
                fs::read_link(&path).and_then(|link| symlink(link, &target)).map_err(fail)?;
            }
        }
    }
    Ok(())
}

/// Keeps the modification time, on which byte-code caches depend.
fn copy_with_times(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let modified = fs::metadata(from)?.modified()?;
    fs::File::options().append(true).open(to)?.set_modified(modified)
}
