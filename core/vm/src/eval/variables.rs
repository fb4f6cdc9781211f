//! Instructions on the stack, constants, local and cell variables.

use super::regs::{Flow, handlers, new_ref};
use crate::decode::Instr;
use core::ptr::null_mut;
use krait_abi::{PyCellObject, PyObject};
use krait_object::refcount::{decref, xdecref};
use krait_object::types::{tuple, unicode};
use krait_object::{Object, Raised, Result, err};

handlers! {
    fn load_fast(r, instr) {
        let value = *r.local(instr.arg);
        if value.is_null() {
            r.save_position();
            unbound_local(r.code(), instr.arg);
            return Flow::Error;
        }
        r.push(new_ref(value));
        Flow::Next
    }

    /// Two loads in one step.
    fn load_fast_load_fast(r, instr) {
        let first = *r.local(instr.arg);
        let next: Instr = (*r.pc).get();
        let second = *r.local(next.arg);
        if first.is_null() || second.is_null() {
            return load_fast(r, instr);
        }
        r.pc = r.pc.add(1);
        r.push(new_ref(first));
        r.push(new_ref(second));
        Flow::Next
    }

    /// A load and a constant in one step.
    fn load_fast_load_const(r, instr) {
        let first = *r.local(instr.arg);
        if first.is_null() {
            return load_fast(r, instr);
        }
        let next: Instr = (*r.pc).get();
        r.pc = r.pc.add(1);
        r.push(new_ref(first));
        r.push(new_ref(r.constant(next.arg)));
        Flow::Next
    }

    fn load_const(r, instr) {
        r.push(new_ref(r.constant(instr.arg)));
        Flow::Next
    }

    fn store_fast(r, instr) {
        let value = r.pop();
        let slot = r.local(instr.arg);
        let old = *slot;
        *slot = value;
        r.release(old);
        Flow::Next
    }

    /// A store and a load in one step; the old value is dropped in between, as two instructions would.
    fn store_fast_load_fast(r, instr) {
        store_fast(r, instr);
        let next: Instr = (*r.pc).get();
        let value = *r.local(next.arg);
        if value.is_null() {
            return Flow::Next;
        }
        r.pc = r.pc.add(1);
        r.push(new_ref(value));
        Flow::Next
    }

    fn delete_fast(r, instr) {
        let slot = r.local(instr.arg);
        let old = *slot;
        if old.is_null() {
            r.save_position();
            unbound_local(r.code(), instr.arg);
            return Flow::Error;
        }
        *slot = null_mut();
        r.release(old);
        Flow::Next
    }

    fn pop_top(r, _instr) {
        let value = r.pop();
        r.release(value);
        Flow::Next
    }

    fn rot_two(r, _instr) {
        let top = r.slot(1);
        let second = r.slot(2);
        core::ptr::swap(top, second);
        Flow::Next
    }

    fn rot_three(r, _instr) {
        let top = *r.slot(1);
        *r.slot(1) = *r.slot(2);
        *r.slot(2) = *r.slot(3);
        *r.slot(3) = top;
        Flow::Next
    }

    fn rot_four(r, _instr) {
        let top = *r.slot(1);
        *r.slot(1) = *r.slot(2);
        *r.slot(2) = *r.slot(3);
        *r.slot(3) = *r.slot(4);
        *r.slot(4) = top;
        Flow::Next
    }

    fn dup_top(r, _instr) {
        r.push(new_ref(*r.slot(1)));
        Flow::Next
    }

    fn dup_top_two(r, _instr) {
        let (second, top) = (*r.slot(2), *r.slot(1));
        r.push(new_ref(second));
        r.push(new_ref(top));
        Flow::Next
    }

    fn load_closure(r, instr) {
        r.push(new_ref(r.cell(instr.arg).cast()));
        Flow::Next
    }

    fn load_deref(r, instr) {
        let value = (*r.cell(instr.arg)).ob_ref;
        if value.is_null() {
            r.save_position();
            unbound_cell(r.code(), instr.arg);
            return Flow::Error;
        }
        r.push(new_ref(value));
        Flow::Next
    }

    fn store_deref(r, instr) {
        let value = r.pop();
        let cell: *mut PyCellObject = r.cell(instr.arg);
        let old = (*cell).ob_ref;
        (*cell).ob_ref = value;
        xdecref(old);
        Flow::Next
    }

    fn delete_deref(r, instr) {
        let cell: *mut PyCellObject = r.cell(instr.arg);
        let old = (*cell).ob_ref;
        if old.is_null() {
            r.save_position();
            unbound_cell(r.code(), instr.arg);
            return Flow::Error;
        }
        (*cell).ob_ref = null_mut();
        decref(old);
        Flow::Next
    }

    fn load_classderef(r, instr) {
        r.save_position();
        let result = class_variable(r.code(), (*r.frame()).f_locals, instr.arg);
        match result {
            Ok(Some(value)) => {
                r.push_obj(value);
                Flow::Next
            }
            Ok(None) => load_deref(r, instr),
            Err(_) => Flow::Error,
        }
    }
}

/// The name of a cell or free variable.
unsafe fn cell_name<'a>(code: *mut krait_abi::PyCodeObject, index: u32) -> (&'a Object, bool) {
    // SAFETY: a live code object and a verified index.
    unsafe {
        let cells = tuple::items(Object::from_ptr((*code).co_cellvars));
        let index = index as usize;
        if index < cells.len() {
            (cells[index], false)
        } else {
            (tuple::items(Object::from_ptr((*code).co_freevars))[index - cells.len()], true)
        }
    }
}

/// Looks a class body's variable up in its namespace.
#[cold]
unsafe fn class_variable(
    code: *mut krait_abi::PyCodeObject,
    locals: *mut PyObject,
    index: u32,
) -> Result<Option<krait_object::Obj>> {
    // SAFETY: a class body's frame has locals; the index is verified.
    unsafe {
        let (name, _) = cell_name(code, index);
        super::names::mapping_get(Object::from_ptr(locals), name)
    }
}

#[cold]
unsafe fn unbound_local(code: *mut krait_abi::PyCodeObject, index: u32) -> Raised {
    // SAFETY: a live code object and a verified index.
    let name = unsafe { tuple::items(Object::from_ptr((*code).co_varnames))[index as usize] };
    err::unbound_local_error(format_args!(
        "local variable '{}' referenced before assignment",
        unicode::display(name)
    ))
}

#[cold]
unsafe fn unbound_cell(code: *mut krait_abi::PyCodeObject, index: u32) -> Raised {
    // SAFETY: a live code object and a verified index.
    let (name, free) = unsafe { cell_name(code, index) };
    let name = unicode::display(name);
    if free {
        err::name_error(format_args!(
            "free variable '{name}' referenced before assignment in enclosing scope"
        ))
    } else {
        err::unbound_local_error(format_args!("local variable '{name}' referenced before assignment"))
    }
}
