//! `function`: code with globals, defaults and a closure (`PyFunctionObject`).

use crate::bind;
use crate::code::PyCode_Type;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::refcount::{decref, xdecref};
use krait_object::types::{cell, dict, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, gc, intern, method, object_view, slot, static_type,
};

static_type! {
    /// `function`
    #[unsafe(no_mangle)]
    pub static PyFunction_Type = {
        tp_name: c"function".as_ptr(),
        tp_basicsize: size_of::<PyFunctionObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_vectorcall_offset: 112,
        tp_repr: slot::unary(repr),
        tp_call: Some(krait_object::protocol::call::PyVectorcall_Call),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR)
            as core::ffi::c_ulong,
        tp_doc: c"function(code, globals, name=None, argdefs=None, closure=None)\n--\n\nMakes a function of a code object.\n\n  name     replaces the name from the code object\n  argdefs  the default argument values, a tuple\n  closure  cells for the free variables, a tuple".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(tp_clear),
        tp_weaklistoffset: 80,
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_descr_get: slot::descr_get(descr_get),
        tp_dictoffset: 72,
        tp_new: slot::new(tp_new),
    };
}
object_view!(/** A Python function. */ pub Function, PyFunctionObject, PyFunction_Type);

impl Function {
    /// A field that owns a reference or is null.
    fn cell(&self, field: *mut *mut PyObject) -> &ObjCell {
        // SAFETY: ObjCell is transparent over an object pointer; the field lives as long as the function.
        unsafe { &*field.cast::<ObjCell>() }
    }
    /// `__closure__`.
    fn closure(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_closure })
    }
    /// `__defaults__`.
    fn defaults(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_defaults })
    }
    /// `__kwdefaults__`.
    fn kwdefaults(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_kwdefaults })
    }
    /// `__annotations__`.
    fn annotations(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_annotations })
    }
    /// `__name__`.
    fn name(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_name })
    }
    /// `__qualname__`.
    fn qualname(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_qualname })
    }
    /// `__code__`.
    fn code(&self) -> &ObjCell {
        // SAFETY: a live function.
        self.cell(unsafe { &raw mut (*self.as_raw()).func_code })
    }

    /// What `MAKE_FUNCTION` attaches.
    pub fn set_parts(
        &self,
        closure: Option<Obj>,
        annotations: Option<Obj>,
        kwdefaults: Option<Obj>,
        defaults: Option<Obj>,
    ) {
        self.closure().set_opt(closure);
        self.annotations().set_opt(annotations);
        self.kwdefaults().set_opt(kwdefaults);
        self.defaults().set_opt(defaults);
    }
}

/// Whether calling the function through the interpreter loop is the same as calling its vectorcall slot.
///
/// # Safety
/// `function` is a function object.
#[inline(always)]
pub unsafe fn vectorcall_is_ours(function: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*function.cast::<PyFunctionObject>()).vectorcall.map(|f| f as usize)
            == Some(bind::_PyFunction_Vectorcall as *const () as usize)
    }
}

/// `PyFunction_NewWithQualName`.
pub fn new_with_qualname(
    code: &Object,
    globals: &Object,
    qualname: Option<&Object>,
) -> Result<Obj<Function>> {
    new_in_module(code, globals, module_of(globals)?, qualname)
}

/// The `__module__` of functions with these globals.
pub(crate) fn module_of(globals: &Object) -> Result<Option<Obj>> {
    dict::get_item(globals, intern!("__name__"))
}

/// A function whose `__module__` is known.
pub(crate) fn new_in_module(
    code: &Object,
    globals: &Object,
    module: Option<Obj>,
    qualname: Option<&Object>,
) -> Result<Obj<Function>> {
    // SAFETY: `code` is a code object (checked by callers, tested here in debug builds); fields are set before tracking.
    unsafe {
        debug_assert!(core::ptr::eq(code.type_ptr(), &raw mut PyCode_Type));
        let raw_code = code.as_ptr().cast::<PyCodeObject>();
        let consts = tuple::items(Object::from_ptr((*raw_code).co_consts));
        let doc = consts.first().filter(|first| unicode::check(first)).map_or(none::none(), |first| *first);
        let name = Object::from_ptr((*raw_code).co_name);
        let function = gc::new_object(&raw mut PyFunction_Type)?.cast::<PyFunctionObject>();
        (*function).func_code = code.owned().into_ptr();
        (*function).func_globals = globals.owned().into_ptr();
        (*function).func_name = name.owned().into_ptr();
        (*function).func_qualname = qualname.unwrap_or(name).owned().into_ptr();
        (*function).func_doc = doc.owned().into_ptr();
        (*function).func_module = krait_object::handle::into_ptr_opt(module);
        (*function).func_defaults = null_mut();
        (*function).func_kwdefaults = null_mut();
        (*function).func_closure = null_mut();
        (*function).func_annotations = null_mut();
        (*function).func_dict = null_mut();
        (*function).func_weakreflist = null_mut();
        (*function).vectorcall = Some(bind::_PyFunction_Vectorcall);
        gc::track(function.cast());
        Ok(Obj::from_owned_ptr(function.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone; a code object's kept frame may refer to nothing of the function.
    unsafe {
        gc::untrack(object);
        let function = object.cast::<PyFunctionObject>();
        if !(*function).func_weakreflist.is_null() {
            krait_object::types::weakref::clear_weakrefs(object);
        }
        decref((*function).func_code);
        let fields = [
            (*function).func_globals,
            (*function).func_module,
            (*function).func_name,
            (*function).func_defaults,
            (*function).func_kwdefaults,
            (*function).func_doc,
            (*function).func_dict,
            (*function).func_closure,
            (*function).func_annotations,
            (*function).func_qualname,
        ];
        for field in fields {
            xdecref(field);
        }
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Function, visitor: &mut Visitor) {
    // SAFETY: a live function.
    unsafe {
        let raw = this.as_raw();
        visitor.visit_ptr((*raw).func_code);
        visitor.visit_ptr((*raw).func_globals);
        visitor.visit_ptr((*raw).func_module);
        visitor.visit_ptr((*raw).func_defaults);
        visitor.visit_ptr((*raw).func_kwdefaults);
        visitor.visit_ptr((*raw).func_doc);
        visitor.visit_ptr((*raw).func_name);
        visitor.visit_ptr((*raw).func_dict);
        visitor.visit_ptr((*raw).func_closure);
        visitor.visit_ptr((*raw).func_annotations);
        visitor.visit_ptr((*raw).func_qualname);
    }
}

/// Drops everything but the code, without which the function could not even be shown.
fn tp_clear(this: &Function) {
    // SAFETY: a live function.
    unsafe {
        let raw = this.as_raw();
        let fields = [
            &raw mut (*raw).func_globals,
            &raw mut (*raw).func_module,
            &raw mut (*raw).func_name,
            &raw mut (*raw).func_defaults,
            &raw mut (*raw).func_kwdefaults,
            &raw mut (*raw).func_doc,
            &raw mut (*raw).func_dict,
            &raw mut (*raw).func_closure,
            &raw mut (*raw).func_annotations,
            &raw mut (*raw).func_qualname,
        ];
        for field in fields {
            let value = core::mem::replace(&mut *field, null_mut());
            if !value.is_null() {
                decref(value);
            }
        }
    }
}

fn repr(this: &Function) -> Result<Obj> {
    let qualname = this.qualname().get_or_none();
    let address = this.as_raw() as usize;
    let mut text = unicode::Builder::new();
    text.push_str("<function ");
    text.push_object(&qualname);
    text.push_str(&format!(" at {address:#x}>"));
    text.finish()
}

fn descr_get(this: &Function, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    match object {
        Some(object) if !object.is_none() => krait_object::types::method::new(this, object),
        _ => Ok(this.object().owned()),
    }
}

/// `function(code, globals, name=None, argdefs=None, closure=None)`.
fn tp_new(_class: &krait_object::types::typeobject::Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    use krait_object::args::Signature;
    static SIGNATURE: Signature<5> =
        Signature::new("function", ["code", "globals", "name", "argdefs", "closure"]).required(2);
    let [code, globals, name, defaults, closure] = SIGNATURE.bind_tuple(args, kw)?;
    let (code, globals) = (code.unwrap_or(none::none()), globals.unwrap_or(none::none()));
    let given = |value: Option<&Object>| value.filter(|value| !value.is_none()).map(Layout::owned);
    if !core::ptr::eq(code.type_ptr(), &raw mut PyCode_Type) {
        return Err(argument_type("code", "code", code));
    }
    if !dict::check(globals) {
        return Err(argument_type("globals", "dict", globals));
    }
    let (name, defaults, closure) = (given(name), given(defaults), given(closure));
    if name.as_deref().is_some_and(|name| !unicode::check(name)) {
        return Err(err::type_error("arg 3 (name) must be None or string"));
    }
    if defaults.as_deref().is_some_and(|defaults| !tuple::check(defaults)) {
        return Err(err::type_error("arg 4 (defaults) must be None or tuple"));
    }
    check_closure(code, closure.as_deref())?;
    let function = new_with_qualname(code, globals, None)?;
    if let Some(name) = name {
        function.name().set(name);
    }
    function.defaults().set_opt(defaults);
    function.closure().set_opt(closure);
    Ok(function.upcast())
}

fn argument_type(name: &str, wanted: &str, given: &Object) -> err::Raised {
    err::type_error(format_args!(
        "function() argument '{name}' must be {wanted}, not {}",
        if given.is_none() { "None" } else { given.class_of().name() }
    ))
}

fn check_closure(code: &Object, closure: Option<&Object>) -> Result<()> {
    // SAFETY: a code object.
    let raw = unsafe { &*code.as_ptr().cast::<PyCodeObject>() };
    // SAFETY: a checked tuple of a live code object.
    let free = tuple::items(unsafe { Object::from_ptr(raw.co_freevars) }).len();
    let given = match closure {
        Some(closure) if tuple::check(closure) => tuple::items(closure),
        Some(_) => return Err(err::type_error("arg 5 (closure) must be tuple")),
        None if free != 0 => return Err(err::type_error("arg 5 (closure) must be tuple")),
        None => &[],
    };
    if given.len() != free {
        // SAFETY: a live code object's name.
        let name = unsafe { Object::from_ptr(raw.co_name) };
        return Err(err::value_error(format_args!(
            "{} requires closure of length {free}, not {}",
            unicode::display(name),
            given.len()
        )));
    }
    for value in given {
        if !cell::Cell::is_exact(value) {
            return Err(err::type_error(format_args!(
                "arg 5 (closure) expected cell, found {}",
                value.class_of().name()
            )));
        }
    }
    Ok(())
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"__closure__", T_OBJECT, 48, READONLY, c""),
        method::member(c"__doc__", T_OBJECT, 56, 0, c""),
        method::member(c"__globals__", T_OBJECT, 24, READONLY, c""),
        method::member(c"__module__", T_OBJECT, 88, 0, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getset(c"__code__", get_code, set_code, c""),
        method::getset(c"__defaults__", get_defaults, set_defaults, c""),
        method::getset(c"__kwdefaults__", get_kwdefaults, set_kwdefaults, c""),
        method::getset(c"__annotations__", get_annotations, set_annotations, c""),
        PyGetSetDef { name: c"__dict__".as_ptr(), get: Some(krait_object::protocol::attribute::PyObject_GenericGetDict),
            set: Some(krait_object::protocol::attribute::PyObject_GenericSetDict), doc: core::ptr::null(), closure: null_mut() },
        method::getset(c"__name__", get_name, set_name, c""),
        method::getset(c"__qualname__", get_qualname, set_qualname, c""),
    ];
}

fn audit(event: &str, this: &Function, name: &str, value: Option<&Object>) -> Result<()> {
    let Some(hooks) = krait_object::hooks::try_get() else { return Ok(()) };
    let name = unicode::from_str(name)?;
    let args = match value {
        Some(value) => tuple::from_slice(&[this, &name, value])?,
        None => tuple::from_slice(&[this, &name])?,
    };
    (hooks.audit)(event, &args)
}

fn get_code(this: &Function) -> Result<Obj> {
    audit("object.__getattr__", this, "__code__", None)?;
    Ok(this.code().get_or_none())
}

fn set_code(this: &Function, value: Option<&Object>) -> Result<()> {
    let value = value.filter(|value| core::ptr::eq(value.type_ptr(), &raw mut PyCode_Type));
    let Some(value) = value else { return Err(err::type_error("__code__ must be set to a code object")) };
    audit("object.__setattr__", this, "__code__", Some(value))?;
    // SAFETY: a code object with checked tuples.
    let free =
        unsafe { tuple::items(Object::from_ptr((*value.as_ptr().cast::<PyCodeObject>()).co_freevars)).len() };
    let closure = this.closure().get();
    let cells = closure.as_deref().map_or(0, |closure| tuple::items(closure).len());
    if free != cells {
        let name = this.name().get_or_none();
        return Err(err::value_error(format_args!(
            "{}() requires a code object with {cells} free vars, not {free}",
            unicode::display(&name)
        )));
    }
    this.code().set(value.owned());
    Ok(())
}

fn get_defaults(this: &Function) -> Result<Obj> {
    audit("object.__getattr__", this, "__defaults__", None)?;
    Ok(this.defaults().get_or_none())
}

fn set_defaults(this: &Function, value: Option<&Object>) -> Result<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !tuple::check(value)) {
        return Err(err::type_error("__defaults__ must be set to a tuple object"));
    }
    match value {
        Some(value) => audit("object.__setattr__", this, "__defaults__", Some(value))?,
        None => audit("object.__delattr__", this, "__defaults__", None)?,
    }
    this.defaults().set_opt(value.map(Layout::owned));
    Ok(())
}

fn get_kwdefaults(this: &Function) -> Result<Obj> {
    audit("object.__getattr__", this, "__kwdefaults__", None)?;
    Ok(this.kwdefaults().get_or_none())
}

fn set_kwdefaults(this: &Function, value: Option<&Object>) -> Result<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !dict::check(value)) {
        return Err(err::type_error("__kwdefaults__ must be set to a dict object"));
    }
    match value {
        Some(value) => audit("object.__setattr__", this, "__kwdefaults__", Some(value))?,
        None => audit("object.__delattr__", this, "__kwdefaults__", None)?,
    }
    this.kwdefaults().set_opt(value.map(Layout::owned));
    Ok(())
}

fn get_annotations(this: &Function) -> Result<Obj> {
    if let Some(annotations) = this.annotations().get() {
        return Ok(annotations);
    }
    let new = dict::new()?;
    this.annotations().set(new.clone());
    Ok(new)
}

fn set_annotations(this: &Function, value: Option<&Object>) -> Result<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !dict::check(value)) {
        return Err(err::type_error("__annotations__ must be set to a dict object"));
    }
    this.annotations().set_opt(value.map(Layout::owned));
    Ok(())
}

fn get_name(this: &Function) -> Result<Obj> {
    Ok(this.name().get_or_none())
}

fn set_name(this: &Function, value: Option<&Object>) -> Result<()> {
    let Some(value) = value.filter(|value| unicode::check(value)) else {
        return Err(err::type_error("__name__ must be set to a string object"));
    };
    this.name().set(value.owned());
    Ok(())
}

fn get_qualname(this: &Function) -> Result<Obj> {
    Ok(this.qualname().get_or_none())
}

fn set_qualname(this: &Function, value: Option<&Object>) -> Result<()> {
    let Some(value) = value.filter(|value| unicode::check(value)) else {
        return Err(err::type_error("__qualname__ must be set to a string object"));
    };
    this.qualname().set(value.owned());
    Ok(())
}

/// `PyFunction_SetDefaults`: None or a tuple.
pub fn set_defaults_checked(function: &Object, value: &Object) -> Result<()> {
    let this = function.downcast::<Function>().ok_or_else(err::bad_internal_call)?;
    if !value.is_none() && !tuple::check(value) {
        return Err(err::system_error("non-tuple default args"));
    }
    this.defaults().set_opt(Some(value.owned()).filter(|value| !value.is_none()));
    Ok(())
}

/// `PyFunction_SetClosure`: None or a tuple.
pub fn set_closure_checked(function: &Object, value: &Object) -> Result<()> {
    let this = function.downcast::<Function>().ok_or_else(err::bad_internal_call)?;
    if !value.is_none() && !tuple::check(value) {
        return Err(err::system_error(format_args!(
            "expected tuple for closure, got '{}'",
            value.class_of().name()
        )));
    }
    this.closure().set_opt(Some(value.owned()).filter(|value| !value.is_none()));
    Ok(())
}
