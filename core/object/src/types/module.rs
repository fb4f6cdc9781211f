//! `module` (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
/// `PyModule_NewObject`.
pub fn new(_name: &Object) -> Result<Obj> {
    missing!()
}
/// `PyModule_GetDict`, borrowed from the module.
pub fn dict(_module: &Object) -> &Object {
    missing!()
}
/// `PyModule_AddObject`.
pub fn add(_module: &Object, _name: &str, _value: &Object) -> Result<()> {
    missing!()
}
