//! Function types of the type slots and of other callbacks. All are nullable, as in C.

use crate::*;

/// Declares nullable C function types: `name(args) -> ret`.
macro_rules! function_types {
    ($($(#[$meta:meta])* $name:ident($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        $($(#[$meta])* pub type $name = Option<unsafe extern "C" fn($($arg),*) $(-> $ret)?>;)*
    };
}

function_types! {
    unaryfunc(*mut PyObject) -> *mut PyObject;
    binaryfunc(*mut PyObject, *mut PyObject) -> *mut PyObject;
    ternaryfunc(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
    inquiry(*mut PyObject) -> c_int;
    lenfunc(*mut PyObject) -> Py_ssize_t;
    ssizeargfunc(*mut PyObject, Py_ssize_t) -> *mut PyObject;
    ssizessizeargfunc(*mut PyObject, Py_ssize_t, Py_ssize_t) -> *mut PyObject;
    ssizeobjargproc(*mut PyObject, Py_ssize_t, *mut PyObject) -> c_int;
    ssizessizeobjargproc(*mut PyObject, Py_ssize_t, Py_ssize_t, *mut PyObject) -> c_int;
    objobjargproc(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
    objobjproc(*mut PyObject, *mut PyObject) -> c_int;
    visitproc(*mut PyObject, *mut c_void) -> c_int;
    traverseproc(*mut PyObject, visitproc, *mut c_void) -> c_int;
    freefunc(*mut c_void);
    destructor(*mut PyObject);
    getattrfunc(*mut PyObject, *mut c_char) -> *mut PyObject;
    getattrofunc(*mut PyObject, *mut PyObject) -> *mut PyObject;
    setattrfunc(*mut PyObject, *mut c_char, *mut PyObject) -> c_int;
    setattrofunc(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
    reprfunc(*mut PyObject) -> *mut PyObject;
    hashfunc(*mut PyObject) -> Py_hash_t;
    richcmpfunc(*mut PyObject, *mut PyObject, c_int) -> *mut PyObject;
    getiterfunc(*mut PyObject) -> *mut PyObject;
    iternextfunc(*mut PyObject) -> *mut PyObject;
    descrgetfunc(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
    descrsetfunc(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
    initproc(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
    newfunc(*mut PyTypeObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
    allocfunc(*mut PyTypeObject, Py_ssize_t) -> *mut PyObject;
    vectorcallfunc(*mut PyObject, *const *mut PyObject, usize, *mut PyObject) -> *mut PyObject;
    getbufferproc(*mut PyObject, *mut Py_buffer, c_int) -> c_int;
    releasebufferproc(*mut PyObject, *mut Py_buffer);
    /// The type of `ml_meth`; the other shapes below are stored in it by cast, as `ml_flags` says.
    PyCFunction(*mut PyObject, *mut PyObject) -> *mut PyObject;
    PyCFunctionWithKeywords(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
    _PyCFunctionFast(*mut PyObject, *const *mut PyObject, Py_ssize_t) -> *mut PyObject;
    _PyCFunctionFastWithKeywords(*mut PyObject, *const *mut PyObject, Py_ssize_t, *mut PyObject) -> *mut PyObject;
    PyCMethod(*mut PyObject, *mut PyTypeObject, *const *mut PyObject, usize, *mut PyObject) -> *mut PyObject;
    getter(*mut PyObject, *mut c_void) -> *mut PyObject;
    setter(*mut PyObject, *mut PyObject, *mut c_void) -> c_int;
    wrapperfunc(*mut PyObject, *mut PyObject, *mut c_void) -> *mut PyObject;
    wrapperfunc_kwds(*mut PyObject, *mut PyObject, *mut c_void, *mut PyObject) -> *mut PyObject;
    Py_tracefunc(*mut PyObject, *mut PyFrameObject, c_int, *mut PyObject) -> c_int;
    _PyFrameEvalFunction(*mut PyThreadState, *mut PyFrameObject, c_int) -> *mut PyObject;
    PyCapsule_Destructor(*mut PyObject);
    crossinterpdatafunc(*mut PyObject, *mut _PyCrossInterpreterData) -> c_int;
    Py_AuditHookFunction(*const c_char, *mut PyObject, *mut c_void) -> c_int;
    Py_OpenCodeHookFunction(*mut PyObject, *mut c_void) -> *mut PyObject;
    PyOS_sighandler_t(c_int);
    _Py_hashtable_hash_func(*const c_void) -> Py_uhash_t;
    _Py_hashtable_compare_func(*const c_void, *const c_void) -> c_int;
    _Py_hashtable_get_entry_func(*mut _Py_hashtable_t, *const c_void) -> *mut _Py_hashtable_entry_t;
    _Py_hashtable_destroy_func(*mut c_void);
    _Py_hashtable_foreach_func(*mut _Py_hashtable_t, *const c_void, *const c_void, *mut c_void) -> c_int;
    dict_lookup_func(*mut PyDictObject, *mut PyObject, Py_hash_t, *mut *mut PyObject) -> Py_ssize_t;
    /// A module's `PyInit_<name>`.
    PyModInitFunction() -> *mut PyObject;
}
