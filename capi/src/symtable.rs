//! `symtable.h`: symbol tables.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_vm::arena::{self, Handle};
use krait_vm::symtable::{self as tables, entry};

/// The result is freed with [`PySymtable_Free`].
///
/// # Safety
/// A live tree; `future` outlives the table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySymtable_BuildObject(
    r#mod: Handle,
    filename: *mut PyObject,
    future: *mut PyFutureFeatures,
) -> *mut symtable {
    // SAFETY: the caller's promise.
    guard(|| unsafe { tables::build(arena::tree(r#mod), object(filename)?, future) })
}

/// # Safety
/// As for [`PySymtable_BuildObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySymtable_Build(
    r#mod: Handle,
    filename_str: *const c_char,
    future: *mut PyFutureFeatures,
) -> *mut symtable {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::decode_fs(CStr::from_ptr(filename_str).to_bytes())?;
        tables::build(arena::tree(r#mod), &filename, future)
    })
}

/// A new reference to the entry of the block whose node is at an address.
///
/// # Safety
/// A live table.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySymtable_Lookup(st: *mut symtable, key: *mut c_void) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { tables::lookup(st, key as usize) })
}

/// # Safety
/// A table that is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySymtable_Free(st: *mut symtable) {
    // SAFETY: the caller's promise.
    guard_or((), || unsafe {
        tables::free(st);
        Ok(())
    });
}

/// # Safety
/// An entry and a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyST_GetScope(ste: *mut PyObject, name: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(0, || unsafe {
        let entry = object(ste)?.downcast::<entry::Entry>().ok_or_else(err::bad_internal_call)?;
        entry::get_scope(entry, object(name)?)
    })
}
