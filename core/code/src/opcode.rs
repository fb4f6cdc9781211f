//! The instructions of CPython 3.9, one row each.
//!
//! A row is: name, number, what the operand is, stack effect as a function of the operand and of whether the
//! instruction jumps, and the meaning in one line. Instructions are two bytes wide (number, low byte of the
//! operand); `EXTENDED_ARG` prefixes supply the higher bytes.
//!
//! [`for_each_op!`] hands all rows to another macro; the interpreter's dispatch is to be made from it too.

/// Calls the macro `$consumer` once, with a row `NAME = number, Operand, effect, "meaning";` per instruction.
#[macro_export]
macro_rules! for_each_op {
    ($consumer:ident) => {
        $consumer! {
            POP_TOP = 1, None, |_, _| -1, "Drops the top of the stack.";
            ROT_TWO = 2, None, |_, _| 0, "Swaps the two topmost values.";
            ROT_THREE = 3, None, |_, _| 0, "Moves the top below the next two.";
            DUP_TOP = 4, None, |_, _| 1, "Pushes the top once more.";
            DUP_TOP_TWO = 5, None, |_, _| 2, "Pushes the two topmost values once more, in the same order.";
            ROT_FOUR = 6, None, |_, _| 0, "Moves the top below the next three.";
            NOP = 9, None, |_, _| 0, "Does nothing.";
            UNARY_POSITIVE = 10, None, |_, _| 0, "`+top`.";
            UNARY_NEGATIVE = 11, None, |_, _| 0, "`-top`.";
            UNARY_NOT = 12, None, |_, _| 0, "`not top`.";
            UNARY_INVERT = 15, None, |_, _| 0, "`~top`.";
            BINARY_MATRIX_MULTIPLY = 16, None, |_, _| -1, "`second @ top`.";
            INPLACE_MATRIX_MULTIPLY = 17, None, |_, _| -1, "`second @= top`.";
            BINARY_POWER = 19, None, |_, _| -1, "`second ** top`.";
            BINARY_MULTIPLY = 20, None, |_, _| -1, "`second * top`.";
            BINARY_MODULO = 22, None, |_, _| -1, "`second % top`.";
            BINARY_ADD = 23, None, |_, _| -1, "`second + top`.";
            BINARY_SUBTRACT = 24, None, |_, _| -1, "`second - top`.";
            BINARY_SUBSCR = 25, None, |_, _| -1, "`second[top]`.";
            BINARY_FLOOR_DIVIDE = 26, None, |_, _| -1, "`second // top`.";
            BINARY_TRUE_DIVIDE = 27, None, |_, _| -1, "`second / top`.";
            INPLACE_FLOOR_DIVIDE = 28, None, |_, _| -1, "`second //= top`.";
            INPLACE_TRUE_DIVIDE = 29, None, |_, _| -1, "`second /= top`.";
            RERAISE = 48, None, |_, _| -3, "Raises the exception whose three parts are on top again.";
            WITH_EXCEPT_START = 49, None, |_, _| 1, "Calls the `__exit__` seven deep with the exception on top; pushes the result.";
            GET_AITER = 50, None, |_, _| 0, "Replaces the top by its `__aiter__()`.";
            GET_ANEXT = 51, None, |_, _| 1, "Pushes the awaitable of the top's `__anext__()`.";
            BEFORE_ASYNC_WITH = 52, None, |_, _| 1, "Replaces a context manager by its `__aexit__` and the result of `__aenter__()`.";
            END_ASYNC_FOR = 54, None, |_, _| -7, "Ends an `async for` on `StopAsyncIteration`, raises anything else again.";
            INPLACE_ADD = 55, None, |_, _| -1, "`second += top`.";
            INPLACE_SUBTRACT = 56, None, |_, _| -1, "`second -= top`.";
            INPLACE_MULTIPLY = 57, None, |_, _| -1, "`second *= top`.";
            INPLACE_MODULO = 59, None, |_, _| -1, "`second %= top`.";
            STORE_SUBSCR = 60, None, |_, _| -3, "`second[top] = third`.";
            DELETE_SUBSCR = 61, None, |_, _| -2, "`del second[top]`.";
            BINARY_LSHIFT = 62, None, |_, _| -1, "`second << top`.";
            BINARY_RSHIFT = 63, None, |_, _| -1, "`second >> top`.";
            BINARY_AND = 64, None, |_, _| -1, "`second & top`.";
            BINARY_XOR = 65, None, |_, _| -1, "`second ^ top`.";
            BINARY_OR = 66, None, |_, _| -1, "`second | top`.";
            INPLACE_POWER = 67, None, |_, _| -1, "`second **= top`.";
            GET_ITER = 68, None, |_, _| 0, "Replaces the top by `iter(top)`.";
            GET_YIELD_FROM_ITER = 69, None, |_, _| 0, "The same for `yield from`: generators and allowed coroutines stay as they are.";
            PRINT_EXPR = 70, None, |_, _| -1, "Hands the top to `sys.displayhook` (interactive statements).";
            LOAD_BUILD_CLASS = 71, None, |_, _| 1, "Pushes `builtins.__build_class__`.";
            YIELD_FROM = 72, None, |_, _| -1, "Sends the top to the iterator below it; repeats itself while that yields.";
            GET_AWAITABLE = 73, None, |_, _| 0, "Replaces the top by the iterator that `await` runs.";
            LOAD_ASSERTION_ERROR = 74, None, |_, _| 1, "Pushes `AssertionError`, whatever the name is bound to.";
            INPLACE_LSHIFT = 75, None, |_, _| -1, "`second <<= top`.";
            INPLACE_RSHIFT = 76, None, |_, _| -1, "`second >>= top`.";
            INPLACE_AND = 77, None, |_, _| -1, "`second &= top`.";
            INPLACE_XOR = 78, None, |_, _| -1, "`second ^= top`.";
            INPLACE_OR = 79, None, |_, _| -1, "`second |= top`.";
            LIST_TO_TUPLE = 82, None, |_, _| 0, "Replaces a list by a tuple of its items.";
            RETURN_VALUE = 83, None, |_, _| -1, "Returns the top to the caller.";
            IMPORT_STAR = 84, None, |_, _| -1, "Binds the public names of the module on top.";
            SETUP_ANNOTATIONS = 85, None, |_, _| 0, "Makes sure that `__annotations__` exists among the locals.";
            YIELD_VALUE = 86, None, |_, _| 0, "Yields the top; the sent value replaces it.";
            POP_BLOCK = 87, None, |_, _| 0, "Leaves the innermost block.";
            POP_EXCEPT = 89, None, |_, _| -3, "Leaves an exception handler and restores the exception handled before.";
            STORE_NAME = 90, Name, |_, _| -1, "Binds a name in the local namespace.";
            DELETE_NAME = 91, Name, |_, _| 0, "Unbinds a name in the local namespace.";
            UNPACK_SEQUENCE = 92, Count, |arg, _| arg - 1, "Replaces an iterable by its items, the first on top; there must be as many as the operand says.";
            FOR_ITER = 93, JumpRel, |_, jump| if jump { -1 } else { 1 }, "Pushes the next item of the iterator on top, or drops it and jumps at its end.";
            UNPACK_EX = 94, Count, |arg, _| (arg & 0xFF) + (arg >> 8), "As `UNPACK_SEQUENCE` with a starred target: low byte items before it, high byte after.";
            STORE_ATTR = 95, Name, |_, _| -2, "`top.name = second`.";
            DELETE_ATTR = 96, Name, |_, _| -1, "`del top.name`.";
            STORE_GLOBAL = 97, Name, |_, _| -1, "Binds a name in the globals.";
            DELETE_GLOBAL = 98, Name, |_, _| 0, "Unbinds a name in the globals.";
            LOAD_CONST = 100, Const, |_, _| 1, "Pushes a constant.";
            LOAD_NAME = 101, Name, |_, _| 1, "Pushes what a name is bound to: locals, globals, builtins.";
            BUILD_TUPLE = 102, Count, |arg, _| 1 - arg, "Makes a tuple of the topmost values.";
            BUILD_LIST = 103, Count, |arg, _| 1 - arg, "Makes a list of the topmost values.";
            BUILD_SET = 104, Count, |arg, _| 1 - arg, "Makes a set of the topmost values.";
            BUILD_MAP = 105, Count, |arg, _| 1 - 2 * arg, "Makes a dictionary of so many pairs.";
            LOAD_ATTR = 106, Name, |_, _| 0, "Replaces the top by `top.name`.";
            COMPARE_OP = 107, Compare, |_, _| -1, "Rich comparison, the operand selecting one of `< <= == != > >=`.";
            IMPORT_NAME = 108, Name, |_, _| -1, "Imports a module: level and from-list are on the stack.";
            IMPORT_FROM = 109, Name, |_, _| 1, "Pushes a name from the module on top.";
            JUMP_FORWARD = 110, JumpRel, |_, _| 0, "Jumps.";
            JUMP_IF_FALSE_OR_POP = 111, JumpAbs, |_, jump| if jump { 0 } else { -1 }, "Jumps and keeps the top if it is false, else drops it.";
            JUMP_IF_TRUE_OR_POP = 112, JumpAbs, |_, jump| if jump { 0 } else { -1 }, "Jumps and keeps the top if it is true, else drops it.";
            JUMP_ABSOLUTE = 113, JumpAbs, |_, _| 0, "Jumps.";
            POP_JUMP_IF_FALSE = 114, JumpAbs, |_, _| -1, "Drops the top; jumps if it was false.";
            POP_JUMP_IF_TRUE = 115, JumpAbs, |_, _| -1, "Drops the top; jumps if it was true.";
            LOAD_GLOBAL = 116, Name, |_, _| 1, "Pushes what a name is bound to: globals, builtins.";
            IS_OP = 117, Count, |_, _| -1, "`second is top`, negated if the operand is 1.";
            CONTAINS_OP = 118, Count, |_, _| -1, "`second in top`, negated if the operand is 1.";
            JUMP_IF_NOT_EXC_MATCH = 121, JumpAbs, |_, _| -2, "Drops exception type and handler's classes; jumps if they don't match.";
            SETUP_FINALLY = 122, JumpRel, |_, jump| if jump { 6 } else { 0 }, "Opens a block whose exceptions go to the target.";
            LOAD_FAST = 124, Local, |_, _| 1, "Pushes a local variable.";
            STORE_FAST = 125, Local, |_, _| -1, "Binds a local variable.";
            DELETE_FAST = 126, Local, |_, _| 0, "Unbinds a local variable.";
            RAISE_VARARGS = 130, Count, |arg, _| -arg, "`raise` with so many operands.";
            CALL_FUNCTION = 131, Count, |arg, _| -arg, "Calls with so many positional arguments.";
            MAKE_FUNCTION = 132, Count, |arg, _| -1 - (arg & 0xF).count_ones() as i64, "Makes a function of code and name; bits tell of defaults, keyword defaults, annotations, cells.";
            BUILD_SLICE = 133, Count, |arg, _| if arg == 3 { -2 } else { -1 }, "Makes a slice of two or three values.";
            LOAD_CLOSURE = 135, Free, |_, _| 1, "Pushes a cell.";
            LOAD_DEREF = 136, Free, |_, _| 1, "Pushes what a cell holds.";
            STORE_DEREF = 137, Free, |_, _| -1, "Sets what a cell holds.";
            DELETE_DEREF = 138, Free, |_, _| 0, "Empties a cell.";
            CALL_FUNCTION_KW = 141, Count, |arg, _| -arg - 1, "Calls with so many arguments, a tuple of keyword names on top.";
            CALL_FUNCTION_EX = 142, Count, |arg, _| -1 - (arg & 1), "Calls with an argument tuple and, if bit 0 is set, a keyword mapping.";
            SETUP_WITH = 143, JumpRel, |_, jump| if jump { 6 } else { 1 }, "Enters a context manager: pushes `__exit__`, a block, and the result of `__enter__()`.";
            EXTENDED_ARG = 144, Count, |_, _| 0, "Supplies the next higher byte of the following operand.";
            LIST_APPEND = 145, Count, |_, _| -1, "Appends the top to the list so deep in the stack.";
            SET_ADD = 146, Count, |_, _| -1, "Adds the top to the set so deep in the stack.";
            MAP_ADD = 147, Count, |_, _| -2, "Adds key and value to the dictionary so deep in the stack.";
            LOAD_CLASSDEREF = 148, Free, |_, _| 1, "As `LOAD_DEREF`, but a class body's namespace comes first.";
            SETUP_ASYNC_WITH = 154, JumpRel, |_, jump| if jump { 5 } else { 0 }, "Pushes a block below the result of `__aenter__()`.";
            FORMAT_VALUE = 155, Count, |arg, _| if arg & 4 != 0 { -1 } else { 0 }, "Formats for an f-string: bits 0-1 the conversion, bit 2 whether a format specification is on top.";
            BUILD_CONST_KEY_MAP = 156, Count, |arg, _| -arg, "Makes a dictionary of so many values and the tuple of keys on top.";
            BUILD_STRING = 157, Count, |arg, _| 1 - arg, "Joins so many strings.";
            LOAD_METHOD = 160, Name, |_, _| 1, "Replaces the top by method and receiver, or by NULL and an attribute.";
            CALL_METHOD = 161, Count, |arg, _| -arg - 1, "Calls what `LOAD_METHOD` left, with so many positional arguments.";
            LIST_EXTEND = 162, Count, |_, _| -1, "Appends the items of the top to the list so deep in the stack.";
            SET_UPDATE = 163, Count, |_, _| -1, "Adds the items of the top to the set so deep in the stack.";
            DICT_MERGE = 164, Count, |_, _| -1, "As `DICT_UPDATE` for keyword arguments: a key there already is an error.";
            DICT_UPDATE = 165, Count, |_, _| -1, "Adds the pairs of the top to the dictionary so deep in the stack.";
        }
    };
}

/// What the operand of an instruction stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// There is none.
    None,
    /// A count, a depth or a set of bits.
    Count,
    /// An index into `co_consts`.
    Const,
    /// An index into `co_names`.
    Name,
    /// An index into `co_varnames`.
    Local,
    /// An index into `co_cellvars`, or beyond them into `co_freevars`.
    Free,
    /// An index into [`COMPARE_OPS`].
    Compare,
    /// A distance in bytes from the following instruction.
    JumpRel,
    /// A position in bytes.
    JumpAbs,
}

/// Instructions below this number ignore their operand.
pub const HAVE_ARGUMENT: u8 = 90;

pub const COMPARE_OPS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

macro_rules! define {
    ($($name:ident = $number:literal, $operand:ident, $effect:expr, $meaning:literal;)*) => {
        #[expect(non_camel_case_types, reason = "the names that dis prints")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Opcode {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl Opcode {
            /// Every instruction, by rising number.
            pub const ALL: &[Opcode] = &[$(Opcode::$name),*];

            #[inline]
            pub const fn from_byte(byte: u8) -> Option<Opcode> {
                const TABLE: &[Option<Opcode>; 256] = &{
                    let mut table = [None; 256];
                    $(table[$number] = Some(Opcode::$name);)*
                    table
                };
                TABLE[byte as usize]
            }

            pub const fn name(self) -> &'static str {
                match self {
                    $(Opcode::$name => stringify!($name),)*
                }
            }

            #[inline]
            pub const fn operand(self) -> Operand {
                const TABLE: &[Operand; 256] = &{
                    let mut table = [Operand::None; 256];
                    $(table[$number] = Operand::$operand;)*
                    table
                };
                TABLE[self as usize]
            }

            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Opcode::$name => $meaning,)*
                }
            }

            /// By how much the stack grows, when the instruction jumps or when it doesn't.
            #[inline]
            pub fn stack_effect(self, arg: u32, jump: bool) -> i32 {
                /// Lets the rows leave out types.
                #[inline]
                fn call(effect: impl Fn(i64, bool) -> i64, arg: u32, jump: bool) -> i32 {
                    effect(arg as i32 as i64, jump) as i32
                }
                match self {
                    $(Opcode::$name => call($effect, arg, jump),)*
                }
            }
        }
    };
}

for_each_op!(define);

impl Opcode {
    /// The larger one of the two stack effects, what `dis.stack_effect` reports by default.
    pub fn max_stack_effect(self, arg: u32) -> i32 {
        self.stack_effect(arg, false).max(self.stack_effect(arg, true))
    }

    #[inline]
    pub const fn has_arg(self) -> bool {
        self as u8 >= HAVE_ARGUMENT
    }

    #[inline]
    pub const fn is_relative_jump(self) -> bool {
        matches!(self.operand(), Operand::JumpRel)
    }

    #[inline]
    pub const fn is_absolute_jump(self) -> bool {
        matches!(self.operand(), Operand::JumpAbs)
    }

    #[inline]
    pub const fn is_jump(self) -> bool {
        matches!(self.operand(), Operand::JumpRel | Operand::JumpAbs)
    }
}

/// One instruction of a code string, its prefixes folded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Byte offset of the instruction itself, behind its prefixes.
    pub offset: usize,
    /// The number; not every byte is an [`Opcode`].
    pub number: u8,
    pub arg: u32,
}

/// The instructions of `co_code`, without the `EXTENDED_ARG`s.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = Instruction> {
    let mut high = 0;
    code.chunks_exact(2).enumerate().filter_map(move |(i, unit)| {
        let arg = high | unit[1] as u32;
        if unit[0] == Opcode::EXTENDED_ARG as u8 {
            high = arg << 8;
            return None;
        }
        high = 0;
        Some(Instruction { offset: 2 * i, number: unit[0], arg })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_come_back() {
        assert_eq!(Opcode::ALL.len(), 119);
        assert!(Opcode::ALL.windows(2).all(|pair| (pair[0] as u8) < pair[1] as u8));
        for &op in Opcode::ALL {
            assert_eq!(Opcode::from_byte(op as u8), Some(op));
            assert_eq!(op.has_arg(), op.operand() != Operand::None, "{op:?}");
        }
        assert_eq!(Opcode::from_byte(0), None);
    }

    #[test]
    fn effects_depend_on_operand_and_jump() {
        let cases = [
            (Opcode::FOR_ITER, 0, 1, -1),
            (Opcode::SETUP_FINALLY, 0, 0, 6),
            (Opcode::UNPACK_EX, 0x102, 3, 3),
            (Opcode::MAKE_FUNCTION, 9, -3, -3),
            (Opcode::BUILD_MAP, 257, -513, -513),
            (Opcode::CALL_FUNCTION_EX, 1, -2, -2),
            (Opcode::JUMP_IF_TRUE_OR_POP, 0, -1, 0),
        ];
        for (op, arg, normal, jump) in cases {
            assert_eq!((op.stack_effect(arg, false), op.stack_effect(arg, true)), (normal, jump), "{op:?}");
        }
        assert_eq!(Opcode::FOR_ITER.max_stack_effect(0), 1);
    }

    #[test]
    fn prefixes_are_folded() {
        let found: Vec<_> = instructions(&[144, 1, 144, 2, 100, 3, 83, 0]).collect();
        assert_eq!(found[0], Instruction { offset: 4, number: 100, arg: 0x10203 });
        assert_eq!(found[1], Instruction { offset: 6, number: 83, arg: 0 });
    }
}
