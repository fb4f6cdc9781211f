//! The pure-Python standard library inside the library: frozen modules, compiled at build time from the CPython 3.9
//! library that set-up has fetched (see `build.rs`).
//!
//! What is frozen is what import itself is made of (`importlib._bootstrap`, `_bootstrap_external`, `zipimport`). The rest of
//! the standard library is found on disk at run time, or else in the [`archive`].

mod archive;

pub use archive::FindSpare;

use krait_abi::_frozen;

include!(concat!(env!("OUT_DIR"), "/frozen.rs"));

/// Makes the frozen modules and the archive known to import, and the compiled modules that go with the archive.
///
/// # Safety
/// No interpreter runs yet.
pub unsafe fn install(find_spare: FindSpare) {
    archive::provide(find_spare);
    // SAFETY: the caller's promise; the table is static and ends with a null name.
    unsafe { krait_vm::import::frozen::install_table((&raw const TABLE).cast()) }
}
