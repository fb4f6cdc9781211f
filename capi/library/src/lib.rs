//! libpython3.9 as programs link it: the C API of `krait-capi`, shared and static.
//!
//! It is a package of its own because the program is compiled otherwise: the library's code works at any address, the
//! program's has a fixed one (`cargo xtask build`).
pub use krait_capi::*;
