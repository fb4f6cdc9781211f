/* unicodeobject.h: making, reading, changing, searching; the kinds; the character data base; the writer. */
#include "harness.h"

static const char *const TEXTS[] = {"''", "'a'", "'abc'", "'\\xe9a'", "'\\u20ac uro'", "'\\U0001f600'", "'ab\\0cd'", "'\\ud800x'", "MyStr('sub')",
                                    "'a b  c'", "'x\\ny\\r\\nz'", "'If 1 _x'", "'_id1'", "b'bytes'", "None"};

static void macros(PyObject *text, const char *name)
{
    int ready = PyUnicode_READY(text);
    say("%s: ready %d kind %d compact %d ascii %d max %x length %zd", name, ready, (int)PyUnicode_KIND(text), (int)PyUnicode_IS_COMPACT(text),
        (int)PyUnicode_IS_ASCII(text), (unsigned)PyUnicode_MAX_CHAR_VALUE(text), PyUnicode_GET_LENGTH(text));
    say("state %d %d %d", PyUnicode_CHECK_INTERNED(text) != 0, (int)PyUnicode_IS_READY(text), (int)PyUnicode_IS_COMPACT_ASCII(text));
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        say("  %x %x", (unsigned)PyUnicode_READ_CHAR(text, i), (unsigned)PyUnicode_READ(PyUnicode_KIND(text), PyUnicode_DATA(text), i));
    }
    say("sizes %zd %zd", PyUnicode_GET_SIZE(text), PyUnicode_GET_DATA_SIZE(text));
    say("wide %x", (unsigned)PyUnicode_AS_UNICODE(text)[0]);
}

SECTION(unicode_reading)
{
    for (int i = 0; i < LENGTH(TEXTS); i++) {
        PyObject *text = value(TEXTS[i]);
        Py_ssize_t before = Py_REFCNT(text);
        show_number(PyUnicode_GetLength(text), "GetLength(%s)", TEXTS[i]);
        show_number(PyUnicode_GetSize(text), "GetSize(%s)", TEXTS[i]);
        for (int at = -1; at < 4; at++) {
            show_number(PyUnicode_ReadChar(text, at), "ReadChar(%s, %d)", TEXTS[i], at);
        }
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 5; b++) {
                if (PyUnicode_Check(text)) {
                    show(PyUnicode_Substring(text, a, b), "Substring(%s, %d, %d)", TEXTS[i], a, b);
                }
            }
        }
        Py_UCS4 buffer[8] = {9, 9, 9, 9, 9, 9, 9, 9};
        if (PyUnicode_Check(text)) {
            for (int null = 0; null < 2; null++) {
                show_number(PyUnicode_AsUCS4(text, buffer, 3, null) != NULL, "AsUCS4(%s, %d)", TEXTS[i], null);
                say("%x %x %x %x", buffer[0], buffer[1], buffer[2], buffer[3]);
            }
            Py_UCS4 *copy = PyUnicode_AsUCS4Copy(text);
            say("copy ends in %x", copy[PyUnicode_GET_LENGTH(text)]);
            PyMem_Free(copy);
        }
        wchar_t wide[4] = {7, 7, 7, 7};
        show_number(PyUnicode_AsWideChar(text, wide, 4), "AsWideChar(%s)", TEXTS[i]);
        say("%x %x %x %x", wide[0], wide[1], wide[2], wide[3]);
        show_number(PyUnicode_AsWideChar(text, NULL, 4), "AsWideChar(%s, NULL)", TEXTS[i]);
        Py_ssize_t size = -3;
        wchar_t *made = PyUnicode_AsWideCharString(text, &size);
        show_number(size, "AsWideCharString(%s)", TEXTS[i]);
        PyMem_Free(made);
        made = PyUnicode_AsWideCharString(text, NULL);
        show_number(made != NULL, "AsWideCharString(%s, NULL)", TEXTS[i]);
        PyMem_Free(made);
        size = -3;
        show_text(PyUnicode_AsUTF8AndSize(text, &size), "AsUTF8AndSize(%s)", TEXTS[i]);
        say("size %zd", size);
        show_text(PyUnicode_AsUTF8(text), "AsUTF8(%s)", TEXTS[i]);
        Py_UNICODE *old = PyUnicode_AsUnicodeAndSize(text, &size);
        show_number(old == NULL ? -1 : (int)old[0], "AsUnicodeAndSize(%s)", TEXTS[i]);
        if (old != NULL) {
            say("size %zd, again %d", size, PyUnicode_AsUnicode(text) == old);
        }
        show_number(_PyUnicode_AsUnicode(text) != NULL, "_AsUnicode(%s)", TEXTS[i]);
        old = PyUnicode_AsUnicodeCopy(text);
        show_number(old != NULL, "AsUnicodeCopy(%s)", TEXTS[i]);
        PyMem_Free(old);
        show(PyUnicode_FromObject(text), "FromObject(%s)", TEXTS[i]);
        show(PyUnicode_FromEncodedObject(text, NULL, NULL), "FromEncodedObject(%s)", TEXTS[i]);
        show(PyUnicode_FromEncodedObject(text, "latin-1", NULL), "FromEncodedObject(%s)", TEXTS[i]);
        if (PyUnicode_Check(text)) {
            show_number(PyUnicode_IsIdentifier(text), "IsIdentifier(%s)", TEXTS[i]);
            show_number(_PyUnicode_ScanIdentifier(text), "ScanIdentifier(%s)", TEXTS[i]);
            show(_PyUnicode_Copy(text), "Copy(%s)", TEXTS[i]);
            show(_PyUnicode_TransformDecimalAndSpaceToASCII(text), "TransformDecimalAndSpace(%s)", TEXTS[i]);
            show_number(_PyUnicode_FindMaxChar(text, 0, PyUnicode_GET_LENGTH(text)), "FindMaxChar(%s)", TEXTS[i]);
            macros(text, TEXTS[i]);
            show_number(_PyUnicode_CheckConsistency(text, 1), "CheckConsistency");
        }
        say("references %+zd", Py_REFCNT(text) - before);
        Py_DECREF(text);
    }
}

static PyObject *join(PyObject *v, PyObject *w)
{
    return PyUnicode_Join(v, w);
}

static PyObject *split(PyObject *v, PyObject *w)
{
    return PyUnicode_Split(v, w, -1);
}

static PyObject *split_right(PyObject *v, PyObject *w)
{
    return PyUnicode_RSplit(v, w, 1);
}

static PyObject *translate(PyObject *v, PyObject *w)
{
    return PyUnicode_Translate(v, w, NULL);
}

static PyObject *append(PyObject *v, PyObject *w)
{
    Py_XINCREF(v);
    PyUnicode_Append(&v, w);
    return v;
}

static PyObject *append_and_release(PyObject *v, PyObject *w)
{
    Py_XINCREF(v);
    Py_XINCREF(w);
    PyUnicode_AppendAndDel(&v, w);
    return v;
}

static PyObject *lines(PyObject *v)
{
    return PyUnicode_Splitlines(v, 1);
}

static int find(PyObject *v, PyObject *w)
{
    return (int)PyUnicode_Find(v, w, 0, 100, 1);
}

static int find_right(PyObject *v, PyObject *w)
{
    return (int)PyUnicode_Find(v, w, 0, 100, -1);
}

static int count_of(PyObject *v, PyObject *w)
{
    return (int)PyUnicode_Count(v, w, 0, 100);
}

static int starts(PyObject *v, PyObject *w)
{
    return (int)PyUnicode_Tailmatch(v, w, 0, 100, -1);
}

SECTION(unicode_pairs)
{
    static const ObjectOfTwo objects[] = {
        PLAIN(PyUnicode_Concat), PLAIN(PyUnicode_Partition), PLAIN(PyUnicode_RPartition), PLAIN(join),  PLAIN(split),
        PLAIN(split_right),      PLAIN(translate),           PLAIN(PyUnicode_Format),     PLAIN(append), PLAIN(append_and_release),
    };
    apply_object_of_two(objects, LENGTH(objects));
    static const ObjectOfObject unary[] = {PLAIN(lines)};
    apply_object_of_object(unary, LENGTH(unary));
    static const IntOfTwo ints[] = {PLAIN(PyUnicode_Contains), PLAIN(PyUnicode_Compare), PLAIN(find), PLAIN(find_right), PLAIN(count_of),
                                    PLAIN(starts)};
    apply_int_of_two(ints, LENGTH(ints));
    for (int i = 0; i < LENGTH(TEXTS); i++) {
        for (int j = 0; j < LENGTH(TEXTS); j++) {
            PyObject *v = value(TEXTS[i]), *w = value(TEXTS[j]);
            for (int op = 0; op < 6; op++) {
                show(PyUnicode_RichCompare(v, w, op), "RichCompare(%s, %s, %d)", TEXTS[i], TEXTS[j], op);
            }
            show(PyUnicode_Replace(v, w, v, -1), "Replace(%s, %s)", TEXTS[i], TEXTS[j]);
            if (PyUnicode_Check(v) && PyUnicode_Check(w)) {
                show_number(_PyUnicode_EQ(v, w), "EQ(%s, %s)", TEXTS[i], TEXTS[j]);
                show(_PyUnicode_XStrip(v, 2, w), "XStrip(%s, %s)", TEXTS[i], TEXTS[j]);
                PyObject *items[] = {v, w, v};
                show(_PyUnicode_JoinArray(w, items, 3), "JoinArray(%s, %s)", TEXTS[i], TEXTS[j]);
            }
            Py_DECREF(v);
            Py_DECREF(w);
        }
    }
    show(PyUnicode_Join(NULL, value("['a', 'b']")), "Join(NULL)");
    PyObject *nothing = NULL;
    PyUnicode_Append(&nothing, Py_None);
    show_error("Append to NULL");
}

SECTION(unicode_making)
{
    static const struct {
        int kind;
        const void *data;
        Py_ssize_t length;
    } kinds[] = {
        {1, "ab\xff", 3}, {1, "abc", 3}, {2, u"a\u20ac\xd800", 3}, {2, u"abc", 3}, {4, U"a\U0001f600", 2}, {4, U"a\xe9", 2},
        {1, "", 0},       {3, "abc", 1}, {0, "abc", 1},            {1, "abc", -1}, {1, "a", 1},
    };
    for (int i = 0; i < LENGTH(kinds); i++) {
        PyObject *text = PyUnicode_FromKindAndData(kinds[i].kind, kinds[i].data, kinds[i].length);
        if (text != NULL) {
            say("kind %d", (int)PyUnicode_KIND(text));
        }
        show(text, "FromKindAndData(%d, %zd)", kinds[i].kind, kinds[i].length);
    }
    static const Py_UCS4 maxima[] = {0, 127, 128, 255, 256, 65535, 65536, 0x10FFFF, 0x110000};
    for (int i = 0; i < LENGTH(maxima); i++) {
        PyObject *text = PyUnicode_New(3, maxima[i]);
        show_number(text != NULL, "New(3, %x)", maxima[i]);
        if (text == NULL) {
            continue;
        }
        say("kind %d ascii %d", (int)PyUnicode_KIND(text), (int)PyUnicode_IS_ASCII(text));
        show_number(PyUnicode_Fill(text, 0, 9, 'x'), "Fill");
        for (int c = 0; c < LENGTH(maxima); c++) {
            show_number(PyUnicode_WriteChar(text, 1, maxima[c]), "WriteChar(%x)", maxima[c]);
            show_number(PyUnicode_Fill(text, 2, 1, maxima[c]), "Fill(%x)", maxima[c]);
        }
        show_number(PyUnicode_WriteChar(text, 3, 'y'), "WriteChar(3)");
        show_number(PyUnicode_WriteChar(text, -1, 'y'), "WriteChar(-1)");
        show_number(PyUnicode_Fill(text, -1, 1, 'a'), "Fill(-1)");
        PyObject *other = value("'q\\xe9'");
        show_number(PyUnicode_CopyCharacters(text, 0, other, 0, 2), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 0, other, 0, 1), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 2, other, 0, 5), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 9, other, 0, 1), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 0, other, 9, 1), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 0, other, 0, -1), "CopyCharacters");
        show_number(PyUnicode_CopyCharacters(text, 0, Py_None, 0, 1), "CopyCharacters");
        Py_DECREF(other);
        show_borrowed(text, "made");
        static const Py_ssize_t sizes[] = {5, 2, 0};
        PyUnicode_WriteChar(text, 0, 'z');
        for (int s = 0; s < LENGTH(sizes); s++) {
            show_number(PyUnicode_Resize(&text, sizes[s]), "Resize(%zd)", sizes[s]);
            if (sizes[s] == 5) {
                PyUnicode_Fill(text, 3, 2, '-');
            }
            show_borrowed(text, "resized");
        }
        show_number(PyUnicode_Resize(&text, -1), "Resize(-1)");
        Py_DECREF(text);
    }
    show(PyUnicode_New(-1, 10), "New(-1)");
    show(PyUnicode_New(PY_SSIZE_T_MAX, 300), "New(max)");
    PyObject *shared = value("'shared'");
    Py_INCREF(shared);
    show_number(PyUnicode_Resize(&shared, 3), "Resize(shared)");
    show_borrowed(shared, "resized");
    show_number(PyUnicode_WriteChar(shared, 0, 'x'), "WriteChar(shared)");
    PyObject *none = Py_None;
    show_number(PyUnicode_Resize(&none, 3), "Resize(None)");
    none = NULL;
    show_number(PyUnicode_Resize(&none, 3), "Resize(NULL)");
    static const int ordinals[] = {0, 65, 0xe9, 0xd800, 0x10ffff, 0x110000, -1};
    for (int i = 0; i < LENGTH(ordinals); i++) {
        show(PyUnicode_FromOrdinal(ordinals[i]), "FromOrdinal(%x)", ordinals[i]);
    }
    show(PyUnicode_FromString("caf\xc3\xa9"), "FromString");
    show(PyUnicode_FromString("bad \xff"), "FromString");
    show(PyUnicode_FromStringAndSize("a\0b", 3), "FromStringAndSize");
    show(PyUnicode_FromStringAndSize("abc", -1), "FromStringAndSize(-1)");
    show(PyUnicode_FromStringAndSize(NULL, 0), "FromStringAndSize(NULL, 0)");
    show(PyUnicode_FromWideChar(L"w\u20ac\U0001f600", -1), "FromWideChar(-1)");
    show(PyUnicode_FromWideChar(L"wide", 2), "FromWideChar(2)");
    show(PyUnicode_FromWideChar(NULL, 0), "FromWideChar(NULL, 0)");
    show(PyUnicode_FromWideChar(NULL, 2), "FromWideChar(NULL, 2)");
    show(PyUnicode_FromUnicode(L"old", 3), "FromUnicode");
    PyObject *legacy = PyUnicode_FromUnicode(NULL, 3);
    wcscpy(PyUnicode_AS_UNICODE(legacy), L"\xe9ga");
    say("ready %d %zd", (int)PyUnicode_IS_READY(legacy), PyUnicode_GET_SIZE(legacy));
    show_number(_PyUnicode_Ready(legacy), "Ready");
    show(legacy, "legacy");
    PyObject *first = PyUnicode_InternFromString("interned text"), *second = PyUnicode_FromString("interned text");
    PyUnicode_InternInPlace(&second);
    say("interned %d %d", first == second, (int)PyUnicode_CHECK_INTERNED(first));
    PyUnicode_InternImmortal(&second);
    say("immortal %d", (int)PyUnicode_CHECK_INTERNED(second));
    Py_DECREF(first);
    Py_DECREF(second);
    say("%s %x", PyUnicode_GetDefaultEncoding(), (unsigned)PyUnicode_GetMax());
    Py_UNICODE buffer[16];
    Py_UNICODE_COPY(buffer, L"abcdef", 7);
    say("%zu %d %d %d", Py_UNICODE_strlen(buffer), Py_UNICODE_strcmp(buffer, L"abd"), Py_UNICODE_strncmp(buffer, L"abd", 2),
        Py_UNICODE_strcmp(L"b", L"a"));
    say("%d %d", (int)(Py_UNICODE_strchr(buffer, 'c') - buffer), Py_UNICODE_strchr(buffer, 'z') == NULL);
    say("%d %d", (int)(Py_UNICODE_strrchr(buffer, 'a') - buffer), Py_UNICODE_strrchr(buffer, 'z') == NULL);
    Py_UNICODE_strcpy(buffer, L"xy");
    Py_UNICODE_strcat(buffer, L"zw");
    Py_UNICODE_strncpy(buffer + 4, L"12345", 3);
    buffer[7] = 0;
    show(PyUnicode_FromWideChar(buffer, -1), "buffer");
    show(PyUnicode_TransformDecimalToASCII(L"1\u0663x", 3), "TransformDecimalToASCII");
}

SECTION(unicode_formats)
{
    PyObject *text = value("'t\\xe9xt'");
    show(PyUnicode_FromFormat("%%|%c|%c|%c", 'a', 0xe9, 0x1f600), "characters");
    show(PyUnicode_FromFormat("%c", 0x110000), "character too large");
    show(PyUnicode_FromFormat("%c", -1), "negative character");
    show(PyUnicode_FromFormat("%d|%5d|%05d|%-5d|%.3d|%i|%u|%+d", 1, 22, 33, 44, 5, -6, 4000000000u, 7), "d");
    show(PyUnicode_FromFormat("%ld|%lld|%zd|%lu|%llu|%zu|%li", -1L, -2LL, (Py_ssize_t)-3, 4UL, 5ULL, (size_t)6, 7L), "sizes");
    show(PyUnicode_FromFormat("%x|%4x|%04x|%lx", 255, 255, 255, 255L), "x");
    show(PyUnicode_FromFormat("%s|%10s|%.2s|%5.1s|%-5s|", "abc", "def", "ghi", "jkl", "m"), "s");
    show(PyUnicode_FromFormat("%s", "caf\xc3\xa9 \xff"), "bad utf-8");
    show(PyUnicode_FromFormat("%.3s|", "a\xc3\xa9\xc3\xa9"), "cut");
    show(PyUnicode_FromFormat("%p|%p", (void *)0, (void *)0x12), "p");
    show(PyUnicode_FromFormat("%U|%8U|%.2U|", text, text, text), "U");
    show(PyUnicode_FromFormat("%V|%V|%6V|%.1V", text, "unused", NULL, "used", NULL, "six", NULL, "one"), "V");
    show(PyUnicode_FromFormat("%S|%R|%A|%12R|%.3A", text, text, text, text, text), "S R A");
    show(PyUnicode_FromFormat("%y tail %d", 1), "unknown");
    show(PyUnicode_FromFormat("%"), "lonely");
    show(PyUnicode_FromFormat("a%"), "at the end");
    show(PyUnicode_FromFormat("\xc3\xa9"), "not ASCII");
    show(PyUnicode_FromFormat("%5%|"), "width of %%");
    show(PyUnicode_FromFormat(""), "empty");
    show(PyUnicode_FromFormat("%lc|%ls", 'a', "b"), "l of others");
    show(PyUnicode_FromFormat("%99999999999d", 1), "too wide");
    show(PyUnicode_FromFormat("%.99999999999d", 1), "too precise");
    show(PyBytes_FromFormat("%%|%c|%d|%i|%u|%ld|%lu|%zd|%zu|%x|%p|%s|%.2s|%5s", 'a', 1, -2, 3u, 4L, 5UL, (Py_ssize_t)6, (size_t)7, 255, (void *)0x9, "s",
                            "cut", "five"),
         "bytes");
    show(PyBytes_FromFormat("%c", 256), "bytes character");
    show(PyBytes_FromFormat("%q rest"), "bytes unknown");
    Py_DECREF(text);
    static const struct {
        const char *number;
        int alternate, precision, type;
    } longs[] = {{"5", 0, -1, 'd'}, {"-5", 0, 4, 'd'}, {"255", 1, -1, 'x'}, {"255", 1, 6, 'X'}, {"8", 1, -1, 'o'}, {"True", 0, -1, 'd'},
                 {"2**70", 0, 30, 'u'}, {"-8", 1, 3, 'o'}};
    for (int i = 0; i < LENGTH(longs); i++) {
        PyObject *number = value(longs[i].number);
        show(_PyUnicode_FormatLong(number, longs[i].alternate, longs[i].precision, longs[i].type), "FormatLong(%s, %c)", longs[i].number, longs[i].type);
        Py_DECREF(number);
    }
}

SECTION(unicode_characters)
{
    for (Py_UCS4 c = 0; c < 0x30000; c += c < 0x3000 ? 1 : 97) {
        Py_UCS4 lower[3] = {0}, upper[3] = {0}, title[3] = {0}, folded[3] = {0};
        int counts = _PyUnicode_ToLowerFull(c, lower) + 4 * _PyUnicode_ToUpperFull(c, upper) + 16 * _PyUnicode_ToTitleFull(c, title)
                     + 64 * _PyUnicode_ToFoldedFull(c, folded);
        say("%x %d%d%d%d%d%d%d%d%d%d%d%d%d%d %x %x %x %d %d %g %d %x %x %x %x", c, _PyUnicode_IsAlpha(c), _PyUnicode_IsCaseIgnorable(c),
            _PyUnicode_IsCased(c), _PyUnicode_IsDecimalDigit(c), _PyUnicode_IsDigit(c), _PyUnicode_IsLinebreak(c), _PyUnicode_IsLowercase(c),
            _PyUnicode_IsNumeric(c), _PyUnicode_IsPrintable(c), _PyUnicode_IsTitlecase(c), _PyUnicode_IsUppercase(c),
            _PyUnicode_IsWhitespace(c), _PyUnicode_IsXidContinue(c), _PyUnicode_IsXidStart(c), _PyUnicode_ToLowercase(c),
            _PyUnicode_ToUppercase(c), _PyUnicode_ToTitlecase(c), _PyUnicode_ToDecimalDigit(c), _PyUnicode_ToDigit(c),
            _PyUnicode_ToNumeric(c), counts, lower[0] + lower[1], upper[0] + upper[1] + upper[2], title[0] + title[1], folded[0] + folded[1]);
    }
    say("%d %d %d", Py_UNICODE_ISSPACE('\t'), Py_UNICODE_ISSPACE(0x2003), Py_UNICODE_ISALNUM('_'));
    say("%x %x", Py_UNICODE_JOIN_SURROGATES(0xD83D, 0xDE00), Py_UNICODE_HIGH_SURROGATE(0x1F600));
}

SECTION(unicode_writer)
{
    PyObject *text = value("'\\u20acuro'");
    for (int overallocate = 0; overallocate < 2; overallocate++) {
        _PyUnicodeWriter writer;
        _PyUnicodeWriter_Init(&writer);
        writer.overallocate = (unsigned char)overallocate;
        writer.min_length = 10;
        show_number(_PyUnicodeWriter_WriteChar(&writer, 'a'), "WriteChar");
        show_number(_PyUnicodeWriter_WriteASCIIString(&writer, "ascii", -1), "WriteASCIIString");
        show_number(_PyUnicodeWriter_WriteLatin1String(&writer, "l\xe9", 2), "WriteLatin1String");
        say("kind %d max %x pos %zd", (int)writer.kind, (unsigned)writer.maxchar, writer.pos);
        show_number(_PyUnicodeWriter_WriteStr(&writer, text), "WriteStr");
        show_number(_PyUnicodeWriter_WriteSubstring(&writer, text, 1, 3), "WriteSubstring");
        show_number(_PyUnicodeWriter_WriteChar(&writer, 0x1f600), "WriteChar");
        show_number(_PyUnicodeWriter_Prepare(&writer, 3, 'x'), "Prepare");
        show_number(_PyUnicodeWriter_PrepareKind(&writer, PyUnicode_4BYTE_KIND), "PrepareKind");
        say("kind %d max %x pos %zd", (int)writer.kind, (unsigned)writer.maxchar, writer.pos);
        show(_PyUnicodeWriter_Finish(&writer), "Finish");
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    show_number(_PyUnicodeWriter_WriteStr(&writer, text), "only one");
    say("read only %d", writer.readonly);
    PyObject *same = _PyUnicodeWriter_Finish(&writer);
    say("the same %d", same == text);
    Py_DECREF(same);
    _PyUnicodeWriter_Init(&writer);
    show(_PyUnicodeWriter_Finish(&writer), "nothing");
    _PyUnicodeWriter_Init(&writer);
    _PyUnicodeWriter_WriteASCIIString(&writer, "dropped", 7);
    _PyUnicodeWriter_Dealloc(&writer);
    _PyUnicodeWriter_Init(&writer);
    PyObject *empty = PyUnicode_FromString(""), *wide = PyUnicode_FromString(">8");
    show_number(_PyUnicode_FormatAdvancedWriter(&writer, text, wide, 0, 2), "FormatAdvancedWriter");
    show_number(_PyUnicode_FormatAdvancedWriter(&writer, text, empty, 0, 0), "FormatAdvancedWriter");
    show(_PyUnicodeWriter_Finish(&writer), "Finish");
    Py_DECREF(empty);
    Py_DECREF(wide);
    Py_UCS4 maximum = 0;
    PyObject *digits = PyUnicode_FromString("1234567"), *comma = PyUnicode_FromString(",");
    show_number(_PyUnicode_InsertThousandsGrouping(NULL, 0, digits, 0, 7, 12, "\3", comma, &maximum), "InsertThousandsGrouping");
    say("%x", (unsigned)maximum);
    Py_DECREF(digits);
    Py_DECREF(comma);
    Py_DECREF(text);
}
