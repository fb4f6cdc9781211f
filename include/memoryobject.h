/* memoryobject.h: memoryview. */
#ifndef Py_MEMORYOBJECT_H
#define Py_MEMORYOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [constants memoryobject.h] */
#ifndef Py_LIMITED_API
#define _Py_MANAGED_BUFFER_FREE_FORMAT 2
#define _Py_MANAGED_BUFFER_RELEASED 1
#define _Py_MEMORYVIEW_C 2
#define _Py_MEMORYVIEW_FORTRAN 4
#define _Py_MEMORYVIEW_PIL 16
#define _Py_MEMORYVIEW_RELEASED 1
#define _Py_MEMORYVIEW_SCALAR 8
#endif
/* [end] */
/* [struct _PyManagedBufferObject] */
typedef struct {
    PyObject ob_base;
    int flags;
    Py_ssize_t exports;
    Py_buffer master;
} _PyManagedBufferObject;
/* [end] */
/* [struct PyMemoryViewObject] */
typedef struct {
    PyVarObject ob_base;
    _PyManagedBufferObject *mbuf;
    Py_hash_t hash;
    int flags;
    Py_ssize_t exports;
    Py_buffer view;
    PyObject *weakreflist;
    Py_ssize_t ob_array[1];
} PyMemoryViewObject;
/* [end] */
#endif
/* [prototypes memoryobject.h] */
PyAPI_FUNC(PyObject *) PyMemoryView_FromObject(PyObject *v);
PyAPI_FUNC(PyObject *) PyMemoryView_GetContiguous(PyObject *obj, int buffertype, char order);
PyAPI_DATA(PyTypeObject) PyMemoryView_Type;
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
PyAPI_FUNC(PyObject *) PyMemoryView_FromMemory(char *mem, Py_ssize_t size, int flags);
#endif
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyMemoryView_FromBuffer(Py_buffer *info);
PyAPI_DATA(PyTypeObject) _PyManagedBuffer_Type;
#endif
/* [end] */
#define PyMemoryView_Check(op) Py_IS_TYPE(op, &PyMemoryView_Type)
#ifndef Py_LIMITED_API
#define PyMemoryView_GET_BUFFER(op) (&((PyMemoryViewObject *)(op))->view)
#define PyMemoryView_GET_BASE(op) (((PyMemoryViewObject *)(op))->view.obj)
#endif
#ifdef __cplusplus
}
#endif
#endif
