#ifndef Py_CPYTHON_IMPORT_H
#error "this header file must not be included directly"
#endif
struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};
struct _frozen {
    const char *name;
    const unsigned char *code;
    int size;
};
/* [prototypes cpython/import.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyImport_ExtendInittab(struct _inittab *newtab);
PyAPI_DATA(const struct _frozen *) PyImport_FrozenModules;
PyAPI_DATA(struct _inittab *) PyImport_Inittab;
PyAPI_FUNC(PyObject *) PyInit__imp(void);
PyAPI_FUNC(void) _PyImport_AcquireLock(void);
PyAPI_FUNC(PyObject *) _PyImport_FindExtensionObject(PyObject *name, PyObject *filename);
PyAPI_FUNC(int) _PyImport_FixupBuiltin(PyObject *mod, const char *name, PyObject *modules);
PyAPI_FUNC(int) _PyImport_FixupExtensionObject(PyObject *mod, PyObject *name, PyObject *filename, PyObject *modules);
PyAPI_FUNC(PyObject *) _PyImport_GetModuleId(struct _Py_Identifier *nameid);
PyAPI_FUNC(int) _PyImport_IsInitialized(PyInterpreterState *interp);
PyAPI_FUNC(int) _PyImport_ReleaseLock(void);
PyAPI_FUNC(int) _PyImport_SetModule(PyObject *name, PyObject *m);
PyAPI_FUNC(int) _PyImport_SetModuleString(const char *name, PyObject *m);
#endif
/* [end] */
