#ifndef Py_CPYTHON_CEVAL_H
#error "this header file must not be included directly"
#endif
/* For code that must go on in spite of deep recursion. */
#define Py_ALLOW_RECURSION do { unsigned char _old = PyThreadState_GET()->recursion_critical; \
    PyThreadState_GET()->recursion_critical = 1;
#define Py_END_ALLOW_RECURSION PyThreadState_GET()->recursion_critical = _old; } while (0);
/* [prototypes cpython/ceval.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyEval_MergeCompilerFlags(PyCompilerFlags *cf);
PyAPI_FUNC(void) PyEval_SetProfile(Py_tracefunc func, PyObject *arg);
PyAPI_FUNC(void) PyEval_SetTrace(Py_tracefunc func, PyObject *arg);
PyAPI_FUNC(PyObject *) _PyEval_EvalFrameDefault(PyThreadState *tstate, PyFrameObject *f, int throwflag);
PyAPI_FUNC(PyObject *) _PyEval_GetAsyncGenFinalizer(void);
PyAPI_FUNC(PyObject *) _PyEval_GetAsyncGenFirstiter(void);
PyAPI_FUNC(PyObject *) _PyEval_GetBuiltinId(_Py_Identifier *name);
PyAPI_FUNC(int) _PyEval_GetCoroutineOriginTrackingDepth(void);
PyAPI_FUNC(long unsigned int) _PyEval_GetSwitchInterval(void);
PyAPI_FUNC(Py_ssize_t) _PyEval_RequestCodeExtraIndex(freefunc free);
PyAPI_FUNC(int) _PyEval_SetAsyncGenFinalizer(PyObject *finalizer);
PyAPI_FUNC(int) _PyEval_SetAsyncGenFirstiter(PyObject *firstiter);
PyAPI_FUNC(int) _PyEval_SetProfile(PyThreadState *tstate, Py_tracefunc func, PyObject *arg);
PyAPI_FUNC(void) _PyEval_SetSwitchInterval(long unsigned int microseconds);
PyAPI_FUNC(int) _PyEval_SetTrace(PyThreadState *tstate, Py_tracefunc func, PyObject *arg);
PyAPI_FUNC(int) _PyEval_SliceIndex(PyObject *v, Py_ssize_t *pi);
PyAPI_FUNC(int) _PyEval_SliceIndexNotNone(PyObject *v, Py_ssize_t *pi);
#endif
/* [end] */
