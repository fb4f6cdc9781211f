//! `bytes`: an immutable byte string.
//!
//! ```text
//!   ob_refcnt ob_type ob_size │ ob_shash @24 (-1: not computed) │ ob_sval @32: ob_size bytes, NUL
//! ```
//!
//! `b''` and the one-byte strings exist once. A new object of size `n` may be filled by C code through `ob_sval`
//! before anybody else sees it.

mod construct;
mod from_format;
pub mod hex;
pub mod percent;
pub mod raw;
pub mod shared;
pub mod writer;

pub use construct::from_object;
pub(crate) use construct::{Given, arguments as construct_arguments, requested_length};
pub use from_format::from_format;
pub use raw::*;

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::method;
use crate::payload::{EMPTY_MAPPING, EMPTY_NUMBER, EMPTY_SEQUENCE};
use crate::protocol::buffer::{self, Buffer};
use crate::protocol::number;
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{exceptions, long, slice, text_iter, tuple, unicode};
use core::cell::Cell;
use core::ffi::c_int;
use core::ptr::{self, null_mut};
use krait_abi::*;
use shared::{ByteLike, def};

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(percent::remainder), ..EMPTY_NUMBER };
static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length_slot),
    sq_concat: slot::subscript(concat_slot),
    sq_repeat: slot::ssize_arg(repeat_slot),
    sq_item: slot::ssize_arg(item_slot),
    sq_contains: slot::contains(shared::contains::<Bytes>),
    ..EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length_slot),
    mp_subscript: slot::subscript(subscript_slot),
    ..EMPTY_MAPPING
};
static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: None };

crate::methods! {
    static METHODS = [
        method::noargs(c"__getnewargs__", get_new_args, c""),
        def::capitalize::<Bytes>(),
        def::center::<Bytes>(),
        def::count::<Bytes>(),
        def::decode::<Bytes>(),
        def::endswith::<Bytes>(),
        def::expandtabs::<Bytes>(),
        def::find::<Bytes>(),
        def::fromhex::<Bytes>(),
        def::hex::<Bytes>(),
        def::index::<Bytes>(),
        def::isalnum::<Bytes>(),
        def::isalpha::<Bytes>(),
        def::isascii::<Bytes>(),
        def::isdigit::<Bytes>(),
        def::islower::<Bytes>(),
        def::isspace::<Bytes>(),
        def::istitle::<Bytes>(),
        def::isupper::<Bytes>(),
        def::join::<Bytes>(),
        def::ljust::<Bytes>(),
        def::lower::<Bytes>(),
        def::lstrip::<Bytes>(),
        def::maketrans(),
        def::partition::<Bytes>(),
        def::replace::<Bytes>(),
        def::removeprefix::<Bytes>(),
        def::removesuffix::<Bytes>(),
        def::rfind::<Bytes>(),
        def::rindex::<Bytes>(),
        def::rjust::<Bytes>(),
        def::rpartition::<Bytes>(),
        def::rsplit::<Bytes>(),
        def::rstrip::<Bytes>(),
        def::split::<Bytes>(),
        def::splitlines::<Bytes>(),
        def::startswith::<Bytes>(),
        def::strip::<Bytes>(),
        def::swapcase::<Bytes>(),
        def::title::<Bytes>(),
        def::translate::<Bytes>(),
        def::upper::<Bytes>(),
        def::zfill::<Bytes>(),
    ];
}

const DOC: &core::ffi::CStr =
    c"bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n\
bytes(bytes_or_buffer) -> bytes\nbytes(int) -> that many zero bytes\nbytes() -> no bytes\n\n\
A sequence of bytes that cannot be changed.";

crate::static_type! {
    /// `bytes`
    #[unsafe(no_mangle)]
    pub static PyBytes_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"bytes".as_ptr(),
        tp_basicsize: HEAD as Py_ssize_t + 1,
        tp_itemsize: 1,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(|this: &Bytes| repr(this.object(), true)),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: slot::hash(hash_slot),
        tp_str: slot::unary(str_slot),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS) as core::ffi::c_ulong,
        tp_doc: DOC.as_ptr(),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_iter: slot::unary(|this: &Bytes| text_iter::of_bytes(this.object())),
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: slot::new(construct::new),
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
#[inline(always)]
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
#[inline]
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

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone; the type's own tp_free takes the memory.
    unsafe {
        memory::free_instance(object);
    }
}

unsafe extern "C" fn get_buffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    slot::guard(-1, || {
        // SAFETY: the slot's contract; the contents live as long as the object.
        let filled = unsafe {
            let owner = Object::from_ptr(object);
            let memory = data_ptr(object).cast();
            buffer::fill_info(view, Some(owner), memory, as_slice(owner).len() as isize, true, flags)
        };
        if filled.is_ok() { 0 } else { -1 }
    })
}

/// Whether `-b` asks for warnings when bytes are compared with text (`bytes_warning` of the configuration).
pub(crate) fn warns() -> bool {
    // SAFETY: code that compares objects runs on a thread with a state.
    unsafe { (*(*crate::state::required()).interp).config.bytes_warning != 0 }
}

fn get_new_args(this: &Bytes) -> Result<Obj> {
    tuple::pack([from_slice(as_slice(this))?])
}

/// `PyBytes_Repr`: `smart_quotes` takes double quotes where the contents have single ones only.
pub fn repr(object: &Object, smart_quotes: bool) -> Result<Obj> {
    let mut out = vec![b'b'];
    crate::text::repr::repr_bytes(as_slice(object), smart_quotes, &mut out);
    unicode::from_ascii(&out)
}

fn str_slot(this: &Bytes) -> Result<Obj> {
    if warns() {
        err::warn(exceptions::BytesWarning(), "str() on a bytes instance", 1)?;
    }
    repr(this, true)
}

/// The comparison of contents, equality by length first.
pub(crate) fn compare_slices(a: &[u8], b: &[u8], op: CompareOp) -> bool {
    match op {
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        _ => op.matches(a.cmp(b)),
    }
}

fn rich_compare(this: &Bytes, other: &Object, op: CompareOp) -> Result<Obj> {
    if check(other) {
        let equal = this.is(other);
        let result = match op {
            CompareOp::Eq if equal => true,
            CompareOp::Ne if equal => false,
            _ => compare_slices(as_slice(this), as_slice(other), op),
        };
        return Ok(crate::types::bool::from_bool(result));
    }
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && warns() {
        if unicode::check(other) {
            err::warn(exceptions::BytesWarning(), "Comparison between bytes and string", 1)?;
        } else if long::check(other) {
            err::warn(exceptions::BytesWarning(), "Comparison between bytes and int", 1)?;
        }
    }
    Ok(crate::types::none::not_implemented().owned())
}

fn concat_slot(this: &Bytes, other: &Object) -> Result<Obj> {
    concat_objects(this.object(), other)
}

/// The contents of two bytes-like objects, one after the other.
pub fn concat_objects(a: &Object, b: &Object) -> Result<Obj> {
    let (Ok(left), Ok(right)) = (Buffer::simple(a), Buffer::simple(b)) else {
        return Err(err::type_error(format_args!(
            "can't concat {:.100} to {:.100}",
            b.class_of().name(),
            a.class_of().name()
        )));
    };
    let (left, right) = (left.as_slice(), right.as_slice());
    if left.is_empty() && check_exact(b) {
        return Ok(b.owned());
    }
    if right.is_empty() && check_exact(a) {
        return Ok(a.owned());
    }
    if left.len() > isize::MAX as usize - right.len() {
        return Err(err::no_memory());
    }
    let new = alloc(left.len() + right.len())?;
    // SAFETY: room for both.
    unsafe {
        let data = data_ptr(new.as_ptr());
        ptr::copy_nonoverlapping(left.as_ptr(), data, left.len());
        ptr::copy_nonoverlapping(right.as_ptr(), data.add(left.len()), right.len());
    }
    Ok(new)
}

fn repeat_slot(this: &Bytes, count: isize) -> Result<Obj> {
    let contents = as_slice(this);
    let count = count.max(0) as usize;
    if count == 1 && check_exact(this) {
        return Ok(this.owned().upcast());
    }
    let Some(size) = contents.len().checked_mul(count).filter(|&n| n <= isize::MAX as usize) else {
        return Err(err::overflow_error("repeated bytes are too long"));
    };
    let new = alloc(size)?;
    // SAFETY: `size` bytes of contents, written once.
    unsafe {
        let data = data_ptr(new.as_ptr());
        if let [byte] = contents {
            data.write_bytes(*byte, size);
        } else {
            for i in 0..count {
                ptr::copy_nonoverlapping(contents.as_ptr(), data.add(i * contents.len()), contents.len());
            }
        }
    }
    Ok(new)
}

fn item_slot(this: &Bytes, index: isize) -> Result<Obj> {
    match usize::try_from(index).ok().and_then(|index| as_slice(this).get(index)) {
        Some(&byte) => long::from_i64(byte.into()),
        None => Err(err::index_error("index out of range")),
    }
}

fn subscript_slot(this: &Bytes, key: &Object) -> Result<Obj> {
    let contents = as_slice(this);
    if number::index_check(key) {
        let mut index = number::as_ssize(key, Some(exceptions::IndexError()))?;
        if index < 0 {
            index += contents.len() as isize;
        }
        return item_slot(this, index);
    }
    if !slice::check(key) {
        return Err(err::type_error(format_args!(
            "byte indices must be integers or slices, not {:.200}",
            key.class_of().name()
        )));
    }
    let (start, _, step, count) = slice::indices(key, contents.len())?;
    select(this, start, step, count)
}

/// The `count` bytes from `start` on, `step` apart, all in range (`bytes[a:b:c]`).
pub fn select(this: &Bytes, start: isize, step: isize, count: usize) -> Result<Obj> {
    let contents = as_slice(this);
    if count == 0 {
        return empty();
    }
    if step == 1 {
        if count == contents.len() {
            return this.unchanged();
        }
        return from_slice(&contents[start as usize..start as usize + count]);
    }
    let picked: Vec<u8> = (0..count as isize).map(|i| contents[(start + i * step) as usize]).collect();
    from_slice(&picked)
}

fn hash_slot(this: &Bytes) -> Result<isize> {
    Ok(hash(this.object()))
}
