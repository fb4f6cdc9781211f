/* namespaceobject.h: types.SimpleNamespace. */
#ifndef Py_NAMESPACEOBJECT_H
#define Py_NAMESPACEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [prototypes namespaceobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _PyNamespace_New(PyObject *kwds);
PyAPI_DATA(PyTypeObject) _PyNamespace_Type;
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
