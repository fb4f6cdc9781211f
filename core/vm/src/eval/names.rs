//! Names, globals, attributes and subscripts, with their inline caches.
//!
//! A cache is valid while the versions in it are: `ma_version_tag` of a dict changes with every change of the dict,
//! `tp_version_tag` of a type with every change of the type or its bases. A cached object is borrowed and lives at
//! least as long as the versions match.

use super::regs::{Flow, handlers, new_ref};
use crate::bind;
use crate::decode::Cache;
use crate::function::{PyFunction_Type, vectorcall_is_ours};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::attribute::{self, Method};
use krait_object::protocol::object;
use krait_object::refcount::{decref, incref};
use krait_object::types::descr::property::PyProperty_Type;
use krait_object::types::list::PyList_Type;
use krait_object::types::tuple::PyTuple_Type;
use krait_object::types::typeobject::{PyType_Type, Type};
use krait_object::types::{descr, dict, exceptions, method, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern};

/// What an attribute cache holds.
pub(super) mod kind {
    /// A slot member (`__slots__`) at an offset.
    pub const SLOT: u16 = 1;
    /// A value in the instance dict, at an entry index that is tried first; `object` is the stamp of the key table (see
    /// `dict::stamp`) with which the index is known to be right.
    pub const INSTANCE: u16 = 2;
    /// A value of the class; the instance has no dict.
    pub const CLASS: u16 = 3;
    /// A value of the class (not a data descriptor), unless the instance dict has the name; `word2` is the stamp of a key
    /// table that does not have it.
    pub const CLASS_OR_INSTANCE: u16 = 4;
    /// A function of the class to call with the receiver (LOAD_METHOD), unless the instance dict has the name;
    /// `word2` as above.
    pub const METHOD: u16 = 5;
    /// An attribute of a module: the version of its dict.
    pub const MODULE: u16 = 6;
    /// An attribute of a class that is no descriptor, or a function; `type_version` is that of the class itself, whose
    /// class is `type`.
    pub const OF_TYPE: u16 = 7;
    /// A function of the class, to be bound to the owner, unless the instance dict has the name; `word2` as above.
    pub const BOUND: u16 = 8;
    /// A `property` of the class.
    pub const PROPERTY: u16 = 9;
    /// A getset or a member, of which `descr::is_direct` is true.
    pub const DESCRIPTOR: u16 = 10;
}

handlers! {
    fn load_global(r, instr) {
        let cache: &Cell<Cache> = r.cache(instr);
        let cached = cache.get();
        let (globals, builtins) = ((*r.frame()).f_globals, (*r.frame()).f_builtins);
        if cached.kind != 0
            && cached.word == (*globals.cast::<PyDictObject>()).ma_version_tag
            && cached.word2 == (*builtins.cast::<PyDictObject>()).ma_version_tag
        {
            r.push(new_ref(cached.object));
            return Flow::Next;
        }
        r.save_position();
        let result = load_global_slow(globals, builtins, r.name(instr.arg), cache, instr.cache != 0);
        r.finish_push(result)
    }

    fn load_name(r, instr) {
        r.save_position();
        let result = load_name_slow(r.frame(), r.name(instr.arg));
        r.finish_push(result)
    }

    fn store_name(r, instr) {
        r.save_position();
        let value = r.pop_obj();
        let result = store_name_slow(r.frame(), r.name(instr.arg), &value);
        drop(value);
        r.finish(result)
    }

    fn delete_name(r, instr) {
        r.save_position();
        let result = delete_name_slow(r.frame(), r.name(instr.arg));
        r.finish(result)
    }

    fn store_global(r, instr) {
        r.save_position();
        let value = r.pop_obj();
        let result = dict::set_item(Object::from_ptr((*r.frame()).f_globals), r.name(instr.arg), &value);
        drop(value);
        r.finish(result)
    }

    fn delete_global(r, instr) {
        r.save_position();
        let result = delete_global_slow((*r.frame()).f_globals, r.name(instr.arg));
        r.finish(result)
    }

    fn setup_annotations(r, _instr) {
        r.save_position();
        let result = setup_annotations_slow(r.frame());
        r.finish(result)
    }

    fn load_attr(r, instr) {
        let owner = *r.slot(1);
        let cache: &Cell<Cache> = r.cache(instr);
        let cached = cache.get();
        if cached.kind != kind::OF_TYPE
            && cached.type_version != 0
            && (*(*owner).ob_type).tp_version_tag == cached.type_version
        {
            if cached.kind == kind::DESCRIPTOR {
                r.save_position();
                let value = descr::get_direct(Object::from_ptr(cached.object), Object::from_ptr(owner));
                return r.finish_unary(value);
            }
            let found = cached_attr(owner, cache, r.name(instr.arg));
            if !found.is_null() {
                *r.slot(1) = new_ref(found);
                decref(owner);
                return Flow::Next;
            }
            if cached.kind == kind::BOUND && !instance_has(owner, cached.word as isize, r.name(instr.arg)) {
                remember_absence(owner, cache, r.name(instr.arg));
                r.save_position();
                let method = method::new(Object::from_ptr(cached.object), Object::from_ptr(owner));
                return r.finish_unary(method);
            }
            if cached.kind == kind::PROPERTY {
                r.save_position();
                let frame = frame_for_property(r.tstate(), cached.object, r.slot(1));
                if !frame.is_null() {
                    r.sp = r.sp.sub(1);
                    (*r.home).callee = frame;
                    return Flow::Call;
                }
                if !(*r.tstate()).curexc_type.is_null() {
                    return Flow::Error;
                }
            }
        }
        r.save_position();
        let result = load_attr_slow(owner, r.name(instr.arg), cache, instr.cache != 0);
        r.finish_unary(result)
    }

    fn store_attr(r, instr) {
        r.save_position();
        let owner = *r.slot(1);
        let value = *r.slot(2);
        let cached = r.cache(instr).get();
        if cached.type_version != 0 && (*(*owner).ob_type).tp_version_tag == cached.type_version {
            if cached.kind == kind::DESCRIPTOR {
                let descriptor = Object::from_ptr(cached.object);
                let result = descr::set_direct(descriptor, Object::from_ptr(owner), Object::from_ptr(value));
                r.drop_values(2);
                return r.finish(result);
            }
            if store_cached(owner, r.cache(instr), r.name(instr.arg), value) {
                r.sp = r.sp.sub(2);
                decref(value);
                decref(owner);
                return Flow::Next;
            }
        }
        let result = store_attr_slow(owner, r.name(instr.arg), value, r.cache(instr), instr.cache != 0);
        r.drop_values(2);
        r.finish(result)
    }

    fn delete_attr(r, instr) {
        r.save_position();
        let result = object::set_attr(r.peek(1), r.name(instr.arg), None);
        r.drop_values(1);
        r.finish(result)
    }

    /// Leaves (function, receiver), or (NULL, attribute).
    fn load_method(r, instr) {
        let owner = *r.slot(1);
        let cache: &Cell<Cache> = r.cache(instr);
        let cached = cache.get();
        if cached.type_version != 0
            && cached.kind == kind::METHOD
            && (*(*owner).ob_type).tp_version_tag == cached.type_version
            && !instance_has(owner, cached.word as isize, r.name(instr.arg))
        {
            remember_absence(owner, cache, r.name(instr.arg));
            *r.slot(1) = new_ref(cached.object);
            r.push(owner);
            return Flow::Next;
        }
        let found = cached_now(owner, cache.as_ptr());
        if !found.is_null() {
            *r.slot(1) = null_mut();
            r.push(new_ref(found));
            decref(owner);
            return Flow::Next;
        }
        r.save_position();
        match load_method_slow(owner, r.name(instr.arg), cache, instr.cache != 0) {
            Ok((method, true)) => {
                *r.slot(1) = method.into_ptr();
                r.push(owner);
                Flow::Next
            }
            Ok((attribute, false)) => {
                *r.slot(1) = null_mut();
                r.push_obj(attribute);
                decref(owner);
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }

    fn binary_subscr(r, _instr) {
        let (container, key) = (*r.slot(2), *r.slot(1));
        if let Some(item) = indexed(container, key) {
            let item = new_ref(item);
            r.sp = r.sp.sub(1);
            *r.slot(1) = item;
            decref(key);
            decref(container);
            return Flow::Next;
        }
        if (*container).ob_type == &raw mut unicode::PyUnicode_Type
            && let Some(one) = character(Object::from_ptr(container), key)
        {
            return r.finish_binary(Ok(one));
        }
        r.save_position();
        let result = if (*container).ob_type == &raw mut dict::PyDict_Type {
            dict_subscript(Object::from_ptr(container), Object::from_ptr(key))
        } else {
            object::get_item(Object::from_ptr(container), Object::from_ptr(key))
        };
        r.finish_binary(result)
    }

    fn store_subscr(r, _instr) {
        r.save_position();
        let (value, container, key) = (*r.slot(3), *r.slot(2), *r.slot(1));
        if (*container).ob_type == &raw mut PyList_Type
            && let Some(slot) = list_slot(container, key) {
                let old = core::mem::replace(&mut *slot, value);
                r.sp = r.sp.sub(3);
                decref(key);
                decref(container);
                decref(old);
                return Flow::Next;
            }
        let result = if (*container).ob_type == &raw mut dict::PyDict_Type {
            dict::set_item(Object::from_ptr(container), Object::from_ptr(key), Object::from_ptr(value))
        } else {
            object::set_item(Object::from_ptr(container), Object::from_ptr(key), Object::from_ptr(value))
        };
        r.drop_values(3);
        r.finish(result)
    }

    fn delete_subscr(r, _instr) {
        r.save_position();
        let result = object::del_item(r.peek(2), r.peek(1));
        r.drop_values(2);
        r.finish(result)
    }
}

/// The index of an exact, one-digit, in-range int key.
#[inline(always)]
unsafe fn small_index(key: *mut PyObject, length: isize) -> Option<usize> {
    // SAFETY: a live object; exact ints have the int layout.
    unsafe {
        if (*key).ob_type != &raw mut krait_object::types::long::PyLong_Type {
            return None;
        }
        let raw = key.cast::<PyLongObject>();
        let digit = (&raw const (*raw).ob_digit).cast::<u32>();
        let index = match (*raw).ob_base.ob_size {
            0 => 0,
            1 => *digit as isize,
            -1 => length - *digit as isize,
            _ => return None,
        };
        (index >= 0 && index < length).then_some(index as usize)
    }
}

/// The character of a str at a small index in range, if its str exists already.
#[inline(always)]
unsafe fn character(text: &Object, key: *mut PyObject) -> Option<Obj> {
    // SAFETY: live objects.
    let index = unsafe { small_index(key, unicode::len(text) as isize) }?;
    unicode::shared_char(unicode::char_at(text, index).try_into().ok()?)
}

/// The slot of a list item, for an exact list and a small index in range.
#[inline(always)]
pub(super) unsafe fn list_slot(list: *mut PyObject, key: *mut PyObject) -> Option<*mut *mut PyObject> {
    // SAFETY: an exact list.
    unsafe {
        let raw = list.cast::<PyListObject>();
        let index = small_index(key, (*raw).ob_base.ob_size)?;
        Some((*raw).ob_item.add(index))
    }
}

/// An item of an exact list or tuple by a small index, borrowed.
#[inline(always)]
pub(super) unsafe fn indexed(container: *mut PyObject, key: *mut PyObject) -> Option<*mut PyObject> {
    // SAFETY: live objects; exact lists and tuples have their layouts.
    unsafe {
        let class = (*container).ob_type;
        if class == &raw mut PyList_Type {
            return list_slot(container, key).map(|slot| *slot);
        }
        if class == &raw mut PyTuple_Type {
            let raw = container.cast::<PyTupleObject>();
            let index = small_index(key, (*raw).ob_base.ob_size)?;
            return Some(*(&raw const (*raw).ob_item).cast::<*mut PyObject>().add(index));
        }
        None
    }
}

/// `dict[key]` of an exact dict.
fn dict_subscript(dict: &Object, key: &Object) -> Result<Obj> {
    match dict::get_item(dict, key)? {
        Some(value) => Ok(value),
        None => Err(err::set_key_error(key)),
    }
}

/// A name in a mapping that need not be a dict; a missing key is `None`.
pub(super) fn mapping_get(mapping: &Object, name: &Object) -> Result<Option<Obj>> {
    if dict::check_exact(mapping) {
        return dict::get_item(mapping, name);
    }
    match object::get_item(mapping, name) {
        Ok(value) => Ok(Some(value)),
        Err(_) if err::matches(exceptions::KeyError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

#[cold]
pub(super) fn name_error(name: &Object) -> Raised {
    err::name_error(format_args!("name '{}' is not defined", unicode::display(name)))
}

/// Looks in the globals, then in the builtins.
fn global_or_builtin(globals: &Object, builtins: &Object, name: &Object) -> Result<Obj> {
    if let Some(value) = mapping_get(globals, name)? {
        return Ok(value);
    }
    mapping_get(builtins, name)?.ok_or_else(|| name_error(name))
}

#[inline(never)]
unsafe fn load_global_slow(
    globals: *mut PyObject,
    builtins: *mut PyObject,
    name: &Object,
    cache: &Cell<Cache>,
    cacheable: bool,
) -> Result<Obj> {
    // SAFETY: the frame owns both namespaces; exact dicts have the dict layout.
    unsafe {
        let (globals, builtins) = (Object::from_ptr(globals), Object::from_ptr(builtins));
        let value = global_or_builtin(globals, builtins, name)?;
        if cacheable && dict::check_exact(globals) && dict::check_exact(builtins) {
            cache.set(Cache {
                kind: 1,
                word: (*globals.as_ptr().cast::<PyDictObject>()).ma_version_tag,
                word2: (*builtins.as_ptr().cast::<PyDictObject>()).ma_version_tag,
                object: value.as_ptr(),
                ..Cache::EMPTY
            });
        }
        Ok(value)
    }
}

unsafe fn load_name_slow(frame: *mut PyFrameObject, name: &Object) -> Result<Obj> {
    // SAFETY: a running frame.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err::system_error(format_args!(
                "no locals when loading '{}'",
                unicode::display(name)
            )));
        };
        if let Some(value) = mapping_get(locals, name)? {
            return Ok(value);
        }
        global_or_builtin(Object::from_ptr((*frame).f_globals), Object::from_ptr((*frame).f_builtins), name)
    }
}

unsafe fn store_name_slow(frame: *mut PyFrameObject, name: &Object, value: &Object) -> Result<()> {
    // SAFETY: a running frame.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err::system_error(format_args!(
                "no locals found when storing '{}'",
                unicode::display(name)
            )));
        };
        if dict::check_exact(locals) {
            dict::set_item(locals, name, value)
        } else {
            object::set_item(locals, name, value)
        }
    }
}

#[cold]
unsafe fn delete_name_slow(frame: *mut PyFrameObject, name: &Object) -> Result<()> {
    // SAFETY: a running frame.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err::system_error(format_args!(
                "no locals when deleting '{}'",
                unicode::display(name)
            )));
        };
        object::del_item(locals, name)
            .map_err(|raised| if err::matches(exceptions::KeyError()) { name_error(name) } else { raised })
    }
}

#[cold]
unsafe fn delete_global_slow(globals: *mut PyObject, name: &Object) -> Result<()> {
    // SAFETY: the frame owns its globals.
    unsafe {
        dict::del_item(Object::from_ptr(globals), name)
            .map_err(|raised| if err::matches(exceptions::KeyError()) { name_error(name) } else { raised })
    }
}

#[cold]
unsafe fn setup_annotations_slow(frame: *mut PyFrameObject) -> Result<()> {
    // SAFETY: a running frame.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err::system_error("no locals found when setting up annotations"));
        };
        let name = intern!("__annotations__");
        if mapping_get(locals, name)?.is_none() {
            object::set_item(locals, name, &*dict::new()?)?;
        }
        Ok(())
    }
}

/// The instance dict's field, or null for a class without one. Only non-negative offsets are cached.
#[inline(always)]
unsafe fn dict_field(owner: *mut PyObject, offset: isize) -> *mut PyObject {
    // SAFETY: the offset comes from the owner's type, whose version matched.
    unsafe { *owner.cast::<u8>().offset(offset).cast::<*mut PyObject>() }
}

/// A frame for the getter of a property, if that is a plain Python function. The owner has moved from its slot into the
/// frame then. Null: nothing has happened, or an exception is set.
#[inline(never)]
unsafe fn frame_for_property(
    tstate: *mut PyThreadState,
    property: *mut PyObject,
    owner: *mut *mut PyObject,
) -> *mut PyFrameObject {
    // SAFETY: a live property. Its getter is held while the frame is made; the frame owns what it needs of it.
    unsafe {
        let getter = (*property.cast::<propertyobject>()).prop_get;
        if getter.is_null()
            || (*getter).ob_type != &raw mut PyFunction_Type
            || !vectorcall_is_ours(getter)
            || bind::makes_generator(getter)
            || !super::may_inline(tstate)
        {
            return null_mut();
        }
        let getter = Object::from_ptr(getter).owned();
        bind::frame_for_call(tstate, getter.as_ptr(), owner, 1, null_mut()).unwrap_or(null_mut())
    }
}

/// Whether the instance dict at `offset` (0: there is none) has `name`.
#[inline(always)]
unsafe fn instance_has(owner: *mut PyObject, offset: isize, name: &Object) -> bool {
    // SAFETY: the offset belongs to the owner's type.
    unsafe {
        if offset == 0 {
            return false;
        }
        let dict = dict_field(owner, offset);
        if dict.is_null() || (*dict.cast::<PyDictObject>()).ma_used == 0 {
            return false;
        }
        dict::get_str_key(Object::from_ptr(dict), name).is_none_or(|found| found.is_some())
    }
}

/// The instance has been found not to have the name: if its key table has not, neither have others that share the table.
#[cold]
unsafe fn remember_absence(owner: *mut PyObject, cache: &Cell<Cache>, name: &Object) {
    // SAFETY: the offset in the cache belongs to the owner's type.
    unsafe {
        let cached = cache.as_ptr();
        if (*cached).word != 0 {
            let dict = dict_field(owner, (*cached).word as isize);
            if !dict.is_null() {
                (*cached).word2 = dict::stamp_without(dict, name);
            }
        }
    }
}

/// A cached attribute, borrowed, where that is known without a call and without comparing names; else null.
#[inline(always)]
pub(super) unsafe fn cached_now(owner: *mut PyObject, cached: *const Cache) -> *mut PyObject {
    // SAFETY: a live object; when the versions match, offsets and objects in the cache are right for the owner.
    unsafe {
        let class = (*owner).ob_type;
        let version = (*cached).type_version;
        if (*class).tp_version_tag != version {
            let is_type = (*cached).kind == kind::OF_TYPE && class == &raw mut PyType_Type;
            if is_type && (*owner.cast::<PyTypeObject>()).tp_version_tag == version {
                return (*cached).object;
            }
            return null_mut();
        }
        match (*cached).kind {
            kind::INSTANCE => {
                let dict = dict_field(owner, (*cached).word as isize);
                if dict.is_null() {
                    return null_mut();
                }
                dict::split_value(dict, (*cached).object as u64, (*cached).word2 as usize)
            }
            kind::SLOT => dict_field(owner, (*cached).word as isize),
            kind::CLASS => (*cached).object,
            kind::CLASS_OR_INSTANCE => {
                let dict = dict_field(owner, (*cached).word as isize);
                let absent = dict.is_null()
                    || (*dict.cast::<PyDictObject>()).ma_used == 0
                    || (*cached).word2 != 0 && dict::stamp(dict) == (*cached).word2;
                if absent { (*cached).object } else { null_mut() }
            }
            kind::MODULE => {
                let dict = dict_field(owner, (*cached).word as isize);
                if is_version(dict, (*cached).word2) { (*cached).object } else { null_mut() }
            }
            _ => null_mut(),
        }
    }
}

/// A cached attribute, borrowed; null when the cache does not hold for this instance.
#[inline(always)]
unsafe fn cached_attr(owner: *mut PyObject, cache: &Cell<Cache>, name: &Object) -> *mut PyObject {
    // SAFETY: the type's version matched, so offsets and objects in the cache are right for the owner.
    unsafe {
        let cached = cache.get();
        match cached.kind {
            kind::INSTANCE => {
                let dict = dict_field(owner, cached.word as isize);
                if dict.is_null() {
                    return null_mut();
                }
                let value = dict::value_of(Object::from_ptr(dict), cached.word2 as usize, name);
                if value.is_some() {
                    (*cache.as_ptr()).object = dict::stamp(dict) as *mut PyObject;
                }
                krait_object::handle::as_ptr_opt(value)
            }
            kind::SLOT => dict_field(owner, cached.word as isize),
            kind::CLASS => cached.object,
            kind::CLASS_OR_INSTANCE => {
                if instance_has(owner, cached.word as isize, name) {
                    null_mut()
                } else {
                    remember_absence(owner, cache, name);
                    cached.object
                }
            }
            kind::MODULE => {
                let dict = dict_field(owner, cached.word as isize);
                if is_version(dict, cached.word2) { cached.object } else { null_mut() }
            }
            _ => null_mut(),
        }
    }
}

/// Whether generic attribute access would be used, and the type's version can be relied on.
unsafe fn cacheable_type(class: *mut PyTypeObject) -> bool {
    // SAFETY: a live type.
    unsafe {
        (*class).tp_getattro.map(|f| f as usize)
            == Some(krait_object::protocol::attribute::PyObject_GenericGetAttr as *const () as usize)
            && (*class).tp_flags & Py_TPFLAGS_VALID_VERSION_TAG as c_ulong != 0
            && (*class).tp_dictoffset >= 0
    }
}

#[inline(never)]
unsafe fn load_attr_slow(
    owner: *mut PyObject,
    name: &Object,
    cache: &Cell<Cache>,
    cacheable: bool,
) -> Result<Obj> {
    // SAFETY: a live object on the stack.
    unsafe {
        let value = object::get_attr(Object::from_ptr(owner), name)?;
        if cacheable && cache.get().misses < 64 {
            fill_attr(owner, name, cache);
        }
        Ok(value)
    }
}

/// Fills an attribute cache after a successful load.
unsafe fn fill_attr(owner: *mut PyObject, name: &Object, cache: &Cell<Cache>) {
    // SAFETY: a live object; the fields are read after the type was found cacheable.
    unsafe {
        let misses = cache.get().misses + 1;
        cache.set(Cache { misses, ..Cache::EMPTY });
        let class = (*owner).ob_type;
        if is_module_get(class) {
            fill_module(owner, name, cache, misses);
            return;
        }
        if class == &raw mut PyType_Type {
            fill_of_type(owner, name, cache, misses);
            return;
        }
        if !cacheable_type(class) {
            return;
        }
        let found = Type::from_raw(class).lookup(name);
        let offset = (*class).tp_dictoffset;
        let filled = Cache { type_version: (*class).tp_version_tag, misses, ..Cache::EMPTY };
        if let Some(found) = found {
            let descriptor = found.type_ptr();
            if descriptor == &raw mut PyProperty_Type {
                cache.set(Cache { kind: kind::PROPERTY, object: found.as_ptr(), ..filled });
                return;
            }
            if (*descriptor).tp_descr_set.is_some() {
                if let Some(slot) = slot_offset(found) {
                    cache.set(Cache { kind: kind::SLOT, word: slot as u64, ..filled });
                } else if descr::is_direct(found, Type::from_raw(class)) {
                    cache.set(Cache { kind: kind::DESCRIPTOR, object: found.as_ptr(), ..filled });
                }
                return;
            }
            if descriptor == &raw mut PyFunction_Type {
                if !instance_has(owner, offset, name) {
                    let (word, object) = (offset as u64, found.as_ptr());
                    cache.set(Cache { kind: kind::BOUND, word, object, ..filled });
                } else {
                    fill_instance(owner, offset, name, cache, filled);
                }
                return;
            }
            if (*descriptor).tp_descr_get.is_some() {
                return;
            }
            if offset == 0 {
                cache.set(Cache { kind: kind::CLASS, object: found.as_ptr(), ..filled });
            } else if !instance_has(owner, offset, name) {
                cache.set(Cache {
                    kind: kind::CLASS_OR_INSTANCE,
                    word: offset as u64,
                    object: found.as_ptr(),
                    ..filled
                });
            } else {
                fill_instance(owner, offset, name, cache, filled);
            }
            return;
        }
        if offset > 0 {
            fill_instance(owner, offset, name, cache, filled);
        }
    }
}

/// An attribute of a class: if it is no descriptor that makes something else of itself, and `type` has none of that name.
unsafe fn fill_of_type(owner: *mut PyObject, name: &Object, cache: &Cell<Cache>, misses: u16) {
    // SAFETY: an exact type object.
    unsafe {
        let class = owner.cast::<PyTypeObject>();
        if Type::from_raw(&raw mut PyType_Type).lookup(name).is_some() {
            return;
        }
        let Some(found) = Type::from_raw(class).lookup(name) else { return };
        // Functions are what they are when they are taken from the class.
        if (*found.type_ptr()).tp_descr_get.is_some() && found.type_ptr() != &raw mut PyFunction_Type
            || (*class).tp_flags & Py_TPFLAGS_VALID_VERSION_TAG as c_ulong == 0
        {
            return;
        }
        cache.set(Cache {
            type_version: (*class).tp_version_tag,
            kind: kind::OF_TYPE,
            misses,
            object: found.as_ptr(),
            ..Cache::EMPTY
        });
    }
}

unsafe fn fill_instance(
    owner: *mut PyObject,
    offset: isize,
    name: &Object,
    cache: &Cell<Cache>,
    filled: Cache,
) {
    // SAFETY: the offset belongs to the owner's type.
    unsafe {
        let dict = dict_field(owner, offset);
        if dict.is_null() {
            return;
        }
        if let Some(index) = dict::entry_of(Object::from_ptr(dict), name) {
            cache.set(Cache {
                kind: kind::INSTANCE,
                word: offset as u64,
                word2: index as u64,
                object: dict::stamp(dict) as *mut PyObject,
                ..filled
            });
        }
    }
}

/// The offset of a `__slots__` member that holds an object and may be empty (`T_OBJECT_EX`).
unsafe fn slot_offset(descriptor: &Object) -> Option<isize> {
    // SAFETY: member descriptors have their layout and own a live PyMemberDef.
    unsafe {
        if descriptor.type_ptr() != &raw mut krait_object::types::descr::member::PyMemberDescr_Type {
            return None;
        }
        let member = (*descriptor.as_ptr().cast::<PyMemberDescrObject>()).d_member;
        ((*member).r#type == T_OBJECT_EX && (*member).flags & READ_RESTRICTED == 0)
            .then_some((*member).offset)
    }
}

unsafe fn is_module_get(class: *mut PyTypeObject) -> bool {
    class == &raw mut krait_object::types::module::PyModule_Type
}

unsafe fn fill_module(owner: *mut PyObject, name: &Object, cache: &Cell<Cache>, misses: u16) {
    // SAFETY: an exact module, whose dict is an exact dict.
    unsafe {
        let class = (*owner).ob_type;
        if (*class).tp_flags & Py_TPFLAGS_VALID_VERSION_TAG as c_ulong == 0
            || Type::from_raw(class).lookup(name).is_some()
        {
            return;
        }
        let dict = krait_object::types::module::dict(Object::from_ptr(owner));
        if !dict::check_exact(dict) {
            return;
        }
        let Some(Some(value)) = dict::get_str_key(dict, name) else { return };
        cache.set(Cache {
            type_version: (*class).tp_version_tag,
            kind: kind::MODULE,
            misses,
            word: core::mem::offset_of!(PyModuleObject, md_dict) as u64,
            word2: (*dict.as_ptr().cast::<PyDictObject>()).ma_version_tag,
            object: value.as_ptr(),
        });
    }
}

/// Whether a module's dict is as it was; a module that was never initialised has none.
#[inline(always)]
unsafe fn is_version(dict: *mut PyObject, version: u64) -> bool {
    // SAFETY: a live dict or null.
    unsafe { !dict.is_null() && (*dict.cast::<PyDictObject>()).ma_version_tag == version }
}

/// Stores through the cache; false when it does not hold for this instance.
#[inline(always)]
unsafe fn store_cached(
    owner: *mut PyObject,
    cache: &Cell<Cache>,
    name: &Object,
    value: *mut PyObject,
) -> bool {
    // SAFETY: the type's version matched, so the offsets are right for the owner.
    unsafe {
        let cached = cache.get();
        match cached.kind {
            kind::INSTANCE => {
                let dict = dict_field(owner, cached.word as isize);
                if dict.is_null() {
                    return false;
                }
                let stamp = dict::stamp(dict);
                let value = Object::from_ptr(value).owned();
                let stored = dict::store(Object::from_ptr(dict), cached.word2 as usize, name, value).is_ok();
                if stored {
                    // Dropping the old value may have run code that uses this cache.
                    let now = cache.as_ptr();
                    if (*now).kind == kind::INSTANCE && (*now).word2 == cached.word2 {
                        (*now).object = stamp as *mut PyObject;
                    }
                }
                stored
            }
            kind::SLOT => {
                let slot = owner.cast::<u8>().offset(cached.word as isize).cast::<*mut PyObject>();
                incref(value);
                let old = core::mem::replace(&mut *slot, value);
                krait_object::refcount::xdecref(old);
                true
            }
            _ => false,
        }
    }
}

#[inline(never)]
unsafe fn store_attr_slow(
    owner: *mut PyObject,
    name: &Object,
    value: *mut PyObject,
    cache: &Cell<Cache>,
    cacheable: bool,
) -> Result<()> {
    // SAFETY: live objects on the stack.
    unsafe {
        object::set_attr(Object::from_ptr(owner), name, Some(Object::from_ptr(value)))?;
        if !cacheable || cache.get().misses >= 64 {
            return Ok(());
        }
        let misses = cache.get().misses + 1;
        cache.set(Cache { misses, ..Cache::EMPTY });
        let class = (*owner).ob_type;
        let generic = (*class).tp_setattro.map(|f| f as usize)
            == Some(krait_object::protocol::attribute::PyObject_GenericSetAttr as *const () as usize);
        if !generic || (*class).tp_dictoffset < 0 {
            return Ok(());
        }
        let found = Type::from_raw(class).lookup(name);
        if (*class).tp_flags & Py_TPFLAGS_VALID_VERSION_TAG as c_ulong == 0 {
            return Ok(());
        }
        let filled = Cache { type_version: (*class).tp_version_tag, misses, ..Cache::EMPTY };
        match found {
            Some(found) if (*found.type_ptr()).tp_descr_set.is_some() => {
                let writable = |found: &Object| {
                    (*(*found.as_ptr().cast::<PyMemberDescrObject>()).d_member).flags & READONLY == 0
                };
                if let Some(slot) = slot_offset(found).filter(|_| writable(found)) {
                    cache.set(Cache { kind: kind::SLOT, word: slot as u64, ..filled });
                } else if descr::is_direct(found, Type::from_raw(class)) {
                    cache.set(Cache { kind: kind::DESCRIPTOR, object: found.as_ptr(), ..filled });
                }
            }
            _ if (*class).tp_dictoffset > 0 => {
                fill_instance(owner, (*class).tp_dictoffset, name, cache, filled)
            }
            _ => {}
        }
        Ok(())
    }
}

/// The method and whether it takes the receiver, or the attribute.
#[inline(never)]
unsafe fn load_method_slow(
    owner: *mut PyObject,
    name: &Object,
    cache: &Cell<Cache>,
    cacheable: bool,
) -> Result<(Obj, bool)> {
    // SAFETY: a live object on the stack.
    unsafe {
        let (value, unbound) = match attribute::get_method(Object::from_ptr(owner), name)? {
            Method::Unbound(value) => (value, true),
            Method::Bound(value) => (value, false),
        };
        let class = (*owner).ob_type;
        if !cacheable || cache.get().misses >= 64 {
            return Ok((value, unbound));
        }
        if !unbound {
            fill_attr(owner, name, cache);
        } else if cacheable_type(class) {
            cache.set(Cache {
                type_version: (*class).tp_version_tag,
                kind: kind::METHOD,
                misses: cache.get().misses + 1,
                word: (*class).tp_dictoffset as u64,
                object: value.as_ptr(),
                ..Cache::EMPTY
            });
        }
        Ok((value, unbound))
    }
}
