//! `operator.attrgetter`

use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// Gets one attribute, or a tuple of several; names with dots go through attributes of attributes.
#[repr(C)]
pub struct AttrGetter {
    head: Head,
    /// [`get_plain`], [`get_one`] or [`get_many`].
    vectorcall: vectorcallfunc,
    /// A tuple with an interned name, or a tuple of them for a name with dots, for each attribute.
    names: ObjCell,
}

const GET_PLAIN: vectorcallfunc = slot::vectorcall(get_plain);
const GET_ONE: vectorcallfunc = slot::vectorcall(get_one);
const GET_MANY: vectorcallfunc = slot::vectorcall(get_many);

static_type! {
    /// `operator.attrgetter`
    pub static AttrGetter_Type = {
        tp_name: c"operator.attrgetter".as_ptr(),
        tp_basicsize: size_of::<AttrGetter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<AttrGetter>(),
        tp_vectorcall_offset: offset_of!(AttrGetter, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: Some(krait_object::protocol::call::PyVectorcall_Call),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL) as c_ulong,
        tp_doc: c"attrgetter(attr, ...) --> attrgetter object\n\nA callable that gets the given attributes of its argument.\nAfter f = attrgetter('name'), f(r) is r.name.\nAfter g = attrgetter('name', 'date'), g(r) is (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), h(r) is\n(r.name.first, r.name.last).".as_ptr(),
        tp_traverse: payload::traverse::<AttrGetter>(),
        tp_clear: payload::clear::<AttrGetter>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(AttrGetter, AttrGetter_Type);

impl Payload for AttrGetter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.names.visit(visitor);
    }

    fn clear(&self) {
        drop(self.names.take());
    }
}

/// The interned name, or a tuple of the interned parts between its dots.
fn prepare(name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(err::type_error("attribute name must be a string"));
    }
    unicode::ready(name)?;
    let chars = unicode::chars(name);
    let dot = u32::from(b'.');
    if !chars.iter().any(|c| c == dot) {
        return Ok(unicode::intern(name.owned()));
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for (i, c) in chars.iter().chain([dot]).enumerate() {
        if c == dot {
            parts.push(unicode::intern(unicode::substring(name, start, i)?));
            start = i + 1;
        }
    }
    tuple::from_vec(parts)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("attrgetter() takes no keyword arguments"));
    }
    let given = tuple::items(args);
    if given.is_empty() {
        check_positional("attrgetter", 0, 1, 1)?;
    }
    let names = given.iter().map(|name| prepare(name)).collect::<Result<Vec<Obj>>>()?;
    let vectorcall = match &names[..] {
        [name] if unicode::check(name) => GET_PLAIN,
        [_] => GET_ONE,
        _ => GET_MANY,
    };
    let names = tuple::from_vec(names)?;
    let new = payload::new(class, |head| AttrGetter { head, vectorcall, names: ObjCell::new(names) })?;
    Ok(new.upcast())
}

#[inline(always)]
fn operand<'a>(args: &Args<'a>) -> Result<&'a Object> {
    args.no_keywords("attrgetter")?;
    match *args.positional {
        [operand] => Ok(operand),
        _ => Err(super::wrong_count("attrgetter", args.positional, 1)),
    }
}

/// An attribute by what [`prepare`] made of its name.
fn get(operand: &Object, name: &Object) -> Result<Obj> {
    if !tuple::check_exact(name) {
        return object::get_attr(operand, name);
    }
    let mut value = operand.owned();
    for part in tuple::items(name) {
        value = object::get_attr(&value, part)?;
    }
    Ok(value)
}

fn get_plain(this: &AttrGetter, args: Args<'_>) -> Result<Obj> {
    let operand = operand(&args)?;
    let names = this.names.get_or_none();
    match tuple::items(&names) {
        [name] => object::get_attr(operand, name),
        _ => Err(err::bad_internal_call()),
    }
}

fn get_one(this: &AttrGetter, args: Args<'_>) -> Result<Obj> {
    let operand = operand(&args)?;
    let names = this.names.get_or_none();
    match tuple::items(&names) {
        [name] => get(operand, name),
        _ => Err(err::bad_internal_call()),
    }
}

fn get_many(this: &AttrGetter, args: Args<'_>) -> Result<Obj> {
    let operand = operand(&args)?;
    let names = this.names.get_or_none();
    let values = tuple::items(&names).iter().map(|name| get(operand, name)).collect::<Result<Vec<Obj>>>()?;
    tuple::from_vec(values)
}

/// The names as they were given.
fn given_names(this: &AttrGetter) -> Result<Obj> {
    let names = this.names.get_or_none();
    let whole = |name: &&Object| {
        if tuple::check_exact(name) {
            unicode::join(&*unicode::from_str(".")?, tuple::items(name))
        } else {
            Ok(name.owned())
        }
    };
    tuple::from_vec(tuple::items(&names).iter().map(whole).collect::<Result<Vec<Obj>>>()?)
}

fn repr(this: &AttrGetter) -> Result<Obj> {
    let name = this.object().class_of().name();
    let Some(_guard) = object::repr_enter(this.object())? else {
        return unicode::from_display(format_args!("{name}(...)"));
    };
    let names = given_names(this)?;
    let mut text = unicode::Builder::new();
    text.push_str(name);
    if let &[only] = tuple::items(&names) {
        text.push_str("(");
        text.push_object(&*object::repr(only)?);
        text.push_str(")");
    } else {
        text.push_object(&*object::repr(&names)?);
    }
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling")];
}

fn reduce(this: &AttrGetter) -> Result<Obj> {
    tuple::pack([this.object().class_of().object().owned(), given_names(this)?])
}

const _: () = assert!(size_of::<AttrGetter>() == 32);
