//! Weak references: `weakref.ref` and the two proxies.
//!
//! A class whose instances can be referred to weakly has a field at `tp_weaklistoffset`: the head of a doubly linked list of
//! `PyWeakReference`s. References without callback are shared: the plain `ref` comes first in the list, the plain proxy
//! second. A dead reference has `None` as its referent and is in no list. The hash is kept once asked for, so that it
//! stays the same after the referent's death.

mod proxy;
#[cfg(test)]
mod tests;

pub use proxy::*;

use crate::args;
use crate::cell::{ObjCell, Visitor};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Raised, Result};
use crate::method;
use crate::protocol::{call, object};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{dict, none, tuple, unicode};
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;

crate::static_type! {
    /// `weakref`
    #[unsafe(no_mangle)]
    pub static _PyWeakref_RefType = {
        tp_name: c"weakref".as_ptr(), tp_basicsize: size_of::<PyWeakReference>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr), tp_hash: slot::hash(hash),
        tp_call: slot::call(call_reference),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: Some(clear_slot),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: &raw mut METHODS as *mut PyMethodDef, tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_init: slot::init(init),
        tp_new: slot::new(new), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::object_view!(/** A `weakref.ref` or an instance of a subclass. */ pub Weakref, PyWeakReference, _PyWeakref_RefType);

type Reference = *mut PyWeakReference;

crate::methods! {
    static METHODS = [
        method::with_flags(
            method::o(c"__class_getitem__", class_getitem, c"$type, alias for another subscript\n"), METH_CLASS as c_int),
    ];
}
crate::members! {
    static MEMBERS = [method::member(c"__callback__", T_OBJECT as _, 24, READONLY as _, c"")];
}

fn class_getitem(class: &Object, item: &Object) -> Result<Obj> {
    crate::types::genericalias::new(class, item)
}

/// `PyWeakref_CheckRef`.
#[inline]
pub fn check_ref(object: &Object) -> bool {
    Weakref::is_instance(object)
}

/// `PyWeakref_CheckRefExact`.
#[inline]
pub fn check_ref_exact(object: &Object) -> bool {
    Weakref::is_exact(object)
}

/// `PyWeakref_CheckProxy`.
#[inline]
pub fn check_proxy(object: &Object) -> bool {
    object.type_ptr() == &raw mut _PyWeakref_ProxyType
        || object.type_ptr() == &raw mut _PyWeakref_CallableProxyType
}

/// `PyWeakref_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    check_ref(object) || check_proxy(object)
}

/// Whether instances of the class can be referred to weakly.
fn supports_weakrefs(class: &Type) -> bool {
    // SAFETY: a live type.
    unsafe { (*class.as_raw()).tp_weaklistoffset > 0 }
}

/// The list head of an object (`PyObject_GET_WEAKREFS_LISTPTR`).
///
/// # Safety
/// The object's class has a weak reference list.
#[inline(always)]
pub unsafe fn list_of(object: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { object.cast::<u8>().offset((*(*object).ob_type).tp_weaklistoffset).cast() }
}

/// `_PyWeakref_GetWeakrefCount`: the length of a list.
///
/// # Safety
/// `head` is NULL or the first of a list.
pub unsafe fn get_weakref_count(mut head: Reference) -> isize {
    let mut n = 0;
    while !head.is_null() {
        n += 1;
        // SAFETY: the caller's promise.
        head = unsafe { (*head).wr_next };
    }
    n
}

/// How many weak references there are to an object (`weakref.getweakrefcount`).
pub fn count(object: &Object) -> isize {
    if !supports_weakrefs(object.class_of()) {
        return 0;
    }
    // SAFETY: just tested.
    unsafe { get_weakref_count((*list_of(object.as_ptr())).cast()) }
}

/// The weak references to an object (`weakref.getweakrefs`): a list.
pub fn references(object: &Object) -> Result<Obj> {
    let mut items: Vec<Obj> = Vec::new();
    if supports_weakrefs(object.class_of()) {
        // SAFETY: just tested; the list does not change meanwhile.
        unsafe {
            let mut item = (*list_of(object.as_ptr())).cast::<PyWeakReference>();
            while !item.is_null() {
                items.push(Object::from_ptr(item.cast()).owned());
                item = (*item).wr_next;
            }
        }
    }
    Ok(crate::types::list::from_vec(items)?.upcast())
}

/// The shared references without callback that are first in a list: the plain `ref` and the plain proxy.
unsafe fn plain_references(head: Reference) -> [Reference; 2] {
    let (mut reference, mut proxy) = (null_mut(), null_mut());
    // SAFETY: members of a list are live.
    unsafe {
        let mut item = head;
        if !item.is_null() && (*item).wr_callback.is_null() {
            if check_ref_exact(Object::from_ptr(item.cast())) {
                reference = item;
                item = (*item).wr_next;
            }
            if !item.is_null() && (*item).wr_callback.is_null() && check_proxy(Object::from_ptr(item.cast()))
            {
                proxy = item;
            }
        }
    }
    [reference, proxy]
}

/// Puts `new` into a list: in front, or behind `after`.
unsafe fn link(new: Reference, after: Reference, list: *mut *mut PyObject) {
    // SAFETY: `new` is in no list, `after` is NULL or in the list.
    unsafe {
        (*new).wr_prev = after;
        if after.is_null() {
            (*new).wr_next = (*list).cast();
            *list = new.cast();
        } else {
            (*new).wr_next = (*after).wr_next;
            (*after).wr_next = new;
        }
        if !(*new).wr_next.is_null() {
            (*(*new).wr_next).wr_prev = new;
        }
    }
}

/// Where a new reference belongs: plain ones in front in their order, all others behind those.
unsafe fn link_by_kind(new: Reference, object: *mut PyObject) {
    // SAFETY: the object's class has a list; `new` is in no list.
    unsafe {
        let list = list_of(object);
        let [reference, proxy] = plain_references((*list).cast());
        let plain = (*new).wr_callback.is_null();
        let is_proxy = plain && check_proxy(Object::from_ptr(new.cast()));
        let after = if plain && check_ref_exact(Object::from_ptr(new.cast())) {
            null_mut()
        } else if is_proxy || proxy.is_null() {
            reference
        } else {
            proxy
        };
        link(new, after, list);
    }
}

/// Makes a reference dead: no referent, in no list. The callback stays (`_PyWeakref_ClearRef`).
///
/// # Safety
/// `reference` is a live weak reference.
pub unsafe fn clear_reference(reference: Reference) {
    // SAFETY: the caller's promise; a reference with a referent is in the referent's list.
    unsafe {
        let none = none::none().as_ptr();
        let referent = (*reference).wr_object;
        if referent == none {
            return;
        }
        // A reference that is being made may not be linked yet.
        let list = list_of(referent);
        if *list == reference.cast() {
            *list = (*reference).wr_next.cast();
        }
        (*reference).wr_object = none;
        if !(*reference).wr_prev.is_null() {
            (*(*reference).wr_prev).wr_next = (*reference).wr_next;
        }
        if !(*reference).wr_next.is_null() {
            (*(*reference).wr_next).wr_prev = (*reference).wr_prev;
        }
        (*reference).wr_prev = null_mut();
        (*reference).wr_next = null_mut();
    }
}

fn callback(this: &Object) -> &ObjCell {
    // SAFETY: a weak reference; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_ptr().cast::<PyWeakReference>()).wr_callback).cast::<ObjCell>() }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(this);
        clear_reference(this.cast());
        drop(callback(Object::from_ptr(this)).take());
        (*(*this).ob_type).tp_free.unwrap_unchecked()(this.cast());
    }
}

fn traverse(this: &Object, visitor: &mut Visitor) {
    callback(this).visit(visitor);
}

unsafe extern "C" fn clear_slot(this: *mut PyObject) -> c_int {
    // SAFETY: the contract of tp_clear.
    unsafe {
        clear_reference(this.cast());
        drop(callback(Object::from_ptr(this)).take());
    }
    0
}

fn call_reference(this: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    args::Signature::new("__call__", []).bind_tuple(args, kw)?;
    Ok(get(this).unwrap_or_else(|| none::none().owned()))
}

fn hash(this: &Object) -> Result<isize> {
    let raw = this.as_ptr().cast::<PyWeakReference>();
    // SAFETY: a weak reference.
    unsafe {
        if (*raw).hash != -1 {
            return Ok((*raw).hash);
        }
        let Some(referent) = get(this) else { return Err(err::type_error("weak object has gone away")) };
        let hash = object::hash(&referent)?;
        (*raw).hash = hash;
        Ok(hash)
    }
}

fn repr(this: &Object) -> Result<Obj> {
    let address = this.as_ptr();
    let Some(referent) = get(this) else {
        return unicode::from_display(format_args!("<weakref at {address:p}; dead>"));
    };
    let name = object::lookup_attr(&referent, crate::intern!("__name__"))?;
    let class = referent.class_of().name();
    let target = referent.as_ptr();
    match name.filter(|name| unicode::check(name)) {
        None => unicode::from_display(format_args!("<weakref at {address:p}; to '{class}' at {target:p}>")),
        Some(name) => {
            let mut builder = unicode::Builder::new();
            builder.push_str(&format!("<weakref at {address:p}; to '{class}' at {target:p} ("));
            builder.push_object(&name);
            builder.push_str(")>");
            builder.finish()
        }
    }
}

/// Live references compare as their referents do, dead ones by identity.
fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !check_ref(this) || !check_ref(other) {
        return Ok(none::not_implemented().owned());
    }
    match (get(this), get(other)) {
        (Some(a), Some(b)) => object::rich_compare(&a, &b, op),
        _ => Ok(crate::types::bool::from_bool(this.is(other) == (op == CompareOp::Eq))),
    }
}

fn parse(function: &str, args: &Object) -> Result<(Obj, Option<Obj>)> {
    let items = tuple::items(args);
    args::check_positional(function, items.len(), 1, 2)?;
    let callback = items.get(1).filter(|callback| !callback.is_none()).map(|callback| callback.owned());
    Ok((items[0].owned(), callback))
}

fn unsupported(object: &Object) -> Raised {
    err::type_error(format_args!("cannot create weak reference to '{}' object", object.class_of().name()))
}

fn new(class: &Type, args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let (referent, callback) = parse("__new__", args)?;
    if !supports_weakrefs(referent.class_of()) {
        return Err(unsupported(&referent));
    }
    // SAFETY: the referent's class has a list.
    unsafe {
        if callback.is_none() && class.as_raw() == &raw mut _PyWeakref_RefType {
            let [plain, _] = plain_references((*list_of(referent.as_ptr())).cast());
            if !plain.is_null() {
                return Ok(Object::from_ptr(plain.cast()).owned());
            }
        }
        let this = class.alloc(0)?;
        fill(&this, &referent, callback);
        link_by_kind(this.as_ptr().cast(), referent.as_ptr());
        Ok(this)
    }
}

/// Sets the fields of a new reference, which is in no list yet.
unsafe fn fill(this: &Object, referent: &Object, callback: Option<Obj>) {
    // SAFETY: memory of a weak reference.
    unsafe {
        let raw = this.as_ptr().cast::<PyWeakReference>();
        (*raw).hash = -1;
        (*raw).wr_object = referent.as_ptr();
        (*raw).wr_prev = null_mut();
        (*raw).wr_next = null_mut();
        (*raw).wr_callback = crate::handle::into_ptr_opt(callback);
    }
}

fn init(_this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("ref() takes no keyword arguments"));
    }
    parse("__init__", args).map(drop)
}

/// A reference of one of the exact classes; a plain one is shared.
fn make(class: *mut PyTypeObject, referent: &Object, callback: Option<&Object>) -> Result<Obj> {
    if !supports_weakrefs(referent.class_of()) {
        return Err(unsupported(referent));
    }
    let callback = callback.filter(|callback| !callback.is_none());
    let is_ref = class == &raw mut _PyWeakref_RefType;
    let shared = || {
        // SAFETY: the referent's class has a list.
        let [reference, proxy] = unsafe { plain_references((*list_of(referent.as_ptr())).cast()) };
        let plain = if is_ref { reference } else { proxy };
        // SAFETY: NULL or a live reference.
        unsafe { Object::from_ptr_opt(plain.cast()) }.map(Layout::owned)
    };
    if callback.is_none()
        && let Some(plain) = shared()
    {
        return Ok(plain);
    }
    // SAFETY: memory for an instance, filled before anybody sees it. The allocation may have run a collection, and that
    // may have made the plain reference.
    unsafe {
        let this = Obj::<Object>::from_owned_ptr(crate::gc::new_object(class)?);
        fill(&this, none::none(), None);
        if callback.is_none()
            && let Some(plain) = shared()
        {
            return Ok(plain);
        }
        fill(&this, referent, callback.map(Layout::owned));
        link_by_kind(this.as_ptr().cast(), referent.as_ptr());
        crate::gc::track(this.as_ptr());
        Ok(this)
    }
}

/// `PyWeakref_NewRef`.
pub fn new_ref(object: &Object, callback: Option<&Object>) -> Result<Obj> {
    make(&raw mut _PyWeakref_RefType, object, callback)
}

/// `PyWeakref_NewProxy`: callable when the referent is.
pub fn new_proxy(object: &Object, callback: Option<&Object>) -> Result<Obj> {
    let class = if object::is_callable(object) {
        &raw mut _PyWeakref_CallableProxyType
    } else {
        &raw mut _PyWeakref_ProxyType
    };
    make(class, object, callback)
}

/// The referent, None when dead. The object must be a reference or proxy.
#[inline]
pub fn get(reference: &Object) -> Option<Obj> {
    // SAFETY: a weak reference; a referent whose count is zero is being deallocated and cannot be brought back.
    unsafe {
        let referent = (*reference.as_ptr().cast::<PyWeakReference>()).wr_object;
        if referent.is_null() || referent == none::none().as_ptr() || (*referent).ob_refcnt <= 0 {
            return None;
        }
        Some(Object::from_ptr(referent).owned())
    }
}

/// `PyWeakref_GetObject`: the referent, borrowed, or None; SystemError for what is no weak reference.
pub fn get_object(reference: &Object) -> Result<&Object> {
    if !check(reference) {
        return Err(err::bad_internal_call());
    }
    // SAFETY: a weak reference.
    unsafe {
        let referent = (*reference.as_ptr().cast::<PyWeakReference>()).wr_object;
        if (*referent).ob_refcnt > 0 { Ok(Object::from_ptr(referent)) } else { Ok(none::none()) }
    }
}

/// `PyObject_ClearWeakRefs`: makes the references to a dying object dead and calls their callbacks.
///
/// # Safety
/// The object is being deallocated.
pub unsafe fn clear_weakrefs(object: *mut PyObject) {
    // SAFETY: the caller's promise; members of the list are live, and each pass takes the first one off.
    unsafe {
        if !supports_weakrefs(Object::from_ptr(object).class_of()) || (*object).ob_refcnt != 0 {
            let _ = err::bad_internal_call();
            return;
        }
        let list = list_of(object);
        for _ in 0..2 {
            // The shared ones have no callback.
            let first = (*list).cast::<PyWeakReference>();
            if !first.is_null() && (*first).wr_callback.is_null() {
                clear_reference(first);
            }
        }
        if (*list).is_null() {
            return;
        }
        let saved = err::fetch();
        // All are dead before the first callback runs. A reference that is being deallocated itself is left out.
        let mut calls: Vec<(Obj, Obj)> = Vec::new();
        while !(*list).is_null() {
            let reference = (*list).cast::<PyWeakReference>();
            let alive = (*reference).ob_base.ob_refcnt > 0;
            let callback = (*reference).wr_callback;
            (*reference).wr_callback = null_mut();
            clear_reference(reference);
            let callback = Obj::<Object>::from_owned_opt(callback);
            if let (true, Some(callback)) = (alive, callback) {
                calls.push((Object::from_ptr(reference.cast()).owned(), callback));
            }
        }
        for (reference, callback) in calls {
            match call::call1(&callback, &reference) {
                Ok(result) => drop(result),
                Err(_) => err::write_unraisable(Some(&callback)),
            }
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    }
}
