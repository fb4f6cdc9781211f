//! `Py_BuildValue` and the calls that take its formats.

use super::{Format, VaList};
use crate::err::{self, Fetched, Raised};
use crate::handle::{Layout, Obj, Object, Result, borrowed};
use crate::types::{bytes, complex, dict, float, list, long, none, tuple, unicode};
use core::ffi::{CStr, c_char, c_void};
use krait_abi::{Py_complex, PyObject, wchar_t};
use smallvec::SmallVec;

/// The values of a format, seldom more than a few.
type Values = SmallVec<[Obj; 6]>;

/// How many values a format has up to `end`; -1 in C is an error here.
fn count(mut format: Format, end: u8) -> Result<usize> {
    let mut found = 0;
    let mut level = 0;
    loop {
        let letter = format.peek();
        if letter.is_ascii_alphabetic() {
            found += usize::from(level == 0);
            format.step();
            continue;
        }
        if level <= 0 && letter == end {
            return Ok(found);
        }
        match letter {
            0 => return Err(err::system_error("unmatched paren in format")),
            b'(' | b'[' | b'{' => {
                if level == 0 {
                    found += 1;
                }
                level += 1;
            }
            b')' | b']' | b'}' => level -= 1,
            b'#' | b'&' | b',' | b':' | b' ' | b'\t' => {}
            _ => {
                if level == 0 {
                    found += 1;
                }
            }
        }
        format.step();
    }
}

/// Hands `keep` the next `wanted` values of a format, behind which `end` stands. After an error the rest is still read,
/// so that `N` references are not lost. `failure`: what has gone wrong already.
#[inline(always)]
unsafe fn each_value(
    format: &mut Format,
    va: &mut VaList,
    ssize: bool,
    end: u8,
    wanted: usize,
    mut failure: Option<Fetched>,
    mut keep: impl FnMut(usize, Obj),
) -> Result<()> {
    for index in 0..wanted {
        // SAFETY: the caller's promise.
        match unsafe { value(format, va, ssize) } {
            Ok(built) => keep(index, built),
            Err(raised) => {
                failure = failure.or_else(err::fetch);
                let _ = raised;
            }
        }
    }
    skip_separators(format);
    if end != 0 {
        format.accept(end);
    }
    match failure {
        Some(failure) => Err(err::restore(failure)),
        None => Ok(()),
    }
}

/// Appends the values of a format up to `end`.
unsafe fn values(
    format: &mut Format,
    va: &mut VaList,
    ssize: bool,
    end: u8,
    into: &mut Values,
) -> Result<()> {
    let wanted = count(*format, end)?;
    // SAFETY: the caller's promise.
    unsafe { each_value(format, va, ssize, end, wanted, None, |_, built| into.push(built)) }
}

/// A tuple of the next `wanted` values of a format.
unsafe fn tuple_of(format: &mut Format, va: &mut VaList, ssize: bool, end: u8, wanted: usize) -> Result<Obj> {
    let (tuple, failure) = match tuple::new(wanted as isize) {
        Ok(tuple) => (Some(tuple), None),
        Err(_) => (None, err::fetch()),
    };
    // SAFETY: the caller's promise; each place of the new tuple is filled once.
    unsafe {
        each_value(format, va, ssize, end, wanted, failure, |index, built| {
            if let Some(tuple) = &tuple {
                tuple::fill(tuple, index, built);
            }
        })?;
    }
    tuple.ok_or(Raised::assume())
}

fn skip_separators(format: &mut Format) {
    while matches!(format.peek(), b',' | b':' | b' ' | b'\t') {
        format.step();
    }
}

unsafe fn value(format: &mut Format, va: &mut VaList, ssize: bool) -> Result<Obj> {
    skip_separators(format);
    // SAFETY: the C arguments match the format.
    unsafe {
        match format.next() {
            b'(' => {
                let wanted = count(*format, b')')?;
                tuple_of(format, va, ssize, b')', wanted)
            }
            b'[' => {
                let mut items = Values::new();
                values(format, va, ssize, b']', &mut items)?;
                list::from_vec(items.into_vec()).map(Obj::upcast)
            }
            b'{' => {
                let mut pairs = Values::new();
                values(format, va, ssize, b'}', &mut pairs)?;
                let new = dict::new()?;
                for pair in pairs.chunks(2) {
                    let [key, item] = pair else { return Err(err::system_error("Bad dict format")) };
                    dict::set_item(&new, key, item)?;
                }
                Ok(new)
            }
            b'b' | b'B' | b'h' | b'i' => long::from_i64(i64::from(va.int())),
            b'H' => long::from_i64(i64::from(va.int() as u16)),
            b'I' => long::from_u64(u64::from(va.int() as u32)),
            b'n' | b'l' | b'L' => long::from_i64(va.word() as i64),
            b'k' | b'K' => long::from_u64(va.word()),
            b'd' | b'f' => float::from_f64(va.double()),
            b'D' => {
                let pointer = va.pointer::<Py_complex>();
                complex::from_parts((*pointer).real, (*pointer).imag)
            }
            b'c' => bytes::from_slice(&[va.int() as u8]),
            b'C' => unicode::from_ordinal(va.int()),
            b'u' => wide(format, va, ssize),
            b'U' | b's' | b'z' => text(format, va, ssize),
            b'y' => {
                let pointer = va.pointer::<u8>();
                let length = length(format, va, ssize)?;
                if pointer.is_null() {
                    return Ok(none::none().owned());
                }
                bytes::from_slice(slice(pointer, length))
            }
            letter @ (b'N' | b'S' | b'O') => object(letter, format, va),
            _ => Err(err::system_error("bad format char passed to Py_BuildValue")),
        }
    }
}

/// The length of a `#` unit; None: up to the NUL.
unsafe fn length(format: &mut Format, va: &mut VaList, ssize: bool) -> Result<Option<usize>> {
    if !format.accept(b'#') {
        return Ok(None);
    }
    // SAFETY: the C arguments match the format.
    let length = unsafe { if ssize { va.word() as isize } else { va.int() as isize } };
    if !ssize {
        // A call with an exception set keeps that and fails.
        if err::occurred().is_some() {
            return Err(Raised::assume());
        }
        err::warn(
            crate::types::exceptions::DeprecationWarning(),
            "PY_SSIZE_T_CLEAN will be required for '#' formats",
            1,
        )?;
    }
    Ok(usize::try_from(length).ok())
}

unsafe fn slice<'a>(pointer: *const u8, length: Option<usize>) -> &'a [u8] {
    // SAFETY: the C arguments match the format.
    unsafe {
        match length {
            Some(length) => core::slice::from_raw_parts(pointer, length),
            None => CStr::from_ptr(pointer.cast::<c_char>()).to_bytes(),
        }
    }
}

unsafe fn text(format: &mut Format, va: &mut VaList, ssize: bool) -> Result<Obj> {
    // SAFETY: the C arguments match the format.
    unsafe {
        let pointer = va.pointer::<u8>();
        let length = length(format, va, ssize)?;
        if pointer.is_null() {
            return Ok(none::none().owned());
        }
        unicode::decode_utf8(slice(pointer, length), None)
    }
}

unsafe fn wide(format: &mut Format, va: &mut VaList, ssize: bool) -> Result<Obj> {
    // SAFETY: the C arguments match the format.
    unsafe {
        let pointer = va.pointer::<wchar_t>();
        let length = length(format, va, ssize)?;
        if pointer.is_null() {
            return Ok(none::none().owned());
        }
        let length = length.unwrap_or_else(|| {
            let mut end = 0;
            while *pointer.add(end) != 0 {
                end += 1;
            }
            end
        });
        let points: Vec<u32> =
            core::slice::from_raw_parts(pointer, length).iter().map(|c| *c as u32).collect();
        unicode::from_code_points(&points)
    }
}

unsafe fn object(letter: u8, format: &mut Format, va: &mut VaList) -> Result<Obj> {
    // SAFETY: the C arguments match the format.
    unsafe {
        if format.accept(b'&') {
            let converter = va.pointer::<c_void>();
            let argument = va.pointer::<c_void>();
            let converter: unsafe extern "C" fn(*mut c_void) -> *mut PyObject =
                core::mem::transmute(converter);
            return Obj::from_owned_or_raised(converter(argument));
        }
        let pointer = va.object();
        let Some(found) = Object::from_ptr_opt(pointer) else {
            if err::occurred().is_some() {
                return Err(Raised::assume());
            }
            return Err(err::system_error("NULL object passed to Py_BuildValue"));
        };
        Ok(if letter == b'N' { Obj::from_owned_ptr(pointer) } else { found.owned() })
    }
}

/// `Py_VaBuildValue`: None for an empty format, the value of a single unit, else a tuple.
///
/// # Safety
/// The C arguments in `va` match the format.
pub unsafe fn build_value(format: *const c_char, va: &mut VaList, ssize: bool) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut cursor = Format::new(format);
        match count(cursor, 0)? {
            0 => Ok(none::none().owned()),
            1 => value(&mut cursor, va, ssize),
            wanted => tuple_of(&mut cursor, va, ssize, 0, wanted),
        }
    }
}

/// Hands `body` the arguments of `PyObject_CallFunction`: the values of a format; a single tuple is the argument list
/// itself.
///
/// # Safety
/// The C arguments in `va` match the format.
pub unsafe fn with_call_arguments<R>(
    format: *const c_char,
    va: &mut VaList,
    ssize: bool,
    body: impl FnOnce(&[&Object]) -> Result<R>,
) -> Result<R> {
    if format.is_null() {
        return body(&[]);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let mut found = Values::new();
        values(&mut Format::new(format), va, ssize, 0, &mut found)?;
        match &found[..] {
            [only] if tuple::check(only) => body(tuple::items(only)),
            all => body(borrowed(all)),
        }
    }
}

/// Hands `body` the object arguments of an `..ObjArgs` function behind the fixed one in `first`.
///
/// # Safety
/// `va` has object pointers and a NULL.
#[inline(always)]
pub unsafe fn with_object_arguments<R>(
    first: *mut PyObject,
    va: &mut VaList,
    body: impl FnOnce(&mut [*mut PyObject]) -> R,
) -> R {
    let mut found: SmallVec<[*mut PyObject; 8]> = SmallVec::new();
    found.push(first);
    loop {
        // SAFETY: the caller's promise.
        let object = unsafe { va.object() };
        if object.is_null() {
            return body(&mut found);
        }
        found.push(object);
    }
}
