/* internal/pycore_getopt.h: a long option of the command line. */
#ifndef Py_INTERNAL_GETOPT_H
#define Py_INTERNAL_GETOPT_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct _PyOS_LongOption] */
typedef struct {
    const wchar_t *name;
    int has_arg;
    int val;
} _PyOS_LongOption;
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
