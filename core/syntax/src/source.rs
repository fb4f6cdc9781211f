//! From the bytes of a source to the UTF-8 text that is tokenized: byte order mark, PEP 263 declaration, newlines.

use crate::error::{ErrorKind, Position, SyntaxError};
use crate::host::{DecodeError, Host};
use std::borrow::Cow;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The encoding that a source declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The source begins with a UTF-8 byte order mark.
    pub bom: bool,
    /// The name in the PEP 263 comment; spellings of UTF-8 and Latin-1 are `utf-8` and `iso-8859-1`.
    pub encoding: Option<String>,
}

/// Finds the byte order mark and the declaration in the first two lines.
pub fn declaration(source: &[u8]) -> Declaration {
    let bom = source.starts_with(BOM);
    let text = if bom { &source[BOM.len()..] } else { source };
    let mut lines = text.split_inclusive(|&b| b == b'\n').filter(|line| line.ends_with(b"\n"));
    let mut encoding = None;
    if let Some(first) = lines.next() {
        encoding = cookie(first);
        if encoding.is_none() && is_blank(first) {
            encoding = lines.next().and_then(cookie);
        }
    }
    Declaration { bom, encoding }
}

fn is_blank(line: &[u8]) -> bool {
    let code = line.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0C));
    code.is_none_or(|b| matches!(b, b'#' | b'\n' | b'\r'))
}

/// The encoding that a line declares, if it is a comment with a declaration.
pub fn cookie(line: &[u8]) -> Option<String> {
    let hash = line.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0C))?;
    let mut rest = line[hash..].strip_prefix(b"#")?;
    while let Some(at) = rest.windows(6).position(|w| w == b"coding") {
        rest = &rest[at + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let blanks = rest[1..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let name = &rest[1 + blanks..];
        let length =
            name.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
        if length > 0 {
            return Some(normal_name(&String::from_utf8_lossy(&name[..length])));
        }
    }
    None
}

/// One name for all spellings of UTF-8 and of Latin-1; other names are kept.
fn normal_name(name: &str) -> String {
    let start: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |encoding: &str| start == encoding || start.starts_with(&format!("{encoding}-"));
    if is("utf-8") {
        "utf-8".into()
    } else if ["latin-1", "iso-8859-1", "iso-latin-1"].iter().any(|e| is(e)) {
        "iso-8859-1".into()
    } else {
        name.into()
    }
}

/// Turns `\r\n` and `\r` into `\n`, and ends the last line if `complete` is set.
pub(crate) fn normalize_newlines(source: &[u8], complete: bool) -> Cow<'_, [u8]> {
    let has_returns = source.contains(&b'\r');
    // The reference does not take "\r\n" for the end of a last line, either.
    let finished = matches!(source, [] | [.., b'\r'] | [b'\n'] | [.., 0..=12 | 14.., b'\n']);
    let unfinished = complete && !finished;
    if !has_returns && !unfinished {
        return Cow::Borrowed(source);
    }
    let mut out = Vec::with_capacity(source.len() + 1);
    if has_returns {
        let mut previous = 0;
        for &b in source {
            match b {
                b'\r' => out.push(b'\n'),
                b'\n' if previous == b'\r' => {}
                _ => out.push(b),
            }
            previous = b;
        }
    } else {
        out.extend_from_slice(source);
    }
    if unfinished {
        out.push(b'\n');
    }
    Cow::Owned(out)
}

/// A file's text as it is read line by line into C strings: a NUL hides the rest of its line, newline included.
pub(crate) fn without_nul(source: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len());
    for line in source.split_inclusive(|&b| b == b'\n') {
        let visible = line.iter().position(|&b| b == 0).unwrap_or(line.len());
        out.extend_from_slice(&line[..visible]);
    }
    out
}

/// Decodes a source whose newlines have been normalised to UTF-8. Text that is UTF-8 by declaration or by default is
/// not validated: what is wrong with it is reported where it matters.
pub(crate) fn decode<'s>(source: Cow<'s, [u8]>, host: &mut dyn Host) -> Result<Cow<'s, [u8]>, SyntaxError> {
    let Declaration { bom, encoding } = declaration(&source);
    let encoding = encoding.filter(|name| name != "utf-8");
    let without_bom = |source: Cow<'s, [u8]>| match source {
        Cow::Borrowed(s) => Cow::Borrowed(&s[if bom { BOM.len() } else { 0 }..]),
        Cow::Owned(s) => Cow::Owned(s[if bom { BOM.len() } else { 0 }..].to_vec()),
    };
    let Some(encoding) = encoding else { return Ok(without_bom(source)) };
    if bom {
        let message = format!("encoding problem: {encoding} with BOM");
        return Err(SyntaxError::new(ErrorKind::SyntaxError, message, None));
    }
    if encoding == "iso-8859-1" {
        return Ok(Cow::Owned(source.iter().map(|&b| char::from(b)).collect::<String>().into_bytes()));
    }
    let message = match host.decode(&source, &encoding) {
        Ok(text) => return Ok(Cow::Owned(text.into_bytes())),
        Err(DecodeError::UnknownEncoding) => format!("unknown encoding: {encoding}"),
        Err(DecodeError::Malformed(message)) => message,
        Err(DecodeError::Raised) => return Err(SyntaxError::new(ErrorKind::Host, "", None)),
    };
    let position = Position { lineno: 0, offset: -1, text: None };
    Err(SyntaxError::new(ErrorKind::SyntaxError, message, Some(position)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        for (source, bom, encoding) in [
            (&b"# -*- coding: latin-1 -*-\n"[..], false, Some("iso-8859-1")),
            (b"# vim: set fileencoding=UTF_8 :\n", false, Some("utf-8")),
            (b"\n#coding:koi8-r\n", false, Some("koi8-r")),
            (b"x\n#coding:koi8-r\n", false, None),
            (b"\n\n#coding:koi8-r\n", false, None),
            (b"\xEF\xBB\xBF# coding= ascii\n", true, Some("ascii")),
            (b"# coding: a", false, None),
            (b"# coding: \n# coding x coding=b.c\n", false, Some("b.c")),
            (b"x = 1 # coding: a\n", false, None),
        ] {
            let expected = Declaration { bom, encoding: encoding.map(String::from) };
            assert_eq!(declaration(source), expected, "{source:?}");
        }
    }

    #[test]
    fn newlines() {
        for (source, complete, text) in [
            ("a\r\nb\rc\n\r\n", true, "a\nb\nc\n\n\n"),
            ("a\r\nb\rc\n\r\n", false, "a\nb\nc\n\n"),
            ("a", true, "a\n"),
            ("a", false, "a"),
            ("", true, ""),
            ("a\r", true, "a\n"),
        ] {
            assert_eq!(&*normalize_newlines(source.as_bytes(), complete), text.as_bytes(), "{source:?}");
        }
    }
}
