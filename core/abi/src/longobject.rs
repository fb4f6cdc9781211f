//! `longintrepr.h`: integers as 30-bit digits.

use crate::*;

/// An int: `|ob_size|` digits of 30 bits, least significant first, with the sign in `ob_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyLongObject {
    pub ob_base: PyVarObject,
    pub ob_digit: [digit; 1],
}
assert_layout!(PyLongObject, 32, { ob_base: 0, ob_digit: 24 });

pub type _longobject = PyLongObject;
