//! `operator.itemgetter`

use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// Gets one item, or a tuple of several.
#[repr(C)]
pub struct ItemGetter {
    head: Head,
    /// [`get_one`] or [`get_many`].
    vectorcall: vectorcallfunc,
    /// The key, or a tuple of keys.
    item: ObjCell,
    /// The key as an index if it is one that is not negative; else -1, or [`MANY`] for several keys.
    index: Cell<isize>,
}

/// Marks a tuple of keys.
const MANY: isize = -2;

const GET_ONE: vectorcallfunc = slot::vectorcall(get_one);
const GET_MANY: vectorcallfunc = slot::vectorcall(get_many);

static_type! {
    /// `operator.itemgetter`
    pub static ItemGetter_Type = {
        tp_name: c"operator.itemgetter".as_ptr(),
        tp_basicsize: size_of::<ItemGetter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<ItemGetter>(),
        tp_vectorcall_offset: offset_of!(ItemGetter, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: Some(krait_object::protocol::call::PyVectorcall_Call),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL) as c_ulong,
        tp_doc: c"itemgetter(item, ...) --> itemgetter object\n\nA callable that gets the given items of its argument.\nAfter f = itemgetter(2), f(r) is r[2].\nAfter g = itemgetter(2, 5, 3), g(r) is (r[2], r[5], r[3])".as_ptr(),
        tp_traverse: payload::traverse::<ItemGetter>(),
        tp_clear: payload::clear::<ItemGetter>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(ItemGetter, ItemGetter_Type);

impl Payload for ItemGetter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.item.visit(visitor);
    }

    fn clear(&self) {
        drop(self.item.take());
    }
}

impl ItemGetter {
    fn is_single(&self) -> bool {
        self.index.get() != MANY
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("itemgetter() takes no keyword arguments"));
    }
    let keys = tuple::items(args);
    if keys.is_empty() {
        check_positional("itemgetter", 0, 1, 1)?;
    }
    let (vectorcall, item) =
        if let &[key] = keys { (GET_ONE, key.owned()) } else { (GET_MANY, args.owned()) };
    let index = match keys {
        [key] if long::check_exact(key) => long::as_i64_opt(key).filter(|&i| i >= 0).unwrap_or(-1) as isize,
        [_] => -1,
        _ => MANY,
    };
    let new = payload::new(class, |head| ItemGetter {
        head,
        vectorcall,
        item: ObjCell::new(item),
        index: Cell::new(index),
    })?;
    Ok(new.upcast())
}

#[inline(always)]
fn operand<'a>(args: &Args<'a>) -> Result<&'a Object> {
    args.no_keywords("itemgetter")?;
    match *args.positional {
        [operand] => Ok(operand),
        _ => Err(super::wrong_count("itemgetter", args.positional, 1)),
    }
}

fn get_one(this: &ItemGetter, args: Args<'_>) -> Result<Obj> {
    let operand = operand(&args)?;
    let index = this.index.get();
    if index >= 0
        && tuple::check_exact(operand)
        && let Some(item) = tuple::items(operand).get(index as usize)
    {
        return Ok(item.owned());
    }
    object::get_item(operand, &*this.item.get_or_none())
}

fn get_many(this: &ItemGetter, args: Args<'_>) -> Result<Obj> {
    let operand = operand(&args)?;
    let keys = this.item.get_or_none();
    let mut items = Vec::with_capacity(tuple::items(&keys).len());
    for key in tuple::items(&keys) {
        items.push(object::get_item(operand, key)?);
    }
    tuple::from_vec(items)
}

fn repr(this: &ItemGetter) -> Result<Obj> {
    let name = this.object().class_of().name();
    let Some(_guard) = object::repr_enter(this.object())? else {
        return unicode::from_display(format_args!("{name}(...)"));
    };
    let item = this.item.get_or_none();
    let shown = object::repr(&item)?;
    let mut text = unicode::Builder::new();
    text.push_str(name);
    if this.is_single() {
        text.push_str("(");
        text.push_object(&shown);
        text.push_str(")");
    } else {
        text.push_object(&shown);
    }
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling")];
}

fn reduce(this: &ItemGetter) -> Result<Obj> {
    let item = this.item.get_or_none();
    let keys = if this.is_single() { tuple::pack([item])? } else { item };
    tuple::pack([this.object().class_of().object().owned(), keys])
}

const _: () = assert!(size_of::<ItemGetter>() == 40);
