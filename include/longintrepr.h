/* longintrepr.h: the digits of an int, 30 bits each, least first; the size has the sign. */
#ifndef Py_LONGINTREPR_H
#define Py_LONGINTREPR_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
typedef uint32_t digit;
typedef int32_t sdigit;
typedef uint64_t twodigits;
typedef int64_t stwodigits;
/* [constants longintrepr.h] */
#ifndef Py_LIMITED_API
#define PyLong_BASE 1073741824
#define PyLong_MASK 1073741823
#define PyLong_SHIFT 30
#define _PyLong_DECIMAL_BASE 1000000000
#define _PyLong_DECIMAL_SHIFT 9
#endif
/* [end] */
/* [struct PyLongObject _longobject] */
struct _longobject {
    PyVarObject ob_base;
    digit ob_digit[1];
};
/* [end] */
/* [prototypes longintrepr.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _PyLong_Copy(PyLongObject *src);
PyAPI_FUNC(PyLongObject *) _PyLong_New(Py_ssize_t size);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
