//! `functools.partial`: a function with some of its arguments.

use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::Args;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::attribute::{
    PyObject_GenericGetAttr, PyObject_GenericGetDict, PyObject_GenericSetAttr, PyObject_GenericSetDict,
};
use krait_object::protocol::{call, object, sequence};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, genericalias, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, method, payload_class, slot, state, static_type,
};

/// A callable with the arguments that are put before those of a call.
#[repr(C)]
pub struct Partial {
    head: Head,
    function: ObjCell,
    /// A tuple.
    args: ObjCell,
    /// A dict, which Python code can get at.
    keywords: ObjCell,
    dict: ObjCell,
    weakreflist: Cell<*mut PyObject>,
    vectorcall: vectorcallfunc,
}

const _: () = assert!(size_of::<Partial>() == 64 && offset_of!(Partial, vectorcall) == 56);

static_type! {
    /// `functools.partial`
    pub static Partial_Type = {
        tp_name: c"functools.partial".as_ptr(),
        tp_basicsize: size_of::<Partial>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Partial>(),
        tp_vectorcall_offset: offset_of!(Partial, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: Some(call::PyVectorcall_Call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_setattro: Some(PyObject_GenericSetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL) as c_ulong,
        tp_doc: c"partial(func, *args, **keywords) - new function that calls func with these\n    arguments and those of its own call.\n".as_ptr(),
        tp_traverse: payload::traverse::<Partial>(),
        tp_weaklistoffset: offset_of!(Partial, weakreflist) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_dictoffset: offset_of!(Partial, dict) as Py_ssize_t,
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Partial, Partial_Type);

impl Payload for Partial {
    fn traverse(&self, visitor: &mut Visitor) {
        self.function.visit(visitor);
        self.args.visit(visitor);
        self.keywords.visit(visitor);
        self.dict.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let given = tuple::items(args);
    let Some((&function, own)) = given.split_first() else {
        return Err(err::type_error("type 'partial' takes at least one argument"));
    };
    if !object::is_callable(function) {
        return Err(err::type_error("the first argument must be callable"));
    }
    // A partial of a plain partial holds that one's function and all the arguments.
    let inner = function
        .downcast_exact::<Partial>()
        .filter(|inner| core::ptr::eq(class, Partial::class()) && inner.dict.is_empty());
    let (function, args, keywords) = match inner {
        None => (function.owned(), tuple::slice(args, 1, given.len())?, copy_keywords(kw)?),
        Some(inner) => {
            let before = inner.args.get_or_none();
            let all: Vec<Obj> = tuple::items(&before).iter().chain(own).map(|arg| arg.owned()).collect();
            let keywords = copy_keywords(inner.keywords.get().as_deref())?;
            if let Some(kw) = kw {
                dict::update(&keywords, kw)?;
            }
            (inner.function.get_or_none(), tuple::from_vec(all)?, keywords)
        }
    };
    let new = payload::new(class, |head| Partial {
        head,
        function: ObjCell::new(function),
        args: ObjCell::new(args),
        keywords: ObjCell::new(keywords),
        dict: ObjCell::empty(),
        weakreflist: Cell::new(null_mut()),
        vectorcall: Some(vectorcall),
    })?;
    Ok(new.upcast())
}

fn copy_keywords(kw: Option<&Object>) -> Result<Obj> {
    match kw {
        Some(kw) if dict::len(kw) != 0 => dict::copy(kw),
        _ => dict::new(),
    }
}

// ---- calls ----

/// How many arguments go into an array on the stack.
const SMALL: usize = 8;

/// # Safety
/// The vectorcall convention.
unsafe extern "C" fn vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    slot::guard(null_mut(), || {
        // SAFETY: the convention: a partial, arguments and names.
        let (this, args, names) = unsafe {
            let positional = nargsf & !call::OFFSET;
            let names = Object::from_ptr_opt(names);
            let args = Args::from_vectorcall(args, positional, names);
            (Object::from_ptr(callable).cast_unchecked::<Partial>(), args, names)
        };
        invoke(this, args, names).map_or(null_mut(), Obj::into_ptr)
    })
}

fn invoke(this: &Partial, args: Args<'_>, names: Option<&Object>) -> Result<Obj> {
    let (function, before) = (this.function.get_or_none(), this.args.get_or_none());
    let keywords = this.keywords.get_or_none();
    // Partials can call each other in a circle; all other functions look after the depth themselves.
    let _guard = match Partial::is_instance(&function) {
        true => Some(state::enter_recursive_call(" while calling a Python object")?),
        false => None,
    };
    if dict::len(&keywords) != 0 {
        return invoke_with_keywords(&function, tuple::items(&before), &keywords, args);
    }
    let before = tuple::items(&before);
    let total = before.len() + args.positional.len() + args.values.len();
    let positional = before.len() + args.positional.len();
    if total <= SMALL {
        let mut array = [none::none(); SMALL];
        array[..before.len()].copy_from_slice(before);
        array[before.len()..positional].copy_from_slice(args.positional);
        array[positional..total].copy_from_slice(args.values);
        return call::call_names(&function, &array[..total], positional, names);
    }
    let all = [before, args.positional, args.values].concat();
    call::call_names(&function, &all, positional, names)
}

/// The stored keyword arguments come first; a call's argument of the same name replaces the value.
fn invoke_with_keywords(
    function: &Object,
    before: &[&Object],
    keywords: &Object,
    args: Args<'_>,
) -> Result<Obj> {
    let kw;
    let merged = if args.names.is_empty() {
        keywords
    } else {
        kw = dict::copy(keywords)?;
        for (name, value) in args.names.iter().zip(args.values) {
            dict::set_item(&kw, name, value)?;
        }
        &kw
    };
    let mut pairs = Vec::with_capacity(dict::len(merged));
    let mut position = 0;
    while let Some((name, value)) = dict::next(merged, &mut position) {
        if !unicode::check(&name) {
            return Err(err::type_error("keywords must be strings"));
        }
        pairs.push((name, value));
    }
    let mut all = Vec::with_capacity(before.len() + args.positional.len() + pairs.len());
    all.extend_from_slice(before);
    all.extend_from_slice(args.positional);
    let positional = all.len();
    all.extend(pairs.iter().map(|(_, value)| &**value));
    let names = tuple::from_fn(pairs.len(), |i| pairs[i].0.clone())?;
    call::call_names(function, &all, positional, Some(&names))
}

// ---- the rest ----

fn repr(this: &Partial) -> Result<Obj> {
    let name = this.object().class_of().name();
    let Some(_guard) = object::repr_enter(this.object())? else {
        return unicode::from_str("...");
    };
    let (args, keywords) = (this.args.get_or_none(), this.keywords.get_or_none());
    let mut rest = unicode::Builder::new();
    for arg in tuple::items(&args) {
        rest.push_str(", ");
        rest.push_object(&*object::repr(arg)?);
    }
    let mut position = 0;
    while let Some((key, value)) = dict::next(&keywords, &mut position) {
        rest.push_str(", ");
        rest.push_object(&*object::str(&key)?);
        rest.push_str("=");
        rest.push_object(&*object::repr(&value)?);
    }
    let rest = rest.finish()?;
    let mut text = unicode::Builder::new();
    text.push_str(name);
    text.push_str("(");
    text.push_object(&*object::repr(&*this.function.get_or_none())?);
    text.push_object(&rest);
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c""),
        method::o(c"__setstate__", set_state, c""),
        method::with_flags(method::o::<Object, _, _>(c"__class_getitem__", genericalias::new, c"See PEP 585"), METH_CLASS),
    ];
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"func", T_OBJECT, offset_of!(Partial, function), READONLY, c"the function that calls go to"),
        method::member(c"args", T_OBJECT, offset_of!(Partial, args), READONLY, c"tuple of arguments that come before those of a call"),
        method::member(c"keywords", T_OBJECT, offset_of!(Partial, keywords), READONLY, c"dictionary of keyword arguments that calls add to"),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        PyGetSetDef { name: c"__dict__".as_ptr(), get: Some(PyObject_GenericGetDict),
            set: Some(PyObject_GenericSetDict), doc: core::ptr::null(), closure: null_mut() },
    ];
}

fn reduce(this: &Partial) -> Result<Obj> {
    let function = this.function.get_or_none();
    let args = tuple::pack([function.clone()])?;
    let state = tuple::pack([
        function,
        this.args.get_or_none(),
        this.keywords.get_or_none(),
        this.dict.get_or_none(),
    ])?;
    tuple::pack([this.object().class_of().object().owned(), args, state])
}

fn set_state(this: &Partial, given: &Object) -> Result<()> {
    let invalid = || err::type_error("invalid partial state");
    if !tuple::check(given) {
        return Err(invalid());
    }
    let &[function, args, keywords, own] = tuple::items(given) else { return Err(invalid()) };
    if !object::is_callable(function)
        || !tuple::check(args)
        || !(keywords.is_none() || dict::check(keywords))
        || !(own.is_none() || dict::check(own))
    {
        return Err(invalid());
    }
    let args = if tuple::check_exact(args) { args.owned() } else { sequence::tuple(args)? };
    let keywords = if keywords.is_none() {
        dict::new()?
    } else if dict::check_exact(keywords) {
        keywords.owned()
    } else {
        dict::copy(keywords)?
    };
    this.function.set(function.owned());
    this.args.set(args);
    this.keywords.set(keywords);
    this.dict.set_opt((!own.is_none()).then(|| own.owned()));
    Ok(())
}
