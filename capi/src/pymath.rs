//! `pymath.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_387controlword() -> c_ushort {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { control_word() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_387controlword(cw: c_ushort) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { set_control_word(cw) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_bit_length(d: c_ulong) -> c_uint {
    c_ulong::BITS - d.leading_zeros()
}

/// The x87 unit's control word.
unsafe fn control_word() -> c_ushort {
    let mut word: c_ushort = 0;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: stores 16 bits at the address.
    unsafe {
        core::arch::asm!("fnstcw [{}]", in(reg) &raw mut word, options(nostack, preserves_flags));
    }
    word
}

unsafe fn set_control_word(word: c_ushort) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: loads 16 bits from the address; the caller answers for the mode.
    unsafe {
        core::arch::asm!("fldcw [{}]", in(reg) &raw const word, options(nostack, preserves_flags));
    }
    let _ = word;
}
