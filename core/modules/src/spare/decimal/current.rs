//! The current context: a context variable, `getcontext()`, `setcontext()`, `localcontext()` and its manager.

use super::context::{Context, given_or_current};
use super::shared::{self, Slot};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::context::{ContextVar, get_var, set_var};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, methods, payload_class, static_type};

/// The templates, which are never current themselves.
const TEMPLATES: [Slot; 3] = [Slot::Default, Slot::Basic, Slot::Extended];

fn variable() -> Result<&'static ContextVar> {
    shared::get(Slot::Variable, 0)?.downcast::<ContextVar>().ok_or_else(err::bad_internal_call)
}

/// The current context. A thread's first one is a copy of the default template.
#[inline]
pub fn get() -> Result<Obj<Context>> {
    let variable = variable()?;
    match get_var(variable, None)? {
        Some(found) => found.downcast_into::<Context>().map_err(|_| err::bad_internal_call()),
        None => {
            let template = shared::get(Slot::Default, 0)?.downcast::<Context>();
            let new = template.ok_or_else(err::bad_internal_call)?.clean_copy()?;
            set_var(variable, new.object())?;
            Ok(new)
        }
    }
}

fn set(context: &Context) -> Result<()> {
    for template in TEMPLATES {
        if core::ptr::eq(shared::get(template, 0)?, context.object()) {
            return set_var(variable()?, context.clean_copy()?.object()).map(drop);
        }
    }
    set_var(variable()?, context.object()).map(drop)
}

/// `getcontext`
pub fn getcontext(_module: &Object) -> Result<Obj> {
    get().map(Obj::upcast)
}

/// `setcontext`
pub fn setcontext(_module: &Object, context: &Object) -> Result<()> {
    set(context.downcast::<Context>().ok_or_else(|| err::type_error("argument must be a context"))?)
}

/// `localcontext`
pub fn localcontext(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [context] = const { Signature::new("", ["ctx"]).required(0).parsed() }.bind(args)?;
    let (before, inside) = (get()?, given_or_current(context)?.copy()?);
    payload::new(Manager::class(), |head| Manager { head, inside, before }).map(Obj::upcast)
}

/// `decimal.ContextManager`
#[repr(C)]
pub struct Manager {
    head: Head,
    inside: Obj<Context>,
    before: Obj<Context>,
}

static_type! {
    /// See the struct.
    pub static Manager_Type = {
        tp_name: c"decimal.ContextManager".as_ptr(),
        tp_basicsize: size_of::<Manager>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Manager>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Manager, Manager_Type);
impl Payload for Manager {}

methods! {
    static METHODS = [
        method::noargs(c"__enter__", enter, c""),
        method::varargs(c"__exit__", exit, c""),
    ];
}

fn enter(this: &Manager) -> Result<Obj> {
    set(&this.inside)?;
    Ok(this.inside.object().owned())
}

fn exit(this: &Manager, _args: &Object) -> Result<()> {
    set(&this.before)
}
