/* tupleobject.h: tuple. */
#ifndef Py_TUPLEOBJECT_H
#define Py_TUPLEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes tupleobject.h] */
PyAPI_DATA(PyTypeObject) PyTupleIter_Type;
PyAPI_FUNC(PyObject *) PyTuple_GetItem(PyObject *op, Py_ssize_t i);
PyAPI_FUNC(PyObject *) PyTuple_GetSlice(PyObject *op, Py_ssize_t i, Py_ssize_t j);
PyAPI_FUNC(PyObject *) PyTuple_New(Py_ssize_t size);
PyAPI_FUNC(PyObject *) PyTuple_Pack(Py_ssize_t n, ...);
PyAPI_FUNC(int) PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem);
PyAPI_FUNC(Py_ssize_t) PyTuple_Size(PyObject *op);
PyAPI_DATA(PyTypeObject) PyTuple_Type;
/* [end] */
#define PyTuple_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyTuple_CheckExact(op) Py_IS_TYPE(op, &PyTuple_Type)
#ifndef Py_LIMITED_API
#define Py_CPYTHON_TUPLEOBJECT_H
#include "cpython/tupleobject.h"
#undef Py_CPYTHON_TUPLEOBJECT_H
#endif
#ifdef __cplusplus
}
#endif
#endif
