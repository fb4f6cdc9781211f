/* pystrcmp.h: comparing text without case. */
#ifndef Py_STRCMP_H
#define Py_STRCMP_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes pystrcmp.h] */
PyAPI_FUNC(int) PyOS_mystricmp(const char *s1, const char *s2);
PyAPI_FUNC(int) PyOS_mystrnicmp(const char *s1, const char *s2, Py_ssize_t size);
/* [end] */
#define PyOS_strnicmp PyOS_mystrnicmp
#define PyOS_stricmp PyOS_mystricmp
#ifdef __cplusplus
}
#endif
#endif
