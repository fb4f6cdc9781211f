//! Headers of `Include/cpython`.
