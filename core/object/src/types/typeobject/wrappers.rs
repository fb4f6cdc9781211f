//! Slot wrappers: C slots called under their special method names. A wrapper gets `self`, the argument tuple and the
//! slot function, and has checked nothing but that `self` is an instance of the class.

use super::Type;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::slot::{CompareOp, guard};
use crate::types::macros::get;
use crate::types::{bool, dict, exceptions, long, none, tuple};
use crate::{args, protocol};
use core::ffi::{c_int, c_void};
use core::mem::transmute;
use core::ptr::null_mut;
use krait_abi::*;

/// Gives the C caller what it expects.
fn finish(result: Result<Obj>) -> *mut PyObject {
    result.map_or(null_mut(), Obj::into_ptr)
}

/// The result of a slot that returns an object.
unsafe fn object(result: *mut PyObject) -> Result<Obj> {
    // SAFETY: the contract of every slot: an owned reference, or NULL with an exception.
    unsafe { Obj::from_owned_or_raised(result) }
}

/// None for a slot that returned a status.
fn status(result: c_int) -> Result<Obj> {
    if result < 0 { Err(err::Raised::assume()) } else { Ok(none::none().owned()) }
}

/// A bool for a slot that returned a truth value.
fn truth(result: c_int) -> Result<Obj> {
    if result < 0 { Err(err::Raised::assume()) } else { Ok(bool::from_bool(result != 0)) }
}

/// Exactly `N` arguments.
fn exactly<const N: usize>(args: &Object) -> Result<[&Object; N]> {
    let items = tuple::items(args);
    items.try_into().map_err(|_| {
        let plural = if N == 1 { "" } else { "s" };
        err::type_error(format_args!("expected {N} argument{plural}, got {}", items.len()))
    })
}

/// Between `min` and `N` arguments.
fn between<const N: usize>(args: &Object, min: usize) -> Result<[Option<&Object>; N]> {
    let items = tuple::items(args);
    args::check_positional("", items.len(), min, N)?;
    let mut out = [None; N];
    for (slot, item) in out.iter_mut().zip(items) {
        *slot = Some(*item);
    }
    Ok(out)
}

/// Defines wrappers: `name(this, args, function: slot type) => body`.
macro_rules! wrappers {
    ($($(#[$meta:meta])* $name:ident($this:ident, $args:ident, $function:ident: $slot:ty) => $body:expr;)*) => {$(
        $(#[$meta])*
        pub(super) unsafe extern "C" fn $name(this: *mut PyObject, args: *mut PyObject, wrapped: *mut c_void)
            -> *mut PyObject {
            // SAFETY: a live instance, a tuple, and a slot function of the type that the row says.
            unsafe {
                let $this = Object::from_ptr(this);
                let $args = Object::from_ptr(args);
                let $function = transmute::<*mut c_void, $slot>(wrapped).unwrap_unchecked();
                guard(null_mut(), || finish((|| -> Result<Obj> { $body })()))
            }
        }
    )*};
}

wrappers! {
    /// `unaryfunc`, `reprfunc`, `getiterfunc`.
    unary(this, args, function: unaryfunc) => {
        let [] = exactly(args)?;
        object(function(this.as_ptr()))
    };
    /// `binaryfunc` with self on the left, whatever the other operand is.
    binary(this, args, function: binaryfunc) => {
        let [other] = exactly(args)?;
        object(function(this.as_ptr(), other.as_ptr()))
    };
    /// `binaryfunc` of a number, self on the left.
    binary_l(this, args, function: binaryfunc) => {
        let [other] = exactly(args)?;
        object(function(this.as_ptr(), other.as_ptr()))
    };
    /// `binaryfunc` of a number, self on the right.
    binary_r(this, args, function: binaryfunc) => {
        let [other] = exactly(args)?;
        object(function(other.as_ptr(), this.as_ptr()))
    };
    /// `ternaryfunc`, self on the left.
    ternary(this, args, function: ternaryfunc) => {
        let [other, third] = between(args, 1)?;
        let third = third.unwrap_or(none::none());
        object(function(this.as_ptr(), other.unwrap_unchecked().as_ptr(), third.as_ptr()))
    };
    /// `ternaryfunc`, self in the middle.
    ternary_r(this, args, function: ternaryfunc) => {
        let [other, third] = between(args, 1)?;
        let third = third.unwrap_or(none::none());
        object(function(other.unwrap_unchecked().as_ptr(), this.as_ptr(), third.as_ptr()))
    };
    /// `inquiry`.
    inquiry(this, args, function: inquiry) => {
        let [] = exactly(args)?;
        truth(function(this.as_ptr()))
    };
    /// `hashfunc`.
    hash(this, args, function: hashfunc) => {
        let [] = exactly(args)?;
        let hash = function(this.as_ptr());
        if hash == -1 && err::occurred().is_some() {
            return Err(err::Raised::assume());
        }
        long::from_i64(hash as i64)
    };
    /// `lenfunc`.
    len(this, args, function: lenfunc) => {
        let [] = exactly(args)?;
        let len = function(this.as_ptr());
        if len == -1 && err::occurred().is_some() {
            return Err(err::Raised::assume());
        }
        long::from_i64(len as i64)
    };
    /// `ssizeargfunc` with a count.
    indexarg(this, args, function: ssizeargfunc) => {
        let [count] = exactly(args)?;
        let count = protocol::number::as_ssize(count, Some(exceptions::OverflowError()))?;
        object(function(this.as_ptr(), count))
    };
    /// `sq_item`.
    sq_item(this, args, function: ssizeargfunc) => {
        let [index] = exactly(args)?;
        object(function(this.as_ptr(), sequence_index(this, index)?))
    };
    /// `sq_ass_item` with a value.
    sq_setitem(this, args, function: ssizeobjargproc) => {
        let [index, value] = between(args, 2)?;
        let index = sequence_index(this, index.unwrap_unchecked())?;
        status(function(this.as_ptr(), index, value.unwrap_unchecked().as_ptr()))
    };
    /// `sq_ass_item` without a value.
    sq_delitem(this, args, function: ssizeobjargproc) => {
        let [index] = exactly(args)?;
        status(function(this.as_ptr(), sequence_index(this, index)?, null_mut()))
    };
    /// `objobjproc`.
    objobj(this, args, function: objobjproc) => {
        let [value] = exactly(args)?;
        truth(function(this.as_ptr(), value.as_ptr()))
    };
    /// `mp_ass_subscript` with a value.
    objobjarg(this, args, function: objobjargproc) => {
        let [key, value] = between(args, 2)?;
        status(function(this.as_ptr(), key.unwrap_unchecked().as_ptr(), value.unwrap_unchecked().as_ptr()))
    };
    /// `mp_ass_subscript` without a value.
    delitem(this, args, function: objobjargproc) => {
        let [key] = exactly(args)?;
        status(function(this.as_ptr(), key.as_ptr(), null_mut()))
    };
    /// `tp_setattro` with a value.
    setattr(this, args, function: setattrofunc) => {
        let [name, value] = between(args, 2)?;
        check_no_bypass(this, function, "__setattr__")?;
        status(function(this.as_ptr(), name.unwrap_unchecked().as_ptr(), value.unwrap_unchecked().as_ptr()))
    };
    /// `tp_setattro` without a value.
    delattr(this, args, function: setattrofunc) => {
        let [name] = exactly(args)?;
        check_no_bypass(this, function, "__delattr__")?;
        status(function(this.as_ptr(), name.as_ptr(), null_mut()))
    };
    /// `tp_iternext`: the end without an exception becomes `StopIteration`.
    next(this, args, function: unaryfunc) => {
        let [] = exactly(args)?;
        let item = function(this.as_ptr());
        if item.is_null() && err::occurred().is_none() {
            return Err(err::set_none(exceptions::StopIteration()));
        }
        object(item)
    };
    /// `tp_descr_get`.
    descr_get(this, args, function: descrgetfunc) => {
        let [instance, owner] = between(args, 1)?;
        let pointer = |object: Option<&Object>| object.filter(|o| !o.is_none()).map_or(null_mut(), Object::as_ptr);
        let (instance, owner) = (pointer(instance), pointer(owner));
        if instance.is_null() && owner.is_null() {
            return Err(err::type_error("__get__(None, None) is invalid"));
        }
        object(function(this.as_ptr(), instance, owner))
    };
    /// `tp_descr_set` with a value.
    descr_set(this, args, function: descrsetfunc) => {
        let [instance, value] = between(args, 2)?;
        status(function(this.as_ptr(), instance.unwrap_unchecked().as_ptr(), value.unwrap_unchecked().as_ptr()))
    };
    /// `tp_descr_set` without a value.
    descr_delete(this, args, function: descrsetfunc) => {
        let [instance] = exactly(args)?;
        status(function(this.as_ptr(), instance.as_ptr(), null_mut()))
    };
    /// `tp_finalize`.
    finalize(this, args, function: destructor) => {
        let [] = exactly(args)?;
        function(this.as_ptr());
        Ok(none::none().owned())
    };
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)*) => {
        wrappers! {$(
            /// One operation of `tp_richcompare`.
            $name(this, args, function: richcmpfunc) => {
                let [other] = exactly(args)?;
                object(function(this.as_ptr(), other.as_ptr(), CompareOp::$op as c_int))
            };
        )*}
    };
}
comparisons! { lt Lt; le Le; eq Eq; ne Ne; gt Gt; ge Ge; }

/// `tp_call`, with keyword arguments (a `wrapperfunc_kwds`).
unsafe extern "C" fn call_keywords(
    this: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the row says tp_call.
    unsafe { transmute::<*mut c_void, ternaryfunc>(wrapped).unwrap_unchecked()(this, args, kw) }
}

/// `tp_init`, with keyword arguments (a `wrapperfunc_kwds`).
unsafe extern "C" fn init_keywords(
    this: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the row says tp_init.
    let result = unsafe { transmute::<*mut c_void, initproc>(wrapped).unwrap_unchecked()(this, args, kw) };
    finish(status(result))
}

type WithKeywords =
    unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut c_void, *mut PyObject) -> *mut PyObject;
type Plain = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut c_void) -> *mut PyObject;

/// The table's column has the plain type; the row's flag tells the two apart.
const fn as_plain(function: WithKeywords) -> Plain {
    // SAFETY: only called after a cast back, when the row has PyWrapperFlag_KEYWORDS.
    unsafe { transmute(function) }
}

#[expect(non_upper_case_globals, reason = "used like the functions beside it")]
pub(super) const call: Plain = as_plain(call_keywords);
#[expect(non_upper_case_globals, reason = "used like the functions beside it")]
pub(super) const init: Plain = as_plain(init_keywords);

/// The index for `sq_item` and `sq_ass_item`: negative ones count from the end.
fn sequence_index(this: &Object, index: &Object) -> Result<isize> {
    let index = protocol::number::as_ssize(index, Some(exceptions::OverflowError()))?;
    if index >= 0 {
        return Ok(index);
    }
    let group = get!(this.class_of(), tp_as_sequence);
    // SAFETY: NULL or a live slot group.
    let Some(length) = (unsafe { group.as_ref() }).and_then(|group| group.sq_length) else {
        return Ok(index);
    };
    // SAFETY: the contract of sq_length.
    let length = unsafe { length(this.as_ptr()) };
    if length < 0 { Err(err::Raised::assume()) } else { Ok(index.saturating_add(length)) }
}

/// Refuses `object.__setattr__(a_class, ...)` and the like: a call that jumps over the C-level `tp_setattro` of a
/// class between the one that owns `function` and the object's.
fn check_no_bypass(
    this: &Object,
    function: unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int,
    what: &str,
) -> Result<()> {
    let class = this.class_of();
    let Some(mro) = class.mro() else { return Ok(()) };
    let from_python = super::slot_functions::setattr as *const c_void;
    let own = get!(class, tp_setattro).map_or(null_mut(), |f| f as *mut c_void);
    // The most basic class that has the same C function as the object's class.
    let mut defining = class;
    for item in tuple::items(&mro).iter().rev() {
        // SAFETY: the MRO holds types.
        let item: &Type = unsafe { item.cast_unchecked() };
        let slot = get!(item, tp_setattro).map_or(null_mut(), |f| f as *mut c_void);
        if !core::ptr::eq(slot, from_python) && slot == own {
            defining = item;
            break;
        }
    }
    let mut current = Some(defining);
    while let Some(item) = current {
        let slot = get!(item, tp_setattro).map_or(null_mut(), |f| f as *mut c_void);
        if slot == function as *mut c_void {
            break;
        }
        if !core::ptr::eq(slot, from_python) {
            return Err(err::type_error(format_args!("can't apply this {what} to {} object", class.name())));
        }
        current = item.base();
    }
    Ok(())
}

// `__new__` of C classes

static mut NEW_METHOD: [PyMethodDef; 2] = [
    crate::method::varargs_keywords(
        c"__new__",
        new_wrapper,
        c"__new__($type, *args, **kwargs)\n--\n\nMakes an instance; its class and the class's documentation say from what.",
    ),
    crate::method::METHODS_END,
];

/// The built-in `__new__` of a class that has `tp_new`: a function bound to the class.
pub(super) fn new_method(class: &Type) -> Result<Obj> {
    // SAFETY: a static method definition.
    unsafe { crate::types::cfunction::new((&raw mut NEW_METHOD).cast(), Some(class), None) }
}

/// Whether an attribute is such a function.
pub(super) fn is_new_method(attribute: &Object) -> bool {
    attribute
        .downcast_exact::<crate::types::cfunction::CFunction>()
        .is_some_and(|function| core::ptr::eq(get!(function, m_ml), (&raw mut NEW_METHOD).cast()))
}

/// `C.__new__(subclass, ...)`: checks that `C.tp_new` may make instances of the subclass.
fn new_wrapper(this: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let Some(class) = this.downcast::<Type>() else {
        return Err(err::system_error("__new__() called with non-type 'self'"));
    };
    let name = class.name();
    let items = tuple::items(args);
    let Some(&subclass) = items.first() else {
        return Err(err::type_error(format_args!("{name}.__new__(): not enough arguments")));
    };
    let Some(subclass) = subclass.downcast::<Type>() else {
        return Err(err::type_error(format_args!(
            "{name}.__new__(X): X is not a type object ({})",
            subclass.class_of().name()
        )));
    };
    let sub = subclass.name();
    if !subclass.is_subtype(class) {
        return Err(err::type_error(format_args!("{name}.__new__({sub}): {sub} is not a subtype of {name}")));
    }
    // The nearest base that is not a Python class decides the layout: its tp_new must be the one called here.
    let mut base = Some(subclass);
    let from_python = super::slot_functions::new as *const c_void;
    while let Some(current) = base
        && get!(current, tp_new).is_some_and(|new| core::ptr::eq(new as *const c_void, from_python))
    {
        base = current.base();
    }
    let new = get!(class, tp_new).map_or(null_mut(), |new| new as *mut c_void);
    if let Some(base) = base
        && get!(base, tp_new).map_or(null_mut(), |new| new as *mut c_void) != new
    {
        return Err(err::type_error(format_args!(
            "{name}.__new__({sub}) is not safe, use {}.__new__()",
            base.name()
        )));
    }
    let rest = tuple::from_slice(&items[1..])?;
    let Some(new) = get!(class, tp_new) else {
        return Err(err::type_error(format_args!("cannot create '{name}' instances")));
    };
    let kw = kw.filter(|kw| dict::len(kw) != 0);
    // SAFETY: the contract of tp_new.
    unsafe { object(new(subclass.as_raw(), rest.as_ptr(), crate::handle::as_ptr_opt(kw))) }
}
