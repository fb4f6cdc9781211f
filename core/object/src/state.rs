//! Thread, interpreter and runtime state (skeleton; owner: runtime).
use krait_abi::*;
/// The current thread's state (`_PyThreadState_GET`): one load from `_PyRuntime`.
#[inline(always)]
pub fn current() -> *mut PyThreadState {
    missing!()
}
/// `_Py_EnterRecursiveCall`: `RecursionError` with " while ..." text `what` when too deep.
pub fn enter_recursive_call(_what: &str) -> crate::Result<RecursionGuard> {
    missing!()
}
/// Leaves the recursive call when dropped.
pub struct RecursionGuard(());
/// Runs `body` without the GIL (`Py_BEGIN_ALLOW_THREADS`).
pub fn allow_threads<R>(_body: impl FnOnce() -> R) -> R {
    missing!()
}
