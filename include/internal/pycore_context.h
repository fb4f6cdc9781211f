/* internal/pycore_context.h: contexts and their variables. */
#ifndef Py_INTERNAL_CONTEXT_H
#define Py_INTERNAL_CONTEXT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pycore_hamt.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [struct PyContext _pycontextobject] */
struct _pycontextobject {
    PyObject ob_base;
    PyContext *ctx_prev;
    PyHamtObject *ctx_vars;
    PyObject *ctx_weakreflist;
    int ctx_entered;
};
/* [end] */
/* [struct PyContextVar _pycontextvarobject] */
struct _pycontextvarobject {
    PyObject ob_base;
    PyObject *var_name;
    PyObject *var_default;
    PyObject *var_cached;
    uint64_t var_cached_tsid;
    uint64_t var_cached_tsver;
    Py_hash_t var_hash;
};
/* [end] */
/* [struct PyContextToken _pycontexttokenobject] */
struct _pycontexttokenobject {
    PyObject ob_base;
    PyContext *tok_ctx;
    PyContextVar *tok_var;
    PyObject *tok_oldval;
    int tok_used;
};
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
