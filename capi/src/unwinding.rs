//! Exceptions that are not Rust's pass through the library's frames as through CPython's, which are C: none of our frames
//! catches them and none cleans up. A C++ exception that an extension lets out reaches the C++ frame outside that catches
//! it, or `std::terminate` finds that nobody does. What the frames between held stays referenced, as with CPython.
//!
//! A frame is asked through its personality routine, and the compiler's own would end the process: with Rust's message
//! wherever `catch_unwind` keeps panics from the host, or where a C function is called. So the linker (`build.rs`) puts
//! the routine below in front of it; Rust's own panics are handed on. Nothing is paid where nothing is thrown.
//!
//! Frames that vanish without clean-up are nothing new to this library: greenlet abandons native stacks whenever a
//! greenlet dies, so no frame is linked from anywhere that outlives a call of foreign code.

use core::arch::global_asm;

/// `exception_class` of the panics of Rust's standard library.
const RUST: u64 = u64::from_be_bytes(*b"MOZ\0RUST");
/// `_URC_CONTINUE_UNWIND`: neither a handler nor anything to clean up here.
const CONTINUE_UNWIND: u32 = 8;

// Not a Rust function, which would be exported; and the routine behind it is named weakly, since a program that links the
// crate as a Rust library or as an archive has no such option, nor this routine in its frames.
global_asm!(
    ".pushsection .text.__wrap_rust_eh_personality, \"ax\", @progbits",
    ".weak __real_rust_eh_personality",
    ".globl __wrap_rust_eh_personality",
    ".hidden __wrap_rust_eh_personality",
    ".type __wrap_rust_eh_personality, @function",
    "__wrap_rust_eh_personality:",
    ".cfi_startproc",
    "movabs rax, {rust}",
    "cmp rdx, rax",
    "jne 2f",
    "jmp [rip + __real_rust_eh_personality@GOTPCREL]",
    "2:",
    "mov eax, {continue_unwind}",
    "ret",
    ".cfi_endproc",
    ".size __wrap_rust_eh_personality, . - __wrap_rust_eh_personality",
    ".popsection",
    rust = const RUST,
    continue_unwind = const CONTINUE_UNWIND,
);
