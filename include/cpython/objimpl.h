#ifndef Py_CPYTHON_OBJIMPL_H
#error "this header file must not be included directly"
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define _PyObject_SIZE(typeobj) ((typeobj)->tp_basicsize)
#define _PyObject_VAR_SIZE(typeobj, nitems) \
    _Py_SIZE_ROUND_UP((typeobj)->tp_basicsize + (nitems) * (typeobj)->tp_itemsize, SIZEOF_VOID_P)
/* [struct PyObjectArenaAllocator] */
typedef struct {
    void *ctx;
    void *(*alloc)(void *, size_t);
    void (*free)(void *, void *, size_t);
} PyObjectArenaAllocator;
/* [end] */
/* [prototypes cpython/objimpl.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject **) PyObject_GET_WEAKREFS_LISTPTR(PyObject *op);
PyAPI_FUNC(void) PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator);
PyAPI_FUNC(int) PyObject_IS_GC(PyObject *obj);
PyAPI_FUNC(void) PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator);
PyAPI_FUNC(Py_ssize_t) _PyGC_CollectIfEnabled(void);
PyAPI_FUNC(Py_ssize_t) _PyGC_CollectNoFail(void);
PyAPI_FUNC(int) _PyObject_DebugMallocStats(FILE *out);
PyAPI_FUNC(PyObject *) _PyObject_GC_Calloc(size_t basicsize);
PyAPI_FUNC(PyObject *) _PyObject_GC_Malloc(size_t basicsize);
PyAPI_FUNC(Py_ssize_t) _Py_GetAllocatedBlocks(void);
#endif
/* [end] */
/* Whether the collector has called the object's finaliser. */
#define _PyGC_FINALIZED(o) PyObject_GC_IsFinalized(o)
#ifdef __cplusplus
}
#endif
