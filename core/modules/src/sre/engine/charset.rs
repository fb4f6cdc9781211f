//! Characters: case folding, categories, and character sets.

use super::op;
use krait_object::unicode;

/// How an "ignore case" instruction folds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Folding {
    None,
    Ascii,
    Unicode,
    Locale,
}

pub fn ascii_lower(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}

pub fn ascii_is_cased(c: u32) -> bool {
    (65..=90).contains(&c) || (97..=122).contains(&c)
}

pub fn unicode_lower(c: u32) -> u32 {
    if c < 128 { ascii_lower(c) } else { unicode::to_lower(c) }
}

pub fn unicode_is_cased(c: u32) -> bool {
    unicode::to_lower(c) != c || unicode::to_upper(c) != c
}

/// Calls a C character function on what fits a byte.
fn locale(c: u32, f: unsafe extern "C" fn(libc::c_int) -> libc::c_int) -> Option<u32> {
    // SAFETY: the <ctype.h> functions accept 0 to 255.
    u8::try_from(c).ok().map(|b| unsafe { f(b.into()) } as u32)
}

pub fn locale_lower(c: u32) -> u32 {
    locale(c, libc::tolower).unwrap_or(c)
}

pub fn locale_upper(c: u32) -> u32 {
    locale(c, libc::toupper).unwrap_or(c)
}

fn is_locale_word(c: u32) -> bool {
    c == u32::from(b'_') || locale(c, libc::isalnum).is_some_and(|v| v != 0)
}

pub fn is_ascii_word(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub fn is_unicode_word(c: u32) -> bool {
    if c < 128 { is_ascii_word(c) } else { unicode::is_alnum(c) }
}

impl Folding {
    /// Lower case under this folding.
    #[inline]
    pub fn lower(self, c: u32) -> u32 {
        match self {
            Folding::None => c,
            Folding::Ascii => ascii_lower(c),
            Folding::Unicode => unicode_lower(c),
            Folding::Locale => locale_lower(c),
        }
    }

    /// Whether the character matches a literal, which is lower case already except under `Locale`.
    #[inline]
    pub fn equals(self, literal: u32, c: u32) -> bool {
        match self {
            Folding::Locale => c == literal || locale_lower(c) == literal || locale_upper(c) == literal,
            _ => self.lower(c) == literal,
        }
    }
}

/// Number of categories.
pub const CATEGORIES: u32 = 18;

/// Whether the character is of the category with that number in `sre_constants.CHCODES`.
pub fn in_category(category: u32, c: u32) -> bool {
    let small = |f: fn(&u8) -> bool| u8::try_from(c).is_ok_and(|b| f(&b));
    let positive = match category & !1 {
        0 => small(u8::is_ascii_digit),
        2 => matches!(c, 9..=13 | 32),
        4 => is_ascii_word(c),
        6 => c == 10,
        8 => is_locale_word(c),
        10 => unicode::is_decimal(c),
        12 => unicode::is_space(c),
        14 => is_unicode_word(c),
        16 => unicode::is_linebreak(c),
        _ => return false,
    };
    positive != (category & 1 == 1)
}

fn depends_on_locale(category: u32) -> bool {
    category & !1 == 8
}

/// Whether a set's code, which [`check`] has passed, contains the character.
pub fn contains(code: &[u32], c: u32) -> bool {
    let bit = |words: &[u32], c: u32| words[c as usize >> 5] >> (c & 31) & 1 == 1;
    let within = |range: &[u32], c: u32| range[0] <= c && c <= range[1];
    let (mut found, mut at) = (true, 0);
    loop {
        let operands = &code[at + 1..];
        let (hit, len) = match code[at] {
            op::FAILURE => return !found,
            op::NEGATE => {
                found = !found;
                (false, 0)
            }
            op::LITERAL => (operands[0] == c, 1),
            op::CATEGORY => (in_category(operands[0], c), 1),
            op::RANGE => (within(operands, c), 2),
            op::RANGE_UNI_IGNORE => (within(operands, c) || within(operands, unicode::to_upper(c)), 2),
            op::CHARSET => (c < 256 && bit(operands, c), 8),
            _ => {
                // BIGCHARSET: number of blocks, a block number for each high byte, the blocks.
                let hit = c < 0x10000 && {
                    let block = operands[1 + (c as usize >> 10)] >> (8 * (c >> 8 & 3)) & 255;
                    bit(&operands[65 + 8 * block as usize..], c & 255)
                };
                (hit, 65 + 8 * operands[0] as usize)
            }
        };
        if hit {
            return found;
        }
        at += 1 + len;
    }
}

/// Checks that the code is a well-formed set ending in FAILURE. Says whether it depends on the locale.
pub fn check(code: &[u32]) -> Option<bool> {
    let (mut at, mut locale) = (0, false);
    loop {
        let operands = code.get(at + 1..)?;
        let len = match *code.get(at)? {
            op::FAILURE => return operands.is_empty().then_some(locale),
            op::NEGATE => 0,
            op::LITERAL => 1,
            op::CATEGORY => {
                let category = *operands.first()?;
                locale |= depends_on_locale(category);
                (category < CATEGORIES).then_some(1)?
            }
            op::RANGE | op::RANGE_UNI_IGNORE => 2,
            op::CHARSET => 8,
            op::BIGCHARSET => {
                let blocks = *operands.first()?;
                let map = operands.get(1..65)?;
                let valid = |word: &u32| word.to_le_bytes().iter().all(|&b| u32::from(b) < blocks);
                if blocks > 256 || !map.iter().all(valid) {
                    return None;
                }
                65 + 8 * blocks as usize
            }
            _ => return None,
        };
        if operands.len() < len {
            return None;
        }
        at += 1 + len;
    }
}

/// A character set as an instruction uses it.
#[derive(Debug)]
pub struct Set {
    code: Box<[u32]>,
    folding: Folding,
    /// Its characters below 256, unless the locale decides.
    low: Option<Box<[bool; 256]>>,
}

impl Set {
    /// From checked code.
    pub fn new(code: &[u32], folding: Folding, locale: bool) -> Set {
        let mut set = Set { code: code.into(), folding, low: None };
        if !locale && folding != Folding::Locale {
            let mut low = Box::new([false; 256]);
            for (c, slot) in low.iter_mut().enumerate() {
                *slot = set.slow(c as u32);
            }
            set.low = Some(low);
        }
        set
    }

    fn slow(&self, c: u32) -> bool {
        if self.folding != Folding::Locale {
            return contains(&self.code, self.folding.lower(c));
        }
        let (lower, upper) = (locale_lower(c), locale_upper(c));
        contains(&self.code, lower) || (upper != lower && contains(&self.code, upper))
    }

    #[inline]
    pub fn matches(&self, c: u32) -> bool {
        match &self.low {
            Some(low) if c < 256 => low[c as usize],
            _ => self.slow(c),
        }
    }

    /// The table of the characters below 256, if it decides alone.
    pub fn table(&self) -> Option<&[bool; 256]> {
        self.low.as_deref()
    }
}
