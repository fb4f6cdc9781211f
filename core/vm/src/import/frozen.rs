//! Frozen modules: marshalled code in a table of C structs (`PyImport_FrozenModules`).

use core::ffi::CStr;
use krait_abi::_frozen;
use krait_object::types::{exceptions, list, module, unicode};
use krait_object::{Obj, Object, Result, err};

/// The table of frozen modules, ended by a null name. Hosts may replace it.
#[unsafe(no_mangle)]
pub static mut PyImport_FrozenModules: *const _frozen = (&raw const EMPTY).cast();

static mut EMPTY: [_frozen; 1] = [_frozen { name: core::ptr::null(), code: core::ptr::null(), size: 0 }];

/// Makes a static table the initial one, unless the variable is another program's ([`super::inittab::install_table`]).
///
/// # Safety
/// The table lives for ever and ends with a null name.
pub unsafe fn install_table(table: *const _frozen) {
    // SAFETY: the caller's promise.
    unsafe {
        if PyImport_FrozenModules == (&raw const EMPTY).cast() {
            PyImport_FrozenModules = table;
        }
    }
}

/// The row of a module name.
fn find(name: &Object) -> Option<_frozen> {
    // SAFETY: the table ends with a null name; names are C strings.
    unsafe {
        let mut row = PyImport_FrozenModules;
        while !row.is_null() && !(*row).name.is_null() {
            let text = CStr::from_ptr((*row).name).to_str().unwrap_or("");
            if unicode::eq_str(name, text) {
                return Some(*row);
            }
            row = row.add(1);
        }
        None
    }
}

/// Whether there is frozen code of that name.
pub fn is_frozen(name: &Object) -> bool {
    find(name).is_some_and(|row| row.size != 0)
}

fn row(name: &Object) -> Result<_frozen> {
    let found = find(name);
    let missing = |text: &str| -> Result<_frozen> {
        let message = unicode::from_str(&format!("{text} {}", repr(name)?))?;
        Err(err::set_import_error(Some(&message), Some(name), None))
    };
    match found {
        None => missing("No such frozen object named"),
        Some(row) if row.code.is_null() => missing("Excluded frozen object named"),
        Some(row) => Ok(row),
    }
}

fn repr(name: &Object) -> Result<String> {
    let repr = krait_object::protocol::object::repr(name)?;
    Ok(unicode::display(&repr).to_string())
}

/// A negative size marks a package.
pub fn is_package(name: &Object) -> Result<bool> {
    Ok(row(name)?.size < 0)
}

/// The code object of a frozen module.
pub fn code(name: &Object) -> Result<Obj> {
    let row = row(name)?;
    // SAFETY: the table says how many bytes the code has.
    let bytes = unsafe { core::slice::from_raw_parts(row.code, row.size.unsigned_abs() as usize) };
    crate::marshal::loads(bytes)
}

/// Executes a frozen module and returns it; None when there is none of that name (`PyImport_ImportFrozenModuleObject`).
pub fn import(name: &Object) -> Result<Option<Obj>> {
    let Some(row) = find(name) else { return Ok(None) };
    let code = code(name)?;
    if !crate::frame::is_code(&code) {
        return Err(err::type_error(format_args!("frozen object {} is not a code object", repr(name)?)));
    }
    let new = super::add_module(name)?;
    if row.size < 0 {
        module::add(&new, "__path__", &*list::new()?)?;
    }
    exec_code_in(&new, name, &code)?;
    super::get_module(name)
}

/// Executes code in a module's namespace, which gets the builtins; on failure the module leaves `sys.modules`.
pub fn exec_code_in(new: &Object, name: &Object, code: &Object) -> Result<()> {
    let namespace = module::dict(new);
    if krait_object::types::dict::get_str(namespace, "__builtins__")?.is_none() {
        krait_object::types::dict::set_str(namespace, "__builtins__", &*crate::builtins::dict()?)?;
    }
    // SAFETY: a code object and a dict.
    let result = unsafe { crate::bind::eval_code(code, namespace, Some(namespace)) };
    result.map(drop).map_err(|raised| {
        let saved = err::fetch();
        if let Ok(modules) = super::modules()
            && krait_object::protocol::object::del_item(&modules, name).is_err()
        {
            debug_assert!(err::matches(exceptions::KeyError()));
            err::clear();
        }
        saved.map_or(raised, err::restore)
    })
}
