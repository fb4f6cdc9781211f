//! Settings of the process before initialisation (`Py_SetProgramName` and relatives), and their values afterwards.

use super::config::duplicate_wide;
use super::read;
use core::ptr::null_mut;
use krait_abi::{PyConfig, PyWideStringList, wchar_t};
use krait_object::memory;

/// Which setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `Py_SetProgramName`
    ProgramName,
    /// `Py_SetPythonHome`
    Home,
    /// `Py_SetPath`: the module search path, colon-separated
    Path,
    /// `Py_GetPrefix`
    Prefix,
    /// `Py_GetExecPrefix`
    ExecPrefix,
    /// `Py_GetProgramFullPath`
    Executable,
}

const COUNT: usize = 6;
static mut VALUES: [*mut wchar_t; COUNT] = [null_mut(); COUNT];

/// Sets a value; NULL unsets it.
///
/// # Safety
/// A terminated string or NULL; no interpreter is being started in another thread.
pub unsafe fn set(field: Field, text: *const wchar_t) {
    // SAFETY: the caller's promise; the array is only touched here.
    unsafe {
        let place = (&raw mut VALUES).cast::<*mut wchar_t>().add(field as usize);
        let old = core::mem::replace(&mut *place, duplicate_wide(text));
        memory::raw_free(old.cast());
    }
}

/// The value, NULL when there is none.
pub fn get(field: Field) -> *mut wchar_t {
    // SAFETY: as in `set`.
    unsafe { *(&raw const VALUES).cast::<*mut wchar_t>().add(field as usize) }
}

/// Puts the settings into a configuration that leaves them open.
///
/// # Safety
/// A valid configuration.
pub unsafe fn apply(config: &mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        if config.program_name.is_null() {
            config.program_name = duplicate_wide(get(Field::ProgramName));
        }
        if config.home.is_null() {
            config.home = duplicate_wide(get(Field::Home));
        }
        let path = get(Field::Path);
        if config.module_search_paths_set == 0 && !path.is_null() {
            let mut list = PyWideStringList { length: 0, items: null_mut() };
            if let Some(path) = super::config::wide_to_string(path) {
                for folder in path.split(':') {
                    read::append(&mut list, super::config::string_to_wide(folder));
                }
            }
            config.module_search_paths = list;
            config.module_search_paths_set = 1;
        }
    }
}

/// Remembers what a complete configuration says, for the `Py_Get` functions.
///
/// # Safety
/// A valid, complete configuration.
pub unsafe fn remember(config: &PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        set(Field::ProgramName, config.program_name);
        set(Field::Prefix, config.prefix);
        set(Field::ExecPrefix, config.exec_prefix);
        set(Field::Executable, config.executable);
        let folders = read::list_strings(&config.module_search_paths).join(":");
        let wide = super::config::string_to_wide(&folders);
        set(Field::Path, wide);
        memory::raw_free(wide.cast());
    }
}
