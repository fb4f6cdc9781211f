//! Object model: memory, errors, type machinery and the built-in types.
pub mod text;
pub mod unicode;
