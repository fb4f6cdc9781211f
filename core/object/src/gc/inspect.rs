//! What the `gc` module shows and changes: the objects in the generations, referrers and referents, the permanent
//! generation, counts and thresholds.

use super::collect::{DEBUG_SAVEALL, DEBUG_UNCOLLECTABLE, merge, size};
use super::*;
use crate::handle::Layout;
use crate::hooks;
use crate::types::list::List;
use crate::types::{list, unicode};

fn lists() -> [*mut PyGC_Head; GENERATIONS] {
    // SAFETY: the current interpreter's state.
    core::array::from_fn(|i| unsafe { &raw mut (*generation(current_state(), i)).head })
}

/// New references to the objects in a list, except `skip`.
unsafe fn members(list: *mut PyGC_Head, skip: *mut PyObject, out: &mut Vec<Obj>) {
    // SAFETY: a live list of live objects.
    unsafe {
        let mut head = (*list)._gc_next as *mut PyGC_Head;
        while head != list {
            let object = object_of(head);
            if object != skip {
                out.push(Object::from_ptr(object).owned());
            }
            head = (*head)._gc_next as *mut PyGC_Head;
        }
    }
}

/// `gc.get_objects`: of one generation or of all. The result itself is not among them.
pub fn get_objects(generation: Option<usize>) -> Result<Obj<List>> {
    let lists = lists();
    let chosen = match generation {
        None => &lists[..],
        Some(i) => &lists[i..=i],
    };
    let mut objects = Vec::new();
    for &list in chosen {
        // SAFETY: a live list.
        unsafe { members(list, null_mut(), &mut objects) };
    }
    list::from_vec(objects)
}

unsafe extern "C" fn visit_find(object: *mut PyObject, wanted: *mut c_void) -> c_int {
    // SAFETY: the argument is the slice that `get_referrers` passes.
    let wanted = unsafe { &*wanted.cast::<&[&Object]>() };
    c_int::from(wanted.iter().any(|w| w.as_ptr() == object))
}

/// `gc.get_referrers`: the objects that refer directly to any of `wanted`. `skip` (the argument tuple) is left out.
pub fn get_referrers(wanted: &[&Object], skip: Option<&Object>) -> Result<Obj<List>> {
    let skip = crate::handle::as_ptr_opt(skip);
    let mut found = Vec::new();
    for list in lists() {
        // SAFETY: a live list of live objects; traversal runs no Python code.
        unsafe {
            let mut head = (*list)._gc_next as *mut PyGC_Head;
            while head != list {
                let object = object_of(head);
                head = (*head)._gc_next as *mut PyGC_Head;
                if object == skip {
                    continue;
                }
                if let Some(traverse) = (*(*object).ob_type).tp_traverse
                    && traverse(object, Some(visit_find), (&raw const wanted).cast_mut().cast()) != 0
                {
                    found.push(Object::from_ptr(object).owned());
                }
            }
        }
    }
    list::from_vec(found)
}

unsafe extern "C" fn visit_append(object: *mut PyObject, out: *mut c_void) -> c_int {
    // SAFETY: the argument is the vector that `get_referents` passes; visited objects are live.
    unsafe { (*out.cast::<Vec<Obj>>()).push(Object::from_ptr(object).owned()) };
    0
}

/// `gc.get_referents`.
pub fn get_referents(objects: &[&Object]) -> Result<Obj<List>> {
    let mut out: Vec<Obj> = Vec::new();
    for object in objects {
        // SAFETY: a live object; traversal runs no Python code.
        unsafe {
            if is_gc(object.as_ptr())
                && let Some(traverse) = (*object.type_ptr()).tp_traverse
            {
                traverse(object.as_ptr(), Some(visit_append), (&raw mut out).cast());
            }
        }
    }
    list::from_vec(out)
}

/// `gc.freeze`: all tracked objects go to the permanent generation, which no collection looks at.
pub fn freeze() {
    // SAFETY: the current interpreter's lists.
    unsafe {
        let gc = current_state();
        for (i, list) in lists().into_iter().enumerate() {
            merge(list, &raw mut (*gc).permanent_generation.head);
            (*generation(gc, i)).count = 0;
        }
    }
}

/// `gc.unfreeze`.
pub fn unfreeze() {
    // SAFETY: the current interpreter's lists.
    unsafe { merge(&raw mut (*current_state()).permanent_generation.head, lists()[GENERATIONS - 1]) }
}

/// `gc.get_freeze_count`.
pub fn freeze_count() -> isize {
    // SAFETY: the current interpreter's lists.
    unsafe { size(&raw mut (*current_state()).permanent_generation.head) }
}

/// `gc.get_count`.
pub fn counts() -> [c_int; GENERATIONS] {
    // SAFETY: the current interpreter's state.
    core::array::from_fn(|i| unsafe { (*generation(current_state(), i)).count })
}

/// `gc.get_threshold`.
pub fn thresholds() -> [c_int; GENERATIONS] {
    // SAFETY: the current interpreter's state.
    core::array::from_fn(|i| unsafe { (*generation(current_state(), i)).threshold })
}

/// `gc.set_threshold` for one generation.
pub fn set_threshold(index: usize, threshold: c_int) {
    assert!(index < GENERATIONS);
    // SAFETY: the current interpreter's state.
    unsafe { (*generation(current_state(), index)).threshold = threshold }
}

/// `gc.get_stats`: collections, collected and uncollectable objects of each generation.
pub fn stats() -> [gc_generation_stats; GENERATIONS] {
    // SAFETY: the current interpreter's state.
    unsafe { (*current_state()).generation_stats }
}

/// `gc.get_debug`.
pub fn debug_flags() -> c_int {
    // SAFETY: the current interpreter's state.
    unsafe { (*current_state()).debug }
}

/// `gc.set_debug`.
pub fn set_debug_flags(flags: c_int) {
    // SAFETY: the current interpreter's state.
    unsafe { (*current_state()).debug = flags }
}

/// `_PyGC_DumpShutdownStats`: says at finalisation what could not be collected.
pub fn dump_shutdown_stats() {
    // SAFETY: the field is NULL or owns a list.
    let garbage = unsafe { Object::from_ptr_opt((*current_state()).garbage) };
    let Some(garbage) = garbage else { return };
    // SAFETY: this module made the list.
    let garbage = unsafe { garbage.cast_unchecked::<List>() };
    let debug = debug_flags();
    if debug & DEBUG_SAVEALL != 0 || garbage.is_empty() {
        return;
    }
    let n = garbage.len();
    let hint = if debug & DEBUG_UNCOLLECTABLE != 0 {
        ""
    } else {
        "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them"
    };
    let message = format!("gc: {n} uncollectable objects at shutdown{hint}");
    let warn = || -> Result<()> {
        let Some(hooks) = hooks::try_get() else { return Ok(()) };
        let message = unicode::from_str(&message)?;
        let file = unicode::from_str("gc")?;
        (hooks.warn_explicit)(crate::types::exceptions::ResourceWarning(), &message, &file, 0)
    };
    if warn().is_err() {
        err::write_unraisable(None);
    }
    if debug & DEBUG_UNCOLLECTABLE != 0 {
        let list = garbage.as_ptr();
        // SAFETY: a live list.
        let text = match crate::protocol::object::repr(unsafe { Object::from_ptr(list) }) {
            Ok(text) => format!("      {}\n", unicode::display(&text)),
            Err(_) => {
                err::write_unraisable(Some(garbage.object()));
                return;
            }
        };
        match hooks::try_get() {
            Some(hooks) => (hooks.write_stderr)(&text),
            None => err::write_stderr_raw(text.as_bytes()),
        }
    }
}
