/* context.h: context variables. */
#ifndef Py_CONTEXT_H
#define Py_CONTEXT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
typedef struct _pycontextobject PyContext;
typedef struct _pycontextvarobject PyContextVar;
typedef struct _pycontexttokenobject PyContextToken;
#define PyContext_CheckExact(o) Py_IS_TYPE(o, &PyContext_Type)
#define PyContextVar_CheckExact(o) Py_IS_TYPE(o, &PyContextVar_Type)
#define PyContextToken_CheckExact(o) Py_IS_TYPE(o, &PyContextToken_Type)
/* [prototypes context.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) PyContextToken_Type;
PyAPI_FUNC(int) PyContextVar_Get(PyObject *ovar, PyObject *def, PyObject **val);
PyAPI_FUNC(PyObject *) PyContextVar_New(const char *name, PyObject *def);
PyAPI_FUNC(int) PyContextVar_Reset(PyObject *ovar, PyObject *otok);
PyAPI_FUNC(PyObject *) PyContextVar_Set(PyObject *ovar, PyObject *val);
PyAPI_DATA(PyTypeObject) PyContextVar_Type;
PyAPI_FUNC(PyObject *) PyContext_Copy(PyObject *octx);
PyAPI_FUNC(PyObject *) PyContext_CopyCurrent(void);
PyAPI_FUNC(int) PyContext_Enter(PyObject *octx);
PyAPI_FUNC(int) PyContext_Exit(PyObject *octx);
PyAPI_FUNC(PyObject *) PyContext_New(void);
PyAPI_DATA(PyTypeObject) PyContext_Type;
PyAPI_FUNC(PyObject *) _PyContext_NewHamtForTests(void);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
