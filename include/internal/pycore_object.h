/* internal/pycore_object.h: tracking by the collector, weak references. */
#ifndef Py_INTERNAL_OBJECT_H
#define Py_INTERNAL_OBJECT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pycore_object.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _PyDict_CheckConsistency(PyObject *op, int check_content);
PyAPI_FUNC(int) _PyType_CheckConsistency(PyTypeObject *type);
#endif
/* [end] */

static inline void _PyObject_GC_TRACK_impl(PyObject *op)
{
    PyGC_Head *head = _Py_AS_GC(op);
    PyGC_Head *youngest = _PyInterpreterState_GET()->gc.generation0;
    PyGC_Head *last = (PyGC_Head *)youngest->_gc_prev;
    _PyGCHead_SET_NEXT(last, head);
    _PyGCHead_SET_PREV(head, last);
    _PyGCHead_SET_NEXT(head, youngest);
    youngest->_gc_prev = (uintptr_t)head;
}
/* The finalized flag stays. */
static inline void _PyObject_GC_UNTRACK_impl(PyObject *op)
{
    PyGC_Head *head = _Py_AS_GC(op);
    PyGC_Head *previous = _PyGCHead_PREV(head), *next = _PyGCHead_NEXT(head);
    _PyGCHead_SET_NEXT(previous, next);
    _PyGCHead_SET_PREV(next, previous);
    head->_gc_next = 0;
    head->_gc_prev &= _PyGC_PREV_MASK_FINALIZED;
}
#define _PyObject_GC_TRACK(op) _PyObject_GC_TRACK_impl(_PyObject_CAST(op))
#define _PyObject_GC_UNTRACK(op) _PyObject_GC_UNTRACK_impl(_PyObject_CAST(op))
static inline int _PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
    return (type->tp_flags & feature) != 0;
}
#define _PyType_IS_GC(t) _PyType_HasFeature((t), Py_TPFLAGS_HAVE_GC)
static inline PyObject **_PyObject_GET_WEAKREFS_LISTPTR(PyObject *op)
{
    return (PyObject **)((char *)op + Py_TYPE(op)->tp_weaklistoffset);
}
static inline int _PyObject_IS_GC(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    return _PyType_IS_GC(type) && (type->tp_is_gc == NULL || type->tp_is_gc(obj));
}
#ifdef __cplusplus
}
#endif
#endif
