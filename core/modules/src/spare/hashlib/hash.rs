//! `_hashlib.HASH` and `_hashlib.HASHXOF`: what has been hashed so far.

use super::digest::Digest;
use super::{Turns, failure};
use crate::spare::openssl::*;
use core::ffi::{c_int, c_uint, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, heap_type, method, methods, payload_class, slot,
};

/// The most bytes that a digest of fixed size has.
pub const MOST: usize = 64;
/// The context is for one digest: nothing need be kept for another.
const FLAG_ONE_SHOT: c_int = 1;

/// See the module. Both classes have these instances.
#[repr(C)]
pub struct Hash {
    head: Head,
    context: *mut EVP_MD_CTX,
    turns: Turns,
}

heap_type! {
    /// `_hashlib.HASH`
    pub static HASH = {
        tp_name: c"_hashlib.HASH".as_ptr(),
        tp_basicsize: size_of::<Hash>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Hash>(),
        tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"A hash function and what it has hashed.\n\nMethods: update() hashes more data, digest() and hexdigest() tell the digest so far as bytes and as\nhexadecimal digits, copy() makes an independent copy.\n\nAttributes: name, digest_size in bytes, block_size.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(refuse),
    };
}
payload_class!(Hash, heap HASH);
impl Payload for Hash {}

heap_type! {
    /// `_hashlib.HASHXOF`
    pub static HASHXOF = {
        tp_name: c"_hashlib.HASHXOF".as_ptr(),
        tp_basicsize: size_of::<Hash>() as Py_ssize_t,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"A hash function with digests of any length and what it has hashed.\n\nMethods: update() hashes more data, digest(length) and hexdigest(length) tell the digest so far as\nbytes and as hexadecimal digits, copy() makes an independent copy.\n\nAttributes: name, digest_size (0), block_size.".as_ptr(),
        tp_methods: (&raw mut XOF_METHODS).cast(),
        tp_getset: (&raw mut XOF_GETSETS).cast(),
        tp_new: slot::new(refuse),
    };
}

impl Drop for Hash {
    fn drop(&mut self) {
        // SAFETY: the context of ours.
        unsafe { EVP_MD_CTX_free(self.context) };
    }
}

methods! {
    static METHODS = [
        method::o(c"update", |this: &Hash, data: &Object| this.update(&crate::hashes::data_of(data)?), c"update($self, obj, /)\n--\n\nHashes more data."),
        method::noargs(c"digest", |this: &Hash| this.with_digest(bytes::from_slice), c"digest($self, /)\n--\n\nThe digest of what has been hashed, as bytes."),
        method::noargs(c"hexdigest", |this: &Hash| this.with_digest(crate::hashes::hex), c"hexdigest($self, /)\n--\n\nThe digest of what has been hashed, in hexadecimal."),
        method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nA copy of the hash object."),
    ];
}
methods! {
    static XOF_METHODS = [
        method::keywords(c"digest", extended_digest, c"digest($self, /, length)\n--\n\nThe digest of what has been hashed, as so many bytes."),
        method::keywords(c"hexdigest", extended_hexdigest, c"hexdigest($self, /, length)\n--\n\nThe digest of what has been hashed, so many bytes in hexadecimal."),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"digest_size", |this: &Hash| -> Result<c_int> { Ok(this.function().size()) }, c""),
        method::getter(c"block_size", |this: &Hash| -> Result<c_int> { Ok(this.function().block_size()) }, c""),
        method::getter(c"name", |this: &Hash| unicode::from_str(&this.function().name()), c""),
    ];
}
getsets! {
    static XOF_GETSETS = [
        method::getter(c"digest_size", |_: &Hash| -> Result<c_int> { Ok(0) }, c""),
    ];
}

/// Hash objects come from functions.
pub fn refuse(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Err(err::type_error(format_args!("cannot create '{:.100}' instances", class.short_name())))
}

fn made(class: &Type) -> Result<Obj<Hash>> {
    // SAFETY: no precondition.
    let context = unsafe { EVP_MD_CTX_new() };
    if context.is_null() {
        return Err(err::no_memory());
    }
    payload::new(class, |head| Hash { head, context, turns: Turns::default() })
}

/// A hash object of a hash function that has seen some data.
pub fn of(function: Digest, data: Option<&Object>) -> Result<Obj> {
    let data = data.map(crate::hashes::data_of).transpose()?;
    with(function, data.as_ref())
}

/// See [`of`].
pub fn with(function: Digest, data: Option<&Buffer>) -> Result<Obj> {
    let this = made(if function.is_extendable() { HASHXOF.class() } else { Hash::class() })?;
    // SAFETY: a new context and a live digest.
    if unsafe { EVP_DigestInit_ex(this.context, function.raw(), core::ptr::null_mut()) } == 0 {
        return Err(failure());
    }
    if let Some(data) = data {
        this.update(data)?;
    }
    Ok(this.upcast())
}

impl Hash {
    fn function(&self) -> Digest {
        // SAFETY: a live context, whose digest lives as long.
        unsafe { Digest::from_raw(EVP_MD_CTX_get0_md(self.context)) }
    }

    fn update(&self, data: &Buffer) -> Result<()> {
        let (context, data) = (self.context, data.as_slice());
        // SAFETY: a live context and so many bytes.
        let done = self
            .turns
            .take(data.len(), || unsafe { EVP_DigestUpdate(context, data.as_ptr().cast(), data.len()) });
        if done == 1 { Ok(()) } else { Err(failure()) }
    }

    /// Copies the context over another one.
    fn copy_to(&self, context: *mut EVP_MD_CTX) -> Result<()> {
        // SAFETY: live contexts.
        let done = self.turns.take(0, || unsafe { EVP_MD_CTX_copy(context, self.context) });
        if done == 1 { Ok(()) } else { Err(failure()) }
    }

    /// Ends a copy of the context, so that the hashing can go on.
    fn end(&self, finish: impl FnOnce(*mut EVP_MD_CTX) -> c_int) -> Result<()> {
        // SAFETY: a context of ours, freed at the end.
        unsafe {
            let context = EVP_MD_CTX_new();
            if context.is_null() {
                return Err(err::no_memory());
            }
            let copied = self.copy_to(context);
            let done = copied.is_ok() && finish(context) == 1;
            EVP_MD_CTX_free(context);
            copied?;
            if done { Ok(()) } else { Err(failure()) }
        }
    }

    fn with_digest(&self, body: impl FnOnce(&[u8]) -> Result<Obj>) -> Result<Obj> {
        let (mut digest, mut length) = ([0; MOST], 0 as c_uint);
        // SAFETY: a live context and room for any digest.
        self.end(|context| unsafe { EVP_DigestFinal(context, digest.as_mut_ptr(), &mut length) })?;
        body(&digest[..length as usize])
    }

    /// Fills memory with the digest.
    fn extend(&self, length: usize, out: *mut u8) -> Result<()> {
        self.end(|context| {
            // SAFETY: a live context and so much room.
            unsafe {
                EVP_MD_CTX_set_flags(context, FLAG_ONE_SHOT);
                EVP_DigestFinalXOF(context, out, length)
            }
        })
    }
}

fn length(function: &'static str, args: Args<'_>) -> Result<isize> {
    let [length] = Signature::new(function, ["length"]).bind(args)?;
    crate::support::ssize(length.unwrap_or(krait_object::types::none::none()))
}

fn extended_digest(this: &Hash, args: Args<'_>) -> Result<Obj> {
    let Ok(length) = usize::try_from(length("digest", args)?) else {
        return Err(err::system_error("Negative size passed to PyBytes_FromStringAndSize"));
    };
    crate::support::filled_bytes(length, |out| this.extend(length, out).map(|()| length))
}

fn extended_hexdigest(this: &Hash, args: Args<'_>) -> Result<Obj> {
    let Ok(length) = usize::try_from(length("hexdigest", args)?) else { return Err(err::no_memory()) };
    let mut digest = krait_object::memory::try_vec(length)?;
    this.extend(length, digest.as_mut_ptr())?;
    // SAFETY: so many bytes have been written.
    unsafe { digest.set_len(length) };
    crate::hashes::hex(&digest)
}

fn copy(this: &Hash) -> Result<Obj> {
    let copy = made(this.object().class_of())?;
    this.copy_to(copy.context)?;
    Ok(copy.upcast())
}

fn repr(this: &Hash) -> Result<Obj> {
    let (name, class) = (this.function().name(), this.object().class_of().name());
    unicode::from_str(&format!("<{name} {class} object @ {:p}>", this.object().as_ptr()))
}
