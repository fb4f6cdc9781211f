//! `type`: the class of classes.
//!
//! A static class is a `PyTypeObject` (408 bytes, also inside extension modules); a class made at run time is a
//! `PyHeapTypeObject`, whose slot groups lie in it and whose member descriptors follow it:
//!
//! ```text
//!   ┌────────────── 0   PyTypeObject: tp_* slots, tp_dict (names), tp_bases, tp_mro (tuples)
//!   │ static types end here
//!   ├────────────── 408 as_async, as_number, as_mapping, as_sequence, as_buffer   (tp_as_* point here)
//!   ├────────────── 840 ht_name, ht_slots, ht_qualname, ht_cached_keys, ht_module
//!   ├────────────── metatype's tp_basicsize: ob_size × PyMemberDef (one for each of `__slots__`), terminator
//! ```
//!
//! Invariants: every attribute change of a ready class goes through [`Type::modified`], which withdraws the version
//! tags of the class and its subclasses, so that the method cache ([`cache`]) and inline caches forget it. Slots
//! follow the names in the class dicts along the MRO ([`slotdefs`]).

mod assign;
mod attributes;
pub mod cache;
mod construct;
pub mod doc;
mod heap;
mod inherit;
pub mod instance;
pub mod mro;
mod new;
mod ready;
mod slot_functions;
pub mod slotdefs;
pub mod spec;
pub mod subclasses;
#[cfg(test)]
mod tests;
mod wrappers;

use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::method;
use crate::slot;
use crate::types::macros::{format, get, get_owned};
use crate::types::{tuple, unicode};
use core::ffi::{CStr, c_int, c_ulong};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

pub use assign::set_class;
pub use attributes::{merge_class_dict, module, qualname};
pub use construct::{Construction, construct, construction, is_made_by_object};
pub use heap::{HeapType, TypeCell, fini as fini_heap_types};
pub use new::{calculate_metaclass, mangle, type_new};
pub use ready::unready;
pub use spec::{get_module, get_module_state, get_slot};

crate::static_type! {
    /// `type`
    #[unsafe(no_mangle)]
    pub static PyType_Type = {
        tp_name: c"type".as_ptr(),
        tp_basicsize: size_of::<PyHeapTypeObject>() as Py_ssize_t,
        tp_itemsize: size_of::<PyMemberDef>() as Py_ssize_t,
        tp_dealloc: Some(type_dealloc),
        tp_vectorcall_offset: offset_of!(PyTypeObject, tp_vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: slot::call(call),
        tp_getattro: slot::subscript(get_attribute),
        tp_setattro: slot::obj_obj_arg(set_attribute),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TYPE_SUBCLASS
            | Py_TPFLAGS_HAVE_VECTORCALL,
        tp_doc: c"type(object_or_name, bases, dict)\ntype(object) -> the object's type\ntype(name, bases, dict) -> a new type".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_weaklistoffset: offset_of!(PyTypeObject, tp_weaklist) as Py_ssize_t,
        tp_methods: &raw mut attributes::METHODS as *mut PyMethodDef,
        tp_members: &raw mut attributes::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut attributes::GETSETS as *mut PyGetSetDef,
        tp_dictoffset: offset_of!(PyTypeObject, tp_dict) as Py_ssize_t,
        tp_init: slot::init(init),
        tp_new: slot::new(type_new),
        tp_free: Some(gc::PyObject_GC_Del),
        tp_is_gc: Some(is_gc),
    };
}

/// A class.
#[repr(transparent)]
pub struct Type(core::cell::UnsafeCell<PyTypeObject>, core::marker::PhantomData<*mut ()>);
// SAFETY: transparent over a C object struct inside an UnsafeCell.
unsafe impl Layout for Type {}
// SAFETY: instances of `type` have the layout of PyTypeObject at least.
unsafe impl Class for Type {
    #[inline(always)]
    fn class() -> &'static Type {
        // SAFETY: a static type object.
        unsafe { Type::from_raw(&raw mut PyType_Type) }
    }
    #[inline(always)]
    fn is_instance(object: &Object) -> bool {
        object.class_of().has(Py_TPFLAGS_TYPE_SUBCLASS)
    }
}
impl core::ops::Deref for Type {
    type Target = Object;
    #[inline(always)]
    fn deref(&self) -> &Object {
        self.object()
    }
}

impl Type {
    /// Borrows the type behind a raw pointer.
    /// # Safety
    /// `ptr` points to a type that stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_raw<'a>(ptr: *mut PyTypeObject) -> &'a Type {
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast::<Type>() }
    }

    /// Borrows the type behind a raw pointer that may be NULL.
    /// # Safety
    /// As for [`Type::from_raw`], or NULL.
    #[inline(always)]
    pub unsafe fn from_raw_opt<'a>(ptr: *mut PyTypeObject) -> Option<&'a Type> {
        // SAFETY: the caller's promise.
        unsafe { ptr.cast::<Type>().as_ref() }
    }

    /// The C struct.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut PyTypeObject {
        self.0.get()
    }

    /// The C struct of a heap type; only for types with the heap flag that were allocated as such.
    #[inline(always)]
    pub fn as_heap(&self) -> *mut PyHeapTypeObject {
        self.as_raw().cast()
    }

    /// `tp_flags`.
    #[inline(always)]
    pub fn flags(&self) -> c_ulong {
        get!(self, tp_flags)
    }

    /// Whether any of the flags is set.
    #[inline(always)]
    pub fn has(&self, flag: c_ulong) -> bool {
        self.flags() & flag != 0
    }

    /// `Py_TPFLAGS_HEAPTYPE`.
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.has(Py_TPFLAGS_HEAPTYPE)
    }

    /// `tp_base`, borrowed from the type.
    #[inline(always)]
    pub fn base(&self) -> Option<&Type> {
        // SAFETY: the base of a live type is live.
        unsafe { Type::from_raw_opt(get!(self, tp_base)) }
    }

    /// `tp_dict`, borrowed from the type.
    #[inline(always)]
    pub fn dict(&self) -> Option<&Object> {
        // SAFETY: NULL or a dict that the type owns.
        unsafe { Object::from_ptr_opt(get!(self, tp_dict)) }
    }

    /// `tp_mro`, owned, because an assignment to `__bases__` replaces it.
    #[inline(always)]
    pub fn mro(&self) -> Option<Obj> {
        get_owned!(self, tp_mro)
    }

    /// `PyType_IsSubtype`.
    #[inline]
    pub fn is_subtype(&self, other: &Type) -> bool {
        if self.is(other) {
            return true;
        }
        let mro = get!(self, tp_mro);
        if mro.is_null() {
            return self.is_subtype_by_base(other);
        }
        // SAFETY: the MRO is a tuple; no code runs while its items are looked at.
        tuple::items(unsafe { Object::from_ptr(mro) }).iter().any(|class| class.is(other))
    }

    /// Subtype test along `tp_base`, for types that are not ready yet.
    pub fn is_subtype_by_base(&self, other: &Type) -> bool {
        let mut class = Some(self);
        while let Some(current) = class {
            if current.is(other) {
                return true;
            }
            class = current.base();
        }
        other.is(crate::types::object::class())
    }

    /// Calls `tp_alloc` with `items` items: zeroed, one reference, tracked when the class is.
    #[inline]
    pub fn alloc(&self, items: isize) -> Result<Obj> {
        let alloc = get!(self, tp_alloc).unwrap_or(PyType_GenericAlloc);
        // SAFETY: the contract of tp_alloc: a live type; an owned reference or NULL with an exception.
        unsafe { Obj::from_owned_or_raised(alloc(self.as_raw(), items)) }
    }

    /// `tp_name` after the last dot (`_PyType_Name`).
    pub fn short_name(&self) -> &str {
        let name = self.name();
        name.rfind('.').map_or(name, |dot| &name[dot + 1..])
    }

    /// `tp_name`, for error messages (`%.200s` of `Py_TYPE(x)->tp_name`).
    pub fn name(&self) -> &str {
        let name = get!(self, tp_name);
        if name.is_null() {
            return "";
        }
        // SAFETY: a NUL-terminated string that lives as long as the type (or until its name is set again).
        unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("?")
    }

    /// `PyType_Ready`.
    pub fn ready(&self) -> Result<()> {
        if self.has(Py_TPFLAGS_READY) {
            return Ok(());
        }
        ready::ready(self)
    }

    /// `PyType_Ready` of the type of an object whose class an extension forgot to make ready.
    #[inline(always)]
    pub fn ensure_dict(&self) -> Result<()> {
        if get!(self, tp_dict).is_null() {
            return self.ready();
        }
        Ok(())
    }

    /// `PyType_FromModuleAndSpec`.
    /// # Safety
    /// `spec` is a valid spec.
    pub unsafe fn from_spec(
        module: Option<&Object>,
        spec: *mut PyType_Spec,
        bases: Option<&Object>,
    ) -> Result<Obj<Type>> {
        // SAFETY: the caller's promise.
        unsafe { spec::from_module_and_spec(module, spec, bases) }
    }
}

/// `PyType_IsSubtype`.
#[inline]
pub fn is_subtype(a: &Type, b: &Type) -> bool {
    a.is_subtype(b)
}

/// `PyType_GetFlags`.
pub fn get_flags(class: &Type) -> c_ulong {
    class.flags()
}

/// `_PyType_Name`.
pub fn name_ptr(class: &Type) -> *const core::ffi::c_char {
    let name = get!(class, tp_name);
    // SAFETY: tp_name is NUL-terminated.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
    let start = bytes.iter().rposition(|&b| b == b'.').map_or(0, |dot| dot + 1);
    // SAFETY: within the string.
    unsafe { name.add(start) }
}

/// `PyType_ClearCache`: forgets every cached lookup and returns the version tag that will be given next.
pub fn clear_cache() -> u32 {
    cache::clear();
    crate::types::object::class().modified();
    cache::next_version()
}

// Allocation

/// `PyType_GenericAlloc`: zeroed memory for an instance with `items` items and one spare, tracked if the class is.
/// # Safety
/// `class` is a live type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GenericAlloc(class: *mut PyTypeObject, items: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the type is live; the block holds the computed size; the head is initialised before tracking.
    unsafe {
        let Some(size) = instance_size(class, items) else {
            let _ = err::no_memory();
            return null_mut();
        };
        let is_gc = (*class).tp_flags & Py_TPFLAGS_HAVE_GC != 0;
        let Some(total) = size.checked_add(if is_gc { gc::HEADER } else { 0 }) else {
            let _ = err::no_memory();
            return null_mut();
        };
        let block = crate::memory::object_calloc(1, total);
        if block.is_null() {
            let _ = err::no_memory();
            return null_mut();
        }
        let object = if is_gc { gc::adopt(block) } else { block.cast() };
        if (*class).tp_itemsize != 0 {
            (*object.cast::<PyVarObject>()).ob_size = items;
        }
        gc::init_head(object, class);
        if is_gc {
            gc::track_new(object);
        }
        object
    }
}

/// Size of an instance with `items` items and one more for a sentinel; `None` on overflow.
unsafe fn instance_size(class: *mut PyTypeObject, items: Py_ssize_t) -> Option<usize> {
    // SAFETY: a live type.
    let (basic, item) = unsafe { ((*class).tp_basicsize, (*class).tp_itemsize) };
    if item == 0 {
        return Some((basic as usize).next_multiple_of(align_of::<usize>()));
    }
    let size = items.checked_add(1)?.checked_mul(item)?.checked_add(basic)?.checked_add(7)?;
    Some(size as usize & !7)
}

/// `PyType_GenericNew`: `tp_alloc` with no items.
/// # Safety
/// The contract of `tp_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GenericNew(
    class: *mut PyTypeObject,
    _args: *mut PyObject,
    _kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the contract of tp_new; every ready type has tp_alloc.
    unsafe { (*class).tp_alloc.unwrap_or(PyType_GenericAlloc)(class, 0) }
}

// Deallocation and traversal

unsafe extern "C" fn type_dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone; only heap types get here, static ones are never freed.
    unsafe {
        let raw: *mut PyTypeObject = object.cast();
        let heap: *mut PyHeapTypeObject = object.cast();
        debug_assert!((*raw).tp_flags & Py_TPFLAGS_HEAPTYPE != 0);
        gc::untrack(object);
        let saved = err::fetch();
        subclasses::remove_from_all(Type::from_raw(raw));
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
        crate::types::weakref::clear_weakrefs(object);
        crate::memory::PyObject_Free((*raw).tp_doc.cast_mut().cast());
        for field in [
            (*raw).tp_base.cast(),
            (*raw).tp_dict,
            (*raw).tp_bases,
            (*raw).tp_mro,
            (*raw).tp_cache,
            (*raw).tp_subclasses,
            (*heap).ht_name,
            (*heap).ht_qualname,
            (*heap).ht_slots,
            (*heap).ht_module,
        ] {
            crate::refcount::xdecref(field);
        }
        if !(*heap).ht_cached_keys.is_null() {
            crate::types::dict::keys_decref((*heap).ht_cached_keys.cast());
        }
        let class = (*object).ob_type;
        (*class).tp_free.unwrap_or(gc::PyObject_GC_Del)(object.cast());
    }
}

fn traverse(class: &Type, visitor: &mut crate::cell::Visitor) {
    if !class.is_heap() {
        return; // is_gc keeps static types out; nothing of theirs is counted by the collector.
    }
    visitor.visit_ptr(get!(class, tp_dict));
    visitor.visit_ptr(get!(class, tp_cache));
    visitor.visit_ptr(get!(class, tp_mro));
    visitor.visit_ptr(get!(class, tp_bases));
    visitor.visit_ptr(get!(class, tp_base).cast());
    // SAFETY: a heap type that the collector knows was allocated as one.
    visitor.visit_ptr(unsafe { (*class.as_heap()).ht_module });
    // tp_subclasses holds weak references and ht_slots strings: neither can be part of a cycle.
}

/// Breaks the cycles that every class is part of. The class stays usable by finalizers of its last instances: the
/// dict is emptied, not dropped, and the bases stay; the MRO (which holds the class itself) goes.
fn clear(class: &Type) {
    class.modified();
    if let Some(dict) = get_owned!(class, tp_dict) {
        crate::types::dict::clear(&dict);
    }
    // SAFETY: a heap type that the collector knows was allocated as one.
    drop(unsafe {
        let heap = class.as_heap();
        Obj::from_owned_opt(core::mem::replace(&mut (*heap).ht_module, null_mut()))
    });
    crate::types::macros::set_owned!(class, tp_mro, None);
}

unsafe extern "C" fn is_gc(object: *mut PyObject) -> c_int {
    // SAFETY: a live type object.
    unsafe { c_int::from((*object.cast::<PyTypeObject>()).tp_flags & Py_TPFLAGS_HEAPTYPE != 0) }
}

// Slots

fn repr(class: &Type) -> Result<Obj> {
    let module = match attributes::module(class) {
        Ok(module) => Some(module),
        Err(_) => {
            err::clear();
            None
        }
    };
    match module {
        Some(module) if unicode::check(&module) && !unicode::eq_str(&module, "builtins") => {
            let qualname = attributes::qualname(class)?;
            format(format_args!("<class '{}.{}'>", unicode::display(&module), unicode::display(&qualname)))
        }
        _ => format(format_args!("<class '{}'>", class.name())),
    }
}

/// `type.__call__`: makes an instance with `tp_new`, then initialises it when it is one of the class.
fn call(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let given = tuple::items(args);
    let keywords = kw.map_or(0, crate::types::dict::len);
    if class.is(Type::class()) {
        if given.len() == 1 && keywords == 0 {
            return Ok(given[0].class_of().owned().upcast());
        }
        if given.len() != 3 {
            return Err(err::type_error("type() takes 1 or 3 arguments"));
        }
    }
    instantiate(class, args, kw, given.is_empty() && keywords == 0)
}

/// `__new__`, then `__init__` of what it gave; `bare`: there are no arguments.
#[inline(always)]
fn instantiate(class: &Type, args: &Object, kw: Option<&Object>, bare: bool) -> Result<Obj> {
    let Some(new) = get!(class, tp_new) else { return Err(no_instances(class)) };
    let kw = crate::handle::as_ptr_opt(kw);
    // SAFETY: the contract of tp_new; the result is checked like that of any C function.
    let object = unsafe {
        let result = new(class.as_raw(), args.as_ptr(), kw);
        crate::protocol::call::check_result(Some(class), result, None)?
    };
    if !object.is_instance_of(class) {
        return Ok(object);
    }
    if !(bare && crate::types::object::has_default_init(object.class_of()))
        && let Some(init) = get!(object.class_of(), tp_init)
    {
        // SAFETY: the contract of tp_init.
        if unsafe { init(object.as_ptr(), args.as_ptr(), kw) } < 0 {
            return Err(err::Raised::assume());
        }
    }
    Ok(object)
}

#[cold]
fn no_instances(class: &Type) -> err::Raised {
    err::type_error(format_args!("cannot create '{}' instances", class.name()))
}

/// The class-level `__getattribute__`: data descriptors of the metaclass, then the class and its bases, then the rest
/// of the metaclass.
fn get_attribute(class: &Type, name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    class.ensure_dict()?;
    let metaclass = class.class_of();
    let meta = metaclass.lookup(name).map(Layout::owned);
    let meta_get = meta.as_ref().and_then(|meta| get!(meta.class_of(), tp_descr_get));
    if let (Some(meta), Some(descr_get)) = (&meta, meta_get)
        && get!(meta.class_of(), tp_descr_set).is_some()
    {
        // SAFETY: the contract of tp_descr_get.
        return unsafe {
            Obj::from_owned_or_raised(descr_get(meta.as_ptr(), class.as_ptr(), metaclass.as_ptr()))
        };
    }
    if let Some(attribute) = class.lookup(name).map(Layout::owned) {
        let Some(descr_get) = get!(attribute.class_of(), tp_descr_get) else {
            return Ok(attribute);
        };
        // SAFETY: the contract of tp_descr_get: no instance, the class.
        return unsafe {
            Obj::from_owned_or_raised(descr_get(attribute.as_ptr(), null_mut(), class.as_ptr()))
        };
    }
    match (meta, meta_get) {
        (Some(meta), Some(descr_get)) => {
            // SAFETY: the contract of tp_descr_get.
            unsafe { Obj::from_owned_or_raised(descr_get(meta.as_ptr(), class.as_ptr(), metaclass.as_ptr())) }
        }
        (Some(meta), None) => Ok(meta),
        (None, _) => Err(err::attribute_error(format_args!(
            "type object '{}' has no attribute '{}'",
            class.name(),
            unicode::display(name)
        ))),
    }
}

/// `TypeError` for an attribute name that is no `str`.
#[cold]
pub(crate) fn attribute_name_error(name: &Object) -> err::Raised {
    err::type_error(format_args!("attribute name must be string, not '{}'", name.class_of().name()))
}

/// Setting a class attribute: the caches forget the class first, because the old value's destructor may look names up.
fn set_attribute(class: &Type, name: &Object, value: Option<&Object>) -> Result<()> {
    if !class.is_heap() {
        return Err(err::type_error(format_args!(
            "can't set attributes of built-in/extension type '{}'",
            class.name()
        )));
    }
    let name = if unicode::check_exact(name) {
        unicode::intern(name.owned())
    } else if unicode::check(name) {
        unicode::intern(unicode::substring(name, 0, unicode::len(name))?)
    } else {
        name.owned()
    };
    class.modified();
    crate::protocol::object::generic_set_attr_with_dict(class, &name, value, None)?;
    class.modified();
    if is_dunder(&name) {
        slotdefs::update_slot(class, &name)?;
    }
    Ok(())
}

/// Whether a name has the shape `__x__`.
fn is_dunder(name: &Object) -> bool {
    let len = unicode::len(name);
    let underscore = |index| unicode::char_at(name, index) == u32::from(b'_');
    len > 4 && underscore(len - 1) && underscore(len - 2) && underscore(0) && underscore(1)
}

fn init(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<()> {
    let given = tuple::items(args).len();
    if given == 1 && kw.is_some_and(|kw| crate::types::dict::len(kw) != 0) {
        return Err(err::type_error("type.__init__() takes no keyword arguments"));
    }
    if given != 1 && given != 3 {
        return Err(err::type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// The method table entry shared by classes that are generic at run time.
pub const CLASS_GETITEM: PyMethodDef = PyMethodDef {
    ml_name: c"__class_getitem__".as_ptr(),
    ml_meth: Some(crate::types::genericalias::Py_GenericAlias),
    ml_flags: METH_O | METH_CLASS,
    ml_doc: method::cstr(c"See PEP 585"),
};
