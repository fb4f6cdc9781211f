/* bytesobject.h: bytes. */
#ifndef Py_BYTESOBJECT_H
#define Py_BYTESOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes bytesobject.h] */
PyAPI_DATA(PyTypeObject) PyBytesIter_Type;
PyAPI_FUNC(char *) PyBytes_AsString(PyObject *op);
PyAPI_FUNC(int) PyBytes_AsStringAndSize(PyObject *obj, char **s, Py_ssize_t *len);
PyAPI_FUNC(void) PyBytes_Concat(PyObject **pv, PyObject *w);
PyAPI_FUNC(void) PyBytes_ConcatAndDel(PyObject **pv, PyObject *w);
PyAPI_FUNC(PyObject *) PyBytes_DecodeEscape(const char *s, Py_ssize_t len, const char *errors, Py_ssize_t _unused_unicode, const char *_unused_recode_encoding);
PyAPI_FUNC(PyObject *) PyBytes_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyBytes_FromFormatV(const char *format, va_list vargs);
PyAPI_FUNC(PyObject *) PyBytes_FromObject(PyObject *x);
PyAPI_FUNC(PyObject *) PyBytes_FromString(const char *str);
PyAPI_FUNC(PyObject *) PyBytes_FromStringAndSize(const char *str, Py_ssize_t size);
PyAPI_FUNC(PyObject *) PyBytes_Repr(PyObject *obj, int smartquotes);
PyAPI_FUNC(Py_ssize_t) PyBytes_Size(PyObject *op);
PyAPI_DATA(PyTypeObject) PyBytes_Type;
/* [end] */
/* [constants bytesobject.h] */
#define F_ALT 8
#define F_BLANK 4
#define F_LJUST 1
#define F_SIGN 2
#define F_ZERO 16
/* [end] */
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE(op, &PyBytes_Type)
#ifndef Py_LIMITED_API
#define Py_CPYTHON_BYTESOBJECT_H
#include "cpython/bytesobject.h"
#undef Py_CPYTHON_BYTESOBJECT_H
#endif
#ifdef __cplusplus
}
#endif
#endif
