//! `_ctypes.Array`

use super::cdata::CData;
use super::codes;
use super::info::{self, HAS_POINTER, IS_POINTER, Info, Kind};
use super::metatype::{self, PyCArrayType};
use super::pointer;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, number, object, sequence};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, long, slice, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, intern, method, methods, slot, static_type,
};

/// An array: nothing but C data.
#[repr(transparent)]
pub struct Array(CData);

// SAFETY: transparent over a layout.
unsafe impl Layout for Array {}
// SAFETY: instances are made as C data.
unsafe impl Class for Array {
    fn class() -> &'static Type {
        // SAFETY: a static type.
        unsafe { Type::from_raw(&raw mut Array_Type) }
    }
}

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(|this: &Array| Ok(this.0.length.get())),
    sq_item: slot::ssize_arg(item),
    sq_ass_item: slot::ssize_obj_arg(set_item),
    ..krait_object::payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(|this: &Array| Ok(this.0.length.get())),
    mp_subscript: slot::subscript(subscript),
    mp_ass_subscript: slot::obj_obj_arg(set_subscript),
};

static_type! {
    /// `_ctypes.Array`
    pub static Array_Type = {
        tp_name: c"_ctypes.Array".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"XXX to be provided".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(super::simple::new),
    };
}

methods! {
    static METHODS = [
        method::with_flags(method::o(c"__class_getitem__", krait_object::types::genericalias::new, c"See PEP 585"), METH_CLASS as i32),
    ];
}
getsets! {
    static CHARS = [
        method::getset(c"value", chars_value, set_chars_value, c"string value"),
        method::getset(c"raw", raw, set_raw, c"value"),
    ];
}
getsets! {
    static WIDES = [method::getset(c"value", wides_value, set_wides_value, c"string value")];
}

// ---- classes ----

/// The class of arrays of so many items, the same each time.
pub fn of(item: &Type, count: isize) -> Result<Obj> {
    static CACHE: crate::support::Kept = crate::support::Kept("_ctypes array types");
    let cache = CACHE.get_or_make(dict::new)?;
    let key = tuple::pack([item.object().owned(), long::from_i64(count as i64)?])?;
    if let Some(class) = dict::get_item(&cache, &key)? {
        return Ok(class);
    }
    let name = unicode::from_str(&format!("{:.200}_Array_{count}", item.short_name()))?;
    let namespace = dict::new()?;
    dict::set_item(&namespace, intern!("_length_"), &*long::from_i64(count as i64)?)?;
    dict::set_item(&namespace, intern!("_type_"), item.object())?;
    let bases = tuple::pack([Array::class().object().owned()])?;
    // SAFETY: a static type.
    let metatype = unsafe { Type::from_raw(&raw mut PyCArrayType) };
    let class = call::call(metatype.object(), &[&name, &bases, &namespace])?;
    dict::set_item(&cache, &key, &class)?;
    Ok(class)
}

/// The class's `_length_`.
fn length_of(class: &Type) -> Result<usize> {
    let Some(length) = object::lookup_attr(class.object(), intern!("_length_"))? else {
        return Err(err::attribute_error("class must define a '_length_' attribute"));
    };
    if !long::check(&length) {
        return Err(err::type_error("The '_length_' attribute must be an integer"));
    }
    match long::as_i64_opt(&length) {
        Some(length) => usize::try_from(length)
            .map_err(|_| err::value_error("The '_length_' attribute must not be negative")),
        None if object::rich_compare_bool(&length, &*long::from_i64(0)?, slot::CompareOp::Lt)? => {
            Err(err::value_error("The '_length_' attribute must not be negative"))
        }
        None => Err(err::overflow_error("The '_length_' attribute is too large")),
    }
}

/// `tp_new` of the metatype.
pub fn new_class(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let class = metatype::plain_class(metatype, args, kw)?;
    let length = length_of(&class)?;
    let Some(proto) = object::lookup_attr(class.object(), intern!("_type_"))? else {
        return Err(err::attribute_error("class must define a '_type_' attribute"));
    };
    let Some(item) = info::of(&proto) else { return Err(err::type_error("_type_ must have storage info")) };
    let size = item.size.get().checked_mul(length).filter(|size| isize::try_from(*size).is_ok());
    let Some(size) = size else { return Err(err::overflow_error("array too large")) };
    let info = Info::new(Kind::Array);
    info.set_format(item.format.borrow().as_bytes());
    info.shape
        .replace(core::iter::once(length as isize).chain(item.shape.borrow().iter().copied()).collect());
    info.size.set(size);
    info.align.set(item.align.get());
    info.length.set(length);
    info.proto.set(proto.owned());
    if item.has(IS_POINTER | HAS_POINTER) {
        info.add(HAS_POINTER);
    }
    let rows: &[PyGetSetDef] = match item.letter() {
        // SAFETY: static tables, which are only read; the last row is the empty one.
        Some(b'c') => unsafe { &*(&raw const CHARS) },
        // SAFETY: as above.
        Some(b'u') => unsafe { &*(&raw const WIDES) },
        _ => &[],
    };
    for row in rows.iter().take_while(|row| !row.name.is_null()) {
        // SAFETY: a row of a static table with a C string as name.
        unsafe {
            let attribute =
                krait_object::types::descr::getset::new(&class, core::ptr::from_ref(row).cast_mut())?;
            let name = unicode::intern_from_string(row.name)?;
            object::set_attr(class.object(), &name, Some(&attribute))?;
        }
    }
    info::attach(&class, info)?;
    Ok(class.upcast())
}

// ---- instances ----

fn init(this: &Array, args: &Object, _kw: Option<&Object>) -> Result<()> {
    for (i, value) in tuple::items(args).iter().enumerate() {
        set_item(this, i as isize, Some(value))?;
    }
    Ok(())
}

/// Where an item lies: its class, its address and size.
fn locate(this: &Array, index: isize) -> Result<(Obj<Type>, *mut u8, usize)> {
    let index = usize::try_from(index).ok().filter(|index| *index < this.0.length.get());
    let Some(index) = index else { return Err(err::index_error("invalid index")) };
    let info = info::required(this.object().class_of())?;
    let class = info.proto.get().and_then(|proto| proto.downcast_into::<Type>().ok());
    let class = class.ok_or_else(err::bad_internal_call)?;
    let size = info.size.get() / info.length.get().max(1);
    Ok((class, this.0.ptr().wrapping_add(index * size), size))
}

fn item(this: &Array, index: isize) -> Result<Obj> {
    let (class, address, size) = locate(this, index)?;
    // SAFETY: the item lies in the array.
    unsafe { this.0.get(&class, None, index as usize, size, address) }
}

fn set_item(this: &Array, index: isize, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("Array does not support item deletion")) };
    let (class, address, size) = locate(this, index)?;
    // SAFETY: the item lies in the array.
    unsafe { this.0.set(&class, None, value, index as usize, size, address) }
}

/// An index that may count from the end.
fn index_of(this: &Array, key: &Object) -> Result<isize> {
    let index = number::as_ssize(key, Some(krait_object::types::exceptions::IndexError()))?;
    Ok(if index < 0 { index + this.0.length.get() as isize } else { index })
}

fn subscript(this: &Array, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        return item(this, index_of(this, key)?);
    }
    if !slice::check(key) {
        return Err(err::type_error("indices must be integers"));
    }
    let (start, _, step, count) = slice::indices(key, this.0.length.get())?;
    let info = info::required(this.object().class_of())?;
    let class = info.proto.get().and_then(|proto| proto.downcast_into::<Type>().ok());
    let class = class.ok_or_else(err::bad_internal_call)?;
    let size = info.size.get() / info.length.get().max(1);
    let indices = (0..count).map(|i| start + step * i as isize);
    // SAFETY: the indices lie in the array.
    unsafe { pointer::gather(&class, this.0.ptr(), size, indices, |index| item(this, index)) }
}

fn set_subscript(this: &Array, key: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("Array does not support item deletion")) };
    if number::index_check(key) {
        return set_item(this, index_of(this, key)?, Some(value));
    }
    if !slice::check(key) {
        return Err(err::type_error("indices must be integer"));
    }
    let (start, _, step, count) = slice::indices(key, this.0.length.get())?;
    if sequence::size(value)? != count {
        return Err(err::value_error("Can only assign sequence of same size"));
    }
    for i in 0..count as isize {
        set_item(this, start + step * i, Some(&*sequence::get_item(value, i)?))?;
    }
    Ok(())
}

// ---- arrays of characters ----

fn raw(this: &Array) -> Result<Obj> {
    bytes::from_slice(this.0.bytes())
}

fn set_raw(this: &Array, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::attribute_error("cannot delete attribute")) };
    let content = Buffer::simple(value)?;
    copy_in(this, content.as_slice())
}

/// Copies bytes to the front of the array.
fn copy_in(this: &Array, content: &[u8]) -> Result<()> {
    if content.len() > this.0.size.get() {
        return Err(err::value_error("byte string too long"));
    }
    // SAFETY: the memory has room.
    unsafe { core::ptr::copy(content.as_ptr(), this.0.ptr(), content.len()) };
    Ok(())
}

fn chars_value(this: &Array) -> Result<Obj> {
    bytes::from_slice(this.0.bytes().split(|byte| *byte == 0).next().unwrap_or_default())
}

fn set_chars_value(this: &Array, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("can't delete attribute")) };
    if !bytes::check(value) {
        let name = value.class_of().name();
        return Err(err::type_error(format_args!("bytes expected instead of {name} instance")));
    }
    let content = bytes::as_slice(value);
    copy_in(this, content)?;
    if content.len() < this.0.size.get() {
        // SAFETY: a byte of the memory.
        unsafe { *this.0.ptr().add(content.len()) = 0 };
    }
    Ok(())
}

fn wides_value(this: &Array) -> Result<Obj> {
    let code = codes::Code::find(b'U').ok_or_else(err::bad_internal_call)?;
    // SAFETY: the memory has that size.
    unsafe { (code.get)(this.0.ptr(), this.0.size.get()) }
}

fn set_wides_value(this: &Array, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("can't delete attribute")) };
    let code = codes::Code::find(b'U').ok_or_else(err::bad_internal_call)?;
    if unicode::check(value) && codes::wide_text(value).len() * 4 > this.0.size.get() {
        return Err(err::value_error("string too long"));
    }
    // SAFETY: the memory has that size.
    unsafe { (code.set)(this.0.ptr(), value, this.0.size.get()) }.map(drop)
}
