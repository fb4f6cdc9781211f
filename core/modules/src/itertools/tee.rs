//! `itertools.tee`: several iterators in place of one.
//!
//! Items are kept in a chain of [`TeeData`] blocks; each iterator has a place in a block. A block dies when no iterator
//! can come to it any more.

use super::{class_of, state_items};
use crate::support::{int, ssize, wrong_type};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{bad_argument, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, object};
use krait_object::types::list::List;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, list, long, none, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, method};

/// How many items a block has.
const BLOCK: usize = 57;

/// A block of items.
#[repr(C)]
pub struct TeeData {
    head: Head,
    iterator: ObjCell,
    read: Cell<u32>,
    /// Whether the iterator is just being asked for an item.
    running: Cell<bool>,
    next: ObjCell,
    values: [ObjCell; BLOCK],
}

/// One of the iterators.
#[repr(C)]
pub struct Tee {
    head: Head,
    data: ObjCell,
    index: Cell<usize>,
    weakreflist: Cell<*mut PyObject>,
}

const _: () = assert!(size_of::<TeeData>() == 496 && size_of::<Tee>() == 40);

krait_object::static_type! {
    /// `itertools._tee_dataobject`
    pub static TeeData_Type = {
        tp_name: c"itertools._tee_dataobject".as_ptr(),
        tp_basicsize: size_of::<TeeData>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<TeeData>(),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"teedataobject(iterable, values, next, /)\n--\n\nItems that the iterators of a tee() have in common.".as_ptr(),
        tp_traverse: payload::traverse::<TeeData>(),
        tp_clear: payload::clear::<TeeData>(),
        tp_methods: (&raw mut DATA_METHODS).cast(),
        tp_new: krait_object::slot::new(new_data),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
krait_object::payload_class!(TeeData, TeeData_Type);

krait_object::static_type! {
    /// `itertools._tee`
    pub static Tee_Type = {
        tp_name: c"itertools._tee".as_ptr(),
        tp_basicsize: size_of::<Tee>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Tee>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"_tee(iterable, /)\n--\n\nAn iterator that can be copied.".as_ptr(),
        tp_traverse: payload::traverse::<Tee>(),
        tp_clear: payload::clear::<Tee>(),
        tp_weaklistoffset: offset_of!(Tee, weakreflist) as Py_ssize_t,
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: krait_object::slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: krait_object::slot::new(new_tee),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
krait_object::payload_class!(Tee, Tee_Type);

impl Payload for TeeData {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterator.visit(visitor);
        for value in &self.values {
            value.visit(visitor);
        }
        self.next.visit(visitor);
    }

    fn clear(&self) {
        drop(self.iterator.take());
        for value in &self.values {
            drop(value.take());
        }
        drop(self.next.take());
    }
}

impl Payload for Tee {
    fn traverse(&self, visitor: &mut Visitor) {
        self.data.visit(visitor);
    }

    fn clear(&self) {
        drop(self.data.take());
    }
}

// ---- blocks ----

fn make_data(iterator: Obj) -> Result<Obj<TeeData>> {
    payload::new(TeeData::class(), |head| TeeData {
        head,
        iterator: ObjCell::new(iterator),
        read: Cell::new(0),
        running: Cell::new(false),
        next: ObjCell::empty(),
        values: [const { ObjCell::empty() }; BLOCK],
    })
}

impl TeeData {
    /// The item at an index, read from the iterator when no other has wanted it yet.
    fn item(&self, index: usize) -> Result<Option<Obj>> {
        if index < self.read.get() as usize {
            return Ok(self.values[index].get());
        }
        if self.running.get() {
            return Err(err::runtime_error("cannot re-enter the tee iterator"));
        }
        let Some(iterator) = self.iterator.get() else { return Ok(None) };
        self.running.set(true);
        let item = iter::next(&iterator);
        self.running.set(false);
        let Some(item) = item? else { return Ok(None) };
        let place = self.read.get() as usize;
        if let Some(cell) = self.values.get(place) {
            cell.set(item.clone());
            self.read.set(place as u32 + 1);
        }
        Ok(Some(item))
    }

    /// The next block.
    fn following(&self) -> Result<Obj> {
        if self.next.is_empty() {
            self.next.set(make_data(self.iterator.get_or_none())?);
        }
        Ok(self.next.get_or_none())
    }
}

fn new_data(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("teedataobject() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    check_positional("teedataobject", args.len(), 3, 3)?;
    let Some(values) = args[1].downcast::<List>() else {
        return Err(bad_argument("teedataobject", "argument 2", "list", args[1]));
    };
    let next = args[2];
    let count = values.len();
    let is_valid = next.is_none() && count <= BLOCK || count == BLOCK && next.is_exactly(TeeData::class());
    if !is_valid {
        return Err(err::value_error("Invalid arguments"));
    }
    let data = make_data(args[0].owned())?;
    for i in 0..count {
        data.values[i].set_opt(values.get(i));
    }
    data.read.set(count as u32);
    if !next.is_none() {
        data.next.set(next.owned());
    }
    Ok(data.upcast())
}

krait_object::methods! {
    static DATA_METHODS = [
        method::noargs(c"__reduce__", reduce_data, c"Return state information for pickling."),
    ];
}

fn reduce_data(this: &TeeData) -> Result<Obj> {
    let values = list::new()?;
    for value in &this.values[..this.read.get() as usize] {
        values.push(value.get_or_none())?;
    }
    let next = this.next.get().unwrap_or_else(|| none::none().owned());
    let args = tuple::pack([this.iterator.get_or_none(), values.upcast(), next])?;
    tuple::pack([class_of(this), args])
}

// ---- iterators ----

fn make(data: Obj, index: usize) -> Result<Obj> {
    let new = payload::new(Tee::class(), |head| Tee {
        head,
        data: ObjCell::new(data),
        index: Cell::new(index),
        weakreflist: Cell::new(core::ptr::null_mut()),
    })?;
    Ok(new.upcast())
}

/// An iterator that can be copied, over the same items.
fn from_iterable(iterable: &Object) -> Result<Obj> {
    let iterator = iter::get_iter(iterable)?;
    if let Some(tee) = iterator.downcast::<Tee>() {
        return copy(tee);
    }
    make(make_data(iterator)?.upcast(), 0)
}

fn new_tee(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("_tee() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    check_positional("_tee", args.len(), 1, 1)?;
    from_iterable(args[0])
}

fn next(this: &Tee) -> Result<Option<Obj>> {
    let Some(mut data) = this.data.get() else { return Ok(None) };
    if this.index.get() >= BLOCK {
        let Some(block) = data.downcast::<TeeData>() else { return Ok(None) };
        let following = block.following()?;
        this.data.set(following.clone());
        this.index.set(0);
        data = following;
    }
    let Some(block) = data.downcast::<TeeData>() else { return Ok(None) };
    let item = block.item(this.index.get())?;
    if item.is_some() {
        this.index.set(this.index.get() + 1);
    }
    Ok(item)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__copy__", copy, c"Returns an independent iterator."),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

fn copy(this: &Tee) -> Result<Obj> {
    make(this.data.get_or_none(), this.index.get())
}

fn reduce(this: &Tee) -> Result<Obj> {
    let state = tuple::pack([this.data.get_or_none(), long::from_u64(this.index.get() as u64)?])?;
    tuple::pack([class_of(this), tuple::pack([tuple::empty()])?, state])
}

fn set_state(this: &Tee, state: &Object) -> Result<()> {
    let items = state_items(state, 2, 2)?;
    if !TeeData::is_instance(items[0]) {
        return Err(wrong_type("", 1, "itertools._tee_dataobject", items[0]));
    }
    let index = usize::try_from(int(items[1])?).ok().filter(|&index| index <= BLOCK);
    let index = index.ok_or_else(|| err::value_error("Index out of range"))?;
    this.data.set(items[0].owned());
    this.index.set(index);
    Ok(())
}

/// `tee(iterable, n=2)`
pub fn tee(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("tee", args.len(), 1, 2)?;
    let count = args.get(1).map_or(Ok(2), |given| ssize(given))?;
    let count = usize::try_from(count).map_err(|_| err::value_error("n must be >= 0"))?;
    if count == 0 {
        return Ok(tuple::empty());
    }
    let mut iterators = Vec::new();
    if iterators.try_reserve_exact(count).is_err() {
        return Err(err::no_memory());
    }
    let iterator = iter::get_iter(args[0])?;
    let (iterator, copy) = match object::lookup_attr(&iterator, intern!("__copy__"))? {
        Some(copy) => (iterator, copy),
        None => {
            let iterator = from_iterable(&iterator)?;
            let copy = object::get_attr(&iterator, intern!("__copy__"))?;
            (iterator, copy)
        }
    };
    iterators.push(iterator);
    for _ in 1..count {
        iterators.push(call::call0(&copy)?);
    }
    tuple::from_vec(iterators)
}
