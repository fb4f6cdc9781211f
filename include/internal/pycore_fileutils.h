/* internal/pycore_fileutils.h: text of the operating system. */
#ifndef Py_INTERNAL_FILEUTILS_H
#define Py_INTERNAL_FILEUTILS_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include <locale.h>
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pycore_fileutils.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) _Py_DecodeUTF8Ex(const char *s, Py_ssize_t size, wchar_t **wstr, size_t *wlen, const char **reason, _Py_error_handler errors);
PyAPI_FUNC(wchar_t *) _Py_DecodeUTF8_surrogateescape(const char *arg, Py_ssize_t arglen, size_t *wlen);
PyAPI_FUNC(int) _Py_EncodeUTF8Ex(const wchar_t *text, char **str, size_t *error_pos, const char **reason, int raw_malloc, _Py_error_handler errors);
PyAPI_FUNC(int) _Py_GetForceASCII(void);
PyAPI_FUNC(int) _Py_GetLocaleconvNumeric(struct lconv *lc, PyObject **decimal_point, PyObject **thousands_sep);
PyAPI_FUNC(void) _Py_ResetForceASCII(void);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
