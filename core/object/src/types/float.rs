//! `float`: a C double behind the head.

use crate::err;
use crate::handle::{Class, Obj, Object, Result};
use crate::memory;
use crate::types::long;
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

crate::static_type! {
    /// `float`
    #[unsafe(no_mangle)]
    pub static PyFloat_Type = {
        tp_name: c"float".as_ptr(),
        tp_basicsize: 24,
        tp_dealloc: Some(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    };
}

crate::object_view!(/** A `float`. */ pub Float, PyFloatObject, PyFloat_Type);

// ---- allocation ----

/// Dead exact floats that are kept, chained through `ob_type`.
const MAX_FREE: usize = 100;

struct FreeList {
    head: Cell<*mut PyFloatObject>,
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList { head: Cell::new(null_mut()), count: Cell::new(0) };

/// `PyFloat_FromDouble`.
#[inline]
pub fn from_f64(value: f64) -> Result<Obj> {
    let mut float = FREE.head.get();
    // SAFETY: free list members are dead floats linked through `ob_type`; else fresh memory.
    unsafe {
        if float.is_null() {
            float = memory::object_malloc(24).cast();
            if float.is_null() {
                return Err(err::no_memory());
            }
        } else {
            FREE.head.set((*float).ob_base.ob_type.cast());
            FREE.count.set(FREE.count.get() - 1);
        }
        (*float).ob_base.ob_type = &raw mut PyFloat_Type;
        (*float).ob_base.ob_refcnt = 1;
        (*float).ob_fval = value;
        Ok(Obj::from_owned_ptr(float.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        if !ptr::eq((*object).ob_type, &raw mut PyFloat_Type) {
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        } else if FREE.count.get() < MAX_FREE {
            (*object).ob_type = FREE.head.get().cast();
            FREE.head.set(object.cast());
            FREE.count.set(FREE.count.get() + 1);
        } else {
            memory::PyObject_Free(object.cast());
        }
    }
}

/// Frees what the free list holds (`_PyFloat_ClearFreeList`).
pub fn clear_free_list() -> usize {
    let mut float = FREE.head.replace(null_mut());
    while !float.is_null() {
        // SAFETY: members are dead floats, linked through `ob_type`.
        unsafe {
            let next = (*float).ob_base.ob_type.cast();
            memory::PyObject_Free(float.cast());
            float = next;
        }
    }
    FREE.count.replace(0)
}

/// How many dead floats are kept, for `sys._debugmallocstats`.
pub fn free_list_size() -> usize {
    FREE.count.get()
}

// ---- accessors ----

impl Float {
    /// The value.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        // SAFETY: a live float.
        unsafe { (*self.as_raw()).ob_fval }
    }
}

/// `PyFloat_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <Float as Class>::is_instance(object)
}

/// `PyFloat_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <Float as Class>::is_exact(object)
}

/// `PyFloat_AsDouble` (uses `__float__`, `__index__`).
pub fn as_f64(object: &Object) -> Result<f64> {
    if let Some(float) = object.downcast::<Float>() {
        return Ok(float.value());
    }
    if long::check_exact(object) {
        return long::as_f64(object);
    }
    Err(err::type_error(format_args!("must be real number, not {:.50}", object.class_of().name())))
}

/// `base ** exponent`.
pub fn power(base: f64, exponent: f64) -> Result<Obj> {
    from_f64(base.powf(exponent))
}
