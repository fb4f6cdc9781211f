//! `object`: the class that every other class extends. Its instances are bare heads.

mod reduce;

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::object as objects;
use crate::slot::{self, CompareOp};
use crate::types::macros::{format, get};
use crate::types::typeobject::{self, PyType_GenericAlloc, Type};
use crate::types::{dict, long, none, tuple, unicode};
use core::ffi::c_void;
use krait_abi::*;

crate::static_type! {
    /// `object`
    #[unsafe(no_mangle)]
    pub static PyBaseObject_Type = {
        tp_name: c"object".as_ptr(),
        tp_basicsize: size_of::<PyObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_hash: Some(_Py_HashPointer),
        tp_str: slot::unary(str),
        tp_getattro: Some(objects::PyObject_GenericGetAttr),
        tp_setattro: Some(objects::PyObject_GenericSetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
        tp_doc: c"object()\n--\n\nThe base class of the class hierarchy.\n\nIts instances have no attributes of their own and cannot be given any.".as_ptr(),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_init: slot::init(init),
        tp_alloc: Some(PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(crate::memory::PyObject_Free),
    };
}

/// The class `object`.
#[inline(always)]
pub fn class() -> &'static Type {
    // SAFETY: a static type object.
    unsafe { Type::from_raw(&raw mut PyBaseObject_Type) }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone; every ready type has tp_free.
    unsafe { (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast()) }
}

/// `_Py_HashPointerRaw`: an address rotated, because the low bits of addresses are all zero.
#[inline(always)]
pub fn hash_pointer_raw(pointer: *const c_void) -> Py_hash_t {
    (pointer as usize).rotate_right(4) as Py_hash_t
}

/// `_Py_HashPointer`.
#[inline(always)]
pub fn hash_pointer(pointer: *const c_void) -> Py_hash_t {
    let hash = hash_pointer_raw(pointer);
    if hash == -1 { -2 } else { hash }
}

/// `_Py_HashPointer`, the address that the `tp_hash` of classes without own comparison holds.
/// # Safety
/// Any pointer will do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_HashPointer(pointer: *mut PyObject) -> Py_hash_t {
    hash_pointer(pointer.cast())
}

// Slots

fn repr(object: &Object) -> Result<Obj> {
    let class = object.class_of();
    let module = match objects::get_attr(class, intern!("__module__")) {
        Ok(module) if unicode::check(&module) => Some(module),
        Ok(_) => None,
        Err(_) => {
            err::clear();
            None
        }
    };
    match module {
        Some(module) if !unicode::eq_str(&module, "builtins") => {
            let qualname = typeobject::qualname(class)?;
            format(format_args!(
                "<{}.{} object at {:p}>",
                unicode::display(&module),
                unicode::display(&qualname),
                object.as_ptr()
            ))
        }
        _ => format(format_args!("<{} object at {:p}>", class.name(), object.as_ptr())),
    }
}

/// `object.__str__` is the class's repr.
fn str(object: &Object) -> Result<Obj> {
    match get!(object.class_of(), tp_repr) {
        // SAFETY: the contract of tp_repr.
        Some(slot) => unsafe { Obj::from_owned_or_raised(slot(object.as_ptr())) },
        None => repr(object),
    }
}

/// Identity for `==`; `!=` is the opposite of whatever the class says of `==`.
fn rich_compare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    match op {
        CompareOp::Eq if this.is(other) => Ok(crate::types::bool::from_bool(true)),
        CompareOp::Ne => {
            let Some(slot) = get!(this.class_of(), tp_richcompare) else {
                return Ok(none::not_implemented().owned());
            };
            // SAFETY: the contract of tp_richcompare.
            let equal = unsafe {
                Obj::from_owned_or_raised(slot(this.as_ptr(), other.as_ptr(), CompareOp::Eq as i32))?
            };
            if equal.is(none::not_implemented()) {
                return Ok(equal);
            }
            Ok(crate::types::bool::from_bool(!objects::is_true(&equal)?))
        }
        _ => Ok(none::not_implemented().owned()),
    }
}

/// Whether instances of a class compare by identity: their slot is that of `object`.
#[inline(always)]
pub fn has_default_comparison(own: &Type) -> bool {
    get!(own, tp_richcompare).map(|f| f as usize) == get!(class(), tp_richcompare).map(|f| f as usize)
}

/// Whether a class has the `tp_init` (or `tp_new`) of `object`.
macro_rules! has_slot_of_object {
    ($class:expr, $slot:ident) => {
        get!($class, $slot).map(|f| f as usize) == get!(class(), $slot).map(|f| f as usize)
    };
}

/// Whether instances of a class have the `tp_init` of `object`, which does nothing without arguments.
#[inline(always)]
pub(crate) fn has_default_init(own: &Type) -> bool {
    has_slot_of_object!(own, tp_init)
}

/// Whether a call has arguments besides the class or instance.
fn has_arguments(args: &Object, kw: Option<&Object>) -> bool {
    !tuple::items(args).is_empty() || kw.is_some_and(|kw| dict::check(kw) && dict::len(kw) != 0)
}

/// Arguments are refused here unless the class overrides `__new__` but not `__init__`, in which case it is the
/// other function's business; and the other way round in [`new`].
fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    if !has_arguments(args, kw) {
        return Ok(());
    }
    let own = this.class_of();
    if !has_slot_of_object!(own, tp_init) {
        return Err(err::type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        ));
    }
    if has_slot_of_object!(own, tp_new) {
        return Err(err::type_error(format_args!(
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            own.name()
        )));
    }
    Ok(())
}

fn new(own: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if has_arguments(args, kw) {
        if !has_slot_of_object!(own, tp_new) {
            return Err(err::type_error(
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if has_slot_of_object!(own, tp_init) {
            return Err(err::type_error(format_args!("{}() takes no arguments", own.name())));
        }
    }
    if own.has(Py_TPFLAGS_IS_ABSTRACT) {
        return Err(abstract_class(own));
    }
    own.alloc(0)
}

#[cold]
fn abstract_class(own: &Type) -> err::Raised {
    let message = || -> Result<String> {
        let methods = objects::get_attr(own, intern!("__abstractmethods__"))?;
        let sorted = crate::protocol::sequence::list(&methods)?;
        let Some(sorted) = sorted.downcast::<crate::types::list::List>() else { return Ok(String::new()) };
        sorted.sort()?;
        let mut names = Vec::new();
        for i in 0..sorted.len() {
            if let Some(name) = sorted.get(i) {
                if !unicode::check(&name) {
                    return Err(err::type_error(format_args!(
                        "sequence item {i}: expected str instance, {} found",
                        name.class_of().name()
                    )));
                }
                names.push(unicode::display(&name).to_string());
            }
        }
        let plural = if names.len() > 1 { "s" } else { "" };
        Ok(format!(
            "Can't instantiate abstract class {} with abstract method{plural} {}",
            own.name(),
            names.join(", ")
        ))
    };
    match message() {
        Ok(message) => err::type_error(message),
        Err(raised) => raised,
    }
}

// Attributes and methods

crate::getsets! {
    static GETSETS = [
        method::getset(c"__class__", get_class, typeobject::set_class, c"The object's class."),
    ];
}

/// Whether an attribute of a class is `object.__class__`, which tells the class of an object as it is.
pub(crate) fn is_class_attribute(attribute: &Object) -> bool {
    // SAFETY: an exact getset descriptor has its layout.
    core::ptr::eq(attribute.type_ptr(), &raw mut crate::types::descr::getset::PyGetSetDescr_Type)
        && unsafe { (*attribute.as_ptr().cast::<PyGetSetDescrObject>()).d_getset }
            == (&raw mut GETSETS).cast()
}

fn get_class(this: &Object) -> Result<Obj> {
    Ok(this.class_of().owned().upcast())
}

crate::methods! {
    static METHODS = [
        method::o(c"__reduce_ex__", reduce::reduce_ex,
            c"__reduce_ex__($self, protocol, /)\n--\n\nWhat pickle stores for the object with the protocol."),
        method::noargs(c"__reduce__", reduce::reduce, c"__reduce__($self, /)\n--\n\nWhat pickle stores for the object."),
        method::with_flags(method::varargs(c"__subclasshook__", subclass_hook,
            c"Lets an abstract class override issubclass().\n\nCalled by its __subclasscheck__; returns True, False or NotImplemented for \
              the ordinary answer."), METH_CLASS),
        method::with_flags(method::noargs(c"__init_subclass__", init_subclass,
            c"Called when a class is subclassed; does nothing, to be overridden."), METH_CLASS),
        method::o(c"__format__", format_method, c"__format__($self, format_spec, /)\n--\n\nThe text of str(self); no format is supported."),
        method::noargs(c"__sizeof__", size_of_object, c"__sizeof__($self, /)\n--\n\nThe size of the object in bytes."),
        method::noargs(c"__dir__", dir, c"__dir__($self, /)\n--\n\nThe names of the object, its class and their bases."),
    ];
}

fn subclass_hook(_class: &Object, _args: &Object) -> Result<Obj> {
    Ok(none::not_implemented().owned())
}

fn init_subclass(_class: &Object) -> Result<()> {
    Ok(())
}

fn format_method(this: &Object, spec: &Object) -> Result<Obj> {
    if !unicode::check(spec) {
        return Err(err::type_error(format_args!(
            "__format__() argument must be str, not {}",
            spec.class_of().name()
        )));
    }
    if unicode::len(spec) > 0 {
        return Err(err::type_error(format_args!(
            "unsupported format string passed to {}.__format__",
            this.class_of().name()
        )));
    }
    objects::str(this)
}

fn size_of_object(this: &Object) -> Result<Obj> {
    let class = this.class_of();
    let mut size = get!(class, tp_basicsize);
    let item = get!(class, tp_itemsize);
    if item > 0 {
        // SAFETY: an object of a class with items has a count; its sign may carry other meaning.
        size += item * unsafe { (*this.as_ptr().cast::<PyVarObject>()).ob_size }.abs();
    }
    long::from_i64(size as i64)
}

fn dir(this: &Object) -> Result<Obj> {
    // A copy: the names of the class are merged into it.
    let names = match objects::lookup_attr(this, intern!("__dict__"))? {
        Some(own) if dict::check(&own) => dict::copy(&own)?,
        _ => dict::new()?,
    };
    if let Some(class) = objects::lookup_attr(this, intern!("__class__"))? {
        typeobject::merge_class_dict(&names, &class)?;
    }
    dict::keys(&names)
}
