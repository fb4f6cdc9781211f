//! The functions of `sys`.

use super::{audit as raise_event, trace};
use core::ffi::c_int;
use krait_abi::*;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, float, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, gil, intern, method, state};

static mut DEFINITION: PyModuleDef = PyModuleDef {
    m_base: krait_object::native::DEF_BASE,
    m_name: c"sys".as_ptr(),
    m_doc: c"Access to objects that the interpreter uses or maintains, and to functions\nthat act on the interpreter.\n\nDynamic: argv, path, modules, displayhook, excepthook, stdin, stdout, stderr,\nlast_type, last_value, last_traceback.\n\nStatic: builtin_module_names, copyright, exec_prefix, executable, float_info,\nhash_info, hexversion, implementation, int_info, maxsize, maxunicode, platform,\nprefix, thread_info, version, version_info.".as_ptr(),
    m_size: -1,
    m_methods: (&raw mut METHODS).cast(),
    m_slots: core::ptr::null_mut(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
};

krait_object::methods! {
    static METHODS = [
        method::keywords(c"addaudithook", addaudithook, c"addaudithook($module, /, hook)\n--\n\nAdds an audit hook."),
        method::fastcall(c"audit", audit, c"audit(event, *args)\n\nHands an event to all audit hooks."),
        method::keywords(c"breakpointhook", breakpointhook, c"breakpointhook(*args, **kws)\n\nWhat the built-in function breakpoint() calls."),
        method::noargs(c"_clear_type_cache", clear_type_cache, c"_clear_type_cache($module, /)\n--\n\nClears the cache of attribute look-ups in types."),
        method::noargs(c"_current_frames", current_frames, c"_current_frames($module, /)\n--\n\nA dict of each thread's topmost frame, by thread identity."),
        method::o(c"displayhook", super::display::displayhook, c"displayhook($module, object, /)\n--\n\nPrints an object to sys.stdout and keeps it in builtins._"),
        method::noargs(c"exc_info", exc_info, c"exc_info($module, /)\n--\n\nThe exception that is being handled: (type, value, traceback)."),
        method::fastcall(c"excepthook", super::display::excepthook, c"excepthook($module, exctype, value, traceback, /)\n--\n\nShows an exception with its traceback on sys.stderr."),
        method::fastcall(c"exit", exit, c"exit($module, status=None, /)\n--\n\nEnds the interpreter by raising SystemExit(status)."),
        method::noargs(c"getdefaultencoding", getdefaultencoding, c"getdefaultencoding($module, /)\n--\n\nThe default string encoding."),
        method::noargs(c"getdlopenflags", getdlopenflags, c"getdlopenflags($module, /)\n--\n\nThe flags for dlopen() calls."),
        method::noargs(c"getallocatedblocks", getallocatedblocks, c"getallocatedblocks($module, /)\n--\n\nHow many memory blocks are allocated."),
        method::noargs(c"getfilesystemencoding", getfilesystemencoding, c"getfilesystemencoding($module, /)\n--\n\nThe encoding of file names."),
        method::noargs(c"getfilesystemencodeerrors", getfilesystemencodeerrors, c"getfilesystemencodeerrors($module, /)\n--\n\nThe error handler for file names."),
        method::o(c"getrefcount", getrefcount, c"getrefcount($module, object, /)\n--\n\nThe reference count of the object, the argument's own one included."),
        method::noargs(c"getrecursionlimit", getrecursionlimit, c"getrecursionlimit($module, /)\n--\n\nThe recursion limit."),
        method::keywords(c"getsizeof", getsizeof, c"getsizeof(object [, default]) -> int\n\nThe size of the object in bytes."),
        method::fastcall(c"_getframe", getframe, c"_getframe($module, depth=0, /)\n--\n\nA frame of the call stack, the current one by default."),
        method::o(c"intern", intern_text, c"intern($module, string, /)\n--\n\nThe interned string that equals the argument."),
        method::noargs(c"is_finalizing", is_finalizing, c"is_finalizing($module, /)\n--\n\nWhether the interpreter is shutting down."),
        method::o(c"setswitchinterval", setswitchinterval, c"setswitchinterval($module, interval, /)\n--\n\nSets how many seconds a thread may run before another one gets its turn."),
        method::noargs(c"getswitchinterval", getswitchinterval, c"getswitchinterval($module, /)\n--\n\nHow many seconds a thread may run before another one gets its turn."),
        method::o(c"setdlopenflags", setdlopenflags, c"setdlopenflags($module, flags, /)\n--\n\nSets the flags for dlopen() calls."),
        method::o(c"setprofile", setprofile, c"setprofile(function)\n\nSets the profile function, called at each call and return."),
        method::noargs(c"getprofile", getprofile, c"getprofile($module, /)\n--\n\nThe profile function."),
        method::o(c"setrecursionlimit", setrecursionlimit, c"setrecursionlimit($module, limit, /)\n--\n\nSets how deep calls may nest."),
        method::o(c"settrace", settrace, c"settrace(function)\n\nSets the trace function, called at each call, line, return and exception."),
        method::noargs(c"gettrace", gettrace, c"gettrace($module, /)\n--\n\nThe trace function."),
        method::fastcall(c"call_tracing", call_tracing, c"call_tracing($module, func, args, /)\n--\n\nfunc(*args) with tracing on, for debuggers."),
        method::noargs(c"_debugmallocstats", debugmallocstats, c"_debugmallocstats($module, /)\n--\n\nPrints the allocator's state to stderr."),
        method::keywords(c"set_coroutine_origin_tracking_depth", set_origin_depth, c"set_coroutine_origin_tracking_depth($module, /, depth)\n--\n\nHow many frames cr_origin records for new coroutines of this thread."),
        method::noargs(c"get_coroutine_origin_tracking_depth", get_origin_depth, c"get_coroutine_origin_tracking_depth($module, /)\n--\n\nHow many frames cr_origin records."),
        method::keywords(c"set_asyncgen_hooks", set_asyncgen_hooks, c"set_asyncgen_hooks(*, firstiter=None, finalizer=None)\n\nSets the hooks of asynchronous generators."),
        method::noargs(c"get_asyncgen_hooks", get_asyncgen_hooks, c"get_asyncgen_hooks($module, /)\n--\n\nThe hooks of asynchronous generators: (firstiter, finalizer)."),
        method::o(c"unraisablehook", super::display::unraisablehook, c"unraisablehook($module, unraisable, /)\n--\n\nShows an exception that could not be raised."),
        method::noargs(c"get_int_max_str_digits", get_int_max_str_digits, c"get_int_max_str_digits($module, /)\n--\n\nThe limit on digits in conversions between int and str."),
        method::keywords(c"set_int_max_str_digits", set_int_max_str_digits, c"set_int_max_str_digits($module, /, maxdigits)\n--\n\nSets the limit on digits in conversions between int and str."),
    ];
}

/// The module with its functions.
pub fn create() -> Result<Obj> {
    // SAFETY: a static definition.
    unsafe { module::create2(&raw mut DEFINITION, 1013) }
}

fn addaudithook(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<1> = Signature::new("addaudithook", ["hook"]);
    let [hook] = SIGNATURE.bind(args)?;
    super::audit::add_python_hook(hook.unwrap_or(none::none()))
}

fn audit(_module: &Object, args: &[&Object]) -> Result<()> {
    let Some(event) = args.first() else {
        return Err(err::type_error("audit() missing 1 required positional argument: 'event'"));
    };
    if super::audit::is_silent() {
        return Ok(());
    }
    if !unicode::check(event) {
        return Err(err::type_error(format_args!(
            "expected str for argument 'event', not {}",
            event.class_of().name()
        )));
    }
    raise_event(unicode::as_utf8(event)?, &*tuple::from_slice(&args[1..])?)
}

/// `PYTHONBREAKPOINT`: a callable by dotted name, `0` for nothing, `pdb.set_trace` by default.
fn breakpointhook(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let name = crate::lifecycle::environment("PYTHONBREAKPOINT").filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "pdb.set_trace".to_owned());
    if name == "0" {
        return Ok(none::none().owned());
    }
    let (module_name, attribute) = name.rsplit_once('.').unwrap_or(("builtins", &name));
    let module = match module_name {
        // Not a place to import from, and no reason for another error.
        "" => Err(err::set_none(exceptions::ImportError())),
        name => crate::import::import_module(name),
    };
    let found = module.and_then(|module| object::get_attr(&module, &*unicode::from_str(attribute)?));
    let hook = match found {
        Ok(hook) => hook,
        Err(raised) => {
            if !err::matches(exceptions::ImportError()) && !err::matches(exceptions::AttributeError()) {
                return Err(raised);
            }
            err::clear();
            err::warn(
                exceptions::RuntimeWarning(),
                format_args!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\""),
                0,
            )?;
            return Ok(none::none().owned());
        }
    };
    let names = if args.names.is_empty() { None } else { Some(tuple::from_slice(args.names)?) };
    let all: Vec<&Object> = args.positional.iter().chain(args.values).copied().collect();
    call::call_names(&hook, &all, args.positional.len(), names.as_deref())
}

fn clear_type_cache(_module: &Object) -> Result<()> {
    krait_object::types::typeobject::clear_cache();
    Ok(())
}

fn current_frames(_module: &Object) -> Result<Obj> {
    raise_event("sys._current_frames", &*tuple::empty())?;
    let frames = dict::new()?;
    // SAFETY: the list of thread states is stable while the GIL is held.
    unsafe {
        let mut tstate = (*state::interp()).tstate_head;
        while !tstate.is_null() {
            if let Some(frame) = Object::from_ptr_opt((*tstate).frame.cast()) {
                dict::set_item(&frames, &*long::from_u64((*tstate).thread_id)?, frame)?;
            }
            tstate = (*tstate).next;
        }
    }
    Ok(frames)
}

fn exc_info(_module: &Object) -> Result<Obj> {
    let [kind, value, traceback] = err::get_exc_info();
    tuple::pack([super::or_none(kind), super::or_none(value), super::or_none(traceback)])
}

fn exit(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("exit", args.len(), 0, 1)?;
    Err(err::set_object(exceptions::SystemExit(), args.first().copied().unwrap_or(none::none())))
}

fn getdefaultencoding(_module: &Object) -> Result<&'static str> {
    Ok("utf-8")
}

fn getdlopenflags(_module: &Object) -> Result<c_int> {
    // SAFETY: the running interpreter.
    Ok(unsafe { (*state::interp()).dlopenflags })
}

fn setdlopenflags(_module: &Object, flags: &Object) -> Result<()> {
    let flags = long::as_i32(flags)?;
    // SAFETY: the running interpreter.
    unsafe { (*state::interp()).dlopenflags = flags };
    Ok(())
}

fn getallocatedblocks(_module: &Object) -> Result<isize> {
    Ok(krait_object::memory::allocated_blocks())
}

fn getfilesystemencoding(_module: &Object) -> Result<Obj> {
    unicode::from_str(&crate::lifecycle::filesystem_encoding())
}

fn getfilesystemencodeerrors(_module: &Object) -> Result<Obj> {
    unicode::from_str(&crate::lifecycle::filesystem_errors())
}

fn getrefcount(_module: &Object, value: &Object) -> Result<isize> {
    Ok(value.refcount())
}

fn getrecursionlimit(_module: &Object) -> Result<c_int> {
    Ok(state::recursion_limit())
}

fn setrecursionlimit(_module: &Object, limit: &Object) -> Result<()> {
    let limit = krait_object::args::int(limit)?;
    if limit < 1 {
        return Err(err::value_error("recursion limit must be greater or equal than 1"));
    }
    // SAFETY: the running thread's state.
    let depth = unsafe { (*state::required()).recursion_depth };
    if depth >= state::recursion_low_water_mark(limit) {
        return Err(err::recursion_error(format_args!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    state::set_recursion_limit(limit);
    Ok(())
}

fn getsizeof(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("getsizeof", ["object", "default"]).required(1);
    let [value, default] = SIGNATURE.bind(args)?;
    let value = value.unwrap_or(none::none());
    match size_of_object(value) {
        Ok(size) => long::from_u64(size as u64),
        Err(raised) => match default {
            Some(default) if err::matches(exceptions::TypeError()) => {
                err::clear();
                Ok(default.owned())
            }
            _ => Err(raised),
        },
    }
}

/// `__sizeof__()` and the collector's header (`_PySys_GetSizeOf`).
pub fn size_of_object(value: &Object) -> Result<usize> {
    let Some(method) = object::lookup_special(value, intern!("__sizeof__"))? else {
        return Err(err::type_error(format_args!(
            "Type {} doesn't define __sizeof__",
            value.class_of().name()
        )));
    };
    let size = long::as_isize(&*call::call0(&method)?)?;
    if size < 0 {
        return Err(err::value_error("__sizeof__() should return >= 0"));
    }
    // SAFETY: a live object.
    let collected = unsafe { krait_object::gc::is_gc(value.as_ptr()) };
    let header = if collected { size_of::<PyGC_Head>() } else { 0 };
    Ok(size as usize + header)
}

fn getframe(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("_getframe", args.len(), 0, 1)?;
    let mut depth = args.first().map_or(Ok(0), |depth| krait_object::args::int(depth))?;
    // SAFETY: the chain of live frames.
    let frame = unsafe {
        let mut frame = (*state::required()).frame;
        while depth > 0 && !frame.is_null() {
            frame = (*frame).f_back;
            depth -= 1;
        }
        match Object::from_ptr_opt(frame.cast()) {
            Some(frame) => frame.owned(),
            None => return Err(err::value_error("call stack is not deep enough")),
        }
    };
    raise_event("sys._getframe", &*tuple::pack([frame.clone()])?)?;
    Ok(frame)
}

fn intern_text(_module: &Object, text: &Object) -> Result<Obj> {
    if unicode::check_exact(text) {
        return Ok(unicode::intern(text.owned()));
    }
    if unicode::check(text) {
        return Err(err::type_error(format_args!("can't intern {}", text.class_of().name())));
    }
    let name = if text.is_none() { "None" } else { text.class_of().name() };
    Err(err::type_error(format_args!("intern() argument must be str, not {name}")))
}

fn is_finalizing(_module: &Object) -> Result<bool> {
    Ok(!state::finalizing().is_null())
}

fn setswitchinterval(_module: &Object, interval: &Object) -> Result<()> {
    let interval = float::as_f64(interval)?;
    if interval <= 0.0 {
        return Err(err::value_error("switch interval must be strictly positive"));
    }
    gil::set_switch_interval((1e6 * interval) as core::ffi::c_ulong);
    Ok(())
}

fn getswitchinterval(_module: &Object) -> Result<f64> {
    Ok(1e-6 * gil::switch_interval() as f64)
}

fn setprofile(_module: &Object, function: &Object) -> Result<()> {
    trace::set_profile_function(function)
}

fn settrace(_module: &Object, function: &Object) -> Result<()> {
    trace::set_trace_function(function)
}

fn getprofile(_module: &Object) -> Result<Option<Obj>> {
    // SAFETY: the running thread's state owns its hook's object.
    Ok(unsafe { Object::from_ptr_opt((*state::required()).c_profileobj).map(Layout::owned) })
}

fn gettrace(_module: &Object) -> Result<Option<Obj>> {
    // SAFETY: the running thread's state owns its hook's object.
    Ok(unsafe { Object::from_ptr_opt((*state::required()).c_traceobj).map(Layout::owned) })
}

fn call_tracing(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("call_tracing", args.len(), 2, 2)?;
    if !tuple::check(args[1]) {
        let name = if args[1].is_none() { "None" } else { args[1].class_of().name() };
        return Err(err::type_error(format_args!("call_tracing() argument 2 must be tuple, not {name}")));
    }
    // SAFETY: the running thread's state, put back as it was.
    unsafe {
        let tstate = state::required();
        let saved = ((*tstate).tracing, (*tstate).use_tracing);
        (*tstate).tracing = 0;
        (*tstate).use_tracing =
            c_int::from((*tstate).c_tracefunc.is_some() || (*tstate).c_profilefunc.is_some());
        let result = call::call_tuple(args[0], args[1], None);
        (*tstate).tracing = saved.0;
        (*tstate).use_tracing = saved.1;
        result
    }
}

fn debugmallocstats(_module: &Object) -> Result<()> {
    err::write_stderr_raw(krait_object::memory::debug_malloc_stats().unwrap_or_default().as_bytes());
    let (dicts, size) = (krait_object::types::dict::free_count(), size_of::<PyDictObject>());
    let line = format!("{dicts} free PyDictObjects * {size} bytes each = {:>21}\n", dicts * size);
    err::write_stderr_raw(line.as_bytes());
    Ok(())
}

fn set_origin_depth(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<1> = Signature::new("set_coroutine_origin_tracking_depth", ["depth"]);
    let [depth] = SIGNATURE.bind(args)?;
    let depth = long::as_i32(depth.unwrap_or(none::none()))?;
    if depth < 0 {
        return Err(err::value_error("depth must be >= 0"));
    }
    // SAFETY: the running thread's state.
    unsafe { (*state::required()).coroutine_origin_tracking_depth = depth };
    Ok(())
}

fn get_origin_depth(_module: &Object) -> Result<c_int> {
    // SAFETY: the running thread's state.
    Ok(unsafe { (*state::required()).coroutine_origin_tracking_depth })
}

fn set_asyncgen_hooks(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<2> = Signature::new("", ["firstiter", "finalizer"]).required(0).parsed();
    let [firstiter, finalizer] = SIGNATURE.bind(args)?;
    for (name, hook) in [("finalizer", finalizer), ("firstiter", firstiter)] {
        if let Some(hook) = hook.filter(|hook| !hook.is_none())
            && !object::is_callable(hook)
        {
            return Err(err::type_error(format_args!(
                "callable {name} expected, got {}",
                hook.class_of().name()
            )));
        }
    }
    // SAFETY: the running thread's state; the fields own their references.
    unsafe {
        let tstate = state::required();
        let fields = [
            ("sys.set_asyncgen_hook_finalizer", finalizer, &raw mut (*tstate).async_gen_finalizer),
            ("sys.set_asyncgen_hook_firstiter", firstiter, &raw mut (*tstate).async_gen_firstiter),
        ];
        for (event, hook, field) in fields {
            let Some(hook) = hook else { continue };
            raise_event(event, &*tuple::empty())?;
            let new = if hook.is_none() { None } else { Some(hook.owned()) };
            let old = core::mem::replace(&mut *field, krait_object::handle::into_ptr_opt(new));
            krait_object::refcount::xdecref(old);
        }
    }
    Ok(())
}

fn get_asyncgen_hooks(_module: &Object) -> Result<Obj> {
    // SAFETY: the running thread's state.
    let hooks = unsafe {
        let tstate = state::required();
        [(*tstate).async_gen_firstiter, (*tstate).async_gen_finalizer]
            .map(|hook| Object::from_ptr_opt(hook).unwrap_or(none::none()).owned())
    };
    super::info::asyncgen_hooks(hooks)
}

fn get_int_max_str_digits(_module: &Object) -> Result<c_int> {
    // SAFETY: the running interpreter.
    Ok(unsafe { (*state::interp()).int_max_str_digits })
}

fn set_int_max_str_digits(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<1> = Signature::new("set_int_max_str_digits", ["maxdigits"]);
    let [digits] = SIGNATURE.bind(args)?;
    let digits = long::as_i32(digits.unwrap_or(none::none()))?;
    if digits != 0 && digits < 640 {
        return Err(err::value_error("maxdigits must be 0 or larger than 640"));
    }
    // SAFETY: the running interpreter.
    unsafe { (*state::interp()).int_max_str_digits = digits };
    Ok(())
}
