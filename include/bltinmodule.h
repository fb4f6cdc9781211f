/* bltinmodule.h: classes of the built-in functions. */
#ifndef Py_BLTINMODULE_H
#define Py_BLTINMODULE_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes bltinmodule.h] */
PyAPI_DATA(PyTypeObject) PyFilter_Type;
PyAPI_DATA(PyTypeObject) PyMap_Type;
PyAPI_DATA(PyTypeObject) PyZip_Type;
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
