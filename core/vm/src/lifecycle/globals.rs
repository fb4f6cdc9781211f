//! Settings of the process before initialisation (`Py_SetProgramName`, `PySys_AddWarnOption` and relatives), and the paths
//! that were found. They outlive an interpreter, so their memory comes from the C library whatever allocators are set.

use super::config::wide_to_object;
use super::defaults::{self, Kind};
use super::paths::Found;
use super::read;
use super::wide::{self, Wide};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};
use krait_abi::*;
use krait_object::types::list::{self, List};
use krait_object::types::{bool as py_bool, dict, unicode};
use krait_object::{Object, Result, state};
use std::sync::Mutex;

/// Which setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `Py_SetProgramName`
    ProgramName,
    /// `Py_SetPythonHome`
    Home,
    /// `Py_GetPath`: the module search path, colon-separated
    Path,
    /// `Py_GetPrefix`
    Prefix,
    /// `Py_GetExecPrefix`
    ExecPrefix,
    /// `Py_GetProgramFullPath`
    Executable,
}

/// The values.
#[unsafe(no_mangle)]
pub static mut _Py_path_config: _PyPathConfig = _PyPathConfig {
    program_full_path: null_mut(),
    prefix: null_mut(),
    exec_prefix: null_mut(),
    module_search_path: null_mut(),
    program_name: null_mut(),
    home: null_mut(),
};

/// Whether the search path is one that `Py_SetPath` gave, which no search replaces.
static PATH_GIVEN: AtomicBool = AtomicBool::new(false);

fn place(field: Field) -> *mut *mut wchar_t {
    // SAFETY: addresses of fields of a static.
    unsafe {
        match field {
            Field::ProgramName => &raw mut _Py_path_config.program_name,
            Field::Home => &raw mut _Py_path_config.home,
            Field::Path => &raw mut _Py_path_config.module_search_path,
            Field::Prefix => &raw mut _Py_path_config.prefix,
            Field::ExecPrefix => &raw mut _Py_path_config.exec_prefix,
            Field::Executable => &raw mut _Py_path_config.program_full_path,
        }
    }
}

fn store(field: Field, text: Option<&[u32]>) {
    // SAFETY: the memory is as large as the text with its terminator; the old value came from here.
    unsafe {
        let new = match text {
            None => null_mut(),
            Some(text) => {
                let new = libc::malloc((text.len() + 1) * size_of::<wchar_t>()).cast::<wchar_t>();
                if !new.is_null() {
                    core::ptr::copy_nonoverlapping(text.as_ptr().cast(), new, text.len());
                    *new.add(text.len()) = 0;
                }
                new
            }
        };
        let old = core::mem::replace(&mut *place(field), new);
        libc::free(old.cast());
    }
}

/// Sets a value; NULL unsets it. An empty program name or home is no value.
///
/// # Safety
/// A terminated string or NULL; no interpreter is being started in another thread.
pub unsafe fn set(field: Field, text: *const wchar_t) {
    // SAFETY: the caller's promise.
    let text = unsafe { wide::from_raw(text) };
    match field {
        Field::ProgramName if text.as_ref().is_none_or(Vec::is_empty) => {}
        Field::Home => store(field, text.as_deref().filter(|home| !home.is_empty())),
        Field::Path => {
            let given = text.is_some();
            PATH_GIVEN.store(given, Ordering::Relaxed);
            for other in [Field::Prefix, Field::ExecPrefix, Field::Executable] {
                store(other, given.then_some(&[]));
            }
            store(field, text.as_deref());
        }
        _ => store(field, text.as_deref()),
    }
}

/// A value as it is stored.
pub fn stored(field: Field) -> Option<Wide> {
    // SAFETY: a NULL or terminated string of this module.
    unsafe { wide::from_raw(*place(field)) }
}

/// The value for the `Py_Get` functions; before initialisation paths are searched for.
pub fn get(field: Field) -> *mut wchar_t {
    // SAFETY: as in `set`.
    unsafe {
        if (*place(field)).is_null() && field != Field::Home && !super::is_initialized() {
            let mut config = defaults::config(Kind::Compat);
            super::flags::read(&mut config);
            let name = stored(Field::ProgramName).unwrap_or_else(|| wide::of("python3"));
            config.program_name = wide::to_raw(&name);
            if stored(Field::Home).is_none()
                && let Some(value) = super::preconfig::variable(config.use_environment, "PYTHONHOME")
            {
                use std::os::unix::ffi::OsStrExt;
                config.home = wide::to_raw(&wide::decode(value.as_bytes()));
            }
            read::find_paths(&mut config);
            let mut path = Wide::new();
            join(&wide::list(&config.module_search_paths), &mut path);
            for (field, value) in [
                (Field::ProgramName, Some(name)),
                (Field::Prefix, wide::from_raw(config.prefix)),
                (Field::ExecPrefix, wide::from_raw(config.exec_prefix)),
                (Field::Executable, wide::from_raw(config.executable)),
                (Field::Path, Some(path)),
            ] {
                // What a caller has got already stays where it is.
                if (*place(field)).is_null() {
                    store(field, value.as_deref());
                }
            }
            read::clear(&mut config);
        }
        *place(field)
    }
}

/// Folders as `Py_GetPath` shows them.
fn join(folders: &[Wide], path: &mut Wide) {
    for (index, folder) in folders.iter().enumerate() {
        if index > 0 {
            path.push(':'.into());
        }
        path.extend(folder);
    }
}

/// What `Py_SetPath` implies.
pub fn given_path() -> Option<Found> {
    if !PATH_GIVEN.load(Ordering::Relaxed) {
        return None;
    }
    let path = stored(Field::Path)?;
    Some(Found {
        executable: stored(Field::Executable).unwrap_or_default(),
        prefix: stored(Field::Prefix).unwrap_or_default(),
        exec_prefix: stored(Field::ExecPrefix).unwrap_or_default(),
        search: path.split(|point| *point == ':'.into()).map(<[u32]>::to_vec).collect(),
    })
}

/// Remembers what a complete configuration says, for the `Py_Get` functions.
///
/// # Safety
/// A valid configuration.
pub unsafe fn remember(config: &PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        for (field, value) in [
            (Field::ProgramName, config.program_name),
            (Field::Prefix, config.prefix),
            (Field::ExecPrefix, config.exec_prefix),
            (Field::Executable, config.executable),
            (Field::Home, config.home),
        ] {
            store(field, wide::from_raw(value).as_deref());
        }
        let mut path = Wide::new();
        join(&wide::list(&config.module_search_paths), &mut path);
        store(Field::Path, Some(&path));
    }
}

/// What `Py_SetStandardStreamEncoding` set.
static STREAM_ENCODING: Mutex<(Option<String>, Option<String>)> = Mutex::new((None, None));

fn stream_encoding_lock() -> std::sync::MutexGuard<'static, (Option<String>, Option<String>)> {
    STREAM_ENCODING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The encoding and the error handler of the standard streams for the next initialisation.
pub fn set_stream_encoding(encoding: Option<String>, errors: Option<String>) {
    *stream_encoding_lock() = (encoding, errors);
}

/// What [`set_stream_encoding`] set.
pub(super) fn stream_encoding() -> (Option<String>, Option<String>) {
    stream_encoding_lock().clone()
}

static WARN_OPTIONS: Mutex<Vec<Wide>> = Mutex::new(Vec::new());
static X_OPTIONS: Mutex<Vec<Wide>> = Mutex::new(Vec::new());

fn lock(options: &'static Mutex<Vec<Wide>>) -> std::sync::MutexGuard<'static, Vec<Wide>> {
    options.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The warning options that wait for an initialisation; they are taken.
pub(super) fn warn_options() -> Vec<Wide> {
    core::mem::take(&mut *lock(&WARN_OPTIONS))
}

/// Adds the `-X` options that wait for an initialisation.
pub(super) unsafe fn add_x_options(config: &mut PyConfig) {
    for option in core::mem::take(&mut *lock(&X_OPTIONS)) {
        // SAFETY: a list of a valid configuration.
        unsafe { wide::append(&mut config.xoptions, wide::to_raw(&option)) };
    }
}

/// A warning filter for `sys.warnoptions`, or for the next initialisation (`PySys_AddWarnOption`).
///
/// # Safety
/// A terminated string.
pub unsafe fn add_warn_option(option: *const wchar_t) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if state::current().is_null() {
            lock(&WARN_OPTIONS).extend(wide::from_raw(option));
            return Ok(());
        }
        match wide_to_object(option)? {
            Some(option) => add_warn_option_object(&option),
            None => Ok(()),
        }
    }
}

/// As [`add_warn_option`] in a running interpreter.
pub fn add_warn_option_object(option: &Object) -> Result<()> {
    let options = match crate::sys::get_object("warnoptions") {
        Some(options) if options.downcast::<List>().is_some() => options,
        _ => {
            let new = list::new()?.upcast();
            crate::sys::set_object("warnoptions", Some(&new))?;
            new
        }
    };
    match options.downcast::<List>() {
        Some(options) => options.append(option),
        None => Ok(()),
    }
}

/// Forgets all warning filters (`PySys_ResetWarnOptions`).
pub fn reset_warn_options() -> Result<()> {
    if state::current().is_null() {
        lock(&WARN_OPTIONS).clear();
        return Ok(());
    }
    match crate::sys::get_object("warnoptions").as_ref().and_then(|options| options.downcast::<List>()) {
        Some(options) => {
            options.clear();
            Ok(())
        }
        None => Ok(()),
    }
}

/// `PySys_HasWarnOptions`
pub fn has_warn_options() -> bool {
    if state::current().is_null() {
        return !lock(&WARN_OPTIONS).is_empty();
    }
    crate::sys::get_object("warnoptions")
        .as_ref()
        .and_then(|options| options.downcast::<List>())
        .is_some_and(|options| !options.is_empty())
}

/// An `-X` option for `sys._xoptions`, or for the next initialisation (`PySys_AddXOption`).
///
/// # Safety
/// A terminated string.
pub unsafe fn add_x_option(option: *const wchar_t) -> Result<()> {
    // SAFETY: the caller's promise.
    let Some(option) = (unsafe { wide::from_raw(option) }) else { return Ok(()) };
    if state::current().is_null() {
        lock(&X_OPTIONS).push(option);
        return Ok(());
    }
    let options = match crate::sys::get_object("_xoptions") {
        Some(options) => options,
        None => {
            let new = dict::new()?.upcast();
            crate::sys::set_object("_xoptions", Some(&new))?;
            new
        }
    };
    let (name, value) = match wide::split_once(&option, '=') {
        Some((name, value)) => (name, unicode::from_code_points(value)?),
        None => (&option[..], py_bool::from_bool(true)),
    };
    dict::set_item(&options, &*unicode::from_code_points(name)?, &value)
}

/// The original command line (`Py_GetArgcArgv`): an array of C strings that lives until the program has run.
struct CommandLine(PyWideStringList);
// SAFETY: touched with the GIL held, or while no interpreter runs.
unsafe impl Send for CommandLine {}
static COMMAND_LINE: Mutex<CommandLine> =
    Mutex::new(CommandLine(PyWideStringList { length: 0, items: null_mut() }));

/// The original command line.
pub fn arguments() -> PyWideStringList {
    COMMAND_LINE.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0
}

/// Forgets the original command line (`_Py_ClearArgcArgv`).
pub fn forget_arguments() {
    replace_arguments(&[]);
}

/// Remembers the original command line.
pub(super) fn replace_arguments(strings: &[Wide]) {
    let mut new = PyWideStringList { length: 0, items: null_mut() };
    let copy = |text: &Wide| {
        // SAFETY: memory for the text and its terminator.
        unsafe {
            let memory = libc::malloc((text.len() + 1) * size_of::<wchar_t>()).cast::<wchar_t>();
            if !memory.is_null() {
                core::ptr::copy_nonoverlapping(text.as_ptr().cast(), memory, text.len());
                *memory.add(text.len()) = 0;
            }
            memory
        }
    };
    let mut held = COMMAND_LINE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: arrays and strings of this function, from the C library.
    unsafe {
        if !strings.is_empty() {
            new.items = libc::calloc(strings.len() + 1, size_of::<*mut wchar_t>()).cast();
            if !new.items.is_null() {
                for (index, text) in strings.iter().enumerate() {
                    *new.items.add(index) = copy(text);
                }
                new.length = strings.len() as isize;
            }
        }
        let old = core::mem::replace(&mut held.0, new);
        for index in 0..old.length.max(0) as usize {
            libc::free((*old.items.add(index)).cast());
        }
        libc::free(old.items.cast());
    }
}
