/* traceback.h: tracebacks. */
#ifndef Py_TRACEBACK_H
#define Py_TRACEBACK_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes traceback.h] */
PyAPI_FUNC(int) PyTraceBack_Here(PyFrameObject *frame);
PyAPI_FUNC(int) PyTraceBack_Print(PyObject *v, PyObject *f);
PyAPI_DATA(PyTypeObject) PyTraceBack_Type;
/* [end] */
#define PyTraceBack_Check(v) Py_IS_TYPE(v, &PyTraceBack_Type)
#ifndef Py_LIMITED_API
#define Py_CPYTHON_TRACEBACK_H
#include "cpython/traceback.h"
#undef Py_CPYTHON_TRACEBACK_H
#endif
#ifdef __cplusplus
}
#endif
#endif
