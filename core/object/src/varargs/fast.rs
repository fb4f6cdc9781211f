//! `_PyArg_Parser`: prepared formats of Argument Clinic functions (`_PyArg_ParseStackAndKeywords`,
//! `_PyArg_UnpackKeywords`).

use super::VaList;
use super::parse::{self, KeywordList, Keywords};
use crate::err;
use crate::handle::{Object, Result};
use crate::types::{tuple, unicode};
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;
use krait_abi::*;

/// Parses a vectorcall by a prepared format.
///
/// # Safety
/// A static parser; the C variables match its format.
pub unsafe fn stack_and_keywords(
    values: &[&Object],
    names: &[&Object],
    keyword_values: &[&Object],
    parser: *mut _PyArg_Parser,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let known = KeywordList::new((*parser).keywords.cast());
        let keywords = if names.is_empty() { Keywords::None } else { Keywords::Names(names, keyword_values) };
        let format = full_format(parser);
        parse::with_keywords(values, &keywords, format, known, va, ssize)
    }
}

/// As [`stack_and_keywords`] for a tuple and a dict.
///
/// # Safety
/// As for [`stack_and_keywords`].
pub unsafe fn tuple_and_keywords(
    args: &Object,
    kw: Option<&Object>,
    parser: *mut _PyArg_Parser,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let known = KeywordList::new((*parser).keywords.cast());
        let keywords = kw.map_or(Keywords::None, Keywords::Dict);
        parse::with_keywords(tuple::items(args), &keywords, full_format(parser), known, va, ssize)
    }
}

unsafe fn full_format(parser: *mut _PyArg_Parser) -> *const c_char {
    // SAFETY: a static parser.
    unsafe { (*parser).format }
}

/// The function's name: `fname`, or what follows `:` in the format.
unsafe fn function_name<'a>(parser: *mut _PyArg_Parser) -> Option<&'a str> {
    // SAFETY: a static parser.
    unsafe {
        if !(*parser).fname.is_null() {
            return CStr::from_ptr((*parser).fname).to_str().ok();
        }
        if (*parser).format.is_null() {
            return None;
        }
        let format = CStr::from_ptr((*parser).format).to_str().ok()?;
        format.split_once(':').map(|(_, name)| name)
    }
}

/// Orders the arguments of a call by the parser's names: `_PyArg_UnpackKeywords`. The buffer gets NULL for those that are
/// missing; the result is where the arguments are.
///
/// # Safety
/// A static parser; `buffer` has room for all its names; the arguments are live.
pub unsafe fn unpack_keywords(
    values: &[&Object],
    kw: Option<&Object>,
    names: Option<&Object>,
    keyword_values: &[&Object],
    parser: *mut _PyArg_Parser,
    minpos: usize,
    maxpos: usize,
    minkw: usize,
    buffer: *mut *mut PyObject,
) -> Result<*const *mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let known = KeywordList::new((*parser).keywords.cast());
        let positional_only = known.positional_only();
        let keywords = match (names, kw) {
            (Some(names), _) => Keywords::Names(tuple::items(names), keyword_values),
            (None, Some(kw)) => Keywords::Dict(kw),
            (None, None) => Keywords::None,
        };
        let count = keywords.len();
        let name = function_name(parser);
        let (shown, parentheses) = name.map_or(("function", ""), |name| (name, "()"));
        let given = values.len();
        if given + count > known.len() {
            let kind = if given == 0 { "keyword " } else { "" };
            let plural = if known.len() == 1 { "" } else { "s" };
            return Err(err::type_error(format_args!(
                "{shown}{parentheses} takes at most {} {kind}argument{plural} ({} given)",
                known.len(),
                given + count
            )));
        }
        if given > maxpos {
            return Err(if maxpos == 0 {
                err::type_error(format_args!("{shown}{parentheses} takes no positional arguments"))
            } else {
                let bound = if minpos < maxpos { "at most" } else { "exactly" };
                let plural = if maxpos == 1 { "" } else { "s" };
                err::type_error(format_args!(
                    "{shown}{parentheses} takes {bound} {maxpos} positional argument{plural} ({given} given)"
                ))
            });
        }
        if given < minpos {
            let bound = if minpos < maxpos { "at least" } else { "exactly" };
            let plural = if minpos == 1 { "" } else { "s" };
            if given < positional_only {
                return Err(err::type_error(format_args!(
                    "{shown}{parentheses} takes {bound} {minpos} positional argument{plural} ({given} given)"
                )));
            }
        }
        for (index, value) in values.iter().enumerate() {
            *buffer.add(index) = value.as_ptr();
        }
        fill(
            &keywords,
            known,
            positional_only,
            given,
            count,
            minpos,
            maxpos,
            minkw,
            buffer,
            shown,
            parentheses,
        )?;
        Ok(buffer.cast_const())
    }
}

unsafe fn fill(
    keywords: &Keywords<'_>,
    known: KeywordList<'_>,
    positional_only: usize,
    given: usize,
    count: usize,
    minpos: usize,
    maxpos: usize,
    minkw: usize,
    buffer: *mut *mut PyObject,
    shown: &str,
    parentheses: &str,
) -> Result<()> {
    // SAFETY: the buffer has room for all names.
    unsafe {
        let mut used = 0;
        for index in given..known.len() {
            let found = if index >= positional_only { keywords.get(known.raw(index))? } else { None };
            match found {
                Some(value) => {
                    *buffer.add(index) = value.as_ptr();
                    used += 1;
                }
                None => {
                    *buffer.add(index) = null_mut();
                    // `minkw` keyword-only parameters behind the positional ones are required as well.
                    let keyword_only = index >= maxpos && index < maxpos + minkw;
                    if index < minpos || keyword_only {
                        return Err(err::type_error(format_args!(
                            "{shown}{parentheses} missing required argument '{}' (pos {})",
                            known.get(index),
                            index + 1
                        )));
                    }
                }
            }
        }
        if used == count {
            return Ok(());
        }
        for index in positional_only..given {
            if keywords.get(known.raw(index))?.is_some() {
                return Err(err::type_error(format_args!(
                    "argument for {shown}{parentheses} given by name ('{}') and position ({})",
                    known.get(index),
                    index + 1
                )));
            }
        }
        for name in keywords.names() {
            if !unicode::check(name) || !known.from(positional_only).any(|known| unicode::eq_str(name, known))
            {
                return Err(crate::args::unknown_keyword(name, &format!("{shown}{parentheses}")));
            }
        }
        Err(err::type_error("invalid keyword arguments"))
    }
}
