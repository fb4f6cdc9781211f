/* An extension module built from source: multi-phase initialisation, module state, a heap type with the sequence,
   number, buffer and vectorcall protocols, a weak-reference list and an instance dict, a named tuple type, an
   exception and a capsule. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyTypeObject *tally_type;
    PyTypeObject *summary_type;
    PyObject *error;
} State;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    long *values;
    Py_ssize_t used, room, exports;
    PyObject *dict, *weakrefs;
} Tally;

static struct PyModuleDef definition;

static State *state_of(PyObject *module) { return PyModule_GetState(module); }

/* ---- Tally ---- */

static int push(Tally *self, long value)
{
    if (self->exports) {
        PyErr_SetString(PyExc_BufferError, "the values are lent out");
        return -1;
    }
    if (self->used == self->room) {
        Py_ssize_t room = self->room ? self->room * 2 : 4;
        long *values = PyMem_Realloc(self->values, (size_t)room * sizeof *values);
        if (values == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->values = values;
        self->room = room;
    }
    self->values[self->used++] = value;
    return 0;
}

static PyObject *tally_call(PyObject *object, PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    for (Py_ssize_t i = 0; i < count; i++) {
        long value = PyLong_AsLong(args[i]);
        if ((value == -1 && PyErr_Occurred()) || push((Tally *)object, value) < 0)
            return NULL;
    }
    for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names); i++)
        if (PyObject_SetAttr(object, PyTuple_GET_ITEM(names, i), args[count + i]) < 0)
            return NULL;
    return PyLong_FromSsize_t(((Tally *)object)->used);
}

static PyObject *tally_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *start = NULL;
    static char *names[] = {"start", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:Tally", names, &start))
        return NULL;
    Tally *self = (Tally *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->vectorcall = tally_call;
    if (start == NULL)
        return (PyObject *)self;
    PyObject *sequence = PySequence_Fast(start, "start must be iterable");
    int failed = sequence == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(sequence); i++) {
        long value = PyLong_AsLong(PySequence_Fast_GET_ITEM(sequence, i));
        failed = (value == -1 && PyErr_Occurred()) || push(self, value) < 0;
    }
    Py_XDECREF(sequence);
    if (failed)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int tally_traverse(Tally *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int tally_clear(Tally *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void tally_dealloc(Tally *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakrefs)
        PyObject_ClearWeakRefs((PyObject *)self);
    tally_clear(self);
    PyMem_Free(self->values);
    type->tp_free(self);
    Py_DECREF(type);
}

static Py_ssize_t tally_length(Tally *self) { return self->used; }

static PyObject *tally_item(Tally *self, Py_ssize_t index)
{
    if (index < 0 || index >= self->used) {
        PyErr_SetString(PyExc_IndexError, "no such value");
        return NULL;
    }
    return PyLong_FromLong(self->values[index]);
}

static PyObject *tally_add(PyObject *left, PyObject *right)
{
    if (Py_TYPE(left) != Py_TYPE(right))
        Py_RETURN_NOTIMPLEMENTED;
    Tally *a = (Tally *)left, *b = (Tally *)right;
    Tally *sum = (Tally *)PyObject_CallNoArgs((PyObject *)Py_TYPE(left));
    for (Py_ssize_t i = 0; sum && i < a->used && i < b->used; i++)
        if (push(sum, a->values[i] + b->values[i]) < 0)
            Py_CLEAR(sum);
    return (PyObject *)sum;
}

static int tally_getbuffer(Tally *self, Py_buffer *view, int flags)
{
    static Py_ssize_t stride = sizeof(long);
    if (PyBuffer_FillInfo(view, (PyObject *)self, self->values, self->used * (Py_ssize_t)sizeof(long), 0, flags) < 0)
        return -1;
    view->itemsize = sizeof(long);
    view->format = flags & PyBUF_FORMAT ? "l" : NULL;
    view->shape = flags & PyBUF_ND ? &self->used : NULL;
    view->strides = flags & PyBUF_STRIDES ? &stride : NULL;
    self->exports++;
    return 0;
}

static void tally_releasebuffer(Tally *self, Py_buffer *view)
{
    (void)view;
    self->exports--;
}

static PyObject *tally_summary(Tally *self, PyTypeObject *defining_class, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    State *state = PyType_GetModuleState(defining_class);
    (void)args;
    if (count || names) {
        PyErr_SetString(PyExc_TypeError, "summary() takes no arguments");
        return NULL;
    }
    if (self->used == 0) {
        PyErr_SetString(state->error, "nothing was counted");
        return NULL;
    }
    long least = self->values[0], most = least;
    double sum = 0;
    for (Py_ssize_t i = 0; i < self->used; i++) {
        least = self->values[i] < least ? self->values[i] : least;
        most = self->values[i] > most ? self->values[i] : most;
        sum += (double)self->values[i];
    }
    PyObject *result = PyStructSequence_New(state->summary_type);
    if (result == NULL)
        return NULL;
    PyStructSequence_SET_ITEM(result, 0, PyLong_FromLong(least));
    PyStructSequence_SET_ITEM(result, 1, PyLong_FromLong(most));
    PyStructSequence_SET_ITEM(result, 2, PyFloat_FromDouble(sum / (double)self->used));
    if (PyErr_Occurred())
        Py_CLEAR(result);
    return result;
}

static PyMethodDef tally_methods[] = {
    {"summary", (PyCFunction)(void (*)(void))tally_summary, METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     "summary($self)\n--\n\nleast, most and mean"},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};

static PyMemberDef tally_members[] = {
    {"room", T_PYSSIZET, offsetof(Tally, room), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(Tally, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Tally, weakrefs), READONLY, NULL},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Tally, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

static PyGetSetDef tally_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot tally_slots[] = {
    {Py_tp_doc, "Tally(start=())\n--\n\nnumbers that are counted"},
    {Py_tp_new, tally_new},
    {Py_tp_dealloc, tally_dealloc},
    {Py_tp_traverse, tally_traverse},
    {Py_tp_clear, tally_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_methods, tally_methods},
    {Py_tp_members, tally_members},
    {Py_tp_getset, tally_getset},
    {Py_sq_length, tally_length},
    {Py_sq_item, tally_item},
    {Py_nb_add, tally_add},
    {Py_bf_getbuffer, tally_getbuffer},
    {Py_bf_releasebuffer, tally_releasebuffer},
    {0, NULL}};

static PyType_Spec tally_spec = {
    "tally.Tally", sizeof(Tally), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | _Py_TPFLAGS_HAVE_VECTORCALL, tally_slots};

/* ---- functions ---- */

static PyObject *describe(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)module;
    PyObject *parts = PyList_New(0);
    for (Py_ssize_t i = 0; parts && i < count + (names ? PyTuple_GET_SIZE(names) : 0); i++) {
        PyObject *part = i < count ? PyUnicode_FromFormat("%zd:%.10R", i, args[i])
                                   : PyUnicode_FromFormat("%U=%S", PyTuple_GET_ITEM(names, i - count), args[i]);
        if (part == NULL || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *text = parts && comma ? PyUnicode_Join(comma, parts) : NULL;
    Py_XDECREF(parts);
    Py_XDECREF(comma);
    return text;
}

static PyObject *parse(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"text", "data", "number", "flag", "pair", "rest", NULL};
    const char *text;
    Py_buffer data;
    double number = 0.5;
    int flag = 0, left = 1, right = 2;
    PyObject *rest = Py_None;
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "sy*|d$p(ii)O:parse", names, &text, &data, &number, &flag, &left, &right, &rest))
        return NULL;
    PyObject *result = Py_BuildValue("{s:s,s:n,s:d,s:N,s:(ii),s:O}", "text", text, "size", data.len, "number", number, "flag",
                                     PyBool_FromLong(flag), "pair", left, right, "rest", rest);
    PyBuffer_Release(&data);
    return result;
}

static int answer(void) { return 42; }

static PyObject *through_capsule(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    int (*function)(void) = (int (*)(void))PyCapsule_Import("tally._api", 0);
    return function ? PyLong_FromLong(function()) : NULL;
}

static PyMethodDef functions[] = {
    {"describe", (PyCFunction)(void (*)(void))describe, METH_FASTCALL | METH_KEYWORDS, "describe(*args, **kwargs)"},
    {"parse", (PyCFunction)(void (*)(void))parse, METH_VARARGS | METH_KEYWORDS, "what PyArg_ParseTupleAndKeywords makes of it"},
    {"through_capsule", through_capsule, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

/* ---- the module ---- */

static PyStructSequence_Field summary_fields[] = {{"least", NULL}, {"most", NULL}, {"mean", "arithmetic"}, {NULL, NULL}};
static PyStructSequence_Desc summary_description = {"tally.Summary", "what came of it", summary_fields, 3};

static int exec(PyObject *module)
{
    State *state = state_of(module);
    state->tally_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &tally_spec, NULL);
    state->summary_type = PyStructSequence_NewType(&summary_description);
    state->error = PyErr_NewExceptionWithDoc("tally.Error", "nothing to tally", PyExc_ArithmeticError, NULL);
    PyObject *capsule = PyCapsule_New((void *)answer, "tally._api", NULL);
    if (!state->tally_type || !state->summary_type || !state->error || !capsule)
        return -1;
    Py_INCREF(state->error);
    if (PyModule_AddType(module, state->tally_type) < 0 || PyModule_AddType(module, state->summary_type) < 0 ||
        PyModule_AddObject(module, "Error", state->error) < 0 || PyModule_AddObject(module, "_api", capsule) < 0)
        return -1;
    return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = state_of(module);
    Py_VISIT(state->tally_type);
    Py_VISIT(state->summary_type);
    Py_VISIT(state->error);
    return 0;
}

static int module_clear(PyObject *module)
{
    State *state = state_of(module);
    Py_CLEAR(state->tally_type);
    Py_CLEAR(state->summary_type);
    Py_CLEAR(state->error);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "tally", "an example of an extension module", sizeof(State), functions, slots, module_traverse,
    module_clear, NULL};

PyMODINIT_FUNC PyInit_tally(void) { return PyModuleDef_Init(&definition); }
