//! `_sre.SRE_Scanner`: match after match through a string.

use super::found::{self, Match};
use super::pattern::{Mode, Pattern, attempt, with_state};
use super::text::Text;
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, members, method, methods, payload_class, static_type, with_chars,
};

/// A place in a string from which matching goes on.
#[repr(C)]
pub struct Scanner {
    head: Head,
    pattern: ObjCell,
    /// The string with its buffer; given up when the scanner has come to the end.
    text: Text,
    from: usize,
    end: usize,
    start: Cell<Option<usize>>,
    must_advance: Cell<bool>,
}

static_type! {
    /// `_sre.SRE_Scanner`
    pub static Scanner_Type = {
        tp_name: c"_sre.SRE_Scanner".as_ptr(),
        tp_basicsize: core::mem::size_of::<Scanner>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Scanner>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Scanner, Scanner_Type);
impl Payload for Scanner {}

pub(super) fn new(pattern: &Pattern, string: &Object, start: isize, end: isize) -> Result<Obj<Scanner>> {
    let text = Text::for_pattern(string, pattern.is_bytes)?;
    let clamp = |i: isize| (i.max(0) as usize).min(text.len());
    let (from, end) = (clamp(start), clamp(end));
    let pattern = pattern.owned();
    payload::new(Scanner::class(), |head| Scanner {
        head,
        pattern: ObjCell::new(pattern),
        text,
        from,
        end,
        start: Cell::new(Some(from)),
        must_advance: Cell::new(false),
    })
}

methods! {
    static METHODS = [
        method::noargs(c"match", |this: &Scanner| step(this, Mode::Match), c"match($self, /)\n--\n\n"),
        method::noargs(c"search", |this: &Scanner| step(this, Mode::Search), c"search($self, /)\n--\n\n"),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"pattern", T_OBJECT as c_int, core::mem::offset_of!(Scanner, pattern), READONLY as c_int, c""),
    ];
}

fn step(this: &Scanner, mode: Mode) -> Result<Option<Obj<Match>>> {
    // After a failure there is nothing to be had.
    let Some(start) = this.start.get() else { return Ok(None) };
    let pattern = this.pattern.get_or_none();
    let Some(pattern) = pattern.downcast_exact::<Pattern>() else { return Err(err::bad_internal_call()) };
    with_chars!(this.text.units(), |units| with_state(
        pattern,
        units,
        start as isize,
        this.end as isize,
        |state| {
            state.must_advance = this.must_advance.get();
            if !attempt(state, mode)? {
                this.start.set(None);
                return Ok(None);
            }
            let found = found::new(pattern, state, &this.text, this.from, this.end)?;
            this.must_advance.set(state.ptr == state.start);
            this.start.set(Some(state.ptr));
            Ok(Some(found))
        }
    ))
}
