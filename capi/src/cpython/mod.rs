//! Headers of `Include/cpython`.
pub mod initconfig;
