//! `_ssl.Session`: what a connection can be resumed with.

use crate::spare::openssl::*;
use core::ffi::{c_uint, c_ulong};
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, none};
use krait_object::{Class, Layout, Obj, Object, Result, getsets, method, payload_class, slot, static_type};

/// See the module.
#[repr(C)]
pub struct Session {
    head: Head,
    session: *mut SSL_SESSION,
    pub context: ObjCell,
}

static_type! {
    /// `_ssl.Session`
    pub static Session_Type = {
        tp_name: c"_ssl.Session".as_ptr(),
        tp_basicsize: size_of::<Session>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Session>(),
        tp_hash: Some(krait_object::protocol::object::PyObject_HashNotImplemented),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Session>(),
        tp_clear: payload::clear::<Session>(),
        tp_richcompare: slot::richcompare(compare),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Session, Session_Type);
impl Payload for Session {
    fn traverse(&self, visitor: &mut Visitor) {
        self.context.visit(visitor);
    }

    fn clear(&self) {
        drop(self.context.take());
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the reference of ours.
        unsafe { SSL_SESSION_free(self.session) };
    }
}

getsets! {
    static GETSETS = [
        method::getter(c"has_ticket", |this: &Session| -> Result<bool> { Ok(this.has_ticket()) }, c"Does the session contain a ticket?"),
        method::getter(c"id", |this: &Session| bytes::from_slice(this.id()), c"Session id"),
        method::getter(c"ticket_lifetime_hint", |this: &Session| -> Result<u64> { Ok(this.hint()) }, c"Ticket life time hint."),
        method::getter(c"time", |this: &Session| -> Result<i64> { Ok(this.time()) }, c"Session creation time (seconds since epoch)."),
        method::getter(c"timeout", |this: &Session| -> Result<i64> { Ok(this.timeout()) }, c"Session timeout (delta in seconds)."),
    ];
}

impl Session {
    /// Owns the session.
    pub fn new(session: *mut SSL_SESSION, context: Obj) -> Result<Obj<Session>> {
        payload::new(Session::class(), |head| Session { head, session, context: ObjCell::new(context) })
    }

    pub fn raw(&self) -> *mut SSL_SESSION {
        self.session
    }

    fn id(&self) -> &[u8] {
        let mut length: c_uint = 0;
        // SAFETY: a live session, whose id has that length.
        unsafe {
            let id = SSL_SESSION_get_id(self.session, &mut length);
            core::slice::from_raw_parts(id, length as usize)
        }
    }

    fn has_ticket(&self) -> bool {
        // SAFETY: a live session.
        unsafe { SSL_SESSION_has_ticket(self.session) != 0 }
    }

    fn hint(&self) -> u64 {
        // SAFETY: a live session.
        unsafe { SSL_SESSION_get_ticket_lifetime_hint(self.session) }
    }

    fn time(&self) -> i64 {
        // SAFETY: a live session.
        unsafe { SSL_SESSION_get_time(self.session) }
    }

    fn timeout(&self) -> i64 {
        // SAFETY: a live session.
        unsafe { SSL_SESSION_get_timeout(self.session) }
    }
}

fn compare(this: &Session, other: &Object, op: CompareOp) -> Result<Obj> {
    let other = other.downcast::<Session>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne));
    let Some(other) = other else { return Ok(none::not_implemented().owned()) };
    let equal = this.session == other.session || this.id() == other.id();
    Ok(krait_object::types::bool::from_bool(equal == (op == CompareOp::Eq)))
}
