/* internal/pycore_tupleobject.h: the items of a tuple. */
#ifndef Py_INTERNAL_TUPLEOBJECT_H
#define Py_INTERNAL_TUPLEOBJECT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define _PyTuple_ITEMS(op) (_PyTuple_CAST(op)->ob_item)
#ifdef __cplusplus
}
#endif
#endif
