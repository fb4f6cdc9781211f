/* internal/pycore_long.h: limits of conversions between integers and text. */
#ifndef Py_INTERNAL_LONG_H
#define Py_INTERNAL_LONG_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [constants internal/pycore_long.h] */
#ifndef Py_LIMITED_API
#define _PY_LONG_DEFAULT_MAX_STR_DIGITS 4300
#define _PY_LONG_MAX_STR_DIGITS_THRESHOLD 640
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
