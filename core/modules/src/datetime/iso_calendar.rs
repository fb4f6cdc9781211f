//! `datetime.IsoCalendarDate`: a tuple of ISO year, week and weekday.

use super::int;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::protocol::{object, sequence};
use krait_object::types::tuple::PyTuple_Type;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, slot, static_type};

static_type! {
    /// `datetime.IsoCalendarDate`
    pub static IsoCalendar_Type = {
        tp_name: c"datetime.IsoCalendarDate".as_ptr(),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"What isocalendar() of dates returns.\n\nIt is a tuple\n  (year, week, weekday)\nwith attributes of the same names.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut PyTuple_Type,
        tp_new: slot::new(tp_new),
    };
}

/// A new instance.
pub fn make(parts: (i32, i32, i32)) -> Result<Obj> {
    // SAFETY: a static type.
    make_of_class(unsafe { Type::from_raw(&raw mut IsoCalendar_Type) }, parts)
}

fn make_of_class(class: &Type, (year, week, weekday): (i32, i32, i32)) -> Result<Obj> {
    let items = [long::from_i64(year.into())?, long::from_i64(week.into())?, long::from_i64(weekday.into())?];
    let new = class.alloc(3)?;
    // SAFETY: a fresh tuple with three empty places.
    unsafe {
        let places = (&raw mut (*new.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        for (i, item) in items.into_iter().enumerate() {
            *places.add(i) = item.into_ptr();
        }
    }
    Ok(new)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<3> = Signature::new("IsoCalendarDate", ["year", "week", "weekday"]).parsed();
    let [year, week, weekday] = SIGNATURE.bind_tuple(args, kw)?;
    make_of_class(class, (int(year, 0)?, int(week, 0)?, int(weekday, 0)?))
}

/// One of the items.
fn part(this: &Object, index: usize) -> Result<Obj> {
    tuple::items(this).get(index).map(|item| (*item).owned()).ok_or_else(err::bad_internal_call)
}

fn repr(this: &Object) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    text.push_str(this.class_of().name());
    for (i, name) in ["(year=", ", week=", ", weekday="].into_iter().enumerate() {
        text.push_str(name);
        text.push_object(&*object::str(&*part(this, i)?)?);
    }
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs::<Object, _, _>(c"__reduce__", reduce, c"__reduce__() -> (cls, state)")];
}

krait_object::getsets! {
    static GETSETS = [
        method::getter::<Object, _, _>(c"year", |this: &Object| part(this, 0), c""),
        method::getter::<Object, _, _>(c"week", |this: &Object| part(this, 1), c""),
        method::getter::<Object, _, _>(c"weekday", |this: &Object| part(this, 2), c""),
    ];
}

/// Pickled as a plain tuple.
fn reduce(this: &Object) -> Result<Obj> {
    // SAFETY: a static type.
    let class = unsafe { Type::from_raw(&raw mut PyTuple_Type) };
    let items = sequence::tuple(&*tuple::from_slice(tuple::items(this))?)?;
    tuple::pack([class.object().owned(), tuple::pack([items])?])
}
