//! Places in source files for `SyntaxError`: `PyErr_SyntaxLocation*`, `PyErr_ProgramText*`.

use super::*;
use crate::protocol::object;
use crate::types::{long, unicode};
use std::io::{BufRead, BufReader};

/// `PyErr_ProgramText`: a line of a source file, decoded as UTF-8; None when it cannot be had. `path` is bytes in the file
/// system's encoding.
pub fn program_text(path: &[u8], lineno: i32) -> Option<Obj> {
    let (line, _) = read_line(path, lineno)?;
    unicode::decode_utf8(&line, Some("replace")).inspect_err(|_| clear()).ok()
}

/// A line of a source file in the encoding that the file declares, as tracebacks show it.
pub fn source_line(filename: &Object, lineno: i32) -> Option<Obj> {
    let path = unicode::encode_fs(filename).inspect_err(|_| clear()).ok()?;
    let (line, encoding) = read_line(crate::types::bytes::as_slice(&path), lineno)?;
    let declared = encoding.and_then(|encoding| {
        unicode::decode(&line, Some(&encoding), Some("replace")).inspect_err(|_| clear()).ok()
    });
    declared.or_else(|| unicode::decode_utf8(&line, Some("replace")).inspect_err(|_| clear()).ok())
}

/// The bytes of a line with a plain line end, and the encoding declared in the first two lines.
fn read_line(path: &[u8], lineno: i32) -> Option<(Vec<u8>, Option<String>)> {
    use std::os::unix::ffi::OsStrExt;
    if path.is_empty() || lineno <= 0 {
        return None;
    }
    let file = std::fs::File::open(std::ffi::OsStr::from_bytes(path)).ok()?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    let mut encoding = None;
    let mut may_declare = true;
    for number in 1..=lineno.max(2) {
        let mut read = Vec::new();
        let count = reader.read_until(b'\n', &mut read).ok()?;
        if count == 0 && number <= lineno {
            return None;
        }
        if number <= 2 && may_declare && encoding.is_none() {
            encoding = declared_encoding(&read);
            may_declare =
                read.iter().all(u8::is_ascii_whitespace) || read.trim_ascii_start().starts_with(b"#");
        }
        if number == lineno {
            line = read;
        }
    }
    if line.ends_with(b"\r\n") {
        line.truncate(line.len() - 2);
        line.push(b'\n');
    }
    Some((line, encoding))
}

/// The name in a comment line with `coding:` or `coding=`.
fn declared_encoding(line: &[u8]) -> Option<String> {
    let comment = line.trim_ascii_start().strip_prefix(b"#")?;
    let marker = b"coding";
    let at = comment
        .windows(marker.len() + 1)
        .position(|w| w.starts_with(marker) && matches!(w[6], b':' | b'='))?;
    let name = comment[at + marker.len() + 1..].trim_ascii_start();
    let end =
        name.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_.".contains(b))).unwrap_or(name.len());
    (end > 0).then(|| String::from_utf8_lossy(&name[..end]).into_owned())
}

/// `PyErr_ProgramTextObject`.
pub fn program_text_object(filename: &Object, lineno: i32) -> Option<Obj> {
    let Ok(path) = unicode::encode_fs(filename) else {
        clear();
        return None;
    };
    program_text(crate::types::bytes::as_slice(&path), lineno)
}

/// `PyErr_SyntaxLocationEx`: the file name is bytes in the file system's encoding.
pub fn syntax_location_path(filename: Option<&[u8]>, lineno: i32, column: i32) {
    let name = filename.map(|name| {
        let error = fetch();
        let name = unicode::decode_fs(name).inspect_err(|_| clear()).ok();
        if let Some(error) = error {
            let _ = restore(error);
        }
        name
    });
    syntax_location(name.flatten().as_deref(), lineno, column);
}

/// `PyErr_SyntaxLocationObject`: adds file name, line and column (-1: unknown) to the current SyntaxError. Whatever fails is
/// left out.
pub fn syntax_location(filename: Option<&Object>, lineno: i32, column: i32) {
    let Some(mut error) = fetch() else { return };
    let value = error.normalize().owned();
    let set = |name: &'static Object, object: Option<&Object>| {
        let none = none::none();
        if object::set_attr(&value, name, Some(object.unwrap_or(none))).is_err() {
            clear();
        }
    };
    let number = |n: i32| long::from_i64(i64::from(n)).inspect_err(|_| clear()).ok();
    set(crate::intern!("lineno"), number(lineno).as_deref());
    set(crate::intern!("offset"), (column >= 0).then(|| number(column)).flatten().as_deref());
    if let Some(filename) = filename {
        set(crate::intern!("filename"), Some(filename));
        if let Some(text) = program_text_object(filename, lineno) {
            set(crate::intern!("text"), Some(&text));
        }
    }
    if !error.kind.is(exceptions::SyntaxError()) {
        for (name, default) in
            [(crate::intern!("msg"), None), (crate::intern!("print_file_and_line"), Some(none::none()))]
        {
            match object::lookup_attr(&value, name) {
                Ok(Some(_)) => {}
                Ok(None) => match default {
                    Some(default) => set(name, Some(default)),
                    None => match object::str(&value) {
                        Ok(text) => set(name, Some(&text)),
                        Err(_) => clear(),
                    },
                },
                Err(_) => clear(),
            }
        }
    }
    let _ = restore(error);
}
