//! Arguments of native functions: the vectorcall view and binding to a declared signature.
//!
//! [`Signature::bind`] gives each declared parameter its argument, with the error texts that CPython's Argument
//! Clinic functions give. Nothing is allocated.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::{dict, tuple, unicode};
use krait_abi::PyObject;

/// The arguments of one call: positional ones, then keyword names with their values.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// Positional arguments.
    pub positional: &'a [&'a Object],
    /// Names (exact `str`) of the keyword arguments.
    pub names: &'a [&'a Object],
    /// Values of the keyword arguments, in the order of `names`.
    pub values: &'a [&'a Object],
}

impl<'a> Args<'a> {
    /// From a vectorcall.
    ///
    /// # Safety
    /// `args` points to `positional` live objects followed by one for each name in the tuple `names`.
    #[inline(always)]
    pub unsafe fn from_vectorcall(
        args: *const *mut PyObject,
        positional: usize,
        names: Option<&'a Object>,
    ) -> Args<'a> {
        let names = names.map_or(&[][..], tuple::items);
        // SAFETY: the caller's promise.
        let all = unsafe { crate::method::arg_slice(args, positional + names.len()) };
        let (positional, values) = all.split_at(positional);
        Args { positional, names, values }
    }

    /// Positional arguments only.
    pub fn positional(positional: &'a [&'a Object]) -> Args<'a> {
        Args { positional, names: &[], values: &[] }
    }

    /// Whether there is any keyword argument.
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    /// `TypeError` when there is any keyword argument ("NAME() takes no keyword arguments").
    pub fn no_keywords(&self, function: &str) -> Result<()> {
        if self.names.is_empty() {
            return Ok(());
        }
        Err(err::type_error(format_args!("{function}() takes no keyword arguments")))
    }
}

/// A declared parameter list. `names` holds the positional-only parameters first (an empty name for each), then
/// positional-or-keyword ones, then keyword-only ones.
pub struct Signature<const N: usize> {
    function: &'static str,
    names: [&'static str; N],
    /// How many of the first parameters must be given.
    required: usize,
    /// How many may be given by position.
    max_positional: usize,
    /// How many can only be given by position.
    positional_only: usize,
    /// Whether messages have the wording of argument formats.
    parsed: bool,
}

impl<const N: usize> Signature<N> {
    /// All parameters required, all by position or keyword.
    pub const fn new(function: &'static str, names: [&'static str; N]) -> Signature<N> {
        Signature { function, names, required: N, max_positional: N, positional_only: 0, parsed: false }
    }

    /// Only the first `n` parameters are required.
    pub const fn required(mut self, n: usize) -> Self {
        self.required = n;
        self
    }

    /// The parameters from index `n` on are keyword-only.
    pub const fn keyword_only_from(mut self, n: usize) -> Self {
        self.max_positional = n;
        self
    }

    /// The first `n` parameters are positional-only.
    pub const fn positional_only(mut self, n: usize) -> Self {
        self.positional_only = n;
        self
    }

    /// The wording of functions whose C code parses an argument format (`PyArg_ParseTupleAndKeywords`): a surplus of
    /// positional arguments is "at most" wherever any parameter is optional.
    pub const fn parsed(mut self) -> Self {
        self.parsed = true;
        self
    }

    /// Gives each parameter its argument.
    #[inline]
    pub fn bind<'a>(&self, args: Args<'a>) -> Result<[Option<&'a Object>; N]> {
        let given = args.positional.len();
        let mut out = [None; N];
        if args.names.is_empty() && given >= self.required && given <= self.max_positional {
            for (slot, value) in out.iter_mut().zip(args.positional) {
                *slot = Some(*value);
            }
            return Ok(out);
        }
        let keywords = Keywords::Vector(args.names, args.values);
        self.bind_with(args.positional, keywords, &mut out)?;
        Ok(out)
    }

    /// Gives each parameter its argument from a tuple and an optional dict (`tp_new`, `tp_init`, `METH_VARARGS`).
    pub fn bind_tuple<'a>(
        &self,
        args: &'a Object,
        kw: Option<&'a Object>,
    ) -> Result<[Option<&'a Object>; N]> {
        let mut out = [None; N];
        let keywords = kw.map_or(Keywords::Vector(&[], &[]), Keywords::Dict);
        self.bind_with(tuple::items(args), keywords, &mut out)?;
        Ok(out)
    }

    /// The checks come in CPython's order: numbers of arguments, then what is missing from left to right, then what is
    /// given twice, then unknown names.
    fn bind_with<'a>(
        &self,
        positional: &[&'a Object],
        keywords: Keywords<'a>,
        out: &mut [Option<&'a Object>; N],
    ) -> Result<()> {
        let given = positional.len();
        let mut left = keywords.len();
        if given > self.max_positional || given + left > N {
            return Err(self.too_many(given, left));
        }
        let least = self.required.min(self.max_positional);
        if given < self.positional_only.min(least) {
            return Err(self.too_few(given, self.positional_only.min(least)));
        }
        for (slot, value) in out.iter_mut().zip(positional) {
            *slot = Some(*value);
        }
        for (i, slot) in out.iter_mut().enumerate().skip(given.max(self.positional_only)) {
            if left == 0 && i >= self.required {
                // Nothing is left to give, nor anything that must be given.
                return Ok(());
            }
            if left > 0
                && let Some(value) = keywords.find(self.names[i])
            {
                *slot = Some(value);
                left -= 1;
            } else if i < least || (self.max_positional <= i && i < self.required) {
                return Err(err::type_error(format_args!(
                    "{} missing required argument '{}' (pos {})",
                    self.shown(),
                    self.names[i],
                    i + 1
                )));
            }
        }
        if left > 0 { Err(self.unused(given, keywords)) } else { Ok(()) }
    }

    /// The function as messages name it; nameless ones are "function".
    fn shown(&self) -> Shown {
        Shown(self.function)
    }

    /// Some keyword argument has no parameter left: it is given by position already, or there is none of its name.
    #[cold]
    fn unused(&self, given: usize, keywords: Keywords<'_>) -> err::Raised {
        for i in self.positional_only..given {
            if keywords.find(self.names[i]).is_some() {
                return err::type_error(format_args!(
                    "argument for {} given by name ('{}') and position ({})",
                    self.shown(),
                    self.names[i],
                    i + 1
                ));
            }
        }
        let known =
            |name: &Object| self.names[self.positional_only..].iter().any(|n| unicode::eq_str(name, n));
        match keywords.first_name(|name| !unicode::check(name) || !known(name)) {
            Some(name) => {
                let this = if self.function.is_empty() { "this " } else { "" };
                unknown_keyword(&name, &format!("{this}{}", self.shown()))
            }
            None => err::type_error("invalid keyword arguments"),
        }
    }

    #[cold]
    fn too_few(&self, given: usize, least: usize) -> err::Raised {
        let bound = if least < self.max_positional { "at least" } else { "exactly" };
        let plural = if least == 1 { "" } else { "s" };
        err::type_error(format_args!(
            "{} takes {bound} {least} positional argument{plural} ({given} given)",
            self.shown()
        ))
    }

    #[cold]
    fn too_many(&self, positional: usize, keywords: usize) -> err::Raised {
        let function = self.shown();
        if positional + keywords > N {
            let kind = if positional == 0 { "keyword " } else { "" };
            let plural = if N == 1 { "" } else { "s" };
            return err::type_error(format_args!(
                "{function} takes at most {N} {kind}argument{plural} ({} given)",
                positional + keywords
            ));
        }
        if self.max_positional == 0 {
            return err::type_error(format_args!("{function} takes no positional arguments"));
        }
        let optional = if self.parsed { self.required < N } else { self.required < self.max_positional };
        let bound = if optional { "at most" } else { "exactly" };
        let plural = if self.max_positional == 1 { "" } else { "s" };
        err::type_error(format_args!(
            "{function} takes {bound} {} positional argument{plural} ({positional} given)",
            self.max_positional
        ))
    }
}

/// A function's name in messages: with parentheses, or "function" for nameless ones.
struct Shown(&'static str);

impl core::fmt::Display for Shown {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0.is_empty() { f.write_str("function") } else { write!(f, "{}()", self.0) }
    }
}

/// Keyword arguments, as a vectorcall or as a dict.
#[derive(Clone, Copy)]
enum Keywords<'a> {
    /// Names and values.
    Vector(&'a [&'a Object], &'a [&'a Object]),
    /// A dict that belongs to the caller for the length of the call.
    Dict(&'a Object),
}

impl<'a> Keywords<'a> {
    fn len(self) -> usize {
        match self {
            Keywords::Vector(names, _) => names.len(),
            Keywords::Dict(dict) => dict::len(dict),
        }
    }

    /// The first name that passes a test, with its value. Looking at the names runs no code that could change the dict.
    fn search(self, mut test: impl FnMut(&Object) -> bool) -> Option<(&'a Object, &'a Object)> {
        match self {
            Keywords::Vector(names, values) => {
                let i = names.iter().position(|name| test(name))?;
                Some((names[i], values[i]))
            }
            Keywords::Dict(dict) => {
                let mut position = 0;
                // SAFETY: the dict belongs to the caller and is not changed.
                while let Some((name, value)) = unsafe { dict::next_borrowed(dict, &mut position) } {
                    if test(name) {
                        return Some((name, value));
                    }
                }
                None
            }
        }
    }

    #[inline]
    fn find(self, wanted: &str) -> Option<&'a Object> {
        self.search(|name| unicode::check(name) && unicode::eq_str(name, wanted)).map(|(_, value)| value)
    }

    fn first_name(self, test: impl FnMut(&Object) -> bool) -> Option<Obj> {
        self.search(test).map(|(name, _)| name.owned())
    }
}

/// The error for a keyword argument that the function, `shown` as in messages, does not have. The name is put in as it
/// is, for it may hold surrogates.
#[cold]
pub fn unknown_keyword(name: &Object, shown: &str) -> err::Raised {
    let build = || -> Result<Obj> {
        let start = unicode::concat(&*unicode::from_str("'")?, &*crate::protocol::object::str(name)?)?;
        let end = format!("' is an invalid keyword argument for {shown}");
        unicode::concat(&start, &*unicode::from_str(&end)?)
    };
    match build() {
        Ok(message) => err::set_object(crate::types::exceptions::TypeError(), &message),
        Err(raised) => raised,
    }
}

/// Integer parameters take no float, not even through its `__int__`.
#[inline]
pub fn refuse_float(value: &Object) -> Result<()> {
    if crate::types::float::check(value) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    Ok(())
}

/// Checks the number of positional arguments ("NAME expected at least 1 argument, got 0" as `PyArg_UnpackTuple`).
pub fn check_positional(function: &str, given: usize, min: usize, max: usize) -> Result<()> {
    if given >= min && given <= max {
        return Ok(());
    }
    let (bound, n) = match (min == max, given < min) {
        (true, _) => ("", min),
        (false, true) => ("at least ", min),
        (false, false) => ("at most ", max),
    };
    let plural = if n == 1 { "" } else { "s" };
    Err(err::type_error(format_args!("{function} expected {bound}{n} argument{plural}, got {given}")))
}

/// The `TypeError` for an argument of the wrong type ("NAME() argument 1 must be str, not int", `_PyArg_BadArgument`).
#[cold]
pub fn bad_argument(function: &str, which: &str, expected: &str, given: &Object) -> err::Raised {
    let given = if given.is_none() { "None" } else { given.class_of().name() };
    err::type_error(format_args!("{function}() {which} must be {expected}, not {given:.50}"))
}

/// An argument as `Py_ssize_t` through `__index__`; floats are refused by name.
pub fn ssize(given: &Object) -> Result<isize> {
    refuse_float(given)?;
    crate::types::long::as_isize(crate::protocol::number::index(given)?.object())
}

/// An argument as C `int`; floats are refused by name.
pub fn int(given: &Object) -> Result<i32> {
    refuse_float(given)?;
    crate::types::long::as_i32(given)
}

/// An argument as text without NUL (`const char *` of Argument Clinic).
pub fn text<'a>(function: &str, which: &str, given: &'a Object) -> Result<&'a str> {
    if !unicode::check(given) {
        return Err(bad_argument(function, which, "str", given));
    }
    let text = unicode::as_utf8(given)?;
    if text.contains('\0') {
        return Err(err::value_error("embedded null character"));
    }
    Ok(text)
}
