//! `bytearray`: bytes that can be changed.
//!
//! ```text
//!   ob_bytes @32 ──▶ ┌ unused front ┬ ob_size bytes, NUL ┬ spare ┐   ob_alloc @24 bytes in all
//!   ob_start @40 ───────────────────▶
//! ```
//!
//! Deleting at the front only moves `ob_start`. While views exist (`ob_exports` @48) the size cannot change; contents
//! can. Nothing allocated: `ob_bytes` is NULL and the contents are the exported empty string.

use crate::args;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::method;
use crate::payload::{EMPTY_NUMBER, EMPTY_SEQUENCE};
use crate::protocol::buffer::{self, Buffer};
use crate::protocol::{iter, number, object};
use crate::slot::{self, CompareOp};
use crate::text::byte;
use crate::types::bytes::shared::{self, ByteLike, def};
use crate::types::bytes::{self, construct_arguments, percent};
use crate::types::{exceptions, long, slice, text_iter, tuple, unicode};
use crate::{doc, intern};
use core::ffi::{c_char, c_int};
use core::ptr::{self, null_mut};
use krait_abi::*;

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(remainder), ..EMPTY_NUMBER };
static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length_slot),
    sq_concat: Some(PyByteArray_Concat),
    sq_repeat: slot::ssize_arg(repeat),
    sq_item: slot::ssize_arg(item),
    sq_ass_item: slot::ssize_obj_arg(set_item),
    sq_contains: slot::contains(shared::contains::<ByteArray>),
    sq_inplace_concat: slot::subscript(inplace_concat),
    sq_inplace_repeat: slot::ssize_arg(inplace_repeat),
    ..EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length_slot),
    mp_subscript: slot::subscript(subscript),
    mp_ass_subscript: slot::obj_obj_arg(set_subscript),
};
static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

crate::methods! {
    static METHODS = [
        method::noargs(c"__alloc__", |this: &ByteArray| Ok(this.raw().ob_alloc),
            c"B.__alloc__() -> int\n\nBytes of memory that the contents occupy."),
        method::noargs(c"__reduce__", |this: &ByteArray| reduce(this, 2), doc!("__reduce__($self, /)", "For pickling.")),
        method::fastcall(c"__reduce_ex__", reduce_ex, doc!("__reduce_ex__($self, proto=0, /)", "For pickling.")),
        method::noargs(c"__sizeof__", memory_size, doc!("__sizeof__($self, /)", "Size of the object in memory, in bytes.")),
        method::o(c"append", append, doc!("append($self, item, /)", "Adds a byte at the end.")),
        def::capitalize::<ByteArray>(),
        def::center::<ByteArray>(),
        method::noargs(c"clear", |this: &ByteArray| resize(this.object(), 0), doc!("clear($self, /)", "Removes all bytes.")),
        method::noargs(c"copy", |this: &ByteArray| this.unchanged(), doc!("copy($self, /)", "Another array with the same bytes.")),
        def::count::<ByteArray>(),
        def::decode::<ByteArray>(),
        def::endswith::<ByteArray>(),
        def::expandtabs::<ByteArray>(),
        method::o(c"extend", extend, doc!("extend($self, iterable_of_ints, /)", "Adds the bytes of an iterable at the end.")),
        def::find::<ByteArray>(),
        def::fromhex::<ByteArray>(),
        def::hex::<ByteArray>(),
        def::index::<ByteArray>(),
        method::fastcall(c"insert", insert, doc!("insert($self, index, item, /)", "Puts a byte before an index.")),
        def::isalnum::<ByteArray>(),
        def::isalpha::<ByteArray>(),
        def::isascii::<ByteArray>(),
        def::isdigit::<ByteArray>(),
        def::islower::<ByteArray>(),
        def::isspace::<ByteArray>(),
        def::istitle::<ByteArray>(),
        def::isupper::<ByteArray>(),
        def::join::<ByteArray>(),
        def::ljust::<ByteArray>(),
        def::lower::<ByteArray>(),
        def::lstrip::<ByteArray>(),
        def::maketrans(),
        def::partition::<ByteArray>(),
        method::fastcall(c"pop", pop, doc!("pop($self, index=-1, /)", "Removes a byte and returns it.")),
        method::o(c"remove", remove, doc!("remove($self, value, /)", "Removes the first byte of that value.")),
        def::replace::<ByteArray>(),
        def::removeprefix::<ByteArray>(),
        def::removesuffix::<ByteArray>(),
        method::noargs(c"reverse", reverse, doc!("reverse($self, /)", "Reverses the order of the bytes in place.")),
        def::rfind::<ByteArray>(),
        def::rindex::<ByteArray>(),
        def::rjust::<ByteArray>(),
        def::rpartition::<ByteArray>(),
        def::rsplit::<ByteArray>(),
        def::rstrip::<ByteArray>(),
        def::split::<ByteArray>(),
        def::splitlines::<ByteArray>(),
        def::startswith::<ByteArray>(),
        def::strip::<ByteArray>(),
        def::swapcase::<ByteArray>(),
        def::title::<ByteArray>(),
        def::translate::<ByteArray>(),
        def::upper::<ByteArray>(),
        def::zfill::<ByteArray>(),
    ];
}

const DOC: &core::ffi::CStr =
    c"bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n\
bytearray(bytes_or_buffer) -> bytearray\nbytearray(int) -> that many zero bytes\nbytearray() -> no bytes\n\n\
A sequence of bytes that can be changed.";

crate::static_type! {
    /// `bytearray`
    #[unsafe(no_mangle)]
    pub static PyByteArray_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"bytearray".as_ptr(),
        tp_basicsize: size_of::<PyByteArrayObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: Some(crate::protocol::object::PyObject_HashNotImplemented),
        tp_str: slot::unary(str_slot),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as core::ffi::c_ulong,
        tp_doc: DOC.as_ptr(),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_iter: slot::unary(|this: &ByteArray| text_iter::of_bytearray(this.object())),
        tp_methods: (&raw mut METHODS).cast(),
        tp_init: slot::init(init),
        tp_new: Some(crate::types::typeobject::PyType_GenericNew),
        tp_free: Some(memory::PyObject_Free),
    };
}
crate::object_view!(/** A `bytearray`. */ pub ByteArray, PyByteArrayObject, PyByteArray_Type);

/// The contents of an array that has none.
#[unsafe(no_mangle)]
pub static mut _PyByteArray_empty_string: [c_char; 1] = [0];

impl ByteArray {
    #[expect(clippy::mut_from_ref, reason = "a C struct behind a cell, one user at a time under the GIL")]
    #[inline(always)]
    fn raw(&self) -> &mut PyByteArrayObject {
        // SAFETY: a live object; the reference is not kept across code that could touch the struct.
        unsafe { &mut *self.as_raw() }
    }

    /// The contents, for writing.
    ///
    /// # Safety
    /// No code runs that could change the array while the slice is in use.
    #[expect(clippy::mut_from_ref, reason = "contents are behind the object's pointer")]
    unsafe fn slice_mut(&self) -> &mut [u8] {
        // SAFETY: the caller's promise; `ob_size` bytes from the start.
        unsafe {
            core::slice::from_raw_parts_mut(data_ptr(self.as_ptr()), self.raw().ob_base.ob_size as usize)
        }
    }

    fn can_resize(&self) -> Result<()> {
        if self.raw().ob_exports > 0 {
            return Err(err::buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    fn push(&self, byte: u8) -> Result<()> {
        let size = self.raw().ob_base.ob_size;
        set_size(self, size + 1)?;
        // SAFETY: the array has that many bytes now.
        unsafe { *data_ptr(self.as_ptr()).offset(size) = byte };
        Ok(())
    }
}

// ---- construction, size ----

/// `PyByteArray_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    ByteArray::is_instance(object)
}

/// The first byte (`PyByteArray_AS_STRING`).
///
/// # Safety
/// `object` is a live `bytearray`.
#[inline(always)]
pub unsafe fn data_ptr(object: *mut PyObject) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let raw = object.cast::<PyByteArrayObject>();
        if (*raw).ob_base.ob_size == 0 {
            (&raw mut _PyByteArray_empty_string).cast()
        } else {
            (*raw).ob_start.cast()
        }
    }
}

/// Number of bytes.
#[inline(always)]
pub fn len(object: &Object) -> usize {
    // SAFETY: a live bytearray.
    unsafe { (*object.as_ptr().cast::<PyVarObject>()).ob_size as usize }
}

/// The bytes.
///
/// # Safety
/// No code runs that could change the array while the slice is in use.
#[inline(always)]
pub unsafe fn as_slice(object: &Object) -> &[u8] {
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data_ptr(object.as_ptr()), len(object)) }
}

fn uninit(size: usize) -> Result<Obj> {
    if size >= isize::MAX as usize {
        return Err(err::no_memory());
    }
    let object = memory::object_malloc(size_of::<PyByteArrayObject>()).cast::<PyByteArrayObject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    let data = if size == 0 { null_mut() } else { memory::object_malloc(size + 1).cast::<c_char>() };
    if size > 0 && data.is_null() {
        // SAFETY: allocated above.
        unsafe { memory::PyObject_Free(object.cast()) };
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the right sizes.
    unsafe {
        object.write(PyByteArrayObject {
            ob_base: PyVarObject {
                ob_base: PyObject { ob_refcnt: 1, ob_type: &raw mut PyByteArray_Type },
                ob_size: size as Py_ssize_t,
            },
            ob_alloc: if size == 0 { 0 } else { size as Py_ssize_t + 1 },
            ob_bytes: data,
            ob_start: data,
            ob_exports: 0,
        });
        if size > 0 {
            *data.add(size) = 0;
        }
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

/// `PyByteArray_FromStringAndSize`.
pub fn from_slice(contents: &[u8]) -> Result<Obj> {
    let new = uninit(contents.len())?;
    // SAFETY: room for that many bytes.
    unsafe { ptr::copy_nonoverlapping(contents.as_ptr(), data_ptr(new.as_ptr()), contents.len()) };
    Ok(new)
}

/// That many zero bytes.
pub fn zeroed(size: usize) -> Result<Obj> {
    let new = uninit(size)?;
    // SAFETY: room for that many bytes.
    unsafe { data_ptr(new.as_ptr()).write_bytes(0, size) };
    Ok(new)
}

/// `PyByteArray_FromStringAndSize` from a C pointer; NULL leaves the contents to be written by the caller.
///
/// # Safety
/// `text` is NULL or holds `size` bytes.
pub unsafe fn from_string_and_size(text: *const c_char, size: isize) -> Result<Obj> {
    if size < 0 {
        return Err(err::system_error("Negative size passed to PyByteArray_FromStringAndSize"));
    }
    if text.is_null() {
        return uninit(size as usize);
    }
    // SAFETY: the caller's promise.
    from_slice(unsafe { core::slice::from_raw_parts(text.cast(), size as usize) })
}

/// `PyByteArray_FromObject`.
pub fn from_object(source: &Object) -> Result<Obj> {
    crate::protocol::call::call1(ByteArray::class().object(), source)
}

/// `PyByteArray_Resize`.
pub fn resize(array: &Object, size: isize) -> Result<()> {
    match array.downcast::<ByteArray>() {
        Some(array) => set_size(array, size),
        None => Err(err::bad_internal_call()),
    }
}

fn set_size(this: &ByteArray, size: isize) -> Result<()> {
    let raw = this.raw();
    if size == raw.ob_base.ob_size {
        return Ok(());
    }
    this.can_resize()?;
    let front = if raw.ob_bytes.is_null() { 0 } else { raw.ob_start as isize - raw.ob_bytes as isize };
    let mut alloc = raw.ob_alloc;
    if size == isize::MAX {
        return Err(err::no_memory());
    }
    if size + front < alloc {
        if size >= alloc / 2 {
            // Fits: no other memory.
            raw.ob_base.ob_size = size;
            // SAFETY: within the allocation.
            unsafe { *raw.ob_start.offset(size) = 0 };
            return Ok(());
        }
        alloc = size + 1;
    } else if size as f64 <= alloc as f64 * 1.125 {
        alloc = size + (size >> 3) + if size < 9 { 3 } else { 6 };
    } else {
        alloc = size + 1;
    }
    // SAFETY: the array owns its block; the new one has room for the contents kept.
    unsafe {
        let kept = size.min(raw.ob_base.ob_size) as usize;
        let block = if front > 0 {
            let block = memory::object_malloc(alloc as usize).cast::<c_char>();
            if block.is_null() {
                return Err(err::no_memory());
            }
            ptr::copy_nonoverlapping(raw.ob_start, block, kept);
            memory::PyObject_Free(raw.ob_bytes.cast());
            block
        } else {
            memory::object_realloc(raw.ob_bytes.cast(), alloc as usize).cast::<c_char>()
        };
        if block.is_null() {
            return Err(err::no_memory());
        }
        raw.ob_bytes = block;
        raw.ob_start = block;
        raw.ob_base.ob_size = size;
        raw.ob_alloc = alloc;
        *block.offset(size) = 0;
    }
    Ok(())
}

/// `tp_init`: replaces the contents.
fn init(this: &ByteArray, given: &Object, kw: Option<&Object>) -> Result<()> {
    let given = construct_arguments("bytearray", given, kw)?;
    if this.raw().ob_base.ob_size != 0 {
        set_size(this, 0)?;
    }
    let source = match given {
        bytes::Given::Nothing => return Ok(()),
        bytes::Given::Encoded(encoded) => return this.assign(0, 0, bytes::as_slice(&encoded)),
        bytes::Given::Object(source) => source,
    };
    if let Some(length) = bytes::requested_length(source)? {
        if length > 0 {
            set_size(this, length as isize)?;
            // SAFETY: the array has that many bytes.
            unsafe { data_ptr(this.as_ptr()).write_bytes(0, length) };
        }
        return Ok(());
    }
    if buffer::check(source) {
        let held = Buffer::get(source, PyBUF_FULL_RO)?;
        let view = held.view().expect("a view was asked for");
        set_size(this, view.len)?;
        // SAFETY: the array has `len` bytes.
        return unsafe { buffer::to_contiguous(data_ptr(this.as_ptr()), view, view.len, b'C') };
    }
    let iterator = match iter::get_iter(source) {
        Ok(iterator) => iterator,
        Err(_) if err::matches(exceptions::TypeError()) => {
            return Err(err::type_error(format_args!(
                "cannot convert '{:.200}' object to bytearray",
                source.class_of().name()
            )));
        }
        Err(raised) => return Err(raised),
    };
    while let Some(item) = iter::next(&iterator)? {
        this.push(byte_value(&item)?)?;
    }
    Ok(())
}

/// A byte from an item of an iterable.
fn byte_value(item: &Object) -> Result<u8> {
    let index = number::index(item)?;
    match long::as_i64_and_overflow(&index)? {
        Ok(value @ 0..=255) => Ok(value as u8),
        _ => Err(err::value_error("byte must be in range(0, 256)")),
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        let raw = object.cast::<PyByteArrayObject>();
        if (*raw).ob_exports > 0 {
            let _ = err::system_error("deallocated bytearray object has exported buffers");
            err::write_unraisable(None);
        }
        if !(*raw).ob_bytes.is_null() {
            memory::PyObject_Free((*raw).ob_bytes.cast());
        }
        if let Some(free) = (*(*object).ob_type).tp_free {
            free(object.cast());
        }
    }
}

unsafe extern "C" fn get_buffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    slot::guard(-1, || {
        if view.is_null() {
            let _ = err::buffer_error("bytearray_getbuffer: view==NULL argument is obsolete");
            return -1;
        }
        // SAFETY: the slot's contract; the contents stay while an export is counted.
        unsafe {
            let raw = object.cast::<PyByteArrayObject>();
            let owner = Object::from_ptr(object);
            let size = (*raw).ob_base.ob_size;
            match buffer::fill_info(view, Some(owner), data_ptr(object).cast(), size, false, flags) {
                Ok(()) => {
                    (*raw).ob_exports += 1;
                    0
                }
                Err(_) => -1,
            }
        }
    })
}

unsafe extern "C" fn release_buffer(object: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: the slot's contract.
    unsafe { (*object.cast::<PyByteArrayObject>()).ob_exports -= 1 };
}

// ---- slots ----

fn length_slot(this: &ByteArray) -> Result<usize> {
    Ok(len(this))
}

fn repr(this: &ByteArray) -> Result<Obj> {
    let mut out = format!("{}(b", this.class_of().short_name()).into_bytes();
    let at = out.len();
    // SAFETY: no Python code runs.
    crate::text::repr::repr_bytes(unsafe { as_slice(this) }, true, &mut out);
    if out[at] == b'"' {
        // Unlike that of `bytes`, this representation escapes single quotes in double ones too.
        let quoted = out.split_off(at);
        quoted
            .into_iter()
            .for_each(|b| out.extend_from_slice(if b == b'\'' { b"\\'" } else { core::slice::from_ref(&b) }));
    }
    out.push(b')');
    unicode::decode_utf8(&out, None)
}

fn str_slot(this: &ByteArray) -> Result<Obj> {
    if bytes::warns() {
        err::warn(exceptions::BytesWarning(), "str() on a bytearray instance", 1)?;
    }
    repr(this)
}

fn rich_compare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    let declined = || Ok(crate::types::none::not_implemented().owned());
    if unicode::check(this) || unicode::check(other) {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && bytes::warns() {
            err::warn(exceptions::BytesWarning(), "Comparison between bytearray and string", 1)?;
        }
        return declined();
    }
    if !buffer::check(this) || !buffer::check(other) {
        return declined();
    }
    let (Ok(a), Ok(b)) = (Buffer::simple(this), Buffer::simple(other)) else {
        err::clear();
        return declined();
    };
    Ok(crate::types::bool::from_bool(bytes::compare_slices(a.as_slice(), b.as_slice(), op)))
}

/// `bytearray % args`; declines unless the left operand is a `bytearray`.
fn remainder(a: &Object, b: &Object) -> Result<Obj> {
    if !check(a) {
        return Ok(crate::types::none::not_implemented().owned());
    }
    let template = Buffer::simple(a)?;
    from_slice(&percent::format(template.as_slice(), b)?)
}

/// `PyByteArray_Concat`.
pub fn concat(a: &Object, b: &Object) -> Result<Obj> {
    let (Ok(left), Ok(right)) = (Buffer::simple(a), Buffer::simple(b)) else {
        return Err(err::type_error(format_args!(
            "can't concat {:.100} to {:.100}",
            b.class_of().name(),
            a.class_of().name()
        )));
    };
    let (left, right) = (left.as_slice(), right.as_slice());
    if left.len() > isize::MAX as usize - right.len() {
        return Err(err::no_memory());
    }
    let new = uninit(left.len() + right.len())?;
    // SAFETY: room for both.
    unsafe {
        let data = data_ptr(new.as_ptr());
        ptr::copy_nonoverlapping(left.as_ptr(), data, left.len());
        ptr::copy_nonoverlapping(right.as_ptr(), data.add(left.len()), right.len());
    }
    Ok(new)
}

/// The `sq_concat` slot.
///
/// # Safety
/// Both are live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_Concat(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
    slot::guard(null_mut(), || {
        // SAFETY: the caller's promise.
        let (a, b) = unsafe { (Object::from_ptr(a), Object::from_ptr(b)) };
        concat(a, b).map_or(null_mut(), Obj::into_ptr)
    })
}

fn repeat(this: &ByteArray, count: isize) -> Result<Obj> {
    // SAFETY: copying runs no Python code.
    let contents = unsafe { as_slice(this) };
    let total = contents.len().checked_mul(count.max(0) as usize).filter(|&n| n < isize::MAX as usize);
    let Some(total) = total else { return Err(err::no_memory()) };
    let new = uninit(total)?;
    // SAFETY: `total` bytes of contents.
    let out = unsafe { core::slice::from_raw_parts_mut(data_ptr(new.as_ptr()), total) };
    fill_repeated(out, contents);
    Ok(new)
}

fn fill_repeated(out: &mut [u8], unit: &[u8]) {
    match unit {
        [] => {}
        [byte] => out.fill(*byte),
        _ => out.chunks_exact_mut(unit.len()).for_each(|chunk| chunk.copy_from_slice(unit)),
    }
}

fn inplace_repeat(this: &ByteArray, count: isize) -> Result<Obj> {
    let size = len(this);
    let total = size.checked_mul(count.max(0) as usize).filter(|&n| n < isize::MAX as usize);
    let Some(total) = total else { return Err(err::no_memory()) };
    set_size(this, total as isize)?;
    if total > size {
        // SAFETY: the array has `total` bytes; no Python code runs.
        let (unit, rest) = unsafe { this.slice_mut() }.split_at_mut(size);
        fill_repeated(rest, unit);
    }
    Ok(this.object().owned())
}

fn inplace_concat(this: &ByteArray, other: &Object) -> Result<Obj> {
    let Ok(held) = Buffer::simple(other) else {
        return Err(err::type_error(format_args!(
            "can't concat {:.100} to {:.100}",
            other.class_of().name(),
            this.class_of().name()
        )));
    };
    let size = len(this);
    if size > isize::MAX as usize - held.as_slice().len() {
        return Err(err::no_memory());
    }
    set_size(this, (size + held.as_slice().len()) as isize)?;
    // SAFETY: the array has grown by that much; an export of the array itself would have kept it from growing.
    let contents = unsafe { this.slice_mut() };
    contents[size..].copy_from_slice(held.as_slice());
    Ok(this.object().owned())
}

fn at(this: &ByteArray, index: isize) -> Result<usize> {
    match usize::try_from(index) {
        Ok(index) if index < len(this) => Ok(index),
        _ => Err(err::index_error("bytearray index out of range")),
    }
}

fn item(this: &ByteArray, index: isize) -> Result<Obj> {
    let index = at(this, index)?;
    // SAFETY: read at once.
    long::from_i64(unsafe { as_slice(this) }[index].into())
}

fn set_item(this: &ByteArray, index: isize, value: Option<&Object>) -> Result<()> {
    let index = at(this, index)?;
    match value {
        None => this.assign(index, index + 1, b""),
        Some(value) => {
            let byte = byte_value(value)?;
            let index = at(this, index as isize)?;
            // SAFETY: written at once.
            let contents = unsafe { this.slice_mut() };
            contents[index] = byte;
            Ok(())
        }
    }
}

fn wrong_key(key: &Object) -> err::Raised {
    err::type_error(format_args!(
        "bytearray indices must be integers or slices, not {:.200}",
        key.class_of().name()
    ))
}

/// An index with negative ones counted from the end.
fn key_index(this: &ByteArray, key: &Object) -> Result<isize> {
    let index = number::as_ssize(key, Some(exceptions::IndexError()))?;
    Ok(if index < 0 { index + len(this) as isize } else { index })
}

fn subscript(this: &ByteArray, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        return item(this, key_index(this, key)?);
    }
    if !slice::check(key) {
        return Err(wrong_key(key));
    }
    let (start, stop, step) = slice::unpack(key)?;
    // SAFETY: copying runs no Python code.
    let contents = unsafe { as_slice(this) };
    let (mut start, mut stop) = (start, stop);
    let count = slice::adjust_indices(contents.len() as isize, &mut start, &mut stop, step).max(0);
    if step == 1 {
        return from_slice(&contents[start as usize..start as usize + count as usize]);
    }
    let picked: Vec<u8> = (0..count).map(|i| contents[(start + i * step) as usize]).collect();
    from_slice(&picked)
}

fn set_subscript(this: &ByteArray, key: &Object, value: Option<&Object>) -> Result<()> {
    if number::index_check(key) {
        return set_item(this, key_index(this, key)?, value);
    }
    if !slice::check(key) {
        return Err(wrong_key(key));
    }
    let (start, stop, step) = slice::unpack(key)?;
    let new = match value {
        None => Vec::new(),
        Some(value) if check(value) => {
            // SAFETY: copied at once (it may be the array itself).
            unsafe { as_slice(value) }.to_vec()
        }
        Some(value) if number::check(value) || unicode::check(value) => {
            return Err(err::type_error(
                "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
            ));
        }
        Some(value) => {
            let made = from_object(value)?;
            // SAFETY: copied at once.
            unsafe { as_slice(&made) }.to_vec()
        }
    };
    // The value's conversion may have changed the array, so the bounds are adjusted now.
    let (mut start, mut stop) = (start, stop);
    let count = slice::adjust_indices(len(this) as isize, &mut start, &mut stop, step).max(0);
    if step == 1 {
        return this.assign(start as usize, (start + count) as usize, &new);
    }
    // Assigning nothing to an extended slice deletes it.
    if value.is_none() || new.is_empty() {
        return this.delete_strided(start, step, count);
    }
    if new.len() != count as usize {
        return Err(err::value_error(format_args!(
            "attempt to assign bytes of size {} to extended slice of size {count}",
            new.len()
        )));
    }
    // SAFETY: written at once.
    let contents = unsafe { this.slice_mut() };
    for (i, byte) in new.into_iter().enumerate() {
        contents[(start + i as isize * step) as usize] = byte;
    }
    Ok(())
}

impl ByteArray {
    /// Replaces the bytes `start..end` by others (which are not the array's own).
    fn assign(&self, start: usize, end: usize, new: &[u8]) -> Result<()> {
        let size = len(self);
        let (removed, added) = (end - start, new.len());
        if added < removed {
            self.can_resize()?;
            let shrink = removed - added;
            if start == 0 {
                // Deleting at the front only moves the start.
                let raw = self.raw();
                // SAFETY: the new start is within the contents.
                raw.ob_start = unsafe { raw.ob_start.add(shrink) };
                raw.ob_base.ob_size -= shrink as isize;
                let size = raw.ob_base.ob_size;
                // Gives memory back where much is unused now.
                if size + 1 < raw.ob_alloc / 2 || size == 0 {
                    raw.ob_base.ob_size = size + 1;
                    set_size(self, size)?;
                }
            } else {
                // SAFETY: no Python code runs.
                let contents = unsafe { self.slice_mut() };
                contents.copy_within(end.., start + added);
                set_size(self, (size - shrink) as isize)?;
            }
        } else if added > removed {
            let grow = added - removed;
            if size > isize::MAX as usize - grow {
                return Err(err::no_memory());
            }
            set_size(self, (size + grow) as isize)?;
            // SAFETY: no Python code runs.
            let contents = unsafe { self.slice_mut() };
            contents.copy_within(end..size, start + added);
        }
        // SAFETY: no Python code runs.
        let contents = unsafe { self.slice_mut() };
        contents[start..start + added].copy_from_slice(new);
        Ok(())
    }

    fn delete_strided(&self, start: isize, step: isize, count: isize) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.can_resize()?;
        let (first, step) = if step < 0 { (start + step * (count - 1), -step) } else { (start, step) };
        let last = first + (count - 1) * step;
        // SAFETY: no Python code runs.
        let contents = unsafe { self.slice_mut() };
        let mut to = first as usize;
        for from in first..contents.len() as isize {
            let deleted = from <= last && (from - first) % step == 0;
            if !deleted {
                contents[to] = contents[from as usize];
                to += 1;
            }
        }
        set_size(self, to as isize)
    }
}

// ---- methods ----

fn append(this: &ByteArray, item: &Object) -> Result<()> {
    let byte = byte_value(item)?;
    if len(this) == isize::MAX as usize {
        return Err(err::overflow_error("cannot add more objects to bytearray"));
    }
    this.push(byte)
}

fn extend(this: &ByteArray, source: &Object) -> Result<()> {
    let size = |this: &ByteArray| len(this);
    if buffer::check(source) {
        let new = bytes::from_object(source)?;
        return this.assign(size(this), size(this), bytes::as_slice(&new));
    }
    let iterator = match iter::get_iter(source) {
        Ok(iterator) => iterator,
        Err(_) if err::matches(exceptions::TypeError()) => {
            return Err(err::type_error(format_args!(
                "can't extend bytearray with {:.100}",
                source.class_of().name()
            )));
        }
        Err(raised) => return Err(raised),
    };
    let mut new = crate::memory::try_vec(object::length_hint(source, 32)?)?;
    while let Some(item) = iter::next(&iterator)? {
        crate::memory::try_push(&mut new, byte_value(&item)?)?;
    }
    this.assign(size(this), size(this), &new)
}

fn insert(this: &ByteArray, given: &[&Object]) -> Result<()> {
    args::check_positional("insert", given.len(), 2, 2)?;
    let index = args::ssize(given[0])?;
    let byte = byte_value(given[1])?;
    let size = len(this) as isize;
    let index = if index < 0 { (index + size).max(0) } else { index.min(size) } as usize;
    this.assign(index, index, &[byte])
}

fn pop(this: &ByteArray, given: &[&Object]) -> Result<Obj> {
    args::check_positional("pop", given.len(), 0, 1)?;
    let index = given.first().map_or(Ok(-1), |index| args::ssize(index))?;
    let size = len(this) as isize;
    if size == 0 {
        return Err(err::index_error("pop from empty bytearray"));
    }
    let index = if index < 0 { index + size } else { index };
    if !(0..size).contains(&index) {
        return Err(err::index_error("pop index out of range"));
    }
    this.can_resize()?;
    // SAFETY: read at once.
    let byte = unsafe { as_slice(this) }[index as usize];
    if index == size - 1 {
        set_size(this, index)?;
    } else {
        // SAFETY: no Python code runs.
        let contents = unsafe { this.slice_mut() };
        contents.copy_within(index as usize + 1.., index as usize);
        set_size(this, size - 1)?;
    }
    long::from_i64(byte.into())
}

fn remove(this: &ByteArray, value: &Object) -> Result<()> {
    let byte = byte_value(value)?;
    // SAFETY: searching runs no Python code.
    let found = byte::find(byte, unsafe { as_slice(this) });
    let Some(at) = found else { return Err(err::value_error("value not found in bytearray")) };
    this.can_resize()?;
    // SAFETY: no Python code runs.
    let contents = unsafe { this.slice_mut() };
    contents.copy_within(at + 1.., at);
    set_size(this, len(this) as isize - 1)
}

fn reverse(this: &ByteArray) -> Result<()> {
    // SAFETY: no Python code runs.
    let contents = unsafe { this.slice_mut() };
    contents.reverse();
    Ok(())
}

fn reduce_ex(this: &ByteArray, given: &[&Object]) -> Result<Obj> {
    args::check_positional("__reduce_ex__", given.len(), 0, 1)?;
    reduce(this, given.first().map_or(Ok(0), |protocol| args::int(protocol))?)
}

/// `(class, (contents,), __dict__)`: as latin-1 text before protocol 3, which has no bytes.
fn reduce(this: &ByteArray, protocol: i32) -> Result<Obj> {
    let dict = object::lookup_attr(this, intern!("__dict__"))?;
    let dict = dict.unwrap_or_else(|| crate::types::none::none().owned());
    // SAFETY: copied at once.
    let contents = unsafe { as_slice(this) };
    let args = if protocol < 3 {
        tuple::pack([unicode::from_latin1(contents)?, unicode::from_str("latin-1")?])?
    } else if contents.is_empty() {
        tuple::empty()
    } else {
        tuple::pack([bytes::from_slice(contents)?])?
    };
    tuple::pack([this.class_of().object().owned(), args, dict])
}

fn memory_size(this: &ByteArray) -> Result<isize> {
    // SAFETY: live type.
    Ok(unsafe { (*this.type_ptr()).tp_basicsize } + this.raw().ob_alloc)
}
