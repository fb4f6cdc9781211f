//! The formats of the `struct` module: parsing, layout, and conversion of single values.

/// A run of equal values in a packed buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// The format character.
    pub code: u8,
    pub offset: usize,
    /// Bytes of one value.
    pub size: usize,
    /// How many values follow one another; one for `s` and `p` of any size.
    pub repeat: usize,
}

/// A parsed format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    pub fields: Vec<Field>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub values: usize,
    pub little: bool,
}

const TOO_LONG: &str = "total struct size too long";
const BAD_CHAR: &str = "bad char in struct format";

/// Size and alignment of a format character.
fn measure(code: u8, native: bool) -> Option<(usize, usize)> {
    let size = match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                size_of::<libc::c_long>()
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => size_of::<usize>(),
        _ => return None,
    };
    Some((size, if native { size } else { 1 }))
}

impl Layout {
    /// Parses a format; the error is `struct.error`'s message.
    pub fn parse(format: &[u8]) -> Result<Layout, &'static str> {
        let here = cfg!(target_endian = "little");
        let (native, little, body) = match format {
            [b'@', rest @ ..] => (true, here, rest),
            [b'=', rest @ ..] => (false, here, rest),
            [b'<', rest @ ..] => (false, true, rest),
            [b'>' | b'!', rest @ ..] => (false, false, rest),
            _ => (true, here, format),
        };
        let mut layout = Layout { fields: Vec::new(), size: 0, values: 0, little };
        let mut chars = body.iter().copied();
        while let Some(c) = chars.next() {
            if matches!(c, b' ' | b'\t'..=b'\r') {
                continue;
            }
            let (mut code, mut count) = (c, None);
            while code.is_ascii_digit() {
                let digit = usize::from(code - b'0');
                let value = count.unwrap_or(0usize).checked_mul(10).and_then(|n| n.checked_add(digit));
                count = Some(value.filter(|&n| n <= isize::MAX as usize).ok_or(TOO_LONG)?);
                code = chars.next().ok_or("repeat count given without format specifier")?;
            }
            layout.add(code, count.unwrap_or(1), native)?;
        }
        Ok(layout)
    }

    fn add(&mut self, code: u8, count: usize, native: bool) -> Result<(), &'static str> {
        let (one, align) = measure(code, native).ok_or(BAD_CHAR)?;
        let limit = isize::MAX as usize;
        let offset = self.size.checked_next_multiple_of(align).filter(|&n| n <= limit).ok_or(TOO_LONG)?;
        let all = one.checked_mul(count).and_then(|n| n.checked_add(offset));
        self.size = all.filter(|&n| n <= limit).ok_or(TOO_LONG)?;
        let (size, repeat) = match code {
            b'x' => return Ok(()),
            b's' | b'p' => (count, 1),
            _ => (one, count),
        };
        self.values = self.values.checked_add(repeat).ok_or(TOO_LONG)?;
        if repeat > 0 {
            self.fields.push(Field { code, offset, size, repeat });
        }
        Ok(())
    }

    /// The places of the values, in order: format character and bytes.
    pub fn places(&self) -> impl Iterator<Item = (u8, std::ops::Range<usize>)> {
        self.fields.iter().flat_map(|f| {
            (0..f.repeat).map(|i| {
                let start = f.offset + i * f.size;
                (f.code, start..start + f.size)
            })
        })
    }
}

/// What a place holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    Signed(i64),
    Unsigned(u64),
    Bool(bool),
    Float(f64),
    /// For `c`, `s` and `p`.
    Bytes(&'a [u8]),
}

/// Reads the value of a place.
pub fn unpack(code: u8, bytes: &[u8], little: bool) -> Value<'_> {
    let unsigned = || match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(if little { u16::from_le_bytes([a, b]) } else { u16::from_be_bytes([a, b]) }),
        [a, b, c, d] => u64::from(if little {
            u32::from_le_bytes([a, b, c, d])
        } else {
            u32::from_be_bytes([a, b, c, d])
        }),
        [a, b, c, d, e, f, g, h] => {
            let bytes = [a, b, c, d, e, f, g, h];
            if little { u64::from_le_bytes(bytes) } else { u64::from_be_bytes(bytes) }
        }
        _ => 0,
    };
    match code {
        b'c' | b's' => Value::Bytes(bytes),
        b'p' => {
            let len = bytes.first().map_or(0, |&n| usize::from(n).min(bytes.len() - 1));
            Value::Bytes(bytes.get(1..1 + len).unwrap_or(&[]))
        }
        b'?' => Value::Bool(bytes.iter().any(|&b| b != 0)),
        b'e' => Value::Float(krait_object::text::half::unpack(unsigned() as u16)),
        b'f' => Value::Float(f32::from_bits(unsigned() as u32).into()),
        b'd' => Value::Float(f64::from_bits(unsigned())),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - 8 * bytes.len() as u32;
            Value::Signed((unsigned() << unused) as i64 >> unused)
        }
        _ => Value::Unsigned(unsigned()),
    }
}

/// Whether an integer code takes negative numbers; none for other codes.
fn signedness(code: u8) -> Option<bool> {
    match code {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Some(true),
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => Some(false),
        _ => None,
    }
}

const OUT_OF_RANGE: &str = "argument out of range";
/// What any `OverflowError` for an integer becomes.
pub const TOO_LARGE: &str = "int too large to convert";

/// The range of an integer place, as the message for a number outside it.
fn range_message(code: u8, little: bool, low: i128, high: i128) -> String {
    match code {
        b'h' | b'H' if !little => format!("'{}' format requires {low} <= number <= {high}", code as char),
        b'b' => "byte format requires -128 <= number <= 127".into(),
        b'B' => "ubyte format requires 0 <= number <= 255".into(),
        b'h' => "short format requires (-0x7fff - 1) <= number <= 0x7fff".into(),
        b'H' => "ushort format requires 0 <= number <= (0x7fff * 2 + 1)".into(),
        _ => format!("'{}' format requires {low} <= number <= {high}", code as char),
    }
}

/// Writes an integer (saturated to 128 bits by the caller); the error is the message.
pub fn pack_integer(code: u8, value: i128, little: bool, place: &mut [u8]) -> Result<(), String> {
    let signed = signedness(code).ok_or("not an integer format")?;
    let unused = 64 - 8 * place.len() as u32;
    // Nearly every number fits, and into 64 bits.
    if let Ok(small) = i64::try_from(value)
        && (if signed {
            small << unused >> unused == small
        } else {
            small >= 0 && small as u64 <= u64::MAX >> unused
        })
    {
        put(small as u64, little, place);
        return Ok(());
    }
    // The codes that the reference reads through a signed long complain of range only within it.
    let through_signed = signed || code == b'B' || code == b'H' && little;
    let fits = if through_signed { i64::try_from(value).is_ok() } else { u64::try_from(value).is_ok() };
    if code == b'P' {
        let wraps = (i64::MIN.into()..=i128::from(u64::MAX)).contains(&value);
        if !wraps {
            return Err(TOO_LARGE.into());
        }
    } else if !fits {
        let other_order = !little && matches!(code, b'q' | b'Q');
        return Err(if other_order { TOO_LARGE } else { OUT_OF_RANGE }.into());
    } else {
        let bits = 8 * place.len() as u32;
        let (low, high) = if signed {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        if !(low..=high).contains(&value) {
            return Err(range_message(code, little, low, high));
        }
    }
    put(value as u64, little, place);
    Ok(())
}

fn put(value: u64, little: bool, place: &mut [u8]) {
    let ordered = if little { value } else { value.swap_bytes() >> (64 - 8 * place.len() as u32) };
    match place.len() {
        1 => place[0] = ordered as u8,
        2 => place.copy_from_slice(&(ordered as u16).to_le_bytes()),
        4 => place.copy_from_slice(&(ordered as u32).to_le_bytes()),
        _ => place.copy_from_slice(&ordered.to_le_bytes()),
    }
}

/// Writes a float for `e`, `f` or `d`; the error is an OverflowError's message. A native `f` (`native`)
/// takes an infinity instead.
pub fn pack_float(
    code: u8,
    value: f64,
    native: bool,
    little: bool,
    place: &mut [u8],
) -> Result<(), &'static str> {
    let bits = match code {
        b'e' => krait_object::text::half::pack(value).ok_or("float too large to pack with e format")?.into(),
        b'f' => {
            let single = value as f32;
            if single.is_infinite() && value.is_finite() && !native {
                return Err("float too large to pack with f format");
            }
            single.to_bits().into()
        }
        _ => value.to_bits(),
    };
    put(bits, little, place);
    Ok(())
}

/// Writes bytes for `s` or `p`, cut or padded with zeros.
pub fn pack_bytes(code: u8, bytes: &[u8], place: &mut [u8]) {
    place.fill(0);
    let room = match (code, place) {
        (b'p', [len, room @ ..]) => {
            *len = bytes.len().min(room.len()).min(255) as u8;
            room
        }
        (_, room) => room,
    };
    let n = bytes.len().min(room.len());
    room[..n].copy_from_slice(&bytes[..n]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (format, expected) in [
            ("", Ok(0)),
            ("@", Ok(0)),
            ("<i", Ok(4)),
            ("ci", Ok(8)),
            ("ici", Ok(12)),
            ("3", Err("repeat count given without format specifier")),
            ("3 i", Err(BAD_CHAR)),
            ("  i", Ok(4)),
            ("i 3x", Ok(7)),
            ("<qn", Err(BAD_CHAR)),
            ("<P", Err(BAD_CHAR)),
            ("99999999999999999999i", Err(TOO_LONG)),
            ("9223372036854775807s", Ok(isize::MAX as usize)),
            ("0i", Ok(0)),
            ("c0i", Ok(4)),
            ("x0q", Ok(8)),
            ("<c0q", Ok(1)),
            ("i@", Err(BAD_CHAR)),
            ("=ilq", Ok(16)),
            ("@ilq", Ok(24)),
            ("2305843009213693952i", Err(TOO_LONG)),
        ] {
            assert_eq!(Layout::parse(format.as_bytes()).map(|l| l.size), expected, "{format}");
        }
        let layout = Layout::parse(b">h3s0s2xq").unwrap();
        let places: Vec<_> = layout.places().collect();
        assert_eq!(places, [(b'h', 0..2), (b's', 2..5), (b's', 5..5), (b'q', 7..15)]);
        assert_eq!((layout.values, layout.little), (4, false));
    }

    #[test]
    fn integers() {
        for (code, size, value, expected) in [
            (b'b', 1, 128, "byte format requires -128 <= number <= 127"),
            (b'B', 1, -1, "ubyte format requires 0 <= number <= 255"),
            (b'h', 2, 1 << 20, "short format requires (-0x7fff - 1) <= number <= 0x7fff"),
            (b'H', 2, 1 << 64, OUT_OF_RANGE),
            (b'i', 4, 1 << 31, "'i' format requires -2147483648 <= number <= 2147483647"),
            (b'I', 4, -1, OUT_OF_RANGE),
            (b'L', 4, 1 << 32, "'L' format requires 0 <= number <= 4294967295"),
            (b'q', 8, 1 << 63, OUT_OF_RANGE),
            (b'Q', 8, -1, OUT_OF_RANGE),
            (b'P', 8, 1 << 64, "int too large to convert"),
        ] {
            assert_eq!(pack_integer(code, value, true, &mut vec![0; size]), Err(expected.into()));
        }
        for (code, size, value) in [
            (b'b', 1, -128),
            (b'h', 2, -2),
            (b'i', 4, -70000),
            (b'q', 8, i128::from(i64::MIN)),
            (b'n', 8, -1),
        ] {
            for little in [true, false] {
                let mut place = vec![0; size];
                pack_integer(code, value, little, &mut place).unwrap();
                assert_eq!(unpack(code, &place, little), Value::Signed(value as i64));
            }
        }
        let mut place = [0; 4];
        pack_integer(b'I', 0x0102_0304, false, &mut place).unwrap();
        assert_eq!((place, unpack(b'I', &place, true)), ([1, 2, 3, 4], Value::Unsigned(0x0403_0201)));
    }

    #[test]
    fn bytes_and_floats() {
        for (code, size, bytes, packed, read) in [
            (b'p', 5, &b"abcdefgh"[..], &b"\x04abcd"[..], &b"abcd"[..]),
            (b'p', 3, b"a", b"\x01a\0", b"a"),
            (b'p', 0, b"x", b"", b""),
            (b'p', 1, b"x", b"\0", b""),
            (b's', 3, b"abcde", b"abc", b"abc"),
            (b's', 3, b"a", b"a\0\0", b"a\0\0"),
        ] {
            let mut place = vec![9; size];
            pack_bytes(code, bytes, &mut place);
            assert_eq!(place, packed);
            assert_eq!(unpack(code, &place, true), Value::Bytes(read));
        }
        assert_eq!(unpack(b'p', b"\xffabcd", true), Value::Bytes(b"abcd"));
        assert_eq!(unpack(b'?', &[2], true), Value::Bool(true));
        let mut place = [0; 4];
        assert!(pack_float(b'f', 1e39, false, true, &mut place).is_err());
        assert!(pack_float(b'f', 1e39, true, true, &mut place).is_ok());
        assert!(pack_float(b'e', 65520.0, true, true, &mut place[..2]).is_err());
        pack_float(b'f', 1.0 / 3.0, false, false, &mut place).unwrap();
        assert_eq!(place, [0x3e, 0xaa, 0xaa, 0xab]);
        assert_eq!(unpack(b'f', &place, false), Value::Float(0.333_333_343_267_440_8));
    }
}
