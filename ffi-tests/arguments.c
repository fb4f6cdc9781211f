/* modsupport.h: PyArg_Parse and its relatives with every format unit. */
#include "harness.h"

typedef union {
    char c;
    unsigned char b;
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
    Py_complex D;
    const char *s;
    Py_UNICODE *u;
    PyObject *O;
    Py_buffer view;
} Slot;

/* What a unit stores first, and second. */
static const struct {
    const char *unit;
    char kind;
} UNITS[] = {
    {"b", 'b'}, {"B", 'b'}, {"h", 'h'}, {"H", 'H'}, {"i", 'i'}, {"I", 'I'}, {"l", 'l'}, {"k", 'k'}, {"L", 'L'}, {"K", 'K'}, {"n", 'n'},
    {"c", 'c'}, {"C", 'i'}, {"f", 'f'}, {"d", 'd'}, {"D", 'D'}, {"p", 'i'}, {"S", 'O'}, {"Y", 'O'}, {"U", 'O'}, {"O", 'O'},
    {"s", 's'}, {"z", 's'}, {"y", 's'}, {"s#", '#'}, {"z#", '#'}, {"y#", '#'}, {"s*", '*'}, {"z*", '*'}, {"y*", '*'}, {"w*", '*'},
    {"u", 'u'}, {"Z", 'u'}, {"u#", 'U'}, {"Z#", 'U'},
};

static void print_slot(char kind, Slot *slot, Py_ssize_t length)
{
    switch (kind) {
    case 'b': say("  %d", slot->b); break;
    case 'c': say("  %d", slot->c); break;
    case 'h': say("  %d", slot->h); break;
    case 'H': say("  %d", slot->H); break;
    case 'i': say("  %d", slot->i); break;
    case 'I': say("  %u", slot->I); break;
    case 'l': say("  %ld", slot->l); break;
    case 'k': say("  %lu", slot->k); break;
    case 'L': say("  %lld", slot->L); break;
    case 'K': say("  %llu", slot->K); break;
    case 'n': say("  %zd", slot->n); break;
    case 'f': say("  %g", (double)slot->f); break;
    case 'd': say("  %.17g", slot->d); break;
    case 'D': say("  %g %g", slot->D.real, slot->D.imag); break;
    case 'O': show_borrowed(slot->O, "  object"); break;
    case 's': say("  %s", slot->s == NULL ? "NULL" : slot->s); break;
    case '#': say("  %s %zd", slot->s == NULL ? "NULL" : slot->s, length); break;
    case 'u': say("  %ls", slot->u == NULL ? L"NULL" : slot->u); break;
    case 'U': say("  %ls %zd", slot->u == NULL ? L"NULL" : slot->u, length); break;
    case '*':
        say("  %zd %d %d %s", slot->view.len, slot->view.buf == NULL, slot->view.obj == NULL, slot->view.format == NULL ? "NULL" : slot->view.format);
        PyBuffer_Release(&slot->view);
        break;
    }
}

static const char *const MORE[] = {"255", "256", "-1", "-128", "32767", "32768", "65535", "2**31-1", "2**31", "-2**31", "2**32-1", "2**32", "2**63-1",
                                   "2**63", "2**64-1", "2**64", "'a'", "'\\xe9'", "b'a'", "'a\\0b'", "b'a\\0b'", "'\\ud800'", "'\\U0001f600'",
                                   "1e300", "bytearray(b'a')", "memoryview(b'abcd')[::2]", "memoryview(bytearray(b'abcd'))"};

SECTION(parse_units)
{
    for (int u = 0; u < LENGTH(UNITS); u++) {
        for (int s = 0; s < SAMPLE_COUNT + LENGTH(MORE); s++) {
            const char *source = s < SAMPLE_COUNT ? SAMPLES[s] : MORE[s - SAMPLE_COUNT];
            PyObject *argument = value(source);
            Slot slot;
            Py_ssize_t length = -7, before = Py_REFCNT(argument);
            memset(&slot, 0, sizeof slot);
            int status = PyArg_Parse(argument, UNITS[u].unit, &slot, &length);
            show_number(status, "%s %s", UNITS[u].unit, source);
            if (status) {
                print_slot(UNITS[u].kind, &slot, length);
            }
            memset(&slot, 0, sizeof slot);
            PyObject *tuple = PyTuple_Pack(1, argument);
            char format[20];
            snprintf(format, sizeof format, "%s:name", UNITS[u].unit);
            status = PyArg_ParseTuple(tuple, format, &slot, &length);
            show_number(status, "(%s) %s", UNITS[u].unit, source);
            if (status && UNITS[u].kind == '*') {
                PyBuffer_Release(&slot.view);
            }
            Py_DECREF(tuple);
            if (Py_REFCNT(argument) != before) {
                say("  references %+zd", Py_REFCNT(argument) - before);
            }
            Py_DECREF(argument);
        }
    }
}

SECTION(parse_encoded)
{
    static const char *const units[] = {"es", "et", "es#", "et#"};
    static const char *const encodings[] = {NULL, "latin-1", "ascii", "nonsense", "utf-16"};
    static const char *const sources[] = {"'abc'", "'\\xe9'", "b'\\xe9'", "bytearray(b'q')", "'a\\0b'", "b'a\\0'", "5", "None", "'\\u20ac'"};
    for (int u = 0; u < LENGTH(units); u++) {
        for (int e = 0; e < LENGTH(encodings); e++) {
            for (int s = 0; s < LENGTH(sources); s++) {
                PyObject *argument = value(sources[s]);
                char *text = NULL;
                Py_ssize_t length = -7;
                int status = PyArg_Parse(argument, units[u], encodings[e], &text, &length);
                show_number(status, "%s %s %s", units[u], encodings[e] == NULL ? "NULL" : encodings[e], sources[s]);
                if (status) {
                    say("  %s %zd", text, length);
                    PyMem_Free(text);
                }
                char room[4] = "xyz";
                text = room;
                length = 3;
                if (u >= 2) {
                    status = PyArg_Parse(argument, units[u], encodings[e], &text, &length);
                    show_number(status, "into a buffer");
                    say("  %s %zd", status ? room : "?", length);
                }
                Py_DECREF(argument);
            }
        }
    }
}

static int converter(PyObject *argument, void *place)
{
    if (argument == NULL) {
        say("  cleaned up");
        *(long *)place = -1;
        return 1;
    }
    *(long *)place = PyLong_AsLong(argument) * 2;
    return PyErr_Occurred() ? 0 : Py_CLEANUP_SUPPORTED;
}

static int silent(PyObject *argument, void *place)
{
    (void)argument;
    (void)place;
    return 0;
}

static void tuple_case(const char *format, const char *source)
{
    PyObject *arguments = value(source), *a = NULL, *b = NULL, *c = NULL, *d = NULL;
    show_number(PyArg_ParseTuple(arguments, format, &a, &b, &c, &d), "ParseTuple('%s', %s)", format, source);
    say("  %d%d%d%d", a != NULL, b != NULL, c != NULL, d != NULL);
    Py_DECREF(arguments);
}

SECTION(parse_tuples)
{
    static const char *const formats[] = {"",       "O",      "OO",   "O|O",  "|OO",   "|O:f",  "OO:f", ":f",   "OO;message here", "O|OO;my message", "(OO)",
                                          "O(OO)O", "((O)O)", "(O)O", "O$O",  "O|$O",  "O|O|O", "q",  "O?",   "$",    "|",    ":", ";"};
    static const char *const sources[] = {"()", "(1,)", "(1, 2)", "(1, 2, 3)", "(1, 2, 3, 4)", "(1, (2, 3), 4)", "((1,), 2)", "(((1,), 2),)", "((1, 2),)",
                                          "([1, 2],)", "('ab',)"};
    for (int f = 0; f < LENGTH(formats); f++) {
        for (int s = 0; s < LENGTH(sources); s++) {
            tuple_case(formats[f], sources[s]);
        }
    }
    static const char *const not_tuples[] = {"[]", "None", "5"};
    for (int s = 0; s < LENGTH(not_tuples); s++) {
        tuple_case("O", not_tuples[s]);
        PyObject *argument = value(not_tuples[s]), *a;
        show_number(PyArg_Parse(argument, "O;text", &a), "Parse");
        show_number(PyArg_Parse(argument, "OO", &a, &a), "Parse two");
        show_number(PyArg_Parse(argument, "", &a), "Parse none");
        show_number(PyArg_Parse(argument, "(O)", &a), "Parse nested");
        Py_DECREF(argument);
    }
    PyObject *tuple = value("(5, 'x', 2.5)"), *object;
    long number = 7;
    double other = 0;
    show_number(PyArg_ParseTuple(tuple, "O&Od", converter, &number, &object, &other), "O&");
    say("%ld %g", number, other);
    show_number(PyArg_ParseTuple(tuple, "O&OO!", converter, &number, &object, &PyLong_Type, &object), "O& and failure");
    show_number(PyArg_ParseTuple(tuple, "O&UO!:fn", converter, &number, &object, &PyFloat_Type, &object), "O!");
    show_number(PyArg_ParseTuple(tuple, "O&OO:quiet", silent, &number, &object, &object), "silent converter");
    show_number(PyArg_ParseTuple(tuple, "iii:pos", &number, &number, &number), "bad second");
    Py_DECREF(tuple);
}

SECTION(parse_keywords)
{
    static const struct {
        const char *format;
        char *names[5];
    } formats[] = {
        {"OO", {"a", "b"}}, {"O|O", {"a", "b"}}, {"O|O:fn", {"a", "b"}}, {"|OO$O:fn", {"a", "b", "c"}}, {"O$O", {"a", "b"}}, {"O|$O", {"a", "b"}},
        {"OO", {"", "b"}}, {"O|O", {"", "b"}}, {"|O:fn", {""}}, {"OOO;text", {"a", "b", "c"}}, {"O", {"a", "b"}}, {"OO", {"a"}}, {"OO", {"a", ""}},
        {"|$OO:kw", {"a", "b"}}, {"$|OO", {"a", "b"}}, {":fn", {NULL}}, {"", {NULL}}, {"O$|O:fn", {"a", "b"}},
    };
    static const struct {
        const char *arguments, *keywords;
    } calls[] = {
        {"()", NULL}, {"(1,)", NULL}, {"(1, 2)", NULL}, {"(1, 2, 3)", "{}"}, {"()", "{'a': 1}"}, {"()", "{'a': 1, 'b': 2}"}, {"(1,)", "{'a': 1}"},
        {"(1,)", "{'b': 1}"}, {"(1,)", "{'zz': 1}"}, {"(1, 2)", "{'c': 3}"}, {"()", "{'b': 1}"}, {"(1, 2, 3, 4)", "{'c': 3}"}, {"()", "{1: 2}"},
        {"(1,)", "{1: 2}"}, {"()", "{'c': 1}"}, {"()", "{'': 1}"}, {"(1,)", "{'b': 1, 'c': 2, 'd': 3}"},
    };
    for (int f = 0; f < LENGTH(formats); f++) {
        for (int c = 0; c < LENGTH(calls); c++) {
            PyObject *arguments = value(calls[c].arguments), *keywords = calls[c].keywords == NULL ? NULL : value(calls[c].keywords);
            PyObject *places[4] = {NULL, NULL, NULL, NULL};
            int status = PyArg_ParseTupleAndKeywords(arguments, keywords, formats[f].format, (char **)formats[f].names, &places[0], &places[1],
                                                     &places[2], &places[3]);
            show_number(status, "'%s' %d: %s %s", formats[f].format, f, calls[c].arguments, calls[c].keywords == NULL ? "-" : calls[c].keywords);
            say("  %d%d%d", places[0] != NULL, places[1] != NULL, places[2] != NULL);
            Py_DECREF(arguments);
            Py_XDECREF(keywords);
        }
    }
    show_number(PyArg_ParseTupleAndKeywords(Py_None, NULL, "O", (char **)formats[0].names), "no tuple");
    PyObject *empty = PyTuple_New(0);
    show_number(PyArg_ParseTupleAndKeywords(empty, Py_None, "O", (char **)formats[0].names), "no dict");
    show_number(PyArg_ParseTupleAndKeywords(empty, NULL, NULL, (char **)formats[0].names), "no format");
    Py_DECREF(empty);
    static const char *const keywords[] = {"{}", "{'a': 1}", "{1: 1}", "{'a': 1, 2: 3}", "None"};
    for (int i = 0; i < LENGTH(keywords); i++) {
        PyObject *given = value(keywords[i]);
        show_number(PyArg_ValidateKeywordArguments(given), "ValidateKeywordArguments(%s)", keywords[i]);
        Py_DECREF(given);
    }
}

/* The parser of generated code. */
static PyObject *fast_function(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"", "b", "c", NULL};
    static _PyArg_Parser parser = {.format = "O|Ol:fast", .keywords = keywords};
    PyObject *a, *b = Py_None;
    long c = 5;
    (void)self;
    if (!_PyArg_ParseStackAndKeywords(arguments, count, names, &parser, &a, &b, &c)) {
        return NULL;
    }
    return Py_BuildValue("OOl", a, b, c);
}

static PyObject *unpacking_function(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"a", "b", "c", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "unpacking"};
    PyObject *buffer[3];
    (void)self;
    PyObject *const *found = _PyArg_UnpackKeywords(arguments, count, NULL, names, &parser, 1, 2, 1, buffer);
    if (found == NULL) {
        return NULL;
    }
    return Py_BuildValue("OOO", found[0] == NULL ? Py_None : found[0], found[1] == NULL ? Py_None : found[1], found[2] == NULL ? Py_None : found[2]);
}

static PyObject *stack_function(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *a, *b = Py_None;
    int c = 0;
    (void)self;
    if (!_PyArg_ParseStack(arguments, count, "O|Oi:stack", &a, &b, &c)) {
        return NULL;
    }
    return Py_BuildValue("OOi", a, b, c);
}

static PyObject *tuple_function(PyObject *self, PyObject *arguments, PyObject *keywords_given)
{
    static const char *const keywords[] = {"a", "b", NULL};
    static _PyArg_Parser parser = {.format = "O$O:tuple", .keywords = keywords};
    PyObject *a, *b;
    (void)self;
    if (!_PyArg_ParseTupleAndKeywordsFast(arguments, keywords_given, &parser, &a, &b)) {
        return NULL;
    }
    return Py_BuildValue("OO", a, b);
}

static PyMethodDef FUNCTIONS[] = {
    {"fast", (PyCFunction)(void (*)(void))fast_function, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"unpacking", (PyCFunction)(void (*)(void))unpacking_function, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"stack", (PyCFunction)(void (*)(void))stack_function, METH_FASTCALL, NULL},
    {"tuple_", (PyCFunction)(void (*)(void))tuple_function, METH_VARARGS | METH_KEYWORDS, NULL},
};

SECTION(parse_stacks)
{
    for (int i = 0; i < LENGTH(FUNCTIONS); i++) {
        PyObject *function = PyCFunction_New(&FUNCTIONS[i], NULL);
        static const struct {
            const char *arguments, *keywords;
        } calls[] = {{"()", "{}"}, {"(1,)", "{}"}, {"(1, 2)", "{}"}, {"(1, 2, 3)", "{}"}, {"(1, 2, 3, 4)", "{}"}, {"(1,)", "{'b': 2}"}, {"(1,)", "{'c': 3}"},
                     {"()", "{'a': 1, 'b': 2, 'c': 3}"}, {"(1,)", "{'a': 1}"}, {"(1, 2)", "{'b': 1}"}, {"(1,)", "{'q': 1}"}, {"(1, 2)", "{'c': 'x'}"},
                     {"()", "{'b': 2, 'c': 4}"}, {"(1, 2)", "{'': 3}"}};
        for (int c = 0; c < LENGTH(calls); c++) {
            PyObject *arguments = value(calls[c].arguments), *keywords = value(calls[c].keywords);
            show(PyObject_Call(function, arguments, keywords), "%s(*%s, **%s)", FUNCTIONS[i].ml_name, calls[c].arguments, calls[c].keywords);
            Py_DECREF(arguments);
            Py_DECREF(keywords);
        }
        Py_DECREF(function);
    }
    PyObject *items[3] = {Py_None, Py_True, Py_False}, *a = NULL, *b = NULL;
    for (Py_ssize_t n = 0; n < 4; n++) {
        show_number(_PyArg_UnpackStack(items, n, "un", 1, 2, &a, &b), "UnpackStack %zd", n);
        show_number(_PyArg_UnpackStack(items, n, NULL, 2, 2, &a, &b), "UnpackStack %zd", n);
        show_number((_PyArg_CheckPositional)("check", n, 1, 2), "CheckPositional %zd", n);
        show_number((_PyArg_CheckPositional)(NULL, n, 2, 2), "CheckPositional %zd", n);
        PyObject *tuple = PyTuple_New(0);
        _PyTuple_Resize(&tuple, n);
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_INCREF(items[i]);
            PyTuple_SET_ITEM(tuple, i, items[i]);
        }
        show_number(PyArg_UnpackTuple(tuple, "unpack", 1, 2, &a, &b), "UnpackTuple %zd", n);
        show_number(PyArg_UnpackTuple(tuple, NULL, 2, 2, &a, &b), "UnpackTuple %zd", n);
        show_number((_PyArg_NoPositional)("positional", tuple), "NoPositional");
        Py_DECREF(tuple);
    }
    show_number(PyArg_UnpackTuple(Py_None, "unpack", 0, 1, &a), "UnpackTuple(None)");
    PyObject *keywords = value("{'k': 1}"), *names_given = value("('k',)"), *none = value("{}");
    show_number((_PyArg_NoKeywords)("keywords", keywords), "NoKeywords");
    show_number((_PyArg_NoKeywords)("keywords", none), "NoKeywords");
    show_number((_PyArg_NoKeywords)("keywords", NULL), "NoKeywords");
    show_number((_PyArg_NoKeywords)("keywords", Py_None), "NoKeywords");
    show_number((_PyArg_NoKwnames)("kwnames", names_given), "NoKwnames");
    show_number((_PyArg_NoKwnames)("kwnames", NULL), "NoKwnames");
    _PyArg_BadArgument("fn", "argument 'x'", "str", Py_None);
    show_error("BadArgument");
    _PyArg_BadArgument("fn", "argument", "int or None", keywords);
    show_error("BadArgument");
    Py_DECREF(keywords);
    Py_DECREF(names_given);
    Py_DECREF(none);
}

static PyObject *stealing(PyObject *object, int times)
{
    for (int i = 0; i < times; i++) {
        Py_INCREF(object);
    }
    return object;
}

static PyObject *make(void *number)
{
    return number == NULL ? PyErr_Format(PyExc_ValueError, "made nothing") : PyLong_FromLong(*(long *)number);
}

SECTION(build_values)
{
    long number = 12;
    Py_complex complex = {1, -2};
    show(Py_BuildValue(""), "empty");
    show(Py_BuildValue("i", 5), "i");
    show(Py_BuildValue("(i)", 5), "(i)");
    show(Py_BuildValue("bBhHiIlkLKn", 1, 2, 3, 65535, -5, 4000000000u, -7L, 8UL, -9LL, 10ULL, (Py_ssize_t)11), "integers");
    show(Py_BuildValue("cC", 'a', 0x20ac), "characters");
    show(Py_BuildValue("C", 0x110000), "C too large");
    show(Py_BuildValue("dfD", 2.5, 3.5, &complex), "floats");
    show(Py_BuildValue("szUy", "s", NULL, "U", "y"), "texts");
    show(Py_BuildValue("s#z#U#y#", "abc", (Py_ssize_t)2, NULL, (Py_ssize_t)0, "def", (Py_ssize_t)1, "ghi", (Py_ssize_t)3), "counted");
    show(Py_BuildValue("szy", NULL, NULL, NULL), "NULL texts");
    show(Py_BuildValue("s", "\xff"), "bad utf-8");
    show(Py_BuildValue("s#", "\xff", (Py_ssize_t)1), "bad utf-8");
    show(Py_BuildValue("u", L"wide"), "u");
    show(Py_BuildValue("u#u", L"wide", (Py_ssize_t)2, NULL), "u#");
    show(Py_BuildValue("OSN", Py_None, Py_True, PyLong_FromLong(3)), "objects");
    show(Py_BuildValue("O", NULL), "O of NULL");
    show(Py_BuildValue("(iO)", 1, NULL), "O of NULL within");
    PyErr_SetString(PyExc_KeyError, "earlier");
    show(Py_BuildValue("O", NULL), "O of NULL with an exception");
    show(Py_BuildValue("O&", make, &number), "O&");
    show(Py_BuildValue("(iO&)", 1, make, NULL), "O& failing");
    show(Py_BuildValue("[iii]", 1, 2, 3), "list");
    show(Py_BuildValue("{s:i,s:[i,i]}", "a", 1, "b", 2, 3), "dict");
    show(Py_BuildValue("{s:i,s}", "a", 1, "b"), "odd dict");
    show(Py_BuildValue("{[]:i}", 1), "unhashable");
    show(Py_BuildValue("((ii)(i))()", 1, 2, 3), "nested");
    show(Py_BuildValue("i,i i\ti", 1, 2, 3, 4), "separators");
    show(Py_BuildValue("(i", 1), "unclosed");
    show(Py_BuildValue("i)", 1), "unopened");
    show(Py_BuildValue("[i)", 1), "mixed");
    show(Py_BuildValue("q", 1), "unknown");
    show(Py_BuildValue("iq", 1, 2), "unknown second");
    show(Py_BuildValue("()"), "()");
    show(Py_BuildValue("[]"), "[]");
    show(Py_BuildValue("{}"), "{}");
    show(Py_BuildValue("iiiiiiiiddddddddddi", 1, 2, 3, 4, 5, 6, 7, 8, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 9), "many");
    PyObject *object = value("Plain()");
    show_number(Py_REFCNT(object), "references");
    PyObject *tuple = Py_BuildValue("(ON)", object, stealing(object, 1));
    show_number(Py_REFCNT(object), "references");
    Py_DECREF(tuple);
    show_number(Py_REFCNT(object), "references");
    show(Py_BuildValue("(NO)", stealing(object, 1), NULL), "N before a failure");
    show_number(Py_REFCNT(object), "references");
    show(Py_BuildValue("(ON)", NULL, stealing(object, 1)), "N after a failure");
    show_number(Py_REFCNT(object), "references");
    show(Py_BuildValue("[ONq]", object, stealing(object, 1)), "N before an unknown");
    show_number(Py_REFCNT(object), "references");
    Py_DECREF(object);
}
