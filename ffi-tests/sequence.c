/* abstract.h: sequences, mappings, items, iterators. */
#include "harness.h"

SECTION(sequence_unary)
{
    static const ObjectOfObject objects[] = {
        NULLABLE(PySequence_List),  NULLABLE(PySequence_Tuple), PLAIN(PyMapping_Keys),    PLAIN(PyMapping_Items),
        PLAIN(PyMapping_Values),    PLAIN(PyObject_GetIter),    NULLABLE(PyObject_Type),
    };
    apply_object_of_object(objects, LENGTH(objects));
    static const IntOfObject ints[] = {
        PLAIN(PySequence_Check), NULLABLE(PyMapping_Check), PLAIN(PyIter_Check),
        NULLABLE(PyCallable_Check), PLAIN(_PyObject_HasLen),
    };
    apply_int_of_object(ints, LENGTH(ints));
    static const SizeOfObject sizes[] = {
        NULLABLE(PySequence_Size),   NULLABLE(PySequence_Length), NULLABLE(PyMapping_Size),
        NULLABLE(PyMapping_Length),  NULLABLE(PyObject_Size),     NULLABLE(PyObject_Length),
    };
    apply_size_of_object(sizes, LENGTH(sizes));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        show_number(PyObject_LengthHint(v, 7), "LengthHint(%s)", SAMPLES[i]);
        show(PySequence_Fast(v, "not a sequence, says the test"), "Fast(%s)", SAMPLES[i]);
        static const Py_ssize_t indices[] = {0, 1, -1, 5, -9, PY_SSIZE_T_MAX, PY_SSIZE_T_MIN};
        for (int n = 0; n < LENGTH(indices); n++) {
            Py_ssize_t at = indices[n];
            show(PySequence_GetItem(v, at), "GetItem(%s, %zd)", SAMPLES[i], at);
            show(PySequence_GetSlice(v, at, at + (n < 4 ? 2 : 0)), "GetSlice(%s, %zd)", SAMPLES[i], at);
            PyObject *fresh = value(SAMPLES[i]);
            show_number(PySequence_SetItem(fresh, at, Py_None), "SetItem(%s, %zd)", SAMPLES[i], at);
            show_number(PySequence_DelItem(fresh, at), "DelItem(%s, %zd)", SAMPLES[i], at);
            show_number(PySequence_SetSlice(fresh, at, at, fresh), "SetSlice(%s, %zd)", SAMPLES[i], at);
            show_number(PySequence_DelSlice(fresh, at, at), "DelSlice(%s, %zd)", SAMPLES[i], at);
            show(fresh, "afterwards");
        }
        static const Py_ssize_t times[] = {0, 1, 3, -1};
        for (int n = 0; n < LENGTH(times); n++) {
            show(PySequence_Repeat(v, times[n]), "Repeat(%s, %zd)", SAMPLES[i], times[n]);
            PyObject *fresh = value(SAMPLES[i]);
            show(PySequence_InPlaceRepeat(fresh, times[n]), "InPlaceRepeat(%s, %zd)", SAMPLES[i], times[n]);
            Py_DECREF(fresh);
        }
        show(PyMapping_GetItemString(v, "a"), "GetItemString(%s, a)", SAMPLES[i]);
        show_number(PyMapping_HasKeyString(v, "a"), "HasKeyString(%s, a)", SAMPLES[i]);
        show_number(PyMapping_SetItemString(v, "b", Py_True), "SetItemString(%s, b)", SAMPLES[i]);
        show_number(PyObject_DelItemString(v, "b"), "DelItemString(%s, b)", SAMPLES[i]);
        show_number(PyMapping_DelItemString(v, "zz"), "DelItemString(%s, zz)", SAMPLES[i]);
        if (PyIter_Check(v)) {
            for (int n = 0; n < 3; n++) {
                show(PyIter_Next(v), "Next(%s)", SAMPLES[i]);
            }
        }
        Py_DECREF(v);
    }
    show(PyObject_GetItem(NULL, Py_None), "GetItem(NULL)");
    show_number(PyObject_SetItem(NULL, Py_None, Py_None), "SetItem(NULL)");
    show_number(PyObject_SetItem(Py_None, Py_None, NULL), "SetItem(.., NULL)");
    show_number(PyObject_DelItem(NULL, Py_None), "DelItem(NULL)");
    show(PySequence_GetItem(NULL, 0), "GetItem(NULL)");
    show_number(PySequence_SetItem(NULL, 0, NULL), "SetItem(NULL)");
    show(PySequence_Repeat(NULL, 0), "Repeat(NULL)");
    show(PySequence_Fast(NULL, "m"), "Fast(NULL)");
    static const char *const quick[] = {"[1, 2]", "(1, 2)", "{1}", "'ab'"};
    for (int i = 0; i < LENGTH(quick); i++) {
        PyObject *v = value(quick[i]);
        show(PySequence_Fast(v, NULL), "Fast(%s, NULL)", quick[i]);
        Py_DECREF(v);
    }
    show(PyMapping_GetItemString(Py_None, NULL), "GetItemString(NULL)");
    show_number(PyMapping_SetItemString(Py_None, NULL, NULL), "SetItemString(NULL)");
    show_number(PyObject_DelItemString(NULL, "x"), "DelItemString(NULL)");
    PyObject *words = value("[b'one', b'two']");
    char *const *strings = _PySequence_BytesToCharpArray(words);
    say("%s %s %d", strings[0], strings[1], strings[2] == NULL);
    _Py_FreeCharPArray(strings);
    Py_DECREF(words);
    words = value("[b'one', b't\\0wo']");
    say("%d", _PySequence_BytesToCharpArray(words) == NULL);
    show_error("BytesToCharpArray");
    Py_DECREF(words);
}

static PyObject *slice_of(PyObject *v, PyObject *w)
{
    PyObject *slice = PySlice_New(w, NULL, NULL);
    PyObject *result = PyObject_GetItem(v, slice);
    Py_DECREF(slice);
    return result;
}

SECTION(sequence_binary)
{
    static const ObjectOfTwo objects[] = {
        NULLABLE(PySequence_Concat), NULLABLE(PySequence_InPlaceConcat), NULLABLE(PyObject_GetItem), PLAIN(slice_of),
    };
    apply_object_of_two(objects, LENGTH(objects));
}

static int search_count(PyObject *v, PyObject *w)
{
    return (int)PySequence_Count(v, w);
}

static int search_index(PyObject *v, PyObject *w)
{
    return (int)PySequence_Index(v, w);
}

static int set_item(PyObject *v, PyObject *w)
{
    return PyObject_SetItem(v, w, Py_None);
}

SECTION(sequence_predicates)
{
    static const IntOfTwo table[] = {
        PLAIN(PySequence_Contains), PLAIN(search_count),        PLAIN(search_index),         PLAIN(PyMapping_HasKey),
        PLAIN(set_item),            PLAIN(PyObject_DelItem),    PLAIN(PyObject_IsInstance),  PLAIN(PyObject_IsSubclass),
        PLAIN(_PyObject_RealIsInstance), PLAIN(_PyObject_RealIsSubclass),
    };
    apply_int_of_two(table, LENGTH(table));
}
