//! `_asyncio.FutureIter`: what `await` makes of a future.

use super::future::{self, Future, State};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{exceptions, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, method, methods, payload_class, slot, static_type,
};

/// Yields the future once if it is not done; then its result is the value of `await`.
#[repr(C)]
pub struct FutureIter {
    head: Head,
    /// Empty once the result has been asked for.
    future: ObjCell,
}

static_type! {
    /// `_asyncio.FutureIter`
    pub static FutureIter_Type = {
        tp_name: c"_asyncio.FutureIter".as_ptr(),
        tp_basicsize: size_of::<FutureIter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<FutureIter>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<FutureIter>(),
        tp_clear: payload::clear::<FutureIter>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
    };
}
payload_class!(FutureIter, FutureIter_Type);

impl Payload for FutureIter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.future.visit(visitor);
    }

    fn clear(&self) {
        drop(self.future.take());
    }
}

methods! {
    static METHODS = [
        method::o(c"send", send, c""),
        method::varargs(c"throw", throw, c""),
        method::noargs(c"close", close, c""),
    ];
}

/// `__await__` and `__iter__` of futures.
pub(super) fn new(future: &Future) -> Result<Obj> {
    future.ensure_alive()?;
    payload::new(FutureIter::class(), |head| FutureIter {
        head,
        future: ObjCell::new(future.object().owned()),
    })
    .map(Obj::upcast)
}

fn next(this: &FutureIter) -> Result<Option<Obj>> {
    let Some(object) = this.future.get() else { return Ok(None) };
    let Some(future) = object.downcast::<Future>() else { return Ok(None) };
    if future.state.get() == State::Pending {
        if future.blocking.replace(true) {
            return Err(err::runtime_error("await wasn't used with future"));
        }
        return Ok(Some(object));
    }
    drop(this.future.take());
    let result = future::result(future)?;
    if result.is_none() { Ok(None) } else { Err(err::set_stop_iteration(&result)) }
}

/// What is sent means nothing to a future.
fn send(this: &FutureIter, _value: &Object) -> Result<Obj> {
    next(this)?.ok_or_else(|| err::set_none(exceptions::StopIteration()))
}

fn throw(this: &FutureIter, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 3)?;
    let optional = |i: usize| args.get(i).copied().filter(|given| !given.is_none()).map(Layout::owned);
    let (value, traceback) = (optional(1), optional(2));
    if traceback.as_ref().is_some_and(|given| !exceptions::is_traceback(given)) {
        return Err(err::type_error("throw() third argument must be a traceback"));
    }
    let mut error = if err::is_exception_class(args[0]) {
        err::Fetched { kind: args[0].owned(), value, traceback }
    } else if err::is_exception(args[0]) {
        if value.is_some() {
            return Err(err::type_error("instance exception may not have a separate value"));
        }
        let own = krait_object::protocol::object::get_attr_str(args[0], "__traceback__")?;
        let traceback = traceback.or(Some(own).filter(|own| !own.is_none()));
        err::Fetched { kind: args[0].class_of().object().owned(), value: Some(args[0].owned()), traceback }
    } else {
        return Err(err::type_error(
            "exceptions must be classes deriving BaseException or instances of such a class",
        ));
    };
    error.normalize();
    drop(this.future.take());
    Err(err::restore(error))
}

fn close(this: &FutureIter) -> Result<()> {
    drop(this.future.take());
    Ok(())
}
