//! `PyNumber_*`.

use super::object::{group_slot, lookup_special, type_name};
use super::{buffer, call};
use crate::err::{self, Raised};
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::types::macros::get;
use crate::types::typeobject::Type;
use crate::types::{bytes, cfunction, complex, exceptions, float, long, none, unicode};
use core::ffi::CStr;
use core::mem::offset_of;
use krait_abi::*;

type Unary = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;
type Binary = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
type Ternary = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;

/// `PyNumber_Check`.
pub fn check(object: &Object) -> bool {
    let class = object.class_of();
    group_slot!(class, tp_as_number, nb_index).is_some()
        || group_slot!(class, tp_as_number, nb_int).is_some()
        || group_slot!(class, tp_as_number, nb_float).is_some()
        || complex::check(object)
}

// Binary operations

/// The function that a class has at an offset of its number slots. All binary slots have one type.
#[inline(always)]
fn binary_slot(class: &Type, offset: usize) -> Option<Binary> {
    let group = get!(class, tp_as_number);
    if group.is_null() {
        return None;
    }
    // SAFETY: a slot group of a live class; the offset is that of a binary slot.
    unsafe { *group.cast::<u8>().add(offset).cast::<binaryfunc>() }
}

/// Calls a slot; `None` when it declines with `NotImplemented`.
#[inline(always)]
fn attempt(slot: Binary, a: &Object, b: &Object) -> Result<Option<Obj>> {
    // SAFETY: the contract of a number slot.
    let result = unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr()))? };
    Ok(if result.is(none::not_implemented()) { None } else { Some(result) })
}

/// A binary operation by slots. `None` when they decline.
#[inline(always)]
fn operate(a: &Object, b: &Object, offset: usize) -> Result<Option<Obj>> {
    let class = a.class_of();
    if !class.is(b.class_of()) {
        return operate_mixed(a, b, offset);
    }
    match binary_slot(class, offset) {
        Some(slot) => attempt(slot, a, b),
        None => Ok(None),
    }
}

/// A binary operation by slots, or when they decline what `declined` makes of the operands.
#[inline(always)]
fn operate_or(
    a: &Object,
    b: &Object,
    offset: usize,
    declined: fn(&Object, &Object) -> Result<Obj>,
) -> Result<Obj> {
    let class = a.class_of();
    if !class.is(b.class_of()) {
        return operate_mixed_or(a, b, offset, declined);
    }
    let Some(slot) = binary_slot(class, offset) else { return declined(a, b) };
    // SAFETY: the contract of a number slot.
    let result = unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr()))? };
    if result.is(none::not_implemented()) { declined(a, b) } else { Ok(result) }
}

#[inline(never)]
fn operate_mixed_or(
    a: &Object,
    b: &Object,
    offset: usize,
    declined: fn(&Object, &Object) -> Result<Obj>,
) -> Result<Obj> {
    match operate_mixed(a, b, offset)? {
        Some(result) => Ok(result),
        None => declined(a, b),
    }
}

/// [`operate`] on operands of two classes: the left one's slot, unless the right one's class is a subclass of the left's,
/// then the right one's.
#[inline(never)]
fn operate_mixed(a: &Object, b: &Object, offset: usize) -> Result<Option<Obj>> {
    let (class_a, class_b) = (a.class_of(), b.class_of());
    let left = binary_slot(class_a, offset);
    let mut right =
        binary_slot(class_b, offset).filter(|&r| left.is_none_or(|l| !core::ptr::fn_addr_eq(l, r)));
    if let Some(left) = left {
        if let Some(slot) = right
            && class_b.is_subtype(class_a)
        {
            if let Some(result) = attempt(slot, a, b)? {
                return Ok(Some(result));
            }
            right = None;
        }
        if let Some(result) = attempt(left, a, b)? {
            return Ok(Some(result));
        }
    }
    match right {
        Some(right) => attempt(right, a, b),
        None => Ok(None),
    }
}

/// An in-place operation: the in-place slot of the left operand, then as the plain one.
#[inline]
fn operate_in_place(a: &Object, b: &Object, in_place: usize, plain: usize) -> Result<Option<Obj>> {
    if let Some(slot) = binary_slot(a.class_of(), in_place)
        && let Some(result) = attempt(slot, a, b)?
    {
        return Ok(Some(result));
    }
    operate(a, b, plain)
}

#[cold]
fn unsupported(a: &Object, b: &Object, symbol: &str) -> Raised {
    let hint = if symbol == ">>" && is_print(a) {
        ". Did you mean \"print(<message>, file=<output_stream>)\"?"
    } else {
        ""
    };
    err::type_error(format_args!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'{hint}",
        type_name(a),
        type_name(b)
    ))
}

/// Whether somebody writes `print >> file` as in Python 2.
fn is_print(object: &Object) -> bool {
    object.downcast_exact::<cfunction::CFunction>().is_some_and(|function| {
        // SAFETY: every function has a definition with a NUL-terminated name.
        unsafe { CStr::from_ptr((*get!(function, m_ml)).ml_name) }.to_bytes() == b"print"
    })
}

macro_rules! binary {
    ($($(#[$meta:meta])* $name:ident $slot:ident $symbol:literal;)*) => {$(
        $(#[$meta])*
        pub fn $name(a: &Object, b: &Object) -> Result<Obj> {
            operate_or(a, b, offset_of!(PyNumberMethods, $slot), |a, b| Err(unsupported(a, b, $symbol)))
        }
    )*};
}

binary! {
    /// `PyNumber_Subtract`.
    subtract nb_subtract "-";
    /// `PyNumber_MatrixMultiply`.
    matrix_multiply nb_matrix_multiply "@";
    /// `PyNumber_FloorDivide`.
    floor_divide nb_floor_divide "//";
    /// `PyNumber_TrueDivide`.
    true_divide nb_true_divide "/";
    /// `PyNumber_Remainder`.
    remainder nb_remainder "%";
    /// `PyNumber_Divmod`.
    divmod nb_divmod "divmod()";
    /// `PyNumber_Lshift`.
    lshift nb_lshift "<<";
    /// `PyNumber_Rshift`.
    rshift nb_rshift ">>";
    /// `PyNumber_And`.
    and nb_and "&";
    /// `PyNumber_Xor`.
    xor nb_xor "^";
    /// `PyNumber_Or`.
    or nb_or "|";
}

macro_rules! inplace {
    ($($(#[$meta:meta])* $name:ident $in_place:ident $plain:ident $symbol:literal;)*) => {$(
        $(#[$meta])*
        pub fn $name(a: &Object, b: &Object) -> Result<Obj> {
            let (in_place, plain) = (offset_of!(PyNumberMethods, $in_place), offset_of!(PyNumberMethods, $plain));
            match operate_in_place(a, b, in_place, plain)? {
                Some(result) => Ok(result),
                None => Err(unsupported(a, b, $symbol)),
            }
        }
    )*};
}

inplace! {
    /// `PyNumber_InPlaceSubtract`.
    inplace_subtract nb_inplace_subtract nb_subtract "-=";
    /// `PyNumber_InPlaceMatrixMultiply`.
    inplace_matrix_multiply nb_inplace_matrix_multiply nb_matrix_multiply "@=";
    /// `PyNumber_InPlaceFloorDivide`.
    inplace_floor_divide nb_inplace_floor_divide nb_floor_divide "//=";
    /// `PyNumber_InPlaceTrueDivide`.
    inplace_true_divide nb_inplace_true_divide nb_true_divide "/=";
    /// `PyNumber_InPlaceRemainder`.
    inplace_remainder nb_inplace_remainder nb_remainder "%=";
    /// `PyNumber_InPlaceLshift`.
    inplace_lshift nb_inplace_lshift nb_lshift "<<=";
    /// `PyNumber_InPlaceRshift`.
    inplace_rshift nb_inplace_rshift nb_rshift ">>=";
    /// `PyNumber_InPlaceAnd`.
    inplace_and nb_inplace_and nb_and "&=";
    /// `PyNumber_InPlaceXor`.
    inplace_xor nb_inplace_xor nb_xor "^=";
    /// `PyNumber_InPlaceOr`.
    inplace_or nb_inplace_or nb_or "|=";
}

/// Addition by number slots only; `None` when they decline.
#[inline(always)]
pub(super) fn try_add(a: &Object, b: &Object) -> Result<Option<Obj>> {
    operate(a, b, offset_of!(PyNumberMethods, nb_add))
}

/// In-place addition by number slots only.
pub(super) fn try_inplace_add(a: &Object, b: &Object) -> Result<Option<Obj>> {
    let add = offset_of!(PyNumberMethods, nb_add);
    operate_in_place(a, b, offset_of!(PyNumberMethods, nb_inplace_add), add)
}

/// Multiplication by number slots only.
pub(super) fn try_multiply(a: &Object, b: &Object) -> Result<Option<Obj>> {
    operate(a, b, offset_of!(PyNumberMethods, nb_multiply))
}

/// In-place multiplication by number slots only.
pub(super) fn try_inplace_multiply(a: &Object, b: &Object) -> Result<Option<Obj>> {
    let multiply = offset_of!(PyNumberMethods, nb_multiply);
    operate_in_place(a, b, offset_of!(PyNumberMethods, nb_inplace_multiply), multiply)
}

/// `PyNumber_Add`: numbers, then concatenation.
#[inline]
pub fn add(a: &Object, b: &Object) -> Result<Obj> {
    operate_or(a, b, offset_of!(PyNumberMethods, nb_add), concatenate)
}

/// `+` of operands whose number slots decline.
#[inline(never)]
fn concatenate(a: &Object, b: &Object) -> Result<Obj> {
    match group_slot!(a.class_of(), tp_as_sequence, sq_concat) {
        // SAFETY: the contract of sq_concat.
        Some(slot) => unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+")),
    }
}

/// `PyNumber_InPlaceAdd`.
pub fn inplace_add(a: &Object, b: &Object) -> Result<Obj> {
    if let Some(result) = try_inplace_add(a, b)? {
        return Ok(result);
    }
    let class = a.class_of();
    let slot = group_slot!(class, tp_as_sequence, sq_inplace_concat)
        .or_else(|| group_slot!(class, tp_as_sequence, sq_concat));
    match slot {
        // SAFETY: the contract of the slot.
        Some(slot) => unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+=")),
    }
}

/// Repetition of a sequence by a count object.
fn repeat(
    slot: unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject,
    sequence: &Object,
    count: &Object,
) -> Result<Obj> {
    if !index_check(count) {
        return Err(err::type_error(format_args!(
            "can't multiply sequence by non-int of type '{}'",
            type_name(count)
        )));
    }
    let count = as_ssize(count, Some(exceptions::OverflowError()))?;
    // SAFETY: the contract of sq_repeat.
    unsafe { Obj::from_owned_or_raised(slot(sequence.as_ptr(), count)) }
}

/// `PyNumber_Multiply`: numbers, then repetition of either operand.
pub fn multiply(a: &Object, b: &Object) -> Result<Obj> {
    if let Some(result) = try_multiply(a, b)? {
        return Ok(result);
    }
    if let Some(slot) = group_slot!(a.class_of(), tp_as_sequence, sq_repeat) {
        return repeat(slot, a, b);
    }
    if let Some(slot) = group_slot!(b.class_of(), tp_as_sequence, sq_repeat) {
        return repeat(slot, b, a);
    }
    Err(unsupported(a, b, "*"))
}

/// `PyNumber_InPlaceMultiply`. The right operand is never changed, so its in-place slot is not used.
pub fn inplace_multiply(a: &Object, b: &Object) -> Result<Obj> {
    if let Some(result) = try_inplace_multiply(a, b)? {
        return Ok(result);
    }
    let class = a.class_of();
    if !get!(class, tp_as_sequence).is_null() {
        let slot = group_slot!(class, tp_as_sequence, sq_inplace_repeat)
            .or_else(|| group_slot!(class, tp_as_sequence, sq_repeat));
        if let Some(slot) = slot {
            return repeat(slot, a, b);
        }
    } else if let Some(slot) = group_slot!(b.class_of(), tp_as_sequence, sq_repeat) {
        return repeat(slot, b, a);
    }
    Err(unsupported(a, b, "*="))
}

// Powers

fn attempt_power(slot: Ternary, a: &Object, b: &Object, c: &Object) -> Result<Option<Obj>> {
    // SAFETY: the contract of nb_power.
    let result = unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr(), c.as_ptr()))? };
    Ok(if result.is(none::not_implemented()) { None } else { Some(result) })
}

fn operate_power(a: &Object, b: &Object, c: &Object) -> Result<Obj> {
    let (class_a, class_b) = (a.class_of(), b.class_of());
    let differs =
        |slot: Ternary, other: Option<Ternary>| other.is_none_or(|o| !core::ptr::fn_addr_eq(slot, o));
    let left = group_slot!(class_a, tp_as_number, nb_power);
    let right = if class_a.is(class_b) {
        None
    } else {
        group_slot!(class_b, tp_as_number, nb_power).filter(|&slot| differs(slot, left))
    };
    let mut pending = right;
    if let Some(left) = left {
        if let Some(slot) = pending
            && class_b.is_subtype(class_a)
        {
            if let Some(result) = attempt_power(slot, a, b, c)? {
                return Ok(result);
            }
            pending = None;
        }
        if let Some(result) = attempt_power(left, a, b, c)? {
            return Ok(result);
        }
    }
    if let Some(slot) = pending
        && let Some(result) = attempt_power(slot, a, b, c)?
    {
        return Ok(result);
    }
    let third = group_slot!(c.class_of(), tp_as_number, nb_power)
        .filter(|&slot| differs(slot, left) && differs(slot, pending));
    if let Some(slot) = third
        && let Some(result) = attempt_power(slot, a, b, c)?
    {
        return Ok(result);
    }
    Err(if c.is_none() {
        unsupported(a, b, "** or pow()")
    } else {
        err::type_error(format_args!(
            "unsupported operand type(s) for pow(): '{}', '{}', '{}'",
            type_name(a),
            type_name(b),
            type_name(c)
        ))
    })
}

/// `PyNumber_Power`.
pub fn power(a: &Object, b: &Object, c: &Object) -> Result<Obj> {
    operate_power(a, b, c)
}

/// `PyNumber_InPlacePower`.
pub fn inplace_power(a: &Object, b: &Object, c: &Object) -> Result<Obj> {
    if let Some(slot) = group_slot!(a.class_of(), tp_as_number, nb_inplace_power)
        && let Some(result) = attempt_power(slot, a, b, c)?
    {
        return Ok(result);
    }
    operate_power(a, b, c)
}

// Unary operations

fn unary(object: &Object, slot: Option<Unary>, what: &str) -> Result<Obj> {
    match slot {
        // SAFETY: the contract of a unary number slot.
        Some(slot) => unsafe { Obj::from_owned_or_raised(slot(object.as_ptr())) },
        None => Err(err::type_error(format_args!("bad operand type for {what}: '{}'", type_name(object)))),
    }
}

/// `PyNumber_Negative`.
pub fn negative(object: &Object) -> Result<Obj> {
    unary(object, group_slot!(object.class_of(), tp_as_number, nb_negative), "unary -")
}

/// `PyNumber_Positive`.
pub fn positive(object: &Object) -> Result<Obj> {
    unary(object, group_slot!(object.class_of(), tp_as_number, nb_positive), "unary +")
}

/// `PyNumber_Invert`.
pub fn invert(object: &Object) -> Result<Obj> {
    unary(object, group_slot!(object.class_of(), tp_as_number, nb_invert), "unary ~")
}

/// `PyNumber_Absolute`.
pub fn absolute(object: &Object) -> Result<Obj> {
    unary(object, group_slot!(object.class_of(), tp_as_number, nb_absolute), "abs()")
}

// Conversions

/// `PyIndex_Check`.
#[inline]
pub fn index_check(object: &Object) -> bool {
    group_slot!(object.class_of(), tp_as_number, nb_index).is_some()
}

/// An `int` from `__index__` or `__int__`; other results are `TypeError`, subclass instances deprecated.
fn checked_int(result: Obj, method: &str) -> Result<Obj> {
    if long::check_exact(&result) {
        return Ok(result);
    }
    if !long::check(&result) {
        return Err(err::type_error(format_args!("{method} returned non-int (type {})", type_name(&result))));
    }
    err::warn(
        exceptions::DeprecationWarning(),
        format_args!(
            "{method} returned non-int (type {}).  The ability to return an instance of a strict subclass of int \
             is deprecated, and may be removed in a future version of Python.",
            type_name(&result)
        ),
        1,
    )?;
    Ok(result)
}

/// `PyNumber_Index`: always an exact or subclass int.
pub fn index(object: &Object) -> Result<Obj> {
    if long::check(object) {
        return Ok(object.owned());
    }
    let Some(slot) = group_slot!(object.class_of(), tp_as_number, nb_index) else {
        return Err(err::type_error(format_args!(
            "'{}' object cannot be interpreted as an integer",
            type_name(object)
        )));
    };
    // SAFETY: the contract of nb_index.
    checked_int(unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? }, "__index__")
}

/// `PyNumber_AsSsize_t`: on overflow raises `exception`, or clips when `None`.
pub fn as_ssize(object: &Object, exception: Option<&Object>) -> Result<isize> {
    if let Some(value) = long::small_value(object) {
        return Ok(value as isize);
    }
    let value = index(object)?;
    match long::as_isize(&value) {
        Ok(value) => Ok(value),
        Err(_) if err::matches(exceptions::OverflowError()) => {
            err::clear();
            match exception {
                Some(exception) => Err(err::set(
                    exception,
                    format_args!("cannot fit '{}' into an index-sized integer", type_name(object)),
                )),
                // SAFETY: an int: its sign is the sign of ob_size.
                None if unsafe { (*value.as_ptr().cast::<PyVarObject>()).ob_size } < 0 => Ok(isize::MIN),
                None => Ok(isize::MAX),
            }
        }
        Err(raised) => Err(raised),
    }
}

/// `_PyEval_SliceIndex`: an index for a slice, clipped; `None` (the object) leaves the default. False when the
/// object is None.
pub fn slice_index(object: &Object) -> Result<Option<isize>> {
    if object.is_none() {
        return Ok(None);
    }
    if !index_check(object) {
        return Err(err::type_error("slice indices must be integers or None or have an __index__ method"));
    }
    as_ssize(object, None).map(Some)
}

/// An exact `int` of the same value.
fn exact_int(value: Obj) -> Result<Obj> {
    if long::check_exact(&value) { Ok(value) } else { long::exact(&value) }
}

/// `PyNumber_Long`.
pub fn long(object: &Object) -> Result<Obj> {
    if long::check_exact(object) {
        return Ok(object.owned());
    }
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_number, nb_int) {
        // SAFETY: the contract of nb_int.
        let result = unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? };
        return exact_int(checked_int(result, "__int__")?);
    }
    if index_check(object) {
        return exact_int(index(object)?);
    }
    if let Some(method) = lookup_special(object, intern!("__trunc__"))? {
        let result = call::call0(&method)?;
        if long::check(&result) {
            return exact_int(result);
        }
        if !index_check(&result) && group_slot!(result.class_of(), tp_as_number, nb_int).is_none() {
            return Err(err::type_error(format_args!(
                "__trunc__ returned non-Integral (type {})",
                type_name(&result)
            )));
        }
        return exact_int(long::from_nb_index_or_nb_int(&result)?);
    }
    if unicode::check(object) {
        return long::from_unicode_object(object, 10);
    }
    if bytes::check(object) {
        return long::from_bytes_text(bytes::as_slice(object), 10);
    }
    if buffer::check(object) {
        let view = buffer::Buffer::simple(object)?;
        return long::from_bytes_text(view.as_slice(), 10);
    }
    Err(err::type_error(format_args!(
        "int() argument must be a string, a bytes-like object or a number, not '{}'",
        type_name(object)
    )))
}

/// `PyNumber_Float`.
pub fn float(object: &Object) -> Result<Obj> {
    if float::Float::is_exact(object) {
        return Ok(object.owned());
    }
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_number, nb_float) {
        // SAFETY: the contract of nb_float.
        let result = unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? };
        if float::Float::is_exact(&result) {
            return Ok(result);
        }
        let text = format!("{}.__float__ returned non-float (type {})", class.name(), type_name(&result));
        if !float::Float::is_instance(&result) {
            return Err(err::type_error(text));
        }
        err::warn(
            exceptions::DeprecationWarning(),
            format_args!(
                "{text}.  The ability to return an instance of a strict subclass of float is deprecated, and may be \
                 removed in a future version of Python."
            ),
            1,
        )?;
        return float::from_f64(float::as_f64(&result)?);
    }
    if index_check(object) {
        return float::from_f64(long::as_f64(&*index(object)?)?);
    }
    if float::Float::is_instance(object) {
        return float::from_f64(float::as_f64(object)?);
    }
    float::from_string(object)
}

/// `PyNumber_ToBase`.
pub fn to_base(object: &Object, base: i32) -> Result<Obj> {
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(err::system_error("PyNumber_ToBase: base must be 2, 8, 10 or 16"));
    }
    long::format(&*index(object)?, base as u32)
}
