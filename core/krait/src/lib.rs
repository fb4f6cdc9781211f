//! Embed Python in Rust programs.
