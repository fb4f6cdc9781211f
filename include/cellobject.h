/* cellobject.h: the variables of closures. */
#ifndef Py_CELLOBJECT_H
#define Py_CELLOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [struct PyCellObject] */
typedef struct {
    PyObject ob_base;
    PyObject *ob_ref;
} PyCellObject;
/* [end] */
/* [prototypes cellobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyCell_Get(PyObject *op);
PyAPI_FUNC(PyObject *) PyCell_New(PyObject *obj);
PyAPI_FUNC(int) PyCell_Set(PyObject *op, PyObject *obj);
PyAPI_DATA(PyTypeObject) PyCell_Type;
#endif
/* [end] */
#define PyCell_Check(op) Py_IS_TYPE(op, &PyCell_Type)
#define PyCell_GET(op) (((PyCellObject *)(op))->ob_ref)
#define PyCell_SET(op, v) ((void)(((PyCellObject *)(op))->ob_ref = v))
#endif
#ifdef __cplusplus
}
#endif
#endif
