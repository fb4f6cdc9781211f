//! The text of an element: an object, or a list of pieces that nobody has asked for yet.

use core::cell::Cell;
use krait_abi::PyObject;
use krait_object::cell::Visitor;
use krait_object::types::{list, none, unicode};
use krait_object::{Layout, Obj, Object, Result};

/// An owned reference whose lowest bit tells that it is a list of pieces to be joined.
pub struct Text(Cell<*mut PyObject>);

const PIECES: usize = 1;

impl Text {
    /// `None`
    pub fn none() -> Text {
        Text(Cell::new(none::none().owned().into_ptr()))
    }

    fn pointer(&self) -> *mut PyObject {
        self.0.get().map_addr(|address| address & !PIECES)
    }

    /// Whether there are pieces.
    pub fn is_pieces(&self) -> bool {
        self.0.get().addr() & PIECES != 0
    }

    /// The object as it is, pieces or not.
    pub fn raw(&self) -> Obj {
        // SAFETY: the field owns a live object; `clear` alone leaves none, and stands for None.
        unsafe { Object::from_ptr_opt(self.pointer()) }.unwrap_or(none::none()).owned()
    }

    /// Whether it is `None`.
    pub fn is_none(&self) -> bool {
        let pointer = self.pointer();
        pointer.is_null() || pointer == none::none().as_ptr()
    }

    /// The text, joined now if it was not.
    pub fn get(&self) -> Result<Obj> {
        let value = self.raw();
        if !self.is_pieces() {
            return Ok(value);
        }
        let joined = join(&value)?;
        self.set(joined.clone());
        Ok(joined)
    }

    /// Stores an object; the old one is dropped after that.
    pub fn set(&self, value: Obj) {
        self.replace(value.into_ptr());
    }

    /// Stores what a tree builder has collected: a list of pieces, or one object.
    pub fn set_collected(&self, value: Obj) {
        let pieces = list::check_exact(&value);
        self.replace(value.into_ptr().map_addr(|address| address | usize::from(pieces)));
    }

    /// Takes over another element's text.
    pub fn copy_from(&self, other: &Text) -> Result<()> {
        // Pieces are not shared: they may still grow.
        self.set(other.get()?);
        Ok(())
    }

    fn replace(&self, value: *mut PyObject) {
        let old = self.pointer();
        self.0.set(value);
        // SAFETY: the reference that the field owned.
        drop(unsafe { Obj::<Object>::from_owned_opt(old) });
    }

    /// For garbage collection: nothing stays.
    pub fn clear(&self) {
        self.replace(core::ptr::null_mut());
    }

    /// Shows the reference to a collector.
    pub fn visit(&self, visitor: &mut Visitor) {
        visitor.visit_ptr(self.pointer());
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.clear();
    }
}

/// `"".join(pieces)`
pub fn join(pieces: &Object) -> Result<Obj> {
    unicode::join_iterable(Some(&*unicode::empty()?), pieces)
}
