/* A C program with Python inside. It runs code, passes values both ways, gives Python a module and a type written
   in C, calls Python from two threads of its own, handles an exception, and then does all of it again after shutting
   the interpreter down. Compile it against CPython 3.9's headers; it runs on any libpython3.9.so.1.0. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* ---- a type in C: host.Account ---- */

typedef struct {
    PyObject_HEAD
    PyObject *owner;
    long long balance;
    int postings;
} Account;

static PyTypeObject Account_Type;

static int Account_init(Account *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"owner", "balance", NULL};
    PyObject *owner;
    long long balance = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|L:Account", names, &owner, &balance))
        return -1;
    Py_INCREF(owner);
    Py_XSETREF(self->owner, owner);
    self->balance = balance;
    return 0;
}

static int Account_traverse(Account *self, visitproc visit, void *arg)
{
    Py_VISIT(self->owner);
    return 0;
}

static int Account_clear(Account *self)
{
    Py_CLEAR(self->owner);
    return 0;
}

static void Account_dealloc(Account *self)
{
    PyObject_GC_UnTrack(self);
    Account_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *Account_post(Account *self, PyObject *amount)
{
    long long value = PyLong_AsLongLong(amount);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    if (self->balance + value < 0)
        return PyErr_Format(PyExc_ValueError, "%U cannot pay %lld", self->owner, -value);
    self->balance += value;
    self->postings++;
    Py_INCREF(self);
    return (PyObject *)self;
}

static PyObject *Account_repr(Account *self)
{
    return PyUnicode_FromFormat("<account of %R: %lld>", self->owner, self->balance);
}

static PyObject *Account_richcompare(PyObject *left, PyObject *right, int op)
{
    if (!PyObject_TypeCheck(left, &Account_Type) || !PyObject_TypeCheck(right, &Account_Type))
        Py_RETURN_NOTIMPLEMENTED;
    long long a = ((Account *)left)->balance, b = ((Account *)right)->balance;
    Py_RETURN_RICHCOMPARE(a, b, op);
}

static PyObject *Account_in_debt(Account *self, void *closure)
{
    (void)closure;
    return PyBool_FromLong(self->balance < 0);
}

static PyMethodDef Account_methods[] = {
    {"post", (PyCFunction)Account_post, METH_O, "post(amount) -> self"},
    {NULL, NULL, 0, NULL}};

static PyMemberDef Account_members[] = {
    {"owner", T_OBJECT_EX, offsetof(Account, owner), READONLY, "whose it is"},
    {"balance", T_LONGLONG, offsetof(Account, balance), 0, "how much there is"},
    {"postings", T_INT, offsetof(Account, postings), READONLY, "how often it changed"},
    {NULL, 0, 0, 0, NULL}};

static PyGetSetDef Account_getset[] = {
    {"in_debt", (getter)Account_in_debt, NULL, "is the balance below zero?", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static PyTypeObject Account_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "host.Account",
    .tp_basicsize = sizeof(Account),
    .tp_dealloc = (destructor)Account_dealloc,
    .tp_repr = (reprfunc)Account_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "an account kept by the host",
    .tp_traverse = (traverseproc)Account_traverse,
    .tp_clear = (inquiry)Account_clear,
    .tp_richcompare = Account_richcompare,
    .tp_methods = Account_methods,
    .tp_members = Account_members,
    .tp_getset = Account_getset,
    .tp_init = (initproc)Account_init,
    .tp_new = PyType_GenericNew,
};

/* ---- a module in C: host ---- */

static PyObject *host_apply(PyObject *self, PyObject *args)
{
    PyObject *function, *values;
    (void)self;
    if (!PyArg_ParseTuple(args, "OO!:apply", &function, &PyTuple_Type, &values))
        return NULL;
    return PyObject_CallObject(function, values);
}

static PyObject *host_checksum(PyObject *self, PyObject *buffer)
{
    Py_buffer view;
    unsigned long sum = 0;
    (void)self;
    if (PyObject_GetBuffer(buffer, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < view.len; i++)
        sum = sum * 31 + ((unsigned char *)view.buf)[i];
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyLong_FromUnsignedLong(sum & 0xFFFFFFFF);
}

static PyMethodDef host_methods[] = {
    {"apply", host_apply, METH_VARARGS, "apply(function, values): call it from C"},
    {"checksum", host_checksum, METH_O, "checksum(buffer): a number that depends on every byte"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef host_definition = {
    PyModuleDef_HEAD_INIT, "host", "what the host lends to Python", -1, host_methods, NULL, NULL, NULL, NULL};

static PyObject *PyInit_host(void)
{
    PyObject *module = PyModule_Create(&host_definition);
    if (module == NULL || PyType_Ready(&Account_Type) < 0)
        return NULL;
    Py_INCREF(&Account_Type);
    if (PyModule_AddObject(module, "Account", (PyObject *)&Account_Type) < 0 ||
        PyModule_AddIntConstant(module, "LIMIT", 1000) < 0 || PyModule_AddStringConstant(module, "NAME", "c host") < 0)
        return NULL;
    return module;
}

/* ---- the host ---- */

static void fail(const char *where)
{
    printf("FAILED: %s\n", where);
    if (PyErr_Occurred())
        PyErr_Print();
    exit(1);
}

static void check(int condition, const char *where)
{
    if (!condition)
        fail(where);
}

static void run_code(void)
{
    static const char code[] =
        "import host, sys\n"
        "sys.stdout.reconfigure(line_buffering=True)\n"
        "class Savings(host.Account):\n"
        "    rate = 5\n"
        "    def grow(self):\n"
        "        return self.post(self.balance * self.rate // 100)\n"
        "a = Savings('Ada', balance=200).grow().grow()\n"
        "b = host.Account('Bob')\n"
        "print(a, b, a > b, a == b, sorted([a, b])[0], a.postings, b.in_debt)\n"
        "print(host.apply(max, (3, 9, 4)), host.checksum(b'krait'), host.checksum(bytearray(range(256))))\n"
        "print(host.LIMIT, host.NAME, host.__doc__, type(a).__mro__[1].__name__, a.post.__doc__)\n"
        "try:\n"
        "    b.post(-5)\n"
        "except ValueError as error:\n"
        "    print('refused:', error)\n"
        "for wrong in (lambda: host.Account(), lambda: host.Account('x', 'y'), lambda: setattr(a, 'owner', 'C'),\n"
        "              lambda: host.apply(len), lambda: host.checksum('text'), lambda: a < 3):\n"
        "    try:\n"
        "        wrong()\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__ + ':', error)\n";
    check(PyRun_SimpleString(code) == 0, "run code");
}

static void exchange_values(void)
{
    PyObject *globals = PyDict_New();
    PyObject *list = Py_BuildValue("[i,d,s,y#,(OO),{s:L}]", 7, 2.5, "sn\xc3\xa4""ke", "\0\1", (Py_ssize_t)2, Py_None, Py_True,
                                   "big", 1LL << 40);
    check(globals && list && PyDict_SetItemString(globals, "values", list) == 0, "build values");
    check(PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) == 0, "builtins");
    Py_DECREF(list);
    PyObject *result = PyRun_String("values.append(3 ** 50) or dict(n=len(values), text=repr(values), pi=355 / 113)",
                                    Py_eval_input, globals, globals);
    check(result != NULL && PyDict_Check(result), "evaluate");
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(PyDict_GetItemString(result, "text"), &length);
    check(text != NULL, "text");
    printf("back: n=%ld pi=%.6f %s (%zd bytes)\n", PyLong_AsLong(PyDict_GetItemString(result, "n")),
           PyFloat_AsDouble(PyDict_GetItemString(result, "pi")), text, length);
    PyObject *values = PyDict_GetItemString(globals, "values");
    PyObject *big = PyList_GetItem(values, PyList_Size(values) - 1);
    unsigned char bytes[16];
    check(_PyLong_AsByteArray((PyLongObject *)big, bytes, sizeof bytes, 1, 0) == 0, "bytes of an int");
    for (size_t i = 0; i < sizeof bytes; i++)
        printf("%02x", bytes[i]);
    long small = PyLong_AsLong(big);
    printf(" %ld %s\n", small, PyErr_ExceptionMatches(PyExc_OverflowError) ? "OverflowError" : "?");
    PyErr_Clear();
    Py_DECREF(result);
    Py_DECREF(globals);
}

static void catch_exception(void)
{
    PyObject *globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyObject *result = PyRun_String("def outer():\n"
                                    "    try:\n"
                                    "        {}['missing']\n"
                                    "    except KeyError as error:\n"
                                    "        raise RuntimeError('no luck', 42) from error\n"
                                    "outer()\n",
                                    Py_file_input, globals, globals);
    check(result == NULL && PyErr_Occurred() == PyExc_RuntimeError, "exception");
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *cause = PyException_GetCause(value);
    PyObject *number = PySequence_GetItem(((PyBaseExceptionObject *)value)->args, 1);
    printf("caught %s, cause %s, number %ld, line %d, deeper %s\n", ((PyTypeObject *)type)->tp_name, Py_TYPE(cause)->tp_name,
           PyLong_AsLong(number), ((PyTracebackObject *)traceback)->tb_lineno,
           ((PyTracebackObject *)traceback)->tb_next ? "yes" : "no");
    Py_XDECREF(cause);
    Py_XDECREF(number);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    check(!PyErr_Occurred(), "exception cleared");
    check(PyRun_SimpleString("1 +") == -1, "a syntax error is reported");
}

struct job {
    const char *name;
    long sum;
};

static void *work(void *argument)
{
    struct job *job = argument;
    for (int i = 0; i < 200; i++) {
        PyGILState_STATE state = PyGILState_Ensure();
        PyObject *module = PyImport_ImportModule("__main__");
        PyObject *result = PyObject_CallMethod(module, "visit", "si", job->name, i);
        if (result == NULL)
            PyErr_Print();
        else
            job->sum += PyLong_AsLong(result);
        Py_XDECREF(result);
        Py_XDECREF(module);
        PyGILState_Release(state);
    }
    return NULL;
}

static void call_from_threads(void)
{
    check(PyRun_SimpleString("import threading\n"
                             "visits = {}\n"
                             "def visit(name, i):\n"
                             "    visits.setdefault(name, set()).add(threading.get_ident())\n"
                             "    return sum(range(i))\n") == 0,
          "define visit");
    struct job jobs[2] = {{"first", 0}, {"second", 0}};
    pthread_t threads[2];
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, &jobs[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    Py_END_ALLOW_THREADS
    printf("threads: %ld %ld\n", jobs[0].sum, jobs[1].sum);
    check(PyRun_SimpleString("print(sorted(visits), [len(ids) for ids in visits.values()], threading.active_count() >= 1)") == 0,
          "read visits");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    check(PyImport_AppendInittab("host", PyInit_host) == 0, "inittab");
    for (int round = 1; round <= 2; round++) {
        printf("round %d, initialized before: %d\n", round, Py_IsInitialized());
            Py_Initialize();
        run_code();
        exchange_values();
        catch_exception();
        call_from_threads();
        check(PyRun_SimpleString("import sys, json, re\n"
                                 "print(json.dumps({'round': [1, 2.5, None]}), re.sub(r'(\\w+) (\\w+)', r'\\2 \\1', 'hello host'))\n"
                                 "assert 'leftover' not in globals()\n"
                                 "leftover = sys\n"
                                 "sys.stdout.flush()") == 0,
              "library");
        check(Py_FinalizeEx() == 0, "finalize");
    }
    printf("done, initialized: %d\n", Py_IsInitialized());
    return 0;
}
