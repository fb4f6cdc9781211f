/* genobject.h: generators, coroutines and asynchronous generators. */
#ifndef Py_GENOBJECT_H
#define Py_GENOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#include "pystate.h"
/* [struct PyGenObject] */
typedef struct {
    PyObject ob_base;
    PyFrameObject *gi_frame;
    char gi_running;
    PyObject *gi_code;
    PyObject *gi_weakreflist;
    PyObject *gi_name;
    PyObject *gi_qualname;
    _PyErr_StackItem gi_exc_state;
} PyGenObject;
/* [end] */
/* [struct PyCoroObject] */
typedef struct {
    PyObject ob_base;
    PyFrameObject *cr_frame;
    char cr_running;
    PyObject *cr_code;
    PyObject *cr_weakreflist;
    PyObject *cr_name;
    PyObject *cr_qualname;
    _PyErr_StackItem cr_exc_state;
    PyObject *cr_origin;
} PyCoroObject;
/* [end] */
/* [struct PyAsyncGenObject] */
typedef struct {
    PyObject ob_base;
    PyFrameObject *ag_frame;
    char ag_running;
    PyObject *ag_code;
    PyObject *ag_weakreflist;
    PyObject *ag_name;
    PyObject *ag_qualname;
    _PyErr_StackItem ag_exc_state;
    PyObject *ag_finalizer;
    int ag_hooks_inited;
    int ag_closed;
    int ag_running_async;
} PyAsyncGenObject;
/* [end] */
/* [prototypes genobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyAsyncGen_New(PyFrameObject *f, PyObject *name, PyObject *qualname);
PyAPI_DATA(PyTypeObject) PyAsyncGen_Type;
PyAPI_FUNC(PyObject *) PyCoro_New(PyFrameObject *f, PyObject *name, PyObject *qualname);
PyAPI_DATA(PyTypeObject) PyCoro_Type;
PyAPI_FUNC(PyObject *) PyGen_New(PyFrameObject *f);
PyAPI_FUNC(PyObject *) PyGen_NewWithQualName(PyFrameObject *f, PyObject *name, PyObject *qualname);
PyAPI_DATA(PyTypeObject) PyGen_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenASend_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenAThrow_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenWrappedValue_Type;
PyAPI_DATA(PyTypeObject) _PyCoroWrapper_Type;
PyAPI_FUNC(int) _PyGen_FetchStopIterationValue(PyObject **pvalue);
PyAPI_FUNC(void) _PyGen_Finalize(PyObject *self);
PyAPI_FUNC(PyObject *) _PyGen_Send(PyGenObject *gen, PyObject *arg);
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *value);
#endif
/* [end] */
#define PyGen_Check(op) PyObject_TypeCheck(op, &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE(op, &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE(op, &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE(op, &PyAsyncGen_Type)
#endif
#ifdef __cplusplus
}
#endif
#endif
