//! `floatobject.h`.

use crate::cpython::object::debug_stats_line;
use crate::longobject::format_advanced;
use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_FromDouble(fval: f64) -> *mut PyObject {
    guard(|| types::float::from_f64(fval))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_GetMax() -> f64 {
    types::float::get_max()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_GetMin() -> f64 {
    types::float::get_min()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_GetInfo() -> *mut PyObject {
    guard(types::float::get_info)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_FromString(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::from_string(object(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFloat_AsDouble(op: *mut PyObject) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        if op.is_null() {
            return Err(err::bad_argument());
        }
        types::float::as_double(object(op)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Pack2(x: f64, p: *mut c_uchar, le: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::pack2(x, &mut *p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Pack4(x: f64, p: *mut c_uchar, le: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::pack4(x, &mut *p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Pack8(x: f64, p: *mut c_uchar, le: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::pack8(x, &mut *p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Unpack2(p: *const c_uchar, le: c_int) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::unpack2(&*p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Unpack4(p: *const c_uchar, le: c_int) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::unpack4(&*p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_Unpack8(p: *const c_uchar, le: c_int) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::float::unpack8(&*p.cast(), le != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_DebugMallocStats(out: *mut libc::FILE) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        debug_stats_line(
            out,
            c"free PyFloatObject".as_ptr(),
            types::float::free_list_size() as c_int,
            size_of::<PyFloatObject>(),
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFloat_FormatAdvancedWriter(
    writer: *mut _PyUnicodeWriter,
    obj: *mut PyObject,
    format_spec: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_advanced(writer, obj, format_spec, start, end) })
}
