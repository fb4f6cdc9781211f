//! `PyCapsule`: a pointer under a name that one extension hands to another.
//!
//! The name is borrowed: it has to outlive the capsule. A capsule without a pointer is not valid.

use crate::err;
use crate::handle::{Obj, Object, Raised, Result};
use crate::protocol::object;
use crate::slot;
use crate::types::unicode;
use core::ffi::{CStr, c_char, c_void};
use core::ptr::null_mut;
use krait_abi::{PyCapsule, PyCapsule_Destructor, PyObject};

crate::static_type! {
    /// `PyCapsule`
    #[unsafe(no_mangle)]
    pub static PyCapsule_Type = {
        tp_name: c"PyCapsule".as_ptr(), tp_basicsize: size_of::<PyCapsule>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr),
        tp_doc: c"A pointer that one C extension hands to another, wrapped as an object.".as_ptr()
    };
}
crate::object_view!(/** A `PyCapsule`. */ pub Capsule, PyCapsule, PyCapsule_Type);

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        if let Some(destructor) = (*object.cast::<PyCapsule>()).destructor {
            destructor(object);
        }
        crate::memory::PyObject_Free(object.cast());
    }
}

fn repr(this: &Capsule) -> Result<Obj> {
    // SAFETY: a live capsule; its name is a string that outlives it.
    let name = unsafe {
        let name = (*this.as_raw()).name;
        (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy())
    };
    match name {
        Some(name) => {
            unicode::from_display(format_args!("<capsule object \"{name}\" at {:p}>", this.as_raw()))
        }
        None => unicode::from_display(format_args!("<capsule object NULL at {:p}>", this.as_raw())),
    }
}

/// `PyCapsule_CheckExact`.
#[inline]
pub fn check_exact(object: &Object) -> bool {
    object.type_ptr() == &raw mut PyCapsule_Type
}

/// `PyCapsule_New`.
///
/// # Safety
/// `name` is NULL or a string that outlives the capsule; the destructor may be called with the capsule.
pub unsafe fn new(
    pointer: *mut c_void,
    name: *const c_char,
    destructor: PyCapsule_Destructor,
) -> Result<Obj> {
    if pointer.is_null() {
        return Err(err::value_error("PyCapsule_New called with null pointer"));
    }
    let memory = crate::memory::object_malloc(size_of::<PyCapsule>()).cast::<PyCapsule>();
    if memory.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: memory of the right size.
    unsafe {
        crate::gc::init_head(memory.cast(), &raw mut PyCapsule_Type);
        (*memory).pointer = pointer;
        (*memory).name = name.cast_mut();
        (*memory).context = null_mut();
        (*memory).destructor = destructor;
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

/// A valid capsule, or `ValueError` that names the function.
#[inline]
fn legal<'a>(object: &'a Object, function: &str) -> Result<&'a Capsule> {
    // SAFETY: just tested for the class.
    let capsule = check_exact(object).then(|| unsafe { object.cast_unchecked::<Capsule>() });
    // SAFETY: a live capsule.
    match capsule.filter(|capsule| unsafe { !(*capsule.as_raw()).pointer.is_null() }) {
        Some(capsule) => Ok(capsule),
        None => Err(err::value_error(format_args!("{function} called with invalid PyCapsule object"))),
    }
}

/// Names are the same when both are missing or their text is equal.
unsafe fn same_name(a: *const c_char, b: *const c_char) -> bool {
    if a == b || a.is_null() || b.is_null() {
        return a == b;
    }
    // SAFETY: NUL-terminated strings.
    unsafe { libc::strcmp(a, b) == 0 }
}

/// `PyCapsule_GetPointer`.
///
/// # Safety
/// `name` is NULL or a string.
#[inline]
pub unsafe fn get_pointer(capsule: &Object, name: *const c_char) -> Result<*mut c_void> {
    let capsule = legal(capsule, "PyCapsule_GetPointer")?.as_raw();
    // SAFETY: a live capsule; the caller's promise.
    unsafe {
        if !same_name(name, (*capsule).name) {
            return Err(err::value_error("PyCapsule_GetPointer called with incorrect name"));
        }
        Ok((*capsule).pointer)
    }
}

macro_rules! fields {
    ($($get:ident $get_name:literal, $set:ident $set_name:literal, $field:ident: $ty:ty;)*) => {$(
        #[doc = concat!("`", $get_name, "`.")]
        pub fn $get(capsule: &Object) -> Result<$ty> {
            // SAFETY: a live capsule.
            Ok(unsafe { (*legal(capsule, $get_name)?.as_raw()).$field })
        }
        #[doc = concat!("`", $set_name, "`.")]
        ///
        /// # Safety
        /// What is set is good for the rest of the capsule's life.
        pub unsafe fn $set(capsule: &Object, value: $ty) -> Result<()> {
            // SAFETY: a live capsule.
            unsafe { (*legal(capsule, $set_name)?.as_raw()).$field = value };
            Ok(())
        }
    )*};
}
fields! {
    get_name "PyCapsule_GetName", set_name "PyCapsule_SetName", name: *mut c_char;
    get_destructor "PyCapsule_GetDestructor", set_destructor "PyCapsule_SetDestructor", destructor: PyCapsule_Destructor;
    get_context "PyCapsule_GetContext", set_context "PyCapsule_SetContext", context: *mut c_void;
}

/// `PyCapsule_SetPointer`.
///
/// # Safety
/// The pointer is good for the rest of the capsule's life.
pub unsafe fn set_pointer(capsule: &Object, pointer: *mut c_void) -> Result<()> {
    let capsule = legal(capsule, "PyCapsule_SetPointer")?.as_raw();
    if pointer.is_null() {
        return Err(err::value_error("PyCapsule_SetPointer called with null pointer"));
    }
    // SAFETY: a live capsule.
    unsafe { (*capsule).pointer = pointer };
    Ok(())
}

/// `PyCapsule_IsValid`.
///
/// # Safety
/// `name` is NULL or a string.
pub unsafe fn is_valid(capsule: &Object, name: *const c_char) -> bool {
    // SAFETY: a live capsule after the test for the class; the caller's promise.
    unsafe {
        if !check_exact(capsule) {
            return false;
        }
        let raw = capsule.as_ptr().cast::<PyCapsule>();
        !(*raw).pointer.is_null() && same_name((*raw).name, name)
    }
}

/// `PyCapsule_Import`: the pointer of the capsule that is found as an attribute under its own name
/// (`module.attribute`).
pub fn import(name: &CStr, no_block: bool) -> Result<*mut c_void> {
    let text = name.to_string_lossy();
    let mut parts = text.split('.');
    let module = parts.next().unwrap_or_default();
    let import = crate::hooks::get().import;
    let mut object = match import(module) {
        Ok(module) => module,
        Err(raised) if no_block => return Err(raised),
        Err(_) => return Err(not_imported(module)),
    };
    for part in parts {
        object = object::get_attr_str(&object, part)?;
    }
    // SAFETY: `name` is a string.
    unsafe {
        if is_valid(&object, name.as_ptr()) {
            return Ok((*object.as_ptr().cast::<PyCapsule>()).pointer);
        }
    }
    Err(err::attribute_error(format_args!("PyCapsule_Import \"{text}\" is not valid")))
}

fn not_imported(module: &str) -> Raised {
    err::import_error(format_args!("PyCapsule_Import could not import module \"{module}\""))
}

/// A capsule around a static or leaked value, for modules that publish a C API.
#[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the pointer is only stored")]
pub fn publish(pointer: *mut c_void, name: &'static CStr) -> Result<Obj> {
    // SAFETY: a static name and no destructor.
    unsafe { new(pointer, name.as_ptr(), None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::err::tests::taken;
    use crate::testing::with_gil;
    use core::cell::Cell;

    #[test]
    fn pointers_by_name() {
        thread_local! {
            static DESTROYED: Cell<usize> = const { Cell::new(0) };
        }
        unsafe extern "C" fn destroy(capsule: *mut PyObject) {
            // SAFETY: a capsule that is being deallocated.
            DESTROYED.set(unsafe { (*capsule.cast::<PyCapsule>()).pointer as usize });
        }
        with_gil(|| {
            let pointer = 16 as *mut c_void;
            // SAFETY: static names.
            unsafe {
                let capsule = new(pointer, c"a.b".as_ptr(), Some(destroy)).unwrap();
                assert_eq!(get_pointer(&capsule, c"a.b".as_ptr()), Ok(pointer));
                assert!(get_pointer(&capsule, core::ptr::null()).is_err());
                assert_eq!(taken(), "ValueError: PyCapsule_GetPointer called with incorrect name");
                assert!(is_valid(&capsule, c"a.b".as_ptr()) && !is_valid(&capsule, c"x".as_ptr()));
                assert!(get_name(crate::types::none::none()).is_err());
                assert_eq!(taken(), "ValueError: PyCapsule_GetName called with invalid PyCapsule object");
                assert!(set_pointer(&capsule, null_mut()).is_err());
                assert_eq!(taken(), "ValueError: PyCapsule_SetPointer called with null pointer");
                let shown = unicode::display(&object::repr(&capsule).unwrap()).to_string();
                assert!(shown.starts_with("<capsule object \"a.b\" at 0x"), "{shown}");
                drop(capsule);
                assert_eq!(DESTROYED.get(), 16);
            }
        });
    }
}
