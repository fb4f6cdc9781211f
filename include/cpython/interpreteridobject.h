#ifndef Py_CPYTHON_INTERPRETERIDOBJECT_H
#error "this header file must not be included directly"
#endif
/* [prototypes cpython/interpreteridobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterID_LookUp(PyObject *requested_id);
PyAPI_FUNC(PyObject *) _PyInterpreterID_New(int64_t id);
PyAPI_DATA(PyTypeObject) _PyInterpreterID_Type;
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetIDObject(PyInterpreterState *interp);
#endif
/* [end] */
