#ifndef Py_CPYTHON_FRAMEOBJECT_H
#error "this header file must not be included directly"
#endif
/* [struct PyTryBlock] */
typedef struct {
    int b_type;
    int b_handler;
    int b_level;
} PyTryBlock;
/* [end] */
/* [struct PyFrameObject _frame] */
struct _frame {
    PyVarObject ob_base;
    struct _frame *f_back;
    PyCodeObject *f_code;
    PyObject *f_builtins;
    PyObject *f_globals;
    PyObject *f_locals;
    PyObject **f_valuestack;
    PyObject **f_stacktop;
    PyObject *f_trace;
    char f_trace_lines;
    char f_trace_opcodes;
    PyObject *f_gen;
    int f_lasti;
    int f_lineno;
    int f_iblock;
    char f_executing;
    PyTryBlock f_blockstack[20];
    PyObject *f_localsplus[1];
};
/* [end] */
/* [prototypes cpython/frameobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyTryBlock *) PyFrame_BlockPop(PyFrameObject *f);
PyAPI_FUNC(void) PyFrame_BlockSetup(PyFrameObject *f, int type, int handler, int level);
PyAPI_FUNC(void) PyFrame_FastToLocals(PyFrameObject *f);
PyAPI_FUNC(int) PyFrame_FastToLocalsWithError(PyFrameObject *f);
PyAPI_FUNC(PyFrameObject *) PyFrame_GetBack(PyFrameObject *frame);
PyAPI_FUNC(void) PyFrame_LocalsToFast(PyFrameObject *f, int clear);
PyAPI_FUNC(PyFrameObject *) PyFrame_New(PyThreadState *tstate, PyCodeObject *code, PyObject *globals, PyObject *locals);
PyAPI_DATA(PyTypeObject) PyFrame_Type;
PyAPI_FUNC(void) _PyFrame_DebugMallocStats(FILE *out);
#endif
/* [end] */
#define PyFrame_Check(op) Py_IS_TYPE(op, &PyFrame_Type)
