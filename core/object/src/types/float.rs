//! `float`: a C double behind the head. Text and hashes are computed in `text::float` and `text::hash`.

use crate::args::{self, check_positional};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::method;
use crate::payload::EMPTY_TYPE;
use crate::protocol::{buffer, number, object};
use crate::refcount;
use crate::slot::{self, CompareOp};
use crate::text;
use crate::types::long::{self, Long};
use crate::types::structseq::Description;
use crate::types::typeobject::Type;
use crate::types::unicode::{self, Chars};
use crate::types::{
    bool, bytearray, bytes, complex, exceptions, iter, none, number_format, structseq, tuple,
};
use core::cell::Cell;
use core::cmp::Ordering;
use core::ptr::{self, null_mut};
use krait_abi::*;

static mut FLOAT_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power_slot),
    nb_negative: slot::unary::<Float, _>(negative),
    nb_positive: slot::unary::<Float, _>(exact),
    nb_absolute: slot::unary::<Float, _>(absolute),
    nb_bool: slot::inquiry::<Float, _>(truth),
    nb_int: slot::unary::<Float, _>(trunc),
    nb_float: slot::unary::<Float, _>(exact),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    ..PyNumberMethods::ZEROED
};

crate::methods! {
    static FLOAT_METHODS = [
        method::noargs::<Float, _, _>(c"conjugate", exact,
            c"conjugate($self, /)\n--\n\nThe number itself: floats are real."),
        method::noargs::<Float, _, _>(c"__trunc__", trunc,
            c"__trunc__($self, /)\n--\n\nThe int that is nearest towards zero."),
        method::noargs::<Float, _, _>(c"__floor__", floor, c"__floor__($self, /)\n--\n\nThe largest int that is not greater."),
        method::noargs::<Float, _, _>(c"__ceil__", ceil, c"__ceil__($self, /)\n--\n\nThe smallest int that is not less."),
        method::fastcall::<Float, _, _>(c"__round__", round,
            c"__round__($self, ndigits=None, /)\n--\n\nThe nearest number with ndigits decimals, ties to even.\n\nWithout ndigits, the result is an int."),
        method::noargs::<Float, _, _>(c"as_integer_ratio", as_integer_ratio,
            c"as_integer_ratio($self, /)\n--\n\nThe pair of ints, in lowest terms, whose quotient the number is.\n\nThe second one is positive. Infinities and NaNs have none.\n\n>>> (0.25).as_integer_ratio()\n(1, 4)\n>>> (-6.0).as_integer_ratio()\n(-6, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)"),
        method::with_flags(method::o::<Object, _, _>(c"fromhex", fromhex,
            c"fromhex($type, string, /)\n--\n\nThe float that a hexadecimal text writes.\n\n>>> float.fromhex('-0x1.8p-1')\n-0.75\n>>> float.fromhex('ff')\n255.0"), METH_CLASS),
        method::noargs::<Float, _, _>(c"hex", hex,
            c"hex($self, /)\n--\n\nThe number in hexadecimal, exactly.\n\n>>> (0.5).hex()\n'0x1.0000000000000p-1'\n>>> (-10.25).hex()\n'-0x1.4800000000000p+3'"),
        method::noargs::<Float, _, _>(c"is_integer", is_integer,
            c"is_integer($self, /)\n--\n\nWhether the number has no fraction."),
        method::noargs::<Float, _, _>(c"__getnewargs__", getnewargs, c"__getnewargs__($self, /)\n--\n\n"),
        method::with_flags(method::o::<Object, _, _>(c"__getformat__", getformat,
            c"__getformat__($type, typestr, /)\n--\n\nHow C doubles or floats are laid out here; for Python's own tests.\n\n  typestr\n    'double' or 'float'."), METH_CLASS),
        method::with_flags(method::fastcall::<Object, _, _>(c"__set_format__", setformat,
            c"__set_format__($type, typestr, fmt, /)\n--\n\nPretends another layout of C doubles or floats; for Python's own tests.\n\n  typestr\n    'double' or 'float'.\n  fmt\n    'unknown', or the layout that was found."), METH_CLASS),
        method::o::<Object, _, _>(c"__format__", format,
            c"__format__($self, format_spec, /)\n--\n\nThe number as a text, as format_spec says."),
    ];
}

crate::getsets! {
    static FLOAT_GETSETS = [
        method::getter::<Float, _, _>(c"real", exact, c"the real part of a complex number"),
        method::getter::<Float, _, _>(c"imag", imag, c"the imaginary part of a complex number"),
    ];
}

crate::static_type! {
    /// `float`
    #[unsafe(no_mangle)]
    pub static PyFloat_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"float".as_ptr(),
        tp_basicsize: 24,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Float, _>(repr),
        tp_as_number: &raw mut FLOAT_AS_NUMBER,
        tp_hash: slot::hash::<Float, _>(hash),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
        tp_doc: c"float(x=0, /)\n--\n\nMakes a float of a number or a text, if that is possible.".as_ptr(),
        tp_richcompare: slot::richcompare::<Float, _>(richcompare),
        tp_methods: (&raw mut FLOAT_METHODS).cast(),
        tp_getset: (&raw mut FLOAT_GETSETS).cast(),
        tp_new: slot::new(new_slot),
    };
}

crate::object_view!(/** A `float`. */ pub Float, PyFloatObject, PyFloat_Type);

// ---- allocation ----

/// Dead exact floats that are kept, chained through `ob_type`.
const MAX_FREE: usize = 4096;

struct FreeList {
    head: Cell<*mut PyFloatObject>,
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList { head: Cell::new(null_mut()), count: Cell::new(0) };

/// `PyFloat_FromDouble`.
#[inline]
pub fn from_f64(value: f64) -> Result<Obj> {
    let float = FREE.head.get();
    if float.is_null() {
        return from_f64_anew(value);
    }
    // SAFETY: free list members are dead floats linked through `ob_type`.
    unsafe {
        FREE.head.set((*float).ob_base.ob_type.cast());
        FREE.count.set(FREE.count.get() - 1);
        Ok(fill(float, value))
    }
}

/// [`from_f64`] without the free list.
#[cold]
#[inline(never)]
fn from_f64_anew(value: f64) -> Result<Obj> {
    let float = memory::object_malloc(24).cast::<PyFloatObject>();
    if float.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory for a float.
    Ok(unsafe { fill(float, value) })
}

/// # Safety
/// Memory for a float, which nobody else has.
#[inline(always)]
unsafe fn fill(float: *mut PyFloatObject, value: f64) -> Obj {
    // SAFETY: the caller's promise.
    unsafe {
        (*float).ob_base.ob_type = &raw mut PyFloat_Type;
        (*float).ob_fval = value;
        refcount::new_reference(float.cast());
        Obj::from_owned_ptr(float.cast())
    }
}

/// `PyFloat_FromDouble`.
pub fn from_double(value: f64) -> Result<Obj> {
    from_f64(value)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        if !ptr::eq((*object).ob_type, &raw mut PyFloat_Type) {
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        } else if FREE.count.get() < MAX_FREE {
            (*object).ob_type = FREE.head.get().cast();
            FREE.head.set(object.cast());
            FREE.count.set(FREE.count.get() + 1);
        } else {
            memory::PyObject_Free(object.cast());
        }
    }
}

// ---- for the interpreter loop: exact floats without calls ----

/// Whether two more floats can be recycled.
#[inline(always)]
pub fn has_room() -> bool {
    FREE.count.get() < MAX_FREE - 2
}

/// Puts a dead exact float into the free list.
///
/// # Safety
/// The caller owns the last reference; there is room.
#[inline(always)]
pub unsafe fn recycle(object: *mut PyObject) {
    #[cfg(feature = "checked")]
    crate::checked::died();
    // SAFETY: the caller's promise.
    unsafe { (*object).ob_type = FREE.head.get().cast() };
    FREE.head.set(object.cast());
    FREE.count.set(FREE.count.get() + 1);
}

/// An exact float from the free list with one reference and any value; NULL if that is empty.
#[inline(always)]
pub fn reuse() -> *mut PyObject {
    let float = FREE.head.get();
    if !float.is_null() {
        // SAFETY: members are dead floats linked through `ob_type`.
        unsafe {
            FREE.head.set((*float).ob_base.ob_type.cast());
            FREE.count.set(FREE.count.get() - 1);
            (*float).ob_base.ob_type = &raw mut PyFloat_Type;
            (*float).ob_base.ob_refcnt = 1;
        }
    }
    float.cast()
}

/// Frees what the free list holds (`_PyFloat_ClearFreeList`).
pub fn clear_free_list() -> usize {
    let mut float = FREE.head.replace(null_mut());
    while !float.is_null() {
        // SAFETY: members are dead floats, linked through `ob_type`.
        unsafe {
            let next = (*float).ob_base.ob_type.cast();
            memory::PyObject_Free(float.cast());
            float = next;
        }
    }
    FREE.count.replace(0)
}

/// How many dead floats are kept, for `sys._debugmallocstats`.
pub fn free_list_size() -> usize {
    FREE.count.get()
}

// ---- accessors ----

impl Float {
    /// The value.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        // SAFETY: a live float.
        unsafe { (*self.as_raw()).ob_fval }
    }
}

/// `PyFloat_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <Float as Class>::is_instance(object)
}

/// `PyFloat_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <Float as Class>::is_exact(object)
}

/// `PyFloat_AsDouble` (uses `__float__`, `__index__`).
#[inline]
pub fn as_f64(object: &Object) -> Result<f64> {
    match object.downcast_exact::<Float>() {
        Some(float) => Ok(float.value()),
        None => convert(object),
    }
}

/// `PyFloat_AsDouble`.
#[inline]
pub fn as_double(object: &Object) -> Result<f64> {
    as_f64(object)
}

fn convert(object: &Object) -> Result<f64> {
    if let Some(float) = object.downcast::<Float>() {
        return Ok(float.value());
    }
    // SAFETY: a type's `tp_as_number` is NULL or points to slots that live as long as the type.
    let slots = unsafe { (*object.type_ptr()).tp_as_number.as_ref() };
    let Some(function) = slots.and_then(|slots| slots.nb_float) else {
        if slots.is_some_and(|slots| slots.nb_index.is_some()) {
            return long::as_f64(&*number::index(object)?);
        }
        return Err(err::type_error(format_args!(
            "must be real number, not {:.50}",
            object.class_of().name()
        )));
    };
    // SAFETY: a number slot of the object's own class.
    let result = unsafe { Obj::from_owned_or_raised(function(object.as_ptr()))? };
    if let Some(float) = result.downcast_exact::<Float>() {
        return Ok(float.value());
    }
    let (class, kind) = (object.class_of().name().to_owned(), result.class_of().name().to_owned());
    let Some(float) = result.downcast::<Float>() else {
        return Err(err::type_error(format_args!(
            "{class:.50}.__float__ returned non-float (type {kind:.50})"
        )));
    };
    err::warn(
        exceptions::DeprecationWarning(),
        format_args!(
            "{class:.50}.__float__ returned non-float (type {kind:.50}).  The ability to return an instance of a strict \
             subclass of float is deprecated, and may be removed in a future version of Python."
        ),
        1,
    )?;
    Ok(float.value())
}

/// A `str` of ASCII text.
fn ascii(text: &[u8]) -> Result<Obj> {
    unicode::from_latin1(text)
}

// ---- arithmetic ----

/// An operand as a double, None when it is neither float nor int.
#[inline(always)]
fn operand(object: &Object) -> Result<Option<f64>> {
    if let Some(float) = object.downcast_exact::<Float>() {
        return Ok(Some(float.value()));
    }
    slow_operand(object)
}

#[inline(never)]
fn slow_operand(object: &Object) -> Result<Option<f64>> {
    if let Some(value) = long::small_value(object) {
        return Ok(Some(value as f64));
    }
    if let Some(float) = object.downcast::<Float>() {
        return Ok(Some(float.value()));
    }
    if long::check(object) { long::as_f64(object).map(Some) } else { Ok(None) }
}

/// Both operands as doubles.
#[inline(never)]
fn operands(a: &Object, b: &Object) -> Result<Option<(f64, f64)>> {
    Ok(operand(a)?.zip(operand(b)?))
}

/// Binary operators on doubles; other operands are declined.
macro_rules! operators {
    ($($name:ident |$x:ident, $y:ident| $result:expr;)*) => {$(
        fn $name(a: &Object, b: &Object) -> Result<Obj> {
            let ($x, $y) = match (a.downcast_exact::<Float>(), b.downcast_exact::<Float>()) {
                (Some(x), Some(y)) => (x.value(), y.value()),
                _ => match operands(a, b)? {
                    Some(values) => values,
                    None => return Ok(none::not_implemented().owned()),
                },
            };
            $result
        }
    )*};
}

operators! {
    add |x, y| from_f64(x + y);
    subtract |x, y| from_f64(x - y);
    multiply |x, y| from_f64(x * y);
    true_divide |x, y| {
        if y == 0.0 {
            return Err(err::zero_division_error("float division by zero"));
        }
        from_f64(x / y)
    };
    remainder |x, y| {
        if y == 0.0 {
            return Err(err::zero_division_error("float modulo"));
        }
        from_f64(modulo(x, y))
    };
    floor_divide |x, y| {
        if y == 0.0 {
            return Err(err::zero_division_error("float floor division by zero"));
        }
        from_f64(floor_quotient(x, y).0)
    };
    divmod |x, y| {
        if y == 0.0 {
            return Err(err::zero_division_error("float divmod()"));
        }
        let (quotient, rest) = floor_quotient(x, y);
        tuple::pack([from_f64(quotient)?, from_f64(rest)?])
    };
}

/// `x % y` with the sign of `y`.
#[inline]
pub fn modulo(x: f64, y: f64) -> f64 {
    let rest = x % y;
    if rest == 0.0 {
        // A zero has the divisor's sign as well.
        return 0f64.copysign(y);
    }
    if (y < 0.0) != (rest < 0.0) { rest + y } else { rest }
}

/// `x // y` and `x % y`.
pub fn floor_quotient(x: f64, y: f64) -> (f64, f64) {
    let rest = x % y;
    // Close to an integer, and exactly rounded to it below.
    let mut quotient = (x - rest) / y;
    if rest != 0.0 && (y < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(x / y), modulo(x, y));
    }
    let mut floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor += 1.0;
    }
    (floor, modulo(x, y))
}

fn power_slot(a: &Object, b: &Object, modulus: &Object) -> Result<Obj> {
    if !modulus.is_none() {
        return Err(err::type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    match (operand(a)?, operand(b)?) {
        (Some(x), Some(y)) => power(x, y),
        _ => Ok(none::not_implemented().owned()),
    }
}

/// `base ** exponent`: as C's `pow`, but a negative base with a fractional exponent gives a complex.
pub fn power(base: f64, exponent: f64) -> Result<Obj> {
    if base == 0.0 && exponent < 0.0 && exponent.is_finite() {
        return Err(err::zero_division_error("0.0 cannot be raised to a negative power"));
    }
    let finite = base.is_finite() && exponent.is_finite();
    if finite && base < 0.0 && exponent != exponent.floor() {
        return complex::power((base, 0.0), (exponent, 0.0));
    }
    let result = base.powf(exponent);
    if finite && result.is_infinite() {
        let arguments = tuple::pack([
            long::from_i64(libc::ERANGE as i64)?,
            unicode::from_str("Numerical result out of range")?,
        ])?;
        return Err(err::set_object(exceptions::OverflowError(), &arguments));
    }
    from_f64(result)
}

fn negative(this: &Float) -> Result<Obj> {
    from_f64(-this.value())
}

fn absolute(this: &Float) -> Result<Obj> {
    from_f64(this.value().abs())
}

fn truth(this: &Float) -> Result<bool> {
    Ok(this.value() != 0.0)
}

/// The float itself, or an exact copy of a subclass's instance.
fn exact(this: &Float) -> Result<Obj> {
    if check_exact(this) { Ok(this.object().owned()) } else { from_f64(this.value()) }
}

// ---- comparison, hash, text ----

/// The order of a float and an int, exactly; None for NaN.
fn compare_long(x: f64, int: &Object) -> Option<Ordering> {
    if let Some(value) = long::view(int).one_digit() {
        return x.partial_cmp(&(value as f64));
    }
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    // The integral part decides unless it is equal.
    let whole = x.trunc();
    let order = match long::from_f64(whole) {
        Ok(whole) => long::compare(&whole, int),
        Err(_) => {
            err::clear();
            return None;
        }
    };
    Some(order.then_with(|| x.partial_cmp(&whole).unwrap_or(Ordering::Equal)))
}

fn richcompare(this: &Float, other: &Object, op: CompareOp) -> Result<Obj> {
    let x = this.value();
    let order = if let Some(other) = other.downcast::<Float>() {
        x.partial_cmp(&other.value())
    } else if other.downcast::<Long>().is_some() {
        compare_long(x, other)
    } else {
        return Ok(none::not_implemented().owned());
    };
    Ok(bool::from_bool(match order {
        Some(order) => op.matches(order),
        None => op == CompareOp::Ne,
    }))
}

fn hash(this: &Float) -> Result<Py_hash_t> {
    Ok(text::hash::double(this.value()) as Py_hash_t)
}

fn repr(this: &Float) -> Result<Obj> {
    let mut out = Vec::with_capacity(24);
    text::float::repr(this.value(), &mut out);
    ascii(&out)
}

// ---- making ----

fn new_slot(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let is_exact = ptr::eq(class.as_raw(), &raw mut PyFloat_Type);
    if is_exact {
        iter::no_keywords("float", kw)?;
    }
    let args = tuple::items(args);
    check_positional("float", args.len(), 0, 1)?;
    let value = match args.first() {
        None => from_f64(0.0)?,
        Some(value) => from_object(value)?,
    };
    if is_exact {
        return Ok(value);
    }
    let result = class.alloc(0)?;
    // SAFETY: a fresh instance of a subclass.
    unsafe { (*result.as_ptr().cast::<PyFloatObject>()).ob_fval = as_f64(&value)? };
    Ok(result)
}

/// What `float(value)` is.
pub(crate) fn from_object(value: &Object) -> Result<Obj> {
    if check_exact(value) {
        return Ok(value.owned());
    }
    if unicode::check_exact(value) {
        return from_string(value);
    }
    if long::check_exact(value) {
        return from_f64(long::as_f64(value)?);
    }
    number::float(value)
}

/// `PyFloat_FromString`: from a text or a bytes-like object.
pub fn from_string(source: &Object) -> Result<Obj> {
    if unicode::check(source) {
        if let Chars::Latin1(text) = unicode::chars(source)
            && text.is_ascii()
        {
            return parse(text, source);
        }
        let ascii: Vec<u8> =
            (0..unicode::len(source)).map(|i| long::to_ascii(unicode::char_at(source, i))).collect();
        return parse(&ascii, source);
    }
    if bytes::check(source) {
        return parse(bytes::as_slice(source), source);
    }
    if bytearray::check(source) || buffer::check(source) {
        let view = buffer::Buffer::simple(source)?;
        let text = view.as_slice().to_vec();
        return parse(&text, source);
    }
    Err(err::type_error(format_args!(
        "float() argument must be a string or a number, not '{:.200}'",
        source.class_of().name()
    )))
}

fn parse(text: &[u8], source: &Object) -> Result<Obj> {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let start = text.iter().take_while(|b| is_space(b)).count();
    let end = text.len() - text[start..].iter().rev().take_while(|b| is_space(b)).count();
    let trimmed = &text[start.min(end)..end];
    if trimmed.is_empty() {
        return Err(err::value_error("could not convert string to float: ''"));
    }
    let without;
    let plain = if trimmed.contains(&b'_') {
        without = text::float::without_underscores(trimmed);
        without.as_deref()
    } else {
        Some(trimmed)
    };
    if let Some(plain) = plain
        && let Some(parsed) = text::float::parse_prefix(plain)
        && parsed.len == plain.len()
    {
        return from_f64(parsed.value);
    }
    let shown = object::repr(source)?;
    Err(err::value_error(format_args!("could not convert string to float: {}", unicode::display(&shown))))
}

// ---- methods ----

fn imag(_this: &Float) -> Result<Obj> {
    from_f64(0.0)
}

fn trunc(this: &Float) -> Result<Obj> {
    long::from_f64(this.value())
}

fn floor(this: &Float) -> Result<Obj> {
    long::from_f64(this.value().floor())
}

fn ceil(this: &Float) -> Result<Obj> {
    long::from_f64(this.value().ceil())
}

fn round(this: &Float, args: &[&Object]) -> Result<Obj> {
    check_positional("__round__", args.len(), 0, 1)?;
    let value = this.value();
    let digits = match args.first() {
        Some(digits) if !digits.is_none() => *digits,
        _ => return long::from_f64(value.round_ties_even()),
    };
    let digits = number::as_ssize(digits, None)?;
    if !value.is_finite() {
        return from_f64(value);
    }
    // Beyond these, rounding changes nothing, or leaves a zero.
    if digits > 323 {
        return from_f64(value);
    }
    if digits < -308 {
        return from_f64(0.0 * value);
    }
    match text::float::round(value, digits as i64) {
        Some(rounded) => from_f64(rounded),
        None => Err(err::overflow_error("rounded value too large to represent")),
    }
}

/// `float.as_integer_ratio`.
pub fn as_integer_ratio(this: &Float) -> Result<Obj> {
    let value = this.value();
    if value.is_infinite() {
        return Err(err::overflow_error("cannot convert Infinity to integer ratio"));
    }
    if value.is_nan() {
        return Err(err::value_error("cannot convert NaN to integer ratio"));
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let twos = if mantissa == 0 { 0 } else { mantissa.trailing_zeros() as i64 };
    let (mantissa, exponent) = if mantissa == 0 { (0, 0) } else { (mantissa >> twos, exponent + twos) };
    let numerator = long::from_i64(if value < 0.0 { -(mantissa as i64) } else { mantissa as i64 })?;
    let one = long::small(1);
    if exponent > 0 {
        tuple::pack([long::lshift_by(&numerator, exponent as usize)?, one.owned()])
    } else {
        tuple::pack([numerator, long::lshift_by(one, -exponent as usize)?])
    }
}

fn fromhex(class: &Object, source: &Object) -> Result<Obj> {
    if !unicode::check(source) {
        return Err(err::bad_argument());
    }
    let source = unicode::as_utf8(source)?;
    let value = match text::float::from_hex(source.as_bytes()) {
        Ok(value) => value,
        Err(error @ text::float::HexError::TooLarge) => return Err(err::overflow_error(error.message())),
        Err(error) => return Err(err::value_error(error.message())),
    };
    let value = from_f64(value)?;
    // The address of a static type is compared, nothing is read.
    if ptr::eq(class.as_ptr(), (&raw mut PyFloat_Type).cast()) {
        return Ok(value);
    }
    crate::protocol::call::call1(class, &value)
}

fn hex(this: &Float) -> Result<Obj> {
    let mut out = Vec::with_capacity(24);
    text::float::to_hex(this.value(), &mut out);
    ascii(&out)
}

fn is_integer(this: &Float) -> Result<bool> {
    Ok(this.value().is_finite() && this.value().fract() == 0.0)
}

fn getnewargs(this: &Float) -> Result<Obj> {
    tuple::pack([from_f64(this.value())?])
}

const DETECTED: &str =
    if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" };

/// Whether `__set_format__` has pretended that the layout of doubles, of floats is unknown.
struct Pretended([Cell<bool>; 2]);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Pretended {}
static UNKNOWN: Pretended = Pretended([Cell::new(false), Cell::new(false)]);

/// 0 for "double", 1 for "float".
fn which_type(name: &Object) -> Option<usize> {
    ["double", "float"].iter().position(|text| unicode::eq_str(name, text))
}

fn getformat(_class: &Object, name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(err::type_error(format_args!(
            "__getformat__() argument must be str, not {:.50}",
            name.class_of().name()
        )));
    }
    let Some(which) = which_type(name) else {
        return Err(err::value_error("__getformat__() argument 1 must be 'double' or 'float'"));
    };
    unicode::from_str(if UNKNOWN.0[which].get() { "unknown" } else { DETECTED })
}

fn setformat(_class: &Object, args: &[&Object]) -> Result<()> {
    args::check_positional("__set_format__", args.len(), 2, 2)?;
    for (i, arg) in args.iter().enumerate() {
        if !unicode::check(arg) {
            return Err(err::type_error(format_args!(
                "__set_format__() argument {} must be str, not {:.50}",
                i + 1,
                arg.class_of().name()
            )));
        }
    }
    let Some(which) = which_type(args[0]) else {
        return Err(err::value_error("__setformat__() argument 1 must be 'double' or 'float'"));
    };
    let known = ["IEEE, little-endian", "IEEE, big-endian"];
    let unknown = unicode::eq_str(args[1], "unknown");
    if !unknown && !known.iter().any(|text| unicode::eq_str(args[1], text)) {
        return Err(err::value_error(
            "__setformat__() argument 2 must be 'unknown', 'IEEE, little-endian' or 'IEEE, big-endian'",
        ));
    }
    if !unknown && !unicode::eq_str(args[1], DETECTED) {
        let name = ["double", "float"][which];
        return Err(err::value_error(format_args!(
            "can only set {name} format to 'unknown' or the detected platform value"
        )));
    }
    UNKNOWN.0[which].set(unknown);
    Ok(())
}

/// The precision in a format like `.2f`.
fn fixed_precision(spec: &Object) -> Option<i32> {
    let unicode::Chars::Latin1(text) = unicode::chars(spec) else { return None };
    match *text {
        [b'.', digit @ b'0'..=b'9', b'f'] => Some(i32::from(digit - b'0')),
        _ => None,
    }
}

fn format(this: &Object, spec: &Object) -> Result<Obj> {
    if Float::is_exact(this)
        && unicode::check_exact(spec)
        && let Some(precision) = fixed_precision(spec)
        && let Some(value) = this.downcast::<Float>()
    {
        let mut text = Vec::with_capacity(40);
        if crate::text::float::format_double(value.value(), b'f', precision, 0, &mut text).is_some() {
            return unicode::from_ascii(&text);
        }
    }
    number_format::format_method(this, spec, number_format::format_float, 0)
}

// ---- C API ----

/// `PyFloat_GetMax`.
pub fn get_max() -> f64 {
    f64::MAX
}

/// `PyFloat_GetMin`.
pub fn get_min() -> f64 {
    f64::MIN_POSITIVE
}

static mut FLOAT_INFO: PyTypeObject = EMPTY_TYPE;

const FLOAT_INFO_FIELDS: Description = Description {
    name: c"sys.float_info",
    doc: c"sys.float_info\n\nRange and precision of C's double.",
    fields: &[
        (c"max", c"DBL_MAX -- maximum representable finite float"),
        (c"max_exp", c"DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"),
        (c"max_10_exp", c"DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"),
        (c"min", c"DBL_MIN -- Minimum positive normalized float"),
        (c"min_exp", c"DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"),
        (c"min_10_exp", c"DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized"),
        (c"dig", c"DBL_DIG -- digits"),
        (c"mant_dig", c"DBL_MANT_DIG -- mantissa digits"),
        (c"epsilon", c"DBL_EPSILON -- Difference between 1 and the next representable float"),
        (c"radix", c"FLT_RADIX -- radix of exponent"),
        (c"rounds", c"FLT_ROUNDS -- rounding mode"),
    ],
    visible: 11,
};

/// `PyFloat_GetInfo`: `sys.float_info`.
pub fn get_info() -> Result<Obj> {
    // SAFETY: a static type of this file, made a struct sequence once.
    let class = unsafe {
        let class = &raw mut FLOAT_INFO;
        if (*class).tp_flags & Py_TPFLAGS_READY == 0 {
            FLOAT_INFO_FIELDS.init(class)?;
        }
        Type::from_raw(class)
    };
    structseq::from_items(
        class,
        [
            from_f64(f64::MAX),
            long::from_i64(f64::MAX_EXP as i64),
            long::from_i64(f64::MAX_10_EXP as i64),
            from_f64(f64::MIN_POSITIVE),
            long::from_i64(f64::MIN_EXP as i64),
            long::from_i64(f64::MIN_10_EXP as i64),
            long::from_i64(f64::DIGITS as i64),
            long::from_i64(f64::MANTISSA_DIGITS as i64),
            from_f64(f64::EPSILON),
            long::from_i64(f64::RADIX as i64),
            long::from_i64(1),
        ],
    )
}

/// Writes bytes in the wanted order.
fn put<const N: usize>(bytes: [u8; N], out: &mut [u8; N], little_endian: bool) {
    *out = bytes;
    if !little_endian {
        out.reverse();
    }
}

fn take<const N: usize>(bytes: &[u8; N], little_endian: bool) -> [u8; N] {
    let mut bytes = *bytes;
    if !little_endian {
        bytes.reverse();
    }
    bytes
}

/// `_PyFloat_Pack2`.
pub fn pack2(value: f64, out: &mut [u8; 2], little_endian: bool) -> Result<()> {
    let Some(half) = text::half::pack(value) else {
        return Err(err::overflow_error("float too large to pack with e format"));
    };
    put(half.to_le_bytes(), out, little_endian);
    Ok(())
}

/// `_PyFloat_Pack4`.
pub fn pack4(value: f64, out: &mut [u8; 4], little_endian: bool) -> Result<()> {
    let single = value as f32;
    if single.is_infinite() && value.is_finite() {
        return Err(err::overflow_error("float too large to pack with f format"));
    }
    put(single.to_le_bytes(), out, little_endian);
    Ok(())
}

/// `_PyFloat_Pack8`.
pub fn pack8(value: f64, out: &mut [u8; 8], little_endian: bool) -> Result<()> {
    put(value.to_le_bytes(), out, little_endian);
    Ok(())
}

/// `_PyFloat_Unpack2`.
pub fn unpack2(bytes: &[u8; 2], little_endian: bool) -> Result<f64> {
    Ok(text::half::unpack(u16::from_le_bytes(take(bytes, little_endian))))
}

/// `_PyFloat_Unpack4`.
pub fn unpack4(bytes: &[u8; 4], little_endian: bool) -> Result<f64> {
    Ok(f32::from_le_bytes(take(bytes, little_endian)) as f64)
}

/// `_PyFloat_Unpack8`.
pub fn unpack8(bytes: &[u8; 8], little_endian: bool) -> Result<f64> {
    Ok(f64::from_le_bytes(take(bytes, little_endian)))
}
