/* internal/pycore_pymem.h: allocators and the state of tracemalloc. */
#ifndef Py_INTERNAL_PYMEM_H
#define Py_INTERNAL_PYMEM_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [constants internal/pycore_pymem.h] */
#ifndef Py_LIMITED_API
#define PYMEM_CLEANBYTE 205
#define PYMEM_DEADBYTE 221
#define PYMEM_FORBIDDENBYTE 253
#endif
/* [end] */

struct _PyTraceMalloc_Config {
    enum {
        TRACEMALLOC_NOT_INITIALIZED = 0,
        TRACEMALLOC_INITIALIZED,
        TRACEMALLOC_FINALIZED
    } initialized;
    int tracing;
    int max_nframe;
};
#define _PyTraceMalloc_Config_INIT {TRACEMALLOC_NOT_INITIALIZED, 0, 1}
/* Whether an address is one of the patterns that debug allocators write. */
static inline int _PyMem_IsPtrFreed(void *ptr)
{
    const uintptr_t ones = UINTPTR_MAX / 0xFF, value = (uintptr_t)ptr;
    return value == 0 || value == ones * PYMEM_CLEANBYTE || value == ones * PYMEM_DEADBYTE
        || value == ones * PYMEM_FORBIDDENBYTE;
}
/* [prototypes internal/pycore_pymem.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _PyMem_GetAllocatorName(const char *name, PyMemAllocatorName *allocator);
PyAPI_FUNC(int) _PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *old_alloc);
PyAPI_FUNC(int) _PyMem_SetupAllocators(PyMemAllocatorName allocator);
PyAPI_DATA(struct _PyTraceMalloc_Config) _Py_tracemalloc_config;
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
