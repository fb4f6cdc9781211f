//! The instructions of pickle streams and the constants of the format.

macro_rules! opcodes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $doc:literal;)*) => {
        $($(#[$meta])* #[doc = $doc] pub const $name: u8 = $code;)*
    };
}

opcodes! {
    MARK = b'(', "Pushes a mark.";
    STOP = b'.', "The result is on top of the stack.";
    POP = b'0', "Drops the top.";
    POP_MARK = b'1', "Drops everything down to the mark.";
    DUP = b'2', "Pushes the top again.";
    FLOAT = b'F', "A float in a line.";
    INT = b'I', "An integer or truth value in a line.";
    BININT = b'J', "A signed integer of four bytes.";
    BININT1 = b'K', "An integer of one byte.";
    LONG = b'L', "An integer of any size in a line.";
    BININT2 = b'M', "An integer of two bytes.";
    NONE = b'N', "None.";
    PERSID = b'P', "A persistent object; the identifier is in the line.";
    BINPERSID = b'Q', "A persistent object; the identifier is on the stack.";
    REDUCE = b'R', "Calls a callable with a tuple.";
    STRING = b'S', "An old string, quoted in a line.";
    BINSTRING = b'T', "An old string of up to 2 GiB.";
    SHORT_BINSTRING = b'U', "An old string of up to 255 bytes.";
    UNICODE = b'V', "Text, escaped in a line.";
    BINUNICODE = b'X', "Text as UTF-8.";
    APPEND = b'a', "Appends the top to the list below.";
    BUILD = b'b', "Sets the state of the object below.";
    GLOBAL = b'c', "A global by the module and name in two lines.";
    DICT = b'd', "A dict of what is above the mark.";
    EMPTY_DICT = b'}', "An empty dict.";
    APPENDS = b'e', "Extends the list below the mark.";
    GET = b'g', "Pushes from the memo; the index is in the line.";
    BINGET = b'h', "Pushes from the memo; an index of one byte.";
    INST = b'i', "An instance: class in two lines, arguments above the mark.";
    LONG_BINGET = b'j', "Pushes from the memo; an index of four bytes.";
    LIST = b'l', "A list of what is above the mark.";
    EMPTY_LIST = b']', "An empty list.";
    OBJ = b'o', "An instance: class and arguments above the mark.";
    PUT = b'p', "Stores the top in the memo; the index is in the line.";
    BINPUT = b'q', "Stores the top in the memo; an index of one byte.";
    LONG_BINPUT = b'r', "Stores the top in the memo; an index of four bytes.";
    SETITEM = b's', "Sets an item of the dict below.";
    TUPLE = b't', "A tuple of what is above the mark.";
    EMPTY_TUPLE = b')', "An empty tuple.";
    SETITEMS = b'u', "Sets the items above the mark.";
    BINFLOAT = b'G', "A float of eight bytes.";
    PROTO = 0x80, "The protocol.";
    NEWOBJ = 0x81, "An instance by `__new__`.";
    EXT1 = 0x82, "A registered global; a code of one byte.";
    EXT2 = 0x83, "A registered global; a code of two bytes.";
    EXT4 = 0x84, "A registered global; a code of four bytes.";
    TUPLE1 = 0x85, "A tuple of the top item.";
    TUPLE2 = 0x86, "A tuple of the two top items.";
    TUPLE3 = 0x87, "A tuple of the three top items.";
    NEWTRUE = 0x88, "True.";
    NEWFALSE = 0x89, "False.";
    LONG1 = 0x8a, "An integer of up to 255 bytes.";
    LONG4 = 0x8b, "An integer of up to 2 GiB.";
    BINBYTES = b'B', "Bytes of up to 4 GiB.";
    SHORT_BINBYTES = b'C', "Bytes of up to 255.";
    SHORT_BINUNICODE = 0x8c, "Text of up to 255 bytes of UTF-8.";
    BINUNICODE8 = 0x8d, "Text of any length.";
    BINBYTES8 = 0x8e, "Bytes of any length.";
    EMPTY_SET = 0x8f, "An empty set.";
    ADDITEMS = 0x90, "Adds what is above the mark to the set below.";
    FROZENSET = 0x91, "A frozenset of what is above the mark.";
    NEWOBJ_EX = 0x92, "An instance by `__new__` with keyword arguments.";
    STACK_GLOBAL = 0x93, "A global by the module and name on the stack.";
    MEMOIZE = 0x94, "Stores the top in the memo at the next index.";
    FRAME = 0x95, "A frame begins.";
    BYTEARRAY8 = 0x96, "A bytearray of any length.";
    NEXT_BUFFER = 0x97, "The next buffer from outside.";
    READONLY_BUFFER = 0x98, "Makes the top read-only.";
}

/// The highest protocol.
pub const HIGHEST_PROTOCOL: i32 = 5;
/// The protocol of picklers that are not told another one.
pub const DEFAULT_PROTOCOL: i32 = 4;
/// How many items one instruction adds.
pub const BATCH: usize = 1000;
/// From this size on a frame is complete, and bytes stand outside of frames.
pub const FRAME_TARGET: usize = 64 * 1024;
/// Below this size there is no frame.
pub const FRAME_LEAST: usize = 4;
/// The size of a frame's head.
pub const FRAME_HEAD: usize = 9;
