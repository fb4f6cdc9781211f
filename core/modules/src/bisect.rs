//! `_bisect`: searching and inserting in sorted sequences.

use crate::support::ssize;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, number, object, sequence};
use krait_object::slot::CompareOp;
use krait_object::types::list::List;
use krait_object::types::{exceptions, long};
use krait_object::{Obj, Object, Result, err, intern, method, native_module};

native_module! {
    /// `_bisect`
    init: PyInit__bisect, name: c"_bisect",
    doc: c"Binary search.\n\nKeeps a list in order while items are inserted, without sorting it each time.\n",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"bisect_right", bisect_right, c"bisect_right($module, /, a, x, lo=0, hi=None)\n--\n\nThe index at which to insert x into the sorted list a, behind items equal to x.\n\nAll e in a[:i] have e <= x, and all e in a[i:] have e > x.\n\nlo (default 0) and hi (default len(a)) bound the part of a that is searched."),
        method::keywords(c"insort_right", insort_right, c"insort_right($module, /, a, x, lo=0, hi=None)\n--\n\nInsert x into the sorted list a, behind items equal to it.\n\nlo (default 0) and hi (default len(a)) bound the part of a that is searched."),
        method::keywords(c"bisect_left", bisect_left, c"bisect_left($module, /, a, x, lo=0, hi=None)\n--\n\nThe index at which to insert x into the sorted list a, before items equal to x.\n\nAll e in a[:i] have e < x, and all e in a[i:] have e >= x.\n\nlo (default 0) and hi (default len(a)) bound the part of a that is searched."),
        method::keywords(c"insort_left", insort_left, c"insort_left($module, /, a, x, lo=0, hi=None)\n--\n\nInsert x into the sorted list a, before items equal to it.\n\nlo (default 0) and hi (default len(a)) bound the part of a that is searched."),
    ];
}

fn exec(_this: &Object) -> Result<()> {
    Ok(())
}

/// An optional bound: None for the end.
fn bound(given: Option<&Object>) -> Result<Option<isize>> {
    match given {
        None => Ok(None),
        Some(given) if given.is_none() => Ok(None),
        Some(given) if number::index_check(given) => {
            // -1 has always been the same as no bound.
            number::as_ssize(given, Some(exceptions::OverflowError()))
                .map(|bound| Some(bound).filter(|&bound| bound != -1))
        }
        Some(given) => Err(err::type_error(format_args!(
            "argument should be integer or None, not '{:.200}'",
            given.class_of().name()
        ))),
    }
}

/// The list, the item, and where the item belongs.
fn search<'a, const RIGHT: bool>(
    signature: &Signature<4>,
    args: Args<'a>,
) -> Result<(&'a Object, &'a Object, isize)> {
    let [Some(list), Some(item), lo, hi] = signature.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let mut lo = lo.map_or(Ok(0), ssize)?;
    let hi = bound(hi)?;
    if lo < 0 {
        return Err(err::value_error("lo must be non-negative"));
    }
    let mut hi = match hi {
        Some(hi) => hi,
        None => sequence::size(list)? as isize,
    };
    let exact = list.downcast_exact::<List>();
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let candidate = match exact {
            Some(list) => {
                list.get(middle as usize).ok_or_else(|| err::index_error("list index out of range"))?
            }
            None => sequence::get_item(list, middle)?,
        };
        let goes_left = if RIGHT {
            object::rich_compare_bool(item, &candidate, CompareOp::Lt)?
        } else {
            !object::rich_compare_bool(&candidate, item, CompareOp::Lt)?
        };
        if goes_left {
            hi = middle;
        } else {
            lo = middle + 1;
        }
    }
    Ok((list, item, lo))
}

fn insert(list: &Object, item: &Object, index: isize) -> Result<()> {
    if let Some(list) = list.downcast_exact::<List>() {
        return list.insert(index, item);
    }
    let index: Obj = long::from_i64(index as i64)?;
    call::call_method(list, intern!("insert"), &[&index, item]).map(drop)
}

const fn signature(name: &'static str) -> Signature<4> {
    Signature::new(name, ["a", "x", "lo", "hi"]).required(2).parsed()
}

fn bisect_right(_module: &Object, args: Args<'_>) -> Result<isize> {
    const SIGNATURE: Signature<4> = signature("bisect_right");
    search::<true>(&SIGNATURE, args).map(|(_, _, index)| index)
}

fn insort_right(_module: &Object, args: Args<'_>) -> Result<()> {
    const SIGNATURE: Signature<4> = signature("insort_right");
    let (list, item, index) = search::<true>(&SIGNATURE, args)?;
    insert(list, item, index)
}

fn bisect_left(_module: &Object, args: Args<'_>) -> Result<isize> {
    const SIGNATURE: Signature<4> = signature("bisect_left");
    search::<false>(&SIGNATURE, args).map(|(_, _, index)| index)
}

fn insort_left(_module: &Object, args: Args<'_>) -> Result<()> {
    const SIGNATURE: Signature<4> = signature("insort_left");
    let (list, item, index) = search::<false>(&SIGNATURE, args)?;
    insert(list, item, index)
}
