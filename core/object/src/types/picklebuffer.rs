//! `pickle.PickleBuffer`: an object's buffer for out-of-band pickling (PEP 574).

use crate::cell::Visitor;
use crate::doc;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer::{self, EMPTY};
use crate::types::typeobject::Type;
use crate::types::{memoryview, weakref};
use crate::{gc, method, slot};
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

crate::methods! {
    static METHODS = [
        method::noargs(c"raw", raw, c"raw($self, /)\n--\n\nA memoryview of the raw memory as unsigned bytes; BufferError if it is not contiguous."),
        method::noargs(c"release", |this: &PickleBuffer| { clear(this); Ok(()) }, c"release($self, /)\n--\n\nGives the buffer back."),
    ];
}

crate::static_type! {
    /// `pickle.PickleBuffer`
    #[unsafe(no_mangle)]
    pub static PyPickleBuffer_Type = {
        tp_name: c"pickle.PickleBuffer".as_ptr(),
        tp_basicsize: size_of::<PyPickleBufferObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_doc: c"A buffer that pickle may pass on beside the pickled data.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_weaklistoffset: core::mem::offset_of!(PyPickleBufferObject, weakreflist) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: slot::new(new),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A `PickleBuffer`. */ pub PickleBuffer, PyPickleBufferObject, PyPickleBuffer_Type);

fn make(class: *mut PyTypeObject, base: &Object) -> Result<Obj> {
    let object = gc::new_object(class)?.cast::<PyPickleBufferObject>();
    // SAFETY: a fresh object of that struct, tracked when complete; its view stays inside it until the release.
    unsafe {
        (*object).view = EMPTY;
        (*object).weakreflist = null_mut();
        gc::track(object.cast());
        let made = Obj::<Object>::from_owned_ptr(object.cast());
        buffer::get_buffer(base, &raw mut (*object).view, PyBUF_FULL_RO)?;
        Ok(made)
    }
}

/// `PyPickleBuffer_FromObject`.
pub fn from_object(base: &Object) -> Result<Obj> {
    make(&raw mut PyPickleBuffer_Type, base)
}

fn new(class: &Type, given: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [base] =
        crate::args::Signature::new("PickleBuffer", [""]).positional_only(1).bind_tuple(given, kw)?;
    make(class.as_raw(), base.expect("required"))
}

fn of(object: &Object) -> Result<&PickleBuffer> {
    object.downcast::<PickleBuffer>().ok_or_else(|| {
        err::type_error(format_args!("expected PickleBuffer, {:.200} found", object.class_of().name()))
    })
}

fn released() -> err::Raised {
    err::value_error("operation forbidden on released PickleBuffer object")
}

/// `PyPickleBuffer_GetBuffer`.
pub fn get_view(object: &Object) -> Result<*const Py_buffer> {
    let this = of(object)?;
    // SAFETY: a live object.
    unsafe {
        if (*this.as_raw()).view.obj.is_null() {
            return Err(released());
        }
        Ok(&raw const (*this.as_raw()).view)
    }
}

/// `PyPickleBuffer_Release`.
pub fn release(object: &Object) -> Result<()> {
    clear(of(object)?);
    Ok(())
}

fn traverse(this: &PickleBuffer, visitor: &mut Visitor) {
    // SAFETY: a live object.
    visitor.visit_ptr(unsafe { (*this.as_raw()).view.obj });
}

fn clear(this: &PickleBuffer) {
    // SAFETY: acquired by `make`; releasing a released view does nothing.
    unsafe { buffer::release(&raw mut (*this.as_raw()).view) };
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyPickleBufferObject>();
        if !(*raw).weakreflist.is_null() {
            weakref::clear_weakrefs(object);
        }
        buffer::release(&raw mut (*raw).view);
        if let Some(free) = (*(*object).ob_type).tp_free {
            free(object.cast());
        }
    }
}

unsafe extern "C" fn get_buffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    slot::guard(-1, || {
        // SAFETY: the slot's contract; the exporter fills the consumer's view itself.
        unsafe {
            let base = (*object.cast::<PyPickleBufferObject>()).view.obj;
            let Some(base) = Object::from_ptr_opt(base) else {
                let _ = released();
                return -1;
            };
            if buffer::get_buffer(&base.owned(), view, flags).is_ok() { 0 } else { -1 }
        }
    })
}

unsafe extern "C" fn release_buffer(object: *mut PyObject, view: *mut Py_buffer) {
    // Views belong to the exporter, so this is called only for views that name this object as their owner: none.
    let _ = (object, view);
}

fn raw(this: &PickleBuffer) -> Result<Obj> {
    // SAFETY: a live object.
    let view = unsafe { &(*this.as_raw()).view };
    if view.obj.is_null() {
        return Err(released());
    }
    if !buffer::is_contiguous(view, b'A') {
        return Err(err::buffer_error("cannot extract raw buffer from non-contiguous buffer"));
    }
    memoryview::raw_bytes(this.object())
}
