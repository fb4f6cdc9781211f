//! `functools.KeyWrapper`: what `cmp_to_key` returns, and the keys that calling that makes.

use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::long;
use krait_object::{Class, Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// A comparison function, and in keys the object to be compared.
#[repr(C)]
pub struct KeyWrapper {
    head: Head,
    compare: ObjCell,
    object: ObjCell,
}

static_type! {
    /// `functools.KeyWrapper`
    pub static KeyWrapper_Type = {
        tp_name: c"functools.KeyWrapper".as_ptr(),
        tp_basicsize: size_of::<KeyWrapper>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<KeyWrapper>(),
        tp_hash: Some(object::PyObject_HashNotImplemented),
        tp_call: slot::call(make_key),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_richcompare: slot::richcompare(richcompare),
        tp_members: (&raw mut MEMBERS).cast(),
    };
}
payload_class!(KeyWrapper, KeyWrapper_Type);

impl Payload for KeyWrapper {}

krait_object::members! {
    static MEMBERS = [
        method::member(c"obj", T_OBJECT, offset_of!(KeyWrapper, object), 0, c"The object that the key stands for."),
    ];
}

fn new(compare: Obj, object: Option<Obj>) -> Result<Obj> {
    let new = payload::new(KeyWrapper::class(), |head| KeyWrapper {
        head,
        compare: ObjCell::new(compare),
        object: ObjCell::from_option(object),
    })?;
    Ok(new.upcast())
}

pub fn cmp_to_key(_module: &Object, args: Args<'_>) -> Result<Obj> {
    const SIGNATURE: Signature<1> = Signature::new("cmp_to_key", ["mycmp"]).parsed();
    let [compare] = SIGNATURE.bind(args)?;
    new(compare.ok_or_else(err::bad_internal_call)?.owned(), None)
}

fn make_key(this: &KeyWrapper, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<1> = Signature::new("K", ["obj"]).parsed();
    let [object] = SIGNATURE.bind_tuple(args, kw)?;
    let object = object.ok_or_else(err::bad_internal_call)?;
    new(this.compare.get_or_none(), Some(object.owned()))
}

fn richcompare(this: &KeyWrapper, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast_exact::<KeyWrapper>() else {
        return Err(err::type_error("other argument must be K instance"));
    };
    let (Some(x), Some(y)) = (this.object.get(), other.object.get()) else {
        return Err(err::attribute_error("object"));
    };
    let compare = this.compare.get_or_none();
    let result = call::call_skipping_first(&compare, [&*compare, &*x, &*y])?;
    object::rich_compare(&result, long::small(0), op)
}

const _: () = assert!(size_of::<KeyWrapper>() == 32);
