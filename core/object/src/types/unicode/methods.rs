//! The method table of `str`: arguments in, the operations of the other files, results out.

use super::search::{Direction, Ends, affix, finder_args, remove_affix, split_at, strip};
use super::{Str, check, format, search, transform};
use crate::args::{self, Args, Signature};
use crate::doc;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::types::tuple;
use krait_abi::*;

crate::methods! {
    pub(super) static METHODS = [
        method::keywords(c"encode", encode, doc!("encode($self, /, encoding='utf-8', errors='strict')",
            "The text as bytes in an encoding; errors names an error handler.")),
        method::fastcall(c"replace", replace, doc!("replace($self, old, new, count=-1, /)",
            "A copy with occurrences of old replaced by new, at most count of them unless it is -1.")),
        method::keywords(c"split", split, doc!("split($self, /, sep=None, maxsplit=-1)",
            "A list of the parts between separators, cutting at most maxsplit times from the left.")),
        method::keywords(c"rsplit", rsplit, doc!("rsplit($self, /, sep=None, maxsplit=-1)",
            "A list of the parts between separators, cutting at most maxsplit times from the right.")),
        method::o(c"join", join, doc!("join($self, iterable, /)",
            "The strings of the iterable, one after the other, with this one between them.")),
        method::noargs(c"capitalize", |s: &Str| transform::capitalize(s.object()), doc!("capitalize($self, /)",
            "A copy with the first character in title case and the rest in lower case.")),
        method::noargs(c"casefold", |s: &Str| transform::casefold(s.object()), doc!("casefold($self, /)",
            "A copy for comparing without regard to case.")),
        method::noargs(c"title", |s: &Str| transform::title(s.object()), doc!("title($self, /)",
            "A copy in which every word begins in title case and goes on in lower case.")),
        method::fastcall(c"center", center, doc!("center($self, width, fillchar=' ', /)",
            "The string in the middle of a field of the given width.")),
        method::varargs(c"count", count, c"S.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in S[start:end] without overlap."),
        method::keywords(c"expandtabs", expandtabs, doc!("expandtabs($self, /, tabsize=8)",
            "A copy with spaces for tab characters.")),
        method::varargs(c"find", find, c"S.find(sub[, start[, end]]) -> int\n\nLowest index of sub in S[start:end], or -1."),
        method::o(c"partition", |s: &Str, sep: &Object| search::partition(s.object(), sep), doc!("partition($self, sep, /)",
            "The part before the first separator, the separator, and the part after it.")),
        method::varargs(c"index", index, c"S.index(sub[, start[, end]]) -> int\n\nLowest index of sub in S[start:end]; ValueError if there is none."),
        method::fastcall(c"ljust", ljust, doc!("ljust($self, width, fillchar=' ', /)",
            "The string at the left of a field of the given width.")),
        method::noargs(c"lower", |s: &Str| transform::lower(s.object()), doc!("lower($self, /)",
            "A copy in lower case.")),
        method::fastcall(c"lstrip", |s: &Str, a: &[&Object]| strip("lstrip", s.object(), a, Ends { left: true, right: false }),
            doc!("lstrip($self, chars=None, /)", "A copy without white space (or characters of chars) at the start.")),
        method::varargs(c"rfind", rfind, c"S.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub in S[start:end], or -1."),
        method::varargs(c"rindex", rindex, c"S.rindex(sub[, start[, end]]) -> int\n\nHighest index of sub in S[start:end]; ValueError if there is none."),
        method::fastcall(c"rjust", rjust, doc!("rjust($self, width, fillchar=' ', /)",
            "The string at the right of a field of the given width.")),
        method::fastcall(c"rstrip", |s: &Str, a: &[&Object]| strip("rstrip", s.object(), a, Ends { left: false, right: true }),
            doc!("rstrip($self, chars=None, /)", "A copy without white space (or characters of chars) at the end.")),
        method::o(c"rpartition", |s: &Str, sep: &Object| search::rpartition(s.object(), sep), doc!("rpartition($self, sep, /)",
            "The part before the last separator, the separator, and the part after it.")),
        method::keywords(c"splitlines", splitlines, doc!("splitlines($self, /, keepends=False)",
            "A list of the lines, with their ends if keepends is true.")),
        method::fastcall(c"strip", |s: &Str, a: &[&Object]| strip("strip", s.object(), a, Ends { left: true, right: true }),
            doc!("strip($self, chars=None, /)", "A copy without white space (or characters of chars) at both ends.")),
        method::noargs(c"swapcase", |s: &Str| transform::swapcase(s.object()), doc!("swapcase($self, /)",
            "A copy with upper case for lower case and the other way round.")),
        method::o(c"translate", |s: &Str, table: &Object| transform::translate(s.object(), table, Some("ignore")),
            doc!("translate($self, table, /)",
            "A copy with each character replaced by what the table gives for its code point; None deletes it.")),
        method::noargs(c"upper", |s: &Str| transform::upper(s.object()), doc!("upper($self, /)",
            "A copy in upper case.")),
        method::varargs(c"startswith", |s: &Str, a: &Object| affix("startswith", s.object(), a, Direction::Forward),
            c"S.startswith(prefix[, start[, end]]) -> bool\n\nWhether S[start:end] begins with prefix, or one of a tuple of them."),
        method::varargs(c"endswith", |s: &Str, a: &Object| affix("endswith", s.object(), a, Direction::Backward),
            c"S.endswith(suffix[, start[, end]]) -> bool\n\nWhether S[start:end] ends with suffix, or one of a tuple of them."),
        method::o(c"removeprefix", removeprefix, doc!("removeprefix($self, prefix, /)",
            "A copy without the prefix, if the string begins with it.")),
        method::o(c"removesuffix", removesuffix, doc!("removesuffix($self, suffix, /)",
            "A copy without the suffix, if the string ends with it.")),
        method::noargs(c"isascii", |s: &Str| Ok(super::is_ascii(s.object())), doc!("isascii($self, /)",
            "Whether all characters are ASCII; true of an empty string.")),
        method::noargs(c"islower", |s: &Str| Ok(transform::islower(s.object())), doc!("islower($self, /)",
            "Whether all cased characters are lower case and there is one.")),
        method::noargs(c"isupper", |s: &Str| Ok(transform::isupper(s.object())), doc!("isupper($self, /)",
            "Whether all cased characters are upper case and there is one.")),
        method::noargs(c"istitle", |s: &Str| Ok(transform::istitle(s.object())), doc!("istitle($self, /)",
            "Whether the string is in title case.")),
        method::noargs(c"isspace", |s: &Str| Ok(transform::isspace(s.object())), doc!("isspace($self, /)",
            "Whether all characters are white space and there is one.")),
        method::noargs(c"isdecimal", |s: &Str| Ok(transform::isdecimal(s.object())), doc!("isdecimal($self, /)",
            "Whether all characters are decimal digits and there is one.")),
        method::noargs(c"isdigit", |s: &Str| Ok(transform::isdigit(s.object())), doc!("isdigit($self, /)",
            "Whether all characters are digits and there is one.")),
        method::noargs(c"isnumeric", |s: &Str| Ok(transform::isnumeric(s.object())), doc!("isnumeric($self, /)",
            "Whether all characters are numeric and there is one.")),
        method::noargs(c"isalpha", |s: &Str| Ok(transform::isalpha(s.object())), doc!("isalpha($self, /)",
            "Whether all characters are letters and there is one.")),
        method::noargs(c"isalnum", |s: &Str| Ok(transform::isalnum(s.object())), doc!("isalnum($self, /)",
            "Whether all characters are letters or numeric and there is one.")),
        method::noargs(c"isidentifier", |s: &Str| Ok(transform::is_identifier(s.object())), doc!("isidentifier($self, /)",
            "Whether the string is an identifier (keywords included).")),
        method::noargs(c"isprintable", |s: &Str| Ok(transform::isprintable(s.object())), doc!("isprintable($self, /)",
            "Whether repr() shows all characters as they are; true of an empty string.")),
        method::o(c"zfill", zfill, doc!("zfill($self, width, /)",
            "Zeros before a number, after its sign, up to the given width.")),
        method::varargs_keywords(c"format", |s: &Str, a: &Object, k: Option<&Object>| format::format_method(s.object(), a, k),
            c"S.format(*args, **kwargs) -> str\n\nS with its replacement fields in braces filled in."),
        method::o(c"format_map", |s: &Str, m: &Object| format::format_map(s.object(), m),
            c"S.format_map(mapping) -> str\n\nS with its replacement fields in braces filled in from a mapping."),
        method::o(c"__format__", format_dunder, doc!("__format__($self, format_spec, /)",
            "The string laid out as format_spec says.")),
        method::with_flags(method::fastcall(c"maketrans", |_: &Object, a: &[&Object]| transform::make_trans(a),
            doc!("maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)",
            "A table for translate(): from a dict, or from two strings of equal length and one of characters to delete.")),
            METH_STATIC as core::ffi::c_int),
        method::noargs(c"__sizeof__", |s: &Str| Ok(transform::memory_size(s.object())), doc!("__sizeof__($self, /)",
            "Size of the object in memory, in bytes.")),
        method::noargs(c"__getnewargs__", |s: &Str| super::copy(s.object()).and_then(|copy| tuple::pack([copy])), c""),
    ];
}

fn encode(this: &Str, given: Args<'_>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("encode", ["encoding", "errors"]).required(0);
    let [encoding, errors] = SIGNATURE.bind(given)?;
    let encoding = encoding.map(|e| args::text("encode", "argument 'encoding'", e)).transpose()?;
    let errors = errors.map(|e| args::text("encode", "argument 'errors'", e)).transpose()?;
    super::encode(this.object(), encoding, errors)
}

fn replace(this: &Str, given: &[&Object]) -> Result<Obj> {
    args::check_positional("replace", given.len(), 2, 3)?;
    for (i, which) in ["argument 1", "argument 2"].iter().enumerate() {
        if !check(given[i]) {
            return Err(args::bad_argument("replace", which, "str", given[i]));
        }
    }
    let count = given.get(2).map_or(Ok(-1), |count| args::ssize(count))?;
    search::replace(this.object(), given[0], given[1], count)
}

fn split_with(function: &'static str, this: &Str, given: Args<'_>, direction: Direction) -> Result<Obj> {
    let [separator, count] = match (given.positional, given.names) {
        ([], []) => [None, None],
        ([separator], []) => [Some(*separator), None],
        _ => Signature::new(function, ["sep", "maxsplit"]).required(0).bind(given)?,
    };
    let count = count.map_or(Ok(-1), args::ssize)?;
    match separator.filter(|separator| !separator.is_none()) {
        Some(separator) if !check(separator) => Err(err::type_error(format_args!(
            "must be str or None, not {:.100}",
            separator.class_of().name()
        ))),
        separator => split_at(this.object(), separator, count, direction),
    }
}

fn split(this: &Str, given: Args<'_>) -> Result<Obj> {
    split_with("split", this, given, Direction::Forward)
}

fn rsplit(this: &Str, given: Args<'_>) -> Result<Obj> {
    split_with("rsplit", this, given, Direction::Backward)
}

fn join(this: &Str, iterable: &Object) -> Result<Obj> {
    super::join_iterable(Some(this.object()), iterable)
}

/// Width and fill character of `center`, `ljust` and `rjust`.
fn width_and_fill(function: &str, given: &[&Object]) -> Result<(isize, u32)> {
    args::check_positional(function, given.len(), 1, 2)?;
    Ok((args::ssize(given[0])?, transform::fill_char(given.get(1))?))
}

fn center(this: &Str, given: &[&Object]) -> Result<Obj> {
    let (width, fill) = width_and_fill("center", given)?;
    transform::center(this.object(), width, fill)
}

fn ljust(this: &Str, given: &[&Object]) -> Result<Obj> {
    let (width, fill) = width_and_fill("ljust", given)?;
    transform::ljust(this.object(), width, fill)
}

fn rjust(this: &Str, given: &[&Object]) -> Result<Obj> {
    let (width, fill) = width_and_fill("rjust", given)?;
    transform::rjust(this.object(), width, fill)
}

fn zfill(this: &Str, width: &Object) -> Result<Obj> {
    transform::zfill(this.object(), args::ssize(width)?)
}

fn expandtabs(this: &Str, given: Args<'_>) -> Result<Obj> {
    let [size] = Signature::new("expandtabs", ["tabsize"]).required(0).bind(given)?;
    transform::expandtabs(this.object(), size.map_or(Ok(8), args::int)?)
}

fn splitlines(this: &Str, given: Args<'_>) -> Result<Obj> {
    let [keep] = Signature::new("splitlines", ["keepends"]).required(0).bind(given)?;
    search::splitlines(this.object(), keep.map_or(Ok(0), args::int)? != 0)
}

fn count(this: &Str, given: &Object) -> Result<usize> {
    let (part, start, end) = finder_args("count", given)?;
    Ok(search::count(this.object(), part, start, end))
}

fn find(this: &Str, given: &Object) -> Result<isize> {
    let (part, start, end) = finder_args("find", given)?;
    Ok(search::find(this.object(), part, start, end, Direction::Forward).map_or(-1, |i| i as isize))
}

fn rfind(this: &Str, given: &Object) -> Result<isize> {
    let (part, start, end) = finder_args("rfind", given)?;
    Ok(search::find(this.object(), part, start, end, Direction::Backward).map_or(-1, |i| i as isize))
}

fn index(this: &Str, given: &Object) -> Result<usize> {
    let (part, start, end) = finder_args("index", given)?;
    search::find(this.object(), part, start, end, Direction::Forward)
        .ok_or_else(|| err::value_error("substring not found"))
}

fn rindex(this: &Str, given: &Object) -> Result<usize> {
    let (part, start, end) = finder_args("rindex", given)?;
    search::find(this.object(), part, start, end, Direction::Backward)
        .ok_or_else(|| err::value_error("substring not found"))
}

fn removeprefix(this: &Str, part: &Object) -> Result<Obj> {
    if !check(part) {
        return Err(args::bad_argument("removeprefix", "argument", "str", part));
    }
    remove_affix(this.object(), part, Direction::Forward)
}

fn removesuffix(this: &Str, part: &Object) -> Result<Obj> {
    if !check(part) {
        return Err(args::bad_argument("removesuffix", "argument", "str", part));
    }
    remove_affix(this.object(), part, Direction::Backward)
}

fn format_dunder(this: &Str, spec: &Object) -> Result<Obj> {
    if !check(spec) {
        return Err(args::bad_argument("__format__", "argument", "str", spec));
    }
    super::format_spec::format_str(this.object(), spec)
}

/// `tp_new`: `str(object='')` and `str(object, encoding, errors)`.
pub(super) fn new(
    class: &crate::types::typeobject::Type,
    given: &Object,
    kw: Option<&Object>,
) -> Result<Obj> {
    const SIGNATURE: Signature<3> = Signature::new("str", ["object", "encoding", "errors"]).required(0);
    let [object, encoding, errors] = match (tuple::items(given), kw) {
        ([], None) => [None; 3],
        ([object], None) => [Some(*object), None, None],
        _ => SIGNATURE.bind_tuple(given, kw)?,
    };
    let name = |which: &str, given: Option<&'_ Object>| -> Result<Option<String>> {
        let text = given.map(|given| args::text("str", which, given)).transpose()?;
        Ok(text.map(str::to_owned))
    };
    let text = match object {
        None => super::empty()?,
        Some(object) if encoding.is_none() && errors.is_none() => crate::protocol::object::str(object)?,
        Some(object) => {
            let (encoding, errors) = (name("argument 2", encoding)?, name("argument 3", errors)?);
            super::from_encoded_object(object, encoding.as_deref(), errors.as_deref())?
        }
    };
    if core::ptr::eq(class.as_raw(), &raw mut super::PyUnicode_Type) {
        return Ok(text);
    }
    super::new_of_class(class, &text)
}

/// `str % args`.
pub(super) fn remainder(a: &Object, b: &Object) -> Result<Obj> {
    if !check(a) {
        return Ok(crate::types::none::not_implemented().owned());
    }
    super::percent::format(a, b)
}
