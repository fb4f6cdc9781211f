//! `_lsprof`: a profiler that counts and times calls.

use crate::pytime;
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_ulong, c_void};
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::slot::ToObject;
use krait_object::types::cfunction::CFunction;
use krait_object::types::typeobject::Type;
use krait_object::types::{float, list, long, module, none, structseq, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, methods, payload_class, slot, static_type};
use krait_vm::sys::trace;
use std::collections::{BTreeMap, HashMap};

static ENTRY_FIELDS: structseq::Description = structseq::Description {
    name: c"_lsprof.profiler_entry",
    doc: c"",
    fields: &[
        (c"code", c"code object or built-in function name"),
        (c"callcount", c"how many times this was called"),
        (c"reccallcount", c"how many times called recursively"),
        (c"totaltime", c"total time in this entry"),
        (c"inlinetime", c"inline time in this entry (not in subcalls)"),
        (c"calls", c"details of the calls"),
    ],
    visible: 6,
};
static SUBENTRY_FIELDS: structseq::Description = structseq::Description {
    name: c"_lsprof.profiler_subentry",
    doc: c"",
    fields: &[
        (c"code", c"called code object or built-in function name"),
        (c"callcount", c"how many times this is called"),
        (c"reccallcount", c"how many times this is called recursively"),
        (c"totaltime", c"total time spent in this call"),
        (c"inlinetime", c"inline time (not in further subcalls)"),
    ],
    visible: 5,
};
static mut ENTRY: PyTypeObject = payload::EMPTY_TYPE;
static mut SUBENTRY: PyTypeObject = payload::EMPTY_TYPE;

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Fast profiler")?;
    // SAFETY: static types with valid slots, or zeroed at first.
    unsafe {
        crate::support::add_type(this, "Profiler", &raw mut Profiler_Type)?;
        let entry = crate::support::ready_structseq(&raw mut ENTRY, &ENTRY_FIELDS)?;
        module::add(this, "profiler_entry", entry.object())?;
        let subentry = crate::support::ready_structseq(&raw mut SUBENTRY, &SUBENTRY_FIELDS)?;
        module::add(this, "profiler_subentry", subentry.object())
    }
}

/// Numbers of calls and times.
#[derive(Default)]
struct Counts {
    calls: i64,
    recursive: i64,
    total: i64,
    inline: i64,
    /// How many calls are going on.
    depth: i64,
}

impl Counts {
    fn add(&mut self, total: i64, inline: i64) {
        self.depth -= 1;
        if self.depth == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
        self.inline += inline;
        self.calls += 1;
    }
}

/// A function, with those that it has called by their entries.
struct Entry {
    shown: Obj,
    counts: Counts,
    callees: BTreeMap<usize, Counts>,
}

/// A call that is going on.
struct Call {
    entry: usize,
    start: i64,
    /// The time in calls below this one.
    below: i64,
}

/// What has been found out. It is never lent while Python code can run.
#[derive(Default)]
struct Record {
    /// By the address of the code object or of the row in a method table.
    keys: HashMap<usize, usize>,
    entries: Vec<Entry>,
    open: Vec<Call>,
}

impl Record {
    fn enter(&mut self, entry: usize, with_callees: bool) {
        self.entries[entry].counts.depth += 1;
        if with_callees && let Some(caller) = self.open.last() {
            self.entries[caller.entry].callees.entry(entry).or_default().depth += 1;
        }
        self.open.push(Call { entry, start: 0, below: 0 });
    }

    fn leave(&mut self, now: i64, with_callees: bool) {
        let Some(ended) = self.open.pop() else { return };
        let total = now - ended.start;
        let inline = total - ended.below;
        self.entries[ended.entry].counts.add(total, inline);
        let Some(caller) = self.open.last_mut() else { return };
        caller.below += total;
        if with_callees && let Some(counts) = self.entries[caller.entry].callees.get_mut(&ended.entry) {
            counts.add(total, inline);
        }
    }
}

/// A profiler.
#[repr(C)]
pub struct Profiler {
    head: Head,
    record: RefCell<Record>,
    timer: ObjCell,
    /// Seconds in a unit of the timer; 0 for a timer in seconds.
    unit: Cell<f64>,
    with_callees: Cell<bool>,
    with_builtins: Cell<bool>,
    is_enabled: Cell<bool>,
}

static_type! {
    /// `_lsprof.Profiler`
    pub static Profiler_Type = {
        tp_name: c"_lsprof.Profiler".as_ptr(),
        tp_basicsize: size_of::<Profiler>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Profiler>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\nCounts and times calls. The timer is a function without arguments that gives seconds, or\nintegers of which timeunit says how many seconds one is; the default is the clock.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(Profiler, Profiler_Type);
impl Payload for Profiler {}

impl Drop for Profiler {
    fn drop(&mut self) {
        if self.is_enabled.get() {
            let _ = trace::set_profile(None, None);
        }
    }
}

methods! {
    static METHODS = [
        method::noargs(c"getstats", get_stats, c"getstats() -> list of profiler_entry objects\n\nWhat has been found out about each function: its code object or a text, how often it was\ncalled, how often of these from itself, the seconds in it with and without the functions\nthat it called, and None or the same about each of these."),
        method::varargs_keywords(c"enable", enable, c"enable(subcalls=True, builtins=True)\n\nBegins to profile. subcalls also tells callees apart by their callers, builtins counts\nbuilt-in functions too."),
        method::noargs(c"disable", disable, c"disable()\n\nEnds profiling."),
        method::noargs(c"clear", clear, c"clear()\n\nForgets what has been found out."),
    ];
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| Profiler {
        head,
        record: RefCell::default(),
        timer: ObjCell::empty(),
        unit: Cell::new(0.0),
        with_callees: Cell::new(true),
        with_builtins: Cell::new(true),
        is_enabled: Cell::new(false),
    })
    .map(Obj::upcast)
}

/// A setting that stays as it is when it is not given.
fn set(setting: &Cell<bool>, given: Option<&Object>) -> Result<()> {
    if let Some(given) = given {
        setting.set(crate::support::parse_int(given)? != 0);
    }
    Ok(())
}

fn init(this: &Profiler, args: &Object, kw: Option<&Object>) -> Result<()> {
    const NAMES: [&str; 4] = ["timer", "timeunit", "subcalls", "builtins"];
    let [timer, unit, subcalls, builtins] =
        const { Signature::new("Profiler", NAMES).required(0).parsed() }.bind_tuple(args, kw)?;
    let unit = unit.map_or(Ok(0.0), float::as_f64)?;
    this.with_callees.set(true);
    this.with_builtins.set(true);
    set(&this.with_callees, subcalls)?;
    set(&this.with_builtins, builtins)?;
    this.timer.set_opt(crate::support::not_none(timer).map(Layout::owned));
    this.unit.set(unit);
    Ok(())
}

fn enable(this: &Profiler, args: &Object, kw: Option<&Object>) -> Result<()> {
    let [subcalls, builtins] =
        const { Signature::new("enable", ["subcalls", "builtins"]).required(0).parsed() }
            .bind_tuple(args, kw)?;
    set(&this.with_callees, subcalls)?;
    set(&this.with_builtins, builtins)?;
    trace::set_profile(Some(on_event), Some(this.object()))?;
    this.is_enabled.set(true);
    Ok(())
}

fn disable(this: &Profiler) -> Result<()> {
    this.is_enabled.set(false);
    trace::set_profile(None, None)?;
    while !this.record.borrow().open.is_empty() {
        this.leave();
    }
    Ok(())
}

fn clear(this: &Profiler) -> Result<()> {
    drop(this.record.take());
    Ok(())
}

impl Profiler {
    /// The timer's time; 0 when it fails.
    fn now(&self) -> i64 {
        let Some(timer) = self.timer.get() else { return pytime::perf_counter() };
        let read = call::call0(&timer).and_then(|time| {
            if self.unit.get() > 0.0 {
                long::as_i64(&time)
            } else {
                pytime::from_seconds_object(&time, pytime::Round::Floor)
            }
        });
        read.unwrap_or_else(|_| {
            err::write_unraisable(Some(&timer));
            0
        })
    }

    /// A call begins, of the function with that key.
    fn enter(&self, key: usize, shown: impl FnOnce() -> Result<Obj>) {
        let known = self.record.borrow().keys.get(&key).copied();
        let entry = match known {
            Some(entry) => entry,
            None => {
                let Ok(shown) = shown() else { return err::clear() };
                let mut record = self.record.borrow_mut();
                let entry = record.entries.len();
                record.entries.push(Entry { shown, counts: Counts::default(), callees: BTreeMap::new() });
                record.keys.insert(key, entry);
                entry
            }
        };
        self.record.borrow_mut().enter(entry, self.with_callees.get());
        let now = self.now();
        if let Some(call) = self.record.borrow_mut().open.last_mut() {
            call.start = now;
        }
    }

    /// The call ends that began last.
    fn leave(&self) {
        if !self.record.borrow().open.is_empty() {
            let now = self.now();
            self.record.borrow_mut().leave(now, self.with_callees.get());
        }
    }
}

/// The profile function of the thread.
unsafe extern "C" fn on_event(
    this: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    argument: *mut PyObject,
) -> c_int {
    let body = || {
        // SAFETY: the thread state holds the profiler; the frame and the function are running.
        let (this, code, argument) = unsafe {
            let this = Object::from_ptr(this).cast_unchecked::<Profiler>();
            (this, Object::from_ptr((*frame).f_code.cast()), Object::from_ptr_opt(argument))
        };
        let function = || {
            argument
                .and_then(|function| function.downcast::<CFunction>())
                .filter(|_| this.with_builtins.get())
        };
        match what {
            PyTrace_CALL => this.enter(code.as_ptr() as usize, || Ok(code.owned())),
            PyTrace_RETURN => this.leave(),
            PyTrace_C_CALL => {
                if let Some(function) = function() {
                    let key = function.row().ml_meth.map_or(0, |code| code as *const c_void as usize);
                    this.enter(key, || describe(function));
                }
            }
            PyTrace_C_RETURN | PyTrace_C_EXCEPTION if function().is_some() => this.leave(),
            _ => {}
        }
    };
    let saved = err::fetch();
    slot::guard((), body);
    if let Some(saved) = saved {
        err::restore(saved);
    }
    0
}

/// A text for a built-in function, so that nothing it belongs to is kept alive.
fn describe(function: &CFunction) -> Result<Obj> {
    let name = object::get_attr_str(function.object(), "__name__")?;
    let owner = object::get_attr_str(function.object(), "__module__")?;
    let mut text = unicode::Builder::new();
    match function.this() {
        None => {
            text.push_str("<");
            if unicode::check(&owner) && !unicode::eq_str(&owner, "builtins") {
                text.push_object(&owner);
                text.push_str(".");
            }
        }
        Some(this) => {
            if let Some(found) = this.class_of().lookup(&name) {
                let found = found.owned();
                match object::repr(&found) {
                    Ok(shown) => return Ok(shown),
                    Err(_) => err::clear(),
                }
            }
            text.push_str("<built-in method ");
            if unicode::check(&owner) {
                text.push_object(&owner);
                text.push_str(".");
            }
        }
    }
    text.push_object(&name);
    text.push_str(">");
    text.finish()
}

fn get_stats(this: &Profiler) -> Result<Obj> {
    disable(this)?;
    let factor = match this.unit.get() {
        unit if this.timer.is_empty() || unit == 0.0 => pytime::as_seconds(1),
        unit => unit,
    };
    let numbers = |counts: &Counts| -> Result<[Obj; 4]> {
        Ok([
            counts.calls.to_object()?,
            counts.recursive.to_object()?,
            float::from_f64(factor * counts.total as f64)?,
            float::from_f64(factor * counts.inline as f64)?,
        ])
    };
    let record = this.record.borrow();
    // SAFETY: static types, made ready with the module.
    let (entry_class, subentry_class) =
        unsafe { (Type::from_raw(&raw mut ENTRY), Type::from_raw(&raw mut SUBENTRY)) };
    let all = list::new()?;
    for entry in record.entries.iter().filter(|entry| entry.counts.calls != 0) {
        let callees = if entry.callees.is_empty() {
            none::none().owned()
        } else {
            let callees = list::new()?;
            for (callee, counts) in &entry.callees {
                let [calls, recursive, total, inline] = numbers(counts)?;
                let shown = record.entries[*callee].shown.clone();
                let items = [shown, calls, recursive, total, inline];
                callees.push(structseq::from_items(subentry_class, items.into_iter().map(Ok))?)?;
            }
            callees.upcast()
        };
        let [calls, recursive, total, inline] = numbers(&entry.counts)?;
        let items = [entry.shown.clone(), calls, recursive, total, inline, callees];
        all.push(structseq::from_items(entry_class, items.into_iter().map(Ok))?)?;
    }
    Ok(all.upcast())
}
