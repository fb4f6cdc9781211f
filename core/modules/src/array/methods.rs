//! The methods of arrays.

use super::{Array, count_object, extend_from, from_bytes, index_argument, item, pickle, subscript};
use core::ffi::c_void;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, iter, object};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, list, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, getsets, intern, method, methods};

methods! {
    pub(super) static METHODS = [
        method::o(c"append", |this: &Array, value: &Object| this.insert(this.len() as isize, value), c"append($self, v, /)\n--\n\nAdds an item at the end."),
        method::noargs(c"buffer_info", buffer_info, c"buffer_info($self, /)\n--\n\nThe address of the memory, and the number of items.\n\nThe size in bytes is that number times itemsize."),
        method::noargs(c"byteswap", byteswap, c"byteswap($self, /)\n--\n\nReverses the bytes of every item, which must be of 1, 2, 4 or 8 bytes."),
        method::noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\nA copy."),
        method::o(c"count", count, c"count($self, v, /)\n--\n\nHow many items are equal to v."),
        method::o(c"__deepcopy__", |this: &Array, _: &Object| copy(this), c"__deepcopy__($self, unused, /)\n--\n\nA copy."),
        method::o(c"extend", extend, c"extend($self, bb, /)\n--\n\nAdds all items of an iterable at the end."),
        method::fastcall(c"fromfile", fromfile, c"fromfile($self, f, n, /)\n--\n\nReads n items from a binary file and adds them at the end."),
        method::o(c"fromlist", fromlist, c"fromlist($self, list, /)\n--\n\nAdds the items of a list at the end; all or none."),
        method::o(c"frombytes", frombytes, c"frombytes($self, buffer, /)\n--\n\nAdds items given as their memory, as from tobytes()."),
        method::o(c"fromunicode", fromunicode, c"fromunicode($self, ustr, /)\n--\n\nAdds the characters of a str at the end of an array of characters."),
        method::o(c"index", index, c"index($self, v, /)\n--\n\nThe first place of v."),
        method::fastcall(c"insert", insert, c"insert($self, i, v, /)\n--\n\nPuts v before the item at i."),
        method::fastcall(c"pop", pop, c"pop($self, i=-1, /)\n--\n\nRemoves the item at i and returns it."),
        method::o(c"__reduce_ex__", pickle::reduce, c"__reduce_ex__($self, value, /)\n--\n\nClass, arguments and attributes, for pickling."),
        method::o(c"remove", remove, c"remove($self, v, /)\n--\n\nRemoves the first item equal to v."),
        method::noargs(c"reverse", reverse, c"reverse($self, /)\n--\n\nReverses the order of the items."),
        method::o(c"tofile", tofile, c"tofile($self, f, /)\n--\n\nWrites the items to a binary file."),
        method::noargs(c"tolist", tolist, c"tolist($self, /)\n--\n\nThe items as a list."),
        method::noargs(c"tobytes", |this: &Array| bytes::from_slice(this.bytes()), c"tobytes($self, /)\n--\n\nThe memory of the items."),
        method::noargs(c"tounicode", tounicode, c"tounicode($self, /)\n--\n\nThe characters of an array of characters as a str."),
        method::noargs(c"__sizeof__", size_of_instance, c"__sizeof__($self, /)\n--\n\nSize in memory, in bytes."),
    ];
}
getsets! {
    pub(super) static GETSETS = [
        method::getter(c"typecode", |this: &Array| unicode::from_char(u32::from(this.descriptor().code())), c"the character of the item type"),
        method::getter(c"itemsize", |this: &Array| Ok(this.item_size()), c"the size of an item, in bytes"),
    ];
}

/// The first place of a value.
pub(super) fn position(this: &Array, value: &Object) -> Result<Option<usize>> {
    let mut i = 0;
    while i < this.len() {
        if object::rich_compare_bool(&*item::get(this, i)?, value, CompareOp::Eq)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn buffer_info(this: &Array) -> Result<Obj> {
    // SAFETY: a live array.
    let address = unsafe { (*this.as_raw()).ob_item }.cast::<c_void>();
    tuple::pack([long::from_void_ptr(address)?, count_object(this.len())?])
}

fn byteswap(this: &Array) -> Result<()> {
    let size = this.item_size();
    if !matches!(size, 1 | 2 | 4 | 8) {
        return Err(err::runtime_error("don't know how to byteswap this array type"));
    }
    this.bytes_mut().chunks_exact_mut(size).for_each(<[u8]>::reverse);
    Ok(())
}

fn copy(this: &Array) -> Result<Obj> {
    Ok(from_bytes(this.bytes(), this.descriptor())?.upcast())
}

fn count(this: &Array, value: &Object) -> Result<usize> {
    let (mut i, mut found) = (0, 0);
    while i < this.len() {
        found += usize::from(object::rich_compare_bool(&*item::get(this, i)?, value, CompareOp::Eq)?);
        i += 1;
    }
    Ok(found)
}

/// `extend` and `+=`.
pub(super) fn extend(this: &Array, items: &Object) -> Result<()> {
    let Some(other) = items.downcast::<Array>() else {
        return extend_from(this, &*iter::get_iter(items)?);
    };
    if !core::ptr::eq(this.descriptor(), other.descriptor()) {
        return Err(err::type_error("can only extend with array of same kind"));
    }
    if core::ptr::eq(this, other) {
        let data = other.bytes().to_vec();
        return this.append_bytes(&data);
    }
    this.append_bytes(other.bytes())
}

fn fromfile(this: &Array, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("fromfile", args.len(), 2, 2)?;
    let count = index_argument(args[1])?;
    if count < 0 {
        return Err(err::value_error("negative count"));
    }
    let Some(length) = (count as usize).checked_mul(this.item_size()).filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(err::no_memory());
    };
    let length_object = long::from_u64(length as u64)?;
    let data = call::call_method(args[0], intern!("read"), &[&length_object])?;
    if !bytes::check(&data) {
        return Err(err::type_error("read() didn't return bytes"));
    }
    let missing = bytes::as_slice(&data).len() != length;
    // What there is, is kept.
    frombytes(this, &data)?;
    if missing {
        return Err(err::eof_error("read() didn't return enough bytes"));
    }
    Ok(())
}

fn tofile(this: &Array, file: &Object) -> Result<()> {
    const BLOCK: usize = 64 * 1024;
    let mut done = 0;
    while done < this.bytes().len() {
        let end = (done + BLOCK).min(this.bytes().len());
        let block = bytes::from_slice(&this.bytes()[done..end])?;
        call::call_method(file, intern!("write"), &[&block])?;
        done = end;
    }
    Ok(())
}

fn fromlist(this: &Array, items: &Object) -> Result<()> {
    let Some(items) = items.downcast::<list::List>() else { return Err(err::type_error("arg must be list")) };
    let count = items.len();
    if count == 0 {
        return Ok(());
    }
    let old = this.len();
    this.resize(old + count)?;
    for i in 0..count {
        let Some(value) = items.get(i) else { break };
        if let Err(raised) = item::set(this, (old + i) as isize, &value) {
            this.resize(old)?;
            return Err(raised);
        }
        if items.len() != count {
            return Err(err::runtime_error("list changed size during iteration"));
        }
    }
    Ok(())
}

/// Appends items given as their memory.
pub(super) fn append_items(this: &Array, data: &[u8]) -> Result<()> {
    if data.len() % this.item_size() != 0 {
        return Err(err::value_error("bytes length not a multiple of item size"));
    }
    this.append_bytes(data)
}

fn frombytes(this: &Array, buffer: &Object) -> Result<()> {
    let buffer = Buffer::simple(buffer)?;
    append_items(this, buffer.as_slice())
}

/// Appends the characters of a text.
fn append_text(this: &Array, text: &Object) -> Result<()> {
    let raw: Vec<u8> = unicode::chars(text).iter().flat_map(u32::to_ne_bytes).collect();
    this.append_bytes(&raw)
}

fn fromunicode(this: &Array, text: &Object) -> Result<()> {
    if !unicode::check(text) {
        return Err(krait_object::args::bad_argument("fromunicode", "argument", "str", text));
    }
    if this.descriptor().code() != b'u' {
        return Err(err::value_error("fromunicode() may only be called on unicode type arrays"));
    }
    append_text(this, text)
}

pub(super) fn tounicode(this: &Array) -> Result<Obj> {
    if this.descriptor().code() != b'u' {
        return Err(err::value_error("tounicode() may only be called on unicode type arrays"));
    }
    let points: Vec<u32> = this
        .bytes()
        .chunks_exact(4)
        .map(|unit| u32::from_ne_bytes([unit[0], unit[1], unit[2], unit[3]]))
        .collect();
    if let Some(bad) = points.iter().find(|&&c| c > 0x10_ffff) {
        return Err(err::value_error(format_args!("character U+{bad:x} is not in range [U+0000; U+10ffff]")));
    }
    unicode::from_code_points(&points)
}

#[cold]
fn not_in_array(method: &str) -> Raised {
    err::value_error(format_args!("array.{method}(x): x not in array"))
}

fn index(this: &Array, value: &Object) -> Result<usize> {
    position(this, value)?.ok_or_else(|| not_in_array("index"))
}

fn remove(this: &Array, value: &Object) -> Result<()> {
    let at = position(this, value)?.ok_or_else(|| not_in_array("remove"))?;
    subscript::remove(this, at, at + 1)
}

fn insert(this: &Array, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("insert", args.len(), 2, 2)?;
    this.insert(index_argument(args[0])?, args[1])
}

fn pop(this: &Array, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("pop", args.len(), 0, 1)?;
    let at = args.first().map_or(Ok(-1), |at| index_argument(at))?;
    if this.is_empty() {
        return Err(err::index_error("pop from empty array"));
    }
    let at = if at < 0 { at + this.len() as isize } else { at };
    if at < 0 || at as usize >= this.len() {
        return Err(err::index_error("pop index out of range"));
    }
    let value = item::get(this, at as usize)?;
    subscript::remove(this, at as usize, at as usize + 1)?;
    Ok(value)
}

fn reverse(this: &Array) -> Result<()> {
    let size = this.item_size();
    let data = this.bytes_mut();
    let count = data.len() / size;
    for i in 0..count / 2 {
        let (front, back) = data.split_at_mut((count - 1 - i) * size);
        front[i * size..(i + 1) * size].swap_with_slice(&mut back[..size]);
    }
    Ok(())
}

pub(super) fn tolist(this: &Array) -> Result<Obj> {
    let mut items = Vec::with_capacity(this.len());
    for i in 0..this.len() {
        items.push(item::get(this, i)?);
    }
    Ok(list::from_vec(items)?.upcast())
}

fn size_of_instance(this: &Array) -> Result<usize> {
    // SAFETY: a live array and its type.
    unsafe {
        let own = (*this.object().type_ptr()).tp_basicsize as usize;
        Ok(own + (*this.as_raw()).allocated as usize * this.item_size())
    }
}
