/* marshal.h: the format of .pyc files. */
#ifndef Py_MARSHAL_H
#define Py_MARSHAL_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes marshal.h] */
PyAPI_FUNC(PyObject *) PyMarshal_ReadObjectFromString(const char *str, Py_ssize_t len);
PyAPI_FUNC(void) PyMarshal_WriteLongToFile(long int x, FILE *fp, int version);
PyAPI_FUNC(void) PyMarshal_WriteObjectToFile(PyObject *x, FILE *fp, int version);
PyAPI_FUNC(PyObject *) PyMarshal_WriteObjectToString(PyObject *x, int version);
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyMarshal_ReadLastObjectFromFile(FILE *fp);
PyAPI_FUNC(long int) PyMarshal_ReadLongFromFile(FILE *fp);
PyAPI_FUNC(PyObject *) PyMarshal_ReadObjectFromFile(FILE *fp);
PyAPI_FUNC(int) PyMarshal_ReadShortFromFile(FILE *fp);
#endif
/* [end] */
/* [constants marshal.h] */
#define Py_MARSHAL_VERSION 4
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
