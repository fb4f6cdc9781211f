//! `_ctypes.CField`: where a field of a structure lies.

use super::cdata::CData;
use super::codes::Code;
use super::info;
use super::info::{Info, Kind};
use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, payload_class, slot, static_type,
};

/// See the module.
#[repr(C)]
pub struct Field {
    head: Head,
    pub offset: isize,
    /// In bytes, or of bit fields the first bit and above 16 bits the number of bits.
    pub size: usize,
    pub index: usize,
    pub proto: ObjCell,
    code: Option<Code>,
    pub anonymous: Cell<bool>,
}

static_type! {
    /// `_ctypes.CField`
    pub static Field_Type = {
        tp_name: c"_ctypes.CField".as_ptr(),
        tp_basicsize: size_of::<Field>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Field>(),
        tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Structure/Union member".as_ptr(),
        tp_traverse: payload::traverse::<Field>(),
        tp_clear: payload::clear::<Field>(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_descr_get: slot::descr_get(get),
        tp_descr_set: slot::obj_obj_arg(set),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Field, Field_Type);

impl Payload for Field {
    fn traverse(&self, visitor: &mut Visitor) {
        self.proto.visit(visitor);
    }

    fn clear(&self) {
        drop(self.proto.take());
    }
}

getsets! {
    static GETSETS = [
        method::getter(c"offset", |this: &Field| -> Result<isize> { Ok(this.offset) }, c"offset in bytes of this field"),
        method::getter(c"size", |this: &Field| -> Result<usize> { Ok(this.size) }, c"size in bytes of this field"),
    ];
}

/// Where the next field goes.
#[derive(Default)]
pub struct Layouter {
    pub size: usize,
    pub offset: usize,
    pub align: usize,
    /// Bits of the open group of bit fields, and how many of them are taken.
    group: usize,
    taken: usize,
    pub pack: usize,
    pub big_endian: bool,
}

impl Layouter {
    /// At the start of a structure.
    pub fn new(pack: usize, big_endian: bool) -> Layouter {
        Layouter { pack, big_endian, ..Layouter::default() }
    }

    /// Places a field; `bits` is 0 for what is no bit field. A bit field joins the open group if it fits, which gets
    /// wider for it. As in CPython, fields narrower than their group are out of reach beyond their own size.
    pub fn place(&mut self, index: usize, proto: &Type, info: &Info, bits: usize) -> Result<Obj<Field>> {
        let size = info.size.get();
        let room = size * 8;
        let fits = |group: usize, taken: usize| bits != 0 && group != 0 && taken + bits <= group;
        let (field_size, offset) = if fits(self.group, self.taken) && room <= self.group {
            self.continue_group(bits, size)
        } else if bits != 0 && self.group != 0 && room >= self.group && self.taken + bits <= room {
            let more = size - self.group / 8;
            self.offset += more;
            self.size += more;
            self.group = room;
            self.continue_group(bits, size)
        } else {
            (self.group, self.taken) = if bits != 0 { (room, 0) } else { (0, 0) };
            self.align = if self.pack != 0 { self.pack.min(info.align.get()) } else { info.align.get() };
            if self.align != 0 && !self.offset.is_multiple_of(self.align) {
                let delta = self.align - self.offset % self.align;
                self.size += delta;
                self.offset += delta;
            }
            self.size += size;
            self.offset += size;
            if bits != 0 { self.continue_group(bits, size) } else { (size, self.offset - size) }
        };
        make(offset as isize, field_size, index, proto.object().owned(), array_code(info))
    }

    /// The next bits of the open group.
    fn continue_group(&mut self, bits: usize, size: usize) -> (usize, usize) {
        let first = if self.big_endian { self.group - self.taken - bits } else { self.taken };
        self.taken += bits;
        (bits << 16 | first, self.offset - size)
    }
}

/// Arrays of characters are read and written as strings.
fn array_code(info: &Info) -> Option<Code> {
    if info.kind != Kind::Array {
        return None;
    }
    match info.proto.get().as_deref().and_then(info::of).and_then(Info::letter) {
        Some(b'c') => Code::find(b's'),
        Some(b'u') => Code::find(b'U'),
        _ => None,
    }
}

fn make(offset: isize, size: usize, index: usize, proto: Obj, code: Option<Code>) -> Result<Obj<Field>> {
    payload::new(Field::class(), |head| Field {
        head,
        offset,
        size,
        index,
        proto: ObjCell::new(proto),
        code,
        anonymous: Cell::new(false),
    })
}

impl Field {
    /// The same field seen from a structure that holds this one's.
    pub fn moved(&self, index: usize, offset: isize) -> Result<Obj<Field>> {
        make(self.offset + offset, self.size, self.index + index, self.proto.get_or_none(), self.code)
    }

    fn class_of_value(&self) -> Result<Obj<Type>> {
        self.proto.get_or_none().downcast_into::<Type>().map_err(|_| err::bad_internal_call())
    }
}

fn data(instance: &Object) -> Result<&CData> {
    instance.downcast::<CData>().ok_or_else(|| err::type_error("not a ctype instance"))
}

fn get(this: &Field, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Obj> {
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(this.object().owned());
    };
    let data = data(instance)?;
    let class = this.class_of_value()?;
    // SAFETY: the field lies in the instance.
    unsafe {
        data.get(
            &class,
            this.code.map(|code| code.get),
            this.index,
            this.size,
            data.ptr().offset(this.offset),
        )
    }
}

fn set(this: &Field, instance: &Object, value: Option<&Object>) -> Result<()> {
    let data = data(instance)?;
    let Some(value) = value else { return Err(err::type_error("can't delete attribute")) };
    let class = this.class_of_value()?;
    // SAFETY: the field lies in the instance.
    unsafe {
        let address = data.ptr().offset(this.offset);
        data.set(&class, this.code.map(|code| code.set), value, this.index, this.size, address)
    }
}

fn repr(this: &Field) -> Result<Obj> {
    let class = this.class_of_value()?;
    let (name, offset, size) = (class.name(), this.offset, this.size);
    let text = match size >> 16 {
        0 => format!("<Field type={name}, ofs={offset}, size={size}>"),
        bits => format!("<Field type={name}, ofs={offset}:{}, bits={bits}>", size & 0xffff),
    };
    krait_object::types::unicode::from_str(&text)
}
