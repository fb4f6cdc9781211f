//! `tuple` (skeleton; owner: containers).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `tuple`
    #[unsafe(no_mangle)]
    pub static PyTuple_Type = { tp_name: c"tuple".as_ptr(), tp_basicsize: 24, tp_itemsize: 8 };
}
crate::object_view!(/** A `tuple`. */ pub Tuple, PyTupleObject, PyTuple_Type, flag Py_TPFLAGS_TUPLE_SUBCLASS);
/// The empty tuple.
pub fn empty() -> Obj {
    missing!()
}
/// A tuple of new references to `items`.
pub fn from_slice(_items: &[&Object]) -> Result<Obj> {
    missing!()
}
/// A tuple that takes over `items`.
pub fn from_vec(_items: Vec<Obj>) -> Result<Obj> {
    missing!()
}
/// A tuple that takes over an array.
pub fn pack<const N: usize>(_items: [Obj; N]) -> Result<Obj> {
    missing!()
}
/// The items, borrowed (the tuple is immutable). The object must be a tuple.
pub fn items(_object: &Object) -> &[&Object] {
    missing!()
}
/// `PyTuple_Check`.
pub fn check(object: &Object) -> bool {
    <Tuple as crate::handle::Class>::is_instance(object)
}
/// `PyTuple_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    <Tuple as crate::handle::Class>::is_exact(object)
}
/// `PyTuple_GetSlice`.
pub fn slice(_object: &Object, _start: usize, _end: usize) -> Result<Obj> {
    missing!()
}
