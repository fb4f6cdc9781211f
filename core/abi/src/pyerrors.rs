//! Structs of `cpython/pyerrors.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyBaseExceptionObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
}
assert_layout!(PyBaseExceptionObject, 64, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyEnvironmentErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub myerrno: *mut PyObject,
    pub strerror: *mut PyObject,
    pub filename: *mut PyObject,
    pub filename2: *mut PyObject,
    pub written: Py_ssize_t,
}
assert_layout!(PyEnvironmentErrorObject, 104, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56,
    myerrno: 64, strerror: 72, filename: 80, filename2: 88, written: 96,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyImportErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub msg: *mut PyObject,
    pub name: *mut PyObject,
    pub path: *mut PyObject,
}
assert_layout!(PyImportErrorObject, 88, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56, msg: 64,
    name: 72, path: 80,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyOSErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub myerrno: *mut PyObject,
    pub strerror: *mut PyObject,
    pub filename: *mut PyObject,
    pub filename2: *mut PyObject,
    pub written: Py_ssize_t,
}
assert_layout!(PyOSErrorObject, 104, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56,
    myerrno: 64, strerror: 72, filename: 80, filename2: 88, written: 96,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStopIterationObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub value: *mut PyObject,
}
assert_layout!(PyStopIterationObject, 72, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56, value: 64,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySyntaxErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub msg: *mut PyObject,
    pub filename: *mut PyObject,
    pub lineno: *mut PyObject,
    pub offset: *mut PyObject,
    pub text: *mut PyObject,
    pub print_file_and_line: *mut PyObject,
}
assert_layout!(PySyntaxErrorObject, 112, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56, msg: 64,
    filename: 72, lineno: 80, offset: 88, text: 96, print_file_and_line: 104,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySystemExitObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub code: *mut PyObject,
}
assert_layout!(PySystemExitObject, 72, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56, code: 64,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyUnicodeErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub encoding: *mut PyObject,
    pub object: *mut PyObject,
    pub start: Py_ssize_t,
    pub end: Py_ssize_t,
    pub reason: *mut PyObject,
}
assert_layout!(PyUnicodeErrorObject, 104, {
    ob_base: 0, dict: 16, args: 24, traceback: 32, context: 40, cause: 48, suppress_context: 56,
    encoding: 64, object: 72, start: 80, end: 88, reason: 96,
});
