//! `set` and `frozenset` (skeleton; owner: containers).
use crate::handle::{Obj, Object, Result};
/// `PySet_New`.
pub fn new(_iterable: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PyFrozenSet_New`.
pub fn new_frozen(_iterable: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PySet_Add`.
pub fn add(_set: &Object, _key: &Object) -> Result<()> {
    missing!()
}
/// `PySet_Contains`.
pub fn contains(_set: &Object, _key: &Object) -> Result<bool> {
    missing!()
}
/// `PySet_Discard`.
pub fn discard(_set: &Object, _key: &Object) -> Result<bool> {
    missing!()
}
/// `PyAnySet_Check`.
pub fn check_any(_object: &Object) -> bool {
    missing!()
}
/// `_PySet_NextEntry` with new references: key and hash.
pub fn next(_set: &Object, _position: &mut isize) -> Option<(Obj, isize)> {
    missing!()
}
