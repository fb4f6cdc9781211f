//! Warnings (unfinished: only through the `warnings` module once it is imported).

use krait_object::protocol::{call, object};
use krait_object::types::long;
use krait_object::{Object, Result, intern};

/// `PyErr_WarnEx`.
pub fn warn(category: &Object, message: &Object, stack_level: isize) -> Result<()> {
    let Some(module) = crate::import::get_module(intern!("warnings"))? else { return Ok(()) };
    let warn = object::get_attr(&module, intern!("warn"))?;
    let level = long::from_i64(stack_level as i64)?;
    call::call(&warn, &[message, category, &level]).map(drop)
}

/// `PyErr_WarnExplicitObject` without a module and registry.
pub fn warn_explicit(category: &Object, message: &Object, filename: &Object, lineno: i32) -> Result<()> {
    let Some(module) = crate::import::get_module(intern!("warnings"))? else { return Ok(()) };
    let warn = object::get_attr(&module, intern!("warn_explicit"))?;
    let line = long::from_i64(i64::from(lineno))?;
    call::call(&warn, &[message, category, filename, &line]).map(drop)
}
