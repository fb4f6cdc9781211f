use super::*;
use crate::testing::with_gil;
use crate::{gil_state, pending, thread_state};
use core::cell::Cell;
use core::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicUsize};

#[test]
fn threads_take_turns() {
    static INSIDE: AtomicBool = AtomicBool::new(false);
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                with_gil(|| {
                    let tstate = state::current();
                    let start = std::time::Instant::now();
                    while TURNS.load(Ordering::Relaxed) < 4 && start.elapsed().as_secs() < 20 {
                        assert!(!INSIDE.swap(true, Ordering::SeqCst), "two threads at once");
                        std::hint::spin_loop();
                        INSIDE.store(false, Ordering::SeqCst);
                        // SAFETY: this thread's state.
                        unsafe {
                            if eval_breaker((*tstate).interp) {
                                TURNS.fetch_add(1, Ordering::Relaxed);
                                pending::handle().unwrap();
                                assert_eq!(state::current(), tstate);
                            }
                        }
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(TURNS.load(Ordering::Relaxed) >= 4);
}

#[test]
fn nested_ensure_keeps_the_state() {
    with_gil(|| {
        let tstate = state::current();
        // SAFETY: this thread's state.
        let counter = || unsafe { (*tstate).gilstate_counter };
        assert!(gil_state::check());
        let before = counter();
        let inner = gil_state::ensure();
        assert_eq!((inner, counter()), (PyGILState_LOCKED, before + 1));
        let saved = save_thread();
        assert!(!gil_state::check());
        assert_eq!(gil_state::this_thread_state(), saved);
        let again = gil_state::ensure();
        assert_eq!(again, PyGILState_UNLOCKED);
        gil_state::release(again);
        assert!(state::current().is_null());
        // SAFETY: the state that was saved.
        unsafe { restore_thread(saved) };
        gil_state::release(inner);
        assert_eq!(counter(), before);
    });
}

#[test]
fn pending_calls_run_in_order_on_the_main_thread() {
    thread_local! {
        static SEEN: Cell<usize> = const { Cell::new(0) };
    }
    unsafe extern "C" fn note(arg: *mut c_void) -> c_int {
        SEEN.set(SEEN.get().wrapping_mul(10) + arg as usize);
        0
    }
    with_gil(|| {
        // SAFETY: the test's thread plays the main thread for a moment.
        let main = unsafe { core::mem::replace(&mut (*runtime()).main_thread, crate::thread::ident()) };
        for i in 1..=3 {
            assert!(pending::add_pending_call(Some(note), i as *mut c_void));
        }
        // SAFETY: the current interpreter.
        assert!(unsafe { eval_breaker(state::interp()) });
        pending::handle().unwrap();
        assert_eq!(SEEN.get(), 123);
        let mut n = 0;
        while pending::add_pending_call(Some(note), core::ptr::null_mut()) {
            n += 1;
        }
        assert_eq!(n, 31);
        pending::make_all().unwrap();
        // SAFETY: as above.
        unsafe { (*runtime()).main_thread = main };
    });
}

#[test]
fn states_come_and_go() {
    with_gil(|| {
        // SAFETY: the current interpreter; a state of this thread that never becomes current.
        unsafe {
            let interp = state::interp();
            let tstate = thread_state::new(interp);
            assert_eq!((*tstate).interp, interp);
            assert!((*tstate).id > 0 && (*interp).tstate_head == tstate);
            thread_state::clear(tstate);
            thread_state::delete(tstate);
            assert_ne!((*interp).tstate_head, tstate);
        }
    });
}

#[test]
fn stack_depth_is_seen() {
    #[inline(never)]
    fn descend(depth: usize) -> usize {
        let block = std::hint::black_box([depth; 64]);
        if state::stack_is_low() { block[0] } else { descend(depth + 1) + block[1] - depth }
    }
    let handle = std::thread::Builder::new().stack_size(1 << 20).spawn(|| descend(0)).unwrap();
    assert!(handle.join().unwrap() > 100);
}
