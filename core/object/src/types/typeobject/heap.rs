//! Heap types of built-in modules: made when their module is first imported, given back when the interpreter ends.
//!
//! A module's Rust code must find the class of its instances without the module at hand, so a cell beside the class
//! holds it, for all interpreters of the process.

use super::{Type, spec};
use crate::handle::{Obj, Result};
use core::cell::{Cell, RefCell};
use core::ptr::null_mut;
use krait_abi::PyTypeObject;

/// Holds a heap type once it has been made.
pub struct TypeCell(Cell<*mut PyTypeObject>);
// SAFETY: touched with the GIL held.
unsafe impl Sync for TypeCell {}

/// The cells that hold a type.
struct Filled(RefCell<Vec<&'static TypeCell>>);
// SAFETY: touched with the GIL held.
unsafe impl Sync for Filled {}
static FILLED: Filled = Filled(RefCell::new(Vec::new()));

impl TypeCell {
    pub const fn empty() -> TypeCell {
        TypeCell(Cell::new(null_mut()))
    }

    /// The type, if it has been made.
    #[inline(always)]
    pub fn get(&self) -> Option<&'static Type> {
        // SAFETY: NULL, or a type that the cell owns until `fini`, after which no Python code runs.
        (!self.0.get().is_null()).then(|| unsafe { Type::from_raw(self.0.get()) })
    }

    /// The type, made on the first call.
    pub fn get_or_make(&'static self, make: impl FnOnce() -> Result<Obj<Type>>) -> Result<&'static Type> {
        if self.0.get().is_null() {
            self.0.set(make()?.into_ptr().cast());
            FILLED.0.borrow_mut().push(self);
        }
        Ok(self.get().expect("just made"))
    }
}

/// A heap type described by what would be its static type object.
pub struct HeapType {
    template: PyTypeObject,
    cell: TypeCell,
}
// SAFETY: the template never changes; what its pointers lead to is static.
unsafe impl Sync for HeapType {}

impl HeapType {
    pub const fn new(template: PyTypeObject) -> HeapType {
        HeapType { template, cell: TypeCell::empty() }
    }

    /// Makes the type unless that has happened. For the module's exec function.
    pub fn make(&'static self) -> Result<&'static Type> {
        // SAFETY: the template is a type object whose tables are static.
        self.cell.get_or_make(|| unsafe { spec::from_template(&self.template) })
    }

    /// The same for a type that is derived from another heap type.
    pub fn make_derived(&'static self, base: &Type) -> Result<&'static Type> {
        let template = PyTypeObject { tp_base: base.as_ptr().cast(), ..self.template };
        // SAFETY: as in `make`; the base is a type.
        self.cell.get_or_make(|| unsafe { spec::from_template(&template) })
    }

    /// The type. Before it is made and after the end: the template, of which there are no instances.
    #[inline(always)]
    pub fn class(&'static self) -> &'static Type {
        // SAFETY: a type object that nobody writes to.
        self.cell.get().unwrap_or_else(|| unsafe { Type::from_raw((&raw const self.template).cast_mut()) })
    }
}

/// Gives back the types of all cells. No Python code runs any more.
pub fn fini() {
    let cells = FILLED.0.take();
    for cell in cells {
        // SAFETY: the cell's own reference; the type is part of cycles that nobody else will break.
        unsafe {
            let class = Obj::<Type>::from_owned_ptr(cell.0.replace(null_mut()).cast());
            super::clear(&class);
        }
    }
}

/// Defines a heap type like [`static_type!`](crate::static_type) a static one; `HeapType::make` makes it.
#[macro_export]
macro_rules! heap_type {
    ($(#[$meta:meta])* $vis:vis static $name:ident = { $($field:ident: $value:expr),* $(,)? };) => {
        $(#[$meta])*
        $vis static $name: $crate::types::typeobject::HeapType =
            $crate::types::typeobject::HeapType::new(krait_abi::PyTypeObject {
                $($field: $value,)*
                ..$crate::payload::EMPTY_TYPE
            });
    };
}
