#ifndef Py_CPYTHON_FILEOBJECT_H
#error "this header file must not be included directly"
#endif
typedef PyObject *(*Py_OpenCodeHookFunction)(PyObject *, void *);
/* [prototypes cpython/fileobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyFile_NewStdPrinter(int fd);
PyAPI_FUNC(PyObject *) PyFile_OpenCode(const char *utf8path);
PyAPI_FUNC(PyObject *) PyFile_OpenCodeObject(PyObject *path);
PyAPI_FUNC(int) PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void *userData);
PyAPI_DATA(PyTypeObject) PyStdPrinter_Type;
PyAPI_FUNC(char *) Py_UniversalNewlineFgets(char *buf, int n, FILE *stream, PyObject *fobj);
#endif
/* [end] */
