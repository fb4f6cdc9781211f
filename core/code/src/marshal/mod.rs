//! Marshal format, version 4, for code objects and constants.
//!
//! One type byte per value, [`FLAG_REF`] in it if later values may refer back to this one by number. All
//! integers are little-endian; long integers are in digits of 15 bits. A value that refers back counts from
//! the flagged values in the order in which they begin.
//!
//! `marshal.dumps` and `marshal.loads` of arbitrary Python objects are written over the object layer; this
//! module writes and reads what `.pyc` files hold. It flags exactly the values that occur again, where CPython
//! flags those whose reference count happens to be above one; either reads the other's files.

mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::{MarshalError, load, load_code};
pub use writer::{dump, dump_code};

pub const VERSION: i32 = 4;
/// Nesting beyond this is refused by both directions.
pub const MAX_DEPTH: usize = 2000;

pub const FLAG_REF: u8 = 0x80;

/// The type bytes.
pub mod kind {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    /// Four bytes.
    pub const INT: u8 = b'i';
    /// Signed count of 15-bit digits, then the digits, two bytes each.
    pub const LONG: u8 = b'l';
    /// Length byte and `repr`; version 1 and older.
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    /// Bytes.
    pub const STRING: u8 = b's';
    /// A string that is to be interned, as surrogatepass UTF-8.
    pub const INTERNED: u8 = b't';
    pub const UNICODE: u8 = b'u';
    /// "ASCII" forms are read as Latin-1; the short ones have a length byte.
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    /// A tuple with a length byte.
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const CODE: u8 = b'c';
    /// A value seen before, by number.
    pub const REF: u8 = b'r';
}
