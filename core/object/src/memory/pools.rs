//! Small blocks: pools of one size each, in arenas that lie side by side.
//!
//! ```text
//!   BASE                                                                    BASE + LENGTH
//!   │ arena 0: 1 MiB                             │ arena 1      │ ...  │
//!   ├────────────┬──────────┬──────────┬────────┤
//!   │ 64 × Pool  │ slot 1   │ slot 2   │ ...    │
//!   │ rest: slot │ 16 KiB   │ 16 KiB   │        │
//!   │ 0's blocks │          │          │        │
//! ```
//!
//! A slot holds the blocks of one pool, the arena's first page the records of its 64 pools. So a block's address gives
//! its pool without a look at memory, records don't compete for the same lines of the cache, and whose a block is takes
//! one comparison. Each size has a *current* pool, which gives blocks until it has none; *partial* pools, linked, where
//! blocks were freed meanwhile; and full ones, in no list. Pools without blocks in use give their slot back, and the lowest
//! free slot is taken first, so that the arenas at the end become empty and give their pages back.
//!
//! Everything here wants the GIL, as `PyMem_Malloc` and `PyObject_Malloc` do of their callers.

use core::ffi::c_void;
use core::fmt::Write;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The largest request that is a small block.
pub(super) const SMALL: usize = 1024;

/// Sizes are multiples of this, and blocks are aligned to it.
const GRAIN: usize = 16;
const CLASSES: usize = SMALL / GRAIN + 1;

const ARENA: usize = 1 << 20;
const SLOT_SHIFT: usize = 14;
const SLOT: usize = 1 << SLOT_SHIFT;
const SLOTS: usize = ARENA / SLOT;
const PAGE: usize = 4096;

/// How large a hole in the address space is looked for at first, so that arenas can lie side by side in it.
const HOLE: usize = 1 << 38;

/// Empty arenas that keep their pages.
const SPARE: usize = 4;

/// A free block.
struct Block {
    next: *mut Block,
}

/// The record of a slot.
#[repr(C, align(64))]
struct Pool {
    /// Freed blocks, or ones that have been linked ahead.
    free: *mut Block,
    /// Blocks in use, and one more while the pool is its size's current one, which so never looks empty.
    used: u32,
    class: u16,
    /// In no list: neither current nor partial.
    full: bool,
    /// From here to `end` no block has been linked yet. Only in current pools is there such a rest.
    rest: usize,
    end: usize,
    next: *mut Pool,
    prev: *mut Pool,
}

const _: () = assert!(size_of::<Pool>() * SLOTS == PAGE);

/// Where the arenas start and how many bytes they have: read without the GIL too, when the raw domain frees a block.
static BASE: AtomicUsize = AtomicUsize::new(0);
static LENGTH: AtomicUsize = AtomicUsize::new(0);

/// What [`take`] and [`is_open`] go by: `Heap::current` and `LENGTH`, or pools without blocks and no bytes while the
/// domains have other functions than their own ([`open`]).
static mut OPEN: [*mut Pool; CLASSES] = [&raw mut NONE; CLASSES];
static OPEN_LENGTH: AtomicUsize = AtomicUsize::new(0);
static IS_OPEN: AtomicBool = AtomicBool::new(!cfg!(feature = "checked"));

struct Heap {
    current: [*mut Pool; CLASSES],
    partial: [*mut Pool; CLASSES],
    /// For each arena a bit for each free slot.
    slots: *mut u64,
    /// How many arenas `slots` has room for.
    room: usize,
    /// No arena before this one has a free slot.
    first: usize,
    /// How many arenas have nothing but free slots.
    empty: usize,
    /// Slots from this one on, counted from the base, have few pages yet.
    fresh: usize,
    /// Whether the system refused the next arena.
    exhausted: bool,
}

/// The current pool of sizes that have none: it never has a block.
static mut NONE: Pool = Pool {
    free: null_mut(),
    used: 1,
    class: 0,
    full: false,
    rest: 0,
    end: 0,
    next: null_mut(),
    prev: null_mut(),
};

static mut HEAP: Heap = Heap {
    current: [&raw mut NONE; CLASSES],
    partial: [null_mut(); CLASSES],
    slots: null_mut(),
    room: 0,
    first: 0,
    empty: 0,
    fresh: 0,
    exhausted: false,
};

#[inline(always)]
fn base() -> usize {
    BASE.load(Ordering::Relaxed)
}

#[inline(always)]
fn length() -> usize {
    LENGTH.load(Ordering::Relaxed)
}

#[inline(always)]
fn heap() -> *mut Heap {
    &raw mut HEAP
}

/// Whether requests and blocks come here without a look at the domain's functions.
///
/// # Safety
/// The GIL is held, or no thread could.
pub(super) unsafe fn open(is_open: bool) {
    IS_OPEN.store(is_open, Ordering::Relaxed);
    // SAFETY: a table of this module; the caller's promise.
    unsafe { *(&raw mut OPEN) = if is_open { (*heap()).current } else { [&raw mut NONE; CLASSES] } };
    OPEN_LENGTH.store(if is_open { length() } else { 0 }, Ordering::Relaxed);
}

/// A block for a request of at most [`SMALL`] bytes if the current pool has one and the pools are open, else NULL.
///
/// # Safety
/// The GIL is held.
#[inline(always)]
pub(super) unsafe fn take(size: usize) -> *mut c_void {
    // SAFETY: the class of a small size is below CLASSES; current pools are live records, free blocks link free blocks.
    unsafe {
        let pool = *(&raw mut OPEN).cast::<*mut Pool>().add(size.div_ceil(GRAIN));
        let block = (*pool).free;
        if !block.is_null() {
            (*pool).free = (*block).next;
            (*pool).used += 1;
        }
        block.cast()
    }
}

/// Whether a block lies in a pool, and the pools are open.
#[inline(always)]
pub(super) fn is_open(block: *mut c_void) -> bool {
    (block as usize).wrapping_sub(base()) < OPEN_LENGTH.load(Ordering::Relaxed)
}

/// A block for a request of at most [`SMALL`] bytes; NULL when there is no memory for more pools.
///
/// # Safety
/// The GIL is held.
#[inline(always)]
pub(super) unsafe fn alloc(size: usize) -> *mut c_void {
    // SAFETY: the class of a small size is below CLASSES; current pools are live records, free blocks link free blocks.
    unsafe {
        let class = size.div_ceil(GRAIN);
        let pool = *(&raw mut (*heap()).current).cast::<*mut Pool>().add(class);
        let block = (*pool).free;
        if block.is_null() {
            return alloc_slowly(class);
        }
        (*pool).free = (*block).next;
        (*pool).used += 1;
        block.cast()
    }
}

/// Whether a block lies in a pool.
#[inline(always)]
pub(super) fn owns(block: *mut c_void) -> bool {
    (block as usize).wrapping_sub(base()) < length()
}

#[inline(always)]
fn pool_of(block: *mut c_void) -> *mut Pool {
    let arena = block as usize & !(ARENA - 1);
    let slot = (block as usize >> SLOT_SHIFT) % SLOTS;
    (arena + slot * size_of::<Pool>()) as *mut Pool
}

/// Frees a block.
///
/// # Safety
/// A live block that [`owns`] answers for; the GIL is held.
#[inline(always)]
pub(super) unsafe fn free(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        let pool = pool_of(block);
        let block = block.cast::<Block>();
        let others = (*pool).free;
        let used = (*pool).used - 1;
        (*block).next = others;
        (*pool).free = block;
        (*pool).used = used;
        if others.is_null() || used == 0 {
            freed(pool);
        }
    }
}

/// How many bytes a block has room for.
///
/// # Safety
/// A live block that [`owns`] answers for.
#[inline]
pub(super) unsafe fn block_size(block: *mut c_void) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (*pool_of(block)).class as usize * GRAIN }
}

/// The current pool has no block left: more of its rest are linked, or another pool becomes the current one.
#[cold]
#[inline(never)]
unsafe fn alloc_slowly(class: usize) -> *mut c_void {
    // SAFETY: records of slots in use are valid; the caller holds the GIL.
    unsafe {
        // A request of no bytes has class 0, which never has pools.
        let class = class.max(1);
        let heap = heap();
        let old = (*heap).current[class];
        if (*old).rest == (*old).end {
            let partial = (*heap).partial[class];
            let pool = if partial.is_null() { new_pool(class, (*old).end != 0) } else { partial };
            if pool.is_null() {
                return null_mut();
            }
            if !partial.is_null() {
                unlink(pool);
            }
            if old != &raw mut NONE {
                (*old).used -= 1;
                (*old).full = true;
            }
            (*pool).used += 1;
            (*heap).current[class] = pool;
            if IS_OPEN.load(Ordering::Relaxed) {
                OPEN[class] = pool;
            }
        }
        let pool = (*heap).current[class];
        if (*pool).free.is_null() {
            link_rest(pool);
        }
        let block = (*pool).free;
        (*pool).free = (*block).next;
        (*pool).used += 1;
        block.cast()
    }
}

/// Links the blocks of the rest up to the end of the page where the first of them ends.
unsafe fn link_rest(pool: *mut Pool) {
    // SAFETY: the rest holds at least one block and nobody else's.
    unsafe {
        let size = (*pool).class as usize * GRAIN;
        let mut block = (*pool).rest;
        let stop = (block + size).next_multiple_of(PAGE).min((*pool).end);
        (*pool).free = block as *mut Block;
        while block + 2 * size <= stop {
            (*(block as *mut Block)).next = (block + size) as *mut Block;
            block += size;
        }
        (*(block as *mut Block)).next = null_mut();
        (*pool).rest = block + size;
    }
}

/// A block came back to a pool that had none to give, or that has none in use now.
#[cold]
#[inline(never)]
unsafe fn freed(pool: *mut Pool) {
    // SAFETY: the record of a slot in use.
    unsafe {
        if (*pool).used == 0 {
            if !(*pool).full {
                unlink(pool);
            }
            give_slot(pool);
        } else if (*pool).full {
            (*pool).full = false;
            let list = (&raw mut (*heap()).partial).cast::<*mut Pool>().add((*pool).class as usize);
            (*pool).next = *list;
            (*pool).prev = null_mut();
            if !(*list).is_null() {
                (**list).prev = pool;
            }
            *list = pool;
        }
    }
}

/// Takes a partial pool off its list.
unsafe fn unlink(pool: *mut Pool) {
    // SAFETY: list neighbours are records of slots in use.
    unsafe {
        if (*pool).prev.is_null() {
            (*heap()).partial[(*pool).class as usize] = (*pool).next;
        } else {
            (*(*pool).prev).next = (*pool).next;
        }
        if !(*pool).next.is_null() {
            (*(*pool).next).prev = (*pool).prev;
        }
    }
}

/// A pool whose blocks are all in its rest; NULL without memory. `whole`: it will soon be used to its end.
unsafe fn new_pool(class: usize, whole: bool) -> *mut Pool {
    // SAFETY: the slot is nobody's.
    unsafe {
        let Some(slot) = take_slot() else { return null_mut() };
        let heap = heap();
        let start = base() + slot * SLOT;
        if slot >= (*heap).fresh {
            (*heap).fresh = slot + 1;
            if whole {
                // One call costs less than a page fault each. Older kernels refuse it, and the pages come one by one.
                libc::madvise(start as *mut c_void, SLOT, libc::MADV_POPULATE_WRITE);
            }
        }
        let pool = pool_of(start as *mut c_void);
        let start = if slot % SLOTS == 0 { start + PAGE } else { start };
        let size = class * GRAIN;
        let end = start + (base() + (slot + 1) * SLOT - start) / size * size;
        pool.write(Pool {
            free: null_mut(),
            used: 0,
            class: class as u16,
            full: false,
            rest: start,
            end,
            next: null_mut(),
            prev: null_mut(),
        });
        pool
    }
}

/// The lowest free slot.
unsafe fn take_slot() -> Option<usize> {
    // SAFETY: `slots` has a word for each arena.
    unsafe {
        let heap = heap();
        let arenas = length() / ARENA;
        while (*heap).first < arenas && *(*heap).slots.add((*heap).first) == 0 {
            (*heap).first += 1;
        }
        if (*heap).first == arenas && !grow() {
            return None;
        }
        let arena = (*heap).first;
        let mask = (*heap).slots.add(arena);
        if *mask == u64::MAX {
            (*heap).empty -= 1;
        }
        let slot = (*mask).trailing_zeros() as usize;
        *mask &= *mask - 1;
        Some(arena * SLOTS + slot)
    }
}

/// Notes that a pool's slot is free. An arena with nothing but free slots gives its pages back, unless few are spare.
unsafe fn give_slot(pool: *mut Pool) {
    // SAFETY: the record of a slot in use; an arena without pools has no blocks.
    unsafe {
        let heap = heap();
        let arena = (pool as usize - base()) / ARENA;
        let slot = (pool as usize % ARENA) / size_of::<Pool>();
        let mask = (*heap).slots.add(arena);
        *mask |= 1 << slot;
        (*heap).first = (*heap).first.min(arena);
        if *mask == u64::MAX {
            (*heap).empty += 1;
            if (*heap).empty > SPARE.max(length() / ARENA / 8) {
                libc::madvise((base() + arena * ARENA) as *mut c_void, ARENA, libc::MADV_DONTNEED);
                (*heap).fresh = (*heap).fresh.min(arena * SLOTS);
            }
        }
    }
}

/// The start of the largest hole in the address space up to [`HOLE`], wherever the system would map something as large.
/// Later mappings of others fill it from its other end.
fn find_place() -> usize {
    let mut hole = HOLE;
    while hole > ARENA {
        // SAFETY: a mapping of nobody's, given back at once.
        unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let start = libc::mmap(null_mut(), hole, libc::PROT_NONE, flags, -1, 0);
            if start != libc::MAP_FAILED {
                libc::munmap(start, hole);
                return (start as usize).next_multiple_of(ARENA);
            }
        }
        hole /= 2;
    }
    0
}

/// Adds an arena behind the others. Answers whether there is one.
unsafe fn grow() -> bool {
    // SAFETY: mappings are made only where there are none; the array of masks is this module's own.
    unsafe {
        let heap = heap();
        if (*heap).exhausted {
            return false;
        }
        let arenas = length() / ARENA;
        if arenas == (*heap).room {
            let room = (2 * arenas).max(64);
            let slots = libc::realloc((*heap).slots.cast(), room * size_of::<u64>()).cast::<u64>();
            if slots.is_null() {
                return false;
            }
            (*heap).slots = slots;
            (*heap).room = room;
        }
        let wanted = if arenas == 0 { find_place() } else { base() + length() };
        if wanted == 0 {
            return false;
        }
        let arena = libc::mmap(
            wanted as *mut c_void,
            ARENA,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE,
            -1,
            0,
        );
        if arena as usize != wanted {
            // Somebody else's mapping is there: from now on new pools are refused. Or there is no memory.
            if arena != libc::MAP_FAILED {
                libc::munmap(arena, ARENA);
            }
            (*heap).exhausted = arena != libc::MAP_FAILED || *libc::__errno_location() != libc::ENOMEM;
            return false;
        }
        if arenas == 0 {
            BASE.store(wanted, Ordering::Relaxed);
        }
        (*heap).slots.add(arenas).write(u64::MAX);
        LENGTH.fetch_add(ARENA, Ordering::Relaxed);
        if IS_OPEN.load(Ordering::Relaxed) {
            OPEN_LENGTH.store(length(), Ordering::Relaxed);
        }
        (*heap).empty += 1;
        true
    }
}

/// Calls `visit` with the record of each slot in use.
unsafe fn each_pool(mut visit: impl FnMut(&Pool)) {
    // SAFETY: records of slots in use are valid.
    unsafe {
        let heap = heap();
        for arena in 0..length() / ARENA {
            let mask = *(*heap).slots.add(arena);
            let records = (base() + arena * ARENA) as *const Pool;
            for slot in (0..SLOTS).filter(|slot| mask >> slot & 1 == 0) {
                visit(&*records.add(slot));
            }
        }
    }
}

/// For a program that starts, and fills about an arena by that: brings in the pages of the first one. One call costs less
/// than a page fault each. Older kernels refuse it, and the pages come one by one.
///
/// # Safety
/// The GIL is held, or no thread could.
pub(super) unsafe fn bring_in() {
    // SAFETY: the arena is this module's own, and the pages hold zeros either way.
    unsafe {
        if length() == 0 && grow() {
            libc::madvise(base() as *mut c_void, ARENA, libc::MADV_POPULATE_WRITE);
            (*heap()).fresh = SLOTS;
        }
    }
}

/// How many blocks of each size are in use and how many pools hold them.
unsafe fn count() -> [(usize, usize); CLASSES] {
    let mut counts = [(0, 0); CLASSES];
    // SAFETY: the caller holds the GIL.
    unsafe {
        each_pool(|pool| {
            let class = pool.class as usize;
            let bias = usize::from(core::ptr::eq((*heap()).current[class], pool));
            counts[class].0 += pool.used as usize - bias;
            counts[class].1 += 1;
        });
    }
    counts
}

/// How many blocks are in use.
///
/// # Safety
/// The GIL is held.
pub(super) unsafe fn blocks_in_use() -> isize {
    // SAFETY: the caller's promise.
    unsafe { count() }.iter().map(|&(blocks, _)| blocks as isize).sum()
}

/// A table of the sizes.
///
/// # Safety
/// The GIL is held.
pub(super) unsafe fn report() -> String {
    let mut text =
        String::from("class   size   num pools   blocks in use\n-----   ----   ---------   -------------\n");
    // SAFETY: the caller's promise.
    let (counts, arenas) = unsafe { (count(), length() / ARENA) };
    for (class, (blocks, pools)) in counts.into_iter().enumerate().filter(|(_, (_, pools))| *pools != 0) {
        let _ = writeln!(text, "{:>5} {:>6} {pools:>11} {blocks:>15}", class - 1, class * GRAIN);
    }
    let _ = writeln!(text, "\n{arenas} arenas * {ARENA} bytes/arena = {:>20}", arenas * ARENA);
    text
}
