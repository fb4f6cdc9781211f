/* internal/pycore_accu.h: strings joined at the end. */
#ifndef Py_INTERNAL_ACCU_H
#define Py_INTERNAL_ACCU_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct _PyAccu] */
typedef struct {
    PyObject *large;
    PyObject *small;
} _PyAccu;
/* [end] */
/* [prototypes internal/pycore_accu.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _PyAccu_Accumulate(_PyAccu *acc, PyObject *unicode);
PyAPI_FUNC(void) _PyAccu_Destroy(_PyAccu *acc);
PyAPI_FUNC(PyObject *) _PyAccu_Finish(_PyAccu *acc);
PyAPI_FUNC(PyObject *) _PyAccu_FinishAsList(_PyAccu *acc);
PyAPI_FUNC(int) _PyAccu_Init(_PyAccu *acc);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
