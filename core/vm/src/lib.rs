//! The interpreter: code objects, frames, the loop (tier 0), functions, generators, tracebacks, import, `sys`, `builtins`,
//! warnings, and the life cycle.
//!
//! A code object is decoded once ([`decode`]); calls bind arguments into frames ([`bind`]); frames run in [`eval`].

#![allow(non_upper_case_globals, reason = "exported data symbols have CPython's names")]

pub mod arena;
pub mod ast;
pub mod asyncgen;
pub mod bind;
pub mod builtins;
pub mod code;
pub mod code_extra;
pub mod coroutine;
pub mod decode;
pub mod eval;
pub mod frame;
pub mod frame_jump;
pub mod function;
pub mod generator;
pub mod import;
pub mod interpreter_id;
pub mod lifecycle;
pub mod marshal;
pub mod oldparser;
pub mod peg_parser;
pub mod readline;
pub mod source;
pub mod std_printer;
pub mod symtable;
pub mod sys;
pub mod traceback;
pub mod traceback_dump;
pub mod traceback_print;
pub mod tracemalloc;
pub mod warnings;

use krait_abi::PyTypeObject;
pub use krait_code::Opcode;
use krait_object::Result;
use krait_object::types::typeobject::Type;

/// Makes the static types of this crate ready, and tells the layer below of those that it looks for.
pub(crate) fn ready_types() -> Result<()> {
    let types: [*mut PyTypeObject; 15] = [
        &raw mut code::PyCode_Type,
        &raw mut frame::PyFrame_Type,
        &raw mut function::PyFunction_Type,
        &raw mut traceback::PyTraceBack_Type,
        &raw mut generator::PyGen_Type,
        &raw mut coroutine::PyCoro_Type,
        &raw mut coroutine::_PyCoroWrapper_Type,
        &raw mut asyncgen::PyAsyncGen_Type,
        &raw mut asyncgen::_PyAsyncGenASend_Type,
        &raw mut asyncgen::_PyAsyncGenAThrow_Type,
        &raw mut asyncgen::_PyAsyncGenWrappedValue_Type,
        &raw mut builtins::filter::PyFilter_Type,
        &raw mut builtins::map::PyMap_Type,
        &raw mut builtins::zip::PyZip_Type,
        &raw mut symtable::entry::PySTEntry_Type,
    ];
    for class in types {
        // SAFETY: static types of this crate.
        unsafe { Type::from_raw(class) }.ready()?;
    }
    krait_object::types::registry::set_function_type(&raw mut function::PyFunction_Type);
    krait_object::types::exceptions::set_traceback_type(&raw mut traceback::PyTraceBack_Type);
    Ok(())
}

/// The instruction with a number.
pub fn opcode_from_byte(byte: u8) -> Option<Opcode> {
    Opcode::from_byte(byte)
}
