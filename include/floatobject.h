/* floatobject.h: float. */
#ifndef Py_FLOATOBJECT_H
#define Py_FLOATOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [struct PyFloatObject] */
typedef struct {
    PyObject ob_base;
    double ob_fval;
} PyFloatObject;
/* [end] */
#endif
/* [prototypes floatobject.h] */
PyAPI_FUNC(double) PyFloat_AsDouble(PyObject *op);
PyAPI_FUNC(PyObject *) PyFloat_FromDouble(double fval);
PyAPI_FUNC(PyObject *) PyFloat_FromString(PyObject *v);
PyAPI_FUNC(PyObject *) PyFloat_GetInfo(void);
PyAPI_FUNC(double) PyFloat_GetMax(void);
PyAPI_FUNC(double) PyFloat_GetMin(void);
PyAPI_DATA(PyTypeObject) PyFloat_Type;
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyFloat_DebugMallocStats(FILE *out);
PyAPI_FUNC(int) _PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *format_spec, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(int) _PyFloat_Pack2(double x, unsigned char *p, int le);
PyAPI_FUNC(int) _PyFloat_Pack4(double x, unsigned char *p, int le);
PyAPI_FUNC(int) _PyFloat_Pack8(double x, unsigned char *p, int le);
PyAPI_FUNC(double) _PyFloat_Unpack2(const unsigned char *p, int le);
PyAPI_FUNC(double) _PyFloat_Unpack4(const unsigned char *p, int le);
PyAPI_FUNC(double) _PyFloat_Unpack8(const unsigned char *p, int le);
#endif
/* [end] */
#define PyFloat_Check(op) PyObject_TypeCheck(op, &PyFloat_Type)
#define PyFloat_CheckExact(op) Py_IS_TYPE(op, &PyFloat_Type)
#define Py_RETURN_NAN return PyFloat_FromDouble(Py_NAN)
#define Py_RETURN_INF(sign) \
    do { if (copysign(1., sign) == 1.) return PyFloat_FromDouble(Py_HUGE_VAL); \
         return PyFloat_FromDouble(-Py_HUGE_VAL); } while (0)
#ifndef Py_LIMITED_API
#define PyFloat_AS_DOUBLE(op) (((PyFloatObject *)(op))->ob_fval)
#endif
#ifdef __cplusplus
}
#endif
#endif
