/* internal/pycore_dtoa.h: digits of floats. */
#ifndef Py_INTERNAL_DTOA_H
#define Py_INTERNAL_DTOA_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pycore_dtoa.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(char *) _Py_dg_dtoa(double dd, int mode, int ndigits, int *decpt, int *sign, char **rve);
PyAPI_FUNC(void) _Py_dg_freedtoa(char *s);
PyAPI_FUNC(double) _Py_dg_infinity(int sign);
PyAPI_FUNC(double) _Py_dg_stdnan(int sign);
PyAPI_FUNC(double) _Py_dg_strtod(const char *s00, char **se);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
