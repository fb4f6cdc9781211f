//! Opcode table, code data, line table and marshal format.
//!
//! What the compiler hands to the interpreter, and what a `.pyc` file holds, without any Python object:
//!
//! - [`opcode`]: one row per instruction of CPython 3.9 ([`for_each_op!`]); the enum, the names, the stack
//!   effects and the operand classes all come from that table.
//! - [`Constant`] and [`CodeData`]: a code object as neutral data. `Constant`'s equality is the compiler's
//!   rule for sharing a constant (`0`, `0.0`, `-0.0` and `False` are four of them).
//! - [`Text`]: a Python string, lone surrogates included.
//! - [`lnotab`]: writing and reading of `co_lnotab`.
//! - [`marshal`]: marshal format version 4, for these data.

mod code_data;
mod constant;
pub mod flags;
pub mod lnotab;
pub mod marshal;
pub mod opcode;
mod text;

pub use code_data::{CELL_NOT_AN_ARG, CodeData};
pub use constant::Constant;
pub use num_bigint::BigInt;
pub use opcode::Opcode;
pub use text::Text;
