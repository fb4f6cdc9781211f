//! `abstract.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CallNoArgs(func: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::call0(object(func)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::call::call_raw(object(callable)?.as_ptr(), args, kwargs)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CallObject(callable: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::call_object(object(callable)?, optional(args)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Type(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::object::class_of(operand(o)?).upcast()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Size(o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::len(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Length(o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::len(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetItem(o: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::get_item(operand(o)?, operand(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SetItem(
    o: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::set_item(operand(o)?, operand(key)?, operand(value)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_DelItemString(o: *mut PyObject, key: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::del_item_str(operand(o)?, text(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_DelItem(o: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::del_item(operand(o)?, operand(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_AsCharBuffer(
    obj: *mut PyObject,
    buffer: *mut *const c_char,
    buffer_len: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        read_buffer(protocol::buffer::as_read_buffer(operand(obj)?)?, buffer.cast(), buffer_len)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CheckReadBuffer(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::buffer::check_read_buffer(operand(obj)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_AsReadBuffer(
    obj: *mut PyObject,
    buffer: *mut *const c_void,
    buffer_len: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        read_buffer(protocol::buffer::as_read_buffer(operand(obj)?)?, buffer.cast(), buffer_len)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_AsWriteBuffer(
    obj: *mut PyObject,
    buffer: *mut *mut c_void,
    buffer_len: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        read_buffer(protocol::buffer::as_write_buffer(operand(obj)?)?, buffer.cast(), buffer_len)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Format(obj: *mut PyObject, format_spec: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::format(operand(obj)?, optional(format_spec)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetIter(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::iter::get_iter(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyIter_Check(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::iter::check(Object::from_ptr(obj)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyIter_Next(iter: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::iter::next(operand(iter)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Check(o: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { Object::from_ptr_opt(o).is_some_and(protocol::number::check).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Add(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::add(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Subtract(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::subtract(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Multiply(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::multiply(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_MatrixMultiply(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::matrix_multiply(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_FloorDivide(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::floor_divide(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_TrueDivide(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::true_divide(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Remainder(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::remainder(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Divmod(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::divmod(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Power(
    v: *mut PyObject,
    w: *mut PyObject,
    z: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::power(operand(v)?, operand(w)?, operand(z)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Negative(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::negative(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Positive(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::positive(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Absolute(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::absolute(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Invert(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::invert(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Lshift(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::lshift(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Rshift(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::rshift(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_And(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::and(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Xor(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::xor(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Or(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::or(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyIndex_Check(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::number::index_check(Object::from_ptr(obj)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Index(item: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::index(operand(item)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_AsSsize_t(item: *mut PyObject, err: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::as_ssize(operand(item)?, optional(err)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Long(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::long(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_Float(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::float(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceAdd(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_add(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceSubtract(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_subtract(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceMultiply(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_multiply(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceMatrixMultiply(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_matrix_multiply(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceFloorDivide(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_floor_divide(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceTrueDivide(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_true_divide(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceRemainder(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_remainder(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlacePower(
    v: *mut PyObject,
    w: *mut PyObject,
    z: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_power(operand(v)?, operand(w)?, operand(z)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceLshift(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_lshift(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceRshift(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_rshift(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceAnd(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_and(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceXor(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_xor(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_InPlaceOr(v: *mut PyObject, w: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::inplace_or(operand(v)?, operand(w)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNumber_ToBase(n: *mut PyObject, base: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::number::to_base(operand(n)?, base) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Check(s: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { Object::from_ptr_opt(s).is_some_and(protocol::sequence::check).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Size(s: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::size(operand(s)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Length(s: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::length(operand(s)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Concat(s: *mut PyObject, o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::concat(operand(s)?, operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Repeat(o: *mut PyObject, count: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::repeat(operand(o)?, count) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_GetItem(s: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::get_item(operand(s)?, i) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_GetSlice(
    s: *mut PyObject,
    i1: Py_ssize_t,
    i2: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::get_slice(operand(s)?, i1, i2) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_SetItem(s: *mut PyObject, i: Py_ssize_t, o: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::set_item(operand(s)?, i, optional(o)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_DelItem(s: *mut PyObject, i: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::del_item(operand(s)?, i) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_SetSlice(
    s: *mut PyObject,
    i1: Py_ssize_t,
    i2: Py_ssize_t,
    o: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::set_slice(operand(s)?, i1, i2, optional(o)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_DelSlice(s: *mut PyObject, i1: Py_ssize_t, i2: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::del_slice(operand(s)?, i1, i2) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Tuple(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::tuple(operand(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_List(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::list(operand(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Fast(v: *mut PyObject, m: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::fast_or(operand(v)?, || text(m)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Count(s: *mut PyObject, o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::count(operand(s)?, operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Contains(seq: *mut PyObject, ob: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::contains(operand(seq)?, operand(ob)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_In(w: *mut PyObject, v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::contains(operand(w)?, operand(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_Index(s: *mut PyObject, o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::index(operand(s)?, operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_InPlaceConcat(s: *mut PyObject, o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::in_place_concat(operand(s)?, operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySequence_InPlaceRepeat(o: *mut PyObject, count: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::in_place_repeat(operand(o)?, count) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Check(o: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { Object::from_ptr_opt(o).is_some_and(protocol::mapping::check).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Size(o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::size(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Length(o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::length(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_HasKeyString(o: *mut PyObject, key: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::mapping::has_key_string(operand(o)?, text(key)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_HasKey(o: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::mapping::has_key(operand(o)?, operand(key)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Keys(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::keys(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Values(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::values(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_Items(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::items(operand(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_GetItemString(o: *mut PyObject, key: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::get_item_string(operand(o)?, operand_text(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMapping_SetItemString(
    o: *mut PyObject,
    key: *const c_char,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::mapping::set_item_string(operand(o)?, operand_text(key)?, operand(value)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_IsInstance(inst: *mut PyObject, cls: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::class_check::is_instance(operand(inst)?, operand(cls)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_IsSubclass(derived: *mut PyObject, cls: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::class_check::is_subclass(operand(derived)?, operand(cls)?) })
}

/// Gives a buffer to C.
unsafe fn read_buffer(
    found: (*mut u8, isize),
    buffer: *mut *const c_char,
    length: *mut Py_ssize_t,
) -> Result<()> {
    if buffer.is_null() || length.is_null() {
        return Err(err::system_error("null argument to internal routine"));
    }
    // SAFETY: the caller's promise.
    unsafe {
        *buffer = found.0.cast_const().cast();
        *length = found.1;
    }
    Ok(())
}
