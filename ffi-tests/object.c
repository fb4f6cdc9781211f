/* object.h: texts, truth, hashes, comparison, attributes. */
#include "harness.h"

SECTION(object_unary)
{
    static const ObjectOfObject objects[] = {NULLABLE(PyObject_Repr), NULLABLE(PyObject_Str), NULLABLE(PyObject_ASCII), PLAIN(PyObject_Dir),
                                             PLAIN(_PyObject_FunctionStr)};
    apply_object_of_object(objects, LENGTH(objects));
    static const IntOfObject ints[] = {PLAIN(PyObject_IsTrue), PLAIN(PyObject_Not), PLAIN(_PyObject_IsAbstract), PLAIN(PyObject_IS_GC),
                                       NULLABLE(PyCallable_Check), PLAIN(PyObject_CheckBuffer)};
    apply_int_of_object(ints, LENGTH(ints));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        Py_hash_t hash = PyObject_Hash(v);
        if (hash == -1) {
            show_error(SAMPLES[i]);
        }
        PyObject *again = value(SAMPLES[i]);
        int equal = PyObject_RichCompareBool(v, again, Py_EQ);
        if (hash != -1 && equal > 0) {
            say("%s: %s", SAMPLES[i], PyObject_Hash(again) == hash ? "equal hashes" : "different hashes");
        }
        PyErr_Clear();
        if (PyLong_Check(v) || PyFloat_Check(v) || PyComplex_Check(v)) {
            say("hash %zd", hash);
        }
        Py_DECREF(again);
        show_number(PyObject_HashNotImplemented(v), "HashNotImplemented(%s)", SAMPLES[i]);
        static const char *const specifications[] = {"", "10", ">8", "x", ".2f", "q"};
        for (int s = 0; s < LENGTH(specifications); s++) {
            PyObject *specification = PyUnicode_FromString(specifications[s]);
            show(PyObject_Format(v, specification), "Format(%s, %s)", SAMPLES[i], specifications[s]);
            Py_DECREF(specification);
        }
        show(PyObject_Format(v, NULL), "Format(%s, NULL)", SAMPLES[i]);
        show(PyObject_Format(v, Py_None), "Format(%s, None)", SAMPLES[i]);
        if (i < 20) {
            show_number(PyObject_Print(v, stdout, Py_PRINT_RAW) == 0 && PyObject_Print(v, stdout, 0) == 0, " printed");
        }
        Py_DECREF(v);
    }
    show_number(PyObject_Print(NULL, stdout, 0), " printed NULL");
}

static PyObject *lower(PyObject *v, PyObject *w)
{
    return PyObject_RichCompare(v, w, Py_LT);
}

static PyObject *greater_or_equal(PyObject *v, PyObject *w)
{
    return PyObject_RichCompare(v, w, Py_GE);
}

static PyObject *equal(PyObject *v, PyObject *w)
{
    return PyObject_RichCompare(v, w, Py_EQ);
}

static int different(PyObject *v, PyObject *w)
{
    return PyObject_RichCompareBool(v, w, Py_NE);
}

SECTION(comparisons)
{
    static const ObjectOfTwo objects[] = {NULLABLE(lower), NULLABLE(greater_or_equal), NULLABLE(equal)};
    apply_object_of_two(objects, LENGTH(objects));
    static const IntOfTwo ints[] = {NULLABLE(different)};
    apply_int_of_two(ints, LENGTH(ints));
    for (int op = 0; op < 6; op++) {
        say("swapped %d", _Py_SwappedOp[op]);
        PyObject *one = PyLong_FromLong(1), *two = PyLong_FromLong(2);
        show(PyObject_RichCompare(one, two, op), "compare");
        show_number(PyObject_RichCompareBool(one, one, op), "same");
        Py_DECREF(one);
        Py_DECREF(two);
    }
}

static PyObject *get(PyObject *v, PyObject *w)
{
    return PyObject_GetAttr(v, w);
}

static int has(PyObject *v, PyObject *w)
{
    return PyObject_HasAttr(v, w);
}

SECTION(attributes)
{
    static const ObjectOfTwo objects[] = {PLAIN(get), PLAIN(PyObject_GenericGetAttr)};
    apply_object_of_two(objects, LENGTH(objects));
    static const IntOfTwo ints[] = {PLAIN(has)};
    apply_int_of_two(ints, LENGTH(ints));
    static const char *const attributes[] = {"__doc__", "__class__", "a", "real", "append", "no such", "__name__", "__module__"};
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        for (int n = 0; n < LENGTH(attributes); n++) {
            PyObject *v = value(SAMPLES[i]), *name = PyUnicode_InternFromString(attributes[n]), *found = NULL;
            if (PyType_Check(v)) {
                /* The generic functions would change the type itself. */
                Py_DECREF(name);
                Py_DECREF(v);
                continue;
            }
            Py_ssize_t before = Py_REFCNT(v);
            show_number(PyObject_HasAttrString(v, attributes[n]), "HasAttrString(%s, %s)", SAMPLES[i], attributes[n]);
            show(n == 0 ? NULL : PyObject_GetAttrString(v, attributes[n]), "GetAttrString");
            show_number(_PyObject_LookupAttr(v, name, &found), "LookupAttr");
            say("%d", found != NULL);
            Py_XDECREF(found);
            found = NULL;
            int unbound = _PyObject_GetMethod(v, name, &found);
            show_number(unbound, "GetMethod");
            Py_XDECREF(found);
            show(n == 0 ? NULL : _PyObject_GenericGetAttrWithDict(v, name, NULL, 1), "GenericGetAttrWithDict");
            show_number(PyObject_SetAttrString(v, attributes[n], Py_None), "SetAttrString");
            show_number(PyObject_SetAttr(v, name, NULL), "SetAttr(NULL)");
            show_number(PyObject_GenericSetAttr(v, name, Py_None), "GenericSetAttr");
            show_number(PyObject_GenericSetAttr(v, name, NULL), "GenericSetAttr(NULL)");
            /* An object that others hold as well, such as a small integer, may lose or gain a reference elsewhere. */
            if (Py_REFCNT(v) != before && before < 5) {
                say("  references %+zd", Py_REFCNT(v) - before);
            }
            Py_DECREF(name);
            Py_DECREF(v);
        }
        PyObject *v = value(SAMPLES[i]);
        say("dict %d", _PyObject_GetDictPtr(v) != NULL);
        _Py_IDENTIFIER(__class__);
        _Py_IDENTIFIER(missing);
        PyObject *found;
        show(_PyObject_GetAttrId(v, &PyId___class__), "GetAttrId");
        show_number(_PyObject_HasAttrId(v, &PyId_missing), "HasAttrId");
        show_number(_PyObject_LookupAttrId(v, &PyId_missing, &found), "LookupAttrId");
        show(_PyObject_LookupSpecial(v, &PyId___class__) == NULL ? NULL : value("1"), "LookupSpecial");
        PyErr_Clear();
        Py_DECREF(v);
    }
    PyObject *v = value("Plain()");
    show(PyObject_GetAttr(v, Py_None), "GetAttr(None)");
    show_number(PyObject_SetAttr(v, Py_None, Py_None), "SetAttr(None)");
    show(PyObject_GenericGetDict(v, NULL), "GenericGetDict");
    PyObject *dict = value("{'new': 5}");
    show_number(PyObject_GenericSetDict(v, dict, NULL), "GenericSetDict");
    show_number(PyObject_GenericSetDict(v, Py_None, NULL), "GenericSetDict(None)");
    show_number(PyObject_GenericSetDict(v, NULL, NULL), "GenericSetDict(NULL)");
    show(PyObject_GenericGetDict(v, NULL), "GenericGetDict");
    show(PyObject_GenericGetDict(Py_None, NULL), "GenericGetDict of None");
    Py_DECREF(dict);
    PyObject *name = PyUnicode_FromString("attr");
    dict = PyDict_New();
    show_number(_PyObject_GenericSetAttrWithDict(v, name, Py_True, dict), "GenericSetAttrWithDict");
    show_borrowed(dict, "dict");
    show(_PyObject_GenericGetAttrWithDict(v, name, dict, 0), "GenericGetAttrWithDict");
    Py_DECREF(dict);
    Py_DECREF(name);
    Py_DECREF(v);
    PyObject *list = PyList_New(0);
    show_number(Py_ReprEnter(list), "ReprEnter");
    show_number(Py_ReprEnter(list), "ReprEnter");
    Py_ReprLeave(list);
    show_number(Py_ReprEnter(list), "ReprEnter");
    Py_ReprLeave(list);
    Py_ReprLeave(list);
    Py_ssize_t before = Py_REFCNT(list);
    Py_IncRef(list);
    Py_IncRef(NULL);
    say("%+zd", Py_REFCNT(list) - before);
    Py_DecRef(list);
    Py_DecRef(NULL);
    Py_CLEAR(list);
    Py_XDECREF(list);
    say("%d %d %d", Py_IS_TYPE(Py_None, &_PyNone_Type), PyObject_TypeCheck(Py_True, &PyLong_Type), PyType_IsSubtype(&PyBool_Type, &PyLong_Type));
    say("%s %s", _PyType_Name(&PyLong_Type), PyExceptionClass_Name(PyExc_OSError));
    show(_PyType_GetDocFromInternalDoc("name", "name($self, x)\n--\n\nThe text."), "doc");
    show(_PyType_GetTextSignatureFromInternalDoc("name", "name($self, x)\n--\n\nThe text."), "signature");
    show(_PyType_GetDocFromInternalDoc("name", "No signature."), "doc");
    show(_PyType_GetTextSignatureFromInternalDoc("m.name", "name(x\n\nx)\n--\n\n"), "signature");
    name = PyUnicode_InternFromString("__len__");
    show_borrowed(_PyType_Lookup(&PyList_Type, name), "Lookup");
    show_borrowed(_PyType_Lookup(&PyLong_Type, name), "Lookup");
    Py_DECREF(name);
}

static int refuse(const char *what)
{
    PyErr_SetString(PyExc_NameError, what);
    return 1;
}

static int refuse_attribute(PyObject *self, char *name, PyObject *value)
{
    (void)self, (void)value;
    return refuse(name);
}

static int refuse_item(PyObject *self, PyObject *key, PyObject *value)
{
    (void)self, (void)key;
    return refuse(value == NULL ? "deletion" : "item");
}

static int refuse_index(PyObject *self, Py_ssize_t index, PyObject *value)
{
    (void)self, (void)index, (void)value;
    return refuse("index");
}

static int refuse_value(PyObject *self, PyObject *value, void *closure)
{
    (void)self, (void)value;
    return refuse(closure);
}

/* Setters that say 1 where -1 is meant, as those of SWIG's variables do. */
SECTION(setters_that_return_1)
{
    static PyMappingMethods mapping = {.mp_ass_subscript = refuse_item};
    static PySequenceMethods sequence = {.sq_ass_item = refuse_index};
    static PyGetSetDef computed[] = {{"value", NULL, refuse_value, NULL, "value"}, {0}};
    static PyTypeObject types[] = {
        {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Attributes", .tp_setattr = refuse_attribute},
        {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Items", .tp_as_mapping = &mapping},
        {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Indices", .tp_as_sequence = &sequence},
        {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Computed", .tp_getset = computed},
    };
    static const char *const attempts[] = {"o.value = 1", "del o.value", "setattr(o, 'value', 1)", "o[0] = 1", "del o[0]",
                                           "o[0] += 1", "for o.value in (1,): pass", "for o[0] in (1,): pass"};
    for (int i = 0; i < LENGTH(types); i++) {
        types[i].tp_basicsize = sizeof(PyObject);
        types[i].tp_new = PyType_GenericNew;
        PyType_Ready(&types[i]);
        PyObject *object = PyObject_CallObject((PyObject *)&types[i], NULL);
        PyDict_SetItemString(names(), "o", object);
        for (int j = 0; j < LENGTH(attempts); j++) {
            PyObject *result = PyRun_String(attempts[j], Py_file_input, names(), names());
            show(result, "%s: %s", types[i].tp_name, attempts[j]);
        }
        Py_DECREF(object);
    }
    PyDict_DelItemString(names(), "o");
}
