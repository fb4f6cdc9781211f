//! What modules share: constants, classes, the argument forms of `PyArg_ParseTuple`, file descriptors.

use core::ffi::c_int;
use krait_abi::PyTypeObject;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, float, long, module, structseq, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, hooks, intern};

/// Stands for the documentation of a module that has none.
pub struct NoDoc;

impl NoDoc {
    /// NULL.
    pub const fn as_ptr(&self) -> *const core::ffi::c_char {
        core::ptr::null()
    }
}

/// An object that the modules of one interpreter share under a name; it lives as long as the interpreter, even where
/// the module is imported anew.
pub struct Kept(pub &'static str);

impl Kept {
    fn dict() -> Option<Obj> {
        // SAFETY: modules run inside an interpreter.
        unsafe { krait_object::interpreter::get_dict(krait_object::state::interp()) }.map(Layout::owned)
    }

    /// The object, if there is one.
    pub fn get(&self) -> Option<Obj> {
        let found = dict::get_str(&*Kept::dict()?, self.0);
        found.unwrap_or_else(|_| {
            err::clear();
            None
        })
    }

    /// The object; `SystemError` without one.
    pub fn required(&self) -> Result<Obj> {
        self.get().ok_or_else(err::bad_internal_call)
    }

    /// Keeps another object.
    pub fn set(&self, value: &Object) -> Result<()> {
        dict::set_str(&*Kept::dict().ok_or_else(err::no_memory)?, self.0, value)
    }

    /// The object, made when there is none yet.
    pub fn get_or_make(&self, make: impl FnOnce() -> Result<Obj>) -> Result<Obj> {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let value = make()?;
        self.set(&value)?;
        Ok(value)
    }
}

/// Adds integer constants to a module.
pub fn add_ints(this: &Object, table: &[(&str, i64)]) -> Result<()> {
    for (name, value) in table {
        module::add(this, name, &*long::from_i64(*value)?)?;
    }
    Ok(())
}

/// Makes a static type ready and adds it to a module.
///
/// # Safety
/// `class` is a static type object with valid slots.
pub unsafe fn add_type(this: &Object, name: &str, class: *mut PyTypeObject) -> Result<()> {
    // SAFETY: the caller's promise.
    let class = unsafe { Type::from_raw(class) };
    class.ready()?;
    module::add(this, name, class.object())
}

/// Checks the number of arguments as `PyArg_ParseTuple` does; an empty name means a format without one.
pub fn check_count(function: &str, given: usize, min: usize, max: usize) -> Result<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let (bound, n) = match (min == max, given < min) {
        (true, _) => ("exactly", min),
        (false, true) => ("at least", min),
        (false, false) => ("at most", max),
    };
    let (name, parens) = if function.is_empty() { ("function", "") } else { (function, "()") };
    let plural = if n == 1 { "" } else { "s" };
    Err(err::type_error(format_args!("{name}{parens} takes {bound} {n} argument{plural} ({given} given)")))
}

/// The `TypeError` of `PyArg_ParseTuple` for argument `index` (from 1).
#[cold]
pub fn wrong_type(function: &str, index: usize, expected: &str, given: &Object) -> Raised {
    let name = if given.is_none() { "None" } else { given.class_of().name() };
    if function.is_empty() {
        return err::type_error(format_args!("argument {index} must be {expected}, not {name:.50}"));
    }
    err::type_error(format_args!("{function}() argument {index} must be {expected}, not {name:.50}"))
}

/// The `TypeError` of Argument Clinic for a named or numbered argument.
#[cold]
pub fn bad_argument(function: &str, which: &str, expected: &str, given: &Object) -> Raised {
    krait_object::args::bad_argument(function, which, expected, given)
}

/// A C `int`.
pub fn int(given: &Object) -> Result<c_int> {
    krait_object::args::int(given)
}

/// A C `int` as `PyArg_ParseTuple` reads it (format `i`), whose range errors have their own words.
pub fn parse_int(given: &Object) -> Result<c_int> {
    no_float(given)?;
    let value = long::as_long(given)?;
    c_int::try_from(value).map_err(|_| {
        let which = if value > 0 { "greater than maximum" } else { "less than minimum" };
        err::overflow_error(format_args!("signed integer is {which}"))
    })
}

/// A C `int` that may be left out.
pub fn int_or(given: Option<&Object>, default: c_int) -> Result<c_int> {
    given.map_or(Ok(default), int)
}

/// A C `long`; floats are refused by name.
pub fn long(given: &Object) -> Result<i64> {
    no_float(given)?;
    long::as_long(given)
}

/// A C `unsigned int` without a range check (format `I`).
pub fn unsigned_mask(given: &Object) -> Result<u32> {
    no_float(given)?;
    Ok(long::as_unsigned_long_mask(given)? as u32)
}

/// A C `unsigned long` without a range check (format `k`).
pub fn unsigned_long_mask(function: &str, which: &str, given: &Object) -> Result<u64> {
    if !long::check(given) {
        return Err(bad_argument(function, which, "int", given));
    }
    long::as_unsigned_long_mask(given)
}

/// `Py_ssize_t`.
pub fn ssize(given: &Object) -> Result<isize> {
    krait_object::args::ssize(given)
}

/// Floats are no integers, even where `__int__` would do.
pub fn no_float(given: &Object) -> Result<()> {
    if float::check(given) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    Ok(())
}

/// The text behind `path` of `str`, `bytes` or `os.PathLike` as bytes of the file system, without NUL.
pub fn fs_bytes(path: &Object) -> Result<Obj> {
    unicode::fs_converter(path)
}

/// Truth of an optional argument.
pub fn flag_or(given: Option<&Object>, default: bool) -> Result<bool> {
    given.map_or(Ok(default), object::is_true)
}

/// `PyObject_AsFileDescriptor`: an int, or what `fileno()` gives.
pub fn as_file_descriptor(file: &Object) -> Result<c_int> {
    let fd = if long::check(file) {
        long::as_i32(file)?
    } else if let Some(method) = object::lookup_attr(file, intern!("fileno"))? {
        let number = call::call0(&method)?;
        if !long::check(&number) {
            return Err(err::type_error("fileno() returned a non-integer"));
        }
        long::as_i32(&number)?
    } else {
        return Err(err::type_error("argument must be an int, or have a fileno() method."));
    };
    if fd < 0 {
        return Err(err::value_error(format_args!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}

/// Raises an audit event.
pub fn audit<const N: usize>(event: &str, args: [Obj; N]) -> Result<()> {
    let args = if N == 0 { tuple::empty() } else { tuple::pack(args)? };
    (hooks::get().audit)(event, &args)
}

/// Runs the handlers of signals that have arrived.
pub fn check_signals() -> Result<()> {
    (hooks::get().check_signals)()
}

/// A system call without the GIL that is repeated when a signal interrupts it, after the handlers have run.
///
/// The call reports failure with -1 and `errno`; the outer error is the exception of a signal handler, the inner one
/// the error number.
pub fn retry<R: Copy + PartialEq + From<i8>>(
    mut body: impl FnMut() -> R,
) -> Result<core::result::Result<R, c_int>> {
    loop {
        let (result, errno) = krait_object::state::allow_threads(|| {
            let result = body();
            (result, err::last_errno())
        });
        if result != R::from(-1) {
            return Ok(Ok(result));
        }
        if errno != libc::EINTR {
            return Ok(Err(errno));
        }
        check_signals()?;
    }
}

/// A system call without the GIL, done once: its result or the error number.
pub fn blocking<R: Copy + PartialEq + From<i8>>(body: impl FnOnce() -> R) -> core::result::Result<R, c_int> {
    krait_object::state::allow_threads(|| {
        let result = body();
        if result == R::from(-1) { Err(err::last_errno()) } else { Ok(result) }
    })
}

/// The result of a quick system call, or the `OSError` for its error number.
pub fn check<R: Copy + PartialEq + From<i8>>(result: R) -> Result<R> {
    if result == R::from(-1) {
        return Err(err::from_last_errno());
    }
    Ok(result)
}

/// `OSError` for an error number.
#[cold]
pub fn os_error(errno: c_int) -> Raised {
    err::from_errno(errno, None, None)
}

/// An optional object, None standing for nothing.
pub fn not_none(given: Option<&Object>) -> Option<&Object> {
    given.filter(|given| !given.is_none())
}

/// A `bytes` object whose content has no NUL.
pub fn check_no_nul(content: &Object) -> Result<()> {
    if bytes::as_slice(content).contains(&0) {
        return Err(err::value_error("embedded null byte"));
    }
    Ok(())
}

/// The slice as a C string in a vector.
pub fn c_string(content: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(content.len() + 1);
    text.extend_from_slice(content);
    text.push(0);
    text
}

/// A `bytes` object that a system call fills: `fill` gets the memory and tells how much of it is used.
pub fn filled_bytes(size: usize, fill: impl FnOnce(*mut u8) -> Result<usize>) -> Result<Obj> {
    let Ok(length) = isize::try_from(size) else { return Err(err::no_memory()) };
    let result = bytes::uninit(length)?;
    // SAFETY: a new object that nobody else knows.
    let start = unsafe { bytes::data_ptr(result.as_ptr()) };
    let used = fill(start)?;
    if used == size {
        return Ok(result);
    }
    if used == 0 {
        return bytes::empty();
    }
    let mut place = result.into_ptr();
    // SAFETY: the only reference moves through the place; on failure it is NULL.
    unsafe {
        bytes::resize(&mut place, used as isize)?;
        Ok(Obj::from_owned_ptr(place))
    }
}

/// Makes a static type a struct sequence, unless it is one already.
///
/// # Safety
/// `class` is a static type, zeroed or as it was left.
pub unsafe fn ready_structseq(
    class: *mut PyTypeObject,
    description: &krait_object::types::structseq::Description,
) -> Result<&'static Type> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*class).tp_flags & krait_abi::Py_TPFLAGS_READY as core::ffi::c_ulong == 0 {
            description.init(class)?;
        }
        Ok(Type::from_raw(class))
    }
}

/// A `resource.struct_rusage`, which is `class`.
pub fn resource_usage(class: &Type, usage: &libc::rusage) -> Result<Obj> {
    let seconds = |time: libc::timeval| float::from_f64(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let counts = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    let items = [seconds(usage.ru_utime), seconds(usage.ru_stime)]
        .into_iter()
        .chain(counts.into_iter().map(long::from_i64));
    structseq::from_items(class, items)
}

/// Text of a C library's database as `str`, None for NULL.
///
/// # Safety
/// NULL or a C string.
pub unsafe fn decode_c_text(text: *const core::ffi::c_char) -> Result<Obj> {
    if text.is_null() {
        return Ok(krait_object::types::none::none().owned());
    }
    // SAFETY: the caller's promise.
    unicode::decode_fs(unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes())
}

/// Calls a reentrant database function (`getpwuid_r` and its like) with a buffer that grows as needed. `call` gets the
/// buffer and its size and returns the error number. The outer result is false for other errors than a small buffer.
pub fn with_growing_buffer(mut call: impl FnMut(*mut core::ffi::c_char, usize) -> c_int) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; 1024];
    loop {
        let (start, size) = (buffer.as_mut_ptr().cast(), buffer.len());
        let status = krait_object::state::allow_threads(|| call(start, size));
        if status != libc::ERANGE {
            return Ok(buffer);
        }
        if size > 1 << 28 {
            return Err(err::no_memory());
        }
        buffer = vec![0u8; size * 2];
    }
}

/// An attribute of a module that native code keeps at hand: filled when the module is executed, emptied before modules
/// are taken apart. What still runs then finds it in the module, as long as that is there. It is the main interpreter's;
/// the others have modules of their own and look there.
pub struct Global {
    value: krait_object::cell::ObjCell,
    module: &'static str,
    name: &'static str,
}

// SAFETY: only touched with the GIL held.
unsafe impl Sync for Global {}

/// Those that have been filled.
static GLOBALS: std::sync::Mutex<Vec<&'static Global>> = std::sync::Mutex::new(Vec::new());

fn take_globals() -> Vec<&'static Global> {
    core::mem::take(&mut *GLOBALS.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn clear_globals() {
    for global in take_globals() {
        drop(global.value.take());
    }
}

impl Global {
    /// Holds nothing yet.
    pub const fn new(module: &'static str, name: &'static str) -> Global {
        Global { value: krait_object::cell::ObjCell::empty(), module, name }
    }

    /// Stores a value; the old one is dropped. In an interpreter that is not the main one nothing is kept.
    pub fn set(&'static self, value: Obj) {
        if !in_main_interpreter() {
            return;
        }
        use krait_vm::lifecycle::{Phase, register_cleaner};
        register_cleaner(Phase::Early, clear_globals);
        if self.value.is_empty() {
            GLOBALS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(self);
        }
        self.value.set(value);
    }

    /// The value.
    #[inline]
    pub fn get(&self) -> Result<Obj> {
        match self.value.get() {
            Some(value) if in_main_interpreter() => Ok(value),
            _ => crate::attribute::of_module(self.module, self.name),
        }
    }
}

#[inline]
fn in_main_interpreter() -> bool {
    krait_object::state::interp() == krait_object::interpreter::main()
}
