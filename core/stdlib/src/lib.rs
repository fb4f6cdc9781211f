//! The embedded archive of the pure-Python standard library.
