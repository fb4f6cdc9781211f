//! `sqlite3.Row`: a tuple whose items have the names of the columns as well.

use super::cursor::Cursor;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{iter, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, list, long, slice, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, methods, payload_class, slot, static_type};

/// See the module.
#[repr(C)]
pub struct Row {
    head: Head,
    data: ObjCell,
    description: ObjCell,
}

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(|this: &Row| Ok(tuple::items(&this.data.get_or_none()).len())),
    sq_item: slot::ssize_arg(item),
    ..krait_object::payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(|this: &Row| Ok(tuple::items(&this.data.get_or_none()).len())),
    mp_subscript: slot::subscript(subscript),
    ..krait_object::payload::EMPTY_MAPPING
};

static_type! {
    /// `sqlite3.Row`
    pub static Row_Type = {
        tp_name: c"sqlite3.Row".as_ptr(),
        tp_basicsize: size_of::<Row>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Row>(),
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: slot::hash(hash),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Row>(),
        tp_clear: payload::clear::<Row>(),
        tp_richcompare: slot::richcompare(compare),
        tp_iter: slot::unary(|this: &Row| iter::get_iter(&this.data.get_or_none())),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Row, Row_Type);

impl Payload for Row {
    fn traverse(&self, visitor: &mut Visitor) {
        self.data.visit(visitor);
        self.description.visit(visitor);
    }
}

methods! {
    static METHODS = [method::noargs(c"keys", keys, c"Returns the keys of the row.")];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("Row() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 2, 2)?;
    let Some(cursor) = args[0].downcast::<Cursor>() else {
        return Err(err::type_error("instance of cursor required for first argument"));
    };
    if !tuple::check(args[1]) {
        return Err(err::type_error("tuple required for second argument"));
    }
    let row = payload::new(class, |head| Row {
        head,
        data: ObjCell::new(args[1].owned()),
        description: ObjCell::new(cursor.description()),
    })?;
    Ok(row.upcast())
}

/// The name of each column.
fn names(this: &Row) -> Vec<Obj> {
    let description = this.description.get_or_none();
    if !tuple::check(&description) {
        return Vec::new();
    }
    tuple::items(&description).iter().map(|column| tuple::items(column)[0].owned()).collect()
}

fn item(this: &Row, index: isize) -> Result<Obj> {
    let data = this.data.get_or_none();
    match usize::try_from(index)
        .ok()
        .and_then(|index| tuple::items(&data).get(index).map(|item| (*item).owned()))
    {
        Some(item) => Ok(item),
        None => Err(err::index_error("tuple index out of range")),
    }
}

fn subscript(this: &Row, key: &Object) -> Result<Obj> {
    let data = this.data.get_or_none();
    if long::check(key) {
        let index = krait_object::protocol::number::as_ssize(
            key,
            Some(krait_object::types::exceptions::IndexError()),
        )?;
        return item(this, if index < 0 { index + tuple::items(&data).len() as isize } else { index });
    }
    if unicode::check(key) {
        let wanted = unicode::as_utf8(key)?;
        for (i, name) in names(this).iter().enumerate() {
            if unicode::check(name) && unicode::as_utf8(name)?.eq_ignore_ascii_case(wanted) {
                return item(this, i as isize);
            }
        }
        return Err(err::index_error("No item with that key"));
    }
    if slice::check(key) {
        return object::get_item(&data, key);
    }
    Err(err::index_error("Index must be int or string"))
}

fn hash(this: &Row) -> Result<Py_hash_t> {
    Ok(object::hash(&this.description.get_or_none())? ^ object::hash(&this.data.get_or_none())?)
}

fn compare(this: &Row, other: &Object, op: CompareOp) -> Result<Obj> {
    let other = other.downcast::<Row>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne));
    let Some(other) = other else { return Ok(krait_object::types::none::not_implemented().owned()) };
    let equal = object::rich_compare_bool(
        &this.description.get_or_none(),
        &other.description.get_or_none(),
        CompareOp::Eq,
    )?;
    if !equal {
        return Ok(krait_object::types::bool::from_bool(op == CompareOp::Ne));
    }
    object::rich_compare(&this.data.get_or_none(), &other.data.get_or_none(), op)
}

fn keys(this: &Row) -> Result<Obj> {
    Ok(list::from_vec(names(this))?.upcast())
}
