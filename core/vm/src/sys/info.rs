//! The attributes of `sys` that describe the build and the machine, and its struct sequences.

use core::ffi::{CStr, c_char};

use krait_abi::*;
use krait_object::err::Fetched;
use krait_object::types::structseq::{self, Description};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as py_bool, dict, float, long, namespace, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, intern};

macro_rules! sequence_types {
    ($($static:ident, $desc:ident, $name:literal, $doc:literal, [$($field:literal: $field_doc:literal),* $(,)?];)*) => {$(
        static mut $static: PyTypeObject = krait_object::payload::EMPTY_TYPE;
        static $desc: Description = Description {
            name: $name,
            doc: $doc,
            fields: &[$(($field, $field_doc)),*],
            visible: [$($field),*].len(),
        };
    )*};
}
sequence_types! {
    FLAGS, FLAGS_FIELDS, c"sys.flags", c"sys.flags\n\nFlags given by command line arguments or environment variables.",
        [c"debug": c"-d", c"inspect": c"-i", c"interactive": c"-i", c"optimize": c"-O or -OO",
         c"dont_write_bytecode": c"-B", c"no_user_site": c"-s", c"no_site": c"-S", c"ignore_environment": c"-E",
         c"verbose": c"-v", c"bytes_warning": c"-b", c"quiet": c"-q", c"hash_randomization": c"-R", c"isolated": c"-I",
         c"dev_mode": c"-X dev", c"utf8_mode": c"-X utf8", c"int_max_str_digits": c"-X int_max_str_digits"];
    VERSION, VERSION_FIELDS, c"sys.version_info", c"sys.version_info\n\nThe version as a named tuple.",
        [c"major": c"first number", c"minor": c"second number", c"micro": c"third number",
         c"releaselevel": c"'alpha', 'beta', 'candidate' or 'final'", c"serial": c"number within the level"];
    FLOAT, FLOAT_FIELDS, c"sys.float_info", c"sys.float_info\n\nThe properties of the float type, as in the C header float.h.",
        [c"max": c"DBL_MAX: the largest finite number", c"max_exp": c"DBL_MAX_EXP: the largest e with 2**(e-1) finite",
         c"max_10_exp": c"DBL_MAX_10_EXP: the largest e with 10**e finite",
         c"min": c"DBL_MIN: the smallest positive normal number",
         c"min_exp": c"DBL_MIN_EXP: the smallest e with 2**(e-1) normal",
         c"min_10_exp": c"DBL_MIN_10_EXP: the smallest e with 10**e normal",
         c"dig": c"DBL_DIG: decimal digits that survive the way there and back",
         c"mant_dig": c"DBL_MANT_DIG: digits of the mantissa",
         c"epsilon": c"DBL_EPSILON: the distance from 1 to the next number", c"radix": c"FLT_RADIX: the base of the exponent",
         c"rounds": c"FLT_ROUNDS: how sums are rounded"];
    INT, INT_FIELDS, c"sys.int_info", c"sys.int_info\n\nThe properties of the int type.",
        [c"bits_per_digit": c"bits in a digit", c"sizeof_digit": c"bytes that a digit takes",
         c"default_max_str_digits": c"the limit of conversions from and to str by default",
         c"str_digits_check_threshold": c"the smallest limit that can be set"];
    HASH, HASH_FIELDS, c"sys.hash_info", c"hash_info\n\nThe parameters of numeric and string hashes.",
        [c"width": c"bits of a hash", c"modulus": c"the prime that numbers are reduced by", c"inf": c"the hash of infinity",
         c"nan": c"the hash of a nan", c"imag": c"the factor of imaginary parts", c"algorithm": c"the hash function of str and bytes",
         c"hash_bits": c"bits of its results", c"seed_bits": c"bits of its key",
         c"cutoff": c"below this length another function is used"];
    THREAD, THREAD_FIELDS, c"sys.thread_info", c"sys.thread_info\n\nThe thread implementation.",
        [c"name": c"its name", c"lock": c"what locks are made of", c"version": c"its name and version"];
    ASYNCGEN, ASYNCGEN_FIELDS, c"asyncgen_hooks", c"asyncgen_hooks\n\nThe hooks of asynchronous generators.",
        [c"firstiter": c"called when one is first iterated over", c"finalizer": c"called before one is freed"];
    UNRAISABLE, UNRAISABLE_FIELDS, c"UnraisableHookArgs", c"UnraisableHookArgs\n\nWhat sys.unraisablehook gets.",
        [c"exc_type": c"type of the exception", c"exc_value": c"the exception", c"exc_traceback": c"its traceback",
         c"err_msg": c"what was going on", c"object": c"what caused it"];
}

/// The program's name for messages on the native standard error.
pub fn program_name() -> String {
    crate::lifecycle::config_text(|config| config.program_name).unwrap_or_else(|| "python3".to_owned())
}

/// The version of the language and library that Krait implements.
pub const HEX_VERSION: i64 = 0x0309_02f0;
/// `sys.version`.
pub const VERSION_TEXT: &str =
    concat!("3.9.2 (Krait ", env!("CARGO_PKG_VERSION"), ", Nov 22 2026, 00:00:00) \n[Rust]");
/// The build part of `sys.version` (`Py_GetBuildInfo`).
pub const BUILD_TEXT: &str = concat!("Krait ", env!("CARGO_PKG_VERSION"), ", Nov 22 2026, 00:00:00");
/// The compiler part of `sys.version` (`Py_GetCompiler`).
pub const COMPILER_TEXT: &str = "\n[Rust]";
/// `sys.copyright`.
pub const COPYRIGHT: &str = "Copyright (c) 2001-2021 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\nCopyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

/// `sys.version` as a C string, whole again after each call: some hosts cut it up in place. The memory starts as zeros, for
/// profilers of other processes (py-spy, Austin) look for the version in `.bss`, where CPython puts it together.
pub fn version() -> *const c_char {
    const SIZE: usize = VERSION_TEXT.len() + 1;
    static mut HELD: [u8; SIZE] = [0; SIZE];
    let held = (&raw mut HELD).cast::<u8>();
    // SAFETY: a static of our own with room for the text and its end; threads that meet here write the same bytes.
    unsafe { held.copy_from_nonoverlapping(VERSION_TEXT.as_ptr(), VERSION_TEXT.len()) };
    held.cast()
}

/// A static struct sequence type, made ready at the first use.
fn class<'a>(class: *mut PyTypeObject, description: &Description) -> Result<&'a Type> {
    // SAFETY: a static type that only this module uses.
    unsafe {
        if (*class).tp_name.is_null() {
            description.init(class)?;
        }
        Ok(Type::from_raw(class))
    }
}

/// An instance of a struct sequence class that Python code cannot call.
fn sole_instance(class: &Type, items: impl IntoIterator<Item = Result<Obj>>) -> Result<Obj> {
    // SAFETY: the class's own slots, with the GIL held; no Python class is derived from it.
    unsafe {
        (*class.as_raw()).tp_new = None;
        (*class.as_raw()).tp_init = None;
    }
    let dict = class.dict().expect("a class that is ready").owned();
    dict::pop(&dict, intern!("__new__"))?;
    class.modified();
    structseq::from_items(class, items)
}

fn int(value: i64) -> Result<Obj> {
    long::from_i64(value)
}

fn text(value: &str) -> Result<Obj> {
    unicode::from_str(value)
}

fn version_info() -> Result<Obj> {
    let items = [int(3), int(9), int(2), text("final"), int(0)];
    sole_instance(class(&raw mut VERSION, &VERSION_FIELDS)?, items)
}

/// Fills in everything that does not depend on the configuration.
pub fn fill(namespace: &Object) -> Result<()> {
    let set = |name: &str, value: Result<Obj>| dict::set_str(namespace, name, &*value?);
    // What reports failures must not have to be made when there is no memory.
    class(&raw mut UNRAISABLE, &UNRAISABLE_FIELDS)?;
    class(&raw mut ASYNCGEN, &ASYNCGEN_FIELDS)?;
    let version = version_info()?;
    // SAFETY: a C string of ASCII.
    set("version", text(&unsafe { CStr::from_ptr(self::version()) }.to_string_lossy()))?;
    set("hexversion", int(HEX_VERSION))?;
    set("_git", tuple::pack([text("CPython")?, text("")?, text("")?]))?;
    set("_framework", text(""))?;
    set("api_version", int(1013))?;
    set("copyright", text(COPYRIGHT))?;
    set("platform", text("linux"))?;
    set("maxsize", int(i64::MAX))?;
    set("maxunicode", int(0x10_FFFF))?;
    set("byteorder", text("little"))?;
    set("abiflags", text(""))?;
    set("float_repr_style", text("short"))?;
    set("builtin_module_names", builtin_module_names())?;
    dict::set_str(namespace, "version_info", &version)?;
    set("float_info", float_info())?;
    set("int_info", int_info())?;
    set("hash_info", hash_info())?;
    set("thread_info", thread_info())?;
    let implementation = dict::new()?;
    for (name, value) in
        [("name", text("cpython")?), ("cache_tag", text("cpython-39")?), ("version", version)]
    {
        dict::set_str(&implementation, name, &value)?;
    }
    dict::set_str(&implementation, "hexversion", &*int(HEX_VERSION)?)?;
    dict::set_str(&implementation, "_multiarch", &*text("x86_64-linux-gnu")?)?;
    set("implementation", namespace::new_from(Some(&implementation)).map(Obj::upcast))
}

fn builtin_module_names() -> Result<Obj> {
    let mut names: Vec<String> = crate::import::inittab::rows()
        .into_iter()
        // SAFETY: names in the table are C strings.
        .map(|row| unsafe { core::ffi::CStr::from_ptr(row.name) }.to_string_lossy().into_owned())
        .collect();
    names.sort();
    tuple::from_vec(names.iter().map(|name| text(name)).collect::<Result<Vec<_>>>()?)
}

fn float_info() -> Result<Obj> {
    let items = [
        float::from_f64(f64::MAX),
        int(i64::from(f64::MAX_EXP)),
        int(i64::from(f64::MAX_10_EXP)),
        float::from_f64(f64::MIN_POSITIVE),
        int(i64::from(f64::MIN_EXP)),
        int(i64::from(f64::MIN_10_EXP)),
        int(i64::from(f64::DIGITS)),
        int(i64::from(f64::MANTISSA_DIGITS)),
        float::from_f64(f64::EPSILON),
        int(i64::from(f64::RADIX)),
        int(1),
    ];
    structseq::from_items(class(&raw mut FLOAT, &FLOAT_FIELDS)?, items)
}

fn int_info() -> Result<Obj> {
    structseq::from_items(class(&raw mut INT, &INT_FIELDS)?, [int(30), int(4), int(4300), int(640)])
}

fn hash_info() -> Result<Obj> {
    let items = [
        int(64),
        int((1 << 61) - 1),
        int(314_159),
        int(0),
        int(1_000_003),
        text("siphash24"),
        int(64),
        int(128),
        int(0),
    ];
    structseq::from_items(class(&raw mut HASH, &HASH_FIELDS)?, items)
}

fn thread_info() -> Result<Obj> {
    let mut version = [0 as core::ffi::c_char; 255];
    // SAFETY: confstr writes at most the given length and terminates the text.
    let version = unsafe {
        let size = libc::confstr(libc::_CS_GNU_LIBPTHREAD_VERSION, version.as_mut_ptr(), version.len());
        if size > 0 && size < version.len() {
            text(&core::ffi::CStr::from_ptr(version.as_ptr()).to_string_lossy())
        } else {
            Ok(none::none().owned())
        }
    };
    structseq::from_items(
        class(&raw mut THREAD, &THREAD_FIELDS)?,
        [text("pthread"), text("semaphore"), version],
    )
}

/// The result of `sys.get_asyncgen_hooks()`.
pub fn asyncgen_hooks(hooks: [Obj; 2]) -> Result<Obj> {
    structseq::from_items(class(&raw mut ASYNCGEN, &ASYNCGEN_FIELDS)?, hooks.map(Ok))
}

/// Whether `sys.unraisablehook` was called with what it takes.
pub fn is_unraisable_args(object: &Object) -> bool {
    core::ptr::eq(object.type_ptr(), &raw const UNRAISABLE)
}

/// What `sys.unraisablehook` gets.
pub fn unraisable_args(error: &Fetched, message: Option<&str>, object: Option<&Object>) -> Result<Obj> {
    let or_none = |part: &Option<Obj>| part.clone().unwrap_or_else(|| none::none().owned());
    let message = match message {
        Some(message) => text(&format!("Exception ignored {message}")),
        None => Ok(none::none().owned()),
    };
    let items = [
        Ok(error.kind.clone()),
        Ok(or_none(&error.value)),
        Ok(or_none(&error.traceback)),
        message,
        Ok(object.unwrap_or(none::none()).owned()),
    ];
    structseq::from_items(class(&raw mut UNRAISABLE, &UNRAISABLE_FIELDS)?, items)
}

/// `sys.flags` for a configuration.
pub fn flags(config: &PyConfig, preconfig: &PyPreConfig) -> Result<Obj> {
    let flag = |value: core::ffi::c_int| int(i64::from(value));
    let items = [
        flag(config.parser_debug),
        flag(config.inspect),
        flag(config.interactive),
        flag(config.optimization_level),
        flag(i32::from(config.write_bytecode == 0)),
        flag(i32::from(config.user_site_directory == 0)),
        flag(i32::from(config.site_import == 0)),
        flag(i32::from(config.use_environment == 0)),
        flag(config.verbose),
        flag(config.bytes_warning),
        flag(config.quiet),
        flag(i32::from(config.use_hash_seed == 0 || config.hash_seed != 0)),
        flag(config.isolated),
        Ok(py_bool::from_bool(config.dev_mode != 0)),
        flag(preconfig.utf8_mode),
        // -1 while nobody set it.
        flag(crate::lifecycle::read::MAX_STR_DIGITS.load(core::sync::atomic::Ordering::Relaxed)),
    ];
    sole_instance(class(&raw mut FLAGS, &FLAGS_FIELDS)?, items)
}
