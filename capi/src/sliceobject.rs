//! `sliceobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_New(
    start: *mut PyObject,
    stop: *mut PyObject,
    step: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::slice::new(optional(start), optional(stop), optional(step)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySlice_FromIndices(istart: Py_ssize_t, istop: Py_ssize_t) -> *mut PyObject {
    guard(|| types::slice::from_indices(istart, istop))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySlice_GetLongIndices(
    self_: *mut PySliceObject,
    length: *mut PyObject,
    start_ptr: *mut *mut PyObject,
    stop_ptr: *mut *mut PyObject,
    step_ptr: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { long_indices(self_, length, start_ptr, stop_ptr, step_ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_GetIndices(
    _r: *mut PyObject,
    length: Py_ssize_t,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { get_indices(_r, length, start, stop, step) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_GetIndicesEx(
    _r: *mut PyObject,
    length: Py_ssize_t,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
    slicelength: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { get_indices_ex(_r, length, start, stop, step, slicelength) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_Unpack(
    _r: *mut PyObject,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unpack(slice_of(_r)?, start, stop, step) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_AdjustIndices(
    length: Py_ssize_t,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: Py_ssize_t,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::slice::adjust_indices(length, &mut *start, &mut *stop, step) }
}

unsafe fn slice_of<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: the caller's promise.
    match unsafe { optional(pointer) } {
        Some(object) if types::slice::check(object) => Ok(object),
        _ => Err(err::bad_internal_call()),
    }
}

unsafe fn unpack(
    slice: &Object,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        (*start, *stop, *step) = types::slice::unpack(slice)?;
    }
    Ok(())
}

unsafe fn get_indices(
    slice: *mut PyObject,
    length: Py_ssize_t,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
) -> Result<c_int> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut indices = [*start, *stop, *step];
        let found = types::slice::get_indices(slice_of(slice)?, length, &mut indices);
        [*start, *stop, *step] = indices;
        Ok(if found? { 0 } else { -1 })
    }
}

unsafe fn get_indices_ex(
    slice: *mut PyObject,
    length: Py_ssize_t,
    start: *mut Py_ssize_t,
    stop: *mut Py_ssize_t,
    step: *mut Py_ssize_t,
    count: *mut Py_ssize_t,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        unpack(slice_of(slice)?, start, stop, step)?;
        *count = types::slice::adjust_indices(length, &mut *start, &mut *stop, *step);
    }
    Ok(())
}

unsafe fn long_indices(
    slice: *mut PySliceObject,
    length: *mut PyObject,
    start: *mut *mut PyObject,
    stop: *mut *mut PyObject,
    step: *mut *mut PyObject,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let slice = slice_of(slice.cast())?.cast_unchecked::<types::slice::Slice>();
        [*start, *stop, *step] = types::slice::long_indices(slice, object(length)?)?.map(Obj::into_ptr);
    }
    Ok(())
}
