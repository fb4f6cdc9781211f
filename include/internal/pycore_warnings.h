/* internal/pycore_warnings.h: what the warnings module keeps for each interpreter. */
#ifndef Py_INTERNAL_WARNINGS_H
#define Py_INTERNAL_WARNINGS_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct struct _warnings_runtime_state] */
struct _warnings_runtime_state {
    PyObject *filters;
    PyObject *once_registry;
    PyObject *default_action;
    long int filters_version;
};
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
