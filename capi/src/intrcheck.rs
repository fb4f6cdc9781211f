//! `intrcheck.h`.

use crate::prelude::*;
use krait_object::state;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_InterruptOccurred() -> c_int {
    krait_modules::signal::interrupt_occurred().into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_InitInterrupts() {
    guard(|| {
        krait_modules::signal::init_interrupts().unwrap_or_else(|_| err::clear());
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyOS_IsMainThread() -> c_int {
    state::is_main_thread().into()
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_BeforeFork() {
    guard(krait_modules::posix::fork::before_fork)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork_Parent() {
    guard(krait_modules::posix::fork::after_fork_parent)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork_Child() {
    guard(krait_modules::posix::fork::after_fork_child)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork() {
    PyOS_AfterFork_Child()
}
