//! Modules that distributions keep in `lib-dynload`, for hosts whose standard library is the archive alone.
//!
//! They stand in no table of built-in modules, so `sys.builtin_module_names` is CPython's, and a `lib-dynload` on
//! `sys.path` comes first; the archive's importer asks for them by name.

#[cfg(feature = "asyncio")]
mod asyncio;
#[cfg(feature = "audioop")]
mod audioop;
#[cfg(feature = "bz2")]
mod bz2;
#[cfg(feature = "cjk")]
mod cjk;
mod contextvars;
#[cfg(feature = "crypt")]
mod crypt;
#[cfg(feature = "ctypes")]
mod ctypes;
#[cfg(all(feature = "decimal", has_libmpdec))]
mod decimal;
#[cfg(feature = "hashlib")]
mod hashlib;
#[cfg(any(feature = "bz2", feature = "lzma"))]
mod inflow;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "lsprof")]
mod lsprof;
#[cfg(feature = "lzma")]
mod lzma;
mod mmap;
#[cfg(feature = "multiprocessing")]
mod multiprocessing;
#[cfg(feature = "opcode")]
mod opcode;
#[cfg(feature = "openssl")]
mod openssl;
#[cfg(any(feature = "bz2", feature = "lzma"))]
mod outflow;
#[cfg(feature = "multiprocessing")]
mod posixshmem;
#[cfg(feature = "queue")]
mod queue;
#[cfg(feature = "readline")]
mod readline;
mod resource;
#[cfg(feature = "sqlite3")]
mod sqlite3;
#[cfg(feature = "ssl")]
mod ssl;
mod termios;
#[cfg(feature = "uuid")]
mod uuid;
#[cfg(feature = "zoneinfo")]
mod zoneinfo;

use krait_object::{Object, Result};

/// Fills a new module.
pub type Fill = fn(&Object) -> Result<()>;

/// Sorted by name.
static SPARES: &[(&str, Fill)] = &[
    #[cfg(feature = "asyncio")]
    ("_asyncio", asyncio::fill),
    #[cfg(feature = "bz2")]
    ("_bz2", bz2::fill),
    #[cfg(feature = "cjk")]
    ("_codecs_cn", cjk::fill_cn),
    #[cfg(feature = "cjk")]
    ("_codecs_hk", cjk::fill_hk),
    #[cfg(feature = "cjk")]
    ("_codecs_iso2022", cjk::fill_iso2022),
    #[cfg(feature = "cjk")]
    ("_codecs_jp", cjk::fill_jp),
    #[cfg(feature = "cjk")]
    ("_codecs_kr", cjk::fill_kr),
    #[cfg(feature = "cjk")]
    ("_codecs_tw", cjk::fill_tw),
    ("_contextvars", contextvars::fill),
    #[cfg(feature = "crypt")]
    ("_crypt", crypt::fill),
    #[cfg(feature = "ctypes")]
    ("_ctypes", ctypes::fill),
    #[cfg(all(feature = "decimal", has_libmpdec))]
    ("_decimal", decimal::fill),
    #[cfg(feature = "hashlib")]
    ("_hashlib", hashlib::fill),
    #[cfg(feature = "json")]
    ("_json", json::fill),
    #[cfg(feature = "lsprof")]
    ("_lsprof", lsprof::fill),
    #[cfg(feature = "lzma")]
    ("_lzma", lzma::fill),
    #[cfg(feature = "cjk")]
    ("_multibytecodec", cjk::fill),
    #[cfg(feature = "multiprocessing")]
    ("_multiprocessing", multiprocessing::fill),
    #[cfg(feature = "opcode")]
    ("_opcode", opcode::fill),
    #[cfg(feature = "multiprocessing")]
    ("_posixshmem", posixshmem::fill),
    #[cfg(feature = "queue")]
    ("_queue", queue::fill),
    #[cfg(feature = "sqlite3")]
    ("_sqlite3", sqlite3::fill),
    #[cfg(feature = "ssl")]
    ("_ssl", ssl::fill),
    #[cfg(feature = "uuid")]
    ("_uuid", uuid::fill),
    #[cfg(feature = "zoneinfo")]
    ("_zoneinfo", zoneinfo::fill),
    #[cfg(feature = "audioop")]
    ("audioop", audioop::fill),
    ("mmap", mmap::fill),
    #[cfg(feature = "readline")]
    ("readline", readline::fill),
    ("resource", resource::fill),
    ("termios", termios::fill),
];

/// The function that fills the spare module of that name.
pub fn find(name: &str) -> Option<Fill> {
    SPARES.iter().find(|(spare, _)| *spare == name).map(|(_, fill)| *fill)
}
