//! `format(str, spec)` and what the `__format__` methods of all types share.

use super::layout::{chars, len};
use super::{Builder, Writer, check_exact, with_chars};
use crate::err::{self, Raised};
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::object;
use crate::text::format_spec::{self, FormatError, Spec};
use krait_abi::_PyUnicodeWriter;

/// Raises what a specification is wrong about.
#[cold]
pub fn raise(error: FormatError) -> Raised {
    match error {
        FormatError::Value(message) => err::value_error(message),
        FormatError::Overflow(message) => err::overflow_error(message),
    }
}

/// Parses a specification given as part of a `str`.
pub fn parse(spec: &Object, start: usize, end: usize, default_kind: u8, default_align: u8) -> Result<Spec> {
    with_chars!(chars(spec).slice(start, end), |s| Spec::parse(s, default_kind, default_align)).map_err(raise)
}

/// Makes room for the least width that is asked for: MemoryError before the padding begins, not in its midst.
pub fn reserve(writer: &mut _PyUnicodeWriter, spec: &Spec) -> Result<()> {
    match spec.width {
        Some(width) => Writer::prepare(writer, width as isize, spec.fill.max(0x7f)),
        None => Ok(()),
    }
}

/// `str.__format__`.
pub fn format_str(text: &Object, spec: &Object) -> Result<Obj> {
    if len(spec) == 0 {
        return if check_exact(text) { Ok(text.owned()) } else { object::str(text) };
    }
    let mut out = Builder::with_capacity(len(text));
    out.writer().overallocate = 0;
    write_str(out.writer(), text, spec, 0, len(spec))?;
    out.finish()
}

/// `_PyUnicode_FormatAdvancedWriter`: appends a `str` as `spec[start:end]` says.
pub fn write_str(
    writer: &mut _PyUnicodeWriter,
    text: &Object,
    spec: &Object,
    start: usize,
    end: usize,
) -> Result<()> {
    if start == end {
        if check_exact(text) {
            return Writer::push_object(writer, text);
        }
        return Writer::push_object(writer, object::str(text)?.object());
    }
    let parsed = parse(spec, start, end, b's', b'<')?;
    let length = len(text);
    let plain =
        parsed.kind == u32::from(b's') && parsed.sign.is_none() && !parsed.alternate && parsed.align != b'=';
    if plain && parsed.width.is_none_or(|n| n <= length) && parsed.precision.is_none_or(|n| n >= length) {
        return Writer::push_object(writer, text);
    }
    reserve(writer, &parsed)?;
    let mut status = Ok(());
    let mut push = |c: u32| {
        if status.is_ok() {
            status = Writer::push_char(writer, c);
        }
    };
    let name = text.class_of().name();
    with_chars!(chars(text), |t| format_spec::format_str(&parsed, t, name, &mut push)).map_err(raise)?;
    status
}
