/* pytypedefs.h: names of the structs that several headers use. */
#ifndef Py_PYTYPEDEFS_H
#define Py_PYTYPEDEFS_H
typedef struct _object PyObject;
typedef struct _typeobject PyTypeObject;
typedef struct _longobject PyLongObject;
typedef struct PyCodeObject PyCodeObject;
typedef struct _frame PyFrameObject;
typedef struct _ts PyThreadState;
typedef struct _is PyInterpreterState;
typedef struct PyMemberDef PyMemberDef;
typedef struct PyMethodDef PyMethodDef;
typedef struct PyGetSetDef PyGetSetDef;
typedef struct PyModuleDef PyModuleDef;
typedef struct _node node;
#ifndef Py_LIMITED_API
typedef struct _arena PyArena;
typedef struct _mod *mod_ty;
typedef struct _expr *expr_ty;
typedef struct PyConfig PyConfig;
#endif
#endif
