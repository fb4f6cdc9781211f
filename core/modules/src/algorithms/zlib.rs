//! Deflate streams on zlib itself, linked statically: stream objects need dictionaries, copies and the
//! exact flush behaviour of the library.

use libz_sys as z;
use std::ffi::{CStr, c_int, c_uint};
use std::mem::MaybeUninit;

pub use z::{
    Z_BLOCK, Z_BUF_ERROR, Z_DATA_ERROR, Z_DEFAULT_COMPRESSION, Z_DEFAULT_STRATEGY, Z_DEFLATED, Z_FINISH,
    Z_FULL_FLUSH, Z_MEM_ERROR, Z_NEED_DICT, Z_NO_FLUSH, Z_OK, Z_PARTIAL_FLUSH, Z_STREAM_END, Z_STREAM_ERROR,
    Z_SYNC_FLUSH, Z_TREES, Z_VERSION_ERROR,
};

pub const MAX_WBITS: c_int = 15;
pub const DEF_MEM_LEVEL: c_int = 8;

/// The library's version.
pub fn version() -> &'static str {
    // SAFETY: a static string of the library.
    unsafe { CStr::from_ptr(z::zlibVersion()) }.to_str().unwrap_or("")
}

/// Applies a checksum function to pieces whose length fits it.
fn checksum(
    start: u32,
    data: &[u8],
    f: unsafe extern "C" fn(z::uLong, *const z::Bytef, z::uInt) -> z::uLong,
) -> u32 {
    data.chunks(1 << 30).fold(start, |sum, piece| {
        // SAFETY: the piece is that long.
        unsafe { f(sum.into(), piece.as_ptr(), piece.len() as c_uint) as u32 }
    })
}

pub fn crc32(start: u32, data: &[u8]) -> u32 {
    checksum(start, data, z::crc32)
}

pub fn adler32(start: u32, data: &[u8]) -> u32 {
    checksum(start, data, z::adler32)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Deflate,
    Inflate,
}

/// A compressing or decompressing stream. Boxed, since the library remembers the address.
pub struct Stream {
    raw: Box<z::z_stream>,
    kind: Kind,
}

// SAFETY: the stream owns all that it points to between calls.
unsafe impl Send for Stream {}

unsafe extern "C" fn allocate(_: z::voidpf, items: z::uInt, size: z::uInt) -> z::voidpf {
    // SAFETY: calloc takes any sizes.
    unsafe { libc::calloc(items as usize, size as usize) }
}

unsafe extern "C" fn release(_: z::voidpf, block: z::voidpf) {
    // SAFETY: the library gives back what `allocate` returned.
    unsafe { libc::free(block) }
}

/// What one call did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub status: c_int,
    /// Bytes of input used up.
    pub consumed: usize,
    /// The output room was used up, so there may be more to come.
    pub full: bool,
}

impl Stream {
    fn blank(kind: Kind) -> Stream {
        let raw = Box::new(z::z_stream {
            next_in: std::ptr::null_mut(),
            avail_in: 0,
            total_in: 0,
            next_out: std::ptr::null_mut(),
            avail_out: 0,
            total_out: 0,
            msg: std::ptr::null_mut(),
            state: std::ptr::null_mut(),
            zalloc: allocate,
            zfree: release,
            opaque: std::ptr::null_mut(),
            data_type: 0,
            adler: 0,
            reserved: 0,
        });
        Stream { raw, kind }
    }

    /// `deflateInit2`; the error is its status.
    pub fn deflate(
        level: c_int,
        method: c_int,
        wbits: c_int,
        mem_level: c_int,
        strategy: c_int,
    ) -> Result<Stream, c_int> {
        let mut stream = Stream::blank(Kind::Deflate);
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a blank stream with its allocators set.
        let status = unsafe {
            z::deflateInit2_(
                &mut *stream.raw,
                level,
                method,
                wbits,
                mem_level,
                strategy,
                z::zlibVersion(),
                size,
            )
        };
        if status == Z_OK { Ok(stream) } else { Err(status) }
    }

    /// `inflateInit2`; the error is its status.
    pub fn inflate(wbits: c_int) -> Result<Stream, c_int> {
        let mut stream = Stream::blank(Kind::Inflate);
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a blank stream with its allocators set.
        let status = unsafe { z::inflateInit2_(&mut *stream.raw, wbits, z::zlibVersion(), size) };
        if status == Z_OK { Ok(stream) } else { Err(status) }
    }

    /// Sets the preset dictionary; the status.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        let Ok(len) = c_uint::try_from(dictionary.len()) else { return Z_STREAM_ERROR };
        // SAFETY: an initialised stream, and a dictionary of that length, which is copied.
        unsafe {
            match self.kind {
                Kind::Deflate => z::deflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), len),
                Kind::Inflate => z::inflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), len),
            }
        }
    }

    /// An independent copy in the same state; the error is the status.
    pub fn try_clone(&mut self) -> Result<Stream, c_int> {
        let mut copy = Stream::blank(self.kind);
        // SAFETY: an initialised source and a blank destination.
        let status = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateCopy(&mut *copy.raw, &mut *self.raw),
                Kind::Inflate => z::inflateCopy(&mut *copy.raw, &mut *self.raw),
            }
        };
        if status == Z_OK { Ok(copy) } else { Err(status) }
    }

    /// The library's message about the last error.
    pub fn message(&self) -> Option<&str> {
        if self.raw.msg.is_null() {
            return None;
        }
        // SAFETY: a static string of the library.
        unsafe { CStr::from_ptr(self.raw.msg) }.to_str().ok()
    }

    /// Calls the library once, with up to `room` bytes of output appended.
    pub fn step(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize, flush: c_int) -> Step {
        out.reserve(room);
        let spare: &mut [MaybeUninit<u8>] = out.spare_capacity_mut();
        let room = room.min(spare.len()).min(1 << 30);
        let take = input.len().min(1 << 30);
        self.raw.next_in = input.as_ptr().cast_mut();
        self.raw.avail_in = take as c_uint;
        self.raw.next_out = spare.as_mut_ptr().cast();
        self.raw.avail_out = room as c_uint;
        // What doesn't fit one call must not be flushed or finished yet.
        let flush = if take < input.len() { Z_NO_FLUSH } else { flush };
        // SAFETY: an initialised stream; the input is only read, the output room is `out`'s spare capacity.
        let status = unsafe {
            match self.kind {
                Kind::Deflate => z::deflate(&mut *self.raw, flush),
                Kind::Inflate => z::inflate(&mut *self.raw, flush),
            }
        };
        let written = room - self.raw.avail_out as usize;
        // SAFETY: the library has written that many bytes of the spare capacity.
        unsafe { out.set_len(out.len() + written) };
        let step =
            Step { status, consumed: take - self.raw.avail_in as usize, full: self.raw.avail_out == 0 };
        self.raw.next_in = std::ptr::null_mut();
        self.raw.next_out = std::ptr::null_mut();
        self.raw.avail_in = 0;
        self.raw.avail_out = 0;
        step
    }

    /// Compresses all of the input and flushes; the last status, or the first that is an error.
    pub fn compress(&mut self, mut input: &[u8], out: &mut Vec<u8>, flush: c_int) -> Result<c_int, c_int> {
        let mut room = 16 * 1024;
        loop {
            let step = self.step(input, out, room, flush);
            input = &input[step.consumed..];
            match step.status {
                Z_OK | Z_STREAM_END | Z_BUF_ERROR => {}
                error => return Err(error),
            }
            if !step.full && input.is_empty() {
                return Ok(step.status);
            }
            room = room.saturating_mul(2).min(1 << 30);
        }
    }

    /// Decompresses until the input or the stream ends or `limit` bytes have come out. A wanted
    /// dictionary is given once. Returns the last status and how much input was used; the error is a
    /// status that is neither success nor lack of input.
    pub fn decompress(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
        limit: Option<usize>,
        flush: c_int,
        dictionary: Option<&[u8]>,
    ) -> Result<(c_int, usize), c_int> {
        let (mut used, mut room, begin) = (0, 16 * 1024, out.len());
        loop {
            let left = limit.map_or(usize::MAX, |limit| limit - (out.len() - begin));
            let step = self.step(&input[used..], out, room.min(left), flush);
            used += step.consumed;
            match step.status {
                Z_OK | Z_STREAM_END | Z_BUF_ERROR => {}
                Z_NEED_DICT => {
                    let Some(dictionary) = dictionary else { return Ok((Z_NEED_DICT, used)) };
                    match self.set_dictionary(dictionary) {
                        Z_OK => continue,
                        error => return Err(error),
                    }
                }
                error => return Err(error),
            }
            let limited = limit.is_some_and(|limit| out.len() - begin >= limit);
            let starved = used == input.len() && !step.full;
            if step.status == Z_STREAM_END || limited || starved || (step.status == Z_BUF_ERROR && !step.full)
            {
                return Ok((step.status, used));
            }
            room = room.saturating_mul(2).min(1 << 30);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: both functions accept streams whose initialisation failed.
        unsafe {
            match self.kind {
                Kind::Deflate => z::deflateEnd(&mut *self.raw),
                Kind::Inflate => z::inflateEnd(&mut *self.raw),
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        (0..200_000u32).map(|i| (i.wrapping_mul(i) >> 7) as u8 & 15).collect()
    }

    fn inflate_all(data: &[u8], wbits: c_int, dictionary: Option<&[u8]>) -> Vec<u8> {
        let mut out = Vec::new();
        let mut stream = Stream::inflate(wbits).unwrap();
        let (status, used) = stream.decompress(data, &mut out, None, Z_SYNC_FLUSH, dictionary).unwrap();
        assert_eq!((status, used), (Z_STREAM_END, data.len()));
        out
    }

    #[test]
    fn round_trips() {
        let data = sample();
        for wbits in [15, -15, 31, 9] {
            for level in [-1, 0, 1, 9] {
                let mut stream = Stream::deflate(level, Z_DEFLATED, wbits, 8, 0).unwrap();
                let mut out = Vec::new();
                assert_eq!(stream.compress(&data[..1000], &mut out, Z_NO_FLUSH), Ok(Z_OK));
                let mut copy = stream.try_clone().unwrap();
                let mut other = out.clone();
                assert_eq!(stream.compress(&data[1000..], &mut out, Z_FINISH), Ok(Z_STREAM_END));
                assert_eq!(copy.compress(&data[1000..2000], &mut other, Z_FINISH), Ok(Z_STREAM_END));
                assert_eq!(inflate_all(&out, wbits, None), data);
                assert_eq!(inflate_all(&other, wbits, None), &data[..2000]);
            }
        }
    }

    #[test]
    fn known_output() {
        // zlib.compress(b'hello hello hello', 6), crc32 and adler32 of it.
        let mut out = Vec::new();
        let mut stream = Stream::deflate(6, Z_DEFLATED, 15, 8, 0).unwrap();
        stream.compress(b"hello hello hello", &mut out, Z_FINISH).unwrap();
        assert_eq!(out, [120, 156, 203, 72, 205, 201, 201, 87, 200, 64, 144, 0, 58, 46, 6, 125]);
        assert_eq!(
            (crc32(0, b"hello hello hello"), adler32(1, b"hello hello hello")),
            (3858335872, 976094845)
        );
        assert_eq!(crc32(crc32(0, b"hello "), b"hello hello"), crc32(0, b"hello hello hello"));
    }

    #[test]
    fn dictionaries_limits_and_errors() {
        let mut stream = Stream::deflate(6, Z_DEFLATED, 15, 8, 0).unwrap();
        assert_eq!(stream.set_dictionary(b"hello world"), Z_OK);
        let mut packed = Vec::new();
        stream.compress(b"hello world, hello", &mut packed, Z_FINISH).unwrap();
        assert_eq!(inflate_all(&packed, 15, Some(b"hello world")), b"hello world, hello");
        let mut out = Vec::new();
        let mut without = Stream::inflate(15).unwrap();
        assert_eq!(
            without.decompress(&packed, &mut out, None, Z_SYNC_FLUSH, None).map(|r| r.0),
            Ok(Z_NEED_DICT)
        );

        let data = sample();
        let (mut packed, mut out) = (Vec::new(), Vec::new());
        Stream::deflate(9, Z_DEFLATED, 15, 8, 0).unwrap().compress(&data, &mut packed, Z_FINISH).unwrap();
        let mut stream = Stream::inflate(15).unwrap();
        let (status, used) = stream.decompress(&packed, &mut out, Some(1000), Z_SYNC_FLUSH, None).unwrap();
        assert_eq!((status, out.len()), (Z_OK, 1000));
        stream.decompress(&packed[used..], &mut out, None, Z_SYNC_FLUSH, None).unwrap();
        assert_eq!(out, data);

        let mut stream = Stream::inflate(15).unwrap();
        assert_eq!(stream.decompress(b"garbage", &mut out, None, Z_SYNC_FLUSH, None), Err(Z_DATA_ERROR));
        assert_eq!(stream.message(), Some("incorrect header check"));
        assert_eq!(Stream::inflate(99).err(), Some(Z_STREAM_ERROR));
        assert_eq!(Stream::deflate(42, Z_DEFLATED, 15, 8, 0).err(), Some(Z_STREAM_ERROR));
        let mut cut = Stream::inflate(15).unwrap();
        let half = packed.len() / 2;
        assert_eq!(
            cut.decompress(&packed[..half], &mut Vec::new(), None, Z_SYNC_FLUSH, None),
            Ok((Z_OK, half))
        );
    }
}
