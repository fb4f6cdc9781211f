//! Context variables (PEP 567): `contextvars.Context`, `ContextVar` and `Token`.
//!
//! A thread state owns its current context; a context owns a hamt from variables to values. A variable remembers the
//! value that it had last, together with thread state and context version, so that reading it is mostly one comparison.
//! The remembered value is borrowed: the context that it came from keeps it alive as long as the version is the same.

#[cfg(test)]
mod tests;
mod token;
mod variable;

pub use token::*;
pub use variable::*;

use crate::args::{Args, check_positional};
use crate::cell::{ObjCell, Visitor};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::method;
use crate::payload::{EMPTY_MAPPING, EMPTY_SEQUENCE};
use crate::protocol::{call, object};
use crate::slot::{self, CompareOp};
use crate::state;
use crate::types::hamt::{self, Hamt};
use crate::types::typeobject::Type;
use crate::types::{bool, dict, none, tuple, unicode};
use core::ffi::c_ulong;
use core::ptr::null_mut;
use krait_abi::{
    METH_CLASS, Py_TPFLAGS_DEFAULT, Py_TPFLAGS_HAVE_GC, PyContext, PyMappingMethods, PyMemberDef,
    PyMethodDef, PyObject, PySequenceMethods, PyThreadState, READONLY, T_OBJECT,
};

crate::static_type! {
    /// `Context`
    #[unsafe(no_mangle)]
    pub static PyContext_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"Context".as_ptr(), tp_basicsize: size_of::<PyContext>() as isize,
        tp_dealloc: Some(dealloc), tp_as_sequence: &raw mut SEQUENCE, tp_as_mapping: &raw mut MAPPING,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
        tp_richcompare: slot::richcompare(richcompare), tp_weaklistoffset: 32, tp_iter: slot::unary(iter),
        tp_methods: &raw mut METHODS as *mut PyMethodDef, tp_new: slot::new(construct),
        tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::object_view!(/** A `contextvars.Context`. */ pub Context, PyContext, PyContext_Type);

static mut SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(contains), ..EMPTY_SEQUENCE };
static mut MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::subscript(subscript),
    ..EMPTY_MAPPING
};

crate::methods! {
    static METHODS = [
        method::fastcall(c"get", get_method, c"get($self, key, default=None, /)\n--\n\nThe value of a variable in this context, or a default."),
        method::noargs(c"items", items, c"items($self, /)\n--\n\nVariables with their values."),
        method::noargs(c"keys", keys, c"keys($self, /)\n--\n\nThe variables."),
        method::noargs(c"values", values, c"values($self, /)\n--\n\nThe values."),
        method::noargs(c"copy", copy_method, c"copy($self, /)\n--\n\nA copy; takes the same time for any number of variables."),
        method::keywords(c"run", run, c""),
    ];
}

fn vars_cell(this: &Context) -> &ObjCell {
    // SAFETY: a context; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).ctx_vars).cast::<ObjCell>() }
}

/// The variables; an empty mapping where the collector has cleared the context.
pub(super) fn vars(this: &Context) -> Result<Obj<Hamt>> {
    match vars_cell(this).get() {
        // SAFETY: the field holds a hamt.
        Some(vars) => Ok(unsafe { vars.cast_into() }),
        None => hamt::new(),
    }
}

pub(super) fn set_vars(this: &Context, vars: Obj<Hamt>) {
    vars_cell(this).set(vars);
}

fn make(vars: Obj<Hamt>) -> Result<Obj<Context>> {
    let memory = crate::gc::new_object(&raw mut PyContext_Type)?.cast::<PyContext>();
    // SAFETY: new memory for a context.
    unsafe {
        (*memory).ctx_prev = null_mut();
        (*memory).ctx_vars = vars.into_ptr().cast();
        (*memory).ctx_weakreflist = null_mut();
        (*memory).ctx_entered = 0;
        crate::gc::track(memory.cast());
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

/// `PyContext_New`: empty.
pub fn new() -> Result<Obj<Context>> {
    make(hamt::new()?)
}

/// `PyContext_Copy`.
pub fn copy(this: &Context) -> Result<Obj<Context>> {
    make(vars(this)?)
}

/// `PyContext_CopyCurrent`.
pub fn copy_current() -> Result<Obj<Context>> {
    copy(&*current()?)
}

/// The current thread's context, made at first use.
pub(super) fn current() -> Result<Obj<Context>> {
    let tstate = state::required();
    // SAFETY: the thread state owns its context.
    unsafe {
        if (*tstate).context.is_null() {
            (*tstate).context = new()?.into_ptr();
        }
        Ok(Object::from_ptr((*tstate).context).cast_unchecked::<Context>().owned())
    }
}

/// `PyContext_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    Context::is_exact(object)
}

/// The object as a context, TypeError otherwise.
pub fn from_object(object: &Object) -> Result<&Context> {
    object.downcast_exact::<Context>().ok_or_else(|| err::type_error("an instance of Context was expected"))
}

fn error_about(this: &Object, before: &str, after: &str) -> err::Raised {
    match object::repr(this) {
        Ok(text) => err::runtime_error(format_args!("{before}{}{after}", unicode::display(&text))),
        Err(raised) => raised,
    }
}

/// `PyContext_Enter`.
pub fn enter(this: &Context) -> Result<()> {
    let tstate = state::required();
    // SAFETY: a live context; the thread state's reference to its context moves to the field, and a new one takes its place.
    unsafe {
        let raw = this.as_raw();
        if (*raw).ctx_entered != 0 {
            return Err(error_about(this, "cannot enter context: ", " is already entered"));
        }
        (*raw).ctx_prev = (*tstate).context.cast();
        (*raw).ctx_entered = 1;
        (*tstate).context = this.owned().into_ptr();
        (*tstate).context_ver += 1;
    }
    Ok(())
}

/// `PyContext_Exit`.
pub fn exit(this: &Context) -> Result<()> {
    let tstate: *mut PyThreadState = state::required();
    // SAFETY: as in `enter`, the other way round.
    unsafe {
        let raw = this.as_raw();
        if (*raw).ctx_entered == 0 {
            return Err(error_about(this, "cannot exit context: ", " has not been entered"));
        }
        if (*tstate).context != raw.cast() {
            return Err(err::runtime_error(
                "cannot exit context: thread state references a different context object",
            ));
        }
        let previous = (*raw).ctx_prev;
        (*raw).ctx_prev = null_mut();
        (*raw).ctx_entered = 0;
        crate::refcount::set_field(&raw mut (*tstate).context, previous.cast());
        (*tstate).context_ver += 1;
    }
    Ok(())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        if !(*object.cast::<PyContext>()).ctx_weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(object);
        }
        clear(Object::from_ptr(object).cast_unchecked::<Context>());
        crate::gc::PyObject_GC_Del(object.cast());
    }
}

fn previous_cell(this: &Context) -> &ObjCell {
    // SAFETY: a context; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).ctx_prev).cast::<ObjCell>() }
}

fn traverse(this: &Context, visitor: &mut Visitor) {
    previous_cell(this).visit(visitor);
    vars_cell(this).visit(visitor);
}

fn clear(this: &Context) {
    drop(previous_cell(this).take());
    drop(vars_cell(this).take());
}

fn construct(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if !tuple::items(args).is_empty() || kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("Context() does not accept any arguments"));
    }
    Ok(new()?.upcast())
}

fn length(this: &Context) -> Result<usize> {
    Ok(hamt::len(&*vars(this)?))
}

/// A key must be a variable.
fn lookup(this: &Context, key: &Object) -> Result<Option<Obj>> {
    if !ContextVar::is_exact(key) {
        let text = object::repr(key)?;
        return Err(err::type_error(format_args!(
            "a ContextVar key was expected, got {}",
            unicode::display(&text)
        )));
    }
    hamt::find(&*vars(this)?, key)
}

fn contains(this: &Context, key: &Object) -> Result<bool> {
    Ok(lookup(this, key)?.is_some())
}

fn subscript(this: &Context, key: &Object) -> Result<Obj> {
    lookup(this, key)?.ok_or_else(|| err::set_object(crate::types::exceptions::KeyError(), key))
}

fn get_method(this: &Context, args: &[&Object]) -> Result<Obj> {
    check_positional("get", args.len(), 1, 2)?;
    let default = args.get(1).copied().unwrap_or(none::none());
    Ok(lookup(this, args[0])?.unwrap_or_else(|| default.owned()))
}

fn iter(this: &Context) -> Result<Obj> {
    hamt::keys(&*vars(this)?)
}

fn keys(this: &Context) -> Result<Obj> {
    hamt::keys(&*vars(this)?)
}

fn values(this: &Context) -> Result<Obj> {
    hamt::values(&*vars(this)?)
}

fn items(this: &Context) -> Result<Obj> {
    hamt::items(&*vars(this)?)
}

fn copy_method(this: &Context) -> Result<Obj<Context>> {
    copy(this)
}

fn run(this: &Context, args: Args<'_>) -> Result<Obj> {
    let Some((callable, rest)) = args.positional.split_first() else {
        return Err(err::type_error("run() missing 1 required positional argument"));
    };
    let mut all: Vec<&Object> = rest.to_vec();
    all.extend_from_slice(args.values);
    let names = if args.names.is_empty() { None } else { Some(tuple::from_slice(args.names)?) };
    enter(this)?;
    let result = call::call_names(callable, &all, rest.len(), names.as_deref());
    match exit(this) {
        Ok(()) => result,
        Err(raised) => Err(raised),
    }
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    match (this.downcast_exact::<Context>(), other.downcast_exact::<Context>(), op) {
        (Some(a), Some(b), CompareOp::Eq | CompareOp::Ne) => {
            let equal = hamt::eq(&*vars(a)?, &*vars(b)?)?;
            Ok(bool::from_bool(equal == (op == CompareOp::Eq)))
        }
        _ => Ok(none::not_implemented().owned()),
    }
}
