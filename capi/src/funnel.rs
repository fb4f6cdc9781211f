//! The funnel between the C API and Rust: no panic crosses into the host, and `Raised` becomes the error value that the
//! C function's return type has.

use core::ffi::{c_int, c_uint, c_void};
use krait_abi::{Py_complex, PyObject, PyTypeObject};
use krait_object::types::typeobject::Type;
use krait_object::{Layout, Obj, Object, Raised, Result, err};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A C return type with the value that means "an exception is set".
pub trait Failure {
    /// NULL, -1 or nothing.
    const FAILED: Self;
}

impl<T> Failure for *mut T {
    const FAILED: Self = core::ptr::null_mut();
}
impl<T> Failure for *const T {
    const FAILED: Self = core::ptr::null();
}
impl<T> Failure for Option<T> {
    const FAILED: Self = None;
}
impl Failure for () {
    const FAILED: Self = ();
}
impl Failure for f64 {
    const FAILED: Self = -1.0;
}
impl Failure for Py_complex {
    const FAILED: Self = Py_complex { real: -1.0, imag: 0.0 };
}
macro_rules! all_ones {
    ($($integer:ty),*) => {$(
        impl Failure for $integer {
            const FAILED: Self = !0;
        }
    )*};
}
all_ones!(c_int, i64, isize, c_uint, u64, usize);

/// What a body may answer where the C function returns `C`.
pub trait Answer<C> {
    /// The C value; references move to the caller.
    fn answer(self) -> C;
}

impl<C: Failure> Answer<C> for C {
    #[inline(always)]
    fn answer(self) -> C {
        self
    }
}
impl<C: Failure, A: Answer<C>> Answer<C> for Result<A> {
    #[inline(always)]
    fn answer(self) -> C {
        match self {
            Ok(value) => value.answer(),
            Err(Raised { .. }) => C::FAILED,
        }
    }
}
impl<T: Layout> Answer<*mut PyObject> for Obj<T> {
    #[inline(always)]
    fn answer(self) -> *mut PyObject {
        self.into_ptr()
    }
}
impl<T: Layout> Answer<*mut PyObject> for Option<Obj<T>> {
    #[inline(always)]
    fn answer(self) -> *mut PyObject {
        krait_object::handle::into_ptr_opt(self)
    }
}
impl Answer<*mut PyObject> for &Object {
    #[inline(always)]
    fn answer(self) -> *mut PyObject {
        self.as_ptr()
    }
}
impl Answer<*mut PyObject> for Option<&Object> {
    #[inline(always)]
    fn answer(self) -> *mut PyObject {
        krait_object::handle::as_ptr_opt(self)
    }
}
impl Answer<*mut PyTypeObject> for &Type {
    #[inline(always)]
    fn answer(self) -> *mut PyTypeObject {
        self.as_raw()
    }
}
impl Answer<*mut PyTypeObject> for Obj<Type> {
    #[inline(always)]
    fn answer(self) -> *mut PyTypeObject {
        self.into_ptr().cast()
    }
}
impl<C: Failure> Answer<C> for Raised {
    #[inline(always)]
    fn answer(self) -> C {
        C::FAILED
    }
}
impl Answer<c_int> for bool {
    #[inline(always)]
    fn answer(self) -> c_int {
        self.into()
    }
}
impl Answer<c_int> for () {
    #[inline(always)]
    fn answer(self) -> c_int {
        0
    }
}
impl Answer<isize> for usize {
    #[inline(always)]
    fn answer(self) -> isize {
        self as isize
    }
}
impl Answer<*mut c_void> for *mut u8 {
    #[inline(always)]
    fn answer(self) -> *mut c_void {
        self.cast()
    }
}

/// Runs the body of an exported function.
#[inline(always)]
pub fn guard<C: Failure, A: Answer<C>>(body: impl FnOnce() -> A) -> C {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value.answer(),
        Err(payload) => {
            err::panicked(payload);
            C::FAILED
        }
    }
}

/// As [`guard`], for functions with an error value of their own.
#[inline(always)]
pub fn guard_or<C, A: Answer<C>>(failed: C, body: impl FnOnce() -> Result<A>) -> C {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value.answer(),
        Ok(Err(_)) => failed,
        Err(payload) => {
            err::panicked(payload);
            failed
        }
    }
}
