/* longobject.h: int. */
#ifndef Py_LONGOBJECT_H
#define Py_LONGOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes longobject.h] */
PyAPI_FUNC(double) PyLong_AsDouble(PyObject *v);
PyAPI_FUNC(long int) PyLong_AsLong(PyObject *obj);
PyAPI_FUNC(long int) PyLong_AsLongAndOverflow(PyObject *vv, int *overflow);
PyAPI_FUNC(long long int) PyLong_AsLongLong(PyObject *vv);
PyAPI_FUNC(long long int) PyLong_AsLongLongAndOverflow(PyObject *vv, int *overflow);
PyAPI_FUNC(size_t) PyLong_AsSize_t(PyObject *vv);
PyAPI_FUNC(Py_ssize_t) PyLong_AsSsize_t(PyObject *vv);
PyAPI_FUNC(long unsigned int) PyLong_AsUnsignedLong(PyObject *vv);
PyAPI_FUNC(long long unsigned int) PyLong_AsUnsignedLongLong(PyObject *vv);
PyAPI_FUNC(long long unsigned int) PyLong_AsUnsignedLongLongMask(PyObject *op);
PyAPI_FUNC(long unsigned int) PyLong_AsUnsignedLongMask(PyObject *op);
PyAPI_FUNC(void *) PyLong_AsVoidPtr(PyObject *vv);
PyAPI_FUNC(PyObject *) PyLong_FromDouble(double dval);
PyAPI_FUNC(PyObject *) PyLong_FromLong(long int ival);
PyAPI_FUNC(PyObject *) PyLong_FromLongLong(long long int ival);
PyAPI_FUNC(PyObject *) PyLong_FromSize_t(size_t ival);
PyAPI_FUNC(PyObject *) PyLong_FromSsize_t(Py_ssize_t ival);
PyAPI_FUNC(PyObject *) PyLong_FromString(const char *str, char **pend, int base);
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLong(long unsigned int ival);
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLongLong(long long unsigned int ival);
PyAPI_FUNC(PyObject *) PyLong_FromVoidPtr(void *p);
PyAPI_FUNC(PyObject *) PyLong_GetInfo(void);
PyAPI_DATA(PyTypeObject) PyLong_Type;
PyAPI_FUNC(long int) PyOS_strtol(const char *str, char **ptr, int base);
PyAPI_FUNC(long unsigned int) PyOS_strtoul(const char *str, char **ptr, int base);
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyLong_FromUnicode(Py_UNICODE *u, Py_ssize_t length, int base);
PyAPI_FUNC(PyObject *) PyLong_FromUnicodeObject(PyObject *u, int base);
PyAPI_FUNC(int) _PyLong_AsByteArray(PyLongObject *v, unsigned char *bytes, size_t n, int little_endian, int is_signed);
PyAPI_FUNC(int) _PyLong_AsInt(PyObject *obj);
PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];
PyAPI_FUNC(PyObject *) _PyLong_DivmodNear(PyObject *a, PyObject *b);
PyAPI_FUNC(PyObject *) _PyLong_Format(PyObject *obj, int base);
PyAPI_FUNC(int) _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *format_spec, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(char *) _PyLong_FormatBytesWriter(_PyBytesWriter *writer, char *str, PyObject *obj, int base, int alternate);
PyAPI_FUNC(int) _PyLong_FormatWriter(_PyUnicodeWriter *writer, PyObject *obj, int base, int alternate);
PyAPI_FUNC(double) _PyLong_Frexp(PyLongObject *a, Py_ssize_t *e);
PyAPI_FUNC(PyObject *) _PyLong_FromByteArray(const unsigned char *bytes, size_t n, int little_endian, int is_signed);
PyAPI_FUNC(PyObject *) _PyLong_FromBytes(const char *s, Py_ssize_t len, int base);
PyAPI_FUNC(PyObject *) _PyLong_FromNbIndexOrNbInt(PyObject *integral);
PyAPI_FUNC(PyObject *) _PyLong_FromNbInt(PyObject *integral);
PyAPI_FUNC(PyObject *) _PyLong_GCD(PyObject *aarg, PyObject *barg);
PyAPI_FUNC(PyObject *) _PyLong_Lshift(PyObject *a, size_t shiftby);
PyAPI_FUNC(size_t) _PyLong_NumBits(PyObject *vv);
PyAPI_DATA(PyObject *) _PyLong_One;
PyAPI_FUNC(PyObject *) _PyLong_Rshift(PyObject *a, size_t shiftby);
PyAPI_FUNC(int) _PyLong_Sign(PyObject *vv);
PyAPI_FUNC(int) _PyLong_Size_t_Converter(PyObject *obj, void *ptr);
PyAPI_FUNC(int) _PyLong_UnsignedInt_Converter(PyObject *obj, void *ptr);
PyAPI_FUNC(int) _PyLong_UnsignedLongLong_Converter(PyObject *obj, void *ptr);
PyAPI_FUNC(int) _PyLong_UnsignedLong_Converter(PyObject *obj, void *ptr);
PyAPI_FUNC(int) _PyLong_UnsignedShort_Converter(PyObject *obj, void *ptr);
PyAPI_DATA(PyObject *) _PyLong_Zero;
#endif
/* [end] */
#define PyLong_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LONG_SUBCLASS)
#define PyLong_CheckExact(op) Py_IS_TYPE(op, &PyLong_Type)
#ifndef Py_LIMITED_API
#define PyLong_AS_LONG(op) PyLong_AsLong(op)
#endif
#define PyLong_FromPid PyLong_FromLong
#define PyLong_AsPid PyLong_AsLong
#define _Py_PARSE_PID "i"
#define _Py_PARSE_INTPTR "l"
#define _Py_PARSE_UINTPTR "k"
#ifdef __cplusplus
}
#endif
#endif
