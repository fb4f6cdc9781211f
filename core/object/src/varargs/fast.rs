//! `_PyArg_Parser`: prepared formats of Argument Clinic functions (`_PyArg_ParseStackAndKeywords`,
//! `_PyArg_UnpackKeywords`).

use super::VaList;
use super::parse::{self, Keywords};
use crate::err;
use crate::handle::{Layout, Object, Result};
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
        let known = parse::keyword_list((*parser).keywords.cast());
        let keywords = if names.is_empty() { Keywords::None } else { Keywords::Names(names, keyword_values) };
        let format = full_format(parser);
        parse::with_keywords(values, &keywords, format, &known, va, ssize)
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
        let known = parse::keyword_list((*parser).keywords.cast());
        let keywords = kw.map_or(Keywords::None, Keywords::Dict);
        parse::with_keywords(tuple::items(args), &keywords, full_format(parser), &known, va, ssize)
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
        let known = parse::keyword_list((*parser).keywords.cast());
        let positional_only = known.iter().take_while(|name| name.is_empty()).count();
        let keywords = match (names, kw) {
            (Some(names), _) => Keywords::Names(tuple::items(names), keyword_values),
            (None, Some(kw)) => Keywords::Dict(kw),
            (None, None) => Keywords::None,
        };
        let count = match &keywords {
            Keywords::None => 0,
            Keywords::Dict(kw) => crate::types::dict::len(kw),
            Keywords::Names(names, _) => names.len(),
        };
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
            &known,
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
    known: &[&str],
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
            let found = if index >= positional_only { find(keywords, known[index])? } else { None };
            match found {
                Some(value) => {
                    *buffer.add(index) = value;
                    used += 1;
                }
                None => {
                    *buffer.add(index) = null_mut();
                    // `minkw` keyword-only parameters behind the positional ones are required as well.
                    let keyword_only = index >= maxpos && index < maxpos + minkw;
                    if index < minpos || keyword_only {
                        return Err(err::type_error(format_args!(
                            "{shown}{parentheses} missing required argument '{}' (pos {})",
                            known[index],
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
            if find(keywords, known[index])?.is_some() {
                return Err(err::type_error(format_args!(
                    "argument for {shown}{parentheses} given by name ('{}') and position ({})",
                    known[index],
                    index + 1
                )));
            }
        }
        let names: Vec<&Object> = match keywords {
            Keywords::Names(names, _) => names.to_vec(),
            Keywords::Dict(kw) => {
                let keys = crate::types::dict::keys(kw)?;
                let list: &crate::types::list::List = keys.cast_unchecked();
                list.items().iter().map(|name| Object::from_ptr(name.as_ptr())).collect()
            }
            Keywords::None => Vec::new(),
        };
        for name in names {
            if !unicode::check(name) {
                return Err(err::type_error("keywords must be strings"));
            }
            if !known[positional_only..].iter().any(|known| unicode::eq_str(name, known)) {
                return Err(crate::args::unknown_keyword(name, &format!("{shown}{parentheses}")));
            }
        }
        Err(err::type_error("invalid keyword arguments"))
    }
}

fn find(keywords: &Keywords<'_>, name: &str) -> Result<Option<*mut PyObject>> {
    Ok(match keywords {
        Keywords::None => None,
        Keywords::Dict(kw) => crate::types::dict::get_str(kw, name)?.map(|value| value.object().as_ptr()),
        Keywords::Names(names, values) => {
            names.iter().position(|given| unicode::eq_str(given, name)).map(|index| values[index].as_ptr())
        }
    })
}
