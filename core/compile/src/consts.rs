//! Constants on their way from the tree into code objects.
//!
//! [`ConstCache`] keeps one neutral constant per value for the whole compilation, so that equal constants of
//! different code objects share their memory (and become one Python object later).

use ahash::RandomState;
use krait_code::{BigInt, CodeData, Constant as CodeConstant, Text};
use krait_syntax::Arena;
use krait_syntax::ast::{BigInt as SyntaxBigInt, Constant};
use num_bigint::{BigUint, Sign};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The integer of a tree as one to calculate with.
pub fn big_int(value: &SyntaxBigInt<'_>) -> BigInt {
    let (mut acc, mut bits, mut words) = (0u64, 0, Vec::with_capacity(value.digits.len()));
    for digit in value.digits {
        acc |= (*digit as u64) << bits;
        bits += 30;
        if bits >= 32 {
            words.push(acc as u32);
            acc >>= 32;
            bits -= 32;
        }
    }
    words.push(acc as u32);
    let sign = if value.negative { Sign::Minus } else { Sign::Plus };
    BigInt::from_biguint(sign, BigUint::new(words))
}

/// The way back.
pub fn to_syntax_int<'a>(arena: &'a Arena, value: &BigInt) -> Constant<'a> {
    if let Ok(small) = i64::try_from(value) {
        return Constant::Int(small);
    }
    let (mut acc, mut bits, mut digits) = (0u64, 0, Vec::new());
    for word in value.magnitude().iter_u32_digits() {
        acc |= (word as u64) << bits;
        bits += 32;
        while bits >= 30 {
            digits.push((acc & 0x3FFF_FFFF) as u32);
            acc >>= 30;
            bits -= 30;
        }
    }
    digits.push(acc as u32);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    let negative = value.sign() == Sign::Minus;
    Constant::BigInt(SyntaxBigInt { negative, digits: arena.alloc_slice(&digits) })
}

/// The neutral form, made anew.
pub fn to_code(value: &Constant<'_>) -> CodeConstant {
    match value {
        Constant::None => CodeConstant::None,
        Constant::True => CodeConstant::True,
        Constant::False => CodeConstant::False,
        Constant::Ellipsis => CodeConstant::Ellipsis,
        Constant::Int(value) => CodeConstant::int(*value),
        Constant::BigInt(value) => CodeConstant::Int(big_int(value)),
        Constant::Float(value) => CodeConstant::Float(*value),
        Constant::Complex(re, im) => CodeConstant::Complex { real: *re, imag: *im },
        Constant::Str(text) => CodeConstant::Str(Text::from_valid_bytes(text.as_bytes())),
        Constant::Bytes(bytes) => CodeConstant::Bytes((*bytes).into()),
        Constant::Tuple(items) => CodeConstant::Tuple(items.iter().map(to_code).collect()),
        Constant::FrozenSet(items) => CodeConstant::FrozenSet(items.iter().map(to_code).collect()),
    }
}

/// A constant as key of a table.
#[derive(Clone, Debug)]
pub enum ConstKey<'a> {
    Value(Constant<'a>),
    /// A NaN, or a tuple with one: only the very same object is the same constant. The number is the address of
    /// the node.
    Unique(Constant<'a>, usize),
    Code(Arc<CodeData>),
}

impl<'a> ConstKey<'a> {
    pub fn new(value: Constant<'a>, node: usize) -> ConstKey<'a> {
        if has_nan(&value) { ConstKey::Unique(value, node) } else { ConstKey::Value(value) }
    }
}

/// Structural, but for frozensets, where the order doesn't count.
fn same(a: &Constant<'_>, b: &Constant<'_>) -> bool {
    match (a, b) {
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| same(a, b))
        }
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(a, b)))
        }
        _ => a == b,
    }
}

impl PartialEq for ConstKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (ConstKey::Value(a), ConstKey::Value(b)) => same(a, b),
            (ConstKey::Unique(_, a), ConstKey::Unique(_, b)) => a == b,
            (ConstKey::Code(a), ConstKey::Code(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for ConstKey<'_> {}

fn has_nan(value: &Constant<'_>) -> bool {
    match value {
        Constant::Float(x) => x.is_nan(),
        Constant::Complex(re, im) => re.is_nan() || im.is_nan(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().any(has_nan),
        _ => false,
    }
}

impl Hash for ConstKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            ConstKey::Value(value) => hash_constant(value, state),
            ConstKey::Unique(_, node) => node.hash(state),
            ConstKey::Code(code) => code.hash(state),
        }
    }
}

fn hash_constant<H: Hasher>(value: &Constant<'_>, state: &mut H) {
    std::mem::discriminant(value).hash(state);
    match value {
        Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
        Constant::Int(value) => value.hash(state),
        Constant::BigInt(value) => value.hash(state),
        Constant::Float(value) => value.to_bits().hash(state),
        Constant::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(state),
        Constant::Str(text) => text.hash(state),
        Constant::Bytes(bytes) => bytes.hash(state),
        Constant::Tuple(items) => items.iter().for_each(|item| hash_constant(item, state)),
        Constant::FrozenSet(items) => items.len().hash(state),
    }
}

/// The constants and names of one compilation, each once.
#[derive(Default)]
pub struct ConstCache<'a> {
    constants: HashMap<ConstKey<'a>, CodeConstant, RandomState>,
    texts: HashMap<&'a [u8], Text, RandomState>,
}

impl<'a> ConstCache<'a> {
    pub fn constant(&mut self, key: &ConstKey<'a>) -> CodeConstant {
        if let ConstKey::Code(code) = key {
            return CodeConstant::Code(code.clone());
        }
        if let Some(found) = self.constants.get(key) {
            return found.clone();
        }
        let (ConstKey::Value(value) | ConstKey::Unique(value, _)) = key else { return CodeConstant::None };
        let constant = match value {
            Constant::Str(text) => CodeConstant::Str(self.bytes(text.as_bytes())),
            Constant::Tuple(items) => CodeConstant::Tuple(self.items(items)),
            Constant::FrozenSet(items) => CodeConstant::FrozenSet(self.items(items)),
            other => to_code(other),
        };
        self.constants.insert(key.clone(), constant.clone());
        constant
    }

    fn items(&mut self, items: &[Constant<'a>]) -> Arc<[CodeConstant]> {
        items.iter().map(|item| self.constant(&ConstKey::new(*item, 0))).collect()
    }

    pub fn name(&mut self, name: &'a str) -> Text {
        match krait_syntax::name::unspell(name) {
            Some(bytes) => Text::from_valid_bytes(&bytes),
            None => self.bytes(name.as_bytes()),
        }
    }

    fn bytes(&mut self, bytes: &'a [u8]) -> Text {
        self.texts.entry(bytes).or_insert_with(|| Text::from_valid_bytes(bytes)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_survive_both_ways() {
        let arena = Arena::new();
        for text in ["9223372036854775808", "-9223372036854775809", "340282366920938463463374607431768211456"]
        {
            let value: BigInt = text.parse().unwrap();
            let Constant::BigInt(there) = to_syntax_int(&arena, &value) else { panic!("{text}") };
            assert_eq!(big_int(&there), value);
        }
        assert_eq!(to_syntax_int(&arena, &BigInt::from(i64::MIN)), Constant::Int(i64::MIN));
    }

    #[test]
    fn nans_are_told_apart_by_their_node() {
        let nan = Constant::Float(f64::NAN);
        assert_eq!(ConstKey::new(nan, 1), ConstKey::new(nan, 1));
        assert_ne!(ConstKey::new(nan, 1), ConstKey::new(nan, 2));
        static ONE_TWO: [Constant<'_>; 2] = [Constant::Int(1), Constant::Int(2)];
        static TWO_ONE: [Constant<'_>; 2] = [Constant::Int(2), Constant::Int(1)];
        let set = |items| ConstKey::new(Constant::FrozenSet(items), 0);
        assert_eq!(set(&ONE_TWO), set(&TWO_ONE));
        assert_ne!(set(&ONE_TWO[..1]), set(&[Constant::True]));
    }
}
