/* objimpl.h: allocating objects. */
#ifndef Py_OBJIMPL_H
#define Py_OBJIMPL_H
#include "pymem.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes objimpl.h] */
PyAPI_FUNC(Py_ssize_t) PyGC_Collect(void);
PyAPI_FUNC(void) PyObject_Free(void *ptr);
PyAPI_FUNC(void) PyObject_GC_Del(void *op);
PyAPI_FUNC(int) PyObject_GC_IsFinalized(PyObject *obj);
PyAPI_FUNC(int) PyObject_GC_IsTracked(PyObject *obj);
PyAPI_FUNC(void) PyObject_GC_Track(void *op_raw);
PyAPI_FUNC(void) PyObject_GC_UnTrack(void *op_raw);
PyAPI_FUNC(PyObject *) PyObject_Init(PyObject *op, PyTypeObject *tp);
PyAPI_FUNC(PyVarObject *) PyObject_InitVar(PyVarObject *op, PyTypeObject *tp, Py_ssize_t size);
PyAPI_FUNC(void *) PyObject_Malloc(size_t size);
PyAPI_FUNC(void *) PyObject_Realloc(void *ptr, size_t new_size);
PyAPI_FUNC(PyObject *) _PyObject_GC_New(PyTypeObject *tp);
PyAPI_FUNC(PyVarObject *) _PyObject_GC_NewVar(PyTypeObject *tp, Py_ssize_t nitems);
PyAPI_FUNC(PyVarObject *) _PyObject_GC_Resize(PyVarObject *op, Py_ssize_t nitems);
PyAPI_FUNC(PyObject *) _PyObject_New(PyTypeObject *tp);
PyAPI_FUNC(PyVarObject *) _PyObject_NewVar(PyTypeObject *tp, Py_ssize_t nitems);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_FUNC(void *) PyObject_Calloc(size_t nelem, size_t elsize);
#endif
/* [end] */

#define PyObject_MALLOC PyObject_Malloc
#define PyObject_REALLOC PyObject_Realloc
#define PyObject_FREE PyObject_Free
#define PyObject_Del PyObject_Free
#define PyObject_DEL PyObject_Free
#define PyObject_New(type, typeobj) ((type *)_PyObject_New(typeobj))
#define PyObject_NEW(type, typeobj) PyObject_New(type, typeobj)
#define PyObject_NewVar(type, typeobj, n) ((type *)_PyObject_NewVar((typeobj), (n)))
#define PyObject_NEW_VAR(type, typeobj, n) PyObject_NewVar(type, typeobj, n)
#define PyObject_INIT(op, typeobj) PyObject_Init(_PyObject_CAST(op), (typeobj))
#define PyObject_INIT_VAR(op, typeobj, size) PyObject_InitVar(_PyVarObject_CAST(op), (typeobj), (size))

#define PyType_IS_GC(t) PyType_HasFeature((t), Py_TPFLAGS_HAVE_GC)
#define PyObject_GC_New(type, typeobj) ((type *)_PyObject_GC_New(typeobj))
#define PyObject_GC_NewVar(type, typeobj, n) ((type *)_PyObject_GC_NewVar((typeobj), (n)))
#define PyObject_GC_Resize(type, op, n) ((type *)_PyObject_GC_Resize(_PyVarObject_CAST(op), (n)))

/* For tp_traverse functions, whose parameters are named `visit` and `arg`. */
#define Py_VISIT(op) \
    do { if (op) { int vret = visit(_PyObject_CAST(op), arg); if (vret) return vret; } } while (0)

#ifndef Py_LIMITED_API
#define Py_CPYTHON_OBJIMPL_H
#include "cpython/objimpl.h"
#undef Py_CPYTHON_OBJIMPL_H
#endif
#ifdef __cplusplus
}
#endif
#endif
