/* pyport.h: types and macros that hide differences between compilers. */
#ifndef Py_PYPORT_H
#define Py_PYPORT_H

#include "pyconfig.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <wchar.h>
#ifdef HAVE_CRYPT_H
#include <crypt.h>
#endif

#define PY_LONG_LONG long long
#define PY_LLONG_MIN LLONG_MIN
#define PY_LLONG_MAX LLONG_MAX
#define PY_ULLONG_MAX ULLONG_MAX
#define PY_UINT32_T uint32_t
#define PY_UINT64_T uint64_t
#define PY_INT32_T int32_t
#define PY_INT64_T int64_t
#define PY_FORMAT_SIZE_T "z"
#define PY_SIZE_MAX SIZE_MAX
#define PY_SSIZE_T_MAX ((Py_ssize_t)(((size_t)-1) >> 1))
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_DWORD_MAX 4294967295U
#define SIZEOF_PY_HASH_T SIZEOF_SIZE_T
#define SIZEOF_PY_UHASH_T SIZEOF_SIZE_T

typedef uintptr_t Py_uintptr_t;
typedef intptr_t Py_intptr_t;
typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
typedef Py_ssize_t Py_ssize_clean_t;

/* Lengths of '#' formats are int unless PY_SSIZE_T_CLEAN is defined before Python.h. */

/* [constants pyport.h] */
#define HAVE_LONG_LONG 1
#define HAVE_PY_SET_53BIT_PRECISION 1
#define PYLONG_BITS_IN_DIGIT 30
/* [end] */

#ifndef Py_LIMITED_API
#define Py_LOCAL(type) static type
#define Py_LOCAL_INLINE(type) static inline type
#define Py_MEMCPY memcpy
#endif

#define Py_ARITHMETIC_RIGHT_SHIFT(TYPE, I, J) ((I) >> (J))
#define Py_FORCE_EXPANSION(X) X
#define Py_SAFE_DOWNCAST(VALUE, WIDE, NARROW) (assert((WIDE)(NARROW)(VALUE) == (VALUE)), (NARROW)(VALUE))
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))

/* errno after a call into libm. */
#define Py_SET_ERRNO_ON_MATH_ERROR(X) \
    do { if (isnan(X)) errno = EDOM; else if (isinf(X)) errno = ERANGE; } while (0)
#define Py_SET_ERANGE_IF_OVERFLOW(X) Py_SET_ERANGE_ON_OVERFLOW(X)
#define Py_SET_ERANGE_ON_OVERFLOW(X) \
    do { if (errno == 0 && ((X) == Py_HUGE_VAL || (X) == -Py_HUGE_VAL)) errno = ERANGE; } while (0)
#define Py_OVERFLOWED(X) ((X) != 0.0 && (errno == ERANGE || (X) == Py_HUGE_VAL || (X) == -Py_HUGE_VAL))
#define Py_ADJUST_ERANGE1(X) \
    do { if (errno == 0) { if ((X) == Py_HUGE_VAL || (X) == -Py_HUGE_VAL) errno = ERANGE; } \
         else if (errno == ERANGE && (X) == 0.0) errno = 0; } while (0)
#define Py_ADJUST_ERANGE2(X, Y) \
    do { if ((X) == Py_HUGE_VAL || (X) == -Py_HUGE_VAL || (Y) == Py_HUGE_VAL || (Y) == -Py_HUGE_VAL) { \
             if (errno == 0) errno = ERANGE; } \
         else if (errno == ERANGE) errno = 0; } while (0)
#define _Py_SET_EDOM_FOR_NAN(X) ;
#define _Py_SET_53BIT_PRECISION_HEADER
#define _Py_SET_53BIT_PRECISION_START
#define _Py_SET_53BIT_PRECISION_END

/* Attributes. */
#if defined(__GNUC__) || defined(__clang__)
#define Py_DEPRECATED(VERSION) __attribute__((__deprecated__))
#define Py_GCC_ATTRIBUTE(x) __attribute__(x)
#define Py_ALIGNED(x) __attribute__((aligned(x)))
#define _Py_HOT_FUNCTION __attribute__((hot))
#define _Py_NO_INLINE __attribute__((noinline))
#define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#define _Py_COMP_DIAG_IGNORE_DEPR_DECLS _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")
#else
#define Py_DEPRECATED(VERSION)
#define Py_GCC_ATTRIBUTE(x)
#define Py_ALIGNED(x)
#define _Py_HOT_FUNCTION
#define _Py_NO_INLINE
#define _Py_COMP_DIAG_PUSH
#define _Py_COMP_DIAG_IGNORE_DEPR_DECLS
#define _Py_COMP_DIAG_POP
#endif
#define _Py_NO_RETURN __attribute__((__noreturn__))
#define RETSIGTYPE void
#define _PyIsSelectable_fd(FD) ((unsigned int)(FD) < (unsigned int)FD_SETSIZE)
#define Py_LL(x) x##LL
#define Py_ULL(x) x##ULL
#define Py_VA_COPY va_copy

#define PY_BIG_ENDIAN 0
#define PY_LITTLE_ENDIAN 1

/* Visibility and linkage. */
#include "exports.h"
#define PyAPI_FUNC(RTYPE) Py_EXPORTED_SYMBOL RTYPE
#define PyAPI_DATA(RTYPE) extern Py_EXPORTED_SYMBOL RTYPE
#ifdef __cplusplus
#define PyMODINIT_FUNC extern "C" Py_EXPORTED_SYMBOL PyObject *
#else
#define PyMODINIT_FUNC Py_EXPORTED_SYMBOL PyObject *
#endif


#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif
#ifndef WITH_THREAD
#define WITH_THREAD
#endif
#ifndef PY_COERCE_C_LOCALE
#define PY_COERCE_C_LOCALE 1
#endif

#endif
