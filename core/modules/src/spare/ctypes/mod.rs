//! `_ctypes`: C data and C functions, by libffi.
//!
//! [`info`] is what classes know about their memory, [`cdata`] an instance; [`codes`] has the simple types. One file for
//! each kind: [`simple`], [`pointer`], [`array`], [`structure`] with [`field`], [`funcptr`] with [`call`] and [`callback`].

mod argument;
mod array;
mod call;
mod callback;
mod cdata;
mod codes;
mod field;
mod funcptr;
mod info;
mod metatype;
mod pointer;
mod simple;
mod structure;

use argument::Argument;
use cdata::CData;
use core::ffi::{c_char, c_int, c_void};
use info::Kind;
use krait_abi::*;
use krait_object::protocol::{call as calls, number};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, long, module, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, method, slot};
use std::ffi::CString;

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"get_errno", get_errno, c""),
        method::fastcall(c"set_errno", set_errno, c""),
        method::o(c"POINTER", pointer_class, c""),
        method::o(c"pointer", pointer_to, c""),
        method::varargs(c"_unpickle", unpickle, c""),
        method::o(c"buffer_info", buffer_info, c"Return buffer interface information"),
        method::varargs(c"resize", resize, c"Resize the memory buffer of a ctypes instance"),
        method::varargs(c"dlopen", dlopen, c"dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library"),
        method::varargs(c"dlclose", dlclose, c"dlclose a library"),
        method::varargs(c"dlsym", dlsym, c"find symbol in shared library"),
        method::o(c"alignment", alignment, c"alignment(C type) -> integer\nalignment(C instance) -> integer\nReturn the alignment requirements of a C instance"),
        method::o(c"sizeof", sizeof, c"sizeof(C type) -> integer\nsizeof(C instance) -> integer\nReturn the size in bytes of a C instance"),
        method::varargs(c"byref", byref, c"byref(C instance[, offset=0]) -> byref-object\nReturn a pointer lookalike to a C instance, only usable\nas function argument"),
        method::o(c"addressof", addressof, c"addressof(C instance) -> integer\nReturn the address of the C instance internal buffer"),
        method::varargs(c"call_function", |_: &Object, args: &Object| call_address(args, 0), c""),
        method::varargs(c"call_cdeclfunction", |_: &Object, args: &Object| call_address(args, 1), c""),
        method::varargs(c"PyObj_FromPtr", object_at, c""),
        method::o(c"Py_INCREF", |_: &Object, object: &Object| -> Result<Obj> { let _kept = object.owned().into_ptr(); Ok(object.owned()) }, c""),
        method::o(c"Py_DECREF", give_up, c""),
    ];
}

/// Pointer classes by what they point at.
static POINTERS: crate::support::Kept = crate::support::Kept("_ctypes pointer types");

fn make_ready() -> Result<()> {
    for class in metatype::all() {
        // SAFETY: a static type.
        unsafe { Type::from_raw(class) }.ready()?;
    }
    for class in [CData::class(), Argument::class(), field::Field::class(), callback::Thunk::class()] {
        class.ready()?;
    }
    for (class, metatype) in classes() {
        // SAFETY: static types; the metatype is set before anybody sees the class.
        unsafe {
            (*class).ob_base.ob_base.ob_type = metatype;
            Type::from_raw(class).ready()?;
        }
    }
    Ok(())
}

/// The base classes of the kinds, each with its metatype.
fn classes() -> [(*mut PyTypeObject, *mut PyTypeObject); 6] {
    [
        (&raw mut structure::Struct_Type, &raw mut metatype::PyCStructType),
        (&raw mut structure::Union_Type, &raw mut metatype::UnionType),
        (&raw mut pointer::Pointer_Type, &raw mut metatype::PyCPointerType),
        (&raw mut array::Array_Type, &raw mut metatype::PyCArrayType),
        (&raw mut simple::Simple_Type, &raw mut metatype::PyCSimpleType),
        (&raw mut funcptr::Function_Type, &raw mut metatype::PyCFuncPtrType),
    ]
}

pub(super) fn fill(this: &Object) -> Result<()> {
    make_ready()?;
    module::set_doc_string(this, "Create and manipulate C compatible data types in Python.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    for ((class, _), name) in
        classes().into_iter().zip(["Structure", "Union", "_Pointer", "Array", "_SimpleCData", "CFuncPtr"])
    {
        // SAFETY: a static type.
        module::add(this, name, unsafe { Type::from_raw(class) }.object())?;
    }
    module::add(this, "_pointer_type_cache", &*POINTERS.get_or_make(dict::new)?)?;
    let error = err::new_exception("ctypes.ArgumentError", None, None)?;
    module::add(this, "ArgumentError", &error)?;
    module::add(this, "__version__", &*unicode::from_str("1.1.0")?)?;
    crate::support::add_ints(
        this,
        &[
            ("FUNCFLAG_CDECL", 1),
            ("FUNCFLAG_USE_ERRNO", info::USE_ERRNO.into()),
            ("FUNCFLAG_USE_LASTERROR", 16),
            ("FUNCFLAG_PYTHONAPI", info::PYTHON_API.into()),
            ("RTLD_LOCAL", libc::RTLD_LOCAL.into()),
            ("RTLD_GLOBAL", libc::RTLD_GLOBAL.into()),
            ("_memmove_addr", libc::memmove as *const () as i64),
            ("_memset_addr", libc::memset as *const () as i64),
            ("_string_at_addr", string_at as *const () as i64),
            ("_wstring_at_addr", wstring_at as *const () as i64),
            ("_cast_addr", cast as *const () as i64),
        ],
    )
}

fn audit<const N: usize>(event: &str, args: [Obj; N]) -> Result<()> {
    crate::support::audit(event, args)
}

/// The address of a symbol of a library object, or the loader's message.
fn symbol(library: &Object, name: &[u8]) -> Result<core::result::Result<*mut c_void, String>> {
    let handle = krait_object::protocol::object::get_attr(library, intern!("_handle"))?;
    if !long::check(&handle) {
        return Err(err::type_error("the _handle attribute of the second argument must be an integer"));
    }
    let handle = long::as_void_ptr(&handle)?;
    let Ok(name) = CString::new(name) else { return Err(err::value_error("embedded null character")) };
    // SAFETY: a handle of the loader's, as the program says.
    let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
    Ok(if address.is_null() { Err(loader_error()) } else { Ok(address) })
}

/// What the loader says about the last failure.
fn loader_error() -> String {
    // SAFETY: NULL or a C string.
    unsafe {
        let message = libc::dlerror();
        if message.is_null() {
            return "unknown dlopen() error".to_owned();
        }
        core::ffi::CStr::from_ptr(message).to_string_lossy().into_owned()
    }
}

// ---- functions ----

fn get_errno(_module: &Object, args: &[&Object]) -> Result<c_int> {
    audit("ctypes.get_errno", [])?;
    crate::support::check_count("get_errno", args.len(), 0, 0).map(|()| call::own_errno())
}

fn set_errno(_module: &Object, args: &[&Object]) -> Result<c_int> {
    audit("ctypes.set_errno", [tuple::from_slice(args)?])?;
    crate::support::check_count("", args.len(), 1, 1)?;
    Ok(call::set_own_errno(crate::support::parse_int(args[0])?))
}

fn pointer_class(_module: &Object, class: &Object) -> Result<Obj> {
    let cache = POINTERS.get_or_make(dict::new)?;
    if let Some(pointer) = dict::get_item(&cache, class)? {
        return Ok(pointer);
    }
    let namespace = dict::new()?;
    let name = if unicode::check(class) {
        unicode::concat(intern!("LP_"), class)?
    } else if let Some(target) = class.downcast::<Type>() {
        dict::set_item(&namespace, intern!("_type_"), class)?;
        unicode::from_str(&format!("LP_{}", target.name()))?
    } else {
        return Err(err::type_error("must have a ctypes type"));
    };
    // SAFETY: static types.
    let (metatype, base) = unsafe {
        (Type::from_raw(&raw mut metatype::PyCPointerType), Type::from_raw(&raw mut pointer::Pointer_Type))
    };
    let bases = tuple::pack([base.object().owned()])?;
    let pointer = calls::call(metatype.object(), &[&name, &bases, &namespace])?;
    let key =
        if unicode::check(class) { long::from_void_ptr(pointer.as_ptr().cast())? } else { class.owned() };
    dict::set_item(&cache, &key, &pointer)?;
    Ok(pointer)
}

fn pointer_to(module: &Object, value: &Object) -> Result<Obj> {
    let class = pointer_class(module, value.class_of().object())?;
    calls::call1(&class, value)
}

fn unpickle(_module: &Object, args: &Object) -> Result<Obj> {
    let &[class, state] = tuple::items(args) else {
        return crate::support::check_count("_unpickle", tuple::items(args).len(), 2, 2)
            .map(|()| args.owned());
    };
    let new = calls::call_method_str(class, "__new__", &[class])?;
    let setstate = krait_object::protocol::object::get_attr(&new, intern!("__setstate__"))?;
    calls::call_object(&setstate, Some(state))?;
    Ok(new)
}

/// The information of a class or of an instance's class.
fn info_of_either(object: &Object) -> Option<&info::Info> {
    info::of(object).or_else(|| info::of_instance(object))
}

fn buffer_info(_module: &Object, object: &Object) -> Result<Obj> {
    let Some(info) = info_of_either(object) else {
        return Err(err::type_error("not a ctypes type or object"));
    };
    let shape = info.shape.borrow().iter().map(|n| long::from_i64(*n as i64)).collect::<Result<Vec<_>>>()?;
    let format = unicode::from_str(&info.format.borrow().to_string_lossy())?;
    tuple::pack([format, long::from_i64(shape.len() as i64)?, tuple::from_vec(shape)?])
}

fn resize(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("resize", args.len(), 2, 2)?;
    let size = krait_object::args::ssize(args[1])?;
    let Some(data) = args[0].downcast::<CData>() else {
        return Err(err::type_error("excepted ctypes instance"));
    };
    data.resize(size)
}

fn dlopen(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("dlopen", args.len(), 1, 2)?;
    let flags = args.get(1).map_or(Ok(libc::RTLD_NOW), |flags| crate::support::parse_int(flags))?;
    let path = match crate::support::not_none(Some(args[0])) {
        Some(name) => Some(crate::support::fs_bytes(name)?),
        None => None,
    };
    audit("ctypes.dlopen", [args[0].owned()])?;
    let path = path.map(|path| crate::support::c_string(bytes::as_slice(&path)));
    let name: *const c_char = path.as_ref().map_or(core::ptr::null(), |path| path.as_ptr().cast());
    // SAFETY: NULL or a C string; what the library runs is the program's business.
    let handle = unsafe { libc::dlopen(name, flags | libc::RTLD_NOW) };
    if handle.is_null() { Err(err::os_error(loader_error())) } else { long::from_void_ptr(handle) }
}

fn dlclose(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("dlclose", args.len(), 1, 1)?;
    let handle = long::as_void_ptr(args[0])?;
    // SAFETY: a handle of the loader's, as the program says.
    if unsafe { libc::dlclose(handle) } != 0 {
        return Err(err::os_error(loader_error()));
    }
    Ok(())
}

fn dlsym(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("dlsym", args.len(), 2, 2)?;
    let handle = long::as_void_ptr(args[0])?;
    let name = krait_object::args::text("dlsym", "argument 2", args[1])?;
    audit("ctypes.dlsym/handle", [args[0].owned(), args[1].owned()])?;
    let Ok(name) = CString::new(name) else { return Err(err::value_error("embedded null character")) };
    // SAFETY: a handle of the loader's, as the program says.
    let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if address.is_null() { Err(err::os_error(loader_error())) } else { long::from_void_ptr(address) }
}

fn alignment(_module: &Object, object: &Object) -> Result<usize> {
    match info_of_either(object) {
        Some(info) => Ok(info.align.get()),
        None => Err(err::type_error("no alignment info")),
    }
}

fn sizeof(_module: &Object, object: &Object) -> Result<usize> {
    if let Some(info) = info::of(object) {
        return Ok(info.size.get());
    }
    match object.downcast::<CData>() {
        Some(data) => Ok(data.size.get()),
        None => Err(err::type_error("this type has no size")),
    }
}

fn byref(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("byref", args.len(), 1, 2)?;
    let offset = args.get(1).map_or(Ok(0), |offset| number::as_ssize(offset, None))?;
    let Some(data) = args[0].downcast::<CData>() else {
        let name = args[0].class_of().name();
        return Err(err::type_error(format_args!(
            "byref() argument must be a ctypes instance, not '{name}'"
        )));
    };
    let address = data.ptr().wrapping_offset(offset);
    Ok(Argument::pointer(b'P', address.cast(), Some(args[0].owned()))?.upcast())
}

fn addressof(_module: &Object, object: &Object) -> Result<Obj> {
    let Some(data) = object.downcast::<CData>() else { return Err(err::type_error("invalid type")) };
    audit("ctypes.addressof", [object.owned()])?;
    long::from_void_ptr(data.ptr().cast())
}

fn call_address(args: &Object, flags: u32) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("call_function", args.len(), 2, 2)?;
    let function = long::as_void_ptr(args[0])?;
    if !tuple::check(args[1]) {
        return Err(crate::support::wrong_type("call_function", 2, "tuple", args[1]));
    }
    audit("ctypes.call_function", [args[0].owned(), args[1].owned()])?;
    // SAFETY: the program says that there is such a function.
    unsafe { call::call_function(function, tuple::items(args[1]), flags, None, None, None) }
}

fn object_at(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("PyObj_FromPtr", args.len(), 1, 1)?;
    let address = long::as_void_ptr(args[0])?;
    audit("ctypes.PyObj_FromPtr", [long::from_void_ptr(address)?])?;
    // SAFETY: the program says that an object is there.
    Ok(unsafe { Object::from_ptr(address.cast()) }.owned())
}

fn give_up(_module: &Object, object: &Object) -> Result<Obj> {
    // SAFETY: the program says that a reference too many is there.
    unsafe { krait_object::refcount::decref(object.as_ptr()) };
    Ok(object.owned())
}

// ---- C functions that `ctypes` calls by address ----

unsafe extern "C" fn string_at(text: *const c_char, size: c_int) -> *mut PyObject {
    slot::guard(core::ptr::null_mut(), || {
        let read = || -> Result<Obj> {
            let args = [long::from_void_ptr(text.cast())?, long::from_i64(size.into())?];
            audit("ctypes.string_at", args)?;
            // SAFETY: the program says that so many bytes, or a C string, are there.
            unsafe {
                if size < 0 {
                    return bytes::from_slice(core::ffi::CStr::from_ptr(text).to_bytes());
                }
                bytes::from_slice(core::slice::from_raw_parts(text.cast(), size as usize))
            }
        };
        read().map_or(core::ptr::null_mut(), Obj::into_ptr)
    })
}

unsafe extern "C" fn wstring_at(text: *const wchar_t, size: c_int) -> *mut PyObject {
    slot::guard(core::ptr::null_mut(), || {
        let read = || -> Result<Obj> {
            let args = [long::from_void_ptr(text.cast())?, long::from_i64(size.into())?];
            audit("ctypes.wstring_at", args)?;
            // SAFETY: the program says that so many characters, or a wide string, are there.
            unsafe { unicode::from_wide_char(text, size as isize) }
        };
        read().map_or(core::ptr::null_mut(), Obj::into_ptr)
    })
}

unsafe extern "C" fn cast(
    address: *mut c_void,
    source: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: `ctypes` passes live objects.
    let (source, class) = unsafe { (Object::from_ptr(source), Object::from_ptr(class)) };
    slot::guard(core::ptr::null_mut(), || {
        cast_to(address, source, class).map_or(core::ptr::null_mut(), Obj::into_ptr)
    })
}

fn cast_to(address: *mut c_void, source: &Object, class: &Object) -> Result<Obj> {
    let is_pointer = info::of(class).is_some_and(|info| match info.kind {
        Kind::Pointer | Kind::Function => true,
        Kind::Simple => matches!(info.letter(), Some(b's' | b'P' | b'z' | b'U' | b'Z' | b'X' | b'O')),
        _ => false,
    });
    if !is_pointer {
        let name = match class.downcast::<Type>() {
            Some(class) => class.name(),
            None => class.class_of().name(),
        };
        return Err(err::type_error(format_args!("cast() argument 2 must be a pointer, not {name}")));
    }
    let made = calls::call0(class)?;
    let Some(result) = made.downcast::<CData>() else { return Err(err::bad_internal_call()) };
    if let Some(data) = source.downcast::<CData>() {
        let objects = data.container_objects();
        if let Some(kept) = objects.as_deref().filter(|kept| dict::check_exact(kept)) {
            dict::set_item(kept, &*long::from_void_ptr(source.as_ptr().cast())?, source)?;
        }
        result.objects.set_opt(objects);
    }
    result.set_pointer(address);
    Ok(made)
}
