//! `node.h`: concrete syntax trees of the old parser.

use crate::prelude::*;
use core::ffi::{c_char, c_int};
use krait_vm::oldparser::node as nodes;

#[unsafe(no_mangle)]
pub extern "C" fn PyNode_New(r#type: c_int) -> *mut node {
    nodes::new(r#type)
}

/// `str` is taken over unless the call fails.
///
/// # Safety
/// A live node; `str` is from the object allocator or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNode_AddChild(
    n: *mut node,
    r#type: c_int,
    str: *mut c_char,
    lineno: c_int,
    col_offset: c_int,
    end_lineno: c_int,
    end_col_offset: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { nodes::add_child(n, r#type, str, (lineno, col_offset), (end_lineno, end_col_offset)) }
}

/// # Safety
/// A node that is not used again, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNode_Free(n: *mut node) {
    // SAFETY: the caller's promise.
    unsafe { nodes::free(n) }
}

/// # Safety
/// A live node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyNode_SizeOf(n: *mut node) -> Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { nodes::size_of_tree(n) }
}

/// # Safety
/// A live node.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNode_ListTree(n: *mut node) {
    let mut text = Vec::new();
    // SAFETY: the caller's promise; a terminated text.
    unsafe {
        nodes::list_tree(n, &mut text);
        text.push(0);
        libc::printf(c"%s".as_ptr(), text.as_ptr());
    }
}
