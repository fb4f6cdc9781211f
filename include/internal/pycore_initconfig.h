/* internal/pycore_initconfig.h: helpers of the configuration. */
#ifndef Py_INTERNAL_INITCONFIG_H
#define Py_INTERNAL_INITCONFIG_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define _PyStatus_OK() ((PyStatus){._type = _PyStatus_TYPE_OK})
#define _PyStatus_ERR(message) \
    ((PyStatus){._type = _PyStatus_TYPE_ERROR, .func = __func__, .err_msg = (message)})
#define _PyStatus_NO_MEMORY() _PyStatus_ERR("memory allocation failed")
#define _PyStatus_EXIT(code) ((PyStatus){._type = _PyStatus_TYPE_EXIT, .exitcode = (code)})
#define _PyStatus_IS_ERROR(status) ((status)._type == _PyStatus_TYPE_ERROR)
#define _PyStatus_IS_EXIT(status) ((status)._type == _PyStatus_TYPE_EXIT)
#define _PyStatus_EXCEPTION(status) ((status)._type != _PyStatus_TYPE_OK)
#define _PyStatus_UPDATE_FUNC(status) ((status).func = __func__)
typedef enum {
    _PyConfig_INIT_COMPAT = 1,
    _PyConfig_INIT_PYTHON = 2,
    _PyConfig_INIT_ISOLATED = 3
} _PyConfigInitEnum;
#define _PyWideStringList_INIT ((PyWideStringList){.length = 0, .items = NULL})
/* [struct _PyArgv _PyArgv] */
struct _PyArgv {
    Py_ssize_t argc;
    int use_bytes_argv;
    char *const *bytes_argv;
    wchar_t *const *wchar_argv;
};
/* [end] */
typedef struct _PyArgv _PyArgv;
/* [struct _PyPreCmdline] */
typedef struct {
    PyWideStringList argv;
    PyWideStringList xoptions;
    int isolated;
    int use_environment;
    int dev_mode;
} _PyPreCmdline;
/* [end] */
#define _PyPreCmdline_INIT {.use_environment = -1, .isolated = -1, .dev_mode = -1}
/* [prototypes internal/pycore_initconfig.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyStatus) _PyArgv_AsWstrList(const _PyArgv *args, PyWideStringList *list);
PyAPI_FUNC(void) _PyConfig_InitCompatConfig(PyConfig *config);
PyAPI_FUNC(void) _PyPreConfig_InitCompatConfig(PyPreConfig *config);
PyAPI_FUNC(PyObject *) _PyWideStringList_AsList(const PyWideStringList *list);
PyAPI_FUNC(void) _PyWideStringList_Clear(PyWideStringList *list);
PyAPI_FUNC(int) _PyWideStringList_Copy(PyWideStringList *list, const PyWideStringList *list2);
PyAPI_FUNC(PyStatus) _PyWideStringList_Extend(PyWideStringList *list, const PyWideStringList *list2);
PyAPI_FUNC(void) _Py_ClearArgcArgv(void);
PyAPI_FUNC(PyObject *) _Py_GetConfigsAsDict(void);
PyAPI_FUNC(const char *) _Py_GetEnv(int use_environment, const char *name);
PyAPI_FUNC(void) _Py_get_env_flag(int use_environment, int *flag, const char *name);
PyAPI_FUNC(const wchar_t *) _Py_get_xoption(const PyWideStringList *xoptions, const wchar_t *name);
PyAPI_FUNC(int) _Py_str_to_int(const char *str, int *result);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
