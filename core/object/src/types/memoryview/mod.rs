//! `memoryview`: a view of another object's memory, with a shape and a format.
//!
//! ```text
//!   memoryview ──mbuf──▶ managedbuffer ──master.obj──▶ exporter
//!     view.shape, strides, suboffsets ──▶ ob_array (3 * ndim numbers at the object's end)
//! ```
//!
//! A `managedbuffer` holds the one buffer got from the exporter; all views made of each other share it and it counts
//! them (`exports`). A view counts its own consumers in `exports`; while there are any it cannot be released. A released
//! view only answers `release`, `==` and `repr`.

mod access;
mod cast;
mod compare;
mod format;

use crate::args::Args;
use crate::cell::Visitor;
use crate::doc;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::payload::EMPTY_SEQUENCE;
use crate::protocol::buffer::{self, EMPTY, is_contiguous};
use crate::types::typeobject::Type;
use crate::types::{bytes, dict, long, tuple, unicode, weakref};
use crate::{gc, method, refcount, slot};
use core::ffi::{c_char, c_int};
use core::ptr::null_mut;
use krait_abi::*;

const MBUF_RELEASED: c_int = 1;
const RELEASED: c_int = 1;
const C_ORDER: c_int = 2;
const FORTRAN: c_int = 4;
const SCALAR: c_int = 8;
/// With suboffsets, as the Python Imaging Library has it.
const PIL: c_int = 16;
const MAX_NDIM: usize = 64;

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(MemoryView::length),
    sq_item: slot::ssize_arg(MemoryView::item),
    ..EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(MemoryView::length),
    mp_subscript: slot::subscript(MemoryView::subscript),
    mp_ass_subscript: slot::obj_obj_arg(MemoryView::set_subscript),
};
static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

crate::methods! {
    static METHODS = [
        method::noargs(c"release", MemoryView::release, doc!("release($self, /)", "Gives the memory back; the view cannot be used afterwards.")),
        method::varargs_keywords(c"tobytes", to_bytes, doc!("tobytes($self, /, order=None)",
            "The contents as bytes, in order 'C', 'F' (Fortran) or 'A' (Fortran if the view is so, else C).")),
        method::keywords(c"hex", hex, doc!("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
            "Two hexadecimal digits for each byte, with sep between groups of bytes counted from the right (from the left if negative).\n\n>>> value = memoryview(b'\\n\\xffc')\n>>> value.hex()\n'0aff63'\n>>> value.hex('-')\n'0a-ff-63'\n>>> value.hex(':', 2)\n'0a:ff63'\n>>> value.hex(':', -2)\n'0aff:63'")),
        method::noargs(c"tolist", MemoryView::to_list, doc!("tolist($self, /)", "The items as a list, nested for each dimension.")),
        method::varargs_keywords(c"cast", cast::cast, doc!("cast($self, /, format, *, shape)", "A view of the same memory with another format or shape.")),
        method::noargs(c"toreadonly", to_read_only, doc!("toreadonly($self, /)", "A view of the same memory that cannot be written.")),
        method::noargs(c"__enter__", |this: &MemoryView| this.check().map(|()| this.object().owned()), c""),
        method::varargs(c"__exit__", |this: &MemoryView, _: &Object| this.release(), c""),
    ];
}

crate::getsets! {
    static GETSETS = [
        method::getter(c"obj", get_obj, c"The object whose memory this is."),
        method::getter(c"nbytes", |this: &MemoryView| this.checked().map(|view| view.shape().iter().product::<isize>() * view.itemsize()), c"Size of the items in bytes."),
        method::getter(c"readonly", |this: &MemoryView| this.checked().map(|view| view.raw().readonly != 0), c"Whether the memory cannot be written."),
        method::getter(c"itemsize", |this: &MemoryView| this.checked().map(MemoryView::itemsize), c"Size of an item in bytes."),
        method::getter(c"format", get_format, c"Format of an item, in the syntax of the struct module."),
        method::getter(c"ndim", |this: &MemoryView| this.checked().map(|view| view.raw().ndim), c"Number of dimensions."),
        method::getter(c"shape", |this: &MemoryView| numbers(this.checked()?.shape()), c"Number of items in each dimension."),
        method::getter(c"strides", |this: &MemoryView| numbers(this.checked()?.strides()), c"Bytes from one item to the next in each dimension."),
        method::getter(c"suboffsets", |this: &MemoryView| numbers(this.checked()?.suboffsets().unwrap_or(&[])), c"Offsets behind pointers, for memory in several pieces."),
        method::getter(c"c_contiguous", |this: &MemoryView| this.checked().map(|view| view.has(C_ORDER)), c"Whether the items lie one after the other in C order."),
        method::getter(c"f_contiguous", |this: &MemoryView| this.checked().map(|view| view.has(FORTRAN)), c"Whether the items lie one after the other in Fortran order."),
        method::getter(c"contiguous", |this: &MemoryView| this.checked().map(|view| view.has(C_ORDER | FORTRAN)), c"Whether the items lie one after the other."),
    ];
}

crate::static_type! {
    /// `managedbuffer`
    #[unsafe(no_mangle)]
    pub static _PyManagedBuffer_Type = {
        tp_name: c"managedbuffer".as_ptr(),
        tp_basicsize: size_of::<_PyManagedBufferObject>() as Py_ssize_t,
        tp_dealloc: Some(mbuf_dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(mbuf_traverse),
        tp_clear: slot::clear(mbuf_clear),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}

crate::static_type! {
    /// `memoryview`
    #[unsafe(no_mangle)]
    pub static PyMemoryView_Type = {
        tp_name: c"memoryview".as_ptr(),
        tp_basicsize: core::mem::offset_of!(PyMemoryViewObject, ob_array) as Py_ssize_t,
        tp_itemsize: size_of::<Py_ssize_t>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: slot::hash(hash),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_doc: doc!("memoryview(object)", "A view of an object's memory.").as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_richcompare: slot::richcompare(compare::rich_compare),
        tp_weaklistoffset: core::mem::offset_of!(PyMemoryViewObject, weakreflist) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(new),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A `managedbuffer`. */ pub ManagedBuffer, _PyManagedBufferObject, _PyManagedBuffer_Type);
crate::object_view!(/** A `memoryview`. */ pub MemoryView, PyMemoryViewObject, PyMemoryView_Type);

// ---- the managed buffer ----

fn mbuf_alloc() -> Result<Obj<ManagedBuffer>> {
    let object = gc::new_object(&raw mut _PyManagedBuffer_Type)?.cast::<_PyManagedBufferObject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*object).flags = 0;
        (*object).exports = 0;
        (*object).master = EMPTY;
        gc::track(object.cast());
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

fn mbuf_release(this: &ManagedBuffer) {
    // SAFETY: a live managed buffer; its buffer is released once.
    unsafe {
        let raw = this.as_raw();
        if (*raw).flags & MBUF_RELEASED != 0 {
            return;
        }
        (*raw).flags |= MBUF_RELEASED;
        gc::untrack(raw.cast());
        buffer::release(&raw mut (*raw).master);
    }
}

unsafe extern "C" fn mbuf_dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        mbuf_release(&*object.cast::<ManagedBuffer>());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn mbuf_traverse(this: &ManagedBuffer, visitor: &mut Visitor) {
    // SAFETY: a live managed buffer.
    visitor.visit_ptr(unsafe { (*this.as_raw()).master.obj });
}

fn mbuf_clear(this: &ManagedBuffer) {
    mbuf_release(this);
}

/// Gets an object's buffer into a new managed buffer.
fn mbuf_from_object(object: &Object) -> Result<Obj<ManagedBuffer>> {
    let mbuf = mbuf_alloc()?;
    // SAFETY: the master buffer stays inside the object until it is released.
    let got = unsafe { buffer::get_buffer(object, &raw mut (*mbuf.as_raw()).master, PyBUF_FULL_RO) };
    if let Err(raised) = got {
        // An exporter that fails may leave anything there.
        // SAFETY: the object is this function's.
        unsafe { (*mbuf.as_raw()).master.obj = null_mut() };
        return Err(raised);
    }
    Ok(mbuf)
}

// ---- making views ----

/// A view without contents: arrays allocated, to be filled and then registered by [`add_view`].
fn alloc(ndim: usize) -> Result<Obj<MemoryView>> {
    let object = gc::new_var(&raw mut PyMemoryView_Type, 3 * ndim as isize)?.cast::<PyMemoryViewObject>();
    // SAFETY: a fresh object with 3 * ndim numbers behind it, tracked when complete.
    unsafe {
        (*object).mbuf = null_mut();
        (*object).hash = -1;
        (*object).flags = 0;
        (*object).exports = 0;
        (*object).weakreflist = null_mut();
        let array = (&raw mut (*object).ob_array).cast::<Py_ssize_t>();
        array.write_bytes(0, 3 * ndim);
        (*object).view = Py_buffer {
            ndim: ndim as c_int,
            shape: array,
            strides: array.add(ndim),
            suboffsets: array.add(2 * ndim),
            ..EMPTY
        };
        gc::track(object.cast());
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

/// Takes everything but the arrays over from another buffer.
fn share(view: &mut Py_buffer, source: &Py_buffer) {
    view.obj = source.obj;
    view.buf = source.buf;
    view.len = source.len;
    view.itemsize = source.itemsize;
    view.readonly = source.readonly;
    view.format = if source.format.is_null() { c"B".as_ptr().cast_mut() } else { source.format };
    view.internal = source.internal;
}

/// A new view of a managed buffer, shaped like `source` (by default the buffer itself).
fn add_view(mbuf: &ManagedBuffer, source: Option<&Py_buffer>) -> Result<Obj<MemoryView>> {
    // SAFETY: a live managed buffer.
    let source = source.copied().unwrap_or_else(|| unsafe { (*mbuf.as_raw()).master });
    let ndim = source.ndim as usize;
    if source.ndim < 0 || ndim > MAX_NDIM {
        return Err(err::value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let made = alloc(ndim)?;
    let view = made.raw_mut();
    share(view, &source);
    // SAFETY: arrays of `ndim` numbers on both sides where they are there.
    unsafe {
        match ndim {
            0 => (view.shape, view.strides) = (null_mut(), null_mut()),
            _ => {
                for i in 0..ndim {
                    *view.shape.add(i) = if source.shape.is_null() {
                        source.len / source.itemsize
                    } else {
                        *source.shape.add(i)
                    };
                }
                if source.strides.is_null() {
                    let shape = core::slice::from_raw_parts(view.shape, ndim);
                    let strides = core::slice::from_raw_parts_mut(view.strides, ndim);
                    buffer::fill_contiguous_strides(shape, strides, view.itemsize, b'C');
                } else {
                    view.strides.copy_from_nonoverlapping(source.strides, ndim);
                }
            }
        }
        if source.suboffsets.is_null() {
            view.suboffsets = null_mut();
        } else {
            view.suboffsets.copy_from_nonoverlapping(source.suboffsets, ndim);
        }
    }
    made.init_flags();
    made.register(mbuf);
    Ok(made)
}

/// `PyMemoryView_FromObject`.
pub fn from_object(object: &Object) -> Result<Obj> {
    if let Some(view) = object.downcast::<MemoryView>() {
        view.check()?;
        return Ok(add_view(&view.mbuf(), Some(view.raw()))?.upcast());
    }
    if buffer::check(object) {
        let mbuf = mbuf_from_object(object)?;
        return Ok(add_view(&mbuf, None)?.upcast());
    }
    Err(err::type_error(format_args!(
        "memoryview: a bytes-like object is required, not '{:.200}'",
        object.class_of().name()
    )))
}

/// A view of an object's contiguous memory as unsigned bytes, in whatever order the items lie.
pub fn raw_bytes(object: &Object) -> Result<Obj> {
    let mbuf = mbuf_from_object(object)?;
    // SAFETY: a live managed buffer.
    let master = unsafe { (*mbuf.as_raw()).master };
    let flat = Py_buffer {
        format: null_mut(),
        itemsize: 1,
        ndim: 1,
        shape: null_mut(),
        strides: null_mut(),
        suboffsets: null_mut(),
        ..master
    };
    Ok(add_view(&mbuf, Some(&flat))?.upcast())
}

/// `PyMemoryView_FromBuffer`: the view does not own the buffer.
///
/// # Safety
/// `info` is a filled buffer whose memory outlives the view.
pub unsafe fn from_buffer(info: *const Py_buffer) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*info).buf.is_null() {
            return Err(err::value_error("PyMemoryView_FromBuffer(): info->buf must not be NULL"));
        }
        let mbuf = mbuf_alloc()?;
        (*mbuf.as_raw()).master = Py_buffer { obj: null_mut(), ..*info };
        Ok(add_view(&mbuf, None)?.upcast())
    }
}

/// `PyMemoryView_FromMemory`; `flags` is `PyBUF_READ` or `PyBUF_WRITE`.
///
/// # Safety
/// `memory` holds `size` bytes that outlive the view.
pub unsafe fn from_memory(memory: *mut c_char, size: isize, flags: c_int) -> Result<Obj> {
    let mbuf = mbuf_alloc()?;
    let readonly = flags != PyBUF_WRITE;
    // SAFETY: the caller's promise; the master buffer stays inside the object.
    unsafe {
        let master = &raw mut (*mbuf.as_raw()).master;
        buffer::fill_info(master, None, memory.cast(), size, readonly, PyBUF_FULL_RO)?;
    }
    Ok(add_view(&mbuf, None)?.upcast())
}

/// `PyMemoryView_GetContiguous`: a view whose items lie one after the other; a copy if need be (for reading only).
pub fn get_contiguous(object: &Object, buffer_type: c_int, order: u8) -> Result<Obj> {
    let made = from_object(object)?;
    // SAFETY: just made.
    let view = unsafe { made.cast_unchecked::<MemoryView>() };
    if buffer_type == PyBUF_WRITE && view.raw().readonly != 0 {
        return Err(err::buffer_error("underlying buffer is not writable"));
    }
    if is_contiguous(view.raw(), order) {
        return Ok(made);
    }
    if buffer_type == PyBUF_WRITE {
        return Err(err::buffer_error("writable contiguous buffer requested for a non-contiguous object."));
    }
    let contents = buffer::contents(view.raw(), order)?;
    let copy = mbuf_from_object(&contents)?;
    // SAFETY: the copy holds `len` bytes; shape and format are those of the original, without its strides.
    let shaped = unsafe {
        Py_buffer {
            obj: (*copy.as_raw()).master.obj,
            buf: (*copy.as_raw()).master.buf,
            strides: null_mut(),
            suboffsets: null_mut(),
            readonly: 1,
            ..*view.raw()
        }
    };
    let result = add_view(&copy, Some(&shaped))?;
    if order == b'F' || order == b'A' && view.has(FORTRAN) {
        let (shape, itemsize) = (result.shape().to_vec(), result.itemsize());
        buffer::fill_contiguous_strides(&shape, result.strides_mut(), itemsize, b'F');
        result.init_flags();
    }
    Ok(result.upcast())
}

fn new(class: &Type, given: &Object, kw: Option<&Object>) -> Result<Obj> {
    let _ = class;
    const SIGNATURE: crate::args::Signature<1> = crate::args::Signature::new("memoryview", ["object"]);
    let given_names = kw.map_or(0, dict::len);
    if tuple::items(given).is_empty() && given_names > 0 {
        // A wrong name is reported as the missing argument.
        let kw = kw.expect("counted above");
        if dict::get_str(kw, "object")?.is_none() {
            return Err(err::type_error("memoryview() missing required argument 'object' (pos 1)"));
        }
    }
    let [object] = SIGNATURE.bind_tuple(given, kw)?;
    from_object(object.expect("required"))
}

// ---- a view's fields ----

impl MemoryView {
    #[inline(always)]
    fn raw(&self) -> &Py_buffer {
        // SAFETY: a live view.
        unsafe { &(*self.as_raw()).view }
    }

    #[expect(clippy::mut_from_ref, reason = "a C struct behind a cell, one user at a time under the GIL")]
    fn raw_mut(&self) -> &mut Py_buffer {
        // SAFETY: a live view; used while it is being built.
        unsafe { &mut (*self.as_raw()).view }
    }

    fn mbuf(&self) -> Obj<ManagedBuffer> {
        // SAFETY: a complete view owns its managed buffer.
        unsafe { Object::from_ptr((*self.as_raw()).mbuf.cast()).owned().cast_into() }
    }

    fn flags(&self) -> c_int {
        // SAFETY: a live view.
        unsafe { (*self.as_raw()).flags }
    }

    fn has(&self, flags: c_int) -> bool {
        self.flags() & flags != 0
    }

    fn is_released(&self) -> bool {
        // SAFETY: a live view.
        unsafe {
            let mbuf = (*self.as_raw()).mbuf;
            self.has(RELEASED) || mbuf.is_null() || (*mbuf).flags & MBUF_RELEASED != 0
        }
    }

    /// `ValueError` for a released view.
    fn check(&self) -> Result<()> {
        if self.is_released() {
            return Err(err::value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    fn checked(&self) -> Result<&MemoryView> {
        self.check().map(|()| self)
    }

    fn ndim(&self) -> usize {
        self.raw().ndim as usize
    }

    fn itemsize(&self) -> isize {
        self.raw().itemsize
    }

    fn dims(&self, array: *mut Py_ssize_t) -> &[isize] {
        if array.is_null() {
            return &[];
        }
        // SAFETY: the view's arrays have `ndim` numbers.
        unsafe { core::slice::from_raw_parts(array, self.ndim()) }
    }

    fn shape(&self) -> &[isize] {
        self.dims(self.raw().shape)
    }

    fn strides(&self) -> &[isize] {
        self.dims(self.raw().strides)
    }

    #[expect(clippy::mut_from_ref, reason = "as raw_mut")]
    fn strides_mut(&self) -> &mut [isize] {
        // SAFETY: as `dims`; used while the view is being built.
        unsafe { core::slice::from_raw_parts_mut(self.raw().strides, self.ndim()) }
    }

    fn suboffsets(&self) -> Option<&[isize]> {
        (!self.raw().suboffsets.is_null()).then(|| self.dims(self.raw().suboffsets))
    }

    /// Sets the flags that tell how the items lie.
    fn init_flags(&self) {
        let view = self.raw();
        let mut flags = match (self.shape(), self.strides()) {
            ([], _) => SCALAR | C_ORDER | FORTRAN,
            ([1], _) => C_ORDER | FORTRAN,
            ([_], [stride]) if *stride == view.itemsize => C_ORDER | FORTRAN,
            ([_], _) => 0,
            _ => {
                let c_order = if is_contiguous(view, b'C') { C_ORDER } else { 0 };
                c_order | if is_contiguous(view, b'F') { FORTRAN } else { 0 }
            }
        };
        if !view.suboffsets.is_null() {
            flags = (flags | PIL) & !(C_ORDER | FORTRAN);
        }
        // SAFETY: a live view.
        unsafe { (*self.as_raw()).flags = flags };
    }

    /// Counts the view as one of a managed buffer's.
    fn register(&self, mbuf: &ManagedBuffer) {
        // SAFETY: both are live.
        unsafe {
            (*self.as_raw()).mbuf = mbuf.owned().into_ptr().cast();
            (*mbuf.as_raw()).exports += 1;
        }
    }

    /// `release()`.
    fn release(&self) -> Result<()> {
        // SAFETY: a live view.
        unsafe {
            let raw = self.as_raw();
            if (*raw).flags & RELEASED != 0 {
                return Ok(());
            }
            if (*raw).exports > 0 {
                let n = (*raw).exports;
                let plural = if n == 1 { "" } else { "s" };
                return Err(err::buffer_error(format_args!("memoryview has {n} exported buffer{plural}")));
            }
            (*raw).flags |= RELEASED;
            let Some(mbuf) = Object::from_ptr_opt((*raw).mbuf.cast()) else { return Ok(()) };
            let mbuf: Obj<ManagedBuffer> = mbuf.owned().cast_into();
            (*mbuf.as_raw()).exports -= 1;
            if (*mbuf.as_raw()).exports == 0 {
                mbuf_release(&mbuf);
            }
        }
        Ok(())
    }

    fn length(&self) -> Result<usize> {
        self.check()?;
        Ok(self.shape().first().map_or(1, |&n| n as usize))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone; consumers hold references, so there are none.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyMemoryViewObject>();
        let this = &*object.cast::<MemoryView>();
        // Releasing may run code; it must not find a dying object.
        (*object).ob_refcnt = 1;
        let _ = this.release();
        (*object).ob_refcnt = 0;
        refcount::xdecref(core::mem::replace(&mut (*raw).mbuf, null_mut()).cast());
        if !(*raw).weakreflist.is_null() {
            weakref::clear_weakrefs(object);
        }
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &MemoryView, visitor: &mut Visitor) {
    // SAFETY: a live view.
    visitor.visit_ptr(unsafe { (*this.as_raw()).mbuf.cast() });
}

fn clear(this: &MemoryView) {
    let _ = this.release();
    // SAFETY: a live view; the reference is given up after the field is empty.
    unsafe { refcount::xdecref(core::mem::replace(&mut (*this.as_raw()).mbuf, null_mut()).cast()) };
}

// ---- the buffer of a view ----

/// What a consumer gets, by its flags.
fn requested(this: &MemoryView, flags: c_int) -> Result<Py_buffer> {
    this.check()?;
    let wants = |flag: c_int| flags & flag == flag;
    let mut view = Py_buffer { obj: null_mut(), ..*this.raw() };
    let refused = |what: &str| Err(err::buffer_error(format_args!("memoryview: underlying buffer {what}")));
    if wants(PyBUF_WRITABLE) && view.readonly != 0 {
        return refused("is not writable");
    }
    if !wants(PyBUF_FORMAT) {
        view.format = null_mut();
    }
    if wants(PyBUF_C_CONTIGUOUS) && !this.has(C_ORDER) {
        return refused("is not C-contiguous");
    }
    if wants(PyBUF_F_CONTIGUOUS) && !this.has(FORTRAN) {
        return refused("is not Fortran contiguous");
    }
    if wants(PyBUF_ANY_CONTIGUOUS) && !this.has(C_ORDER | FORTRAN) {
        return refused("is not contiguous");
    }
    if !wants(PyBUF_INDIRECT) && this.has(PIL) {
        return refused("requires suboffsets");
    }
    if !wants(PyBUF_STRIDES) {
        if !this.has(C_ORDER) {
            return refused("is not C-contiguous");
        }
        view.strides = null_mut();
    }
    if !wants(PyBUF_ND) {
        // One block of unsigned bytes.
        if !view.format.is_null() {
            return Err(err::buffer_error(
                "memoryview: cannot cast to unsigned bytes if the format flag is present",
            ));
        }
        view.ndim = 1;
        view.shape = null_mut();
    }
    Ok(view)
}

unsafe extern "C" fn get_buffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    slot::guard(-1, || {
        // SAFETY: the slot's contract.
        unsafe {
            let this = &*object.cast::<MemoryView>();
            match requested(this, flags) {
                Ok(filled) => {
                    *view = filled;
                    (*view).obj = this.object().owned().into_ptr();
                    (*this.as_raw()).exports += 1;
                    0
                }
                Err(_) => {
                    (*view).obj = null_mut();
                    -1
                }
            }
        }
    })
}

unsafe extern "C" fn release_buffer(object: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: the slot's contract.
    unsafe { (*object.cast::<PyMemoryViewObject>()).exports -= 1 };
}

// ---- repr, hash, properties, small methods ----

fn repr(this: &MemoryView) -> Result<Obj> {
    let state = if this.has(RELEASED) { "released " } else { "" };
    unicode::from_str(&format!("<{state}memory at {:p}>", this.as_ptr()))
}

fn hash(this: &MemoryView) -> Result<isize> {
    let raw = this.as_raw();
    // SAFETY: a live view; the cache field.
    unsafe {
        if (*raw).hash != -1 {
            return Ok((*raw).hash);
        }
        this.check()?;
        let view = this.raw();
        if view.readonly == 0 {
            return Err(err::value_error("cannot hash writable memoryview object"));
        }
        if !matches!(format::native(buffer::format_of(view)), Some(('B' | 'b' | 'c', _))) {
            return Err(err::value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        // The hash may change only with the memory, so its owner must be hashable.
        if let Some(owner) = Object::from_ptr_opt(view.obj) {
            crate::protocol::object::hash(owner)?;
        }
        let contents = buffer::contents(view, b'C')?;
        (*raw).hash = unicode::hash_bytes(bytes::as_slice(&contents));
        Ok((*raw).hash)
    }
}

fn get_obj(this: &MemoryView) -> Result<Obj> {
    this.check()?;
    // SAFETY: a live view; `obj` is NULL or live.
    let owner = unsafe { Object::from_ptr_opt(this.raw().obj) };
    Ok(owner.unwrap_or_else(|| crate::types::none::none()).owned())
}

fn get_format(this: &MemoryView) -> Result<Obj> {
    this.check()?;
    unicode::decode_utf8(buffer::format_of(this.raw()).to_bytes(), None)
}

fn numbers(values: &[isize]) -> Result<Obj> {
    let items: Result<Vec<Obj>> = values.iter().map(|&value| long::from_i64(value as i64)).collect();
    tuple::from_vec(items?)
}

/// The arguments of functions that are parsed the old way: "function ..." in messages.
fn old_arguments<'a, const N: usize>(
    given: &'a Object,
    kw: Option<&'a Object>,
    names: [&str; N],
    required: usize,
) -> Result<[Option<Obj>; N]> {
    let positional = tuple::items(given);
    let count = positional.len() + kw.map_or(0, dict::len);
    if count > N {
        let plural = if N == 1 { "" } else { "s" };
        return Err(err::type_error(format_args!(
            "function takes at most {N} argument{plural} ({count} given)"
        )));
    }
    let mut out = [const { None }; N];
    let mut used = positional.len();
    for (i, (slot, name)) in out.iter_mut().zip(names).enumerate() {
        *slot = positional.get(i).map(|value| (*value).owned());
        if let Some(kw) = kw
            && let Some(value) = dict::get_str(kw, name)?
        {
            if slot.is_some() {
                return Err(err::type_error(format_args!(
                    "argument for function given by name ('{name}') and position ({})",
                    i + 1
                )));
            }
            *slot = Some(value);
            used += 1;
        } else if slot.is_none() && i < required {
            return Err(err::type_error(format_args!(
                "function missing required argument '{name}' (pos {})",
                i + 1
            )));
        }
    }
    if used < count
        && let Some(kw) = kw
    {
        let mut position = 0;
        while let Some((key, _)) = dict::next(kw, &mut position) {
            if !names.iter().any(|name| unicode::check(&key) && unicode::eq_str(&key, name)) {
                return Err(crate::args::unknown_keyword(&key, "this function"));
            }
        }
    }
    Ok(out)
}

fn to_bytes(this: &MemoryView, given: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [order] = old_arguments(given, kw, ["order"], 0)?;
    this.check()?;
    let order = match order.filter(|order| !order.is_none()) {
        None => b'C',
        Some(order) if !unicode::check(&order) => {
            return Err(err::type_error(format_args!(
                "argument 1 must be str or None, not {}",
                order.class_of().name()
            )));
        }
        Some(order) => match unicode::as_utf8(&order)? {
            "C" => b'C',
            "F" => b'F',
            "A" => b'A',
            _ => return Err(err::value_error("order must be 'C', 'F' or 'A'")),
        },
    };
    buffer::contents(this.raw(), order)
}

fn hex(this: &MemoryView, given: Args<'_>) -> Result<Obj> {
    let (separator, group) = bytes::hex::arguments(given)?;
    this.check()?;
    let contents = buffer::contents(this.raw(), b'C')?;
    bytes::hex::to_str(bytes::as_slice(&contents), separator, group)
}

fn to_read_only(this: &MemoryView) -> Result<Obj> {
    this.check()?;
    let view = add_view(&this.mbuf(), Some(this.raw()))?;
    view.raw_mut().readonly = 1;
    Ok(view.upcast())
}
