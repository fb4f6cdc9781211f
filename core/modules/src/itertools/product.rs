//! `itertools.product`

use super::{Reused, class_of, invalid_arguments, iterator_type, number_tuple, numbers, pooled};
use crate::support::ssize;
use core::cell::Cell;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::sequence;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method};

/// The tuples with one item of each of several pools.
#[repr(C)]
pub struct Product {
    head: Head,
    /// A tuple of tuples.
    pools: ObjCell,
    state: Box<State>,
    result: Reused,
    spare: usize,
}

struct State {
    /// The index in each pool that the last result's item has.
    indices: Box<[Cell<usize>]>,
    stopped: Cell<bool>,
}

iterator_type! {
    /// `itertools.product`
    Product_Type of Product = c"itertools.product", new: tp_new, next: next, methods: METHODS,
    doc: c"product(*iterables, repeat=1) --> product object\n\nThe cartesian product of the iterables, as nested loops would go through it: the\nlast place changes fastest.\n\nproduct(A, repeat=4) is the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)",
}

impl Payload for Product {
    fn traverse(&self, visitor: &mut Visitor) {
        self.pools.visit(visitor);
        self.result.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<1> = Signature::new("product", ["repeat"]).required(0).parsed();
    let repeat = match kw {
        None => 1,
        Some(_) => {
            let nothing = tuple::empty();
            let [repeat] = SIGNATURE.bind_tuple(&nothing, kw)?;
            repeat.map_or(Ok(1), ssize)?
        }
    };
    let repeat =
        usize::try_from(repeat).map_err(|_| err::value_error("repeat argument cannot be negative"))?;
    let given = if repeat == 0 { &[] } else { tuple::items(args) };
    let count = given.len().checked_mul(repeat).filter(|&count| count <= isize::MAX as usize / 8);
    let count = count.ok_or_else(|| err::overflow_error("repeat argument too large"))?;
    let indices = numbers(count, |_| 0)?;
    let once = given.iter().map(|iterable| sequence::tuple(iterable)).collect::<Result<Vec<Obj>>>()?;
    let pools = tuple::from_fn(count, |i| once[i % once.len()].clone())?;
    let new = payload::new(class, |head| Product {
        head,
        pools: ObjCell::new(pools),
        state: Box::new(State { indices, stopped: Cell::new(false) }),
        result: Reused::empty(),
        spare: 0,
    })?;
    Ok(new.upcast())
}

fn next(this: &Product) -> Result<Option<Obj>> {
    let State { indices, stopped } = &*this.state;
    if stopped.get() {
        return Ok(None);
    }
    let pools = this.pools.get_or_none();
    let pools = tuple::items(&pools);
    let mut changed = 0;
    if this.result.is_empty() {
        if pools.iter().any(|pool| tuple::items(pool).is_empty()) {
            stopped.set(true);
            return Ok(None);
        }
    } else {
        let mut place = None;
        for i in (0..pools.len()).rev() {
            let index = indices[i].get() + 1;
            if index < tuple::items(pools[i]).len() {
                indices[i].set(index);
                place = Some(i);
                break;
            }
            indices[i].set(0);
        }
        let Some(place) = place else {
            stopped.set(true);
            return Ok(None);
        };
        changed = place;
    }
    this.result.next(changed, pools.len(), |i| pooled(pools[i], indices[i].get())).map(Some)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
        method::noargs(c"__sizeof__", size_of_product, c"Returns size in memory, in bytes."),
    ];
}

fn reduce(this: &Product) -> Result<Obj> {
    if this.state.stopped.get() {
        return tuple::pack([class_of(this), tuple::pack([tuple::empty()])?]);
    }
    let pools = this.pools.get_or_none();
    if this.result.is_empty() {
        return tuple::pack([class_of(this), pools]);
    }
    tuple::pack([class_of(this), pools, number_tuple(&this.state.indices)?])
}

fn set_state(this: &Product, state: &Object) -> Result<()> {
    let State { indices, stopped } = &*this.state;
    if !tuple::check(state) || tuple::items(state).len() != indices.len() {
        return Err(invalid_arguments());
    }
    let pools = this.pools.get_or_none();
    let pools = tuple::items(&pools);
    for (i, given) in tuple::items(state).iter().enumerate() {
        let index = long::as_isize(given)?;
        let size = tuple::items(pools[i]).len() as isize;
        if size == 0 {
            stopped.set(true);
            return Ok(());
        }
        indices[i].set(index.clamp(0, size - 1) as usize);
    }
    this.result.next(0, pools.len(), |i| pooled(pools[i], indices[i].get())).map(drop)
}

fn size_of_product(this: &Product) -> Result<usize> {
    // SAFETY: a live type.
    let basic = unsafe { (*this.object().type_ptr()).tp_basicsize } as usize;
    Ok(basic + this.state.indices.len() * size_of::<usize>())
}

const _: () = assert!(size_of::<Product>() == 48);
