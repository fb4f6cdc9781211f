//! ISO 2022: character sets that escape sequences choose, in seven bits.
//!
//! The first three bytes of the state are the sets G0 to G2, by their final bytes with the high bit for sets of two bytes.

use super::codec::{Fault, State, Step, Text, push_code};
use super::tables::{self, Tables};

const ESC: u8 = 0x1b;
const SO: u8 = 0x0e;
const SI: u8 = 0x0f;
const ASCII: u8 = b'B';
/// Where the state has its flags.
const FLAGS: usize = 4;
/// G1 is in use, not G0.
const SHIFTED: u8 = 1;
/// An escape sequence that means nothing here goes through as it is.
const THROUGH: u8 = 2;

pub(super) const START_ENCODING: State = [ASCII, ASCII, 0, 0, 0, 0, 0, 0];
pub(super) const START_DECODING: State = [ASCII, ASCII, ASCII, 0, 0, 0, 0, 0];

/// A character set that an encoding has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Which of G0 and G1 it is used as.
    Ksx1001(usize),
    Gb2312,
    Jisx0201Roman,
    Jisx0201Katakana,
    Jisx0208,
    /// The edition of 1978, read as the later one.
    Jisx0208Old,
    Jisx0212,
    /// The first plane in the edition of 2000 or 2004, or what it has for pairs of characters. These are waited for, but
    /// CPython's encoders never find one: they write both characters by themselves.
    Jisx0213First {
        tables: &'static str,
        mark: u8,
        only_pairs: bool,
    },
    Jisx0213Second {
        tables: &'static str,
    },
    /// G2 has them; they are not written.
    Latin1,
    Greek,
}
use Charset::*;

const fn first(tables: &'static str, mark: u8, only_pairs: bool) -> Charset {
    Jisx0213First { tables, mark, only_pairs }
}

pub(super) const KR: &[Charset] = &[Ksx1001(1)];
pub(super) const JP: &[Charset] = &[Jisx0208, Jisx0201Roman, Jisx0208Old];
pub(super) const JP_1: &[Charset] = &[Jisx0208, Jisx0212, Jisx0201Roman, Jisx0208Old];
pub(super) const JP_2: &[Charset] =
    &[Jisx0208, Jisx0212, Ksx1001(0), Gb2312, Jisx0201Roman, Jisx0208Old, Latin1, Greek];
pub(super) const JP_2004: &[Charset] = &[
    first("euc_jis_2004", b'Q' | 0x80, true),
    Jisx0208,
    first("euc_jis_2004", b'Q' | 0x80, false),
    Jisx0213Second { tables: "euc_jis_2004" },
];
pub(super) const JP_3: &[Charset] = &[
    first("euc_jisx0213", b'O' | 0x80, true),
    Jisx0208,
    first("euc_jisx0213", b'O' | 0x80, false),
    Jisx0213Second { tables: "euc_jisx0213" },
];
pub(super) const JP_EXT: &[Charset] = &[Jisx0208, Jisx0212, Jisx0201Roman, Jisx0201Katakana, Jisx0208Old];

/// Whether the encoding has shifts, G2 and the escape sequence of JIS X 0208-1990.
fn has_shifts(charsets: &[Charset]) -> bool {
    charsets.contains(&Ksx1001(1))
}

fn has_g2(charsets: &[Charset]) -> bool {
    charsets.contains(&Latin1)
}

fn has_extension(charsets: &[Charset]) -> bool {
    !has_shifts(charsets)
}

/// What the character has in a set.
enum Found {
    Nothing,
    Code(u32),
    /// It depends on the next character.
    TooFew,
}

impl Charset {
    fn mark(self) -> u8 {
        match self {
            Ksx1001(_) => b'C' | 0x80,
            Gb2312 => b'A' | 0x80,
            Jisx0201Roman => b'J',
            Jisx0201Katakana => b'I',
            Jisx0208 => b'B' | 0x80,
            Jisx0208Old => b'@' | 0x80,
            Jisx0212 => b'D' | 0x80,
            Jisx0213First { mark, .. } => mark,
            Jisx0213Second { .. } => b'P' | 0x80,
            Latin1 => b'A',
            Greek => b'F',
        }
    }

    fn width(self) -> usize {
        if self.mark() & 0x80 != 0 { 2 } else { 1 }
    }

    fn tables(self) -> Option<&'static Tables> {
        tables::get(match self {
            Ksx1001(_) => "euc_kr",
            Gb2312 => "gb2312",
            Jisx0208 | Jisx0208Old | Jisx0212 => "euc_jp",
            Jisx0213First { tables, .. } | Jisx0213Second { tables } => tables,
            _ => return None,
        })
    }

    fn decode(self, code: &[u8]) -> Option<Text> {
        let one = |found: Option<u32>| found.map(Text::One);
        match (self, code) {
            (Jisx0201Roman, [0x5c]) => Some(Text::One(0xa5)),
            (Jisx0201Roman, [0x7e]) => Some(Text::One(0x203e)),
            (Jisx0201Roman, [byte]) => Some(Text::One((*byte).into())),
            // EUC-KR begins the letters of a syllable with this code, so its tables don't have it.
            (Ksx1001(_), b"$T") => Some(Text::One(0x3164)),
            (Jisx0201Katakana, [byte @ 0x21..=0x5f]) => Some(Text::One(0xff40 + u32::from(*byte))),
            (_, [lead @ 0x21..=0x7e, trail @ 0x21..=0x7e]) => {
                let tables = self.tables()?;
                let (lead, trail) = (lead | 0x80, trail | 0x80);
                match self {
                    Jisx0212 => one(tables.triple(lead, trail)),
                    Jisx0213Second { .. } if is_second_row(lead) => one(tables.triple(lead, trail)),
                    Jisx0213Second { .. } => None,
                    Jisx0213First { .. } => one(tables.double(lead, trail))
                        .or_else(|| tables.pair(lead, trail).map(|(first, second)| Text::Two(first, second))),
                    _ => one(tables.double(lead, trail)),
                }
            }
            _ => None,
        }
    }

    fn encode(self, text: &[u32], is_last: bool) -> Found {
        let character = text[0];
        match (self, character) {
            (Jisx0201Roman, 0xa5) => return Found::Code(0x5c),
            (Jisx0201Roman, 0x203e) => return Found::Code(0x7e),
            (Jisx0201Katakana, 0xff61..=0xff9f) => return Found::Code(character - 0xff40),
            _ => {}
        }
        let Some(tables) = self.tables() else { return Found::Nothing };
        if let Jisx0213First { only_pairs: true, .. } = self {
            let waits = text.len() == 1 && !is_last && tables.starts_pair(character);
            return if waits { Found::TooFew } else { Found::Nothing };
        }
        let Some(code) = tables.code(character) else { return Found::Nothing };
        let is_double = (0xa1a1..=0xfefe).contains(&code);
        let lead = (code >> 8) as u8;
        let has = match self {
            Jisx0212 => code > 0xffff,
            Jisx0213Second { .. } => code > 0xffff && is_second_row(lead),
            _ => is_double && lead != 0x8e,
        };
        if has { Found::Code(code & 0x7f7f) } else { Found::Nothing }
    }
}

/// Whether the second plane of JIS X 0213 has the row; the encodings in eight bits have JIS X 0212 in the others.
fn is_second_row(lead: u8) -> bool {
    matches!(lead - 0xa0, 1 | 3..=5 | 8 | 12..=15 | 78..=94)
}

pub(super) fn finish(state: &mut State, out: &mut Vec<u8>) {
    unshift(state, out);
    use_ascii(state, out);
}

pub(super) fn reset(state: &mut State) {
    state[0] = ASCII;
    state[FLAGS] &= !SHIFTED;
}

fn unshift(state: &mut State, out: &mut Vec<u8>) {
    if state[FLAGS] & SHIFTED != 0 {
        out.push(SI);
        state[FLAGS] &= !SHIFTED;
    }
}

fn use_ascii(state: &mut State, out: &mut Vec<u8>) {
    if state[0] != ASCII {
        out.extend_from_slice(&[ESC, b'(', ASCII]);
        state[0] = ASCII;
    }
}

pub(super) fn encode(
    charsets: &[Charset],
    state: &mut State,
    text: &[u32],
    is_last: bool,
    out: &mut Vec<u8>,
) -> Step<usize> {
    if text[0] < 0x80 {
        use_ascii(state, out);
        unshift(state, out);
        out.push(text[0] as u8);
        return Ok(1);
    }
    for charset in charsets {
        let code = match charset.encode(text, is_last) {
            Found::Nothing => continue,
            Found::TooFew => return Err(Fault::TooFew),
            Found::Code(code) => code,
        };
        let mark = charset.mark();
        let letter = mark & 0x7f;
        if *charset == Ksx1001(1) {
            if state[1] != mark {
                out.extend_from_slice(&[ESC, b'$', b')', letter]);
                state[1] = mark;
            }
            if state[FLAGS] & SHIFTED == 0 {
                out.push(SO);
                state[FLAGS] |= SHIFTED;
            }
        } else {
            unshift(state, out);
            if state[0] != mark {
                match charset {
                    _ if charset.width() == 1 => out.extend_from_slice(&[ESC, b'(', letter]),
                    Jisx0208 | Gb2312 => out.extend_from_slice(&[ESC, b'$', letter]),
                    _ => out.extend_from_slice(&[ESC, b'$', b'(', letter]),
                }
                state[0] = mark;
            }
        }
        push_code(code, out);
        return Ok(1);
    }
    Err(Fault::Illegal(1))
}

pub(super) fn decode(charsets: &[Charset], state: &mut State, input: &[u8]) -> Step<(usize, Text)> {
    let byte = input[0];
    let as_is = Ok((1, Text::One(byte.into())));
    if state[FLAGS] & THROUGH != 0 {
        if ends_escape(byte) {
            state[FLAGS] &= !THROUGH;
        }
        return as_is;
    }
    match byte {
        ESC => return decode_escape(charsets, state, input),
        SI if has_shifts(charsets) => {
            state[FLAGS] &= !SHIFTED;
            return Ok((1, Text::None));
        }
        SO if has_shifts(charsets) => {
            state[FLAGS] |= SHIFTED;
            return Ok((1, Text::None));
        }
        b'\n' => {
            state[FLAGS] &= !SHIFTED;
            return as_is;
        }
        0..0x20 => return as_is,
        0x80.. => return Err(Fault::Illegal(1)),
        _ => {}
    }
    let mark = state[usize::from(state[FLAGS] & SHIFTED != 0)];
    if mark == ASCII {
        return as_is;
    }
    let Some(charset) = charsets.iter().find(|charset| charset.mark() == mark) else {
        return Err(Fault::Illegal(1));
    };
    let width = charset.width();
    let code = input.get(..width).ok_or(Fault::TooFew)?;
    charset.decode(code).map(|text| (width, text)).ok_or(Fault::Illegal(width))
}

fn ends_escape(byte: u8) -> bool {
    matches!(byte, b'@'..=b'Z')
}

fn decode_escape(charsets: &[Charset], state: &mut State, input: &[u8]) -> Step<(usize, Text)> {
    match *input.get(1).ok_or(Fault::TooFew)? {
        b'(' | b')' | b'$' | b'.' | b'&' => {
            let length = escape_length(charsets, input)?;
            designate(charsets, state, &input[..length]).ok_or(Fault::Illegal(length))?;
            Ok((length, Text::None))
        }
        b'N' if has_g2(charsets) => {
            let byte = *input.get(2).ok_or(Fault::TooFew)?;
            let found = match state[2] {
                b'A' if byte < 0x80 => Some(u32::from(byte) + 0x80),
                b'F' => greek(byte ^ 0x80),
                ASCII if byte < 0x80 => Some(byte.into()),
                _ => None,
            };
            found.map(|character| (3, Text::One(character))).ok_or(Fault::Illegal(3))
        }
        _ => {
            state[FLAGS] |= THROUGH;
            Ok((1, Text::One(ESC.into())))
        }
    }
}

/// The length of the escape sequence at the beginning.
fn escape_length(charsets: &[Charset], input: &[u8]) -> Step<usize> {
    const LONGEST: usize = 16;
    let mut at = 1;
    while at < LONGEST {
        let byte = *input.get(at).ok_or(Fault::TooFew)?;
        if ends_escape(byte) {
            return Ok(at + 1);
        }
        // JIS X 0208-1990 has two sequences in one.
        if has_extension(charsets) && byte == b'&' && input.get(at + 1) == Some(&b'@') {
            at += 2;
        }
        at += 1;
    }
    Err(Fault::Illegal(1))
}

fn designate(charsets: &[Charset], state: &mut State, sequence: &[u8]) -> Option<()> {
    let (place, mark) = match *sequence {
        [_, b'$', letter] => (0, letter | 0x80),
        [_, b'(', letter] => (0, letter),
        [_, b')', letter] => (1, letter),
        [_, b'.', letter] if has_g2(charsets) => (2, letter),
        [_, b'$', b'(', letter] => (0, letter | 0x80),
        [_, b'$', b')', letter] => (1, letter | 0x80),
        [_, _, _, ESC, b'$', b'B'] if has_extension(charsets) => (0, b'B' | 0x80),
        _ => return None,
    };
    if mark != ASCII && !charsets.iter().any(|charset| charset.mark() == mark) {
        return None;
    }
    state[place] = mark;
    Some(())
}

/// ISO 8859-7 of 1987.
fn greek(byte: u8) -> Option<u32> {
    const AS_LATIN_1: u32 = 0x288f_3bc9;
    const LETTERS: u32 = 0xbfff_fd77;
    let c = u32::from(byte);
    let has = |set: u32, from: u32| c >= from && c < from + 32 && set >> (c - from) & 1 != 0;
    match c {
        0..=0x9f | 0xa0 => Some(c),
        0xa1 => Some(0x2018),
        0xa2 => Some(0x2019),
        0xaf => Some(0x2015),
        _ if has(AS_LATIN_1, 0xa0) => Some(c),
        0xd4..=0xfe => Some(c + 0x2d0),
        _ if has(LETTERS, 0xb4) => Some(c + 0x2d0),
        _ => None,
    }
}
