//! The operators, the methods of `Decimal` and those of `Context`: rows of tables over libmpdec's functions.

use super::context::{Context, given_or_current, rounding_of};
use super::mpd::*;
use super::number::{self, Decimal, check_memory};
use super::{convert, current};
use core::ffi::c_int;
use krait_object::args::{Args, Signature};
use krait_object::types::{long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, methods};

// ---- computing ----

fn unary(a: &Decimal, context: &Context, compute: Unary) -> Result<Obj> {
    unary_in(a, context.settings(), context, compute)
}

/// The same under other settings than the context that is told what happened.
fn unary_in(a: &Decimal, settings: &mpd_context_t, context: &Context, compute: Unary) -> Result<Obj> {
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe { compute(result.raw(), a.raw(), settings, &mut status) };
    context.note(status)?;
    Ok(result.upcast())
}

#[inline]
fn binary(a: &Decimal, b: &Decimal, context: &Context, compute: Binary) -> Result<Obj> {
    binary_in(a, b, context.settings(), context, compute)
}

/// The same under other settings than the context that is told what happened.
#[inline]
fn binary_in(
    a: &Decimal,
    b: &Decimal,
    settings: &mpd_context_t,
    context: &Context,
    compute: Binary,
) -> Result<Obj> {
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe { compute(result.raw(), a.raw(), b.raw(), settings, &mut status) };
    context.note(status)?;
    Ok(result.upcast())
}

fn total(a: &Decimal, b: &Decimal, compare: Total) -> Result<Obj> {
    let result = Decimal::result()?;
    // SAFETY: live numbers.
    unsafe { compare(result.raw(), a.raw(), b.raw()) };
    Ok(result.upcast())
}

fn copied(a: &Decimal, context: &Context, copy: Copy1) -> Result<Obj> {
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers.
    let done = unsafe { copy(result.raw(), a.raw(), &mut status) };
    context.note(status)?;
    check_memory(done)?;
    Ok(result.upcast())
}

fn copied_sign(a: &Decimal, b: &Decimal, context: &Context) -> Result<Obj> {
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers.
    let done = unsafe { mpd_qcopy_sign(result.raw(), a.raw(), b.raw(), &mut status) };
    context.note(status)?;
    check_memory(done)?;
    Ok(result.upcast())
}

fn same_quantum(a: &Decimal, b: &Decimal) -> bool {
    // SAFETY: live numbers.
    unsafe { mpd_same_quantum(a.raw(), b.raw()) != 0 }
}

fn fused(a: &Decimal, b: &Decimal, c: &Decimal, context: &Context) -> Result<Obj> {
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe { mpd_qfma(result.raw(), a.raw(), b.raw(), c.raw(), context.raw(), &mut status) };
    context.note(status)?;
    Ok(result.upcast())
}

fn divmod(a: &Decimal, b: &Decimal, context: &Context) -> Result<Obj> {
    let (quotient, rest, mut status) = (Decimal::result()?, Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe { mpd_qdivmod(quotient.raw(), rest.raw(), a.raw(), b.raw(), context.raw(), &mut status) };
    context.note(status)?;
    tuple::pack([quotient.upcast(), rest.upcast()])
}

fn power(a: &Decimal, b: &Decimal, modulus: Option<&Decimal>, context: &Context) -> Result<Obj> {
    let Some(modulus) = modulus else { return binary(a, b, context, mpd_qpow) };
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe {
        mpd_qpowmod(result.raw(), a.raw(), b.raw(), modulus.raw(), context.raw(), &mut status);
    }
    context.note(status)?;
    Ok(result.upcast())
}

fn class_name(a: &Decimal, context: &Context) -> Result<Obj> {
    // SAFETY: a live number and settings; a static C string of ASCII.
    let name = unsafe { core::ffi::CStr::from_ptr(mpd_class(a.raw(), context.raw())) };
    unicode::from_str(&name.to_string_lossy())
}

fn test_in(a: &Decimal, context: &Context, test: TestIn) -> bool {
    // SAFETY: a live number and settings.
    unsafe { test(a.raw(), context.raw()) != 0 }
}

fn radix() -> Result<Obj> {
    convert::from_u64(10).map(Obj::upcast)
}

// ---- operators ----

/// Both operands; none if there is nothing to compute.
#[inline]
fn operands(a: &Object, b: &Object, context: &Context) -> Result<Option<(Obj<Decimal>, Obj<Decimal>)>> {
    let Some(a) = convert::operand(a, context)? else { return Ok(None) };
    Ok(convert::operand(b, context)?.map(|b| (a, b)))
}

/// An operator with two operands.
#[inline]
pub fn operator(a: &Object, b: &Object, compute: Binary) -> Result<Obj> {
    let context = current::get()?;
    match operands(a, b, &context)? {
        Some((a, b)) => binary(&a, &b, &context, compute),
        None => Ok(none::not_implemented().owned()),
    }
}

/// An operator with one operand.
pub fn unary_operator(this: &Decimal, compute: Unary) -> Result<Obj> {
    unary(this, &*current::get()?, compute)
}

/// `divmod()`
pub fn divmod_operator(a: &Object, b: &Object) -> Result<Obj> {
    let context = current::get()?;
    match operands(a, b, &context)? {
        Some((a, b)) => divmod(&a, &b, &context),
        None => Ok(none::not_implemented().owned()),
    }
}

/// `pow()`
pub fn power_operator(a: &Object, b: &Object, modulus: &Object) -> Result<Obj> {
    let context = current::get()?;
    let Some((a, b)) = operands(a, b, &context)? else { return Ok(none::not_implemented().owned()) };
    if modulus.is_none() {
        return power(&a, &b, None, &context);
    }
    match convert::operand(modulus, &context)? {
        Some(modulus) => power(&a, &b, Some(&modulus), &context),
        None => Ok(none::not_implemented().owned()),
    }
}

// ---- methods of Decimal ----

/// The only argument, a context.
fn context_argument(args: Args<'_>) -> Result<Obj<Context>> {
    let [context] = const { Signature::new("", ["context"]).required(0).parsed() }.bind(args)?;
    given_or_current(context)
}

/// Another operand and a context.
fn other_argument(args: Args<'_>) -> Result<(Obj<Decimal>, Obj<Context>)> {
    let [other, context] =
        const { Signature::new("", ["other", "context"]).required(1).parsed() }.bind(args)?;
    let context = given_or_current(context)?;
    Ok((convert::required_operand(other.unwrap_or(none::none()), &context)?, context))
}

/// A text signature and a text in one C string.
macro_rules! documented {
    ($name:literal, $parameters:literal, $doc:literal) => {
        match core::ffi::CStr::from_bytes_with_nul(
            concat!($name, $parameters, "\n--\n\n", $doc, "\0").as_bytes(),
        ) {
            Ok(text) => text,
            Err(_) => panic!("a NUL inside"),
        }
    };
}

macro_rules! unary {
    ($name:literal, $compute:ident, $signature:literal, $doc:literal) => {
        method::keywords(
            $name,
            |this: &Decimal, args: Args<'_>| unary(this, &*context_argument(args)?, $compute),
            documented!($signature, "($self, /, context=None)", $doc),
        )
    };
}
macro_rules! binary {
    ($name:literal, $compute:ident, $signature:literal, $doc:literal) => {
        method::keywords(
            $name,
            |this: &Decimal, args: Args<'_>| {
                other_argument(args).and_then(|(other, context)| binary(this, &other, &context, $compute))
            },
            documented!($signature, "($self, /, other, context=None)", $doc),
        )
    };
}
macro_rules! total {
    ($name:literal, $compare:ident, $signature:literal, $doc:literal) => {
        method::keywords(
            $name,
            |this: &Decimal, args: Args<'_>| {
                other_argument(args).and_then(|(other, _)| total(this, &other, $compare))
            },
            documented!($signature, "($self, /, other, context=None)", $doc),
        )
    };
}
macro_rules! test {
    ($name:literal, $test:ident, $signature:literal, $doc:literal) => {
        method::noargs(
            $name,
            |this: &Decimal| -> Result<bool> { Ok(this.test($test)) },
            documented!($signature, "($self, /)", $doc),
        )
    };
}
fn this(this: &Decimal) -> Result<Obj> {
    Ok(this.object().owned())
}

methods! {
    pub static DECIMAL_METHODS = [
        unary!(c"exp", mpd_qexp, "exp", "e to the power of the number."),
        unary!(c"ln", mpd_qln, "ln", "The natural logarithm."),
        unary!(c"log10", mpd_qlog10, "log10", "The logarithm to the base 10."),
        unary!(c"next_minus", mpd_qnext_minus, "next_minus", "The next smaller number that the context can have."),
        unary!(c"next_plus", mpd_qnext_plus, "next_plus", "The next larger number that the context can have."),
        unary!(c"normalize", mpd_qreduce, "normalize", "The number without zeros at its end; every zero becomes 0."),
        method::keywords(c"to_integral", |this: &Decimal, args: Args<'_>| to_integral(this, args, mpd_qround_to_int), c"to_integral($self, /, rounding=None, context=None)\n--\n\nThe same as to_integral_value()."),
        method::keywords(c"to_integral_exact", |this: &Decimal, args: Args<'_>| to_integral(this, args, mpd_qround_to_intx), c"to_integral_exact($self, /, rounding=None, context=None)\n--\n\nThe nearest integer; Inexact and Rounded are signaled."),
        method::keywords(c"to_integral_value", |this: &Decimal, args: Args<'_>| to_integral(this, args, mpd_qround_to_int), c"to_integral_value($self, /, rounding=None, context=None)\n--\n\nThe nearest integer; nothing is signaled."),
        unary!(c"sqrt", mpd_qsqrt, "sqrt", "The square root."),
        binary!(c"compare", mpd_qcompare, "compare", "-1, 0 or 1 as the number is less than, equal to or greater than the other; NaN if one is NaN."),
        binary!(c"compare_signal", mpd_qcompare_signal, "compare_signal", "The same as compare(), but all NaNs signal."),
        binary!(c"max", mpd_qmax, "max", "The larger one; a number rather than a quiet NaN."),
        binary!(c"max_mag", mpd_qmax_mag, "max_mag", "The one with the larger absolute value."),
        binary!(c"min", mpd_qmin, "min", "The smaller one; a number rather than a quiet NaN."),
        binary!(c"min_mag", mpd_qmin_mag, "min_mag", "The one with the smaller absolute value."),
        binary!(c"next_toward", mpd_qnext_toward, "next_toward", "The next number in the direction of the other."),
        method::keywords(c"quantize", quantize, c"quantize($self, /, exp, rounding=None, context=None)\n--\n\nThe number rounded to the exponent of another one; InvalidOperation where that takes more digits\nthan the context has."),
        binary!(c"remainder_near", mpd_qrem_near, "remainder_near", "What is left of the number after the nearest multiple of the other."),
        method::keywords(c"fma", fma, c"fma($self, /, other, third, context=None)\n--\n\nself * other + third, rounded once."),
        method::noargs(c"is_canonical", |_: &Decimal| -> Result<bool> { Ok(true) }, c"is_canonical($self, /)\n--\n\nTrue: all of them are."),
        test!(c"is_finite", mpd_isfinite, "is_finite", "Whether it is neither an infinity nor NaN."),
        test!(c"is_infinite", mpd_isinfinite, "is_infinite", "Whether it is an infinity."),
        test!(c"is_nan", mpd_isnan, "is_nan", "Whether it is NaN, quiet or signaling."),
        test!(c"is_qnan", mpd_isqnan, "is_qnan", "Whether it is a quiet NaN."),
        test!(c"is_snan", mpd_issnan, "is_snan", "Whether it is a signaling NaN."),
        test!(c"is_signed", mpd_issigned, "is_signed", "Whether it has a minus sign."),
        test!(c"is_zero", mpd_iszero, "is_zero", "Whether it is a zero of either sign."),
        method::keywords(c"is_normal", |this: &Decimal, args: Args<'_>| -> Result<bool> { Ok(test_in(this, &*context_argument(args)?, mpd_isnormal)) }, c"is_normal($self, /, context=None)\n--\n\nWhether it is finite, not zero and not subnormal."),
        method::keywords(c"is_subnormal", |this: &Decimal, args: Args<'_>| -> Result<bool> { Ok(test_in(this, &*context_argument(args)?, mpd_issubnormal)) }, c"is_subnormal($self, /, context=None)\n--\n\nWhether its adjusted exponent is less than Emin."),
        method::noargs(c"adjusted", |this: &Decimal| adjusted(this), c"adjusted($self, /)\n--\n\nThe exponent of the leading digit; 0 for infinities and NaNs."),
        method::noargs(c"canonical", this, c"canonical($self, /)\n--\n\nThe number itself."),
        method::noargs(c"conjugate", this, c"conjugate($self, /)\n--\n\nThe number itself."),
        method::noargs(c"radix", |_: &Decimal| radix(), c"radix($self, /)\n--\n\nDecimal(10)."),
        method::noargs(c"copy_abs", |this: &Decimal| copied(this, &*current::get()?, mpd_qcopy_abs), c"copy_abs($self, /)\n--\n\nThe absolute value, whatever the context."),
        method::noargs(c"copy_negate", |this: &Decimal| copied(this, &*current::get()?, mpd_qcopy_negate), c"copy_negate($self, /)\n--\n\nThe number with the other sign, whatever the context."),
        unary!(c"logb", mpd_qlogb, "logb", "The adjusted exponent as a Decimal."),
        unary!(c"logical_invert", mpd_qinvert, "logical_invert", "All digits, each 0 or 1, inverted."),
        method::keywords(c"number_class", |this: &Decimal, args: Args<'_>| class_name(this, &*context_argument(args)?), c"number_class($self, /, context=None)\n--\n\nWhat kind of number it is, as a text such as '+Normal'."),
        method::keywords(c"to_eng_string", |this: &Decimal, args: Args<'_>| unicode::from_str(&this.to_text(mpd_to_eng_size, context_argument(args)?.capitals())?), c"to_eng_string($self, /, context=None)\n--\n\nThe number as text, with exponents that are multiples of 3."),
        total!(c"compare_total", mpd_compare_total, "compare_total", "-1, 0 or 1 in the order of all representations."),
        total!(c"compare_total_mag", mpd_compare_total_mag, "compare_total_mag", "The same without the signs."),
        method::keywords(c"copy_sign", |this: &Decimal, args: Args<'_>| other_argument(args).and_then(|(other, context)| copied_sign(this, &other, &context)), c"copy_sign($self, /, other, context=None)\n--\n\nThe number with the sign of another."),
        binary!(c"logical_and", mpd_qand, "logical_and", "Digit by digit 'and'; all digits are 0 or 1."),
        binary!(c"logical_or", mpd_qor, "logical_or", "Digit by digit 'or'; all digits are 0 or 1."),
        binary!(c"logical_xor", mpd_qxor, "logical_xor", "Digit by digit 'exclusive or'; all digits are 0 or 1."),
        binary!(c"rotate", mpd_qrotate, "rotate", "The coefficient's digits rotated to the left, or for a negative number to the right."),
        method::keywords(c"same_quantum", |this: &Decimal, args: Args<'_>| -> Result<bool> { Ok(same_quantum(this, &other_argument(args)?.0)) }, c"same_quantum($self, /, other, context=None)\n--\n\nWhether both have the same exponent, or are both infinities or NaNs."),
        binary!(c"scaleb", mpd_qscaleb, "scaleb", "The number times 10 to the power of the other."),
        binary!(c"shift", mpd_qshift, "shift", "The coefficient's digits shifted to the left, or for a negative number to the right."),
        method::with_flags(method::o(c"from_float", from_float, c"from_float($type, f, /)\n--\n\nA number that is exactly a float or an int."), (krait_abi::METH_O | krait_abi::METH_CLASS) as c_int),
        method::noargs(c"as_tuple", convert::as_tuple, c"as_tuple($self, /)\n--\n\nSign, digits and exponent."),
        method::noargs(c"as_integer_ratio", convert::as_integer_ratio, c"as_integer_ratio($self, /)\n--\n\nNumerator and denominator without common factors."),
        method::noargs(c"__copy__", this, c""),
        method::o(c"__deepcopy__", |decimal: &Decimal, _: &Object| this(decimal), c""),
        method::fastcall(c"__format__", number::format, c""),
        method::noargs(c"__reduce__", reduce, c""),
        method::fastcall(c"__round__", round, c""),
        method::noargs(c"__ceil__", |this: &Decimal| convert::to_long(this, &*current::get()?, ROUND_CEILING), c""),
        method::noargs(c"__floor__", |this: &Decimal| convert::to_long(this, &*current::get()?, ROUND_FLOOR), c""),
        method::noargs(c"__trunc__", convert::truncate, c""),
        method::noargs(c"__complex__", convert::to_complex, c""),
        method::noargs(c"__sizeof__", memory_size, c""),
    ];
}

fn from_float(class: &krait_object::types::typeobject::Type, value: &Object) -> Result<Obj> {
    convert::from_float_method(class, value)
}

fn adjusted(this: &Decimal) -> Result<i64> {
    // SAFETY: a live number.
    Ok(if this.value().is(SPECIAL) { 0 } else { unsafe { mpd_adjexp(this.raw()) } })
}

/// The context's settings, perhaps with another way to round.
fn settings_with(context: &Context, rounding: Option<&Object>) -> Result<mpd_context_t> {
    let mut settings = *context.settings();
    if let Some(rounding) = crate::support::not_none(rounding) {
        settings.round = rounding_of(rounding)?;
    }
    Ok(settings)
}

fn to_integral(this: &Decimal, args: Args<'_>, compute: Unary) -> Result<Obj> {
    let [rounding, context] =
        const { Signature::new("", ["rounding", "context"]).required(0).parsed() }.bind(args)?;
    let context = given_or_current(context)?;
    unary_in(this, &settings_with(&context, rounding)?, &context, compute)
}

fn quantize(this: &Decimal, args: Args<'_>) -> Result<Obj> {
    let [exp, rounding, context] =
        const { Signature::new("", ["exp", "rounding", "context"]).required(1).parsed() }.bind(args)?;
    let context = given_or_current(context)?;
    let settings = settings_with(&context, rounding)?;
    let exp = convert::required_operand(exp.unwrap_or(none::none()), &context)?;
    binary_in(this, &exp, &settings, &context, mpd_qquantize)
}

fn fma(this: &Decimal, args: Args<'_>) -> Result<Obj> {
    let [other, third, context] =
        const { Signature::new("", ["other", "third", "context"]).required(2).parsed() }.bind(args)?;
    let context = given_or_current(context)?;
    let other = convert::required_operand(other.unwrap_or(none::none()), &context)?;
    let third = convert::required_operand(third.unwrap_or(none::none()), &context)?;
    fused(this, &other, &third, &context)
}

fn reduce(this: &Decimal) -> Result<Obj> {
    let text = krait_object::protocol::object::str(this.object())?;
    tuple::pack([this.object().class_of().object().owned(), tuple::pack([text])?])
}

fn round(this: &Decimal, args: &[&Object]) -> Result<Obj> {
    crate::support::check_count("", args.len(), 0, 1)?;
    let context = current::get()?;
    let Some(places) = args.first() else { return convert::to_long(this, &context, ROUND_HALF_EVEN) };
    if !long::check(places) {
        return Err(err::type_error("optional arg must be an integer"));
    }
    let places = long::as_isize(places)? as i64;
    let quantum = convert::from_u64(1)?;
    // SAFETY: a new number.
    unsafe { (*quantum.raw()).exp = places.checked_neg().unwrap_or(i64::MAX) };
    binary(this, &quantum, &context, mpd_qquantize)
}

fn memory_size(this: &Decimal) -> Result<usize> {
    let value = this.value();
    let outside = if value.is_large() { value.alloc as usize * size_of::<u64>() } else { 0 };
    Ok(size_of::<Decimal>() + outside)
}

// ---- methods of Context ----

macro_rules! context_unary {
    ($name:literal, $compute:ident, $signature:literal, $doc:literal) => {
        method::o(
            $name,
            |context: &Context, x: &Object| {
                unary(&*convert::required_operand(x, context)?, context, $compute)
            },
            documented!($signature, "($self, x, /)", $doc),
        )
    };
}
macro_rules! context_binary {
    ($name:literal, $compute:ident, $signature:literal, $doc:literal) => {
        method::fastcall(
            $name,
            |context: &Context, args: &[&Object]| {
                two(context, args).and_then(|(x, y)| binary(&x, &y, context, $compute))
            },
            documented!($signature, "($self, x, y, /)", $doc),
        )
    };
}
macro_rules! context_total {
    ($name:literal, $compare:ident, $signature:literal, $doc:literal) => {
        method::fastcall(
            $name,
            |context: &Context, args: &[&Object]| {
                two(context, args).and_then(|(x, y)| total(&x, &y, $compare))
            },
            documented!($signature, "($self, x, y, /)", $doc),
        )
    };
}
macro_rules! context_test {
    ($name:literal, $test:ident, $signature:literal, $doc:literal) => {
        method::o(
            $name,
            |context: &Context, x: &Object| -> Result<bool> {
                Ok(convert::required_operand(x, context)?.test($test))
            },
            documented!($signature, "($self, x, /)", $doc),
        )
    };
}

/// The two operands of a method.
fn two(context: &Context, args: &[&Object]) -> Result<(Obj<Decimal>, Obj<Decimal>)> {
    crate::support::check_count("", args.len(), 2, 2)?;
    Ok((convert::required_operand(args[0], context)?, convert::required_operand(args[1], context)?))
}

/// An argument that must be a number already.
fn decimal(given: &Object) -> Result<&Decimal> {
    given.downcast::<Decimal>().ok_or_else(|| err::type_error("argument must be a Decimal"))
}

fn text(context: &Context, given: &Object, write: ToText) -> Result<Obj> {
    unicode::from_str(&convert::required_operand(given, context)?.to_text(write, context.capitals())?)
}

methods! {
    pub static CONTEXT_METHODS = [
        context_unary!(c"abs", mpd_qabs, "abs", "The absolute value of x."),
        context_unary!(c"exp", mpd_qexp, "exp", "e to the power of x."),
        context_unary!(c"ln", mpd_qln, "ln", "The natural logarithm of x."),
        context_unary!(c"log10", mpd_qlog10, "log10", "The logarithm of x to the base 10."),
        context_unary!(c"minus", mpd_qminus, "minus", "-x, as the operator computes it."),
        context_unary!(c"next_minus", mpd_qnext_minus, "next_minus", "The next number that is smaller than x."),
        context_unary!(c"next_plus", mpd_qnext_plus, "next_plus", "The next number that is larger than x."),
        context_unary!(c"normalize", mpd_qreduce, "normalize", "x without zeros at its end."),
        context_unary!(c"plus", mpd_qplus, "plus", "+x, as the operator computes it: rounded."),
        context_unary!(c"to_integral", mpd_qround_to_int, "to_integral", "The same as to_integral_value()."),
        context_unary!(c"to_integral_exact", mpd_qround_to_intx, "to_integral_exact", "The nearest integer; Inexact and Rounded are signaled."),
        context_unary!(c"to_integral_value", mpd_qround_to_int, "to_integral_value", "The nearest integer; nothing is signaled."),
        context_unary!(c"sqrt", mpd_qsqrt, "sqrt", "The square root of x."),
        context_binary!(c"add", mpd_qadd, "add", "x + y."),
        context_binary!(c"compare", mpd_qcompare, "compare", "-1, 0 or 1 as x is less than, equal to or greater than y."),
        context_binary!(c"compare_signal", mpd_qcompare_signal, "compare_signal", "The same as compare(), but all NaNs signal."),
        context_binary!(c"divide", mpd_qdiv, "divide", "x / y."),
        context_binary!(c"divide_int", mpd_qdivint, "divide_int", "The integer part of x / y."),
        method::fastcall(c"divmod", |context: &Context, args: &[&Object]| two(context, args).and_then(|(x, y)| divmod(&x, &y, context)), c"divmod($self, x, y, /)\n--\n\nThe integer part of x / y, and what is left."),
        context_binary!(c"max", mpd_qmax, "max", "The larger one."),
        context_binary!(c"max_mag", mpd_qmax_mag, "max_mag", "The one with the larger absolute value."),
        context_binary!(c"min", mpd_qmin, "min", "The smaller one."),
        context_binary!(c"min_mag", mpd_qmin_mag, "min_mag", "The one with the smaller absolute value."),
        context_binary!(c"multiply", mpd_qmul, "multiply", "x * y."),
        context_binary!(c"next_toward", mpd_qnext_toward, "next_toward", "The next number after x in the direction of y."),
        context_binary!(c"quantize", mpd_qquantize, "quantize", "x rounded to the exponent of y."),
        context_binary!(c"remainder", mpd_qrem, "remainder", "What is left of x / y."),
        context_binary!(c"remainder_near", mpd_qrem_near, "remainder_near", "What is left of x after the nearest multiple of y."),
        context_binary!(c"subtract", mpd_qsub, "subtract", "x - y."),
        method::keywords(c"power", context_power, c"power($self, /, a, b, modulo=None)\n--\n\na to the power of b; with a modulo, which must be an integer as a and b must, what is left of that."),
        method::fastcall(c"fma", context_fma, c"fma($self, x, y, z, /)\n--\n\nx * y + z, rounded once."),
        method::noargs(c"Etiny", |context: &Context| -> Result<i64> { Ok(limit(context, mpd_etiny)) }, c"Etiny($self, /)\n--\n\nEmin - prec + 1: the least exponent of subnormal numbers."),
        method::noargs(c"Etop", |context: &Context| -> Result<i64> { Ok(limit(context, mpd_etop)) }, c"Etop($self, /)\n--\n\nEmax - prec + 1: the largest exponent of a number with all its digits."),
        method::noargs(c"radix", |_: &Context| radix(), c"radix($self, /)\n--\n\nDecimal(10)."),
        method::o(c"is_canonical", |_: &Context, x: &Object| -> Result<bool> { Ok(decimal(x)?.test(mpd_iscanonical)) }, c"is_canonical($self, x, /)\n--\n\nTrue: all of them are."),
        context_test!(c"is_finite", mpd_isfinite, "is_finite", "Whether x is neither an infinity nor NaN."),
        context_test!(c"is_infinite", mpd_isinfinite, "is_infinite", "Whether x is an infinity."),
        context_test!(c"is_nan", mpd_isnan, "is_nan", "Whether x is NaN, quiet or signaling."),
        method::o(c"is_normal", |context: &Context, x: &Object| -> Result<bool> { Ok(test_in(&*convert::required_operand(x, context)?, context, mpd_isnormal)) }, c"is_normal($self, x, /)\n--\n\nWhether x is finite, not zero and not subnormal."),
        context_test!(c"is_qnan", mpd_isqnan, "is_qnan", "Whether x is a quiet NaN."),
        context_test!(c"is_signed", mpd_issigned, "is_signed", "Whether x has a minus sign."),
        context_test!(c"is_snan", mpd_issnan, "is_snan", "Whether x is a signaling NaN."),
        method::o(c"is_subnormal", |context: &Context, x: &Object| -> Result<bool> { Ok(test_in(&*convert::required_operand(x, context)?, context, mpd_issubnormal)) }, c"is_subnormal($self, x, /)\n--\n\nWhether the adjusted exponent of x is less than Emin."),
        context_test!(c"is_zero", mpd_iszero, "is_zero", "Whether x is a zero of either sign."),
        method::o(c"_apply", apply, c""),
        method::o(c"canonical", |_: &Context, x: &Object| -> Result<Obj> { Ok(decimal(x)?.object().owned()) }, c"canonical($self, x, /)\n--\n\nx itself."),
        context_total!(c"compare_total", mpd_compare_total, "compare_total", "-1, 0 or 1 in the order of all representations."),
        context_total!(c"compare_total_mag", mpd_compare_total_mag, "compare_total_mag", "The same without the signs."),
        method::o(c"copy_abs", |context: &Context, x: &Object| copied(&*convert::required_operand(x, context)?, context, mpd_qcopy_abs), c"copy_abs($self, x, /)\n--\n\nx without its sign."),
        method::o(c"copy_decimal", |context: &Context, x: &Object| -> Result<Obj> { Ok(convert::required_operand(x, context)?.upcast()) }, c"copy_decimal($self, x, /)\n--\n\nx as a Decimal."),
        method::o(c"copy_negate", |context: &Context, x: &Object| copied(&*convert::required_operand(x, context)?, context, mpd_qcopy_negate), c"copy_negate($self, x, /)\n--\n\nx with the other sign."),
        context_unary!(c"logb", mpd_qlogb, "logb", "The adjusted exponent of x as a Decimal."),
        context_unary!(c"logical_invert", mpd_qinvert, "logical_invert", "All digits of x inverted."),
        method::o(c"number_class", |context: &Context, x: &Object| class_name(&*convert::required_operand(x, context)?, context), c"number_class($self, x, /)\n--\n\nWhat kind of number x is, as a text."),
        method::o(c"to_sci_string", |context: &Context, x: &Object| text(context, x, mpd_to_sci_size), c"to_sci_string($self, x, /)\n--\n\nx as text in scientific notation."),
        method::o(c"to_eng_string", |context: &Context, x: &Object| text(context, x, mpd_to_eng_size), c"to_eng_string($self, x, /)\n--\n\nx as text in engineering notation."),
        method::fastcall(c"copy_sign", |context: &Context, args: &[&Object]| two(context, args).and_then(|(x, y)| copied_sign(&x, &y, context)), c"copy_sign($self, x, y, /)\n--\n\nx with the sign of y."),
        context_binary!(c"logical_and", mpd_qand, "logical_and", "Digit by digit 'and'."),
        context_binary!(c"logical_or", mpd_qor, "logical_or", "Digit by digit 'or'."),
        context_binary!(c"logical_xor", mpd_qxor, "logical_xor", "Digit by digit 'exclusive or'."),
        context_binary!(c"rotate", mpd_qrotate, "rotate", "The digits of x rotated by y places."),
        method::fastcall(c"same_quantum", |context: &Context, args: &[&Object]| -> Result<bool> { two(context, args).map(|(x, y)| same_quantum(&x, &y)) }, c"same_quantum($self, x, y, /)\n--\n\nWhether x and y have the same exponent."),
        context_binary!(c"scaleb", mpd_qscaleb, "scaleb", "x times 10 to the power of y."),
        context_binary!(c"shift", mpd_qshift, "shift", "The digits of x shifted by y places."),
        method::noargs(c"clear_flags", |context: &Context| -> Result<()> { context.update(|settings, bits| settings.status = bits, 0); Ok(()) }, c"clear_flags($self, /)\n--\n\nForgets all flags."),
        method::noargs(c"clear_traps", |context: &Context| -> Result<()> { context.update(|settings, bits| settings.traps = bits, 0); Ok(()) }, c"clear_traps($self, /)\n--\n\nSwitches all traps off."),
        method::noargs(c"__copy__", |context: &Context| context.copy().map(Obj::upcast), c""),
        method::noargs(c"__reduce__", Context::reduce, c""),
        method::noargs(c"copy", |context: &Context| context.copy().map(Obj::upcast), c"copy($self, /)\n--\n\nA copy with the same flags."),
        method::fastcall(c"create_decimal", create_decimal, c"create_decimal($self, num=\"0\", /)\n--\n\nA number from anything that Decimal() takes, rounded as the context says."),
        method::o(c"create_decimal_from_float", |context: &Context, value: &Object| convert::rounded_float(value, context), c"create_decimal_from_float($self, f, /)\n--\n\nA number from a float or an int, rounded as the context says."),
    ];
}

fn limit(context: &Context, of: unsafe extern "C" fn(*const mpd_context_t) -> i64) -> i64 {
    // SAFETY: live settings.
    unsafe { of(context.raw()) }
}

fn apply(context: &Context, given: &Object) -> Result<Obj> {
    let given = convert::required_operand(given, context)?;
    let (result, mut status) = (Decimal::result()?, 0);
    // SAFETY: live numbers and settings.
    unsafe {
        mpd_qcopy(result.raw(), given.raw(), &mut status);
        mpd_qfinalize(result.raw(), context.raw(), &mut status);
    }
    context.note(status)?;
    Ok(result.upcast())
}

fn context_power(context: &Context, args: Args<'_>) -> Result<Obj> {
    let [a, b, modulo] =
        const { Signature::new("", ["a", "b", "modulo"]).required(2).parsed() }.bind(args)?;
    let a = convert::required_operand(a.unwrap_or(none::none()), context)?;
    let b = convert::required_operand(b.unwrap_or(none::none()), context)?;
    let modulo = crate::support::not_none(modulo)
        .map(|modulo| convert::required_operand(modulo, context))
        .transpose()?;
    power(&a, &b, modulo.as_deref(), context)
}

fn context_fma(context: &Context, args: &[&Object]) -> Result<Obj> {
    crate::support::check_count("", args.len(), 3, 3)?;
    let [x, y, z] = [0, 1, 2].map(|index| convert::required_operand(args[index], context));
    fused(&*x?, &*y?, &*z?, context)
}

fn create_decimal(context: &Context, args: &[&Object]) -> Result<Obj> {
    crate::support::check_count("", args.len(), 0, 1)?;
    convert::rounded(args.first().copied(), context)
}
