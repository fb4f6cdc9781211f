/* Who owns the reference that a function returns: functions which look something up and whose names do not tell. */
#include "harness.h"

static void show_owner(PyObject *(*call)(void), const char *name)
{
    PyObject *first = call();
    if (!first) {
        show_error(name);
        return;
    }
    Py_ssize_t before = Py_REFCNT(first);
    PyObject *second = call();
    const char *owner = second != first ? "another object" : Py_REFCNT(first) > before ? "new" : "borrowed";
    say("%s: %s, %s", name, Py_TYPE(first)->tp_name, owner);
}

/* `LOOKUP(name, expression)` defines a function of that name without arguments, as `show_owner` wants it. */
#define LOOKUP(name, expression) \
    static PyObject *name(void)  \
    {                            \
        return expression;       \
    }

_Py_IDENTIFIER(iter);
_Py_IDENTIFIER(path);
_Py_IDENTIFIER(bit_length);
_Py_IDENTIFIER(sys);
_Py_IDENTIFIER(no_such_name);

LOOKUP(builtin, _PyEval_GetBuiltinId(&PyId_iter))
LOOKUP(missing_builtin, _PyEval_GetBuiltinId(&PyId_no_such_name))
LOOKUP(sys_attribute, _PySys_GetObjectId(&PyId_path))
LOOKUP(missing_sys_attribute, _PySys_GetObjectId(&PyId_no_such_name))
LOOKUP(class_attribute, _PyType_LookupId(&PyLong_Type, &PyId_bit_length))
LOOKUP(missing_class_attribute, _PyType_LookupId(&PyLong_Type, &PyId_no_such_name))
LOOKUP(module, _PyImport_GetModuleId(&PyId_sys))
LOOKUP(missing_module, _PyImport_GetModuleId(&PyId_no_such_name))
LOOKUP(identifier, _PyUnicode_FromId(&PyId_path))
LOOKUP(main_module, _PyInterpreterState_GetMainModule(PyInterpreterState_Get()))
LOOKUP(first_iteration, _PyEval_GetAsyncGenFirstiter())
LOOKUP(generator_finalizer, _PyEval_GetAsyncGenFinalizer())
LOOKUP(frames, _PyThread_CurrentFrames())
LOOKUP(thread_dict, _PyThreadState_GetDict(PyThreadState_Get()))
LOOKUP(codec, _PyCodec_Lookup("utf-8"))
LOOKUP(text_codec, _PyCodec_LookupTextEncoding("utf-8", "codecs.encode()"))
LOOKUP(no_text_codec, _PyCodec_LookupTextEncoding("hex", "codecs.encode()"))
LOOKUP(decoder, PyCodec_Decoder("utf-8"))
LOOKUP(incremental_encoder, PyCodec_IncrementalEncoder("utf-8", "strict"))
LOOKUP(info_decoder, _PyCodecInfo_GetIncrementalDecoder(codec(), "strict"))
LOOKUP(info_encoder, _PyCodecInfo_GetIncrementalEncoder(codec(), NULL))
LOOKUP(program_text, PyErr_ProgramTextObject(PyUnicode_FromString("/no such file"), 1))
LOOKUP(mangled, _Py_Mangle(PyUnicode_InternFromString("_Class"), PyUnicode_InternFromString("__name")))
LOOKUP(not_mangled, _Py_Mangle(PyUnicode_InternFromString("_Class"), PyUnicode_InternFromString("name")))
LOOKUP(no_extension, _PyImport_FindExtensionObject(PyUnicode_FromString("no"), PyUnicode_FromString("such")))
LOOKUP(device_encoding, _Py_device_encoding(-1))
LOOKUP(intersection, _PyDictView_Intersect(value("{1: 2, 3: 4}.keys()"), value("[3, 5]")))

SECTION(ownership)
{
    static const struct {
        PyObject *(*call)(void);
        const char *name;
    } lookups[] = {
#define NAMED(name) {name, #name}
        NAMED(builtin), NAMED(missing_builtin), NAMED(sys_attribute), NAMED(missing_sys_attribute),
        NAMED(class_attribute), NAMED(missing_class_attribute), NAMED(module), NAMED(missing_module),
        NAMED(identifier), NAMED(main_module), NAMED(first_iteration), NAMED(generator_finalizer), NAMED(frames),
        NAMED(thread_dict), NAMED(codec), NAMED(text_codec), NAMED(no_text_codec), NAMED(decoder),
        NAMED(incremental_encoder), NAMED(info_decoder), NAMED(info_encoder), NAMED(program_text), NAMED(mangled),
        NAMED(not_mangled), NAMED(no_extension), NAMED(device_encoding), NAMED(intersection),
    };
    for (int i = 0; i < LENGTH(lookups); i++) {
        show_owner(lookups[i].call, lookups[i].name);
    }
}

/* Objects that stand for themselves: the key under which the compiler keeps a constant, texts, numbers. */
SECTION(made_by_private_functions)
{
    static const char *const constants[] = {
        "1", "1.0", "-0.0", "True", "None", "'text'", "b'bytes'", "(1, -0.0)", "frozenset({1})", "1j", "-0j",
        "complex(-0.0, 0.0)", "complex(0.0, -0.0)", "complex(-0.0, 1.0)", "...", "[]",
    };
    for (int i = 0; i < LENGTH(constants); i++) {
        PyObject *constant = value(constants[i]);
        if (i == LENGTH(constants) - 1) {
            /* A list is known by its address. */
            PyObject *key = _PyCode_ConstantKey(constant);
            say("%s: %zd items", constants[i], key ? PyTuple_GET_SIZE(key) : -1);
            Py_XDECREF(key);
        } else {
            show(_PyCode_ConstantKey(constant), "key of %s", constants[i]);
        }
        Py_DECREF(constant);
    }
    show(_PyUnicode_FromASCII("ascii", 5), "FromASCII");
    show(_PyUnicode_FromASCII("a", 1), "FromASCII");
    show(_PyUnicode_FromASCII("", 0), "FromASCII");
    show(_PyLong_FromTime_t(-1), "FromTime_t");
    show(_PyTime_AsNanosecondsObject(1234567890123456789), "AsNanosecondsObject");
    Py_ssize_t consumed = -1;
    show(_PyUnicode_DecodeUnicodeEscapeStateful("a\\x41\\u00", 9, "strict", &consumed), "DecodeUnicodeEscapeStateful");
    show_number(consumed, "consumed");
    show(_PyUnicode_DecodeUnicodeEscapeStateful("a\\x41\\u00", 9, "strict", NULL), "DecodeUnicodeEscapeStateful");
    show(_PyUnicode_DecodeRawUnicodeEscapeStateful("a\\x41\\u00", 9, "strict", &consumed), "DecodeRawUnicodeEscapeStateful");
    show_number(consumed, "consumed");
    PyObject *text = value("'text'"), *bytes = value("b'74657874'");
    show(_PyCodec_EncodeText(text, "utf-16-le", "strict"), "EncodeText");
    show(_PyCodec_EncodeText(text, "hex", "strict"), "EncodeText");
    show(_PyCodec_DecodeText(bytes, "ascii", "strict"), "DecodeText");
    show(_PyCodec_DecodeText(bytes, "hex", "strict"), "DecodeText");
    PyObject *function = value("lambda *args: args"), *arguments = value("(1, 2)");
    show(_PyEval_CallTracing(function, arguments), "CallTracing");
    show(_PyObject_NextNotImplemented(text), "NextNotImplemented");
    Py_DECREF(function);
    Py_DECREF(arguments);
    Py_DECREF(text);
    Py_DECREF(bytes);
}
