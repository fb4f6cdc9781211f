//! Positions in a text stream.
//!
//! A position that `tell()` gives is a cookie: the offset of a place in the buffer where the decoder can start anew, the
//! decoder's flags there, how many bytes to feed it from there and how many of the characters that come out to skip:
//!
//! ```text
//!   byte 0         8          12              16              20          21
//!        | start   | flags    | bytes to feed | chars to skip | need eof |
//! ```
//!
//! Where the decoder keeps no state, the cookie is the offset itself.

use super::coding::{Codec, decode, decoder_state, reset_decoder, reset_encoder, set_decoder_state};
use super::read::set_decoded;
use super::write::flush_pending;
use super::{TextIOWrapper, attached, open_buffer};
use crate::io::{offset, unsupported, whence_argument};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, exceptions, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

#[derive(Default)]
struct Cookie {
    start: i64,
    flags: i32,
    feed: i32,
    skip: i32,
    eof: bool,
}

impl Cookie {
    fn to_object(&self) -> Result<Obj> {
        let mut raw = [0u8; 21];
        raw[..8].copy_from_slice(&self.start.to_le_bytes());
        raw[8..12].copy_from_slice(&self.flags.to_le_bytes());
        raw[12..16].copy_from_slice(&self.feed.to_le_bytes());
        raw[16..20].copy_from_slice(&self.skip.to_le_bytes());
        raw[20] = u8::from(self.eof);
        long::from_bytes(&raw, true, false)
    }

    fn from_object(given: &Object) -> Result<Cookie> {
        let number = krait_object::protocol::number::long(given)?;
        let mut raw = [0u8; 21];
        long::to_bytes(&number, &mut raw, true, false)?;
        let part = |at: usize| i32::from_le_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
        let mut start = [0u8; 8];
        start.copy_from_slice(&raw[..8]);
        Ok(Cookie {
            start: i64::from_le_bytes(start),
            flags: part(8),
            feed: part(12),
            skip: part(16),
            eof: raw[20] != 0,
        })
    }
}

pub(super) fn truncate(this: &TextIOWrapper, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("truncate", args.len(), 0, 1)?;
    let buffer = attached(this)?;
    call::call_method(this.object(), intern!("flush"), &[])?;
    call::call_method(&buffer, intern!("truncate"), &[args.first().copied().unwrap_or(none::none())])
}

pub(super) fn tell(this: &TextIOWrapper) -> Result<Obj> {
    let buffer = open_buffer(this)?;
    if !this.seekable.get() {
        return Err(unsupported("underlying stream is not seekable"));
    }
    if !this.telling.get() {
        return Err(err::os_error("telling position disabled by next() call"));
    }
    flush_pending(this, &buffer)?;
    call::call_method(this.object(), intern!("flush"), &[])?;
    let at = call::call_method(&buffer, intern!("tell"), &[])?;
    let Some(input) = this.snapshot.get().filter(|_| this.decoder.get() != Codec::None) else {
        return Ok(at);
    };
    let input = bytes::as_slice(&input);
    let mut cookie = Cookie {
        start: offset(&at, exceptions::OverflowError())? - input.len() as i64,
        flags: this.snapshot_flags.get(),
        ..Cookie::default()
    };
    if this.decoded.is_empty() || this.decoded_used.get() == 0 {
        return cookie.to_object();
    }
    let (kept, flags) = decoder_state(this)?;
    let found = locate(this, input, &mut cookie);
    // The decoder goes on as if nothing had happened.
    let restored = super::super::both(|| found, || set_decoder_state(this, &kept, flags));
    restored?;
    cookie.to_object()
}

/// Puts the decoder at the start that a cookie names.
fn start_decoder(this: &TextIOWrapper, start: i64, flags: i32) -> Result<()> {
    if start == 0 && flags == 0 {
        return reset_decoder(this);
    }
    set_decoder_state(this, &*bytes::empty()?, flags as u32 as u64)
}

/// Decodes some bytes of the snapshot; the number of characters.
fn feed(this: &TextIOWrapper, input: &[u8], last: bool) -> Result<usize> {
    let text = decode(this, &*bytes::from_slice(input)?, last)?;
    Ok(unicode::len(&text))
}

/// Finds the latest safe start before the used characters, and what must be fed and skipped from there.
fn locate(this: &TextIOWrapper, input: &[u8], cookie: &mut Cookie) -> Result<()> {
    let mut skip = this.decoded_used.get();
    // A guess that the ratio of the chunk makes good for most encodings; it shrinks until the decoder is at a
    // character's end not behind the user's place.
    let mut guess = ((this.ratio.get() * skip as f64) as usize).min(input.len());
    let mut step = 1;
    loop {
        start_decoder(this, cookie.start, cookie.flags)?;
        if guess == 0 {
            break;
        }
        let characters = feed(this, &input[..guess], false)?;
        if characters <= skip {
            let (kept, flags) = decoder_state(this)?;
            let kept = bytes::as_slice(&kept).len();
            if kept == 0 {
                cookie.flags = flags as i32;
                skip -= characters;
                break;
            }
            guess -= kept.min(guess);
            step = 1;
        } else {
            guess -= step.min(guess);
            step *= 2;
        }
    }
    cookie.start += guess as i64;
    if skip == 0 {
        return Ok(());
    }
    let mut fed = 0;
    let mut characters = 0;
    let mut rest = input[guess..].iter();
    while let Some(byte) = rest.next() {
        characters += feed(this, core::slice::from_ref(byte), false)?;
        fed += 1;
        let (kept, flags) = decoder_state(this)?;
        if bytes::as_slice(&kept).is_empty() && characters <= skip {
            cookie.start += i64::from(fed);
            cookie.flags = flags as i32;
            skip -= characters;
            fed = 0;
            characters = 0;
        }
        if characters >= skip {
            break;
        }
    }
    if characters < skip {
        // The rest of the characters came out at the end of the file only.
        characters += feed(this, &[], true)?;
        cookie.eof = true;
        if characters < skip {
            return Err(err::os_error("can't reconstruct logical file position"));
        }
    }
    cookie.feed = fed;
    cookie.skip = skip as i32;
    Ok(())
}

pub(super) fn seek_method(this: &TextIOWrapper, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("seek", args.len(), 1, 2)?;
    let whence = whence_argument(args)?;
    let buffer = open_buffer(this)?;
    if !this.seekable.get() {
        return Err(unsupported("underlying stream is not seekable"));
    }
    let target = match whence {
        0 => args[0].owned(),
        1 => {
            if !is_zero(args[0])? {
                return Err(unsupported("can't do nonzero cur-relative seeks"));
            }
            call::call_method(this.object(), intern!("tell"), &[])?
        }
        2 => {
            if !is_zero(args[0])? {
                return Err(unsupported("can't do nonzero end-relative seeks"));
            }
            return seek_end(this, &buffer);
        }
        _ => {
            return Err(err::value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    if object::rich_compare_bool(&target, long::small(0), CompareOp::Lt)? {
        let shown = object::repr(&target)?;
        return Err(err::value_error(format_args!("negative seek position {}", unicode::display(&shown))));
    }
    call::call_method(this.object(), intern!("flush"), &[])?;
    let cookie = Cookie::from_object(&target)?;
    let start = long::from_i64(cookie.start)?;
    call::call_method(&buffer, intern!("seek"), &[&start])?;
    set_decoded(this, None);
    drop(this.snapshot.take());
    if this.decoder.get() != Codec::None {
        start_decoder(this, cookie.start, cookie.flags)?;
    }
    restore(this, &buffer, &cookie)?;
    if this.encoder.get() != Codec::None {
        reset_encoder(this, cookie.start == 0 && cookie.flags == 0)?;
    }
    Ok(target)
}

fn is_zero(given: &Object) -> Result<bool> {
    object::rich_compare_bool(given, long::small(0), CompareOp::Eq)
}

fn seek_end(this: &TextIOWrapper, buffer: &Object) -> Result<Obj> {
    call::call_method(this.object(), intern!("flush"), &[])?;
    set_decoded(this, None);
    drop(this.snapshot.take());
    if this.decoder.get() != Codec::None {
        reset_decoder(this)?;
    }
    let at = call::call_method(buffer, intern!("seek"), &[long::small(0), long::small(2)])?;
    if this.encoder.get() != Codec::None {
        reset_encoder(this, is_zero(&at)?)?;
    }
    Ok(at)
}

/// Feeds the decoder what the cookie says.
fn restore(this: &TextIOWrapper, buffer: &Object, cookie: &Cookie) -> Result<()> {
    this.snapshot_flags.set(cookie.flags);
    if cookie.skip == 0 {
        this.snapshot.set(bytes::empty()?);
        return Ok(());
    }
    if this.decoder.get() == Codec::None {
        return Err(unsupported("not readable"));
    }
    let count = long::from_i64(i64::from(cookie.feed))?;
    let input = call::call_method(buffer, intern!("read"), &[&count])?;
    if !bytes::check(&input) {
        return Err(err::type_error(format_args!(
            "underlying read() should have returned a bytes object, not '{:.200}'",
            input.class_of().name()
        )));
    }
    this.snapshot.set(input.clone());
    let text = decode(this, &input, cookie.eof)?;
    let length = unicode::len(&text);
    set_decoded(this, Some(text));
    if cookie.skip < 0 || length < cookie.skip as usize {
        return Err(err::os_error("can't restore logical file position"));
    }
    this.decoded_used.set(cookie.skip as usize);
    Ok(())
}
