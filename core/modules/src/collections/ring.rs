//! The storage of a deque: a ring buffer of owned references.
//!
//! No reference into the buffer leaves a method and no method runs Python code: what is taken out is returned, for the
//! caller to drop when the deque is whole again.

use core::cell::UnsafeCell;
use krait_object::cell::Visitor;
use krait_object::{Obj, Object, Result, err};
use std::collections::VecDeque;

/// A ring buffer that shared references can change.
pub struct Ring(UnsafeCell<VecDeque<Obj>>);

/// Buffers below this capacity never shrink.
const KEEP: usize = 512;

impl Ring {
    pub const fn new() -> Ring {
        Ring(UnsafeCell::new(VecDeque::new()))
    }

    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the reference stays inside one method")]
    fn items(&self) -> &mut VecDeque<Obj> {
        // SAFETY: the GIL is held, and no method holds this across code that could come back here.
        unsafe { &mut *self.0.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    /// A new reference to the item.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Obj> {
        self.items().get(index).cloned()
    }

    /// Room for one more.
    #[inline(always)]
    fn reserve(&self) -> Result<()> {
        let items = self.items();
        if items.len() == items.capacity() && items.try_reserve(1).is_err() {
            return Err(err::no_memory());
        }
        Ok(())
    }

    /// Gives memory back when most of it is unused.
    #[inline(always)]
    fn relax(&self) {
        let items = self.items();
        if items.capacity() > KEEP && items.len() < items.capacity() / 8 {
            items.shrink_to(items.capacity() / 4);
        }
    }

    #[inline]
    pub fn push_back(&self, item: Obj) -> Result<()> {
        self.reserve()?;
        self.items().push_back(item);
        Ok(())
    }

    #[inline]
    pub fn push_front(&self, item: Obj) -> Result<()> {
        self.reserve()?;
        self.items().push_front(item);
        Ok(())
    }

    #[inline]
    pub fn pop_back(&self) -> Option<Obj> {
        self.relax();
        self.items().pop_back()
    }

    #[inline]
    pub fn pop_front(&self) -> Option<Obj> {
        self.relax();
        self.items().pop_front()
    }

    /// Puts an item in place of another, which is returned.
    pub fn replace(&self, index: usize, item: Obj) -> Obj {
        core::mem::replace(&mut self.items()[index], item)
    }

    pub fn insert(&self, index: usize, item: Obj) -> Result<()> {
        self.reserve()?;
        self.items().insert(index, item);
        Ok(())
    }

    pub fn remove(&self, index: usize) -> Option<Obj> {
        self.relax();
        self.items().remove(index)
    }

    /// Moves the last `count` items (at most all) to the front.
    pub fn rotate_right(&self, count: usize) {
        self.items().rotate_right(count);
    }

    pub fn reverse(&self) {
        self.items().make_contiguous().reverse();
    }

    /// Appends the items `times - 1` times over.
    pub fn multiply(&self, times: usize) -> Result<()> {
        let items = self.items();
        let length = items.len();
        let more = length.checked_mul(times - 1).ok_or_else(err::no_memory)?;
        if items.try_reserve(more).is_err() {
            return Err(err::no_memory());
        }
        for i in 0..more {
            items.push_back(items[i].clone());
        }
        Ok(())
    }

    /// All items; the ring is empty afterwards.
    pub fn take(&self) -> VecDeque<Obj> {
        core::mem::take(self.items())
    }

    pub fn visit(&self, visitor: &mut Visitor) {
        for item in self.items().iter() {
            let item: &Object = item;
            visitor.visit(item);
        }
    }
}
