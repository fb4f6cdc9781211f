//! `_collections._tuplegetter`: the descriptors behind the fields of named tuples.

use crate::support::ssize;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// Gets the item at an index of a tuple.
#[repr(C)]
pub struct TupleGetter {
    head: Head,
    index: isize,
    doc: ObjCell,
}

static_type! {
    /// `_collections._tuplegetter`
    pub static TupleGetter_Type = {
        tp_name: c"_collections._tuplegetter".as_ptr(),
        tp_basicsize: size_of::<TupleGetter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<TupleGetter>(),
        tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<TupleGetter>(),
        tp_clear: payload::clear::<TupleGetter>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_descr_get: slot::descr_get(get),
        tp_descr_set: slot::obj_obj_arg(set),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(TupleGetter, TupleGetter_Type);

impl Payload for TupleGetter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.doc.visit(visitor);
    }

    fn clear(&self) {
        drop(self.doc.take());
    }
}

impl TupleGetter {
    /// The index of the item.
    pub fn index(&self) -> isize {
        self.index
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("_tuplegetter() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    check_positional("_tuplegetter", args.len(), 2, 2)?;
    let index = ssize(args[0])?;
    let doc = args[1].owned();
    let new = payload::new(class, |head| TupleGetter { head, index, doc: ObjCell::new(doc) })?;
    Ok(new.upcast())
}

fn get(this: &TupleGetter, instance: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(instance) = instance else { return Ok(this.owned().upcast()) };
    if !tuple::check(instance) {
        if instance.is_none() {
            return Ok(this.owned().upcast());
        }
        return Err(err::type_error(format_args!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            this.index,
            instance.class_of().name()
        )));
    }
    match usize::try_from(this.index).ok().and_then(|i| tuple::items(instance).get(i)) {
        Some(item) => Ok(item.owned()),
        None => Err(err::index_error("tuple index out of range")),
    }
}

fn set(_this: &TupleGetter, _instance: &Object, value: Option<&Object>) -> Result<()> {
    Err(err::attribute_error(if value.is_some() { "can't set attribute" } else { "can't delete attribute" }))
}

fn repr(this: &TupleGetter) -> Result<Obj> {
    let doc = object::repr(&*this.doc.get_or_none())?;
    let mut text = unicode::Builder::new();
    text.push_str(&format!("{}({}, ", this.object().class_of().short_name(), this.index));
    text.push_object(&doc);
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"")];
}

krait_object::members! {
    static MEMBERS = [method::member(c"__doc__", T_OBJECT as c_int, offset_of!(TupleGetter, doc), 0, c"")];
}

fn reduce(this: &TupleGetter) -> Result<Obj> {
    let args = tuple::pack([long::from_i64(this.index as i64)?, this.doc.get_or_none()])?;
    tuple::pack([this.object().class_of().object().owned(), args])
}

const _: () = assert!(size_of::<TupleGetter>() == 32);
