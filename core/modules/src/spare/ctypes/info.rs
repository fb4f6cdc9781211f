//! What a class of C data knows about the memory of its instances.
//!
//! It lies behind the class object, whose metatype is one of this module's and asks for the room:
//!
//! ```text
//!   ┌──────────── 0    PyHeapTypeObject
//!   ├──────────── 880  *mut Info, owned; NULL until the metatype has understood the class
//! ```

use super::codes::Code;
use super::metatype;
use core::cell::{Cell, RefCell, UnsafeCell};
use krait_abi::PyHeapTypeObject;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::types::typeobject::Type;
use krait_object::{Class, Layout, Object, Result, err};
use libffi_sys::ffi_type;
use std::ffi::CString;

/// Function pointers whose functions want the GIL.
pub const PYTHON_API: u32 = 4;
/// Function pointers that keep an `errno` of their own.
pub const USE_ERRNO: u32 = 8;
/// The instance is a pointer.
pub const IS_POINTER: u32 = 0x100;
/// The instance has pointers in it.
pub const HAS_POINTER: u32 = 0x200;
/// An instance or a derived class exists: fields cannot be set any more.
pub const FINAL: u32 = 0x1000;

/// What kind of C type it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Simple,
    Pointer,
    Array,
    Struct,
    Union,
    Function,
}

/// See the module.
pub struct Info {
    pub kind: Kind,
    pub size: Cell<usize>,
    pub align: Cell<usize>,
    /// Items of an array, fields of a structure with those of its bases.
    pub length: Cell<usize>,
    pub flags: Cell<u32>,
    ffi: UnsafeCell<ffi_type>,
    /// The types behind `ffi.elements`, ended by NULL.
    elements: RefCell<Vec<*mut ffi_type>>,
    /// The type code of simple types, the class of items or of what is pointed at.
    pub proto: ObjCell,
    pub code: Cell<Option<Code>>,
    /// PEP 3118's format.
    pub format: RefCell<CString>,
    /// The lengths of arrays of arrays; never changed once an instance exists, for buffers point at it.
    pub shape: RefCell<Vec<isize>>,
    pub argtypes: ObjCell,
    pub converters: ObjCell,
    pub restype: ObjCell,
    pub checker: ObjCell,
}

impl Info {
    /// With size and alignment of a pointer.
    pub fn new(kind: Kind) -> Info {
        // SAFETY: libffi's description is only read.
        let ffi = unsafe { libffi_sys::ffi_type_pointer };
        Info {
            kind,
            size: Cell::new(size_of::<usize>()),
            align: Cell::new(align_of::<usize>()),
            length: Cell::new(1),
            flags: Cell::new(0),
            ffi: UnsafeCell::new(ffi),
            elements: RefCell::default(),
            proto: ObjCell::empty(),
            code: Cell::new(None),
            format: RefCell::new(c"B".to_owned()),
            shape: RefCell::default(),
            argtypes: ObjCell::empty(),
            converters: ObjCell::empty(),
            restype: ObjCell::empty(),
            checker: ObjCell::empty(),
        }
    }

    /// libffi's description; it lives as long as the class.
    pub fn ffi(&self) -> *mut ffi_type {
        self.ffi.get()
    }

    /// Takes the description of a scalar.
    pub fn set_scalar(&self, scalar: *mut ffi_type) {
        // SAFETY: one of libffi's own descriptions.
        unsafe {
            *self.ffi.get() = *scalar;
            self.size.set((*scalar).size);
            self.align.set(usize::from((*scalar).alignment));
        }
    }

    /// Describes a structure by its parts.
    pub fn set_aggregate(&self, size: usize, align: usize, mut parts: Vec<*mut ffi_type>) {
        parts.push(core::ptr::null_mut());
        let mut elements = self.elements.borrow_mut();
        *elements = parts;
        // SAFETY: nobody holds a reference to the description; the elements stay where they are until they are replaced.
        unsafe {
            *self.ffi.get() = ffi_type {
                size,
                alignment: align as u16,
                type_: libffi_sys::FFI_TYPE_STRUCT,
                elements: elements.as_mut_ptr(),
            };
        }
    }

    /// The parts of a structure.
    pub fn parts(&self) -> Vec<*mut ffi_type> {
        let elements = self.elements.borrow();
        elements[..elements.len().saturating_sub(1)].to_vec()
    }

    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn add(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    /// The letter of a simple type.
    pub fn letter(&self) -> Option<u8> {
        self.code.get().filter(|_| self.kind == Kind::Simple).map(|code| code.letter)
    }

    pub fn set_format(&self, format: impl Into<Vec<u8>>) {
        self.format.replace(CString::new(format).unwrap_or_default());
    }

    pub fn traverse(&self, visitor: &mut Visitor) {
        for cell in self.cells() {
            cell.visit(visitor);
        }
    }

    pub fn clear(&self) {
        for cell in self.cells() {
            drop(cell.take());
        }
    }

    fn cells(&self) -> [&ObjCell; 5] {
        [&self.proto, &self.argtypes, &self.converters, &self.restype, &self.checker]
    }
}

/// A class object with room for the information.
#[repr(C)]
pub struct CTypeObject {
    heap: PyHeapTypeObject,
    info: *mut Info,
}

/// The place in a class of one of this module's metatypes.
fn place(class: &Type) -> Option<*mut *mut Info> {
    if !class.is_heap() || !metatype::is_metatype(class.object().class_of()) {
        return None;
    }
    // SAFETY: heap classes of these metatypes have the room.
    Some(unsafe { &raw mut (*class.as_raw().cast::<CTypeObject>()).info })
}

/// Gives a new class its information.
pub fn attach(class: &Type, info: Info) -> Result<&Info> {
    let Some(place) = place(class) else { return Err(err::bad_internal_call()) };
    // SAFETY: the place is NULL or holds a boxed value; a new class is not in use.
    unsafe {
        if !(*place).is_null() {
            drop(Box::from_raw(*place));
        }
        *place = Box::into_raw(Box::new(info));
        Ok(&**place)
    }
}

/// Takes the information from a dying class.
pub fn detach(class: &Type) -> Option<Box<Info>> {
    // SAFETY: the place is NULL or holds a boxed value.
    unsafe {
        let place = place(class)?;
        let info = core::mem::replace(&mut *place, core::ptr::null_mut());
        if info.is_null() { None } else { Some(Box::from_raw(info)) }
    }
}

/// The information of a class; none for classes of other kinds and for abstract ones.
pub fn of_type(class: &Type) -> Option<&Info> {
    // SAFETY: the place is NULL or holds a value that lives as long as the class.
    place(class).and_then(|place| unsafe { (*place).as_ref() })
}

/// The information of an object that may be a class of C data.
pub fn of(class: &Object) -> Option<&Info> {
    if class.class_of().has(krait_abi::Py_TPFLAGS_TYPE_SUBCLASS as core::ffi::c_ulong) {
        class.downcast::<Type>().and_then(of_type)
    } else {
        None
    }
}

/// The information of the class of an object.
pub fn of_instance(object: &Object) -> Option<&Info> {
    of_type(object.class_of())
}

/// The information of a class that can have instances.
pub fn required(class: &Type) -> Result<&Info> {
    of_type(class).ok_or_else(|| err::type_error("abstract class"))
}

/// Whether the class is a simple type's subclass, whose instances are not turned into Python values.
pub fn is_subclass_of_simple(class: &Type) -> bool {
    of_type(class).is_some_and(|info| info.kind == Kind::Simple)
        && !class.base().is_some_and(|base| base.is(super::simple::Simple::class()))
}
