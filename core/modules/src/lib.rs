//! The other built-in modules.
pub mod algorithms;
pub mod sre;
pub mod unicodedata_db;
