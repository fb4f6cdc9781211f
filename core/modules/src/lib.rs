//! The other built-in modules.
