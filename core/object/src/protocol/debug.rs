//! Creation of plain objects, and what debuggers ask (`PyObject_Init`, `_PyObject_New`, `_PyObject_Dump`, ...).

use super::object::repr;
use crate::err;
use crate::gc;
use crate::handle::{Class, Object, Result};
use crate::memory;
use crate::state;
use crate::types::typeobject::Type;
use crate::types::unicode;
use core::ffi::CStr;
use krait_abi::*;

/// `PyObject_Init`: type and one reference.
///
/// # Safety
/// `object` is memory for an instance of the live type `class`.
pub unsafe fn init(object: *mut PyObject, class: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { gc::init_head(object, class) };
    object
}

/// `PyObject_InitVar`: also the number of items.
///
/// # Safety
/// As for [`init`]; `class` has items.
pub unsafe fn init_var(object: *mut PyVarObject, class: *mut PyTypeObject, items: isize) -> *mut PyVarObject {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_size = items;
        gc::init_head(object.cast(), class);
    }
    object
}

/// `_PyObject_New`: memory of the object domain with an initialised head; fields are not zeroed.
///
/// # Safety
/// A live type whose instances are not collected.
pub unsafe fn new(class: *mut PyTypeObject) -> Result<*mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let object = memory::object_malloc((*class).tp_basicsize as usize).cast::<PyObject>();
        if object.is_null() {
            return Err(err::no_memory());
        }
        Ok(init(object, class))
    }
}

/// `_PyObject_NewVar`.
///
/// # Safety
/// As for [`new`]; `class` has items.
pub unsafe fn new_var(class: *mut PyTypeObject, items: isize) -> Result<*mut PyVarObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(size) = gc::var_size(class, items) else { return Err(err::no_memory()) };
        let object = memory::object_malloc(size).cast::<PyVarObject>();
        if object.is_null() {
            return Err(err::no_memory());
        }
        Ok(init_var(object, class, items))
    }
}

/// `_PyObject_IsFreed`: whether the memory looks as debug hooks leave freed blocks.
///
/// # Safety
/// `object` is NULL or readable.
pub unsafe fn is_freed(object: *const PyObject) -> bool {
    // SAFETY: the caller's promise.
    memory::looks_freed(object.cast()) || unsafe { memory::looks_freed((*object).ob_type.cast()) }
}

/// `_PyObject_Dump`: a description on stderr, for a debugger's prompt.
///
/// # Safety
/// As for [`is_freed`].
pub unsafe fn dump(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if is_freed(object) {
            eprintln!("<object at {object:p} is freed>");
            return;
        }
        let class = (*object).ob_type;
        let name = CStr::from_ptr((*class).tp_name).to_string_lossy();
        eprintln!("object address  : {object:p}");
        eprintln!("object refcount : {}", (*object).ob_refcnt);
        eprintln!("object type     : {class:p}");
        eprintln!("object type name: {name}");
        if state::current().is_null() {
            eprintln!("object repr     : <no thread state>");
            return;
        }
        let saved = err::fetch();
        match repr(Object::from_ptr(object)) {
            Ok(text) => eprintln!("object repr     : {}", unicode::display(&text)),
            Err(_) => {
                err::clear();
                eprintln!("object repr     : <repr failed>");
            }
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    }
}

/// `_PyObject_AssertFailed`: says what failed on which object, and ends the process.
///
/// # Safety
/// As for [`is_freed`].
pub unsafe fn assert_failed(
    object: *mut PyObject,
    expression: Option<&str>,
    message: Option<&str>,
    file: &str,
    line: i32,
    function: Option<&str>,
) -> ! {
    let place = function.map_or(String::new(), |function| format!("{function}: "));
    match expression {
        Some(expression) => eprintln!("{file}:{line}: {place}Assertion \"{expression}\" failed"),
        None => eprintln!("{file}:{line}: {place}Assertion failed"),
    }
    if let Some(message) = message {
        eprintln!(": {message}");
    }
    // SAFETY: the caller's promise.
    unsafe { dump(object) };
    err::fatal("_PyObject_AssertFailed", "_PyObject_AssertFailed")
}

/// `_PyObject_CheckConsistency`: a live reference count and type.
pub fn check_consistency(object: &Object) -> bool {
    object.refcount() >= 1
        && (!Type::is_instance(object) || {
            // SAFETY: just tested.
            check_type_consistency(unsafe { object.cast_unchecked() })
        })
}

/// `_PyType_CheckConsistency`: what a ready type must have.
pub fn check_type_consistency(class: &Type) -> bool {
    if !class.has(Py_TPFLAGS_READY) {
        return true; // nothing is promised yet
    }
    !class.has(Py_TPFLAGS_READYING)
        && class.refcount() >= 1
        && class.dict().is_some()
        && (!class.has(Py_TPFLAGS_HAVE_GC) || crate::types::macros::get!(class, tp_traverse).is_some())
}
