#ifndef Py_CPYTHON_LISTOBJECT_H
#error "this header file must not be included directly"
#endif
/* [struct PyListObject] */
typedef struct {
    PyVarObject ob_base;
    PyObject **ob_item;
    Py_ssize_t allocated;
} PyListObject;
/* [end] */
/* [prototypes cpython/listobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyList_DebugMallocStats(FILE *out);
PyAPI_FUNC(PyObject *) _PyList_Extend(PyListObject *self, PyObject *iterable);
#endif
/* [end] */
#define _PyList_CAST(op) (assert(PyList_Check(op)), (PyListObject *)(op))
#define PyList_GET_ITEM(op, i) (_PyList_CAST(op)->ob_item[i])
#define PyList_SET_ITEM(op, i, v) ((void)(_PyList_CAST(op)->ob_item[i] = (v)))
#define PyList_GET_SIZE(op) Py_SIZE(_PyList_CAST(op))
#define _PyList_ITEMS(op) (_PyList_CAST(op)->ob_item)
