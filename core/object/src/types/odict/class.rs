//! The class `OrderedDict` and its views: slots and methods.

use super::iter::{self as odict_iter, ITEMS, KEYS, REVERSED, VALUES};
use super::{check, check_exact, clear_node, find_node, keys_in_order, link, raw, unlink};
use crate::args::{Args, Signature};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::attribute::{PyObject_GenericGetDict, PyObject_GenericSetDict};
use crate::protocol::{call, iter as protocol_iter, object, sequence};
use crate::slot::{self, CompareOp};
use crate::types::dict::views::View;
use crate::types::dict::{self, PyDict_Type, PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type, hash_of};
use crate::types::{bool, list, none, tuple, unicode};
use crate::{gc, method, refcount};
use core::ffi::{c_int, c_void};
use krait_abi::*;

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(or),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::ZEROED
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_ass_subscript: slot::obj_obj_arg::<Object, _>(set_subscript),
    ..PyMappingMethods::ZEROED
};

crate::methods! {
    static METHODS = [
        method::with_flags(method::keywords::<Object, _, _>(c"fromkeys", fromkeys,
            c"fromkeys($type, /, iterable, value=None)\n--\n\nA new ordered dictionary with the items of iterable as keys, all with that value."), METH_CLASS),
        method::noargs::<Object, _, _>(c"__sizeof__", size_of, c""),
        method::noargs::<Object, _, _>(c"__reduce__", reduce, c"Return state information for pickling"),
        method::keywords::<Object, _, _>(c"setdefault", setdefault,
            c"setdefault($self, /, key, default=None)\n--\n\nThe value of the key; if there is none, default, which is stored first."),
        method::varargs_keywords::<Object, _, _>(c"pop", pop,
            c"od.pop(k[,d]) -> v, remove the key and return its value.\n\nIf there is none, the result is d if given, else KeyError is raised."),
        method::keywords::<Object, _, _>(c"popitem", popitem,
            c"popitem($self, /, last=True)\n--\n\nRemove the last pair, or the first, and return it."),
        method::noargs::<Object, _, _>(c"keys", keys_view, c""),
        method::noargs::<Object, _, _>(c"values", values_view, c""),
        method::noargs::<Object, _, _>(c"items", items_view, c""),
        method::varargs_keywords::<Object, _, _>(c"update", update, c""),
        method::noargs::<Object, _, _>(c"clear", clear, c"od.clear() -> None.  Remove all items from od."),
        method::noargs::<Object, _, _>(c"copy", copy, c"od.copy() -> a shallow copy of od"),
        method::noargs::<Object, _, _>(c"__reversed__", reversed, c"od.__reversed__() <==> reversed(od)"),
        method::keywords::<Object, _, _>(c"move_to_end", move_to_end,
            c"move_to_end($self, /, key, last=True)\n--\n\nMove a key that is there to the end, or to the beginning.\n\nRaises KeyError if it is not there."),
    ];
}

crate::getsets! {
    static GETSETS = [
        PyGetSetDef { name: c"__dict__".as_ptr(), get: Some(PyObject_GenericGetDict),
            set: Some(PyObject_GenericSetDict), doc: core::ptr::null(), closure: core::ptr::null_mut() },
    ];
}

crate::static_type! {
    /// `collections.OrderedDict`
    #[unsafe(no_mangle)]
    pub static PyODict_Type = {
        tp_name: c"collections.OrderedDict".as_ptr(),
        tp_basicsize: 112,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"Dictionary that remembers insertion order".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: slot::clear::<Object, _>(clear_cycles),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_weaklistoffset: 104,
        tp_iter: slot::unary::<Object, _>(iterate),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut PyDict_Type,
        tp_dictoffset: 96,
        tp_init: slot::init::<Object, _>(init),
    };
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone. The dict's own deallocation ends this one.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            let od = object.cast::<super::RawODict>();
            refcount::clear(&raw mut (*od).inst_dict);
            if !(*od).weakreflist.is_null() {
                crate::types::weakref::clear_weakrefs(object);
            }
            super::clear_nodes(Object::from_ptr(object));
            dict::dealloc(object);
        });
    }
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut visitor = Visitor::new(visit, arg);
    // SAFETY: the collector traverses live objects. Nodes hold references of their own to keys.
    unsafe {
        let od = object.cast::<super::RawODict>();
        visitor.visit_ptr((*od).inst_dict);
        let mut node = (*od).first;
        while !node.is_null() {
            visitor.visit_ptr((*node).key);
            node = (*node).next;
        }
        let result = visitor.finish();
        if result != 0 {
            return result;
        }
        match (*(&raw mut PyDict_Type)).tp_traverse {
            Some(traverse) => traverse(object, visit, arg),
            None => 0,
        }
    }
}

fn clear_cycles(this: &Object) {
    // SAFETY: a live object.
    unsafe { refcount::clear(&raw mut (*raw(this)).inst_dict) };
    super::clear(this);
}

// ---- slots ----

fn set_subscript(this: &Object, key: &Object, value: Option<&Object>) -> Result<()> {
    match value {
        Some(value) => super::set_item(this, key, value),
        None => super::del_item(this, key),
    }
}

fn repr(this: &Object) -> Result<Obj> {
    let name = this.class_of().short_name().to_owned();
    if dict::len(this) == 0 {
        return unicode::from_str(&format!("{name}()"));
    }
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str("...");
    };
    let pairs = if check_exact(this) {
        let pairs = list::new()?;
        for (key, _) in keys_in_order(this) {
            pairs.push(tuple::pack([key.clone(), value_of(this, &key)?])?)?;
        }
        pairs.upcast()
    } else {
        sequence::list(&*call::call_method(this, crate::intern!("items"), &[])?)?
    };
    let mut text = unicode::Builder::new();
    text.push_str(&name);
    text.push_str("(");
    text.push_object(&*object::repr(&pairs)?);
    text.push_str(")");
    text.finish()
}

/// The value of a key that has a node; `KeyError` when the key's hash is another one by now.
fn value_of(this: &Object, key: &Object) -> Result<Obj> {
    dict::get_item(this, key)?.ok_or_else(|| err::set_key_error(key))
}

fn same_order(a: &Object, b: &Object) -> Result<bool> {
    let (x, y) = (keys_in_order(a), keys_in_order(b));
    if x.len() != y.len() {
        return Ok(false);
    }
    for ((x, _), (y, _)) in x.iter().zip(&y) {
        if !object::rich_compare_bool(x, y, CompareOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !dict::check(this) || !dict::check(other) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(none::not_implemented().owned());
    }
    let mut equal = dict::equals(this, other)?;
    if equal && check(other) && check(this) {
        equal = same_order(this, other)?;
    }
    Ok(bool::from_bool(equal == (op == CompareOp::Eq)))
}

fn iterate(this: &Object) -> Result<Obj> {
    odict_iter::new(this, KEYS)
}

fn or(a: &Object, b: &Object) -> Result<Obj> {
    if !dict::check(a) || !dict::check(b) {
        return Ok(none::not_implemented().owned());
    }
    let class = if check(a) { a.class_of() } else { b.class_of() };
    let result = call::call1(class.object(), a)?;
    update_from(&result, b)?;
    Ok(result)
}

fn inplace_or(a: &Object, b: &Object) -> Result<Obj> {
    update_from(a, b)?;
    Ok(a.owned())
}

fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    let count = tuple::items(args).len();
    if count > 1 {
        return Err(err::type_error(format_args!("expected at most 1 arguments, got {count}")));
    }
    update_with(this, args, kw)
}

// ---- updating through the object's own methods ----

/// Stores the pairs of an iterable with `self[key] = value`.
fn add_pairs(this: &Object, pairs: &Object) -> Result<()> {
    protocol_iter::for_each(pairs, |pair| {
        let iterator = protocol_iter::get_iter(&pair)?;
        let Some(key) = protocol_iter::next(&iterator)? else {
            return Err(err::value_error("need more than 0 values to unpack"));
        };
        let Some(value) = protocol_iter::next(&iterator)? else {
            return Err(err::value_error("need more than 1 value to unpack"));
        };
        if protocol_iter::next(&iterator)?.is_some() {
            return Err(err::value_error("too many values to unpack (expected 2)"));
        }
        object::set_item(this, &key, &value)
    })
}

fn update_from(this: &Object, source: &Object) -> Result<()> {
    if dict::check_exact(source) {
        return add_pairs(this, &*dict::items(source)?);
    }
    if let Some(keys) = object::lookup_attr(source, crate::intern!("keys"))? {
        return protocol_iter::for_each(&*call::call0(&keys)?, |key| {
            let value = object::get_item(source, &key)?;
            object::set_item(this, &key, &value)
        });
    }
    if let Some(items) = object::lookup_attr(source, crate::intern!("items"))? {
        return add_pairs(this, &*call::call0(&items)?);
    }
    add_pairs(this, source)
}

fn update_with(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    if let Some(source) = tuple::items(args).first() {
        update_from(this, source)?;
    }
    match kw {
        Some(kw) if dict::len(kw) != 0 => add_pairs(this, &*dict::items(kw)?),
        _ => Ok(()),
    }
}

fn update(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    let count = tuple::items(args).len();
    if count > 1 {
        return Err(err::type_error(format_args!(
            "update() takes at most 1 positional argument ({count} given)"
        )));
    }
    update_with(this, args, kw)
}

// ---- methods ----

fn fromkeys(class: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("fromkeys", ["iterable", "value"]).required(1);
    let [Some(iterable), value] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    dict::from_keys(class, iterable, value.unwrap_or_else(|| none::none()))
}

fn size_of(this: &Object) -> Result<usize> {
    // SAFETY: a live OrderedDict.
    let (nodes, empty) = unsafe { ((*raw(this)).fast_nodes_size as usize, (*raw(this)).first.is_null()) };
    let list = if empty { 0 } else { dict::len(this) * size_of_node() };
    Ok(dict::size_of(this) + nodes * 8 + list)
}

const fn size_of_node() -> usize {
    core::mem::size_of::<super::Node>()
}

fn reduce(this: &Object) -> Result<Obj> {
    let state = object::get_attr(this, crate::intern!("__dict__"))?;
    let state = if object::len(&state)? == 0 { none::none().owned() } else { state };
    let items = call::call_method(this, crate::intern!("items"), &[])?;
    let items = protocol_iter::get_iter(&items)?;
    tuple::pack([this.class_of().object().owned(), tuple::empty(), state, none::none().owned(), items])
}

fn setdefault(this: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("setdefault", ["key", "default"]).required(1);
    let [Some(key), default] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let default = default.unwrap_or_else(|| none::none());
    if check_exact(this) {
        if let Some(value) = dict::get_item(this, key)? {
            return Ok(value);
        }
        super::set_item(this, key, default)?;
    } else {
        if sequence::contains(this, key)? {
            return object::get_item(this, key);
        }
        object::set_item(this, key, default)?;
    }
    Ok(default.owned())
}

/// Removes a key and returns its value, or the default.
fn pop_key(this: &Object, key: &Object, hash: isize, default: Option<&Object>) -> Result<Obj> {
    // The node goes first: removing the value can run code that looks at the list.
    clear_node(this, key, hash)?;
    let value = if check_exact(this) {
        dict::pop_known_hash(this, key, hash)?
    } else if sequence::contains(this, key)? {
        let value = object::get_item(this, key)?;
        object::del_item(this, key)?;
        Some(value)
    } else {
        None
    };
    match (value, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.owned()),
        (None, None) => Err(err::set_key_error(key)),
    }
}

fn pop(this: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("pop", ["key", "default"]).required(1);
    let [Some(key), default] = SIGNATURE.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    pop_key(this, key, hash_of(key)?, default)
}

fn flag(value: Option<&Object>) -> Result<bool> {
    value.map_or(Ok(true), object::is_true)
}

fn popitem(this: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<1> = Signature::new("popitem", ["last"]).required(0);
    let [last] = SIGNATURE.bind(args)?;
    let last = flag(last)?;
    // SAFETY: a live OrderedDict; the node's key is held before anything else happens.
    let (key, hash) = unsafe {
        let od = raw(this);
        let node = if last { (*od).last } else { (*od).first };
        if node.is_null() {
            return Err(err::key_error("dictionary is empty"));
        }
        (Object::from_ptr((*node).key).owned(), (*node).hash)
    };
    let value = pop_key(this, &key, hash, None)?;
    tuple::pack([key, value])
}

fn keys_view(this: &Object) -> Result<Obj> {
    dict::views::new(this, &raw mut PyODictKeys_Type)
}
fn values_view(this: &Object) -> Result<Obj> {
    dict::views::new(this, &raw mut PyODictValues_Type)
}
fn items_view(this: &Object) -> Result<Obj> {
    dict::views::new(this, &raw mut PyODictItems_Type)
}

fn clear(this: &Object) -> Result<()> {
    super::clear(this);
    Ok(())
}

fn copy(this: &Object) -> Result<Obj> {
    if check_exact(this) {
        let made = super::new()?;
        for (key, _) in keys_in_order(this) {
            super::set_item(&made, &key, &*value_of(this, &key)?)?;
        }
        return Ok(made);
    }
    let made = call::call0(this.class_of().object())?;
    for (key, _) in keys_in_order(this) {
        object::set_item(&made, &key, &*object::get_item(this, &key)?)?;
    }
    Ok(made)
}

fn reversed(this: &Object) -> Result<Obj> {
    odict_iter::new(this, KEYS | REVERSED)
}

fn move_to_end(this: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<2> = Signature::new("move_to_end", ["key", "last"]).required(1);
    let [Some(key), last] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let last = flag(last)?;
    // SAFETY: a live OrderedDict; the node found is in its list.
    unsafe {
        let od = raw(this);
        let edge = if last { (*od).last } else { (*od).first };
        if edge.is_null() {
            return Err(err::set_key_error(key));
        }
        let Some(node) = find_node(this, key, hash_of(key)?)? else {
            return Err(err::set_key_error(key));
        };
        let edge = if last { (*od).last } else { (*od).first };
        if !core::ptr::eq(node, edge) {
            unlink(od, node);
            link(od, node, last);
        }
    }
    Ok(())
}

// ---- views ----

crate::methods! {
    static KEYS_METHODS = [
        method::noargs::<View, _, _>(c"__reversed__", reversed_keys, c""),
    ];
}
crate::methods! {
    static ITEMS_METHODS = [
        method::noargs::<View, _, _>(c"__reversed__", reversed_items, c""),
    ];
}
crate::methods! {
    static VALUES_METHODS = [
        method::noargs::<View, _, _>(c"__reversed__", reversed_values, c""),
    ];
}

crate::static_type! {
    /// `odict_keys`
    #[unsafe(no_mangle)]
    pub static PyODictKeys_Type = {
        tp_name: c"odict_keys".as_ptr(),
        tp_flags: 0,
        tp_iter: slot::unary::<View, _>(iterate_keys),
        tp_methods: (&raw mut KEYS_METHODS).cast(),
        tp_base: &raw mut PyDictKeys_Type,
    };
}

crate::static_type! {
    /// `odict_items`
    #[unsafe(no_mangle)]
    pub static PyODictItems_Type = {
        tp_name: c"odict_items".as_ptr(),
        tp_flags: 0,
        tp_iter: slot::unary::<View, _>(iterate_items),
        tp_methods: (&raw mut ITEMS_METHODS).cast(),
        tp_base: &raw mut PyDictItems_Type,
    };
}

crate::static_type! {
    /// `odict_values`
    #[unsafe(no_mangle)]
    pub static PyODictValues_Type = {
        tp_name: c"odict_values".as_ptr(),
        tp_flags: 0,
        tp_iter: slot::unary::<View, _>(iterate_values),
        tp_methods: (&raw mut VALUES_METHODS).cast(),
        tp_base: &raw mut PyDictValues_Type,
    };
}

macro_rules! view_iterators {
    ($($name:ident $kind:expr;)*) => {$(
        fn $name(this: &View) -> Result<Obj> {
            if !check(this.dict()) {
                return Err(err::bad_internal_call());
            }
            odict_iter::new(this.dict(), $kind)
        }
    )*};
}

view_iterators! {
    iterate_keys KEYS; iterate_values VALUES; iterate_items ITEMS;
    reversed_keys KEYS | REVERSED; reversed_values VALUES | REVERSED; reversed_items ITEMS | REVERSED;
}
