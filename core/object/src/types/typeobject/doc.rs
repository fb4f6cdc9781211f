//! Docstrings of C tables: a first line `name(parameters)` ended by `)\n--\n\n` is the machine-read signature, the rest
//! is what `__doc__` shows.

use crate::handle::{Layout, Obj, Result};
use crate::types::{none, unicode};
use core::ffi::{CStr, c_char};

const END: &[u8] = b")\n--\n\n";

/// Splits a C docstring into signature (with parentheses) and documentation.
pub fn split<'a>(name: &[u8], text: &'a [u8]) -> (Option<&'a [u8]>, &'a [u8]) {
    let short = name.iter().rposition(|&b| b == b'.').map_or(name, |dot| &name[dot + 1..]);
    let Some(rest) = text.strip_prefix(short) else { return (None, text) };
    if rest.first() != Some(&b'(') {
        return (None, text);
    }
    for (i, window) in rest.windows(2).enumerate() {
        if rest[i..].starts_with(END) {
            return (Some(&rest[..=i]), &rest[i + END.len()..]);
        }
        if window == b"\n\n" {
            break; // a blank line: the first paragraph is prose
        }
    }
    (None, text)
}

/// `_PyType_GetDocFromInternalDoc`: the documentation as `str`, None when it is empty.
///
/// # Safety
/// `text` is NULL or NUL-terminated.
pub unsafe fn without_signature(name: &CStr, text: *const c_char) -> Result<Obj> {
    if !text.is_null() {
        // SAFETY: the caller's promise.
        let (_, doc) = split(name.to_bytes(), unsafe { CStr::from_ptr(text) }.to_bytes());
        if !doc.is_empty() {
            return unicode::decode_utf8(doc, None);
        }
    }
    Ok(none::none().owned())
}

/// `_PyType_GetTextSignatureFromInternalDoc`: the signature as `str`, None when there is none.
///
/// # Safety
/// `text` is NULL or NUL-terminated.
pub unsafe fn text_signature(name: &CStr, text: *const c_char) -> Result<Obj> {
    if !text.is_null() {
        // SAFETY: the caller's promise.
        if let (Some(signature), _) = split(name.to_bytes(), unsafe { CStr::from_ptr(text) }.to_bytes()) {
            return unicode::decode_utf8(signature, None);
        }
    }
    Ok(none::none().owned())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_signatures() {
        let cases: &[(&str, &str, Option<&str>, &str)] = &[
            ("len", "len($module, obj, /)\n--\n\nCount.", Some("($module, obj, /)"), "Count."),
            ("a.b.f", "f()\n--\n\n", Some("()"), ""),
            ("f", "f(x) -> y\n\nProse.", None, "f(x) -> y\n\nProse."),
            ("f", "g()\n--\n\nDoc", None, "g()\n--\n\nDoc"),
            ("f", "f()\n\nx)\n--\n\n", None, "f()\n\nx)\n--\n\n"),
            ("f", "f", None, "f"),
        ];
        for (name, text, signature, doc) in cases {
            let (s, d) = split(name.as_bytes(), text.as_bytes());
            assert_eq!((s, d), (signature.map(str::as_bytes), doc.as_bytes()), "{text:?}");
        }
    }
}
