//! `repr` of text and bytes: quotes and escapes.

use super::Unit;
use super::codec::handlers::{put_backslashed, put_hex};
use crate::text::byte;
use crate::unicode;

/// Double quotes if there are single ones and no double ones.
fn choose_quote(single: bool, double: bool) -> u8 {
    if single && !double { b'"' } else { b'\'' }
}

fn put_char(c: u32, quote: u8, push: &mut impl FnMut(u32)) -> bool {
    match u8::try_from(c) {
        Ok(b) if b == quote || b == b'\\' => {
            push(b'\\'.into());
            push(c);
        }
        Ok(b'\t') => "\\t".bytes().for_each(|b| push(b.into())),
        Ok(b'\n') => "\\n".bytes().for_each(|b| push(b.into())),
        Ok(b'\r') => "\\r".bytes().for_each(|b| push(b.into())),
        Ok(b' '..=b'~') => push(c),
        _ => return false,
    }
    true
}

/// `repr(str)`; with `ascii_only`, `ascii(str)`.
pub fn repr_text<U: Unit>(text: &[U], ascii_only: bool, push: &mut impl FnMut(u32)) {
    let has = |c: u8| text.iter().any(|u| u.code() == c.into());
    let quote = choose_quote(has(b'\''), has(b'"'));
    push(quote.into());
    for c in text.iter().map(|u| u.code()) {
        if put_char(c, quote, push) {
            continue;
        }
        if c >= 0x80 && !ascii_only && unicode::is_printable(c) {
            push(c);
        } else {
            put_backslashed(c, &mut |b| push(b.into()));
        }
    }
    push(quote.into());
}

/// Whether `repr_text` would only put single quotes around the text.
pub fn is_plain<U: Unit>(text: &[U]) -> bool {
    let special = |c: u32| c == u32::from(b'\'') || c == u32::from(b'\\') || !unicode::is_printable(c);
    !text.iter().any(|u| special(u.code()))
}

/// `repr(bytes)` without the `b`; always single quotes unless `smart_quotes`.
pub fn repr_bytes(bytes: &[u8], smart_quotes: bool, out: &mut Vec<u8>) {
    let has = |c: u8| smart_quotes && byte::find(c, bytes).is_some();
    let quote = choose_quote(has(b'\''), has(b'"'));
    out.reserve(bytes.len() + 2);
    out.push(quote);
    for &b in bytes {
        if !put_char(b.into(), quote, &mut |c| out.push(c as u8)) {
            out.extend(b"\\x");
            put_hex(b.into(), 2, &mut |b| out.push(b));
        }
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tests::unescape;

    #[test]
    fn against_the_reference() {
        for line in include_str!("testdata/repr.tsv").lines() {
            let f: Vec<_> = line.split('\t').collect();
            let (text, mut got, mut got_ascii) = (unescape(f[0]), Vec::new(), Vec::new());
            repr_text(&text, false, &mut |c| got.push(c));
            assert_eq!(got, unescape(f[1]), "{line}");
            let quoted = [&[39], &text[..], &[39]].concat();
            assert_eq!(is_plain(&text), got == quoted, "{line}");
            repr_text(&text, true, &mut |c| got_ascii.push(c as u8));
            assert_eq!(got_ascii, f[2].as_bytes(), "{line}");
            let mut got = vec![b'b'];
            repr_bytes(&crate::text::tests::unhex(f[3]), true, &mut got);
            assert_eq!(got, f[4].as_bytes(), "{line}");
        }
    }
}
