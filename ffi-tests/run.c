/* pythonrun.h, compile.h, eval.h, marshal.h, codecs.h, sysmodule.h, fileobject.h, traceback.h, osmodule.h, pytime.h, fileutils.h. */
#include "harness.h"

#include <marshal.h>

SECTION(running)
{
    static const char *const sources[] = {"1 + 1", "x = 5", "print('hi')", "1 +", "def f():\n  return 1\n", "  indented", "raise ValueError('v')", "", "\xff", "'\xc3\xa9'", "a\nb", "1; 2",
                                          "# comment", "type(lambda: (yield))", "return 1", "assert 0, 'no'", "import nothing_like_it", "x = \\", "'''open"};
    static const int starts[] = {Py_single_input, Py_file_input, Py_eval_input, 999};
    for (int i = 0; i < LENGTH(sources); i++) {
        for (int s = 0; s < LENGTH(starts); s++) {
            if (starts[s] == 999) {
                continue;
            }
            show(PyRun_String(sources[i], starts[s], names(), names()), "Run('%s', %d)", sources[i], starts[s]);
            show_number(Py_CompileString(sources[i], "<test>", starts[s]) != NULL, "Compile");
        }
    }
    PyObject *locals = PyDict_New(), *globals = PyDict_New();
    show(PyRun_String("x = len('abc')", Py_file_input, globals, locals), "without builtins");
    show_borrowed(locals, "locals");
    show(PyRun_String("1", Py_eval_input, NULL, locals), "no globals");
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    flags.cf_flags = PyCF_ONLY_AST;
    PyObject *tree = Py_CompileStringFlags("1 + 1", "<tree>", Py_eval_input, &flags);
    show(tree == NULL ? NULL : PyObject_CallMethod(PyImport_ImportModule("ast"), "dump", "O", tree), "tree");
    flags.cf_flags = CO_FUTURE_ANNOTATIONS;
    PyObject *code = Py_CompileStringExFlags("def f(a: b): pass\nr = f.__annotations__", "<future>", Py_file_input, &flags, 2);
    show(PyEval_EvalCode(code, names(), names()), "EvalCode");
    show(value("r"), "annotations");
    Py_DECREF(code);
    show_number(PyEval_MergeCompilerFlags(&flags), "MergeCompilerFlags");
    say("%x", flags.cf_flags);
    PyObject *name = PyUnicode_FromString("<object>");
    code = Py_CompileStringObject("x", name, Py_eval_input, NULL, -1);
    show(code == NULL ? NULL : PyObject_GetAttrString(code, "co_filename"), "file name");
    Py_DECREF(name);
    show_number(PyRun_SimpleString("simple = 1"), "SimpleString");
    show_number(PyRun_SimpleString("import sys; sys.stderr = open('/dev/null', 'w')"), "SimpleString");
    show_number(PyRun_SimpleString("1/0"), "SimpleString failing");
    show_number(PyRun_SimpleString("syntax error"), "SimpleString failing");
    static const char *const files[] = {"print('in a file', __name__)\nfile_x = 3\n", "1/0\n", "syntax error\n"};
    for (int i = 0; i < LENGTH(files); i++) {
        FILE *file = tmpfile();
        fputs(files[i], file);
        rewind(file);
        show(PyRun_File(file, "file.py", Py_file_input, names(), names()), "Run_File");
        rewind(file);
        show_number(PyRun_SimpleFile(file, "file.py"), "SimpleFile");
        rewind(file);
        show_number(PyRun_AnyFileExFlags(file, "file.py", 1, NULL), "AnyFile");
    }
    FILE *file = tmpfile();
    show_number(PyRun_InteractiveLoop(file, "<interactive>"), "InteractiveLoop");
    fclose(file);
    PyRun_SimpleString("sys.stderr = sys.__stderr__");
    say("%d %s", Py_FdIsInteractive(stdin, "file") >= 0, PyEval_GetFuncName(Py_None));
    PyObject *function = value("function"), *method = value("Plain().__init__"), *built_in = value("len");
    say("%s%s %s%s %s%s", PyEval_GetFuncName(function), PyEval_GetFuncDesc(function), PyEval_GetFuncName(method), PyEval_GetFuncDesc(method), PyEval_GetFuncName(built_in),
        PyEval_GetFuncDesc(built_in));
    say("%d %d %d", PyEval_GetFrame() == NULL, PyEval_GetGlobals() == NULL, PyEval_GetLocals() == NULL);
    show_error("GetLocals");
    Py_ssize_t index = -5;
    PyObject *big = value("2**80");
    show_number(_PyEval_SliceIndex(big, &index), "SliceIndex");
    say("%zd", index);
    show_number(_PyEval_SliceIndex(Py_None, &index), "SliceIndex of None");
    show_number(_PyEval_SliceIndexNotNone(Py_None, &index), "SliceIndexNotNone of None");
    show_number(Py_GetRecursionLimit(), "recursion limit");
    Py_SetRecursionLimit(50);
    PyRun_SimpleString("def deep(n): return deep(n + 1)\ntry: deep(0)\nexcept RecursionError as e: print(e)");
    Py_SetRecursionLimit(1000);
    int depth = 0;
    while (Py_EnterRecursiveCall(" in the test") == 0) {
        depth++;
    }
    show_error("recursion");
    say("%d", depth > 900 && depth < 1001);
    while (depth-- > 0) {
        Py_LeaveRecursiveCall();
    }
}

SECTION(marshalling)
{
    static const char *const values[] = {"None", "True", "5", "-2**40", "2**100", "1.5", "1+2j", "'text'", "'\\u20ac'", "b'bytes'", "(1, 'a')", "[1, [2]]", "{'a': 1}", "{1}", "frozenset([1])",
                                         "...", "StopIteration", "function.__code__", "len", "[1, len]", "bytearray(b'x')", "('same', 'same')", "float('nan')", "-0.0"};
    for (int i = 0; i < LENGTH(values); i++) {
        for (int version = 0; version < 5; version++) {
            PyObject *v = value(values[i]), *bytes = PyMarshal_WriteObjectToString(v, version);
            if (i == 17 && bytes != NULL) {
                show(PyMarshal_ReadObjectFromString(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)), "code");
            } else {
                show_borrowed(bytes, "%s version %d", values[i], version);
                if (bytes != NULL) {
                    show(PyMarshal_ReadObjectFromString(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)), "read");
                    show(PyMarshal_ReadObjectFromString(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes) - 1), "read short");
                }
            }
            PyErr_Clear();
            Py_XDECREF(bytes);
            Py_DECREF(v);
        }
    }
    show(PyMarshal_ReadObjectFromString("", 0), "nothing");
    show(PyMarshal_ReadObjectFromString("?", 1), "unknown");
    show(PyMarshal_ReadObjectFromString("i\1\0", 3), "short");
    FILE *file = tmpfile();
    PyObject *v = value("[1, 'two', (3.0,)]");
    PyMarshal_WriteLongToFile(123456789, file, 4);
    PyMarshal_WriteObjectToFile(v, file, 4);
    PyMarshal_WriteObjectToFile(v, file, 2);
    PyMarshal_WriteLongToFile(-2, file, 4);
    rewind(file);
    show_number(PyMarshal_ReadLongFromFile(file), "long");
    show(PyMarshal_ReadObjectFromFile(file), "object");
    show(PyMarshal_ReadObjectFromFile(file), "object");
    show_number(PyMarshal_ReadShortFromFile(file), "short");
    show(PyMarshal_ReadLastObjectFromFile(file), "last");
    show_number(PyMarshal_ReadLongFromFile(file), "at the end");
    fclose(file);
    Py_DECREF(v);
}

SECTION(codec_functions)
{
    static const char *const encodings[] = {"utf-8", "UTF_8", "latin-1", "ascii", "utf-16-le", "cp1252", "idna", "rot13", "hex", "base64", "no such", "utf-7", "unicode_escape", "mbcs"};
    PyObject *text = PyUnicode_FromString("t\xc3\xa9xt"), *bytes = PyBytes_FromString("t\xe9");
    for (int i = 0; i < LENGTH(encodings); i++) {
        show_number(PyCodec_KnownEncoding(encodings[i]), "Known(%s)", encodings[i]);
        show(PyCodec_Encode(text, encodings[i], NULL), "Encode(%s)", encodings[i]);
        show(PyCodec_Encode(text, encodings[i], "replace"), "Encode(%s, replace)", encodings[i]);
        show(PyCodec_Decode(bytes, encodings[i], NULL), "Decode(%s)", encodings[i]);
        show(PyCodec_Decode(bytes, encodings[i], "backslashreplace"), "Decode(%s, backslashreplace)", encodings[i]);
        show(PyUnicode_AsEncodedString(text, encodings[i], "xmlcharrefreplace"), "AsEncodedString");
        show(PyUnicode_Decode("t\xe9", 2, encodings[i], "ignore"), "Unicode_Decode");
        show(PyUnicode_AsEncodedObject(text, encodings[i], NULL), "AsEncodedObject");
        show(PyUnicode_AsDecodedObject(text, encodings[i], NULL), "AsDecodedObject");
        show(PyUnicode_AsEncodedUnicode(text, encodings[i], NULL), "AsEncodedUnicode");
        PyObject *encoder = PyCodec_Encoder(encodings[i]);
        show_number(encoder != NULL, "Encoder");
        Py_XDECREF(encoder);
        encoder = PyCodec_IncrementalDecoder(encodings[i], NULL);
        show_number(encoder != NULL, "IncrementalDecoder");
        Py_XDECREF(encoder);
    }
    statements("def search(name): return None if name != 'ffi_codec' else __import__('codecs').CodecInfo(lambda s, e='strict': (b'enc', len(s)), lambda b, e='strict': ('dec', len(b)), name=name)\n"
               "def handler(error): return ('<handled>', error.end)");
    PyObject *search = value("search"), *handler = value("handler");
    show_number(PyCodec_Register(search), "Register");
    show_number(PyCodec_Register(Py_None), "Register None");
    show(PyCodec_Encode(text, "ffi_codec", NULL), "Encode");
    show(PyCodec_Decode(bytes, "FFI-CODEC", NULL), "Decode");
    show_number(PyCodec_RegisterError("ffi_handler", handler), "RegisterError");
    show_number(PyCodec_RegisterError("bad", Py_None), "RegisterError None");
    show(PyUnicode_AsEncodedString(text, "ascii", "ffi_handler"), "with the handler");
    show(PyCodec_LookupError("no such"), "LookupError");
    show(PyCodec_LookupError("ffi_handler") == NULL ? NULL : value("1"), "LookupError");
    static const char *const errors[] = {NULL, "strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace", "namereplace", "nonsense"};
    static const char *const broken[] = {"ok", "a\xffz", "\xc3", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xe2\x82", "+AOk-", "\\x41\\u20ac\\q", "a\0b", "+x-\xff"};
    for (int e = 0; e < LENGTH(errors); e++) {
        for (int b = 0; b < LENGTH(broken); b++) {
            Py_ssize_t length = b == 8 ? 3 : (Py_ssize_t)strlen(broken[b]), consumed = -1;
            int order = 0;
            show(PyUnicode_DecodeUTF8(broken[b], length, errors[e]), "utf8 %d %d", e, b);
            show(PyUnicode_DecodeUTF8Stateful(broken[b], length, errors[e], &consumed), "utf8 stateful");
            say("%zd", consumed);
            show(PyUnicode_DecodeUTF7(broken[b], length, errors[e]), "utf7");
            show(PyUnicode_DecodeUTF7Stateful(broken[b], length, errors[e], &consumed), "utf7 stateful");
            say("%zd", consumed);
            show(PyUnicode_DecodeUTF16(broken[b], length, errors[e], &order), "utf16");
            order = 1;
            show(PyUnicode_DecodeUTF16Stateful(broken[b], length, errors[e], &order, &consumed), "utf16 stateful");
            say("%d %zd", order, consumed);
            show(PyUnicode_DecodeUTF32(broken[b], length, errors[e], NULL), "utf32");
            show(PyUnicode_DecodeASCII(broken[b], length, errors[e]), "ascii");
            show(PyUnicode_DecodeLatin1(broken[b], length, errors[e]), "latin1");
            show(PyUnicode_DecodeUnicodeEscape(broken[b], length, errors[e]), "unicode escape");
            show(PyUnicode_DecodeRawUnicodeEscape(broken[b], length, errors[e]), "raw unicode escape");
            show(PyUnicode_DecodeCharmap(broken[b], length, NULL, errors[e]), "charmap");
        }
        static const char *const texts[] = {"'ok'", "'\\xe9'", "'\\u20ac'", "'\\ud800'", "'\\U0001f600'", "'a\\0b'"};
        for (int t = 0; t < LENGTH(texts); t++) {
            PyObject *v = value(texts[t]);
            show(_PyUnicode_AsUTF8String(v, errors[e]), "utf8 %d %s", e, texts[t]);
            show(_PyUnicode_AsASCIIString(v, errors[e]), "ascii");
            show(_PyUnicode_AsLatin1String(v, errors[e]), "latin1");
            show(_PyUnicode_EncodeUTF16(v, errors[e], 0), "utf16");
            show(_PyUnicode_EncodeUTF32(v, errors[e], 1), "utf32");
            show(_PyUnicode_EncodeUTF7(v, 0, 0, errors[e]), "utf7");
            show(PyUnicode_AsUnicodeEscapeString(v), "unicode escape");
            show(PyUnicode_AsRawUnicodeEscapeString(v), "raw unicode escape");
            PyObject *map = value("{233: 'e', 8364: b'EUR', 97: None}");
            show(_PyUnicode_EncodeCharmap(v, map, errors[e]), "charmap");
            show(PyUnicode_AsCharmapString(v, map), "charmap");
            show(PyUnicode_Translate(v, map, errors[e]), "translate");
            show(PyUnicode_EncodeLocale(v, errors[e]), "locale");
            show(PyUnicode_EncodeFSDefault(v), "file system");
            Py_DECREF(map);
            Py_DECREF(v);
        }
    }
    static const char *const paths[] = {"'path'", "b'path'", "'\\xe9'", "'a\\0b'", "5", "None", "Full()", "bytearray(b'x')", "memoryview(b'x')", "'\\ud800'"};
    for (int p = 0; p < LENGTH(paths); p++) {
        PyObject *v = value(paths[p]), *converted = NULL;
        show_number(PyUnicode_FSConverter(v, &converted), "FSConverter(%s)", paths[p]);
        show(converted, "converted");
        converted = NULL;
        show_number(PyUnicode_FSDecoder(v, &converted), "FSDecoder(%s)", paths[p]);
        show(converted, "converted");
        show(PyOS_FSPath(v), "FSPath");
        Py_DECREF(v);
    }
    show(PyUnicode_DecodeFSDefault("n\xc3\xa9\xff"), "DecodeFSDefault");
    show(PyUnicode_DecodeLocale("n\xc3\xa9\xff", "surrogateescape"), "DecodeLocale");
    show(PyUnicode_DecodeLocale("n\xff", NULL), "DecodeLocale");
    show(PyUnicode_DecodeLocaleAndSize("ab", 1, NULL), "DecodeLocaleAndSize");
    show(PyUnicode_BuildEncodingMap(text), "BuildEncodingMap");
    Py_DECREF(text);
    Py_DECREF(bytes);
    Py_DECREF(search);
    Py_DECREF(handler);
}

SECTION(sys_and_files)
{
    show_number(PySys_SetObject("ffi_object", Py_True), "SetObject");
    show_borrowed(PySys_GetObject("ffi_object"), "GetObject");
    show_number(PySys_SetObject("ffi_object", NULL), "SetObject(NULL)");
    show_number(PySys_SetObject("ffi_object", NULL), "SetObject(NULL)");
    show_borrowed(PySys_GetObject("ffi_object"), "GetObject");
    show_borrowed(PySys_GetXOptions(), "XOptions");
    show_number(PySys_HasWarnOptions(), "HasWarnOptions");
    PySys_AddWarnOption(L"ignore");
    PySys_AddXOption(L"ffi=1");
    PySys_AddXOption(L"flag");
    show_borrowed(PySys_GetXOptions(), "XOptions");
    show_borrowed(PySys_GetObject("warnoptions"), "warnoptions");
    PySys_ResetWarnOptions();
    show_borrowed(PySys_GetObject("warnoptions"), "warnoptions");
    wchar_t *arguments[] = {L"program", L"one", L"two"};
    PySys_SetArgvEx(3, arguments, 0);
    show_borrowed(PySys_GetObject("argv"), "argv");
    PySys_SetPath(L"/a:/b");
    show_borrowed(PySys_GetObject("path"), "path");
    PySys_WriteStdout("%s %d\n", "written", 5);
    PySys_FormatStdout("%R %S\n", Py_None, Py_True);
    statements("old, sys.stdout = sys.stdout, io.StringIO()");
    PySys_WriteStdout("captured %d", 1);
    PySys_FormatStdout(" %U", value("'text'"));
    statements("captured = sys.stdout.getvalue(); sys.stdout = old");
    show(value("captured"), "captured");
    PyObject *file = value("io.StringIO('first\\nsecond\\n\\nlast')");
    show(PyFile_GetLine(file, 0), "line");
    show(PyFile_GetLine(file, -1), "line without end");
    show(PyFile_GetLine(file, 3), "part of a line");
    show(PyFile_GetLine(file, 0), "line");
    show(PyFile_GetLine(file, 0), "no line");
    show(PyFile_GetLine(file, -1), "no line");
    show(PyFile_GetLine(Py_None, 0), "line of None");
    PyObject *list = value("[1, 'a']");
    show_number(PyFile_WriteObject(list, file, 0), "WriteObject");
    show_number(PyFile_WriteObject(list, file, Py_PRINT_RAW), "WriteObject");
    show_number(PyFile_WriteObject(list, NULL, 0), "WriteObject to NULL");
    show_number(PyFile_WriteObject(list, Py_None, 0), "WriteObject to None");
    show_number(PyFile_WriteString("text", file), "WriteString");
    show_number(PyFile_WriteString("text", NULL), "WriteString to NULL");
    show(PyObject_CallMethod(file, "getvalue", NULL), "value");
    show_number(PyObject_AsFileDescriptor(file), "descriptor");
    Py_DECREF(file);
    static const char *const descriptors[] = {"5", "-1", "2**40", "'x'", "Full()", "None", "sys.__stdin__", "True"};
    for (int i = 0; i < LENGTH(descriptors); i++) {
        PyObject *v = value(descriptors[i]);
        show_number(PyObject_AsFileDescriptor(v), "descriptor of %s", descriptors[i]);
        Py_DECREF(v);
    }
    FILE *c_file = tmpfile();
    fputs("c\nfile\r\n", c_file);
    rewind(c_file);
    char line[20];
    say("%s", Py_UniversalNewlineFgets(line, 20, c_file, NULL));
    rewind(c_file);
    file = PyFile_FromFd(fileno(c_file), "name", "r", -1, "utf-8", NULL, NULL, 0);
    show(PyObject_CallMethod(file, "read", NULL), "read");
    Py_XDECREF(file);
    fclose(c_file);
    PyObject *path = PyUnicode_FromString("/dev/null");
    file = PyFile_OpenCode("/dev/null");
    show(PyObject_CallMethod(file, "read", NULL), "OpenCode");
    Py_XDECREF(file);
    Py_DECREF(path);
    file = PyFile_NewStdPrinter(1);
    show(PyObject_CallMethod(file, "write", "s", "printed\n"), "printer");
    Py_XDECREF(file);
    show_number((long long)_PySys_GetSizeOf(list), "size of a list");
    Py_DECREF(list);
    show_number(PySys_Audit("ffi.event", "i", 5), "Audit");
    say("%s|%s|%s", Py_GetPlatform(), Py_GetVersion()[0] == '3' ? "3" : "?", PY_VERSION);
    say("%d %d", (int)strlen(Py_GetCopyright()) > 100, Py_GetCompiler()[0] == '[' || Py_GetCompiler()[1] == '[');
    _PyTime_t time;
    static const char *const times[] = {"1.5", "-1.5", "10", "2**70", "float('nan')", "'x'", "0.1", "1e300"};
    for (int i = 0; i < LENGTH(times); i++) {
        PyObject *v = value(times[i]);
        for (int rounding = 0; rounding < 4; rounding++) {
            time = -1;
            show_number(_PyTime_FromSecondsObject(&time, v, (_PyTime_round_t)rounding), "FromSecondsObject(%s)", times[i]);
            say("%lld %lld %lld", (long long)time, (long long)_PyTime_AsMilliseconds(time, (_PyTime_round_t)rounding), (long long)_PyTime_AsMicroseconds(time, (_PyTime_round_t)rounding));
            time_t seconds = -1;
            long micro = -1;
            show_number(_PyTime_ObjectToTimeval(v, &seconds, &micro, (_PyTime_round_t)rounding), "ObjectToTimeval");
            if (!PyErr_Occurred() && i < 3) {
                say("%lld %ld", (long long)seconds, micro);
            }
        }
        show_double(_PyTime_AsSecondsDouble(time), "AsSecondsDouble");
        Py_DECREF(v);
    }
    size_t length;
    wchar_t *wide = Py_DecodeLocale("d\xc3\xa9\xff", &length);
    say("%zu %x", length, wide[2]);
    char *narrow = Py_EncodeLocale(wide, &length);
    say("%s", narrow);
    PyMem_Free(narrow);
    PyMem_RawFree(wide);
}
