//! The collection of one generation.
//!
//! 1. Each object in the generation (and the younger ones) gets its reference count copied into its header; one is
//!    subtracted for every reference that comes from inside the set. What is left above zero is held from outside.
//! 2. One walk tells objects held from outside, and everything reachable from them, from the rest. The rest is garbage,
//!    except what legacy finalizers (`tp_del`) can reach, which only `gc.garbage` takes.
//! 3. Weak references to garbage are cleared and their callbacks called, unless the reference is garbage itself.
//! 4. `tp_finalize` runs, once in an object's life. Then steps 1 and 2 again on the garbage: what finalizers brought back to
//!    life survives.
//! 5. `tp_clear` breaks the cycles of what remains.
//!
//! While the copied count is in `_gc_prev` a list is linked forwards only. Temporary list heads are on the heap, because
//! code that runs inside a collection may switch native stacks.

use super::*;
use crate::hooks;
use crate::types::{dict, list, long, tuple, weakref};
use core::fmt::Write;
use core::ops::ControlFlow;

const PREV_SHIFT: usize = 2;

/// In `_gc_next` of what the walk has put aside: nothing seen so far refers to it.
const ASIDE: usize = 1;

/// `gc.DEBUG_STATS`.
pub const DEBUG_STATS: c_int = 1;
/// `gc.DEBUG_COLLECTABLE`.
pub const DEBUG_COLLECTABLE: c_int = 2;
/// `gc.DEBUG_UNCOLLECTABLE`.
pub const DEBUG_UNCOLLECTABLE: c_int = 4;
/// `gc.DEBUG_SAVEALL`.
pub const DEBUG_SAVEALL: c_int = 32;

type Head = *mut PyGC_Head;

/// What a collection found.
#[derive(Clone, Copy, Default)]
pub struct Outcome {
    /// Garbage that was collected.
    pub collected: isize,
    /// Garbage that could not be.
    pub uncollectable: isize,
}

impl Outcome {
    /// All garbage.
    pub fn found(self) -> isize {
        self.collected + self.uncollectable
    }
}

// ---- lists --------------------------------------------------------------------------------------------------------

#[inline(always)]
unsafe fn next(head: Head) -> Head {
    // SAFETY: a live header.
    unsafe { (*head)._gc_next as Head }
}

unsafe fn is_empty(list: Head) -> bool {
    // SAFETY: a live list.
    unsafe { (*list)._gc_next == list as usize }
}

/// Moves a header from its list to the end of another.
#[inline(always)]
unsafe fn move_to(head: Head, list: Head) {
    // SAFETY: both are live and doubly linked.
    unsafe {
        unlink(head);
        append(list, head);
    }
}

/// Moves everything to the end of another list.
pub(super) unsafe fn merge(from: Head, to: Head) {
    // SAFETY: both are live and doubly linked.
    unsafe {
        if is_empty(from) {
            return;
        }
        let to_last = ((*to)._gc_prev & !PREV_FLAGS) as Head;
        let first = next(from);
        let last = ((*from)._gc_prev & !PREV_FLAGS) as Head;
        (*to_last)._gc_next = first as usize;
        (*first)._gc_prev = ((*first)._gc_prev & PREV_FLAGS) | to_last as usize;
        (*last)._gc_next = to as usize;
        (*to)._gc_prev = last as usize;
        clear_list(from);
    }
}

pub(super) unsafe fn size(list: Head) -> isize {
    let mut n = 0;
    // SAFETY: a live list.
    unsafe {
        let mut head = next(list);
        while head != list {
            n += 1;
            head = next(head);
        }
    }
    n
}

/// List heads for one collection, on the heap.
struct Lists(Box<[PyGC_Head; 5]>);

impl Lists {
    fn new() -> Lists {
        let mut lists = Lists(Box::new([PyGC_Head { _gc_next: 0, _gc_prev: 0 }; 5]));
        for i in 0..5 {
            // SAFETY: a place in the box.
            unsafe { clear_list(lists.get(i)) };
        }
        lists
    }
    fn get(&mut self, index: usize) -> Head {
        &raw mut self.0[index]
    }
}

// ---- reachability -------------------------------------------------------------------------------------------------

#[inline(always)]
unsafe fn is_collecting(head: Head) -> bool {
    // SAFETY: a live header.
    unsafe { (*head)._gc_prev & COLLECTING != 0 }
}

/// Has the processor fetch a header and the head of its object.
#[inline(always)]
unsafe fn prefetch(head: Head) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: fetching ahead touches nothing, whatever the address.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(head.cast());
        _mm_prefetch::<_MM_HINT_T0>(head.wrapping_add(1).cast());
    }
}

/// Copies reference counts into the headers; from here on the list is linked forwards only.
unsafe fn copy_counts(list: Head) {
    // SAFETY: a live list.
    unsafe {
        let mut head = next(list);
        while head != list {
            let count = (*object_of(head)).ob_refcnt as usize;
            (*head)._gc_prev = (count << PREV_SHIFT) | COLLECTING | ((*head)._gc_prev & FINALIZED);
            head = next(head);
        }
    }
}

/// What a pass over the set does with the objects of the set that an object refers to.
trait Visit: Copy {
    /// `head` is that of an object in the set.
    unsafe fn meet(self, head: Head);

    /// The visitor's argument, as `tp_traverse` hands it on.
    fn argument(self) -> *mut c_void;

    /// The visitor that answered this [`argument`](Visit::argument).
    unsafe fn from_argument(argument: *mut c_void) -> Self;

    #[inline(always)]
    unsafe fn visit(self, object: *mut PyObject) {
        // SAFETY: the collector visits live objects.
        unsafe {
            if is_gc(object) {
                let head = head(object);
                if is_collecting(head) {
                    self.meet(head);
                }
            }
        }
    }

    /// The visitor as `tp_traverse` wants it.
    unsafe extern "C" fn visit_through(object: *mut PyObject, argument: *mut c_void) -> c_int {
        // SAFETY: `traverse` gives this function the visitor's argument.
        unsafe { Self::from_argument(argument).visit(object) };
        0
    }
}

/// Takes one off the counts of objects in the set.
#[derive(Clone, Copy)]
struct Subtract;

impl Visit for Subtract {
    #[inline(always)]
    unsafe fn meet(self, head: Head) {
        // SAFETY: a live header.
        unsafe {
            // A count that does not cover the references inside the set is some extension's error; it must not wrap.
            if (*head)._gc_prev >> PREV_SHIFT != 0 {
                (*head)._gc_prev -= 1 << PREV_SHIFT;
            }
        }
    }
    #[inline(always)]
    fn argument(self) -> *mut c_void {
        null_mut()
    }
    #[inline(always)]
    unsafe fn from_argument(_argument: *mut c_void) -> Subtract {
        Subtract
    }
}

/// Notes that objects of the set can be reached: those ahead in the walk over a list get a count, those put aside come
/// back to its end.
#[derive(Clone, Copy)]
struct Mark(Head);

impl Visit for Mark {
    #[inline(always)]
    unsafe fn meet(self, head: Head) {
        // SAFETY: the walked list is linked forwards with its last header known.
        unsafe {
            if (*head)._gc_next & ASIDE != 0 {
                bring_back(head, self.0);
            }
            (*head)._gc_prev |= 1 << PREV_SHIFT;
        }
    }
    #[inline(always)]
    fn argument(self) -> *mut c_void {
        self.0.cast()
    }
    #[inline(always)]
    unsafe fn from_argument(argument: *mut c_void) -> Mark {
        Mark(argument.cast())
    }
}

/// Moves objects of the set to a list.
#[derive(Clone, Copy)]
struct Reach(Head);

impl Visit for Reach {
    #[inline(always)]
    unsafe fn meet(self, head: Head) {
        // SAFETY: objects in the set are in a doubly linked list.
        unsafe {
            (*head)._gc_prev &= !COLLECTING;
            move_to(head, self.0);
        }
    }
    #[inline(always)]
    fn argument(self) -> *mut c_void {
        self.0.cast()
    }
    #[inline(always)]
    unsafe fn from_argument(argument: *mut c_void) -> Reach {
        Reach(argument.cast())
    }
}

/// Whether a visitor is that of one of the two passes over the whole set.
#[inline(always)]
pub(crate) fn collects(visit: visitproc) -> bool {
    let passes: [unsafe extern "C" fn(_, _) -> _; 2] = [Subtract::visit_through, Mark::visit_through];
    visit.is_some_and(|visit| passes.into_iter().any(|pass| core::ptr::fn_addr_eq(visit, pass)))
}

/// Visits what an object refers to: of the commonest containers without a call for each reference.
#[inline(always)]
unsafe fn traverse<V: Visit>(object: *mut PyObject, visitor: V) {
    // SAFETY: a live object of a GC type.
    unsafe {
        let class = (*object).ob_type;
        if class == &raw mut list::PyList_Type {
            visit_items((*object.cast::<PyListObject>()).ob_item, object, visitor);
        } else if class == &raw mut tuple::PyTuple_Type {
            visit_items((&raw mut (*object.cast::<PyTupleObject>()).ob_item).cast(), object, visitor);
        } else if class == &raw mut dict::PyDict_Type {
            let _ = dict::each_reference(object.cast(), |reference| {
                visitor.visit(reference);
                ControlFlow::Continue(())
            });
        } else if let Some(traverse) = (*class).tp_traverse {
            traverse(object, Some(V::visit_through), visitor.argument());
        }
    }
}

/// Visits the items of a list or tuple.
#[inline(always)]
unsafe fn visit_items<V: Visit>(items: *mut *mut PyObject, object: *mut PyObject, visitor: V) {
    // SAFETY: there are as many items as the object's size says; those that are not set yet are NULL.
    unsafe {
        for i in (0..(*object.cast::<PyVarObject>()).ob_size).rev() {
            let item = *items.offset(i);
            if !item.is_null() {
                visitor.visit(item);
            }
        }
    }
}

unsafe fn subtract_internal(list: Head) {
    // SAFETY: a live list.
    unsafe {
        let mut head = next(list);
        while head != list {
            let following = next(head);
            prefetch(following);
            traverse(object_of(head), Subtract);
            head = following;
        }
    }
}

/// Puts a header at the end of the list of those put aside, which is doubly linked.
unsafe fn put_aside(head: Head, aside: Head) {
    // SAFETY: live headers.
    unsafe {
        let last = (*aside)._gc_prev as Head;
        (*last)._gc_next = head as usize | ASIDE;
        (*head)._gc_prev = last as usize | ((*head)._gc_prev & PREV_FLAGS);
        (*head)._gc_next = aside as usize | ASIDE;
        (*aside)._gc_prev = head as usize;
    }
}

/// Moves a header from those put aside to the end of the walked list; its count is none yet.
#[inline(never)]
unsafe fn bring_back(head: Head, list: Head) {
    // SAFETY: live headers; each list knows its last one.
    unsafe {
        let previous = ((*head)._gc_prev & !PREV_FLAGS) as Head;
        let following = ((*head)._gc_next & !ASIDE) as Head;
        (*previous)._gc_next = following as usize | ASIDE;
        (*following)._gc_prev = previous as usize | ((*following)._gc_prev & PREV_FLAGS);
        let last = (*list)._gc_prev as Head;
        (*last)._gc_next = head as usize;
        (*head)._gc_prev &= PREV_FLAGS;
        (*head)._gc_next = list as usize;
        (*list)._gc_prev = head as usize;
    }
}

/// Walks over the set. What has a count stays, linked in both directions again, and gives everything that it refers to a
/// count; the rest is put aside, and comes back when something further on refers to it. In the order of their making most
/// containers come before their contents, so that little moves. Tuples that need no tracking leave in the same walk, as
/// each walk over old objects waits for memory. How many objects stayed.
unsafe fn separate(list: Head, aside: Head) -> isize {
    let mut size = 0;
    // SAFETY: a live list that is linked forwards, and grows at its end.
    unsafe {
        let mut last = list;
        let mut head = next(list);
        while head != list {
            prefetch(next(head));
            if (*head)._gc_prev >> PREV_SHIFT == 0 {
                let following = next(head);
                (*last)._gc_next = following as usize;
                put_aside(head, aside);
                head = following;
                continue;
            }
            (*head)._gc_prev = last as usize | ((*head)._gc_prev & FINALIZED);
            let object = object_of(head);
            traverse(object, Mark(list));
            let following = next(head);
            if (*object).ob_type == &raw mut tuple::PyTuple_Type && !tuple_may_be_in_cycle(object) {
                (*last)._gc_next = following as usize;
                (*head)._gc_next = 0;
                (*head)._gc_prev &= FINALIZED;
            } else {
                last = head;
                size += 1;
            }
            head = following;
        }
        (*list)._gc_prev = last as usize;
    }
    size
}

/// Moves everything that can be reached from `reached` there.
unsafe fn propagate(reached: Head) {
    // SAFETY: a live list, which grows while it is walked.
    unsafe {
        let mut head = next(reached);
        while head != reached {
            prefetch(next(head));
            traverse(object_of(head), Reach(reached));
            head = next(head);
        }
    }
}

/// Leaves in `list` what nobody outside can reach (those keep the `COLLECTING` flag); the rest goes to `reached`, an empty
/// list, and its size is the answer.
unsafe fn deduce_unreachable(list: Head, reached: Head) -> isize {
    // SAFETY: live, doubly linked lists.
    unsafe {
        copy_counts(list);
        subtract_internal(list);
        let aside = reached;
        let size = separate(list, aside);
        let mut head = aside;
        loop {
            (*head)._gc_next &= !ASIDE;
            head = next(head);
            if head == aside {
                break;
            }
        }
        let mut stayed = PyGC_Head { _gc_next: 0, _gc_prev: 0 };
        clear_list(&raw mut stayed);
        merge(list, &raw mut stayed);
        merge(aside, list);
        merge(&raw mut stayed, reached);
        size
    }
}

/// Whether a tuple holds, or may still get, anything that can be in a cycle.
unsafe fn tuple_may_be_in_cycle(object: *mut PyObject) -> bool {
    // SAFETY: a live tuple, which may still have empty places.
    unsafe {
        let items = (&raw const (*object.cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        let n = (*object.cast::<PyVarObject>()).ob_size as usize;
        (0..n).any(|i| {
            let item = *items.add(i);
            item.is_null() || may_be_tracked(item)
        })
    }
}

/// Untracks dicts that cannot be in a cycle and answers how many.
unsafe fn untrack_dicts(list: Head) -> isize {
    let mut untracked = 0;
    // SAFETY: live objects; nothing changes the dicts meanwhile.
    unsafe {
        let mut head = next(list);
        while head != list {
            let following = next(head);
            prefetch(following);
            let object = object_of(head);
            if (*object).ob_type == &raw mut dict::PyDict_Type && !dict::may_be_in_cycle(object.cast()) {
                untrack(object);
                untracked += 1;
            }
            head = following;
        }
    }
    untracked
}

// ---- garbage ------------------------------------------------------------------------------------------------------

unsafe fn has_legacy_finalizer(object: *mut PyObject) -> bool {
    // SAFETY: a live object.
    unsafe { (*(*object).ob_type).tp_del.is_some() }
}

/// Moves garbage with legacy finalizers, and what it can reach, to `finalizers`.
unsafe fn move_legacy_finalizers(garbage: Head, finalizers: Head) {
    // SAFETY: live, doubly linked lists.
    unsafe {
        let mut head = next(garbage);
        while head != garbage {
            let following = next(head);
            if has_legacy_finalizer(object_of(head)) {
                (*head)._gc_prev &= !COLLECTING;
                move_to(head, finalizers);
            }
            head = following;
        }
        propagate(finalizers);
    }
}

/// Clears the weak references to garbage and calls the callbacks of those that are not garbage themselves. All are
/// cleared before the first callback, so that no callback can get hold of garbage. How many references died.
unsafe fn handle_weakrefs(garbage: Head, pending: Head, old: Head) -> isize {
    // SAFETY: live, doubly linked lists; clearing a weak reference takes it off its referent's list.
    unsafe {
        let mut head = next(garbage);
        while head != garbage {
            let object = object_of(head);
            head = next(head);
            if weakref::check_ref(Object::from_ptr(object)) {
                // Its callback must not be called later, when the referent dies by tp_clear.
                weakref::clear_reference(object.cast());
            }
            if (*(*object).ob_type).tp_weaklistoffset <= 0 {
                continue;
            }
            let list = weakref::list_of(object);
            while !(*list).is_null() {
                let reference = (*list).cast::<PyWeakReference>();
                weakref::clear_reference(reference);
                if (*reference).wr_callback.is_null() {
                    continue;
                }
                let reference_head = super::head(reference.cast());
                if !is_collecting(reference_head) {
                    refcount::incref(reference.cast());
                    move_to(reference_head, pending);
                }
            }
        }
        let mut died = 0;
        while !is_empty(pending) {
            let head = next(pending);
            let reference = object_of(head);
            let callback = crate::handle::Layout::owned(Object::from_ptr(
                (*reference.cast::<PyWeakReference>()).wr_callback,
            ));
            match crate::protocol::call::call1(&callback, Object::from_ptr(reference)) {
                Ok(result) => drop(result),
                Err(_) => err::write_unraisable(Some(&callback)),
            }
            drop(callback);
            // The reference may have been untracked by its dealloc when this was the last count.
            refcount::decref(reference);
            if next(pending) == head {
                move_to(head, old);
            } else {
                died += 1;
            }
        }
        died
    }
}

/// Calls `tp_finalize` where it has not been called yet.
unsafe fn finalize_garbage(garbage: Head, seen: Head) {
    // SAFETY: live, doubly linked lists; the object is kept alive during the call.
    unsafe {
        while !is_empty(garbage) {
            let head = next(garbage);
            let object = object_of(head);
            move_to(head, seen);
            if (*head)._gc_prev & FINALIZED != 0 {
                continue;
            }
            if let Some(finalize) = (*(*object).ob_type).tp_finalize {
                (*head)._gc_prev |= FINALIZED;
                refcount::incref(object);
                finalize(object);
                refcount::decref(object);
            }
        }
        merge(seen, garbage);
    }
}

/// Breaks the cycles; what lives on after that goes to `old`.
unsafe fn delete_garbage(gc: *mut _gc_runtime_state, garbage: Head, old: Head) {
    // SAFETY: live, doubly linked lists; the object is kept alive during the call.
    unsafe {
        while !is_empty(garbage) {
            let head = next(garbage);
            let object = object_of(head);
            if (*gc).debug & DEBUG_SAVEALL != 0 {
                if add_to_garbage(object).is_err() {
                    err::clear();
                }
            } else if let Some(clear) = (*(*object).ob_type).tp_clear {
                refcount::incref(object);
                clear(object);
                if err::occurred().is_some() {
                    err::write_unraisable_message(
                        "in tp_clear of",
                        Some(Object::from_ptr((*object).ob_type.cast())),
                    );
                }
                refcount::decref(object);
            }
            if next(garbage) == head {
                (*head)._gc_prev &= !COLLECTING;
                move_to(head, old);
            }
        }
    }
}

unsafe fn add_to_garbage(object: *mut PyObject) -> Result<()> {
    let garbage = garbage()?;
    // SAFETY: `gc.garbage` is a list that this module made; the object is live.
    unsafe { garbage.cast_unchecked::<list::List>().append(Object::from_ptr(object)) }
}

// ---- one collection -----------------------------------------------------------------------------------------------

fn report(text: &str) {
    match hooks::try_get() {
        Some(hooks) => (hooks.write_stderr)(text),
        None => err::write_stderr_raw(text.as_bytes()),
    }
}

unsafe fn report_objects(what: &str, list: Head) {
    // SAFETY: a live list.
    unsafe {
        let mut head = next(list);
        while head != list {
            let object = object_of(head);
            let name = core::ffi::CStr::from_ptr((*(*object).ob_type).tp_name).to_string_lossy();
            report(&format!("gc: {what} <{name} {object:p}>\n"));
            head = next(head);
        }
    }
}

unsafe fn report_start(gc: *mut _gc_runtime_state, index: usize) {
    let mut text = format!("gc: collecting generation {index}...\ngc: objects in each generation:");
    // SAFETY: live lists.
    unsafe {
        for i in 0..GENERATIONS {
            let _ = write!(text, " {}", size(&raw mut (*generation(gc, i)).head));
        }
        let _ = write!(
            text,
            "\ngc: objects in permanent generation: {}\n",
            size(&raw mut (*gc).permanent_generation.head)
        );
    }
    report(&text);
}

/// Collects a generation and the younger ones. `no_fail`: at finalisation, errors are dropped.
///
/// # Safety
/// `gc` is the current interpreter's state, and `collecting` is set.
pub unsafe fn collect_main(gc: *mut _gc_runtime_state, index: usize, no_fail: bool) -> Outcome {
    // SAFETY: the caller's promise.
    unsafe {
        crate::memory::reserve::refill();
        let started = std::time::Instant::now();
        let verbose = (*gc).debug & DEBUG_STATS != 0;
        if verbose {
            report_start(gc, index);
        }
        if index + 1 < GENERATIONS {
            (*generation(gc, index + 1)).count += 1;
        }
        for i in 0..=index {
            (*generation(gc, i)).count = 0;
        }
        let mut lists = Lists::new();
        let outcome = collect_lists(gc, index, &mut lists);
        if verbose {
            report(&format!(
                "gc: done, {} unreachable, {} uncollectable, {:.4}s elapsed\n",
                outcome.found(),
                outcome.uncollectable,
                started.elapsed().as_secs_f64()
            ));
        }
        if index == GENERATIONS - 1 {
            clear_free_lists();
        }
        if err::occurred().is_some() {
            if no_fail {
                err::clear();
            } else {
                err::write_unraisable_message("in garbage collection", None);
            }
        }
        let stats = (&raw mut (*gc).generation_stats).cast::<gc_generation_stats>().add(index);
        (*stats).collections += 1;
        (*stats).collected += outcome.collected;
        (*stats).uncollectable += outcome.uncollectable;
        outcome
    }
}

unsafe fn collect_lists(gc: *mut _gc_runtime_state, index: usize, lists: &mut Lists) -> Outcome {
    let [garbage, reached, finalizers, pending, seen] = core::array::from_fn(|i| lists.get(i));
    // SAFETY: the lists of the current interpreter and the collection's own.
    unsafe {
        let young = &raw mut (*generation(gc, index)).head;
        for i in 0..index {
            merge(&raw mut (*generation(gc, i)).head, young);
        }
        let old = if index + 1 < GENERATIONS { &raw mut (*generation(gc, index + 1)).head } else { young };
        merge(young, garbage);
        let survivors = deduce_unreachable(garbage, reached);
        if old == young {
            (*gc).long_lived_pending = 0;
            (*gc).long_lived_total = survivors - untrack_dicts(reached);
        } else if index == GENERATIONS - 2 {
            (*gc).long_lived_pending += survivors;
        }
        merge(reached, old);

        move_legacy_finalizers(garbage, finalizers);
        if (*gc).debug & DEBUG_COLLECTABLE != 0 {
            report_objects("collectable", garbage);
        }
        let mut outcome = Outcome::default();
        outcome.collected += handle_weakrefs(garbage, pending, old);
        finalize_garbage(garbage, seen);
        // Whatever a finalizer brought back to life is reachable from outside the set now.
        deduce_unreachable(garbage, reached);
        merge(reached, old);
        outcome.collected += size(garbage);
        delete_garbage(gc, garbage, old);

        let mut head = next(finalizers);
        while head != finalizers {
            outcome.uncollectable += 1;
            head = next(head);
        }
        if (*gc).debug & DEBUG_UNCOLLECTABLE != 0 {
            report_objects("uncollectable", finalizers);
        }
        let mut head = next(finalizers);
        while head != finalizers {
            let object = object_of(head);
            let wanted = (*gc).debug & DEBUG_SAVEALL != 0 || has_legacy_finalizer(object);
            if wanted && add_to_garbage(object).is_err() {
                break;
            }
            head = next(head);
        }
        merge(finalizers, old);
        outcome
    }
}

/// Calls `gc.callbacks` before or after a collection.
unsafe fn invoke_callbacks(gc: *mut _gc_runtime_state, phase: &str, index: usize, outcome: Outcome) {
    // SAFETY: the field is NULL or owns a list.
    let callbacks = unsafe { Object::from_ptr_opt((*gc).callbacks) };
    let Some(callbacks) = callbacks.map(crate::handle::Layout::owned) else { return };
    // SAFETY: this module made the list.
    let callbacks = unsafe { callbacks.cast_into::<list::List>() };
    if callbacks.is_empty() {
        return;
    }
    let call_all = || -> Result<()> {
        let info = dict::new()?;
        for (name, value) in [
            ("generation", index as i64),
            ("collected", outcome.collected as i64),
            ("uncollectable", outcome.uncollectable as i64),
        ] {
            dict::set_str(&info, name, &*long::from_i64(value)?)?;
        }
        let phase = crate::types::unicode::from_str(phase)?;
        let mut i = 0;
        while let Some(callback) = callbacks.get(i) {
            i += 1;
            match crate::protocol::call::call(&callback, &[&phase, &info]) {
                Ok(result) => drop(result),
                Err(_) => err::write_unraisable(Some(&callback)),
            }
        }
        Ok(())
    };
    if call_all().is_err() {
        err::write_unraisable(None);
    }
}

/// A collection with callbacks.
///
/// # Safety
/// As [`collect_main`].
pub unsafe fn collect_with_callback(gc: *mut _gc_runtime_state, index: usize) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        invoke_callbacks(gc, "start", index, Outcome::default());
        let outcome = collect_main(gc, index, false);
        invoke_callbacks(gc, "stop", index, outcome);
        outcome.found()
    }
}

/// Collects the oldest generation whose threshold is exceeded. A full collection also waits until the objects that
/// have become old since the last one are a quarter of the old ones, which keeps the total cost linear.
///
/// # Safety
/// As [`collect_main`].
pub unsafe fn collect_generations(gc: *mut _gc_runtime_state) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        for i in (0..GENERATIONS).rev() {
            let generation = generation(gc, i);
            if (*generation).count <= (*generation).threshold {
                continue;
            }
            if i == GENERATIONS - 1 && (*gc).long_lived_pending < (*gc).long_lived_total / 4 {
                continue;
            }
            return collect_with_callback(gc, i);
        }
    }
    0
}
