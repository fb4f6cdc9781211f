#ifndef Py_CPYTHON_TRACEBACK_H
#error "this header file must not be included directly"
#endif
/* [struct PyTracebackObject _traceback] */
struct _traceback {
    PyObject ob_base;
    struct _traceback *tb_next;
    PyFrameObject *tb_frame;
    int tb_lasti;
    int tb_lineno;
};
/* [end] */
typedef struct _traceback PyTracebackObject;
/* [prototypes cpython/traceback.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyTraceback_Add(const char *funcname, const char *filename, int lineno);
PyAPI_FUNC(int) _Py_DisplaySourceLine(PyObject *f, PyObject *filename, int lineno, int indent);
#endif
/* [end] */
