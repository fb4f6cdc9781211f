//! `BaseException`: the fields that every exception has, and the slots of classes that add nothing to them.

use super::*;
use crate::cell::{ObjCell, Visitor};
use crate::err;
use crate::method;
use crate::protocol::{object, sequence};
use crate::refcount::trashcan;
use crate::slot;
use crate::types::{none, tuple, unicode};
use core::cell::Cell;

/// `BaseException` itself.
pub(super) const ROOT: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_str: slot::unary(str),
    tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
    tp_setattro: Some(crate::protocol::object::PyObject_GenericSetAttr),
    tp_methods: &raw mut METHODS as *mut PyMethodDef,
    tp_members: &raw mut MEMBERS as *mut PyMemberDef,
    tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
    tp_new: NEW,
    ..DERIVED
};

/// What a class has that adds nothing; the rest is inherited.
pub(super) const DERIVED: PyTypeObject = family(PyTypeObject {
    tp_basicsize: size_of::<PyBaseExceptionObject>() as isize,
    tp_dealloc: Some(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_init: INIT,
    ..EMPTY_TYPE
});

pub(super) const NEW: newfunc = slot::new(new);
const INIT: initproc = slot::init(init);

/// Whether calling the class does nothing but make an instance with arguments: constructor and metaclass are the ones
/// that `BaseException` has.
pub(crate) fn is_plain(class: &Object) -> bool {
    // SAFETY: a live exception class.
    unsafe {
        let raw = class.as_ptr().cast::<PyTypeObject>();
        class.type_ptr() == &raw mut crate::types::typeobject::PyType_Type
            && (*raw).tp_init.map(|f| f as usize) == INIT.map(|f| f as usize)
            && (*raw).tp_new.map(|f| f as usize) == NEW.map(|f| f as usize)
    }
}

/// An instance of a plain class.
pub(crate) fn make(class: &Type, args: Obj) -> Result<Obj> {
    let this = class.alloc(0)?;
    own(&this).args.set(args);
    Ok(this)
}

/// The common fields with safe access. `&Fields` of an exception: [`fields`].
#[repr(C)]
pub struct Fields {
    head: PyObject,
    /// `__dict__`, made at first use.
    pub dict: ObjCell,
    /// The constructor's positional arguments, a tuple.
    pub args: ObjCell,
    /// `__traceback__`.
    pub traceback: ObjCell,
    /// `__context__`, empty or an exception.
    pub context: ObjCell,
    /// `__cause__`, empty or an exception.
    pub cause: ObjCell,
    /// `__suppress_context__`.
    pub suppress_context: Cell<c_char>,
}
const _: () = assert!(size_of::<Fields>() == size_of::<PyBaseExceptionObject>());

/// The fields of an exception.
///
/// # Safety
/// `object` is an instance of BaseException. The head must not be read through the result.
#[inline(always)]
pub unsafe fn fields_unchecked(object: &Object) -> &Fields {
    // SAFETY: the caller's promise; the layouts agree.
    unsafe { &*object.as_ptr().cast::<Fields>() }
}

/// The fields of an exception. Panics for other objects.
#[inline]
pub fn fields(object: &Object) -> &Fields {
    assert!(err::is_exception(object), "not an exception");
    // SAFETY: just tested.
    unsafe { fields_unchecked(object) }
}

fn own(object: &Object) -> &Fields {
    // SAFETY: slots and methods of the class get instances of it.
    unsafe { fields_unchecked(object) }
}

/// The arguments; an empty tuple where a subclass has lost them.
pub(super) fn args(object: &Object) -> Obj {
    own(object).args.get().unwrap_or_else(tuple::empty)
}

/// A field of a family's struct as a cell.
///
/// # Safety
/// `field` is a nullable owned reference inside an object that outlives the result.
#[inline(always)]
pub(super) unsafe fn cell<'a>(field: *mut *mut PyObject) -> &'a ObjCell {
    // SAFETY: ObjCell is transparent over the pointer.
    unsafe { &*field.cast::<ObjCell>() }
}

pub(super) unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe { dealloc_with(object, dealloc, clear) }
}

/// What the deallocs of all families do.
///
/// # Safety
/// The contract of tp_dealloc; `this` is the slot function, `clear` drops the family's references.
#[inline(always)]
pub(super) unsafe fn dealloc_with(
    object: *mut PyObject,
    this: unsafe extern "C" fn(*mut PyObject),
    clear: impl FnOnce(&Object),
) {
    // SAFETY: the caller's promise.
    unsafe {
        crate::gc::untrack(object);
        trashcan(object, this, || {
            clear(Object::from_ptr(object));
            (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
        });
    }
}

/// `dealloc`, `traverse` and `clear` of a family whose own references are what the function `$fields` lists.
macro_rules! slots_over {
    ($fields:ident) => {
        unsafe extern "C" fn dealloc(object: *mut krait_abi::PyObject) {
            // SAFETY: the contract of tp_dealloc.
            unsafe { $crate::types::exceptions::base::dealloc_with(object, dealloc, clear) }
        }

        fn traverse(this: &$crate::Object, visitor: &mut $crate::cell::Visitor) {
            for field in $fields(this) {
                field.visit(visitor);
            }
            $crate::types::exceptions::base::traverse(this, visitor);
        }

        fn clear(this: &$crate::Object) {
            for field in $fields(this) {
                drop(field.take());
            }
            $crate::types::exceptions::base::clear(this);
        }
    };
}
pub(super) use slots_over;

pub(super) fn traverse(this: &Object, visitor: &mut Visitor) {
    let fields = own(this);
    for cell in [&fields.dict, &fields.args, &fields.traceback, &fields.cause, &fields.context] {
        cell.visit(visitor);
    }
}

#[inline]
pub(super) fn clear(this: &Object) {
    let fields = own(this);
    for cell in [&fields.dict, &fields.args, &fields.traceback, &fields.cause, &fields.context] {
        drop(cell.take());
    }
}

pub(super) fn new(class: &Type, args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let this = class.alloc(0)?;
    own(&this).args.set(args.owned());
    Ok(this)
}

/// No keyword arguments ("NAME() takes no keyword arguments", by the instance's class).
pub(super) fn no_keywords(class: &Type, kw: Option<&Object>) -> Result<()> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error(format_args!("{}() takes no keyword arguments", class.name())));
    }
    Ok(())
}

pub(super) fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    no_keywords(this.class_of(), kw)?;
    own(this).args.set(args.owned());
    Ok(())
}

pub(super) fn str(this: &Object) -> Result<Obj> {
    let args = args(this);
    match tuple::items(&args) {
        [] => unicode::from_str(""),
        [one] => object::str(one),
        _ => object::str(&args),
    }
}

pub(super) fn repr(this: &Object) -> Result<Obj> {
    let args = args(this);
    let name = this.class_of().short_name();
    match tuple::items(&args) {
        [one] => {
            let text_of = object::repr(one)?;
            text(&[Part::Str(name), Part::Str("("), Part::Object(&text_of), Part::Str(")")])
        }
        _ => {
            let text_of = object::repr(&args)?;
            text(&[Part::Str(name), Part::Object(&text_of)])
        }
    }
}

fn reduce(this: &Object) -> Result<Obj> {
    let class = this.class_of().object().owned();
    match own(this).dict.get() {
        Some(dict) => tuple::pack([class, args(this), dict]),
        None => tuple::pack([class, args(this)]),
    }
}

fn setstate(this: &Object, state: &Object) -> Result<()> {
    if state.is_none() {
        return Ok(());
    }
    if !dict::check(state) {
        return Err(err::type_error("state is not a dictionary"));
    }
    let mut position = 0;
    while let Some((name, value)) = dict::next(state, &mut position) {
        object::set_attr(this, &name, Some(&value))?;
    }
    Ok(())
}

fn with_traceback(this: &Object, traceback: &Object) -> Result<Obj> {
    set_traceback_attribute(this, Some(traceback))?;
    Ok(this.owned())
}

crate::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c""),
        method::o(c"__setstate__", setstate, c""),
        method::o(c"with_traceback", with_traceback,
            c"Exception.with_traceback(tb) --\n    sets self.__traceback__ to tb and returns self."),
    ];
}

crate::members! {
    static MEMBERS = [
        method::member(c"__suppress_context__", T_BOOL as _, 56, 0, c""),
    ];
}

crate::getsets! {
    static GETSETS = [
        method::getset(c"__dict__", get_dict, set_dict, c""),
        method::getset(c"args", get_args, set_args, c""),
        method::getset(c"__traceback__", traceback_attribute, set_traceback_attribute, c""),
        method::getset(c"__context__", context_attribute, set_context_attribute, c"exception context"),
        method::getset(c"__cause__", cause_attribute, set_cause_attribute, c"exception cause"),
    ];
}

fn get_dict(this: &Object) -> Result<Obj> {
    let cell = &own(this).dict;
    if let Some(dict) = cell.get() {
        return Ok(dict);
    }
    let dict = dict::new()?;
    cell.set(dict.clone());
    Ok(dict)
}

fn set_dict(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("cannot delete __dict__")) };
    if !dict::check(value) {
        return Err(err::type_error(format_args!(
            "__dict__ must be set to a dictionary, not a '{}'",
            value.class_of().name()
        )));
    }
    own(this).dict.set(value.owned());
    Ok(())
}

fn get_args(this: &Object) -> Result<Option<Obj>> {
    Ok(own(this).args.get())
}

fn set_args(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("args may not be deleted")) };
    own(this).args.set(sequence::tuple(value)?);
    Ok(())
}

fn traceback_attribute(this: &Object) -> Result<Option<Obj>> {
    Ok(own(this).traceback.get())
}

fn set_traceback_attribute(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("__traceback__ may not be deleted")) };
    if !value.is_none() && !is_traceback(value) {
        return Err(err::type_error("__traceback__ must be a traceback or None"));
    }
    own(this).traceback.set_opt((!value.is_none()).then(|| value.owned()));
    Ok(())
}

fn context_attribute(this: &Object) -> Result<Option<Obj>> {
    Ok(own(this).context.get())
}

/// An exception or nothing, from what a program assigns.
fn exception_or_none(value: &Object, what: &str) -> Result<Option<Obj>> {
    if value.is_none() {
        return Ok(None);
    }
    if !err::is_exception(value) {
        return Err(err::type_error(format_args!(
            "exception {what} must be None or derive from BaseException"
        )));
    }
    Ok(Some(value.owned()))
}

fn set_context_attribute(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("__context__ may not be deleted")) };
    own(this).context.set_opt(exception_or_none(value, "context")?);
    Ok(())
}

fn cause_attribute(this: &Object) -> Result<Option<Obj>> {
    Ok(own(this).cause.get())
}

fn set_cause_attribute(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("__cause__ may not be deleted")) };
    set_cause(this, exception_or_none(value, "cause")?);
    Ok(())
}

// ---- what C code uses ---------------------------------------------------------------------------------------------

/// `__suppress_context__`.
pub fn suppress_context(object: &Object) -> bool {
    fields(object).suppress_context.get() != 0
}

/// `PyException_GetTraceback`.
pub fn get_traceback(object: &Object) -> Option<Obj> {
    fields(object).traceback.get()
}

/// `PyException_SetTraceback`: a traceback or None.
pub fn set_traceback(object: &Object, traceback: &Object) -> Result<()> {
    set_traceback_opt(object, Some(traceback))
}

/// `PyException_SetTraceback`, where NULL is a traceback to be deleted, which it cannot be.
pub fn set_traceback_opt(object: &Object, traceback: Option<&Object>) -> Result<()> {
    assert!(err::is_exception(object), "not an exception");
    set_traceback_attribute(object, traceback)
}

/// As [`set_traceback`], for what certainly is a traceback or nothing.
pub fn set_traceback_unchecked(object: &Object, traceback: Option<&Object>) {
    let traceback = traceback.filter(|traceback| !traceback.is_none());
    fields(object).traceback.set_opt(traceback.map(Layout::owned));
}

/// `PyException_GetContext`.
pub fn get_context(object: &Object) -> Option<Obj> {
    fields(object).context.get()
}

/// `PyException_SetContext`: takes over the reference.
pub fn set_context(object: &Object, context: Option<Obj>) {
    fields(object).context.set_opt(context);
}

/// `PyException_GetCause`.
pub fn get_cause(object: &Object) -> Option<Obj> {
    fields(object).cause.get()
}

/// `PyException_SetCause`: takes over the reference; the context is not shown any more.
pub fn set_cause(object: &Object, cause: Option<Obj>) {
    let fields = fields(object);
    fields.suppress_context.set(1);
    fields.cause.set_opt(cause);
}

/// Makes `context` the context of `object`, another exception. Should `object` be in the chain of contexts of `context`
/// the chain is cut there, so that chains never become cycles by raising; a cycle that a program made itself does not
/// keep the search from ending.
pub fn chain_context(object: &Object, context: Obj) {
    let mut slow = context.clone();
    let mut advance = false;
    let mut current = context.clone();
    while let Some(next) = fields(&current).context.get() {
        if next.is(object) {
            fields(&current).context.set_opt(None);
            break;
        }
        current = next;
        if current.is(&*slow) {
            break;
        }
        if advance && let Some(next) = fields(&slow).context.get() {
            slow = next;
        }
        advance = !advance;
    }
    set_context(object, Some(context));
}

/// A piece of a message.
pub(super) enum Part<'a> {
    /// Text of our own.
    Str(&'a str),
    /// A `str` object; may hold lone surrogates.
    Object(&'a Object),
}

/// Puts a message together.
pub(super) fn text(parts: &[Part<'_>]) -> Result<Obj> {
    let mut builder = unicode::Builder::new();
    for part in parts {
        match part {
            Part::Str(text) => builder.push_str(text),
            Part::Object(object) => builder.push_object(object),
        }
    }
    builder.finish()
}

/// `None` where a field is empty.
pub(super) fn or_none(value: Option<Obj>) -> Obj {
    value.unwrap_or_else(|| none::none().owned())
}
