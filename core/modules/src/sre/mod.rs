//! Regular expressions: the engine under the `_sre` module.

pub mod engine;
