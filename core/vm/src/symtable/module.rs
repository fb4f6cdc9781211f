//! The `_symtable` module.

use crate::builtins::source_bytes;
use crate::source::{CompileOptions, Mode};
use krait_abi::PyCF_SOURCE_IS_UTF8;
use krait_compile::symtable as table;
use krait_object::args::{check_positional, text};
use krait_object::types::{module, unicode};
use krait_object::{Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_symtable`
    init: PyInit__symtable, name: c"_symtable", doc: krait_object::native::NO_DOC, methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [method::fastcall(
        c"symtable", symtable,
        c"symtable($module, source, filename, startstr, /)\n--\n\nThe symbol table of a source, as its outermost entry."
    )];
}

fn exec(this: &Object) -> Result<()> {
    for (name, value) in [
        ("USE", table::USE),
        ("DEF_GLOBAL", table::DEF_GLOBAL),
        ("DEF_NONLOCAL", table::DEF_NONLOCAL),
        ("DEF_LOCAL", table::DEF_LOCAL),
        ("DEF_PARAM", table::DEF_PARAM),
        ("DEF_FREE", table::DEF_FREE),
        ("DEF_FREE_CLASS", table::DEF_FREE_CLASS),
        ("DEF_IMPORT", table::DEF_IMPORT),
        ("DEF_BOUND", table::DEF_BOUND),
        ("DEF_ANNOT", table::DEF_ANNOT),
        ("TYPE_FUNCTION", table::BlockKind::Function as u32),
        ("TYPE_CLASS", table::BlockKind::Class as u32),
        ("TYPE_MODULE", table::BlockKind::Module as u32),
        ("LOCAL", table::Scope::Local as u32),
        ("GLOBAL_EXPLICIT", table::Scope::GlobalExplicit as u32),
        ("GLOBAL_IMPLICIT", table::Scope::GlobalImplicit as u32),
        ("FREE", table::Scope::Free as u32),
        ("CELL", table::Scope::Cell as u32),
        ("SCOPE_OFF", table::SCOPE_OFFSET),
        ("SCOPE_MASK", table::SCOPE_MASK),
    ] {
        module::add_int_constant(this, name, i64::from(value))?;
    }
    Ok(())
}

fn symtable(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("symtable", args.len(), 3, 3)?;
    let filename = unicode::fs_decoder(args[1])?;
    let mode = text("symtable", "argument 3", args[2])?;
    let mut flags = PyCF_SOURCE_IS_UTF8;
    let source = source_bytes(args[0], "symtable", "string or bytes", &mut flags)?;
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return Err(err::value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
    };
    super::top_of_source(&source, CompileOptions { flags, ..CompileOptions::new(mode, &filename) })
}
