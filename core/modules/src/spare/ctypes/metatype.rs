//! The classes of the classes of C data, and what they share: room for [`Info`](super::info), the constructors over given memory, `*`.

use super::argument::Argument;
use super::cdata::CData;
use super::info::{self, CTypeObject};
use super::{array, funcptr, pointer, simple, structure};
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::cell::Visitor;
use krait_object::protocol::{buffer, class_check, object};
use krait_object::types::long;
use krait_object::types::memoryview;
use krait_object::types::typeobject::{PyType_Type, Type};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, slot, static_type};

static mut AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_repeat: slot::ssize_arg(repeat), ..krait_object::payload::EMPTY_SEQUENCE };

macro_rules! metatypes {
    ($($(#[$meta:meta])* $name:ident, $shown:literal, $doc:literal, $methods:expr, $setattr:expr, $new:expr;)*) => {
        $(static_type! {
            $(#[$meta])*
            pub static $name = {
                tp_name: $shown.as_ptr(),
                tp_basicsize: size_of::<CTypeObject>() as Py_ssize_t,
                tp_dealloc: Some(dealloc),
                tp_as_sequence: &raw mut AS_SEQUENCE,
                tp_setattro: $setattr,
                tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_TYPE_SUBCLASS) as c_ulong,
                tp_doc: $doc.as_ptr(),
                tp_traverse: Some(traverse),
                tp_clear: Some(clear),
                tp_methods: $methods,
                tp_base: &raw mut PyType_Type,
                tp_new: slot::new($new),
            };
        })*

        /// All of them.
        pub fn all() -> [*mut PyTypeObject; 6] {
            [$(&raw mut $name),*]
        }
    };
}
metatypes! {
    /// Of simple types.
    PyCSimpleType, c"_ctypes.PyCSimpleType", c"metatype for the PyCSimpleType Objects", (&raw mut simple::CLASS_METHODS).cast(), None, simple::new_class;
    /// Of pointers.
    PyCPointerType, c"_ctypes.PyCPointerType", c"metatype for the Pointer Objects", (&raw mut pointer::CLASS_METHODS).cast(), None, pointer::new_class;
    /// Of arrays.
    PyCArrayType, c"_ctypes.PyCArrayType", c"metatype for the Array Objects", (&raw mut METHODS).cast(), None, array::new_class;
    /// Of structures.
    PyCStructType, c"_ctypes.PyCStructType", c"metatype for the CData Objects", (&raw mut METHODS).cast(), slot::obj_obj_arg(structure::set_class_attribute), structure::new_struct;
    /// Of unions.
    UnionType, c"_ctypes.UnionType", c"metatype for the CData Objects", (&raw mut METHODS).cast(), slot::obj_obj_arg(structure::set_class_attribute), structure::new_union;
    /// Of function pointers.
    PyCFuncPtrType, c"_ctypes.PyCFuncPtrType", c"metatype for C function pointers", (&raw mut METHODS).cast(), None, funcptr::new_class;
}

krait_object::methods! {
    static METHODS = [
        method::o(c"from_param", from_param, FROM_PARAM),
        FROM_ADDRESS, FROM_BUFFER, FROM_BUFFER_COPY, IN_DLL,
    ];
}
pub const FROM_PARAM: &core::ffi::CStr = c"Convert a Python object into a function call parameter.";
pub const FROM_ADDRESS: PyMethodDef = method::o(
    c"from_address",
    from_address,
    c"C.from_address(integer) -> C instance\naccess a C instance at the specified address",
);
pub const FROM_BUFFER: PyMethodDef = method::varargs(
    c"from_buffer",
    from_buffer,
    c"C.from_buffer(object, offset=0, /) -> C instance\ncreate a C instance from a writeable buffer",
);
pub const FROM_BUFFER_COPY: PyMethodDef = method::varargs(
    c"from_buffer_copy",
    from_buffer_copy,
    c"C.from_buffer_copy(object, offset=0, /) -> C instance\ncreate a C instance from a readable buffer",
);
pub const IN_DLL: PyMethodDef =
    method::varargs(c"in_dll", in_dll, c"C.in_dll(dll, name) -> C instance\naccess a C instance in a dll");

/// Whether a class is a metatype of this module or a subclass of one.
pub fn is_metatype(class: &Type) -> bool {
    // SAFETY: static types.
    let is_own = |class: *mut PyTypeObject| all().contains(&class);
    is_own(class.as_raw())
        || (class.is_heap()
            && class.is_subtype_by_base(Type::class())
            && core::iter::successors(class.base(), |class| class.base()).any(|base| is_own(base.as_raw())))
}

/// A new class as `type` makes it.
pub fn plain_class(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj<Type>> {
    let class = krait_object::types::typeobject::type_new(metatype, args, kw)?;
    class.downcast_into::<Type>().map_err(|_| err::bad_internal_call())
}

/// The information of the base class.
pub fn base_info(class: &Type) -> Option<&info::Info> {
    class.base().and_then(info::of_type)
}

unsafe extern "C" fn dealloc(class: *mut PyObject) {
    // SAFETY: the class is dying; `type` frees it.
    unsafe {
        drop(info::detach(Type::from_raw(class.cast())));
        if let Some(dealloc) = (*(&raw mut PyType_Type)).tp_dealloc {
            dealloc(class);
        }
    }
}

unsafe extern "C" fn traverse(class: *mut PyObject, visit: visitproc, arg: *mut core::ffi::c_void) -> c_int {
    // SAFETY: the collector traverses live objects.
    unsafe {
        if let Some(info) = info::of_type(Type::from_raw(class.cast())) {
            let mut visitor = Visitor::new(visit, arg);
            info.traverse(&mut visitor);
            let result = visitor.finish();
            if result != 0 {
                return result;
            }
        }
        (*(&raw mut PyType_Type)).tp_traverse.map_or(0, |traverse| traverse(class, visit, arg))
    }
}

unsafe extern "C" fn clear(class: *mut PyObject) -> c_int {
    // SAFETY: the collector clears live objects.
    unsafe {
        if let Some(info) = info::of_type(Type::from_raw(class.cast())) {
            info.clear();
        }
        (*(&raw mut PyType_Type)).tp_clear.map_or(0, |clear| clear(class))
    }
}

fn repeat(class: &Type, count: isize) -> Result<Obj> {
    if count < 0 {
        return Err(err::value_error(format_args!("Array length must be >= 0, not {count}")));
    }
    array::of(class, count)
}

/// The class itself where the method's receiver is one.
pub fn receiver(class: &Object) -> Result<&Type> {
    class.downcast::<Type>().ok_or_else(err::bad_internal_call)
}

/// What may be passed where the class is wanted: an instance, `byref()` of what it points at, or what
/// `_as_parameter_` is.
pub fn from_param(class: &Object, value: &Object) -> Result<Obj> {
    let class = receiver(class)?;
    if class_check::is_instance(value, class.object())? {
        return Ok(value.owned());
    }
    if let Some(argument) = value.downcast_exact::<Argument>()
        && let (Some(info), Some(inner)) = (info::of_type(class), argument.object())
        && let Some(proto) = info.proto.get()
        && class_check::is_instance(&inner, &proto)?
    {
        return Ok(value.owned());
    }
    if let Some(parameter) = object::lookup_attr(value, krait_object::intern!("_as_parameter_"))? {
        let _guard = krait_object::state::enter_recursive_call("while processing _as_parameter_")?;
        return from_param(class.object(), &parameter);
    }
    let given = match value.downcast_exact::<Argument>().and_then(Argument::object) {
        Some(inner) => inner.class_of().name().to_owned(),
        None => value.class_of().name().to_owned(),
    };
    Err(err::type_error(format_args!("expected {} instance instead of {given}", class.name())))
}

fn from_address(class: &Object, address: &Object) -> Result<Obj> {
    if !long::check(address) {
        return Err(err::type_error("integer expected"));
    }
    let address = long::as_void_ptr(address)?;
    Ok(CData::at_address(receiver(class)?, address.cast())?.upcast())
}

fn offset_argument(given: Option<&&Object>) -> Result<isize> {
    let offset = given.map_or(Ok(0), |offset| krait_object::args::ssize(offset))?;
    if offset < 0 {
        return Err(err::value_error("offset cannot be negative"));
    }
    Ok(offset)
}

fn check_room(info: &info::Info, length: isize, offset: isize) -> Result<()> {
    let size = info.size.get() as isize;
    if size > length - offset {
        return Err(err::value_error(format_args!(
            "Buffer size too small ({length} instead of at least {} bytes)",
            size + offset
        )));
    }
    Ok(())
}

fn audit_buffer(address: *const u8, length: isize, offset: isize) -> Result<()> {
    let args = [
        long::from_void_ptr(address.cast())?,
        long::from_i64(length as i64)?,
        long::from_i64(offset as i64)?,
    ];
    super::audit("ctypes.cdata/buffer", args)
}

fn from_buffer(class: &Object, args: &Object) -> Result<Obj> {
    let class = receiver(class)?;
    let args = krait_object::types::tuple::items(args);
    let info = info::required(class)?;
    crate::support::check_count("from_buffer", args.len(), 1, 2)?;
    let view = memoryview::from_object(args[0])?;
    // Held for as long as the memoryview lives, which the new instance keeps.
    let lent = {
        // SAFETY: an exact memoryview; its view is not written.
        unsafe { &(*view.as_ptr().cast::<PyMemoryViewObject>()).view }
    };
    if lent.readonly != 0 {
        return Err(err::type_error("underlying buffer is not writable"));
    }
    if !buffer::is_contiguous(lent, b'C') {
        return Err(err::type_error("underlying buffer is not C contiguous"));
    }
    let offset = offset_argument(args.get(1))?;
    check_room(info, lent.len, offset)?;
    audit_buffer(lent.buf.cast(), lent.len, offset)?;
    // SAFETY: the offset lies in the buffer.
    let new = CData::at_address(class, unsafe { lent.buf.cast::<u8>().add(offset as usize) })?;
    new.keep(usize::MAX, view)?;
    Ok(new.upcast())
}

fn from_buffer_copy(class: &Object, args: &Object) -> Result<Obj> {
    let class = receiver(class)?;
    let args = krait_object::types::tuple::items(args);
    let info = info::required(class)?;
    crate::support::check_count("from_buffer_copy", args.len(), 1, 2)?;
    let content = buffer::Buffer::simple(args[0])?;
    let content = content.as_slice();
    let offset = offset_argument(args.get(1))?;
    check_room(info, content.len() as isize, offset)?;
    audit_buffer(content.as_ptr(), content.len() as isize, offset)?;
    let new = CData::alloc(class)?;
    // SAFETY: the buffer has room for an instance behind the offset.
    unsafe {
        core::ptr::copy_nonoverlapping(content.as_ptr().add(offset as usize), new.ptr(), info.size.get())
    };
    Ok(new.upcast())
}

fn in_dll(class: &Object, args: &Object) -> Result<Obj> {
    let args = krait_object::types::tuple::items(args);
    crate::support::check_count("in_dll", args.len(), 2, 2)?;
    let name = krait_object::args::text("in_dll", "argument 2", args[1])?;
    super::audit("ctypes.dlsym", [args[0].owned(), args[1].owned()])?;
    let address = super::symbol(args[0], name.as_bytes())?.map_err(|error| err::value_error(error))?;
    Ok(CData::at_address(receiver(class)?, address.cast())?.upcast())
}
