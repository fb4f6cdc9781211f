#ifndef Py_CPYTHON_METHODOBJECT_H
#error "this header file must not be included directly"
#endif
/* [struct PyCFunctionObject] */
typedef struct {
    PyObject ob_base;
    PyMethodDef *m_ml;
    PyObject *m_self;
    PyObject *m_module;
    PyObject *m_weakreflist;
    vectorcallfunc vectorcall;
} PyCFunctionObject;
/* [end] */
typedef struct {
    PyCFunctionObject func;
    PyTypeObject *mm_class;
} PyCMethodObject;
#define PyCMethod_CheckExact(op) Py_IS_TYPE(op, &PyCMethod_Type)
#define PyCMethod_Check(op) PyObject_TypeCheck(op, &PyCMethod_Type)
#define PyCFunction_GET_FUNCTION(func) (((PyCFunctionObject *)func)->m_ml->ml_meth)
#define PyCFunction_GET_SELF(func) \
    (((PyCFunctionObject *)func)->m_ml->ml_flags & METH_STATIC ? NULL : ((PyCFunctionObject *)func)->m_self)
#define PyCFunction_GET_FLAGS(func) (((PyCFunctionObject *)func)->m_ml->ml_flags)
#define PyCFunction_GET_CLASS(func) \
    (((PyCFunctionObject *)func)->m_ml->ml_flags & METH_METHOD ? ((PyCMethodObject *)func)->mm_class : NULL)
/* [prototypes cpython/methodobject.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) PyCMethod_Type;
#endif
/* [end] */
