//! `str % args`.

use super::layout::{chars, len};
use super::{Builder, check, check_exact, with_chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{number, object};
use crate::text::Unit;
use crate::types::percent::{self, Arguments, LEFT, Spec};
use crate::types::{exceptions, long};

/// `PyUnicode_Format`.
pub fn format(template: &Object, args: &Object) -> Result<Obj> {
    super::ensure(template)?;
    let mut arguments = Arguments::of_str(args);
    let mut out = Builder::with_capacity(2 * len(template) + 12);
    with_chars!(chars(template), |t| run(template, t, &mut arguments, &mut out))?;
    arguments.finish()?;
    out.finish()
}

fn run<U: Unit>(template: &Object, units: &[U], args: &mut Arguments<'_>, out: &mut Builder) -> Result<()> {
    let mut at = 0;
    let percent = U::of('%'.into());
    while at < units.len() {
        let plain = crate::text::search::find_unit(&units[at..], percent).unwrap_or(units.len() - at);
        if plain > 0 {
            if at + plain == units.len() {
                out.writer().overallocate = 0;
            }
            out.push_substring(template, at, at + plain);
            at += plain;
            continue;
        }
        at += 1;
        // The two usual cases need no specification.
        match units.get(at).map(|u| char::from_u32(u.code()).unwrap_or('\0')) {
            Some('%') => {
                out.push_char('%'.into());
                at += 1;
                continue;
            }
            Some('s') => {
                let value = args.next()?;
                if at + 1 == units.len() {
                    // Nothing follows, so no room is needed beyond this text.
                    out.writer().overallocate = 0;
                }
                out.push_object(text_of('s', value)?.object());
                at += 1;
                continue;
            }
            _ => {}
        }
        let spec = percent::parse(units, &mut at, args, |start, end| super::substring(template, start, end))?;
        if at == units.len() {
            out.writer().overallocate = 0;
        }
        convert(&spec, args, out)?;
    }
    Ok(())
}

fn text_of(kind: char, value: Obj) -> Result<Obj> {
    match kind {
        's' if check_exact(&value) => Ok(value),
        's' => object::str(&value),
        'r' => object::repr(&value),
        _ => object::ascii(&value),
    }
}

fn convert(spec: &Spec, args: &mut Arguments<'_>, out: &mut Builder) -> Result<()> {
    let value = args.next()?;
    if spec.kind == 'd'.into()
        && spec.flags == 0
        && spec.width < 0
        && spec.precision < 0
        && push_small(out, &value)
    {
        return Ok(());
    }
    match char::from_u32(spec.kind).unwrap_or('\0') {
        kind @ ('s' | 'r' | 'a') => {
            let text = text_of(kind, value)?;
            put_text(spec, &text, out)
        }
        kind @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X') => {
            percent::put_number(spec, &percent::integer(spec, &value, kind)?, out)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            percent::put_number(spec, &percent::floating(spec, &value)?, out)
        }
        'c' => {
            let text = super::from_char(character(&value)?)?;
            put_text(&Spec { precision: -1, ..*spec }, &text, out)
        }
        shown => {
            let shown = if (31..=126).contains(&spec.kind) { shown } else { '?' };
            Err(percent::unsupported(spec, shown))
        }
    }
}

/// The character of a `%c` conversion.
fn character(value: &Object) -> Result<u32> {
    let wanted = || err::type_error("%c requires int or char");
    if check(value) {
        return if len(value) == 1 { Ok(super::char_at(value, 0)) } else { Err(wanted()) };
    }
    let number = if long::check(value) {
        value.owned()
    } else {
        match number::index(value) {
            Ok(number) => number,
            Err(_) if err::matches(exceptions::TypeError()) => {
                err::clear();
                return Err(wanted());
            }
            Err(raised) => return Err(raised),
        }
    };
    match long::as_long(&number) {
        Ok(c @ 0..=0x10ffff) => Ok(c as u32),
        Ok(_) => Err(err::overflow_error("%c arg not in range(0x110000)")),
        Err(_) => {
            err::clear();
            Err(wanted())
        }
    }
}

/// Appends an exact small int in decimal, if that is what the value is.
pub(super) fn push_small(out: &mut Builder, value: &Object) -> bool {
    if !long::check_exact(value) {
        return false;
    }
    let Some(number) = long::small_value(value) else { return false };
    out.push_ascii_bytes(long::word_text(number, &mut [0; long::WORD_TEXT]));
    true
}

fn put_text(spec: &Spec, text: &Object, out: &mut Builder) -> Result<()> {
    let length = if spec.precision >= 0 { len(text).min(spec.precision as usize) } else { len(text) };
    let missing = (spec.width.max(0) as usize).saturating_sub(length);
    if missing.checked_add(length).is_none_or(|n| n > isize::MAX as usize - 64) {
        return Err(err::no_memory());
    }
    if !spec.has(LEFT) {
        out.push_repeated(' '.into(), missing);
    }
    out.push_substring(text, 0, length);
    if spec.has(LEFT) {
        out.push_repeated(' '.into(), missing);
    }
    Ok(())
}
