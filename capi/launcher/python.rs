//! The `python3.9` executable: hands its arguments to the library, which is linked into it, so that it wants no other file
//! and nothing in it wants relocating. Extension modules take the C API from it (`capi/build.rs`).
#![no_main]

mod pages;

use core::ffi::{c_char, c_int};
use krait_object::memory;
use krait_vm::lifecycle::finalize;

// The unwinder that panics want comes from the archive, so that no start loads and prepares a shared one.
#[link(name = "gcc_eh", kind = "dylib")]
unsafe extern "C" {}

#[unsafe(no_mangle)]
pub extern "C" fn main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    pages::bring_in();
    finalize::ends_the_process();
    // SAFETY: the C start-up code passes the process's own arguments; nothing runs yet.
    unsafe {
        memory::bring_in();
        krait_capi::pylifecycle::Py_BytesMain(argc, argv)
    }
}
