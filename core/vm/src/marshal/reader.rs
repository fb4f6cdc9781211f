//! Reading.

use super::{MAX_DEPTH, tag};
use crate::code;
use krait_object::types::{bytes, complex, dict, exceptions, float, list, long, none, set, tuple, unicode};
use krait_object::{Layout, Obj, Result, err};

/// Where marshalled bytes come from.
pub trait Source {
    /// Exactly `count` bytes, or EOFError/another exception.
    fn take(&mut self, count: usize) -> Result<&[u8]>;
}

/// Bytes in memory.
pub struct Slice<'a> {
    rest: &'a [u8],
}

impl Source for Slice<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8]> {
        if count > self.rest.len() {
            return Err(err::eof_error("marshal data too short"));
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }
}

/// Reads one value from bytes.
pub fn loads(bytes: &[u8]) -> Result<Obj> {
    Reader::new(Slice { rest: bytes }).read()
}

/// A reader with the objects that may be referred to.
pub struct Reader<S> {
    source: S,
    refs: Vec<Option<Obj>>,
    depth: usize,
}

fn bad(message: &str) -> err::Raised {
    err::value_error(format_args!("bad marshal data ({message})"))
}

impl<S: Source> Reader<S> {
    /// A reader at the beginning of a stream.
    pub fn new(source: S) -> Reader<S> {
        Reader { source, refs: Vec::new(), depth: 0 }
    }

    /// Reads one value; NULL is an error.
    pub fn read(&mut self) -> Result<Obj> {
        self.value()?.ok_or_else(|| err::type_error("NULL object in marshal data for object"))
    }

    fn byte(&mut self) -> Result<u8> {
        match self.source.take(1) {
            Ok(bytes) => Ok(bytes[0]),
            Err(raised) => {
                if err::matches(exceptions::EOFError()) {
                    return Err(err::eof_error("EOF read where object expected"));
                }
                Err(raised)
            }
        }
    }

    fn short(&mut self) -> Result<i16> {
        let bytes = self.source.take(2)?;
        Ok(i16::from_le_bytes([bytes[0], bytes[1]]))
    }

    /// A 32-bit signed integer.
    pub fn int(&mut self) -> Result<i32> {
        let bytes = self.source.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A 16-bit signed integer (`PyMarshal_ReadShortFromFile`).
    pub fn read_short(&mut self) -> Result<i16> {
        self.short()
    }

    fn size(&mut self, what: &str) -> Result<usize> {
        let size = self.int()?;
        usize::try_from(size).map_err(|_| bad(&format!("{what} size out of range")))
    }

    /// Reserves a place among the references, before the parts are read.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn keep(&mut self, place: Option<usize>, object: &Obj) {
        if let Some(place) = place {
            self.refs[place] = Some(object.clone());
        }
    }

    /// Reads one value; `None` for NULL.
    fn value(&mut self) -> Result<Option<Obj>> {
        let byte = self.byte()?;
        if self.depth > MAX_DEPTH {
            return Err(err::value_error("recursion limit exceeded"));
        }
        self.depth += 1;
        let result = self.tagged(byte & !tag::FLAG_REF, byte & tag::FLAG_REF != 0);
        self.depth -= 1;
        result
    }

    fn tagged(&mut self, kind: u8, flag: bool) -> Result<Option<Obj>> {
        let object = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => return Ok(Some(none::none().owned())),
            tag::STOP_ITERATION => return Ok(Some(exceptions::StopIteration().owned())),
            tag::ELLIPSIS => return Ok(Some(none::ellipsis().owned())),
            tag::FALSE => return Ok(Some(krait_object::types::bool::from_bool(false))),
            tag::TRUE => return Ok(Some(krait_object::types::bool::from_bool(true))),
            tag::REF => return self.reference().map(Some),
            tag::TUPLE | tag::SMALL_TUPLE => return self.tuple(kind, flag).map(Some),
            tag::LIST => return self.list(flag).map(Some),
            tag::DICT => return self.dict(flag).map(Some),
            tag::SET | tag::FROZENSET => return self.set(kind, flag).map(Some),
            tag::CODE => return self.code(flag).map(Some),
            tag::INT => long::from_i64(i64::from(self.int()?))?,
            tag::INT64 => {
                let bytes = self.source.take(8)?;
                long::from_i64(i64::from_le_bytes(bytes.try_into().unwrap_or_default()))?
            }
            tag::LONG => self.long()?,
            tag::FLOAT => float::from_f64(self.text_float()?)?,
            tag::BINARY_FLOAT => float::from_f64(self.binary_float()?)?,
            tag::COMPLEX => complex::from_parts(self.text_float()?, self.text_float()?)?,
            tag::BINARY_COMPLEX => complex::from_parts(self.binary_float()?, self.binary_float()?)?,
            tag::STRING => {
                let size = self.size("bytes object")?;
                bytes::from_slice(self.source.take(size)?)?
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let size = self.size("string")?;
                self.latin1(size, kind == tag::ASCII_INTERNED)?
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let size = usize::from(self.byte()?);
                self.latin1(size, kind == tag::SHORT_ASCII_INTERNED)?
            }
            tag::UNICODE | tag::INTERNED => {
                let size = self.size("string")?;
                let text = unicode::decode_utf8(self.source.take(size)?, Some("surrogatepass"))?;
                if kind == tag::INTERNED { unicode::intern(text) } else { text }
            }
            _ => return Err(bad("unknown type code")),
        };
        let place = self.reserve(flag);
        self.keep(place, &object);
        Ok(Some(object))
    }

    fn reference(&mut self) -> Result<Obj> {
        let index = self.int()?;
        let found = usize::try_from(index).ok().and_then(|index| self.refs.get(index));
        found.and_then(Clone::clone).ok_or_else(|| bad("invalid reference"))
    }

    fn latin1(&mut self, size: usize, interned: bool) -> Result<Obj> {
        let text = unicode::from_latin1(self.source.take(size)?)?;
        Ok(if interned { unicode::intern(text) } else { text })
    }

    fn text_float(&mut self) -> Result<f64> {
        let size = usize::from(self.byte()?);
        let text = core::str::from_utf8(self.source.take(size)?).ok().map(str::to_owned);
        text.and_then(|text| text.trim().parse().ok()).ok_or_else(|| bad("bad float"))
    }

    fn binary_float(&mut self) -> Result<f64> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.source.take(8)?);
        Ok(f64::from_le_bytes(bytes))
    }

    /// 15-bit digits.
    fn long(&mut self) -> Result<Obj> {
        let size = self.int()?;
        let count = size.unsigned_abs() as usize;
        if size == i32::MIN {
            return Err(bad("long size out of range"));
        }
        let mut magnitude = Vec::new();
        let (mut bits, mut held) = (0u64, 0);
        for index in 0..count {
            let digit = self.short()?;
            if digit < 0 {
                return Err(bad("digit out of range in long"));
            }
            if index == count - 1 && digit == 0 {
                return Err(bad("unnormalized long data"));
            }
            bits |= (digit as u64) << held;
            held += 15;
            while held >= 8 {
                magnitude.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        magnitude.push(bits as u8);
        magnitude.push(0);
        let value = long::from_bytes(&magnitude, true, true)?;
        if size < 0 { krait_object::protocol::number::negative(&value) } else { Ok(value) }
    }

    /// The parts of a container; NULL inside is an error.
    fn part(&mut self, what: &str) -> Result<Obj> {
        self.value()?.ok_or_else(|| err::type_error(format_args!("NULL object in marshal data for {what}")))
    }

    fn tuple(&mut self, kind: u8, flag: bool) -> Result<Obj> {
        let size = if kind == tag::SMALL_TUPLE { usize::from(self.byte()?) } else { self.size("tuple")? };
        let place = self.reserve(flag);
        let mut items = Vec::with_capacity(size.min(4096));
        for _ in 0..size {
            items.push(self.part("tuple")?);
        }
        let object = tuple::from_vec(items)?;
        self.keep(place, &object);
        Ok(object)
    }

    fn list(&mut self, flag: bool) -> Result<Obj> {
        let size = self.size("list")?;
        let place = self.reserve(flag);
        let new = list::new()?;
        self.keep(place, &new.clone().upcast());
        for _ in 0..size {
            let item = self.part("list")?;
            new.push(item)?;
        }
        Ok(new.upcast())
    }

    fn dict(&mut self, flag: bool) -> Result<Obj> {
        let place = self.reserve(flag);
        let new = dict::new()?;
        self.keep(place, &new);
        while let Some(key) = self.value()? {
            let Some(value) = self.value()? else { break };
            dict::set_item(&new, &key, &value)?;
        }
        Ok(new)
    }

    fn set(&mut self, kind: u8, flag: bool) -> Result<Obj> {
        let size = self.size("set")?;
        let place = self.reserve(flag);
        let new = if kind == tag::SET {
            let new = set::new(None)?;
            self.keep(place, &new);
            for _ in 0..size {
                let item = self.part("set")?;
                set::add(&new, &item)?;
            }
            return Ok(new);
        } else {
            let mut items = Vec::with_capacity(size.min(4096));
            for _ in 0..size {
                items.push(self.part("set")?);
            }
            if items.is_empty() {
                set::empty_frozen()?
            } else {
                set::new_frozen(Some(&*tuple::from_vec(items)?))?
            }
        };
        self.keep(place, &new);
        Ok(new)
    }

    fn code(&mut self, flag: bool) -> Result<Obj> {
        let place = self.reserve(flag);
        let mut numbers = [0; 6];
        for number in &mut numbers {
            *number = self.int()?;
        }
        let [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags] = numbers;
        let mut objects = Vec::with_capacity(8);
        for _ in 0..8 {
            objects.push(self.part("code object")?);
        }
        let firstlineno = self.int()?;
        let lnotab = self.part("code object")?;
        let parts = code::Parts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code: &objects[0],
            consts: &objects[1],
            names: &objects[2],
            varnames: &objects[3],
            freevars: &objects[4],
            cellvars: &objects[5],
            filename: &objects[6],
            name: &objects[7],
            firstlineno,
            lnotab: &lnotab,
        };
        let object = code::new(&parts)?.upcast();
        self.keep(place, &object);
        Ok(object)
    }
}
