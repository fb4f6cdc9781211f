//! C slot functions made from safe Rust functions.
//!
//! `slot::unary(List::repr)` is a `unaryfunc` that calls `fn repr(this: &List) -> Result<Obj>`: each function here is a
//! `const fn` that takes a Rust function by its (zero-sized) type and returns the matching C function, so static type
//! tables are plain data. The C side's contract (`self` is an instance of the class that owns the slot, arguments
//! are live objects) is used once, here; panics are caught here and become `SystemError`.

use crate::handle::{Layout, Obj, Object, Result, into_ptr_opt};
use crate::types::typeobject::Type;
use core::ffi::{c_int, c_void};
use core::panic::AssertUnwindSafe;
use krait_abi::*;

/// Runs `body`; a panic becomes `SystemError` and the given error value.
#[inline(always)]
pub fn guard<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    match std::panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(payload) => {
            crate::err::panicked(payload);
            on_panic
        }
    }
}

/// The value of a zero-sized function type.
#[inline(always)]
pub(crate) fn conjure<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "slots take functions, not closures with state") };
    // SAFETY: F is zero-sized and Copy: every (well-aligned, non-null) address holds a value of it.
    unsafe { core::ptr::NonNull::<F>::dangling().as_ptr().read() }
}

/// What a Rust function returns to C as `PyObject *`.
pub trait IntoReturn {
    /// The owned reference, or NULL with the exception set.
    fn into_return(self) -> *mut PyObject;
}

impl<T: ToObject> IntoReturn for Result<T> {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        match self {
            Ok(value) => match value.to_object() {
                Ok(object) => object.into_ptr(),
                Err(_) => core::ptr::null_mut(),
            },
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// Values that native functions may return: converted to Python objects.
pub trait ToObject {
    /// The Python object for the value.
    fn to_object(self) -> Result<Obj>;
}

impl<T: Layout> ToObject for Obj<T> {
    #[inline(always)]
    fn to_object(self) -> Result<Obj> {
        Ok(self.upcast())
    }
}
impl<T: Layout> ToObject for Option<Obj<T>> {
    #[inline(always)]
    fn to_object(self) -> Result<Obj> {
        Ok(self.map_or_else(|| crate::types::none::none().owned(), Obj::upcast))
    }
}
impl ToObject for Option<usize> {
    #[inline]
    fn to_object(self) -> Result<Obj> {
        match self {
            Some(value) => value.to_object(),
            None => ().to_object(),
        }
    }
}
impl ToObject for () {
    #[inline(always)]
    fn to_object(self) -> Result<Obj> {
        Ok(crate::types::none::none().owned())
    }
}
impl ToObject for bool {
    #[inline(always)]
    fn to_object(self) -> Result<Obj> {
        Ok(crate::types::bool::from_bool(self))
    }
}
impl ToObject for f64 {
    #[inline(always)]
    fn to_object(self) -> Result<Obj> {
        crate::types::float::from_f64(self)
    }
}
macro_rules! int_to_object {
    ($($ty:ty => $via:ident as $wide:ty),*) => {$(
        impl ToObject for $ty {
            #[inline]
            fn to_object(self) -> Result<Obj> {
                crate::types::long::$via(self as $wide)
            }
        }
    )*};
}
int_to_object!(i32 => from_i64 as i64, i64 => from_i64 as i64, isize => from_i64 as i64,
    u32 => from_u64 as u64, u64 => from_u64 as u64, usize => from_u64 as u64);
impl ToObject for &str {
    fn to_object(self) -> Result<Obj> {
        crate::types::unicode::from_str(self)
    }
}
impl ToObject for String {
    fn to_object(self) -> Result<Obj> {
        crate::types::unicode::from_str(&self)
    }
}

/// `self` of a slot call.
///
/// # Safety
/// `ptr` is a live object of layout `T`.
#[inline(always)]
unsafe fn this<'a, T: Layout>(ptr: *mut PyObject) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { &*ptr.cast::<T>() }
}

#[inline(always)]
fn status(result: Result<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

#[inline(always)]
fn truth(result: Result<bool>) -> c_int {
    match result {
        Ok(value) => c_int::from(value),
        Err(_) => -1,
    }
}

/// Defines one constructor: the Rust function's type, the C function's type, the error value, and the call.
macro_rules! slots {
    ($($(#[$meta:meta])* $name:ident: $ctype:ident, fn($($rust:ty),*) -> $ret:ty, on_error $error:expr,
        |$($arg:ident: $cty:ty),*| $call:expr, with $f:ident;)*) => {$(
        $(#[$meta])*
        pub const fn $name<T: Layout, F>(_function: F) -> $ctype
        where
            F: Fn($($rust),*) -> $ret + Copy,
        {
            unsafe extern "C" fn c_slot<T: Layout, F: Fn($($rust),*) -> $ret + Copy>($($arg: $cty),*)
                -> <$ctype as CFunction>::Output {
                let $f = conjure::<F>();
                // SAFETY: the contract of the slot: live arguments, `self` of the class's layout.
                guard($error, || unsafe { $call })
            }
            Some(c_slot::<T, F>)
        }
    )*};
}

/// The return type of a C function pointer type.
pub trait CFunction {
    /// What the function returns.
    type Output;
}
macro_rules! c_function {
    ($($($arg:ident),*);*) => {$(
        impl<R, $($arg),*> CFunction for Option<unsafe extern "C" fn($($arg),*) -> R> {
            type Output = R;
        }
    )*};
}
c_function!(A; A, B; A, B, C; A, B, C, D);

slots! {
    /// `reprfunc`, `unaryfunc`, `getiterfunc`, the async slots: a new reference.
    unary: unaryfunc, fn(&T) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject| f(this::<T>(a)).into_return(), with f;
    /// `iternextfunc`: `Ok(None)` ends the iteration without an exception.
    iternext: iternextfunc, fn(&T) -> Result<Option<Obj>>, on_error core::ptr::null_mut(),
        |a: *mut PyObject| match f(this::<T>(a)) { Ok(v) => into_ptr_opt(v), Err(_) => core::ptr::null_mut() }, with f;
    /// `inquiry`: a truth value.
    inquiry: inquiry, fn(&T) -> Result<bool>, on_error -1,
        |a: *mut PyObject| truth(f(this::<T>(a))), with f;
    /// `lenfunc`.
    len: lenfunc, fn(&T) -> Result<usize>, on_error -1,
        |a: *mut PyObject| match f(this::<T>(a)) { Ok(n) => n as Py_ssize_t, Err(_) => -1 }, with f;
    /// `hashfunc`: -1 becomes -2.
    hash: hashfunc, fn(&T) -> Result<Py_hash_t>, on_error -1,
        |a: *mut PyObject| match f(this::<T>(a)) { Ok(-1) => -2, Ok(h) => h, Err(_) => -1 }, with f;
    /// `ssizeargfunc`.
    ssize_arg: ssizeargfunc, fn(&T, isize) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject, i: Py_ssize_t| f(this::<T>(a), i).into_return(), with f;
    /// `ssizeobjargproc`: no value means deletion.
    ssize_obj_arg: ssizeobjargproc, fn(&T, isize, Option<&Object>) -> Result<()>, on_error -1,
        |a: *mut PyObject, i: Py_ssize_t, v: *mut PyObject| status(f(this::<T>(a), i, Object::from_ptr_opt(v))), with f;
    /// `objobjproc` (`sq_contains`).
    contains: objobjproc, fn(&T, &Object) -> Result<bool>, on_error -1,
        |a: *mut PyObject, b: *mut PyObject| truth(f(this::<T>(a), this(b))), with f;
    /// `objobjargproc`, `setattrofunc`: no value means deletion.
    obj_obj_arg: objobjargproc, fn(&T, &Object, Option<&Object>) -> Result<()>, on_error -1,
        |a: *mut PyObject, k: *mut PyObject, v: *mut PyObject|
            status(f(this::<T>(a), this(k), Object::from_ptr_opt(v))), with f;
    /// `binaryfunc` whose first argument is always an instance (`mp_subscript`, `sq_concat`, `getattrofunc`).
    subscript: binaryfunc, fn(&T, &Object) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject, b: *mut PyObject| f(this::<T>(a), this(b)).into_return(), with f;
    /// `richcmpfunc`.
    richcompare: richcmpfunc, fn(&T, &Object, CompareOp) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject, b: *mut PyObject, op: c_int|
            match CompareOp::from_c(op) { Ok(op) => f(this::<T>(a), this(b), op).into_return(), Err(_) => core::ptr::null_mut() }, with f;
    /// `ternaryfunc` as `tp_call`: a tuple and an optional dict.
    call: ternaryfunc, fn(&T, &Object, Option<&Object>) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject, args: *mut PyObject, kw: *mut PyObject|
            f(this::<T>(a), this(args), Object::from_ptr_opt(kw)).into_return(), with f;
    /// `initproc`.
    init: initproc, fn(&T, &Object, Option<&Object>) -> Result<()>, on_error -1,
        |a: *mut PyObject, args: *mut PyObject, kw: *mut PyObject|
            status(f(this::<T>(a), this(args), Object::from_ptr_opt(kw))), with f;
    /// `descrgetfunc`.
    descr_get: descrgetfunc, fn(&T, Option<&Object>, Option<&Object>) -> Result<Obj>, on_error core::ptr::null_mut(),
        |a: *mut PyObject, o: *mut PyObject, t: *mut PyObject|
            f(this::<T>(a), Object::from_ptr_opt(o), Object::from_ptr_opt(t)).into_return(), with f;
}

/// Number slots: either operand may be the instance. The function returns `Ok(not_implemented())` to decline.
pub const fn binary<F: Fn(&Object, &Object) -> Result<Obj> + Copy>(function: F) -> binaryfunc {
    subscript::<Object, F>(function)
}

/// `nb_power` and `nb_inplace_power`.
pub const fn ternary<F: Fn(&Object, &Object, &Object) -> Result<Obj> + Copy>(_function: F) -> ternaryfunc {
    unsafe extern "C" fn c_slot<F: Fn(&Object, &Object, &Object) -> Result<Obj> + Copy>(
        a: *mut PyObject,
        b: *mut PyObject,
        c: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: the contract of the slot: three live objects.
        guard(core::ptr::null_mut(), || unsafe { f(this(a), this(b), this(c)).into_return() })
    }
    Some(c_slot::<F>)
}

/// `newfunc`.
pub const fn new<F: Fn(&Type, &Object, Option<&Object>) -> Result<Obj> + Copy>(_function: F) -> newfunc {
    unsafe extern "C" fn c_slot<F: Fn(&Type, &Object, Option<&Object>) -> Result<Obj> + Copy>(
        class: *mut PyTypeObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        // SAFETY: the contract of tp_new: a live type, a tuple, and a dict or NULL.
        guard(core::ptr::null_mut(), || unsafe {
            f(Type::from_raw(class), this(args), Object::from_ptr_opt(kw)).into_return()
        })
    }
    Some(c_slot::<F>)
}

/// `tp_vectorcall` of a type: what a call of the class runs instead of `tp_new` and `tp_init`. Also the shape of any
/// vectorcall whose callable has layout `T`.
pub const fn type_vectorcall<F: Fn(&Type, crate::args::Args<'_>) -> Result<Obj> + Copy>(
    _function: F,
) -> vectorcallfunc {
    unsafe extern "C" fn c_slot<F: Fn(&Type, crate::args::Args<'_>) -> Result<Obj> + Copy>(
        class: *mut PyObject,
        args: *const *mut PyObject,
        flags_and_count: usize,
        names: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        let positional = flags_and_count & !(1 << (usize::BITS - 1));
        // SAFETY: the vectorcall convention: `positional` live objects and one more for each keyword name.
        guard(core::ptr::null_mut(), || unsafe {
            let args = crate::args::Args::from_vectorcall(args, positional, Object::from_ptr_opt(names));
            f(Type::from_raw(class.cast()), args).into_return()
        })
    }
    Some(c_slot::<F>)
}

/// The function behind `tp_vectorcall_offset` of callables with layout `T`.
pub const fn vectorcall<T: Layout, F: Fn(&T, crate::args::Args<'_>) -> Result<Obj> + Copy>(
    _function: F,
) -> vectorcallfunc {
    unsafe extern "C" fn c_slot<T: Layout, F: Fn(&T, crate::args::Args<'_>) -> Result<Obj> + Copy>(
        callable: *mut PyObject,
        args: *const *mut PyObject,
        flags_and_count: usize,
        names: *mut PyObject,
    ) -> *mut PyObject {
        let f = conjure::<F>();
        let positional = flags_and_count & !(1 << (usize::BITS - 1));
        // SAFETY: the vectorcall convention: `positional` live objects and one more for each keyword name.
        guard(core::ptr::null_mut(), || unsafe {
            let args = crate::args::Args::from_vectorcall(args, positional, Object::from_ptr_opt(names));
            f(this::<T>(callable), args).into_return()
        })
    }
    Some(c_slot::<T, F>)
}

/// `traverseproc` from a function that visits every reference of the object.
pub const fn traverse<T: Layout, F: Fn(&T, &mut crate::cell::Visitor) + Copy>(_function: F) -> traverseproc {
    unsafe extern "C" fn c_slot<T: Layout, F: Fn(&T, &mut crate::cell::Visitor) + Copy>(
        a: *mut PyObject,
        visit: visitproc,
        arg: *mut c_void,
    ) -> c_int {
        let f = conjure::<F>();
        let mut visitor = crate::cell::Visitor::new(visit, arg);
        // SAFETY: the collector traverses live objects.
        f(unsafe { this::<T>(a) }, &mut visitor);
        visitor.finish()
    }
    Some(c_slot::<T, F>)
}

/// `tp_clear` from a function that drops the references which can be part of a cycle.
pub const fn clear<T: Layout, F: Fn(&T) + Copy>(_function: F) -> inquiry {
    unsafe extern "C" fn c_slot<T: Layout, F: Fn(&T) + Copy>(a: *mut PyObject) -> c_int {
        let f = conjure::<F>();
        // SAFETY: the collector clears live objects.
        guard((), || f(unsafe { this::<T>(a) }));
        0
    }
    Some(c_slot::<T, F>)
}

/// The six rich comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum CompareOp {
    /// `<`
    Lt = 0,
    /// `<=`
    Le = 1,
    /// `==`
    Eq = 2,
    /// `!=`
    Ne = 3,
    /// `>`
    Gt = 4,
    /// `>=`
    Ge = 5,
}

impl CompareOp {
    /// From C's `Py_LT` ... `Py_GE`; anything else is `SystemError`.
    #[inline(always)]
    pub fn from_c(op: c_int) -> Result<CompareOp> {
        Ok(match op {
            0 => CompareOp::Lt,
            1 => CompareOp::Le,
            2 => CompareOp::Eq,
            3 => CompareOp::Ne,
            4 => CompareOp::Gt,
            5 => CompareOp::Ge,
            _ => return Err(crate::err::bad_internal_call()),
        })
    }

    /// The operation with its operands exchanged.
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    /// What the operation says of an ordering.
    #[inline(always)]
    pub fn matches(self, ordering: core::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }

    /// The operator as Python spells it.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
}
