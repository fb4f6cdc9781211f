/* pystate.h, pythread.h, ceval.h: thread states, locks, keys, pending calls, asynchronous exceptions, tracing, interpreters. */
#include "harness.h"

#include <frameobject.h>
#include <pthread.h>

static void *in_thread(void *argument)
{
    say("held %d this %d", PyGILState_Check(), PyGILState_GetThisThreadState() == NULL);
    PyGILState_STATE state = PyGILState_Ensure();
    say("state %d held %d", state == PyGILState_UNLOCKED, PyGILState_Check());
    PyGILState_STATE inner = PyGILState_Ensure();
    say("inner %d", inner == PyGILState_LOCKED);
    PyGILState_Release(inner);
    show(PyRun_String("__import__('threading').current_thread().__class__.__name__", Py_eval_input, names(), names()), "thread");
    PyObject *dict = PyThreadState_GetDict();
    say("dict %d", dict != NULL && PyDict_Size(dict) >= 0);
    *(int *)argument = 1;
    PyGILState_Release(state);
    say("this %d", PyGILState_GetThisThreadState() == NULL);
    return NULL;
}

static int pending_count;

static int pending(void *argument)
{
    pending_count += (int)(size_t)argument;
    return 0;
}

static int pending_failing(void *argument)
{
    (void)argument;
    PyErr_SetString(PyExc_KeyError, "pending");
    return -1;
}

static void start_function(void *argument)
{
    PyThread_release_lock(argument);
}

SECTION(thread_states)
{
    PyThreadState *state = PyThreadState_Get();
    say("%d %d %d", state == _PyThreadState_UncheckedGet(), state == PyGILState_GetThisThreadState(), PyGILState_Check());
    say("%d %lld", PyThreadState_GetInterpreter(state) == PyInterpreterState_Get(), (long long)PyInterpreterState_GetID(PyInterpreterState_Get()));
    say("%d %llu", PyThreadState_GetFrame(state) == NULL, (unsigned long long)PyThreadState_GetID(state));
    say("%d %d", PyInterpreterState_Head() == PyInterpreterState_Main(), PyInterpreterState_Next(PyInterpreterState_Head()) == NULL);
    say("%d %d", PyInterpreterState_ThreadHead(PyInterpreterState_Main()) == state, PyThreadState_Next(state) == NULL);
    say("%d", PyDict_CheckExact(PyInterpreterState_GetDict(PyInterpreterState_Get())));
    show_borrowed(PyThreadState_GetDict(), "thread's dict");
    pthread_t thread;
    int done = 0;
    Py_BEGIN_ALLOW_THREADS
    pthread_create(&thread, NULL, in_thread, &done);
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    say("done %d", done);
    PyThreadState *saved = PyEval_SaveThread();
    say("saved %d unchecked %d held %d", saved == state, _PyThreadState_UncheckedGet() == NULL, PyGILState_Check());
    PyEval_RestoreThread(saved);
    PyThreadState *fresh = PyThreadState_New(PyInterpreterState_Get());
    PyThreadState *old = PyThreadState_Swap(fresh);
    say("%d %d", old == state, PyThreadState_Get() == fresh);
    show_borrowed(PyThreadState_GetDict(), "dict");
    PyThreadState_Swap(old);
    PyThreadState_Clear(fresh);
    PyThreadState_Delete(fresh);
    PyEval_ReleaseThread(state);
    PyEval_AcquireThread(state);
    show_number(Py_AddPendingCall(pending, (void *)3), "AddPendingCall");
    show_number(Py_AddPendingCall(pending, (void *)4), "AddPendingCall");
    show_number(Py_MakePendingCalls(), "MakePendingCalls");
    say("%d", pending_count);
    show_number(Py_AddPendingCall(pending_failing, NULL), "AddPendingCall");
    show(PyRun_String("[i for i in range(10)]", Py_eval_input, names(), names()), "run with a failing call");
    int added = 0;
    while (Py_AddPendingCall(pending, NULL) == 0 && added < 100) {
        added++;
    }
    say("room for %d", added);
    show_number(Py_MakePendingCalls(), "MakePendingCalls");
    PyErr_SetInterrupt();
    show_number(PyErr_CheckSignals(), "CheckSignals");
    PyErr_SetInterrupt();
    show(PyRun_String("[i for i in range(10)]", Py_eval_input, names(), names()), "run interrupted");
    show_number(PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), PyExc_ZeroDivisionError), "SetAsyncExc");
    show(PyRun_String("[i for i in range(10)]", Py_eval_input, names(), names()), "run with an asynchronous exception");
    show_number(PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), PyExc_ValueError), "SetAsyncExc");
    show_number(PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), NULL), "SetAsyncExc(NULL)");
    show(PyRun_String("[i for i in range(10)]", Py_eval_input, names(), names()), "run");
    show_number(PyThreadState_SetAsyncExc(12345, PyExc_ValueError), "SetAsyncExc of no thread");
    PyThread_type_lock lock = PyThread_allocate_lock();
    say("%d", PyThread_acquire_lock(lock, 1));
    say("%d", PyThread_acquire_lock(lock, 0));
    say("%d", PyThread_acquire_lock_timed(lock, 1000, 0));
    say("%d", PyThread_acquire_lock_timed(lock, 0, 1));
    say("started %d", PyThread_start_new_thread(start_function, lock) != PYTHREAD_INVALID_THREAD_ID);
    Py_BEGIN_ALLOW_THREADS
    say("%d", PyThread_acquire_lock(lock, 1));
    Py_END_ALLOW_THREADS
    PyThread_release_lock(lock);
    PyThread_free_lock(lock);
    Py_tss_t key = Py_tss_NEEDS_INIT;
    say("%d", PyThread_tss_is_created(&key));
    say("%d", PyThread_tss_create(&key));
    say("%d", PyThread_tss_create(&key));
    say("%d", PyThread_tss_get(&key) == NULL);
    say("%d", PyThread_tss_set(&key, &key));
    say("%d", PyThread_tss_get(&key) == &key);
    PyThread_tss_delete(&key);
    say("%d", PyThread_tss_is_created(&key));
    Py_tss_t *allocated = PyThread_tss_alloc();
    PyThread_tss_free(allocated);
    int number = PyThread_create_key();
    say("%d", PyThread_set_key_value(number, &key));
    say("%d", PyThread_get_key_value(number) == &key);
    PyThread_delete_key_value(number);
    say("%d", PyThread_get_key_value(number) == NULL);
    PyThread_delete_key(number);
    say("%d %d", PyThread_get_thread_ident() != 0, PyThread_get_thread_native_id() != 0);
    say("%zu", PyThread_get_stacksize());
    say("%d", PyThread_set_stacksize(1 << 20));
    say("%zu", PyThread_get_stacksize());
    say("%d", PyThread_set_stacksize(3));
    PyThread_set_stacksize(0);
    show(PyThread_GetInfo(), "GetInfo");
    say("%lu", _PyEval_GetSwitchInterval());
    say("%d %d", PyEval_ThreadsInitialized(), Py_IsInitialized());
}

static int trace(PyObject *argument, PyFrameObject *frame, int what, PyObject *given)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    say("  %s %d line %d %s", PyUnicode_AsUTF8(code->co_name), what, PyFrame_GetLineNumber(frame) - code->co_firstlineno, given == NULL ? "NULL" : Py_TYPE(given)->tp_name);
    Py_DECREF(code);
    if (argument == Py_True && what == PyTrace_RETURN) {
        PyErr_SetString(PyExc_ZeroDivisionError, "trace");
        return -1;
    }
    return 0;
}

static long frames_run;

static PyObject *counting_eval(PyThreadState *state, PyFrameObject *frame, int throwing)
{
    frames_run++;
    return _PyEval_EvalFrameDefault(state, frame, throwing);
}

SECTION(tracing)
{
    statements("def traced(n):\n    total = 0\n    for i in range(n):\n        total += len('x' * i)\n    try:\n        raise ValueError\n    except ValueError:\n        pass\n    return total\n"
               "def gen():\n    yield 1\n    yield 2\n");
    PyEval_SetTrace(trace, Py_None);
    show(PyRun_String("traced(2)", Py_eval_input, names(), names()), "traced");
    show(PyRun_String("list(gen())", Py_eval_input, names(), names()), "generator");
    PyEval_SetTrace(trace, Py_True);
    show(PyRun_String("traced(1)", Py_eval_input, names(), names()), "failing");
    PyEval_SetTrace(NULL, NULL);
    PyErr_Clear();
    PyEval_SetProfile(trace, Py_None);
    show(PyRun_String("traced(2)", Py_eval_input, names(), names()), "profiled");
    PyEval_SetProfile(NULL, NULL);
    PyInterpreterState *interpreter = PyInterpreterState_Get();
    say("%d", _PyInterpreterState_GetEvalFrameFunc(interpreter) == _PyEval_EvalFrameDefault);
    _PyInterpreterState_SetEvalFrameFunc(interpreter, counting_eval);
    show(PyRun_String("traced(2), list(gen())", Py_eval_input, names(), names()), "with an evaluation function");
    _PyInterpreterState_SetEvalFrameFunc(interpreter, _PyEval_EvalFrameDefault);
    say("frames %ld", frames_run);
    Py_ssize_t index = _PyEval_RequestCodeExtraIndex(NULL);
    PyObject *code = value("traced.__code__");
    void *extra = &frames_run;
    show_number(_PyCode_GetExtra(code, index, &extra), "GetExtra");
    say("%d", extra == NULL);
    show_number(_PyCode_SetExtra(code, index, &frames_run), "SetExtra");
    show_number(_PyCode_GetExtra(code, index, &extra), "GetExtra");
    say("%d", extra == &frames_run);
    show_number(_PyCode_SetExtra(code, 200, &frames_run), "SetExtra(200)");
    _PyCode_SetExtra(code, index, NULL);
    Py_DECREF(code);
}

/* Three threads write to a stream without end; whoever else wants it must get it. */
SECTION(stream_lock)
{
    PyRun_SimpleString(
        "import io, threading, time\n"
        "class Slow(io.RawIOBase):\n"
        "    def writable(self): return True\n"
        "    def write(self, data): time.sleep(0.005); return len(data)\n"
        "stream, ended = io.BufferedWriter(Slow()), []\n"
        "def write():\n"
        "    while not ended: stream.write(b'.'); stream.flush()\n"
        "threads = [threading.Thread(target=write, daemon=True) for _ in range(3)]\n"
        "for thread in threads: thread.start()\n"
        "watch = threading.Timer(30, ended.append, [False]); watch.start()\n"
        "for _ in range(3): stream.flush()\n"
        "ended.append(True); watch.cancel()\n"
        "for thread in threads: thread.join()\n"
        "print('flushed', ended[0])\n");
}

BARE_SECTION(interpreters)
{
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyThreadState *main_state = PyThreadState_Get();
    PyRun_SimpleString("import sys; sys.ffi_mark = 1");
    for (int i = 0; i < 3; i++) {
        PyThreadState *state = Py_NewInterpreter();
        say("new %d current %d id %lld", state != NULL, PyThreadState_Get() == state, (long long)PyInterpreterState_GetID(PyThreadState_GetInterpreter(state)));
        PyRun_SimpleString("import sys; print(hasattr(sys, 'ffi_mark'), sorted(sys.modules)[:3], __name__)\nimport json, collections\nprint(json.dumps([1]))");
        PyRun_SimpleString("import builtins; builtins.mine = 1; x = [1]; x.append(x)");
        show_borrowed(PyThreadState_GetDict(), "dict");
        Py_EndInterpreter(state);
        PyThreadState_Swap(main_state);
        PyRun_SimpleString("import builtins; print(hasattr(builtins, 'mine'))");
    }
    PyThreadState *first = Py_NewInterpreter(), *second = Py_NewInterpreter();
    int interpreters = 0;
    for (PyInterpreterState *interpreter = PyInterpreterState_Head(); interpreter != NULL; interpreter = PyInterpreterState_Next(interpreter)) {
        interpreters++;
    }
    say("interpreters %d", interpreters);
    PyThreadState_Swap(first);
    PyRun_SimpleString("value = 'first'");
    PyThreadState_Swap(second);
    PyRun_SimpleString("value = 'second'");
    PyThreadState_Swap(first);
    PyRun_SimpleString("print(value)");
    PyObject *v = PyLong_FromLong(5);
    _PyCrossInterpreterData data;
    say("%d", _PyObject_GetCrossInterpreterData(v, &data));
    Py_DECREF(v);
    PyThreadState_Swap(second);
    show(_PyCrossInterpreterData_NewObject(&data), "received");
    _PyCrossInterpreterData_Release(&data);
    PyObject *list = PyList_New(0);
    show_number(_PyObject_CheckCrossInterpreterData(list), "list");
    Py_DECREF(list);
    Py_EndInterpreter(second);
    PyThreadState_Swap(first);
    Py_EndInterpreter(first);
    PyThreadState_Swap(main_state);
    say("finalised %d", Py_FinalizeEx());
}
