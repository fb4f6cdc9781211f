//! The other built-in modules: one file or folder each, and the table of their init functions.
//!
//! [`support`] holds what they share, [`pytime`] and [`fileutils`] what C's headers of these names declare.

#![allow(non_upper_case_globals)] // static types have CPython's names

pub mod algorithms;
pub mod errno;
pub mod fileutils;
pub mod pytime;
pub mod report;
pub mod signal;
pub mod sre;
pub mod stat;
pub mod support;
pub mod thread;
pub mod unicodedata_db;

/// The table of built-in modules of this crate, ended by a null name.
macro_rules! inittab {
    ($($name:literal => $init:path,)*) => {
        /// The names and init functions of this crate's modules, as `PyImport_Inittab` has them.
        pub static ROWS: &[(&core::ffi::CStr, unsafe extern "C" fn() -> *mut krait_abi::PyObject)] =
            &[$(($name, $init),)*];
    };
}

inittab! {
    c"_signal" => signal::PyInit__signal,
    c"_stat" => stat::PyInit__stat,
    c"_thread" => thread::PyInit__thread,
    c"errno" => errno::PyInit_errno,
}
