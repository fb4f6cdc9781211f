//! `pythread.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_init_thread() {
    let _ = ();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_start_new_thread(
    func: thread::ThreadFunction,
    arg: *mut c_void,
) -> c_ulong {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread::start_new_thread(func, arg) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_exit_thread() {
    krait_object::thread::exit_thread()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_thread_ident() -> c_ulong {
    thread::ident()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_thread_native_id() -> c_ulong {
    thread::native_id()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_allocate_lock() -> PyThread_type_lock {
    guard(thread::allocate_lock)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_free_lock(lock: PyThread_type_lock) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { thread::free_lock(lock) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_acquire_lock(lock: PyThread_type_lock, waitflag: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread::acquire_lock(lock, waitflag != 0).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThread_at_fork_reinit(lock: *mut PyThread_type_lock) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { if thread::at_fork_reinit(lock) { 0 } else { -1 } }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_acquire_lock_timed(
    lock: PyThread_type_lock,
    microseconds: c_longlong,
    intr_flag: c_int,
) -> PyLockStatus {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread::acquire_lock_timed(lock, microseconds, intr_flag != 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_release_lock(lock: PyThread_type_lock) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { thread::release_lock(lock) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_stacksize() -> usize {
    thread::stack_size()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_set_stacksize(size: usize) -> c_int {
    thread::set_stack_size(size)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_GetInfo() -> *mut PyObject {
    guard(krait_object::thread_info::get_info)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_create_key() -> c_int {
    guard(thread::create_key)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_delete_key(key: c_int) {
    guard(|| thread::delete_key(key))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
    guard(|| thread::set_key_value(key, value))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_key_value(key: c_int) -> *mut c_void {
    guard(|| thread::get_key_value(key))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_delete_key_value(key: c_int) {
    guard(|| thread::delete_key_value(key))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_ReInitTLS() {
    let _ = ();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_alloc() -> *mut Py_tss_t {
    guard(thread::tss_alloc)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_free(key: *mut Py_tss_t) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { thread::tss_free(key) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_is_created(key: *mut Py_tss_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread::tss_is_created(key).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_create(key: *mut Py_tss_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { if thread::tss_create(key) { 0 } else { -1 } }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_delete(key: *mut Py_tss_t) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { thread::tss_delete(key) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_set(key: *mut Py_tss_t, value: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { if thread::tss_set(key, value) { 0 } else { -1 } }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_get(key: *mut Py_tss_t) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { thread::tss_get(key) })
}
