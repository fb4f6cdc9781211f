//! The class `dict`: slots and methods.

use super::iter::{self as dict_iter, Part};
use super::keys::{self, Kind};
use super::merge::{equal, only_string_keys, or_none, update_from};
use super::views::{PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type};
use super::{Dict, check, dealloc, len, raw};
use crate::args::{self, Args};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{call, object};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, iter, none, tuple, unicode};
use crate::{gc, method};
use core::ffi::{c_int, c_void};
use core::ops::ControlFlow;
use core::ptr;
use krait_abi::*;

static mut DICT_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(or),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::ZEROED
};
static mut DICT_AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: Some(PyDict_Contains), ..PySequenceMethods::ZEROED };
static mut DICT_AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len::<Dict, _>(length),
    mp_subscript: slot::subscript::<Object, _>(subscript),
    mp_ass_subscript: slot::obj_obj_arg::<Dict, _>(set_subscript),
};

crate::methods! {
    static DICT_METHODS = [
        method::with_flags(method::o::<Object, _, _>(c"__contains__", super::contains,
            c"__contains__($self, key, /)\n--\n\nWhether the dictionary has the key."), METH_COEXIST),
        method::with_flags(method::o::<Object, _, _>(c"__getitem__", subscript, c"x.__getitem__(y) <==> x[y]"), METH_COEXIST),
        method::noargs::<Dict, _, _>(c"__sizeof__", sizeof, c"D.__sizeof__() -> size of D in memory, in bytes"),
        method::fastcall::<Dict, _, _>(c"get", get,
            c"get($self, key, default=None, /)\n--\n\nThe value of the key, or default if there is none."),
        method::fastcall::<Dict, _, _>(c"setdefault", setdefault,
            c"setdefault($self, key, default=None, /)\n--\n\nThe value of the key; if there is none, default, which is stored first."),
        method::fastcall::<Dict, _, _>(c"pop", pop,
            c"pop($self, key, default=<unrepresentable>, /)\n--\n\nD.pop(k[,d]) -> v, remove the key and return its value.\n\nIf there is none, the result is default if given, else KeyError is raised."),
        method::noargs::<Dict, _, _>(c"popitem", popitem,
            c"popitem($self, /)\n--\n\nRemove the pair that was added last and return it as a tuple.\n\nRaises KeyError if the dictionary is empty."),
        method::noargs::<Dict, _, _>(c"keys", keys_view, c"D.keys() -> a set-like object providing a view on D's keys"),
        method::noargs::<Dict, _, _>(c"items", items_view, c"D.items() -> a set-like object providing a view on D's items"),
        method::noargs::<Dict, _, _>(c"values", values_view, c"D.values() -> an object providing a view on D's values"),
        method::varargs_keywords::<Dict, _, _>(c"update", update,
            c"D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\nIf E has a method keys(), D[k] = E[k] for each of those keys; else E is\nan iterable of pairs. Then D[k] = F[k] for the keyword arguments."),
        method::with_flags(method::fastcall::<Object, _, _>(c"fromkeys", fromkeys,
            c"fromkeys($type, iterable, value=None, /)\n--\n\nA new dictionary with the items of iterable as keys, all with that value."), METH_CLASS),
        method::noargs::<Dict, _, _>(c"clear", clear_method, c"D.clear() -> None.  Remove all items from D."),
        method::noargs::<Dict, _, _>(c"copy", copy, c"D.copy() -> a shallow copy of D"),
        method::noargs::<Dict, _, _>(c"__reversed__", reversed,
            c"__reversed__($self, /)\n--\n\nAn iterator over the keys from the last."),
        iter::class_getitem(),
    ];
}

crate::static_type! {
    /// `dict`
    #[unsafe(no_mangle)]
    pub static PyDict_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"dict".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut DICT_AS_NUMBER,
        tp_as_sequence: &raw mut DICT_AS_SEQUENCE,
        tp_as_mapping: &raw mut DICT_AS_MAPPING,
        tp_hash: iter::HASH_NOT_IMPLEMENTED,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DICT_SUBCLASS,
        tp_doc: c"dict() -> new empty dictionary\ndict(mapping) -> new dictionary with the mapping's pairs\ndict(iterable) -> new dictionary with the pairs that iterable gives\ndict(**kwargs) -> new dictionary with the keyword arguments: dict(one=1)".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: slot::clear::<Object, _>(super::clear),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_iter: slot::unary::<Object, _>(iterate),
        tp_methods: (&raw mut DICT_METHODS).cast(),
        tp_init: slot::init::<Object, _>(init),
        tp_new: slot::new(new_slot),
        tp_free: Some(gc::PyObject_GC_Del),
        tp_vectorcall: slot::type_vectorcall(vectorcall),
    };
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut visitor = Visitor::new(visit, arg);
    let visit = |reference| {
        visitor.visit_ptr(reference);
        ControlFlow::Continue(())
    };
    // SAFETY: the collector traverses live dicts.
    let _ = unsafe { each_reference(object.cast(), visit) };
    visitor.finish()
}

/// Calls `visit` with everything that a dict refers to and that can be part of a cycle, until it breaks off. Keys that
/// are all strings can not be part of one.
///
/// # Safety
/// A live dict that `visit` does not change.
#[inline(always)]
pub(crate) unsafe fn each_reference(
    dict: *mut PyDictObject,
    mut visit: impl FnMut(*mut PyObject) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut visit = |reference: *mut PyObject| {
        if reference.is_null() { ControlFlow::Continue(()) } else { visit(reference) }
    };
    // SAFETY: the caller's promise; a dict under construction may have no table yet.
    unsafe {
        let (table, values) = ((*dict).ma_keys, (*dict).ma_values);
        if table.is_null() {
            return ControlFlow::Continue(());
        }
        let count = (*table).dk_nentries;
        if !values.is_null() {
            for i in 0..count {
                visit(*values.offset(i))?;
            }
            return ControlFlow::Continue(());
        }
        let any = keys::kind(table) == Kind::Any;
        let entries = keys::entries(table);
        for i in 0..count {
            let entry = entries.offset(i);
            visit((*entry).me_value)?;
            if any {
                visit((*entry).me_key)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a dict holds anything that could refer back to it.
///
/// # Safety
/// A live dict.
pub(crate) unsafe fn may_be_in_cycle(dict: *mut PyDictObject) -> bool {
    // SAFETY: the caller's promise; nothing changes the dict.
    unsafe {
        let tracked = |reference| match crate::gc::may_be_tracked(reference) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        each_reference(dict, tracked).is_break()
    }
}

// ---- making ----

/// `dict.__new__`; unlike a display, it makes the table at once.
pub fn new_slot(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let table = keys::new(keys::MIN_SIZE)?;
    // SAFETY: the new table is given to the dict. A fresh instance of a subclass has zero fields.
    unsafe {
        if ptr::eq(class.as_raw(), &raw mut PyDict_Type) {
            return super::from_keys_table(table, ptr::null_mut(), 0);
        }
        match class.alloc(0) {
            Ok(dict) => {
                let raw = dict.as_ptr().cast::<PyDictObject>();
                (*raw).ma_keys = table;
                (*raw).ma_version_tag = super::next_version();
                Ok(dict)
            }
            Err(raised) => {
                keys::free(table);
                Err(raised)
            }
        }
    }
}

fn check_keyword_names(kw: &Object) -> Result<()> {
    if only_string_keys(kw) { Ok(()) } else { Err(err::type_error("keywords must be strings")) }
}

/// What `__init__` and `update` have in common.
fn update_common(dict: &Object, function: &str, args: &Object, kw: Option<&Object>) -> Result<()> {
    let args = tuple::items(args);
    args::check_positional(function, args.len(), 0, 1)?;
    if let Some(source) = args.first() {
        update_from(dict, source)?;
    }
    match kw {
        Some(kw) if len(kw) != 0 => {
            check_keyword_names(kw)?;
            super::update(dict, kw)
        }
        _ => Ok(()),
    }
}

fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    update_common(this, "dict", args, kw)
}

fn vectorcall(class: &Type, args: Args<'_>) -> Result<Obj> {
    args::check_positional("dict", args.positional.len(), 0, 1)?;
    let dict = new_slot(class, &tuple::empty(), None)?;
    if let Some(source) = args.positional.first() {
        update_from(&dict, source)?;
    }
    for (name, value) in args.names.iter().zip(args.values) {
        super::set_item(&dict, name, value)?;
    }
    Ok(dict)
}

// ---- slots ----

fn length(this: &Dict) -> Result<usize> {
    Ok(len(this))
}

/// `key in dict`.
///
/// # Safety
/// A live dict and key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Contains(dict: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    let (dict, key) = unsafe { (Object::from_ptr(dict), Object::from_ptr(key)) };
    slot::guard(-1, || match super::contains(dict, key) {
        Ok(found) => found as c_int,
        Err(_) => -1,
    })
}

/// `dict[key]`, with `__missing__` for subclasses.
#[inline]
pub fn subscript(dict: &Object, key: &Object) -> Result<Obj> {
    match super::get_item(dict, key)? {
        Some(value) => Ok(value),
        None => missing(dict, key),
    }
}

#[cold]
fn missing(dict: &Object, key: &Object) -> Result<Obj> {
    if !super::check_exact(dict)
        && let Some(method) = object::lookup_special(dict, crate::intern!("__missing__"))?
    {
        return call::call1(&method, key);
    }
    Err(err::set_key_error(key))
}

fn set_subscript(this: &Dict, key: &Object, value: Option<&Object>) -> Result<()> {
    match value {
        Some(value) => super::set_item(this, key, value),
        None => super::del_item(this, key),
    }
}

/// `repr(dict)`.
pub fn repr(this: &Object) -> Result<Obj> {
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str("{...}");
    };
    if len(this) == 0 {
        return unicode::from_str("{}");
    }
    let mut text = unicode::Builder::new();
    text.push_str("{");
    let mut position = 0;
    let mut first = true;
    while let Some((key, value)) = super::next(this, &mut position) {
        if !first {
            text.push_str(", ");
        }
        first = false;
        text.push_object(&*object::repr(&key)?);
        text.push_str(": ");
        text.push_object(&*object::repr(&value)?);
    }
    text.push_str("}");
    text.finish()
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !check(this) || !check(other) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(none::not_implemented().owned());
    }
    Ok(bool::from_bool(equal(this, other)? == (op == CompareOp::Eq)))
}

fn iterate(this: &Object) -> Result<Obj> {
    dict_iter::new(this, Part::Key, false)
}

fn or(a: &Object, b: &Object) -> Result<Obj> {
    if !check(a) || !check(b) {
        return Ok(none::not_implemented().owned());
    }
    // A subclass gives a plain dict, unless it has an operator of its own.
    let result = super::copy(a)?;
    update_from(&result, b)?;
    Ok(result)
}

fn inplace_or(a: &Object, b: &Object) -> Result<Obj> {
    update_from(a, b)?;
    Ok(a.owned())
}

// ---- methods ----

/// `_PyDict_SizeOf`: with the table unless it is shared.
pub fn size_of(dict: &Object) -> usize {
    // SAFETY: a live dict.
    unsafe {
        let this = raw(dict);
        let table = (*this).ma_keys;
        let size = (*table).dk_size as usize;
        let mut total = (*dict.type_ptr()).tp_basicsize as usize;
        if !(*this).ma_values.is_null() {
            total += keys::usable(size) * 8;
        }
        if (*table).dk_refcnt == 1 {
            total += keys::byte_size(size);
        }
        total
    }
}

fn sizeof(this: &Dict) -> Result<usize> {
    Ok(size_of(this))
}

/// `_PyDict_HasOnlyStringKeys`.
pub fn has_only_string_keys(dict: &Object) -> bool {
    only_string_keys(dict)
}

fn get(this: &Dict, args: &[&Object]) -> Result<Obj> {
    args::check_positional("get", args.len(), 1, 2)?;
    match super::get_item(this, args[0])? {
        Some(value) => Ok(value),
        None => Ok(or_none(args.get(1).copied()).owned()),
    }
}

fn setdefault(this: &Dict, args: &[&Object]) -> Result<Obj> {
    args::check_positional("setdefault", args.len(), 1, 2)?;
    super::set_default(this, args[0], or_none(args.get(1).copied()))
}

fn pop(this: &Dict, args: &[&Object]) -> Result<Obj> {
    args::check_positional("pop", args.len(), 1, 2)?;
    super::pop_or(this, args[0], args.get(1).copied())
}

fn popitem(this: &Dict) -> Result<Obj> {
    match super::pop_item(this)? {
        Some((key, value)) => tuple::pack([key, value]),
        None => Err(err::key_error("popitem(): dictionary is empty")),
    }
}

fn keys_view(this: &Dict) -> Result<Obj> {
    super::views::new(this, &raw mut PyDictKeys_Type)
}
fn items_view(this: &Dict) -> Result<Obj> {
    super::views::new(this, &raw mut PyDictItems_Type)
}
fn values_view(this: &Dict) -> Result<Obj> {
    super::views::new(this, &raw mut PyDictValues_Type)
}

fn update(this: &Dict, args: &Object, kw: Option<&Object>) -> Result<()> {
    update_common(this, "update", args, kw)
}

fn fromkeys(class: &Object, args: &[&Object]) -> Result<Obj> {
    args::check_positional("fromkeys", args.len(), 1, 2)?;
    super::from_keys(class, args[0], or_none(args.get(1).copied()))
}

fn clear_method(this: &Dict) -> Result<()> {
    super::clear(this);
    Ok(())
}

fn copy(this: &Dict) -> Result<Obj> {
    super::copy(this)
}

fn reversed(this: &Dict) -> Result<Obj> {
    dict_iter::new(this, Part::Key, true)
}
