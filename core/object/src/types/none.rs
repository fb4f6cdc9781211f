//! `None`, `NotImplemented` and `Ellipsis` accessors (skeleton; owner: types).
use crate::handle::Object;
/// `Py_None`, borrowed.
pub fn none() -> &'static Object {
    missing!()
}
/// `Py_NotImplemented`, borrowed.
pub fn not_implemented() -> &'static Object {
    missing!()
}
/// `Py_Ellipsis`, borrowed.
pub fn ellipsis() -> &'static Object {
    missing!()
}
