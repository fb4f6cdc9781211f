#ifndef Py_CPYTHON_TUPLEOBJECT_H
#error "this header file must not be included directly"
#endif
/* [struct PyTupleObject] */
typedef struct {
    PyVarObject ob_base;
    PyObject *ob_item[1];
} PyTupleObject;
/* [end] */
/* [prototypes cpython/tupleobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyTuple_DebugMallocStats(FILE *out);
PyAPI_FUNC(void) _PyTuple_MaybeUntrack(PyObject *op);
PyAPI_FUNC(int) _PyTuple_Resize(PyObject **pv, Py_ssize_t newsize);
#endif
/* [end] */
#define _PyTuple_CAST(op) (assert(PyTuple_Check(op)), (PyTupleObject *)(op))
#define PyTuple_GET_SIZE(op) Py_SIZE(_PyTuple_CAST(op))
#define PyTuple_GET_ITEM(op, i) (_PyTuple_CAST(op)->ob_item[i])
#define PyTuple_SET_ITEM(op, i, v) ((void)(_PyTuple_CAST(op)->ob_item[i] = v))
