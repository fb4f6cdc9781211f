//! `ImportError`: message, and name and path of the module.

use super::*;
use crate::args::Signature;
use crate::cell::ObjCell;
use crate::method;
use crate::slot;
use crate::types::{tuple, unicode};
use base::{args, cell};

pub(super) const FAMILY: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyImportErrorObject>() as isize,
    tp_dealloc: Some(dealloc),
    tp_str: slot::unary(str),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: &raw mut METHODS as *mut PyMethodDef,
    tp_members: &raw mut MEMBERS as *mut PyMemberDef,
    tp_init: slot::init(init),
    ..base::DERIVED
};

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"")];
}
crate::members! {
    static MEMBERS = [
        method::member(c"msg", T_OBJECT as _, 64, 0, c"exception message"),
        method::member(c"name", T_OBJECT as _, 72, 0, c"module name"),
        method::member(c"path", T_OBJECT as _, 80, 0, c"module path"),
    ];
}

/// `msg`, `name`, `path`.
fn fields(this: &Object) -> [&ObjCell; 3] {
    let raw = this.as_ptr().cast::<PyImportErrorObject>();
    // SAFETY: slots and methods of the class get its instances.
    unsafe { [cell(&raw mut (*raw).msg), cell(&raw mut (*raw).name), cell(&raw mut (*raw).path)] }
}

base::slots_over!(fields);

fn init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, None)?;
    let nothing = tuple::empty();
    let [name, path] =
        Signature::new("ImportError", ["name", "path"]).required(0).bind_tuple(&nothing, kw)?;
    let message = match tuple::items(arguments) {
        [one] => Some(one.owned()),
        _ => None,
    };
    let [msg_field, name_field, path_field] = fields(this);
    name_field.set_opt(name.map(Layout::owned));
    path_field.set_opt(path.map(Layout::owned));
    msg_field.set_opt(message);
    Ok(())
}

fn str(this: &Object) -> Result<Obj> {
    match fields(this)[0].get() {
        Some(message) if unicode::check_exact(&message) => Ok(message),
        _ => base::str(this),
    }
}

fn reduce(this: &Object) -> Result<Obj> {
    let [_, name, path] = fields(this);
    let own = base::fields(this).dict.get();
    let state = if name.is_empty() && path.is_empty() {
        own
    } else {
        let state = match own {
            Some(own) => dict::copy(&own)?,
            None => dict::new()?,
        };
        for (key, value) in [("name", name.get()), ("path", path.get())] {
            if let Some(value) = value {
                dict::set_str(&state, key, &value)?;
            }
        }
        Some(state)
    };
    let class = this.class_of().object().owned();
    match state {
        Some(state) => tuple::pack([class, args(this), state]),
        None => tuple::pack([class, args(this)]),
    }
}
