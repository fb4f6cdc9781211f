//! Where the standard library is: `sys.prefix`, `sys.path` and relatives.
//!
//! In order: `PYTHONHOME` (or the configuration's home); a folder that holds `lib/python3.9/os.py`, looked for upwards
//! from the library (or executable); what the library was built for; the archive inside the library.

use std::path::{Path, PathBuf};

/// The landmark under a prefix.
const LANDMARK: &str = "lib/python3.9/os.py";

/// What a search for the standard library finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `sys.prefix`
    pub prefix: PathBuf,
    /// `sys.exec_prefix`
    pub exec_prefix: PathBuf,
    /// `sys.path` without `PYTHONPATH` and without the script's folder.
    pub search: Vec<PathBuf>,
}

/// Searches with an optional home (`prefix` or `prefix:exec_prefix`) and the places where the library or program is.
pub fn find(home: Option<&str>, starts: &[PathBuf]) -> Found {
    if let Some(home) = home.filter(|home| !home.is_empty()) {
        let (prefix, exec_prefix) = home.split_once(':').unwrap_or((home, home));
        return with_prefix(Path::new(prefix), Path::new(exec_prefix));
    }
    for start in starts {
        for folder in start.ancestors().skip(1) {
            if folder.join(LANDMARK).is_file() {
                return with_prefix(folder, folder);
            }
        }
    }
    let built = Path::new(option_env!("KRAIT_PREFIX").unwrap_or("/usr"));
    let mut found = with_prefix(built, built);
    if !built.join(LANDMARK).is_file() {
        found.search.extend(crate::import::archive::root());
    }
    found
}

fn with_prefix(prefix: &Path, exec_prefix: &Path) -> Found {
    Found {
        prefix: prefix.to_owned(),
        exec_prefix: exec_prefix.to_owned(),
        search: vec![
            prefix.join("lib/python39.zip"),
            prefix.join("lib/python3.9"),
            exec_prefix.join("lib/python3.9/lib-dynload"),
        ],
    }
}

/// The file that this code is in: the shared library, or the program it is linked into.
pub fn library_file() -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: dladdr fills the struct for an address inside a loaded object; its file name lives as long as that.
    unsafe {
        let mut info: libc::Dl_info = core::mem::zeroed();
        let address = find as *const () as *const core::ffi::c_void;
        if libc::dladdr(address, &mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        let name = core::ffi::CStr::from_ptr(info.dli_fname).to_bytes();
        std::fs::canonicalize(std::ffi::OsStr::from_bytes(name)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_gives_both_prefixes() {
        let found = find(Some("/a:/b"), &[]);
        assert_eq!((found.prefix, found.exec_prefix), (PathBuf::from("/a"), PathBuf::from("/b")));
        assert_eq!(found.search[2], PathBuf::from("/b/lib/python3.9/lib-dynload"));
    }
}
