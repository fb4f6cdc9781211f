/* abstract.h, methodobject.h, classobject.h, funcobject.h: every way of calling. */
#include "harness.h"

static PyObject *no_arguments(PyObject *self, PyObject *nothing)
{
    return PyUnicode_FromFormat("noargs %R %d", self == NULL ? Py_None : self, nothing == NULL);
}

static PyObject *one_argument(PyObject *self, PyObject *argument)
{
    return PyUnicode_FromFormat("o %R %R", self == NULL ? Py_None : self, argument);
}

static PyObject *any_arguments(PyObject *self, PyObject *arguments)
{
    return PyUnicode_FromFormat("varargs %R %R", self == NULL ? Py_None : self, arguments);
}

static PyObject *with_keywords(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    return PyUnicode_FromFormat("keywords %R %R %R", self == NULL ? Py_None : self, arguments, keywords == NULL ? Py_None : keywords);
}

static PyObject *tuple_of(PyObject *const *items, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_INCREF(items[i]);
        PyTuple_SET_ITEM(tuple, i, items[i]);
    }
    return tuple;
}

static PyObject *fast(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *tuple = tuple_of(arguments, count);
    PyObject *result = PyUnicode_FromFormat("fast %R %R", self == NULL ? Py_None : self, tuple);
    Py_DECREF(tuple);
    return result;
}

static PyObject *fast_keywords(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names_given)
{
    Py_ssize_t more = names_given == NULL ? 0 : PyTuple_GET_SIZE(names_given);
    PyObject *tuple = tuple_of(arguments, count + more);
    PyObject *result = PyUnicode_FromFormat("fastkw %R %R %R", self == NULL ? Py_None : self, tuple, names_given == NULL ? Py_None : names_given);
    Py_DECREF(tuple);
    return result;
}

static PyObject *method_call(PyObject *self, PyTypeObject *defining, PyObject *const *arguments, Py_ssize_t count, PyObject *names_given)
{
    (void)self;
    return PyUnicode_FromFormat("method %s %zd %R %d", defining->tp_name, count, names_given == NULL ? Py_None : names_given, arguments == NULL && count > 0);
}

static PyObject *nothing_set(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return NULL;
}

static PyObject *both_set(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyErr_SetString(PyExc_ValueError, "set");
    Py_RETURN_NONE;
}

#define C_FUNCTION(function) ((PyCFunction)(void (*)(void))function)

static PyMethodDef METHODS[] = {
    {"noargs", no_arguments, METH_NOARGS, "noargs()\n--\n\nNothing."},
    {"o", one_argument, METH_O, "One."},
    {"varargs", any_arguments, METH_VARARGS, NULL},
    {"keywords", C_FUNCTION(with_keywords), METH_VARARGS | METH_KEYWORDS, NULL},
    {"fast", C_FUNCTION(fast), METH_FASTCALL, NULL},
    {"fastkw", C_FUNCTION(fast_keywords), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"nothing", nothing_set, METH_NOARGS, NULL},
    {"both", both_set, METH_NOARGS, NULL},
};
static PyMethodDef BAD_FLAGS[] = {{"bad", no_arguments, METH_NOARGS | METH_O, NULL}, {"keywords_o", no_arguments, METH_O | METH_KEYWORDS, NULL},
                                  {"none", no_arguments, 0, NULL}, {"odd", no_arguments, METH_METHOD, NULL}};
static PyMethodDef METHOD_METHOD = {"mm", C_FUNCTION(method_call), METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL};

static void every_way(PyObject *callable, const char *label)
{
    PyObject *one = PyLong_FromLong(1), *two = PyUnicode_FromString("two");
    PyObject *arguments = PyTuple_Pack(2, one, two), *empty = PyTuple_New(0), *single = PyTuple_Pack(1, one), *dict = value("{'k': 5}");
    PyObject *none = PyDict_New(), *bad = value("{1: 2}"), *names_given = value("('k',)");
    Py_ssize_t before = Py_REFCNT(one);
    show(PyObject_CallNoArgs(callable), "%s: CallNoArgs", label);
    show(PyObject_CallObject(callable, NULL), "CallObject(NULL)");
    show(PyObject_CallObject(callable, arguments), "CallObject");
    show(PyObject_CallObject(callable, one), "CallObject of no tuple");
    show(PyObject_Call(callable, arguments, NULL), "Call");
    if (!PyCFunction_Check(callable) || PyCFunction_GetFlags(callable) != METH_NOARGS) {
        show(PyObject_Call(callable, empty, none), "Call with an empty dict");
    }
    show(PyObject_Call(callable, single, dict), "Call with keywords");
    show(PyObject_Call(callable, single, bad), "Call with bad keywords");
    show(PyEval_CallObjectWithKeywords(callable, single, dict), "EvalCall");
    show(PyEval_CallObjectWithKeywords(callable, NULL, NULL), "EvalCall");
    show(PyEval_CallObjectWithKeywords(callable, one, NULL), "EvalCall of no tuple");
    show(PyEval_CallObjectWithKeywords(callable, single, one), "EvalCall of no dict");
    show(PyObject_CallFunction(callable, NULL), "CallFunction(NULL)");
    show(PyObject_CallFunction(callable, ""), "CallFunction()");
    show(PyObject_CallFunction(callable, "i", 5), "CallFunction(i)");
    show(PyObject_CallFunction(callable, "is", 5, "x"), "CallFunction(is)");
    show(PyObject_CallFunction(callable, "(is)", 5, "x"), "CallFunction((is))");
    show(PyObject_CallFunction(callable, "O", arguments), "CallFunction(tuple)");
    show(PyObject_CallFunction(callable, "s#", "abc", (Py_ssize_t)2), "CallFunction(s#)");
    show(PyObject_CallFunction(callable, "O", NULL), "CallFunction(NULL object)");
    show(PyEval_CallFunction(callable, "ii", 1, 2), "EvalCallFunction");
    show(PyObject_CallFunctionObjArgs(callable, NULL), "CallFunctionObjArgs");
    show(PyObject_CallFunctionObjArgs(callable, one, two, NULL), "CallFunctionObjArgs");
    show(PyObject_CallOneArg(callable, one), "CallOneArg");
    PyObject *vector[] = {NULL, one, two, one, NULL};
    show(PyObject_Vectorcall(callable, vector + 1, 2, NULL), "Vectorcall");
    show(PyObject_Vectorcall(callable, vector + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL), "Vectorcall with offset");
    show(PyObject_Vectorcall(callable, vector + 1, 0, NULL), "Vectorcall of none");
    show(PyObject_Vectorcall(callable, vector + 1, 1, names_given), "Vectorcall with a name");
    show(PyObject_Vectorcall(callable, vector + 1, 2, empty), "Vectorcall with no names");
    show(PyObject_VectorcallDict(callable, vector + 1, 2, NULL), "VectorcallDict");
    show(PyObject_VectorcallDict(callable, vector + 1, 1, dict), "VectorcallDict");
    show(PyObject_VectorcallDict(callable, vector + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, none), "VectorcallDict");
    show(PyObject_VectorcallDict(callable, vector + 1, 1, bad), "VectorcallDict");
    show(_PyObject_MakeTpCall(PyThreadState_Get(), callable, vector + 1, 1, names_given), "MakeTpCall");
    show(_PyObject_MakeTpCall(PyThreadState_Get(), callable, vector + 1, 1, dict), "MakeTpCall");
    vectorcallfunc function = PyVectorcall_Function(callable);
    say("vectorcall %d", function != NULL);
    show(PyVectorcall_Call(callable, single, dict), "Vectorcall_Call");
    show(PyVectorcall_Call(callable, single, NULL), "Vectorcall_Call");
    show_number(Py_REFCNT(one) - before, "references");
    PyObject *all[] = {one, two, arguments, empty, single, dict, none, bad, names_given};
    for (int i = 0; i < LENGTH(all); i++) {
        Py_DECREF(all[i]);
    }
}

SECTION(call_functions)
{
    PyObject *self = PyUnicode_FromString("self"), *module = PyUnicode_FromString("module");
    for (int i = 0; i < LENGTH(METHODS); i++) {
        PyObject *function = PyCFunction_NewEx(&METHODS[i], i % 2 ? self : NULL, module);
        every_way(function, METHODS[i].ml_name);
        show_borrowed(function, "function");
        show(PyObject_GetAttrString(function, "__doc__"), "doc");
        show(PyObject_GetAttrString(function, "__text_signature__"), "signature");
        show(PyObject_GetAttrString(function, "__module__"), "module");
        show(PyObject_GetAttrString(function, "__self__"), "self");
        say("%d %d %d", PyCFunction_GetFunction(function) == METHODS[i].ml_meth, PyCFunction_GetSelf(function) == (i % 2 ? self : NULL),
            PyCFunction_GetFlags(function));
        PyObject *arguments = PyTuple_New(0);
        /* Their results are not checked on this way. */
        if (METHODS[i].ml_meth != nothing_set && METHODS[i].ml_meth != both_set) {
            show(PyCFunction_Call(function, arguments, NULL), "PyCFunction_Call");
        }
        Py_DECREF(arguments);
        Py_DECREF(function);
    }
    for (int i = 0; i < LENGTH(BAD_FLAGS); i++) {
        show(PyCFunction_New(&BAD_FLAGS[i], NULL), "bad flags %x", BAD_FLAGS[i].ml_flags);
    }
    show(PyCFunction_New(&METHOD_METHOD, self), "METH_METHOD without a class");
    show(PyCMethod_New(&METHODS[0], self, NULL, &PyLong_Type), "class without METH_METHOD");
    PyObject *method = PyCMethod_New(&METHOD_METHOD, self, NULL, &PyLong_Type);
    every_way(method, "METH_METHOD");
    Py_DECREF(method);
    say("%d", PyCFunction_GetFunction(Py_None) == NULL);
    show_error("GetFunction of None");
    say("%d", PyCFunction_GetSelf(Py_None) == NULL);
    show_error("GetSelf of None");
    show_number(PyCFunction_GetFlags(Py_None), "GetFlags of None");
    Py_DECREF(self);
    Py_DECREF(module);
}

SECTION(call_objects)
{
    static const char *const callables[] = {"function", "lambda: 'l'", "lambda a, *, k: (a, k)", "Full()", "Plain", "int", "len", "Plain().__init__", "'abc'.upper",
                                            "str.upper", "[].append", "type", "None", "Raiser()", "classmethod(len)", "dict", "operator.eq",
                                            "types.MethodType(function, 1)", "dict.fromkeys", "object.__new__", "(lambda *a, **k: (a, k))"};
    for (int i = 0; i < LENGTH(callables); i++) {
        PyObject *callable = value(callables[i]);
        every_way(callable, callables[i]);
        Py_DECREF(callable);
    }
    PyObject *text = PyUnicode_FromString("a-b"), *name = PyUnicode_FromString("split"), *dash = PyUnicode_FromString("-"),
             *missing = PyUnicode_FromString("missing");
    show(PyObject_CallMethod(text, "split", "s", "-"), "CallMethod");
    show(PyObject_CallMethod(text, "upper", NULL), "CallMethod");
    show(PyObject_CallMethod(text, "replace", "ss", "a", "z"), "CallMethod");
    show(PyObject_CallMethod(text, "missing", NULL), "CallMethod");
    show(PyObject_CallMethod(text, "__doc__", NULL), "CallMethod of no method");
    show(PyObject_CallMethod(NULL, "x", NULL), "CallMethod(NULL)");
    show(PyObject_CallMethod(text, "split", "s#", "-!", (Py_ssize_t)1), "CallMethod");
    show(PyEval_CallMethod(text, "split", "(s)", "-"), "EvalCallMethod");
    show(PyObject_CallMethodObjArgs(text, name, dash, NULL), "CallMethodObjArgs");
    show(PyObject_CallMethodObjArgs(text, missing, dash, NULL), "CallMethodObjArgs");
    show(PyObject_CallMethodObjArgs(NULL, name, dash, NULL), "CallMethodObjArgs");
    show(PyObject_CallMethodNoArgs(text, name), "CallMethodNoArgs");
    show(PyObject_CallMethodOneArg(text, name, dash), "CallMethodOneArg");
    PyObject *vector[] = {NULL, text, dash};
    show(PyObject_VectorcallMethod(name, vector + 1, 2, NULL), "VectorcallMethod");
    show(PyObject_VectorcallMethod(name, vector + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL), "VectorcallMethod");
    show(PyObject_VectorcallMethod(missing, vector + 1, 2, NULL), "VectorcallMethod");
    _Py_IDENTIFIER(split);
    show(_PyObject_CallMethodId(text, &PyId_split, "s", "b"), "CallMethodId");
    show(_PyObject_CallMethodIdObjArgs(text, &PyId_split, dash, NULL), "CallMethodIdObjArgs");
    PyObject *items[] = {text, dash}, *keys = PyTuple_Pack(2, name, missing);
    show(_PyStack_AsDict(items, keys), "StackAsDict");
    Py_DECREF(keys);
    PyObject *function = value("function"), *method;
    method = PyMethod_New(function, text);
    show_borrowed(method, "method");
    say("%d %d", PyMethod_Function(method) == function, PyMethod_Self(method) == text);
    say("%d", PyMethod_GET_FUNCTION(method) == function && PyMethod_GET_SELF(method) == text);
    Py_DECREF(method);
    show(PyMethod_New(function, NULL), "method without self");
    say("%d", PyMethod_Function(Py_None) == NULL);
    show_error("Function of None");
    say("%d", PyMethod_Self(Py_None) == NULL);
    show_error("Self of None");
    method = PyInstanceMethod_New(function);
    show_borrowed(method, "instance method %d", PyInstanceMethod_Check(method));
    say("%d %d", PyInstanceMethod_Function(method) == function, PyInstanceMethod_GET_FUNCTION(method) == function);
    every_way(method, "instance method");
    Py_DECREF(method);
    show_borrowed(PyFunction_GetCode(function), "code");
    show_borrowed(PyFunction_GetDefaults(function), "defaults");
    show_borrowed(PyFunction_GetKwDefaults(function), "kwdefaults");
    show_borrowed(PyFunction_GetClosure(function), "closure");
    show_borrowed(PyFunction_GetAnnotations(function), "annotations");
    show_borrowed(PyFunction_GetModule(function), "module");
    say("%d", PyFunction_GetGlobals(function) == names());
    show_number(PyFunction_SetDefaults(function, Py_None), "SetDefaults(None)");
    show_number(PyFunction_SetDefaults(function, text), "SetDefaults(text)");
    show_number(PyFunction_SetKwDefaults(function, text), "SetKwDefaults(text)");
    show_number(PyFunction_SetKwDefaults(function, Py_None), "SetKwDefaults(None)");
    show_number(PyFunction_SetClosure(function, text), "SetClosure(text)");
    show_number(PyFunction_SetAnnotations(function, text), "SetAnnotations(text)");
    show_number(PyFunction_SetAnnotations(function, Py_None), "SetAnnotations(None)");
    every_way(function, "function without defaults");
    PyObject *fresh = PyFunction_New(PyFunction_GetCode(function), PyFunction_GetGlobals(function));
    show_borrowed(fresh, "New");
    Py_DECREF(fresh);
    fresh = PyFunction_NewWithQualName(PyFunction_GetCode(function), PyFunction_GetGlobals(function), text);
    show_borrowed(fresh, "NewWithQualName");
    Py_DECREF(fresh);
    show_borrowed(PyFunction_GetCode(Py_None), "code of None");
    show_borrowed(PyFunction_GetGlobals(Py_None), "globals of None");
    show_number(PyFunction_SetDefaults(Py_None, Py_None), "SetDefaults of None");
    show(PyStaticMethod_New(function), "static method");
    show(PyClassMethod_New(function), "class method");
    Py_DECREF(function);
    show(_Py_CheckFunctionResult(PyThreadState_Get(), text, NULL, NULL), "CheckFunctionResult");
    show(_Py_CheckFunctionResult(PyThreadState_Get(), NULL, NULL, "where"), "CheckFunctionResult");
    PyErr_SetString(PyExc_KeyError, "x");
    Py_INCREF(Py_None);
    show(_Py_CheckFunctionResult(PyThreadState_Get(), text, Py_None, NULL), "CheckFunctionResult");
    PyErr_Clear();
    Py_DECREF(text);
    Py_DECREF(name);
    Py_DECREF(dash);
    Py_DECREF(missing);
}
