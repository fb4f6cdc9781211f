#ifndef Py_CPYTHON_SYSMODULE_H
#error "this header file must not be included directly"
#endif
typedef int (*Py_AuditHookFunction)(const char *, PyObject *, void *);
/* [prototypes cpython/sysmodule.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PySys_AddAuditHook(Py_AuditHookFunction hook, void *userData);
PyAPI_FUNC(int) PySys_Audit(const char *event, const char *argFormat, ...);
PyAPI_FUNC(PyObject *) _PySys_GetObjectId(_Py_Identifier *key);
PyAPI_FUNC(size_t) _PySys_GetSizeOf(PyObject *o);
PyAPI_FUNC(int) _PySys_SetObjectId(_Py_Identifier *key, PyObject *v);
#endif
/* [end] */
