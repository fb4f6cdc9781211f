//! The bits of `co_flags`, and those the compiler is called with.

/// Locals live in slots, not in a dictionary.
pub const CO_OPTIMIZED: u32 = 0x0001;
/// A call gets a new namespace.
pub const CO_NEWLOCALS: u32 = 0x0002;
pub const CO_VARARGS: u32 = 0x0004;
pub const CO_VARKEYWORDS: u32 = 0x0008;
/// The code belongs to a function inside a function.
pub const CO_NESTED: u32 = 0x0010;
pub const CO_GENERATOR: u32 = 0x0020;
/// There are neither free nor cell variables.
pub const CO_NOFREE: u32 = 0x0040;
pub const CO_COROUTINE: u32 = 0x0080;
/// A generator that may be awaited (`types.coroutine`).
pub const CO_ITERABLE_COROUTINE: u32 = 0x0100;
pub const CO_ASYNC_GENERATOR: u32 = 0x0200;
pub const CO_FUTURE_DIVISION: u32 = 0x2_0000;
pub const CO_FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
pub const CO_FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
pub const CO_FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
pub const CO_FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
pub const CO_FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
pub const CO_FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
pub const CO_FUTURE_ANNOTATIONS: u32 = 0x100_0000;

/// Every future feature that a code object remembers and `compile` inherits.
pub const PYCF_MASK: u32 = CO_FUTURE_DIVISION
    | CO_FUTURE_ABSOLUTE_IMPORT
    | CO_FUTURE_WITH_STATEMENT
    | CO_FUTURE_PRINT_FUNCTION
    | CO_FUTURE_UNICODE_LITERALS
    | CO_FUTURE_BARRY_AS_BDFL
    | CO_FUTURE_GENERATOR_STOP
    | CO_FUTURE_ANNOTATIONS;
/// Accepted and without effect.
pub const PYCF_MASK_OBSOLETE: u32 = CO_NESTED;

pub const PYCF_SOURCE_IS_UTF8: u32 = 0x0100;
pub const PYCF_DONT_IMPLY_DEDENT: u32 = 0x0200;
pub const PYCF_ONLY_AST: u32 = 0x0400;
pub const PYCF_IGNORE_COOKIE: u32 = 0x0800;
pub const PYCF_TYPE_COMMENTS: u32 = 0x1000;
/// `await` and its relatives are allowed outside functions; the code object becomes a coroutine.
pub const PYCF_ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
