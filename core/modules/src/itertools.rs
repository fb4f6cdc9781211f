//! `itertools`: one file for each class, or for a family of them.
//!
//! What the iterators hold is taken out of its cell (or referred to once more) before any Python code runs, as that
//! may come back into the same iterator.

mod accumulate;
mod chain;
mod combinations;
mod count;
mod cycle;
mod groupby;
mod islice;
mod permutations;
mod predicates;
mod product;
mod repeat;
mod tee;
mod zip_longest;

use crate::support::add_type;
use core::cell::Cell;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `itertools`
    init: PyInit_itertools, name: c"itertools",
    doc: c"Iterators that are made of other iterators.\n\nWithout end:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or n times\n\nAs long as the shortest input:\naccumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\nchain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\ncompress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\ndropwhile(pred, seq) --> seq[n], seq[n+1], from the first on for which pred is false\ngroupby(iterable[, keyfunc]) --> groups of neighbours with the same keyfunc(value)\nfilterfalse(pred, seq) --> the items for which pred is false\nislice(seq, [start,] stop [, step]) --> the items of seq[start:stop:step]\nstarmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\ntee(it, n=2) --> (it1, it2 , ... itn) n iterators in place of one\ntakewhile(pred, seq) --> seq[0], seq[1], up to the first for which pred is false\nzip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\nCombinatorial:\nproduct(p, q, ... [repeat=1]) --> the cartesian product\npermutations(p[, r])\ncombinations(p, r)\ncombinations_with_replacement(p, r)\n",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"tee", tee::tee, c"tee($module, iterable, n=2, /)\n--\n\nReturns a tuple of n independent iterators."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    let types = [
        ("accumulate", &raw mut accumulate::Accumulate_Type),
        ("combinations", &raw mut combinations::Combinations_Type),
        ("combinations_with_replacement", &raw mut combinations::WithReplacement_Type),
        ("cycle", &raw mut cycle::Cycle_Type),
        ("dropwhile", &raw mut predicates::DropWhile_Type),
        ("takewhile", &raw mut predicates::TakeWhile_Type),
        ("islice", &raw mut islice::Islice_Type),
        ("starmap", &raw mut predicates::StarMap_Type),
        ("chain", &raw mut chain::Chain_Type),
        ("compress", &raw mut predicates::Compress_Type),
        ("filterfalse", &raw mut predicates::FilterFalse_Type),
        ("count", &raw mut count::Count_Type),
        ("zip_longest", &raw mut zip_longest::ZipLongest_Type),
        ("permutations", &raw mut permutations::Permutations_Type),
        ("product", &raw mut product::Product_Type),
        ("repeat", &raw mut repeat::Repeat_Type),
        ("groupby", &raw mut groupby::GroupBy_Type),
        ("_grouper", &raw mut groupby::Grouper_Type),
        ("_tee", &raw mut tee::Tee_Type),
        ("_tee_dataobject", &raw mut tee::TeeData_Type),
    ];
    for (name, class) in types {
        // SAFETY: static types with valid slots.
        unsafe { add_type(this, name, class)? };
    }
    Ok(())
}

/// A static iterator type with the slots that all of them have; more fields can follow.
///
/// `final` before all else makes a class that has no subclasses.
macro_rules! iterator_type {
    (final $($rest:tt)*) => { iterator_type! { @ krait_abi::Py_TPFLAGS_DEFAULT; $($rest)* } };
    (@ $flags:expr; $(#[$meta:meta])* $static:ident of $rust:ident = $name:literal, new: $new:expr, next: $next:expr,
        methods: $methods:ident, doc: $doc:literal $(, $field:ident: $value:expr)* $(,)?) => {
        krait_object::static_type! {
            $(#[$meta])*
            pub static $static = {
                tp_name: $name.as_ptr(),
                tp_basicsize: size_of::<$rust>() as krait_abi::Py_ssize_t,
                tp_dealloc: krait_object::payload::dealloc::<$rust>(),
                tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
                tp_flags: ($flags | krait_abi::Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
                tp_doc: if $doc.is_empty() { core::ptr::null() } else { $doc.as_ptr() },
                tp_traverse: krait_object::payload::traverse::<$rust>(),
                tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
                tp_iternext: krait_object::slot::iternext($next),
                tp_methods: (&raw mut $methods).cast(),
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_new: krait_object::slot::new($new),
                tp_free: Some(krait_object::gc::PyObject_GC_Del),
                $($field: $value,)*
            };
        }
        krait_object::payload_class!($rust, $static);
    };
    ($($all:tt)*) => {
        iterator_type! { @ krait_abi::Py_TPFLAGS_DEFAULT | krait_abi::Py_TPFLAGS_BASETYPE; $($all)* }
    };
}
use iterator_type;

/// Refuses keyword arguments, unless a subclass with an `__init__` of its own may want them.
fn no_keywords<T: Class>(class: &Type, name: &str, kw: Option<&Object>) -> Result<()> {
    // SAFETY: live types.
    let inherits_init = core::ptr::eq(class, T::class())
        || unsafe {
            (*class.as_raw()).tp_init.map(|f| f as usize)
                == (*T::class().as_raw()).tp_init.map(|f| f as usize)
        };
    if inherits_init && kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error(format_args!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// The class of an object as the first item of what `__reduce__` returns.
fn class_of<T: Layout>(this: &T) -> Obj {
    this.object().class_of().object().owned()
}

/// The items of a state tuple; their number is to be between `min` and `max`.
fn state_items(state: &Object, min: usize, max: usize) -> Result<&[&Object]> {
    if !tuple::check(state) {
        return Err(err::type_error("state is not a tuple"));
    }
    let items = tuple::items(state);
    crate::support::check_count("", items.len(), min, max)?;
    Ok(items)
}

#[cold]
fn invalid_arguments() -> krait_object::Raised {
    err::value_error("invalid arguments")
}

/// Numbers in memory of an iterator's own. MemoryError when there is too little.
fn numbers(count: usize, mut number: impl FnMut(usize) -> usize) -> Result<Box<[Cell<usize>]>> {
    let mut cells = Vec::new();
    if cells.try_reserve_exact(count).is_err() {
        return Err(err::no_memory());
    }
    cells.extend((0..count).map(|i| Cell::new(number(i))));
    Ok(cells.into_boxed_slice())
}

/// Numbers as a tuple of ints.
fn number_tuple(numbers: &[Cell<usize>]) -> Result<Obj> {
    let numbers = numbers.iter().map(|n| long::from_u64(n.get() as u64)).collect::<Result<Vec<Obj>>>()?;
    tuple::from_vec(numbers)
}

/// The last result: a tuple that is used again when nobody else has kept it.
struct Reused(ObjCell);

impl Reused {
    const fn empty() -> Reused {
        Reused(ObjCell::empty())
    }

    /// Whether there has been no result yet.
    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn visit(&self, visitor: &mut Visitor) {
        self.0.visit(visitor);
    }

    /// The next result, which differs from the last one in items from index `from` on.
    #[inline(always)]
    fn next(&self, from: usize, size: usize, mut item: impl FnMut(usize) -> Result<Obj>) -> Result<Obj> {
        let result = match self.0.take().filter(|last| last.refcount() == 1) {
            Some(last) => {
                for i in from..size {
                    tuple::set_item(&last, i as isize, Some(item(i)?))?;
                }
                tuple::track_again(&last);
                last
            }
            None => {
                let items = (0..size).map(item).collect::<Result<Vec<Obj>>>()?;
                tuple::from_vec(items)?
            }
        };
        self.0.set(result.clone());
        Ok(result)
    }
}

/// An item of a pool by an index that was checked before.
#[inline(always)]
fn pooled(pool: &Object, index: usize) -> Result<Obj> {
    match tuple::items(pool).get(index) {
        Some(item) => Ok(item.owned()),
        None => Err(err::index_error("tuple index out of range")),
    }
}
