//! `decimal.SignalDictMixin`: the flags or the traps of a context as a mapping. The class that contexts use is derived
//! from it and from `collections.abc.MutableMapping`.

use super::shared::{self, Slot};
use super::signals::{self, SIGNALS};
use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{iter, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, dict, exceptions, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, methods, payload_class, slot, static_type};

/// See the module.
#[repr(C)]
pub struct SignalDict {
    head: Head,
    /// The bits inside the context; NULL when that is gone.
    place: Cell<*mut u32>,
}

static_type! {
    /// `decimal.SignalDictMixin`
    pub static SignalDict_Type = {
        tp_name: c"decimal.SignalDictMixin".as_ptr(),
        tp_basicsize: size_of::<SignalDict>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<SignalDict>(),
        tp_repr: slot::unary(repr),
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: Some(krait_object::protocol::object::PyObject_HashNotImplemented),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<SignalDict>(),
        tp_richcompare: slot::richcompare(compare),
        tp_iter: slot::unary(|_: &SignalDict| keys()),
        tp_methods: (&raw mut METHODS).cast(),
        tp_init: slot::init(|_: &SignalDict, _: &Object, _: Option<&Object>| -> Result<()> { Ok(()) }),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(SignalDict, SignalDict_Type);
impl Payload for SignalDict {}

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(|_: &SignalDict| -> Result<usize> { Ok(SIGNALS.len()) }),
    mp_subscript: slot::subscript(|this: &SignalDict, key: &Object| -> Result<Obj> {
        Ok(bool::from_bool(this.flags() & signals::flag_of(key)? != 0))
    }),
    mp_ass_subscript: slot::obj_obj_arg(set_item),
};

methods! {
    static METHODS = [method::noargs(c"copy", SignalDict::to_dict, c"")];
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| SignalDict { head, place: Cell::default() }).map(Obj::upcast)
}

impl SignalDict {
    /// Makes it show the bits at a place, which stays valid until it is set again.
    pub fn show(&self, place: *mut u32) {
        self.place.set(place);
    }

    pub fn flags(&self) -> u32 {
        // SAFETY: NULL or a place that is valid.
        unsafe { self.place.get().as_ref().copied().unwrap_or(0) }
    }

    fn to_dict(&self) -> Result<Obj> {
        let (flags, copy) = (self.flags(), dict::new()?);
        for (index, (_, bits)) in SIGNALS.iter().enumerate() {
            dict::set_item(&copy, signals::class(index)?, bool::borrowed(flags & bits != 0))?;
        }
        Ok(copy)
    }
}

/// The bits of a dict with all signals as keys.
pub fn flags_of_dict(given: &Object) -> Result<u32> {
    if !dict::check(given) {
        return Err(err::type_error("argument must be a signal dict"));
    }
    let invalid = || err::set(exceptions::KeyError(), "invalid signal dict");
    if dict::len(given) != SIGNALS.len() {
        return Err(invalid());
    }
    let mut flags = 0;
    for (index, (_, bits)) in SIGNALS.iter().enumerate() {
        let Some(value) = dict::get_item(given, signals::class(index)?)? else { return Err(invalid()) };
        if object::is_true(&value)? {
            flags |= bits;
        }
    }
    Ok(flags)
}

fn keys() -> Result<Obj> {
    let all = (0..SIGNALS.len()).map(|index| Ok(shared::get(Slot::Signals, index)?.owned()));
    iter::get_iter(&*krait_object::types::tuple::from_vec(all.collect::<Result<_>>()?)?)
}

fn set_item(this: &SignalDict, key: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::value_error("signal keys cannot be deleted")) };
    let bits = signals::flag_of(key)?;
    let on = object::is_true(value)?;
    // SAFETY: NULL or a place that is valid.
    if let Some(flags) = unsafe { this.place.get().as_mut() } {
        *flags = if on { *flags | bits } else { *flags & !bits };
    }
    Ok(())
}

fn repr(this: &SignalDict) -> Result<Obj> {
    let flags = this.flags();
    let items = SIGNALS.map(|(name, bits)| {
        let shown = if flags & bits != 0 { "True" } else { "False" };
        format!("<class 'decimal.{name}'>:{shown}")
    });
    unicode::from_str(&format!("{{{}}}", items.join(", ")))
}

fn compare(this: &SignalDict, other: &Object, op: CompareOp) -> Result<Obj> {
    let equal = match (op, other.downcast::<SignalDict>()) {
        (CompareOp::Eq | CompareOp::Ne, Some(other)) => this.flags() == other.flags(),
        (CompareOp::Eq | CompareOp::Ne, None) if dict::check(other) => match flags_of_dict(other) {
            Ok(flags) => this.flags() == flags,
            // What is no signal dict differs.
            Err(_) if err::matches(exceptions::KeyError()) => {
                err::clear();
                false
            }
            Err(raised) => return Err(raised),
        },
        _ => return Ok(none::not_implemented().owned()),
    };
    Ok(bool::from_bool(equal == matches!(op, CompareOp::Eq)))
}
