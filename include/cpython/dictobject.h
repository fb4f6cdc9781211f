#ifndef Py_CPYTHON_DICTOBJECT_H
#error "this header file must not be included directly"
#endif
typedef struct _dictkeysobject PyDictKeysObject;
/* [struct PyDictObject] */
typedef struct {
    PyObject ob_base;
    Py_ssize_t ma_used;
    uint64_t ma_version_tag;
    PyDictKeysObject *ma_keys;
    PyObject **ma_values;
} PyDictObject;
/* [end] */
/* [struct _PyDictViewObject] */
typedef struct {
    PyObject ob_base;
    PyDictObject *dv_dict;
} _PyDictViewObject;
/* [end] */
/* [prototypes cpython/dictobject.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyDict_SetDefault(PyObject *d, PyObject *key, PyObject *defaultobj);
PyAPI_FUNC(PyObject *) PyObject_GenericGetDict(PyObject *obj, void *context);
PyAPI_FUNC(PyObject *) _PyDictView_Intersect(PyObject *self, PyObject *other);
PyAPI_FUNC(PyObject *) _PyDictView_New(PyObject *dict, PyTypeObject *type);
PyAPI_FUNC(int) _PyDict_Contains(PyObject *op, PyObject *key, Py_hash_t hash);
PyAPI_FUNC(void) _PyDict_DebugMallocStats(FILE *out);
PyAPI_FUNC(int) _PyDict_DelItemId(PyObject *v, _Py_Identifier *key);
PyAPI_FUNC(int) _PyDict_DelItemIf(PyObject *op, PyObject *key, int (*predicate)(PyObject *));
PyAPI_FUNC(int) _PyDict_DelItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash);
PyAPI_FUNC(PyObject *) _PyDict_GetItemId(PyObject *dp, struct _Py_Identifier *key);
PyAPI_FUNC(PyObject *) _PyDict_GetItemIdWithError(PyObject *dp, struct _Py_Identifier *key);
PyAPI_FUNC(PyObject *) _PyDict_GetItemStringWithError(PyObject *v, const char *key);
PyAPI_FUNC(PyObject *) _PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash);
PyAPI_FUNC(int) _PyDict_HasOnlyStringKeys(PyObject *dict);
PyAPI_FUNC(void) _PyDict_MaybeUntrack(PyObject *op);
PyAPI_FUNC(int) _PyDict_MergeEx(PyObject *a, PyObject *b, int override);
PyAPI_FUNC(PyObject *) _PyDict_NewPresized(Py_ssize_t minused);
PyAPI_FUNC(int) _PyDict_Next(PyObject *op, Py_ssize_t *ppos, PyObject **pkey, PyObject **pvalue, Py_hash_t *phash);
PyAPI_FUNC(PyObject *) _PyDict_Pop(PyObject *dict, PyObject *key, PyObject *deflt);
PyAPI_FUNC(int) _PyDict_SetItemId(PyObject *v, struct _Py_Identifier *key, PyObject *item);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
PyAPI_FUNC(Py_ssize_t) _PyDict_SizeOf(PyDictObject *mp);
#endif
/* [end] */
#define PyDict_GET_SIZE(mp) (assert(PyDict_Check(mp)), ((PyDictObject *)mp)->ma_used)
#define _PyDict_HasSplitTable(d) ((d)->ma_values != NULL)
