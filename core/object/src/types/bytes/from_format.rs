//! The engine of `PyBytes_FromFormat`: units `%c %d %i %u %x %p %s %%`, with `l` or `z` before `d` and `u`. A width is
//! ignored, a precision limits strings. Whatever else follows a percent sign is copied with the rest as it is.

use super::from_slice;
use crate::err;
use crate::handle::{Obj, Result};
use crate::text::byte;
use crate::text::c_format::{Arguments, Width, number, pointer};

/// `PyBytes_FromFormatV`.
///
/// # Safety
/// The arguments are of the types that the format names; strings are NUL-terminated or as long as the precision.
pub unsafe fn from_format(format: &[u8], args: &mut impl Arguments) -> Result<Obj> {
    let mut out = Vec::with_capacity(format.len() + 64);
    let mut at = 0;
    while at < format.len() {
        let plain = byte::find(b'%', &format[at..]).unwrap_or(format.len() - at);
        if plain > 0 {
            out.extend_from_slice(&format[at..at + plain]);
            at += plain;
            continue;
        }
        let percent = at;
        at += 1;
        number(format, &mut at);
        let mut precision = 0;
        if format.get(at) == Some(&b'.') {
            at += 1;
            precision = number(format, &mut at).flatten().unwrap_or(0);
        }
        while format.get(at).is_some_and(|&b| b != b'%' && !b.is_ascii_alphabetic()) {
            at += 1;
        }
        let long = matches!(format.get(at..), Some([b'l' | b'z', b'd' | b'u', ..]));
        let width = if long { Width::Long } else { Width::Int };
        at += usize::from(long);
        match format.get(at) {
            Some(b'%') => out.push(b'%'),
            Some(b'c') => match u8::try_from(args.word() as i32) {
                Ok(byte) => out.push(byte),
                Err(_) => {
                    return Err(err::overflow_error(
                        "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]",
                    ));
                }
            },
            Some(b'd' | b'i') => out.extend(width.signed(args.word()).into_bytes()),
            Some(b'u') => out.extend(width.unsigned(args.word()).into_bytes()),
            Some(b'x') => out.extend(format!("{:x}", args.word() as u32).into_bytes()),
            Some(b'p') => out.extend(pointer(args.word()).into_bytes()),
            Some(b's') => {
                let text = args.word() as *const u8;
                let limit = if precision > 0 { precision } else { usize::MAX };
                // SAFETY: the caller's promise; reading stops at the NUL or the precision.
                out.extend((0..limit).map(|i| unsafe { *text.add(i) }).take_while(|&b| b != 0));
            }
            _ => {
                out.extend_from_slice(&format[percent..]);
                break;
            }
        }
        at += 1;
    }
    from_slice(&out)
}
