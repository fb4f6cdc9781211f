//! `_ctypes.Structure` and `_ctypes.Union`: `_fields_` are laid out when they are set.

use super::cdata::CData;
use super::field::{Field, Layouter};
use super::info::{self, FINAL, HAS_POINTER, IS_POINTER, Info, Kind};
use super::{metatype, pointer};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::protocol::{object, sequence};
use krait_object::types::typeobject::{PyType_Type, Type};
use krait_object::types::{dict, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, slot, static_type};
use libffi_sys::ffi_type;

/// A structure or union: nothing but C data.
#[repr(transparent)]
pub struct Aggregate(CData);

// SAFETY: transparent over a layout.
unsafe impl Layout for Aggregate {}

static_type! {
    /// `_ctypes.Structure`
    pub static Struct_Type = {
        tp_name: c"_ctypes.Structure".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Structure base class".as_ptr(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(super::simple::new),
    };
}
static_type! {
    /// `_ctypes.Union`
    pub static Union_Type = {
        tp_name: c"_ctypes.Union".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Union base class".as_ptr(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(super::simple::new),
    };
}

// ---- classes ----

/// `tp_new` of the metatype of structures.
pub fn new_struct(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    new_class(metatype, args, kw, Kind::Struct)
}

/// `tp_new` of the metatype of unions.
pub fn new_union(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    new_class(metatype, args, kw, Kind::Union)
}

fn own_attribute(class: &Type, name: &Object) -> Result<Option<Obj>> {
    class.dict().map_or(Ok(None), |names| dict::get_item(names, name))
}

fn new_class(metatype: &Type, args: &Object, kw: Option<&Object>, kind: Kind) -> Result<Obj> {
    let class = metatype::plain_class(metatype, args, kw)?;
    if own_attribute(&class, intern!("_abstract_"))?.is_some() {
        return Ok(class.upcast());
    }
    let info = info::attach(&class, Info::new(kind))?;
    (info.size.set(0), info.align.set(1), info.length.set(0));
    info.set_aggregate(0, 1, Vec::new());
    match own_attribute(&class, intern!("_fields_"))? {
        Some(fields) => object::set_attr(class.object(), intern!("_fields_"), Some(&fields))?,
        None => {
            if let Some(base) = metatype::base_info(&class) {
                inherit(info, base);
            }
        }
    }
    Ok(class.upcast())
}

/// A class without fields of its own looks like its base.
fn inherit(info: &Info, base: &Info) {
    base.add(FINAL);
    info.size.set(base.size.get());
    info.align.set(base.align.get());
    info.length.set(base.length.get());
    info.flags.set(base.flags.get() & !FINAL);
    info.set_format(base.format.borrow().as_bytes());
    info.set_aggregate(base.size.get(), base.align.get(), base.parts());
}

/// `tp_setattro` of the metatypes: setting `_fields_` lays them out.
pub fn set_class_attribute(class: &Type, name: &Object, value: Option<&Object>) -> Result<()> {
    // SAFETY: the slot of `type`, called as it wants.
    unsafe {
        let set = (*(&raw mut PyType_Type)).tp_setattro.ok_or_else(err::bad_internal_call)?;
        let value = value.map_or(core::ptr::null_mut(), Object::as_ptr);
        if set(class.object().as_ptr(), name.as_ptr(), value) < 0 {
            return Err(krait_object::Raised::assume());
        }
    }
    match value {
        Some(fields) if unicode::check(name) && unicode::eq_str(name, "_fields_") => {
            set_fields(class, fields)
        }
        _ => Ok(()),
    }
}

/// The class's `_pack_`, 0 without one.
fn pack_of(class: &Type) -> Result<usize> {
    let Some(pack) = object::lookup_attr(class.object(), intern!("_pack_"))? else { return Ok(0) };
    let pack = if long::check(&pack) { long::as_i64_opt(&pack) } else { None };
    let pack = pack.filter(|pack| i32::try_from(*pack).is_ok()).and_then(|pack| usize::try_from(pack).ok());
    pack.ok_or_else(|| err::value_error("_pack_ must be a non-negative integer"))
}

/// One row of `_fields_`.
fn read_row(fields: &Object, index: usize) -> Result<(Obj, Obj, Option<i32>)> {
    let bad = || err::type_error("'_fields_' must be a sequence of (name, C type) pairs");
    let row = sequence::get_item(fields, index as isize)?;
    if !tuple::check(&row) {
        return Err(bad());
    }
    match tuple::items(&row) {
        [name, class] if unicode::check(name) => Ok((name.owned(), class.owned(), None)),
        [name, class, bits] if unicode::check(name) && long::check(bits) => {
            Ok((name.owned(), class.owned(), Some(long::as_i32(bits)?)))
        }
        _ => Err(bad()),
    }
}

/// The number of bits that a row asks for, if its type can have bit fields.
fn check_bits(class: &Type, info: &Info, bits: Option<i32>) -> Result<usize> {
    let Some(bits) = bits else { return Ok(0) };
    let allowed = matches!(
        info.letter(),
        Some(b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'?')
    );
    if !allowed {
        return Err(err::type_error(format_args!("bit fields not allowed for type {}", class.name())));
    }
    match usize::try_from(bits) {
        Ok(bits) if bits > 0 && bits <= info.size.get() * 8 => Ok(bits),
        _ => Err(err::value_error("number of bits invalid for bit field")),
    }
}

/// What libffi is told of a field: arrays are taken apart, for it knows none.
fn add_parts(parts: &mut Vec<*mut ffi_type>, info: &Info) {
    match (info.kind, info.proto.get().as_deref().and_then(info::of)) {
        // Large structures go by memory, whatever is in them.
        (Kind::Array, Some(item)) => {
            for _ in 0..info.length.get().min(64) {
                add_parts(parts, item);
            }
        }
        _ => parts.push(info.ffi()),
    }
}

fn set_fields(class: &Type, fields: &Object) -> Result<()> {
    let Some(info) = info::of_type(class) else {
        return Err(err::type_error("ctypes state is not initialized"));
    };
    let pack = pack_of(class)?;
    let Ok(count) = sequence::size(fields) else {
        err::clear();
        return Err(err::type_error("'_fields_' must be a sequence of pairs"));
    };
    if info.has(FINAL) {
        return Err(err::attribute_error("_fields_ is final"));
    }
    let is_struct = info.kind == Kind::Struct;
    let swapped = object::lookup_attr(class.object(), intern!("_swappedbytes_"))?.is_some();
    let base = metatype::base_info(class);
    let mut place = Layouter::new(pack, swapped);
    let (mut total_align, mut union_size, first) = match base {
        Some(base) => {
            base.add(FINAL);
            info.add(base.flags.get() & (IS_POINTER | HAS_POINTER));
            (place.size, place.offset) = (base.size.get(), base.size.get());
            (base.align.get(), base.size.get(), base.length.get())
        }
        None => (1, 0, 0),
    };
    let mut parts = base.map_or_else(Vec::new, Info::parts);
    let has_format = is_struct && object::lookup_attr(class.object(), intern!("_pack_"))?.is_none();
    let mut format = if has_format { b"T{".to_vec() } else { b"B".to_vec() };
    for index in 0..count {
        let (name, desc, bits) = read_row(fields, index)?;
        let field_class = desc.downcast::<Type>();
        let Some((field_class, field_info)) =
            field_class.and_then(|class| Some((class, info::of_type(class)?)))
        else {
            return Err(err::type_error(format_args!(
                "second item in _fields_ tuple (index {index}) must be a C type"
            )));
        };
        add_parts(&mut parts, field_info);
        if field_info.has(IS_POINTER | HAS_POINTER) {
            info.add(HAS_POINTER);
        }
        field_info.add(FINAL);
        let bits = check_bits(field_class, field_info, bits)?;
        if !is_struct {
            place = Layouter::new(pack, swapped);
        }
        let field = place.place(index, field_class, field_info, bits)?;
        if has_format {
            format.extend(pointer::shape_prefix(field_info));
            format.extend(field_info.format.borrow().as_bytes());
            format.extend(format!(":{}:", unicode::to_string_lossy(&name)).into_bytes());
        }
        union_size = union_size.max(place.size);
        total_align = total_align.max(place.align);
        object::set_attr(class.object(), &name, Some(field.object()))?;
    }
    if has_format {
        format.push(b'}');
    }
    let size = if is_struct { place.size } else { union_size };
    let size = size.next_multiple_of(total_align.max(1));
    info.set_format(format);
    info.set_aggregate(size, total_align, parts);
    info.size.set(size);
    info.align.set(total_align);
    info.length.set(first + count);
    if info.has(FINAL) {
        return Err(err::attribute_error("Structure or union cannot contain itself"));
    }
    info.add(FINAL);
    add_anonymous(class)
}

/// The fields of the fields that `_anonymous_` names become the class's own.
fn add_anonymous(class: &Type) -> Result<()> {
    let Some(names) = object::lookup_attr(class.object(), intern!("_anonymous_"))? else { return Ok(()) };
    let names = sequence::fast(&names, "_anonymous_ must be a sequence")?;
    for i in 0..sequence::size(&names)? {
        let name = sequence::get_item(&names, i as isize)?;
        let Ok(field) = object::get_attr(class.object(), &name)?.downcast_into::<Field>() else {
            return Err(err::attribute_error(format_args!(
                "'{}' is specified in _anonymous_ but not in _fields_",
                unicode::display(&name)
            )));
        };
        field.anonymous.set(true);
        lift_fields(class, &field, field.index, field.offset)?;
    }
    Ok(())
}

fn lift_fields(class: &Type, outer: &Field, index: usize, offset: isize) -> Result<()> {
    let proto = outer.proto.get_or_none();
    let rows = object::get_attr(&proto, intern!("_fields_"))?;
    let rows = sequence::fast(&rows, "_fields_ must be a sequence")?;
    for i in 0..sequence::size(&rows)? {
        let name = sequence::get_item(&*sequence::get_item(&rows, i as isize)?, 0)?;
        let Ok(inner) = object::get_attr(&proto, &name)?.downcast_into::<Field>() else {
            return Err(err::type_error("unexpected type"));
        };
        if inner.anonymous.get() {
            lift_fields(class, &inner, index + inner.index, offset + inner.offset)?;
        } else {
            let moved = inner.moved(index, offset)?;
            object::set_attr(class.object(), &name, Some(moved.object()))?;
        }
    }
    Ok(())
}

// ---- instances ----

/// Gives the fields of a class and its bases the positional arguments; returns how many are used up.
fn init_positional(
    this: &Object,
    class: &Type,
    args: &[&Object],
    kw: Option<&Object>,
    start: usize,
) -> Result<usize> {
    let mut index = start;
    if let Some(base) = class.base().filter(|base| info::of_type(base).is_some()) {
        index = init_positional(this, base, args, kw, index)?;
    }
    let Some(fields) = own_attribute(class, intern!("_fields_"))? else { return Ok(index) };
    let own = sequence::size(&fields)?;
    for i in 0..own {
        let Some(value) = args.get(index) else { break };
        let name = sequence::get_item(&*sequence::get_item(&fields, i as isize)?, 0)?;
        if let Some(kw) = kw
            && dict::contains(kw, &name)?
        {
            let shown = object::repr(&name)?;
            return Err(err::type_error(format_args!(
                "duplicate values for field {}",
                unicode::display(&shown)
            )));
        }
        object::set_attr(this, &name, Some(value))?;
        index += 1;
    }
    Ok(index)
}

fn init(this: &Aggregate, args: &Object, kw: Option<&Object>) -> Result<()> {
    let this = this.object();
    let args = tuple::items(args);
    if !args.is_empty() && init_positional(this, this.class_of(), args, kw, 0)? < args.len() {
        return Err(err::type_error("too many initializers"));
    }
    if let Some(kw) = kw {
        let mut position = 0;
        while let Some((name, value)) = dict::next(kw, &mut position) {
            object::set_attr(this, &name, Some(&value))?;
        }
    }
    Ok(())
}
