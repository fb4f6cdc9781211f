//! `_tracemalloc`, over [`krait_vm::tracemalloc`].

use core::ffi::c_int;
use krait_object::args::check_positional;
use krait_object::types::{long, tuple};
use krait_object::{Obj, Object, Result, method, methods, native_module};
use krait_vm::tracemalloc;

native_module! {
    /// `_tracemalloc`
    init: PyInit__tracemalloc, name: c"_tracemalloc",
    doc: c"Tracing of the memory that Python allocates.",
    methods: METHODS, exec: exec,
}

fn exec(_this: &Object) -> Result<()> {
    Ok(())
}

methods! {
    static METHODS = [
        method::noargs(c"is_tracing", |_: &Object| Ok(tracemalloc::is_tracing()), c"is_tracing($module, /)\n--\n\nWhether memory is traced."),
        method::noargs(c"clear_traces", |_: &Object| { tracemalloc::clear_traces(); Ok(()) }, c"clear_traces($module, /)\n--\n\nForgets the traces of all blocks."),
        method::noargs(c"_get_traces", |_: &Object| tracemalloc::traces(), c"_get_traces($module, /)\n--\n\nThe traces of all blocks.\n\nA list of tuples: domain, size, frames as pairs of file name and line, number of frames. The list is\nempty when memory is not traced."),
        method::o(c"_get_object_traceback", |_: &Object, given: &Object| tracemalloc::traceback_of_object(given), c"_get_object_traceback($module, obj, /)\n--\n\nWhere an object was allocated: a tuple of pairs of file name and line, or None."),
        method::fastcall(c"start", start, c"start($module, nframe=1, /)\n--\n\nBegins to trace.\n\nAt most nframe frames are kept for each block."),
        method::noargs(c"stop", |_: &Object| { tracemalloc::stop(); Ok(()) }, c"stop($module, /)\n--\n\nEnds tracing and forgets all traces."),
        method::noargs(c"get_traceback_limit", |_: &Object| Ok(tracemalloc::limit()), c"get_traceback_limit($module, /)\n--\n\nHow many frames are kept for each block."),
        method::noargs(c"get_tracemalloc_memory", |_: &Object| Ok(tracemalloc::own_memory()), c"get_tracemalloc_memory($module, /)\n--\n\nHow many bytes the tracing itself takes."),
        method::noargs(c"get_traced_memory", traced_memory, c"get_traced_memory($module, /)\n--\n\nThe bytes in traced blocks, now and at most."),
        method::noargs(c"reset_peak", |_: &Object| { tracemalloc::reset_peak(); Ok(()) }, c"reset_peak($module, /)\n--\n\nMakes the present size the largest one."),
    ];
}

fn start(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("start", args.len(), 0, 1)?;
    let frames: c_int = match args.first() {
        None => 1,
        Some(frames) => crate::support::int(frames)?,
    };
    tracemalloc::start(frames)
}

fn traced_memory(_module: &Object) -> Result<Obj> {
    let (now, peak) = tracemalloc::traced_memory();
    tuple::pack([long::from_u64(now as u64)?, long::from_u64(peak as u64)?])
}
