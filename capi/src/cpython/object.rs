//! `cpython/object.h`.

use crate::prelude::*;
use core::ffi::CStr;
use krait_object::state;
use std::io::Write;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_NewReference(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::new_reference(op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTraceMalloc_NewReference(op: *mut PyObject) -> c_int {
    if krait_vm::tracemalloc::new_reference(op) { 0 } else { -1 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_Name(type_: *mut PyTypeObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::typeobject::name_ptr(class(type_)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_Lookup(type_: *mut PyTypeObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { as_ptr_opt(class(type_).lookup(Object::from_ptr(name))) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_LookupId(
    type_: *mut PyTypeObject,
    name: *mut _Py_Identifier,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(class(type_).lookup(identifier(name)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_LookupSpecial(
    self_: *mut PyObject,
    attrid: *mut _Py_Identifier,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::lookup_special(object(self_)?, identifier(attrid)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_CalculateMetaclass(
    metatype: *mut PyTypeObject,
    bases: *mut PyObject,
) -> *mut PyTypeObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::calculate_metaclass(class(metatype), object(bases)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_GetDocFromInternalDoc(
    name: *const c_char,
    internal_doc: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::doc::without_signature(CStr::from_ptr(name), internal_doc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_GetTextSignatureFromInternalDoc(
    name: *const c_char,
    internal_doc: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::doc::text_signature(CStr::from_ptr(name), internal_doc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Print(op: *mut PyObject, fp: *mut libc::FILE, flags: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { print(op, fp, flags) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_BreakPoint() {
    let _ = ();
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_Dump(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { dump(op) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_IsFreed(op: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        (op.is_null() || memory::looks_freed(op.cast()) || memory::looks_freed((*op).ob_type.cast())).into()
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_IsAbstract(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::is_abstract(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GetAttrId(v: *mut PyObject, name: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::get_attr(object(v)?, identifier(name)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_SetAttrId(
    v: *mut PyObject,
    name: *mut _Py_Identifier,
    w: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::set_attr(object(v)?, identifier(name)?, optional(w)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_HasAttrId(v: *mut PyObject, name: *mut _Py_Identifier) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { Ok(protocol::attribute::has_attr(object(v)?, identifier(name)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_LookupAttr(
    v: *mut PyObject,
    name: *mut PyObject,
    result: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { lookup_attr(protocol::attribute::lookup_attr(object(v)?, object(name)?), result) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_LookupAttrId(
    v: *mut PyObject,
    name: *mut _Py_Identifier,
    result: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { lookup_attr(protocol::attribute::lookup_attr(object(v)?, identifier(name)?), result) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GetMethod(
    obj: *mut PyObject,
    name: *mut PyObject,
    method: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { get_method(object(obj)?, object(name)?, method) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GetDictPtr(obj: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::dict::dict_pointer(obj) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CallFinalizer(self_: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::call_finalizer(self_) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_CallFinalizerFromDealloc(self_: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { finalizer_outcome(protocol::object::call_finalizer_from_dealloc(self_)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GenericGetAttrWithDict(
    obj: *mut PyObject,
    name: *mut PyObject,
    dict: *mut PyObject,
    suppress: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        protocol::attribute::generic_get_attr_with_dict(
            object(obj)?,
            object(name)?,
            optional(dict),
            suppress != 0,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GenericSetAttrWithDict(
    obj: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
    dict: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        protocol::attribute::generic_set_attr_with_dict(
            object(obj)?,
            object(name)?,
            optional(value),
            optional(dict),
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_FunctionStr(x: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::function_str(object(x)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDebugAllocatorStats(
    out: *mut libc::FILE,
    block_name: *const c_char,
    num_blocks: c_int,
    sizeof_block: usize,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { debug_stats_line(out, block_name, num_blocks, sizeof_block) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_DebugTypeStats(_out: *mut libc::FILE) {
    guard(|| ())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_AssertFailed(
    obj: *mut PyObject,
    expr: *const c_char,
    msg: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { assert_failed(obj, expr, msg, file, line, function) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_CheckConsistency(op: *mut PyObject, _check_content: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { check_consistency(op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_deposit_object(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::trash_deposit(state::current(), op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_destroy_chain() {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::trash_destroy_chain(state::current()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_thread_deposit_object(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::trash_deposit(state::current(), op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_thread_destroy_chain() {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::trash_destroy_chain(state::current()) }
}

/// -1 when the finalizer has given the object a new life.
fn finalizer_outcome(resurrected: bool) -> c_int {
    if resurrected { -1 } else { 0 }
}

unsafe fn print(object: *mut PyObject, file: *mut libc::FILE, flags: c_int) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        match optional(object) {
            Some(object) => protocol::object::print(object, file, flags & Py_PRINT_RAW != 0),
            None => {
                libc::fputs(c"<nil>".as_ptr(), file);
                Ok(())
            }
        }
    }
}

/// One line of the statistics of a free list.
pub(crate) unsafe fn debug_stats_line(out: *mut libc::FILE, name: *const c_char, count: c_int, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let name = String::from_utf8_lossy(c_bytes(name));
        let head = format!("{count} {name}s * {size} bytes each");
        let line = format!("{head:<41}= {:>15}\n\0", count as usize * size);
        libc::fputs(line.as_ptr().cast(), out);
    }
}

unsafe fn assert_failed(
    object: *mut PyObject,
    expression: *const c_char,
    message: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> ! {
    // SAFETY: the caller's promise.
    unsafe {
        let text = |pointer| String::from_utf8_lossy(c_bytes(pointer)).into_owned();
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "{}:{line}: ", text(file));
        if !function.is_null() {
            let _ = write!(stderr, "{}: ", text(function));
        }
        let _ = match expression.is_null() {
            true => write!(stderr, "Assertion failed"),
            false => write!(stderr, "Assertion \"{}\" failed", text(expression)),
        };
        if !message.is_null() {
            let _ = write!(stderr, ": {}", text(message));
        }
        let _ = writeln!(stderr);
        dump(object);
    }
    err::fatal("_PyObject_AssertFailed", "_PyObject_AssertFailed")
}

unsafe fn check_consistency(object: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    let sound = unsafe { !object.is_null() && (*object).ob_refcnt >= 1 && !(*object).ob_type.is_null() };
    if !sound {
        err::fatal("_PyObject_CheckConsistency", "object is not consistent");
    }
    1
}

/// Shows what is known of an object on standard error, for debuggers.
unsafe fn dump(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut stderr = std::io::stderr();
        let Some(live) = optional(object) else {
            let _ = writeln!(stderr, "<object at NULL>");
            return;
        };
        let _ = writeln!(stderr, "object address  : {object:p}");
        let _ = writeln!(stderr, "object refcount : {}", (*object).ob_refcnt);
        let _ = writeln!(stderr, "object type     : {:p}", (*object).ob_type);
        let _ = writeln!(stderr, "object type name: {}", live.class_of().name());
        let before = err::fetch();
        let shown = protocol::object::repr(live).map(|text| types::unicode::to_string_lossy(&text));
        let _ = writeln!(stderr, "object repr     : {}", shown.unwrap_or_default());
        err::clear();
        if let Some(before) = before {
            let _ = err::restore(before);
        }
    }
}

/// 1 and the function when it is to be called with the object in front, else 0 and the attribute.
unsafe fn get_method(object: &Object, name: &Object, place: *mut *mut PyObject) -> Result<c_int> {
    use protocol::attribute::Method;
    // SAFETY: the caller's promise.
    unsafe {
        *place = null_mut();
        Ok(match protocol::attribute::get_method(object, name)? {
            Method::Unbound(function) => {
                *place = function.into_ptr();
                1
            }
            Method::Bound(attribute) => {
                *place = attribute.into_ptr();
                0
            }
        })
    }
}

unsafe fn lookup_attr(found: Result<Option<Obj>>, place: *mut *mut PyObject) -> Result<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        *place = null_mut();
        let found = found?;
        let is_there = found.is_some();
        *place = into_ptr_opt(found);
        Ok(is_there)
    }
}
