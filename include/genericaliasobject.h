/* genericaliasobject.h: list[int] and the like. */
#ifndef Py_GENERICALIASOBJECT_H
#define Py_GENERICALIASOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes genericaliasobject.h] */
PyAPI_FUNC(PyObject *) Py_GenericAlias(PyObject *origin, PyObject *args);
PyAPI_DATA(PyTypeObject) Py_GenericAliasType;
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
