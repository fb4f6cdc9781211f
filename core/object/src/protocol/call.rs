//! Calls: vectorcall and `tp_call`, and the ways from one argument form to the other.
//!
//! `call(callable, &[a, b])` is the form for Rust code; the functions on raw pointers keep C's conventions (an argument
//! count whose highest bit says that the word before the first argument may be overwritten for the length of the
//! call).

use crate::err::{self, Raised};
use crate::handle::{Layout, Obj, Object, Result, as_ptr_opt};
use crate::refcount;
use crate::slot::guard;
use crate::state;
use crate::types::macros::get;
use crate::types::typeobject::{Type, construct};
use crate::types::{dict, exceptions, none, tuple, unicode};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use krait_abi::*;

/// The flag in an argument count.
pub const OFFSET: usize = PY_VECTORCALL_ARGUMENTS_OFFSET;

/// How many arguments go into an array on the stack.
const SMALL: usize = 8;

type Vectorcall =
    unsafe extern "C" fn(*mut PyObject, *const *mut PyObject, usize, *mut PyObject) -> *mut PyObject;

/// The arguments as C sees them.
#[inline(always)]
fn as_c(args: &[&Object]) -> *const *mut PyObject {
    args.as_ptr().cast()
}

/// `PyVectorcall_Function`.
#[inline(always)]
pub fn vectorcall_function(callable: &Object) -> vectorcallfunc {
    let class = callable.class_of();
    if !class.has(Py_TPFLAGS_HAVE_VECTORCALL) {
        return None;
    }
    let offset = get!(class, tp_vectorcall_offset);
    // SAFETY: the flag says that instances have the function pointer there.
    unsafe { *callable.as_ptr().cast::<u8>().offset(offset).cast::<vectorcallfunc>() }
}

/// `PyObject_Vectorcall` on raw pointers.
///
/// # Safety
/// `callable` is live; `args` points to the arguments that `nargsf` and `names` (NULL or a tuple of str) describe.
#[inline]
pub unsafe fn vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let function = Object::from_ptr(callable);
        match vectorcall_function(function) {
            Some(f) => {
                let result = f(callable, args, nargsf, names);
                check_result_ptr(callable, result)
            }
            None => call_without_vectorcall(callable, args, nargsf, names),
        }
    }
}

/// Classes and everything else that has only `tp_call`.
///
/// # Safety
/// As for [`vectorcall`].
pub unsafe fn call_without_vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(class) = Object::from_ptr(callable).downcast::<Type>()
            && let Some(result) = construct(class, args, nargsf, names)
        {
            return result.map_or(null_mut(), Obj::into_ptr);
        }
        make_tp_call(callable, args, (nargsf & !OFFSET) as Py_ssize_t, names)
    }
}

/// Calls with positional arguments through vectorcall.
#[inline]
pub fn call(callable: &Object, args: &[&Object]) -> Result<Obj> {
    // SAFETY: the slice holds live objects.
    unsafe { Obj::from_owned_or_raised(vectorcall(callable.as_ptr(), as_c(args), args.len(), null_mut())) }
}

/// Calls with all but the first of `args`, whose place the callee may overwrite (a bound method puts `self` there).
#[inline]
pub fn call_skipping_first<const N: usize>(callable: &Object, args: [&Object; N]) -> Result<Obj> {
    let mut args: [*mut PyObject; N] = args.map(Object::as_ptr);
    // SAFETY: live objects, in an array of our own.
    unsafe {
        let first = args.as_mut_ptr().add(1);
        Obj::from_owned_or_raised(vectorcall(callable.as_ptr(), first, (N - 1) | OFFSET, null_mut()))
    }
}

/// `PyObject_CallNoArgs`.
#[inline]
pub fn call0(callable: &Object) -> Result<Obj> {
    let mut args: [*mut PyObject; 1] = [null_mut()];
    // SAFETY: no argument, and a spare place before where it would be.
    unsafe {
        let first = args.as_mut_ptr().add(1);
        Obj::from_owned_or_raised(vectorcall(callable.as_ptr(), first, OFFSET, null_mut()))
    }
}

/// `PyObject_CallOneArg`.
#[inline]
pub fn call1(callable: &Object, arg: &Object) -> Result<Obj> {
    call_skipping_first(callable, [arg, arg])
}

/// `PyObject_Vectorcall`: `args` holds the positional arguments and one value for each name in the tuple `names`.
pub fn call_names(
    callable: &Object,
    args: &[&Object],
    positional: usize,
    names: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the slice holds live objects.
    unsafe {
        Obj::from_owned_or_raised(vectorcall(callable.as_ptr(), as_c(args), positional, as_ptr_opt(names)))
    }
}

/// `PyObject_Call`: a tuple and an optional dict.
pub fn call_tuple(callable: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    // SAFETY: the contract of the C function.
    unsafe { Obj::from_owned_or_raised(call_raw(callable.as_ptr(), args.as_ptr(), as_ptr_opt(kw))) }
}

/// [`call_tuple`] on raw pointers.
///
/// # Safety
/// `callable` is live, `args` a tuple, `kw` NULL or a dict.
pub unsafe fn call_raw(callable: *mut PyObject, args: *mut PyObject, kw: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let function = Object::from_ptr(callable);
        if let Some(f) = vectorcall_function(function) {
            return call_vectorcall_function(callable, f, args, kw);
        }
        let Some(call) = get!(function.class_of(), tp_call) else {
            let _ = not_callable(function);
            return null_mut();
        };
        guarded_call(callable, args, kw, call)
    }
}

type TpCall = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;

/// `tp_call` inside a recursion guard, result checked.
#[inline]
unsafe fn guarded_call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
    call: TpCall,
) -> *mut PyObject {
    let Ok(guard) = state::enter_recursive_call(" while calling a Python object") else { return null_mut() };
    // SAFETY: the contract of tp_call.
    let result = unsafe { call(callable, args, kw) };
    drop(guard);
    // SAFETY: `callable` is live; the result is what tp_call returned.
    unsafe { check_result_ptr(callable, result) }
}

#[cold]
fn not_callable(callable: &Object) -> Raised {
    err::type_error(format_args!("'{}' object is not callable", callable.class_of().name()))
}

/// `_PyObject_MakeTpCall`: vectorcall arguments for a class that has only `tp_call`.
///
/// # Safety
/// As for [`vectorcall`]; `names` may also be a dict, whose values then are not in `args`.
#[inline(never)]
pub unsafe fn make_tp_call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let function = Object::from_ptr(callable);
        let Some(call) = get!(function.class_of(), tp_call) else {
            let _ = not_callable(function);
            return null_mut();
        };
        let positional = crate::method::arg_slice(args, nargs as usize);
        let Ok(held) = tuple::Arguments::new(positional) else { return null_mut() };
        let arguments = held.object().as_ptr();
        match Object::from_ptr_opt(names) {
            None => guarded_call(callable, arguments, null_mut(), call),
            Some(names) => call_with_names(callable, arguments, args.add(nargs as usize), names, call),
        }
    }
}

/// `tp_call` with keywords: a dict, or names in a tuple with as many values.
#[inline(never)]
unsafe fn call_with_names(
    callable: *mut PyObject,
    arguments: *mut PyObject,
    values: *const *mut PyObject,
    names: &Object,
    call: TpCall,
) -> *mut PyObject {
    // SAFETY: the promise of `make_tp_call`.
    unsafe {
        if dict::check(names) {
            return guarded_call(callable, arguments, names.as_ptr(), call);
        }
        if tuple::items(names).is_empty() {
            return guarded_call(callable, arguments, null_mut(), call);
        }
        match stack_as_dict(values, names) {
            Ok(kw) => guarded_call(callable, arguments, kw.as_ptr(), call),
            Err(_) => null_mut(),
        }
    }
}

/// `_PyStack_AsDict`: keyword names and values as a dict.
///
/// # Safety
/// `values` points to one live object for each name.
pub unsafe fn stack_as_dict(values: *const *mut PyObject, names: &Object) -> Result<Obj> {
    let kw = dict::new()?;
    for (i, name) in tuple::items(names).iter().enumerate() {
        // SAFETY: the caller's promise.
        dict::set_item(&kw, name, unsafe { Object::from_ptr(*values.add(i)) })?;
    }
    Ok(kw)
}

/// Arguments of a call in vectorcall form, built from a tuple and a dict: on the stack when there are few.
struct Stack {
    small: [MaybeUninit<*mut PyObject>; SMALL + 1],
    large: Vec<*mut PyObject>,
    /// How many arguments there are so far, and how many of them are positional. Those behind are owned, since the
    /// callee may change the dict that they come from.
    count: usize,
    positional: usize,
    names: Option<Obj>,
    is_small: bool,
}

impl Stack {
    /// No arguments yet; there is room for `total`.
    #[inline(always)]
    fn with_capacity(total: usize) -> Stack {
        let mut stack = Stack {
            small: [MaybeUninit::uninit(); SMALL + 1],
            large: Vec::new(),
            count: 0,
            positional: 0,
            names: None,
            is_small: total <= SMALL,
        };
        if !stack.is_small {
            stack.large.reserve_exact(total + 1);
            stack.large.push(null_mut());
        }
        stack
    }

    /// Appends positional arguments, borrowed.
    #[inline(always)]
    fn push_positional(&mut self, args: &[&Object]) {
        for arg in args {
            self.push(arg.as_ptr());
        }
        self.positional = self.count;
    }

    /// Appends the first `count` values of a dict and takes its keys for their names.
    fn push_keywords(&mut self, kw: &Object, count: usize) -> Result<()> {
        let mut are_strings = true;
        let mut position = 0;
        self.names = Some(tuple::from_fn(count, |_| {
            // SAFETY: nothing here runs code that could change the dict; both get references at once.
            let Some((name, value)) = (unsafe { dict::next_borrowed(kw, &mut position) }) else {
                // Making the tuple has run code that emptied the dict.
                are_strings = false;
                self.push(none::none().owned().into_ptr());
                return none::none().owned();
            };
            are_strings &= unicode::check(name);
            self.push(value.owned().into_ptr());
            name.owned()
        })?);
        if are_strings { Ok(()) } else { Err(err::type_error("keywords must be strings")) }
    }

    #[inline(always)]
    fn push(&mut self, arg: *mut PyObject) {
        self.count += 1;
        if self.is_small {
            self.small[self.count] = MaybeUninit::new(arg);
        } else {
            self.large.push(arg);
        }
    }

    /// The first argument, behind a spare word.
    #[inline(always)]
    fn args(&mut self) -> *mut *mut PyObject {
        let start: *mut *mut PyObject =
            if self.is_small { self.small.as_mut_ptr().cast() } else { self.large.as_mut_ptr() };
        // SAFETY: both begin with the spare word.
        unsafe { start.add(1) }
    }

    /// Calls a vectorcall function, result unchecked.
    #[inline(always)]
    unsafe fn call(&mut self, callable: *mut PyObject, function: Vectorcall) -> *mut PyObject {
        let names = as_ptr_opt(self.names.as_deref());
        let nargsf = self.positional | OFFSET;
        let args = self.args();
        // SAFETY: the arguments are held by the caller's tuple and by `self`.
        unsafe { function(callable, args, nargsf, names) }
    }
}

impl Drop for Stack {
    #[inline(always)]
    fn drop(&mut self) {
        let args = self.args();
        for index in self.positional..self.count {
            // SAFETY: the values of keywords are owned; a callee gives the arguments back as they were.
            unsafe { refcount::decref(*args.add(index)) };
        }
    }
}

/// Calls a vectorcall function with a dict of keyword arguments, which is not empty.
///
/// # Safety
/// `function` is the vectorcall function of `callable`; live objects.
#[inline(never)]
unsafe fn call_keywords(
    callable: *mut PyObject,
    function: Vectorcall,
    positional: &[&Object],
    kw: &Object,
) -> *mut PyObject {
    let count = dict::len(kw);
    let mut stack = Stack::with_capacity(positional.len() + count);
    stack.push_positional(positional);
    if stack.push_keywords(kw, count).is_err() {
        return null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { check_result_ptr(callable, stack.call(callable, function)) }
}

/// Calls a vectorcall function with a tuple and an optional dict.
///
/// # Safety
/// `function` is the vectorcall function of `callable`; `args` is a tuple, `kw` NULL or a dict.
#[inline(always)]
unsafe fn call_vectorcall_function(
    callable: *mut PyObject,
    function: Vectorcall,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let positional = tuple::items(Object::from_ptr(args));
        match Object::from_ptr_opt(kw).filter(|kw| dict::len(kw) != 0) {
            None => {
                check_result_ptr(callable, function(callable, as_c(positional), positional.len(), null_mut()))
            }
            Some(kw) => call_keywords(callable, function, positional, kw),
        }
    }
}

/// `PyVectorcall_Call`, the address that the `tp_call` of vectorcall classes holds.
/// # Safety
/// The contract of `tp_call`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyVectorcall_Call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    guard(null_mut(), || {
        // SAFETY: the contract of tp_call.
        unsafe {
            let function = Object::from_ptr(callable);
            let offset = get!(function.class_of(), tp_vectorcall_offset);
            let f = if offset <= 0 {
                None
            } else {
                *callable.cast::<u8>().offset(offset).cast::<vectorcallfunc>()
            };
            let Some(f) = f else {
                let _ = err::type_error(format_args!(
                    "'{}' object does not support vectorcall",
                    function.class_of().name()
                ));
                return null_mut();
            };
            call_vectorcall_function(callable, f, args, kw)
        }
    })
}

/// `PyObject_VectorcallDict` on raw pointers.
///
/// # Safety
/// As for [`vectorcall`]; `kw` is NULL or a dict.
pub unsafe fn vectorcall_dict(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let function = Object::from_ptr(callable);
        let nargs = nargsf & !OFFSET;
        let Some(f) = vectorcall_function(function) else {
            if kw.is_null() {
                return call_without_vectorcall(callable, args, nargsf, null_mut());
            }
            return make_tp_call(callable, args, nargs as Py_ssize_t, kw);
        };
        match Object::from_ptr_opt(kw).filter(|kw| dict::len(kw) != 0) {
            None => check_result_ptr(callable, f(callable, args, nargsf, null_mut())),
            Some(kw) => call_keywords(callable, f, crate::method::arg_slice(args, nargs), kw),
        }
    }
}

/// `_PyObject_Call_Prepend`: calls with `first` before the arguments of a tuple.
pub fn call_prepend(callable: &Object, first: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let positional = tuple::items(args);
    let Some(function) = vectorcall_function(callable) else {
        let mut all: Vec<&Object> = Vec::with_capacity(positional.len() + 1);
        all.push(first);
        all.extend_from_slice(positional);
        return call_tuple(callable, &*tuple::from_slice(&all)?, kw);
    };
    let kw = kw.filter(|kw| dict::len(kw) != 0);
    let keywords = kw.map_or(0, dict::len);
    let mut stack = Stack::with_capacity(1 + positional.len() + keywords);
    stack.push_positional(&[first]);
    stack.push_positional(positional);
    if let Some(kw) = kw {
        stack.push_keywords(kw, keywords)?;
    }
    // SAFETY: the arguments are held by the caller.
    unsafe {
        let result = stack.call(callable.as_ptr(), function);
        Obj::from_owned_or_raised(check_result_ptr(callable.as_ptr(), result))
    }
}

/// `PyObject_CallObject`: a tuple or nothing.
pub fn call_object(callable: &Object, args: Option<&Object>) -> Result<Obj> {
    match args {
        None => call0(callable),
        Some(args) if tuple::check(args) => call_tuple(callable, args, None),
        Some(_) => Err(err::type_error("argument list must be a tuple")),
    }
}

/// `PyEval_CallObjectWithKeywords`: checks the forms of the arguments.
pub fn call_object_with_keywords(
    callable: &Object,
    args: Option<&Object>,
    kw: Option<&Object>,
) -> Result<Obj> {
    if args.is_some_and(|args| !tuple::check(args)) {
        return Err(err::type_error("argument list must be a tuple"));
    }
    if kw.is_some_and(|kw| !dict::check(kw)) {
        return Err(err::type_error("keyword list must be a dictionary"));
    }
    match args {
        Some(args) => call_tuple(callable, args, kw),
        None => call_tuple(callable, &tuple::empty(), kw),
    }
}

/// `PyObject_VectorcallMethod`: no bound method is made where the class's attribute is a method descriptor.
#[inline]
pub fn call_method(object: &Object, name: &Object, args: &[&Object]) -> Result<Obj> {
    use super::object::{Method, get_method};
    match get_method(object, name)? {
        Method::Bound(callable) => call(&callable, args),
        Method::Unbound(function) => match *args {
            [] => call(&function, &[object]),
            [a] => call(&function, &[object, a]),
            [a, b] => call(&function, &[object, a, b]),
            _ => {
                let mut all = Vec::with_capacity(args.len() + 1);
                all.push(object);
                all.extend_from_slice(args);
                call(&function, &all)
            }
        },
    }
}

/// [`call_method`] by a Rust string.
pub fn call_method_str(object: &Object, name: &str, args: &[&Object]) -> Result<Obj> {
    call_method(object, &*unicode::intern_str(name)?, args)
}

/// `PyObject_VectorcallMethod` on raw pointers: `args[0]` is the object.
///
/// # Safety
/// As for [`vectorcall`], with at least one argument; `name` is a live str.
pub unsafe fn vectorcall_method(
    name: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    use super::object::{Method, get_method};
    // SAFETY: the caller's promise.
    unsafe {
        let Ok(method) = get_method(Object::from_ptr(*args), Object::from_ptr(name)) else {
            return null_mut();
        };
        match method {
            // The word before the object is the caller's, not a spare one before the remaining arguments.
            Method::Unbound(function) => vectorcall(function.as_ptr(), args, nargsf & !OFFSET, names),
            Method::Bound(callable) => {
                vectorcall(callable.as_ptr(), args.add(1), ((nargsf & !OFFSET) - 1) | nargsf & OFFSET, names)
            }
        }
    }
}

// Results

/// `_Py_CheckFunctionResult`: NULL without an exception, or a result with one, becomes `SystemError`.
///
/// # Safety
/// `result` is NULL or an owned reference, which moves to the result.
#[inline(always)]
pub unsafe fn check_result(
    callable: Option<&Object>,
    result: *mut PyObject,
    location: Option<&str>,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        if result.is_null() == err::occurred().is_some() {
            return Obj::from_owned_or_raised(result);
        }
        Err(bad_result(callable, Obj::from_owned_opt(result), location))
    }
}

/// [`check_result`] in C's terms.
///
/// # Safety
/// As for [`check_result`]; `callable` is live.
#[inline(always)]
pub unsafe fn check_result_ptr(callable: *mut PyObject, result: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        if result.is_null() == err::occurred().is_some() {
            return result;
        }
        let _ = bad_result(Some(Object::from_ptr(callable)), Obj::from_owned_opt(result), None);
    }
    null_mut()
}

#[cold]
#[inline(never)]
fn bad_result(callable: Option<&Object>, result: Option<Obj>, location: Option<&str>) -> Raised {
    let has_result = result.is_some();
    drop(result);
    let saved = if has_result { err::fetch() } else { None };
    let who = match (callable, location) {
        (Some(callable), _) => match super::object::repr(callable) {
            Ok(repr) => unicode::display(&repr).to_string(),
            Err(_) => {
                err::clear();
                callable.class_of().name().to_owned()
            }
        },
        (None, Some(location)) => location.to_owned(),
        (None, None) => String::from("<unknown>"),
    };
    if !has_result {
        return err::system_error(format_args!("{who} returned NULL without setting an error"));
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
    err::set_from_cause(exceptions::SystemError(), format_args!("{who} returned a result with an error set"))
}
