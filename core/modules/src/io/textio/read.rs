//! Reading text: chunks, characters, lines.

use super::coding::{Codec, decode, decoder_state};
use super::write::flush_pending;
use super::{TextIOWrapper, open_buffer};
use crate::io::iobase::own_readline;
use crate::io::{buffered, size_argument, trap_eintr, unsupported};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::protocol::call;
use krait_object::types::{bytes, long, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, with_chars};

/// Puts decoded text in place of what is left.
pub(super) fn set_decoded(this: &TextIOWrapper, text: Option<Obj>) {
    this.decoded.set_opt(text);
    this.decoded_used.set(0);
}

/// How many characters are decoded and not yet used.
fn left(this: &TextIOWrapper) -> usize {
    // SAFETY: a str that the stream owns; only its length is read.
    let length = unsafe { this.decoded.borrow() }.map_or(0, unicode::len);
    length - this.decoded_used.get().min(length)
}

/// Up to `count` of the decoded characters.
fn take(this: &TextIOWrapper, count: usize) -> Result<Obj> {
    let Some(text) = this.decoded.get() else { return unicode::empty() };
    let used = this.decoded_used.get();
    let end = used + count.min(left(this));
    this.decoded_used.set(end);
    unicode::substring(&text, used, end)
}

/// Reads and decodes one more chunk; false at the end of the file. `hint` is how many characters are wanted.
fn read_chunk(this: &TextIOWrapper, hint: usize) -> Result<bool> {
    if this.decoder.get() == Codec::None {
        return Err(unsupported("not readable"));
    }
    let before = if this.telling.get() { Some(decoder_state(this)?) } else { None };
    let wanted = (this.ratio.get().max(1.0) * hint as f64) as usize;
    let size = this.chunk_size.get().max(wanted);
    let buffer = super::attached(this)?;
    let input = match buffered::plain(&buffer) {
        Some(plain) if plain.is_readable() => buffered::read1_direct(plain, size as isize)?,
        _ => {
            let size = long::from_u64(size as u64)?;
            let name = if this.has_read1.get() { intern!("read1") } else { intern!("read") };
            call::call_method(&buffer, name, &[&size])?
        }
    };
    let length = if bytes::check_exact(&input) {
        bytes::as_slice(&input).len()
    } else {
        if !buffer::check(&input) {
            let method = if this.has_read1.get() { "read1" } else { "read" };
            return Err(err::type_error(format_args!(
                "underlying {method}() should have returned a bytes-like object, not '{:.200}'",
                input.class_of().name()
            )));
        }
        Buffer::simple(&input)?.as_slice().len()
    };
    let at_end = length == 0;
    let text = decode(this, &input, at_end)?;
    let characters = unicode::len(&text);
    this.ratio.set(if characters > 0 { length as f64 / characters as f64 } else { 0.0 });
    set_decoded(this, Some(text));
    if let Some((kept, flags)) = before {
        let kept = bytes::as_slice(&kept);
        let next = if kept.is_empty() && bytes::check(&input) {
            input
        } else {
            bytes::from_slice(&[kept, Buffer::simple(&input)?.as_slice()].concat())?
        };
        this.snapshot_flags.set(flags as i32);
        this.snapshot.set(next);
    }
    Ok(!at_end || characters > 0)
}

pub(super) fn read_method(this: &TextIOWrapper, args: &[&Object]) -> Result<Obj> {
    let size = size_argument("read", args)?;
    let buffer = open_buffer(this)?;
    if this.decoder.get() == Codec::None {
        return Err(unsupported("not readable"));
    }
    flush_pending(this, &buffer)?;
    if size < 0 {
        return read_all(this, &buffer);
    }
    let size = size as usize;
    let mut result = take(this, size)?;
    let mut more: Option<unicode::Builder> = None;
    let mut count = unicode::len(&result);
    while count < size {
        match read_chunk(this, size - count) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) if trap_eintr() => continue,
            Err(raised) => return Err(raised),
        }
        let part = take(this, size - count)?;
        let length = unicode::len(&part);
        if count == 0 {
            result = part;
        } else {
            more.get_or_insert_with(|| {
                let mut builder = unicode::Builder::new();
                builder.push_object(&result);
                builder
            })
            .push_object(&part);
        }
        count += length;
    }
    match more {
        Some(builder) => builder.finish(),
        None => Ok(result),
    }
}

fn read_all(this: &TextIOWrapper, buffer: &Object) -> Result<Obj> {
    let input = match buffered::plain(buffer) {
        Some(plain) if plain.is_readable() => buffered::read_all_direct(plain)?,
        _ => call::call_method(buffer, intern!("read"), &[])?,
    };
    let rest = decode(this, &input, true)?;
    let first = take(this, usize::MAX >> 1)?;
    let text = if unicode::len(&first) == 0 { rest } else { unicode::concat(&first, &rest)? };
    set_decoded(this, None);
    drop(this.snapshot.take());
    Ok(text)
}

pub(super) fn readline_method(this: &TextIOWrapper, args: &[&Object]) -> Result<Obj> {
    let limit = size_argument("readline", args)?;
    readline(this, limit)
}

/// A line with its end, or `limit` characters of it.
pub(super) fn readline(this: &TextIOWrapper, limit: isize) -> Result<Obj> {
    let buffer = open_buffer(this)?;
    flush_pending(this, &buffer)?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    if limit == 0 {
        return unicode::empty();
    }
    let line_end = this.line_end.get();
    // The part of the line that came with earlier chunks.
    let mut earlier: Option<unicode::Builder> = None;
    let mut ends_with_cr = false;
    loop {
        if left(this) == 0 {
            set_decoded(this, None);
            match read_chunk(this, 0) {
                Ok(true) if left(this) == 0 => continue,
                Ok(true) => {}
                Ok(false) => {
                    set_decoded(this, None);
                    drop(this.snapshot.take());
                    break;
                }
                Err(_) if trap_eintr() => continue,
                Err(raised) => return Err(raised),
            }
        }
        let Some(text) = this.decoded.get() else { break };
        let used = this.decoded_used.get();
        let so_far = earlier.as_ref().map_or(0, unicode::Builder::len);
        let room = limit - so_far;
        let ahead = unicode::chars(&text).slice(used, unicode::len(&text));
        let found = with_chars!(ahead, |units| {
            if ends_with_cr && line_end == crate::io::newline::LineEnd::CrLf && units[0] == b'\n'.into() {
                Some(1)
            } else {
                line_end.find(units)
            }
        });
        let count = found.unwrap_or(ahead.len()).min(room);
        this.decoded_used.set(used + count);
        let done = found.is_some() || count == room;
        match &mut earlier {
            None if done => return unicode::substring(&text, used, used + count),
            None => {
                let mut builder = unicode::Builder::new();
                builder.push_substring(&text, used, used + count);
                earlier = Some(builder);
            }
            Some(builder) => builder.push_substring(&text, used, used + count),
        }
        if done {
            break;
        }
        ends_with_cr = unicode::char_at(&text, used + count - 1) == u32::from(b'\r');
    }
    match earlier {
        Some(builder) => builder.finish(),
        None => unicode::empty(),
    }
}

pub(super) fn next(this: &TextIOWrapper) -> Result<Option<Obj>> {
    super::attached(this)?;
    this.telling.set(false);
    let line = if TextIOWrapper::is_exact(this.object()) {
        readline(this, -1)?
    } else {
        own_readline(this.object())?
    };
    if unicode::len(&line) == 0 {
        drop(this.snapshot.take());
        this.telling.set(this.seekable.get());
        return Ok(None);
    }
    Ok(Some(line))
}
