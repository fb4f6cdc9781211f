//! `gc`: the garbage collector's controls.

use crate::support::{check_count, int};
use core::ffi::c_int;
use krait_object::args::{Args, Signature};
use krait_object::gc;
use krait_object::protocol::number;
use krait_object::types::{dict, list, long, module, tuple};
use krait_object::{Obj, Object, Result, err, method, native_module};

native_module! {
    /// `gc`
    init: PyInit_gc, name: c"gc",
    doc: c"The collector of reference cycles.\n\nenable(), disable(), isenabled() -- automatic collection\ncollect() -- collects now\nget_count(), get_stats() -- what it has done\nset_debug(), get_debug() -- what it tells\nset_threshold(), get_threshold() -- how often it runs\nget_objects(), is_tracked(), is_finalized() -- what it knows\nget_referrers(), get_referents() -- who refers to whom\nfreeze(), unfreeze(), get_freeze_count() -- the permanent generation",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"enable", enable, c"enable($module, /)\n--\n\nSwitches automatic collection on."),
        method::noargs(c"disable", disable, c"disable($module, /)\n--\n\nSwitches automatic collection off."),
        method::noargs(c"isenabled", isenabled, c"isenabled($module, /)\n--\n\nWhether automatic collection is on."),
        method::o(c"set_debug", set_debug, c"set_debug($module, flags, /)\n--\n\nSets what the collector tells.\n\n  flags\n    An integer, the sum of:\n      DEBUG_STATS - statistics of each collection\n      DEBUG_COLLECTABLE - the objects it collects\n      DEBUG_UNCOLLECTABLE - the objects it cannot collect\n      DEBUG_SAVEALL - keep everything in gc.garbage\n      DEBUG_LEAK - what is needed to find a leak\n\nEverything is written to stderr."),
        method::noargs(c"get_debug", get_debug, c"get_debug($module, /)\n--\n\nWhat the collector tells."),
        method::noargs(c"get_count", get_count, c"get_count($module, /)\n--\n\nThe counters of the three generations."),
        method::varargs(c"set_threshold", set_threshold, c"set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets how often collections run; 0 for the first threshold means never."),
        method::noargs(c"get_threshold", get_threshold, c"get_threshold($module, /)\n--\n\nHow often collections run."),
        method::keywords(c"collect", collect, c"collect($module, /, generation=2)\n--\n\nCollects a generation and those younger than it; how many objects could not be reached."),
        method::keywords(c"get_objects", get_objects, c"get_objects($module, /, generation=None)\n--\n\nThe objects that the collector tracks, of one generation or of all."),
        method::noargs(c"get_stats", get_stats, c"get_stats($module, /)\n--\n\nA dict of statistics for each generation."),
        method::o(c"is_tracked", is_tracked, c"is_tracked($module, obj, /)\n--\n\nWhether the collector tracks the object.\n\nObjects that refer to no others are not tracked."),
        method::varargs(c"get_referrers", get_referrers, c"get_referrers(*objs) -> list\nThe objects that refer directly to any of objs."),
        method::varargs(c"get_referents", get_referents, c"get_referents(*objs) -> list\nThe objects that objs refer to directly."),
        method::o(c"is_finalized", is_finalized, c"is_finalized($module, obj, /)\n--\n\nWhether the collector has finalised the object."),
        method::noargs(c"freeze", freeze, c"freeze($module, /)\n--\n\nMoves all tracked objects to the permanent generation, which is never collected.\n\nUseful before fork(), so that collections do not touch the pages that are shared."),
        method::noargs(c"unfreeze", unfreeze, c"unfreeze($module, /)\n--\n\nMoves the permanent generation back to the oldest one."),
        method::noargs(c"get_freeze_count", get_freeze_count, c"get_freeze_count($module, /)\n--\n\nHow many objects the permanent generation has."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    module::add(this, "garbage", &*gc::garbage()?)?;
    module::add(this, "callbacks", &*gc::callbacks()?)?;
    crate::support::add_ints(
        this,
        &[
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", 32),
            ("DEBUG_LEAK", 38),
        ],
    )
}

fn enable(_module: &Object) -> Result<()> {
    gc::set_enabled(true);
    Ok(())
}

fn disable(_module: &Object) -> Result<()> {
    gc::set_enabled(false);
    Ok(())
}

fn isenabled(_module: &Object) -> Result<bool> {
    Ok(gc::is_enabled())
}

fn set_debug(_module: &Object, flags: &Object) -> Result<()> {
    gc::inspect::set_debug_flags(int(flags)?);
    Ok(())
}

fn get_debug(_module: &Object) -> Result<c_int> {
    Ok(gc::inspect::debug_flags())
}

fn triple(values: [c_int; 3]) -> Result<Obj> {
    tuple::pack([
        long::from_i64(i64::from(values[0]))?,
        long::from_i64(i64::from(values[1]))?,
        long::from_i64(i64::from(values[2]))?,
    ])
}

fn get_count(_module: &Object) -> Result<Obj> {
    triple(gc::inspect::counts())
}

fn get_threshold(_module: &Object) -> Result<Obj> {
    triple(gc::inspect::thresholds())
}

fn set_threshold(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("set_threshold", args.len(), 1, 3)?;
    // All are converted before the first is set.
    let values = args.iter().map(|value| crate::support::parse_int(value)).collect::<Result<Vec<_>>>()?;
    for (index, value) in values.into_iter().enumerate() {
        gc::inspect::set_threshold(index, value);
    }
    Ok(())
}

fn collect(_module: &Object, args: Args<'_>) -> Result<isize> {
    static SIGNATURE: Signature<1> = Signature::new("collect", ["generation"]).required(0);
    let [generation] = SIGNATURE.bind(args)?;
    let generation = crate::support::int_or(generation, 2)?;
    if !(0..gc::GENERATIONS as c_int).contains(&generation) {
        return Err(err::value_error("invalid generation"));
    }
    gc::collect_generation(generation as usize)
}

fn get_objects(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<1> = Signature::new("get_objects", ["generation"]).required(0);
    let [generation] = SIGNATURE.bind(args)?;
    let generation = match crate::support::not_none(generation) {
        None => -1,
        Some(given) if number::index_check(given) => number::as_ssize(given, None)?,
        Some(given) => {
            return Err(err::type_error(format_args!(
                "argument should be integer or None, not '{:.200}'",
                given.class_of().name()
            )));
        }
    };
    if generation == -1 {
        return Ok(gc::inspect::get_objects(None)?.upcast());
    }
    if generation >= gc::GENERATIONS as isize {
        return Err(err::value_error(format_args!(
            "generation parameter must be less than the number of available generations ({})",
            gc::GENERATIONS
        )));
    }
    if generation < 0 {
        return Err(err::value_error("generation parameter cannot be negative"));
    }
    Ok(gc::inspect::get_objects(Some(generation as usize))?.upcast())
}

fn get_stats(_module: &Object) -> Result<Obj> {
    let result = list::new()?;
    for stats in gc::inspect::stats() {
        let entry = dict::new()?;
        for (name, value) in [
            ("collections", stats.collections),
            ("collected", stats.collected),
            ("uncollectable", stats.uncollectable),
        ] {
            dict::set_str(&entry, name, &*long::from_i64(value as i64)?)?;
        }
        result.push(entry)?;
    }
    Ok(result.upcast())
}

fn is_tracked(_module: &Object, target: &Object) -> Result<bool> {
    Ok(gc::object_is_tracked(target))
}

fn is_finalized(_module: &Object, target: &Object) -> Result<bool> {
    Ok(gc::object_is_finalized(target))
}

fn get_referrers(_module: &Object, args: &Object) -> Result<Obj> {
    Ok(gc::inspect::get_referrers(tuple::items(args), Some(args))?.upcast())
}

fn get_referents(_module: &Object, args: &Object) -> Result<Obj> {
    Ok(gc::inspect::get_referents(tuple::items(args))?.upcast())
}

fn freeze(_module: &Object) -> Result<()> {
    gc::inspect::freeze();
    Ok(())
}

fn unfreeze(_module: &Object) -> Result<()> {
    gc::inspect::unfreeze();
    Ok(())
}

fn get_freeze_count(_module: &Object) -> Result<isize> {
    Ok(gc::inspect::freeze_count())
}
