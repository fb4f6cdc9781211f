/* listobject.h: list. */
#ifndef Py_LISTOBJECT_H
#define Py_LISTOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes listobject.h] */
PyAPI_DATA(PyTypeObject) PyListIter_Type;
PyAPI_DATA(PyTypeObject) PyListRevIter_Type;
PyAPI_FUNC(int) PyList_Append(PyObject *op, PyObject *newitem);
PyAPI_FUNC(PyObject *) PyList_AsTuple(PyObject *v);
PyAPI_FUNC(PyObject *) PyList_GetItem(PyObject *op, Py_ssize_t i);
PyAPI_FUNC(PyObject *) PyList_GetSlice(PyObject *a, Py_ssize_t ilow, Py_ssize_t ihigh);
PyAPI_FUNC(int) PyList_Insert(PyObject *op, Py_ssize_t where, PyObject *newitem);
PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t size);
PyAPI_FUNC(int) PyList_Reverse(PyObject *v);
PyAPI_FUNC(int) PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem);
PyAPI_FUNC(int) PyList_SetSlice(PyObject *a, Py_ssize_t ilow, Py_ssize_t ihigh, PyObject *v);
PyAPI_FUNC(Py_ssize_t) PyList_Size(PyObject *op);
PyAPI_FUNC(int) PyList_Sort(PyObject *v);
PyAPI_DATA(PyTypeObject) PyList_Type;
/* [end] */
#define PyList_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LIST_SUBCLASS)
#define PyList_CheckExact(op) Py_IS_TYPE(op, &PyList_Type)
#ifndef Py_LIMITED_API
#define Py_CPYTHON_LISTOBJECT_H
#include "cpython/listobject.h"
#undef Py_CPYTHON_LISTOBJECT_H
#endif
#ifdef __cplusplus
}
#endif
#endif
