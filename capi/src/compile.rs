//! `compile.h`: the effect of byte codes on the stack; the compiler itself is in `ast`.

use core::ffi::c_int;

/// `PY_INVALID_STACK_EFFECT`
const INVALID_EFFECT: c_int = c_int::MAX;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCompile_OpcodeStackEffectWithJump(
    opcode: c_int,
    oparg: c_int,
    jump: c_int,
) -> c_int {
    let Some(op) = u8::try_from(opcode).ok().and_then(krait_vm::opcode_from_byte) else {
        return INVALID_EFFECT;
    };
    match jump {
        0 => op.stack_effect(oparg as u32, false),
        1 => op.stack_effect(oparg as u32, true),
        _ => op.max_stack_effect(oparg as u32),
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCompile_OpcodeStackEffect(opcode: c_int, oparg: c_int) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { PyCompile_OpcodeStackEffectWithJump(opcode, oparg, -1) }
}
