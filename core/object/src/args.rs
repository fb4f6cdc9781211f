//! Arguments of native functions: the vectorcall view and binding to a declared signature.
//!
//! [`Signature::bind`] gives each declared parameter its argument, with the error texts that CPython's Argument
//! Clinic functions give. Nothing is allocated.

use crate::err;
use crate::handle::{Layout, Object, Result};
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
}

impl<const N: usize> Signature<N> {
    /// All parameters required, all by position or keyword.
    pub const fn new(function: &'static str, names: [&'static str; N]) -> Signature<N> {
        Signature { function, names, required: N, max_positional: N, positional_only: 0 }
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

    /// Gives each parameter its argument.
    pub fn bind<'a>(&self, args: Args<'a>) -> Result<[Option<&'a Object>; N]> {
        let mut out = [None; N];
        let given = args.positional.len();
        if given > self.max_positional || given + args.names.len() > N {
            return Err(self.too_many(given, args.names.len()));
        }
        for (slot, value) in out.iter_mut().zip(args.positional) {
            *slot = Some(*value);
        }
        for (name, value) in args.names.iter().zip(args.values) {
            self.bind_keyword(&mut out, name, value)?;
        }
        self.check_required(&out)?;
        Ok(out)
    }

    /// Gives each parameter its argument from a tuple and an optional dict (`tp_new`, `tp_init`, `METH_VARARGS`).
    pub fn bind_tuple<'a>(
        &self,
        args: &'a Object,
        kw: Option<&'a Object>,
    ) -> Result<[Option<&'a Object>; N]> {
        let positional = tuple::items(args);
        let mut out = [None; N];
        let keywords = kw.map_or(0, dict::len);
        if positional.len() > self.max_positional || positional.len() + keywords > N {
            return Err(self.too_many(positional.len(), keywords));
        }
        for (slot, value) in out.iter_mut().zip(positional) {
            *slot = Some(*value);
        }
        if let Some(kw) = kw {
            let mut position = 0;
            // SAFETY: the dict belongs to the caller for the length of the call and no code runs that could change it.
            while let Some((name, value)) = unsafe { dict::next_borrowed(kw, &mut position) } {
                if !unicode::check(name) {
                    return Err(err::type_error("keywords must be strings"));
                }
                self.bind_keyword(&mut out, name, value)?;
            }
        }
        self.check_required(&out)?;
        Ok(out)
    }

    fn bind_keyword<'a>(
        &self,
        out: &mut [Option<&'a Object>; N],
        name: &Object,
        value: &'a Object,
    ) -> Result<()> {
        let index = (self.positional_only..N).find(|&i| unicode::eq_str(name, self.names[i]));
        let Some(index) = index else {
            return Err(err::type_error(format_args!(
                "'{}' is an invalid keyword argument for {}()",
                unicode::display(name),
                self.function
            )));
        };
        if out[index].is_some() {
            return Err(err::type_error(format_args!(
                "argument for {}() given by name ('{}') and position ({})",
                self.function,
                self.names[index],
                index + 1
            )));
        }
        out[index] = Some(value);
        Ok(())
    }

    fn check_required(&self, out: &[Option<&Object>; N]) -> Result<()> {
        for (i, slot) in out.iter().enumerate().take(self.required) {
            if slot.is_some() {
                continue;
            }
            if i < self.positional_only {
                let given = out.iter().take(self.max_positional).flatten().count();
                let bound = if self.required == self.max_positional { "exactly" } else { "at least" };
                let plural = if self.required == 1 { "" } else { "s" };
                return Err(err::type_error(format_args!(
                    "{}() takes {bound} {} positional argument{plural} ({given} given)",
                    self.function, self.required
                )));
            }
            return Err(err::type_error(format_args!(
                "{}() missing required argument '{}' (pos {})",
                self.function,
                self.names[i],
                i + 1
            )));
        }
        Ok(())
    }

    #[cold]
    fn too_many(&self, positional: usize, keywords: usize) -> err::Raised {
        if positional + keywords > N {
            let kind = if positional == 0 { "keyword " } else { "" };
            let plural = if N == 1 { "" } else { "s" };
            return err::type_error(format_args!(
                "{}() takes at most {N} {kind}argument{plural} ({} given)",
                self.function,
                positional + keywords
            ));
        }
        if self.max_positional == 0 {
            return err::type_error(format_args!("{}() takes no positional arguments", self.function));
        }
        let bound = if self.required >= self.max_positional { "exactly" } else { "at most" };
        let plural = if self.max_positional == 1 { "" } else { "s" };
        err::type_error(format_args!(
            "{}() takes {bound} {} positional argument{plural} ({positional} given)",
            self.function, self.max_positional
        ))
    }
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
    if crate::types::float::check(given) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    crate::types::long::as_isize(crate::protocol::number::index(given)?.object())
}

/// An argument as C `int`; floats are refused by name.
pub fn int(given: &Object) -> Result<i32> {
    if crate::types::float::check(given) {
        return Err(err::type_error("integer argument expected, got float"));
    }
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
