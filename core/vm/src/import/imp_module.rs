//! The `_imp` module: what `importlib._bootstrap` needs from the interpreter.

use super::{dynload, frozen, inittab, lock};
use crate::code::Code;
use krait_abi::PyObject;
use krait_object::args::{Args, Signature};
use krait_object::types::{bytes, list, long, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_imp`
    init: PyInit__imp, name: c"_imp", doc: c"(Extremely) low-level import machinery bits as used by importlib and imp.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"extension_suffixes", extension_suffixes, c"extension_suffixes($module, /)\n--\n\nFile suffixes of extension modules."),
        method::noargs(c"lock_held", lock_held, c"lock_held($module, /)\n--\n\nWhether the import lock is held by any thread."),
        method::noargs(c"acquire_lock", acquire_lock, c"acquire_lock($module, /)\n--\n\nAcquires the import lock for this thread."),
        method::noargs(c"release_lock", release_lock, c"release_lock($module, /)\n--\n\nReleases the import lock."),
        method::o(c"get_frozen_object", get_frozen_object, c"get_frozen_object($module, name, /)\n--\n\nThe code object of a frozen module."),
        method::o(c"is_frozen_package", is_frozen_package, c"is_frozen_package($module, name, /)\n--\n\nWhether the frozen module is a package."),
        method::o(c"create_builtin", create_builtin, c"create_builtin($module, spec, /)\n--\n\nCreates a built-in module."),
        method::o(c"init_frozen", init_frozen, c"init_frozen($module, name, /)\n--\n\nInitialises a frozen module."),
        method::o(c"is_builtin", is_builtin, c"is_builtin($module, name, /)\n--\n\nWhether the name is that of a built-in module: 1, -1 when it cannot be initialised again, or 0."),
        method::o(c"is_frozen", is_frozen, c"is_frozen($module, name, /)\n--\n\nWhether there is a frozen module of that name."),
        method::fastcall(c"create_dynamic", create_dynamic, c"create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\nCreates an extension module."),
        method::o(c"exec_dynamic", exec_module, c"exec_dynamic($module, mod, /)\n--\n\nInitialises an extension module."),
        method::o(c"exec_builtin", exec_module, c"exec_builtin($module, mod, /)\n--\n\nInitialises a built-in module."),
        method::fastcall(c"_fix_co_filename", fix_co_filename, c"_fix_co_filename($module, code, path, /)\n--\n\nChanges the file name of a code object and of those in it."),
        method::keywords(c"source_hash", source_hash, c"source_hash($module, /, key, source)\n--\n\n"),
    ];
}

fn exec(this: &Object) -> Result<()> {
    let mode = crate::lifecycle::config_text(|config| config.check_hash_pycs_mode)
        .unwrap_or_else(|| "default".to_owned());
    module::add(this, "check_hash_based_pycs", &*unicode::from_str(&mode)?)
}

fn extension_suffixes(_module: &Object) -> Result<Obj> {
    let suffixes =
        dynload::SUFFIXES.iter().map(|suffix| unicode::from_str(suffix)).collect::<Result<Vec<_>>>()?;
    Ok(list::from_vec(suffixes)?.upcast())
}

fn lock_held(_module: &Object) -> Result<bool> {
    Ok(lock::is_held())
}

fn acquire_lock(_module: &Object) -> Result<()> {
    lock::acquire();
    Ok(())
}

fn release_lock(_module: &Object) -> Result<()> {
    lock::release()
}

fn text_argument<'a>(function: &str, name: &'a Object) -> Result<&'a Object> {
    if unicode::check(name) {
        return Ok(name);
    }
    Err(err::type_error(format_args!(
        "{function}() argument must be str, not {}",
        if name.is_none() { "None" } else { name.class_of().name() }
    )))
}

fn get_frozen_object(_module: &Object, name: &Object) -> Result<Obj> {
    frozen::code(text_argument("get_frozen_object", name)?)
}

fn is_frozen_package(_module: &Object, name: &Object) -> Result<bool> {
    frozen::is_package(text_argument("is_frozen_package", name)?)
}

fn create_builtin(_module: &Object, spec: &Object) -> Result<Option<Obj>> {
    dynload::create_builtin(spec)
}

fn init_frozen(_module: &Object, name: &Object) -> Result<Option<Obj>> {
    frozen::import(text_argument("init_frozen", name)?)
}

fn is_builtin(_module: &Object, name: &Object) -> Result<i32> {
    inittab::is_builtin(text_argument("is_builtin", name)?)
}

fn is_frozen(_module: &Object, name: &Object) -> Result<bool> {
    Ok(frozen::is_frozen(text_argument("is_frozen", name)?))
}

fn create_dynamic(_module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("create_dynamic", args.len(), 1, 2)?;
    dynload::create(args[0])
}

fn exec_module(_module: &Object, new: &Object) -> Result<i32> {
    dynload::exec(new)?;
    Ok(0)
}

fn fix_co_filename(_module: &Object, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("_fix_co_filename", args.len(), 2, 2)?;
    let Some(code) = args[0].downcast_exact::<Code>() else {
        return Err(err::type_error(format_args!(
            "_fix_co_filename() argument 1 must be code, not {}",
            args[0].class_of().name()
        )));
    };
    text_argument("_fix_co_filename", args[1])?;
    // SAFETY: a live code object.
    let old = unsafe { Object::from_ptr((*code.as_raw()).co_filename).owned() };
    if unicode::eq(&old, args[1]) {
        return Ok(());
    }
    rename(code, &old, args[1]);
    Ok(())
}

/// Gives a code object, and those in its constants that have the old name, a new file name.
fn rename(code: &Code, old: &Object, new: &Object) {
    // SAFETY: a live code object; its constants are a tuple.
    unsafe {
        let raw = code.as_raw();
        if !unicode::eq(Object::from_ptr((*raw).co_filename), old) {
            return;
        }
        let previous: *mut PyObject = core::mem::replace(&mut (*raw).co_filename, new.owned().into_ptr());
        krait_object::refcount::decref(previous);
        for constant in tuple::items(Object::from_ptr((*raw).co_consts)) {
            if let Some(inner) = constant.downcast_exact::<Code>() {
                rename(inner, old, new);
            }
        }
    }
}

fn source_hash(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("source_hash", ["key", "source"]);
    let [key, source] = SIGNATURE.bind(args)?;
    let (Some(key), Some(source)) = (key, source) else { return Err(err::bad_internal_call()) };
    let source = krait_object::protocol::buffer::Buffer::simple(source)?;
    let hash = krait_object::text::hash::siphash24([long::as_i64(key)? as u64, 0], source.as_slice());
    bytes::from_slice(&hash.to_le_bytes())
}
