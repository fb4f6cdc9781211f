//! `frame`: a running or suspended execution of a code object (`PyFrameObject`).
//!
//! ```text
//!   f_localsplus: │ locals (co_nlocals) │ cells, free variables │ value stack (co_stacksize) │
//!                 ▲ fast                                        ▲ f_valuestack
//! ```
//!
//! `f_stacktop` is null while the frame runs and after it ended; a frame that has not started or is suspended has its
//! top there. A code object keeps one finished frame for its next call (`co_zombieframe`).

use crate::code::{self, PyCode_Type};
use crate::decode;
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::Visitor;
use krait_object::refcount::{decref, incref, xdecref};
use krait_object::types::{bool as py_bool, dict, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, gc, intern, method, object_view, slot, static_type};

static_type! {
    /// `frame`
    #[unsafe(no_mangle)]
    pub static PyFrame_Type = {
        tp_name: c"frame".as_ptr(),
        tp_basicsize: size_of::<PyFrameObject>() as Py_ssize_t,
        tp_itemsize: 8,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_setattro: Some(krait_object::protocol::attribute::PyObject_GenericSetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(tp_clear),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
    };
}
object_view!(/** A `frame`. */ pub Frame, PyFrameObject, PyFrame_Type);

/// Number of locals, cells and free variables of a code object.
unsafe fn variable_count(code: *mut PyCodeObject) -> usize {
    // SAFETY: a live code object with checked tuples.
    unsafe {
        (*code).co_nlocals as usize
            + tuple::items(Object::from_ptr((*code).co_cellvars)).len()
            + tuple::items(Object::from_ptr((*code).co_freevars)).len()
    }
}

/// The variables and cells.
unsafe fn fast(frame: *mut PyFrameObject) -> *mut *mut PyObject {
    // SAFETY: a live frame.
    unsafe { (&raw mut (*frame).f_localsplus).cast() }
}

/// A frame ready to start, not tracked by the collector (`_PyFrame_New_NoTrack`). `locals` decides the namespace as in
/// CPython: none for optimised code, a new dict for `CO_NEWLOCALS`, else the globals.
///
/// # Safety
/// A live thread state, a code object and a globals dict.
pub unsafe fn new_no_track(
    tstate: *mut PyThreadState,
    code: *mut PyCodeObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
) -> Result<*mut PyFrameObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let back = (*tstate).frame;
        let builtins = if !back.is_null() && (*back).f_globals == globals {
            let builtins = (*back).f_builtins;
            incref(builtins);
            builtins
        } else {
            builtins_for(code, globals)?
        };
        let frame = match allocate(code) {
            Ok(frame) => frame,
            Err(raised) => {
                decref(builtins);
                return Err(raised);
            }
        };
        place(frame, back, globals, builtins);
        const OPTIMIZED: i32 = CO_OPTIMIZED | CO_NEWLOCALS;
        if (*code).co_flags & OPTIMIZED != OPTIMIZED {
            let locals = if (*code).co_flags & CO_NEWLOCALS != 0 && locals.is_null() {
                match dict::new() {
                    Ok(locals) => locals.into_ptr(),
                    Err(raised) => {
                        decref(frame.cast());
                        return Err(raised);
                    }
                }
            } else {
                let locals = if locals.is_null() { globals } else { locals };
                incref(locals);
                locals
            };
            (*frame).f_locals = locals;
        }
        Ok(frame)
    }
}

/// [`new_no_track`] for a call of decoded code that makes its own locals: its kept frame, where that is there.
///
/// # Safety
/// As for [`new_no_track`]; the code's `Decoded::plain` says that it is such code.
#[inline(always)]
pub(crate) unsafe fn new_for_call(
    tstate: *mut PyThreadState,
    code: *mut PyCodeObject,
    globals: *mut PyObject,
) -> Result<*mut PyFrameObject> {
    // SAFETY: the caller's promise; a kept frame is dead, with its variables cleared.
    unsafe {
        let back = (*tstate).frame;
        let frame = (*code).co_zombieframe.cast::<PyFrameObject>();
        if back.is_null() || frame.is_null() {
            return new_no_track(tstate, code, globals, null_mut());
        }
        let mut builtins = (*back).f_builtins;
        if (*back).f_globals != globals {
            let (version, known) = (*(*code).co_opcache.cast::<decode::Decoded>()).builtins.get();
            if version != (*globals.cast::<PyDictObject>()).ma_version_tag {
                return new_no_track(tstate, code, globals, null_mut());
            }
            builtins = known;
        }
        (*code).co_zombieframe = null_mut();
        (*frame).ob_base.ob_base.ob_refcnt = 1;
        incref(code.cast());
        incref(builtins);
        place(frame, back, globals, builtins);
        Ok(frame)
    }
}

/// Makes an empty frame ready to start: above `back`, in its namespaces. The reference to the builtins moves in.
#[inline(always)]
unsafe fn place(
    frame: *mut PyFrameObject,
    back: *mut PyFrameObject,
    globals: *mut PyObject,
    builtins: *mut PyObject,
) {
    // SAFETY: a frame of a live code object; live frames and dicts.
    unsafe {
        (*frame).f_stacktop = (*frame).f_valuestack;
        (*frame).f_builtins = builtins;
        if !back.is_null() {
            incref(back.cast());
        }
        (*frame).f_back = back;
        incref(globals);
        (*frame).f_globals = globals;
        (*frame).f_lasti = -1;
        (*frame).f_lineno = (*(*frame).f_code).co_firstlineno;
    }
}

/// Puts a new frame above the one that called it. It was made above the thread state's, which is another when a C++
/// exception passed through calls that thus never ended, and the caller goes on behind the C++ frame that caught it.
#[cold]
pub(crate) unsafe fn put_above(frame: *mut PyFrameObject, caller: *mut PyFrameObject) {
    // SAFETY: two live frames; the new one owns what it was made above.
    unsafe {
        incref(caller.cast());
        let abandoned = core::mem::replace(&mut (*frame).f_back, caller);
        xdecref(abandoned.cast());
    }
}

/// What code that has not been decoded remembers together, as that of the frames which extension modules make for
/// tracebacks.
struct Remembered(Cell<(u64, *mut PyObject)>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Remembered {}
static UNDECODED: Remembered = Remembered(Cell::new((0, null_mut())));

/// [`builtins_of`], a new reference, remembered by the code while the globals do not change.
#[inline]
unsafe fn builtins_for(code: *mut PyCodeObject, globals: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: a live code object and globals; the version belongs to one state of one dict, which keeps its builtins.
    unsafe {
        let decoded = (*code).co_opcache.cast::<decode::Decoded>();
        let remembered = if decoded.is_null() { &UNDECODED.0 } else { &(*decoded).builtins };
        if dict::check_exact(Object::from_ptr(globals)) {
            let (known, builtins) = remembered.get();
            if known == (*globals.cast::<PyDictObject>()).ma_version_tag {
                incref(builtins);
                return Ok(builtins);
            }
        }
        look_for_builtins(remembered, globals)
    }
}

#[cold]
#[inline(never)]
unsafe fn look_for_builtins(
    remembered: &Cell<(u64, *mut PyObject)>,
    globals: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: live globals, whose version is only read of a dict.
    unsafe {
        let builtins = builtins_of(globals)?;
        // Builtins that were made up for globals without any belong to nobody else.
        if builtins.refcount() > 1 && dict::check_exact(Object::from_ptr(globals)) {
            remembered.set(((*globals.cast::<PyDictObject>()).ma_version_tag, builtins.as_ptr()));
        }
        Ok(builtins.into_ptr())
    }
}

/// `PyFrame_New`: as [`new_no_track`], tracked.
///
/// # Safety
/// As for [`new_no_track`].
pub unsafe fn new(
    tstate: *mut PyThreadState,
    code: *mut PyCodeObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
) -> Result<*mut PyFrameObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let frame = new_no_track(tstate, code, globals, locals)?;
        gc::track(frame.cast());
        Ok(frame)
    }
}

/// The builtins dict of a globals dict: `__builtins__`, a module or dict; without it a dict that has only `None`.
pub fn builtins_of(globals: *mut PyObject) -> Result<Obj> {
    // SAFETY: the caller's live globals.
    let globals = unsafe { Object::from_ptr(globals) };
    if !dict::check(globals) {
        return Err(err::bad_internal_call());
    }
    match dict::get_item(globals, intern!("__builtins__"))? {
        Some(builtins) => {
            if builtins.downcast::<krait_object::types::module::Module>().is_some() {
                return Ok(krait_object::types::module::dict(&builtins).owned());
            }
            Ok(builtins)
        }
        None => {
            let minimal = dict::new()?;
            dict::set_str(&minimal, "None", none::none())?;
            Ok(minimal)
        }
    }
}

/// Memory for a frame of `code`: its kept one, or a new one. Variables are null, the other fields empty.
#[inline]
unsafe fn allocate(code: *mut PyCodeObject) -> Result<*mut PyFrameObject> {
    // SAFETY: a live code object; a kept frame is dead, with its variables cleared.
    unsafe {
        let kept = (*code).co_zombieframe.cast::<PyFrameObject>();
        if !kept.is_null() {
            (*code).co_zombieframe = null_mut();
            (*kept).ob_base.ob_base.ob_refcnt = 1;
            incref(code.cast());
            return Ok(kept);
        }
        allocate_new(code)
    }
}

#[cold]
unsafe fn allocate_new(code: *mut PyCodeObject) -> Result<*mut PyFrameObject> {
    // SAFETY: a live code object; the memory holds the variables and the stack.
    unsafe {
        let variables = variable_count(code);
        let slots = variables + (*code).co_stacksize as usize;
        let frame = gc::new_var(&raw mut PyFrame_Type, slots as isize)?.cast::<PyFrameObject>();
        incref(code.cast());
        (*frame).f_code = code;
        (*frame).f_valuestack = fast(frame).add(variables);
        for index in 0..variables {
            *fast(frame).add(index) = null_mut();
        }
        (*frame).f_locals = null_mut();
        (*frame).f_trace = null_mut();
        (*frame).f_trace_lines = 1;
        (*frame).f_trace_opcodes = 0;
        (*frame).f_gen = null_mut();
        (*frame).f_iblock = 0;
        (*frame).f_executing = 0;
        Ok(frame)
    }
}

/// A frame that was called by another one has ended: frees it, or hands it to the collector when somebody keeps it.
///
/// # Safety
/// The caller gives up its reference to the frame.
#[inline]
pub unsafe fn finish_call(tstate: *mut PyThreadState, frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).ob_base.ob_base.ob_refcnt > 1 {
            (*frame).ob_base.ob_base.ob_refcnt -= 1;
            gc::track(frame.cast());
        } else {
            (*tstate).recursion_depth += 1;
            (*frame).ob_base.ob_base.ob_refcnt = 0;
            // Not through the trashcan: a frame that ends is the first of a chain of deallocations, never a link in it.
            if gc::is_tracked(frame.cast()) {
                gc::untrack(frame.cast());
            }
            take_apart(frame);
            (*tstate).recursion_depth -= 1;
        }
    }
}

/// `f_executing` with the three unused bytes behind it: 1 when the frame begins, and above that what
/// `eval::trace` keeps of a running frame.
#[inline(always)]
pub(crate) fn begun(frame: *mut PyFrameObject) -> *mut u32 {
    const {
        let at = core::mem::offset_of!(PyFrameObject, f_executing);
        assert!(at % 4 == 0 && core::mem::offset_of!(PyFrameObject, f_blockstack) == at + 4);
    }
    frame.wrapping_byte_add(core::mem::offset_of!(PyFrameObject, f_executing)).cast()
}

/// Marks a frame as that of an `__init__` whose result is the instance (`f_iblock` and the block stack serve that, as
/// blocks are static here). The frame owns the reference.
///
/// # Safety
/// A new frame.
pub(crate) unsafe fn give_instance(frame: *mut PyFrameObject, instance: *mut PyObject) {
    // SAFETY: the caller's promise; the block stack has room for a pointer.
    unsafe {
        (*frame).f_iblock = 1;
        (&raw mut (*frame).f_blockstack).cast::<*mut PyObject>().write_unaligned(instance);
    }
}

/// Whether the frame has an instance to return.
///
/// # Safety
/// A live frame.
#[inline(always)]
pub(crate) unsafe fn has_instance(frame: *mut PyFrameObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*frame).f_iblock != 0 }
}

/// The instance of [`give_instance`], now the caller's, or NULL.
///
/// # Safety
/// A live frame.
#[inline]
pub(crate) unsafe fn take_instance(frame: *mut PyFrameObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).f_iblock == 0 {
            return null_mut();
        }
        (*frame).f_iblock = 0;
        (&raw mut (*frame).f_blockstack).cast::<*mut PyObject>().read_unaligned()
    }
}

/// [`finish_call`] of a frame whose caller goes on: the usual case without the trashcan, as the frame below lives.
///
/// # Safety
/// As for [`finish_call`]; the frame has returned, so nothing is on its stack, and its caller is running.
#[inline(always)]
pub(crate) unsafe fn finish_inner(tstate: *mut PyThreadState, frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let code = (*frame).f_code;
        let plain = (*frame).ob_base.ob_base.ob_refcnt == 1
            && (*frame).f_locals.is_null()
            && (*frame).f_trace.is_null()
            && (*code).co_zombieframe.is_null()
            && (*code).ob_base.ob_refcnt > 1
            && !gc::is_tracked(frame.cast());
        if !plain {
            return finish_call(tstate, frame);
        }
        // What the variables held may look at the thread, as in `finish_call`.
        (*tstate).recursion_depth += 1;
        let mut slot = fast(frame);
        while slot < (*frame).f_valuestack {
            let value = core::mem::replace(&mut *slot, null_mut());
            xdecref(value);
            slot = slot.add(1);
        }
        (*tstate).recursion_depth -= 1;
        let back = core::mem::replace(&mut (*frame).f_back, null_mut());
        (*back).ob_base.ob_base.ob_refcnt -= 1;
        decref((*frame).f_builtins);
        decref((*frame).f_globals);
        (*frame).f_trace_lines = 1;
        (*frame).f_trace_opcodes = 0;
        (*frame).f_gen = null_mut();
        (*frame).ob_base.ob_base.ob_refcnt = 0;
        if (*code).co_zombieframe.is_null() && (*code).ob_base.ob_refcnt > 1 {
            (*code).co_zombieframe = frame.cast();
        } else {
            gc::PyObject_GC_Del(frame.cast());
        }
        decref(code.cast());
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone; what the frame owns is dropped once.
    unsafe {
        let frame = object.cast::<PyFrameObject>();
        if gc::is_tracked(object) {
            gc::untrack(object);
        }
        krait_object::refcount::trashcan(object, dealloc, || take_apart(frame));
    }
}

/// Drops what a frame holds, then keeps its memory for the next call of the code or frees it.
///
/// # Safety
/// The last reference to the frame is gone, and it is not tracked.
#[inline]
unsafe fn take_apart(frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise; what the frame owns is dropped once.
    unsafe {
        let code = (*frame).f_code;
        let mut slot = fast(frame);
        while slot < (*frame).f_valuestack {
            let value = core::mem::replace(&mut *slot, null_mut());
            xdecref(value);
            slot = slot.add(1);
        }
        if !(*frame).f_stacktop.is_null() {
            while slot < (*frame).f_stacktop {
                xdecref(*slot);
                slot = slot.add(1);
            }
        }
        let back = core::mem::replace(&mut (*frame).f_back, null_mut());
        xdecref(back.cast());
        decref((*frame).f_builtins);
        decref((*frame).f_globals);
        let locals = core::mem::replace(&mut (*frame).f_locals, null_mut());
        xdecref(locals);
        let trace = core::mem::replace(&mut (*frame).f_trace, null_mut());
        xdecref(trace);
        (*frame).f_trace_lines = 1;
        (*frame).f_trace_opcodes = 0;
        (*frame).f_gen = null_mut();
        if (*code).co_zombieframe.is_null() && (*code).ob_base.ob_refcnt > 1 {
            (*code).co_zombieframe = frame.cast();
        } else {
            gc::PyObject_GC_Del(frame.cast());
        }
        decref(code.cast());
    }
}

fn traverse(this: &Frame, visitor: &mut Visitor) {
    // SAFETY: a live frame; slots below the top hold references or null.
    unsafe {
        let frame = this.as_raw();
        visitor.visit_ptr((*frame).f_back.cast());
        visitor.visit_ptr((*frame).f_code.cast());
        visitor.visit_ptr((*frame).f_builtins);
        visitor.visit_ptr((*frame).f_globals);
        visitor.visit_ptr((*frame).f_locals);
        visitor.visit_ptr((*frame).f_trace);
        let end = if (*frame).f_stacktop.is_null() { (*frame).f_valuestack } else { (*frame).f_stacktop };
        let mut slot = fast(frame);
        while slot < end {
            visitor.visit_ptr(*slot);
            slot = slot.add(1);
        }
    }
}

fn tp_clear(this: &Frame) {
    // SAFETY: a live frame that is not running (running frames are reachable).
    unsafe { clear_now(this.as_raw()) }
}

/// Drops variables and stack of a frame that does not run.
unsafe fn clear_now(frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let top = core::mem::replace(&mut (*frame).f_stacktop, null_mut());
        (*frame).f_executing = 0;
        let trace = core::mem::replace(&mut (*frame).f_trace, null_mut());
        xdecref(trace);
        let end = if top.is_null() { (*frame).f_valuestack } else { top };
        let mut slot = fast(frame);
        while slot < end {
            let value = core::mem::replace(&mut *slot, null_mut());
            xdecref(value);
            slot = slot.add(1);
        }
    }
}

/// The line that the frame is at: `f_lineno` while it is traced, else by `f_lasti` (`PyFrame_GetLineNumber`).
///
/// # Safety
/// A live frame.
pub unsafe fn line_number(frame: *mut PyFrameObject) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*frame).f_trace.is_null() {
            (*frame).f_lineno
        } else {
            code::addr_to_line((*frame).f_code, (*frame).f_lasti)
        }
    }
}

/// Puts one variable into (or takes it out of) the locals mapping.
fn put_local(locals: &Object, name: &Object, value: Option<&Object>) -> Result<()> {
    use krait_object::protocol::object;
    match value {
        Some(value) if dict::check_exact(locals) => dict::set_item(locals, name, value),
        Some(value) => object::set_item(locals, name, value),
        None => object::del_item(locals, name).or_else(|raised| {
            if err::matches(krait_object::types::exceptions::KeyError()) {
                err::clear();
                return Ok(());
            }
            Err(raised)
        }),
    }
}

/// The names of the free variables that are locals: those of a class body are not.
///
/// # Safety
/// Live code.
unsafe fn free_locals<'a>(code: *const PyCodeObject) -> &'a [&'a Object] {
    // SAFETY: the caller's promise; the code owns the tuple.
    unsafe {
        if (*code).co_flags & CO_OPTIMIZED == 0 {
            return &[];
        }
        tuple::items(Object::from_ptr((*code).co_freevars))
    }
}

/// Copies variables into `f_locals`, making it if needed (`PyFrame_FastToLocalsWithError`).
///
/// # Safety
/// A live frame.
pub unsafe fn fast_to_locals(frame: *mut PyFrameObject) -> Result<()> {
    // SAFETY: the caller's promise; slots hold references or null.
    unsafe {
        if (*frame).f_locals.is_null() {
            (*frame).f_locals = dict::new()?.into_ptr();
        }
        let locals = Object::from_ptr((*frame).f_locals).owned();
        let code = (*frame).f_code;
        let names = tuple::items(Object::from_ptr((*code).co_varnames));
        for (index, name) in names.iter().take((*code).co_nlocals as usize).enumerate() {
            put_local(&locals, name, Object::from_ptr_opt(*fast(frame).add(index)))?;
        }
        let mut index = (*code).co_nlocals as usize;
        let cells = tuple::items(Object::from_ptr((*code).co_cellvars));
        for name in cells.iter().chain(free_locals(code)) {
            let cell = (*fast(frame).add(index)).cast::<PyCellObject>();
            let value = if cell.is_null() { null_mut() } else { (*cell).ob_ref };
            let value = Object::from_ptr_opt(value).map(Layout::owned);
            put_local(&locals, name, value.as_deref())?;
            index += 1;
        }
        Ok(())
    }
}

/// Copies `f_locals` back into the variables (`PyFrame_LocalsToFast`); `clear` unbinds those that are missing.
///
/// # Safety
/// A live frame.
pub unsafe fn locals_to_fast(frame: *mut PyFrameObject, clear: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals).map(Layout::owned) else { return };
        let code = (*frame).f_code;
        let saved = err::fetch();
        let lookup = |name: &Object| match krait_object::protocol::object::get_item(&locals, name) {
            Ok(value) => Some(value),
            Err(_) => {
                err::clear();
                None
            }
        };
        let names = tuple::items(Object::from_ptr((*code).co_varnames));
        for (index, name) in names.iter().take((*code).co_nlocals as usize).enumerate() {
            let value = lookup(name);
            if value.is_some() || clear {
                let old = core::mem::replace(
                    &mut *fast(frame).add(index),
                    krait_object::handle::into_ptr_opt(value),
                );
                xdecref(old);
            }
        }
        let mut index = (*code).co_nlocals as usize;
        let cells = tuple::items(Object::from_ptr((*code).co_cellvars));
        for name in cells.iter().chain(free_locals(code)) {
            let value = lookup(name);
            let cell = (*fast(frame).add(index)).cast::<PyCellObject>();
            if !cell.is_null() && (value.is_some() || clear) {
                let old = core::mem::replace(&mut (*cell).ob_ref, krait_object::handle::into_ptr_opt(value));
                xdecref(old);
            }
            index += 1;
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    }
}

fn repr(this: &Frame) -> Result<Obj> {
    // SAFETY: a live frame.
    unsafe {
        let frame = this.as_raw();
        let code = (*frame).f_code;
        let file = krait_object::protocol::object::repr(Object::from_ptr((*code).co_filename))?;
        unicode::from_str(&format!(
            "<frame at {:#x}, file {}, line {}, code {}>",
            frame as usize,
            unicode::display(&file),
            line_number(frame),
            unicode::display(Object::from_ptr((*code).co_name))
        ))
    }
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"f_back", T_OBJECT, 24, READONLY, c""),
        method::member(c"f_code", T_OBJECT, 32, READONLY, c""),
        method::member(c"f_builtins", T_OBJECT, 40, READONLY, c""),
        method::member(c"f_globals", T_OBJECT, 48, READONLY, c""),
        method::member(c"f_lasti", T_INT, 104, READONLY, c""),
        method::member(c"f_trace_lines", T_BOOL, 88, 0, c""),
        method::member(c"f_trace_opcodes", T_BOOL, 89, 0, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getter(c"f_locals", get_locals, c""),
        method::getset(c"f_lineno", get_lineno, set_lineno, c""),
        method::getset(c"f_trace", get_trace, set_trace, c""),
    ];
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"clear", clear, c"F.clear(): forgets the variables of a frame that does not run."),
        method::noargs(c"__sizeof__", size_of_frame, c"F.__sizeof__() -> size of F in memory, in bytes"),
    ];
}

fn get_locals(this: &Frame) -> Result<Obj> {
    // SAFETY: a live frame.
    unsafe {
        fast_to_locals(this.as_raw())?;
        Ok(Object::from_ptr((*this.as_raw()).f_locals).owned())
    }
}

fn get_lineno(this: &Frame) -> Result<i32> {
    // SAFETY: a live frame.
    Ok(unsafe { line_number(this.as_raw()) })
}

fn get_trace(this: &Frame) -> Result<Obj> {
    // SAFETY: a live frame.
    Ok(unsafe { Object::from_ptr_opt((*this.as_raw()).f_trace).unwrap_or(none::none()).owned() })
}

fn set_trace(this: &Frame, value: Option<&Object>) -> Result<()> {
    // SAFETY: a live frame.
    unsafe {
        let frame = this.as_raw();
        (*frame).f_lineno = line_number(frame);
        let value = value.filter(|value| !value.is_none()).map(Layout::owned);
        let old = core::mem::replace(&mut (*frame).f_trace, krait_object::handle::into_ptr_opt(value));
        xdecref(old);
        Ok(())
    }
}

fn clear(this: &Frame) -> Result<()> {
    // SAFETY: a live frame.
    unsafe {
        let frame = this.as_raw();
        if (*frame).f_executing != 0 {
            return Err(err::runtime_error("cannot clear an executing frame"));
        }
        if !(*frame).f_gen.is_null() {
            crate::generator::finalize((*frame).f_gen);
        }
        clear_now(frame);
        Ok(())
    }
}

fn size_of_frame(this: &Frame) -> Result<usize> {
    // SAFETY: a live frame.
    unsafe {
        let code = (*this.as_raw()).f_code;
        let slots = variable_count(code) + (*code).co_stacksize as usize;
        // The struct has the first slot in it.
        Ok(size_of::<PyFrameObject>() + 8 * slots - 8)
    }
}

/// Assignment to `f_lineno` by a trace function: continues the frame at the first instruction of another line.
fn set_lineno(this: &Frame, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::attribute_error("cannot delete attribute")) };
    if !long::check_exact(value) {
        return Err(err::value_error("lineno must be an integer"));
    }
    // SAFETY: a live frame; jumps are only allowed where tracing has stopped it, with the stack pointer saved.
    unsafe {
        let frame = this.as_raw();
        if (*frame).f_lasti == -1 {
            return Err(err::value_error("can't jump from the 'call' trace event of a new frame"));
        }
        if (*frame).f_trace.is_null() {
            return Err(err::value_error("f_lineno can only be set by a trace function"));
        }
        if (*frame).f_stacktop.is_null() {
            return Err(err::value_error("can only jump from a 'line' trace event"));
        }
        let line = long::as_i32(value)?;
        crate::frame_jump::jump_to_line(frame, line)
    }
}

/// Whether an object is a code object; frames are made for nothing else.
pub fn is_code(object: &Object) -> bool {
    core::ptr::eq(object.type_ptr(), &raw mut PyCode_Type)
}

/// `True`/`False` for the C fields that are booleans.
pub fn flag(value: core::ffi::c_char) -> Obj {
    py_bool::from_bool(value != 0)
}

/// The decoded code of a frame.
///
/// # Safety
/// A live frame.
pub unsafe fn decoded<'a>(frame: *mut PyFrameObject) -> Result<&'a decode::Decoded> {
    // SAFETY: the caller's promise.
    unsafe { decode::decoded((*frame).f_code) }
}
