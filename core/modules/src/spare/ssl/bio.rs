//! `_ssl.MemoryBIO`: bytes on their way between a connection and the program.

use super::error;
use crate::spare::openssl::*;
use core::cell::Cell;
use core::ffi::{c_int, c_ulong, c_void};
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, tuple};
use krait_object::{Obj, Object, Result, err, getsets, method, methods, payload_class, slot, static_type};

/// See the module.
#[repr(C)]
pub struct MemoryBio {
    head: Head,
    bio: *mut BIO,
    eof: Cell<bool>,
}

static_type! {
    /// `_ssl.MemoryBIO`
    pub static MemoryBio_Type = {
        tp_name: c"_ssl.MemoryBIO".as_ptr(),
        tp_basicsize: size_of::<MemoryBio>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<MemoryBio>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(MemoryBio, MemoryBio_Type);
impl Payload for MemoryBio {}

impl Drop for MemoryBio {
    fn drop(&mut self) {
        // SAFETY: the reference of ours.
        unsafe { BIO_free(self.bio) };
    }
}

methods! {
    static METHODS = [
        method::fastcall(c"read", read, c"read($self, size=-1, /)\n--\n\nAt most `size` bytes, or all there are; empty when nothing is there, which means the\nend only if `eof` is true."),
        method::o(c"write", write, c"write($self, b, /)\n--\n\nAdds bytes and returns how many."),
        method::noargs(c"write_eof", write_eof, c"write_eof($self, /)\n--\n\nSays that nothing follows; after what is there has been read, reading ends."),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"pending", |this: &MemoryBio| -> Result<i64> { Ok(this.pending() as i64) }, c"The number of bytes pending in the memory BIO."),
        method::getter(c"eof", |this: &MemoryBio| -> Result<bool> { Ok(this.pending() == 0 && this.eof.get()) }, c"Whether the memory BIO is at EOF."),
    ];
}

/// What `BIO_ctrl` is asked to do.
const SET_EOF_RETURN: c_int = 130;
const PENDING: c_int = 10;
/// Reading and retrying.
const RETRY: c_int = 0x09;

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| krait_object::types::dict::len(kw) > 0) {
        return Err(err::type_error("MemoryBIO() takes no keyword arguments"));
    }
    krait_object::args::check_positional("MemoryBIO", tuple::items(args).len(), 0, 0)?;
    // SAFETY: a new BIO, which says "later" when it is empty.
    let bio = unsafe {
        let bio = BIO_new(BIO_s_mem());
        if bio.is_null() {
            return Err(error::other("failed to allocate BIO"));
        }
        BIO_set_flags(bio, RETRY);
        BIO_ctrl(bio, SET_EOF_RETURN, -1, core::ptr::null_mut());
        bio
    };
    payload::new(class, |head| MemoryBio { head, bio, eof: Cell::new(false) }).map(Obj::upcast)
}

impl MemoryBio {
    /// The BIO with a reference more, for a connection.
    pub fn shared(&self) -> *mut BIO {
        // SAFETY: a live BIO.
        unsafe { BIO_up_ref(self.bio) };
        self.bio
    }

    fn pending(&self) -> usize {
        // SAFETY: a live BIO.
        unsafe { BIO_ctrl(self.bio, PENDING, 0, core::ptr::null_mut()) as usize }
    }
}

fn read(this: &MemoryBio, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("read", args.len(), 0, 1)?;
    let size = crate::support::int_or(args.first().copied(), -1)?;
    let there = this.pending();
    let count = usize::try_from(size).map_or(there, |size| size.min(there));
    if count == 0 {
        return bytes::empty();
    }
    crate::support::filled_bytes(count, |start| {
        // SAFETY: so much room.
        let got = unsafe { BIO_read(this.bio, start.cast::<c_void>(), count as c_int) };
        usize::try_from(got).map_err(|_| error::last())
    })
}

fn write(this: &MemoryBio, data: &Object) -> Result<c_int> {
    let data = Buffer::simple(data)?;
    let content = data.as_slice();
    let Ok(length) = c_int::try_from(content.len()) else {
        return Err(err::overflow_error(format_args!("string longer than {} bytes", c_int::MAX)));
    };
    if this.eof.get() {
        return Err(error::other("cannot write() after write_eof()"));
    }
    // SAFETY: so many bytes.
    let written = unsafe { BIO_write(this.bio, content.as_ptr().cast(), length) };
    if written < 0 { Err(error::last()) } else { Ok(written) }
}

fn write_eof(this: &MemoryBio) -> Result<()> {
    this.eof.set(true);
    // SAFETY: a live BIO, which says "the end" from now on.
    unsafe {
        BIO_clear_flags(this.bio, RETRY);
        BIO_ctrl(this.bio, SET_EOF_RETURN, 0, core::ptr::null_mut());
    }
    Ok(())
}
