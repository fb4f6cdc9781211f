//! `traceback`: where an exception passed (`PyTracebackObject`). Printing is in `traceback_print`.

use crate::frame::{self, Frame};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::err::Fetched;
use krait_object::refcount::{incref, xdecref};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, none};
use krait_object::{Layout, Obj, Object, Result, err, gc, method, object_view, slot, state, static_type};

static_type! {
    /// `traceback`
    #[unsafe(no_mangle)]
    pub static PyTraceBack_Type = {
        tp_name: c"traceback".as_ptr(),
        tp_basicsize: size_of::<PyTracebackObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_doc: c"TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nMakes a traceback object.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(tp_clear),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(tp_new),
    };
}
object_view!(/** A traceback. */ pub Traceback, PyTracebackObject, PyTraceBack_Type);

impl Traceback {
    fn next(&self) -> &ObjCell {
        // SAFETY: ObjCell is transparent over a nullable owned pointer.
        unsafe { &*(&raw mut (*self.as_raw()).tb_next).cast::<ObjCell>() }
    }
}

fn new(next: Option<Obj>, frame: &Object, lasti: i32, lineno: i32) -> Result<Obj> {
    // SAFETY: memory for a traceback.
    unsafe {
        let raw = gc::new_object(&raw mut PyTraceBack_Type)?.cast::<PyTracebackObject>();
        fill(raw, krait_object::handle::into_ptr_opt(next), frame.as_ptr().cast(), lasti, lineno);
        Ok(Obj::from_owned_ptr(raw.cast()))
    }
}

/// Sets all fields of a new traceback. The reference to the next one moves in.
///
/// # Safety
/// `raw` is memory for a traceback that is not tracked; the frame is live.
#[inline(always)]
unsafe fn fill(
    raw: *mut PyTracebackObject,
    next: *mut PyObject,
    frame: *mut PyFrameObject,
    lasti: i32,
    lineno: i32,
) {
    // SAFETY: the caller's promise.
    unsafe {
        (*raw).tb_next = next.cast();
        incref(frame.cast());
        (*raw).tb_frame = frame;
        (*raw).tb_lasti = lasti;
        (*raw).tb_lineno = lineno;
        gc::track(raw.cast());
    }
}

/// Adds the frame to the traceback of the current exception (`PyTraceBack_Here`). When that fails, the new error takes
/// the old one's place.
///
/// # Safety
/// A live frame; an exception is set.
pub unsafe fn here(frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise; the old traceback moves into the new one.
    unsafe {
        let tstate = state::required();
        let lineno = frame::line_number(frame);
        let [kind, value, next] = err::fetch_raw();
        let Ok(raw) = gc::new_object(&raw mut PyTraceBack_Type) else {
            // What there was becomes the context of the failure.
            err::chain(Object::from_ptr_opt(kind).map(|_| Fetched {
                kind: Obj::from_owned_ptr(kind),
                value: Obj::from_owned_opt(value),
                traceback: Obj::from_owned_opt(next),
            }));
            return;
        };
        fill(raw.cast(), next, frame, (*frame).f_lasti, lineno);
        (*tstate).curexc_type = kind;
        (*tstate).curexc_value = value;
        (*tstate).curexc_traceback = raw;
    }
}

/// Adds an entry for native code to the traceback of the current exception (`_PyTraceback_Add`).
pub fn add(function: &str, filename: &str, lineno: i32) {
    let saved = err::fetch();
    let made = crate::code::new_empty(filename, function, lineno).and_then(|code| {
        let globals = krait_object::types::dict::new()?;
        // SAFETY: a code object and a dict; the new frame is this function's.
        unsafe {
            let frame = frame::new(state::current(), code.as_raw(), globals.as_ptr(), null_mut())?;
            (*frame).f_lineno = lineno;
            Ok(Obj::<Object>::from_owned_ptr(frame.cast()))
        }
    });
    err::clear();
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
    if let Ok(frame) = made {
        // SAFETY: a live frame; the exception is set again.
        unsafe { here(frame.as_ptr().cast()) };
    }
}

/// A traceback of the frame that runs now, if there is one.
pub fn of_current_frame() -> Option<Obj> {
    // SAFETY: the running thread's state; its frame is live.
    unsafe {
        let frame = (*state::current()).frame;
        if frame.is_null() {
            return None;
        }
        let made = new(None, Object::from_ptr(frame.cast()), (*frame).f_lasti, frame::line_number(frame));
        if made.is_err() {
            err::clear();
        }
        made.ok()
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        krait_object::refcount::trashcan(object, dealloc, || {
            let raw = object.cast::<PyTracebackObject>();
            xdecref((*raw).tb_next.cast());
            xdecref((*raw).tb_frame.cast());
            gc::PyObject_GC_Del(object.cast());
        });
    }
}

fn traverse(this: &Traceback, visitor: &mut Visitor) {
    // SAFETY: a live traceback.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).tb_next.cast());
        visitor.visit_ptr((*this.as_raw()).tb_frame.cast());
    }
}

fn tp_clear(this: &Traceback) {
    drop(this.next().take());
    // SAFETY: the field is emptied before its reference goes.
    unsafe {
        let frame = core::mem::replace(&mut (*this.as_raw()).tb_frame, null_mut());
        xdecref(frame.cast());
    }
}

fn tp_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<4> =
        Signature::new("TracebackType", ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"]);
    let [next, frame, lasti, lineno] = SIGNATURE.bind_tuple(args, kw)?;
    let (Some(next), Some(frame), Some(lasti), Some(lineno)) = (next, frame, lasti, lineno) else {
        return Err(err::bad_internal_call());
    };
    if frame.downcast::<Frame>().is_none() {
        return Err(err::type_error(format_args!(
            "TracebackType() argument 'tb_frame' must be frame, not {}",
            if frame.is_none() { "None" } else { frame.class_of().name() }
        )));
    }
    let next = checked_next(next)?;
    new(next, frame, long::as_i32(lasti)?, long::as_i32(lineno)?)
}

/// None or a traceback.
fn checked_next(next: &Object) -> Result<Option<Obj>> {
    if next.is_none() {
        return Ok(None);
    }
    if next.downcast::<Traceback>().is_none() {
        return Err(err::type_error(format_args!(
            "expected traceback object, got '{}'",
            next.class_of().name()
        )));
    }
    Ok(Some(next.owned()))
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"tb_frame", T_OBJECT, 24, READONLY, c""),
        method::member(c"tb_lasti", T_INT, 32, READONLY, c""),
        method::member(c"tb_lineno", T_INT, 36, READONLY, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [method::getset(c"tb_next", get_next, set_next, c"")];
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__dir__", dir, c"")];
}

fn get_next(this: &Traceback) -> Result<Obj> {
    Ok(this.next().get_or_none())
}

fn set_next(this: &Traceback, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("can't delete tb_next attribute")) };
    let next = checked_next(value)?;
    let mut cursor = next.clone();
    while let Some(current) = cursor {
        if current.is(this) {
            return Err(err::value_error("traceback loop detected"));
        }
        cursor = current.downcast::<Traceback>().and_then(|current| current.next().get());
    }
    this.next().set_opt(next);
    Ok(())
}

fn dir(_this: &Traceback) -> Result<Obj> {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names =
        names.iter().map(|name| krait_object::types::unicode::from_str(name)).collect::<Result<Vec<_>>>()?;
    Ok(krait_object::types::list::from_vec(names)?.upcast())
}

/// The objects of one traceback entry: next, frame, line.
pub fn parts(traceback: &Object) -> Option<(Option<Obj>, Obj, i32)> {
    let this = traceback.downcast::<Traceback>()?;
    // SAFETY: a live traceback.
    unsafe {
        let frame = Object::from_ptr_opt((*this.as_raw()).tb_frame.cast()).unwrap_or(none::none()).owned();
        Some((this.next().get(), frame, (*this.as_raw()).tb_lineno))
    }
}

/// A traceback without the frames of importlib: all of them when `always`, else those that end in a chunk with
/// `_call_with_frames_removed`.
pub fn without_importlib(traceback: Obj, always: bool) -> Option<Obj> {
    use krait_object::types::unicode;
    let mut kept: Vec<Obj> = Vec::new();
    let mut chunk: Vec<Obj> = Vec::new();
    let mut cursor = Some(traceback);
    while let Some(entry) = cursor {
        let (next, frame, _) = parts(&entry)?;
        // SAFETY: a traceback's frame owns its code.
        let (file, name) = unsafe {
            let code = (*frame.as_ptr().cast::<PyFrameObject>()).f_code;
            (Object::from_ptr((*code).co_filename).owned(), Object::from_ptr((*code).co_name).owned())
        };
        let importlib = unicode::eq_str(&file, "<frozen importlib._bootstrap>")
            || unicode::eq_str(&file, "<frozen importlib._bootstrap_external>");
        if importlib {
            chunk.push(entry);
            if always || unicode::eq_str(&name, "_call_with_frames_removed") {
                chunk.clear();
            }
        } else {
            kept.append(&mut chunk);
            kept.push(entry);
        }
        cursor = next;
    }
    kept.append(&mut chunk);
    let mut next = None;
    for entry in kept.into_iter().rev() {
        entry.downcast::<Traceback>()?.next().set_opt(next.take());
        next = Some(entry);
    }
    next
}
