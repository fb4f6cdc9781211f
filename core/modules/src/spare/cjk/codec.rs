//! The encodings: what a step forward in bytes or characters gives.

use super::iso2022::{self, Charset};
use super::tables::{self, Single, Tables};

/// What a codec remembers between steps; its meaning is the codec's.
pub(super) type State = [u8; 8];

/// Why a step is not possible.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The input ends too early.
    TooFew,
    /// So much of the input means nothing.
    Illegal(usize),
}

/// What a step of decoding gives.
#[derive(Clone, Copy)]
pub(super) enum Text {
    None,
    One(u32),
    Two(u32, u32),
}

pub(super) type Step<T> = Result<T, Fault>;

/// An encoding.
pub(super) struct Codec {
    pub(super) name: &'static str,
    kind: Kind,
}

enum Kind {
    /// Tables alone.
    Plain,
    /// Beside its tables Hangul syllables that are written with their letters.
    EucKr,
    Gb18030,
    Hz,
    Iso2022(&'static [Charset]),
}

const fn plain(name: &'static str) -> Codec {
    Codec { name, kind: Kind::Plain }
}

const fn iso(name: &'static str, charsets: &'static [Charset]) -> Codec {
    Codec { name, kind: Kind::Iso2022(charsets) }
}

pub(super) static CN: &[Codec] = &[
    plain("gb2312"),
    plain("gbk"),
    Codec { name: "gb18030", kind: Kind::Gb18030 },
    Codec { name: "hz", kind: Kind::Hz },
];
pub(super) static HK: &[Codec] = &[plain("big5hkscs")];
pub(super) static JP: &[Codec] = &[
    plain("shift_jis"),
    plain("cp932"),
    plain("euc_jp"),
    plain("shift_jis_2004"),
    plain("euc_jis_2004"),
    plain("euc_jisx0213"),
    plain("shift_jisx0213"),
];
pub(super) static KR: &[Codec] =
    &[Codec { name: "euc_kr", kind: Kind::EucKr }, plain("cp949"), plain("johab")];
pub(super) static TW: &[Codec] = &[plain("big5"), plain("cp950")];
pub(super) static ISO2022: &[Codec] = &[
    iso("iso2022_kr", iso2022::KR),
    iso("iso2022_jp", iso2022::JP),
    iso("iso2022_jp_1", iso2022::JP_1),
    iso("iso2022_jp_2", iso2022::JP_2),
    iso("iso2022_jp_2004", iso2022::JP_2004),
    iso("iso2022_jp_3", iso2022::JP_3),
    iso("iso2022_jp_ext", iso2022::JP_EXT),
];

/// Appends a code of one to three bytes.
pub(super) fn push_code(code: u32, out: &mut Vec<u8>) {
    let bytes = code.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
    out.extend_from_slice(&bytes[first..]);
}

impl Codec {
    fn tables(&self) -> Step<&'static Tables> {
        tables::get(self.name).ok_or(Fault::Illegal(1))
    }

    pub(super) fn start_encoding(&self) -> State {
        match self.kind {
            Kind::Iso2022(_) => iso2022::START_ENCODING,
            _ => State::default(),
        }
    }

    pub(super) fn start_decoding(&self) -> State {
        match self.kind {
            Kind::Iso2022(_) => iso2022::START_DECODING,
            _ => State::default(),
        }
    }

    /// Ends a text: shifts back to where it began.
    pub(super) fn finish_encoding(&self, state: &mut State, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Hz if core::mem::take(&mut state[0]) != 0 => out.extend_from_slice(b"~}"),
            Kind::Iso2022(_) => iso2022::finish(state, out),
            _ => {}
        }
    }

    pub(super) fn reset_decoding(&self, state: &mut State) {
        match self.kind {
            Kind::Hz => state[0] = 0,
            Kind::Iso2022(_) => iso2022::reset(state),
            _ => {}
        }
    }

    /// Decodes what stands first; how many bytes that is, and what they mean.
    pub(super) fn decode(&self, state: &mut State, input: &[u8]) -> Step<(usize, Text)> {
        match self.kind {
            Kind::Hz => decode_hz(state, input),
            Kind::Iso2022(charsets) => iso2022::decode(charsets, state, input),
            Kind::Gb18030 => decode_gb18030(self.tables()?, input),
            Kind::EucKr => decode_euc_kr(self.tables()?, input),
            Kind::Plain => decode_plain(self.tables()?, self.name, input),
        }
    }

    /// Encodes what stands first; how many characters that is. `is_last` means that no more will follow.
    pub(super) fn encode(
        &self,
        state: &mut State,
        text: &[u32],
        is_last: bool,
        out: &mut Vec<u8>,
    ) -> Step<usize> {
        let character = text[0];
        match self.kind {
            Kind::Hz => return encode_hz(state, character, out),
            Kind::Iso2022(charsets) => return iso2022::encode(charsets, state, text, is_last, out),
            _ => {}
        }
        let tables = self.tables()?;
        if tables.starts_pair(character) {
            match text.get(1) {
                None if !is_last => return Err(Fault::TooFew),
                Some(second) => {
                    if let Some(code) = tables.pair_code(character, *second) {
                        push_code(code, out);
                        return Ok(2);
                    }
                }
                None => {}
            }
        }
        match (tables.code(character), &self.kind) {
            (Some(code), _) => push_code(code, out),
            (None, Kind::EucKr) => out.extend_from_slice(&syllable_code(character).ok_or(Fault::Illegal(1))?),
            (None, Kind::Gb18030) => {
                let number = tables.number_of(character).ok_or(Fault::Illegal(1))?;
                let bytes = [
                    0x81 + number / 12_600,
                    0x30 + number / 1260 % 10,
                    0x81 + number / 10 % 126,
                    0x30 + number % 10,
                ];
                out.extend(bytes.map(|byte| byte as u8));
            }
            _ => return Err(Fault::Illegal(1)),
        }
        Ok(1)
    }
}

fn decode_plain(tables: &Tables, name: &str, input: &[u8]) -> Step<(usize, Text)> {
    match tables.single(input[0]) {
        Single::Char(character) => return Ok((1, Text::One(character))),
        Single::Illegal => return Err(Fault::Illegal(1)),
        Single::Lead => {}
    }
    let trail = *input.get(1).ok_or(Fault::TooFew)?;
    if tables.is_triple_lead(input[0]) {
        let last = *input.get(2).ok_or(Fault::TooFew)?;
        return tables
            .triple(trail, last)
            .map(|character| (3, Text::One(character)))
            .ok_or(Fault::Illegal(1));
    }
    if let Some(character) = tables.double(input[0], trail) {
        return Ok((2, Text::One(character)));
    }
    match tables.pair(input[0], trail) {
        Some((first, second)) => Ok((2, Text::Two(first, second))),
        None if is_newer(name, input[0], trail) => Err(Fault::Illegal(2)),
        None => Err(Fault::Illegal(1)),
    }
}

/// The ten characters that JIS X 0213 got in 2004. The encodings of 2000 know their codes as ones without a meaning.
fn is_newer(name: &str, lead: u8, trail: u8) -> bool {
    let newer = match name {
        "euc_jisx0213" => tables::get("euc_jis_2004"),
        "shift_jisx0213" => tables::get("shift_jis_2004"),
        _ => None,
    };
    newer.is_some_and(|newer| newer.double(lead, trail).is_some())
}

fn decode_gb18030(tables: &Tables, input: &[u8]) -> Step<(usize, Text)> {
    if let Single::Char(character) = tables.single(input[0]) {
        return Ok((1, Text::One(character)));
    }
    let second = *input.get(1).ok_or(Fault::TooFew)?;
    if !second.is_ascii_digit() {
        return match tables.double(input[0], second) {
            Some(character) => Ok((2, Text::One(character))),
            None => Err(Fault::Illegal(1)),
        };
    }
    let &[first, second, third, fourth, ..] = input else { return Err(Fault::TooFew) };
    let range = 0x81..=0xfe;
    if !range.contains(&first) || !range.contains(&third) || !fourth.is_ascii_digit() {
        return Err(Fault::Illegal(1));
    }
    let [a, b, c, d] = [first - 0x81, second - 0x30, third - 0x81, fourth - 0x30].map(u32::from);
    let number = ((a * 10 + b) * 126 + c) * 10 + d;
    tables.numbered(number).map(|character| (4, Text::One(character))).ok_or(Fault::Illegal(1))
}

/// In the second byte of the letters of a syllable: the filler for one that is missing.
const FILLER: u8 = 0xd4;
/// What begins the code of a syllable with its letters; each letter begins with the first of these bytes.
const SYLLABLE: [u8; 2] = [0xa4, FILLER];
const FIRST_SYLLABLE: u32 = 0xac00;
/// The second bytes of the letters that begin and end syllables; vowels are in one row.
#[rustfmt::skip]
const INITIALS: [u8; 19] = [
    0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];
#[rustfmt::skip]
const FINALS: [u8; 28] = [
    FILLER, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb4,
    0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];
const FIRST_VOWEL: u8 = 0xbf;
const VOWELS: u32 = 21;

fn syllable_code(character: u32) -> Option<[u8; 8]> {
    let number = character.checked_sub(FIRST_SYLLABLE)?;
    let initial = *INITIALS.get((number / (VOWELS * 28)) as usize)?;
    let vowel = FIRST_VOWEL + (number / 28 % VOWELS) as u8;
    let last = FINALS[(number % 28) as usize];
    Some([SYLLABLE[0], SYLLABLE[1], 0xa4, initial, 0xa4, vowel, 0xa4, last])
}

fn decode_euc_kr(tables: &Tables, input: &[u8]) -> Step<(usize, Text)> {
    if !input.starts_with(&SYLLABLE) {
        return decode_plain(tables, "", input);
    }
    let &[_, _, 0xa4, initial, 0xa4, vowel, 0xa4, last, ..] = input else {
        return Err(if input.len() < 8 { Fault::TooFew } else { Fault::Illegal(1) });
    };
    let place = |letters: &[u8], byte: u8| letters.iter().position(|letter| *letter == byte);
    let vowel = vowel.checked_sub(FIRST_VOWEL).map(u32::from).filter(|vowel| *vowel < VOWELS);
    match (place(&INITIALS, initial), vowel, place(&FINALS, last)) {
        (Some(initial), Some(vowel), Some(last)) => {
            let number = (initial as u32 * VOWELS + vowel) * 28 + last as u32;
            Ok((8, Text::One(FIRST_SYLLABLE + number)))
        }
        _ => Err(Fault::Illegal(1)),
    }
}

/// HZ: ASCII, and between `~{` and `~}` codes of GB 2312 in seven bits. The state's first byte says which it is.
fn decode_hz(state: &mut State, input: &[u8]) -> Step<(usize, Text)> {
    let is_double = state[0] != 0;
    if input[0] == b'~' {
        let text = match (*input.get(1).ok_or(Fault::TooFew)?, is_double) {
            (b'~', false) => Text::One(b'~'.into()),
            (b'{', false) => {
                state[0] = 1;
                Text::None
            }
            (b'\n', false) => Text::None,
            (b'}', true) => {
                state[0] = 0;
                Text::None
            }
            _ => return Err(Fault::Illegal(1)),
        };
        return Ok((2, text));
    }
    if input[0] >= 0x80 {
        return Err(Fault::Illegal(1));
    }
    if !is_double {
        return Ok((1, Text::One(input[0].into())));
    }
    let trail = *input.get(1).ok_or(Fault::TooFew)?;
    let tables = tables::get("gb2312").ok_or(Fault::Illegal(1))?;
    let found = if trail < 0x80 { tables.double(input[0] | 0x80, trail | 0x80) } else { None };
    found.map(|character| (2, Text::One(character))).ok_or(Fault::Illegal(1))
}

fn encode_hz(state: &mut State, character: u32, out: &mut Vec<u8>) -> Step<usize> {
    if character < 0x80 {
        if core::mem::take(&mut state[0]) != 0 {
            out.extend_from_slice(b"~}");
        }
        out.push(character as u8);
        if character == u32::from(b'~') {
            out.push(b'~');
        }
        return Ok(1);
    }
    let code = tables::get("gb2312").and_then(|tables| tables.code(character)).ok_or(Fault::Illegal(1))?;
    if core::mem::replace(&mut state[0], 1) == 0 {
        out.extend_from_slice(b"~{");
    }
    push_code(code & 0x7f7f, out);
    Ok(1)
}
