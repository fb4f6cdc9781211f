//! The global import lock (`imp.acquire_lock`): held around creation of extension modules and across `fork`.

use krait_abi::PyThread_type_lock;
use krait_object::thread;
use krait_object::{Result, err, gil};
use parking_lot::Mutex;

struct State {
    owner: Option<u64>,
    level: usize,
}

static STATE: Mutex<State> = Mutex::new(State { owner: None, level: 0 });

struct Lock(PyThread_type_lock);
// SAFETY: a native lock; used from any thread by its nature.
unsafe impl Send for Lock {}
// SAFETY: as above.
unsafe impl Sync for Lock {}
static LOCK: std::sync::OnceLock<Lock> = std::sync::OnceLock::new();

fn lock() -> PyThread_type_lock {
    LOCK.get_or_init(|| Lock(thread::allocate_lock())).0
}

fn me() -> u64 {
    thread::ident() as u64
}

/// Acquires the lock, waiting without the GIL; the owner may acquire it again.
pub fn acquire() {
    {
        let mut state = STATE.lock();
        if state.owner == Some(me()) {
            state.level += 1;
            return;
        }
    }
    let saved = gil::save_thread();
    // SAFETY: the lock lives for ever; the saved thread state is this thread's.
    unsafe {
        thread::acquire_lock(lock(), true);
        gil::restore_thread(saved);
    }
    let mut state = STATE.lock();
    state.owner = Some(me());
    state.level = 1;
}

/// Releases the lock once.
pub fn release() -> Result<()> {
    let mut state = STATE.lock();
    if state.owner != Some(me()) {
        return Err(err::runtime_error("not holding the import lock"));
    }
    state.level -= 1;
    if state.level == 0 {
        state.owner = None;
        // SAFETY: held by this thread.
        unsafe { thread::release_lock(lock()) };
    }
    Ok(())
}

/// Whether any thread holds the lock.
pub fn is_held() -> bool {
    STATE.lock().owner.is_some()
}

/// In the child after `fork`: only the forking thread is left, which gives back what it took for forking. What it held
/// before, because it forked during an import, it goes on to hold.
pub fn after_fork_child() {
    let mut state = STATE.lock();
    state.level = state.level.saturating_sub(1);
    if state.level == 0 && state.owner.is_some() {
        state.owner = None;
        // SAFETY: held by the forking thread, which is the only one.
        unsafe { thread::release_lock(lock()) };
    }
}
