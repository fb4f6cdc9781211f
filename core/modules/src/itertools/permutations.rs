//! `itertools.permutations`

use super::{Reused, class_of, invalid_arguments, iterator_type, number_tuple, numbers, pooled, state_items};
use crate::support::wrong_type;
use core::cell::Cell;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::sequence;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method};

/// The orders of some items of a pool.
#[repr(C)]
pub struct Permutations {
    head: Head,
    pool: ObjCell,
    result: Reused,
    /// A permutation of all indices of the pool, whose beginning is the last result; behind it, for each place of a
    /// result, how many more indices will stand there before the place before it changes.
    numbers: Box<[Cell<usize>]>,
    stopped: Cell<bool>,
    spare: usize,
}

iterator_type! {
    /// `itertools.permutations`
    Permutations_Type of Permutations = c"itertools.permutations", new: tp_new, next: next, methods: METHODS,
    doc: c"permutations(iterable, r=None)\n--\n\nThe orders of r items of the iterable, one after the other.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
}

impl Payload for Permutations {
    fn traverse(&self, visitor: &mut Visitor) {
        self.pool.visit(visitor);
        self.result.visit(visitor);
    }
}

impl Permutations {
    /// The indices and the countdowns.
    fn split(&self, pool: &Object) -> (&[Cell<usize>], &[Cell<usize>]) {
        self.numbers.split_at(tuple::items(pool).len())
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("permutations", ["iterable", "r"]).required(1).parsed();
    let [iterable, r] = SIGNATURE.bind_tuple(args, kw)?;
    let pool = sequence::tuple(iterable.ok_or_else(err::bad_internal_call)?)?;
    let n = tuple::items(&pool).len();
    let r = match r.filter(|r| !r.is_none()) {
        None => n,
        Some(r) if !long::check(r) => return Err(err::type_error("Expected int as r")),
        Some(r) => {
            let r = long::as_isize(r)?;
            usize::try_from(r).map_err(|_| err::value_error("r must be non-negative"))?
        }
    };
    let total = n.checked_add(r).ok_or_else(err::no_memory)?;
    let numbers = numbers(total, |i| if i < n { i } else { n.saturating_sub(i - n) })?;
    let new = payload::new(class, |head| Permutations {
        head,
        pool: ObjCell::new(pool),
        result: Reused::empty(),
        numbers,
        stopped: Cell::new(r > n),
        spare: 0,
    })?;
    Ok(new.upcast())
}

fn next(this: &Permutations) -> Result<Option<Obj>> {
    if this.stopped.get() {
        return Ok(None);
    }
    let pool = this.pool.get_or_none();
    let (indices, countdowns) = this.split(&pool);
    let (n, r) = (indices.len(), countdowns.len());
    let mut changed = 0;
    if !this.result.is_empty() {
        let mut place = None;
        for i in (0..r).rev() {
            let left = countdowns[i].get() - 1;
            countdowns[i].set(left);
            if left != 0 {
                indices[i].swap(&indices[n - left]);
                place = Some(i);
                break;
            }
            // This place has seen all indices behind it: the order from here on is as it was at first.
            let first = indices[i].get();
            for j in i..n - 1 {
                indices[j].set(indices[j + 1].get());
            }
            indices[n - 1].set(first);
            countdowns[i].set(n - i);
        }
        let Some(place) = place else {
            this.stopped.set(true);
            return Ok(None);
        };
        changed = place;
    }
    this.result.next(changed, r, |i| pooled(&pool, indices[i].get())).map(Some)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
        method::noargs(c"__sizeof__", size_of_permutations, c"Returns size in memory, in bytes."),
    ];
}

fn reduce(this: &Permutations) -> Result<Obj> {
    let pool = this.pool.get_or_none();
    let (indices, countdowns) = this.split(&pool);
    let r = long::from_u64(countdowns.len() as u64)?;
    if this.result.is_empty() {
        return tuple::pack([class_of(this), tuple::pack([pool, r])?]);
    }
    if this.stopped.get() {
        return tuple::pack([class_of(this), tuple::pack([tuple::empty(), r])?]);
    }
    let state = tuple::pack([number_tuple(indices)?, number_tuple(countdowns)?])?;
    tuple::pack([class_of(this), tuple::pack([pool.clone(), r])?, state])
}

fn set_state(this: &Permutations, state: &Object) -> Result<()> {
    let items = state_items(state, 2, 2)?;
    for (i, item) in items.iter().enumerate() {
        if !tuple::check(item) {
            return Err(wrong_type("", i + 1, "tuple", item));
        }
    }
    let pool = this.pool.get_or_none();
    let (indices, countdowns) = this.split(&pool);
    let (n, r) = (indices.len(), countdowns.len());
    let (new_indices, new_countdowns) = (tuple::items(items[0]), tuple::items(items[1]));
    if new_indices.len() != n || new_countdowns.len() != r {
        return Err(invalid_arguments());
    }
    for (place, given) in indices.iter().zip(new_indices) {
        place.set(long::as_isize(given)?.min(n as isize - 1).max(0) as usize);
    }
    for (i, (place, given)) in countdowns.iter().zip(new_countdowns).enumerate() {
        place.set(long::as_isize(given)?.min(n as isize - i as isize).max(1) as usize);
    }
    if r > n {
        return Ok(());
    }
    this.result.next(0, r, |i| pooled(&pool, indices[i].get())).map(drop)
}

fn size_of_permutations(this: &Permutations) -> Result<usize> {
    // SAFETY: a live type.
    let basic = unsafe { (*this.object().type_ptr()).tp_basicsize } as usize;
    Ok(basic + this.numbers.len() * size_of::<usize>())
}

const _: () = assert!(size_of::<Permutations>() == 64);
