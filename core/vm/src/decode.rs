//! The interpreter's private form of a code object: verified, pre-decoded bytecode.
//!
//! One [`Instr`] stands for each two-byte unit of `co_code`, at the same index, so `f_lasti == 2 * index` and jump
//! targets need no translation. `EXTENDED_ARG` prefixes become no-operations whose operand is already folded into the
//! instruction behind them; relative jumps hold their absolute target.
//!
//! Decoding interprets the code abstractly once. That proves that no instruction leaves the value stack, the constants,
//! the names or the variables, whatever bytes somebody put into a code object, and gives each instruction its static
//! stack depth and its block: the exception table, computed once instead of pushed at run time.
//!
//! ```text
//!   co_code   ┌──┬───┐┌──┬───┐┌──┬───┐      blocks (a tree)
//!             │op│arg││op│arg││op│arg│        0: none
//!             └──┴───┘└──┴───┘└──┴───┘        1: Finally { parent 0, handler 12, level 0 }
//!   instrs      [0]     [1]     [2]           2: Except  { parent 0, level 0 }
//!   depth       0       1       0
//!   block_of    0       1       1
//! ```
//!
//! The decoded form hangs on the code object's `co_opcache` field, which CPython keeps for its own caches.

use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::{PyCodeObject, PyFrameObject, PyObject, PyTupleObject};
use krait_code::Opcode;
use krait_code::opcode::Operand;
use krait_object::types::{bytes, tuple};
use krait_object::{Object, Result, err};
use std::sync::OnceLock;

/// Opcode numbers that 3.9 does not use, for the interpreter's own instructions.
pub mod private {
    /// Nothing to do: an `EXTENDED_ARG` whose operand is folded.
    pub const EXTENDED: u8 = 200;
    /// `COMPARE_OP` followed by `POP_JUMP_IF_FALSE`/`POP_JUMP_IF_TRUE`.
    pub const COMPARE_JUMP: u8 = 201;
    /// `LOAD_FAST` followed by another `LOAD_FAST`.
    pub const LOAD_FAST_LOAD_FAST: u8 = 202;
    /// `LOAD_FAST` followed by `LOAD_CONST`.
    pub const LOAD_FAST_LOAD_CONST: u8 = 203;
    /// `STORE_FAST` followed by `LOAD_FAST`.
    pub const STORE_FAST_LOAD_FAST: u8 = 204;
    /// `IS_OP` followed by a conditional jump.
    pub const IS_JUMP: u8 = 205;
    /// `BUILD_SLICE` followed by `BINARY_SUBSCR`.
    pub const SLICE_SUBSCR: u8 = 206;
    /// `BUILD_SLICE` followed by `STORE_SUBSCR`.
    pub const SLICE_STORE: u8 = 207;
    /// `COMPARE_OP`, a prefix, and a conditional jump that it belongs to.
    pub const COMPARE_FAR_JUMP: u8 = 208;
    /// The code is not valid from here on (verification failed).
    pub const INVALID: u8 = 255;
}

/// The outcomes of comparing two values, one bit each.
pub mod outcome {
    /// The left one is less.
    pub const LESS: u8 = 1;
    /// Equal.
    pub const EQUAL: u8 = 2;
    /// The left one is greater.
    pub const GREATER: u8 = 4;
    /// Neither (NaN).
    pub const UNORDERED: u8 = 8;
    /// All of them.
    pub const ALL: u8 = 15;
    /// For which outcomes `<`, `<=`, `==`, `!=`, `>` and `>=` hold.
    pub const OF_OPERATOR: [u8; 6] = [LESS, LESS | EQUAL, EQUAL, ALL ^ EQUAL, GREATER, GREATER | EQUAL];
}

/// One decoded instruction.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Instr {
    /// A 3.9 opcode or one of [`private`].
    pub op: u8,
    /// Of comparisons: for which outcomes ([`outcome`]) they hold, or the fused jump is taken.
    pub flags: u8,
    /// Index of the inline cache; 0 is the shared cache that never hits.
    pub cache: u16,
    /// The operand, prefixes folded; for jumps the index of the target.
    pub arg: u32,
}

impl Instr {
    /// The instruction as one number.
    #[inline(always)]
    pub const fn from_word(word: u64) -> Instr {
        Instr {
            op: word as u8,
            flags: (word >> 8) as u8,
            cache: (word >> 16) as u16,
            arg: (word >> 32) as u32,
        }
    }
}

/// What an inline cache knows. Versions of 0 never match anything.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Cache {
    /// `tp_version_tag` of the receiver's type, or 0.
    pub type_version: u32,
    /// What is cached (`CACHE_*` of the user), and how often it has missed.
    pub kind: u16,
    /// Misses since the last fill.
    pub misses: u16,
    /// A dict version, an offset or an index.
    pub word: u64,
    /// A second dict version or index.
    pub word2: u64,
    /// A borrowed object that the versions keep alive.
    pub object: *mut PyObject,
}

impl Cache {
    /// A cache that never hits.
    pub const EMPTY: Cache =
        Cache { type_version: 0, kind: 0, misses: 0, word: 0, word2: 0, object: null_mut() };
}

/// Whether an exception in the frame's current instruction would leave the frame at once.
///
/// # Safety
/// A live frame.
pub(crate) unsafe fn in_no_block(frame: *mut PyFrameObject) -> bool {
    // SAFETY: the caller's promise; `f_lasti` is an instruction of the frame's code.
    unsafe {
        if (*frame).f_lasti < 0 {
            return true;
        }
        let decoded = (*(*frame).f_code).co_opcache.cast::<Decoded>();
        !decoded.is_null() && (&(*decoded).block_of)[(*frame).f_lasti as usize / 2] == 0
    }
}

/// What kind of block encloses an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// No block.
    None,
    /// `SETUP_FINALLY`, `SETUP_WITH`: an exception jumps to the handler.
    Finally,
    /// Inside a handler: leaving it restores the exception handled before.
    Except,
}

/// A block of the static block tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// The enclosing block.
    pub parent: u16,
    /// The kind.
    pub kind: BlockKind,
    /// Index of the handler's first instruction (`Finally`).
    pub handler: u32,
    /// Stack depth when the block was entered.
    pub level: u32,
}

/// The decoded form of a code object.
pub struct Decoded {
    /// One entry for each unit of the bytecode, then one [`private::INVALID`].
    pub instrs: Box<[Cell<Instr>]>,
    /// Inline caches; entry 0 is never filled.
    pub caches: Box<[Cell<Cache>]>,
    /// Stack depth before each instruction; `u32::MAX` where control never comes.
    pub depth: Box<[u32]>,
    /// Index into `blocks` for each instruction.
    pub block_of: Box<[u16]>,
    /// The block tree; entry 0 is "no block".
    pub blocks: Box<[Block]>,
    /// The constants.
    pub consts: *const *mut PyObject,
    /// How many arguments the code takes, if it takes plain positional ones only, makes its own locals and has no cells
    /// but those of free variables; else `u32::MAX`.
    pub plain: u32,
    /// How many free variables it has.
    pub free: u32,
    /// The builtins that a dict of globals led to when it had this version (`ma_version_tag`), borrowed from that dict.
    pub builtins: Cell<(u64, *mut PyObject)>,
}

const UNREACHED: u32 = u32::MAX;

/// Which instructions get an inline cache.
fn wants_cache(op: u8) -> bool {
    const WITH_CACHE: [Opcode; 5] = [
        Opcode::LOAD_GLOBAL,
        Opcode::LOAD_ATTR,
        Opcode::STORE_ATTR,
        Opcode::LOAD_METHOD,
        Opcode::MAKE_FUNCTION,
    ];
    WITH_CACHE.iter().any(|&with| with as u8 == op)
}

/// The decoded form of `code`, made at the first use.
#[inline(always)]
pub fn decoded<'a>(code: *mut PyCodeObject) -> Result<&'a Decoded> {
    // SAFETY: a live code object; co_opcache is ours and NULL or a leaked Box<Decoded> freed by the code's dealloc.
    unsafe {
        let cached = (*code).co_opcache.cast::<Decoded>();
        if !cached.is_null() {
            return Ok(&*cached);
        }
        decode_now(code)
    }
}

/// Frees the decoded form.
///
/// # Safety
/// No frame executes the code any more.
pub unsafe fn drop_decoded(code: *mut PyCodeObject) {
    // SAFETY: the field holds NULL or what `decode_now` leaked.
    unsafe {
        let cached = (*code).co_opcache.cast::<Decoded>();
        (*code).co_opcache = null_mut();
        if !cached.is_null() {
            drop(Box::from_raw(cached));
        }
    }
}

#[cold]
unsafe fn decode_now<'a>(code: *mut PyCodeObject) -> Result<&'a Decoded> {
    // SAFETY: a live code object, whose fields have the types that its constructor checked.
    unsafe {
        let raw = &*code;
        let limits = Limits {
            consts: tuple::items(Object::from_ptr(raw.co_consts)).len(),
            names: tuple::items(Object::from_ptr(raw.co_names)).len(),
            locals: raw.co_nlocals as usize,
            cells: tuple::items(Object::from_ptr(raw.co_cellvars)).len()
                + tuple::items(Object::from_ptr(raw.co_freevars)).len(),
            stack: raw.co_stacksize as usize,
        };
        let Some(mut decoded) = decode(bytes::as_slice(Object::from_ptr(raw.co_code)), &limits) else {
            return Err(err::system_error("invalid bytecode"));
        };
        decoded.consts = (&raw const (*raw.co_consts.cast::<PyTupleObject>()).ob_item).cast();
        if crate::bind::is_plain(code) {
            decoded.plain = raw.co_argcount as u32;
            decoded.free = tuple::items(Object::from_ptr(raw.co_freevars)).len() as u32;
        }
        let leaked = Box::leak(Box::new(decoded));
        (*code).co_opcache = (leaked as *mut Decoded).cast();
        Ok(leaked)
    }
}

/// The bounds that operands must keep.
pub struct Limits {
    /// Length of `co_consts`.
    pub consts: usize,
    /// Length of `co_names`.
    pub names: usize,
    /// `co_nlocals`.
    pub locals: usize,
    /// Cell and free variables together.
    pub cells: usize,
    /// `co_stacksize`.
    pub stack: usize,
}

/// Decodes and verifies; `None` for bytecode that could leave its bounds.
pub fn decode(code: &[u8], limits: &Limits) -> Option<Decoded> {
    let mut instrs = split(code)?;
    let count = instrs.len() - 1;
    let mut flow = Flow {
        instrs: &instrs,
        limits,
        depth: vec![UNREACHED; count + 1],
        block_of: vec![0; count + 1],
        blocks: vec![Block { parent: 0, kind: BlockKind::None, handler: 0, level: 0 }],
        pending: vec![],
    };
    flow.enter(0, 0, 0)?;
    while let Some(index) = flow.pending.pop() {
        let index = flow.run(index)?;
        if let Some(index) = index {
            flow.step(index)?;
        }
    }
    let Flow { depth, block_of, blocks, .. } = flow;
    let mut caches = 1usize;
    for instr in instrs.iter_mut() {
        if instr.op == Opcode::COMPARE_OP as u8 {
            instr.flags = outcome::OF_OPERATOR.get(instr.arg as usize).copied().unwrap_or(0);
        }
        if wants_cache(instr.op) && caches < usize::from(u16::MAX) {
            instr.cache = caches as u16;
            caches += 1;
        }
    }
    fuse(&mut instrs, &block_of);
    Some(Decoded {
        instrs: instrs.into_iter().map(Cell::new).collect(),
        caches: vec![Cell::new(Cache::EMPTY); caches].into(),
        depth: depth.into(),
        block_of: block_of.into(),
        blocks: blocks.into(),
        consts: core::ptr::null(),
        plain: u32::MAX,
        free: 0,
        builtins: Cell::new((0, null_mut())),
    })
}

/// One instruction for each unit, operands folded and jump targets absolute.
fn split(code: &[u8]) -> Option<Vec<Instr>> {
    if !code.len().is_multiple_of(2) || code.is_empty() {
        return None;
    }
    let count = code.len() / 2;
    let mut instrs = Vec::with_capacity(count + 1);
    let mut prefix = 0u32;
    for (index, unit) in code.chunks_exact(2).enumerate() {
        let arg = prefix | u32::from(unit[1]);
        if unit[0] == Opcode::EXTENDED_ARG as u8 {
            prefix = arg << 8;
            instrs.push(Instr { op: private::EXTENDED, flags: 0, cache: 0, arg: 0 });
            continue;
        }
        prefix = 0;
        let op = Opcode::from_byte(unit[0]);
        let arg = match op {
            Some(op) if op.is_relative_jump() => (index as u32 + 1).checked_add(arg / 2)?,
            Some(op) if op.is_absolute_jump() => arg / 2,
            _ => arg,
        };
        let known = op.map_or(private::INVALID, |op| op as u8);
        instrs.push(Instr { op: known, flags: 0, cache: 0, arg });
    }
    instrs.push(Instr { op: private::INVALID, flags: 0, cache: 0, arg: 0 });
    Some(instrs)
}

/// Joins frequent pairs into one instruction. The second stays in place for jumps that target it.
fn fuse(instrs: &mut [Instr], block_of: &[u16]) {
    const LOAD_FAST: u8 = Opcode::LOAD_FAST as u8;
    const LOAD_CONST: u8 = Opcode::LOAD_CONST as u8;
    const STORE_FAST: u8 = Opcode::STORE_FAST as u8;
    const COMPARE: u8 = Opcode::COMPARE_OP as u8;
    const IS: u8 = Opcode::IS_OP as u8;
    const IF_FALSE: u8 = Opcode::POP_JUMP_IF_FALSE as u8;
    const IF_TRUE: u8 = Opcode::POP_JUMP_IF_TRUE as u8;
    const SLICE: u8 = Opcode::BUILD_SLICE as u8;
    const SUBSCR: u8 = Opcode::BINARY_SUBSCR as u8;
    const STORE_SUBSCR: u8 = Opcode::STORE_SUBSCR as u8;
    for i in (0..instrs.len().saturating_sub(1)).rev() {
        if block_of[i] != block_of[i + 1] {
            continue;
        }
        let fused = match (instrs[i].op, instrs[i + 1].op) {
            (LOAD_FAST, LOAD_FAST | private::LOAD_FAST_LOAD_FAST | private::LOAD_FAST_LOAD_CONST) => {
                private::LOAD_FAST_LOAD_FAST
            }
            (LOAD_FAST, LOAD_CONST) => private::LOAD_FAST_LOAD_CONST,
            (STORE_FAST, LOAD_FAST | private::LOAD_FAST_LOAD_FAST | private::LOAD_FAST_LOAD_CONST) => {
                private::STORE_FAST_LOAD_FAST
            }
            (COMPARE, IF_FALSE | IF_TRUE) => private::COMPARE_JUMP,
            (COMPARE, private::EXTENDED) if matches!(instrs[i + 2].op, IF_FALSE | IF_TRUE) => {
                private::COMPARE_FAR_JUMP
            }
            (IS, IF_FALSE | IF_TRUE) => private::IS_JUMP,
            (SLICE, SUBSCR) => private::SLICE_SUBSCR,
            (SLICE, STORE_SUBSCR) => private::SLICE_STORE,
            _ => continue,
        };
        instrs[i].op = fused;
        let jump = if fused == private::COMPARE_FAR_JUMP { i + 2 } else { i + 1 };
        if matches!(fused, private::COMPARE_JUMP | private::COMPARE_FAR_JUMP) && instrs[jump].op == IF_FALSE {
            instrs[i].flags ^= outcome::ALL;
        }
    }
}

/// The 3.9 opcode of a decoded instruction, fused ones taken apart.
pub fn plain_op(op: u8) -> u8 {
    match op {
        private::COMPARE_JUMP | private::COMPARE_FAR_JUMP => Opcode::COMPARE_OP as u8,
        private::SLICE_SUBSCR | private::SLICE_STORE => Opcode::BUILD_SLICE as u8,
        private::LOAD_FAST_LOAD_FAST | private::LOAD_FAST_LOAD_CONST => Opcode::LOAD_FAST as u8,
        private::STORE_FAST_LOAD_FAST => Opcode::STORE_FAST as u8,
        private::IS_JUMP => Opcode::IS_OP as u8,
        other => other,
    }
}

/// The abstract interpreter.
struct Flow<'a> {
    instrs: &'a [Instr],
    limits: &'a Limits,
    depth: Vec<u32>,
    block_of: Vec<u16>,
    blocks: Vec<Block>,
    pending: Vec<usize>,
}

impl Flow<'_> {
    /// Control comes to `index` with this depth and block. The first visit decides; later ones must agree.
    fn enter(&mut self, index: usize, depth: i64, block: u16) -> Option<()> {
        if index >= self.instrs.len() || depth < 0 || depth > self.limits.stack as i64 {
            return None;
        }
        if self.depth[index] == UNREACHED {
            self.depth[index] = depth as u32;
            self.block_of[index] = block;
            self.pending.push(index);
            return Some(());
        }
        let same_block = self.block_of[index] == block
            || self.blocks[usize::from(self.block_of[index])] == self.blocks[usize::from(block)];
        (self.depth[index] == depth as u32 && same_block).then_some(())
    }

    fn block(&mut self, block: Block) -> Option<u16> {
        if let Some(found) = self.blocks.iter().position(|b| *b == block) {
            return Some(found as u16);
        }
        self.blocks.push(block);
        u16::try_from(self.blocks.len() - 1).ok()
    }

    /// Follows instructions that do nothing but take values off the stack and put some there, from `index` on. Answers the
    /// first that is not one, if it has not been followed yet.
    fn run(&mut self, mut index: usize) -> Option<Option<usize>> {
        let plain = PLAIN.get_or_init(Plain::table);
        let Limits { consts, names, locals, cells, .. } = *self.limits;
        let bounds = [usize::MAX, consts, names, locals, cells, COMPARISONS];
        let block = self.block_of[index];
        let mut depth = i64::from(self.depth[index]);
        loop {
            let Instr { op, arg, .. } = self.instrs[index];
            let Some(Plain { reads, effect, bound }) = plain[usize::from(op)] else {
                return Some(Some(index));
            };
            if depth < reads.into() || arg as usize >= bounds[bound as usize] {
                return None;
            }
            depth += i64::from(effect);
            index += 1;
            if self.depth[index] != UNREACHED || !(0..=self.limits.stack as i64).contains(&depth) {
                self.enter(index, depth, block)?;
                return Some(None);
            }
            self.depth[index] = depth as u32;
            self.block_of[index] = block;
        }
    }

    /// Follows the instruction at `index` to its successors.
    fn step(&mut self, index: usize) -> Option<()> {
        let Instr { op, arg, .. } = self.instrs[index];
        let depth = i64::from(self.depth[index]);
        let block = self.block_of[index];
        if op == private::EXTENDED {
            return self.enter(index + 1, depth, block);
        }
        let op = Opcode::from_byte(op)?;
        self.check_operand(op, arg)?;
        if depth < reads(op, arg)? {
            return None;
        }
        let after = depth + i64::from(op.stack_effect(arg, false));
        let here = self.blocks[usize::from(block)];
        match op {
            Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => {
                return (after >= 0).then_some(());
            }
            Opcode::SETUP_FINALLY | Opcode::SETUP_WITH | Opcode::SETUP_ASYNC_WITH => {
                let level = if op == Opcode::SETUP_ASYNC_WITH { depth - 1 } else { depth };
                let level = u32::try_from(level).ok()?;
                let inner =
                    self.block(Block { parent: block, kind: BlockKind::Finally, handler: arg, level })?;
                let handler =
                    self.block(Block { parent: block, kind: BlockKind::Except, handler: 0, level })?;
                self.enter(arg as usize, i64::from(level) + 6, handler)?;
                return self.enter(index + 1, after, inner);
            }
            Opcode::POP_BLOCK if here.kind == BlockKind::Finally => {
                return self.enter(index + 1, after, here.parent);
            }
            Opcode::POP_EXCEPT | Opcode::END_ASYNC_FOR if here.kind == BlockKind::Except => {
                if op == Opcode::POP_EXCEPT && depth < i64::from(here.level) + 3 {
                    return None;
                }
                return self.enter(index + 1, after, here.parent);
            }
            Opcode::POP_BLOCK | Opcode::POP_EXCEPT | Opcode::END_ASYNC_FOR => return None,
            _ => {}
        }
        if op.is_jump() {
            self.enter(arg as usize, depth + i64::from(op.stack_effect(arg, true)), block)?;
        }
        if matches!(op, Opcode::JUMP_ABSOLUTE | Opcode::JUMP_FORWARD) {
            return Some(());
        }
        self.enter(index + 1, after, block)
    }

    fn check_operand(&self, op: Opcode, arg: u32) -> Option<()> {
        let arg = arg as usize;
        let fits = match op.operand() {
            Operand::Const => arg < self.limits.consts,
            Operand::Name => arg < self.limits.names,
            Operand::Local => arg < self.limits.locals,
            Operand::Free => arg < self.limits.cells,
            Operand::Compare => arg < COMPARISONS,
            _ => true,
        };
        fits.then_some(())
    }
}

/// How many operators `COMPARE_OP` has.
const COMPARISONS: usize = 6;

/// An instruction after which always the next one comes, in the same block, and whose use of the stack does not hang on
/// its operand.
#[derive(Clone, Copy)]
struct Plain {
    reads: u8,
    effect: i8,
    bound: Bound,
}

/// What the operand must be below.
#[derive(Clone, Copy)]
enum Bound {
    None,
    Consts,
    Names,
    Locals,
    Cells,
    Comparisons,
}

static PLAIN: OnceLock<[Option<Plain>; 256]> = OnceLock::new();

impl Plain {
    fn table() -> [Option<Plain>; 256] {
        core::array::from_fn(|number| match number as u8 {
            private::EXTENDED => Some(Plain { reads: 0, effect: 0, bound: Bound::None }),
            number => Opcode::from_byte(number).and_then(Plain::of),
        })
    }

    fn of(op: Opcode) -> Option<Plain> {
        let bound = match op.operand() {
            Operand::None => Bound::None,
            Operand::Const => Bound::Consts,
            Operand::Name => Bound::Names,
            Operand::Local => Bound::Locals,
            Operand::Free => Bound::Cells,
            Operand::Compare => Bound::Comparisons,
            _ => return None,
        };
        let ends = matches!(
            op,
            Opcode::RETURN_VALUE
                | Opcode::RAISE_VARARGS
                | Opcode::RERAISE
                | Opcode::POP_BLOCK
                | Opcode::POP_EXCEPT
                | Opcode::END_ASYNC_FOR
        );
        let (reads, effect) = (reads(op, 0)?, op.stack_effect(0, false));
        (!ends).then(|| Plain { reads: reads as u8, effect: effect as i8, bound })
    }
}

/// How many values on the stack an instruction reads; `None` if no instruction has that operand.
fn reads(op: Opcode, arg: u32) -> Option<i64> {
    let arg = i64::from(arg);
    let reads = match op {
        Opcode::ROT_TWO | Opcode::DUP_TOP_TWO => 2,
        Opcode::ROT_THREE => 3,
        Opcode::ROT_FOUR => 4,
        Opcode::WITH_EXCEPT_START | Opcode::END_ASYNC_FOR => 7,
        Opcode::BUILD_TUPLE | Opcode::BUILD_LIST | Opcode::BUILD_SET | Opcode::BUILD_STRING => arg,
        Opcode::BUILD_MAP => 2 * arg,
        Opcode::BUILD_CONST_KEY_MAP | Opcode::CALL_FUNCTION => arg + 1,
        Opcode::CALL_METHOD | Opcode::CALL_FUNCTION_KW => arg + 2,
        Opcode::CALL_FUNCTION_EX => 2 + (arg & 1),
        Opcode::LIST_APPEND
        | Opcode::SET_ADD
        | Opcode::LIST_EXTEND
        | Opcode::SET_UPDATE
        | Opcode::DICT_UPDATE => {
            if arg == 0 {
                return None;
            } else {
                arg + 1
            }
        }
        Opcode::DICT_MERGE | Opcode::MAP_ADD => {
            if arg == 0 {
                return None;
            } else {
                arg + 2
            }
        }
        Opcode::BUILD_SLICE => {
            if arg == 3 {
                3
            } else {
                2
            }
        }
        Opcode::MAKE_FUNCTION => 2 + i64::from((arg as u32 & 0xF).count_ones()),
        Opcode::RAISE_VARARGS => {
            if arg > 2 {
                return None;
            } else {
                arg
            }
        }
        Opcode::FORMAT_VALUE => {
            if arg & 4 != 0 {
                2
            } else {
                1
            }
        }
        Opcode::STORE_SUBSCR => 3,
        Opcode::DELETE_SUBSCR | Opcode::STORE_ATTR | Opcode::YIELD_FROM | Opcode::IMPORT_NAME => 2,
        Opcode::JUMP_IF_NOT_EXC_MATCH | Opcode::IS_OP | Opcode::CONTAINS_OP | Opcode::COMPARE_OP => 2,
        Opcode::RERAISE | Opcode::POP_EXCEPT => 3,
        Opcode::DUP_TOP | Opcode::FOR_ITER | Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => 1,
        Opcode::UNPACK_SEQUENCE | Opcode::UNPACK_EX | Opcode::IMPORT_FROM | Opcode::LOAD_METHOD => 1,
        Opcode::LOAD_ATTR | Opcode::LIST_TO_TUPLE | Opcode::GET_ITER | Opcode::GET_AITER => 1,
        Opcode::GET_ANEXT | Opcode::BEFORE_ASYNC_WITH | Opcode::GET_AWAITABLE => 1,
        Opcode::GET_YIELD_FROM_ITER | Opcode::YIELD_VALUE | Opcode::SETUP_WITH | Opcode::SETUP_ASYNC_WITH => {
            1
        }
        Opcode::UNARY_POSITIVE | Opcode::UNARY_NEGATIVE | Opcode::UNARY_NOT | Opcode::UNARY_INVERT => 1,
        _ => match op.stack_effect(arg as u32, false) {
            effect if effect < 0 && op.operand() == Operand::None => 1 - i64::from(effect),
            effect if effect < 0 => -i64::from(effect),
            _ => 0,
        },
    };
    let reads = match op {
        // One value popped, nothing below it read.
        Opcode::POP_TOP | Opcode::PRINT_EXPR | Opcode::RETURN_VALUE | Opcode::IMPORT_STAR => 1,
        _ => reads,
    };
    Some(reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { consts: 1, names: 1, locals: 2, cells: 0, stack: 8 };

    #[test]
    fn refuses_what_leaves_its_bounds() {
        let cases: [(&[u8], bool); 8] = [
            (&[100, 0, 83, 0], true),
            (&[100, 1, 83, 0], false),
            (&[1, 0, 83, 0], false),
            (&[124, 2, 83, 0], false),
            (&[113, 0], true),
            (&[113, 200], false),
            (&[100, 0], false),
            (&[87, 0, 100, 0, 83, 0], false),
        ];
        for (code, valid) in cases {
            let mut reached_end = false;
            let decoded = decode(code, &LIMITS);
            if let Some(decoded) = &decoded {
                reached_end = decoded.depth[decoded.instrs.len() - 1] != UNREACHED;
            }
            assert_eq!(decoded.is_some() && !reached_end, valid, "{code:?}");
        }
    }

    #[test]
    fn blocks_are_static() {
        // SETUP_FINALLY 4; POP_BLOCK; LOAD_CONST; RETURN; handler: RERAISE
        let decoded = decode(&[122, 6, 87, 0, 100, 0, 83, 0, 48, 0], &LIMITS).expect("valid");
        assert_eq!(decoded.block_of[1], 1);
        assert_eq!(decoded.blocks[1].handler, 4);
        assert_eq!(decoded.depth[4], 6);
        assert_eq!(decoded.blocks[usize::from(decoded.block_of[4])].kind, BlockKind::Except);
    }
}
