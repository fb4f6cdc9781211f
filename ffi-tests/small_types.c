/* pycapsule.h, weakrefobject.h, cellobject.h, descrobject.h, context.h, structseq.h, genobject.h, genericaliasobject.h. */
#include "harness.h"

#include <frameobject.h>
#include <structmember.h>
#include <structseq.h>

static void destroyed(PyObject *capsule)
{
    const char *name = PyCapsule_GetName(capsule);
    say("  destroyed %s %d", name == NULL ? "NULL" : name, (int)(size_t)PyCapsule_GetContext(capsule));
}

SECTION(capsules)
{
    static int target = 3;
    PyObject *capsule = PyCapsule_New(&target, "ffi.capsule", destroyed);
    show_borrowed(capsule, "capsule %d", PyCapsule_CheckExact(capsule));
    show_number(PyCapsule_GetPointer(capsule, "ffi.capsule") == &target, "GetPointer");
    show_number(PyCapsule_GetPointer(capsule, "other") == NULL, "GetPointer of another name");
    show_number(PyCapsule_GetPointer(capsule, NULL) == NULL, "GetPointer of no name");
    show_text(PyCapsule_GetName(capsule), "GetName");
    show_number(PyCapsule_GetDestructor(capsule) == destroyed, "GetDestructor");
    show_number(PyCapsule_GetContext(capsule) == NULL, "GetContext");
    show_number(PyCapsule_SetContext(capsule, (void *)7), "SetContext");
    show_number(PyCapsule_SetName(capsule, "new"), "SetName");
    show_number(PyCapsule_SetPointer(capsule, NULL), "SetPointer(NULL)");
    show_number(PyCapsule_SetPointer(capsule, destroyed), "SetPointer");
    show_number(PyCapsule_SetDestructor(capsule, destroyed), "SetDestructor");
    show_number(PyCapsule_IsValid(capsule, "new"), "IsValid");
    show_number(PyCapsule_IsValid(capsule, "old"), "IsValid");
    show_number(PyCapsule_IsValid(Py_None, "new"), "IsValid of None");
    show_number(PyCapsule_IsValid(NULL, "new"), "IsValid of NULL");
    Py_DECREF(capsule);
    show(PyCapsule_New(NULL, "n", NULL), "New(NULL)");
    capsule = PyCapsule_New(&target, NULL, NULL);
    show_number(PyCapsule_GetPointer(capsule, NULL) == &target, "no name");
    show_number(PyCapsule_GetPointer(capsule, "n") == NULL, "a name");
    Py_DECREF(capsule);
    show_number(PyCapsule_GetPointer(Py_None, NULL) == NULL, "GetPointer of None");
    show_number(PyCapsule_GetName(Py_None) == NULL, "GetName of None");
    show_number(PyCapsule_GetDestructor(Py_None) == NULL, "GetDestructor of None");
    show_number(PyCapsule_GetContext(Py_None) == NULL, "GetContext of None");
    show_number(PyCapsule_SetName(Py_None, "n"), "SetName of None");
    show_number(PyCapsule_SetPointer(Py_None, &target), "SetPointer of None");
    show_number(PyCapsule_SetContext(Py_None, NULL), "SetContext of None");
    show_number(PyCapsule_SetDestructor(Py_None, NULL), "SetDestructor of None");
    statements("m = sys.modules['ffi_m'] = types.ModuleType('ffi_m')\nclass inner: pass\nm.inner = inner");
    capsule = PyCapsule_New(&target, "ffi_m.inner.capsule", NULL);
    PyObject *inner = value("inner");
    PyObject_SetAttrString(inner, "capsule", capsule);
    Py_DECREF(inner);
    Py_DECREF(capsule);
    show_number(PyCapsule_Import("ffi_m.inner.capsule", 0) == &target, "Import");
    show_number(PyCapsule_Import("ffi_m.inner.capsule", 1) == &target, "Import without blocking");
    show_number(PyCapsule_Import("ffi_m.inner.nothing", 0) == NULL, "Import of nothing");
    show_number(PyCapsule_Import("ffi_nothing.x", 0) == NULL, "Import of no module");
    show_number(PyCapsule_Import("ffi_nothing.x", 1) == NULL, "Import of no module");
    show_number(PyCapsule_Import("ffi_m.inner", 0) == NULL, "Import of no capsule");
}

static PyObject *new_ref(PyObject *v)
{
    return PyWeakref_NewRef(v, NULL);
}

static PyObject *new_proxy(PyObject *v)
{
    return PyWeakref_NewProxy(v, NULL);
}

SECTION(weak_references)
{
    static const ObjectOfObject objects[] = {PLAIN(new_ref), PLAIN(new_proxy)};
    for (int t = 0; t < LENGTH(objects); t++) {
        for (int i = 0; i < SAMPLE_COUNT; i++) {
            PyObject *v = value(SAMPLES[i]);
            PyObject *made = objects[t].call(v);
            show_number(made != NULL, "%s(%s)", objects[t].name, SAMPLES[i]);
            Py_XDECREF(made);
            Py_DECREF(v);
        }
    }
    statements("called = []\ndef callback(ref): called.append(ref() is None)");
    PyObject *target = value("Plain()"), *callback = value("callback");
    PyObject *first = PyWeakref_NewRef(target, NULL), *second = PyWeakref_NewRef(target, NULL), *third = PyWeakref_NewRef(target, callback);
    PyObject *proxy = PyWeakref_NewProxy(target, Py_None), *fourth = PyWeakref_NewRef(target, callback);
    say("%d %d %d", first == second, first == third, third == fourth);
    say("%d %d %d", PyWeakref_CheckRef(first), PyWeakref_CheckProxy(proxy), PyWeakref_CheckRefExact(first));
    show_number(_PyWeakref_GetWeakrefCount((PyWeakReference *)first), "count");
    show_number(PyWeakref_GetObject(third) == target, "object");
    Py_DECREF(target);
    show_borrowed(PyWeakref_GetObject(third), "object");
    show(value("called"), "called");
    show(PyObject_GetAttrString(proxy, "x"), "proxy");
    Py_DECREF(first);
    Py_DECREF(second);
    Py_DECREF(third);
    Py_DECREF(fourth);
    Py_DECREF(proxy);
    Py_DECREF(callback);
    show_borrowed(PyWeakref_GetObject(Py_None), "object of None");
    show_borrowed(PyWeakref_GetObject(NULL), "object of NULL");
}

static PyMethodDef METHOD = {"method", (PyCFunction)(void (*)(void))PyObject_Repr, METH_NOARGS, NULL};
static PyObject *get_it(PyObject *self, void *closure)
{
    (void)closure;
    return PyObject_Repr(self);
}
static PyGetSetDef GETTER = {"getter", get_it, NULL, "Doc.", NULL};
static PyMemberDef MEMBER = {"member", T_PYSSIZET, offsetof(PyVarObject, ob_size), READONLY, NULL};

SECTION(cells_and_descriptors)
{
    PyObject *cell = PyCell_New(NULL), *one = PyLong_FromLong(1);
    show(PyCell_Get(cell), "empty cell");
    show_number(PyCell_Set(cell, one), "Set");
    show(PyCell_Get(cell), "cell");
    show_borrowed(PyCell_GET(cell), "cell");
    Py_DECREF(cell);
    show(PyCell_Get(Py_None), "Get of None");
    show_number(PyCell_Set(Py_None, one), "Set of None");
    PyObject *descriptors[] = {PyDescr_NewMethod(&PyList_Type, &METHOD), PyDescr_NewClassMethod(&PyList_Type, &METHOD), PyDescr_NewGetSet(&PyList_Type, &GETTER),
                               PyDescr_NewMember(&PyList_Type, &MEMBER)};
    PyObject *list = value("[1, 2, 3]");
    for (int i = 0; i < LENGTH(descriptors); i++) {
        show_borrowed(descriptors[i], "descriptor %d %d", PyDescr_IsData(descriptors[i]), Py_TYPE(descriptors[i]) == &PyMethodDescr_Type);
        show_borrowed((PyObject *)PyDescr_TYPE(descriptors[i]), "of");
        show_borrowed(PyDescr_NAME(descriptors[i]), "name");
        descrgetfunc get = Py_TYPE(descriptors[i])->tp_descr_get;
        PyObject *bound = get(descriptors[i], list, (PyObject *)&PyList_Type);
        show_borrowed(bound, "bound");
        if (bound != NULL && PyCallable_Check(bound)) {
            show(PyObject_CallNoArgs(bound), "called");
        }
        Py_XDECREF(bound);
        show(get(descriptors[i], one, (PyObject *)&PyLong_Type), "bound to another type");
        show(get(descriptors[i], NULL, (PyObject *)&PyList_Type), "of the class");
        descrsetfunc set = Py_TYPE(descriptors[i])->tp_descr_set;
        if (set != NULL) {
            show_number(set(descriptors[i], list, one), "set");
            show_number(set(descriptors[i], one, one), "set of another type");
        }
        Py_DECREF(descriptors[i]);
    }
    PyObject *name = PyUnicode_InternFromString("__len__");
    PyObject *wrapper = _PyType_Lookup(&PyList_Type, name), *bound = PyWrapper_New(wrapper, list);
    show_borrowed(wrapper, "wrapper");
    show(PyObject_CallNoArgs(bound), "called");
    Py_DECREF(bound);
    Py_DECREF(name);
    show(Py_GenericAlias((PyObject *)&PyList_Type, (PyObject *)&PyLong_Type), "alias");
    Py_DECREF(list);
    Py_DECREF(one);
}

SECTION(contexts)
{
    PyObject *variable = PyContextVar_New("variable", NULL), *defaulted = PyContextVar_New("defaulted", Py_True), *found = (PyObject *)1;
    say("%d", PyContextVar_CheckExact(variable));
    show_number(PyContextVar_Get(variable, NULL, &found), "Get");
    show_borrowed(found, "found");
    show_number(PyContextVar_Get(variable, Py_False, &found), "Get with a default");
    show(found, "found");
    show_number(PyContextVar_Get(defaulted, NULL, &found), "Get of defaulted");
    show(found, "found");
    PyObject *one = PyLong_FromLong(1), *token = PyContextVar_Set(variable, one);
    say("%d", PyContextToken_CheckExact(token));
    show_number(PyContextVar_Get(variable, NULL, &found), "Get");
    show(found, "found");
    PyObject *context = PyContext_CopyCurrent(), *empty = PyContext_New(), *copy = PyContext_Copy(context);
    say("%zd %zd %zd", PyObject_Size(context), PyObject_Size(empty), PyObject_Size(copy));
    show_number(PyContext_Enter(empty), "Enter");
    show_number(PyContext_Enter(empty), "Enter again");
    show_number(PyContextVar_Get(variable, NULL, &found), "Get inside");
    show_borrowed(found, "found");
    show_number(PyContextVar_Reset(variable, token), "Reset in another context");
    show_number(PyContext_Exit(context), "Exit of another");
    show_number(PyContext_Exit(empty), "Exit");
    show_number(PyContext_Exit(empty), "Exit again");
    show_number(PyContextVar_Reset(defaulted, token), "Reset of another variable");
    show_number(PyContextVar_Reset(variable, token), "Reset");
    show_number(PyContextVar_Reset(variable, token), "Reset again");
    show_number(PyContextVar_Get(variable, NULL, &found), "Get");
    show_borrowed(found, "found");
    show_number(PyContextVar_Get(Py_None, NULL, &found), "Get of None");
    show(PyContextVar_Set(Py_None, one), "Set of None");
    show_number(PyContextVar_Reset(variable, Py_None), "Reset with None");
    show_number(PyContext_Enter(Py_None), "Enter None");
    show(PyContext_Copy(Py_None), "Copy of None");
    PyObject *all[] = {variable, defaulted, one, token, context, empty, copy};
    for (int i = 0; i < LENGTH(all); i++) {
        Py_DECREF(all[i]);
    }
    show(PyContextVar_New("\xff", NULL), "bad name");
}

static PyStructSequence_Field FIELDS[] = {{"first", "The first."}, {"second", NULL}, {"third", "Third."}, {"hidden", "Not in the tuple."}, {NULL, NULL}};

SECTION(struct_sequences)
{
    PyStructSequence_Desc desc = {"ffi.Sequence", "Doc.", FIELDS, 3};
    static PyTypeObject static_type;
    show_number(PyStructSequence_InitType2(&static_type, &desc), "InitType2");
    PyTypeObject *types[] = {&static_type, PyStructSequence_NewType(&desc)};
    for (int t = 0; t < LENGTH(types); t++) {
        show_borrowed((PyObject *)types[t], "type");
        PyObject *made = PyStructSequence_New(types[t]);
        for (int i = 0; i < 4; i++) {
            PyStructSequence_SetItem(made, i, PyLong_FromLong(i * 10));
        }
        show_borrowed(made, "made");
        show_borrowed(PyStructSequence_GetItem(made, 3), "item 3");
        show_borrowed(PyStructSequence_GET_ITEM(made, 0), "item 0");
        static const char *const attributes[] = {"first", "second", "hidden", "n_fields", "n_sequence_fields", "n_unnamed_fields", "__doc__", "missing"};
        for (int i = 0; i < LENGTH(attributes); i++) {
            show(PyObject_GetAttrString(made, attributes[i]), "%s", attributes[i]);
        }
        show(PyObject_CallMethod(made, "__reduce__", NULL), "reduce");
        show_number(PyObject_Size(made), "size");
        Py_DECREF(made);
        static const char *const arguments[] = {"((1, 2, 3),)", "((1, 2, 3, 4),)", "((1, 2),)", "((1, 2, 3, 4, 5),)", "((1, 2, 3), {'hidden': 9})", "(5,)", "()"};
        for (int i = 0; i < LENGTH(arguments); i++) {
            PyObject *tuple = value(arguments[i]);
            show(PyObject_Call((PyObject *)types[t], tuple, NULL), "call %s", arguments[i]);
            Py_DECREF(tuple);
        }
    }
}

SECTION(generators)
{
    PyObject *generator = value("generator()"), *coroutine = value("coroutine()");
    say("%d %d %d %d", PyGen_Check(generator), PyGen_CheckExact(generator), PyCoro_CheckExact(coroutine), PyCoro_CheckExact(generator));
    show(_PyGen_Send((PyGenObject *)generator, Py_None), "send");
    show(_PyGen_Send((PyGenObject *)generator, Py_True), "send");
    show(_PyGen_Send((PyGenObject *)generator, Py_None), "send");
    show(_PyGen_Send((PyGenObject *)coroutine, Py_None), "send to a coroutine");
    PyObject *got = NULL;
    PyErr_Clear();
    show_number(_PyGen_SetStopIterationValue(Py_True), "SetStopIterationValue");
    show_number(_PyGen_FetchStopIterationValue(&got), "FetchStopIterationValue");
    show(got, "value");
    PyObject *tuple = value("(1, 2)");
    show_number(_PyGen_SetStopIterationValue(tuple), "SetStopIterationValue");
    show_number(_PyGen_FetchStopIterationValue(&got), "FetchStopIterationValue");
    show(got, "value");
    PyErr_SetString(PyExc_ValueError, "other");
    show_number(_PyGen_FetchStopIterationValue(&got), "FetchStopIterationValue");
    PyErr_Clear();
    Py_DECREF(tuple);
    Py_DECREF(generator);
    Py_DECREF(coroutine);
    PyObject *code = value("function.__code__");
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), (PyCodeObject *)code, names(), NULL);
    show_number(PyFrame_GetLineNumber(frame) > 0, "line");
    PyObject *frame_code = (PyObject *)PyFrame_GetCode(frame);
    show_number(frame_code == code, "code");
    Py_DECREF(frame_code);
    show_number(PyFrame_GetBack(frame) == NULL, "back");
    PyFrame_FastToLocals(frame);
    show_borrowed(frame->f_locals, "locals");
    Py_DECREF(frame);
    show_number(PyCode_Addr2Line((PyCodeObject *)code, 0) > 0, "Addr2Line");
    show_number(PyCode_GetNumFree((PyCodeObject *)code), "GetNumFree");
    say("%d", PyCode_Check(code));
    Py_DECREF(code);
    PyCodeObject *empty = PyCode_NewEmpty("file", "name", 12);
    show((PyObject *)empty, "NewEmpty");
    PyObject *nothing = PyTuple_New(0), *name = PyUnicode_FromString("n"), *bytes = PyBytes_FromStringAndSize("d\0S\0", 4), *constants = value("(42,)");
    PyCodeObject *made = PyCode_NewWithPosOnlyArgs(0, 0, 0, 0, 1, 64, bytes, constants, nothing, nothing, nothing, nothing, name, name, 7, PyBytes_FromStringAndSize("", 0));
    show_borrowed((PyObject *)made, "New");
    show(PyEval_EvalCode((PyObject *)made, names(), NULL), "EvalCode");
    show(PyEval_EvalCodeEx((PyObject *)made, names(), NULL, NULL, 0, NULL, 0, NULL, 0, NULL, NULL), "EvalCodeEx");
    Py_DECREF(made);
    show((PyObject *)PyCode_New(-1, 0, 0, 1, 64, bytes, constants, nothing, nothing, nothing, nothing, name, name, 7, bytes), "negative");
    show((PyObject *)PyCode_New(0, 0, 0, 1, 64, bytes, constants, constants, nothing, nothing, nothing, name, name, 7, bytes), "bad names");
    PyObject *optimised = PyCode_Optimize(bytes, PyList_New(0), nothing, bytes);
    show(optimised, "Optimize");
}
