/* internal/pycore_code.h: what a code object remembers of global names. */
#ifndef Py_INTERNAL_CODE_H
#define Py_INTERNAL_CODE_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct _PyOpcache_LoadGlobal] */
typedef struct {
    PyObject *ptr;
    uint64_t globals_ver;
    uint64_t builtins_ver;
} _PyOpcache_LoadGlobal;
/* [end] */

struct _PyOpcache {
    union {
        _PyOpcache_LoadGlobal lg;
    } u;
    char optimized;
};
#ifdef __cplusplus
}
#endif
#endif
