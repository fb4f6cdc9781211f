/* longobject.h, longintrepr.h, boolobject.h: conversions at the limits, digits, texts, bytes. */
#include "harness.h"

#include <limits.h>
#include <longintrepr.h>

static const char *const INTEGERS[] = {
    "0", "1", "-1", "True", "2**15-1", "-2**15", "2**15", "2**16-1", "2**16", "2**30", "-2**30", "2**31-1", "-2**31", "2**31",
    "-2**31-1", "2**32-1", "2**32", "2**60", "2**63-1", "-2**63", "2**63", "-2**63-1", "2**64-1", "2**64", "-2**64", "2**70",
    "2**1023", "2**1024", "-10**400", "MyInt(7)", "Index(2)", "Index(2**80)", "Raiser()", "Wrong()", "Full()", "2.5", "float('inf')",
    "'5'", "None",
};

#define EACH_AS(type, function) show_number((long long)function(v), #function "(%s)", text)

static void as_c(PyObject *v, const char *text)
{
    EACH_AS(long, PyLong_AsLong);
    EACH_AS(long long, PyLong_AsLongLong);
    EACH_AS(size_t, PyLong_AsSize_t);
    EACH_AS(Py_ssize_t, PyLong_AsSsize_t);
    EACH_AS(unsigned long, PyLong_AsUnsignedLong);
    EACH_AS(unsigned long long, PyLong_AsUnsignedLongLong);
    EACH_AS(unsigned long long, PyLong_AsUnsignedLongLongMask);
    EACH_AS(unsigned long, PyLong_AsUnsignedLongMask);
    EACH_AS(void *, (size_t)PyLong_AsVoidPtr);
    EACH_AS(int, _PyLong_AsInt);
    show_double(PyLong_AsDouble(v), "AsDouble(%s)", text);
    int overflow = 9;
    show_number(PyLong_AsLongAndOverflow(v, &overflow), "AsLongAndOverflow(%s)", text);
    say("overflow %d", overflow);
    overflow = 9;
    show_number(PyLong_AsLongLongAndOverflow(v, &overflow), "AsLongLongAndOverflow(%s)", text);
    say("overflow %d", overflow);
}

static void converters(PyObject *v, const char *text)
{
    unsigned short h = 1;
    unsigned int i = 1;
    unsigned long l = 1;
    unsigned long long k = 1;
    size_t n = 1;
    show_number(_PyLong_UnsignedShort_Converter(v, &h), "ushort(%s)", text);
    show_number(_PyLong_UnsignedInt_Converter(v, &i), "uint(%s)", text);
    show_number(_PyLong_UnsignedLong_Converter(v, &l), "ulong(%s)", text);
    show_number(_PyLong_UnsignedLongLong_Converter(v, &k), "ulonglong(%s)", text);
    show_number(_PyLong_Size_t_Converter(v, &n), "size(%s)", text);
    say("%d %u %lu %llu %zu", h, i, l, k, n);
    Py_ssize_t size = -5;
    show_number(_Py_convert_optional_to_ssize_t(v, &size), "optional(%s)", text);
    say("%zd", size);
    show(_PyLong_FromNbInt(v), "FromNbInt(%s)", text);
    show(_PyLong_FromNbIndexOrNbInt(v), "FromNbIndexOrNbInt(%s)", text);
}

static void internals(PyObject *v, const char *text)
{
    Py_ssize_t exponent = -1;
    show_number(Py_SIZE(v), "size(%s)", text);
    say("digit %u", ((PyLongObject *)v)->ob_digit[0]);
    show_number(_PyLong_Sign(v), "Sign(%s)", text);
    show_number((long long)_PyLong_NumBits(v), "NumBits(%s)", text);
    show_double(_PyLong_Frexp((PyLongObject *)v, &exponent), "Frexp(%s)", text);
    say("exponent %zd", exponent);
    show(_PyLong_Copy((PyLongObject *)v), "Copy(%s)", text);
    show(_PyLong_Lshift(v, 33), "Lshift(%s)", text);
    show(_PyLong_Rshift(v, 33), "Rshift(%s)", text);
    static const int bases[] = {2, 8, 10, 16};
    for (int i = 0; i < LENGTH(bases); i++) {
        show(_PyLong_Format(v, bases[i]), "Format(%s, %d)", text, bases[i]);
    }
    for (int i = 0; i < 4; i++) {
        unsigned char bytes[9];
        memset(bytes, 0xAA, sizeof bytes);
        show_number(_PyLong_AsByteArray((PyLongObject *)v, bytes, 8, i & 1, i >> 1), "AsByteArray(%s, %d)", text, i);
        show(PyBytes_FromStringAndSize((char *)bytes, 9), "bytes");
        show(_PyLong_FromByteArray(bytes, 8, i & 1, i >> 1), "FromByteArray");
    }
    static const char *const others[] = {"3", "-7", "2**64+1", "0"};
    for (int i = 0; i < LENGTH(others); i++) {
        PyObject *w = value(others[i]);
        show(_PyLong_GCD(v, w), "GCD(%s, %s)", text, others[i]);
        show(_PyLong_DivmodNear(v, w), "DivmodNear(%s, %s)", text, others[i]);
        Py_DECREF(w);
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    show_number(_PyLong_FormatWriter(&writer, v, 16, 1), "FormatWriter(%s)", text);
    show(_PyUnicodeWriter_Finish(&writer), "written");
    static const char *const formats[] = {"", "d", "+x", "#o", "_b", "010,", ">30", "e", ".3f", "c", "s", "%", "#_X", "n"};
    for (int i = 0; i < LENGTH(formats); i++) {
        PyObject *format = PyUnicode_FromString(formats[i]);
        _PyUnicodeWriter_Init(&writer);
        int status = _PyLong_FormatAdvancedWriter(&writer, v, format, 0, PyUnicode_GET_LENGTH(format));
        show_number(status, "FormatAdvanced(%s, %s)", text, formats[i]);
        if (status == 0) {
            show(_PyUnicodeWriter_Finish(&writer), "written");
        } else {
            _PyUnicodeWriter_Dealloc(&writer);
        }
        show(PyObject_Format(v, format), "Format(%s, %s)", text, formats[i]);
        Py_DECREF(format);
    }
}

SECTION(long_conversions)
{
    for (int i = 0; i < LENGTH(INTEGERS); i++) {
        PyObject *v = value(INTEGERS[i]);
        as_c(v, INTEGERS[i]);
        converters(v, INTEGERS[i]);
        if (PyLong_Check(v)) {
            internals(v, INTEGERS[i]);
        }
        Py_DECREF(v);
    }
}

SECTION(long_making)
{
    static const long long numbers[] = {0, 1, -1, -5, -6, 256, 257, INT_MAX, INT_MIN, 1LL << 30, (1LL << 30) - 1, 1LL << 60,
                                        LLONG_MAX, LLONG_MIN, -(1LL << 30), UINT_MAX};
    for (int i = 0; i < LENGTH(numbers); i++) {
        long long n = numbers[i];
        show(PyLong_FromLong((long)n), "FromLong(%lld)", n);
        show(PyLong_FromLongLong(n), "FromLongLong(%lld)", n);
        show(PyLong_FromUnsignedLong((unsigned long)n), "FromUnsignedLong(%lld)", n);
        show(PyLong_FromUnsignedLongLong((unsigned long long)n), "FromUnsignedLongLong(%lld)", n);
        show(PyLong_FromSize_t((size_t)n), "FromSize_t(%lld)", n);
        show(PyLong_FromSsize_t((Py_ssize_t)n), "FromSsize_t(%lld)", n);
        show(PyLong_FromVoidPtr((void *)n), "FromVoidPtr(%lld)", n);
        show(PyBool_FromLong((long)n), "Bool(%lld)", n);
        PyObject *first = PyLong_FromLongLong(n), *second = PyLong_FromLongLong(n);
        say("the same object: %d", first == second);
        Py_DECREF(first);
        Py_DECREF(second);
    }
    static const double doubles[] = {0.0, -0.0, 1.9, -1.9, 1e18, -1e300, 9007199254740993.0, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0};
    for (int i = 0; i < LENGTH(doubles); i++) {
        show(PyLong_FromDouble(doubles[i]), "FromDouble(%g)", doubles[i]);
    }
    static const char *const texts[] = {"0", "12", " 12 ", "-12", "+ 12", "0x1f", "0X1F", "0b101", "0o17", "017", "1_000", "1__0",
                                        "_1", "1_", "zz", "", " ", "12abc", "0x", "-0x10", "\t7\n", "123456789012345678901234567890",
                                        "0_7", "00", "1 2", "9", "\xc3\xa9", "--1", "1e5", "0b", "0b2"};
    static const int bases[] = {0, 2, 8, 10, 16, 36, 1, 37, -1};
    for (int i = 0; i < LENGTH(texts); i++) {
        for (int b = 0; b < LENGTH(bases); b++) {
            char *end = NULL;
            PyObject *number = PyLong_FromString(texts[i], &end, bases[b]);
            show(number, "FromString('%s', %d)", texts[i], bases[b]);
            say("end %d", end == NULL ? -1 : (int)(end - texts[i]));
            show(PyLong_FromString(texts[i], NULL, bases[b]), "FromString('%s', NULL, %d)", texts[i], bases[b]);
            show(_PyLong_FromBytes(texts[i], (Py_ssize_t)strlen(texts[i]), bases[b]), "FromBytes('%s', %d)", texts[i], bases[b]);
            PyObject *text = PyUnicode_FromString(texts[i]);
            show(PyLong_FromUnicodeObject(text, bases[b]), "FromUnicodeObject('%s', %d)", texts[i], bases[b]);
            wchar_t *wide = PyUnicode_AsWideCharString(text, NULL);
            show(PyLong_FromUnicode(wide, (Py_ssize_t)wcslen(wide), bases[b]), "FromUnicode('%s', %d)", texts[i], bases[b]);
            PyMem_Free(wide);
            Py_DECREF(text);
            if (bases[b] != 1 && bases[b] != 37 && bases[b] != -1) {
                char *rest = NULL;
                errno = 0;
                long number = PyOS_strtol(texts[i], &rest, bases[b]);
                say("strtol %ld %d %d", number, (int)(rest - texts[i]), errno);
                errno = 0;
                unsigned long positive = PyOS_strtoul(texts[i], &rest, bases[b]);
                say("strtoul %lu %d %d", positive, (int)(rest - texts[i]), errno);
            }
        }
    }
    show(PyLong_GetInfo(), "GetInfo");
    show_borrowed(_PyLong_One, "One");
    show_borrowed(_PyLong_Zero, "Zero");
    PyLongObject *made = _PyLong_New(3);
    made->ob_digit[0] = 1;
    made->ob_digit[1] = PyLong_MASK;
    made->ob_digit[2] = 5;
    show((PyObject *)made, "New");
    show((PyObject *)_PyLong_New(0), "New(0)");
    show((PyObject *)_PyLong_New(PY_SSIZE_T_MAX), "New(max)");
    int sum = 0;
    for (int i = 0; i < 256; i++) {
        sum = sum * 31 + _PyLong_DigitValue[i];
    }
    say("digit values %d", sum);
    say("%d %d %lld", PyLong_SHIFT, (int)PyLong_MASK, (long long)PyLong_BASE);
}
