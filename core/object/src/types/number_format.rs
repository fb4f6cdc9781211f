//! `__format__` of numbers: the specification is parsed and applied by `text::format_spec`; here are the objects.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::object;
use crate::text::format_spec::{self, Conventions, FormatError, IntStyle, Spec};
use crate::types::unicode::{self, Builder, Chars};
use crate::types::{complex, float, long};
use core::ffi::{CStr, c_char};

/// A method `__format__(spec)`: the argument must be a `str`; an empty one means `str(self)`.
pub(crate) fn format_method(
    this: &Object,
    spec: &Object,
    apply: impl FnOnce(&Object, &Spec, &mut Builder) -> Result<()>,
    default_kind: u8,
) -> Result<Obj> {
    if !unicode::check(spec) {
        return Err(err::type_error(format_args!(
            "__format__() argument must be str, not {:.50}",
            spec.class_of().name()
        )));
    }
    if unicode::len(spec) == 0 {
        return if unicode::check_exact(this) { Ok(this.owned()) } else { object::str(this) };
    }
    let spec = parse(unicode::chars(spec), default_kind)?;
    let mut text = Builder::with_capacity(spec.width.unwrap_or(0).clamp(16, 200));
    apply(this, &spec, &mut text)?;
    text.finish()
}

/// Parses a specification for numbers, which are aligned to the right.
pub(crate) fn parse(spec: Chars<'_>, default_kind: u8) -> Result<Spec> {
    match spec {
        Chars::Latin1(units) => Spec::parse(units, default_kind, b'>'),
        Chars::Ucs2(units) => Spec::parse(units, default_kind, b'>'),
        Chars::Ucs4(units) => Spec::parse(units, default_kind, b'>'),
    }
    .map_err(raise)
}

/// Raises what a specification got wrong.
pub(crate) fn raise(error: FormatError) -> err::Raised {
    match error {
        FormatError::Value(message) => err::value_error(message),
        FormatError::Overflow(message) => err::overflow_error(message),
    }
}

/// The C library's conventions for type `n`.
struct Locale {
    decimal_point: Vec<u32>,
    separator: Vec<u32>,
    grouping: Vec<u8>,
}

impl Locale {
    fn current() -> Result<Locale> {
        let points = |text: *const c_char| -> Result<Vec<u32>> {
            // SAFETY: `localeconv` gives NUL-terminated texts.
            let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
            let text = unicode::locale::decode_locale(bytes, None, true)?;
            Ok((0..unicode::len(&text)).map(|i| unicode::char_at(&text, i)).collect())
        };
        // SAFETY: the result is valid until the locale changes, which needs the GIL.
        unsafe {
            let conv = &*libc::localeconv();
            Ok(Locale {
                decimal_point: points(conv.decimal_point)?,
                separator: points(conv.thousands_sep)?,
                grouping: CStr::from_ptr(conv.grouping).to_bytes().to_vec(),
            })
        }
    }

    fn conventions(&self) -> Conventions<'_> {
        Conventions {
            decimal_point: &self.decimal_point,
            separator: &self.separator,
            grouping: &self.grouping,
        }
    }

    /// The locale's conventions if the specification asks for them.
    fn of(spec: &Spec) -> Result<Option<Locale>> {
        if spec.kind == u32::from(b'n') { Locale::current().map(Some) } else { Ok(None) }
    }
}

/// Formats an int (`_PyLong_FormatAdvancedWriter`).
pub(crate) fn format_long(value: &Object, spec: &Spec, out: &mut Builder) -> Result<()> {
    unicode::format_spec::reserve(out.writer(), spec)?;
    let locale = Locale::of(spec)?;
    let conventions = locale.as_ref().map(Locale::conventions);
    let mut push = |c| out.push_char(c);
    match format_spec::int_style(spec, value.class_of().name()).map_err(raise)? {
        IntStyle::Char => {
            let code = long::as_long(value)?;
            format_spec::format_char(spec, code, &mut push).map_err(raise)
        }
        IntStyle::Float => format_spec::format_float(
            spec,
            long::as_f64(value)?,
            value.class_of().name(),
            conventions,
            &mut push,
        )
        .map_err(raise),
        IntStyle::Digits { base, upper } => {
            let mut digits = long::to_text(value, base, false)?;
            let negative = digits.starts_with('-');
            if upper {
                digits.make_ascii_uppercase();
            }
            format_spec::format_int(
                spec,
                negative,
                &digits.as_bytes()[usize::from(negative)..],
                conventions,
                &mut push,
            );
            Ok(())
        }
    }
}

/// Formats a float (`_PyFloat_FormatAdvancedWriter`).
pub(crate) fn format_float(value: &Object, spec: &Spec, out: &mut Builder) -> Result<()> {
    unicode::format_spec::reserve(out.writer(), spec)?;
    let locale = Locale::of(spec)?;
    format_spec::format_float(
        spec,
        float::as_f64(value)?,
        value.class_of().name(),
        locale.as_ref().map(Locale::conventions),
        &mut |c| out.push_char(c),
    )
    .map_err(raise)
}

/// Formats a complex (`_PyComplex_FormatAdvancedWriter`).
pub(crate) fn format_complex(value: &Object, spec: &Spec, out: &mut Builder) -> Result<()> {
    unicode::format_spec::reserve(out.writer(), spec)?;
    let locale = Locale::of(spec)?;
    let (real, imaginary) = complex::as_parts(value)?;
    format_spec::format_complex(spec, real, imaginary, locale.as_ref().map(Locale::conventions), &mut |c| {
        out.push_char(c);
    })
    .map_err(raise)
}

/// The text of `format(value, spec)` for the `_Py*_FormatAdvancedWriter` functions: `spec` is a part of a longer text.
pub fn format_advanced(value: &Object, spec: Chars<'_>) -> Result<Obj> {
    if spec.is_empty() {
        return object::str(value);
    }
    let mut text = Builder::new();
    if long::check(value) {
        format_long(value, &parse(spec, b'd')?, &mut text)?;
    } else if float::check(value) {
        format_float(value, &parse(spec, 0)?, &mut text)?;
    } else {
        format_complex(value, &parse(spec, 0)?, &mut text)?;
    }
    text.finish()
}
