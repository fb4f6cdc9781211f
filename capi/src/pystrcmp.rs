//! `pystrcmp.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_mystrnicmp(s1: *const c_char, s2: *const c_char, size: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { compare_ignoring_case(prefix(s1, size), prefix(s2, size)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_mystricmp(s1: *const c_char, s2: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { compare_ignoring_case(c_bytes(s1), c_bytes(s2)) }
}

/// At most `size` bytes of a string.
unsafe fn prefix<'a>(text: *const c_char, size: Py_ssize_t) -> &'a [u8] {
    // SAFETY: the caller's promise.
    let text = unsafe { c_bytes(text) };
    &text[..text.len().min(size.max(0) as usize)]
}

/// The order of two strings whose ASCII letters count as equal in both cases: negative, 0 or positive.
fn compare_ignoring_case(a: &[u8], b: &[u8]) -> c_int {
    let at = |text: &[u8], i: usize| c_int::from(text.get(i).map_or(0, u8::to_ascii_lowercase));
    (0..=a.len()).map(|i| at(a, i) - at(b, i)).find(|&difference| difference != 0).unwrap_or(0)
}
