//! `_hashlib.HMAC`: a key, and what has been hashed with it so far.

use super::digest::Digest;
use super::hash::{MOST, refuse};
use super::{Turns, failure, int_size};
use crate::spare::openssl::*;
use core::ffi::{c_int, c_uint, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature, text};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{bytes, none, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, heap_type, method, methods, payload_class, slot, state,
};

/// See the module.
#[repr(C)]
pub struct Hmac {
    head: Head,
    context: Keyed,
    turns: Turns,
}

heap_type! {
    /// `_hashlib.HMAC`
    pub static HMAC = {
        tp_name: c"_hashlib.HMAC".as_ptr(),
        tp_basicsize: size_of::<Hmac>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Hmac>(),
        tp_repr: slot::unary(repr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"The HMAC of a message.\n\nMethods: update() hashes more of it, digest() and hexdigest() tell the HMAC so far as bytes and as\nhexadecimal digits, copy() makes an independent copy.\n\nAttributes: name, digest_size in bytes, block_size.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(refuse),
    };
}
payload_class!(Hmac, heap HMAC);
impl Payload for Hmac {}

methods! {
    static METHODS = [
        method::keywords(c"update", update, c"update($self, /, msg)\n--\n\nHashes more of the message."),
        method::noargs(c"digest", |this: &Hmac| this.with_digest(bytes::from_slice), c"digest($self, /)\n--\n\nThe HMAC of what has been hashed, as bytes."),
        method::noargs(c"hexdigest", |this: &Hmac| this.with_digest(crate::hashes::hex), c"hexdigest($self, /)\n--\n\nThe HMAC of what has been hashed, in hexadecimal."),
        method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nA copy of the object."),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"digest_size", |this: &Hmac| -> Result<c_int> { Ok(this.context.function().size()) }, c""),
        method::getter(c"block_size", |this: &Hmac| -> Result<c_int> { Ok(this.context.function().block_size()) }, c""),
        method::getter(c"name", |this: &Hmac| unicode::from_str(&format!("hmac-{}", this.context.function().name())), c""),
    ];
}

/// A context of OpenSSL's.
struct Keyed(*mut HMAC_CTX);

impl Keyed {
    fn empty() -> Result<Keyed> {
        // SAFETY: no precondition.
        let context = unsafe { HMAC_CTX_new() };
        if context.is_null() { Err(err::no_memory()) } else { Ok(Keyed(context)) }
    }

    fn new(key: &[u8], function: Digest) -> Result<Keyed> {
        let length = int_size(key.len(), "key")?;
        let this = Keyed::empty()?;
        // SAFETY: a new context, a key of that length, a live digest.
        let done = unsafe {
            HMAC_Init_ex(this.0, key.as_ptr().cast(), length, function.raw(), core::ptr::null_mut())
        };
        if done == 1 { Ok(this) } else { Err(failure()) }
    }

    fn function(&self) -> Digest {
        // SAFETY: a live context, whose digest lives as long.
        unsafe { Digest::from_raw(HMAC_CTX_get_md(self.0)) }
    }

    fn try_clone(&self) -> Result<Keyed> {
        let copy = Keyed::empty()?;
        // SAFETY: live contexts.
        if unsafe { HMAC_CTX_copy(copy.0, self.0) } == 1 { Ok(copy) } else { Err(failure()) }
    }

    fn update(&self, data: &[u8], turns: &Turns) -> Result<()> {
        let context = self.0;
        // SAFETY: a live context and so many bytes.
        let done = turns.take(data.len(), || unsafe { HMAC_Update(context, data.as_ptr(), data.len()) });
        if done == 1 { Ok(()) } else { Err(failure()) }
    }

    fn end(self, body: impl FnOnce(&[u8]) -> Result<Obj>) -> Result<Obj> {
        let (mut digest, mut length) = ([0; MOST], 0 as c_uint);
        // SAFETY: a live context and room for any digest.
        if unsafe { HMAC_Final(self.0, digest.as_mut_ptr(), &mut length) } == 0 {
            return Err(failure());
        }
        body(&digest[..length as usize])
    }
}

/// PBKDF2 (RFC 8018), for hash functions that OpenSSL's own does not find: fills `key`, unless something fails.
pub fn derive(function: Digest, password: &[u8], salt: &[u8], rounds: c_int, key: &mut [u8]) -> Result<()> {
    let (keyed, scratch) = (Keyed::new(password, function)?, Keyed::empty()?);
    let size = function.size() as usize;
    // The digest of parts in the place of the one that is there.
    let hash = |parts: &[&[u8]], digest: &mut [u8; MOST]| {
        // SAFETY: live contexts, parts of these lengths and room for any digest.
        unsafe {
            HMAC_CTX_copy(scratch.0, keyed.0) == 1
                && parts.iter().all(|part| HMAC_Update(scratch.0, part.as_ptr(), part.len()) == 1)
                && HMAC_Final(scratch.0, digest.as_mut_ptr(), core::ptr::null_mut()) == 1
        }
    };
    let done = state::allow_threads(|| {
        key.chunks_mut(size).zip(1u32..).all(|(block, number)| {
            let mut last = [0; MOST];
            let mut fine = hash(&[salt, &number.to_be_bytes()], &mut last);
            block.copy_from_slice(&last[..block.len()]);
            for _ in 1..rounds {
                let before = last;
                fine = fine && hash(&[&before[..size]], &mut last);
                block.iter_mut().zip(&last).for_each(|(byte, more)| *byte ^= more);
            }
            fine
        })
    });
    if done { Ok(()) } else { Err(failure()) }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        // SAFETY: the context of ours.
        unsafe { HMAC_CTX_free(self.0) };
    }
}

impl Hmac {
    fn with_digest(&self, body: impl FnOnce(&[u8]) -> Result<Obj>) -> Result<Obj> {
        self.turns.take(0, || self.context.try_clone())?.end(body)
    }

    fn update(&self, message: &Object) -> Result<()> {
        self.context.update(crate::hashes::data_of(message)?.as_slice(), &self.turns)
    }
}

fn with(context: Keyed) -> Result<Obj<Hmac>> {
    payload::new(Hmac::class(), |head| Hmac { head, context, turns: Turns::default() })
}

/// `hmac_new`
pub fn new(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [key, message, name] =
        const { Signature::new("hmac_new", ["key", "msg", "digestmod"]).required(1) }.bind(args)?;
    let key = Buffer::simple(key.unwrap_or(none::none()))?;
    let name = name.map(|name| text("hmac_new", "argument 'digestmod'", name)).transpose()?;
    int_size(key.as_slice().len(), "key")?;
    let Some(name) = name else { return Err(err::type_error("Missing required parameter 'digestmod'.")) };
    let Some(function) = Digest::look_up(name) else {
        return Err(err::value_error("unknown hash function"));
    };
    let this = with(Keyed::new(key.as_slice(), function)?)?;
    if let Some(message) = crate::support::not_none(message) {
        this.update(message)?;
    }
    Ok(this.upcast())
}

/// `hmac_digest`
pub fn digest(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [key, message, name] =
        const { Signature::new("hmac_digest", ["key", "msg", "digest"]) }.bind(args)?;
    let key = Buffer::simple(key.unwrap_or(none::none()))?;
    let message = Buffer::simple(message.unwrap_or(none::none()))?;
    let name = text("hmac_digest", "argument 'digest'", name.unwrap_or(none::none()))?;
    let context = Keyed::new(key.as_slice(), Digest::by_name(name)?)?;
    int_size(message.as_slice().len(), "msg")?;
    context.update(message.as_slice(), &Turns::default())?;
    context.end(bytes::from_slice)
}

fn update(this: &Hmac, args: Args<'_>) -> Result<()> {
    let [message] = const { Signature::new("update", ["msg"]) }.bind(args)?;
    this.update(message.unwrap_or(none::none()))
}

fn copy(this: &Hmac) -> Result<Obj> {
    with(this.turns.take(0, || this.context.try_clone())?).map(Obj::upcast)
}

fn repr(this: &Hmac) -> Result<Obj> {
    let name = this.context.function().name();
    unicode::from_str(&format!("<{name} HMAC object @ {:p}>", this.object().as_ptr()))
}
