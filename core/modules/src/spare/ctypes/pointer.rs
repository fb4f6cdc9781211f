//! `_ctypes._Pointer`: an address, and the class of what is there.

use super::argument::Argument;
use super::cdata::CData;
use super::info::{self, IS_POINTER, Info, Kind};
use super::metatype::{self, receiver};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::protocol::{class_check, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, list, none, slice, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, intern, method, methods, slot, static_type,
};

/// A pointer: nothing but C data.
#[repr(transparent)]
pub struct Pointer(CData);

// SAFETY: transparent over a layout.
unsafe impl Layout for Pointer {}
// SAFETY: instances are made as C data.
unsafe impl Class for Pointer {
    fn class() -> &'static Type {
        // SAFETY: a static type.
        unsafe { Type::from_raw(&raw mut Pointer_Type) }
    }
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: slot::inquiry(|this: &Pointer| Ok(!this.0.pointer().is_null())),
    ..krait_object::payload::EMPTY_NUMBER
};
static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_item: slot::ssize_arg(item),
    sq_ass_item: slot::ssize_obj_arg(set_item),
    ..krait_object::payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::subscript(subscript), ..krait_object::payload::EMPTY_MAPPING };

static_type! {
    /// `_ctypes._Pointer`
    pub static Pointer_Type = {
        tp_name: c"_ctypes._Pointer".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"XXX to be provided".as_ptr(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}

getsets! {
    static GETSETS = [
        method::getset(c"contents", contents, set_contents, c"the object this pointer points to (read-write)"),
    ];
}
methods! {
    /// Methods of the classes.
    pub static CLASS_METHODS = [
        metatype::FROM_ADDRESS, metatype::FROM_BUFFER, metatype::FROM_BUFFER_COPY, metatype::IN_DLL,
        method::o(c"from_param", from_param, metatype::FROM_PARAM),
        method::o(c"set_type", set_type, c""),
    ];
}

// ---- classes ----

/// `tp_new` of the metatype.
pub fn new_class(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let class = metatype::plain_class(metatype, args, kw)?;
    let info = info::attach(&class, Info::new(Kind::Pointer))?;
    info.add(IS_POINTER);
    let namespace = tuple::items(args)[2];
    if let Some(proto) = krait_object::types::dict::get_item(namespace, intern!("_type_"))? {
        set_proto(info, &proto)?;
    }
    Ok(class.upcast())
}

fn set_proto(info: &Info, proto: &Object) -> Result<()> {
    if proto.downcast::<Type>().is_none() {
        return Err(err::type_error("_type_ must be a type"));
    }
    let Some(target) = info::of(proto) else { return Err(err::type_error("_type_ must have storage info")) };
    let mut format = b"&".to_vec();
    format.extend(shape_prefix(target));
    format.extend(target.format.borrow().as_bytes());
    info.set_format(format);
    info.proto.set(proto.owned());
    Ok(())
}

/// The lengths of an array as formats show them.
pub fn shape_prefix(info: &Info) -> Vec<u8> {
    let shape = info.shape.borrow();
    if shape.is_empty() {
        return Vec::new();
    }
    let lengths: Vec<String> = shape.iter().map(isize::to_string).collect();
    format!("({})", lengths.join(",")).into_bytes()
}

fn set_type(class: &Object, proto: &Object) -> Result<()> {
    let own = receiver(class)?;
    set_proto(info::required(own)?, proto)?;
    object::set_attr(class, intern!("_type_"), Some(proto))
}

fn from_param(class: &Object, value: &Object) -> Result<Obj> {
    if value.is_none() {
        return Ok(none::none().owned());
    }
    let info = info::required(receiver(class)?)?;
    let Some(proto) = info.proto.get() else { return metatype::from_param(class, value) };
    if let Some(data) = value.downcast::<CData>() {
        if class_check::is_instance(value, &proto)? {
            return Ok(Argument::pointer(b'P', data.ptr().cast(), Some(value.owned()))?.upcast());
        }
        if let Some(given) = info::of_instance(value)
            && matches!(given.kind, Kind::Pointer | Kind::Array)
            && let Some(target) = given.proto.get()
            && class_check::is_subclass(&target, &proto)?
        {
            return Ok(value.owned());
        }
    }
    metatype::from_param(class, value)
}

// ---- instances ----

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    if info::of_type(class).is_none_or(|info| info.proto.is_empty()) {
        return Err(err::type_error("Cannot create instance: has no _type_"));
    }
    Ok(CData::alloc(class)?.upcast())
}

fn init(this: &Pointer, args: &Object, _kw: Option<&Object>) -> Result<()> {
    let args = tuple::items(args);
    krait_object::args::check_positional("POINTER", args.len(), 0, 1)?;
    args.first().map_or(Ok(()), |value| set_contents(this, Some(value)))
}

/// The class of what is pointed at, and its information.
fn target(this: &Pointer) -> Result<Obj<Type>> {
    let info = info::required(this.object().class_of())?;
    let proto = info.proto.get().ok_or_else(|| err::type_error("abstract class"))?;
    proto.downcast_into::<Type>().map_err(|_| err::bad_internal_call())
}

#[cold]
fn null_access() -> krait_object::Raised {
    err::value_error("NULL pointer access")
}

fn contents(this: &Pointer) -> Result<Obj> {
    let address = this.0.pointer();
    if address.is_null() {
        return Err(null_access());
    }
    let target = target(this)?;
    // SAFETY: the program says that an instance is there.
    Ok(unsafe { CData::from_base(&target, Some(&this.0), 0, address)? }.upcast())
}

fn set_contents(this: &Pointer, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("Pointer does not support item deletion")) };
    let target = target(this)?;
    let is_instance = class_check::is_instance(value, target.object())?;
    let Some(data) = value.downcast::<CData>().filter(|_| is_instance) else {
        return Err(err::type_error(format_args!(
            "expected {} instead of {}",
            target.name(),
            value.class_of().name()
        )));
    };
    this.0.set_pointer(data.ptr().cast());
    this.0.keep(1, value.owned())?;
    this.0.keep(0, data.kept_objects()?)
}

/// The address of an item.
fn item_address(this: &Pointer, target: &Type, index: isize) -> Result<(*mut u8, usize)> {
    let start = this.0.pointer();
    if start.is_null() {
        return Err(null_access());
    }
    let size = info::required(target)?.size.get();
    Ok((start.wrapping_offset(index.wrapping_mul(size as isize)), size))
}

fn item(this: &Pointer, index: isize) -> Result<Obj> {
    let target = target(this)?;
    let (address, size) = item_address(this, &target, index)?;
    // SAFETY: the program says that an instance is there.
    unsafe { this.0.get(&target, None, index as usize, size, address) }
}

fn set_item(this: &Pointer, index: isize, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("Pointer does not support item deletion")) };
    let target = target(this)?;
    let (address, size) = item_address(this, &target, index)?;
    // SAFETY: the program says that there is room for an instance.
    unsafe { this.0.set(&target, None, value, index as usize, size, address) }
}

fn subscript(this: &Pointer, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        let index = number::as_ssize(key, Some(krait_object::types::exceptions::IndexError()))?;
        return item(this, index);
    }
    let Some(key) = key.downcast::<slice::Slice>() else {
        return Err(err::type_error("Pointer indices must be integer"));
    };
    let step = if key.step().is_none() { 1 } else { number::as_ssize(key.step(), None)? };
    if step == 0 {
        return Err(err::value_error("slice step cannot be zero"));
    }
    if key.start().is_none() && step < 0 {
        return Err(err::value_error("slice start is required for step < 0"));
    }
    let start = if key.start().is_none() { 0 } else { number::as_ssize(key.start(), None)? };
    if key.stop().is_none() {
        return Err(err::value_error("slice stop is required"));
    }
    let stop = number::as_ssize(key.stop(), None)?;
    let count = if step > 0 {
        (stop - start).max(0).cast_unsigned().div_ceil(step.unsigned_abs())
    } else {
        (start - stop).max(0).cast_unsigned().div_ceil(step.unsigned_abs())
    };
    let indices = (0..count).map(|i| start + step * i as isize);
    let target = target(this)?;
    let (origin, size) = item_address(this, &target, 0)?;
    // SAFETY: the program says that there are that many.
    unsafe { gather(&target, origin, size, indices, |index| item(this, index)) }
}

/// The items of a slice: characters as one string, others as a list.
///
/// # Safety
/// Items of the class lie at the indices.
pub unsafe fn gather(
    class: &Type,
    origin: *const u8,
    size: usize,
    indices: impl Iterator<Item = isize>,
    item: impl FnMut(isize) -> Result<Obj>,
) -> Result<Obj> {
    let letter = info::of_type(class).and_then(Info::letter);
    // SAFETY: the caller's promise.
    unsafe {
        match letter {
            Some(b'c') => {
                let content: Vec<u8> = indices.map(|index| *origin.offset(index)).collect();
                bytes::from_slice(&content)
            }
            Some(b'u') => {
                let text: Vec<u32> = indices
                    .map(|index| origin.offset(index * size as isize).cast::<u32>().read_unaligned())
                    .collect();
                unicode::from_code_points(&text)
            }
            _ => Ok(list::from_vec(indices.map(item).collect::<Result<_>>()?)?.upcast()),
        }
    }
}
