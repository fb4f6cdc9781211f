//! The pass over the finished bytes.
//!
//! It works in place on code units of two bytes, turning what is superfluous into NOPs, then takes the NOPs out and
//! moves jump targets and the line table along. A jump never gets longer prefixes here; where it would need them,
//! the code stays as it was.

use krait_code::{Constant, Opcode};

const NOP: u8 = Opcode::NOP as u8;
const EXTENDED_ARG: u8 = Opcode::EXTENDED_ARG as u8;

/// Returns code and line table; folded tuples are appended to the constants.
pub fn optimize(code: Vec<u8>, lnotab: Vec<u8>, consts: &mut Vec<Constant>) -> (Vec<u8>, Vec<u8>) {
    // A step of 255 bytes marks a stretch that is split over several pairs; that is too complicated to move.
    if lnotab.iter().step_by(2).any(|&step| step == 255) {
        return (code, lnotab);
    }
    let mut pass = Pass {
        code: code.chunks_exact(2).map(|unit| [unit[0], unit[1]]).collect(),
        block: Vec::new(),
        consts,
        folded: Vec::new(),
    };
    pass.mark_blocks();
    pass.rewrite();
    let folded = std::mem::take(&mut pass.folded);
    let result = pass.compact(&lnotab);
    consts.extend(folded);
    result.unwrap_or((code, lnotab))
}

struct Pass<'c> {
    code: Vec<[u8; 2]>,
    /// For each unit the number of the basic block it is in.
    block: Vec<u32>,
    consts: &'c Vec<Constant>,
    folded: Vec<Constant>,
}

impl Pass<'_> {
    fn op(&self, at: usize) -> u8 {
        self.code[at][0]
    }

    fn is(&self, at: usize, op: Opcode) -> bool {
        self.op(at) == op as u8
    }

    /// The operand of the instruction at `at`, its prefixes included.
    fn arg(&self, at: usize) -> usize {
        let mut arg = self.code[at][1] as usize;
        let mut shift = 8;
        for i in (0..at).rev().take(3) {
            if self.op(i) != EXTENDED_ARG {
                break;
            }
            arg |= (self.code[i][1] as usize) << shift;
            shift += 8;
        }
        arg
    }

    /// The first unit from `at` on that is no prefix.
    fn skip_prefixes(&self, mut at: usize) -> usize {
        while at < self.code.len() && self.op(at) == EXTENDED_ARG {
            at += 1;
        }
        at
    }

    /// The unit that a jump goes to.
    fn target(&self, at: usize) -> usize {
        let arg = self.arg(at) / 2;
        if opcode(self.op(at)).is_some_and(Opcode::is_relative_jump) { arg + at + 1 } else { arg }
    }

    fn mark_blocks(&mut self) {
        let mut starts = vec![false; self.code.len()];
        for at in 0..self.code.len() {
            if opcode(self.op(at)).is_some_and(Opcode::is_jump)
                && let Some(start) = starts.get_mut(self.target(at))
            {
                *start = true;
            }
        }
        let mut number = 0;
        for start in starts {
            number += start as u32;
            self.block.push(number);
        }
    }

    fn same_block(&self, first: usize, last: usize) -> bool {
        self.block[first] == self.block[last]
    }

    fn fill_nops(&mut self, from: usize, to: usize) {
        self.code[from..to].fill([NOP, 0]);
    }

    /// Writes an instruction so that it ends at `end`, and NOPs from `start` to where it begins, which is returned.
    /// Does nothing if there is no room.
    fn write(&mut self, start: usize, end: usize, op: u8, arg: usize) -> Option<usize> {
        let length = super::length(arg as u32) as usize;
        if start + length > end {
            return None;
        }
        let first = end - length;
        for i in 0..length {
            let is_last = i + 1 == length;
            let byte = (arg >> (8 * (length - 1 - i))) as u8;
            self.code[first + i] = [if is_last { op } else { EXTENDED_ARG }, byte];
        }
        self.fill_nops(start, first);
        Some(first)
    }

    fn rewrite(&mut self) {
        let mut next = self.skip_prefixes(0);
        // Of the constants that were loaded last, one directly after the other.
        let mut loads = 0;
        while next < self.code.len() {
            let at = next;
            let mut start = at;
            while start > 0 && self.op(start - 1) == EXTENDED_ARG {
                start -= 1;
            }
            next = self.skip_prefixes(at + 1);
            let follower = if next < self.code.len() { opcode(self.op(next)) } else { None };
            let previous_loads = std::mem::take(&mut loads);
            let Some(op) = opcode(self.op(at)) else { continue };
            match op {
                Opcode::LOAD_CONST => {
                    loads = previous_loads + 1;
                    if follower == Some(Opcode::POP_JUMP_IF_FALSE)
                        && self.same_block(start, at + 1)
                        && self.consts[self.arg(at)].truth()
                    {
                        self.fill_nops(start, next + 1);
                        loads = 0;
                    }
                }
                Opcode::BUILD_TUPLE => self.build_tuple(start, at, next, follower, previous_loads),
                Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => {
                    next = self.short_circuit(op, start, at, next)
                }
                Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::JUMP_FORWARD
                | Opcode::JUMP_ABSOLUTE => self.jump_to_jump(op, start, at),
                Opcode::RETURN_VALUE => next = self.unreachable(at, next),
                _ => {}
            }
        }
    }

    /// Constants become one; two or three values that are unpacked at once are only rotated.
    fn build_tuple(&mut self, start: usize, at: usize, next: usize, follower: Option<Opcode>, loads: usize) {
        let count = self.arg(at);
        if count > 0 && loads >= count {
            let first = self.nth_load_back(start, count);
            if self.same_block(first, start) {
                self.fold_tuple(first, at, count);
                return;
            }
        }
        if follower == Some(Opcode::UNPACK_SEQUENCE)
            && self.same_block(start, next)
            && self.arg(next) == count
        {
            match count {
                0 | 1 => self.fill_nops(start, next + 1),
                2 => {
                    self.code[start] = [Opcode::ROT_TWO as u8, 0];
                    self.fill_nops(start + 1, next + 1);
                }
                3 => {
                    self.code[start] = [Opcode::ROT_THREE as u8, 0];
                    self.code[start + 1] = [Opcode::ROT_TWO as u8, 0];
                    self.fill_nops(start + 2, next + 1);
                }
                _ => {}
            }
        }
    }

    /// Where the `count`-th `LOAD_CONST` before `before` begins, its prefixes included.
    fn nth_load_back(&self, before: usize, count: usize) -> usize {
        let (mut at, mut left) = (before, count);
        while at > 0 {
            at -= 1;
            if self.is(at, Opcode::LOAD_CONST) {
                left -= 1;
                if left == 0 {
                    while at > 0 && self.op(at - 1) == EXTENDED_ARG {
                        at -= 1;
                    }
                    break;
                }
            }
        }
        at
    }

    fn fold_tuple(&mut self, first: usize, at: usize, count: usize) {
        let mut items = Vec::with_capacity(count);
        for i in first..at {
            if self.is(i, Opcode::LOAD_CONST) {
                let index = self.arg(i);
                items.push(match self.consts.get(index) {
                    Some(constant) => constant.clone(),
                    None => self.folded[index - self.consts.len()].clone(),
                });
            }
        }
        let index = self.consts.len() + self.folded.len();
        self.folded.push(Constant::Tuple(items.into()));
        self.write(first, at + 1, Opcode::LOAD_CONST as u8, index);
    }

    /// A jump that keeps the value on the stack, to a jump that looks at it.
    fn short_circuit(&mut self, op: Opcode, start: usize, at: usize, next: usize) -> usize {
        let target = self.skip_prefixes(self.arg(at) / 2);
        let Some(there) = self.code.get(target).and_then(|unit| opcode(unit[0])) else { return next };
        let if_true = op == Opcode::JUMP_IF_TRUE_OR_POP;
        let there_if_true = match there {
            Opcode::JUMP_IF_TRUE_OR_POP | Opcode::POP_JUMP_IF_TRUE => true,
            Opcode::JUMP_IF_FALSE_OR_POP | Opcode::POP_JUMP_IF_FALSE => false,
            _ => {
                self.jump_to_jump(op, start, at);
                return next;
            }
        };
        let pops = matches!(there, Opcode::POP_JUMP_IF_TRUE | Opcode::POP_JUMP_IF_FALSE);
        let pop_jump = if if_true { Opcode::POP_JUMP_IF_TRUE } else { Opcode::POP_JUMP_IF_FALSE };
        // The same test succeeds there as well; the opposite one fails and drops the value.
        let (new, address) = if if_true == there_if_true {
            (if pops { pop_jump } else { op }, self.arg(target))
        } else {
            (pop_jump, (target + 1) * 2)
        };
        // Once more: the new target may be such a jump, too.
        self.write(start, at + 1, new as u8, address).unwrap_or(next)
    }

    fn jump_to_jump(&mut self, op: Opcode, start: usize, at: usize) {
        let target = self.skip_prefixes(self.target(at));
        let Some(there) = self.code.get(target).and_then(|unit| opcode(unit[0])) else { return };
        let unconditional = |op| matches!(op, Opcode::JUMP_FORWARD | Opcode::JUMP_ABSOLUTE);
        if unconditional(op) && there == Opcode::RETURN_VALUE {
            self.code[start] = [Opcode::RETURN_VALUE as u8, 0];
            self.fill_nops(start + 1, at + 1);
        } else if unconditional(there) {
            let address = self.target(target) * 2;
            // An absolute jump can go backwards.
            let op = if op == Opcode::JUMP_FORWARD { Opcode::JUMP_ABSOLUTE } else { op };
            self.write(start, at + 1, op as u8, address);
        }
    }

    /// What follows a return in its block is never run. `SETUP_FINALLY` and `RERAISE` stay: setting `f_lineno` needs to
    /// see them in pairs.
    fn unreachable(&mut self, at: usize, next: usize) -> usize {
        let stays = |op| op == Opcode::SETUP_FINALLY as u8 || op == Opcode::RERAISE as u8;
        let mut end = at + 1;
        while end < self.code.len() && self.same_block(at, end) {
            if stays(self.op(end)) {
                while end > at + 1 && self.op(end - 1) == EXTENDED_ARG {
                    end -= 1;
                }
                break;
            }
            end += 1;
        }
        if end == at + 1 {
            return next;
        }
        self.fill_nops(at + 1, end);
        self.skip_prefixes(end)
    }

    /// Takes the NOPs out. `None` if a jump would need more prefixes than it has.
    fn compact(&mut self, lnotab: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        // From here on: the new position of each unit, and of the end.
        let mut positions = Vec::with_capacity(self.code.len() + 1);
        let mut nops = 0;
        for (i, unit) in self.code.iter().enumerate() {
            positions.push(i - nops);
            nops += (unit[0] == NOP) as usize;
        }
        positions.push(self.code.len() - nops);
        let new_lnotab = move_lines(lnotab, &positions);
        let mut out = Vec::with_capacity((self.code.len() - nops) * 2);
        let mut at = 0;
        while at < self.code.len() {
            let start = at;
            at = self.skip_prefixes(at);
            let op = self.op(at);
            let width = at - start + 1;
            let mut arg = self.arg_of(start, at);
            match opcode(op) {
                Some(Opcode::NOP) => {
                    at += 1;
                    continue;
                }
                Some(op) if op.is_absolute_jump() => arg = positions[arg / 2] * 2,
                Some(op) if op.is_relative_jump() => {
                    arg = (positions[arg / 2 + at + 1] - positions[at] - 1) * 2;
                }
                _ => {}
            }
            let length = super::length(arg as u32) as usize;
            if length > width {
                return None;
            }
            // Superfluous prefixes stay, as zeros.
            for i in (0..width).rev() {
                let byte = if i < 4 { (arg >> (8 * i)) as u8 } else { 0 };
                out.extend_from_slice(&[if i == 0 { op } else { EXTENDED_ARG }, byte]);
            }
            at += 1;
        }
        Some((out, new_lnotab))
    }

    fn arg_of(&self, start: usize, at: usize) -> usize {
        self.code[start..=at].iter().fold(0, |arg, unit| arg << 8 | unit[1] as usize)
    }
}

fn move_lines(lnotab: &[u8], positions: &[usize]) -> Vec<u8> {
    let (mut old, mut new) = (0, 0);
    let mut moved = lnotab.to_vec();
    for pair in moved.chunks_exact_mut(2) {
        old += pair[0] as usize;
        let position = positions[old / 2] * 2;
        pair[0] = (position - new) as u8;
        new = position;
    }
    moved
}

fn opcode(byte: u8) -> Option<Opcode> {
    Opcode::from_byte(byte)
}
