/* iterobject.h: iterators over sequences and calls. */
#ifndef Py_ITEROBJECT_H
#define Py_ITEROBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes iterobject.h] */
PyAPI_FUNC(PyObject *) PyCallIter_New(PyObject *callable, PyObject *sentinel);
PyAPI_DATA(PyTypeObject) PyCallIter_Type;
PyAPI_FUNC(PyObject *) PySeqIter_New(PyObject *seq);
PyAPI_DATA(PyTypeObject) PySeqIter_Type;
/* [end] */
#define PySeqIter_Check(op) Py_IS_TYPE(op, &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE(op, &PyCallIter_Type)
#ifdef __cplusplus
}
#endif
#endif
