//! The dispatch: each instruction number and its handler.

use super::regs::{Flow, Regs};
use super::{
    arithmetic, build, calls, coroutines, exceptions, imports, iterate, jumps, names, slices, variables,
};
use crate::decode::{Instr, private};
use krait_code::Opcode;

/// One handler as a function for threaded code.
macro_rules! threaded_function {
    ($name:ident, $handler:path) => {
        #[inline(never)]
        pub unsafe extern "C" fn $name(
            pc: *const Cell<Instr>,
            sp: *mut *mut PyObject,
            fast: *mut *mut PyObject,
            home: *mut Home,
            word: u64,
        ) -> Flow {
            // SAFETY: the registers describe a running frame of verified code, `word` is its current instruction.
            unsafe {
                let mut r = Regs { pc, sp, fast, home };
                let flow = $handler(&mut r, Instr::from_word(word));
                proceed(r, flow)
            }
        }
    };
}

/// A handler that lends addresses of local variables: it runs in a native frame of its own, with the registers in `home`
/// meanwhile, so that the function for threaded code can end with a jump.
macro_rules! outlined_function {
    ($name:ident, $handler:path) => {
        #[inline(never)]
        pub unsafe extern "C" fn $name(
            pc: *const Cell<Instr>,
            sp: *mut *mut PyObject,
            fast: *mut *mut PyObject,
            home: *mut Home,
            word: u64,
        ) -> Flow {
            #[inline(never)]
            unsafe fn outlined(fast: *mut *mut PyObject, home: *mut Home, word: u64) -> Flow {
                // SAFETY: as below; the registers have just been stored.
                unsafe {
                    let (pc, sp) = Home::position(home);
                    let mut r = Regs { pc, sp, fast, home };
                    let flow = $handler(&mut r, Instr::from_word(word));
                    (*home).pc = r.pc;
                    (*home).sp = r.sp;
                    flow
                }
            }
            // SAFETY: the registers describe a running frame of verified code, `word` is its current instruction.
            unsafe {
                (*home).pc = pc;
                (*home).sp = sp;
                let flow = outlined(fast, home, word);
                let (pc, sp) = Home::position(home);
                proceed(Regs { pc, sp, fast, home }, flow)
            }
        }
    };
}

/// Builds the `match` of the loop from one row an instruction.
macro_rules! dispatch_table {
    (
        $($op:ident => $handler:path;)*
        @outlined $($out:ident => $out_handler:path;)*
        @private $($own:ident => $own_handler:path;)*
    ) => {
        /// The numbers as constants, which patterns need.
        pub(super) mod number {
            use super::Opcode;
            $(pub const $op: u8 = Opcode::$op as u8;)*
            $(pub const $out: u8 = Opcode::$out as u8;)*
            pub const NOP: u8 = Opcode::NOP as u8;
            pub const RETURN_VALUE: u8 = Opcode::RETURN_VALUE as u8;
            pub const POP_BLOCK: u8 = Opcode::POP_BLOCK as u8;
            pub const SETUP_FINALLY: u8 = Opcode::SETUP_FINALLY as u8;
            pub const SETUP_ASYNC_WITH: u8 = Opcode::SETUP_ASYNC_WITH as u8;
        }

        /// Executes one instruction.
        ///
        /// # Safety
        /// The registers describe a running frame of verified code, `instr` is its current instruction.
        #[inline(always)]
        pub unsafe fn dispatch(r: &mut Regs, instr: Instr) -> Flow {
            // SAFETY: the caller's promise is what the handlers need.
            unsafe {
                match instr.op {
                    $(number::$op => $handler(r, instr),)*
                    $(number::$out => $out_handler(r, instr),)*
                    $(private::$own => $own_handler(r, instr),)*
                    // Blocks are static (see `decode`): nothing is pushed or popped.
                    private::EXTENDED
                    | number::NOP
                    | number::POP_BLOCK
                    | number::SETUP_FINALLY
                    | number::SETUP_ASYNC_WITH => Flow::Next,
                    number::RETURN_VALUE => {
                        r.save_position();
                        Flow::Return
                    }
                    _ => unknown(r),
                }
            }
        }

        /// Each handler as a function for threaded code.
        #[allow(non_snake_case, reason = "functions named after their instructions")]
        pub(super) mod full {
            use super::super::regs::{Home, Regs};
            use super::super::threaded::{Handler, proceed};
            use super::*;
            use core::cell::Cell;
            use krait_abi::PyObject;

            threaded_function!(unused, invalid);
            $(threaded_function!($op, $handler);)*
            $(outlined_function!($out, $out_handler);)*
            $(threaded_function!($own, $own_handler);)*

            pub const fn handlers() -> [Handler; 256] {
                let mut table: [Handler; 256] = [unused; 256];
                $(table[number::$op as usize] = $op;)*
                $(table[number::$out as usize] = $out;)*
                $(table[private::$own as usize] = $own;)*
                table
            }
        }
    };
}

#[inline(always)]
unsafe fn invalid(r: &mut Regs, _instr: Instr) -> Flow {
    // SAFETY: the registers describe a running frame.
    unsafe { unknown(r) }
}

#[cold]
unsafe fn unknown(r: &mut Regs) -> Flow {
    // SAFETY: the registers describe a running frame.
    unsafe { r.save_position() };
    krait_object::err::system_error("unknown opcode");
    Flow::Error
}

dispatch_table! {
    POP_TOP => variables::pop_top;
    ROT_TWO => variables::rot_two;
    ROT_THREE => variables::rot_three;
    ROT_FOUR => variables::rot_four;
    DUP_TOP => variables::dup_top;
    DUP_TOP_TWO => variables::dup_top_two;
    UNARY_POSITIVE => arithmetic::unary_positive;
    UNARY_NEGATIVE => arithmetic::unary_negative;
    UNARY_NOT => arithmetic::unary_not;
    UNARY_INVERT => arithmetic::unary_invert;
    BINARY_MATRIX_MULTIPLY => arithmetic::binary_matrix_multiply;
    INPLACE_MATRIX_MULTIPLY => arithmetic::inplace_matrix_multiply;
    BINARY_POWER => arithmetic::binary_power;
    BINARY_MULTIPLY => arithmetic::binary_multiply;
    BINARY_MODULO => arithmetic::binary_modulo;
    BINARY_ADD => arithmetic::binary_add;
    BINARY_SUBTRACT => arithmetic::binary_subtract;
    BINARY_SUBSCR => names::binary_subscr;
    BINARY_FLOOR_DIVIDE => arithmetic::binary_floor_divide;
    BINARY_TRUE_DIVIDE => arithmetic::binary_true_divide;
    INPLACE_FLOOR_DIVIDE => arithmetic::inplace_floor_divide;
    INPLACE_TRUE_DIVIDE => arithmetic::inplace_true_divide;
    RERAISE => exceptions::reraise;
    GET_AITER => coroutines::get_aiter;
    GET_ANEXT => coroutines::get_anext;
    INPLACE_ADD => arithmetic::inplace_add;
    INPLACE_SUBTRACT => arithmetic::inplace_subtract;
    INPLACE_MULTIPLY => arithmetic::inplace_multiply;
    INPLACE_MODULO => arithmetic::inplace_modulo;
    STORE_SUBSCR => names::store_subscr;
    DELETE_SUBSCR => names::delete_subscr;
    BINARY_LSHIFT => arithmetic::binary_lshift;
    BINARY_RSHIFT => arithmetic::binary_rshift;
    BINARY_AND => arithmetic::binary_and;
    BINARY_XOR => arithmetic::binary_xor;
    BINARY_OR => arithmetic::binary_or;
    INPLACE_POWER => arithmetic::inplace_power;
    GET_ITER => iterate::get_iter;
    GET_YIELD_FROM_ITER => iterate::get_yield_from_iter;
    PRINT_EXPR => coroutines::print_expr;
    LOAD_BUILD_CLASS => calls::load_build_class;
    YIELD_FROM => coroutines::yield_from;
    GET_AWAITABLE => coroutines::get_awaitable;
    LOAD_ASSERTION_ERROR => exceptions::load_assertion_error;
    INPLACE_LSHIFT => arithmetic::inplace_lshift;
    INPLACE_RSHIFT => arithmetic::inplace_rshift;
    INPLACE_AND => arithmetic::inplace_and;
    INPLACE_XOR => arithmetic::inplace_xor;
    INPLACE_OR => arithmetic::inplace_or;
    LIST_TO_TUPLE => build::list_to_tuple;
    IMPORT_STAR => imports::import_star;
    SETUP_ANNOTATIONS => names::setup_annotations;
    YIELD_VALUE => coroutines::yield_value;
    POP_EXCEPT => exceptions::pop_except;
    STORE_NAME => names::store_name;
    DELETE_NAME => names::delete_name;
    FOR_ITER => iterate::for_iter;
    STORE_ATTR => names::store_attr;
    DELETE_ATTR => names::delete_attr;
    STORE_GLOBAL => names::store_global;
    DELETE_GLOBAL => names::delete_global;
    LOAD_CONST => variables::load_const;
    LOAD_NAME => names::load_name;
    BUILD_TUPLE => build::build_tuple;
    BUILD_LIST => build::build_list;
    BUILD_SET => build::build_set;
    BUILD_MAP => build::build_map;
    LOAD_ATTR => names::load_attr;
    COMPARE_OP => arithmetic::compare_op;
    IMPORT_FROM => imports::import_from;
    JUMP_FORWARD => jumps::jump_forward;
    JUMP_IF_FALSE_OR_POP => jumps::jump_if_false_or_pop;
    JUMP_IF_TRUE_OR_POP => jumps::jump_if_true_or_pop;
    JUMP_ABSOLUTE => jumps::jump_absolute;
    POP_JUMP_IF_FALSE => jumps::pop_jump_if_false;
    POP_JUMP_IF_TRUE => jumps::pop_jump_if_true;
    LOAD_GLOBAL => names::load_global;
    IS_OP => arithmetic::is_op;
    CONTAINS_OP => arithmetic::contains_op;
    JUMP_IF_NOT_EXC_MATCH => exceptions::jump_if_not_exc_match;
    LOAD_FAST => variables::load_fast;
    STORE_FAST => variables::store_fast;
    DELETE_FAST => variables::delete_fast;
    RAISE_VARARGS => exceptions::raise_varargs;
    CALL_FUNCTION => calls::call_function;
    BUILD_SLICE => build::build_slice;
    LOAD_CLOSURE => variables::load_closure;
    LOAD_DEREF => variables::load_deref;
    STORE_DEREF => variables::store_deref;
    DELETE_DEREF => variables::delete_deref;
    CALL_FUNCTION_KW => calls::call_function_kw;
    LIST_APPEND => build::list_append;
    SET_ADD => build::set_add;
    MAP_ADD => build::map_add;
    FORMAT_VALUE => build::format_value;
    BUILD_STRING => build::build_string;
    LOAD_METHOD => names::load_method;
    CALL_METHOD => calls::call_method;
    LIST_EXTEND => build::list_extend;
    SET_UPDATE => build::set_update;
    DICT_UPDATE => build::dict_update;

    @outlined
    MAKE_FUNCTION => calls::make_function;
    UNPACK_SEQUENCE => build::unpack_sequence;
    UNPACK_EX => build::unpack_ex;
    WITH_EXCEPT_START => exceptions::with_except_start;
    BUILD_CONST_KEY_MAP => build::build_const_key_map;
    IMPORT_NAME => imports::import_name;
    SETUP_WITH => exceptions::setup_with;
    BEFORE_ASYNC_WITH => exceptions::before_async_with;
    LOAD_CLASSDEREF => variables::load_classderef;
    CALL_FUNCTION_EX => calls::call_function_ex;
    DICT_MERGE => build::dict_merge;
    END_ASYNC_FOR => exceptions::end_async_for;
    @private
    LOAD_FAST_LOAD_FAST => variables::load_fast_load_fast;
    LOAD_FAST_LOAD_CONST => variables::load_fast_load_const;
    STORE_FAST_LOAD_FAST => variables::store_fast_load_fast;
    COMPARE_JUMP => arithmetic::compare_jump;
    IS_JUMP => arithmetic::is_jump;
    COMPARE_FAR_JUMP => arithmetic::compare_op;
    SLICE_SUBSCR => slices::slice_subscr;
    SLICE_STORE => slices::slice_store;
}
