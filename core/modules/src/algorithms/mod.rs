//! Algorithms of built-in modules, free of Python objects.

pub mod binascii;
pub mod calendar;
pub mod mersenne;
pub mod quoted_printable;
pub mod struct_format;
pub mod zlib;
