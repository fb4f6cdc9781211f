//! The exported C API: libpython3.9.
