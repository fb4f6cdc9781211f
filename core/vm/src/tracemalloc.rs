//! Tracing of memory: which blocks are allocated, how large, and by which Python frames (`tracemalloc.h`).
//!
//! While tracing is on, the allocators of all three domains are wrapped. The tables are in Rust's own memory, which is
//! not traced; a flag of the thread keeps the tracing from tracing itself. Blocks of the raw domain may come from
//! threads without the GIL, hence the lock around the tables; nothing inside the lock runs Python code or drops objects.

use core::cell::Cell;
use core::ffi::{c_int, c_uint, c_void};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::memory::{self, _Py_tracemalloc_config};
use krait_object::types::list;
use krait_object::types::{long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, gc, gil_state, refcount, state};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The largest number of frames.
const MOST_FRAMES: c_int = 65535;
/// The domain of the interpreter's own blocks.
const DEFAULT_DOMAIN: c_uint = 0;

/// A place in a source file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Frame {
    /// A `str` that [`Tables::filenames`] keeps alive.
    filename: usize,
    line: i32,
}

/// Places from the innermost one outwards.
#[derive(PartialEq, Eq, Hash)]
struct Traceback {
    frames: Vec<Frame>,
    /// How many there would have been without a limit.
    total: u16,
}

#[derive(Clone)]
struct Trace {
    size: usize,
    traceback: Arc<Traceback>,
}

#[derive(Default)]
struct Tables {
    /// Addresses of file names, each with a reference.
    filenames: HashSet<usize>,
    tracebacks: HashSet<Arc<Traceback>>,
    traces: HashMap<(c_uint, usize), Trace>,
    traced: usize,
    peak: usize,
}

static TABLES: Mutex<Option<Tables>> = Mutex::new(None);

/// The allocators under the tracing ones. Written before tracing begins.
static mut BELOW: [PyMemAllocatorEx; 3] =
    [PyMemAllocatorEx { ctx: null_mut(), malloc: None, calloc: None, realloc: None, free: None }; 3];

thread_local! {
    /// The thread is inside the tracing code.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Marks the thread as busy as long as it lives.
struct Busy(());

impl Busy {
    /// None when the thread is busy already.
    fn enter() -> Option<Busy> {
        BUSY.with(|busy| if busy.replace(true) { None } else { Some(Busy(())) })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        BUSY.with(|busy| busy.set(false));
    }
}

fn lock() -> MutexGuard<'static, Option<Tables>> {
    TABLES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether tracing is on.
pub fn is_tracing() -> bool {
    // SAFETY: a field of a static.
    unsafe { _Py_tracemalloc_config.tracing != 0 }
}

/// How many frames are kept for each block.
pub fn limit() -> c_int {
    // SAFETY: a field of a static.
    unsafe { _Py_tracemalloc_config.max_nframe }
}

// ---- where the program is ----

/// The frames of the running thread, which holds the GIL. Their file names get into the tables.
fn current_traceback(tables: &mut Tables) -> Arc<Traceback> {
    let mut frames = Vec::with_capacity(4);
    let mut total: usize = 0;
    let tstate = state::current();
    if !tstate.is_null() {
        // SAFETY: the running thread's frames are live, as the GIL is held.
        unsafe {
            let mut frame = (*tstate).frame;
            while !frame.is_null() {
                if frames.len() < limit() as usize {
                    let line = crate::frame::line_number(frame).max(0);
                    let name = (*(*frame).f_code).co_filename;
                    frames.push(Frame { filename: tables.keep(name), line });
                }
                total += 1;
                frame = (*frame).f_back;
            }
        }
    }
    if frames.is_empty() {
        return tables.unknown();
    }
    tables.intern(Traceback { frames, total: u16::try_from(total).unwrap_or(u16::MAX) })
}

impl Tables {
    fn keep(&mut self, name: *mut PyObject) -> usize {
        if name.is_null() {
            return 0;
        }
        if self.filenames.insert(name as usize) {
            // SAFETY: a live object; the reference belongs to the table.
            unsafe { refcount::incref(name) };
        }
        name as usize
    }

    fn unknown(&mut self) -> Arc<Traceback> {
        self.intern(Traceback { frames: vec![Frame { filename: 0, line: 0 }], total: 1 })
    }

    fn intern(&mut self, traceback: Traceback) -> Arc<Traceback> {
        if let Some(known) = self.tracebacks.get(&traceback) {
            return known.clone();
        }
        let new = Arc::new(traceback);
        self.tracebacks.insert(new.clone());
        new
    }

    fn add(&mut self, domain: c_uint, ptr: usize, size: usize, traceback: Arc<Traceback>) {
        self.remove(domain, ptr);
        self.traces.insert((domain, ptr), Trace { size, traceback });
        self.traced += size;
        self.peak = self.peak.max(self.traced);
    }

    fn remove(&mut self, domain: c_uint, ptr: usize) {
        if let Some(trace) = self.traces.remove(&(domain, ptr)) {
            self.traced = self.traced.saturating_sub(trace.size);
        }
    }
}

/// Runs with the GIL: takes it if the thread has a state. Without one there is no Python code to blame.
fn with_gil<R>(body: impl FnOnce(bool) -> R) -> R {
    let own = gil_state::this_thread_state();
    if own.is_null() {
        return body(false);
    }
    if own == state::current() {
        return body(true);
    }
    let old = gil_state::ensure();
    let result = body(true);
    gil_state::release(old);
    result
}

/// Records a block. The thread is marked as busy.
fn record(domain: c_uint, ptr: usize, size: usize) {
    with_gil(|with_frames| {
        let mut tables = lock();
        let Some(tables) = tables.as_mut() else { return };
        let traceback = if with_frames { current_traceback(tables) } else { tables.unknown() };
        tables.add(domain, ptr, size, traceback);
    });
}

fn forget(domain: c_uint, ptr: usize) {
    if let Some(tables) = lock().as_mut() {
        tables.remove(domain, ptr);
    }
}

// ---- the allocators ----

/// The allocator below the one with this context.
///
/// # Safety
/// The context of a tracing allocator.
unsafe fn below(context: *mut c_void) -> PyMemAllocatorEx {
    // SAFETY: the caller's promise: an entry of the static array, written before tracing began.
    unsafe { *context.cast::<PyMemAllocatorEx>() }
}

unsafe extern "C" fn traced_malloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the allocator below is complete.
    let block = unsafe {
        let below = below(context);
        below.malloc.unwrap_unchecked()(below.ctx, size)
    };
    note(block, size);
    block
}

unsafe extern "C" fn traced_calloc(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: the allocator below is complete.
    let block = unsafe {
        let below = below(context);
        below.calloc.unwrap_unchecked()(below.ctx, count, size)
    };
    note(block, count.saturating_mul(size));
    block
}

fn note(block: *mut c_void, size: usize) {
    if !block.is_null()
        && let Some(_busy) = Busy::enter()
    {
        record(DEFAULT_DOMAIN, block as usize, size);
    }
}

unsafe extern "C" fn traced_realloc(context: *mut c_void, old: *mut c_void, size: usize) -> *mut c_void {
    // The old trace goes first: when the block moves, another thread may get its memory.
    let kept = if old.is_null() { None } else { take(old as usize) };
    // SAFETY: the allocator below is complete.
    let block = unsafe {
        let below = below(context);
        below.realloc.unwrap_unchecked()(below.ctx, old, size)
    };
    if !block.is_null() {
        note(block, size);
    } else if let (Some(kept), Some(tables)) = (kept, lock().as_mut()) {
        tables.add(DEFAULT_DOMAIN, old as usize, kept.size, kept.traceback);
    }
    block
}

fn take(ptr: usize) -> Option<Trace> {
    let mut tables = lock();
    let tables = tables.as_mut()?;
    let trace = tables.traces.get(&(DEFAULT_DOMAIN, ptr)).cloned();
    tables.remove(DEFAULT_DOMAIN, ptr);
    trace
}

unsafe extern "C" fn traced_free(context: *mut c_void, block: *mut c_void) {
    if !block.is_null() {
        forget(DEFAULT_DOMAIN, block as usize);
    }
    // SAFETY: the allocator below is complete; the caller gives the block up.
    unsafe {
        let below = below(context);
        below.free.unwrap_unchecked()(below.ctx, block);
    }
}

// ---- on and off ----

/// Begins to trace; does nothing while tracing is on. `ValueError` for a bad number of frames.
pub fn start(frames: c_int) -> Result<()> {
    if !(1..=MOST_FRAMES).contains(&frames) {
        return Err(err::value_error(format_args!(
            "the number of frames must be in range [1; {MOST_FRAMES}]"
        )));
    }
    if is_tracing() {
        return Ok(());
    }
    *lock() = Some(Tables::default());
    // SAFETY: the GIL is held; raw blocks that others free meanwhile pass through either allocator.
    unsafe {
        _Py_tracemalloc_config.initialized = TRACEMALLOC_INITIALIZED;
        _Py_tracemalloc_config.max_nframe = frames;
        for domain in [PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ] {
            let below = (&raw mut BELOW).cast::<PyMemAllocatorEx>().add(domain as usize);
            *below = memory::get_allocator(domain);
            memory::set_allocator(
                domain,
                PyMemAllocatorEx {
                    ctx: below.cast(),
                    malloc: Some(traced_malloc),
                    calloc: Some(traced_calloc),
                    realloc: Some(traced_realloc),
                    free: Some(traced_free),
                },
            );
        }
        _Py_tracemalloc_config.tracing = 1;
    }
    refcount::observe_new_references(Some(|object| {
        new_reference(object);
    }));
    Ok(())
}

/// Ends tracing and forgets everything.
pub fn stop() {
    if !is_tracing() {
        return;
    }
    refcount::observe_new_references(None);
    // SAFETY: the GIL is held; as in `start`.
    unsafe {
        _Py_tracemalloc_config.tracing = 0;
        for domain in [PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ] {
            memory::set_allocator(domain, BELOW[domain as usize]);
        }
    }
    let tables = lock().take();
    drop_names(tables);
}

/// The end of the process: tracing cannot begin again.
pub fn finalize() {
    stop();
    // SAFETY: a field of a static.
    unsafe { _Py_tracemalloc_config.initialized = TRACEMALLOC_NOT_INITIALIZED };
}

fn drop_names(tables: Option<Tables>) {
    for name in tables.into_iter().flat_map(|tables| tables.filenames) {
        // SAFETY: the reference that the table owned.
        unsafe { refcount::decref(name as *mut PyObject) };
    }
}

/// Forgets all blocks and goes on.
pub fn clear_traces() {
    if !is_tracing() {
        return;
    }
    let _busy = Busy::enter();
    let old = lock().replace(Tables::default());
    drop_names(old);
}

/// Bytes in traced blocks: now and at most.
pub fn traced_memory() -> (usize, usize) {
    lock().as_ref().map_or((0, 0), |tables| (tables.traced, tables.peak))
}

/// Begins to look for the largest number of bytes anew.
pub fn reset_peak() {
    if let Some(tables) = lock().as_mut() {
        tables.peak = tables.traced;
    }
}

/// How much memory the tracing itself needs.
pub fn own_memory() -> usize {
    let tables = lock();
    let Some(tables) = tables.as_ref() else { return 0 };
    let frames: usize = tables.tracebacks.iter().map(|one| one.frames.len() * size_of::<Frame>()).sum();
    frames
        + tables.tracebacks.len() * size_of::<Traceback>()
        + tables.tracebacks.capacity() * size_of::<usize>()
        + tables.filenames.capacity() * size_of::<usize>()
        + tables.traces.capacity() * size_of::<((c_uint, usize), Trace)>()
}

// ---- for others ----

/// The address of an object's block: where the collector's head is, if it has one.
fn block_of(object: *mut PyObject) -> usize {
    // SAFETY: a live object.
    unsafe { if gc::is_gc(object) { gc::head(object) as usize } else { object as usize } }
}

/// `_PyTraceMalloc_NewReference`: memory that is used again belongs to the frames that use it now. False when the
/// block is not traced.
pub fn new_reference(object: *mut PyObject) -> bool {
    if !is_tracing() {
        return false;
    }
    let Some(_busy) = Busy::enter() else { return false };
    // The object has no complete head yet, only its class.
    let block = block_of(object);
    let mut tables = lock();
    let Some(tables) = tables.as_mut() else { return false };
    if !tables.traces.contains_key(&(DEFAULT_DOMAIN, block)) {
        return false;
    }
    let traceback = current_traceback(tables);
    if let Some(trace) = tables.traces.get_mut(&(DEFAULT_DOMAIN, block)) {
        trace.traceback = traceback;
    }
    true
}

/// `PyTraceMalloc_Track`: -2 when tracing is off.
pub fn track(domain: c_uint, ptr: usize, size: usize) -> c_int {
    if !is_tracing() {
        return -2;
    }
    let _busy = Busy::enter();
    let old = gil_state::ensure();
    record(domain, ptr, size);
    gil_state::release(old);
    0
}

/// `PyTraceMalloc_Untrack`: -2 when tracing is off.
pub fn untrack(domain: c_uint, ptr: usize) -> c_int {
    if !is_tracing() {
        return -2;
    }
    forget(domain, ptr);
    0
}

/// The frames of a block as a tuple of pairs, None when it is not traced (`_PyTraceMalloc_GetTraceback`).
pub fn traceback_of(domain: c_uint, ptr: usize) -> Result<Obj> {
    let found = lock().as_ref().and_then(|tables| tables.traces.get(&(domain, ptr)).cloned());
    match found {
        Some(trace) if is_tracing() => {
            let _busy = Busy::enter();
            to_tuple(&trace.traceback)
        }
        _ => Ok(none::none().owned()),
    }
}

/// The frames of an object's block.
pub fn traceback_of_object(object: &Object) -> Result<Obj> {
    traceback_of(DEFAULT_DOMAIN, block_of(object.as_ptr()))
}

fn to_tuple(traceback: &Traceback) -> Result<Obj> {
    let mut frames = Vec::with_capacity(traceback.frames.len());
    for frame in &traceback.frames {
        // SAFETY: the tables own a reference; nobody clears them while the GIL is held here.
        let name = match unsafe { Object::from_ptr_opt(frame.filename as *mut PyObject) } {
            Some(name) => name.owned(),
            None => unicode::from_str("<unknown>")?,
        };
        frames.push(tuple::pack([name, long::from_i64(frame.line.into())?])?);
    }
    tuple::from_vec(frames)
}

/// All blocks: a list of (domain, size, frames, number of frames).
pub fn traces() -> Result<Obj> {
    let result = list::new()?;
    if !is_tracing() {
        return Ok(result.upcast());
    }
    let _busy = Busy::enter();
    let all: Vec<(c_uint, Trace)> = {
        let tables = lock();
        let traces = tables.as_ref().map(|tables| tables.traces.iter());
        traces.into_iter().flatten().map(|(key, trace)| (key.0, trace.clone())).collect()
    };
    // Equal tracebacks become one tuple.
    let mut tuples: HashMap<*const Traceback, Obj> = HashMap::new();
    for (domain, trace) in &all {
        let key = Arc::as_ptr(&trace.traceback);
        let frames = match tuples.get(&key) {
            Some(frames) => frames.clone(),
            None => {
                let frames = to_tuple(&trace.traceback)?;
                tuples.insert(key, frames.clone());
                frames
            }
        };
        let items = [
            long::from_u64((*domain).into())?,
            long::from_u64(trace.size as u64)?,
            frames,
            long::from_u64(trace.traceback.total.into())?,
        ];
        result.push(tuple::pack(items)?)?;
    }
    Ok(result.upcast())
}
