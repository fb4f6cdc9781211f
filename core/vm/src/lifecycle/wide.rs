//! Wide strings and lists of them, as configurations hold them: NUL-terminated `wchar_t` in the raw memory domain,
//! undecodable bytes as lone surrogates. [`Wide`] is their form in Rust.

use core::ptr::null_mut;
use krait_abi::*;
use krait_object::memory;
use krait_object::types::unicode::locale::{self, LocaleErrors};

/// Code points without a terminator; lone surrogates U+DC80..U+DCFF stand for bytes that could not be decoded.
pub type Wide = Vec<u32>;

/// Text as code points.
pub fn of(text: &str) -> Wide {
    text.chars().map(u32::from).collect()
}

/// Bytes of the environment or command line, decoded as the runtime is configured (`Py_DecodeLocale`).
pub fn decode(bytes: &[u8]) -> Wide {
    locale::decode_locale_ex(bytes, false, LocaleErrors::SurrogateEscape)
        .unwrap_or_else(|_| bytes.iter().map(|byte| u32::from(*byte)).collect())
}

/// The bytes of a file name (`Py_EncodeLocale`).
pub fn encode(text: &[u32]) -> Vec<u8> {
    locale::encode_locale_ex(text, false, LocaleErrors::SurrogateEscape)
        .unwrap_or_else(|_| to_string(text).into_bytes())
}

/// For messages: surrogates become replacement characters.
pub fn to_string(text: &[u32]) -> String {
    text.iter().map(|point| char::from_u32(*point).unwrap_or('\u{FFFD}')).collect()
}

/// A file name for the operating system.
pub fn to_path(text: &[u32]) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(encode(text)).into()
}

/// A file name from the operating system.
pub fn from_path(path: &std::path::Path) -> Wide {
    use std::os::unix::ffi::OsStrExt;
    decode(path.as_os_str().as_bytes())
}

/// Whether the code points are those of an ASCII text.
pub fn is(text: &[u32], ascii: &str) -> bool {
    text.len() == ascii.len() && text.iter().zip(ascii.bytes()).all(|(point, byte)| *point == u32::from(byte))
}

/// What follows an ASCII prefix.
pub fn strip_prefix<'a>(text: &'a [u32], ascii: &str) -> Option<&'a [u32]> {
    let (head, rest) = text.split_at_checked(ascii.len())?;
    is(head, ascii).then_some(rest)
}

/// The code points before and after the first occurrence of a character.
pub fn split_once(text: &[u32], at: char) -> Option<(&[u32], &[u32])> {
    let index = text.iter().position(|point| *point == u32::from(at))?;
    Some((&text[..index], &text[index + 1..]))
}

/// The code points of a C string.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn from_raw(text: *const wchar_t) -> Option<Wide> {
    // SAFETY: the caller's promise.
    unsafe {
        if text.is_null() {
            return None;
        }
        let mut points = Vec::new();
        let mut cursor = text;
        while *cursor != 0 {
            points.push(*cursor as u32);
            cursor = cursor.add(1);
        }
        Some(points)
    }
}

/// A C string in raw memory; NULL without memory.
pub fn to_raw(text: &[u32]) -> *mut wchar_t {
    let memory = memory::raw_malloc((text.len() + 1) * size_of::<wchar_t>()).cast::<wchar_t>();
    if !memory.is_null() {
        // SAFETY: just allocated with that size.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr().cast::<wchar_t>(), memory, text.len());
            *memory.add(text.len()) = 0;
        }
    }
    memory
}

/// Replaces a string of a configuration.
///
/// # Safety
/// A field of a valid configuration; `value` is in raw memory or NULL.
pub unsafe fn set_string(field: *mut *mut wchar_t, value: *mut wchar_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let old = core::mem::replace(&mut *field, value);
        memory::raw_free(old.cast());
    }
}

/// Inserts into a list; an index beyond the end appends. False without memory, with the value freed.
///
/// # Safety
/// A valid list; `value` is in raw memory and moves into the list.
pub unsafe fn insert(list: *mut PyWideStringList, index: isize, value: *mut wchar_t) -> bool {
    // SAFETY: the caller's promise; the new array holds one item more.
    unsafe {
        if value.is_null() {
            return false;
        }
        let length = (*list).length.max(0) as usize;
        let index = (index.max(0) as usize).min(length);
        let items = memory::raw_realloc((*list).items.cast(), (length + 1) * size_of::<*mut wchar_t>());
        if items.is_null() {
            memory::raw_free(value.cast());
            return false;
        }
        let items = items.cast::<*mut wchar_t>();
        core::ptr::copy(items.add(index), items.add(index + 1), length - index);
        *items.add(index) = value;
        (*list).items = items;
        (*list).length = length as isize + 1;
        true
    }
}

/// Appends to a list.
///
/// # Safety
/// As for [`insert`].
pub unsafe fn append(list: *mut PyWideStringList, value: *mut wchar_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { insert(list, (*list).length, value) }
}

/// Frees a list's strings (`_PyWideStringList_Clear`).
///
/// # Safety
/// A valid list.
pub unsafe fn clear_list(list: *mut PyWideStringList) {
    // SAFETY: the caller's promise.
    unsafe {
        for index in 0..(*list).length.max(0) as usize {
            memory::raw_free((*(*list).items.add(index)).cast());
        }
        memory::raw_free((*list).items.cast());
        *list = PyWideStringList { length: 0, items: null_mut() };
    }
}

/// The strings of a list.
///
/// # Safety
/// A valid list.
pub unsafe fn list(list: &PyWideStringList) -> Vec<Wide> {
    (0..list.length.max(0) as usize)
        // SAFETY: the caller's promise.
        .filter_map(|index| unsafe { from_raw(*list.items.add(index)) })
        .collect()
}

/// Replaces the strings of a list.
///
/// # Safety
/// A valid list.
pub unsafe fn set_list<T: AsRef<[u32]>>(list: *mut PyWideStringList, strings: impl IntoIterator<Item = T>) {
    // SAFETY: the caller's promise.
    unsafe {
        clear_list(list);
        for string in strings {
            append(list, to_raw(string.as_ref()));
        }
    }
}

/// A copy of a list (`_PyWideStringList_Copy`).
///
/// # Safety
/// A valid list.
pub unsafe fn duplicate_list(strings: &PyWideStringList) -> PyWideStringList {
    let mut new = PyWideStringList { length: 0, items: null_mut() };
    // SAFETY: the caller's promise.
    unsafe { set_list(&mut new, list(strings)) };
    new
}

/// A copy of a wide string in raw memory; NULL of NULL.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn duplicate(text: *const wchar_t) -> *mut wchar_t {
    // SAFETY: the caller's promise.
    unsafe { from_raw(text) }.map_or(null_mut(), |text| to_raw(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_their_order() {
        let mut strings = PyWideStringList { length: 0, items: null_mut() };
        // SAFETY: a list of its own.
        unsafe {
            append(&mut strings, to_raw(&of("b")));
            insert(&mut strings, 0, to_raw(&of("a")));
            insert(&mut strings, 99, to_raw(&of("c")));
            let copy = duplicate_list(&strings);
            assert_eq!(list(&copy), [of("a"), of("b"), of("c")]);
            for mut each in [strings, copy] {
                clear_list(&mut each);
                assert!(each.items.is_null());
            }
        }
    }

    #[test]
    fn prefixes_and_parts() {
        assert_eq!(strip_prefix(&of("utf8=1"), "utf8"), Some(&of("=1")[..]));
        assert_eq!(strip_prefix(&of("ut"), "utf8"), None);
        assert_eq!(split_once(&of("a:b:c"), ':'), Some((&of("a")[..], &of("b:c")[..])));
    }
}
