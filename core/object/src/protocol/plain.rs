//! Comparisons of two instances of the same built-in class that neither fail nor run Python code: most comparisons that
//! containers and sorts make are of these.

use crate::handle::Object;
use crate::slot::CompareOp;
use crate::types::float::{Float, PyFloat_Type};
use crate::types::long::{self, PyLong_Type};
use crate::types::unicode::{self, PyUnicode_Type};
use core::ptr;

/// What `a op b` is for two exact ints, strings or floats; None for anything else.
#[inline(always)]
pub fn compare(a: &Object, b: &Object, op: CompareOp) -> Option<bool> {
    let class = a.type_ptr();
    if !ptr::eq(class, b.type_ptr()) {
        return None;
    }
    if ptr::eq(class, &raw mut PyLong_Type) {
        let (x, y) = (long::view(a), long::view(b));
        return Some(match (x.one_digit(), y.one_digit()) {
            (Some(x), Some(y)) => op.matches(x.cmp(&y)),
            _ => op.matches(long::compare(a, b)),
        });
    }
    if ptr::eq(class, &raw mut PyUnicode_Type) {
        return Some(match op {
            CompareOp::Eq => unicode::eq(a, b),
            CompareOp::Ne => !unicode::eq(a, b),
            _ => op.matches(unicode::compare(a, b)),
        });
    }
    if ptr::eq(class, &raw mut PyFloat_Type) {
        // SAFETY: both are exact floats.
        let (x, y) = unsafe { (a.cast_unchecked::<Float>().value(), b.cast_unchecked::<Float>().value()) };
        return Some(match x.partial_cmp(&y) {
            Some(order) => op.matches(order),
            None => op == CompareOp::Ne,
        });
    }
    None
}

/// Whether two objects are identical or (where that can be said here) equal.
#[inline(always)]
pub fn same(a: &Object, b: &Object) -> Option<bool> {
    if ptr::eq(a, b) { Some(true) } else { compare(a, b, CompareOp::Eq) }
}
