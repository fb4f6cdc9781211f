//! `PyType_Ready`: fills in what a type object left out.
//!
//! For a type that carries the heap flag nothing behind the 408 bytes of `PyTypeObject` is touched: Cython sets that
//! flag on its static types for the length of this call.

use super::{Type, doc, inherit, mro, slotdefs, subclasses};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::descr;
use crate::types::macros::{get, set};
use crate::types::{dict, none, tuple};
use core::ffi::CStr;
use core::ptr::null_mut;
use krait_abi::*;

/// Makes a type ready. On failure it stays unready, and a later call tries again.
pub(super) fn ready(class: &Type) -> Result<()> {
    if class.has(Py_TPFLAGS_READYING) {
        return Ok(()); // reached again through its own base or MRO
    }
    set!(class, tp_flags, class.flags() | Py_TPFLAGS_READYING);
    let result = fill(class);
    let flags = class.flags() & !Py_TPFLAGS_READYING;
    set!(class, tp_flags, if result.is_ok() { flags | Py_TPFLAGS_READY } else { flags });
    result
}

fn fill(class: &Type) -> Result<()> {
    set_bases(class)?;
    if get!(class, tp_dict).is_null() {
        set!(class, tp_dict, dict::new()?.into_ptr());
    }
    fill_dict(class)?;
    mro::update(class)?;
    inherit_all(class)?;
    check_free(class)?;
    set_doc(class)?;
    set_hash(class)?;
    subclasses::add_to_all(class)
}

fn set_bases(class: &Type) -> Result<()> {
    let object = crate::types::object::class();
    if get!(class, tp_base).is_null() && !class.is(object) {
        set!(class, tp_base, object.owned().into_ptr().cast());
    }
    let base = class.base();
    if let Some(base) = base {
        base.ready()?;
        if class.type_ptr().is_null() {
            set!(class, ob_base.ob_base.ob_type, base.type_ptr());
        }
    }
    if get!(class, tp_bases).is_null() {
        let bases = match base {
            Some(base) => tuple::from_slice(&[base])?,
            None => tuple::empty(),
        };
        set!(class, tp_bases, bases.into_ptr());
    }
    Ok(())
}

/// Puts slot wrappers, `__new__`, methods, members and getsets into the class dict; names that are there stay.
fn fill_dict(class: &Type) -> Result<()> {
    let dict = class.dict().expect("just made").owned();
    slotdefs::add_wrappers(class, &dict)?;
    // SAFETY: the tables of a type are NULL or end with an entry without a name.
    unsafe {
        add_methods(class, &dict)?;
        let mut member = get!(class, tp_members);
        while !member.is_null() && !(*member).name.is_null() {
            let descriptor = descr::member::new(class, member)?;
            dict::set_default(&dict, &descr_name(&descriptor), &descriptor)?;
            member = member.add(1);
        }
        let mut getset = get!(class, tp_getset);
        while !getset.is_null() && !(*getset).name.is_null() {
            let descriptor = descr::getset::new(class, getset)?;
            dict::set_default(&dict, &descr_name(&descriptor), &descriptor)?;
            getset = getset.add(1);
        }
    }
    Ok(())
}

/// The name that a fresh descriptor carries.
fn descr_name(descriptor: &Object) -> Obj {
    // SAFETY: every descriptor starts with PyDescrObject, whose name is set at birth.
    unsafe { Object::from_ptr((*descriptor.as_ptr().cast::<PyDescrObject>()).d_name).owned() }
}

/// # Safety
/// `tp_methods` is NULL or ends with an entry without a name.
unsafe fn add_methods(class: &Type, dict: &Object) -> Result<()> {
    let mut method = get!(class, tp_methods);
    // SAFETY: the caller's promise.
    unsafe {
        while !method.is_null() && !(*method).ml_name.is_null() {
            let flags = (*method).ml_flags;
            let (name, value) = if flags & METH_CLASS != 0 {
                if flags & METH_STATIC != 0 {
                    return Err(err::value_error("method cannot be both class and static"));
                }
                let descriptor = descr::method::new_class_method(class, method)?;
                (descr_name(&descriptor), descriptor)
            } else if flags & METH_STATIC != 0 {
                let function = crate::types::cfunction::new(method, Some(class), None)?;
                let name = crate::types::unicode::intern_str(text((*method).ml_name))?;
                (name, crate::types::classmethod::new_static(&function)?)
            } else {
                let descriptor = descr::method::new(class, method)?;
                (descr_name(&descriptor), descriptor)
            };
            if flags & METH_COEXIST != 0 {
                dict::set_item(dict, &name, &value)?;
            } else {
                dict::set_default(dict, &name, &value)?;
            }
            method = method.add(1);
        }
    }
    Ok(())
}

/// # Safety
/// A NUL-terminated string that outlives the use of the result.
unsafe fn text<'a>(name: *const core::ffi::c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("?")
}

fn inherit_all(class: &Type) -> Result<()> {
    let base = class.base().map(Layout::owned);
    if let Some(base) = &base {
        inherit::special(class, base);
    }
    let mro = class.mro().expect("mro::update has set it");
    for ancestor in tuple::items(&mro).iter().skip(1) {
        if let Some(ancestor) = ancestor.downcast::<Type>() {
            inherit::slots(class, ancestor)?;
        }
    }
    if !class.is_heap() {
        let bases = get!(class, tp_bases);
        // SAFETY: set_bases has put a tuple there, owned by the type.
        for base in tuple::items(unsafe { Object::from_ptr(bases) }) {
            if let Some(base) = base.downcast::<Type>()
                && base.is_heap()
            {
                return Err(err::type_error(format_args!(
                    "type '{}' is not dynamically allocated but its base type '{}' is dynamically allocated",
                    class.name(),
                    base.name()
                )));
            }
        }
    }
    if let Some(base) = &base {
        inherit::slot_groups(class, base);
    }
    Ok(())
}

/// A collected class that can be subclassed must free its instances the collected way.
fn check_free(class: &Type) -> Result<()> {
    let free = get!(class, tp_free);
    let unsuitable = match free {
        None => true,
        Some(free) => core::ptr::fn_addr_eq(
            free,
            crate::memory::PyObject_Free as unsafe extern "C" fn(*mut core::ffi::c_void),
        ),
    };
    if class.has(Py_TPFLAGS_HAVE_GC) && class.has(Py_TPFLAGS_BASETYPE) && unsuitable {
        return Err(err::type_error(format_args!(
            "type '{}' participates in gc and is a base type but has inappropriate tp_free slot",
            class.name()
        )));
    }
    Ok(())
}

/// `__doc__` from `tp_doc`, None when there is none, so that the base's is not inherited.
fn set_doc(class: &Type) -> Result<()> {
    let dict = class.dict().expect("ready types have a dict").owned();
    let name = crate::intern!("__doc__");
    if dict::contains(&dict, name)? {
        return Ok(());
    }
    let text = get!(class, tp_doc);
    if text.is_null() {
        return dict::set_item(&dict, name, none::none());
    }
    // SAFETY: tp_name and tp_doc are NUL-terminated.
    let value = unsafe { doc::without_signature(CStr::from_ptr(get!(class, tp_name)), text) }?;
    dict::set_item(&dict, name, &value)
}

/// A class that compares in its own way but has no hash of its own is unhashable.
fn set_hash(class: &Type) -> Result<()> {
    if get!(class, tp_hash).is_some() {
        return Ok(());
    }
    let dict = class.dict().expect("ready types have a dict").owned();
    let name = crate::intern!("__hash__");
    if !dict::contains(&dict, name)? {
        dict::set_item(&dict, name, none::none())?;
        set!(class, tp_hash, Some(crate::protocol::object::PyObject_HashNotImplemented));
    }
    Ok(())
}

/// Undoes the parts of a failed or finalised static type that hold references, so that it can be made ready again.
pub fn unready(class: &Type) {
    use crate::types::macros::set_owned;
    subclasses::remove_from_all(class);
    class.modified();
    set_owned!(class, tp_dict, None);
    set_owned!(class, tp_bases, None);
    set_owned!(class, tp_mro, None);
    set_owned!(class, tp_subclasses, None);
    set!(class, tp_cache, null_mut());
    set!(class, tp_flags, class.flags() & !Py_TPFLAGS_READY);
}
