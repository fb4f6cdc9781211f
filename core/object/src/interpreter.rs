//! Interpreters: `PyInterpreterState_*`.
//!
//! The list of interpreters and the lists of their thread states are guarded by one lock, [`head_lock`], because
//! threads without the GIL come and go. An interpreter's Python objects are touched with the GIL held only.

use crate::handle::{Obj, Object, Result};
use crate::state::{self, runtime};
use crate::types::{dict, long, tuple};
use crate::{err, gc, hooks, memory, refcount, thread_state};
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;
use std::sync::{Mutex, MutexGuard, TryLockError};

static mut HEAD: Mutex<()> = Mutex::new(());

fn head() -> &'static Mutex<()> {
    // SAFETY: replaced only in the child of a fork, which has one thread.
    unsafe { &*(&raw const HEAD) }
}

/// Locks the lists of interpreters and thread states.
pub fn head_lock() -> MutexGuard<'static, ()> {
    head().lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

pub(crate) fn try_head_lock() -> Option<MutexGuard<'static, ()>> {
    match head().try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// `_PyInterpreterState_Enable`: interpreters can be made from now on.
pub fn enable() {
    let _head = head_lock();
    // SAFETY: fields of a static, locked.
    unsafe {
        if (*runtime()).interpreters.next_id < 0 {
            (*runtime()).interpreters.next_id = 0;
        }
    }
}

/// `PyInterpreterState_New`: None without memory, or when interpreters cannot be made yet. The first one made is the
/// main interpreter. The frame evaluation function is set by the layer that has one.
pub fn new() -> Option<*mut PyInterpreterState> {
    audit("cpython.PyInterpreterState_New").ok()?;
    let interp = memory::raw_calloc(1, size_of::<PyInterpreterState>()).cast::<PyInterpreterState>();
    if interp.is_null() {
        return None;
    }
    let lock = crate::thread::allocate_lock();
    if lock.is_null() {
        // SAFETY: just allocated.
        unsafe { memory::raw_free(interp.cast()) };
        return None;
    }
    // SAFETY: zeroed memory of the struct's size, for which zero is valid.
    unsafe {
        (*interp).runtime = runtime();
        (*interp).id_refcount = -1;
        (*interp).ceval.recursion_limit = state::DEFAULT_RECURSION_LIMIT;
        (*interp).ceval.pending.lock = lock;
        (*interp).dlopenflags = libc::RTLD_NOW;
        (*interp).config._config_init = 0;
        for (index, slot) in (*interp).small_ints.iter_mut().enumerate() {
            *slot = long::small_ints(index);
        }
        gc::init_state(&raw mut (*interp).gc);
    }
    let failed = {
        let _head = head_lock();
        // SAFETY: fields of a static, locked.
        unsafe {
            let list = &raw mut (*runtime()).interpreters;
            if (*list).next_id < 0 {
                true
            } else {
                (*interp).id = (*list).next_id;
                (*list).next_id += 1;
                (*interp).next = (*list).head;
                if (*list).main.is_null() {
                    (*list).main = interp;
                }
                (*list).head = interp;
                false
            }
        }
    };
    if failed {
        // SAFETY: nobody has seen it.
        unsafe {
            crate::thread::free_lock(lock);
            memory::raw_free(interp.cast());
        }
        if !state::current().is_null() {
            let _ = err::runtime_error("failed to get an interpreter ID");
        }
        return None;
    }
    Some(interp)
}

/// Raises an audit event without arguments, when there is somebody to hear it.
fn audit(event: &str) -> Result<()> {
    match hooks::try_get() {
        Some(hooks) if !state::current().is_null() => (hooks.audit)(event, &tuple::empty()),
        _ => Ok(()),
    }
}

/// `PyInterpreterState_Clear`: drops every Python object that the interpreter and its threads hold. The configuration's
/// strings are the life cycle's.
///
/// # Safety
/// `interp` is live and the GIL is held.
pub unsafe fn clear(interp: *mut PyInterpreterState) {
    if audit("cpython.PyInterpreterState_Clear").is_err() {
        err::clear();
    }
    // SAFETY: the caller's promise; the lock is not held while Python code may run. Fields own their references.
    unsafe {
        let mut tstate = {
            let _head = head_lock();
            (*interp).tstate_head
        };
        while !tstate.is_null() {
            thread_state::clear(tstate);
            let _head = head_lock();
            tstate = (*tstate).next;
        }
        for field in [
            &raw mut (*interp).audit_hooks,
            &raw mut (*interp).codec_search_path,
            &raw mut (*interp).codec_search_cache,
            &raw mut (*interp).codec_error_registry,
            &raw mut (*interp).modules,
            &raw mut (*interp).modules_by_index,
            &raw mut (*interp).sysdict,
            &raw mut (*interp).builtins,
            &raw mut (*interp).builtins_copy,
            &raw mut (*interp).importlib,
            &raw mut (*interp).import_func,
            &raw mut (*interp).dict,
            &raw mut (*interp).before_forkers,
            &raw mut (*interp).after_forkers_parent,
            &raw mut (*interp).after_forkers_child,
            &raw mut (*interp).warnings.filters,
            &raw mut (*interp).warnings.once_registry,
            &raw mut (*interp).warnings.default_action,
        ] {
            refcount::clear(field);
        }
    }
}

/// `PyInterpreterState_Delete`: frees a cleared interpreter and its thread states.
///
/// # Safety
/// `interp` is live, has been cleared, and is not used any more; no thread of it is current.
pub unsafe fn delete(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise; lists are locked where they are changed.
    unsafe {
        while !(*interp).tstate_head.is_null() {
            thread_state::delete((*interp).tstate_head);
        }
        {
            let _head = head_lock();
            let list = &raw mut (*runtime()).interpreters;
            let mut link = &raw mut (*list).head;
            while !(*link).is_null() && *link != interp {
                link = &raw mut (**link).next;
            }
            if (*link).is_null() {
                err::fatal("PyInterpreterState_Delete", "invalid interp");
            }
            *link = (*interp).next;
            if (*list).main == interp {
                (*list).main = null_mut();
                if !(*list).head.is_null() {
                    err::fatal("PyInterpreterState_Delete", "remaining subinterpreters");
                }
            }
        }
        free(interp);
    }
}

/// # Safety
/// Nobody refers to `interp` any more.
unsafe fn free(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe {
        gc::fini_state(&raw mut (*interp).gc);
        for lock in [(*interp).ceval.pending.lock, (*interp).id_mutex] {
            if !lock.is_null() {
                crate::thread::free_lock(lock);
            }
        }
        let codec = &raw mut (*interp).unicode.fs_codec;
        for name in [(*codec).encoding, (*codec).errors] {
            memory::raw_free(name.cast());
        }
        memory::raw_free(interp.cast());
    }
}

/// `_PyInterpreterState_DeleteExceptMain`: in the child of a fork, frees the interpreters that are not the main one.
///
/// # Safety
/// The GIL is held by a thread of the main interpreter, and there is no other thread.
pub unsafe fn delete_except_main() {
    // SAFETY: the caller's promise.
    unsafe {
        let main = (*runtime()).interpreters.main;
        let tstate = crate::gil::swap(null_mut());
        if !tstate.is_null() && (*tstate).interp != main {
            err::fatal("_PyInterpreterState_DeleteExceptMain", "not main interpreter");
        }
        let mut interp = (*runtime()).interpreters.head;
        (*runtime()).interpreters.head = main;
        (*main).next = null_mut();
        while !interp.is_null() {
            let next = if interp == main { null_mut() } else { (*interp).next };
            if interp != main {
                // Destructors run Python code, which needs a thread state; the interpreter's own is there in most cases.
                let own = (*interp).tstate_head;
                crate::gil::swap(if own.is_null() { tstate } else { own });
                clear(interp);
                crate::gil::swap(null_mut());
                while !(*interp).tstate_head.is_null() {
                    thread_state::delete((*interp).tstate_head);
                }
                free(interp);
            }
            interp = next;
        }
        crate::gil::swap(tstate);
    }
}

/// `PyInterpreterState_Head`.
pub fn first() -> *mut PyInterpreterState {
    // SAFETY: a field of a static.
    unsafe { (*runtime()).interpreters.head }
}

/// `PyInterpreterState_Main`.
pub fn main() -> *mut PyInterpreterState {
    // SAFETY: a field of a static.
    unsafe { (*runtime()).interpreters.main }
}

/// `PyInterpreterState_Get`: fatal without a current thread state.
pub fn get() -> *mut PyInterpreterState {
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("PyInterpreterState_Get");
    }
    // SAFETY: a live thread state.
    unsafe { (*tstate).interp }
}

/// `PyInterpreterState_GetID`.
///
/// # Safety
/// `interp` is NULL or live.
pub unsafe fn get_id(interp: *mut PyInterpreterState) -> Result<i64> {
    if interp.is_null() {
        return Err(err::runtime_error("no interpreter provided"));
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { (*interp).id })
}

/// `_PyInterpreterState_LookUpID`.
pub fn look_up_id(id: i64) -> Result<*mut PyInterpreterState> {
    if id >= 0 {
        let _head = head_lock();
        // SAFETY: the list is locked.
        unsafe {
            let mut interp = (*runtime()).interpreters.head;
            while !interp.is_null() {
                if (*interp).id == id {
                    return Ok(interp);
                }
                interp = (*interp).next;
            }
        }
    }
    Err(err::runtime_error(format_args!("unrecognized interpreter ID {id}")))
}

/// `_PyInterpreterState_IDInitref`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn id_init_ref(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*interp).id_mutex.is_null() {
            return Ok(());
        }
        (*interp).id_mutex = crate::thread::allocate_lock();
        if (*interp).id_mutex.is_null() {
            return Err(err::runtime_error("failed to create init interpreter ID mutex"));
        }
        (*interp).id_refcount = 0;
    }
    Ok(())
}

/// `_PyInterpreterState_IDIncref`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn id_incref(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*interp).id_mutex.is_null() {
            return;
        }
        crate::thread::acquire_lock((*interp).id_mutex, true);
        (*interp).id_refcount += 1;
        crate::thread::release_lock((*interp).id_mutex);
    }
}

/// `_PyInterpreterState_IDDecref`: true when the last reference is gone and the interpreter wants to be ended then; the
/// caller, which knows the life cycle, ends it.
///
/// # Safety
/// `interp` is live.
pub unsafe fn id_decref(interp: *mut PyInterpreterState) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*interp).id_mutex.is_null() {
            return false;
        }
        crate::thread::acquire_lock((*interp).id_mutex, true);
        (*interp).id_refcount -= 1;
        let refs = (*interp).id_refcount;
        crate::thread::release_lock((*interp).id_mutex);
        refs == 0 && (*interp).requires_idref != 0
    }
}

/// `_PyInterpreterState_RequiresIDRef`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn requires_id_ref(interp: *mut PyInterpreterState) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*interp).requires_idref != 0 }
}

/// `_PyInterpreterState_RequireIDRef`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn require_id_ref(interp: *mut PyInterpreterState, required: bool) {
    // SAFETY: the caller's promise.
    unsafe { (*interp).requires_idref = c_int::from(required) }
}

/// `PyInterpreterState_GetDict`: made at first use; None (no exception) when that fails. Borrowed.
///
/// # Safety
/// `interp` is live.
pub unsafe fn get_dict<'a>(interp: *mut PyInterpreterState) -> Option<&'a Object> {
    // SAFETY: the caller's promise; the interpreter owns the dict.
    unsafe {
        if (*interp).dict.is_null() {
            match dict::new() {
                Ok(new) => (*interp).dict = new.into_ptr(),
                Err(_) => err::clear(),
            }
        }
        Object::from_ptr_opt((*interp).dict)
    }
}

/// `_PyInterpreterState_GetMainModule`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn get_main_module(interp: *mut PyInterpreterState) -> Result<Obj> {
    // SAFETY: the caller's promise.
    let modules = unsafe { Object::from_ptr_opt((*interp).modules) };
    let Some(modules) = modules else {
        return Err(err::runtime_error("interpreter not initialized"));
    };
    dict::get_item(modules, crate::intern!("__main__"))?
        .ok_or_else(|| err::runtime_error("no __main__ module"))
}

/// `_PyInterpreterState_GetConfig`.
///
/// # Safety
/// `interp` is live.
#[inline]
pub unsafe fn config(interp: *mut PyInterpreterState) -> *mut PyConfig {
    // SAFETY: the caller's promise; only the address is taken.
    unsafe { &raw mut (*interp).config }
}

/// The configuration of the current interpreter (`_Py_GetConfig`).
#[inline]
pub fn current_config() -> *mut PyConfig {
    // SAFETY: a thread state is current.
    unsafe { config(state::interp()) }
}

/// The child of a fork has one thread: locks that others held are made anew.
pub fn after_fork_child() {
    // SAFETY: the only thread; the old mutex owns no resource.
    unsafe {
        (&raw mut HEAD).write(Mutex::new(()));
        let mut interp = (*runtime()).interpreters.head;
        while !interp.is_null() {
            crate::thread::at_fork_reinit(&raw mut (*interp).ceval.pending.lock);
            if !(*interp).id_mutex.is_null() {
                crate::thread::at_fork_reinit(&raw mut (*interp).id_mutex);
            }
            interp = (*interp).next;
        }
    }
    crate::crossinterp::after_fork_child();
}

pub(crate) use crate::crossinterp::clear_registry as clear_cross_registry;

/// Calls `visit` for each thread state of each interpreter, with the lists locked: the visitor runs no Python code.
pub fn for_each_thread(mut visit: impl FnMut(*mut PyInterpreterState, *mut PyThreadState)) {
    let _head = head_lock();
    // SAFETY: the lists are locked.
    unsafe {
        let mut interp = (*runtime()).interpreters.head;
        while !interp.is_null() {
            let mut tstate = (*interp).tstate_head;
            while !tstate.is_null() {
                visit(interp, tstate);
                tstate = (*tstate).next;
            }
            interp = (*interp).next;
        }
    }
}

/// `_PyThread_CurrentFrames`: a dict from thread idents to the frames that they run.
pub fn current_frames() -> Result<Obj> {
    let mut frames: Vec<(c_ulong, Obj)> = Vec::new();
    for_each_thread(|_, tstate| {
        // SAFETY: live; a thread that runs Python keeps its frame alive while we hold the GIL.
        unsafe {
            if let Some(frame) = Object::from_ptr_opt((*tstate).frame.cast()) {
                frames.push(((*tstate).thread_id, crate::handle::Layout::owned(frame)));
            }
        }
    });
    let result = dict::new()?;
    for (ident, frame) in frames {
        let ident = crate::types::long::from_u64(ident)?;
        dict::set_item(&result, &ident, &frame)?;
    }
    Ok(result)
}
