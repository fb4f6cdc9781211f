//! The pure-Python standard library inside the library: frozen modules, compiled at build time from the CPython 3.9
//! library that set-up has fetched (see `build.rs`).
//!
//! What is frozen is what import itself is made of (`importlib._bootstrap`, `_bootstrap_external`, `zipimport`). The rest of
//! the standard library is found on disk at run time.

use krait_abi::_frozen;

include!(concat!(env!("OUT_DIR"), "/frozen.rs"));

/// Makes the frozen modules known to import.
///
/// # Safety
/// No interpreter runs yet.
pub unsafe fn install() {
    // SAFETY: the caller's promise; the table is static and ends with a null name.
    unsafe { krait_vm::import::frozen::PyImport_FrozenModules = (&raw const TABLE).cast() }
}
