//! Attribute access: `PyObject_GetAttr` and relatives, the generic slots, instance dicts.

use super::call;
use crate::err::{self, Raised};
use crate::handle::{Layout, Obj, Object, Result, as_ptr_opt};
use crate::slot::guard;
use crate::types::macros::get;
use crate::types::typeobject::{Type, attribute_name_error};
use crate::types::{dict, exceptions, unicode};
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;

/// The address of the generic getter, to recognise classes that use it.
#[inline(always)]
fn is_generic_getter(class: &Type) -> bool {
    get!(class, tp_getattro).is_some_and(|f| {
        core::ptr::fn_addr_eq(
            f,
            PyObject_GenericGetAttr as unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject,
        )
    })
}

/// `PyObject_GetAttr`.
#[inline]
pub fn get_attr(object: &Object, name: &Object) -> Result<Obj> {
    let class = object.class_of();
    if is_generic_getter(class) {
        return generic_get_attr(object, name);
    }
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    if let Some(getattro) = get!(class, tp_getattro) {
        // SAFETY: the contract of tp_getattro.
        return unsafe { Obj::from_owned_or_raised(getattro(object.as_ptr(), name.as_ptr())) };
    }
    if let Some(getattr) = get!(class, tp_getattr) {
        let text = unicode::as_utf8(name)?;
        // SAFETY: the contract of tp_getattr; the UTF-8 form of a str ends with NUL.
        return unsafe {
            Obj::from_owned_or_raised(getattr(object.as_ptr(), text.as_ptr().cast_mut().cast()))
        };
    }
    Err(no_attribute(object, name))
}

/// `PyObject_GetAttrString`.
pub fn get_attr_str(object: &Object, name: &str) -> Result<Obj> {
    get_attr_utf8(object, name.as_bytes())
}

/// `PyObject_GetAttrString`: the name as UTF-8 bytes without a NUL among them.
#[inline]
pub fn get_attr_utf8(object: &Object, name: &[u8]) -> Result<Obj> {
    let class = object.class_of();
    if get!(class, tp_getattro).is_none()
        && let Some(getattr) = get!(class, tp_getattr)
    {
        let text = std::ffi::CString::new(name)
            .map_err(|_| err::attribute_error(format_args!("{}", String::from_utf8_lossy(name))))?;
        // SAFETY: the contract of tp_getattr.
        return unsafe { Obj::from_owned_or_raised(getattr(object.as_ptr(), text.as_ptr().cast_mut())) };
    }
    get_attr(object, &*unicode::from_name(name)?)
}

/// `_PyObject_LookupAttr`: `AttributeError` becomes `None`, and is not even raised where the generic getter is used.
#[inline]
pub fn lookup_attr(object: &Object, name: &Object) -> Result<Option<Obj>> {
    if is_generic_getter(object.class_of()) {
        return generic_lookup_attr(object, name);
    }
    match get_attr(object, name) {
        Ok(value) => Ok(Some(value)),
        Err(_) if err::matches(exceptions::AttributeError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// Whether `object.__class__` is known to be the object's class.
#[inline]
pub(super) fn shows_own_class(object: &Object) -> bool {
    let class = object.class_of();
    is_generic_getter(class)
        && class.lookup(crate::intern!("__class__")).is_some_and(crate::types::object::is_class_attribute)
}

/// [`lookup_attr`] by a Rust string.
pub fn lookup_attr_str(object: &Object, name: &str) -> Result<Option<Obj>> {
    lookup_attr(object, &*unicode::from_str(name)?)
}

/// `PyObject_HasAttr`: any error means no.
pub fn has_attr(object: &Object, name: &Object) -> bool {
    match lookup_attr(object, name) {
        Ok(found) => found.is_some(),
        Err(_) => {
            err::clear();
            false
        }
    }
}

/// `PyObject_HasAttrString`: any error means no.
pub fn has_attr_str(object: &Object, name: &str) -> bool {
    match get_attr_str(object, name) {
        Ok(_) => true,
        Err(_) => {
            err::clear();
            false
        }
    }
}

/// `PyObject_SetAttr`; no value deletes. The name is interned, so that instance dicts hold interned names.
pub fn set_attr(object: &Object, name: &Object, value: Option<&Object>) -> Result<()> {
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    let interned;
    let name = if is_interned(name) {
        name
    } else {
        interned = unicode::intern(name.owned());
        &*interned
    };
    let class = object.class_of();
    let status = if let Some(setattro) = get!(class, tp_setattro) {
        // SAFETY: the contract of tp_setattro.
        unsafe { setattro(object.as_ptr(), name.as_ptr(), as_ptr_opt(value)) }
    } else if let Some(setattr) = get!(class, tp_setattr) {
        let text = unicode::as_utf8(name)?;
        // SAFETY: the contract of tp_setattr; the UTF-8 form of a str ends with NUL.
        unsafe { setattr(object.as_ptr(), text.as_ptr().cast_mut().cast(), as_ptr_opt(value)) }
    } else {
        return Err(cannot_set(object, name, value.is_none()));
    };
    Raised::unless_zero(status)
}

/// `PyObject_SetAttrString`.
pub fn set_attr_str(object: &Object, name: &str, value: Option<&Object>) -> Result<()> {
    set_attr(object, &*unicode::intern_str(name)?, value)
}

/// Whether a `str` is the interned one of its text.
#[inline(always)]
pub fn is_interned(name: &Object) -> bool {
    // SAFETY: a str: its state word says whether it is interned (bits 0 and 1).
    unsafe { *name.as_ptr().cast::<u8>().add(core::mem::offset_of!(PyASCIIObject, state)) & 3 != 0 }
}

#[cold]
fn cannot_set(object: &Object, name: &Object, deleting: bool) -> Raised {
    let class = object.class_of();
    let what = if deleting { "del" } else { "assign to" };
    let has = if get!(class, tp_getattr).is_none() && get!(class, tp_getattro).is_none() {
        "has no attributes"
    } else {
        "has only read-only attributes"
    };
    err::type_error(format_args!("'{}' object {has} ({what} .{})", class.name(), unicode::display(name)))
}

#[cold]
fn no_attribute(object: &Object, name: &Object) -> Raised {
    err::attribute_error(format_args!(
        "'{}' object has no attribute '{}'",
        object.class_of().name(),
        unicode::display(name)
    ))
}

/// `_PyObject_LookupSpecial`: looks `name` up on the class and binds it; `None` when missing.
pub fn lookup_special(object: &Object, name: &Object) -> Result<Option<Obj>> {
    let class = object.class_of();
    let Some(attribute) = class.lookup(name).map(Layout::owned) else { return Ok(None) };
    match get!(attribute.class_of(), tp_descr_get) {
        // SAFETY: the contract of tp_descr_get.
        Some(descr_get) => unsafe {
            Obj::from_owned_or_raised(descr_get(attribute.as_ptr(), object.as_ptr(), class.as_ptr()))
                .map(Some)
        },
        None => Ok(Some(attribute)),
    }
}

/// Looks a method up on the class, like [`lookup_special`]: unbound where it can be called with the object in front.
pub fn special_method(object: &Object, name: &Object) -> Result<Option<Method>> {
    let class = object.class_of();
    let Some(attribute) = class.lookup(name).map(Layout::owned) else { return Ok(None) };
    let kind = attribute.class_of();
    if kind.has(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return Ok(Some(Method::Unbound(attribute)));
    }
    match get!(kind, tp_descr_get) {
        // SAFETY: the contract of tp_descr_get.
        Some(descr_get) => unsafe {
            bind(descr_get, &attribute, object, class).map(|bound| Some(Method::Bound(bound)))
        },
        None => Ok(Some(Method::Bound(attribute))),
    }
}

impl Method {
    /// Calls the method of `object`.
    pub fn call0(&self, object: &Object) -> Result<Obj> {
        match self {
            Method::Unbound(function) => call::call1(function, object),
            Method::Bound(bound) => call::call0(bound),
        }
    }

    /// Calls the method of `object` with an argument.
    pub fn call1(&self, object: &Object, argument: &Object) -> Result<Obj> {
        match self {
            Method::Unbound(function) => call::call(function, &[object, argument]),
            Method::Bound(bound) => call::call1(bound, argument),
        }
    }
}

/// What [`get_method`] found.
pub enum Method {
    /// A function from the class, to be called with the object as first argument.
    Unbound(Obj),
    /// Anything else: an attribute to be called as it is.
    Bound(Obj),
}

/// `_PyObject_GetMethod`: like [`get_attr`], but makes no bound method where the class's attribute is a function.
#[inline]
pub fn get_method(object: &Object, name: &Object) -> Result<Method> {
    let class = object.class_of();
    if !is_generic_getter(class) || !unicode::check(name) {
        return get_attr(object, name).map(Method::Bound);
    }
    class.ensure_dict()?;
    let attribute = class.lookup(name);
    let mut descr_get = None;
    let mut is_method = false;
    if let Some(attribute) = attribute {
        let kind = attribute.class_of();
        if kind.has(Py_TPFLAGS_METHOD_DESCRIPTOR) {
            is_method = true;
        } else {
            descr_get = get!(kind, tp_descr_get);
            if let Some(descr_get) = descr_get
                && get!(kind, tp_descr_set).is_some()
            {
                // SAFETY: the contract of tp_descr_get.
                return unsafe { bind(descr_get, &attribute.owned(), object, class).map(Method::Bound) };
            }
        }
    }
    let (attribute, own) = with_instance_attribute(object, name, None, attribute)?;
    if let Some(value) = own {
        return Ok(Method::Bound(value));
    }
    match (attribute, descr_get) {
        (Some(attribute), _) if is_method => Ok(Method::Unbound(attribute)),
        // SAFETY: the contract of tp_descr_get.
        (Some(attribute), Some(descr_get)) => unsafe {
            bind(descr_get, &attribute, object, class).map(Method::Bound)
        },
        (Some(attribute), None) => Ok(Method::Bound(attribute)),
        (None, _) => Err(no_attribute(object, name)),
    }
}

type DescrGet = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;

/// # Safety
/// `descr_get` is the slot of the attribute's class.
#[inline(always)]
unsafe fn bind(descr_get: DescrGet, attribute: &Object, object: &Object, class: &Type) -> Result<Obj> {
    // SAFETY: the caller's promise; the contract of tp_descr_get.
    unsafe { Obj::from_owned_or_raised(descr_get(attribute.as_ptr(), object.as_ptr(), class.as_ptr())) }
}

// The instance dict

pub use crate::types::dict::dict_pointer;

/// The object's dict, if there is one now.
pub fn instance_dict(object: &Object) -> Option<Obj> {
    // SAFETY: a live object; the field is NULL or owns a dict.
    unsafe {
        let pointer = dict_pointer(object.as_ptr());
        if pointer.is_null() { None } else { Object::from_ptr_opt(*pointer).map(Layout::owned) }
    }
}

/// Looks `name` up in the object's own dict (or in the one given), and makes the class attribute that was found before
/// an owned reference: before the lookup when that can run Python code (keys that are no strings), after it otherwise,
/// and not at all when the dict has the name.
#[inline(always)]
fn with_instance_attribute(
    object: &Object,
    name: &Object,
    dict: Option<&Object>,
    attribute: Option<&Object>,
) -> Result<(Option<Obj>, Option<Obj>)> {
    // SAFETY: a live object; the field is NULL or owns a dict.
    let dict = dict.or_else(|| unsafe {
        let pointer = dict_pointer(object.as_ptr());
        if pointer.is_null() { None } else { Object::from_ptr_opt(*pointer) }
    });
    let Some(dict) = dict else { return Ok((attribute.map(Layout::owned), None)) };
    // SAFETY: the value is taken at once.
    match unsafe { dict::get_str_key(dict, name) } {
        Some(Some(value)) => Ok((None, Some(value.owned()))),
        Some(None) => Ok((attribute.map(Layout::owned), None)),
        None => {
            let attribute = attribute.map(Layout::owned);
            Ok((attribute, lookup_in(dict, name)?))
        }
    }
}

#[cold]
fn lookup_in(dict: &Object, name: &Object) -> Result<Option<Obj>> {
    let dict = dict.owned();
    let hash = if unicode::check_exact(name) { unicode::hash(name) } else { super::object::hash(name)? };
    // SAFETY: the value is taken at once, before anything can change the dict.
    unsafe { Ok(dict::get_known_hash(&dict, name, hash)?.map(Layout::owned)) }
}

// The generic slots

/// The common part: `None` when there is no such attribute.
#[inline(always)]
fn generic_find(object: &Object, name: &Object, dict: Option<&Object>) -> Result<Option<Obj>> {
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    let class = object.class_of();
    class.ensure_dict()?;
    let attribute = class.lookup(name);
    let mut descr_get = None;
    if let Some(attribute) = attribute {
        let kind = attribute.class_of();
        descr_get = get!(kind, tp_descr_get);
        if let Some(descr_get) = descr_get
            && get!(kind, tp_descr_set).is_some()
        {
            // SAFETY: the contract of tp_descr_get.
            return unsafe { bind(descr_get, &attribute.owned(), object, class).map(Some) };
        }
    }
    let (attribute, own) = with_instance_attribute(object, name, dict, attribute)?;
    if own.is_some() {
        return Ok(own);
    }
    match (attribute, descr_get) {
        // SAFETY: the contract of tp_descr_get.
        (Some(attribute), Some(descr_get)) => unsafe { bind(descr_get, &attribute, object, class).map(Some) },
        (attribute, _) => Ok(attribute),
    }
}

/// `PyObject_GenericGetAttr`.
#[inline]
pub fn generic_get_attr(object: &Object, name: &Object) -> Result<Obj> {
    match generic_find(object, name, None)? {
        Some(value) => Ok(value),
        None => Err(no_attribute(object, name)),
    }
}

/// `_PyObject_GenericGetAttrWithDict` with `suppress`: `AttributeError` becomes `None`.
pub fn generic_lookup_attr(object: &Object, name: &Object) -> Result<Option<Obj>> {
    suppress(generic_find(object, name, None))
}

fn suppress(result: Result<Option<Obj>>) -> Result<Option<Obj>> {
    match result {
        Err(_) if err::matches(exceptions::AttributeError()) => {
            err::clear();
            Ok(None)
        }
        result => result,
    }
}

/// `_PyObject_GenericGetAttrWithDict`: with `suppress`, a missing attribute is `None`, else `AttributeError`.
pub fn generic_get_attr_with_dict(
    object: &Object,
    name: &Object,
    dict: Option<&Object>,
    suppressed: bool,
) -> Result<Option<Obj>> {
    let found = generic_find(object, name, dict);
    if suppressed {
        return suppress(found);
    }
    match found? {
        Some(value) => Ok(Some(value)),
        None => Err(no_attribute(object, name)),
    }
}

/// `_PyObject_GenericSetAttrWithDict`; no value deletes.
pub fn generic_set_attr_with_dict(
    object: &Object,
    name: &Object,
    value: Option<&Object>,
    dict: Option<&Object>,
) -> Result<()> {
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    let class = object.class_of();
    class.ensure_dict()?;
    let attribute = class.lookup(name).map(Layout::owned);
    if let Some(attribute) = &attribute
        && let Some(descr_set) = get!(attribute.class_of(), tp_descr_set)
    {
        // SAFETY: the contract of tp_descr_set.
        let status = unsafe { descr_set(attribute.as_ptr(), object.as_ptr(), as_ptr_opt(value)) };
        return Raised::unless_zero(status);
    }
    let dict = match dict {
        Some(dict) => dict.owned(),
        None => {
            // SAFETY: a live object.
            let pointer = unsafe { dict_pointer(object.as_ptr()) };
            if pointer.is_null() {
                return Err(match attribute {
                    None => no_attribute(object, name),
                    Some(_) => err::attribute_error(format_args!(
                        "'{}' object attribute '{}' is read-only",
                        class.name(),
                        unicode::display(name)
                    )),
                });
            }
            // SAFETY: the place of the object's dict.
            return missing_key_to_attribute(name, unsafe {
                dict::object_dict_set_item(class.as_raw(), pointer, name, value)
            });
        }
    };
    missing_key_to_attribute(
        name,
        match value {
            Some(value) => dict::set_item(&dict, name, value),
            None => dict::del_item(&dict, name),
        },
    )
}

/// `KeyError` of an instance dict becomes `AttributeError`.
#[inline(always)]
fn missing_key_to_attribute(name: &Object, result: Result<()>) -> Result<()> {
    if result.is_err() && err::matches(exceptions::KeyError()) {
        return Err(err::set_object(exceptions::AttributeError(), name));
    }
    result
}

/// The dict in the field, made now if there is none.
fn ensure_instance_dict(class: &Type, pointer: *mut *mut PyObject) -> Result<Obj> {
    // SAFETY: a field of a live object, NULL or owning a dict.
    unsafe {
        if let Some(dict) = Object::from_ptr_opt(*pointer) {
            return Ok(dict.owned());
        }
        let dict = dict::new_for_instance(class.as_raw())?;
        *pointer = dict.clone().into_ptr();
        Ok(dict)
    }
}

/// `PyObject_GenericGetDict`: the object's dict, made now if there is none.
pub fn generic_get_dict(object: &Object) -> Result<Obj> {
    // SAFETY: a live object.
    let pointer = unsafe { dict_pointer(object.as_ptr()) };
    if pointer.is_null() {
        return Err(err::attribute_error("This object has no __dict__"));
    }
    ensure_instance_dict(object.class_of(), pointer)
}

/// `PyObject_GenericSetDict`.
pub fn generic_set_dict(object: &Object, value: Option<&Object>) -> Result<()> {
    // SAFETY: a live object.
    let pointer = unsafe { dict_pointer(object.as_ptr()) };
    if pointer.is_null() {
        return Err(err::attribute_error("This object has no __dict__"));
    }
    let Some(value) = value else { return Err(err::type_error("cannot delete __dict__")) };
    if !dict::check(value) {
        return Err(err::type_error(format_args!(
            "__dict__ must be set to a dictionary, not a '{}'",
            value.class_of().name()
        )));
    }
    // SAFETY: the field owns the old dict, which is dropped after the new one stands there.
    drop(unsafe {
        Obj::<Object>::from_owned_opt(core::mem::replace(&mut *pointer, value.owned().into_ptr()))
    });
    Ok(())
}

/// `PyObject_GenericGetAttr`, the address that `tp_getattro` slots hold.
/// # Safety
/// The contract of `tp_getattro`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericGetAttr(
    object: *mut PyObject,
    name: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the contract of tp_getattro.
    let (object, name) = unsafe { (Object::from_ptr(object), Object::from_ptr(name)) };
    guard(null_mut(), || generic_get_attr(object, name).map_or(null_mut(), Obj::into_ptr))
}

/// `PyObject_GenericSetAttr`, the address that `tp_setattro` slots hold.
/// # Safety
/// The contract of `tp_setattro`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericSetAttr(
    object: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the contract of tp_setattro.
    let (object, name, value) =
        unsafe { (Object::from_ptr(object), Object::from_ptr(name), Object::from_ptr_opt(value)) };
    guard(-1, || generic_set_attr_with_dict(object, name, value, None).map_or(-1, |()| 0))
}

/// `PyObject_GenericGetDict`, the address that getset tables hold.
/// # Safety
/// The contract of a getter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericGetDict(
    object: *mut PyObject,
    _context: *mut c_void,
) -> *mut PyObject {
    // SAFETY: the contract of a getter.
    let object = unsafe { Object::from_ptr(object) };
    guard(null_mut(), || generic_get_dict(object).map_or(null_mut(), Obj::into_ptr))
}

/// `PyObject_GenericSetDict`, the address that getset tables hold.
/// # Safety
/// The contract of a setter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GenericSetDict(
    object: *mut PyObject,
    value: *mut PyObject,
    _context: *mut c_void,
) -> c_int {
    // SAFETY: the contract of a setter.
    let (object, value) = unsafe { (Object::from_ptr(object), Object::from_ptr_opt(value)) };
    guard(-1, || generic_set_dict(object, value).map_or(-1, |()| 0))
}
