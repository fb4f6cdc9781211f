/* object.h, typeslots.h, structmember.h: subclassing every built-in type from C, static and heap types, slots, members. */
#include "harness.h"

#include <frameobject.h>
#include <structmember.h>

static PyObject *type_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<%s>", Py_TYPE(self)->tp_name);
}

static PyObject *method_answer(PyObject *self, PyObject *nothing)
{
    (void)self;
    (void)nothing;
    return PyLong_FromLong(42);
}

static PyMethodDef METHODS[] = {
    {"answer", method_answer, METH_NOARGS, "answer($self)\n--\n\nThe answer."},
    {"class_answer", method_answer, METH_NOARGS | METH_CLASS, NULL},
    {"static_answer", method_answer, METH_NOARGS | METH_STATIC, NULL},
    {NULL, NULL, 0, NULL},
};

static const struct {
    const char *base;
    const char *arguments;
} BASES[] = {
    {"object", "()"}, {"int", "(5,)"}, {"float", "(2.5,)"}, {"complex", "(1, 2)"}, {"str", "('text',)"}, {"bytes", "(b'bytes',)"}, {"bytearray", "(b'x',)"},
    {"list", "([1],)"}, {"tuple", "((1, 2),)"}, {"dict", "({'a': 1},)"}, {"set", "([1],)"}, {"frozenset", "([1],)"}, {"type", "('made', (), {})"},
    {"property", "()"}, {"staticmethod", "(len,)"}, {"classmethod", "(len,)"}, {"super", "(int, 5)"}, {"Exception", "('x',)"}, {"OSError", "(2, 'x')"},
    {"SystemExit", "(3,)"}, {"UnicodeDecodeError", "('a', b'', 0, 1, 'r')"}, {"SyntaxError", "('m',)"}, {"StopIteration", "(1,)"}, {"enumerate", "('ab',)"},
    {"reversed", "([1],)"}, {"zip", "('ab', 'cd')"}, {"map", "(len, ['a'])"}, {"filter", "(None, [1])"}, {"types.ModuleType", "('m',)"},
    {"types.SimpleNamespace", "()"}, {"collections.OrderedDict", "()"}, {"collections.deque", "([1],)"}, {"array.array", "('b',)"},
    {"weakref.ref", "(Plain,)"}, {"bool", "(1,)"}, {"range", "(3,)"}, {"slice", "(3,)"}, {"memoryview", "(b'x',)"}, {"type(None)", "()"}, {"type(len)", "()"},
    {"type(...)", "()"}, {"types.FunctionType", "()"}, {"types.GeneratorType", "()"}, {"types.CodeType", "()"}, {"types.MethodType", "(len, 1)"},
    {"types.MappingProxyType", "({},)"}, {"types.GenericAlias", "(list, int)"}, {"types.CellType", "()"}, {"type(iter([]))", "()"}, {"io.StringIO", "('x',)"},
    {"io.BytesIO", "(b'x',)"}, {"weakref.ProxyType", "()"}, {"types.TracebackType", "()"}, {"types.FrameType", "()"}, {"collections.defaultdict", "(int,)"},
    {"type(sys.flags)", "()"}, {"type({}.keys())", "()"}, {"type(int.real)", "()"}, {"type(str.upper)", "()"},
};

static void inspect(PyTypeObject *type, const char *label)
{
    PyTypeObject *base = type->tp_base == NULL ? type : type->tp_base;
    say("%s: name %s item %zd base %s", label, type->tp_name, type->tp_itemsize, base->tp_name);
    /* The structs of some modules' types are in no header. */
    int is_public = strncmp(base->tp_name, "_io.", 4) != 0;
    if (is_public) {
        say("size %zd dict %zd weak list %zd vectorcall %zd", type->tp_basicsize, type->tp_dictoffset, type->tp_weaklistoffset, type->tp_vectorcall_offset);
    }
    unsigned long known = type->tp_flags & ~(Py_TPFLAGS_VALID_VERSION_TAG | Py_TPFLAGS_HAVE_VERSION_TAG);
    say("flags %lx", known);
    say("slots %d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", type->tp_dealloc != NULL, type->tp_repr != NULL, type->tp_as_number != NULL,
        type->tp_as_sequence != NULL, type->tp_as_mapping != NULL, type->tp_hash != NULL, type->tp_call != NULL, type->tp_str != NULL,
        type->tp_getattro != NULL, type->tp_setattro != NULL, type->tp_traverse != NULL, type->tp_clear != NULL, type->tp_richcompare != NULL,
        type->tp_iter != NULL, type->tp_iternext != NULL, type->tp_init != NULL, type->tp_alloc != NULL, type->tp_new != NULL);
    say("more %d%d%d%d%d%d", type->tp_free != NULL, type->tp_finalize != NULL, type->tp_descr_get != NULL, type->tp_descr_set != NULL,
        type->tp_del != NULL, type->tp_as_buffer != NULL && type->tp_as_buffer->bf_getbuffer != NULL);
    show_borrowed(type->tp_mro, "mro");
}

static void use(PyTypeObject *type, const char *arguments_text)
{
    PyObject *arguments = value(arguments_text);
    PyObject *instance = PyObject_Call((PyObject *)type, arguments, NULL);
    Py_DECREF(arguments);
    show_borrowed(instance, "instance");
    if (instance == NULL) {
        PyErr_Clear();
        return;
    }
    show(PyObject_CallMethod(instance, "answer", NULL), "answer");
    show(PyObject_CallMethod((PyObject *)type, "class_answer", NULL), "class_answer");
    show(PyObject_CallMethod((PyObject *)type, "static_answer", NULL), "static_answer");
    show(PyObject_Str(instance), "text");
    show_number(PyObject_IS_GC(instance), "collected");
    PyDict_SetItemString(names(), "T", (PyObject *)type);
    PyObject *derived = PyRun_String("type('Derived', (T,), {'extra': 1})", Py_eval_input, names(), names());
    show_borrowed(derived, "derived");
    Py_XDECREF(derived);
    PyErr_Clear();
    Py_DECREF(instance);
    PyDict_DelItemString(names(), "T");
}

SECTION(heap_subclasses)
{
    for (int i = 0; i < LENGTH(BASES); i++) {
        PyObject *base = value(BASES[i].base);
        PyType_Slot slots[] = {{Py_tp_repr, (void *)type_repr}, {Py_tp_methods, METHODS}, {Py_tp_doc, "A subclass."}, {0, NULL}};
        PyType_Spec spec = {"ffi.Sub", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
        PyObject *bases = PyTuple_Pack(1, base);
        PyObject *type = PyType_FromSpecWithBases(&spec, bases);
        Py_DECREF(bases);
        if (type == NULL) {
            show(NULL, "subclass of %s", BASES[i].base);
        } else {
            show_borrowed(type, "subclass of %s", BASES[i].base);
            inspect((PyTypeObject *)type, BASES[i].base);
            show(PyObject_GetAttrString(type, "__doc__"), "doc");
            show(PyObject_GetAttrString(type, "__module__"), "module");
            show(PyObject_GetAttrString(type, "__qualname__"), "qualname");
            use((PyTypeObject *)type, BASES[i].arguments);
            Py_DECREF(type);
        }
        Py_DECREF(base);
    }
}

SECTION(static_subclasses)
{
    for (int i = 0; i < LENGTH(BASES); i++) {
        PyObject *base = value(BASES[i].base);
        if (((PyTypeObject *)base)->tp_flags & Py_TPFLAGS_HEAPTYPE || !(((PyTypeObject *)base)->tp_flags & Py_TPFLAGS_BASETYPE)) {
            Py_DECREF(base);
            continue;
        }
        /* A static type lives as long as the process. */
        PyTypeObject *type = calloc(1, sizeof *type);
        type->ob_base.ob_base.ob_refcnt = 1;
        type->tp_name = "ffi.Static";
        type->tp_base = (PyTypeObject *)base;
        type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
        type->tp_repr = type_repr;
        type->tp_methods = METHODS;
        int status = PyType_Ready(type);
        show_number(status, "static subclass of %s", BASES[i].base);
        if (status == 0) {
            inspect(type, BASES[i].base);
            show_borrowed((PyObject *)Py_TYPE(type), "metatype");
            show(PyObject_GetAttrString((PyObject *)type, "__module__"), "module");
            use(type, BASES[i].arguments);
            PyObject *name = PyUnicode_FromString("new_attribute");
            show_number(PyObject_SetAttr((PyObject *)type, name, Py_None), "SetAttr");
            Py_DECREF(name);
        }
    }
}

typedef struct {
    PyObject_HEAD
    char b;
    unsigned char B;
    short h;
    unsigned short H;
    int i;
    unsigned int I;
    long l;
    unsigned long k;
    long long L;
    unsigned long long K;
    Py_ssize_t n;
    float f;
    double d;
    const char *s;
    char inplace[8];
    char c;
    char flag;
    PyObject *object;
    PyObject *object_ex;
    PyObject *weakrefs;
    PyObject *dict;
    int accesses;
} Fields;

static PyMemberDef MEMBERS[] = {
    {"b", T_BYTE, offsetof(Fields, b), 0, "A byte."},
    {"B", T_UBYTE, offsetof(Fields, B), 0, NULL},
    {"h", T_SHORT, offsetof(Fields, h), 0, NULL},
    {"H", T_USHORT, offsetof(Fields, H), 0, NULL},
    {"i", T_INT, offsetof(Fields, i), 0, NULL},
    {"I", T_UINT, offsetof(Fields, I), 0, NULL},
    {"l", T_LONG, offsetof(Fields, l), 0, NULL},
    {"k", T_ULONG, offsetof(Fields, k), 0, NULL},
    {"L", T_LONGLONG, offsetof(Fields, L), 0, NULL},
    {"K", T_ULONGLONG, offsetof(Fields, K), 0, NULL},
    {"n", T_PYSSIZET, offsetof(Fields, n), 0, NULL},
    {"f", T_FLOAT, offsetof(Fields, f), 0, NULL},
    {"d", T_DOUBLE, offsetof(Fields, d), 0, NULL},
    {"s", T_STRING, offsetof(Fields, s), 0, NULL},
    {"inplace", T_STRING_INPLACE, offsetof(Fields, inplace), 0, NULL},
    {"c", T_CHAR, offsetof(Fields, c), 0, NULL},
    {"flag", T_BOOL, offsetof(Fields, flag), 0, NULL},
    {"object", T_OBJECT, offsetof(Fields, object), 0, NULL},
    {"object_ex", T_OBJECT_EX, offsetof(Fields, object_ex), 0, NULL},
    {"none", T_NONE, offsetof(Fields, object), 0, NULL},
    {"read_only", T_INT, offsetof(Fields, i), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Fields, weakrefs), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(Fields, dict), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyObject *get_twice(PyObject *self, void *closure)
{
    return PyUnicode_FromFormat("%d %s", ((Fields *)self)->accesses++, (const char *)closure);
}

static int set_twice(PyObject *self, PyObject *given, void *closure)
{
    (void)closure;
    if (given == NULL) {
        PyErr_SetString(PyExc_TypeError, "not to be deleted");
        return -1;
    }
    ((Fields *)self)->accesses = (int)PyLong_AsLong(given);
    return PyErr_Occurred() ? -1 : 0;
}

static PyGetSetDef GETTERS[] = {
    {"twice", get_twice, set_twice, "Both.", "closure"},
    {"only", get_twice, NULL, NULL, "read"},
    {"write", NULL, set_twice, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static void fields_dealloc(PyObject *self)
{
    Fields *fields = (Fields *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (fields->weakrefs != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_CLEAR(fields->object);
    Py_CLEAR(fields->object_ex);
    Py_CLEAR(fields->dict);
    type->tp_free(self);
    Py_DECREF(type);
}

static int fields_init(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    (void)keywords;
    ((Fields *)self)->s = "constant";
    strcpy(((Fields *)self)->inplace, "place");
    ((Fields *)self)->c = 'c';
    return PyArg_ParseTuple(arguments, "|i:Fields", &((Fields *)self)->i) ? 0 : -1;
}

SECTION(members)
{
    PyType_Slot slots[] = {{Py_tp_members, MEMBERS},     {Py_tp_getset, GETTERS}, {Py_tp_dealloc, (void *)fields_dealloc}, {Py_tp_init, (void *)fields_init},
                           {Py_tp_new, (void *)PyType_GenericNew}, {0, NULL}};
    PyType_Spec spec = {"ffi.inner.Fields", sizeof(Fields), 0, Py_TPFLAGS_DEFAULT, slots};
    PyObject *type = PyType_FromSpec(&spec);
    show_borrowed(type, "type");
    inspect((PyTypeObject *)type, "Fields");
    PyObject *instance = PyObject_CallFunction(type, "i", 7);
    static const char *const values[] = {"0", "-1", "127", "128", "255", "256", "-32769", "65536", "2**31", "2**32", "2**63", "2**64", "-2**63-1", "1.5", "'x'",
                                         "'xy'", "None", "True", "False", "Index(3)", "2**1100"};
    for (PyMemberDef *member = MEMBERS; member->name != NULL; member++) {
        if (member->name[0] == '_') {
            continue;
        }
        show(PyObject_GetAttrString(instance, member->name), "%s", member->name);
        show(PyMember_GetOne((char *)instance, member), "GetOne");
        for (int i = 0; i < LENGTH(values); i++) {
            PyObject *given = value(values[i]);
            int status = PyObject_SetAttrString(instance, member->name, given);
            show_number(status, "%s: %s", member->name, values[i]);
            if (status == 0) {
                show(PyObject_GetAttrString(instance, member->name), "  now");
            }
            Py_DECREF(given);
        }
        show_number(PyObject_SetAttrString(instance, member->name, NULL), "delete %s", member->name);
        show_number(PyObject_SetAttrString(instance, member->name, NULL), "delete again");
        PyObject *descriptor = PyObject_GetAttrString(type, member->name);
        show_borrowed(descriptor, "descriptor");
        show(PyObject_GetAttrString(descriptor, "__doc__"), "doc");
        Py_DECREF(descriptor);
    }
    show(PyObject_GetAttrString(instance, "twice"), "twice");
    PyObject *ten = PyLong_FromLong(10);
    show_number(PyObject_SetAttrString(instance, "twice", ten), "set twice");
    show(PyObject_GetAttrString(instance, "twice"), "twice");
    show_number(PyObject_SetAttrString(instance, "twice", NULL), "delete twice");
    show_number(PyObject_SetAttrString(instance, "only", ten), "set only");
    show(PyObject_GetAttrString(instance, "write"), "write");
    show_number(PyObject_SetAttrString(instance, "write", ten), "set write");
    show_number(PyObject_SetAttrString(instance, "dynamic", ten), "set dynamic");
    show(PyObject_GetAttrString(instance, "dynamic"), "dynamic");
    show(PyObject_CallFunction(type, "s", "x"), "bad argument");
    Py_DECREF(ten);
    PyObject *weak = PyWeakref_NewRef(instance, NULL);
    show_number(PyWeakref_GetObject(weak) == instance, "weak reference");
    Py_ssize_t before = Py_REFCNT(type);
    Py_DECREF(instance);
    show_number(Py_REFCNT(type) - before, "references of the type");
    show_number(PyWeakref_GetObject(weak) == Py_None, "weak reference");
    Py_DECREF(weak);
    show_number(PyType_GetFlags((PyTypeObject *)type) == ((PyTypeObject *)type)->tp_flags, "GetFlags");
    say("slots %d %d %d", PyType_GetSlot((PyTypeObject *)type, Py_tp_init) == (void *)fields_init, PyType_GetSlot((PyTypeObject *)type, Py_nb_add) == NULL,
        PyType_GetSlot((PyTypeObject *)type, Py_tp_members) != NULL);
    say("%d", PyType_GetSlot((PyTypeObject *)type, 9999) == NULL);
    show_error("slot 9999");
    say("%d", PyType_GetSlot(&PyLong_Type, Py_nb_add) == NULL);
    show_error("slot of a static type");
    Py_DECREF(type);
}

SECTION(specs)
{
    PyType_Slot none[] = {{0, NULL}}, bad[] = {{9999, (void *)1}, {0, NULL}}, negative[] = {{-1, (void *)1}, {0, NULL}};
    PyType_Slot doc[] = {{Py_tp_doc, "Named(x)\n--\n\nText."}, {0, NULL}};
    PyType_Slot bases_slot[] = {{Py_tp_base, &PyLong_Type}, {0, NULL}};
    const struct {
        const char *label;
        PyType_Spec spec;
    } cases[] = {
        {"plain", {"Plain", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, none}},
        {"dotted", {"a.b.Dotted", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, none}},
        {"bad slot", {"m.Bad", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, bad}},
        {"negative slot", {"m.Bad", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, negative}},
        {"with signature", {"m.Named", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, doc}},
        {"based", {"m.Based", 0, 0, Py_TPFLAGS_DEFAULT, bases_slot}},
        {"no name", {NULL, sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, none}},
        {"collected without traverse", {"m.Gc", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, none}},
    };
    for (int i = 0; i < LENGTH(cases); i++) {
        PyType_Spec spec = cases[i].spec;
        PyObject *type = PyType_FromSpec(&spec);
        show_borrowed(type, "%s", cases[i].label);
        if (type == NULL) {
            PyErr_Clear();
            continue;
        }
        show(PyObject_GetAttrString(type, "__module__"), "module");
        show(PyObject_GetAttrString(type, "__qualname__"), "qualname");
        show(PyObject_GetAttrString(type, "__doc__"), "doc");
        show(PyObject_GetAttrString(type, "__text_signature__"), "signature");
        show(PyObject_CallNoArgs(type), "call");
        Py_DECREF(type);
    }
    PyType_Spec spec = {"m.Multi", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, none};
    static const char *const bases[] = {"(Plain, int)", "(int, Plain)", "(int, str)", "(bool,)", "(5,)", "(Plain, Plain)", "(collections.abc.Sized, dict)"};
    for (int i = 0; i < LENGTH(bases); i++) {
        PyObject *tuple = value(bases[i]);
        PyObject *type = PyType_FromSpecWithBases(&spec, tuple);
        show_borrowed(type, "bases %s", bases[i]);
        if (type != NULL) {
            show_borrowed(((PyTypeObject *)type)->tp_mro, "mro");
            show_borrowed((PyObject *)((PyTypeObject *)type)->tp_base, "base");
            Py_DECREF(type);
        }
        PyErr_Clear();
        Py_DECREF(tuple);
    }
    PyObject *type = PyType_FromSpecWithBases(&spec, (PyObject *)&PyDict_Type);
    show(type, "a type as bases");
    PyObject *module = PyModule_New("m");
    type = PyType_FromModuleAndSpec(module, &spec, NULL);
    say("%d", PyType_GetModule((PyTypeObject *)type) == module);
    say("%d", PyType_GetModuleState((PyTypeObject *)type) == NULL);
    show_error("GetModuleState");
    Py_XDECREF(type);
    Py_DECREF(module);
    say("%d", PyType_GetModule(&PyLong_Type) == NULL);
    show_error("GetModule of a static type");
    type = PyType_FromSpec(&spec);
    say("%d", PyType_GetModule((PyTypeObject *)type) == NULL);
    show_error("GetModule without one");
    unsigned before = PyType_ClearCache();
    (void)before;
    PyObject_SetAttrString(type, "late", Py_True);
    PyType_Modified((PyTypeObject *)type);
    say("valid %d", PyType_HasFeature((PyTypeObject *)type, Py_TPFLAGS_VALID_VERSION_TAG) != 0);
    PyObject *allocated = PyType_GenericAlloc((PyTypeObject *)type, 0);
    show_borrowed(allocated, "allocated");
    Py_DECREF(allocated);
    Py_DECREF(type);
    PyObject *tuple = value("(int, type)");
    show_borrowed((PyObject *)_PyType_CalculateMetaclass(&PyType_Type, tuple), "metaclass");
    Py_DECREF(tuple);
    tuple = value("(collections.abc.Sized,)");
    show_borrowed((PyObject *)_PyType_CalculateMetaclass(&PyType_Type, tuple), "metaclass");
    Py_DECREF(tuple);
}

/* A type with every operator slot, each answering its name, so that Python code reaches all of them. */
#define UNARY(name)                                                                                 \
    static PyObject *op_##name(PyObject *self)                                                      \
    {                                                                                               \
        (void)self;                                                                                 \
        return PyUnicode_FromString(#name);                                                         \
    }
#define BINARY(name)                                                                                \
    static PyObject *op_##name(PyObject *v, PyObject *w)                                            \
    {                                                                                               \
        if (PyFloat_Check(v) || PyFloat_Check(w)) {                                                 \
            Py_RETURN_NOTIMPLEMENTED;                                                               \
        }                                                                                           \
        return PyUnicode_FromFormat(#name " %s %s", Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name);      \
    }
UNARY(negative) UNARY(positive) UNARY(absolute) UNARY(invert) UNARY(iter) UNARY(str) UNARY(await)
BINARY(add) BINARY(subtract) BINARY(multiply) BINARY(remainder) BINARY(divmod) BINARY(lshift) BINARY(rshift) BINARY(and) BINARY(xor) BINARY(or)
BINARY(floor_divide) BINARY(true_divide) BINARY(matrix_multiply) BINARY(inplace_add) BINARY(inplace_subtract) BINARY(inplace_multiply)
BINARY(inplace_remainder) BINARY(inplace_lshift) BINARY(inplace_rshift) BINARY(inplace_and) BINARY(inplace_xor) BINARY(inplace_or)
BINARY(inplace_floor_divide) BINARY(inplace_true_divide) BINARY(inplace_matrix_multiply) BINARY(subscript)

static PyObject *op_power(PyObject *v, PyObject *w, PyObject *z)
{
    return PyUnicode_FromFormat("power %s %s %R", Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name, z);
}

static int op_bool(PyObject *self)
{
    (void)self;
    return 1;
}

static PyObject *op_int(PyObject *self)
{
    (void)self;
    return PyLong_FromLong(11);
}

static PyObject *op_float(PyObject *self)
{
    (void)self;
    return PyFloat_FromDouble(1.25);
}

static Py_ssize_t op_length(PyObject *self)
{
    (void)self;
    return 4;
}

static PyObject *op_item(PyObject *self, Py_ssize_t at)
{
    (void)self;
    return at < 0 || at >= 4 ? PyErr_Format(PyExc_IndexError, "at %zd", at) : PyLong_FromSsize_t(at * 10);
}

static int op_ass_subscript(PyObject *self, PyObject *key, PyObject *given)
{
    (void)self;
    show_borrowed(key, "  key");
    show_borrowed(given, "  given");
    return 0;
}

static int op_contains(PyObject *self, PyObject *item)
{
    (void)self;
    return item == Py_None;
}

static PyObject *op_richcompare(PyObject *v, PyObject *w, int op)
{
    if (PyFloat_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyUnicode_FromFormat("compare %s %s %d", Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name, op);
}

static Py_hash_t op_hash(PyObject *self)
{
    (void)self;
    return 99;
}

static PyObject *op_call(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    (void)self;
    return PyUnicode_FromFormat("call %R %R", arguments, keywords == NULL ? Py_None : keywords);
}

static PyObject *op_getattro(PyObject *self, PyObject *name)
{
    PyObject *found = PyObject_GenericGetAttr(self, name);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return PyUnicode_FromFormat("attribute %U", name);
    }
    return found;
}

static PyObject *op_descr_get(PyObject *self, PyObject *instance, PyObject *owner)
{
    (void)self;
    return PyUnicode_FromFormat("get %d %s", instance != NULL, ((PyTypeObject *)owner)->tp_name);
}

static PyObject *op_next(PyObject *self)
{
    (void)self;
    return NULL;
}

#define SLOT(name) {Py_nb_##name, (void *)op_##name}
static PyType_Slot OPERATORS[] = {
    SLOT(add), SLOT(subtract), SLOT(multiply), SLOT(remainder), SLOT(divmod), SLOT(power), SLOT(negative), SLOT(positive), SLOT(absolute), SLOT(bool), SLOT(invert),
    SLOT(lshift), SLOT(rshift), SLOT(and), SLOT(xor), SLOT(or), SLOT(int), SLOT(float), SLOT(inplace_add), SLOT(inplace_subtract), SLOT(inplace_multiply),
    SLOT(inplace_remainder), {Py_nb_inplace_power, (void *)op_power}, SLOT(inplace_lshift), SLOT(inplace_rshift), SLOT(inplace_and), SLOT(inplace_xor),
    SLOT(inplace_or), SLOT(floor_divide), SLOT(true_divide), SLOT(inplace_floor_divide), SLOT(inplace_true_divide), {Py_nb_index, (void *)op_int},
    SLOT(matrix_multiply), SLOT(inplace_matrix_multiply), {Py_mp_length, (void *)op_length}, {Py_mp_subscript, (void *)op_subscript},
    {Py_mp_ass_subscript, (void *)op_ass_subscript}, {Py_sq_length, (void *)op_length}, {Py_sq_item, (void *)op_item}, {Py_sq_contains, (void *)op_contains},
    {Py_tp_richcompare, (void *)op_richcompare}, {Py_tp_hash, (void *)op_hash}, {Py_tp_call, (void *)op_call}, {Py_tp_getattro, (void *)op_getattro},
    {Py_tp_descr_get, (void *)op_descr_get}, {Py_tp_iter, (void *)PyObject_SelfIter}, {Py_tp_iternext, (void *)op_next}, {Py_tp_str, (void *)op_str},
    {Py_am_await, (void *)op_await}, {Py_am_aiter, (void *)op_iter}, {Py_tp_new, (void *)PyType_GenericNew}, {0, NULL},
};

SECTION(operators)
{
    PyType_Spec spec = {"ffi.Ops", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, OPERATORS};
    PyObject *type = PyType_FromSpec(&spec);
    PyDict_SetItemString(names(), "Ops", type);
    inspect((PyTypeObject *)type, "Ops");
    statements("x = Ops()\nclass Sub(Ops):\n    def __add__(self, other): return ('sub add', super().__add__(other))\n    def __getitem__(self, key): return ('sub item', key)\n"
               "    def __len__(self): return 77\n    __hash__ = None\n    def __radd__(self, other): return 'sub radd'\nclass Holder: ops = Ops()\ny = Sub()");
    static const char *const expressions[] = {
        "x + 1", "1 + x", "x - x", "x * 'a'", "'a' * x", "x % 2", "'%s' % x", "divmod(x, 1)", "pow(x, 2, 3)", "x ** 2", "2 ** x", "-x", "+x", "abs(x)", "~x", "bool(x)",
        "x << 1", "x >> 1", "x & 1", "x ^ 1", "x | 1", "int(x)", "float(x)", "x // 1", "x / 1", "x @ x", "x + 1.5", "1.5 + x", "operator.index(x)", "operator.iadd(x, 1)",
        "operator.ipow(x, 1)", "operator.imatmul(x, 1)", "len(x)", "x[1]", "x[1:2]", "x['k']", "None in x", "1 in x", "x < 1", "x == 1", "x == 1.5", "x != 1.5", "1 < x",
        "hash(x)", "x(1, k=2)", "x.anything", "x.__add__(3)", "x.__radd__(3)", "x.__class__", "Holder.ops", "Holder().ops", "list(x)", "str(x)", "range(20)[x]", "y + 1",
        "1 + y", "y[3]", "len(y)", "hash(y)", "y - 1", "x + y", "y.__sub__(1)", "Ops.__add__(x, 1)", "Ops.__pow__(x, 1, 2)", "Ops.__len__(x)", "Ops.__getitem__(x, 1)",
        "Ops.__call__(x)", "Ops.__hash__(x)", "Ops.__lt__(x, 1)", "Ops.__add__", "x.__len__", "Ops.__new__", "sorted(set(dir(Ops)) - set(dir(object)))", "Ops.__init__",
        "Ops.__await__(x)", "operator.length_hint(x)", "Ops.__add__(1, 2)", "Ops.__int__(x)", "Ops.__bool__(x)", "x.__ror__(1)", "Ops.__contains__(x, None)",
        "Ops.__setitem__(x, 1, 2)", "Ops.__delitem__(x, 1)", "Ops.__iter__(x) is x", "Ops.__next__(x)", "Ops.__get__(x, None, int)", "Ops.__getattribute__(x, 'q')",
        "type(Ops.__add__), type(x.__add__), Ops.__len__.__text_signature__",
    };
    for (int i = 0; i < LENGTH(expressions); i++) {
        show(PyRun_String(expressions[i], Py_eval_input, names(), names()), "%s", expressions[i]);
    }
    PyDict_DelItemString(names(), "Ops");
    Py_DECREF(type);
}

SECTION(built_in_types)
{
    static PyTypeObject *const types[] = {
        &PyBaseObject_Type, &PyType_Type, &PyLong_Type, &PyBool_Type, &PyFloat_Type, &PyComplex_Type, &PyUnicode_Type, &PyBytes_Type, &PyByteArray_Type, &PyList_Type,
        &PyTuple_Type, &PyDict_Type, &PySet_Type, &PyFrozenSet_Type, &PySlice_Type, &PyRange_Type, &PyEllipsis_Type, &PyMemoryView_Type, &PyModule_Type, &PyFunction_Type,
        &PyCFunction_Type, &PyCMethod_Type, &PyMethod_Type, &PyInstanceMethod_Type, &PyClassMethod_Type, &PyStaticMethod_Type, &PyProperty_Type, &PySuper_Type, &PyCell_Type,
        &PyGen_Type, &PyCoro_Type, &PyAsyncGen_Type, &PyFrame_Type, &PyCode_Type, &PyTraceBack_Type, &PyCapsule_Type, &PyEnum_Type, &PyReversed_Type, &PyZip_Type, &PyMap_Type,
        &PyFilter_Type, &PyDictKeys_Type, &PyDictValues_Type, &PyDictItems_Type, &PyDictProxy_Type, &PySeqIter_Type, &PyCallIter_Type, &PyListIter_Type, &PyTupleIter_Type,
        &PySetIter_Type, &PyDictIterKey_Type, &PyUnicodeIter_Type, &PyBytesIter_Type, &PyByteArrayIter_Type, &PyRangeIter_Type, &PyLongRangeIter_Type, &PyODict_Type,
        &PyMethodDescr_Type, &PyGetSetDescr_Type, &PyMemberDescr_Type, &PyWrapperDescr_Type, &PyClassMethodDescr_Type, &PyStdPrinter_Type, &PyContext_Type, &PyContextVar_Type,
        &PyContextToken_Type, &PyPickleBuffer_Type, &Py_GenericAliasType, &_PyNone_Type, &_PyNotImplemented_Type, &_PyNamespace_Type, &_PyWeakref_RefType, &_PyWeakref_ProxyType,
        &_PyWeakref_CallableProxyType, &_PyMethodWrapper_Type, &_PyCoroWrapper_Type,
        &PyDictRevIterKey_Type, &PyListRevIter_Type, &PyModuleDef_Type,
    };
    for (int i = 0; i < LENGTH(types); i++) {
        inspect(types[i], types[i]->tp_name);
        PyMethodDef *method = types[i]->tp_methods;
        for (; method != NULL && method->ml_name != NULL; method++) {
            say("  method %s %x %d", method->ml_name, method->ml_flags & ~(METH_VARARGS | METH_FASTCALL), method->ml_meth != NULL);
        }
        PyMemberDef *member = types[i]->tp_members;
        for (; member != NULL && member->name != NULL; member++) {
            say("  member %s %d %zd %d", member->name, member->type, member->offset, member->flags);
        }
        PyGetSetDef *getter = types[i]->tp_getset;
        for (; getter != NULL && getter->name != NULL; getter++) {
            say("  getset %s %d%d", getter->name, getter->get != NULL, getter->set != NULL);
        }
    }
}
