//! `object.__reduce_ex__`: what pickle and copy store of an object.

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::protocol::{call, iter, number, object as objects};
use crate::types::macros::get;
use crate::types::typeobject::Type;
use crate::types::{dict, list, long, none, tuple};
use krait_abi::*;

/// `object.__reduce_ex__(protocol)`: an overridden `__reduce__` wins.
pub(super) fn reduce_ex(this: &Object, protocol: &Object) -> Result<Obj> {
    let protocol = as_protocol(protocol)?;
    let name = intern!("__reduce__");
    let of_object = super::class().lookup(name).map(Object::as_ptr);
    // The usual case: the class has no `__reduce__` of its own.
    if this.class_of().lookup(name).map(Object::as_ptr) == of_object {
        return reduce_by_protocol(this, protocol);
    }
    if let Some(own) = objects::lookup_attr(this, name)? {
        let of_class = objects::get_attr(this.class_of(), name)?;
        if Some(of_class.as_ptr()) != of_object {
            return call::call0(&own);
        }
    }
    reduce_by_protocol(this, protocol)
}

/// `object.__reduce__()`: protocol 0.
pub(super) fn reduce(this: &Object) -> Result<Obj> {
    reduce_by_protocol(this, 0)
}

fn as_protocol(protocol: &Object) -> Result<i32> {
    if crate::types::float::Float::is_instance(protocol) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    if !number::index_check(protocol) {
        return Err(err::type_error(format_args!(
            "an integer is required (got type {})",
            protocol.class_of().name()
        )));
    }
    long::as_i32(protocol)
}

fn reduce_by_protocol(this: &Object, protocol: i32) -> Result<Obj> {
    if protocol >= 2 {
        return reduce_new_object(this);
    }
    let copyreg = copyreg()?;
    let protocol = long::from_i64(i64::from(protocol))?;
    call::call_method(&copyreg, intern!("_reduce_ex"), &[this, &protocol])
}

fn copyreg() -> Result<Obj> {
    // SAFETY: the running interpreter; its dict of modules is NULL or live.
    let modules = unsafe { Object::from_ptr_opt((*crate::state::interp()).modules) };
    if let Some(modules) = modules.filter(|modules| dict::check_exact(modules))
        && let Some(found) = dict::get_item(modules, intern!("copyreg"))?
    {
        return Ok(found);
    }
    (crate::hooks::get().import)("copyreg")
}

#[cold]
fn cannot_pickle(this: &Object) -> err::Raised {
    err::type_error(format_args!("cannot pickle '{}' object", this.class_of().name()))
}

/// Protocols 2 and later: `(copyreg.__newobj__, (class, *args), state, list items, dict items)`.
fn reduce_new_object(this: &Object) -> Result<Obj> {
    if get!(this.class_of(), tp_new).is_none() {
        return Err(cannot_pickle(this));
    }
    let (args, kw) = new_arguments(this)?;
    let copyreg = copyreg()?;
    let class = this.class_of();
    let has_args = args.is_some();
    let (function, new_args) = match (args, kw) {
        (args, kw) if kw.as_ref().is_none_or(|kw| dict::len(kw) == 0) => {
            let function = objects::get_attr(&copyreg, intern!("__newobj__"))?;
            let mut all: Vec<&Object> = vec![class];
            if let Some(args) = &args {
                all.extend_from_slice(tuple::items(args));
            }
            let all = tuple::from_slice(&all)?;
            (function, all)
        }
        (Some(args), Some(kw)) => {
            let function = objects::get_attr(&copyreg, intern!("__newobj_ex__"))?;
            (function, tuple::from_slice(&[class, &args, &kw])?)
        }
        _ => return Err(err::bad_internal_call()),
    };
    let is_list = list::check(this);
    let is_dict = dict::check(this);
    let state = state(this, !has_args && !is_list && !is_dict)?;
    let list_items = if is_list { iter::get_iter(this)? } else { none::none().owned() };
    let dict_items = if is_dict {
        iter::get_iter(&*call::call_method(this, intern!("items"), &[])?)?
    } else {
        none::none().owned()
    };
    tuple::pack([function, new_args, state, list_items, dict_items])
}

/// What `__getnewargs_ex__` or `__getnewargs__` gives for `__new__`.
fn new_arguments(this: &Object) -> Result<(Option<Obj>, Option<Obj>)> {
    if let Some(method) = objects::lookup_special(this, intern!("__getnewargs_ex__"))? {
        let pair = call::call0(&method)?;
        if !tuple::check(&pair) {
            return Err(err::type_error(format_args!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                pair.class_of().name()
            )));
        }
        let &[args, kw] = tuple::items(&pair) else {
            return Err(err::value_error(format_args!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                tuple::items(&pair).len()
            )));
        };
        if !tuple::check(args) {
            return Err(err::type_error(format_args!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                args.class_of().name()
            )));
        }
        if !dict::check(kw) {
            return Err(err::type_error(format_args!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                kw.class_of().name()
            )));
        }
        return Ok((Some(args.owned()), Some(kw.owned())));
    }
    if let Some(method) = objects::lookup_special(this, intern!("__getnewargs__"))? {
        let args = call::call0(&method)?;
        if !tuple::check(&args) {
            return Err(err::type_error(format_args!(
                "__getnewargs__ should return a tuple, not '{}'",
                args.class_of().name()
            )));
        }
        return Ok((Some(args), None));
    }
    Ok((None, None))
}

/// The object's state: `__getstate__()`, or its dict and slots. When it is `required` (nothing else carries the
/// contents), an object with C fields of its own cannot be stored.
fn state(this: &Object, required: bool) -> Result<Obj> {
    if let Some(method) = objects::lookup_attr(this, intern!("__getstate__"))? {
        return call::call0(&method);
    }
    let class = this.class_of().owned();
    if required && get!(class, tp_itemsize) != 0 {
        return Err(cannot_pickle(this));
    }
    // An empty dict counts as none, so that it does not matter whether anybody has looked at it.
    let state = objects::instance_dict(this)
        .filter(|dict| !dict::check(dict) || dict::len(dict) != 0)
        .unwrap_or_else(|| none::none().owned());
    let names = slot_names(&class)?;
    let names = names.downcast::<list::List>();
    if required {
        const WORD: Py_ssize_t = size_of::<*mut PyObject>() as Py_ssize_t;
        let mut size = get!(super::class(), tp_basicsize);
        if get!(class, tp_dictoffset) != 0 {
            size += WORD;
        }
        if get!(class, tp_weaklistoffset) != 0 {
            size += WORD;
        }
        size += WORD * names.map_or(0, list::List::len) as Py_ssize_t;
        if get!(class, tp_basicsize) > size {
            return Err(cannot_pickle(this));
        }
    }
    let Some(names) = names.filter(|names| !names.is_empty()) else { return Ok(state) };
    let slots = dict::new()?;
    let count = names.len();
    for i in 0..count {
        let Some(name) = names.get(i) else { break };
        if let Some(value) = objects::lookup_attr(this, &name)? {
            dict::set_item(&slots, &name, &value)?;
        }
        if names.len() != count {
            return Err(err::runtime_error("__slotsname__ changed size during iteration"));
        }
    }
    if dict::len(&slots) == 0 {
        return Ok(state);
    }
    tuple::pack([state, slots])
}

/// The names of all slots of a class, as `copyreg` finds them and caches them in the class.
fn slot_names(class: &Type) -> Result<Obj> {
    if let Some(dict) = class.dict()
        && let Some(names) = dict::get_item(dict, intern!("__slotnames__"))?
    {
        if names.is_none() || list::check(&names) {
            return Ok(names);
        }
        return Err(err::type_error(format_args!(
            "{}.__slotnames__ should be a list or None, not {}",
            class.name(),
            names.class_of().name()
        )));
    }
    let names = call::call_method(&*copyreg()?, intern!("_slotnames"), &[class])?;
    if !names.is_none() && !list::check(&names) {
        return Err(err::type_error("copyreg._slotnames didn't return a list or None"));
    }
    Ok(names)
}
