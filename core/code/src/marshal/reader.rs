//! Reading. Hostile input gives an error, never a panic; sizes are believed only as far as bytes follow.

use super::{FLAG_REF, MAX_DEPTH, kind};
use crate::{BigInt, CodeData, Constant, Text};
use num_bigint::{BigUint, Sign};
use std::fmt;
use std::sync::Arc;

/// The three exceptions that CPython raises, with its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarshalError {
    Eof(&'static str),
    Value(String),
    Type(String),
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarshalError::Eof(text) => f.write_str(text),
            MarshalError::Value(text) | MarshalError::Type(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for MarshalError {}

type Result<T> = std::result::Result<T, MarshalError>;

fn bad<T>(what: &str) -> Result<T> {
    Err(MarshalError::Value(format!("bad marshal data ({what})")))
}

fn null<T>(place: &str) -> Result<T> {
    Err(MarshalError::Type(format!("NULL object in marshal data for {place}")))
}

/// Reads the code object at the start of `data` (behind the header, for a `.pyc` file).
pub fn load_code(data: &[u8]) -> Result<Arc<CodeData>> {
    match load(data)? {
        Constant::Code(code) => Ok(code),
        _ => bad("no code object"),
    }
}

/// Reads one constant. Lists, dictionaries, sets and `StopIteration` are no constants and are refused.
pub fn load(data: &[u8]) -> Result<Constant> {
    Reader { data, refs: Vec::new() }.value()
}

/// A value that has begun and waits for its parts.
struct Open {
    kind: OpenKind,
    /// Where in [`Reader::refs`] the finished value goes.
    slot: Option<usize>,
    wanted: usize,
    parts: Vec<Constant>,
}

enum OpenKind {
    Tuple,
    FrozenSet,
    /// The counts read ahead of the parts, and the line number read between them.
    Code([u32; 6], i32),
}

/// How many objects a code object consists of, and how many of them precede the line number.
const CODE_PARTS: usize = 9;
const PARTS_BEFORE_LINE: usize = 8;

/// What a type byte leads to.
enum Step {
    Value(Constant),
    Open(Open),
}

struct Reader<'a> {
    data: &'a [u8],
    /// `None` while the value is being read: a value can't contain itself here.
    refs: Vec<Option<Constant>>,
}

impl<'a> Reader<'a> {
    /// Nesting is kept in a vector, not on the native stack.
    fn value(&mut self) -> Result<Constant> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let place = open.last().map_or("object", |parent| match parent.kind {
                OpenKind::Tuple => "tuple",
                OpenKind::FrozenSet => "set",
                OpenKind::Code(..) => "code object",
            });
            let mut value = match self.step(open.len(), place)? {
                Step::Value(value) => value,
                Step::Open(begun) if begun.wanted == 0 => self.close(begun)?,
                Step::Open(begun) => {
                    open.push(begun);
                    continue;
                }
            };
            loop {
                let Some(parent) = open.last_mut() else { return Ok(value) };
                parent.parts.push(value);
                if let (OpenKind::Code(_, line), PARTS_BEFORE_LINE) = (&mut parent.kind, parent.parts.len()) {
                    *line = self.long()?;
                }
                if parent.parts.len() < parent.wanted {
                    break;
                }
                let Some(done) = open.pop() else { return bad("no open value") };
                value = self.close(done)?;
            }
        }
    }

    fn step(&mut self, depth: usize, place: &str) -> Result<Step> {
        let Some((&byte, rest)) = self.data.split_first() else {
            return Err(MarshalError::Eof("EOF read where object expected"));
        };
        self.data = rest;
        if depth >= MAX_DEPTH {
            return Err(MarshalError::Value("recursion limit exceeded".into()));
        }
        let (byte, flagged) = (byte & !FLAG_REF, byte & FLAG_REF != 0);
        Ok(Step::Value(match byte {
            kind::NULL => return null(place),
            kind::NONE => Constant::None,
            kind::TRUE => Constant::True,
            kind::FALSE => Constant::False,
            kind::ELLIPSIS => Constant::Ellipsis,
            kind::REF => {
                let index = self.long()?;
                match self.refs.get(index as usize) {
                    Some(Some(constant)) => constant.clone(),
                    _ => return bad("invalid reference"),
                }
            }
            _ => {
                let slot = flagged.then(|| {
                    self.refs.push(None);
                    self.refs.len() - 1
                });
                let (kind, wanted) = match byte {
                    kind::SMALL_TUPLE => (OpenKind::Tuple, self.byte()? as usize),
                    kind::TUPLE => (OpenKind::Tuple, self.size("tuple")?),
                    kind::FROZENSET => (OpenKind::FrozenSet, self.size("set")?),
                    kind::CODE => (OpenKind::Code(self.counts()?, 0), CODE_PARTS),
                    _ => {
                        let value = self.leaf(byte)?;
                        self.remember(slot, &value);
                        return Ok(Step::Value(value));
                    }
                };
                // Each part is at least one byte.
                let parts = Vec::with_capacity(wanted.min(self.data.len()));
                return Ok(Step::Open(Open { kind, slot, wanted, parts }));
            }
        }))
    }

    fn remember(&mut self, slot: Option<usize>, value: &Constant) {
        if let Some(slot) = slot {
            self.refs[slot] = Some(value.clone());
        }
    }

    fn close(&mut self, done: Open) -> Result<Constant> {
        let value = match done.kind {
            OpenKind::Tuple => Constant::Tuple(done.parts.into()),
            OpenKind::FrozenSet => Constant::FrozenSet(done.parts.into()),
            OpenKind::Code(counts, line) => Constant::Code(code(counts, line, done.parts)?.into()),
        };
        self.remember(done.slot, &value);
        Ok(value)
    }

    fn counts(&mut self) -> Result<[u32; 6]> {
        let mut counts = [0; 6];
        for (i, count) in counts.iter_mut().enumerate() {
            let value = self.long()?;
            if value < 0 && i < 5 {
                return bad("negative count in a code object");
            }
            *count = value as u32;
        }
        Ok(counts)
    }

    #[inline(never)]
    fn leaf(&mut self, byte: u8) -> Result<Constant> {
        Ok(match byte {
            kind::INT => Constant::int(self.long()?),
            kind::LONG => Constant::Int(self.big_int()?),
            kind::BINARY_FLOAT => Constant::Float(self.double()?),
            kind::BINARY_COMPLEX => Constant::Complex { real: self.double()?, imag: self.double()? },
            kind::FLOAT => Constant::Float(self.double_text()?),
            kind::COMPLEX => Constant::Complex { real: self.double_text()?, imag: self.double_text()? },
            kind::STRING => {
                let len = self.size("bytes object")?;
                Constant::Bytes(self.take(len)?.into())
            }
            kind::INTERNED | kind::UNICODE => {
                let len = self.size("string")?;
                match Text::from_bytes(self.take(len)?) {
                    Some(text) => Constant::Str(text),
                    None => return bad("invalid UTF-8"),
                }
            }
            kind::ASCII | kind::ASCII_INTERNED => {
                let len = self.size("string")?;
                Constant::Str(Text::from_latin1(self.take(len)?))
            }
            kind::SHORT_ASCII | kind::SHORT_ASCII_INTERNED => {
                let len = self.byte()? as usize;
                Constant::Str(Text::from_latin1(self.take(len)?))
            }
            _ => return bad("unknown type code"),
        })
    }

    fn big_int(&mut self) -> Result<BigInt> {
        let count = self.long()?;
        if count == i32::MIN {
            return bad("long size out of range");
        }
        let len = count.unsigned_abs() as usize;
        let bytes = self.take(len * 2)?;
        let (mut acc, mut bits, mut words, mut last) = (0u64, 0, Vec::with_capacity(len / 2 + 1), 1);
        for pair in bytes.chunks_exact(2) {
            last = u16::from_le_bytes([pair[0], pair[1]]);
            if last > 0x7FFF {
                return bad("digit out of range in long");
            }
            acc |= (last as u64) << bits;
            bits += 15;
            if bits >= 32 {
                words.push(acc as u32);
                acc >>= 32;
                bits -= 32;
            }
        }
        if last == 0 {
            return bad("unnormalized long data");
        }
        words.push(acc as u32);
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        Ok(BigInt::from_biguint(sign, BigUint::new(words)))
    }

    fn double(&mut self) -> Result<f64> {
        let bytes = self.take(8)?;
        Ok(f64::from_le_bytes(std::array::from_fn(|i| bytes[i])))
    }

    fn double_text(&mut self) -> Result<f64> {
        let len = self.byte()? as usize;
        let text = String::from_utf8_lossy(self.take(len)?);
        let Ok(value) = text.trim().parse() else {
            return Err(MarshalError::Value(format!("could not convert string to float: '{text}'")));
        };
        Ok(value)
    }

    fn size(&mut self, what: &str) -> Result<usize> {
        match usize::try_from(self.long()?) {
            Ok(size) => Ok(size),
            Err(_) => bad(&format!("{what} size out of range")),
        }
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> Result<i32> {
        let bytes = self.take(4)?;
        Ok(i32::from_le_bytes(std::array::from_fn(|i| bytes[i])))
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        match self.data.split_at_checked(len) {
            Some((taken, rest)) => {
                self.data = rest;
                Ok(taken)
            }
            None => Err(MarshalError::Eof("marshal data too short")),
        }
    }
}

/// Puts a code object together.
fn code(counts: [u32; 6], first_line: i32, parts: Vec<Constant>) -> Result<CodeData> {
    let [arg_count, posonly_arg_count, kwonly_arg_count, nlocals, stack_size, flags] = counts;
    let mut parts = parts.into_iter();
    let mut next = || parts.next().unwrap_or(Constant::None);
    Ok(CodeData {
        arg_count,
        posonly_arg_count,
        kwonly_arg_count,
        nlocals,
        stack_size,
        flags,
        first_line,
        code: bytes(next())?,
        consts: match next() {
            Constant::Tuple(items) => items.to_vec(),
            _ => return bad("consts of a code object are not a tuple"),
        },
        names: names(next())?,
        varnames: names(next())?,
        freevars: names(next())?,
        cellvars: names(next())?,
        filename: text(next())?,
        name: text(next())?,
        lnotab: bytes(next())?,
    })
}

fn bytes(part: Constant) -> Result<Vec<u8>> {
    match part {
        Constant::Bytes(bytes) => Ok(bytes.to_vec()),
        _ => bad("code or line table is not bytes"),
    }
}

fn text(part: Constant) -> Result<Text> {
    match part {
        Constant::Str(text) => Ok(text),
        _ => bad("name is not a string"),
    }
}

fn names(part: Constant) -> Result<Vec<Text>> {
    match part {
        Constant::Tuple(items) => items.iter().cloned().map(text).collect(),
        _ => bad("names are not a tuple"),
    }
}
