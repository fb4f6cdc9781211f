//! `builtin_function_or_method`: a C function with its `self`; `builtin_method` adds the defining class.
//!
//! ```text
//!   m_ml @16 (borrowed row)  m_self @24  m_module @32  m_weakreflist @40  vectorcall @48  [mm_class @56]
//! ```
//! Compiled callers read the row and call `ml_meth` by its flags, so every function has a genuine row. Functions with
//! `METH_VARARGS` have no vectorcall; they are called through `tp_call`.

use crate::cell::Visitor;
use crate::err::{self, Raised};
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result, into_ptr_opt};
use crate::intern;
use crate::method as tables;
use crate::protocol::call as calls;
use crate::protocol::object::{self as objects, PyObject_GenericGetAttr, function_str};
use crate::slot::{self, CompareOp, guard};
use crate::state;
use crate::types::macros::{format, get};
use crate::types::typeobject::{Type, doc};
use crate::types::{bool as bools, descr, dict, module, none, object, tuple, unicode};
use core::ffi::{CStr, c_int};
use core::mem::{offset_of, transmute};
use core::ptr::null_mut;
use krait_abi::*;

crate::static_type! {
    /// `builtin_function_or_method`
    #[unsafe(no_mangle)]
    pub static PyCFunction_Type = {
        tp_name: c"builtin_function_or_method".as_ptr(),
        tp_basicsize: size_of::<PyCFunctionObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_vectorcall_offset: offset_of!(PyCFunctionObject, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_call: Some(tp_call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
        tp_traverse: slot::traverse(traverse),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_weaklistoffset: offset_of!(PyCFunctionObject, m_weakreflist) as Py_ssize_t,
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
    };
}
crate::object_view!(/** A `builtin_function_or_method`. */ pub CFunction, PyCFunctionObject, PyCFunction_Type);

crate::static_type! {
    /// `builtin_method`
    #[unsafe(no_mangle)]
    pub static PyCMethod_Type = {
        tp_name: c"builtin_method".as_ptr(),
        tp_basicsize: size_of::<PyCMethodObject>() as Py_ssize_t,
        tp_base: &raw mut PyCFunction_Type,
    };
}

/// `PyCMethod_New` without a class (`PyCFunction_NewEx`).
/// # Safety
/// `def` lives as long as the function object, and its flags tell the function's type.
pub unsafe fn new(def: *mut PyMethodDef, this: Option<&Object>, module: Option<&Object>) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe { new_method(def, this, module, None) }
}

/// `PyCMethod_New`.
/// # Safety
/// As for [`new`].
pub unsafe fn new_method(
    def: *mut PyMethodDef,
    this: Option<&Object>,
    module: Option<&Object>,
    class: Option<&Type>,
) -> Result<Obj> {
    const FASTCALL_KEYWORDS: c_int = METH_FASTCALL | METH_KEYWORDS;
    const VARARGS_KEYWORDS: c_int = METH_VARARGS | METH_KEYWORDS;
    const METHOD: c_int = METH_METHOD | METH_FASTCALL | METH_KEYWORDS;
    const CONVENTION: c_int =
        METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;
    // SAFETY: the caller's promise.
    let flags = unsafe { (*def).ml_flags };
    let vectorcall: vectorcallfunc = match flags & CONVENTION {
        METH_VARARGS | VARARGS_KEYWORDS => None,
        METH_FASTCALL => Some(call_fastcall),
        FASTCALL_KEYWORDS => Some(call_fastcall_keywords),
        METH_NOARGS => Some(call_noargs),
        METH_O => Some(call_o),
        METHOD => Some(call_method),
        // SAFETY: the caller's promise.
        _ => return Err(unsafe { descr::method::bad_flags(def) }),
    };
    let raw = if flags & METH_METHOD != 0 {
        let Some(class) = class else {
            return Err(err::system_error(
                "attempting to create PyCMethod with a METH_METHOD flag but no class",
            ));
        };
        let raw = gc::new_object(&raw mut PyCMethod_Type)?;
        // SAFETY: a fresh object of this type.
        unsafe { (*raw.cast::<PyCMethodObject>()).mm_class = class.owned().into_ptr().cast() };
        raw
    } else {
        if class.is_some() {
            return Err(err::system_error(
                "attempting to create PyCFunction with class but no METH_METHOD flag",
            ));
        }
        gc::new_object(&raw mut PyCFunction_Type)?
    };
    // SAFETY: a fresh object of this layout; complete before it is tracked.
    unsafe {
        let function = raw.cast::<PyCFunctionObject>();
        (*function).m_ml = def;
        (*function).m_self = into_ptr_opt(this.map(Layout::owned));
        (*function).m_module = into_ptr_opt(module.map(Layout::owned));
        (*function).m_weakreflist = null_mut();
        (*function).vectorcall = vectorcall;
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

/// `PyCFunction_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    CFunction::is_instance(object)
}

fn checked(function: &Object) -> Result<&CFunction> {
    function.downcast::<CFunction>().ok_or_else(err::bad_internal_call)
}

/// `PyCFunction_GetFunction`.
pub fn get_function(function: &Object) -> Result<PyCFunction> {
    Ok(checked(function)?.row().ml_meth)
}

/// `PyCFunction_GetSelf`, borrowed; `None` for static methods and functions without one.
pub fn get_self(function: &Object) -> Result<Option<&Object>> {
    Ok(checked(function)?.this())
}

/// `PyCFunction_GetFlags`.
pub fn get_flags(function: &Object) -> Result<c_int> {
    Ok(checked(function)?.row().ml_flags)
}

/// `PyCFunction_Call`: as `PyObject_Call`.
pub fn call(function: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    calls::call_tuple(function, args, kw)
}

impl CFunction {
    /// The table row, copied.
    #[inline(always)]
    pub fn row(&self) -> PyMethodDef {
        // SAFETY: rows outlive their functions.
        unsafe { *get!(self, m_ml) }
    }

    /// `PyCFunction_GET_SELF`: what the C function gets as `self`.
    #[inline(always)]
    pub fn this(&self) -> Option<&Object> {
        if self.row().ml_flags & METH_STATIC != 0 {
            return None;
        }
        // SAFETY: NULL or owned by the function.
        unsafe { Object::from_ptr_opt(get!(self, m_self)) }
    }

    /// `m_self` whatever the flags say.
    fn bound(&self) -> Option<&Object> {
        // SAFETY: NULL or owned by the function.
        unsafe { Object::from_ptr_opt(get!(self, m_self)) }
    }

    fn name(&self) -> Result<Obj> {
        // SAFETY: names of rows are NUL-terminated.
        unicode::decode_utf8(unsafe { CStr::from_ptr(self.row().ml_name) }.to_bytes(), None)
    }

    /// Whether it is a function of a module, not a method.
    fn is_module_function(&self) -> bool {
        self.bound().is_none_or(module::Module::is_instance)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        crate::refcount::trashcan(object, dealloc, || {
            let function = object.cast::<PyCFunctionObject>();
            if !(*function).m_weakreflist.is_null() {
                crate::types::weakref::clear_weakrefs(object);
            }
            if (*(*function).m_ml).ml_flags & METH_METHOD != 0 {
                crate::refcount::xdecref((*object.cast::<PyCMethodObject>()).mm_class.cast());
            }
            crate::refcount::xdecref((*function).m_self);
            crate::refcount::xdecref((*function).m_module);
            gc::PyObject_GC_Del(object.cast());
        });
    }
}

fn traverse(this: &CFunction, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, m_self));
    visitor.visit_ptr(get!(this, m_module));
    if this.row().ml_flags & METH_METHOD != 0 {
        // SAFETY: functions with this flag have the longer layout.
        visitor.visit_ptr(unsafe { (*this.as_raw().cast::<PyCMethodObject>()).mm_class.cast() });
    }
}

fn repr(this: &CFunction) -> Result<Obj> {
    let name = this.name()?;
    match this.bound() {
        Some(object) if !this.is_module_function() => format(format_args!(
            "<built-in method {} of {} object at {:p}>",
            unicode::display(&name),
            object.class_of().name(),
            object.as_ptr()
        )),
        _ => format(format_args!("<built-in function {}>", unicode::display(&name))),
    }
}

fn meth_address(this: &CFunction) -> usize {
    this.row().ml_meth.map_or(0, |f| f as usize)
}

fn hash(this: &CFunction) -> Result<Py_hash_t> {
    let own = get!(this, m_self);
    let of_self = if own.is_null() { 0 } else { object::hash_pointer(own.cast()) };
    Ok(of_self ^ object::hash_pointer(meth_address(this) as *const _))
}

fn rich_compare(this: &CFunction, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<CFunction>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = get!(this, m_self) == get!(other, m_self) && meth_address(this) == meth_address(other);
    Ok(bools::from_bool(equal == (op == CompareOp::Eq)))
}

/// `tp_call`: the only way to `METH_VARARGS` functions; the others are called by vectorcall.
unsafe extern "C" fn tp_call(
    function: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the contract of tp_call; the row's flags tell the function's type.
    unsafe {
        let this = Object::from_ptr(function).cast_unchecked::<CFunction>();
        let row = this.row();
        if row.ml_flags & METH_VARARGS == 0 {
            return calls::PyVectorcall_Call(function, args, kw);
        }
        let object = crate::handle::as_ptr_opt(this.this());
        let result = if row.ml_flags & METH_KEYWORDS != 0 {
            transmute::<PyCFunction, PyCFunctionWithKeywords>(row.ml_meth).unwrap_unchecked()(
                object, args, kw,
            )
        } else {
            if Object::from_ptr_opt(kw).is_some_and(|kw| dict::len(kw) != 0) {
                return guard(null_mut(), || {
                    let name = CStr::from_ptr(row.ml_name).to_str().unwrap_or("?");
                    let _ = err::type_error(format_args!("{name}() takes no keyword arguments"));
                    null_mut()
                });
            }
            row.ml_meth.unwrap_unchecked()(object, args)
        };
        calls::check_result_ptr(function, result)
    }
}

// Vectorcalls

/// A `TypeError` about the arguments of a function.
#[cold]
fn refuse(function: &Object, what: &str, given: Option<usize>) -> Raised {
    match function_str(function) {
        Ok(name) => {
            let name = unicode::display(&name);
            match given {
                Some(given) => err::type_error(format_args!("{name} {what} ({given} given)")),
                None => err::type_error(format_args!("{name} {what}")),
            }
        }
        Err(raised) => raised,
    }
}

#[inline(always)]
unsafe fn no_keywords(function: *mut PyObject, names: *mut PyObject) -> Result<()> {
    // SAFETY: the contract of vectorcall: NULL or a tuple.
    unsafe {
        if names.is_null() || tuple::items(Object::from_ptr(names)).is_empty() {
            return Ok(());
        }
        Err(refuse(Object::from_ptr(function), "takes no keyword arguments", None))
    }
}

macro_rules! vectorcalls {
    ($($name:ident($function:ident, $row:ident, $this:ident, $args:ident, $nargs:ident, $names:ident) => $body:expr;)*) => {$(
        unsafe extern "C" fn $name(
            $function: *mut PyObject,
            $args: *const *mut PyObject,
            nargsf: usize,
            $names: *mut PyObject,
        ) -> *mut PyObject {
            // SAFETY: the contract of vectorcall; the row's flags tell the function's type.
            unsafe {
                let view = Object::from_ptr($function).cast_unchecked::<CFunction>();
                let $row = get!(view, m_ml);
                let $this = if (*$row).ml_flags & METH_STATIC != 0 { null_mut() } else { get!(view, m_self) };
                let $nargs = nargsf & !calls::OFFSET;
                $body
            }
        }
    )*};
}

/// Runs a C function inside the recursion guard.
macro_rules! guarded {
    ($call:expr) => {{
        let Ok(_guard) = state::enter_recursive_call(" while calling a Python object") else {
            return null_mut();
        };
        $call
    }};
}
pub(super) use guarded;

/// The C function of a row under the type that its flags tell.
macro_rules! function {
    ($row:expr, PyCFunction) => {
        (*$row).ml_meth.unwrap_unchecked()
    };
    ($row:expr, $ty:ty) => {
        transmute::<PyCFunction, $ty>((*$row).ml_meth).unwrap_unchecked()
    };
}
pub(super) use function;

vectorcalls! {
    call_noargs(function, row, this, _args, nargs, names) => {
        if no_keywords(function, names).is_err() {
            return null_mut();
        }
        if nargs != 0 {
            let _ = refuse(Object::from_ptr(function), "takes no arguments", Some(nargs));
            return null_mut();
        }
        guarded!(function!(row, PyCFunction)(this, null_mut()))
    };
    call_o(function, row, this, args, nargs, names) => {
        if no_keywords(function, names).is_err() {
            return null_mut();
        }
        if nargs != 1 {
            let _ = refuse(Object::from_ptr(function), "takes exactly one argument", Some(nargs));
            return null_mut();
        }
        guarded!(function!(row, PyCFunction)(this, *args))
    };
    call_fastcall(function, row, this, args, nargs, names) => {
        if no_keywords(function, names).is_err() {
            return null_mut();
        }
        guarded!(function!(row, _PyCFunctionFast)(this, args, nargs as Py_ssize_t))
    };
    call_fastcall_keywords(_function, row, this, args, nargs, names) => {
        guarded!(function!(row, _PyCFunctionFastWithKeywords)(this, args, nargs as Py_ssize_t, names))
    };
    call_method(function, row, this, args, nargs, names) => {
        let class = (*function.cast::<PyCMethodObject>()).mm_class;
        guarded!(function!(row, PyCMethod)(this, class, args, nargs, names))
    };
}

// Attributes

crate::methods! {
    static METHODS = [tables::noargs(c"__reduce__", reduce, c"")];
}

crate::members! {
    static MEMBERS = [
        tables::member(c"__module__", T_OBJECT, offset_of!(PyCFunctionObject, m_module), 0, c""),
    ];
}

crate::getsets! {
    static GETSETS = [
        tables::getter(c"__doc__", get_doc, c""),
        tables::getter(c"__name__", CFunction::name, c""),
        tables::getter(c"__qualname__", qualname, c""),
        tables::getter(c"__self__", get_this, c""),
        tables::getter(c"__text_signature__", text_signature, c""),
    ];
}

fn reduce(this: &CFunction) -> Result<Obj> {
    let name = this.name()?;
    match this.bound() {
        Some(object) if !this.is_module_function() => {
            let getattr = (crate::hooks::get().builtin)("getattr")?;
            tuple::pack([getattr, tuple::from_slice(&[object, &name])?])
        }
        _ => Ok(name),
    }
}

fn get_doc(this: &CFunction) -> Result<Obj> {
    let row = this.row();
    // SAFETY: strings of rows are NUL-terminated.
    unsafe { doc::without_signature(CStr::from_ptr(row.ml_name), row.ml_doc) }
}

fn text_signature(this: &CFunction) -> Result<Obj> {
    let row = this.row();
    // SAFETY: strings of rows are NUL-terminated.
    unsafe { doc::text_signature(CStr::from_ptr(row.ml_name), row.ml_doc) }
}

/// `class.name` for methods, with the class's own qualified name.
fn qualname(this: &CFunction) -> Result<Obj> {
    let name = this.name()?;
    let Some(object) = this.bound().filter(|_| !this.is_module_function()) else { return Ok(name) };
    let class = if Type::is_instance(object) { object } else { object.class_of().object() };
    let class_name = objects::get_attr(class, intern!("__qualname__"))?;
    if !unicode::check(&class_name) {
        return Err(err::type_error("<method>.__class__.__qualname__ is not a unicode object"));
    }
    format(format_args!("{}.{}", unicode::display(&class_name), unicode::display(&name)))
}

fn get_this(this: &CFunction) -> Result<Obj> {
    Ok(this.this().unwrap_or(none::none()).owned())
}
