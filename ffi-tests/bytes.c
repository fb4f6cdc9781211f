/* bytesobject.h, bytearrayobject.h. */
#include "harness.h"

static PyObject *concat(PyObject *v, PyObject *w)
{
    Py_XINCREF(v);
    PyBytes_Concat(&v, w);
    return v;
}

static PyObject *concat_and_release(PyObject *v, PyObject *w)
{
    Py_XINCREF(v);
    Py_XINCREF(w);
    PyBytes_ConcatAndDel(&v, w);
    return v;
}

static PyObject *join(PyObject *v, PyObject *w)
{
    return PyBytes_Check(v) ? _PyBytes_Join(v, w) : NULL;
}

static PyObject *format(PyObject *v, PyObject *w)
{
    return PyBytes_Check(v) ? _PyBytes_FormatEx("<%s>", 4, w, 0) : NULL;
}

static PyObject *hexadecimal(PyObject *v)
{
    return PyUnicode_Check(v) ? _PyBytes_FromHex(v, 1) : NULL;
}

SECTION(bytes_objects)
{
    static const ObjectOfObject unary[] = {PLAIN(PyBytes_FromObject), PLAIN(PyByteArray_FromObject), PLAIN(hexadecimal), NULLABLE(PyObject_Bytes)};
    apply_object_of_object(unary, LENGTH(unary));
    static const ObjectOfTwo binary[] = {PLAIN(concat), PLAIN(concat_and_release), PLAIN(join), PLAIN(format), PLAIN(PyByteArray_Concat)};
    apply_object_of_two(binary, LENGTH(binary));
    static const SizeOfObject sizes[] = {PLAIN(PyBytes_Size)};
    apply_size_of_object(sizes, LENGTH(sizes));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        show_text(PyBytes_AsString(v), "AsString(%s)", SAMPLES[i]);
        char *text = NULL;
        Py_ssize_t length = -4;
        show_number(PyBytes_AsStringAndSize(v, &text, &length), "AsStringAndSize(%s)", SAMPLES[i]);
        say("%zd", length);
        show_number(PyBytes_AsStringAndSize(v, &text, NULL), "AsStringAndSize(%s, NULL)", SAMPLES[i]);
        if (PyByteArray_Check(v)) {
            show_text(PyByteArray_AsString(v), "AsString");
            show_number(PyByteArray_Size(v), "Size");
            static const Py_ssize_t lengths[] = {5, 1, 100, 0, 3};
            for (int n = 0; n < LENGTH(lengths); n++) {
                show_number(PyByteArray_Resize(v, lengths[n]), "Resize");
                memset(PyByteArray_AS_STRING(v), 'z', (size_t)lengths[n]);
                show_borrowed(v, "resized %zd %d", PyByteArray_GET_SIZE(v), PyByteArray_AS_STRING(v)[lengths[n]]);
            }
            Py_buffer view;
            PyObject_GetBuffer(v, &view, PyBUF_SIMPLE);
            show_number(PyByteArray_Resize(v, 77), "Resize while exported");
            PyBuffer_Release(&view);
        }
        if (PyBytes_Check(v)) {
            show(PyBytes_Repr(v, 0), "Repr");
            show(PyBytes_Repr(v, 1), "Repr");
        }
        Py_DECREF(v);
    }
    PyObject *nul = PyBytes_FromStringAndSize("a\0b", 3);
    char *text;
    show_number(PyBytes_AsStringAndSize(nul, &text, NULL), "embedded NUL");
    show_number(PyBytes_AsStringAndSize(nul, NULL, NULL), "no place");
    Py_DECREF(nul);
    show(PyBytes_FromString("text"), "FromString");
    show(PyBytes_FromStringAndSize("x", -1), "FromStringAndSize(-1)");
    show(PyBytes_FromStringAndSize(NULL, PY_SSIZE_T_MAX), "FromStringAndSize(max)");
    show(PyByteArray_FromStringAndSize("text", 2), "FromStringAndSize");
    show(PyByteArray_FromStringAndSize(NULL, -1), "FromStringAndSize(-1)");
    PyObject *first = PyBytes_FromStringAndSize("q", 1), *second = PyBytes_FromStringAndSize("q", 1);
    PyObject *empty = PyBytes_FromStringAndSize(NULL, 0), *other = PyBytes_FromString("");
    say("shared %d %d", first == second, empty == other);
    Py_DECREF(first);
    Py_DECREF(second);
    Py_DECREF(empty);
    Py_DECREF(other);
    PyObject *fresh = PyBytes_FromStringAndSize(NULL, 4);
    memcpy(PyBytes_AS_STRING(fresh), "abcd", 4);
    static const Py_ssize_t sizes_wanted[] = {2, 6, 0, 3};
    for (int i = 0; i < LENGTH(sizes_wanted); i++) {
        Py_ssize_t before = PyBytes_GET_SIZE(fresh);
        show_number(_PyBytes_Resize(&fresh, sizes_wanted[i]), "Resize");
        for (Py_ssize_t n = before; n < sizes_wanted[i]; n++) {
            PyBytes_AS_STRING(fresh)[n] = '+';
        }
        show_borrowed(fresh, "resized");
    }
    PyObject *shared = fresh;
    Py_INCREF(shared);
    show_number(_PyBytes_Resize(&fresh, 9), "Resize shared");
    say("gone %d", fresh == NULL);
    fresh = shared;
    show_number(_PyBytes_Resize(&fresh, -1), "Resize(-1)");
    say("gone %d", fresh == NULL);
    static const char *const escapes[] = {"plain", "\\n\\t\\\\", "\\x41\\x4", "\\x", "\\101\\8", "\\q", "tail\\", "\\xzz"};
    static const char *const errors[] = {NULL, "strict", "ignore", "replace", "nonsense"};
    for (int i = 0; i < LENGTH(escapes); i++) {
        for (int e = 0; e < LENGTH(errors); e++) {
            show(PyBytes_DecodeEscape(escapes[i], (Py_ssize_t)strlen(escapes[i]), errors[e], 0, NULL), "DecodeEscape(%s, %d)", escapes[i], e);
            const char *bad = NULL;
            show(_PyBytes_DecodeEscape(escapes[i], (Py_ssize_t)strlen(escapes[i]), errors[e], &bad), "_DecodeEscape");
            say("%d", bad == NULL ? -1 : (int)(bad - escapes[i]));
        }
    }
    static const struct {
        const char *format, *arguments;
    } formats[] = {{"%d %s", "(1, b'x')"}, {"%x %o %%", "(255, 8)"}, {"%a %r", "('\\xe9', 'r')"}, {"%c", "65"}, {"%c", "b'ab'"}, {"%5.1f|", "2.25"},
                   {"%(k)s", "{b'k': b'v'}"}, {"%s", "'text'"}, {"%d", "'x'"}, {"%s %s", "(b'1',)"}, {"%s", "(b'1', b'2')"}, {"%z", "1"},
                   {"%b", "bytearray(b'q')"}, {"%-6s|%06d", "(b'a', -5)"}, {"%", "()"}};
    for (int i = 0; i < LENGTH(formats); i++) {
        for (int mutable = 0; mutable < 2; mutable++) {
            PyObject *arguments = value(formats[i].arguments);
            show(_PyBytes_FormatEx(formats[i].format, (Py_ssize_t)strlen(formats[i].format), arguments, mutable), "FormatEx(%s, %s)",
                 formats[i].format, formats[i].arguments);
            Py_DECREF(arguments);
        }
    }
    for (int mutable = 0; mutable < 2; mutable++) {
        _PyBytesWriter writer;
        _PyBytesWriter_Init(&writer);
        writer.use_bytearray = mutable;
        writer.overallocate = 1;
        char *at = _PyBytesWriter_Alloc(&writer, 10);
        memcpy(at, "0123456789", 10);
        at += 10;
        at = _PyBytesWriter_Prepare(&writer, at, 900);
        memset(at, 'x', 900);
        at += 900;
        at = _PyBytesWriter_WriteBytes(&writer, at, "tail", 4);
        show(_PyBytesWriter_Finish(&writer, at), "writer");
        _PyBytesWriter_Init(&writer);
        writer.use_bytearray = mutable;
        at = _PyBytesWriter_Alloc(&writer, 3);
        show(_PyBytesWriter_Finish(&writer, at), "empty writer");
        _PyBytesWriter_Init(&writer);
        at = _PyBytesWriter_Alloc(&writer, 3000);
        _PyBytesWriter_Dealloc(&writer);
    }
    say("%zd", ((PyVarObject *)Py_None)->ob_base.ob_refcnt > 0 ? PyBytes_Type.tp_basicsize : 0);
}
