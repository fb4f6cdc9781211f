//! `PyMapping_*` (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
/// `PyMapping_Keys`: a list.
pub fn keys(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyMapping_Items`: a list.
pub fn items(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyMapping_Values`: a list.
pub fn values(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyMapping_Check`.
pub fn check(_object: &Object) -> bool {
    missing!()
}
