//! Import: `PyImport_*`, over the frozen `importlib._bootstrap`.
//!
//! The fast path (a module that is in `sys.modules` and complete) is here; finding and loading is importlib's. What
//! importlib itself needs, the `_imp` module, is in [`imp_module`]; built-in modules are in [`inittab`], frozen ones in
//! [`frozen`], shared libraries in [`dynload`], a standard library without files in [`archive`].

pub mod archive;
pub mod cleanup;
pub mod dynload;
pub mod exec_code;
pub mod frozen;
pub mod imp_module;
pub mod inittab;
pub mod lock;
mod nearby;

use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, state};

/// 3.9's magic number, as it stands in `.pyc` files.
pub const MAGIC_NUMBER: u32 = 0x0a0d_0d61;

/// `sys.modules`.
pub fn modules() -> Result<Obj> {
    // SAFETY: the running interpreter.
    let modules = unsafe { Object::from_ptr_opt((*state::interp()).modules) };
    modules.map(Layout::owned).ok_or_else(|| err::runtime_error("unable to get sys.modules"))
}

/// `importlib._bootstrap`, once it is installed.
pub fn importlib() -> Result<Obj> {
    // SAFETY: the running interpreter.
    let importlib = unsafe { Object::from_ptr_opt((*state::interp()).importlib) };
    importlib.map(Layout::owned).ok_or_else(|| err::import_error("importlib is not initialised"))
}

/// From `sys.modules`; a missing module is `None` (`PyImport_GetModule`).
pub fn get_module(name: &Object) -> Result<Option<Obj>> {
    let modules = modules()?;
    if dict::check_exact(&modules) {
        return dict::get_item(&modules, name);
    }
    match object::get_item(&modules, name) {
        Ok(found) => Ok(Some(found)),
        Err(_) if err::matches(exceptions::KeyError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The module of that name in `sys.modules`, made empty if it is missing (`PyImport_AddModuleObject`).
pub fn add_module(name: &Object) -> Result<Obj> {
    let modules = modules()?;
    if let Some(found) = get_module(name)?
        && found.downcast::<module::Module>().is_some()
    {
        return Ok(found);
    }
    let new = module::new(name)?;
    object::set_item(&modules, name, &new)?;
    Ok(new)
}

/// Whether a module is still being initialised (`__spec__._initializing`).
pub fn is_initializing(module: &Object) -> bool {
    let spec = object::lookup_attr(module, intern!("__spec__")).ok().flatten();
    module::is_initializing(spec.as_deref())
}

/// Waits for another thread that is importing the module.
fn ensure_initialized(module: &Object, name: &Object) -> Result<()> {
    if !is_initializing(module) {
        return Ok(());
    }
    call::call_method(&*importlib()?, intern!("_lock_unlock_module"), &[name]).map(drop)
}

/// Imports by absolute name and returns the module itself (`PyImport_ImportModule` with dots).
pub fn import_module(name: &str) -> Result<Obj> {
    import_object(&*unicode::from_str(name)?)
}

/// `PyImport_Import`: through the current `__import__`, so that import hooks are honoured.
pub fn import_object(name: &Object) -> Result<Obj> {
    let globals = crate::sys::frame_globals();
    let (globals, import) = match globals {
        Some(globals) => {
            let builtins = crate::frame::builtins_of(globals.as_ptr())?;
            let import = object::get_item(&builtins, intern!("__import__"))?;
            (globals, import)
        }
        None => {
            // A whole import, which takes away an error that was left behind (see `module::is_initializing`).
            let builtins = import_module_level(&*unicode::from_str("builtins")?, None, None, 0)?;
            let globals = dict::new()?;
            dict::set_str(&globals, "__builtins__", &builtins)?;
            let import = object::get_attr(&builtins, intern!("__import__"))?;
            (globals, import)
        }
    };
    let from = krait_object::types::list::new()?;
    let level = long::from_i64(0)?;
    drop(call::call(&import, &[name, &globals, &globals, &from, &level])?);
    match get_module(name)? {
        Some(found) => Ok(found),
        None => Err(err::set_key_error(name)),
    }
}

/// Without blocking: since 3.3 the same as importing (`PyImport_ImportModuleNoBlock`).
pub fn import_module_no_block(name: &str) -> Result<Obj> {
    import_module(name)
}

/// Executes a module again (`PyImport_ReloadModule`).
pub fn reload_module(module: &Object) -> Result<Obj> {
    let name = unicode::from_str("importlib")?;
    let importlib = match get_module(&name)? {
        Some(found) => found,
        None => import_module("importlib")?,
    };
    call::call_method(&importlib, intern!("reload"), &[module])
}

/// The `import` statement's function (`PyImport_ImportModuleLevelObject`): the top package for a dotted name without a
/// from-list, else the module.
pub fn import_module_level(
    name: &Object,
    globals: Option<&Object>,
    from: Option<&Object>,
    level: i32,
) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(err::type_error("module name must be a string"));
    }
    if level < 0 {
        return Err(err::value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(name, globals, level)?
    } else {
        if unicode::len(name) == 0 {
            return Err(err::value_error("Empty module name"));
        }
        name.owned()
    };
    let module = match get_module(&absolute)? {
        Some(found) if !found.is_none() => {
            ensure_initialized(&found, &absolute)?;
            found
        }
        _ => find_and_load(&absolute)?,
    };
    let has_from = match from {
        Some(from) if !from.is_none() => object::is_true(from)?,
        _ => false,
    };
    if has_from {
        return from_list(module, from.unwrap_or(none::none()));
    }
    top_level(name, absolute, module, level)
}

/// What `import a.b` binds: `a`.
fn top_level(name: &Object, absolute: Obj, module: Obj, level: i32) -> Result<Obj> {
    let length = unicode::len(name);
    if level != 0 && length == 0 {
        return Ok(module);
    }
    let Some(dot) = (0..length).find(|&index| unicode::char_at(name, index) == u32::from('.')) else {
        return Ok(module);
    };
    if level == 0 {
        let front = unicode::substring(name, 0, dot)?;
        return import_module_level(&front, None, None, 0);
    }
    let keep = unicode::len(&absolute) - (length - dot);
    let front = unicode::substring(&absolute, 0, keep)?;
    match get_module(&front)? {
        Some(found) => Ok(found),
        None => Err(err::set_key_error(&front)),
    }
}

/// `from package import submodule` imports submodules that are not there yet.
fn from_list(module: Obj, from: &Object) -> Result<Obj> {
    if object::lookup_attr(&module, intern!("__path__"))?.is_none() {
        return Ok(module);
    }
    // SAFETY: the running interpreter.
    let import =
        unsafe { Object::from_ptr_opt((*state::interp()).import_func) }.unwrap_or(none::none()).owned();
    call::call_method(&*importlib()?, intern!("_handle_fromlist"), &[&module, from, &import])
        .inspect_err(|_raised| remove_importlib_frames())
}

/// Through `importlib._bootstrap._find_and_load`; frames of importlib are cut from tracebacks.
fn find_and_load(absolute: &Object) -> Result<Obj> {
    audit_import(absolute)?;
    let importlib = importlib()?;
    // SAFETY: the running interpreter.
    let import =
        unsafe { Object::from_ptr_opt((*state::interp()).import_func) }.unwrap_or(none::none()).owned();
    call::call_method(&importlib, intern!("_find_and_load"), &[absolute, &import]).inspect_err(|_raised| {
        remove_importlib_frames();
    })
}

fn audit_import(name: &Object) -> Result<()> {
    let get = |attribute: &str| crate::sys::get_object(attribute).unwrap_or_else(|| none::none().owned());
    let args =
        tuple::pack([name.owned(), none::none().owned(), get("path"), get("meta_path"), get("path_hooks")])?;
    crate::sys::audit("import", &args)
}

/// The absolute name of a relative import.
fn resolve_name(name: &Object, globals: Option<&Object>, level: i32) -> Result<Obj> {
    let Some(globals) = globals else { return Err(err::key_error("'__name__' not in globals")) };
    if !dict::check(globals) {
        return Err(err::type_error("globals must be a dict"));
    }
    let package = package_of(globals)?;
    let mut end = unicode::len(&package);
    if end == 0 {
        return Err(err::import_error("attempted relative import with no known parent package"));
    }
    for _ in 1..level {
        let dot = (0..end).rev().find(|&index| unicode::char_at(&package, index) == u32::from('.'));
        let Some(dot) = dot else {
            return Err(err::import_error("attempted relative import beyond top-level package"));
        };
        end = dot;
    }
    let base = unicode::substring(&package, 0, end)?;
    if unicode::len(name) == 0 {
        return Ok(base);
    }
    let mut full = unicode::Builder::new();
    full.push_object(&base);
    full.push_str(".");
    full.push_object(name);
    full.finish()
}

/// `__package__`, else `__spec__.parent`, else from `__name__` and `__path__`, with their warnings.
fn package_of(globals: &Object) -> Result<Obj> {
    let package = dict::get_str(globals, "__package__")?.filter(|package| !package.is_none());
    let spec = dict::get_str(globals, "__spec__")?.filter(|spec| !spec.is_none());
    if let Some(package) = package {
        if !unicode::check(&package) {
            return Err(err::type_error("package must be a string"));
        }
        if let Some(spec) = spec {
            let parent = object::get_attr(&spec, intern!("parent"))?;
            if !object::rich_compare_bool(&package, &parent, krait_object::slot::CompareOp::Eq)? {
                err::warn(exceptions::ImportWarning(), "__package__ != __spec__.parent", 1)?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        let parent = object::get_attr(&spec, intern!("parent"))?;
        if !unicode::check(&parent) {
            return Err(err::type_error("__spec__.parent must be a string"));
        }
        return Ok(parent);
    }
    err::warn(
        exceptions::ImportWarning(),
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        1,
    )?;
    let Some(name) = dict::get_str(globals, "__name__")? else {
        return Err(err::set_object(
            exceptions::KeyError(),
            &*unicode::from_str("'__name__' not in globals")?,
        ));
    };
    if !unicode::check(&name) {
        return Err(err::type_error("__name__ must be a string"));
    }
    if dict::get_str(globals, "__path__")?.is_some() {
        return Ok(name);
    }
    let dot = (0..unicode::len(&name)).rev().find(|&index| unicode::char_at(&name, index) == u32::from('.'));
    match dot {
        Some(dot) => unicode::substring(&name, 0, dot),
        None => Err(err::import_error("attempted relative import with no known parent package")),
    }
}

/// Cuts importlib's frames out of the traceback of an import error (or, without `-v`, of any error when they frame a
/// `_call_with_frames_removed`).
fn remove_importlib_frames() {
    let Some(mut error) = err::fetch() else { return };
    let always = err::given_matches(&error.kind, exceptions::ImportError());
    if let Some(traceback) = error.traceback.take() {
        error.traceback = crate::traceback::without_importlib(traceback, always);
    }
    let _ = err::restore(error);
}
