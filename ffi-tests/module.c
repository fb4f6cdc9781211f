/* moduleobject.h, modsupport.h, import.h: modules of one and of several phases, their state, import, frozen modules. */
#include "harness.h"

static PyObject *answer(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyUnicode_FromFormat("answer of %s", PyModule_Check(self) ? PyModule_GetName(self) : "none");
}

static PyMethodDef FUNCTIONS[] = {{"answer", answer, METH_NOARGS, "Answers."}, {NULL, NULL, 0, NULL}};

typedef struct {
    int number;
    PyObject *object;
} State;

static int state_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->object);
    return 0;
}

static int state_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->object);
    return 0;
}

static void state_free(void *module)
{
    say("  free %d", ((State *)PyModule_GetState(module))->number);
    state_clear(module);
}

static struct PyModuleDef SINGLE = {PyModuleDef_HEAD_INIT, "ffi_single", "One phase.", sizeof(State), FUNCTIONS, NULL, state_traverse, state_clear, state_free};
static struct PyModuleDef STATELESS = {PyModuleDef_HEAD_INIT, "ffi_stateless", NULL, -1, FUNCTIONS, NULL, NULL, NULL, NULL};

static PyObject *init_single(void)
{
    PyObject *module = PyModule_Create(&SINGLE);
    ((State *)PyModule_GetState(module))->number = 5;
    return module;
}

static PyObject *init_stateless(void)
{
    say("  init stateless");
    return PyModule_Create(&STATELESS);
}

static PyObject *init_failing(void)
{
    PyErr_SetString(PyExc_ZeroDivisionError, "init");
    return NULL;
}

static PyObject *multi_create(PyObject *spec, PyModuleDef *def)
{
    say("  create %d", def != NULL);
    PyObject *name = PyObject_GetAttrString(spec, "name");
    PyObject *module = PyModule_NewObject(name);
    Py_DECREF(name);
    return module;
}

static int multi_execute(PyObject *module)
{
    State *state = PyModule_GetState(module);
    say("  execute %d", state != NULL);
    if (state != NULL) {
        state->number = 77;
        state->object = PyList_New(0);
    }
    return PyModule_AddIntConstant(module, "constant", 12);
}

static int failing_execute(PyObject *module)
{
    (void)module;
    PyErr_SetString(PyExc_ZeroDivisionError, "execute");
    return -1;
}

static int silent_execute(PyObject *module)
{
    (void)module;
    return -1;
}

static PyModuleDef_Slot MULTI_SLOTS[] = {{Py_mod_create, (void *)multi_create}, {Py_mod_exec, (void *)multi_execute}, {0, NULL}};
static PyModuleDef_Slot EXEC_SLOTS[] = {{Py_mod_exec, (void *)multi_execute}, {Py_mod_exec, (void *)multi_execute}, {0, NULL}};
static PyModuleDef_Slot FAILING_SLOTS[] = {{Py_mod_exec, (void *)failing_execute}, {0, NULL}};
static PyModuleDef_Slot SILENT_SLOTS[] = {{Py_mod_exec, (void *)silent_execute}, {0, NULL}};
static PyModuleDef_Slot UNKNOWN_SLOTS[] = {{99, (void *)silent_execute}, {0, NULL}};
static PyModuleDef_Slot TWICE_SLOTS[] = {{Py_mod_create, (void *)multi_create}, {Py_mod_create, (void *)multi_create}, {0, NULL}};

#define MULTI(name, size, slots)                                                                    \
    static struct PyModuleDef DEF_##name = {PyModuleDef_HEAD_INIT, "ffi_" #name, "Several phases.", size, FUNCTIONS, slots, NULL, NULL, NULL}; \
    static PyObject *init_##name(void)                                                              \
    {                                                                                               \
        return PyModuleDef_Init(&DEF_##name);                                                       \
    }
MULTI(multi, sizeof(State), MULTI_SLOTS)
MULTI(exec, sizeof(State), EXEC_SLOTS)
MULTI(failing_exec, 0, FAILING_SLOTS)
MULTI(silent_exec, 0, SILENT_SLOTS)
MULTI(unknown, 0, UNKNOWN_SLOTS)
MULTI(twice, 0, TWICE_SLOTS)
MULTI(negative, -1, EXEC_SLOTS)

static struct _inittab TABLE[] = {
    {"ffi_failing", init_failing}, {"ffi_multi", init_multi}, {"ffi_exec", init_exec},
    {"ffi_failing_exec", init_failing_exec}, {"ffi_silent_exec", init_silent_exec}, {"ffi_unknown", init_unknown}, {"ffi_twice", init_twice},
    {"ffi_negative", init_negative}, {NULL, NULL},
};

/* compile("answer = 42\nwhere = __name__", "<frozen>", "exec"), marshalled at run time into this room. */
static unsigned char FROZEN_CODE[1000];
static struct _frozen FROZEN[64];

BARE_SECTION(modules)
{
    say("%d", PyImport_AppendInittab("ffi_single", init_single));
    say("%d", PyImport_AppendInittab("ffi_stateless", init_stateless));
    say("%d", PyImport_ExtendInittab(TABLE));
    int length = 0;
    while (PyImport_Inittab[length].name != NULL) {
        length++;
    }
    say("%s", PyImport_Inittab[length - 1].name);
    Py_NoSiteFlag = 1;
    Py_Initialize();
    PyRun_SimpleString("import gc; gc.disable()");
    static const char *const imported[] = {"ffi_single", "ffi_stateless", "ffi_failing", "ffi_multi", "ffi_exec", "ffi_failing_exec", "ffi_silent_exec",
                                           "ffi_unknown", "ffi_twice", "ffi_negative", "ffi_missing"};
    for (int i = 0; i < LENGTH(imported); i++) {
        PyObject *module = PyImport_ImportModule(imported[i]);
        show_borrowed(module, "%s", imported[i]);
        if (module == NULL) {
            PyErr_Clear();
            continue;
        }
        PyModuleDef *def = PyModule_GetDef(module);
        say("def %s state %d", def == NULL ? "NULL" : def->m_name, PyModule_GetState(module) != NULL);
        show(PyObject_CallMethod(module, "answer", NULL), "answer");
        show(PyObject_GetAttrString(module, "__doc__"), "doc");
        show(PyObject_GetAttrString(module, "constant"), "constant");
        show(PyObject_GetAttrString(module, "__loader__"), "loader");
        PyObject *again = PyImport_ImportModule(imported[i]);
        say("again %d", again == module);
        Py_XDECREF(again);
        say("found %d", def != NULL && PyState_FindModule(def) == module);
        PyObject *modules = PyImport_GetModuleDict(), *name = PyUnicode_FromString(imported[i]);
        PyDict_DelItem(modules, name);
        again = PyImport_Import(name);
        say("after deletion the same %d, equal contents %d", again == module, again != NULL && PyDict_Size(PyModule_GetDict(again)) == PyDict_Size(PyModule_GetDict(module)));
        show(PyImport_ReloadModule(again), "reload");
        Py_XDECREF(again);
        Py_DECREF(name);
        Py_DECREF(module);
        show_error("error");
    }
    static const char *const present[] = {"sys", "builtins", "__main__", "json"};
    Py_XDECREF(PyImport_ImportModule("json"));
    for (int i = 0; i < LENGTH(present); i++) {
        PyErr_SetString(PyExc_TypeError, "left behind");
        PyObject *found = PyImport_ImportModuleLevel(present[i], NULL, NULL, NULL, 0);
        say("%s %d", present[i], found != NULL);
        Py_XDECREF(found);
        show_error("the error from before");
        PyErr_SetString(PyExc_TypeError, "left behind");
        PyObject *again = PyImport_ImportModule(present[i]);
        say("%s without a frame %d", present[i], again != NULL);
        Py_XDECREF(again);
        show_error("the error from before");
    }
    PyObject *module = PyModule_New("fresh");
    show_borrowed(module, "New");
    show_number(PyModule_AddObject(module, "none", (Py_INCREF(Py_None), Py_None)), "AddObject");
    show_number(PyModule_AddObject(module, "null", NULL), "AddObject(NULL)");
    show_number(PyModule_AddIntConstant(module, "i", -5), "AddIntConstant");
    show_number(PyModule_AddStringConstant(module, "s", "string"), "AddStringConstant");
    show_number(PyModule_AddIntMacro(module, METH_O), "AddIntMacro");
    show_number(PyModule_AddType(module, &PyLong_Type), "AddType");
    show_number(PyModule_AddFunctions(module, FUNCTIONS), "AddFunctions");
    show_number(PyModule_SetDocString(module, "A doc string."), "SetDocString");
    show(PyDict_Keys(PyModule_GetDict(module)), "names");
    show_text(PyModule_GetName(module), "GetName");
    show(PyModule_GetNameObject(module), "GetNameObject");
    show_text(PyModule_GetFilename(module), "GetFilename");
    show(PyModule_GetFilenameObject(module), "GetFilenameObject");
    say("%d %d", PyModule_GetDef(module) == NULL, PyModule_GetState(module) == NULL);
    PyObject *name = PyUnicode_FromString("__name__");
    PyObject_SetAttr(module, name, Py_None);
    show_text(PyModule_GetName(module), "GetName of no text");
    PyObject_DelAttr(module, name);
    show_text(PyModule_GetName(module), "GetName of nothing");
    Py_DECREF(name);
    show_number(PyModule_AddObject(Py_None, "x", Py_None), "AddObject to None");
    show_text(PyModule_GetName(Py_None), "GetName of None");
    show_borrowed(PyModule_GetDict(Py_None), "GetDict of None");
    say("%d", PyModule_GetDef(Py_None) == NULL);
    show_error("GetDef of None");
    say("%d", PyModule_GetState(Py_None) == NULL);
    show_error("GetState of None");
    Py_DECREF(module);
    show(PyModule_Create2(&STATELESS, 3), "another API version");
    PyErr_Clear();
    show(PyModule_Create(&DEF_multi), "Create with slots");
    show_number(PyState_AddModule(Py_None, &STATELESS) == 0, "AddModule");
    show_number(PyState_RemoveModule(&STATELESS), "RemoveModule");
    say("%d", PyState_FindModule(&STATELESS) == NULL);
    show_borrowed(PyImport_AddModule("ffi_added"), "AddModule");
    name = PyUnicode_FromString("ffi_added");
    show_borrowed(PyImport_AddModuleObject(name), "AddModuleObject");
    show(PyImport_GetModule(name), "GetModule");
    Py_DECREF(name);
    name = PyUnicode_FromString("ffi_missing");
    show(PyImport_GetModule(name), "GetModule");
    Py_DECREF(name);
    show(PyImport_ImportModuleNoBlock("sys"), "NoBlock");
    PyObject *list = Py_BuildValue("[s]", "path");
    PyObject *level = PyImport_ImportModuleLevel("os", NULL, NULL, list, 0);
    say("%s", PyModule_GetName(level));
    Py_XDECREF(level);
    level = PyImport_ImportModuleLevel("os.path", NULL, NULL, NULL, 0);
    say("%s", PyModule_GetName(level));
    Py_XDECREF(level);
    show(PyImport_ImportModuleLevel("", NULL, NULL, NULL, 0), "empty name");
    show(PyImport_ImportModuleLevel("x", NULL, NULL, NULL, 1), "relative without globals");
    show(PyImport_ImportModuleLevel("x", NULL, NULL, NULL, -1), "negative level");
    show(PyImport_ReloadModule(Py_None), "reload None");
    Py_DECREF(list);
    PyObject *code = Py_CompileString("answer = 42\nwhere = __name__\n", "<frozen>", Py_file_input);
    show(PyImport_ExecCodeModule("ffi_code", code), "ExecCodeModule");
    module = PyImport_ExecCodeModuleEx("ffi_code.ex", code, "/path/file.py");
    show(PyObject_GetAttrString(module, "where"), "where");
    show(PyObject_GetAttrString(module, "__file__"), "file");
    Py_XDECREF(module);
    module = PyImport_ExecCodeModuleWithPathnames("ffi_code2", code, NULL, "/x/__pycache__/mod.cpython-39.pyc");
    show_borrowed(module, "WithPathnames");
    if (module != NULL) {
        show(PyObject_GetAttrString(module, "__file__"), "file");
        show(PyObject_GetAttrString(module, "__cached__"), "cached");
    }
    Py_XDECREF(module);
    PyErr_Clear();
    PyObject *marshalled = PyObject_CallMethod(PyImport_ImportModule("marshal"), "dumps", "O", code);
    int size = (int)PyBytes_GET_SIZE(marshalled);
    memcpy(FROZEN_CODE, PyBytes_AS_STRING(marshalled), (size_t)size);
    Py_DECREF(marshalled);
    Py_DECREF(code);
    int count = 0;
    for (; PyImport_FrozenModules[count].name != NULL && count < 50; count++) {
        FROZEN[count] = PyImport_FrozenModules[count];
    }
    FROZEN[count++] = (struct _frozen){"ffi_frozen", FROZEN_CODE, size};
    FROZEN[count++] = (struct _frozen){"ffi_package", FROZEN_CODE, -size};
    FROZEN[count++] = (struct _frozen){"ffi_excluded", NULL, 0};
    PyImport_FrozenModules = FROZEN;
    show_number(PyImport_ImportFrozenModule("ffi_frozen"), "ImportFrozenModule");
    show_number(PyImport_ImportFrozenModule("ffi_absent"), "ImportFrozenModule");
    static const char *const frozen[] = {"ffi_frozen", "ffi_package", "ffi_excluded", "ffi_absent"};
    for (int i = 0; i < LENGTH(frozen); i++) {
        module = PyImport_ImportModule(frozen[i]);
        show_borrowed(module, "%s", frozen[i]);
        if (module != NULL) {
            show(PyObject_GetAttrString(module, "where"), "where");
            show(PyObject_GetAttrString(module, "__path__"), "path");
        }
        Py_XDECREF(module);
        PyErr_Clear();
    }
    say("%ld %s", PyImport_GetMagicNumber(), PyImport_GetMagicTag());
    PyObject *path = PyUnicode_FromString("/no/such/path");
    show(PyImport_GetImporter(path), "GetImporter");
    Py_DECREF(path);
    say("finalised %d", Py_FinalizeEx());
    Py_Initialize();
    module = PyImport_ImportModule("ffi_single");
    show_borrowed(module, "in the second round");
    Py_XDECREF(module);
    module = PyImport_ImportModule("ffi_stateless");
    show_borrowed(module, "in the second round");
    Py_XDECREF(module);
    PyErr_Clear();
    say("finalised %d", Py_FinalizeEx());
}
