/* pymath.h: mathematical constants and tests of floats. */
#ifndef Py_PYMATH_H
#define Py_PYMATH_H

#include "pyconfig.h"

#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes pymath.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(unsigned int) _Py_bit_length(long unsigned int d);
PyAPI_FUNC(short unsigned int) _Py_get_387controlword(void);
PyAPI_FUNC(void) _Py_set_387controlword(short unsigned int cw);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif

#ifndef Py_MATH_PI
#define Py_MATH_PI 3.14159265358979323846264338327950288
#endif
#ifndef Py_MATH_PIl
#define Py_MATH_PIl 3.14159265358979323846264338327950288L
#endif
#ifndef Py_MATH_E
#define Py_MATH_E 2.7182818284590452353602874713526625
#endif
#ifndef Py_MATH_El
#define Py_MATH_El 2.7182818284590452353602874713526625L
#endif
#ifndef Py_MATH_TAU
#define Py_MATH_TAU 6.2831853071795864769252867665590057683943L
#endif

#define Py_FORCE_DOUBLE(X) (X)
#ifdef __cplusplus
#include <cmath>
#define Py_IS_NAN(X) std::isnan(X)
#define Py_IS_INFINITY(X) std::isinf(X)
#define Py_IS_FINITE(X) std::isfinite(X)
#else
#define Py_IS_NAN(X) isnan(X)
#define Py_IS_INFINITY(X) isinf(X)
#define Py_IS_FINITE(X) isfinite(X)
#endif
#ifndef Py_HUGE_VAL
#define Py_HUGE_VAL HUGE_VAL
#endif
#ifndef Py_NAN
#define Py_NAN (Py_HUGE_VAL * 0.)
#endif
#define _Py_InIntegralTypeRange(type, v) (_Py_IntegralTypeMin(type) <= (v) && (v) <= _Py_IntegralTypeMax(type))
#define _Py_IntegralTypeSigned(type) ((type)(-1) < 0)
#define _Py_IntegralTypeMax(type) \
    ((_Py_IntegralTypeSigned(type)) ? (((((type)1 << (sizeof(type) * CHAR_BIT - 2)) - 1) << 1) + 1) : ~(type)0)
#define _Py_IntegralTypeMin(type) ((_Py_IntegralTypeSigned(type)) ? -_Py_IntegralTypeMax(type) - 1 : 0)

#endif
