/* internal/pycore_interp.h: an interpreter. */
#ifndef Py_INTERNAL_INTERP_H
#define Py_INTERNAL_INTERP_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pythread.h"
#include "pycore_atomic.h"
#include "pycore_gil.h"
#include "pycore_gc.h"
#include "pycore_warnings.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [constants internal/pycore_interp.h] */
#ifndef Py_LIMITED_API
#define NPENDINGCALLS 32
#define _PY_NSMALLNEGINTS 5
#define _PY_NSMALLPOSINTS 257
#endif
/* [end] */

struct pyruntimestate;
struct _pending_calls {
    PyThread_type_lock lock;
    _Py_atomic_int calls_to_do;
    int async_exc;
    struct {
        int (*func)(void *);
        void *arg;
    } calls[NPENDINGCALLS];
    int first;
    int last;
};
/* [struct struct _ceval_state] */
struct _ceval_state {
    int recursion_limit;
    int tracing_possible;
    _Py_atomic_int eval_breaker;
    _Py_atomic_int gil_drop_request;
    struct _pending_calls pending;
};
/* [end] */
/* [struct struct _Py_unicode_fs_codec] */
struct _Py_unicode_fs_codec {
    char *encoding;
    int utf8;
    char *errors;
    _Py_error_handler error_handler;
};
/* [end] */
/* [struct struct _Py_unicode_state] */
struct _Py_unicode_state {
    struct _Py_unicode_fs_codec fs_codec;
};
/* [end] */
/* [struct PyInterpreterState _is] */
struct _is {
    struct _is *next;
    struct _ts *tstate_head;
    struct pyruntimestate *runtime;
    int64_t id;
    int64_t id_refcount;
    int requires_idref;
    PyThread_type_lock id_mutex;
    int finalizing;
    struct _ceval_state ceval;
    struct _gc_runtime_state gc;
    PyObject *modules;
    PyObject *modules_by_index;
    PyObject *sysdict;
    PyObject *builtins;
    PyObject *importlib;
    long int num_threads;
    size_t pythread_stacksize;
    PyObject *codec_search_path;
    PyObject *codec_search_cache;
    PyObject *codec_error_registry;
    int codecs_initialized;
    struct _Py_unicode_state unicode;
    PyConfig config;
    int dlopenflags;
    PyObject *dict;
    PyObject *builtins_copy;
    PyObject *import_func;
    _PyFrameEvalFunction eval_frame;
    Py_ssize_t co_extra_user_count;
    freefunc co_extra_freefuncs[255];
    PyObject *before_forkers;
    PyObject *after_forkers_parent;
    PyObject *after_forkers_child;
    void (*pyexitfunc)(PyObject *);
    PyObject *pyexitmodule;
    uint64_t tstate_next_unique_id;
    struct _warnings_runtime_state warnings;
    PyObject *audit_hooks;
    struct {
        struct {
            int level;
            int atbol;
        } listnode;
    } parser;
    PyLongObject *small_ints[262];
    int int_max_str_digits;
};
/* [end] */
/* [struct struct _xidregitem] */
struct _xidregitem {
    PyTypeObject *cls;
    crossinterpdatafunc getdata;
    struct _xidregitem *next;
};
/* [end] */
/* [prototypes internal/pycore_interp.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyInterpreterState_IDDecref(PyInterpreterState *interp);
PyAPI_FUNC(void) _PyInterpreterState_IDIncref(PyInterpreterState *interp);
PyAPI_FUNC(int) _PyInterpreterState_IDInitref(PyInterpreterState *interp);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpID(int64_t requested_id);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
