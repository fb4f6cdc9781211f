//! The import instructions. `__import__` is looked up in the builtins; the default one is called directly.

use super::regs::handlers;
use krait_abi::PyFrameObject;
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

handlers! {
    fn import_name(r, instr) {
        r.save_position();
        let result = import_name_now(r.frame(), r.name(instr.arg), r.peek(1), r.peek(2));
        r.finish_binary(result)
    }

    fn import_from(r, instr) {
        r.save_position();
        let result = import_from_now(r.peek(1), r.name(instr.arg));
        r.finish_push(result)
    }

    fn import_star(r, _instr) {
        r.save_position();
        let module = r.pop_obj();
        let result = import_star_now(r.frame(), &module);
        drop(module);
        r.finish(result)
    }
}

#[inline(never)]
unsafe fn import_name_now(
    frame: *mut PyFrameObject,
    name: &Object,
    from: &Object,
    level: &Object,
) -> Result<Obj> {
    // SAFETY: a running frame.
    unsafe {
        let builtins = Object::from_ptr((*frame).f_builtins);
        let Some(import) = super::names::mapping_get(builtins, intern!("__import__"))? else {
            return Err(err::import_error("__import__ not found"));
        };
        let globals = Object::from_ptr((*frame).f_globals);
        let interp = krait_object::state::interp();
        if import.as_ptr() == (*interp).import_func {
            let level = long::as_i32(level)?;
            return crate::import::import_module_level(name, Some(globals), Some(from), level);
        }
        let locals = Object::from_ptr_opt((*frame).f_locals).unwrap_or(none::none());
        call::call(&import, &[name, globals, locals, from, level])
    }
}

/// `from module import name`, falling back to `sys.modules` for a submodule in a circular import.
#[inline(never)]
fn import_from_now(module: &Object, name: &Object) -> Result<Obj> {
    if let Some(value) = object::lookup_attr(module, name)? {
        return Ok(value);
    }
    let package = object::lookup_attr(module, intern!("__name__"))?;
    if let Some(package) = package.as_ref().filter(|package| unicode::check(package)) {
        let mut full = unicode::Builder::new();
        full.push_object(package);
        full.push_str(".");
        full.push_object(name);
        if let Some(found) = crate::import::get_module(&*full.finish()?)? {
            return Ok(found);
        }
    }
    Err(cannot_import(module, name, package))
}

#[cold]
fn cannot_import(module: &Object, name: &Object, package: Option<Obj>) -> err::Raised {
    let unknown = || unicode::from_str("<unknown module name>");
    let package = match package.filter(|package| unicode::check(package)).map_or_else(unknown, Ok) {
        Ok(package) => package,
        Err(raised) => return raised,
    };
    let path = krait_object::types::module::get_filename_object(module);
    let (name_text, package_text) = (unicode::display(name), unicode::display(&package));
    let message = match &path {
        Ok(path) => {
            let initializing = crate::import::is_initializing(module);
            let hint = if initializing { "partially initialized module " } else { "" };
            let tail = if initializing { "most likely due to a circular import) (" } else { "" };
            let path = unicode::display(path);
            if initializing {
                format!("cannot import name '{name_text}' from {hint}'{package_text}' ({tail}{path})")
            } else {
                format!("cannot import name '{name_text}' from '{package_text}' ({path})")
            }
        }
        Err(_) => {
            err::clear();
            format!("cannot import name '{name_text}' from '{package_text}' (unknown location)")
        }
    };
    match unicode::from_str(&message) {
        Ok(message) => err::set_import_error(Some(&message), Some(&package), path.ok().as_deref()),
        Err(raised) => raised,
    }
}

#[inline(never)]
unsafe fn import_star_now(frame: *mut PyFrameObject, module: &Object) -> Result<()> {
    // SAFETY: a running frame.
    unsafe {
        crate::frame::fast_to_locals(frame)?;
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err::system_error("no locals found during 'import *'"));
        };
        let result = copy_public_names(locals.owned(), module);
        crate::frame::locals_to_fast(frame, false);
        result
    }
}

fn copy_public_names(locals: Obj, module: &Object) -> Result<()> {
    let all = object::lookup_attr(module, intern!("__all__"))?;
    let (names, skip_private) = match all {
        Some(all) => (all, false),
        None => {
            let Some(namespace) = object::lookup_attr(module, intern!("__dict__"))? else {
                return Err(err::import_error("from-import-* object has no __dict__ and no __all__"));
            };
            (krait_object::protocol::mapping::keys(&namespace)?, true)
        }
    };
    let mut position = 0;
    loop {
        let name = match krait_object::protocol::sequence::get_item(&names, position) {
            Ok(name) => name,
            Err(_) if err::matches(exceptions::IndexError()) => {
                err::clear();
                return Ok(());
            }
            Err(raised) => return Err(raised),
        };
        position += 1;
        if !unicode::check(&name) {
            return Err(bad_public_name(module, &name, skip_private));
        }
        if skip_private && unicode::len(&name) > 0 && unicode::char_at(&name, 0) == u32::from('_') {
            continue;
        }
        let value = object::get_attr(module, &name)?;
        if dict::check_exact(&locals) {
            dict::set_item(&locals, &name, &value)?;
        } else {
            object::set_item(&locals, &name, &value)?;
        }
    }
}

#[cold]
fn bad_public_name(module: &Object, name: &Object, skip_private: bool) -> err::Raised {
    let module_name = match object::get_attr(module, intern!("__name__")) {
        Ok(name) => name,
        Err(raised) => return raised,
    };
    if !unicode::check(&module_name) {
        return err::type_error(format_args!(
            "module __name__ must be a string, not {}",
            module_name.class_of().name()
        ));
    }
    let kind = if skip_private { "Key" } else { "Item" };
    let place = if skip_private { "__dict__" } else { "__all__" };
    err::type_error(format_args!(
        "{kind} in {}.{place} must be str, not {}",
        unicode::display(&module_name),
        name.class_of().name()
    ))
}

/// The from-list as a tuple or None; for `import_module_level`.
pub fn has_from_list(from: &Object) -> bool {
    !from.is_none() && !(tuple::check(from) && tuple::items(from).is_empty())
}
