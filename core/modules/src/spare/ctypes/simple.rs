//! `_ctypes._SimpleCData`: numbers, characters and addresses.

use super::argument::{Argument, Value};
use super::cdata::CData;
use super::codes::{self, Code};
use super::info::{self, IS_POINTER, Info, Kind};
use super::metatype::{self, PyCSimpleType, receiver};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::protocol::{class_check, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, long, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, intern, method, methods, slot, static_type,
};

/// An instance of a simple type: nothing but C data.
#[repr(transparent)]
pub struct Simple(pub CData);

// SAFETY: transparent over a layout.
unsafe impl Layout for Simple {}
// SAFETY: instances are made as C data.
unsafe impl Class for Simple {
    fn class() -> &'static Type {
        // SAFETY: a static type.
        unsafe { Type::from_raw(&raw mut Simple_Type) }
    }
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: slot::inquiry(|this: &Simple| Ok(this.0.bytes().iter().any(|byte| *byte != 0))),
    ..krait_object::payload::EMPTY_NUMBER
};

static_type! {
    /// `_ctypes._SimpleCData`
    pub static Simple_Type = {
        tp_name: c"_ctypes._SimpleCData".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"XXX to be provided".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}

methods! {
    static METHODS = [method::noargs(c"__ctypes_from_outparam__", from_outparam, c"")];
}
getsets! {
    static GETSETS = [method::getset(c"value", value, set_value, c"current value")];
}
methods! {
    /// Methods of the classes.
    pub static CLASS_METHODS = [
        method::o(c"from_param", from_param, metatype::FROM_PARAM),
        metatype::FROM_ADDRESS, metatype::FROM_BUFFER, metatype::FROM_BUFFER_COPY, metatype::IN_DLL,
    ];
}
methods! {
    static CHAR_POINTER = [method::with_flags(method::o(c"from_param", char_pointer_from_param, metatype::FROM_PARAM), METH_CLASS as i32)];
}
methods! {
    static WIDE_POINTER = [method::with_flags(method::o(c"from_param", wide_pointer_from_param, metatype::FROM_PARAM), METH_CLASS as i32)];
}
methods! {
    static VOID_POINTER = [method::with_flags(method::o(c"from_param", void_pointer_from_param, metatype::FROM_PARAM), METH_CLASS as i32)];
}

// ---- classes ----

/// The letter that a class names as its `_type_`.
fn letter_of(class: &Type) -> Result<(Obj, Code)> {
    let Some(proto) = object::lookup_attr(class.object(), intern!("_type_"))? else {
        return Err(err::attribute_error("class must define a '_type_' attribute"));
    };
    if !unicode::check(&proto) {
        return Err(err::type_error("class must define a '_type_' string attribute"));
    }
    let text = unicode::as_utf8(&proto)?;
    if text.len() != 1 {
        return Err(err::value_error(
            "class must define a '_type_' attribute which must be a string of length 1",
        ));
    }
    let code = Some(text)
        .filter(|text| codes::LETTERS.contains(text))
        .and_then(|text| Code::find(text.as_bytes()[0]));
    let Some(code) = code else {
        return Err(err::attribute_error(format_args!(
            "class must define a '_type_' attribute which must be\n\
             a single character string containing one of '{}'.",
            codes::LETTERS
        )));
    };
    Ok((proto, code))
}

/// Describes a class as a simple type.
fn describe<'a>(class: &'a Type, proto: &Object, code: Code, big_endian: bool) -> Result<&'a Info> {
    let info = Info::new(Kind::Simple);
    info.set_scalar(code.ffi());
    info.length.set(0);
    info.code.set(Some(code));
    info.proto.set(proto.owned());
    let order = if big_endian { b'>' } else { b'<' };
    info.set_format([order, code.format_letter()]);
    if code.is_pointer() {
        info.add(IS_POINTER);
    }
    info::attach(class, info)
}

/// `tp_new` of the metatype.
pub fn new_class(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let class = metatype::plain_class(metatype, args, kw)?;
    let (proto, code) = letter_of(&class)?;
    describe(&class, &proto, code, false)?;
    // SAFETY: a static type.
    if metatype.is(unsafe { Type::from_raw(&raw mut PyCSimpleType) })
        && class.base().is_some_and(|b| b.is(Simple::class()))
    {
        let own = match code.letter {
            b'z' => &raw mut CHAR_POINTER,
            b'Z' => &raw mut WIDE_POINTER,
            b'P' => &raw mut VOID_POINTER,
            _ => core::ptr::null_mut(),
        };
        if !own.is_null() {
            // SAFETY: a static table.
            let method = unsafe { krait_object::types::descr::method::new_class_method(&class, own.cast())? };
            krait_object::protocol::object::set_attr(class.object(), intern!("from_param"), Some(&method))?;
        }
    }
    // SAFETY: a static type.
    if metatype.is(unsafe { Type::from_raw(&raw mut PyCSimpleType) })
        && let Some(swapped) = code.other_order()
    {
        let other = swapped_class(metatype, args, kw, &proto, swapped)?;
        for (class, native, foreign) in
            [(class.object(), class.object(), &*other), (&*other, class.object(), &*other)]
        {
            object::set_attr(class, intern!("__ctype_le__"), Some(native))?;
            object::set_attr(class, intern!("__ctype_be__"), Some(foreign))?;
        }
    }
    Ok(class.upcast())
}

/// The class of the other byte order.
fn swapped_class(
    metatype: &Type,
    args: &Object,
    kw: Option<&Object>,
    proto: &Object,
    code: Code,
) -> Result<Obj> {
    let items = tuple::items(args);
    let name = unicode::concat(items[0], intern!("_be"))?;
    let args = tuple::from_slice(&[&*name, items[1], items[2]])?;
    let class = metatype::plain_class(metatype, &args, kw)?;
    describe(&class, proto, code, true)?;
    Ok(class.upcast())
}

fn described(class: &Type) -> Result<(&Info, Code)> {
    let info = info::required(class)?;
    let code = info.code.get().ok_or_else(|| err::type_error("abstract class"))?;
    Ok((info, code))
}

/// A value in the form in which it is passed.
fn argument(code: Code, value: &Object) -> Result<Obj> {
    let mut room = Value([0; 16]);
    // SAFETY: the room is large enough for any simple type.
    let keep = unsafe { (code.set)(room.0.as_mut_ptr(), value, 0)? };
    Ok(Argument::scalar(code.ffi(), code.letter, room, Some(keep))?.upcast())
}

fn argument_as(letter: u8, value: &Object) -> Result<Obj> {
    argument(Code::find(letter).ok_or_else(err::bad_internal_call)?, value)
}

/// Goes on with what `_as_parameter_` is, or gives up.
fn from_as_parameter(
    class: &Object,
    value: &Object,
    again: fn(&Object, &Object) -> Result<Obj>,
) -> Result<Obj> {
    if let Some(parameter) = object::lookup_attr(value, intern!("_as_parameter_"))? {
        let _guard = krait_object::state::enter_recursive_call("while processing _as_parameter_")?;
        return again(class, &parameter);
    }
    Err(err::type_error("wrong type"))
}

fn from_param(class: &Object, value: &Object) -> Result<Obj> {
    let own = receiver(class)?;
    if class_check::is_instance(value, class)? {
        return Ok(value.owned());
    }
    let (info, _) = described(own)?;
    // Arguments have the machine's byte order.
    let letter = info.letter().ok_or_else(err::bad_internal_call)?;
    match argument_as(letter, value) {
        Ok(argument) => Ok(argument),
        Err(_) => {
            err::clear();
            from_as_parameter(class, value, from_param)
        }
    }
}

/// Whether it is an array of characters, a pointer to one, or `byref()` of one.
fn leads_to(value: &Object, letter: u8) -> bool {
    let is_letter = |class: Option<Obj>| {
        class.is_some_and(|class| info::of(&class).is_some_and(|info| codes::is_letter(info, letter)))
    };
    if let Some(info) = info::of_instance(value) {
        return matches!(info.kind, Kind::Array | Kind::Pointer) && is_letter(info.proto.get());
    }
    let inner = value.downcast_exact::<Argument>().and_then(Argument::object);
    inner.is_some_and(|inner| is_letter(Some(inner.class_of().object().owned())))
}

fn char_pointer_from_param(class: &Object, value: &Object) -> Result<Obj> {
    if value.is_none() || class_check::is_instance(value, class)? || leads_to(value, b'c') {
        return Ok(value.owned());
    }
    if bytes::check(value) {
        return argument_as(b'z', value);
    }
    from_as_parameter(class, value, char_pointer_from_param)
}

fn wide_pointer_from_param(class: &Object, value: &Object) -> Result<Obj> {
    if value.is_none() || class_check::is_instance(value, class)? || leads_to(value, b'u') {
        return Ok(value.owned());
    }
    if unicode::check(value) {
        return argument_as(b'Z', value);
    }
    from_as_parameter(class, value, wide_pointer_from_param)
}

fn void_pointer_from_param(class: &Object, value: &Object) -> Result<Obj> {
    if value.is_none() || class_check::is_instance(value, class)? {
        return Ok(value.owned());
    }
    if long::check(value) {
        return argument_as(b'P', value);
    }
    if bytes::check(value) {
        return argument_as(b'z', value);
    }
    if unicode::check(value) {
        return argument_as(b'Z', value);
    }
    if let Some(argument) = value.downcast_exact::<Argument>() {
        if argument.tag() == b'P' {
            return Ok(value.owned());
        }
    } else if let (Some(info), Some(data)) = (info::of_instance(value), value.downcast::<CData>()) {
        match info.kind {
            Kind::Array | Kind::Pointer => return Ok(value.owned()),
            Kind::Function => {
                return Ok(Argument::pointer(b'P', data.pointer().cast(), Some(value.owned()))?.upcast());
            }
            Kind::Simple if matches!(info.letter(), Some(b'z' | b'Z')) => {
                return Ok(Argument::pointer(b'Z', data.pointer().cast(), Some(value.owned()))?.upcast());
            }
            _ => {}
        }
    }
    from_as_parameter(class, value, void_pointer_from_param)
}

// ---- instances ----

/// `tp_new` of all kinds of C data: zeroed memory.
pub fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Ok(CData::alloc(class)?.upcast())
}

fn init(this: &Simple, args: &Object, _kw: Option<&Object>) -> Result<()> {
    let args = tuple::items(args);
    krait_object::args::check_positional("__init__", args.len(), 0, 1)?;
    args.first().map_or(Ok(()), |value| set_value(this, Some(value)))
}

fn value(this: &Simple) -> Result<Obj> {
    let (_, code) = described(this.object().class_of())?;
    // SAFETY: the memory holds a value of the class.
    unsafe { (code.get)(this.0.ptr(), this.0.size.get()) }
}

fn set_value(this: &Simple, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("can't delete attribute")) };
    let (info, code) = described(this.object().class_of())?;
    // SAFETY: the memory holds a value of the class.
    let keep = unsafe { (code.set)(this.0.ptr(), value, info.size.get())? };
    this.0.keep(0, keep)
}

fn from_outparam(this: &Simple) -> Result<Obj> {
    if info::is_subclass_of_simple(this.object().class_of()) {
        return Ok(this.object().owned());
    }
    value(this)
}

fn repr(this: &Simple) -> Result<Obj> {
    let class = this.object().class_of();
    let text = if info::is_subclass_of_simple(class) {
        format!("<{} object at {:p}>", class.name(), this)
    } else {
        let shown = object::repr(&*value(this)?)?;
        return unicode::concat(
            &*unicode::concat(&*unicode::from_str(&format!("{}(", class.name()))?, &shown)?,
            &*unicode::from_str(")")?,
        );
    };
    unicode::from_str(&text)
}
