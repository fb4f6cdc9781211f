//! Binding arguments to the parameters of Python code: calls of functions, and `PyEval_EvalCodeEx`.
//!
//! The fast path of a plain positional call moves the operands straight from the caller's stack into the new frame's
//! variables. Everything else is bound in the order and with the messages of CPython.

use crate::decode::Decoded;
use crate::frame;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::object;
use krait_object::refcount::{decref, incref, xdecref};
use krait_object::slot::CompareOp;
use krait_object::types::{cell, dict, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, handle, state};

const FAST_FLAGS: i32 = CO_OPTIMIZED | CO_NEWLOCALS | CO_NOFREE;
const FUTURE_FLAGS: i32 = 0x1fe_0000 | CO_NESTED;
const GENERATOR_FLAGS: i32 = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;

/// Whether the code takes plain positional arguments, has no cells of its own and runs when it is called.
#[inline(always)]
pub(crate) unsafe fn is_plain(code: *mut PyCodeObject) -> bool {
    // SAFETY: a live code object.
    unsafe { (*code).co_flags & GENERATOR_FLAGS == 0 && binds_plainly(code) }
}

/// Whether the code, which may be a generator's, takes plain positional arguments and has no cells of its own.
#[inline(always)]
unsafe fn binds_plainly(code: *mut PyCodeObject) -> bool {
    // SAFETY: a live code object, whose cellvars are a tuple.
    unsafe {
        let flags = (*code).co_flags & !(FUTURE_FLAGS | GENERATOR_FLAGS);
        (*code).co_kwonlyargcount == 0
            && (flags == FAST_FLAGS
                || flags == FAST_FLAGS & !CO_NOFREE
                    && (*(*code).co_cellvars.cast::<PyVarObject>()).ob_size == 0)
    }
}

/// Puts the cells of a plain function's free variables behind its variables.
#[inline(always)]
unsafe fn share_cells(raw: *mut PyFunctionObject, code: *mut PyCodeObject, fast: *mut *mut PyObject) {
    // SAFETY: a new frame of the function's code has room for the cells of its closure, a tuple or null.
    unsafe {
        let closure = (*raw).func_closure.cast::<PyTupleObject>();
        if !closure.is_null() {
            let cells = (&raw const (*closure).ob_item).cast::<*mut PyObject>();
            let to = fast.add((*code).co_nlocals as usize);
            let free = (*(*code).co_freevars.cast::<PyVarObject>()).ob_size;
            for index in 0..(*closure).ob_base.ob_size.min(free) as usize {
                let cell = *cells.add(index);
                incref(cell);
                *to.add(index) = cell;
            }
        }
    }
}

/// Whether calls of the function make a generator or the like.
///
/// # Safety
/// A function object.
#[inline]
pub(crate) unsafe fn makes_generator(function: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let code = (*function.cast::<PyFunctionObject>()).func_code.cast::<PyCodeObject>();
        (*code).co_flags & GENERATOR_FLAGS != 0
    }
}

/// A frame for calling `function` with operands of the caller's stack, which move into it. After an error nothing has
/// moved. If the function makes generators, the frame is for [`generator_of`].
///
/// # Safety
/// `function` is a function object, `args` holds `positional` operands and one more for each name in `names`.
#[inline(always)]
pub unsafe fn frame_for_call(
    tstate: *mut PyThreadState,
    function: *mut PyObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: *mut PyObject,
) -> Result<*mut PyFrameObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let raw = function.cast::<PyFunctionObject>();
        if names.is_null()
            && let Some(frame) = plain_frame(tstate, raw, args, positional)?
        {
            return Ok(frame);
        }
        frame_general(tstate, raw, args, positional, names)
    }
}

/// A frame for positional arguments of a function that binds plainly, whose references it takes over. `None` when it
/// takes more than that.
#[inline(always)]
unsafe fn plain_frame(
    tstate: *mut PyThreadState,
    raw: *mut PyFunctionObject,
    args: *const *mut PyObject,
    positional: usize,
) -> Result<Option<*mut PyFrameObject>> {
    // SAFETY: a live function and as many arguments as `positional` counts.
    unsafe {
        let code = (*raw).func_code.cast::<PyCodeObject>();
        let defaults = (*raw).func_defaults.cast::<PyTupleObject>();
        let missing = ((*code).co_argcount as usize).wrapping_sub(positional);
        let available = if defaults.is_null() { 0 } else { (*defaults).ob_base.ob_size as usize };
        if missing > available || !binds_plainly(code) {
            return Ok(None);
        }
        let frame = frame::new_no_track(tstate, code, (*raw).func_globals, null_mut())?;
        let fast: *mut *mut PyObject = (&raw mut (*frame).f_localsplus).cast();
        core::ptr::copy_nonoverlapping(args, fast, positional);
        let items = (&raw const (*defaults).ob_item).cast::<*mut PyObject>();
        for index in 0..missing {
            let value = *items.add(available - missing + index);
            incref(value);
            *fast.add(positional + index) = value;
        }
        share_cells(raw, code, fast);
        Ok(Some(frame))
    }
}

/// A frame for calling `function` with arguments to which the frame gets references of its own: `values` belong to the
/// keywords `names`.
///
/// # Safety
/// `function` is a function object.
pub(crate) unsafe fn frame_for_arguments(
    tstate: *mut PyThreadState,
    function: *mut PyObject,
    args: &[&Object],
    names: &[&Object],
    values: &[&Object],
) -> Result<*mut PyFrameObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let raw = function.cast::<PyFunctionObject>();
        if names.is_empty()
            && let Some(frame) = plain_frame(tstate, raw, args.as_ptr().cast(), args.len())?
        {
            args.iter().for_each(|arg| incref(arg.as_ptr()));
            return Ok(frame);
        }
        let call = Call::of_function(raw, args.as_ptr().cast(), args.len(), null_mut());
        bind(tstate, &Call { names, values, ..call })
    }
}

/// The generator or the like for a frame of a function that makes such, to which the frame goes.
///
/// # Safety
/// A function object and a new frame of its code.
#[inline]
pub(crate) unsafe fn generator_of(function: *mut PyObject, frame: *mut PyFrameObject) -> Result<Obj> {
    // SAFETY: the caller's promise; a function has both names.
    unsafe {
        let raw = function.cast::<PyFunctionObject>();
        let (name, qualname) = ((*raw).func_name, (*raw).func_qualname);
        crate::generator::new_for_frame(frame, Object::from_ptr_opt(name), Object::from_ptr_opt(qualname))
    }
}

#[inline(never)]
unsafe fn frame_general(
    tstate: *mut PyThreadState,
    raw: *mut PyFunctionObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: *mut PyObject,
) -> Result<*mut PyFrameObject> {
    // SAFETY: as for `frame_for_call`; the operands are given up once the frame owns its own references.
    unsafe {
        let call = Call::of_function(raw, args, positional, names);
        let frame = bind(tstate, &call)?;
        let count = positional + call.names.len();
        for index in 0..count {
            decref(*args.add(index));
        }
        Ok(frame)
    }
}

/// Everything that a call gives to code.
pub struct Call<'a> {
    /// The code.
    pub code: *mut PyCodeObject,
    /// The globals.
    pub globals: *mut PyObject,
    /// The locals, for code that does not make its own.
    pub locals: *mut PyObject,
    /// Positional arguments.
    pub args: &'a [&'a Object],
    /// Keyword names.
    pub names: &'a [&'a Object],
    /// Keyword values.
    pub values: &'a [&'a Object],
    /// Default values of the last positional parameters.
    pub defaults: &'a [&'a Object],
    /// Default values of keyword-only parameters: a dict.
    pub kwdefaults: Option<&'a Object>,
    /// Cells of the free variables: a tuple.
    pub closure: Option<&'a Object>,
    /// The name and qualified name for a generator.
    pub name: Option<&'a Object>,
    /// See `name`.
    pub qualname: Option<&'a Object>,
}

impl<'a> Call<'a> {
    unsafe fn of_function(
        raw: *mut PyFunctionObject,
        args: *const *mut PyObject,
        positional: usize,
        names: *mut PyObject,
    ) -> Call<'a> {
        // SAFETY: a live function and its operands.
        unsafe {
            let names = Object::from_ptr_opt(names).map_or(&[][..], tuple::items);
            let all = krait_object::method::arg_slice(args, positional + names.len());
            let (args, values) = all.split_at(positional);
            Call {
                code: (*raw).func_code.cast(),
                globals: (*raw).func_globals,
                locals: null_mut(),
                args,
                names,
                values,
                defaults: Object::from_ptr_opt((*raw).func_defaults).map_or(&[][..], tuple::items),
                kwdefaults: Object::from_ptr_opt((*raw).func_kwdefaults),
                closure: Object::from_ptr_opt((*raw).func_closure),
                name: Object::from_ptr_opt((*raw).func_name),
                qualname: Object::from_ptr_opt((*raw).func_qualname),
            }
        }
    }
}

/// The vectorcall of Python functions.
///
/// # Safety
/// The vectorcall protocol: `function` is a function object, `args` holds the arguments that `nargsf` and `names` count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFunction_Vectorcall(
    function: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let tstate = state::required();
        let raw = function.cast::<PyFunctionObject>();
        let code = (*raw).func_code.cast::<PyCodeObject>();
        let positional = nargsf & (usize::MAX >> 1);
        let decoded = (*code).co_opcache.cast::<Decoded>();
        if !decoded.is_null() && (*decoded).plain != u32::MAX && positional <= (*decoded).plain as usize {
            let Ok(frame) = frame::new_for_call(tstate, code, (*raw).func_globals) else {
                return null_mut();
            };
            let fast: *mut *mut PyObject = (&raw mut (*frame).f_localsplus).cast();
            if place_plain(fast, raw, (*decoded).plain as usize, args, positional, names) {
                share_cells(raw, code, fast);
                return run(tstate, frame);
            }
            frame::finish_call(tstate, frame);
        }
        let plain = if names.is_null() { plain_frame(tstate, raw, args, positional) } else { Ok(None) };
        let Ok(plain) = plain else { return null_mut() };
        if let Some(frame) = plain {
            for index in 0..positional {
                incref(*args.add(index));
            }
            if makes_generator(function) {
                return generator_of(function, frame).map_or(null_mut(), Obj::into_ptr);
            }
            return run(tstate, frame);
        }
        let call = Call::of_function(raw, args, positional, names);
        match eval_call(tstate, &call) {
            Ok(value) => value.into_ptr(),
            Err(_) => null_mut(),
        }
    }
}

/// Puts the arguments of a call into the variables of plain code with `count` parameters. False when that takes the
/// general way: a name that is not the parameter's own object, or a mistake in the call.
#[inline(always)]
unsafe fn place_plain(
    fast: *mut *mut PyObject,
    raw: *mut PyFunctionObject,
    count: usize,
    args: *const *mut PyObject,
    positional: usize,
    names: *mut PyObject,
) -> bool {
    // SAFETY: `fast` has room for the parameters, every slot is null and gets an owned reference; there are no more
    // positional arguments than parameters.
    unsafe {
        for index in 0..positional {
            let value = *args.add(index);
            incref(value);
            *fast.add(index) = value;
        }
        if !names.is_null() && !place_keywords(fast, raw, count, args.add(positional), names) {
            return false;
        }
        if positional < count {
            let defaults = Object::from_ptr_opt((*raw).func_defaults).map_or(&[][..], tuple::items);
            for index in positional..count {
                let slot = fast.add(index);
                if (*slot).is_null() {
                    // Defaults belong to the last parameters.
                    let Some(value) = (defaults.len() + index).checked_sub(count) else { return false };
                    *slot = defaults[value].owned().into_ptr();
                }
            }
        }
        true
    }
}

/// The keyword arguments of [`place_plain`].
unsafe fn place_keywords(
    fast: *mut *mut PyObject,
    raw: *mut PyFunctionObject,
    count: usize,
    values: *const *mut PyObject,
    names: *mut PyObject,
) -> bool {
    // SAFETY: as for `place_plain`.
    unsafe {
        let code = (*raw).func_code.cast::<PyCodeObject>();
        if (*code).co_posonlyargcount != 0 {
            return false;
        }
        let parameters = &tuple::items(Object::from_ptr((*code).co_varnames))[..count];
        for (at, name) in tuple::items(Object::from_ptr(names)).iter().enumerate() {
            let Some(index) = parameters.iter().position(|known| core::ptr::eq(*known, *name)) else {
                return false;
            };
            let slot = fast.add(index);
            if !(*slot).is_null() {
                return false;
            }
            let value = *values.add(at);
            incref(value);
            *slot = value;
        }
        true
    }
}

#[inline(always)]
unsafe fn run(tstate: *mut PyThreadState, frame: *mut PyFrameObject) -> *mut PyObject {
    // SAFETY: a frame that nobody else has.
    unsafe {
        let value = crate::eval::eval_frame(tstate, frame, false);
        if (*frame).f_back.is_null() {
            frame::finish_call(tstate, frame);
        } else {
            frame::finish_inner(tstate, frame);
        }
        value
    }
}

/// Runs code with arguments, or makes the generator (`_PyEval_EvalCode`).
///
/// # Safety
/// The pointers in `call` are live, `tstate` is the running thread's.
pub unsafe fn eval_call(tstate: *mut PyThreadState, call: &Call<'_>) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let frame = bind(tstate, call)?;
        if (*call.code).co_flags & GENERATOR_FLAGS != 0 {
            return crate::generator::new_for_frame(frame, call.name, call.qualname);
        }
        Obj::from_owned_or_raised(run(tstate, frame))
    }
}

/// Binds the arguments into a new frame.
unsafe fn bind(tstate: *mut PyThreadState, call: &Call<'_>) -> Result<*mut PyFrameObject> {
    // SAFETY: live pointers; on failure the frame is dropped with what it holds.
    unsafe {
        let frame = frame::new_no_track(tstate, call.code, call.globals, call.locals)?;
        let fast: *mut *mut PyObject = (&raw mut (*frame).f_localsplus).cast();
        let result = bind_into(fast, call).and_then(|()| make_cells(fast, call));
        if let Err(raised) = result {
            frame::finish_call(tstate, frame);
            return Err(raised);
        }
        Ok(frame)
    }
}

/// The parameters of code, taken apart.
struct Parameters<'a> {
    names: &'a [&'a Object],
    positional: usize,
    positional_only: usize,
    total: usize,
    name: &'a Object,
}

unsafe fn bind_into(fast: *mut *mut PyObject, call: &Call<'_>) -> Result<()> {
    // SAFETY: `fast` has room for all variables; every slot is null and gets owned references.
    unsafe {
        let code = &*call.code;
        let positional = code.co_argcount as usize;
        let parameters = Parameters {
            names: tuple::items(Object::from_ptr(code.co_varnames)),
            positional,
            positional_only: code.co_posonlyargcount as usize,
            total: positional + code.co_kwonlyargcount as usize,
            name: Object::from_ptr(code.co_name),
        };
        let has_varargs = code.co_flags & CO_VARARGS != 0;
        let mut keywords = None;
        if code.co_flags & CO_VARKEYWORDS != 0 {
            let new = dict::new()?;
            *fast.add(parameters.total + usize::from(has_varargs)) = new.clone().into_ptr();
            keywords = Some(new);
        }
        let direct = call.args.len().min(positional);
        for (index, value) in call.args.iter().take(direct).enumerate() {
            *fast.add(index) = (*value).owned().into_ptr();
        }
        if has_varargs {
            *fast.add(parameters.total) = tuple::from_slice(&call.args[direct..])?.into_ptr();
        }
        for (name, value) in call.names.iter().zip(call.values) {
            bind_keyword(fast, &parameters, keywords.as_deref(), call, name, value)?;
        }
        if call.args.len() > positional && !has_varargs {
            return Err(too_many_positional(fast, &parameters, call));
        }
        fill_defaults(fast, &parameters, call)
    }
}

unsafe fn bind_keyword(
    fast: *mut *mut PyObject,
    parameters: &Parameters<'_>,
    keywords: Option<&Object>,
    call: &Call<'_>,
    name: &Object,
    value: &Object,
) -> Result<()> {
    let function = unicode::display(parameters.name);
    if !unicode::check(name) {
        return Err(err::type_error(format_args!("{function}() keywords must be strings")));
    }
    let candidates = &parameters.names[parameters.positional_only..parameters.total];
    let mut found = candidates.iter().position(|candidate| core::ptr::eq(*candidate, name));
    if found.is_none() {
        for (index, candidate) in candidates.iter().enumerate() {
            if object::rich_compare_bool(name, candidate, CompareOp::Eq)? {
                found = Some(index);
                break;
            }
        }
    }
    let Some(found) = found else {
        if let Some(keywords) = keywords {
            return dict::set_item(keywords, name, value);
        }
        if parameters.positional_only > 0 {
            positional_only_as_keyword(parameters, call)?;
        }
        return Err(err::type_error(format_args!(
            "{function}() got an unexpected keyword argument '{}'",
            unicode::display(name)
        )));
    };
    // SAFETY: the index is one of a parameter.
    unsafe {
        let slot = fast.add(parameters.positional_only + found);
        if !(*slot).is_null() {
            return Err(err::type_error(format_args!(
                "{function}() got multiple values for argument '{}'",
                unicode::display(name)
            )));
        }
        *slot = value.owned().into_ptr();
    }
    Ok(())
}

/// Positional-only parameters that were given by name.
#[cold]
fn positional_only_as_keyword(parameters: &Parameters<'_>, call: &Call<'_>) -> Result<()> {
    let mut conflicts = Vec::new();
    for parameter in &parameters.names[..parameters.positional_only] {
        for name in call.names {
            if core::ptr::eq(*parameter, *name) || unicode::check(name) && unicode::eq(parameter, name) {
                conflicts.push(unicode::display(parameter).to_string());
            }
        }
    }
    if conflicts.is_empty() {
        return Ok(());
    }
    Err(err::type_error(format_args!(
        "{}() got some positional-only arguments passed as keyword arguments: '{}'",
        unicode::display(parameters.name),
        conflicts.join(", ")
    )))
}

unsafe fn fill_defaults(
    fast: *mut *mut PyObject,
    parameters: &Parameters<'_>,
    call: &Call<'_>,
) -> Result<()> {
    // SAFETY: indices are those of parameters.
    unsafe {
        let required = parameters.positional.saturating_sub(call.defaults.len());
        if call.args.len() < parameters.positional {
            if (call.args.len()..required).any(|index| (*fast.add(index)).is_null()) {
                let missing = (0..required).filter(|&index| (*fast.add(index)).is_null());
                return Err(missing_arguments(parameters, missing.collect(), "positional"));
            }
            for (index, value) in (required..parameters.positional).zip(call.defaults) {
                let slot = fast.add(index);
                if (*slot).is_null() {
                    *slot = (*value).owned().into_ptr();
                }
            }
        }
        let mut missing = Vec::new();
        for index in parameters.positional..parameters.total {
            if !(*fast.add(index)).is_null() {
                continue;
            }
            let default = match call.kwdefaults {
                Some(defaults) => dict::get_item(defaults, parameters.names[index])?,
                None => None,
            };
            match default {
                Some(value) => *fast.add(index) = value.into_ptr(),
                None => missing.push(index),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(missing_arguments(parameters, missing, "keyword-only")) }
    }
}

/// `f() missing 2 required positional arguments: 'a' and 'b'`.
#[cold]
fn missing_arguments(parameters: &Parameters<'_>, missing: Vec<usize>, kind: &str) -> Raised {
    let mut names = Vec::new();
    for &index in &missing {
        match object::repr(parameters.names[index]) {
            Ok(name) => names.push(unicode::display(&name).to_string()),
            Err(raised) => return raised,
        }
    }
    let listed = match names.as_slice() {
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
        [] => String::new(),
    };
    err::type_error(format_args!(
        "{}() missing {} required {kind} argument{}: {listed}",
        unicode::display(parameters.name),
        names.len(),
        if names.len() == 1 { "" } else { "s" },
    ))
}

/// `f() takes 1 positional argument but 2 were given`.
#[cold]
unsafe fn too_many_positional(
    fast: *mut *mut PyObject,
    parameters: &Parameters<'_>,
    call: &Call<'_>,
) -> Raised {
    // SAFETY: indices are those of parameters.
    let keyword_only = unsafe {
        (parameters.positional..parameters.total).filter(|&index| !(*fast.add(index)).is_null()).count()
    };
    let wanted = parameters.positional;
    let given = call.args.len();
    let (plural, takes) = if call.defaults.is_empty() {
        (wanted != 1, wanted.to_string())
    } else {
        (true, format!("from {} to {wanted}", wanted - call.defaults.len()))
    };
    let extra = if keyword_only > 0 {
        format!(
            " positional argument{} (and {keyword_only} keyword-only argument{})",
            if given != 1 { "s" } else { "" },
            if keyword_only != 1 { "s" } else { "" },
        )
    } else {
        String::new()
    };
    err::type_error(format_args!(
        "{}() takes {takes} positional argument{} but {given}{extra} {} given",
        unicode::display(parameters.name),
        if plural { "s" } else { "" },
        if given == 1 && keyword_only == 0 { "was" } else { "were" },
    ))
}

/// Makes the cells of cell variables, moving captured parameters into them, and takes those of the closure.
unsafe fn make_cells(fast: *mut *mut PyObject, call: &Call<'_>) -> Result<()> {
    // SAFETY: the slots behind the locals belong to the cells; co_cell2arg has an entry for each cell variable.
    unsafe {
        let code = &*call.code;
        let mut slot = fast.add(code.co_nlocals as usize);
        let cells = tuple::items(Object::from_ptr(code.co_cellvars)).len();
        for index in 0..cells {
            let arg = if code.co_cell2arg.is_null() { -1 } else { *code.co_cell2arg.add(index) };
            let value = if arg >= 0 {
                let value = core::mem::replace(&mut *fast.offset(arg), null_mut());
                Obj::<Object>::from_owned_opt(value)
            } else {
                None
            };
            *slot = cell::new(value.as_deref())?.into_ptr();
            slot = slot.add(1);
        }
        let closure = call.closure.map_or(&[][..], tuple::items);
        let free = tuple::items(Object::from_ptr(code.co_freevars)).len();
        for value in closure.iter().take(free) {
            *slot = (*value).owned().into_ptr();
            slot = slot.add(1);
        }
        if closure.len() < free {
            return Err(err::system_error("code with free variables needs a closure"));
        }
        Ok(())
    }
}

/// Drops a raw optional reference; for callers that hold pieces of a call.
///
/// # Safety
/// `ptr` is NULL or an owned reference.
pub unsafe fn drop_raw(ptr: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { xdecref(ptr) }
}

/// Runs code in namespaces (`PyEval_EvalCode`).
///
/// # Safety
/// `code` is a code object, `globals` a dict.
pub unsafe fn eval_code(code: &Object, globals: &Object, locals: Option<&Object>) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let call = Call {
            code: code.as_ptr().cast(),
            globals: globals.as_ptr(),
            locals: handle::as_ptr_opt(locals),
            args: &[],
            names: &[],
            values: &[],
            defaults: &[],
            kwdefaults: None,
            closure: None,
            name: None,
            qualname: None,
        };
        eval_call(state::required(), &call)
    }
}
