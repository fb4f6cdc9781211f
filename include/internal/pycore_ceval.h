/* internal/pycore_ceval.h: recursion, pending calls and frames. */
#ifndef Py_INTERNAL_CEVAL_H
#define Py_INTERNAL_CEVAL_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "pycore_interp.h"
#include "pycore_pystate.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pycore_ceval.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _PyEval_AddPendingCall(PyInterpreterState *interp, int (*func)(void *), void *arg);
PyAPI_FUNC(void) _PyEval_SetCoroutineOriginTrackingDepth(PyThreadState *tstate, int new_depth);
PyAPI_FUNC(void) _PyEval_SignalAsyncExc(PyThreadState *tstate);
PyAPI_FUNC(void) _PyEval_SignalReceived(PyInterpreterState *interp);
PyAPI_DATA(int) _Py_CheckRecursionLimit;
PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *tstate, const char *where);
#endif
/* [end] */

static inline PyObject *_PyEval_EvalFrame(PyThreadState *tstate, PyFrameObject *f, int throwflag)
{
    return tstate->interp->eval_frame(tstate, f, throwflag);
}
static inline int _Py_EnterRecursiveCall(PyThreadState *tstate, const char *where)
{
    return ++tstate->recursion_depth > tstate->interp->ceval.recursion_limit
        && _Py_CheckRecursiveCall(tstate, where);
}
static inline int _Py_EnterRecursiveCall_inline(const char *where)
{
    return _Py_EnterRecursiveCall(_PyThreadState_GET(), where);
}
/* Where a thread that has gone over the limit counts as recovered. */
static inline int _Py_RecursionLimitLowerWaterMark(int limit)
{
    return limit > 200 ? limit - 50 : 3 * (limit >> 2);
}
static inline void _Py_LeaveRecursiveCall(PyThreadState *tstate)
{
    tstate->recursion_depth--;
    if (tstate->recursion_depth < _Py_RecursionLimitLowerWaterMark(tstate->interp->ceval.recursion_limit)) {
        tstate->overflowed = 0;
    }
}
static inline void _Py_LeaveRecursiveCall_inline(void)
{
    _Py_LeaveRecursiveCall(_PyThreadState_GET());
}
#define Py_EnterRecursiveCall(where) _Py_EnterRecursiveCall_inline(where)
#define Py_LeaveRecursiveCall() _Py_LeaveRecursiveCall_inline()
#ifdef __cplusplus
}
#endif
#endif
