//! The abstract protocols (`PyObject_*`, `PyNumber_*`, `PySequence_*`, `PyMapping_*`, `PyIter_*`, buffers, calls).
pub mod attribute;
pub mod buffer;
pub mod call;
pub mod class_check;
pub mod debug;
pub mod iter;
pub mod mapping;
pub mod number;
pub mod object;
pub mod plain;
pub mod sequence;
