//! `async_generator`, and the awaitables of its `__anext__`, `asend`, `athrow` and `aclose`.
//!
//! What an asynchronous generator yields is wrapped (`_PyAsyncGenWrappedValue`), so that its awaitables can tell a
//! yielded value, which ends them, from what the generator itself awaits, which they pass on.

use crate::generator::{self, Generator};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::protocol::call;
use krait_object::refcount::xdecref;
use krait_object::types::{exceptions, none, tuple};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, gc, method, object_view, slot, state, static_type,
};

static mut ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_await: None,
    am_aiter: Some(krait_object::protocol::object::PyObject_SelfIter),
    am_anext: slot::unary(anext),
};

static_type! {
    /// `async_generator`
    #[unsafe(no_mangle)]
    pub static PyAsyncGen_Type = {
        tp_name: c"async_generator".as_ptr(),
        tp_basicsize: size_of::<PyAsyncGenObject>() as Py_ssize_t,
        tp_dealloc: Some(generator::dealloc),
        tp_as_async: &raw mut ASYNC,
        tp_repr: slot::unary(generator::repr),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(traverse),
        tp_weaklistoffset: 40,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_finalize: Some(generator::finalize),
    };
}
object_view!(/** An asynchronous generator. */ pub PyAsyncGenObjectView, PyAsyncGenObject, PyAsyncGen_Type);

static mut AWAITABLE: PyAsyncMethods = PyAsyncMethods {
    am_await: Some(krait_object::protocol::object::PyObject_SelfIter),
    ..krait_object::payload::EMPTY_ASYNC
};

static_type! {
    /// `async_generator_asend`: the awaitable of `__anext__` and `asend`.
    #[unsafe(no_mangle)]
    pub static _PyAsyncGenASend_Type = {
        tp_name: c"async_generator_asend".as_ptr(),
        tp_basicsize: size_of::<PyAsyncGenASend>() as Py_ssize_t,
        tp_dealloc: Some(asend_dealloc),
        tp_as_async: &raw mut AWAITABLE,
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(asend_traverse),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(asend_next),
        tp_methods: (&raw mut ASEND_METHODS).cast(),
    };
}
object_view!(/** The awaitable of `__anext__` and `asend`. */ pub ASend, PyAsyncGenASend, _PyAsyncGenASend_Type);

static_type! {
    /// `async_generator_athrow`: the awaitable of `athrow` and `aclose`.
    #[unsafe(no_mangle)]
    pub static _PyAsyncGenAThrow_Type = {
        tp_name: c"async_generator_athrow".as_ptr(),
        tp_basicsize: size_of::<PyAsyncGenAThrow>() as Py_ssize_t,
        tp_dealloc: Some(athrow_dealloc),
        tp_as_async: &raw mut AWAITABLE,
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(athrow_traverse),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(athrow_next),
        tp_methods: (&raw mut ATHROW_METHODS).cast(),
    };
}
object_view!(/** The awaitable of `athrow` and `aclose`. */ pub AThrow, PyAsyncGenAThrow, _PyAsyncGenAThrow_Type);

static_type! {
    /// `async_generator_wrapped_value`
    #[unsafe(no_mangle)]
    pub static _PyAsyncGenWrappedValue_Type = {
        tp_name: c"async_generator_wrapped_value".as_ptr(),
        tp_basicsize: size_of::<_PyAsyncGenWrappedValue>() as Py_ssize_t,
        tp_dealloc: Some(wrapped_dealloc),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(wrapped_traverse),
    };
}
object_view!(/** A yielded value. */ pub Wrapped, _PyAsyncGenWrappedValue, _PyAsyncGenWrappedValue_Type);

/// States of the awaitables.
mod awaitable {
    /// Not awaited yet.
    pub const INIT: i32 = 0;
    /// Being awaited.
    pub const ITER: i32 = 1;
    /// Done.
    pub const CLOSED: i32 = 2;
}

/// An asynchronous generator for a frame, which moves into it.
///
/// # Safety
/// As for `generator::new_for_frame`.
pub unsafe fn new(
    frame: *mut PyFrameObject,
    name: Option<&Object>,
    qualname: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe { generator::new_of_type(&raw mut PyAsyncGen_Type, frame, name, qualname) }
}

/// Wraps a yielded value.
pub fn wrap_value(value: Obj) -> Result<Obj> {
    // SAFETY: memory for the wrapper, filled before it is tracked.
    unsafe {
        let wrapped = gc::new_object(&raw mut _PyAsyncGenWrappedValue_Type)?;
        (*wrapped.cast::<_PyAsyncGenWrappedValue>()).agw_val = value.into_ptr();
        gc::track(wrapped);
        Ok(Obj::from_owned_ptr(wrapped))
    }
}

impl PyAsyncGenObjectView {
    fn generator(&self) -> &Generator {
        // SAFETY: begins with the same fields.
        unsafe { self.cast_unchecked() }
    }

    /// The finalizer hook to be called instead of closing, for a generator that is not closed.
    pub fn pending_finalizer(&self) -> Option<Obj> {
        // SAFETY: a live object.
        unsafe {
            let raw = self.as_raw();
            if (*raw).ag_closed != 0 {
                return None;
            }
            Object::from_ptr_opt((*raw).ag_finalizer).map(Layout::owned)
        }
    }

    fn is_running_async(&self) -> bool {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ag_running_async != 0 }
    }

    fn set_running_async(&self, running: bool) {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ag_running_async = running.into() }
    }

    fn is_closed(&self) -> bool {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ag_closed != 0 }
    }

    fn set_closed(&self) {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ag_closed = 1 }
    }

    /// At the first iteration: remembers the finalizer hook and calls the `firstiter` hook.
    fn init_hooks(&self) -> Result<()> {
        // SAFETY: a live object; the running thread's state owns its hooks.
        unsafe {
            let raw = self.as_raw();
            if (*raw).ag_hooks_inited != 0 {
                return Ok(());
            }
            (*raw).ag_hooks_inited = 1;
            let tstate = state::current();
            if let Some(finalizer) = Object::from_ptr_opt((*tstate).async_gen_finalizer) {
                (*raw).ag_finalizer = finalizer.owned().into_ptr();
            }
            if let Some(first) = Object::from_ptr_opt((*tstate).async_gen_firstiter) {
                call::call1(&first.owned(), self)?;
            }
            Ok(())
        }
    }

    /// What an awaitable makes of the generator's step: a wrapped value ends it with `StopIteration`.
    fn unwrap(&self, result: Result<Obj>) -> Result<Obj> {
        match result {
            Ok(value) => match value.downcast_exact::<Wrapped>() {
                Some(wrapped) => {
                    self.set_running_async(false);
                    // SAFETY: a wrapper owns its value.
                    let inner = unsafe { Object::from_ptr((*wrapped.as_raw()).agw_val) };
                    Err(err::set_stop_iteration(inner))
                }
                None => Ok(value),
            },
            Err(raised) => {
                if is_end() {
                    self.set_closed();
                }
                self.set_running_async(false);
                Err(raised)
            }
        }
    }

    fn send(&self, value: &Object) -> Result<Obj> {
        generator::send(self.generator(), value)
    }

    fn throw(&self, args: &[&Object], close_on_exit: bool) -> Result<Obj> {
        let step = generator::throw(
            self.generator(),
            args[0],
            args.get(1).copied(),
            args.get(2).copied(),
            close_on_exit,
        )?;
        generator::step_result(self.generator(), step)
    }
}

/// Whether the exception that is set ends an asynchronous generator.
fn is_end() -> bool {
    err::matches(exceptions::StopAsyncIteration()) || err::matches(exceptions::GeneratorExit())
}

/// Drops what an asynchronous generator has beyond a generator.
///
/// # Safety
/// The object is being deallocated.
pub unsafe fn drop_fields(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let field = &raw mut (*object.cast::<PyAsyncGenObject>()).ag_finalizer;
        drop((*field.cast::<ObjCell>()).take());
    }
}

fn traverse(this: &PyAsyncGenObjectView, visitor: &mut Visitor) {
    // SAFETY: a live object.
    visitor.visit_ptr(unsafe { (*this.as_raw()).ag_finalizer });
    generator::traverse(this.generator(), visitor);
}

fn new_asend(this: &PyAsyncGenObjectView, value: Option<&Object>) -> Result<Obj> {
    // SAFETY: memory for the awaitable, filled before it is tracked.
    unsafe {
        let object = gc::new_object(&raw mut _PyAsyncGenASend_Type)?;
        let raw = object.cast::<PyAsyncGenASend>();
        (*raw).ags_gen = this.object().owned().into_ptr().cast();
        (*raw).ags_sendval = krait_object::handle::into_ptr_opt(value.map(Layout::owned));
        (*raw).ags_state = awaitable::INIT;
        gc::track(object);
        Ok(Obj::from_owned_ptr(object))
    }
}

fn new_athrow(this: &PyAsyncGenObjectView, args: Option<Obj>) -> Result<Obj> {
    // SAFETY: memory for the awaitable, filled before it is tracked.
    unsafe {
        let object = gc::new_object(&raw mut _PyAsyncGenAThrow_Type)?;
        let raw = object.cast::<PyAsyncGenAThrow>();
        (*raw).agt_gen = this.object().owned().into_ptr().cast();
        (*raw).agt_args = krait_object::handle::into_ptr_opt(args);
        (*raw).agt_state = awaitable::INIT;
        gc::track(object);
        Ok(Obj::from_owned_ptr(object))
    }
}

fn anext(this: &PyAsyncGenObjectView) -> Result<Obj> {
    this.init_hooks()?;
    new_asend(this, None)
}

fn asend(this: &PyAsyncGenObjectView, value: &Object) -> Result<Obj> {
    this.init_hooks()?;
    new_asend(this, Some(value))
}

fn aclose(this: &PyAsyncGenObjectView) -> Result<Obj> {
    this.init_hooks()?;
    new_athrow(this, None)
}

fn athrow(this: &PyAsyncGenObjectView, args: &Object) -> Result<Obj> {
    this.init_hooks()?;
    new_athrow(this, Some(args.owned()))
}

fn class_getitem(class: &Object, item: &Object) -> Result<Obj> {
    krait_object::types::genericalias::new(class, item)
}

fn get_delegate(this: &PyAsyncGenObjectView) -> Result<Option<Obj>> {
    generator::get_delegate(this.generator())
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"ag_frame", T_OBJECT, 16, READONLY, c""),
        method::member(c"ag_running", T_BOOL, 112, READONLY, c""),
        method::member(c"ag_code", T_OBJECT, 32, READONLY, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getset(c"__name__", generator::get_name, generator::set_name, c"name of the async generator"),
        method::getset(c"__qualname__", generator::get_qualname, generator::set_qualname, c"qualified name of the async generator"),
        method::getter(c"ag_await", get_delegate, c"object being awaited on, or None"),
    ];
}

krait_object::methods! {
    static METHODS = [
        method::o(c"asend", asend, c"asend(v) -> send 'v' in generator."),
        method::varargs(c"athrow", athrow, c"athrow(typ[,val[,tb]]) -> raise exception in generator."),
        method::noargs(c"aclose", aclose, c"aclose() -> raise GeneratorExit inside generator."),
        method::with_flags(method::o(c"__class_getitem__", class_getitem, c"See PEP 585"), METH_CLASS),
    ];
}

krait_object::methods! {
    static ASEND_METHODS = [
        method::o(c"send", asend_send, c"send(arg): continues with a value."),
        method::fastcall(c"throw", asend_throw, c"throw(typ[,val[,tb]]): continues with an exception."),
        method::noargs(c"close", asend_close, c"close(): ends the awaitable."),
    ];
}

krait_object::methods! {
    static ATHROW_METHODS = [
        method::o(c"send", athrow_send, c"send(arg): continues with a value."),
        method::fastcall(c"throw", athrow_throw, c"throw(typ[,val[,tb]]): continues with an exception."),
        method::noargs(c"close", athrow_close, c"close(): ends the awaitable."),
    ];
}

impl ASend {
    fn generator(&self) -> &PyAsyncGenObjectView {
        // SAFETY: the awaitable owns its generator.
        unsafe { Object::from_ptr((*self.as_raw()).ags_gen.cast()).cast_unchecked() }
    }

    fn state(&self) -> i32 {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ags_state }
    }

    fn set_state(&self, state: i32) {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).ags_state = state }
    }

    fn continue_with(&self, value: &Object) -> Result<Obj> {
        if self.state() == awaitable::CLOSED {
            return Err(err::runtime_error("cannot reuse already awaited __anext__()/asend()"));
        }
        let generator = self.generator();
        let mut value = value.owned();
        if self.state() == awaitable::INIT {
            if generator.is_running_async() {
                return Err(err::runtime_error("anext(): asynchronous generator is already running"));
            }
            if value.is_none() {
                // SAFETY: a live value or null.
                let first = unsafe { Object::from_ptr_opt((*self.as_raw()).ags_sendval) };
                value = first.unwrap_or(none::none()).owned();
            }
            self.set_state(awaitable::ITER);
        }
        generator.set_running_async(true);
        let result = generator.unwrap(generator.send(&value));
        if result.is_err() {
            self.set_state(awaitable::CLOSED);
        }
        result
    }
}

fn asend_send(this: &ASend, value: &Object) -> Result<Obj> {
    this.continue_with(value)
}

fn asend_next(this: &ASend) -> Result<Option<Obj>> {
    this.continue_with(none::none()).map(Some)
}

fn asend_throw(this: &ASend, args: &[&Object]) -> Result<Obj> {
    if this.state() == awaitable::CLOSED {
        return Err(err::runtime_error("cannot reuse already awaited __anext__()/asend()"));
    }
    krait_object::args::check_positional("throw", args.len(), 1, 3)?;
    let generator = this.generator();
    let result = generator.unwrap(generator.throw(args, true));
    if result.is_err() {
        this.set_state(awaitable::CLOSED);
    }
    result
}

fn asend_close(this: &ASend) -> Result<()> {
    this.set_state(awaitable::CLOSED);
    Ok(())
}

fn asend_traverse(this: &ASend, visitor: &mut Visitor) {
    // SAFETY: a live object.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).ags_gen.cast());
        visitor.visit_ptr((*this.as_raw()).ags_sendval);
    }
}

unsafe extern "C" fn asend_dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyAsyncGenASend>();
        xdecref((*raw).ags_gen.cast());
        xdecref((*raw).ags_sendval);
        gc::PyObject_GC_Del(object.cast());
    }
}

impl AThrow {
    fn generator(&self) -> &PyAsyncGenObjectView {
        // SAFETY: the awaitable owns its generator.
        unsafe { Object::from_ptr((*self.as_raw()).agt_gen.cast()).cast_unchecked() }
    }

    /// The arguments of `athrow`; `None` for `aclose`.
    fn args(&self) -> Option<&Object> {
        // SAFETY: a live tuple or null.
        unsafe { Object::from_ptr_opt((*self.as_raw()).agt_args) }
    }

    fn state(&self) -> i32 {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).agt_state }
    }

    fn set_state(&self, state: i32) {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).agt_state = state }
    }

    fn close_with(&self, raised: Raised) -> Result<Obj> {
        self.set_state(awaitable::CLOSED);
        Err(raised)
    }

    /// `aclose` saw a yielded value.
    fn ignored_exit(&self) -> Result<Obj> {
        self.generator().set_running_async(false);
        self.close_with(err::runtime_error("async generator ignored GeneratorExit"))
    }

    /// The generator raised: for `aclose`, its end is success.
    fn ended(&self, raised: Raised) -> Result<Obj> {
        self.generator().set_running_async(false);
        if is_end() && self.args().is_none() {
            err::clear();
            return self.close_with(err::set_none(exceptions::StopIteration()));
        }
        self.close_with(raised)
    }

    fn start(&self, value: &Object) -> Result<Obj> {
        let generator = self.generator();
        if generator.is_running_async() {
            let method = if self.args().is_none() { "aclose" } else { "athrow" };
            return self.close_with(err::runtime_error(format_args!(
                "{method}(): asynchronous generator is already running"
            )));
        }
        if generator.is_closed() {
            return self.close_with(err::set_none(exceptions::StopAsyncIteration()));
        }
        if !value.is_none() {
            return Err(err::runtime_error("can't send non-None value to a just-started coroutine"));
        }
        self.set_state(awaitable::ITER);
        generator.set_running_async(true);
        let result = match self.args() {
            None => {
                generator.set_closed();
                let result = generator.throw(&[exceptions::GeneratorExit()], false);
                if result.as_ref().is_ok_and(|value| value.downcast_exact::<Wrapped>().is_some()) {
                    return self.ignored_exit();
                }
                result
            }
            Some(args) => {
                let args = tuple::items(args);
                krait_object::args::check_positional("athrow", args.len(), 1, 3)?;
                generator.unwrap(generator.throw(args, false))
            }
        };
        result.or_else(|raised| self.ended(raised))
    }

    fn continue_with(&self, value: &Object) -> Result<Obj> {
        if self.state() == awaitable::CLOSED {
            return Err(err::runtime_error("cannot reuse already awaited aclose()/athrow()"));
        }
        let generator = self.generator();
        if generator.generator().is_finished() {
            return self.close_with(err::set_none(exceptions::StopIteration()));
        }
        if self.state() == awaitable::INIT {
            return self.start(value);
        }
        let result = generator.send(value);
        if self.args().is_some() {
            return generator.unwrap(result);
        }
        match result {
            Ok(value) if value.downcast_exact::<Wrapped>().is_some() => self.ignored_exit(),
            Ok(value) => Ok(value),
            Err(raised) => self.ended(raised),
        }
    }
}

fn athrow_send(this: &AThrow, value: &Object) -> Result<Obj> {
    this.continue_with(value)
}

fn athrow_next(this: &AThrow) -> Result<Option<Obj>> {
    this.continue_with(none::none()).map(Some)
}

fn athrow_throw(this: &AThrow, args: &[&Object]) -> Result<Obj> {
    if this.state() == awaitable::CLOSED {
        return Err(err::runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    krait_object::args::check_positional("throw", args.len(), 1, 3)?;
    let generator = this.generator();
    let result = generator.throw(args, true);
    if this.args().is_some() {
        return generator.unwrap(result);
    }
    match result {
        Ok(value) if value.downcast_exact::<Wrapped>().is_some() => this.ignored_exit(),
        Err(_) if is_end() => {
            err::clear();
            Err(err::set_none(exceptions::StopIteration()))
        }
        other => other,
    }
}

fn athrow_close(this: &AThrow) -> Result<()> {
    this.set_state(awaitable::CLOSED);
    Ok(())
}

fn athrow_traverse(this: &AThrow, visitor: &mut Visitor) {
    // SAFETY: a live object.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).agt_gen.cast());
        visitor.visit_ptr((*this.as_raw()).agt_args);
    }
}

unsafe extern "C" fn athrow_dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyAsyncGenAThrow>();
        xdecref((*raw).agt_gen.cast());
        xdecref((*raw).agt_args);
        gc::PyObject_GC_Del(object.cast());
    }
}

unsafe extern "C" fn wrapped_dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        gc::untrack(object);
        let value = core::mem::replace(&mut (*object.cast::<_PyAsyncGenWrappedValue>()).agw_val, null_mut());
        xdecref(value);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn wrapped_traverse(this: &Wrapped, visitor: &mut Visitor) {
    // SAFETY: a live object.
    visitor.visit_ptr(unsafe { (*this.as_raw()).agw_val });
}
