//! Writing. The first pass finds the values that occur more than once, the second writes.

use super::{FLAG_REF, kind};
use crate::{BigInt, CodeData, Constant, Text};
use num_bigint::Sign;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The marshalled form of a code object.
pub fn dump_code(code: &Arc<CodeData>) -> Vec<u8> {
    dump(&Constant::Code(code.clone()))
}

/// The marshalled form of a constant.
pub fn dump(constant: &Constant) -> Vec<u8> {
    let mut counter = Writer { seen: HashMap::new(), next_ref: 0, pass: Pass::Count, out: Vec::new() };
    counter.constant(constant, false);
    let mut writer = Writer { pass: Pass::Write, out: Vec::new(), ..counter };
    writer.constant(constant, false);
    writer.out
}

#[derive(Clone, Copy, PartialEq)]
enum Pass {
    Count,
    Write,
}

#[derive(Clone, Copy)]
enum Seen {
    Once,
    Again,
    Written(u32),
}

struct Writer {
    seen: HashMap<Constant, Seen>,
    next_ref: u32,
    pass: Pass,
    out: Vec<u8>,
}

impl Writer {
    /// Returns the flag to put on the type byte, or `None` when nothing more is to be done for the value.
    fn enter(&mut self, constant: &Constant) -> Option<u8> {
        if self.pass == Pass::Count {
            return match self.seen.entry(constant.clone()) {
                Entry::Occupied(mut entry) => {
                    entry.insert(Seen::Again);
                    None
                }
                Entry::Vacant(entry) => {
                    entry.insert(Seen::Once);
                    Some(0)
                }
            };
        }
        match self.seen.get_mut(constant) {
            Some(Seen::Written(number)) => {
                let number = *number;
                self.out.push(kind::REF);
                self.long(number as i32);
                None
            }
            Some(seen @ Seen::Again) => {
                *seen = Seen::Written(self.next_ref);
                self.next_ref += 1;
                Some(FLAG_REF)
            }
            _ => Some(0),
        }
    }

    fn constant(&mut self, constant: &Constant, intern: bool) {
        let simple = match constant {
            Constant::None => Some(kind::NONE),
            Constant::True => Some(kind::TRUE),
            Constant::False => Some(kind::FALSE),
            Constant::Ellipsis => Some(kind::ELLIPSIS),
            _ => None,
        };
        if let Some(byte) = simple {
            return self.out.push(byte);
        }
        let Some(flag) = self.enter(constant) else { return };
        match constant {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
            Constant::Int(value) => self.int(value, flag),
            Constant::Float(value) => {
                self.out.push(kind::BINARY_FLOAT | flag);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Constant::Complex { real, imag } => {
                self.out.push(kind::BINARY_COMPLEX | flag);
                self.out.extend_from_slice(&real.to_le_bytes());
                self.out.extend_from_slice(&imag.to_le_bytes());
            }
            Constant::Str(text) => self.text(text, intern || text.is_name_like(), flag),
            Constant::Bytes(bytes) => {
                self.out.push(kind::STRING | flag);
                self.long(bytes.len() as i32);
                self.out.extend_from_slice(bytes);
            }
            Constant::Tuple(items) => {
                if items.len() < 256 {
                    self.out.extend_from_slice(&[kind::SMALL_TUPLE | flag, items.len() as u8]);
                } else {
                    self.out.push(kind::TUPLE | flag);
                    self.long(items.len() as i32);
                }
                items.iter().for_each(|item| self.constant(item, intern));
            }
            Constant::FrozenSet(items) => {
                self.out.push(kind::FROZENSET | flag);
                self.long(items.len() as i32);
                items.iter().for_each(|item| self.constant(item, intern));
            }
            Constant::Code(code) => self.code(code, flag),
        }
    }

    fn code(&mut self, code: &CodeData, flag: u8) {
        self.out.push(kind::CODE | flag);
        for count in [code.arg_count, code.posonly_arg_count, code.kwonly_arg_count, code.nlocals] {
            self.long(count as i32);
        }
        self.long(code.stack_size as i32);
        self.long(code.flags as i32);
        self.constant(&Constant::Bytes(code.code[..].into()), false);
        self.constant(&Constant::Tuple(code.consts[..].into()), false);
        for names in [&code.names, &code.varnames, &code.freevars, &code.cellvars] {
            self.constant(&Constant::names(names), true);
        }
        self.constant(&Constant::Str(code.filename.clone()), false);
        self.constant(&Constant::Str(code.name.clone()), true);
        self.long(code.first_line);
        self.constant(&Constant::Bytes(code.lnotab[..].into()), false);
    }

    fn int(&mut self, value: &BigInt, flag: u8) {
        if let Ok(small) = i32::try_from(value) {
            self.out.push(kind::INT | flag);
            return self.long(small);
        }
        self.out.push(kind::LONG | flag);
        let digits = digits15(value);
        let count = digits.len() as i32;
        self.long(if value.sign() == Sign::Minus { -count } else { count });
        digits.iter().for_each(|digit| self.out.extend_from_slice(&digit.to_le_bytes()));
    }

    fn text(&mut self, text: &Text, intern: bool, flag: u8) {
        let bytes = text.as_bytes();
        let (byte, short) = match (text.is_ascii(), bytes.len() < 256, intern) {
            (true, true, true) => (kind::SHORT_ASCII_INTERNED, true),
            (true, true, false) => (kind::SHORT_ASCII, true),
            (true, false, true) => (kind::ASCII_INTERNED, false),
            (true, false, false) => (kind::ASCII, false),
            (false, _, true) => (kind::INTERNED, false),
            (false, _, false) => (kind::UNICODE, false),
        };
        self.out.push(byte | flag);
        if short {
            self.out.push(bytes.len() as u8);
        } else {
            self.long(bytes.len() as i32);
        }
        self.out.extend_from_slice(bytes);
    }

    fn long(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }
}

/// The magnitude in digits of 15 bits, the lowest first.
fn digits15(value: &BigInt) -> Vec<u16> {
    let (mut acc, mut bits, mut digits) = (0u64, 0, Vec::new());
    for word in value.magnitude().iter_u32_digits() {
        acc |= (word as u64) << bits;
        bits += 32;
        while bits >= 15 {
            digits.push((acc & 0x7FFF) as u16);
            acc >>= 15;
            bits -= 15;
        }
    }
    if acc != 0 {
        digits.push(acc as u16);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}
