//! The quick way for positional arguments: formats of plain units, and objects of the very types that these want.
//!
//! Nothing here fails or runs other code. Whatever is out of the ordinary is left to [`parse`](super::parse), which
//! begins anew.

use super::{Format, VaList};
use crate::handle::Object;
use crate::types::float::Float;
use crate::types::{long, unicode};
use core::ffi::{c_int, c_long};
use krait_abi::{Py_ssize_t, PyObject};

/// What a byte of a format is here.
#[derive(Clone, Copy, PartialEq)]
enum Byte {
    /// Something for `parse`.
    Other,
    /// A unit.
    Unit,
    /// `|`
    Optional,
    /// The end of the units.
    End,
}

static BYTES: [Byte; 256] = {
    let mut table = [Byte::Other; 256];
    let units = b"Oidlns";
    let mut index = 0;
    while index < units.len() {
        table[units[index] as usize] = Byte::Unit;
        index += 1;
    }
    table[b'|' as usize] = Byte::Optional;
    table[0] = Byte::End;
    table[b':' as usize] = Byte::End;
    table[b';' as usize] = Byte::End;
    table
};

/// Whether a format of plain units takes `given` arguments.
#[inline(always)]
fn takes(mut format: Format, given: usize) -> bool {
    let (mut count, mut least) = (0, None);
    loop {
        match BYTES[usize::from(format.peek())] {
            Byte::Unit => count += 1,
            Byte::Optional if least.is_none() => least = Some(count),
            Byte::End => return given <= count && given >= least.unwrap_or(count),
            Byte::Optional | Byte::Other => return false,
        }
        format.step();
    }
}

/// Stores the arguments. False: some variables may have been stored, and `parse` has to do it all.
///
/// # Safety
/// The C variables in `va` match the format.
#[inline(always)]
pub(super) unsafe fn positional(values: &[&Object], mut format: Format, mut va: VaList) -> bool {
    if !takes(format, values.len()) {
        return false;
    }
    for &value in values {
        format.accept(b'|');
        // SAFETY: the caller's promise.
        if !unsafe { store(format.next(), value, &mut va) } {
            return false;
        }
    }
    true
}

/// # Safety
/// The next C variable in `va` matches the unit.
#[inline(always)]
unsafe fn store(unit: u8, value: &Object, va: &mut VaList) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match unit {
            b'O' => *va.pointer::<*mut PyObject>() = value.as_ptr(),
            b'd' => {
                let Some(float) = value.downcast_exact::<Float>() else { return false };
                *va.pointer::<f64>() = float.value();
            }
            b's' => {
                if !unicode::check_exact(value) || !unicode::is_compact_ascii(value) {
                    return false;
                }
                let text = unicode::ascii_bytes(value);
                if text.contains(&0) {
                    return false;
                }
                *va.pointer::<*const u8>() = text.as_ptr();
            }
            _ => {
                let Some(number) = long::word_value(value) else { return false };
                match unit {
                    b'i' => {
                        let Ok(number) = c_int::try_from(number) else { return false };
                        *va.pointer::<c_int>() = number;
                    }
                    b'l' => *va.pointer::<c_long>() = number,
                    _ => *va.pointer::<Py_ssize_t>() = number as Py_ssize_t,
                }
            }
        }
    }
    true
}
