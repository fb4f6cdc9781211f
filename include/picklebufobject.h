/* picklebufobject.h: pickle.PickleBuffer. */
#ifndef Py_PICKLEBUFOBJECT_H
#define Py_PICKLEBUFOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [prototypes picklebufobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyPickleBuffer_FromObject(PyObject *base);
PyAPI_FUNC(const Py_buffer *) PyPickleBuffer_GetBuffer(PyObject *obj);
PyAPI_FUNC(int) PyPickleBuffer_Release(PyObject *obj);
PyAPI_DATA(PyTypeObject) PyPickleBuffer_Type;
#endif
/* [end] */
#define PyPickleBuffer_Check(op) Py_IS_TYPE(op, &PyPickleBuffer_Type)
#endif
#ifdef __cplusplus
}
#endif
#endif
