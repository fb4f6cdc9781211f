//! `PySequence_*` (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
/// `PySequence_GetItem`.
pub fn get_item(_object: &Object, _index: isize) -> Result<Obj> {
    missing!()
}
/// `PySequence_SetItem`; no value deletes.
pub fn set_item(_object: &Object, _index: isize, _value: Option<&Object>) -> Result<()> {
    missing!()
}
/// `PySequence_Contains`.
pub fn contains(_object: &Object, _item: &Object) -> Result<bool> {
    missing!()
}
/// `PySequence_Concat`.
pub fn concat(_a: &Object, _b: &Object) -> Result<Obj> {
    missing!()
}
/// `PySequence_Repeat`.
pub fn repeat(_object: &Object, _count: isize) -> Result<Obj> {
    missing!()
}
/// `PySequence_List`: a new list.
pub fn list(_iterable: &Object) -> Result<Obj> {
    missing!()
}
/// `PySequence_Tuple`.
pub fn tuple(_iterable: &Object) -> Result<Obj> {
    missing!()
}
/// `PySequence_Fast`: a list or tuple; TypeError with `message` when not iterable.
pub fn fast(_iterable: &Object, _message: &str) -> Result<Obj> {
    missing!()
}
/// `PySequence_Check`.
pub fn check(_object: &Object) -> bool {
    missing!()
}
