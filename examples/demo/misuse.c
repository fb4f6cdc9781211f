/* A host that uses the API wrongly. usage: misuse MODE; without MODE it lists the modes. Where CPython reports the
   mistake, Krait reports it in the same words; where CPython crashes, Krait must end with a fatal message or go on. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pthread.h>
#include <string.h>

/* Prints the error, without the place in CPython's own source that "bad argument to internal function" begins with. */
static void report(const char *what)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL) {
        printf("%s: no error\n", what);
        return;
    }
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = PyObject_Str(value);
    const char *words = PyUnicode_AsUTF8(text), *place = strstr(words, ": bad argument to internal");
    printf("%s: %s %s\n", what, ((PyTypeObject *)type)->tp_name, place ? place + 2 : words);
    Py_XDECREF(text), Py_XDECREF(type), Py_XDECREF(value), Py_XDECREF(traceback);
}

#define TRY(expression) ((void)(expression), report(#expression))

static void *unregistered(void *body)
{
    ((void (*)(void))body)();
    return NULL;
}

static void in_thread(void (*body)(void))
{
    pthread_t thread;
    pthread_create(&thread, NULL, unregistered, (void *)body);
    pthread_join(thread, NULL);
}

static void make_list(void)
{
    PyObject *list = PyList_New(3);
    printf("list %s\n", list ? "made" : "not made");
}

static void run_before(void) { printf("%d\n", PyRun_SimpleString("print('ran')")); }
static void import_before(void) { printf("%p\n", (void *)PyImport_ImportModule("sys")); }
static void gilstate_before(void) { printf("%d\n", (int)PyGILState_Ensure()); }
static void error_before(void) { PyErr_SetString(PyExc_ValueError, "early"); }
static void state_before(void) { printf("%p\n", (void *)PyThreadState_Get()); }
static void harmless_before(void)
{
    printf("%d %s %d\n", Py_IsInitialized(), Py_GetVersion() ? "version" : "", PyGILState_Check());
    printf("%s %s\n", Py_GetPlatform(), Py_GetCopyright() ? "copyright" : "");
    printf("%d %d\n", Py_FinalizeEx(), PyImport_AppendInittab("x", NULL));
    Py_SetProgramName(L"misuse");
    wchar_t *text = Py_DecodeLocale("text", NULL);
    printf("%ls\n", text);
    PyMem_RawFree(text);
    void *block = PyMem_RawMalloc(10);
    PyMem_RawFree(block);
}

static void without_lock(void)
{
    Py_Initialize();
    PyEval_SaveThread();
    make_list();
}

static void state_without_lock(void)
{
    Py_Initialize();
    PyEval_SaveThread();
    printf("%p\n", (void *)PyThreadState_Get());
}

static void list_in_thread(void)
{
    Py_Initialize();
    in_thread(make_list);
}

static void restore_null(void)
{
    Py_Initialize();
    PyEval_SaveThread();
    PyEval_RestoreThread(NULL);
}

static void save_twice(void)
{
    Py_Initialize();
    PyEval_SaveThread();
    PyEval_SaveThread();
}

static void release_only(void)
{
    PyGILState_Release(PyGILState_LOCKED);
}

static void release_in_thread(void)
{
    Py_Initialize();
    Py_BEGIN_ALLOW_THREADS
    in_thread(release_only);
    Py_END_ALLOW_THREADS
}

static void end_wrong_interpreter(void)
{
    Py_Initialize();
    PyThreadState *main_state = PyThreadState_Get();
    PyThreadState *other = Py_NewInterpreter();
    PyThreadState_Swap(main_state);
    Py_EndInterpreter(other);
}

static void delete_current(void)
{
    Py_Initialize();
    PyThreadState_Delete(PyThreadState_Get());
}

static void finalize_twice(void)
{
    Py_Initialize();
    printf("%d\n", Py_FinalizeEx());
    printf("%d %d\n", Py_FinalizeEx(), Py_IsInitialized());
}

static void use_after_finalize(void)
{
    Py_Initialize();
    PyObject *kept = PyUnicode_FromString("kept text");
    Py_FinalizeEx();
    printf("%d %s\n", Py_IsInitialized(), PyUnicode_AsUTF8(kept));
    make_list();
}

static PyObject *null_without_error(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    return NULL;
}

static PyObject *result_with_error(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    PyErr_SetString(PyExc_KeyError, "left behind");
    Py_RETURN_NONE;
}

static PyMethodDef wrong[] = {
    {"null_without_error", null_without_error, METH_NOARGS, NULL}, {"result_with_error", result_with_error, METH_NOARGS, NULL}};

static PyObject *odd_function(PyObject *self, PyObject *unused) { return null_without_error(self, unused); }

static void wrong_results(void)
{
    Py_Initialize();
    for (int i = 0; i < 2; i++) {
        PyObject *function = PyCFunction_New(&wrong[i], NULL);
        PyObject *result = PyObject_CallNoArgs(function);
        TRY(result);
        Py_DECREF(function);
    }
    static PyMethodDef odd = {"odd", odd_function, METH_VARARGS | METH_NOARGS, NULL};
    TRY(PyCFunction_New(&odd, NULL));
}

static void bad_arguments(void)
{
    Py_Initialize();
    PyObject *list = PyList_New(0), *text = PyUnicode_FromString("t"), *other = NULL;
    TRY(PyList_Append(list, NULL));
    TRY(PyList_Append(text, text));
    TRY(PyList_GetItem(list, 5));
    TRY(PyList_SetItem(list, 0, NULL));
    TRY(PyList_New(-1));
    TRY(PyList_GetSlice(text, 0, 1));
    TRY(PyTuple_Size(list));
    TRY(PyTuple_New(-1));
    TRY(PyTuple_GetItem(text, 0));
    TRY(PyDict_GetItem(list, text));
    TRY(PyDict_GetItemWithError(list, text));
    TRY(PyDict_SetItem(text, text, text));
    TRY(PyDict_Size(list));
    TRY(PyDict_Merge(list, list, 1));
    TRY(PySet_Add(list, text));
    TRY(PySet_Size(text));
    TRY(PyObject_Str(NULL));
    TRY(PyObject_Repr(NULL));
    TRY(PyObject_GetItem(NULL, list));
    TRY(PyObject_SetItem(list, NULL, NULL));
    TRY(PyObject_Size(NULL));
    TRY(PySequence_GetItem(NULL, 0));
    TRY(PySequence_Tuple(NULL));
    TRY(PyMapping_Keys(NULL));
    TRY(PyNumber_Negative(NULL));
    TRY(PyNumber_Float(NULL));
    TRY(PyLong_AsLong(NULL));
    TRY(PyLong_AsLong(text));
    TRY(PyLong_AsSize_t(text));
    TRY(PyFloat_AsDouble(NULL));
    TRY(PyCapsule_New(NULL, "x", NULL));
    TRY(PyCapsule_GetPointer(text, "x"));
    TRY(PyUnicode_New(5, 0x110000));
    TRY(PyUnicode_FromStringAndSize("x", -5));
    TRY(PyUnicode_FromOrdinal(-1));
    TRY(PyUnicode_AsUTF8(list));
    TRY(PyUnicode_Substring(text, -1, 2));
    TRY(PyUnicode_Join(list, list));
    TRY(PyBytes_FromStringAndSize(NULL, -5));
    TRY(PyBytes_AsString(text));
    TRY(PyArg_ParseTuple(list, "O", &other));
    TRY(PyArg_UnpackTuple(list, "f", 1, 1, &other));
    TRY(Py_BuildValue("(i", 1));
    TRY(Py_BuildValue("?", 1));
    TRY(PyCell_Get(list));
    TRY(PyMethod_New(NULL, NULL));
    TRY(PyWeakref_GetObject(list));
    TRY(PyType_IsSubtype(&PyLong_Type, &PyUnicode_Type));
    TRY(PyErr_BadInternalCall());
    TRY(PyErr_BadArgument());
    TRY(PyErr_SetString(text, "no exception type"));
    TRY(PyErr_Format(PyExc_ValueError, "%y %d", 5));
    TRY(PyEval_EvalCode(list, list, list));
    TRY(PyImport_ImportModule(""));
    TRY(PyImport_GetModuleDict());
    TRY(PyModule_GetName(list));
    TRY(PyModule_AddObject(list, "x", text));
    TRY(PyBuffer_FillInfo(NULL, list, NULL, 0, 0, 0));
    TRY(PyObject_GetBuffer(text, NULL, PyBUF_SIMPLE));
    TRY(PyMemoryView_FromObject(text));
    TRY(PyMemoryView_FromBuffer(&(Py_buffer){0}));
}

static void fatal(void)
{
    Py_Initialize();
    PyRun_SimpleString("def outer():\n    inner()\ndef inner():\n    import ctypes\n    ctypes.pythonapi.Py_FatalError(b'so be it')\nouter()\n");
}

static const struct {
    const char *name;
    void (*body)(void);
} modes[] = {
    {"run_before", run_before}, {"import_before", import_before}, {"gilstate_before", gilstate_before}, {"error_before", error_before},
    {"state_before", state_before}, {"list_before", make_list}, {"harmless_before", harmless_before}, {"without_lock", without_lock},
    {"state_without_lock", state_without_lock}, {"list_in_thread", list_in_thread}, {"restore_null", restore_null}, {"save_twice", save_twice},
    {"release_in_thread", release_in_thread}, {"end_wrong_interpreter", end_wrong_interpreter}, {"delete_current", delete_current},
    {"finalize_twice", finalize_twice}, {"use_after_finalize", use_after_finalize}, {"wrong_results", wrong_results},
    {"bad_arguments", bad_arguments}, {"fatal", fatal}};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (argc < 2)
            printf("%s\n", modes[i].name);
        else if (strcmp(argv[1], modes[i].name) == 0)
            modes[i].body();
    }
    return 0;
}
