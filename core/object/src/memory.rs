//! Memory: CPython's three allocation domains behind replaceable tables.
//!
//! | domain | functions | default |
//! |---|---|---|
//! | raw | `PyMem_Raw*`, without the GIL | libc |
//! | mem | `PyMem_*` | [`pools`] up to 1,024 bytes, mimalloc above, libc from 1 MiB on |
//! | obj | `PyObject_*` | the same |
//!
//! Real binaries free a block through another domain than the one it came from, so the default functions look whose
//! block it is before they free or resize it. [`set_allocator`] replaces a domain's functions,
//! [`setup_debug_hooks`] wraps them (`PYTHONMALLOC=debug`). Blocks are aligned to 16 bytes; a request of
//! zero bytes gives a block of its own, one above `PY_SSIZE_T_MAX` gives NULL.

mod debug;
mod pools;
pub(crate) mod reserve;
mod rust_heap;

pub use debug::setup_debug_hooks;
pub use rust_heap::RustHeap;

use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};
use krait_abi::*;
use libmimalloc_sys as mi;

/// The largest request (`PY_SSIZE_T_MAX`).
const LIMIT: usize = isize::MAX as usize;

/// Requests above this go the long way and are held against the machine's memory.
const HUGE: usize = 1 << 30;

/// Blocks from this size on come from libc, as they do with CPython: what watches a process's memory by its calls of
/// `malloc` sees the large ones, and they grow by remapping.
const LARGE: usize = 1 << 20;

/// Whether no memory can be there for a request. mimalloc reserves address space without asking whether pages stand
/// behind it; the kernel's own heuristic, which refuses more than RAM and swap together, is applied here instead, so
/// that an absurd size is a `MemoryError` at once and not a process killed while it fills the block.
#[cold]
fn is_absurd(size: usize) -> bool {
    // SAFETY: sysinfo fills the struct, for which zeros are valid.
    unsafe {
        let mut info: libc::sysinfo = core::mem::zeroed();
        libc::sysinfo(&mut info) == 0
            && size as u128
                > (u128::from(info.totalram) + u128::from(info.totalswap)) * u128::from(info.mem_unit)
    }
}

/// The tables of the three domains, by `PYMEM_DOMAIN_*`. Replaced only before threads run or with the GIL held, as
/// `PyMem_SetAllocator` demands of its callers.
static mut TABLES: [PyMemAllocatorEx; 3] = [LIBC, POOLED, POOLED];

/// Whether mem and obj still have their default functions, which are then called without going through the table.
static DIRECT: [AtomicBool; 3] = [AtomicBool::new(true), AtomicBool::new(true), AtomicBool::new(true)];

const LIBC: PyMemAllocatorEx = PyMemAllocatorEx {
    ctx: null_mut(),
    malloc: Some(libc_malloc),
    calloc: Some(libc_calloc),
    realloc: Some(any_realloc),
    free: Some(any_free),
};

const POOLED: PyMemAllocatorEx = PyMemAllocatorEx {
    ctx: null_mut(),
    malloc: Some(pooled_malloc),
    calloc: Some(pooled_calloc),
    realloc: Some(pooled_realloc),
    free: Some(any_free),
};

unsafe extern "C" fn libc_malloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: no precondition.
    unsafe { libc::malloc(size.max(1)) }
}

unsafe extern "C" fn libc_calloc(_ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    let (count, size) = if count == 0 || size == 0 { (1, 1) } else { (count, size) };
    // SAFETY: no precondition.
    unsafe { libc::calloc(count, size) }
}

/// Every block is aligned to 16 bytes, which mimalloc's smallest are not.
const LEAST: usize = 16;

/// A block of a pool if the request is small, else of mimalloc.
#[inline(always)]
fn pooled(size: usize) -> *mut c_void {
    if size <= pools::SMALL {
        // SAFETY: the callers of the mem and obj domains hold the GIL.
        let block = unsafe { pools::alloc(size) };
        if !block.is_null() {
            return block;
        }
    }
    unpooled(size)
}

#[inline(never)]
fn unpooled(size: usize) -> *mut c_void {
    if size > HUGE && is_absurd(size) {
        return null_mut();
    }
    // SAFETY: no precondition.
    unsafe { if size >= LARGE { libc::malloc(size) } else { mi::mi_malloc(size.max(LEAST)) } }
}

/// The same filled with zeros.
#[inline(always)]
fn pooled_zeroed(bytes: usize) -> *mut c_void {
    if bytes <= pools::SMALL {
        // SAFETY: as above; the block has room for as many bytes, rounded up.
        unsafe {
            let block = pools::alloc(bytes);
            if !block.is_null() {
                zero(block.cast(), bytes.next_multiple_of(LEAST).max(LEAST));
                return block;
            }
        }
    }
    unpooled_zeroed(bytes)
}

/// Fills `size` bytes, a multiple of 16, with zeros: by a few stores, which overlap, if there are not many.
///
/// # Safety
/// The bytes are writable.
#[inline(always)]
unsafe fn zero(start: *mut u8, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = |at: usize| start.add(at).cast::<[u64; 2]>().write_unaligned([0; 2]);
        if size > 128 {
            return start.write_bytes(0, size);
        }
        store(0);
        store(size - 16);
        if size > 32 {
            store(16);
            store(size - 32);
        }
        if size > 64 {
            store(32);
            store(48);
            store(size - 64);
            store(size - 48);
        }
    }
}

#[inline(never)]
fn unpooled_zeroed(bytes: usize) -> *mut c_void {
    if bytes > HUGE && is_absurd(bytes) {
        return null_mut();
    }
    // SAFETY: no precondition.
    unsafe { if bytes >= LARGE { libc::calloc(1, bytes) } else { mi::mi_zalloc(bytes.max(LEAST)) } }
}

unsafe extern "C" fn pooled_malloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    pooled(size)
}

unsafe extern "C" fn pooled_calloc(_ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    pooled_zeroed(count.saturating_mul(size))
}

unsafe extern "C" fn pooled_realloc(ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the same promise.
    unsafe { if ptr.is_null() { pooled(size) } else { any_realloc(ctx, ptr, size) } }
}

/// Resizes a block of any allocator. NULL starts one in libc.
unsafe extern "C" fn any_realloc(_ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: `ptr` is NULL or a live block of one of the three.
    unsafe {
        if pools::owns(ptr) {
            return resize_pooled(ptr, size);
        }
        if size > HUGE && is_absurd(size) {
            return null_mut();
        }
        if ptr.is_null() || !mi::mi_is_in_heap_region(ptr) {
            return libc::realloc(ptr, size.max(1));
        }
        if size < LARGE {
            return mi::mi_realloc(ptr, size.max(LEAST));
        }
        let moved = libc::malloc(size);
        if !moved.is_null() {
            core::ptr::copy_nonoverlapping(ptr.cast::<u8>(), moved.cast(), mi::mi_usable_size(ptr).min(size));
            mi::mi_free(ptr);
        }
        moved
    }
}

/// # Safety
/// A live block of a pool.
unsafe fn resize_pooled(ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise; the new block has room for what is copied.
    unsafe {
        let room = pools::block_size(ptr);
        // A little less than there is room for stays where it is.
        if size <= room && 4 * size > 3 * room {
            return ptr;
        }
        let moved = pooled(size);
        if !moved.is_null() {
            core::ptr::copy_nonoverlapping(ptr.cast::<u8>(), moved.cast(), room.min(size));
            pools::free(ptr);
        } else if size <= room {
            return ptr;
        }
        moved
    }
}

unsafe extern "C" fn any_free(_ctx: *mut c_void, ptr: *mut c_void) {
    // SAFETY: `ptr` is NULL or a live block of one of the three.
    unsafe { give_back(ptr) }
}

#[inline(always)]
unsafe fn give_back(ptr: *mut c_void) {
    // SAFETY: `ptr` is NULL or a live block of one of the three.
    unsafe {
        if pools::owns(ptr) {
            pools::free(ptr);
        } else {
            give_back_unpooled(ptr);
        }
    }
}

#[inline(never)]
unsafe fn give_back_unpooled(ptr: *mut c_void) {
    // SAFETY: `ptr` is NULL or a live block of one of the two.
    unsafe {
        if mi::mi_is_in_heap_region(ptr) {
            mi::mi_free(ptr);
        } else {
            libc::free(ptr);
        }
    }
}

/// Has the pages ready that a starting program will want.
///
/// # Safety
/// Nothing else runs yet.
pub unsafe fn bring_in() {
    // SAFETY: the caller's promise.
    unsafe { pools::bring_in() }
}

#[inline(always)]
fn table(domain: c_int) -> *mut PyMemAllocatorEx {
    // SAFETY: the domain is one of the three; only the address is taken.
    unsafe { (&raw mut TABLES).cast::<PyMemAllocatorEx>().add(domain as usize) }
}

#[inline(always)]
fn direct(domain: c_int) -> bool {
    !cfg!(feature = "checked") && DIRECT[domain as usize].load(Ordering::Relaxed)
}

/// A request that no open pool has a block for.
#[inline(never)]
fn malloc_slowly(domain: c_int, size: usize) -> *mut c_void {
    if direct(domain) && size <= LIMIT { pooled(size) } else { malloc_through(domain, size) }
}

/// The same filled with zeros.
#[inline(never)]
fn calloc_slowly(domain: c_int, count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size) {
        Some(bytes) if direct(domain) && bytes <= LIMIT => pooled_zeroed(bytes),
        _ => calloc_through(domain, count, size),
    }
}

/// Frees what lies in no open pool.
///
/// # Safety
/// `ptr` is NULL or a live block.
#[inline(never)]
unsafe fn free_slowly(domain: c_int, ptr: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { if direct(domain) { give_back(ptr) } else { free_through(domain, ptr) } }
}

fn malloc_through(domain: c_int, size: usize) -> *mut c_void {
    #[cfg(feature = "checked")]
    if domain != PYMEM_DOMAIN_RAW && crate::checked::fails_now() {
        return null_mut();
    }
    if size > LIMIT {
        return null_mut();
    }
    // SAFETY: tables hold complete allocators.
    unsafe {
        let table = table(domain);
        (*table).malloc.unwrap_unchecked()((*table).ctx, size)
    }
}

fn calloc_through(domain: c_int, count: usize, size: usize) -> *mut c_void {
    #[cfg(feature = "checked")]
    if domain != PYMEM_DOMAIN_RAW && crate::checked::fails_now() {
        return null_mut();
    }
    if size != 0 && count > LIMIT / size {
        return null_mut();
    }
    // SAFETY: tables hold complete allocators.
    unsafe {
        let table = table(domain);
        (*table).calloc.unwrap_unchecked()((*table).ctx, count, size)
    }
}

/// # Safety
/// `ptr` is NULL or a live block.
unsafe fn realloc_through(domain: c_int, ptr: *mut c_void, size: usize) -> *mut c_void {
    if size > LIMIT {
        return null_mut();
    }
    // SAFETY: the caller's promise; tables hold complete allocators.
    unsafe {
        let table = table(domain);
        (*table).realloc.unwrap_unchecked()((*table).ctx, ptr, size)
    }
}

/// # Safety
/// `ptr` is NULL or a live block.
unsafe fn free_through(domain: c_int, ptr: *mut c_void) {
    // SAFETY: the caller's promise; tables hold complete allocators.
    unsafe {
        let table = table(domain);
        (*table).free.unwrap_unchecked()((*table).ctx, ptr)
    }
}

/// The functions of a domain with pools.
macro_rules! domain {
    ($domain:expr, $what:literal, $malloc:ident, $calloc:ident, $realloc:ident, $free:ident) => {
        #[doc = concat!("`", $what, "_Malloc`.")]
        #[inline]
        pub fn $malloc(size: usize) -> *mut c_void {
            if size <= pools::SMALL {
                // SAFETY: the callers of the mem and obj domains hold the GIL.
                let block = unsafe { pools::take(size) };
                if !block.is_null() {
                    return block;
                }
            }
            malloc_slowly($domain, size)
        }

        #[doc = concat!("`", $what, "_Calloc`.")]
        #[inline(always)]
        pub fn $calloc(count: usize, size: usize) -> *mut c_void {
            let bytes = count.saturating_mul(size);
            if bytes <= pools::SMALL {
                // SAFETY: the callers of the mem and obj domains hold the GIL; the block has room for as many bytes,
                // rounded up.
                unsafe {
                    let block = pools::take(bytes);
                    if !block.is_null() {
                        zero(block.cast(), bytes.next_multiple_of(LEAST).max(LEAST));
                        return block;
                    }
                }
            }
            calloc_slowly($domain, count, size)
        }

        #[doc = concat!("`", $what, "_Realloc`.")]
        ///
        /// # Safety
        /// `ptr` is NULL or a live block of any domain.
        #[inline]
        pub unsafe fn $realloc(ptr: *mut c_void, size: usize) -> *mut c_void {
            if ptr.is_null() {
                return $malloc(size);
            }
            // SAFETY: the caller's promise.
            unsafe { realloc_through($domain, ptr, size) }
        }

        #[doc = concat!("`", $what, "_Free`.")]
        ///
        /// # Safety
        /// `ptr` is NULL or a live block of any domain.
        #[inline]
        pub unsafe fn $free(ptr: *mut c_void) {
            // SAFETY: the caller's promise.
            unsafe {
                if pools::is_open(ptr) {
                    pools::free(ptr);
                } else {
                    free_slowly($domain, ptr);
                }
            }
        }
    };
}

domain!(PYMEM_DOMAIN_MEM, "PyMem", mem_malloc, mem_calloc, mem_realloc, mem_free);
domain!(PYMEM_DOMAIN_OBJ, "PyObject", object_malloc, object_calloc, object_realloc, object_free);

/// Frees an instance through its type's `tp_free`, which nearly always is [`PyObject_Free`].
///
/// # Safety
/// An object whose contents are gone, allocated by its type's `tp_alloc` or in the obj domain.
#[inline]
pub unsafe fn free_instance(object: *mut krait_abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        match (*(*object).ob_type).tp_free {
            Some(free) if core::ptr::fn_addr_eq(free, PyObject_Free as unsafe extern "C" fn(*mut c_void)) => {
                object_free(object.cast());
            }
            Some(free) => free(object.cast()),
            None => {}
        }
    }
}

/// `PyObject_Free`, the address that `tp_free` slots hold.
///
/// # Safety
/// `ptr` is NULL or a live block of any domain.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Free(ptr: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { object_free(ptr) }
}

/// `PyMem_RawMalloc`.
pub fn raw_malloc(size: usize) -> *mut c_void {
    malloc_through(PYMEM_DOMAIN_RAW, size)
}

/// `PyMem_RawCalloc`.
pub fn raw_calloc(count: usize, size: usize) -> *mut c_void {
    calloc_through(PYMEM_DOMAIN_RAW, count, size)
}

/// `PyMem_RawRealloc`.
///
/// # Safety
/// `ptr` is NULL or a live block of any domain.
pub unsafe fn raw_realloc(ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { realloc_through(PYMEM_DOMAIN_RAW, ptr, size) }
}

/// `PyMem_RawFree`.
///
/// # Safety
/// `ptr` is NULL or a live block of any domain.
pub unsafe fn raw_free(ptr: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { free_through(PYMEM_DOMAIN_RAW, ptr) }
}

/// Copies `bytes` with a NUL behind them into a block of `domain`; NULL without memory.
fn duplicate(domain: c_int, bytes: &[u8], terminator: usize) -> *mut c_void {
    let block = malloc_through(domain, bytes.len() + terminator);
    if !block.is_null() {
        // SAFETY: the block holds the bytes and the terminator.
        unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), block.cast(), bytes.len());
            core::ptr::write_bytes(block.cast::<u8>().add(bytes.len()), 0, terminator);
        }
    }
    block
}

/// `_PyMem_RawStrdup`, from text without its NUL.
pub fn raw_strdup(text: &[u8]) -> *mut c_char {
    duplicate(PYMEM_DOMAIN_RAW, text, 1).cast()
}

/// `_PyMem_Strdup`, from text without its NUL.
pub fn strdup(text: &[u8]) -> *mut c_char {
    duplicate(PYMEM_DOMAIN_MEM, text, 1).cast()
}

/// `_PyMem_RawWcsdup`, from text without its NUL.
pub fn raw_wcsdup(text: &[wchar_t]) -> *mut wchar_t {
    // SAFETY: any wchar_t slice is readable as bytes.
    let bytes = unsafe { core::slice::from_raw_parts(text.as_ptr().cast::<u8>(), size_of_val(text)) };
    duplicate(PYMEM_DOMAIN_RAW, bytes, size_of::<wchar_t>()).cast()
}

/// `PyMem_GetAllocator`; an unknown domain gives an empty table.
pub fn get_allocator(domain: c_int) -> PyMemAllocatorEx {
    match domain {
        // SAFETY: a valid index; tables are plain data.
        PYMEM_DOMAIN_RAW | PYMEM_DOMAIN_MEM | PYMEM_DOMAIN_OBJ => unsafe { *table(domain) },
        _ => PyMemAllocatorEx { ctx: null_mut(), malloc: None, calloc: None, realloc: None, free: None },
    }
}

/// `PyMem_SetAllocator`; an unknown domain is ignored.
///
/// # Safety
/// The table is complete, and no thread uses the domain meanwhile without the GIL.
pub unsafe fn set_allocator(domain: c_int, allocator: PyMemAllocatorEx) {
    if !matches!(domain, PYMEM_DOMAIN_RAW | PYMEM_DOMAIN_MEM | PYMEM_DOMAIN_OBJ) {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { *table(domain) = allocator };
    DIRECT[domain as usize].store(same(&allocator, &POOLED), Ordering::Release);
    // SAFETY: the caller's promise.
    unsafe { pools::open(direct(PYMEM_DOMAIN_MEM) && direct(PYMEM_DOMAIN_OBJ)) };
}

/// Runs `body` with this library's allocators, whatever has been installed over them.
pub fn with_own_allocators<T>(body: impl FnOnce() -> T) -> T {
    const DOMAINS: [c_int; 3] = [0, 1, 2];
    let saved = DOMAINS.map(set_default_allocator);
    let result = body();
    for (domain, allocator) in DOMAINS.into_iter().zip(saved) {
        // SAFETY: the tables that were there before.
        unsafe { set_allocator(domain, allocator) };
    }
    result
}

fn same(a: &PyMemAllocatorEx, b: &PyMemAllocatorEx) -> bool {
    a.ctx == b.ctx
        && a.malloc.map(|f| f as usize) == b.malloc.map(|f| f as usize)
        && a.calloc.map(|f| f as usize) == b.calloc.map(|f| f as usize)
        && a.realloc.map(|f| f as usize) == b.realloc.map(|f| f as usize)
        && a.free.map(|f| f as usize) == b.free.map(|f| f as usize)
}

/// `_PyMem_SetDefaultAllocator`: gives the domain its default functions; returns the ones it had.
pub fn set_default_allocator(domain: c_int) -> PyMemAllocatorEx {
    let old = get_allocator(domain);
    let new = if domain == PYMEM_DOMAIN_RAW { LIBC } else { POOLED };
    // SAFETY: complete tables.
    unsafe { set_allocator(domain, new) };
    old
}

/// `_PyMem_GetAllocatorName`: the number of an allocator that `PYTHONMALLOC` names.
pub fn allocator_by_name(name: &str) -> Option<c_int> {
    Some(match name {
        "" | "default" => PYMEM_ALLOCATOR_DEFAULT,
        "debug" => PYMEM_ALLOCATOR_DEBUG,
        "pymalloc" => PYMEM_ALLOCATOR_PYMALLOC,
        "pymalloc_debug" => PYMEM_ALLOCATOR_PYMALLOC_DEBUG,
        "malloc" => PYMEM_ALLOCATOR_MALLOC,
        "malloc_debug" => PYMEM_ALLOCATOR_MALLOC_DEBUG,
        _ => return None,
    })
}

/// `_PyMem_SetupAllocators`: installs the allocator with a number; false when there is none.
pub fn setup_allocators(allocator: c_int) -> bool {
    let (inner, hooks) = match allocator {
        PYMEM_ALLOCATOR_NOT_SET => return true,
        PYMEM_ALLOCATOR_DEFAULT | PYMEM_ALLOCATOR_PYMALLOC => (POOLED, false),
        PYMEM_ALLOCATOR_DEBUG | PYMEM_ALLOCATOR_PYMALLOC_DEBUG => (POOLED, true),
        PYMEM_ALLOCATOR_MALLOC => (LIBC, false),
        PYMEM_ALLOCATOR_MALLOC_DEBUG => (LIBC, true),
        _ => return false,
    };
    // SAFETY: complete tables; called before threads run.
    unsafe {
        set_allocator(PYMEM_DOMAIN_RAW, LIBC);
        set_allocator(PYMEM_DOMAIN_MEM, inner);
        set_allocator(PYMEM_DOMAIN_OBJ, inner);
    }
    if hooks {
        setup_debug_hooks();
    }
    true
}

/// `_PyMem_GetCurrentAllocatorName`: None when somebody has installed functions of his own.
pub fn current_allocator_name() -> Option<&'static core::ffi::CStr> {
    let raw = get_allocator(PYMEM_DOMAIN_RAW);
    let mem = get_allocator(PYMEM_DOMAIN_MEM);
    let obj = get_allocator(PYMEM_DOMAIN_OBJ);
    let is = |inner: &PyMemAllocatorEx| {
        (same(&raw, &LIBC) && same(&mem, inner) && same(&obj, inner))
            .then_some(false)
            .or_else(|| debug::wraps(&raw, &mem, &obj, &LIBC, inner, same).then_some(true))
    };
    match (is(&POOLED), is(&LIBC)) {
        (Some(false), _) => Some(c"pymalloc"),
        (Some(true), _) => Some(c"pymalloc_debug"),
        (_, Some(false)) => Some(c"malloc"),
        (_, Some(true)) => Some(c"malloc_debug"),
        _ => None,
    }
}

/// The arena functions that `PyObject_SetArenaAllocator` was given. Pools lie side by side in memory of the system's;
/// the table is kept for `PyObject_GetArenaAllocator`, whose callers chain to what they find.
static mut ARENA: PyObjectArenaAllocator =
    PyObjectArenaAllocator { ctx: null_mut(), alloc: Some(arena_alloc), free: Some(arena_free) };

unsafe extern "C" fn arena_alloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: a new private mapping.
    let block = unsafe {
        libc::mmap(
            null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if block == libc::MAP_FAILED { null_mut() } else { block }
}

unsafe extern "C" fn arena_free(_ctx: *mut c_void, ptr: *mut c_void, size: usize) {
    // SAFETY: `ptr` came from `arena_alloc` with the same size.
    unsafe { libc::munmap(ptr, size) };
}

/// `PyObject_GetArenaAllocator`.
pub fn get_arena_allocator() -> PyObjectArenaAllocator {
    // SAFETY: plain data, changed only with the GIL held.
    unsafe { ARENA }
}

/// `PyObject_SetArenaAllocator`.
pub fn set_arena_allocator(allocator: PyObjectArenaAllocator) {
    // SAFETY: plain data, changed only with the GIL held.
    unsafe { ARENA = allocator }
}

/// `_Py_GetAllocatedBlocks`: how many small blocks are in use.
pub fn allocated_blocks() -> isize {
    // SAFETY: the C API wants the GIL here.
    unsafe { pools::blocks_in_use() }
}

/// `_PyObject_DebugMallocStats`: a table of the small blocks; None when objects do not come from pools.
pub fn debug_malloc_stats() -> Option<String> {
    let pooled = current_allocator_name().is_some_and(|name| name.to_bytes().starts_with(b"pymalloc"));
    // SAFETY: the C API wants the GIL here.
    pooled.then(|| unsafe { pools::report() })
}

/// Whether a pointer looks like freed or uninitialised memory of the debug hooks (`_PyMem_IsPtrFreed`).
pub fn looks_freed(ptr: *const c_void) -> bool {
    const PATTERNS: [usize; 4] = [
        0,
        usize::from_ne_bytes([0xCD; 8]),
        usize::from_ne_bytes([0xDD; 8]),
        usize::from_ne_bytes([0xFD; 8]),
    ];
    ptr.is_null() || PATTERNS.contains(&(ptr as usize))
}

/// Configuration of tracemalloc that other parts read (`_Py_tracemalloc_config`).
#[unsafe(no_mangle)]
pub static mut _Py_tracemalloc_config: _PyTraceMalloc_Config =
    _PyTraceMalloc_Config { initialized: 0, tracing: 0, max_nframe: 1 };

/// An empty vector with room for `capacity` elements; MemoryError (not an abort) when there is no memory for it.
pub fn try_vec<T>(capacity: usize) -> crate::Result<Vec<T>> {
    let mut vec = Vec::new();
    match vec.try_reserve_exact(capacity) {
        Ok(()) => Ok(vec),
        Err(_) => Err(crate::err::no_memory()),
    }
}

/// Appends to a vector whose final length nobody knows; MemoryError (not an abort) when there is no memory to grow.
#[inline]
pub fn try_push<T>(vec: &mut Vec<T>, item: T) -> crate::Result<()> {
    if vec.len() == vec.capacity() && vec.try_reserve(1).is_err() {
        return Err(crate::err::no_memory());
    }
    vec.push(item);
    Ok(())
}

// The debug hooks of the hostile build rightly refuse what these tests do.
#[cfg(all(test, not(feature = "checked")))]
mod tests {
    use super::*;

    #[test]
    fn blocks_cross_domains() {
        // SAFETY: every block is live and freed once.
        crate::testing::with_gil(|| unsafe {
            for size in [0, 1, 24, 40, 5000, LARGE - 50, LARGE] {
                let block = mem_malloc(size);
                assert_eq!(block as usize % 16, 0);
                PyObject_Free(block);
                let block = raw_malloc(size);
                let block = object_realloc(block, size + 100);
                mem_free(block);
                let block = object_calloc(size, 3);
                let block = raw_realloc(block, size + 7);
                raw_free(block);
            }
            assert!(object_malloc(LIMIT + 1).is_null());
            assert!(object_calloc(LIMIT, 2).is_null());
            mem_free(null_mut());
        });
    }

    /// Fills blocks of all sizes with their own number, resizes and frees them in a scattered order, and looks whether
    /// each still holds what it was given.
    #[test]
    fn blocks_keep_their_contents() {
        crate::testing::with_gil(|| {
            let before = allocated_blocks();
            let mut live: Vec<(*mut u8, usize, u8)> = Vec::new();
            let mut random = 12345usize;
            let mut next = |below: usize| {
                random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (random >> 33) % below
            };
            // SAFETY: every block is live, as large as noted, and freed once.
            unsafe {
                for round in 0..200_000usize {
                    let grows = round % 50_000 < 30_000;
                    if live.is_empty() || next(10) < if grows { 6 } else { 3 } {
                        let size = 1 + next(600);
                        let block = object_malloc(size).cast::<u8>();
                        assert_eq!(block as usize % 16, 0);
                        block.write_bytes(round as u8, size);
                        live.push((block, size, round as u8));
                    } else {
                        let (block, size, filled) = live.swap_remove(next(live.len()));
                        let content = core::slice::from_raw_parts(block, size);
                        assert!(content.iter().all(|&byte| byte == filled));
                        if next(4) == 0 {
                            let other = 1 + next(600);
                            let moved = object_realloc(block.cast(), other).cast::<u8>();
                            let kept = core::slice::from_raw_parts(moved, size.min(other));
                            assert!(kept.iter().all(|&byte| byte == filled));
                            moved.write_bytes(filled, other);
                            live.push((moved, other, filled));
                        } else {
                            object_free(block.cast());
                        }
                    }
                }
                for (block, ..) in live {
                    object_free(block.cast());
                }
            }
            assert_eq!(allocated_blocks(), before);
        });
    }

    #[test]
    fn zeros_fill_all() {
        for size in (16..=pools::SMALL).step_by(16) {
            let mut bytes = vec![1u8; size + 1];
            // SAFETY: a buffer of the size.
            unsafe { zero(bytes.as_mut_ptr(), size) };
            assert_eq!(bytes.iter().position(|&byte| byte != 0), Some(size));
        }
    }

    #[test]
    fn names() {
        assert_eq!(allocator_by_name("malloc_debug"), Some(PYMEM_ALLOCATOR_MALLOC_DEBUG));
        assert_eq!(allocator_by_name("nonsense"), None);
        assert!(looks_freed(usize::from_ne_bytes([0xDD; 8]) as *const c_void));
    }
}
