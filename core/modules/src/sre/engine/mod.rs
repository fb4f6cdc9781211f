//! The regular-expression matcher behind `_sre`.
//!
//! [`Program::compile`] checks a code array as CPython 3.9's `sre_compile` produces it and turns it
//! into instructions with resolved targets and precomputed character sets. [`State`] runs a program
//! over a text of one of the three unit widths. It is a backtracking machine with an explicit stack of
//! choice points and undo records, so the native stack stays flat whatever the pattern and the text.
//!
//! What groups report after backtracking is 3.9's behaviour to the letter, oddities included: most
//! choice points remember how many marks are set but not where they were (see [`matcher`]).

pub mod charset;
pub mod matcher;
pub mod program;
mod search;
#[cfg(test)]
mod tests;

pub use matcher::{MatchError, Scratch, State};
pub use program::{Invalid, Program};

/// `sre_constants.MAGIC` of the code arrays.
pub const MAGIC: u32 = 20_171_005;
/// Bytes of a code.
pub const CODE_SIZE: usize = 4;
/// "Any number of times".
pub const MAX_REPEAT: u32 = u32::MAX;
pub const MAX_GROUPS: usize = (u32::MAX / 2) as usize;

/// The numbers of `sre_constants.OPCODES`.
pub(crate) mod op {
    macro_rules! numbered {
        ($($name:ident)*) => { numbered!(@ 0, $($name)*); };
        (@ $n:expr, $name:ident $($rest:ident)*) => {
            pub const $name: u32 = $n;
            const _: u32 = $name;
            numbered!(@ $n + 1, $($rest)*);
        };
        (@ $n:expr,) => {};
    }

    numbered! {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CALL CATEGORY CHARSET BIGCHARSET
        GROUPREF GROUPREF_EXISTS IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE
        RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE
        GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
        GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
        GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE
        RANGE_UNI_IGNORE
    }
}

/// Bits of the INFO block.
pub(crate) mod info {
    pub const PREFIX: u32 = 1;
    pub const LITERAL: u32 = 2;
    pub const CHARSET: u32 = 4;
}
