//! The table of all built-in modules, put in place before an interpreter starts.

use core::ffi::CStr;
use krait_abi::{_inittab, PyObject};
use krait_vm::import::inittab;
use std::sync::OnceLock;

struct Table(Box<[_inittab]>);
// SAFETY: names and functions are static; the table is not changed once it is made.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}
static TABLE: OnceLock<Table> = OnceLock::new();

/// The modules that are made by the interpreter itself; the first two need no init function.
const OWN: [(&CStr, Option<unsafe extern "C" fn() -> *mut PyObject>); 8] = [
    (c"builtins", None),
    (c"sys", None),
    (c"_peg_parser", Some(krait_vm::peg_parser::PyInit__peg_parser)),
    (c"_symtable", Some(krait_vm::symtable::module::PyInit__symtable)),
    (c"_ast", Some(krait_vm::ast::module::PyInit__ast)),
    (c"_imp", Some(krait_vm::import::imp_module::PyInit__imp)),
    (c"_warnings", Some(krait_vm::warnings::_PyWarnings_Init)),
    (c"marshal", Some(krait_vm::marshal::module::PyMarshal_Init)),
];

/// Installs the table, unless that has been done: what a host has added since stays.
pub fn install_table() {
    TABLE.get_or_init(|| {
        let mut rows: Vec<_inittab> = OWN.iter().map(|(name, init)| inittab::row(name, *init)).collect();
        rows.extend(crate::ROWS.iter().map(|(name, init)| inittab::row(name, Some(*init))));
        rows.push(inittab::END);
        let table = Table(rows.into());
        // SAFETY: the table is never dropped, as statics are not, and ends with a null name; nothing runs yet.
        unsafe { inittab::install_table(table.0.as_ptr().cast_mut()) };
        table
    });
}
