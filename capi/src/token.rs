//! `token.h`: the numbers of operators.

use core::ffi::c_int;
use krait_vm::oldparser::operator_number;

/// The number of the operator that some characters make, `OP` if they make none.
fn number<const N: usize>(characters: [c_int; N]) -> c_int {
    let mut text = [0u8; N];
    for (byte, character) in text.iter_mut().zip(characters) {
        *byte = u8::try_from(character).unwrap_or(0);
    }
    operator_number(&text)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyToken_OneChar(c1: c_int) -> c_int {
    number([c1])
}

#[unsafe(no_mangle)]
pub extern "C" fn PyToken_TwoChars(c1: c_int, c2: c_int) -> c_int {
    number([c1, c2])
}

#[unsafe(no_mangle)]
pub extern "C" fn PyToken_ThreeChars(c1: c_int, c2: c_int, c3: c_int) -> c_int {
    number([c1, c2, c3])
}
