//! The Rust side of the variadic functions, and the functions that take a `va_list`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_object::args::check_positional;
use krait_object::method::arg_slice;
use krait_object::protocol::call;
use krait_object::types::{bytes, dict, exceptions, tuple, unicode};
use krait_object::varargs::parse::{self, KeywordList, Keywords};
use krait_object::varargs::{VaList, build, fast};

/// A `PyUnicode_FromFormat` text.
unsafe fn formatted(format: *const c_char, va: &mut VaList) -> Result<Obj> {
    // SAFETY: the C arguments match the format.
    unsafe { unicode::from_format(c_bytes(format), va) }
}

/// A `printf` text.
unsafe fn printed(format: *const c_char, va: *mut VaList) -> String {
    let mut buffer = [0u8; 1001];
    // SAFETY: room for the bytes; the C arguments match the format.
    unsafe {
        let written = vsnprintf(buffer.as_mut_ptr().cast(), buffer.len(), format, va);
        let kept = (written.max(0) as usize).min(buffer.len() - 1);
        let mut shown = String::from_utf8_lossy(&buffer[..kept]).into_owned();
        if written as usize >= buffer.len() {
            shown.push_str("... truncated");
        }
        shown
    }
}

unsafe extern "C" {
    fn vsnprintf(out: *mut c_char, size: usize, format: *const c_char, va: *mut VaList) -> c_int;
}

/// The answer of parsing functions: 1, or 0 with an exception.
fn parsed(result: Result<()>) -> Result<bool> {
    result.map(|()| true)
}

pub unsafe extern "C" fn py_o_s_snprintf(
    out: *mut c_char,
    size: usize,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: what the C API asks; the last byte is always NUL.
    unsafe {
        let written = vsnprintf(out, size, format, va);
        if size > 0 {
            *out.add(size - 1) = 0;
        }
        written
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_vsnprintf(
    out: *mut c_char,
    size: usize,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { py_o_s_snprintf(out, size, format, va) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromFormatV(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { formatted(format, &mut *va) })
}

pub unsafe extern "C" fn py_unicode_from_format(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { PyUnicode_FromFormatV(format, va) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_FromFormatV(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { bytes::from_format(c_bytes(format), &mut *va) })
}

pub unsafe extern "C" fn py_bytes_from_format(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { PyBytes_FromFormatV(format, va) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_FormatV(
    exception: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        err::clear();
        let message = formatted(format, &mut *va)?;
        Err::<Obj, _>(err::set_object(object(exception)?, &message))
    })
}

pub unsafe extern "C" fn py_err_format(
    exception: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { PyErr_FormatV(exception, format, va) }
}

pub unsafe extern "C" fn py_err_format_from_cause(
    exception: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let cause = err::fetch();
        let message = formatted(format, &mut *va)?;
        if let Some(cause) = cause {
            let _ = err::restore(cause);
        }
        let message = unicode::display(&message).to_string();
        Err::<Obj, _>(err::set_from_cause(object(exception)?, message))
    })
}

pub unsafe extern "C" fn py_err_warn_format(
    category: *mut PyObject,
    level: Py_ssize_t,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let message = formatted(format, &mut *va)?;
        krait_vm::warnings::warn(optional(category).unwrap_or(exceptions::RuntimeWarning()), &message, level)
    })
}

pub unsafe extern "C" fn py_err_format_of_thread(
    _tstate: *mut PyThreadState,
    exception: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { py_err_format(exception, format, va) }
}

pub unsafe extern "C" fn py_err_format_from_cause_of_thread(
    _tstate: *mut PyThreadState,
    exception: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { py_err_format_from_cause(exception, format, va) }
}

/// The new exception, borrowed, or NULL when the old one stays.
pub unsafe extern "C" fn py_err_try_set_from_cause(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let pending = err::fetch();
        let message = formatted(format, &mut *va)?;
        if let Some(pending) = pending {
            let _ = err::restore(pending);
        }
        let set = err::try_set_from_cause(types::unicode::display(&message));
        Ok::<*mut PyObject, Raised>(match set {
            Some(_) => (*krait_object::state::current()).curexc_value,
            None => null_mut(),
        })
    })
}

pub unsafe extern "C" fn py_fatal_error_format(
    function: *const c_char,
    format: *const c_char,
    va: *mut VaList,
) {
    // SAFETY: what the C API asks.
    unsafe {
        let function =
            if function.is_null() { "".into() } else { CStr::from_ptr(function).to_string_lossy() };
        err::fatal(&function, &printed(format, va))
    }
}

pub unsafe extern "C" fn py_err_warn_explicit_format(
    category: *mut PyObject,
    filename: *const c_char,
    lineno: c_int,
    module: *const c_char,
    registry: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let message = formatted(format, &mut *va)?;
        let filename = unicode::decode_fs(c_bytes(filename))?;
        let module = if module.is_null() { None } else { Some(unicode::decode_utf8(c_bytes(module), None)?) };
        krait_vm::warnings::warn_explicit_in(
            optional(category).unwrap_or(exceptions::RuntimeWarning()),
            &message,
            &filename,
            lineno,
            module.as_deref(),
            optional(registry),
        )
    })
}

/// The arguments of a call from a format, as borrowed or new references in an array that the caller frees unless it is
/// the small one.
unsafe fn build_stack(
    small: *mut *mut PyObject,
    small_len: Py_ssize_t,
    format: *const c_char,
    va: *mut VaList,
    count: *mut Py_ssize_t,
    ssize: bool,
) -> *mut *mut PyObject {
    // SAFETY: what the C API asks; the array has room for the arguments.
    guard(|| unsafe {
        build::with_call_arguments(format, &mut *va, ssize, |args| {
            let mut stack = small;
            if args.len() > small_len.max(0) as usize {
                stack = krait_object::memory::mem_malloc(size_of_val(args)).cast();
                if stack.is_null() {
                    return Err(err::no_memory());
                }
            }
            *count = args.len() as Py_ssize_t;
            for (index, arg) in args.iter().enumerate() {
                *stack.add(index) = arg.owned().into_ptr();
            }
            Ok(stack)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_VaBuildStack(
    small_stack: *mut *mut PyObject,
    small_stack_len: Py_ssize_t,
    format: *const c_char,
    va: *mut VaList,
    p_nargs: *mut Py_ssize_t,
) -> *mut *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { build_stack(small_stack, small_stack_len, format, va, p_nargs, false) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_VaBuildStack_SizeT(
    small_stack: *mut *mut PyObject,
    small_stack_len: Py_ssize_t,
    format: *const c_char,
    va: *mut VaList,
    p_nargs: *mut Py_ssize_t,
) -> *mut *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { build_stack(small_stack, small_stack_len, format, va, p_nargs, true) }
}

pub unsafe extern "C" fn py_err_resource_warning(
    source: *mut PyObject,
    level: Py_ssize_t,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let message = formatted(format, &mut *va)?;
        krait_vm::warnings::warn_about(exceptions::ResourceWarning(), &message, level, optional(source))
    })
}

pub unsafe extern "C" fn py_tuple_pack(n: Py_ssize_t, va: *mut VaList) -> *mut PyObject {
    // SAFETY: as many objects as `n` says.
    guard(|| unsafe {
        let mut missing = false;
        let packed = tuple::from_fn(n.max(0) as usize, |_| match optional((*va).object()) {
            Some(item) => item.owned(),
            None => {
                missing = true;
                types::none::none().owned()
            }
        })?;
        if missing { Err(err::bad_internal_call()) } else { Ok(packed) }
    })
}

unsafe fn call_function(
    callable: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
    ssize: bool,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let callable = operand(callable)?;
        build::with_call_arguments(format, &mut *va, ssize, |args| call::call(callable, args))
    })
}

pub unsafe extern "C" fn py_object_call_function(
    callable: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_function(callable, format, va, false) }
}

pub unsafe extern "C" fn py_object_call_function_sized(
    callable: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_function(callable, format, va, true) }
}

pub unsafe extern "C" fn py_eval_call_function(
    callable: *mut PyObject,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_function(callable, format, va, false) }
}

unsafe fn call_named(
    target: *mut PyObject,
    name: Result<Obj>,
    format: *const c_char,
    va: *mut VaList,
    ssize: bool,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let method = protocol::object::get_attr(operand(target)?, &*name?)?;
        if !protocol::object::is_callable(&method) {
            return Err(err::type_error(format_args!(
                "attribute of type '{}' is not callable",
                method.class_of().name()
            )));
        }
        build::with_call_arguments(format, &mut *va, ssize, |args| call::call(&method, args))
    })
}

unsafe fn c_name(name: *const c_char) -> Result<Obj> {
    if name.is_null() {
        return Err(err::system_error("null argument to internal routine"));
    }
    // SAFETY: a terminated string.
    unicode::decode_utf8(unsafe { c_bytes(name) }, None)
}

unsafe fn id_name(name: *mut _Py_Identifier) -> Result<Obj> {
    // SAFETY: a static identifier.
    unsafe { c_name((*name).string) }
}

pub unsafe extern "C" fn py_object_call_method(
    obj: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_named(obj, c_name(name), format, va, false) }
}

pub unsafe extern "C" fn py_object_call_method_sized(
    obj: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_named(obj, c_name(name), format, va, true) }
}

pub unsafe extern "C" fn py_eval_call_method(
    obj: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_named(obj, c_name(name), format, va, false) }
}

pub unsafe extern "C" fn py_object_call_method_id(
    obj: *mut PyObject,
    name: *mut _Py_Identifier,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_named(obj, id_name(name), format, va, false) }
}

pub unsafe extern "C" fn py_object_call_method_id_sized(
    obj: *mut PyObject,
    name: *mut _Py_Identifier,
    format: *const c_char,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { call_named(obj, id_name(name), format, va, true) }
}

pub unsafe extern "C" fn py_object_call_function_obj_args(
    callable: *mut PyObject,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: object pointers up to a NULL.
    guard(|| unsafe {
        let callable = operand(callable)?.as_ptr();
        // The callable stands in the spare place before the arguments.
        build::with_object_arguments(callable, &mut *va, |args| {
            let count = (args.len() - 1) | call::OFFSET;
            Ok(call::vectorcall(callable, args.as_mut_ptr().add(1), count, null_mut()))
        })
    })
}

pub unsafe extern "C" fn py_object_call_method_obj_args(
    obj: *mut PyObject,
    name: *mut PyObject,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: object pointers up to a NULL.
    guard(|| unsafe { call_with_objects(operand(obj)?, operand(name)?, va) })
}

pub unsafe extern "C" fn py_object_call_method_id_obj_args(
    obj: *mut PyObject,
    name: *mut _Py_Identifier,
    va: *mut VaList,
) -> *mut PyObject {
    // SAFETY: object pointers up to a NULL.
    guard(|| unsafe { call_with_objects(operand(obj)?, &*id_name(name)?, va) })
}

/// Calls a method with the objects in `va`, up to a NULL.
unsafe fn call_with_objects(obj: &Object, name: &Object, va: *mut VaList) -> Result<*mut PyObject> {
    // SAFETY: what the C API asks.
    unsafe {
        build::with_object_arguments(obj.as_ptr(), &mut *va, |args| {
            let count = args.len() | call::OFFSET;
            Ok(call::vectorcall_method(name.as_ptr(), args.as_mut_ptr(), count, null_mut()))
        })
    }
}

macro_rules! parse_functions {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $ty:ty),*), $va:ident => $body:expr;)*) => {$(
        $(#[$meta])*
        pub unsafe extern "C" fn $name($($arg: $ty,)* $va: *mut VaList) -> c_int {
            // SAFETY: what the C API asks: C variables that match the format.
            guard_or(0, || unsafe { parsed($body) })
        }
    )*};
}
parse_functions! {
    fn arg_parse_tuple(args: *mut PyObject, format: *const c_char), va => parse::parse_tuple(object(args)?, format, &mut *va, false);
    fn arg_parse_tuple_sized(args: *mut PyObject, format: *const c_char), va => parse::parse_tuple(object(args)?, format, &mut *va, true);
    fn arg_parse(args: *mut PyObject, format: *const c_char), va => parse::parse_object(optional(args), format, &mut *va, false);
    fn arg_parse_sized(args: *mut PyObject, format: *const c_char), va => parse::parse_object(optional(args), format, &mut *va, true);
    #[unsafe(no_mangle)]
    fn PyArg_VaParse(args: *mut PyObject, format: *const c_char), va => parse::parse_tuple(object(args)?, format, &mut (*va).duplicate(), false);
    #[unsafe(no_mangle)]
    fn _PyArg_VaParse_SizeT(args: *mut PyObject, format: *const c_char), va => parse::parse_tuple(object(args)?, format, &mut (*va).duplicate(), true);
    fn arg_parse_tuple_and_keywords(args: *mut PyObject, kw: *mut PyObject, format: *const c_char, names: *const *const c_char), va => tuple_and_keywords(args, kw, format, names, va, false);
    fn arg_parse_tuple_and_keywords_sized(args: *mut PyObject, kw: *mut PyObject, format: *const c_char, names: *const *const c_char), va => tuple_and_keywords(args, kw, format, names, va, true);
    #[unsafe(no_mangle)]
    fn PyArg_VaParseTupleAndKeywords(args: *mut PyObject, kw: *mut PyObject, format: *const c_char, names: *const *const c_char), va => tuple_and_keywords(args, kw, format, names, &mut (*va).duplicate(), false);
    #[unsafe(no_mangle)]
    fn _PyArg_VaParseTupleAndKeywords_SizeT(args: *mut PyObject, kw: *mut PyObject, format: *const c_char, names: *const *const c_char), va => tuple_and_keywords(args, kw, format, names, &mut (*va).duplicate(), true);
    fn arg_parse_stack(args: *const *mut PyObject, nargs: Py_ssize_t, format: *const c_char), va => parse::positional(arg_slice(args, nargs as usize), format, &mut *va, false);
    fn arg_parse_stack_sized(args: *const *mut PyObject, nargs: Py_ssize_t, format: *const c_char), va => parse::positional(arg_slice(args, nargs as usize), format, &mut *va, true);
    fn arg_parse_stack_and_keywords(args: *const *mut PyObject, nargs: Py_ssize_t, names: *mut PyObject, parser: *mut _PyArg_Parser), va => stack_and_keywords(args, nargs, names, parser, va, false);
    fn arg_parse_stack_and_keywords_sized(args: *const *mut PyObject, nargs: Py_ssize_t, names: *mut PyObject, parser: *mut _PyArg_Parser), va => stack_and_keywords(args, nargs, names, parser, va, true);
    fn arg_parse_tuple_and_keywords_fast(args: *mut PyObject, kw: *mut PyObject, parser: *mut _PyArg_Parser), va => fast::tuple_and_keywords(object(args)?, optional(kw), parser, &mut *va, false);
    fn arg_parse_tuple_and_keywords_fast_sized(args: *mut PyObject, kw: *mut PyObject, parser: *mut _PyArg_Parser), va => fast::tuple_and_keywords(object(args)?, optional(kw), parser, &mut *va, true);
    #[unsafe(no_mangle)]
    fn _PyArg_VaParseTupleAndKeywordsFast(args: *mut PyObject, kw: *mut PyObject, parser: *mut _PyArg_Parser), va => fast::tuple_and_keywords(object(args)?, optional(kw), parser, &mut (*va).duplicate(), false);
    #[unsafe(no_mangle)]
    fn _PyArg_VaParseTupleAndKeywordsFast_SizeT(args: *mut PyObject, kw: *mut PyObject, parser: *mut _PyArg_Parser), va => fast::tuple_and_keywords(object(args)?, optional(kw), parser, &mut (*va).duplicate(), true);
    fn arg_unpack_tuple(args: *mut PyObject, name: *const c_char, min: Py_ssize_t, max: Py_ssize_t), va => unpack_tuple(args, name, min, max, va);
    fn arg_unpack_stack(args: *const *mut PyObject, nargs: Py_ssize_t, name: *const c_char, min: Py_ssize_t, max: Py_ssize_t), va => parse::unpack(arg_slice(args, nargs as usize), optional_text(name), min as usize, max as usize, &mut *va);
}

unsafe fn optional_text<'a>(name: *const c_char) -> Option<&'a str> {
    // SAFETY: a terminated string or NULL.
    if name.is_null() { None } else { unsafe { CStr::from_ptr(name) }.to_str().ok() }
}

unsafe fn unpack_tuple(
    args: *mut PyObject,
    name: *const c_char,
    min: Py_ssize_t,
    max: Py_ssize_t,
    va: *mut VaList,
) -> Result<()> {
    // SAFETY: what the C API asks.
    unsafe {
        let args = object(args)?;
        if !tuple::check(args) {
            return Err(err::system_error("PyArg_UnpackTuple() argument list is not a tuple"));
        }
        parse::unpack(tuple::items(args), optional_text(name), min as usize, max as usize, &mut *va)
    }
}

unsafe fn tuple_and_keywords(
    args: *mut PyObject,
    kw: *mut PyObject,
    format: *const c_char,
    names: *const *const c_char,
    va: *mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: what the C API asks.
    unsafe {
        let Some(args) = optional(args).filter(|args| tuple::check(args)) else {
            return Err(err::bad_internal_call());
        };
        let kw = optional(kw);
        if kw.is_some_and(|kw| !dict::check(kw)) || format.is_null() || names.is_null() {
            return Err(err::bad_internal_call());
        }
        let names = KeywordList::new(names);
        let keywords = kw.map_or(Keywords::None, Keywords::Dict);
        parse::with_keywords(tuple::items(args), &keywords, format, names, &mut *va, ssize)
    }
}

unsafe fn stack_and_keywords(
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    names: *mut PyObject,
    parser: *mut _PyArg_Parser,
    va: *mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: what the C API asks.
    unsafe {
        let names = optional(names).map_or(&[][..], tuple::items);
        let all = arg_slice(args, nargs as usize + names.len());
        let (values, keyword_values) = all.split_at(nargs as usize);
        fast::stack_and_keywords(values, names, keyword_values, parser, &mut *va, ssize)
    }
}

/// `_PyArg_UnpackKeywords`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_UnpackKeywords(
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwargs: *mut PyObject,
    kwnames: *mut PyObject,
    parser: *mut _PyArg_Parser,
    minpos: c_int,
    maxpos: c_int,
    minkw: c_int,
    buf: *mut *mut PyObject,
) -> *const *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let names = optional(kwnames);
        let count = names.map_or(0, |names| tuple::items(names).len());
        let all = arg_slice(args, nargs as usize + count);
        let (values, keyword_values) = all.split_at(nargs as usize);
        fast::unpack_keywords(
            values,
            optional(kwargs),
            names,
            keyword_values,
            parser,
            minpos as usize,
            maxpos as usize,
            minkw as usize,
            buf,
        )
    })
}

/// `_PyArg_CheckPositional`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_CheckPositional(
    name: *const c_char,
    nargs: Py_ssize_t,
    min: Py_ssize_t,
    max: Py_ssize_t,
) -> c_int {
    // SAFETY: a terminated string or NULL.
    guard_or(0, || unsafe {
        match optional_text(name) {
            Some(name) => check_positional(name, nargs as usize, min as usize, max as usize).map(|()| true),
            None if nargs >= min && nargs <= max => Ok(true),
            None => Err(err::type_error(format_args!(
                "unpacked tuple should have {min} elements, but has {nargs}"
            ))),
        }
    })
}

/// `_PyArg_NoKeywords`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_NoKeywords(name: *const c_char, kw: *mut PyObject) -> c_int {
    // SAFETY: a terminated string; a dict or NULL.
    guard_or(0, || unsafe {
        match optional(kw) {
            None => Ok(true),
            Some(kw) if !dict::check_exact(kw) => Err(err::bad_internal_call()),
            Some(kw) if dict::len(kw) == 0 => Ok(true),
            Some(_) => Err(err::type_error(format_args!(
                "{}() takes no keyword arguments",
                optional_text(name).unwrap_or("function")
            ))),
        }
    })
}

/// `_PyArg_NoPositional`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_NoPositional(name: *const c_char, args: *mut PyObject) -> c_int {
    // SAFETY: a terminated string; a tuple or NULL.
    guard_or(0, || unsafe {
        match optional(args) {
            None => Ok(true),
            Some(args) if !tuple::check_exact(args) => Err(err::bad_internal_call()),
            Some(args) if tuple::items(args).is_empty() => Ok(true),
            Some(_) => Err(err::type_error(format_args!(
                "{}() takes no positional arguments",
                optional_text(name).unwrap_or("function")
            ))),
        }
    })
}

/// `_PyArg_BadArgument`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_BadArgument(
    fname: *const c_char,
    displayname: *const c_char,
    expected: *const c_char,
    arg: *mut PyObject,
) {
    // SAFETY: terminated strings and a live object.
    guard(|| unsafe {
        let shown = optional(arg).map_or("None", krait_object::varargs::convert::shown);
        let part = |pointer| optional_text(pointer).unwrap_or("");
        err::type_error(format_args!(
            "{}() {} must be {}, not {shown}",
            part(fname),
            part(displayname),
            part(expected)
        ));
    })
}

/// `PyArg_ValidateKeywordArguments`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyArg_ValidateKeywordArguments(kwargs: *mut PyObject) -> c_int {
    // SAFETY: a live object.
    guard_or(0, || unsafe {
        let kwargs = object(kwargs)?;
        if !dict::check(kwargs) {
            return Err(err::bad_internal_call());
        }
        if !dict::has_only_string_keys(kwargs) {
            return Err(err::type_error("keywords must be strings"));
        }
        Ok(true)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_VaBuildValue(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { build::build_value(format, &mut (*va).duplicate(), false) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_VaBuildValue_SizeT(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { build::build_value(format, &mut (*va).duplicate(), true) })
}

pub unsafe extern "C" fn py_build_value(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { build::build_value(format, &mut *va, false) })
}

pub unsafe extern "C" fn py_build_value_sized(format: *const c_char, va: *mut VaList) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { build::build_value(format, &mut *va, true) })
}

pub unsafe extern "C" fn py_sys_audit(event: *const c_char, format: *const c_char, va: *mut VaList) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        build::with_call_arguments(format, &mut *va, true, |args| {
            krait_vm::sys::audit(optional_text(event).unwrap_or(""), &*tuple::from_slice(args)?)
        })
    })
}

/// Writes to a stream of `sys`; errors are dropped, as these functions report none.
fn write_to(name: &str, shown: &str) {
    if name == "stderr" {
        krait_vm::sys::write_stderr(shown);
        return;
    }
    let saved = err::fetch();
    let written = krait_vm::sys::get_object(name).filter(|stream| !stream.is_none()).map(|stream| {
        let shown = unicode::from_str(shown)?;
        call::call_method(&stream, krait_object::intern!("write"), &[&shown])
    });
    if !matches!(written, Some(Ok(_))) {
        err::clear();
        print!("{shown}");
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
}

pub unsafe extern "C" fn py_sys_write_stderr(format: *const c_char, va: *mut VaList) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { write_to("stderr", &printed(format, va)) })
}

pub unsafe extern "C" fn py_sys_write_stdout(format: *const c_char, va: *mut VaList) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { write_to("stdout", &printed(format, va)) })
}

unsafe fn write_formatted(name: &str, format: *const c_char, va: *mut VaList) {
    // SAFETY: what the C API asks.
    match unsafe { formatted(format, &mut *va) } {
        Ok(shown) => write_to(name, &unicode::display(&shown).to_string()),
        Err(_) => err::clear(),
    }
}

pub unsafe extern "C" fn py_sys_format_stderr(format: *const c_char, va: *mut VaList) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { write_formatted("stderr", format, va) })
}

pub unsafe extern "C" fn py_sys_format_stdout(format: *const c_char, va: *mut VaList) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { write_formatted("stdout", format, va) })
}
