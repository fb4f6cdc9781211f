#ifndef Py_CPYTHON_CODE_H
#error "this header file must not be included directly"
#endif
/* [constants cpython/code.h] */
#ifndef Py_LIMITED_API
#define CO_ASYNC_GENERATOR 512
#define CO_CELL_NOT_AN_ARG (-1)
#define CO_COROUTINE 128
#define CO_FUTURE_ABSOLUTE_IMPORT 262144
#define CO_FUTURE_ANNOTATIONS 16777216
#define CO_FUTURE_BARRY_AS_BDFL 4194304
#define CO_FUTURE_DIVISION 131072
#define CO_FUTURE_GENERATOR_STOP 8388608
#define CO_FUTURE_PRINT_FUNCTION 1048576
#define CO_FUTURE_UNICODE_LITERALS 2097152
#define CO_FUTURE_WITH_STATEMENT 524288
#define CO_GENERATOR 32
#define CO_ITERABLE_COROUTINE 256
#define CO_MAXBLOCKS 20
#define CO_NESTED 16
#define CO_NEWLOCALS 2
#define CO_NOFREE 64
#define CO_OPTIMIZED 1
#define CO_VARARGS 4
#define CO_VARKEYWORDS 8
#endif
/* [end] */
typedef uint16_t _Py_CODEUNIT;
#define _Py_OPCODE(word) ((word) & 255)
#define _Py_OPARG(word) ((word) >> 8)
typedef struct _PyOpcache _PyOpcache;
/* [struct PyCodeObject PyCodeObject] */
struct PyCodeObject {
    PyObject ob_base;
    int co_argcount;
    int co_posonlyargcount;
    int co_kwonlyargcount;
    int co_nlocals;
    int co_stacksize;
    int co_flags;
    int co_firstlineno;
    PyObject *co_code;
    PyObject *co_consts;
    PyObject *co_names;
    PyObject *co_varnames;
    PyObject *co_freevars;
    PyObject *co_cellvars;
    Py_ssize_t *co_cell2arg;
    PyObject *co_filename;
    PyObject *co_name;
    PyObject *co_lnotab;
    void *co_zombieframe;
    PyObject *co_weakreflist;
    void *co_extra;
    unsigned char *co_opcache_map;
    _PyOpcache *co_opcache;
    int co_opcache_flag;
    unsigned char co_opcache_size;
};
/* [end] */
#define PyCode_Check(op) Py_IS_TYPE(op, &PyCode_Type)
#define PyCode_GetNumFree(op) (PyTuple_GET_SIZE((op)->co_freevars))
typedef struct _addr_pair {
    int ap_lower;
    int ap_upper;
} PyAddrPair;
/* [prototypes cpython/code.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyCode_Addr2Line(PyCodeObject *co, int addrq);
PyAPI_FUNC(PyCodeObject *) PyCode_New(int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *name, int firstlineno, PyObject *lnotab);
PyAPI_FUNC(PyCodeObject *) PyCode_NewEmpty(const char *filename, const char *funcname, int firstlineno);
PyAPI_FUNC(PyCodeObject *) PyCode_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *name, int firstlineno, PyObject *lnotab);
PyAPI_FUNC(PyObject *) PyCode_Optimize(PyObject *code, PyObject *consts, PyObject *names, PyObject *lnotab_obj);
PyAPI_DATA(PyTypeObject) PyCode_Type;
PyAPI_FUNC(int) _PyCode_CheckLineNumber(PyCodeObject *co, int lasti, PyAddrPair *bounds);
PyAPI_FUNC(PyObject *) _PyCode_ConstantKey(PyObject *op);
PyAPI_FUNC(int) _PyCode_GetExtra(PyObject *code, Py_ssize_t index, void **extra);
PyAPI_FUNC(int) _PyCode_SetExtra(PyObject *code, Py_ssize_t index, void *extra);
#endif
/* [end] */
