/* dictobject.h. */
#include "harness.h"

static PyObject *get(PyObject *v, PyObject *w)
{
    PyObject *found = PyDict_GetItem(v, w);
    Py_XINCREF(found);
    return found;
}

static PyObject *get_with_error(PyObject *v, PyObject *w)
{
    PyObject *found = PyDict_GetItemWithError(v, w);
    Py_XINCREF(found);
    return found;
}

static PyObject *set_default(PyObject *v, PyObject *w)
{
    PyObject *found = PyDict_SetDefault(v, w, Py_None);
    Py_XINCREF(found);
    return found;
}

static PyObject *pop(PyObject *v, PyObject *w)
{
    return PyDict_Check(v) ? _PyDict_Pop(v, w, NULL) : NULL;
}

static PyObject *new_view(PyObject *v)
{
    return _PyDictView_New(v, &PyDictKeys_Type);
}

static int set_item(PyObject *v, PyObject *w)
{
    return PyDict_SetItem(v, w, w);
}

static int contains(PyObject *v, PyObject *w)
{
    return PyDict_Check(v) ? PyDict_Contains(v, w) : -9;
}

static int merge_keep(PyObject *v, PyObject *w)
{
    return PyDict_Merge(v, w, 0);
}

static int merge_strictly(PyObject *v, PyObject *w)
{
    return _PyDict_MergeEx(v, w, 2);
}

static int merge_pairs(PyObject *v, PyObject *w)
{
    return PyDict_Check(v) ? PyDict_MergeFromSeq2(v, w, 1) : -9;
}

static int is_one(PyObject *object)
{
    return PyLong_Check(object) && PyLong_AsLong(object) == 1;
}

SECTION(dicts)
{
    static const ObjectOfTwo objects[] = {PLAIN(get), PLAIN(get_with_error), PLAIN(set_default), PLAIN(pop)};
    apply_object_of_two(objects, LENGTH(objects));
    static const IntOfTwo ints[] = {PLAIN(set_item),       PLAIN(contains),       PLAIN(PyDict_DelItem), PLAIN(PyDict_Update),
                                    PLAIN(merge_keep),     PLAIN(merge_strictly), PLAIN(merge_pairs)};
    apply_int_of_two(ints, LENGTH(ints));
    static const ObjectOfObject unary[] = {NULLABLE(PyDict_Keys), NULLABLE(PyDict_Values), NULLABLE(PyDict_Items), NULLABLE(PyDict_Copy),
                                           NULLABLE(new_view)};
    apply_object_of_object(unary, LENGTH(unary));
    static const SizeOfObject sizes[] = {NULLABLE(PyDict_Size)};
    apply_size_of_object(sizes, LENGTH(sizes));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        show_number(PyDict_SetItemString(v, "k", Py_True), "SetItemString(%s)", SAMPLES[i]);
        show_borrowed(PyDict_GetItemString(v, "k"), "GetItemString(%s)", SAMPLES[i]);
        show_borrowed(_PyDict_GetItemStringWithError(v, "k"), "GetItemStringWithError(%s)", SAMPLES[i]);
        show_number(PyDict_DelItemString(v, "k"), "DelItemString(%s)", SAMPLES[i]);
        show_number(PyDict_DelItemString(v, "k"), "DelItemString(%s)", SAMPLES[i]);
        Py_ssize_t position = 0;
        PyObject *key, *item;
        Py_hash_t hash;
        while (PyDict_Next(v, &position, &key, &item)) {
            show_borrowed(key, "key at %zd", position);
        }
        position = 0;
        while (_PyDict_Next(v, &position, NULL, &item, &hash)) {
            show_borrowed(item, "item at %zd", position);
        }
        PyDict_Clear(v);
        show_error("Clear");
        show_borrowed(v, "cleared %s", SAMPLES[i]);
        if (PyDict_Check(v)) {
            show_number(_PyDict_HasOnlyStringKeys(v), "HasOnlyStringKeys");
        }
        Py_DECREF(v);
    }
    PyObject *dict = value("{'a': 1, 2: 'b'}"), *key = PyUnicode_FromString("a"), *other = PyUnicode_FromString("other");
    Py_hash_t hash = PyObject_Hash(key);
    show_borrowed(_PyDict_GetItem_KnownHash(dict, key, hash), "GetItem_KnownHash");
    show_number(_PyDict_SetItem_KnownHash(dict, other, Py_None, PyObject_Hash(other)), "SetItem_KnownHash");
    show_number(_PyDict_Contains(dict, key, hash), "Contains with hash");
    show_number(_PyDict_DelItem_KnownHash(dict, key, hash), "DelItem_KnownHash");
    show_number(_PyDict_DelItem_KnownHash(dict, key, hash), "DelItem_KnownHash");
    PyDict_SetItem(dict, key, other);
    show_number(_PyDict_DelItemIf(dict, key, is_one), "DelItemIf");
    _Py_static_string(id, "other");
    show_borrowed(_PyDict_GetItemId(dict, &id), "GetItemId");
    show_borrowed(_PyDict_GetItemIdWithError(dict, &id), "GetItemIdWithError");
    show_number(_PyDict_SetItemId(dict, &id, Py_False), "SetItemId");
    show_number(_PyDict_DelItemId(dict, &id), "DelItemId");
    show_number(_PyDict_DelItemId(dict, &id), "DelItemId");
    show_number(_PyDict_HasOnlyStringKeys(dict), "HasOnlyStringKeys");
    show_borrowed(dict, "dict");
    PyObject *list = PyList_New(0);
    show_borrowed(PyDict_GetItem(dict, list), "GetItem of unhashable");
    show_borrowed(PyDict_GetItemWithError(dict, list), "GetItemWithError of unhashable");
    show_number(PyDict_Contains(dict, list), "Contains of unhashable");
    show_number(PyDict_SetItem(dict, list, list), "SetItem of unhashable");
    Py_DECREF(list);
    show(_PyDict_NewPresized(1000), "NewPresized");
    PyObject *fresh = PyDict_New();
    say("tracked %d", (int)PyObject_GC_IsTracked(fresh));
    PyDict_SetItem(fresh, key, other);
    say("tracked %d", (int)PyObject_GC_IsTracked(fresh));
    PyDict_SetItem(fresh, key, fresh);
    say("tracked %d", (int)PyObject_GC_IsTracked(fresh));
    PyDict_SetItem(fresh, key, other);
    _PyDict_MaybeUntrack(fresh);
    say("tracked %d", (int)PyObject_GC_IsTracked(fresh));
    show_number(PyDict_GET_SIZE(fresh), "size");
    Py_ssize_t before = Py_REFCNT(other);
    PyDict_SetItemString(fresh, "new", other);
    show_number(Py_REFCNT(other) - before, "references");
    show(PyDictProxy_New(fresh), "proxy");
    show(PyDictProxy_New(Py_None), "proxy of None");
    Py_DECREF(fresh);
    Py_DECREF(other);
    Py_DECREF(key);
    /* The order of keys stays through removal and insertion. */
    statements("d = {i: i for i in range(20)}\nfor i in range(0, 20, 3): del d[i]\nd[100] = 1; d[0] = 2");
    PyObject *ordered = value("d");
    Py_ssize_t position = 0;
    PyObject *item;
    while (PyDict_Next(ordered, &position, &key, &item)) {
        show_borrowed(key, "%zd", position);
    }
    Py_DECREF(ordered);
    Py_DECREF(dict);
}
