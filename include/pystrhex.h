/* pystrhex.h: bytes as hexadecimal text. */
#ifndef Py_STRHEX_H
#define Py_STRHEX_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [prototypes pystrhex.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _Py_strhex(const char *argbuf, const Py_ssize_t arglen);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes(const char *argbuf, const Py_ssize_t arglen);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes_with_sep(const char *argbuf, const Py_ssize_t arglen, const PyObject *sep, const int bytes_per_group);
PyAPI_FUNC(PyObject *) _Py_strhex_with_sep(const char *argbuf, const Py_ssize_t arglen, const PyObject *sep, const int bytes_per_group);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
