//! `decimal.Context`: precision, rounding, limits, traps and the flags of what has happened.

use super::mpd::*;
use super::shared::{self, Slot};
use super::signal_dict::{SignalDict, flags_of_dict};
use super::{current, operations, signals};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{attribute, call};
use krait_object::types::typeobject::Type;
use krait_object::types::{list, long, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, payload_class, slot, static_type,
};

/// What contexts are made of as long as there is no template.
const DEFAULT: mpd_context_t = mpd_context_t {
    prec: 28,
    emax: 999_999,
    emin: -999_999,
    traps: IEEE_INVALID | DIVISION_BY_ZERO | OVERFLOW,
    status: 0,
    newtrap: 0,
    round: ROUND_HALF_EVEN,
    clamp: 0,
    allcr: 1,
};

/// See the module.
#[repr(C)]
pub struct Context {
    head: Head,
    settings: UnsafeCell<mpd_context_t>,
    traps: ObjCell,
    flags: ObjCell,
    capitals: Cell<c_int>,
    /// CPython keeps a thread state here.
    _unused: usize,
}

static_type! {
    /// `decimal.Context`
    pub static Context_Type = {
        tp_name: c"decimal.Context".as_ptr(),
        tp_basicsize: size_of::<Context>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Context>(),
        tp_repr: slot::unary(repr),
        tp_getattro: slot::subscript(get_attribute),
        tp_setattro: slot::obj_obj_arg(set_attribute),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)\n--\n\nWhat operations depend on: precision, rounding, limits of exponents, and which signals raise\nexceptions. Contexts keep a record of the signals there have been.\n\n    >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,\n    ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,\n    ...             traps=[InvalidOperation, DivisionByZero, Overflow],\n    ...             flags=[])\n    >>>\n".as_ptr(),
        tp_methods: (&raw mut operations::CONTEXT_METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Context, Context_Type);
impl Payload for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // The dicts may live on.
        for cell in [&self.traps, &self.flags] {
            if let Some(dict) = cell.take()
                && let Some(dict) = dict.downcast::<SignalDict>()
            {
                dict.show(core::ptr::null_mut());
            }
        }
    }
}

getsets! {
    static GETSETS = [
        method::getset(c"prec", |this: &Context| -> Result<i64> { Ok(this.settings().prec) }, |this: &Context, value: Option<&Object>| set_prec(this, given(value)?), c""),
        method::getset(c"Emax", |this: &Context| -> Result<i64> { Ok(this.settings().emax) }, |this: &Context, value: Option<&Object>| set_emax(this, given(value)?), c""),
        method::getset(c"Emin", |this: &Context| -> Result<i64> { Ok(this.settings().emin) }, |this: &Context, value: Option<&Object>| set_emin(this, given(value)?), c""),
        method::getset(c"rounding", |this: &Context| unicode::intern_str(this.rounding()), |this: &Context, value: Option<&Object>| set_rounding(this, given(value)?), c""),
        method::getset(c"capitals", |this: &Context| -> Result<c_int> { Ok(this.capitals()) }, |this: &Context, value: Option<&Object>| set_capitals(this, given(value)?), c""),
        method::getset(c"clamp", |this: &Context| -> Result<c_int> { Ok(this.settings().clamp) }, |this: &Context, value: Option<&Object>| set_clamp(this, given(value)?), c""),
    ];
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let signal_dict = || call::call(shared::get(Slot::SignalDict, 0)?, &[]);
    let (traps, flags) = (signal_dict()?, signal_dict()?);
    let template = shared::get(Slot::Default, 0)?.downcast::<Context>();
    let settings = template.map_or(DEFAULT, |template| *template.settings());
    let this = payload::new(class, |head| Context {
        head,
        settings: UnsafeCell::new(settings),
        traps: ObjCell::new(traps.clone()),
        flags: ObjCell::new(flags.clone()),
        capitals: Cell::new(1),
        _unused: 0,
    })?;
    let place = this.settings.get();
    for (dict, bits) in [
        // SAFETY: the place lives as long as the context, which tells the dicts of its end.
        (&traps, unsafe { &raw mut (*place).traps }),
        // SAFETY: the same.
        (&flags, unsafe { &raw mut (*place).status }),
    ] {
        dict.downcast::<SignalDict>().ok_or_else(err::bad_internal_call)?.show(bits);
    }
    Ok(this.upcast())
}

fn init(this: &Context, args: &Object, kw: Option<&Object>) -> Result<()> {
    let values = const {
        let names = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];
        Signature::new("", names).required(0).parsed()
    }
    .bind_tuple(args, kw)?;
    let setters = [set_prec, set_rounding, set_emin, set_emax, set_capitals, set_clamp];
    let [.., flags, traps] = values.map(crate::support::not_none);
    for (set, value) in setters.into_iter().zip(values) {
        if let Some(value) = crate::support::not_none(value) {
            set(this, value)?;
        }
    }
    if let Some(traps) = traps {
        this.update(|settings, bits| settings.traps = bits, bits_of(traps)?);
    }
    if let Some(flags) = flags {
        this.update(|settings, bits| settings.status = bits, bits_of(flags)?);
    }
    Ok(())
}

/// The bits of a list of signals or of a dict.
fn bits_of(given: &Object) -> Result<u32> {
    if !list::check(given) {
        return dict_bits(given);
    }
    let mut bits = 0;
    for signal in tuple::items(&*list::as_tuple(Some(given))?) {
        bits |= signals::flag_of(signal)?;
    }
    Ok(bits)
}

fn dict_bits(given: &Object) -> Result<u32> {
    given.downcast::<SignalDict>().map_or_else(|| flags_of_dict(given), |dict| Ok(dict.flags()))
}

impl Context {
    /// A new context with the settings of the default template.
    pub fn make() -> Result<Obj<Context>> {
        let made = call::call(Context::class().object(), &[])?;
        made.downcast_into::<Context>().map_err(|_| err::bad_internal_call())
    }

    /// What libmpdec gets.
    pub fn raw(&self) -> *mut mpd_context_t {
        self.settings.get()
    }

    pub fn settings(&self) -> &mpd_context_t {
        // SAFETY: changes come between uses of the reference, under the GIL.
        unsafe { &*self.settings.get() }
    }

    /// Changes a setting.
    pub fn update<V>(&self, set: impl FnOnce(&mut mpd_context_t, V), value: V) {
        // SAFETY: no other reference is in use.
        set(unsafe { &mut *self.settings.get() }, value);
    }

    /// Whether exponents are shown with a capital.
    pub fn capitals(&self) -> c_int {
        self.capitals.get()
    }

    pub fn rounding(&self) -> &'static str {
        ROUNDINGS.get(self.settings().round as usize).copied().unwrap_or_default()
    }

    /// Notes what has happened; an exception for what is trapped.
    #[inline]
    pub fn note(&self, status: u32) -> Result<()> {
        if status == 0 {
            return Ok(());
        }
        self.update(|settings, status| settings.status |= status, status);
        if status & MALLOC_ERROR != 0 {
            return Err(err::no_memory());
        }
        match status & self.settings().traps {
            0 => Ok(()),
            trapped => Err(signals::trapped(trapped)),
        }
    }

    /// A context with the same settings and flags.
    pub fn copy(&self) -> Result<Obj<Context>> {
        let copy = Context::make()?;
        copy.update(|settings, new| *settings = new, *self.settings());
        copy.capitals.set(self.capitals.get());
        Ok(copy)
    }

    /// The same without flags.
    pub fn clean_copy(&self) -> Result<Obj<Context>> {
        let copy = self.copy()?;
        copy.update(|settings, status| settings.status = status, 0);
        Ok(copy)
    }

    /// `__reduce__`
    pub fn reduce(&self) -> Result<Obj> {
        let settings = self.settings();
        let arguments = tuple::pack([
            long::from_i64(settings.prec)?,
            unicode::intern_str(self.rounding())?,
            long::from_i64(settings.emin)?,
            long::from_i64(settings.emax)?,
            long::from_i64(self.capitals().into())?,
            long::from_i64(settings.clamp.into())?,
            signals::signals_of(settings.status)?,
            signals::signals_of(settings.traps)?,
        ])?;
        tuple::pack([self.object().class_of().object().owned(), arguments])
    }
}

/// The context that an optional argument names: it, or the current one.
pub fn given_or_current(given: Option<&Object>) -> Result<Obj<Context>> {
    match crate::support::not_none(given) {
        None => current::get(),
        Some(given) => given
            .downcast::<Context>()
            .map(Layout::owned)
            .ok_or_else(|| err::type_error("optional argument must be a context")),
    }
}

// ---- settings ----

fn given<'a>(value: Option<&'a Object>) -> Result<&'a Object> {
    value.ok_or_else(|| err::attribute_error("context attributes cannot be deleted"))
}

/// A size; nothing but an int is one.
fn size(value: &Object) -> Result<i64> {
    if !long::check(value) {
        return Err(err::type_error("an integer is required"));
    }
    long::as_isize(value).map(|value| value as i64)
}

fn set_prec(this: &Context, value: &Object) -> Result<()> {
    let prec = size(value)?;
    // SAFETY: live settings.
    if unsafe { mpd_qsetprec(this.raw(), prec) } == 0 {
        return Err(err::value_error("valid range for prec is [1, MAX_PREC]"));
    }
    Ok(())
}

fn set_emin(this: &Context, value: &Object) -> Result<()> {
    let emin = size(value)?;
    // SAFETY: live settings.
    if unsafe { mpd_qsetemin(this.raw(), emin) } == 0 {
        return Err(err::value_error("valid range for Emin is [MIN_EMIN, 0]"));
    }
    Ok(())
}

fn set_emax(this: &Context, value: &Object) -> Result<()> {
    let emax = size(value)?;
    // SAFETY: live settings.
    if unsafe { mpd_qsetemax(this.raw(), emax) } == 0 {
        return Err(err::value_error("valid range for Emax is [0, MAX_EMAX]"));
    }
    Ok(())
}

/// The number of a way to round.
pub fn rounding_of(value: &Object) -> Result<c_int> {
    let found = || ROUNDINGS.iter().position(|name| unicode::eq_str(value, name));
    match unicode::check(value).then(found).flatten() {
        Some(number) => Ok(number as c_int),
        None => Err(err::type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )),
    }
}

fn set_rounding(this: &Context, value: &Object) -> Result<()> {
    this.update(|settings, round| settings.round = round, rounding_of(value)?);
    Ok(())
}

fn switch(value: &Object, name: &str) -> Result<c_int> {
    match size(value)? {
        on @ 0..=1 => Ok(on as c_int),
        _ => Err(err::value_error(format_args!("valid values for {name} are 0 or 1"))),
    }
}

fn set_capitals(this: &Context, value: &Object) -> Result<()> {
    this.capitals.set(switch(value, "capitals")?);
    Ok(())
}

fn set_clamp(this: &Context, value: &Object) -> Result<()> {
    this.update(|settings, clamp| settings.clamp = clamp, switch(value, "clamp")?);
    Ok(())
}

fn get_attribute(this: &Context, name: &Object) -> Result<Obj> {
    if unicode::check(name) {
        for (dict, own) in [(&this.traps, "traps"), (&this.flags, "flags")] {
            if unicode::eq_str(name, own) {
                return Ok(dict.get_or_none());
            }
        }
    }
    attribute::generic_get_attr(this.object(), name)
}

fn set_attribute(this: &Context, name: &Object, value: Option<&Object>) -> Result<()> {
    let value = given(value)?;
    if unicode::check(name) {
        if unicode::eq_str(name, "traps") {
            this.update(|settings, bits| settings.traps = bits, dict_bits(value)?);
            return Ok(());
        }
        if unicode::eq_str(name, "flags") {
            this.update(|settings, bits| settings.status = bits, dict_bits(value)?);
            return Ok(());
        }
    }
    attribute::generic_set_attr_with_dict(this.object(), name, Some(value), None)
}

fn repr(this: &Context) -> Result<Obj> {
    let settings = this.settings();
    unicode::from_str(&format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags={}, traps={})",
        settings.prec,
        this.rounding(),
        settings.emin,
        settings.emax,
        this.capitals(),
        settings.clamp,
        signals::shown(settings.status),
        signals::shown(settings.traps)
    ))
}
