//! Structs of `pyhash.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHash_FuncDef {
    pub hash: Option<unsafe extern "C" fn(*const c_void, Py_ssize_t) -> Py_hash_t>,
    pub name: *const c_char,
    pub hash_bits: c_int,
    pub seed_bits: c_int,
}
assert_layout!(PyHash_FuncDef, 24, { hash: 0, name: 8, hash_bits: 16, seed_bits: 20 });

/// Key of the string hash; each algorithm sees the same 24 bytes in its own way.
#[repr(C)]
#[derive(Clone, Copy)]
pub union _Py_HashSecret_t {
    pub uc: [u8; 24],
    pub fnv: _Py_HashSecret_fnv,
    pub siphash: _Py_HashSecret_siphash,
    pub djbx33a: _Py_HashSecret_djbx33a,
    pub expat: _Py_HashSecret_expat,
}
assert_layout!(_Py_HashSecret_t, 24, { uc: 0, fnv: 0, siphash: 0, djbx33a: 0, expat: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_fnv {
    pub prefix: Py_hash_t,
    pub suffix: Py_hash_t,
}
assert_layout!(_Py_HashSecret_fnv, 16, { prefix: 0, suffix: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_siphash {
    pub k0: u64,
    pub k1: u64,
}
assert_layout!(_Py_HashSecret_siphash, 16, { k0: 0, k1: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_djbx33a {
    pub padding: [u8; 16],
    pub suffix: Py_hash_t,
}
assert_layout!(_Py_HashSecret_djbx33a, 24, { padding: 0, suffix: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_expat {
    pub padding: [u8; 16],
    pub hashsalt: Py_hash_t,
}
assert_layout!(_Py_HashSecret_expat, 24, { padding: 0, hashsalt: 16 });
