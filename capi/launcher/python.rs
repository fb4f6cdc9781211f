//! The `python3.9` executable: hands its arguments to the library, which is linked into it, so that it wants no other file
//! and nothing in it wants relocating. Extension modules take the C API from it (`capi/build.rs`).
#![no_main]

use core::ffi::{c_char, c_int};

#[unsafe(no_mangle)]
pub extern "C" fn main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the C start-up code passes the process's own arguments.
    unsafe { python3_9::pylifecycle::Py_BytesMain(argc, argv) }
}
