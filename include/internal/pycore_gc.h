/* internal/pycore_gc.h: heads of tracked objects and the state of the collector. */
#ifndef Py_INTERNAL_GC_H
#define Py_INTERNAL_GC_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct PyGC_Head] */
typedef struct {
    uintptr_t _gc_next;
    uintptr_t _gc_prev;
} PyGC_Head;
/* [end] */
/* [constants internal/pycore_gc.h] */
#ifndef Py_LIMITED_API
#define NUM_GENERATIONS 3
#define _PyGC_PREV_MASK 18446744073709551612UL
#define _PyGC_PREV_MASK_COLLECTING 2
#define _PyGC_PREV_MASK_FINALIZED 1
#define _PyGC_PREV_SHIFT 2
#endif
/* [end] */

#define _Py_AS_GC(o) ((PyGC_Head *)(o) - 1)
#define _PyObject_GC_IS_TRACKED(o) (_Py_AS_GC(o)->_gc_next != 0)
#define _PyObject_GC_MAY_BE_TRACKED(obj) \
    (PyObject_IS_GC(obj) && (!PyTuple_CheckExact(obj) || _PyObject_GC_IS_TRACKED(obj)))
/* The low bits of the link to the previous head are flags. */
#define _PyGCHead_NEXT(g) ((PyGC_Head *)(g)->_gc_next)
#define _PyGCHead_SET_NEXT(g, p) ((g)->_gc_next = (uintptr_t)(p))
#define _PyGCHead_PREV(g) ((PyGC_Head *)((g)->_gc_prev & _PyGC_PREV_MASK))
#define _PyGCHead_SET_PREV(g, p) \
    ((g)->_gc_prev = ((g)->_gc_prev & ~_PyGC_PREV_MASK) | (uintptr_t)(p))
#define _PyGCHead_FINALIZED(g) (((g)->_gc_prev & _PyGC_PREV_MASK_FINALIZED) != 0)
#define _PyGCHead_SET_FINALIZED(g) ((g)->_gc_prev |= _PyGC_PREV_MASK_FINALIZED)
#undef _PyGC_FINALIZED
#define _PyGC_FINALIZED(o) _PyGCHead_FINALIZED(_Py_AS_GC(o))
#define _PyGC_SET_FINALIZED(o) _PyGCHead_SET_FINALIZED(_Py_AS_GC(o))
/* [struct struct gc_generation] */
struct gc_generation {
    PyGC_Head head;
    int threshold;
    int count;
};
/* [end] */
/* [struct struct gc_generation_stats] */
struct gc_generation_stats {
    Py_ssize_t collections;
    Py_ssize_t collected;
    Py_ssize_t uncollectable;
};
/* [end] */
/* [struct struct _gc_runtime_state] */
struct _gc_runtime_state {
    PyObject *trash_delete_later;
    int trash_delete_nesting;
    int enabled;
    int debug;
    struct gc_generation generations[3];
    PyGC_Head *generation0;
    struct gc_generation permanent_generation;
    struct gc_generation_stats generation_stats[3];
    int collecting;
    PyObject *garbage;
    PyObject *callbacks;
    Py_ssize_t long_lived_total;
    Py_ssize_t long_lived_pending;
};
/* [end] */
/* [prototypes internal/pycore_gc.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyGC_InitState(struct _gc_runtime_state *gcstate);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
