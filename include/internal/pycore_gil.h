/* internal/pycore_gil.h: the lock that the running thread holds. */
#ifndef Py_INTERNAL_GIL_H
#define Py_INTERNAL_GIL_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pycore_atomic.h"
#include "pycore_condvar.h"
#ifdef __cplusplus
extern "C" {
#endif
#define FORCE_SWITCHING
/* [struct struct _gil_runtime_state] */
struct _gil_runtime_state {
    long unsigned int interval;
    _Py_atomic_address last_holder;
    _Py_atomic_int locked;
    long unsigned int switch_number;
    pthread_cond_t cond;
    pthread_mutex_t mutex;
    pthread_cond_t switch_cond;
    pthread_mutex_t switch_mutex;
};
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
