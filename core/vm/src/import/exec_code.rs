//! Modules made from code that the caller has (`PyImport_ExecCodeModule`), and the importers of path entries.

use super::frozen;
use krait_object::protocol::{call, object};
use krait_object::types::list::List;
use krait_object::types::{dict, exceptions, module, none};
use krait_object::{Layout, Obj, Object, Result, err, intern};

fn external() -> Result<Obj> {
    object::get_attr(&*super::importlib()?, intern!("_bootstrap_external"))
}

/// `PyImport_ExecCodeModuleObject`: executes code as the module `name` and returns what `sys.modules` then holds.
pub fn exec_code_module(
    name: &Object,
    code: &Object,
    path: Option<&Object>,
    compiled: Option<&Object>,
) -> Result<Obj> {
    let new = super::add_module(name)?;
    let namespace = module::dict(&new).owned();
    if dict::get_str(&namespace, "__builtins__")?.is_none() {
        dict::set_str(&namespace, "__builtins__", &*crate::builtins::dict()?)?;
    }
    let path = match path {
        Some(path) => path.owned(),
        None => object::get_attr(code, intern!("co_filename"))?,
    };
    let compiled = compiled.unwrap_or(none::none());
    call::call_method(&*external()?, intern!("_fix_up_module"), &[&namespace, name, &path, compiled])?;
    frozen::exec_code_in(&new, name, code)?;
    super::get_module(name)?.ok_or_else(|| match object::repr(name) {
        Ok(shown) => {
            let shown = krait_object::types::unicode::display(&shown);
            err::import_error(format_args!("Loaded module {shown} not found in sys.modules"))
        }
        Err(raised) => raised,
    })
}

/// The source that belongs to a compiled file, else that file.
pub fn source_of(compiled: &Object) -> Obj {
    external()
        .and_then(|external| call::call_method(&external, intern!("_get_sourcefile"), &[compiled]))
        .unwrap_or_else(|_| {
            err::clear();
            compiled.owned()
        })
}

/// `PyImport_GetImporter`: the finder of a path entry, from the cache or the first hook that takes it; else None.
pub fn importer(path: &Object) -> Result<Obj> {
    let get = |name| {
        crate::sys::get_object(name).ok_or_else(|| err::runtime_error(format_args!("lost sys.{name}")))
    };
    let (hooks, cache) = (get("path_hooks")?, get("path_importer_cache")?);
    if let Some(found) = dict::get_item(&cache, path)? {
        return Ok(found);
    }
    object::set_item(&cache, path, none::none())?;
    let Some(hooks) = hooks.downcast::<List>() else {
        return Err(err::runtime_error("sys.path_hooks must be a list"));
    };
    // A hook may change the list.
    for index in 0.. {
        let Some(hook) = hooks.get(index) else { break };
        match call::call(&hook, &[path]) {
            Ok(found) => {
                object::set_item(&cache, path, &found)?;
                return Ok(found);
            }
            Err(_) if err::matches(exceptions::ImportError()) => err::clear(),
            Err(raised) => return Err(raised),
        }
    }
    Ok(none::none().owned())
}
