//! Items and slices of a view: `view[key]`, `view[key] = value`, `tolist`.

use super::{MemoryView, add_view, format};
use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::buffer::{self, Buffer};
use crate::protocol::number;
use crate::types::{exceptions, list, none, slice, tuple};
use krait_abi::*;

fn invalid_key() -> Raised {
    err::type_error("memoryview: invalid slice key")
}

/// An index within one dimension: the address it leads to.
///
/// # Safety
/// `at` is the address of the dimension's first item in a live view.
unsafe fn step_into(view: &MemoryView, at: *mut u8, dimension: usize, index: isize) -> Result<*mut u8> {
    let count = view.shape()[dimension];
    let resolved = if index < 0 { index + count } else { index };
    if resolved < 0 || resolved >= count {
        return Err(err::index_error(format_args!("index out of bounds on dimension {}", dimension + 1)));
    }
    // SAFETY: the index is within the shape; suboffsets follow a pointer in the memory.
    unsafe {
        let at = at.offset(view.strides()[dimension] * resolved);
        match view.suboffsets().map(|suboffsets| suboffsets[dimension]) {
            Some(offset) if offset >= 0 => Ok(at.cast::<*mut u8>().read_unaligned().offset(offset)),
            _ => Ok(at),
        }
    }
}

/// How a key addresses a view.
enum Key<'a> {
    Index(&'a Object),
    Slice(&'a Object),
    /// A tuple of indices.
    Indices(&'a [&'a Object]),
    /// A tuple of slices.
    Slices,
    Other,
}

fn classify(key: &Object) -> Key<'_> {
    if number::index_check(key) {
        return Key::Index(key);
    }
    if slice::check(key) {
        return Key::Slice(key);
    }
    if tuple::check(key) {
        let items = tuple::items(key);
        if items.iter().all(|item| number::index_check(item)) {
            return Key::Indices(items);
        }
        if items.iter().all(|item| slice::check(item)) {
            return Key::Slices;
        }
    }
    Key::Other
}

impl MemoryView {
    fn first(&self) -> *mut u8 {
        self.raw().buf.cast()
    }

    fn item_format(&self) -> Result<char> {
        format::item_format(buffer::format_of(self.raw()))
    }

    /// The address that a tuple of indices leads to.
    fn address(&self, indices: &[&Object]) -> Result<*mut u8> {
        let (given, ndim) = (indices.len(), self.ndim());
        if given < ndim {
            return Err(err::not_implemented_error("sub-views are not implemented"));
        }
        if given > ndim {
            return Err(err::type_error(format_args!(
                "cannot index {ndim}-dimension view with {given}-element tuple"
            )));
        }
        let mut at = self.first();
        for (dimension, index) in indices.iter().enumerate() {
            let index = number::as_ssize(index, Some(exceptions::IndexError()))?;
            self.check()?;
            // SAFETY: follows the dimensions from the first item on.
            at = unsafe { step_into(self, at, dimension, index)? };
        }
        Ok(at)
    }

    /// `sq_item`: an item of a one-dimensional view.
    pub(super) fn item(&self, index: isize) -> Result<Obj> {
        self.check()?;
        let format = self.item_format()?;
        match self.ndim() {
            0 => Err(err::type_error("invalid indexing of 0-dim memory")),
            // SAFETY: an address within the view, whose items have the format.
            1 => unsafe { format::unpack(step_into(self, self.first(), 0, index)?, format) },
            _ => Err(err::not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    /// A view of a slice of the first dimension.
    fn sliced(&self, key: &Object) -> Result<Obj<MemoryView>> {
        let count = self.shape()[0];
        let (start, _, step, length) = slice::indices(key, count as usize)?;
        self.check()?;
        let view = add_view(&self.mbuf(), Some(self.raw()))?;
        let raw = view.raw_mut();
        // An empty slice, too, begins where its start says: extensions measure such addresses, but never read there.
        // SAFETY: the new view's own arrays.
        unsafe {
            raw.buf = raw.buf.cast::<u8>().wrapping_offset((*raw.strides).wrapping_mul(start)).cast();
            *raw.shape = length as isize;
            *raw.strides *= step;
        }
        raw.len = view.shape().iter().product::<isize>() * view.itemsize();
        view.init_flags();
        Ok(view)
    }

    /// `view[key]`.
    pub(super) fn subscript(&self, key: &Object) -> Result<Obj> {
        self.check()?;
        if self.ndim() == 0 {
            if tuple::check(key) && tuple::items(key).is_empty() {
                // SAFETY: the one item.
                return unsafe { format::unpack(self.first(), self.item_format()?) };
            }
            if key.is(none::ellipsis()) {
                return Ok(self.object().owned());
            }
            return Err(err::type_error("invalid indexing of 0-dim memory"));
        }
        match classify(key) {
            Key::Index(index) => self.item(number::as_ssize(index, Some(exceptions::IndexError()))?),
            Key::Slice(key) => Ok(self.sliced(key)?.upcast()),
            Key::Indices(indices) => {
                let format = self.item_format()?;
                // SAFETY: an address within the view.
                unsafe { format::unpack(self.address(indices)?, format) }
            }
            Key::Slices => Err(err::not_implemented_error("multi-dimensional slicing is not implemented")),
            Key::Other => Err(invalid_key()),
        }
    }

    /// Writes an item at an address got by `address`, after the value has been converted.
    fn write(&self, value: &Object, address: impl FnOnce() -> Result<*mut u8>) -> Result<()> {
        let packed = format::pack(value, self.item_format()?)?;
        // Converting may have run code that released the view.
        self.check()?;
        let at = address()?;
        let size = packed.len().min(self.itemsize() as usize);
        // SAFETY: an address within the view, whose items have that size.
        unsafe { core::ptr::copy_nonoverlapping(packed.as_ptr(), at, size) };
        Ok(())
    }

    /// `view[key] = value`.
    pub(super) fn set_subscript(&self, key: &Object, value: Option<&Object>) -> Result<()> {
        self.check()?;
        // Of an unsupported format nothing is written, whatever the key.
        self.item_format()?;
        if self.raw().readonly != 0 {
            return Err(err::type_error("cannot modify read-only memory"));
        }
        let Some(value) = value else { return Err(err::type_error("cannot delete memory")) };
        if self.ndim() == 0 {
            let whole = key.is(none::ellipsis()) || tuple::check(key) && tuple::items(key).is_empty();
            if !whole {
                return Err(err::type_error("invalid indexing of 0-dim memory"));
            }
            return self.write(value, || Ok(self.first()));
        }
        match classify(key) {
            Key::Index(index) => {
                if self.ndim() > 1 {
                    return Err(err::not_implemented_error("sub-views are not implemented"));
                }
                let index = number::as_ssize(index, Some(exceptions::IndexError()))?;
                self.check()?;
                // SAFETY: from the first item on.
                unsafe { step_into(self, self.first(), 0, index)? };
                // SAFETY: as above.
                self.write(value, || unsafe { step_into(self, self.first(), 0, index) })
            }
            Key::Slice(key) if self.ndim() == 1 => self.assign_slice(key, value),
            Key::Indices(indices) => {
                self.address(indices)?;
                self.write(value, || self.address(indices))
            }
            Key::Slice(_) | Key::Slices => Err(err::not_implemented_error(
                "memoryview slice assignments are currently restricted to ndim = 1",
            )),
            Key::Other => Err(invalid_key()),
        }
    }

    /// Copies the items of a buffer of the same structure into a slice.
    fn assign_slice(&self, key: &Object, value: &Object) -> Result<()> {
        let source = Buffer::get(value, PyBUF_FULL_RO)?;
        let from = source.view().expect("a view was asked for");
        let target = self.sliced(key)?;
        let to = target.raw();
        // SAFETY: a one-dimensional view has one size.
        let same_shape = from.ndim == 1
            && unsafe {
                let count = if from.shape.is_null() { from.len / from.itemsize } else { *from.shape };
                count == *to.shape
            };
        let same_format = buffer::format_of(from).to_bytes() == buffer::format_of(to).to_bytes();
        if !same_shape || !same_format || from.itemsize != to.itemsize {
            return Err(err::value_error(
                "memoryview assignment: lvalue and rvalue have different structures",
            ));
        }
        // The two may overlap, so the items go through a buffer of their own.
        let mut items = vec![0u8; from.len as usize];
        // SAFETY: both views are acquired and have `len` bytes of items.
        unsafe {
            buffer::to_contiguous(items.as_mut_ptr(), from, from.len, b'C')?;
            buffer::from_contiguous(to, items.as_ptr(), to.len, b'C');
        }
        Ok(())
    }

    /// `tolist()`.
    pub(super) fn to_list(&self) -> Result<Obj> {
        self.check()?;
        let format = self.item_format()?;
        // SAFETY: from the first item on.
        unsafe { self.list_from(self.first(), 0, format) }
    }

    /// # Safety
    /// `at` is the address of the first item of `dimension`.
    unsafe fn list_from(&self, at: *mut u8, dimension: usize, format: char) -> Result<Obj> {
        if dimension == self.ndim() {
            // SAFETY: the address of an item.
            return unsafe { format::unpack(at, format) };
        }
        let count = self.shape()[dimension];
        let mut items = Vec::with_capacity(count as usize);
        for index in 0..count {
            // SAFETY: the caller's promise.
            items.push(unsafe {
                self.list_from(step_into(self, at, dimension, index)?, dimension + 1, format)?
            });
        }
        Ok(list::from_vec(items)?.upcast())
    }
}
