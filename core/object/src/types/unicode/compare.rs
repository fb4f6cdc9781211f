//! Hash, equality and order of `str`.

use super::layout::{ascii_bytes, chars, exact, head, is_ascii, is_compact_ascii};
use super::{Chars, Str, check, with_chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::slot::CompareOp;
use crate::text::Unit;
use crate::types::bool::from_bool;
use core::cmp::Ordering;
use core::ffi::c_int;
use krait_abi::*;

/// The key of string hashes, filled at start-up before the first string is hashed.
#[unsafe(no_mangle)]
pub static mut _Py_HashSecret: _Py_HashSecret_t = _Py_HashSecret_t { uc: [0; 24] };

/// The SipHash key.
#[inline]
fn key() -> [u64; 2] {
    // SAFETY: plain integers, written at start-up only.
    unsafe { [(&raw const _Py_HashSecret.siphash.k0).read(), (&raw const _Py_HashSecret.siphash.k1).read()] }
}

/// `_Py_HashBytes`: the hash of `str`, `bytes` and whatever must equal them; never -1, 0 for nothing.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> isize {
    crate::text::hash::bytes(key(), bytes) as isize
}

/// The hash of a string whose hash is known to be computed.
#[inline(always)]
pub(super) fn cached_hash(object: &Object) -> isize {
    // SAFETY: a live str.
    unsafe { (*head(object)).hash }
}

/// `str.hash`, cached.
#[inline(always)]
pub fn hash(object: &Object) -> isize {
    match cached_hash(object) {
        -1 => compute_hash(object),
        hash => hash,
    }
}

#[cold]
fn compute_hash(object: &Object) -> isize {
    let hash = hash_bytes(chars(object).bytes());
    // SAFETY: a live str; the cache field.
    unsafe { (*head(object)).hash = hash };
    hash
}

/// Equality of two strs.
#[inline]
pub fn eq(a: &Object, b: &Object) -> bool {
    if core::ptr::eq(a, b) {
        return true;
    }
    // A hash that has been computed (not -1) is that of the characters.
    let (x, y) = (cached_hash(a), cached_hash(b));
    if x != y && x != -1 && y != -1 {
        return false;
    }
    match (chars(a), chars(b)) {
        (Chars::Latin1(a), Chars::Latin1(b)) => a == b,
        (Chars::Ucs2(a), Chars::Ucs2(b)) => a == b,
        (Chars::Ucs4(a), Chars::Ucs4(b)) => a == b,
        _ => false,
    }
}

/// Whether the string consists of these characters; an ASCII text is compared without decoding it
/// (`_PyUnicode_EqualToASCIIString`).
#[inline]
pub fn eq_str(object: &Object, text: &str) -> bool {
    if is_compact_ascii(object) {
        // SAFETY: as just asked.
        return unsafe { ascii_bytes(object) } == text.as_bytes();
    }
    eq_str_in_full(object, text)
}

fn eq_str_in_full(object: &Object, text: &str) -> bool {
    match chars(object) {
        Chars::Latin1(s) if is_ascii(object) => s == text.as_bytes(),
        all => with_chars!(all, |s| s.iter().map(|u| u.code()).eq(text.chars().map(u32::from))),
    }
}

#[inline]
fn compare_units<A: Unit, B: Unit>(a: &[A], b: &[B]) -> Ordering {
    a.iter().map(|u| u.code()).cmp(b.iter().map(|u| u.code()))
}

/// `PyUnicode_Compare` of two strs: by code points.
pub fn compare(a: &Object, b: &Object) -> Ordering {
    if core::ptr::eq(a, b) {
        return Ordering::Equal;
    }
    match (chars(a), chars(b)) {
        (Chars::Latin1(a), Chars::Latin1(b)) => a.cmp(b),
        (a, b) => with_chars!(a, |a| with_chars!(b, |b| compare_units(a, b))),
    }
}

/// `PyUnicode_CompareWithASCIIString`: `text` is read as latin-1.
pub fn compare_with_ascii_string(object: &Object, text: &[u8]) -> Ordering {
    with_chars!(chars(object), |s| compare_units(s, text))
}

/// `tp_richcompare`, also an exported function.
pub fn rich_compare(a: &Object, b: &Object, op: CompareOp) -> Result<Obj> {
    if !check(a) || !check(b) {
        return Ok(crate::types::none::not_implemented().owned());
    }
    Ok(from_bool(match op {
        CompareOp::Eq => eq(a, b),
        CompareOp::Ne => !eq(a, b),
        _ => op.matches(compare(a, b)),
    }))
}

/// The `tp_richcompare` slot of `str`.
///
/// # Safety
/// Both are live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_RichCompare(
    a: *mut PyObject,
    b: *mut PyObject,
    op: c_int,
) -> *mut PyObject {
    crate::slot::guard(core::ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let (a, b) = unsafe { (Object::from_ptr(a), Object::from_ptr(b)) };
        match CompareOp::from_c(op).and_then(|op| rich_compare(a, b, op)) {
            Ok(result) => result.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    })
}

/// `tp_hash`.
pub(super) fn hash_slot(this: &Str) -> Result<isize> {
    Ok(hash(this.object()))
}

/// `PyUnicode_Compare` for any two objects (TypeError unless both are `str`).
pub fn compare_objects(a: &Object, b: &Object) -> Result<Ordering> {
    if check(a) && check(b) {
        return Ok(compare(a, b));
    }
    Err(err::type_error(format_args!("Can't compare {} and {}", a.class_of().name(), b.class_of().name())))
}

/// The exact `str` for `str(x)` of a `str`.
pub(super) fn str_slot(this: &Str) -> Result<Obj> {
    exact(this.object())
}
