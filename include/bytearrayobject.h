/* bytearrayobject.h: bytearray. */
#ifndef Py_BYTEARRAYOBJECT_H
#define Py_BYTEARRAYOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes bytearrayobject.h] */
PyAPI_DATA(PyTypeObject) PyByteArrayIter_Type;
PyAPI_FUNC(char *) PyByteArray_AsString(PyObject *self);
PyAPI_FUNC(PyObject *) PyByteArray_Concat(PyObject *a, PyObject *b);
PyAPI_FUNC(PyObject *) PyByteArray_FromObject(PyObject *input);
PyAPI_FUNC(PyObject *) PyByteArray_FromStringAndSize(const char *bytes, Py_ssize_t size);
PyAPI_FUNC(int) PyByteArray_Resize(PyObject *self, Py_ssize_t requested_size);
PyAPI_FUNC(Py_ssize_t) PyByteArray_Size(PyObject *self);
PyAPI_DATA(PyTypeObject) PyByteArray_Type;
/* [end] */
#define PyByteArray_Check(self) PyObject_TypeCheck(self, &PyByteArray_Type)
#define PyByteArray_CheckExact(self) Py_IS_TYPE(self, &PyByteArray_Type)
#ifndef Py_LIMITED_API
#define Py_CPYTHON_BYTEARRAYOBJECT_H
#include "cpython/bytearrayobject.h"
#undef Py_CPYTHON_BYTEARRAYOBJECT_H
#endif
#ifdef __cplusplus
}
#endif
#endif
