//! Extension modules in shared libraries: `dlopen`, the init function, single- and multi-phase initialisation.

use super::nearby::Gaps;
use core::ffi::{CStr, c_int, c_void};
use krait_abi::*;
use krait_object::types::module::_Py_PackageContext;
use krait_object::types::{bytes, dict, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, state};
use std::ffi::CString;
use std::sync::Mutex;

/// The suffixes of extension modules, in the order they are tried.
pub const SUFFIXES: [&str; 3] = [".cpython-39-x86_64-linux-gnu.so", ".abi3.so", ".so"];

type InitFunction = unsafe extern "C" fn() -> *mut PyObject;

/// The name of the init function: `PyInit_NAME`, or `PyInitU_` with punycode for a name that is not ASCII.
fn init_name(name: &Object) -> Result<CString> {
    let length = unicode::len(name);
    let dot = (0..length).rev().find(|&index| unicode::char_at(name, index) == u32::from('.'));
    let last = unicode::substring(name, dot.map_or(0, |dot| dot + 1), length)?;
    let text = unicode::as_utf8(&last)?;
    let symbol = if text.is_ascii() {
        format!("PyInit_{text}").into_bytes()
    } else {
        let encoded = unicode::encode(&last, Some("punycode"), None)?;
        let mut symbol = b"PyInitU_".to_vec();
        symbol.extend(bytes::as_slice(&encoded).iter().map(|byte| if *byte == b'-' { b'_' } else { *byte }));
        symbol
    };
    CString::new(symbol).map_err(|_| err::value_error("embedded null character"))
}

fn import_error(message: &str, name: &Object, path: Option<&Object>) -> Raised {
    match unicode::decode_fs(message.as_bytes()) {
        Ok(message) => err::set_import_error(Some(&message), Some(name), path),
        Err(raised) => raised,
    }
}

/// Opens the library, near the program if there is room.
unsafe fn open_near(file: &CStr, flags: c_int) -> *mut c_void {
    // SAFETY: what the library runs when it is opened is as sound as the caller says.
    unsafe {
        if let Some(gaps) = Gaps::take() {
            let handle = libc::dlopen(file.as_ptr(), flags);
            drop(gaps);
            if !handle.is_null() {
                return handle;
            }
        }
        libc::dlopen(file.as_ptr(), flags)
    }
}

/// Opens the library and finds the init function.
fn open(name: &Object, path: &Object) -> Result<InitFunction> {
    let symbol = init_name(name)?;
    let encoded = unicode::encode_fs(path)?;
    let mut file = bytes::as_slice(&encoded).to_vec();
    if !file.contains(&b'/') {
        file.splice(0..0, *b"./");
    }
    let file = CString::new(file).map_err(|_| err::value_error("embedded null byte"))?;
    // SAFETY: C strings; dlerror's text is copied at once; the symbol, if found, is an init function by its name.
    unsafe {
        let handle = open_near(&file, (*state::interp()).dlopenflags);
        if handle.is_null() {
            let text = libc::dlerror();
            let text = if text.is_null() { c"unknown dlopen() error" } else { CStr::from_ptr(text) };
            return Err(import_error(&text.to_string_lossy(), name, Some(path)));
        }
        let function = libc::dlsym(handle, symbol.as_ptr());
        if function.is_null() {
            let message = format!(
                "dynamic module does not define module export function ({})",
                symbol.to_string_lossy()
            );
            return Err(import_error(&message, name, Some(path)));
        }
        Ok(core::mem::transmute::<*mut c_void, InitFunction>(function))
    }
}

/// Runs an init function under its package context and checks how it ended.
unsafe fn call_init(function: InitFunction, name: &Object) -> Result<Obj> {
    // SAFETY: the caller found the function; the context is put back afterwards.
    unsafe {
        let text =
            CString::new(unicode::as_utf8(name)?).map_err(|_| err::value_error("embedded null character"))?;
        let old = core::mem::replace(&mut *(&raw mut _Py_PackageContext), text.as_ptr());
        let result = function();
        _Py_PackageContext = old;
        let shown = unicode::display(name);
        let raised = err::occurred().is_some();
        if result.is_null() {
            if !raised {
                return Err(err::system_error(format_args!(
                    "initialization of {shown} failed without raising an exception"
                )));
            }
            return Err(Raised::assume());
        }
        if raised {
            err::set_from_cause(
                krait_object::types::exceptions::SystemError(),
                format_args!("initialization of {shown} raised unreported exception"),
            );
            return Err(Raised::assume());
        }
        if (*result).ob_type.is_null() {
            return Err(err::system_error(format_args!(
                "init function of {shown} returned uninitialized object"
            )));
        }
        Ok(Obj::from_owned_ptr(result))
    }
}

/// The definition behind the result of an init function with multi-phase initialisation.
fn as_definition(result: &Object) -> Option<*mut PyModuleDef> {
    core::ptr::eq(result.type_ptr(), &raw mut module::PyModuleDef_Type).then(|| result.as_ptr().cast())
}

/// Creates an extension module for `spec` from the file `spec.origin` (`_imp.create_dynamic`).
pub fn create(spec: &Object) -> Result<Obj> {
    use krait_object::protocol::object;
    let name = object::get_attr(spec, krait_object::intern!("name"))?;
    let path = object::get_attr(spec, krait_object::intern!("origin"))?;
    if !unicode::check(&name) || !unicode::check(&path) {
        return Err(err::type_error("spec.name and spec.origin must be strings"));
    }
    if let Some(found) = find_extension(&name, &path)? {
        return Ok(found);
    }
    let args = tuple::pack([
        name.clone(),
        path.clone(),
        krait_object::types::none::none().owned(),
        krait_object::types::none::none().owned(),
        krait_object::types::none::none().owned(),
    ])?;
    crate::sys::audit("import", &args)?;
    let function = open(&name, &path)?;
    // SAFETY: the init function of the library that was just opened.
    let result = unsafe { call_init(function, &name)? };
    if let Some(definition) = as_definition(&result) {
        // The reference that `PyModuleDef_Init` returned is borrowed.
        let _ = result.into_ptr();
        // SAFETY: a live definition, static in the library.
        return unsafe { module::from_def_and_spec2(definition, spec, 1013) };
    }
    if definition_of(&result).is_null() {
        return Err(err::system_error(format_args!(
            "initialization of {} did not return an extension module",
            unicode::display(&name)
        )));
    }
    // SAFETY: a module with a definition.
    unsafe { (*definition_of(&result)).m_base.m_init = Some(function) };
    krait_object::types::dict::set_str(module::dict(&result), "__file__", &path)?;
    fix_up_extension(&result, &name, &path)?;
    Ok(result)
}

/// Creates a built-in module for `spec` from the inittab (`_imp.create_builtin`); None for a name that is not there.
pub fn create_builtin(spec: &Object) -> Result<Option<Obj>> {
    use krait_object::protocol::object;
    let name = object::get_attr(spec, krait_object::intern!("name"))?;
    if let Some(found) = find_extension(&name, &name)? {
        return Ok(Some(found));
    }
    let Some(row) = super::inittab::find(unicode::as_utf8(&name)?) else { return Ok(None) };
    let Some(function) = row.initfunc else { return super::add_module(&name).map(Some) };
    // SAFETY: an init function from the table.
    let result = unsafe { call_init(function, &name)? };
    if let Some(definition) = as_definition(&result) {
        // The reference that `PyModuleDef_Init` returned is borrowed.
        let _ = result.into_ptr();
        // SAFETY: a live definition, static in its module.
        return unsafe { module::from_def_and_spec2(definition, spec, 1013).map(Some) };
    }
    if !definition_of(&result).is_null() {
        // SAFETY: a module with a definition.
        unsafe { (*definition_of(&result)).m_base.m_init = Some(function) };
        fix_up_extension(&result, &name, &name)?;
    }
    Ok(Some(result))
}

/// A single-phase module of the process: its file and name, and its definition.
struct Extension {
    file: Vec<u32>,
    name: Vec<u32>,
    definition: *mut PyModuleDef,
}
// SAFETY: definitions are static in their libraries; touched with the GIL held.
unsafe impl Send for Extension {}

/// The single-phase modules that any interpreter has imported: their code runs once, and other interpreters get copies of
/// what it made.
static EXTENSIONS: Mutex<Vec<Extension>> = Mutex::new(Vec::new());

fn extensions() -> std::sync::MutexGuard<'static, Vec<Extension>> {
    EXTENSIONS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn points(text: &Object) -> Vec<u32> {
    (0..unicode::len(text)).map(|index| unicode::char_at(text, index)).collect()
}

/// Forgets all single-phase modules, with what they keep for further interpreters, when the last interpreter ends.
pub fn forget_extensions() {
    let all = core::mem::take(&mut *extensions());
    for extension in all {
        // SAFETY: a live definition, which owns its copy.
        unsafe { krait_object::refcount::clear(&raw mut (*extension.definition).m_base.m_copy) };
    }
}

/// Registers a module made by single-phase initialisation (`_PyImport_FixupExtensionObject`): a definition without
/// state (m_size -1) keeps a copy of the namespace for later imports.
pub fn fix_up_extension(new: &Object, name: &Object, filename: &Object) -> Result<()> {
    use krait_object::protocol::object;
    let definition = definition_of(new);
    if definition.is_null() {
        return Err(err::bad_internal_call());
    }
    object::set_item(&*super::modules()?, name, new)?;
    // SAFETY: a live definition; the copy belongs to it.
    unsafe {
        module::state_add_module(new, definition)?;
        if (*definition).m_size == -1 {
            let copy = dict::copy(module::dict(new))?;
            let old = core::mem::replace(&mut (*definition).m_base.m_copy, copy.into_ptr());
            krait_object::refcount::xdecref(old);
        }
    }
    let (file, name) = (points(filename), points(name));
    let mut known = extensions();
    match known.iter_mut().find(|entry| entry.file == file && entry.name == name) {
        Some(entry) => entry.definition = definition,
        None => known.push(Extension { file, name, definition }),
    }
    Ok(())
}

/// A module that was imported before by single-phase initialisation, made again from its copy.
pub fn find_extension(name: &Object, filename: &Object) -> Result<Option<Obj>> {
    use krait_object::protocol::object;
    let definition = {
        let (file, name) = (points(filename), points(name));
        extensions()
            .iter()
            .find(|entry| entry.file == file && entry.name == name)
            .map(|entry| entry.definition)
    };
    let Some(definition) = definition else { return Ok(None) };
    // SAFETY: the registry holds definitions of loaded libraries, which stay loaded.
    unsafe {
        let new = if (*definition).m_size == -1 {
            let Some(copy) = Object::from_ptr_opt((*definition).m_base.m_copy) else { return Ok(None) };
            let new = super::add_module(name)?;
            dict::merge(module::dict(&new), copy, true)?;
            new
        } else {
            let Some(init) = (*definition).m_base.m_init else { return Ok(None) };
            let new = Obj::from_owned_or_raised(init())?;
            object::set_item(&*super::modules()?, name, &new)?;
            new
        };
        module::state_add_module(&new, definition)?;
        Ok(Some(new))
    }
}

/// Runs the exec slots of a multi-phase module that has not been executed (`_imp.exec_dynamic`, `_imp.exec_builtin`).
pub fn exec(new: &Object) -> Result<()> {
    if new.downcast::<module::Module>().is_none() {
        return Ok(());
    }
    let definition = definition_of(new);
    if definition.is_null() || module::get_state(new).is_ok_and(|state| !state.is_null()) {
        return Ok(());
    }
    // SAFETY: a live definition of this module.
    unsafe { module::exec_def(new, definition) }
}

/// The definition of a module; NULL for objects that have none.
fn definition_of(object: &Object) -> *mut PyModuleDef {
    module::get_def(object).unwrap_or_else(|_| {
        err::clear();
        core::ptr::null_mut()
    })
}
