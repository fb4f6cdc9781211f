//! Headers of `Include/cpython`.

pub mod r#abstract;
pub mod bytesobject;
pub mod ceval;
pub mod code;
pub mod dictobject;
pub mod fileutils;
pub mod frameobject;
pub mod initconfig;
pub mod listobject;
pub mod object;
pub mod objimpl;
pub mod pyerrors;
pub mod pymem;
pub mod pystate;
pub mod tupleobject;
pub mod unicodeobject;
pub mod wide_files;
