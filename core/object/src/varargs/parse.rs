//! `PyArg_Parse`, `PyArg_ParseTuple`, `PyArg_ParseTupleAndKeywords` and their `_SizeT`, `Va` and vectorcall relatives.

use super::convert::{Cleanup, Mismatch, Unit, shown};
use super::{Format, VaList, simple};
use crate::err::{self, Raised};
use crate::handle::{Object, Result};
use crate::text::codec::utf8;
use crate::types::{dict, tuple, unicode};
use core::ffi::{CStr, c_char};
use core::fmt;
use krait_abi::PyObject;

/// What a format says besides its units.
struct Shape {
    /// Where the function's name is, behind `:`.
    function: Option<Format>,
    /// Where the message is, behind `;`.
    message: Option<Format>,
    /// Number of units (a parenthesised group counts as one).
    max: usize,
    /// Units before `|`.
    min: usize,
}

impl Shape {
    fn function(&self) -> Option<&str> {
        self.function.as_ref().map(Format::rest)
    }

    fn message(&self) -> Option<&str> {
        self.message.as_ref().map(Format::rest)
    }
}

/// Scans a format.
fn shape(mut format: Format) -> Result<Shape> {
    let mut found = Shape { function: None, message: None, max: 0, min: usize::MAX };
    let mut level = 0;
    loop {
        let letter = format.next();
        if letter.is_ascii_alphabetic() && letter != b'e' {
            found.max += usize::from(level == 0);
            continue;
        }
        match letter {
            0 => break,
            b'(' => {
                if level == 0 {
                    found.max += 1;
                }
                level += 1;
                if level >= 30 {
                    return Err(err::system_error("too many tuple nesting levels in argument format string"));
                }
            }
            b')' => {
                if level == 0 {
                    return Err(err::system_error("excess ')' in getargs format"));
                }
                level -= 1;
            }
            b':' => {
                found.function = Some(format);
                break;
            }
            b';' => {
                found.message = Some(format);
                break;
            }
            b'|' if level == 0 => found.min = found.max,
            b'e' => {
                // The encoding letter belongs to the unit.
                format.next();
                if level == 0 {
                    found.max += 1;
                }
            }
            _ => {}
        }
    }
    if level != 0 {
        return Err(err::system_error("missing ')' in getargs format"));
    }
    found.min = found.min.min(found.max);
    Ok(found)
}

/// The function that a format with keywords is for: what its format says is looked up when there is a complaint.
#[derive(Clone, Copy)]
struct Caller(Format);

impl Caller {
    fn behind(&self, mark: char) -> Option<&str> {
        self.0.rest().split_once(mark).map(|(_, text)| text)
    }

    fn function(&self) -> Option<&str> {
        self.behind(':')
    }

    fn message(&self) -> Option<&str> {
        if self.function().is_some() { None } else { self.behind(';') }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parentheses) = called(self.function());
        write!(f, "{name}{parentheses}")
    }
}

fn called(function: Option<&str>) -> (&str, &'static str) {
    match function {
        Some(name) => (name, "()"),
        None => ("function", ""),
    }
}

fn mismatch_text(expected: &str, value: Option<&Object>) -> String {
    format!("must be {expected}, not {}", value.map_or("None", shown))
}

impl Mismatch {
    /// Names the item that did not fit, before the sequence around it is blamed.
    fn about(self, value: &Object) -> Mismatch {
        match self {
            Mismatch::Expected(expected) => Mismatch::Message(mismatch_text(expected, Some(value))),
            other => other,
        }
    }
}

/// Turns a mismatch of argument `index` (0: the only one) into an exception, in CPython's words.
fn raise(
    mismatch: Mismatch,
    index: usize,
    path: &[usize],
    function: Option<&str>,
    message: Option<&str>,
    value: Option<&Object>,
) -> Raised {
    let text = match mismatch {
        Mismatch::Raised(raised) => return raised,
        Mismatch::Expected(expected) => mismatch_text(expected, value),
        Mismatch::Message(text) => text,
    };
    if err::occurred().is_some() {
        return Raised::assume();
    }
    if let Some(message) = message {
        return err::type_error(message);
    }
    let mut place = match function {
        Some(name) => format!("{name}() "),
        None => String::new(),
    };
    if index == 0 {
        place.push_str("argument");
    } else {
        place.push_str(&format!("argument {index}"));
        for item in path {
            place.push_str(&format!(", item {}", item - 1));
        }
    }
    let full = format!("{place} {text}");
    if text.starts_with('(') { err::system_error(full) } else { err::type_error(full) }
}

/// One unit or a parenthesised group of them.
#[inline]
unsafe fn item(
    unit: &mut Unit<'_>,
    value: &Object,
    path: &mut Vec<usize>,
) -> core::result::Result<(), Mismatch> {
    // SAFETY: the C variables match the format.
    unsafe {
        match unit.format.next() {
            b'(' => group(unit, value, path),
            b'O' if !matches!(unit.format.peek(), b'!' | b'&') => {
                *unit.va.pointer::<*mut PyObject>() = value.as_ptr();
                Ok(())
            }
            letter => unit.convert(letter, value),
        }
    }
}

/// The units of a group, behind its parenthesis, from the items of a sequence.
unsafe fn group(
    unit: &mut Unit<'_>,
    value: &Object,
    path: &mut Vec<usize>,
) -> core::result::Result<(), Mismatch> {
    // SAFETY: the C variables match the format.
    unsafe {
        let mut counter = *unit.format;
        let mut count = 0;
        let mut level = 0;
        loop {
            match counter.next() {
                0 => break,
                b'(' => {
                    if level == 0 {
                        count += 1;
                    }
                    level += 1;
                }
                b')' => {
                    if level == 0 {
                        break;
                    }
                    level -= 1;
                }
                b'e' if level == 0 => {
                    counter.next();
                    count += 1;
                }
                c if c.is_ascii_alphabetic() && level == 0 => count += 1,
                _ => {}
            }
        }
        if !crate::protocol::sequence::check(value) || crate::types::bytes::check(value) {
            return Err(Mismatch::Message(format!("must be {count}-item sequence, not {}", shown(value))));
        }
        let length = crate::protocol::object::len(value)?;
        if length != count {
            return Err(Mismatch::Message(format!("must be sequence of length {count}, not {length}")));
        }
        for index in 0..count {
            path.push(index + 1);
            let Ok(part) = crate::protocol::sequence::get_item(value, index as isize) else {
                err::clear();
                return Err(Mismatch::Message("is not retrievable".to_owned()));
            };
            item(unit, &part, path).map_err(|mismatch| mismatch.about(&part))?;
            path.pop();
        }
        unit.format.accept(b')');
        Ok(())
    }
}

/// Positional arguments against a format (`PyArg_ParseTuple`, `_PyArg_ParseStack`).
///
/// # Safety
/// The C variables in `va` match the format.
#[inline]
pub unsafe fn positional(
    values: &[&Object],
    format: *const c_char,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise; what the quick way has stored is stored again by the other one.
    unsafe {
        if simple::positional(values, Format::new(format), va.duplicate()) {
            return Ok(());
        }
        positional_in_full(values, format, va, ssize)
    }
}

/// [`positional`] for every format and with every complaint.
unsafe fn positional_in_full(
    values: &[&Object],
    format: *const c_char,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut cursor = Format::new(format);
        let shape = shape(cursor)?;
        let given = values.len();
        if given < shape.min || given > shape.max {
            if let Some(message) = shape.message() {
                return Err(err::type_error(message));
            }
            let (name, parentheses) = called(shape.function());
            let (bound, wanted) = match (shape.min == shape.max, given < shape.min) {
                (true, _) => ("exactly", shape.min),
                (false, true) => ("at least", shape.min),
                (false, false) => ("at most", shape.max),
            };
            let plural = if wanted == 1 { "" } else { "s" };
            return Err(err::type_error(format_args!(
                "{name}{parentheses} takes {bound} {wanted} argument{plural} ({given} given)"
            )));
        }
        let mut cleanup = Cleanup::default();
        for (index, value) in values.iter().enumerate() {
            cursor.accept(b'|');
            let mut path = Vec::new();
            let mut unit = Unit { format: &mut cursor, va, ssize, cleanup: &mut cleanup };
            if let Err(mismatch) = item(&mut unit, value, &mut path) {
                cleanup.undo();
                let (function, message) = (shape.function(), shape.message());
                return Err(raise(mismatch, index + 1, &path, function, message, Some(value)));
            }
        }
        let ended =
            matches!(cursor.peek(), 0 | b'(' | b'|' | b':' | b';') || cursor.peek().is_ascii_alphabetic();
        if !ended {
            cleanup.undo();
            return Err(err::system_error(format_args!("bad format string: {}", Format::new(format).rest())));
        }
        Ok(())
    }
}

/// A tuple against a format.
///
/// # Safety
/// The C variables in `va` match the format.
pub unsafe fn parse_tuple(args: &Object, format: *const c_char, va: &mut VaList, ssize: bool) -> Result<()> {
    if !tuple::check(args) {
        return Err(err::system_error("new style getargs format but argument is not a tuple"));
    }
    // SAFETY: the caller's promise.
    unsafe { positional(tuple::items(args), format, va, ssize) }
}

/// A single object against a format of one unit (`PyArg_Parse`); a format of several wants a tuple.
///
/// # Safety
/// The C variables in `va` match the format.
pub unsafe fn parse_object(
    args: Option<&Object>,
    format: *const c_char,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut cursor = Format::new(format);
        let shape = shape(cursor)?;
        match (shape.max, args) {
            (0, None) => Ok(()),
            (0, Some(_)) => {
                let (name, parentheses) = called(shape.function());
                Err(err::type_error(format_args!("{name}{parentheses} takes no arguments")))
            }
            (1, None) => {
                let (name, parentheses) = called(shape.function());
                Err(err::type_error(format_args!("{name}{parentheses} takes at least one argument")))
            }
            (1, Some(value)) => {
                let mut cleanup = Cleanup::default();
                let mut path = Vec::new();
                let mut unit = Unit { format: &mut cursor, va, ssize, cleanup: &mut cleanup };
                item(&mut unit, value, &mut path).map_err(|mismatch| {
                    cleanup.undo();
                    let (function, message) = (shape.function(), shape.message());
                    raise(mismatch, 0, &path, function, message, Some(value))
                })
            }
            (_, Some(value)) if tuple::check(value) => positional(tuple::items(value), format, va, ssize),
            _ => Err(err::system_error("old style getargs format uses new features")),
        }
    }
}

/// Keyword arguments of a call: a dict, or names with values.
pub enum Keywords<'a> {
    /// None.
    None,
    /// A dict.
    Dict(&'a Object),
    /// Names and values of a vectorcall.
    Names(&'a [&'a Object], &'a [&'a Object]),
}

impl<'a> Keywords<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Keywords::None => 0,
            Keywords::Dict(dict) => dict::len(dict),
            Keywords::Names(names, _) => names.len(),
        }
    }

    /// The value given for a parameter.
    pub fn get(&self, name: &CStr) -> Result<Option<&'a Object>> {
        let name = name.to_bytes();
        Ok(match self {
            Keywords::None => None,
            Keywords::Dict(dict) => match few(dict, name) {
                Some(found) => found,
                None => {
                    let found = dict::get_str(dict, utf8::checked(name).unwrap_or(""))?;
                    // SAFETY: the dict owns the value for the length of the call.
                    found.map(|found| unsafe { Object::from_ptr(found.as_ptr()) })
                }
            },
            Keywords::Names(names, values) => {
                names.iter().position(|given| is_name(given, name)).map(|index| values[index])
            }
        })
    }

    /// The names given.
    pub fn names(&self) -> Vec<&'a Object> {
        match self {
            Keywords::None => Vec::new(),
            Keywords::Dict(dict) => {
                let mut names = Vec::new();
                let mut position = 0;
                // SAFETY: the dict is the caller's and not changed here.
                while let Some((name, _)) = unsafe { dict::next_borrowed(dict, &mut position) } {
                    names.push(name);
                }
                names
            }
            Keywords::Names(names, _) => names.to_vec(),
        }
    }
}

/// Looks `name` up in a small dict by comparing its keys, which is quicker than making and hashing a `str`. The outer
/// None: the dict is large, or has keys of another kind.
fn few<'a>(dict: &'a Object, name: &[u8]) -> Option<Option<&'a Object>> {
    const FEW: usize = 8;
    if dict::len(dict) > FEW {
        return None;
    }
    let mut position = 0;
    // SAFETY: the dict is the caller's and not changed here.
    while let Some((key, value)) = unsafe { dict::next_borrowed(dict, &mut position) } {
        if !unicode::check_exact(key) {
            return None;
        }
        if is_name(key, name) {
            return Some(Some(value));
        }
    }
    Some(None)
}

/// Whether a `str` is the UTF-8 text `name`.
#[inline]
fn is_name(given: &Object, name: &[u8]) -> bool {
    if unicode::is_ascii(given) {
        return unicode::chars(given).bytes() == name;
    }
    utf8::checked(name).is_some_and(|name| unicode::eq_str(given, name))
}

/// The parameter names of a C function: a NULL-terminated list of C strings, the empty ones first (positional only).
#[derive(Clone, Copy)]
pub struct KeywordList<'a> {
    names: &'a [*const c_char],
}

impl<'a> KeywordList<'a> {
    /// Measures a list.
    ///
    /// # Safety
    /// A NULL-terminated array of C strings that outlives the list.
    #[inline]
    pub unsafe fn new(list: *const *const c_char) -> KeywordList<'a> {
        let mut len = 0;
        // SAFETY: the caller's promise.
        unsafe {
            while !(*list.add(len)).is_null() {
                len += 1;
            }
            KeywordList { names: core::slice::from_raw_parts(list, len) }
        }
    }

    /// How many there are.
    #[inline]
    pub fn len(self) -> usize {
        self.names.len()
    }

    /// How many of the first have no name.
    #[inline]
    pub fn positional_only(self) -> usize {
        // SAFETY: C strings.
        self.names.iter().take_while(|name| unsafe { ***name == 0 }).count()
    }

    /// Whether a name behind the first `positional_only` is empty.
    #[inline]
    fn has_gap(self, positional_only: usize) -> bool {
        // SAFETY: C strings.
        self.names[positional_only..].iter().any(|name| unsafe { **name == 0 })
    }

    /// Name `index` as it stands.
    #[inline]
    pub fn raw(self, index: usize) -> &'a CStr {
        // SAFETY: C strings.
        unsafe { CStr::from_ptr(self.names[index]) }
    }

    /// Name `index`, for messages.
    pub fn get(self, index: usize) -> &'a str {
        utf8::checked(self.raw(index).to_bytes()).unwrap_or("")
    }

    /// The names from `start` on.
    pub fn from(self, start: usize) -> impl Iterator<Item = &'a str> {
        (start..self.len()).map(move |index| self.get(index))
    }
}

/// Positional and keyword arguments against a format with `|` and `$` (`PyArg_ParseTupleAndKeywords`).
///
/// # Safety
/// The C variables in `va` match the format; `names` has a name for each unit.
pub unsafe fn with_keywords(
    values: &[&Object],
    keywords: &Keywords<'_>,
    format: *const c_char,
    names: KeywordList<'_>,
    va: &mut VaList,
    ssize: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut cursor = Format::new(format);
        let caller = Caller(cursor);
        let total = names.len();
        let positional_only = names.positional_only();
        if names.has_gap(positional_only) {
            return Err(err::system_error("Empty keyword parameter name"));
        }
        let given = values.len() + keywords.len();
        if given > total {
            let kind = if values.is_empty() { "keyword " } else { "" };
            let plural = if total == 1 { "" } else { "s" };
            return Err(err::type_error(format_args!(
                "{caller} takes at most {total} {kind}argument{plural} ({given} given)"
            )));
        }
        let mut cleanup = Cleanup::default();
        let mut min = usize::MAX;
        let mut max = usize::MAX;
        let mut used = 0;
        let mut skipped = false;
        let mut scanned = total;
        for index in 0..total {
            if cursor.accept(b'|') {
                let problem = match (min, max) {
                    (usize::MAX, usize::MAX) => None,
                    (usize::MAX, _) => Some("$ before |"),
                    _ => Some("| specified twice"),
                };
                if let Some(problem) = problem {
                    cleanup.undo();
                    return Err(err::system_error(format_args!("Invalid format string ({problem})")));
                }
                min = index;
            }
            if cursor.accept(b'$') {
                let problem = match max {
                    usize::MAX if index < positional_only => Some("Empty parameter name after $"),
                    usize::MAX => None,
                    _ => Some("Invalid format string ($ specified twice)"),
                };
                if let Some(problem) = problem {
                    cleanup.undo();
                    return Err(err::system_error(problem));
                }
                max = index;
                if skipped {
                    scanned = index;
                    break;
                }
                if max < values.len() {
                    cleanup.undo();
                    return Err(too_many_positional(caller, min != usize::MAX, max, values.len()));
                }
            }
            if matches!(cursor.peek(), 0 | b':' | b';') {
                cleanup.undo();
                return Err(err::system_error(format_args!(
                    "More keyword list entries ({total}) than format specifiers ({index})"
                )));
            }
            let value = if skipped {
                None
            } else if index < values.len() {
                Some(values[index])
            } else if index >= positional_only && used < keywords.len() {
                let found = keywords.get(names.raw(index))?;
                used += usize::from(found.is_some());
                found
            } else {
                None
            };
            let Some(value) = value else {
                if index < min && !skipped {
                    // Required, but perhaps the marker comes later: look on only for the bound of positional-only ones.
                    if index < positional_only {
                        skipped = true;
                    } else {
                        cleanup.undo();
                        return Err(err::type_error(format_args!(
                            "{caller} missing required argument '{}' (pos {})",
                            names.get(index),
                            index + 1
                        )));
                    }
                }
                if used == keywords.len() && !skipped && min <= index {
                    // All that was given has its place; the rest of the format is not looked at.
                    return Ok(());
                }
                let at = cursor;
                let letter = cursor.next();
                if letter == b'(' {
                    skip_group(&mut cursor, va, ssize, &mut cleanup);
                } else if !(Unit { format: &mut cursor, va, ssize, cleanup: &mut cleanup }).skip(letter) {
                    cleanup.undo();
                    return Err(err::system_error(format_args!(
                        "impossible<bad format char>: '{:.200}'",
                        at.rest()
                    )));
                }
                continue;
            };
            let mut path = Vec::new();
            let mut unit = Unit { format: &mut cursor, va, ssize, cleanup: &mut cleanup };
            if let Err(mismatch) = item(&mut unit, value, &mut path) {
                cleanup.undo();
                return Err(raise(
                    mismatch,
                    index + 1,
                    &path,
                    caller.function(),
                    caller.message(),
                    Some(value),
                ));
            }
        }
        if skipped {
            cleanup.undo();
            let min = min.min(positional_only);
            let bound = if min < scanned { "at least" } else { "exactly" };
            let plural = if min == 1 { "" } else { "s" };
            return Err(err::type_error(format_args!(
                "{caller} takes {bound} {min} positional argument{plural} ({} given)",
                values.len()
            )));
        }
        if max == usize::MAX && cursor.peek() != b'\0' && !matches!(cursor.peek(), b':' | b';' | b'|' | b'$')
        {
            cleanup.undo();
            return Err(err::system_error(format_args!(
                "more argument specifiers than keyword list entries (remaining format:'{}')",
                cursor.rest()
            )));
        }
        if used < keywords.len() {
            for index in positional_only..values.len().min(total) {
                if keywords.get(names.raw(index))?.is_some() {
                    let parameter = names.get(index);
                    cleanup.undo();
                    return Err(err::type_error(format_args!(
                        "argument for {caller} given by name ('{parameter}') and position ({})",
                        index + 1
                    )));
                }
            }
            return Err(unknown_keyword(keywords, names, positional_only, caller, &mut cleanup));
        }
        Ok(())
    }
}

fn too_many_positional(caller: Caller, has_optional: bool, max: usize, given: usize) -> Raised {
    if max == 0 {
        return err::type_error(format_args!("{caller} takes no positional arguments"));
    }
    let bound = if has_optional { "at most" } else { "exactly" };
    let plural = if max == 1 { "" } else { "s" };
    err::type_error(format_args!("{caller} takes {bound} {max} positional argument{plural} ({given} given)"))
}

fn unknown_keyword(
    keywords: &Keywords<'_>,
    names: KeywordList<'_>,
    positional_only: usize,
    caller: Caller,
    cleanup: &mut Cleanup,
) -> Raised {
    cleanup.undo();
    for given in keywords.names() {
        if !unicode::check(given) {
            return err::type_error("keywords must be strings");
        }
        if !names.from(positional_only).any(|known| unicode::eq_str(given, known)) {
            let shown = caller.function().map_or("this function".to_owned(), |name| format!("{name}()"));
            return crate::args::unknown_keyword(given, &shown);
        }
    }
    err::type_error("invalid keyword arguments")
}

unsafe fn skip_group(cursor: &mut Format, va: &mut VaList, ssize: bool, cleanup: &mut Cleanup) {
    let mut level = 1;
    while level > 0 {
        match cursor.next() {
            0 => return,
            b'(' => level += 1,
            b')' => level -= 1,
            // SAFETY: the C variables match the format.
            letter => unsafe {
                (Unit { format: cursor, va, ssize, cleanup }).skip(letter);
            },
        }
    }
}

/// `PyArg_UnpackTuple`: a tuple's items into object pointers.
///
/// # Safety
/// `va` has `max` object-pointer variables.
pub unsafe fn unpack(
    values: &[&Object],
    name: Option<&str>,
    min: usize,
    max: usize,
    va: &mut VaList,
) -> Result<()> {
    let given = values.len();
    if given < min || given > max {
        let (bound, wanted) = match (min == max, given < min) {
            (true, _) => ("", min),
            (false, true) => ("at least ", min),
            (false, false) => ("at most ", max),
        };
        let plural = if wanted == 1 { "" } else { "s" };
        return Err(match name {
            Some(name) => {
                err::type_error(format_args!("{name} expected {bound}{wanted} argument{plural}, got {given}"))
            }
            None => err::type_error(format_args!(
                "unpacked tuple should have {bound}{wanted} element{plural}, but has {given}"
            )),
        });
    }
    for value in values {
        // SAFETY: the caller's promise.
        unsafe { *va.pointer::<*mut PyObject>() = value.as_ptr() };
    }
    Ok(())
}
