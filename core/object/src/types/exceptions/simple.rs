//! `StopIteration` and `SystemExit`, which have one more field each, and `KeyError`, which only shows itself differently.

use super::*;
use crate::cell::Visitor;
use crate::method;
use crate::protocol::object;
use crate::slot;
use crate::types::tuple;
use base::{args, cell, or_none};

pub(super) const STOP_ITERATION: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyStopIterationObject>() as isize,
    tp_dealloc: Some(one_dealloc),
    tp_traverse: slot::traverse(one_traverse),
    tp_clear: slot::clear(one_clear),
    tp_members: &raw mut STOP_MEMBERS as *mut PyMemberDef,
    tp_init: slot::init(stop_init),
    ..base::DERIVED
};

pub(super) const SYSTEM_EXIT: PyTypeObject = PyTypeObject {
    tp_members: &raw mut EXIT_MEMBERS as *mut PyMemberDef,
    tp_init: slot::init(exit_init),
    ..STOP_ITERATION
};

pub(super) const KEY_ERROR: PyTypeObject = PyTypeObject { tp_str: slot::unary(key_str), ..base::DERIVED };

crate::members! {
    static STOP_MEMBERS = [method::member(c"value", T_OBJECT as _, 64, 0, c"generator return value")];
}
crate::members! {
    static EXIT_MEMBERS = [method::member(c"code", T_OBJECT as _, 64, 0, c"exception code")];
}

/// The one field.
fn field(this: &Object) -> &crate::cell::ObjCell {
    // SAFETY: slots of the two classes get their instances, which agree in layout.
    unsafe { cell(&raw mut (*this.as_ptr().cast::<PyStopIterationObject>()).value) }
}

unsafe extern "C" fn one_dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe { base::dealloc_with(object, one_dealloc, one_clear) }
}

fn one_traverse(this: &Object, visitor: &mut Visitor) {
    field(this).visit(visitor);
    base::traverse(this, visitor);
}

fn one_clear(this: &Object) {
    drop(field(this).take());
    base::clear(this);
}

fn stop_init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    field(this).set(or_none(tuple::items(arguments).first().map(|value| value.owned())));
    Ok(())
}

fn exit_init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    match tuple::items(arguments) {
        [] => {}
        [one] => field(this).set(one.owned()),
        _ => field(this).set(arguments.owned()),
    }
    Ok(())
}

/// One argument shows as its `repr`, so that an empty key can be seen.
fn key_str(this: &Object) -> Result<Obj> {
    let arguments = args(this);
    match tuple::items(&arguments) {
        [key] => object::repr(key),
        _ => base::str(this),
    }
}
