/* internal/pycore_runtime.h: what the interpreters of a process share. */
#ifndef Py_INTERNAL_RUNTIME_H
#define Py_INTERNAL_RUNTIME_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pythread.h"
#include "pycore_atomic.h"
#include "pycore_gil.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [constants internal/pycore_runtime.h] */
#ifndef Py_LIMITED_API
#define NEXITFUNCS 32
#endif
/* [end] */
typedef struct _Py_AuditHookEntry _Py_AuditHookEntry;
typedef struct pyruntimestate _PyRuntimeState;
struct _xidregitem;
/* [struct struct _ceval_runtime_state] */
struct _ceval_runtime_state {
    _Py_atomic_int signals_pending;
    struct _gil_runtime_state gil;
};
/* [end] */
/* [struct struct _gilstate_runtime_state] */
struct _gilstate_runtime_state {
    int check_enabled;
    _Py_atomic_address tstate_current;
    PyInterpreterState *autoInterpreterState;
    Py_tss_t autoTSSkey;
};
/* [end] */
/* [struct _Py_AuditHookEntry _Py_AuditHookEntry] */
struct _Py_AuditHookEntry {
    struct _Py_AuditHookEntry *next;
    Py_AuditHookFunction hookCFunction;
    void *userData;
};
/* [end] */
/* [struct struct pyinterpreters] */
struct pyinterpreters {
    PyThread_type_lock mutex;
    PyInterpreterState *head;
    PyInterpreterState *main;
    int64_t next_id;
};
/* [end] */
/* [struct struct _xidregistry] */
struct _xidregistry {
    PyThread_type_lock mutex;
    struct _xidregitem *head;
};
/* [end] */
/* [struct _PyRuntimeState pyruntimestate] */
struct pyruntimestate {
    int preinitializing;
    int preinitialized;
    int core_initialized;
    int initialized;
    _Py_atomic_address _finalizing;
    struct pyinterpreters interpreters;
    struct _xidregistry xidregistry;
    long unsigned int main_thread;
    void (*exitfuncs[32])(void);
    int nexitfuncs;
    struct _ceval_runtime_state ceval;
    struct _gilstate_runtime_state gilstate;
    PyPreConfig preconfig;
    Py_OpenCodeHookFunction open_code_hook;
    void *open_code_userdata;
    _Py_AuditHookEntry *audit_hook_head;
};
/* [end] */

#define _PyRuntimeState_INIT {.preinitialized = 0, .core_initialized = 0, .initialized = 0}
/* [prototypes internal/pycore_runtime.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(_PyRuntimeState) _PyRuntime;
PyAPI_FUNC(void) _PyRuntimeState_Fini(_PyRuntimeState *runtime);
PyAPI_FUNC(PyStatus) _PyRuntimeState_Init(_PyRuntimeState *runtime);
PyAPI_FUNC(void) _PyRuntimeState_ReInitThreads(_PyRuntimeState *runtime);
PyAPI_FUNC(void) _PyRuntime_Finalize(void);
PyAPI_FUNC(PyStatus) _PyRuntime_Initialize(void);
#endif
/* [end] */

static inline PyThreadState *_PyRuntimeState_GetFinalizing(_PyRuntimeState *runtime)
{
    return (PyThreadState *)_Py_atomic_load_relaxed(&runtime->_finalizing);
}
static inline void _PyRuntimeState_SetFinalizing(_PyRuntimeState *runtime, PyThreadState *tstate)
{
    _Py_atomic_store_relaxed(&runtime->_finalizing, (uintptr_t)tstate);
}
#ifdef __cplusplus
}
#endif
#endif
