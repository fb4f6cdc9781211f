/* classobject.h: bound methods. */
#ifndef Py_CLASSOBJECT_H
#define Py_CLASSOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [struct PyMethodObject] */
typedef struct {
    PyObject ob_base;
    PyObject *im_func;
    PyObject *im_self;
    PyObject *im_weakreflist;
    vectorcallfunc vectorcall;
} PyMethodObject;
/* [end] */
/* [struct PyInstanceMethodObject] */
typedef struct {
    PyObject ob_base;
    PyObject *func;
} PyInstanceMethodObject;
/* [end] */
/* [prototypes classobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyInstanceMethod_Function(PyObject *im);
PyAPI_FUNC(PyObject *) PyInstanceMethod_New(PyObject *func);
PyAPI_DATA(PyTypeObject) PyInstanceMethod_Type;
PyAPI_FUNC(PyObject *) PyMethod_Function(PyObject *im);
PyAPI_FUNC(PyObject *) PyMethod_New(PyObject *func, PyObject *self);
PyAPI_FUNC(PyObject *) PyMethod_Self(PyObject *im);
PyAPI_DATA(PyTypeObject) PyMethod_Type;
#endif
/* [end] */
#define PyMethod_Check(op) Py_IS_TYPE(op, &PyMethod_Type)
#define PyMethod_GET_FUNCTION(meth) (((PyMethodObject *)meth)->im_func)
#define PyMethod_GET_SELF(meth) (((PyMethodObject *)meth)->im_self)
#define PyInstanceMethod_Check(op) Py_IS_TYPE(op, &PyInstanceMethod_Type)
#define PyInstanceMethod_GET_FUNCTION(meth) (((PyInstanceMethodObject *)meth)->func)
#endif
#ifdef __cplusplus
}
#endif
#endif
