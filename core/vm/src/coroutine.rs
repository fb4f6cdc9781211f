//! `coroutine` and its `__await__` wrapper.

use crate::generator::{self, Generator};
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::protocol::call;
use krait_object::types::{exceptions, long, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, gc, hooks, intern, method, object_view, slot, state, static_type,
};

static mut ASYNC: PyAsyncMethods =
    PyAsyncMethods { am_await: slot::unary(await_method), ..krait_object::payload::EMPTY_ASYNC };

static_type! {
    /// `coroutine`
    #[unsafe(no_mangle)]
    pub static PyCoro_Type = {
        tp_name: c"coroutine".as_ptr(),
        tp_basicsize: size_of::<PyCoroObject>() as Py_ssize_t,
        tp_dealloc: Some(generator::dealloc),
        tp_as_async: &raw mut ASYNC,
        tp_repr: slot::unary(generator::repr),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(generator::traverse),
        tp_weaklistoffset: 40,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_finalize: Some(generator::finalize),
    };
}

static_type! {
    /// `coroutine_wrapper`: what `coroutine.__await__()` returns.
    #[unsafe(no_mangle)]
    pub static _PyCoroWrapper_Type = {
        tp_name: c"coroutine_wrapper".as_ptr(),
        tp_basicsize: size_of::<PyCoroWrapper>() as Py_ssize_t,
        tp_dealloc: Some(wrapper_dealloc),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_doc: c"A wrapper object implementing __await__ for coroutines.".as_ptr(),
        tp_traverse: slot::traverse(wrapper_traverse),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(wrapper_next),
        tp_methods: (&raw mut WRAPPER_METHODS).cast(),
    };
}
object_view!(/** The awaitable of a coroutine. */ pub Wrapper, PyCoroWrapper, _PyCoroWrapper_Type);

/// A coroutine for a frame, which moves into it.
///
/// # Safety
/// As for `generator::new_for_frame`.
pub unsafe fn new(
    frame: *mut PyFrameObject,
    name: Option<&Object>,
    qualname: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the caller's promise; the running thread's state.
    unsafe {
        let coroutine = generator::new_of_type(&raw mut PyCoro_Type, frame, name, qualname)?;
        let depth = (*state::required()).coroutine_origin_tracking_depth;
        if depth > 0 {
            let origin = origin(depth)?;
            (*coroutine.as_ptr().cast::<PyCoroObject>()).cr_origin = origin.into_ptr();
        }
        Ok(coroutine)
    }
}

/// Where the coroutine is being made: a tuple of (file, line, function).
fn origin(depth: i32) -> Result<Obj> {
    let mut entries = Vec::new();
    // SAFETY: the chain of live frames of the running thread.
    unsafe {
        let mut frame = (*state::required()).frame;
        while !frame.is_null() && entries.len() < depth as usize {
            let code = (*frame).f_code;
            entries.push(tuple::pack([
                Object::from_ptr((*code).co_filename).owned(),
                long::from_i64(i64::from(crate::frame::line_number(frame)))?,
                Object::from_ptr((*code).co_name).owned(),
            ])?);
            frame = (*frame).f_back;
        }
    }
    tuple::from_vec(entries)
}

/// The warning of a coroutine that goes without having been awaited, through `warnings._warn_unawaited_coroutine`.
pub fn warn_never_awaited(this: &Generator) {
    let through_module = || -> Result<bool> {
        let Some(module) = crate::import::get_module(intern!("warnings"))? else { return Ok(false) };
        let warn =
            krait_object::protocol::object::lookup_attr(&module, intern!("_warn_unawaited_coroutine"))?;
        let Some(warn) = warn else { return Ok(false) };
        call::call1(&warn, this)?;
        Ok(true)
    };
    match through_module() {
        Ok(true) => return,
        Ok(false) => {}
        Err(_) => err::write_unraisable(Some(this)),
    }
    let name = generator::get_qualname(this);
    let Ok(name) = name else { return };
    let message = format!("coroutine '{}' was never awaited", unicode::display(&name));
    if let Ok(message) = unicode::from_str(&message)
        && (hooks::get().warn)(exceptions::RuntimeWarning(), &message, 1).is_err()
    {
        err::write_unraisable(Some(this));
    }
}

/// Drops what a coroutine has beyond a generator.
///
/// # Safety
/// A coroutine that is being deallocated.
pub unsafe fn drop_fields(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let field = &raw mut (*object.cast::<PyCoroObject>()).cr_origin;
        drop((*field.cast::<ObjCell>()).take());
    }
}

fn await_method(this: &Generator) -> Result<Obj> {
    // SAFETY: memory for a wrapper, filled before it is tracked.
    unsafe {
        let wrapper = gc::new_object(&raw mut _PyCoroWrapper_Type)?;
        (*wrapper.cast::<PyCoroWrapper>()).cw_coroutine = this.object().owned().into_ptr().cast();
        gc::track(wrapper);
        Ok(Obj::from_owned_ptr(wrapper))
    }
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"cr_frame", T_OBJECT, 16, READONLY, c""),
        method::member(c"cr_running", T_BOOL, 24, READONLY, c""),
        method::member(c"cr_code", T_OBJECT, 32, READONLY, c""),
        method::member(c"cr_origin", T_OBJECT, 96, READONLY, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getset(c"__name__", generator::get_name, generator::set_name, c"name of the coroutine"),
        method::getset(c"__qualname__", generator::get_qualname, generator::set_qualname, c"qualified name of the coroutine"),
        method::getter(c"cr_await", generator::get_delegate, c"object being awaited on, or None"),
    ];
}

krait_object::methods! {
    static METHODS = [
        method::o(c"send", generator::send, c"send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
        method::fastcall(c"throw", generator::throw_method, c"throw(typ[,val[,tb]]) -> raise exception in coroutine,\nreturn next iterated value or raise StopIteration."),
        method::noargs(c"close", generator::close, c"close() -> raise GeneratorExit inside coroutine."),
    ];
}

krait_object::methods! {
    static WRAPPER_METHODS = [
        method::o(c"send", wrapper_send, c"send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
        method::fastcall(c"throw", wrapper_throw, c"throw(typ[,val[,tb]]) -> raise exception in coroutine,\nreturn next iterated value or raise StopIteration."),
        method::noargs(c"close", wrapper_close, c"close() -> raise GeneratorExit inside coroutine."),
    ];
}

impl Wrapper {
    fn coroutine(&self) -> &Generator {
        // SAFETY: the wrapper owns its coroutine for all its life.
        unsafe { Object::from_ptr((*self.as_raw()).cw_coroutine.cast()).cast_unchecked() }
    }
}

unsafe extern "C" fn wrapper_dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        let coroutine = (*object.cast::<PyCoroWrapper>()).cw_coroutine;
        krait_object::refcount::xdecref(coroutine.cast());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn wrapper_traverse(this: &Wrapper, visitor: &mut Visitor) {
    visitor.visit(this.coroutine());
}

fn wrapper_next(this: &Wrapper) -> Result<Option<Obj>> {
    generator::next(this.coroutine())
}

fn wrapper_send(this: &Wrapper, value: &Object) -> Result<Obj> {
    generator::send(this.coroutine(), value)
}

fn wrapper_throw(this: &Wrapper, args: &[&Object]) -> Result<Obj> {
    generator::throw_method(this.coroutine(), args)
}

fn wrapper_close(this: &Wrapper) -> Result<Obj> {
    generator::close(this.coroutine())
}
