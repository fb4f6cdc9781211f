//! The other built-in modules.
pub mod sre;
pub mod unicodedata_db;
