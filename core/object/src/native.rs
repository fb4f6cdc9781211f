//! Built-in modules: a `PyModuleDef` with an init function, made from safe Rust functions.
//!
//! `native_module!` defines what a C extension module has: the exported `PyInit_NAME`, a static module definition with
//! its method table, and one exec slot that fills the module. The import system finds the init function in the table
//! `PyImport_Inittab`.

use crate::handle::{Object, Result};
use crate::protocol::object;
use crate::slot::{conjure, guard};
use crate::types::{module, unicode};
use core::ffi::{c_int, c_void};
use krait_abi::{PyMethodDef, PyObject};

/// The exec slot (`Py_mod_exec`) for a function that fills a module.
pub const fn exec_slot<F: Fn(&Object) -> Result<()> + Copy>(_function: F) -> *mut c_void {
    unsafe extern "C" fn c_exec<F: Fn(&Object) -> Result<()> + Copy>(module: *mut PyObject) -> c_int {
        let f = conjure::<F>();
        // SAFETY: exec slots get the live module.
        guard(-1, || match f(unsafe { Object::from_ptr(module) }) {
            Ok(()) => 0,
            Err(_) => -1,
        })
    }
    c_exec::<F> as *const () as *mut c_void
}

/// Defines a built-in module with multi-phase initialisation.
///
/// ```ignore
/// native_module! {
///     /// `math`
///     init: PyInit_math, name: c"math", doc: c"Mathematical functions.", methods: METHODS, exec: exec
/// }
/// ```
#[macro_export]
macro_rules! native_module {
    ($(#[$meta:meta])* init: $init:ident, name: $name:expr, doc: $doc:expr, methods: $methods:expr, exec: $exec:expr $(,)?) => {
        static mut MODULE_SLOTS: [krait_abi::PyModuleDef_Slot; 2] = [
            krait_abi::PyModuleDef_Slot {
                slot: krait_abi::Py_mod_exec as core::ffi::c_int,
                value: $crate::native::exec_slot($exec),
            },
            krait_abi::PyModuleDef_Slot { slot: 0, value: core::ptr::null_mut() },
        ];

        static mut MODULE_DEF: krait_abi::PyModuleDef = krait_abi::PyModuleDef {
            m_base: $crate::native::DEF_BASE,
            m_name: $name.as_ptr(),
            m_doc: $doc.as_ptr(),
            m_size: 0,
            m_methods: (&raw mut $methods).cast(),
            m_slots: (&raw mut MODULE_SLOTS).cast(),
            m_traverse: None,
            m_clear: None,
            m_free: None,
        };

        $(#[$meta])*
        ///
        /// # Safety
        /// Called by the import system with the GIL held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $init() -> *mut krait_abi::PyObject {
            // SAFETY: a static definition.
            unsafe { $crate::native::definition(&raw mut MODULE_DEF) }
        }
    };
}

/// What a multi-phase init function returns: the definition as an object.
///
/// # Safety
/// A static definition.
pub unsafe fn definition(definition: *mut krait_abi::PyModuleDef) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        crate::types::module::def_init(definition)
            .map_or(core::ptr::null_mut(), |definition| definition.cast())
    }
}

/// Names a module anew and adds its functions, which then carry that name. For modules that are imported under another
/// name than the one they give themselves, such as `_io`.
///
/// # Safety
/// A table that lives for ever and ends with an entry without a name.
pub unsafe fn add_functions_as(this: &Object, name: &str, functions: *mut PyMethodDef) -> Result<()> {
    object::set_attr(this, crate::intern!("__name__"), Some(&*unicode::from_str(name)?))?;
    // SAFETY: the caller's promise.
    unsafe { module::add_functions(this, functions) }
}

/// The head of a module definition before `PyModuleDef_Init`.
pub const DEF_BASE: krait_abi::PyModuleDef_Base = krait_abi::PyModuleDef_Base {
    ob_base: PyObject { ob_refcnt: 1, ob_type: core::ptr::null_mut() },
    m_init: None,
    m_index: 0,
    m_copy: core::ptr::null_mut(),
};

/// The docstring of a module that has none, for [`native_module!`].
pub const NO_DOC: NoDoc = NoDoc;

/// See [`NO_DOC`].
pub struct NoDoc;

impl NoDoc {
    /// NULL, where a docstring has its text.
    pub const fn as_ptr(&self) -> *const core::ffi::c_char {
        core::ptr::null()
    }
}
