//! The search path as start-up reports it when the standard library is missing.

use super::wide;
use krait_abi::*;
use krait_object::err;
use std::fmt::Write;

/// Writes the path configuration to the standard error.
///
/// # Safety
/// A valid configuration.
pub unsafe fn dump_paths(config: &PyConfig) {
    // SAFETY: the caller's promise.
    let text = |text: *const wchar_t| unsafe { wide::from_raw(text) }.map(|text| wide::to_string(&text));
    let or_unset = |value: Option<String>| value.unwrap_or_else(|| "(not set)".to_owned());
    let quoted =
        |value: Option<String>| value.map_or_else(|| "(not set)".to_owned(), |value| format!("'{value}'"));
    let mut out = String::from("Python path configuration:\n");
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "  PYTHONHOME = {}\n  PYTHONPATH = {}\n  program name = {}\n  isolated = {}\n  environment = {}\n  user site = {}\n  \
         import site = {}\n",
        quoted(text(config.home)),
        quoted(text(config.pythonpath_env)),
        quoted(text(config.program_name)),
        config.isolated,
        config.use_environment,
        config.user_site_directory,
        config.site_import
    );
    for (name, value) in [
        ("_base_executable", config.base_executable),
        ("base_prefix", config.base_prefix),
        ("base_exec_prefix", config.base_exec_prefix),
        ("platlibdir", config.platlibdir),
        ("executable", config.executable),
        ("prefix", config.prefix),
        ("exec_prefix", config.exec_prefix),
    ] {
        let _ = writeln!(out, "  sys.{name} = '{}'", or_unset(text(value)));
    }
    out.push_str("  sys.path = [\n");
    // SAFETY: the caller's promise.
    for folder in unsafe { wide::list(&config.module_search_paths) } {
        let _ = writeln!(out, "    '{}',", wide::to_string(&folder));
    }
    out.push_str("  ]\n");
    err::write_stderr_raw(out.as_bytes());
}
