//! Raising, handling and `with` blocks.

use super::regs::{Flow, Regs, handlers, new_ref};
use crate::bind;
use crate::decode::BlockKind;
use crate::function::{PyFunction_Type, vectorcall_is_ours};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::attribute::{self, Method};
use krait_object::protocol::{call, object};
use krait_object::refcount::{decref, xdecref};
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, none, tuple};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, intern};

handlers! {
    fn raise_varargs(r, instr) {
        r.save_position();
        let cause = if instr.arg > 1 { Some(r.pop_obj()) } else { None };
        let exception = if instr.arg > 0 { Some(r.pop_obj()) } else { None };
        let _ = raise(r.tstate(), exception, cause);
        Flow::Error
    }

    /// Raises what is on the stack again, without a new traceback entry.
    fn reraise(r, _instr) {
        r.save_position();
        let kind = r.pop();
        let value = r.pop();
        let traceback = r.pop();
        restore_raw(r.tstate(), kind, value, traceback);
        Flow::Error
    }

    fn pop_except(r, _instr) {
        pop_handled(r);
        Flow::Next
    }

    fn jump_if_not_exc_match(r, instr) {
        r.save_position();
        let result = exception_matches(r.peek(2), r.peek(1));
        r.drop_values(2);
        match result {
            Ok(true) => Flow::Next,
            Ok(false) => {
                r.jump(instr.arg);
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }

    fn load_assertion_error(r, _instr) {
        r.push(new_ref(exceptions::AssertionError().as_ptr()));
        Flow::Next
    }

    fn setup_with(r, _instr) {
        r.save_position();
        let Ok((exit, enter)) = methods_of_with(r.peek(1)) else { return Flow::Error };
        if let Method::Unbound(function) = &enter
            && is_plain_function(function)
            && super::may_inline(r.tstate())
        {
            let manager = r.slot(1);
            let frame = bind::frame_for_call(r.tstate(), function.as_ptr(), manager, 1, null_mut());
            let Ok(frame) = frame else { return Flow::Error };
            // The manager has moved into the frame.
            *manager = exit.into_ptr();
            (*r.home).callee = frame;
            return Flow::Call;
        }
        let Ok(value) = enter.call0(r.peek(1)) else { return Flow::Error };
        r.replace_top(exit);
        r.push_obj(value);
        Flow::Next
    }

    fn before_async_with(r, _instr) {
        r.save_position();
        match enter_async_with(r.peek(1)) {
            Ok((exit, value)) => {
                r.replace_top(exit);
                r.push_obj(value);
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }

    /// The exit function is seventh from the top, below the old and the new exception.
    fn with_except_start(r, _instr) {
        r.save_position();
        let or_none = |depth: usize| {
            let value = *r.slot(depth);
            if value.is_null() { none::none() } else { Object::from_ptr(value) }
        };
        let result = call::call(r.peek(7), &[or_none(1), or_none(2), or_none(3)]);
        r.finish_push(result)
    }

    /// Ends an `async for` on `StopAsyncIteration`.
    fn end_async_for(r, instr) {
        r.save_position();
        if !err::given_matches(r.peek(1), exceptions::StopAsyncIteration()) {
            return reraise(r, instr);
        }
        r.drop_values(3);
        pop_except(r, instr);
        r.drop_values(1);
        Flow::Next
    }
}

/// Takes the exception that was handled before from the stack, in the place of the one whose handler ends.
#[inline(always)]
unsafe fn pop_handled(r: &mut Regs) {
    // SAFETY: a handler's block has put three values there.
    unsafe {
        let exc_info = (*r.tstate()).exc_info;
        let old = ((*exc_info).exc_type, (*exc_info).exc_value, (*exc_info).exc_traceback);
        (*exc_info).exc_type = r.pop();
        (*exc_info).exc_value = r.pop();
        (*exc_info).exc_traceback = r.pop();
        xdecref(old.0);
        xdecref(old.1);
        xdecref(old.2);
    }
}

/// Sets the exception from three owned references.
unsafe fn restore_raw(
    tstate: *mut PyThreadState,
    kind: *mut PyObject,
    value: *mut PyObject,
    traceback: *mut PyObject,
) {
    // SAFETY: the running thread's state; the references move into it.
    unsafe {
        let old = ((*tstate).curexc_type, (*tstate).curexc_value, (*tstate).curexc_traceback);
        let none = none::none().as_ptr();
        let traceback = if traceback == none {
            decref(traceback);
            null_mut()
        } else {
            traceback
        };
        (*tstate).curexc_type = kind;
        (*tstate).curexc_value = value;
        (*tstate).curexc_traceback = traceback;
        xdecref(old.0);
        xdecref(old.1);
        xdecref(old.2);
    }
}

/// The topmost exception being handled (`_PyErr_GetTopmostException`).
pub unsafe fn topmost(tstate: *mut PyThreadState) -> *mut _PyErr_StackItem {
    // SAFETY: exc_info is never null and its chain ends.
    unsafe {
        let none = none::none().as_ptr();
        let mut item = (*tstate).exc_info;
        while ((*item).exc_type.is_null() || (*item).exc_type == none) && !(*item).previous_item.is_null() {
            item = (*item).previous_item;
        }
        item
    }
}

/// The `raise` statement: always leaves an exception set.
#[inline(never)]
unsafe fn raise(tstate: *mut PyThreadState, exception: Option<Obj>, cause: Option<Obj>) -> Raised {
    let Some(exception) = exception else {
        // SAFETY: the running thread's state.
        return unsafe { raise_again(tstate) };
    };
    match prepare_raise(exception, cause) {
        Ok((class, value)) => err::set_object(&class, &value),
        Err(raised) => raised,
    }
}

unsafe fn raise_again(tstate: *mut PyThreadState) -> Raised {
    // SAFETY: the running thread's state; the parts are live or null.
    unsafe {
        let item = topmost(tstate);
        if (*item).exc_type.is_null() || (*item).exc_type == none::none().as_ptr() {
            return err::runtime_error("No active exception to reraise");
        }
        let part = |ptr: *mut PyObject| {
            if !ptr.is_null() {
                krait_object::refcount::incref(ptr);
            }
            ptr
        };
        restore_raw(tstate, part((*item).exc_type), part((*item).exc_value), part((*item).exc_traceback));
        Raised::assume()
    }
}

fn is_exception_class(object: &Object) -> bool {
    object.downcast::<Type>().is_some_and(|class| class.has(Py_TPFLAGS_BASE_EXC_SUBCLASS))
}

fn is_exception_instance(object: &Object) -> bool {
    is_exception_class(object.class_of())
}

/// An instance from an exception class, checked.
fn instantiate(class: &Object) -> Result<Obj> {
    let value = call::call0(class)?;
    if !is_exception_instance(&value) {
        return Err(err::type_error(format_args!(
            "calling {} should have returned an instance of BaseException, not {}",
            krait_object::types::unicode::display(&*object::repr(class)?),
            krait_object::types::unicode::display(&*object::repr(value.class_of())?)
        )));
    }
    Ok(value)
}

fn prepare_raise(exception: Obj, cause: Option<Obj>) -> Result<(Obj, Obj)> {
    let (class, value) = if is_exception_class(&exception) {
        let value = instantiate(&exception)?;
        (exception, value)
    } else if is_exception_instance(&exception) {
        (exception.class_of().object().owned(), exception)
    } else {
        return Err(err::type_error("exceptions must derive from BaseException"));
    };
    if let Some(cause) = cause {
        let cause = if is_exception_class(&cause) {
            Some(instantiate(&cause)?)
        } else if is_exception_instance(&cause) {
            Some(cause)
        } else if cause.is_none() {
            None
        } else {
            return Err(err::type_error("exception causes must derive from BaseException"));
        };
        exceptions::set_cause(&value, cause);
    }
    Ok((class, value))
}

/// Whether a raised exception's class matches the classes of an `except` clause.
#[inline(never)]
fn exception_matches(raised: &Object, classes: &Object) -> Result<bool> {
    const MESSAGE: &str = "catching classes that do not inherit from BaseException is not allowed";
    let valid = if tuple::check(classes) {
        tuple::items(classes).iter().all(|class| is_exception_class(class))
    } else {
        is_exception_class(classes)
    };
    if !valid {
        return Err(err::type_error(MESSAGE));
    }
    Ok(err::given_matches(raised, classes))
}

/// `__exit__` bound, and `__enter__`.
fn methods_of_with(manager: &Object) -> Result<(Obj, Method)> {
    let enter = attribute::special_method(manager, intern!("__enter__"))?
        .ok_or_else(|| err::attribute_error("__enter__"))?;
    let exit = special(manager, intern!("__exit__"))?;
    Ok((exit, enter))
}

/// Whether a callable is a Python function that runs in a frame when it is called.
fn is_plain_function(callable: &Object) -> bool {
    // SAFETY: asked of exact functions only.
    core::ptr::eq(callable.type_ptr(), &raw mut PyFunction_Type)
        && unsafe { vectorcall_is_ours(callable.as_ptr()) && !bind::makes_generator(callable.as_ptr()) }
}

#[inline(never)]
fn enter_async_with(manager: &Object) -> Result<(Obj, Obj)> {
    let enter = special(manager, intern!("__aenter__"))?;
    let exit = special(manager, intern!("__aexit__"))?;
    Ok((exit, call::call0(&enter)?))
}

fn special(object: &Object, name: &Object) -> Result<Obj> {
    object::lookup_special(object, name)?
        .ok_or_else(|| err::attribute_error(krait_object::types::unicode::display(name)))
}

/// Finds the handler for the exception that is set, and enters it. False when it leaves the frame; the stack is empty
/// then.
#[inline(always)]
pub(super) unsafe fn unwind(r: &mut Regs) -> bool {
    // SAFETY: pc is behind the instruction that failed; blocks and levels are static facts about the code.
    unsafe {
        let index = ((*r.frame()).f_lasti / 2).max(0) as usize;
        let decoded = &*r.decoded();
        let bottom = (*r.frame()).f_valuestack;
        let mut block = decoded.blocks[usize::from(decoded.block_of[index])];
        loop {
            match block.kind {
                BlockKind::None => {
                    pop_to(r, bottom);
                    return false;
                }
                BlockKind::Except => {
                    let level = bottom.add(block.level as usize + 3);
                    pop_to(r, level);
                    pop_handled(r);
                }
                BlockKind::Finally => {
                    let level = bottom.add(block.level as usize);
                    pop_to(r, level);
                    enter_handler(r);
                    r.jump(block.handler);
                    return true;
                }
            }
            block = decoded.blocks[usize::from(block.parent)];
        }
    }
}

unsafe fn pop_to(r: &mut Regs, level: *mut *mut PyObject) {
    // SAFETY: everything between `level` and `sp` is an owned reference or null.
    unsafe {
        while r.sp > level {
            let value = r.pop();
            xdecref(value);
        }
    }
}

/// Pushes the exception handled so far and the new one, which becomes the one handled (`sys.exc_info()`).
unsafe fn enter_handler(r: &mut Regs) {
    // SAFETY: the running thread's state; the handler's depth leaves room for six values.
    unsafe {
        let exc_info = (*r.tstate()).exc_info;
        r.push((*exc_info).exc_traceback);
        r.push((*exc_info).exc_value);
        let old_type = (*exc_info).exc_type;
        r.push(if old_type.is_null() { new_ref(none::none().as_ptr()) } else { old_type });
        (*exc_info).exc_type = null_mut();
        (*exc_info).exc_value = null_mut();
        (*exc_info).exc_traceback = null_mut();
        let mut error = match err::fetch() {
            Some(error) => error,
            None => return,
        };
        error.normalize();
        let traceback = error.traceback.take().unwrap_or_else(|| none::none().owned());
        let value = error.value.take().unwrap_or_else(|| none::none().owned());
        exceptions::set_traceback_unchecked(
            &value,
            Some(&*traceback).filter(|traceback| !traceback.is_none()),
        );
        (*exc_info).exc_type = new_ref(error.kind.as_ptr());
        (*exc_info).exc_value = new_ref(value.as_ptr());
        (*exc_info).exc_traceback = new_ref(traceback.as_ptr());
        r.push_obj(traceback);
        r.push_obj(value);
        r.push_obj(error.kind);
    }
}

/// Whether `object` is an exception instance; for other families.
pub fn check_instance(object: &Object) -> bool {
    is_exception_instance(object)
}

/// Whether `object` is an exception class; for other families.
pub fn check_class(object: &Object) -> bool {
    Type::is_instance(object) && is_exception_class(object)
}
