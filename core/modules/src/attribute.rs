//! Attributes of modules that Rust code needs now and then, such as a module's own exception classes.
//!
//! They are looked up in the module when they are needed, so that nothing has to be kept over the end of an interpreter.

use krait_object::protocol::object;
use krait_object::{Obj, Object, Raised, Result, err, hooks};

/// `module.name`
#[cold]
pub fn of_module(module: &str, name: &str) -> Result<Obj> {
    object::get_attr_str(&*(hooks::get().import)(module)?, name)
}

/// Raises `module.name` with a message.
#[cold]
pub fn raise(module: &str, name: &str, message: impl core::fmt::Display) -> Raised {
    match of_module(module, name) {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

/// Adds a new exception class to a module.
pub fn add_exception(this: &Object, qualified: &str, base: Option<&Object>) -> Result<()> {
    let class = err::new_exception(qualified, base, None)?;
    let name = qualified.rsplit('.').next().unwrap_or(qualified);
    krait_object::types::module::add(this, name, &class)
}
