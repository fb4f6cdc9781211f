//! `EncodingMap`: the inverse of a decoding table of a one-byte codec (`PyUnicode_BuildEncodingMap`).

use super::{chars, check, len};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::method;
use crate::payload::{self, Head, Payload};
use crate::types::{dict, long};
use krait_abi::*;

/// Two levels: the high byte of a character finds a block, the low byte the entry in it. Byte 0 stands for U+0000 only.
#[repr(C)]
pub struct EncodingMap {
    head: Head,
    /// Index of a block for each high byte; block 0 is empty.
    index: Box<[u8; 256]>,
    blocks: Vec<[u8; 256]>,
    /// How much memory the map would take in CPython, which has three levels.
    size: usize,
    reserved: usize,
}
const _: () = assert!(size_of::<EncodingMap>() == 64);

crate::methods! {
    static METHODS = [
        method::noargs(c"size", EncodingMap::size, c"Size of the map in bytes."),
    ];
}
crate::static_type! {
    static ENCODING_MAP = {
        tp_name: c"EncodingMap".as_ptr(),
        tp_basicsize: size_of::<EncodingMap>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<EncodingMap>(),
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
    };
}
crate::payload_class!(EncodingMap, ENCODING_MAP);
impl Payload for EncodingMap {}

impl EncodingMap {
    /// The byte of a character.
    pub fn lookup(&self, c: u32) -> Option<u8> {
        if c > 0xffff {
            return None;
        }
        if c == 0 {
            return Some(0);
        }
        let block = self.index[(c >> 8) as usize];
        match self.blocks[block as usize][(c & 0xff) as usize] {
            0 => None,
            byte => Some(byte),
        }
    }

    fn size(&self) -> Result<usize> {
        Ok(self.size)
    }
}

/// The map behind an object, if it is one.
pub fn as_map(object: &Object) -> Option<&EncodingMap> {
    object.downcast_exact::<EncodingMap>()
}

/// `PyUnicode_BuildEncodingMap`: an `EncodingMap`, or a dict where the table is too irregular for one.
pub fn build_encoding_map(table: &Object) -> Result<Obj> {
    if !check(table) || len(table) == 0 {
        return Err(err::bad_argument());
    }
    let points: Vec<u32> = chars(table).iter().take(256).collect();
    let regular = points[0] == 0 && points[1..].iter().all(|&c| c != 0 && c <= 0xffff);
    if !regular {
        let map = dict::new()?;
        for (i, &c) in points.iter().enumerate() {
            dict::set_item(&map, long::from_i64(c.into())?.object(), long::from_i64(i as i64)?.object())?;
        }
        return Ok(map);
    }
    let mut index = Box::new([0; 256]);
    let mut blocks = vec![[0; 256]];
    for (byte, &c) in points.iter().enumerate().skip(1).filter(|(_, c)| **c != 0xfffe) {
        let slot: &mut u8 = &mut index[(c >> 8) as usize];
        if *slot == 0 {
            // At most 255 characters, hence at most 255 blocks beside the empty one.
            *slot = blocks.len() as u8;
            blocks.push([0; 256]);
        }
        blocks[*slot as usize][(c & 0xff) as usize] = byte as u8;
    }
    // Blocks of 2,048 and of 128 characters that have any.
    let parts = |bits: u32| {
        let mut used = [false; 512];
        points[1..].iter().filter(|c| **c != 0xfffe).for_each(|c| used[(c >> bits) as usize] = true);
        used.iter().filter(|used| **used).count()
    };
    let size = 63 + 16 * parts(11) + 128 * parts(7);
    let class = EncodingMap::class();
    class.ready()?;
    Ok(payload::new(class, |head| EncodingMap { head, index, blocks, size, reserved: 0 })?.upcast())
}

const _: () = payload::assert_head_first::<EncodingMap>(core::mem::offset_of!(EncodingMap, head));
