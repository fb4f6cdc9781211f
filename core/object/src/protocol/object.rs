//! `PyObject_*` (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
use crate::slot::CompareOp;
/// `PyObject_GetAttr`.
pub fn get_attr(_object: &Object, _name: &Object) -> Result<Obj> {
    missing!()
}
/// `PyObject_GetAttrString`.
pub fn get_attr_str(_object: &Object, _name: &str) -> Result<Obj> {
    missing!()
}
/// `_PyObject_LookupAttr`: AttributeError becomes None.
pub fn lookup_attr(_object: &Object, _name: &Object) -> Result<Option<Obj>> {
    missing!()
}
/// `PyObject_SetAttr`; no value deletes.
pub fn set_attr(_object: &Object, _name: &Object, _value: Option<&Object>) -> Result<()> {
    missing!()
}
/// `_PyObject_LookupSpecial`: looks `name` up on the class and binds it; None when missing.
pub fn lookup_special(_object: &Object, _name: &Object) -> Result<Option<Obj>> {
    missing!()
}
/// `PyObject_Repr`.
pub fn repr(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyObject_Str`.
pub fn str(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyObject_ASCII`.
pub fn ascii(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyObject_Format`.
pub fn format(_object: &Object, _spec: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PyObject_Hash`.
pub fn hash(_object: &Object) -> Result<isize> {
    missing!()
}
/// `PyObject_RichCompare`.
pub fn rich_compare(_a: &Object, _b: &Object, _op: CompareOp) -> Result<Obj> {
    missing!()
}
/// `PyObject_RichCompareBool`: identity implies equality.
pub fn rich_compare_bool(_a: &Object, _b: &Object, _op: CompareOp) -> Result<bool> {
    missing!()
}
/// `PyObject_IsTrue`.
pub fn is_true(_object: &Object) -> Result<bool> {
    missing!()
}
/// `PyObject_IsInstance`.
pub fn is_instance(_object: &Object, _class: &Object) -> Result<bool> {
    missing!()
}
/// `PyObject_IsSubclass`.
pub fn is_subclass(_derived: &Object, _class: &Object) -> Result<bool> {
    missing!()
}
/// `PyObject_Size`.
pub fn len(_object: &Object) -> Result<usize> {
    missing!()
}
/// `PyObject_LengthHint`.
pub fn length_hint(_object: &Object, _default: usize) -> Result<usize> {
    missing!()
}
/// `PyObject_GetItem`.
pub fn get_item(_object: &Object, _key: &Object) -> Result<Obj> {
    missing!()
}
/// `PyObject_SetItem`.
pub fn set_item(_object: &Object, _key: &Object, _value: &Object) -> Result<()> {
    missing!()
}
/// `PyObject_DelItem`.
pub fn del_item(_object: &Object, _key: &Object) -> Result<()> {
    missing!()
}
/// `PyCallable_Check`.
pub fn is_callable(_object: &Object) -> bool {
    missing!()
}
/// `PyObject_Dir`.
pub fn dir(_object: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PyObject_Type` name for messages: shorthand for `object.class_of().name()`.
pub fn type_name(object: &Object) -> &str {
    object.class_of().name()
}
/// `Py_ReprEnter`: None when `object` is already being represented on this thread; leaves when dropped.
pub fn repr_enter(_object: &Object) -> Result<Option<ReprGuard>> {
    missing!()
}
/// Marks an object as being represented.
pub struct ReprGuard(Obj);
/// `PyObject_Bytes`.
pub fn bytes(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `_PyObject_HasLen`.
pub fn has_len(_object: &Object) -> bool {
    missing!()
}
