//! `PyCapsule` (skeleton; owner: types).
