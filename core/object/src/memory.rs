//! Memory domains (skeleton; owner: runtime).
use core::ffi::c_void;
/// `PyObject_Malloc`.
pub fn object_malloc(_size: usize) -> *mut c_void {
    missing!()
}
/// `PyObject_Realloc`.
/// # Safety
/// `ptr` is NULL or a live block of any domain.
pub unsafe fn object_realloc(_ptr: *mut c_void, _size: usize) -> *mut c_void {
    missing!()
}
/// `PyMem_Malloc`.
pub fn mem_malloc(_size: usize) -> *mut c_void {
    missing!()
}
/// `PyMem_Realloc`.
/// # Safety
/// `ptr` is NULL or a live block of any domain.
pub unsafe fn mem_realloc(_ptr: *mut c_void, _size: usize) -> *mut c_void {
    missing!()
}
/// `PyMem_Free`.
/// # Safety
/// `ptr` is NULL or a live block of any domain.
pub unsafe fn mem_free(_ptr: *mut c_void) {
    missing!()
}
/// `PyObject_Free`, the address that `tp_free` slots hold.
/// # Safety
/// `ptr` is NULL or a live block of any domain.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Free(_ptr: *mut c_void) {
    missing!()
}
