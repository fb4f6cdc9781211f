/* pyerrors.h, warnings.h: raising, fetching, chaining, errno, unraisable errors, warnings, the Unicode errors. */
#include "harness.h"

#include <errno.h>

SECTION(raising)
{
    static const char *const kinds[] = {"ValueError", "KeyError", "OSError", "SystemExit", "int", "None", "ValueError('instance')", "UnicodeDecodeError",
                                        "StopIteration", "SyntaxError"};
    for (int i = 0; i < LENGTH(kinds); i++) {
        PyObject *kind = value(kinds[i]);
        PyErr_SetNone(kind);
        show_error(kinds[i]);
        PyErr_SetString(kind, "a t\xc3\xa9xt");
        show_error(kinds[i]);
        PyErr_SetObject(kind, Py_None);
        show_error(kinds[i]);
        PyObject *tuple = value("('a', 2)");
        PyErr_SetObject(kind, tuple);
        show_error(kinds[i]);
        PyObject *type, *error, *traceback;
        PyErr_SetObject(kind, tuple);
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        show_borrowed(type, "type");
        show_borrowed(error, "normalised");
        say("%d", traceback == NULL);
        PyErr_Restore(type, error, traceback);
        show_error("restored");
        Py_DECREF(tuple);
        show(PyErr_Format(kind, "%d %s %R", 5, "x", Py_None), "Format");
        PyErr_SetNone(kind);
        show_number(PyErr_ExceptionMatches(PyExc_Exception), "matches Exception");
        PyErr_SetNone(kind);
        show_number(PyErr_ExceptionMatches(PyExc_ValueError), "matches ValueError");
        PyObject *several = value("(KeyError, (ValueError, OSError))");
        show_number(PyErr_GivenExceptionMatches(kind, several), "matches several");
        Py_DECREF(several);
        PyErr_Clear();
        Py_DECREF(kind);
    }
    show_number(PyErr_GivenExceptionMatches(NULL, PyExc_ValueError), "NULL matches");
    show_number(PyErr_GivenExceptionMatches(PyExc_ValueError, NULL), "matches NULL");
    show_borrowed(PyErr_Occurred(), "Occurred");
    PyObject *type = NULL, *error = NULL, *traceback = NULL;
    PyErr_NormalizeException(&type, &error, &traceback);
    say("%d", type == NULL);
    PyErr_Fetch(&type, &error, &traceback);
    say("%d%d%d", type == NULL, error == NULL, traceback == NULL);
    PyErr_Restore(NULL, NULL, NULL);
    show_error("restored nothing");
    show(PyErr_NoMemory(), "NoMemory");
    show_number(PyErr_BadArgument(), "BadArgument");
    _PyErr_BadInternalCall("file.c", 12);
    show_error("BadInternalCall");
    _PyErr_SetKeyError(Py_None);
    show_error("SetKeyError");
    PyObject *tuple = value("(1, 2)");
    _PyErr_SetKeyError(tuple);
    show_error("SetKeyError");
    Py_DECREF(tuple);
    PyErr_SetString(PyExc_ValueError, "\xff bad");
    show_error("bad utf-8");
    show(PyErr_NewException("m.Mine", NULL, NULL), "NewException");
    show(PyErr_NewException("Mine", NULL, NULL), "NewException without a dot");
    PyObject *bases = value("(KeyError, OSError)"), *dict = value("{'x': 1}");
    PyObject *made = PyErr_NewExceptionWithDoc("m.Made", "Documented.", bases, dict);
    Py_DECREF(bases);
    show_borrowed(made, "NewExceptionWithDoc");
    if (made != NULL) {
        show(PyObject_GetAttrString(made, "__doc__"), "doc");
        show(PyObject_GetAttrString(made, "__module__"), "module");
        show(PyObject_GetAttrString(made, "__bases__"), "bases");
        Py_DECREF(made);
    }
    PyErr_Clear();
    show_borrowed(dict, "dict");
    Py_DECREF(dict);
    show_text(PyExceptionClass_Name(PyExc_KeyError), "name");
    show_number(PyExceptionClass_Check(PyExc_KeyError), "class");
    show_number(PyExceptionInstance_Check(PyExc_KeyError), "instance");
}

SECTION(errno_errors)
{
    static const int numbers[] = {0, ENOENT, EACCES, EINTR, EPIPE, ECHILD, EAGAIN, 9999, EEXIST, ETIMEDOUT, ECONNRESET};
    PyObject *name = PyUnicode_FromString("file"), *other = PyUnicode_FromString("other");
    for (int i = 0; i < LENGTH(numbers); i++) {
        errno = numbers[i];
        show(PyErr_SetFromErrno(PyExc_OSError), "SetFromErrno(%d)", numbers[i]);
        errno = numbers[i];
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, "na\xc3\xafve");
        show_error("WithFilename");
        errno = numbers[i];
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
        show_error("WithFilenameObject");
        errno = numbers[i];
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, NULL);
        show_error("WithFilenameObject(NULL)");
        errno = numbers[i];
        PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, name, other);
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        show(PyObject_Str(error), "text");
        show(PyObject_GetAttrString(error, "filename2"), "filename2");
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        errno = numbers[i];
        PyErr_SetFromErrno(PyExc_ValueError);
        show_error("of ValueError");
    }
    PyObject *message = PyUnicode_FromString("message");
    show(PyErr_SetImportError(message, name, other), "SetImportError");
    show(PyErr_SetImportError(message, NULL, NULL), "SetImportError");
    show(PyErr_SetImportError(NULL, NULL, NULL), "SetImportError");
    show(PyErr_SetImportErrorSubclass(PyExc_ModuleNotFoundError, message, name, NULL), "SetImportErrorSubclass");
    show(PyErr_SetImportErrorSubclass(PyExc_ValueError, message, name, NULL), "SetImportErrorSubclass");
    Py_DECREF(message);
    Py_DECREF(name);
    Py_DECREF(other);
}

SECTION(chaining)
{
    PyErr_SetString(PyExc_KeyError, "first");
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_SetString(PyExc_ValueError, "second");
    _PyErr_ChainExceptions(type, error, traceback);
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    show(PyException_GetContext(error), "context");
    show(PyException_GetCause(error), "cause");
    show(PyException_GetTraceback(error), "traceback");
    PyException_SetCause(error, value("TypeError('cause')"));
    show(PyException_GetCause(error), "cause");
    show(PyObject_GetAttrString(error, "__suppress_context__"), "suppressed");
    PyException_SetContext(error, value("TypeError('context')"));
    show(PyException_GetContext(error), "context");
    PyException_SetContext(error, NULL);
    PyException_SetCause(error, NULL);
    show(PyException_GetContext(error), "context");
    show_number(PyException_SetTraceback(error, Py_None), "SetTraceback(None)");
    show_number(PyException_SetTraceback(error, Py_True), "SetTraceback(True)");
    show_number(PyException_SetTraceback(error, NULL), "SetTraceback(NULL)");
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
    PyErr_SetString(PyExc_KeyError, "deep");
    _PyErr_FormatFromCause(PyExc_RuntimeError, "from %s", "cause");
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    show_borrowed(error, "error");
    show(PyException_GetCause(error), "cause");
    show(PyException_GetContext(error), "context");
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
    static const char *const caught[] = {"ValueError('v')", "OSError(2, 'x')", "UnicodeDecodeError('u', b'', 0, 1, 'r')", "KeyError(1)"};
    for (int i = 0; i < LENGTH(caught); i++) {
        PyObject *instance = value(caught[i]);
        PyErr_SetObject((PyObject *)Py_TYPE(instance), instance);
        PyObject *same = _PyErr_TrySetFromCause("while %s", "trying");
        show(same, "TrySetFromCause(%s)", caught[i]);
        PyErr_Clear();
        Py_DECREF(instance);
    }
    /* What is being handled becomes the context. */
    PyObject *handled = value("LookupError('handled')");
    PyErr_SetExcInfo((Py_INCREF(PyExc_LookupError), PyExc_LookupError), handled, NULL);
    PyErr_SetString(PyExc_ValueError, "while handling");
    PyErr_Fetch(&type, &error, &traceback);
    show_borrowed(error, "error");
    if (error != NULL && PyExceptionInstance_Check(error)) {
        show(PyException_GetContext(error), "context");
    }
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
    PyErr_GetExcInfo(&type, &error, &traceback);
    show(type, "handled type");
    show(error, "handled");
    show(traceback, "handled traceback");
    PyErr_SetExcInfo(NULL, NULL, NULL);
    PyErr_GetExcInfo(&type, &error, &traceback);
    say("%d%d%d", type == NULL, error == NULL, traceback == NULL);
}

SECTION(unraisable)
{
    statements("got = []\ndef hook(info): got.append((info.exc_type.__name__, str(info.exc_value), info.exc_traceback, info.err_msg, repr(info.object)[:30]))\n"
               "sys.unraisablehook = hook");
    PyErr_SetString(PyExc_ValueError, "lost");
    PyErr_WriteUnraisable(Py_None);
    PyErr_SetString(PyExc_ValueError, "lost");
    PyErr_WriteUnraisable(NULL);
    PyErr_SetString(PyExc_ValueError, "lost");
    _PyErr_WriteUnraisableMsg("while testing", Py_True);
    PyErr_SetString(PyExc_ValueError, "lost");
    _PyErr_WriteUnraisableMsg(NULL, NULL);
    show_error("afterwards");
    show(value("got"), "got");
    PyErr_WriteUnraisable(Py_None);
    show_error("without an error");
    show(value("len(got)"), "got");
    statements("sys.unraisablehook = sys.__unraisablehook__\nold, sys.stderr = sys.stderr, io.StringIO()");
    PyErr_SetString(PyExc_ValueError, "lost");
    PyErr_WriteUnraisable(Py_None);
    PyErr_SetString(PyExc_KeyError, "printed");
    PyErr_Print();
    PyErr_SetString(PyExc_KeyError, "printed too");
    PyErr_PrintEx(0);
    PyObject *error = value("ValueError('displayed')");
    PyErr_Display((PyObject *)Py_TYPE(error), error, NULL);
    show(value("sys.stderr.getvalue()"), "stderr");
    show(value("sys.last_type, sys.last_value, sys.last_traceback"), "last");
    Py_DECREF(error);
    statements("sys.stderr = old");
    static const char *const paths[] = {"no such file", NULL};
    show(PyErr_ProgramText(paths[0], 1), "ProgramText");
    show(PyErr_ProgramText(NULL, 1), "ProgramText");
    PyErr_SetString(PyExc_SyntaxError, "located");
    PyErr_SyntaxLocation("file", 3);
    PyObject *type, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    show(PyObject_GetAttrString(error, "lineno"), "lineno");
    show(PyObject_GetAttrString(error, "offset"), "offset");
    show(PyObject_GetAttrString(error, "filename"), "filename");
    PyErr_Restore(type, error, traceback);
    PyErr_SyntaxLocationEx("other", 4, 5);
    PyErr_Fetch(&type, &error, &traceback);
    show(PyObject_GetAttrString(error, "offset"), "offset");
    show(PyObject_GetAttrString(error, "print_file_and_line"), "print_file_and_line");
    Py_DECREF(type);
    Py_DECREF(error);
    Py_XDECREF(traceback);
}

SECTION(warning)
{
    statements("import warnings\nseen = []\n"
               "def showwarning(message, category, filename, lineno, file=None, line=None): seen.append((str(message), category.__name__, filename, lineno))\n"
               "warnings.showwarning = showwarning\nwarnings.simplefilter('always')");
    show_number(PyErr_WarnEx(PyExc_DeprecationWarning, "old", 1), "WarnEx");
    show_number(PyErr_WarnEx(NULL, "default category", 1), "WarnEx");
    show_number(PyErr_WarnEx(PyExc_ValueError, "bad category", 1), "WarnEx");
    show_number(PyErr_WarnFormat(PyExc_UserWarning, 1, "%s %d", "formatted", 3), "WarnFormat");
    show_number(PyErr_WarnExplicit(PyExc_UserWarning, "explicit", "file", 12, "module", NULL), "WarnExplicit");
    show_number(PyErr_WarnExplicit(PyExc_UserWarning, "explicit", "file.py", 12, NULL, NULL), "WarnExplicit");
    PyObject *registry = PyDict_New();
    show_number(PyErr_WarnExplicitFormat(PyExc_UserWarning, "file", 13, "module", registry, "%d", 5), "WarnExplicitFormat");
    show_borrowed(registry, "registry");
    PyObject *text = PyUnicode_FromString("object");
    show_number(PyErr_WarnExplicitObject(PyExc_UserWarning, text, text, 14, NULL, registry), "WarnExplicitObject");
    Py_DECREF(text);
    Py_DECREF(registry);
    show_number(PyErr_ResourceWarning(Py_None, 1, "resource %d", 1), "ResourceWarning");
    show(value("seen"), "seen");
    statements("warnings.simplefilter('error')");
    show_number(PyErr_WarnEx(PyExc_DeprecationWarning, "old", 1), "WarnEx as error");
    show_number(PyErr_WarnFormat(PyExc_UserWarning, 1, "%s", "formatted"), "WarnFormat as error");
    show_number(PyErr_ResourceWarning(NULL, 1, "resource"), "ResourceWarning as error");
    statements("warnings.simplefilter('ignore')");
    show_number(PyErr_WarnEx(PyExc_DeprecationWarning, "old", 1), "WarnEx ignored");
}

SECTION(unicode_errors)
{
    PyObject *decode = PyUnicodeDecodeError_Create("enc", "a\xff\0b", 4, 1, 2, "reason");
    PyObject *encode = value("UnicodeEncodeError('enc', 'abcd', 1, 3, 'why')");
    PyObject *translate = value("UnicodeTranslateError('abcd', 1, 3, 'why')");
    show_borrowed(decode, "decode");
    static const Py_ssize_t positions[] = {0, 2, 4, 9, -1};
    Py_ssize_t at;
    for (int i = 0; i < LENGTH(positions); i++) {
        show_number(PyUnicodeDecodeError_SetStart(decode, positions[i]), "SetStart");
        show_number(PyUnicodeDecodeError_GetStart(decode, &at), "GetStart");
        say("%zd", at);
        show_number(PyUnicodeDecodeError_SetEnd(decode, positions[i]), "SetEnd");
        show_number(PyUnicodeDecodeError_GetEnd(decode, &at), "GetEnd");
        say("%zd", at);
        show(PyObject_Str(decode), "text");
        show_number(PyUnicodeEncodeError_SetStart(encode, positions[i]), "SetStart");
        show_number(PyUnicodeEncodeError_GetStart(encode, &at), "GetStart");
        say("%zd", at);
        show_number(PyUnicodeEncodeError_SetEnd(encode, positions[i]), "SetEnd");
        show_number(PyUnicodeEncodeError_GetEnd(encode, &at), "GetEnd");
        say("%zd", at);
        show(PyObject_Str(encode), "text");
        show_number(PyUnicodeTranslateError_SetStart(translate, positions[i]), "SetStart");
        show_number(PyUnicodeTranslateError_GetStart(translate, &at), "GetStart");
        say("%zd", at);
        show_number(PyUnicodeTranslateError_SetEnd(translate, positions[i]), "SetEnd");
        show_number(PyUnicodeTranslateError_GetEnd(translate, &at), "GetEnd");
        say("%zd", at);
        show(PyObject_Str(translate), "text");
    }
    show(PyUnicodeDecodeError_GetEncoding(decode), "GetEncoding");
    show(PyUnicodeDecodeError_GetObject(decode), "GetObject");
    show(PyUnicodeDecodeError_GetReason(decode), "GetReason");
    show_number(PyUnicodeDecodeError_SetReason(decode, "new"), "SetReason");
    show(PyUnicodeDecodeError_GetReason(decode), "GetReason");
    show(PyUnicodeEncodeError_GetEncoding(encode), "GetEncoding");
    show(PyUnicodeEncodeError_GetObject(encode), "GetObject");
    show_number(PyUnicodeEncodeError_SetReason(encode, "new"), "SetReason");
    show(PyUnicodeEncodeError_GetReason(encode), "GetReason");
    show(PyUnicodeTranslateError_GetObject(translate), "GetObject");
    show_number(PyUnicodeTranslateError_SetReason(translate, "new"), "SetReason");
    show(PyUnicodeTranslateError_GetReason(translate), "GetReason");
    show(PyUnicodeEncodeError_Create("enc", L"wide", 4, 0, 1, "reason"), "Create");
    show(PyUnicodeTranslateError_Create(L"wide", 4, 0, 1, "reason"), "Create");
    static const ObjectOfObject handlers[] = {
        PLAIN(PyCodec_StrictErrors),    PLAIN(PyCodec_IgnoreErrors), PLAIN(PyCodec_ReplaceErrors), PLAIN(PyCodec_XMLCharRefReplaceErrors),
        PLAIN(PyCodec_BackslashReplaceErrors), PLAIN(PyCodec_NameReplaceErrors),
    };
    PyObject *errors[] = {decode, encode, translate, Py_None};
    for (int i = 0; i < LENGTH(errors); i++) {
        for (int h = 0; h < LENGTH(handlers); h++) {
            show(handlers[h].call(errors[i]), "%s", handlers[h].name);
        }
    }
    Py_DECREF(decode);
    Py_DECREF(encode);
    Py_DECREF(translate);
}
