//! `str_iterator`, `bytes_iterator` and `bytearray_iterator`: an index and the sequence, which is NULL when the
//! iterator is exhausted. The three structs are laid out alike, so one implementation serves them.

use crate::cell::Visitor;
use crate::handle::{Layout, Obj, Object, Result};
use crate::slot::{self, guard};
use crate::types::{bytearray, bytes, iter, long, tuple, unicode};
use crate::{gc, method, refcount};
use core::ptr::null_mut;
use krait_abi::*;

/// A sequence that is iterated by index.
trait Sequence: Copy {
    fn length(sequence: &Object) -> usize;
    fn item(sequence: &Object, index: usize) -> Result<Obj>;
    /// What an exhausted iterator pickles as iterating over.
    fn nothing() -> Result<Obj>;
}

#[derive(Clone, Copy)]
struct Text;
impl Sequence for Text {
    #[inline(always)]
    fn length(sequence: &Object) -> usize {
        unicode::len(sequence)
    }
    #[inline(always)]
    fn item(sequence: &Object, index: usize) -> Result<Obj> {
        unicode::from_char(unicode::char_at(sequence, index))
    }
    fn nothing() -> Result<Obj> {
        unicode::empty()
    }
}

#[derive(Clone, Copy)]
struct ByteString;
impl Sequence for ByteString {
    #[inline(always)]
    fn length(sequence: &Object) -> usize {
        bytes::as_slice(sequence).len()
    }
    #[inline(always)]
    fn item(sequence: &Object, index: usize) -> Result<Obj> {
        long::from_i64(bytes::as_slice(sequence)[index].into())
    }
    fn nothing() -> Result<Obj> {
        Ok(tuple::empty())
    }
}

#[derive(Clone, Copy)]
struct ByteArray;
impl Sequence for ByteArray {
    #[inline(always)]
    fn length(sequence: &Object) -> usize {
        bytearray::len(sequence)
    }
    #[inline(always)]
    fn item(sequence: &Object, index: usize) -> Result<Obj> {
        // SAFETY: no code runs while the slice is in use.
        long::from_i64(unsafe { bytearray::as_slice(sequence) }[index].into())
    }
    fn nothing() -> Result<Obj> {
        Ok(tuple::empty())
    }
}

/// Any of the three, by the common layout.
#[repr(transparent)]
struct Iterator(core::cell::UnsafeCell<unicodeiterobject>);
// SAFETY: transparent over a C object struct inside an UnsafeCell.
unsafe impl Layout for Iterator {}

const _: () = assert!(
    size_of::<unicodeiterobject>() == size_of::<striterobject>()
        && size_of::<unicodeiterobject>() == size_of::<bytesiterobject>()
);

impl Iterator {
    fn raw(&self) -> *mut unicodeiterobject {
        self.0.get()
    }

    fn sequence(&self) -> Option<Obj> {
        // SAFETY: a live iterator; `it_seq` is NULL or owns a sequence.
        unsafe { Object::from_ptr_opt((*self.raw()).it_seq).map(Layout::owned) }
    }

    fn index(&self) -> isize {
        // SAFETY: a live iterator.
        unsafe { (*self.raw()).it_index }
    }
}

fn new(class: *mut PyTypeObject, sequence: &Object) -> Result<Obj> {
    let iterator = gc::new_object(class)?.cast::<unicodeiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).it_index = 0;
        (*iterator).it_seq = sequence.owned().into_ptr();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

/// `iter(str)`.
pub fn of_str(text: &Object) -> Result<Obj> {
    new(&raw mut PyUnicodeIter_Type, text)
}

/// `iter(bytes)`.
pub fn of_bytes(bytes: &Object) -> Result<Obj> {
    new(&raw mut PyBytesIter_Type, bytes)
}

/// `iter(bytearray)`.
pub fn of_bytearray(bytes: &Object) -> Result<Obj> {
    new(&raw mut PyByteArrayIter_Type, bytes)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<unicodeiterobject>()).it_seq);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Iterator, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    visitor.visit_ptr(unsafe { (*this.raw()).it_seq });
}

/// `tp_iternext` of `str_iterator`: characters up to U+00FF are there already.
unsafe extern "C" fn next_char(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract; the sequence is owned by the iterator while it is not exhausted.
    unsafe {
        let this = object.cast::<unicodeiterobject>();
        let sequence = (*this).it_seq;
        let index = (*this).it_index as usize;
        if !sequence.is_null()
            && let unicode::Chars::Latin1(text) = unicode::chars(Object::from_ptr(sequence))
            && let Some(&c) = text.get(index)
            && let Some(shared) = unicode::shared_char(c)
        {
            (*this).it_index = index as isize + 1;
            return shared.into_ptr();
        }
        next::<Text>(object)
    }
}

unsafe extern "C" fn next<S: Sequence>(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract; the sequence is owned by the iterator while it is not exhausted.
    guard(null_mut(), || unsafe {
        let this = object.cast::<unicodeiterobject>();
        let Some(sequence) = Object::from_ptr_opt((*this).it_seq) else { return null_mut() };
        let index = (*this).it_index as usize;
        if index < S::length(sequence) {
            let Ok(item) = S::item(sequence, index) else { return null_mut() };
            (*this).it_index += 1;
            return item.into_ptr();
        }
        (*this).it_seq = null_mut();
        refcount::decref(sequence.as_ptr());
        null_mut()
    })
}

fn length_hint<S: Sequence>(this: &Iterator) -> Result<usize> {
    Ok(this.sequence().map_or(0, |s| S::length(&s).saturating_sub(this.index() as usize)))
}

fn reduce<S: Sequence>(this: &Iterator) -> Result<Obj> {
    iter::reduce_sequence("iter", this.sequence(), this.index(), S::nothing)
}

fn setstate<S: Sequence>(this: &Iterator, state: &Object) -> Result<()> {
    let index = long::as_isize(state)?;
    if let Some(sequence) = this.sequence() {
        // SAFETY: a live iterator.
        unsafe { (*this.raw()).it_index = index.clamp(0, S::length(&sequence) as isize) };
    }
    Ok(())
}

macro_rules! iterators {
    ($($(#[$meta:meta])* $class:ident, $methods:ident, $name:literal, $sequence:ty, $next:expr, $reduce_doc:literal;)*) => {$(
        crate::methods! {
            static $methods = [
                method::noargs(c"__length_hint__", length_hint::<$sequence>, c"How many items are left."),
                method::noargs(c"__reduce__", reduce::<$sequence>, $reduce_doc),
                method::o(c"__setstate__", setstate::<$sequence>, c"Sets the index of the next item."),
            ];
        }
        crate::static_type! {
            $(#[$meta])*
            #[unsafe(no_mangle)]
            pub static $class = {
                tp_name: $name.as_ptr(),
                tp_basicsize: size_of::<unicodeiterobject>() as Py_ssize_t,
                tp_dealloc: Some(dealloc),
                tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
                tp_traverse: slot::traverse(traverse),
                tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
                tp_iter: Some(crate::protocol::object::PyObject_SelfIter),
                tp_iternext: Some($next),
                tp_methods: (&raw mut $methods).cast(),
                tp_free: Some(gc::PyObject_GC_Del),
            };
        }
    )*};
}

iterators! {
    /// `str_iterator`
    PyUnicodeIter_Type, STR_METHODS, c"str_iterator", Text, next_char, c"For pickling.";
    /// `bytes_iterator`
    PyBytesIter_Type, BYTES_METHODS, c"bytes_iterator", ByteString, next::<ByteString>, c"For pickling.";
    /// `bytearray_iterator`
    PyByteArrayIter_Type, BYTEARRAY_METHODS, c"bytearray_iterator", ByteArray, next::<ByteArray>, c"__reduce__($self, /)\n--\n\nFor pickling.";
}
