//! Calls. A call of a Python function becomes a frame that the same loop runs; everything else goes through vectorcall.

use super::regs::{Flow, Regs, handlers};
use crate::bind;
use crate::decode::Cache;
use crate::function::{self, Function, PyFunction_Type, vectorcall_is_ours};
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::{call, object};
use krait_object::refcount::{decref, incref};
use krait_object::types::cfunction::PyCFunction_Type;
use krait_object::types::descr::method::PyMethodDescr_Type;
use krait_object::types::method::PyMethod_Type;
use krait_object::types::typeobject::{self, Construction, PyType_Type, Type};
use krait_object::types::{dict, exceptions, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err};

handlers! {
    fn call_function(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        vectorcall(r, count, count, None)
    }

    /// Positions from the top: arguments, then (function, receiver) or (NULL, callable).
    fn call_method(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        if (*r.slot(count + 2)).is_null() {
            let flow = vectorcall(r, count, count, None);
            return drop_null_below(r, flow);
        }
        vectorcall(r, count + 1, count + 1, None)
    }

    fn call_function_kw(r, instr) {
        r.save_position();
        let names = r.pop_obj();
        let count = instr.arg as usize;
        let Some(positional) = keyword_split(&names, count) else {
            err::system_error("bad keyword names in call");
            return Flow::Error;
        };
        vectorcall(r, count, positional, Some(names))
    }

    fn call_function_ex(r, instr) {
        r.save_position();
        let keywords = if instr.arg & 1 != 0 { Some(r.pop_obj()) } else { None };
        let args = r.pop_obj();
        let function = r.pop_obj();
        match frame_for_expanded(r.tstate(), &function, &args, keywords.as_deref()) {
            Ok(Some(frame)) => {
                drop((keywords, args, function));
                (*r.home).callee = frame;
                Flow::Call
            }
            Ok(None) => {
                let result = call_expanded(r.tstate(), &function, args, keywords);
                drop(function);
                called(r, result)
            }
            Err(_) => Flow::Error,
        }
    }

    fn make_function(r, instr) {
        r.save_position();
        let qualname = r.pop_obj();
        let code = r.pop_obj();
        let mut part = |flag: u32| if instr.arg & flag != 0 { Some(r.pop_obj()) } else { None };
        let closure = part(8);
        let annotations = part(4);
        let kwdefaults = part(2);
        let defaults = part(1);
        let globals = Object::from_ptr((*r.frame()).f_globals);
        let parts = [closure, annotations, kwdefaults, defaults];
        let result = match module_of(globals, r.cache(instr), instr.cache != 0) {
            Ok(module) => new_function(&code, globals, module, &qualname, parts),
            Err(raised) => Err(raised),
        };
        drop((code, qualname));
        r.finish_push(result)
    }

    fn load_build_class(r, _instr) {
        r.save_position();
        let result = build_class(Object::from_ptr((*r.frame()).f_builtins));
        r.finish_push(result)
    }
}

/// After a call of a plain callable through CALL_METHOD: the NULL below the result goes.
#[inline(always)]
unsafe fn drop_null_below(r: &mut Regs, flow: Flow) -> Flow {
    // SAFETY: the slot below the result (or the top, after an error) holds the NULL of LOAD_METHOD.
    unsafe {
        match flow {
            Flow::Next | Flow::Traced => {
                let result = r.pop();
                *r.slot(1) = result;
            }
            // The callee's result goes to the place that the static depth says: over the NULL.
            _ => {}
        }
        flow
    }
}

/// How many of `count` operands are positional, given the keyword names.
fn keyword_split(names: &Object, count: usize) -> Option<usize> {
    if !tuple::check_exact(names) {
        return None;
    }
    count.checked_sub(tuple::items(names).len())
}

/// Calls the object below `count` operands. `positional` of them are positional, the rest belong to `names`.
#[inline(always)]
unsafe fn vectorcall(r: &mut Regs, count: usize, positional: usize, names: Option<Obj>) -> Flow {
    // SAFETY: the verified depth has the callable and its operands; references move to the callee or are dropped here.
    unsafe {
        let args = r.slot(count);
        let function = *r.slot(count + 1);
        let class = (*function).ob_type;
        let native = class == &raw mut PyCFunction_Type || class == &raw mut PyMethodDescr_Type;
        if native && (*r.tstate()).use_tracing == 0 {
            return call_native(r, args, count, positional, names);
        }
        if class == &raw mut PyFunction_Type && vectorcall_is_ours(function) && super::may_inline(r.tstate())
        {
            let names_ptr = names.as_ref().map_or(null_mut(), Obj::as_ptr_of);
            match bind::frame_for_call(r.tstate(), function, args, positional, names_ptr) {
                Ok(frame) => {
                    // The operands moved into the frame.
                    r.sp = args.sub(1);
                    if bind::makes_generator(function) {
                        let generator = bind::generator_of(function, frame);
                        decref(function);
                        return called(r, generator);
                    }
                    decref(function);
                    (*r.home).callee = frame;
                    return Flow::Call;
                }
                Err(_) => {
                    r.drop_values(count + 1);
                    return Flow::Error;
                }
            }
        }
        if class == &raw mut PyMethod_Type && super::may_inline(r.tstate()) {
            let names_ptr = names.as_ref().map_or(null_mut(), Obj::as_ptr_of);
            let frame = frame_for_method(r.tstate(), function, args, positional, names_ptr);
            if !frame.is_null() {
                r.sp = args.sub(1);
                (*r.home).callee = frame;
                return Flow::Call;
            }
            if !(*r.tstate()).curexc_type.is_null() {
                r.drop_values(count + 1);
                return Flow::Error;
            }
        }
        if class == &raw mut PyType_Type
            && typeobject::is_made_by_object(Object::from_ptr(function).cast_unchecked())
            && (*r.tstate()).use_tracing == 0
            && super::may_inline(r.tstate())
        {
            let names_ptr = names.as_ref().map_or(null_mut(), Obj::as_ptr_of);
            match instantiate(r.tstate(), function, args, positional, names_ptr) {
                Instance::Begun(frame) => {
                    r.sp = args.sub(1);
                    decref(function);
                    (*r.home).callee = frame;
                    return Flow::Call;
                }
                Instance::Made(instance) => {
                    r.sp = args.sub(1);
                    decref(function);
                    return called(r, Ok(instance));
                }
                Instance::Failed => {
                    r.drop_values(count + 1);
                    return Flow::Error;
                }
                Instance::Other => {}
            }
        }
        if native {
            let result =
                super::trace::traced_c_call(r.tstate(), function, args, positional, names.as_deref());
            drop(names);
            r.drop_values(count + 1);
            return called(r, result);
        }
        call_native(r, args, count, positional, names)
    }
}

/// Calls the object in the slot before `count` operands, which runs no frame of this loop.
#[inline(always)]
unsafe fn call_native(
    r: &mut Regs,
    args: *mut *mut PyObject,
    count: usize,
    positional: usize,
    names: Option<Obj>,
) -> Flow {
    // SAFETY: as for `vectorcall`; none of the operands is null.
    unsafe {
        let result = raw_vectorcall(r.tstate(), *args.sub(1), args, positional, names.as_deref());
        drop(names);
        let end = args.add(count);
        r.sp = args.sub(1);
        let mut slot = end;
        while slot > r.sp {
            slot = slot.sub(1);
            decref(*slot);
        }
        called(r, result)
    }
}

/// After a call that ran no frame of this loop: pushes the result, and looks at what has happened meanwhile.
#[inline(always)]
unsafe fn called(r: &mut Regs, result: Result<Obj>) -> Flow {
    // SAFETY: the operands are off the stack.
    unsafe {
        let Ok(value) = result else { return Flow::Error };
        r.push_obj(value);
        let flow = super::breaker::poll(r);
        if flow == Flow::Next && (*r.tstate()).use_tracing != 0 { Flow::Traced } else { flow }
    }
}

/// A frame for the Python function of a bound method. The operands have moved into the frame then and the method is
/// given up. Null: nothing has happened, or an exception is set.
#[inline(never)]
unsafe fn frame_for_method(
    tstate: *mut PyThreadState,
    method: *mut PyObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: *mut PyObject,
) -> *mut PyFrameObject {
    // SAFETY: an exact method object in the slot before the operands.
    unsafe {
        let raw = method.cast::<PyMethodObject>();
        let (function, receiver) = ((*raw).im_func, (*raw).im_self);
        if (*function).ob_type != &raw mut PyFunction_Type
            || !vectorcall_is_ours(function)
            || bind::makes_generator(function)
        {
            return null_mut();
        }
        incref(function);
        incref(receiver);
        *args.sub(1) = receiver;
        let frame = bind::frame_for_call(tstate, function, args.sub(1), positional + 1, names);
        decref(function);
        match frame {
            Ok(frame) => {
                decref(method);
                frame
            }
            Err(_) => {
                *args.sub(1) = method;
                decref(receiver);
                null_mut()
            }
        }
    }
}

/// What has become of the call of a class.
enum Instance {
    /// A frame for the Python `__init__` of a new instance; the operands have moved into it.
    Begun(*mut PyFrameObject),
    /// An instance that needs no initialisation.
    Made(Obj),
    /// An exception is set.
    Failed,
    /// Nothing: it takes more than that.
    Other,
}

/// Begins the call of a class that makes plain instances.
#[inline(never)]
unsafe fn instantiate(
    tstate: *mut PyThreadState,
    class: *mut PyObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: *mut PyObject,
) -> Instance {
    // SAFETY: an exact type object in the slot before the operands.
    unsafe {
        let this: &Type = Object::from_ptr(class).cast_unchecked();
        let init = match typeobject::construction(this) {
            Construction::Init(init) => init.as_ptr(),
            Construction::Bare if positional == 0 && names.is_null() => {
                return this.alloc(0).map_or(Instance::Failed, Instance::Made);
            }
            _ => return Instance::Other,
        };
        if (*init).ob_type != &raw mut PyFunction_Type
            || !vectorcall_is_ours(init)
            || bind::makes_generator(init)
        {
            return Instance::Other;
        }
        let Ok(instance) = this.alloc(0) else { return Instance::Failed };
        let instance = instance.into_ptr();
        // Allocating may have run the collector, and that anything.
        incref(init);
        *args.sub(1) = instance;
        incref(instance);
        let frame = bind::frame_for_call(tstate, init, args.sub(1), positional + 1, names);
        decref(init);
        match frame {
            Ok(frame) => {
                crate::frame::give_instance(frame, instance);
                Instance::Begun(frame)
            }
            Err(_) => {
                *args.sub(1) = class;
                decref(instance);
                decref(instance);
                Instance::Failed
            }
        }
    }
}

/// The vectorcall protocol on stack operands. The slot before `args` holds the callable, so a callee may borrow it.
#[inline(always)]
pub(super) unsafe fn raw_vectorcall(
    tstate: *mut PyThreadState,
    function: *mut PyObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: `args` holds the operands that `positional` and `names` count.
    unsafe {
        let class = (*function).ob_type;
        let names_ptr = krait_object::handle::as_ptr_opt(names);
        if (*class).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL as core::ffi::c_ulong != 0 {
            let offset = (*class).tp_vectorcall_offset;
            let slot = *function.cast::<u8>().offset(offset).cast::<vectorcallfunc>();
            if let Some(slot) = slot {
                let flags = positional | PY_VECTORCALL_ARGUMENTS_OFFSET;
                let result = slot(function, args.cast_const(), flags, names_ptr);
                return checked(tstate, function, result);
            }
        }
        let result = call::call_without_vectorcall(function, args, positional, names_ptr);
        Obj::from_owned_or_raised(result)
    }
}

/// `_Py_CheckFunctionResult` with its two good cases inlined.
#[inline(always)]
unsafe fn checked(tstate: *mut PyThreadState, function: *mut PyObject, result: *mut PyObject) -> Result<Obj> {
    // SAFETY: the callee's result, owned or NULL.
    unsafe {
        let raised = !(*tstate).curexc_type.is_null();
        if result.is_null() == raised {
            return if raised { Err(Raised::assume()) } else { Ok(Obj::from_owned_ptr(result)) };
        }
        call::check_result(Some(Object::from_ptr(function)), result, None)
    }
}

/// `PY_VECTORCALL_ARGUMENTS_OFFSET` as the calling convention has it.
const PY_VECTORCALL_ARGUMENTS_OFFSET: usize = 1 << (usize::BITS - 1);

/// Pointer access that works through `as_ref().map_or`.
trait AsPtrOf {
    fn as_ptr_of(&self) -> *mut PyObject;
}
impl AsPtrOf for Obj {
    fn as_ptr_of(&self) -> *mut PyObject {
        self.as_ptr()
    }
}

/// A frame for `f(*args, **kw)` of a Python function or method. `None` when the call takes more than that.
#[inline(never)]
unsafe fn frame_for_expanded(
    tstate: *mut PyThreadState,
    function: &Object,
    args: &Object,
    keywords: Option<&Object>,
) -> Result<Option<*mut PyFrameObject>> {
    // SAFETY: live operands; exact methods have their layout.
    unsafe {
        let mut callee = function.as_ptr();
        let mut receiver = None;
        if (*callee).ob_type == &raw mut PyMethod_Type {
            let method = callee.cast::<PyMethodObject>();
            receiver = Some(Object::from_ptr((*method).im_self));
            callee = (*method).im_func;
        }
        if (*callee).ob_type != &raw mut PyFunction_Type
            || !vectorcall_is_ours(callee)
            || bind::makes_generator(callee)
            || !super::may_inline(tstate)
            || !tuple::check_exact(args)
        {
            return Ok(None);
        }
        let (mut names, mut values) = (Vec::new(), Vec::new());
        if let Some(keywords) = keywords {
            if !dict::check_exact(keywords) {
                return Ok(None);
            }
            let mut position = 0;
            while let Some((name, value, _)) = dict::next_with_hash(keywords, &mut position) {
                if !unicode::check(name) {
                    return Ok(None);
                }
                names.push(name);
                values.push(value);
            }
        }
        let items = tuple::items(args);
        let frame = match receiver {
            None => bind::frame_for_arguments(tstate, callee, items, &names, &values),
            Some(receiver) if items.len() < RECEIVER_AND_FEW => {
                let mut all = [receiver; RECEIVER_AND_FEW];
                all[1..=items.len()].copy_from_slice(items);
                bind::frame_for_arguments(tstate, callee, &all[..=items.len()], &names, &values)
            }
            Some(receiver) => {
                let all: Vec<&Object> = core::iter::once(receiver).chain(items.iter().copied()).collect();
                bind::frame_for_arguments(tstate, callee, &all, &names, &values)
            }
        };
        frame.map(Some)
    }
}

/// How many arguments with a receiver in front go into an array on the native stack.
const RECEIVER_AND_FEW: usize = 8;

/// `f(*args, **kw)`.
#[inline(never)]
unsafe fn call_expanded(
    tstate: *mut PyThreadState,
    function: &Object,
    args: Obj,
    keywords: Option<Obj>,
) -> Result<Obj> {
    let keywords = match keywords {
        Some(keywords) if !dict::check_exact(&keywords) => Some(plain_keywords(function, &keywords)?),
        other => other,
    };
    let args = if tuple::check_exact(&args) { args } else { plain_arguments(function, &args)? };
    // SAFETY: tstate is the running thread's.
    let traced = unsafe { (*tstate).use_tracing != 0 };
    if traced && core::ptr::eq(function.type_ptr(), &raw mut PyCFunction_Type) {
        // SAFETY: as above.
        return unsafe { super::trace::traced_c_call_tuple(tstate, function, &args, keywords.as_deref()) };
    }
    call::call_tuple(function, &args, keywords.as_deref())
}

#[cold]
fn plain_keywords(function: &Object, keywords: &Object) -> Result<Obj> {
    let plain = dict::new()?;
    match dict::merge_ex(&plain, keywords, 2) {
        Ok(()) => Ok(plain),
        Err(_) => Err(keyword_merge_error(function, keywords)),
    }
}

#[cold]
fn plain_arguments(function: &Object, args: &Object) -> Result<Obj> {
    let class = args.class_of();
    // SAFETY: a live type.
    let iterable =
        unsafe { (*class.as_raw()).tp_iter.is_some() } || krait_object::protocol::sequence::check(args);
    if !iterable {
        let name = function_text(function)?;
        return Err(err::type_error(format_args!(
            "{} argument after * must be an iterable, not {}",
            unicode::display(&name),
            class.name()
        )));
    }
    krait_object::protocol::sequence::tuple(args)
}

/// How CPython names a callable in argument errors: qualified with the module where it is not `builtins`, with `()`.
pub(crate) fn function_text(function: &Object) -> Result<Obj> {
    let Some(qualname) = object::lookup_attr(function, krait_object::intern!("__qualname__"))? else {
        return object::str(function);
    };
    if !unicode::check(&qualname) {
        return object::str(function);
    }
    let module = object::lookup_attr(function, krait_object::intern!("__module__"))?;
    let mut text = unicode::Builder::new();
    if let Some(module) = module
        && unicode::check(&module)
        && !unicode::eq_str(&module, "builtins")
    {
        text.push_object(&module);
        text.push_str(".");
    }
    text.push_object(&qualname);
    text.push_str("()");
    text.finish()
}

/// Rewords the error of merging keyword arguments as a call error.
#[cold]
pub(super) fn keyword_merge_error(function: &Object, keywords: &Object) -> Raised {
    if err::matches(exceptions::AttributeError()) {
        err::clear();
        let Ok(name) = function_text(function) else { return Raised::assume() };
        return err::type_error(format_args!(
            "{} argument after ** must be a mapping, not {}",
            unicode::display(&name),
            keywords.class_of().name()
        ));
    }
    if !err::matches(exceptions::KeyError()) {
        return Raised::assume();
    }
    let Some(error) = err::fetch() else { return Raised::assume() };
    let key = error.value.as_ref().and_then(|value| {
        if tuple::check(value) {
            tuple::items(value).first().map(|key| (*key).owned())
        } else {
            Some(value.clone())
        }
    });
    let Some(key) = key else { return err::restore(error) };
    let Ok(name) = function_text(function) else { return Raised::assume() };
    let Ok(key) = object::str(&key) else { return Raised::assume() };
    err::type_error(format_args!(
        "{} got multiple values for keyword argument '{}'",
        unicode::display(&name),
        unicode::display(&key)
    ))
}

/// The `__module__` of functions with these globals, which the cache knows while they are as they were.
unsafe fn module_of(globals: &Object, cache: &Cell<Cache>, cacheable: bool) -> Result<Option<Obj>> {
    // SAFETY: globals are a dict; a cached object lives as long as the version of its dict lasts.
    unsafe {
        let version = (*globals.as_ptr().cast::<PyDictObject>()).ma_version_tag;
        let cached = cache.get();
        if cached.word == version {
            return Ok(Some(Object::from_ptr(cached.object).owned()));
        }
        let module = function::module_of(globals)?;
        if cacheable && let Some(module) = &module {
            cache.set(Cache { word: version, object: module.as_ptr(), ..Cache::EMPTY });
        }
        Ok(module)
    }
}

#[inline(never)]
fn new_function(
    code: &Object,
    globals: &Object,
    module: Option<Obj>,
    qualname: &Object,
    parts: [Option<Obj>; 4],
) -> Result<Obj> {
    let function: Obj<Function> = function::new_in_module(code, globals, module, Some(qualname))?;
    let [closure, annotations, kwdefaults, defaults] = parts;
    function.set_parts(closure, annotations, kwdefaults, defaults);
    Ok(function.upcast())
}

#[cold]
fn build_class(builtins: &Object) -> Result<Obj> {
    let name = krait_object::intern!("__build_class__");
    super::names::mapping_get(builtins, name)?.ok_or_else(|| err::name_error("__build_class__ not found"))
}
