//! The other built-in modules: one file or folder each, and the table of their init functions.
//!
//! [`support`] holds what they share, [`pytime`] and [`fileutils`] what C's headers of these names declare.

#![allow(non_upper_case_globals, reason = "exported data symbols have CPython's names")]

pub mod abc;
pub mod algorithms;
pub mod array;
pub mod atexit;
pub mod attribute;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod csv;
pub mod datetime;
pub mod elementtree;
pub mod errno;
pub mod expat;
pub mod faulthandler;
pub mod fcntl;
pub mod fileutils;
pub mod functools;
pub mod gc;
pub mod grp;
pub mod hashes;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod locale;
pub mod lock;
pub mod math;
pub mod operator;
pub mod pickle;
pub mod posix;
pub mod posixsubprocess;
pub mod pwd;
pub mod pyexpat;
pub mod pytime;
pub mod random;
pub mod report;
pub mod select;
pub mod signal;
pub mod socket;
pub mod spare;
pub mod spwd;
pub mod sre;
mod startup;
pub mod stat;
pub mod statistics;
pub mod string;
pub mod struct_;
pub mod support;
pub mod syslog;
pub mod thread;
pub mod time;
pub mod tracemalloc;
pub mod unicodedata;
pub mod unicodedata_db;
pub mod weakref;
pub mod xxsubtype;
pub mod zlib;

pub use startup::install_table;

/// The table of built-in modules of this crate, ended by a null name.
macro_rules! inittab {
    ($($name:literal => $init:path,)*) => {
        /// The names and init functions of this crate's modules, as `PyImport_Inittab` has them.
        pub static ROWS: &[(&core::ffi::CStr, unsafe extern "C" fn() -> *mut krait_abi::PyObject)] =
            &[$(($name, $init),)*];
    };
}

inittab! {
    c"_abc" => abc::PyInit__abc,
    c"_bisect" => bisect::PyInit__bisect,
    c"_heapq" => heapq::PyInit__heapq,
    c"_blake2" => hashes::blake2::PyInit__blake2,
    c"_csv" => csv::PyInit__csv,
    c"_codecs" => codecs::PyInit__codecs,
    c"_datetime" => datetime::PyInit__datetime,
    c"_elementtree" => elementtree::PyInit__elementtree,
    c"_functools" => functools::PyInit__functools,
    c"_io" => io::PyInit__io,
    c"_collections" => collections::PyInit__collections,
    c"_locale" => locale::PyInit__locale,
    c"_operator" => operator::PyInit__operator,
    c"_random" => random::PyInit__random,
    c"_pickle" => pickle::PyInit__pickle,
    c"_posixsubprocess" => posixsubprocess::PyInit__posixsubprocess,
    c"_md5" => hashes::md5::PyInit__md5,
    c"_sha1" => hashes::sha1::PyInit__sha1,
    c"_sha256" => hashes::sha256::PyInit__sha256,
    c"_sha3" => hashes::sha3::PyInit__sha3,
    c"_sha512" => hashes::sha512::PyInit__sha512,
    c"_signal" => signal::PyInit__signal,
    c"_sre" => sre::PyInit__sre,
    c"_socket" => socket::PyInit__socket,
    c"_stat" => stat::PyInit__stat,
    c"_statistics" => statistics::PyInit__statistics,
    c"_string" => string::PyInit__string,
    c"_struct" => struct_::PyInit__struct,
    c"_thread" => thread::PyInit__thread,
    c"_weakref" => weakref::PyInit__weakref,
    c"_tracemalloc" => tracemalloc::PyInit__tracemalloc,
    c"array" => array::PyInit_array,
    c"atexit" => atexit::PyInit_atexit,
    c"binascii" => binascii::PyInit_binascii,
    c"errno" => errno::PyInit_errno,
    c"faulthandler" => faulthandler::PyInit_faulthandler,
    c"fcntl" => fcntl::PyInit_fcntl,
    c"gc" => gc::PyInit_gc,
    c"grp" => grp::PyInit_grp,
    c"posix" => posix::PyInit_posix,
    c"pwd" => pwd::PyInit_pwd,
    c"pyexpat" => pyexpat::PyInit_pyexpat,
    c"select" => select::PyInit_select,
    c"spwd" => spwd::PyInit_spwd,
    c"syslog" => syslog::PyInit_syslog,
    c"cmath" => cmath::PyInit_cmath,
    c"math" => math::PyInit_math,
    c"itertools" => itertools::PyInit_itertools,
    c"time" => time::PyInit_time,
    c"unicodedata" => unicodedata::PyInit_unicodedata,
    c"xxsubtype" => xxsubtype::PyInit_xxsubtype,
    c"zlib" => zlib::PyInit_zlib,
}
