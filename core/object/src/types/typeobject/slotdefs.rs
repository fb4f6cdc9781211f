//! The correspondence between special method names and C slots, both ways.
//!
//! One row per (slot, name): the name of the method, the slot, the C function that goes into the slot when a Python
//! class defines the name ([`slot_functions`](super::slot_functions)), and the wrapper that makes a C slot callable
//! under the name ([`wrappers`](super::wrappers)). Rows are `wrapperbase` structs because wrapper descriptors point to
//! them. They are sorted by slot offset; rows of one slot stand together. That order is the order of names in class
//! dicts.

use super::{Type, slot_functions as f, subclasses, wrappers as w};
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::macros::{get, get_owned};
use crate::types::{descr, dict, none, unicode};
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

/// A table of C structs that hold raw pointers.
#[repr(transparent)]
struct Row(wrapperbase);

/// The untyped address of a function, NULL for `null`.
macro_rules! function {
    (null) => {
        null_mut()
    };
    ($function:expr) => {
        $function as *mut c_void
    };
}

macro_rules! wrapper {
    (null) => {
        None
    };
    ($wrapper:expr) => {
        Some($wrapper)
    };
}

/// `slot name, function, wrapper, "signature";` with `keywords` in front where the wrapper takes keyword arguments.
macro_rules! slotdefs {
    ($($group:ident . $($field:ident).+ => $name:literal, $function:tt, $wrapper:tt, $doc:literal, $flags:expr;)*) => {
        const COUNT: usize = [$($name),*].len();
        static mut SLOTDEFS: [Row; COUNT] = [$(Row(wrapperbase {
            name: concat!($name, "\0").as_ptr().cast(),
            offset: offset_of!(PyHeapTypeObject, $group . $($field).+) as c_int,
            function: function!($function),
            wrapper: wrapper!($wrapper),
            doc: if $doc.is_empty() { c"".as_ptr() } else { concat!($name, $doc, "\0").as_ptr().cast() },
            flags: $flags,
            name_strobj: null_mut(),
        })),*];
    };
}

const KW: c_int = PyWrapperFlag_KEYWORDS;
/// Marks rows of number slots with self on the left: their wrapper's code is that of `binary`, so its address may be
/// the same, but `list.__add__` (`sq_concat`) must not be taken for an `nb_add`.
const LEFT: c_int = 0x100;

slotdefs! {
    ht_type.tp_getattr => "__getattribute__", null, null, "", 0;
    ht_type.tp_getattr => "__getattr__", null, null, "", 0;
    ht_type.tp_setattr => "__setattr__", null, null, "", 0;
    ht_type.tp_setattr => "__delattr__", null, null, "", 0;
    ht_type.tp_repr => "__repr__", (f::repr), (w::unary), "($self, /)\n--\n\nThe text of repr(self).", 0;
    ht_type.tp_hash => "__hash__", (f::hash), (w::hash), "($self, /)\n--\n\nThe number of hash(self).", 0;
    ht_type.tp_call => "__call__", (f::call), (w::call),
        "($self, /, *args, **kwargs)\n--\n\nCalls self as a function.", KW;
    ht_type.tp_str => "__str__", (f::str), (w::unary), "($self, /)\n--\n\nThe text of str(self).", 0;
    ht_type.tp_getattro => "__getattribute__", (f::getattr_hook), (w::binary),
        "($self, name, /)\n--\n\nThe value of getattr(self, name).", 0;
    ht_type.tp_getattro => "__getattr__", (f::getattr_hook), null, "", 0;
    ht_type.tp_setattro => "__setattr__", (f::setattr), (w::setattr),
        "($self, name, value, /)\n--\n\nDoes setattr(self, name, value).", 0;
    ht_type.tp_setattro => "__delattr__", (f::setattr), (w::delattr),
        "($self, name, /)\n--\n\nDoes delattr(self, name).", 0;
    ht_type.tp_richcompare => "__lt__", (f::richcompare), (w::lt), "($self, value, /)\n--\n\nResult of self<value.", 0;
    ht_type.tp_richcompare => "__le__", (f::richcompare), (w::le), "($self, value, /)\n--\n\nResult of self<=value.", 0;
    ht_type.tp_richcompare => "__eq__", (f::richcompare), (w::eq), "($self, value, /)\n--\n\nResult of self==value.", 0;
    ht_type.tp_richcompare => "__ne__", (f::richcompare), (w::ne), "($self, value, /)\n--\n\nResult of self!=value.", 0;
    ht_type.tp_richcompare => "__gt__", (f::richcompare), (w::gt), "($self, value, /)\n--\n\nResult of self>value.", 0;
    ht_type.tp_richcompare => "__ge__", (f::richcompare), (w::ge), "($self, value, /)\n--\n\nResult of self>=value.", 0;
    ht_type.tp_iter => "__iter__", (f::iter), (w::unary), "($self, /)\n--\n\nThe iterator of iter(self).", 0;
    ht_type.tp_iternext => "__next__", (f::iternext), (w::next), "($self, /)\n--\n\nImplement next(self).", 0;
    ht_type.tp_descr_get => "__get__", (f::descr_get), (w::descr_get),
        "($self, instance, owner, /)\n--\n\nThe attribute of an instance of class owner.", 0;
    ht_type.tp_descr_set => "__set__", (f::descr_set), (w::descr_set),
        "($self, instance, value, /)\n--\n\nSets the attribute of an instance.", 0;
    ht_type.tp_descr_set => "__delete__", (f::descr_set), (w::descr_delete),
        "($self, instance, /)\n--\n\nDeletes the attribute of an instance.", 0;
    ht_type.tp_init => "__init__", (f::init), (w::init),
        "($self, /, *args, **kwargs)\n--\n\nInitialises self; the class documents the arguments.", KW;
    ht_type.tp_new => "__new__", (f::new), null, "(type, /, *args, **kwargs)\n--\n\nMakes an instance.", 0;
    ht_type.tp_finalize => "__del__", (f::finalize), (w::finalize), "", 0;
    as_async.am_await => "__await__", (f::am_await), (w::unary),
        "($self, /)\n--\n\nAn iterator for await expressions.", 0;
    as_async.am_aiter => "__aiter__", (f::am_aiter), (w::unary),
        "($self, /)\n--\n\nAn asynchronous iterator.", 0;
    as_async.am_anext => "__anext__", (f::am_anext), (w::unary),
        "($self, /)\n--\n\nAn awaitable for the next item.", 0;
    as_number.nb_add => "__add__", (f::nb_add), (w::binary_l), "($self, value, /)\n--\n\nResult of self+value.", LEFT;
    as_number.nb_add => "__radd__", (f::nb_add), (w::binary_r), "($self, value, /)\n--\n\nResult of value+self.", 0;
    as_number.nb_subtract => "__sub__", (f::nb_subtract), (w::binary_l), "($self, value, /)\n--\n\nResult of self-value.", LEFT;
    as_number.nb_subtract => "__rsub__", (f::nb_subtract), (w::binary_r), "($self, value, /)\n--\n\nResult of value-self.", 0;
    as_number.nb_multiply => "__mul__", (f::nb_multiply), (w::binary_l), "($self, value, /)\n--\n\nResult of self*value.", LEFT;
    as_number.nb_multiply => "__rmul__", (f::nb_multiply), (w::binary_r), "($self, value, /)\n--\n\nResult of value*self.", 0;
    as_number.nb_remainder => "__mod__", (f::nb_remainder), (w::binary_l), "($self, value, /)\n--\n\nResult of self%value.", LEFT;
    as_number.nb_remainder => "__rmod__", (f::nb_remainder), (w::binary_r), "($self, value, /)\n--\n\nResult of value%self.", 0;
    as_number.nb_divmod => "__divmod__", (f::nb_divmod), (w::binary_l), "($self, value, /)\n--\n\nResult of divmod(self, value).", LEFT;
    as_number.nb_divmod => "__rdivmod__", (f::nb_divmod), (w::binary_r), "($self, value, /)\n--\n\nResult of divmod(value, self).", 0;
    as_number.nb_power => "__pow__", (f::nb_power), (w::ternary), "($self, value, mod=None, /)\n--\n\nResult of pow(self, value, mod).", 0;
    as_number.nb_power => "__rpow__", (f::nb_power), (w::ternary_r), "($self, value, mod=None, /)\n--\n\nResult of pow(value, self, mod).", 0;
    as_number.nb_negative => "__neg__", (f::nb_negative), (w::unary), "($self, /)\n--\n\nResult of -self.", 0;
    as_number.nb_positive => "__pos__", (f::nb_positive), (w::unary), "($self, /)\n--\n\nResult of +self.", 0;
    as_number.nb_absolute => "__abs__", (f::nb_absolute), (w::unary), "($self, /)\n--\n\nResult of abs(self).", 0;
    as_number.nb_bool => "__bool__", (f::nb_bool), (w::inquiry), "($self, /)\n--\n\nWhether self is true.", 0;
    as_number.nb_invert => "__invert__", (f::nb_invert), (w::unary), "($self, /)\n--\n\nResult of ~self.", 0;
    as_number.nb_lshift => "__lshift__", (f::nb_lshift), (w::binary_l), "($self, value, /)\n--\n\nResult of self<<value.", LEFT;
    as_number.nb_lshift => "__rlshift__", (f::nb_lshift), (w::binary_r), "($self, value, /)\n--\n\nResult of value<<self.", 0;
    as_number.nb_rshift => "__rshift__", (f::nb_rshift), (w::binary_l), "($self, value, /)\n--\n\nResult of self>>value.", LEFT;
    as_number.nb_rshift => "__rrshift__", (f::nb_rshift), (w::binary_r), "($self, value, /)\n--\n\nResult of value>>self.", 0;
    as_number.nb_and => "__and__", (f::nb_and), (w::binary_l), "($self, value, /)\n--\n\nResult of self&value.", LEFT;
    as_number.nb_and => "__rand__", (f::nb_and), (w::binary_r), "($self, value, /)\n--\n\nResult of value&self.", 0;
    as_number.nb_xor => "__xor__", (f::nb_xor), (w::binary_l), "($self, value, /)\n--\n\nResult of self^value.", LEFT;
    as_number.nb_xor => "__rxor__", (f::nb_xor), (w::binary_r), "($self, value, /)\n--\n\nResult of value^self.", 0;
    as_number.nb_or => "__or__", (f::nb_or), (w::binary_l), "($self, value, /)\n--\n\nResult of self|value.", LEFT;
    as_number.nb_or => "__ror__", (f::nb_or), (w::binary_r), "($self, value, /)\n--\n\nResult of value|self.", 0;
    as_number.nb_int => "__int__", (f::nb_int), (w::unary), "($self, /)\n--\n\nResult of int(self).", 0;
    as_number.nb_float => "__float__", (f::nb_float), (w::unary), "($self, /)\n--\n\nResult of float(self).", 0;
    as_number.nb_inplace_add => "__iadd__", (f::nb_inplace_add), (w::binary), "($self, value, /)\n--\n\nResult of self+=value.", 0;
    as_number.nb_inplace_subtract => "__isub__", (f::nb_inplace_subtract), (w::binary), "($self, value, /)\n--\n\nResult of self-=value.", 0;
    as_number.nb_inplace_multiply => "__imul__", (f::nb_inplace_multiply), (w::binary), "($self, value, /)\n--\n\nResult of self*=value.", 0;
    as_number.nb_inplace_remainder => "__imod__", (f::nb_inplace_remainder), (w::binary), "($self, value, /)\n--\n\nResult of self%=value.", 0;
    as_number.nb_inplace_power => "__ipow__", (f::nb_inplace_power), (w::ternary), "($self, value, /)\n--\n\nResult of self**=value.", 0;
    as_number.nb_inplace_lshift => "__ilshift__", (f::nb_inplace_lshift), (w::binary), "($self, value, /)\n--\n\nResult of self<<=value.", 0;
    as_number.nb_inplace_rshift => "__irshift__", (f::nb_inplace_rshift), (w::binary), "($self, value, /)\n--\n\nResult of self>>=value.", 0;
    as_number.nb_inplace_and => "__iand__", (f::nb_inplace_and), (w::binary), "($self, value, /)\n--\n\nResult of self&=value.", 0;
    as_number.nb_inplace_xor => "__ixor__", (f::nb_inplace_xor), (w::binary), "($self, value, /)\n--\n\nResult of self^=value.", 0;
    as_number.nb_inplace_or => "__ior__", (f::nb_inplace_or), (w::binary), "($self, value, /)\n--\n\nResult of self|=value.", 0;
    as_number.nb_floor_divide => "__floordiv__", (f::nb_floor_divide), (w::binary_l), "($self, value, /)\n--\n\nResult of self//value.", LEFT;
    as_number.nb_floor_divide => "__rfloordiv__", (f::nb_floor_divide), (w::binary_r), "($self, value, /)\n--\n\nResult of value//self.", 0;
    as_number.nb_true_divide => "__truediv__", (f::nb_true_divide), (w::binary_l), "($self, value, /)\n--\n\nResult of self/value.", LEFT;
    as_number.nb_true_divide => "__rtruediv__", (f::nb_true_divide), (w::binary_r), "($self, value, /)\n--\n\nResult of value/self.", 0;
    as_number.nb_inplace_floor_divide => "__ifloordiv__", (f::nb_inplace_floor_divide), (w::binary), "($self, value, /)\n--\n\nResult of self//=value.", 0;
    as_number.nb_inplace_true_divide => "__itruediv__", (f::nb_inplace_true_divide), (w::binary), "($self, value, /)\n--\n\nResult of self/=value.", 0;
    as_number.nb_index => "__index__", (f::nb_index), (w::unary), "($self, /)\n--\n\nself as an integer, without loss.", 0;
    as_number.nb_matrix_multiply => "__matmul__", (f::nb_matrix_multiply), (w::binary_l), "($self, value, /)\n--\n\nResult of self@value.", LEFT;
    as_number.nb_matrix_multiply => "__rmatmul__", (f::nb_matrix_multiply), (w::binary_r), "($self, value, /)\n--\n\nResult of value@self.", 0;
    as_number.nb_inplace_matrix_multiply => "__imatmul__", (f::nb_inplace_matrix_multiply), (w::binary), "($self, value, /)\n--\n\nResult of self@=value.", 0;
    as_mapping.mp_length => "__len__", (f::mp_length), (w::len), "($self, /)\n--\n\nThe number of len(self).", 0;
    as_mapping.mp_subscript => "__getitem__", (f::mp_subscript), (w::binary), "($self, key, /)\n--\n\nThe value of self[key].", 0;
    as_mapping.mp_ass_subscript => "__setitem__", (f::mp_ass_subscript), (w::objobjarg), "($self, key, value, /)\n--\n\nDoes self[key] = value.", 0;
    as_mapping.mp_ass_subscript => "__delitem__", (f::mp_ass_subscript), (w::delitem), "($self, key, /)\n--\n\nDoes del self[key].", 0;
    as_sequence.sq_length => "__len__", (f::sq_length), (w::len), "($self, /)\n--\n\nThe number of len(self).", 0;
    as_sequence.sq_concat => "__add__", null, (w::binary), "($self, value, /)\n--\n\nResult of self+value.", 0;
    as_sequence.sq_repeat => "__mul__", null, (w::indexarg), "($self, value, /)\n--\n\nResult of self*value.", 0;
    as_sequence.sq_repeat => "__rmul__", null, (w::indexarg), "($self, value, /)\n--\n\nResult of value*self.", 0;
    as_sequence.sq_item => "__getitem__", (f::sq_item), (w::sq_item), "($self, key, /)\n--\n\nThe value of self[key].", 0;
    as_sequence.sq_ass_item => "__setitem__", (f::sq_ass_item), (w::sq_setitem), "($self, key, value, /)\n--\n\nDoes self[key] = value.", 0;
    as_sequence.sq_ass_item => "__delitem__", (f::sq_ass_item), (w::sq_delitem), "($self, key, /)\n--\n\nDoes del self[key].", 0;
    as_sequence.sq_contains => "__contains__", (f::sq_contains), (w::objobj), "($self, key, /)\n--\n\nWhether key is in self.", 0;
    as_sequence.sq_inplace_concat => "__iadd__", null, (w::binary), "($self, value, /)\n--\n\nResult of self+=value.", 0;
    as_sequence.sq_inplace_repeat => "__imul__", null, (w::indexarg), "($self, value, /)\n--\n\nResult of self*=value.", 0;
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SlotDef(*mut wrapperbase);

impl SlotDef {
    fn at(index: usize) -> SlotDef {
        debug_assert!(index < COUNT);
        // SAFETY: within the table.
        SlotDef(unsafe { (&raw mut SLOTDEFS).cast::<wrapperbase>().add(index) })
    }

    fn as_raw(self) -> *mut wrapperbase {
        self.0
    }

    /// The interned name, made at first use.
    fn name(self) -> Result<&'static Object> {
        if get!(self, name_strobj).is_null() {
            // SAFETY: a literal, ended by NUL.
            let text = unsafe { core::ffi::CStr::from_ptr(get!(self, name)) }.to_str().unwrap_or("");
            let name = unicode::intern_str(text)?.into_ptr();
            crate::types::macros::set!(self, name_strobj, name);
        }
        // SAFETY: the table owns the name until `clear`.
        Ok(unsafe { Object::from_ptr(get!(self, name_strobj)) })
    }
}

/// Every row, with the name made.
fn rows() -> impl Iterator<Item = Result<(SlotDef, &'static Object)>> {
    (0..COUNT).map(|index| {
        let row = SlotDef::at(index);
        Ok((row, row.name()?))
    })
}

/// Drops the names. Only at finalisation, when no wrapper descriptor is left.
pub fn clear_names() {
    FILTER.0.set([0; 8]);
    for index in 0..COUNT {
        let raw = SlotDef::at(index).as_raw();
        // SAFETY: the table owned the name.
        drop(unsafe {
            Obj::<Object>::from_owned_opt(core::mem::replace(&mut (*raw).name_strobj, null_mut()))
        });
    }
}

/// Where a class keeps the slot of a row: in the type itself or in the slot group that `tp_as_*` points to; NULL when
/// it has no such group.
fn slot_pointer(class: &Type, offset: c_int) -> *mut *mut c_void {
    let offset = offset as usize;
    const ASYNC: usize = offset_of!(PyHeapTypeObject, as_async);
    const NUMBER: usize = offset_of!(PyHeapTypeObject, as_number);
    const MAPPING: usize = offset_of!(PyHeapTypeObject, as_mapping);
    const SEQUENCE: usize = offset_of!(PyHeapTypeObject, as_sequence);
    let (group, start): (*mut u8, usize) = match offset {
        SEQUENCE.. => (get!(class, tp_as_sequence).cast(), SEQUENCE),
        MAPPING.. => (get!(class, tp_as_mapping).cast(), MAPPING),
        NUMBER.. => (get!(class, tp_as_number).cast(), NUMBER),
        ASYNC.. => (get!(class, tp_as_async).cast(), ASYNC),
        _ => (class.as_raw().cast(), 0),
    };
    if group.is_null() {
        return null_mut();
    }
    // SAFETY: the offset lies inside the group's struct.
    unsafe { group.add(offset - start).cast() }
}

/// What a class has in the slot of a row.
fn slot_value(class: &Type, offset: c_int) -> *mut c_void {
    let pointer = slot_pointer(class, offset);
    // SAFETY: NULL or a slot of a live type.
    if pointer.is_null() { null_mut() } else { unsafe { *pointer } }
}

const HASH_OFFSET: c_int = offset_of!(PyHeapTypeObject, ht_type.tp_hash) as c_int;
const ITERNEXT_OFFSET: c_int = offset_of!(PyHeapTypeObject, ht_type.tp_iternext) as c_int;
const NEW_OFFSET: c_int = offset_of!(PyHeapTypeObject, ht_type.tp_new) as c_int;

fn hash_not_implemented() -> *mut c_void {
    crate::protocol::object::PyObject_HashNotImplemented as *mut c_void
}

/// Enters wrappers for the C slots of a type into its dict, and `__new__`; names that are there stay.
pub(super) fn add_wrappers(class: &Type, dict: &Object) -> Result<()> {
    for row in rows() {
        let (row, name) = row?;
        if get!(row, wrapper).is_none() {
            continue;
        }
        let value = slot_value(class, get!(row, offset));
        if value.is_null() || dict::contains(dict, name)? {
            continue;
        }
        if value == hash_not_implemented() {
            // The C way to say "unhashable" shows in Python as `__hash__ = None`.
            dict::set_item(dict, name, none::none())?;
        } else {
            let wrapper = descr::wrapper::new_for_slot(class, row.0, value)?;
            dict::set_item(dict, name, &wrapper)?;
        }
    }
    if get!(class, tp_new).is_some() {
        let name = crate::intern!("__new__");
        if !dict::contains(dict, name)? {
            dict::set_item(dict, name, &*w::new_method(class)?)?;
        }
    }
    Ok(())
}

/// The slots of a class that a name can fill, when exactly one of several is filled (`__len__` belongs to two): its
/// address, else NULL.
fn only_filled(class: &Type, name: &Object) -> Result<*mut *mut c_void> {
    let mut found: *mut *mut c_void = null_mut();
    for row in rows() {
        let (row, row_name) = row?;
        if !row_name.is(name) {
            continue;
        }
        let pointer = slot_pointer(class, get!(row, offset));
        // SAFETY: NULL or a slot of a live type.
        if pointer.is_null() || unsafe { *pointer }.is_null() {
            continue;
        }
        if !found.is_null() {
            return Ok(null_mut());
        }
        found = pointer;
    }
    Ok(found)
}

/// Recomputes the slot whose rows start at `first` from the names that a class has, and returns the index behind
/// these rows.
///
/// When every name of the slot resolves to a wrapper of one and the same C function, that function goes into the slot
/// directly; otherwise the function that calls the Python method does.
fn update_one(class: &Type, first: usize) -> Result<usize> {
    let offset = get!(SlotDef::at(first), offset);
    let end = (first..COUNT).find(|&i| get!(SlotDef::at(i), offset) != offset).unwrap_or(COUNT);
    let pointer = slot_pointer(class, offset);
    if pointer.is_null() {
        return Ok(end);
    }
    let mut specific: *mut c_void = null_mut();
    let mut generic: *mut c_void = null_mut();
    let mut use_generic = false;
    for index in first..end {
        let row = SlotDef::at(index);
        let name = row.name()?;
        let Some(attribute) = find(class, name) else {
            if offset == ITERNEXT_OFFSET {
                specific = crate::protocol::object::_PyObject_NextNotImplemented as *mut c_void;
            }
            continue;
        };
        if let Some(wrapper) = attribute.downcast_exact::<descr::wrapper::WrapperDescr>()
            && row_name_is(get!(wrapper, d_base), name)
        {
            let only = only_filled(class, name)?;
            if only.is_null() || only == pointer {
                generic = get!(row, function);
            }
            let wrapped = get!(wrapper, d_wrapped);
            if (specific.is_null() || specific == wrapped)
                && descr::wrapper::same_wrapper(wrapper, row.0)
                && class.is_subtype(descr::wrapper::owner(wrapper))
            {
                specific = wrapped;
            } else {
                use_generic = true;
            }
        } else if offset == NEW_OFFSET && w::is_new_method(&attribute) {
            // `__new__` of a C class: the slot has been inherited and is right.
            specific = crate::types::macros::get!(class, tp_new).map_or(null_mut(), |new| new as *mut c_void);
        } else if attribute.is_none() && offset == HASH_OFFSET {
            specific = hash_not_implemented();
        } else {
            use_generic = true;
            generic = get!(row, function);
        }
    }
    // SAFETY: a slot of a live type.
    unsafe { *pointer = if !specific.is_null() && !use_generic { specific } else { generic } };
    Ok(end)
}

/// A name along the MRO. Without the cache: a new class would fill it with names that it does not have.
fn find(class: &Type, name: &Object) -> Option<Obj> {
    match class.find_in_mro(name) {
        Ok(found) => found.map(Layout::owned),
        Err(_) => {
            crate::err::clear();
            None
        }
    }
}

/// Whether a wrapper's row has the name (names are interned).
fn row_name_is(row: *mut wrapperbase, name: &Object) -> bool {
    // SAFETY: wrapper descriptors point to rows that live for ever.
    core::ptr::eq(unsafe { (*row).name_strobj }, name.as_ptr())
}

/// Computes all slots of a new class.
pub(super) fn fix_all(class: &Type) -> Result<()> {
    if let Some(base) = simple_base(class)
        && let Some(affected) = affected_slots(class)?
    {
        return fix_affected(class, base, &affected);
    }
    let mut index = 0;
    while index < COUNT {
        index = update_one(class, index)?;
    }
    Ok(())
}

/// The base of a class with one base whose slots agree with its names: `object` or a heap type. (The slots of other
/// static types need not: their dicts may hold methods beside C slots, and extensions write into them.)
fn simple_base(class: &Type) -> Option<&Type> {
    let [_] = crate::types::tuple::items(&super::mro::bases(class)) else { return None };
    class.base().filter(|base| base.is_heap() || base.is(crate::types::object::class()))
}

/// A bit for each residue of the names' addresses: most names that are in no row are told by one load.
struct Filter(core::cell::Cell<[u64; 8]>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Filter {}
static FILTER: Filter = Filter(core::cell::Cell::new([0; 8]));

/// Whether an interned name may be in a row: false is certain.
fn may_be_slot_name(name: &Object) -> Result<bool> {
    let place = |name: &Object| ((name.as_ptr() as usize >> 4) % 8, (name.as_ptr() as usize >> 7) % 64);
    let mut filter = FILTER.0.get();
    if filter == [0; 8] {
        for row in rows() {
            let (word, bit) = place(row?.1);
            filter[word] |= 1 << bit;
        }
        FILTER.0.set(filter);
    }
    let (word, bit) = place(name);
    Ok(filter[word] & 1 << bit != 0)
}

/// Which rows have a name that the class itself defines; `None` when that cannot be told by the addresses of names.
fn affected_slots(class: &Type) -> Result<Option<[bool; COUNT]>> {
    let mut affected = [false; COUNT];
    let Some(dict) = get_owned!(class, tp_dict) else { return Ok(None) };
    let mut position = 0;
    while let Some((name, _)) = dict::next(&dict, &mut position) {
        if !unicode::check_exact(&name) || !crate::protocol::object::is_interned(&name) {
            return Ok(None);
        }
        if !may_be_slot_name(&name)? {
            continue;
        }
        for (index, affected) in affected.iter_mut().enumerate() {
            *affected |= SlotDef::at(index).name()?.is(&*name);
        }
    }
    Ok(Some(affected))
}

/// Recomputes the slots that the class's own names fill and takes the others from the base.
fn fix_affected(class: &Type, base: &Type, affected: &[bool; COUNT]) -> Result<()> {
    let mut start = 0;
    while start < COUNT {
        let offset = get!(SlotDef::at(start), offset);
        let end = (start..COUNT).find(|&i| get!(SlotDef::at(i), offset) != offset).unwrap_or(COUNT);
        if affected[start..end].contains(&true) {
            update_one(class, start)?;
        } else if offset == ITERNEXT_OFFSET && get!(base, tp_iternext).is_none() {
            let next = crate::protocol::object::_PyObject_NextNotImplemented;
            crate::types::macros::set!(class, tp_iternext, Some(next));
        } else {
            let pointer = slot_pointer(class, offset);
            if !pointer.is_null() {
                // SAFETY: a slot of a live type.
                unsafe { *pointer = slot_value(base, offset) };
            }
        }
        start = end;
    }
    Ok(())
}

/// Recomputes all slots of a class and its subclasses after its bases have changed.
pub(super) fn update_all(class: &Type) -> Result<()> {
    class.modified();
    for index in 0..COUNT {
        let name = SlotDef::at(index).name()?;
        if index == 0 || (0..index).all(|i| SlotDef::at(i).name().is_ok_and(|n| !n.is(name))) {
            update_slot(class, name)?;
        }
    }
    Ok(())
}

/// Recomputes the slots that a name can fill, in a class and in the subclasses that inherit the name.
pub(super) fn update_slot(class: &Type, name: &Object) -> Result<()> {
    let mut starts: Vec<usize> = Vec::new();
    let mut start = 0;
    for index in 0..COUNT {
        let row = SlotDef::at(index);
        if get!(row, offset) != get!(SlotDef::at(start), offset) {
            start = index;
        }
        if row.name()?.is(name) && !starts.contains(&start) {
            starts.push(start);
        }
    }
    if starts.is_empty() {
        return Ok(());
    }
    update_inheritors(class, name, &starts)
}

fn update_inheritors(class: &Type, name: &Object, starts: &[usize]) -> Result<()> {
    for &start in starts {
        update_one(class, start)?;
    }
    for subclass in subclasses::live(class) {
        let defines = match get_owned!(subclass, tp_dict) {
            Some(dict) => dict::contains(&dict, name)?,
            None => false,
        };
        if !defines {
            update_inheritors(&subclass, name, starts)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{COUNT, SlotDef};
    use crate::types::macros::get;

    #[test]
    fn rows_are_sorted_by_offset() {
        let offsets: Vec<i32> = (0..COUNT).map(|i| get!(SlotDef::at(i), offset)).collect();
        assert!(offsets.is_sorted(), "{offsets:?}");
    }
}
