//! `pyhash.h`.

use crate::prelude::*;
use krait_object::text::hash;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_HashDouble(v: f64) -> Py_hash_t {
    hash::double(v) as Py_hash_t
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_HashPointerRaw(p: *const c_void) -> Py_hash_t {
    types::object::hash_pointer_raw(p)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_HashBytes(src: *const c_void, len: Py_ssize_t) -> Py_hash_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::hash_bytes(slice(src.cast(), len)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyHash_GetFuncDef() -> *mut PyHash_FuncDef {
    (&raw const HASH_FUNCTION).cast_mut().cast()
}

/// The string hash as `PyHash_GetFuncDef` describes it.
static HASH_FUNCTION: FuncDef = FuncDef(PyHash_FuncDef {
    hash: Some(siphash),
    name: c"siphash24".as_ptr(),
    hash_bits: 64,
    seed_bits: 128,
});

#[repr(transparent)]
struct FuncDef(PyHash_FuncDef);
// SAFETY: never changed.
unsafe impl Sync for FuncDef {}

unsafe extern "C" fn siphash(source: *const c_void, length: Py_ssize_t) -> Py_hash_t {
    // SAFETY: the caller's promise.
    unsafe { types::unicode::hash_bytes(slice(source.cast(), length)) }
}
