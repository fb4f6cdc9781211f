//! `bytes`: an immutable byte string.
//!
//! ```text
//!   ob_refcnt ob_type ob_size │ ob_shash @24 (-1: not computed) │ ob_sval @32: ob_size bytes, NUL
//! ```
//!
//! `b''` and the one-byte strings exist once. A new object of size `n` may be filled by C code through `ob_sval`
//! before anybody else sees it.

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::payload::EMPTY_SEQUENCE;
use crate::slot;
use crate::types::typeobject::Type;
use crate::types::unicode;
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

static mut AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_length: slot::len(length_slot), ..EMPTY_SEQUENCE };

crate::static_type! {
    /// `bytes`
    #[unsafe(no_mangle)]
    pub static PyBytes_Type = {
        tp_name: c"bytes".as_ptr(),
        tp_basicsize: HEAD as Py_ssize_t + 1,
        tp_itemsize: 1,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_hash: slot::hash(hash_slot),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS) as core::ffi::c_ulong,
        tp_free: Some(memory::PyObject_Free),
    };
}
crate::object_view!(/** A `bytes`. */ pub Bytes, PyBytesObject, PyBytes_Type, flag Py_TPFLAGS_BYTES_SUBCLASS);

/// Bytes before the contents.
const HEAD: usize = core::mem::offset_of!(PyBytesObject, ob_sval);

struct Singletons {
    chars: [Cell<*mut PyObject>; 256],
    empty: Cell<*mut PyObject>,
}
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Singletons {}
static SINGLETONS: Singletons =
    Singletons { chars: [const { Cell::new(null_mut()) }; 256], empty: Cell::new(null_mut()) };

/// A new, unshared object of `size` bytes that are not yet set (the NUL is).
fn alloc(size: usize) -> Result<Obj> {
    if size > isize::MAX as usize - HEAD - 1 {
        return Err(err::overflow_error("byte string is too large"));
    }
    let object = memory::object_malloc(HEAD + size + 1).cast::<PyBytesObject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the head's size, the contents and a NUL.
    unsafe {
        (*object).ob_base = PyVarObject {
            ob_base: PyObject { ob_refcnt: 1, ob_type: &raw mut PyBytes_Type },
            ob_size: size as Py_ssize_t,
        };
        (*object).ob_shash = -1;
        data_ptr(object.cast()).add(size).write(0);
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

/// The first byte.
///
/// # Safety
/// `object` is a live `bytes`.
#[inline(always)]
pub unsafe fn data_ptr(object: *mut PyObject) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { object.cast::<u8>().add(HEAD) }
}

fn shared(cell: &Cell<*mut PyObject>, make: impl FnOnce() -> Result<Obj>) -> Result<Obj> {
    if cell.get().is_null() {
        cell.set(make()?.into_ptr());
    }
    // SAFETY: the static owns a reference.
    Ok(unsafe { Object::from_ptr(cell.get()) }.owned())
}

/// `b''`.
pub fn empty() -> Result<Obj> {
    shared(&SINGLETONS.empty, || alloc(0))
}

/// The string of one byte, which exists once.
pub fn from_byte(byte: u8) -> Result<Obj> {
    shared(&SINGLETONS.chars[byte as usize], || {
        let new = alloc(1)?;
        // SAFETY: one byte of contents.
        unsafe { *data_ptr(new.as_ptr()) = byte };
        Ok(new)
    })
}

/// Drops the shared strings (`_PyBytes_Fini`); they are made again when needed.
pub fn clear_singletons() {
    for cell in SINGLETONS.chars.iter().chain([&SINGLETONS.empty]) {
        // SAFETY: the static owned one reference, given up here.
        drop(unsafe { Obj::<Object>::from_owned_opt(cell.replace(null_mut())) });
    }
}

/// `PyBytes_FromStringAndSize`.
pub fn from_slice(bytes: &[u8]) -> Result<Obj> {
    match bytes {
        [] => return empty(),
        [b] => return from_byte(*b),
        _ => {}
    }
    let new = alloc(bytes.len())?;
    // SAFETY: room for that many bytes.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data_ptr(new.as_ptr()), bytes.len()) };
    Ok(new)
}

/// A new bytes object of `size` bytes (zero at first) filled by `fill`, before anybody else sees it.
pub fn build(size: usize, fill: impl FnOnce(&mut [u8])) -> Result<Obj> {
    if size == 0 {
        return empty();
    }
    let new = alloc(size)?;
    // SAFETY: `size` bytes of contents, zeroed so that the slice is initialised; not shared.
    unsafe {
        let data = data_ptr(new.as_ptr());
        data.write_bytes(0, size);
        fill(core::slice::from_raw_parts_mut(data, size));
    }
    Ok(new)
}

/// `PyBytes_FromStringAndSize(NULL, size)`: contents to be written by the caller.
pub fn uninit(size: isize) -> Result<Obj> {
    if size < 0 {
        return Err(err::system_error("Negative size passed to PyBytes_FromStringAndSize"));
    }
    if size == 0 { empty() } else { alloc(size as usize) }
}

/// The bytes of an instance (`PyBytes_AS_STRING`).
#[inline(always)]
pub fn as_slice(object: &Object) -> &[u8] {
    let raw = object.as_ptr();
    // SAFETY: a live bytes object with `ob_size` bytes, immutable once shared.
    unsafe { core::slice::from_raw_parts(data_ptr(raw), (*raw.cast::<PyVarObject>()).ob_size as usize) }
}

/// `PyBytes_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    Bytes::is_instance(object)
}

/// `PyBytes_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    Bytes::is_exact(object)
}

/// An instance of `class`, a subclass of `bytes`, with these contents.
pub fn new_of_class(class: &Type, bytes: &[u8]) -> Result<Obj> {
    let new = class.alloc(bytes.len() as isize)?;
    // SAFETY: `alloc` made room for the items and the NUL.
    unsafe {
        (*new.as_ptr().cast::<PyBytesObject>()).ob_shash = -1;
        ptr::copy_nonoverlapping(bytes.as_ptr(), data_ptr(new.as_ptr()), bytes.len());
    }
    Ok(new)
}

fn length_slot(this: &Bytes) -> Result<usize> {
    Ok(as_slice(this).len())
}

/// `hash(bytes)`, cached.
pub fn hash(object: &Object) -> isize {
    let raw = object.as_ptr().cast::<PyBytesObject>();
    // SAFETY: a live bytes object; the cache field.
    unsafe {
        if (*raw).ob_shash == -1 {
            (*raw).ob_shash = unicode::hash_bytes(as_slice(object));
        }
        (*raw).ob_shash
    }
}

fn hash_slot(this: &Bytes) -> Result<isize> {
    Ok(hash(this.object()))
}

/// `PyBytes_FromObject`: the bytes of an object with a buffer or of an iterable of ints.
pub fn from_object(object: &Object) -> Result<Obj> {
    if check_exact(object) {
        return Ok(object.owned());
    }
    from_slice(crate::protocol::buffer::Buffer::simple(object)?.as_slice())
}
