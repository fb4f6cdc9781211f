//! `sys` (skeleton; owner: lifecycle).
use krait_object::{Object, Result};
/// Hands a value to `sys.displayhook`.
pub fn display(_value: &Object) -> Result<()> { panic!("not landed yet") }
