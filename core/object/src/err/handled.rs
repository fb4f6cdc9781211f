//! The exception that is being handled (`sys.exc_info()`).
//!
//! `exc_info` of the thread state points to the innermost item; `&tstate->exc_state` is the outermost. Generators, also
//! those of Cython, push items of their own. An item whose type is NULL or None says nothing: its `previous_item` does.

use super::*;

/// The innermost item with an exception, else the outermost item (`_PyErr_GetTopmostException`).
///
/// # Safety
/// `tstate` is live.
#[inline]
pub unsafe fn topmost_item(tstate: *mut PyThreadState) -> *mut _PyErr_StackItem {
    // SAFETY: the chain is as described above.
    unsafe {
        let mut item = (*tstate).exc_info;
        let none = none::none().as_ptr();
        while ((*item).exc_type.is_null() || (*item).exc_type == none) && !(*item).previous_item.is_null() {
            item = (*item).previous_item;
        }
        item
    }
}

/// The exception that is being handled.
#[inline]
pub fn handled_value() -> Option<Obj> {
    // SAFETY: a thread state is current; the item owns its value.
    unsafe {
        let value = (*topmost_item(state::required())).exc_value;
        Object::from_ptr_opt(value).filter(|value| !value.is_none() && is_exception(value)).map(Layout::owned)
    }
}

/// `PyErr_GetExcInfo`: new references to type, value and traceback, each possibly missing.
pub fn get_exc_info() -> [Option<Obj>; 3] {
    // SAFETY: a thread state is current; the item owns its references.
    unsafe {
        let item = topmost_item(state::required());
        [(*item).exc_type, (*item).exc_value, (*item).exc_traceback]
            .map(|object| Object::from_ptr_opt(object).map(Layout::owned))
    }
}

/// `PyErr_SetExcInfo`: replaces the innermost item's exception.
pub fn set_exc_info(kind: Option<Obj>, value: Option<Obj>, traceback: Option<Obj>) {
    // SAFETY: a thread state is current; the old references are dropped after the new ones are in place.
    unsafe {
        let item = (*state::required()).exc_info;
        let old = [(*item).exc_type, (*item).exc_value, (*item).exc_traceback];
        (*item).exc_type = into_ptr_opt(kind);
        (*item).exc_value = into_ptr_opt(value);
        (*item).exc_traceback = into_ptr_opt(traceback);
        for object in old {
            crate::refcount::xdecref(object);
        }
    }
}
