//! The class `int`: slots and methods.

use super::{check, dealloc, exact, from_digits, from_i64, sign, small, view};
use crate::args::{Args, Signature};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::payload::EMPTY_TYPE;
use crate::protocol::{number, object};
use crate::slot::{self, CompareOp};
use crate::types::bytearray;
use crate::types::structseq::Description;
use crate::types::typeobject::Type;
use crate::types::{bool, bytes, float, none, structseq, tuple, unicode};
use core::ptr;
use krait_abi::*;

/// A binary operator slot: declines unless both operands are ints.
macro_rules! binary_slots {
    ($($name:ident $operation:path;)*) => {$(
        fn $name(a: &Object, b: &Object) -> Result<Obj> {
            if check(a) && check(b) { $operation(a, b) } else { Ok(none::not_implemented().owned()) }
        }
    )*};
}

binary_slots! {
    add super::add; subtract super::subtract; multiply super::multiply; remainder super::remainder;
    divmod super::divmod; lshift super::lshift; rshift super::rshift; and super::and; xor super::xor; or super::or;
    floor_divide super::floor_divide; true_divide super::true_divide;
}

fn power(a: &Object, b: &Object, modulus: &Object) -> Result<Obj> {
    if !check(a) || !check(b) || !(modulus.is_none() || check(modulus)) {
        return Ok(none::not_implemented().owned());
    }
    if !modulus.is_none() {
        return super::power(a, b, Some(modulus));
    }
    if sign(b) < 0 {
        // Floats do it.
        let (base, exponent) = (super::as_f64(a)?, super::as_f64(b)?);
        return float::power(base, exponent);
    }
    super::power(a, b, None)
}

fn negative(this: &Object) -> Result<Obj> {
    super::negative(this)
}
fn positive(this: &Object) -> Result<Obj> {
    exact(this)
}
fn absolute(this: &Object) -> Result<Obj> {
    super::absolute(this)
}
fn invert(this: &Object) -> Result<Obj> {
    super::invert(this)
}
fn truth(this: &Object) -> Result<bool> {
    Ok(sign(this) != 0)
}
fn to_float(this: &Object) -> Result<Obj> {
    float::from_f64(super::as_f64(this)?)
}

static mut LONG_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary::<Object, _>(negative),
    nb_positive: slot::unary::<Object, _>(positive),
    nb_absolute: slot::unary::<Object, _>(absolute),
    nb_bool: slot::inquiry::<Object, _>(truth),
    nb_invert: slot::unary::<Object, _>(invert),
    nb_lshift: slot::binary(lshift),
    nb_rshift: slot::binary(rshift),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    nb_int: slot::unary::<Object, _>(positive),
    nb_float: slot::unary::<Object, _>(to_float),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    nb_index: slot::unary::<Object, _>(positive),
    ..PyNumberMethods::ZEROED
};

crate::methods! {
    static LONG_METHODS = [
        method::noargs::<Object, _, _>(c"conjugate", positive, c"The number itself: ints are real."),
        method::noargs::<Object, _, _>(c"bit_length", bit_length,
            c"bit_length($self, /)\n--\n\nHow many bits the absolute value has in binary.\n\n>>> (37).bit_length()\n6\n>>> (-256).bit_length()\n9"),
        method::keywords::<Object, _, _>(c"to_bytes", to_bytes,
            c"to_bytes($self, /, length, byteorder, *, signed=False)\n--\n\nThe int as bytes.\n\n  length\n    Number of bytes; OverflowError if the value does not fit.\n  byteorder\n    'big' or 'little': which end comes first.\n  signed\n    Whether two's complement is used; without it negative ints are errors."),
        method::with_flags(method::keywords::<Object, _, _>(c"from_bytes", from_bytes,
            c"from_bytes($type, /, bytes, byteorder, *, signed=False)\n--\n\nThe int that bytes represent.\n\n  bytes\n    A bytes-like object or an iterable of byte values.\n  byteorder\n    'big' or 'little': which end comes first.\n  signed\n    Whether the bytes are two's complement."), METH_CLASS),
        method::noargs::<Object, _, _>(c"as_integer_ratio", as_integer_ratio,
            c"as_integer_ratio($self, /)\n--\n\nThe pair (self, 1).\n\n>>> (12).as_integer_ratio()\n(12, 1)\n>>> (-3).as_integer_ratio()\n(-3, 1)\n>>> (0).as_integer_ratio()\n(0, 1)"),
        method::noargs::<Object, _, _>(c"__trunc__", positive, c"The int itself."),
        method::noargs::<Object, _, _>(c"__floor__", positive, c"The int itself."),
        method::noargs::<Object, _, _>(c"__ceil__", positive, c"The int itself."),
        method::varargs::<Object, _, _>(c"__round__", round,
            c"The int itself, or with a negative number of digits\nthe nearest multiple of a power of ten."),
        method::noargs::<Object, _, _>(c"__getnewargs__", getnewargs, c"__getnewargs__($self, /)\n--\n\n"),
        method::o::<Object, _, _>(c"__format__", format, c"__format__($self, format_spec, /)\n--\n\n"),
        method::noargs::<Object, _, _>(c"__sizeof__", size_of,
            c"__sizeof__($self, /)\n--\n\nMemory that the int takes, in bytes."),
    ];
}

crate::getsets! {
    static LONG_GETSETS = [
        method::getter::<Object, _, _>(c"real", positive, c"the real part of a complex number"),
        method::getter::<Object, _, _>(c"imag", zero, c"the imaginary part of a complex number"),
        method::getter::<Object, _, _>(c"numerator", positive, c"the numerator of a rational number in lowest terms"),
        method::getter::<Object, _, _>(c"denominator", one, c"the denominator of a rational number in lowest terms"),
    ];
}

crate::static_type! {
    /// `int`
    #[unsafe(no_mangle)]
    pub static PyLong_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"int".as_ptr(),
        tp_basicsize: 24,
        tp_itemsize: 4,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut LONG_AS_NUMBER,
        tp_hash: slot::hash::<Object, _>(hash),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS,
        tp_doc: c"int([x]) -> integer\nint(x, base=10) -> integer\n\nMakes an int of a number or a text; without arguments the result is 0.\n\nA number is converted by its __int__, __index__ or __trunc__ method;\nfloats lose their fraction. With base, x must be a str, bytes or\nbytearray that writes an int in that base, with a sign and white space\naround it allowed. Bases are 2 to 36, and 0 for a base told by the\nprefix, as in literals.\n>>> int('0b100', base=0)\n4".as_ptr(),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_methods: (&raw mut LONG_METHODS).cast(),
        tp_getset: (&raw mut LONG_GETSETS).cast(),
        tp_new: slot::new(new),
        tp_free: Some(crate::memory::PyObject_Free),
    };
}

// ---- slots ----

fn repr(this: &Object) -> Result<Obj> {
    super::format(this, 10)
}

fn hash(this: &Object) -> Result<Py_hash_t> {
    Ok(super::hash(this))
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !check(this) || !check(other) {
        return Ok(none::not_implemented().owned());
    }
    Ok(bool::from_bool(op.matches(super::compare(this, other))))
}

/// `int.__new__`.
pub fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_none()
        && ptr::eq(class.as_raw(), &raw mut PyLong_Type)
        && let [x] = *tuple::items(args)
    {
        return one_argument(x);
    }
    static SIGNATURE: Signature<2> = Signature::new("int", ["x", "base"]).required(0).positional_only(1);
    let [x, base] = SIGNATURE.bind_tuple(args, kw)?;
    let value = convert(x, base)?;
    if ptr::eq(class.as_raw(), &raw mut PyLong_Type) {
        return Ok(value);
    }
    let value = view(&value);
    let size = value.digits().len();
    let result = class.alloc(size as isize)?;
    // SAFETY: a fresh instance of a subclass with room for `size` digits.
    unsafe {
        let raw = result.as_ptr().cast::<PyLongObject>();
        (*raw).ob_base.ob_size = value.signed_size();
        ptr::copy_nonoverlapping(value.digits().as_ptr(), super::digit_ptr(raw), size);
    }
    Ok(result)
}

/// `int(x)`.
#[inline]
pub fn one_argument(x: &Object) -> Result<Obj> {
    if super::check_exact(x) {
        return Ok(x.owned());
    }
    if let Some(x) = x.downcast_exact::<float::Float>() {
        return super::from_f64(x.value());
    }
    if unicode::check_exact(x) {
        return super::from_unicode_object(x, 10);
    }
    number::long(x)
}

fn convert(x: Option<&Object>, base: Option<&Object>) -> Result<Obj> {
    let Some(x) = x else {
        return match base {
            None => Ok(small(0).owned()),
            Some(_) => Err(err::type_error("int() missing string argument")),
        };
    };
    let Some(base) = base else {
        return number::long(x);
    };
    let base = number::as_ssize(base, None)? as i64;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(err::value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    if unicode::check(x) {
        return super::from_unicode_object(x, base);
    }
    if bytes::check(x) {
        return super::from_bytes_text(bytes::as_slice(x), base);
    }
    if bytearray::check(x) {
        return super::from_bytes_text(crate::protocol::buffer::Buffer::simple(x)?.as_slice(), base);
    }
    Err(err::type_error("int() can't convert non-string with explicit base"))
}

// ---- methods ----

fn zero(_this: &Object) -> Result<Obj> {
    Ok(small(0).owned())
}
fn one(_this: &Object) -> Result<Obj> {
    Ok(small(1).owned())
}

fn bit_length(this: &Object) -> Result<usize> {
    super::bit_length(this)
}

/// `int.as_integer_ratio`.
pub fn as_integer_ratio(this: &Object) -> Result<Obj> {
    tuple::pack([exact(this)?, small(1).owned()])
}

fn getnewargs(this: &Object) -> Result<Obj> {
    let long = view(this);
    tuple::pack([from_digits(long.is_negative(), long.digits())?])
}

fn size_of(this: &Object) -> Result<isize> {
    let head = core::mem::offset_of!(PyLongObject, ob_digit) as isize;
    Ok(head + core::mem::size_of::<u32>() as isize * view(this).signed_size().abs())
}

fn round(this: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    let digits = match args {
        [] => return exact(this),
        [digits] => digits,
        _ => {
            let given = args.len();
            return Err(err::type_error(format_args!("function takes at most 1 argument ({given} given)")));
        }
    };
    let digits = number::index(digits)?;
    if sign(&digits) >= 0 {
        return exact(this);
    }
    super::divide::round_to(this, &*super::negative(&digits)?)
}

fn format(this: &Object, spec: &Object) -> Result<Obj> {
    crate::types::number_format::format_method(this, spec, crate::types::number_format::format_long, b'd')
}

/// Whether a `byteorder` argument says "little".
fn is_little(order: &Object) -> Result<bool> {
    if unicode::eq_str(order, "little") {
        Ok(true)
    } else if unicode::eq_str(order, "big") {
        Ok(false)
    } else {
        Err(err::value_error("byteorder must be either 'little' or 'big'"))
    }
}

/// A `byteorder` argument must be a str before the others are looked at.
fn check_order(function: &str, order: &Object) -> Result<()> {
    if unicode::check(order) {
        return Ok(());
    }
    Err(err::type_error(format_args!(
        "{function}() argument 'byteorder' must be str, not {:.50}",
        order.class_of().name()
    )))
}

fn flag(value: Option<&Object>) -> Result<bool> {
    value.map_or(Ok(false), object::is_true)
}

fn to_bytes(this: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> =
        Signature::new("to_bytes", ["length", "byteorder", "signed"]).required(2).keyword_only_from(2);
    let [Some(length), Some(order), signed] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let length = crate::args::ssize(length)?;
    check_order("to_bytes", order)?;
    let signed = flag(signed)?;
    let little = is_little(order)?;
    if length < 0 {
        return Err(err::value_error("length argument must be non-negative"));
    }
    if length == 0 {
        // No buffer is built for nothing, but the number has to fit all the same.
        super::to_bytes(this, &mut [], little, signed)?;
        return bytes::from_slice(&[]);
    }
    let mut result = Ok(());
    let made = bytes::build(length as usize, |out| result = super::to_bytes(this, out, little, signed))?;
    result.map(|()| made)
}

fn from_bytes(class: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> =
        Signature::new("from_bytes", ["bytes", "byteorder", "signed"]).required(2).keyword_only_from(2);
    let [Some(source), Some(order), signed] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    check_order("from_bytes", order)?;
    let signed = flag(signed)?;
    let little = is_little(order)?;
    let source = object::bytes(source)?;
    let value = super::from_bytes(bytes::as_slice(&source), little, signed)?;
    // SAFETY: the address of a static type is compared, nothing is read.
    if ptr::eq(class.as_ptr(), (&raw mut PyLong_Type).cast()) {
        return Ok(value);
    }
    crate::protocol::call::call1(class, &value)
}

/// `_PyLong_DivmodNear`: a tuple of the rounded quotient and the remainder.
pub fn divmod_near(a: &Object, b: &Object) -> Result<Obj> {
    if !check(a) || !check(b) {
        return Err(err::type_error("non-integer arguments in division"));
    }
    let (quotient, rest) = super::divide::divide_near(a, b)?;
    tuple::pack([quotient, rest])
}

static mut INT_INFO: PyTypeObject = EMPTY_TYPE;

const INT_INFO_FIELDS: Description = Description {
    name: c"sys.int_info",
    doc: c"sys.int_info\n\nHow ints are represented in memory. The attributes are read only.",
    fields: &[
        (c"bits_per_digit", c"size of a digit in bits"),
        (c"sizeof_digit", c"size in bytes of the C type used to represent a digit"),
        (c"default_max_str_digits", c"maximum string conversion digits limitation"),
        (c"str_digits_check_threshold", c"minimum positive value for int_max_str_digits"),
    ],
    visible: 4,
};

/// `PyLong_GetInfo`: `sys.int_info`.
pub fn get_info() -> Result<Obj> {
    // SAFETY: a static type of this file, made a struct sequence once.
    let class = unsafe {
        let class = &raw mut INT_INFO;
        if (*class).tp_flags & Py_TPFLAGS_READY == 0 {
            INT_INFO_FIELDS.init(class)?;
        }
        Type::from_raw(class)
    };
    structseq::from_items(class, [30, 4, 4300, 640].map(from_i64))
}
