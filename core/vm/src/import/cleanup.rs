//! Taking an interpreter's modules apart at its end (`_PyImport_Cleanup`).
//!
//! First everything that the user can have put into `sys` and `builtins` goes. Then `sys.modules` is emptied, and most
//! modules die with their last reference; what a collection does not free either is kept alive by a cycle through
//! native code or by somebody outside, and its variables are set to None, the module imported last first. `sys` and
//! `builtins` come at the very end, as destructors need them.

use krait_object::protocol::object;
use krait_object::types::{dict, module, none, unicode, weakref};
use krait_object::{Layout, Obj, Object, Result, err, gc, refcount, state};

/// Attributes of `sys` that can hold anything.
const SYS_DELETES: [&str; 11] = [
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_type",
    "last_value",
    "last_traceback",
    "path_hooks",
    "path_importer_cache",
    "meta_path",
    "__interactivehook__",
];

const SYS_RESTORES: [(&str, &str); 3] =
    [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")];

fn verbose() -> bool {
    // SAFETY: the running interpreter's configuration.
    unsafe { (*crate::lifecycle::config::current()).verbose > 0 }
}

fn tell(text: &str) {
    if verbose() {
        crate::sys::write_stderr(text);
    }
}

fn unraisable<T>(result: Result<T>) {
    if result.is_err() {
        err::write_unraisable(None);
    }
}

/// A module that may outlive `sys.modules`.
struct Watched {
    name: Obj,
    reference: Obj,
}

/// Takes all modules of the running interpreter apart.
pub fn clear_modules() {
    // SAFETY: the running interpreter.
    let interp = state::interp();
    // SAFETY: the field owns its reference.
    let Some(modules) = (unsafe { Object::from_ptr_opt((*interp).modules) }).map(Layout::owned) else {
        return;
    };
    clear_variables();
    let watched = unlink_modules(&modules);
    if dict::check_exact(&modules) {
        dict::clear(&modules);
    } else if krait_object::protocol::call::call_method(&modules, krait_object::intern!("clear"), &[])
        .is_err()
    {
        err::write_unraisable(None);
    }
    restore_builtins();
    gc::collect_no_fail();
    gc::inspect::dump_shutdown_stats();
    // SAFETY: fields of the running interpreter own their references.
    let (sysdict, builtins) = unsafe {
        (
            Object::from_ptr_opt((*interp).sysdict).map(Layout::owned),
            Object::from_ptr_opt((*interp).builtins).map(Layout::owned),
        )
    };
    for each in watched.iter().rev() {
        let Some(left) = weakref::get(&each.reference) else { continue };
        let namespace = module::dict(&left);
        if [&sysdict, &builtins].into_iter().flatten().any(|kept| core::ptr::eq(&**kept, namespace)) {
            continue;
        }
        tell(&format!("# cleanup[3] wiping {}\n", unicode::display(&each.name)));
        module::clear_module(&left);
    }
    drop(watched);
    for (name, namespace) in [("sys", &sysdict), ("builtins", &builtins)] {
        if let Some(namespace) = namespace {
            tell(&format!("# cleanup[3] wiping {name}\n"));
            module::clear_dict(namespace);
        }
    }
    clear_modules_by_index();
    // SAFETY: the field owns its reference; `modules` is still ours.
    unsafe { refcount::clear(&raw mut (*interp).modules) };
    drop(modules);
    gc::collect_no_fail();
}

fn clear_variables() {
    // SAFETY: the running interpreter owns its dicts.
    let builtins = unsafe { Object::from_ptr_opt((*state::interp()).builtins) }.map(Layout::owned);
    tell("# clear builtins._\n");
    if let Some(builtins) = builtins {
        unraisable(dict::set_str(&builtins, "_", none::none()));
    }
    for name in SYS_DELETES {
        tell(&format!("# clear sys.{name}\n"));
        unraisable(crate::sys::set_object(name, Some(none::none())));
    }
    for (name, original) in SYS_RESTORES {
        tell(&format!("# restore sys.{name}\n"));
        let value = crate::sys::get_object(original).unwrap_or_else(|| none::none().owned());
        unraisable(crate::sys::set_object(name, Some(&value)));
    }
}

/// Sets every entry of `sys.modules` to None.
fn unlink_modules(modules: &Object) -> Vec<Watched> {
    let mut watched = Vec::new();
    let mut entries: Vec<(Obj, Obj)> = Vec::new();
    if dict::check_exact(modules) {
        let mut position = 0;
        while let Some((name, value)) = dict::next(modules, &mut position) {
            entries.push((name, value));
        }
    } else if let Ok(keys) = krait_object::protocol::mapping::keys(modules) {
        if let Some(keys) = keys.downcast::<krait_object::types::list::List>() {
            let mut index = 0;
            while let Some(name) = keys.get(index) {
                index += 1;
                match object::get_item(modules, &name) {
                    Ok(value) => entries.push((name, value)),
                    Err(_) => err::write_unraisable(None),
                }
            }
        }
    } else {
        err::write_unraisable(None);
    }
    for (name, value) in entries {
        if value.downcast::<module::Module>().is_none() {
            continue;
        }
        if unicode::check(&name) {
            tell(&format!("# cleanup[2] removing {}\n", unicode::display(&name)));
        }
        match weakref::new_ref(&value, None) {
            Ok(reference) => watched.push(Watched { name: name.clone(), reference }),
            Err(_) => err::write_unraisable(None),
        }
        unraisable(object::set_item(modules, &name, none::none()));
    }
    watched
}

/// The builtins as they were made, in case somebody has replaced `len` by something that lives in a module.
fn restore_builtins() {
    // SAFETY: the running interpreter's fields own their references.
    unsafe {
        let interp = state::interp();
        let copy = Object::from_ptr_opt((*interp).builtins_copy).map(Layout::owned);
        let builtins = Object::from_ptr_opt((*interp).builtins).map(Layout::owned);
        if let (Some(copy), Some(builtins)) = (copy, builtins) {
            unraisable(dict::merge(&builtins, &copy, true));
            dict::clear(&copy);
        }
    }
}

/// `_PyInterpreterState_ClearModules`: the modules that are found by their definitions. What the definitions keep for
/// further interpreters goes with the last one.
fn clear_modules_by_index() {
    let interp = state::interp();
    if interp == krait_object::interpreter::main() {
        super::dynload::forget_extensions();
    }
    // SAFETY: the running interpreter's list.
    unsafe { refcount::clear(&raw mut (*interp).modules_by_index) };
}
