/* internal/pycore_pylifecycle.h: start and end. */
#ifndef Py_INTERNAL_PYLIFECYCLE_H
#define Py_INTERNAL_PYLIFECYCLE_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pycore_initconfig.h"
#include "pycore_runtime.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pycore_pylifecycle.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyErr_Display(PyObject *file, PyObject *exception, PyObject *value, PyObject *tb);
PyAPI_FUNC(void) _PyErr_Print(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_DeleteCurrent(PyThreadState *tstate);
PyAPI_FUNC(void) _Py_ClearStandardStreamEncoding(void);
PyAPI_FUNC(int) _Py_HandleSystemExit(int *exitcode_p);
PyAPI_FUNC(int) _Py_IsLocaleCoercionTarget(const char *ctype_loc);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromConfig(const PyConfig *config, const _PyArgv *args);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromPyArgv(const PyPreConfig *src_config, const _PyArgv *args);
PyAPI_DATA(int) _Py_UnhandledKeyboardInterrupt;
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
