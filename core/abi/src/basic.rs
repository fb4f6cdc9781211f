//! Scalar types of `pyport.h`, and types of libc that the structs embed.

use crate::*;

pub type Py_ssize_t = isize;
pub type Py_hash_t = isize;
pub type Py_uhash_t = usize;
pub type Py_UCS1 = u8;
pub type Py_UCS2 = u16;
pub type Py_UCS4 = u32;
pub type Py_UNICODE = wchar_t;
pub type wchar_t = i32;
pub type digit = u32;
pub type sdigit = i32;
pub type twodigits = u64;
pub type stwodigits = i64;
pub type _PyTime_t = i64;
pub type PyThread_type_lock = *mut c_void;
pub type PyLockStatus = c_int;
pub type PyGILState_STATE = c_int;
pub type PyMemAllocatorDomain = c_int;
pub type PyMemAllocatorName = c_int;
pub type PySendResult = c_int;

/// glibc's condition variable: 48 bytes that the structs embed; used only to keep their places.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pthread_cond_t {
    pub __opaque: [u64; 6],
}
assert_layout!(pthread_cond_t, 48, { __opaque: 0 });

/// glibc's mutex, likewise.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pthread_mutex_t {
    pub __opaque: [u64; 5],
}
assert_layout!(pthread_mutex_t, 40, { __opaque: 0 });

/// Declares types that binaries only know by pointer.
macro_rules! opaque {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        $($(#[$meta])* #[repr(C)] pub struct $name { _private: [u8; 0] })*
    };
}

opaque! {
    /// The memory pool of a syntax tree (`pyarena.h`).
    PyArena;
    /// Per-instruction cache of 3.9.2; Krait keeps its caches elsewhere and leaves the pointer NULL.
    _PyOpcache;
    /// `collections.OrderedDict`: a dict in front, then private fields.
    PyODictObject;
    /// glibc's stream of the host.
    FILE;
}
