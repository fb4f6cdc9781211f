//! `cell`: the variable that nested functions share.

use crate::args::check_positional;
use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::object::{self as objects, PyObject_GenericGetAttr};
use crate::slot::{self, CompareOp};
use crate::types::macros::{format, get_owned, set_owned};
use crate::types::typeobject::Type;
use crate::types::{bool as bools, dict, none, tuple};
use krait_abi::*;

crate::static_type! {
    /// `cell`
    #[unsafe(no_mangle)]
    pub static PyCell_Type = {
        tp_name: c"cell".as_ptr(),
        tp_basicsize: size_of::<PyCellObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_doc: c"cell([contents])\n--\n\nA variable that functions share; empty without contents.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_new: slot::new(new_slot),
    };
}
crate::object_view!(/** A `cell`. */ pub Cell, PyCellObject, PyCell_Type);

/// `PyCell_New`: a cell with a value or empty.
pub fn new(value: Option<&Object>) -> Result<Obj<Cell>> {
    let raw = gc::new_object(&raw mut PyCell_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    unsafe {
        (*raw.cast::<PyCellObject>()).ob_ref = crate::handle::into_ptr_opt(value.map(Layout::owned));
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

/// `PyCell_Get`: a new reference to the value, `None` when the cell is empty.
pub fn get(cell: &Object) -> Result<Option<Obj>> {
    match cell.downcast_exact::<Cell>() {
        Some(cell) => Ok(cell.get()),
        None => Err(err::bad_internal_call()),
    }
}

/// `PyCell_Set`.
pub fn set(cell: &Object, value: Option<&Object>) -> Result<()> {
    match cell.downcast_exact::<Cell>() {
        Some(cell) => {
            cell.set(value);
            Ok(())
        }
        None => Err(err::bad_internal_call()),
    }
}

/// `PyCell_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    Cell::is_exact(object)
}

impl Cell {
    /// The value, if there is one.
    #[inline(always)]
    pub fn get(&self) -> Option<Obj> {
        get_owned!(self, ob_ref)
    }

    /// Replaces the value; the old one is dropped last.
    #[inline(always)]
    pub fn set(&self, value: Option<&Object>) {
        set_owned!(self, ob_ref, value.map(Layout::owned));
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        crate::refcount::xdecref((*object.cast::<PyCellObject>()).ob_ref);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Cell, visitor: &mut Visitor) {
    visitor.visit_ptr(crate::types::macros::get!(this, ob_ref));
}

fn clear(this: &Cell) {
    set_owned!(this, ob_ref, None);
}

fn repr(this: &Cell) -> Result<Obj> {
    match this.get() {
        None => format(format_args!("<cell at {:p}: empty>", this.object().as_ptr())),
        Some(value) => format(format_args!(
            "<cell at {:p}: {} object at {:p}>",
            this.object().as_ptr(),
            value.class_of().name(),
            value.as_ptr()
        )),
    }
}

/// By contents; an empty cell comes before others.
fn rich_compare(this: &Cell, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast_exact::<Cell>() else { return Ok(none::not_implemented().owned()) };
    match (this.get(), other.get()) {
        (Some(a), Some(b)) => objects::rich_compare(&a, &b, op),
        (a, b) => Ok(bools::from_bool(op.matches(a.is_some().cmp(&b.is_some())))),
    }
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("cell() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    check_positional("cell", items.len(), 0, 1)?;
    Ok(new(items.first().copied())?.upcast())
}

crate::getsets! {
    static GETSETS = [method::getset(c"cell_contents", contents, set_contents, c"")];
}

fn contents(this: &Cell) -> Result<Obj> {
    this.get().ok_or_else(|| err::value_error("Cell is empty"))
}

fn set_contents(this: &Cell, value: Option<&Object>) -> Result<()> {
    this.set(value);
    Ok(())
}
