//! `operator.methodcaller`

use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Args;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::attribute::{Method, get_method};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// Calls a method with arguments given beforehand.
#[repr(C)]
pub struct MethodCaller {
    head: Head,
    vectorcall: vectorcallfunc,
    /// A tuple: the interned name, the positional arguments, the values of the keyword arguments.
    args: ObjCell,
    /// A tuple with the names of the keyword arguments, or nothing.
    keywords: ObjCell,
}

static_type! {
    /// `operator.methodcaller`
    pub static MethodCaller_Type = {
        tp_name: c"operator.methodcaller".as_ptr(),
        tp_basicsize: size_of::<MethodCaller>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<MethodCaller>(),
        tp_vectorcall_offset: offset_of!(MethodCaller, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: Some(krait_object::protocol::call::PyVectorcall_Call),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL) as c_ulong,
        tp_doc: c"methodcaller(name, ...) --> methodcaller object\n\nA callable that calls the given method of its argument.\nAfter f = methodcaller('name'), f(r) is r.name().\nAfter g = methodcaller('name', 'date', foo=1), g(r) is\nr.name('date', foo=1).".as_ptr(),
        tp_traverse: payload::traverse::<MethodCaller>(),
        tp_clear: payload::clear::<MethodCaller>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(MethodCaller, MethodCaller_Type);

impl Payload for MethodCaller {
    fn traverse(&self, visitor: &mut Visitor) {
        self.args.visit(visitor);
        self.keywords.visit(visitor);
    }

    fn clear(&self) {
        drop(self.args.take());
        drop(self.keywords.take());
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let given = tuple::items(args);
    let Some(&name) = given.first() else {
        return Err(err::type_error("methodcaller needs at least one argument, the method name"));
    };
    if !unicode::check(name) {
        return Err(err::type_error("method name must be a string"));
    }
    let mut all = Vec::with_capacity(given.len());
    all.push(unicode::intern(name.owned()));
    all.extend(given[1..].iter().map(|arg| arg.owned()));
    let mut names = Vec::new();
    if let Some(kw) = kw {
        let mut position = 0;
        while let Some((name, value)) = dict::next(kw, &mut position) {
            names.push(name);
            all.push(value);
        }
    }
    let keywords = if names.is_empty() { None } else { Some(tuple::from_vec(names)?) };
    let all = tuple::from_vec(all)?;
    let new = payload::new(class, |head| MethodCaller {
        head,
        vectorcall: slot::vectorcall(call),
        args: ObjCell::new(all),
        keywords: ObjCell::from_option(keywords),
    })?;
    Ok(new.upcast())
}

fn call(this: &MethodCaller, args: Args<'_>) -> Result<Obj> {
    args.no_keywords("methodcaller")?;
    let &[operand] = args.positional else {
        return Err(super::wrong_count("methodcaller", args.positional, 1));
    };
    let all = this.args.get_or_none();
    let Some((name, given)) = tuple::items(&all).split_first() else {
        return Err(err::bad_internal_call());
    };
    let keywords = this.keywords.get();
    let positional = given.len() - keywords.as_deref().map_or(0, |names| tuple::items(names).len());
    match get_method(operand, name)? {
        Method::Bound(bound) => call::call_names(&bound, given, positional, keywords.as_deref()),
        Method::Unbound(function) => {
            const SMALL: usize = 6;
            if given.len() < SMALL {
                let mut array = [operand; SMALL];
                array[1..=given.len()].copy_from_slice(given);
                let vector = &array[..=given.len()];
                return call::call_names(&function, vector, positional + 1, keywords.as_deref());
            }
            let mut vector = Vec::with_capacity(given.len() + 1);
            vector.push(operand);
            vector.extend_from_slice(given);
            call::call_names(&function, &vector, positional + 1, keywords.as_deref())
        }
    }
}

fn repr(this: &MethodCaller) -> Result<Obj> {
    let class_name = this.object().class_of().name();
    let Some(_guard) = object::repr_enter(this.object())? else {
        return unicode::from_display(format_args!("{class_name}(...)"));
    };
    let all = this.args.get_or_none();
    let keywords = this.keywords.get();
    let names = keywords.as_deref().map_or(&[][..], tuple::items);
    let positional = tuple::items(&all).len() - names.len();
    let mut text = unicode::Builder::new();
    text.push_str(class_name);
    text.push_str("(");
    for (i, value) in tuple::items(&all).iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        if i >= positional {
            text.push_object(&*object::str(names[i - positional])?);
            text.push_str("=");
        }
        text.push_object(&*object::repr(value)?);
    }
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling")];
}

/// With keyword arguments the callable is a `functools.partial` of the class, as a class cannot be called with them
/// from a pickle.
fn reduce(this: &MethodCaller) -> Result<Obj> {
    let class = this.object().class_of().object();
    let all = this.args.get_or_none();
    let Some(keywords) = this.keywords.get() else {
        return tuple::pack([class.owned(), all]);
    };
    let names = tuple::items(&keywords);
    let positional = tuple::items(&all).len() - names.len();
    let functools = krait_vm::import::import_module("functools")?;
    let partial = object::get_attr_str(&functools, "partial")?;
    let mut vector = vec![class, tuple::items(&all)[0]];
    vector.extend_from_slice(&tuple::items(&all)[positional..]);
    let constructor = call::call_names(&partial, &vector, 2, Some(&keywords))?;
    tuple::pack([constructor, tuple::slice(&all, 1, positional)?])
}

const _: () = assert!(size_of::<MethodCaller>() == 40);
