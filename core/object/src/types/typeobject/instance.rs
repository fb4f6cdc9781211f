//! Instances of Python classes: deallocation, traversal and clearing, `__dict__` and `__weakref__`.
//!
//! A Python class adds fields behind those of its nearest C base: slots (member definitions behind the heap type), a
//! dict and a weak reference list. The functions here handle what all Python classes between an instance's class and
//! that base have added, and leave the rest to the base.

use super::{Type, new::heap_members};
use crate::err;
use crate::gc;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::object as objects;
use crate::refcount;
use crate::types::macros::get;
use crate::types::{none, weakref};
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;

type Dealloc = unsafe extern "C" fn(*mut PyObject);

/// The nearest class along `tp_base` whose deallocation is not [`subtype_dealloc`], and its deallocation.
unsafe fn c_base(class: *mut PyTypeObject) -> (*mut PyTypeObject, Dealloc) {
    let mut base = class;
    loop {
        // SAFETY: a live type; `object`, at the end of every chain, has a dealloc function of its own.
        unsafe {
            let dealloc = (*base).tp_dealloc.unwrap_unchecked();
            if !core::ptr::fn_addr_eq(dealloc, subtype_dealloc as Dealloc) {
                return (base, dealloc);
            }
            base = (*base).tp_base;
        }
    }
}

/// `tp_dealloc` of Python classes.
pub(super) unsafe extern "C" fn subtype_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        if (*(*object).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC == 0 {
            return dealloc_plain(object);
        }
        gc::untrack(object);
        refcount::trashcan(object, subtype_dealloc, || dealloc_collected(object));
    }
}

/// An instance outside the collector has no slots, dict or weak references of Python classes.
unsafe fn dealloc_plain(object: *mut PyObject) {
    // SAFETY: as for subtype_dealloc.
    unsafe {
        let class = (*object).ob_type;
        if (*class).tp_finalize.is_some() && objects::call_finalizer_from_dealloc(object) {
            return; // resurrected
        }
        if let Some(del) = (*class).tp_del {
            del(object);
            if (*object).ob_refcnt > 0 {
                return;
            }
        }
        finish_dealloc(object, c_base((*object).ob_type));
    }
}

/// Leaves the rest to the C base and drops the reference to the class that the instance owned, unless the base, a
/// heap type itself, has done so.
unsafe fn finish_dealloc(object: *mut PyObject, (base, dealloc): (*mut PyTypeObject, Dealloc)) {
    // SAFETY: the class is owned until the end: the base's deallocation may otherwise free it.
    unsafe {
        let class = (*object).ob_type;
        let owned =
            (*class).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 && (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0;
        dealloc(object);
        if owned {
            refcount::decref(class.cast());
        }
    }
}

unsafe fn dealloc_collected(object: *mut PyObject) {
    // SAFETY: as for subtype_dealloc; the object is untracked whenever code runs that must not see it as garbage.
    unsafe {
        let class = (*object).ob_type;
        let (base, dealloc) = c_base(class);
        let has_finalizer = (*class).tp_finalize.is_some() || (*class).tp_del.is_some();
        if (*class).tp_finalize.is_some() {
            gc::track(object);
            if objects::call_finalizer_from_dealloc(object) {
                return; // resurrected
            }
            gc::untrack(object);
        }
        let own_weakrefs = (*class).tp_weaklistoffset != 0 && (*base).tp_weaklistoffset == 0;
        if own_weakrefs && !(*weakref::list_of(object)).is_null() {
            // Before anything is torn down: callbacks must find the object whole or not at all.
            weakref::clear_weakrefs(object);
        }
        if let Some(del) = (*class).tp_del {
            gc::track(object);
            del(object);
            if (*object).ob_refcnt > 0 {
                return;
            }
            gc::untrack(object);
        }
        if has_finalizer && own_weakrefs {
            // References made by the finalizer die silently: the object is half torn down for their callbacks.
            let list = weakref::list_of(object);
            while !(*list).is_null() {
                weakref::clear_reference((*list).cast());
            }
        }
        let mut current = class;
        while current != base {
            clear_slots(current, object);
            current = (*current).tp_base;
        }
        if (*class).tp_dictoffset != 0 && (*base).tp_dictoffset == 0 {
            let pointer = objects::dict_pointer(object);
            if !pointer.is_null() {
                refcount::xdecref(core::mem::replace(&mut *pointer, null_mut()));
            }
        }
        if (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::track(object); // as the base's deallocation expects it
        }
        finish_dealloc(object, (base, dealloc));
    }
}

/// Empties the slots that one Python class has added.
unsafe fn clear_slots(class: *mut PyTypeObject, object: *mut PyObject) {
    // SAFETY: a live instance of the class; its member definitions describe fields that own references.
    unsafe {
        let count = (*class.cast::<PyVarObject>()).ob_size;
        if count == 0 {
            return;
        }
        let members = heap_members(Type::from_raw(class));
        for i in 0..count as usize {
            let member = members.add(i);
            if (*member).r#type == T_OBJECT_EX && (*member).flags & READONLY == 0 {
                let field = object.cast::<u8>().offset((*member).offset).cast::<*mut PyObject>();
                refcount::xdecref(core::mem::replace(&mut *field, null_mut()));
            }
        }
    }
}

/// `tp_traverse` of Python classes.
pub(super) unsafe extern "C" fn subtype_traverse(
    object: *mut PyObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector traverses live objects.
    unsafe {
        let class = (*object).ob_type;
        let mut base = class;
        let mut visitor = crate::cell::Visitor::new(visit, arg);
        loop {
            let traverse = (*base).tp_traverse;
            if !traverse.is_some_and(|f| {
                core::ptr::fn_addr_eq(
                    f,
                    subtype_traverse as unsafe extern "C" fn(*mut PyObject, visitproc, *mut c_void) -> c_int,
                )
            }) {
                break;
            }
            let count = (*base.cast::<PyVarObject>()).ob_size;
            if count != 0 {
                let members = heap_members(Type::from_raw(base));
                for i in 0..count as usize {
                    let member = members.add(i);
                    if (*member).r#type == T_OBJECT_EX {
                        visitor.visit_ptr(*object.cast::<u8>().offset((*member).offset).cast());
                    }
                }
            }
            base = (*base).tp_base;
        }
        if (*class).tp_dictoffset != (*base).tp_dictoffset {
            let pointer = objects::dict_pointer(object);
            if !pointer.is_null() {
                visitor.visit_ptr(*pointer);
            }
        }
        // An instance owns its class; a C base that is a heap type visits the class itself.
        let base_traverse = (*base).tp_traverse;
        if (*class).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
            && (base_traverse.is_none() || (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0)
        {
            visitor.visit_ptr(class.cast());
        }
        let result = visitor.finish();
        match base_traverse {
            Some(traverse) if result == 0 => traverse(object, visit, arg),
            _ => result,
        }
    }
}

/// `tp_clear` of Python classes.
pub(super) unsafe extern "C" fn subtype_clear(object: *mut PyObject) -> c_int {
    // SAFETY: the collector clears live objects.
    unsafe {
        let class = (*object).ob_type;
        let mut base = class;
        let base_clear = loop {
            let clear = (*base).tp_clear;
            if !clear.is_some_and(|f| {
                core::ptr::fn_addr_eq(f, subtype_clear as unsafe extern "C" fn(*mut PyObject) -> c_int)
            }) {
                break clear;
            }
            clear_slots(base, object);
            base = (*base).tp_base;
        };
        if (*class).tp_dictoffset != (*base).tp_dictoffset {
            let pointer = objects::dict_pointer(object);
            if !pointer.is_null() {
                refcount::xdecref(core::mem::replace(&mut *pointer, null_mut()));
            }
        }
        base_clear.map_or(0, |clear| clear(object))
    }
}

/// Whether a type clears its instances as Python classes do.
pub(super) fn has_subtype_clear(class: &Type) -> bool {
    get!(class, tp_clear).is_some_and(|f| {
        core::ptr::fn_addr_eq(f, subtype_clear as unsafe extern "C" fn(*mut PyObject) -> c_int)
    })
}

// `__dict__` and `__weakref__`

// The two texts are compared by tests of documentation tools.
const DICT: PyGetSetDef =
    method::getset(c"__dict__", get_dict, set_dict, c"dictionary for instance variables (if defined)");
const WEAKREF: PyGetSetDef =
    method::getter(c"__weakref__", get_weakref, c"list of weak references to the object (if defined)");
static mut BOTH: [PyGetSetDef; 3] = [DICT, WEAKREF, method::GETSETS_END];

/// The getset table for what a class statement adds to the layout.
pub(super) fn getsets(dict: bool, weak: bool) -> *mut PyGetSetDef {
    static mut DICT_ONLY: [PyGetSetDef; 2] = [DICT, method::GETSETS_END];
    static mut WEAK_ONLY: [PyGetSetDef; 2] = [WEAKREF, method::GETSETS_END];
    match (dict, weak) {
        (true, true) => (&raw mut BOTH).cast(),
        (true, false) => (&raw mut DICT_ONLY).cast(),
        (false, true) => (&raw mut WEAK_ONLY).cast(),
        (false, false) => null_mut(),
    }
}

/// The `__dict__` descriptor of a C base that keeps a dict of its own, which then is the one to use.
fn base_dict_descriptor(object: &Object) -> Result<Option<Obj>> {
    let mut class = Some(object.class_of());
    while let Some(current) = class {
        if get!(current, tp_dictoffset) != 0 && !current.is_heap() && current.base().is_some() {
            let descriptor = current.lookup(crate::intern!("__dict__")).map(Layout::owned);
            return match descriptor {
                Some(descriptor) if get!(descriptor.class_of(), tp_descr_set).is_some() => {
                    Ok(Some(descriptor))
                }
                _ => Err(err::type_error(format_args!(
                    "this __dict__ descriptor does not support '{}' objects",
                    object.class_of().name()
                ))),
            };
        }
        class = current.base();
    }
    Ok(None)
}

fn get_dict(object: &Object) -> Result<Obj> {
    let Some(descriptor) = base_dict_descriptor(object)? else { return objects::generic_get_dict(object) };
    match get!(descriptor.class_of(), tp_descr_get) {
        // SAFETY: the contract of tp_descr_get.
        Some(get) => unsafe {
            Obj::from_owned_or_raised(get(descriptor.as_ptr(), object.as_ptr(), object.type_ptr().cast()))
        },
        None => Ok(descriptor),
    }
}

fn set_dict(object: &Object, value: Option<&Object>) -> Result<()> {
    if let Some(descriptor) = base_dict_descriptor(object)?
        && let Some(set) = get!(descriptor.class_of(), tp_descr_set)
    {
        // SAFETY: the contract of tp_descr_set.
        let status = unsafe { set(descriptor.as_ptr(), object.as_ptr(), crate::handle::as_ptr_opt(value)) };
        return err::Raised::unless_zero(status);
    }
    // SAFETY: a live object.
    let pointer = unsafe { objects::dict_pointer(object.as_ptr()) };
    if pointer.is_null() {
        return Err(err::attribute_error("This object has no __dict__"));
    }
    if let Some(value) = value
        && !crate::types::dict::check(value)
    {
        return Err(err::type_error(format_args!(
            "__dict__ must be set to a dictionary, not a '{}'",
            value.class_of().name()
        )));
    }
    let new = value.map(Layout::owned);
    // SAFETY: the field owns the old dict, which is dropped after the new one stands there.
    drop(unsafe { Obj::from_owned_opt(core::mem::replace(&mut *pointer, crate::handle::into_ptr_opt(new))) });
    Ok(())
}

fn get_weakref(object: &Object) -> Result<Obj> {
    let offset = get!(object.class_of(), tp_weaklistoffset);
    if offset == 0 {
        return Err(err::attribute_error("This object has no __weakref__"));
    }
    // SAFETY: the offset of the list's head in instances of the class.
    let first = unsafe { *object.as_ptr().cast::<u8>().offset(offset).cast::<*mut PyObject>() };
    // SAFETY: NULL or a live weak reference.
    Ok(unsafe { Object::from_ptr_opt(first) }.unwrap_or(none::none()).owned())
}
