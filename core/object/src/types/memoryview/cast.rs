//! `cast`: the same memory under another format or shape.

use super::{C_ORDER, MAX_NDIM, MemoryView, add_view, alloc, format, share};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer;
use crate::types::{list, long, tuple, unicode};
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;

/// Format strings that live for ever, as views keep pointers to them.
const FORMATS: [&CStr; 32] = [
    c"c", c"b", c"B", c"h", c"H", c"i", c"I", c"l", c"L", c"q", c"Q", c"n", c"N", c"f", c"d", c"P", c"@c",
    c"@b", c"@B", c"@h", c"@H", c"@i", c"@I", c"@l", c"@L", c"@q", c"@Q", c"@n", c"@N", c"@f", c"@d", c"@P",
];

fn static_format(text: &str) -> Option<&'static CStr> {
    match text {
        "?" => Some(c"?"),
        "@?" => Some(c"@?"),
        _ => FORMATS.into_iter().find(|format| format.to_bytes() == text.as_bytes()),
    }
}

/// `view.cast(format, shape=None)`.
pub(super) fn cast(this: &MemoryView, given: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [format, shape] = super::old_arguments(given, kw, ["format", "shape"], 1)?;
    let format = format.expect("required");
    this.check()?;
    if !unicode::check(&format) {
        return Err(err::type_error("memoryview: format argument must be a string"));
    }
    if !this.has(C_ORDER) {
        return Err(err::type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let reshapes = shape.is_some() || this.ndim() != 1;
    if reshapes && this.shape().iter().chain(this.strides()).any(|&n| n == 0) {
        return Err(err::type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let dims = match &shape {
        Some(shape) => Some(dimensions(this, shape)?),
        None => None,
    };
    let view = to_one_dimension(this, &format)?;
    let Some(dims) = dims else { return Ok(view.upcast()) };
    let counts: Result<Vec<isize>> = dims.iter().map(count).collect();
    Ok(to_dimensions(&view, &counts?)?.upcast())
}

/// The items of a shape, whose number is checked.
fn dimensions(this: &MemoryView, shape: &Object) -> Result<Vec<Obj>> {
    let items: Vec<Obj> = if tuple::check(shape) {
        tuple::items(shape).iter().map(|item| (*item).owned()).collect()
    } else if let Some(list) = shape.downcast::<list::List>() {
        // SAFETY: no code runs while the references are copied.
        unsafe { list.items() }.iter().map(|item| (*item).owned()).collect()
    } else {
        return Err(err::type_error("shape must be a list or a tuple"));
    };
    if items.len() > MAX_NDIM {
        return Err(err::value_error("memoryview: number of dimensions must not exceed 64"));
    }
    if this.ndim() != 1 && items.len() != 1 {
        return Err(err::type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    Ok(items)
}

fn count(item: &Obj) -> Result<isize> {
    if !long::check(item) {
        return Err(err::type_error("memoryview.cast(): elements of shape must be integers"));
    }
    let count = long::as_isize(item)?;
    if count <= 0 {
        return Err(err::value_error("memoryview.cast(): elements of shape must be integers > 0"));
    }
    Ok(count)
}

fn to_one_dimension(this: &MemoryView, text: &Object) -> Result<Obj<MemoryView>> {
    let is_byte = |c: char| matches!(c, 'b' | 'B' | 'c');
    let unknown = || {
        err::value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        )
    };
    let text = unicode::as_ascii_string(text, None).map(|_| unicode::as_utf8(text))??;
    let Some(to) = static_format(text) else { return Err(unknown()) };
    let (to_char, size) = format::native(to).expect("formats of the table are native");
    let from = format::native(buffer::format_of(this.raw()));
    if !from.is_some_and(|(c, _)| is_byte(c)) && !is_byte(to_char) {
        return Err(err::type_error("memoryview: cannot cast between two non-byte formats"));
    }
    if this.raw().len % size as isize != 0 {
        return Err(err::type_error("memoryview: length is not a multiple of itemsize"));
    }
    // One dimension, whatever there was before.
    let flat = krait_abi::Py_buffer {
        ndim: 1,
        itemsize: size as isize,
        format: to.as_ptr().cast_mut().cast::<c_char>(),
        shape: null_mut(),
        strides: null_mut(),
        suboffsets: null_mut(),
        ..*this.raw()
    };
    add_view(&this.mbuf(), Some(&flat))
}

fn to_dimensions(view: &MemoryView, counts: &[isize]) -> Result<Obj<MemoryView>> {
    let mut length = view.itemsize();
    for &count in counts {
        length = length
            .checked_mul(count)
            .ok_or_else(|| err::value_error("memoryview.cast(): product(shape) > SSIZE_MAX"))?;
    }
    if length != view.raw().len {
        return Err(err::type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let made = alloc(counts.len())?;
    let raw = made.raw_mut();
    share(raw, view.raw());
    raw.suboffsets = null_mut();
    if counts.is_empty() {
        (raw.shape, raw.strides) = (null_mut(), null_mut());
    } else {
        // SAFETY: the new view's own arrays of that many numbers.
        let (shape, strides) = unsafe {
            (
                core::slice::from_raw_parts_mut(raw.shape, counts.len()),
                core::slice::from_raw_parts_mut(raw.strides, counts.len()),
            )
        };
        shape.copy_from_slice(counts);
        buffer::fill_contiguous_strides(shape, strides, view.itemsize(), b'C');
    }
    made.init_flags();
    made.register(&view.mbuf());
    Ok(made)
}
