//! Headers of `Include/internal`, as far as they export functions.

pub mod pegen_interface;
pub mod pycore_accu;
pub mod pycore_call;
pub mod pycore_ceval;
pub mod pycore_dtoa;
pub mod pycore_fileutils;
pub mod pycore_gc;
pub mod pycore_hashtable;
pub mod pycore_initconfig;
pub mod pycore_interp;
pub mod pycore_object;
pub mod pycore_pyerrors;
pub mod pycore_pylifecycle;
pub mod pycore_pymem;
pub mod pycore_pystate;
pub mod pycore_runtime;
