//! What codes and characters of the CJK encodings stand for each other.
//!
//! `cargo xtask reference xtask/python/cjk_tables.py core/modules/src/spare/cjk/tables.bin` makes `tables.bin` from the
//! reference's codecs; the script describes its format. A codec's tables are unpacked when it is first used.

use crate::algorithms::zlib;
use std::collections::HashMap;
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!("tables.bin");

/// No code or no character.
const NONE: u32 = u32::MAX;
/// The lead byte of codes of three bytes.
const TRIPLE_LEAD: usize = 0x8f;
/// GB 18030 has its four-byte codes for the basic plane below this number.
const FIRST_ASTRAL: u32 = 189_000;

/// What a byte means by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Single {
    Char(u32),
    Lead,
    Illegal,
}

/// Four-byte codes of GB 18030 in a row.
struct Run {
    first: u32,
    length: u32,
    character: u32,
}

/// One encoding.
pub(super) struct Tables {
    singles: Vec<Single>,
    doubles: Vec<u32>,
    /// By the two bytes behind the lead byte; empty where there are none.
    triples: Vec<u32>,
    /// Codes that mean two characters.
    pairs: HashMap<u32, (u32, u32)>,
    codes: Vec<u32>,
    astral_codes: HashMap<u32, u32>,
    /// Those that two characters have together.
    pair_codes: HashMap<(u32, u32), u32>,
    pair_starts: Vec<u32>,
    runs: Vec<Run>,
}

/// Numbers of an unpacked table.
struct Numbers<'a>(core::slice::Iter<'a, u8>);

impl Numbers<'_> {
    fn number(&mut self) -> u32 {
        let (mut value, mut shift) = (0, 0);
        for byte in self.0.by_ref() {
            value |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    fn signed(&mut self) -> i32 {
        let value = self.number();
        if value & 1 == 0 { (value >> 1) as i32 } else { -((value >> 1) as i32) }
    }
}

/// The unpacked description of an encoding, and the name of its base.
fn unpack(name: &str) -> Option<(Vec<u8>, &'static str)> {
    let mut rest = PACKED;
    while let Some(end) = rest.iter().position(|c| *c == b'\n') {
        let line = core::str::from_utf8(&rest[..end]).ok()?;
        let mut words = line.split(' ');
        let (found, base, size) = (words.next()?, words.next()?, words.next()?.parse::<usize>().ok()?);
        let data = &rest[end + 1..];
        if found == name {
            let mut content = Vec::new();
            let mut stream = zlib::Stream::inflate(15).ok()?;
            stream.decompress(&data[..size], &mut content, None, zlib::Z_FINISH, None).ok()?;
            return Some((content, base));
        }
        rest = &data[size..];
    }
    None
}

/// The one-character codes of an encoding, and what follows them in its description.
fn read_codes(name: &str, content: &[u8], base: &str) -> (HashMap<u32, u32>, usize) {
    let mut codes =
        unpack(base).map_or_else(HashMap::new, |(content, below)| read_codes(base, &content, below).0);
    debug_assert!(name != base);
    let mut numbers = Numbers(content.iter());
    let mut code = 0;
    for _ in 0..numbers.number() {
        code += numbers.number();
        codes.remove(&code);
    }
    let (mut code, mut character) = (0, 0i32);
    for _ in 0..numbers.number() {
        code += numbers.number();
        for _ in 0..numbers.number() {
            character += numbers.signed();
            codes.insert(code, character as u32);
            code += 1;
        }
    }
    let used = content.len() - numbers.0.len();
    (codes, used)
}

impl Tables {
    fn read(name: &str) -> Option<Tables> {
        let (content, base) = unpack(name)?;
        let (one, used) = read_codes(name, &content, base);
        let mut tables = Tables {
            singles: vec![Single::Lead; 0x100],
            doubles: vec![NONE; 0x1_0000],
            triples: if one.keys().any(|code| *code > 0xffff) { vec![NONE; 0x1_0000] } else { Vec::new() },
            pairs: HashMap::new(),
            codes: vec![NONE; 0x1_0000],
            astral_codes: HashMap::new(),
            pair_codes: HashMap::new(),
            pair_starts: Vec::new(),
            runs: Vec::new(),
        };
        let mut one: Vec<_> = one.into_iter().collect();
        // Of codes that mean the same, the greatest one is written.
        one.sort_unstable();
        for (code, character) in one {
            match code {
                0..=0xff => tables.singles[code as usize] = Single::Char(character),
                0x100..=0xffff => tables.doubles[code as usize] = character,
                _ => tables.triples[(code & 0xffff) as usize] = character,
            }
            tables.set_code(character, code);
        }
        tables.read_rest(Numbers(content[used..].iter()));
        Some(tables)
    }

    fn set_code(&mut self, character: u32, code: u32) {
        match self.codes.get_mut(character as usize) {
            Some(slot) => *slot = code,
            None => {
                self.astral_codes.insert(character, code);
            }
        }
    }

    fn read_rest(&mut self, mut numbers: Numbers<'_>) {
        for _ in 0..numbers.number() {
            let (code, first, second) = (numbers.number(), numbers.number(), numbers.number());
            self.pairs.insert(code, (first, second));
            self.pair_codes.insert((first, second), code);
            self.pair_starts.push(first);
        }
        for _ in 0..numbers.number() {
            if let Some(byte) = numbers.0.next() {
                self.singles[usize::from(*byte)] = Single::Illegal;
            }
        }
        let mut character = 0;
        for _ in 0..numbers.number() {
            character += numbers.number();
            let code = numbers.number();
            self.set_code(character, code.wrapping_sub(1));
        }
        let (mut first, mut character) = (0, 0i32);
        for _ in 0..numbers.number() {
            first += numbers.number();
            let length = numbers.number();
            character += numbers.signed();
            self.runs.push(Run { first, length, character: character as u32 });
            first += length;
        }
    }

    #[inline]
    pub(super) fn single(&self, byte: u8) -> Single {
        self.singles[usize::from(byte)]
    }

    /// The character of a code of two bytes.
    #[inline]
    pub(super) fn double(&self, lead: u8, trail: u8) -> Option<u32> {
        let found = self.doubles[usize::from(lead) << 8 | usize::from(trail)];
        (found != NONE).then_some(found)
    }

    /// The two characters of a code of two bytes.
    pub(super) fn pair(&self, lead: u8, trail: u8) -> Option<(u32, u32)> {
        self.pairs.get(&(u32::from(lead) << 8 | u32::from(trail))).copied()
    }

    pub(super) fn is_triple_lead(&self, byte: u8) -> bool {
        !self.triples.is_empty() && usize::from(byte) == TRIPLE_LEAD
    }

    /// The character of a code of three bytes, by the last two.
    pub(super) fn triple(&self, second: u8, third: u8) -> Option<u32> {
        let found = *self.triples.get(usize::from(second) << 8 | usize::from(third))?;
        (found != NONE).then_some(found)
    }

    /// The code of a character, as a number of as many bytes as it has.
    #[inline]
    pub(super) fn code(&self, character: u32) -> Option<u32> {
        let found = match self.codes.get(character as usize) {
            Some(found) => *found,
            None => *self.astral_codes.get(&character)?,
        };
        (found != NONE).then_some(found)
    }

    /// Whether the character has a code together with another one.
    #[inline]
    pub(super) fn starts_pair(&self, character: u32) -> bool {
        self.pair_starts.contains(&character)
    }

    pub(super) fn pair_code(&self, first: u32, second: u32) -> Option<u32> {
        self.pair_codes.get(&(first, second)).copied()
    }

    /// The character of a four-byte code of GB 18030, by its number.
    pub(super) fn numbered(&self, number: u32) -> Option<u32> {
        if number >= FIRST_ASTRAL {
            return Some(number - FIRST_ASTRAL + 0x1_0000).filter(|character| *character <= 0x10_ffff);
        }
        let run = &self.runs[self.runs.partition_point(|run| run.first <= number).checked_sub(1)?];
        (number - run.first < run.length).then(|| run.character + (number - run.first))
    }

    /// The number of the four-byte code that GB 18030 has for a character.
    pub(super) fn number_of(&self, character: u32) -> Option<u32> {
        if character >= 0x1_0000 {
            return Some(character - 0x1_0000 + FIRST_ASTRAL);
        }
        let run =
            self.runs.iter().find(|run| (run.character..run.character + run.length).contains(&character))?;
        Some(run.first + (character - run.character))
    }
}

/// The tables of an encoding that has some of its own.
pub(super) fn get(name: &'static str) -> Option<&'static Tables> {
    const NAMES: [&str; 16] = [
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "cp950",
        "big5hkscs",
        "shift_jis",
        "cp932",
        "shift_jis_2004",
        "shift_jisx0213",
        "euc_jp",
        "euc_jis_2004",
        "euc_jisx0213",
        "euc_kr",
        "cp949",
        "johab",
    ];
    static LOADED: [OnceLock<Option<Tables>>; NAMES.len()] = [const { OnceLock::new() }; NAMES.len()];
    let index = NAMES.iter().position(|known| *known == name)?;
    LOADED[index].get_or_init(|| Tables::read(name)).as_ref()
}
