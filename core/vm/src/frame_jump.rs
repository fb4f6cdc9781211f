//! Assignment to `frame.f_lineno`: where a trace function may continue a frame.
//!
//! The target is the first instruction of the line that can be reached with the frame's blocks: jumping out of blocks
//! unwinds them, jumping into one (other than out of the same) is refused, as CPython refuses it.

use crate::code;
use crate::decode::{BlockKind, Decoded};
use core::ptr::null_mut;
use krait_abi::*;
use krait_code::Opcode;
use krait_object::refcount::xdecref;
use krait_object::types::bytes;
use krait_object::{Object, Result, err};

/// Continues `frame` at the first instruction of `line`.
///
/// # Safety
/// The frame is stopped by a trace function, its stack pointer saved in `f_stacktop`.
pub unsafe fn jump_to_line(frame: *mut PyFrameObject, line: i32) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let raw = (*frame).f_code;
        if line < (*raw).co_firstlineno {
            return Err(err::value_error(format_args!("line {line} comes before the current code block")));
        }
        let decoded = crate::frame::decoded(frame)?;
        let bytecode = bytes::as_slice(Object::from_ptr((*raw).co_code));
        let Some((target, line)) = first_instruction(raw, bytecode.len(), line) else {
            return Err(err::value_error(format_args!("line {line} comes after the current code block")));
        };
        let from = (*frame).f_lasti as usize / 2;
        check(decoded, bytecode, from, target)?;
        pop_blocks(frame, decoded, from, target);
        (*frame).f_lineno = line;
        (*frame).f_lasti = target as i32 * 2;
        Ok(())
    }
}

/// The index of the first instruction at `line` or the next line that has one.
unsafe fn first_instruction(raw: *mut PyCodeObject, length: usize, line: i32) -> Option<(usize, i32)> {
    // SAFETY: a live code object.
    unsafe {
        let mut best: Option<(usize, i32)> = None;
        for index in 0..length / 2 {
            let bounds = code::line_bounds(raw, index as i32 * 2);
            if bounds.lower != index as i32 * 2 && index != 0 {
                continue;
            }
            if bounds.line >= line && best.is_none_or(|(_, found)| bounds.line < found) {
                best = Some((index, bounds.line));
            }
        }
        best
    }
}

/// The chain of blocks at an instruction, innermost first.
fn chain(decoded: &Decoded, index: usize) -> Vec<u16> {
    let mut chain = Vec::new();
    let mut block = decoded.block_of[index];
    while decoded.blocks[usize::from(block)].kind != BlockKind::None {
        chain.push(block);
        block = decoded.blocks[usize::from(block)].parent;
    }
    chain
}

fn check(decoded: &Decoded, bytecode: &[u8], from: usize, target: usize) -> Result<()> {
    if decoded.depth[target] == u32::MAX {
        return Err(err::value_error("can't jump to unreachable code"));
    }
    let first = bytecode[2 * target];
    let is_handler = first == Opcode::DUP_TOP as u8 || first == Opcode::POP_TOP as u8;
    let (source, destination) = (chain(decoded, from), chain(decoded, target));
    let enters_handler = destination.first().is_some_and(|block| {
        decoded.blocks[usize::from(*block)].kind == BlockKind::Except && !source.contains(block)
    });
    if is_handler && enters_handler {
        return Err(err::value_error("can't jump to 'except' line as there's no exception"));
    }
    if bytecode[2 * from] == Opcode::YIELD_FROM as u8 || bytecode[2 * from] == Opcode::YIELD_VALUE as u8 {
        return Err(err::value_error("can't jump from a 'yield' statement"));
    }
    if destination.iter().any(|block| !source.contains(block)) {
        return Err(err::value_error("can't jump into the middle of a block"));
    }
    if decoded.depth[target] > decoded.depth[from] {
        return Err(err::value_error("can't jump into the middle of a block"));
    }
    Ok(())
}

/// Leaves the blocks that the target is not in, and drops the values above its depth.
unsafe fn pop_blocks(frame: *mut PyFrameObject, decoded: &Decoded, from: usize, target: usize) {
    // SAFETY: the frame is stopped; its stack holds `depth[from]` values.
    unsafe {
        let destination = chain(decoded, target);
        for block in chain(decoded, from) {
            if destination.contains(&block) {
                break;
            }
            let block = decoded.blocks[usize::from(block)];
            if block.kind == BlockKind::Except {
                drop_to(frame, block.level as usize + 3);
                restore_handled(frame);
            }
        }
        drop_to(frame, decoded.depth[target] as usize);
    }
}

unsafe fn drop_to(frame: *mut PyFrameObject, depth: usize) {
    // SAFETY: values between the depth and the top are owned.
    unsafe {
        let level = (*frame).f_valuestack.add(depth);
        while (*frame).f_stacktop > level {
            (*frame).f_stacktop = (*frame).f_stacktop.sub(1);
            let value = core::mem::replace(&mut *(*frame).f_stacktop, null_mut());
            xdecref(value);
        }
    }
}

/// Pops the exception handled before, as `POP_EXCEPT` does.
unsafe fn restore_handled(frame: *mut PyFrameObject) {
    // SAFETY: three values of the handler are on top; the running thread's state.
    unsafe {
        let exc_info = (*krait_object::state::required()).exc_info;
        let old = [(*exc_info).exc_type, (*exc_info).exc_value, (*exc_info).exc_traceback];
        let pop = || {
            (*frame).f_stacktop = (*frame).f_stacktop.sub(1);
            core::mem::replace(&mut *(*frame).f_stacktop, null_mut())
        };
        (*exc_info).exc_type = pop();
        (*exc_info).exc_value = pop();
        (*exc_info).exc_traceback = pop();
        for part in old {
            xdecref(part);
        }
    }
}
