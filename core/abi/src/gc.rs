//! Structs of `internal/pycore_gc.h`.

use crate::*;

/// In front of every GC-tracked object; the low bits of `_gc_prev` are flags.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGC_Head {
    pub _gc_next: usize,
    pub _gc_prev: usize,
}
assert_layout!(PyGC_Head, 16, { _gc_next: 0, _gc_prev: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _gc_runtime_state {
    pub trash_delete_later: *mut PyObject,
    pub trash_delete_nesting: c_int,
    pub enabled: c_int,
    pub debug: c_int,
    pub generations: [gc_generation; 3],
    pub generation0: *mut PyGC_Head,
    pub permanent_generation: gc_generation,
    pub generation_stats: [gc_generation_stats; 3],
    pub collecting: c_int,
    pub garbage: *mut PyObject,
    pub callbacks: *mut PyObject,
    pub long_lived_total: Py_ssize_t,
    pub long_lived_pending: Py_ssize_t,
}
assert_layout!(_gc_runtime_state, 240, {
    trash_delete_later: 0, trash_delete_nesting: 8, enabled: 12, debug: 16, generations: 24,
    generation0: 96, permanent_generation: 104, generation_stats: 128, collecting: 200, garbage: 208,
    callbacks: 216, long_lived_total: 224, long_lived_pending: 232,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct gc_generation {
    pub head: PyGC_Head,
    pub threshold: c_int,
    pub count: c_int,
}
assert_layout!(gc_generation, 24, { head: 0, threshold: 16, count: 20 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct gc_generation_stats {
    pub collections: Py_ssize_t,
    pub collected: Py_ssize_t,
    pub uncollectable: Py_ssize_t,
}
assert_layout!(gc_generation_stats, 24, { collections: 0, collected: 8, uncollectable: 16 });
