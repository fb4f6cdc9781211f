//! `itertools.combinations` and `itertools.combinations_with_replacement`

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

/// The choices of some items of a pool, in the order of the pool.
#[repr(C)]
pub struct Combinations {
    head: Head,
    pool: ObjCell,
    result: Reused,
    /// The indices of the last result's items: as many as results have.
    indices: Box<[Cell<usize>]>,
    stopped: Cell<bool>,
}

/// The same with items that may repeat.
#[repr(C)]
pub struct WithReplacement {
    head: Head,
    pool: ObjCell,
    result: Reused,
    indices: Box<[Cell<usize>]>,
    stopped: Cell<bool>,
}

iterator_type! {
    /// `itertools.combinations`
    Combinations_Type of Combinations = c"itertools.combinations", new: new_combinations,
    next: next_combination, methods: METHODS,
    doc: c"combinations(iterable, r)\n--\n\nThe choices of r items of the iterable, one after the other.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
}
iterator_type! {
    /// `itertools.combinations_with_replacement`
    WithReplacement_Type of WithReplacement = c"itertools.combinations_with_replacement",
    new: new_with_replacement, next: next_with_replacement, methods: REPLACEMENT_METHODS,
    doc: c"combinations_with_replacement(iterable, r)\n--\n\nThe choices of r items of the iterable, where an item may be chosen more than once.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
}

/// The arguments: the pool as a tuple, and how many items to choose.
fn arguments(signature: &Signature<2>, args: &Object, kw: Option<&Object>) -> Result<(Obj, usize)> {
    let [Some(iterable), Some(r)] = signature.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    let r = ssize(r)?;
    let pool = sequence::tuple(iterable)?;
    let r = usize::try_from(r).map_err(|_| err::value_error("r must be non-negative"))?;
    Ok((pool, r))
}

/// What both classes do alike.
macro_rules! shared {
    ($class:ident, $reduce:ident, $set_state:ident, $size_of:ident, $limit:expr) => {
        impl Payload for $class {
            fn traverse(&self, visitor: &mut Visitor) {
                self.pool.visit(visitor);
                self.result.visit(visitor);
            }
        }

        fn $reduce(this: &$class) -> Result<Obj> {
            let pool = if this.stopped.get() && !this.result.is_empty() {
                tuple::empty()
            } else {
                this.pool.get_or_none()
            };
            let args = tuple::pack([pool, long::from_u64(this.indices.len() as u64)?])?;
            if this.result.is_empty() || this.stopped.get() {
                return tuple::pack([class_of(this), args]);
            }
            tuple::pack([class_of(this), args, number_tuple(&this.indices)?])
        }

        fn $set_state(this: &$class, state: &Object) -> Result<()> {
            let r = this.indices.len();
            if !tuple::check(state) || tuple::items(state).len() != r {
                return Err(invalid_arguments());
            }
            let pool = this.pool.get_or_none();
            let n = tuple::items(&pool).len();
            for (i, given) in tuple::items(state).iter().enumerate() {
                let limit: isize = $limit(i as isize, n as isize, r as isize);
                this.indices[i].set(long::as_isize(given)?.min(limit).max(0) as usize);
            }
            this.result.next(0, r, |i| pooled(&pool, this.indices[i].get())).map(drop)
        }

        fn $size_of(this: &$class) -> Result<usize> {
            // SAFETY: a live type.
            let basic = unsafe { (*this.object().type_ptr()).tp_basicsize } as usize;
            Ok(basic + this.indices.len() * size_of::<usize>())
        }

        const _: () = assert!(size_of::<$class>() == 56);
    };
}
shared!(Combinations, reduce, set_state, size_of_combinations, |i, n, r| i + n - r);
shared!(WithReplacement, reduce_replacement, set_state_replacement, size_of_replacement, |_, n, _| n - 1);

fn new_combinations(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("combinations", ["iterable", "r"]).parsed();
    let (pool, r) = arguments(&SIGNATURE, args, kw)?;
    let stopped = r > tuple::items(&pool).len();
    let indices = numbers(r, |i| i)?;
    let new = payload::new(class, |head| Combinations {
        head,
        pool: ObjCell::new(pool),
        result: Reused::empty(),
        indices,
        stopped: Cell::new(stopped),
    })?;
    Ok(new.upcast())
}

fn new_with_replacement(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> =
        Signature::new("combinations_with_replacement", ["iterable", "r"]).parsed();
    let (pool, r) = arguments(&SIGNATURE, args, kw)?;
    let stopped = r > 0 && tuple::items(&pool).is_empty();
    let indices = numbers(r, |_| 0)?;
    let new = payload::new(class, |head| WithReplacement {
        head,
        pool: ObjCell::new(pool),
        result: Reused::empty(),
        indices,
        stopped: Cell::new(stopped),
    })?;
    Ok(new.upcast())
}

fn next_combination(this: &Combinations) -> Result<Option<Obj>> {
    if this.stopped.get() {
        return Ok(None);
    }
    let pool = this.pool.get_or_none();
    let (n, r) = (tuple::items(&pool).len(), this.indices.len());
    let mut changed = 0;
    if !this.result.is_empty() {
        // The last index that is not yet as high as it can be; those behind it follow it closely.
        let Some(i) = (0..r).rev().find(|&i| this.indices[i].get() != i + n - r) else {
            this.stopped.set(true);
            return Ok(None);
        };
        this.indices[i].set(this.indices[i].get() + 1);
        for j in i + 1..r {
            this.indices[j].set(this.indices[j - 1].get() + 1);
        }
        changed = i;
    }
    this.result.next(changed, r, |i| pooled(&pool, this.indices[i].get())).map(Some)
}

fn next_with_replacement(this: &WithReplacement) -> Result<Option<Obj>> {
    if this.stopped.get() {
        return Ok(None);
    }
    let pool = this.pool.get_or_none();
    let (n, r) = (tuple::items(&pool).len(), this.indices.len());
    let mut changed = 0;
    if !this.result.is_empty() {
        let Some(i) = (0..r).rev().find(|&i| this.indices[i].get() != n - 1) else {
            this.stopped.set(true);
            return Ok(None);
        };
        let index = this.indices[i].get() + 1;
        this.indices[i..].iter().for_each(|place| place.set(index));
        changed = i;
    }
    this.result.next(changed, r, |i| pooled(&pool, this.indices[i].get())).map(Some)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
        method::noargs(c"__sizeof__", size_of_combinations, c"Returns size in memory, in bytes."),
    ];
}

krait_object::methods! {
    static REPLACEMENT_METHODS = [
        method::noargs(c"__reduce__", reduce_replacement, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state_replacement, c"Set state information for unpickling."),
        method::noargs(c"__sizeof__", size_of_replacement, c"Returns size in memory, in bytes."),
    ];
}
