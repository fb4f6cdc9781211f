//! `decimal.Decimal`: a number of libmpdec's. Small coefficients lie in the object.

use super::context::Context;
use super::mpd::*;
use super::{convert, current, format, operations};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_char, c_ulong};
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::{self, Head, Payload};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, complex, float, long, none, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, payload_class, slot, static_type,
};

/// See the module.
#[repr(C)]
pub struct Decimal {
    head: Head,
    /// -1 until somebody asks.
    hash: Cell<Py_hash_t>,
    number: UnsafeCell<mpd_t>,
    words: UnsafeCell<[u64; OWN_WORDS]>,
}

static_type! {
    /// `decimal.Decimal`
    pub static Decimal_Type = {
        tp_name: c"decimal.Decimal".as_ptr(),
        tp_basicsize: size_of::<Decimal>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Decimal>(),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Decimal(value=\"0\", context=None)\n--\n\nA decimal number from an int, a text, a tuple, a float or another Decimal.\nThe conversion is exact; the context only tells what happens to a text that is no number.\n\n".as_ptr(),
        tp_richcompare: slot::richcompare(compare),
        tp_methods: (&raw mut operations::DECIMAL_METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Decimal, Decimal_Type);
impl Payload for Decimal {}

impl Drop for Decimal {
    fn drop(&mut self) {
        // SAFETY: frees the coefficient if it has grown out of the object, and nothing else.
        unsafe { mpd_del(self.number.get()) };
    }
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qadd)),
    nb_subtract: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qsub)),
    nb_multiply: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qmul)),
    nb_remainder: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qrem)),
    nb_divmod: slot::binary(operations::divmod_operator),
    nb_power: slot::ternary(operations::power_operator),
    nb_negative: slot::unary(|this: &Decimal| operations::unary_operator(this, mpd_qminus)),
    nb_positive: slot::unary(|this: &Decimal| operations::unary_operator(this, mpd_qplus)),
    nb_absolute: slot::unary(|this: &Decimal| operations::unary_operator(this, mpd_qabs)),
    nb_bool: slot::inquiry(|this: &Decimal| -> Result<bool> { Ok(!this.test(mpd_iszero)) }),
    nb_int: slot::unary(convert::truncate),
    nb_float: slot::unary(convert::to_float),
    nb_floor_divide: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qdivint)),
    nb_true_divide: slot::binary(|a: &Object, b: &Object| operations::operator(a, b, mpd_qdiv)),
    ..payload::EMPTY_NUMBER
};

getsets! {
    static GETSETS = [
        method::getter(c"real", |this: &Decimal| -> Result<Obj> { Ok(this.object().owned()) }, c""),
        method::getter(c"imag", |_: &Decimal| convert::from_u64(0).map(Obj::upcast), c""),
    ];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [value, context] =
        const { Signature::new("", ["value", "context"]).required(0).parsed() }.bind_tuple(args, kw)?;
    let context = super::context::given_or_current(context)?;
    convert::exact(class, value, &context)
}

impl Decimal {
    /// A number without a value yet: the result of something to come.
    #[inline]
    pub fn alloc(class: &Type) -> Result<Obj<Decimal>> {
        let this = payload::new(class, |head| Decimal {
            head,
            hash: Cell::new(-1),
            number: UnsafeCell::new(mpd_t {
                flags: STATIC,
                exp: 0,
                digits: 0,
                len: 0,
                alloc: OWN_WORDS as i64,
                data: core::ptr::null_mut(),
            }),
            words: UnsafeCell::default(),
        })?;
        // SAFETY: the object lies where it will stay.
        unsafe { (*this.number.get()).data = this.words.get().cast() };
        Ok(this)
    }

    /// The same of the class itself.
    #[inline]
    pub fn result() -> Result<Obj<Decimal>> {
        Decimal::alloc(Decimal::class())
    }

    /// What libmpdec gets.
    #[inline]
    pub fn raw(&self) -> *mut mpd_t {
        self.number.get()
    }

    /// The number, which does not change any more.
    #[inline]
    pub fn value(&self) -> &mpd_t {
        // SAFETY: only new numbers change, before anybody else knows them.
        unsafe { &*self.number.get() }
    }

    pub fn test(&self, test: Test) -> bool {
        // SAFETY: a live number.
        unsafe { test(self.raw()) != 0 }
    }

    /// As text.
    pub fn to_text(&self, write: ToText, capitals: core::ffi::c_int) -> Result<String> {
        let mut text = Block::<c_char>(core::ptr::null_mut());
        // SAFETY: a live number; the block belongs to us afterwards and holds so many bytes of ASCII.
        unsafe {
            let length = write(&mut text.0, self.raw(), capitals);
            if length < 0 || text.0.is_null() {
                return Err(err::no_memory());
            }
            let bytes = core::slice::from_raw_parts(text.0.cast::<u8>(), length as usize);
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn str(this: &Decimal) -> Result<Obj> {
    unicode::from_str(&this.to_text(mpd_to_sci_size, current::get()?.capitals())?)
}

fn repr(this: &Decimal) -> Result<Obj> {
    let text = this.to_text(mpd_to_sci_size, current::get()?.capitals())?;
    unicode::from_str(&format!("Decimal('{text}')"))
}

// ---- hashing ----

/// Hashes of numbers are residues of this prime.
const PRIME: u64 = (1 << 61) - 1;
/// 1/10 modulo the prime.
const TENTH: u64 = 2_075_258_708_292_324_556;
const HASH_INFINITY: Py_hash_t = 314_159;

fn multiply(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// The hash of a finite number: its sign, the words of its coefficient and its exponent.
fn hash_finite(negative: bool, words: &[u64], exp: i64) -> Py_hash_t {
    let scale = power(if exp >= 0 { 10 } else { TENTH }, exp.unsigned_abs());
    let radix = RADIX % PRIME;
    let coefficient =
        words.iter().rev().fold(0u64, |sum, word| (multiply(sum, radix) + word % PRIME) % PRIME);
    let hash = multiply(coefficient, scale) as Py_hash_t;
    if negative { -hash } else { hash }
}

fn hash(this: &Decimal) -> Result<Py_hash_t> {
    if this.hash.get() == -1 {
        let value = this.value();
        let hash = if value.is(SIGNALING_NAN) {
            return Err(err::type_error("Cannot hash a signaling NaN value"));
        } else if value.is(QUIET_NAN) {
            0
        } else if value.is(INFINITE) {
            if value.sign() == 1 { -HASH_INFINITY } else { HASH_INFINITY }
        } else {
            hash_finite(value.sign() == 1, value.words(), value.exp)
        };
        this.hash.set(if hash == -1 { -2 } else { hash });
    }
    Ok(this.hash.get())
}

// ---- comparing ----

/// Both sides of a comparison as decimals; none if the other one is nothing to compare with.
fn comparable(
    this: &Decimal,
    other: &Object,
    equality: bool,
    context: &Context,
) -> Result<Option<(Obj<Decimal>, Obj<Decimal>)>> {
    let alone = |other: Obj<Decimal>| Ok(Some((this.owned(), other)));
    if let Some(other) = other.downcast::<Decimal>() {
        return alone(other.owned());
    }
    if long::check(other) {
        return alone(convert::from_long(Decimal::class(), other, context)?);
    }
    if other.is_none() {
        return Ok(None);
    }
    if complex::check(other) && equality {
        let other = complex::as_c_complex(other)?;
        if other.imag != 0.0 {
            return Ok(None);
        }
        return alone(convert::from_f64(Decimal::class(), other.real, context)?);
    }
    if float::check(other) {
        if equality {
            context.update(|settings, status| settings.status |= status, FLOAT_OPERATION);
        } else {
            context.note(FLOAT_OPERATION)?;
        }
        return alone(convert::from_f64(Decimal::class(), float::as_f64(other)?, context)?);
    }
    if convert::is_rational(other)? {
        let (numerator, denominator) = convert::from_rational(other, context)?;
        // Infinities and NaNs are not multiplied.
        let this = if this.value().is(SPECIAL) {
            this.owned()
        } else {
            let product = Decimal::result()?;
            let (settings, mut status) = (exact(), 0);
            // SAFETY: live numbers and settings. The exponent is added after the multiplication, where it could exceed
            // its limits; comparing has none.
            unsafe {
                mpd_qcopy(product.raw(), this.raw(), &mut status);
                (*product.raw()).exp = 0;
                mpd_qmul(product.raw(), product.raw(), denominator.raw(), &settings, &mut status);
                (*product.raw()).exp += this.value().exp;
            }
            context.note(status)?;
            product
        };
        return Ok(Some((this, numerator)));
    }
    Ok(None)
}

fn compare(this: &Decimal, other: &Object, op: CompareOp) -> Result<Obj> {
    let context = current::get()?;
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let Some((a, b)) = comparable(this, other, equality, &context)? else {
        return Ok(none::not_implemented().owned());
    };
    let mut status = 0;
    // SAFETY: live numbers.
    let order = unsafe { mpd_qcmp(a.raw(), b.raw(), &mut status) };
    if order == core::ffi::c_int::MAX {
        // Nothing is less than NaN, and signaling ones signal.
        if !equality || a.value().is(SIGNALING_NAN) || b.value().is(SIGNALING_NAN) {
            context.note(status)?;
        }
        return Ok(bool::from_bool(matches!(op, CompareOp::Ne)));
    }
    Ok(bool::from_bool(op.matches(order.cmp(&0))))
}

/// `__format__(spec, override=None)`, and what its failure means.
pub fn format(this: &Decimal, args: &[&Object]) -> Result<Obj> {
    crate::support::check_count("", args.len(), 1, 2)?;
    format::format(this, args[0], args.get(1).copied())
}

/// The `MemoryError` of functions that can fail in no other way.
pub fn check_memory(done: core::ffi::c_int) -> Result<()> {
    if done != 0 { Ok(()) } else { Err(err::no_memory()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_equal_numbers() {
        for (negative, words, exp, expected) in [
            (false, &[0][..], 0, 0),
            (false, &[5], 0, 5),
            (true, &[15], -1, -1_152_921_504_606_846_977),
            (false, &[1], 100, 910_685_213_754_167_845),
            (false, &[0, 1], 0, power(10, 19) as Py_hash_t),
        ] {
            assert_eq!(hash_finite(negative, words, exp), expected, "{words:?} {exp}");
        }
        assert_eq!(multiply(TENTH, 10), 1);
    }
}
