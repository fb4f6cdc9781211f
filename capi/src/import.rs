//! `import.h` and `cpython/import.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_long};
use krait_object::types::unicode;
use krait_vm::import::{self, exec_code, frozen, inittab, lock};

unsafe fn name_object(name: *const c_char) -> Result<Obj> {
    // SAFETY: a terminated string.
    unicode::decode_utf8(unsafe { CStr::from_ptr(name) }.to_bytes(), None)
}

/// 3.9's magic number, as it stands in `.pyc` files.
#[unsafe(no_mangle)]
pub extern "C" fn PyImport_GetMagicNumber() -> c_long {
    c_long::from(import::MAGIC_NUMBER)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyImport_GetMagicTag() -> *const c_char {
    c"cpython-39".as_ptr()
}

/// The result is borrowed from `sys.modules`' owner.
#[unsafe(no_mangle)]
pub extern "C" fn PyImport_GetModuleDict() -> *mut PyObject {
    // SAFETY: the running interpreter.
    unsafe { (*krait_object::state::interp()).modules }
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_GetModule(name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::get_module(object(name)?) })
}

/// The result is borrowed from `sys.modules`.
///
/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_AddModuleObject(name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::add_module(object(name)?).map(|module| module.as_ptr()) })
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_AddModule(name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::add_module(&*name_object(name)?).map(|module| module.as_ptr()) })
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportModule(name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::import_object(&*name_object(name)?) })
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportModuleNoBlock(name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyImport_ImportModule(name) }
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_Import(name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::import_object(object(name)?) })
}

/// # Safety
/// Live objects or NULL where the C API allows it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportModuleLevelObject(
    name: *mut PyObject,
    globals: *mut PyObject,
    _locals: *mut PyObject,
    fromlist: *mut PyObject,
    level: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let Some(name) = optional(name) else { return Err(err::value_error("Empty module name")) };
        import::import_module_level(name, optional(globals), optional(fromlist), level)
    })
}

/// # Safety
/// A C string; live objects or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportModuleLevel(
    name: *const c_char,
    globals: *mut PyObject,
    _locals: *mut PyObject,
    fromlist: *mut PyObject,
    level: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        import::import_module_level(&*name_object(name)?, optional(globals), optional(fromlist), level)
    })
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ReloadModule(m: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::reload_module(object(m)?) })
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportFrozenModuleObject(name: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe { frozen::import(object(name)?).map(|found| found.is_some()) })
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ImportFrozenModule(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe { frozen::import(&*name_object(name)?).map(|found| found.is_some()) })
}

/// # Safety
/// The name lives for ever; called before initialisation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_AppendInittab(
    name: *const c_char,
    initfunc: Option<unsafe extern "C" fn() -> *mut PyObject>,
) -> c_int {
    let rows = [_inittab { name, initfunc }, inittab::END];
    // SAFETY: the caller's promise.
    unsafe { PyImport_ExtendInittab(rows.as_ptr().cast_mut()) }
}

/// # Safety
/// A table that ends with a NULL name; names live for ever; called before initialisation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExtendInittab(newtab: *mut _inittab) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { inittab::extend(newtab) } {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyImport_AcquireLock() {
    lock::acquire()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyImport_ReleaseLock() -> c_int {
    guard_or(-1, || lock::release().map(|()| true))
}

/// # Safety
/// Live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_SetModule(name: *mut PyObject, m: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe { protocol::object::set_item(&*import::modules()?, object(name)?, object(m)?) })
}

/// # Safety
/// Live objects; `pathname` and `cpathname` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExecCodeModuleObject(
    name: *mut PyObject,
    co: *mut PyObject,
    pathname: *mut PyObject,
    cpathname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        exec_code::exec_code_module(object(name)?, object(co)?, optional(pathname), optional(cpathname))
    })
}

/// # Safety
/// C strings and a code object; the paths may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExecCodeModuleWithPathnames(
    name: *const c_char,
    co: *mut PyObject,
    pathname: *const c_char,
    cpathname: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let path = |text: *const c_char| c_bytes_opt(text).map(types::unicode::decode_fs).transpose();
        let compiled = path(cpathname)?;
        let source = match (path(pathname)?, &compiled) {
            (None, Some(compiled)) => Some(exec_code::source_of(compiled)),
            (source, _) => source,
        };
        exec_code::exec_code_module(&*name_object(name)?, object(co)?, source.as_deref(), compiled.as_deref())
    })
}

/// # Safety
/// As for [`PyImport_ExecCodeModuleWithPathnames`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExecCodeModuleEx(
    name: *const c_char,
    co: *mut PyObject,
    pathname: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyImport_ExecCodeModuleWithPathnames(name, co, pathname, null()) }
}

/// # Safety
/// As for [`PyImport_ExecCodeModuleWithPathnames`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_ExecCodeModule(name: *const c_char, co: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyImport_ExecCodeModuleWithPathnames(name, co, null(), null()) }
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyImport_GetImporter(path: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { exec_code::importer(object(path)?) })
}

/// # Safety
/// Live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_FindExtensionObject(
    name: *mut PyObject,
    filename: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::dynload::find_extension(object(name)?, object(filename)?) })
}

/// # Safety
/// Live objects; `modules` is the interpreter's dict of modules.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_FixupExtensionObject(
    module: *mut PyObject,
    name: *mut PyObject,
    filename: *mut PyObject,
    _modules: *mut PyObject,
) -> c_int {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::dynload::fix_up_extension(object(module)?, object(name)?, object(filename)?) })
}

/// # Safety
/// A live module and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_FixupBuiltin(
    module: *mut PyObject,
    name: *const c_char,
    _modules: *mut PyObject,
) -> c_int {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let name = name_object(name)?;
        import::dynload::fix_up_extension(object(module)?, &name, &name)
    })
}

/// # Safety
/// A static identifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_GetModuleId(nameid: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { import::get_module(unicode::from_id(nameid)?) })
}

/// # Safety
/// A live interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_IsInitialized(interp: *mut PyInterpreterState) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { !(*interp).modules.is_null() })
}

/// # Safety
/// A C string and a live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_SetModuleString(name: *const c_char, m: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard(|| unsafe { protocol::object::set_item(&*import::modules()?, &*name_object(name)?, object(m)?) })
}
