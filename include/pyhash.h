/* pyhash.h: hashing of numbers, pointers and bytes. */
#ifndef Py_HASH_H
#define Py_HASH_H
#ifdef __cplusplus
extern "C" {
#endif
#define _PyHASH_MODULUS (((size_t)1 << _PyHASH_BITS) - 1)
#define Py_HASH_ALGORITHM Py_HASH_SIPHASH24
/* [constants pyhash.h] */
#define Py_HASH_CUTOFF 0
#define Py_HASH_EXTERNAL 0
#define Py_HASH_FNV 2
#define Py_HASH_SIPHASH24 1
#define _PyHASH_BITS 61
#define _PyHASH_IMAG 1000003
#define _PyHASH_INF 314159
#define _PyHASH_MULTIPLIER 1000003
#define _PyHASH_NAN 0
/* [end] */
#ifndef Py_LIMITED_API
/* The key of string hashes; also that of other parsers of untrusted text. */
typedef union {
    unsigned char uc[24];
    struct { Py_hash_t prefix; Py_hash_t suffix; } fnv;
    struct { uint64_t k0; uint64_t k1; } siphash;
    struct { unsigned char padding[16]; Py_hash_t suffix; } djbx33a;
    struct { unsigned char padding[16]; Py_hash_t hashsalt; } expat;
} _Py_HashSecret_t;
/* [struct PyHash_FuncDef] */
typedef struct {
    Py_hash_t (*const hash)(const void *, Py_ssize_t);
    const char *name;
    const int hash_bits;
    const int seed_bits;
} PyHash_FuncDef;
/* [end] */
#endif
/* [prototypes pyhash.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyHash_FuncDef *) PyHash_GetFuncDef(void);
PyAPI_FUNC(Py_hash_t) _Py_HashBytes(const void *src, Py_ssize_t len);
PyAPI_FUNC(Py_hash_t) _Py_HashDouble(double v);
PyAPI_FUNC(Py_hash_t) _Py_HashPointer(const void *p);
PyAPI_FUNC(Py_hash_t) _Py_HashPointerRaw(const void *p);
PyAPI_DATA(_Py_HashSecret_t) _Py_HashSecret;
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
