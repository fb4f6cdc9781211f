/* pythread.h: threads, locks and thread-local storage. */
#ifndef Py_PYTHREAD_H
#define Py_PYTHREAD_H
#ifdef __cplusplus
extern "C" {
#endif
typedef void *PyThread_type_lock;
typedef void *PyThread_type_sema;
typedef enum PyLockStatus { PY_LOCK_FAILURE = 0, PY_LOCK_ACQUIRED = 1, PY_LOCK_INTR } PyLockStatus;
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
#define PY_TIMEOUT_T long long
#define PY_HAVE_THREAD_NATIVE_ID
#include <pthread.h>
#define NATIVE_TSS_KEY_T pthread_key_t
/* [constants pythread.h] */
#define NOWAIT_LOCK 0
#define PY_TIMEOUT_MAX 9223372036854775L
#define WAIT_LOCK 1
/* [end] */
/* Thread-local storage; static keys start as Py_tss_NEEDS_INIT. */
typedef struct _Py_tss_t Py_tss_t;
#ifndef Py_LIMITED_API
struct _Py_tss_t {
    int _is_initialized;
    NATIVE_TSS_KEY_T _key;
};
#define Py_tss_NEEDS_INIT {0}
#endif
/* [prototypes pythread.h] */
PyAPI_FUNC(void) PyThread_ReInitTLS(void);
PyAPI_FUNC(int) PyThread_acquire_lock(PyThread_type_lock lock, int waitflag);
PyAPI_FUNC(PyLockStatus) PyThread_acquire_lock_timed(PyThread_type_lock lock, long long int microseconds, int intr_flag);
PyAPI_FUNC(PyThread_type_lock) PyThread_allocate_lock(void);
PyAPI_FUNC(int) PyThread_create_key(void);
PyAPI_FUNC(void) PyThread_delete_key(int key);
PyAPI_FUNC(void) PyThread_delete_key_value(int key);
PyAPI_FUNC(void) PyThread_exit_thread(void);
PyAPI_FUNC(void) PyThread_free_lock(PyThread_type_lock lock);
PyAPI_FUNC(void *) PyThread_get_key_value(int key);
PyAPI_FUNC(size_t) PyThread_get_stacksize(void);
PyAPI_FUNC(long unsigned int) PyThread_get_thread_ident(void);
PyAPI_FUNC(long unsigned int) PyThread_get_thread_native_id(void);
PyAPI_FUNC(void) PyThread_init_thread(void);
PyAPI_FUNC(void) PyThread_release_lock(PyThread_type_lock lock);
PyAPI_FUNC(int) PyThread_set_key_value(int key, void *value);
PyAPI_FUNC(int) PyThread_set_stacksize(size_t size);
PyAPI_FUNC(long unsigned int) PyThread_start_new_thread(void (*func)(void *), void *arg);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
PyAPI_FUNC(PyObject *) PyThread_GetInfo(void);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
PyAPI_FUNC(Py_tss_t *) PyThread_tss_alloc(void);
PyAPI_FUNC(int) PyThread_tss_create(Py_tss_t *key);
PyAPI_FUNC(void) PyThread_tss_delete(Py_tss_t *key);
PyAPI_FUNC(void) PyThread_tss_free(Py_tss_t *key);
PyAPI_FUNC(void *) PyThread_tss_get(Py_tss_t *key);
PyAPI_FUNC(int) PyThread_tss_is_created(Py_tss_t *key);
PyAPI_FUNC(int) PyThread_tss_set(Py_tss_t *key, void *value);
#endif
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _PyThread_at_fork_reinit(PyThread_type_lock *lock);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
