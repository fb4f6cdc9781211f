//! `type.__new__`: what the class statement makes.

use super::{Type, instance, mro, slotdefs};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::protocol::{call as calls, object as objects, sequence};
use crate::types::macros::{get, set};
use crate::types::{cell, classmethod, dict, exceptions, registry, tuple, unicode};
use core::ptr::null;
use krait_abi::*;

/// The most derived metaclass of a class statement (`_PyType_CalculateMetaclass`).
pub fn calculate_metaclass<'a>(metaclass: &'a Type, bases: &'a Object) -> Result<&'a Type> {
    let mut winner = metaclass;
    for base in tuple::items(bases) {
        let candidate = base.class_of();
        if winner.is_subtype(candidate) {
            continue;
        }
        if !candidate.is_subtype(winner) {
            return Err(err::type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases",
            ));
        }
        winner = candidate;
    }
    Ok(winner)
}

/// `tp_new` of `type`: a class from name, bases and namespace; keywords go to `__init_subclass__`.
pub fn type_new(metaclass: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let given = tuple::items(args);
    let &[name, bases, namespace] = given else {
        return Err(err::type_error(format_args!(
            "type.__new__() takes exactly 3 arguments ({} given)",
            given.len()
        )));
    };
    for (i, (object, good, wanted)) in [
        (name, unicode::check(name), "str"),
        (bases, tuple::check(bases), "tuple"),
        (namespace, dict::check(namespace), "dict"),
    ]
    .into_iter()
    .enumerate()
    {
        if !good {
            return Err(err::type_error(format_args!(
                "type.__new__() argument {} must be {wanted}, not {}",
                i + 1,
                object.class_of().name()
            )));
        }
    }
    let bases = if tuple::items(bases).is_empty() {
        tuple::from_slice(&[crate::types::object::class()])?
    } else {
        check_mro_entries(bases)?;
        let winner = calculate_metaclass(metaclass, bases)?;
        if !winner.is(metaclass) {
            let own_new = get!(Type::class(), tp_new).map(|new| new as usize);
            if let Some(new) = get!(winner, tp_new)
                && Some(new as usize) != own_new
            {
                // SAFETY: the contract of tp_new.
                return unsafe {
                    Obj::from_owned_or_raised(new(
                        winner.as_raw(),
                        args.as_ptr(),
                        crate::handle::as_ptr_opt(kw),
                    ))
                };
            }
        }
        return build(winner, name, bases, namespace, kw);
    };
    build(metaclass, name, &bases, namespace, kw)
}

/// A base that is no class but resolves to some belongs into a class statement, which resolves it.
fn check_mro_entries(bases: &Object) -> Result<()> {
    for base in tuple::items(bases) {
        if !Type::is_instance(base) && objects::lookup_attr(base, intern!("__mro_entries__"))?.is_some() {
            return Err(err::type_error(
                "type() doesn't support MRO entry resolution; use types.new_class()",
            ));
        }
    }
    Ok(())
}

fn build(
    metaclass: &Type,
    name: &Object,
    bases: &Object,
    namespace: &Object,
    kw: Option<&Object>,
) -> Result<Obj> {
    let base = mro::best_base(bases)?.owned();
    let dict = dict::copy(namespace)?;
    let layout = SlotLayout::plan(name, &base, bases, &dict)?;
    // From here on the new type owns what is put into it, and its deallocation releases that.
    let class = metaclass.alloc(layout.names.len() as isize)?;
    // SAFETY: an instance of a metaclass, which has the layout of a heap type.
    let class: Obj<Type> = unsafe { class.cast_into() };
    fill_head(&class, name, bases, &base, &dict)?;
    fill_dict(&class, &dict)?;
    fill_layout(&class, &base, layout)?;
    if let Some(cell) = dict::get_item(&dict, intern!("__classcell__"))? {
        let Some(cell) = cell.downcast_exact::<cell::Cell>() else {
            return Err(err::type_error(format_args!(
                "__classcell__ must be a nonlocal cell, not {}",
                unicode::display(&*objects::repr(cell.class_of())?)
            )));
        };
        cell.set(Some(class.object()));
        dict::del_item(&dict, intern!("__classcell__"))?;
    }
    class.ready()?;
    slotdefs::fix_all(&class)?;
    if get!(class, tp_dictoffset) != 0 {
        let keys = dict::new_keys_for_class()?.cast();
        // SAFETY: a heap type.
        unsafe { (*class.as_heap()).ht_cached_keys = keys };
    }
    set_names(&class)?;
    init_subclass(&class, kw)?;
    Ok(class.upcast())
}

/// Name, bases, slot groups and default slots of a new heap type.
fn fill_head(class: &Type, name: &Object, bases: &Object, base: &Type, dict: &Object) -> Result<()> {
    set!(
        class,
        tp_flags,
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
    );
    attach_slot_groups(class);
    // SAFETY: a heap type; each field takes a new reference.
    unsafe {
        (*class.as_heap()).ht_name = name.owned().into_ptr();
    }
    set!(class, tp_name, name_ptr(name)?);
    set!(class, tp_bases, bases.owned().into_ptr());
    set!(class, tp_base, base.owned().into_ptr().cast());
    set!(class, tp_dict, dict.owned().into_ptr());
    set!(class, tp_dealloc, Some(instance::subtype_dealloc));
    set!(class, tp_alloc, Some(super::PyType_GenericAlloc));
    set!(class, tp_free, Some(crate::gc::PyObject_GC_Del));
    set!(class, tp_traverse, Some(instance::subtype_traverse));
    set!(class, tp_clear, Some(instance::subtype_clear));
    Ok(())
}

/// Points `tp_as_*` at the groups inside the heap type.
pub(super) fn attach_slot_groups(class: &Type) {
    let heap = class.as_heap();
    // SAFETY: a heap type; only addresses are taken.
    unsafe {
        set!(class, tp_as_async, &raw mut (*heap).as_async);
        set!(class, tp_as_number, &raw mut (*heap).as_number);
        set!(class, tp_as_sequence, &raw mut (*heap).as_sequence);
        set!(class, tp_as_mapping, &raw mut (*heap).as_mapping);
        set!(class, tp_as_buffer, &raw mut (*heap).as_buffer);
    }
}

/// The UTF-8 form of a name object, which owns it; it must not contain NUL.
pub(super) fn name_ptr(name: &Object) -> Result<*const core::ffi::c_char> {
    let text = unicode::as_utf8(name)?;
    if text.as_bytes().contains(&0) {
        return Err(err::value_error("type name must not contain null characters"));
    }
    Ok(text.as_ptr().cast())
}

/// `__module__`, `__qualname__`, `__doc__`, and the method kinds that certain names imply.
fn fill_dict(class: &Type, dict: &Object) -> Result<()> {
    let name = intern!("__module__");
    if !dict::contains(dict, name)?
        && let Some(globals) = crate::hooks::try_get().and_then(|hooks| (hooks.frame_globals)())
        && let Some(module) = dict::get_item(&globals, intern!("__name__"))?
    {
        dict::set_item(dict, name, &module)?;
    }
    let name = intern!("__qualname__");
    let qualname = match dict::pop(dict, name)? {
        Some(qualname) if unicode::check(&qualname) => qualname,
        Some(qualname) => {
            return Err(err::type_error(format_args!(
                "type __qualname__ must be a str, not {}",
                qualname.class_of().name()
            )));
        }
        // SAFETY: a heap type whose name has been set.
        None => unsafe { Object::from_ptr((*class.as_heap()).ht_name).owned() },
    };
    // SAFETY: a heap type; the field takes the reference.
    unsafe { (*class.as_heap()).ht_qualname = qualname.into_ptr() };
    if let Some(doc) = dict::get_item(dict, intern!("__doc__"))?
        && unicode::check(&doc)
    {
        set_c_doc(class, unicode::as_utf8(&doc)?.as_bytes())?;
    }
    for (name, wrap) in [
        (intern!("__new__"), classmethod::new_static as fn(&Object) -> Result<Obj>),
        (intern!("__init_subclass__"), classmethod::new_class),
        (intern!("__class_getitem__"), classmethod::new_class),
    ] {
        if let Some(value) = dict::get_item(dict, name)?
            && core::ptr::eq(value.type_ptr(), registry::function_type())
        {
            dict::set_item(dict, name, &*wrap(&value)?)?;
        }
    }
    Ok(())
}

/// Gives a heap type its own copy of a C docstring, which its deallocation frees.
pub(super) fn set_c_doc(class: &Type, text: &[u8]) -> Result<()> {
    let copy = crate::memory::object_malloc(text.len() + 1).cast::<u8>();
    if copy.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a fresh block with room for the text and its end.
    unsafe {
        copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
        *copy.add(text.len()) = 0;
    }
    set!(class, tp_doc, copy.cast());
    Ok(())
}

/// What the class statement adds to the layout of the base.
struct SlotLayout {
    /// Sorted, mangled names of `__slots__`.
    names: Vec<Obj>,
    /// The tuple that `ht_slots` keeps.
    tuple: Option<Obj>,
    add_dict: bool,
    add_weak: bool,
}

impl SlotLayout {
    fn plan(class_name: &Object, base: &Type, bases: &Object, dict: &Object) -> Result<SlotLayout> {
        let may_add_dict = get!(base, tp_dictoffset) == 0;
        let may_add_weak = get!(base, tp_weaklistoffset) == 0 && get!(base, tp_itemsize) == 0;
        let Some(slots) = dict::get_item(dict, intern!("__slots__"))? else {
            let plan =
                SlotLayout { names: Vec::new(), tuple: None, add_dict: may_add_dict, add_weak: may_add_weak };
            return Ok(plan);
        };
        let slots = if unicode::check(&slots) { tuple::pack([slots])? } else { sequence::tuple(&slots)? };
        let items = tuple::items(&slots);
        if !items.is_empty() && get!(base, tp_itemsize) != 0 {
            return Err(err::type_error(format_args!(
                "nonempty __slots__ not supported for subtype of '{}'",
                base.name()
            )));
        }
        let mut plan = SlotLayout { names: Vec::new(), tuple: None, add_dict: false, add_weak: false };
        let mut wanted = Vec::new();
        for item in items {
            check_identifier(item)?;
            if unicode::eq_str(item, "__dict__") {
                if !may_add_dict || plan.add_dict {
                    return Err(err::type_error("__dict__ slot disallowed: we already got one"));
                }
                plan.add_dict = true;
            } else if unicode::eq_str(item, "__weakref__") {
                if !may_add_weak || plan.add_weak {
                    return Err(err::type_error(
                        "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0",
                    ));
                }
                plan.add_weak = true;
            } else {
                wanted.push(*item);
            }
        }
        for item in wanted {
            let name = mangle(class_name, item)?;
            // `__qualname__` and `__classcell__` stand in the namespace but will not stay in the class.
            if dict::contains(dict, &name)?
                && !unicode::eq_str(&name, "__qualname__")
                && !unicode::eq_str(&name, "__classcell__")
            {
                return Err(err::value_error(format_args!(
                    "{} in __slots__ conflicts with class variable",
                    unicode::display(&*objects::repr(&name)?)
                )));
            }
            plan.names.push(name);
        }
        plan.names.sort_by(|a, b| unicode::compare(a, b));
        plan.tuple = Some(tuple::from_vec(plan.names.clone())?);
        plan.borrow_from_other_bases(base, bases, may_add_dict, may_add_weak);
        Ok(plan)
    }

    /// Other bases than the one that gives the layout may bring a dict or weak references.
    fn borrow_from_other_bases(&mut self, base: &Type, bases: &Object, may_dict: bool, may_weak: bool) {
        for other in tuple::items(bases) {
            if other.is(base) {
                continue;
            }
            let Some(other) = other.downcast::<Type>() else { continue };
            self.add_dict |= may_dict && get!(other, tp_dictoffset) != 0;
            self.add_weak |= may_weak && get!(other, tp_weaklistoffset) != 0;
        }
    }
}

fn check_identifier(name: &Object) -> Result<()> {
    if !unicode::check(name) {
        return Err(err::type_error(format_args!(
            "__slots__ items must be strings, not '{}'",
            name.class_of().name()
        )));
    }
    let good = match unicode::chars(name) {
        unicode::Chars::Latin1(text) => crate::unicode::is_identifier(text),
        unicode::Chars::Ucs2(text) => crate::unicode::is_identifier(text),
        unicode::Chars::Ucs4(text) => crate::unicode::is_identifier(text),
    };
    if good { Ok(()) } else { Err(err::type_error("__slots__ must be identifiers")) }
}

/// `_Py_Mangle`: `__name` inside class `C` is `_C__name`.
pub fn mangle(class_name: &Object, name: &Object) -> Result<Obj> {
    let is_underscore = |object: &Object, index: usize| unicode::char_at(object, index) == u32::from(b'_');
    let len = unicode::len(name);
    if len < 2 || !is_underscore(name, 0) || !is_underscore(name, 1) {
        return Ok(name.owned());
    }
    let ends = is_underscore(name, len - 1) && is_underscore(name, len - 2);
    if ends || (0..len).any(|i| unicode::char_at(name, i) == u32::from(b'.')) {
        return Ok(name.owned());
    }
    let class_len = unicode::len(class_name);
    let Some(start) = (0..class_len).find(|&i| !is_underscore(class_name, i)) else {
        return Ok(name.owned()); // a class named by underscores alone
    };
    let prefix = unicode::concat(intern!("_"), &*unicode::substring(class_name, start, class_len)?)?;
    unicode::concat(&prefix, name)
}

/// Lays the slots, the dict and the weak reference list out behind the base's fields.
fn fill_layout(class: &Type, base: &Type, layout: SlotLayout) -> Result<()> {
    const WORD: Py_ssize_t = size_of::<*mut PyObject>() as Py_ssize_t;
    let mut size = get!(base, tp_basicsize);
    let members = heap_members(class);
    for (i, name) in layout.names.iter().enumerate() {
        // The names live as long as ht_slots, and so does their UTF-8 form.
        let text = unicode::as_utf8(name)?.as_ptr().cast();
        // SAFETY: the type was allocated with room for these members and a terminator.
        unsafe {
            members.add(i).write(PyMemberDef {
                name: text,
                r#type: T_OBJECT_EX,
                offset: size,
                flags: 0,
                doc: null(),
            });
        }
        size += WORD;
    }
    // SAFETY: a heap type; the field takes the reference.
    unsafe { (*class.as_heap()).ht_slots = crate::handle::into_ptr_opt(layout.tuple) };
    if layout.add_dict {
        // Behind the items of a variable-sized object the dict is found from the end.
        set!(class, tp_dictoffset, if get!(base, tp_itemsize) != 0 { -WORD } else { size });
        size += WORD;
    }
    if layout.add_weak {
        set!(class, tp_weaklistoffset, size);
        size += WORD;
    }
    set!(class, tp_basicsize, size);
    set!(class, tp_itemsize, get!(base, tp_itemsize));
    set!(class, tp_members, members);
    set!(class, tp_getset, instance::getsets(layout.add_dict, layout.add_weak));
    Ok(())
}

/// The member definitions behind a heap type (`PyHeapType_GET_MEMBERS`).
pub(super) fn heap_members(class: &Type) -> *mut PyMemberDef {
    let offset = get!(class.class_of(), tp_basicsize) as usize;
    // SAFETY: instances of a metaclass have its basic size and then their items.
    unsafe { class.as_raw().cast::<u8>().add(offset).cast() }
}

/// Calls `__set_name__` of every attribute that has one.
fn set_names(class: &Type) -> Result<()> {
    let dict = class.dict().expect("ready types have a dict").owned();
    let names = dict::copy(&dict)?;
    let mut position = 0;
    while let Some((name, value)) = dict::next(&names, &mut position) {
        let Some(method) = objects::lookup_special(&value, intern!("__set_name__"))? else { continue };
        if calls::call(&method, &[class, &name]).is_err() {
            let repr = objects::repr(&name);
            let text = match &repr {
                Ok(repr) => unicode::display(repr).to_string(),
                Err(_) => String::from("?"),
            };
            return Err(err::set_from_cause(
                exceptions::RuntimeError(),
                format_args!(
                    "Error calling __set_name__ on '{}' instance {text} in '{}'",
                    value.class_of().name(),
                    class.name()
                ),
            ));
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**kw)`.
fn init_subclass(class: &Type, kw: Option<&Object>) -> Result<()> {
    let function = crate::types::super_::get_attr(class, class, intern!("__init_subclass__"))?;
    calls::call_tuple(&function, &tuple::empty(), kw)?;
    Ok(())
}
