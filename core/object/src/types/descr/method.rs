//! `method_descriptor` and `classmethod_descriptor`: C functions of classes (`PyMethodDef`).

use super::Descr;
use crate::err::{self, Raised};
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::call as calls;
use crate::protocol::object::{PyObject_GenericGetAttr, function_str};
use crate::slot;
use crate::state;
use crate::types::cfunction::{self, function, guarded};
use crate::types::macros::{get, set};
use crate::types::typeobject::{Type, doc};
use crate::types::{tuple, unicode};
use core::ffi::{CStr, c_int};
use core::mem::{offset_of, transmute};
use core::ptr::null_mut;
use krait_abi::*;

crate::static_type! {
    /// `method_descriptor`
    #[unsafe(no_mangle)]
    pub static PyMethodDescr_Type = {
        tp_name: c"method_descriptor".as_ptr(),
        tp_basicsize: size_of::<PyMethodDescrObject>() as Py_ssize_t,
        tp_dealloc: Some(super::dealloc),
        tp_vectorcall_offset: offset_of!(PyMethodDescrObject, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_call: Some(calls::PyVectorcall_Call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
        tp_traverse: Some(super::traverse),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut super::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(descr_get),
    };
}
crate::object_view!(/** A `method_descriptor`. */ pub MethodDescr, PyMethodDescrObject, PyMethodDescr_Type);

crate::static_type! {
    /// `classmethod_descriptor`
    #[unsafe(no_mangle)]
    pub static PyClassMethodDescr_Type = {
        tp_name: c"classmethod_descriptor".as_ptr(),
        tp_basicsize: size_of::<PyMethodDescrObject>() as Py_ssize_t,
        tp_dealloc: Some(super::dealloc),
        tp_repr: slot::unary(repr),
        tp_call: slot::call(class_call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: Some(super::traverse),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut super::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(class_descr_get),
    };
}
crate::object_view!(
    /** A `classmethod_descriptor`. */
    pub ClassMethodDescr, PyMethodDescrObject, PyClassMethodDescr_Type
);

/// The flags that say how a C function is called.
const CONVENTION: c_int = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;

/// `PyDescr_NewMethod`.
///
/// # Safety
/// The row lives as long as the descriptor; its flags tell the function's type.
pub unsafe fn new(owner: &Type, row: *mut PyMethodDef) -> Result<Obj> {
    const FASTCALL_KEYWORDS: c_int = METH_FASTCALL | METH_KEYWORDS;
    const VARARGS_KEYWORDS: c_int = METH_VARARGS | METH_KEYWORDS;
    const METHOD: c_int = METH_METHOD | METH_FASTCALL | METH_KEYWORDS;
    // SAFETY: the caller's promise.
    unsafe {
        let vectorcall: vectorcallfunc = match (*row).ml_flags & CONVENTION {
            METH_VARARGS => Some(call_varargs),
            VARARGS_KEYWORDS => Some(call_varargs_keywords),
            METH_FASTCALL => Some(call_fastcall),
            FASTCALL_KEYWORDS => Some(call_fastcall_keywords),
            METH_NOARGS => Some(call_noargs),
            METH_O => Some(call_o),
            METHOD => Some(call_method),
            _ => return Err(bad_flags(row)),
        };
        let descr = super::new(&raw mut PyMethodDescr_Type, owner, (*row).ml_name)?;
        let view = descr.cast_unchecked::<MethodDescr>();
        set!(view, d_method, row);
        set!(view, vectorcall, vectorcall);
        Ok(descr)
    }
}

/// `PyDescr_NewClassMethod`.
///
/// # Safety
/// As for [`new`].
pub unsafe fn new_class_method(owner: &Type, row: *mut PyMethodDef) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let descr = super::new(&raw mut PyClassMethodDescr_Type, owner, (*row).ml_name)?;
        set!(descr.cast_unchecked::<ClassMethodDescr>(), d_method, row);
        Ok(descr)
    }
}

#[cold]
pub(crate) unsafe fn bad_flags(row: *const PyMethodDef) -> Raised {
    // SAFETY: names of rows are NUL-terminated.
    let name = unsafe { CStr::from_ptr((*row).ml_name) }.to_str().unwrap_or("?");
    err::system_error(format_args!("{name}() method: bad call flags"))
}

impl MethodDescr {
    fn common(&self) -> &Descr {
        // SAFETY: the common head comes first.
        unsafe { self.cast_unchecked() }
    }
}

impl ClassMethodDescr {
    fn common(&self) -> &Descr {
        // SAFETY: the common head comes first.
        unsafe { self.cast_unchecked() }
    }
}

fn repr(this: &Descr) -> Result<Obj> {
    this.repr("method")
}

fn descr_get(this: &MethodDescr, object: Option<&Object>, class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object else { return super::itself(this) };
    this.common().check(object)?;
    let row = get!(this, d_method);
    // SAFETY: rows live for ever.
    unsafe {
        if (*row).ml_flags & METH_METHOD == 0 {
            return cfunction::new(row, Some(object), None);
        }
        match class {
            Some(class) if <Type as crate::handle::Class>::is_instance(class) => {
                cfunction::new_method(row, Some(object), None, Some(this.common().owner()))
            }
            Some(class) => Err(err::type_error(format_args!(
                "descriptor '{}' needs a type, not '{}', as arg 2",
                unicode::display(this.common().name()),
                class.class_of().name()
            ))),
            None => Err(err::type_error(format_args!(
                "descriptor '{}' needs a type, not 'NoneType', as arg 2",
                unicode::display(this.common().name())
            ))),
        }
    }
}

fn class_descr_get(this: &ClassMethodDescr, object: Option<&Object>, class: Option<&Object>) -> Result<Obj> {
    let descr = this.common();
    let class = match (class, object) {
        (Some(class), _) => class,
        (None, Some(object)) => object.class_of().object(),
        (None, None) => {
            return Err(err::type_error(format_args!(
                "descriptor '{}' for type '{}' needs either an object or a type",
                unicode::display(descr.name()),
                descr.owner().name()
            )));
        }
    };
    let Some(class) = class.downcast::<Type>() else {
        return Err(err::type_error(format_args!(
            "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
            unicode::display(descr.name()),
            descr.owner().name(),
            class.class_of().name()
        )));
    };
    if !class.is_subtype(descr.owner()) {
        return Err(err::type_error(format_args!(
            "descriptor '{}' requires a subtype of '{}' but received '{}'",
            unicode::display(descr.name()),
            descr.owner().name(),
            class.name()
        )));
    }
    let row = get!(this, d_method);
    // SAFETY: rows live for ever.
    unsafe {
        let defining = ((*row).ml_flags & METH_METHOD != 0).then(|| descr.owner());
        cfunction::new_method(row, Some(class), None, defining)
    }
}

/// Calling the descriptor itself binds it to the first argument, a class.
fn class_call(this: &ClassMethodDescr, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let items = tuple::items(args);
    let Some(&class) = items.first() else {
        return Err(err::type_error(format_args!(
            "descriptor '{}' of '{}' object needs an argument",
            unicode::display(this.common().name()),
            this.common().owner().name()
        )));
    };
    let bound = class_descr_get(this, None, Some(class))?;
    calls::call_tuple(&bound, &*tuple::from_slice(&items[1..])?, kw)
}

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", Descr::reduce, c"")];
}

crate::getsets! {
    static GETSETS = [
        method::getter(c"__doc__", get_doc, c""),
        method::getter(c"__qualname__", Descr::qualname, c""),
        method::getter(c"__text_signature__", text_signature, c""),
    ];
}

/// The row of either kind: both have it at the same place.
fn row_of(this: &Object) -> *mut PyMethodDef {
    // SAFETY: the getters' class checks make `this` one of the two, which share a layout.
    unsafe { (*this.as_ptr().cast::<PyMethodDescrObject>()).d_method }
}

fn get_doc(this: &Object) -> Result<Obj> {
    // SAFETY: rows live for ever.
    unsafe { doc::without_signature(CStr::from_ptr((*row_of(this)).ml_name), (*row_of(this)).ml_doc) }
}

fn text_signature(this: &Object) -> Result<Obj> {
    // SAFETY: rows live for ever.
    unsafe { doc::text_signature(CStr::from_ptr((*row_of(this)).ml_name), (*row_of(this)).ml_doc) }
}

// Calls: the object is the first argument

/// One call: the descriptor and its arguments, checked.
struct Call<'a> {
    row: *mut PyMethodDef,
    owner: *mut PyTypeObject,
    /// The object and the positional arguments behind it.
    args: &'a [&'a Object],
    raw: *const *mut PyObject,
    names: *mut PyObject,
}

impl<'a> Call<'a> {
    /// Checks that there is an object of the right class and, where keywords are not taken, that there are none.
    #[inline(always)]
    unsafe fn new(
        function: *mut PyObject,
        raw: *const *mut PyObject,
        nargsf: usize,
        names: *mut PyObject,
        keywords: bool,
    ) -> Result<Call<'a>> {
        // SAFETY: the contract of vectorcall.
        unsafe {
            let descr = Object::from_ptr(function).cast_unchecked::<MethodDescr>();
            let args = method::arg_slice(raw, nargsf & !calls::OFFSET);
            let Some(object) = args.first() else {
                return Err(refuse(descr, "needs an argument", None, "unbound method "));
            };
            descr.common().check(object)?;
            if !keywords && !names.is_null() && !tuple::items(Object::from_ptr(names)).is_empty() {
                return Err(refuse(descr, "takes no keyword arguments", None, ""));
            }
            Ok(Call { row: get!(descr, d_method), owner: get!(descr, d_common.d_type), args, raw, names })
        }
    }

    #[inline(always)]
    fn object(&self) -> *mut PyObject {
        self.args[0].as_ptr()
    }
}

/// A `TypeError` about the arguments of a method.
#[cold]
fn refuse(descr: &Object, what: &str, given: Option<usize>, prefix: &str) -> Raised {
    match function_str(descr) {
        Ok(name) => {
            let name = unicode::display(&name).to_string();
            match given {
                Some(given) => err::type_error(format_args!("{prefix}{name} {what} ({given} given)")),
                None => err::type_error(format_args!("{prefix}{name} {what}")),
            }
        }
        Err(raised) => raised,
    }
}

macro_rules! vectorcalls {
    ($($name:ident($function:ident, $call:ident, keywords $keywords:literal) => $body:expr;)*) => {$(
        unsafe extern "C" fn $name(
            $function: *mut PyObject,
            args: *const *mut PyObject,
            nargsf: usize,
            names: *mut PyObject,
        ) -> *mut PyObject {
            // SAFETY: the contract of vectorcall; the row's flags tell the function's type.
            unsafe {
                let Ok($call) = Call::new($function, args, nargsf, names, $keywords) else { return null_mut() };
                $body
            }
        }
    )*};
}

vectorcalls! {
    call_noargs(function, call, keywords false) => {
        if call.args.len() != 1 {
            let _ = refuse(Object::from_ptr(function), "takes no arguments", Some(call.args.len() - 1), "");
            return null_mut();
        }
        guarded!(function!(call.row, PyCFunction)(call.object(), null_mut()))
    };
    call_o(function, call, keywords false) => {
        if call.args.len() != 2 {
            let _ = refuse(Object::from_ptr(function), "takes exactly one argument", Some(call.args.len() - 1), "");
            return null_mut();
        }
        guarded!(function!(call.row, PyCFunction)(call.object(), call.args[1].as_ptr()))
    };
    call_fastcall(_function, call, keywords false) => {
        let n = call.args.len() as Py_ssize_t - 1;
        guarded!(function!(call.row, _PyCFunctionFast)(call.object(), call.raw.add(1), n))
    };
    call_fastcall_keywords(_function, call, keywords true) => {
        let n = call.args.len() as Py_ssize_t - 1;
        guarded!(function!(call.row, _PyCFunctionFastWithKeywords)(call.object(), call.raw.add(1), n, call.names))
    };
    call_method(_function, call, keywords true) => {
        let n = call.args.len() - 1;
        guarded!(function!(call.row, PyCMethod)(call.object(), call.owner, call.raw.add(1), n, call.names))
    };
    call_varargs(_function, call, keywords false) => {
        let Ok(args) = tuple::Arguments::new(&call.args[1..]) else { return null_mut() };
        guarded!(function!(call.row, PyCFunction)(call.object(), args.object().as_ptr()))
    };
    call_varargs_keywords(_function, call, keywords true) => {
        let Ok(args) = tuple::Arguments::new(&call.args[1..]) else { return null_mut() };
        let kw = match Object::from_ptr_opt(call.names) {
            Some(names) if !tuple::items(names).is_empty() => {
                match calls::stack_as_dict(call.raw.add(call.args.len()), names) {
                    Ok(kw) => Some(kw),
                    Err(_) => return null_mut(),
                }
            }
            _ => None,
        };
        let kw = crate::handle::as_ptr_opt(kw.as_deref());
        guarded!(function!(call.row, PyCFunctionWithKeywords)(call.object(), args.object().as_ptr(), kw))
    };
}
