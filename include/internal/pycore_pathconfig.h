/* internal/pycore_pathconfig.h: where the program and its modules lie. */
#ifndef Py_INTERNAL_PATHCONFIG_H
#define Py_INTERNAL_PATHCONFIG_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [struct _PyPathConfig _PyPathConfig] */
struct _PyPathConfig {
    wchar_t *program_full_path;
    wchar_t *prefix;
    wchar_t *exec_prefix;
    wchar_t *module_search_path;
    wchar_t *program_name;
    wchar_t *home;
};
/* [end] */
typedef struct _PyPathConfig _PyPathConfig;
#define _PyPathConfig_INIT {.module_search_path = NULL}
/* [prototypes internal/pycore_pathconfig.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(_PyPathConfig) _Py_path_config;
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
