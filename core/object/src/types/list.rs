//! `list` (skeleton; owner: containers).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `list`
    #[unsafe(no_mangle)]
    pub static PyList_Type = { tp_name: c"list".as_ptr(), tp_basicsize: 40 };
}
crate::object_view!(/** A `list`. */ pub List, PyListObject, PyList_Type, flag Py_TPFLAGS_LIST_SUBCLASS);
/// An empty list.
pub fn new() -> Result<Obj<List>> {
    missing!()
}
/// A list that takes over `items`.
pub fn from_vec(_items: Vec<Obj>) -> Result<Obj<List>> {
    missing!()
}
/// A list of new references to `items`.
pub fn from_slice(_items: &[&Object]) -> Result<Obj<List>> {
    missing!()
}
/// `PyList_Check`.
pub fn check(object: &Object) -> bool {
    <List as crate::handle::Class>::is_instance(object)
}
impl List {
    /// Number of items.
    pub fn len(&self) -> usize {
        missing!()
    }
    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A new reference to an item, if the index is in range.
    pub fn get(&self, _index: usize) -> Option<Obj> {
        missing!()
    }
    /// Replaces an item (index must be in range, else IndexError).
    pub fn set(&self, _index: usize, _value: Obj) -> Result<()> {
        missing!()
    }
    /// `PyList_Append`.
    pub fn append(&self, _item: &Object) -> Result<()> {
        missing!()
    }
    /// `PyList_Append` that takes over the item.
    pub fn push(&self, _item: Obj) -> Result<()> {
        missing!()
    }
    /// `PyList_Insert`.
    pub fn insert(&self, _index: isize, _item: &Object) -> Result<()> {
        missing!()
    }
    /// `PyList_Sort`.
    pub fn sort(&self) -> Result<()> {
        missing!()
    }
    /// `list.extend`.
    pub fn extend(&self, _iterable: &Object) -> Result<()> {
        missing!()
    }
    /// `PyList_AsTuple`.
    pub fn to_tuple(&self) -> Result<Obj> {
        missing!()
    }
    /// The items, borrowed.
    /// # Safety
    /// No code runs that could change the list while the slice is in use.
    pub unsafe fn items(&self) -> &[&Object] {
        missing!()
    }
}
