//! Owned and borrowed references to Python objects.
//!
//! `Object` is any Python object behind a shared reference: `&Object` is a borrowed reference (CPython's "borrowed"),
//! `Obj` an owned one (dropping it decrements the reference count). Both are one non-null pointer, so `Option<Obj>`
//! and `Result<Obj>` are one pointer as well and the C convention (NULL for an error) costs nothing.
//!
//! ```text
//!   Obj<T> ──owns one count──▶ ┌───────────────┐
//!   &T     ──borrows─────────▶ │ ob_refcnt     │ @0
//!                              │ ob_type       │ @8
//!                              │ fields of T   │ @16
//!                              └───────────────┘
//! ```
//!
//! Architecture invariant: the GIL is held by whoever calls into this crate. Types here are neither `Send` nor `Sync`.

use crate::types::typeobject::Type;
use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;
use krait_abi::{PyObject, PyTypeObject};

/// Proof that an exception is set on the current thread state.
///
/// Zero-sized: `Result<Obj, Raised>` is one pointer. Made only by the functions of `err` (and by [`Raised::assume`]
/// where foreign C code has reported an error in its own way).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised(());

impl Raised {
    /// States that an exception has been set by somebody else (a C function that returned NULL or -1).
    #[inline(always)]
    pub const fn assume() -> Raised {
        Raised(())
    }

    /// The result of a slot that assigns or deletes. Any status but 0 says that an exception is set: extension modules
    /// have setters that return 1.
    #[inline(always)]
    pub const fn unless_zero(status: core::ffi::c_int) -> Result<()> {
        if status == 0 { Ok(()) } else { Err(Raised::assume()) }
    }
}

/// The result of every internal function that can raise.
pub type Result<T = Obj> = core::result::Result<T, Raised>;

/// Structs that begin with a `PyObject` head and may be looked at through a shared reference: every field that can
/// change is behind `UnsafeCell`/`Cell`.
///
/// # Safety
/// The implementor is `repr(C)` or `repr(transparent)`, starts with the 16 bytes of `PyObject` inside an
/// `UnsafeCell`, and has the layout that objects of its class have.
pub unsafe trait Layout: Sized {
    /// This object without its static type.
    #[inline(always)]
    fn object(&self) -> &Object {
        // SAFETY: every `Layout` starts with an object head.
        unsafe { &*(self as *const Self).cast::<Object>() }
    }

    /// A new owned reference.
    #[inline(always)]
    fn owned(&self) -> Obj<Self> {
        // SAFETY: `self` is a live object; the count taken here is owned by the result.
        unsafe {
            let raw = (self as *const Self).cast_mut();
            (*raw.cast::<PyObject>()).ob_refcnt += 1;
            Obj(NonNull::new_unchecked(raw), PhantomData)
        }
    }
}

/// A [`Layout`] that belongs to a Python class, so that objects can be tested for it.
///
/// # Safety
/// Every object for which `is_instance` returns true has the layout of `Self`.
pub unsafe trait Class: Layout {
    /// Whether it is a heap type, to which every instance holds a reference.
    const HEAP: bool = false;

    /// The class itself.
    fn class() -> &'static Type;

    /// Whether `object` is an instance of the class or of a subclass (`PyX_Check`).
    #[inline]
    fn is_instance(object: &Object) -> bool {
        core::ptr::eq(object.class_of(), Self::class()) || object.class_of().is_subtype(Self::class())
    }

    /// Whether `object` is an instance of exactly the class (`PyX_CheckExact`).
    #[inline(always)]
    fn is_exact(object: &Object) -> bool {
        core::ptr::eq(object.class_of(), Self::class())
    }
}

/// Any Python object, seen through a borrowed reference.
#[repr(transparent)]
pub struct Object(UnsafeCell<PyObject>, PhantomData<*mut ()>);

// SAFETY: transparent over PyObject inside an UnsafeCell.
unsafe impl Layout for Object {}

impl Object {
    /// Borrows the object behind a raw pointer.
    ///
    /// # Safety
    /// `ptr` points to a live object that stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_ptr<'a>(ptr: *mut PyObject) -> &'a Object {
        // SAFETY: the caller's promise; Object is transparent over PyObject.
        unsafe { &*ptr.cast::<Object>() }
    }

    /// Borrows the object behind a raw pointer that may be NULL.
    ///
    /// # Safety
    /// `ptr` is NULL or as for [`Object::from_ptr`].
    #[inline(always)]
    pub unsafe fn from_ptr_opt<'a>(ptr: *mut PyObject) -> Option<&'a Object> {
        // SAFETY: the caller's promise.
        unsafe { ptr.cast::<Object>().as_ref() }
    }

    /// The raw pointer; borrowed.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut PyObject {
        self.0.get()
    }

    /// The class of the object (`Py_TYPE`). Borrowed from the object: a later assignment to `__class__` may drop it.
    #[inline(always)]
    pub fn class_of(&self) -> &Type {
        // SAFETY: `ob_type` of a live object points to a live type.
        unsafe { &*(*self.as_ptr()).ob_type.cast::<Type>() }
    }

    /// The raw type pointer.
    #[inline(always)]
    pub fn type_ptr(&self) -> *mut PyTypeObject {
        // SAFETY: `self` is live.
        unsafe { (*self.as_ptr()).ob_type }
    }

    /// The current reference count (`Py_REFCNT`).
    #[inline(always)]
    pub fn refcount(&self) -> isize {
        // SAFETY: `self` is live.
        unsafe { (*self.as_ptr()).ob_refcnt }
    }

    /// Identity (`is`).
    #[inline(always)]
    pub fn is<T: Layout>(&self, other: &T) -> bool {
        core::ptr::eq(self, other.object())
    }

    /// Whether the object's class is exactly `class`.
    #[inline(always)]
    pub fn is_exactly(&self, class: &Type) -> bool {
        core::ptr::eq(self.class_of(), class)
    }

    /// Whether the object is an instance of `class` by its real type (`PyObject_TypeCheck`).
    #[inline]
    pub fn is_instance_of(&self, class: &Type) -> bool {
        core::ptr::eq(self.class_of(), class) || self.class_of().is_subtype(class)
    }

    /// Typed view when the object is an instance of `T`'s class.
    #[inline(always)]
    pub fn downcast<T: Class>(&self) -> Option<&T> {
        if T::is_instance(self) {
            // SAFETY: an instance of T's class has T's layout.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// Typed view when the object's class is exactly `T`'s.
    #[inline(always)]
    pub fn downcast_exact<T: Class>(&self) -> Option<&T> {
        if T::is_exact(self) {
            // SAFETY: an exact instance of T's class has T's layout.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// Typed view without a test.
    ///
    /// # Safety
    /// The object has `T`'s layout.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: Layout>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*self.as_ptr().cast::<T>() }
    }

    /// `None`?
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        core::ptr::eq(self, crate::types::none::none())
    }
}

/// An owned reference to an object of layout `T`.
#[repr(transparent)]
pub struct Obj<T: Layout = Object>(NonNull<T>, PhantomData<T>);

impl<T: Layout> Obj<T> {
    /// Takes over the reference that `ptr` carries.
    ///
    /// # Safety
    /// `ptr` is a live object of layout `T`, and the caller gives up one reference to it.
    #[inline(always)]
    pub unsafe fn from_owned_ptr(ptr: *mut PyObject) -> Obj<T> {
        // SAFETY: the caller's promise.
        unsafe { Obj(NonNull::new_unchecked(ptr.cast()), PhantomData) }
    }

    /// Gives the reference to the caller as a raw pointer (for C code, or to be stored in a struct).
    #[inline(always)]
    pub fn into_ptr(self) -> *mut PyObject {
        ManuallyDrop::new(self).0.as_ptr().cast()
    }

    /// Forgets the static type.
    #[inline(always)]
    pub fn upcast(self) -> Obj {
        // SAFETY: every Layout is an object; the reference moves.
        unsafe { Obj::from_owned_ptr(self.into_ptr()) }
    }

    /// Changes the static type without a test.
    ///
    /// # Safety
    /// The object has layout `U`.
    #[inline(always)]
    pub unsafe fn cast_into<U: Layout>(self) -> Obj<U> {
        // SAFETY: the caller's promise; the reference moves.
        unsafe { Obj::from_owned_ptr(self.into_ptr()) }
    }

    /// Typed owned reference, or the object back when it is not an instance of `U`'s class.
    #[inline]
    pub fn downcast_into<U: Class>(self) -> core::result::Result<Obj<U>, Obj<T>> {
        if U::is_instance(self.object()) {
            // SAFETY: just tested.
            Ok(unsafe { self.cast_into() })
        } else {
            Err(self)
        }
    }
}

impl Obj {
    /// Takes over the reference that `ptr` carries, NULL meaning that an exception is set.
    ///
    /// # Safety
    /// As for [`Obj::from_owned_ptr`], or NULL with an exception set.
    #[inline(always)]
    pub unsafe fn from_owned_or_raised(ptr: *mut PyObject) -> Result<Obj> {
        // SAFETY: the caller's promise; Option<NonNull> is the nullable pointer.
        match NonNull::new(ptr.cast::<Object>()) {
            Some(p) => Ok(Obj(p, PhantomData)),
            None => Err(Raised::assume()),
        }
    }

    /// Takes over the reference that `ptr` carries, NULL meaning nothing.
    ///
    /// # Safety
    /// As for [`Obj::from_owned_ptr`], or NULL.
    #[inline(always)]
    pub unsafe fn from_owned_opt(ptr: *mut PyObject) -> Option<Obj> {
        NonNull::new(ptr.cast::<Object>()).map(|p| Obj(p, PhantomData))
    }
}

impl<T: Layout> Deref for Obj<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: an owned reference keeps the object alive.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Layout> Clone for Obj<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        (**self).owned()
    }
}

impl<T: Layout> Drop for Obj<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the reference owned by `self` is given up exactly once.
        unsafe { crate::refcount::decref(self.0.as_ptr().cast()) }
    }
}

/// The pointer of an optional owned reference: NULL for `None`. The reference moves to the caller.
#[inline(always)]
pub fn into_ptr_opt<T: Layout>(object: Option<Obj<T>>) -> *mut PyObject {
    object.map_or(core::ptr::null_mut(), Obj::into_ptr)
}

/// The pointer of an optional borrowed reference: NULL for `None`.
#[inline(always)]
pub fn as_ptr_opt(object: Option<&Object>) -> *mut PyObject {
    object.map_or(core::ptr::null_mut(), Object::as_ptr)
}

/// Owned references lent out together.
#[inline]
pub fn borrowed(owned: &[Obj]) -> &[&Object] {
    // SAFETY: an `Obj` and a `&Object` are both just the pointer; the owners outlive the loan.
    unsafe { core::slice::from_raw_parts(owned.as_ptr().cast(), owned.len()) }
}

/// Defines the safe view of a C struct that is a Python object: a transparent wrapper with `Layout`, `Class`, `Deref`
/// to [`Object`] and `as_raw()`.
///
/// `object_view!(/// doc  pub List, PyListObject, PyList_Type);` tests instances by walking the MRO;
/// with `, flag Py_TPFLAGS_LIST_SUBCLASS` behind it, by the type's subclass flag.
#[macro_export]
macro_rules! object_view {
    ($(#[$meta:meta])* pub $name:ident, $raw:ty, $class:expr $(, flag $flag:expr)?) => {
        $(#[$meta])*
        #[repr(transparent)]
        pub struct $name(core::cell::UnsafeCell<$raw>, core::marker::PhantomData<*mut ()>);

        // SAFETY: transparent over a C object struct inside an UnsafeCell.
        unsafe impl $crate::handle::Layout for $name {}

        // SAFETY: instances of the class have the C struct's layout.
        unsafe impl $crate::handle::Class for $name {
            #[inline(always)]
            fn class() -> &'static $crate::types::typeobject::Type {
                // SAFETY: a static type object; `Type` is transparent over it.
                unsafe { $crate::types::typeobject::Type::from_raw(&raw mut $class) }
            }
            $(
            #[inline(always)]
            fn is_instance(object: &$crate::handle::Object) -> bool {
                object.class_of().flags() & ($flag as core::ffi::c_ulong) != 0
            }
            )?
        }

        impl core::ops::Deref for $name {
            type Target = $crate::handle::Object;
            #[inline(always)]
            fn deref(&self) -> &$crate::handle::Object {
                $crate::handle::Layout::object(self)
            }
        }

        impl $name {
            /// The C struct. Fields may be read and written while the object is alive and the GIL is held.
            #[inline(always)]
            pub fn as_raw(&self) -> *mut $raw {
                self.0.get()
            }
        }
    };
}
