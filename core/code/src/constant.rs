//! The constants of a code object, and when two of them are one.
//!
//! Equality is the compiler's sharing rule, not Python's `==`: the type counts, the sign of a zero counts,
//! and both hold inside tuples and frozensets. NaNs are equal when their bits are; the compiler keeps
//! separately computed ones apart. Equal code objects are shared too, `co_stacksize`, `co_filename` and
//! `co_lnotab` being left out of the comparison as in CPython.

use crate::{CodeData, Text};
use num_bigint::BigInt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    Int(BigInt),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    Str(Text),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Constant]>),
    /// Distinct elements in the order in which they are to be added.
    FrozenSet(Arc<[Constant]>),
    Code(Arc<CodeData>),
}

impl Constant {
    pub fn str(text: impl Into<Text>) -> Constant {
        Constant::Str(text.into())
    }

    pub fn int(value: impl Into<BigInt>) -> Constant {
        Constant::Int(value.into())
    }

    pub fn bool(value: bool) -> Constant {
        if value { Constant::True } else { Constant::False }
    }

    pub fn tuple(items: impl Into<Arc<[Constant]>>) -> Constant {
        Constant::Tuple(items.into())
    }

    /// A tuple of strings, as keyword names and `from` lists are.
    pub fn names<'a>(names: impl IntoIterator<Item = &'a Text>) -> Constant {
        Constant::Tuple(names.into_iter().cloned().map(Constant::Str).collect())
    }

    /// Repeated elements (by Python's `==`, which for hashable constants of one literal means: equal
    /// numbers of different types are one element) keep the first.
    pub fn frozen_set(items: impl IntoIterator<Item = Constant>) -> Constant {
        let mut kept: Vec<Constant> = Vec::new();
        for item in items {
            if !kept.iter().any(|other| other.python_eq(&item)) {
                kept.push(item);
            }
        }
        Constant::FrozenSet(kept.into())
    }

    /// Python's truth of the value. Code objects are true.
    pub fn truth(&self) -> bool {
        match self {
            Constant::None | Constant::False => false,
            Constant::True | Constant::Ellipsis | Constant::Code(_) => true,
            Constant::Int(value) => value.sign() != num_bigint::Sign::NoSign,
            Constant::Float(value) => *value != 0.0,
            Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
            Constant::Str(text) => !text.is_empty(),
            Constant::Bytes(bytes) => !bytes.is_empty(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        }
    }

    /// Python's `==`, as a set needs it.
    pub fn python_eq(&self, other: &Constant) -> bool {
        use Constant::*;
        if let (Some(a), Some(b)) = (self.as_number(), other.as_number()) {
            return a.equals(&b);
        }
        match (self, other) {
            (Tuple(a), Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.python_eq(b)),
            (FrozenSet(a), FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| a.python_eq(b)))
            }
            _ => self == other,
        }
    }

    fn as_number(&self) -> Option<Number<'_>> {
        Some(match self {
            Constant::True => Number::Real(1.0),
            Constant::False => Number::Real(0.0),
            Constant::Int(value) => match i32::try_from(value) {
                Ok(small) => Number::Real(small as f64),
                Err(_) => Number::Big(value),
            },
            Constant::Float(value) => Number::Real(*value),
            Constant::Complex { real, imag } if *imag == 0.0 => Number::Real(*real),
            Constant::Complex { real, imag } => Number::Complex(*real, *imag),
            _ => return None,
        })
    }
}

/// A number with its type forgotten; `Big` holds only what `i32` doesn't.
enum Number<'a> {
    Real(f64),
    Big(&'a BigInt),
    Complex(f64, f64),
}

impl Number<'_> {
    fn equals(&self, other: &Number<'_>) -> bool {
        match (self, other) {
            (Number::Real(a), Number::Real(b)) => a == b || a.to_bits() == b.to_bits(),
            (Number::Big(a), Number::Big(b)) => a == b,
            (Number::Big(a), Number::Real(b)) | (Number::Real(b), Number::Big(a)) => exactly(a, *b),
            (Number::Complex(a, b), Number::Complex(c, d)) => a == c && b == d,
            _ => false,
        }
    }
}

/// Whether the float is that integer, without rounding either.
fn exactly(int: &BigInt, float: f64) -> bool {
    if !float.is_finite() || float.fract() != 0.0 {
        return false;
    }
    let bits = float.to_bits();
    let exponent = ((bits >> 52 & 0x7FF) as i32 - 1075).max(-1074);
    let mantissa = (bits & ((1 << 52) - 1)) | if bits >> 52 & 0x7FF != 0 { 1 << 52 } else { 0 };
    let magnitude =
        if exponent >= 0 { BigInt::from(mantissa) << exponent } else { BigInt::from(mantissa) >> -exponent };
    *int == if float < 0.0 { -magnitude } else { magnitude }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        use Constant::*;
        match (self, other) {
            (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex { real: a, imag: b }, Complex { real: c, imag: d }) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) => Arc::ptr_eq(a, b) || a == b,
            (FrozenSet(a), FrozenSet(b)) => a.len() == b.len() && a.iter().all(|item| b.contains(item)),
            (Code(a), Code(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
            Constant::Int(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex { real, imag } => (real.to_bits(), imag.to_bits()).hash(state),
            Constant::Str(text) => text.hash(state),
            Constant::Bytes(bytes) => bytes.hash(state),
            Constant::Tuple(items) => items.hash(state),
            // The order doesn't count.
            Constant::FrozenSet(items) => items.len().hash(state),
            Constant::Code(code) => (&code.name, code.first_line, &code.code).hash(state),
        }
    }
}

impl From<&str> for Constant {
    fn from(text: &str) -> Constant {
        Constant::str(text)
    }
}

impl From<i64> for Constant {
    fn from(value: i64) -> Constant {
        Constant::int(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_looks_at_type_and_sign() {
        let all = [
            Constant::int(0),
            Constant::False,
            Constant::Float(0.0),
            Constant::Float(-0.0),
            Constant::Complex { real: 0.0, imag: 0.0 },
            Constant::Complex { real: -0.0, imag: 0.0 },
            Constant::Complex { real: 0.0, imag: -0.0 },
            Constant::str("a"),
            Constant::Bytes(b"a"[..].into()),
            Constant::tuple([Constant::int(0)]),
            Constant::tuple([Constant::Float(0.0)]),
            Constant::tuple([Constant::Float(-0.0)]),
            Constant::frozen_set([Constant::int(0)]),
            Constant::frozen_set([Constant::False]),
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                assert_eq!(a == b, i == j, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn frozen_sets_compare_as_python_does() {
        let items = |c: Constant| match c {
            Constant::FrozenSet(items) => items.len(),
            _ => unreachable!(),
        };
        let big: BigInt = BigInt::from(1) << 80;
        assert_eq!(items(Constant::frozen_set([1.into(), Constant::True, Constant::Float(1.0)])), 1);
        assert_eq!(
            items(Constant::frozen_set([Constant::Int(big.clone()), Constant::Float(2f64.powi(80))])),
            1
        );
        assert_eq!(items(Constant::frozen_set([Constant::Int(big + 1), Constant::Float(2f64.powi(80))])), 2);
        assert_eq!(
            Constant::frozen_set([1.into(), 2.into()]),
            Constant::frozen_set([Constant::int(2), Constant::int(1)])
        );
    }
}
