#ifndef Py_CPYTHON_BYTEARRAYOBJECT_H
#error "this header file must not be included directly"
#endif
/* [struct PyByteArrayObject] */
typedef struct {
    PyVarObject ob_base;
    Py_ssize_t ob_alloc;
    char *ob_bytes;
    char *ob_start;
    Py_ssize_t ob_exports;
} PyByteArrayObject;
/* [end] */
#define PyByteArray_AS_STRING(self) \
    (assert(PyByteArray_Check(self)), \
     Py_SIZE(self) ? ((PyByteArrayObject *)(self))->ob_start : _PyByteArray_empty_string)
#define PyByteArray_GET_SIZE(self) (assert(PyByteArray_Check(self)), Py_SIZE(self))
/* [prototypes cpython/bytearrayobject.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(char) _PyByteArray_empty_string[1];
#endif
/* [end] */
