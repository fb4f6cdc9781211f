/* internal/pycore_*.h: what profilers and compilers of Python read and write in place of calling functions. */
#define Py_BUILD_CORE
#include "harness.h"
#include <internal/pycore_ceval.h>
#include <internal/pycore_context.h>
#include <internal/pycore_gc.h>
#include <internal/pycore_hashtable.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_object.h>
#include <internal/pycore_pyerrors.h>
#include <internal/pycore_pymem.h>
#include <internal/pycore_pystate.h>
#include <internal/pycore_runtime.h>

SECTION(runtime_state)
{
    PyThreadState *tstate = PyThreadState_Get();
    PyInterpreterState *interp = PyInterpreterState_Get();
    say("thread %d, interpreter %d", _PyThreadState_GET() == tstate, _PyInterpreterState_GET() == interp);
    say("current %d", _PyRuntimeState_GetThreadState(&_PyRuntime) == tstate);
    say("head %d, main %d", _PyRuntime.interpreters.head == interp, _PyRuntime.interpreters.main == interp);
    say("runtime %d, initialised %d %d %d", interp->runtime == &_PyRuntime, _PyRuntime.preinitialized,
        _PyRuntime.core_initialized, _PyRuntime.initialized);
    say("main thread %d %d %d", _Py_IsMainThread(), _Py_IsMainInterpreter(tstate), _Py_ThreadCanHandleSignals(interp));
    say("finalizing %d", _PyRuntimeState_GetFinalizing(&_PyRuntime) != NULL);
    say("held %d, holder %d", _Py_atomic_load_relaxed(&_PyRuntime.ceval.gil.locked),
        _Py_atomic_load_relaxed(&_PyRuntime.ceval.gil.last_holder) == (uintptr_t)tstate);
    say("interval %lu", _PyRuntime.ceval.gil.interval);
    say("tss %d, automatic %d", PyThread_tss_is_created(&_PyRuntime.gilstate.autoTSSkey),
        _PyRuntime.gilstate.autoInterpreterState == interp);
    say("utf8 mode %d", _PyRuntime.preconfig.utf8_mode);

    /* As a profiler walks over all threads. */
    int interpreters = 0, threads = 0;
    for (PyInterpreterState *i = _PyRuntime.interpreters.head; i != NULL; i = i->next) {
        interpreters++;
        for (PyThreadState *t = i->tstate_head; t != NULL; t = t->next) {
            threads += t->interp == i;
        }
    }
    say("%d interpreters, %d threads", interpreters, threads);
}

SECTION(interpreter_state)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    say("id %d, threads %d", (int)interp->id, interp->tstate_head == _PyThreadState_GET());
    say("modules %d, sys %d, builtins %d", interp->modules == PyImport_GetModuleDict(),
        interp->sysdict == PyModule_GetDict(value("__import__('sys')")),
        interp->builtins == PyEval_GetBuiltins());
    say("importlib %d, import %d", PyModule_Check(interp->importlib),
        interp->import_func == PyDict_GetItemString(interp->builtins, "__import__"));
    say("frames by the default function %d", interp->eval_frame == _PyEval_EvalFrameDefault);
    say("limit %d", interp->ceval.recursion_limit == Py_GetRecursionLimit());
    say("codecs %d %d", interp->codecs_initialized, PyList_Check(interp->codec_search_path));
    say("file system: %s %s %d", interp->unicode.fs_codec.encoding, interp->unicode.fs_codec.errors,
        interp->unicode.fs_codec.utf8);
    say("small integers %d %d %d", interp->small_ints[_PY_NSMALLNEGINTS] == (PyLongObject *)value("0"),
        interp->small_ints[0] == (PyLongObject *)value("-5"),
        interp->small_ints[_PY_NSMALLNEGINTS + _PY_NSMALLPOSINTS - 1] == (PyLongObject *)value("256"));
    say("config %d", interp->config.site_import);
    show_borrowed(interp->warnings.default_action, "default action");
    PyObject *dict = PyInterpreterState_GetDict(interp);
    say("dict %d", interp->dict == dict);
}

static int young(PyObject *object)
{
    PyGC_Head *list = _PyInterpreterState_GET()->gc.generation0;
    for (PyGC_Head *head = _PyGCHead_NEXT(list); head != list; head = _PyGCHead_NEXT(head)) {
        if (head == _Py_AS_GC(object)) {
            return 1;
        }
    }
    return 0;
}

SECTION(collector_state)
{
    struct _gc_runtime_state *gc = &_PyInterpreterState_GET()->gc;
    value("__import__('gc').enable()");
    say("enabled %d, collecting %d, debug %d", gc->enabled, gc->collecting, gc->debug);
    say("thresholds %d %d %d", gc->generations[0].threshold, gc->generations[1].threshold,
        gc->generations[2].threshold);
    say("lists %d %d", PyList_CheckExact(gc->garbage), PyList_CheckExact(gc->callbacks));
    PyGC_Collect();
    int count = gc->generations[0].count;
    PyObject *list = PyList_New(0);
    say("counted %d", gc->generations[0].count - count);
    say("tracked %d, young %d", _PyObject_GC_IS_TRACKED(list), young(list));
    _PyObject_GC_UNTRACK(list);
    say("tracked %d, young %d", PyObject_GC_IsTracked(list), young(list));
    _PyObject_GC_TRACK(list);
    say("tracked %d, young %d, finalized %d", PyObject_GC_IsTracked(list), young(list), _PyGC_FINALIZED(list));
    PyGC_Collect();
    say("old: young %d, tracked %d", young(list), _PyObject_GC_MAY_BE_TRACKED(list));
    Py_ssize_t collections = gc->generation_stats[2].collections;
    PyGC_Collect();
    say("collections %d", (int)(gc->generation_stats[2].collections - collections));
    say("collected types %d %d", _PyObject_IS_GC(list), _PyObject_IS_GC(Py_None));
    Py_DECREF(list);
}

static PyObject *counted(PyThreadState *tstate, PyFrameObject *frame, int throwing)
{
    PyObject *count = PyLong_FromLong(1);
    PyList_Append(PyDict_GetItemString(names(), "frames"), count);
    Py_DECREF(count);
    return _PyEval_EvalFrameDefault(tstate, frame, throwing);
}

SECTION(frame_function)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    statements("frames = []\ndef inner(): return 1\ndef outer(): return inner() + inner()\n");
    interp->eval_frame = counted;
    show(PyObject_CallObject(value("outer"), NULL), "outer()");
    interp->eval_frame = _PyEval_EvalFrameDefault;
    show(PyObject_CallObject(value("outer"), NULL), "outer()");
    show_borrowed(value("frames"), "frames");
}

SECTION(recursion_and_errors)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int depth = tstate->recursion_depth;
    say("enter %d", Py_EnterRecursiveCall(" in a test"));
    say("deeper %d", tstate->recursion_depth - depth);
    Py_LeaveRecursiveCall();
    tstate->recursion_depth = tstate->interp->ceval.recursion_limit;
    say("enter %d", _Py_EnterRecursiveCall(tstate, " in a test"));
    tstate->recursion_depth = depth;
    show_error("too deep");
    say("occurred %d", _PyErr_Occurred(tstate) != NULL);
    _PyErr_SetString(tstate, PyExc_ValueError, "of this thread");
    say("occurred %d", _PyErr_Occurred(tstate) == PyExc_ValueError);
    show_error("set");
}

SECTION(tables_and_contexts)
{
    static int keys[3];
    _Py_hashtable_t *table = _Py_hashtable_new(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct);
    for (int i = 0; i < LENGTH(keys); i++) {
        _Py_hashtable_set(table, &keys[i], &keys[LENGTH(keys) - 1 - i]);
    }
    say("entries %d", (int)table->nentries);
    _Py_hashtable_entry_t *entry = _Py_hashtable_get_entry(table, &keys[0]);
    say("found %d %d", entry->key == &keys[0], entry->value == &keys[2]);
    _Py_hashtable_destroy(table);

    PyContextVar *variable = (PyContextVar *)PyContextVar_New("colour", value("'red'"));
    show_borrowed(variable->var_name, "name");
    show_borrowed(variable->var_default, "default");
    PyContextToken *token = (PyContextToken *)PyContextVar_Set((PyObject *)variable, value("'blue'"));
    say("token %d %d %d", token->tok_var == variable, token->tok_oldval == NULL, token->tok_used);
    PyContext *context = (PyContext *)PyContext_CopyCurrent();
    say("variables %d, entered %d", (int)context->ctx_vars->h_count, context->ctx_entered);
    say("cached %d", variable->var_cached_tsid == PyThreadState_Get()->id);
    PyContextVar_Reset((PyObject *)variable, (PyObject *)token);
    say("used %d", token->tok_used);
    Py_DECREF(context);
    Py_DECREF(token);
    Py_DECREF(variable);
    say("freed %d %d", _PyMem_IsPtrFreed(NULL), _PyMem_IsPtrFreed(&keys));
}
