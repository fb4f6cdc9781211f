//! `complex`: two C doubles behind the head.
//!
//! The arithmetic follows the formulas that CPython documents by its results: Smith's division, powers by repeated
//! multiplication for small integral exponents and by polar coordinates else.

use crate::args::{Signature, check_positional};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::method;
use crate::protocol::{call, number, object};
use crate::slot::{self, CompareOp};
use crate::text;
use crate::types::typeobject::Type;
use crate::types::unicode::{self, Chars};
use crate::types::{bool, exceptions, float, long, none, number_format, tuple};
use core::ffi::c_int;
use core::ptr;
use krait_abi::*;

/// Real and imaginary part.
pub type Parts = (f64, f64);

const T_DOUBLE: c_int = 4;

static mut COMPLEX_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power_slot),
    nb_negative: slot::unary::<Complex, _>(negative),
    nb_positive: slot::unary::<Complex, _>(positive),
    nb_absolute: slot::unary::<Complex, _>(absolute),
    nb_bool: slot::inquiry::<Complex, _>(truth),
    nb_int: slot::unary::<Complex, _>(to_int),
    nb_float: slot::unary::<Complex, _>(to_float),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    ..PyNumberMethods::ZEROED
};

crate::methods! {
    static COMPLEX_METHODS = [
        method::noargs::<Complex, _, _>(c"conjugate", conjugate,
            c"complex.conjugate() -> complex\n\nThe number with its imaginary part negated. (3-4j).conjugate() == 3+4j."),
        method::noargs::<Complex, _, _>(c"__getnewargs__", getnewargs, c""),
        method::varargs::<Complex, _, _>(c"__format__", format,
            c"complex.__format__() -> str\n\nThe number as a text, as the format specification says."),
    ];
}

crate::members! {
    static COMPLEX_MEMBERS = [
        method::member(c"real", T_DOUBLE, 16, READONLY, c"the real part of a complex number"),
        method::member(c"imag", T_DOUBLE, 24, READONLY, c"the imaginary part of a complex number"),
    ];
}

crate::static_type! {
    /// `complex`
    #[unsafe(no_mangle)]
    pub static PyComplex_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"complex".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Complex, _>(repr),
        tp_as_number: &raw mut COMPLEX_AS_NUMBER,
        tp_hash: slot::hash::<Complex, _>(hash),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
        tp_doc: c"complex(real=0, imag=0)\n--\n\nMakes a complex number of a real part and an imaginary one.\n\nEqual to real + imag*1j; both default to 0. A text may be given instead.".as_ptr(),
        tp_richcompare: slot::richcompare::<Complex, _>(richcompare),
        tp_methods: (&raw mut COMPLEX_METHODS).cast(),
        tp_members: (&raw mut COMPLEX_MEMBERS).cast(),
        tp_new: slot::new(new_slot),
        tp_free: Some(memory::PyObject_Free),
    };
}

crate::object_view!(/** A `complex`. */ pub Complex, PyComplexObject, PyComplex_Type);

// ---- making and reading ----

/// `PyComplex_FromDoubles`.
pub fn from_parts(real: f64, imag: f64) -> Result<Obj> {
    let object = memory::object_malloc(32).cast::<PyComplexObject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the struct's size.
    unsafe {
        (*object).ob_base.ob_type = &raw mut PyComplex_Type;
        crate::refcount::new_reference(object.cast());
        (*object).cval = Py_complex { real, imag };
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

/// `PyComplex_FromDoubles`.
pub fn from_doubles(real: f64, imag: f64) -> Result<Obj> {
    from_parts(real, imag)
}

/// `PyComplex_FromCComplex`.
pub fn from_c_complex(value: Py_complex) -> Result<Obj> {
    from_parts(value.real, value.imag)
}

/// A complex of a class that is `complex` or a subclass.
fn of_class(class: &Type, real: f64, imag: f64) -> Result<Obj> {
    if ptr::eq(class.as_raw(), &raw mut PyComplex_Type) {
        return from_parts(real, imag);
    }
    let object = class.alloc(0)?;
    // SAFETY: a fresh instance of a subclass.
    unsafe { (*object.as_ptr().cast::<PyComplexObject>()).cval = Py_complex { real, imag } };
    Ok(object)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        memory::free_instance(object);
    }
}

impl Complex {
    /// The value.
    #[inline(always)]
    pub fn parts(&self) -> Parts {
        // SAFETY: a live complex.
        unsafe { ((*self.as_raw()).cval.real, (*self.as_raw()).cval.imag) }
    }
}

/// `PyComplex_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    <Complex as Class>::is_instance(object)
}

/// `PyComplex_CheckExact`.
#[inline]
pub fn check_exact(object: &Object) -> bool {
    <Complex as Class>::is_exact(object)
}

/// The result of `__complex__`, if the class of the object has it.
fn by_special_method(object: &Object) -> Result<Option<Obj>> {
    let Some(method) = object::lookup_special(object, crate::intern!("__complex__"))? else {
        return Ok(None);
    };
    let result = call::call0(&method)?;
    if check_exact(&result) {
        return Ok(Some(result));
    }
    let kind = result.class_of().name().to_owned();
    if !check(&result) {
        return Err(err::type_error(format_args!("__complex__ returned non-complex (type {kind:.200})")));
    }
    err::warn(
        exceptions::DeprecationWarning(),
        format_args!(
            "__complex__ returned non-complex (type {kind:.200}).  The ability to return an instance of a strict subclass \
             of complex is deprecated, and may be removed in a future version of Python."
        ),
        1,
    )?;
    Ok(Some(result))
}

/// `PyComplex_AsCComplex`: real and imaginary part.
pub fn as_parts(object: &Object) -> Result<Parts> {
    if let Some(complex) = object.downcast::<Complex>() {
        return Ok(complex.parts());
    }
    match by_special_method(object)? {
        // SAFETY: checked to be a complex.
        Some(complex) => Ok(unsafe { complex.cast_unchecked::<Complex>() }.parts()),
        None => Ok((float::as_f64(object)?, 0.0)),
    }
}

/// `PyComplex_AsCComplex`.
pub fn as_c_complex(object: &Object) -> Result<Py_complex> {
    as_parts(object).map(|(real, imag)| Py_complex { real, imag })
}

/// `PyComplex_RealAsDouble`.
pub fn real_as_double(object: &Object) -> Result<f64> {
    match object.downcast::<Complex>() {
        Some(complex) => Ok(complex.parts().0),
        None => float::as_f64(object),
    }
}

/// `PyComplex_ImagAsDouble`: 0 for what is not complex.
pub fn imag_as_double(object: &Object) -> f64 {
    object.downcast::<Complex>().map_or(0.0, |complex| complex.parts().1)
}

// ---- arithmetic on parts (the _Py_c_* functions) ----

/// Why a result has no value: C's `errno`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DomainError {
    /// `EDOM`.
    Domain,
    /// `ERANGE`.
    Range,
}

/// `_Py_c_sum`.
pub fn sum(a: Parts, b: Parts) -> Parts {
    (a.0 + b.0, a.1 + b.1)
}

/// `_Py_c_diff`.
pub fn diff(a: Parts, b: Parts) -> Parts {
    (a.0 - b.0, a.1 - b.1)
}

/// `_Py_c_neg`.
pub fn neg(a: Parts) -> Parts {
    (-a.0, -a.1)
}

/// `_Py_c_prod`.
pub fn prod(a: Parts, b: Parts) -> Parts {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// `_Py_c_quot`: scaled by the larger part of the divisor; (0, 0) with `EDOM` for a zero divisor.
pub fn quot(a: Parts, b: Parts) -> (Parts, Option<DomainError>) {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return ((0.0, 0.0), Some(DomainError::Domain));
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        (((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator), None)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        (((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator), None)
    } else {
        // A part of the divisor is NaN.
        ((f64::NAN, f64::NAN), None)
    }
}

/// `_Py_c_pow`: by polar coordinates.
pub fn pow(a: Parts, b: Parts) -> (Parts, Option<DomainError>) {
    if b == (0.0, 0.0) {
        return ((1.0, 0.0), None);
    }
    if a == (0.0, 0.0) {
        let error = (b.1 != 0.0 || b.0 < 0.0).then_some(DomainError::Domain);
        return ((0.0, 0.0), error);
    }
    let modulus = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let (mut length, mut phase) = (modulus.powf(b.0), angle * b.0);
    if b.1 != 0.0 {
        length /= (angle * b.1).exp();
        phase += b.1 * modulus.ln();
    }
    ((length * phase.cos(), length * phase.sin()), None)
}

/// `_Py_c_abs`.
pub fn abs(a: Parts) -> (f64, Option<DomainError>) {
    if !a.0.is_finite() || !a.1.is_finite() {
        // An infinite part wins over NaN.
        let infinite = a.0.is_infinite() || a.1.is_infinite();
        return (if infinite { f64::INFINITY } else { f64::NAN }, None);
    }
    let result = a.0.hypot(a.1);
    (result, (!result.is_finite()).then_some(DomainError::Range))
}

/// An integral power of small size, by squaring.
fn integral_power(a: Parts, n: i64) -> (Parts, Option<DomainError>) {
    if !(-100..=100).contains(&n) {
        return pow(a, (n as f64, 0.0));
    }
    let (mut result, mut square) = ((1.0, 0.0), a);
    let mut left = n.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = prod(result, square);
        }
        left >>= 1;
        square = prod(square, square);
    }
    if n > 0 { (result, None) } else { quot((1.0, 0.0), result) }
}

/// `base ** exponent`.
pub fn power(base: Parts, exponent: Parts) -> Result<Obj> {
    let whole = exponent.0 as i64;
    let (result, error) = if exponent.1 == 0.0 && exponent.0 == whole as f64 {
        integral_power(base, whole)
    } else {
        pow(base, exponent)
    };
    if error == Some(DomainError::Domain) {
        return Err(err::zero_division_error("0.0 to a negative or complex power"));
    }
    if result.0.is_infinite() || result.1.is_infinite() {
        return Err(err::overflow_error("complex exponentiation"));
    }
    from_parts(result.0, result.1)
}

// ---- slots ----

/// An operand as a complex, None when it is no number of these kinds.
fn operand(object: &Object) -> Result<Option<Parts>> {
    if let Some(complex) = object.downcast::<Complex>() {
        return Ok(Some(complex.parts()));
    }
    if long::check(object) {
        return Ok(Some((long::as_f64(object)?, 0.0)));
    }
    Ok(object.downcast::<float::Float>().map(|float| (float.value(), 0.0)))
}

/// Binary operators on complex numbers; other operands are declined.
macro_rules! operators {
    ($($name:ident |$x:ident, $y:ident| $result:expr;)*) => {$(
        fn $name(a: &Object, b: &Object) -> Result<Obj> {
            let (Some($x), Some($y)) = (operand(a)?, operand(b)?) else {
                return Ok(none::not_implemented().owned());
            };
            let (real, imag) = $result;
            from_parts(real, imag)
        }
    )*};
}

operators! {
    add |x, y| sum(x, y);
    subtract |x, y| diff(x, y);
    multiply |x, y| prod(x, y);
    true_divide |x, y| match quot(x, y) {
        (_, Some(_)) => return Err(err::zero_division_error("complex division by zero")),
        (result, None) => result,
    };
}

fn remainder(_a: &Object, _b: &Object) -> Result<Obj> {
    Err(err::type_error("can't mod complex numbers."))
}

fn divmod(_a: &Object, _b: &Object) -> Result<Obj> {
    Err(err::type_error("can't take floor or mod of complex number."))
}

fn floor_divide(_a: &Object, _b: &Object) -> Result<Obj> {
    Err(err::type_error("can't take floor of complex number."))
}

fn power_slot(a: &Object, b: &Object, modulus: &Object) -> Result<Obj> {
    let (Some(x), Some(y)) = (operand(a)?, operand(b)?) else {
        return Ok(none::not_implemented().owned());
    };
    if !modulus.is_none() {
        return Err(err::value_error("complex modulo"));
    }
    power(x, y)
}

fn negative(this: &Complex) -> Result<Obj> {
    let (real, imag) = neg(this.parts());
    from_parts(real, imag)
}

fn positive(this: &Complex) -> Result<Obj> {
    if check_exact(this) {
        return Ok(this.object().owned());
    }
    let (real, imag) = this.parts();
    from_parts(real, imag)
}

fn absolute(this: &Complex) -> Result<Obj> {
    match abs(this.parts()) {
        (value, None) => float::from_f64(value),
        (_, Some(_)) => Err(err::overflow_error("absolute value too large")),
    }
}

fn truth(this: &Complex) -> Result<bool> {
    Ok(this.parts() != (0.0, 0.0))
}

fn to_int(_this: &Complex) -> Result<Obj> {
    Err(err::type_error("can't convert complex to int"))
}

fn to_float(_this: &Complex) -> Result<Obj> {
    Err(err::type_error("can't convert complex to float"))
}

fn hash(this: &Complex) -> Result<Py_hash_t> {
    let (real, imag) = this.parts();
    Ok(text::hash::complex(real, imag) as Py_hash_t)
}

fn richcompare(this: &Complex, other: &Object, op: CompareOp) -> Result<Obj> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(none::not_implemented().owned());
    }
    let (real, imag) = this.parts();
    let equal = if long::check(other) {
        // Exactly: the int is not converted.
        if imag != 0.0 {
            false
        } else {
            let real = float::from_f64(real)?;
            return object::rich_compare(&real, other, op);
        }
    } else if let Some(other) = other.downcast::<float::Float>() {
        real == other.value() && imag == 0.0
    } else if let Some(other) = other.downcast::<Complex>() {
        (real, imag) == other.parts()
    } else {
        return Ok(none::not_implemented().owned());
    };
    Ok(bool::from_bool(equal == (op == CompareOp::Eq)))
}

fn repr(this: &Complex) -> Result<Obj> {
    let (real, imag) = this.parts();
    let mut out = Vec::with_capacity(48);
    let mut put = |value: f64, flags: u32| {
        text::float::format_double(value, b'r', 0, flags, &mut out);
    };
    if real == 0.0 && real.is_sign_positive() {
        put(imag, 0);
        out.push(b'j');
    } else {
        put(real, 0);
        put(imag, text::float::SIGN);
        out.insert(0, b'(');
        out.extend(b"j)");
    }
    unicode::from_latin1(&out)
}

// ---- construction ----

fn new_slot(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("complex", ["real", "imag"]).required(0);
    let [real, imag] = SIGNATURE.bind_tuple(args, kw)?;
    let Some(real) = real else {
        return with_parts(class, long::small(0), imag);
    };
    if imag.is_none() && check_exact(real) && ptr::eq(class.as_raw(), &raw mut PyComplex_Type) {
        return Ok(real.owned());
    }
    if unicode::check(real) {
        if imag.is_some() {
            return Err(err::type_error("complex() can't take second arg if first is a string"));
        }
        return from_text(class, real);
    }
    if imag.is_some_and(unicode::check) {
        return Err(err::type_error("complex() second arg can't be a string"));
    }
    match by_special_method(real)? {
        Some(made) => with_parts(class, &made, imag),
        None => with_parts(class, real, imag),
    }
}

/// Whether an object can be converted by `__float__` or `__index__`, or is complex.
fn is_number(object: &Object) -> bool {
    // SAFETY: a type's `tp_as_number` is NULL or points to slots that live as long as the type.
    let slots = unsafe { (*object.type_ptr()).tp_as_number.as_ref() };
    slots.is_some_and(|slots| slots.nb_float.is_some() || slots.nb_index.is_some()) || check(object)
}

fn with_parts(class: &Type, real: &Object, imag: Option<&Object>) -> Result<Obj> {
    if !is_number(real) {
        return Err(err::type_error(format_args!(
            "complex() first argument must be a string or a number, not '{:.200}'",
            real.class_of().name()
        )));
    }
    if let Some(imag) = imag
        && !is_number(imag)
    {
        return Err(err::type_error(format_args!(
            "complex() second argument must be a number, not '{:.200}'",
            imag.class_of().name()
        )));
    }
    let part = |object: &Object| -> Result<(Parts, bool)> {
        match object.downcast::<Complex>() {
            Some(complex) => Ok((complex.parts(), true)),
            None => Ok(((float::as_f64(&*number::float(object)?)?, 0.0), false)),
        }
    };
    let (first, first_is_complex) = part(real)?;
    let Some(imag) = imag else {
        return of_class(class, first.0, first.1);
    };
    let (second, second_is_complex) = part(imag)?;
    // real + imag*1j, without adding zeros that would lose the signs of zeros.
    let real = if second_is_complex { first.0 - second.1 } else { first.0 };
    let imag = if first_is_complex { second.0 + first.1 } else { second.0 };
    of_class(class, real, imag)
}

fn malformed() -> err::Raised {
    err::value_error("complex() arg is a malformed string")
}

fn from_text(class: &Type, source: &Object) -> Result<Obj> {
    let mut ascii: Vec<u8> = match unicode::chars(source) {
        Chars::Latin1(text) if text.is_ascii() => text.to_vec(),
        chars => (0..chars.len()).map(|i| long::to_ascii(chars.at(i))).collect(),
    };
    if ascii.contains(&b'_') {
        ascii = text::float::without_underscores(&ascii).ok_or_else(malformed)?;
    }
    let (real, imag) = parse(&ascii).ok_or_else(malformed)?;
    of_class(class, real, imag)
}

/// Parses `real`, `imagj`, `real±imagj` or `±j`, in parentheses or not, with white space around.
fn parse(text: &[u8]) -> Option<Parts> {
    let mut at = 0;
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let skip_space = |at: &mut usize| {
        while matches!(byte(*at), b' ' | b'\t'..=b'\r') {
            *at += 1;
        }
    };
    let is_j = |at: usize| matches!(byte(at), b'j' | b'J');
    let unit = |at: usize| match byte(at) {
        b'+' => Some(1.0),
        b'-' => Some(-1.0),
        _ => None,
    };
    skip_space(&mut at);
    let parenthesis = byte(at) == b'(';
    if parenthesis {
        at += 1;
        skip_space(&mut at);
    }
    let parts;
    if let Some(number) = text::float::parse_prefix(&text[at..]) {
        at += number.len;
        if is_j(at) {
            at += 1;
            parts = (0.0, number.value);
        } else if let Some(sign) = unit(at) {
            let imag = match text::float::parse_prefix(&text[at..]) {
                Some(imag) => {
                    at += imag.len;
                    imag.value
                }
                None => {
                    at += 1;
                    sign
                }
            };
            if !is_j(at) {
                return None;
            }
            at += 1;
            parts = (number.value, imag);
        } else {
            parts = (number.value, 0.0);
        }
    } else {
        let sign = unit(at);
        at += usize::from(sign.is_some());
        if !is_j(at) {
            return None;
        }
        at += 1;
        parts = (0.0, sign.unwrap_or(1.0));
    }
    skip_space(&mut at);
    if parenthesis {
        if byte(at) != b')' {
            return None;
        }
        at += 1;
        skip_space(&mut at);
    }
    (at == text.len()).then_some(parts)
}

// ---- methods ----

fn conjugate(this: &Complex) -> Result<Obj> {
    let (real, imag) = this.parts();
    from_parts(real, -imag)
}

fn getnewargs(this: &Complex) -> Result<Obj> {
    let (real, imag) = this.parts();
    tuple::pack([float::from_f64(real)?, float::from_f64(imag)?])
}

fn format(this: &Complex, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    let [spec] = args else {
        check_positional("__format__", args.len(), 1, 1).map_err(|_| {
            err::type_error(format_args!("__format__() takes exactly 1 argument ({} given)", args.len()))
        })?;
        return Err(err::bad_internal_call());
    };
    if !unicode::check(spec) {
        return Err(err::type_error(format_args!(
            "__format__() argument 1 must be str, not {:.50}",
            spec.class_of().name()
        )));
    }
    number_format::format_method(this, spec, number_format::format_complex, 0)
}
