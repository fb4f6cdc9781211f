//! `dict` (skeleton; owner: containers). Functions take `&Object` that must be a dict.
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `dict`
    #[unsafe(no_mangle)]
    pub static PyDict_Type = { tp_name: c"dict".as_ptr(), tp_basicsize: 48 };
}
crate::object_view!(/** A `dict`. */ pub Dict, PyDictObject, PyDict_Type, flag Py_TPFLAGS_DICT_SUBCLASS);
/// An empty dict.
pub fn new() -> Result<Obj> {
    missing!()
}
/// `PyDict_Check`.
pub fn check(object: &Object) -> bool {
    <Dict as crate::handle::Class>::is_instance(object)
}
/// `PyDict_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    <Dict as crate::handle::Class>::is_exact(object)
}
/// `ma_used`.
pub fn len(_dict: &Object) -> usize {
    missing!()
}
/// `PyDict_GetItemWithError`, as a new reference.
pub fn get_item(_dict: &Object, _key: &Object) -> Result<Option<Obj>> {
    missing!()
}
/// `PyDict_GetItemWithError`, borrowed.
/// # Safety
/// The dict is not changed while the result is in use.
pub unsafe fn get_item_borrowed<'a>(_dict: &'a Object, _key: &Object) -> Result<Option<&'a Object>> {
    missing!()
}
/// `_PyDict_GetItem_KnownHash`, borrowed.
/// # Safety
/// The dict is not changed while the result is in use.
pub unsafe fn get_known_hash<'a>(
    _dict: &'a Object,
    _key: &Object,
    _hash: isize,
) -> Result<Option<&'a Object>> {
    missing!()
}
/// `PyDict_GetItemString`, errors reported, new reference.
pub fn get_str(_dict: &Object, _key: &str) -> Result<Option<Obj>> {
    missing!()
}
/// `PyDict_SetItem`.
pub fn set_item(_dict: &Object, _key: &Object, _value: &Object) -> Result<()> {
    missing!()
}
/// `_PyDict_SetItem_KnownHash`.
pub fn set_known_hash(_dict: &Object, _key: &Object, _value: &Object, _hash: isize) -> Result<()> {
    missing!()
}
/// `PyDict_SetItemString`.
pub fn set_str(_dict: &Object, _key: &str, _value: &Object) -> Result<()> {
    missing!()
}
/// `PyDict_DelItem` (KeyError when missing).
pub fn del_item(_dict: &Object, _key: &Object) -> Result<()> {
    missing!()
}
/// Removes a key and returns its value, None when missing.
pub fn pop(_dict: &Object, _key: &Object) -> Result<Option<Obj>> {
    missing!()
}
/// `PyDict_Contains`.
pub fn contains(_dict: &Object, _key: &Object) -> Result<bool> {
    missing!()
}
/// `PyDict_SetDefault`: the value that is there afterwards.
pub fn set_default(_dict: &Object, _key: &Object, _default: &Object) -> Result<Obj> {
    missing!()
}
/// `PyDict_Copy`.
pub fn copy(_dict: &Object) -> Result<Obj> {
    missing!()
}
/// `PyDict_Clear`.
pub fn clear(_dict: &Object) {
    missing!()
}
/// `PyDict_Merge` from any mapping.
pub fn merge(_dict: &Object, _other: &Object, _override_: bool) -> Result<()> {
    missing!()
}
/// `PyDict_Keys`: a new list.
pub fn keys(_dict: &Object) -> Result<Obj> {
    missing!()
}
/// `PyDict_Values`: a new list.
pub fn values(_dict: &Object) -> Result<Obj> {
    missing!()
}
/// `PyDict_Items`: a new list of pairs.
pub fn items(_dict: &Object) -> Result<Obj> {
    missing!()
}
/// `PyDict_Next`: advances `position`; key and value borrowed.
/// # Safety
/// The dict is not changed while the results are in use.
pub unsafe fn next_borrowed<'a>(
    _dict: &'a Object,
    _position: &mut isize,
) -> Option<(&'a Object, &'a Object)> {
    missing!()
}
/// `PyDict_Next` with new references; the dict's keys must not be changed between calls (values may).
pub fn next(_dict: &Object, _position: &mut isize) -> Option<(Obj, Obj)> {
    missing!()
}
