/* internal/pycore_byteswap.h: bytes of integers in reverse. */
#ifndef Py_INTERNAL_BYTESWAP_H
#define Py_INTERNAL_BYTESWAP_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define _PY_HAVE_BUILTIN_BSWAP
static inline uint16_t _Py_bswap16(uint16_t word)
{
    return __builtin_bswap16(word);
}
static inline uint32_t _Py_bswap32(uint32_t word)
{
    return __builtin_bswap32(word);
}
static inline uint64_t _Py_bswap64(uint64_t word)
{
    return __builtin_bswap64(word);
}
#ifdef __cplusplus
}
#endif
#endif
