//! For unit tests: an interpreter without the layers above.

use crate::{gil, gil_state, interpreter, lifecycle, state, thread_state};
use std::sync::Once;

/// Runs `body` on the calling thread with the GIL held, in one interpreter that all tests of the process share.
pub fn with_gil<R>(body: impl FnOnce() -> R) -> R {
    static START: Once = Once::new();
    START.call_once(|| {
        state::initialize().expect("runtime");
        interpreter::enable();
        let interp = interpreter::new().expect("interpreter");
        // SAFETY: a live interpreter; this thread's state.
        unsafe {
            let tstate = thread_state::new(interp);
            gil::init(tstate);
            thread_state::swap(tstate);
            gil_state::init(tstate).expect("thread-specific storage");
            lifecycle::init_types().expect("built-in types");
            thread_state::swap(core::ptr::null_mut());
            gil::release_for_deleted();
        }
    });
    struct Release(krait_abi::PyGILState_STATE);
    impl Drop for Release {
        fn drop(&mut self) {
            gil_state::release(self.0);
        }
    }
    let _release = Release(gil_state::ensure());
    body()
}
