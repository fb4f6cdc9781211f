//! `bool` (skeleton; owner: numbers).
use crate::handle::Obj;
/// A new reference to `True` or `False`.
pub fn from_bool(_value: bool) -> Obj {
    missing!()
}
