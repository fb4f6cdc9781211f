//! `slice` (skeleton; owner: containers).
use crate::handle::{Obj, Object, Result};
/// `PySlice_New`.
pub fn new(_start: Option<&Object>, _stop: Option<&Object>, _step: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PySlice_Check`.
pub fn check(_object: &Object) -> bool {
    missing!()
}
/// Start, stop, step and length for a sequence (`PySlice_GetIndicesEx`).
pub fn indices(_slice: &Object, _length: usize) -> Result<(isize, isize, isize, usize)> {
    missing!()
}
