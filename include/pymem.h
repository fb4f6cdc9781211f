/* pymem.h: memory allocation. Each block is freed in the domain (raw, mem, object) that it came from. */
#ifndef Py_PYMEM_H
#define Py_PYMEM_H
#include "pyport.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes pymem.h] */
PyAPI_FUNC(void) PyMem_Free(void *ptr);
PyAPI_FUNC(void *) PyMem_Malloc(size_t size);
PyAPI_FUNC(void *) PyMem_Realloc(void *ptr, size_t new_size);
/* [end] */

/* Arrays of a type; PyMem_Resize leaves NULL in the variable when it fails. */
#define PyMem_New(type, n) \
    (((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) ? NULL : ((type *) PyMem_Malloc((n) * sizeof(type))))
#define PyMem_NEW(type, n) \
    (((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) ? NULL : ((type *) PyMem_MALLOC((n) * sizeof(type))))
#define PyMem_Resize(p, type, n) \
    ((p) = ((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) ? NULL : (type *) PyMem_Realloc((p), (n) * sizeof(type)))
#define PyMem_RESIZE(p, type, n) \
    ((p) = ((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) ? NULL : (type *) PyMem_REALLOC((p), (n) * sizeof(type)))
#define PyMem_MALLOC(n) PyMem_Malloc(n)
#define PyMem_REALLOC(p, n) PyMem_Realloc(p, n)
#define PyMem_FREE(p) PyMem_Free(p)
#define PyMem_Del PyMem_Free
#define PyMem_DEL PyMem_FREE

#ifndef Py_LIMITED_API
#define Py_CPYTHON_PYMEM_H
#include "cpython/pymem.h"
#undef Py_CPYTHON_PYMEM_H
#endif
#ifdef __cplusplus
}
#endif
#endif
