//! `_functools`: partial, reduce, cmp_to_key, and the caches of `functools.lru_cache`.

mod key;
mod lru_cache;
mod partial;

use crate::support::add_type;
use krait_object::args::{Args, check_positional};
use krait_object::protocol::{call, iter};
use krait_object::types::exceptions;
use krait_object::{Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_functools`
    init: PyInit__functools, name: c"_functools", doc: c"Tools for functions that work on functions.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"reduce", reduce, c"reduce(function, sequence[, initial]) -> value\n\nFolds a sequence from the left with a function of two arguments:\nreduce(lambda x, y: x+y, [1, 2, 3]) is ((1+2)+3).  With an initial value, that\nstands before the items, and is the result for an empty sequence."),
        method::keywords(c"cmp_to_key", key::cmp_to_key, c"Makes a key function of a comparison function."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types with valid slots.
    unsafe {
        krait_object::types::typeobject::Type::from_raw(&raw mut key::KeyWrapper_Type).ready()?;
        krait_object::types::typeobject::Type::from_raw(&raw mut lru_cache::Link_Type).ready()?;
        add_type(this, "partial", &raw mut partial::Partial_Type)?;
        add_type(this, "_lru_cache_wrapper", &raw mut lru_cache::LruCache_Type)
    }
}

fn reduce(_module: &Object, args: Args<'_>) -> Result<Obj> {
    args.no_keywords("reduce")?;
    let args = args.positional;
    check_positional("reduce", args.len(), 2, 3)?;
    let function = args[0];
    let iterator = match iter::get_iter(args[1]) {
        Err(_) if err::matches(exceptions::TypeError()) => {
            return Err(err::type_error("reduce() arg 2 must support iteration"));
        }
        result => result?,
    };
    let mut value = args.get(2).map(|initial| krait_object::Layout::owned(*initial));
    while let Some(item) = iter::next(&iterator)? {
        value = Some(match value {
            None => item,
            Some(value) => call::call_skipping_first(function, [function, &*value, &*item])?,
        });
    }
    value.ok_or_else(|| err::type_error("reduce() of empty sequence with no initial value"))
}
