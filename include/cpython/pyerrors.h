#ifndef Py_CPYTHON_ERRORS_H
#error "this header file must not be included directly"
#endif
/* [struct PyBaseExceptionObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
} PyBaseExceptionObject;
/* [end] */
/* [struct PySyntaxErrorObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *msg;
    PyObject *filename;
    PyObject *lineno;
    PyObject *offset;
    PyObject *text;
    PyObject *print_file_and_line;
} PySyntaxErrorObject;
/* [end] */
/* [struct PyImportErrorObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *msg;
    PyObject *name;
    PyObject *path;
} PyImportErrorObject;
/* [end] */
/* [struct PyUnicodeErrorObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *encoding;
    PyObject *object;
    Py_ssize_t start;
    Py_ssize_t end;
    PyObject *reason;
} PyUnicodeErrorObject;
/* [end] */
/* [struct PySystemExitObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *code;
} PySystemExitObject;
/* [end] */
/* [struct PyOSErrorObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *myerrno;
    PyObject *strerror;
    PyObject *filename;
    PyObject *filename2;
    Py_ssize_t written;
} PyOSErrorObject;
/* [end] */
/* [struct PyStopIterationObject] */
typedef struct {
    PyObject ob_base;
    PyObject *dict;
    PyObject *args;
    PyObject *traceback;
    PyObject *context;
    PyObject *cause;
    char suppress_context;
    PyObject *value;
} PyStopIterationObject;
/* [end] */
#define PyException_HEAD \
    PyObject_HEAD PyObject *dict; PyObject *args; PyObject *traceback; PyObject *context; PyObject *cause; \
    char suppress_context;
typedef PyOSErrorObject PyEnvironmentErrorObject;
#define _PyErr_OCCURRED() (PyThreadState_GET()->curexc_type)
/* [prototypes cpython/pyerrors.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyErr_ProgramTextObject(PyObject *filename, int lineno);
PyAPI_FUNC(void) PyErr_SyntaxLocationObject(PyObject *filename, int lineno, int col_offset);
PyAPI_FUNC(PyObject *) PyUnicodeEncodeError_Create(const char *encoding, const Py_UNICODE *object, Py_ssize_t length, Py_ssize_t start, Py_ssize_t end, const char *reason);
PyAPI_FUNC(PyObject *) PyUnicodeTranslateError_Create(const Py_UNICODE *object, Py_ssize_t length, Py_ssize_t start, Py_ssize_t end, const char *reason);
PyAPI_FUNC(void) _PyErr_ChainExceptions(PyObject *exc, PyObject *val, PyObject *tb);
PyAPI_FUNC(int) _PyErr_CheckSignals(void);
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *exception, const char *format, ...);
PyAPI_FUNC(void) _PyErr_GetExcInfo(PyThreadState *tstate, PyObject **p_type, PyObject **p_value, PyObject **p_traceback);
PyAPI_FUNC(_PyErr_StackItem *) _PyErr_GetTopmostException(PyThreadState *tstate);
PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *arg);
PyAPI_FUNC(PyObject *) _PyErr_TrySetFromCause(const char *format, ...);
PyAPI_FUNC(void) _PyErr_WriteUnraisableMsg(const char *err_msg_str, PyObject *obj);
PyAPI_FUNC(PyObject *) _PyUnicodeTranslateError_Create(PyObject *object, Py_ssize_t start, Py_ssize_t end, const char *reason);
PyAPI_FUNC(void) _Py_FatalErrorFormat(const char *func, const char *format, ...);
PyAPI_FUNC(void) _Py_FatalErrorFunc(const char *func, const char *msg);
#endif
/* [end] */
