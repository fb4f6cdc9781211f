/* internal/pycore_condvar.h: condition variables of the platform. */
#ifndef Py_INTERNAL_CONDVAR_H
#define Py_INTERNAL_CONDVAR_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include <pthread.h>
#ifdef __cplusplus
extern "C" {
#endif
#define Py_HAVE_CONDVAR
#define PyMUTEX_T pthread_mutex_t
#define PyCOND_T pthread_cond_t
#ifdef __cplusplus
}
#endif
#endif
