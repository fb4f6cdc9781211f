//! Python classes whose instances are Rust structs.
//!
//! A module's class is a `#[repr(C)]` struct that begins with [`Head`] and keeps its changing fields in cells. It
//! implements [`Payload`]; [`new`] allocates and initialises an instance, and [`dealloc`], [`traverse`], [`clear`] are
//! the matching slots. The static type comes from [`static_type!`](crate::static_type).

use crate::cell::Visitor;
use crate::handle::{Class, Layout, Obj, Result};
use crate::types::typeobject::Type;
use core::cell::UnsafeCell;
use core::ptr;
use krait_abi::*;

/// The object head inside a Rust struct.
#[repr(transparent)]
pub struct Head(UnsafeCell<PyObject>);

/// The head of a variable-sized object inside a Rust struct.
#[repr(transparent)]
pub struct VarHead(UnsafeCell<PyVarObject>);

/// A class whose instances are Rust structs. `head` is the first field.
pub trait Payload: Class {
    /// Visits every reference that the instance owns.
    fn traverse(&self, _visitor: &mut Visitor) {}
    /// Drops the references that can be part of a cycle; the instance stays valid.
    fn clear(&self) {}
}

/// An instance under construction: what follows the head of `T`, moved in as a whole.
///
/// `init` gets a head to put into the struct; the head that was allocated is kept over it.
pub fn new<T: Payload>(class: &Type, init: impl FnOnce(Head) -> T) -> Result<Obj<T>> {
    const { assert!(align_of::<T>() <= 16, "blocks of the object allocator are aligned to 16 bytes") };
    let object = class.alloc(0)?.into_ptr();
    // SAFETY: `alloc` gave zeroed memory of at least the class's basic size, which holds a T; the head that it
    // initialised is saved around the move.
    unsafe {
        let head = ptr::read(object);
        let value = init(Head(UnsafeCell::new(head)));
        ptr::write(object.cast::<T>(), value);
        ptr::write(object, head);
        Ok(Obj::from_owned_ptr(object))
    }
}

/// `tp_dealloc` of a payload class: untracks, clears weak references, drops the Rust fields, frees the memory and, for
/// a heap type, its reference to the class. Collected objects go through the trashcan, so that long chains of
/// iterators and wrappers die without deep recursion.
pub const fn dealloc<T: Payload>() -> destructor {
    unsafe extern "C" fn c_dealloc<T: Payload>(object: *mut PyObject) {
        // SAFETY: called once, with the last reference gone.
        unsafe {
            if (*(*object).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC as core::ffi::c_ulong != 0 {
                crate::gc::untrack(object);
                crate::refcount::trashcan(object, c_dealloc::<T>, || tear_down::<T>(object));
            } else {
                tear_down::<T>(object);
            }
        }
    }
    Some(c_dealloc::<T>)
}

/// The part of [`dealloc`] inside the trashcan.
///
/// # Safety
/// As for `tp_dealloc`; the object is untracked.
unsafe fn tear_down<T: Payload>(object: *mut PyObject) {
    // SAFETY: the caller's promise; the head is saved around the fields' drop.
    unsafe {
        let class = (*object).ob_type;
        if (*class).tp_weaklistoffset > 0 {
            crate::types::weakref::clear_weakrefs(object);
        }
        let head = ptr::read(object);
        crate::slot::guard((), || ptr::drop_in_place(object.cast::<T>()));
        ptr::write(object, head);
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        // The deallocation of a Python class made from a static one drops the class itself.
        if T::HEAP {
            crate::refcount::decref(class.cast());
        }
    }
}

/// `tp_traverse` of a payload class. Instances of a heap type own their class.
pub const fn traverse<T: Payload>() -> traverseproc {
    fn visit_all<T: Payload>(this: &T, visitor: &mut Visitor) {
        if T::HEAP {
            visitor.visit_ptr(this.object().class_of().as_ptr());
        }
        this.traverse(visitor);
    }
    crate::slot::traverse::<T, _>(visit_all::<T>)
}

/// `tp_clear` of a payload class.
pub const fn clear<T: Payload>() -> inquiry {
    crate::slot::clear::<T, _>(T::clear)
}

/// A type object with every slot empty.
pub const EMPTY_TYPE: PyTypeObject = {
    // SAFETY: every field is an integer, a nullable pointer or an optional function.
    unsafe { core::mem::MaybeUninit::zeroed().assume_init() }
};
/// No number slots.
// SAFETY: every field is an optional function or a pointer.
pub const EMPTY_NUMBER: PyNumberMethods = unsafe { core::mem::MaybeUninit::zeroed().assume_init() };
/// No sequence slots.
// SAFETY: every field is an optional function or a pointer.
pub const EMPTY_SEQUENCE: PySequenceMethods = unsafe { core::mem::MaybeUninit::zeroed().assume_init() };
/// No mapping slots.
// SAFETY: every field is an optional function.
pub const EMPTY_MAPPING: PyMappingMethods = unsafe { core::mem::MaybeUninit::zeroed().assume_init() };
/// No async slots.
// SAFETY: every field is an optional function.
pub const EMPTY_ASYNC: PyAsyncMethods = unsafe { core::mem::MaybeUninit::zeroed().assume_init() };

/// The head of a static type object: one reference, class `type`.
#[macro_export]
macro_rules! type_head {
    () => {
        krait_abi::PyVarObject {
            ob_base: krait_abi::PyObject {
                ob_refcnt: 1,
                ob_type: &raw mut $crate::types::typeobject::PyType_Type,
            },
            ob_size: 0,
        }
    };
}

/// Defines a static type object; fields that are not named stay empty until `type_ready` inherits them.
///
/// ```ignore
/// static_type! {
///     /// `list`
///     #[unsafe(no_mangle)]
///     pub static PyList_Type = { tp_name: c"list".as_ptr(), tp_basicsize: 40, tp_repr: slot::unary(repr) };
/// }
/// ```
#[macro_export]
macro_rules! static_type {
    ($(#[$meta:meta])* $vis:vis static $name:ident = { $($field:ident: $value:expr),* $(,)? };) => {
        $(#[$meta])*
        $vis static mut $name: krait_abi::PyTypeObject = krait_abi::PyTypeObject {
            ob_base: $crate::type_head!(),
            $($field: $value,)*
            ..$crate::payload::EMPTY_TYPE
        };
    };
}

/// Makes a `#[repr(C)]` Rust struct that begins with a `Head` the layout of the class behind a static type, or behind a
/// [`heap_type!`](crate::heap_type) with `heap` before its name.
#[macro_export]
macro_rules! payload_class {
    ($name:ident, heap $class:ident) => {
        // SAFETY: repr(C) with a Head (an UnsafeCell over PyObject) first; other fields are cells or never change.
        unsafe impl $crate::handle::Layout for $name {}
        // SAFETY: instances of the class are allocated with the struct's size and initialised by `payload::new`.
        unsafe impl $crate::handle::Class for $name {
            const HEAP: bool = true;

            #[inline(always)]
            fn class() -> &'static $crate::types::typeobject::Type {
                $class.class()
            }
        }
    };
    ($name:ident, $class:ident) => {
        // SAFETY: repr(C) with a Head (an UnsafeCell over PyObject) first; other fields are cells or never change.
        unsafe impl $crate::handle::Layout for $name {}
        // SAFETY: instances of the class are allocated with the struct's size and initialised by `payload::new`.
        unsafe impl $crate::handle::Class for $name {
            #[inline(always)]
            fn class() -> &'static $crate::types::typeobject::Type {
                // SAFETY: a static type object.
                unsafe { $crate::types::typeobject::Type::from_raw(&raw mut $class) }
            }
        }
    };
}

/// Compile-time check that a payload struct begins with its head.
pub const fn assert_head_first<T: Layout>(offset: usize) {
    assert!(offset == 0, "the head must be the first field");
}
