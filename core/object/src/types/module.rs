//! `module` and `moduledef`, and how C extensions make modules.
//!
//! ```text
//!   PyModuleObject   md_dict @16   md_def @24   md_state @32 (PyMem block)   md_weaklist @40   md_name @48
//! ```
//! A definition lives in the extension's static memory. Single-phase initialisation returns a module made by
//! [`create2`]; multi-phase initialisation returns the definition itself, from which [`from_def_and_spec2`] makes the
//! module and [`exec_def`] fills it.

use crate::args::Signature;
use crate::err::{self, Raised};
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::call as calls;
use crate::protocol::object::{self as objects, PyObject_GenericSetAttr};
use crate::slot;
use crate::state;
use crate::types::macros::{get, get_owned, set, set_owned};
use crate::types::typeobject::{PyType_GenericAlloc, PyType_GenericNew, Type};
use crate::types::{cfunction, dict, exceptions, list, long, none, unicode};
use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::offset_of;
use core::ptr::{null, null_mut};
use krait_abi::*;

crate::static_type! {
    /// `module`
    #[unsafe(no_mangle)]
    pub static PyModule_Type = {
        tp_name: c"module".as_ptr(),
        tp_basicsize: size_of::<PyModuleObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: slot::subscript(get_attribute),
        tp_setattro: Some(PyObject_GenericSetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"module(name, doc=None)\n--\n\nA module, empty but for its name and docstring.".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: Some(clear),
        tp_weaklistoffset: offset_of!(PyModuleObject, md_weaklist) as Py_ssize_t,
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_dictoffset: offset_of!(PyModuleObject, md_dict) as Py_ssize_t,
        tp_init: slot::init(init),
        tp_alloc: Some(PyType_GenericAlloc),
        tp_new: Some(PyType_GenericNew),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A module. */ pub Module, PyModuleObject, PyModule_Type);

crate::static_type! {
    /// `moduledef`
    #[unsafe(no_mangle)]
    pub static PyModuleDef_Type = {
        tp_name: c"moduledef".as_ptr(),
        tp_basicsize: size_of::<PyModuleDef>() as Py_ssize_t,
    };
}

/// The full name of the extension module that is being loaded, NULL at other times (`_Py_PackageContext`).
#[unsafe(no_mangle)]
pub static mut _Py_PackageContext: *const c_char = null();

/// `PyModule_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    Module::is_instance(object)
}

// Making modules

/// `PyModule_NewObject`.
pub fn new(name: &Object) -> Result<Obj> {
    let raw = gc::new_object(&raw mut PyModule_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    let module = unsafe {
        let module = raw.cast::<PyModuleObject>();
        (*module).md_dict = null_mut();
        (*module).md_def = null_mut();
        (*module).md_state = null_mut();
        (*module).md_weaklist = null_mut();
        (*module).md_name = null_mut();
        let module = Obj::<Module>::from_owned_ptr(raw);
        gc::track(raw);
        module
    };
    let dict = dict::new()?;
    set_owned!(module, md_dict, Some(dict.clone()));
    fill_dict(&module, &dict, name, none::none())?;
    Ok(module.upcast())
}

/// `PyModule_New`.
pub fn new_str(name: &str) -> Result<Obj> {
    new(&*unicode::from_str(name)?)
}

fn fill_dict(module: &Module, dict: &Object, name: &Object, doc: &Object) -> Result<()> {
    dict::set_item(dict, intern!("__name__"), name)?;
    dict::set_item(dict, intern!("__doc__"), doc)?;
    dict::set_item(dict, intern!("__package__"), none::none())?;
    dict::set_item(dict, intern!("__loader__"), none::none())?;
    dict::set_item(dict, intern!("__spec__"), none::none())?;
    if unicode::check_exact(name) {
        set_owned!(module, md_name, Some(name.owned()));
    }
    Ok(())
}

fn init(this: &Module, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<2> = Signature::new("module", ["name", "doc"]).required(1);
    let [name, doc] = SIGNATURE.bind_tuple(args, kw)?;
    let name = name.expect("required");
    if !unicode::check(name) {
        return Err(err::type_error(format_args!(
            "module() argument 'name' must be str, not {}",
            name.class_of().name()
        )));
    }
    let dict = match get_owned!(this, md_dict) {
        Some(dict) => dict,
        None => {
            let dict = dict::new()?;
            set_owned!(this, md_dict, Some(dict.clone()));
            dict
        }
    };
    fill_dict(this, &dict, name, doc.unwrap_or(none::none()))
}

struct NextIndex(Cell<Py_ssize_t>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for NextIndex {}
static LAST_INDEX: NextIndex = NextIndex(Cell::new(0));

/// `PyModuleDef_Init`: makes a definition an object and gives it its index.
///
/// # Safety
/// `def` is a definition that lives for ever.
pub unsafe fn def_init(def: *mut PyModuleDef) -> Result<*mut PyModuleDef> {
    // SAFETY: a static type object, and the caller's promise.
    unsafe {
        Type::from_raw(&raw mut PyModuleDef_Type).ready()?;
        if (*def).m_base.m_index == 0 {
            LAST_INDEX.0.set(LAST_INDEX.0.get() + 1);
            (*def).m_base.ob_base.ob_refcnt = 1;
            (*def).m_base.ob_base.ob_type = &raw mut PyModuleDef_Type;
            (*def).m_base.m_index = LAST_INDEX.0.get();
        }
    }
    Ok(def)
}

/// # Safety
/// A NUL-terminated string that outlives the use of the result.
unsafe fn text<'a>(name: *const c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("?")
}

fn check_api_version(name: &str, version: c_int) -> Result<()> {
    if version == PYTHON_API_VERSION || version == PYTHON_ABI_VERSION {
        return Ok(());
    }
    err::warn(
        exceptions::RuntimeWarning(),
        format_args!(
            "Python C API version mismatch for module {name}: This Python has API version {PYTHON_API_VERSION}, \
             module {name} has version {version}."
        ),
        1,
    )
}

/// `PyModule_Create2`: single-phase initialisation.
///
/// # Safety
/// `def` is a definition that lives for ever.
pub unsafe fn create2(def: *mut PyModuleDef, version: c_int) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        if !import_is_there() {
            return Err(err::system_error("Python import machinery not initialized"));
        }
        create_initialized(def, version)
    }
}

/// Whether the current interpreter can import (`_PyImport_IsInitialized`).
fn import_is_there() -> bool {
    // SAFETY: the current interpreter.
    unsafe { !(*state::interp()).modules.is_null() }
}

/// `_PyModule_CreateInitialized`: as [`create2`], also before there is an import machinery.
///
/// # Safety
/// `def` is a definition that lives for ever.
pub unsafe fn create_initialized(def: *mut PyModuleDef, version: c_int) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        def_init(def)?;
        let mut name = text((*def).m_name);
        check_api_version(name, version)?;
        if !(*def).m_slots.is_null() {
            return Err(err::system_error(format_args!(
                "module {name}: PyModule_Create is incompatible with m_slots"
            )));
        }
        // The extension knows only the last part of its name; the importer leaves the full one here.
        let context = _Py_PackageContext;
        if !context.is_null() {
            let full = text(context);
            if full.rsplit_once('.').is_some_and(|(_, last)| last == name) {
                name = full;
                _Py_PackageContext = null();
            }
        }
        let module = new_str(name)?;
        let view: &Module = module.cast_unchecked();
        if (*def).m_size > 0 {
            allocate_state(view, (*def).m_size as usize)?;
        }
        if !(*def).m_methods.is_null() {
            add_functions(&module, (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            set_doc_string(&module, text((*def).m_doc))?;
        }
        set!(view, md_def, def);
        Ok(module)
    }
}

/// Gives a module zeroed memory of its own.
fn allocate_state(module: &Module, size: usize) -> Result<()> {
    let state = crate::memory::mem_malloc(size);
    if state.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a fresh block of this size.
    unsafe { state.cast::<u8>().write_bytes(0, size) };
    set!(module, md_state, state);
    Ok(())
}

/// The slots of a definition.
unsafe fn slots(def: *const PyModuleDef) -> impl Iterator<Item = PyModuleDef_Slot> {
    // SAFETY: a live definition.
    let mut next = unsafe { (*def).m_slots };
    core::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: the array ends with slot 0.
        let slot = unsafe { *next };
        if slot.slot == 0 {
            return None;
        }
        // SAFETY: not behind the end.
        next = unsafe { next.add(1) };
        Some(slot)
    })
}

/// `PyModule_FromDefAndSpec2`: the first half of multi-phase initialisation.
///
/// # Safety
/// `def` is a definition that lives for ever.
pub unsafe fn from_def_and_spec2(def: *mut PyModuleDef, spec: &Object, version: c_int) -> Result<Obj> {
    // SAFETY: the caller's promise; slot functions have the types that their numbers say.
    unsafe {
        def_init(def)?;
        let name_object = objects::get_attr(spec, intern!("name"))?;
        let name = unicode::as_utf8(&name_object)?;
        check_api_version(name, version)?;
        if (*def).m_size < 0 {
            return Err(err::system_error(format_args!(
                "module {name}: m_size may not be negative for multi-phase initialization"
            )));
        }
        let mut create: *mut c_void = null_mut();
        let mut executes = false;
        for slot in slots(def) {
            if slot.slot == Py_mod_create {
                if !create.is_null() {
                    return Err(err::system_error(format_args!("module {name} has multiple create slots")));
                }
                create = slot.value;
            } else if slot.slot < 0 || slot.slot > _Py_mod_LAST_SLOT {
                return Err(err::system_error(format_args!(
                    "module {name} uses unknown slot ID {}",
                    slot.slot
                )));
            } else {
                executes = true;
            }
        }
        let module = if create.is_null() { new(&name_object)? } else { run_create(create, def, spec, name)? };
        match module.downcast::<Module>() {
            Some(view) => {
                set!(view, md_state, null_mut());
                set!(view, md_def, def);
            }
            None => check_foreign_module(def, executes, name)?,
        }
        if !(*def).m_methods.is_null() {
            add_methods(&module, &name_object, (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            set_doc_string(&module, text((*def).m_doc))?;
        }
        Ok(module)
    }
}

/// Calls `Py_mod_create`.
unsafe fn run_create(create: *mut c_void, def: *mut PyModuleDef, spec: &Object, name: &str) -> Result<Obj> {
    type Create = unsafe extern "C" fn(*mut PyObject, *mut PyModuleDef) -> *mut PyObject;
    // SAFETY: the slot's function has this type.
    let module = unsafe { core::mem::transmute::<*mut c_void, Create>(create)(spec.as_ptr(), def) };
    // SAFETY: an owned reference or NULL.
    match unsafe { Obj::<Object>::from_owned_opt(module) } {
        None if err::occurred().is_none() => Err(err::system_error(format_args!(
            "creation of module {name} failed without setting an exception"
        ))),
        None => Err(Raised::assume()),
        Some(_) if err::occurred().is_some() => Err(err::set_from_cause(
            exceptions::SystemError(),
            format_args!("creation of module {name} raised unreported exception"),
        )),
        Some(module) => Ok(module),
    }
}

/// `Py_mod_create` may return any object, but then the definition cannot ask for what only modules have.
unsafe fn check_foreign_module(def: *const PyModuleDef, executes: bool, name: &str) -> Result<()> {
    // SAFETY: a live definition.
    let wants_state = unsafe {
        (*def).m_size > 0
            || (*def).m_traverse.is_some()
            || (*def).m_clear.is_some()
            || (*def).m_free.is_some()
    };
    if wants_state {
        return Err(err::system_error(format_args!(
            "module {name} is not a module object, but requests module state"
        )));
    }
    if executes {
        return Err(err::system_error(format_args!(
            "module {name} specifies execution slots, but did not create a ModuleType instance"
        )));
    }
    Ok(())
}

/// `PyModule_ExecDef`: the second half of multi-phase initialisation.
///
/// # Safety
/// `def` is the definition of the module.
pub unsafe fn exec_def(module: &Object, def: *mut PyModuleDef) -> Result<()> {
    let name_object = get_name_object(module)?;
    let name = unicode::as_utf8(&name_object)?;
    // SAFETY: the caller's promise; slot functions have the types that their numbers say.
    unsafe {
        if (*def).m_size >= 0
            && let Some(view) = module.downcast::<Module>()
            && get!(view, md_state).is_null()
        {
            // A pointer in any case: it marks the module as executed, so that reloading does nothing.
            allocate_state(view, (*def).m_size as usize)?;
        }
        for slot in slots(def) {
            match slot.slot {
                Py_mod_create => {} // has run
                Py_mod_exec => {
                    type Exec = unsafe extern "C" fn(*mut PyObject) -> c_int;
                    let status = core::mem::transmute::<*mut c_void, Exec>(slot.value)(module.as_ptr());
                    let raised = err::occurred().is_some();
                    if status != 0 && !raised {
                        return Err(err::system_error(format_args!(
                            "execution of module {name} failed without setting an exception"
                        )));
                    }
                    if status != 0 {
                        return Err(Raised::assume());
                    }
                    if raised {
                        return Err(err::set_from_cause(
                            exceptions::SystemError(),
                            format_args!("execution of module {name} raised unreported exception"),
                        ));
                    }
                }
                other => {
                    return Err(err::system_error(format_args!(
                        "module {name} initialized with unknown slot {other}"
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Adds the functions of a table to a module; `module_name` becomes their `__module__`.
unsafe fn add_methods(module: &Object, module_name: &Object, first: *mut PyMethodDef) -> Result<()> {
    let mut row = first;
    // SAFETY: a table that lives for ever and ends with an entry without a name.
    unsafe {
        while !(*row).ml_name.is_null() {
            if (*row).ml_flags & (METH_CLASS | METH_STATIC) != 0 {
                return Err(err::value_error("module functions cannot set METH_CLASS or METH_STATIC"));
            }
            let function = cfunction::new(row, Some(module), Some(module_name))?;
            objects::set_attr_str(module, text((*row).ml_name), Some(&function))?;
            row = row.add(1);
        }
    }
    Ok(())
}

/// `PyModule_AddFunctions`.
///
/// # Safety
/// A table that lives for ever and ends with an entry without a name.
pub unsafe fn add_functions(module: &Object, functions: *mut PyMethodDef) -> Result<()> {
    let name = get_name_object(module)?;
    // SAFETY: the caller's promise.
    unsafe { add_methods(module, &name, functions) }
}

/// `PyModule_SetDocString`.
pub fn set_doc_string(module: &Object, doc: &str) -> Result<()> {
    objects::set_attr(module, intern!("__doc__"), Some(&*unicode::from_str(doc)?))
}

// Contents

/// `PyModule_GetDict`, borrowed from the module (which must be one).
pub fn dict(module: &Object) -> &Object {
    get_dict(module).unwrap_or_else(|_| {
        err::clear();
        none::none()
    })
}

/// `PyModule_GetDict`, borrowed from the module.
pub fn get_dict(module: &Object) -> Result<&Object> {
    let Some(module) = module.downcast::<Module>() else { return Err(err::bad_internal_call()) };
    // SAFETY: NULL or owned by the module.
    match unsafe { Object::from_ptr_opt(get!(module, md_dict)) } {
        Some(dict) => Ok(dict),
        None => Err(err::bad_internal_call()),
    }
}

/// `PyModule_AddObject`, without taking the reference over.
pub fn add(module: &Object, name: &str, value: &Object) -> Result<()> {
    if !check(module) {
        return Err(err::type_error("PyModule_AddObject() needs module as first arg"));
    }
    let Ok(dict) = get_dict(module) else {
        err::clear();
        return Err(err::system_error(format_args!("module '{}' has no __dict__", module_name(module))));
    };
    dict::set_str(dict, name, value)
}

/// `PyModule_AddIntConstant`.
pub fn add_int_constant(module: &Object, name: &str, value: i64) -> Result<()> {
    add(module, name, &*long::from_i64(value)?)
}

/// `PyModule_AddStringConstant`.
pub fn add_string_constant(module: &Object, name: &str, value: &str) -> Result<()> {
    add(module, name, &*unicode::from_str(value)?)
}

/// `PyModule_AddType`: under the last part of the type's name.
pub fn add_type(module: &Object, class: &Type) -> Result<()> {
    class.ready()?;
    add(module, class.short_name(), class)
}

/// `PyModule_GetNameObject`.
pub fn get_name_object(module: &Object) -> Result<Obj> {
    let Some(view) = module.downcast::<Module>() else { return Err(err::bad_argument()) };
    if let Some(dict) = get_owned!(view, md_dict)
        && dict::check(&dict)
        && let Some(name) = dict::get_item(&dict, intern!("__name__"))?
        && unicode::check(&name)
    {
        return Ok(name);
    }
    Err(err::system_error("nameless module"))
}

/// The module's name for messages.
fn module_name(module: &Object) -> String {
    match get_name_object(module) {
        Ok(name) => unicode::display(&name).to_string(),
        Err(_) => {
            err::clear();
            String::from("?")
        }
    }
}

/// `PyModule_GetFilenameObject`.
pub fn get_filename_object(module: &Object) -> Result<Obj> {
    let Some(view) = module.downcast::<Module>() else { return Err(err::bad_argument()) };
    if let Some(dict) = get_owned!(view, md_dict)
        && let Some(name) = dict::get_item(&dict, intern!("__file__"))?
        && unicode::check(&name)
    {
        return Ok(name);
    }
    Err(err::system_error("module filename missing"))
}

/// `PyModule_GetDef`; NULL for modules not made by C code.
pub fn get_def(module: &Object) -> Result<*mut PyModuleDef> {
    match module.downcast::<Module>() {
        Some(module) => Ok(get!(module, md_def)),
        None => Err(err::bad_argument()),
    }
}

/// `PyModule_GetState`.
pub fn get_state(module: &Object) -> Result<*mut c_void> {
    match module.downcast::<Module>() {
        Some(module) => Ok(get!(module, md_state)),
        None => Err(err::bad_argument()),
    }
}

/// `_PyModule_Clear`: sets the variables of a module to None, private ones first, so that functions that outlive the
/// module find fewer surprises than in an emptied dict.
pub fn clear_module(module: &Object) {
    if let Some(module) = module.downcast::<Module>()
        && let Some(dict) = get_owned!(module, md_dict)
    {
        clear_dict(&dict);
    }
}

/// `_PyModule_ClearDict`.
pub fn clear_dict(dict: &Object) {
    let first = |name: &Object, index: usize| {
        if unicode::len(name) > index { unicode::char_at(name, index) } else { 0 }
    };
    for private in [true, false] {
        let mut position = 0;
        while let Some((name, value)) = dict::next(dict, &mut position) {
            if value.is_none() || !unicode::check(&name) {
                continue;
            }
            let underscore = u32::from(b'_');
            let selected = if private {
                first(&name, 0) == underscore && first(&name, 1) != underscore
            } else {
                first(&name, 0) != underscore || !unicode::eq_str(&name, "__builtins__")
            };
            drop(value);
            if selected && dict::set_item(dict, &name, none::none()).is_err() {
                err::write_unraisable(None);
            }
        }
    }
}

// Slots

/// What a module's C state is to be shown to: a definition with the function, and state if it wants some.
unsafe fn def_with_state(module: *mut PyModuleObject) -> Option<PyModuleDef> {
    // SAFETY: a live module; definitions live for ever.
    unsafe {
        let def = (*module).md_def;
        if def.is_null() || ((*def).m_size > 0 && (*module).md_state.is_null()) {
            return None;
        }
        Some(*def)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let module = object.cast::<PyModuleObject>();
        if !(*module).md_weaklist.is_null() {
            crate::types::weakref::clear_weakrefs(object);
        }
        if let Some(free) = def_with_state(module).and_then(|def| def.m_free) {
            free(object.cast());
        }
        crate::refcount::xdecref((*module).md_dict);
        crate::refcount::xdecref((*module).md_name);
        if !(*module).md_state.is_null() {
            crate::memory::mem_free((*module).md_state);
        }
        (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
    }
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector traverses live objects.
    unsafe {
        let module = object.cast::<PyModuleObject>();
        if let Some(traverse) = def_with_state(module).and_then(|def| def.m_traverse) {
            let result = traverse(object, visit, arg);
            if result != 0 {
                return result;
            }
        }
        let mut visitor = crate::cell::Visitor::new(visit, arg);
        visitor.visit_ptr((*module).md_dict);
        visitor.finish()
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    // SAFETY: the collector clears live objects.
    unsafe {
        let module = object.cast::<PyModuleObject>();
        if let Some(clear) = def_with_state(module).and_then(|def| def.m_clear) {
            let result = clear(object);
            if result != 0 {
                return result;
            }
        }
        crate::refcount::xdecref(core::mem::replace(&mut (*module).md_dict, null_mut()));
        0
    }
}

fn repr(this: &Module) -> Result<Obj> {
    // SAFETY: the GIL is held, so there is an interpreter; NULL before importlib is up.
    let importlib = unsafe { Object::from_ptr_opt((*state::interp()).importlib).map(Layout::owned) };
    match importlib {
        Some(importlib) => calls::call_method(&importlib, intern!("_module_repr"), &[this]),
        None => crate::types::macros::format(format_args!("<module '{}'>", module_name(this))),
    }
}

/// The generic lookup, then the module's own `__getattr__`.
fn get_attribute(this: &Module, name: &Object) -> Result<Obj> {
    if let Some(value) = objects::generic_get_attr_with_dict(this, name, None, true)? {
        return Ok(value);
    }
    let Some(dict) = get_owned!(this, md_dict) else {
        return Err(err::attribute_error(format_args!(
            "module has no attribute '{}'",
            unicode::display(name)
        )));
    };
    if let Some(getattr) = dict::get_item(&dict, intern!("__getattr__"))? {
        return calls::call1(&getattr, name);
    }
    let Some(own_name) = dict::get_item(&dict, intern!("__name__"))?.filter(|name| unicode::check(name))
    else {
        return Err(err::attribute_error(format_args!(
            "module has no attribute '{}'",
            unicode::display(name)
        )));
    };
    let spec = dict::get_item(&dict, intern!("__spec__"))?;
    let (own_name, name) = (unicode::display(&own_name), unicode::display(name));
    if is_initializing(spec.as_deref()) {
        return Err(err::attribute_error(format_args!(
            "partially initialized module '{own_name}' has no attribute '{name}' (most likely due to a circular import)"
        )));
    }
    Err(err::attribute_error(format_args!("module '{own_name}' has no attribute '{name}'")))
}

/// `_PyModuleSpec_IsInitializing`. Without an answer it is no, and no error stays, not even one that was set before: hosts
/// leave errors behind that the next import of `sys` or `builtins`, which have no such attribute, takes away.
pub fn is_initializing(spec: Option<&Object>) -> bool {
    if let Some(spec) = spec
        && let Ok(Some(value)) = objects::lookup_attr(spec, intern!("_initializing"))
        && let Ok(initializing) = objects::is_true(&value)
    {
        return initializing;
    }
    err::clear();
    false
}

crate::methods! {
    static METHODS = [
        method::noargs(c"__dir__", dir, c"__dir__() -> list\nThe names of the module's variables."),
    ];
}

crate::members! {
    static MEMBERS = [
        method::member(c"__dict__", T_OBJECT, offset_of!(PyModuleObject, md_dict), READONLY, c""),
    ];
}

fn dir(this: &Module) -> Result<Obj> {
    let dict = objects::get_attr(this, intern!("__dict__"))?;
    if !dict::check(&dict) {
        let name = get_name_object(this)?;
        let name = unicode::display(&name);
        return Err(err::type_error(format_args!("{name:.200}.__dict__ is not a dictionary")));
    }
    match dict::get_item(&dict, intern!("__dir__"))? {
        Some(function) => calls::call0(&function),
        None => dict::keys(&dict),
    }
}

// The registry of single-phase modules (`PyState_*`)

/// The interpreter's list of modules by index of their definitions.
fn registry() -> Option<Obj> {
    // SAFETY: the GIL is held, so there is an interpreter; the field is NULL or owns a list.
    unsafe { Object::from_ptr_opt((*state::interp()).modules_by_index).map(Layout::owned) }
}

/// `PyState_FindModule`: the module made from a definition in this interpreter.
///
/// # Safety
/// A live definition.
pub unsafe fn state_find_module(def: *const PyModuleDef) -> Option<Obj> {
    // SAFETY: the caller's promise.
    let (index, slots) = unsafe { ((*def).m_base.m_index, (*def).m_slots) };
    if !slots.is_null() || index == 0 {
        return None;
    }
    let registry = registry()?;
    registry.downcast::<list::List>()?.get(index as usize).filter(|module| !module.is_none())
}

/// `PyState_AddModule`.
///
/// # Safety
/// A live definition.
pub unsafe fn state_add_module(module: &Object, def: *mut PyModuleDef) -> Result<()> {
    // SAFETY: the caller's promise, and the GIL is held.
    unsafe {
        if !(*def).m_slots.is_null() {
            return Err(err::system_error("PyState_AddModule called on module with slots"));
        }
        let interp = state::interp();
        if (*interp).modules_by_index.is_null() {
            (*interp).modules_by_index = list::new()?.into_ptr();
        }
        let index = (*def).m_base.m_index as usize;
        let registry = registry().expect("just made");
        let Some(registry) = registry.downcast::<list::List>() else { return Err(err::bad_internal_call()) };
        while registry.len() <= index {
            registry.append(none::none())?;
        }
        registry.set(index, module.owned())
    }
}

/// `PyState_RemoveModule`.
///
/// # Safety
/// A live definition.
pub unsafe fn state_remove_module(def: *mut PyModuleDef) -> Result<()> {
    // SAFETY: the caller's promise.
    let (index, slots) = unsafe { ((*def).m_base.m_index, (*def).m_slots) };
    if !slots.is_null() {
        return Err(err::system_error("PyState_RemoveModule called on module with slots"));
    }
    match registry() {
        Some(registry) if index > 0 => match registry.downcast::<list::List>() {
            Some(registry) if (index as usize) < registry.len() => {
                registry.set(index as usize, none::none().owned())
            }
            _ => Err(err::system_error("PyState_RemoveModule: Module index out of bounds.")),
        },
        _ => Err(err::system_error("PyState_RemoveModule: Module index invalid.")),
    }
}
