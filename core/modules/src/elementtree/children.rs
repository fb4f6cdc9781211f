//! What an element has besides its tag and texts: attributes and children. Made when first needed.
//!
//! The layout is that of CPython's `ElementObjectExtra`, since `__sizeof__` shows it: up to four children inside, more
//! in a block of their own.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::ptr::null_mut;
use krait_abi::PyObject;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::{Obj, Object, Result, err, memory};

const INSIDE: usize = 4;

#[repr(C)]
pub struct Extra {
    /// The attributes, a dict; empty until somebody asks.
    pub attrib: ObjCell,
    length: Cell<usize>,
    allocated: Cell<usize>,
    /// Owned elements: `inside`, or a block.
    children: Cell<*mut *mut PyObject>,
    inside: UnsafeCell<[*mut PyObject; INSIDE]>,
}
const _: () = assert!(size_of::<Extra>() == 64);

impl Extra {
    /// No attributes, no children.
    pub fn new(attrib: Option<Obj>) -> Box<Extra> {
        let extra = Box::new(Extra {
            attrib: ObjCell::from_option(attrib),
            length: Cell::new(0),
            allocated: Cell::new(INSIDE),
            children: Cell::new(null_mut()),
            inside: UnsafeCell::new([null_mut(); INSIDE]),
        });
        extra.children.set(extra.inside.get().cast());
        extra
    }

    /// The number of children.
    pub fn len(&self) -> usize {
        self.length.get()
    }

    /// A new reference to a child.
    pub fn get(&self, index: usize) -> Option<Obj> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: below the length, the block holds live elements.
        Some(unsafe {
            let child = *self.children.get().add(index);
            krait_object::refcount::incref(child);
            Obj::from_owned_ptr(child)
        })
    }

    /// The address of a child, for identity tests.
    pub fn address(&self, index: usize) -> *mut PyObject {
        debug_assert!(index < self.len());
        // SAFETY: below the length.
        unsafe { *self.children.get().add(index) }
    }

    fn outside(&self) -> bool {
        self.children.get() != self.inside.get().cast()
    }

    /// The bytes of the struct and its block.
    pub fn size(&self) -> usize {
        size_of::<Extra>()
            + if self.outside() { self.allocated.get() * size_of::<*mut PyObject>() } else { 0 }
    }

    /// Makes room for more children.
    pub fn reserve(&self, more: usize) -> Result<()> {
        let wanted = self.len().checked_add(more).ok_or_else(err::no_memory)?;
        if wanted <= self.allocated.get() {
            return Ok(());
        }
        let room = (wanted >> 3) + if wanted < 9 { 3 } else { 6 } + wanted;
        let bytes = room.checked_mul(size_of::<*mut PyObject>()).ok_or_else(err::no_memory)?;
        let old = self.children.get();
        // SAFETY: the old block is ours if it is outside; otherwise the children are copied out.
        let block = unsafe {
            if self.outside() {
                memory::object_realloc(old.cast::<c_void>(), bytes).cast::<*mut PyObject>()
            } else {
                let block = memory::object_malloc(bytes).cast::<*mut PyObject>();
                if !block.is_null() {
                    core::ptr::copy_nonoverlapping(old, block, self.len());
                }
                block
            }
        };
        if block.is_null() {
            return Err(err::no_memory());
        }
        self.children.set(block);
        self.allocated.set(room);
        Ok(())
    }

    /// Adds a child at the end.
    #[inline]
    pub fn push(&self, child: Obj) -> Result<()> {
        if self.len() == self.allocated.get() {
            self.reserve(1)?;
        }
        // SAFETY: there is room behind the last child.
        unsafe { *self.children.get().add(self.len()) = child.into_ptr() };
        self.length.set(self.len() + 1);
        Ok(())
    }

    /// Puts a child before the one at `index`, which is at most the length.
    pub fn insert(&self, index: usize, child: Obj) -> Result<()> {
        self.reserve(1)?;
        let index = index.min(self.len());
        // SAFETY: there is room for one more.
        unsafe {
            let place = self.children.get().add(index);
            core::ptr::copy(place, place.add(1), self.len() - index);
            *place = child.into_ptr();
        }
        self.length.set(self.len() + 1);
        Ok(())
    }

    /// Takes a child out.
    pub fn remove(&self, index: usize) -> Obj {
        debug_assert!(index < self.len());
        // SAFETY: below the length; the reference moves to the result.
        unsafe {
            let place = self.children.get().add(index);
            let child = Obj::from_owned_ptr(*place);
            core::ptr::copy(place.add(1), place, self.len() - index - 1);
            self.length.set(self.len() - 1);
            child
        }
    }

    /// Puts a child in another's place, which is the result.
    pub fn replace(&self, index: usize, child: Obj) -> Obj {
        debug_assert!(index < self.len());
        // SAFETY: below the length; references change places.
        unsafe {
            Obj::from_owned_ptr(core::mem::replace(&mut *self.children.get().add(index), child.into_ptr()))
        }
    }

    /// Takes all children out.
    pub fn take_all(&self) -> Vec<Obj> {
        let count = self.length.replace(0);
        // SAFETY: the references move to the result.
        (0..count).map(|index| unsafe { Obj::from_owned_ptr(*self.children.get().add(index)) }).collect()
    }

    /// New references to all children.
    pub fn all(&self) -> Vec<Obj> {
        (0..self.len()).filter_map(|index| self.get(index)).collect()
    }

    /// Puts `children` in the place of a range, whose children are the result.
    pub fn splice(&self, start: usize, end: usize, children: Vec<Obj>) -> Result<Vec<Obj>> {
        self.reserve(children.len())?;
        let mut all = self.take_all();
        let old: Vec<Obj> = all.splice(start..end, children).collect();
        for (index, child) in all.iter().enumerate() {
            // SAFETY: `reserve` has made room for all of them.
            unsafe { *self.children.get().add(index) = child.as_ptr() };
        }
        self.length.set(all.len());
        // The references are the block's now.
        all.into_iter().for_each(core::mem::forget);
        Ok(old)
    }

    /// Shows everything to a collector.
    pub fn visit(&self, visitor: &mut Visitor) {
        self.attrib.visit(visitor);
        for index in 0..self.len() {
            visitor.visit_ptr(self.address(index));
        }
    }
}

impl Drop for Extra {
    fn drop(&mut self) {
        // From the first to the last, one at a time: what dies may look at nothing of this any more.
        for index in 0..self.length.replace(0) {
            // SAFETY: the reference that the block owned.
            drop(unsafe { Obj::<Object>::from_owned_ptr(*self.children.get().add(index)) });
        }
        if self.outside() {
            // SAFETY: a block of `reserve`.
            unsafe { memory::object_free(self.children.get().cast()) };
        }
    }
}
