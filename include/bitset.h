/* bitset.h: sets of small numbers. */
#ifndef Py_BITSET_H
#define Py_BITSET_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
typedef char BYTE;
typedef BYTE *bitset;
/* [constants bitset.h] */
#ifndef Py_LIMITED_API
#define BITSPERBYTE 8
#endif
/* [end] */
#define testbit(ss, ibit) (((ss)[BIT2BYTE(ibit)] & BIT2MASK(ibit)) != 0)
#define BIT2BYTE(ibit) ((ibit) / BITSPERBYTE)
#define BIT2SHIFT(ibit) ((ibit) % BITSPERBYTE)
#define BIT2MASK(ibit) (1 << BIT2SHIFT(ibit))
#endif
#ifdef __cplusplus
}
#endif
#endif
