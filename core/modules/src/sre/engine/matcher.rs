//! The backtracking machine.
//!
//! A run follows the instructions until one fails; then [`State::backtrack`] takes entries off the
//! stack, undoing what they record, until one offers another way. Reaching `Success` ends the run, or
//! the innermost assertion.
//!
//! What 3.9 restores, and therefore we: every choice point restores how many marks are set and the
//! last group; the positions of marks only alternatives inside a repeat and iterations of a greedy
//! repeat; an assertion restores nothing, so that groups set inside a failing negative one show.

use super::charset::Folding;
use super::charset::{in_category, is_ascii_word, is_unicode_word};
use super::program::{Loop, Op, Program};
use krait_object::text::Unit;

/// Why a run stopped without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MatchError {
    /// RuntimeError: the code does what no pattern compiles to.
    State,
    /// MemoryError.
    Memory,
    /// The interrupt callback said so; its exception is set.
    Interrupted,
}

const UNSET: usize = usize::MAX;
const NO_REPEAT: u32 = u32::MAX;

/// A repeat being executed.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    /// Index of the `Repeat` instruction.
    at: u32,
    /// The repeat around it.
    outer: u32,
    /// Finished iterations; -1 before the first.
    count: i64,
    /// Where the last iteration began, lest empty ones go on for ever.
    last: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Alternatives from `at` on are left. `extra`: marks are saved.
    Branch,
    /// A greedy one-character loop that holds `extra` characters.
    RepeatOne,
    /// A lazy one.
    MinRepeatOne,
    /// Undoes the beginning of a repeat.
    Repeat,
    /// Undoes counting a compulsory iteration of repeat `at`.
    Count,
    /// An iteration of greedy repeat `at`; the tail is left to try. `extra`: its `last`.
    MaxBody,
    /// The tail of repeat `at` was running.
    MaxTail,
    /// The same for a lazy repeat; an iteration is left to try.
    MinTail,
    /// An iteration of lazy repeat `at`. `extra`: its `last`.
    MinBody,
    /// An assertion; `extra` is the enclosing one's place on the stack.
    Assert,
    AssertNot,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    at: u32,
    ptr: usize,
    extra: usize,
    last_mark: i32,
    last_index: i32,
}

/// What an assertion discards when it succeeds.
#[derive(Clone, Copy, Debug)]
struct Level {
    saved: usize,
    repeats: usize,
    negative: bool,
}

/// The machine's stacks, kept between runs so that matching allocates nothing.
#[derive(Default, Debug)]
pub struct Scratch {
    entries: Vec<Entry>,
    repeats: Vec<Repeat>,
    saved: Vec<usize>,
    levels: Vec<Level>,
    marks: Vec<usize>,
}

/// Called now and then during long runs; true stops the run.
pub type Interrupt<'i> = &'i mut dyn FnMut() -> bool;

/// A program on a text: where to match, and after a success what matched.
pub struct State<'p, 't, 'i, U> {
    pub(super) program: &'p Program,
    /// The text up to the end of the region; `^` and look-behind see it from its beginning.
    pub(super) text: &'t [U],
    whole: &'t [U],
    /// Where a match begins: set it before matching, read it after searching.
    pub start: usize,
    /// Where the match ended.
    pub ptr: usize,
    /// A match must not be empty at `start`. Searching clears it.
    pub must_advance: bool,
    pub(super) match_all: bool,
    last_mark: i32,
    last_index: i32,
    repeat: u32,
    /// The innermost open assertion's place on the stack.
    assertion: usize,
    negative: bool,
    ticks: u32,
    scratch: Scratch,
    interrupt: Option<Interrupt<'i>>,
}

const TICKS: u32 = 0xfff;

impl<'p, 't, 'i, U: Unit> State<'p, 't, 'i, U> {
    /// For matching between two positions of a text (clamped to it). An end before the start is
    /// possible: as in the reference, only patterns that look at nothing match then.
    pub fn new(
        program: &'p Program,
        text: &'t [U],
        start: isize,
        end: isize,
        mut scratch: Scratch,
        interrupt: Option<Interrupt<'i>>,
    ) -> Self {
        let clamp = |i: isize| (i.max(0) as usize).min(text.len());
        let (start, end) = (clamp(start), clamp(end));
        scratch.marks.clear();
        scratch.marks.resize(2 * program.groups(), UNSET);
        State {
            program,
            text: &text[..end],
            whole: text,
            start,
            ptr: start,
            must_advance: false,
            match_all: false,
            last_mark: -1,
            last_index: -1,
            repeat: NO_REPEAT,
            assertion: UNSET,
            negative: false,
            ticks: 0,
            scratch,
            interrupt,
        }
    }

    /// Gives the stacks back for the next state.
    pub fn into_scratch(self) -> Scratch {
        self.scratch
    }

    pub fn end(&self) -> usize {
        self.text.len()
    }

    /// Number of the last group that closed.
    pub fn last_index(&self) -> Option<usize> {
        usize::try_from(self.last_index).ok()
    }

    /// The span of group `number` (from 1), if it took part.
    pub fn group(&self, number: usize) -> Option<(usize, usize)> {
        let i = 2 * (number - 1);
        if i as isize >= self.last_mark as isize {
            return None;
        }
        let (start, end) = (self.scratch.marks[i], self.scratch.marks[i + 1]);
        (start != UNSET && end != UNSET).then_some((start, end))
    }

    /// Forgets all groups.
    pub fn reset(&mut self) {
        self.last_mark = -1;
        self.last_index = -1;
    }

    /// Matches at `start`; if `full`, up to the end.
    pub fn match_here(&mut self, full: bool) -> Result<bool, MatchError> {
        self.match_all = full;
        if self.text.len().wrapping_sub(self.start) < self.program.info.min_width {
            return Ok(false);
        }
        self.run(self.start)
    }

    /// The marks of a back reference if it is set.
    fn reference(&self, group: u32) -> Option<(usize, usize)> {
        self.group(group as usize + 1).filter(|&(start, end)| start <= end)
    }

    fn set_mark(&mut self, mark: usize, ptr: usize) {
        if mark & 1 == 1 {
            self.last_index = (mark / 2 + 1) as i32;
        }
        if mark as i64 > i64::from(self.last_mark) {
            let first = (self.last_mark + 1) as usize;
            if first < mark {
                self.scratch.marks[first..mark].fill(UNSET);
            }
            self.last_mark = mark as i32;
        }
        self.scratch.marks[mark] = ptr;
    }

    #[cold]
    fn grow<T>(stack: &mut Vec<T>, more: usize) -> Result<(), MatchError> {
        stack.try_reserve(more.max(32)).map_err(|_| MatchError::Memory)
    }

    #[inline]
    fn push(&mut self, kind: Kind, at: u32, ptr: usize, extra: usize) -> Result<(), MatchError> {
        if self.scratch.entries.len() == self.scratch.entries.capacity() {
            Self::grow(&mut self.scratch.entries, 1)?;
        }
        let (last_mark, last_index) = (self.last_mark, self.last_index);
        self.scratch.entries.push(Entry { kind, at, ptr, extra, last_mark, last_index });
        Ok(())
    }

    /// Saves the marks that are set.
    fn save_marks(&mut self) -> Result<(), MatchError> {
        let n = saved_count(self.last_mark);
        if n == 0 {
            return Ok(());
        }
        if self.scratch.saved.capacity() - self.scratch.saved.len() < n {
            Self::grow(&mut self.scratch.saved, n)?;
        }
        let Scratch { saved, marks, .. } = &mut self.scratch;
        saved.extend_from_slice(&marks[..n]);
        Ok(())
    }

    /// Puts marks back that were saved when `last_mark` was this.
    fn restore_marks(&mut self, last_mark: i32, keep: bool) {
        let n = saved_count(last_mark);
        if n == 0 {
            return;
        }
        let Scratch { saved, marks, .. } = &mut self.scratch;
        let from = saved.len() - n;
        marks[..n].copy_from_slice(&saved[from..]);
        if !keep {
            saved.truncate(from);
        }
    }

    fn restore_last(&mut self, entry: &Entry) {
        self.last_mark = entry.last_mark;
        self.last_index = entry.last_index;
    }

    #[inline]
    fn tick(&mut self) -> Result<(), MatchError> {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks & TICKS == 0 { self.interrupted() } else { Ok(()) }
    }

    #[cold]
    fn interrupted(&mut self) -> Result<(), MatchError> {
        let stopped = self.interrupt.as_mut().is_some_and(|stop| stop());
        if stopped { Err(MatchError::Interrupted) } else { Ok(()) }
    }

    /// Runs the program from a position. Groups stay as they are until marks change them.
    pub(super) fn run(&mut self, start: usize) -> Result<bool, MatchError> {
        self.scratch.entries.clear();
        self.scratch.repeats.clear();
        self.scratch.saved.clear();
        self.scratch.levels.clear();
        self.repeat = NO_REPEAT;
        self.assertion = UNSET;
        self.negative = false;
        let program = self.program;
        let (ops, text) = (&program.ops[..], self.text);
        let (mut pc, mut ptr) = (0, start);
        loop {
            let next = match ops[pc] {
                Op::Literal(c) => match text.get(ptr) {
                    Some(u) if u.code() == c => Some((pc + 1, ptr + 1)),
                    _ => None,
                },
                Op::In(set) => match text.get(ptr) {
                    Some(u) if program.sets[set as usize].matches(u.code()) => Some((pc + 1, ptr + 1)),
                    _ => None,
                },
                Op::RepeatOne(i) => self.repeat_one(i, ptr)?,
                Op::MinRepeatOne(i) => self.min_repeat_one(i, ptr)?,
                Op::Mark(mark) => {
                    self.set_mark(mark as usize, ptr);
                    Some((pc + 1, ptr))
                }
                Op::Jump(target) => Some((target as usize, ptr)),
                Op::Alternative { .. } => self.alternatives(pc, ptr)?,
                Op::Any
                | Op::AnyAll
                | Op::NotLiteral(_)
                | Op::Folded(..)
                | Op::NotFolded(..)
                | Op::Category(_) => match text.get(ptr) {
                    Some(u) if accepts(program, ops[pc], u.code()) => Some((pc + 1, ptr + 1)),
                    _ => None,
                },
                Op::At(code) => at_position(code, text, self.whole, ptr).then_some((pc + 1, ptr)),
                Op::Repeat { .. } => {
                    self.begin_repeat(pc as u32)?;
                    self.push(Kind::Repeat, 0, ptr, 0)?;
                    let Op::Repeat { until, .. } = ops[pc] else { unreachable!() };
                    Some((until as usize, ptr))
                }
                Op::MaxUntil => Some(self.max_until(pc, ptr)?),
                Op::MinUntil => Some(self.min_until(pc, ptr)?),
                Op::GroupRef(group, folding) => self.group_ref(group, folding, ptr).map(|end| (pc + 1, end)),
                Op::GroupRefExists { group, otherwise } => {
                    Some((if self.reference(group).is_some() { pc + 1 } else { otherwise as usize }, ptr))
                }
                Op::Assert { back, .. } | Op::AssertNot { back, .. } => {
                    self.begin_assertion(ops[pc], back, pc, ptr)?
                }
                Op::Success => {
                    if self.assertion != UNSET {
                        self.end_assertion()
                    } else if (self.match_all && ptr != text.len())
                        || (self.must_advance && ptr == self.start)
                    {
                        None
                    } else {
                        self.ptr = ptr;
                        return Ok(true);
                    }
                }
                Op::Failure => None,
            };
            match next {
                Some(state) => (pc, ptr) = state,
                None => match self.backtrack()? {
                    Some(state) => (pc, ptr) = state,
                    None => return Ok(false),
                },
            }
        }
    }

    /// Takes the first alternative from head `pc` on that can begin here.
    fn alternatives(&mut self, pc: usize, ptr: usize) -> Result<Option<(usize, usize)>, MatchError> {
        let Some((body, next)) = self.viable(pc, ptr) else { return Ok(None) };
        let in_repeat = self.repeat != NO_REPEAT;
        if in_repeat {
            self.push(Kind::Branch, next as u32, ptr, 1)?;
            self.save_marks()?;
        } else if self.negative || matches!(self.program.ops[next], Op::Alternative { .. }) {
            self.push(Kind::Branch, next as u32, ptr, 0)?;
        }
        Ok(Some((body, ptr)))
    }

    /// The first alternative whose first instruction does not fail at once, and the head after it.
    fn viable(&self, mut head: usize, ptr: usize) -> Option<(usize, usize)> {
        let ops = &self.program.ops;
        let first = self.text.get(ptr).map(|u| u.code());
        while let Op::Alternative { next } = ops[head] {
            let possible = match ops[head + 1] {
                Op::Literal(c) => first == Some(c),
                Op::In(set) => first.is_some_and(|c| self.program.sets[set as usize].matches(c)),
                _ => true,
            };
            if possible {
                return Some((head + 1, next as usize));
            }
            head = next as usize;
        }
        None
    }

    /// How many characters from `ptr` on, at most `max`, the unit accepts.
    fn count(&self, unit: Op, ptr: usize, max: usize) -> usize {
        let text = self.text;
        let rest = &text[ptr..ptr + max.min(text.len() - ptr)];
        match unit {
            Op::AnyAll => rest.len(),
            Op::Any => krait_object::text::search::find_unit(rest, U::of(10)).unwrap_or(rest.len()),
            Op::NotLiteral(c) if c <= U::MAX => {
                krait_object::text::search::find_unit(rest, U::of(c)).unwrap_or(rest.len())
            }
            Op::Literal(c) => rest.iter().position(|u| u.code() != c).unwrap_or(rest.len()),
            Op::In(set) => {
                let set = &self.program.sets[set as usize];
                let bad = match set.table() {
                    Some(table) if U::MAX == 255 => {
                        rest.iter().position(|u| !table[(u.code() & 255) as usize])
                    }
                    _ => rest.iter().position(|u| !set.matches(u.code())),
                };
                bad.unwrap_or(rest.len())
            }
            _ => rest.iter().position(|u| !accepts(self.program, unit, u.code())).unwrap_or(rest.len()),
        }
    }

    fn repeat_one(&mut self, index: u32, ptr: usize) -> Result<Option<(usize, usize)>, MatchError> {
        let one = &self.program.loops[index as usize];
        // With a region that ends before it starts, not even the empty text is there to repeat.
        if self.text.len().checked_sub(ptr).is_none_or(|rest| rest < one.min) {
            return Ok(None);
        }
        let count = self.count(one.unit, ptr, one.max);
        if count < one.min {
            return Ok(None);
        }
        let Some(count) = fitting(one, self.text, ptr, count) else { return Ok(None) };
        if count > one.min || self.negative {
            self.push(Kind::RepeatOne, index, ptr, count)?;
        }
        Ok(Some((one.tail as usize, ptr + count)))
    }

    fn min_repeat_one(&mut self, index: u32, mut ptr: usize) -> Result<Option<(usize, usize)>, MatchError> {
        let one = &self.program.loops[index as usize];
        // With a region that ends before it starts, not even the empty text is there to repeat.
        if self.text.len().checked_sub(ptr).is_none_or(|rest| rest < one.min) {
            return Ok(None);
        }
        if one.min > 0 {
            if self.count(one.unit, ptr, one.min) < one.min {
                return Ok(None);
            }
            ptr += one.min;
        }
        self.push(Kind::MinRepeatOne, index, ptr, one.min)?;
        Ok(Some((one.tail as usize, ptr)))
    }

    fn begin_repeat(&mut self, at: u32) -> Result<(), MatchError> {
        let repeats = &mut self.scratch.repeats;
        if repeats.len() == repeats.capacity() {
            Self::grow(repeats, 1)?;
        }
        repeats.push(Repeat { at, outer: self.repeat, count: -1, last: UNSET });
        self.repeat = repeats.len() as u32 - 1;
        Ok(())
    }

    /// The current repeat and its bounds.
    fn current(&self) -> Result<(u32, Repeat, i64, i64), MatchError> {
        let repeat = *self.scratch.repeats.get(self.repeat as usize).ok_or(MatchError::State)?;
        let Op::Repeat { min, max, .. } = self.program.ops[repeat.at as usize] else {
            return Err(MatchError::State);
        };
        let max = if max == super::MAX_REPEAT { i64::MAX } else { i64::from(max) };
        Ok((self.repeat, repeat, i64::from(min), max))
    }

    fn max_until(&mut self, pc: usize, ptr: usize) -> Result<(usize, usize), MatchError> {
        self.tick()?;
        let (id, repeat, min, max) = self.current()?;
        let (count, body) = (repeat.count + 1, repeat.at as usize + 1);
        if count < min {
            self.push(Kind::Count, id, ptr, 0)?;
            self.scratch.repeats[id as usize].count = count;
            return Ok((body, ptr));
        }
        if count < max && ptr != repeat.last {
            self.push(Kind::MaxBody, id, ptr, repeat.last)?;
            self.save_marks()?;
            let slot = &mut self.scratch.repeats[id as usize];
            slot.count = count;
            slot.last = ptr;
            return Ok((body, ptr));
        }
        self.max_tail(id, ptr)?;
        Ok((pc + 1, ptr))
    }

    fn max_tail(&mut self, id: u32, ptr: usize) -> Result<(), MatchError> {
        self.push(Kind::MaxTail, id, ptr, 0)?;
        self.repeat = self.scratch.repeats[id as usize].outer;
        Ok(())
    }

    fn min_until(&mut self, pc: usize, ptr: usize) -> Result<(usize, usize), MatchError> {
        self.tick()?;
        let (id, repeat, min, _) = self.current()?;
        let count = repeat.count + 1;
        if count < min {
            self.push(Kind::Count, id, ptr, 0)?;
            self.scratch.repeats[id as usize].count = count;
            return Ok((repeat.at as usize + 1, ptr));
        }
        self.push(Kind::MinTail, id, ptr, 0)?;
        self.repeat = repeat.outer;
        Ok((pc + 1, ptr))
    }

    /// Where the text of a group ends if it stands here again.
    fn group_ref(&self, group: u32, folding: Folding, ptr: usize) -> Option<usize> {
        let (start, end) = self.reference(group)?;
        let wanted = &self.whole[start..end];
        if wanted.is_empty() {
            return Some(ptr);
        }
        let found = self.text.get(ptr..ptr + wanted.len())?;
        let same = match folding {
            Folding::None => found == wanted,
            _ => found.iter().zip(wanted).all(|(a, b)| folding.lower(a.code()) == folding.lower(b.code())),
        };
        same.then_some(ptr + wanted.len())
    }

    fn begin_assertion(
        &mut self,
        op: Op,
        back: u32,
        pc: usize,
        ptr: usize,
    ) -> Result<Option<(usize, usize)>, MatchError> {
        let negative = matches!(op, Op::AssertNot { .. });
        let Some(from) = ptr.checked_sub(back as usize) else {
            // Nothing is there to look at.
            let Op::AssertNot { after, .. } = op else { return Ok(None) };
            return Ok(Some((after as usize, ptr)));
        };
        let kind = if negative { Kind::AssertNot } else { Kind::Assert };
        let place = self.scratch.entries.len();
        self.push(kind, pc as u32, ptr, self.assertion)?;
        let level = Level {
            saved: self.scratch.saved.len(),
            repeats: self.scratch.repeats.len(),
            negative: self.negative,
        };
        if self.scratch.levels.len() == self.scratch.levels.capacity() {
            Self::grow(&mut self.scratch.levels, 1)?;
        }
        self.scratch.levels.push(level);
        self.assertion = place;
        self.negative |= negative;
        Ok(Some((pc + 1, from)))
    }

    /// Leaves the innermost assertion: its entry, and what it had pushed is gone.
    fn leave_assertion(&mut self) -> Entry {
        let entry = self.scratch.entries[self.assertion];
        self.scratch.entries.truncate(self.assertion);
        let level = self.scratch.levels.pop().expect("one level an assertion");
        self.scratch.saved.truncate(level.saved);
        self.scratch.repeats.truncate(level.repeats);
        self.negative = level.negative;
        self.assertion = entry.extra;
        entry
    }

    /// The innermost assertion's pattern has matched.
    fn end_assertion(&mut self) -> Option<(usize, usize)> {
        let entry = self.leave_assertion();
        match self.program.ops[entry.at as usize] {
            Op::Assert { after, .. } => Some((after as usize, entry.ptr)),
            _ => None,
        }
    }

    /// Undoes entries down to one that offers another way, and takes it.
    fn backtrack(&mut self) -> Result<Option<(usize, usize)>, MatchError> {
        self.tick()?;
        while let Some(&entry) = self.scratch.entries.last() {
            let resumed = match entry.kind {
                Kind::Branch => self.next_alternative(&entry),
                Kind::RepeatOne => self.shorten(&entry),
                Kind::MinRepeatOne => self.lengthen(&entry),
                Kind::Repeat => {
                    let repeat = self.scratch.repeats.pop().ok_or(MatchError::State)?;
                    self.repeat = repeat.outer;
                    self.scratch.entries.pop();
                    None
                }
                Kind::Count => {
                    self.scratch.repeats[entry.at as usize].count -= 1;
                    self.scratch.entries.pop();
                    None
                }
                Kind::MaxBody => {
                    self.scratch.entries.pop();
                    let slot = &mut self.scratch.repeats[entry.at as usize];
                    slot.last = entry.extra;
                    slot.count -= 1;
                    let at = slot.at;
                    self.restore_marks(entry.last_mark, false);
                    self.restore_last(&entry);
                    self.max_tail(entry.at, entry.ptr)?;
                    Some((self.after_repeat(at)?, entry.ptr))
                }
                Kind::MaxTail => {
                    self.repeat = entry.at;
                    self.scratch.entries.pop();
                    None
                }
                Kind::MinTail => {
                    self.scratch.entries.pop();
                    self.repeat = entry.at;
                    self.restore_last(&entry);
                    self.lazy_iteration(&entry)?
                }
                Kind::MinBody => {
                    let slot = &mut self.scratch.repeats[entry.at as usize];
                    slot.last = entry.extra;
                    slot.count -= 1;
                    self.scratch.entries.pop();
                    None
                }
                Kind::Assert => {
                    self.leave_assertion();
                    None
                }
                Kind::AssertNot => {
                    let entry = self.leave_assertion();
                    let Op::AssertNot { after, .. } = self.program.ops[entry.at as usize] else {
                        return Err(MatchError::State);
                    };
                    Some((after as usize, entry.ptr))
                }
            };
            if resumed.is_some() {
                return Ok(resumed);
            }
        }
        Ok(None)
    }

    /// The instruction after a repeat's end.
    fn after_repeat(&self, at: u32) -> Result<usize, MatchError> {
        match self.program.ops[at as usize] {
            Op::Repeat { until, .. } => Ok(until as usize + 1),
            _ => Err(MatchError::State),
        }
    }

    fn next_alternative(&mut self, entry: &Entry) -> Option<(usize, usize)> {
        let with_marks = entry.extra == 1;
        let next = self.viable(entry.at as usize, entry.ptr);
        if with_marks {
            self.restore_marks(entry.last_mark, next.is_some());
        }
        self.restore_last(entry);
        let Some((body, head)) = next else {
            self.scratch.entries.pop();
            return None;
        };
        let last = !matches!(self.program.ops[head], Op::Alternative { .. });
        if last && !with_marks && !self.negative {
            self.scratch.entries.pop();
        } else if let Some(top) = self.scratch.entries.last_mut() {
            top.at = head as u32;
        }
        Some((body, entry.ptr))
    }

    /// Gives one character of a greedy loop back, or as many as the tail's literal wants.
    fn shorten(&mut self, entry: &Entry) -> Option<(usize, usize)> {
        self.restore_last(entry);
        let one = &self.program.loops[entry.at as usize];
        let fewer =
            if entry.extra > one.min { fitting(one, self.text, entry.ptr, entry.extra - 1) } else { None };
        let Some(count) = fewer else {
            self.scratch.entries.pop();
            return None;
        };
        if count > one.min || self.negative {
            let top = self.scratch.entries.last_mut()?;
            top.extra = count;
        } else {
            self.scratch.entries.pop();
        }
        Some((one.tail as usize, entry.ptr + count))
    }

    /// Takes one character more into a lazy loop.
    fn lengthen(&mut self, entry: &Entry) -> Option<(usize, usize)> {
        let one = &self.program.loops[entry.at as usize];
        let more = match self.text.get(entry.ptr) {
            Some(u) if accepts(self.program, one.unit, u.code()) => entry.extra < one.max,
            _ => {
                self.scratch.entries.pop();
                return None;
            }
        };
        self.restore_last(entry);
        if !more {
            self.scratch.entries.pop();
            return None;
        }
        let top = self.scratch.entries.last_mut()?;
        top.ptr += 1;
        top.extra += 1;
        Some((one.tail as usize, entry.ptr + 1))
    }

    /// Another iteration of a lazy repeat whose tail has failed.
    fn lazy_iteration(&mut self, entry: &Entry) -> Result<Option<(usize, usize)>, MatchError> {
        let (id, repeat, _, max) = self.current()?;
        let count = repeat.count + 1;
        if count >= max || entry.ptr == repeat.last {
            return Ok(None);
        }
        self.push(Kind::MinBody, id, entry.ptr, repeat.last)?;
        let slot = &mut self.scratch.repeats[id as usize];
        slot.count = count;
        slot.last = entry.ptr;
        Ok(Some((repeat.at as usize + 1, entry.ptr)))
    }
}

/// How many marks are saved when `last_mark` is the last one set: all, except that a single one is
/// not worth it to the reference, which shows when it is moved and not put back.
fn saved_count(last_mark: i32) -> usize {
    if last_mark > 0 { last_mark as usize + 1 } else { 0 }
}

/// The largest number of characters, at most `count`, after which the loop's tail can begin.
#[inline]
fn fitting<U: Unit>(one: &Loop, text: &[U], ptr: usize, count: usize) -> Option<usize> {
    let Some(c) = one.tail_literal else { return Some(count) };
    let mut n = count;
    loop {
        if text.get(ptr + n).is_some_and(|u| u.code() == c) {
            return Some(n);
        }
        if n == one.min {
            return None;
        }
        n -= 1;
    }
}

/// Whether a one-character instruction takes the character.
#[inline]
fn accepts(program: &Program, unit: Op, c: u32) -> bool {
    match unit {
        Op::Any => c != 10,
        Op::AnyAll => true,
        Op::Literal(literal) => c == literal,
        Op::NotLiteral(literal) => c != literal,
        Op::Folded(literal, folding) => folding.equals(literal, c),
        Op::NotFolded(literal, folding) => !folding.equals(literal, c),
        Op::In(set) => program.sets[set as usize].matches(c),
        Op::Category(category) => in_category(category, c),
        _ => false,
    }
}

/// The position conditions of `sre_constants.ATCODES`, by number.
fn at_position<U: Unit>(code: u32, text: &[U], whole: &[U], ptr: usize) -> bool {
    let before = |f: fn(u32) -> bool| ptr > 0 && f(whole[ptr - 1].code());
    let here = |f: fn(u32) -> bool| text.get(ptr).is_some_and(|u| f(u.code()));
    let newline = |c: u32| c == 10;
    let boundary =
        |word: fn(u32) -> bool, wanted: bool| !text.is_empty() && (before(word) != here(word)) == wanted;
    let locale_word = |c: u32| in_category(8, c);
    match code {
        0 | 2 => ptr == 0,
        1 => ptr == 0 || before(newline),
        3 => boundary(is_ascii_word, true),
        4 => boundary(is_ascii_word, false),
        5 => ptr == text.len() || (ptr + 1 == text.len() && here(newline)),
        6 => ptr == text.len() || here(newline),
        7 => ptr == text.len(),
        8 => boundary(locale_word, true),
        9 => boundary(locale_word, false),
        10 => boundary(is_unicode_word, true),
        _ => boundary(is_unicode_word, false),
    }
}
