/* ucnhash.h: names of characters: the capsule of unicodedata. */
#ifndef Py_UCNHASH_H
#define Py_UCNHASH_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [constants ucnhash.h] */
#ifndef Py_LIMITED_API
#define PyUnicodeData_CAPSULE_NAME "unicodedata.ucnhash_CAPI"
#endif
/* [end] */
typedef struct {
    int size;
    int (*getname)(PyObject *self, Py_UCS4 code, char *buffer, int buflen, int with_alias_and_seq);
    int (*getcode)(PyObject *self, const char *name, int namelen, Py_UCS4 *code, int with_named_seq);
} _PyUnicode_Name_CAPI;
#endif
#ifdef __cplusplus
}
#endif
#endif
