/* The program of the C tests: `ffi` lists the sections, `ffi SECTION` runs one. */
#include "harness.h"

#include <ctype.h>
#include <stdarg.h>

static Section *sections;

void add_section(Section *section)
{
    section->next = sections;
    sections = section;
}

static PyObject *name_space;

PyObject *names(void)
{
    return name_space;
}

static const char PRELUDE[] =
    "import gc; gc.disable()\n"
    "import sys, types, weakref, collections, collections.abc, array, operator, builtins, io, gc\n"
    "class Plain: pass\n"
    "class Index:\n"
    "    def __init__(self, n=5): self.n = n\n"
    "    def __index__(self): return self.n\n"
    "    def __repr__(self): return f'Index({self.n})'\n"
    "class Full:\n"
    "    def __getitem__(self, key): return ('item', key)\n"
    "    def __setitem__(self, key, value): print('set', type(key).__name__, value)\n"
    "    def __delitem__(self, key): print('del', type(key).__name__)\n"
    "    def __len__(self): return 3\n"
    "    def __contains__(self, item): return item == 1\n"
    "    def __iter__(self): return iter((1, 2))\n"
    "    def __call__(self, *args, **kw): return (args, kw)\n"
    "    def __hash__(self): return 77\n"
    "    def __eq__(self, other): return type(other) is Full\n"
    "    def __repr__(self): return 'Full()'\n"
    "    def __str__(self): return 'full'\n"
    "    def __format__(self, spec): return 'full:' + spec\n"
    "    def __bytes__(self): return b'full'\n"
    "    def __int__(self): return 42\n"
    "    def __float__(self): return 4.25\n"
    "    def __complex__(self): return 4+2j\n"
    "    def __bool__(self): return False\n"
    "    def __index__(self): return 2\n"
    "    def __dir__(self): return ['b', 'a']\n"
    "    def __length_hint__(self): return 9\n"
    "    def __fspath__(self): return '/full'\n"
    "    def __instancecheck__(self, other): return other == 3\n"
    "    def __subclasscheck__(self, other): return other is int\n"
    "for name in 'add sub mul matmul truediv floordiv mod divmod lshift rshift and xor or'.split():\n"
    "    for prefix in ('', 'r', 'i'):\n"
    "        method = f'__{prefix}{name}__'\n"
    "        setattr(Full, method, lambda self, other, method=method: (method, str(other)[:20]))\n"
    "Full.__pow__ = lambda self, *rest: ('pow', len(rest))\n"
    "Full.__rpow__ = lambda self, other: ('rpow', str(other)[:20])\n"
    "Full.__ipow__ = lambda self, *rest: ('ipow', len(rest))\n"
    "for name in 'neg pos abs invert'.split():\n"
    "    setattr(Full, f'__{name}__', lambda self, name=name: name)\n"
    "class Raiser:\n"
    "    def __repr__(self): raise ZeroDivisionError('repr')\n"
    "for name in dir(Full):\n"
    "    if name.startswith('__') and name not in dir(Plain) or name in ('__hash__', '__eq__', '__str__', '__format__', '__dir__'):\n"
    "        def method(self, *args, name=name): raise ZeroDivisionError(name)\n"
    "        setattr(Raiser, name, method)\n"
    "class Wrong:\n"
    "    def __repr__(self): return 5\n"
    "    __str__ = __hash__ = __int__ = __float__ = __complex__ = __index__ = __iter__ = __bytes__ = lambda self: 'wrong'\n"
    "    __bool__ = __len__ = __length_hint__ = __format__ = __dir__ = lambda self, *args: -3.5\n"
    "class MyInt(int): pass\n"
    "class MyFloat(float): pass\n"
    "class MyStr(str): pass\n"
    "class MyBytes(bytes): pass\n"
    "class MyList(list): pass\n"
    "class MyTuple(tuple): pass\n"
    "class MyDict(dict): pass\n"
    "class Missing(dict):\n"
    "    def __missing__(self, key): return ('missing', key)\n"
    "def function(a, b=2, *args, c=3, **kw): return (a, b, args, c, kw)\n"
    "def generator():\n"
    "    got = yield 1\n"
    "    yield got\n"
    "async def coroutine(): return 1\n"
    "def running():\n"
    "    it = generator(); next(it); return it\n";

const char *const SAMPLES[] = {
    "None", "True", "NotImplemented", "...", "0", "3", "-7", "2**70", "-2**63", "2.5", "float('nan')", "-0.0", "1+2j",
    "''", "'abc'", "'\\xe9'", "'\\u20ac\\U0001f600'", "'12'", "b''", "b'abc'", "bytearray(b'xy')", "memoryview(b'abc')",
    "array.array('h', [1, 2])", "()", "(1, 'a')", "[]", "[3, 1, 2]", "[(1, 2), 'ab']", "{}", "{'a': 1}", "{1: 2, 3: 4}",
    "{'a': 1}.keys()", "{'a': 1}.items()", "set()", "{1}", "frozenset((1, 2))", "range(3)", "slice(1, 2)", "iter([1, 2])",
    "iter({'k': 1})", "zip('ab', [1, 2])", "generator()", "object()", "type", "int", "bool", "Full", "len", "function",
    "[].append", "Plain().__init__", "Plain()", "Full()", "Raiser()", "Wrong()", "Index(2)", "MyInt(4)", "MyFloat(1.5)",
    "MyStr('s')", "MyBytes(b's')", "MyList([1])", "MyTuple((1,))", "MyDict(a=1)", "Missing(a=1)",
    "collections.OrderedDict(a=1)", "collections.deque([1])", "types.MappingProxyType({'a': 1})",
    "types.SimpleNamespace(a=1)", "ValueError('x')", "ValueError", "int | str if False else list[int]", "property()",
    "staticmethod(len)", "classmethod(len)", "types.CellType(1)", "compile('1', '', 'eval')", "types.ModuleType('m')", "io.StringIO('t')",
    "(int, int)", "(int, 3)",
};
const int SAMPLE_COUNT = LENGTH(SAMPLES);

static void put(const char *text)
{
    for (; *text; text++) {
        putchar(*text);
        if (text[0] == '0' && text[1] == 'x' && isxdigit((unsigned char)text[2])) {
            putchar('x');
            putchar('*');
            text++;
            while (isxdigit((unsigned char)text[1])) {
                text++;
            }
        }
    }
}

static void put_label(const char *label, va_list arguments)
{
    char buffer[2048];
    vsnprintf(buffer, sizeof buffer, label, arguments);
    put(buffer);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_label(format, arguments);
    va_end(arguments);
    putchar('\n');
}

/* Long texts are cut; their length and hash still tell them apart. */
static void put_object(PyObject *object)
{
    PyObject *text = PyObject_ASCII(object);
    if (text == NULL) {
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        printf("<%s without repr: %s>", Py_TYPE(object)->tp_name, ((PyTypeObject *)type)->tp_name);
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        return;
    }
    const char *bytes = PyUnicode_AsUTF8(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    const char *place = strstr(bytes, ": bad argument to internal function");
    if (place != NULL) {
        /* What stands before is a line of the library's source. */
        bytes = place;
        length = (Py_ssize_t)strlen(place);
    }
    if (length > 300) {
        char start[201];
        memcpy(start, bytes, 200);
        start[200] = 0;
        put(start);
        printf("... (%zd)", length);
    } else {
        put(bytes);
    }
    Py_DECREF(text);
}

static void put_error(void)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    if (type == NULL) {
        return;
    }
    printf(" !%s", PyType_Check(type) ? ((PyTypeObject *)type)->tp_name : "not a class");
    if (error != NULL) {
        printf("[%s] ", Py_TYPE(error)->tp_name);
        put_object(error);
    }
    if (traceback != NULL) {
        printf(" with traceback");
    }
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
}

static void put_result(PyObject *result)
{
    fputs(" = ", stdout);
    if (result != NULL) {
        int pending = PyErr_Occurred() != NULL;
        if (pending) {
            printf("(result beside an exception)");
        } else {
            put_object(result);
        }
    } else if (!PyErr_Occurred()) {
        printf("NULL");
    }
    put_error();
    putchar('\n');
}

#define PUT_LABEL(label)                                                                            \
    do {                                                                                            \
        va_list arguments;                                                                          \
        va_start(arguments, label);                                                                 \
        put_label(label, arguments);                                                                \
        va_end(arguments);                                                                          \
    } while (0)

void show(PyObject *result, const char *label, ...)
{
    PUT_LABEL(label);
    put_result(result);
    Py_XDECREF(result);
}

void show_borrowed(PyObject *result, const char *label, ...)
{
    PUT_LABEL(label);
    put_result(result);
}

void show_number(long long number, const char *label, ...)
{
    PUT_LABEL(label);
    printf(" = %lld", number);
    put_error();
    putchar('\n');
}

void show_double(double number, const char *label, ...)
{
    PUT_LABEL(label);
    printf(" = %.17g", number);
    put_error();
    putchar('\n');
}

void show_text(const char *text, const char *label, ...)
{
    PUT_LABEL(label);
    printf(text == NULL ? " = NULL" : " = \"%s\"", text);
    put_error();
    putchar('\n');
}

void show_error(const char *label)
{
    printf("%s:", label);
    if (PyErr_Occurred()) {
        put_error();
    } else {
        printf(" fine");
    }
    putchar('\n');
}

PyObject *value(const char *expression)
{
    PyObject *result = PyRun_String(expression, Py_eval_input, name_space, name_space);
    if (result == NULL) {
        printf("cannot evaluate %s\n", expression);
        PyErr_Print();
        exit(3);
    }
    return result;
}

void statements(const char *source)
{
    PyObject *result = PyRun_String(source, Py_file_input, name_space, name_space);
    if (result == NULL) {
        printf("cannot run %s\n", source);
        PyErr_Print();
        exit(3);
    }
    Py_DECREF(result);
}

/* A fresh sample; number -1 is NULL. */
static PyObject *sample(int number)
{
    return number < 0 ? NULL : value(SAMPLES[number]);
}

static const char *sample_name(int number)
{
    return number < 0 ? "NULL" : SAMPLES[number];
}

static Py_ssize_t count(PyObject *object)
{
    return object == NULL ? 0 : Py_REFCNT(object);
}

/* Of fresh objects only: others are referred to from everywhere, and caches come and go. */
static void put_change(const char *name, PyObject *object, Py_ssize_t before)
{
    if (object != NULL && before == 1 && count(object) != before) {
        printf("  %s%+zd\n", name, count(object) - before);
    }
}

#define APPLY_TO_ONE(function, type, put)                                                               \
    void function(const type *table, int length)                                                        \
    {                                                                                                   \
        for (int i = 0; i < length; i++) {                                                              \
            for (int a = table[i].takes_null ? -1 : 0; a < SAMPLE_COUNT; a++) {                         \
                PyObject *v = sample(a);                                                                \
                Py_ssize_t before = count(v);                                                           \
                put(table[i].call(v), "%s(%s)", table[i].name, sample_name(a));                         \
                put_change("argument", v, before);                                                      \
                Py_XDECREF(v);                                                                          \
            }                                                                                           \
        }                                                                                               \
    }
APPLY_TO_ONE(apply_object_of_object, ObjectOfObject, show)
APPLY_TO_ONE(apply_int_of_object, IntOfObject, show_number)
APPLY_TO_ONE(apply_size_of_object, SizeOfObject, show_number)

#define APPLY_TO_TWO(function, type, put)                                                               \
    void function(const type *table, int length)                                                        \
    {                                                                                                   \
        for (int i = 0; i < length; i++) {                                                              \
            for (int a = table[i].takes_null ? -1 : 0; a < SAMPLE_COUNT; a++) {                         \
                for (int b = table[i].takes_null ? -1 : 0; b < SAMPLE_COUNT; b++) {                     \
                    PyObject *v = sample(a), *w = sample(b);                                            \
                    Py_ssize_t first = count(v), second = count(w);                                     \
                    put(table[i].call(v, w), "%s(%s, %s)", table[i].name, sample_name(a), sample_name(b));\
                    put_change("first", v, first);                                                      \
                    put_change("second", w, second);                                                    \
                    Py_XDECREF(v);                                                                      \
                    Py_XDECREF(w);                                                                      \
                }                                                                                       \
            }                                                                                           \
        }                                                                                               \
    }
APPLY_TO_TWO(apply_object_of_two, ObjectOfTwo, show)
APPLY_TO_TWO(apply_int_of_two, IntOfTwo, show_number)

static void set_up(void)
{
    Py_IgnoreEnvironmentFlag = 0;
    Py_NoSiteFlag = 1;
    Py_Initialize();
    name_space = PyDict_New();
    PyDict_SetItemString(name_space, "__builtins__", PyEval_GetBuiltins());
    PyObject *title = PyUnicode_FromString("ffi");
    PyDict_SetItemString(name_space, "__name__", title);
    Py_DECREF(title);
    statements(PRELUDE);
}

int main(int count, char **words)
{
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    for (Section *section = sections; section != NULL; section = section->next) {
        if (count < 2) {
            puts(section->name);
        } else if (strcmp(words[1], section->name) == 0) {
            if (section->is_bare) {
                section->run();
                return 0;
            }
            set_up();
            section->run();
            Py_CLEAR(name_space);
            say("finalised: %d", Py_FinalizeEx());
            return 0;
        }
    }
    return count < 2 ? 0 : 2;
}
