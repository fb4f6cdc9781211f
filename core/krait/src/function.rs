//! Rust closures that Python can call.

use crate::convert::{FromPython, ToPython};
use crate::error::{Error, Result, lift};
use crate::token::Python;
use crate::value::Value;
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{dict, method, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, payload_class, slot, static_type};

/// The arguments of one call from Python.
pub struct Arguments<'a, 'py> {
    py: Python<'py>,
    function: &'a str,
    positional: &'a [&'a Object],
    keywords: Option<&'a Object>,
}

impl<'a, 'py> Arguments<'a, 'py> {
    /// The token of the call.
    pub fn py(&self) -> Python<'py> {
        self.py
    }

    /// How many positional arguments there are; a method's `self` is not among them.
    pub fn len(&self) -> usize {
        self.positional.len()
    }

    /// Whether there are no positional arguments.
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty()
    }

    /// The positional argument `index`. `TypeError` when it is missing or of another kind.
    pub fn get<T: FromPython>(&self, index: usize) -> Result<T> {
        match self.value(index) {
            Some(value) => value.extract(),
            None => {
                let message = format!("{}() takes at least {} arguments", self.function, index + 1);
                Err(Error::new(self.py, "TypeError", &message))
            }
        }
    }

    /// The positional argument `index`, as it is.
    pub fn value(&self, index: usize) -> Option<Value<'py>> {
        self.positional.get(index).map(|value| Value::new(self.py, value.owned()))
    }

    /// The keyword argument of that name.
    pub fn keyword<T: FromPython>(&self, name: &str) -> Result<Option<T>> {
        let Some(keywords) = self.keywords else { return Ok(None) };
        let found = lift(self.py, dict::get_str(keywords, name))?;
        found.map(|value| Value::new(self.py, value).extract()).transpose()
    }

    /// The arguments after the first, and the first.
    pub(crate) fn split_first(&self) -> Option<(Value<'py>, Arguments<'a, 'py>)> {
        let (first, rest) = self.positional.split_first()?;
        Some((Value::new(self.py, first.owned()), Arguments { positional: rest, ..*self }))
    }
}

pub(crate) type Body = Box<dyn Fn(&Arguments<'_, '_>) -> Result<Obj>>;

/// A closure as a Python object.
#[repr(C)]
pub(crate) struct Function {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    name: String,
    /// Whether an attribute access through an instance gives a bound method.
    binds: bool,
    body: Body,
}

static_type! {
    /// The class of the program's functions.
    static FUNCTION_TYPE = {
        tp_name: c"krait.function".as_ptr(),
        tp_basicsize: size_of::<Function>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Function>(),
        tp_repr: slot::unary(repr),
        tp_call: slot::call(call),
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
        tp_doc: c"A function of the program that embeds Python.".as_ptr(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_descr_get: slot::descr_get(descr_get),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Function, FUNCTION_TYPE);
impl Payload for Function {}

krait_object::getsets! {
    static GETSETS = [
        krait_object::method::getter(c"__name__", name, c"the name under which the program made it known"),
    ];
}

impl Function {
    /// A new function object.
    pub(crate) fn create<'py>(py: Python<'py>, name: &str, binds: bool, body: Body) -> Result<Value<'py>> {
        let name = name.to_owned();
        let make = || {
            let class = Function::class();
            class.ready()?;
            payload::new(class, |head| Function { head, name, binds, body })
        };
        Value::from_result(py, make().map(Obj::upcast))
    }
}

fn name(this: &Function) -> krait_object::Result<Obj> {
    unicode::from_str(&this.name)
}

fn repr(this: &Function) -> krait_object::Result<Obj> {
    unicode::from_str(&format!("<function {} of the host>", this.name))
}

fn call(this: &Function, args: &Object, kw: Option<&Object>) -> krait_object::Result<Obj> {
    let py = Python::assume();
    let arguments = Arguments { py, function: &this.name, positional: tuple::items(args), keywords: kw };
    (this.body)(&arguments).map_err(|error| error.raise(py))
}

fn descr_get(
    this: &Function,
    instance: Option<&Object>,
    _class: Option<&Object>,
) -> krait_object::Result<Obj> {
    match instance {
        Some(instance) if this.binds && !instance.is_none() => method::new(this.object(), instance),
        _ => Ok(this.owned().upcast()),
    }
}

/// A closure's result as an object.
pub(crate) fn boxed<R: ToPython>(body: impl Fn(&Arguments<'_, '_>) -> Result<R> + 'static) -> Body {
    Box::new(move |args| body(args)?.to_python_object(args.py()))
}
