//! Inheritance of slots, sizes and flags from the classes along the MRO into the type's own struct.

use super::Type;
use crate::gc::PyObject_GC_Del;
use crate::handle::Result;
use crate::memory::PyObject_Free;
use crate::types::dict;
use crate::types::macros::{get, set};
use core::ffi::{c_ulong, c_void};
use krait_abi::*;

/// The flags that say of which basic built-in type a class is a subclass.
const SUBCLASS_FLAGS: c_ulong = Py_TPFLAGS_LONG_SUBCLASS
    | Py_TPFLAGS_LIST_SUBCLASS
    | Py_TPFLAGS_TUPLE_SUBCLASS
    | Py_TPFLAGS_BYTES_SUBCLASS
    | Py_TPFLAGS_UNICODE_SUBCLASS
    | Py_TPFLAGS_DICT_SUBCLASS
    | Py_TPFLAGS_BASE_EXC_SUBCLASS
    | Py_TPFLAGS_TYPE_SUBCLASS;

/// What comes from `tp_base` alone: membership in the collector, `tp_new`, sizes and offsets, subclass flags.
pub(super) fn special(class: &Type, base: &Type) {
    if !class.has(Py_TPFLAGS_HAVE_GC)
        && base.has(Py_TPFLAGS_HAVE_GC)
        && get!(class, tp_traverse).is_none()
        && get!(class, tp_clear).is_none()
    {
        set!(class, tp_flags, class.flags() | Py_TPFLAGS_HAVE_GC);
        set!(class, tp_traverse, get!(base, tp_traverse));
        set!(class, tp_clear, get!(base, tp_clear));
    }
    // A static type that extends `object` directly and has no tp_new cannot be called.
    if (!base.is(crate::types::object::class()) || class.is_heap()) && get!(class, tp_new).is_none() {
        set!(class, tp_new, get!(base, tp_new));
    }
    macro_rules! default_to_base {
        ($($field:ident),*) => {$(
            if get!(class, $field) == 0 {
                set!(class, $field, get!(base, $field));
            }
        )*};
    }
    default_to_base!(tp_basicsize, tp_itemsize, tp_weaklistoffset, tp_dictoffset);
    set!(class, tp_flags, class.flags() | base.flags() & SUBCLASS_FLAGS);
}

/// The slots of one ancestor that the class leaves empty.
///
/// A slot comes from the first ancestor that defines it, that is, has it with another value than its own base:
/// otherwise, with several bases, the slots of `object` would win over those of a later base.
pub(super) fn slots(class: &Type, ancestor: &Type) -> Result<()> {
    let raw = class.as_raw();
    let from = ancestor.as_raw();
    // SAFETY: live types; their slot groups are NULL or live structs.
    unsafe {
        let base = (*from).tp_base;
        copy_group((*raw).tp_as_async, (*from).tp_as_async, group(base, |t| (*t).tp_as_async));
        copy_group((*raw).tp_as_number, (*from).tp_as_number, group(base, |t| (*t).tp_as_number));
        copy_group((*raw).tp_as_sequence, (*from).tp_as_sequence, group(base, |t| (*t).tp_as_sequence));
        copy_group((*raw).tp_as_mapping, (*from).tp_as_mapping, group(base, |t| (*t).tp_as_mapping));
        copy_group((*raw).tp_as_buffer, (*from).tp_as_buffer, group(base, |t| (*t).tp_as_buffer));
    }
    type_slots(class, ancestor)
}

/// A slot group of the ancestor's base.
fn group<G>(base: *mut PyTypeObject, of: impl FnOnce(*mut PyTypeObject) -> *mut G) -> *mut G {
    if base.is_null() { core::ptr::null_mut() } else { of(base) }
}

/// Copies the functions of a slot group that are missing in `to` and defined in `from`. Every group is an array of
/// nullable function pointers (with reserved words that stay NULL).
///
/// # Safety
/// The pointers are NULL or point to live groups of the same kind.
unsafe fn copy_group<G>(to: *mut G, from: *mut G, base: *mut G) {
    if to.is_null() || from.is_null() || core::ptr::eq(to, from) {
        return;
    }
    let (to, from, base) = (to.cast::<*mut c_void>(), from.cast::<*mut c_void>(), base.cast::<*mut c_void>());
    for i in 0..size_of::<G>() / size_of::<*mut c_void>() {
        // SAFETY: the caller's promise; within the struct.
        unsafe {
            let value = *from.add(i);
            if (*to.add(i)).is_null()
                && !value.is_null()
                && (base.is_null() || !core::ptr::eq(*base.add(i), value))
            {
                *to.add(i) = value;
            }
        }
    }
}

fn address_of<T: Copy>(slot: T) -> usize {
    const { assert!(size_of::<T>() == size_of::<usize>()) };
    // SAFETY: slots are nullable function pointers or offsets, all of a word.
    unsafe { core::mem::transmute_copy::<T, usize>(&slot) }
}

fn type_slots(class: &Type, ancestor: &Type) -> Result<()> {
    let base = ancestor.base();
    macro_rules! copy {
        ($($field:ident),*) => {$(
            if address_of(get!(class, $field)) == 0 {
                let value = get!(ancestor, $field);
                if address_of(value) != 0
                    && base.is_none_or(|base| address_of(get!(base, $field)) != address_of(value))
                {
                    set!(class, $field, value);
                }
            }
        )*};
    }
    copy!(tp_dealloc);
    if get!(class, tp_getattr).is_none() && get!(class, tp_getattro).is_none() {
        set!(class, tp_getattr, get!(ancestor, tp_getattr));
        set!(class, tp_getattro, get!(ancestor, tp_getattro));
    }
    if get!(class, tp_setattr).is_none() && get!(class, tp_setattro).is_none() {
        set!(class, tp_setattr, get!(ancestor, tp_setattr));
        set!(class, tp_setattro, get!(ancestor, tp_setattro));
    }
    copy!(tp_repr, tp_vectorcall_offset);
    // A Python class may change `__call__` later, which vectorcall would not see.
    if get!(class, tp_call).is_none() && ancestor.has(Py_TPFLAGS_HAVE_VECTORCALL) && !class.is_heap() {
        set!(class, tp_flags, class.flags() | Py_TPFLAGS_HAVE_VECTORCALL);
    }
    copy!(tp_call, tp_str);
    // Comparison and hash belong together: they come as a pair or not at all.
    if get!(class, tp_richcompare).is_none() && get!(class, tp_hash).is_none() && !overrides_hash(class)? {
        set!(class, tp_richcompare, get!(ancestor, tp_richcompare));
        set!(class, tp_hash, get!(ancestor, tp_hash));
    }
    copy!(tp_iter, tp_iternext, tp_descr_get);
    let descr_get = get!(ancestor, tp_descr_get);
    if descr_get.is_some()
        && address_of(get!(class, tp_descr_get)) == address_of(descr_get)
        && !class.is_heap()
        && ancestor.has(Py_TPFLAGS_METHOD_DESCRIPTOR)
    {
        set!(class, tp_flags, class.flags() | Py_TPFLAGS_METHOD_DESCRIPTOR);
    }
    copy!(tp_descr_set, tp_dictoffset, tp_init, tp_alloc, tp_is_gc, tp_finalize);
    if class.has(Py_TPFLAGS_HAVE_GC) == ancestor.has(Py_TPFLAGS_HAVE_GC) {
        copy!(tp_free);
    } else if class.has(Py_TPFLAGS_HAVE_GC)
        && get!(class, tp_free).is_none()
        && address_of(get!(ancestor, tp_free))
            == address_of(PyObject_Free as unsafe extern "C" fn(*mut c_void))
    {
        // The class adds collection to a base that uses the default: it gets the other default.
        set!(class, tp_free, Some(PyObject_GC_Del));
    }
    Ok(())
}

/// Whether the class dict says how to compare or hash.
fn overrides_hash(class: &Type) -> Result<bool> {
    let Some(dict) = class.dict() else { return Ok(false) };
    Ok(dict::contains(dict, crate::intern!("__eq__"))? || dict::contains(dict, crate::intern!("__hash__"))?)
}

/// A class without a slot group shares that of its base.
pub(super) fn slot_groups(class: &Type, base: &Type) {
    macro_rules! share {
        ($($field:ident),*) => {$(
            if get!(class, $field).is_null() {
                set!(class, $field, get!(base, $field));
            }
        )*};
    }
    share!(tp_as_async, tp_as_number, tp_as_sequence, tp_as_mapping, tp_as_buffer);
}
