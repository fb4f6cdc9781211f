//! The standard library inside the library, for hosts that have none on disk.
//!
//! The archive itself is above this crate; it makes itself known before an interpreter starts ([`provide`]). When no
//! standard library is found on disk, the file that this code is in stands on `sys.path` in its place ([`root`]), and
//! the archive's path hook takes charge of what lies below that path.

use krait_object::Result;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Installs the path hook for a root.
type Install = fn(root: &str) -> Result<()>;

static INSTALL: OnceLock<Install> = OnceLock::new();

/// Makes an archive known; the first one counts.
pub fn provide(install: Install) {
    let _ = INSTALL.set(install);
}

/// The entry of `sys.path` that stands for the archive, if there is one.
pub fn root() -> Option<PathBuf> {
    INSTALL.get()?;
    Some(crate::lifecycle::paths::library_file().unwrap_or_else(|| PathBuf::from("<krait>")))
}

/// Installs the path hook if the archive is on the search path.
pub(crate) fn install_if_used(search: &[String]) -> Result<()> {
    let (Some(install), Some(root)) = (INSTALL.get(), root()) else { return Ok(()) };
    let root = root.to_string_lossy().into_owned();
    if search.contains(&root) { install(&root) } else { Ok(()) }
}
