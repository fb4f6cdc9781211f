//! Places in source files for `SyntaxError`: `PyErr_SyntaxLocation*`, `PyErr_ProgramText*`.

use super::*;
use crate::protocol::object;
use crate::types::{long, unicode};
use std::io::{BufRead, BufReader};

/// `PyErr_ProgramText`: a line of a source file, decoded as UTF-8; None when it cannot be had. `path` is bytes in the file
/// system's encoding.
pub fn program_text(path: &[u8], lineno: i32) -> Option<Obj> {
    use std::os::unix::ffi::OsStrExt;
    if path.is_empty() || lineno <= 0 {
        return None;
    }
    let file = std::fs::File::open(std::ffi::OsStr::from_bytes(path)).ok()?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for _ in 0..lineno {
        line.clear();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
    }
    if line.ends_with(b"\r\n") {
        line.truncate(line.len() - 2);
        line.push(b'\n');
    }
    let text = unicode::decode_utf8(&line, Some("replace"));
    if text.is_err() {
        clear();
    }
    text.ok()
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
