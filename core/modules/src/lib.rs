//! The other built-in modules.
pub mod unicodedata_db;
