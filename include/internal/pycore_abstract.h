/* internal/pycore_abstract.h: what counts as an index. */
#ifndef Py_INTERNAL_ABSTRACT_H
#define Py_INTERNAL_ABSTRACT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
static inline int _PyIndex_Check(PyObject *obj)
{
    PyNumberMethods *methods = Py_TYPE(obj)->tp_as_number;
    return methods != NULL && methods->nb_index != NULL;
}
#ifdef __cplusplus
}
#endif
#endif
