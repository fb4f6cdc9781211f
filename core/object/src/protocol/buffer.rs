//! The buffer protocol: lending memory of one object to others (`PyObject_GetBuffer`, `PyBuffer_*`).
//!
//! A `Py_buffer` must not move between acquisition and release, since exporters let `shape` and `strides` point into
//! it. [`Buffer`] keeps it in a box, except for `bytes`, whose memory needs no view.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::hooks;
use crate::protocol::{call, object};
use crate::types::{bytes, long, unicode};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;

/// A `Py_buffer` with nothing in it.
pub const EMPTY: Py_buffer = Py_buffer {
    buf: null_mut(),
    obj: null_mut(),
    len: 0,
    itemsize: 0,
    readonly: 0,
    ndim: 0,
    format: null_mut(),
    shape: null_mut(),
    strides: null_mut(),
    suboffsets: null_mut(),
    internal: null_mut(),
};

/// An acquired buffer; released when dropped.
pub struct Buffer(Source);

enum Source {
    /// The memory of a `bytes` object.
    Bytes(Obj),
    View(Box<Py_buffer>),
}

impl Buffer {
    /// `PyObject_GetBuffer`.
    pub fn get(object: &Object, flags: i32) -> Result<Buffer> {
        let mut view = Box::new(EMPTY);
        // SAFETY: the view is boxed: it stays where it is until it is released.
        unsafe { get_buffer(object, &mut *view, flags)? };
        Ok(Buffer(Source::View(view)))
    }

    /// Contiguous bytes for reading (`PyBUF_SIMPLE`).
    #[inline]
    pub fn simple(object: &Object) -> Result<Buffer> {
        if bytes::check_exact(object) {
            return Ok(Buffer(Source::Bytes(object.owned())));
        }
        Buffer::get(object, PyBUF_SIMPLE)
    }

    /// Contiguous bytes for reading and writing (`PyBUF_WRITABLE`).
    pub fn writable(object: &Object) -> Result<Buffer> {
        Buffer::get(object, PyBUF_WRITABLE)
    }

    /// The memory, which must be contiguous. Python code that runs meanwhile may change the contents of a mutable
    /// object (but not take the memory away).
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Source::Bytes(object) => bytes::as_slice(object),
            Source::View(view) if view.len == 0 || view.buf.is_null() => &[],
            // SAFETY: the exporter keeps `len` bytes at `buf` until the release.
            Source::View(view) => unsafe {
                core::slice::from_raw_parts(view.buf.cast::<u8>(), view.len as usize)
            },
        }
    }

    /// The memory of a writable buffer.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Source::View(view) if view.readonly == 0 && view.len > 0 && !view.buf.is_null() => {
                // SAFETY: as in `as_slice`; the exporter allows writing.
                unsafe { core::slice::from_raw_parts_mut(view.buf.cast::<u8>(), view.len as usize) }
            }
            _ => &mut [],
        }
    }

    /// The view, unless the buffer came from [`Buffer::simple`] of a `bytes`.
    pub fn view(&self) -> Option<&Py_buffer> {
        match &self.0 {
            Source::Bytes(_) => None,
            Source::View(view) => Some(view),
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Source::View(view) = &mut self.0 {
            // SAFETY: acquired by `get`, released once.
            unsafe { release(&mut **view) }
        }
    }
}

fn procs(object: &Object) -> Option<&PyBufferProcs> {
    // SAFETY: live type; its table is NULL or lives as long as the type.
    unsafe { (*object.type_ptr()).tp_as_buffer.as_ref() }
}

/// `PyObject_CheckBuffer`.
#[inline]
pub fn check(object: &Object) -> bool {
    procs(object).is_some_and(|procs| procs.bf_getbuffer.is_some())
}

/// `PyObject_GetBuffer`.
///
/// # Safety
/// `view` points to a `Py_buffer` that stays where it is until [`release`].
#[inline]
pub unsafe fn get_buffer(object: &Object, view: *mut Py_buffer, flags: c_int) -> Result<()> {
    let Some(get) = procs(object).and_then(|procs| procs.bf_getbuffer) else {
        return Err(err::type_error(format_args!(
            "a bytes-like object is required, not '{:.100}'",
            object.class_of().name()
        )));
    };
    // SAFETY: the slot's contract. Only a negative result is a failure; matplotlib's slot returns 1.
    if unsafe { get(object.as_ptr(), view, flags) } < 0 { Err(err::Raised::assume()) } else { Ok(()) }
}

/// `PyBuffer_Release`.
///
/// # Safety
/// `view` was filled by [`get_buffer`] and not released, or its `obj` is NULL.
#[inline]
pub unsafe fn release(view: *mut Py_buffer) {
    // SAFETY: the caller's promise; exporters see `obj` still, it is cleared before its reference is given up.
    unsafe {
        let Some(owner) = Obj::<Object>::from_owned_opt((*view).obj) else { return };
        if let Some(release) = procs(&owner).and_then(|procs| procs.bf_releasebuffer) {
            release(owner.as_ptr(), view);
        }
        (*view).obj = null_mut();
    }
}

/// `PyBuffer_FillInfo`: what `bf_getbuffer` of an object with one block of bytes does.
///
/// # Safety
/// `view` is NULL or writable; `memory` holds `len` bytes as long as `object` lets views exist.
pub unsafe fn fill_info(
    view: *mut Py_buffer,
    object: Option<&Object>,
    memory: *mut c_void,
    len: isize,
    readonly: bool,
    flags: c_int,
) -> Result<()> {
    if view.is_null() {
        return Err(err::buffer_error("PyBuffer_FillInfo: view==NULL argument is obsolete"));
    }
    let wants = |flag: c_int| flags & flag == flag;
    if wants(PyBUF_WRITABLE) && readonly {
        return Err(err::buffer_error("Object is not writable."));
    }
    // SAFETY: the caller's promise; shape and strides point into the view itself.
    unsafe {
        // Field by field: a struct that is made elsewhere and copied costs more than all of the rest.
        (*view).buf = memory;
        (*view).obj = object.map_or(null_mut(), |o| o.owned().into_ptr());
        (*view).len = len;
        (*view).itemsize = 1;
        (*view).readonly = c_int::from(readonly);
        (*view).ndim = 1;
        (*view).format = if wants(PyBUF_FORMAT) { c"B".as_ptr().cast_mut() } else { null_mut() };
        (*view).shape = if wants(PyBUF_ND) { &raw mut (*view).len } else { null_mut() };
        (*view).strides = if wants(PyBUF_STRIDES) { &raw mut (*view).itemsize } else { null_mut() };
        (*view).suboffsets = null_mut();
        (*view).internal = null_mut();
    }
    Ok(())
}

/// An array of `ndim` sizes, if it is there.
unsafe fn dims<'a>(array: *const Py_ssize_t, ndim: c_int) -> Option<&'a [Py_ssize_t]> {
    if array.is_null() {
        return None;
    }
    // SAFETY: arrays of a view have `ndim` entries.
    Some(unsafe { core::slice::from_raw_parts(array, ndim.max(0) as usize) })
}

fn strides_match<'a>(view: &Py_buffer, dims: impl Iterator<Item = (&'a Py_ssize_t, &'a Py_ssize_t)>) -> bool {
    let mut expected = view.itemsize;
    for (&shape, &stride) in dims {
        if shape > 1 && stride != expected {
            return false;
        }
        expected *= shape;
    }
    true
}

/// `PyBuffer_IsContiguous` in order `C`, `F` or `A` (any of the two).
pub fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    // SAFETY: the arrays of a view.
    let (shape, strides) = unsafe { (dims(view.shape, view.ndim), dims(view.strides, view.ndim)) };
    let c_order = || match (shape, strides) {
        (_, None) => true,
        (Some(shape), Some(strides)) => view.len == 0 || strides_match(view, shape.iter().zip(strides).rev()),
        (None, Some(_)) => true,
    };
    let fortran = || match (shape, strides) {
        (_, None) => {
            view.ndim <= 1
                || shape.is_some_and(|shape| shape.iter().filter(|&&n| n > 1).count() <= 1)
                || view.len == 0
        }
        (Some(shape), Some(strides)) => view.len == 0 || strides_match(view, shape.iter().zip(strides)),
        (None, Some(_)) => true,
    };
    match order {
        b'C' => c_order(),
        b'F' => fortran(),
        b'A' => c_order() || fortran(),
        _ => false,
    }
}

/// `PyBuffer_GetPointer`: the address of an item.
///
/// # Safety
/// `view` is acquired and has strides; `indices` has `ndim` entries within the shape.
pub unsafe fn get_pointer(view: *const Py_buffer, indices: *const Py_ssize_t) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let view = &*view;
        let mut at = view.buf.cast::<u8>();
        for i in 0..view.ndim.max(0) as usize {
            at = at.offset(*view.strides.add(i) * *indices.add(i));
            if !view.suboffsets.is_null() && *view.suboffsets.add(i) >= 0 {
                at = at.cast::<*mut u8>().read_unaligned().offset(*view.suboffsets.add(i));
            }
        }
        at
    }
}

/// `_Py_add_one_to_index_F`: the next index, the first one running fastest.
pub fn add_one_to_index_f(index: &mut [Py_ssize_t], shape: &[Py_ssize_t]) {
    for (i, &n) in index.iter_mut().zip(shape) {
        if *i < n - 1 {
            *i += 1;
            return;
        }
        *i = 0;
    }
}

/// `_Py_add_one_to_index_C`: the next index, the last one running fastest.
pub fn add_one_to_index_c(index: &mut [Py_ssize_t], shape: &[Py_ssize_t]) {
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        if *i < n - 1 {
            *i += 1;
            return;
        }
        *i = 0;
    }
}

/// `PyBuffer_FillContiguousStrides`.
pub fn fill_contiguous_strides(
    shape: &[Py_ssize_t],
    strides: &mut [Py_ssize_t],
    itemsize: Py_ssize_t,
    order: u8,
) {
    let mut size = itemsize;
    let pairs = shape.iter().zip(strides);
    if order == b'F' {
        pairs.for_each(|(&n, stride)| {
            *stride = size;
            size *= n;
        });
    } else {
        pairs.rev().for_each(|(&n, stride)| {
            *stride = size;
            size *= n;
        });
    }
}

/// Visits the address of every item of a view, in C or Fortran order.
unsafe fn each_item(view: &Py_buffer, order: u8, mut visit: impl FnMut(*mut u8)) {
    if view.itemsize <= 0 || view.len <= 0 {
        return;
    }
    // SAFETY: arrays of the view.
    let Some(shape) = (unsafe { dims(view.shape, view.ndim) }) else { return };
    let strides: Vec<Py_ssize_t> = match
        // SAFETY: as above.
        unsafe { dims(view.strides, view.ndim) }
    {
        Some(strides) => strides.to_vec(),
        None => {
            let mut strides = vec![0; shape.len()];
            fill_contiguous_strides(shape, &mut strides, view.itemsize, b'C');
            strides
        }
    };
    let strided = Py_buffer { strides: strides.as_ptr().cast_mut(), ..*view };
    let mut index = vec![0; shape.len()];
    for _ in 0..view.len / view.itemsize {
        // SAFETY: the index is within the shape.
        visit(unsafe { get_pointer(&strided, index.as_ptr()) });
        if order == b'F' {
            add_one_to_index_f(&mut index, shape);
        } else {
            add_one_to_index_c(&mut index, shape);
        }
    }
}

/// `PyBuffer_FromContiguous`: fills a view's items from contiguous memory.
///
/// # Safety
/// `view` is acquired for writing; `from` holds `len` bytes.
pub unsafe fn from_contiguous(view: *const Py_buffer, from: *const u8, len: isize, order: u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let view = &*view;
        let len = len.min(view.len).max(0);
        if is_contiguous(view, order) {
            core::ptr::copy_nonoverlapping(from, view.buf.cast::<u8>(), len as usize);
            return;
        }
        let mut done = 0;
        each_item(view, order, |item| {
            if done + view.itemsize <= len {
                core::ptr::copy_nonoverlapping(from.offset(done), item, view.itemsize as usize);
                done += view.itemsize;
            }
        });
    }
}

/// `PyBuffer_ToContiguous`: the items of a view one after the other; order `A` keeps Fortran order where the view has
/// it.
///
/// # Safety
/// `to` has room for `len` bytes; `view` is acquired.
pub unsafe fn to_contiguous(to: *mut u8, view: *const Py_buffer, len: isize, order: u8) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let view = &*view;
        if len != view.len {
            return Err(err::value_error("PyBuffer_ToContiguous: len != view->len"));
        }
        if is_contiguous(view, order) {
            core::ptr::copy_nonoverlapping(view.buf.cast::<u8>(), to, len as usize);
            return Ok(());
        }
        let mut done = 0;
        each_item(view, order, |item| {
            core::ptr::copy_nonoverlapping(item, to.offset(done), view.itemsize as usize);
            done += view.itemsize;
        });
    }
    Ok(())
}

/// The contents of a view as contiguous bytes.
pub fn contents(view: &Py_buffer, order: u8) -> Result<Obj> {
    let mut status = Ok(());
    let out = bytes::build(view.len.max(0) as usize, |to| {
        // SAFETY: `to` has `view.len` bytes.
        status = unsafe { to_contiguous(to.as_mut_ptr(), view, view.len, order) };
    })?;
    status.map(|()| out)
}

/// `PyObject_CopyData`: copies the contents of one object's buffer into another's.
pub fn copy_data(dest: &Object, src: &Object) -> Result<()> {
    if !check(dest) || !check(src) {
        return Err(err::type_error("both destination and source must be bytes-like objects"));
    }
    let to = Buffer::get(dest, PyBUF_FULL)?;
    let from = Buffer::get(src, PyBUF_FULL_RO)?;
    let (Some(to), Some(from)) = (to.view(), from.view()) else { return Ok(()) };
    if to.len < from.len {
        return Err(err::buffer_error("destination is too small to receive data from source"));
    }
    let both = |order| is_contiguous(to, order) && is_contiguous(from, order);
    // SAFETY: both views are acquired; items are copied through a buffer of their own, as the views may overlap.
    unsafe {
        if both(b'C') || both(b'F') {
            core::ptr::copy(from.buf.cast::<u8>(), to.buf.cast::<u8>(), from.len as usize);
            return Ok(());
        }
        let mut memory = vec![0u8; from.len as usize];
        to_contiguous(memory.as_mut_ptr(), from, from.len, b'C')?;
        from_contiguous(to, memory.as_ptr(), from.len, b'C');
    }
    Ok(())
}

/// `PyBuffer_SizeFromFormat`: `struct.calcsize`.
pub fn size_from_format(format: &str) -> Result<isize> {
    let module = (hooks::get().import)("struct")?;
    let calcsize = object::get_attr(&module, crate::intern!("calcsize"))?;
    let size = call::call1(&calcsize, &*unicode::from_str(format)?)?;
    long::as_isize(&size)
}

// ---- the old buffer interface ----

/// `PyObject_CheckReadBuffer`.
pub fn check_read_buffer(object: &Object) -> bool {
    if !check(object) {
        return false;
    }
    match Buffer::get(object, PyBUF_SIMPLE) {
        Ok(_) => true,
        Err(_) => {
            err::clear();
            false
        }
    }
}

/// The address and length of an object's memory; the view is released at once, as the old interface had no release.
fn old_interface(object: &Object, flags: i32) -> Result<(*mut u8, isize)> {
    let buffer = Buffer::get(object, flags)?;
    let view = buffer.view().expect("a view was asked for");
    Ok((view.buf.cast(), view.len))
}

/// `PyObject_AsReadBuffer` and `PyObject_AsCharBuffer`.
pub fn as_read_buffer(object: &Object) -> Result<(*mut u8, isize)> {
    old_interface(object, PyBUF_SIMPLE)
}

/// `PyObject_AsWriteBuffer`.
pub fn as_write_buffer(object: &Object) -> Result<(*mut u8, isize)> {
    if !check(object) {
        return Err(err::type_error("expected a writable bytes-like object"));
    }
    old_interface(object, PyBUF_WRITABLE)
        .map_err(|_| err::type_error("expected a writable bytes-like object"))
}

/// The format of a view; none means unsigned bytes.
pub fn format_of(view: &Py_buffer) -> &CStr {
    if view.format.is_null() {
        return c"B";
    }
    // SAFETY: a NUL-terminated string that lives as long as the view.
    unsafe { CStr::from_ptr(view.format.cast::<c_char>()) }
}
