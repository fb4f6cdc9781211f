//! `cpython/abstract.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyStack_AsDict(
    values: *const *mut PyObject,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::stack_as_dict(values, object(kwnames)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_CheckFunctionResult(
    _tstate: *mut PyThreadState,
    callable: *mut PyObject,
    result: *mut PyObject,
    where_: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::check_result(optional(callable), result, text_opt(where_)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_MakeTpCall(
    _tstate: *mut PyThreadState,
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    keywords: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::make_tp_call(callable, args, nargs, keywords) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_VectorcallMethod(
    name: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::vectorcall_method(name, args, nargsf, kwnames) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_VectorcallDict(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::vectorcall_dict(callable, args, nargsf, kwargs) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_HasLen(o: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::object::has_len(Object::from_ptr(o)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_LengthHint(o: *mut PyObject, defaultvalue: Py_ssize_t) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::length_hint(operand(o)?, defaultvalue as usize) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CheckBuffer(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::buffer::check(Object::from_ptr(obj)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetBuffer(obj: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::get_buffer(object(obj)?, view, flags) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_GetPointer(view: *mut Py_buffer, indices: *mut Py_ssize_t) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::buffer::get_pointer(view, indices).cast() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_SizeFromFormat(format: *const c_char) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::size_from_format(text(format)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_ToContiguous(
    buf: *mut c_void,
    src: *mut Py_buffer,
    len: Py_ssize_t,
    order: c_char,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::to_contiguous(buf.cast(), src, len, order as u8) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_FromContiguous(
    view: *mut Py_buffer,
    buf: *mut c_void,
    len: Py_ssize_t,
    fort: c_char,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { from_contiguous(view, buf, len, fort) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CopyData(dest: *mut PyObject, src: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::copy_data(operand(dest)?, operand(src)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_IsContiguous(view: *const Py_buffer, order: c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::buffer::is_contiguous(&*view, order as u8).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_FillContiguousStrides(
    nd: c_int,
    shape: *mut Py_ssize_t,
    strides: *mut Py_ssize_t,
    itemsize: c_int,
    fort: c_char,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { fill_contiguous_strides(nd, shape, strides, itemsize, fort) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_FillInfo(
    view: *mut Py_buffer,
    obj: *mut PyObject,
    buf: *mut c_void,
    len: Py_ssize_t,
    readonly: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::fill_info(view, optional(obj), buf, len, readonly != 0, flags) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_Release(view: *mut Py_buffer) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::buffer::release(view) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySequence_IterSearch(
    seq: *mut PyObject,
    obj: *mut PyObject,
    operation: c_int,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::iter_search(operand(seq)?, operand(obj)?, operation) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_RealIsInstance(inst: *mut PyObject, cls: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::class_check::real_is_instance(operand(inst)?, operand(cls)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_RealIsSubclass(derived: *mut PyObject, cls: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::class_check::real_is_subclass(operand(derived)?, operand(cls)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySequence_BytesToCharpArray(self_: *mut PyObject) -> *const *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::sequence::bytes_to_charp_array(operand(self_)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_FreeCharPArray(array: *const *mut c_char) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::sequence::free_charp_array(array.cast_mut().cast()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_add_one_to_index_F(nd: c_int, index: *mut Py_ssize_t, shape: *const Py_ssize_t) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::buffer::add_one_to_index_f(slice_mut(index, nd as isize), slice(shape, nd as isize)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_add_one_to_index_C(nd: c_int, index: *mut Py_ssize_t, shape: *const Py_ssize_t) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { protocol::buffer::add_one_to_index_c(slice_mut(index, nd as isize), slice(shape, nd as isize)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_convert_optional_to_ssize_t(obj: *mut PyObject, result: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { convert_optional_to_ssize_t(object(obj)?, result.cast()) })
}

unsafe fn fill_contiguous_strides(
    nd: c_int,
    shape: *const Py_ssize_t,
    strides: *mut Py_ssize_t,
    itemsize: c_int,
    order: c_char,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (shape, strides) = (slice(shape, nd as isize), slice_mut(strides, nd as isize));
        protocol::buffer::fill_contiguous_strides(shape, strides, itemsize as isize, order as u8);
    }
}

/// Copies `length` bytes into a view, no more than it holds.
unsafe fn from_contiguous(
    view: *mut Py_buffer,
    from: *mut c_void,
    length: Py_ssize_t,
    order: c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { protocol::buffer::from_contiguous(view, from.cast(), length.min((*view).len), order as u8) };
    0
}

/// An argument converter: None leaves the place as it is.
unsafe fn convert_optional_to_ssize_t(object: &Object, place: *mut Py_ssize_t) -> Result<c_int> {
    if object.is_none() {
        return Ok(1);
    }
    if !protocol::number::index_check(object) {
        return Err(err::type_error(format_args!(
            "argument should be integer or None, not '{:.200}'",
            object.class_of().name()
        )));
    }
    let value = protocol::number::as_ssize(object, Some(types::exceptions::OverflowError()))?;
    // SAFETY: the caller's promise.
    unsafe { *place = value };
    Ok(1)
}
