// A C++ program with Python inside: what embed.c does, in the manner of C++. References are held by objects, a C++
// class becomes a Python type made at run time (PyType_FromSpec), C++ exceptions become Python ones and back, and
// std::thread calls Python.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

// Owns one reference.
class Object {
public:
    Object() = default;
    explicit Object(PyObject *stolen) : pointer(stolen) {}
    Object(Object &&other) noexcept : pointer(std::exchange(other.pointer, nullptr)) {}
    Object &operator=(Object &&other) noexcept
    {
        std::swap(pointer, other.pointer);
        return *this;
    }
    ~Object() { Py_XDECREF(pointer); }
    static Object borrowed(PyObject *object)
    {
        Py_XINCREF(object);
        return Object(object);
    }
    PyObject *get() const { return pointer; }
    PyObject *release() { return std::exchange(pointer, nullptr); }

private:
    PyObject *pointer = nullptr;
};

// A Python exception as a C++ one.
class PythonError : public std::runtime_error {
public:
    static PythonError fetch()
    {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        Object text(PyObject_Str(value));
        std::string message = std::string(((PyTypeObject *)type)->tp_name) + ": " + PyUnicode_AsUTF8(text.get());
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return PythonError(message);
    }

private:
    using std::runtime_error::runtime_error;
};

Object must(PyObject *result)
{
    if (!result)
        throw PythonError::fetch();
    return Object(result);
}

// ---- a C++ class as a Python type ----

struct Histogram {
    std::map<std::string, long> counts;
    void add(const std::string &word, long times)
    {
        if (times < 0)
            throw std::out_of_range("negative count for " + word);
        counts[word] += times;
    }
};

struct HistogramObject {
    PyObject_HEAD
    Histogram *histogram;
};

template <typename Body> PyObject *translated(Body body)
{
    try {
        return body();
    } catch (const std::out_of_range &error) {
        PyErr_SetString(PyExc_IndexError, error.what());
    } catch (const std::exception &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    }
    return nullptr;
}

PyObject *histogram_new(PyTypeObject *type, PyObject *, PyObject *)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self)
        ((HistogramObject *)self)->histogram = new Histogram;
    return self;
}

void histogram_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    delete ((HistogramObject *)self)->histogram;
    type->tp_free(self);
    Py_DECREF(type);
}

PyObject *histogram_add(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return translated([&]() -> PyObject * {
        if (count < 1 || count > 2)
            throw std::invalid_argument("add wants a word and perhaps a number");
        const char *word = PyUnicode_AsUTF8(args[0]);
        long times = count == 2 ? PyLong_AsLong(args[1]) : 1;
        if (PyErr_Occurred())
            return nullptr;
        ((HistogramObject *)self)->histogram->add(word, times);
        Py_RETURN_NONE;
    });
}

Py_ssize_t histogram_length(PyObject *self)
{
    return (Py_ssize_t)((HistogramObject *)self)->histogram->counts.size();
}

PyObject *histogram_item(PyObject *self, PyObject *key)
{
    const char *word = PyUnicode_AsUTF8(key);
    if (!word)
        return nullptr;
    auto &counts = ((HistogramObject *)self)->histogram->counts;
    auto found = counts.find(word);
    if (found == counts.end()) {
        PyErr_SetObject(PyExc_KeyError, key);
        return nullptr;
    }
    return PyLong_FromLong(found->second);
}

PyObject *histogram_iter(PyObject *self)
{
    Object words(PyList_New(0));
    for (const auto &entry : ((HistogramObject *)self)->histogram->counts) {
        Object word(PyUnicode_FromString(entry.first.c_str()));
        if (!word.get() || PyList_Append(words.get(), word.get()) < 0)
            return nullptr;
    }
    return PyObject_GetIter(words.get());
}

PyMethodDef histogram_methods[] = {
    {"add", (PyCFunction)(void (*)(void))histogram_add, METH_FASTCALL, "add(word, times=1)"},
    {nullptr, nullptr, 0, nullptr}};

PyType_Slot histogram_slots[] = {
    {Py_tp_doc, (void *)"words and how often they came"},
    {Py_tp_new, (void *)histogram_new},
    {Py_tp_dealloc, (void *)histogram_dealloc},
    {Py_tp_methods, histogram_methods},
    {Py_tp_iter, (void *)histogram_iter},
    {Py_mp_length, (void *)histogram_length},
    {Py_mp_subscript, (void *)histogram_item},
    {0, nullptr}};

PyType_Spec histogram_spec = {"words.Histogram", sizeof(HistogramObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                              histogram_slots};

int words_exec(PyObject *module)
{
    Object type(PyType_FromModuleAndSpec(module, &histogram_spec, nullptr));
    return type.get() ? PyModule_AddType(module, (PyTypeObject *)type.get()) : -1;
}

PyModuleDef_Slot words_slots[] = {{Py_mod_exec, (void *)words_exec}, {0, nullptr}};
PyModuleDef words_definition = {PyModuleDef_HEAD_INIT, "words", nullptr, 0, nullptr, words_slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_words() { return PyModuleDef_Init(&words_definition); }

// ---- the host ----

void run(const char *code)
{
    PyObject *globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    must(PyRun_String(code, Py_file_input, globals, globals));
}

Object call(const char *name, std::vector<Object> values)
{
    Object module = must(PyImport_ImportModule("__main__"));
    Object function = must(PyObject_GetAttrString(module.get(), name));
    std::vector<PyObject *> arguments;
    for (auto &value : values)
        arguments.push_back(value.get());
    return must(PyObject_Vectorcall(function.get(), arguments.data(), arguments.size(), nullptr));
}

void show_errors(std::initializer_list<const char *> programs)
{
    for (const char *program : programs) {
        try {
            run(program);
            std::printf("no error?\n");
        } catch (const PythonError &error) {
            std::printf("caught %s\n", error.what());
        }
    }
}

void threads()
{
    run("import collections\nseen = collections.Counter()\ndef visit(name, n):\n    seen[name] += n\n    return len(name) * n\n");
    long sums[2] = {0, 0};
    PyThreadState *saved = PyEval_SaveThread();
    std::vector<std::thread> workers;
    for (int index = 0; index < 2; index++)
        workers.emplace_back([index, &sums] {
            for (int i = 0; i < 100; i++) {
                PyGILState_STATE state = PyGILState_Ensure();
                {
                    std::vector<Object> values;
                    values.emplace_back(PyUnicode_FromString(index ? "second" : "one"));
                    values.emplace_back(PyLong_FromLong(i));
                    sums[index] += PyLong_AsLong(call("visit", std::move(values)).get());
                }
                PyGILState_Release(state);
            }
        });
    for (auto &worker : workers)
        worker.join();
    PyEval_RestoreThread(saved);
    std::printf("threads: %ld %ld\n", sums[0], sums[1]);
    run("print(sorted(seen.items()))");
}

void round(int number)
{
    Py_InitializeEx(number == 1);
    run("import sys, words\n"
        "sys.stdout.reconfigure(line_buffering=True)\n"
        "h = words.Histogram()\n"
        "for word in 'the cat and the hat and the bat'.split():\n"
        "    h.add(word)\n"
        "h.add('gn\\u00fc', 7)\n"
        "print(len(h), list(h), h['the'], h['gn\\u00fc'], words.Histogram.__module__, words.Histogram.__doc__)\n"
        "class Loud(words.Histogram):\n"
        "    def add(self, word): super().add(word.upper())\n"
        "l = Loud(); l.add('quiet'); print(list(l), dict(zip(l, map(l.__getitem__, l))))\n");
    show_errors({"h['dog']", "h.add('x', -1)", "h.add()", "h.add(3)", "h.add('x', 2**70)", "import no_such_module",
                 "raise type('Own', (Exception,), {})('made up')", "def f(:\n  pass", "'\\ud800'.encode()"});
    run("def total(*values):\n    return sum(values, 0.5)\n");
    std::vector<Object> values;
    for (int i = 1; i <= 4; i++)
        values.emplace_back(i % 2 ? PyLong_FromLong(i) : PyFloat_FromDouble(i / 8.0));
    std::printf("total %.3f\n", PyFloat_AsDouble(call("total", std::move(values)).get()));
    threads();
    if (Py_FinalizeEx() != 0)
        throw std::runtime_error("finalize");
}

} // namespace

int main()
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    PyImport_AppendInittab("words", PyInit_words);
    try {
        for (int number = 1; number <= 2; number++) {
            std::printf("round %d\n", number);
            round(number);
        }
    } catch (const std::exception &error) {
        std::printf("FAILED: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
