//! From instructions to a code object.
//!
//! Labels become addresses (an operand that outgrows a byte takes prefixes, which moves everything behind it, so
//! this is repeated until nothing moves), the line table is written, and the result goes through the
//! [`peephole`] pass.

mod depth;
mod peephole;

use crate::codegen::{Instr, Unit};
use crate::consts::ConstCache;
use krait_code::{CodeData, Opcode, Text, lnotab};

pub fn assemble<'a>(unit: &mut Unit<'a>, cache: &mut ConstCache<'a>, filename: Text, flags: u32) -> CodeData {
    let stack_size = depth::stack_depth(&unit.instrs, &unit.labels);
    let first_line = first_line(unit);
    let args = resolve(&unit.instrs, &unit.labels);
    let mut lines = lnotab::Writer::new(first_line);
    let mut code = Vec::with_capacity(unit.instrs.len() * 2);
    for (instr, &arg) in unit.instrs.iter().zip(&args) {
        if instr.line != 0 {
            lines.mark(code.len(), instr.line);
        }
        push(&mut code, instr.op, arg);
    }
    let mut consts = std::mem::take(&mut unit.consts.values);
    let (code, lnotab) = peephole::optimize(code, lines.finish(), &mut consts);
    let mut texts = |names: &[&'a str]| names.iter().map(|name| cache.name(name)).collect::<Vec<_>>();
    CodeData {
        arg_count: unit.posonly_arg_count + unit.arg_count,
        posonly_arg_count: unit.posonly_arg_count,
        kwonly_arg_count: unit.kwonly_arg_count,
        nlocals: unit.varnames.len() as u32,
        stack_size,
        flags,
        first_line,
        code,
        consts,
        names: texts(unit.names.as_slice()),
        varnames: texts(unit.varnames.as_slice()),
        freevars: texts(unit.freevars.as_slice()),
        cellvars: texts(unit.cellvars.as_slice()),
        filename,
        name: cache.name(unit.name),
        lnotab,
    }
}

/// A module begins with the line of its first instruction, unless that is a jump target or behind one (CPython only
/// looks into the first block, which is empty then).
fn first_line(unit: &Unit<'_>) -> i32 {
    match unit.instrs.first() {
        _ if unit.first_line != 0 => unit.first_line,
        Some(first) if first.line != 0 && !unit.labels.contains(&0) => first.line,
        _ => 1,
    }
}

/// The length of an instruction in units of two bytes.
fn length(arg: u32) -> u32 {
    match arg {
        0..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x100_0000 => 3,
        _ => 4,
    }
}

fn push(code: &mut Vec<u8>, op: Opcode, arg: u32) {
    for shift in (1..length(arg)).rev() {
        code.extend_from_slice(&[Opcode::EXTENDED_ARG as u8, (arg >> (8 * shift)) as u8]);
    }
    code.extend_from_slice(&[op as u8, arg as u8]);
}

/// The operands, those of jumps as addresses or distances in bytes.
fn resolve(instrs: &[Instr], labels: &[u32]) -> Vec<u32> {
    let mut args: Vec<u32> =
        instrs.iter().map(|instr| if instr.op.is_jump() { 0 } else { instr.arg }).collect();
    let jumps: Vec<usize> = (0..instrs.len()).filter(|&i| instrs[i].op.is_jump()).collect();
    if jumps.is_empty() {
        return args;
    }
    // Where each instruction begins, and behind the last one where the code ends.
    let mut starts = vec![0; instrs.len() + 1];
    loop {
        let mut at = 0;
        for (start, &arg) in starts.iter_mut().zip(&args) {
            *start = at;
            at += length(arg);
        }
        starts[instrs.len()] = at;
        let mut moved = false;
        for &i in &jumps {
            let target = starts[labels[instrs[i].arg as usize] as usize];
            let new = if instrs[i].op.is_relative_jump() {
                target.wrapping_sub(starts[i] + length(args[i])).wrapping_mul(2)
            } else {
                target * 2
            };
            moved |= length(new) != length(args[i]);
            args[i] = new;
        }
        if !moved {
            return args;
        }
    }
}
