//! What happens when the library is loaded, before any host code runs: the tables of built-in and frozen modules are put
//! in place, so that a host which patches `PyImport_Inittab` or `PyImport_FrozenModules` finds them complete.

use krait_abi::{_inittab, PyObject};
use krait_vm::import::inittab;
use std::sync::OnceLock;

struct Table(Box<[_inittab]>);
// SAFETY: names and functions are static; the table is not changed once it is made.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}
static TABLE: OnceLock<Table> = OnceLock::new();

/// The modules that are made by the interpreter itself and need no init function.
const OWN: [(&core::ffi::CStr, Option<unsafe extern "C" fn() -> *mut PyObject>); 6] = [
    (c"builtins", None),
    (c"sys", None),
    (c"_ast", Some(krait_vm::ast::module::PyInit__ast)),
    (c"_imp", Some(krait_vm::import::imp_module::PyInit__imp)),
    (c"_warnings", Some(krait_vm::warnings::_PyWarnings_Init)),
    (c"marshal", Some(krait_vm::marshal::module::PyMarshal_Init)),
];

/// Installs the tables.
extern "C" fn install() {
    let table = TABLE.get_or_init(|| {
        let mut rows: Vec<_inittab> = OWN.iter().map(|(name, init)| inittab::row(name, *init)).collect();
        rows.extend(krait_modules::ROWS.iter().map(|(name, init)| inittab::row(name, Some(*init))));
        rows.push(inittab::END);
        Table(rows.into())
    });
    // SAFETY: a static table that ends with a null name; nothing runs yet.
    unsafe {
        inittab::install_table(table.0.as_ptr().cast_mut());
        krait_stdlib::install();
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = install;
