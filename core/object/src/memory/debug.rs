//! Debug hooks (`PyMem_SetupDebugHooks`, `PYTHONMALLOC=debug`): every block is checked when it is freed or resized.
//!
//! ```text
//!    ┌ size, big-endian ┐┌id┐┌ 7 × FD ┐┌ size bytes, CD at first, DD when freed ┐┌ 8 × FD ┐
//!   -16                 -8 -7         p                                         p+size
//! ```

use super::*;
use std::fmt::Write;

const HEAD: usize = 16;
const TAIL: usize = 8;

/// A domain's id and the functions that the hooks wrap.
struct Api {
    id: u8,
    inner: PyMemAllocatorEx,
}

static mut APIS: [Api; 3] =
    [Api { id: b'r', inner: LIBC }, Api { id: b'm', inner: POOLED }, Api { id: b'o', inner: POOLED }];

fn api(domain: c_int) -> *mut Api {
    // SAFETY: a valid domain; only the address is taken.
    unsafe { (&raw mut APIS).cast::<Api>().add(domain as usize) }
}

fn hooks(domain: c_int) -> PyMemAllocatorEx {
    let ctx = api(domain).cast();
    if domain == PYMEM_DOMAIN_RAW {
        PyMemAllocatorEx {
            ctx,
            malloc: Some(raw_malloc),
            calloc: Some(raw_calloc),
            realloc: Some(raw_realloc),
            free: Some(raw_free),
        }
    } else {
        PyMemAllocatorEx {
            ctx,
            malloc: Some(malloc),
            calloc: Some(calloc),
            realloc: Some(realloc),
            free: Some(free),
        }
    }
}

/// Wraps the functions of every domain, once.
pub fn setup_debug_hooks() {
    for domain in [PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ] {
        let current = get_allocator(domain);
        if same(&current, &hooks(domain)) {
            continue;
        }
        // SAFETY: complete tables; nobody allocates meanwhile, as the function's callers promise.
        unsafe {
            (*api(domain)).inner = current;
            set_allocator(domain, hooks(domain));
        }
    }
}

/// Whether the three tables are the hooks around the given inner ones.
pub(super) fn wraps(
    raw: &PyMemAllocatorEx,
    mem: &PyMemAllocatorEx,
    obj: &PyMemAllocatorEx,
    inner_raw: &PyMemAllocatorEx,
    inner: &PyMemAllocatorEx,
    same: fn(&PyMemAllocatorEx, &PyMemAllocatorEx) -> bool,
) -> bool {
    let wraps = |table: &PyMemAllocatorEx, domain: c_int, inner: &PyMemAllocatorEx| {
        // SAFETY: a valid domain.
        same(table, &hooks(domain)) && same(unsafe { &(*api(domain)).inner }, inner)
    };
    wraps(raw, PYMEM_DOMAIN_RAW, inner_raw)
        && wraps(mem, PYMEM_DOMAIN_MEM, inner)
        && wraps(obj, PYMEM_DOMAIN_OBJ, inner)
}

unsafe extern "C" fn raw_malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the hooks' own context.
    unsafe { allocate(ctx.cast(), size, false) }
}

unsafe extern "C" fn raw_calloc(ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size) {
        // SAFETY: the hooks' own context.
        Some(total) => unsafe { allocate(ctx.cast(), total, true) },
        None => null_mut(),
    }
}

unsafe fn allocate(api: *mut Api, size: usize, zeroed: bool) -> *mut c_void {
    if size > LIMIT - HEAD - TAIL {
        return null_mut();
    }
    let total = HEAD + size + TAIL;
    // SAFETY: the block has room for head, data and tail.
    unsafe {
        let inner = &(*api).inner;
        let block = if zeroed {
            inner.calloc.unwrap_unchecked()(inner.ctx, 1, total)
        } else {
            inner.malloc.unwrap_unchecked()(inner.ctx, total)
        };
        if block.is_null() {
            return block;
        }
        let data = block.cast::<u8>().add(HEAD);
        if !zeroed {
            core::ptr::write_bytes(data, PYMEM_CLEANBYTE, size);
        }
        frame(api, data, size);
        data.cast()
    }
}

/// Writes what surrounds the data.
unsafe fn frame(api: *mut Api, data: *mut u8, size: usize) {
    // SAFETY: the block has head and tail.
    unsafe {
        data.sub(16).cast::<[u8; 8]>().write_unaligned((size as u64).to_be_bytes());
        *data.sub(8) = (*api).id;
        core::ptr::write_bytes(data.sub(7), PYMEM_FORBIDDENBYTE, 7);
        core::ptr::write_bytes(data.add(size), PYMEM_FORBIDDENBYTE, TAIL);
    }
}

unsafe fn size_of_block(data: *const u8) -> usize {
    // SAFETY: the block has a head.
    u64::from_be_bytes(unsafe { data.sub(16).cast::<[u8; 8]>().read_unaligned() }) as usize
}

unsafe extern "C" fn raw_free(ctx: *mut c_void, ptr: *mut c_void) {
    if ptr.is_null() {
        return;
    }
    let api = ctx.cast::<Api>();
    let data = ptr.cast::<u8>();
    // SAFETY: a block of the hooks, or `check` does not return.
    unsafe {
        check(api, data, "_PyMem_DebugRawFree");
        let block = data.sub(HEAD);
        core::ptr::write_bytes(block, PYMEM_DEADBYTE, HEAD + size_of_block(data) + TAIL);
        let inner = &(*api).inner;
        inner.free.unwrap_unchecked()(inner.ctx, block.cast());
    }
}

unsafe extern "C" fn raw_realloc(ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void {
    let api = ctx.cast::<Api>();
    // SAFETY: a block of the hooks, or `check` does not return.
    unsafe {
        if ptr.is_null() {
            return allocate(api, size, false);
        }
        let data = ptr.cast::<u8>();
        check(api, data, "_PyMem_DebugRawRealloc");
        if size > LIMIT - HEAD - TAIL {
            return null_mut();
        }
        let old_size = size_of_block(data);
        let inner = &(*api).inner;
        let block = inner.realloc.unwrap_unchecked()(inner.ctx, data.sub(HEAD).cast(), HEAD + size + TAIL);
        if block.is_null() {
            return block;
        }
        let data = block.cast::<u8>().add(HEAD);
        if size > old_size {
            core::ptr::write_bytes(data.add(old_size), PYMEM_CLEANBYTE, size - old_size);
        }
        frame(api, data, size);
        data.cast()
    }
}

fn check_gil(function: &str) {
    if !crate::gil_state::check() {
        crate::err::fatal(function, "Python memory allocator called without holding the GIL");
    }
}

unsafe extern "C" fn malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    check_gil("_PyMem_DebugMalloc");
    // SAFETY: passed on.
    unsafe { raw_malloc(ctx, size) }
}

unsafe extern "C" fn calloc(ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    check_gil("_PyMem_DebugCalloc");
    // SAFETY: passed on.
    unsafe { raw_calloc(ctx, count, size) }
}

unsafe extern "C" fn realloc(ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void {
    check_gil("_PyMem_DebugRealloc");
    // SAFETY: passed on.
    unsafe { raw_realloc(ctx, ptr, size) }
}

unsafe extern "C" fn free(ctx: *mut c_void, ptr: *mut c_void) {
    check_gil("_PyMem_DebugFree");
    // SAFETY: passed on.
    unsafe { raw_free(ctx, ptr) }
}

/// Verifies a block; the process ends with a report when it is damaged or another domain's.
unsafe fn check(api: *mut Api, data: *const u8, function: &str) {
    // SAFETY: a block of the hooks has head and tail; for others this reads what is there.
    unsafe {
        let id = *data.sub(8);
        let expected = (*api).id;
        let message = if id != expected {
            format!("bad ID: Allocated using API '{}', verified using API '{}'", id as char, expected as char)
        } else if (1..8).any(|i| *data.sub(i) != PYMEM_FORBIDDENBYTE) {
            "bad leading pad byte".to_owned()
        } else {
            let tail = data.add(size_of_block(data));
            if (0..TAIL).all(|i| *tail.add(i) == PYMEM_FORBIDDENBYTE) {
                return;
            }
            "bad trailing pad byte".to_owned()
        };
        dump(data);
        crate::err::fatal(function, &message);
    }
}

/// Describes a block on standard error.
unsafe fn dump(data: *const u8) {
    let mut out = String::new();
    // SAFETY: as `check`.
    unsafe {
        let id = *data.sub(8);
        let size = size_of_block(data);
        let _ = writeln!(out, "Debug memory block at address p={data:p}: API '{}'", id as char);
        let _ = writeln!(out, "    {size} bytes originally requested");
        let _ = write!(out, "    The 7 pad bytes at p-7 are ");
        let good = (1..8).all(|i| *data.sub(i) == PYMEM_FORBIDDENBYTE);
        describe(&mut out, data.sub(7), 7, |i| format!("p-{}", 7 - i));
        if !good {
            out.push_str(
                "    Because memory is corrupted at the start, the count of bytes requested\n       may be bogus, and checking the trailing pad bytes may segfault.\n",
            );
        }
        let tail = data.add(size);
        let _ = write!(out, "    The {TAIL} pad bytes at tail={tail:p} are ");
        describe(&mut out, tail, TAIL, |i| format!("tail+{i}"));
        if size > 0 {
            out.push_str("    Data at p:");
            for i in 0..size {
                if i == 8 && size > 16 {
                    out.push_str(" ...");
                }
                if i < 8 || i >= size - 8 {
                    let _ = write!(out, " {:02x}", *data.add(i));
                }
            }
            out.push('\n');
        }
    }
    out.push_str("\nEnable tracemalloc to get the memory block allocation traceback\n\n");
    crate::err::write_stderr_raw(out.as_bytes());
}

unsafe fn describe(out: &mut String, from: *const u8, n: usize, name: impl Fn(usize) -> String) {
    // SAFETY: as `check`.
    unsafe {
        if (0..n).all(|i| *from.add(i) == PYMEM_FORBIDDENBYTE) {
            out.push_str("FORBIDDENBYTE, as expected.\n");
            return;
        }
        out.push_str("not all FORBIDDENBYTE (0xfd):\n");
        for i in 0..n {
            let byte = *from.add(i);
            let mark = if byte == PYMEM_FORBIDDENBYTE { "" } else { " *** OUCH" };
            let _ = writeln!(out, "        at {}: 0x{byte:02x}{mark}", name(i));
        }
    }
}
