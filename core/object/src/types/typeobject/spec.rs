//! Heap types from `PyType_Spec` (`PyType_FromModuleAndSpec` and relatives), and what the limited API reads of them.

use super::new::{attach_slot_groups, heap_members, set_c_doc};
use super::{Type, instance, mro};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::types::macros::{get, set};
use crate::types::{dict, exceptions, module, tuple, unicode};
use core::ffi::{CStr, c_int, c_void};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

/// The offsets in `PyHeapTypeObject` of the slots 1 to 81, in the order of their numbers (`typeslots.h`).
macro_rules! slot_offsets {
    ($($($path:ident).+),* $(,)?) => {
        [$(offset_of!(PyHeapTypeObject, $($path).+) as u16),*]
    };
}
static SLOT_OFFSETS: [u16; 80] = slot_offsets![
    as_buffer.bf_getbuffer,
    as_buffer.bf_releasebuffer,
    as_mapping.mp_ass_subscript,
    as_mapping.mp_length,
    as_mapping.mp_subscript,
    as_number.nb_absolute,
    as_number.nb_add,
    as_number.nb_and,
    as_number.nb_bool,
    as_number.nb_divmod,
    as_number.nb_float,
    as_number.nb_floor_divide,
    as_number.nb_index,
    as_number.nb_inplace_add,
    as_number.nb_inplace_and,
    as_number.nb_inplace_floor_divide,
    as_number.nb_inplace_lshift,
    as_number.nb_inplace_multiply,
    as_number.nb_inplace_or,
    as_number.nb_inplace_power,
    as_number.nb_inplace_remainder,
    as_number.nb_inplace_rshift,
    as_number.nb_inplace_subtract,
    as_number.nb_inplace_true_divide,
    as_number.nb_inplace_xor,
    as_number.nb_int,
    as_number.nb_invert,
    as_number.nb_lshift,
    as_number.nb_multiply,
    as_number.nb_negative,
    as_number.nb_or,
    as_number.nb_positive,
    as_number.nb_power,
    as_number.nb_remainder,
    as_number.nb_rshift,
    as_number.nb_subtract,
    as_number.nb_true_divide,
    as_number.nb_xor,
    as_sequence.sq_ass_item,
    as_sequence.sq_concat,
    as_sequence.sq_contains,
    as_sequence.sq_inplace_concat,
    as_sequence.sq_inplace_repeat,
    as_sequence.sq_item,
    as_sequence.sq_length,
    as_sequence.sq_repeat,
    ht_type.tp_alloc,
    ht_type.tp_base,
    ht_type.tp_bases,
    ht_type.tp_call,
    ht_type.tp_clear,
    ht_type.tp_dealloc,
    ht_type.tp_del,
    ht_type.tp_descr_get,
    ht_type.tp_descr_set,
    ht_type.tp_doc,
    ht_type.tp_getattr,
    ht_type.tp_getattro,
    ht_type.tp_hash,
    ht_type.tp_init,
    ht_type.tp_is_gc,
    ht_type.tp_iter,
    ht_type.tp_iternext,
    ht_type.tp_methods,
    ht_type.tp_new,
    ht_type.tp_repr,
    ht_type.tp_richcompare,
    ht_type.tp_setattr,
    ht_type.tp_setattro,
    ht_type.tp_str,
    ht_type.tp_traverse,
    ht_type.tp_members,
    ht_type.tp_getset,
    ht_type.tp_free,
    as_number.nb_matrix_multiply,
    as_number.nb_inplace_matrix_multiply,
    as_async.am_await,
    as_async.am_aiter,
    as_async.am_anext,
    ht_type.tp_finalize,
];

/// The slots of a spec.
///
/// # Safety
/// `spec` is valid: its slot array ends with number 0.
unsafe fn slots(spec: *const PyType_Spec) -> impl Iterator<Item = PyType_Slot> {
    let mut next = {
        // SAFETY: the caller's promise.
        unsafe { (*spec).slots }
    };
    core::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: the caller's promise: not behind the end.
        let slot = unsafe { *next };
        if slot.slot == 0 {
            return None;
        }
        // SAFETY: as above.
        next = unsafe { next.add(1) };
        Some(slot)
    })
}

/// Member definitions up to the one without a name.
unsafe fn member_slice<'a>(first: *const PyMemberDef) -> &'a [PyMemberDef] {
    if first.is_null() {
        return &[];
    }
    let mut count = 0;
    // SAFETY: the table ends with an entry without a name.
    unsafe {
        while !(*first.add(count)).name.is_null() {
            count += 1;
        }
        core::slice::from_raw_parts(first, count)
    }
}

/// `PyType_FromModuleAndSpec`.
///
/// # Safety
/// `spec` is valid and its strings and tables outlive the type.
pub unsafe fn from_module_and_spec(
    module: Option<&Object>,
    spec: *mut PyType_Spec,
    bases: Option<&Object>,
) -> Result<Obj<Type>> {
    // SAFETY: the caller's promise about the spec; the new type is ours until it is returned.
    unsafe {
        let members = slots(spec).find(|slot| slot.slot == Py_tp_members).map_or(null_mut(), |s| s.pfunc);
        let members = member_slice(members.cast_const().cast());
        let class = Obj::<Type>::from_owned_or_raised_type(super::PyType_GenericAlloc(
            Type::class().as_raw(),
            members.len() as isize,
        ))?;
        // At once: the type is a heap type for its deallocation as well, should anything fail below.
        set!(class, tp_flags, (*spec).flags as core::ffi::c_ulong | Py_TPFLAGS_HEAPTYPE);
        let heap = class.as_heap();
        let name = (*spec).name;
        if name.is_null() {
            return Err(err::system_error("Type spec does not define the name field."));
        }
        let full = CStr::from_ptr(name).to_bytes();
        let dot = full.iter().rposition(|&b| b == b'.');
        let short = unicode::decode_utf8(&full[dot.map_or(0, |dot| dot + 1)..], None)?;
        (*heap).ht_qualname = short.clone().into_ptr();
        (*heap).ht_name = short.into_ptr();
        set!(class, tp_name, name);
        if let Some(module) = module {
            (*heap).ht_module = module.owned().into_ptr();
        }
        let bases = find_bases(spec, bases)?;
        let base = mro::best_base(&bases)?;
        attach_slot_groups(&class);
        set!(class, tp_base, base.owned().into_ptr().cast());
        set!(class, tp_bases, bases.clone().into_ptr());
        set!(class, tp_basicsize, (*spec).basicsize as Py_ssize_t);
        set!(class, tp_itemsize, (*spec).itemsize as Py_ssize_t);
        for slot in slots(spec) {
            fill_slot(&class, slot, members)?;
        }
        if get!(class, tp_dealloc).is_none() {
            // A heap type needs the heap types' way of dropping the class; it calls the base's for the rest.
            set!(class, tp_dealloc, Some(instance::subtype_dealloc));
        }
        fill_offsets(&class, members)?;
        class.ready()?;
        forget_offsets(&class, members)?;
        if get!(class, tp_dictoffset) != 0 {
            (*heap).ht_cached_keys = dict::new_keys_for_class()?.cast();
        }
        set_module_name(&class, &full[..dot.unwrap_or(0)], dot.is_some())?;
        Ok(class)
    }
}

/// A heap type with the name, sizes, flags and slots of a static one that was never made ready. A class without its own
/// `tp_new` has none: `object`'s would make instances whose fields nobody has initialised.
///
/// # Safety
/// The template's strings and tables live for ever.
pub(super) unsafe fn from_template(template: &PyTypeObject) -> Result<Obj<Type>> {
    // SAFETY: the caller's promise; the slots are words at known offsets of the type or of its slot groups.
    unsafe {
        let groups: [(usize, *const u8); 6] = [
            (offset_of!(PyHeapTypeObject, as_buffer), template.tp_as_buffer.cast()),
            (offset_of!(PyHeapTypeObject, as_sequence), template.tp_as_sequence.cast()),
            (offset_of!(PyHeapTypeObject, as_mapping), template.tp_as_mapping.cast()),
            (offset_of!(PyHeapTypeObject, as_number), template.tp_as_number.cast()),
            (offset_of!(PyHeapTypeObject, as_async), template.tp_as_async.cast()),
            (0, (&raw const *template).cast()),
        ];
        let mut slots = Vec::new();
        for (index, offset) in SLOT_OFFSETS.iter().enumerate() {
            let offset = usize::from(*offset);
            let (start, group) = groups[groups.iter().position(|group| group.0 <= offset).unwrap_or(5)];
            if group.is_null() {
                continue;
            }
            let pfunc = *group.add(offset - start).cast::<*mut c_void>();
            if !pfunc.is_null() {
                slots.push(PyType_Slot { slot: index as c_int + 1, pfunc });
            }
        }
        slots.push(PyType_Slot { slot: 0, pfunc: null_mut() });
        let mut spec = PyType_Spec {
            name: template.tp_name,
            basicsize: template.tp_basicsize as c_int,
            itemsize: template.tp_itemsize as c_int,
            flags: template.tp_flags as _,
            slots: slots.as_mut_ptr(),
        };
        let class = from_module_and_spec(None, &mut spec, None)?;
        set!(class, tp_weaklistoffset, template.tp_weaklistoffset);
        if template.tp_new.is_none() && template.tp_base.is_null() {
            set!(class, tp_new, None);
        }
        Ok(class)
    }
}

impl Obj<Type> {
    /// # Safety
    /// An owned reference to a type, or NULL with an exception set.
    unsafe fn from_owned_or_raised_type(ptr: *mut PyObject) -> Result<Obj<Type>> {
        // SAFETY: the caller's promise.
        unsafe { Ok(Obj::<Object>::from_owned_or_raised(ptr)?.cast_into()) }
    }
}

/// The bases: the argument, else `Py_tp_bases`, else `Py_tp_base`, else `object`.
unsafe fn find_bases(spec: *mut PyType_Spec, bases: Option<&Object>) -> Result<Obj> {
    // SAFETY: a valid spec; its base slots hold live objects.
    unsafe {
        let mut base: Option<&Object> = None;
        let mut found = bases;
        if bases.is_none() {
            for slot in slots(spec) {
                match slot.slot {
                    Py_tp_base => base = Object::from_ptr_opt(slot.pfunc.cast()),
                    Py_tp_bases => found = Object::from_ptr_opt(slot.pfunc.cast()),
                    _ => {}
                }
            }
        }
        match found {
            Some(bases) if tuple::check(bases) => Ok(bases.owned()),
            Some(_) => Err(err::system_error("bases is not a tuple")),
            None => tuple::from_slice(&[base.unwrap_or(crate::types::object::class())]),
        }
    }
}

unsafe fn fill_slot(class: &Type, slot: PyType_Slot, members: &[PyMemberDef]) -> Result<()> {
    match slot.slot {
        Py_tp_base | Py_tp_bases => {}
        Py_tp_doc => {
            if !slot.pfunc.is_null() {
                // SAFETY: NUL-terminated by contract.
                let (name, text) =
                    unsafe { (CStr::from_ptr(get!(class, tp_name)), CStr::from_ptr(slot.pfunc.cast())) };
                // A signature line is not kept.
                set_c_doc(class, super::doc::split(name.to_bytes(), text.to_bytes()).1)?;
            }
        }
        Py_tp_members => {
            let own = heap_members(class);
            // SAFETY: the type was allocated with room for these.
            unsafe { own.copy_from_nonoverlapping(members.as_ptr(), members.len()) };
            set!(class, tp_members, own);
        }
        number => {
            let Some(&offset) = usize::try_from(number - 1).ok().and_then(|i| SLOT_OFFSETS.get(i)) else {
                return Err(err::runtime_error("invalid slot offset"));
            };
            // SAFETY: a slot inside the heap type.
            unsafe { *class.as_raw().cast::<u8>().add(offset as usize).cast::<*mut c_void>() = slot.pfunc };
        }
    }
    Ok(())
}

/// Offsets that a spec gives as members with special names.
fn fill_offsets(class: &Type, members: &[PyMemberDef]) -> Result<()> {
    for member in members {
        // SAFETY: member names are NUL-terminated.
        match unsafe { CStr::from_ptr(member.name) }.to_bytes() {
            b"__weaklistoffset__" => set!(class, tp_weaklistoffset, member.offset),
            b"__dictoffset__" => set!(class, tp_dictoffset, member.offset),
            b"__vectorcalloffset__" => set!(class, tp_vectorcall_offset, member.offset),
            _ => continue,
        }
        debug_assert!(member.r#type == T_PYSSIZET && member.flags == READONLY);
    }
    Ok(())
}

/// Two of these members say something to us only and are no attributes.
fn forget_offsets(class: &Type, members: &[PyMemberDef]) -> Result<()> {
    let dict = class.dict().expect("ready types have a dict").owned();
    for member in members {
        // SAFETY: member names are NUL-terminated.
        let name = unsafe { CStr::from_ptr(member.name) }.to_str().unwrap_or("");
        if name == "__weaklistoffset__" || name == "__dictoffset__" {
            dict::pop(&dict, &*unicode::from_str(name)?)?;
        }
    }
    class.modified();
    Ok(())
}

/// `__module__` from the part of the spec's name before the last dot, unless a member or getset of the type has the name.
fn set_module_name(class: &Type, module: &[u8], dotted: bool) -> Result<()> {
    let name = crate::intern!("__module__");
    let dict = class.dict().expect("ready types have a dict").owned();
    if dict::contains(&dict, name)? {
        return Ok(());
    }
    if dotted {
        return dict::set_item(&dict, name, &*unicode::decode_utf8(module, None)?);
    }
    err::warn(
        exceptions::DeprecationWarning(),
        format_args!("builtin type {} has no __module__ attribute", class.name()),
        1,
    )
}

/// `PyType_GetSlot`; NULL for an empty slot or one that a later version defines.
pub fn get_slot(class: &Type, slot: c_int) -> Result<*mut c_void> {
    if !class.is_heap() || slot < 0 {
        return Err(err::bad_internal_call());
    }
    let Some(&offset) = usize::try_from(slot - 1).ok().and_then(|i| SLOT_OFFSETS.get(i)) else {
        return Ok(null_mut());
    };
    // SAFETY: a slot inside the heap type.
    Ok(unsafe { *class.as_raw().cast::<u8>().add(offset as usize).cast::<*mut c_void>() })
}

/// `PyType_GetModule`, borrowed from the class.
pub fn get_module(class: &Type) -> Result<&Object> {
    if !class.is_heap() {
        return Err(err::type_error(format_args!(
            "PyType_GetModule: Type '{}' is not a heap type",
            class.name()
        )));
    }
    // SAFETY: a heap type.
    match unsafe { Object::from_ptr_opt((*class.as_heap()).ht_module) } {
        Some(module) => Ok(module),
        None => Err(err::type_error(format_args!(
            "PyType_GetModule: Type '{}' has no associated module",
            class.name()
        ))),
    }
}

/// `PyType_GetModuleState`.
pub fn get_module_state(class: &Type) -> Result<*mut c_void> {
    module::get_state(get_module(class)?)
}

#[cfg(test)]
mod tests {
    use super::SLOT_OFFSETS;
    use core::mem::offset_of;
    use krait_abi::*;

    #[test]
    fn slot_numbers_match_offsets() {
        let cases = [
            (Py_bf_getbuffer, offset_of!(PyHeapTypeObject, as_buffer.bf_getbuffer)),
            (Py_nb_add, offset_of!(PyHeapTypeObject, as_number.nb_add)),
            (Py_nb_xor, offset_of!(PyHeapTypeObject, as_number.nb_xor)),
            (Py_sq_ass_item, offset_of!(PyHeapTypeObject, as_sequence.sq_ass_item)),
            (Py_sq_repeat, offset_of!(PyHeapTypeObject, as_sequence.sq_repeat)),
            (Py_tp_alloc, offset_of!(PyHeapTypeObject, ht_type.tp_alloc)),
            (Py_tp_init, offset_of!(PyHeapTypeObject, ht_type.tp_init)),
            (Py_tp_traverse, offset_of!(PyHeapTypeObject, ht_type.tp_traverse)),
            (Py_tp_members, offset_of!(PyHeapTypeObject, ht_type.tp_members)),
            (Py_tp_free, offset_of!(PyHeapTypeObject, ht_type.tp_free)),
            (Py_nb_matrix_multiply, offset_of!(PyHeapTypeObject, as_number.nb_matrix_multiply)),
            (Py_am_anext, offset_of!(PyHeapTypeObject, as_async.am_anext)),
            (Py_tp_finalize, offset_of!(PyHeapTypeObject, ht_type.tp_finalize)),
        ];
        for (number, offset) in cases {
            assert_eq!(SLOT_OFFSETS[number as usize - 1] as usize, offset, "slot {number}");
        }
    }
}
