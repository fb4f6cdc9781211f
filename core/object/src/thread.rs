//! Native threads, locks and thread-specific storage: `PyThread_*`.
//!
//! A lock is a POSIX semaphore of value one: any thread may release it, and waiting can be interrupted by a signal.

use crate::memory;
use crate::state;
use core::ffi::{c_int, c_long, c_ulong, c_void};
use core::ptr::null_mut;
use krait_abi::*;

/// What starting a thread returns when it fails.
pub const INVALID_THREAD_ID: c_ulong = c_ulong::MAX;

/// `PyThread_get_thread_ident`.
#[inline]
pub fn ident() -> c_ulong {
    // SAFETY: no precondition.
    unsafe { libc::pthread_self() }
}

/// `PyThread_get_thread_native_id`.
pub fn native_id() -> c_ulong {
    // SAFETY: no precondition.
    unsafe { libc::syscall(libc::SYS_gettid) as c_ulong }
}

/// The function that a new thread runs.
pub type ThreadFunction = unsafe extern "C" fn(*mut c_void);

struct Start {
    function: ThreadFunction,
    arg: *mut c_void,
}

extern "C" fn run(start: *mut c_void) -> *mut c_void {
    // SAFETY: `start_new_thread` gave up the box.
    unsafe {
        let start = Box::from_raw(start.cast::<Start>());
        let (function, arg) = (start.function, start.arg);
        drop(start);
        function(arg);
    }
    null_mut()
}

/// `PyThread_start_new_thread`: the thread's ident, or [`INVALID_THREAD_ID`].
///
/// # Safety
/// `function` may be called with `arg` on another thread.
pub unsafe fn start_new_thread(function: ThreadFunction, arg: *mut c_void) -> c_ulong {
    let start = Box::into_raw(Box::new(Start { function, arg }));
    // SAFETY: the attribute object is initialised and destroyed here; the box moves to the thread if it starts.
    unsafe {
        let mut attr = core::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        let mut thread: libc::pthread_t = 0;
        let mut status = libc::pthread_attr_init(attr.as_mut_ptr());
        if status == 0 {
            let tstate = state::current();
            let size = if tstate.is_null() { 0 } else { (*(*tstate).interp).pythread_stacksize };
            if size != 0 {
                status = libc::pthread_attr_setstacksize(attr.as_mut_ptr(), size);
            }
            if status == 0 {
                libc::pthread_attr_setdetachstate(attr.as_mut_ptr(), libc::PTHREAD_CREATE_DETACHED);
                status = libc::pthread_create(&mut thread, attr.as_ptr(), run, start.cast());
            }
            libc::pthread_attr_destroy(attr.as_mut_ptr());
        }
        if status != 0 {
            drop(Box::from_raw(start));
            return INVALID_THREAD_ID;
        }
        thread
    }
}

unsafe extern "C-unwind" {
    fn pthread_exit(value: *mut c_void) -> !;
}

/// `PyThread_exit_thread`. The unwinding that ends the thread passes through the caller's frames: everything between
/// must be `C-unwind` and hold nothing to be dropped.
pub extern "C-unwind" fn exit_thread() -> ! {
    // SAFETY: the caller keeps the contract above.
    unsafe { pthread_exit(null_mut()) }
}

/// Stops the calling thread for good: it came for the GIL of a runtime that is being finalised. Ending the thread
/// would unwind native frames that are not prepared for it.
pub fn hang() -> ! {
    loop {
        // SAFETY: no precondition.
        unsafe { libc::pause() };
    }
}

/// The smallest stack that can be asked for.
const MIN_STACK: usize = 0x8000;

/// `PyThread_get_stacksize`: 0 means the system's default.
pub fn stack_size() -> usize {
    // SAFETY: a thread state is current.
    unsafe { (*state::interp()).pythread_stacksize }
}

/// `PyThread_set_stacksize`: 0 when set, -1 when the size is not valid, -2 when it cannot be set.
pub fn set_stack_size(size: usize) -> c_int {
    if size != 0 {
        if size < MIN_STACK.max(libc::PTHREAD_STACK_MIN) {
            return -1;
        }
        // SAFETY: the attribute object is initialised and destroyed here.
        let valid = unsafe {
            let mut attr = core::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
            libc::pthread_attr_init(attr.as_mut_ptr()) == 0 && {
                let status = libc::pthread_attr_setstacksize(attr.as_mut_ptr(), size);
                libc::pthread_attr_destroy(attr.as_mut_ptr());
                status == 0
            }
        };
        if !valid {
            return -1;
        }
    }
    // SAFETY: a thread state is current.
    unsafe { (*state::interp()).pythread_stacksize = size };
    0
}

// ---- locks --------------------------------------------------------------------------------------------------------

/// `PyThread_allocate_lock`: NULL when there is none to be had.
pub fn allocate_lock() -> PyThread_type_lock {
    let lock = memory::raw_malloc(size_of::<libc::sem_t>()).cast::<libc::sem_t>();
    // SAFETY: memory of the right size.
    unsafe {
        if !lock.is_null() && libc::sem_init(lock, 0, 1) != 0 {
            memory::raw_free(lock.cast());
            return null_mut();
        }
    }
    lock.cast()
}

/// `PyThread_free_lock`.
///
/// # Safety
/// The lock is live and nobody waits for it.
pub unsafe fn free_lock(lock: PyThread_type_lock) {
    // SAFETY: the caller's promise.
    unsafe {
        libc::sem_destroy(lock.cast());
        memory::raw_free(lock);
    }
}

/// `PyThread_acquire_lock`: true when the lock has been taken.
///
/// # Safety
/// The lock is live.
pub unsafe fn acquire_lock(lock: PyThread_type_lock, wait: bool) -> bool {
    // SAFETY: the caller's promise.
    unsafe { acquire_lock_timed(lock, if wait { -1 } else { 0 }, false) == PY_LOCK_ACQUIRED }
}

/// `PyThread_acquire_lock_timed`: waits without end for a negative number of microseconds. With `interruptible`, a signal
/// ends the wait with `PY_LOCK_INTR`.
///
/// # Safety
/// The lock is live.
pub unsafe fn acquire_lock_timed(
    lock: PyThread_type_lock,
    microseconds: i64,
    interruptible: bool,
) -> PyLockStatus {
    let lock = lock.cast::<libc::sem_t>();
    // SAFETY: the caller's promise; errno is per thread.
    unsafe {
        if libc::sem_trywait(lock) == 0 {
            return PY_LOCK_ACQUIRED;
        }
        if microseconds == 0 {
            return PY_LOCK_FAILURE;
        }
        let deadline = (microseconds > 0).then(|| deadline(microseconds));
        loop {
            let status = match &deadline {
                Some(deadline) => libc::sem_timedwait(lock, deadline),
                None => libc::sem_wait(lock),
            };
            if status == 0 {
                return PY_LOCK_ACQUIRED;
            }
            match *libc::__errno_location() {
                libc::EINTR if interruptible => return PY_LOCK_INTR,
                libc::EINTR => {}
                _ => return PY_LOCK_FAILURE,
            }
        }
    }
}

/// The point in time that is so many microseconds away, as semaphores want it.
fn deadline(microseconds: i64) -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) };
    let nanoseconds = now.tv_nsec + (microseconds % 1_000_000) * 1000;
    libc::timespec {
        tv_sec: now.tv_sec.saturating_add(microseconds / 1_000_000 + nanoseconds / 1_000_000_000),
        tv_nsec: nanoseconds % 1_000_000_000,
    }
}

/// `PyThread_release_lock`.
///
/// # Safety
/// The lock is live and taken.
pub unsafe fn release_lock(lock: PyThread_type_lock) {
    // SAFETY: the caller's promise.
    unsafe { libc::sem_post(lock.cast()) };
}

/// `_PyThread_at_fork_reinit`: a new, free lock in place of one that may be held by a thread that is gone; false without
/// memory. The old one is not destroyed, as that might wait for ever.
///
/// # Safety
/// `lock` points to a lock.
pub unsafe fn at_fork_reinit(lock: *mut PyThread_type_lock) -> bool {
    let new = allocate_lock();
    if new.is_null() {
        return false;
    }
    // SAFETY: the caller's promise.
    unsafe { *lock = new };
    true
}

// ---- thread-specific storage --------------------------------------------------------------------------------------

/// `PyThread_tss_alloc`.
pub fn tss_alloc() -> *mut Py_tss_t {
    memory::raw_calloc(1, size_of::<Py_tss_t>()).cast()
}

/// `PyThread_tss_free`.
///
/// # Safety
/// `key` is NULL or came from [`tss_alloc`].
pub unsafe fn tss_free(key: *mut Py_tss_t) {
    if !key.is_null() {
        // SAFETY: the caller's promise.
        unsafe {
            tss_delete(key);
            memory::raw_free(key.cast());
        }
    }
}

/// `PyThread_tss_is_created`.
///
/// # Safety
/// `key` is live.
#[inline]
pub unsafe fn tss_is_created(key: *mut Py_tss_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*key)._is_initialized != 0 }
}

/// `PyThread_tss_create`: true when the key exists afterwards.
///
/// # Safety
/// `key` is live.
pub unsafe fn tss_create(key: *mut Py_tss_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*key)._is_initialized != 0 {
            return true;
        }
        let mut native: libc::pthread_key_t = 0;
        if libc::pthread_key_create(&mut native, None) != 0 {
            return false;
        }
        (*key)._key = native;
        (*key)._is_initialized = 1;
    }
    true
}

/// `PyThread_tss_delete`.
///
/// # Safety
/// `key` is live.
pub unsafe fn tss_delete(key: *mut Py_tss_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*key)._is_initialized != 0 {
            libc::pthread_key_delete((*key)._key);
            (*key)._is_initialized = 0;
        }
    }
}

/// `PyThread_tss_get`.
///
/// # Safety
/// `key` is live and created.
#[inline]
pub unsafe fn tss_get(key: *mut Py_tss_t) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { libc::pthread_getspecific((*key)._key) }
}

/// `PyThread_tss_set`: true when the value is stored.
///
/// # Safety
/// `key` is live and created.
pub unsafe fn tss_set(key: *mut Py_tss_t, value: *mut c_void) -> bool {
    // SAFETY: the caller's promise.
    unsafe { libc::pthread_setspecific((*key)._key, value) == 0 }
}

/// `PyThread_create_key`: -1 on failure.
pub fn create_key() -> c_int {
    let mut key: libc::pthread_key_t = 0;
    // SAFETY: a valid place for the result.
    unsafe {
        if libc::pthread_key_create(&mut key, None) != 0 {
            return -1;
        }
        if key > c_int::MAX as libc::pthread_key_t {
            libc::pthread_key_delete(key);
            return -1;
        }
    }
    key as c_int
}

/// `PyThread_delete_key`.
pub fn delete_key(key: c_int) {
    // SAFETY: an unknown key is refused by the library.
    unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
}

/// `PyThread_delete_key_value`.
pub fn delete_key_value(key: c_int) {
    set_key_value(key, null_mut());
}

/// `PyThread_set_key_value`: 0 or -1.
#[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the value is only stored")]
pub fn set_key_value(key: c_int, value: *mut c_void) -> c_int {
    // SAFETY: an unknown key is refused by the library.
    if unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, value) } == 0 { 0 } else { -1 }
}

/// `PyThread_get_key_value`.
pub fn get_key_value(key: c_int) -> *mut c_void {
    // SAFETY: an unknown key gives NULL.
    unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }
}

/// The C library's name for its threads, as `sys.thread_info.version` shows it.
pub fn library_version() -> Option<String> {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer has the length given.
    let n =
        unsafe { libc::confstr(libc::_CS_GNU_LIBPTHREAD_VERSION, buffer.as_mut_ptr().cast(), buffer.len()) };
    (n > 1 && n <= buffer.len()).then(|| String::from_utf8_lossy(&buffer[..n - 1]).into_owned())
}

/// Nothing of this module is shared between threads but the locks, which their owners renew.
pub(crate) fn after_fork_child() {}

/// The number of microseconds that waiting can last at most (`PY_TIMEOUT_MAX`).
pub const TIMEOUT_MAX: c_long = c_long::MAX / 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks() {
        let lock = allocate_lock();
        // SAFETY: a live lock, taken and released in turn.
        unsafe {
            assert!(acquire_lock(lock, false));
            assert!(!acquire_lock(lock, false));
            let start = std::time::Instant::now();
            assert_eq!(acquire_lock_timed(lock, 20_000, false), PY_LOCK_FAILURE);
            assert!(start.elapsed().as_millis() >= 19);
            release_lock(lock);
            assert!(acquire_lock(lock, true));
            release_lock(lock);
            free_lock(lock);
        }
    }

    #[test]
    fn storage() {
        let mut key = Py_tss_t { _is_initialized: 0, _key: 0 };
        let key = &raw mut key;
        // SAFETY: a live key.
        unsafe {
            assert!(tss_create(key) && tss_create(key));
            assert!(tss_get(key).is_null());
            assert!(tss_set(key, key.cast()));
            assert_eq!(tss_get(key), key.cast());
            tss_delete(key);
            assert!(!tss_is_created(key));
        }
    }

    #[test]
    fn threads() {
        unsafe extern "C" fn body(flag: *mut c_void) {
            // SAFETY: the test waits for the lock, which lives that long.
            unsafe { release_lock(flag) };
        }
        let lock = allocate_lock();
        // SAFETY: a live lock.
        unsafe {
            assert!(acquire_lock(lock, false));
            assert_ne!(start_new_thread(body, lock), INVALID_THREAD_ID);
            assert!(acquire_lock(lock, true));
        }
    }
}
