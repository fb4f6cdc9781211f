//! CPython 3.9 binary interface: structs, slot types, flags and constants.
