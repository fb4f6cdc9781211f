/* internal/pycore_hamt.h: the mapping behind contexts. */
#ifndef Py_INTERNAL_HAMT_H
#define Py_INTERNAL_HAMT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [constants internal/pycore_hamt.h] */
#ifndef Py_LIMITED_API
#define _Py_HAMT_MAX_TREE_DEPTH 7
#endif
/* [end] */
/* [struct PyHamtNode] */
typedef struct {
    PyObject ob_base;
} PyHamtNode;
/* [end] */
/* [struct PyHamtObject] */
typedef struct {
    PyObject ob_base;
    PyHamtNode *h_root;
    PyObject *h_weakreflist;
    Py_ssize_t h_count;
} PyHamtObject;
/* [end] */
/* [struct PyHamtIteratorState] */
typedef struct {
    PyHamtNode *i_nodes[7];
    Py_ssize_t i_pos[7];
    int8_t i_level;
} PyHamtIteratorState;
/* [end] */
/* [struct PyHamtIterator] */
typedef struct {
    PyObject ob_base;
    PyHamtObject *hi_obj;
    PyHamtIteratorState hi_iter;
    binaryfunc hi_yield;
} PyHamtIterator;
/* [end] */
#define PyHamt_Check(o) Py_IS_TYPE(o, &_PyHamt_Type)
/* [prototypes internal/pycore_hamt.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) _PyHamtItems_Type;
PyAPI_DATA(PyTypeObject) _PyHamtKeys_Type;
PyAPI_DATA(PyTypeObject) _PyHamtValues_Type;
PyAPI_DATA(PyTypeObject) _PyHamt_ArrayNode_Type;
PyAPI_DATA(PyTypeObject) _PyHamt_BitmapNode_Type;
PyAPI_DATA(PyTypeObject) _PyHamt_CollisionNode_Type;
PyAPI_DATA(PyTypeObject) _PyHamt_Type;
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
