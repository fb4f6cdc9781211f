//! `cpython/listobject.h`.

use crate::cpython::object::debug_stats_line;
use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyList_Extend(self_: *mut PyListObject, iterable: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { list_extend(self_, iterable) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyList_DebugMallocStats(out: *mut libc::FILE) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        debug_stats_line(
            out,
            c"free PyListObject".as_ptr(),
            types::list::free_list_size() as c_int,
            size_of::<PyListObject>(),
        )
    }
}

/// None, after adding the items of an iterable to a list.
unsafe fn list_extend(list: *mut PyListObject, iterable: *mut PyObject) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        match object(list.cast())?.downcast::<types::list::List>() {
            Some(list) => list.extend(object(iterable)?)?,
            None => return Err(err::bad_internal_call()),
        }
    }
    Ok(types::none::none().owned())
}
