//! `dict_keys`, `dict_values`, `dict_items`: a reference to the dict, with set operations for keys and items.

use super::iter::{self as dict_iter, Part};
use super::{check, contains, len};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::protocol::{call, iter as protocol_iter, object, sequence};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, none, set, tuple, unicode};
use crate::{gc, method, refcount};
use core::ptr;
use krait_abi::*;

static mut KEYS_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<View, _>(length),
    sq_contains: slot::contains::<View, _>(keys_contain),
    ..PySequenceMethods::ZEROED
};
static mut ITEMS_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<View, _>(length),
    sq_contains: slot::contains::<View, _>(items_contain),
    ..PySequenceMethods::ZEROED
};
static mut VALUES_AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_length: slot::len::<View, _>(length), ..PySequenceMethods::ZEROED };

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(subtract),
    nb_and: Some(_PyDictView_Intersect),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    ..PyNumberMethods::ZEROED
};

const DISJOINT_DOC: &core::ffi::CStr =
    c"Return True if the view and the given iterable have a null intersection.";

crate::methods! {
    static KEYS_METHODS = [
        method::o::<View, _, _>(c"isdisjoint", isdisjoint, DISJOINT_DOC),
        method::noargs::<View, _, _>(c"__reversed__", reversed_keys, c"Return a reverse iterator over the dict keys."),
    ];
}
crate::methods! {
    static ITEMS_METHODS = [
        method::o::<View, _, _>(c"isdisjoint", isdisjoint, DISJOINT_DOC),
        method::noargs::<View, _, _>(c"__reversed__", reversed_items, c"Return a reverse iterator over the dict items."),
    ];
}
crate::methods! {
    static VALUES_METHODS = [
        method::noargs::<View, _, _>(c"__reversed__", reversed_values, c"Return a reverse iterator over the dict values."),
    ];
}

crate::static_type! {
    /// `dict_keys`
    #[unsafe(no_mangle)]
    pub static PyDictKeys_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"dict_keys".as_ptr(),
        tp_basicsize: 24,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<View, _>(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut KEYS_AS_SEQUENCE,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<View, _>(traverse),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_iter: slot::unary::<View, _>(iterate_keys),
        tp_methods: (&raw mut KEYS_METHODS).cast(),
    };
}

crate::static_type! {
    /// `dict_items`
    #[unsafe(no_mangle)]
    pub static PyDictItems_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"dict_items".as_ptr(),
        tp_basicsize: 24,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<View, _>(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut ITEMS_AS_SEQUENCE,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<View, _>(traverse),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_iter: slot::unary::<View, _>(iterate_items),
        tp_methods: (&raw mut ITEMS_METHODS).cast(),
    };
}

crate::static_type! {
    /// `dict_values`
    #[unsafe(no_mangle)]
    pub static PyDictValues_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"dict_values".as_ptr(),
        tp_basicsize: 24,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<View, _>(repr),
        tp_as_sequence: &raw mut VALUES_AS_SEQUENCE,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<View, _>(traverse),
        tp_iter: slot::unary::<View, _>(iterate_values),
        tp_methods: (&raw mut VALUES_METHODS).cast(),
    };
}

crate::object_view!(/** A view of a dict, of any of the three classes. */
    pub View, _PyDictViewObject, PyDictKeys_Type);

// ---- making ----

/// `_PyDictView_New`.
pub fn new_view(dict: &Object, class: &Type) -> Result<Obj> {
    if !check(dict) {
        return Err(err::type_error(format_args!(
            "{:.100}() requires a dict argument, not '{:.100}'",
            class.name(),
            dict.class_of().name()
        )));
    }
    new(dict, class.as_raw())
}

/// A view of a dict.
pub(crate) fn new(dict: &Object, class: *mut PyTypeObject) -> Result<Obj> {
    let view = gc::new_object(class)?.cast::<_PyDictViewObject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*view).dv_dict = dict.owned().into_ptr().cast();
        gc::track(view.cast());
        Ok(Obj::from_owned_ptr(view.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<_PyDictViewObject>()).dv_dict.cast());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &View, visitor: &mut Visitor) {
    // SAFETY: a live view.
    visitor.visit_ptr(unsafe { (*this.as_raw()).dv_dict.cast() });
}

impl View {
    /// The dict; a view always has one.
    pub fn dict(&self) -> &Object {
        // SAFETY: a live view owns a dict for its whole life.
        unsafe { Object::from_ptr((*self.as_raw()).dv_dict.cast()) }
    }
}

fn is_keys(object: &Object) -> bool {
    object.class_of().is_subtype(View::class())
}

fn is_items(object: &Object) -> bool {
    // SAFETY: a static type.
    object.class_of().is_subtype(unsafe { Type::from_raw(&raw mut PyDictItems_Type) })
}

/// A view of keys or items.
fn as_set_view(object: &Object) -> Option<&View> {
    // SAFETY: both classes have the struct.
    (is_keys(object) || is_items(object)).then(|| unsafe { object.cast_unchecked() })
}

// ---- slots ----

fn length(this: &View) -> Result<usize> {
    Ok(len(this.dict()))
}

fn keys_contain(this: &View, key: &Object) -> Result<bool> {
    contains(this.dict(), key)
}

fn items_contain(this: &View, item: &Object) -> Result<bool> {
    let Some(pair) = item.downcast::<tuple::Tuple>() else { return Ok(false) };
    let [key, value] = *pair.items() else { return Ok(false) };
    match super::get_item(this.dict(), key)? {
        Some(found) => object::rich_compare_bool(&found, value, CompareOp::Eq),
        None => Ok(false),
    }
}

fn repr(this: &View) -> Result<Obj> {
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str("...");
    };
    let items = sequence::list(this)?;
    let mut text = unicode::Builder::new();
    text.push_str(this.class_of().name());
    text.push_str("(");
    text.push_object(&*object::repr(&items)?);
    text.push_str(")");
    text.finish()
}

fn iterate_keys(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Key, false)
}
fn iterate_values(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Value, false)
}
fn iterate_items(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Item, false)
}
fn reversed_keys(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Key, true)
}
fn reversed_values(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Value, true)
}
fn reversed_items(this: &View) -> Result<Obj> {
    dict_iter::new(this.dict(), Part::Item, true)
}

/// Whether every item of `a` is in `b`.
fn all_contained(a: &Object, b: &Object) -> Result<bool> {
    let iterator = protocol_iter::get_iter(a)?;
    while let Some(item) = protocol_iter::next(&iterator)? {
        if !sequence::contains(b, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !set::check_any(other) && as_set_view(other).is_none() {
        return Ok(none::not_implemented().owned());
    }
    let (mine, others) = (object::len(this)?, object::len(other)?);
    let holds = match op {
        CompareOp::Eq | CompareOp::Ne => {
            let equal = mine == others && all_contained(this, other)?;
            equal == (op == CompareOp::Eq)
        }
        CompareOp::Lt => mine < others && all_contained(this, other)?,
        CompareOp::Le => mine <= others && all_contained(this, other)?,
        CompareOp::Gt => mine > others && all_contained(other, this)?,
        CompareOp::Ge => mine >= others && all_contained(other, this)?,
    };
    Ok(bool::from_bool(holds))
}

// ---- set operations ----

/// The view as a new set. (The left operand may be any iterable when the view is on the right.)
fn to_set(operand: &Object) -> Result<Obj> {
    set::new(Some(operand))
}

fn subtract(a: &Object, b: &Object) -> Result<Obj> {
    let result = to_set(a)?;
    set::difference_update(&result, b)?;
    Ok(result)
}

fn or(a: &Object, b: &Object) -> Result<Obj> {
    let result = to_set(a)?;
    set::update(&result, b)?;
    Ok(result)
}

fn xor(a: &Object, b: &Object) -> Result<Obj> {
    let result = to_set(a)?;
    set::symmetric_difference_update(&result, b)?;
    Ok(result)
}

fn intersect(a: &Object, b: &Object) -> Result<Obj> {
    // The operand that is not a view may be on the left.
    let (mut view, mut other) = if as_set_view(a).is_some() { (a, b) } else { (b, a) };
    let length = object::len(view)?;
    if set::check_exact(other) && object::len(other)? >= length {
        return call::call_method(other, crate::intern!("intersection"), &[view]);
    }
    // The smaller view is the one that is walked over.
    if as_set_view(other).is_some() && object::len(other)? > length {
        core::mem::swap(&mut view, &mut other);
    }
    let result = set::new(None)?;
    let iterator = protocol_iter::get_iter(other)?;
    while let Some(key) = protocol_iter::next(&iterator)? {
        let found = match as_set_view(view) {
            Some(keys) if is_keys(view) => keys_contain(keys, &key)?,
            Some(items) => items_contain(items, &key)?,
            None => sequence::contains(view, &key)?,
        };
        if found {
            set::add(&result, &key)?;
        }
    }
    Ok(result)
}

/// `view & other`.
///
/// # Safety
/// The contract of a number slot: live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDictView_Intersect(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    let (a, b) = unsafe { (Object::from_ptr(a), Object::from_ptr(b)) };
    slot::guard(ptr::null_mut(), || match intersect(a, b) {
        Ok(result) => result.into_ptr(),
        Err(_) => ptr::null_mut(),
    })
}

fn isdisjoint(this: &View, other: &Object) -> Result<Obj> {
    let mut view: &Object = this;
    let mut other = other;
    if this.object().is(other) {
        return Ok(bool::from_bool(len(this.dict()) == 0));
    }
    // The shorter of two sets is the one that is walked over.
    if (set::check_exact(other) || as_set_view(other).is_some()) && object::len(other)? > len(this.dict()) {
        core::mem::swap(&mut view, &mut other);
    }
    let iterator = protocol_iter::get_iter(other)?;
    while let Some(item) = protocol_iter::next(&iterator)? {
        if sequence::contains(view, &item)? {
            return Ok(bool::from_bool(false));
        }
    }
    Ok(bool::from_bool(true))
}
