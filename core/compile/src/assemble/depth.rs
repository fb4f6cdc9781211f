//! How deep the value stack gets.

use crate::codegen::Instr;
use krait_code::Opcode;

/// Deeper blocks are not visited again: guards against code that would grow for ever.
const ENOUGH: i32 = 100;

/// Follows every path from the start; at each label the deepest way to get there counts.
pub fn stack_depth(instrs: &[Instr], labels: &[u32]) -> u32 {
    let mut blocks = Blocks { at_label: vec![i32::MIN; instrs.len() + 1], work: Vec::new() };
    let mut is_target = vec![false; instrs.len() + 1];
    for &position in labels {
        if let Some(target) = is_target.get_mut(position as usize) {
            *target = true;
        }
    }
    let mut deepest = 0;
    blocks.visit(0, 0);
    while let Some(start) = blocks.work.pop() {
        let mut depth = blocks.at_label[start];
        for i in start..instrs.len() {
            if i > start && is_target[i] {
                blocks.visit(i, depth);
                break;
            }
            let Instr { op, arg, .. } = instrs[i];
            if op.is_jump() {
                let there = depth + op.stack_effect(0, true);
                deepest = deepest.max(there);
                blocks.visit(labels[arg as usize] as usize, there);
            }
            depth += op.stack_effect(if op.is_jump() { 0 } else { arg }, false);
            deepest = deepest.max(depth);
            if ends_path(op) {
                break;
            }
        }
    }
    deepest as u32
}

struct Blocks {
    /// For the instructions behind labels, the greatest depth so far.
    at_label: Vec<i32>,
    work: Vec<usize>,
}

impl Blocks {
    fn visit(&mut self, start: usize, depth: i32) {
        let known = &mut self.at_label[start];
        if *known < depth && *known < ENOUGH {
            *known = depth;
            self.work.push(start);
        }
    }
}

fn ends_path(op: Opcode) -> bool {
    use Opcode::*;
    matches!(op, JUMP_ABSOLUTE | JUMP_FORWARD | RETURN_VALUE | RAISE_VARARGS | RERAISE)
}
