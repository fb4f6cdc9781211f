//! The C locale at start-up: PEP 538 (a legacy C locale becomes `C.UTF-8`) and the locale's encoding.

use core::ffi::CStr;
use krait_object::err;
use std::ffi::CString;

/// The locales that replace the C locale, in the order they are tried.
const TARGETS: [&CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// The name of the current `LC_CTYPE` locale.
pub fn ctype() -> Option<CString> {
    // SAFETY: a query; the text is copied at once.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, core::ptr::null());
        (!name.is_null()).then(|| CStr::from_ptr(name).to_owned())
    }
}

/// Sets the `LC_CTYPE` locale by name.
pub fn set_ctype(name: &CStr) -> bool {
    // SAFETY: a C string; no thread reads the locale during start-up.
    unsafe { !libc::setlocale(libc::LC_CTYPE, name.as_ptr()).is_null() }
}

/// Takes `LC_CTYPE` from the environment (`_Py_SetLocaleFromEnv`).
pub fn set_ctype_from_environment() -> bool {
    set_ctype(c"")
}

/// Whether `LC_CTYPE` is the C locale, also under its other name.
pub fn is_c() -> bool {
    ctype().is_none_or(|name| matches!(name.to_bytes(), b"C" | b"POSIX"))
}

/// Whether a locale with an encoding that is too small is in force (`_Py_LegacyLocaleDetected`). With `by_name` "POSIX",
/// which old C libraries report, does not count.
pub fn is_legacy(by_name: bool) -> bool {
    ctype().is_some_and(|name| name.as_c_str() == c"C" || (!by_name && name.as_c_str() == c"POSIX"))
}

/// Whether a locale is one of those that coercion sets (`_Py_IsLocaleCoercionTarget`).
pub fn is_coercion_target(name: &CStr) -> bool {
    TARGETS.contains(&name)
}

/// The encoding that the C library uses.
pub fn codeset() -> String {
    // SAFETY: the text is copied at once.
    unsafe {
        let name = libc::nl_langinfo(libc::CODESET);
        if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into_owned() }
    }
}

/// Replaces the C locale by one with UTF-8, for this process and (through `LC_CTYPE`) its children; false when `LC_ALL`
/// decides or none is available (`_Py_CoerceLegacyLocale`).
pub fn coerce(warn: bool) -> bool {
    if std::env::var_os("LC_ALL").is_some_and(|value| !value.is_empty()) {
        return false;
    }
    let old = ctype();
    for target in TARGETS {
        if !set_ctype(target) || codeset().is_empty() {
            continue;
        }
        // SAFETY: C strings; start-up has one thread.
        unsafe {
            if libc::setenv(c"LC_CTYPE".as_ptr(), target.as_ptr(), 1) != 0 {
                err::write_stderr_raw(b"Error setting LC_CTYPE, skipping C locale coercion\n");
                return false;
            }
            if warn {
                let name = target.to_string_lossy();
                err::write_stderr_raw(
                    format!(
                        "Python detected LC_CTYPE=C: LC_CTYPE coerced to {name} (set another locale or \
                         PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n"
                    )
                    .as_bytes(),
                );
            }
            libc::setlocale(libc::LC_ALL, c"".as_ptr());
        }
        return true;
    }
    if let Some(old) = old {
        set_ctype(&old);
    }
    false
}

/// What start-up says when the C locale is still in force and the user asked to be told.
pub fn warn_if_legacy() {
    if is_legacy(true) {
        err::write_stderr_raw(
            b"Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause \
Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible \
locales is recommended.\n",
        );
    }
}
