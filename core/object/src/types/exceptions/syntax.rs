//! `SyntaxError`: message, file name, line, column and the line's text.

use super::*;
use crate::cell::ObjCell;
use crate::err;
use crate::method;
use crate::protocol::{object, sequence};
use crate::slot;
use crate::types::{long, tuple, unicode};
use base::{cell, or_none};

pub(super) const FAMILY: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PySyntaxErrorObject>() as isize,
    tp_dealloc: Some(dealloc),
    tp_str: slot::unary(str),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_members: &raw mut MEMBERS as *mut PyMemberDef,
    tp_init: slot::init(init),
    ..base::DERIVED
};

crate::members! {
    static MEMBERS = [
        method::member(c"msg", T_OBJECT as _, 64, 0, c"exception msg"),
        method::member(c"filename", T_OBJECT as _, 72, 0, c"exception filename"),
        method::member(c"lineno", T_OBJECT as _, 80, 0, c"exception lineno"),
        method::member(c"offset", T_OBJECT as _, 88, 0, c"exception offset"),
        method::member(c"text", T_OBJECT as _, 96, 0, c"exception text"),
        method::member(c"print_file_and_line", T_OBJECT as _, 104, 0, c"exception print_file_and_line"),
    ];
}

/// `msg`, `filename`, `lineno`, `offset`, `text`, `print_file_and_line`.
fn fields(this: &Object) -> [&ObjCell; 6] {
    let raw = this.as_ptr().cast::<PySyntaxErrorObject>();
    // SAFETY: slots and methods of the class get its instances.
    unsafe {
        [
            cell(&raw mut (*raw).msg),
            cell(&raw mut (*raw).filename),
            cell(&raw mut (*raw).lineno),
            cell(&raw mut (*raw).offset),
            cell(&raw mut (*raw).text),
            cell(&raw mut (*raw).print_file_and_line),
        ]
    }
}

base::slots_over!(fields);

fn init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    let items = tuple::items(arguments);
    let [msg, filename, lineno, offset, text, _] = fields(this);
    if let Some(message) = items.first() {
        msg.set(message.owned());
    }
    if let [_, place] = items {
        let place = sequence::tuple(place)?;
        let &[f, l, o, t] = tuple::items(&place) else {
            return Err(err::index_error("tuple index out of range"));
        };
        filename.set(f.owned());
        lineno.set(l.owned());
        offset.set(o.owned());
        text.set(t.owned());
        // Subclasses (IndentationError) have a complaint of their own.
        if core::ptr::eq(this.type_ptr(), &raw const super::statics::SyntaxError)
            && unicode::check(t)
            && let Some(hint) = old_statement_hint(t)
        {
            msg.set(unicode::from_code_points(&hint)?);
        }
    }
    Ok(())
}

/// The message for a line that has the `print` or `exec` statement of Python 2, which the grammar cannot tell from an
/// expression that is followed by another one.
fn old_statement_hint(text: &Object) -> Option<Vec<u32>> {
    let text: Vec<u32> = (0..unicode::len(text)).map(|i| unicode::char_at(text, i)).collect();
    if text.contains(&u32::from('(')) {
        return None;
    }
    let after_colon = text.iter().position(|&c| c == u32::from(':')).map(|i| &text[i + 1..]);
    hint_at(&text).or_else(|| after_colon.and_then(hint_at))
}

fn hint_at(text: &[u32]) -> Option<Vec<u32>> {
    let is_space = |c: &u32| crate::unicode::is_space(*c);
    let start = text.iter().position(|c| !is_space(c))?;
    let statement = &text[start..];
    let starts_with = |word: &str| {
        statement.len() >= word.len() && word.chars().zip(statement).all(|(a, &b)| u32::from(a) == b)
    };
    let message = |s: &str| s.chars().map(u32::from).collect::<Vec<u32>>();
    if starts_with("exec ") {
        return Some(message("Missing parentheses in call to 'exec'"));
    }
    if !starts_with("print ") {
        return None;
    }
    let mut data = &statement["print ".len()..];
    if let Some(end) = data.iter().position(|&c| c == u32::from(';')) {
        data = &data[..end];
    }
    let strip = |c: &u32| matches!(char::from_u32(*c), Some(' ' | '\t' | '\r' | '\n'));
    let first = data.iter().position(|c| !strip(c)).unwrap_or(data.len());
    let last = data.iter().rposition(|c| !strip(c)).map_or(first, |i| i + 1);
    let data = &data[first..last];
    let end: &str = if data.last() == Some(&u32::from(',')) { " end=\" \"" } else { "" };
    let mut result = message("Missing parentheses in call to 'print'. Did you mean print(");
    result.extend_from_slice(data);
    result.extend(message(end));
    result.extend(message(")?"));
    Some(result)
}

fn str(this: &Object) -> Result<Obj> {
    let [msg, filename, lineno, ..] = fields(this).map(ObjCell::get);
    let message = object::str(&or_none(msg))?;
    let filename = filename.filter(|name| unicode::check(name));
    let line = match lineno.filter(|line| long::check_exact(line)) {
        Some(line) => Some(long::as_i64_and_overflow(&line)?.unwrap_or(-1)),
        None => None,
    };
    let basename = match &filename {
        Some(name) => {
            let n = unicode::len(name);
            let start = (0..n).rfind(|&i| unicode::char_at(name, i) == u32::from('/')).map_or(0, |i| i + 1);
            Some(unicode::substring(name, start, n)?)
        }
        None => None,
    };
    use base::Part::{Object as O, Str as S};
    match (&basename, line) {
        (None, None) => Ok(message),
        (Some(name), Some(line)) => {
            base::text(&[O(&message), S(" ("), O(name), S(&format!(", line {line})"))])
        }
        (Some(name), None) => base::text(&[O(&message), S(" ("), O(name), S(")")]),
        (None, Some(line)) => base::text(&[O(&message), S(&format!(" (line {line})"))]),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn hints() {
        let hint = |text: &str| {
            let points: Vec<u32> = text.chars().map(u32::from).collect();
            super::hint_at(&points).map(|m| m.iter().map(|&c| char::from_u32(c).unwrap()).collect::<String>())
        };
        for (text, expected) in [
            ("  print 1", Some("Missing parentheses in call to 'print'. Did you mean print(1)?")),
            (
                "print \"a\", \"b\",",
                Some("Missing parentheses in call to 'print'. Did you mean print(\"a\", \"b\", end=\" \")?"),
            ),
            ("print ;", Some("Missing parentheses in call to 'print'. Did you mean print()?")),
            ("print x, ;", Some("Missing parentheses in call to 'print'. Did you mean print(x, end=\" \")?")),
            ("print\t1", None),
            ("print", None),
            ("exec \"a\"", Some("Missing parentheses in call to 'exec'")),
            ("execx", None),
            ("", None),
        ] {
            assert_eq!(hint(text).as_deref(), expected, "{text}");
        }
    }
}
