//! Rust structs as Python classes.
//!
//! An instance is a Python object that holds a boxed `T`. Its class is an ordinary heap class made by calling `type`, so
//! Python code can subclass it; methods are [`Function`]s in its dict.

use crate::convert::ToPython;
use crate::error::{Error, Result, lift};
use crate::function::{Arguments, Body, Function, boxed};
use crate::token::Python;
use crate::value::Value;
use core::any::Any;
use core::cell::RefCell;
use core::marker::PhantomData;
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::tuple;
use krait_object::types::typeobject::Type;
use krait_object::{Class, Layout, Obj, payload_class, static_type};

/// What instances of the program's classes look like.
#[repr(C)]
pub(crate) struct Instance {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    content: RefCell<Option<Box<dyn Any>>>,
}

static_type! {
    /// The base of the program's classes.
    static INSTANCE_TYPE = {
        tp_name: c"krait.instance".as_ptr(),
        tp_basicsize: size_of::<Instance>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Instance>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as core::ffi::c_ulong,
        tp_doc: c"The base of the classes of the program that embeds Python.".as_ptr(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Instance, INSTANCE_TYPE);
impl Payload for Instance {}

/// A class under construction; see [`Python::class`].
pub struct ClassBuilder<'py, T> {
    py: Python<'py>,
    name: String,
    entries: Vec<(String, Entry)>,
    content: PhantomData<T>,
}

enum Entry {
    Method(Body),
    Getter(Body),
    Constructor(Body),
    Doc(String),
}

impl<'py, T: 'static> ClassBuilder<'py, T> {
    pub(crate) fn new(py: Python<'py>, name: &str) -> Self {
        ClassBuilder { py, name: name.to_owned(), entries: Vec::new(), content: PhantomData }
    }

    /// The docstring.
    pub fn doc(mut self, text: &str) -> Self {
        self.entries.push(("__doc__".to_owned(), Entry::Doc(text.to_owned())));
        self
    }

    /// How Python code makes instances; without one it cannot.
    pub fn constructor(mut self, body: impl Fn(&Arguments<'_, '_>) -> Result<T> + 'static) -> Self {
        let make: Body = Box::new(move |args| {
            let py = args.py();
            let Some((class, rest)) = args.split_first() else {
                return Err(Error::new(py, "TypeError", "__new__() needs a class"));
            };
            instance_of(py, &class, body(&rest)?)
        });
        self.entries.push(("__new__".to_owned(), Entry::Constructor(make)));
        self
    }

    /// A method; special names such as `__repr__` or `__add__` work as in a class statement. A result that is any Python
    /// object is returned as a [`crate::Global`].
    pub fn method<R: ToPython>(
        mut self,
        name: &str,
        body: impl Fn(&mut T, &Arguments<'_, '_>) -> Result<R> + 'static,
    ) -> Self {
        self.entries.push((name.to_owned(), Entry::Method(receiving(body))));
        self
    }

    /// A read-only attribute.
    pub fn getter<R: ToPython>(mut self, name: &str, body: impl Fn(&mut T) -> R + 'static) -> Self {
        let body = receiving(move |this: &mut T, _args: &Arguments<'_, '_>| Ok(body(this)));
        self.entries.push((name.to_owned(), Entry::Getter(body)));
        self
    }

    /// Makes the class.
    pub fn build(self) -> Result<Value<'py>> {
        let py = self.py;
        let (module, name) = self.name.rsplit_once('.').unwrap_or(("__main__", &self.name));
        let namespace = py.dict()?;
        namespace.set_item("__module__", module)?;
        let builtins = py.import("builtins")?;
        for (entry_name, entry) in self.entries {
            let value = match entry {
                Entry::Doc(text) => text.to_python(py)?,
                Entry::Method(body) => Function::create(py, &entry_name, true, body)?,
                Entry::Getter(body) => {
                    let getter = Function::create(py, &entry_name, false, body)?;
                    builtins.attr("property")?.call((getter,))?
                }
                Entry::Constructor(body) => {
                    let function = Function::create(py, name, false, body)?;
                    builtins.attr("staticmethod")?.call((function,))?
                }
            };
            namespace.set_item(entry_name.as_str(), value)?;
        }
        let make = || {
            let base = Instance::class();
            base.ready()?;
            Ok(Value::new(py, tuple::pack([base.object().owned()])?))
        };
        let bases = lift(py, make())?;
        builtins.attr("type")?.call((name, bases, namespace))
    }
}

/// A new instance of a class that a builder has made, or of a subclass.
fn instance_of<T: 'static>(py: Python<'_>, class: &Value<'_>, content: T) -> Result<Obj> {
    let Some(class) = class.object().downcast::<Type>().filter(|class| class.is_subtype(Instance::class()))
    else {
        return Err(Error::new(py, "TypeError", "__new__() needs a class of the program"));
    };
    let made = payload::new(class, |head| Instance { head, content: RefCell::new(Some(Box::new(content))) });
    lift(py, made).map(Obj::upcast)
}

/// A body that takes the content of its first argument.
fn receiving<T: 'static, R: ToPython>(
    body: impl Fn(&mut T, &Arguments<'_, '_>) -> Result<R> + 'static,
) -> Body {
    boxed(move |args| {
        let py = args.py();
        let Some((this, rest)) = args.split_first() else {
            return Err(Error::new(py, "TypeError", "a method needs its instance"));
        };
        let wrong = || {
            let given = this.object().class_of().name();
            Error::new(py, "TypeError", &format!("the method does not apply to a '{given}' object"))
        };
        let instance = this.object().downcast::<Instance>().ok_or_else(wrong)?;
        let Ok(mut content) = instance.content.try_borrow_mut() else {
            return Err(Error::new(py, "RuntimeError", "the object is in use by another method"));
        };
        let content = content.as_mut().and_then(|content| content.downcast_mut::<T>()).ok_or_else(wrong)?;
        body(content, &rest)
    })
}

impl<'py> Value<'py> {
    /// Uses the Rust struct inside an instance of a class of the program. `TypeError` when it holds no `T`.
    pub fn with<T: 'static, R>(&self, body: impl FnOnce(&mut T) -> R) -> Result<R> {
        let wrong = || Error::new(self.py(), "TypeError", "the object holds another kind of value");
        let instance = self.object().downcast::<Instance>().ok_or_else(wrong)?;
        let Ok(mut content) = instance.content.try_borrow_mut() else {
            return Err(Error::new(self.py(), "RuntimeError", "the object is in use by a method"));
        };
        content.as_mut().and_then(|content| content.downcast_mut::<T>()).map(body).ok_or_else(wrong)
    }

    /// A new instance of this class, which a [`ClassBuilder`] for `T` has made, around `content`.
    pub fn instantiate<T: 'static>(&self, content: T) -> Result<Value<'py>> {
        instance_of(self.py(), self, content).map(|object| Value::new(self.py(), object))
    }
}
