//! Structs of `socketmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySocketModule_APIObject {
    pub Sock_Type: *mut PyTypeObject,
    pub error: *mut PyObject,
    pub timeout_error: *mut PyObject,
}
assert_layout!(PySocketModule_APIObject, 24, { Sock_Type: 0, error: 8, timeout_error: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySocketSockObject {
    pub ob_base: PyObject,
    pub sock_fd: c_int,
    pub sock_family: c_int,
    pub sock_type: c_int,
    pub sock_proto: c_int,
    pub errorhandler: Option<unsafe extern "C" fn() -> *mut PyObject>,
    pub sock_timeout: i64,
}
assert_layout!(PySocketSockObject, 48, {
    ob_base: 0, sock_fd: 16, sock_family: 20, sock_type: 24, sock_proto: 28, errorhandler: 32,
    sock_timeout: 40,
});
