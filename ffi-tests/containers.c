/* listobject.h, tupleobject.h, setobject.h, sliceobject.h, iterobject.h, odictobject.h, namespaceobject.h. */
#include "harness.h"

static PyObject *as_tuple(PyObject *v)
{
    return PyList_AsTuple(v);
}

static int list_size(PyObject *v)
{
    return (int)PyList_Size(v);
}

static int tuple_size(PyObject *v)
{
    return (int)PyTuple_Size(v);
}

static int set_size(PyObject *v)
{
    return (int)PySet_Size(v);
}

SECTION(lists)
{
    static const ObjectOfObject objects[] = {PLAIN(as_tuple)};
    apply_object_of_object(objects, LENGTH(objects));
    static const IntOfObject ints[] = {PLAIN(list_size), PLAIN(PyList_Sort), PLAIN(PyList_Reverse)};
    apply_int_of_object(ints, LENGTH(ints));
    static const IntOfTwo pairs[] = {PLAIN(PyList_Append)};
    apply_int_of_two(pairs, LENGTH(pairs));
    static const Py_ssize_t at[] = {0, 1, -1, 3, 99, PY_SSIZE_T_MIN, PY_SSIZE_T_MAX};
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        for (int n = 0; n < LENGTH(at); n++) {
            PyObject *v = value(SAMPLES[i]), *item = value("Plain()");
            show_borrowed(PyList_GetItem(v, at[n]), "GetItem(%s, %zd)", SAMPLES[i], at[n]);
            show(PyList_GetSlice(v, at[n], at[n] > 50 ? at[n] : at[n] + 2), "GetSlice");
            Py_INCREF(item);
            int status = PyList_SetItem(v, at[n], item);
            show_number(status, "SetItem");
            show_number(Py_REFCNT(item), "references");
            show_number(PyList_Insert(v, at[n], item), "Insert");
            show_number(Py_REFCNT(item), "references");
            if (PyList_Check(v)) {
                show_number(PyList_SetSlice(v, at[n], at[n], v), "SetSlice");
                show_number(PyList_SetSlice(v, 0, 1, NULL), "SetSlice(NULL)");
                show_number(PyList_SetSlice(v, 0, 1, Py_None), "SetSlice(None)");
                show(_PyList_Extend((PyListObject *)v, item), "Extend");
                show_borrowed(v, "after");
            }
            Py_DECREF(item);
            Py_DECREF(v);
        }
    }
    show(PyList_New(-1), "New(-1)");
    show(PyList_New(PY_SSIZE_T_MAX), "New(max)");
    PyObject *list = PyList_New(3);
    say("empty slots %d %zd", PyList_GET_ITEM(list, 2) == NULL, PyList_GET_SIZE(list));
    PyList_SET_ITEM(list, 0, PyLong_FromLong(5));
    show_number(PyList_SetItem(list, 1, NULL), "SetItem(NULL)");
    Py_INCREF(Py_None);
    PyList_SET_ITEM(list, 1, Py_None);
    Py_INCREF(Py_True);
    show_number(PyList_SetItem(list, 2, Py_True), "SetItem");
    show_number(PyList_Sort(list), "Sort");
    show_number(PyList_Append(list, NULL), "Append(NULL)");
    show(list, "list");
    list = value("[3, 2, 1]");
    show(_PyList_Extend((PyListObject *)list, list), "Extend with itself");
    show(list, "list");
}

SECTION(tuples)
{
    static const IntOfObject ints[] = {PLAIN(tuple_size)};
    apply_int_of_object(ints, LENGTH(ints));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        for (Py_ssize_t at = -1; at < 3; at++) {
            show_borrowed(PyTuple_GetItem(v, at), "GetItem(%s, %zd)", SAMPLES[i], at);
            show(PyTuple_GetSlice(v, at, at + 1), "GetSlice");
            PyObject *item = value("Plain()");
            Py_INCREF(item);
            if (!PyTuple_Check(v)) {
                show_number(PyTuple_SetItem(v, at, item), "SetItem");
                show_number(Py_REFCNT(item), "references");
            } else {
                Py_INCREF(v);
                show_number(PyTuple_SetItem(v, at, item), "SetItem of shared");
                show_number(Py_REFCNT(item), "references");
                Py_DECREF(v);
            }
            Py_DECREF(item);
        }
        Py_DECREF(v);
    }
    show(PyTuple_New(-1), "New(-1)");
    show(PyTuple_New(PY_SSIZE_T_MAX), "New(max)");
    PyObject *empty = PyTuple_New(0), *other = PyTuple_New(0);
    say("shared %d", empty == other);
    Py_DECREF(other);
    show_number(_PyTuple_Resize(&empty, 2), "Resize empty");
    say("%zd %d", PyTuple_GET_SIZE(empty), PyTuple_GET_ITEM(empty, 1) == NULL);
    PyTuple_SET_ITEM(empty, 0, PyLong_FromLong(1000));
    show_number(PyTuple_SetItem(empty, 1, PyLong_FromLong(2000)), "SetItem");
    show_number(PyTuple_SetItem(empty, 5, PyLong_FromLong(2000)), "SetItem(5)");
    show_number(_PyTuple_Resize(&empty, 1), "Resize");
    show_borrowed(empty, "resized");
    Py_INCREF(empty);
    PyObject *kept = empty;
    show_number(_PyTuple_Resize(&empty, 7), "Resize shared");
    say("gone %d", empty == NULL);
    Py_DECREF(kept);
    PyObject *nothing = NULL;
    show_number(_PyTuple_Resize(&nothing, 1), "Resize(NULL)");
    PyObject *one = PyLong_FromLong(1);
    show(PyTuple_Pack(3, one, Py_None, one), "Pack");
    show(PyTuple_Pack(0), "Pack");
    PyObject *tuple = PyTuple_Pack(2, one, Py_None);
    say("tracked %d", (int)PyObject_GC_IsTracked(tuple));
    _PyTuple_MaybeUntrack(tuple);
    say("tracked %d", (int)PyObject_GC_IsTracked(tuple));
    Py_DECREF(tuple);
    Py_DECREF(one);
}

static PyObject *new_set(PyObject *v)
{
    return PySet_New(v);
}

static PyObject *new_frozenset(PyObject *v)
{
    return PyFrozenSet_New(v);
}

static PyObject *pop(PyObject *v)
{
    return PySet_Pop(v);
}

SECTION(sets)
{
    static const ObjectOfObject objects[] = {NULLABLE(new_set), NULLABLE(new_frozenset), PLAIN(pop)};
    apply_object_of_object(objects, LENGTH(objects));
    static const IntOfObject ints[] = {PLAIN(set_size), PLAIN(PySet_Clear)};
    apply_int_of_object(ints, LENGTH(ints));
    static const IntOfTwo pairs[] = {PLAIN(PySet_Contains), PLAIN(PySet_Discard), PLAIN(PySet_Add)};
    apply_int_of_two(pairs, LENGTH(pairs));
    PyObject *fresh = PyFrozenSet_New(NULL), *again = PyFrozenSet_New(NULL);
    say("shared %d", fresh == again);
    Py_DECREF(again);
    show(fresh, "empty");
    PyObject *items = value("(5,)");
    fresh = PyFrozenSet_New(items);
    PyObject *seven = PyLong_FromLong(7);
    show_number(PySet_Add(fresh, seven), "Add to a fresh frozenset");
    Py_INCREF(fresh);
    show_number(PySet_Add(fresh, Py_None), "Add to a shared frozenset");
    Py_DECREF(fresh);
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    while (_PySet_NextEntry(fresh, &position, &key, &hash)) {
        show_borrowed(key, "at %zd hash %zd", position, hash);
    }
    show(fresh, "frozenset");
    PyObject *set = PySet_New(items);
    show_number(_PySet_Update(set, items), "Update");
    show_number(_PySet_Update(set, seven), "Update");
    show_number(PySet_GET_SIZE(set), "size");
    show(set, "set");
    show_number(_PySet_NextEntry(seven, &position, &key, &hash), "NextEntry of an int");
    say("%d", _PySet_Dummy != NULL);
    Py_DECREF(items);
    Py_DECREF(seven);
}

SECTION(slices)
{
    static const char *const slices[] = {"slice(None)", "slice(1, 5)", "slice(5, 1, -1)", "slice(None, None, -2)", "slice(-3, None)", "slice(0, 10, 0)",
                                         "slice('a')", "slice(Index(1), Index(3))", "slice(2**70, -2**70, -2**70)", "slice(1.5)", "slice(-100, 100, 7)"};
    static const Py_ssize_t lengths[] = {0, 1, 5, 10};
    for (int i = 0; i < LENGTH(slices); i++) {
        PyObject *slice = value(slices[i]);
        Py_ssize_t start = -9, stop = -9, step = -9, count = -9;
        show_number(PySlice_Unpack(slice, &start, &stop, &step), "Unpack(%s)", slices[i]);
        int known = !PyErr_Occurred() && stop != -9;
        if (known) {
            say("%zd %zd %zd", start, stop, step);
        }
        for (int n = 0; n < LENGTH(lengths); n++) {
            Py_ssize_t a = start, b = stop;
            if (known) {
                say("AdjustIndices %zd: %zd %zd", PySlice_AdjustIndices(lengths[n], &a, &b, step), a, b);
            }
            a = b = count = -9;
            Py_ssize_t by = -9;
            show_number((PySlice_GetIndicesEx)(slice, lengths[n], &a, &b, &by, &count), "GetIndicesEx");
            if (known) {
                say("%zd %zd %zd %zd", a, b, by, count);
            }
            if (i == 8) {
                continue; /* CPython returns success beside an exception. */
            }
            show_number(PySlice_GetIndices(slice, lengths[n], &a, &b, &by), "GetIndices");
            say("%zd %zd %zd", a, b, by);
            PyObject *length = PyLong_FromSsize_t(lengths[n]), *x = NULL, *y = NULL, *z = NULL;
            show_number(_PySlice_GetLongIndices((PySliceObject *)slice, length, &x, &y, &z), "GetLongIndices");
            show(x, "start");
            show(y, "stop");
            show(z, "step");
            Py_DECREF(length);
        }
        Py_DECREF(slice);
    }
    show(PySlice_New(NULL, NULL, NULL), "New");
    show(_PySlice_FromIndices(3, -4), "FromIndices");
    show_borrowed(Py_Ellipsis, "Ellipsis");
}

SECTION(iterators)
{
    PyObject *list = value("[1, 2]");
    PyObject *iterator = PySeqIter_New(list);
    for (int i = 0; i < 4; i++) {
        show(PyIter_Next(iterator), "SeqIter");
    }
    Py_DECREF(iterator);
    iterator = PySeqIter_New(Py_None);
    show_error("SeqIter of None");
    if (iterator != NULL) {
        show(PyIter_Next(iterator), "next");
        Py_DECREF(iterator);
    }
    PyObject *pop = PyObject_GetAttrString(list, "pop"), *one = PyLong_FromLong(1);
    iterator = PyCallIter_New(pop, one);
    for (int i = 0; i < 3; i++) {
        show(PyIter_Next(iterator), "CallIter");
    }
    say("%d %d", PyCallIter_Check(iterator), PySeqIter_Check(iterator));
    Py_DECREF(iterator);
    Py_DECREF(one);
    Py_DECREF(pop);
    Py_DECREF(list);
    PyObject *od = PyODict_New();
    PyObject *key = PyUnicode_FromString("key");
    show_number(PyODict_SetItem(od, key, Py_None), "SetItem");
    show_borrowed(od, "odict %d %d %zd", PyODict_Check(od), PyODict_CheckExact(od), PyODict_SIZE(od));
    show_number(PyODict_Contains(od, key), "Contains");
    show_borrowed(PyODict_GetItem(od, key), "GetItem");
    show_number(PyODict_DelItem(od, key), "DelItem");
    show_number(PyODict_DelItem(od, key), "DelItem");
    Py_DECREF(key);
    Py_DECREF(od);
    PyObject *keywords = value("{'a': 1, 'b': [2]}");
    show(_PyNamespace_New(keywords), "namespace");
    show(_PyNamespace_New(NULL), "namespace");
    Py_DECREF(keywords);
}
