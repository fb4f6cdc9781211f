//! Nodes of concrete syntax trees (`node.h`).
//!
//! A node's children are one array of nodes that grows by steps, so that a node moves when its elder brother gets
//! another child. Strings and arrays come from the object allocator, as extensions allocate and free them too.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use krait_abi::node;
use krait_object::memory::{PyObject_Free, object_malloc, object_realloc};

/// Numbers from here on are rules.
pub const RULES: c_int = 256;
const NO_MEMORY: c_int = 15;
const TOO_MANY: c_int = 19;
const NEWLINE: i16 = 4;
const INDENT: i16 = 5;
const DEDENT: i16 = 6;

/// How many children there is room for where there are `count`.
fn capacity(count: usize) -> Option<usize> {
    match count {
        0 | 1 => Some(count),
        2..=128 => Some((count + 3) & !3),
        _ => Some(count.checked_next_power_of_two()?.max(256)).filter(|&room| room <= c_int::MAX as usize),
    }
}

/// `PyNode_New`: a node without children; NULL without memory.
pub fn new(kind: c_int) -> *mut node {
    // SAFETY: fresh memory of the struct's size.
    unsafe {
        let this = object_malloc(size_of::<node>()).cast::<node>();
        if !this.is_null() {
            *this = empty(kind);
        }
        this
    }
}

fn empty(kind: c_int) -> node {
    node {
        n_type: kind as i16,
        n_str: null_mut(),
        n_lineno: 0,
        n_col_offset: 0,
        n_nchildren: 0,
        n_child: null_mut(),
        n_end_lineno: 0,
        n_end_col_offset: 0,
    }
}

/// `PyNode_AddChild`: takes `text` over unless it fails; 0 or a number of `errcode.h`.
///
/// # Safety
/// A live node; `text` is NULL or was allocated by the object allocator.
pub unsafe fn add_child(
    parent: *mut node,
    kind: c_int,
    text: *mut c_char,
    start: (c_int, c_int),
    end: (c_int, c_int),
) -> c_int {
    // SAFETY: the caller's promise; the array has room for `capacity(n_nchildren)` nodes.
    unsafe {
        let count = (*parent).n_nchildren;
        if count < 0 || count == c_int::MAX {
            return TOO_MANY;
        }
        let (Some(room), Some(needed)) = (capacity(count as usize), capacity(count as usize + 1)) else {
            return TOO_MANY;
        };
        if count > 0 {
            finish_position((*parent).n_child.add(count as usize - 1));
        }
        if room < needed {
            let moved = object_realloc((*parent).n_child.cast(), needed * size_of::<node>());
            if moved.is_null() {
                return NO_MEMORY;
            }
            (*parent).n_child = moved.cast();
        }
        *(*parent).n_child.add(count as usize) = node {
            n_str: text,
            n_lineno: start.0,
            n_col_offset: start.1,
            n_end_lineno: end.0,
            n_end_col_offset: end.1,
            ..empty(kind)
        };
        (*parent).n_nchildren = count + 1;
        0
    }
}

/// A node ends where its last child does.
///
/// # Safety
/// A live node.
pub unsafe fn finish_position(this: *mut node) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut last = this;
        while (*last).n_nchildren > 0 {
            last = (*last).n_child.add((*last).n_nchildren as usize - 1);
        }
        (*this).n_end_lineno = (*last).n_end_lineno;
        (*this).n_end_col_offset = (*last).n_end_col_offset;
    }
}

/// The children.
///
/// # Safety
/// A live node that does not change meanwhile.
pub unsafe fn children<'a>(this: *const node) -> &'a [node] {
    // SAFETY: the caller's promise.
    unsafe {
        match (*this).n_nchildren {
            0 => &[],
            count => core::slice::from_raw_parts((*this).n_child, count as usize),
        }
    }
}

/// The node's text.
///
/// # Safety
/// A live node that does not change meanwhile.
pub unsafe fn text<'a>(this: *const node) -> Option<&'a CStr> {
    // SAFETY: a terminated string or NULL.
    unsafe { if (*this).n_str.is_null() { None } else { Some(CStr::from_ptr((*this).n_str)) } }
}

/// `PyNode_Free`
///
/// # Safety
/// NULL or a node that was made by [`new`] and is not used again.
pub unsafe fn free(this: *mut node) {
    // SAFETY: the caller's promise. A list instead of recursion, as trees are as deep as expressions are nested.
    unsafe {
        if this.is_null() {
            return;
        }
        let mut arrays = Vec::new();
        let mut open = vec![(this, 1)];
        while let Some((nodes, count)) = open.pop() {
            for index in 0..count {
                let current = nodes.add(index);
                PyObject_Free((*current).n_str.cast());
                if !(*current).n_child.is_null() {
                    open.push(((*current).n_child, (*current).n_nchildren as usize));
                    arrays.push((*current).n_child);
                }
            }
        }
        for array in arrays {
            PyObject_Free(array.cast());
        }
        PyObject_Free(this.cast());
    }
}

/// `_PyNode_SizeOf`: the bytes of a tree.
///
/// # Safety
/// A live node.
pub unsafe fn size_of_tree(this: *const node) -> isize {
    let mut size = size_of::<node>();
    // SAFETY: the caller's promise.
    unsafe {
        let mut open = vec![this];
        while let Some(current) = open.pop() {
            let own = children(current);
            size += capacity(own.len()).unwrap_or(0) * size_of::<node>();
            size += text(current).map_or(0, |text| text.to_bytes_with_nul().len());
            open.extend(own.iter().map(core::ptr::from_ref));
        }
    }
    size as isize
}

/// `PyNode_ListTree`: the tokens, laid out roughly as they were.
///
/// # Safety
/// A live node.
pub unsafe fn list_tree(this: *const node, out: &mut Vec<u8>) {
    let (mut level, mut line_start) = (0usize, true);
    // SAFETY: the caller's promise.
    unsafe {
        let mut open = vec![this];
        while let Some(current) = open.pop() {
            if c_int::from((*current).n_type) >= RULES {
                open.extend(children(current).iter().rev().map(core::ptr::from_ref));
                continue;
            }
            match (*current).n_type {
                INDENT => level += 1,
                DEDENT => level = level.saturating_sub(1),
                kind => {
                    if line_start {
                        out.resize(out.len() + level, b'\t');
                    }
                    out.extend_from_slice(text(current).map_or(b"", CStr::to_bytes));
                    out.push(if kind == NEWLINE { b'\n' } else { b' ' });
                    line_start = kind == NEWLINE;
                }
            }
        }
    }
}
