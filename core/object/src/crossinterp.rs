//! Data that may cross from one interpreter to another (`_PyCrossInterpreterData_*`): `None`, `int`, `bytes`, `str`, and the
//! classes that are registered.
//!
//! Sharing stores a pointer to the object's own memory and holds a reference to the object in the interpreter that it
//! comes from; the receiver makes an object of its own from it, and releasing gives the reference back where it belongs.

use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::state::{self, runtime};
use crate::types::{bytes, long, none, unicode};
use crate::{err, interpreter, memory, thread_state};
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;
use std::sync::{Mutex, MutexGuard};

static mut REGISTRY: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    // SAFETY: replaced only in the child of a fork, which has one thread.
    unsafe { &*(&raw const REGISTRY) }.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn after_fork_child() {
    // SAFETY: the only thread; the old mutex owns no resource.
    unsafe { (&raw mut REGISTRY).write(Mutex::new(())) }
}

/// Adds a class to the registry, which is locked.
unsafe fn insert(class: *mut PyTypeObject, getdata: crossinterpdatafunc) -> bool {
    let item = memory::raw_malloc(size_of::<_xidregitem>()).cast::<_xidregitem>();
    if item.is_null() {
        return false;
    }
    // SAFETY: memory of the right size; a field of a static.
    unsafe {
        let registry = &raw mut (*runtime()).xidregistry;
        item.write(_xidregitem { cls: class, getdata, next: (*registry).head });
        (*registry).head = item;
    }
    true
}

/// Drops all registrations (at finalisation).
pub fn clear_registry() {
    let _lock = lock();
    // SAFETY: the list is locked; items came from the raw domain.
    unsafe {
        let registry = &raw mut (*runtime()).xidregistry;
        while !(*registry).head.is_null() {
            let item = (*registry).head;
            (*registry).head = (*item).next;
            memory::raw_free(item.cast());
        }
    }
}

/// `_PyCrossInterpreterData_RegisterClass`.
///
/// # Safety
/// `class` is a type that lives as long as the runtime.
pub unsafe fn register_class(class: *mut PyTypeObject, getdata: crossinterpdatafunc) -> Result<()> {
    if getdata.is_none() {
        return Err(err::value_error("missing 'getdata' func"));
    }
    let _lock = lock();
    // SAFETY: the list is locked.
    unsafe {
        register_builtins();
        if insert(class, getdata) { Ok(()) } else { Err(Raised::assume()) }
    }
}

/// # Safety
/// The list is locked.
unsafe fn register_builtins() {
    // SAFETY: the caller's promise; static types.
    unsafe {
        if !(*runtime()).xidregistry.head.is_null() {
            return;
        }
        insert(&raw mut none::_PyNone_Type, Some(none_data));
        insert(&raw mut long::PyLong_Type, Some(int_data));
        insert(&raw mut bytes::PyBytes_Type, Some(bytes_data));
        insert(&raw mut unicode::PyUnicode_Type, Some(str_data));
    }
}

/// `_PyCrossInterpreterData_Lookup`: by the exact class.
pub fn lookup(object: &Object) -> crossinterpdatafunc {
    let _lock = lock();
    // SAFETY: the list is locked.
    unsafe {
        register_builtins();
        let mut item = (*runtime()).xidregistry.head;
        while !item.is_null() {
            if (*item).cls == object.type_ptr() {
                return (*item).getdata;
            }
            item = (*item).next;
        }
    }
    None
}

fn unsupported(object: &Object) -> Raised {
    match crate::protocol::object::str(object) {
        Ok(text) => err::value_error(format_args!(
            "{} does not support cross-interpreter data",
            unicode::display(&text)
        )),
        Err(raised) => raised,
    }
}

/// `_PyObject_CheckCrossInterpreterData`.
pub fn check(object: &Object) -> Result<()> {
    match lookup(object) {
        Some(_) => Ok(()),
        None => Err(unsupported(object)),
    }
}

/// `_PyObject_GetCrossInterpreterData`.
///
/// # Safety
/// `data` is valid for writing.
pub unsafe fn get(object: &Object, data: *mut _PyCrossInterpreterData) -> Result<()> {
    let Some(getdata) = lookup(object) else { return Err(unsupported(object)) };
    let _keep = object.owned();
    // SAFETY: the caller's promise; a registered function fills the struct.
    unsafe {
        data.write(_PyCrossInterpreterData::ZEROED);
        if getdata(object.as_ptr(), data) != 0 {
            return Err(Raised::assume());
        }
        (*data).interp = (*state::interp()).id;
        if (*data).new_object.is_none() {
            release(data);
            return Err(err::system_error("missing new_object func"));
        }
    }
    Ok(())
}

/// `_PyCrossInterpreterData_NewObject`.
///
/// # Safety
/// `data` was filled by [`get`].
pub unsafe fn new_object(data: *mut _PyCrossInterpreterData) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        match (*data).new_object {
            Some(new) => Obj::from_owned_or_raised(new(data)),
            None => Err(err::system_error("missing new_object func")),
        }
    }
}

/// `_PyCrossInterpreterData_Release`: in the interpreter that the data came from. When that is gone, so is the object.
///
/// # Safety
/// `data` was filled by [`get`] and is released once.
pub unsafe fn release(data: *mut _PyCrossInterpreterData) {
    // SAFETY: the caller's promise; the thread state made for the other interpreter is used here only.
    unsafe {
        if (*data).data.is_null() && (*data).obj.is_null() {
            return;
        }
        let Ok(interp) = interpreter::look_up_id((*data).interp) else {
            err::clear();
            return;
        };
        let mut saved = null_mut();
        let mut temporary = null_mut();
        if interp != state::interp() {
            temporary = thread_state::new(interp);
            if temporary.is_null() {
                return;
            }
            saved = thread_state::swap(temporary);
        }
        if let Some(free) = (*data).free {
            free((*data).data);
        }
        crate::refcount::xdecref((*data).obj);
        if !temporary.is_null() {
            thread_state::clear(temporary);
            thread_state::swap(saved);
            thread_state::delete(temporary);
        }
    }
}

unsafe extern "C" fn new_none(_data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    none::none().owned().into_ptr()
}

unsafe extern "C" fn none_data(_object: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the contract of `getdata`.
    unsafe { (*data).new_object = Some(new_none) };
    0
}

unsafe extern "C" fn new_int(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: filled by `int_data`.
    let value = unsafe { (*data).data } as isize as i64;
    long::from_i64(value).map_or(null_mut(), Obj::into_ptr)
}

unsafe extern "C" fn int_data(object: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the contract of `getdata`.
    let object = unsafe { Object::from_ptr(object) };
    let Ok(value) = long::as_i64(object) else {
        if err::matches(crate::types::exceptions::OverflowError()) {
            let _ = err::overflow_error("try sending as bytes");
        }
        return -1;
    };
    // SAFETY: the contract of `getdata`.
    unsafe {
        (*data).data = value as isize as *mut c_void;
        (*data).new_object = Some(new_int);
    }
    0
}

/// Memory of an object that is kept alive: what it holds, how wide its items are and how many there are.
struct View {
    memory: *const u8,
    kind: usize,
    len: usize,
}

unsafe fn share(
    object: &Object,
    data: *mut _PyCrossInterpreterData,
    view: View,
    new: unsafe extern "C" fn(*mut _PyCrossInterpreterData) -> *mut PyObject,
) -> c_int {
    let block = memory::raw_malloc(size_of::<View>()).cast::<View>();
    if block.is_null() {
        let _ = err::no_memory();
        return -1;
    }
    // SAFETY: memory of the right size; the contract of `getdata`.
    unsafe {
        block.write(view);
        (*data).data = block.cast();
        (*data).obj = object.owned().into_ptr();
        (*data).new_object = Some(new);
        (*data).free = Some(free_view);
    }
    0
}

unsafe extern "C" fn free_view(view: *mut c_void) {
    // SAFETY: `share` allocated it.
    unsafe { memory::raw_free(view) }
}

unsafe extern "C" fn new_bytes(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: filled by `bytes_data`; the object is kept alive.
    let slice = unsafe {
        let view = &*(*data).data.cast::<View>();
        core::slice::from_raw_parts(view.memory, view.len)
    };
    bytes::from_slice(slice).map_or(null_mut(), Obj::into_ptr)
}

unsafe extern "C" fn bytes_data(object: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the contract of `getdata`.
    unsafe {
        let object = Object::from_ptr(object);
        let slice = bytes::as_slice(object);
        share(object, data, View { memory: slice.as_ptr(), kind: 1, len: slice.len() }, new_bytes)
    }
}

unsafe extern "C" fn new_str(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: filled by `str_data`; the object is kept alive.
    let result = unsafe {
        let view = &*(*data).data.cast::<View>();
        match view.kind {
            1 => unicode::from_latin1(core::slice::from_raw_parts(view.memory, view.len)),
            2 => {
                let points = core::slice::from_raw_parts(view.memory.cast::<u16>(), view.len);
                unicode::from_code_points(&points.iter().map(|&c| u32::from(c)).collect::<Vec<_>>())
            }
            _ => unicode::from_code_points(core::slice::from_raw_parts(view.memory.cast::<u32>(), view.len)),
        }
    };
    result.map_or(null_mut(), Obj::into_ptr)
}

unsafe extern "C" fn str_data(object: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the contract of `getdata`.
    unsafe {
        let object = Object::from_ptr(object);
        let (memory, kind) = match unicode::chars(object) {
            unicode::Chars::Latin1(s) => (s.as_ptr(), 1),
            unicode::Chars::Ucs2(s) => (s.as_ptr().cast(), 2),
            unicode::Chars::Ucs4(s) => (s.as_ptr().cast(), 4),
        };
        share(object, data, View { memory, kind, len: unicode::len(object) }, new_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::err::tests::taken;
    use crate::slot::CompareOp;
    use crate::testing::with_gil;
    use crate::types::{float, tuple};

    #[test]
    fn values_cross() {
        with_gil(|| {
            let values = [
                none::none().owned(),
                long::from_i64(-5).unwrap(),
                bytes::from_slice(b"a\0b").unwrap(),
                unicode::from_str("héllo").unwrap(),
                unicode::from_str("\u{1234}x").unwrap(),
                unicode::from_str("\u{12345}").unwrap(),
            ];
            for value in values {
                let mut data = _PyCrossInterpreterData::ZEROED;
                let before = value.refcount();
                // SAFETY: filled, used and released once.
                unsafe {
                    get(&value, &mut data).unwrap();
                    let copy = new_object(&mut data).unwrap();
                    assert!(
                        crate::protocol::object::rich_compare_bool(&value, &copy, CompareOp::Eq).unwrap()
                    );
                    drop(copy);
                    release(&mut data);
                }
                assert_eq!(value.refcount(), before);
            }
        });
    }

    #[test]
    fn others_do_not() {
        with_gil(|| {
            assert!(check(&tuple::empty()).is_err());
            assert_eq!(taken(), "ValueError: () does not support cross-interpreter data");
            assert!(check(&float::from_f64(1.5).unwrap()).is_err());
            assert_eq!(taken(), "ValueError: 1.5 does not support cross-interpreter data");
            let big = long::from_text("99999999999999999999", 10).unwrap();
            let mut data = _PyCrossInterpreterData::ZEROED;
            // SAFETY: valid for writing.
            assert!(unsafe { get(&big, &mut data) }.is_err());
            assert_eq!(taken(), "OverflowError: try sending as bytes");
        });
    }
}
