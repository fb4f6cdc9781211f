//! The `python3.9` executable: hands its arguments to the library. Compiled by `cargo xtask build` against the
//! library it has just laid out, so that it names `libpython3.9.so.1.0` and nothing else of ours.
#![no_std]
#![no_main]

use core::ffi::{c_char, c_int};

#[link(name = "python3.9")]
unsafe extern "C" {
    fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int;
}

#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[unsafe(no_mangle)]
pub extern "C" fn main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the C start-up code passes the process's own arguments.
    unsafe { Py_BytesMain(argc, argv) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: abort has no preconditions.
    unsafe { abort() }
}
