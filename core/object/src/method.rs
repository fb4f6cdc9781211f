//! Genuine C tables (`PyMethodDef`, `PyGetSetDef`, `PyMemberDef`) made from safe Rust functions.
//!
//! Binaries walk these tables and call what they find (`_decimal`, Cython), so each entry has a real C function of the
//! flagged convention. Tables are written with the macros [`methods!`](crate::methods), [`getsets!`](crate::getsets) and
//! [`members!`](crate::members), which also put the terminating NULL entry.

use crate::args::Args;
use crate::handle::{Layout, Object, Result};
use crate::slot::{IntoReturn, conjure, guard};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{null, null_mut};
use krait_abi::*;

/// The entry that ends a method table.
pub const METHODS_END: PyMethodDef =
    PyMethodDef { ml_name: null(), ml_meth: None, ml_flags: 0, ml_doc: null() };
/// The entry that ends a getset table.
pub const GETSETS_END: PyGetSetDef =
    PyGetSetDef { name: null(), get: None, set: None, doc: null(), closure: null_mut() };
/// The entry that ends a member table.
pub const MEMBERS_END: PyMemberDef =
    PyMemberDef { name: null(), r#type: 0, offset: 0, flags: 0, doc: null() };

/// A borrowed argument vector as a slice.
///
/// # Safety
/// `args` points to `n` live objects (or `n` is 0).
#[inline(always)]
pub unsafe fn arg_slice<'a>(args: *const *mut PyObject, n: usize) -> &'a [&'a Object] {
    if n == 0 {
        return &[];
    }
    // SAFETY: `&Object` has the representation of a non-null object pointer.
    unsafe { core::slice::from_raw_parts(args.cast::<&Object>(), n) }
}

/// `self` of a method call. Static methods and functions without a module have none: they see `None`.
///
/// # Safety
/// `this` is a live object of layout `T`, or NULL where `T` is [`Object`].
#[inline(always)]
unsafe fn receiver<'a, T: Layout>(this: *mut PyObject) -> &'a T {
    if size_of::<T>() == size_of::<Object>() && this.is_null() {
        // SAFETY: `None` is an object, and no layout of this size has more than the head.
        return unsafe { &*crate::types::none::none().as_ptr().cast::<T>() };
    }
    // SAFETY: the caller's promise.
    unsafe { &*this.cast::<T>() }
}

const fn def(name: &'static CStr, meth: PyCFunction, flags: u32, doc: &'static CStr) -> PyMethodDef {
    let doc = if doc.is_empty() { null() } else { doc.as_ptr() };
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: meth, ml_flags: flags as c_int, ml_doc: doc }
}

/// `METH_NOARGS`.
pub const fn noargs<T: Layout, R, F>(name: &'static CStr, _function: F, doc: &'static CStr) -> PyMethodDef
where
    F: Fn(&T) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_method<T: Layout, R: IntoReturn, F: Fn(&T) -> R + Copy>(
        this: *mut PyObject,
        _unused: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: method descriptors check `self`; module functions get their module (or NULL as self of free functions,
        // which is never read through).
        guard(null_mut(), || f(unsafe { receiver::<T>(this) }).into_return())
    }
    def(name, Some(c_method::<T, R, F>), METH_NOARGS as u32, doc)
}

/// `METH_O`.
pub const fn o<T: Layout, R, F>(name: &'static CStr, _function: F, doc: &'static CStr) -> PyMethodDef
where
    F: Fn(&T, &Object) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_method<T: Layout, R: IntoReturn, F: Fn(&T, &Object) -> R + Copy>(
        this: *mut PyObject,
        arg: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: method descriptors check `self`; the argument is live.
        guard(null_mut(), || unsafe { f(receiver::<T>(this), Object::from_ptr(arg)).into_return() })
    }
    def(name, Some(c_method::<T, R, F>), METH_O as u32, doc)
}

/// `METH_FASTCALL`: positional arguments only.
pub const fn fastcall<T: Layout, R, F>(name: &'static CStr, _function: F, doc: &'static CStr) -> PyMethodDef
where
    F: Fn(&T, &[&Object]) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_method<T: Layout, R: IntoReturn, F: Fn(&T, &[&Object]) -> R + Copy>(
        this: *mut PyObject,
        args: *const *mut PyObject,
        n: Py_ssize_t,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: method descriptors check `self`; the vector holds `n` live objects.
        guard(null_mut(), || unsafe { f(receiver::<T>(this), arg_slice(args, n as usize)).into_return() })
    }
    let c: unsafe extern "C" fn(*mut PyObject, *const *mut PyObject, Py_ssize_t) -> *mut PyObject =
        c_method::<T, R, F>;
    // SAFETY: ml_meth is a union of the calling conventions, told apart by ml_flags.
    def(name, unsafe { core::mem::transmute::<_, PyCFunction>(c) }, METH_FASTCALL as u32, doc)
}

/// `METH_FASTCALL | METH_KEYWORDS`.
pub const fn keywords<T: Layout, R, F>(name: &'static CStr, _function: F, doc: &'static CStr) -> PyMethodDef
where
    F: Fn(&T, Args<'_>) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_method<T: Layout, R: IntoReturn, F: Fn(&T, Args<'_>) -> R + Copy>(
        this: *mut PyObject,
        args: *const *mut PyObject,
        n: Py_ssize_t,
        names: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: method descriptors check `self`; the vector holds `n` values and one more for each keyword name.
        guard(null_mut(), || unsafe {
            f(receiver::<T>(this), Args::from_vectorcall(args, n as usize, Object::from_ptr_opt(names)))
                .into_return()
        })
    }
    let c: unsafe extern "C" fn(
        *mut PyObject,
        *const *mut PyObject,
        Py_ssize_t,
        *mut PyObject,
    ) -> *mut PyObject = c_method::<T, R, F>;
    // SAFETY: as in `fastcall`.
    def(
        name,
        unsafe { core::mem::transmute::<_, PyCFunction>(c) },
        (METH_FASTCALL | METH_KEYWORDS) as u32,
        doc,
    )
}

/// `METH_VARARGS`: a tuple.
pub const fn varargs<T: Layout, R, F>(name: &'static CStr, function: F, doc: &'static CStr) -> PyMethodDef
where
    F: Fn(&T, &Object) -> R + Copy,
    R: IntoReturn,
{
    let mut entry = o(name, function, doc);
    entry.ml_flags = METH_VARARGS as c_int;
    entry
}

/// `METH_VARARGS | METH_KEYWORDS`: a tuple and an optional dict.
pub const fn varargs_keywords<T: Layout, R, F>(
    name: &'static CStr,
    _function: F,
    doc: &'static CStr,
) -> PyMethodDef
where
    F: Fn(&T, &Object, Option<&Object>) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_method<
        T: Layout,
        R: IntoReturn,
        F: Fn(&T, &Object, Option<&Object>) -> R + Copy,
    >(
        this: *mut PyObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: method descriptors check `self`; a tuple, and a dict or NULL.
        guard(null_mut(), || unsafe {
            f(receiver::<T>(this), Object::from_ptr(args), Object::from_ptr_opt(kw)).into_return()
        })
    }
    let c: unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject =
        c_method::<T, R, F>;
    // SAFETY: as in `fastcall`.
    def(
        name,
        unsafe { core::mem::transmute::<_, PyCFunction>(c) },
        (METH_VARARGS | METH_KEYWORDS) as u32,
        doc,
    )
}

/// Adds flags (`METH_STATIC`, `METH_CLASS`, `METH_COEXIST`) to an entry. With `METH_CLASS` the function's first
/// argument is the class, with `METH_STATIC` it is not to be read.
pub const fn with_flags(mut entry: PyMethodDef, flags: c_int) -> PyMethodDef {
    entry.ml_flags |= flags;
    entry
}

/// A read-only attribute.
pub const fn getter<T: Layout, R, F>(name: &'static CStr, _get: F, doc: &'static CStr) -> PyGetSetDef
where
    F: Fn(&T) -> R + Copy,
    R: IntoReturn,
{
    unsafe extern "C" fn c_get<T: Layout, R: IntoReturn, F: Fn(&T) -> R + Copy>(
        this: *mut PyObject,
        _closure: *mut c_void,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: getset descriptors check `self`.
        guard(null_mut(), || f(unsafe { receiver::<T>(this) }).into_return())
    }
    let doc = if doc.is_empty() { null() } else { doc.as_ptr() };
    PyGetSetDef { name: name.as_ptr(), get: Some(c_get::<T, R, F>), set: None, doc, closure: null_mut() }
}

/// A writable attribute; no value means deletion.
pub const fn getset<T: Layout, R, G, S>(
    name: &'static CStr,
    get: G,
    _set: S,
    doc: &'static CStr,
) -> PyGetSetDef
where
    G: Fn(&T) -> R + Copy,
    R: IntoReturn,
    S: Fn(&T, Option<&Object>) -> Result<()> + Copy,
{
    unsafe extern "C" fn c_set<T: Layout, S: Fn(&T, Option<&Object>) -> Result<()> + Copy>(
        this: *mut PyObject,
        value: *mut PyObject,
        _closure: *mut c_void,
    ) -> c_int {
        let f = conjure::<S>();
        // SAFETY: getset descriptors check `self`; the value is live or NULL.
        guard(-1, || match unsafe { f(receiver::<T>(this), Object::from_ptr_opt(value)) } {
            Ok(()) => 0,
            Err(_) => -1,
        })
    }
    let mut entry = getter::<T, R, G>(name, get, doc);
    entry.set = Some(c_set::<T, S>);
    entry
}

/// A struct field (`PyMemberDef`): `kind` is a `T_*` code, `flags` `READONLY` and others.
pub const fn member(
    name: &'static CStr,
    kind: c_int,
    offset: usize,
    flags: c_int,
    doc: &'static CStr,
) -> PyMemberDef {
    let doc = if doc.is_empty() { null() } else { doc.as_ptr() };
    PyMemberDef { name: name.as_ptr(), r#type: kind, offset: offset as Py_ssize_t, flags, doc }
}

/// A NULL-terminated name for tables that take `*const c_char`.
pub const fn cstr(text: &'static CStr) -> *const c_char {
    text.as_ptr()
}

/// `methods! { pub static LIST_METHODS = [ method::o(c"append", ...), ... ]; }`
#[macro_export]
macro_rules! methods {
    ($(#[$meta:meta])* $vis:vis static $name:ident = [$($entry:expr),* $(,)?];) => {
        $(#[$meta])*
        $vis static mut $name: [krait_abi::PyMethodDef; <[()]>::len(&[$($crate::unit!($entry)),*]) + 1] =
            [$($entry,)* $crate::method::METHODS_END];
    };
}

/// `getsets! { static TYPE_GETSETS = [ method::getter(c"name", ...), ... ]; }`
#[macro_export]
macro_rules! getsets {
    ($(#[$meta:meta])* $vis:vis static $name:ident = [$($entry:expr),* $(,)?];) => {
        $(#[$meta])*
        $vis static mut $name: [krait_abi::PyGetSetDef; <[()]>::len(&[$($crate::unit!($entry)),*]) + 1] =
            [$($entry,)* $crate::method::GETSETS_END];
    };
}

/// `members! { static SLICE_MEMBERS = [ method::member(c"start", T_OBJECT, 16, READONLY, c""), ... ]; }`
#[macro_export]
macro_rules! members {
    ($(#[$meta:meta])* $vis:vis static $name:ident = [$($entry:expr),* $(,)?];) => {
        $(#[$meta])*
        $vis static mut $name: [krait_abi::PyMemberDef; <[()]>::len(&[$($crate::unit!($entry)),*]) + 1] =
            [$($entry,)* $crate::method::MEMBERS_END];
    };
}

/// A docstring that begins with its machine-read signature line: `doc!("f($self, x, /)", "What it does.")`.
#[macro_export]
macro_rules! doc {
    ($signature:literal, $text:literal) => {{
        const TEXT: &str = concat!($signature, "\n--\n\n", $text, "\0");
        match core::ffi::CStr::from_bytes_with_nul(TEXT.as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("a NUL in a docstring"),
        }
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! unit {
    ($entry:expr) => {
        ()
    };
}
