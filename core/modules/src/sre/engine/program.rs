//! Code arrays to instructions.
//!
//! A code array is linear: every construct's parts stand one behind the other and are joined by
//! relative, forward skips. So one pass over it decodes all instructions, noting where each began;
//! then the skips are resolved, and code that skips to anything but an instruction is refused. Nothing
//! that the machine does with a checked program can run out of the instructions, the marks or a set.

use super::charset::{CATEGORIES, Folding, Set, check};
use super::{info, op};
use core::cell::OnceCell;

/// The code array is not well-formed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid;

/// An instruction. Targets are indices of instructions.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Op {
    Failure,
    Success,
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    Folded(u32, Folding),
    NotFolded(u32, Folding),
    In(u32),
    Category(u32),
    At(u32),
    /// Head of an alternative: the next head, or the `Failure` that ends the branch.
    Alternative {
        next: u32,
    },
    Jump(u32),
    Mark(u32),
    GroupRef(u32, Folding),
    GroupRefExists {
        group: u32,
        otherwise: u32,
    },
    Assert {
        back: u32,
        after: u32,
    },
    AssertNot {
        back: u32,
        after: u32,
    },
    Repeat {
        min: u32,
        max: u32,
        until: u32,
    },
    MaxUntil,
    MinUntil,
    /// A repeated one-character instruction, by its index in [`Program::loops`].
    RepeatOne(u32),
    MinRepeatOne(u32),
}

/// A repetition of one character.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    pub unit: Op,
    pub min: usize,
    /// `usize::MAX`: no limit.
    pub max: usize,
    pub tail: u32,
    /// The literal that the tail begins with.
    pub tail_literal: Option<u32>,
}

/// What the INFO block tells a search.
#[derive(Debug, Default)]
pub(crate) struct Info {
    pub min_width: usize,
    pub prefix: Box<[u32]>,
    /// For each position of the prefix, how much of its beginning ends there.
    pub overlap: Box<[u32]>,
    /// The prefix prepared for searching bytes, when a longer text has been searched; boxed, since its vectors are aligned
    /// more strictly than objects.
    pub finder: OnceCell<Box<memchr::memmem::Finder<'static>>>,
    /// The prefix is all of the pattern.
    pub literal: bool,
    /// Index of the set that the first character is in.
    pub first: Option<u32>,
    /// Found in the instructions where the block says nothing of a first character: which one it can
    /// be, when every match has one.
    pub table: Option<Box<First>>,
    /// A match can only begin at the beginning of the text.
    pub anchored: bool,
}

/// The characters that a match can begin with; those above 255 all can or all cannot.
#[derive(Debug)]
pub(crate) struct First {
    pub low: [bool; 256],
    pub high: bool,
}

impl First {
    fn add(&mut self, accepts: impl Fn(u32) -> bool) {
        for (c, slot) in self.low.iter_mut().enumerate() {
            *slot |= accepts(c as u32);
        }
    }
}

/// A checked pattern, ready to run.
#[derive(Debug)]
pub struct Program {
    pub(crate) ops: Vec<Op>,
    pub(crate) sets: Vec<Set>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) info: Info,
    groups: usize,
}

const NONE: u32 = u32::MAX;

struct Reader<'c> {
    code: &'c [u32],
    at: usize,
    groups: usize,
    program: Program,
    /// For each position in the code, the instruction that begins there.
    starts: Vec<u32>,
    /// Positions of further heads of a branch.
    heads: Vec<usize>,
    /// Positions that must hold the operation that ends a construct.
    ends: Vec<(usize, u32, u32)>,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<u32, Invalid> {
        let value = *self.code.get(self.at).ok_or(Invalid)?;
        self.at += 1;
        Ok(value)
    }

    /// Reads a skip; it counts from its own position.
    fn skip(&mut self) -> Result<usize, Invalid> {
        let from = self.at;
        let target = from.checked_add(self.next()? as usize).ok_or(Invalid)?;
        if target <= from || target > self.code.len() { Err(Invalid) } else { Ok(target) }
    }

    fn group(&mut self) -> Result<u32, Invalid> {
        let group = self.next()?;
        if (group as usize) < self.groups { Ok(group) } else { Err(Invalid) }
    }

    /// Reads a set up to `end`; its index.
    fn set(&mut self, end: usize, folding: Folding) -> Result<u32, Invalid> {
        let code = self.code.get(self.at..end).ok_or(Invalid)?;
        let locale = check(code).ok_or(Invalid)?;
        self.program.sets.push(Set::new(code, folding, locale));
        self.at = end;
        Ok(self.program.sets.len() as u32 - 1)
    }

    fn info(&mut self) -> Result<(), Invalid> {
        let end = self.skip()?;
        let flags = self.next()?;
        if flags & !(info::PREFIX | info::LITERAL | info::CHARSET) != 0
            || flags & info::PREFIX != 0 && flags & info::CHARSET != 0
            || flags & info::LITERAL != 0 && flags & info::PREFIX == 0
        {
            return Err(Invalid);
        }
        let mut found = Info { min_width: self.next()? as usize, ..Info::default() };
        self.next()?;
        if flags & info::PREFIX != 0 {
            let len = self.next()? as usize;
            let skip = self.next()? as usize;
            let words = self.code.get(self.at..end).ok_or(Invalid)?;
            if len == 0 || skip > len || words.len() != 2 * len {
                return Err(Invalid);
            }
            let (prefix, overlap) = words.split_at(len);
            if overlap.iter().enumerate().any(|(i, &n)| n as usize > i) {
                return Err(Invalid);
            }
            found.prefix = prefix.into();
            found.overlap = overlap.into();
            found.literal = flags & info::LITERAL != 0;
            self.at = end;
        }
        if flags & info::CHARSET != 0 {
            found.first = Some(self.set(end, Folding::None)?);
        }
        self.program.info = found;
        if self.at == end { Ok(()) } else { Err(Invalid) }
    }

    /// Reads an instruction; targets are still positions in the code.
    fn instruction(&mut self) -> Result<Op, Invalid> {
        let at = self.at;
        if self.heads.last() == Some(&at) {
            self.heads.pop();
            return self.head();
        }
        use Folding::{Ascii, Locale, None, Unicode};
        Ok(match self.next()? {
            op::FAILURE => Op::Failure,
            op::SUCCESS => Op::Success,
            op::ANY => Op::Any,
            op::ANY_ALL => Op::AnyAll,
            op::LITERAL => Op::Literal(self.next()?),
            op::NOT_LITERAL => Op::NotLiteral(self.next()?),
            op::LITERAL_IGNORE => Op::Folded(self.next()?, Ascii),
            op::LITERAL_UNI_IGNORE => Op::Folded(self.next()?, Unicode),
            op::LITERAL_LOC_IGNORE => Op::Folded(self.next()?, Locale),
            op::NOT_LITERAL_IGNORE => Op::NotFolded(self.next()?, Ascii),
            op::NOT_LITERAL_UNI_IGNORE => Op::NotFolded(self.next()?, Unicode),
            op::NOT_LITERAL_LOC_IGNORE => Op::NotFolded(self.next()?, Locale),
            code @ (op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE) => {
                let folding = match code {
                    op::IN => None,
                    op::IN_IGNORE => Ascii,
                    op::IN_UNI_IGNORE => Unicode,
                    _ => Locale,
                };
                let end = self.skip()?;
                Op::In(self.set(end, folding)?)
            }
            op::CATEGORY => match self.next()? {
                category if category < CATEGORIES => Op::Category(category),
                _ => return Err(Invalid),
            },
            op::AT => match self.next()? {
                code if code < 12 => Op::At(code),
                _ => return Err(Invalid),
            },
            op::BRANCH => self.head()?,
            op::JUMP => Op::Jump(self.skip()? as u32),
            op::MARK => match self.next()? {
                mark if (mark as usize) < 2 * self.groups => Op::Mark(mark),
                _ => return Err(Invalid),
            },
            op::GROUPREF => Op::GroupRef(self.group()?, None),
            op::GROUPREF_IGNORE => Op::GroupRef(self.group()?, Ascii),
            op::GROUPREF_UNI_IGNORE => Op::GroupRef(self.group()?, Unicode),
            op::GROUPREF_LOC_IGNORE => Op::GroupRef(self.group()?, Locale),
            op::GROUPREF_EXISTS => {
                let group = self.group()?;
                // This skip counts from the group number before it.
                let from = self.at - 1;
                let skip = self.next()? as usize;
                Op::GroupRefExists { group, otherwise: self.forward(from, skip)? as u32 }
            }
            code @ (op::ASSERT | op::ASSERT_NOT) => {
                let after = self.skip()?;
                let back = self.next()?;
                self.ends.push((after.wrapping_sub(1), op::SUCCESS, op::SUCCESS));
                let after = after as u32;
                if code == op::ASSERT { Op::Assert { back, after } } else { Op::AssertNot { back, after } }
            }
            op::REPEAT => {
                let until = self.skip()?;
                let (min, max) = (self.next()?, self.next()?);
                if min > max {
                    return Err(Invalid);
                }
                self.ends.push((until, op::MAX_UNTIL, op::MIN_UNTIL));
                Op::Repeat { min, max, until: until as u32 }
            }
            op::MAX_UNTIL => Op::MaxUntil,
            op::MIN_UNTIL => Op::MinUntil,
            op::REPEAT_ONE => Op::RepeatOne(self.repeat_one()?),
            op::MIN_REPEAT_ONE => Op::MinRepeatOne(self.repeat_one()?),
            _ => return Err(Invalid),
        })
    }

    fn forward(&self, from: usize, skip: usize) -> Result<usize, Invalid> {
        match from.checked_add(skip) {
            Some(target) if target >= self.at && target <= self.code.len() => Ok(target),
            _ => Err(Invalid),
        }
    }

    /// Reads the head of an alternative: the skip to the next one, 0 after the last.
    fn head(&mut self) -> Result<Op, Invalid> {
        if self.code.get(self.at) == Some(&0) {
            self.at += 1;
            return Ok(Op::Failure);
        }
        let next = self.skip()?;
        // Branches nest, so the innermost next head always comes first.
        if self.heads.last().is_some_and(|&outer| outer <= next) {
            return Err(Invalid);
        }
        self.heads.push(next);
        Ok(Op::Alternative { next: next as u32 })
    }

    fn repeat_one(&mut self) -> Result<u32, Invalid> {
        let tail = self.skip()?;
        let (min, max) = (self.next()?, self.next()?);
        if min > max {
            return Err(Invalid);
        }
        let unit = self.instruction()?;
        let single = matches!(
            unit,
            Op::Any
                | Op::AnyAll
                | Op::Literal(_)
                | Op::NotLiteral(_)
                | Op::Folded(..)
                | Op::NotFolded(..)
                | Op::In(_)
                | Op::Category(_)
        );
        if !single || self.next()? != op::SUCCESS || self.at != tail {
            return Err(Invalid);
        }
        let max = if max == super::MAX_REPEAT { usize::MAX } else { max as usize };
        let one = Loop { unit, min: min as usize, max, tail: tail as u32, tail_literal: None };
        self.program.loops.push(one);
        Ok(self.program.loops.len() as u32 - 1)
    }

    fn read(&mut self) -> Result<(), Invalid> {
        if self.code.last() != Some(&op::SUCCESS) {
            return Err(Invalid);
        }
        if self.code[0] == op::INFO {
            self.at = 1;
            self.info()?;
        }
        while self.at < self.code.len() {
            self.starts[self.at] = self.program.ops.len() as u32;
            let instruction = self.instruction()?;
            self.program.ops.push(instruction);
        }
        if self.program.ops.last() != Some(&Op::Success) || !self.heads.is_empty() {
            return Err(Invalid);
        }
        for &(at, one, other) in &self.ends {
            let code = self.code.get(at).copied();
            if self.starts.get(at).is_none_or(|&s| s == NONE) || (code != Some(one) && code != Some(other)) {
                return Err(Invalid);
            }
        }
        self.resolve()
    }

    /// Turns positions in the code into indices of instructions.
    fn resolve(&mut self) -> Result<(), Invalid> {
        let starts = &self.starts;
        let resolve = |target: &mut u32| match starts.get(*target as usize) {
            Some(&start) if start != NONE => {
                *target = start;
                Ok(())
            }
            _ => Err(Invalid),
        };
        for instruction in &mut self.program.ops {
            match instruction {
                Op::Alternative { next: target }
                | Op::Jump(target)
                | Op::GroupRefExists { otherwise: target, .. }
                | Op::Assert { after: target, .. }
                | Op::AssertNot { after: target, .. }
                | Op::Repeat { until: target, .. } => resolve(target)?,
                _ => {}
            }
        }
        for one in &mut self.program.loops {
            resolve(&mut one.tail)?;
            if let Op::Literal(c) = self.program.ops[one.tail as usize] {
                one.tail_literal = Some(c);
            }
        }
        Ok(())
    }
}

impl Program {
    /// Checks a code array for a pattern with that many groups.
    pub fn compile(code: &[u32], groups: usize) -> Result<Program, Invalid> {
        if code.len() > (u32::MAX - 1) as usize || groups > super::MAX_GROUPS {
            return Err(Invalid);
        }
        let program = Program {
            ops: Vec::with_capacity(code.len() / 2),
            sets: vec![],
            loops: vec![],
            info: Info::default(),
            groups,
        };
        let starts = vec![NONE; code.len()];
        let mut reader = Reader { code, at: 0, groups, program, starts, heads: vec![], ends: vec![] };
        reader.read()?;
        let mut program = reader.program;
        program.analyse();
        Ok(program)
    }

    /// Finds out how a match begins.
    fn analyse(&mut self) {
        let first = self.ops.iter().find(|op| !matches!(op, Op::Mark(_)));
        self.info.anchored = matches!(first, Some(Op::At(0 | 2)));
        if self.info.prefix.is_empty() && self.info.first.is_none() {
            let mut first = Box::new(First { low: [false; 256], high: false });
            if self.first_characters(0, &mut first, &mut 64).is_some() {
                self.info.table = Some(first);
            }
        }
    }

    /// Adds the characters that what begins at `pc` can begin with. None if it may match nothing, or
    /// is not understood within the budget.
    fn first_characters(&self, pc: usize, first: &mut First, budget: &mut u32) -> Option<()> {
        *budget = budget.checked_sub(1)?;
        match self.ops[pc] {
            op @ (Op::Literal(_) | Op::Folded(..) | Op::In(_) | Op::Category(_)) => self.add_unit(op, first),
            Op::Mark(_) | Op::At(_) => self.first_characters(pc + 1, first, budget),
            Op::Assert { after, .. } | Op::AssertNot { after, .. } => {
                self.first_characters(after as usize, first, budget)
            }
            Op::Alternative { mut next } => {
                self.first_characters(pc + 1, first, budget)?;
                while let Op::Alternative { next: following } = self.ops[next as usize] {
                    self.first_characters(next as usize + 1, first, budget)?;
                    next = following;
                }
                Some(())
            }
            Op::RepeatOne(i) | Op::MinRepeatOne(i) => {
                let one = &self.loops[i as usize];
                if one.max > 0 {
                    self.add_unit(one.unit, first)?;
                }
                if one.min > 0 { Some(()) } else { self.first_characters(one.tail as usize, first, budget) }
            }
            Op::Repeat { min: 1.., .. } => self.first_characters(pc + 1, first, budget),
            Op::Jump(target) => self.first_characters(target as usize, first, budget),
            _ => None,
        }
    }

    fn add_unit(&self, unit: Op, first: &mut First) -> Option<()> {
        match unit {
            Op::Literal(c) => {
                first.add(|x| x == c);
                first.high |= c > 255;
            }
            Op::Folded(c, folding) if folding != Folding::Locale => {
                first.add(|x| folding.equals(c, x));
                first.high |= c > 255 || folding == Folding::Unicode;
            }
            Op::In(set) => {
                let table = self.sets[set as usize].table()?;
                first.add(|x| table[x as usize]);
                first.high = true;
            }
            _ => return None,
        }
        Some(())
    }

    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The text that the pattern is, if it is nothing but a literal.
    pub fn literal(&self) -> Option<&[u32]> {
        self.info.literal.then_some(&*self.info.prefix)
    }
}
