//! `complexobject.h`.

use crate::longobject::format_advanced;
use crate::prelude::*;
use types::complex::DomainError;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_sum(a: Py_complex, b: Py_complex) -> Py_complex {
    complex(types::complex::sum(parts(a), parts(b)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_diff(a: Py_complex, b: Py_complex) -> Py_complex {
    complex(types::complex::diff(parts(a), parts(b)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_neg(a: Py_complex) -> Py_complex {
    complex(types::complex::neg(parts(a)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_prod(a: Py_complex, b: Py_complex) -> Py_complex {
    complex(types::complex::prod(parts(a), parts(b)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_quot(a: Py_complex, b: Py_complex) -> Py_complex {
    checked(types::complex::quot(parts(a), parts(b)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_pow(a: Py_complex, b: Py_complex) -> Py_complex {
    checked(types::complex::pow(parts(a), parts(b)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_c_abs(z: Py_complex) -> f64 {
    real(types::complex::abs(parts(z)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_FromCComplex(cval: Py_complex) -> *mut PyObject {
    guard(|| types::complex::from_c_complex(cval))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_FromDoubles(real: f64, imag: f64) -> *mut PyObject {
    guard(|| types::complex::from_doubles(real, imag))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_RealAsDouble(op: *mut PyObject) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::complex::real_as_double(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_ImagAsDouble(op: *mut PyObject) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::complex::imag_as_double(object(op)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_AsCComplex(op: *mut PyObject) -> Py_complex {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::complex::as_c_complex(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyComplex_FormatAdvancedWriter(
    writer: *mut _PyUnicodeWriter,
    obj: *mut PyObject,
    format_spec: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_advanced(writer, obj, format_spec, start, end) })
}

fn parts(value: Py_complex) -> (f64, f64) {
    (value.real, value.imag)
}

fn complex(value: (f64, f64)) -> Py_complex {
    Py_complex { real: value.0, imag: value.1 }
}

/// C reports the domain error in `errno`.
fn report(error: Option<DomainError>) {
    if let Some(error) = error {
        let number = if error == DomainError::Domain { libc::EDOM } else { libc::ERANGE };
        // SAFETY: errno is per thread.
        unsafe { *libc::__errno_location() = number };
    }
}

fn checked((value, error): ((f64, f64), Option<DomainError>)) -> Py_complex {
    report(error);
    complex(value)
}

fn real((value, error): (f64, Option<DomainError>)) -> f64 {
    // SAFETY: errno is per thread.
    unsafe { *libc::__errno_location() = 0 };
    report(error);
    value
}
