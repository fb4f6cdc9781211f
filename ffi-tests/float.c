/* floatobject.h, complexobject.h, pystrtod.h, pymath.h, pyctype.h, pystrhex.h, pystrcmp.h, pyhash.h. */
#include "harness.h"

#include <float.h>
#include <pystrhex.h>

static const double DOUBLES[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1e16, 1e17, 123456789.125, 1e-5, 1e-4, 5e-324, DBL_MAX, DBL_MIN, 65504.0,
                                 65520.0, 6e-8, 3e-8, 3.4e38, 3.5e38, 1e-46, 1.0 / 3, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0, 2.5, 3.5, 1e22, 1e23};

SECTION(float_objects)
{
    static const ObjectOfObject objects[] = {PLAIN(PyFloat_FromString)};
    apply_object_of_object(objects, LENGTH(objects));
    for (int i = -1; i < SAMPLE_COUNT; i++) {
        PyObject *v = i < 0 ? NULL : value(SAMPLES[i]);
        const char *name = i < 0 ? "NULL" : SAMPLES[i];
        show_double(PyFloat_AsDouble(v), "AsDouble(%s)", name);
        if (v != NULL) {
            show_double(PyComplex_RealAsDouble(v), "RealAsDouble(%s)", name);
            show_double(PyComplex_ImagAsDouble(v), "ImagAsDouble(%s)", name);
            Py_complex c = PyComplex_AsCComplex(v);
            show_double(c.real, "AsCComplex(%s)", name);
            say("%g", c.imag);
        }
        Py_XDECREF(v);
    }
    show(PyFloat_GetInfo(), "GetInfo");
    show_double(PyFloat_GetMax(), "GetMax");
    show_double(PyFloat_GetMin(), "GetMin");
    for (int i = 0; i < LENGTH(DOUBLES); i++) {
        show(PyFloat_FromDouble(DOUBLES[i]), "FromDouble");
        show_number(_Py_HashDouble(DOUBLES[i]), "HashDouble(%g)", DOUBLES[i]);
        unsigned char bytes[8];
        for (int order = 0; order < 2; order++) {
            memset(bytes, 0, 8);
            show_number(_PyFloat_Pack2(DOUBLES[i], bytes, order), "Pack2(%g)", DOUBLES[i]);
            show(PyBytes_FromStringAndSize((char *)bytes, 2), "bytes");
            show_double(_PyFloat_Unpack2(bytes, order), "Unpack2");
            memset(bytes, 0, 8);
            show_number(_PyFloat_Pack4(DOUBLES[i], bytes, order), "Pack4(%g)", DOUBLES[i]);
            show(PyBytes_FromStringAndSize((char *)bytes, 4), "bytes");
            show_double(_PyFloat_Unpack4(bytes, order), "Unpack4");
            show_number(_PyFloat_Pack8(DOUBLES[i], bytes, order), "Pack8(%g)", DOUBLES[i]);
            show(PyBytes_FromStringAndSize((char *)bytes, 8), "bytes");
            show_double(_PyFloat_Unpack8(bytes, order), "Unpack8");
        }
    }
}

static PyObject *inner(const char *text, Py_ssize_t length, void *argument)
{
    return PyUnicode_FromFormat("%s/%zd/%s", text, length, (const char *)argument);
}

SECTION(float_texts)
{
    static const char codes[] = {'e', 'E', 'f', 'F', 'g', 'G', 'r', 'x'};
    static const int precisions[] = {0, 1, 6, 17, 40};
    for (int i = 0; i < LENGTH(DOUBLES); i++) {
        for (int c = 0; c < LENGTH(codes); c++) {
            for (int p = 0; p < LENGTH(precisions); p++) {
                for (int flags = 0; flags < 8; flags++) {
                    if ((DOUBLES[i] > 1e300 || DOUBLES[i] < -1e300) && flags > 1) {
                        continue;
                    }
                    int type = -1;
                    char *text = PyOS_double_to_string(DOUBLES[i], codes[c], precisions[p], flags, &type);
                    show_text(text, "%g %c %d %d (%d)", DOUBLES[i], codes[c], precisions[p], flags, type);
                    PyMem_Free(text);
                }
            }
        }
    }
    static const char *const texts[] = {"1", "1.5", " 1", "1 ", "1e5", "1e", "inf", "-Infinity", "nan", "-NAN", "1e400", "-1e400", "",
                                        "abc", "0x10", "1_0", ".5", "5.", ".", "1e-400", "infx", "+3", "1.0.0", "1e+5x"};
    for (int i = 0; i < LENGTH(texts); i++) {
        char *end = NULL;
        show_double(PyOS_string_to_double(texts[i], &end, NULL), "string_to_double('%s')", texts[i]);
        say("end %d", end == NULL ? -1 : (int)(end - texts[i]));
        show_double(PyOS_string_to_double(texts[i], NULL, PyExc_OverflowError), "string_to_double('%s', overflow)", texts[i]);
        show_double(PyOS_string_to_double(texts[i], &end, PyExc_OverflowError), "string_to_double('%s', both)", texts[i]);
        end = NULL;
        show_double(_Py_parse_inf_or_nan(texts[i], &end), "inf_or_nan('%s')", texts[i]);
        say("end %d", end == NULL ? -1 : (int)(end - texts[i]));
        PyObject *text = PyUnicode_FromString(texts[i]);
        show(PyFloat_FromString(text), "FromString('%s')", texts[i]);
        show(_Py_string_to_number_with_underscores(texts[i], (Py_ssize_t)strlen(texts[i]), "thing", text, "argument", inner),
             "underscores('%s')", texts[i]);
        Py_DECREF(text);
    }
    PyObject *text = PyUnicode_FromString("1__0");
    show(_Py_string_to_number_with_underscores("1__0", 4, "thing", text, "argument", inner), "underscores");
    Py_DECREF(text);
    static const char *const formats[] = {"", ".3f", "+e", "08.2f", "%", "n", "g", "d", "s", ",.2f", "_", ".", "#g", "^20.1e", "=+10"};
    for (int i = 0; i < LENGTH(formats); i++) {
        PyObject *format = PyUnicode_FromString(formats[i]);
        for (int d = 0; d < LENGTH(DOUBLES); d++) {
            for (int is_complex = 0; is_complex < 2; is_complex++) {
                PyObject *number = is_complex ? PyComplex_FromDoubles(DOUBLES[d], 1.5) : PyFloat_FromDouble(DOUBLES[d]);
                _PyUnicodeWriter writer;
                _PyUnicodeWriter_Init(&writer);
                Py_ssize_t length = PyUnicode_GET_LENGTH(format);
                int status = is_complex ? _PyComplex_FormatAdvancedWriter(&writer, number, format, 0, length)
                                        : _PyFloat_FormatAdvancedWriter(&writer, number, format, 0, length);
                show_number(status, "FormatAdvanced(%g, %s)", DOUBLES[d], formats[i]);
                if (status == 0) {
                    show(_PyUnicodeWriter_Finish(&writer), "written");
                } else {
                    _PyUnicodeWriter_Dealloc(&writer);
                }
                Py_DECREF(number);
            }
        }
        Py_DECREF(format);
    }
}

static void show_complex(const char *label, Py_complex c)
{
    say("%s = %.17g %.17g errno %d", label, c.real, c.imag, errno);
    errno = 0;
}

SECTION(complex_arithmetic)
{
    static const Py_complex numbers[] = {{0, 0}, {1, 2}, {-1.5, 0.25}, {1e300, 1e300}, {0, -1}, {1.0 / 0.0, 0}, {0.0 / 0.0, 1}, {3, 0}};
    errno = 0;
    for (int i = 0; i < LENGTH(numbers); i++) {
        show_complex("neg", _Py_c_neg(numbers[i]));
        show_double(_Py_c_abs(numbers[i]), "abs");
        show(PyComplex_FromCComplex(numbers[i]), "object");
        for (int j = 0; j < LENGTH(numbers); j++) {
            errno = 0;
            show_complex("sum", _Py_c_sum(numbers[i], numbers[j]));
            show_complex("diff", _Py_c_diff(numbers[i], numbers[j]));
            show_complex("prod", _Py_c_prod(numbers[i], numbers[j]));
            show_complex("quot", _Py_c_quot(numbers[i], numbers[j]));
            show_complex("pow", _Py_c_pow(numbers[i], numbers[j]));
        }
    }
}

SECTION(characters)
{
    unsigned table = 0, lower = 0, upper = 0;
    for (int i = 0; i < 256; i++) {
        table = table * 31 + _Py_ctype_table[i];
        lower = lower * 31 + _Py_ctype_tolower[i];
        upper = upper * 31 + _Py_ctype_toupper[i];
        if (Py_ISALNUM(i) || Py_ISSPACE(i) || Py_ISXDIGIT(i)) {
            say("%d: %d%d%d%d %c%c", i, Py_ISLOWER(i) != 0, Py_ISUPPER(i) != 0, Py_ISDIGIT(i) != 0, Py_ISALPHA(i) != 0, Py_TOLOWER(i),
                Py_TOUPPER(i));
        }
    }
    say("%u %u %u", table, lower, upper);
    static const char *const words[] = {"", "a", "A", "ab", "AB", "abc", "Abd", "b"};
    for (int i = 0; i < LENGTH(words); i++) {
        for (int j = 0; j < LENGTH(words); j++) {
            say("%s %s: %d %d %d", words[i], words[j], PyOS_stricmp(words[i], words[j]), PyOS_strnicmp(words[i], words[j], 2),
                PyOS_strnicmp(words[i], words[j], 0));
        }
    }
    show(_Py_strhex("ab\xff\0z", 5), "strhex");
    show(_Py_strhex("", 0), "strhex");
    show(_Py_strhex_bytes("ab\xff", 3), "strhex_bytes");
    static const char *const separators[] = {"':'", "b':'", "'ab'", "''", "'\\xe9'", "3", "b'\\xff'"};
    for (int i = 0; i < LENGTH(separators); i++) {
        PyObject *separator = value(separators[i]);
        for (int group = -3; group < 4; group++) {
            show(_Py_strhex_with_sep("abcdefg", 7, separator, group), "strhex(%s, %d)", separators[i], group);
            show(_Py_strhex_bytes_with_sep("abcdefg", 7, separator, group), "strhex_bytes(%s, %d)", separators[i], group);
        }
        Py_DECREF(separator);
    }
    for (int i = 0; i < 9; i++) {
        say("%lld", (long long)_Py_HashBytes("hash me!", i));
    }
    PyHash_FuncDef *hash = PyHash_GetFuncDef();
    say("%s %d %d", hash->name, hash->hash_bits, hash->seed_bits);
    say("%lld %lld", (long long)_Py_HashPointer((void *)0x1230), (long long)_Py_HashPointer((void *)-16));
    say("%lld", (long long)_Py_HashPointerRaw((void *)0x1230));
    for (unsigned long n = 0; n < 70; n += 3) {
        say("%u", _Py_bit_length(n * n * n));
    }
    char buffer[8];
    say("%d %s", PyOS_snprintf(buffer, sizeof buffer, "%d-%s", 12, "abcdefgh"), buffer);
}
