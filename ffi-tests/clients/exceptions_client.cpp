// Lets C++ exceptions cross the frames of the library: some are caught by a C++ frame outside, some by nobody.
#include <Python.h>
#include <stdexcept>
#include <string>

static PyObject *throwing(PyObject *, PyObject *text) {
    const char *what = PyUnicode_AsUTF8(text);
    if (what == nullptr)
        return nullptr;
    throw std::runtime_error(what);
}

// Calls its argument; the text of a C++ exception that comes out of it, or what it returned.
static PyObject *catching(PyObject *, PyObject *callable) {
    try {
        return PyObject_CallObject(callable, nullptr);
    } catch (const std::exception &error) {
        return PyUnicode_FromFormat("caught %s", error.what());
    }
}

// A type whose slots throw.
static PyObject *slot_repr(PyObject *) { throw std::logic_error("repr"); }
static PyObject *slot_add(PyObject *, PyObject *) { throw std::logic_error("add"); }
static Py_hash_t slot_hash(PyObject *) { throw std::logic_error("hash"); }
static PyObject *slot_next(PyObject *) { throw std::logic_error("next"); }
static PyObject *slot_call(PyObject *, PyObject *, PyObject *) { throw std::logic_error("call"); }
static PyObject *slot_attribute(PyObject *, PyObject *) { throw std::logic_error("attribute"); }

static PyTypeObject ThrowerType = {PyVarObject_HEAD_INIT(nullptr, 0) "exceptions_client.Thrower", sizeof(PyObject)};
static PyNumberMethods numbers;

static PyMethodDef methods[] = {
    {"throwing", throwing, METH_O, nullptr},
    {"catching", catching, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "exceptions_client", nullptr, -1, methods};

PyMODINIT_FUNC PyInit_exceptions_client() {
    numbers.nb_add = slot_add;
    ThrowerType.tp_flags = Py_TPFLAGS_DEFAULT;
    ThrowerType.tp_new = PyType_GenericNew;
    ThrowerType.tp_as_number = &numbers;
    ThrowerType.tp_repr = slot_repr;
    ThrowerType.tp_hash = slot_hash;
    ThrowerType.tp_iter = PyObject_SelfIter;
    ThrowerType.tp_iternext = slot_next;
    ThrowerType.tp_call = slot_call;
    ThrowerType.tp_getattro = slot_attribute;
    if (PyType_Ready(&ThrowerType) < 0)
        return nullptr;
    PyObject *module = PyModule_Create(&definition);
    if (module != nullptr) {
        Py_INCREF(&ThrowerType);
        PyModule_AddObject(module, "Thrower", reinterpret_cast<PyObject *>(&ThrowerType));
    }
    return module;
}
