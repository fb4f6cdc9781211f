//! Assignment to `frame.f_lineno`: where a trace function may continue a frame.
//!
//! Statements nest: a `for` keeps its iterator on the stack, a `with` its exit function, a handler the exception. A jump
//! may leave the innermost statements (other than handlers) and drop what they keep, but it may not enter any. So the
//! target, an instruction that begins the line, has to stand in statements that are the outer ones of those around the
//! frame's place. Of several such instructions the one that stays deepest is taken.

use core::ptr::null_mut;
use krait_abi::*;
use krait_code::Opcode;
use krait_code::opcode::{Instruction, instructions};
use krait_object::refcount::xdecref;
use krait_object::types::bytes;
use krait_object::{Object, Result, err};

/// A statement that keeps something on the stack or catches exceptions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Region {
    With,
    Loop,
    Try,
    Except,
}

/// Continues `frame` at the first instruction of `line`, or of the next line that has one.
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
        let bytecode = bytes::as_slice(Object::from_ptr((*raw).co_code));
        let starts = line_starts(raw);
        let Some(found) = starts.iter().map(|start| start.1).filter(|&start| start >= line).min() else {
            return Err(err::value_error(format_args!("line {line} comes after the current code block")));
        };
        let regions = regions(bytecode);
        let nothing = Vec::new();
        let source = regions[(*frame).f_lasti as usize / 2].as_ref().unwrap_or(&nothing);
        let mut best: Option<(usize, &[Region])> = None;
        let mut refusal = "cannot find bytecode for specified line";
        for &(index, _) in starts.iter().filter(|start| start.1 == found) {
            match regions.get(index).and_then(Option::as_ref) {
                Some(target) if source.starts_with(target) => {
                    if best.is_none_or(|(_, held)| target.len() > held.len()) {
                        best = Some((index, target));
                    }
                }
                Some(target) => refusal = obstacle(target.last()),
                None => refusal = "code may be unreachable.",
            }
        }
        let Some((target, kept)) = best else { return Err(err::value_error(refusal)) };
        if source[kept.len()..].contains(&Region::Except) {
            return Err(err::value_error("can't jump out of an 'except' block"));
        }
        let depth = crate::frame::decoded(frame)?.depth[target];
        let held = (*frame).f_stacktop.offset_from((*frame).f_valuestack);
        if depth as isize > held {
            return Err(err::value_error("can't jump into the middle of a block"));
        }
        drop_to(frame, depth as usize);
        (*frame).f_lineno = found;
        (*frame).f_lasti = target as i32 * 2;
        Ok(())
    }
}

fn obstacle(innermost: Option<&Region>) -> &'static str {
    match innermost {
        Some(Region::Except) => "can't jump into an 'except' block as there's no exception",
        Some(Region::Try) => "can't jump into the body of a try statement",
        Some(Region::With) => "can't jump into the body of a with statement",
        Some(Region::Loop) => "can't jump into the body of a for loop",
        None => "cannot find bytecode for specified line",
    }
}

/// The instructions that begin a line, with the line.
unsafe fn line_starts(raw: *mut PyCodeObject) -> Vec<(usize, i32)> {
    // SAFETY: a live code object, whose line table is bytes.
    unsafe {
        let table = bytes::as_slice(Object::from_ptr((*raw).co_lnotab));
        let (mut address, mut line) = (0, (*raw).co_firstlineno);
        let mut starts = vec![(0, line)];
        for pair in table.chunks_exact(2) {
            address += usize::from(pair[0]);
            line += i32::from(pair[1] as i8);
            match starts.last_mut() {
                // Long steps take several pairs; the last one tells the line.
                Some(last) if last.0 == address / 2 => last.1 = line,
                _ => starts.push((address / 2, line)),
            }
        }
        starts
    }
}

/// The statements around each instruction, outermost first; None where control never comes.
fn regions(bytecode: &[u8]) -> Vec<Option<Vec<Region>>> {
    let code: Vec<Instruction> = instructions(bytecode).collect();
    let mut regions: Vec<Option<Vec<Region>>> = vec![None; bytecode.len() / 2 + 1];
    let mut pending = vec![(0, Vec::new())];
    let index_of = |offset: usize| offset / 2;
    let at: std::collections::HashMap<usize, &Instruction> =
        code.iter().map(|instruction| (index_of(instruction.offset as usize), instruction)).collect();
    while let Some((index, around)) = pending.pop() {
        if index >= regions.len() || regions[index].is_some() {
            continue;
        }
        regions[index] = Some(around.clone());
        let Some(instruction) = at.get(&index) else {
            // A prefix of the operand that follows.
            pending.push((index + 1, around));
            continue;
        };
        successors(instruction, index, around, &mut pending);
    }
    regions
}

/// Where control goes from an instruction. What is pushed last is followed first, and the first visit decides: the exit
/// of a loop is reached by its end before any `break`, which has dropped the iterator by hand.
fn successors(
    instruction: &Instruction,
    index: usize,
    mut around: Vec<Region>,
    pending: &mut Vec<(usize, Vec<Region>)>,
) {
    let arg = instruction.arg as usize;
    let next = index + 1;
    let with = |around: &[Region], region: Region| [around, &[region]].concat();
    let Some(op) = Opcode::from_byte(instruction.number) else { return };
    match op {
        Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => {}
        Opcode::JUMP_FORWARD => pending.push((next + arg / 2, around)),
        Opcode::JUMP_ABSOLUTE => pending.push((arg / 2, around)),
        Opcode::SETUP_FINALLY | Opcode::SETUP_WITH | Opcode::SETUP_ASYNC_WITH => {
            let region = if op == Opcode::SETUP_FINALLY { Region::Try } else { Region::With };
            pending.push((next + arg / 2, with(&around, Region::Except)));
            pending.push((next, with(&around, region)));
        }
        Opcode::GET_ITER | Opcode::GET_AITER => pending.push((next, with(&around, Region::Loop))),
        Opcode::FOR_ITER => {
            let outer = around[..around.len().saturating_sub(1)].to_vec();
            pending.push((next, around));
            pending.push((next + arg / 2, outer));
        }
        Opcode::POP_BLOCK | Opcode::POP_EXCEPT => {
            around.pop();
            pending.push((next, around));
        }
        Opcode::END_ASYNC_FOR => {
            around.truncate(around.len().saturating_sub(2));
            pending.push((next, around));
        }
        _ if op.is_relative_jump() => {
            pending.push((next + arg / 2, around.clone()));
            pending.push((next, around));
        }
        _ if op.is_absolute_jump() => {
            pending.push((arg / 2, around.clone()));
            pending.push((next, around));
        }
        _ => pending.push((next, around)),
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
